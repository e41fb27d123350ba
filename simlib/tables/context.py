"""Cells that only their sheet or their row explains: days as bare numbers, a grade beside its level, a month beside
its year."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from simlib.columns import Type
from simlib.tables.account import EXAMPLES, Assumption
from simlib.tables.forms import options, word
from simlib.tables.found import Found
from simlib.tables.headings import heading
from simlib.tables.sheets.values import day_of
from simlib.words import Text

SERIAL = re.compile(r"[1-9]\d{4}(?:\.\d+)?", re.ASCII)
DAYS_KNOWN = range(1990, 2100)  # years of which a bare number is taken for a day
RANKS = frozenset(("甲", "甲等", "乙", "乙等", "丙", "丙等", "专科", "其他", "未定等", "未评等", "无等", "不分等"))
YEARS = frozenset(("年度", "年份", "年", "结算年度", "结算年份", "所属年度"))  # headings of the year of a month
YEAR = re.compile(r"(20\d{2})(?:\.0+)?(?:年度?)?", re.ASCII)
MONTH = re.compile(r"(1[0-2]|0?[1-9])(?:\.0+)?(?:月份?)?", re.ASCII)


def in_context(found: Found) -> Iterator[Assumption]:
    """Write such cells as they are understood alone; what was done is told by column."""
    yield from _serials(found)
    yield from _ranks(found)
    yield from _months(found)


def _serials(found: Found) -> Iterator[Assumption]:
    """Days that a workbook has as bare numbers, which its own way of counting tells."""

    def day(cells: list[str], text: str) -> str:
        known = SERIAL.fullmatch(text) and day_of(float(text), found.sheet.serials)
        return known.isoformat() if known and known.year in DAYS_KNOWN else text

    if not (found.sheet.separator or found.sheet.headed):
        for name in found.sources:
            if found.table.by_name[name].type is Type.DATE:
                yield from _written(found, name, day, SERIALS)


def _ranks(found: Found) -> Iterator[Assumption]:
    """甲等 of a level that stands in a column of its own."""
    if not {"level", "grade"} <= found.sources.keys() or found.sources["level"].places == found.sources["grade"].places:
        return
    place, column = found.sources["level"].places[0], found.table.by_name["level"]
    explained = {word(code) for code in found.sources["grade"].codes}

    def rank(cells: list[str], text: str) -> str:
        level = options(column).get(word(cells[place])) if word(text) in RANKS - explained else None
        return f"{column.options[level].zh}{word(text)}" if isinstance(level, str) and level else text

    yield from _written(found, "grade", rank, OF_LEVEL)


def _months(found: Found) -> Iterator[Assumption]:
    """1 or 1月 of a year that stands in a column of its own."""
    years = [place for place, text in enumerate(found.header) if heading(text).name in YEARS]

    def month(cells: list[str], text: str) -> str:
        year, number = YEAR.fullmatch(cells[years[0]].strip()), MONTH.fullmatch(text)
        return f"{year[1]}-{int(number[1]):02d}" if year and number else text

    if len(years) == 1:
        for name in found.sources:
            if found.table.by_name[name].type is Type.MONTH and years[0] not in found.sources[name].places:
                yield from _written(found, name, month, OF_YEAR)


def _written(found: Found, name: str, meant: Callable[[list[str], str], str], what: Text) -> Iterator[Assumption]:
    source, changed = found.sources[name], []
    for row, cells in zip(found.numbers, found.cells, strict=True):
        text = cells[source.places[0]].strip()
        if (new := meant(cells, text)) != text:
            cells[source.places[0]] = new
            changed.append((row, text, new))
    if changed:
        examples = tuple({text: new for _, text, new in changed[:EXAMPLES]}.items())
        yield Assumption(found.file, what, name, source.headings[0], len(changed), changed[0][0], examples)


SERIALS = Text("表格软件的日期序号", "days as a spreadsheet numbers them")
OF_YEAR = Text("与同行的年度合看", "read together with the year of the row")
OF_LEVEL = Text("与同行的级别合看", "read together with the level of the row")
