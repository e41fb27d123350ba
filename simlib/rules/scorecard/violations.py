"""One violation is held against an institution once (JS26 annex 1, note 5; annex 2, note 4).

Rows of the facts may number the violations that they contain; a number that stands in several facts is counted
in the first of them: of the evaluations made elsewhere, whose points cannot be given back, then of the items.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any, Protocol

import numpy as np
import pandas as pd

from simlib.clauses import cites
from simlib.columns import FACTS
from simlib.columns.checks import refuse
from simlib.rules.cards import Card, Criterion, FactKind, Item
from simlib.rules.cards.criteria import Converted
from simlib.rules.scorecard.counted import NOT_APPLICABLE, Facts, Key
from simlib.words import Text

VIOLATION = "violation"
SEPARATORS = re.compile(r"[;；,，、\s]+")


class Numbered(Facts, Protocol):
    """A sheet whose violations are numbered, as far as it is asked here: what makes one does so with the help of this
    module."""

    @property
    def kinds(self) -> list[FactKind]: ...
    def source(self, item: Item, criterion: Converted, values: np.ndarray) -> np.ndarray: ...


def readers(card: Card) -> dict[Key, Criterion]:
    """The criterion that reads each fact."""
    return {(i.item, fact): one for i in card.items for one in i.criteria for fact, _ in one.reads()}


def stated(
    card: Card, own: pd.DataFrame, keys: list[Key], cols: np.ndarray, value: np.ndarray
) -> dict[int, tuple[Any, ...]]:
    """The numbers that each row of ``own`` states, by its position.

    BadInput for numbers on a fact that cannot contain violations, or more of them than it has.
    """
    if not card.same_violation or VIOLATION not in own or own[VIOLATION].isna().all():
        return {}
    read = readers(card)
    found: dict[int, tuple[str, ...]] = {}
    barren, too_many = np.zeros(len(own), dtype=bool), np.zeros(len(own), dtype=bool)
    for at in np.flatnonzero(own[VIOLATION].notna()).tolist():
        numbers = tuple(dict.fromkeys(one for one in SEPARATORS.split(str(own[VIOLATION].iloc[at])) if one))
        key = keys[cols[at]]
        kind = next((item.facts[key[1]].kind for item in card.items if item.item == key[0]), None)
        if not numbers or key not in read:
            continue
        if kind is FactKind.COUNT:
            too_many[at] = len(numbers) > value[at]
        elif kind is FactKind.YES_NO:
            too_many[at] = value[at] in (clean(read[key], key[1]), NOT_APPLICABLE)
        else:
            barren[at] = read[key].kind != "converted"
        found[at] = numbers
    refuse(own, FACTS.name, VIOLATION, pd.Series(barren, own.index), BARREN)
    refuse(own, FACTS.name, VIOLATION, pd.Series(too_many, own.index), TOO_MANY)
    return found


def clean(criterion: Criterion, fact: str) -> float:
    """A yes_no fact's value where there is no violation."""
    return 1.0 if criterion.kind == "met" or fact in getattr(criterion, "needs", ()) else 0.0


@cites("JS26 annex 1, note 5", "JS26 annex 2, note 4")
def once(
    sheet: Numbered, values: np.ndarray, numbers: dict[int, tuple[Any, ...]], left_out: dict[str, Any]
) -> tuple[np.ndarray, dict[tuple[int, str], list[tuple[str, str]]]]:
    """The facts with every violation that an earlier one already holds taken out; by subject and item, which and where
    held.

    What does not count for a subject holds nothing against it: an item that is left out, an evaluation not read.
    """
    if not numbers:
        return values, {}
    read, keys, order = readers(sheet.card), list(sheet.columns), []
    places = {item.item: place for place, item in enumerate(sheet.card.items)}
    items = {item.item: item for item in sheet.card.items}
    for place, found in numbers.items():
        row, column = divmod(place, len(keys))
        item, fact = keys[column]
        criterion = read.get((item, fact))
        if not criterion or (item in left_out and left_out[item][row]):
            continue
        elsewhere = criterion.kind == "converted"
        if (
            isinstance(criterion, Converted)
            and criterion.reads()[sheet.source(items[item], criterion, values)[row]][0] != fact
        ):
            continue
        order.append((row, not elsewhere, places[item], column, found))
    values = values.copy()
    held: defaultdict[int, dict[str, str]] = defaultdict(dict)
    repeated: defaultdict[tuple[int, str], list[tuple[str, str]]] = defaultdict(list)
    for row, counted, _, column, found in sorted(order):
        item, criterion = keys[column][0], read[keys[column]]
        again = [number for number in found if number in held[row]]
        held[row] |= {number: item for number in found if number not in held[row]}
        if not again or not counted:
            continue
        if sheet.kinds[column] is FactKind.COUNT:
            values[row, column] -= len(again)
        elif len(again) == len(found):
            values[row, column] = clean(criterion, keys[column][1])
        else:
            continue  # another violation stands in it, and one is enough
        repeated[row, item] += [(number, held[row][number]) for number in again]
    return values, dict(repeated)


BARREN = Text("该事实不是违规次数、有无违规或折算的评价，不能带违规编号。请删除编号。",
              "The fact is no count of violations, no yes or no and no evaluation: it bears no violation number. "
              "Remove it.")  # fmt: skip
TOO_MANY = Text(
    "违规编号多于该事实所示的违规。请核对数值或编号。",
    "There are more violation numbers than the fact has violations. Check the value or the numbers.",
)
