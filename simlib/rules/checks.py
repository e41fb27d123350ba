"""What every rule asks of the tables it is handed, whoever hands them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simlib.money import to_fen
from simlib.problems import BadInput, Problem
from simlib.words import Text

NO_TABLE = Text("缺少此表，{rule}需要它。请补上。", "This table is missing and {rule} needs it. Add it.")
MISSING = Text("缺少此列，{rule}需要它。请补上该列。", "This column is missing and {rule} needs it. Add it.")
DUPLICATE = Text("编号重复。请每个编号只保留一行。", "The key appears twice. Keep one row for each.")
BLANK = Text("为空。请补上，或把该行移出此表。", "This is blank. Fill it in, or take the row out.")
NEGATIVE = Text("不能是负数或无穷。请核对。", "It cannot be negative or infinite. Check it.")
PART_OF_FEN = Text("金额最多到分（两位小数）。请核对。", "An amount has at most two decimals (fen). Check it.")


def lacking_columns(tables: dict[str, pd.DataFrame], name: str, columns, rule: Text) -> list[Problem]:
    """What table ``name`` lacks for a rule: itself, or columns; a tuple of names is met by any of them."""
    if name not in tables:
        return [Problem(NO_TABLE.fill(rule=rule), file=name)]
    table = tables[name]
    choices = [(column,) if isinstance(column, str) else column for column in columns]
    return [
        Problem(MISSING.fill(rule=rule), table.attrs.get("file", name), column=" / ".join(choice))
        for choice in choices
        if not any(column in table for column in choice)
    ]


def require(table: pd.DataFrame, name: str, columns, rule: Text) -> None:
    """BadInput with one line for each of ``columns`` that the table lacks."""
    if lacking := lacking_columns({name: table}, name, columns, rule):
        raise BadInput(lacking)


def unique(table: pd.DataFrame, name: str, key: str) -> None:
    """BadInput with one line for each row whose key stands in an earlier row."""
    refuse(table, name, key, table[key].duplicated(), DUPLICATE)


def numbers(table: pd.DataFrame, name: str, column: str) -> np.ndarray:
    """A column of numbers >= 0 without gaps, or BadInput naming each row."""
    values = table[column]
    refuse(table, name, column, values.isna(), BLANK)
    refuse(table, name, column, ~values.between(0, np.inf, inclusive="left"), NEGATIVE)
    return values.to_numpy()


def amounts(table: pd.DataFrame, name: str, column: str) -> np.ndarray:
    """A column of yuan as whole fen; a blank is 0. BadInput for negatives and parts of a fen."""
    filled = table.assign(**{column: table[column].fillna(0)})
    values = numbers(filled, name, column)
    try:
        return to_fen(values)
    except ValueError:
        refuse(filled, name, column, (filled[column] * 100).round() / 100 != filled[column], PART_OF_FEN)
        raise


def refuse(table: pd.DataFrame, name: str, column: str, mask: pd.Series, rule: Text) -> None:
    """BadInput with ``rule`` for each row of ``mask``; a table read from a file says which row that is."""
    if not mask.any():
        return
    wrong = table[mask]
    rows = wrong.index if wrong.index.name == "row" else [None] * len(wrong)
    file = table.attrs.get("file", name)
    raise BadInput(
        [
            Problem(rule, file, row, column, None if pd.isna(value) else value)
            for row, value in zip(rows, wrong[column], strict=True)
        ]
    )
