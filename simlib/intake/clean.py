"""A table as a file in our own form: what was read is written so that reading it again gives the same and assumes
nothing; persons are written by their digest."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from simlib.columns import Column, Table, Type
from simlib.money import decimal_text
from simlib.tables.forms import MISSING, plain, word
from simlib.tables.large import Large, engine
from simlib.tables.personal import digest, office_key


def write_table(folder: Path, table: Table, given: pd.DataFrame | Large) -> str:
    """The declared columns of a table to a file of the folder; its name."""
    columns = [column for column in table.columns if column.name in given]
    key = office_key() if any(column.personal for column in columns) else b""
    if isinstance(given, Large):
        name = f"{table.name}.parquet"
        _parquet(folder / name, given, columns, key)
    else:
        name = f"{table.name}.csv"
        _csv(folder / name, given, columns, key)
    return name


def _csv(path: Path, frame: pd.DataFrame, columns: list[Column], key: bytes) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(column.name for column in columns)
        texts = [_texts(frame[column.name], column, key) for column in columns]
        lines.writerows(zip(*texts, strict=True))


def _texts(values: pd.Series, column: Column, key: bytes) -> list[str]:
    write = _writer(column, key)
    return ["" if pd.isna(value) else write(value) for value in values.tolist()]


def _writer(column: Column, key: bytes) -> Callable:
    if column.personal:
        return lambda value: digest(value, key)
    match column.type:
        case Type.MONEY:
            return "{:.2f}".format
        case Type.INTEGER:
            return lambda value: str(int(value))
        case Type.NUMBER | Type.VALUE:
            return decimal_text
        case Type.DATE:
            return lambda value: value.isoformat()
        case Type.TEXT:
            return lambda value: _text(value, column)
    return str


def _text(text: str, column: Column) -> str:
    """A text so that it reads back: one that would be taken for a form or a mark goes as a spreadsheet quotes it."""
    return text if plain(text, column).text == text and word(text) not in MISSING else f"'{text}"


def _parquet(path: Path, large: Large, columns: list[Column], key: bytes) -> None:
    """In the order of its rows, which an engine writes without holding them."""
    with engine(len(large)) as backend:
        rows = large.on(backend)
        digests = _digests(key)
        cells = {one.name: digests(rows[one.name]) if one.personal else rows[one.name] for one in columns}
        backend.to_parquet(rows.select(**cells), path)


def _digests(key: bytes) -> Callable:
    """A function of the engine that gives the digests of numbers of persons."""
    import ibis
    import pyarrow as pa

    @ibis.udf.scalar.pyarrow(signature=(("string",), "string"))
    def digests(numbers):
        known = (
            pa.chunked_array([numbers]).combine_chunks() if isinstance(numbers, pa.Array) else numbers.combine_chunks()
        )
        coded = known.dictionary_encode()
        words = [None if one is None else digest(one, key) for one in coded.dictionary.to_pylist()]
        return pa.array(words, pa.string()).take(coded.indices)

    return digests
