"""Files to rows of text: CSV in UTF-8 or GB18030, XLSX, Parquet, each with its row numbers, as simlib.tables.sheets
reads them.

Every cell stays the text that was written, so that money is read exactly and 0012 stays 0012.
Nothing here knows a column; simlib.tables does.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from simlib.problems import BadInput, Problem
from simlib.tables.sheets import parquet, xlsx
from simlib.tables.sheets.encoding import encoding
from simlib.tables.sheets.separated import WIDE, csv_records
from simlib.tables.sheets.sheet import EMPTY_FILE, LARGEST_FILE, NOT_A_TABLE, TOO_LARGE, Sheet, bad
from simlib.words import Text

SUFFIXES = (".csv", ".xlsx", ".parquet")
LONGEST_CELL = 10_000


@dataclass
class Rows:
    """A table as it was written: header, cells as text, and the row of the file each stands in."""

    file: str
    header: list[str]
    cells: list[list[str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_rows(path: Path) -> Rows:
    """The rows of one file. BadInput for anything that is not a well-formed table."""
    size = path.stat().st_size
    if size == 0:
        raise bad(path.name, EMPTY_FILE)
    if size > LARGEST_FILE:
        raise bad(path.name, TOO_LARGE.fill(size=f"{size / 2**20:.0f}", limit=LARGEST_FILE // 2**20))
    reader = {".csv": _csv, ".xlsx": _xlsx, ".parquet": _parquet}.get(path.suffix.lower())
    if reader is None:
        raise bad(path.name, NOT_A_TABLE)
    return _checked(reader(path))


def _csv(path: Path) -> Rows:
    data = path.read_bytes()
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) or b"\0" in data:
        raise bad(path.name, NOT_TEXT)
    text = data.decode(encoding(path.name, data))
    check_separator(path.name, text.partition("\n")[0])
    rows = Rows(path.name, [])
    for number, cells in csv_records(path.name, io.StringIO(text, newline="")):
        if number == 1:
            rows.header = cells
        elif any(cell.strip() for cell in cells):
            rows.cells.append(cells)
            rows.numbers.append(number)
    return rows


def check_separator(file: str, first: str) -> None:
    """BadInput where something else than commas separates the columns of the first line."""
    if "," not in first and any(mark in first for mark in (";", "\t", WIDE, "；")):
        raise bad(file, NOT_COMMA, row=1, value=first.strip())


def _xlsx(path: Path) -> Rows:
    """The sheet named like the table, else the first one."""
    sheets = xlsx.read(path)
    rows = _rows(next((sheet for sheet in sheets if sheet.name == path.stem), sheets[0]))
    lacking: dict[str, Problem] = {}
    for number, cells in zip(rows.numbers, rows.cells, strict=True):
        cells += [""] * (len(rows.header) - len(cells))
        for name, cell in zip(rows.header, cells, strict=False):
            if cell.startswith("="):  # as a formula without a result is seen
                lacking.setdefault(name, Problem(NOT_CALCULATED, rows.file, number, name, cell))
    if lacking:
        raise BadInput(list(lacking.values()))
    return rows


def _parquet(path: Path) -> Rows:
    return _rows(parquet.read(path)[0])


def _rows(sheet: Sheet) -> Rows:
    """A sheet whose first row is the header."""
    if sheet.numbers[:1] not in ([0], [1]):
        return Rows(sheet.file, [])
    return Rows(sheet.file, sheet.cells[0], sheet.cells[1:], sheet.numbers[1:])


def checked_header(rows: Rows) -> Rows:
    """The header without gaps or doubles; line breaks and spaces around its names are taken away."""
    rows.header = [" ".join(name.split()) for name in rows.header]
    if not any(rows.header):
        raise bad(rows.file, NO_HEADER, row=1)
    if hidden := [name for name in rows.header if not name.isprintable()]:
        raise BadInput([Problem(HIDDEN, rows.file, 1, value=name) for name in hidden])
    for position, name in enumerate(rows.header, start=1):
        if not name:
            rows.problems.append(Problem(BLANK_NAME.fill(position=position), rows.file, 1))
        elif rows.header.index(name) < position - 1:
            rows.problems.append(Problem(TWICE, rows.file, 1, name))
    return rows


def _checked(rows: Rows) -> Rows:
    """The shape: a sound header, and rows as long as it; the others are set aside."""
    checked_header(rows)
    if not rows.cells:
        rows.problems.append(Problem(NO_ROWS, rows.file))
    sound = []
    for number, cells in zip(rows.numbers, rows.cells, strict=True):
        if len(cells) != len(rows.header):
            rows.problems.append(Problem(ragged(cells, rows.header), rows.file, number))
        elif long := [i for i, cell in enumerate(cells) if len(cell) > LONGEST_CELL]:
            rule = LONG_CELL.fill(limit=f"{LONGEST_CELL:,}")
            rows.problems += [Problem(rule, rows.file, number, rows.header[i], cells[i]) for i in long]
        else:
            sound.append((number, cells))
    rows.numbers, rows.cells = [number for number, _ in sound], [cells for _, cells in sound]
    return rows


def ragged(cells: list[str], header: Sequence[str]) -> Text:
    return RAGGED.fill(found=len(cells), wanted=len(header))


NOT_COMMA = Text(
    "列之间不是英文逗号。请另存为逗号分隔的 CSV。", "Columns are not separated by commas. Save it as comma-separated."
)
NOT_TEXT = Text(
    "不是 UTF-8 或 GB18030 文本（可能是 UTF-16 或 Excel 文件）。请另存为“CSV UTF-8（逗号分隔）”。",
    "Not UTF-8 or GB18030 text (UTF-16 perhaps, or an Excel file). Save it as CSV UTF-8 (comma separated).",
)
NOT_CALCULATED = Text("公式没有计算结果。请用 Excel 或 WPS 打开、保存后再用。",
                      "The formula has no result. Open and save the file in Excel or WPS first.")  # fmt: skip
NO_HEADER = Text("没有表头。第一行应为列名。", "There is no header. The first row must hold the column names.")
HIDDEN = Text("列名含有不可见的字符。请重新输入列名。", "The column name holds invisible characters. Type it again.")
BLANK_NAME = Text(
    "第 {position} 列没有列名。请补上或删除该列。", "Column {position} has no name. Name it or delete it."
)
TWICE = Text("列名出现两次。请只保留一列。", "The column name appears twice. Keep one.")
RAGGED = Text("有 {found} 个单元格，表头有 {wanted} 列。请检查多余或缺少的逗号。",
              "{found} cells, but the header has {wanted} columns. Look for a comma too many or too few.")  # fmt: skip
LONG_CELL = Text("超过 {limit} 个字符。请核对。", "It is longer than {limit} characters. Check it.")
NO_ROWS = Text("只有表头，没有数据行。请补上数据。", "There is a header but no row. Add the data.")
