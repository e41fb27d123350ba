"""Numbers of persons, known by their form: identity numbers with their check digit, those of 15 digits, mobile numbers.

What is known here is never shown: not in a message, not in an example.
"""

from __future__ import annotations

import re
from datetime import date

REGIONS = "1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]"  # provinces, by which an identity number begins
IDENTITY = re.compile(rf"(?<![0-9A-Za-z])((?:{REGIONS})\d{{4}}(?:18|19|20)\d{{9}}[0-9Xx])(?![0-9A-Za-z])", re.ASCII)
OLD_IDENTITY = re.compile(rf"(?<![0-9A-Za-z])((?:{REGIONS})\d{{13}})(?![0-9A-Za-z])", re.ASCII)
MOBILE = re.compile(r"(?<![0-9A-Za-z])(?:(?:\+|00)?86[- ]?)?(1[3-9]\d[- ]?\d{4}[- ]?\d{4})(?![0-9A-Za-z])", re.ASCII)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"  # by the weighted sum of the digits before, modulo 11
PLACES, HIDDEN = 18, "***"


def identity(number: str) -> bool:
    """Whether it is an identity number: 18 places with a day of birth and the right check digit."""
    if IDENTITY.fullmatch(number) is None or not _day(number[6:10], number[10:12], number[12:14]):
        return False
    weighted = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False))
    return CHECKS[weighted % len(CHECKS)] == number[-1].upper()


def old_identity(number: str) -> bool:
    """Whether it may be one of the 15 digits that were in use until 2012; they have no check digit."""
    return OLD_IDENTITY.fullmatch(number) is not None and _day(f"19{number[6:8]}", number[8:10], number[10:12])


def holds_identity(text: str) -> bool:
    """Whether an identity number stands anywhere in a text."""
    return len(text) >= PLACES and any(identity(one) for one in IDENTITY.findall(text))


def holds_number(text: str) -> bool:
    """Whether an old identity number or a mobile number stands in it; other numbers may look like that too."""
    return any(old_identity(one) for one in OLD_IDENTITY.findall(text)) or MOBILE.search(text) is not None


def masked(text: str) -> str:
    """The text without the identity numbers in it."""
    return IDENTITY.sub(lambda found: HIDDEN if identity(found[1]) else found[0], text)


def _day(year: str, month: str, day: str) -> bool:
    try:
        return date(int(year), int(month), int(day)) <= date.today()
    except ValueError:
        return False
