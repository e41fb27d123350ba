"""Text files to one sheet: columns separated by commas, tabs, semicolons or full-width commas.

The separator is the one that stands, outside of quotes, in most of the first lines; of several in as many lines the
one that separates most. The full-width comma is one where every line has it and no other stands in every line. A
first line ``sep=;``, which Excel understands, says it. Where every line ends in a separator, the column after it is
none.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from simlib.problems import BadInput
from simlib.tables.sheets.encoding import decoded, encoding
from simlib.tables.sheets.sheet import EMPTY_FILE, MOST_CELLS, NOT_A_TABLE, Budget, Sheet, bad
from simlib.words import Text

BEGINNING = 2**20  # bytes that ``head`` reads
FIRST_LINES = 100  # that tell the separator
SEPARATORS = "\t;,"
WIDE = "，"
END_OF_FILE = "\x1a"  # as old programs mark it
SAID = re.compile(r'"?sep=(.)"?,*\r?\n?', re.IGNORECASE)
QUOTED = re.compile('"[^"]*("|$)')
WEB_PAGE = re.compile(r"(<!doctype html|<html|<table|<meta|<head|<body|<div|<style)\b|mime-version:", re.IGNORECASE)
XML_TABLE = re.compile(r"<\?xml|<workbook|<office:document", re.IGNORECASE)


def read(path: Path) -> list[Sheet]:
    """BadInput where it is no text, or a text that holds no table."""
    return [_sheet(path.name, path.read_bytes(), whole=True)]


def head(path: Path, rows: int = 50) -> Sheet:
    """The first rows of a text file of any length, with its encoding and separator as these rows tell them."""
    with path.open("rb") as file:
        data = file.read(BEGINNING)
        whole = not file.read(1)
    return _sheet(path.name, data, whole, rows)


def _sheet(file: str, data: bytes, whole: bool, rows: int | None = None) -> Sheet:
    if not data:
        raise bad(file, EMPTY_FILE)
    name = encoding(file, data, whole)
    text = decoded(data, name, whole).removeprefix("\ufeff")
    refuse_markup(file, text[:5000])
    text = text.rstrip(END_OF_FILE) if whole else text[: text.rfind("\n") + 1] or text
    mark, skipped = separator(text)
    sheet, budget = Sheet(file, encoding=name, separator=mark), Budget(file)
    if text.count(mark) > MOST_CELLS:  # in one line perhaps
        budget.spend(text.count(mark))
    lines = io.StringIO(text, newline="")
    for _ in range(skipped):
        lines.readline()
    for number, cells in islice(_records(file, lines, mark, whole), rows):
        budget.spend(len(cells))
        sheet.add(number + skipped, cells)
    _without_last(sheet)
    return sheet


def _records(file: str, lines: Iterable[str], mark: str, whole: bool) -> Iterator[tuple[int, list[str]]]:
    """The rows; of a beginning, the last may end within a quoted cell."""
    try:
        yield from csv_records(file, lines, mark)
    except BadInput:
        if whole:
            raise


def csv_records(file: str, text: Iterable[str], separator: str = ",") -> Iterator[tuple[int, list[str]]]:
    """The rows of a text, blank ones too, each with the row of the file in which it begins. BadInput for quotes that
    do not pair."""
    lines = csv.reader(text, strict=True, delimiter=separator)
    start = 1
    try:
        for cells in lines:
            yield start, cells
            start = lines.line_num + 1  # a quoted cell may span lines: a row is where it begins
    except csv.Error:
        raise bad(file, BAD_QUOTES, row=start) from None


def separator(text: str) -> tuple[str, int]:
    """What separates the columns, and how many lines at the beginning only say so."""
    if said := SAID.match(text):
        return said[1], 1
    unquoted = (QUOTED.sub("", line) for line in io.StringIO(text[:BEGINNING]))
    lines = [line for line in islice(unquoted, FIRST_LINES) if line.strip()]
    found = {mark: [line.count(mark) for line in lines if mark in line] for mark in SEPARATORS}
    best = max(SEPARATORS, key=lambda mark: (len(found[mark]), sum(found[mark])))
    if len(found[best]) < len(lines) and all(WIDE in line for line in lines):
        return WIDE, 0
    return (best if found[best] else ","), 0


def refuse_markup(file: str, start: str) -> None:
    """BadInput for a web page or XML, which programs also save under the names of tables."""
    start = start.lstrip()
    if WEB_PAGE.match(start) or (XML_TABLE.match(start) and "<html" in start.lower()):
        raise bad(file, A_WEB_PAGE)
    if XML_TABLE.match(start):
        raise bad(file, AN_XML_TABLE if re.search("spreadsheet", start) else NOT_A_TABLE)


def _without_last(sheet: Sheet) -> None:
    """Where every line ends in a separator, there is no column after it."""
    while sheet.cells and all(len(cells) > 1 and not cells[-1].strip() for cells in sheet.cells):
        if len({len(cells) for cells in sheet.cells}) > 1:
            return
        for cells in sheet.cells:
            cells.pop()


BAD_QUOTES = Text("双引号不配对。请用表格软件重新另存为 CSV。", "A double quote is not closed. Save it again as CSV.")
A_WEB_PAGE = Text("是网页（HTML），不是表格文件。请用 Excel 或 WPS 打开，另存为 XLSX。",
                  "A web page (HTML), not a table. Open it in Excel or WPS and save it as XLSX.")  # fmt: skip
AN_XML_TABLE = Text("是 XML 表格，不是表格文件。请用 Excel 或 WPS 打开，另存为 XLSX。",
                    "A table in XML, which is not read. Open it in Excel or WPS and save it as XLSX.")  # fmt: skip
