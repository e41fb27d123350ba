"""The panels of the scorecard dashboard: the card itself, editable, and what a change of it does."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd

from simlib.charts import scorecard as charts
from simlib.columns import INSTITUTIONS, POINTS, STAGES, TABLES, Column, Type
from simlib.columns.institutions import INSTITUTION_COUNT
from simlib.columns.values import each_row
from simlib.comparison import movement
from simlib.comparison.movement import GAINED, LOST
from simlib.money import decimal_text, sum_by, to_fen, to_yuan
from simlib.panels.common import EACH, NET, READINGS, WAS, by_kind, field, kinds, labelled, steps, table, unpicked
from simlib.panels.movers import MOVERS
from simlib.panels.panel import Dashboard, Moment, Panel
from simlib.panels.said import HEADLINES
from simlib.rules import scorecard
from simlib.rules.cards.sentences import sentence
from simlib.rules.scorecard.params import ScorecardParams
from simlib.rules.scorecard.scoring import full_points, numbers_of
from simlib.rules.scorecard.tables import RESULTS
from simlib.tables import small
from simlib.words import Text, joined

TITLE = Text("绩效评分模拟器", "Scorecard simulator")
INTRO = Text("调整分值、标准或扣分，查看得分、名次和保证金的变化。",
             "Change a weight, a threshold or a deduction: see scores, ranks and deposits change.")  # fmt: skip
GIVEN = INSTITUTIONS.by_name
IN_CARDS = frozenset(
    number.name for card in scorecard.CARDS.values() for _, _, number in card.numbers()
)  # edited in the card itself


# --- the card -------------------------------------------------------------------------------------------------------


def _cards(moment: Moment[ScorecardParams]) -> list[scorecard.Card]:
    return scorecard.edition(moment.params.edition.value)


def _card_choices(moment: Moment[ScorecardParams]) -> dict[str, Text]:
    return {card.name: card.text for card in _cards(moment)}


def _card_frame(moment: Moment[ScorecardParams]) -> dict:
    """Every card of the edition: parts, items, and each criterion as a sentence with its numbers to edit."""
    declared = moment.params.declarations()
    cards = {}
    for card in _cards(moment):
        parts = []
        for part in card.parts:
            items = [
                {"item": item.item, "label": item.text, "clause": card.cite(item).place,
                 "criteria": [_criterion(card, item, one, declared) for one in item.criteria]}
                for item in part.items
            ]  # fmt: skip
            parts.append({"label": part.text, "items": items})
        cards[card.name] = {"parts": parts, "note": card.illustrative and card.illustrative.text}
    return {"cards": cards, "headings": CARD_HEADINGS, "was": WAS}


def _criterion(card, item, criterion, declared) -> dict:
    """A criterion in words, each number at its ⟦place⟧, and the fields that stand there."""
    numbers = {one.name: field(declared[one.name]) for one in item.numbers(criterion)}
    return {"said": sentence(card, item, criterion), "numbers": numbers}


def _card(moment: Moment[ScorecardParams]) -> dict:
    """How the chosen card is doing: full marks and the share lost of each item, sums of parts and of the card."""
    name = moment.choices["card"]
    card = scorecard.CARDS[name]
    hard = scorecard.difficulty(moment.results["scorecard_items"], name).set_index("item")["share"]
    numbers, items, parts, moved, total = numbers_of(card, moment.params), {}, [], [], Decimal(0)
    for part in card.parts:
        full = Decimal(0)
        for item in part.items:
            points = full_points(item, numbers)
            known = item.item in hard.index
            items[item.item] = {"full": float(points), "share": float(hard[item.item]) if known else 0.0}
            full += points
        parts.append(float(full))
        moved.append(full != part.points)
        total += full
    off = total != card.total
    line = (OFF if off else SUM).fill(sum=decimal_text(total), total=decimal_text(card.total))
    return {"shown": name, "items": items, "parts": parts, "moved": moved, "sum": line, "off": off}


# --- what it does ---------------------------------------------------------------------------------------------------


def _kinds(moment: Moment[ScorecardParams], by: str) -> pd.Series:
    """The kind of each scored institution, in the order of the score table."""
    if by == "card":
        return moment.table["card"]
    return kinds(moment, by)


def _distribution(moment: Moment[ScorecardParams]) -> dict:
    by = moment.choices["distribution"]
    options = {card.name: card.text for card in _cards(moment)} if by == "card" else GIVEN[by].options
    return charts.scores(scorecard.distribution(moment.table, _kinds(moment, by)), options)


def _ranks(moment: Moment[ScorecardParams]) -> dict:
    group = _kinds(moment, "group") if moment.choices["ranks"] == "group" else None
    now, document = (scorecard.ranks(one, group) for one in (moment.table, moment.document_table))
    return charts.ranks(document, now, moment.picked_row)


def _difficulty(moment: Moment[ScorecardParams]) -> dict:
    """The items of the chosen card, the hardest first, beside the share lost under the document's card."""
    name = moment.choices["difficulty"]
    labels = {item.item: item.text for item in scorecard.CARDS[name].items}
    now, before = (scorecard.difficulty(one["scorecard_items"], name) for one in (moment.results, moment.document))
    former = before.set_index("item")["share"]
    lines = [
        {"label": HARD.fill(item=row.item, name=labels[row.item]), "share": row.share,
         "document": float(former.get(row.item, 0)),
         "text": LOSING.fill(share=f"{row.share:.1%}", losing=f"{row.losing:,}", count=f"{row.institutions:,}")}
        for row in each_row(now.sort_values("share", ascending=False, kind="stable"))
    ]  # fmt: skip
    return {"lines": lines, "headings": HARD_HEADINGS}


def _money(moment: Moment[ScorecardParams]) -> dict:
    """Yuan gained and lost against the document's card, by kind of institution."""
    by = moment.choices["money"]
    kind, names = pd.factorize(_kinds(moment, by).to_numpy(), sort=True)
    fen = to_fen(moment.difference.to_numpy())
    lost, gained = (to_yuan(sum_by(kind, part)) for part in (np.maximum(-fen, 0), np.maximum(fen, 0)))
    counts = np.bincount(kind, minlength=len(names))
    lines = [
        {"label": name, "count": count, "out": out, "in": into, "net": into - out}
        for name, count, out, into in zip(names, counts.tolist(), lost.tolist(), gained.tolist(), strict=True)
    ]
    return by_kind(GIVEN[by], lines, MONEY_HEADINGS)


def _stages(moment: Moment[ScorecardParams]) -> dict:
    """What each review stage changed, and whom most."""
    names = _names(moment)
    lines = []
    for row in each_row(scorecard.movers(moment.results["scorecard_stages"], most=5)):
        moved = [f"{names.get(one, one)} {change:+.4g}" for one, change in row.largest]
        cells = [
            STAGES[row.stage],
            f"{row.institutions:,}",
            f"{row.raised:,}",
            f"{row.lowered:,}",
            f"{row.mean_change:+.3f}",
            joined(moved),
        ]
        lines.append(cells)
    return {"lines": lines, "headings": STAGE_HEADINGS}


def _staged(moment: Moment[ScorecardParams]) -> bool:
    return moment.results["scorecard_stages"]["stage"].nunique() > 1


def _names(moment: Moment[ScorecardParams]) -> dict[str, str]:
    card = _cards(moment)[0]
    given = small(moment.inputs, card.subjects)
    named = given["name"] if "name" in given else given[card.key]
    return dict(zip(given[card.key], named.fillna(given[card.key]), strict=True))


def _frame(moment: Moment[ScorecardParams]) -> dict:
    """The table's columns that no lever moves."""
    subjects = _cards(moment)[0].subjects
    given = (
        small(moment.inputs, subjects).set_index(TABLES[subjects].key, drop=False).loc[moment.table[moment.family.key]]
    )
    names = [name for name in (TABLES[subjects].key, "name", "group", "level", "ownership") if name in given]
    columns = TABLES[subjects].by_name
    texts = {name: labelled(given[name], columns[name]) for name in names}
    return table([columns[name] for name in names], texts, _moving(moment), options={})


def _moving(moment: Moment[ScorecardParams]) -> list[Column]:
    money = [movement.DIFFERENCE] if moment.effect is not moment.family else []
    return [*SCORE_COLUMNS, *money]


def _rows(moment: Moment[ScorecardParams]) -> dict:
    group = _kinds(moment, "group") if "group" in moment.inputs.get("institutions", ()) else None
    now, before = (scorecard.ranks(one, group) for one in (moment.table, moment.document_table))
    score, document = (one["score"].to_numpy() for one in (moment.table, moment.document_table))
    values = {
        "score": score,
        "score_change": np.round(score - document, 9) + 0.0,
        "rank": now,
        "rank_change": before - now,
    }
    if moment.effect is not moment.family:
        values["difference"] = moment.difference.to_numpy()
    return {"values": values, "picked": moment.picked_row}


SCORE_COLUMNS = (
    Column("score", Type.NUMBER, Text("总分", "Score"), POINTS),
    Column("score_change", Type.NUMBER, Text("较文件评分表", "Against the document's card"), POINTS),
    Column("rank", Type.INTEGER, Text("组内名次", "Rank in the group")),
    Column("rank_change", Type.INTEGER, Text("名次变化", "Change of rank")),
)
CARD_HEADINGS = [
    Text("评价项目", "Item"),
    Text("评分办法", "Criteria"),
    Text("满分", "Points"),
    Text("平均失分", "Lost on average"),
]
SUM = Text("合计 {sum}", "Total {sum}")
OFF = Text("各项合计 {sum} 分，不是 {total} 分。得分未按比例调整，请修改其他分值，使合计为 {total} 分。",
           "The items add up to {sum}, not {total}. Nothing was rescaled: change other points so that they add up to "
           "{total}.")  # fmt: skip
HARD = Text("{item} {name}", "{item} {name}")
LOSING = Text("失分 {share}，{losing} / {count} 家", "{share} lost, {losing} of {count}")
HARD_HEADINGS = [
    Text("项目", "Item"),
    Text("失分占比（竖线为文件评分表）", "Share of points lost (line: the document's card)"),
]
MONEY_HEADINGS = [INSTITUTION_COUNT.label, LOST, GAINED, NET]
STAGE_HEADINGS = [Text("阶段", "Stage"), INSTITUTION_COUNT.label, Text("提高", "Raised"), Text("降低", "Lowered"),
                  Text("平均改变（分）", "Mean change"),
                  Text("变动最大的机构（分）", "Largest changes (points)")]  # fmt: skip
BY = {name: GIVEN[name].label for name in ("level", "ownership", "group")}


def _by(*more: str):
    def offered(moment: Moment[ScorecardParams]) -> dict[str, Text]:
        given = moment.inputs.get("institutions", ())
        return {**{name: label for name, label in BY.items() if name in given}, **{name: WORDS[name] for name in more}}

    return offered


WORDS = {"card": RESULTS[0].by_name["card"].label, "city": Text("全市", "whole city")}


def _rank_choices(moment: Moment[ScorecardParams]) -> dict[str, Text]:
    groups = {"group": GIVEN["group"].label} if "group" in moment.inputs.get("institutions", ()) else {}
    return {**groups, "city": WORDS["city"]}


PANELS = (
    HEADLINES,
    MOVERS,
    Panel("ranks", "chart", Text("名次变化", "Changes of rank"), _ranks, choices=_rank_choices,
          help=Text("每个点为一家机构：横轴为按文件评分表的名次，纵轴为当前名次；斜线上的机构名次未变。",
                    "Each point is an institution: its rank by the document's card across, its rank now up; on the "
                    "line nothing changed."),
          hint=Text("点选可查看该机构的得分。", "Click one to see its score.")),
    Panel("card", "card", Text("评分表", "The card"), _card, frame=_card_frame, choices=_card_choices, wide=True,
          help=Text("分值、标准、扣分可直接修改。蓝底为已修改，↺ 恢复文件规定值。",
                    "Change the numbers in place: points, thresholds, deductions. Those on blue were changed; ↺ goes "
                    "back to the document.")),
    Panel("distribution", "chart", Text("总分分布", "Distribution of scores"), _distribution, choices=_by("card"),
          help=Text("柱高为该分数区间的机构数。", "Each bar counts the institutions of that score.")),
    Panel("money", "bars", Text("对保证金的影响", "What it does to the deposits"), _money, choices=_by(),
          shown=lambda moment: moment.effect is not moment.family,
          help=Text("与文件评分表相比，各类机构实际可得保证金的减少、增加和净变化（元）；未另行设置的，"
                    "分配参数取文件规定值。",
                    "Against the document's card: what each kind of institution loses and gains of its deposits "
                    "(yuan).")),
    Panel("difficulty", "meters", Text("失分较多的项目", "Which items cost most points"), _difficulty,
          choices=_card_choices),
    Panel("explanation", "steps", Text("该机构的得分过程", "How this institution's score comes about"), steps,
          waits=unpicked),
    Panel("stages", "lines", Text("各评审阶段的得分变化", "What each review stage changed"), _stages, shown=_staged,
          wide=True, slow=True),
    READINGS,
    Panel("institutions", "table", EACH, _rows, frame=_frame, wide=True),
)  # fmt: skip
DASHBOARD = Dashboard(scorecard.FAMILY, TITLE, INTRO, PANELS, follow=("deposit",), in_panels=IN_CARDS)
