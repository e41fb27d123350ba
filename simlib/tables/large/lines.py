"""What is wrong with a large table, in lines: the first rows of each rule, and how many more there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from simlib.problems import Problem
from simlib.words import Text

MOST_LINES = 20  # of one rule in one column; the rest is counted
SHOWN = 200  # characters of a cell that are fetched for a line, which shows fewer


@dataclass(frozen=True)
class Finding:
    """A rule that rows break: the first of them, and how many there are."""

    rule: Text
    column: str
    lines: list[Problem]
    count: int


def in_lines(found: Iterable[Finding], file: str) -> list[Problem]:
    """The lines of all findings in the order of the rows, then of each how many more rows there are."""
    found = list(found)
    lines = sorted((line for one in found for line in one.lines), key=lambda line: line.row or 0)
    more = [(one, one.count - len(one.lines)) for one in found]
    return lines + [
        Problem(MORE.fill(count=f"{count:,}", rule=one.rule), file, column=one.column) for one, count in more if count
    ]


MORE = Text("另有 {count} 行相同：{rule}", "{count} more rows: {rule}")
