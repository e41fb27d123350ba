"""How a column and a table are declared."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from simlib.units import RATIO, YUAN
from simlib.words import NO_TEXT, Text

LARGEST_AMOUNT = 10**12  # yuan; keeps every sum of fen far inside 64 bits


class Type(StrEnum):
    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    MONEY = "money"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    VALUE = "value"  # a number, or yes and no as 1 and 0: a fact's row says which
    DATE = "date"
    MONTH = "month"  # as text, 2025-01


@dataclass(frozen=True, eq=False)  # one declaration is itself and no other
class Column:
    """One column of a data table; ``low``/``high`` are inclusive, ``options`` for a choice.

    A column of sentences stands once for each ``language``; a workbook shows its reader's.

    What the trade calls it: ``called`` are headings it has besides its name and labels, the national interface's
    field among them; ``parts`` are headings of amounts that add up to it where it does not stand itself, or ``each``
    of one of these several; ``others`` are headings like its own, with what they are instead; ``codes``
    are further ways of writing its options ("" where one says that it is not known); ``states`` are words in its
    cells that say something of the row instead, by column; a blank is no fault where the column ``excused`` says
    no; ``twin`` names a column that may stand in the same cells (三级甲等: level and grade). ``rest`` is the option of
    every text that is none, and the pattern of texts that are refused all the same. Of free texts, ``mention`` is the
    pattern that means the one option; all others are read as blank, and none is kept. What lies outside of ``usual``
    is doubted, not refused. A ``personal`` one numbers persons: no message shows its cells, and it is written only
    as a digest (simlib.tables.personal).
    """

    name: str
    type: Type
    label: Text
    unit: Text = NO_TEXT
    low: float | None = None
    high: float | None = None
    options: dict[str, Text] = field(default_factory=dict)
    required: bool = False
    blanks: bool = False  # of a required one: whether the rule that needs it says what a blank means
    language: str = ""
    decimals: int = 2  # of a number at a glance
    called: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    each: tuple[tuple[str, ...], ...] = ()
    others: dict[str, Text] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    states: dict[str, dict[str, str]] = field(default_factory=dict)
    twin: str = ""
    rest: tuple[str, str] = ("", "")
    mention: str = ""
    excused: str = ""
    usual: tuple[float, float] | None = None
    personal: bool = False

    @property
    def filled(self) -> bool:
        """Whether every row must have a value."""
        return self.required and not self.blanks

    def within(self, number: float) -> bool:
        """Whether a number lies in its range."""
        return (self.low is None or self.low <= number) and (self.high is None or number <= self.high)

    @property
    def heading(self) -> Text:
        """The label with its unit, for the head of a table."""
        return WITH_UNIT.fill(label=self.label, unit=self.unit) if self.unit.zh else self.label


@dataclass(frozen=True, eq=False)
class Table:
    """One table of the data folder: ``name``.csv, .xlsx or .parquet; ``key``, with ``within``, is unique.

    A ``large`` one may have tens of millions of rows: it stays in its file (see simlib.tables.large), and as a
    result it is written as Parquet only.
    """

    name: str
    label: Text
    key: str
    columns: tuple[Column, ...]
    within: tuple[str, ...] = ()
    large: bool = False
    called: tuple[str, ...] = ()  # what files and sheets with it are named, besides its name and labels
    named_only: bool = False  # never known by its columns alone

    @cached_property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}


SHARE = RATIO
WITH_UNIT = Text("{label}（{unit}）", "{label} ({unit})")


def yuan(name: str, zh: str, en: str) -> Column:
    """An amount as a result: it may be below 0."""
    return Column(name, Type.MONEY, Text(zh, en), YUAN)


def money(name: str, zh: str, en: str, required: bool = False, called: str = "", parts: str = "") -> Column:
    return Column(
        name, Type.MONEY, Text(zh, en), YUAN, 0, LARGEST_AMOUNT, required=required, called=words(called),
        parts=words(parts)
    )  # fmt: skip


def text(name: str, zh: str, en: str, required: bool = False, called: str = "") -> Column:
    return Column(name, Type.TEXT, Text(zh, en), required=required, called=words(called))


def count(
    name: str, zh: str, en: str, unit: Text, high: int, low: int = 0, required: bool = False, called: str = ""
) -> Column:
    return Column(name, Type.INTEGER, Text(zh, en), unit, low, high, required=required, called=words(called))


def ratio(name: str, zh: str, en: str, called: str = "", usual: tuple[float, float] | None = None) -> Column:
    return Column(name, Type.NUMBER, Text(zh, en), SHARE, 0, 1, called=words(called), usual=usual)


def number(
    name: str, zh: str, en: str, unit: Text, low: float, high: float, required: bool = False, called: str = ""
) -> Column:
    return Column(name, Type.NUMBER, Text(zh, en), unit, low, high, required=required, called=words(called))


def date(name: str, zh: str, en: str, required: bool = False, called: str = "") -> Column:
    return Column(name, Type.DATE, Text(zh, en), required=required, called=words(called))


def part(name: str, zh: str, en: str) -> Column:
    """A share as a result."""
    return Column(name, Type.NUMBER, Text(zh, en), SHARE, decimals=4)


def yes_no(name: str, zh: str, en: str, called: str = "", yes: str = "", no: str = "") -> Column:
    """``yes`` and ``no`` are words for them that only this column has."""
    codes = {**dict.fromkeys(words(yes), "是"), **dict.fromkeys(words(no), "否")}
    return Column(name, Type.BOOLEAN, Text(zh, en), called=words(called), codes=codes)


def choice(
    name: str, zh: str, en: str, options: dict[str, Text], required: bool = False, called: str = "",
    codes: dict[str, str] | None = None, twin: str = ""
) -> Column:  # fmt: skip
    """``codes`` are given by option: several words each."""
    written = {word: option for option, several in (codes or {}).items() for word in words(several)}
    return Column(
        name, Type.CHOICE, Text(zh, en), options=options, required=required, called=words(called), codes=written,
        twin=twin
    )  # fmt: skip


def words(several: str) -> tuple[str, ...]:
    """Words of a declaration, which spaces separate."""
    return tuple(several.split())


INSTITUTION_ID = text(
    "institution_id", "机构编号", "Institution no.", required=True,
    called="医疗机构编号 医疗机构编码 医疗机构代码 定点医药机构编号 定点医药机构编码 "
           "定点医药机构代码 定点医疗机构编号 定点医疗机构编码 定点医疗机构代码 定点机构编号 "
           "定点机构编码 定点编号 定点编码 机构编码 机构代码 医院编号 医院编码 医院代码 "
           "医保机构编码 国家医保编码 单位编码 单位编号 fixmedins_code medins_code",
)  # fmt: skip
