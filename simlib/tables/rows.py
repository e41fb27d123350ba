"""Files to rows of text: CSV in UTF-8 or GB18030, XLSX, Parquet, each with its row numbers.

Every cell stays the text that was written, so that money is read exactly and 0012 stays 0012.
Nothing here knows a column; simlib.tables does.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import repeat
from pathlib import Path

from simlib.problems import BadInput, Problem
from simlib.words import Text

SUFFIXES = (".csv", ".xlsx", ".parquet")
LARGEST_FILE = 100 * 2**20  # bytes on disk
LARGEST_UNPACKED = 400 * 2**20  # bytes of an XLSX once unpacked; a bomb is far above
MOST_CELLS = 50_000_000  # blanks between cells included, which an XLSX or a Parquet need not spend bytes on
LAST_ROW = 2**20  # of an Excel sheet
SMALL_PART, MOST_PACKED = 10 * 2**20, 100  # a part of more bytes, packed more times than this, is no table
LONGEST_CELL = 10_000
FORMULA = re.compile(rb"<(\w+:)?f[ />]")


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
        raise _bad(path.name, EMPTY_FILE)
    if size > LARGEST_FILE:
        raise _bad(path.name, TOO_LARGE.fill(size=f"{size / 2**20:.0f}", limit=LARGEST_FILE // 2**20))
    reader = {".csv": _csv, ".xlsx": _xlsx, ".parquet": _parquet}.get(path.suffix.lower())
    if reader is None:
        raise _bad(path.name, NOT_A_TABLE)
    return _checked(reader(path))


def _csv(path: Path) -> Rows:
    text = _decode(path.name, path.read_bytes())
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
    if "," not in first and any(mark in first for mark in ";\t，；"):
        raise _bad(file, NOT_COMMA, row=1, value=first.strip())


def csv_records(file: str, text: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV, the header first, blank ones too, each with the row of the file in which it begins."""
    lines = csv.reader(text, strict=True)
    start = 1
    try:
        for cells in lines:
            yield start, cells
            start = lines.line_num + 1  # a quoted cell may span lines: a row is where it begins
    except csv.Error:
        raise _bad(file, BAD_QUOTES, row=start) from None


def _decode(name: str, data: bytes) -> str:
    """UTF-8 with or without BOM, else GB18030; never a guess that would garble a name."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data:
        raise _bad(name, NOT_TEXT)
    readable = 0
    for encoding in ("utf-8-sig",) if data.startswith(codecs.BOM_UTF8) else ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            readable = max(readable, error.start)
    raise _bad(name, BAD_ENCODING, row=data.count(b"\n", 0, readable) + 1)


def _xlsx(path: Path) -> Rows:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of styles and extensions that it leaves out
            return _sheet_rows(path, formulas=_inspect(path))
    except BadInput:
        raise
    except Exception:  # openpyxl raises whatever its XML parser meets
        raise _bad(path.name, BROKEN_XLSX) from None


def _sheet_rows(path: Path, formulas: bool) -> Rows:
    rows = Rows(path.name, [])
    lacking: dict[str, Problem] = {}
    written = _sheet(path, data_only=False) if formulas else repeat(())
    for number, (cells, sources) in enumerate(zip(_sheet(path, data_only=True), written, strict=False), start=1):
        if not cells:  # there may be a million of them before a row that is too far down
            continue
        texts = [_excel_text(cell) for cell in cells]
        while texts and not texts[-1] and (not rows.header or len(texts) > len(rows.header)):
            texts.pop()
        for name, cell, formula in zip(rows.header, cells, sources, strict=False):
            if formula.data_type == "f" and cell.value is None and cell.data_type != "str":  # str: the result is ""
                value = getattr(formula.value, "text", formula.value)
                lacking.setdefault(name, Problem(NOT_CALCULATED, rows.file, number, name, value))
        if not rows.header:
            rows.header = texts
        elif any(texts):
            rows.cells.append(texts + [""] * (len(rows.header) - len(texts)))
            rows.numbers.append(number)
    if lacking:  # their cells look blank, and a blank amount would count as 0
        raise BadInput(list(lacking.values()))
    return rows


def _sheet(path: Path, data_only: bool) -> Iterator[tuple]:
    """The rows of the sheet named like the table, else of the first one."""
    from openpyxl import load_workbook

    with closing(load_workbook(path, read_only=True, data_only=data_only, keep_links=False)) as book:
        sheet = book[path.stem] if path.stem in book.sheetnames else book.worksheets[0]
        sheet.reset_dimensions()  # what a file says of its size may be wrong, and the rest would be lost
        seen = 0
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            seen += len(cells)
            if number > LAST_ROW or seen > MOST_CELLS:
                raise _bad(path.name, TOO_MANY_CELLS.fill(limit=f"{MOST_CELLS:,}"))
            yield cells


def _inspect(path: Path) -> bool:
    """Whether formulas stand in it. Every part is unpacked once, for openpyxl believes what an archive says
    of its sizes. BadInput for one that says wrong or unpacks to more than a table needs."""
    formulas = False
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        unpacked = sum(part.file_size for part in parts)
        if unpacked > LARGEST_UNPACKED:
            limit = LARGEST_UNPACKED // 2**20
            raise _bad(path.name, BOMB.fill(size=f"{unpacked / 2**20:,.0f}", limit=limit))
        for part in parts:
            if part.file_size > SMALL_PART and part.file_size > MOST_PACKED * part.compress_size:
                raise _bad(path.name, PACKED.fill(limit=MOST_PACKED))
            if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise _bad(path.name, BROKEN_XLSX)
            size, end, whole = 0, b"", copy(part)
            whole.file_size = part.file_size + 1  # so that reading does not stop at what it says
            with archive.open(whole) as stream:
                while chunk := stream.read(2**20):
                    size += len(chunk)
                    formulas = formulas or bool(FORMULA.search(end + chunk))
                    end = chunk[-10:]
            if size != part.file_size:
                raise _bad(path.name, BROKEN_XLSX)
    return formulas


def _excel_text(cell) -> str:
    value = cell.value
    if isinstance(value, bool | int | float | datetime | date):
        mask = getattr(cell, "number_format", "")
        if isinstance(value, int) and mask and set(mask) == {"0"}:
            return str(value).zfill(len(mask))  # Excel shows 007 for a 7 formatted 000: an id typed as a number
        return _text(value)
    return "" if value is None else str(value).strip()


def _parquet(path: Path) -> Rows:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = Rows(path.name, [])
    columns = []
    try:
        with pq.ParquetFile(path) as file:
            size = file.metadata
            if size.num_rows * size.num_columns > MOST_CELLS:
                raise _bad(path.name, TOO_MANY_CELLS.fill(limit=f"{MOST_CELLS:,}"))
            table = file.read()
        rows.problems += nested(path.name, table.schema)
        for column in table.columns:
            if column.type == pa.float32():
                column = column.cast(pa.string())  # the decimal that was written, as for other floats
            columns.append([_text(value) for value in column.to_pylist()])
    except BadInput:
        raise
    except Exception:  # pyarrow's own errors are many
        raise _bad(path.name, BROKEN_PARQUET) from None
    if rows.problems:
        raise BadInput(rows.problems)
    rows.header = list(table.column_names)
    rows.cells = [list(row) for row in zip(*columns, strict=True)]
    rows.numbers = list(range(1, len(rows.cells) + 1))
    return rows


def nested(file: str, schema) -> list[Problem]:
    """The columns of Parquet that hold more than one value a row, or bytes."""
    import pyarrow as pa

    kinds = {one.name: one.type for one in schema if pa.types.is_nested(one.type) or "binary" in str(one.type)}
    return [Problem(NESTED, file, column=name, value=str(kind)) for name, kind in kinds.items()]


def _text(value) -> str:
    """A typed value as the text a person would have typed: shortest decimal, ISO date, True or False."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value == datetime.combine(value.date(), datetime.min.time()) else str(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value).strip()


def checked_header(rows: Rows) -> Rows:
    """The header without gaps or doubles; line breaks and spaces around its names are taken away."""
    rows.header = [" ".join(name.split()) for name in rows.header]
    if not any(rows.header):
        raise _bad(rows.file, NO_HEADER, row=1)
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


def _bad(file: str, rule: Text, row: int | None = None, value: str | None = None) -> BadInput:
    return BadInput(Problem(rule, file=file, row=row, value=value))


EMPTY_FILE = Text("文件是空的。请重新导出。", "The file is empty. Export it again.")
TOO_LARGE = Text("文件有 {size} MB，超过上限 {limit} MB。请只保留所需的行和列，或改用 Parquet。",
                 "The file has {size} MB, above the limit of {limit} MB. Keep the rows and columns needed, "
                 "or use Parquet.")  # fmt: skip
NOT_A_TABLE = Text(
    "不是可读取的表格。请使用 CSV、XLSX 或 Parquet。", "Not a table that can be read. Use CSV, XLSX or Parquet."
)
BAD_QUOTES = Text("双引号不配对。请用表格软件重新另存为 CSV。", "A double quote is not closed. Save it again as CSV.")
NOT_COMMA = Text(
    "列之间不是英文逗号。请另存为逗号分隔的 CSV。", "Columns are not separated by commas. Save it as comma-separated."
)
NOT_TEXT = Text(
    "不是 UTF-8 或 GB18030 文本（可能是 UTF-16 或 Excel 文件）。请另存为“CSV UTF-8（逗号分隔）”。",
    "Not UTF-8 or GB18030 text (UTF-16 perhaps, or an Excel file). Save it as CSV UTF-8 (comma separated).",
)
BAD_ENCODING = Text("编码既不是 UTF-8 也不是 GB18030。请另存为“CSV UTF-8（逗号分隔）”。",
                    "The encoding is neither UTF-8 nor GB18030. Save it as CSV UTF-8 (comma separated).")  # fmt: skip
BROKEN_XLSX = Text("不是完好的 XLSX 文件（可能损坏、加密，或是旧的 XLS 格式）。请另存为不加密的 XLSX。",
                   "Not a sound XLSX file (damaged, encrypted, or the old XLS format). Save it as XLSX "
                   "without a password.")  # fmt: skip
BOMB = Text("解压后有 {size} MB，超过上限 {limit} MB，未打开。请只保留所需的工作表。",
            "It unpacks to {size} MB, above the limit of {limit} MB, and was not opened. Keep only the sheet "
            "needed.")  # fmt: skip
PACKED = Text("压缩超过 {limit} 倍，不像是表格，未打开。请另存为新的 XLSX。",
              "It is packed more than {limit} times, unlike any table, and was not opened. Save it as a new "
              "XLSX.")  # fmt: skip
TOO_MANY_CELLS = Text("单元格超过 {limit} 个。请删除多余的行和列。",
                      "It has more than {limit} cells. Delete the rows and columns that are not needed.")  # fmt: skip
NOT_CALCULATED = Text("公式没有计算结果。请用 Excel 或 WPS 打开、保存后再用。",
                      "The formula has no result. Open and save the file in Excel or WPS first.")  # fmt: skip
NESTED = Text("不是文字、数字或是否的列。请改成普通的列或删除。",
              "Not a column of text, numbers or yes/no. Make it one or delete it.")  # fmt: skip
BROKEN_PARQUET = Text("不是完好的 Parquet 文件。请重新导出。", "Not a sound Parquet file. Export it again.")
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
