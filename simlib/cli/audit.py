"""``simlib workbook`` and ``verify``: results that others can recompute."""

from __future__ import annotations


def commands(command) -> None:
    """Add these commands to the parser."""
