"""The head of a file of any length: what tells which table it is."""

from __future__ import annotations

from pathlib import Path

from simlib.problems import BadInput
from simlib.tables.sheets import kind
from simlib.tables.sheets.parquet import BROKEN_PARQUET, nested
from simlib.tables.sheets.parts import sound
from simlib.tables.sheets.separated import head as text_head
from simlib.tables.sheets.sheet import Sheet


def head(path: Path) -> Sheet | None:
    """The first rows of a text file, the header of a Parquet file; None for a workbook, which is read whole."""
    match kind(path):
        case "csv":
            return text_head(path)
        case "parquet":
            return _parquet(path)
    return None


def _parquet(path: Path) -> Sheet:
    import pyarrow.parquet as pq

    with sound(path.name, BROKEN_PARQUET), pq.ParquetFile(path) as file:
        names = file.schema_arrow.names
        if problems := nested(path.name, file.schema_arrow):
            raise BadInput(problems)
    return Sheet(path.name, headed=True, cells=[list(names)], numbers=[0])
