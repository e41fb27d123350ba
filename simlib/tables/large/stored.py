"""The rows of a large table, as expressions over what its file holds. Importing this imports Ibis."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from simlib.tables.large.cells import tidy, typed
from simlib.tables.large.shape import POSITION, ROW, Shape


def stored(file: ir.Table, shape: Shape, numbered: bool = False) -> ir.Table:
    """The declared columns as they stand in the file; ``numbered`` adds ``row``, the row of the file."""
    names = file.columns
    columns = {name: file[names[place]] for name, place in shape.places}
    if numbered:
        columns[ROW] = _row(file, shape)
    return file.select(**columns)


def _row(file: ir.Table, shape: Shape) -> ir.IntegerColumn:
    if shape.first is None:
        return file[ROW]
    return shape.first + (ibis.row_number() if shape.has_position else file[POSITION])


def sound(rows: ir.Table, shape: Shape, untidy: frozenset[str]) -> ir.Table:
    """Checked columns in their types, and ``row`` where it is known."""
    columns = {name: (rows[name], column) for name, column in shape.declared.items()}
    return rows.select(
        *([ROW] if ROW in rows.columns else []),
        **{name: typed(tidy(cell) if name in untidy else cell, column) for name, (cell, column) in columns.items()},
    )


def typed_rows(file: ir.Table, shape: Shape, untidy: frozenset[str], numbered: bool = False) -> ir.Table:
    """The checked columns of a file in their types; ``numbered`` adds ``row``, the row of the file."""
    return sound(stored(file, shape, numbered), shape, untidy)
