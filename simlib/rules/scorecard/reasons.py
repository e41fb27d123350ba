"""Why points were lost, in words: item, fact, value, rule, clause."""

from __future__ import annotations

from collections.abc import Hashable
from decimal import Decimal
from typing import Any

import numpy as np

from simlib.columns import LEVELS
from simlib.money import decimal_text, percent_text
from simlib.rules.cards import Fact, FactKind, Item
from simlib.rules.scorecard.params import CostGrowth, NotApplicable, ServiceDeduction
from simlib.rules.scorecard.scoring import MICRO, Award, Evaluation, thresholds
from simlib.words import LANGUAGES, NO_TEXT, SEMICOLON, Text, joined


def shown(value: float, fact: Fact) -> str:
    """A fact's value as people write it: 78.5%, 3."""
    if fact.kind is FactKind.SHARE:
        return decimal_text(Decimal(str(float(value))) * 100) + "%"
    return decimal_text(float(value))


def points_text(whole: int, scale: int) -> str:
    """Points as a decimal, to the twelfth place: an evaluation to six places x points / 100 is shown as it is."""
    return decimal_text(round(Decimal(int(whole)) / Decimal(int(scale)), 12))


def reasons(evaluation: Evaluation, rows: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """For each language, the reason of every subject and item: an array of subjects x items, "" at full marks.

    ``rows`` restricts the work to some subjects; the others' reasons stay "".
    """
    items = evaluation.sheet.card.items
    place = {item.item: at for at, item in enumerate(items)}
    texts = {lang: np.full((len(evaluation.score), len(items)), "", dtype=object) for lang in LANGUAGES}
    chosen = None if rows is None else np.isin(np.arange(len(evaluation.score)), rows)
    known: dict[Hashable, Text] = {}

    def add(row: int, item: int, text: Text) -> None:
        for lang, told in texts.items():
            told[row, item] += (SEMICOLON.to(lang) if told[row, item] else "") + text.to(lang)

    for award in evaluation.awards:
        lost = award.lost if chosen is None else award.lost & chosen
        at = place[award.item.item]
        tell = TELL[award.criterion.kind](evaluation, award)
        clause = evaluation.sheet.card.cite(award.item, award.criterion).text
        for row in np.flatnonzero(lost).tolist():
            key = id(award), tell.key(row), award.unknown[row]
            if key not in known:
                text = tell.missing(row) if award.unknown[row] else tell.text(row)
                less = points_text(award.full * award.scale - int(award.earned[row]) * MICRO, MICRO * award.scale)
                known[key] = LOST.fill(reason=text, lost=less, clause=clause)
            add(row, at, known[key])
        for row in np.flatnonzero(award.spared if chosen is None else award.spared & chosen).tolist():
            out = SPARED[evaluation.params.not_applicable]
            add(row, at, out.fill(asked=tell.label, points=points_text(award.full, MICRO), clause=clause))
    same = evaluation.sheet.card.same_violation
    note = evaluation.sheet.card.cite(same).text if same else NO_TEXT
    for (row, item), found in evaluation.repeated.items():
        for violation, where in found if chosen is None or chosen[row] else ():
            add(row, place[item], REPEATED.fill(violation=violation, item=where, clause=note))
    return texts


class _Teller:
    """Says why a subject lost points of one criterion; subjects with the same ``key`` share the text."""

    def __init__(self, evaluation: Evaluation, award: Award):
        self.evaluation, self.award = evaluation, award
        self.item: Item = award.item
        self.criterion: Any = award.criterion  # each of these classes is made for its own kind
        self.names = [fact for fact, _ in award.criterion.reads()]
        columns = [evaluation.sheet.columns[award.item.item, name] for name in self.names]
        self.values = evaluation.values[:, columns]

    def key(self, row: int) -> Hashable:
        return tuple(self.values[row].tolist())

    def text(self, row: int) -> Text:
        raise NotImplementedError

    def fact(self, at: int) -> Fact:
        return self.item.facts[self.names[at]]

    def value(self, row: int, at: int = 0) -> str:
        return shown(self.values[row, at], self.fact(at))

    def number(self, name: str) -> Decimal:
        return self.evaluation.numbers[self.item.lever(self.criterion, name)]

    def said(self, row: int, at: int) -> Text:
        """A fact with its value: 投诉举报 3 次, 85%."""
        text = COUNTED if self.fact(at).kind is FactKind.COUNT else VALUE
        return text.fill(fact=self.fact(at).text, value=self.value(row, at))

    def missing(self, row: int) -> Text:
        return MISSING.fill(
            facts=_quoted([self.item.facts[fact] for fact, nobody in self.award.missing if nobody[row]])
        )

    @property
    def label(self) -> Text:
        return self.item.label(self.criterion)


class _Met(_Teller):
    def text(self, row: int) -> Text:
        if not self.criterion.growth or self.evaluation.params.cost_growth is CostGrowth.STATED:
            return NOT_MET.fill(asked=self.label)
        now, last = (Decimal(str(float(self.values[row, at]))) for at in (1, 2))
        limits = {name: percent_text(self.number(name), 4) for name in ("at_least", "at_most")}
        growth = percent_text(now / last - 1, 4)
        return OUT_OF_RANGE.fill(fact=self.fact(1).text, value=self.value(row, 1), last=self.value(row, 2),
                                 growth=growth, **limits)  # fmt: skip


class _Threshold(_Teller):
    def __init__(self, evaluation: Evaluation, award: Award):
        super().__init__(evaluation, award)
        self.limits = thresholds(award.item, self.criterion, evaluation.sheet, evaluation.numbers)
        self.by_level = isinstance(self.criterion.threshold, dict)

    def key(self, row: int) -> Hashable:
        return self.values[row, 0], self.limits[row], self.evaluation.sheet.levels[row] if self.by_level else ""

    def text(self, row: int) -> Text:
        level = FOR_LEVEL.fill(level=LEVELS[self.evaluation.sheet.levels[row]]) if self.by_level else NO_TEXT
        limit = shown(self.limits[row], self.fact(0))
        return THRESHOLD[self.criterion.kind].fill(asked=self.label, value=self.value(row), level=level, limit=limit)


class _NotWorse(_Teller):
    def text(self, row: int) -> Text:
        return WORSE.fill(fact=self.fact(0).text, value=self.value(row), last=self.value(row, 1))


class _Deduct(_Teller):
    @property
    def once(self) -> bool:
        """Whether a situation costs its points once, however often it was found."""
        by_situation = self.evaluation.params.service_deduction is ServiceDeduction.SITUATION
        return self.criterion.by == "situation" and by_situation

    def text(self, row: int) -> Text:
        parts, off = [], Decimal(0)
        for at, name in enumerate(self.names):
            value = self.values[row, at]
            if name in self.criterion.zero and value == 1:
                return ZEROED.fill(facts=_quoted([self.fact(at)]))
            if name in self.criterion.each and value > 0:
                each = self.number(name)
                once = self.once and value > 1
                off += each * (1 if once else Decimal(str(value)))
                text = ONCE if once else FOUND if self.criterion.by == "situation" and value == 1 else TIMES
                parts.append(text.fill(fact=self.fact(at).text, count=self.value(row, at), each=decimal_text(each)))
        return (ALL_OFF if off * MICRO > self.award.full else Text("{parts}", "{parts}")).fill(parts=joined(parts))


class _ZeroIfAny(_Teller):
    def text(self, row: int) -> Text:
        known = list(enumerate(self.names))
        found = [at for at, name in known if name not in self.criterion.needs and self.values[row, at] == 1]
        lacks = [at for at, name in known if name in self.criterion.needs and self.values[row, at] == 0]
        told = [LACKING.fill(facts=_quoted([self.fact(at) for at in lacks]))] if lacks else []
        told += [ZEROED.fill(facts=_quoted([self.fact(at) for at in found]))] if found else []
        return joined(told, "；", "; ")


class _Tiers(_Teller):
    def text(self, row: int) -> Text:
        read = [at for at in range(len(self.names)) if not np.isnan(self.values[row, at])]
        facts = joined([self.said(row, at) for at in read])
        return TIER.fill(facts=facts, points=points_text(self.award.earned[row], self.award.scale))


class _Converted(_Teller):
    def __init__(self, evaluation: Evaluation, award: Award):
        super().__init__(evaluation, award)
        self.source = evaluation.sheet.source(award.item, self.criterion, evaluation.values)

    def key(self, row: int) -> Hashable:
        return self.source[row], self.values[row, self.source[row]]

    def text(self, row: int) -> Text:
        at = self.source[row]
        full, points = points_text(self.award.full, MICRO), points_text(self.award.earned[row], self.award.scale)
        return CONVERTED.fill(fact=self.fact(at).text, value=self.value(row, at), full=full, points=points)


class _Given(_Teller):
    def text(self, row: int) -> Text:
        return self.said(row, 0)


TELL: dict[str, type[_Teller]] = {
    "met": _Met, "at_least": _Threshold, "below": _Threshold, "not_worse": _NotWorse, "deduct": _Deduct,
    "zero_if_any": _ZeroIfAny, "tiers": _Tiers, "converted": _Converted, "given": _Given,
}  # fmt: skip


def _quoted(facts: list[Fact]) -> Text:
    return joined([QUOTED.fill(fact=fact.text) for fact in facts])


LOST = Text("{reason}，扣 {lost} 分（{clause}）", "{reason}, {lost} off ({clause})")
MISSING = Text("缺少事实{facts}，记 0 分", "{facts} not reported, scored 0")
NOT_MET = Text("{asked}：否", "{asked}: no")
THRESHOLD = {
    "at_least": Text("{asked} {value}，低于{level}标准 {limit}", "{asked}: {value}, less than {limit}{level}"),
    "below": Text("{asked} {value}，未低于{level}标准 {limit}", "{asked}: {value}, not below {limit}{level}"),
}
FOR_LEVEL = Text("{level}", " ({level})")
WORSE = Text("{fact} {value}，低于上年度的 {last}", "{fact}: {value}, below last year's {last}")
TIMES = Text("{fact} {count} 次 × {each} 分", "{fact}: {count} × {each}")
FOUND = Text("查实{fact}，扣 {each} 分", "{fact}: found, {each}")
ONCE = Text(
    "查实{fact} {count} 次，同一情形只扣一次，扣 {each} 分", "{fact}: found {count} times, counted once, {each}"
)
LACKING = Text("没有做到{facts}，不得分", "Not done: {facts}, no points")
OUT_OF_RANGE = Text("{fact} {value}，上年度 {last}，增长 {growth}，不在 {at_least} 至 {at_most} 之间",
                    "{fact}: {value}, {last} last year; a growth of {growth} is not from {at_least} to "
                    "{at_most}")  # fmt: skip
SPARED = {
    NotApplicable.FULL: Text("{asked}：不适用，按做到计 {points} 分（{clause}）",
                             "{asked}: does not apply and counts as met, {points} points ({clause})"),
    NotApplicable.EXCLUDED: Text("{asked}：不适用，{points} 分不计入满分（{clause}）",
                                 "{asked}: does not apply, its {points} points leave the full marks ("
                                 "{clause})"),
}  # fmt: skip
ALL_OFF = Text("{parts}，扣完为止", "{parts}, until none is left")
QUOTED = Text("“{fact}”", "“{fact}”")
ZEROED = Text("查实{facts}，不得分", "Found {facts}, no points")
VALUE = Text("{fact} {value}", "{fact}: {value}")
COUNTED = Text("{fact} {value} 次", "{fact}: {value}")
TIER = Text("{facts}，得 {points} 分", "{facts}, {points} given")
CONVERTED = Text("{fact} {value} × {full} ÷ 100 = {points} 分", "{fact}: {value} × {full} / 100 = {points}")
REPEATED = Text(
    "违规 {violation} 已在第{item}项计入，不重复扣分（{clause}）",
    "violation {violation} is held at item {item} and not twice ({clause})",
)
