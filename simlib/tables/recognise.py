"""What a sheet is: which declared table, where its header stands, which rows below it are its own.

A sheet is known by its headings, whatever it is called; a name that is a table's own decides where the headings do
not. What a bureau's sheet has around its rows (title, unit, totals, notes) is told apart and never read as one of them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from simlib.columns import TABLES, Column, Table
from simlib.tables.account import Assumption, Unread
from simlib.tables.context import in_context
from simlib.tables.forms import SCALES, word
from simlib.tables.found import Aside, Block, Found, stem, table_named
from simlib.tables.header import SEARCHED, header_places, heads_of
from simlib.tables.headings import Match, heading, match, near, table_spellings
from simlib.tables.mapping import Entry
from simlib.tables.merged import filled_cells
from simlib.tables.months import month_in_name, month_named
from simlib.tables.row_kinds import kinds
from simlib.tables.sheet_units import sheet_units, units_above, units_in, units_named, with_unit
from simlib.tables.sheets import Sheet
from simlib.tables.totals import unlabelled
from simlib.units import YUAN
from simlib.words import Text, joined

FEWEST = 3  # columns of a table that a sheet of another name must have, or one less to add them to another's rows
LISTS = frozenset(("说明", "注", "备注", "附注", "注释", "填表说明", "填报说明"))  # over points
POINT = re.compile(r"[(（]?\d{1,2}[)）、.．]?\|[^|]*[\u4e00-\u9fff]{3,}[^|]*")
MONTH = "month"  # the column that the name of a sheet may stand for
GUIDE = "填写说明"  # the sheet of a template that explains it
TITLE = re.compile(r"[\u4e00-\u9fff]")  # no number of anything


def recognise(
    sheet: Sheet, file: str, entry: Entry | None = None, table: Table | None = None, alone: bool = True
) -> Found | Unread:
    """The sheet, which ``file`` names in messages, as the table that it is; ``entry`` is what a mapping says of it, and
    ``table`` what it has to be. The name of a file says what a sheet of it is only where that is ``alone`` in it."""
    if word(sheet.name) == word(GUIDE):
        return Unread(file, A_GUIDE)
    named = table or (entry.declared if entry else None) or table_named(sheet.name)
    if named is None and alone:
        named = table_named(stem(sheet))
    best = _best(sheet, named, entry)
    if best is None:
        return Unread(file, _why_not(sheet))
    _, _, _, at, height, chosen, _ = best
    found = rows_below(sheet, file, chosen, at, height, entry)
    found.slight = table is None and _slight(found)
    unfilled = not found.numbers and any(one.kind == "example" for one in found.aside)
    return Unread(file, NOT_FILLED) if unfilled else found


def rows_below(
    sheet: Sheet,
    file: str,
    table: Table,
    at: int,
    height: int,
    entry: Entry | None = None,
    elsewhere: Collection[int] = (),
) -> Found:
    """The sheet as this table, whose header begins at this place and has so many rows; another table reads the places
    ``elsewhere``."""
    heads, units = heads_of(sheet, at, height, entry), sheet_units(sheet, at, height)
    own = [() if place in elsewhere else ways for place, ways in enumerate(heads)]
    known = match(table, own, SCALES[YUAN][units[0]] if units else None, entry)
    found = Found(
        file, sheet, table, [ways[0].text for ways in heads], known.sources, tuple(sheet.numbers[at : at + height]),
        twice=known.twice, units=units, entry=entry or Entry(sheet.file),
        elsewhere=frozenset(elsewhere),
    )  # fmt: skip
    there = {*found.sources, *found.twice, *(name for name, _ in found.constants)}
    if MONTH in table.by_name.keys() - there and (month := month_named(sheet, at)):
        found.by_its_name = ((MONTH, month),)
        found.said = (Assumption(file, MONTH_IS.fill(month=month), MONTH, aloud=True),)
    _rows(found, at + height)
    if not found.units and (units := _units_after(found) or units_named(sheet)):
        found.units, found.sources = units, match(table, own, SCALES[YUAN][units[0]], entry).sources
    found.said += tuple(in_context(found))
    return found


def _units_after(found: Found) -> tuple[str, ...]:
    """The units that a sheet says below its last row."""
    last = found.numbers[-1] if found.numbers else 0
    return next((units for one in found.aside if one.row > last and (units := units_in(one.cells))), ())


def _best(sheet: Sheet, named: Table | None, entry: Entry | None) -> tuple | None:
    """The best header: of a named table its own, of others the one of a table that is complete; None where there is
    none."""
    candidates = []
    constants = {name for name, _ in entry.constants} if entry else set()
    constants |= {MONTH} if month_in_name(sheet) else set()
    for at, height in header_places(sheet, entry):
        heads = heads_of(sheet, at, height, entry)
        scale = next((SCALES[YUAN][unit] for unit in units_above(sheet.cells[:at])), None)
        for table in [named] if named else TABLES.values():
            found = match(table, heads, scale, entry)
            complete = found.complete(table, constants)
            if named or (complete and _fits(table, found, sheet, constants)):
                required = sum(column.required for column in table.columns)
                candidates.append((complete, len(found.sources) + len(found.twice), required, at, height, table, found))
    if entry and entry.header and not any(one[1] for one in candidates):  # of another year's file, perhaps
        return _best(sheet, named, replace(entry, header=()))
    if not candidates:
        return None
    best = max(candidates, key=lambda one: (one[0], one[1], one[2], -one[3] - one[4], one[6].scaled, -one[4]))
    if named and not best[1]:  # no heading is known: the first row is the header, and what it lacks is said
        best = next(one for one in candidates if one[4] == 1)
    return best


def _fits(table: Table, found: Match, sheet: Sheet, constants: Collection[str]) -> bool:
    """Whether a sheet of another name is the table by its columns, ``constants`` included."""
    if table.named_only and not _mentions(sheet, table):
        return False
    required = sum(column.required for column in table.columns)
    known = {*found.sources, *found.twice, *(table.by_name.keys() & set(constants))} - {"name"}
    return len(known) >= (required if required > 1 else FEWEST - 1)


def _slight(found: Found) -> bool:
    """Whether a sheet that no name or mapping says to be the table has one column less than it must."""
    columns, required = {*found.sources, *found.twice} - {"name"}, sum(one.required for one in found.table.columns)
    return required < 2 and len(columns) < FEWEST and not found.named and not found.entry.table


def on_its_side(found: Found) -> bool:
    """Whether a sheet that lacks columns of its table has their headings in its first column instead."""
    required = {column.name for column in found.table.columns if column.required}
    if required <= {*found.sources, *found.twice, *(name for name, _ in found.constants)} or found.table.large:
        return False
    first = [heading(cells[0]) for cells in found.sheet.cells[:SEARCHED] if cells and cells[0].strip()]
    named = {one.name for one in found.table.columns if any(text.names(one) for text in first)}
    return len(named) > 1 and bool(named & required)


def _mentions(sheet: Sheet, table: Table) -> bool:
    name = word(f"{sheet.file} {sheet.name}")
    return any(one in name for one in table_spellings(table) | {word(table.label.zh[:2])})


def _why_not(sheet: Sheet) -> Text:
    """Why a sheet is no table: what it comes nearest to, and what it lacks for that."""
    best: tuple[int, Table, Match] | None = None
    for at, height in header_places(sheet):
        heads = heads_of(sheet, at, height)
        for table in (one for one in TABLES.values() if not one.named_only or _mentions(sheet, one)):
            found = match(table, heads)
            score = len({*found.sources, *found.twice} - {"name"})
            if score and (best is None or score > best[0]):
                best = score, table, found
    if best is None:
        return NO_HEADER
    _, table, found = best
    lacking = [column.label for column in table.columns if column.required and column.name not in found.sources]
    if not lacking:
        return TOO_FEW.fill(table=table.label)
    return LACKS.fill(table=table.label, columns=joined(lacking, ", "))


def _rows(found: Found, start: int) -> None:
    """The rows below the header: the table's own, and those that are set aside."""
    sheet, width = found.sheet, len(found.header)
    columns = {place: found.table.by_name[name] for name, one in found.sources.items() for place in one.places}
    filled, found.spread = filled_cells(sheet, start, columns)
    for _, position in filled:
        text = found.header[position] if position < width else ""
        found.filled[text] = found.filled.get(text, 0) + 1
    kind_of, without = kinds(found), _without_unit(found)
    for number, cells in zip(sheet.numbers[start:], sheet.cells[start:], strict=True):
        written = cells
        cells = [filled.get((number, position), text) for position, text in enumerate(cells)]
        while len(cells) > width and not cells[-1].strip():
            cells.pop()
        cells += [""] * (width - len(cells))
        kind = kind_of(cells)
        if not kind and sheet.separator and len(written) != width:
            found.uneven.append((number, len(written)))
        elif kind:
            if kind == "header":
                _titles(found)
            found.aside.append(Aside(number, kind, tuple(cells)))
        else:
            if found.numbers and found.aside and found.aside[-1].row > found.numbers[-1]:
                _block(found, number)
            for place in without if found.blocks else ():
                cells[place] = with_unit(cells[place], found.blocks[-1].unit)
            found.numbers.append(number)
            found.cells.append(cells)
    if not sheet.separator or not found.table.large:
        _aside(found, unlabelled(found), "total")
        _aside(found, _points(found), "note")


def _points(found: Found) -> Sequence[int]:
    """The places of the last rows where they are the numbered points of 说明, which stands alone in a row."""
    texts = [(one.row, [text for text in one.cells if text.strip()]) for one in found.aside if one.kind == "note"]
    heads = [row for row, several in texts if len(several) == 1 and word(several[0]).strip(":") in LISTS]
    last = [place for place, row in enumerate(found.numbers) if heads and row > heads[-1]]
    return last if all(POINT.fullmatch("|".join(filter(None, map(str.strip, found.cells[i])))) for i in last) else []


def _without_unit(found: Found) -> list[int]:
    """The places of amounts whose headings name no unit."""
    return [
        place for name, source in found.sources.items() if found.table.by_name[name].unit == YUAN
        for place, text in zip(source.places, source.headings, strict=True)
        if heading(text, found.entry).scale(found.table.by_name[name]) is None
    ]  # fmt: skip


def _titles(found: Found) -> None:
    """Titles of the block whose header comes next: rows of a single text right above it."""
    last = len(found.cells)
    while last and _titled(found.cells[last - 1]):
        last -= 1
    _aside(found, range(last, len(found.cells)), "note")
    last_row = found.numbers[-1] if found.numbers else 0
    cells = dict(zip(found.sheet.numbers, found.sheet.cells, strict=True))
    titles = [one for one, _ in found.uneven if one > last_row and _titled(cells[one])]
    found.uneven = [one for one in found.uneven if one[0] not in titles]
    found.aside += [Aside(one, "note", (*cells[one], *[""] * (len(found.header) - len(cells[one])))) for one in titles]
    found.aside.sort(key=lambda one: one.row)


def _block(found: Found, row: int) -> None:
    """Another unit that is said between the last row and this one, with a further header or without, holds from here
    on."""
    between = [one for one in found.aside if one.row > found.numbers[-1]]
    if any(one.kind == "header" for one in between):
        units = units_above(one.cells for one in between)
    else:
        units = next((units for one in between if (units := units_in(one.cells))), ())
    before = found.blocks[-1].unit if found.blocks else "".join(found.units)
    if len(units) > 1:  # of which one it is, no heading tells
        found.units = (*found.units, *units)
    elif units and units[0] != before:
        found.blocks.append(Block(row, units[0]))


def _titled(cells: Sequence[str]) -> bool:
    """Whether a row holds nothing but one text that is no number of anything."""
    texts = [text for text in cells if text.strip()]
    return len(texts) == 1 and bool(TITLE.search(texts[0]))


def _aside(found: Found, places: Sequence[int], kind: str) -> None:
    """Set aside rows that were taken for the table's own."""
    for place in reversed(places):
        row = Aside(found.numbers.pop(place), kind, tuple(found.cells.pop(place)))
        found.aside.insert(sum(one.row < row.row for one in found.aside), row)


def offered(found: Found) -> dict[str, list[Column]]:
    """Of headings that no column has, the columns whose headings are like them; none of those not to be read."""
    unknown = [text for text in found.extras if not heading(text, found.entry).column]
    return {text: names for text in unknown if (names := near(text, found.table))}


MONTH_IS = Text("没有月份一列，按表名或文件名读作 {month}",
                "no column of months: read as {month}, as the name of sheet or file says")  # fmt: skip
A_GUIDE = Text("模板的填写说明，不是数据。", "A template's explanation, no data.")
NOT_FILLED = Text("模板尚未填写。", "A template that is not filled in.")
NO_HEADER = Text("未找到表头：没有已知的列名。如需读取，请在 columns.yaml 中写明。",
                 "No header was found: no column has a known heading. To have it read, say so in columns.yaml."
                 )  # fmt: skip
TOO_FEW = Text("像是{table}，但可用的列太少。如需读取，请在 columns.yaml 中写明。",
               "It looks like {table}, but has too few columns of it. To have it read, say so in columns.yaml."
               )  # fmt: skip
LACKS = Text("像是{table}，但缺少列：{columns}。如需读取，请补充列，或在 columns.yaml 中写明对应的表头。",
             "It looks like {table}, but lacks: {columns}. To have it read, add them, or name their headings in "
             "columns.yaml.")  # fmt: skip
