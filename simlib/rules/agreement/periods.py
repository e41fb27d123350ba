"""Periods of working days and of months.

Working days are those of the official calendar, with holidays and make-up days as published; a year that the
calendar package does not have is refused, never guessed.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar

from simlib.clauses import cites
from simlib.problems import BadInput, Problem
from simlib.rules.agreement.params import FirstDay
from simlib.words import Text

DAY = timedelta(days=1)


@lru_cache(maxsize=16_384)
def is_workday(day: date) -> bool:
    """Whether people work on a day. BadInput where the calendar does not have its year."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        raise BadInput(Problem(NO_CALENDAR.fill(year=day.year), value=day.isoformat())) from None


@cites("JS3 11", "JS3 12", "JS3 13", "JS3 29", "JS3 35")
def add_workdays(start: date, n: int, first_day: FirstDay = FirstDay.NEXT) -> date:
    """The ``n``-th working day from ``start``, n >= 1.

    Counted from the next day, or with ``FirstDay.SAME`` from the day itself, if it is a working day.
    BadInput where a day of the period is of a year that the calendar does not have.
    """
    if n < 1:
        raise ValueError("a period has at least one working day")
    day = start - DAY if first_day is FirstDay.SAME else start
    while n:
        day += DAY
        n -= is_workday(day)
    return day


def workdays_after(day: date, other: date) -> int:
    """How many working days ``other`` comes after ``day``; below 0 where it comes before.

    A day of rest counts as the working day beyond it, so that nothing late or early is 0 days late or early.
    BadInput where a day between is of a year that the calendar does not have.
    """
    way = 1 if other > day else -1
    days = [day + way * number * DAY for number in range(1, abs((other - day).days) + 1)]
    count = sum(map(is_workday, days))
    return way * (count + bool(days and not is_workday(other)))


def add_months(day: date, n: int) -> date:
    """The same day ``n`` months on (or back, n < 0); the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


NO_CALENDAR = Text("工作日历没有 {year} 年的放假安排，无法计算工作日，也不推算。请更新日历包 chinesecalendar，"
                   "或核对日期。",
                   "The calendar of working days does not have {year}, and nothing is guessed. Update the package "
                   "chinesecalendar, or check the date.")  # fmt: skip
