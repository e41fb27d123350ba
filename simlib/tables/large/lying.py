"""How each part of a large table lies: a Parquet file where it is, the cells of all else in one of our own."""

from __future__ import annotations

import os
import tempfile
import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from simlib.problems import BadInput, Problem
from simlib.tables.found import Aside, Found
from simlib.tables.large.from_csv import Source, texts
from simlib.tables.large.lines import Finding
from simlib.tables.large.look import Kinds, Spot, doubts, expected, unplain
from simlib.tables.large.queries import Queries, written
from simlib.tables.large.shape import ROW
from simlib.tables.large.table import Large, Mark, bound, engine, mark
from simlib.tables.large.ways import copied
from simlib.tables.sheets.parquet import BROKEN_PARQUET
from simlib.tables.sheets.parquet import texts as parquet_texts
from simlib.tables.sheets.parts import sound
from simlib.tables.told import unnamed_places

DAMAGED = (duckdb.Error, duckdb.InvalidInputException)  # what DuckDB raises, exactly, for a page it cannot decode
TEXT = ibis.dtype("string")
OPEN_FILES = Path("/proc/self/fd")
Fetch = Callable[[list[int]], Iterable[tuple[int, list[str]]]]  # whole rows, by their numbers


@dataclass
class Lying:
    """A part as it lies: its cells as ``ways.copied`` has them or, in a Parquet file of the user's, as they are; and
    how to fetch some of its rows whole."""

    found: Found
    rows: Large
    fetch: Fetch | None = None  # None where the rows that are not its own are known
    exact: bool = True  # whether the numbers of its rows are those of the file
    findings: list[Finding] = field(default_factory=list)
    aside: list[Aside] = field(default_factory=list)
    plain: bool = False  # every cell is as it should be


def lying(part: tuple[Path, Found, Mark], out: Path, exactly: bool) -> Lying:
    """How a part lies; ``out`` is where to write what is not used where it is. ``exactly`` asks for the numbers of rows
    that take some time to tell."""
    path, found, seen = part
    if found.sheet.separator:
        return _text(path, found, out, exactly)
    if found.sheet.headed:
        return _parquet(path, found, seen, out)
    cells = texts(_places(found), zip(found.numbers, found.cells, strict=True))
    raw = Large(found.table, (), len(cells), {"file": found.file}, _numbered(cells.column_names), arrow=cells)
    return Lying(found, _stored(raw, found, out), aside=found.aside)


def _text(path: Path, found: Found, out: Path, exactly: bool) -> Lying:
    """All rows at once where they are plain; else one by one, and so where only that tells which row is meant."""
    source, kept, attrs = Source.inspect(path, found), _places(found), {"file": found.file}
    found = replace(found, header=[*found.header, *[""] * (source.width - len(found.header))])

    def select(backend: ibis.BaseBackend, cells: str) -> str:
        kinds = dict.fromkeys((f"c{place}" for place in kept), TEXT)
        return copied(cells, kinds, found, expected(backend, cells, kinds, found))

    if rows := source.at_once(out, select):
        exact = source.even(rows)
        if exact or not exactly:
            return Lying(found, _kept(out, found, source.before + 1), source.rows_at, exact)
    read = out.with_suffix(".rows")
    rows, uneven, aside = source.one_by_one(read, kept)
    store = Unnamed(read)
    raw = Large(found.table, (), rows, attrs, _numbered([f"c{place}" for place in kept]), store, mark(store))
    return Lying(found, _stored(raw, found, out), source.rows_at, findings=uneven, aside=aside)


def _parquet(path: Path, found: Found, seen: Mark, out: Path) -> Lying:
    with sound(path.name, BROKEN_PARQUET), pq.ParquetFile(path) as file:
        names, rows = tuple(file.schema_arrow.names), file.metadata.num_rows
    places = {f"c{place}": place for place in _places(found)}
    raw = Large(found.table, names, rows, {"file": found.file}, places, path.absolute(), seen, first=1)

    def fetch(numbers: list[int]) -> Iterable[tuple[int, list[str]]]:
        whole = replace(raw, places={f"c{place}": place for place in range(len(names))})
        with engine(len(raw)) as backend:
            table, asked = whole.written(backend, numbered=True), pa.table({ROW: pa.array(numbers, pa.int64())})
            rows = table.semi_join(bound(backend, asked), ROW).order_by(ROW).to_pyarrow()
        cells = [parquet_texts(rows[f"c{place}"]) for place in range(len(names))]
        return zip(rows[ROW].to_pylist(), map(list, zip(*cells, strict=True)), strict=True)

    try:
        with engine(rows) as backend:
            odd = unplain(doubts(backend, *_known(raw, backend), found), rows)
        if (
            rows
            and not odd
            and not unnamed_places(found)
            and all(len(one.places) == 1 for one in found.sources.values())
        ):
            return Lying(found, raw, fetch, plain=True)
        return Lying(found, _stored(raw, found, out, odd), fetch)
    except duckdb.Error as error:
        if type(error) in DAMAGED:
            raise BadInput(Problem(BROKEN_PARQUET, path.name)) from None
        raise


def _stored(raw: Large, found: Found, out: Path, odd: dict[Spot, bool] | None = None) -> Large:
    with engine(len(raw)) as backend:
        cells, kinds = _known(raw, backend)
        odd = expected(backend, cells, kinds, found) if odd is None else odd
        written(backend, copied(cells, kinds, found, odd), out)
    return _kept(out, found)


def _known(raw: Large, backend: ibis.BaseBackend) -> tuple[str, Kinds]:
    """A part as a table that an engine knows, with the rows of the file; and the types of its columns."""
    queries = Queries(backend)
    raw.lying(queries, "cells")
    return "cells", dict(queries.schemas["cells"])


def _kept(path: Path, found: Found, first: int | None = None) -> Large:
    """A file of our own; it keeps no name."""
    with pq.ParquetFile(path) as file:
        names, rows = file.schema_arrow.names, file.metadata.num_rows
    store = Unnamed(path)
    return Large(found.table, (), rows, {"file": found.file}, _numbered(names), store, mark(store), first=first)


def _places(found: Found) -> list[int]:
    """The places that are needed: those of declared columns, and those without a heading, whose cells are counted."""
    return sorted({*unnamed_places(found), *(place for source in found.sources.values() for place in source.places)})


def _numbered(names: list[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(names) if name != ROW}


class Unnamed(os.PathLike):
    """A file that is gone when nobody holds it any more: even a process that is killed leaves nothing behind.

    Where the system knows no such files, it goes when the process ends.
    """

    def __init__(self, path: Path):
        if OPEN_FILES.is_dir():
            self._number, self._path = os.open(path, os.O_RDONLY), None
            path.unlink()
            weakref.finalize(self, os.close, self._number)
        else:
            handle, name = tempfile.mkstemp(prefix="simlib-", suffix=".parquet")
            os.close(handle)
            self._path = path.replace(name)
            weakref.finalize(self, self._path.unlink, missing_ok=True)

    def __fspath__(self) -> str:
        return str(self._path or OPEN_FILES / str(self._number))
