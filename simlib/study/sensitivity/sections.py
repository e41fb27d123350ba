"""The sections of a report on what an outcome hangs on."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from simlib.charts import study as charts
from simlib.columns import Table, Type
from simlib.columns.values import each_row
from simlib.report.section import Section, of_rules
from simlib.rules import FAMILIES
from simlib.study.axes import parameter
from simlib.study.sensitivity.calculation import STEPS_AWAY, Sensitivity
from simlib.study.sensitivity.sobol import LEVEL, RESAMPLES
from simlib.words import LANGUAGES, Text, joined

MOST = 30  # bars of a figure
VALUES = ("at", "low", "high")


def sections(done: Sensitivity) -> list[Section]:
    """Each parameter alone, then all together, with how the ranges were chosen and what was left out."""
    alone, together = done.tables
    column, now = done.column, done.rows["now"].iloc[0]
    rows = done.rows.head(MOST)
    shown = [(_said(one.parameter, one.low), _said(one.parameter, one.high)) for one in each_row(rows)]
    figure = charts.tornado(rows, [parameter(path).label for path in rows["parameter"]], shown, column)
    places = ",.2f" if column.type is Type.MONEY else ",g"
    lines = [NOW.fill(label=column.label, unit=column.unit, now=f"{now:{places}}"), RULE.fill(steps=STEPS_AWAY)]
    lines += [MORE.fill(most=MOST, count=len(done.rows))] if len(done.rows) > MOST else []
    found = [Section(ALONE.fill(label=column.label), ALONE_HELP, tuple(lines), figure, _told(*alone))]
    if done.found is not None:
        found.append(_sobol(done, together))
    if done.left_out:
        found.append(Section(LEFT_OUT, lines=done.left_out))
    return of_rules(found, *(FAMILIES[name] for name in dict.fromkeys(one.declared.family for one in done.axes)))


def _sobol(done: Sensitivity, table) -> Section:
    rows, found = done.indices, done.found
    if found is None:  # none was asked for
        raise LookupError("no samples were taken")
    size = (found.calculations // (len(done.axes) + 2), len(done.axes), found.calculations)
    lines = [SAMPLES.fill(**{name: f"{one:,}" for name, one in zip(("n", "d", "all"), size, strict=True)}),
             INTERVALS.fill(level=f"{LEVEL:.0%}", count=RESAMPLES)]  # fmt: skip
    if not found.deviation:
        return Section(TOGETHER.fill(label=done.column.label), lines=(*lines, CONSTANT), table=table)
    lines += warnings(done)
    figure = charts.sobol(rows.head(MOST), [parameter(path).label for path in rows["parameter"].head(MOST)])
    return Section(TOGETHER.fill(label=done.column.label), TOGETHER_HELP, tuple(lines), figure, table)


def warnings(done: Sensitivity) -> list[Text]:
    """Where the samples are too few to say which parameter weighs more."""
    if not done.alike:
        return []
    pairs = joined(
        (PAIR.fill(one=parameter(one).label, other=parameter(other).label) for one, other in done.alike),
        zh="；",
        en="; ",
    )
    return [ALIKE.fill(pairs=pairs)]


def _told(table: Table, rows: pd.DataFrame) -> tuple[Table, pd.DataFrame]:
    """The same table with values as people read them, in either language."""
    columns, shown = [], rows.copy()
    for column in table.columns:
        if column.name not in VALUES:
            columns.append(column)
            continue
        texts = [_said(*pair) for pair in zip(rows["parameter"], rows[column.name], strict=True)]
        for language in LANGUAGES:
            name = f"{column.name}_{language}"
            columns.append(replace(column, name=name, language=language))
            shown[name] = [text.to(language) for text in texts]
    return replace(table, columns=tuple(columns)), shown


def _said(path: str, value: str) -> Text:
    declared = parameter(path)
    found = next((one for one in declared.options if one.value == value), value)
    return declared.shown(found)


ALONE = Text("每个参数单独变动：{label}", "Each parameter alone: {label}")
ALONE_HELP = Text(
    "每次仅调整一个参数，其余不变；按变动幅度从大到小排列。",
    "One parameter at a time, all others as they are; the largest swing on top.",
)
NOW = Text("{label}：当前 {now} {unit}。", "{label}: {now} {unit} now.")
RULE = Text("未用 --vary 指定范围的：数值参数向两端各变动 {steps} 步（步长按参数声明，不超出上下限）；口径取全部选项。"
            "范围属假设，不是文件规定。",
            "Where --vary names no range: numbers go {steps} of their declared steps to either side, within bounds; "
            "readings take all options. The ranges are assumptions, set by no document.")  # fmt: skip
MORE = Text(
    "图中为变动幅度最大的 {most} 个，共 {count} 个，全部见表。",
    "The figure shows the {most} largest of {count}; the table has all.",
)
TOGETHER = Text("全部参数共同变动：{label}方差的来源", "All parameters together: what explains the variance of {label}")
TOGETHER_HELP = Text(
    "各参数在各自范围内独立、均匀取值，口径的各选项概率相等。一阶指数为该参数单独解释的方差比例；"
    "总效应指数还包括它与其他参数共同作用的部分。",
    "Each parameter is taken uniformly from its range, independently; options of a reading are equally likely. First "
    "order: the share of the variance that it explains alone; total: also what it does together with others.",
)
SAMPLES = Text("N = {n}：共计算 N×({d}+2) = {all} 个方案（{d} 个参数；Saltelli 2010，scipy.stats.sobol_indices）。N "
               "增至四倍，区间约缩小一半。",
               "N = {n}: N x ({d} + 2) = {all} scenarios were calculated for {d} parameters (Saltelli 2010, "
               "scipy.stats.sobol_indices). Four times N halves the intervals.")  # fmt: skip
INTERVALS = Text(
    "区间为 {level}（对 N 个点重抽 {count} 次）。", "Intervals of {level} ({count} resamples of the N points)."
)
CONSTANT = Text(
    "在上述范围内结果不变，没有可解释的方差。",
    "The outcome is the same all over these ranges: there is no variance to explain.",
)
ALIKE = Text(
    "区间重叠，样本数还不足以分出先后：{pairs}。请加大 --samples。",
    "Intervals overlap, so that the samples do not rank: {pairs}. Give more --samples.",
)
PAIR = Text("{one} 与 {other}", "{one} and {other}")
LEFT_OUT = Text("未变动的参数", "Parameters left out")
