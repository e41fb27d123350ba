"""What a doubt finds in a table, and where; amounts as whole fen, and as a reader sees them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from simlib.columns import TABLES
from simlib.columns.checks import place
from simlib.money import FEN, to_fen
from simlib.problems import shorten
from simlib.words import NO_TEXT, Text, joined

MOST_ROWS = 5  # shown of one doubt in one table


class Row(NamedTuple):
    """Where a doubt is met: file, row (None where the table was made in memory), column, and what stands there."""

    file: str
    row: int | None
    column: str
    value: str

    def said(self, table: str) -> Text:
        """Where it stands, in words: the column by its label, and a table that no file holds by its own."""
        declared = TABLES[table]
        file = declared.label if self.file == table else self.file
        row = ROW_IS.fill(row=self.row) if self.row is not None else ""
        column = declared.by_name[self.column].label if self.column in declared.by_name else self.column
        return joined((part for part in (file, row, column, self.value) if part), " · ", " · ")


@dataclass(frozen=True)
class Finding:
    """What a doubt finds in one table: how often, how much money in fen where it is one of money, the first rows."""

    table: str
    count: int
    fen: int | None = None
    rows: tuple[Row, ...] = ()
    detail: Text = NO_TEXT


def rows_of(
    table: pd.DataFrame, name: str, column: str, mask: Any, values: Iterable[str] | None = None
) -> tuple[Row, ...]:
    """The first rows of ``mask``, with what stands in ``column`` or, of every row, in ``values``."""
    at = np.flatnonzero(mask)[:MOST_ROWS]
    shown = table[column].astype(object).tolist() if values is None else list(values)
    return tuple(Row(*place(table, name, table.index[i], column), column, shorten(shown[i])) for i in at)


def fen_of(table: pd.DataFrame, column: str) -> np.ndarray:
    """A column of yuan as whole fen, blanks as 0; Python integers, which no sum overflows. Parts of a fen, which the
    rules refuse, are rounded."""
    values = table[column].astype(float).fillna(0).to_numpy()
    try:
        return to_fen(values).astype(object)
    except (ValueError, OverflowError):
        return np.array([round(Decimal(str(one)) * FEN) for one in values.tolist()], dtype=object)


def total(fen: Iterable[int]) -> int:
    return sum(int(one) for one in fen)


def yuan(fen: int | None) -> str:
    """An amount for a reader."""
    whole, rest = divmod(abs(fen or 0), 100)
    return f"{'-' if (fen or 0) < 0 else ''}{whole:,}.{rest:02d}"


def only(finding: Finding) -> Iterator[Finding]:
    """The finding, where there is anything."""
    if finding.count:
        yield finding


ROW_IS = Text("第 {row} 行", "row {row}")
