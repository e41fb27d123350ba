"""Growth over last year against a range that no document sets (JS26 annex 2, item 4)."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from simlib.clauses import cites
from simlib.exact import Exact
from simlib.problems import BadInput, Problem
from simlib.rules.cards import Item
from simlib.rules.cards.criteria import Met
from simlib.rules.scorecard.sheets import Sheet
from simlib.words import Text


@cites("JS26 annex 2, item 4(1)", "JS26 annex 2, item 4(2)")
def by_numbers(
    item: Item, criterion: Met, full: int, sheet: Sheet, values: np.ndarray, numbers: dict[str, Decimal]
) -> tuple[np.ndarray, int, list[tuple[str, np.ndarray]]]:
    """Full points where last year x (1 + at_least) <= this year <= last year x (1 + at_most), without rounding.

    BadInput where last year's number is not above 0: there is no growth over nothing.
    """
    facts = [fact for fact, _ in criterion.reads()[1:]]
    now, last = (values[:, sheet.columns[item.item, fact]] for fact in facts)
    if problems := [_nothing(sheet, row, item, facts[1]) for row in np.flatnonzero(last <= 0).tolist()]:
        raise BadInput(problems)
    least, most = (1 + numbers[item.lever(criterion, name)] for name in ("at_least", "at_most"))
    grown, base = (Exact.of(np.nan_to_num(one)) for one in (now, last))
    within = (base * least <= grown) & (grown <= base * most)
    everyone = np.ones(len(values), dtype=bool)
    return np.where(within, full, 0), 10**6, [(fact, everyone) for fact in facts]


def _nothing(sheet: Sheet, row: int, item: Item, fact: str) -> Problem:
    rule = NOTHING.fill(fact=item.facts[fact].text)
    return Problem(rule, sheet.file, column=f"{item.item} · {fact}", value=sheet.ids[row])


NOTHING = Text("{fact}应大于 0，才能算增长。没有上年度数的，请填“不适用”。",
               "{fact} must be above 0, or there is no growth. Where there was no last year, state 不适用 (not "
               "applicable).")  # fmt: skip
