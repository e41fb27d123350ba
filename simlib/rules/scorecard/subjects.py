"""Whom a card evaluates, and what it must know of them."""

from __future__ import annotations

from numbers import Real

import numpy as np
import pandas as pd

from simlib.clauses import cites
from simlib.columns import LEVELS
from simlib.columns.checks import refuse, together, unique
from simlib.rules.cards import Card
from simlib.rules.evaluated import evaluated
from simlib.words import Text


def on_card(card: Card, subjects: pd.DataFrame, needed: list[str]) -> np.ndarray:
    """Whom the card evaluates. BadInput for blanks where it needs to know: of these subjects only, but for ``who``."""
    table = card.subjects
    part = evaluated(subjects, table)
    together(
        lambda: unique(subjects, table, card.key),
        lambda: refuse(subjects, table, card.key, subjects[card.key].isna(), BLANK_COLUMN),
        *(lambda c=c: refuse(subjects, table, c, subjects[c].isna() & part, BLANK_COLUMN) for c in card.who),
    )
    mine = for_whom(card, subjects)
    together(
        *(lambda c=c: refuse(subjects, table, c, subjects[c].isna() & mine, BLANK_COLUMN) for c in needed),
        *(
            [lambda: refuse(subjects, table, "level", _no_level(subjects["level"]) & mine, NO_LEVEL)]
            if "level" in needed
            else []
        ),
    )
    return mine


@cites("JS26 2(2)")
def for_whom(card: Card, subjects: pd.DataFrame) -> np.ndarray:
    """Which rows of the subjects the card is for; whoever is exempt from evaluation is on none."""
    met = evaluated(subjects, card.subjects)
    for column, wanted in card.who.items():
        met &= equals(subjects[column], wanted)
    return met


def _no_level(column: pd.Series) -> pd.Series:
    return column.notna() & ~pd.Series(texts(column), column.index).isin(LEVELS)


def equals(column: pd.Series, wanted: str | bool) -> np.ndarray:
    known = column.notna().to_numpy()  # a blank is neither, and some kinds of blank cannot be compared
    met = np.zeros(len(column), dtype=bool)
    met[known] = (texts(column[known]) if isinstance(wanted, str) else column[known].to_numpy()) == wanted
    return met


def texts(column: pd.Series) -> np.ndarray:
    """As text; a level may come as a number, and as 3.0 where another row is blank."""
    whole = [str(int(float(one))) if isinstance(one, Real) and one == one // 1 else str(one) for one in column.tolist()]
    return np.array(whole, dtype=object)


BLANK_COLUMN = Text("为空，评分表需要使用。请补充。", "This is blank and the scorecard needs it. Fill it in.")
NO_LEVEL = Text("未找到该级别。请填 3、2 或 1。", "There is no such level. Give 3, 2 or 1.")
