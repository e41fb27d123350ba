"""The sections of a report on a sweep: what varied, and its outcomes drawn."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from simlib.charts import sweep as charts
from simlib.columns import Column, Table, Type
from simlib.comparison.outcomes import watched
from simlib.params import Choice, written
from simlib.report.section import Section, of_rules
from simlib.report.table import at_a_glance
from simlib.rules import FAMILIES
from simlib.scenario.model import THIS_SCENARIO
from simlib.study.axes import Axis
from simlib.study.sweep.calculation import POSSIBLE, Sweep
from simlib.words import NO_TEXT, Text, joined

MOST_CLOUDS = 4  # parameters drawn one by one, where they are more than two


def sections(
    sweep: Sweep, axes: Sequence[Axis], done: pd.DataFrame, show: Sequence[str] = (), sampled: bool = False
) -> list[Section]:
    """What varied and how far, the outcomes of ``show`` drawn (by default those that its rules are watched by), the
    ranges."""
    shown = list(show) or watched(dict.fromkeys(one.declared.family for one in axes))
    lines = [VARIED.fill(label=one.declared.label, values=_range(one, sampled), path=one.path) for one in axes]
    impossible = int((~done[POSSIBLE.name]).sum())
    lines += [IMPOSSIBLE.fill(count=f"{impossible:,}")] if impossible else []
    found = [Section(TITLE, CASES.fill(count=f"{len(done):,}",
                                       rules=joined(FAMILIES[one].label for one in sweep.rules)),
                                       tuple(lines))]  # fmt: skip
    for path in shown:
        found += of_rules(_drawn(sweep, axes, done, path), FAMILIES[path.partition(".")[0]])
    return [*found, _ranges(sweep, done)]


def _drawn(sweep: Sweep, axes: Sequence[Axis], done: pd.DataFrame, path: str) -> list[Section]:
    column = sweep.columns[path]
    title = DRAWN.fill(rule=FAMILIES[path.partition(".")[0]].label, outcome=column.label)
    declared, present = [one.declared for one in axes], [sweep.present(one.path) for one in axes]
    outcome = done[path].to_numpy(dtype=float, na_value=float("nan"))
    if len(axes) == 1:
        figure = charts.curve(done[axes[0].path], outcome, declared[0], column, present[0])
        return [Section(title, figure=figure)]
    if len(axes) == 2 and len(done) == len(axes[0].values) * len(axes[1].values):
        across, up = (
            [written(value) if one.declared.options else float(value) for value in one.values] for one in axes
        )
        table = done.pivot(index=axes[1].path, columns=axes[0].path, values=path).loc[up, across]
        figure = charts.heat(table.columns, table.index, table.to_numpy(dtype=float, na_value=float("nan")),
                             (declared[0], declared[1]), column, tuple(present))  # fmt: skip
        return [Section(title, figure=figure)]
    return [
        Section(title, CLOUD.fill(label=one.label), figure=charts.cloud(done[one.path], outcome, one, column))
        for one in declared[:MOST_CLOUDS]
    ]


def _ranges(sweep: Sweep, done: pd.DataFrame) -> Section:
    """How far each outcome ranges over the cases, and where the scenario itself stands."""
    known = {path: sweep.columns[path] for path in sweep.measured if done[path].nunique() > 1}
    if not known:
        return Section(RANGES, lines=(UNMOVED,))
    rows = [
        [path, *(at_a_glance(one, column) for one in (done[path].min(), sweep.measured[path], done[path].max()))]
        for path, column in known.items()
    ]
    first = Column("outcome", Type.CHOICE, OUTCOME, options={path: column.heading for path, column in known.items()})
    columns = (first, *(Column(name, Type.TEXT, label) for name, label in NUMBERS.items()))
    table = Table("", NO_TEXT, "outcome", columns)
    return Section(RANGES, RANGES_HELP, table=(table, pd.DataFrame(rows, columns=list(table.by_name))))


def _range(one: Axis, sampled: bool) -> Text:
    first, last = (one.declared.shown(value) for value in (one.values[0], one.values[-1]))
    if one.declared.options:
        return joined(value.label for value in one.values if isinstance(value, Choice))
    return (BETWEEN if sampled else FROM_TO).fill(first=first, last=last, count=len(one.values))


TITLE = Text("参数扫描", "Sweep")
CASES = Text("{count} 组取值，逐组按规则计算到分；涉及的规则：{rules}。",
             "{count} cases, each calculated by the rules to the fen; measured: {rules}.")  # fmt: skip
VARIED = Text("{label}（{path}）：{values}", "{label} ({path}): {values}")
FROM_TO = Text("{first} 至 {last}（{count} 个值）", "{first} to {last} ({count} values)")
BETWEEN = Text("在 {first} 至 {last} 之间抽样", "sampled between {first} and {last}")
IMPOSSIBLE = Text("其中 {count} 组不能并存（如下阈值高于上阈值），未计算，已在表中标明。",
                  "{count} of them may not stand together (such as a lower threshold above the upper): not calculated, "
                  "and marked.")  # fmt: skip
DRAWN = Text("{rule}：{outcome}", "{rule}: {outcome}")
CLOUD = Text("每个点为一组取值，横轴为{label}；其余参数同时变化。",
             "Each point is a case, by {label}; the other parameters vary at the same time.")  # fmt: skip
RANGES = Text("各项结果的范围", "How far each outcome ranges")
OUTCOME = Text("结果指标", "Outcome")
NUMBERS = {"low": Text("最小", "Smallest"), "now": THIS_SCENARIO, "high": Text("最大", "Largest")}
RANGES_HELP = Text("未变化的结果不列示。", "Outcomes that never change are left out.")
UNMOVED = Text("这些参数不改变任何结果。", "These parameters change no outcome.")
