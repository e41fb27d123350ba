"""The tables of compared scenarios, each column declared once."""

from __future__ import annotations

from simlib.columns import Column, Table, Type
from simlib.rules import FAMILIES
from simlib.scenario.model import HASH, QUESTION, SCENARIO
from simlib.words import Text

EFFECT = "effect"  # the side that every rule has: who gains and who loses against the baseline
EFFECTS = {"gain": Text("增加", "gains"), "none": Text("不变", "unchanged"), "lose": Text("减少", "loses")}
SAME = Text("各方案的结果完全相同。", "Exactly the same under every scenario.")
NUMBERED = Text("方案 {number}", "Scenario {number}")
EFFECT_LABEL = Text("增减", "Gain or loss")

BY_SCENARIO = Column("scenario", Type.TEXT, SCENARIO)
BY_RULE = Column("rule", Type.CHOICE, Text("规则", "Rule"), options={name: one.label for name, one in FAMILIES.items()})
OUTCOME = Column("outcome", Type.TEXT, Text("指标", "Outcome"))
GAP = Text("差额", "Difference")
_DIFFERENCE = Column("difference", Type.NUMBER, Text("较基准", "Against the baseline"))
SCENARIOS = Table(
    "comparison_scenarios", Text("对比的方案", "Scenarios compared"), "scenario",
    (
        BY_SCENARIO, Column("title_en", Type.TEXT, Text("英文标题", "English title")),
        Column("question", Type.TEXT, QUESTION), Column("baseline", Type.BOOLEAN, Text("基准", "Baseline")),
        Column("rules", Type.TEXT, Text("运行的规则", "Rules run")), Column("sha256", Type.TEXT, HASH),
    ),
)  # fmt: skip
OUTCOMES = Table(
    "comparison", Text("结果对比", "Outcomes compared"), "outcome",
    (
        BY_SCENARIO, BY_RULE, OUTCOME,
        Column("value", Type.NUMBER, Text("数值", "Value")),
        Column("baseline", Type.NUMBER, Text("基准数值", "Baseline value")), _DIFFERENCE,
    ),
    within=("scenario", "rule"),
)  # fmt: skip
SUBJECTS = Table(
    "comparison_institutions", Text("各机构对比", "Institutions compared"), "subject",
    (
        BY_RULE, Column("subject", Type.TEXT, Text("编号", "Number")), BY_SCENARIO,
        Column("measure", Type.TEXT, Text("金额项", "Measure")),
        Column("amount", Type.NUMBER, Text("金额", "Amount")),
        Column("baseline", Type.NUMBER, Text("基准金额", "Baseline amount")), _DIFFERENCE,
        Column("from", Type.TEXT, Text("基准方案所在档次", "Side under the baseline")),
        Column("to", Type.TEXT, Text("所在档次", "Side")),
        Column(EFFECT, Type.CHOICE, EFFECT_LABEL, options=EFFECTS),
    ),
    within=("rule", "scenario"),
)  # fmt: skip
SIDES = Table(
    "comparison_sides", Text("档次变动情况", "Who changes side"), "to",
    (
        BY_SCENARIO, BY_RULE, Column("side", Type.TEXT, Text("档次所在列", "Column of the side")),
        Column("from", Type.TEXT, Text("原档次", "From")), Column("to", Type.TEXT, Text("新档次", "To")),
        Column("subjects", Type.INTEGER, Text("家数", "Subjects")), _DIFFERENCE,
        Column("gained", Type.NUMBER, Text("增加", "Gained")), Column("lost", Type.NUMBER, Text("减少", "Lost")),
        Column("whom", Type.TEXT, Text("档次变动的对象", "Who changes")),
    ),
    within=("scenario", "rule", "side", "from"),
)  # fmt: skip
RESULTS = (SCENARIOS, OUTCOMES, SUBJECTS, SIDES)
