"""Doubts: what in the tables may be true and is more often a slip. Each is declared once, said aloud and blocks
nothing."""

from simlib.doubts.doubt import DOUBT, DOUBTED, DOUBTED_HELP, Doubt, Found
from simlib.doubts.finding import Row
from simlib.doubts.register import DOUBTS, doubts, listed

__all__ = ["DOUBT", "DOUBTED", "DOUBTED_HELP", "DOUBTS", "Doubt", "Found", "Row", "doubts", "listed"]
