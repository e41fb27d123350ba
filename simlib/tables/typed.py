"""A recognised sheet as typed columns: each cell in its plain way of writing, parsed, and what was assumed noted."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pandas as pd

from simlib.columns import Column, Table, Type
from simlib.columns.checks import DUPLICATE, refuse
from simlib.money import to_fen, to_yuan
from simlib.problems import BadInput, Problem
from simlib.tables import mapping
from simlib.tables.account import Account, Assumption, Log, Total, account_of
from simlib.tables.cells import BLANK, DOUBLE, ROW, missing_columns
from simlib.tables.forms import word
from simlib.tables.headings import Source
from simlib.tables.personal import exposed, shown
from simlib.tables.reader import Cell, Reader, cell
from simlib.tables.recognise import Found, offered
from simlib.words import Text, joined

Values = list  # of a column, None for a blank


def typed(found: Found) -> pd.DataFrame:
    """A sheet as its table; ``attrs`` carry the file's name and the account. BadInput with one line a problem.

    Extra columns are kept as text.
    """
    table, file, log = found.table, found.file, Log(found.file)
    problems = shape(found)
    if not found.numbers and not found.uneven:
        problems.append(Problem(NO_ROWS, file))
    values: dict[str, Values] = {}
    stated: dict[str, Values] = {}
    for name, source in _sources(found).items():
        column = table.by_name[name]
        read_as = column if len(source.places) == 1 else as_part(column)
        cells = [_cells(found, read_as, place, scale, source.codes) for place, scale in _each(source)]
        values[name], wrong = _together(cells, column, found, source, log)
        if name in found.sources:  # of what was only looked for in a twin's cells, the twin says what is wrong
            problems += [Problem(rule, file, found.numbers[i], name, text) for i, rule, text in wrong]
        for row, one in enumerate(cells[0]):
            for other, state in one.states:
                stated.setdefault(other, [None] * len(found.numbers))[row] = state
    for name, text in ((name, text) for name, text in found.entry.constants if name in table.by_name):
        given = cell(text, table.by_name[name])
        problems += [Problem(given.rule, mapping.FILE, column=name, value=text)] if given.rule else []
        values[name] = [given.value] * len(found.numbers)
    for name, states in stated.items():
        known = values.get(name, [None] * len(states))
        values[name] = [one if one is not None else state for one, state in zip(known, states, strict=True)]
    _twins(found, values, log)
    for heading, place in found.extras.items():
        values[heading] = [row[place].strip() or None for row in found.cells]
    problems += doubles(file, table, values, found.numbers)
    if problems:
        raise BadInput(sorted(problems, key=lambda problem: problem.row or 0))
    frame = pd.DataFrame(values, index=pd.Index(found.numbers, name=ROW))
    unnamed = {place: sum(bool(row[place].strip()) for row in found.cells) for place in unnamed_places(found)}
    frame.attrs = {"file": file, "account": account(found, log, _totals(found, values), unnamed)}
    return frame


def joined_frames(frames: list[pd.DataFrame], table: Table) -> pd.DataFrame:
    """The parts of one table as one; ``attrs`` carry in ``parts`` from which number of the index each begins.

    BadInput where two parts tell of the same key.
    """
    if len(frames) == 1:
        return frames[0]
    starts, shifted = [0], []
    for frame in frames:
        shifted.append(frame.set_axis(frame.index + starts[-1]))
        starts.append(starts[-1] + int(frame.index[-1]))
    whole = pd.concat(shifted).infer_objects()  # a column that is blank in one part is of objects there
    whole.index.name = ROW
    files = [frame.attrs["file"] for frame in frames]
    whole.attrs = {
        "file": joined(files).zh, "parts": tuple(zip(starts, files, strict=False)),
        "account": Account.of(account_of(frame) for frame in frames),
    }  # fmt: skip
    names = [name for name in (table.key, *table.within) if name in whole]
    refuse(whole, table.name, table.key, whole.duplicated(names), DUPLICATE)
    return whole


def shape(found: Found) -> list[Problem]:
    """What is wrong with the sheet as a whole: columns that two headings claim or that none has, amounts that stand for
    several rows, rows that are not as long as the header."""
    table, file = found.table, found.file
    problems = [
        Problem(CLAIMED.fill(headings=joined(f"“{one}”" for one in headings)), file, column=name)
        for name, headings in found.twice.items()
    ]
    problems += [
        Problem(HIDDEN_NAME, file, found.header_rows[0], value=text) for text in found.header if not text.isprintable()
    ]
    problems += [Problem(SPREAD, file, row, column) for row, column in found.spread]
    problems += [Problem(UNITS.fill(units=joined(found.units)), file, column=name) for name in found.unclear]
    problems += [Problem(ragged(count, len(found.header)), file, row) for row, count in found.uneven]
    constants = [name for name, _ in found.entry.constants]
    problems += [Problem(CONSTANT_TOO, mapping.FILE, column=name) for name in constants if name in found.sources]
    read = [text for source in found.sources.values() for text in source.headings]  # of two rows it may be both
    heads = {word(text) for text in (*found.header, *read)}
    said = [key for key, _ in (*found.entry.columns, *found.entry.units)]
    said += [part for _, parts in found.entry.sums for part in parts]
    problems += [Problem(NO_HEADING.fill(file=file), mapping.FILE, value=key) for key in said if word(key) not in heads]
    return problems + missing_columns(table, found.header, file, {*found.sources, *found.twice, *constants})


def ragged(count: int, width: int) -> Text:
    return RAGGED.fill(found=count, wanted=width)


def _sources(found: Found) -> dict[str, Source]:
    """Where each column's values stand; what only its twin has a heading for is read from the same cells."""
    sources = dict(found.sources)
    for column in found.table.columns:
        if column.twin in found.sources and column.name not in sources:
            sources[column.name] = found.sources[column.twin]._replace(codes={})
    return sources


@cache
def as_part(column: Column) -> Column:
    """A column as one of several that add up to it: blank where another one has the amount."""
    return replace(column, required=False)


def _each(source: Source) -> list[tuple[int, int]]:
    return list(zip(source.places, source.scales, strict=True))


def _cells(found: Found, column: Column, place: int, scale: int, codes: dict[str, str]) -> list[Cell]:
    """The cells of one place; a text that stands in many is read once."""
    reader = Reader.of(column, scale, codes)
    known: dict[str, Cell] = {}
    cells = []
    for row in found.cells:
        text = row[place].strip()
        if text not in known:
            known[text] = reader.read(text)
        cells.append(known[text])
    return cells


def _together(
    parts: list[list[Cell]], column: Column, found: Found, source: Source, log: Log
) -> tuple[Values, list[tuple[int, Text, str | None]]]:
    """One column of its parts, which add up; and what is wrong, by position, with the text that stands there."""
    values, wrong = [], []
    for i, cells in enumerate(zip(*parts, strict=True)):
        for one, place, heading in zip(cells, source.places, source.headings, strict=True):
            text = found.cells[i][place].strip()
            if one.rule is not None:
                wrong.append((i, one.rule, shown(text, column) or None))
            for form in one.forms:
                log.note(column.name, heading, form, found.numbers[i], shown(text, column), one.value)
        if len(cells) == 1:
            values.append(cells[0].value)
        else:
            given = [one.value for one in cells if one.value is not None]
            values.append(float(to_yuan(to_fen(given).sum())) if given else None)
            if not given and column.required and not any(one.rule for one in cells):
                wrong.append((i, BLANK, None))
    return values, wrong


def _twins(found: Found, values: dict[str, Values], log: Log) -> None:
    """What was read from a twin's cells stands only where they say anything of it."""
    for column in found.table.columns:
        looked_for = column.twin and column.name not in found.sources and column.name in values
        if looked_for and all(value is None for value in values[column.name]):
            del values[column.name]
            log.found = {key: entry for key, entry in log.found.items() if key[0] != column.name}


def doubles(file: str, table: Table, values: dict[str, Values], numbers: list[int]) -> list[Problem]:
    """Rows whose key stands in an earlier row; a blank part of it was refused already."""
    names = [name for name in (table.key, *table.within) if name in values]
    if table.key not in names:
        return []
    required = {name for name in names if table.by_name[name].filled}
    first: dict = {}
    problems = []
    for number, *parts in zip(numbers, *(values[name] for name in names), strict=True):
        key = tuple(parts)
        if key in first and not any(part is None for part, name in zip(key, names, strict=True) if name in required):
            shown = " · ".join(str(part) for part in key if part is not None)
            problems.append(Problem(DOUBLE.fill(row=first[key]), file, number, table.key, shown))
        first.setdefault(key, number)
    return problems


def unnamed_places(found: Found) -> list[int]:
    return [place for place, text in enumerate(found.header) if not text]


def account(found: Found, log: Log, totals: list[Total], unnamed: dict[int, int]) -> Account:
    """All that was assumed: of the sheet, of its columns, of its cells; ``unnamed`` counts cells without a heading."""
    file, about = found.file, []

    def say(what: Text, **where: object) -> None:
        about.append(Assumption(file, what, **where))  # type: ignore[arg-type]  # fields of an Assumption

    if found.header_rows[0] > 1 or len(found.header_rows) > 1:
        say(HEADER_AT.fill(rows="–".join(map(str, found.header_rows))))
    if found.units and found.units[0] != "元":
        say(SHEET_UNIT_IS.fill(unit=found.units[0]))
    for name, source in found.sources.items():
        if len(source.places) > 1:
            say(SUM_OF.fill(parts=joined(source.headings, " + ", " + ")), column=name)
        elif source.headings[0] not in {name, *found.table.by_name[name].label, *found.table.by_name[name].heading}:
            say(HEADING_IS, column=name, heading=source.headings[0])
        for scale in {one for one in source.scales if one}:
            say(SCALED.fill(power=scale), column=name, heading=source.headings[0])
        if source.codes:
            say(LEGEND.fill(codes=joined(f"{code} = {option}" for code, option in source.codes.items())), column=name)
    for heading, count in found.filled.items():
        say(MERGED, heading=heading, count=count)
    for kind, what in ASIDE.items():
        if rows := [one.row for one in found.aside if one.kind == kind]:
            say(what.fill(rows=joined(map(str, rows[:5]))), count=len(rows), row=rows[0])
    if hidden := sorted({*found.sheet.hidden_rows} & {*found.numbers}):
        say(HIDDEN_ROWS.fill(rows=joined(map(str, hidden[:5]))), count=len(hidden), row=hidden[0])
    for place in found.sheet.hidden_columns:
        if place < len(found.header) and found.header[place] not in found.extras:
            say(HIDDEN_COLUMN, heading=found.header[place])
    for place, count in unnamed.items():
        if count:
            say(UNNAMED.fill(place=place + 1), count=count)
    for name in exposed(found.table, {name: one.places[0] for name, one in found.sources.items()}, found.cells):
        say(EXPOSED, column=name, heading=found.sources[name].headings[0])
    near = tuple((heading, tuple(names)) for heading, names in offered(found).items())
    said = (*found.totals, *totals)
    return Account((*about, *log.assumptions()), said, found.left_out, tuple(found.extras), near)


def _totals(found: Found, values: dict[str, Values]) -> list[Total]:
    """Each total row beside the sums of the rows above it, or of those since the last subtotal."""
    totals: list[Total] = []
    since = 0
    for one in (one for one in found.aside if one.kind == "total"):
        part = any("小计" in word(text) for text in one.cells)
        last = sum(number < one.row for number in found.numbers)
        rows = range(since if part else 0, last)
        for name, source in found.sources.items():
            column = found.table.by_name[name]
            if column.type is not Type.MONEY or len(source.places) > 1 or not one.cells[source.places[0]].strip():
                continue
            stated = cell(one.cells[source.places[0]].strip(), column, source.scales[0]).value
            summed = float(to_yuan(to_fen([values[name][i] or 0 for i in rows]).sum())) if rows else 0.0
            totals.append(Total(found.file, one.row, name, stated if isinstance(stated, float) else None, summed))
        since = last if part else since
    return totals


CLAIMED = Text("{headings}都像是此列。请只保留一列，或在 columns.yaml 中写明用哪一列。",
               "{headings} all name this column. Keep one, or say in columns.yaml which it is.")  # fmt: skip
SPREAD = Text("合并单元格中的数值对应多行，不知如何分到各行。请取消合并并逐行填写。",
              "A merged cell gives one number for several rows. Unmerge it and give each row its own.")  # fmt: skip
UNITS = Text("表中写了几个金额单位（{units}），不知此列用哪一个。请在列名后写明，如（万元）。",
             "The sheet names several units of amounts ({units}). Say in the heading which this column has, such as "
             "(万元).")  # fmt: skip
CONSTANT_TOO = Text("文件中已有此列，不能再写 constants。请删除其中之一。",
                    "The file has this column; constants cannot give it as well. Remove one of them.")  # fmt: skip
NO_HEADING = Text("{file} 没有这个表头。请照文件中的写法填写。", "{file} has no such heading. Write it as it stands.")
HIDDEN_NAME = Text(
    "列名含有不可见的字符。请重新输入列名。", "The column name holds invisible characters. Type it again."
)
RAGGED = Text("有 {found} 个单元格，表头有 {wanted} 列。请检查多余或缺少的逗号。",
              "{found} cells, but the header has {wanted} columns. Look for a comma too many or too few.")  # fmt: skip
NO_ROWS = Text("只有表头，没有数据行。请补上数据。", "There is a header but no row. Add the data.")
HEADER_AT = Text("表头在第 {rows} 行", "the header stands in row {rows}")
SHEET_UNIT_IS = Text("表中写明金额单位为{unit}：表头没有另写单位的，都换算为元",
                     "the sheet says that amounts are in {unit}: those whose heading names no unit are taken to yuan"
                     )  # fmt: skip
SUM_OF = Text("等于 {parts}", "is {parts}")
HEADING_IS = Text("按表头识别", "known by its heading")
SCALED = Text("按表头单位换算：乘以 10 的 {power} 次方", "the unit in the heading: times 10 to the {power}")
LEGEND = Text("按表头括号中的说明：{codes}", "as the brackets in the heading say: {codes}")
MERGED = Text("合并单元格的内容用于其中每一行", "a merged cell stands for each of its rows")
HIDDEN_ROWS = Text("隐藏的行也已读取：第 {rows} 行", "hidden rows were read as well: {rows}")
UNNAMED = Text("第 {place} 列没有列名，未读取", "column {place} has no name and was not read")
EXPOSED = Text("其中有身份证号，会原样写入结果。请改用其他编号",
               "identity numbers stand in it and would stand in results; use others")  # fmt: skip
HIDDEN_COLUMN = Text("隐藏的列也已读取", "a hidden column was read as well")
ASIDE = {
    "total": Text("合计行不作为数据：第 {rows} 行", "total rows are not data: row {rows}"),
    "mean": Text("平均值行不作为数据：第 {rows} 行", "rows of means are not data: row {rows}"),
    "note": Text("注释行不作为数据：第 {rows} 行", "notes are not data: row {rows}"),
    "header": Text("重复的表头不作为数据：第 {rows} 行", "repeated headers are not data: row {rows}"),
    "numbering": Text(
        "只有序号的行不作为数据：第 {rows} 行", "rows with nothing but a number are not data: row {rows}"
    ),
}
