"""How a column and a table are declared."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

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


@dataclass(frozen=True)
class Column:
    """One column of a data table; ``low``/``high`` are inclusive, ``options`` for a choice.

    A column of sentences stands once for each ``language``; a workbook shows its reader's.
    """

    name: str
    type: Type
    label: Text
    unit: Text = NO_TEXT
    low: float | None = None
    high: float | None = None
    options: dict[str, Text] = field(default_factory=dict)
    required: bool = False
    language: str = ""
    decimals: int = 2  # of a number at a glance

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

    @property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}


SHARE = RATIO
WITH_UNIT = Text("{label}（{unit}）", "{label} ({unit})")
INSTITUTION_ID = Column("institution_id", Type.TEXT, Text("机构编号", "Institution no."), required=True)


def yuan(name: str, zh: str, en: str) -> Column:
    """An amount as a result: it may be below 0."""
    return Column(name, Type.MONEY, Text(zh, en), YUAN)


def money(name: str, zh: str, en: str, required: bool = False) -> Column:
    return Column(name, Type.MONEY, Text(zh, en), YUAN, 0, LARGEST_AMOUNT, required=required)


def text(name: str, zh: str, en: str, required: bool = False) -> Column:
    return Column(name, Type.TEXT, Text(zh, en), required=required)


def count(name: str, zh: str, en: str, unit: Text, high: int, low: int = 0, required: bool = False) -> Column:
    return Column(name, Type.INTEGER, Text(zh, en), unit, low, high, required=required)


def ratio(name: str, zh: str, en: str) -> Column:
    return Column(name, Type.NUMBER, Text(zh, en), SHARE, 0, 1)


def part(name: str, zh: str, en: str) -> Column:
    """A share as a result."""
    return Column(name, Type.NUMBER, Text(zh, en), SHARE, decimals=4)


def yes_no(name: str, zh: str, en: str) -> Column:
    return Column(name, Type.BOOLEAN, Text(zh, en))


def choice(name: str, zh: str, en: str, options: dict[str, Text], required: bool = False) -> Column:
    return Column(name, Type.CHOICE, Text(zh, en), options=options, required=required)
