"""Institutions that a large table names and does not number: each takes the number that their own table has for its
name, as in small ones (simlib.tables.names)."""

from __future__ import annotations

import ibis
import pyarrow as pa

from simlib.problems import Problem
from simlib.tables.large.part import Part
from simlib.tables.large.shape import ROW
from simlib.tables.large.table import bound
from simlib.tables.names import KEY, NO_NAMES, Names
from simlib.words import Text

Named = tuple[tuple[str, str], ...]  # numbers and names
MOST = 100_000  # different names


def by_number(backend: ibis.BaseBackend, part: Part, named: Named) -> None:
    """The part with numbers for names. Its problems have one line for each name that is nobody's, or several ones'."""
    if KEY not in part.columns:
        return
    if not named:
        part.problems.append(Problem(NO_NAMES, part.found.file, column=KEY))
        return
    names, rows = Names(named), part.rows.mutate(named=part.value(KEY))
    once = rows.filter(rows["named"].notnull()).group_by("named").aggregate(first=rows[ROW].min())
    found = once.order_by("first").limit(MOST).to_pyarrow().to_pydict()
    numbers = [names.number(name) for name in found["named"]]
    told = zip(numbers, found["first"], found["named"], strict=True)
    part.problems += [
        Problem(rule, part.found.file, row, KEY, name) for rule, row, name in told if isinstance(rule, Text)
    ]
    known = [None if isinstance(one, Text) else one for one in numbers]
    joined = bound(backend, pa.table({"known": found["named"], "number": pa.array(known, pa.string())}))
    part.rows = rows.left_join(joined, rows["named"] == joined["known"])
    part.columns[KEY] = "number"
    part.places = None
