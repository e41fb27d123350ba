"""What the tables must hold for an edition of cards, which edition they fit, and which parameters they leave idle."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import partial

import pandas as pd

from simlib.columns import LEVELS
from simlib.columns.checks import lacking_columns
from simlib.problems import Problem, shorten
from simlib.rules.cards import CARDS, EDITIONS, Card, Item, edition
from simlib.rules.cards.criteria import AtLeast, Below, Converted, Criterion, Deduct, Met, Tiers
from simlib.rules.scorecard import item_scores
from simlib.rules.scorecard.by_points import Completed, completed
from simlib.rules.scorecard.counted import situations
from simlib.rules.scorecard.fact_names import by_name
from simlib.rules.scorecard.params import CostGrowth, Missing, ScorecardParams
from simlib.rules.scorecard.sheets import APPLIES, FACT, ITEM, SUBJECT, TABLE, VALUE
from simlib.rules.scorecard.subjects import for_whom
from simlib.tables import Tables, small
from simlib.words import Text, joined

LABEL = Text("绩效评分", "Scorecard")


def lacking(tables: Tables, params: ScorecardParams) -> list[Problem]:
    """What the data would need: facts, the subjects' columns that the cards ask for, and every fact they read."""
    chosen = edition(params.edition.value)
    by_points = stated_in(tables) == item_scores.TABLE
    if TABLE in tables and item_scores.TABLE in tables:
        file = tables[item_scores.TABLE].attrs.get("file", item_scores.TABLE)
        return [Problem(BOTH.fill(facts=tables[TABLE].attrs.get("file", TABLE)), file)]
    asked_of = (SUBJECT, ITEM, item_scores.POINTS) if by_points else (SUBJECT, ITEM, FACT, VALUE)
    problems = lacking_columns(tables, stated_in(tables), asked_of, LABEL)
    if by_points and not problems and all(card.subjects in tables for card in chosen):
        told = Completed(chosen, tables)
        if told.problems:
            return _others(tables, params) or told.problems
        tables = {**tables, told.name: told.subjects}
    for subjects in sorted({card.subjects for card in chosen}):
        mine = [card for card in chosen if card.subjects == subjects]
        asked = {one for card in mine for one in (item_scores.asked_of(card) if by_points else card.needed)}
        problems += lacking_columns(tables, subjects, sorted(asked), LABEL)
    absent = {card.subjects for card in chosen} - tables.keys()
    if absent and not problems[len(absent) :] and (others := _others(tables, params)):
        return others
    if not problems and by_points and not _fits_points(params.edition.value, tables):
        return _others(tables, params)
    if problems or by_points or params.missing is Missing.ZERO:
        return problems
    unstated, file = _unstated(params.edition.value, tables, params), tables[TABLE].attrs.get("file", TABLE)
    if not unstated:
        return []
    if others := _others(tables, params):
        return others
    stated = _stated(tables)
    return [Problem(_remedy(*one, stated), file, column=" · ".join(one)) for one in unstated]


def _others(tables: Tables, params: ScorecardParams) -> list[Problem]:
    """That the facts are those of other editions, if they are."""
    fits = _fits_points if stated_in(tables) == item_scores.TABLE else partial(_fits, params=params)
    others = [name for name in EDITIONS if fits(name, tables)]
    if not others:
        return []
    names = [Text(f"{name}（{EDITIONS[name].zh}）", f"{name} ({EDITIONS[name].en})") for name in others]
    rule = MISFIT.fill(chosen=params.edition.label, editions=joined(names))
    name = stated_in(tables)
    file, path = tables[name].attrs.get("file", name), params.declarations()["edition"].path
    return [Problem(rule, file, column=path, value=params.edition.value)]


def _remedy(item: str, fact: str, stated: set[tuple[str, str]]) -> Text:
    """What to do about a fact that nobody states: rename the one that seems to be it, or report it."""
    here = {name for where, name in stated if where == item and isinstance(name, str)}
    strange = here - {name for card in CARDS.values() for where, name in card.known if where == item}
    near = difflib.get_close_matches(fact, strange, n=1)
    return UNSTATED.fill(remedy=RENAME.fill(near=shorten(near[0]), fact=fact) if near else ADD)


def _stated(tables: Tables) -> set[tuple[str, str]]:
    """The facts that stand in the table at all."""
    return _named(by_name(small(tables, TABLE)))


def _named(facts: pd.DataFrame) -> set[tuple[str, str]]:
    """Item and name of the facts in these rows."""
    pairs = facts[[ITEM, FACT]].drop_duplicates()
    return set(zip(pairs[ITEM], pairs[FACT], strict=True))


def stated_in(tables: Tables) -> str:
    """The table that says how the institutions did: facts, or points by item where there are no facts."""
    return item_scores.TABLE if item_scores.TABLE in tables and TABLE not in tables else TABLE


def _fits_points(name: str, tables: Tables) -> bool:
    """Whether the points by item are of this edition's subjects and items."""
    cards, given = edition(name), small(tables, item_scores.TABLE)
    if all(card.subjects in tables for card in cards):
        tables = completed(cards, tables)
    if any(lacking_columns(tables, card.subjects, item_scores.asked_of(card), LABEL) for card in cards):
        return False
    ids = {one for card in cards for one in small(tables, card.subjects)[card.key]}
    items = {item.item for card in cards for item in card.items}
    return bool(given[SUBJECT].isin(ids).any() and given[ITEM].isin(items).any())


def _fits(name: str, tables: Tables, params: ScorecardParams) -> bool:
    """Whether the tables hold somebody to evaluate and all that an edition needs."""
    cards = edition(name)
    if any(lacking_columns(tables, card.subjects, sorted(card.needed), LABEL) for card in cards):
        return False
    return not _unstated(name, tables, params) and any(len(_subjects(card, tables)) for card in cards)


def _unstated(name: str, tables: Tables, params: ScorecardParams) -> list[tuple[str, str]]:
    """Facts that everybody on a card needs and nobody states."""
    stated = _stated(tables)
    found: dict[tuple[str, str], None] = {}
    for card in edition(name):
        asked = [key for key in card.known if key not in stated]
        asked = [key for key in asked if key not in _spare(card, params)] if asked else []
        if asked and len(subjects := _subjects(card, tables)):  # seldom, and who is evaluated takes a while to tell
            out = None
            if card.private and bool((subjects["ownership"] == "private").all()):
                out = card.private.without(params.private_excluded_item.value)
            found |= dict.fromkeys(key for key in asked if key[0] != out)
    return list(found)


def _subjects(card: Card, tables: Tables) -> pd.DataFrame:
    """Those whom the card evaluates."""
    table = small(tables, card.subjects)
    return table[for_whom(card, table)]


def _spare(card: Card, params: ScorecardParams) -> set[tuple[str, str]]:
    """Facts that some need and others do not: those of variants, of tiers after the first, and of growth those that
    ``cost_growth`` does not read."""
    found = set()
    for item in card.items:
        for one in item.criteria:
            if isinstance(one, Tiers):
                found |= {(item.item, fact) for fact, _ in one.reads()[1:]}
            elif isinstance(one, Met) and one.growth:
                numbers = params.cost_growth is CostGrowth.NUMBERS
                found |= {(item.item, fact) for fact, _ in (one.reads()[:1] if numbers else one.reads()[1:])}
            elif isinstance(one, Converted) and one.variants:
                found |= {(item.item, fact) for fact, _ in one.reads()}
    return found


def fitting(tables: Tables, params: ScorecardParams) -> dict[str, str]:
    """The edition whose facts the table states, where it does not state those of the chosen one."""
    if stated_in(tables) == item_scores.TABLE:
        if lacking_columns(tables, item_scores.TABLE, (SUBJECT, ITEM, item_scores.POINTS), LABEL):
            return {}
        fits = [name for name in EDITIONS if _fits_points(name, tables)]
    elif TABLE not in tables or lacking_columns(tables, TABLE, (SUBJECT, ITEM, FACT, VALUE), LABEL):
        return {}
    else:
        fits = [name for name in EDITIONS if _fits(name, tables, params)]
    return {"edition": fits[0]} if fits and params.edition.value not in fits else {}


def inert(tables: Tables, params: ScorecardParams) -> dict[str, Text]:
    """What the chosen cards have no use for: bonus rules without a bonus, a private item without private subjects."""
    chosen, by_points = edition(params.edition.value), stated_in(tables) == item_scores.TABLE
    if by_points:
        tables = completed(chosen, tables)
    found = {} if any(card.bonus for card in chosen) else dict.fromkeys(("bonus_cap", "cap_total"), NO_BONUS)
    private = [card for card in chosen if card.private and (_subjects(card, tables)["ownership"] == "private").any()]
    if not private:
        found["private_excluded_item"] = NO_PRIVATE
    elif all(len(set(card.private.leaves_out.values())) == 1 for card in private if card.private):
        found["private_excluded_item"] = ONE_ITEM
    if by_points:
        return found | dict.fromkeys(sorted(_levers(CARDS.values()) | {"bonus_cap", "cap_total"}), GIVEN_POINTS)
    facts = by_name(small(tables, TABLE))
    value = pd.to_numeric(facts[VALUE], errors="coerce")
    happened, twice = (_named(facts[rows]) for rows in (value != 0, value > 1))
    found |= _of_subjects(chosen, tables, happened) | _of_facts(chosen, facts, twice, params)
    return found | dict.fromkeys(sorted(_levers(CARDS.values()) - _levers(chosen)), OTHER_CARD)


def _levers(cards: Iterable[Card]) -> set[str]:
    """The parameters that the numbers of these cards are."""
    return {number.name for card in cards for _, _, number in card.numbers()}


def _of_facts(
    cards: Iterable[Card], facts: pd.DataFrame, twice: set[tuple[str, str]], params: ScorecardParams
) -> dict[str, Text]:
    """Readings that need what nobody states: a situation found ``twice``, a fact that does not apply, growth by
    numbers."""
    found = dict[str, Text]()
    asked = {key for card in cards for key in situations(card)}
    if not asked:
        found["service_deduction"] = NO_SITUATIONS
    elif not asked & twice:
        found["service_deduction"] = NONE_TWICE
    if APPLIES not in facts or not (facts[APPLIES] == False).any():  # noqa: E712
        found["not_applicable"] = ALL_APPLY
    if params.cost_growth is CostGrowth.STATED:
        criteria = ((item, one) for card in cards for item in card.items for one in item.criteria)
        ranges = ((item, one) for item, one in criteria if isinstance(one, Met) and one.growth)
        levers = [item.lever(one, name) for item, one in ranges for name in ("at_least", "at_most")]
        found |= dict.fromkeys(levers, AS_STATED)
    return found


def _of_subjects(cards: Iterable[Card], tables: Tables, happened: set[tuple[str, str]]) -> dict[str, Text]:
    """Numbers of cards that evaluate nobody, of levels that nobody has, and deductions for what nobody did."""
    used: set[str] = set()
    found: dict[str, Text] = {}
    for card in cards:
        subjects = _subjects(card, tables)
        levels = set(subjects["level"].dropna().astype("str")) if "level" in subjects else set()
        for item, criterion, number in card.numbers():
            if not len(subjects):
                found.setdefault(number.name, NOBODY.fill(card=card.text))
            elif number.name in (gone := _without_level(item, criterion, levels)):
                found.setdefault(number.name, NO_LEVEL.fill(level=LEVELS[gone[number.name]]))
            else:
                used.add(number.name)
    found |= dict.fromkeys(_never(cards, happened), NEVER)
    return {name: why for name, why in found.items() if why is NEVER or name not in used}


def _without_level(item: Item, criterion: Criterion, levels: set[str]) -> dict[str, str]:
    """The thresholds of a criterion for levels that nobody has."""
    threshold = getattr(criterion, "threshold", None)
    if not isinstance(threshold, dict) or not isinstance(criterion, AtLeast | Below):
        return {}
    return {item.lever(criterion, f"{criterion.sign}_{one}"): one for one in threshold if one not in levels}


def _never(cards: Iterable[Card], happened: set[tuple[str, str]]) -> list[str]:
    """Deductions for what is counted 0 times everywhere, and none of the others that share the name."""
    never: dict[str, bool] = {}
    for card in cards:
        for item in card.items:
            for one in item.criteria:
                for fact in one.each if isinstance(one, Deduct) else ():
                    name = item.lever(one, fact)
                    never[name] = never.get(name, True) and (item.item, fact) not in happened
    return [name for name, none in never.items() if none]


NOBODY = Text(
    "没有按“{card}”评分表评价的机构，此项不起作用。", "The card “{card}” evaluates nobody here: this has no effect."
)
NO_LEVEL = Text(
    "没有按此标准评价的{level}机构，此项不起作用。", "Nobody of {level} is on the card: this has no effect."
)
NEVER = Text("没有机构有此情形，此项不起作用。", "It happened nowhere: this has no effect.")
GIVEN_POINTS = Text(
    "数据只给出各项得分，没有评价事实，此项不起作用。",
    "The data give points by item and no facts: this has no effect.",
)
BOTH = Text("与 {facts} 同时给出：一个由事实计分，一个为已有得分。请仅保留一个。",
            "It stands beside {facts}: one makes the points of facts, the other gives them. Keep one.")  # fmt: skip
NO_SITUATIONS = Text("所选评分表没有按情形扣分的项目，此项不起作用。",
                     "The chosen cards deduct nothing by situation: this has no effect.")  # fmt: skip
NONE_TWICE = Text("没有一种情形查实不止一次，此项不起作用。", "No situation was found twice: this has no effect.")
ALL_APPLY = Text("没有填报“不适用”的事实，此项不起作用。", "No fact is said not to apply: this has no effect.")
AS_STATED = Text("费用增长按填报的是或否判断，此项不起作用。",
                 "Growth of costs is taken as stated: this has no effect.")  # fmt: skip
NO_BONUS = Text("所选评分表没有加分，此项不起作用。", "The chosen cards have no bonus: this has no effect.")
NO_PRIVATE = Text(
    "没有按评分表折算的民营机构，此项不起作用。", "There are no private institutions to scale: this has no effect."
)
ONE_ITEM = Text(
    "所选评分表只有一个可不评的项目，此项不起作用。", "The chosen cards have one such item only: this has no effect."
)
OTHER_CARD = Text("该参数属于另一版评分表，本次不起作用。", "It belongs to another edition's card: this has no effect.")
UNSTATED = Text(
    "没有机构填报该事实，所选评分表需要使用。{remedy}",
    "No institution states this fact, which the chosen card needs. {remedy}",
)
ADD = Text("请补报。", "Report it.")
RENAME = Text("请把“{near}”改名为 {fact}。", "Rename “{near}” to {fact}.")
MISFIT = Text("这些事实不是“{chosen}”的，而是：{editions}。请设置 scorecard.edition。",
              "These are not the facts of “{chosen}” but of {editions}. Set scorecard.edition.")  # fmt: skip
