"""What is told of a sheet that was read: all that was assumed, and what its headings are to the doubts."""

from __future__ import annotations

from collections.abc import Iterator

from simlib.columns import Column
from simlib.tables import mapping
from simlib.tables.account import EXAMPLES, Account, Assumption, Head, Log, Missed, Total
from simlib.tables.forms import SCALES
from simlib.tables.found import Found, stem
from simlib.tables.headings import heading
from simlib.tables.personal import exposed
from simlib.tables.recognise import offered
from simlib.tables.shape import absent, needed
from simlib.tables.sheet_units import mentioned
from simlib.units import YUAN
from simlib.words import Text, joined


def unnamed_places(found: Found) -> list[int]:
    return [place for place, text in enumerate(found.header) if not text]


def account(found: Found, log: Log, totals: list[Total], unnamed: dict[int, int]) -> Account:
    """All that was assumed: of the sheet, of its columns, of its cells; ``unnamed`` counts cells without a heading."""
    file, about = found.file, []

    def say(what: Text, **where: object) -> None:
        about.append(Assumption(file, what, **where))  # type: ignore[arg-type]  # fields of an Assumption

    if found.header_rows[0] > 1 or len(found.header_rows) > 1:
        say(HEADER_AT.fill(rows="–".join(map(str, found.header_rows))))
    if found.entry.header and found.entry.header != found.header_rows:
        say(HEADER_MOVED.fill(rows="–".join(map(str, found.entry.header))), aloud=True)
    if found.units and found.units[0] != "元":
        say(SHEET_UNIT_IS.fill(unit=found.units[0]))
    if beside := mentioned(_around(found), [*found.units, *(one.unit for one in found.blocks)]):
        unsaid = [head.column for head in _heads(found) if head.amount and not heading(head.heading).bracket]
        for column in unsaid[:1]:
            say(UNIT_BESIDE, column=column, examples=tuple((text, "") for text in beside[:EXAMPLES]), aloud=True)
    for block in found.blocks:
        say(BLOCK_UNIT.fill(row=block.row, unit=block.unit), row=block.row, aloud=True)
    for name, source in found.sources.items():
        if len(source.places) > 1:
            say(SUM_OF.fill(parts=joined(source.headings, " + ", " + ")), column=name)
        elif source.year:
            say(YEAR_IS.fill(year=source.year), column=name, heading=source.headings[0], aloud=True)
        elif source.headings[0] not in {name, *found.table.by_name[name].label, *found.table.by_name[name].heading}:
            say(HEADING_IS, column=name, heading=source.headings[0])
        for scale in {one for one in source.scales if one}:
            say(SCALED.fill(power=scale), column=name, heading=source.headings[0])
        if source.codes:
            say(LEGEND.fill(codes=joined(f"{code} = {option}" for code, option in source.codes.items())), column=name)
    for text, count in found.filled.items():
        say(MERGED, heading=text, count=count)
    for kind, what in ASIDE.items():
        if rows := [one.row for one in found.aside if one.kind == kind]:
            say(what.fill(rows=joined(map(str, rows[:5]))), count=len(rows), row=rows[0])
    if hidden := sorted({*found.sheet.hidden_rows} & {*found.numbers}):
        say(HIDDEN_ROWS.fill(rows=joined(map(str, hidden[:5]))), count=len(hidden), row=hidden[0], aloud=True)
    for place in found.sheet.hidden_columns:
        if place < len(found.header) and found.header[place] not in found.extras:
            say(HIDDEN_COLUMN, heading=found.header[place], aloud=True)
    for place, count in unnamed.items():
        if count:
            say(UNNAMED.fill(place=place + 1), count=count)
    for name in exposed(found.table, {name: one.places[0] for name, one in found.sources.items()}, found.cells):
        say(EXPOSED, column=name, heading=found.sources[name].headings[0])
    near = offered(found)
    labels = tuple((text, tuple(column.label for column in columns)) for text, columns in near.items())
    return Account(
        (*found.said, *about, *log.assumptions()), (*found.totals, *totals), found.left_out, tuple(found.extras),
        labels, tuple(_heads(found)), tuple(_missed(found, near)),
    )  # fmt: skip


def _around(found: Found) -> Iterator[str]:
    """Texts beside its rows: above the header, in notes, and the names of sheet and file."""
    yield from (found.sheet.name, stem(found.sheet))
    for row, cells in zip(found.sheet.numbers, found.sheet.cells, strict=True):
        if row < found.header_rows[0]:
            yield from cells
    yield from (text for one in found.aside if one.kind == "note" for text in one.cells)


def _missed(found: Found, near: dict[str, list[Column]]) -> list[Missed]:
    """Headings that may be meant for optional columns which are not there."""
    there = {*found.sources, *found.twice, *(name for name, _ in found.constants)}
    there |= {column.name for column in found.table.columns if column.twin in there}
    missed = [Missed(mapping.FILE, None, key, (name,)) for key, name in absent(found) if name not in needed(found)]
    for text, columns in near.items():
        if names := tuple(column.name for column in columns if column.name not in there and not column.required):
            missed.append(Missed(found.file, found.header_rows[0] or None, text, names))
    return missed


def _heads(found: Found) -> Iterator[Head]:
    """Every heading that was read; a column's own name is in the column's own unit."""
    for name, source in found.sources.items():
        column = found.table.by_name[name]
        for text, scale in zip(source.headings, source.scales, strict=True):
            said = scale or found.units or text == name or heading(text, found.entry).scale(column) is not None
            power, row, amount = scale if said else None, found.header_rows[0], column.unit == YUAN
            yield Head(found.file, row, name, text, source.year, power, amount)
            for block in found.blocks if amount and heading(text, found.entry).scale(column) is None else ():
                yield Head(found.file, block.row, name, text, source.year, SCALES[YUAN][block.unit], amount)


HEADER_MOVED = Text("columns.yaml 写表头在第 {rows} 行，该行不是表头，已另找",
                    "columns.yaml has the header in row {rows}, which is none: it was looked for")  # fmt: skip
BLOCK_UNIT = Text("第 {row} 行起写明金额单位为{unit}：表头没有另写单位的，按此换算",
                  "from row {row} on amounts are in {unit}: those whose heading names no unit are taken so"
                  )  # fmt: skip
HEADER_AT = Text("表头在第 {rows} 行", "the header stands in row {rows}")
SHEET_UNIT_IS = Text("表中写明金额单位为{unit}：表头未另写单位的，均换算为元",
                     "the sheet says that amounts are in {unit}: those whose heading names no unit are taken to yuan"
                     )  # fmt: skip
UNIT_BESIDE = Text("表头以外提到金额单位，没有按它换算",
                   "a unit of amounts is mentioned beside the headings and was not applied")  # fmt: skip
SUM_OF = Text("等于 {parts}", "is {parts}")
YEAR_IS = Text("表头写有“{year}”，按此列读取；请核对年份",
               "its heading says {year}; read as this column: check the year")  # fmt: skip
HEADING_IS = Text("按表头识别", "known by its heading")
SCALED = Text("按表头单位换算：乘以 10 的 {power} 次方", "the unit in the heading: times 10 to the {power}")
LEGEND = Text("按表头括号中的说明：{codes}", "as the brackets in the heading say: {codes}")
MERGED = Text("合并单元格的内容用于其中每一行", "a merged cell stands for each of its rows")
HIDDEN_ROWS = Text("隐藏的行也已读取：第 {rows} 行", "hidden rows were read as well: {rows}")
UNNAMED = Text("第 {place} 列没有列名，未读取", "column {place} has no name and was not read")
EXPOSED = Text("其中有身份证号，将原样写入结果。请改用其他编号",
               "identity numbers stand in it and would stand in results; use others")  # fmt: skip
HIDDEN_COLUMN = Text("隐藏的列也已读取", "a hidden column was read as well")
ASIDE = {
    "total": Text("合计行不作为数据：第 {rows} 行", "total rows are not data: row {rows}"),
    "mean": Text("平均值行不作为数据：第 {rows} 行", "rows of means are not data: row {rows}"),
    "compared": Text("同期、增减、占比行不作为数据：第 {rows} 行", "rows to compare with are not data: row {rows}"),
    "full": Text("满分、权重行不作为数据：第 {rows} 行", "rows of full marks are not data: row {rows}"),
    "note": Text("注释行不作为数据：第 {rows} 行", "notes are not data: row {rows}"),
    "header": Text("重复的表头不作为数据：第 {rows} 行", "repeated headers are not data: row {rows}"),
    "numbering": Text(
        "只有序号或栏次的行不作为数据：第 {rows} 行",
        "rows with nothing but numbers of rows or columns are not data: row {rows}",
    ),
}
