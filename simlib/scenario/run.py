"""One scenario run: the data it names, or others, through every rule that they allow."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Generic

from simlib.columns.checks import absent_tables
from simlib.doubts import Found, doubts
from simlib.params import Choice
from simlib.problems import BadInput, Problem
from simlib.rules import FAMILIES
from simlib.rules.family import AnyFamily, Family, Results
from simlib.rules.varying import P
from simlib.scenario.model import SAMPLE, Scenario
from simlib.tables import Tables, read_folder
from simlib.words import WHY, Text


@dataclass(frozen=True, eq=False)
class Part(Generic[P]):
    """One rule's part in a run; what it says of its results is worked out once, when first asked for."""

    family: Family[P, Any]
    params: P
    seen: Tables  # the tables as the rule saw them: rules before it may have fed them
    results: Results

    @cached_property
    def summary(self) -> dict[str, int | float]:
        return self.family.summarise(self.results)

    @cached_property
    def warnings(self) -> list[Text]:
        """The rule's own warnings, and parameters that were set in vain."""
        changed, declared = self.params.differences(), self.params.declarations()
        idle = self.family.idle(self.results, self.seen, self.params) if changed else {}
        inert = {**idle, **self.family.inert(self.seen, self.params)} if changed else {}
        in_vain = [WHY.fill(label=declared[name].label, why=inert[name]) for name in changed if name in inert]
        return [*self.family.warnings(self.results, self.seen, self.params), *in_vain]


AnyPart = Part[Any]


@dataclass(frozen=True)
class Run:
    """One scenario on one set of tables, calculated."""

    scenario: Scenario
    inputs: Tables
    parts: dict[str, AnyPart]  # by family

    @property
    def results(self) -> dict[str, Results]:
        return {name: part.results for name, part in self.parts.items()}

    @property
    def seen(self) -> dict[str, Tables]:
        return {name: part.seen for name, part in self.parts.items()}

    @property
    def summary(self) -> dict[str, dict[str, int | float]]:
        return {name: part.summary for name, part in self.parts.items()}

    @property
    def warnings(self) -> list[Text]:
        """What a user must see."""
        return [text for part in self.parts.values() for text in part.warnings]

    @cached_property
    def doubts(self) -> list[Found]:
        """What of the data may be a slip; nothing of it holds up the run."""
        return doubted(self.inputs)


@dataclass
class Bench:
    """What need not be done again on the same tables: preparations, and the last run of a rule that feeds others."""

    # Rules that the tables suffice for, with what was chosen.
    sound: set[tuple[str, tuple[Choice, ...]]] = field(default_factory=set)
    ready: dict[str, Any] = field(default_factory=dict)
    last: dict[str, AnyPart] = field(default_factory=dict)
    fed: dict[str, tuple[str, ...]] = field(default_factory=dict)  # by rule that feeds others, which it feeds

    def feeds(self, family: AnyFamily, inputs: Tables) -> tuple[str, ...]:
        """The rules that a rule feeds with these tables."""
        if family.name not in self.fed:
            self.fed[family.name] = family.feeds(inputs)
        return self.fed[family.name]


def run(scenario: Scenario, inputs: Tables, bench: Bench | None = None, detail: bool = True) -> Run:
    """Every rule the scenario names, or all that the tables allow. BadInput where one must run and cannot.

    A rule runs after those that feed it: with facts among the tables the deposit takes its scores from the
    card, whether the scenario names the card or not. ``bench`` serves one run after another on the same
    ``inputs``; ``detail`` off leaves out what a moving slider need not show.
    """
    bench = bench or Bench()
    parts: dict[str, AnyPart] = {}
    unmet = []
    for name, family in FAMILIES.items():
        params = scenario.params[name]
        asked = not scenario.rules or name in scenario.rules or set(scenario.rules) & set(bench.feeds(family, inputs))
        must = name in scenario.rules or set(family.sources) & inputs.keys()
        if not asked or not (must or not family.sources):
            continue
        tables = fed(name, inputs, {feeder: part.results for feeder, part in parts.items()}, bench)
        raw = tables is inputs  # no rule before has fed it: what depends on the tables alone can be kept
        last = bench.last.get(name)
        known = last is not None and last.seen is tables and last.params == params
        sound = raw and (name, params.chosen()) in bench.sound
        if not sound and (problems := family.lacking(tables, params)):
            if must:
                raise BadInput(problems)
            unmet.append(problems)
            continue
        if raw:
            bench.sound.add((name, params.chosen()))
        if name not in bench.ready or not raw:
            bench.ready[name] = family.prepare(tables)
        if not known:
            bench.last[name] = Part(family, params, tables, family.run(bench.ready[name], params))
        parts[name] = bench.last[name]
        if detail:
            detailed = family.detail(bench.ready[name], params, parts[name].results, None)
            parts[name] = replace(parts[name], results=detailed)
    if not parts:
        near = [one for one in unmet if not absent_tables(one, inputs)]  # of rules that have some of their tables
        raise BadInput([problem for problems in near or unmet for problem in problems] or [Problem(NO_TABLES)])
    return Run(scenario, inputs, parts)


def fed(name: str, inputs: Tables, results: dict[str, Results], bench: Bench | None = None) -> Tables:
    """The tables as a rule sees them: those that were given, with what the rules that feed it have made."""
    bench, tables = bench or Bench(), inputs
    for feeder, family in FAMILIES.items():
        if feeder in results and name in bench.feeds(family, inputs):
            tables = family.feed(tables, results[feeder])
    return tables


def doubted(tables: Tables) -> list[Found]:
    """What is doubted of the data. The embedded city is made without a doubt, as its tests know: nobody need wait to
    hear it."""
    return [] if all(table.attrs.get("file") == SAMPLE for table in tables.values()) else doubts(tables)


def load_data(source: str) -> Tables:
    """The tables of the embedded sample city (``sample``) or of a data folder."""
    if source == SAMPLE:
        from simlib import sample

        return sample.embedded()
    return read_folder(Path(source))


NO_TABLES = Text(
    "数据中没有任何规则可用的表。请核对数据文件夹。", "The data hold no table that a rule could use. Check the folder."
)
