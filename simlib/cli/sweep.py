"""``simlib sweep`` and ``solve``: many values of parameters, and the value that meets a target."""

from __future__ import annotations


def commands(command) -> None:
    """Add these commands to the parser."""
