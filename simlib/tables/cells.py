"""What a table's cells may hold: each type of column with its rule, and the texts by which a cell is refused.

Tables that are read whole are parsed here; simlib.tables.large.checks asks the same of those that stay in their files.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from datetime import date

from simlib.columns import Column, Table, Type
from simlib.columns.checks import NOT_OPTION, PART_OF_FEN, remedy
from simlib.problems import Problem
from simlib.words import Text, joined

MOST_LABELLED = 12  # options whose labels stand in a message
ROW = "row"  # name of the index that holds file rows; simlib.columns.checks reads it
STARTS = "=+-@"  # of what a spreadsheet takes for a formula
HIDDEN = {"Cc", "Cf", "Zl", "Zp", "Cs"}  # categories of Unicode without a mark on paper; a wide space has one


def missing_columns(table: Table, header: list[str], file: str, known: Collection[str] = ()) -> list[Problem]:
    """One line for each required column that is not among those that are ``known``."""
    return [
        Problem(MISSING_COLUMN.fill(remedy=remedy(table.name, [name], header)), file, column=name)
        for name, column in table.by_name.items()
        if column.required and name not in (known or header)
    ]


class Refused(ValueError):
    """A cell that does not keep to its column; carries the rule's Text."""


NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)


def _number(text: str, column: Column) -> float:
    if text.startswith("="):
        raise Refused(NOT_CALCULATED)
    if text in ERRORS:
        raise Refused(ERROR)
    if not NUMBER.fullmatch(text):
        raise Refused(NOT_FINITE if text.lower().strip("+-") in ("nan", "inf", "infinity") else NOT_NUMBER)
    value = float(text)
    if not column.within(value):
        raise Refused(out_of_range(column))
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
        raise Refused(not_an_option(column))
    return text


def _plain_text(text: str, column: Column) -> str:
    if LOST_DIGITS.fullmatch(text):  # a long number that a spreadsheet took for one
        raise Refused(DIGITS_LOST)
    if text in ERRORS:
        raise Refused(ERROR)
    # A spreadsheet runs a cell that begins so; the names go into workbooks that hospitals open.
    if text[0] in STARTS:
        raise Refused(FORMULA)
    if not text.isprintable() and any(unicodedata.category(character) in HIDDEN for character in text):
        raise Refused(CONTROL)
    return text


LOST_DIGITS = re.compile(r"\d(\.\d+)?[eE]\+?\d{2,3}", re.ASCII)
ERRORS = ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!")
MONTH = re.compile(r"[12]\d{3}-\d{1,2}", re.ASCII)
DATE = re.compile(r"[12]\d{3}(-\d{1,2}-\d{1,2}|/\d{1,2}/\d{1,2})", re.ASCII)


def _date(text: str, column: Column) -> date:
    try:
        if DATE.fullmatch(text):
            return date(*map(int, re.split("[-/]", text)))
    except ValueError:  # of a month without such a day
        pass
    raise Refused(NOT_DATE)


def _month(text: str, column: Column) -> str:
    if MONTH.fullmatch(text):
        year, month = map(int, text.split("-"))
        if 1 <= month <= 12:
            return f"{year}-{month:02d}"
    raise Refused(NOT_MONTH)


PARSERS = {
    Type.TEXT: _plain_text, Type.INTEGER: _integer, Type.NUMBER: _number, Type.MONEY: _money_value,
    Type.BOOLEAN: _boolean, Type.CHOICE: _option, Type.VALUE: _fact_value, Type.DATE: _date,
    Type.MONTH: _month,
}  # fmt: skip


def out_of_range(column: Column) -> Text:
    return OUT_OF_RANGE.fill(low=f"{column.low:,}", high=f"{column.high:,}", label=column.label)


def not_an_option(column: Column) -> Text:
    """With what the options mean, where they are few enough to be read."""
    few = len(column.options) <= MOST_LABELLED
    return NOT_OPTION.fill(options=joined(
        Text(f"{option}（{label.zh}）", option) if few and label.zh != option else option
        for option, label in column.options.items()
    ))  # fmt: skip


MISSING_COLUMN = Text("缺少此列。{remedy}", "This column is missing. {remedy}")
DOUBLE = Text("与第 {row} 行重复。请每个编号只保留一行。", "Row {row} has it too. Keep one row for each.")
BLANK = Text("不能为空。请补充。", "It must not be blank. Fill it in.")
NOT_NUMBER = Text("不是此列的数字。请写成 93.5 这样的数字。", "Not a number for this column. Write one such as 93.5.")
NOT_CALCULATED = Text("公式没有计算结果。请用 Excel 或 WPS 打开、保存后再用。",
                      "The formula has no result. Open and save the file in Excel or WPS first.")  # fmt: skip
ERROR = Text("公式出错。请在表格软件中改正后再用。", "A formula failed here. Correct it in the spreadsheet.")
DIGITS_LOST = Text(
    "编号被表格软件当作数字，末尾几位已经丢失，无法还原。请从原系统重新导出，导入表格软件时把该列设为“文本”。",
    "A spreadsheet took the number for an amount and lost its last digits. Export it again and import this column as "
    "text.",
)  # fmt: skip
NOT_MONTH = Text("不是月份。请写成 2025-01。", "Not a month. Write it as 2025-01.")
NOT_FINITE = Text(
    "不是有限的数。请填写实际数值，没有则留空。", "Not a finite number. Give the number, or leave it blank."
)
OUT_OF_RANGE = Text("{label}应在 {low} 至 {high} 之间。请核对。", "{label} must be from {low} to {high}. Check it.")
NOT_INTEGER = Text("应为整数。请核对。", "It must be a whole number. Check it.")
NOT_BOOLEAN = Text("应为 True/False、1/0 或 是/否。", "Write True/False or 1/0.")
NOT_DATE = Text("不是日期。请写成 2021-01-31 或 2021/1/31。", "Not a date. Write it as 2021-01-31 or 2021/1/31.")
FORMULA = Text(
    "以 = + - @ 开头，会被表格软件当作公式执行。请去掉该字符。",
    "It begins with = + - or @ and a spreadsheet would run it as a formula. Remove that character.",
)
CONTROL = Text("含有换行或不可见的字符。请重新输入。", "It holds a line break or invisible characters. Type it again.")
