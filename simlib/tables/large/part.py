"""One part of a large table, a file or a sheet of it: its columns as they are meant, with all that was assumed for them
and all that is wrong.

Most cells are known by expressions (simlib.tables.large.look, ways). What no expression knows is read text by text by
simlib.tables.typed, which also says how each way of writing is called.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from simlib.problems import Problem
from simlib.tables import mapping
from simlib.tables.account import EXAMPLES, Log
from simlib.tables.cells import BLANK
from simlib.tables.found import Found
from simlib.tables.large.lines import MOST_LINES, SHOWN, Finding
from simlib.tables.large.look import Spot, spots
from simlib.tables.large.shape import ROW
from simlib.tables.large.table import bound
from simlib.tables.large.ways import KINDS, WORD, Copied, added, completed, left_open
from simlib.tables.personal import shown
from simlib.tables.reader import LONGEST_CELL, Cell, Reader, cell
from simlib.tables.sheets.parquet import texts
from simlib.words import Text

Value = Callable[[ir.Table], ir.Value]  # of a column, over rows
MOST_REFUSED = 10_000  # different texts of a column that are refused one by one
BATCH = 10_000
NEAR = 1000  # rows in which examples are looked for first


@dataclass
class Part:
    """What was found; ``columns`` are the values by name, over the rows that ``rows`` gives."""

    found: Found
    rows: ir.Table
    columns: dict[str, Value] = field(default_factory=dict)
    log: Log = field(default_factory=lambda: Log(""))
    findings: list[Finding] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)  # of constants
    places: dict[str, str] | None = field(
        default_factory=dict
    )  # columns of ``rows`` that are those of the table, if so
    count: int = 0
    last: int = 0  # the last row of the file

    def sound(self) -> ir.Table:
        """Its columns in their types, and the row of the file."""
        return self.rows.select(ROW, **{name: value(self.rows) for name, value in self.columns.items()})


class Entry(NamedTuple):
    """One way in which cells of a place are written: how many, and the first texts, as read, with their rows."""

    what: Text
    order: int
    times: int
    examples: list[tuple[int, str, object]]


Ways = dict[int, tuple[int, int]]  # by its number: how many cells are written in a way, and the row of the first


def ways(rows: ir.Table, found: Found) -> tuple[ir.Table, dict[Spot, Ways]]:
    """In which ways, but for the plain one, the cells of each place are written; and the rows, which say it of each."""
    said: dict[Spot, Ways] = {}
    known = {spot: Copied.of(spot).way in rows.columns for spot in spots(found)}
    odd = {spot: rows[Copied.of(spot).way] != 0 if known[spot] else left_open(rows, spot) for spot in known}
    asked = rows.aggregate(**{str(n): rows.count(where=where) for n, where in enumerate(odd.values())})
    counts = dict(zip(odd, asked.to_pyarrow().to_pylist()[0].values(), strict=True))
    rows = completed(rows, [spot for spot in odd if counts[spot] and not known[spot]])
    for spot in (spot for spot in odd if counts[spot]):
        way = Copied.of(spot).way
        ones = rows.filter(rows[way] != 0).group_by(way).aggregate(count=ibis._.count(), first=ibis._[ROW].min())
        said[spot] = {one[way]: (one["count"], one["first"]) for one in ones.to_pyarrow().to_pylist()}
    return rows, said


def examined(backend: ibis.BaseBackend, rows: ir.Table, found: Found, written: dict[Spot, Ways]) -> Part:
    """The part, whose cells are written in these ways."""
    part = Part(found, rows, log=Log(found.file))
    several: dict[str, list[Spot]] = {}
    entries: dict[str, list[tuple[Spot, Entry]]] = {}
    for spot in spots(found):
        several.setdefault(spot.name, []).append(spot)
        for number, (count, first) in written.get(spot, {}).items():
            if number in (-1, WORD):
                said = _one_by_one(backend, part, spot, number)
            else:
                said = _examples(part.rows, spot, number, count, first)
            entries.setdefault(spot.name, []).extend((spot, one) for one in said)
    for name, ones in several.items():
        known = Copied.of(ones[0]).value if len(ones) == 1 else name
        if part.places is not None:
            part.places[name] = known
        part.columns[name] = _column(ones, known if part.places is not None else None)
        if len(ones) > 1 and found.table.by_name[name].filled:
            _all_blank(part, name)
    for name, text in found.constants:
        _constant(part, name, text)
    for name, of_it in entries.items():
        _noted(part.log, name, of_it)
    return part


def _column(ones: list[Spot], known: str | None) -> Value:
    if known is not None:
        return lambda rows: rows[known]
    if len(ones) == 1:
        return lambda rows: rows[Copied.of(ones[0]).value]
    return lambda rows: added([rows[Copied.of(one).value] for one in ones])


def _examples(rows: ir.Table, spot: Spot, number: int, count: int, first: int) -> list[Entry]:
    """What is said of the cells of one way: the first texts in it, as typed reads them."""
    names, reader = Copied.of(spot), Reader.of(spot.column, spot.scale, spot.codes)
    cells = rows.filter(rows[names.way] == number)
    near = cells.filter(cells[ROW] < first + NEAR).select(ROW, names.cell).order_by(ROW).to_pyarrow()
    found = dict(zip(reversed(texts(near[names.cell])), reversed(near[ROW].to_pylist()), strict=True))
    if len(found) < EXAMPLES and near.num_rows < count:
        by_text = cells.group_by(names.cell).aggregate(**{ROW: cells[ROW].min()})
        near = by_text.order_by(ROW).limit(EXAMPLES).to_pyarrow()
        found = dict(zip(texts(near[names.cell]), near[ROW].to_pylist(), strict=True))
    first_ones = sorted((row, text) for text, row in found.items())[:EXAMPLES]
    read = [(row, text, reader.read(text)) for row, text in first_ones]
    examples = [(row, shown(text, spot.declared) or "", one.value) for row, text, one in read]
    return [Entry(what, order, count, examples) for order, what in enumerate(read[0][2].forms)]


def _one_by_one(backend: ibis.BaseBackend, part: Part, spot: Spot, number: int) -> list[Entry]:
    """What is said of cells each different text of which is read once; where no expression knows their values, the
    part's rows have them from now on."""
    names, rows = Copied.of(spot), part.rows
    reader, strict = (Reader.of(one, spot.scale, spot.codes) for one in (spot.column, spot.declared))
    cells = rows.filter(rows[names.way] == number)
    found = cells.group_by(written=_cut(cells[names.cell])).aggregate(count=cells.count(), first=cells[ROW].min())
    read: dict[Text, list] = {}
    refused: dict[Text, list] = {}
    keys, values, unseen, wrong = [], [], 0, 0
    for table in _batches(backend, found.order_by("first")):
        if wrong > MOST_REFUSED:
            unseen += sum(table["count"].to_pylist())
            continue
        for text, key, count, first in zip(
            texts(table["written"]), *(table[name].to_pylist() for name in ("written", "count", "first")), strict=True
        ):
            one = reader.read(text)
            if one.rule is not None:
                wrong += 1
                rule = strict.read(text).rule or one.rule
                _refused(refused, rule, key, count)
            else:
                keys.append(key)
                values.append(one.value)
                _read(read, one, first, shown(text, spot.declared) or "", count)
    for rule, (count, texts_of) in refused.items():
        lines = _lines(cells, names.cell, part.found.file, spot, rule, texts_of)
        part.findings.append(Finding(rule, spot.name, lines, count))
    if unseen:
        part.findings.append(Finding(NOT_LOOKED_AT, spot.name, [], unseen))
    if number == -1 and not part.findings:
        part.places = None
        known = pa.table({
            "written": pa.array(keys, found.schema()["written"].to_pyarrow()),
            f"read_{names.value}": pa.array(values, ibis.dtype(KINDS[spot.column.type]).to_pyarrow()),
        })  # fmt: skip
        part.rows = _with(backend, rows, known, names)
    return [Entry(what, order, count, first) for what, (order, count, first) in read.items()]


def _with(backend: ibis.BaseBackend, rows: ir.Table, known: pa.Table, names: Copied) -> ir.Table:
    """The rows with the values of cells that were read one by one."""
    read = bound(backend, known)
    rows = rows.left_join(read, (_cut(rows[names.cell]) == read["written"]) & (rows[names.way] == -1)).drop("written")
    value = ibis.ifelse(rows[names.way] == -1, rows[f"read_{names.value}"], rows[names.value])
    return rows.mutate(**{names.value: value})


def _batches(backend: ibis.BaseBackend, rows: ir.Table) -> Iterator[pa.Table]:
    """Rows of any number, by and by."""
    with tempfile.TemporaryDirectory(prefix="simlib-") as folder:
        path = Path(folder, "rows.parquet")
        backend.to_parquet(rows, path)
        stored, start = backend.read_parquet(path), 0
        while (batch := stored.limit(BATCH, offset=start).to_pyarrow()).num_rows:
            yield batch
            start += BATCH
            if batch.num_rows < BATCH:
                return


def _cut(cell: ir.Value) -> ir.Value:
    """A cell as it is known again; what is longer than any may be is not needed whole."""
    return cell.left(LONGEST_CELL + 1) if cell.type().is_string() else cell


def _read(read: dict[Text, list], one: Cell, first: int, text: str, count: int) -> None:
    for order, what in enumerate(one.forms):
        entry = read.setdefault(what, [order, 0, []])
        entry[1] += count
        if len(entry[2]) < EXAMPLES:
            entry[2].append((first, text, one.value))


def _refused(refused: dict[Text, list], rule: Text, key: object, count: int) -> None:
    entry = refused.setdefault(rule, [0, []])
    entry[0] += count
    if len(entry[1]) < MOST_LINES:
        entry[1].append(key)


def _lines(cells: ir.Table, tidied: str, file: str, spot: Spot, rule: Text, given: list) -> list[Problem]:
    """The first rows in which one of the texts stands that break a rule."""
    written = _cut(cells[tidied])
    among = [written.isin(some)] if (some := [one for one in given if one is not None]) else []
    among += [written.isnull()] if None in given else []
    first = cells.filter(ibis.or_(*among)).select(ROW, tidied).order_by(ROW).limit(MOST_LINES).to_pyarrow()
    return [
        Problem(rule, file, row, spot.name, shown(text[:SHOWN], spot.declared) or None)
        for row, text in zip(first[ROW].to_pylist(), texts(first[tidied]), strict=True)
    ]


def _all_blank(part: Part, name: str) -> None:
    """A sum that is required and of which no part is there."""
    if any(one.column == name for one in part.findings):
        return
    rows = part.rows
    blank = rows.filter(part.columns[name](rows).isnull())
    if count := blank.count().to_pyarrow().as_py():
        first = blank.select(ROW).order_by(ROW).limit(MOST_LINES).to_pyarrow()[ROW].to_pylist()
        lines = [Problem(BLANK, part.found.file, row, name) for row in first]
        part.findings.append(Finding(BLANK, name, lines, count))


def _constant(part: Part, name: str, text: str) -> None:
    """A column that a mapping gives one value for all rows."""
    column = part.found.table.by_name[name]
    given = cell(text, column)
    if given.rule:
        part.problems.append(Problem(given.rule, mapping.FILE, column=name, value=text))
    part.columns[name] = lambda rows: ibis.literal(given.value, KINDS[column.type])
    part.places = None


def _noted(log: Log, name: str, entries: list[tuple[Spot, Entry]]) -> None:
    """What was read otherwise in one column, as a small table has it: in the order of the rows, then of the places."""
    by_what: dict[Text, list[tuple[Spot, Entry]]] = {}
    for spot, entry in entries:
        by_what.setdefault(entry.what, []).append((spot, entry))
    first = {
        what: min((entry.examples[0][0], spot.part, entry.order, spot.heading) for spot, entry in several)
        for what, several in by_what.items()
    }
    for what in sorted(by_what, key=lambda one: first[one][:3]):
        examples = sorted(
            ((row, spot.part, text, value) for spot, entry in by_what[what] for row, text, value in entry.examples),
            key=lambda one: one[:2],
        )
        read = {text: "" if value is None else str(value) for _, _, text, value in reversed(examples)}
        known = {text: read[text] for _, _, text, _ in examples}
        count = sum(entry.times for _, entry in by_what[what])
        log.found[name, what] = [first[what][3], count, first[what][0], dict(list(known.items())[:EXAMPLES])]


NOT_LOOKED_AT = Text("此列错误过多，其余的未逐一核对。请先改正以上各处。",
                     "The column has too many faults; the rest was not looked at. Correct these first.")  # fmt: skip
