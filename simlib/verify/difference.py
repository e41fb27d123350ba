"""Where two files of results differ: tables cell by cell, numbers one by one, each difference as a line.

One file stands in a result folder, where anybody may have changed it; the other has just been made again.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from simlib.columns import Table
from simlib.problems import BadInput, Problem, shorten
from simlib.results.manifest import read_json
from simlib.tables.sheets.parquet import BROKEN_PARQUET
from simlib.words import Text, few

FEW = 5  # differences told of one file
NOTHING = object()


@dataclass
class Lines:
    """The first differences of a file as lines; the others are counted, by column where they are of one."""

    told: list[Problem] = field(default_factory=list)
    more: Counter = field(default_factory=Counter)

    def tell(self, count: int, line: Callable[[int], Problem], column: str = "") -> None:
        """``count`` differences; ``line`` words one by its number, and is asked only while there is room."""
        room = min(count, FEW - len(self.told))
        self.told += [line(i) for i in range(room)]
        if count > room:
            self.more[column] += count - room

    def of(self, name: str) -> list[Problem]:
        if not self.more:
            return self.told
        columns = [column for column in self.more if column]
        among = AMONG.fill(columns=few(columns)) if columns else ""
        return [*self.told, Problem(MORE.fill(n=f"{self.more.total():,}", among=among), name)]


def differences(name: str, stands: Path, made: Path, table: Table | None = None) -> list[Problem]:
    """What the file that stands says otherwise than the one made again; none where every byte is the same.

    A table is compared by its ``key``: cells exactly, dates and blanks included. Of each file the first ``FEW``
    differences are told and the others counted. A file with the same values in other bytes is one difference.
    """
    if _same_bytes(stands, made):
        return []
    lines = Lines()
    try:
        if table is None:
            _numbers(lines, name, read_json(stands), read_json(made))
        else:
            read = {".csv": _read_csv, ".parquet": _read_parquet}[made.suffix]
            _cells(lines, name, read(stands, name), read(made, name), table)
    except BadInput as bad:
        return [replace(problem, file=name) for problem in bad.problems]
    return lines.of(name) or [Problem(OTHER_BYTES, name)]


def _same_bytes(one: Path, other: Path) -> bool:
    if one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as first, other.open("rb") as second:
        while chunk := first.read(2**20):
            if chunk != second.read(2**20):
                return False
    return True


def _read_csv(path: Path, name: str) -> pa.Table:
    try:
        header, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""), strict=True)
    except (ValueError, csv.Error):  # not UTF-8, empty, or a quote that is not closed
        raise BadInput(Problem(BROKEN_CSV, name)) from None
    ragged = next((i for i, cells in enumerate(rows, start=2) if len(cells) != len(header)), None)
    if ragged or len(set(header)) < len(header):
        raise BadInput(Problem(BROKEN_CSV, name, ragged or 1))
    columns = list(zip(*rows, strict=True)) or [()] * len(header)
    return pa.table({one: pa.array(cells, pa.string()) for one, cells in zip(header, columns, strict=True)})


def _read_parquet(path: Path, name: str) -> pa.Table:
    try:
        table = pq.ParquetFile(path).read()
        table.validate(full=True)  # a text may be none
    except Exception:  # pyarrow's own errors are many
        raise BadInput(Problem(BROKEN_PARQUET, name)) from None
    if len(set(table.column_names)) < len(table.column_names):
        raise BadInput(Problem(BROKEN_PARQUET, name))
    return table


def _cells(lines: Lines, name: str, stands: pa.Table, made: pa.Table, table: Table) -> None:
    """First what differs in the columns, then in the rows, then in the cells of rows that both have."""
    ours, theirs = stands.column_names, made.column_names
    faults = [Problem(LACKS_COLUMN, name, column=one) for one in theirs if one not in ours]
    faults += [Problem(EXTRA_COLUMN, name, column=shorten(one)) for one in ours if one not in theirs]
    if not faults and ours != theirs:
        faults.append(Problem(ORDER_OF_COLUMNS, name))
    shared, key = [], [one for one in (table.key, *table.within) if one in theirs]
    for column in (one for one in theirs if one in ours):
        types = stands.schema.field(column).type, made.schema.field(column).type
        if types[0] == types[1]:
            shared.append(column)
        else:
            faults.append(Problem(TYPE.fill(stands=shorten(types[0]), made=types[1]), name, column=column))
    lines.tell(len(faults), faults.__getitem__)
    if not set(key) <= set(shared):
        return  # nobody can say which row is which
    if len(stands) != len(made) or any(_unequal(stands[one], made[one]).any() for one in key):
        stands, made = _matched(lines, name, stands, made, key)
    for column in (one for one in shared if one not in key):
        rows = np.flatnonzero(_unequal(stands[column], made[column]))

        def line(i: int, column=column, rows=rows) -> Problem:
            row = int(rows[i])
            at = _named(made[one][row].as_py() for one in key)
            values = {"stands": _shown(stands[column][row].as_py()), "made": _shown(made[column][row].as_py())}
            return Problem(DIFFERS.fill(**values), name, column=f"{at} · {column}")

        lines.tell(len(rows), line, column)


def _matched(lines: Lines, name: str, stands: pa.Table, made: pa.Table, key: list[str]) -> tuple[pa.Table, pa.Table]:
    """The rows that both tables have, in the order of ``made``; rows that only one has are told."""
    ours, theirs = (pd.MultiIndex.from_frame(one.select(key).to_pandas()) for one in (stands, made))
    first = np.flatnonzero(~ours.duplicated())
    place = ours[first].get_indexer(theirs)
    both, lacking = np.flatnonzero(place >= 0), np.flatnonzero(place < 0)
    order = first[place[both]]
    for rule, rows, index in (
        (LACKS_ROW, lacking, theirs),
        (EXTRA_ROW, first[theirs.get_indexer(ours[first]) < 0], ours),
        (TWICE, np.flatnonzero(ours.duplicated()), ours),
    ):
        lines.tell(len(rows), partial(_at_row, rule, name, index[rows]))
    if (np.diff(order) < 0).any():
        lines.tell(1, lambda _: Problem(ORDER_OF_ROWS, name))
    return stands.take(pa.array(order)), made.take(pa.array(both))


def _at_row(rule: Text, name: str, rows: pd.MultiIndex, place: int) -> Problem:
    return Problem(rule, name, column=_named(rows[place]))


def _unequal(one: pa.ChunkedArray, other: pa.ChunkedArray) -> np.ndarray:
    """Where two columns of one type differ, to the last bit of a number; two blanks are the same."""
    if pa.types.is_null(one.type):
        return np.zeros(len(one), dtype=bool)
    blank, blank_other = (column.is_null().to_numpy() for column in (one, other))
    if pa.types.is_floating(one.type):
        bits = [column.fill_null(0).to_numpy() for column in (one, other)]
        bits = [values.view(f"u{values.itemsize}") for values in bits]
        unequal = bits[0] != bits[1]
    else:
        unequal = pc.fill_null(pc.not_equal(one, other), False).to_numpy()
    return (blank != blank_other) | (unequal & ~blank)


def _numbers(lines: Lines, name: str, stands, made) -> None:
    ours, theirs = (dict(leaves(one)) for one in (stands, made))
    values = {place: [_json(one.get(place, NOTHING)) for one in (ours, theirs)] for place in {**theirs, **ours}}
    unequal = [place for place, (one, other) in values.items() if one != other]

    def line(i: int) -> Problem:
        one, other = (value if isinstance(value, Text) else shorten(value) for value in values[unequal[i]])
        return Problem(DIFFERS.fill(stands=one, made=other), name, column=shorten(unequal[i]))

    lines.tell(len(unequal), line)


def leaves(content, place: str = "") -> Iterator[tuple[str, object]]:
    """Every value of nested mappings and lists by its path; an empty one is a value."""
    if isinstance(content, dict | list) and content:
        pairs = content.items() if isinstance(content, dict) else enumerate(content)
        for key, value in pairs:
            yield from leaves(value, f"{place}.{key}" if place else str(key))
    else:
        yield place, content


def _json(value) -> Text | str:
    return ABSENT if value is NOTHING else json.dumps(value, ensure_ascii=False)


def _shown(value) -> Text | str:
    return BLANK if value is None else f"“{shorten(value)}”" if isinstance(value, str) else shorten(value)


def _named(parts) -> str:
    return " / ".join(shorten(part) for part in parts)


DIFFERS = Text("现为 {stands}，重算为 {made}。", "{stands} stands, {made} recomputed.")
MORE = Text("此文件还有 {n} 处不同{among}。", "{n} more differences in this file{among}.")
AMONG = Text("（列：{columns}）", " (columns: {columns})")
OTHER_BYTES = Text(
    "数值与重算相同，但文件内容不同（换行、引号、次序或写法被改动）。",
    "The values are as recomputed, but the bytes are not (line ends, quotes or order changed).",
)
LACKS_COLUMN = Text("缺少此列，重算有。", "The column is missing; recomputed there is one.")
EXTRA_COLUMN = Text("多出此列，重算没有。", "The column is too many; recomputed there is none.")
ORDER_OF_COLUMNS = Text("列的次序与重算不同。", "The columns stand in another order than recomputed.")
TYPE = Text("此列的类型现为 {stands}，重算为 {made}。", "The column's type is {stands}, recomputed {made}.")
LACKS_ROW = Text("缺少此行，重算有。", "The row is missing; recomputed there is one.")
EXTRA_ROW = Text("多出此行，重算没有。", "The row is too many; recomputed there is none.")
TWICE = Text("此行出现不止一次，重算只有一行。", "The row stands more than once, recomputed only once.")
ORDER_OF_ROWS = Text("行的次序与重算不同。", "The rows stand in another order than recomputed.")
BROKEN_CSV = Text("不是完好的 CSV 文件，无法逐格核对。", "Not a sound CSV file; its cells cannot be compared.")
ABSENT, BLANK = Text("没有", "nothing"), Text("空", "blank")
