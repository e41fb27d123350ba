"""Which known codes an unknown one may be: the same but for width, case, spaces, × for x, a lost first zero or H."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable

from simlib.words import NO_TEXT, Text, joined

MOST = 3  # named at once
LETTER = re.compile("^[A-Za-z]+(?=[0-9]{4})")  # before a number: H44520000011
LOOKS = str.maketrans("×OI", "X01", "-‐–—_")  # what looks like something else, or stands between


def folded(code: str) -> str:
    """A code as it is compared: NFKC, upper case, × as X and O as 0, without spaces, dashes, leading zeros and the .0
    of a decimal."""
    text = unicodedata.normalize("NFKC", code).upper().translate(LOOKS)
    return "".join(text.split()).removesuffix(".0").lstrip("0")


def near(code: str, known: Iterable[str], spelled: bool = True) -> Text:
    """A sentence that names the known codes that a code may stand for, or nothing; those that are only spelled alike
    where none is the same, if asked."""
    names = list(known)
    alike = [one for one in names if folded(one) == folded(code)][:MOST]
    alike = alike or [one for one in names if LETTER.sub("", one) == code or LETTER.sub("", code) == one][:MOST]
    if not alike and spelled:
        alike = difflib.get_close_matches(code, names, n=1, cutoff=0.75)
    return NEAR.fill(names=joined(alike, "、", ", ")) if alike else NO_TEXT


NEAR = Text("是否应为 {names}？", "Did you mean {names}? ")
