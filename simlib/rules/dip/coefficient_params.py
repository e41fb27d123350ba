"""The numbers of the institution coefficient (JY art. 21-24): basic by grade, bonuses, deductions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from simlib.clauses import Cited
from simlib.columns import GRADES
from simlib.params import PERCENT, Choice, Params, Unit, lever, reading
from simlib.rules.dip import topics
from simlib.words import Text

OTHER_BREACH = Text("其他违约扣减", "Other breach")
COEFFICIENT = Unit(Text("系数", "coefficient"), decimals=3)


class FloorAt(Choice):
    COMPONENT = "component", "基本、考核两部分各自截取", "each of the two components"
    ITEM = "item", "每个加成、扣减项各自截取", "each bonus and deduction by itself"
    NONE = "none", "不截取", "nowhere"


class DeductionFloor(Choice):
    SIGNED = "signed", "按带符号的数向下（扣0.005计扣0.01）", "toward minus infinity (0.005 off takes 0.01)"
    AMOUNT = "amount", "按扣减额向下（扣0.005计不扣）", "the amount taken off (0.005 off takes nothing)"


class PartialSteps(Choice):
    FLOOR = "floor", "不足一步不计", "only full steps count"
    PROPORTIONAL = "proportional", "不足一步按比例", "in proportion"
    BEGUN = "begun", "不足一步按一步计", "a begun step counts whole"


class CmiPoints(Choice):
    CASE = "case", "病例实际分值", "the points of the cases"
    GROUP = "group", "病种基础分值", "the points of their groups"


class CmiScope(Choice):
    CORE = "core", "只算核心病种", "core groups only"
    NOT_MIXED = "not_mixed", "除综合病种外都算", "all but mixed groups"


class ShareStep(Choice):
    POINTS = "points", "十个百分点", "ten percentage points"
    RELATIVE = "relative", "全市占比的十分之一", "a tenth of the city's share"


class CityShare(Choice):
    POOLED = "pooled", "全市病例合并计算", "pooled over the city's cases"
    MEAN = "mean", "各机构占比的简单平均", "the mean of the hospitals' shares"


class ChildAge(Choice):
    ON = "on", "含满6岁", "6 counts as a child"
    OFF = "off", "不含满6岁", "6 does not count"


def _basic(default: str, grade: str) -> Any:
    label = GRADES[grade]
    return lever(
        default, "0", "2", step="0.01", unit=COEFFICIENT,
        label=Text(f"{label.zh}基本系数", f"Basic coefficient {label.en}"),
        help=Text(f"{label.zh}机构的基本权重系数。", f"The basic coefficient of institutions of grade {label.en}."),
        clauses=["JY 22(1)"],
    )  # fmt: skip


def _bonus(default: str, label: Text, help: Text, place: str, high: str = "0.2") -> Any:
    return lever(
        default, "0", high, step="0.001", unit=COEFFICIENT, label=label, help=help,
        clauses=[place],
    )  # fmt: skip


def _step(default: str, label: Text, help: Text, place: Cited, unit: Unit = COEFFICIENT) -> Any:
    return lever(default, "0.001", "1", step="0.001", unit=unit, label=label, help=help, clauses=[place])


def _deduction(default: str, label: Text, help: Text, place: str, unit: Unit = COEFFICIENT, high: str = "0.2") -> Any:
    return lever(
        default, "0", high, step="0.001", unit=unit, label=label, help=help,
        clauses=[place],
    )  # fmt: skip


AGES = ("JY 22(2)1(2)", "JY 22(2)1(3)")
ACCURACY = ("JY 22(2)2(1)", "JY 22(2)2(2)")


class CoefficientParams(Params):
    """Parameters of the institution coefficient; the defaults are the document's values."""

    basic_3A: Decimal = _basic("1.00", "3A")
    basic_3B: Decimal = _basic("0.96", "3B")
    basic_3S: Decimal = _basic("0.96", "3S")
    basic_3O: Decimal = _basic("0.94", "3O")
    basic_2A: Decimal = _basic("0.90", "2A")
    basic_2B: Decimal = _basic("0.85", "2B")
    basic_2S: Decimal = _basic("0.85", "2S")
    basic_2O: Decimal = _basic("0.80", "2O")
    basic_1A: Decimal = _basic("0.80", "1A")
    basic_1S: Decimal = _basic("0.75", "1S")
    basic_1O: Decimal = _basic("0.70", "1O")
    cmi_bonus: Decimal = _bonus(
        "0.01", Text("CMI 加成每步", "CMI bonus a step"),
        Text("CMI 达到 1 加一步，此后每满一个步长再加一步。",
             "A CMI of 1 gives one step, each full step above it another."), "JY 22(2)1(1)",
    )  # fmt: skip
    cmi_step: Decimal = _step(
        "0.1", Text("CMI 步长", "CMI step"), Text("CMI 每增加此值，再加一步。",
                                                "By how much CMI must rise for another step."),
        "JY 22(2)1(1)",
    )  # fmt: skip
    cmi_cap: Decimal = _bonus(
        "0.10",
        Text("CMI 加成上限", "CMI bonus cap"),
        Text("CMI 加成的最高值。", "The most that CMI gives."),
        "JY 22(2)1(1)",
        "0.5",
    )
    age_bonus: Decimal = _bonus(
        "0.01", Text("老年、儿科加成每步", "Age bonus a step"),
        Text("占比高于全市平均加一步，此后每满一个步长再加一步。",
             "A share above the city's gives one step, each full step above it another."), "JY 22(2)1(2)",
    )  # fmt: skip
    age_step: Decimal = _step(
        "0.1", Text("老年、儿科步长", "Age step"),
        Text("占比较全市平均每高出此值，再加一步（0.1 即十个百分点）。",
             "By how much the share must exceed the city's for another step (0.1 is ten points)."),
        AGES, PERCENT,
    )  # fmt: skip
    age_cap: Decimal = _bonus(
        "0.05",
        Text("老年、儿科加成上限", "Age bonus cap"),
        Text("两项加成各自的最高值。", "The most that each of the two gives."),
        "JY 22(2)1(2)",
        "0.5",
    )
    high_level_bonus: Decimal = _bonus(
        "0.01",
        Text("高水平医院加成", "High-level hospital"),
        Text("省高水平医院的加成。", "The bonus of provincial high-level hospitals."),
        "JY 22(2)1(4)",
    )
    specialty_national: Decimal = _bonus(
        "0.01",
        Text("国家重点专科加成", "National specialty"),
        Text("每个国家级重点专科的加成。", "For each national key specialty."),
        "JY 22(2)1(5)",
    )
    specialty_provincial: Decimal = _bonus(
        "0.006",
        Text("省重点专科加成", "Provincial specialty"),
        Text("每个省级重点专科的加成。", "For each provincial key specialty."),
        "JY 22(2)1(5)",
    )
    specialty_city: Decimal = _bonus(
        "0.001",
        Text("市重点专科加成", "City specialty"),
        Text("每个市级重点专科的加成。", "For each city key specialty."),
        "JY 22(2)1(5)",
    )
    accuracy_from: Decimal = lever(
        "0.95", "0", "1", step="0.01", unit=PERCENT, label=Text("准确率达标线", "Accuracy required"),
        help=Text("编码、收费准确率达到此值不扣减。", "Coding or charging accuracy at or above it deducts nothing."),
        clauses=[ACCURACY],
    )  # fmt: skip
    accuracy_step: Decimal = _step(
        "0.01",
        Text("准确率步长", "Accuracy step"),
        Text("准确率每低于达标线此值，扣减一步。", "By how much accuracy must fall for a step."),
        ACCURACY,
        PERCENT,
    )
    accuracy_deduction: Decimal = _deduction(
        "0.005",
        Text("准确率扣减每步", "Accuracy deduction a step"),
        Text("准确率每低一步的扣减值。", "What each step costs."),
        "JY 22(2)2(1)",
    )
    accuracy_cap: Decimal = _deduction(
        "0.02",
        Text("准确率扣减上限", "Accuracy deduction cap"),
        Text("编码、收费两项各自的最高扣减值。", "The most that each of coding and charging costs."),
        "JY 22(2)2(1)",
        high="0.5",
    )
    irregular_from: Decimal = _deduction(
        "0.005",
        Text("不合理服务达标线", "Unnecessary services allowed"),
        Text("不合理服务病例占比不超过此值不扣减。", "A share of unnecessary services up to it deducts nothing."),
        "JY 22(2)2(3)",
        PERCENT,
        "1",
    )
    irregular_step: Decimal = _step(
        "0.005", Text("不合理服务步长", "Unnecessary-service step"),
        Text("占比每超过此值，扣减一步。", "By how much the share must exceed it for a step."),
        "JY 22(2)2(3)", PERCENT,
    )  # fmt: skip
    irregular_deduction: Decimal = _deduction(
        "0.005",
        Text("不合理服务扣减每步", "Unnecessary-service deduction a step"),
        Text("占比每超过一步的扣减值。", "What each step costs."),
        "JY 22(2)2(3)",
    )
    irregular_cap: Decimal = _deduction(
        "0.02",
        Text("不合理服务扣减上限", "Unnecessary-service deduction cap"),
        Text("此项的最高扣减值。", "The most that it costs."),
        "JY 22(2)2(3)",
        high="0.5",
    )
    drug_deduction: Decimal = _deduction(
        "0.01",
        Text("药品集采未完成扣减", "Drug procurement not done"),
        Text("未按规定完成药品集采的扣减。", "For drug procurement not done."),
        "JY 22(2)2(4)",
    )
    consumable_deduction: Decimal = _deduction(
        "0.01",
        Text("耗材集采未完成扣减", "Consumables not done"),
        Text("未按规定完成耗材集采的扣减。", "For consumable procurement not done."),
        "JY 22(2)2(5)",
    )
    breach_deduction: Decimal = _deduction(
        "0.03",
        OTHER_BREACH,
        Text("其他违约或受其他部门处罚的扣减。", "For another breach, or a penalty by another authority."),
        "JY 22(2)2(6)",
    )
    floor_at: FloorAt = reading(
        FloorAt.COMPONENT,
        topic=topics.COEFFICIENT,
        label=Text("系数截取两位小数的环节", "Where the coefficient is floored"),
        help=Text("截取两位小数（不四舍五入），对基本、考核两部分截取，或对每个加成项和扣减项截取。",
                  "Two decimals, rounded down: of the two components, or of each bonus and each deduction."),
        clauses=["JY 22"],
    )  # fmt: skip
    deduction_floor: DeductionFloor = reading(
        DeductionFloor.SIGNED,
        topic=topics.COEFFICIENT,
        label=Text("扣减向下取的方向", "Which way deductions are floored"),
        help=Text("扣减项（或合计为负的考核部分）向下取两位小数，是按带符号的数向下，还是按扣减额向下。",
                  "Two decimals, rounded down, of a deduction, or of an assessment below 0: toward minus infinity, or "
                  "the amount that is taken off."),
        clauses=["JY 22"],
    )  # fmt: skip
    partial_steps: PartialSteps = reading(
        PartialSteps.FLOOR,
        topic=topics.COEFFICIENT,
        label=Text("扣减不足一步时", "Part of a step of a deduction"),
        help=Text("准确率、不合理服务占比不足一个步长的部分，不扣、按比例扣，还是按一步扣。",
                  "Whether part of a step of accuracy or of unnecessary services deducts nothing, its share, or as "
                  "much as a whole one."),
        clauses=["JY 22(2)2"],
    )  # fmt: skip
    cmi_points: CmiPoints = reading(
        CmiPoints.CASE,
        topic=topics.COEFFICIENT,
        label=Text("CMI 采用的分值", "Points that CMI counts"),
        help=Text("CMI 按病例校准后的分值计算，或按病种基础分值计算。",
                  "Whether CMI sums the cases' own points or those of their groups."),
        clauses=["JY 22(2)1(1)"],
    )  # fmt: skip
    cmi_scope: CmiScope = reading(
        CmiScope.CORE,
        topic=topics.COEFFICIENT,
        label=Text("CMI 计算哪些病种", "Groups that CMI counts"),
        help=Text("CMI 只算核心病种，还是只剔除综合病种（中医优势、基层、床日病种都算；未入组病例都不算）。",
                  "Whether CMI counts core groups only, or leaves out mixed groups only (TCM, primary and bed-day "
                  "groups count; cases without a group never do)."),
        clauses=["JY 22(2)1(1)"],
    )  # fmt: skip
    share_step: ShareStep = reading(
        ShareStep.POINTS,
        topic=topics.COEFFICIENT,
        label=Text("占比每增加0.1的含义", "What a step of a share is of"),
        help=Text("老年、儿科占比比全市平均每高出一个步长多加一步：步长是百分点，还是全市占比的一个比例。",
                  "Each step by which a share of elderly patients or of children lies above the city's: percentage "
                  "points, or a part of the city's share."),
        clauses=[AGES],
    )  # fmt: skip
    city_share: CityShare = reading(
        CityShare.POOLED,
        topic=topics.COEFFICIENT,
        label=Text("全市平均占比", "The city's share"),
        help=Text("老年、儿科占比的全市平均，是全市病例合并计算，还是各机构占比的简单平均。",
                  "The city's share of elderly patients and of children: of all its cases together, or the mean of the "
                  "hospitals' shares."),
        clauses=[AGES],
    )  # fmt: skip
    child_age_inclusive: ChildAge = reading(
        ChildAge.ON,
        topic=topics.COEFFICIENT,
        label=Text("“6周岁以下”", "“Aged 6 and under”"),
        help=Text("儿科占比是否包括年满 6 周岁的患者。", "Whether children of 6 count."),
        clauses=["JY 22(2)1(3)"],
    )  # fmt: skip
