"""What a question about a large table hangs on."""

from __future__ import annotations

from dataclasses import dataclass

from simlib.columns import Column, Table

FEW = 100_000  # rows that one thread reads before others have begun
ROW = "row"  # the row of the file
POSITION = "file_row_number"  # DuckDB's column of the places of Parquet rows, from 0; a file may have one of its own


@dataclass(frozen=True)
class Shape:
    """What a question about a large table hangs on: its declared columns with their places, and where its rows
    stand."""

    table: Table
    places: tuple[tuple[str, int], ...]
    first: int | None
    has_position: bool  # a column of its own by the name that DuckDB gives the places of rows

    @property
    def declared(self) -> dict[str, Column]:
        """The declared columns that it has, in the order of its header."""
        by_name = self.table.by_name
        return {name: by_name[name] for name, _ in self.places}


class Bound:
    """What a question hangs on, as a frozen dataclass whose numbers and texts are told when it is asked: whatever they
    are, it is put into words once (see simlib.tables.large.queries). Flags and what is None belong to the question."""
