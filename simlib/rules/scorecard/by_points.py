"""What a table leaves unsaid of institutions and points by item tell: whose card it is, and who was scored on the
whole of it. Only what is unambiguous is taken, and each use is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

import numpy as np
import pandas as pd

from simlib.clauses import cites
from simlib.columns import ITEM_SCORES, TABLES
from simlib.problems import Problem
from simlib.rules.cards import Card
from simlib.rules.evaluated import evaluated
from simlib.tables import Tables, small
from simlib.words import Text, joined

SUBJECT, ITEM, POINTS = list(ITEM_SCORES.by_name)[:3]
OWNERSHIP = "ownership"
NEAR = 0.006  # points by which a score of two decimals may miss its sum
Given = Mapping[str, float]  # points by item


class Completed:
    """The subjects of the cards with what their points tell of them; ``told`` says what, ``problems`` what they leave
    open of a column that is not there."""

    def __init__(self, cards: Iterable[Card], tables: Tables):
        self.cards = list(cards)
        self.name = self.cards[0].subjects
        self.subjects = small(tables, self.name)
        self.told: list[Text] = []
        self.problems: list[Problem] = []
        self.given = small(tables, ITEM_SCORES.name)
        if self.cards[0].key in self.subjects and {SUBJECT, ITEM, POINTS} <= set(self.given):
            for column in sorted({column for card in self.cards for column in card.who} - set(self.subjects)):
                self._add(column, CARD_TOLD, CARD_OPEN, self._whose(column))
            if OWNERSHIP not in self.subjects and any(card.private for card in self.cards):
                self._add(OWNERSHIP, WHOLE_TOLD, WHOLE_OPEN, self._ownership())

    @cached_property
    def points(self) -> dict[str, dict[str, float]]:
        """Points by subject and item; nobody asks where no column is missing."""
        return _by_subject(self.given)

    @cached_property
    def fits(self) -> dict[str, Card]:
        """By subject the one card that its items fit, where there is one."""
        found = ((one, fitting(self.cards, points)) for one, points in self.points.items())
        return {one: card for one, card in found if card is not None}

    def _add(self, column: str, told: Text, unclear: Text, values: list[object]) -> None:
        ids = self.subjects[self.cards[0].key].tolist()
        asked = evaluated(self.subjects, self.name)
        wanting = [one for one, value, is_asked in zip(ids, values, asked, strict=True) if is_asked and value is None]
        declared = TABLES[self.name].by_name[column]
        if wanting or not asked.any():
            options = joined(label.zh for label in declared.options.values()) if declared.options else YES_NO
            rule = unclear.fill(label=declared.label, options=options, whom=wanting[0] if wanting else "—")
            if above := self._above(wanting[0]) if wanting else None:
                rule = joined((above, rule), "", "")
            self.problems.append(Problem(rule, self.subjects.attrs.get("file", self.name), column=column))
            return
        attrs = self.subjects.attrs
        self.subjects = self.subjects.assign(**{column: pd.Series(values, self.subjects.index, dtype=object)})
        self.subjects.attrs = attrs
        self.told.append(told.fill(label=declared.label, cards=joined(self._cards(), "、", ", ")))

    def _above(self, one: str) -> Text | None:
        """The first item of which a subject has more than its full marks, on the card that it comes nearest to."""
        points = self.points.get(one, {})
        beyond = [
            [(card, item) for item in card.items if points.get(item.item, 0) > float(item.points)]
            for card in self.cards
            if points and points.keys() <= {item.item for item in card.items}
        ]
        nearest = min(beyond, key=len, default=[])
        if not nearest:
            return None
        card, item = nearest[0]
        given, full = f"{points[item.item]:g}", f"{float(item.points):g}"
        return ABOVE.fill(whom=one, item=item.item, points=given, full=full, card=card.text)

    def _cards(self) -> list[Text]:
        """The cards that somebody is on."""
        fits = {card.name for card in self.fits.values()}
        return [card.text for card in self.cards if card.name in fits]

    @cites("JS26 annex 1", "JS26 annex 2")
    def _whose(self, column: str) -> list[object]:
        """By subject what the one card that its items fit wants of a column; None where they fit none, or several."""
        cards = [self.fits.get(one) for one in self.subjects[self.cards[0].key]]
        return [None if card is None else card.who.get(column) for card in cards]

    @cites("JS26 annex 1, note 1", "JS26 annex 2, note 1")
    def _ownership(self) -> list[object]:
        """By subject whether it was scored without an item and scaled, which is private, or on the whole card."""
        scores = self.subjects["score"].tolist() if "score" in self.subjects else [np.nan] * len(self.subjects)
        found: list[object] = []
        for one, score in zip(self.subjects[self.cards[0].key], scores, strict=True):
            card = self.fits.get(one)
            found.append(None if card is None else _owner(card, self.points[one], score))
        return found


def fitting(cards: Iterable[Card], points: Given) -> Card | None:
    """The one card that has all these items with such full marks; of several that do, the one of which none is left but
    an item that private institutions are scored without."""
    several = [card for card in cards if points and _within(card, points)]
    whole = [card for card in several if _lacking(card, points) <= _spared(card)]
    for ones in (several, whole):
        if len(ones) == 1:
            return ones[0]
    return None


def _spared(card: Card) -> set[str]:
    """The items that private institutions may be scored without."""
    return set(card.private.leaves_out.values()) if card.private else set()


def _within(card: Card, points: Given) -> bool:
    full = {item.item: float(item.points) for item in card.items}
    return all(item in full and points[item] <= full[item] for item in points)


def _lacking(card: Card, points: Given) -> set[str]:
    return {item.item for item in card.items} - points.keys()


def _owner(card: Card, points: Given, score: float) -> str | None:
    """Of a score that is given the sum that it is; without one, of the whole card who has points of every item that
    private institutions are scored without."""
    without = sorted(_spared(card))
    total, all_items = float(card.total), not _lacking(card, points)
    if np.isnan(score):
        return "public" if all_items and all(points[item] > 0 for item in without) else None
    if all_items and abs(sum(points.values()) - score) < NEAR:
        return "public"
    for item in without:
        left = float(next(one.points for one in card.items if one.item == item))
        rest = sum(value for name, value in points.items() if name != item)
        if abs(rest * total / (total - left) - score) < NEAR:
            return "private"
    return None


def completed(cards: Iterable[Card], tables: Tables) -> Tables:
    """The tables whose points by item tell what the subjects' table leaves unsaid."""
    one = Completed(cards, tables)
    return {**tables, one.name: one.subjects}


def _by_subject(given: pd.DataFrame) -> dict[str, dict[str, float]]:
    points: dict[str, dict[str, float]] = {}
    values = pd.to_numeric(given[POINTS], errors="coerce")
    for one, item, value in zip(given[SUBJECT], given[ITEM], values, strict=True):
        if not np.isnan(value):
            points.setdefault(one, {})[item] = float(value)
    return points


YES_NO = Text("“是”或“否”", "“yes” or “no”")
ABOVE = Text("{whom} 第 {item} 项得 {points} 分，高于“{card}”的满分 {full} 分，请先核对。",
             "{whom} has {points} points of item {item}, above the {full} of the card “{card}”: check that first. "
             )  # fmt: skip
CARD_TOLD = Text("机构表没有“{label}”列：按各项得分的项目和满分，各机构只对应一张评分表（{cards}），据此计分。",
                 "The institutions have no column “{label}”: their items and full marks fit one card each ({cards}), "
                 "which is taken.")  # fmt: skip
CARD_OPEN = Text("{whom} 的各项得分对应不了唯一的评分表。请在这张表加一列“{label}”（填{options}）。",
                 "The points by item of {whom} do not fit exactly one card. Add a column “{label}” to this table "
                 "({options}).")  # fmt: skip
WHOLE_TOLD = Text("机构表没有“{label}”列：按各项得分与总分的关系（没有总分的，按各项是否都有得分）判断谁按民营"
                  "机构折算。",
                  "The institutions have no column “{label}”: who is scaled as private follows from how points and "
                  "score agree (without a score, from whether every item has points).")  # fmt: skip
WHOLE_OPEN = Text("{whom} 是否按民营机构折算，从各项得分看不出。请在这张表加一列“{label}”（填{options}）。",
                  "Whether {whom} is scaled as a private institution cannot be told from its points. Add a column "
                  "“{label}” to this table ({options}).")  # fmt: skip
