"""Sheets of a workbook: columns of formulas and of given values, headed in words, that print on A4."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from xlsxwriter import worksheet
from xlsxwriter.utility import xl_col_to_name

from simlib.columns import Column, Type
from simlib.words import Text
from simlib.workbook.formula import LAST, NEXT, ROW, Cell, Place

# Names come from outside: a text is never taken for a formula or a link.
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
A4 = 9
FIRST = 5  # the first row of data, counted from 1: title, notes and heading stand above
NUMBERS = {
    "yuan": "#,##0.00",
    "fen": "#,##0",
    "whole": "#,##0",
    "points": "#,##0.0000",
    "ratio": "0.000000",
    "number": "General",
}
KINDS = {Type.MONEY: "yuan", Type.INTEGER: "whole", Type.NUMBER: "number", Type.DATE: "text"}
WIDTHS = {"yuan": 19, "fen": 19, "whole": 12, "points": 19, "ratio": 12, "number": 12, "text": 16}
MOST_HELP = 13  # width of a helper column
LINE, MOST_LINES = 15, 5  # points a line is high; lines of a heading that are shown
ACROSS = 200  # characters that a page is wide and still easy to read
WIDE = "\u2e80"  # from here on characters are as wide as two


@dataclass
class Written:
    """One column of a sheet."""

    heading: str
    kind: str
    cell: Cell | None = None  # a formula
    given: list | None = None  # or values
    helper: bool = False
    options: dict = field(default_factory=dict)


class Formulas(worksheet.Worksheet):
    """A sheet whose formulas are taken as they are: all functions used are as old as the format, and looking for newer
    ones in each of half a million cells would take a minute."""

    def _prepare_formula(self, formula, expand_future_functions=False):
        return formula.removeprefix("=")


class Worksheet:
    """A sheet with one row a subject; columns are added from left to right and may refer to what was added before."""

    def __init__(self, name: Text, rows: int, language: str, notes: tuple[Text, ...] = (), identified: int = 1):
        self.language, self.rows, self.identified = language, rows, identified
        self.name = name.to(language)[:31]
        self.notes = [note.to(language) for note in notes]
        self.columns: list[Written] = []
        self.splits: dict = {}

    def add(self, heading: Text | Column, cell: Cell, kind: str = "", helper: bool = False) -> Cell:
        """A column of formulas; what it gives refers to it."""
        if isinstance(heading, Column):
            kind, heading = kind or KINDS.get(heading.type, "text"), heading.heading
        self.columns.append(Written(heading.to(self.language), kind or "fen", cell, None, helper))
        return self._reference(cell)

    def help(self, heading: Text, cell: Cell) -> Cell:
        """A column that only takes part in the calculation; it is folded away."""
        return self.add(heading, cell, "whole", helper=True)

    def give(self, heading: Text | Column, values, kind: str = "", most: int | None = None) -> Cell:
        """A column of values as they were given."""
        if isinstance(heading, Column):
            kind, heading = kind or KINDS.get(heading.type, "text"), heading.heading
        listed = [None if _blank(one) else one for one in np.asarray(values, dtype=object).tolist()]
        self.columns.append(Written(heading.to(self.language), kind or "text", None, listed))
        return self._reference(Cell("", np.asarray(values), most))

    def _reference(self, cell: Cell) -> Cell:
        letter = xl_col_to_name(len(self.columns) - 1)
        place = Place(self.name, letter, FIRST, FIRST + self.rows - 1)
        row = ROW if self.rows > 1 else f"${FIRST}"
        value = (
            np.broadcast_to(cell.value, (self.rows,))
            if cell.value.ndim == 0 or len(cell.value) != self.rows
            else cell.value
        )
        return Cell(f"'{self.name}'!${letter}{row}", value, cell.most, place=place, signed=cell.signed)

    def write(self, book, styles: Styles) -> None:
        sheet = book.add_worksheet(self.name, Formulas)
        last = FIRST + self.rows - 1
        for number, line in enumerate(self.notes[: FIRST - 2]):
            sheet.write_string(number, 0, line, styles.of("title" if number == 0 else "note"))
        tallest, across = 1, 0
        for position, column in enumerate(self.columns):
            sheet.write_string(FIRST - 2, position, column.heading, styles.of("helper" if column.helper else "head"))
            width = MOST_HELP if column.helper else WIDTHS[column.kind]
            if not column.helper:
                tallest, across = max(tallest, lines(column.heading, width - 1)), across + width
            after = position and self.columns[position - 1].helper
            outline = {"level": 1, "hidden": True} if column.helper else {"collapsed": True} if after else {}
            sheet.set_column(position, position, width, None, outline)
            if column.cell is None:
                _values(sheet, position, column, styles)
            else:
                self._formulas(sheet, position, column, column.cell, styles)
        sheet.freeze_panes(FIRST - 1, self.identified)
        if self.rows > 1:
            sheet.autofilter(FIRST - 2, 0, last - 1, len(self.columns) - 1)
        sheet.set_row(FIRST - 2, LINE * min(tallest, MOST_LINES))
        printed(sheet, FIRST - 2, across=max(1, round(across / ACROSS)))
        if across > ACROSS:
            sheet.repeat_columns(0, self.identified - 1)

    def _formulas(self, sheet, position: int, column: Written, cell: Cell, styles: Styles) -> None:
        text = "=" + cell.text.replace(f"'{self.name}'!", "")
        values = np.broadcast_to(cell.value, (self.rows,)).tolist()
        style = styles.of(f"helper {column.kind}" if column.helper else column.kind)
        step = NEXT in text or LAST in text
        for number, value in enumerate(values):
            row = number + FIRST
            formula = text.replace(ROW, str(row))
            sheet.write_formula(
                row - 1,
                position,
                formula if not step else formula.replace(NEXT, str(row + 1)).replace(LAST, str(row - 1)),
                style,
                value,
            )


class Styles:
    """The formats of one workbook, each made once."""

    def __init__(self, book):
        self.book, self.made = book, {}

    def of(self, name: str):
        if name not in self.made:
            self.made[name] = self.book.add_format(self._described(name))
        return self.made[name]

    def _described(self, name: str) -> dict:
        parts = name.split()
        look: dict = {}
        for part in parts:
            look |= LOOKS.get(part, {})
            if part in NUMBERS:
                look["num_format"] = NUMBERS[part]
        return look


LOOKS: dict[str, dict[str, object]] = {
    "title": {"bold": True, "font_size": 13},
    "bold": {"bold": True},
    "note": {"font_color": "#555555"},
    "wrap": {"text_wrap": True, "valign": "top"},
    "head": {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF4"},
    "helper": {"font_color": "#777777", "text_wrap": True, "valign": "top", "font_size": 9},
    "given": {"font_color": "#1F3FBF"},
    "lever": {"font_color": "#1F3FBF", "bg_color": "#FFF7D6", "valign": "top", "border": 1, "border_color": "#C9B458"},
    "fixed": {"font_color": "#777777", "bg_color": "#EEEEEE", "valign": "top", "border": 1, "border_color": "#BBBBBB"},
    "text": {"indent": 1},
}


def lines(text: str, width: int) -> int:
    """How many lines a text takes in a column: a Chinese character is nearly two wide."""
    return -(-sum(18 if character > WIDE else 10 for character in text) // (10 * width))


def printed(sheet, heading: int | None = None, across: int = 1) -> None:
    """How a sheet prints: A4 across, as wide as so many pages, its heading on every page."""
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(across, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&L&A&R&P / &N")
    if heading is not None:
        sheet.repeat_rows(heading)


def _values(sheet, position: int, column: Written, styles: Styles) -> None:
    style = styles.of(f"given {column.kind}")
    for number, value in enumerate(column.given or [], start=FIRST - 1):
        put(sheet, number, position, value, style)


def put(sheet, row: int, position: int, value, style=None) -> None:
    """A value as what it is; a text is never anything but a text."""
    if value is None:
        sheet.write_blank(row, position, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, position, value, style)
    elif isinstance(value, bool | np.bool_):
        sheet.write_boolean(row, position, bool(value), style)
    else:
        sheet.write_number(row, position, value, style)


def _blank(value) -> bool:
    return value is None or (not isinstance(value, str) and bool(pd.isna(value)))


FEN_OF = Text("{what}（分）", "{what} (fen)")
