"""The exercises of lesson 3, on the cases of a city of three hospitals (JY art. 10-31, 39)."""

from __future__ import annotations

from decimal import Decimal

from simlib.course import small_city as city
from simlib.course.drawn import Exercises, numbers
from simlib.course.exercise import Exercise
from simlib.course.reading import Kind
from simlib.course.small_city import DOCUMENT, Supposed
from simlib.money import decimal_text
from simlib.words import NO_TEXT, Text

EDGES = {"low": decimal_text(DOCUMENT.deviation_low), "high": decimal_text(DOCUMENT.deviation_high)}
NATIONAL = Text("，国家级重点专科有 {count} 个", " and it has national key specialties: {count}")
PLAIN = Text("这是病种的基础分值。这一例不按它计。", "These are the points of the group. This case has others.")


@numbers(cost=range(31_200, 48_001, 600))
def high(cost: int = 33_600) -> Exercise:
    supposed: Supposed = {("甲06", "total_cost"): cost}
    return Exercise(
        "dip_points.high", Kind.POINTS,
        question=Text("假设甲06（脑梗死）的住院总费用是 {total_cost} 元。这一例得多少分？",
                      "Suppose case 甲06 (stroke) cost {total_cost} yuan. How many points does it have?")
        .fill(total_cost=f"{cost:,}"),
        answer=lambda: city.case("甲06", "points", supposed),
        hint=Text("先求偏差率：费用除以上年度同级别的均值。甲是几级？再看偏差率到没到 {high}。",
                  "First the ratio: cost over last year's mean of the same level. Which level is 甲? Then: is the "
                  "ratio up to {high}?").fill(**EDGES),
        solution=lambda: city.case_steps("甲06", supposed),
        mistakes=(
            (lambda: city.base("I63") * city.case("甲06", "deviation", supposed),
             Text("直接乘了偏差率。高费用病例乘的是（偏差率 − {high} + 1）：从均值到界限的那一段由医院自己承担。",
                  "Multiplied by the ratio itself. A costly case is multiplied by (ratio - {high} + 1): from the mean "
                  "up to the limit the hospital bears the cost.").fill(**EDGES)),
            (lambda: city.case("甲06", "points", supposed) - city.base("I63"),
             Text("漏了“+ 1”：这只是超出界限的部分，基础分值本身也要算。",
                  "The “+ 1” is missing: this is only what lies above the limit; the group's own points count too.")),
            (lambda: city.base("I63"),
             Text("这是基础分值。偏差率已经到了 {high}，要重新计算。",
                  "These are the group's points. The ratio is up to {high}, so they are calculated anew.").fill(
                  **EDGES)),
            (lambda: city.case("甲06", "points", {**supposed, ("甲", "level"): "2"}),
             Text("比错了均值。甲是三级医院，只和三级的上年度均值比。",
                  "Compared with the wrong mean. 甲 is of level 3: only last year's mean of level 3 counts.")),
        ),
    )  # fmt: skip


@numbers(
    number=("丙05", "乙05", "甲05", "甲08", "乙07", "甲03", "乙01", "乙02", "乙09", "丙06"),
    part=[Decimal(tenths) / 10 for tenths in range(5, 25) if tenths not in (8, 10, 14)],  # these leave mistakes alike
)
def low(number: str = "丙05", part: Decimal = Decimal("0.5")) -> Exercise:
    at, over = city.mean(number) * DOCUMENT.deviation_low, city.mean(number) * part
    cheaper: Supposed = {(number, "total_cost"): int(at)}
    dearer: Supposed = {(number, "total_cost"): int(over)}
    return Exercise(
        "dip_points.low", Kind.POINTS,
        question=Text("假设{number}（{group}）的住院总费用是 {at} 元。同一例的费用要是 {above} 元，会多得多少分？",
                      "Suppose case {number} ({group}) cost {at} yuan. Had it cost {above} yuan, how many "
                      "points more would "
                      "it have?")
        .fill(number=number, group=city.group_name(number), at=f"{int(at):,}", above=f"{int(over):,}"),
        answer=lambda: city.case(number, "points", dearer) - city.case(number, "points", cheaper),
        hint=Text("两种费用各算一次偏差率，看各自落在界限 {low} 的哪一边；“不高于”含等于。",
                  "Take the ratio of both costs and see on which side of {low} each lies; “at most” includes it.").fill(
                  **EDGES),
        solution=lambda: city.case_steps(number, cheaper) + city.case_steps(number, dearer),
        mistakes=(
            (lambda: city.base(city.group(number))
                     * (city.case(number, "deviation", dearer) - city.case(number, "deviation", cheaper)),
             Text("贵的那一次也乘了偏差率。偏差率高于 {low}、低于 {high} 的，按基础分值计，不打折。",
                  "The dearer one was multiplied by its ratio too. Between {low} and {high} a case has the group's "
                  "points in full.").fill(**EDGES)),
            (lambda: Decimal(0),
             Text("不是一样多：界限 {low} 含等于，恰好在界限上的病例也要乘偏差率。",
                  "Not the same: {low} is included, so a case exactly there is multiplied by its ratio.").fill(
                  **EDGES)),
            (lambda: city.case(number, "points", dearer),
             Text("这是贵的那一次的全部分值。题目问的是多出来的部分。",
                  "These are all its points at the higher cost. The question is how many more.")),
            (lambda: city.case(number, "points", cheaper),
             Text("这是便宜的那一次的分值。题目问的是两次相差多少。",
                  "These are its points at the lower cost. The question is the difference.")),
        ),
    )  # fmt: skip


@numbers(factor=(0.15, 0.2, 0.25, 0.3, 0.35, 0.4), cost=range(15_600, 24_001, 600))
def auxiliary(factor: float = 0.25, cost: int = 16_200) -> Exercise:
    supposed: Supposed = {("乙08", "auxiliary_factor"): factor, ("乙08", "total_cost"): cost}
    return Exercise(
        "dip_points.auxiliary", Kind.POINTS,
        question=Text("假设乙08（肺炎）归入辅助目录，调整系数 {auxiliary_factor}，住院总费用 {total_cost} 元。"
                      "这一例得多少分？",
                      "Suppose case 乙08 (pneumonia) is of the auxiliary catalogue with a factor of {auxiliary_factor}"
                      ", and cost {total_cost} yuan. How many points does it have?")
        .fill(auxiliary_factor=factor, total_cost=f"{cost:,}"),
        answer=lambda: city.case("乙08", "points", supposed),
        hint=Text("已经按辅助分型调整的病例，还要不要再算费用偏差？",
                  "Is a case that the auxiliary catalogue has adjusted compared with the mean again?"),
        solution=lambda: city.case_steps("乙08", supposed),
        mistakes=(
            (lambda: city.case("乙08", "points",
                               supposed) * (city.case("乙08", "deviation", supposed) - DOCUMENT.deviation_high + 1),
             Text("调整了两次。已按辅助分型调整的病例，不再按费用偏差计算（第二十七条）。",
                  "Adjusted twice. A case of the auxiliary catalogue is not a deviation case as well (art. 27).")),
            (lambda: city.case("乙08", "points", {("乙08", "total_cost"): supposed["乙08", "total_cost"]}),
             Text("按费用偏差算了。这一例属于辅助目录，只乘（1 + 调整系数）。",
                  "Calculated as a deviation case. It is of the auxiliary catalogue: only times (1 + factor).")),
            (lambda: city.case("乙08", "points", supposed) - city.base("J18"),
             Text("这只是调整增加的部分。应当乘（1 + 调整系数）。",
                  "This is only what the adjustment adds. Multiply by (1 + factor).")),
            (lambda: city.base("J18"), PLAIN),
        ),
    )  # fmt: skip


@numbers(cost=range(20_800, 36_001, 800))
def cmi(cost: int = 8_000) -> Exercise:
    supposed: Supposed = {("甲10", "total_cost"): cost}

    def core() -> Decimal:
        """The points of 甲's cases of core groups, from their CMI."""
        groups = set(city.GROUPS[city.GROUPS["kind"] == "core"]["group_code"])
        return city.number("甲", "cmi", supposed) * 1000 * sum(group in groups for group, _ in city.CASES["甲"])

    return Exercise(
        "dip_points.cmi", Kind.RATIO,
        question=Text("假设甲10（肺炎）的住院总费用是 {total_cost} 元。甲的 CMI 是多少？",
                      "Suppose case 甲10 (pneumonia) cost {total_cost} yuan. What is the CMI of 甲?")
        .fill(total_cost=f"{cost:,}"),
        answer=lambda: city.number("甲", "cmi", supposed),
        hint=Text("只数核心病种的病例：分值合计 ÷ 例数 ÷ 1000。先看甲10的分值变成了多少。",
                  "Only cases of core groups: their points / their number / 1000. First see what the points of 甲10 "
                  "become."),
        solution=lambda: city.case_steps("甲10", supposed) + city.steps("甲", supposed)[1:2],
        mistakes=(
            (lambda: (city.number("甲", "points", supposed) + city.number("甲", "primary_points",
                supposed)) / city.number("甲", "cases") / 1000,
             Text("把全部病例都算进去了。计算 CMI 只用核心病种。",
                  "All cases were counted. Only core groups count for the CMI.")),
            (lambda: core() / city.number("甲", "cases") / 1000,
             Text("分子只取了核心病种，分母却是全部病例。两边都只取核心病种。",
                  "Core points were divided by all cases. Take core groups on both sides.")),
            (lambda: city.number("甲", "cmi", supposed, params=DOCUMENT.changed(cmi_points="group")),
             Text("用了病种的基础分值。这里用的是病例实际得到的分值，偏差和辅助目录都算在内。",
                  "The groups' points were taken. What counts are the points that the cases have, with deviations and "
                  "auxiliary factors.")),
            (lambda: city.number("甲", "cmi"),
             Text("这是原来的 CMI。甲10的费用变了，分值也跟着变。",
                  "This is the CMI as it was. With its cost the points of 甲10 change too.")),
            (lambda: city.number("甲", "cmi", supposed) * 1000,
             Text("还要除以 1000：CMI 等于 1，就是平均每例 1000 分。",
                  "Divide by 1000 too: a CMI of 1 means 1000 points a case.")),
        ),
    )  # fmt: skip


@numbers(accuracy=[thousandths / 1000 for thousandths in range(911, 921)], national=range(5))  # a third decimal above 5
def coefficient(accuracy: float = 0.916, national: int = 0) -> Exercise:
    supposed: Supposed = {("乙", "coding_accuracy"): accuracy, ("乙", "specialties_national"): national}
    return Exercise(
        "dip_points.coefficient", Kind.RATIO,
        question=Text("假设乙的编码准确率是 {accuracy:.1%}{more}，其余不变。乙的权重系数是多少？",
                      "Suppose the coding accuracy of 乙 is {accuracy:.1%}{more}, all else as it is. What is the "
                      "coefficient of 乙?")
        .fill(accuracy=accuracy, more=NATIONAL.fill(count=national) if national else NO_TEXT),
        answer=lambda: city.number("乙", "coefficient", supposed),
        hint=Text("考核系数 = CMI 加成 + 重点专科加成 − 编码扣减，不足一步的不扣；算完再取两位小数，怎么取？",
                  "Assessment = bonus for CMI + bonus for specialties - deduction for coding, by full steps; then two "
                  "decimals: rounded how?"),
        solution=lambda: city.steps("乙", supposed)[1:2],
        mistakes=(
            (lambda: city.number("乙", "coefficient", supposed, params=DOCUMENT.changed(floor_at="none")),
             Text("还没有取到两位小数。", "It still has to be brought to two decimals.")),
            (lambda: round(city.number("乙", "coefficient", supposed, params=DOCUMENT.changed(floor_at="none")), 2),
             Text("四舍五入了。系数的结果一律截取两位小数（不四舍五入）。",
                  "It was rounded to the nearest. Coefficients are always rounded down to two decimals.")),
            (lambda: city.number("乙", "coefficient", supposed, params=DOCUMENT.changed(accuracy_deduction="0")),
             Text("漏了编码准确率的扣减：比 95% 每低 1 个百分点扣 0.005。",
                  "The deduction for coding is missing: 0.005 for each percentage point below 95%.")),
            (lambda: DOCUMENT.basic_2A,
             Text("这只是基本系数。只有新增定点机构才不算考核系数。",
                  "This is the basic coefficient only. Only new institutions go without assessment.")),
        ),
    )  # fmt: skip


@numbers(number=("丙01", "丙02", "丙03", "丙04", "丙05", "丙06", "丙07"))
def approved(number: str = "丙02") -> Exercise:
    supposed: Supposed = {(number, "irregular"): True}

    def approved_with(**of: Decimal) -> Decimal:
        """丙's points with the coefficient where it belongs, and in ``of`` what somebody takes for a part of them."""
        names = ("points", "coefficient", "primary_points", "deducted_points")
        parts = {name: city.number("丙", name, supposed) for name in names} | of
        return parts["points"] * parts["coefficient"] + parts["primary_points"] - parts["deducted_points"]

    return Exercise(
        "dip_points.approved", Kind.POINTS,
        question=Text("假设{number}（{group}）查实是挂名住院，属于违规病例。丙的核定总分值是多少？",
                      "Suppose case {number} ({group}) proves to be a stay on paper only, hence irregular. How many "
                      "approved points does 丙 have?")
        .fill(number=number, group=city.group_name(number)),
        answer=lambda: city.number("丙", "approved_points", supposed),
        hint=Text("违规病例自己不计分，另外再扣它应得分值的 3 倍；乘系数的只有非基层病种。",
                  "An irregular case has no points, and three times what it would have is deducted; only non-primary "
                  "points are weighed."),
        solution=lambda: city.case_steps(number, supposed) + city.steps("丙", supposed)[1:3],
        mistakes=(
            (lambda: approved_with(primary_points=city.number("丙", "primary_points", supposed)
                                   * city.number("丙", "coefficient", supposed)),
             Text("基层病种也乘了系数。基层病种各家同病同分，不乘系数。",
                  "Primary points were weighed too. They are the same for everybody: no coefficient.")),
            (lambda: approved_with(points=city.number("丙", "points")),
             Text("只扣了 3 倍，忘了这一例自己的分值也不算。",
                  "Three times were deducted, but the case's own points are still in.")),
            (lambda: city.number("丙", "approved_points", supposed, params=DOCUMENT.changed(irregular_multiple="1")),
             Text("只扣了一倍。违规病例按应得分值的 3 倍扣减。",
                  "Deducted once only. An irregular case costs three times its points.")),
            (lambda: city.number("丙", "approved_points", supposed, params=DOCUMENT.changed(irregular_weighted="on")),
             Text("扣减的分值也乘了系数。条文说的是该分值的 3 倍，这里按不乘系数计算。",
                  "The deduction was weighed too. The clause says three times the points; the reading here is without "
                  "the coefficient.")),
            (lambda: city.number("丙", "total_points", supposed),
             Text("这一例不计分了，但还没有扣减。", "The case has no points now, but nothing is deducted yet.")),
        ),
    )  # fmt: skip


@numbers(spent=range(20_000, 40_001, 250))
def value(spent: int = 36_270) -> Exercise:
    supposed: Supposed = {("pooled", "nonlocal"): spent}

    def pot() -> Decimal:
        """What the points share: the distributable, and what patients and others paid."""
        paid = (city.total(name, supposed) for name in ("patient_paid", "other_paid"))
        return city.fund("distributable", supposed) + sum(paid)

    return Exercise(
        "dip_points.value", Kind.MONEY,
        question=Text("假设异地就医结算是 {abroad} 元，其余不变。点值是每分多少元？",
                      "Suppose non-local care took {abroad} yuan, all else as it is. How many yuan is a point "
                      "worth?").fill(abroad=f"{spent:,}"),
        answer=lambda: city.fund("point_value", supposed),
        hint=Text("先算可分配资金：收入减调节金和各项支出。分子再加上个人和其他支付，分母是三家核定总分值之和。",
                  "First the distributable: income less the regulation fund and the spending. Add what patients and "
                  "others paid; divide by the approved points of all three."),
        solution=lambda: city.value_steps(supposed),
        mistakes=(
            (lambda: city.fund("distributable", supposed) / city.total("approved_points"),
             Text("只分了可分配资金。病例分值对应的是总费用，所以分子还要加上个人支付和其他支付。",
                  "Only the distributable was divided. Points stand for whole costs, so add what patients and others "
                  "paid.")),
            (lambda: (pot() - city.total("other_paid")) / city.total("approved_points"),
             Text("漏了一站式、补充保险和大病保险的支付。", "What other schemes paid is missing.")),
            (lambda: city.fund("point_value", supposed, params=DOCUMENT.changed(regulation_rate="0")),
             Text("没有先提调节金。可分配资金要减去收入的 4%。",
                  "The regulation fund was not set aside first: 4% of the income.")),
            (lambda: pot() / city.total("total_points"),
             Text("分母用了总分值。要用减去违规扣减以后的核定总分值。",
                  "Divided by total points. Take the approved ones, after deductions.")),
            (lambda: city.fund("point_value"),
             Text("这是原来的点值。可分配资金少了，分值没有少，点值就要降。",
                  "This is the value as it was. There is less money for as many points, so it falls.")),
        ),
    )  # fmt: skip


EXERCISES = Exercises(high, low, auxiliary, cmi, coefficient, approved, value)
