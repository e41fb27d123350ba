"""Sheets that tell different things of the same institutions, put together by their keys: scores in one, deposits in
another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from simlib.columns import Table
from simlib.columns.checks import place
from simlib.problems import BadInput, Problem
from simlib.tables.account import Account, Assumption, account_of
from simlib.tables.cells import ROW
from simlib.tables.forms import word
from simlib.tables.found import Found
from simlib.words import Text, joined

Key = tuple[Any, ...]


def adds(one: Found, other: Found) -> bool:
    """Whether each of two sheets has a column that the other lacks, so that neither is a copy of the other."""
    names, others = set(one.sources), set(other.sources)
    return bool(names - others) and bool(others - names)


def by_key(frames: Iterable[pd.DataFrame], table: Table) -> list[pd.DataFrame]:
    """The frames, those that have keys in common put together. BadInput where they say different things of one."""
    kept: list[tuple[pd.DataFrame, set[Key]]] = []
    for frame in frames:
        keys = set(_keys(frame, table))
        while (over := next((at for at, (_, others) in enumerate(kept) if others & keys), None)) is not None:
            other, others = kept.pop(over)
            frame, keys = _merged(other, frame, table), keys | others
        kept.append((frame, keys))
    return [frame for frame, _ in kept]


class Elsewhere(dict[str, dict[Any, tuple[str, int | None]]]):
    """By column and number of the index, the file and the row in which a value stands that another sheet gave; by ""
    where a whole row stands. It is never changed, and copies of the table share it."""

    def __deepcopy__(self, memo: Any) -> Elsewhere:
        return self


def _merged(first: pd.DataFrame, other: pd.DataFrame, table: Table) -> pd.DataFrame:
    """The rows of the first, with what the other says of them, then those that only the other has."""
    at = dict(zip(_keys(first, table), first.index, strict=True))
    told = dict(zip(_keys(other, table), other.index, strict=True))
    same = {at[key]: old for key, old in told.items() if key in at}
    if problems := list(_conflicts(first, other, same, table)):
        raise BadInput(problems)
    last = int(first.index.max())
    rows = {**{row: (row, same.get(row)) for row in first.index},
            **{old + last: (None, old) for key, old in told.items() if key not in at}}  # fmt: skip
    elsewhere = Elsewhere({name: dict(known) for name, known in first.attrs.get("elsewhere", {}).items()})
    elsewhere.setdefault("", {}).update(
        {row: place(other, table.name, theirs) for row, (mine, theirs) in rows.items() if mine is None}
    )
    values: dict[str, list[Any]] = {}
    names = dict.fromkeys((*first.columns, *other.columns))
    for name in (*(one for one in table.by_name if one in names), *(one for one in names if one not in table.by_name)):
        values[name] = []
        for row, (mine, theirs) in rows.items():
            own = _value(first, mine, name)
            values[name].append(_value(other, theirs, name) if own is None else own)
            if own is None and theirs is not None and name in other:
                elsewhere.setdefault(name, {})[row] = place(other, table.name, theirs, name)
    whole = pd.DataFrame(values, index=pd.Index(list(rows), name=ROW))
    more = [column.label for name, column in table.by_name.items() if name in other and name not in first]
    said = MERGED.fill(other=first.attrs["file"], key=table.by_name[table.key].label, more=joined(more),
                       only=f"{len(rows) - len(first):,}")  # fmt: skip
    note = Account((Assumption(other.attrs["file"], said, count=len(same), aloud=True),))
    said_of = Account.of((account_of(first), account_of(other), note))
    missed = tuple(one for one in said_of.missed if not set(one.columns) & set(whole.columns))
    whole.attrs = {
        **first.attrs, "file": joined([first.attrs["file"], other.attrs["file"]]).zh, "elsewhere": elsewhere,
        "account": replace(said_of, missed=missed),
    }  # fmt: skip
    return whole


def _conflicts(first: pd.DataFrame, other: pd.DataFrame, same: dict[int, int], table: Table) -> Iterator[Problem]:
    """A line for each column of which the two say different things: how often, and where first."""
    for name in (name for name in other.columns if name in first and name in table.by_name):
        pairs = [(row, old, _value(first, row, name), _value(other, old, name)) for row, old in sorted(same.items())]
        differing = [one for one in pairs if None not in one and _text(one[2]) != _text(one[3])]
        if differing:
            row, old, mine, theirs = differing[0]
            file, number = place(first, table.name, row, name)
            rule = CONFLICT.fill(other=file, row=number or 0, value=str(mine), count=f"{len(differing):,}")
            yield Problem(rule, *place(other, table.name, old, name), name, str(theirs))


def _value(frame: pd.DataFrame, row: int | None, name: str) -> Any:
    """What stands in a row; None for a blank, and where there is no such row or column."""
    value: Any = frame.at[row, name] if row is not None and name in frame else None
    return None if value is None or pd.isna(value) else value


def _text(value: Any) -> Any:
    return word(value) if isinstance(value, str) else value


def _keys(frame: pd.DataFrame, table: Table) -> list[Key]:
    """The key of each row, a blank part of it being equal to a blank."""
    names = [name for name in (table.key, *table.within) if name in frame]
    columns = [[None if blank else part for part, blank in zip(frame[n], frame[n].isna(), strict=True)] for n in names]
    return list(zip(*columns, strict=True))


MERGED = Text("与 {other} 按{key}合并，补充{more}；只在此处的编号 {only} 个",
              "put together with {other} by {key}, for its {more}; {only} keys stand here only")  # fmt: skip
CONFLICT = Text("与 {other} 第 {row} 行的“{value}”不同（这样的有 {count} 处），不能合并。请改正其一，或在 "
                "columns.yaml 中写明一张不读取（table: none）。",
                "It is not the “{value}” in row {row} of {other} ({count} such cells): the two cannot be put together. "
                "Correct one, or say table: none of one in columns.yaml.")  # fmt: skip
