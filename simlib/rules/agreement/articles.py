"""The articles of JS3 by the items that tables of breaches name, such as 43(1)."""

from __future__ import annotations

from simlib.clauses import Clause, clause

DOCUMENT = "JS3"


def key(item: str | int) -> str:
    """The clause of an item or article: ``43(1)`` is ``JS3 43(1)``."""
    return f"{DOCUMENT} {item}"


def cited(item: str | int) -> Clause:
    """The clause of an item or article as people read it."""
    return clause(key(item))
