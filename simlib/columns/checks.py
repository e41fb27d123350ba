"""What every rule asks of the tables it is handed, whoever hands them."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import pandas as pd

from simlib.columns import TABLES
from simlib.money import LARGEST, to_fen
from simlib.problems import BadInput, Problem, shorten
from simlib.words import NO_TEXT, Text

NO_TABLE = Text("缺少此表，{rule}需要使用。请补充。", "This table is missing and {rule} needs it. Add it.")
MISSING = Text("缺少此列，{rule}需要使用。{remedy}", "This column is missing and {rule} needs it. {remedy}")
ADD = Text("请补充该列。", "Add it.")
ADD_ONE = Text("请补充其中一列。", "Add one of them.")
RENAME = Text("请把列“{near}”改名为 {name}。", "Rename the column “{near}” to {name}.")
MAY_BE = Text("列“{near}”与{label}相近。确为此列的，请改名为 {name}，或在 columns.yaml 中写明；不是的，请补充该列。",
              "The column “{near}” is like {label}. If it is this one, rename it to {name} or say so in columns.yaml; "
              "if not, add it.")  # fmt: skip
IS_OTHER = Text("列“{near}”是{other}，不是{label}，不能代替。请补充该列。",
                "The column “{near}” is {other} and not {label}, and cannot stand for it. Add it.")  # fmt: skip
DUPLICATE = Text("编号重复。请每个编号只保留一行。", "The key appears twice. Keep one row for each.")
BLANK = Text("为空。请补充，或将该行移出此表。", "This is blank. Fill it in, or take the row out.")
NEGATIVE = Text("不能是负数或无穷。请核对。", "It cannot be negative or infinite. Check it.")
TOO_LARGE = Text(
    "金额过大，无法精确到分。请核对单位。", "The amount is too large to be exact to the fen. Check its unit."
)
PART_OF_FEN = Text("金额最多到分（两位小数）。请核对。", "An amount has at most two decimals (fen). Check it.")
NOT_OPTION = Text("不在可选值内。请填 {options} 之一。", "Not one of the options. Give one of {options}.")


class Headed(Protocol):
    """What a table has wherever its rows are: a DataFrame, or one that stays in its file."""

    @property
    def columns(self) -> Iterable[str]: ...
    @property
    def attrs(self) -> Mapping[Any, Any]: ...
    def __contains__(self, column: Any, /) -> bool: ...


def lacking_columns(
    tables: Mapping[str, Headed], name: str, columns: Iterable[str | tuple[str, ...]], rule: Text
) -> list[Problem]:
    """What table ``name`` lacks for a rule: itself, or columns; a tuple of names is met by any of them."""
    if name not in tables:
        return [Problem(NO_TABLE.fill(rule=rule), file=name)]
    table = tables[name]
    choices = [(column,) if isinstance(column, str) else column for column in columns]
    return [
        Problem(
            MISSING.fill(rule=rule, remedy=remedy(name, choice, table.columns)),
            table.attrs.get("file", name),
            column=" / ".join(choice),
        )
        for choice in choices
        if not any(column in table for column in choice)
    ]


def absent_tables(problems: list[Problem], tables: Collection[str]) -> list[str]:
    """The tables that a rule lacks, where it lacks nothing else; empty where it lacks columns of one that is there."""
    absent = [problem.file for problem in problems if not problem.column and problem.file not in tables]
    return absent if len(absent) == len(problems) else []


def remedy(table: str, names: Sequence[str], header: Iterable[str]) -> Text:
    """What to do where none of ``names`` stands in the header: rename the column that seems to be it, or add it.

    A heading in Chinese that is only like a column's may be of another amount: what it is stands beside the offer.
    """
    declared = TABLES[table].by_name if table in TABLES else {}
    others = {name.lower(): name for name in header if name not in declared}
    for name in names:
        column = declared.get(name)
        names_of_it = [name, *(one.lower() for one in (*column.label, *column.called))] if column else [name]
        near = [one for one in others if column and one in column.others]
        near += [one for one in others if column and len(one) > 1 and column.label.zh.endswith(one)]
        near += [one for own in names_of_it for one in difflib.get_close_matches(own, others, n=1, cutoff=0.7)]
        if near:
            other = column.others.get(near[0], NO_TEXT) if column else NO_TEXT
            rule = IS_OTHER if other.zh else RENAME if column is None or near[0].isascii() else MAY_BE
            label = column.label if column else NO_TEXT
            return rule.fill(near=shorten(others[near[0]]), name=name, label=label, other=other)
    return ADD if len(names) == 1 else ADD_ONE


def require(table: Headed, name: str, columns: Iterable[str | tuple[str, ...]], rule: Text) -> None:
    """BadInput with one line for each of ``columns`` that the table lacks."""
    if lacking := lacking_columns({name: table}, name, columns, rule):
        raise BadInput(lacking)


def unique(table: pd.DataFrame, name: str, key: str) -> None:
    """BadInput with one line for each row whose key stands in an earlier row."""
    refuse(table, name, key, table[key].duplicated(), DUPLICATE)


def numbers(table: pd.DataFrame, name: str, column: str, blank: float | None = None) -> np.ndarray:
    """A column of numbers >= 0, or BadInput naming each row; a blank is ``blank``, or refused too."""
    values = table[column].to_numpy()
    sound = values.dtype.kind in "if" and bool((np.isfinite(values) & (values >= 0)).all())
    if sound:  # the usual case, at every move of a slider: without pandas' own overhead
        return values
    filled = table if blank is None else table.assign(**{column: table[column].fillna(blank)})
    refuse(filled, name, column, filled[column].isna(), BLANK)
    refuse(filled, name, column, ~filled[column].between(0, np.inf, inclusive="left"), NEGATIVE)
    return filled[column].to_numpy()


def amounts(table: pd.DataFrame, name: str, column: str, blank: float | None = 0) -> np.ndarray:
    """A column of yuan as whole fen; a blank is ``blank``, or refused. BadInput for negatives and parts of a fen."""
    values = numbers(table, name, column, blank)
    try:
        return to_fen(values)
    except ValueError:
        filled = table[column].fillna(0).astype(float)
        refuse(table, name, column, (filled * 100).round() / 100 != filled, PART_OF_FEN)
        raise
    except OverflowError:
        refuse(table, name, column, table[column] >= LARGEST, TOO_LARGE)
        raise


def together(*steps: Callable[[], Any]) -> list[Any]:
    """What each step gives. BadInput with the problems of all of them, in the order of the rows of each file."""
    results, problems = [], []
    for step in steps:
        try:
            results.append(step())
        except BadInput as bad:
            problems += bad.problems
    if problems:
        raise BadInput(sorted(dict.fromkeys(problems), key=lambda problem: (problem.file, problem.row or 0)))
    return results


def refuse(table: pd.DataFrame, name: str, column: str, mask: pd.Series | np.ndarray, rule: Text) -> None:
    """BadInput with ``rule`` for each row of ``mask``; a table read from a file says which row that is."""
    if not mask.any():
        return
    wrong = table[mask]
    hidden = name in TABLES and column in TABLES[name].by_name and TABLES[name].by_name[column].personal
    raise BadInput(
        [
            Problem(rule, *place(table, name, row, column), column, None if hidden or pd.isna(value) else value)
            for row, value in zip(wrong.index, wrong[column], strict=True)
        ]
    )


def place(table: pd.DataFrame, name: str, row: Any, column: str = "") -> tuple[str, int | None]:
    """File and row of a number of the index; of a table that was joined of several, the part's, and where the parts
    give different columns that of the ``column``; no row where it was made in memory."""
    elsewhere = table.attrs.get("elsewhere", {})
    for known in (elsewhere.get(column, {}), elsewhere.get("", {})):
        if row in known:
            return known[row]  # type: ignore[no-any-return]  # attrs know no types
    return part_of(table.attrs, name, row if table.index.name == "row" else None)


def part_of(attrs: Mapping[Any, Any], name: str, row: Any) -> tuple[str, int | None]:
    """File and row of a number that counts the rows of all the parts of a table; ``None`` where nothing counts them."""
    file = attrs.get("file", name)
    if row is None:
        return file, None
    start, part = max((one for one in attrs.get("parts", ((0, file),)) if one[0] < row), default=(0, file))
    return part, int(row) - start
