"""Monthly billing with a column a month, read as the long table that it means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from simlib.columns import BILLING, INSTITUTIONS, Table
from simlib.problems import BadInput, Problem
from simlib.tables.account import Assumption, Total
from simlib.tables.forms import MISSING, SCALES, word
from simlib.tables.found import Found
from simlib.tables.header import header_places, heads_of
from simlib.tables.headings import Heading, Source, spellings, table_spellings
from simlib.tables.mapping import Entry
from simlib.tables.months import BILLED, NO_YEAR, Month, month_of, year_said
from simlib.tables.reader import cell
from simlib.tables.recognise import FEWEST, rows_below
from simlib.tables.sheet_units import with_unit
from simlib.tables.sheets import Sheet
from simlib.tables.totals import small_totals
from simlib.tables.wide import long, numbered_heads
from simlib.units import YUAN
from simlib.words import Text

MONTHS = 2  # that make a wide sheet
AMOUNTS = ("billed", "penalties")
SUMS = frozenset(("合计", "总计", "小计", "累计", "全年", "全年合计", "全年累计", "年度合计", "合计金额", "total"))


def billing(sheet: Sheet, file: str, entry: Entry | None = None) -> list[Found]:
    """A wide sheet of billing as the table ``billing``, and as ``institutions`` where it tells of them too; nothing
    where it is none. BadInput where the year of its months is not known."""
    if entry and entry.table not in ("", BILLING.name):
        return []
    best: tuple[int, int, int, dict[int, Month]] | None = None
    for at, height in header_places(sheet, entry):
        heads = heads_of(sheet, at, height, entry)
        months = {place: one for place, ways in enumerate(heads) if (one := month_of(ways))}
        several = len({(one.year, one.month) for one in months.values() if one.column == "billed"}) >= MONTHS
        known = several and numbered_heads(heads) and (bool(entry and entry.table) or _mentions(sheet, at, heads))
        if known and (best is None or len(months) > best[0]):
            best = len(months), at, height, months
    if best is None:
        return []
    _, at, height, months = best
    said = year_said(sheet, at)
    if not all(one.year or said for one in months.values()):
        months_said = next(one for one in months.values() if not one.year)
        raise BadInput(Problem(NO_YEAR.fill(month=f"{months_said.month}月"), file, sheet.numbers[at], "month"))
    whole = rows_below(sheet, file, INSTITUTIONS, at, height, entry)
    whole.beside, whole.elsewhere = True, frozenset(months)
    dated = {place: f"{one.year or said}-{one.month:02d}" for place, one in months.items()}
    found = _long(whole, months, dated)
    found.said = (
        Assumption(file, WIDE.fill(first=min(dated.values()), last=max(dated.values())), "month", count=len(dated),
                   aloud=any(not one.year for one in months.values())),
        *_skipped(whole, months),
    )  # fmt: skip
    found.twice = dict(_twice(sheet, months, dated, at + height - 1))
    found.totals = [*_across(whole, months, heads_of(sheet, at, height, entry)), *_down(whole, months)]
    return [found, whole] if len(whole.sources.keys() - {"name"}) >= FEWEST else [found]


def _twice(sheet: Sheet, months: dict[int, Month], dated: dict[int, str], at: int) -> Iterator[tuple[str, list[str]]]:
    """By amount the headings of a month that has several; the lower header stands at this place."""
    for name in AMOUNTS:
        places = [place for place, one in months.items() if one.column == name]
        again = [place for place in places if sum(dated[other] == dated[place] for other in places) > 1]
        if again:
            yield name, [sheet.cells[at][place] for place in again]


def _mentions(sheet: Sheet, at: int, heads: list[tuple[Heading, ...]]) -> bool:
    """Whether anything in and around a sheet's headings says that it is of billing, and of inpatients'."""
    texts = (sheet.file, sheet.name, *(text for cells in sheet.cells[:at] for text in cells))
    said = word(" ".join((*texts, *(one.text for ways in heads for one in ways))))
    outpatients = "门诊" in said and "住院" not in said
    return not outpatients and any(name in said for name in table_spellings(BILLING) | spellings(BILLED))


def _long(whole: Found, months: dict[int, Month], dated: dict[int, str]) -> Found:
    """A row for each institution and month of which anything was billed or taken off."""
    key = whole.sources["institution_id"].places[0]
    names = [name for name in AMOUNTS if any(one.column == name for one in months.values())]
    of_month: dict[str, dict[str, int]] = {}
    for place, one in months.items():
        of_month.setdefault(dated[place], {})[one.column] = place
    rows = [
        (number, [cells[key], month, *(_written(cells, at.get(name), months) for name in names)])
        for number, cells in zip(whole.numbers, whole.cells, strict=True)
        for month, at in of_month.items()
    ]
    heads = ("institution_id", "month", *names)
    found = long(whole, BILLING, heads, [(number, cells) for number, cells in rows if any(cells[2:])])
    scale = SCALES[YUAN][whole.units[0]] if whole.units else 0
    found.units = (*whole.units, *(one.unit for one in whole.blocks))
    found.sources |= {name: found.sources[name]._replace(scales=(scale,)) for name in names}
    return found


def _written(cells: list[str], place: int | None, months: dict[int, Month]) -> str:
    """A cell with the unit that its heading names; "" for one that says nothing."""
    text = cells[place].strip() if place is not None and place < len(cells) else ""
    if place is None or word(text) in MISSING:
        return ""
    return with_unit(text, months[place].unit)


def _skipped(whole: Found, months: dict[int, Month]) -> Iterator[Assumption]:
    """What is said of the months that are blank."""
    blank = [
        number
        for number, cells in zip(whole.numbers, whole.cells, strict=True)
        for place, one in months.items()
        if one.column == "billed" and not _written(cells, place, months)
    ]
    if blank:
        yield Assumption(whole.file, BLANK, "billed", count=len(blank), row=blank[0])


def _amounts(whole: Found, months: dict[int, Month], place: int) -> list[float | None]:
    """The amounts of one column in yuan."""
    scale = SCALES[YUAN][whole.units[0]] if whole.units else 0
    read = (cell(_written(cells, place, months), BILLED, scale).value for cells in whole.cells)
    return [one if isinstance(one, float) else None for one in read]


def _across(whole: Found, months: dict[int, Month], heads: list[tuple[Heading, ...]]) -> Iterator[Total]:
    """Each institution's stated sum of the year beside that of its months; where penalties stand beside what was
    billed, nothing tells of which it is."""
    stated = [place for place, ways in enumerate(heads) if any(one.name in SUMS or one.bare in SUMS for one in ways)]
    if len(stated) != 1 or any(one.column != "billed" for one in months.values()):
        return
    unit = next((one.bracket for one in heads[stated[0]] if one.bracket in SCALES[YUAN]), "")
    units = {**months, stated[0]: Month(0, "", "billed", unit)}
    by_month = [_amounts(whole, units, place) for place in months]
    for number, total, *given in zip(whole.numbers, _amounts(whole, units, stated[0]), *by_month, strict=True):
        if total is not None:
            yield Total(whole.file, number, "billed", total, round(sum(one or 0 for one in given), 2))


def _down(whole: Found, months: dict[int, Month]) -> Iterator[Total]:
    """Each total row beside the sums of its rows, month by month."""
    scale = SCALES[YUAN][whole.units[0]] if whole.units else 0
    by_month = {f"{place}": replace(BILLED, name=f"{place}") for place in months}
    scales = {place: SCALES[YUAN].get(one.unit, scale) for place, one in months.items()}
    sources = {f"{place}": Source((place,), ("",), (scales[place],), {}) for place in months}
    sheet = replace(whole, table=Table("billing", BILLING.label, "", tuple(by_month.values())), sources=sources)
    values: dict[str, list] = {f"{place}": _amounts(whole, months, place) for place in months}
    return (replace(one, column=months[int(one.column)].column) for one in small_totals(sheet, values))


WIDE = Text("每月一列，读作月度记账：{first} 至 {last}", "a column a month, read as monthly billing: {first} to {last}")
BLANK = Text("空白的月份不读取", "blank months are not read")
