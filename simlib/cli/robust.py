"""``simlib robust``, ``sensitivity`` and ``respond``: how firm the results stand."""

from __future__ import annotations


def commands(command) -> None:
    """Add these commands to the parser."""
