"""What the tables that an engine knows by name are asked, put into its words once.

To put an expression into words takes Ibis ten times as long as DuckDB takes to answer it for a small table, and the
words hang on the names and columns of the tables alone: a process keeps them. Importing this imports Ibis.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa
from ibis.backends.duckdb.converter import DuckDBPandasData, DuckDBPyArrowData
from ibis.backends.sql.datatypes import DuckDBType
from ibis.util import gen_name

from simlib.tables.large.bound import KINDS, bound, unbound
from simlib.tables.large.shape import FEW

Ask = Callable[..., ir.Table]  # tables and options to the expression that asks for something
MOST_KEPT = 512  # questions in words


class Queries:
    """The tables that one engine knows, by name, and what they are asked.

    A question is a function of the module that asks it, with tables by name and options that compare by value: the
    same question about tables of the same columns is worked out and put into words once. Of an option that is a
    ``Bound`` the function gets expressions in the place of numbers and texts.
    """

    def __init__(self, backend: ibis.BaseBackend):
        self.backend = backend
        self.schemas: dict[str, ibis.Schema] = {}

    def rows(self, name: str, rows: pa.Table) -> None:
        """Make a table in memory known."""
        self.backend.con.register(name, rows)
        self.schemas[name] = described(self.backend, name)

    def known(self, name: str, rows: ir.Table) -> None:
        """Make rows of this engine known by a name that is the same for all."""
        run(self.backend, f"CREATE OR REPLACE TEMP VIEW {quoted(name)} AS SELECT * FROM {source(rows)}")
        self.schemas[name] = rows.schema()

    def parquet(self, name: str, path: str, numbered: bool) -> None:
        """Make a file known; ``numbered`` adds DuckDB's column of the places of its rows."""
        options = ", file_row_number = TRUE" if numbered else ""
        file = f"read_parquet([{quoted_text(path)}]{options})"
        run(self.backend, f"CREATE OR REPLACE TEMP VIEW {quoted(name)} AS SELECT * FROM {file}")
        self.schemas[name] = described(self.backend, name)

    def view(self, name: str, ask: Ask, *tables: str, **options: Hashable) -> None:
        """Make the answer to a question known as a table, for further questions."""
        query, self.schemas[name] = self._worded(ask, tables, options, name)
        run(self.backend, f"CREATE OR REPLACE TEMP VIEW {quoted(name)} AS {query}")

    def kept(self, rows: int, name: str, ask: Ask, *tables: str, **options: Hashable) -> None:
        """The same for several questions about ``rows``: few are worked out once, many for each anew, in little
        memory."""
        query, self.schemas[name] = self._worded(ask, tables, options, name)
        kind = "TABLE" if rows <= FEW else "VIEW"
        run(self.backend, f"CREATE OR REPLACE TEMP {kind} {quoted(name)} AS {query}")

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

    def _worded(
        self, ask: Ask, tables: tuple[str, ...], options: dict[str, Hashable], view: str = ""
    ) -> tuple[str, ibis.Schema]:
        forms = []
        for name, option in options.items():
            form, values = unbound(f"{view} {name}", option)  # what a view is asked with stays
            forms.append((name, form))
            for variable, value in values.items():
                said = quoted_text(value) if isinstance(value, str) else repr(value)
                run(self.backend, f"SET VARIABLE {quoted(variable)} = CAST({said} AS {KINDS[type(value)][1]})")
        return _worded(ask, tuple((name, self.schemas[name]) for name in tables), tuple(forms))


ASKED, BESIDE = "asked", "beside"  # the names of what is asked just now


def ask(
    question: Ask, rows: ir.Table, names: Mapping[str, str], where: str = "", beside: pa.Table | None = None,
    **options: Hashable,
) -> pa.Table:  # fmt: skip
    """The answer to a question about some columns of rows; ``names`` say by what it calls them.

    It is put into words once for columns of these types, whatever the rows are and have besides. ``where`` is a
    condition of DuckDB on the rows, ``beside`` a second table.
    """
    relation, given = _asked(question, rows, names, where, beside, options)
    return DuckDBPyArrowData.convert_table(relation.to_arrow_table(), given)


def in_batches(
    size: int, question: Ask, rows: ir.Table, names: Mapping[str, str], where: str = ""
) -> Iterator[pa.Table]:
    """The same by and by, for an answer of any length; the engine must not be asked anything else meanwhile."""
    relation, given = _asked(question, rows, names, where, None, {})
    for batch in relation.to_arrow_reader(size):
        yield DuckDBPyArrowData.convert_table(pa.Table.from_batches([batch]), given)


def _asked(
    question: Ask, rows: ir.Table, names: Mapping[str, str], where: str, beside: pa.Table | None,
    options: dict[str, Hashable],
) -> tuple[Any, ibis.Schema]:  # fmt: skip
    backend, schema = rows.get_backend(), rows.schema()
    columns = ", ".join(f"{quoted(name)} AS {quoted(new)}" for new, name in names.items())
    only = f" WHERE {where}" if where else ""
    run(backend, f"CREATE OR REPLACE TEMP VIEW {ASKED} AS SELECT {columns} FROM {source(rows)}{only}")
    tables = [(ASKED, ibis.schema({new: schema[name] for new, name in names.items()}))]
    if beside is not None:
        backend.con.register(BESIDE, beside)
        tables.append((BESIDE, ibis.Schema.from_pyarrow(beside.schema)))
    query, given = _worded(question, tuple(tables), tuple(options.items()))
    return backend.con.sql(query), given


def same(*names: str) -> dict[str, str]:
    """Columns that a question calls by their own names."""
    return {name: name for name in names}


def named(rows: ir.Table, names: Mapping[str, str] | None = None) -> ir.Table:
    """Rows as a table that their engine knows by a name: nobody need put them into words again.

    With ``names`` it has these columns only, each by its new name.
    """
    backend, schema = rows.get_backend(), rows.schema()
    if names is None and isinstance(rows.op(), ops.DatabaseTable):
        return rows
    names = same(*rows.columns) if names is None else names
    columns = ", ".join(f"{quoted(old)} AS {quoted(new)}" for new, old in names.items())
    kinds = ibis.schema({new: schema[old] for new, old in names.items()})
    return answer(backend, f"SELECT {columns} FROM {source(rows)}", kinds)


def answer(backend: ibis.BaseBackend, query: str, schema: ibis.Schema | None = None) -> ir.Table:
    """What a query gives as a table with a name."""
    name = gen_name("rows")
    run(backend, f"CREATE TEMP VIEW {name} AS {query}")
    schema = described(backend, name) if schema is None else schema
    return ops.DatabaseTable(name, schema=schema, source=backend).to_expr()


def source(rows: ir.Table) -> str:
    """Rows as a query takes them: their name where they have one."""
    table = rows.op()
    return quoted(table.name) if isinstance(table, ops.DatabaseTable) else f"({rows.get_backend().compile(rows)})"


def described(backend: ibis.BaseBackend, name: str) -> ibis.Schema:
    """The columns of a table that the engine knows by a name."""
    return _schema(tuple(column[:3] for column in run(backend, f"DESCRIBE {quoted(name)}")))


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
    asked = ask(
        *(ibis.table(schema, name=name) for name, schema in tables),
        **{name: bound(option) for name, option in options},
    )
    return str(ibis.duckdb.compile(asked)), asked.schema()


@lru_cache(maxsize=MOST_KEPT)
def _schema(columns: tuple[tuple[str, str, str], ...]) -> ibis.Schema:
    """Columns as DuckDB describes them: name, type, and whether they may be null."""
    return ibis.schema({name: DuckDBType.from_string(kind, nullable=null == "YES") for name, kind, null in columns})
