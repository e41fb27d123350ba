"""Institutions that a sheet names and does not number: each takes the number that the institutions' own table has for
its name."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from simlib.problems import BadInput, Problem
from simlib.tables.forms import word
from simlib.tables.found import Found
from simlib.words import Text, joined

KEY = "institution_id"


class Names:
    """The names of the institutions' own table, each with the numbers that have it."""

    def __init__(self, named: Iterable[tuple[str, str]]):
        self.known: dict[str, list[str]] = defaultdict(list)
        self.written: dict[str, str] = {}
        for number, name in named:
            self.known[word(name)].append(number)
            self.written.setdefault(word(name), name)

    def number(self, name: str) -> str | Text:
        """The number of a name, or what is wrong where it is nobody's, or several ones'."""
        numbers = self.known.get(word(name), [])
        if len(numbers) == 1:
            return numbers[0]
        if numbers:
            return SEVERAL.fill(numbers=joined(numbers))
        near = [self.written[one] for one in difflib.get_close_matches(word(name), self.known, n=3)]
        return UNKNOWN.fill(near=joined(near) if near else "—")


def named_in(institutions: pd.DataFrame | None) -> tuple[tuple[str, str], ...]:
    """Number and name of each institution; nothing where no table has names."""
    if institutions is None or "name" not in institutions:
        return ()
    return tuple((number, str(name)) for number, name in institutions[[KEY, "name"]].itertuples(index=False))


def numbered(found: Found, named: tuple[tuple[str, str], ...]) -> Found:
    """The sheet with numbers for names. BadInput with one line for each name that is nobody's, or several ones'."""
    if KEY not in found.sources:
        return found  # that it is missing is said where the sheet is read
    if not named:
        raise BadInput(Problem(NO_NAMES, found.file, column=KEY))
    names = Names(named)
    (place,) = found.sources[KEY].places
    problems: dict[str, Problem] = {}
    cells = []
    for row, texts in zip(found.numbers, found.cells, strict=True):
        name = texts[place].strip()
        number = names.number(name)
        if isinstance(number, Text):
            problems.setdefault(name, Problem(number, found.file, row, KEY, name))
        cells.append([*texts[:place], number if isinstance(number, str) else "", *texts[place + 1 :]])
    if problems:
        raise BadInput(list(problems.values()))
    return replace(found, cells=cells)


NO_NAMES = Text("按名称对应机构需要机构表及其中的机构名称。请补充。",
                "To know institutions by name, their own table with names is needed. Add it.")  # fmt: skip
UNKNOWN = Text("机构表中没有该名称。相近的有：{near}。请改名，或改用机构编号。",
               "No institution has this name. Near: {near}. Correct it, or give the number.")  # fmt: skip
SEVERAL = Text("有多家机构同名：{numbers}。请改用机构编号。", "Several have this name: {numbers}. Give the number.")
