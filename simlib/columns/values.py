"""Columns of dates, answers and counts as plain Python values, a blank being None; what is none of them is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from simlib.columns.checks import BLANK, NOT_OPTION, refuse, together
from simlib.words import Text, joined

FIRST, LAST = 1000, 2999  # years, as in files
Row = dict[Any, Any]  # a row by its columns, each value of the type that its column is declared with
Value = TypeVar("Value")


def dates(table: pd.DataFrame, name: str, column: str, required: bool = False) -> list[date | None]:
    """A column of dates; BadInput for what is none, and for a blank where it is ``required``."""
    if required:
        known(table, name, column)
    return _read(table, name, column, _date, NOT_DATE)


def answers(table: pd.DataFrame, name: str, column: str) -> list[bool | None]:
    """A column of yes and no; BadInput for what is neither."""
    return _read(table, name, column, _answer, NOT_ANSWER)


def counts(table: pd.DataFrame, name: str, column: str) -> list[int | None]:
    """A column of whole numbers >= 0; BadInput for what is none."""
    return _read(table, name, column, _count, NOT_COUNT)


def known(table: pd.DataFrame, name: str, column: str) -> None:
    """BadInput with one line for each blank."""
    refuse(table, name, column, table[column].isna(), BLANK)


def among(table: pd.DataFrame, name: str, column: str, options: Mapping[str, Text]) -> None:
    """BadInput with one line for each value that is no option, blanks included."""
    blank = table[column].isna()
    rule = NOT_OPTION.fill(options=joined(options))
    together(
        lambda: refuse(table, name, column, blank, BLANK),
        lambda: refuse(table, name, column, ~blank & ~table[column].isin(list(options)), rule),
    )


def refuse_each(table: pd.DataFrame, name: str, column: str, rules: Iterable[Text | None]) -> None:
    """BadInput with the rule that stands for each row; None where nothing is wrong with it."""
    rules = list(rules)
    masks = {rule: np.array([one == rule for one in rules]) for rule in dict.fromkeys(rules) if rule}
    together(*(lambda rule=rule, mask=mask: refuse(table, name, column, mask, rule) for rule, mask in masks.items()))


def each_row(table: pd.DataFrame) -> Iterator[Any]:
    """The rows with their columns as attributes, each of the type that its column is declared with."""
    return table.itertuples()


def row_of(table: pd.DataFrame, column: str, key: str) -> Row:
    """The row whose ``column`` holds the key. KeyError where there is none."""
    return pd.Series(table.set_index(column).loc[key]).to_dict()


def _read(table: pd.DataFrame, name: str, column: str, read: Callable[[Any], Value], rule: Text) -> list[Value | None]:
    if column not in table:
        return [None] * len(table)
    values: list[Value | None] = []
    wrong = np.zeros(len(table), dtype=bool)
    for row, value in enumerate(table[column].tolist()):
        try:
            values.append(None if pd.isna(value) else read(value))
        except (TypeError, ValueError, OverflowError):
            wrong[row] = True
    refuse(table, name, column, wrong, rule)
    return values


def _date(value: object) -> date:
    if isinstance(value, datetime):  # a column of dates in pandas; none of them may carry a time of the day
        if value != datetime(value.year, value.month, value.day, tzinfo=value.tzinfo):
            raise ValueError
    elif not isinstance(value, date):
        raise TypeError
    if not FIRST <= value.year <= LAST:
        raise ValueError
    return date(value.year, value.month, value.day)


def _answer(value: object) -> bool:
    if value not in (True, False):
        raise ValueError
    return bool(value)


def _count(value: Any) -> int:
    if value != int(value) or value < 0:
        raise ValueError
    return int(value)


NOT_DATE = Text(
    "不是日期。请写成 2021-01-31 这样的日期，不带时间。", "Not a date. Give one such as 2021-01-31, without a time."
)
NOT_ANSWER = Text("应为是或否。请核对。", "It must be yes or no. Check it.")
NOT_COUNT = Text("应为不小于 0 的整数。请核对。", "It must be a whole number, not below 0. Check it.")
