"""What was found of an office's files as the entries of ``columns.yaml``, so that next year's are read alike."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase

from simlib.tables.forms import SCALES
from simlib.tables.found import Found
from simlib.tables.mapping import Entry, Mapping
from simlib.tables.recognise import recognise

YEAR = re.compile(r"20\d\d\d*")  # a year in a file's name, with the month and the day that follow it
ONLY = re.compile(r"[*\W\d_]*")  # what says nothing of a file but its year


def mapping_of(found: Iterable[Found], given: Mapping, files: Iterable[str]) -> Mapping:
    """The entries that read each sheet as it was read: what was given of it, its table, header, headings and units. An
    entry is for every year where the year is all that tells its files apart; ``files`` are all names beside them."""
    entries: dict[str, list[tuple[Found, Entry]]] = {}
    used = set()
    for one in found:
        entry = entry_of(one)
        used |= {one.entry} & set(given.entries)
        name = one.entry.file if one.entry in given.entries else pattern(one.sheet.file)
        entries.setdefault(name, []).append((one, entry))
    made: list[Entry] = []
    for name, several in entries.items():
        own, alike = {one.sheet.file for one, _ in several}, [replace(entry, file=name) for _, entry in several]
        if _one_a_sheet(set(alike)) and {file for file in files if fnmatchcase(file, name)} <= own:
            made += alike
        else:
            made += [entry for _, entry in several]
    left = [one for one in given.entries if one not in used]
    return Mapping((*(one for one in dict.fromkeys(made) if one.plain().keys() - {"file"}), *left))


def _one_a_sheet(entries: set[Entry]) -> bool:
    """Whether no sheet of a pattern's files has two entries; one without a name is the whole file."""
    sheets = {entry.sheet for entry in entries}
    return len(sheets) == len(entries) and ("" not in sheets or len(sheets) == 1)


def pattern(file: str) -> str:
    """A file's name with its year, and the month behind it, left open; as it is where nothing else tells what it is."""
    exact = glob.escape(file)
    open_ = YEAR.sub("*", exact)
    return exact if ONLY.fullmatch(open_.rpartition(".")[0]) else open_


def entry_of(found: Found) -> Entry:
    """The fullest entry that reads a sheet as it was read; a wide one, which is two tables, has only what was given."""
    return next((one for one in _entries(found) if not found.beside and reads_alike(found, one)), found.entry)


def reads_alike(found: Found, entry: Entry) -> bool:
    again = recognise(found.sheet, found.file, entry)
    return isinstance(again, Found) and (
        (again.table, again.sources, again.header_rows, again.numbers, again.twice, again.extras)
        == (found.table, found.sources, found.header_rows, found.numbers, found.twice, found.extras)
    )


def _entries(found: Found) -> Iterator[Entry]:
    """What may be said of a sheet, the most first."""
    given = found.entry
    several = found.file != found.sheet.file
    file = glob.escape(found.sheet.file) if given == Entry(found.sheet.file) else given.file
    header = found.header_rows if found.header_rows[0] > 0 and found.header_rows != (1,) else given.header
    least = replace(
        given, file=file, sheet=found.sheet.name if several else given.sheet, table=found.table.name, header=header
    )
    places: list[tuple[int, ...]] = [source.places for source in found.sources.values() if len(source.places) == 1]
    # a heading with a year is another one next year, and known without an entry
    single = {name: one for name, one in found.sources.items() if places.count(one.places) == 1 and not one.year}
    columns = {one.headings[0]: name for name, one in single.items()}
    sums = {name: one.headings for name, one in found.sources.items() if len(one.places) > 1}
    codes = {name: tuple(one.codes.items()) for name, one in found.sources.items() if one.codes}
    yield replace(
        least, columns=_more(given.columns, columns), units=_more(given.units, units(found)),
        sums=_more(given.sums, sums), values=_more(given.values, codes)
    )  # fmt: skip
    yield replace(least, columns=_more(given.columns, columns))
    yield least


def units(found: Found) -> dict[str, str]:
    """The unit of each heading whose amounts are not in the column's own."""
    said = {}
    for name, source in found.sources.items():
        words = SCALES.get(found.table.by_name[name].unit, {})
        for heading, scale in zip(source.headings, source.scales, strict=True):
            if scale:
                said[heading] = next(one for one, places in words.items() if places == scale)
    return said


def _more(given: tuple, found: dict) -> tuple:
    """What was given, and what was found besides."""
    return tuple((found | dict(given)).items())
