"""What is asked of the cells of each place, in DuckDB's words, and the pieces of several places as one query.

To put an expression into words takes Ibis longer than DuckDB takes to answer it for a small table. What is asked of a
cell hangs on its column and its type, and neither on its place nor on the cells beside it: a process works out such a
piece once, however files are laid out, and puts pieces together as texts. Importing this imports Ibis.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping
from functools import lru_cache
from typing import NamedTuple

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
from ibis.backends.sql.compilers.duckdb import compiler
from sqlglot import expressions as sge

from simlib.tables.large.queries import quoted
from simlib.tables.large.table import step_by_step

MOST_KEPT = 2048
OWN = "\0"  # begins the names that are a piece's own: no text of a query holds it
Ask = Callable[..., ir.Table]  # a table and options to what is asked of it
Layers = tuple[tuple[tuple[str, str], ...], ...]  # of a query within a query, innermost first: names and words


class Piece(NamedTuple):
    """A piece of a query, and what its own names are called there."""

    layers: Layers
    names: dict[str, str]

    @property
    def given(self) -> list[str]:
        """What its answer is called."""
        return [self.names[name.removeprefix(OWN)] for name, _ in self.layers[-1]]

    def at(self, depth: int) -> list[str]:
        """Its columns in one of the queries; above its own ones, those that it gave."""
        if depth < len(self.layers):
            words = [f"{said} AS {quoted(name)}" for name, said in self.layers[depth]]
        else:
            words = [f'"t{depth}".{quoted(name)}' for name, _ in self.layers[-1]]
        return [self._called(one) for one in words]

    def _called(self, words: str) -> str:
        for own, name in self.names.items():
            words = words.replace(quoted(OWN + own), quoted(name))
        return words


def piece(ask: Ask, kinds: Mapping[str, dt.DataType], names: Mapping[str, str], **options: Hashable) -> Piece:
    """What is asked of a table of these columns; ``names`` say what those and the ones of the answer are called."""
    return Piece(_layers(ask, tuple(kinds.items()), tuple(options.items())), dict(names))


def spliced(source: str, pieces: Collection[Piece], others: Collection[str] = ()) -> str:
    """One query of all pieces over a table, or a query in brackets; ``others`` are columns that stay as they are."""
    for depth in range(max(len(one.layers) for one in pieces)):
        columns = [*(f'"t{depth}".{quoted(name)}' for name in others), *(c for one in pieces for c in one.at(depth))]
        source = f'(SELECT {", ".join(dict.fromkeys(columns))} FROM {source} AS "t{depth}")'
    return source[1:-1]


@lru_cache(maxsize=MOST_KEPT)
def _layers(ask: Ask, kinds: tuple[tuple[str, dt.DataType], ...], options: tuple[tuple[str, Hashable], ...]) -> Layers:
    with step_by_step():
        rows = ibis.table({OWN + name: kind for name, kind in kinds}, name="rows")
        query = compiler.to_sqlglot(ask(rows, **dict(options)))
    layers = []
    while not isinstance(query, sge.Table):
        layers.append(tuple((one.alias_or_name, one.unalias().sql("duckdb")) for one in query.selects))
        inner = query.find(sge.From).this
        query = inner.this if isinstance(inner, sge.Subquery) else inner
    return tuple(reversed(layers))
