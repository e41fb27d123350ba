"""Tables of tens of millions of rows: they stay in their files, and an engine reads what a question needs.

A :class:`Large` stands for such a table wherever a DataFrame stands for a small one. Its rows are asked through
expressions of Ibis, which DuckDB, embedded here, or another engine runs.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from simlib.columns import Column, Table
from simlib.problems import BadInput, Problem
from simlib.tables.large.shape import FEW, POSITION, Shape
from simlib.tables.sheets.sheet import MOST_CELLS, TOO_MANY_CELLS
from simlib.words import Text

if TYPE_CHECKING:  # Ibis takes more than half a second to import: only where a table is asked
    import duckdb
    import ibis
    import ibis.expr.types as ir
    import pandas as pd
    import pyarrow as pa

    from simlib.tables.large.queries import Queries

STORED = "stored"  # by which name an engine knows a table as its file has it
MEMORY = "1GiB"
MOST_THREADS = 8  # each needs its part of the memory
ALONE: dict[str, bool] = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}


@contextmanager
def engine(rows: int | None = None) -> Iterator[ibis.BaseBackend]:
    """A DuckDB of one's own in memory, closed at the end: with its threads gone, the process may fork.

    It has a thread for each processor, up to ``MOST_THREADS``, and ``MEMORY``; what needs more goes to a temporary
    folder that is removed. It fetches nothing from outside. To open it takes longer than to ask it about a few
    ``rows``: for these it is a connection of its own, with tables of its own, to one without threads that stays.
    """
    import ibis

    with ExitStack() as opened:
        if rows is not None and rows <= FEW:
            backend = ibis.duckdb.from_connection(_staying(os.getpid()).cursor())
        else:
            folder = opened.enter_context(tempfile.TemporaryDirectory(prefix="simlib-", ignore_cleanup_errors=True))
            threads = min(os.cpu_count() or 1, MOST_THREADS)
            backend = ibis.duckdb.connect(threads=threads, memory_limit=MEMORY, temp_directory=folder, **ALONE)
        opened.callback(backend.disconnect)
        opened.enter_context(step_by_step())
        backend.con.execute("SET enable_progress_bar = false").fetchall()  # closing the cursor would close it all
        yield backend


@contextmanager
def step_by_step() -> Iterator[None]:
    """What one step works out the next ones take by its name; fused, they would work it out again, each for itself."""
    import ibis

    options, before = ibis.options.sql, ibis.options.sql.fuse_selects
    options.fuse_selects = False
    try:
        yield
    finally:
        options.fuse_selects = before


@cache
def _staying(process: int) -> duckdb.DuckDBPyConnection:
    """The engine of a ``process`` for few rows; a forked one takes none of what another may be at."""
    import duckdb

    # What it holds of a file it might take for another one of the same name, as unnamed files have.
    kept: dict[str, bool | str] = {"enable_external_file_cache": False, "memory_limit": MEMORY, "temp_directory": ""}
    return duckdb.connect(":memory:", config={"threads": 1, "async_threads": 0, **kept, **ALONE})


Mark = tuple[int, ...]


def mark(path: os.PathLike) -> Mark:
    """What changes when a file is written or replaced."""
    one = os.stat(path)
    return one.st_ino, one.st_size, one.st_mtime_ns


@dataclass(frozen=True, eq=False)
class Large:
    """A large table in a Parquet file, or in an Arrow table; ``attrs`` hold file name and digest, as a DataFrame's do.

    ``columns`` are the names of its header, declared or not, and ``len`` its rows.
    """

    table: Table
    columns: tuple[str, ...]
    rows: int
    attrs: dict[str, Any]
    places: dict[str, int]  # of each declared column: its place among those of the file or the Arrow table
    parquet: os.PathLike | None = None
    mark: Mark = ()  # of the Parquet file when it was checked
    arrow: pa.Table | None = None
    first: int | None = None  # the row of the file that comes first; None where a column ``row`` tells it
    untidy: frozenset[str] = frozenset()  # columns with blanks that are not null, or with spaces around texts

    def __len__(self) -> int:
        return self.rows

    def __contains__(self, column: object) -> bool:
        return column in self.columns

    def on(self, backend: ibis.BaseBackend) -> ir.Table:
        """The table as an expression: declared columns in their types, blanks null; others are left out.

        Text and choice string, integer int64, number and money float64 (yuan), boolean, date. BadInput where the file
        is no longer the one that was checked.
        """
        from simlib.tables.large.stored import sound

        return sound(self.written(backend), self.shape, self.untidy)

    def numbered(self, backend: ibis.BaseBackend) -> ir.Table:
        """The same with a column ``row``, the row of the file."""
        from simlib.tables.large.stored import sound

        return sound(self.written(backend, numbered=True), self.shape, self.untidy)

    def written(self, backend: ibis.BaseBackend, numbered: bool = False) -> ir.Table:
        """The declared columns as they stand in the file, as an expression; ``numbered`` adds ``row``."""
        from simlib.tables.large.stored import stored

        if self.arrow is not None:
            return stored(bound(backend, self.arrow), self.shape, numbered)
        options = {POSITION: True} if numbered and POSITION not in self.columns else {}
        return stored(backend.read_parquet(self._file(backend), **options), self.shape, numbered)

    def known(self, queries: Queries, name: str, numbered: bool = False) -> None:
        """The same as a table that an engine knows by this name; ``numbered`` adds ``row``, the row of the file."""
        from simlib.tables.large.stored import typed_rows

        self.stored(queries, f"{name} as stored", numbered)
        queries.view(name, typed_rows, f"{name} as stored", shape=self.shape, untidy=self.untidy, numbered=numbered)

    def stored(self, queries: Queries, name: str, numbered: bool = False) -> None:
        """The table as its file has it, known by this name; ``numbered`` with the places of its rows."""
        if self.arrow is not None:
            queries.rows(name, self.arrow)
        else:
            queries.parquet(name, self._file(queries.backend), numbered and POSITION not in self.columns)

    def lying(self, queries: Queries, name: str) -> None:
        """The declared columns as they stand in the file, with ``row``, as a table that an engine knows by this
        name."""
        from simlib.tables.large.stored import stored

        self.stored(queries, f"{name} as stored", numbered=True)
        queries.view(name, stored, f"{name} as stored", shape=self.shape, numbered=True)

    @property
    def shape(self) -> Shape:
        return Shape(self.table, tuple(self.places.items()), self.first, POSITION in self.columns)

    @property
    def declared(self) -> dict[str, Column]:
        """The declared columns that it has, in the order of its header."""
        return self.shape.declared

    @classmethod
    def of(cls, rows: pa.Table | pd.DataFrame, table: Table, digest: str = "", file: str = "") -> Large:
        """A table in memory; its values are taken to be sound."""
        import pyarrow as pa

        if not isinstance(rows, pa.Table):
            rows = pa.Table.from_pandas(rows, preserve_index=False)
        names = [name for name in rows.column_names if name in table.by_name]
        places = {name: place for place, name in enumerate(names)}
        attrs = {"file": file or table.name, "sha256": digest}
        arrow = rows.select(names)
        return cls(table, tuple(rows.column_names), len(rows), attrs, places, arrow=arrow, untidy=frozenset(names))

    def kept(self) -> Large:
        """The same in memory, for a file that will not stay. BadInput where it has too many cells for that."""
        if self.rows * len(self.columns) > MOST_CELLS:
            raise BadInput(Problem(TOO_MANY_CELLS.fill(limit=f"{MOST_CELLS:,}"), self.attrs["file"]))
        from simlib.tables.large.queries import Queries
        from simlib.tables.large.stored import typed_rows

        with engine(self.rows) as backend:
            queries = Queries(backend)
            self.stored(queries, STORED)
            arrow = queries.arrow(typed_rows, STORED, shape=self.shape, untidy=self.untidy)
        places = {name: place for place, name in enumerate(arrow.column_names)}
        return replace(self, places=places, parquet=None, arrow=arrow, first=None, untidy=frozenset())

    def _file(self, backend: ibis.BaseBackend) -> str:
        try:
            same = self.parquet is not None and mark(self.parquet) == self.mark
        except FileNotFoundError:
            same = False
        if self.parquet is None or not same:
            raise BadInput(Problem(CHANGED, self.attrs["file"]))
        return literal(self.parquet) if backend.name == "duckdb" else os.fspath(self.parquet)


def literal(path: os.PathLike) -> str:
    """A path for DuckDB, which takes one with ``[``, ``*`` or ``?`` for a pattern and may read another file."""
    return re.sub(r"[\[*?]", r"[\g<0>]", os.fspath(path))


def bound(backend: ibis.BaseBackend, arrow: pa.Table) -> ir.Table:
    """An Arrow table as one of the backend, so that an expression of it runs there and nowhere else."""
    import ibis

    name = ibis.util.gen_name("large")
    if backend.name == "duckdb":
        backend.con.register(name, arrow)
        return backend.table(name)
    return backend.create_view(name, ibis.memtable(arrow))


CHANGED = Text(
    "读取时文件被改动。请待保存完成后重试。", "The file changed while it was read. Try again once it is saved."
)
