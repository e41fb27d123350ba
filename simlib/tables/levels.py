"""Last year's means with a column a level, read as the long table that they mean."""

from __future__ import annotations

from simlib.columns import PEER_MEANS
from simlib.tables.account import Assumption
from simlib.tables.forms import MISSING, SCALES, options, word
from simlib.tables.found import Found, stem, table_named
from simlib.tables.header import header_places, heads_of
from simlib.tables.headings import Heading
from simlib.tables.mapping import Entry
from simlib.tables.recognise import rows_below
from simlib.tables.sheet_units import with_unit
from simlib.tables.sheets import Sheet
from simlib.tables.wide import long
from simlib.units import YUAN
from simlib.words import Text, joined

LEVEL, GROUP, MEAN = list(PEER_MEANS.by_name)[:3]
LEVELS = 2  # that make a wide sheet


def means(sheet: Sheet, file: str, entry: Entry | None = None) -> list[Found]:
    """A wide sheet of means as the table ``peer_means``; nothing where it is none, or is not called one."""
    called = {table_named(sheet.name), table_named(stem(sheet))}
    if not (entry.table == PEER_MEANS.name if entry and entry.table else PEER_MEANS in called):
        return []
    for at, height in header_places(sheet, entry):
        heads = heads_of(sheet, at, height, entry)
        levels = {place: one for place, ways in enumerate(heads) if (one := _level(ways))}
        several = [option for option, _ in levels.values()]
        if len(levels) < LEVELS or len(set(several)) < len(several):
            continue
        whole = rows_below(sheet, file, PEER_MEANS, at, height, entry, elsewhere=levels)
        if GROUP in whole.sources and not {LEVEL, MEAN} & whole.sources.keys():
            return [_long(whole, levels)]
    return []


def _level(ways: tuple[Heading, ...]) -> tuple[str, str] | None:
    """The level that a heading names, and the unit in its brackets."""
    known = options(PEER_MEANS.by_name[LEVEL])
    one = ways[0]
    if one.name in known:
        return str(known[one.name]), ""
    of_means = one.scale(PEER_MEANS.by_name[MEAN]) is not None
    return (str(known[one.bare]), one.bracket) if of_means and one.bare in known else None


def _long(whole: Found, levels: dict[int, tuple[str, str]]) -> Found:
    """A row for each group and level that has a mean."""
    key, rows, blank = whole.sources[GROUP].places[0], [], []
    for number, cells in zip(whole.numbers, whole.cells, strict=True):
        for place, (level, unit) in levels.items():
            text = cells[place].strip()
            if word(text) in {"", *MISSING}:
                blank.append(number)
            else:
                rows.append((number, [level, cells[key], with_unit(text, unit)]))
    found = long(whole, PEER_MEANS, (LEVEL, GROUP, MEAN), rows)
    if whole.units:
        found.units = whole.units
        found.sources[MEAN] = found.sources[MEAN]._replace(scales=(SCALES[YUAN][whole.units[0]],))
    said = WIDE.fill(levels=joined(whole.header[place] for place in levels))
    found.said = (Assumption(whole.file, said, LEVEL, count=len(levels)),)
    if blank:
        found.said += (Assumption(whole.file, BLANK, MEAN, count=len(blank), row=blank[0]),)
    return found


WIDE = Text("按级别分列，每个病种和级别读作一行：{levels}", "a column a level, read as a row for each: {levels}")
BLANK = Text("空白的级别没有读入", "levels that are blank were not read")
