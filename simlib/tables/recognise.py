"""What a sheet is: which declared table, where its header stands, which rows below it are its own.

A sheet is known by its headings, whatever it is called; a name that is a table's own decides where the headings do
not. What a bureau's sheet has around its rows (title, unit, totals, notes) is told apart and never read as one of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

from simlib.columns import TABLES, Table
from simlib.tables.account import Total, Unread
from simlib.tables.forms import SCALES, word
from simlib.tables.header import header_places, heads_of
from simlib.tables.headings import ORNAMENT, Match, Source, heading, match, near, table_spellings
from simlib.tables.mapping import Entry
from simlib.tables.merged import filled_cells
from simlib.tables.personal import personal
from simlib.tables.sheet_units import sheet_units, units_above
from simlib.tables.sheets import Sheet
from simlib.units import YUAN
from simlib.words import Text, joined

FEWEST = 3  # columns of a table that a sheet of another name must have
TOTAL = re.compile(  # as simlib.tables.forms.word has it
    r"(?:总合计|合计|总计|小计|累计|共计|汇总|全市|全县|全区|全省|.{1,12}(?:合计|小计|总计)|(?:grand|sub)?total|sum)"
    r"(?:\([^)]*\))?:?|共\d+[家个户例条]"
)
ONLY_TOTAL = frozenset(("总合计", "合计", "总计", "小计", "累计", "共计"))  # no name of anything, numbered or not
MEAN = re.compile(r"(?:.{0,12}平均[值分数]?|.{0,12}均值|average|mean)(?:\([^)]*\))?:?")
NOTE = re.compile(r"(?:注|备注|说明|填表|制表|审核|复核|填报|报送|打印|单位负责人|负责人|联系|数据来源|来源|口径|※|\*)")
SIGNED = re.compile(  # as one signs, in as many cells as there are signatures
    r"其中|\(?(?:金额|计量)?单位:|(?:填表|制表|审核|复核|填报|报送|打印|审批|批准|经办|(?:单位)?负责|联系|分管领导|主管).{0,4}:"
)
EXAMPLE = "示例"  # how the key of a template's example rows begins
GUIDE = "填写说明"  # the sheet of a template that explains it
NUMBERING = frozenset(("序号", "编号", "no", "no.", "行号", "序"))


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
    entry: Entry = Entry("")
    beside: bool = False  # a sheet of another table that tells of institutions as well: only where nothing else does
    elsewhere: frozenset[int] = frozenset()  # places that another table of the same sheet reads
    totals: list[Total] = field(default_factory=list)  # what the sheet says of sums beside its rows
    full: dict[str, float] = field(default_factory=dict)  # full marks of items, as the headings of a wide sheet say

    @property
    def named(self) -> bool:
        """Whether the sheet, or its file, has a name of the table."""
        return self.table in (_named(self.sheet.name), _named(stem(self.sheet)))

    @cached_property
    def keys(self) -> set[tuple[str, ...]]:
        """The keys of its rows, as they stand; none where one of their columns is not among its own."""
        names = [name for name in (self.table.key, *self.table.within) if name in self.sources]
        places = [self.sources[name].places[0] for name in names]
        return {tuple(word(row[place]) for place in places) for row in self.cells} if self.table.key in names else set()

    @property
    def unclear(self) -> list[str]:
        """Columns of amounts without a unit in a heading, where the sheet says several."""
        columns = [self.table.by_name[name] for name in self.sources] if len(self.units) > 1 else []
        own = {one.name: heading(self.sources[one.name].headings[0], self.entry).scale(one) for one in columns}
        return [one.name for one in columns if one.unit == YUAN and own[one.name] is None]

    def rows_equal(self, other: Found) -> bool:
        """Whether another sheet says the same in the same order."""
        return self.header == other.header and self.cells == other.cells

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
    kind: str  # total | note | header | numbering | example (of a template, which nobody need be told of)
    cells: tuple[str, ...]


def recognise(
    sheet: Sheet, file: str, entry: Entry | None = None, table: Table | None = None, alone: bool = True
) -> Found | Unread:
    """The sheet, which ``file`` names in messages, as the table that it is; ``entry`` is what a mapping says of it, and
    ``table`` what it has to be. The name of a file says what a sheet of it is only where that is ``alone`` in it."""
    if word(sheet.name) == word(GUIDE):
        return Unread(file, A_GUIDE)
    named = table or (entry.declared if entry else None) or _named(sheet.name)
    if named is None and alone:
        named = _named(stem(sheet))
    best = _best(sheet, named, entry)
    if best is None:
        return Unread(file, _why_not(sheet))
    _, _, _, at, height, chosen, _ = best
    found = rows_below(sheet, file, chosen, at, height, entry)
    unfilled = not found.numbers and any(one.kind == "example" for one in found.aside)
    return Unread(file, NOT_FILLED) if unfilled else found


def rows_below(sheet: Sheet, file: str, table: Table, at: int, height: int, entry: Entry | None = None) -> Found:
    """The sheet as this table, whose header begins at this place and has so many rows."""
    heads, units = heads_of(sheet, at, height, entry), sheet_units(sheet, at, height)
    scale = SCALES[YUAN][units[0]] if units else None
    known = match(table, heads, scale, entry)
    found = Found(
        file, sheet, table, [ways[0].text for ways in heads], known.sources, tuple(sheet.numbers[at : at + height]),
        twice=known.twice, units=units, entry=entry or Entry(sheet.file),
    )  # fmt: skip
    _rows(found, at + height)
    return found


def stem(sheet: Sheet) -> str:
    return sheet.file.rpartition(".")[0]


def _named(name: str) -> Table | None:
    """The table that has this name, or has it as one of its labels."""
    return next((table for table in TABLES.values() if word(name) in table_spellings(table)), None)


def _best(sheet: Sheet, named: Table | None, entry: Entry | None) -> tuple | None:
    """The best header: of a named table its own, of others the one of a table that is complete; None where there is
    none."""
    candidates = []
    constants = {name for name, _ in entry.constants} if entry else set()
    for at, height in header_places(sheet, entry):
        heads = heads_of(sheet, at, height, entry)
        scale = next((SCALES[YUAN][unit] for unit in units_above(sheet, at)), None)
        for table in [named] if named else TABLES.values():
            found = match(table, heads, scale, entry)
            complete = found.complete(table, constants)
            if named or (complete and _fits(table, found, sheet)):
                required = sum(column.required for column in table.columns)
                candidates.append((complete, len(found.sources), required, at, height, table, found))
    if entry and entry.header and not any(one[1] for one in candidates):  # of another year's file, perhaps
        return _best(sheet, named, replace(entry, header=()))
    if not candidates:
        return None
    best = max(candidates, key=lambda one: (one[0], one[1], one[2], -one[3] - one[4], one[6].scaled, -one[4]))
    if named and not best[1]:  # no heading is known: the first row is the header, and what it lacks is said
        best = next(one for one in candidates if one[4] == 1)
    return best


def _fits(table: Table, found: Match, sheet: Sheet) -> bool:
    """Whether a sheet of another name is the table by its columns."""
    if table.named_only and not _mentions(sheet, table):
        return False
    required = sum(column.required for column in table.columns)
    known = {*found.sources, *found.twice} - {"name"}
    return len(known) >= (required if required > 1 else FEWEST)


def _mentions(sheet: Sheet, table: Table) -> bool:
    name = word(f"{sheet.file} {sheet.name}")
    return any(one in name for one in table_spellings(table) | {word(table.label.zh[:2])})


def _why_not(sheet: Sheet) -> Text:
    """Why a sheet is no table: what it comes nearest to, and what it lacks for that."""
    best: tuple[int, Table, Match] | None = None
    for at, height in header_places(sheet):
        heads = heads_of(sheet, at, height)
        for table in TABLES.values():
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
    kind_of = kinds(found)
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
            found.aside.append(Aside(number, kind, tuple(cells)))
        else:
            found.numbers.append(number)
            found.cells.append(cells)


def kinds(found: Found) -> Callable[[list[str]], str]:
    """What tells why a row, as long as the header, is none of the table's own; empty where it is one."""
    key = found.sources.get(found.table.key)
    heads = [heading(text).name for text in found.header]
    numbered = numbering(found)
    return lambda cells: _kind(cells, key.places if key else (), heads, numbered)


def numbering(found: Found) -> set[int]:
    """The places of columns that only number the rows."""
    used = {one for source in found.sources.values() for one in source.places}
    return {place for place, text in enumerate(found.header) if heading(text).name in NUMBERING} - used


def _kind(cells: list[str], keys: tuple[int, ...], heads: list[str], numbering: set[int]) -> str:
    texts = [(position, text.strip()) for position, text in enumerate(cells) if text.strip()]
    if not texts:
        return "numbering"
    first = word(texts[0][1])
    keyed = [text for position, text in texts if position in keys]
    leading = [word(text) for text in (*(text for _, text in texts[:3]), *keyed[:1])]
    if ONLY_TOTAL & {*leading[:2]}:
        return "total"
    if any(TOTAL.fullmatch(one) for one in leading) and (not keyed or TOTAL.fullmatch(word(keyed[0]))):
        return "total"
    if any(MEAN.fullmatch(one) for one in leading) and (not keyed or MEAN.fullmatch(word(keyed[0]))):
        return "mean"
    again = [word(text.strip(ORNAMENT)) == heads[position] for position, text in texts if position < len(heads)]
    if len(texts) > 1 and all(again):
        return "header"
    if keyed and keyed[0].startswith(EXAMPLE):
        return "example"
    if SIGNED.match(first) or (NOTE.match(first) and len(texts) <= 2 + len(numbering)):
        return "note"
    if {position for position, _ in texts} <= numbering:
        return "numbering"
    return ""


def offered(found: Found) -> dict[str, list[Text]]:
    """Of headings that no column has, the columns whose headings are like them."""
    return {text: names for text in found.extras if (names := near(text, found.table))}


A_GUIDE = Text("模板的填写说明，不是数据。", "A template's explanation, no data.")
NOT_FILLED = Text("模板尚未填写。", "A template that is not filled in.")
NO_HEADER = Text("没有找到表头：没有一列是已知的列名。如需读取，请在 columns.yaml 中写明。",
                 "No header was found: no column has a known heading. To have it read, say so in columns.yaml."
                 )  # fmt: skip
TOO_FEW = Text("像是{table}，但可用的列太少。如需读取，请在 columns.yaml 中写明。",
               "It looks like {table}, but has too few columns of it. To have it read, say so in columns.yaml."
               )  # fmt: skip
LACKS = Text("像是{table}，但缺少列：{columns}。如需读取，请补上列，或在 columns.yaml 中写明对应的表头。",
             "It looks like {table}, but lacks: {columns}. To have it read, add them, or name their headings in "
             "columns.yaml.")  # fmt: skip
