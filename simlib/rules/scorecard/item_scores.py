"""Points by item where a city has nothing else: table ``item_scores`` to scores, without a fact (JS26 2(2), XX part 3).

The points are what was given, so that no lever of the card bears on them; full marks are the card's own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import numpy as np
import pandas as pd

from simlib.clauses import cites
from simlib.columns import ITEM_SCORES, TABLES
from simlib.columns.checks import refuse, require, together
from simlib.money import decimal_integers, decimal_text
from simlib.problems import BadInput, Problem
from simlib.rules.cards import Card, Item
from simlib.rules.scorecard.params import Missing, ScorecardParams
from simlib.rules.scorecard.scoring import MICRO, Award, Evaluation, left_out, totals_of
from simlib.rules.scorecard.sheets import NAME, NO_SUBJECT, SUBJECT, Sheet
from simlib.rules.scorecard.subjects import on_card
from simlib.words import LANGUAGES, Text, suggestion

TABLE = ITEM_SCORES.name
ITEM, POINTS, REMARK = list(ITEM_SCORES.by_name)[1:]
STAGE = "city"


@dataclass(frozen=True)
class PointSheet(Sheet):
    """One card's points as they were given, a column an item (nan where none is), with the remark of each."""

    remarks: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), dtype=object))

    @cached_property
    def points(self) -> np.ndarray:
        return self.values[STAGE]


@cites("JS26 2(2)", "XX part 3")
def point_sheet(card: Card, subjects: pd.DataFrame, given: pd.DataFrame) -> PointSheet:
    """The points of the subjects whom the card evaluates.

    ``given`` holds institution_id, item, points and optionally remark. BadInput for an unknown subject, an item that
    the card does not have, one stated twice, or points that are none or above the item's full marks.
    """
    table, needed = card.subjects, asked_of(card)
    together(
        lambda: require(subjects, table, needed, NAME),
        lambda: require(given, TABLE, [SUBJECT, ITEM, POINTS], NAME),
    )
    mine = on_card(card, subjects, needed)
    position = pd.Index(subjects[card.key]).get_indexer(given[SUBJECT])
    row = np.where(position < 0, -1, np.append(np.where(mine, np.cumsum(mine) - 1, -1), -1)[position])
    columns = {(item.item, POINTS): at for at, item in enumerate(card.items)}
    column = given[ITEM].map({item: at for (item, _), at in columns.items()}).fillna(-1).to_numpy(int)
    read = row >= 0
    mask = read & (column >= 0)
    points = pd.to_numeric(given[POINTS], errors="coerce").to_numpy(dtype=float)
    together(
        lambda: refuse(given, TABLE, SUBJECT, position < 0, NO_SUBJECT.fill(table=TABLES[table].label)),
        lambda: _refuse_items(card, given, read & (column < 0)),
        lambda: refuse(given, TABLE, ITEM, _twice(row, column, mask), TWICE_POINTS),
        lambda: _refuse_beyond(card, given, mask, column, points),
    )
    shape = int(mine.sum()), len(columns)
    values, remarks = np.full(shape, np.nan), np.full(shape, "", dtype=object)
    values[row[mask], column[mask]] = points[mask]
    if REMARK in given:
        told = given[REMARK]
        remarks[row[mask], column[mask]] = told.where(told.notna(), "").to_numpy(dtype=object)[mask]
    rows, file = np.flatnonzero(mine), given.attrs.get("file", TABLE)
    return PointSheet(card, subjects[mine], rows, columns, {STAGE: values}, file=file, remarks=remarks)


@cites("JS26 annex 1", "JS26 annex 1, note 1", "JS26 annex 2", "JS26 annex 2, note 1", "XX part 3")
def evaluate_points(sheet: PointSheet, params: ScorecardParams) -> Evaluation:
    """The scores: the sum of the points given; a private institution's without one item, times 100/80.

    BadInput for each item that counts and has no points, unless ``missing`` is ``zero``: then it has 0, and says so.
    """
    card, values = sheet.card, sheet.points
    numbers = {one.name: one.value for _, _, one in card.numbers()}  # no lever changes what was given
    out, awards, problems = left_out(sheet, params), [], []
    for at, item in enumerate(card.items):
        applies = ~out[item.item] if item.item in out else np.ones(len(values), dtype=bool)
        unknown = applies & np.isnan(values[:, at])
        problems += [_absent(sheet, row, item) for row in np.flatnonzero(unknown).tolist()]
        parts, scale = decimal_integers(np.where(applies, np.nan_to_num(values[:, at]), 0))
        full, earned = int(item.points * MICRO), parts.astype(object) * MICRO
        awards.append(Award(item, item.criteria[0], full, earned, scale * MICRO, applies, unknown))
    if problems and params.missing is not Missing.ZERO:
        raise BadInput(problems)
    none = np.zeros(len(values), dtype=bool)
    extra: dict[str, Any] = {"veto": none, "unknown": none, "repeated": {}}
    no_bonus = np.zeros(len(values), dtype=np.int64)
    return totals_of(sheet, params, numbers, values, tuple(awards), no_bonus, 1, extra)


def asked_of(card: Card) -> list[str]:
    """The columns of the subjects' table that their points on the card ask for: whose card it is, who is private."""
    return sorted({card.key, *card.who, *(["ownership"] if card.private else [])})


def remarks_of(one: Evaluation) -> dict[str, np.ndarray]:
    """The remarks as the reasons of the items, in whatever language they were written; of points that are missing,
    that they are."""
    sheet = one.sheet
    if not isinstance(sheet, PointSheet):
        raise TypeError("facts have no remarks")
    unknown = np.column_stack([award.unknown for award in one.awards])
    return {language: np.where(unknown, MISSING.to(language), sheet.remarks) for language in LANGUAGES}


def _twice(row: np.ndarray, column: np.ndarray, mask: np.ndarray) -> np.ndarray:
    pairs = pd.DataFrame({"row": row, "column": column})
    return pairs[mask].duplicated().reindex(pairs.index, fill_value=False).to_numpy()


def _refuse_items(card: Card, given: pd.DataFrame, unknown: np.ndarray) -> None:
    """BadInput with one line for each item that the card does not have."""
    items = [item.item for item in card.items]
    rule = NO_ITEM.fill(card=card.text, near=suggestion("", items))  # of numbers none is near
    refuse(given, TABLE, ITEM, unknown, rule)


def _refuse_beyond(card: Card, given: pd.DataFrame, mask: np.ndarray, column: np.ndarray, points: np.ndarray) -> None:
    """BadInput with one line for each institution and item whose points are none, below 0, or above full marks."""
    full = np.array([float(item.points) for item in card.items])
    wrong = mask & ~((points >= 0) & (points <= full[column]))
    steps = []
    for at in np.flatnonzero(wrong).tolist():
        item = card.items[column[at]]
        told = {"item": item.item, "name": item.text, "full": decimal_text(item.points)}
        rule, here = BEYOND.fill(whom=given[SUBJECT].iloc[at], **told), np.arange(len(given)) == at
        steps.append(partial(refuse, given, TABLE, POINTS, here, rule))
    together(*steps)


def _absent(sheet: PointSheet, row: int, item: Item) -> Problem:
    rule = NOT_GIVEN.fill(item=item.item, name=item.text)
    return Problem(rule, sheet.file, column=f"{ITEM} · {item.item}", value=sheet.ids[row])


MISSING = Text("未给出得分，记 0 分", "no points given, scored 0")
TWICE_POINTS = Text("同一机构的这一项出现了两次。请只保留一行。", "The institution has this item twice. Keep one row.")
NO_ITEM = Text("“{card}”评分表没有该项目。{near}", "The card “{card}” has no such item. {near}")
BEYOND = Text("{whom} 第{item}项“{name}”应为 0 至满分 {full} 分。请核对。",
              "{whom}, item {item} “{name}”: it must be from 0 to full marks, {full}. Check it.")  # fmt: skip
NOT_GIVEN = Text(
    "缺少第{item}项“{name}”的得分。请补充，或将 scorecard.missing 设为 zero（按 0 分计）。",
    "The points of item {item} “{name}” are missing. Add them, or set scorecard.missing to zero.",
)
