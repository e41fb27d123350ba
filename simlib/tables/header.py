"""Where the header of a sheet may stand: in one row or two, below whatever title and unit are above it."""

from __future__ import annotations

from collections.abc import Iterator

from simlib.problems import BadInput, Problem
from simlib.tables import mapping
from simlib.tables.headings import Heading, heading
from simlib.tables.mapping import Entry
from simlib.tables.merged import across
from simlib.tables.sheet_units import UNITS, is_mark, only_units, unit_over
from simlib.tables.sheets import Sheet
from simlib.words import Text

SEARCHED = 40  # rows in which the header is looked for


def header_places(sheet: Sheet, entry: Entry | None = None) -> Iterator[tuple[int, int]]:
    """Where a header may stand: the place of its first row among the sheet's, and how many rows it has."""
    if entry and entry.header:
        at = sheet.numbers.index(entry.header[0]) if entry.header[0] in sheet.numbers else len(sheet.cells)
        if at + len(entry.header) <= len(sheet.cells):
            yield at, len(entry.header)
        return
    if sheet.headed:
        yield 0, 1
        return
    last = min(len(sheet.cells), SEARCHED)
    for at in range(last):
        if at + 1 == last or not only_units(sheet.cells[at + 1]):
            yield at, 1
        if at + 1 < last and sheet.numbers[at + 1] == sheet.numbers[at] + 1:
            yield at, 2


def check_header(sheet: Sheet, entry: Entry | None) -> None:
    """BadInput where the rows in which a mapping has the header are not there."""
    gone = [row for row in entry.header if row not in sheet.numbers] if entry and not sheet.headed else []
    if gone:
        raise BadInput(
            [Problem(NO_ROW.fill(file=sheet.file), mapping.FILE, column="header", value=row) for row in gone]
        )


def heads_of(sheet: Sheet, at: int, height: int, entry: Entry | None = None) -> list[tuple[Heading, ...]]:
    """Of each place the ways in which its heading may be read: of two rows the lower one, both, or the upper one."""
    lower = sheet.cells[at + height - 1]
    if height == 1:
        return [(heading(text, entry),) for text in lower]
    upper = across(sheet, at)
    width = max(len(upper), len(lower))
    if only_units(lower):
        lower = ["" if is_mark(text) else text for text in lower]
    upper, lower = upper + [""] * (width - len(upper)), lower + [""] * (width - len(lower))
    heads = []
    for above, below in zip(upper, lower, strict=True):
        if above and below in UNITS:
            texts = [f"{above}（{below}）"]
        else:
            texts = [below, f"{above}{below}"] if above and below else [below or above]
        if above and below and (unit := unit_over(above)) and not unit_over(below):
            texts = [f"{below}（{unit}）", *texts]
        heads.append(tuple(heading(text, entry) for text in texts))
    return heads


NO_ROW = Text("{file} 的表头不能在这一行：没有这一行，或是空行，或太靠后。请核对行号。",
              "{file} cannot have its header in this row: there is none, it is blank, or it comes too late. Check it."
              )  # fmt: skip
