"""The panels of the designation agreements' dashboard: from breaches to consequences, who may be designated, what is
due."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simlib.charts import agreement as charts
from simlib.charts import codes
from simlib.clauses import CLAUSE, clause
from simlib.columns import INSTITUTIONS, ITEMS, STEPS, TABLES
from simlib.columns.values import each_row
from simlib.comparison import movement
from simlib.money import to_fen, to_yuan
from simlib.panels.common import EACH, HEADLINES, READINGS, SUM, labelled, steps, table
from simlib.panels.panel import Dashboard, Moment, Panel
from simlib.rules import agreement, deposit
from simlib.rules.agreement.articles import cited
from simlib.rules.agreement.params import AgreementParams
from simlib.rules.agreement.steps import PLAN
from simlib.rules.agreement.tables import BY_MATTER
from simlib.tables import small
from simlib.words import Text, joined

TITLE = Text("定点协议模拟器", "Designation agreements simulator")
INTRO = Text(
    "从违约清单算出处理和违约金，核对定点条件和办理期限。",
    "From breaches to consequences and damages; eligibility and deadlines checked.",
)
RESULTS = {declared.name: declared for declared in agreement.FAMILY.results}
ACTIONS = RESULTS["agreement_institutions"].by_name["action"].options
ARTICLES = (42, 43, 44)
MOST_ROWS = 60  # of a list on the page; the downloads have all


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


# --- applications and deadlines -------------------------------------------------------------------------------------


def _eligibility(moment: Moment[AgreementParams]) -> dict:
    """The applications that fail or leave something open, with what it is, and how many are eligible."""
    verdicts, conditions = moment.results["agreement_eligibility"], moment.results["agreement_conditions"]
    names = _names(moment, "applicants")
    outcomes = RESULTS["agreement_eligibility"].by_name["outcome"].options
    told = {
        applicant: [
            CONDITION.fill(clause=clause(row.clause).place, what=Text(row.condition, row.condition_en),
                           outcome=outcomes[row.outcome])
            for row in each_row(mine)
        ]
        for applicant, mine in conditions.groupby("applicant_id", sort=False)
    }  # fmt: skip
    order = verdicts[verdicts["outcome"] != ELIGIBLE].sort_values("outcome", kind="stable")
    lines = [
        [
            _named(row.applicant_id, names),
            outcomes[row.outcome],
            joined(told.get(row.applicant_id, []), zh="；", en="; "),
        ]
        for row in each_row(order.head(MOST_ROWS))
    ]
    fit = [[FIT.fill(count=f"{len(verdicts) - len(order):,}"), outcomes[ELIGIBLE], ""]]
    return {"headings": APPLICANT_HEADINGS, "lines": lines + _more(len(order), 3) + fit}


def _plan(moment: Moment[AgreementParams]) -> dict:
    """Each step with its clause, and how its matters stand."""
    lines = []
    for row in each_row(agreement.overdue(moment.results["agreement_timeline"])):
        step = PLAN[row.step]
        counts = [f"{getattr(row, name):,}" for name in ("in_time", "late", "open", "too_early")]
        lines.append([STEPS[row.step], step.actor.label, clause(step.clause).place, *counts])
    return {"headings": PLAN_HEADINGS, "lines": lines}


def _late(moment: Moment[AgreementParams]) -> dict:
    """The matters that are late, too early or open, by the day they are due."""
    matters = moment.results["agreement_timeline"]
    status = RESULTS["agreement_timeline"].by_name["status"].options
    shown = matters[matters["status"] != "in_time"].sort_values("due", kind="stable")
    names = _names(moment, "institutions")
    lines = [
        [row.matter_id, _named(row.institution_id or "", names), STEPS[row.step], row.start.isoformat(),
         row.due.isoformat(),
         row.done.isoformat() if row.done else "", status[row.status],
         "" if pd.isna(row.days) else f"{abs(row.days):,}"]
        for row in each_row(shown.head(MOST_ROWS))
    ]  # fmt: skip
    return {"headings": LATE_HEADINGS, "lines": lines + _more(len(shown), len(LATE_HEADINGS))}


def _names(moment: Moment[AgreementParams], name: str) -> dict[str, str]:
    """The names of a table's subjects, where it is there and has them."""
    if name not in moment.inputs or "name" not in moment.inputs[name]:
        return {}
    given = small(moment.inputs, name)
    return dict(zip(given[TABLES[name].key], given["name"], strict=True))


def _named(key: str, names: dict[str, str]) -> str:
    return f"{key} {names.get(key) or ''}".strip()


def _more(count: int, width: int) -> list[list]:
    """A last line that says how many more there are, in the downloads."""
    return [[MORE.fill(count=f"{count - MOST_ROWS:,}"), *[""] * (width - 1)]] if count > MOST_ROWS else []


def _any(name: str):
    return lambda moment: len(moment.results[name]) > 0


MOVING = [
    RESULTS["agreement_institutions"].by_name[name]
    for name in ("incidents", "loss", "recovered", "damages", "total", "action", "referred", "days_left")
]
ELIGIBLE = agreement.Eligibility.ELIGIBLE.value
FIT = Text("其余 {count} 家", "the other {count}")
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
    Text("协议约定", "Term of the agreement"), Text("现值", "Now"), Text("文件允许", "The document allows"), CLAUSE,
    Text("在哪里改", "Where to change it"),
]  # fmt: skip
HERE = Text("左侧参数", "the parameters at the left")
CONDITION = Text("{clause} {what}：{outcome}", "{clause} {what}: {outcome}")
APPLICANT_HEADINGS = [
    Text("申请机构", "Applicant"),
    Text("结论", "Outcome"),
    Text("不符合或无法判断的条件", "Conditions not met or unknown"),
]
PLAN_HEADINGS = [
    Text("事项", "Step"), Text("由谁办理", "Who acts"), Text("依据（JS3）", "Clause (JS3)"), Text("按期", "in time"),
    Text("逾期", "late"), Text("未办结", "open"),
    Text("过早", "too early"),
]  # fmt: skip
LATE_HEADINGS = [
    Text("事项编号", "Matter"), Text("机构", "Institution"), Text("事项", "Step"), Text("起算日", "From"),
    BY_MATTER.by_name["due"].label, Text("办结日", "Done"),
    Text("状态", "Status"), Text("相差天数", "Days off"),
]  # fmt: skip
MORE = Text("另有 {count} 行，见下载的文件。", "{count} more: see the downloads.")

PANELS = (
    HEADLINES,
    Panel("ladder", "lines", Text("处理的阶梯", "The ladder of consequences"), _ladder, shown=_any("agreement"),
          help=Text("由轻到重，每种处理各有多少起违约（JS3 第四十二条至第四十四条）。追回和违约金为金额合计。",
                    "From the mildest: how many breaches lead to each measure (JS3 art. 42 to 44), with the sums "
                    "recovered and owed.")),
    Panel("damages", "chart", Text("换一个违约金比例", "Another damages rate"), _damages, shown=_any("agreement"),
          help=Text("文件只规定了比例的范围：第四十三条不超过 20%，第四十四条 20% 至 30%。线为全部违约的违约金合计，"
                    "竖线为现行比例。",
                    "The document sets only ranges: up to 20% under art. 43, 20% to 30% under art. 44. The lines are "
                    "the damages of all breaches, the vertical ones the rates in force.")),
    Panel("items", "lines", Text("违约条款", "What was breached"), _items, shown=_any("agreement"), wide=True),
    Panel("institutions", "table", EACH, _rows, frame=_frame, shown=_any("agreement_institutions"), wide=True),
    Panel("explanation", "steps", Text("这家机构怎样处理", "What becomes of this institution"), steps,
          shown=_any("agreement_institutions"), wide=True),
    Panel("terms", "lines", Text("协议约定的比例", "Shares that the agreement fixes"), _terms, wide=True,
          on_paper=False),
    Panel("eligibility", "lines", Text("谁可以定点", "Who may be designated"), _eligibility,
          shown=_any("agreement_eligibility"), wide=True,
          help=Text("逐条核对第五条至第九条；空白的材料不推定，写明无法判断。",
                    "Articles 5 to 9, one by one; what is blank is not guessed but said.")),
    Panel("plan", "lines", BY_MATTER.label, _plan, shown=_any("agreement_timeline"), wide=True,
          help=Text("工作日按国家公布的放假和调休安排计算。",
                    "Working days follow the published holidays and make-up days.")),
    Panel("late", "lines", Text("逾期、过早和未办结的事项", "Matters late, too early or open"), _late,
          shown=_any("agreement_timeline"), wide=True),
    READINGS,
)  # fmt: skip
DASHBOARD = Dashboard(agreement.FAMILY, TITLE, INTRO, PANELS)
