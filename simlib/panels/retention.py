"""The panels of the county retention dashboard: the curve, what communities keep, and the years that follow."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd

from simlib.charts import codes
from simlib.charts import retention as charts
from simlib.columns import COMMUNITIES
from simlib.columns.values import each_row
from simlib.comparison import movement
from simlib.panels.common import (
    ASSUMPTION,
    MEANING,
    NONE_ASSUMED,
    READINGS,
    labelled,
    moved,
    sentence,
    steps,
    table,
    unpicked,
)
from simlib.panels.movers import MOVERS
from simlib.panels.panel import Dashboard, Moment, Panel
from simlib.panels.said import HEADLINES
from simlib.params import Kind
from simlib.rules import retention
from simlib.rules.retention.params import RetentionParams
from simlib.tables import small
from simlib.words import Text

TITLE = Text("县域结余留用模拟器", "County surplus simulator")
INTRO = Text(
    "调整分数线和留用比例，查看各医共体的留用和不予支付金额。",
    "Move the thresholds and the shares: see what each community keeps and what it is not paid.",
)
BRACKETS = {one.value: one.label for one in retention.Bracket}
GIVEN = COMMUNITIES.by_name
DECLARED = retention.RetentionParams.declarations()
ASSUMED = tuple(name for name, one in DECLARED.items() if one.kind is Kind.ASSUMPTION)


def _curve(moment: Moment[RetentionParams]) -> dict:
    scores = moment.table["total_score"]
    low = min(math.floor(scores.min()) - 2, float(moment.params.half_from) - 4)
    high = max(math.ceil(max(scores.max(), moment.params.full_from)) + 2, 101)
    rule, document = (retention.curve(one, low, high) for one in (moment.params, moment.params.document()))
    figure = charts.curve(moment.table, rule, document, moment.params, BRACKETS, moment.picked_row)
    return {**figure, "notes": _edge_notes(moment)}


def _edge_notes(moment: Moment[RetentionParams]) -> list[Text]:
    """Each edge in words: whether the share kept jumps there, and who stands close."""
    notes = []
    for edge in each_row(retention.edges(moment.table, moment.params)):
        jump = edge.over - edge.under
        said = FLAT if abs(jump) < 1e-5 else JUMP if jump > 0 else DROP
        near = {
            "under": edge.just_under,
            "over": edge.just_over,
            "near": retention.NEAR,
            "worth": (MORE if edge.worth >= 0 else LESS).fill(amount=f"{abs(edge.worth):,.2f}"),
        }
        shares = {"low": f"{edge.under:.1%}", "high": f"{edge.over:.1%}"}
        notes.append(EDGE.fill(at=f"{edge.at:g}", said=said.fill(**shares), **near))
    return notes


def _flows(moment: Moment[RetentionParams]) -> dict:
    """What each bracket is not paid and keeps."""
    return {"headings": FLOW_HEADINGS, "lines": moved(moment, "bracket", _flow_lines)}


def _flow_lines(table: pd.DataFrame) -> list[dict]:
    return [
        {"label": BRACKETS[row.bracket], "count": row.communities, "out": row.returned, "in": row.retained,
         "net": row.net}
        for row in each_row(retention.flows(table))
    ]  # fmt: skip


def _years_frame(moment: Moment[RetentionParams]) -> dict:
    rows = [{"label": DECLARED[name].label, **sentence(Text(*[f"⟦{name}⟧"] * 2), DECLARED)} for name in ASSUMED]
    return {"rows": rows, "headings": ASSUMED_HEADINGS, "was": NONE_ASSUMED}


def _years_table(moment: Moment[RetentionParams]) -> dict:
    """The assumptions, and what follows from them year by year."""
    lines = [
        [f"{row.year}", *(f"{getattr(row, name):,.2f}" for name in YEAR_COLUMNS), f"{row.failed}"]
        for row in each_row(moment.results["retention_years"])
    ]
    headings = [_YEARS[name].heading for name in ("year", *YEAR_COLUMNS, "failed")]
    return {
        "cells": [[DECLARED[name].help] for name in ASSUMED],
        "note": FOLLOWS,
        "table": {"headings": headings, "lines": lines},
    }


def _years(moment: Moment[RetentionParams]) -> dict:
    return charts.years(*(one["retention_years"] for one in (moment.results, moment.document)))


def _frame(moment: Moment[RetentionParams]) -> dict:
    """The table's columns that no lever moves."""
    given = small(moment.inputs, "communities")
    texts = {name: labelled(given[name], GIVEN[name]) for name in ("community_id", "name") if name in given}
    return table([GIVEN[name] for name in texts], texts, [*MOVING, movement.DIFFERENCE], options=BRACKETS)


def _rows(moment: Moment[RetentionParams]) -> dict:
    values = {column.name: moment.table[column.name].to_numpy() for column in MOVING}
    values |= {"bracket": codes(moment.table["bracket"], BRACKETS), "difference": moment.difference.to_numpy()}
    return {"values": values, "picked": moment.picked_row}


MOVING = [
    retention.FAMILY.results[0].by_name[name]
    for name in (
        "total_score",
        "bracket",
        "ratio",
        "surplus",
        "retained",
        "returned",
        "overspend_borne",
        "net",
    )
]
_YEARS = retention.FAMILY.results[1].by_name
YEAR_COLUMNS = ("budget", "spending", "retained", "returned", "overspend_borne", "next_year_cut")
EDGE = Text("{at} 分：{said}。±{near} 分以内：略低于分数线的 {under} 家，达到或略高于分数线的 {over} 家；"
            "略低于分数线的全部达标，{worth}。",
            "{at}: {said}. Within ±{near} points: {under} just under, {over} at or just over; at the line those under "
            "would keep {worth}.")  # fmt: skip
MORE, LESS = Text("共多留 {amount} 元", "{amount} yuan more"), Text("反而共少留 {amount} 元", "{amount} yuan less")
JUMP = Text("留用比例由 {low} 跃升至 {high}", "the share jumps from {low} to {high}")
FLAT = Text("留用比例连续，无落差（{high}）", "the share does not jump ({high})")
DROP = Text(
    "留用比例由 {low} 降至 {high}，得分高的反而留用减少",
    "the share falls from {low} to {high}: a higher score keeps less",
)
FLOW_HEADINGS = [
    retention.FAMILY.results[0].by_name["bracket"].label,
    retention.FAMILY.headlines[0].label,
    charts.YEARS["returned"][1],
    charts.YEARS["retained"][1],
    Text("留用减承担超支", "kept less overspending borne"),
    movement.DIFFERENCE.label,
]
ASSUMED_HEADINGS = [ASSUMPTION, Text("每年变化", "A year"), MEANING]
FOLLOWS = Text("第 1 年为实际结果；后续各年预算按上年结果核减后再增长。金额为全部医共体合计。",
               "Year 1 is what was settled; every later budget is cut for the result before it, then grows. Amounts "
               "are those of all communities.")  # fmt: skip

PANELS = (
    HEADLINES,
    MOVERS,
    Panel("curve", "chart", Text("留用曲线", "The retention curve"), _curve,
          help=Text("每个点为一个医共体：横轴为总分，纵轴为结余留用比例；竖线为三条分数线，虚线为文件规定值。",
                    "Each point is a community: its score across, the share of a surplus that it keeps up; the lines "
                    "are the thresholds, dotted where the document sets them."),
          hint=MOVERS.hint),
    Panel("flows", "bars", Text("结余分配去向", "Where the surplus goes"), _flows,
          help=Text("各档医共体不予支付的结余、留用的结余，以及留用减去承担的超支（元）。",
                    "What each bracket is not paid of its surplus, what it keeps, and that less the overspending it "
                    "bears (yuan).")),
    Panel("explanation", "steps", Text("该医共体的计算过程", "How this community's amount comes about"), steps,
          waits=unpicked),
    replace(READINGS, help=Text("条文未明确之处，换一种口径会影响多少医共体、多少资金"
                               "（其他参数保持当前值），影响大的在前。",
                               "Where the text is open: how many communities and how much money another reading would "
                               "change, all else as set now; the largest first.")),
    Panel("communities", "table", Text("各医共体", "Communities"), _rows, frame=_frame, wide=True),
    Panel("years", "chart", Text("后续年度推演", "The years that follow"), _years, wide=True,
          help=Text("假设后续各年度与本年度相同（或按所设假设变化），各年留用、不予支付、承担和核减的金额。",
                    "What is kept, not paid, borne and cut if the years go on like this one, or change as assumed.")),
    Panel("assumptions", "fields", Text("后续年度的假设", "What is assumed of them"), _years_table,
          frame=_years_frame, wide=True),
)  # fmt: skip
DASHBOARD = Dashboard(retention.FAMILY, TITLE, INTRO, PANELS, in_panels=frozenset(ASSUMED))
