"""The register of all doubts, and what of it the tables give rise to."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from simlib.doubts import apart, beside, billing, headings, institutions, single, totals, twice
from simlib.doubts.doubt import Doubt, Found
from simlib.doubts.seen import Seen
from simlib.tables import Tables
from simlib.words import Text

DOUBTS: tuple[Doubt, ...] = (
    *totals.DOUBTS, *headings.DOUBTS, *apart.DOUBTS, *institutions.DOUBTS, *single.DOUBTS, *twice.DOUBTS,
    *billing.DOUBTS, *beside.DOUBTS,
)  # fmt: skip
MOST_KEPT = 4  # data sets whose doubts a process remembers; a copy of the process does too
_KEPT: OrderedDict[tuple[int, ...], tuple[list[Any], list[Found]]] = OrderedDict()  # the tables, so that their ids stay


def doubts(tables: Tables) -> list[Found]:
    """Every doubt that the tables give rise to, in the order of the register; nothing is refused for it.

    Tables that were read, which nobody changes, are known again and not asked twice.
    """
    if not all(table.attrs.get("sha256") for table in tables.values()):
        return _asked(tables)
    key = tuple(id(table) for table in tables.values())
    if key not in _KEPT:
        _KEPT[key] = list(tables.values()), _asked(tables)
        while len(_KEPT) > MOST_KEPT:
            _KEPT.popitem(last=False)
    return list(_KEPT[key][1])


def _asked(tables: Tables) -> list[Found]:
    seen = Seen(tables)
    asked = (one for one in DOUBTS if tables.keys() >= set(one.tables))
    return [Found(one, finding) for one in asked for finding in one.find(seen)]


def listed() -> list[tuple[str, Text, Text, Text, Text]]:
    """All doubts for documentation: name, title, rule, why, what to do."""
    return [(one.name, one.title, one.rule, one.why, one.remedy) for one in DOUBTS]
