"""Where a clause stands, as people cite it, from its key: ``JY 22(2)1(1)`` is 第二十二条(二)1(1), art. 22(2)1(1)."""

from __future__ import annotations

import re

from simlib.words import Text

BY_ARTICLE = ("JS3", "JY")  # the other documents count parts
DIGITS = "零一二三四五六七八九"
ANNEX = re.compile(r"(annex (\d))(?:, (.*))?")
NAMED = re.compile(r"(item|note|part) (\d+)(.*)")
NUMBERED = re.compile(r"(\d+)(?:\((\d+)\))?(.*)")
CHINESE = {"item": "第{}项", "note": "备注{}"}


def place(key: str) -> Text:
    """The place of a key in both languages, without its document."""
    document, where = key.split(" ", 1)
    if document in BY_ARTICLE:
        return Text(_numbered(where, "第{}条"), f"art. {where}")
    return Text(_chinese(where), where)


def _chinese(where: str) -> str:
    if annex := ANNEX.fullmatch(where):
        _, number, rest = annex.groups()
        return f"附件{number} {_chinese(rest)}" if rest else f"附件{number}"
    if where in WORDS:
        return WORDS[where]
    if named := NAMED.fullmatch(where):
        name, number, rest = named.groups()
        return CHINESE[name].format(number) + rest if name in CHINESE else numeral(int(number))
    return _numbered(where, "{}")


WORDS = {"note": "注", "annex": "附件"}


def _numbered(where: str, form: str) -> str:
    """``22(2)1(1)``: the first number and the one in brackets after it are written out, as the documents have them."""
    found = NUMBERED.fullmatch(where)
    if not found:
        raise ValueError(where)
    first, second, rest = found.groups()
    return form.format(numeral(int(first))) + (f"({numeral(int(second))})" if second else "") + rest


def numeral(number: int) -> str:
    """A number below 100 as Chinese articles are numbered."""
    tens, ones = divmod(number, 10)
    head = (DIGITS[tens] if tens > 1 else "") + "十" if tens else ""
    return head + (DIGITS[ones] if ones else "")
