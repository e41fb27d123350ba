"""A sheet as a person sees it, the limits of what is read, and what is said of files that are not read."""

from __future__ import annotations

from dataclasses import dataclass, field

from simlib.problems import BadInput, Problem
from simlib.words import Text

LARGEST_FILE = 100 * 2**20  # bytes on disk
MOST_CELLS = 50_000_000  # of a file, blanks between cells included, which a file need not spend bytes on
MOST_WRITTEN = 10_000_000  # cells that a workbook spends bytes on, blank or not: what memory holds as texts
A_SHEET = 10_000  # cells that it counts for, itself
LAST_ROW, LAST_COLUMN = 2**20, 2**14  # of an Excel sheet


@dataclass
class Sheet:
    """One sheet of a file: every cell the text that a person sees. Nothing here knows a column."""

    file: str  # its name
    name: str = ""  # of the sheet; "" in CSV and Parquet
    cells: list[list[str]] = field(default_factory=list)  # rows of any length; those without any text are left out
    numbers: list[int] = field(default_factory=list)  # the row of the file in which each begins, from 1
    hidden: bool = False  # the whole sheet
    hidden_rows: tuple[int, ...] = ()  # of those in ``numbers``
    hidden_columns: tuple[int, ...] = ()  # places from 0
    merged: tuple[tuple[int, int, int, int], ...] = ()  # first row, first place, last row, last place
    headed: bool = False  # the first row is the header for sure (Parquet, where its number is 0)
    serials: int = 1900  # or 1904: what a bare number means as a date
    encoding: str = ""  # of a text file, by its name in Python
    separator: str = ""  # of the columns of a text file

    def add(self, number: int, cells: list[str]) -> None:
        """One more row, where any text stands in it."""
        if any(map(str.strip, cells)):
            self.cells.append(cells)
            self.numbers.append(number)

    def conceal(self, rows: set[int], columns: set[int]) -> None:
        """Say which of its rows and columns are hidden; a file may name far more of them than hold any text."""
        width = max(map(len, self.cells), default=0)
        self.hidden_rows = tuple(number for number in self.numbers if number in rows)
        self.hidden_columns = tuple(place for place in range(width) if place in columns)


@dataclass
class Budget:
    """What is left of the limits while a file is read. BadInput as soon as one is passed."""

    file: str
    places: int = 0
    written: int = 0

    def spend(self, places: int, written: int = 0) -> None:
        self.places += places
        self.written += written
        if self.places > MOST_CELLS or self.written > MOST_WRITTEN:
            raise self.passed()

    def passed(self) -> BadInput:
        limit = MOST_WRITTEN if self.written > MOST_WRITTEN else MOST_CELLS
        return bad(self.file, TOO_MANY_CELLS.fill(limit=f"{limit:,}"))


def bad(file: str, rule: Text, row: int | None = None, value: str | None = None) -> BadInput:
    return BadInput(Problem(rule, file=file, row=row, value=value))


EMPTY_FILE = Text("文件是空的。请重新导出。", "The file is empty. Export it again.")
TOO_LARGE = Text("文件有 {size} MB，超过上限 {limit} MB。请只保留所需的行和列，或改用 Parquet。",
                 "The file has {size} MB, above the limit of {limit} MB. Keep the rows and columns needed, "
                 "or use Parquet.")  # fmt: skip
NOT_A_TABLE = Text("不是可读取的表格。请使用 CSV、XLSX、XLS、ET、XLSB、ODS 或 Parquet。",
                   "Not a table that can be read. Use CSV, XLSX, XLS, ET, XLSB, ODS or Parquet.")  # fmt: skip
TOO_MANY_CELLS = Text("单元格超过 {limit} 个。请删除多余的行和列。",
                      "It has more than {limit} cells. Delete the rows and columns that are not needed.")  # fmt: skip
ENCRYPTED = Text("文件有密码（已加密），无法读取。请用 Excel 或 WPS 打开，取消密码后另存为 XLSX。",
                 "The file has a password. Open it in Excel or WPS and save it as XLSX without one.")  # fmt: skip
