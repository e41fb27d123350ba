"""JS26, the measures themselves."""

from __future__ import annotations

from simlib.clauses.entry import Entry
from simlib.words import Text

KEYS = (
    "part 1",
    "2(1)",
    "2(1)1",
    "2(1)2",
    "2(1)3",
    "2(1)4",
    "2(1)5",
    "2(2)",
    "part 3",
    "3(1)",
    "3(2)",
    "3(2)1",
    "3(2)2",
    "3(2)3",
    "part 4",
    "5(1)",
    "5(2)",
    "5(3)",
    "5(4)",
    "5(5)",
)
CLAUSES = tuple(Entry(f"JS26 {key}", Text("", "")) for key in KEYS)
