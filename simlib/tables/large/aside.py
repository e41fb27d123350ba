"""The rows of a large table that are none of its own (totals, notes, repeated headers, examples), and what totals say.

An expression finds the few rows that may be such; simlib.tables.recognise says of each, whole, what it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from simlib.columns import Type
from simlib.tables.account import Total
from simlib.tables.forms import word
from simlib.tables.large.cells import text
from simlib.tables.large.from_csv import padded_to
from simlib.tables.large.look import NO_KEY, Spot, spots
from simlib.tables.large.lying import Fetch
from simlib.tables.large.part import Ways
from simlib.tables.large.shape import ROW
from simlib.tables.large.table import bound
from simlib.tables.large.ways import Copied
from simlib.tables.reader import cell
from simlib.tables.recognise import Aside, Found, kinds, numbering

MOST_TOTALS = 1000  # of a file that are compared


def doubtful(found: Found, written: dict[Spot, Ways]) -> bool:
    """Whether some row may be none of the table's own: its key is strange, or it lacks what every row has."""
    return any(-1 in written[spot] or (spot.key and written[spot]) for spot in written)


def set_aside(rows: ir.Table, found: Found, fetch: Fetch) -> tuple[list[int], list[Aside]]:
    """The numbers of the rows that are not the table's own, rows without any text among them; and those with a text."""
    numbers = rows.filter(_candidate(rows, found)).select(ROW).order_by(ROW).to_pyarrow()[ROW].to_pylist()
    kind_of, width = kinds(found), len(found.header)
    gone, aside = [], []
    for row, cells in fetch(numbers):
        cells = padded_to(width, cells)
        if not any(map(str.strip, cells)):
            gone.append(row)
        elif kind := kind_of(cells):
            gone.append(row)
            aside.append(Aside(row, kind, tuple(cells)))
    return gone, aside


def without(backend: ibis.BaseBackend, rows: ir.Table, numbers: list[int]) -> ir.Table:
    """The rows but for those with these numbers."""
    if not numbers:
        return rows
    gone = bound(backend, pa.table({"gone": pa.array(numbers, pa.int64())}))
    return rows.anti_join(gone, rows[ROW] == gone["gone"])


def _candidate(rows: ir.Table, found: Found) -> ir.BooleanValue:
    blank: dict[str, ir.BooleanValue] = {}
    for spot in spots(found):
        if found.table.by_name[spot.name].filled:
            names = Copied.of(spot)
            nothing = rows[names.value].isnull() & rows[names.cell].isnull()
            blank[spot.name] = blank[spot.name] & nothing if spot.name in blank else nothing
            if spot.key:
                key, cell_of_key = spot, ibis.coalesce(text(rows[names.cell]), rows[names.value])
    no_key = blank.pop(found.table.key, None)
    lacking = sum((one.cast("int8") for one in blank.values()), ibis.literal(0))
    few = lacking >= max(1, len(blank) - 1 - len(numbering(found)))
    if no_key is None:
        return few
    head = found.header[key.place]
    return few | no_key | cell_of_key.re_search(NO_KEY) | cell_of_key.lower().isin([head.lower(), word(head)])


def totals(rows: ir.Table, found: Found, aside: Iterable[Aside]) -> list[Total]:
    """Each total row beside the sums of the rows above it, or of those since the last subtotal; ``rows`` are typed."""
    said = [one for one in aside if one.kind == "total"][:MOST_TOTALS]
    named = [
        (name, source) for name, source in found.sources.items()
        if found.table.by_name[name].type is Type.MONEY and len(source.places) == 1
    ]  # fmt: skip
    if not said or not named:
        return []
    ends = [0, *(one.row for one in said)]
    upto = dict(zip(ends, _running(rows, [name for name, _ in named], ends), strict=True))
    found_totals, since = [], 0
    for one in said:
        part = any("小计" in word(text) for text in one.cells)
        for name, source in named:
            written = one.cells[source.places[0]].strip()
            if written:
                stated = cell(written, found.table.by_name[name], source.scales[0]).value
                fen = upto[one.row][name] - (upto[since][name] if part else 0)
                found_totals.append(
                    Total(found.file, one.row, name, stated if isinstance(stated, float) else None, fen / 100)
                )
        since = one.row if part else since
    return found_totals


def _running(rows: ir.Table, names: list[str], ends: list[int]) -> Iterator[dict[str, int]]:
    """The sums, in fen, of the rows before each of the ``ends``."""
    yield dict.fromkeys(names, 0)
    so_far = dict.fromkeys(names, 0)
    for first, last in pairwise(ends):
        between = rows.filter(rows[ROW].between(first, last))
        fen = {name: (between[name] * 100).round().cast("int64").sum() for name in names}
        found = between.aggregate(**fen).to_pyarrow().to_pylist()[0]
        so_far = {name: so_far[name] + int(found[name] or 0) for name in names}
        yield so_far
