"""Files of any kind to a large table, with every row checked and none kept in memory.

A Parquet file in our own form is used where it lies. The declared columns of a text file go, as the texts that stand in
it, to a Parquet file without a name, which an engine reads several times as fast. What is written in other ways, or in
several parts, goes once more to such a file, in the types of its columns. A workbook holds few rows and is read whole.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow.parquet as pq

from simlib.columns import OF_REFUNDS, Table
from simlib.problems import BadInput, Problem
from simlib.tables.account import Account, Log
from simlib.tables.found import Found
from simlib.tables.large.aside import doubtful, other_units, set_aside, totals, without
from simlib.tables.large.by_name import Named, by_number
from simlib.tables.large.cells import tidy, typed
from simlib.tables.large.checks import disordered, doubles
from simlib.tables.large.lines import in_lines
from simlib.tables.large.look import Spot, spots
from simlib.tables.large.lying import Lying, Unnamed, lying
from simlib.tables.large.pairs import OF_A_REFUND, faults, netted, refunds, remaining, told, unmatched
from simlib.tables.large.part import Part, Value, examined, ways
from simlib.tables.large.queries import Queries, ask, named, same, source, written
from simlib.tables.large.shape import ROW
from simlib.tables.large.table import CHANGED, Large, Mark, engine, mark
from simlib.tables.large.ways import KINDS
from simlib.tables.shape import shape
from simlib.tables.told import account, unnamed_places
from simlib.tables.typed import NO_ROWS
from simlib.words import joined

WHOLE = "whole"  # by which name an engine knows the rows of all parts
Given = tuple[tuple[Path, Found, Mark], ...]


def read(parts: Given, table: Table, digest: str, names: Named = ()) -> Large:
    """The parts of one large table, each with its file, what it was recognised as, and the file's mark from before its
    digest was taken; ``names`` are numbers and names of institutions. BadInput with one line a problem: of the
    parts and their headers first, then of the rows."""
    try:
        return _read(parts, table, digest, names)
    finally:
        for path, _, seen in parts:
            if not path.exists() or mark(path) != seen:  # and if it did change, this is what is said
                raise BadInput(Problem(CHANGED, path.name))


def _read(parts: Given, table: Table, digest: str, names: Named) -> Large:
    problems = [problem for _, found, _ in parts for problem in shape(replace(found, uneven=[]))]
    if problems and not all(found.sources for _, found, _ in parts):
        raise BadInput(problems)
    for exactly in (False, True):
        with tempfile.TemporaryDirectory(prefix="simlib-", ignore_cleanup_errors=True) as folder:
            laid = [lying(one, Path(folder, str(number)), exactly) for number, one in enumerate(parts)]
            exact = all(one.exact for one in laid)
            try:
                return _whole(laid, table, digest, problems, Path(folder, "whole.parquet"), names)
            except Inexact:
                continue
            except BadInput:
                if exact:
                    raise
    raise AssertionError("what is read exactly is exact")


class Inexact(Exception):
    """Something is to be said of rows whose numbers are not known yet."""


def _whole(laid: list[Lying], table: Table, digest: str, problems: list[Problem], out: Path, names: Named) -> Large:
    """The table of all parts. BadInput with what is wrong with them besides the ``problems``."""
    attrs: dict[str, Any] = {"file": joined([one.found.file for one in laid]).zh, "sha256": digest}
    with engine(sum(len(one.rows) for one in laid)) as backend:
        parts, accounts = [], []
        for number, one in enumerate(laid):
            part, said = _examined(backend, one, f"part {number}")
            if one.found.entry.by_name:
                by_number(backend, part, names)
            parts.append(part)
            accounts.append(said)
        found = [finding for part in parts for finding in part.findings]
        problems = [*problems, *(problem for part in parts for problem in part.problems)]
        problems += [Problem(NO_ROWS, part.found.file) for part in parts if not part.count and not part.findings]
        if not any(part.count for part in parts):
            raise BadInput([*problems, *in_lines(found, attrs["file"])])
        if len(parts) > 1:
            starts = accumulate((part.last for part in parts), initial=0)
            attrs["parts"] = tuple(zip(starts, (part.found.file for part in parts), strict=False))
        rows, as_it_lies = named(_union(parts)), parts[0].places if len(parts) == 1 else None
        if any(not one.plain or not one.found.sources.keys().isdisjoint(OF_REFUNDS) for one in laid) and _any(rows):
            taken = netted(rows, attrs)
            accounts.append(Account(tuple(told(taken, attrs))))
            attrs["refunds"] = unmatched(taken)
            rows, as_it_lies = remaining(backend, rows, taken), None
            found += faults(taken, attrs, table)
        if not rows.schema().keys().isdisjoint(OF_REFUNDS):
            rows = named(rows, same(*(name for name in rows.columns if name not in OF_REFUNDS)))
        attrs["account"] = Account.of(accounts)
        columns = tuple(dict.fromkeys(name for part in parts for name in _names(part.found) if name not in OF_REFUNDS))
        if as_it_lies is not None:
            known = {name: where for name, where in as_it_lies.items() if name not in OF_REFUNDS}
            places = {name: laid[0].rows.places[where] for name, where in known.items()}
            large = replace(laid[0].rows, columns=columns, attrs=attrs, places=places)
        elif problems or found:
            large = None
        else:
            large = _written(backend, rows, table, columns, attrs, out)
            queries = Queries(backend)
            large.known(queries, WHOLE, numbered=True)
            rows = queries.table(WHOLE)
        found += [*disordered(rows, attrs), *doubles(rows, attrs, table)]
    if problems or found or large is None:
        raise BadInput([*problems, *in_lines(found, attrs["file"])])
    return large


def _examined(backend: ibis.BaseBackend, one: Lying, name: str) -> tuple[Part, Account]:
    """A part without the rows that are not its own, and what was assumed for it."""
    queries = Queries(backend)
    one.rows.lying(queries, name)
    found, rows = one.found, queries.table(name)
    if one.plain:
        return _as_it_lies(one, rows), account(found, Log(found.file), [], {})
    gone: list[int] = []
    aside, lain = one.aside, rows.columns
    rows, written = ways(rows, found)
    if written and not one.exact:
        raise Inexact
    if one.fetch and doubtful(found, written):
        gone, more = set_aside(rows, found, one.fetch)
        aside = sorted([*aside, *more], key=lambda row: row.row)
        rows, written = ways(without(rows, gone), found) if gone else (rows, written)
    part = examined(backend, rows, found, written)
    part.findings += one.findings
    part.problems += other_units(found, aside)
    part.places = None if rows.columns != lain or gone else part.places
    unnamed = [f"c{place}" for place in unnamed_places(found)]
    said = ask(_extent, part.rows, same(ROW, *unnamed)).to_pylist()[0]
    part.count, part.last = said["count"], said["last"] or 0
    counted = {place: said[f"c{place}"] for place in unnamed_places(found)}
    return part, account(replace(found, aside=aside), part.log, totals(part.sound(), found, aside), counted)


def _extent(rows: ir.Table) -> ir.Table:
    """How many rows there are, the last of them, and how many cells of the other columns are not blank."""
    filled = {name: tidy(rows[name]).count() for name in rows.columns if name != ROW}
    return rows.aggregate(count=rows.count(), last=rows[ROW].max(), **filled)


def _as_it_lies(one: Lying, rows: ir.Table) -> Part:
    """A part whose cells are all as they should be."""
    several = spots(one.found)
    places = {spot.name: spot.cell for spot in several}
    columns: dict[str, str | Value] = {spot.name: partial(_plain, spot=spot) for spot in several}
    return Part(one.found, rows, columns, count=len(one.rows), last=len(one.rows), places=dict(places))


def _plain(rows: ir.Table, spot: Spot) -> ir.Value:
    return typed(rows[spot.cell], spot.declared, ir.Value.try_cast)


def _any(rows: ir.Table) -> bool:
    """Whether there are refunds."""
    names = same(*(name for name in OF_A_REFUND if name in rows.columns))
    return bool(names) and ask(_count_refunds, rows, names)["count"][0].as_py() > 0


def _count_refunds(rows: ir.Table) -> ir.Table:
    back = rows.filter(refunds(rows))
    return back.aggregate(count=back.count())


def _union(parts: list[Part]) -> ir.Table:
    """The rows of all parts, numbered through; a column that a part lacks is blank in it."""
    table = parts[0].found.table
    names = [name for name in table.by_name if any(name in part.columns for part in parts)]
    start, several = 0, []
    for part in parts:
        rows = part.sound()
        blank = {name: ibis.null(KINDS[table.by_name[name].type]) for name in names if name not in rows.columns}
        several.append(rows.mutate(**blank, **({ROW: rows[ROW] + start} if start else {})).select(ROW, *names))
        start += part.last
    return several[0] if len(several) == 1 else ibis.union(*several)


def _written(
    backend: ibis.BaseBackend, rows: ir.Table, table: Table, columns: tuple[str, ...], attrs: dict[str, Any], out: Path
) -> Large:
    """The rows in a file of their own."""
    written(backend, f"SELECT * FROM {source(rows)}", out)
    with pq.ParquetFile(out) as file:
        count = file.metadata.num_rows
    places = {name: place for place, name in enumerate(rows.columns) if name != ROW}
    store = Unnamed(out)
    return Large(table, columns, count, attrs, places, store, mark(store))


def _names(found: Found) -> list[str]:
    """The header by the names of declared columns, each where its first place is; other headings as they are."""
    at = {source.places[0]: name for name, source in found.sources.items()}
    at |= {place: name for name, place in found.extras.items()}
    return [*(at[place] for place in sorted(at)), *(name for name, _ in found.constants)]
