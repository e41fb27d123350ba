"""The panels of the DIP dashboard: from the fund to each institution, and what follows when hospitals change."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd

from simlib.charts import codes, ends, line
from simlib.charts import dip as charts
from simlib.columns import INSTITUTIONS, LEVELS
from simlib.columns.institutions import INSTITUTION_COUNT
from simlib.columns.values import each_row
from simlib.comparison import movement
from simlib.money import decimal_text
from simlib.panels.common import EACH, NET, NET_MOVED, READINGS, by_kind, kinds, labelled, moved, steps, table
from simlib.panels.dip_coefficients import ASSUMED, IN_TABLE, coefficient_frame, coefficients, dynamics, dynamics_frame
from simlib.panels.movers import MOVERS
from simlib.panels.panel import Dashboard, Moment, Panel
from simlib.panels.said import HEADLINES
from simlib.rules import dip
from simlib.rules.dip import views
from simlib.rules.dip.basis import THOUSAND
from simlib.rules.dip.params import DipParams
from simlib.rules.dip.scoring import Limits
from simlib.rules.dip.settlement import ClearingBand, turns
from simlib.rules.dip.tables import DEVIATIONS
from simlib.tables import small
from simlib.units import figure
from simlib.words import Text

TITLE = Text("DIP 结算模拟器", "DIP settlement simulator")
INTRO = Text("调整调节金、偏差界限、清算区间和系数，查看全市各机构结算的变化。",
             "Move the regulation fund, the limits, the corridor and the coefficients: see every institution's "
             "settlement change.")  # fmt: skip
GIVEN = INSTITUTIONS.by_name
OUTCOMES = {one.value: one.label for one in ClearingBand}


# --- the fund and the corridor ---------------------------------------------------------------------------------------


def _waterfall(moment: Moment[DipParams]) -> dict:
    return charts.waterfall(views.waterfall(moment.results), STEPS)


def _distribution(moment: Moment[DipParams]) -> dict:
    bins = views.distribution(moment.table)
    figure = charts.distribution(bins, moment.params, turns(moment.params), OUTCOMES)
    edges = [EDGES[edge.edge].fill(at=f"{edge.at:.1%}", under=edge.under, over=edge.over, near=f"{views.NEAR:.0%}")
             for edge in each_row(views.edges(moment.table, moment.params))]  # fmt: skip
    return {**figure, "notes": [*edges, *ends(bins, "ratio", 0, "%")]}


RATIOS = [Fraction(one, 100) for one in (*range(40, 100, 2), *range(100, 250, 5))]


def _corridor(moment: Moment[DipParams]) -> dict:
    turn = turns(moment.params)
    ratios = sorted({*RATIOS, *turn})
    at = [float(one) for one in ratios]
    rules = {level: pd.Series(views.corridor(moment.params, level, ratios), at) for level in LEVELS}
    return charts.corridor(moment.table, rules, moment.params, turn, LEVELS, OUTCOMES, moment.picked_row)


def _balance(moment: Moment[DipParams]) -> dict:
    """What each kind keeps of its surplus and bears of its overspending."""
    by = moment.choices["balance"]
    of = kinds(moment, by)
    return by_kind(GIVEN[by], moved(moment, by, lambda table: _balance_lines(table, of)), BALANCE_HEADINGS)


def _balance_lines(table: pd.DataFrame, of: pd.Series) -> list[dict]:
    return [
        {"label": row.kind, "count": row.institutions, "out": row.lost, "in": row.gained, "net": row.net}
        for row in each_row(views.balance(table, of))
    ]


def _mix(moment: Moment[DipParams]) -> dict:
    return charts.mix(moment.table, kinds(moment, "level"), LEVELS, moment.picked_row)


def _rollover(moment: Moment[DipParams]) -> dict:
    now, document = (views.rollover(one) for one in (moment.results, moment.document))
    first, last = now["surplus"].iloc[0], now["surplus"].iloc[-1]
    notes = [ACCUMULATED.fill(first=figure(first), last=figure(last), years=len(now))]
    if now["drawn"].any():
        notes.append(
            DRAWN.fill(drawn=f"{now['drawn'].sum():,.2f}", short=f"{(now['demand'] - now['paid']).sum():,.2f}")
        )
    return {**charts.rollover(now, document), "notes": notes}


def _deviations(moment: Moment[DipParams]) -> dict:
    limit = line(moment.params, "deviation_low", "@below", "left")
    if moment.params.low_slope is dip.LowSlope.LIFTED:
        low = Limits.of(moment.params).low / THOUSAND
        limit = [{"at": low, "colour": "@below", "dash": "solid", "label": decimal_text(low), "side": "left"}]
    figure = charts.deviations(moment.results["dip_deviations"], moment.params, limit)
    counts = moment.results["dip_counts"]
    total = {name: int(counts[name].sum()) for name in ("cases", "low", "high", "panel_review")}
    shown = {name: f"{count:,}" for name, count in total.items()}
    notes = [DEVIATING.fill(**shown, share=f"{(total['low'] + total['high']) / max(total['cases'], 1):.2%}")]
    if without := int(counts["ungrouped"].sum()):
        notes.append(WITHOUT.fill(count=f"{without:,}", amount=f"{counts['ungrouped_cost'].sum():,.2f}"))
    return {**figure, "notes": notes}


# --- the institutions -----------------------------------------------------------------------------------------------


def _frame(moment: Moment[DipParams]) -> dict:
    """The table's columns that no lever moves."""
    given = (
        small(moment.inputs, "institutions").set_index(INSTITUTIONS.key, drop=False).loc[moment.table[INSTITUTIONS.key]]
    )
    names = [name for name in ("institution_id", "name", "level", "type") if name in given]
    texts = {name: labelled(given[name], GIVEN[name]) for name in names}
    return table([GIVEN[name] for name in names], texts, [*MOVING, movement.DIFFERENCE], options=OUTCOMES)


def _rows(moment: Moment[DipParams]) -> dict:
    values = {column.name: moment.table[column.name].to_numpy() for column in MOVING if column.name != "outcome"}
    outcome = codes(moment.table["outcome"], OUTCOMES)
    return {
        "values": {**values, "outcome": outcome, "difference": moment.difference.to_numpy()},
        "picked": moment.picked_row,
    }


MOVING = [
    dip.FAMILY.results[0].by_name[name]
    for name in (
        "cases",
        "cmi",
        "coefficient",
        "billed",
        "payable",
        "clearing_ratio",
        "outcome",
        "settlement",
        "balance",
    )
]
STEPS = {  # short, for twelve of them stand side by side
    "income": Text("基金<br>收入", "income"), "regulation_set_aside": Text("调节<br>金", "regu-<br>lation"),
    "maternity": Text("生育", "mater-<br>nity"),
    "outpatient": Text("普通<br>门诊", "out-<br>patient"), "chronic": Text("门诊<br>特病", "chronic"),
    "nonlocal": Text("异地", "non-<br>local"),
    "cash": Text("现金<br>报销", "cash"), "other": Text("其他<br>支出", "other"),
    "unused": Text("超出<br>记账", "above<br>billing"),
    "distributable": Text("可<br>分配", "distri-<br>butable"),
    "undistributed": Text("未<br>分配", "undis-<br>tributed"),
    "floored": Text("负应<br>偿付", "spared"), "shares_paid": Text("分担", "shares"),
    "settlement": Text("决算", "settled"),
}  # fmt: skip
EDGES = {
    "cap": Text("{at}：低于此值，结余留用受上限限制。±{near} 以内：未超过的 {under} 家，超过的 {over} 家。",
                "{at}: below it retention is capped. Within ±{near}: {under} at or below, {over} above."),
    "even": Text("{at}：高于此值为超支。±{near} 以内：未超过的 {under} 家，超过的 {over} 家。",
                 "{at}: above it is overspending. Within ±{near}: {under} at or below, {over} above."),
    "limit": Text("{at}：高于此值的部分不再分担。±{near} 以内：未超过的 {under} 家，超过的 {over} 家。",
                  "{at}: what lies above is not shared. Within ±{near}: {under} at or below, {over} above."),
}  # fmt: skip
DEVIATING = Text("低费用 {low} 例、高费用 {high} 例，占全部 {cases} 例的 {share}；应专家评审 {panel_review} 例。",
                 "{low} of low and {high} of high deviation, {share} of {cases} cases; {panel_review} go to the "
                 "panel.")  # fmt: skip
WITHOUT = Text("另有 {count} 例未入组，费用 {amount} 元，不在图中。",
               "{count} more have no group; they cost {amount} yuan and are not in the figure.")  # fmt: skip
ACCUMULATED = Text("历年结余（可分配上限未用部分和未分配资金）：第1年末 {first} 元，第{years}年末 {last} 元。",
                   "Accumulated surplus (the ceiling not used, and what stays undistributed): {first} yuan after year "
                   "1, {last} after year {years}.")  # fmt: skip
DRAWN = Text("调节金各年共缺 {short} 元，以前年度结余可弥补 {drawn} 元；"
             "动用须联席会议研究、市政府批准（JY 第十二条）。",
             "The regulation fund lacks {short} yuan over the years, of which earlier years' surplus can pay {drawn}; "
             "to draw on it is for the joint meeting and the city to decide (JY art. 12).")  # fmt: skip
BALANCE_HEADINGS = [
    INSTITUTION_COUNT.label,
    Text("自担超支", "overspending borne"),
    Text("结余留用", "surplus kept"),
    NET,
    NET_MOVED,
]
BY = {name: GIVEN[name].label for name in ("level", "type", "ownership", "county")}


def _by(moment: Moment[DipParams]) -> dict[str, Text]:
    return {name: label for name, label in BY.items() if name in moment.inputs["institutions"]}


PANELS = (
    HEADLINES,
    MOVERS,
    Panel("corridor", "chart", Text("清算区间（结余留用与超支分担）", "The clearing corridor"), _corridor,
          help=Text("每个点为一家机构：横轴为清算比例，纵轴为每元记账所得决算；曲线为各级别的规则。",
                    "Each point is an institution: clearing ratio across, settlement for a yuan billed up; the lines "
                    "are the rule of each level."),
          hint=Text("点选可查看该机构的结算过程。", "Click one to see its calculation.")),
    Panel("distribution", "chart", Text("清算比例分布", "Distribution of clearing ratios"), _distribution,
          help=Text("柱高为该清算比例区间的机构数；竖线为留用上限起作用处、100% 和分担上限。",
                    "Each bar counts the institutions of that ratio; the lines are where the retention cap binds, "
                    "100%, and where sharing ends.")),
    Panel("balance", "bars", Text("结余与超支情况", "Who has a surplus, who overspent"), _balance, choices=_by,
          help=Text("决算与记账相比：各类机构自担的超支、留用的结余和两者差额（元）。",
                    "Settlement against billing: what each kind bears of overspending, keeps of surplus, and the "
                    "difference (yuan).")),
    Panel("waterfall", "chart", Text("资金从收入到决算", "From income to settlement"), _waterfall, wide=True,
          help=Text("从当年基金收入依次减去调节金和各项支出，得到可分配资金，再到各机构决算合计。",
                    "From the year's income, less the regulation fund and the spending, to the distributable and to "
                    "what is settled.")),
    READINGS,
    Panel("explanation", "steps", Text("该机构的计算过程", "How this institution's settlement comes about"), steps,
          wide=True, slow=True),
    Panel("institutions", "table", EACH, _rows, frame=_frame, wide=True),
    Panel("mix", "chart", Text("病例组合与盈亏", "Case-mix and balance"), _mix,
          help=Text("每个点为一家机构：横轴为 CMI，纵轴为决算较记账增减的比例。",
                    "Each point is an institution: its CMI across, settlement over billing up.")),
    Panel("deviations", "chart", DEVIATIONS.label, _deviations,
          help=Text("柱高为该偏差率区间的病例数，最右一柱含更高的病例；竖线为两个界限。",
                    "Each bar counts the cases of that ratio, the last one all above; the lines are both limits.")),
    Panel("rollover", "chart", Text("调节金：供给、需求与结转", "Regulation fund: supply, demand, rollover"), _rollover,
          wide=True,
          help=Text("假设以后各年与今年相同：每年可用的调节金、应分担的金额和结转的余额，以及历年结余。",
                    "If the years to come are like this one: what the fund has each year, what it owes, what is "
                    "carried over, and the accumulated surplus.")),
    Panel("dynamics", "fields", Text("医院行为变化的影响", "If hospitals change"), dynamics, frame=dynamics_frame,
          wide=True),
    Panel("coefficients", "fields", Text("机构系数", "Coefficients"), coefficients, frame=coefficient_frame,
          wide=True,
          help=Text("数字可直接修改；蓝底为已修改，↺ 恢复文件规定值。",
                    "Change the numbers in place; those on blue were changed, ↺ goes back to the document.")),
)  # fmt: skip
DASHBOARD = Dashboard(dip.FAMILY, TITLE, INTRO, PANELS, in_panels=frozenset(IN_TABLE + ASSUMED))
