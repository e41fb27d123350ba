"""A declared table as HTML: headings with units, money with two decimals, options by their labels."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

import pandas as pd
from markupsafe import Markup

from simlib.columns import Column, Table, Type
from simlib.report.template import filled
from simlib.words import LANGUAGES, NO, NO_TEXT, YES, Text

MOST_ROWS = 50
DECIMALS = 4  # of a number that is no money, where it has them
RIGHT = {Type.MONEY, Type.NUMBER, Type.INTEGER, Type.VALUE}
NUMERIC = re.compile(r"[+-]?[\d,.]+%?( \([+-][\d,.e-]+\))?")  # perhaps with a difference behind it
SHORT, LONG = 12, 40  # characters
WHOLE = 25  # rows that stay on one page of paper
MANY = 8  # columns, from which on they are printed small


class Link(str):
    """A cell that leads to a file by its path from the page."""

    @property
    def href(self) -> str:
        return quote(self)


def table_html(table: Table, frame: pd.DataFrame, language: str) -> Markup:
    """The first rows of a table; a longer one says how many it has and which file holds them all.

    One without a name has no file: all its rows are shown. Columns are the declared ones that ``frame`` has, those of
    sentences in the reader's language.
    """
    columns = [one for one in table.columns if one.name in frame and one.language in ("", language)]
    most = MOST_ROWS if table.name else len(frame)
    cells = [cells_of(frame[one.name].head(most), one, language) for one in columns]
    sides = [_side(table, one, texts) for one, texts in zip(columns, cells, strict=True)]
    classes = " ".join(name for name, so in (("many", len(columns) > MANY), ("whole", len(cells[0]) <= WHOLE)) if so)
    return filled(
        "table",
        language=language,
        label=table.label.to(language),
        classes=classes,
        columns=columns,
        sides=sides,
        rows=zip(*cells, strict=True),
        more=_more(table, most, len(frame)).to(language),
    )


def cells_of(values: pd.Series, column: Column, language: str) -> list[str]:
    """A column's values as people read them; a blank is an empty text."""
    show = _shower(values, column, language)
    return ["" if pd.isna(value) is True else show(value) for value in values.tolist()]


def at_a_glance(value: float, column: Column) -> str:
    """One number by itself, with as many decimals as its column is read with."""
    if column.type in (Type.MONEY, Type.INTEGER):
        return cells_of(pd.Series([value]), column, LANGUAGES[0])[0]
    return f"{round(value, column.decimals) + 0.0:,.{column.decimals}f}"


def signed(gap: float, column: Column) -> str:
    """A difference at a glance, with its sign; one too small for the decimals is not shown as nothing, none as an empty
    text."""
    shown = at_a_glance(gap, column)
    shown = shown if shown.strip("-0.,") else f"{gap:.2g}"
    return f"{'+' if gap > 0 else ''}{shown}" if gap else ""


def _shower(values: pd.Series, column: Column, language: str) -> Callable:
    if column.type is Type.MONEY:
        return lambda value: f"{round(value, 2) + 0.0:,.2f}"
    if column.type is Type.INTEGER:
        return lambda value: f"{int(value):,}"
    if column.type in (Type.NUMBER, Type.VALUE):
        numbers = [round(float(value), DECIMALS) for value in values.dropna()]
        places = next((d for d in range(DECIMALS) if all(round(one, d) == one for one in numbers)), DECIMALS)
        return lambda value: f"{round(float(value), places) + 0.0:,.{places}f}"
    if column.type is Type.BOOLEAN:
        return lambda value: (YES if value else NO).to(language)
    if column.options:
        return lambda value: column.options[value].to(language) if value in column.options else str(value)
    return lambda value: (
        value.to(language) if isinstance(value, Text) else value if isinstance(value, str) else str(value)
    )


def _side(table: Table, column: Column, cells: list[str]) -> str:
    """The class of a column's cells: numbers stand at the right, short words unbroken, endless ones broken anywhere."""
    written = not table.name and column.name != table.key and any(cells)  # numbers that came as texts
    if column.type in RIGHT or (written and all(NUMERIC.fullmatch(text) for text in cells if text)):
        return "right"
    if all(len(text) <= SHORT for text in cells):
        return "short"
    return "long" if any(len(text) > LONG for text in cells) else ""


def _more(table: Table, most: int, count: int) -> Text:
    """What a table that was cut says of its rows; one shown whole says nothing."""
    if count <= most:
        return NO_TEXT
    file = f"{table.name}.{'parquet' if table.large else 'csv'}"
    return MORE.fill(shown=most, count=f"{count:,}", file=file)


MORE = Text(
    "以上为前 {shown} 行，共 {count} 行；全部见 {file}。", "The first {shown} of {count} rows; {file} has them all."
)
