"""The steps of JS3 art. 11 to 14, 29, 31, 35 to 37 and 39, one by one: who must act, and by when or from when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from simlib.params import Choice
from simlib.rules.agreement.params import FirstDay
from simlib.rules.agreement.periods import DAY, add_months, add_workdays, workdays_after


class Status(Choice):
    IN_TIME = "in_time", "按期", "in time"
    LATE = "late", "逾期", "late"
    OPEN = "open", "未办结", "open"
    TOO_EARLY = "too_early", "过早", "too early"


class Actor(Choice):
    AGENCY = "agency", "经办机构", "agency"
    INSTITUTION = "institution", "医疗机构", "institution"
    BOTH = "both", "双方", "both sides"


class Unit(StrEnum):
    WORKDAYS = "workdays"
    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"
    TERM = "term"  # years, the last day being the one before the anniversary
    MARCH = "march"  # 31 March of the year after


class Direction(StrEnum):
    LATEST = "latest"  # done by the day, or late
    EARLIEST = "earliest"  # done from the day on, or too early
    BEFORE = "before"  # done so long before the start, or late


@dataclass(frozen=True)
class Step:
    """One step: its article, who must act, how long it takes, and on which side of the day to be."""

    clause: str
    actor: Actor
    length: int
    unit: Unit
    direction: Direction = Direction.LATEST

    def due(self, start: date, first_day: FirstDay) -> date:
        """The day by which, or from which, the step may be done. BadInput where the calendar lacks a year."""
        sign = -1 if self.direction is Direction.BEFORE else 1
        match self.unit:
            case Unit.WORKDAYS:
                return add_workdays(start, self.length, first_day)
            case Unit.DAYS:
                return start + self.length * DAY
            case Unit.MONTHS:
                return add_months(start, sign * self.length)
            case Unit.YEARS:
                return add_months(start, 12 * self.length)
            case Unit.TERM:
                return add_months(start, 12 * self.length) - DAY
            case Unit.MARCH:
                return date(start.year + self.length, 3, 31)

    def days(self, due: date, done: date) -> int:
        """How many days ``done`` comes after ``due``, below 0 before it; working days where the period has those."""
        return workdays_after(due, done) if self.unit is Unit.WORKDAYS else (done - due).days

    def status(self, due: date, done: date | None) -> Status:
        if done is None:
            return Status.OPEN
        if self.direction is Direction.EARLIEST:
            return Status.TOO_EARLY if done < due else Status.IN_TIME
        return Status.LATE if done > due else Status.IN_TIME


PLAN = {
    "supplement": Step("JS3 11", Actor.AGENCY, 5, Unit.WORKDAYS),
    "evaluation": Step("JS3 12", Actor.AGENCY, 20, Unit.WORKDAYS),
    "publicity": Step("JS3 13", Actor.AGENCY, 5, Unit.WORKDAYS, Direction.EARLIEST),
    "re_evaluation": Step("JS3 13", Actor.AGENCY, 3, Unit.MONTHS, Direction.EARLIEST),
    "re_application": Step("JS3 13", Actor.INSTITUTION, 1, Unit.YEARS, Direction.EARLIEST),
    "expiry": Step("JS3 14", Actor.BOTH, 1, Unit.TERM),
    "payment": Step("JS3 29", Actor.AGENCY, 30, Unit.WORKDAYS),
    "settlement": Step("JS3 31", Actor.AGENCY, 1, Unit.MARCH),
    "change": Step("JS3 35", Actor.INSTITUTION, 30, Unit.WORKDAYS),
    "renewal": Step("JS3 36", Actor.INSTITUTION, 3, Unit.MONTHS, Direction.BEFORE),
    "suspension": Step("JS3 37", Actor.INSTITUTION, 180, Unit.DAYS),
    "withdrawal": Step("JS3 39", Actor.INSTITUTION, 3, Unit.MONTHS, Direction.BEFORE),
}  # fmt: skip
