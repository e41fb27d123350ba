"""A sheet as the declared table that it was recognised as, and the rows of it that are set aside."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from simlib.columns import TABLES, Table
from simlib.tables.account import Assumption, Total
from simlib.tables.forms import word
from simlib.tables.headings import Source, heading, table_spellings
from simlib.tables.mapping import Entry
from simlib.tables.personal import personal
from simlib.tables.sheets import Sheet
from simlib.units import YUAN


class Block(NamedTuple):
    """Rows from this one on, with a unit of amounts of their own."""

    row: int
    unit: str


@dataclass(eq=False)
class Found:
    """A sheet as one declared table: where its columns come from, its own rows, and what stands around them."""

    file: str  # as messages name it: with the sheet's name where the file has several
    sheet: Sheet
    table: Table
    header: list[str]  # the headings as they stand, one for each place
    sources: dict[str, Source]
    header_rows: tuple[int, ...]  # rows of the file
    numbers: list[int] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)
    aside: list[Aside] = field(default_factory=list)
    twice: dict[str, list[str]] = field(default_factory=dict)
    uneven: list[tuple[int, int]] = field(default_factory=list)  # rows of a text file with more or fewer cells
    filled: dict[str, int] = field(default_factory=dict)  # by heading: cells that a merged cell fills
    spread: list[tuple[int, str]] = field(default_factory=list)  # rows and columns whose amount is merged with others'
    units: tuple[str, ...] = ()  # of amounts, as the sheet says beside its rows; of several only the headings can tell
    blocks: list[Block] = field(default_factory=list)
    entry: Entry = Entry("")
    beside: bool = False  # a sheet of another table that tells of institutions as well: only where nothing else does
    slight: bool = False  # it has few columns of its table: read only to add to another sheet's rows
    wide: bool = False  # each row of the sheet was read as several
    elsewhere: frozenset[int] = frozenset()  # places that another table of the same sheet reads
    totals: list[Total] = field(default_factory=list)  # what the sheet says of sums beside its rows
    full: dict[str, float] = field(default_factory=dict)  # full marks of items, as the headings of a wide sheet say
    said: tuple[Assumption, ...] = ()  # what was assumed of it where it was recognised
    by_its_name: tuple[tuple[str, str], ...] = ()  # columns that the name of the sheet or the file gives a value

    @property
    def constants(self) -> tuple[tuple[str, str], ...]:
        """Columns that have one value in all rows."""
        return (*self.entry.constants, *self.by_its_name)

    @property
    def named(self) -> bool:
        """Whether the sheet, or its file, has a name of the table."""
        return self.table in (table_named(self.sheet.name), table_named(stem(self.sheet)))

    @cached_property
    def keys(self) -> set[tuple[str, ...]]:
        """The keys of its rows, as they stand; none where one of their columns is not among its own."""
        names = [name for name in (self.table.key, *self.table.within) if name in self.sources]
        places = [self.sources[name].places[0] for name in names]
        alike = tuple(text for name, text in self.constants if name in self.table.within)
        rows = self.cells if self.table.key in names else []
        return {(*(word(row[place]) for place in places), *alike) for row in rows}

    @property
    def unclear(self) -> list[str]:
        """Columns of amounts without a unit in a heading, where the sheet says several."""
        columns = [self.table.by_name[name] for name in self.sources] if len(self.units) > 1 else []
        own = {one.name: heading(self.sources[one.name].headings[0], self.entry).scale(one) for one in columns}
        return [one.name for one in columns if one.unit == YUAN and own[one.name] is None]

    def rows_equal(self, other: Found) -> bool:
        """Whether another sheet says the same in the same order."""
        return (self.header, self.cells, self.constants) == (other.header, other.cells, other.constants)

    @property
    def extras(self) -> dict[str, int]:
        """Headings that are no declared column's, with their places; without those of personal data."""
        return {text: place for text, place in self._undeclared.items() if text not in self.left_out}

    @cached_property
    def left_out(self) -> tuple[str, ...]:
        """Headings of personal data, which nothing reads; of a large file as far as its head tells."""
        return personal(self._undeclared, self.cells, self.table, self.entry.keep)

    @property
    def _undeclared(self) -> dict[str, int]:
        used = {one for source in self.sources.values() for one in source.places} | self.elsewhere
        found: dict[str, int] = {}
        for position, text in enumerate(self.header):
            if text and position not in used:
                again = sum(one == text for one in self.header[:position])
                found[f"{text} ({again + 1})" if again or text in self.table.by_name else text] = position
        return found


@dataclass(frozen=True)
class Aside:
    """A row that was set aside, and why."""

    row: int
    # total | mean | compared | full | note | header | numbering | example (of a template: nobody need be told)
    kind: str
    cells: tuple[str, ...]


def stem(sheet: Sheet) -> str:
    return sheet.file.rpartition(".")[0]


def table_named(name: str) -> Table | None:
    """The table that has this name, or has it as one of its labels."""
    return next((table for table in TABLES.values() if word(name) in table_spellings(table)), None)
