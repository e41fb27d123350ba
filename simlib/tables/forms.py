"""How a value may be written: each way declared once, as a pattern and what it stands for.

Small tables are read through :func:`plain`; simlib.tables.large asks the same patterns of tables that stay in their
files, so they keep to what both know. A form turns one way of writing into the plain one that simlib.tables.cells
parses; nothing is guessed, and each use of one is told.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import NamedTuple

from simlib.columns import Column, Type
from simlib.money import DIGITS
from simlib.units import COUNT, DAYS, POINTS, RATIO, YEARS, YUAN
from simlib.words import Text

WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}  # full-width characters to plain ones
NUMBERS = (Type.NUMBER, Type.MONEY, Type.INTEGER, Type.VALUE)
# What stands for "nothing" in a column that may be blank; 无 of a yes-or-no column is a no.
MISSING = (
    "—",
    "——",
    "-",
    "–",
    "--",
    "/",
    "\\",
    ".",
    "...",
    "......",
    "无",
    "暂无",
    "空",
    "null",
    "n/a",
    "na",
    "none",
    "(空)",
    "(null)",
    "<null>",
    r"\n",
    "未知",
    "不详",
    "缺失",
    "未填",
    "未填写",
    "无数据",
    "未提供",
    "—无—",
    "//",
)
YES = ("true", "1", "1.0", "是", "有", "√", "✓", "☑", "y", "yes", "已完成", "完成")
NO = ("false", "0", "0.0", "否", "无", "×", "✗", "x", "n", "no", "未完成", "没有")
SCALES = {  # by unit: how many decimal places each way of writing it moves the point
    YUAN: {
        "元": 0, "百元": 2, "千元": 3, "万元": 4, "万": 4, "十万元": 5, "百万元": 6, "千万元": 7, "亿元": 8, "亿": 8,
    },
    RATIO: {"%": -2, "‰": -3},
    POINTS: {"分": 0, "%": 0},  # 90.5% of a hundred points
    DAYS: {"天": 0, "日": 0},
    YEARS: {"岁": 0, "周岁": 0},
    COUNT: {"个": 0, "家": 0, "例": 0, "人": 0, "人次": 0, "次": 0},
}  # fmt: skip
PLAIN = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"


class Form(NamedTuple):
    """A way of writing: a text that matches ``pattern`` means ``plain``, a template of its groups, once the characters
    ``without`` are gone from it."""

    label: Text
    pattern: str
    plain: str = r"\1"
    without: str = ""
    unit: bool = False  # it names its own unit, so that the heading's does not apply

    def of(self, text: str) -> str | None:
        """What the text means, or None where it is not written so."""
        found = _compiled(self.pattern).fullmatch(text)
        if found is None:
            return None
        text = text.translate({ord(character): None for character in self.without})
        return _compiled(self.pattern if not self.without else "(.*)").sub(self.plain, text, count=1)


_compiled = cache(lambda pattern: re.compile(pattern, re.ASCII))

TRICK = Text("表格软件的文本写法", "a spreadsheet's way of writing text")
TEXTS = (Form(TRICK, '="([^"]*)"'), Form(TRICK, "'(.+)"))
_MONEY = r"(?:[¥￥]|人民币|RMB|rmb|CNY)"
THOUSANDS = Form(Text("千位分隔符", "thousands separators"),
                 rf"\(?{_MONEY}? *[+-]?\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?\D*", without=",")  # fmt: skip
MINUS = Form(Text("负号的其他写法", "another minus sign"), r"[−﹣](.+)", r"-\1")
CURRENCY = Form(Text("货币符号", "a currency sign"), rf"{_MONEY}[:： ]*({PLAIN})(?: *元[整正]?)?")
NEGATIVE = Form(Text("括号表示负数", "brackets for a negative"), rf"\(({PLAIN})\)", r"-\1")
_CLOCK = r"\d{1,2}(?::\d{2}(?::\d{2}(?:\.\d+)?)?|时(?:\d{1,2}分(?:\d{1,2}秒)?)?)"
_TIME = rf"[ T]*(?:(?:上午|下午|[AaPp][Mm]) *)?{_CLOCK}(?: *[AaPp][Mm]|\+08:?00)?"  # of the day in China
_YMD = r"([12]\d{3})"
DATES = (
    Form(
        Text("带时间的日期", "dates with a time"),
        rf"{_YMD}[-/.年](\d{{1,2}})[-/.月](\d{{1,2}})日?{_TIME}",
        r"\1-\2-\3",
    ),
    Form(Text("年月日写法", "dates in Chinese"), rf"{_YMD}年(\d{{1,2}})月(\d{{1,2}})[日号]", r"\1-\2-\3"),
    Form(
        Text("八位日期", "dates of eight digits"),
        rf"{_YMD}(\d{{2}})(\d{{2}})(?:\d{{6}}|\d{{4}})?",
        r"\1-\2-\3",
    ),
    Form(Text("点分日期", "dates with dots"), rf"{_YMD}\.(\d{{1,2}})\.(\d{{1,2}})", r"\1-\2-\3"),
)
MONTHS = (
    Form(Text("年月写法", "months in Chinese"), rf"{_YMD}年(\d{{1,2}})月(?:份)?", r"\1-\2"),
    Form(Text("六位月份", "months of six digits"), rf"{_YMD}(\d{{2}})", r"\1-\2"),
    Form(Text("其他分隔符的月份", "months with another separator"),
         rf"{_YMD}(?:\.(\d{{2}}|[2-9])|/(\d{{1,2}}))", r"\1-\2\3"),  # not 2025.1: a spreadsheet makes it of 2025.10
    Form(Text("月份写成日期", "months written as dates"),
         rf"{_YMD}[-/.](\d{{1,2}})[-/.]\d{{1,2}}(?:{_TIME})?", r"\1-\2"),
    Form(Text("月份写成日期", "months written as dates"), rf"{_YMD}(\d{{2}})\d{{2}}", r"\1-\2"),
    Form(Text("年月写法", "months in Chinese"), rf"{_YMD}-(\d{{1,2}})月(?:份)?", r"\1-\2"),
)  # fmt: skip
_DAYS_OLD = Text("天数或月数表示的年龄", "ages in days or months")
AGES = (
    Form(_DAYS_OLD, r"\d{1,3}(?:天|日龄?|[dD]|小时|[hH])|新生儿", "0", unit=True),
    Form(_DAYS_OLD, r"(?:0?\d|1[01])(?:个?月|[mM])", "0", unit=True),
    Form(_DAYS_OLD, r"(?:1[2-9]|2[0-3])(?:个?月|[mM])", "1", unit=True),
    Form(_DAYS_OLD, r"(\d{1,3})(?:周?岁|[yY])(?:零?\d{1,2}(?:个?月|天))+", unit=True),
    Form(_DAYS_OLD, r"(\d{1,3})周?岁半", unit=True),
    Form(Text("带单位“岁”", "with the unit"), r"(\d{1,3})[yY]", unit=True),
)
WHOLE = Form(Text("写成小数的整数", "whole numbers written as decimals"), r"([+-]?\d+)\.0+")


@cache
def forms(column: Column) -> tuple[Form, ...]:
    """The ways in which a column's values may be written, in the order in which they are undone."""
    match column.type:
        case Type.TEXT:
            return TEXTS
        case Type.DATE:
            return DATES
        case Type.MONTH:
            return MONTHS
        case Type.CHOICE:
            return (WHOLE,)
        case Type.BOOLEAN:
            return ()
    scales = SCALES.get(column.unit, SCALES[RATIO] if column.type is Type.VALUE else {})
    units = [_unit(word, scale) for word, scale in scales.items()]
    return (MINUS, THOUSANDS, CURRENCY, NEGATIVE, *units, *(AGES if column.unit == YEARS else ()))


def _unit(word: str, scale: int) -> Form:
    label = Text("带单位“{word}”", "with the unit {word}").fill(word=word)
    whole = "[整正]?" if word.endswith("元") else ""  # 100000元整
    return Form(label, rf"({PLAIN}) *{word}{whole}", rf"\1e{scale}" if scale else r"\1", unit=True)


class Plain(NamedTuple):
    """A cell in the plain way of writing, and the labels of the forms that it was written in."""

    text: str
    forms: tuple[Text, ...]


def plain(text: str, column: Column, scale: int = 0) -> Plain:
    """A cell as its column's parser takes it; ``scale`` is that of the unit in the heading."""
    if column.type in NUMBERS and not scale and len(text) <= DIGITS and _compiled(PLAIN).fullmatch(text):
        return Plain(text, ())  # the usual case
    used: list[Text] = []
    own = False
    if column.type is not Type.TEXT and (half := text.translate(WIDE).strip()) != text:
        text = half
        used.append(FULL_WIDTH)
    for form in forms(column):
        if (found := form.of(text)) is not None:
            text, own = found, own or form.unit
            used.append(form.label)
    if column.type in NUMBERS and _compiled(PLAIN + r"(?:[eE][+-]?\d{1,3})?").fullmatch(text):
        if scale and not own:
            text = f"{text}e{scale}" if "e" not in text.lower() else repr(float(text) * 10.0**scale)
        if noisy(text):
            text = f"{float(text):.{DIGITS}g}"
            used.append(NOISE)
    return Plain(text, tuple(used))


@cache
def marks(column: Column) -> frozenset[str]:
    """What stands for "nothing" in a column; where a stroke may be a no, only a word."""
    if column.type is not Type.BOOLEAN:
        return frozenset(MISSING)
    return frozenset(one for one in MISSING if any(map(str.isalnum, one)))


def noisy(text: str) -> bool:
    """Whether a decimal fraction has more digits than a binary one keeps; zeros at its end are none."""
    whole, point, part = text.lower().partition("e")[0].partition(".")
    return bool(point) and len((whole + part.rstrip("0")).lstrip("+-0")) > DIGITS


@lru_cache(maxsize=2**15)
def word(text: str) -> str:
    """A word as it is compared: without spaces, width and case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


@cache
def options(column: Column) -> dict[str, str | bool]:
    """Every way of writing one of a column's options, as :func:`word` has it; ``""`` says that it is not known."""
    if column.type is Type.BOOLEAN:
        own = {word(written): said == "是" for written, said in column.codes.items()}
        return {**dict.fromkeys(map(word, NO), False), **dict.fromkeys(map(word, YES), True), **own}
    known: dict[str, str | bool] = {word(written): option for written, option in column.codes.items() if written}
    for option, label in column.options.items():
        known |= {word(option): option, word(label.zh): option, word(label.en): option}
    return known


FULL_WIDTH = Text("全角字符", "full-width characters")
NOISE = Text("多于 15 位有效数字（二进制误差）", "more than 15 significant digits (binary noise)")
