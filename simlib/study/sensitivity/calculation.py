"""What an outcome hangs on: each parameter alone from low to high (tornado), and all together (Sobol's indices).

The ranges are assumptions, not probabilities that a document gives: where none is named, a number goes ``STEPS_AWAY``
of its declared steps to either side, and a reading takes each of its options.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

import numpy as np
import pandas as pd

from simlib import scenario
from simlib.columns import Column, Table, Type, part
from simlib.columns.values import each_row
from simlib.comparison.outcomes import outcome, outcomes, watched
from simlib.params import PARAMETER, Kind, written
from simlib.problems import BadInput, Problem
from simlib.rules import FAMILIES
from simlib.scenario import Bench, Scenario
from simlib.study.axes import Axis, axis, placed, seed_faults
from simlib.study.sensitivity.sobol import Indices, indices
from simlib.study.sweep.calculation import Sweep
from simlib.tables import Tables
from simlib.words import WHY, Text

STEPS_AWAY = 2
POLICY = (Kind.LEVER, Kind.READING, Kind.UNSET)  # what a document sets, leaves open or should have set


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """What one outcome of a scenario hangs on; made by :func:`sensitivity`."""

    run: scenario.Run
    outcome: str
    axes: tuple[Axis, ...]
    rows: pd.DataFrame  # of TORNADO
    left_out: tuple[Text, ...]  # parameters that could not be varied, and why
    found: Indices | None

    @property
    def column(self) -> Column:
        return outcomes(self.run.parts)[self.outcome]

    @cached_property
    def indices(self) -> pd.DataFrame:
        """The rows of ``SOBOL``, the largest total index first; none where they were not asked for."""
        if self.found is None:
            return pd.DataFrame(columns=list(SOBOL.by_name))
        table = self.found.table.assign(parameter=[one.path for one in self.axes])
        return table.sort_values("total", ascending=False, kind="stable", ignore_index=True)[list(SOBOL.by_name)]

    @cached_property
    def alike(self) -> list[tuple[str, str]]:
        """Neighbours in the order of total indices whose intervals overlap: the samples do not say which weighs
        more."""
        table = self.indices
        return [
            (one.parameter, other.parameter) for one, other in pairwise(each_row(table))
            if other.total_high >= one.total_low and one.total_high > NEGLIGIBLE
        ]  # fmt: skip

    @property
    def tables(self) -> list[tuple[Table, pd.DataFrame]]:
        columns = tuple(
            replace(one, label=one.label.fill(outcome=self.column.label), unit=self.column.unit)
            if one.name in OUTCOMES
            else one
            for one in TORNADO.columns
        )
        return [(replace(TORNADO, columns=columns), self.rows), (SOBOL, self.indices)]


def sensitivity(
    base: Scenario, inputs: Tables, vary: Sequence[str] = (), target: str = "", samples: int = 1024, seed: int = 2026,
    progress: Callable[[int, int], None] = lambda done, all_: None, bench: Bench | None = None,
) -> Sensitivity:  # fmt: skip
    """What ``target`` (an outcome, by default what the first of these rules is watched by) hangs on.

    ``vary``: parameters with their range (``deposit.upper=1.01:1.05``, options ``a,b``) or alone (the default range),
    or a rule's name for all of its policy parameters; by default those of the outcome's rule. ``samples``: N of the
    Sobol indices, a power of 2, which takes N x (parameters + 2) calculations; 0 leaves them out. BadInput names every
    fault.
    """
    _check(samples, seed)
    bench = bench or Bench()
    ran = scenario.run(base, inputs, bench, detail=False)
    path = _target(target, vary, ran)
    names = list(vary) or [path.partition(".")[0]]
    wanted, left_out = _axes(names, base, ran)
    rule = path.partition(".")[0]
    sweep = Sweep(base, inputs, tuple(one.path for one in wanted), frozenset({rule}), bench)
    if not sweep.rules:
        raise BadInput(Problem(NOT_FED.fill(rule=FAMILIES[rule].label), column="--vary", value=", ".join(names)))
    now, rows, axes = float(sweep.measured[path]), [], []
    all_ = samples * (len(wanted) + 2)
    for one in wanted:
        try:
            rows.append(_alone(sweep, one, path, now))
            axes.append(one)
        except BadInput as bad:  # the data do not suffice for an option
            left_out.append(WHY.fill(label=one.declared.label, why=bad.problems[0].rule))
    order = pd.DataFrame(rows, columns=list(TORNADO.by_name)).sort_values(
        "swing", ascending=False, kind="stable", ignore_index=True
    )
    if not axes:
        raise BadInput([Problem(text) for text in left_out] or [Problem(NOTHING)])
    found = _together(sweep, axes, path, samples, seed, lambda done: progress(done, all_)) if samples else None
    return Sensitivity(ran, path, tuple(axes), order, tuple(left_out), found)


def usual(declared, value) -> Axis:
    """The range of a parameter where none is named: ``STEPS_AWAY`` steps to either side within its bounds, or all
    options."""
    if declared.options:
        return Axis(declared, tuple(declared.options))
    away = STEPS_AWAY * declared.step
    return Axis(declared, (max(value - away, declared.low), min(value + away, declared.high)))


def _axes(names: Sequence[str], base: Scenario, ran: scenario.Run) -> tuple[list[Axis], list[Text]]:
    """What varies and over which range; what has no effect with these data is left out, with the reason."""
    found: dict[str, Axis] = {}
    left_out: list[Text] = []
    problems: list[Problem] = []
    for name in names:
        if name in FAMILIES:
            inert = FAMILIES[name].inert(ran.parts[name].seen, base.params[name]) if name in ran.parts else {}
            for declared in FAMILIES[name].params.declarations().values():
                if declared.kind in POLICY and declared.name in inert:
                    left_out.append(WHY.fill(label=declared.label, why=inert[declared.name]))
                elif declared.kind in POLICY:
                    found.setdefault(declared.path, usual(declared, getattr(base.params[name], declared.name)))
            continue
        try:
            one = axis(name.replace(":", ",") if name.count(":") == 1 else name)  # both ends as they are written
        except BadInput as bad:
            problems += bad.problems
            continue
        default = "=" not in name
        found[one.path] = (
            usual(one.declared, getattr(base.params[one.declared.family], one.declared.name)) if default else one
        )
    problems += [
        Problem(ONE_VALUE, column="--vary", value=one.path) for one in found.values() if len(set(one.values)) < 2
    ]
    if problems:
        raise BadInput(problems)
    return list(found.values()), left_out


def _alone(sweep: Sweep, one: Axis, path: str, now: float) -> dict:
    """The outcome with one parameter at the ends of its range, all others as they are."""
    ends = one.values if one.declared.options else (min(one.numbers), max(one.numbers))
    came = sweep.run([{one.path: end} for end in ends])
    if not came["possible"].all():
        raise BadInput(Problem(TOO_NEAR))
    values = came[path].to_numpy(dtype=float)
    low, high = (int(values.argmin()), len(ends) - 1 - int(values[::-1].argmax())) if one.declared.options else (0, 1)
    at = getattr(sweep.base.params[one.declared.family], one.declared.name)
    return {
        "parameter": one.path, "at": written(at), "low": written(ends[low]), "high": written(ends[high]), "now": now,
        "outcome_low": values[low], "outcome_high": values[high], "change_low": _gap(values[low], now),
        "change_high": _gap(values[high], now), "swing": _gap(max(*values, now), min(*values, now)),
    }  # fmt: skip


def _together(
    sweep: Sweep, axes: Sequence[Axis], path: str, samples: int, seed: int, progress: Callable[[int], None]
) -> Indices:
    done = 0

    def calculate(shares: np.ndarray) -> np.ndarray:
        nonlocal done
        cases = [
            {one.path: placed(one, share) for one, share in zip(axes, row, strict=True)} for row in shares.tolist()
        ]
        # Cases with the same readings stand together, so that they can be calculated at once.
        chosen = [one.path for one in axes if one.declared.options]
        order = sorted(range(len(cases)), key=lambda at: [cases[at][name] for name in chosen])
        values = []
        for _, some in sweep.parts([cases[at] for at in order]):
            rows = sweep.frame(some)
            if not rows["possible"].all():
                raise BadInput(Problem(OVERLAP, column="--vary"))
            values.append(rows[path].to_numpy(dtype=float))
            done += len(rows)
            progress(done)
        return np.concatenate(values)[np.argsort(order)]

    return indices(calculate, len(axes), samples, seed)


def _target(name: str, vary: Sequence[str], ran: scenario.Run) -> str:
    """The outcome that is named; else what the first varied rule that ran is watched by, or the first of those that
    many cases cost least."""
    known = outcomes(ran.parts)
    if name:
        return outcome(name, known)
    varied = [one.partition("=")[0].partition(".")[0] for one in vary]
    rules = [*varied, *sorted(ran.parts, key=lambda rule: FAMILIES[rule].run_many is None)]
    usual = [path for path in watched(rule for rule in rules if rule in ran.parts) if path in known]
    if not usual:
        raise BadInput(Problem(SAY_WHICH.fill(known=", ".join(known)), column="--outcome"))
    return usual[0]


def _check(samples: int, seed: int) -> None:
    problems = []
    if samples and not (MOST_SAMPLES >= samples >= FEWEST_SAMPLES and samples.bit_count() == 1):
        problems.append(
            Problem(POWER.fill(fewest=FEWEST_SAMPLES, most=MOST_SAMPLES), column="--samples", value=str(samples))
        )
    if problems := [*problems, *seed_faults(seed)]:
        raise BadInput(problems)


def _gap(one: float, other: float) -> float:
    """The difference of two numbers as they are written."""
    return float(Decimal(str(float(one))) - Decimal(str(float(other))))


FEWEST_SAMPLES, MOST_SAMPLES = 64, 65536
NEGLIGIBLE = 0.01  # a total index below it is not worth ranking
_LABELS = {one.path: one.label for family in FAMILIES.values() for one in family.params.declarations().values()}
_PARAMETER = Column("parameter", Type.CHOICE, PARAMETER, options=_LABELS)
OUTCOMES = ("now", "outcome_low", "outcome_high", "change_low", "change_high", "swing")
TORNADO = Table(
    "sensitivity_tornado", Text("每个参数单独变动", "Each parameter alone"), "parameter",
    (
        _PARAMETER, Column("at", Type.TEXT, Text("当前值", "Value now")),
        Column("low", Type.TEXT, Text("低端取值", "To (low)")),
        Column("high", Type.TEXT, Text("高端取值", "To (high)")),
        Column("now", Type.NUMBER, Text("{outcome}，当前", "{outcome} now")),
        Column("outcome_low", Type.NUMBER, Text("{outcome}，低", "{outcome}, low")),
        Column("outcome_high", Type.NUMBER, Text("{outcome}，高", "{outcome}, high")),
        Column("change_low", Type.NUMBER, Text("取低端值的增减", "Change at low")),
        Column("change_high", Type.NUMBER, Text("取高端值的增减", "Change at high")),
        Column("swing", Type.NUMBER, Text("变动幅度", "Swing")),
    ),
)  # fmt: skip
SOBOL = Table(
    "sensitivity_sobol", Text("全部参数共同变动：Sobol 指数", "All parameters together: Sobol indices"), "parameter",
    (
        _PARAMETER, part("first", "一阶指数", "First order"),
        part("first_low", "一阶，低（2.5%）", "First, low (2.5%)"),
        part("first_high", "一阶，高（97.5%）", "First, high (97.5%)"),
        part("total", "总效应指数", "Total"), part("total_low", "总效应，低（2.5%）", "Total, low (2.5%)"),
        part("total_high", "总效应，高（97.5%）", "Total, high (97.5%)"),
    ),
)  # fmt: skip
NOTHING = Text("没有可变动的参数。", "There is no parameter to vary.")
ONE_VALUE = Text("仅有一个取值，未变动。请给出不同的两端。", "It has one value only. Give two different ends.")
TOO_NEAR = Text(
    "该范围与另一参数的当前值不能并存，未变动。请用 --vary 给出更窄的范围。",
    "Its range may not stand beside another parameter's value. Give a narrower one with --vary.",
)
OVERLAP = Text("几个参数的范围重叠，有些组合不能并存（如下阈值高于上阈值）。请用 --vary 给出不重叠的范围。",
               "The ranges of some parameters overlap, so that values may not stand together (a lower threshold above "
               "the upper). Give ranges apart with --vary.")  # fmt: skip
SAY_WHICH = Text("请指定结果指标：{known}。", "Say which outcome: {known}.")
NOT_FED = Text(
    "这些参数不影响“{rule}”的结果。请改 --vary 或 --outcome。",
    "These parameters do not bear on “{rule}”. Change --vary or --outcome.",
)
POWER = Text("请填 2 的整数次幂，{fewest} 至 {most}（如 1024），或 0（不算 Sobol 指数）。",
             "Give a power of 2 from {fewest} to {most} (such as 1024), or 0 for no Sobol indices.")  # fmt: skip
