"""Institutions that a sheet names and does not number: each takes the number that the institutions' own table has for
its name."""

from __future__ import annotations

import difflib
from collections import defaultdict
from dataclasses import replace

import pandas as pd

from simlib.problems import BadInput, Problem
from simlib.tables.forms import word
from simlib.tables.found import Found
from simlib.words import Text, joined

KEY = "institution_id"


def numbered(found: Found, institutions: pd.DataFrame | None) -> Found:
    """The sheet with numbers for names. BadInput with one line for each name that is nobody's, or several ones'."""
    if KEY not in found.sources:
        return found  # that it is missing is said where the sheet is read
    if institutions is None or "name" not in institutions:
        raise BadInput(Problem(NO_NAMES, found.file, column=KEY))
    known: dict[str, list[str]] = defaultdict(list)
    for number, name in zip(institutions[KEY], institutions["name"], strict=True):
        known[word(str(name))].append(number)
    (place,) = found.sources[KEY].places
    problems: dict[str, Problem] = {}
    cells = []
    for row, texts in zip(found.numbers, found.cells, strict=True):
        name = texts[place].strip()
        numbers = known.get(word(name), [])
        if len(numbers) != 1:
            near = difflib.get_close_matches(word(name), known, n=3)
            names = [one for one in institutions["name"] if word(str(one)) in near]
            unknown = UNKNOWN.fill(near=joined(names) if names else "—")
            rule = SEVERAL.fill(numbers=joined(numbers)) if numbers else unknown
            problems.setdefault(name, Problem(rule, found.file, row, KEY, name))
        cells.append([*texts[:place], numbers[0] if numbers else "", *texts[place + 1 :]])
    if problems:
        raise BadInput(list(problems.values()))
    return replace(found, cells=cells)


NO_NAMES = Text("按名称对应机构需要机构表及其中的机构名称。请补上。",
                "To know institutions by name, their own table with names is needed. Add it.")  # fmt: skip
UNKNOWN = Text("机构表中没有这个名称。相近的有：{near}。请改名，或改用机构编号。",
               "No institution has this name. Near: {near}. Correct it, or give the number.")  # fmt: skip
SEVERAL = Text("有几家机构同名：{numbers}。请改用机构编号。", "Several have this name: {numbers}. Give the number.")
