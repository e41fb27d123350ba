"""What is due when: the periods of JS3 art. 11 to 14, 29, 31, 35 to 37 and 39."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from simlib.clauses import cites
from simlib.columns import DEADLINES, STEPS
from simlib.columns import values as given
from simlib.columns.checks import require, together, unique
from simlib.problems import BadInput
from simlib.rules.agreement.params import AgreementParams
from simlib.rules.agreement.steps import PLAN, Direction
from simlib.rules.agreement.tables import BY_MATTER, framed
from simlib.words import Text

TABLE, KEY, NAME = DEADLINES.name, DEADLINES.key, DEADLINES.label
REQUIRED = tuple(column.name for column in DEADLINES.columns if column.required)


@cites("JS3 11", "JS3 12", "JS3 13", "JS3 14", "JS3 29", "JS3 31", "JS3 35", "JS3 36", "JS3 37", "JS3 39")
def timeline(deadlines: pd.DataFrame, params: AgreementParams | None = None) -> pd.DataFrame:
    """When each matter is due and whether it was done in time, as the table ``agreement_timeline``.

    JS3 art. 11 to 14, 29, 31, 35 to 37, 39: see :data:`PLAN`. Working days are those of the official calendar, counted
    as ``first_day`` says; months end on the same day of the month, or its last where it has none; a period of days,
    months or years is not moved where it ends on a day of rest, since the document does not say so. The start is the
    day the period is counted from: for ``settlement`` any day of the year settled, for ``renewal`` the last day of the
    agreement, for ``withdrawal`` the day it is to take effect.

    Parameters
    ----------
    deadlines: matter_id (unique), step, start, and optionally institution_id and done.

    Returns
    -------
    One row a matter, in the order given: matter_id, institution_id, step, clause, actor (agency | institution | both),
    start, due, done, status (in_time | late | open | too_early), days: done after due, below 0 before it, in working
    days where the period has those; blank while open.

    Raises
    ------
    BadInput: a missing required column, a duplicate or blank key, a step that is none, what is no date, a matter done
        before it began, and a working day of a year that the calendar does not have.
    """
    params = params or AgreementParams()
    require(deadlines, TABLE, REQUIRED, NAME)
    *_, starts, ends = together(
        lambda: given.known(deadlines, TABLE, KEY),
        lambda: unique(deadlines, TABLE, KEY),
        lambda: given.among(deadlines, TABLE, "step", STEPS),
        lambda: given.dates(deadlines, TABLE, "start", required=True),
        lambda: given.dates(deadlines, TABLE, "done"),
    )
    names = deadlines["step"].tolist()
    steps = [PLAN[name] for name in names]
    given.refuse_each(
        deadlines, TABLE, "done",
        (TOO_SOON if done and done < start and step.direction is not Direction.BEFORE else None
         for step, start, done in zip(steps, starts, ends, strict=True)),
    )  # fmt: skip
    due, no_due = _each(lambda step, start: step.due(start, params.first_day), steps, starts)
    days, no_days = _each(lambda step, due, done: step.days(due, done) if due and done else None, steps, due, ends)
    together(
        lambda: given.refuse_each(deadlines, TABLE, "start", no_due),
        lambda: given.refuse_each(deadlines, TABLE, "done", no_days),
    )
    blank = [None] * len(deadlines)
    return framed(
        BY_MATTER,
        {
            KEY: deadlines[KEY].tolist(),
            "institution_id": deadlines["institution_id"].tolist() if "institution_id" in deadlines else blank,
            "step": names,
            "clause": [step.clause for step in steps],
            "actor": [step.actor.value for step in steps],
            "start": starts,
            "due": due,
            "done": ends,
            "status": [step.status(day, done).value for step, day, done in zip(steps, due, ends, strict=True)],
            "days": days,
        },
    )


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
