"""Which encoding the bytes of a text are in: UTF-8, UTF-16 or GB18030, never a guess that would garble a name.

A mark at the beginning (BOM) decides. Without one:

1. A text with NUL bytes is UTF-16 where one of its two byte orders gives lines or columns without unprintable
   characters and the other does not.
2. A text that only one of UTF-8 and GB18030 can read is in that one.
3. A text that both can read is in UTF-8, unless most of its characters beyond ASCII stand in runs that look Chinese:
   as GB18030 such a run is two-byte characters of GB 2312 only, at least half of them of its first level (the 3,755
   common ones); as UTF-8 it is no Chinese and not of one usual alphabet. 医院 in GB18030 is ҽԺ in UTF-8, a
   Cyrillic and an Armenian letter, and becomes 医院 again; é, ×, 5.5±0.2, βγ and Привет stay as they are, and so
   does 医院 in UTF-8, whose bytes are 鍖婚櫌 in GB18030.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter

from simlib.tables.sheets.sheet import bad
from simlib.words import Text

BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
LOOKED_AT = 2**22  # bytes that are enough to tell UTF-8 from GB18030
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
USUAL = ("LATIN", "GREEK", "CYRILLIC")  # alphabets, as Unicode names their letters
SEPARATING = "\r\n\t,;"
CHINESE = ("CJK", "FULLWIDTH", "IDEOGRAPHIC", "HALFWIDTH", "BOPOMOFO")


def encoding(file: str, data: bytes, whole: bool = True) -> str:
    """The encoding by its name in Python. Unless ``whole``, the last character of the data may be cut.

    BadInput, with the row of the first byte that cannot be read, where the data is in none of them.
    """
    for mark, name in MARKS.items():
        if data.startswith(mark):
            return _readable(file, data, (name,), whole)[0]
    if b"\0" in data:
        return _utf_16(file, data, whole)
    if data.isascii():
        return "utf-8"
    both = _readable(file, data, ("utf-8", "gb18030"), whole)
    return both[_looks_chinese(data[:LOOKED_AT])] if len(both) == 2 else both[0]


def decoded(data: bytes, name: str, whole: bool = True) -> str:
    """The text; unless ``whole``, without a character that is cut off at the end."""
    return codecs.getincrementaldecoder(name)().decode(data, whole)


def _readable(file: str, data: bytes, names: tuple[str, ...], whole: bool) -> list[str]:
    """Those of the encodings that can read the data."""
    found, place = [], 0
    for name in names:
        try:
            decoded(data, name, whole)
            found.append(name)
        except UnicodeDecodeError as error:
            place = max(place, error.start)
    if not found:
        raise bad(file, BAD_ENCODING, row=data.count(b"\n", 0, place) + 1)
    return found


def _utf_16(file: str, data: bytes, whole: bool) -> str:
    sound = []
    for name in ("utf-16-le", "utf-16-be"):
        try:
            text = decoded(data[:LOOKED_AT], name, whole and len(data) <= LOOKED_AT)
        except UnicodeDecodeError:
            continue
        found = set(text)
        if found & set(SEPARATING) and all(one.isprintable() or one in "\t\r\n\u3000\xa0" for one in found):
            sound.append(name)
    if len(sound) != 1:
        raise bad(file, NOT_TEXT)
    return _readable(file, data, (sound[0],), whole)[0]


def _looks_chinese(data: bytes) -> bool:
    """Whether a text that is sound in UTF-8 and in GB18030 is meant in GB18030."""
    balance = 0
    for run, times in Counter(BEYOND_ASCII.findall(data)).items():
        try:
            gb, utf = run.decode("gb18030"), run.decode()
        except UnicodeDecodeError:  # a run that ends within ASCII in GB18030, or is cut off
            continue
        balance += times * len(gb) * (1 if _common(gb) and not _usual(utf) else -1)
    return balance > 0


def _common(text: str) -> bool:
    """Whether it is of GB 2312 and at least half of the first level."""
    try:
        lead = text.encode("gb2312")[::2]
    except UnicodeEncodeError:
        return False
    return 2 * sum(0xB0 <= byte <= 0xD7 for byte in lead) >= len(lead)


def _usual(text: str) -> bool:
    """Whether it is Chinese, or signs and letters of one usual alphabet."""
    names = [unicodedata.name(one, "") for one in text]
    if any(name.startswith(CHINESE) for name in names):
        return True
    alphabets = {name.split()[0] for one, name in zip(text, names, strict=True) if one.isalpha()}
    return len(alphabets) <= 1 and alphabets <= set(USUAL) and not any(map(_rare, text))


def _rare(letter: str) -> bool:
    """Cyrillic letters of none of the large languages, such as the һ that 一 becomes."""
    return "\u0460" <= letter <= "\u052f"


NOT_TEXT = Text("不是 UTF-8、UTF-16 或 GB18030 文本。请另存为“CSV UTF-8（逗号分隔）”。",
                "Not UTF-8, UTF-16 or GB18030 text. Save it as CSV UTF-8 (comma separated).")  # fmt: skip
BAD_ENCODING = Text("编码既不是 UTF-8 也不是 GB18030。请另存为“CSV UTF-8（逗号分隔）”。",
                    "The encoding is neither UTF-8 nor GB18030. Save it as CSV UTF-8 (comma separated).")  # fmt: skip
