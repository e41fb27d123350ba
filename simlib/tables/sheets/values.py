"""What a person sees of a number of a workbook: its shortest decimal, a percentage, a date, zeros in front.

A workbook keeps a binary number and a format. The number is what its 15 significant digits say, as in Excel itself;
what they say is never rounded to the digits that the format shows. A unit that the format alone writes stays behind
the number where it is a multiple (12.5 seen as 12.5万元): else the number would be read as another one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

DIGITS = 15  # significant ones; Excel keeps no more
LOST = 10.0**DIGITS  # whole numbers from here on have digits that the file has lost
LAST_SERIAL = 2_958_465  # 9999-12-31
DAY = 86_400_000  # milliseconds
EPOCHS = {1900: datetime(1899, 12, 30), 1904: datetime(1904, 1, 1)}
NOT_SHOWN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)  # of a format
LITERAL = re.compile(r'"([^"]*)"|\\(.)|([万亿千百元‰]+)')
MULTIPLES = set("万亿千百‰")  # what is written behind a number and makes another one of it
SCALED = re.compile(r"[0#?.],+(?![0#?])")  # the number is shown as so many thousandths of what it is
ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)


@dataclass(frozen=True)
class Mask:
    """What a number format makes of a number."""

    percent: bool = False
    moment: bool = False  # a date, a time or both
    clock: bool = False  # a time without a date
    elapsed: bool = False  # hours beyond 24
    zeros: int = 0  # a whole number has at least so many digits
    unit: str = ""  # such as 万元, behind the number


PLAIN = Mask()
# Formats that a workbook uses without writing them down; those from 27 on are of Chinese Excel.
BUILT_IN = {9: "0%", 10: "0.00%", 46: "[h]:mm:ss"} | {
    number: code
    for code, numbers in {
        "yyyy-mm-dd": (*range(14, 18), 22, *range(27, 32), 36, *range(50, 55), 57, 58),
        "hh:mm:ss": (*range(18, 22), *range(32, 36), 45, 47, 55, 56),
    }.items()
    for number in numbers
}


@lru_cache(maxsize=10_000)
def mask(code: str) -> Mask:
    """What a format code such as ``0.0%`` or ``yyyy"年"m"月"`` asks for; of several parts the one for numbers."""
    shown = NOT_SHOWN.sub("", _first(code)).strip()
    if len(shown) > 1 and set(shown) == {"0"}:
        return Mask(zeros=len(shown))
    unit = "".join(map("".join, LITERAL.findall(_first(code)))).strip()
    if MULTIPLES & set(unit) and set("0#") & set(shown) and not SCALED.search(shown):
        return Mask(unit=unit)
    if "%" in shown:
        return Mask(percent=True)
    letters = ELAPSED.sub("", shown.lower().replace("general", "").replace("am/pm", ""))
    if elapsed := letters != shown.lower() and bool(ELAPSED.search(shown)):
        return Mask(moment=True, clock=True, elapsed=elapsed)
    if moment := bool(set(letters) & set("ymdhs")):
        return Mask(moment=moment, clock=bool(set(letters) & set("hs")) and not set(letters) & set("yd"))
    return PLAIN


def _first(code: str) -> str:
    """The first part of a format, which is for numbers from 0 on, a ; in quotes aside."""
    return re.match(r'(?:"[^"]*"|\\.|[^;])*', code, re.DOTALL)[0]  # type: ignore[index]  # it matches anything


def shown(value: float, mask: Mask = PLAIN, serials: int = 1900) -> str:
    """A number under its format. ValueError where it is none."""
    if mask is PLAIN:
        return plain(value)
    if mask.percent:
        return f"{_decimal(value).scaleb(2):f}" + "%"
    if mask.moment:
        return _moment(value, mask, serials)
    text = plain(value) + mask.unit
    return text.zfill(mask.zeros) if text.isdigit() else text


def plain(value: float) -> str:
    """The shortest decimal at 15 digits; 78.39999999999999 is 78.4. ValueError for what is no finite number.

    A whole number of 16 and more digits is in scientific notation, as Excel shows it: its last digits are lost.
    """
    if -LOST < value < LOST:
        if value == (whole := int(value)):
            return str(whole)
        text = f"{value:.15g}"
        return f"{Decimal(text):f}" if "e" in text else text
    if value - value != 0:
        raise ValueError("not a finite number")
    digits, _, power = f"{value:.{DIGITS - 1}E}".partition("E")
    return f"{digits.rstrip('0').rstrip('.')}E{power}"


def day_of(serial: float, serials: int = 1900) -> date:
    """The day that a bare number is, as a workbook counts from ``serials``."""
    return (EPOCHS[serials] + timedelta(days=int(serial))).date()


def iso(value: date) -> str:
    """A date, with its time where it has one: 2025-01-05, 2025-01-05 10:30:00."""
    if not isinstance(value, datetime):
        return value.isoformat()
    if value.tzinfo is None and value.time() == datetime.min.time():
        return value.date().isoformat()
    return str(value.replace(microsecond=0))


def iso_moment(text: str) -> str:
    """A date as XML writes it, without a time of midnight and parts of seconds. ValueError where it is none."""
    day, _, time = text.partition("T")
    date.fromisoformat(day)
    seconds = time[:8]
    return day if seconds in ("", "00:00:00", "00:00") else f"{day} {seconds}"


def _decimal(value: float) -> Decimal:
    if value - value != 0:
        raise ValueError("not a finite number")
    return Decimal(plain(value))


def _moment(value: float, mask: Mask, serials: int) -> str:
    if not 0 <= value < LAST_SERIAL + 1:
        return plain(value)  # Excel shows no date either
    if mask.elapsed or (mask.clock and value < 1):
        seconds = round(value * DAY) // 1000
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if serials == 1900 and value < 61:  # Excel knows a 29 February 1900, which never was
        if value < 1 or value >= 60:
            return plain(value)
        value += 1
    return iso(EPOCHS[serials] + timedelta(milliseconds=round(value * DAY)))
