"""What is due when, whether it was done in time, and what a suspension or a withdrawal makes of the agreement."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from simlib.clauses import cites
from simlib.columns import DEADLINES, REQUESTS, STEPS
from simlib.columns import values as given
from simlib.columns.checks import amounts, require, together, unique
from simlib.money import to_yuan
from simlib.problems import BadInput
from simlib.rules.agreement.params import AgreementParams, FirstDay
from simlib.rules.agreement.periods import ANNOUNCED, DAY, Calendar
from simlib.rules.agreement.standing import Owners, found
from simlib.rules.agreement.steps import CLAUSES, PLAN, Step, Unit
from simlib.rules.agreement.tables import BY_MATTER, framed
from simlib.words import Text

TABLE, KEY, NAME = DEADLINES.name, DEADLINES.key, DEADLINES.label
REQUIRED = tuple(column.name for column in DEADLINES.columns if column.required)


@cites(*CLAUSES)
def timeline(
    deadlines: pd.DataFrame, params: AgreementParams | None = None, calendar: Calendar = ANNOUNCED,
    owners: Owners | None = None,
) -> pd.DataFrame:  # fmt: skip
    """When each matter is due and how it stands, as the table ``agreement_timeline``.

    JS3 art. 11 to 14, 29, 31, 35 to 37, 39; JY art. 23, 25, 37, 40, 41, 46; JS26 2(2), 3(1); XX 4(2): see
    :data:`PLAN`. Working days are those of ``calendar``, counted as ``first_day`` says; months end on the same day of
    the month, or its last where it has none; where the last day to do something is a day of rest, ``period_end`` says
    whether it moves. The start is the day the period is counted from: for ``renewal`` the last day of the agreement,
    for ``withdrawal`` the day it is to take effect, and any day of the year or month where the period ends on a date of
    the calendar.

    Parameters
    ----------
    deadlines: matter_id (unique), step, start, and optionally institution_id, done, request, expires, billed [yuan].
    params: readings, and the day that is set as today.
    owners: the ownership of institutions, by their number.

    Returns
    -------
    One row a matter, in the order given: matter_id, institution_id, step, clause, actor, start, due, done, status
    (in_time | late | too_early; of an open one early | due | late, or open where no day is set as today), days: done,
    or today, after due, below 0 before it, in working days where the period has those; blank where neither is known.
    provisional: whether it hangs on days that no announcement knows. standing, ends, unpaid [yuan]: what art. 37 and 39
    make of the agreement, its last day, and what was billed while suspended, none of which is settled.

    Raises
    ------
    BadInput: a missing required column, a duplicate or blank key, a step or request that is none, what is no date, an
        amount that is negative or has a part of a fen, a matter done before it began, and a working day before the
        calendar's first year.
    """
    params = params or AgreementParams()
    require(deadlines, TABLE, REQUIRED, NAME)
    *_, starts, ends, expires, requests, billed = together(
        lambda: given.known(deadlines, TABLE, KEY),
        lambda: unique(deadlines, TABLE, KEY),
        lambda: given.among(deadlines, TABLE, "step", STEPS),
        lambda: given.dates(deadlines, TABLE, "start", required=True),
        lambda: given.dates(deadlines, TABLE, "done"),
        lambda: given.dates(deadlines, TABLE, "expires"),
        lambda: _requests(deadlines),
        lambda: _billed(deadlines),
    )
    names = deadlines["step"].tolist()
    steps = [PLAN[name] for name in names]
    given.refuse_each(
        deadlines, TABLE, "done",
        (TOO_SOON if done and done < start and not step.ahead else None
         for step, start, done in zip(steps, starts, ends, strict=True)),
    )  # fmt: skip
    due, no_due = _each(lambda step, start: step.due(start, params, calendar), steps, starts)
    known = [done or params.on for done in ends]
    days, no_days = _each(
        lambda step, due, day: step.days(due, day, calendar) if due and day else None, steps, due, known
    )
    together(
        lambda: given.refuse_each(deadlines, TABLE, "start", no_due),
        lambda: given.refuse_each(deadlines, TABLE, "done", no_days),
    )
    blank = [None] * len(deadlines)
    ids: list[Any] = deadlines["institution_id"].tolist() if "institution_id" in deadlines else blank
    owned = [owners.get(one) for one in ids] if owners else blank
    today = [params.on] * len(deadlines)
    made = [found(*row) for row in zip(names, starts, due, ends, expires, requests, owned, today, strict=True)]
    rows = zip(steps, starts, due, known, strict=True)
    return framed(
        BY_MATTER,
        {
            KEY: deadlines[KEY].tolist(),
            "institution_id": ids,
            "step": names,
            "clause": [step.clause for step in steps],
            "actor": [step.actor.value for step in steps],
            "start": starts,
            "due": due,
            "done": ends,
            "status": [step.status(*row).value for step, *row in zip(steps, due, ends, today, strict=True)],
            "days": days,
            "provisional": [_provisional(*row, params, calendar) for row in rows],
            "standing": [one.standing.value if one.standing else "" for one in made],
            "ends": [one.ends for one in made],
            "unpaid": np.where([name == "suspension" for name in names], billed, np.nan),
        },
    )


def _provisional(
    step: Step, start: date, due: date, day: date | None, params: AgreementParams, calendar: Calendar
) -> bool:
    """Whether the period, or the days past it, hang on days that no announcement knows."""
    if step.unit is not Unit.WORKDAYS:
        return calendar.any_provisional(step.counted(start, params, calendar), due) if step.asks(params) else False
    first = start if params.first_day is FirstDay.SAME else start + DAY
    return calendar.any_provisional(min(first, day or first), max(due, day or due))


def _requests(deadlines: pd.DataFrame) -> list[str | None]:
    """What withdrawals ask for; None for a blank."""
    if "request" not in deadlines:
        return [None] * len(deadlines)
    stated = deadlines[deadlines["request"].notna()]
    given.among(stated, TABLE, "request", REQUESTS)
    return [None if pd.isna(one) else str(one) for one in deadlines["request"]]


def _billed(deadlines: pd.DataFrame) -> np.ndarray:
    """What was billed, in yuan; not a number where it is blank."""
    if "billed" not in deadlines:
        return np.full(len(deadlines), np.nan)
    return np.where(deadlines["billed"].isna(), np.nan, to_yuan(amounts(deadlines, TABLE, "billed")))


def _each(calculate: Callable[..., Any], *columns: Iterable[Any]) -> tuple[list[Any], list[Text | None]]:
    """What a calculation gives for each row, and where it is refused the rule, else None."""
    values, rules = [], []
    for row in zip(*columns, strict=True):
        try:
            value, rule = calculate(*row), None
        except BadInput as bad:
            value, rule = None, bad.problems[0].rule
        values.append(value)
        rules.append(rule)
    return values, rules


TOO_SOON = Text(
    "办结日早于起算日。请核对其中一个。", "It was done before the day it is counted from. Check one of them."
)
