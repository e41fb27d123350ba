"""One part of a large table, a file or a sheet of it: its columns as they are meant, with all that was assumed for them
and all that is wrong.

Most cells are known by expressions (simlib.tables.large.look, ways). What no expression knows is read text by text by
simlib.tables.typed, which also says how each way of writing is called.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
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
from simlib.tables.large.queries import ask, in_batches, named, quoted, run, source
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
    """What was found; ``columns`` are the values by name: a column of ``rows``, or what is worked out over them."""

    found: Found
    rows: ir.Table
    columns: dict[str, str | Value] = field(default_factory=dict)
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
        known = {name: value for name, value in self.columns.items() if isinstance(value, str)}
        if len(known) == len(self.columns):
            return named(self.rows, {ROW: ROW, **known})
        return self.rows.select(ROW, **{name: self.value(name) for name in self.columns})

    def value(self, name: str) -> ir.Value:
        value = self.columns[name]
        return self.rows[value] if isinstance(value, str) else value(self.rows)


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
    odd = [
        f"{quoted(Copied.of(spot).way)} <> 0" if known[spot] else left_open(Copied.of(spot), spot.column.filled)
        for spot in known
    ]
    counts = ", ".join(f"count(*) FILTER (WHERE {one})" for one in odd)
    (counted,) = run(rows.get_backend(), f"SELECT {counts} FROM {source(rows)}") if odd else [()]
    unplain = [spot for spot, count in zip(known, counted, strict=True) if count]
    rows = completed(rows, [spot for spot in unplain if not known[spot]])
    for spot in unplain:
        ones = ask(_by_way, rows, {"way": Copied.of(spot).way, ROW: ROW})
        said[spot] = {one["way"]: (one["count"], one["first"]) for one in ones.to_pylist()}
    return rows, said


def _by_way(cells: ir.Table) -> ir.Table:
    odd = cells.filter(cells["way"] != 0)
    return odd.group_by("way").aggregate(count=odd.count(), first=odd[ROW].min())


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


def _column(ones: list[Spot], known: str | None) -> str | Value:
    if known is not None:
        return known
    if len(ones) == 1:
        return Copied.of(ones[0]).value
    return lambda rows: added([rows[Copied.of(one).value] for one in ones])


def _examples(rows: ir.Table, spot: Spot, number: int, count: int, first: int) -> list[Entry]:
    """What is said of the cells of one way: the first texts in it, as typed reads them."""
    names, reader = Copied.of(spot), Reader.of(spot.column, spot.scale, spot.codes)
    cells, these = {ROW: ROW, "cell": names.cell}, f"{quoted(names.way)} = {number}"
    near = ask(_in_order, rows, cells, where=f"{these} AND {ROW} < {first + NEAR}")
    found = dict(zip(reversed(texts(near["cell"])), reversed(near[ROW].to_pylist()), strict=True))
    if len(found) < EXAMPLES and near.num_rows < count:
        near = ask(_first_texts, rows, cells, where=these)
        found = dict(zip(texts(near["cell"]), near[ROW].to_pylist(), strict=True))
    first_ones = sorted((row, text) for text, row in found.items())[:EXAMPLES]
    read = [(row, text, reader.read(text)) for row, text in first_ones]
    examples = [(row, shown(text, spot.declared) or "", one.value) for row, text, one in read]
    return [Entry(what, order, count, examples) for order, what in enumerate(read[0][2].forms)]


def _in_order(cells: ir.Table) -> ir.Table:
    return cells.order_by(ROW)


def _first_texts(cells: ir.Table) -> ir.Table:
    by_text = cells.group_by("cell").aggregate(**{ROW: cells[ROW].min()})
    return by_text.order_by(ROW).limit(EXAMPLES)


def _one_by_one(backend: ibis.BaseBackend, part: Part, spot: Spot, number: int) -> list[Entry]:
    """What is said of cells each different text of which is read once; where no expression knows their values, the
    part's rows have them from now on."""
    names, rows = Copied.of(spot), part.rows
    reader, strict = (Reader.of(one, spot.scale, spot.codes) for one in (spot.column, spot.declared))
    cells, these = {ROW: ROW, "cell": names.cell}, f"{quoted(names.way)} = {number}"
    read: dict[Text, list] = {}
    refused: dict[Text, list] = {}
    keys, values, unseen, wrong = [], [], 0, 0
    for table in in_batches(BATCH, _different, rows, cells, where=these):
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
                if one.value is not None:
                    keys.append(key)
                    values.append(one.value)
                _read(read, one, first, shown(text, spot.declared) or "", count)
    for rule, (count, texts_of) in refused.items():
        lines = _lines(rows, names, number, part.found.file, spot, rule, texts_of)
        part.findings.append(Finding(rule, spot.name, lines, count))
    if unseen:
        part.findings.append(Finding(NOT_LOOKED_AT, spot.name, [], unseen))
    if number == -1 and not part.findings:
        part.places = None
        known = pa.table({
            "written": pa.array(keys, rows[names.cell].type().to_pyarrow()),
            f"read_{names.value}": pa.array(values, ibis.dtype(KINDS[spot.column.type]).to_pyarrow()),
        })  # fmt: skip
        part.rows = _with(backend, rows, known, names)
    return [Entry(what, order, count, first) for what, (order, count, first) in read.items()]


def _with(backend: ibis.BaseBackend, rows: ir.Table, known: pa.Table, names: Copied) -> ir.Table:
    """The rows with the values of cells that were read one by one."""
    read = bound(backend, known)
    rows = rows.left_join(read, (_cut(rows[names.cell]) == read["written"]) & (rows[names.way] == -1)).drop("written")
    value = ibis.ifelse(rows[names.way] == -1, rows[f"read_{names.value}"], rows[names.value])
    return named(rows.mutate(**{names.value: value}).drop(f"read_{names.value}"))


def _different(cells: ir.Table) -> ir.Table:
    """Each text once, in the order of the rows."""
    by_text = cells.group_by(written=_cut(cells["cell"])).aggregate(count=cells.count(), first=cells[ROW].min())
    return by_text.order_by("first")


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


def _lines(rows: ir.Table, names: Copied, number: int, file: str, spot: Spot, rule: Text, given: list) -> list[Problem]:
    """The first rows in which one of the texts stands that break a rule."""
    texts_of = pa.table({"written": pa.array(given, rows[names.cell].type().to_pyarrow())})
    cells, these = {ROW: ROW, "cell": names.cell}, f"{quoted(names.way)} = {number}"
    first = ask(_first_with, rows, cells, where=these, beside=texts_of)
    return [
        Problem(rule, file, row, spot.name, shown(text[:SHOWN], spot.declared) or None)
        for row, text in zip(first[ROW].to_pylist(), texts(first["cell"]), strict=True)
    ]


def _first_with(cells: ir.Table, texts_of: ir.Table) -> ir.Table:
    these = cells.semi_join(texts_of, _cut(cells["cell"]).identical_to(texts_of["written"]))
    return these.order_by(ROW).limit(MOST_LINES)


def _all_blank(part: Part, name: str) -> None:
    """A sum that is required and of which no part is there."""
    if any(one.column == name for one in part.findings):
        return
    rows = part.rows
    blank = rows.filter(part.value(name).isnull())
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
