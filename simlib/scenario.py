"""One scenario: a YAML file in, its result tables out.

A scenario states only what differs from the documents' values (or from its ``base``); a run takes
the data it names, or another folder, through every rule that the data allow.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from simlib import tables
from simlib.params import Params
from simlib.problems import BadInput, Problem, shorten
from simlib.rules import FAMILIES
from simlib.rules.checks import absent_tables
from simlib.rules.family import Family, Tables
from simlib.scenario_yaml import chain
from simlib.words import Text, suggestion

SAMPLE = "sample"


@dataclass(frozen=True)
class Scenario:
    """A scenario with its bases applied: what is asked, of which data, under which parameters."""

    title: str
    title_en: str = ""
    question: str = ""
    data: str = SAMPLE
    rules: tuple[str, ...] = ()
    params: dict[str, Params] = field(default_factory=lambda: {n: f.params() for n, f in FAMILIES.items()})

    @property
    def digest(self) -> str:
        """A hash of everything that bears on the result: rules and parameter values, not titles or data."""
        return digest(self.rules, {name: params.plain() for name, params in self.params.items()})

    def changed(self, values: dict[str, Any]) -> Scenario:
        """A copy with other values of parameters, named by path (``deposit.upper``) and validated like any other."""
        params, problems = dict(self.params), []
        grouped: dict[str, dict[str, Any]] = {}
        for path, value in values.items():
            family, _, name = path.partition(".")
            if family not in params:
                problems.append(Problem(NO_RULE.fill(near=suggestion(family, params)), column=path))
            grouped.setdefault(family, {})[name] = value
        for family in grouped.keys() & params.keys():
            try:
                params[family] = params[family].changed(**grouped[family])
            except BadInput as bad:
                problems += bad.problems
        if problems:
            raise BadInput(problems)
        return replace(self, params=params)


@dataclass(frozen=True, eq=False)
class Part:
    """One rule's part in a run; what it says of its results is worked out once, when first asked for."""

    family: Family
    params: Params
    seen: Tables  # the tables as the rule saw them: rules before it may have fed them
    results: Tables

    @cached_property
    def summary(self) -> dict[str, int | float]:
        return self.family.summarise(self.results)

    @cached_property
    def warnings(self) -> list[Text]:
        """The rule's own warnings, and parameters that were set in vain."""
        changed, declared = self.params.differences(), self.params.declarations()
        inert = self.family.inert(self.seen, self.params) if changed else {}
        in_vain = [IN_VAIN.fill(label=declared[name].label, why=inert[name]) for name in changed if name in inert]
        return [*self.family.warnings(self.results, self.seen, self.params), *in_vain]


@dataclass(frozen=True)
class Run:
    """One scenario on one set of tables, calculated."""

    scenario: Scenario
    inputs: Tables
    parts: dict[str, Part]  # by family

    @property
    def results(self) -> dict[str, Tables]:
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


@dataclass
class Bench:
    """What need not be done again on the same tables: preparations, and the last run of a rule that feeds others."""

    sound: set[tuple] = field(default_factory=set)  # rules that the tables suffice for, with what was chosen
    ready: dict[str, Any] = field(default_factory=dict)
    last: dict[str, Part] = field(default_factory=dict)
    fed: dict[str, tuple[str, ...]] = field(default_factory=dict)  # by rule that feeds others, which it feeds

    def feeds(self, family: Family, inputs: Tables) -> tuple[str, ...]:
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
    parts, unmet = {}, []
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
            detailed = family.detail(bench.ready[name], params, parts[name].results)
            parts[name] = replace(parts[name], results=detailed)
    if not parts:
        near = [one for one in unmet if not absent_tables(one, inputs)]  # of rules that have some of their tables
        raise BadInput([problem for problems in near or unmet for problem in problems] or [Problem(NO_TABLES)])
    return Run(scenario, inputs, parts)


def fed(name: str, inputs: Tables, results: dict[str, Tables], bench: Bench | None = None) -> Tables:
    """The tables as a rule sees them: those that were given, with what the rules that feed it have made."""
    bench, tables = bench or Bench(), inputs
    for feeder, family in FAMILIES.items():
        if feeder in results and name in bench.feeds(family, inputs):
            tables = family.feed(tables, results[feeder])
    return tables


def digest(rules: Sequence[str], params: dict[str, dict]) -> str:
    """The hash of a scenario by its rules and the plain values of all its parameters, as a manifest records them."""
    return hashlib.sha256(json.dumps({"rules": rules, "params": params}, sort_keys=True).encode()).hexdigest()


def load_data(source: str) -> Tables:
    """The tables of the embedded sample city (``sample``) or of a data folder."""
    if source == SAMPLE:
        from simlib import sample

        return sample.embedded()
    return tables.read_folder(Path(source))


def load(path: Path, beside: Path | None = None) -> Scenario:
    """A scenario file with its chain of bases, which stand ``beside`` an uploaded one. BadInput with file, row, key and what to do."""
    path = Path(path)
    files = chain(path, beside)
    merged: dict = {"params": {}}
    stands: dict[str, tuple[str, int | None]] = {}  # file and row of each parameter
    for file, content, rows in reversed(files):
        stands |= {name: (file.name, row) for name, row in rows.items()}
        if "data" in content and content["data"] != SAMPLE:
            content["data"] = str((file.parent / content["data"]).resolve())
        families = {**merged["params"]}
        for name, values in content.pop("params", {}).items():
            families[name] = {**families.get(name, {}), **values}
        inherited = {key: merged[key] for key in ("data", "rules") if key in merged}
        merged = {**inherited, **content, "params": families}
    merged.pop("base", None)
    params, problems = {}, []
    for name, family in FAMILIES.items():
        try:
            params[name] = family.params(**merged["params"].get(name, {}))
        except BadInput as bad:
            for problem in bad.problems:
                at, row = next((stands[one] for one in problem.column.split(", ") if one in stands), (path.name, None))
                problems.append(Problem(problem.rule, at, row, shorten(f"params.{problem.column}"), problem.value))
    if problems:
        raise BadInput(problems)
    return Scenario(**{**merged, "params": params, "rules": tuple(merged.get("rules", ()))})


def dump(scenario: Scenario) -> str:
    """The scenario as YAML that :func:`load` reads back to the same values."""
    import io

    from ruamel.yaml import YAML

    content = {"title": scenario.title, "title_en": scenario.title_en, "question": scenario.question}
    content |= {"data": scenario.data, "rules": list(scenario.rules)}
    plain = {name: params.plain() for name, params in scenario.params.items()}
    content["params"] = {n: {k: plain[n][k] for k in params.differences()} for n, params in scenario.params.items()}
    content["params"] = {name: values for name, values in content["params"].items() if values}
    out = io.StringIO()
    yaml = YAML()
    yaml.allow_unicode = True
    yaml.dump({key: value for key, value in content.items() if value}, out)
    return out.getvalue()


NO_TABLES = Text(
    "数据中没有任何规则可用的表。请核对数据文件夹。", "The data hold no table that a rule could use. Check the folder."
)
NO_RULE = Text("没有这个规则。{near}", "There is no such rule. {near}")
IN_VAIN = Text("{label}：{why}", "{label}: {why}")
