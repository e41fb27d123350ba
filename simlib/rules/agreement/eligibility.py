"""Who may be designated: the conditions and bars of JS3 art. 5 to 9 and 13, each judged from what an application says.

Nothing is guessed: where the answer hangs on something blank, the condition cannot be judged.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from simlib.clauses import cites
from simlib.columns import APPLICANTS, Type
from simlib.columns import values as given
from simlib.columns.checks import require, together, unique
from simlib.rules.agreement.conditions import CONDITIONS, SECOND, Asks, Condition
from simlib.rules.agreement.params import AgreementParams
from simlib.rules.agreement.periods import add_months
from simlib.rules.agreement.tables import BY_APPLICANT, BY_CONDITION, Eligibility, framed
from simlib.words import BLANK, NO, SEMICOLON, YES, Text, joined

NAME = Text("定点申请条件", "eligibility")
TABLE, KEY, APPLIED = APPLICANTS.name, APPLICANTS.key, "applied"
REQUIRED = tuple(column.name for column in APPLICANTS.columns if column.required)


@cites(*dict.fromkeys(one.clause for one in CONDITIONS))
def eligibility(applicants: pd.DataFrame, params: AgreementParams | None = None) -> pd.DataFrame:
    """The conditions that applicants do not meet, or of which nobody can say, as the table ``agreement_conditions``.

    JS3 art. 5, 6, 8, 9, 13, and 7 for those who apply as an internet hospital. Months and years are the calendar's,
    counted to the day of the application; the anniversary itself is enough, and 100 beds are 100. A blank answer, date
    or count makes a condition unknown wherever the answer hangs on it; a blank date of a bar means that there was no
    such event, and a missing column of such dates that nobody knows. No parameter bears on it.

    Parameters
    ----------
    applicants: applicant_id (unique), applied, and the other columns of :data:`simlib.columns.APPLICANTS`.

    Returns
    -------
    One row an applicant and condition, in the order of the applicants and of the clauses: applicant_id, clause,
    outcome (failed | unknown), condition, condition_en, reason, reason_en: what the application says of it; until: from
    when on it is met, where a day alone decides that.

    Raises
    ------
    BadInput: a missing required column, a duplicate or blank key, and what is no date, answer or count.
    """
    columns = _read(applicants)
    found = []
    for row, name in enumerate(applicants[KEY]):
        one = {column: values[row] for column, values in columns.items()}
        for condition in CONDITIONS:
            if condition.of_internet_hospitals and not one["internet"]:
                continue
            met = _judge(condition, one, applicants.columns)
            if not met:
                outcome = Eligibility.UNKNOWN if met is None else Eligibility.FAILED
                until = None if met is None else _until(condition, one)
                found.append((name, condition.clause, outcome.value, *condition.text, *_reason(condition, one), until))
    return framed(BY_CONDITION, dict(zip(BY_CONDITION.by_name, zip(*found, strict=True), strict=True)) if found else {})


@cites("JS3 5", "JS3 6", "JS3 7", "JS3 8", "JS3 9", "JS3 13")
def verdicts(applicants: pd.DataFrame, conditions: pd.DataFrame) -> pd.DataFrame:
    """Who may be designated, as the table ``agreement_eligibility``: applicant_id, applied, outcome, failed, unknown
    (conditions), reentry.

    ``conditions`` is the table of :func:`eligibility`. Outcome: failed with any condition not met, else unknown with
    any that cannot be judged, else eligible. reentry: the day from which no condition fails for want of time, blank
    where none does.
    """
    names = applicants[KEY].tolist()
    counts = {
        outcome: conditions.loc[conditions["outcome"] == outcome.value, KEY].value_counts().reindex(names, fill_value=0)
        for outcome in (Eligibility.FAILED, Eligibility.UNKNOWN)
    }
    failed, unknown = (one.tolist() for one in counts.values())
    dated = conditions[conditions["until"].notna()]
    last = dict(dated.groupby(KEY)["until"].max())
    return framed(
        BY_APPLICANT,
        {
            KEY: names,
            APPLIED: given.dates(applicants, TABLE, APPLIED),
            "outcome": [
                (Eligibility.FAILED if bad else Eligibility.UNKNOWN if open_ else Eligibility.ELIGIBLE).value
                for bad, open_ in zip(failed, unknown, strict=True)
            ],
            "failed": failed,
            "unknown": unknown,
            "reentry": [last.get(name) for name in names],
        },
    )


def _read(applicants: pd.DataFrame) -> dict[str, list[Any]]:
    """The columns that conditions read, by name; None for every blank and in columns that are not there."""
    require(applicants, TABLE, REQUIRED, NAME)
    readers = {Type.BOOLEAN: given.answers, Type.INTEGER: given.counts, Type.DATE: given.dates}
    names = [column.name for column in APPLICANTS.columns if column.type in readers and column.name != APPLIED]
    *_, applied, columns = together(
        lambda: given.known(applicants, TABLE, KEY),
        lambda: unique(applicants, TABLE, KEY),
        lambda: given.dates(applicants, TABLE, APPLIED, required=True),
        lambda: together(
            *(lambda name=name: readers[APPLICANTS.by_name[name].type](applicants, TABLE, name) for name in names)
        ),
    )
    return {APPLIED: applied, **dict(zip(names, columns, strict=True))}


def _all(*answers: bool | None) -> bool | None:
    """Whether all hold; None where that hangs on one that nobody knows."""
    return False if False in answers else None if None in answers else True


def _any(*answers: bool | None) -> bool | None:
    return True if True in answers else None if None in answers else False


def _not(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def _since(day: date | None, months: int, applied: date) -> bool | None:
    return None if day is None else add_months(day, months) <= applied


def _judge(condition: Condition, one: dict[str, Any], there: pd.Index) -> bool | None:
    """Whether an applicant meets a condition; ``there`` are the columns of the table."""
    first, *others = (one[name] for name in condition.columns)
    match condition.asks:
        case Asks.YES:
            answer: bool | None = first
            return answer
        case Asks.NO:
            return _not(first)
        case Asks.SOME:
            return None if first is None else first >= condition.length
        case Asks.SINCE:
            return _since(first, condition.length, one[APPLIED])
        case Asks.STAFF:
            beds, office, full_time = others
            return _all(first, _any(None if beds is None else beds < condition.length, _all(office, full_time)))
        case Asks.FAILED:
            return _passed(condition, one, there)
        case Asks.BAR:
            if first is None:  # no event; but liable for what never was, or nobody asked: nobody knows
                return True if condition.columns[0] in there and True not in others else None
            return _all(_since(first, condition.length, one[APPLIED]), *map(_not, others))


def _passed(condition: Condition, one: dict[str, Any], there: pd.Index) -> bool | None:
    """Whether failed evaluations bar nothing (any more): the first for 3 months, a second for a year (JS3 art. 13)."""
    once, twice = condition.columns
    first, second, applied = one[once], one[twice], one[APPLIED]
    if not first and not second:  # whoever did not fail at first did not fail again
        return True if once in there else None
    waited = _all(
        _since(second, condition.length, applied) if second else True,
        _since(first, SECOND, applied) if first and not (second and first <= second) else True,
    )
    return None if waited and twice not in there else waited


def _until(condition: Condition, one: dict[str, Any]) -> date | None:
    """The day from which the condition is met, where a day alone decides that."""
    days = [one[name] for name in condition.columns]
    match condition.asks:
        case Asks.SINCE:
            waits = [(days[0], condition.length)]
        case Asks.BAR:
            waits = [(days[0], condition.length)] if days[0] and True not in days[1:] else []
        case Asks.FAILED:
            waits = [(days[0], SECOND), (days[1], condition.length)]
        case _:
            return None
    ends = [add_months(day, months) for day, months in waits if day]
    return max(ends) if ends else None


def _reason(condition: Condition, one: dict[str, Any]) -> Text:
    """What the application says of a condition: each of its columns with what stands there."""
    return joined(
        [SAYS.fill(what=APPLICANTS.by_name[name].label, said=_shown(one[name])) for name in condition.columns],
        *SEMICOLON,
    )


def _shown(value: Any) -> Text:
    match value:
        case None:
            return BLANK
        case bool():
            return YES if value else NO
        case date():
            return Text(value.isoformat(), value.isoformat())
    return Text(f"{value:,}", f"{value:,}")


SAYS = Text("{what}：{said}", "{what}: {said}")
