"""Which rules can run on a city's tables, and what the others lack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from simlib.columns.checks import absent_tables
from simlib.problems import BadInput, Problem
from simlib.rules import FAMILIES
from simlib.rules.family import AnyFamily, Results
from simlib.scenario.run import fed
from simlib.tables import Tables
from simlib.words import Text


@dataclass(frozen=True)
class Able:
    """Whether one rule can run: under which settings, without which tables it is left out, what it lacks of those that
    are there, or what it refuses in them."""

    family: AnyFamily
    settings: Mapping[str, str] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    lacking: tuple[Problem, ...] = ()
    refused: tuple[Problem, ...] = ()

    @property
    def runs(self) -> bool:
        return not (self.absent or self.lacking or self.refused)

    def lines(self, language: str) -> list[str]:
        """One line that says it, and one for each thing that is lacking."""
        if self.absent:
            return [SKIPPED.fill(rule=self.family.label, tables=", ".join(self.absent)).to(language)]
        chosen = "".join(f" · {self.family.name}.{name}: {value}" for name, value in self.settings.items())
        verdict = CAN if self.runs else REFUSES if self.refused else CANNOT
        found = (*self.lacking, *self.refused)
        return [verdict.fill(rule=self.family.label).to(language) + chosen, *(f"  {p.line(language)}" for p in found)]


def able(inputs: Tables) -> Iterator[Able]:
    """Each rule in turn; those that feed later ones run on the way."""
    results: dict[str, Results] = {}
    for family in FAMILIES.values():
        try:
            yield _one(family, inputs, results)
        except BadInput as bad:
            yield Able(family, refused=tuple(bad.problems))


def _one(family: AnyFamily, inputs: Tables, results: dict[str, Results]) -> Able:
    if family.sources and not set(family.sources) & inputs.keys():
        return Able(family, absent=tuple(family.sources))
    seen = fed(family.name, inputs, results)
    settings = family.fitting(seen, family.params())
    params = family.params(**settings)
    lacking = family.lacking(seen, params)
    if lacking and family.sources:  # its own table is there
        return Able(family, settings, refused=tuple(lacking))
    if absent := absent_tables(lacking, seen):
        return Able(family, settings, absent=tuple(absent))
    if not lacking:
        results[family.name] = family.run(family.prepare(seen), params)
    return Able(family, settings, lacking=tuple(lacking))


SKIPPED = Text("{rule}：没有 {tables} 表，不计算", "{rule}: no table {tables}, left out")
CAN = Text("{rule}：可以运行", "{rule}: can run")
CANNOT = Text("{rule}：不能运行，缺少", "{rule}: cannot run; it lacks")
REFUSES = Text("{rule}：不能运行，数据有误", "{rule}: cannot run; the data are at fault")
