"""The report of an import, in the form of the reports of runs: what was read, assumed, compared and left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import pandas as pd
from markupsafe import Markup

import simlib
from simlib.columns import TABLES, Column, Table, Type
from simlib.doubts import DOUBTED, DOUBTED_HELP, doubts
from simlib.intake.entries import units
from simlib.intake.telling import headings, left_out
from simlib.report import Section
from simlib.report.html_page import shell
from simlib.report.section import head_html, tail_html
from simlib.report.template import filled
from simlib.tables import Given, account_of
from simlib.tables.found import Found
from simlib.tables.large import Large
from simlib.units import YUAN
from simlib.words import NO_TEXT, Text, joined


def page(given: Given, language: str) -> Markup:
    """One HTML page that opens offline."""
    made = MADE.fill(when=datetime.now().strftime("%Y-%m-%d %H:%M"), version=simlib.__version__)
    rows = ROWS.fill(tables=len(given), rows=f"{sum(map(len, given.values())):,}")
    head = filled("header", title=TITLE.to(language), lines=[made.to(language), rows.to(language)])
    parts = [(head_html(one, language), tail_html(one, language)) for one in sections(given, language)]
    shown = [filled("section", top=top, tail=tail) for top, tail in parts]
    return shell(TITLE, head + Markup().join(shown), language)


def sections(given: Given, language: str) -> Iterator[Section]:
    """Those that have something to say; what was read and what was assumed always have."""
    accounts = {name: account_of(table) for name, table in given.items()}
    parts = [(name, found) for name in given for found in given.found.get(name, ())]
    read = [
        (found.file, TABLES[name].label, name, _header(found), _rows(given[name], found, given.found[name]))
        for name, found in parts
    ]
    columns = [
        (found.file, heading, TABLES[name].by_name[column].label, f"{name}.{column}", units(found).get(heading, ""))
        for name, found in parts
        for heading, column, _ in headings(found)
    ]
    assumed = [
        (one.file, one.heading, one.column, one.what, one.count or "", one.row or "", _examples(one.examples, language))
        for account in accounts.values()
        for one in account.assumptions
    ]
    totals = [
        (one.file, one.row, one.column, one.stated, one.summed, one.gap)
        for account in accounts.values()
        for one in account.totals
    ]
    unused = [
        (table.attrs["file"], heading, joined(dict(account.offered).get(heading, ())))
        for table, account in zip(given.values(), accounts.values(), strict=True)
        for heading in account.extras
    ]
    left = [(table.attrs["file"], heading) for name, table in given.items() for heading in left_out(given, name)]
    yield Section(READ, table=_table(read, FILE, TABLE, NAME, HEADER, COUNT_OF_ROWS))
    if given.unread:
        yield Section(UNREAD, UNREAD_HELP, table=_table([(one.file, one.why) for one in given.unread], FILE, WHY))
    yield Section(ASSUMED, ASSUMED_HELP if assumed else NOTHING, table=_table(
        assumed, FILE, HEADING, COLUMN, WHAT, COUNT, FIRST, EXAMPLES
    ) if assumed else None)  # fmt: skip
    if doubted := doubts(given):
        yield Section(DOUBTED, DOUBTED_HELP, lines=tuple(text for one in doubted for text in (one.said, *one.notes)))
    if totals:
        yield Section(TOTALS, TOTALS_HELP, table=_table(totals, FILE, ROW, COLUMN, STATED, SUMMED, GAP))
    yield Section(COLUMNS, table=_table(columns, FILE, HEADING, LABEL, COLUMN, UNIT))
    if unused:
        yield Section(UNUSED, UNUSED_HELP, table=_table(unused, FILE, HEADING, NEAR))
    if left:
        yield Section(PERSONAL, PERSONAL_HELP, table=_table(left, FILE, HEADING))


def _table(rows: Sequence[tuple[Any, ...]], *columns: Column) -> tuple[Table, pd.DataFrame]:
    """Rows as a table without a file of its own, of which all is shown."""
    frame = pd.DataFrame(rows, columns=[one.name for one in columns], dtype=object)
    return Table("", NO_TEXT, columns[0].name, columns), frame


def _header(found: Found) -> str:
    return "–".join(str(one) for one in found.header_rows if one)


def _rows(table: pd.DataFrame | Large, found: Found, parts: Sequence[Found]) -> int | None:
    """How many rows a sheet has; of a large table's file only its head was looked at here."""
    if isinstance(table, Large):
        return len(table) if len(parts) == 1 else None
    return len(found.numbers)


def _examples(pairs: Iterable[tuple[str, str]], language: str) -> str:
    return joined(f"{written} → {read}" if read else written for written, read in pairs).to(language)


def _column(name: str, zh: str, en: str, type: Type = Type.TEXT, unit: Text = NO_TEXT) -> Column:
    return Column(name, type, Text(zh, en), unit)


FILE, TABLE = _column("file", "文件", "File"), _column("table", "识别为", "Read as")
NAME, HEADER = _column("name", "表名", "Table"), _column("header", "表头所在行", "Header row")
COUNT_OF_ROWS, WHY = _column("rows", "行数", "Rows", Type.INTEGER), _column("why", "原因", "Why")
HEADING, COLUMN = _column("heading", "表头", "Heading"), _column("column", "列", "Column")
WHAT, COUNT = _column("what", "处理方式", "How it was read"), _column("count", "处数", "Times")
FIRST, EXAMPLES = _column("first", "首行", "First row"), _column("examples", "例", "Examples")
ROW, LABEL = _column("row", "行", "Row"), _column("label", "含义", "Meaning")
STATED = _column("stated", "合计行写明", "Stated", Type.MONEY, YUAN)
SUMMED = _column("summed", "各行合计", "Sum of rows", Type.MONEY, YUAN)
GAP = _column("gap", "相差", "Difference", Type.MONEY, YUAN)
UNIT, NEAR = _column("unit", "表头的单位", "Unit"), _column("near", "相近的列", "Near")

TITLE = Text("数据导入报告", "Report of the import")
MADE = Text("{when} 生成 · simlib {version}", "Made on {when} · simlib {version}")
ROWS = Text("{tables} 张表，{rows} 行", "{tables} tables, {rows} rows")
READ, UNREAD = Text("读取的文件", "Files that were read"), Text("未读取的文件", "Files that were not read")
UNREAD_HELP = Text("下列文件或工作表未进入结果。如属数据，请按所列原因处理后重新导入。",
                   "No result takes anything from them. If they hold data, mend that and import again.")  # fmt: skip
ASSUMED = Text("读取时的处理", "What was assumed")
ASSUMED_HELP = Text(
    "凡与原文写法不同的处理逐条列出，请核对。", "Whatever was read otherwise than it was written. Check it."
)
NOTHING = Text("无：数据与标准格式完全一致。", "Nothing: the data are in our own form throughout.")
TOTALS = Text("合计核对", "Totals compared")
TOTALS_HELP = Text("合计行不作为数据，只与其上各行之和核对。",
                   "A total row is no data; it is compared with the sum of the rows above it.")  # fmt: skip
COLUMNS = Text("列与表头", "Columns and headings")
UNUSED = Text("未使用的列", "Columns that nothing uses")
UNUSED_HELP = Text("不写入导入后的表。如需使用其中的列，请在 columns.yaml 中写明。",
                   "They are not written to the clean tables. If one is needed, name it in columns.yaml.")  # fmt: skip
PERSONAL = Text("个人信息", "Personal data")
PERSONAL_HELP = Text("下列各列含患者个人信息，未读取，也未写入任何文件，此处仅列表头。参保人编号以加密编号写出。",
                     "Columns with personal data of patients: they were not read and stand in no file, only their "
                     "headings stand here. Numbers of persons are written as keyed digests.")  # fmt: skip
