"""Tables of tens of millions of rows, asked where they lie."""

from simlib.tables.large.shape import ROW
from simlib.tables.large.table import CHANGED, Large, Mark, engine, literal, mark

__all__ = ["CHANGED", "ROW", "Large", "Mark", "engine", "literal", "mark"]
