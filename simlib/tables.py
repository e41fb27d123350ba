"""The data folder: reading its files and checking every cell against the declared columns.

Reading returns typed DataFrames whose index holds the row of the file, so that whoever finds fault
with a value later can say where it stands.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from pathlib import Path

import pandas as pd

from simlib.columns import TABLES, Column, Table, Type
from simlib.problems import BadInput, Problem, shorten
from simlib.readers import SUFFIXES, Rows, read_rows
from simlib.rules.checks import remedy
from simlib.words import Text, joined

LONGEST_PATH = 300  # of a folder in a message
HIDDEN = {"Cc", "Cf", "Zl", "Zp", "Cs"}  # categories of Unicode without a mark on paper; a wide space has one
ROW = "row"  # name of the index that holds file rows; simlib.rules.checks reads it


def files(folder: Path) -> dict[str, Path]:
    """The table files of a data folder by table name. BadInput where one table stands in two files."""
    if not folder.is_dir():
        raise BadInput(Problem(NO_FOLDER, file=shorten(folder, LONGEST_PATH)))
    found: dict[str, Path] = {}
    problems = []
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in SUFFIXES or path.name.startswith(("~$", ".")) or not path.is_file():
            continue
        if path.stem in found:
            problems.append(Problem(TWO_FILES.fill(other=found[path.stem].name), file=path.name))
        found.setdefault(path.stem, path)
    if problems:
        raise BadInput(problems)
    return found


def read_folder(folder: Path) -> dict[str, pd.DataFrame]:
    """Every declared table of a data folder. BadInput lists the problems of all of them together."""
    tables, problems = {}, []
    found = files(folder)
    for name in (name for name in TABLES if name in found):
        try:
            tables[name] = read(found[name], TABLES[name])
        except BadInput as bad:
            problems += bad.problems
    if problems:
        raise BadInput(problems)
    if not tables:
        rule = NO_TABLES.fill(names=", ".join(f"{name}.csv" for name in TABLES))
        raise BadInput(Problem(rule, file=shorten(folder, LONGEST_PATH)))
    return tables


def read(path: Path, table: Table) -> pd.DataFrame:
    """One file as the declared table, extra columns kept as text. BadInput with one line a problem.

    What was read is known again by the digest of its bytes, so that the visitors of one server, whose kernels
    begin as copies of a process that has read the data, need not read them again. Nobody changes such a table.
    """
    return _read(path, table.name, hashlib.sha256(path.read_bytes()).hexdigest())


@lru_cache(maxsize=8)
def _read(path: Path, name: str, digest: str) -> pd.DataFrame:
    rows = read_rows(path)
    if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
        raise BadInput(Problem(CHANGED, path.name))
    return typed(rows, TABLES[name], digest)


def typed(rows: Rows, table: Table, digest: str = "") -> pd.DataFrame:
    """Rows of text as typed columns; ``attrs`` carry the file name and the digest of its bytes."""
    declared = table.by_name
    problems = rows.problems + [
        Problem(MISSING_COLUMN.fill(remedy=remedy(table.name, [name], rows.header)), rows.file, column=name)
        for name, column in declared.items()
        if column.required and name not in rows.header
    ]
    values = {}
    for position, name in enumerate(rows.header):
        texts = [cells[position].strip() for cells in rows.cells]
        if name not in declared:  # kept as it is: no rule reads it, and no result repeats it
            values[name] = [text or None for text in texts]
            continue
        if rows.header.count(name) > 1:  # said already; nobody knows which is meant
            continue
        values[name], wrong = _parse(texts, declared[name])
        problems += [Problem(rule, rows.file, rows.numbers[i], name, texts[i] or None) for i, rule in wrong]
    problems += _doubles(rows, table, values)
    if problems:
        raise BadInput(sorted(problems, key=lambda problem: problem.row or 0))
    frame = pd.DataFrame(values, index=pd.Index(rows.numbers, name=ROW))
    frame.attrs = {"file": rows.file, "sha256": digest}
    return frame


def _doubles(rows: Rows, table: Table, values: dict[str, list]) -> list[Problem]:
    """Rows whose key stands in an earlier row; a blank part of it was refused already."""
    names = [name for name in (table.key, *table.within) if name in values]
    if table.key not in names:
        return []
    first: dict = {}
    problems = []
    for number, *key in zip(rows.numbers, *(values[name] for name in names), strict=True):
        key = tuple(key)
        if key in first and key[0] is not None:
            shown = " · ".join(part for part in key if part is not None)
            problems.append(Problem(DOUBLE.fill(row=first[key]), rows.file, number, table.key, shown))
        first.setdefault(key, number)
    return problems


def _parse(texts: list[str], column: Column) -> tuple[list, list[tuple[int, Text]]]:
    """The column's values (None for a blank) and, by position, what is wrong."""
    parse = PARSERS[column.type]
    values, wrong = [], []
    for i, text in enumerate(texts):
        try:
            if text == "" and column.required:
                raise Refused(BLANK)
            values.append(None if text == "" else parse(text, column))
        except Refused as refused:
            values.append(None)
            wrong.append((i, refused.args[0]))
    return values, wrong


class Refused(ValueError):
    """A cell that does not keep to its column; carries the rule's Text."""


NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)


def _number(text: str, column: Column) -> float:
    if not NUMBER.fullmatch(text):
        raise Refused(NOT_FINITE if text.lower().strip("+-") in ("nan", "inf", "infinity") else NOT_NUMBER)
    value = float(text)
    if not column.low <= value <= column.high:
        raise Refused(OUT_OF_RANGE.fill(low=f"{column.low:,}", high=f"{column.high:,}", label=column.label))
    return value


def _integer(text: str, column: Column) -> int:
    value = _number(text, column)
    if not value.is_integer():
        raise Refused(NOT_INTEGER)
    return int(value)


def _money_value(text: str, column: Column) -> float:
    value = _number(text, column)
    if round(value * 100) / 100 != value:
        raise Refused(PART_OF_FEN)
    return value


YES_NO = {"true": True, "1": True, "是": True, "false": False, "0": False, "否": False}


def _boolean(text: str, column: Column) -> bool:
    value = YES_NO.get(text.lower())
    if value is None:
        raise Refused(NOT_BOOLEAN)
    return value


def _fact_value(text: str, column: Column) -> float:
    value = YES_NO.get(text.lower())
    return _number(text, column) if value is None else float(value)


def _option(text: str, column: Column) -> str:
    if text not in column.options:
        raise Refused(NOT_OPTION.fill(options=joined(column.options)))
    return text


def _plain_text(text: str, column: Column) -> str:
    # A spreadsheet runs a cell that begins so; the names go into workbooks that hospitals open.
    if text[0] in "=+-@":
        raise Refused(FORMULA)
    if not text.isprintable() and any(unicodedata.category(character) in HIDDEN for character in text):
        raise Refused(CONTROL)
    return text


PARSERS = {
    Type.TEXT: _plain_text, Type.INTEGER: _integer, Type.NUMBER: _number,
    Type.MONEY: _money_value, Type.BOOLEAN: _boolean, Type.CHOICE: _option, Type.VALUE: _fact_value,
}  # fmt: skip

CHANGED = Text(
    "读取时文件被改动。请待保存完成后重试。", "The file changed while it was read. Try again once it is saved."
)
NO_FOLDER = Text("没有这个数据文件夹。请核对路径。", "There is no such data folder. Check the path.")
NO_TABLES = Text(
    "没有可用的数据表。请放入 {names}（或 XLSX、Parquet）。", "There is no table. Put in {names} (or XLSX, Parquet)."
)
TWO_FILES = Text("与 {other} 是同一张表。请只保留一个文件。", "The same table stands in {other}. Keep one file.")
MISSING_COLUMN = Text("缺少此列。{remedy}", "This column is missing. {remedy}")
DOUBLE = Text("与第 {row} 行重复。请每个编号只保留一行。", "Row {row} has it too. Keep one row for each.")
BLANK = Text("不能为空。请补上。", "It must not be blank. Fill it in.")
NOT_NUMBER = Text("不是数字。请只写半角数字，如 93.5，不带单位、百分号和千位分隔符。",
                  "Not a number. Write half-width digits only, such as 93.5: no unit, percent sign or thousands "
                  "separator.")  # fmt: skip
NOT_FINITE = Text(
    "不是有限的数。请填写实际数值，没有则留空。", "Not a finite number. Give the number, or leave it blank."
)
OUT_OF_RANGE = Text("{label}应在 {low} 至 {high} 之间。请核对。", "{label} must be from {low} to {high}. Check it.")
NOT_INTEGER = Text("应为整数。请核对。", "It must be a whole number. Check it.")
PART_OF_FEN = Text("金额最多到分（两位小数）。请核对。", "An amount has at most two decimals (fen). Check it.")
NOT_BOOLEAN = Text("应为 True/False、1/0 或 是/否。", "Write True/False or 1/0.")
NOT_OPTION = Text("不在可选值内。请填 {options} 之一。", "Not one of the options. Give one of {options}.")
FORMULA = Text("以 = + - @ 开头，会被表格软件当作公式执行。请去掉该字符。",
               "It begins with = + - or @ and a spreadsheet would run it as a formula. Remove that character.")  # fmt: skip
CONTROL = Text("含有换行或不可见的字符。请重新输入。", "It holds a line break or invisible characters. Type it again.")
