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
from simlib.tables.account import EXAMPLES, Assumption, Total
from simlib.tables.forms import marks, word
from simlib.tables.found import Found, stem
from simlib.tables.header import header_places, heads_of
from simlib.tables.headings import Heading, Source, heading, match
from simlib.tables.mapping import Entry
from simlib.tables.reader import cell
from simlib.tables.recognise import TITLE, rows_below
from simlib.tables.sheets import Sheet
from simlib.words import Text

FEWEST = 3  # items that make a sheet of scores
ITEM = re.compile(
    r"(?:第|项目|指标)?\s*(?P<item>\d{1,2}(?:\.\d{1,2})?(?:[(（]\d{1,2}[)）])?)(?:项|[.．、:：\s]|(?=[^\d.(（]))\s*"
    r"(?P<name>[^(（]*?)\s*(?:[(（]\s*(?:满分)?\s*(?P<full>\d+(?:\.\d+)?)\s*分\s*[)）])?"
)
COUNTED = re.compile(r"(?P<plain>\d{1,2})|[(（](?P<chinese>[一二三四五六七八九十]{1,3})[)）]\s*(?P<name>.*)")
_CHINESE = {
    ten + one: 10 * tens + ones
    for tens, ten in enumerate(("", "十", "二十")) for ones, one in enumerate(("", *"一二三四五六七八九"))
}  # fmt: skip
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
        heads = with_numbers(heads_of(sheet, at, height, entry))
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
    plain = heads_of(sheet, at, height, entry)
    heads = with_numbers(plain)
    found = _scores_of(whole, items, heads)
    if heads != plain:
        shown = tuple((plain[place][0].text, item.item) for place, item in [*items.items()][:EXAMPLES])
        found.said += (Assumption(file, BY_NUMBER, "item", examples=shown, aloud=True),)
    return [found, whole]


def with_numbers(heads: list[tuple[Heading, ...]]) -> list[tuple[Heading, ...]]:
    """The headings, those that are nothing but 1, 2, 3 ... or begin with （一）, （二） ... as items of a card have
    them: only where all count up from one, without a gap, beside a total score, which is compared."""
    score = TABLES["institutions"].by_name["score"]
    if not any(one.names(score) for ways in heads for one in ways):
        return heads
    found = {place: said for place, ways in enumerate(heads) if ways and (said := COUNTED.fullmatch(ways[0].text))}
    numbers = [int(one["plain"] or _CHINESE.get(one["chinese"], 0)) for one in found.values()]
    if len(numbers) < FEWEST or numbers != list(range(1, len(numbers) + 1)):
        return heads
    named = {
        place: (heading(f"{number} {one['name'] or ''}".strip()) if one["name"] else heading(f"第{number}项"),)
        for number, (place, one) in zip(numbers, found.items(), strict=True)
    }
    return [named.get(place, ways) for place, ways in enumerate(heads)]


def transposed(sheet: Sheet) -> bool:
    """Whether the items stand in the rows and the institutions over the columns."""
    first = [cells[0].strip() for cells in sheet.cells if cells and cells[0].strip()]
    items = [found["item"] for text in first if (found := ITEM.fullmatch(text)) and TITLE.search(found["name"])]
    return len(set(items)) >= FEWEST and items[:FEWEST] == ["1", "2", "3"]


def _without_full_marks(items: dict[int, Item], heads: list[tuple[Heading, ...]]) -> dict[int, Item]:
    """Without columns of 分值 beside the points of the same item: they are its full marks."""
    several = Counter(item.item for item in items.values())
    return {
        place: item for place, item in items.items()
        if several[item.item] == 1 or not any(one.name.endswith(FULL_MARKS) for one in heads[place][:1])
    }  # fmt: skip


def facts(sheet: Sheet, file: str, entry: Entry | None = None) -> list[Found]:
    """A wide sheet of facts as the table ``facts``; nothing where it is none, or is not called one."""
    called = {word(sheet.name), word(stem(sheet))} & FACTS
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
    """A row for each institution and item that it has points of; of what is blank or “/” none is given."""
    key = whole.sources["institution_id"].places[0]
    reasons = {one.item: place for place, ways in enumerate(heads) if (one := item_of(ways)) and one.remarks}
    blank = marks(TABLES["item_scores"].by_name["points"])
    rows, without = [], []
    for number, cells in zip(whole.numbers, whole.cells, strict=True):
        for place, item in items.items():
            text = _at(cells, place)
            if not text or word(text) in blank:
                without.append((number, f"{cells[key].strip()} · {item.item} {item.name}".strip(), text))
            else:
                rows.append((number, [cells[key], item.item, text, _at(cells, reasons.get(item.item))]))
    found = long(whole, TABLES["item_scores"], SCORE_HEADS, rows)
    if without:
        shown = tuple((which, text) for _, which, text in without[:EXAMPLES])
        said = Assumption(whole.file, NOT_SCORED, "points", "", len(without), without[0][0], shown, aloud=True)
        found.said += (said,)
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


BY_NUMBER = Text("表头只有序号，依次读作评价项目的序号；请与评分表核对",
                 "headings that only number: taken for the items of the card in this order; check them"
                 )  # fmt: skip
NOT_SCORED = Text("空白或“/”的项目按没有给出得分处理（得 0 分的请写 0）",
                  "blank items are taken as not scored (write 0 for no points)")  # fmt: skip
TRANSPOSED = Text("像是评分表，但一行是一个项目、一列是一家机构。请转置（复制后选择性粘贴“转置”），首列写机构编号，"
                  "表头写项目序号和名称。",
                  "It looks like a score sheet with a row an item and a column an institution. Transpose it (paste "
                  "special): numbers of institutions in the first column, items in the header.")  # fmt: skip
