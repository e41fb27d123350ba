"""What a page says first: one sentence, a few large numbers, and the warnings that this move caused."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from simlib.columns import Column, Type
from simlib.comparison import movement
from simlib.panels.panel import Moment, Panel, names, once
from simlib.rules.family import AnyFamily
from simlib.rules.telling import Left, Saying, told
from simlib.scenario import Run
from simlib.units import figure, scale
from simlib.words import COLON, LANGUAGES, NO_TEXT, Strong, Text, Told, joined

MOST_CHANGED = 2  # parameters that a sentence names
LONGEST = 24, 60  # characters of a parameter with its value, in each language
MOST_NUMBERS = 3  # headlines that it names where no amount moves
MOST_LEFT = 3  # groups that it names where nobody gets their money


# --- the sentence -----------------------------------------------------------------------------------------------------


def standing(family: AnyFamily, run: Run) -> Text:
    """What stands under a run, and the money that nobody gets."""
    results = run.results[family.name]
    return told([*family.telling.stands(results), *_nobodys(family, family.telling.left(results))])


def change(family: AnyFamily, effect: AnyFamily, run: Run, baseline: Run, known: pd.Series | None = None) -> Text:
    """What is otherwise under ``run`` than under ``baseline``: money that now goes to nobody before all else, then who
    gains and who loses in all, and who most, by the amounts of ``effect``; where that is another rule than ``family``,
    by the family's own too; headlines where nobody's amount is.
    ``known`` is the :func:`movement.difference` of both by ``effect``, where it is known."""
    first, moved, last = [], [], []
    for one in dict.fromkeys((family.name, effect.name)):
        rule, here, there = run.parts[one].family, run.results[one], baseline.results[one]
        difference = known if rule is effect and known is not None else movement.difference(rule, here, there)
        now = rule.telling.left(here)
        then = once(baseline.parts[one], "left", partial(rule.telling.left, there))
        first += _newly(rule, now, then)
        moved += _moved(rule, difference, names(baseline.parts[one]), rule.label if family is not effect else NO_TEXT)
        last += _otherwise(rule, now, then)
    return told([*first, *moved, *last] or _numbers(family, effect, run, baseline))


def changes(run: Run, baseline: Run) -> Text:
    """The parameters in which a run differs from the baseline, each with its value; of many the first ones."""
    found = []
    for name in run.parts:
        here, there = run.scenario.params[name], baseline.scenario.params[name]
        if here is there:
            continue
        declared = here.declarations()
        moved = {n: one for n, one in declared.items() if getattr(here, n) != getattr(there, n)}
        found += [short(one.stated(getattr(here, n))) for n, one in moved.items()]
    listed = joined(found[:MOST_CHANGED])
    return listed if len(found) <= MOST_CHANGED else AND_MORE.fill(listed=listed, count=len(found))


def short(stated: Text) -> Text:
    """A parameter with its value, short enough for a sentence: of a criterion of a card, its number and its first
    words."""

    def cut(text: str, longest: int, colon: str) -> str:
        head, colon, tail = text.rpartition(colon)
        room = longest - len(colon + tail)
        return text if len(text) <= longest or not head or room < 1 else f"{head[:room]}…{colon}{tail}"

    return Text(cut(stated.zh, LONGEST[0], COLON.zh), cut(stated.en, LONGEST[1], COLON.en))


def sentence(moment: Moment) -> Text:
    """What stands under the document's values, or what a move has changed against them."""
    changed = changes(moment.run, moment.baseline)
    params = moment.baseline.scenario.params.values()
    set_so = any(one.differences() for one in params)  # settings are kept: they say how to run, not what the policy is
    if not changed.zh:
        return (STANDS_SET if set_so else STANDS).fill(said=standing(moment.family, moment.run))
    said = change(moment.family, moment.effect, moment.run, moment.baseline, moment.difference)
    against = AGAINST_SET if set_so else AGAINST_DOCUMENT
    return CHANGED.fill(changed=moment.called or changed, against=against, said=said)


def since(moment: Moment) -> Text:
    """What the last move has changed, where the document's values are not what there was before it."""
    previous, run = moment.previous, moment.run
    if previous is None or previous.scenario.params == moment.baseline.scenario.params:
        return NO_TEXT
    changed = changes(run, previous)
    if not changed.zh or previous.inputs is not run.inputs or previous.parts.keys() != run.parts.keys():
        return NO_TEXT
    return CHANGED.fill(
        changed=changed, against=AGAINST_PREVIOUS, said=change(moment.family, moment.effect, run, previous)
    )


def _newly(family: AnyFamily, now: list[Left], then: list[Left]) -> list[Saying]:
    """The money that nobody gets and that somebody got."""
    known = {one.of for one in then}
    return _nobodys(family, [one for one in now if one.of not in known])


def _otherwise(family: AnyFamily, now: list[Left], then: list[Left]) -> list[Saying]:
    """How much more or less nobody gets, where none of it is new."""
    here, there = (round(sum(one.amount for one in each), 2) for each in (now, then))
    if here == there or _newly(family, now, then):
        return []
    amounts = {"now": here, "then": there} if here else {"then": there}
    gone = family.telling.gone
    return [
        Saying(FROM_TO, amounts, {"gone": GONE.fill(gone=gone)}) if here else Saying(NO_MORE, amounts, {"gone": gone})
    ]


def _nobodys(family: AnyFamily, left: list[Left]) -> list[Saying]:
    """The money that nobody gets, by reason."""
    pieces = []
    for why in dict.fromkeys(one.why for one in left):
        mine = [one for one in left if one.why == why]
        listed = joined((one.of for one in mine[:MOST_LEFT]), "、")
        of = listed if len(mine) <= MOST_LEFT else AND_GROUPS.fill(listed=listed, count=len(mine))
        words = NOBODYS.fill(amount="{amount}", gone="{gone}", why=why)
        amount = round(sum(one.amount for one in mine), 2)
        pieces.append(Saying(words, {"amount": amount}, {"of": of, "gone": family.telling.gone}))
    return pieces


def _moved(effect: AnyFamily, difference: pd.Series, known: dict[str, str], label: Text) -> list[Saying]:
    """Who gains and who loses, in all; then who most, the larger change first; with the rule's label where it has one
    here."""
    moved, values = movement.movement(difference, effect.measure), difference.to_numpy()
    rows = {side: int(at(values)) for side, at in (("gained", np.argmax), ("lost", np.argmin)) if moved[side]}
    if not rows:
        return []
    telling, money = effect.telling, effect.measure.type is Type.MONEY
    verbs: dict[str, object] = {"gain": telling.gain, "lose": telling.lose}
    sums = joined((one if side in rows else NONE[side] for side, one in (SUMS if money else COUNTS).items()), "，")
    counts: dict[str, object] = {name: f"{moved[name]:,}" for name in ("gainers", "losers")}
    words = Text(*(f"{OF_RULE.to(lang).format(rule=label.to(lang), text='') if label.zh else ''}{sums.to(lang)}"
                   for lang in LANGUAGES))  # fmt: skip
    pieces = [Saying(words, {side: float(moved[side]) for side in rows if money}, counts | verbs)]
    for side in sorted(rows, key=lambda side: -abs(values[rows[side]])):
        most = abs(float(values[rows[side]]))
        subject = difference.index[rows[side]]
        others = {"name": known.get(subject, subject), **verbs}
        unit = effect.measure.unit
        shown: dict[str, object] = (
            {} if money else {"most": Text(*(f"{brief(most)} {unit.to(lang)}" for lang in LANGUAGES))}
        )
        pieces.append(Saying(MOST[side], {"most": most} if money else {}, others | shown))
    return pieces


def _numbers(family: AnyFamily, effect: AnyFamily, run: Run, baseline: Run) -> list[Saying]:
    """The headlines that are otherwise where nobody's amount is, those that lead first."""
    now, then = (one.parts[family.name].summary for one in (run, baseline))
    columns = sorted(family.headlines, key=lambda one: one.name not in family.telling.lead)
    moved = [one for one in columns if _gap(one, now[one.name], then[one.name])]
    if not moved:
        return [Saying(SAME)]
    pieces = [Saying(UNMOVED, {}, {"what": effect.measure.label})]
    for one in moved[:MOST_NUMBERS]:
        both = {"now": now[one.name], "then": then[one.name]}
        money = one.type is Type.MONEY
        shown = {} if money else {name: _shown(one, value, [])[0] for name, value in both.items()}
        words = FROM_TO.fill(gone=one.label, now="{now}", then="{then}") if money else BECOMES
        pieces.append(Saying(words, both if money else {}, {"label": one.label, **shown}))
    return pieces


def brief(number: float, sign: bool = False) -> str:
    """Points as they are said: two decimals at most, more only where nothing would be left."""
    shown = figure(number, 2 if abs(number) >= 0.005 else 6, sign)
    return shown.rstrip("0").rstrip(".")


# --- the panel --------------------------------------------------------------------------------------------------------


def said(moment: Moment) -> dict:
    """The question and its answer; the numbers, those that lead apart from the rest; the warnings."""
    family, name = moment.family, moment.family.name
    now, document = (one.parts[name].summary for one in (moment.run, moment.baseline))
    by_name = {column.name: column for column in family.headlines}
    rest = [column for column in family.headlines if column.name not in family.telling.lead]
    cards = [_cards(each, now, document) for each in ([by_name[one] for one in family.telling.lead], rest)]
    own, others = _warnings(moment)
    question = Text(*(mine or own for mine, own in zip(moment.asked, family.telling.question, strict=True)))
    return {
        "question": question, "said": sentence(moment),
        "lead": cards[0], "rest": cards[1], "restTitle": REST.fill(count=len(rest)),
        "warnings": [{"text": text, "strong": isinstance(text, Strong)} for text in own],
        "others": others, "othersTitle": OTHERS.fill(count=len(others)),
    }  # fmt: skip


def _cards(columns: list[Column], now: dict, document: dict) -> list[dict]:
    """Headlines as they are shown, all money in one unit, the document's too, and below each what it is compared
    with."""
    money = [each[one.name] for one in columns if one.type is Type.MONEY for each in (now, document)]
    return [_card(one, now[one.name], document[one.name], money) for one in columns]


def _card(column: Column, value: float, document: float, line: list[float]) -> dict:
    shown, unit = _shown(column, value, line)
    gap = _gap(column, value, document)
    more, of = _shown(column, gap, [gap], sign=True)
    exact = EXACT.fill(amount=figure(value), document=figure(document)) if column.type is Type.MONEY else ""
    return {"id": column.name, "label": column.label, "value": value, "shown": shown, "unit": unit, "exact": exact,
            "note": MORE.fill(more=more, unit=of) if gap else AS_DOCUMENT, "moved": bool(gap)}  # fmt: skip


def _gap(column: Column, value: float, document: float) -> float:
    """How much more a headline is, as far as it is shown."""
    return round(value - document, 2 if column.type is Type.MONEY else column.decimals)


def _shown(column: Column, value: float, line: list[float], sign: bool = False) -> tuple[Text, Text]:
    """A number and its unit; money in that of its ``line``."""
    if column.type is not Type.MONEY:
        decimals = 0 if column.type is Type.INTEGER else column.decimals
        return Text(*[figure(value, decimals, sign)] * len(LANGUAGES)), NO_TEXT
    scales = [scale(line, language, broad=True) for language in LANGUAGES]
    return Text(*(figure(value / size, sign=sign) for size, _ in scales)), Text(*(f" {unit}" for _, unit in scales))


def _warnings(moment: Moment) -> tuple[list[Text], list[Text]]:
    """What this page's rule says here, and of the rule by whose amounts it is measured what a move has caused; apart
    from it what stands in the same words under the document's values, or is of other rules."""
    now, document = (one.scenario.params for one in (moment.run, moment.baseline))
    moved = any(now[name] != document[name] for name in moment.run.parts)
    own: list[Text] = []
    others: list[Text] = []
    for name, part in moment.run.parts.items():
        before = moment.baseline.parts[name].warnings if moved and name in moment.baseline.parts else []
        for text in part.warnings:
            mine = part.family is moment.family
            told_as = text if mine else type(text)(*OF_RULE.fill(rule=part.family.label, text=text))
            here = (mine or (moved and part.family is moment.effect)) and text not in before
            (own if here and not isinstance(text, Told) else others).append(told_as)
    own.sort(key=lambda text: not isinstance(text, Strong))
    return own, others


OF_RULE = Text("{rule}：{text}", "{rule}: {text}")
OTHERS, REST = Text("其他提示 {count} 条", "Other notes: {count}"), Text("其余 {count} 项", "{count} more numbers")
STANDS = Text("按文件规定值：{said}。", "By the document's values: {said}.")
CHANGED = Text("{changed}，{against}：{said}。", "{changed}, {against}: {said}.")
AGAINST_DOCUMENT = Text("较规定值", "against the document's values")
STANDS_SET = Text("按文件规定值（在当前设置下）：{said}。", "By the document's values under these settings: {said}.")
AGAINST_SET = Text("较当前设置下的规定值", "against the document's values under these settings")
AGAINST_PREVIOUS = Text("较上一次", "against the run before")
SAME = Text("结果完全相同", "exactly the same result")
AND_MORE = Text("{listed} 等 {count} 项参数", "{listed} and others, {count} parameters in all")
AND_GROUPS = Text("{listed}等 {count} 个", "{listed} and others ({count} in all)")
NOBODYS = Text("{amount}{gone}（{why}）", "{amount} {gone} ({why})")
FROM_TO = Text("{gone}由 {then}变为 {now}", "{gone}: from {then} to {now}")
GONE = Text("{gone}的", "what {gone}")
NO_MORE = Text("不再有资金{gone}（原为 {then}）", "nothing {gone} any more (it was {then})")
SUMS = {
    "gained": Text("{gainers} 家{gain} {gained}", "{gainers} {gain} {gained}"),
    "lost": Text("{losers} 家{lose} {lost}", "{losers} {lose} {lost}"),
}
COUNTS = {
    "gained": Text("{gainers} 家{gain}", "{gainers} {gain}"), "lost": Text("{losers} 家{lose}", "{losers} {lose}"),
}  # fmt: skip
NONE = {"gained": Text("无机构{gain}", "none {gain}"), "lost": Text("无机构{lose}", "none {lose}")}
MOST = {
    "gained": Text("{gain}最多：{name} {most}", "who {gain} most: {name}, {most}"),
    "lost": Text("{lose}最多：{name} {most}", "who {lose} most: {name}, {most}"),
}
MORE = Text("较规定值 {more}{unit}", "{more}{unit} against the document")
UNMOVED = Text("{what}不变", "{what}: nothing changes")
BECOMES = Text("{label}由 {then} 变为 {now}", "{label}: from {then} to {now}")
AS_DOCUMENT = Text("同规定值", "as in the document")
EXACT = Text("{amount} 元；规定值 {document} 元", "{amount} yuan; document {document} yuan")

RESULTS = Text("结果", "Results")
HEADLINES = Panel("headlines", "said", RESULTS, said, wide=True, later=lambda moment: {"since": since(moment)})
