"""What a criterion says, in a sentence with places for its numbers: the card as people read and change it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from simlib.columns import LEVELS, TABLES
from simlib.rules.cards.criteria import AtLeast, Below, Criterion, Deduct, Met
from simlib.rules.cards.model import Card, Item
from simlib.words import LANGUAGES, NO_TEXT, Text, joined

PLACE = re.compile("⟦(.*?)⟧")


def sentence(card: Card, item: Item, criterion: Criterion) -> Text:
    """The criterion in words; each number stands as ⟦name of its lever⟧."""
    asked, points = item.label(criterion), _place(item.points_name(criterion))
    said = SENTENCES[_kind(criterion)].fill(asked=asked, points=points, **_parts(item, criterion))
    for variant in getattr(criterion, "variants", ()):
        who = joined([_condition(card, item, *one) for one in variant.when.items()])
        said = _add(said, VARIANT.fill(who=who, fact=item.facts[variant.fact].text))
    return said


def written(text: Text, values: dict[str, str]) -> Text:
    """The sentence with its numbers put in."""
    return Text(*(PLACE.sub(lambda match: values[match[1]], text.to(language)) for language in LANGUAGES))


def _kind(criterion: Criterion) -> str:
    if isinstance(criterion, Met) and criterion.growth:
        return "growth"
    return "situations" if isinstance(criterion, Deduct) and criterion.by == "situation" else criterion.kind


def _place(lever: str) -> str:
    return f"⟦{lever}⟧"


def _parts(item: Item, criterion: Criterion) -> dict[str, Text]:
    if isinstance(criterion, AtLeast | Below):
        limits = joined(_limits(item, criterion))
        return {"limits": BY_LEVEL.fill(limits=limits) if isinstance(criterion.threshold, dict) else limits}
    if criterion.kind == "deduct":
        said = EACH[criterion.by]
        each = [
            said.fill(fact=item.facts[name].text, points=_place(item.lever(criterion, name))) for name in criterion.each
        ]
        zero = [item.facts[name].text for name in criterion.zero]
        return {"each": joined(each, "；", "; "), "zero": ZERO.fill(facts=joined(zero)) if zero else NO_TEXT}
    if criterion.kind == "zero_if_any":
        needs = [NEEDS.fill(fact=item.facts[name].text) for name in criterion.needs]
        facts = joined((item.facts[name].text for name in criterion.facts), "；", "; ")
        return {"facts": facts, "needs": joined(needs, "", " ")}
    if isinstance(criterion, Met) and criterion.growth:
        levers = {name: _place(item.lever(criterion, name)) for name in ("at_least", "at_most")}
        return {name: Text(lever, lever) for name, lever in levers.items()}
    if criterion.kind == "tiers":
        points = [item.points_name(criterion), *(item.lever(criterion, tier.fact) for tier in criterion.tiers[1:])]
        tiers = [
            TIER.fill(
                fact=item.facts[tier.fact].text,
                most=_place(item.lever(criterion, f"{tier.fact}_at_most")),
                points=_place(name),
            )
            for tier, name in zip(criterion.tiers, points, strict=True)
        ]
        return {"tiers": joined(tiers, "；否则", "; else ")}
    return {}


def _limits(item: Item, criterion: AtLeast | Below) -> Iterator[Text]:
    for number in criterion.limits(item.facts):
        level = number.name.removeprefix(f"{criterion.sign}_") if number.name != criterion.sign else ""
        yield LIMIT[criterion.sign, bool(level)].fill(
            level=LEVELS.get(level, ""), limit=_place(item.lever(criterion, number.name))
        )


def _condition(card: Card, item: Item, name: str, wanted: str | bool) -> Text:
    if name in item.facts:
        return (IS if wanted else IS_NOT).fill(fact=item.facts[name].text)
    column = TABLES[card.subjects].by_name[name]
    return (
        column.options[wanted]
        if isinstance(wanted, str) and column.options
        else (IS if wanted else IS_NOT).fill(fact=column.label)
    )


def _add(first: Text, second: Text) -> Text:
    return Text(first.zh + second.zh, first.en + second.en)


SENTENCES = {
    "met": Text("{asked}，得 {points} 分", "{asked}: {points} points"),
    "at_least": Text("{asked}{limits}，得 {points} 分", "{asked} {limits}: {points} points"),
    "below": Text("{asked}{limits}，得 {points} 分", "{asked} {limits}: {points} points"),
    "not_worse": Text("{asked}，得 {points} 分", "{asked}: {points} points"),
    "deduct": Text(
        "{asked}，得 {points} 分。{each}，扣完为止{zero}",
        "{asked}: {points} points. Off for each: {each}; not below 0{zero}",
    ),
    "situations": Text(
        "{asked}，得 {points} 分。每查实一项下列情形扣分：{each}，扣完为止{zero}",
        "{asked}: {points} points. Off for each situation that is found: {each}; not below 0{zero}",
    ),
    "zero_if_any": Text(
        "{asked}，得 {points} 分。{needs}查实下列任何一项不得分：{facts}",
        "{asked}: {points} points. {needs} None if any is found: {facts}",
    ),
    "growth": Text(
        "{asked}，得 {points} 分；按数值计算的，增长在 {at_least} 至 {at_most} 之间（文件未规定）",
        "{asked}: {points} points; by numbers, a growth from {at_least} to {at_most} (not set by the document)",
    ),
    "tiers": Text("{tiers}；否则不得分", "{tiers}; else none"),
    "converted": Text("{asked} × {points} ÷ 100", "{asked} × {points} / 100"),
    "given": Text("{asked}，0 至 {points} 分", "{asked}: 0 to {points} points"),
}
LIMIT = {
    ("at_least", False): Text("不低于 {limit}", "at least {limit}"),
    ("at_least", True): Text("{level}不低于 {limit}", "at least {limit} ({level})"),
    ("below", False): Text("低于 {limit}", "below {limit}"),
    ("below", True): Text("{level}低于 {limit}", "below {limit} ({level})"),
}
BY_LEVEL = Text("：{limits}", "{limits}")
EACH = {
    "order": Text("{fact}，每次扣 {points} 分", "{fact} {points}"),
    "situation": Text("{fact}，{points} 分", "{fact} {points}"),
}
NEEDS = Text("没有做到“{fact}”的不得分。", "None without: {fact}.")
ZERO = Text("；{facts}，不得分", "; no points: {facts}")
TIER = Text("{fact}不超过 {most} 次，得 {points} 分", "{fact} at most {most}: {points} points")
VARIANT = Text("。{who}：以“{fact}”代替", ". {who}: “{fact}” instead")
IS = Text("{fact}", "{fact}")
IS_NOT = Text("不是“{fact}”", "not “{fact}”")
