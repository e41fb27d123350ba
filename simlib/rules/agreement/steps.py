"""The steps with a period, one by one: who must act, and by when or from when. JS3 art. 11 to 14, 29, 31, 35 to 37 and
39; JY art. 23, 25, 37, 40, 41 and 46; JS26 2(2) and 3(1); XX 4(2)."""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from simlib.params import Choice
from simlib.rules.agreement.params import AgreementParams, PeriodEnd
from simlib.rules.agreement.periods import DAY, Calendar, add_months, add_workdays, next_workday, workdays_after
from simlib.words import Text


class Status(Choice):
    """How a matter stands; of an open one by the day that the user sets as today."""

    IN_TIME = "in_time", "按期", "in time"
    LATE = "late", "逾期", "late"
    TOO_EARLY = "too_early", "过早", "too early"
    EARLY = "early", "未到期", "not yet due"
    DUE = "due", "已到期", "due"
    OPEN = "open", "未办结", "open"


class Actor(Choice):
    AGENCY = "agency", "经办机构", "agency"
    INSTITUTION = "institution", "医疗机构", "institution"
    BOTH = "both", "双方", "both sides"
    PROVINCE = "province", "省医保局", "province"
    CITY = "city", "设区市医保局", "city"
    COMMUNITY = "community", "县域医共体", "county community"


class Unit(StrEnum):
    WORKDAYS = "workdays"
    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"
    TERM = "term"  # years, the last day being the one before the anniversary
    DATE = "date"  # a day of the year, so many years after that of the start
    MONTH_DAY = "month_day"  # a day of the month, so many months after that of the start
    MONTH_END = "month_end"  # its last day


class Direction(StrEnum):
    LATEST = "latest"  # done by the day, or late
    EARLIEST = "earliest"  # done from the day on, or too early
    BEFORE = "before"  # done so long before the start, or late


@dataclass(frozen=True)
class Step:
    """One step: its article, who must act, how long it takes, on which side of the day to be, and what it is counted
    from; ``on`` is the month and day of a date, the day alone of a day of the month."""

    clause: str
    actor: Actor
    length: int
    unit: Unit
    start: Text
    direction: Direction = Direction.LATEST
    on: tuple[int, ...] = ()

    @property
    def ahead(self) -> bool:
        """Whether it may be done before the day it is counted from, which may be any day of its year."""
        return self.direction is Direction.BEFORE or (self.unit is Unit.DATE and not self.length)

    @property
    def moves(self) -> bool:
        """Whether ``period_end`` bears on it: the last day for something to be done, not counted in working days.

        The day from which something may be done, a day that lies so long before another, and the end of an agreement's
        term are no such days.
        """
        return self.direction is Direction.LATEST and self.unit not in (Unit.WORKDAYS, Unit.TERM)

    def asks(self, params: AgreementParams) -> bool:
        """Whether its day moves where it is a day of rest."""
        return self.moves and params.period_end is PeriodEnd.NEXT_WORKING_DAY

    def counted(self, start: date, params: AgreementParams, calendar: Calendar) -> date:
        """The day on which the period ends as it is counted. BadInput before the calendar's first year."""
        sign = -1 if self.direction is Direction.BEFORE else 1
        match self.unit:
            case Unit.WORKDAYS:
                return add_workdays(start, self.length, params.first_day, calendar)
            case Unit.DAYS:
                return start + self.length * DAY
            case Unit.MONTHS:
                return add_months(start, sign * self.length)
            case Unit.YEARS:
                return add_months(start, 12 * self.length)
            case Unit.TERM:
                return add_months(start, 12 * self.length) - DAY
            case Unit.DATE:
                return date(start.year + self.length, *self.on)
        later = add_months(start, self.length)
        return later.replace(day=self.on[0] if self.on else months.monthrange(later.year, later.month)[1])

    def due(self, start: date, params: AgreementParams, calendar: Calendar) -> date:
        """The day by which, or from which, the step may be done. BadInput before the calendar's first year."""
        end = self.counted(start, params, calendar)
        return next_workday(end, calendar) if self.asks(params) else end

    def days(self, due: date, done: date, calendar: Calendar) -> int:
        """How many days ``done`` comes after ``due``, below 0 before it; working days where the period has those."""
        return workdays_after(due, done, calendar) if self.unit is Unit.WORKDAYS else (done - due).days

    def status(self, due: date, done: date | None, today: date | None) -> Status:
        """How it stands; without ``today`` an open matter is open, and nobody says more."""
        earliest = self.direction is Direction.EARLIEST
        if done is not None:
            return (
                (Status.TOO_EARLY if earliest else Status.IN_TIME)
                if done < due
                else (Status.IN_TIME if earliest or done == due else Status.LATE)
            )
        if today is None:
            return Status.OPEN
        if today < due:
            return Status.EARLY
        return Status.DUE if earliest or today == due else Status.LATE


SETTLED, EVALUATED = Text("清算年度", "the year settled"), Text("评价年度", "the year evaluated")
ISSUED = Text("指标年度", "the year of the indicators")
PLAN = {
    "supplement": Step("JS3 11", Actor.AGENCY, 5, Unit.WORKDAYS, Text("收到材料之日", "papers received")),
    "evaluation": Step("JS3 12", Actor.AGENCY, 20, Unit.WORKDAYS,
                       Text("受理或材料补充完整之日", "application accepted, or papers complete")),
    "publicity": Step("JS3 13", Actor.AGENCY, 5, Unit.WORKDAYS, Text("公示之日", "publication"), Direction.EARLIEST),
    "re_evaluation": Step("JS3 13", Actor.AGENCY, 3, Unit.MONTHS,
                          Text("评估不合格结果送达之日", "a failed result delivered"), Direction.EARLIEST),
    "re_application": Step("JS3 13", Actor.INSTITUTION, 1, Unit.YEARS,
                           Text("再次评估不合格之日", "a second failure"), Direction.EARLIEST),
    "expiry": Step("JS3 14", Actor.BOTH, 1, Unit.TERM, Text("协议生效之日", "start of the agreement")),
    "payment": Step("JS3 29", Actor.AGENCY, 30, Unit.WORKDAYS, Text("申报之日", "claim")),
    "settlement": Step("JS3 31", Actor.AGENCY, 1, Unit.DATE, SETTLED, on=(3, 31)),
    "change": Step("JS3 35", Actor.INSTITUTION, 30, Unit.WORKDAYS,
                   Text("变更获批准之日", "approval of the change")),
    "renewal": Step("JS3 36", Actor.INSTITUTION, 3, Unit.MONTHS,
                    Text("协议期满日", "last day of the agreement"), Direction.BEFORE),
    "suspension": Step("JS3 37", Actor.INSTITUTION, 180, Unit.DAYS, Text("协议中止之日", "start of the suspension")),
    "withdrawal": Step("JS3 39", Actor.INSTITUTION, 3, Unit.MONTHS,
                       Text("拟中止、解除或期满之日", "day it is to take effect"), Direction.BEFORE),
    "coefficient": Step("JY 23", Actor.INSTITUTION, 0, Unit.DATE,
                        Text("调整前一年度", "the year before the change"), Direction.BEFORE, on=(9, 30)),
    "advance": Step("JY 25", Actor.AGENCY, 1, Unit.DATE, Text("预拨年度", "the year advanced"), on=(1, 31)),
    "list_upload": Step("JY 37", Actor.INSTITUTION, 10, Unit.DAYS, Text("出院结算之日", "discharge settled")),
    "claim": Step("JY 40", Actor.INSTITUTION, 1, Unit.MONTH_DAY,
                  Text("记账月份", "the month billed"), on=(15,)),
    "prepayment": Step("JY 40", Actor.AGENCY, 30, Unit.WORKDAYS,
                       Text("申报资料截止日", "closing day of the claims")),
    "clearing": Step("JY 41", Actor.AGENCY, 1, Unit.DATE, SETTLED, on=(3, 31)),
    "goods": Step("JY 46", Actor.INSTITUTION, 1, Unit.MONTH_END, Text("验收合格之日", "goods accepted")),
    "indicators": Step("JS26 2(2)", Actor.PROVINCE, 0, Unit.DATE,
                       ISSUED, on=(4, 30)),
    "standards": Step("JS26 2(2)", Actor.CITY, 0, Unit.DATE,
                      ISSUED, on=(5, 31)),
    "evaluation_start": Step("JS26 3(1)", Actor.CITY, 1, Unit.DATE, EVALUATED, Direction.EARLIEST, on=(2, 1)),
    "evaluation_result": Step("JS26 3(1)", Actor.CITY, 1, Unit.DATE, EVALUATED, on=(3, 31)),
    "self_review": Step("XX 4(2)", Actor.COMMUNITY, 1, Unit.DATE, EVALUATED, on=(1, 31)),
}  # fmt: skip
CLAUSES = tuple(dict.fromkeys(step.clause for step in PLAN.values()))
