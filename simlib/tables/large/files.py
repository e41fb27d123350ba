"""Files to large tables: CSV in UTF-8 or GB18030, XLSX and Parquet, with every row checked and none kept in memory.

A Parquet file is used where it lies. The declared columns of a CSV go, as the texts that stand in it, to a Parquet
file without a name, which an engine reads several times as fast. An XLSX holds few rows and is read whole.
"""

from __future__ import annotations

import os
import tempfile
import weakref
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from simlib.columns import Table
from simlib.problems import BadInput, Problem
from simlib.tables.cells import BLANK, missing_columns
from simlib.tables.large.checks import checked
from simlib.tables.large.from_csv import LINE, Source, texts
from simlib.tables.large.table import Large, Mark, engine, mark
from simlib.tables.rows import NO_ROWS, Rows, checked_header, read_rows
from simlib.tables.sheets.parquet import BROKEN_PARQUET, nested
from simlib.tables.sheets.sheet import EMPTY_FILE

SHORTEST = 50  # bytes of a row, about
OPEN_FILES = Path("/proc/self/fd")
DAMAGED = (duckdb.Error, duckdb.InvalidInputException)  # what DuckDB raises, exactly, for a page it cannot decode


def read(path: Path, table: Table, digest: str, seen: Mark) -> Large:
    """One file as the declared large table; ``seen`` is its mark from before its digest was taken.

    BadInput with one line a problem: of the file, its header and the shape of its rows first, then of the cells.
    """
    if path.stat().st_size == 0:
        raise BadInput(Problem(EMPTY_FILE, path.name))
    attrs = {"file": path.name, "sha256": digest}
    match path.suffix.lower():
        case ".parquet":
            return _parquet(path, table, attrs, seen)
        case ".csv":
            return _csv(path, table, attrs)
        case _:
            return _xlsx(path, table, attrs)


def _parquet(path: Path, table: Table, attrs: dict, seen: Mark) -> Large:
    try:
        with pq.ParquetFile(path) as file:
            schema, rows = file.schema_arrow, file.metadata.num_rows
    except Exception:  # pyarrow's own errors are many
        raise BadInput(Problem(BROKEN_PARQUET, path.name)) from None
    if problems := nested(path.name, schema):
        raise BadInput(problems)
    header, places, missing = _header(path.name, schema.names, table)
    _not_empty(rows, path.name, missing)
    try:
        with engine(rows) as backend:
            return checked(Large(table, header, rows, attrs, places, path.absolute(), seen, first=1), backend, missing)
    except duckdb.Error as error:
        if type(error) in DAMAGED:
            raise BadInput(Problem(BROKEN_PARQUET, path.name)) from None
        raise


def _csv(path: Path, table: Table, attrs: dict) -> Large:
    """All rows at once where they are plain; else one by one, and so where only that tells which row is meant."""
    source = Source.inspect(path)
    header, places, missing = _header(path.name, source.names, table)
    kept = {name: place for place, name in enumerate(places)}
    with (
        tempfile.TemporaryDirectory(prefix="simlib-", ignore_cleanup_errors=True) as folder,
        engine(source.counts[LINE]) as backend,
    ):
        out = Path(folder, "rows.parquet")
        if rows := source.at_once(out, places, backend):
            store = Unnamed(out)
            try:
                return checked(Large(table, header, rows, attrs, kept, store, mark(store), first=2), backend, missing)
            except BadInput as bad:
                # A cell of several lines moves the rows of the file below it; a row that is blank is none at all.
                required = {name for name in places if table.by_name[name].filled}
                blank_rows = required <= {one.column for one in bad.problems if one.rule == BLANK}
                if source.counts[LINE] == rows + 1 and not blank_rows:
                    raise
        rows, uneven = source.one_by_one(out, places)
        if not uneven:
            _not_empty(rows, path.name, missing)
        store = Unnamed(out)
        return checked(Large(table, header, rows, attrs, kept, store, mark(store)), backend, missing, uneven)


def _xlsx(path: Path, table: Table, attrs: dict) -> Large:
    rows = read_rows(path)
    if rows.problems:
        raise BadInput(rows.problems)
    header, places, missing = _header(path.name, rows.header, table)
    kept = {name: place for place, name in enumerate(places)}
    arrow = texts(places, list(zip(rows.numbers, rows.cells, strict=True)))
    with engine(len(arrow)) as backend:
        return checked(Large(table, header, len(arrow), attrs, kept, arrow=arrow), backend, missing)


def _header(file: str, names: list[str], table: Table) -> tuple[tuple[str, ...], dict[str, int], list[Problem]]:
    """The sound header, the places of the declared columns in it, and what is missing of them."""
    rows = checked_header(Rows(file, names))
    missing = missing_columns(table, rows.header, file)
    places = {name: place for place, name in enumerate(rows.header) if name in table.by_name}
    if rows.problems or not places:
        raise BadInput(rows.problems + missing)
    return tuple(rows.header), places, missing


def _not_empty(rows: int, file: str, missing: list[Problem]) -> None:
    if not rows:
        raise BadInput([*missing, Problem(NO_ROWS, file)])


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
