"""The rows of a large table that are none of its own (totals, notes, repeated headers, examples), and what totals say.

An expression finds the few rows that may be such; simlib.tables.row_kinds says of each, whole, what it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from simlib.problems import Problem
from simlib.tables.account import Total
from simlib.tables.forms import word
from simlib.tables.found import Aside, Found
from simlib.tables.large.cells import text
from simlib.tables.large.from_csv import padded_to
from simlib.tables.large.look import NO_KEY, Spot, spots
from simlib.tables.large.lying import Fetch
from simlib.tables.large.part import Ways
from simlib.tables.large.queries import ask, named
from simlib.tables.large.shape import ROW
from simlib.tables.large.table import bound
from simlib.tables.large.ways import Copied
from simlib.tables.row_kinds import kinds, numbering
from simlib.tables.sheet_units import units_in
from simlib.tables.totals import Rows, amounts, compared, nameless, stated, sums_stated
from simlib.words import Text, joined

MOST_TOTALS = 1000  # of a file that are compared


def doubtful(found: Found, written: dict[Spot, Ways]) -> bool:
    """Whether some row may be none of the table's own: its key is strange, or it lacks what every row has."""
    return any(-1 in written[spot] or (spot.key and written[spot]) for spot in written)


def set_aside(rows: ir.Table, found: Found, fetch: Fetch) -> tuple[list[int], list[Aside]]:
    """The numbers of the rows that are not the table's own, rows without any text among them; and those with a text."""
    first = found.header_rows[-1] + 1  # which may number the columns
    numbers = sorted({first, *_candidates(rows, found)})
    kind_of, width = kinds(found), len(found.header)
    gone, aside, last = [], [], None
    for row, cells in fetch(numbers):
        cells, last = padded_to(width, cells), None
        if not any(map(str.strip, cells)):
            gone.append(row)
        elif kind := kind_of(cells):
            gone.append(row)
            aside.append(Aside(row, kind, tuple(cells)))
        else:
            last = row, cells
    if last and _without_label(rows, found, gone, *last):
        gone.append(last[0])
        aside.append(Aside(last[0], "total", tuple(last[1])))
    return gone, aside


def without(rows: ir.Table, numbers: list[int]) -> ir.Table:
    """The rows but for those with these numbers."""
    if not numbers:
        return rows
    gone = bound(rows.get_backend(), pa.table({"gone": pa.array(numbers, pa.int64())}))
    return named(rows.anti_join(gone, rows[ROW] == gone["gone"]))


def _candidates(rows: ir.Table, found: Found) -> list[int]:
    """The numbers of the rows that may be none of the table's own."""
    filled = [spot for spot in spots(found) if found.table.by_name[spot.name].filled]
    names = {ROW: ROW}
    for spot in filled:
        copied = Copied.of(spot)
        names |= {f"value {spot.part} {spot.name}": copied.value, f"cell {spot.part} {spot.name}": copied.cell}
    key = next((spot for spot in filled if spot.key), None)
    head = found.header[key.place] if key else ""
    asked = ask(
        _numbers, rows, names, filled=tuple((one.name, one.part) for one in filled), key=key.name if key else None,
        heads=(head.lower(), word(head)), numbered=len(numbering(found)),
    )  # fmt: skip
    numbers: list[int] = asked[ROW].to_pylist()
    return numbers


def _numbers(
    rows: ir.Table, filled: tuple[tuple[str, int], ...], key: str | None, heads: tuple[str, ...], numbered: int
) -> ir.Table:
    blank: dict[str, ir.BooleanValue] = {}
    for name, part in filled:
        nothing = rows[f"value {part} {name}"].isnull() & rows[f"cell {part} {name}"].isnull()
        blank[name] = blank[name] & nothing if name in blank else nothing
    doubtful = [blank.pop(key)] if key is not None else []
    lacking = sum((one.cast("int8") for one in blank.values()), ibis.literal(0))
    doubtful.append(lacking >= max(1, len(blank) - 1 - numbered))
    if key is not None:
        cell = ibis.coalesce(text(rows[f"cell 0 {key}"]), rows[f"value 0 {key}"])
        doubtful += [cell.re_search(NO_KEY), cell.lower().isin(heads)]
    return rows.filter(ibis.or_(*doubtful)).select(ROW).order_by(ROW)


def totals(rows: ir.Table, found: Found, aside: Iterable[Aside]) -> list[Total]:
    """Each total row beside the sums of the rows that it stands for; ``rows`` are typed."""
    said, names = [one for one in aside if one.kind == "total"][:MOST_TOTALS], list(amounts(found))
    if not said or not names:
        return []
    between = _between(rows, {name: name for name in names}, [one.row for one in said])
    return list(compared(found, said, between, whole=False))


def other_units(found: Found, aside: Iterable[Aside]) -> list[Problem]:
    """A line for each unit that stands among the rows, or below them, and is not that of the header: of a large table
    its head alone says it."""
    own = found.units or ("元",)
    said = [(one.row, units) for one in aside if (units := units_in(one.cells)) and units != own]
    return [Problem(UNITS.fill(units=joined(units)), found.file, row) for row, units in said]


def _between(rows: ir.Table, columns: dict[str, str], ends: list[int]) -> list[Rows]:
    """How many rows there are up to each of the ``ends`` from the one before, and below the last; and their sums, by
    the names of the ``columns``."""
    found = []
    for first, last in pairwise([0, *ends, None]):
        some = rows.filter(rows[ROW] > first, rows[ROW] < last) if last is not None else rows.filter(rows[ROW] > first)
        fen = {name: (some[column] * 100).round().cast("int64").sum() for name, column in columns.items()}
        (one,) = some.aggregate(count=some.count(), **fen).to_pyarrow().to_pylist()
        found.append(Rows(one["count"], {name: int(one[name] or 0) for name in columns}))
    return found


def _without_label(rows: ir.Table, found: Found, gone: list[int], row: int, cells: list[str]) -> bool:
    """Whether the last row of all has no number and states the sums of the rows above it."""
    if not nameless(found, cells) or rows[ROW].max().to_pyarrow().as_py() != row:
        return False
    above = rows.filter(rows[ROW].notin(gone)) if gone else rows
    columns = {one.name: Copied.of(one).value for one in spots(found) if one.name in amounts(found)}
    return sums_stated(stated(found, cells), _between(above, columns, [row])[0])


UNITS = Text("此处写明的金额单位（{units}）与表头的不同。大表的单位请写在表头或表头上方；有两个单位的请分成两个文件。",
             "The unit of amounts said here ({units}) is not that of the header. Say it there or above; of two units, "
             "make two files.")  # fmt: skip
