"""An application and a deadline in sentences, each with its numbers and its clause."""

from __future__ import annotations

from datetime import date

import pandas as pd

from simlib.clauses import cites, clause
from simlib.columns import STEPS
from simlib.columns.values import Row, row_of
from simlib.rules.agreement.params import AgreementParams, FirstDay
from simlib.rules.agreement.periods import ANNOUNCED
from simlib.rules.agreement.standing import Standing
from simlib.rules.agreement.steps import CLAUSES, PLAN, Direction, Status, Step, Unit
from simlib.rules.agreement.tables import Eligibility
from simlib.rules.family import Results
from simlib.words import NO_TEXT, Text


@cites("JS3 5", "JS3 6", "JS3 7", "JS3 8", "JS3 9", "JS3 13")
def explain_applicant(results: Results, params: AgreementParams, applicant_id: str) -> list[Text]:
    """One application: each condition it does not meet or leaves open, and what follows; KeyError if it is unknown."""
    one = row_of(results["agreement_eligibility"], "applicant_id", applicant_id)
    conditions = results["agreement_conditions"]
    mine = conditions[conditions["applicant_id"] == applicant_id].to_dict("records")
    found = [APPLICATION.fill(id=applicant_id, applied=one["applied"].isoformat())]
    found += [_condition(row) for row in mine] or [ALL_MET]
    found.append(VERDICTS[one["outcome"]].fill(failed=one["failed"], unknown=one["unknown"]))
    if not pd.isna(one["reentry"]):
        found.append(REENTRY.fill(day=one["reentry"].isoformat()))
    return found


def _condition(row: Row) -> Text:
    """One condition that is not met, or that nobody can judge."""
    shown = {"what": Text(row["condition"], row["condition_en"]), "reason": Text(row["reason"], row["reason_en"]),
             "clause": clause(row["clause"]).text}  # fmt: skip
    until: Text = NO_TEXT if pd.isna(row["until"]) else UNTIL.fill(day=row["until"])
    return (UNKNOWN if row["outcome"] == Eligibility.UNKNOWN.value else FAILED).fill(**shown, until=until)


@cites(*CLAUSES)
def explain_matter(results: Results, params: AgreementParams, matter_id: str) -> list[Text]:
    """One matter: from when and how its period is counted, and how it stands; KeyError if it is unknown."""
    row = row_of(results["agreement_timeline"], "matter_id", matter_id)
    return matter({"matter_id": matter_id, **row}, params)


def matter(one: Row, params: AgreementParams) -> list[Text]:
    """The sentences of one row of ``agreement_timeline``."""
    step, place = PLAN[one["step"]], clause(PLAN[one["step"]].clause).text
    start, due = one["start"], one["due"]
    end = step.counted(start, params, ANNOUNCED) if step.asks(params) else due
    found = [MATTER.fill(id=one["matter_id"], what=STEPS[one["step"]], actor=step.actor.label)]
    shown = {"start": start.strftime(SHOWN.get(step.unit, "%Y-%m-%d")), "of": step.start, "due": end, "clause": place}
    length = LENGTHS[step.unit].fill(length=step.length) if step.unit in LENGTHS else NO_TEXT
    found.append(COUNTED[_way(step)].fill(**shown, length=length, first=FIRST[params.first_day]))
    found += [MOVED.fill(end=end, due=due, reading=params.period_end.label)] if end != due else []
    found += [PROVISIONAL] if one["provisional"] else []
    found.append(_went(one, step, params.on))
    return found + _standing(one)


def _way(step: Step) -> str:
    """How the period is counted: in working days, by the calendar, back from its start, or to a date of the year."""
    if step.unit in (Unit.DATE, Unit.MONTH_DAY, Unit.MONTH_END):
        return "from_date" if step.direction is Direction.EARLIEST else "by_date"
    if step.unit is Unit.WORKDAYS:
        return "workdays_least" if step.direction is Direction.EARLIEST else "workdays"
    if step.unit is Unit.TERM:
        return "term"
    return step.direction.value


def _went(one: Row, step: Step, today: date | None) -> Text:
    """How it stands."""
    status = one["status"]
    done: str = "" if pd.isna(one["done"]) else str(one["done"])
    days: object = "" if pd.isna(one["days"]) else abs(one["days"])
    shown = {"done": done, "days": days, "unit": WORKDAYS if step.unit is Unit.WORKDAYS else DAYS,
             "today": today.isoformat() if today else ""}  # fmt: skip
    if done:
        return DONE[status].fill(**shown)
    if status == Status.DUE and step.direction is Direction.EARLIEST:
        return MAY.fill(**shown)
    return NOT_DONE[status].fill(**shown)


def _standing(one: Row) -> list[Text]:
    """What it makes of the agreement, and what is not settled meanwhile."""
    found = [STANDINGS[one["standing"]].fill(ends=one["ends"])] if one["standing"] else []
    return found + ([] if pd.isna(one["unpaid"]) else [UNPAID.fill(amount=f"{one['unpaid']:,.2f}")])


APPLICATION = Text("定点申请 {id}，申请日期 {applied}。", "Application {id} of {applied}.")
ALL_MET = Text("第五条至第九条、第十三条的条件逐条核对，全部符合（JS3 第五条至第九条、第十三条）。",
               "Every condition of art. 5 to 9 and 13 is met (JS3 art. 5 to 9, 13).")  # fmt: skip
FAILED = Text("不符合“{what}”：{reason}{until}（{clause}）。", "Not met - {what}: {reason}{until} ({clause}).")
UNKNOWN = Text(
    "无法判断“{what}”：{reason}{until}（{clause}）。", "Cannot be judged - {what}: {reason}{until} ({clause})."
)
UNTIL = Text("，自 {day} 起满足", ", met from {day}")
VERDICTS = {
    Eligibility.ELIGIBLE.value: Text("结论：符合定点申请条件（JS3 第五条至第九条）。",
                                     "Outcome: eligible (JS3 art. 5 to 9)."),
    Eligibility.FAILED.value: Text("结论：有 {failed} 项不符合，不具备定点申请条件（JS3 第五条至第九条、第十三条）。",
                                   "Outcome: {failed} not met, not eligible (JS3 art. 5 to 9, 13)."),
    Eligibility.UNKNOWN.value: Text("结论：有 {unknown} 项无法判断，请补充材料（JS3 第十一条）。",
                                    "Outcome: {unknown} cannot be judged; the papers must be completed (JS3 art. 11)."),
}  # fmt: skip
REENTRY = Text("按年限计算，最早可自 {day} 起再次申请，其他条件另须符合（JS3 第六条、第九条、第十三条）。",
               "By the periods alone it may apply again from {day}; the other conditions must be met too "
               "(JS3 art. 6, 9, 13).")  # fmt: skip
MATTER = Text("事项 {id}：{what}，由{actor}办理。", "Matter {id}: {what}, to be done by: {actor}.")
LENGTHS = {
    Unit.WORKDAYS: Text("{length} 个工作日", "{length} working days"), Unit.DAYS: Text("{length} 日", "{length} days"),
    Unit.MONTHS: Text("{length} 个月", "{length} months"), Unit.YEARS: Text("{length} 年", "{length} year"),
    Unit.TERM: Text("{length} 年", "{length} year"),
}  # fmt: skip
FIRST = {FirstDay.NEXT: Text("的次日", "the day after "), FirstDay.SAME: Text("当日", "")}
COUNTED = {
    "workdays": Text("自{of}（{start}）{first}起算 {length}，期限至 {due} 届满（{clause}）。",
                     "{length} counted from {first}{start} ({of}) end on {due} ({clause})."),
    "workdays_least": Text("自{of}（{start}）{first}起算 {length}，于 {due} 届满，此前不得办结（{clause}）。",
                           "{length} counted from {first}{start} ({of}) end on {due}, and not before may it be done "
                           "({clause})."),
    "latest": Text("自{of}（{start}）起 {length}，期限至 {due} 届满（{clause}）。",
                   "{length} from {start} ({of}) end on {due} ({clause})."),
    "earliest": Text("自{of}（{start}）起满 {length}，最早可于 {due} 办理（{clause}）。",
                     "{length} from {start} ({of}) are over on {due}, the first day on which it may be done "
                     "({clause})."),
    "before": Text("应于{of}（{start}）前 {length}，即最迟 {due} 提出（{clause}）。",
                   "To be done {length} before {start} ({of}), by {due} ({clause})."),
    "term": Text("自{of}（{start}）起 {length}，有效期至 {due}（{clause}）。",
                 "{length} from {start} ({of}) last until {due} ({clause})."),
    "by_date": Text("{of}：{start}，应于 {due} 前（含当日）完成（{clause}）。",
                    "Of {start} ({of}), due by {due} ({clause})."),
    "from_date": Text("{of}：{start}，自 {due} 起办理（{clause}）。", "Of {start} ({of}), from {due} on ({clause})."),
}  # fmt: skip
MOVED = Text("{end} 为休息日，按“{reading}”的口径，期限为 {due}；文件对此没有规定。",
             "{end} is a day of rest; read as “{reading}”, it is due on {due}. No document says which.")  # fmt: skip
PROVISIONAL = Text("计算用到国家尚未公布放假安排的日期，按周末和固定假日暂定，公布后应重新计算。",
                   "This hangs on days of which no holidays are announced: provisional, by weekends and the holidays "
                   "of fixed date, and to be counted again.")  # fmt: skip
SHOWN = {Unit.DATE: "%Y", Unit.MONTH_DAY: "%Y-%m"}  # of a start that may be any day of its year or month
WORKDAYS, DAYS = Text("个工作日", "working days"), Text("日", "days")
DONE = {
    Status.IN_TIME: Text("{done} 办结，符合期限。", "Done {done}, in time."),
    Status.LATE: Text("{done} 办结，逾期 {days} {unit}。", "Done {done}, {days} {unit} late."),
    Status.TOO_EARLY: Text("{done} 办结，早于规定时间 {days} {unit}。", "Done {done}, {days} {unit} too early."),
}
NOT_DONE = {
    Status.OPEN: Text("尚未办结；没有设定今天的日期，不判断是否逾期。",
                      "Still open; no day is set as today, and whether it is late is not said."),
    Status.EARLY: Text("截至 {today} 尚未办结，距期限还有 {days} {unit}。",
                       "Still open on {today}, {days} {unit} before it is due."),
    Status.DUE: Text("截至 {today} 尚未办结，当日到期。", "Still open on {today}, the day it is due."),
    Status.LATE: Text("截至 {today} 尚未办结，已逾期 {days} {unit}。", "Still open on {today}, {days} {unit} late."),
}  # fmt: skip
MAY = Text("截至 {today} 尚未办结，已可办理。", "Still open on {today}, when it may be done.")
STANDINGS = {
    Standing.CONTINUES: Text("中止未超过 180 日和协议有效期，协议继续履行（JS3 第三十七条）。",
                             "Within 180 days and the term of the agreement, which continues (JS3 art. 37)."),
    Standing.SUSPENDED: Text("协议处于中止期间（JS3 第三十七条）。", "The agreement is suspended (JS3 art. 37)."),
    Standing.ENDED: Text("中止超过 180 日仍未申请继续履行，协议自动终止，最后一日为 {ends}（JS3 第三十七条）。",
                         "Not asked to resume within 180 days: the agreement ended by itself, its last day being "
                         "{ends} (JS3 art. 37)."),
    Standing.EXPIRED: Text("中止期间协议有效期已过，协议终止，最后一日为 {ends}（JS3 第三十七条）。",
                           "Its term ran out while suspended: the agreement ended, its last day being {ends} (JS3 art. "
                           "37)."),
    Standing.BARRED: Text("公立医疗机构不得主动提出中止或解除协议（JS3 第三十九条）。",
                          "A public institution may not ask to suspend or end its agreement (JS3 art. 39)."),
    Standing.UNKNOWN: Text("缺少所有制、请求事项或今天的日期，无法判断协议去向（JS3 第三十七条、第三十九条）。",
                           "Without ownership, request or a day set as today nobody can say what becomes of the "
                           "agreement (JS3 art. 37, 39)."),
}  # fmt: skip
UNPAID = Text("中止期间发生的医保费用 {amount} 元不予结算（JS3 第三十七条）。",
              "What was billed while suspended, {amount} yuan, is not settled (JS3 art. 37).")  # fmt: skip
