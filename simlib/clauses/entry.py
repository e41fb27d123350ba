"""What is said of a clause: in our own words what it asks, and whether that can be calculated."""

from __future__ import annotations

from typing import NamedTuple

from simlib.words import Text


class Entry(NamedTuple):
    """One clause. ``outside`` says why nothing of it is calculated, ``yet`` what of it is not calculated yet."""

    key: str
    says: Text
    outside: Text | None = None
    yet: Text | None = None
