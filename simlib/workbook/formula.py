"""Formulas that know what they come to: one expression gives the text of a cell and its value, row by row.

A spreadsheet calculates in floats. Whole numbers below 10^15 are exact there, in sums, products and whole parts alike,
so every expression of whole numbers carries a bound, and one that could pass 10^15 is refused; larger numbers stand in
several cells (see :mod:`simlib.workbook.long_numbers`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simlib.problems import BadInput, Problem
from simlib.words import Text

EXACT = 10**15  # Excel shows and compares 15 digits, LibreOffice rounds to them before it takes a whole part
DIVIDED = 10**14  # of what is divided by any number but a power of ten
ROW, NEXT, LAST = "§", "¶", "¤"  # stand in a text for the number of the formula's row, of the row below, and above
ATOM, PRODUCT, SUM, COMPARISON = 3, 2, 1, 0


@dataclass(frozen=True, eq=False)
class Place:
    """A column of a sheet, from its first to its last row of data."""

    sheet: str
    letter: str
    first: int
    last: int

    @property
    def range(self) -> str:
        return f"'{self.sheet}'!${self.letter}${self.first}:${self.letter}${self.last}"

    @property
    def until_here(self) -> str:
        return f"'{self.sheet}'!${self.letter}${self.first}:${self.letter}{ROW}"


@dataclass(frozen=True, eq=False)
class Cell:
    """An expression: its formula without ``=``, its value (one, or one a row), and the bound of a whole number."""

    text: str
    value: np.ndarray
    most: int | None = None  # no whole number here is larger, whatever the parameters; None of anything else
    rank: int = ATOM
    place: Place | None = None
    signed: bool = False

    def __post_init__(self):
        object.__setattr__(self, "value", np.asarray(self.value))
        if self.most is not None and self.most >= EXACT:
            raise too_large()
        if self.most is not None and np.abs(self.value).max(initial=0) > self.most:
            raise AssertionError(f"{self.text} passes its bound {self.most}")

    @property
    def largest(self) -> int:
        """Its bound. TypeError for what is no whole number."""
        if self.most is None:
            raise TypeError(f"{self.text} is no whole number")
        return self.most

    @property
    def there(self) -> Place:
        """The column in which it stands. TypeError for what stands in none."""
        if self.place is None:
            raise TypeError(f"{self.text} stands in no column")
        return self.place

    def __add__(self, other) -> Cell:
        return _whole(self, cell(other), "+", SUM, np.add, lambda a, b: a + b)

    def __sub__(self, other) -> Cell:
        return _whole(self, cell(other), "-", SUM, np.subtract, lambda a, b: a + b, signed=True)

    def __mul__(self, other) -> Cell:
        return _whole(self, cell(other), "*", PRODUCT, np.multiply, lambda a, b: a * b)

    def times(self, other: Cell | int, most: int) -> Cell:
        """A product that is known to be at most ``most``."""
        other = cell(other)
        text = f"{_part(self, PRODUCT)}*{_part(other, PRODUCT)}"
        return Cell(text, self.value * other.value, most, PRODUCT, signed=self.signed or other.signed)

    def __rmul__(self, other) -> Cell:
        return cell(other) * self

    def __rsub__(self, other) -> Cell:
        return cell(other) - self

    def __truediv__(self, other) -> Cell:
        """A float, to be shown."""
        other = cell(other)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.where(other.value == 0, 0.0, self.value / np.where(other.value == 0, 1, other.value))
        return Cell(f"{_part(self, PRODUCT)}/{_part(other, ATOM)}", value, None, PRODUCT)

    def __floordiv__(self, other) -> Cell:
        """The whole part; both are whole numbers. 0 where the divisor is 0, which a formula has to guard against."""
        other = cell(other)
        power = other.place is None and str(other.text).strip("0") == "1"
        if self.largest >= (EXACT if power else DIVIDED):
            raise too_large()
        value = np.where(other.value == 0, 0, self.value // np.where(other.value == 0, 1, other.value))
        most = self.largest // int(other.text) + 1 if power else self.largest
        return Cell(f"INT({_part(self, PRODUCT)}/{_part(other, ATOM)})", value, most, ATOM, signed=self.signed)

    def __lt__(self, other) -> Cell:
        return _compared(self, cell(other), "<", np.less)

    def __le__(self, other) -> Cell:
        return _compared(self, cell(other), "<=", np.less_equal)

    def __gt__(self, other) -> Cell:
        return _compared(self, cell(other), ">", np.greater)

    def __ge__(self, other) -> Cell:
        return _compared(self, cell(other), ">=", np.greater_equal)

    def equals(self, other) -> Cell:
        return _compared(self, cell(other), "=", np.equal)

    def __and__(self, other) -> Cell:
        return Cell(f"AND({self.text},{other.text})", self.value & other.value)

    def __or__(self, other) -> Cell:
        return Cell(f"OR({self.text},{other.text})", self.value | other.value)

    def __invert__(self) -> Cell:
        return Cell(f"NOT({self.text})", ~self.value)

    def bounded(self, most: int) -> Cell:
        """The same, known to be at most ``most``."""
        return Cell(
            self.text, self.value, min(most, self.most if self.most is not None else most), self.rank, self.place,
            self.signed
        )  # fmt: skip


def rest(number: Cell, size: int) -> Cell:
    """What a division by a power of ten leaves; of a negative number too it is not negative."""
    whole = number // size
    value = number.value - whole.value * size
    return Cell(f"{_part(number, SUM)}-{whole.text}*{size}", value, size - 1, SUM)


def too_large() -> BadInput:
    return BadInput(Problem(TOO_LARGE))


def cell(value) -> Cell:
    """A constant as an expression."""
    if isinstance(value, Cell):
        return value
    if isinstance(value, str):
        return Cell('"' + value.replace('"', '""') + '"', np.array(value, dtype=object))
    if isinstance(value, float):
        return Cell(f"{value:.15G}", np.array(value))
    return Cell(str(value), np.array(value, dtype=np.int64), abs(value), ATOM if value >= 0 else SUM, None, value < 0)


def where(condition: Cell, yes, no) -> Cell:
    """``yes`` where the condition holds, ``no`` elsewhere."""
    yes, no = cell(yes), cell(no)
    most = None if yes.most is None or no.most is None else max(yes.most, no.most)
    words = "O" in (yes.value.dtype.kind, no.value.dtype.kind)
    value = np.where(
        condition.value, *((one.value.astype(object) for one in (yes, no)) if words else (yes.value, no.value))
    )
    text = f"IF({condition.text},{yes.text},{no.text})"
    return Cell(text, value, most, ATOM, signed=yes.signed or no.signed)


def flag(condition: Cell) -> Cell:
    """1 where the condition holds, else 0."""
    return where(condition, 1, 0)


def smaller(one: Cell, other) -> Cell:
    return _extreme("MIN", np.minimum, one, cell(other), min)


def larger(one: Cell, other) -> Cell:
    other = cell(other)
    found = _extreme("MAX", np.maximum, one, other, max)
    return Cell(found.text, found.value, found.most, ATOM, None, one.signed and other.signed)


def rounded(number: Cell, scale: int, most: int) -> Cell:
    """A given number as whole parts of 1 / ``scale``; blanks are 0."""
    filled = np.nan_to_num(number.value.astype(float))
    value = np.array([int(round(one * scale)) for one in filled.ravel()], dtype=np.int64).reshape(filled.shape)
    text = f"ROUND({number.text}*{scale},0)" if scale > 1 else number.text
    return Cell(text, value, most)


def total(column: Cell, most: int | None = None) -> Cell:
    """The sum of a column of a sheet."""
    return _sum(f"SUM({column.there.range})", column.value.sum(), column, most)


def by(column: Cell, key: Cell, here: Cell, most: int | None = None) -> Cell:
    """The sum of a column over the rows whose ``key`` is ``here``; keys are numbers, so no text is taken for a
    pattern."""
    text = f"SUMIFS({column.there.range},{key.there.range},{here.text})"
    return _sum(text, _sums(key, here, column.value), column, most)


def count(key: Cell, here: Cell) -> Cell:
    """How many rows have the ``key`` that is ``here``."""
    ones = np.ones(len(key.value), dtype=np.int64)
    return Cell(f"COUNTIFS({key.there.range},{here.text})", _sums(key, here, ones), len(ones))


def look(column: Cell, number: Cell) -> Cell:
    """The value of a column in the row of that number, counted from 1."""
    text = f"INDEX({column.there.range},{number.text})"
    return Cell(text, column.value[number.value - 1], column.most, signed=column.signed)


def _sums(key: Cell, here: Cell, values: np.ndarray) -> np.ndarray:
    sums = np.zeros(max(key.value.max(initial=0), here.value.max(initial=0)) + 1, dtype=values.dtype)
    np.add.at(sums, key.value, values)
    return sums[here.value]


def _sum(text: str, value: np.ndarray, column: Cell, most: int | None) -> Cell:
    """A sum that is refused where it passes ``most``."""
    bound = min(column.largest * max(len(column.value), 1), EXACT - 1 if most is None else most)
    if np.abs(value).max(initial=0) > bound:
        raise too_large()
    return Cell(text, value, bound, signed=column.signed)


def _extreme(name: str, function, one: Cell, other: Cell, bound) -> Cell:
    most = None if one.most is None or other.most is None else max(one.most, other.most)
    if most is not None and not one.signed and not other.signed:
        most = bound(one.most, other.most)
    return Cell(f"{name}({one.text},{other.text})", function(one.value, other.value), most, ATOM, None,
                one.signed or other.signed)  # fmt: skip


def _part(one: Cell, rank: int) -> str:
    return one.text if one.rank >= rank else f"({one.text})"


def _whole(a: Cell, b: Cell, sign: str, rank: int, function, bound, signed: bool = False) -> Cell:
    most = None if a.most is None or b.most is None else bound(a.most, b.most)
    if most is not None and most >= EXACT:
        raise too_large()
    text = f"{_part(a, rank)}{sign}{_part(b, rank + (sign == '-'))}"
    return Cell(text, function(a.value, b.value), most, rank, None, signed or a.signed or b.signed)


def _compared(a: Cell, b: Cell, sign: str, function) -> Cell:
    return Cell(f"{_part(a, SUM)}{sign}{_part(b, SUM)}", function(a.value, b.value), None, COMPARISON)


TOO_LARGE = Text(
    "金额过大或小数位过多，电子表格的 15 位数字无法精确到分，未生成工作簿。请核对单位和小数位。",
    "Amounts are too large, or have too many decimals, for the 15 digits of a spreadsheet; no workbook was written. "
    "Check units and decimals.",
)  # fmt: skip
