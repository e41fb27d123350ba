"""What the tables that an engine knows by name are asked, put into its words once.

To put an expression into words takes Ibis ten times as long as DuckDB takes to answer it for a small table, and the
words hang on the names and columns of the tables alone: a process keeps them. Importing this imports Ibis.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa
from ibis.backends.duckdb.converter import DuckDBPandasData, DuckDBPyArrowData
from ibis.backends.sql.datatypes import DuckDBType

Ask = Callable[..., ir.Table]  # tables and options to the expression that asks for something
MOST_KEPT = 512  # questions in words


class Queries:
    """The tables that one engine knows, by name, and what they are asked.

    A question is a function of the module that asks it, with tables by name and options that compare by value: the
    same question about tables of the same columns is worked out and put into words once.
    """

    def __init__(self, backend: ibis.BaseBackend):
        self.backend = backend
        self.schemas: dict[str, ibis.Schema] = {}

    def rows(self, name: str, rows: pa.Table) -> None:
        """Make a table in memory known."""
        self.backend.con.register(name, rows)
        self._described(name)

    def parquet(self, name: str, path: str, numbered: bool) -> None:
        """Make a file known; ``numbered`` adds DuckDB's column of the places of its rows."""
        options = ", file_row_number = TRUE" if numbered else ""
        file = f"read_parquet([{quoted_text(path)}]{options})"
        run(self.backend, f"CREATE OR REPLACE TEMP VIEW {quoted(name)} AS SELECT * FROM {file}")
        self._described(name)

    def view(self, name: str, ask: Ask, *tables: str, **options: Hashable) -> None:
        """Make the answer to a question known as a table, for further questions."""
        query, self.schemas[name] = self._worded(ask, tables, options)
        run(self.backend, f"CREATE OR REPLACE TEMP VIEW {quoted(name)} AS {query}")

    def table(self, name: str) -> ir.Table:
        """A table as an expression of this engine, for what is asked only once."""
        return ops.DatabaseTable(name, schema=self.schemas[name], source=self.backend).to_expr()

    def arrow(self, ask: Ask, *tables: str, **options: Hashable) -> pa.Table:
        """The answer to a question."""
        query, schema = self._worded(ask, tables, options)
        return DuckDBPyArrowData.convert_table(self.backend.con.sql(query).to_arrow_table(), schema)

    def first(self, ask: Ask, *tables: str, **options: Hashable) -> dict[str, int]:
        """The first row of the answer."""
        found: dict[str, int] = self.arrow(ask, *tables, **options).to_pylist()[0]
        return found

    def frame(self, ask: Ask, *tables: str, **options: Hashable) -> pd.DataFrame:
        """The answer to a question, as Ibis hands it to pandas."""
        query, schema = self._worded(ask, tables, options)
        found = self.backend.con.sql(query).to_arrow_table()
        columns = zip(found.column_names, found.columns, strict=True)
        lists = {name: one.to_pylist() if one.null_count else one.to_pandas() for name, one in columns}
        return DuckDBPandasData.convert_table(pd.DataFrame(lists), schema)

    def _worded(self, ask: Ask, tables: tuple[str, ...], options: dict[str, Hashable]) -> tuple[str, ibis.Schema]:
        return _worded(ask, tuple((name, self.schemas[name]) for name in tables), tuple(options.items()))

    def _described(self, name: str) -> None:
        columns = run(self.backend, f"DESCRIBE {quoted(name)}")
        self.schemas[name] = _schema(tuple(column[:3] for column in columns))


def run(backend: ibis.BaseBackend, statement: str) -> list[tuple[Any, ...]]:
    """A statement of DuckDB, and its rows."""
    rows: list[tuple[Any, ...]] = backend.con.execute(statement).fetchall()  # closing the cursor would close it all
    return rows


def written(backend: ibis.BaseBackend, query: str, path: os.PathLike) -> None:
    """Write what a query gives to a Parquet file."""
    run(backend, f"COPY ({query}) TO {quoted_text(os.fspath(path))} (FORMAT 'parquet')")


def quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def quoted_text(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


@lru_cache(maxsize=MOST_KEPT)
def _worded(
    ask: Ask, tables: tuple[tuple[str, ibis.Schema], ...], options: tuple[tuple[str, Hashable], ...]
) -> tuple[str, ibis.Schema]:
    asked = ask(*(ibis.table(schema, name=name) for name, schema in tables), **dict(options))
    return str(ibis.duckdb.compile(asked)), asked.schema()


@lru_cache(maxsize=MOST_KEPT)
def _schema(columns: tuple[tuple[str, str, str], ...]) -> ibis.Schema:
    """Columns as DuckDB describes them: name, type, and whether they may be null."""
    return ibis.schema({name: DuckDBType.from_string(kind, nullable=null == "YES") for name, kind, null in columns})
