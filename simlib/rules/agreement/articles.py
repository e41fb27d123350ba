"""The articles of JS3 by short codes, such as 43(1), that stand in tables; people read the clause behind each."""

from __future__ import annotations

import re

from simlib.clauses import Clause
from simlib.words import Text

DOCUMENT = "JS3"
DIGITS = "零一二三四五六七八九"


def clause(code: str) -> Clause:
    """The clause of a code: ``43(1)`` is JS3 art. 43(1)."""
    article, point = re.fullmatch(r"(\d+)(?:\((\d+)\))?", code).groups()
    zh = f"第{_numeral(int(article))}条" + (f"({_numeral(int(point))})" if point else "")
    return Clause(DOCUMENT, zh, f"art. {code}")


def written(code: str) -> str:
    """A code as tables write it, with its document: ``JS3 43(1)``."""
    return f"{DOCUMENT} {code}"


def options(codes) -> dict[str, Text]:
    """For a column of codes as tables write them: the clause that people read."""
    return {written(code): clause(code).text for code in codes}


def _numeral(number: int) -> str:
    """A number below 100 as Chinese articles are numbered."""
    tens, ones = divmod(number, 10)
    head = (DIGITS[tens] if tens > 1 else "") + "十" if tens else ""
    return head + (DIGITS[ones] if ones else "")
