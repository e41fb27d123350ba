"""What numbers are counted in, in words: for columns of tables and for parameters; and how a parameter's are shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator

from simlib.money import decimal_places
from simlib.words import LANGUAGES, Text

YUAN, POINTS, RATIO, COUNT, DAYS, YEARS, YUAN_A_POINT = (
    Text("元", "yuan"),
    Text("分", "points"),
    Text("比值", "ratio"),
    Text("个", "count"),
    Text("天", "days"),
    Text("岁", "years"),
    Text("元/分", "yuan a point"),
)


@dataclass(frozen=True)
class Unit:
    """How a number is shown: ``decimals`` places after multiplying by ``factor``, then ``sign``."""

    label: Text
    factor: int = 1
    decimals: int = 2
    sign: str = ""

    def show(self, value: Decimal | float | str) -> str:
        """With more places than usual where the value has them, up to those a parameter may have."""
        scaled = Decimal(str(value)) * self.factor
        own = decimal_places(scaled.normalize())
        return f"{scaled:.{max(self.decimals, min(own, PLACES))}f}{self.sign}"


SCALES = {  # of money at a glance, each language's own, largest first; and the least amount that a sentence tells in it
    "zh": [(10**8, "亿元", 10**8), (10**4, "万元", 100), (1, "元", 0)],
    "en": [(10**9, "bn yuan", 10**9), (10**6, "m yuan", 10**5), (10**3, "k yuan", 10), (1, "yuan", 0)],
}
MINUS = "−"  # U+2212, as broad as the plus
BELOW_0 = re.compile(r"(?<![\w.,-])-(?=\d)")


def figure(value: float, decimals: int = 2, sign: bool = False) -> str:
    """A number as people read it: thousands apart, one kind of minus, no minus before 0."""
    shown = f"{round(value, decimals) + 0.0:{'+' if sign and value else ''},.{decimals}f}"
    return shown.replace("-", MINUS)


def minus(text: str) -> str:
    """A text in which every number below 0 has the one kind of minus; days and names keep their hyphens."""
    return BELOW_0.sub(MINUS, text) if "-" in text else text


def scale(amounts: Iterable[float], language: str, broad: bool = False) -> tuple[int, str]:
    """The one unit in which amounts [yuan] of a line are told: the largest that the greatest of them fills and that
    leaves none too small to read; ``broad`` numbers, which stand apart, may have a hundredth of it."""
    known = [abs(one) for one in amounts if one]
    most, small = max(known, default=0), min(known, default=0)
    fitting = (
        (size, unit)
        for size, unit, least in SCALES[language]
        if most >= size and small >= (size / 100 if broad else least)
    )
    return next(fitting, SCALES[language][-1][:2])


def amounts(said: Text, yuan: Mapping[str, float], **others: object) -> Text:
    """A sentence with its {amounts} of ``yuan`` in one unit, and whatever else it holds."""
    filled: dict[str, list[str]] = {name: [] for name in yuan}
    for language in LANGUAGES:
        size, unit = scale(yuan.values(), language)
        for name, amount in yuan.items():
            filled[name].append(f"{figure(amount / size)} {unit}")
    return said.fill(**{name: Text(*texts) for name, texts in filled.items()}, **others)


PLACES = 6  # decimals a number parameter may have, unless it says otherwise
PERCENT = Unit(Text("百分比", "percent"), factor=100, decimals=1, sign="%")
CHOICE, DATE = Unit(Text("选项", "choice")), Unit(Text("日期", "date"))


def whole(zh: str, en: str) -> Unit:
    """A unit of things that are counted."""
    return Unit(Text(zh, en), decimals=0)


def _day(value: object) -> str:
    """A day as 2026-12-15, "" for none. ValueError for what is neither."""
    if value == "":
        return ""
    if isinstance(value, datetime) or not isinstance(value, str | date):
        raise ValueError
    found = date.fromisoformat(value) if isinstance(value, str) else value
    if not YEARS_KNOWN[0] <= found.year <= YEARS_KNOWN[1]:
        raise ValueError
    return found.isoformat()


Day = Annotated[str, BeforeValidator(_day)]  # a parameter that is a day, or none
YEARS_KNOWN = (2010, 2099)
NO_DAY, A_DAY = (
    Text("未设定", "not set"), Text("2026-12-15 这样的日期，或留空", "a date such as 2026-12-15, or nothing"),
)  # fmt: skip
