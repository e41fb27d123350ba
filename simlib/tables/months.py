"""Months and years in headings, titles and names: 2025年3月, 202503, 3月份, 三月."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from simlib.columns import BILLING
from simlib.problems import BadInput, Problem
from simlib.tables.forms import SCALES, word
from simlib.tables.found import stem
from simlib.tables.headings import Heading, spellings
from simlib.tables.sheets import Sheet
from simlib.units import YUAN
from simlib.words import Text

WORDS = dict(zip("一 二 三 四 五 六 七 八 九 十 十一 十二".split(), range(1, 13), strict=True))  # noqa: SIM905  # as words
_MONTH = r"(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月(?:份|度)?"
_YEAR = r"(?P<year>(?:19|20)\d{2})"
_DIGITS = rf"(?<!\d){_YEAR}[-./]?(?P<month>0[1-9]|1[0-2])(?:-01)?(?![-\d])"
IN_HEADING = tuple(map(re.compile, (rf"(?:{_YEAR}年?度?[-./]?|(?<!\d)){_MONTH}", _DIGITS)))
IN_NAME = tuple(  # not 1-6月, and not 3月5日
    map(re.compile, (rf"(?:{_YEAR}年?[-_. ]?|(?<![-—~至到、\d])){_MONTH}(?![-—~至到、\d])", _DIGITS))
)
A_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?:年度?|(?=0[1-9]|1[0-2])|(?!\d))")
MADE = re.compile(r"日期|制表|填报|报送|打印|\d日")  # of a day on which a sheet was made
OTHER = re.compile(
    "[扣罚比率增]|门诊|[人次例]数|人次|上年|去年|同期|累计|合计"
)  # what is not billed in a month by inpatients
BILLED, PENALTIES = (BILLING.by_name[name] for name in ("billed", "penalties"))


class Month(NamedTuple):
    """What the heading of a column says: a month, its year or "", the amount that stands below, and its unit or ""."""

    month: int
    year: str
    column: str
    unit: str


def month_of(ways: tuple[Heading, ...]) -> Month | None:
    """The month that a heading is of, or of two rows both together; None where it names no month, or something else
    than what was billed or taken off in it."""
    if not ways or any(one.column for one in ways):
        return None
    name = ways[-1].bare or ways[-1].name
    found = next((one for pattern in IN_HEADING if (one := pattern.search(name))), None)
    if found is None:
        return None
    rest = name[: found.start()] + name[found.end() :]
    year = found["year"] or (said[1] if (said := A_YEAR.search(rest)) else "")
    column = _amount(A_YEAR.sub("", rest))
    unit = next((one.bracket for one in ways if one.bracket in SCALES[YUAN]), "")
    return Month(number(found["month"]), year, column, unit) if column else None


def _amount(rest: str) -> str:
    """Which column of monthly billing is meant by what a heading says besides a month; "" where it is none."""
    if not rest or rest in spellings(BILLED) or ("记账" in rest and not OTHER.search(rest)):
        return "billed"
    return "penalties" if rest in spellings(PENALTIES) else ""


def number(month: str) -> int:
    return WORDS.get(month) or int(month)


def month_in_name(sheet: Sheet) -> re.Match[str] | None:
    """The month that the name of a sheet, or else of its file, is of."""
    names = (word(sheet.name), word(stem(sheet)))
    return next((found for name in names for pattern in IN_NAME if (found := pattern.search(name))), None)


def month_named(sheet: Sheet, at: int) -> str:
    """That month as 2025-03; "" where there is none. The header begins at this place. BadInput where no year is known
    for it."""
    if (found := month_in_name(sheet)) is None:
        return ""
    if not (year := found["year"] or year_said(sheet, at)):
        raise BadInput(Problem(NO_YEAR.fill(month=found[0]), sheet.file, column="month"))
    return f"{year}-{number(found['month']):02d}"


def year_said(sheet: Sheet, at: int) -> str:
    """The one year that stands in the titles above a header, or in the names of the sheet and its file; "" where none
    does, or several do."""
    titles = (text for cells in sheet.cells[:at] for text in cells if not MADE.search(text))
    years = _years((*titles, sheet.name, stem(sheet)))
    return years.pop() if len(years) == 1 else ""


def _years(texts: Iterable[str]) -> set[str]:
    return {year for text in texts for year in A_YEAR.findall(word(text))}


NO_YEAR = Text("写有“{month}”，但表名、标题和列名中没有年份，或不止一个，无法确定年份。请写明，如 2025年{month}。",
               "It says {month}, and name, titles and headings say no year, or several. Say it, as in 2025年{month}."
               )  # fmt: skip
