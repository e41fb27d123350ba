"""One institution's score in sentences, each with its numbers and its clause."""

from __future__ import annotations

from typing import Any

from simlib.clauses import cites
from simlib.columns import STAGES
from simlib.columns.values import each_row, row_of
from simlib.money import decimal_text
from simlib.rules.cards import CARDS
from simlib.rules.cards.bonus import CapTotal
from simlib.rules.family import Results
from simlib.rules.scorecard.params import ScorecardParams
from simlib.words import Text, joined


@cites("JS26 annex 1", "JS26 annex 1, note 1", "JS26 annex 2", "JS26 annex 2, note 1", "XX part 3", "XX 3(6)")
def explain(results: Results, params: ScorecardParams, institution_id: str) -> list[Text]:
    """The steps from facts to the score for one institution of a run's tables; KeyError if unknown."""
    one = row_of(results["scorecard"], "institution_id", institution_id)
    card = CARDS[one["card"]]
    labels = {item.item: item.text for item in card.items}
    items = results["scorecard_items"]
    items = items[items["institution_id"] == institution_id]
    lost = items[(items["points"] < items["full"]) | (items["reason"] != "")]
    steps = [CARD.fill(card=card.text, edition=card.edition.text, clause=card.cite(card.clause).text)]
    for row in each_row(lost):
        reason = Text(row.reason, row.reason_en) if row.reason else NO_REMARK
        steps.append(
            ITEM.fill(item=row.item, name=labels[row.item], points=_p(row.points), full=_p(row.full), reason=reason)
        )
    kept = len(items) - len(lost)
    if kept:
        names = [str(item) for item in items["item"] if item not in set(lost["item"])]
        text = KEPT if len(lost) else ALL_KEPT
        steps.append(text.fill(count=kept, items=joined(names)))
    numbers = {name: _p(one[name]) for name in ("points", "full", "score", "bonus", "bonus_given")}
    numbers["whole"] = _p(results["scorecard_cards"].set_index("card").at[one["card"], "full"])
    numbers["scaled"] = _p(one["score"] - one["bonus"])
    out = card.private.without(params.private_excluded_item.value) if card.private else None
    if card.private and out in labels and out not in set(items["item"]):
        steps.append(PRIVATE.fill(item=out, clause=card.cite(card.private.clause).text, **numbers))
    elif one["full"] < float(numbers["whole"]):
        steps.append(SCALED.fill(**numbers))
    if one["bonus_given"] and card.bonus:
        text = BONUS if one["bonus_given"] == one["bonus"] else BONUS_CUT
        steps.append(text.fill(clause=card.cite(card.bonus.clause).text, cap=_p(params.bonus_cap), **numbers))
        if params.cap_total is CapTotal.ON and one["points"] + one["bonus"] > one["score"]:
            steps.append(CAPPED.fill(**numbers))
    if one["veto"] and card.veto:
        steps.append(VETO.fill(clause=card.cite(card.veto.clause).text))
    stages = results["scorecard_stages"]
    stages = stages[stages["institution_id"] == institution_id]
    for row in each_row(stages[stages["change"] != 0]):
        change = ("+" if row.change > 0 else "") + _p(row.change)
        text = STAGE.fill(stage=STAGES[row.stage], change=change, score=_p(row.score))
        steps.append(BY_STAGES.fill(text=text) if card.document == "JS26" else END.fill(text=text))
    return [*steps, TOTAL.fill(**numbers)]


def _p(points: Any) -> str:
    return decimal_text(round(float(points), 9))


CARD = Text(
    "按“{card}”评分表（{edition}）评价（{clause}）。", "It is evaluated on the card “{card}” ({edition}; {clause})."
)
ITEM = Text(
    "第{item}项 {name}：得 {points} / {full} 分。{reason}。",
    "Item {item}, {name}: {points} of {full} points. {reason}.",
)
NO_REMARK = Text("未写明原因", "No reason is given")
KEPT = Text("其余 {count} 项满分：第 {items} 项。", "The other {count} items have full marks: {items}.")
ALL_KEPT = Text("全部 {count} 项满分。", "All {count} items have full marks.")
PRIVATE = Text("民营机构少评一个项目，得分折算成百分制（{clause}，没有写明不评哪一项）；按所选口径不评第{item}项："
               "{points} 分 × "
               "{whole} ÷ {full} = {scaled} 分。",
               "A private institution is scored without one item and scaled to 100 ({clause}, which does not say which "
               "item); by the chosen reading without item {item}: {points} × {whole} / {full} = {scaled}.")  # fmt: skip
SCALED = Text("不适用的评分点不计入满分：{points} 分 × {whole} ÷ {full} = {scaled} 分。",
              "Criteria that do not apply leave the full marks: {points} × {whole} / {full} = {scaled}.")  # fmt: skip
BONUS = Text("加分 {bonus} 分，上限 {cap} 分（{clause}）。", "A bonus of {bonus} points, at most {cap} ({clause}).")
BONUS_CUT = Text("加分合计 {bonus_given} 分，超过上限，按 {cap} 分计（{clause}）。",
                 "The bonus adds up to {bonus_given} points and is cut to {cap} ({clause}).")  # fmt: skip
CAPPED = Text(
    "{points} + {bonus} 分超过满分 {whole} 分，按 {score} 分计。",
    "{points} + {bonus} exceeds full marks of {whole}: {score} counts.",
)
VETO = Text(
    "触及负面清单，评价不合格；得分本身不变（{clause}）。", "A veto: the evaluation fails, the points stay ({clause})."
)
STAGE = Text("{stage}使总分改变 {change} 分，为 {score} 分", "The {stage} changed the score by {change}, to {score}")
BY_STAGES, END = Text("{text}（JS26 三(二)）。", "{text} (JS26 3(2))."), Text("{text}。", "{text}.")
TOTAL = Text("总分 {score} 分。", "The score is {score}.")
