"""What of the facts counts: a situation once however often it was found, and what does not apply to a subject."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from simlib.clauses import cites
from simlib.rules.cards import Card, Criterion, Item
from simlib.rules.cards.criteria import Deduct
from simlib.rules.scorecard.params import ScorecardParams, ServiceDeduction

NOT_APPLICABLE = np.inf  # stands in a sheet for a fact that does not apply
Key = tuple[str, str]  # item, fact


class Facts(Protocol):
    """A sheet of facts, as far as it is asked here."""

    @property
    def card(self) -> Card: ...
    @property
    def columns(self) -> dict[Key, int]: ...


@cites("JS26 annex 1, item 10", "JS26 annex 2, item 9")
def counted(sheet: Facts, values: np.ndarray, params: ScorecardParams) -> np.ndarray:
    """The facts as they are scored: each situation that was found counts once, or by ``service_deduction`` finding each
    time; nothing stands where a fact does not apply."""
    known = np.where(np.isinf(values), np.nan, values)
    if params.service_deduction is ServiceDeduction.SITUATION:
        columns = [sheet.columns[key] for key in situations(sheet.card)]
        known[:, columns] = np.minimum(known[:, columns], 1)  # what is not known stays so
    return known


def situations(card: Card) -> list[Key]:
    """The facts that the card deducts for by situation."""
    return [
        (item.item, fact)
        for item in card.items
        for one in item.criteria
        if isinstance(one, Deduct) and one.by == "situation"
        for fact in one.each
    ]


@cites(
    "JS26 annex 1, item 2(3)", "JS26 annex 1, item 5(1)", "JS26 annex 2, item 2(3)", "JS26 annex 2, item 4(1)",
    "JS26 annex 2, item 4(2)",
)  # fmt: skip
def spared(sheet: Facts, item: Item, criterion: Criterion, values: np.ndarray) -> np.ndarray:
    """To whom a criterion does not apply: one of the facts that it reads does not."""
    columns = [sheet.columns[item.item, fact] for fact, _ in criterion.reads()]
    return np.asarray(np.isinf(values[:, columns]).any(axis=1))
