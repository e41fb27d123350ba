"""Merged cells: in a header they stand over each of their columns, below it for each of their rows."""

from __future__ import annotations

from itertools import pairwise

from simlib.columns import Column, Type
from simlib.tables.sheets import Sheet


def across(sheet: Sheet, at: int) -> list[str]:
    """A row of headings whose merged cells stand over each of their columns."""
    cells, row = list(sheet.cells[at]), sheet.numbers[at]
    for top, left, bottom, right in sheet.merged:
        if top <= row <= bottom and left < len(cells):
            cells += [""] * (right + 1 - len(cells))
            cells[left : right + 1] = [cells[left]] * (right + 1 - left)
    if not sheet.merged:
        cells += [""] * (max(map(len, sheet.cells[at : at + 2])) - len(cells))
        for before, here in pairwise(range(len(cells))):
            cells[here] = cells[here] or cells[before]
    return cells


def filled_cells(
    sheet: Sheet, start: int, columns: dict[int, Column]
) -> tuple[dict[tuple[int, int], str], list[tuple[int, str]]]:
    """What merged cells say of each row below the first that they span, by row and place, from the ``start``th row on.

    Amounts that stand for several rows are not copied: their rows and columns come second.
    """
    if start >= len(sheet.numbers):
        return {}, []
    first = sheet.numbers[start]
    by_row = dict(zip(sheet.numbers, sheet.cells, strict=True))
    filled, spread = {}, []
    for top, left, bottom, right in sheet.merged:
        if top < first or top == bottom or top not in by_row or left >= len(by_row[top]):
            continue
        text = by_row[top][left]
        for row in range(top + 1, bottom + 1):
            for position in range(left, right + 1):
                if row not in by_row or not text:
                    continue
                column = columns.get(position)
                if column is not None and _counted(column):
                    spread.append((row, column.name))
                else:
                    filled[row, position] = text
    return filled, spread


def _counted(column: Column) -> bool:
    """Whether the values of a column add up, so that one that stands for several rows cannot be given to each."""
    return column.type in (Type.MONEY, Type.INTEGER)
