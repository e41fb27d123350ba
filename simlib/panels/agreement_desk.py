"""The panels of applications and deadlines: who may be designated, what is due when, and each of them in sentences."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd

from simlib.clauses import CLAUSE, clause
from simlib.columns import STEPS, TABLES
from simlib.columns.values import each_row
from simlib.panels.panel import Moment, Panel
from simlib.rules import agreement
from simlib.rules.agreement.params import AgreementParams
from simlib.rules.agreement.steps import PLAN
from simlib.rules.agreement.tables import BY_MATTER
from simlib.tables import small
from simlib.words import Text, joined

RESULTS = {declared.name: declared for declared in agreement.FAMILY.results}
MOST_ROWS = 60  # of a list on the page; the downloads have all


def _eligibility(moment: Moment[AgreementParams]) -> dict:
    """The applications that fail or leave something open, with what it is, and how many are eligible."""
    verdicts, conditions = moment.results["agreement_eligibility"], moment.results["agreement_conditions"]
    names = _names(moment, "applicants")
    outcomes = RESULTS["agreement_eligibility"].by_name["outcome"].options
    told = {
        applicant: [
            CONDITION.fill(clause=clause(row.clause).place, what=Text(row.condition, row.condition_en),
                           outcome=outcomes[row.outcome], reason=Text(row.reason, row.reason_en))
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
            _day(row.reentry),
        ]
        for row in each_row(order.head(MOST_ROWS))
    ]
    fit = [[FIT.fill(count=f"{len(verdicts) - len(order):,}"), outcomes[ELIGIBLE], "", ""]]
    return {"headings": APPLICANT_HEADINGS, "lines": lines + _more(len(order), len(APPLICANT_HEADINGS)) + fit}


def _applications(moment: Moment[AgreementParams]) -> dict[str, Text]:
    """The applications to choose from, those that are not eligible first."""
    verdicts, names = moment.results["agreement_eligibility"], _names(moment, "applicants")
    outcomes = RESULTS["agreement_eligibility"].by_name["outcome"].options
    order = verdicts.assign(fit=verdicts["outcome"] == ELIGIBLE).sort_values("fit", kind="stable").head(MOST_ROWS)
    return {
        row.applicant_id: WITH.fill(what=_named(row.applicant_id, names), how=outcomes[row.outcome])
        for row in each_row(order)
    }


def _application(moment: Moment[AgreementParams]) -> dict:
    """One application in sentences."""
    return _told(moment, "application", "applicants", agreement.explain_applicant)


def _told(moment: Moment[AgreementParams], panel: str, table: str, explain: Callable[..., list[Text]]) -> dict:
    """The sentences of what is chosen in a panel."""
    if not (of := moment.choices.get(panel)):
        return {"steps": [], "empty": NOTHING}
    return {"subject": _named(of, _names(moment, table)), "steps": explain(moment.results, moment.params, of)}


def _plan(moment: Moment[AgreementParams]) -> dict:
    """Each step with its clause, and how its matters stand, by what occurs."""
    lines, counted = [], agreement.overdue(moment.results["agreement_timeline"])
    statuses = [one for one in BY_URGENCY if counted[one.value].any()]
    for row in each_row(counted):
        step = PLAN[row.step]
        counts = [f"{getattr(row, name.value):,}" for name in statuses]
        lines.append([STEPS[row.step], step.actor.label, clause(step.clause).text, *counts])
    return {"headings": [*PLAN_HEADINGS, *(one.label for one in statuses)], "lines": lines}


def _late(moment: Moment[AgreementParams]) -> dict:
    """The matters that are late, too early or open, by the day they are due; open ones as of the day set as today."""
    shown, names = _unsettled(moment), _names(moment, "institutions")
    columns, today = RESULTS["agreement_timeline"].by_name, moment.params.today
    status, standing = columns["status"].options, columns["standing"].options
    headings = [STATUS_ON.fill(today=today) if today and one is STATUS else one for one in LATE_HEADINGS]
    lines = [
        [row.matter_id, STEPS[row.step], PROVISIONAL.fill(due=row.due) if row.provisional else row.due.isoformat(),
         status[row.status], "" if pd.isna(row.days) else f"{abs(row.days):,}", standing.get(row.standing, ""),
         _named("" if pd.isna(row.institution_id) else row.institution_id, names), row.start.isoformat(),
         _day(row.done)]
        for row in each_row(shown.head(MOST_ROWS))
    ]  # fmt: skip
    return {"headings": headings, "lines": lines + _more(len(shown), len(LATE_HEADINGS))}


def _unsettled(moment: Moment[AgreementParams]) -> pd.DataFrame:
    """The matters that were not done in time, or not at all, by the day they are due."""
    matters = moment.results["agreement_timeline"]
    return matters[matters["status"] != "in_time"].sort_values("due", kind="stable")


def _matters(moment: Moment[AgreementParams]) -> dict[str, Text]:
    """The matters to choose from, those that were not done in time first."""
    matters = moment.results["agreement_timeline"]
    order = pd.concat([_unsettled(moment), matters[matters["status"] == "in_time"]]).head(MOST_ROWS)
    status = RESULTS["agreement_timeline"].by_name["status"].options
    return {
        row.matter_id: WITH_STATUS.fill(what=row.matter_id, how=STEPS[row.step], status=status[row.status])
        for row in each_row(order)
    }


def _matter(moment: Moment[AgreementParams]) -> dict:
    """One matter in sentences."""
    return _told(moment, "matter", "deadlines", agreement.explain_matter)


def _readings(moment: Moment[AgreementParams]) -> dict:
    """What each other way to count would do to the deadlines."""
    now, lines = moment.results["agreement_timeline"], []
    for name in ("first_day", "period_end"):
        declared, chosen = moment.params.declarations()[name], getattr(moment.params, name)
        for option in declared.options:
            if option is not chosen:
                run = moment.calculate(moment.params.changed(**{name: option}))
                found = agreement.moved(now, run.results["agreement"]["agreement_timeline"])
                lines.append([declared.label, chosen.label, option.label, *(f"{one:,}" for one in found.values())])
    return {"headings": READING_HEADINGS, "lines": lines}


def _day(value: date | None) -> str:
    return "" if pd.isna(value) else str(value)


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


def any_rows(name: str):
    """Whether a result table has rows."""
    return lambda moment: len(moment.results[name]) > 0


ELIGIBLE = agreement.Eligibility.ELIGIBLE.value
FIT = Text("其余 {count} 家", "the other {count}")
CONDITION = Text("{clause} {what}：{outcome}（{reason}）", "{clause} {what}: {outcome} ({reason})")
WITH = Text("{what} · {how}", "{what} · {how}")
WITH_STATUS = Text("{what} · {how} · {status}", "{what} · {how} · {status}")
NOTHING = Text("没有可说明的内容。", "There is nothing to explain.")
PROVISIONAL = Text("{due}（暂定）", "{due} (provisional)")
APPLICANT_HEADINGS = [
    Text("申请机构", "Applicant"),
    Text("结论", "Outcome"),
    Text("不符合或无法判断的条件", "Conditions not met or unknown"),
    Text("按年限最早可再申请", "By the periods, may apply from"),
]
PLAN_HEADINGS = [
    Text("事项", "Step"), Text("由谁办理", "Who acts"), CLAUSE,
]  # fmt: skip
BY_URGENCY = [
    agreement.Status.LATE, agreement.Status.DUE, agreement.Status.EARLY, agreement.Status.OPEN,
    agreement.Status.TOO_EARLY, agreement.Status.IN_TIME,
]  # fmt: skip
STATUS = Text("状态", "Status")
STATUS_ON = Text("状态（截至 {today}）", "Status on {today}")
LATE_HEADINGS = [
    Text("事项编号", "Matter"), Text("事项", "Step"), BY_MATTER.by_name["due"].label, STATUS,
    Text("相差天数", "Days off"), BY_MATTER.by_name["standing"].label, Text("机构", "Institution"),
    Text("起算日", "From"), Text("办结日", "Done"),
]  # fmt: skip
READING_HEADINGS = [
    Text("计算口径", "Way to count"), Text("现取", "Now"), Text("改取", "Instead"),
    Text("期限改变（件）", "Due on another day"), Text("逾期（件）", "Late"), Text("改取后逾期（件）", "Then late"),
]  # fmt: skip
MORE = Text("另有 {count} 行，见下载的文件。", "{count} more: see the downloads.")

PANELS = (
    Panel("eligibility", "lines", Text("定点申请条件核对", "Who may be designated"), _eligibility,
          shown=any_rows("agreement_eligibility"), wide=True,
          help=Text("逐条核对第五条至第九条、第十三条；空白的材料不推定，写明无法判断。",
                    "Articles 5 to 9 and 13, one by one; what is blank is not guessed but said.")),
    Panel("application", "steps", Text("该申请的判断过程", "How this application is judged"), _application,
          choices=_applications, shown=any_rows("agreement_eligibility"), wide=True, on_paper=False),
    Panel("plan", "lines", BY_MATTER.label, _plan, shown=any_rows("agreement_timeline"), wide=True,
          help=Text("工作日按国家公布的放假和调休安排计算；尚未公布的年份按周末和固定假日暂定。"
                    "未办结的按左侧“今天的日期”判断。",
                    "Working days follow the published holidays and make-up days; of years not yet published they are "
                    "provisional. Open matters are judged by the day that is set as today.")),
    Panel("late", "lines", Text("逾期、早于规定和未办结的事项", "Matters late, too early or open"), _late,
          shown=any_rows("agreement_timeline"), wide=True),
    Panel("counting", "lines", Text("口径不同对期限的影响", "What each reading does to deadlines"), _readings,
          shown=any_rows("agreement_timeline"), wide=True),
    Panel("matter", "steps", Text("该事项的期限计算", "How this deadline is counted"), _matter,
          choices=_matters, shown=any_rows("agreement_timeline"), wide=True, on_paper=False),
)  # fmt: skip
