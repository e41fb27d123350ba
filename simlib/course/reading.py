"""How people write a number or a day: what an answer, as it was typed, may mean. It knows no exercise."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal, DecimalException
from enum import StrEnum


class Kind(StrEnum):
    RATIO = "ratio"
    MONEY = "money"
    POINTS = "points"
    COUNT = "count"
    DATE = "date"
    CHOICE = "choice"
    SCENARIO = "scenario"


@dataclass(frozen=True)
class Places:
    """Decimal places: what a right answer needs, what shows that it was only rounded too far, what is looked at."""

    fine: int
    coarse: int
    most: int


PLACES = {
    Kind.RATIO: Places(4, 2, 12), Kind.MONEY: Places(2, 0, 2), Kind.POINTS: Places(6, 0, 6),
    Kind.COUNT: Places(0, 0, 6),
}  # fmt: skip
COUNTED = ("", "家", "所", "间", "个", "个机构", "例", "起", "项", "件", "人", "次", "天", "日", "个工作日", "家机构",
           "家医院", "家医共体", "个参数",
           "institutions", "institution", "hospitals", "days", "day", "parameters")  # fmt: skip
UNITS = {  # a unit as the power of ten it stands for
    Kind.RATIO: {"": 0, "倍": 0, "%": -2, "percent": -2},
    Kind.MONEY: {
        **dict.fromkeys(("", "元", "元整", "圆", "块", "人民币", "元人民币", "rmb", "yuan"), 0),
        "万": 4,
        "万元": 4,
        "亿": 8,
        "亿元": 8,
    },
    Kind.POINTS: {"": 0, "分": 0, "points": 0, "point": 0},
    Kind.COUNT: dict.fromkeys(COUNTED, 0),
}
WAN = 4  # who writes 万元 or 亿元 means to round: the places needed are counted from the ten thousands
LONGEST = 40
NUMBER = r"[+-]?(?:(?!0,)\d{1,4}(?:,\d{3,4})+|\d*)(?:\.\d*)?"
ANSWER = re.compile(rf"[¥$]?(?P<number>{NUMBER})(?:/(?P<under>\d+(?:\.\d+)?))?(?P<unit>\D*)", re.ASCII)
SAME = str.maketrans("−–—。÷⁄∕∶:", "---./////")  # what NFKC leaves and an input method types
ABOUT = re.compile(r"^(?:答案?是|大约|约|等于|[≈=])+")
DIGITS = {**{one: value for value, one in enumerate("零一二三四五六七八九")}, "〇": 0, "两": 2}
TENS = {"十": 10, "百": 100, "千": 1000}
NUMERAL = re.compile(f"[{''.join(DIGITS)}十][{''.join(DIGITS)}{''.join(TENS)}万亿]*")
DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d\d)(\d\d))", re.ASCII)


def plain(text: str) -> str:
    """Half-width, lower case, without spaces, a final stop or 左右."""
    normal = unicodedata.normalize("NFKC", str(text)).translate(SAME).casefold()
    return "".join(normal.split()).rstrip(".").removesuffix("左右")


def numbers(kind: Kind, text: str) -> list[tuple[Decimal, Places]]:
    """What a plain answer may mean: nothing if it is unreadable, two numbers for a ratio without a sign (98, 0.98)."""
    match = ANSWER.fullmatch(_figures(text))
    power = UNITS[kind].get(match["unit"]) if match else None
    if match is None or power is None:
        return []
    try:
        number = Decimal(match["number"].replace(",", ""))
        if match["under"]:
            number = Context(prec=30).divide(number, Decimal(match["under"]))
    except DecimalException:
        return []
    bare = kind is Kind.RATIO and match["unit"] == "" and not match["under"]
    places = PLACES[kind]
    if power >= WAN:
        places = Places(places.fine - WAN, places.coarse - WAN, places.most)
    return [(number.scaleb(one), places) for one in ([0, -2] if bare else [power])]


def day(text: str) -> date | None:
    """The day that a plain answer names: 2026-3-5, 2026/03/05, 2026年3月5日 or 20260305."""
    match = DAY.fullmatch(text)
    if match is None:
        return None
    try:
        return date(*(int(part) for part in match.groups() if part))
    except ValueError:
        return None


def _figures(text: str) -> str:
    """两家 as 2家, 百分之九十八 as 98%, 十五分之十四 as 14/15, 三点五分 as 3.5分."""
    text = ABOUT.sub("", text).replace("负", "-")
    if text.startswith("百分之"):
        text = text.removeprefix("百分之") + "%"
    text = NUMERAL.sub(lambda found: str(_numeral(found[0])), text)
    text = re.sub(r"^(\d+)分之(\d+)$", r"\2/\1", text)
    return re.sub(r"(?<=\d)点(?=\d)", ".", text)


def _numeral(text: str) -> str:
    """A Chinese numeral as figures; digits alone stand for themselves, as after a point."""
    if all(one in DIGITS for one in text):
        return "".join(str(DIGITS[one]) for one in text)
    for unit, power in (("亿", 8), ("万", 4)):
        if unit in text:
            above, _, below = text.partition(unit)
            return str(int(_numeral(above) or 1) * 10**power + int(_numeral(below) or 0))
    found = digit = 0
    for one in text:
        if one in DIGITS:
            digit = DIGITS[one]
        else:
            found, digit = found + (digit or 1) * TENS[one], 0
    return str(found + digit)
