"""The result tables and headline numbers of scorecards."""

from __future__ import annotations

from simlib.columns import INSTITUTIONS, POINTS, STAGES, Column, Table, Type
from simlib.columns.institutions import INSTITUTION_COUNT
from simlib.rules.cards import CARDS
from simlib.rules.scorecard.sheets import SUBJECT
from simlib.words import Text

_CARDS = {name: card.text for name, card in CARDS.items()}
_KEY = INSTITUTIONS.by_name["institution_id"]


def _points(name: str, zh: str, en: str) -> Column:
    return Column(name, Type.NUMBER, Text(zh, en), POINTS)


_CARD = Column("card", Type.CHOICE, Text("评分表", "Card"), options=_CARDS)
_ITEM = Column("item", Type.TEXT, Text("项目序号", "Item"))
RESULTS = (
    Table(
        "scorecard",
        Text("各机构得分", "Scores"),
        SUBJECT,
        (
            _KEY, _CARD, _points("score", "总分", "Score"), _points("points", "项目得分合计", "Points of the items"),
            _points("full", "参评项目满分", "Full marks"), _points("bonus", "加分", "Bonus"),
            Column("veto", Type.BOOLEAN, Text("一票否决", "Veto")),
            _points("bonus_given", "上报的加分", "Bonus as given"),
            Column("missing", Type.BOOLEAN, Text("缺少加分或负面清单的事实", "Bonus or veto fact missing")),
        ),
    ),
    Table(
        "scorecard_items",
        Text("各项得分与扣分原因", "Items and reasons"),
        SUBJECT,
        (
            _KEY, _CARD, _ITEM, _points("points", "得分", "Points"), _points("full", "满分", "Full marks"),
            Column("missing", Type.BOOLEAN, Text("缺少事实", "Fact missing")),
            Column("cut", Type.BOOLEAN, Text("给定得分高于满分", "Given more than full marks")),
            Column("reason", Type.TEXT, Text("扣分原因", "Reason"), language="zh"),
            Column("reason_en", Type.TEXT, Text("扣分原因", "Reason"), language="en"),
        ),
        within=("item",),
    ),
    Table(
        "scorecard_stages",
        Text("各评审阶段得分", "Scores by review stage"),
        SUBJECT,
        (
            _KEY, Column("stage", Type.CHOICE, Text("评审阶段", "Stage"), options=STAGES),
            _points("score", "总分", "Score"), _points("change", "本阶段改变", "Change by the stage"),
        ),
        within=("stage",),
    ),
    Table(
        "scorecard_cards",
        Text("各评分表", "Cards"),
        "card",
        (
            _CARD, INSTITUTION_COUNT, _points("full", "满分", "Full marks"),
            _points("mean_score", "平均分", "Mean score"), _points("lowest", "最低分", "Lowest"),
            _points("highest", "最高分", "Highest"),
            Column("unread", Type.INTEGER, Text("属于另一张评分表的事实", "Facts of another card")),
            Column("once", Type.INTEGER, Text("查实多次、只扣一次的情形", "Situations found again, counted once")),
            Column("not_applicable", Type.INTEGER, Text("不适用的评分点", "Criteria that do not apply")),
        ),
    ),
)  # fmt: skip

HEADLINES = (
    INSTITUTION_COUNT,
    _points("mean_score", "平均分", "Mean score"),
    _points("median_score", "中位数", "Median"),
    _points("lowest", "最低分", "Lowest"),
    _points("highest", "最高分", "Highest"),
    Column("full_marks", Type.INTEGER, Text("满分机构", "Full marks")),
    Column("vetoed", Type.INTEGER, Text("一票否决", "Vetoed")),
)
