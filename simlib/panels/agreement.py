"""The panels of the designation agreements' dashboard: from breaches to consequences, who may be designated, what is
due."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from simlib.charts import agreement as charts
from simlib.charts import codes
from simlib.clauses import CLAUSE
from simlib.columns import INSTITUTIONS, ITEMS
from simlib.columns.values import each_row
from simlib.comparison import movement
from simlib.money import to_fen, to_yuan
from simlib.panels.agreement_desk import PANELS as DESK
from simlib.panels.agreement_desk import any_rows
from simlib.panels.common import EACH, READINGS, SUM, labelled, steps, table, unpicked
from simlib.panels.movers import MOVERS
from simlib.panels.panel import Dashboard, Moment, Panel
from simlib.panels.said import HEADLINES
from simlib.rules import agreement, deposit
from simlib.rules.agreement.articles import cited
from simlib.rules.agreement.params import AgreementParams
from simlib.tables import small
from simlib.words import Text

TITLE = Text("定点协议模拟器", "Designation agreements simulator")
INTRO = Text(
    "由违约清单计算处理结果和违约金，核对定点条件和办理期限。",
    "From breaches to consequences and damages; eligibility and deadlines checked.",
)
RESULTS = {declared.name: declared for declared in agreement.FAMILY.results}
ACTIONS = RESULTS["agreement_institutions"].by_name["action"].options
ARTICLES = (42, 43, 44)


# --- breaches ---------------------------------------------------------------------------------------------------------


def _ladder(moment: Moment[AgreementParams]) -> dict:
    """The measures, from the mildest: how many breaches of each article lead to each, and the money."""
    breaches = moment.results["agreement"]
    article = breaches["item"].map(lambda item: agreement.LADDER[item].article).to_numpy()
    lines = []
    for label, whom, amount in (
        (MEASURES["interview"], breaches["interview"], None),
        (MEASURES["payment_held"], breaches["payment_held"], None),
        (MEASURES["recovered"], breaches["recovered"] > 0, "recovered"),
        (MEASURES["damages"], breaches["damages"] > 0, "damages"),
        (MEASURES["staff_suspended"], breaches["staff_suspended"], None),
        (MEASURES["suspend"], breaches["action"] == "suspend", None),
        (MEASURES["terminate"], breaches["action"] == "terminate", None),
        (MEASURES["referred"], breaches["referred"], None),
    ):
        mine = whom.to_numpy(dtype=bool)
        counts = [f"{int((mine & (article == one)).sum()):,}" for one in ARTICLES]
        money = "" if amount is None else f"{to_yuan(to_fen(breaches[amount].to_numpy()).sum()):,.2f}"
        lines.append([label, *counts, f"{int(mine.sum()):,}", money])
    return {"headings": LADDER_HEADINGS, "lines": lines}


def _items(moment: Moment[AgreementParams]) -> dict:
    """What each item was breached for."""
    lines = [
        [ITEM.fill(clause=cited(row.item).place, what=ITEMS[row.item]), f"{row.incidents:,}",
         *(f"{amount:,.2f}" for amount in (row.loss, row.recovered, row.damages))]
        for row in each_row(agreement.by_item(moment.results["agreement"]))
    ]  # fmt: skip
    return {"headings": ITEM_HEADINGS, "lines": lines}


def _damages(moment: Moment[AgreementParams]) -> dict:
    """The damages over the legal ranges, and in words what another rate would change."""
    breaches = moment.results["agreement"]
    labels = {article: cited(article).place for article in charts.ARTICLES}
    figure = charts.sensitivity(agreement.sensitivity(breaches, moment.params), moment.params, labels)
    notes = []
    for row in each_row(agreement.range_of_damages(breaches, moment.params)):
        shown = {name: f"{getattr(row, name):,.2f}" for name in ("loss", "least", "now", "most")}
        notes.append(RANGE.fill(article=labels[row.article], **shown))
    return {**figure, "notes": notes}


def _terms(moment: Moment[AgreementParams]) -> dict:
    """The shares that an agreement fixes: what is in force, what the document allows, and where it is set."""
    values = moment.run.scenario.params
    lines = []
    for family, name, where in (
        ("deposit", "deposit_rate", deposit.FAMILY.label), ("agreement", "damages_rate_43", HERE),
        ("agreement", "damages_rate_44", HERE), ("agreement", "damages_cap", HERE),
    ):  # fmt: skip
        one = values[family].declarations()[name]
        bounds = f"{one.unit.show(one.low)} – {one.unit.show(one.high)}"
        now = one.unit.show(getattr(values[family], name))
        lines.append([one.label, now, bounds, one.sources, where])
    return {"headings": TERM_HEADINGS, "lines": lines}


# --- institutions -----------------------------------------------------------------------------------------------------


def _frame(moment: Moment[AgreementParams]) -> dict:
    """The table's columns that no lever moves: the institutions with breaches, named where the city's table knows
    them."""
    ids = moment.table["institution_id"]
    texts = {"institution_id": ids.tolist()}
    if "institutions" in moment.inputs:
        given = small(moment.inputs, "institutions")
        known = given.drop_duplicates("institution_id").set_index("institution_id").reindex(ids)
        texts |= {
            name: labelled(known[name], INSTITUTIONS.by_name[name]) for name in ("name", "level") if name in known
        }
    return table([INSTITUTIONS.by_name[name] for name in texts], texts, [*MOVING, movement.DIFFERENCE], options=ACTIONS)


def _rows(moment: Moment[AgreementParams]) -> dict:
    values = {column.name: _floats(moment.table[column.name]) for column in MOVING if column.name != "action"}
    values |= {"action": codes(moment.table["action"], ACTIONS), "difference": moment.difference.to_numpy(dtype=float)}
    return {"values": values, "picked": moment.picked_row}


def _floats(values: pd.Series) -> np.ndarray:
    """Numbers with blanks as not-a-number, for the page."""
    return values.to_numpy(dtype="float64", na_value=np.nan)


MOVING = [
    RESULTS["agreement_institutions"].by_name[name]
    for name in ("incidents", "loss", "recovered", "damages", "total", "action", "referred", "days_left")
]
MEASURES = {
    "interview": Text("约谈负责人", "interview"), "payment_held": Text("暂停或不予拨付", "payment held"),
    "recovered": Text("不予支付或追回", "refused or recovered"), "damages": Text("支付违约金", "damages"),
    "staff_suspended": Text("中止责任人员或部门", "staff or department suspended"),
    "suspend": Text("中止协议", "agreement suspended"),
    "terminate": Text("解除协议", "agreement terminated"),
    "referred": Text("移交行政部门", "referred to the authority"),
}  # fmt: skip
LADDER_HEADINGS = [
    Text("处理方式", "Measure"), *(Text(f"{article} 条", f"Art. {article}") for article in ARTICLES), SUM,
    Text("金额（元）", "Amount (yuan)"),
]  # fmt: skip
ITEM = Text("{clause} {what}", "{clause} {what}")
ITEM_HEADINGS = [
    Text("违约条款", "Item"), Text("违约（起）", "Breaches"), Text("基金损失（元）", "Loss (yuan)"),
    Text("追回（元）", "Recovered (yuan)"),
    Text("违约金（元）", "Damages (yuan)"),
]  # fmt: skip
RANGE = Text("{article}：损失 {loss} 元，现行比例的违约金 {now} 元；文件允许的范围内，最少 {least} 元，最多 {most} "
             "元。",
             "{article}: loss {loss} yuan, damages at the rate in force {now} yuan; within the legal range from "
             "{least} to {most} yuan.")  # fmt: skip
TERM_HEADINGS = [
    Text("协议约定", "Term of the agreement"), Text("现行值", "Now"), Text("文件允许", "The document allows"), CLAUSE,
    Text("修改位置", "Where to change it"),
]  # fmt: skip
HERE = Text("左侧参数", "the parameters at the left")
PANELS = (
    HEADLINES,
    replace(MOVERS, shown=any_rows("agreement_institutions")),
    Panel("damages", "chart", Text("违约金比例测算", "Another damages rate"), _damages, shown=any_rows("agreement"),
          help=Text("文件仅规定比例范围：第四十三条不超过 20%，第四十四条 20% 至 30%。曲线为全部违约的违约金合计，"
                    "竖线为现行比例。",
                    "The document sets only ranges: up to 20% under art. 43, 20% to 30% under art. 44. The lines are "
                    "the damages of all breaches, the vertical ones the rates in force.")),
    Panel("ladder", "lines", Text("违约处理等次", "The ladder of consequences"), _ladder, shown=any_rows("agreement"),
          wide=True,
          help=Text("按由轻到重列示各类处理的违约起数（JS3 第四十二条至第四十四条）。追回和违约金为金额合计。",
                    "From the mildest: how many breaches lead to each measure (JS3 art. 42 to 44), with the sums "
                    "recovered and owed.")),
    Panel("items", "lines", Text("违约条款", "What was breached"), _items, shown=any_rows("agreement"), wide=True),
    READINGS,
    Panel("explanation", "steps", Text("该机构的处理结果", "What becomes of this institution"), steps,
          waits=unpicked, shown=any_rows("agreement_institutions"), wide=True),
    Panel("institutions", "table", EACH, _rows, frame=_frame, shown=any_rows("agreement_institutions"), wide=True),
    Panel("terms", "lines", Text("协议约定的比例", "Shares that the agreement fixes"), _terms, wide=True,
          on_paper=False),
    *DESK,
)  # fmt: skip
DASHBOARD = Dashboard(agreement.FAMILY, TITLE, INTRO, PANELS)
