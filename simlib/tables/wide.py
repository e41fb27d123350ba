"""Wide sheets: an institution a row, an item of the scorecard, or a fact, a column; read as the long tables they mean.

A heading such as “1 目录(3分)” or “2(1) 价格” names an item and its full marks; below it, of two header rows, may
stand the points and the reasons for what was taken off. In a sheet of facts a heading names item and fact.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from simlib.columns import TABLES, Table
from simlib.columns.base import INSTITUTION_ID
from simlib.tables.account import Total
from simlib.tables.forms import word
from simlib.tables.found import Found
from simlib.tables.header import header_places, heads_of
from simlib.tables.headings import Heading, Source, match
from simlib.tables.mapping import Entry
from simlib.tables.reader import cell
from simlib.tables.recognise import rows_below
from simlib.tables.sheets import Sheet

FEWEST = 3  # items that make a sheet of scores
ITEM = re.compile(
    r"(?:第|项目|指标)?\s*(?P<item>\d{1,2}(?:\.\d{1,2})?(?:[(（]\d{1,2}[)）])?)(?:项|[.．、:：\s]|(?=[^\d.(（]))\s*"
    r"(?P<name>[^(（]*?)\s*(?:[(（]\s*(?:满分)?\s*(?P<full>\d+(?:\.\d+)?)\s*分\s*[)）])?"
)
FACT = re.compile(r"(?P<item>\d{1,2}(?:\.\d{1,2})?(?:[(（]\d{1,2}[)）])?)[.．、:：\s]\s*(?P<name>.+)")
POINTS = frozenset(map(word, (  # of several stages the city's, which is the last
    "得分", "分值", "考核得分", "评分", "points", "市评", "市级评分", "市级评审", "市级终审", "终审", "核定得分",
    "最终得分", "实得分",
)))  # fmt: skip
REMARKS = frozenset(map(word, ("扣分原因", "扣分说明", "原因", "备注", "说明", "扣分情况", "remark")))
FULL_MARKS = ("分值", "满分", "标准分")
TAKEN_OFF = re.compile(r"(?:扣分|扣减|失分)(?:值|数|分值)?$")  # of a heading whose column holds no points
FACTS = frozenset(map(word, ("facts", "评价事实", "事实", "考核事实")))


SCORE_HEADS = ("institution_id", "item", "points", "remark")
FACT_HEADS = ("institution_id", "item", "fact", "value")


class Item(NamedTuple):
    """A column of one item: its number as the card has it, its name, its full marks where the heading says them."""

    item: str
    name: str
    full: float | None
    remarks: bool = False
    over: bool = False  # its heading stands over that of the points


def item_of(ways: tuple[Heading, ...]) -> Item | None:
    """The item that a heading is of, or of two rows the upper one; None where it is of none."""
    for position, one in enumerate(ways):
        found = ITEM.fullmatch(one.text.removesuffix(ways[0].text) if position else one.text)
        if not found or found["name"].startswith("月") or TAKEN_OFF.search(word(found["name"])):
            continue
        below = ways[0].name if position else ""
        if below and not any(below.startswith(known) for known in POINTS | REMARKS):
            continue
        full = float(found["full"]) if found["full"] else None
        return Item(
            _number(found), found["name"].strip(), full, remarks=any(below.startswith(one) for one in REMARKS),
            over=position > 0,
        )  # fmt: skip
    return None


def fact_of(ways: tuple[Heading, ...]) -> Item | None:
    """The item and the fact that a heading is of, which of two rows may stand in both."""
    for one in reversed(ways):
        if found := FACT.fullmatch(one.text):
            return Item(_number(found), found["name"].strip(), None)
    return None


def _number(found: re.Match[str]) -> str:
    """An item's number as the cards write it."""
    return found["item"].replace("（", "(").replace("）", ")")


def scores(sheet: Sheet, file: str, entry: Entry | None = None) -> list[Found]:
    """A wide sheet of points as the tables ``item_scores`` and ``institutions``; nothing where it is none."""
    if entry and entry.table not in ("", "item_scores"):
        return []
    best: tuple[tuple[int, int], int, int, dict[int, Item]] | None = None
    for at, height in header_places(sheet, entry):
        heads = heads_of(sheet, at, height, entry)
        if not numbered_heads(heads):
            continue
        items = {place: item for place, ways in enumerate(heads) if (item := item_of(ways)) and not item.remarks}
        items = _without_full_marks(items, heads)
        rank = len(items), sum(item.over for item in items.values())
        if len({item.item for item in items.values()}) >= FEWEST and (best is None or rank > best[0]):
            best = rank, at, height, items
    if best is None:
        return []
    _, at, height, items = best
    whole = rows_below(sheet, file, TABLES["institutions"], at, height, entry, elsewhere=items)
    whole.beside = True
    return [_scores_of(whole, items, heads_of(sheet, at, height, entry)), whole]


def _without_full_marks(items: dict[int, Item], heads: list[tuple[Heading, ...]]) -> dict[int, Item]:
    """Without columns of 分值 beside the points of the same item: they are its full marks."""
    several = Counter(item.item for item in items.values())
    return {
        place: item for place, item in items.items()
        if several[item.item] == 1 or not any(one.name.endswith(FULL_MARKS) for one in heads[place][:1])
    }  # fmt: skip


def facts(sheet: Sheet, file: str, entry: Entry | None = None) -> list[Found]:
    """A wide sheet of facts as the table ``facts``; nothing where it is none, or is not called one."""
    called = {word(sheet.name), word(sheet.file.rpartition(".")[0])} & FACTS
    if not (entry.table == "facts" if entry else called):
        return []
    for at, height in header_places(sheet, entry):
        heads = heads_of(sheet, at, height, entry)
        if match(TABLES["facts"], heads, entry=entry).complete(TABLES["facts"]):
            return []  # a long one, whose repeated header may look like two rows of a wide one's
        items = {place: item for place, ways in enumerate(heads) if (item := fact_of(ways))}
        if numbered_heads(heads) and items:
            return [_facts_of(rows_below(sheet, file, TABLES["institutions"], at, height, entry), items)]
    return []


def numbered_heads(heads: list[tuple[Heading, ...]]) -> bool:
    """Whether the number of an institution is among the headings."""
    return any(one.names(INSTITUTION_ID) for ways in heads for one in ways)


def long(whole: Found, table: Table, header: Sequence[str], rows: Iterable[tuple[int, list[str]]]) -> Found:
    """A wide sheet as another table: its rows, with the rows of the file that they stand in, under these headings."""
    sources = {name: Source((place,), (name,), (0,), {}) for place, name in enumerate(header)}
    found = Found(whole.file, whole.sheet, table, list(header), sources, whole.header_rows, entry=whole.entry)
    found.wide = True
    for number, cells in rows:
        found.numbers.append(number)
        found.cells.append(cells)
    found.aside = [replace(one, cells=("",) * len(header)) for one in whole.aside]
    return found


def _scores_of(whole: Found, items: dict[int, Item], heads: list[tuple[Heading, ...]]) -> Found:
    """A row for each institution and item, whether it has points or not."""
    key = whole.sources["institution_id"].places[0]
    reasons = {one.item: place for place, ways in enumerate(heads) if (one := item_of(ways)) and one.remarks}
    rows = (
        (number, [cells[key], item.item, _at(cells, place), _at(cells, reasons.get(item.item))])
        for number, cells in zip(whole.numbers, whole.cells, strict=True)
        for place, item in items.items()
    )
    found = long(whole, TABLES["item_scores"], SCORE_HEADS, rows)
    found.totals = list(_totals(whole, items)) if "score" in whole.sources else []
    found.full = {item.item: item.full for item in items.values() if item.full is not None}
    return found


def _facts_of(whole: Found, items: dict[int, Item]) -> Found:
    """A row for each institution and fact that has anything in its cell."""
    key = whole.sources["institution_id"].places[0]
    rows = (
        (number, [cells[key], item.item, item.name, text])
        for number, cells in zip(whole.numbers, whole.cells, strict=True)
        for place, item in items.items()
        if (text := _at(cells, place))
    )
    return long(whole, TABLES["facts"], FACT_HEADS, rows)


def _at(cells: list[str], place: int | None) -> str:
    return cells[place].strip() if place is not None and place < len(cells) else ""


def _totals(whole: Found, items: dict[int, Item]) -> Iterator[Total]:
    """Each institution's total score, as its column says it, beside the sum of its items."""
    score, points = (
        TABLES[table].by_name[name] for table, name in (("institutions", "score"), ("item_scores", "points"))
    )
    for number, cells in zip(whole.numbers, whole.cells, strict=True):
        stated = cell(cells[whole.sources["score"].places[0]].strip(), score).value
        given = [cell(cells[place].strip(), points).value for place in items if place < len(cells)]
        summed = sum(Decimal(str(one)) for one in given if isinstance(one, float))
        if isinstance(stated, float):
            yield Total(whole.file, number, "points", stated, float(summed))
