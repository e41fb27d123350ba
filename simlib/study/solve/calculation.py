"""Goal-seek: the values of one or two parameters that meet targets, nearest to those of the scenario."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

import numpy as np
import pandas as pd

from simlib.columns import Column
from simlib.comparison.outcomes import outcome
from simlib.money import decimal_places
from simlib.problems import BadInput, Problem
from simlib.study.axes import SAMPLED_PLACES, Axis, Case, grid
from simlib.study.sweep.calculation import POSSIBLE, Sweep
from simlib.words import Text

MOST_AXES = 2
AT_ONCE, ONE_BY_ONE = (
    10_000,
    400,
)  # points of the first look, where a rule runs many cases at once and where it does not
FINER, NEAREST = 10, 3  # each closer look: so many points between two, around so many of the best
FINER_ONE_BY_ONE = 4  # where two parameters make their square of points, and each takes its time
FRONTIER = 12


@dataclass(frozen=True)
class Goal:
    """A target: an outcome that shall be ``=``, ``>=`` or ``<=`` a value."""

    path: str
    column: Column
    sign: str
    value: float

    def gap(self, values: np.ndarray) -> np.ndarray:
        """How far each value is from the target, in the outcome's unit; 0 where it is met."""
        beyond = np.asarray(values, dtype=float) - self.value
        return {"=": np.abs(beyond), ">=": np.maximum(-beyond, 0), "<=": np.maximum(beyond, 0)}[self.sign]


@dataclass(frozen=True)
class Solution:
    """What was found: every case tried, the best first, with its gap to each goal (``gap.PATH``)."""

    goals: tuple[Goal, ...]
    rules: tuple[str, ...]
    columns: dict[str, Column]
    tried: pd.DataFrame

    @property
    def best(self) -> pd.Series:
        return self.tried.iloc[0]

    @property
    def met(self) -> bool:
        """Whether some case meets every goal exactly."""
        return bool(sum(self.best[_gap(goal)] for goal in self.goals) == 0)

    @property
    def around(self) -> bool:
        """Whether the only goal lies between outcomes that are reached: no value gives it exactly, one comes
        closest."""
        goal, *more = self.goals
        reached = self.tried[goal.path]
        return not more and goal.sign == "=" and bool(reached.min() <= goal.value <= reached.max())

    def reach(self, goal: Goal) -> tuple[float, float]:
        """The smallest and the largest outcome that any value gives."""
        return float(self.tried[goal.path].min()), float(self.tried[goal.path].max())

    @property
    def frontier(self) -> pd.DataFrame:
        """Where two goals conflict: cases of which none is better in both, from the first goal's best to the
        second's."""
        first, second = (_gap(goal) for goal in self.goals[:2])
        ordered = self.tried.sort_values([first, second], kind="stable")
        least = ordered[second].cummin()
        edge = ordered[ordered[second] < least.shift(fill_value=np.inf)]
        spread = np.unique(np.linspace(0, len(edge) - 1, min(FRONTIER, len(edge))).round().astype(int))
        return edge.iloc[spread].reset_index(drop=True)


def goal(text: str, known: dict[str, Column]) -> Goal:
    """``share_above=0.30``, ``deposit.most_lost<=3%``. BadInput where it names no outcome or no value."""
    parts = re.fullmatch(r"\s*([\w.]+)\s*(<=|>=|=)\s*(\S+?)(%?)\s*", text)
    try:
        if parts is None:
            raise InvalidOperation
        name, sign, number, percent = parts.groups()
        value = Decimal(number) / (100 if percent else 1)
        if not value.is_finite():
            raise InvalidOperation
    except InvalidOperation:
        raise BadInput(Problem(NOT_A_GOAL, column="--target", value=text)) from None
    path = outcome(name, known)
    return Goal(path, known[path], sign, float(value))


def solve(sweep: Sweep, axes: Sequence[Axis], goals: Sequence[Goal]) -> Solution:
    """Look over the axes' whole range, then ever closer around the best, down to four decimals.

    Best is the case with the smallest gaps to the goals, each measured by how far its outcome ranges, and among those
    the one nearest to the scenario's own values. BadInput for more than two parameters.
    """
    if len(axes) > MOST_AXES or not goals:
        raise BadInput(Problem(ONE_OR_TWO, column="--vary"))
    present = {axis.path: sweep.present(axis.path) for axis in axes}
    sweep = replace(sweep, only=frozenset(one.path.partition(".")[0] for one in goals))
    points = (AT_ONCE if sweep.at_once else ONE_BY_ONE) ** (1 / len(axes))
    axes = [_coarser(axis, points) for axis in axes]
    # The scenario's own values first: nothing is moved that need not be.
    tried = _ranked(sweep.run([present, *grid(axes)]), axes, goals, present)
    steps = {axis.path: _step(axis) for axis in axes if not axis.declared.options}
    finer = FINER if sweep.at_once or len(axes) == 1 else FINER_ONE_BY_ONE
    while any(step > _finest(axes, path) for path, step in steps.items()):
        steps = {path: max(step / finer, _finest(axes, path)) for path, step in steps.items()}
        near = [_around(tried.iloc[at], axes, steps, finer) for at in range(min(NEAREST, len(tried)))]
        cases = list({tuple(case.values()): case for some in near for case in some}.values())
        tried = _ranked(pd.concat([tried, sweep.run(cases)]), axes, goals, present)
    return Solution(tuple(goals), sweep.rules, sweep.columns, tried)


def _ranked(frame: pd.DataFrame, axes, goals, present) -> pd.DataFrame:
    frame = frame[frame[POSSIBLE.name]].drop_duplicates([axis.path for axis in axes])
    if frame.empty:
        raise BadInput(Problem(NOTHING_POSSIBLE, column="--vary"))
    short, moved = np.zeros(len(frame)), np.zeros(len(frame))
    for one in goals:
        values = frame[one.path].to_numpy(dtype=float)
        gap = one.gap(values)
        frame = frame.assign(**{_gap(one): gap})
        short += gap / (np.ptp(values) or 1)
    for axis in axes:
        if axis.declared.options:
            moved += frame[axis.path] != present[axis.path].value
        else:
            span = float(max(axis.values) - min(axis.values)) or 1
            moved += np.abs(frame[axis.path] - float(present[axis.path])) / span
    return frame.iloc[np.lexsort((moved, short))].reset_index(drop=True)


def _coarser(axis: Axis, points: float) -> Axis:
    """At most so many of the values, evenly, with both ends."""
    most = max(int(points), 2)
    if axis.declared.options or len(axis.values) <= most:
        return axis
    every = np.unique(np.linspace(0, len(axis.values) - 1, most).round().astype(int))
    return Axis(axis.declared, tuple(axis.values[at] for at in every))


def _step(axis: Axis) -> Decimal:
    """The widest gap between neighbouring values."""
    values = sorted(axis.numbers)
    return max((b - a for a, b in zip(values, values[1:], strict=False)), default=Decimal(0))


def _finest(axes: Sequence[Axis], path: str) -> Decimal:
    declared = next(axis.declared for axis in axes if axis.path == path)
    return Decimal(1).scaleb(-min(declared.places, SAMPLED_PLACES))


def _around(row: pd.Series, axes: Sequence[Axis], steps: dict[str, Decimal], finer: int) -> list[Case]:
    """A finer grid around a case, as far as its neighbours of the last look, within the axes."""
    near = []
    for axis in axes:
        if axis.path not in steps:
            near.append(Axis(axis.declared, (axis.value(row),)))
            continue
        step, places = steps[axis.path], decimal_places(_finest(axes, axis.path))
        here = Decimal(axis.value(row))
        values = {round(here + step * n, places) for n in range(-finer, finer + 1)}
        low, high = min(axis.numbers), max(axis.numbers)
        near.append(Axis(axis.declared, tuple(sorted(one for one in values if low <= one <= high))))
    return grid(near)


def _gap(one: Goal) -> str:
    return f"gap.{one.path}{one.sign}"


NOT_A_GOAL = Text("目标格式不正确。请写成 share_above=0.30、share_above>=0.30 或 most_lost<=0.03。",
                  "This is no target. Write share_above=0.30, share_above>=0.30 or most_lost<=0.03.")  # fmt: skip
ONE_OR_TWO = Text("请指定一个或两个参数（--vary）和至少一个目标（--target）。",
                  "Give one or two parameters (--vary) and at least one target (--target).")  # fmt: skip
NOTHING_POSSIBLE = Text("所给取值均不能并存（如下阈值高于上阈值）。请调整范围。",
                        "No two of these values may stand together (such as a lower threshold above the upper). Change "
                        "the ranges.")  # fmt: skip
