"""Parquet to one sheet, whose header is known for sure; its rows count from 1, the header's number is 0."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from simlib.problems import BadInput, Problem
from simlib.tables.sheets.parts import sound
from simlib.tables.sheets.sheet import Budget, Sheet
from simlib.tables.sheets.values import iso, plain
from simlib.words import Text

if TYPE_CHECKING:
    import pyarrow as pa


def read(path: Path) -> list[Sheet]:
    """BadInput where it is damaged, beyond the limits, or holds more than one value in a cell."""
    import pyarrow.parquet as pq

    with sound(path.name, BROKEN_PARQUET), pq.ParquetFile(path) as file:
        Budget(path.name).spend(file.metadata.num_rows * file.metadata.num_columns)
        if problems := nested(path.name, file.schema_arrow):
            raise BadInput(problems)
        table = file.read()
        columns = [texts(column) for column in table.columns]
    sheet = Sheet(path.name, headed=True, cells=[list(table.column_names)], numbers=[0])
    for number, cells in enumerate(zip(*columns, strict=True), start=1):
        sheet.add(number, list(cells))
    return [sheet]


def texts(column: pa.ChunkedArray) -> list[str]:
    """The values of a column as texts."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if column.type == pa.float32():  # the decimal that was written, as for other floats
        column = pc.if_else(pc.is_nan(column), None, column.cast(pa.string()))
    return [text(value) for value in column.to_pylist()]


def nested(file: str, schema) -> list[Problem]:
    """The columns of Parquet that hold more than one value a row, or bytes."""
    import pyarrow as pa

    kinds = {one.name: one.type for one in schema if pa.types.is_nested(one.type) or "binary" in str(one.type)}
    return [Problem(NESTED, file, column=name, value=str(kind)) for name, kind in kinds.items()]


def text(value: object) -> str:
    """A typed value as the text a person would have typed: shortest decimal, ISO date, True or False."""
    match value:
        case None:
            return ""
        case str():
            return value
        case float():
            return plain(value) if value - value == 0 else "" if value != value else repr(value)
        case date():
            return iso(value)
        case Decimal():
            return f"{value:f}"
    return str(value)


NESTED = Text("不是文字、数字或是否的列。请改成普通的列或删除。",
              "Not a column of text, numbers or yes/no. Make it one or delete it.")  # fmt: skip
BROKEN_PARQUET = Text("不是完好的 Parquet 文件。请重新导出。", "Not a sound Parquet file. Export it again.")
