"""The panels of the deposit dashboard: which view of the rule each one draws."""

from __future__ import annotations

import pandas as pd

from simlib.charts import codes, ends
from simlib.charts import deposit as charts
from simlib.columns import INSTITUTIONS
from simlib.columns.institutions import INSTITUTION_COUNT
from simlib.columns.values import each_row
from simlib.comparison import movement
from simlib.panels.common import EACH, NET, NET_MOVED, READINGS, by_kind, kinds, labelled, moved, steps, table, unpicked
from simlib.panels.movers import MOVERS
from simlib.panels.panel import Dashboard, Moment, Panel
from simlib.panels.said import HEADLINES
from simlib.rules import deposit
from simlib.rules.deposit.params import DepositParams
from simlib.tables import small
from simlib.words import Text

TITLE = Text("质量保证金模拟器", "Quality deposit simulator")
INTRO = Text(
    "调整阈值，查看各机构的增减和转移金额。", "Move the thresholds: who gains, who loses, how much money moves."
)
BANDS = {band.value: band.label for band in deposit.Band}
GIVEN = INSTITUTIONS.by_name


def _distribution(moment: Moment[DepositParams]) -> dict:
    bins = deposit.distribution(moment.table)
    return {**charts.distribution(bins, moment.params, BANDS), "notes": ends(bins, "index", 3)}


def _payout(moment: Moment[DepositParams]) -> dict:
    paid, params = deposit.payout(moment.table), moment.params
    index = paid["index"].to_numpy(dtype="float32")  # as the points are drawn
    low, high = float(index.min(initial=1)), float(index.max(initial=1))
    curve = deposit.curve(params, min(low, float(params.lower)), max(high, float(params.upper)))
    figure = charts.payout(paid, curve, params, BANDS, moment.picked_row)
    return {**figure, "notes": _cliff_notes(moment)}


def _cliff_notes(moment: Moment[DepositParams]) -> list[Text]:
    """The edges in words: what one step over each is worth, and how many stand close."""
    notes = []
    for edge in each_row(deposit.cliffs(moment.table, moment.params)):
        low, high = f"{edge.jump_low:.1%}", f"{edge.jump_high:.1%}"
        jump = low if low == high else Text(f"{low} 至 {high}", f"{low} to {high}")
        near = {"under": edge.just_under, "over": edge.just_over, "near": deposit.NEAR, "at": f"{edge.at:.3f}"}
        notes.append(CLIFFS[edge.edge].fill(jump=jump, **near))
    return notes


def _flows(moment: Moment[DepositParams]) -> dict:
    """Money given up and got by kind of institution."""
    by = moment.choices["flows"]
    of = kinds(moment, by)
    return by_kind(GIVEN[by], moved(moment, by, lambda table: _flow_lines(table, of)), FLOW_HEADINGS)


def _flow_lines(table: pd.DataFrame, of: pd.Series) -> list[dict]:
    return [
        {"label": row.kind, "count": row.institutions, "out": row.forfeited, "in": row.bonus, "net": row.net}
        for row in each_row(deposit.flows(table, of))
    ]


def _frame(moment: Moment[DepositParams]) -> dict:
    """The table's columns that no lever moves."""
    given = small(moment.inputs, "institutions")
    names = ["institution_id", "name", "group", "level"]
    texts = {name: labelled(given[name], GIVEN[name]) for name in names if name in given}
    moving = [column for column in deposit.FAMILY.results[0].columns if column.name in MOVING]
    return table([GIVEN[name] for name in texts], texts, [*moving, movement.DIFFERENCE], options=BANDS)


def _rows(moment: Moment[DepositParams]) -> dict:
    values = {name: moment.table[name].to_numpy() for name in MOVING if name != "band"}
    bands = codes(moment.table["band"], BANDS)
    return {
        "values": {**values, "band": bands, "difference": moment.difference.to_numpy()},
        "picked": moment.picked_row,
    }


MOVING = ("score", "index", "band", "deposit", "payment", "change")
FLOW_HEADINGS = [INSTITUTION_COUNT.label, Text("扣减", "forfeited"), Text("奖励", "bonus"), NET, NET_MOVED]
CLIFFS = {
    "lower": Text("下阈值 {at}：刚低于下阈值的机构少领保证金的 {jump}。±{near} 以内：略低于阈值的 {under} 家，"
                  "达到或略高于阈值的 {over} 家。",
                  "At {at}: an institution just under it loses {jump} of its deposit. Within ±{near}: {under} just "
                  "under, {over} at or just over."),
    "upper": Text("上阈值 {at}：刚高于上阈值的机构多得保证金的 {jump}（各组不同）。±{near} 以内：达到或略低于阈值的 "
                  "{under} 家，略高于阈值的 {over} 家。",
                  "At {at}: an institution just over it gains {jump} of its deposit (by group). Within ±{near}: "
                  "{under} at or just under, {over} just over."),
}  # fmt: skip

PANELS = (
    HEADLINES,
    MOVERS,
    Panel("payout", "chart", Text("支付曲线与阈值落差", "Payout curve and its cliffs"), _payout,
          help=Text("每个点为一家机构：横轴为指数，纵轴为实际可得占保证金的比例。",
                    "Each point is an institution: its index across, its payment over its deposit up."),
          hint=Text("点选可查看该机构的计算过程。", "Click one to see its calculation.")),
    Panel("distribution", "chart", Text("绩效指数分布", "Distribution of the index"), _distribution,
          help=Text("柱高为该指数区间的机构数，颜色为所在档次；竖线为两个阈值，虚线为文件规定值。",
                    "Each bar counts the institutions of that index, coloured by band; the lines are the thresholds, "
                    "dotted where the document sets them.")),
    Panel("flows", "bars", Text("资金流向", "Where the money flows"), _flows,
          choices={name: GIVEN[name].label for name in ("level", "group", "ownership", "county")},
          help=Text("各类机构被扣减的保证金、分得的奖励金和两者差额（元）。",
                    "What each kind of institution gives up, what it gets, and the difference (yuan).")),
    READINGS,
    Panel("explanation", "steps", Text("该机构的计算过程", "How this institution's amount comes about"), steps,
          waits=unpicked, wide=True),
    Panel("institutions", "table", EACH, _rows, frame=_frame, wide=True),
)  # fmt: skip
DASHBOARD = Dashboard(deposit.FAMILY, TITLE, INTRO, PANELS)
