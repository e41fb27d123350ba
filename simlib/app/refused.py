"""What is refused in a sheet, as the page shows it: the sheet's own faults, and each refused cell where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from simlib.app.desk import Desk
from simlib.columns import TABLES, Column, Type
from simlib.persons import masked
from simlib.problems import Problem, shorten
from simlib.tables.found import Found
from simlib.tables.sheets import Sheet, read_sheets
from simlib.words import LANGUAGES, NO, YES, Text

MOST_ROWS, MOST_PLACES = 50, 14  # shown of what is refused in a sheet
LONGEST_CELL = 24
ALTERNATIVE = " / "  # between columns of which one is enough


def whole(problems: list[Problem], found: Found | None = None) -> list[dict[str, Any]]:
    """Problems of a sheet as a whole; for a column that is missing, that one value may stand for all its rows."""
    told = []
    for problem in problems:
        line = spoken(replace(problem, file=""), {found.table.name: (found,)} if found else {}, problem.file)
        column = found.table.by_name.get(problem.column) if found else None
        missing = found is not None and column is not None and column.name not in {*found.sources, found.table.key}
        told.append({"line": line, "column": problem.column if missing else "", "options": _options(column)})
    return told


def spoken(problem: Problem, found: Mapping[str, Iterable[Found]], file: str = "") -> Text:
    """A problem's line as a visitor speaks: each column by the heading that it has in the file, else by its label, and
    a table that is not there by its own."""
    several = [one for ones in found.values() for one in ones if one.file == (file or problem.file)]
    tables = [one.table for one in several] or [one for one in TABLES.values() if one.name == problem.file]
    headings = {name: source.headings[0] for one in several for name, source in one.sources.items()}
    headings = {} if any(one.wide for one in several) else headings

    def column(name: str, language: str) -> str:
        labels = [table.by_name[name].label for table in tables if name in table.by_name]
        return headings.get(name) or (labels[0].to(language) if labels else name)

    def line(language: str) -> str:
        names = ALTERNATIVE.join(column(name, language) for name in problem.column.split(ALTERNATIVE))
        label = next((table.label.to(language) for table in tables if table.name == problem.file), problem.file)
        return masked(replace(problem, file=label, column=names).line(language))

    return Text(*map(line, LANGUAGES))


def _options(column: Column | None) -> list[dict[str, Any]]:
    """What a column's cells may say, where that is a choice."""
    if column is not None and column.type is Type.BOOLEAN:
        return [{"value": one.zh, "label": one} for one in (YES, NO)]
    return [{"value": name, "label": label} for name, label in (column.options if column else {}).items()]


def context(desk: Desk, found: Found, problems: list[Problem]) -> dict[str, Any] | None:
    """The refused cells where they stand: the header, and each of their rows with the cells marked and the rules."""
    rows: dict[int, list[Problem]] = {}
    for problem in problems:
        rows.setdefault(problem.row or 0, []).append(problem)
    shown = dict(sorted(rows.items())[:MOST_ROWS])
    if not shown:
        return None
    sheet = _whole(desk, found, shown)
    cells = dict(zip(sheet.numbers, sheet.cells, strict=True))
    wrong = {row: _wrong(found, cells.get(row, []), told) for row, told in shown.items()}
    places = _in_sight(found, cells, wrong)
    head = _head(found, cells)
    lines = [
        {
            "row": row,
            "cells": [
                {"text": _shown(found, cells.get(row, []), place), "wrong": place in wrong[row]} for place in places
            ],
            "rules": [_rule(found, problem) for problem in told],
        }
        for row, told in shown.items()
    ]
    return {
        "heads": [head[place] if place < len(head) else "" for place in places],
        "gaps": [place > 0 and place - 1 not in places for place in places],
        "lines": lines,
        "more": MORE.fill(count=f"{len(rows) - len(shown):,}") if len(rows) > len(shown) else "",
    }


def _whole(desk: Desk, found: Found, rows: Iterable[int]) -> Sheet:
    """The sheet with these rows: of a large one only its head was kept."""
    if set(rows) <= set(found.sheet.numbers):
        return found.sheet
    path = next((one for one in desk.files if one.name == found.sheet.file), None)
    several = read_sheets(path) if path else []
    return next((one for one in several if one.name == found.sheet.name), found.sheet)


def _wrong(found: Found, cells: list[str], problems: list[Problem]) -> set[int]:
    """The places of the cells that problems of one row are about."""
    places: set[int] = set()
    for problem in problems:
        source = found.sources.get(problem.column)
        if source and not found.wide:
            places |= set(source.places)
        elif problem.value is not None:
            places |= {place for place, text in enumerate(cells) if text.strip() == str(problem.value).strip()}
    return places


def _in_sight(found: Found, cells: dict[int, list[str]], wrong: dict[int, set[int]]) -> list[int]:
    """The places that are shown: what names a row, what is refused, and its neighbours."""
    width = max([len(found.header), *(len(cells.get(row, [])) for row in wrong)])
    marked = set().union(*wrong.values())
    key = found.sources.get(found.table.key)
    first = {*(key.places if key and not found.wide else ()), 0, 1}
    wanted = sorted(marked | first)
    for step in (1, 2, 3, 4, 5, 6):
        around = {one + by for one in marked for by in (-step, step)}
        for one in sorted(around):
            if len(wanted) < MOST_PLACES and one not in wanted:
                wanted.append(one)
    return sorted(one for one in wanted if 0 <= one < width)[: MOST_PLACES + len(marked)]


def _head(found: Found, cells: dict[int, list[str]]) -> list[str]:
    """The header as the sheet shows it; of two rows what both say of a place."""
    if not found.wide:
        return found.header
    rows = [cells[row] for row in found.header_rows if row in cells]
    width = max(map(len, rows), default=0)
    return [" ".join(dict.fromkeys(row[at] for row in rows if at < len(row) and row[at])) for at in range(width)]


def _shown(found: Found, cells: list[str], place: int) -> Text | str:
    """A cell in its row; nothing of a person."""
    personal = place < len(found.header) and found.header[place] in found.left_out
    columns = [found.table.by_name[name] for name, source in found.sources.items() if place in source.places]
    if personal or any(column.personal for column in columns):
        return PERSONAL
    return cell(cells[place]) if place < len(cells) else ""


def _rule(found: Found, problem: Problem) -> dict[str, Any]:
    """What one cell breaks, and of a choice what it may mean instead."""
    column = found.table.by_name.get(problem.column)
    value = "" if problem.value is None else str(problem.value)
    choose = column is not None and column.type is Type.CHOICE and bool(value)
    return {
        "column": problem.column, "label": column.label if column else problem.column, "rule": problem.rule,
        "value": masked(shorten(value)), "key": f"{problem.column}\t{value}",
        "options": _options(column) if choose else [],
    }  # fmt: skip


def cell(text: str) -> str:
    """A cell as short as a table shows it."""
    return masked(shorten(text.strip(), LONGEST_CELL))


MORE = Text("另有 {count} 行未列出。", "{count} more rows.")
PERSONAL = Text("（个人信息）", "(personal)")
