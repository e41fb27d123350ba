"""Units that stand beside a sheet's rows and not in its headings: above the header, in a row of units below it, below
the last row, or in the name of sheet or file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from simlib.tables.forms import MISSING, SCALES, word
from simlib.tables.found import stem
from simlib.tables.sheets import Sheet
from simlib.units import YUAN

PLAIN = str.maketrans("萬億單", "万亿单")
UNITS = frozenset(unit for scales in SCALES.values() for unit in scales)
_YUAN = r"(?:[十百千]?万|[百千亿])?元"
_NO_AMOUNT = r"(?<![\d.数几约近上超十百千万亿])"  # 300万元 is an amount and no unit
MONEY = re.compile(rf"{_YUAN}|[万亿](?=[)\]】、,;/]|$)")
SAID = re.compile(r"单位(?::|为|是)(.*)")
IN_BRACKETS = re.compile(
    rf"[(\[【](?:(?:金额|计量|货币)?单位:?|金额:?)?(?:人民币)?({_YUAN})(?:[、,/][^)\]】]*)?[)\]】]"
)
AT_END = re.compile(rf".{_NO_AMOUNT}({_YUAN})$")  # of a name: 结余表万元, 结余_万元
BARE = re.compile(r"[\d,.]+")  # an amount without a unit of its own
_BEGINS = r"\(?(?:金额|计量|货币)?单位(?::|为|是)"
BEGINS = re.compile(rf"(?:^|\s|[:、,。;]){_BEGINS}")
PLAINLY = re.compile(  # without the word 单位 before it: 人民币：万元, 以万元为单位; in a note 表中金额均为万元
    rf"(?:.*[:,。;、.])?(?:以上|上述|本表|表中|表内|所有|各项|所列)*(?:金额|资金|数据|数额)*(?:均|都|一律)?"
    rf"(?:以|按|为|人民币:?)(?:人民币)?({_YUAN})(?:为单位|计算|计量|列示|填列|填写|计)?[)。;,]*"
)
MENTIONED = re.compile(rf"{_NO_AMOUNT}((?:[十百千]?万|[百千亿])元)")


def sheet_units(sheet: Sheet, at: int, height: int) -> tuple[str, ...]:
    """The units of amounts that a sheet says above its header, which begins at this place and has so many rows, or in
    the row below it, in the order in which they stand there."""
    below = sheet.cells[at + height : at + height + 1]
    return units_above(sheet.cells[:at]) or next((units for cells in below if (units := units_in(cells))), ())


def units_in(cells: Sequence[str]) -> tuple[str, ...]:
    """Those that a row among the others says, as nothing else that it says."""
    texts = _texts(cells)
    if len(texts) > 2:
        return ()
    return _units(texts) if any(BEGINS.search(text) for text in texts[:1]) else _plainly(texts)


def units_named(sheet: Sheet) -> tuple[str, ...]:
    """The unit that stands in the brackets or at the end of the sheet's or the file's name, or is the sheet's name."""
    names = (sheet.name, stem(sheet))
    return next((units for name in names if (units := _of_name(name))), (sheet.name,) if _is_unit(sheet.name) else ())


def units_above(rows: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Those that rows above a header say: after 单位, plainly, or with a title."""
    for cells in rows:
        texts = _texts(cells)
        if len(texts) == 1 and _is_unit(texts[0]):  # alone at the right, as on paper
            return (texts[0],)
        title = texts[0] if len(texts) == 1 and cells[0].strip() else ""
        if units := _units(texts) or _plainly(texts) or _of_name(title):
            return units
    return ()


def with_unit(text: str, unit: str) -> str:
    """An amount with the unit that stands somewhere else; one that has a unit has it still."""
    return f"{text.strip()}{unit}" if BARE.fullmatch(text.strip()) else text


def unit_over(heading: str) -> str:
    """The unit of amounts in the brackets of a heading, which holds for the headings below it too."""
    found = IN_BRACKETS.search(_clean(heading))
    return found[1] if found else ""


def mentioned(texts: Iterable[str], known: Sequence[str]) -> list[str]:
    """Texts beside a sheet's rows that speak of an amount's unit other than yuan which is none of those ``known``."""
    found = ((text, MENTIONED.findall(_clean(text))) for text in texts)
    return [text.strip() for text, units in found if set(units) - set(known)]


@lru_cache(maxsize=2**12)
def _clean(text: str) -> str:
    """A text as units are looked for in it: without width, and without spaces within 单 位 and 万 元."""
    text = unicodedata.normalize("NFKC", text).translate(PLAIN)
    return re.sub(r"(?<=[\u4e00-\u9fff:(])\s+(?=[\u4e00-\u9fff:)])", "", text).strip()


def _texts(cells: Sequence[str]) -> list[str]:
    return [_clean(text) for text in cells if text.strip()]


def _is_unit(text: str) -> bool:
    return text in SCALES[YUAN]


def _of_name(text: str) -> tuple[str, ...]:
    """The unit that a title or a name has in brackets or at its end."""
    text = _clean(text)
    found = IN_BRACKETS.search(text) or AT_END.search(text)
    return (found[1],) if found else ()


def _plainly(texts: list[str]) -> tuple[str, ...]:
    """Those that a text says without 单位 before them."""
    found = [one[1] for text in texts[:3] if (one := PLAINLY.fullmatch(text))]
    return tuple(dict.fromkeys(found))


def _units(texts: list[str]) -> tuple[str, ...]:
    """Those that a row says after 单位: alone in any place of its text, beside others where one begins with it."""
    if len(texts) > 1:
        first = next((place for place, text in enumerate(texts) if BEGINS.search(text)), len(texts))
        texts = texts[first : first + 2]
    said = SAID.search(" ".join(texts))
    return tuple(dict.fromkeys(MONEY.findall(said[1]))) if said else ()


def is_mark(text: str) -> bool:
    """Whether it says that there is nothing, as where a column has no unit."""
    return word(text) in MISSING


def only_units(cells: list[str]) -> bool:
    """Whether a row holds nothing but units, as one between the headings and the rows does."""
    texts = [text.strip() for text in cells if text.strip() and not is_mark(text)]
    return bool(texts) and all(word(text.strip("()（）")) in UNITS for text in texts)
