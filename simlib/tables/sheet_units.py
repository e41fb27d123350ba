"""Units that stand beside a sheet's rows and not in its headings: above the header, in a row of units below it, or
below the last row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from simlib.tables.forms import SCALES, word
from simlib.tables.sheets import Sheet
from simlib.units import YUAN

UNITS = frozenset(unit for scales in SCALES.values() for unit in scales)
MONEY = re.compile(r"亿元|百万元|千元|万元|元|[万亿](?=[\s)）、,，;；/]|$)")
SAID = re.compile(r"单位(?:[:：]|为|是)(.*)")
IN_BRACKETS = re.compile(r"[(（](?:人民币)?(千元|万元|百万元|亿元|元)[)）]")
BARE = re.compile(r"[\d,.]+")  # an amount without a unit of its own
BEGINS = re.compile(r"(?:^[(（]?|\s|[:：、，。；])(?:金额|计量|货币)?单位(?:[:：]|为|是)")


def sheet_units(sheet: Sheet, at: int, height: int) -> tuple[str, ...]:
    """The units of amounts that a sheet says above its header, which begins at this place and has so many rows, or in
    the row below it, in the order in which they stand there."""
    below = sheet.cells[at + height : at + height + 1]
    return units_above(sheet.cells[:at]) or next((units for cells in below if (units := units_in(cells))), ())


def units_in(cells: Sequence[str]) -> tuple[str, ...]:
    """Those that a row among the others says, as nothing else that it says."""
    texts = [text for text in cells if text.strip()]
    return _units(texts) if len(texts) <= 2 and any(BEGINS.search(text.strip()) for text in texts[:1]) else ()


def units_named(sheet: Sheet) -> tuple[str, ...]:
    """The unit that stands in the brackets of the file's or the sheet's name, or is the sheet's name."""
    names = (sheet.name, sheet.file.rpartition(".")[0])
    found = [unit for name in names for unit in IN_BRACKETS.findall(name)]
    return tuple(found[:1]) or ((sheet.name,) if sheet.name in SCALES[YUAN] else ())


def units_above(rows: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Those that rows above a header say: after 单位, or in the brackets of a title."""
    for cells in rows:
        texts = [text.strip() for text in cells if text.strip()]
        if len(texts) == 1 and texts[0] in SCALES[YUAN]:  # alone at the right, as on paper
            return (texts[0],)
        title = texts[0] if len(texts) == 1 and cells[0].strip() else ""
        if units := _units(texts) or tuple(IN_BRACKETS.findall(title)[:1]):
            return units
    return ()


def with_unit(text: str, unit: str) -> str:
    """An amount with the unit that stands somewhere else; one that has a unit has it still."""
    return f"{text.strip()}{unit}" if BARE.fullmatch(text.strip()) else text


def unit_over(heading: str) -> str:
    """The unit of amounts in the brackets of a heading, which holds for the headings below it too."""
    found = IN_BRACKETS.search(heading)
    return found[1] if found else ""


def _units(texts: list[str]) -> tuple[str, ...]:
    """Those that a row says after 单位: alone in any place of its text, beside others where one begins with it."""
    if len(texts) > 1:
        first = next((place for place, text in enumerate(texts) if BEGINS.search(text.strip())), len(texts))
        texts = texts[first : first + 2]
    said = SAID.search(" ".join(texts))
    return tuple(dict.fromkeys(MONEY.findall(said[1]))) if said else ()


def only_units(cells: list[str]) -> bool:
    """Whether a row holds nothing but units, as one between the headings and the rows does."""
    texts = [text.strip() for text in cells if text.strip()]
    return bool(texts) and all(word(text.strip("()（）")) in UNITS for text in texts)
