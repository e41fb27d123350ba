"""``simlib compare``: the same data under several scenarios."""

from __future__ import annotations


def commands(command) -> None:
    """Add these commands to the parser."""
