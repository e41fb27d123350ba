"""A first look at the cells of a large table, as expressions: whether each is plainly what its column wants.

Importing this imports Ibis.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from simlib.columns import TAKEN_BACK, Column, Type
from simlib.tables import cells
from simlib.tables.forms import DIGITS, MISSING, options
from simlib.tables.found import Found
from simlib.tables.large.cells import SPACE, indefinite, midnight, number, text
from simlib.tables.large.pieces import OWN, piece, spliced
from simlib.tables.large.queries import run
from simlib.tables.reader import LONGEST_CELL
from simlib.tables.row_kinds import EXAMPLE
from simlib.tables.typed import as_part

HIDDEN = "".join(rf"\p{{{category}}}" for category in sorted(cells.HIDDEN - {"Cs"}))  # no UTF-8 holds a Cs
ODD_TEXT = (
    f"^[{re.escape(cells.STARTS)}{SPACE}'#]",
    f"[{HIDDEN}]",
    f"[{SPACE}]$",
    f"^(?:{cells.LOST_DIGITS.pattern})$",
)
# A key in which one of these words stands may be that of a total or an example.
NO_KEY = f"合[{SPACE}]*计|[总小累共][{SPACE}]*计|汇[{SPACE}]*总|^{EXAMPLE}"
# Other characters than these may be another way of writing some: the plain ones, spaces, Chinese ones.
UNCHANGED = rf"[^!-~{SPACE}\x{{3400}}-\x{{4dbf}}\x{{4e00}}-\x{{9fff}}\x{{20000}}-\x{{2ebef}}]"
# Codes and numbers as most cells have them: no word for something else, nothing that a spreadsheet made of a number.
CODE = "^(?:[A-Za-z][0-9][0-9A-Za-z.:+-]{0,60}|[0-9]{5,60}|[0-9]{2}[.][0-9]{1,8})$"
WHOLE, FRACTION, FEN = r"^[0-9]{1,9}$", r"^[0-9]{1,8}(?:\.[0-9]{1,7})?$", r"^[0-9]{1,12}(?:\.[0-9]{1,2})?$"
DAY = "^[12][0-9]{3}-[0-9]{2}-[0-9]{2}$"
SAMPLE = 20_000  # rows
YEARS = 1000, 2999  # as cells.DATE has them
Kinds = Mapping[str, dt.DataType]  # the columns of a table
DECIMALS = 7  # up to here, and 8 digits before them, every decimal is its float's own


class Spot(NamedTuple):
    """A place from which a column's values come: one of several where they are a sum."""

    name: str
    part: int  # which of them
    column: Column  # as the cells of this place are to be read
    declared: Column  # as they are to be in the end
    place: int
    scale: int
    heading: str
    codes: dict[str, str]
    key: bool  # of the table

    def __hash__(self) -> int:
        return hash((self.name, self.part))

    @property
    def cell(self) -> str:
        """The name of its cells among those of a part as it is written."""
        return f"c{self.place}"

    @property
    def anywhere(self) -> Spot:
        """The same wherever it stands: all that expressions of its cells hang on."""
        return self._replace(part=0, place=0, heading="")

    @property
    def changed(self) -> bool:
        """Whether its cells never mean what stands in them."""
        return bool(self.scale or self.codes)


def spots(found: Found) -> list[Spot]:
    """Every place of a declared column, in the order in which a small table is read."""
    several = []
    for name, source in found.sources.items():
        column = found.table.by_name[name]
        column = _as_part(column) if len(source.places) > 1 else column
        for index, at in enumerate(zip(source.places, source.scales, source.headings, strict=True)):
            several.append(Spot(name, index, _as_read(column), column, *at, source.codes, name == found.table.key))
    return several


_as_part = cache(as_part)


@cache
def _as_read(column: Column) -> Column:
    """A column as its cells are read: an amount that takes back another one is below 0."""
    return replace(column, low=-(column.high or 0)) if column.name in TAKEN_BACK else column


def odd(cell: ir.Value, column: Column, key: bool) -> ir.BooleanValue:
    """Whether a cell, as it stands in the file, is to be looked at again. Null says no."""
    kind = cell.type()
    doubts: list[ir.BooleanValue] = [cell.isnull()] if column.filled else []
    if kind.is_floating():
        doubts.append(indefinite(cell))
    match column.type:
        case Type.TEXT:
            doubts += _odd_text(cell, column, key)
        case Type.CHOICE:
            doubts.append(~one_of(text(cell), column.options))
        case Type.BOOLEAN:
            doubts += [] if kind.is_boolean() else [~one_of(text(cell).lower(), cells.YES_NO)]
        case Type.DATE if kind.is_date():
            doubts.append(~cell.year().between(*YEARS))
        case Type.DATE if kind.is_timestamp() and kind.timezone is None:
            doubts.append(~(midnight(cell) & cell.year().between(*YEARS)))
        case Type.DATE:
            day = text(cell)
            doubts.append(ibis.cases((day.re_search(DAY), day.try_cast("date").isnull()), else_=day.notnull()))
        case _:
            doubts += _odd_number(cell, column)
    return ibis.or_(*doubts) if doubts else ibis.literal(False)


def _odd_text(cell: ir.Value, column: Column, key: bool) -> Iterator[ir.BooleanValue]:
    kind = cell.type()
    if kind.is_string():
        pattern = "|".join((*ODD_TEXT, NO_KEY) if key else ODD_TEXT)
        odd = (cell == "") | cell.re_search(pattern) | (cell.length() > LONGEST_CELL) | known_word(cell, column)
        yield ibis.cases((cell.re_search(CODE), False), else_=odd)
    elif kind.is_integer():
        yield cell < 0
    elif kind.is_floating():
        yield (cell % 1 != 0) | ~cell.between(0, 10.0**DIGITS - 1)
    elif not kind.is_date():
        yield cell.notnull()


def known_word(cell: ir.StringValue, column: Column) -> ir.BooleanValue:
    """Whether it may be a word for something else, a blank for instance."""
    known = {*MISSING, *options(column)}
    longest = max(map(len, known))
    short = folded(cell).length() <= longest
    return ibis.cases(
        (cell.re_search(UNCHANGED), short), (cell.length() <= 3 * longest, one_of(folded(cell), known)), else_=False
    )


def folded(cell: ir.StringValue) -> ir.StringValue:
    """As simlib.tables.forms.word has it, of the characters that are not ``UNCHANGED``."""
    spaced = f"[{SPACE}]"  # to look for one costs less than to replace none
    return ibis.cases((cell.re_search(spaced), cell.re_replace(f"{spaced}+", "")), else_=cell).lower()


def one_of(cell: ir.StringValue, words: Iterable[str]) -> ir.BooleanValue:
    """Whether it is one of the words. A pattern: of a list DuckDB asks all rows, even where nothing hangs on it."""
    return cell.re_search(f"^(?:{'|'.join(map(re.escape, sorted(words)))})$")


def _odd_number(cell: ir.Value, column: Column) -> Iterator[ir.BooleanValue]:
    kind = cell.type()
    if kind.is_string():
        pattern = {Type.MONEY: FEN, Type.INTEGER: WHOLE}.get(column.type, FRACTION)
        within = cell.try_cast("float64").between(column.low, column.high)
        yield ibis.cases((cell.re_search(pattern), ~within), else_=cell.notnull())
    elif kind.is_numeric():
        value = number(cell)
        yield ~value.between(column.low, column.high)
        if not kind.is_integer():
            part = (
                value % 1
                if column.type is Type.INTEGER
                else value - value.round(2 if column.type is Type.MONEY else DECIMALS)
            )
            yield part != 0
            yield value.abs() >= 10.0**8 if column.type is Type.NUMBER else ibis.literal(False)
    else:
        yield cell.notnull()


def doubts(backend: ibis.BaseBackend, source: str, kinds: Kinds, found: Found) -> dict[Spot, int]:
    """In how many cells of each place there is something odd; ``source`` is a table, or a query in brackets."""
    several = spots(found)
    pieces = [
        piece(_odd_ones, {"raw": kinds[one.cell]}, {"raw": one.cell, "odd": str(number)}, spot=one.anywhere)
        for number, one in enumerate(several)
    ]
    (counts,) = run(backend, spliced(source, pieces)) if pieces else [()]
    return {one: count or 0 for one, count in zip(several, counts, strict=True)}


def _odd_ones(cells: ir.Table, spot: Spot) -> ir.Table:
    doubt = odd(cells[OWN + "raw"], spot.declared, spot.key)
    return cells.aggregate(**{OWN + "odd": cells.count(where=doubt)})


def expected(backend: ibis.BaseBackend, source: str, kinds: Kinds, found: Found) -> dict[Spot, bool]:
    """The places of which the first rows say that not all of their cells are plain; and whether few of them are."""
    first = f"(SELECT * FROM {source} LIMIT {SAMPLE})"
    ((rows,),) = run(backend, f"SELECT count(*) FROM {first}")
    return unplain(doubts(backend, first, kinds, found), rows)


def unplain(doubted: dict[Spot, int], rows: int) -> dict[Spot, bool]:
    return {spot: spot.changed or 2 * count > rows for spot, count in doubted.items() if count or spot.changed}
