"""The parameters of the scorecards: a few of the rule's own, and every number that stands in a card.

A card's numbers are declared in its YAML file alone; the levers are made from them here.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pydantic import create_model

from simlib.money import decimal_text
from simlib.params import Choice, Kind, Params, lever, option, reading
from simlib.rules.cards import CARDS, EDITIONS, Card, Criterion, Item, Number
from simlib.rules.cards.bonus import BONUS_CAP, CAP_TOTAL, CapTotal
from simlib.rules.cards.sentences import sentence, written
from simlib.rules.scorecard import topics
from simlib.words import Text

if TYPE_CHECKING:  # what only the files of the cards tell: their editions, and the levers that the class has besides

    class Edition(Choice): ...

else:
    Edition = Choice("Edition", {name: (name, *text) for name, text in EDITIONS.items()})


class Missing(Choice):
    ERROR = "error", "报错并列出", "refuse and list"
    ZERO = "zero", "该评分点记 0 分并列出", "score the criterion 0 and list"


class PrivateExcludedItem(Choice):
    ITEM_3 = "item_3", "第3项（药品耗材招采）", "item 3 (procurement)"
    ITEM_4 = "item_4", "第4项（支付方式改革）", "item 4 (payment reform)"


class ServiceDeduction(Choice):
    SITUATION = "situation", "每种情形只扣一次", "each situation once"
    FINDING = "finding", "每查实一次扣一次", "every finding"


class NotApplicable(Choice):
    FULL = "full", "按做到计，得满分", "counts as met"
    EXCLUDED = "excluded", "不计入满分，其余折算成百分制", "leaves the card, the rest is scaled"


class CostGrowth(Choice):
    STATED = "stated", "按填报的“是否在合理范围”", "as stated"
    NUMBERS = "numbers", "按两年的数值和范围计算", "by numbers and ranges"


class _Rule(Params):
    family = "scorecard"

    edition: Edition = reading(
        option(Edition, "js26_2023"), kind=Kind.SETTING,
        label=Text("评分表", "Scorecards"),
        help=Text("所用的评分表版本；同一版本中，有住院服务和无住院服务的机构各用一张。",
                  "Which edition; in each, institutions with and without inpatient service have a card of their own."),
        clauses=["JS26 2(2)"],
    )  # fmt: skip
    private_excluded_item: PrivateExcludedItem = reading(
        PrivateExcludedItem.ITEM_3,
        topic=topics.SCORING,
        label=Text("民营机构不评的项目", "Item that private institutions lack"),
        help=Text("民营机构按 80 分评价再折算成百分制；文件未写明不评哪个 20 分的项目。",
                  "Private institutions are scored out of 80 and scaled to 100; which item of 20 points is left out "
                  "is not said."),
        clauses=[("JS26 annex 1, note 1", "JS26 annex 2, note 1")],
    )  # fmt: skip
    service_deduction: ServiceDeduction = reading(
        ServiceDeduction.SITUATION,
        topic=topics.SCORING,
        label=Text("优质诊疗服务扣分口径", "Deductions for lapses of care"),
        help=Text("六种情形“每查实一项”扣分：一种情形查实多次，是只扣一次，还是次次都扣。",
                  "Six situations cost a point where they are found: whether one that is found several times costs it "
                  "once or every time."),
        clauses=[("JS26 annex 1, item 10", "JS26 annex 2, item 9")],
    )  # fmt: skip
    not_applicable: NotApplicable = reading(
        NotApplicable.FULL,
        topic=topics.SCORING,
        label=Text("“不适用”的评分点", "Criteria that do not apply"),
        help=Text("没有自主定价项目、没有上年度数等填“不适用”的，按做到得满分，还是从满分中剔除、其余折算成百分制；"
                  "文件没有写明。",
                  "Where a fact does not apply (no prices of one's own, no last year): whether the criterion counts as "
                  "met, or leaves the card and the rest is scaled to 100; the document does not say."),
        clauses=["JS26 annex 1, item 2(3)", "JS26 annex 1, item 5(1)", "JS26 annex 2, item 2(3)",
                 "JS26 annex 2, item 4(1)", "JS26 annex 2, item 4(2)"],
    )  # fmt: skip
    cost_growth: CostGrowth = reading(
        CostGrowth.STATED, kind=Kind.SETTING,
        label=Text("费用增长的判断方式", "How growth of costs is judged"),
        help=Text("“合理增长范围”由设区市定，文件没有规定：按填报的是或否，还是按上年、本年数值和所设范围计算。",
                  "Cities set the range of reasonable growth, the document does not: as stated, yes or no, or by this "
                  "year's and last year's numbers and the ranges set here."),
        clauses=["JS26 annex 2, item 4(1)", "JS26 annex 2, item 4(2)"],
    )  # fmt: skip
    bonus_cap: Decimal = BONUS_CAP
    cap_total: CapTotal = CAP_TOTAL
    missing: Missing = reading(
        Missing.ERROR, kind=Kind.SETTING,
        label=Text("缺少的事实", "Missing facts"),
        help=Text("评分所需的事实未填报时的处理方式；系统不自动补值。",
                  "What to do where a fact that the card needs is not reported; nothing is ever filled in."),
        clauses=["JS26 3(2)2"],
    )  # fmt: skip


def params_of(*cards: Card) -> type[_Rule]:
    """The parameters of the rule with the levers of these cards; a lever that cards share stands once."""
    fields: dict[str, Any] = {}
    ordered = []
    for card in cards:
        for item, criterion, number in card.numbers():
            fields.setdefault(number.name, (Decimal, _lever(card, item, criterion, number)))
        ordered += [pair for pair in _falling(card) if pair not in ordered]
    made = create_model("ScorecardParams", __base__=_Rule, __module__=__name__, **fields)
    made.ordered = tuple(ordered)
    made.__doc__ = "Parameters of the scorecards; the defaults are the documents' values."
    return made


def _lever(card: Card, item: Item, criterion: Criterion, number: Number) -> Any:
    place, asked = item.number(criterion), item.label(criterion)
    step = number.step or Decimal("0.5" if number.value % Decimal("0.5") == 0 else "0.01")
    while (number.value - number.low) % step:
        step /= 10
    return lever(
        number.value, number.low, number.high, step=step, unit=number.unit,
        kind=Kind.UNSET if number.unset else Kind.LEVER,
        label=Text("{place} {asked}：{role}", "{place} {asked}: {role}").fill(place=place, asked=asked,
            role=number.role),
        help=Text("{card}，{item}：{said}。", "{card}, {item}: {said}.")
        .fill(card=card.text, item=item.text, said=_said(card, item, criterion)),
        clauses=[card.cite(item, criterion)],
    )  # fmt: skip


def _said(card: Card, item: Item, criterion: Criterion) -> Text:
    """The criterion as the document has it, with its numbers."""
    values = {}
    for number in item.numbers(criterion):
        values[number.name] = decimal_text(number.value * number.unit.factor) + number.unit.sign
    return written(sentence(card, item, criterion), values)


def _falling(card: Card) -> list[tuple[str, str]]:
    """The tiers of a criterion keep their order: a later tier's points must not exceed an earlier one's; and a range
    has its low end below the high one."""
    pairs: list[tuple[str, str]] = []
    for item in card.items:
        for criterion in item.criteria:
            if criterion.kind == "tiers":
                names = [item.lever(criterion, tier.fact) for tier in criterion.tiers[1:]]
                names = [item.points_name(criterion), *names]
                pairs += zip(names[1:], names[:-1], strict=True)
            elif getattr(criterion, "growth", None):
                pairs.append((item.lever(criterion, "at_least"), item.lever(criterion, "at_most")))
    return pairs


if TYPE_CHECKING:
    ScorecardParams = _Rule
else:
    ScorecardParams = params_of(*CARDS.values())
