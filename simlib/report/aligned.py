"""Tables in a terminal, where a Chinese character takes the room of two Latin ones."""

from __future__ import annotations

from collections.abc import Sequence

from wcwidth import wcswidth


def width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    columns = wcswidth(text)
    return (
        len(text) if columns < 0 else columns
    )  # below 0: a control character, which takes whatever the terminal likes


def aligned(rows: Sequence[Sequence[str]], gap: int = 2) -> list[str]:
    """Each row as a line: the first cell to the left, the others to the right below each other."""
    widths = [max(width(row[at]) for row in rows if at < len(row)) for at in range(max(map(len, rows), default=0))]
    lines = []
    for row in rows:
        cells = [
            " " * (widths[at] - width(text)) + text if at else text + " " * (widths[0] - width(text))
            for at, text in enumerate(row)
        ]
        lines.append((" " * gap).join(cells).rstrip())
    return lines
