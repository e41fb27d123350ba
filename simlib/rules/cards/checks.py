"""What a card must hold besides its format: sums, facts, kinds, bounds, both languages; and cards side by side."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from simlib.clauses import DOCUMENTS
from simlib.columns import TABLES, Type
from simlib.problems import Problem
from simlib.rules.cards import criteria
from simlib.rules.cards.criteria import Criterion
from simlib.rules.cards.model import Card, Edition, Item
from simlib.rules.cards.pieces import FactKind, Number, When
from simlib.words import Text, suggestion
from simlib.yaml_file import IN_QUOTES, TWICE

READINGS = ("item_3", "item_4")  # of which item private subjects are scored without
ALWAYS = ("deduct", "zero_if_any", "tiers", "converted", "given")  # what such a criterion reads always applies
CONDITIONS = (Type.CHOICE, Type.BOOLEAN, Type.TEXT)  # columns that a condition can ask for
CJK, WIDE = re.compile("[\u3400-\u9fff]"), re.compile("[\u3000-\u9fff\uff00-\uffef]")
Fault = tuple[tuple[Any, ...], Text, str | bool | None]  # place in the card, rule, value


def faults(card: Card) -> Iterator[Fault]:
    """Every fault of one card."""
    if card.document not in DOCUMENTS and card.document_name is None:
        yield ("document",), UNKNOWN_DOCUMENT.fill(near=suggestion(card.document, DOCUMENTS)), card.document
    yield from _when(card, card.who, ("who",), {})
    yield from _sums(card)
    numbers = [item.item for item in card.items]
    ids = Counter((item.prefix, criterion.id) for item in card.items for criterion in item.criteria)
    for place, item in _places(card):
        if numbers.count(item.item) > 1:
            yield (*place, "item"), TWICE, item.item
        for n, criterion in enumerate(item.criteria):
            if ids[item.prefix, criterion.id] > 1:
                yield (*place, "criteria", n, "id"), TWICE, criterion.id
        yield from ((place + where, rule, value) for where, rule, value in _item_faults(card, item))
    yield from _private_faults(card, numbers)
    for name, kind in (("bonus", FactKind.POINTS), ("veto", FactKind.YES_NO)):
        extra = getattr(card, name)
        for fact, declared in extra.facts.items() if extra else ():
            if declared.kind is not kind:
                yield (name, "facts", fact, "kind"), WRONG_KIND.fill(kinds=kind.value), declared.kind.value
    yield from _languages((), card.model_dump(exclude={"name"}))


def _private_faults(card: Card, numbers: list[str]) -> Iterator[Fault]:
    if not card.private:
        return
    if "ownership" not in TABLES[card.subjects].by_name:
        yield ("private",), NO_OWNERSHIP, None
    for reading in READINGS:
        number = card.private.without(reading)
        if number is None:
            yield ("private", "leaves_out"), MISSING.fill(name=reading), None
        elif number not in numbers:
            yield ("private", "leaves_out", reading), NO_SUCH_ITEM.fill(near=suggestion(number, numbers)), number


def _places(card: Card) -> Iterator[tuple[tuple[Any, ...], Item]]:
    for p, part in enumerate(card.parts):
        for i, item in enumerate(part.items):
            yield ("parts", p, "items", i), item


def _sums(card: Card) -> Iterator[Fault]:
    """Points add up: criteria to their item, items to their part, parts to the card."""
    for place, item in _places(card):
        if (found := sum(one.points for one in item.criteria)) != item.points:
            yield (*place, "points"), ADD_UP.fill(found=found, said=item.points), None
    for p, part in enumerate(card.parts):
        if (found := sum(item.points for item in part.items)) != part.points:
            yield ("parts", p, "points"), ADD_UP.fill(found=found, said=part.points), None
    if (found := sum(part.points for part in card.parts)) != card.total:
        yield ("total",), ADD_UP.fill(found=found, said=card.total), None


def _item_faults(card: Card, item: Item) -> Iterator[Fault]:
    used = set()
    for n, criterion in enumerate(item.criteria):
        place = ("criteria", n)
        reads = criterion.reads()
        for name, kinds in reads:
            used.add(name)
            if name not in item.facts:
                yield place, NO_SUCH_FACT.fill(near=suggestion(name, item.facts)), name
            elif item.facts[name].kind not in kinds:
                rule = WRONG_KIND.fill(kinds=" / ".join(kind.value for kind in kinds))
                yield ("facts", name, "kind"), rule, item.facts[name].kind.value
        known = [(name, kinds) for name, kinds in reads if name in item.facts and item.facts[name].kind in kinds]
        for v, variant in enumerate(getattr(criterion, "variants", ())):
            used |= variant.when.keys()
            yield from _when(card, variant.when, (*place, "variants", v, "when"), item.facts)
        if isinstance(criterion, criteria.NotWorse) and len({item.facts[name].kind for name, _ in known}) > 1:
            yield (*place, "last_year"), SAME_KIND, criterion.last_year
        if isinstance(criterion, criteria.AtLeast | criteria.Below) and isinstance(criterion.threshold, dict):
            lacking = {"3", "2", "1"} - criterion.threshold.keys()
            if lacking or "level" not in TABLES[card.subjects].by_name:
                yield (*place, criterion.sign), ALL_LEVELS, ", ".join(sorted(lacking)) or None
        step = getattr(criterion, "step", None)
        if step and 10**24 % int("".join(map(str, step.as_tuple().digits))):  # no tenth of it would meet the threshold
            yield (*place, "step"), STEP, str(step)
        if isinstance(criterion, criteria.Tiers):
            points = [tier.points for tier in criterion.tiers]
            if points != sorted(points, reverse=True) or points[0] != criterion.points:
                yield (*place, "tiers"), FALLING, None
        spared = [name for name, _ in known if item.facts[name].may_not_apply]
        yield from ((("facts", name, "may_not_apply"), MUST_APPLY, name) for name in spared if criterion.kind in ALWAYS)
        if isinstance(criterion, criteria.Met) and criterion.growth:
            yield from _growth_faults((*place, "growth"), criterion.growth, item)
        if isinstance(criterion, criteria.Given) and len(item.criteria) == 1 and criterion.points == 0:
            yield (*place, "points"), NOTHING, None
        if len(known) == len(reads):
            yield from _number_faults(place, criterion, [*item.numbers(criterion)])
    yield from ((("facts", name), UNUSED, name) for name in item.facts if name not in used)


def _growth_faults(place: tuple[Any, ...], growth: criteria.Growth, item: Item) -> Iterator[Fault]:
    """Both years by the same kind of number, and a range from low to high."""
    kinds = {item.facts[name].kind for name in (growth.this_year, growth.last_year) if name in item.facts}
    if len(kinds) > 1:
        yield (*place, "last_year"), SAME_KIND, growth.last_year
    if growth.at_least > growth.at_most:
        yield (*place, "at_most"), RISING, str(growth.at_most)


def _number_faults(place: tuple[Any, ...], criterion: Criterion, numbers: list[Number]) -> Iterator[Fault]:
    """Every lever within its bounds and with a name of its own."""
    for number in numbers:
        if not number.low <= number.value <= number.high:
            yield place, OUT_OF_BOUNDS.fill(low=number.low, high=number.high), str(number.value)
    if len({number.name for number in numbers}) < len(numbers):
        yield place, ONE_LEVER_TWICE, None


def _when(card: Card, when: When, place: tuple[Any, ...], facts: dict[str, Any]) -> Iterator[Fault]:
    """A condition names a column of the subjects' table, or a yes_no fact of the item, and a value that it can have."""
    columns = {name: one for name, one in TABLES[card.subjects].by_name.items() if one.type in CONDITIONS}
    known = [name for name, fact in facts.items() if fact.kind is FactKind.YES_NO]
    for name, value in when.items():
        column = None if name in facts else columns.get(name)
        if name in facts and facts[name].kind is not FactKind.YES_NO:
            yield (*place, name), WRONG_KIND.fill(kinds=FactKind.YES_NO.value), facts[name].kind.value
        elif name not in facts and column is None:
            yield (*place, name), NOT_A_COLUMN.fill(near=suggestion(name, [*known, *columns])), None
        elif column is None or column.type is Type.BOOLEAN:
            if not isinstance(value, bool):
                yield (*place, name), ONE_OF.fill(options="true, false"), value
        elif column.type is Type.CHOICE and value not in column.options:
            yield (*place, name), ONE_OF.fill(options=", ".join(f'"{one}"' for one in column.options)), str(value)
        elif not isinstance(value, str):
            yield (*place, name), IN_QUOTES, None


def _languages(where: tuple[Any, ...], content: object) -> Iterator[Fault]:
    """Every pair of texts: Chinese in Chinese, English in English, unless a city says it in Chinese only."""
    if isinstance(content, dict):
        zh, en = content.get("zh"), content.get("en")
        if (
            isinstance(zh, str)
            and isinstance(en, str)
            and (zh or en)
            and (not CJK.search(zh) or (en != zh and (not en or WIDE.search(en))))
        ):
            yield (*where, "en" if CJK.search(zh) else "zh"), BOTH_LANGUAGES, (en if CJK.search(zh) else zh) or None
        for key, value in content.items():
            yield from _languages((*where, key), value)
    elif isinstance(content, list | tuple):
        for at, value in enumerate(content):
            yield from _languages((*where, at), value)


def clashes(cards: dict[str, Card]) -> Iterator[Problem]:
    """Cards that read well alone but not side by side: in an edition's name, in a lever's, in whom they evaluate."""
    editions: dict[str, tuple[str, Edition]] = {}
    levers: dict[str, tuple[str, tuple[Any, ...]]] = {}
    evaluated: list[tuple[str, Card]] = []
    for name, card in cards.items():
        file, edition = f"{name}.yaml", card.edition
        other, told = editions.setdefault(edition.id, (file, edition))
        if told != edition:
            yield Problem(OTHER_EDITION.fill(file=other), file, column="edition", value=edition.id)
        for other, one in evaluated:
            if one.edition.id == edition.id and one.subjects == card.subjects and _overlap(one.who, card.who):
                yield Problem(OTHER_CARD.fill(file=other), file, column="who", value=edition.id)
        evaluated.append((file, card))
        for item, criterion, number in card.numbers():
            other, known = levers.setdefault(number.name, (file, (item.item, item.facts, criterion)))
            if known != (item.item, item.facts, criterion):
                yield Problem(OTHER_LEVER.fill(file=other), file, column="card", value=number.name)


def _overlap(one: When, other: When) -> bool:
    return all(other.get(name, value) == value for name, value in one.items())


MISSING = Text("缺少 {name}。请补充。", "{name} is missing. Add it.")
ONE_OF = Text("应为其中之一：{options}。请改正。", "It must be one of {options}.")
NO_SUCH_ITEM = Text("未找到该序号的项目。{near}", "There is no item of this number. {near}")
NO_SUCH_FACT = Text(
    "未声明该事实。请写入本项的 facts。{near}", "This fact is not declared. Add it to the item's facts. {near}"
)
UNUSED = Text("没有评分办法使用该事实。请删除，或写明其评分办法。",
              "No criterion reads this fact. Remove it, or write the criterion.")  # fmt: skip
WRONG_KIND = Text("这里需要的 kind 是 {kinds}。请改正。", "The kind needed here is {kinds}. Correct it.")
SAME_KIND = Text(
    "本年度与上年度的 kind 应相同。请改正。", "This year's and last year's kind must be the same. Correct one."
)
ADD_UP = Text(
    "各项合计 {found}，不是 {said}。请改正分值。", "The points below add up to {found}, not {said}. Correct them."
)
ALL_LEVELS = Text('请写明 "3"、"2"、"1" 三个级别的标准，或只写一个数（医共体没有级别）。',
                  'Give levels "3", "2" and "1", or one number (communities have no levels).')  # fmt: skip
STEP = Text(
    "步长应为 1、2、5 或其十倍、十分之一等，如 0.05。请改正。",
    "A step is 1, 2 or 5 or tens or tenths of these, such as 0.05.",
)
FALLING = Text(
    "各档分值应由高到低，第一档等于 points。请改正。",
    "The tiers' points must fall, and the first be the points. Correct them.",
)
NOTHING = Text("本项满分为 0。请写明分值。", "The item has no points. Give them.")
OUT_OF_BOUNDS = Text("标准应在 {low} 至 {high} 之间（比例写 0.85，不写 85）。请改正。",
                     "A threshold must be from {low} to {high} (a share is 0.85, not 85). Correct it.")  # fmt: skip
ONE_LEVER_TWICE = Text("两个参数会同名：各档应使用不同的事实，事实不能叫 points。请改正。",
                       "Two levers would have one name: tiers need facts of their own, and none is called points. "
                       "Correct it.")  # fmt: skip
MUST_APPLY = Text("读取它的评分办法（扣分、一票不得分、分档、折算、给定得分）不能不适用。请删除 may_not_apply。",
                  "The criterion that reads it (deduct, zero_if_any, tiers, converted, given) always applies. Remove "
                  "may_not_apply.")  # fmt: skip
RISING = Text("at_most 低于 at_least。请改正。", "at_most is below at_least. Correct it.")
NOT_A_COLUMN = Text(
    "既不是数据表的选项列，也不是本项的是否类事实。{near}",
    "Neither a column of the table that holds options nor a yes_no fact of the item. {near}",
)
NO_OWNERSHIP = Text(
    "医共体没有所有制，不能有 private。请删除。", "Communities have no ownership, so no private. Remove it."
)
UNKNOWN_DOCUMENT = Text(
    "未找到该文件代号。{near}本地自己的文件请写文号，并另写一行 document_name: {{zh: 文件名称}}。",
    "There is no such document key. {near} For a document of your own give its number, and its name under "
    "document_name: {{zh: ...}}.",
)
BOTH_LANGUAGES = Text("zh 应为中文，en 应为英文（不含中文和全角符号），缺一不可。请改正。",
                      "zh must be Chinese and en English (no Chinese, no full-width signs), both of them. Correct "
                      "it.")  # fmt: skip
OTHER_EDITION = Text("{file} 中同一 edition 的名称不同。请写成一样，或换一个 id。",
                     "{file} names this edition differently. Write the same, or choose another id.")  # fmt: skip
OTHER_CARD = Text("同一 edition 的 {file} 也评价这些对象。请改 edition 或 who。",
                  "{file} of this edition evaluates the same subjects. Change edition or who.")  # fmt: skip
OTHER_LEVER = Text("{file} 已有同名参数而内容不同。请换一个 card 或 id。",
                   "{file} has a lever of this name for something else. Choose another card or id.")  # fmt: skip
