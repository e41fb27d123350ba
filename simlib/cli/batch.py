"""``simlib batch``: an executed report for each of many scenarios."""

from __future__ import annotations


def commands(command) -> None:
    """Add these commands to the parser."""
