"""A recognised sheet as typed columns: each cell in its plain way of writing, parsed, and what was assumed noted."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pandas as pd

from simlib.columns import Column, Table
from simlib.columns.checks import DUPLICATE, refuse
from simlib.money import to_fen, to_yuan
from simlib.problems import BadInput, Problem
from simlib.tables import mapping
from simlib.tables.account import Account, Log, account_of
from simlib.tables.cells import BLANK, DOUBLE, ROW
from simlib.tables.found import Found
from simlib.tables.headings import Source
from simlib.tables.keyed import Elsewhere, by_key
from simlib.tables.personal import shown
from simlib.tables.reader import Cell, Reader, cell
from simlib.tables.shape import shape
from simlib.tables.told import account, unnamed_places
from simlib.tables.totals import small_totals
from simlib.words import Text, joined

Values = list  # of a column, None for a blank


def typed(found: Found) -> pd.DataFrame:
    """A sheet as its table; ``attrs`` carry the file's name and the account. BadInput with one line a problem.

    Extra columns are kept as text.
    """
    table, file, log = found.table, found.file, Log(found.file)
    problems = shape(found)
    if not found.numbers and not found.uneven:
        totals = [one.row for one in found.aside if one.kind == "total"]
        problems.append(Problem(ONLY_TOTALS, file, totals[0]) if totals else Problem(NO_ROWS, file))
    values: dict[str, Values] = {}
    stated: dict[str, Values] = {}
    later: list[tuple[str, int, Problem]] = []  # blanks that another column may excuse
    for name, source in _sources(found).items():
        column = table.by_name[name]
        read_as = column if len(source.places) == 1 else as_part(column)
        cells = [_cells(found, read_as, place, scale, source.codes) for place, scale in _each(source)]
        values[name], wrong = _together(cells, column, found, source, log)
        if name in found.sources:  # of what was only looked for in a twin's cells, the twin says what is wrong
            told = [(i, Problem(rule, file, found.numbers[i], _told(found, name, i), text)) for i, rule, text in wrong]
            later += [(column.excused, i, one) for i, one in told if column.excused and not one.value]
            problems += [one for _, one in told if one.value or not column.excused]
        for row, one in enumerate(cells[0]):
            for other, state in one.states:
                stated.setdefault(other, [None] * len(found.numbers))[row] = state
    for name, text in ((name, text) for name, text in found.constants if name in table.by_name):
        given = cell(text, table.by_name[name])
        problems += [Problem(given.rule, mapping.FILE, column=name, value=text)] if given.rule else []
        values[name] = [given.value] * len(found.numbers)
    for name, states in stated.items():
        known = values.get(name, [None] * len(states))
        values[name] = [one if one is not None else state for one, state in zip(known, states, strict=True)]
    problems += [one for name, i, one in later if name not in values or values[name][i] is not False]
    _twins(found, values, log)
    values = {name: values[name] for name in table.by_name if name in values}
    for text, place in found.extras.items():
        values[text] = [row[place].strip() or None for row in found.cells]
    problems += doubles(file, table, values, found.numbers)
    if problems:
        raise BadInput(sorted(problems, key=lambda problem: problem.row or 0))
    frame = pd.DataFrame(values, index=pd.Index(found.numbers, name=ROW))
    unnamed = {place: sum(bool(row[place].strip()) for row in found.cells) for place in unnamed_places(found)}
    frame.attrs = {"file": file, "account": account(found, log, small_totals(found, values), unnamed)}
    return frame


def joined_frames(frames: list[pd.DataFrame], table: Table) -> pd.DataFrame:
    """The parts of one table as one; ``attrs`` carry in ``parts`` from which number of the index each begins.

    BadInput where two parts tell of the same key, and not of different columns of it.
    """
    frames = by_key(frames, table)
    if len(frames) == 1:
        return frames[0]
    starts, shifted, elsewhere = [0], [], Elsewhere()
    for frame in frames:
        shifted.append(frame.set_axis(frame.index + starts[-1]))
        for name, told in frame.attrs.get("elsewhere", {}).items():
            elsewhere.setdefault(name, {}).update({row + starts[-1]: one for row, one in told.items()})
        starts.append(starts[-1] + int(frame.index.max()))
    whole = pd.concat(shifted).infer_objects()  # a column that is blank in one part is of objects there
    whole.index.name = ROW
    files = [frame.attrs["file"] for frame in frames]
    whole.attrs = {
        "file": joined(files).zh, "parts": tuple(zip(starts, files, strict=False)), "elsewhere": elsewhere,
        "account": Account.of(account_of(frame) for frame in frames),
    }  # fmt: skip
    names = [name for name in (table.key, *table.within) if name in whole]
    refuse(whole, table.name, table.key, whole.duplicated(names), DUPLICATE)
    return whole


def _told(found: Found, name: str, row: int) -> str:
    """A column as messages name it: of a wide sheet, whose row is several, with the item or the month."""
    which = [one for one in found.table.within[:1] if found.wide and one in found.sources and one != name]
    return " · ".join((name, *(found.cells[row][found.sources[one].places[0]] for one in which)))


def _sources(found: Found) -> dict[str, Source]:
    """Where each column's values stand; what only its twin has a heading for is read from the same cells."""
    sources = dict(found.sources)
    for column in found.table.columns:
        if column.twin in found.sources and column.name not in sources:
            sources[column.name] = found.sources[column.twin]._replace(codes={})
    return sources


@cache
def as_part(column: Column) -> Column:
    """A column as one of several that add up to it: blank where another one has the amount."""
    return replace(column, required=False)


def _each(source: Source) -> list[tuple[int, int]]:
    return list(zip(source.places, source.scales, strict=True))


def _cells(found: Found, column: Column, place: int, scale: int, codes: dict[str, str]) -> list[Cell]:
    """The cells of one place; a text that stands in many is read once."""
    reader = Reader.of(column, scale, codes)
    known: dict[str, Cell] = {}
    cells = []
    for row in found.cells:
        text = row[place].strip()
        if text not in known:
            known[text] = reader.read(text)
        cells.append(known[text])
    return cells


def _together(
    parts: list[list[Cell]], column: Column, found: Found, source: Source, log: Log
) -> tuple[Values, list[tuple[int, Text, str | None]]]:
    """One column of its parts, which add up; and what is wrong, by position, with the text that stands there."""
    values, wrong = [], []
    for i, cells in enumerate(zip(*parts, strict=True)):
        for one, place, heading in zip(cells, source.places, source.headings, strict=True):
            text = found.cells[i][place].strip()
            if one.rule is not None:
                wrong.append((i, one.rule, shown(text, column) or None))
            for form in one.forms:
                log.note(column.name, heading, form, found.numbers[i], shown(text, column), one.value)
        if len(cells) == 1:
            values.append(cells[0].value)
        else:
            given = [one.value for one in cells if one.value is not None]
            values.append(float(to_yuan(to_fen(given).sum())) if given else None)
            if not given and column.required and not any(one.rule for one in cells):
                wrong.append((i, BLANK, None))
    return values, wrong


def _twins(found: Found, values: dict[str, Values], log: Log) -> None:
    """What was read from a twin's cells stands only where they say anything of it."""
    for column in found.table.columns:
        looked_for = column.twin and column.name not in found.sources and column.name in values
        if looked_for and all(value is None for value in values[column.name]):
            del values[column.name]
            log.found = {key: entry for key, entry in log.found.items() if key[0] != column.name}


def doubles(file: str, table: Table, values: dict[str, Values], numbers: list[int]) -> list[Problem]:
    """Rows whose key stands in an earlier row; a blank part of it was refused already."""
    names = [name for name in (table.key, *table.within) if name in values]
    if table.key not in names:
        return []
    required = {name for name in names if table.by_name[name].filled}
    first: dict = {}
    problems = []
    for number, *parts in zip(numbers, *(values[name] for name in names), strict=True):
        key = tuple(parts)
        if key in first and not any(part is None for part, name in zip(key, names, strict=True) if name in required):
            shown = " · ".join(str(part) for part in key if part is not None)
            problems.append(Problem(DOUBLE.fill(row=first[key]), file, number, table.key, shown))
        first.setdefault(key, number)
    return problems


ONLY_TOTALS = Text("只有合计行，没有数据行。请补充各行；该行确为数据的，请改写其编号或名称"
                   "（统筹基金合并核算的，险种写“合并”）。",
                   "There is a total and no row. Add the rows; if it is a row, give it another key (of a pooled fund "
                   "the scheme is “pooled”).")  # fmt: skip
NO_ROWS = Text("只有表头，没有数据行。请补充数据。", "There is a header but no row. Add the data.")
