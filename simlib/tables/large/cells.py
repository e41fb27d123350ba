"""What the cells of a large table hold, as expressions: the same values that simlib.tables.cells parses.

A cell is of any plain type of Parquet, or a text as a person typed it. Importing this imports Ibis.
"""

from __future__ import annotations

from collections.abc import Callable

import ibis
import ibis.expr.types as ir

from simlib.columns import Column, Type
from simlib.tables.cells import YES_NO

SPACE = r"\t-\r\x1c-\x20\x85\p{Z}"  # what str.strip takes away
AROUND = f"^[{SPACE}]+|[{SPACE}]+$"
LARGEST_WHOLE = 2**53  # floats are whole numbers exactly up to here


def tidy(cell: ir.Value) -> ir.Value:
    """The cell without spaces around it; blank text and not-a-number are null."""
    if cell.type().is_string():
        return ibis.cases((cell.re_search(AROUND), cell.re_replace(AROUND, "").nullif("")), (cell != "", cell))
    if cell.type().is_floating():
        return ibis.cases((~indefinite(cell) | cell.isinf(), cell))
    return cell


def indefinite(cell: ir.FloatingValue) -> ir.BooleanValue:
    """Whether a float is infinite or not a number. DuckDB answers isnan from the least and the largest value that a
    Parquet file states, which leave not-a-number out."""
    return cell - cell != 0


def text(cell: ir.Value) -> ir.StringValue:
    """A tidy cell as the text a person would have typed, as simlib.tables.sheets has it."""
    kind = cell.type()
    if kind.is_string():
        return cell
    if kind.is_boolean():
        return ibis.cases((cell, "True"), (~cell, "False"))
    if kind.is_floating():
        whole = (cell % 1 == 0) & cell.between(-LARGEST_WHOLE, LARGEST_WHOLE)
        return ibis.ifelse(whole, cell.try_cast("int64").cast("string"), cell.cast("string"))
    if kind.is_timestamp() and kind.timezone is None:
        return ibis.ifelse(midnight(cell), cell.date().cast("string"), cell.cast("string"))
    return cell.cast("string")


def number(cell: ir.Value, cast: Callable = ir.Value.cast) -> ir.FloatingValue:
    """A tidy cell as the float nearest to the decimal that was written."""
    kind = cell.type()
    if kind.is_float64() or kind.is_integer():
        return cell.cast("float64")
    return cast(text(cell), "float64")


def midnight(cell: ir.TimestampValue) -> ir.BooleanValue:
    return cell == cell.date().cast("timestamp")


def typed(cell: ir.Value, column: Column, cast: Callable = ir.Value.cast) -> ir.Value:
    """The value of a tidy cell in the type of its column.

    The engine stops at a text that is no number or date; with ``cast`` = ``try_cast`` it is null.
    """
    kind = cell.type()
    match column.type:
        case Type.INTEGER:
            return cell.cast("int64") if kind.is_integer() else number(cell, cast).cast("int64")
        case Type.NUMBER | Type.MONEY:
            return number(cell, cast)
        case Type.BOOLEAN if not kind.is_boolean():
            words = text(cell).lower()
            yes, no = ([word for word, value in YES_NO.items() if value is one] for one in (True, False))
            return ibis.cases((words.isin(yes), True), (words.isin(no), False))
        case Type.DATE if kind.is_timestamp() and kind.timezone is None:
            return cell.date()
        case Type.DATE if not kind.is_date():
            return cast(text(cell).replace("/", "-"), "date")
        case Type.TEXT | Type.CHOICE:
            return text(cell)
    return cell
