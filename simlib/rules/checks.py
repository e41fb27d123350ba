"""What every rule asks of the tables it is handed, whoever hands them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simlib.money import to_fen
from simlib.problems import BadInput, Problem
from simlib.words import Text

MISSING = Text("缺少此列，{rule}需要它。请补上该列。", "This column is missing and {rule} needs it. Add it.")
DUPLICATE = Text("编号重复。请每个编号只保留一行。", "The key appears twice. Keep one row for each.")
BLANK = Text("没有数值。请补上，或把该行移出此表。", "There is no number here. Give one, or take the row out.")
NEGATIVE = Text("不能是负数或无穷。请核对。", "It cannot be negative or infinite. Check it.")
PART_OF_FEN = Text("金额最多到分（两位小数）。请核对。", "An amount has at most two decimals (fen). Check it.")


def require(table: pd.DataFrame, name: str, columns, rule: Text) -> None:
    """BadInput with one line for each of ``columns`` that the table lacks."""
    lacking = [column for column in columns if column not in table]
    if lacking:
        raise BadInput([Problem(MISSING.fill(rule=rule), file=name, column=column) for column in lacking])


def unique(table: pd.DataFrame, name: str, key: str) -> None:
    """BadInput with one line for each key that stands in more than one row."""
    again = table[key][table[key].duplicated()].unique()
    if len(again):
        raise BadInput([Problem(DUPLICATE, file=name, column=key, value=value) for value in again])


def numbers(table: pd.DataFrame, name: str, column: str, key: str) -> np.ndarray:
    """A column of numbers >= 0 without gaps, or BadInput naming each row's key."""
    values = table[column]
    wrong = [(values.isna(), BLANK), (~values.isna() & ~values.between(0, np.inf, inclusive="left"), NEGATIVE)]
    problems = [
        Problem(rule, file=name, column=column, value=f"{id_}: {value}")
        for mask, rule in wrong
        for id_, value in zip(table[key][mask], values[mask], strict=True)
    ]
    if problems:
        raise BadInput(problems)
    return values.to_numpy()


def amounts(table: pd.DataFrame, name: str, column: str, key: str) -> np.ndarray:
    """A column of yuan as whole fen; a blank is 0. BadInput for negatives and parts of a fen."""
    filled = table.assign(**{column: table[column].fillna(0)})
    values = numbers(filled, name, column, key)
    try:
        return to_fen(values)
    except ValueError:
        parts = filled[(filled[column] * 100).round() / 100 != filled[column]]
        lines = zip(parts[key], parts[column], strict=True)
        raise BadInput(
            [Problem(PART_OF_FEN, file=name, column=column, value=f"{id_}: {value}") for id_, value in lines]
        ) from None
