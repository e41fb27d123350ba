"""Rows of a sheet that are none of its table's own: totals, means, comparisons, notes, repeated headers, numberings.

Each is known by the words in its first cells, its number or its name; what they are asked of is told in words that
simlib.tables.forms.word has made alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from simlib.columns import Type
from simlib.tables.forms import MISSING, word
from simlib.tables.found import Found
from simlib.tables.headings import ORNAMENT, heading

_BRACKETS = r"(?:\([^)]*\))?:?"
_COUNTED = r"\d+[家个户例条所人名](?:次|记录|医疗机构|机构|医院|医共体|病种|病例)?"
TOTAL = re.compile(
    r"(?:总合计|合计|总计|小计|累计|共计|汇总|全市|全县|全区|全省|.{1,12}(?:合计|小计|总计"
    ")|(?:grand|sub)?total|sum|[∑σ])"
    rf"{_BRACKETS}|(?:总?合计|总计|小计|共计?):?{_COUNTED}"
)
SUBTOTAL = re.compile(rf".{{1,12}}(?:合计|小计|总计){_BRACKETS}")  # as no institution is named
ONLY_TOTAL = frozenset(("总合计", "合计", "总计", "小计", "累计", "共计"))  # no name of anything, numbered or not
MEAN = re.compile(r"(?:.{0,12}平均[值分数]?|.{0,12}均值|average|mean)(?:\([^)]*\))?:?")
COMPARED = re.compile(  # 去年同期, 同比增减, 增长率（%）, 占比: what the rows are held against
    r"(?:与?(?:去年|上年度?|前年|往年|上期|\d{4}年度?))?(?:同期|同比|环比|增减|增幅|增长|增速|占比|比重|占总额|差额)"
    rf"(?:增减|增长|变化)?(?:数|额|率|值|金额|幅度|比例|情况)?{_BRACKETS}|(?:去年|上年度?|上期)(?:数|合计|总额"
    f")?{_BRACKETS}"
)
FULL = frozenset(("满分", "满分值", "标准分", "标准分值", "标准分数", "权重", "权重分", "指标分值", "项目分值"))
NOTE = re.compile(
    r"(?:注|备注|说明|填表|制表|审核|复核|填报|报送|打印|导出|单位负责人|负责人|联系|数据来源|来源|资料来源|口径|声明|"
    r"截至|截止|附[:件注]|本表|编制|校对|签[字章]|盖章|统计(?:时间|日期|人|口径)|更新时间|[※*★☆▲●◆])"
)
SIGNED = re.compile(  # as one signs, in as many cells as there are signatures
    r"其中|\(?(?:金额|计量)?单位:|"
    r"(?:填表|制表|审核|复核|填报|报送|打印|导出|审批|批准|经办|(?:单位)?负责|联系|分管领导|主管).{0,4}:"
)
PAGE = re.compile(r"第?\d+页.*|共\d+页.*|-\d+-|\d+/\d+页?")
DAY = re.compile(r"[12]\d{3}(?:年\d{1,2}月\d{1,2}日|([-/.])\d{1,2}\1\d{1,2})")
POINT = re.compile(  # 一、二级医院: a point of a list or the heading of a block
    r"\(?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[)、.](?!\d).*[\u4e00-\u9fff].*"
)
PLACES = "栏次", "栏目", "行次", "列次"  # before the numbers of the columns
FEWEST_PLACES = 4  # columns whose numbering is known without such a word
EXAMPLE = "示例"  # how the key of a template's example rows begins
NUMBERING = frozenset(("序号", "编号", "no", "no.", "行号", "序"))
_ORDERS = ("甲乙丙丁戊己庚辛壬癸", "abcdefghijklmnopqrstuvwxyz")
_CHINESE = "一二三四五六七八九十"


def kinds(found: Found) -> Callable[[list[str]], str]:
    """What tells why a row, as long as the header, is none of the table's own; empty where it is one."""
    keys, names = (one.places if (one := found.sources.get(name)) else () for name in (found.table.key, "name"))
    heads = [heading(text).name for text in found.header]
    numbered, of_days = numbering(found), found.table.by_name[found.table.key].type is Type.DATE

    def kind(cells: list[str]) -> str:
        name = [word(cells[place]) for place in names]
        if any(SUBTOTAL.fullmatch(one) or TOTAL.fullmatch(one) for one in name):
            return "total"
        if any(MEAN.fullmatch(one) for one in name):
            return "mean"
        if (said := _kind(cells, keys, heads, numbered)) or of_days:
            return said
        alone = [word(text) for text in cells if text.strip()]
        return "note" if len(alone) == 1 and any(one.fullmatch(alone[0]) for one in (PAGE, DAY, POINT)) else ""

    return kind


def numbering(found: Found) -> set[int]:
    """The places of columns that only number the rows."""
    used = {one for source in found.sources.values() for one in source.places}
    return {place for place, text in enumerate(found.header) if heading(text).name in NUMBERING} - used


def _kind(cells: list[str], keys: tuple[int, ...], heads: list[str], numbering: set[int]) -> str:
    texts = [(position, text.strip()) for position, text in enumerate(cells) if text.strip()]
    if not texts:
        return "numbering"
    first = word(texts[0][1])
    keyed = [text for position, text in texts if position in keys]
    leading = [word(text) for text in (*(text for _, text in texts[:3]), *keyed[:1])]
    if ONLY_TOTAL & {*leading[:2]}:
        return "total"
    if any(TOTAL.fullmatch(one) for one in leading) and (not keyed or TOTAL.fullmatch(word(keyed[0]))):
        return "total"
    if any(MEAN.fullmatch(one) for one in leading) and (not keyed or MEAN.fullmatch(word(keyed[0]))):
        return "mean"
    if any(COMPARED.fullmatch(one) for one in leading) and (not keyed or COMPARED.fullmatch(word(keyed[0]))):
        return "compared"
    if FULL & {*leading[:2]}:
        return "full"
    again = [word(text.strip(ORNAMENT)) == heads[position] for position, text in texts if position < len(heads)]
    if len(texts) > 1 and all(again):
        return "header"
    if keyed and keyed[0].startswith(EXAMPLE):
        return "example"
    if SIGNED.match(first) or (NOTE.match(first) and len(texts) <= 2 + len(numbering)):
        return "note"
    if {position for position, _ in texts} <= numbering or numbers_columns([word(text) for _, text in texts]):
        return "numbering"
    return ""


def numbers_columns(texts: Sequence[str]) -> bool:
    """Whether a row numbers the columns, as statistical tables do below their header: 甲 乙 1 2 3, 栏次 — 1 2=1×5%."""
    said = texts[0] in PLACES
    places = [text.strip("()") for text in texts[said:] if text not in MISSING]
    numbers = [int(digits[1]) for text in places if (digits := re.match(r"(\d{1,2})(?:=.*)?$", text))]
    numbers = numbers or [_CHINESE.index(text) + 1 for text in places if text in {*_CHINESE}]
    orders = ["".join(text for text in places if text in {*order}) for order in _ORDERS]
    all_told = len(numbers) + sum(map(len, orders)) == len(places)
    in_order = all(order.startswith(one) for order, one in zip(_ORDERS, orders, strict=True))
    in_order = in_order and len(orders[1]) != 1 and numbers == list(range(1, len(numbers) + 1))  # A may be a hospital
    return all_told and in_order and len(numbers) > 1 and (said or len(places) >= FEWEST_PLACES)
