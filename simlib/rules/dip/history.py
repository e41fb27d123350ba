"""Cases of earlier years, read where they lie: added up by an engine of Ibis, and refused where they are at fault.

What comes from there has a row a group and year, in whole fen.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd

from simlib.columns import LARGEST_AMOUNT
from simlib.columns.checks import BLANK, NEGATIVE, PART_OF_FEN, TOO_LARGE, refuse, require, together
from simlib.money import FEN
from simlib.problems import BadInput, Problem
from simlib.tables.large import Large, engine
from simlib.words import Text

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

NAME = Text("由历史病例建目录", "the catalogue made from history")
TABLE = "history"
KEYS = ("level", "group_code", "year")  # never blank
TEXTS = ("level", "group_code", "diagnosis", "procedures")
ROW = "row"  # name of an index that holds the rows of a file
MOST = 100  # rows told of where a table is at fault


class Asked(Protocol):
    """What answers a question about the cases, and about further tables."""

    def __call__(self, question: Callable[..., ir.Table], /, *further: pa.Table, **options: Hashable) -> pa.Table: ...


@contextmanager
def opened(history: pd.DataFrame | ir.Table | Large, needed: list[str]) -> Iterator[Asked]:
    """The columns needed of each case, with its cost in ``fen``, its ``days``, and whether anything is ``wrong``."""
    import ibis
    import pyarrow

    from simlib.tables.large.queries import Queries

    header = pd.DataFrame(columns=list(history.columns))
    header.attrs = {"file": file_of(history)}
    require(header, TABLE, needed, NAME)
    elsewhere = isinstance(history, ibis.Table)
    with engine(0 if elsewhere else len(history)) as backend:
        queries = Queries(backend)

        def asked(question: Callable[..., ir.Table], /, *further: pa.Table, **options: Hashable) -> pa.Table:
            if isinstance(history, ibis.Table):
                cases = _measured(history, tuple(needed))
                return question(cases, *map(ibis.memtable, further), **options).to_pyarrow()
            names = [f"further {number}" for number in range(len(further))]
            for name, table in zip(names, further, strict=True):
                queries.rows(name, table)
            return queries.arrow(question, TABLE, *names, **options)

        if isinstance(history, pd.DataFrame):
            # Rows of a file have their numbers in the index; whoever is told of a fault is told the row.
            frame = history[needed].reset_index(drop=history.index.name != ROW)
            queries.rows("given", pyarrow.Table.from_pandas(frame, preserve_index=False))
            queries.view(TABLE, _measured, "given", needed=tuple(frame))
        elif isinstance(history, Large):
            history.known(queries, "given")
            queries.view(TABLE, _measured, "given", needed=tuple(needed))
        yield asked


def _measured(table: ir.Table, needed: tuple[str, ...]) -> ir.Table:
    import ibis

    table = table.select(*needed)
    texts = {one: table[one].cast("string") for one in needed if one in TEXTS}
    table = table.mutate(total_cost=table.total_cost.cast("float64"), **texts)
    cost = table.total_cost
    sound = (cost.between(0, LARGEST_AMOUNT) & (cost.round(2) == cost)).fill_null(False)
    for one in needed:
        sound = sound & table[one].notnull() if one in KEYS else sound
    days = table.length_of_stay.cast("int64") if "length_of_stay" in needed else ibis.literal(0)
    return table.mutate(fen=(ibis.ifelse(sound, cost, 0.0) * FEN).round().cast("int64"), days=days, wrong=~sound)


def summed(cases: Asked, by: list[str], file: str) -> pd.DataFrame:
    """One row for each value of ``by``: cases, fen, days, dayless (cases without). BadInput for cases at fault."""
    sums: pd.DataFrame = cases(_sums, by=tuple(by)).to_pandas()
    if sums.empty:
        raise BadInput(Problem(NO_CASES, file))
    if sums["wrong"].any():
        _refuse_cases(cases, by, file)
    return sums.assign(fen=[int(one) for one in sums["fen"]])


def _sums(cases: ir.Table, by: tuple[str, ...]) -> ir.Table:
    return cases.group_by(list(by)).agg(
        cases=cases.count(),
        fen=cases.fen.sum().cast("decimal(38, 0)"),  # engines differ in what a sum of whole numbers may hold
        days=cases.days.sum().fill_null(0),
        dayless=(cases.days.isnull() | (cases.days < 0)).sum(),
        wrong=cases.wrong.sum(),
    )


def _wrong(cases: ir.Table, by: tuple[str, ...]) -> ir.Table:
    order = [*([ROW] if ROW in cases.columns else []), "total_cost", *by]
    return cases.filter(cases.wrong).order_by(order).limit(MOST)


def _refuse_cases(cases: Asked, by: list[str], file: str) -> None:
    """BadInput with a line for each of the first cases at fault."""
    wrong = cases(_wrong, by=tuple(by)).to_pandas()
    wrong = wrong.set_index(ROW) if ROW in wrong else wrong
    wrong.attrs = {"file": file}
    cost, blank = wrong["total_cost"], wrong[[*by, "total_cost"]].isna()
    negative = (cost < 0) | np.isinf(cost)
    large = (cost > LARGEST_AMOUNT) & ~negative
    rules = [("total_cost", negative, NEGATIVE), ("total_cost", large, TOO_LARGE)]
    rules += [(one, blank[one], BLANK) for one in blank]
    rules += [("total_cost", ~(negative | large | blank.any(axis=1)), PART_OF_FEN)]
    together(*(partial(refuse, wrong, TABLE, *rule) for rule in rules))


def refuse_groups(file: str, column: str, groups: Iterable[str], rule: Text) -> None:
    if problems := [Problem(rule, file, column=column, value=group) for group in groups]:
        raise BadInput(problems)


def file_of(history: pd.DataFrame | ir.Table | Large) -> str:
    file: str = getattr(history, "attrs", {}).get("file", TABLE)
    return file


NO_CASES = Text(
    "没有病例，无法建立目录。请补充历史病例。", "There are no cases to make a catalogue of. Add cases of earlier years."
)
