"""Total rows beside the sums of the rows that they stand for: those above, those below, or those of a label.

What a total stands for its place and its word say; where that is not what it states, it stands for the other rows
whose sums it does state, if there are such: only a total that agrees with none is a difference.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from simlib.columns import Type
from simlib.money import to_fen
from simlib.tables.account import Total
from simlib.tables.forms import MISSING, word
from simlib.tables.found import Aside, Found
from simlib.tables.headings import Source
from simlib.tables.reader import cell

Fen = dict[str, int]  # by column
OF = re.compile(r"(.*)(?:小计|合计|总计)(?:\([^)]*\))?:?")
COUNTED = re.compile(r"共?计?\d+[家个户例条所人名]次?")
MOST_UNLABELLED = 100  # rows without a number that are compared: where there are more, it is the numbers that lack


class Rows(NamedTuple):
    """Rows between two total rows, or above the first, or below the last: how many, and their sums."""

    number: int
    fen: Fen


def amounts(found: Found) -> dict[str, Source]:
    """The columns that totals are compared of."""
    by_name = found.table.by_name
    return {n: one for n, one in found.sources.items() if by_name[n].type is Type.MONEY and len(one.places) == 1}


def stated(found: Found, cells: Sequence[str]) -> dict[str, float | None]:
    """What a row states of each of them, in yuan; None where a formula has no value or there is no amount."""
    texts = {name: (cells[one.places[0]].strip(), one.scales[0]) for name, one in amounts(found).items()}
    said = {
        name: cell(text, found.table.by_name[name], scale).value
        for name, (text, scale) in texts.items()
        if text and word(text) not in MISSING
    }
    return {name: value if isinstance(value, float) else None for name, value in said.items()}


def compared(found: Found, totals: Sequence[Aside], between: Sequence[Rows], whole: bool = True) -> Iterator[Total]:
    """Each of the total rows beside its sums; ``between`` are the rows above the first, then those below each. The
    ``whole`` sheet is in ``found``, or only its head."""
    none = Rows(0, dict.fromkeys(amounts(found), 0))
    upto = list(accumulate(between, _more, initial=none))  # up to each total; of all rows last
    since = 0
    for at, one in enumerate(totals):
        said = stated(found, one.cells)
        part = any("小计" in word(text) for text in one.cells)
        rows = _less(upto[at + 1], upto[since if part else 0])
        if not rows.number:  # a table whose totals stand above
            rows = _less(upto[at + 2], upto[at + 1]) if part else upto[-1]
        if not _states(said, rows):
            rows = max((rows, *_others(found, one, upto, at, whole)), key=lambda some: _agreeing(said, some))
        for name, value in said.items():
            yield Total(found.file, one.row, name, value, rows.fen[name] / 100)
        since = at + 1 if part else since


def _others(found: Found, one: Aside, upto: list[Rows], at: int, whole: bool) -> Iterator[Rows]:
    """What a total may stand for instead: the rows above it, or below, from or to any other total; those of its
    label; all."""
    yield from (_less(upto[at + 1], upto[start]) for start in range(at, -1, -1))
    yield from (_less(upto[end], upto[at + 1]) for end in range(at + 2, len(upto)))
    if whole:
        yield _labelled(found, one)
    yield upto[-1]


def small_totals(found: Found, values: dict[str, list]) -> list[Total]:
    """The same of a sheet that is read whole, with its values by column."""
    totals = [one for one in found.aside if one.kind == "total"]
    if not totals:
        return []
    starts = [0, *(bisect(found.numbers, one.row) for one in totals), len(found.numbers)]
    between = [
        Rows(end - start, {name: _sum(values[name][start:end]) for name in amounts(found)})
        for start, end in pairwise(starts)
    ]
    return list(compared(found, totals, between))


def unlabelled(found: Found) -> list[int]:
    """The places, among the rows, of those that have neither number nor name and state the sums of the rows above: of
    all, or of those since the last such row."""
    without = [at for at, cells in enumerate(found.cells) if nameless(found, cells)]
    gone: list[int] = []
    for at in without if len(without) <= MOST_UNLABELLED else ():
        said = stated(found, found.cells[at])
        starts = (0, gone[-1] + 1) if gone else (0,)
        above = [[i for i in range(start, at) if i not in gone] for start in starts]
        if any(sums_stated(said, _rows_at(found, rows)) for rows in above):
            gone.append(at)
    return gone


def nameless(found: Found, cells: Sequence[str]) -> bool:
    """Whether a row does not say whose it is: 5家 in the place of a name does not."""
    texts = [cells[found.sources[name].places[0]] for name in (found.table.key, "name") if name in found.sources]
    return bool(texts) and not any(text.strip() and not COUNTED.fullmatch(word(text)) for text in texts)


def sums_stated(said: dict[str, float | None], rows: Rows) -> bool:
    """Whether a row states the sums of several."""
    return rows.number > 1 and _states(said, rows)


def _rows_at(found: Found, rows: list[int]) -> Rows:
    given = [stated(found, found.cells[i]) for i in rows]
    return Rows(len(rows), {name: _sum(one.get(name) for one in given) for name in amounts(found)})


def _labelled(found: Found, one: Aside) -> Rows:
    """The rows in which what stands before 小计 begins a cell, as 三级 of 三级小计 does."""
    parts = [of[1] for text in one.cells if (of := OF.fullmatch(word(text))) and of[1]]
    rows = [
        i for i, cells in enumerate(found.cells)
        if parts and any(word(text).startswith(parts[0]) for text in cells)
    ]  # fmt: skip
    return _rows_at(found, rows)


def _agreeing(said: dict[str, float | None], rows: Rows) -> int:
    """How many amounts are the sums of rows, of those that are not 0."""
    return sum(rows.fen[name] == round(value * 100) for name, value in said.items() if value)


def _states(said: dict[str, float | None], rows: Rows) -> bool:
    """Whether these are the sums of rows, and say anything."""
    given = {name: round(value * 100) for name, value in said.items() if value is not None}
    return any(given.values()) and all(rows.fen[name] == fen for name, fen in given.items())


def _sum(values: Iterable[float | None]) -> int:
    given = [value for value in values if value is not None]
    return int(to_fen(given).sum()) if given else 0


def _more(one: Rows, other: Rows) -> Rows:
    return Rows(one.number + other.number, {name: fen + other.fen[name] for name, fen in one.fen.items()})


def _less(one: Rows, other: Rows) -> Rows:
    return Rows(one.number - other.number, {name: fen - other.fen[name] for name, fen in one.fen.items()})
