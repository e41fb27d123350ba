"""Results as an Excel workbook: a sheet that says what was run, then one sheet a result table."""

from __future__ import annotations

import io

import pandas as pd
import xlsxwriter

from simlib.clauses import CLAUSE
from simlib.columns import Table, Type
from simlib.params import DOCUMENT, PARAMETER, SET_TO
from simlib.rules import FAMILIES
from simlib.scenario import Run
from simlib.workbook.about import ABOUT, facts, written
from simlib.workbook.sheet import OPTIONS, printed


def results(run: Run, language: str = "zh") -> bytes:
    """The workbook's bytes: parameters with clauses, warnings and data digests, then the tables."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        _about(book, run, language)
        for name, tables in run.results.items():
            for table, frame in tables.items():
                if not FAMILIES[name].result(table).large:
                    table_sheet(book, FAMILIES[name].result(table), frame, language)
    return buffer.getvalue()


def _about(book, run: Run, language: str) -> None:
    sheet = book.add_worksheet(ABOUT.to(language))
    bold = book.add_format({"bold": True})
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 2, 24)
    sheet.set_column(3, 3, 60)
    rows = facts(run, language)
    rows += [([], False), ([heading.to(language) for heading in PARAMETERS], True)]
    for name in run.results:
        params = run.scenario.params[name]
        for key, declared in params.declarations().items():
            value, default = declared.show(getattr(params, key), language), declared.show(declared.default, language)
            rows.append(([declared.label.to(language), value, default, declared.sources.to(language)], False))
    written(sheet, rows, bold)
    sheet.fit_to_pages(1, 0)


def table_sheet(book, table: Table, frame, language: str) -> None:
    """One declared table as a sheet that is sorted, filtered and printed with ease."""
    sheet = book.add_worksheet(table.label.to(language)[:31])
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    styles = {
        Type.MONEY: book.add_format({"num_format": "#,##0.00"}),
        Type.NUMBER: book.add_format({"num_format": "0.0000"}),
        Type.DATE: book.add_format({"num_format": "yyyy-mm-dd"}),
    }
    columns = [column for column in table.columns if column.language in ("", language)]
    for position, column in enumerate(columns):
        sheet.write_string(0, position, column.heading.to(language), head)
        sheet.set_column(position, position, 18, styles.get(column.type))
        values = [None if pd.isna(value) else value for value in frame[column.name].tolist()]  # a blank cell
        sheet.write_column(1, position, [column.options[v].to(language) if v in column.options else v for v in values])
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(frame), len(columns) - 1)
    printed(sheet, 0)


PARAMETERS = [PARAMETER, SET_TO, DOCUMENT, CLAUSE]
