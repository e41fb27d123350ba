"""Periods of working days and of months.

Working days are those of the official calendar, with holidays and make-up days as published: those of the table
``calendar``, else those of the calendar library. Days that neither has are provisional, and said to be.
"""

from __future__ import annotations

import calendar as months
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar
import pandas as pd

from simlib.clauses import cites
from simlib.columns import CALENDAR
from simlib.columns import values as given
from simlib.columns.checks import require, together, unique
from simlib.problems import BadInput, Problem
from simlib.rules.agreement.params import FirstDay
from simlib.words import Text

DAY = timedelta(days=1)
FIXED = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}  # month and day: no moon or sun moves these holidays
WHOLE = ((1, 1), (10, 1))  # the first and the last holiday of every notice


@lru_cache(maxsize=16_384)
def announced(day: date) -> bool | None:
    """Whether people work on a day, by the calendar library; None of a year that it does not have."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None


FIRST_YEAR = next(year for year in range(1990, 2100) if announced(date(year, 1, 1)) is not None)


class Calendar:
    """Which days people work on.

    ``stated`` are the days of the table ``calendar``, which go before the library's. Of a year that the library does
    not have they complete the week, once 1 January and 1 October stand among them; until then its other days are
    provisional: Monday to Friday, but for the holidays of fixed date.
    """

    def __init__(self, stated: Mapping[date, bool] | None = None):
        self.stated = dict(stated or {})
        self.whole = {day.year for day in self.stated if all(date(day.year, *one) in self.stated for one in WHOLE)}
        self._provisional: dict[tuple[date, date], bool] = {}  # spans that were looked at: matters share their days
        self._between: dict[tuple[date, date], int] = {}

    @classmethod
    def of(cls, table: pd.DataFrame) -> Calendar:
        """The calendar with a table ``calendar``. BadInput: a missing column, a blank, a day that stands twice, and
        what is no date or no answer."""
        name = CALENDAR.name
        require(table, name, tuple(CALENDAR.by_name), CALENDAR.label)
        *_, days, working = together(
            lambda: unique(table, name, "date"),
            lambda: given.known(table, name, "working"),
            lambda: given.dates(table, name, "date", required=True),
            lambda: given.answers(table, name, "working"),
        )
        return cls(dict(zip(days, working, strict=True)))

    @property
    def corrected(self) -> list[date]:
        """The days of the table that the library has otherwise."""
        return [day for day, works in sorted(self.stated.items()) if announced(day) not in (None, works)]

    def is_workday(self, day: date) -> bool:
        """Whether people work on a day. BadInput of a year before the library's first that the table does not have."""
        if day in self.stated:
            return self.stated[day]
        known = announced(day)
        if known is not None:
            return known
        if self.provisional(day) and day.year < FIRST_YEAR:
            raise BadInput(Problem(NO_CALENDAR.fill(year=day.year, first=FIRST_YEAR), value=day.isoformat()))
        rests = self.provisional(day) and (day.month, day.day) in FIXED
        return day.weekday() < 5 and not rests

    def rests(self, day: date) -> bool:
        """Whether people do not work on a day, or nobody knows: before the library's first year."""
        try:
            return not self.is_workday(day)
        except BadInput:
            return True

    def provisional(self, day: date) -> bool:
        """Whether no announcement says if people work on a day."""
        return day not in self.stated and not self._announced(day.year)

    def any_provisional(self, first: date, last: date) -> bool:
        """Whether any day from ``first`` to ``last`` is provisional."""
        if (first, last) not in self._provisional:
            self._provisional[first, last] = self._any(first, last)
        return self._provisional[first, last]

    def workdays_between(self, first: date, last: date) -> int:
        """The working days from ``first`` to ``last``, both included."""
        if (first, last) not in self._between:
            days = (first + n * DAY for n in range((last - first).days + 1))
            self._between[first, last] = sum(map(self.is_workday, days))
        return self._between[first, last]

    def _any(self, first: date, last: date) -> bool:
        open_years = (year for year in range(first.year, last.year + 1) if not self._announced(year))
        spans = ((max(first, date(year, 1, 1)), min(last, date(year, 12, 31))) for year in open_years)
        return any(self.provisional(low + n * DAY) for low, high in spans for n in range((high - low).days + 1))

    def _announced(self, year: int) -> bool:
        """Whether the library has a year, or the table all that it needs of it."""
        return year in self.whole or announced(date(year, 1, 1)) is not None


ANNOUNCED = Calendar()  # without a table


def is_workday(day: date) -> bool:
    """Whether people work on a day, without a table ``calendar``."""
    return ANNOUNCED.is_workday(day)


@cites("JS3 11", "JS3 12", "JS3 13", "JS3 29", "JS3 35", "JY 40")
def add_workdays(start: date, n: int, first_day: FirstDay = FirstDay.NEXT, calendar: Calendar = ANNOUNCED) -> date:
    """The ``n``-th working day from ``start``, n >= 1.

    Counted from the next day, or with ``FirstDay.SAME`` from the day itself, if it is a working day.
    BadInput where a day of the period lies before the calendar's first year.
    """
    if n < 1:
        raise ValueError("a period has at least one working day")
    day = start - DAY if first_day is FirstDay.SAME else start
    while n:
        day += DAY
        n -= calendar.is_workday(day)
    return day


def workdays_after(day: date, other: date, calendar: Calendar = ANNOUNCED) -> int:
    """How many working days ``other`` comes after ``day``; below 0 where it comes before.

    A day of rest counts as the working day beyond it, so that nothing late or early is 0 days late or early.
    BadInput where a day between lies before the calendar's first year.
    """
    if other == day:
        return 0
    way = 1 if other > day else -1
    between = (day + DAY, other) if way > 0 else (other, day - DAY)
    return way * (calendar.workdays_between(*between) + (not calendar.is_workday(other)))


def next_workday(day: date, calendar: Calendar = ANNOUNCED) -> date:
    """The day itself, if a working day, or the first one after it."""
    while not calendar.is_workday(day):
        day += DAY
    return day


def add_months(day: date, n: int) -> date:
    """The same day ``n`` months on (or back, n < 0); the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


NO_CALENDAR = Text("工作日历从 {first} 年开始，没有 {year} 年的放假安排，无法计算工作日。请核对日期，或在 calendar "
                   "表中补齐这一年。",
                   "The calendar of working days begins with {first} and does not have {year}. Check the date, or "
                   "complete that year in the table calendar.")  # fmt: skip
