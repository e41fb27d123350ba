"""One scenario under many values of its parameters, in one process: a row a case, its outcomes beside its values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from simlib import scenario
from simlib.columns import Column, Type
from simlib.comparison.outcomes import measured, outcomes
from simlib.money import to_fen, to_yuan
from simlib.params import Choice, Params
from simlib.problems import BadInput, Problem, shorten
from simlib.rules import FAMILIES
from simlib.scenario import Bench, Run, Scenario
from simlib.study.axes import Case
from simlib.tables import Tables
from simlib.words import Text

# Cases of a part: at most so many, and of so many amounts; fewer where each takes its time.
PART, AMOUNTS, ONE_BY_ONE = 1000, 2**22, 20
POSSIBLE = Column("possible", Type.BOOLEAN, Text("参数取值可以并存", "The values may stand together"))


@dataclass(frozen=True)
class Sweep:
    """A scenario and its tables, ready to be calculated under other values of some parameters (``paths``).

    Only the rules that these parameters bear on are measured, or of those the ones in ``only``; what feeds them runs
    too.
    """

    base: Scenario
    inputs: Tables
    paths: tuple[str, ...]
    only: frozenset[str] = frozenset()
    bench: Bench = field(default_factory=Bench, compare=False)

    @cached_property
    def rules(self) -> tuple[str, ...]:
        """The rules of the parameters, and those that they feed."""
        varied = {path.partition(".")[0] for path in self.paths}
        ran = scenario.run(self.base, self.inputs, self.bench, detail=False)
        if missing := sorted(varied - ran.parts.keys()):
            labels = [Problem(NOT_RUN.fill(rule=FAMILIES[name].label), column=f"{name}.*") for name in missing]
            raise BadInput(labels)
        for name, family in FAMILIES.items():  # in the order in which they feed each other
            varied |= set(self.bench.feeds(family, self.inputs)) & ran.parts.keys() if name in varied else set()
        return tuple(name for name in FAMILIES if name in varied and (not self.only or name in self.only))

    @cached_property
    def document(self) -> Run:
        """The scenario itself, by which gains and losses are counted."""
        return scenario.run(replace(self.base, rules=self.rules), self.inputs, self.bench, detail=False)

    @property
    def columns(self) -> dict[str, Column]:
        """What each column of the result is, by its name."""
        values = {path: _value(path) for path in self.paths}
        return {**values, POSSIBLE.name: POSSIBLE, **outcomes(self.rules, against=True)}

    def titled(self, what: Text) -> Text:
        """A report's title: what it is, and the scenario."""
        return TITLED.fill(what=what, scenario=self.base.name)

    def present(self, path: str) -> Any:
        """The scenario's own value of a parameter."""
        family, _, name = path.partition(".")
        return getattr(self.base.params[family], name)

    @cached_property
    def measured(self) -> dict[str, float]:
        """The outcomes of the scenario itself."""
        return measured(self.document, self.rules, self.document)

    def run(self, cases: Sequence[Case]) -> pd.DataFrame:
        """A row a case, in their order: its values (the scenario's own where it names none), ``possible``, and the
        outcomes of :attr:`rules` by path.

        Values that may not stand together (a lower threshold above the upper) are not calculated: their row says so.
        BadInput where the tables lack what a case needs.
        """
        return pd.concat([self.frame(part) for _, part in self.parts(cases)], ignore_index=True)

    def parts(self, cases: Sequence[Case]) -> Iterator[tuple[int, Sequence[Case]]]:
        """The cases some at a time, each part with the place of its first: for progress, and to keep what is done."""
        size = max(1, min(PART, AMOUNTS // max(len(self._amounts), 1))) if self.at_once else ONE_BY_ONE
        for start in range(0, len(cases), size):
            yield start, cases[start : start + size]

    def frame(self, cases: Sequence[Case]) -> pd.DataFrame:
        """The rows of some cases."""
        changed = [self._possible(case) for case in cases]
        known = outcomes(self.rules, against=True)
        numbers = {path: np.full(len(cases), np.nan) for path in known}
        by_readings: dict[tuple, list[int]] = {}
        possible = {at: params for at, params in enumerate(changed) if params}
        for at, params in possible.items():
            by_readings.setdefault(params[self.rules[0]].chosen(), []).append(at)
        for group in by_readings.values():
            done: Mapping[Any, Any] | pd.DataFrame | None = self._at_once([possible[at][self.rules[0]] for at in group])
            if done is None:
                done = pd.DataFrame([self._one(cases[at], possible[at]) for at in group])
            for path in known:
                numbers[path][group] = done[path]
        values = {path: [_plain(case.get(path, self.present(path))) for case in cases] for path in self.paths}
        # Counts may be blank, where values may not stand together.
        counts = {path: "Int64" for path, column in known.items() if column.type is Type.INTEGER}
        return pd.DataFrame({**values, POSSIBLE.name: [bool(params) for params in changed], **numbers}).astype(counts)

    def _possible(self, case: Case) -> dict[str, Params] | None:
        try:
            return self.base.changed(case).params
        except BadInput as bad:
            if all(", " in problem.column for problem in bad.problems):  # two parameters in the wrong order
                return None
            raise

    def _one(self, case: Case, params: dict[str, Params]) -> dict[str, float]:
        try:
            one = replace(self.base, rules=self.rules, params=params)
            run = scenario.run(one, self.inputs, self.bench, detail=False)
        except BadInput as bad:
            stands = ", ".join(f"{path}={_plain(value)}" for path, value in case.items())
            raise BadInput([replace(one, value=shorten(stands)) for one in bad.problems]) from None
        return measured(run, self.rules, self.document)

    @property
    def at_once(self) -> Callable | None:
        """The rule's own way to run many cases at once, where it is the only one whose parameters vary and is
        measured."""
        mine = len(self.rules) == 1 and all(path.startswith(f"{self.rules[0]}.") for path in self.paths)
        return FAMILIES[self.rules[0]].run_many if mine else None

    @cached_property
    def _amounts(self) -> np.ndarray:
        family = FAMILIES[self.rules[0]]
        table, amount = family.amount
        return self.document.results[family.name][table][amount].to_numpy()

    def _at_once(self, params: list[Params]) -> dict[str, np.ndarray] | None:
        family, run_many = FAMILIES[self.rules[0]], self.at_once
        if run_many is None:
            return None
        ready = family.prepare(self.document.seen[family.name])
        try:
            numbers, amounts = run_many(ready, params)
        except (OverflowError, BadInput):  # one by one it is told which case it is
            return None
        moved = amounts - to_fen(self._amounts)
        numbers = {
            **numbers,
            "gainers": (moved > 0).sum(axis=1),
            "losers": (moved < 0).sum(axis=1),
            "gained": to_yuan(moved.clip(min=0).sum(axis=1)),
            "lost": to_yuan(-moved.clip(max=0).sum(axis=1)),
        }
        return {path: numbers[path.partition(".")[2]] for path in outcomes(self.rules, against=True)}


def _value(path: str) -> Column:
    """The column of a parameter's values."""
    family, _, name = path.partition(".")
    declared = FAMILIES[family].params.declarations()[name]
    options = {option.value: option.label for option in declared.options}
    kind = Type.CHOICE if options else Type.NUMBER
    return Column(path, kind, declared.label, options=options, decimals=4)


def _plain(value) -> str | float:
    return value.value if isinstance(value, Choice) else float(value)


TITLED = Text("{what}：{scenario}", "{what}: {scenario}")
NOT_RUN = Text("数据或方案未运行“{rule}”，调整其参数不起作用。",
               "The data or the scenario do not run “{rule}”: its parameters have no effect.")  # fmt: skip
