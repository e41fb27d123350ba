"""The exercises of lesson 5, on three county medical communities (XX part 5(1), with 3(6) and 1(2)2)."""

from __future__ import annotations

from decimal import Decimal

from simlib.course import three_communities as county
from simlib.course.drawn import Exercises, numbers
from simlib.course.exercise import Exercise
from simlib.course.reading import Kind
from simlib.money import decimal_text, percent_text
from simlib.rules import retention
from simlib.rules.retention import CapTotal, RetentionParams
from simlib.words import Text

EDGES = ("half_from", "linear_from", "full_from")
NUMBERS = {
    "per_point": f"{county.DOCUMENT.per_point:.0%}", "half": f"{county.DOCUMENT.half_ratio:.0%}",
    "cap": decimal_text(county.DOCUMENT.bonus_cap),
    **{name: decimal_text(getattr(county.DOCUMENT, name)) for name in EDGES},
    **{f"below_{name}": decimal_text(getattr(county.DOCUMENT, name) - county.HUNDREDTH) for name in EDGES},
}  # fmt: skip
WORTH = Text("补上 0.01 分、到了 {at} 分，多留 {worth} 元（XX 五(一)）。",
             "The last 0.01 up to {at} is worth {worth} yuan (XX 5(1)).")  # fmt: skip


def _changes(by: Decimal) -> str:
    return "falls" if by < 0 else "rises" if by > 0 else "same"


@numbers(score=[half / 2 for half in range(191, 200)])
def total(score: float = 96.5) -> Exercise:
    supposed: county.Supposed = {("丙", "score"): score}
    return Exercise(
        "retention.total", Kind.POINTS,
        question=Text("假设丙的得分是 {score} 分，其余和表中一样。丙的评价总分是多少？",
                      "Suppose the score of 丙 is {score}, all else as in the table. What is its total score?").fill(
                      score=decimal_text(score)),
        answer=lambda: county.result("丙", "total_score", supposed),
        hint=Text("加分最多能计几分？加上以后可以超过满分吗？",
                  "How much of a bonus can count? May the total exceed full marks?"),
        solution=lambda: county.steps("丙", supposed)[:2],
        mistakes=(
            (lambda: county.result("丙", "total_score", supposed, county.DOCUMENT.changed(bonus_cap="20")),
             Text("加分没有封顶：最高只计 {cap} 分。",
                  "The bonus was not cut: at most {cap} points count.").fill(**NUMBERS)),
            (lambda: county.result("丙", "total_score", supposed, county.DOCUMENT.changed(cap_total=CapTotal.ON)),
             Text("封顶的是加分，不是总分：加分另设在满分之外，总分可以超过满分（在模拟器里可以换一种口径）。",
                  "It is the bonus that is cut, not the total: it counts on top of full marks (the simulator offers "
                  "the other reading).")),
            (lambda: county.result("丙", "total_score", supposed | {("丙", "bonus"): 0.0}),
             Text("没有算加分。加分超过上限的，按上限计，不是不计。",
                  "The bonus is left out. One above the cap counts up to the cap.")),
        ),
    )  # fmt: skip


@numbers(score=[tenths / 10 for tenths in range(785, 879)])
def share(score: float = 81.3) -> Exercise:
    supposed: county.Supposed = {("甲", "score"): score}
    return Exercise(
        "retention.share", Kind.RATIO,
        question=Text("假设甲的得分是 {score} 分，加分仍和表中一样。结余的百分之几由甲留用？",
                      "Suppose the score of 甲 is {score}, its bonus as in the table. What share of its surplus does "
                      "甲 keep?").fill(score=decimal_text(score)),
        answer=lambda: county.result("甲", "ratio", supposed),
        hint=Text("先算总分，再看比 {full_from} 分低几分；不是整数的，按实际分差扣。",
                  "Take the total first, then how far below {full_from} it is; parts of a point count as they "
                  "are.").fill(
                  **NUMBERS),
        solution=lambda: county.steps("甲", supposed)[:2],
        mistakes=(
            (lambda: county.result("甲", "ratio", supposed, county.FLOOR),
             Text("不足 1 分的部分没有扣。那是另一种口径，这里按实际分差扣。",
                  "The part of a point was left out. That is another reading; here it counts as it is.")),
            (lambda: county.result("甲", "ratio", supposed, county.CEIL),
             Text("不足 1 分的部分按 1 分扣了。那是另一种口径，这里按实际分差扣。",
                  "The part of a point was counted whole. That is another reading; here it counts as it is.")),
            (lambda: 1 - county.result("甲", "ratio", supposed),
             Text("这是扣掉的比例。题目问的是留用的。", "This is the share lost. The question is the share kept.")),
            (lambda: county.result("甲", "ratio", supposed | {("甲", "bonus"): 0.0}),
             Text("漏了加分：看的是含加分的总分。", "The bonus is missing: what counts is the total with it.")),
            (lambda: county.result("甲", "total_score", supposed) / 100,
             Text("总分并不是留用比例：比 {full_from} 分每低 1 分，要扣 {per_point}。",
                  "The total is not the share: each point below {full_from} costs {per_point}.").fill(**NUMBERS)),
        ),
    )  # fmt: skip


@numbers(spending=[yuan - 0.1 for yuan in range(58_100_000, 59_500_001, 50_000)])
def returned(spending: float = 58_799_999.9) -> Exercise:
    supposed: county.Supposed = {("甲", "spending"): spending}
    return Exercise(
        "retention.returned", Kind.MONEY,
        question=Text("假设甲的实际支出是 {spending} 元，市里又规定不足 1 分的部分不扣，其余和表中一样。"
                      "甲有多少结余不予支付？",
                      "Suppose 甲 spent {spending} yuan and the city rules that parts of a point are not counted, all "
                      "else as in the table. "
                      "How much of its surplus is 甲 not paid?").fill(spending=f"{spending:,.2f}"),
        answer=lambda: county.result("甲", "returned", supposed, county.FLOOR),
        hint=Text("先算留用，四舍五入到分；不予支付的是结余减去留用。",
                  "Take what is kept first, rounded to the fen; the rest of the surplus is not paid."),
        solution=lambda: county.steps("甲", supposed, county.FLOOR),
        mistakes=(
            (lambda: county.fen(county.result("甲", "surplus",
                                              supposed) * (1 - county.result("甲", "ratio", supposed,
                                                  county.FLOOR))),
             Text("留用和不予支付的各自四舍五入，加起来就多出一分钱。只舍入留用，其余不予支付。",
                  "Rounding both parts makes them a fen more than the surplus. Round what is kept; the rest is not "
                  "paid.")),
            (lambda: county.result("甲", "returned", supposed),
             Text("这是按实际分差扣的。本题假设不足 1 分的部分不扣。",
                  "This counts parts of a point as they are. Here they are not to count.")),
            (lambda: county.result("甲", "returned", supposed, county.CEIL),
             Text("不足 1 分的部分按 1 分扣了。本题假设这部分不扣。",
                  "This counts a begun point whole. Here it is not to count.")),
            (lambda: county.result("甲", "retained", supposed, county.FLOOR),
             Text("这是留用的。题目问的是不予支付的。", "This is what it keeps. The question is what it is not paid.")),
        ),
    )  # fmt: skip


@numbers()
def hundredth() -> Exercise:
    return Exercise(
        "retention.hundredth", Kind.CHOICE,
        question=Text("三家医共体的结余都和乙一样多，总分分别是 {below_half_from}、{below_linear_from} 和 "
                      "{below_full_from} 分。各补上最后 0.01 分，哪一家因此增加的留用金额最多？",
                      "Three communities have the surplus of 乙 and totals of {below_half_from}, {below_linear_from} "
                      "and {below_full_from}. Each gains "
                      "the last 0.01 of a point. Which of them gains most?").fill(**NUMBERS),
        answer=lambda: max(EDGES, key=county.worth) if len({county.worth(edge) for edge in EDGES}) > 1 else "alike",
        hint=Text("在每条线的两边各算一次留用比例，看差多少。",
                  "Work out the share on both sides of each line, and the difference."),
        solution=lambda: [WORTH.fill(at=NUMBERS[edge], worth=f"{county.worth(edge):,.2f}") for edge in EDGES],
        options={
            **{edge: Text(f"{NUMBERS[f'below_{edge}']} 分的，到了 {NUMBERS[edge]} 分",
                          f"the one that rises from {NUMBERS[f'below_{edge}']} to {NUMBERS[edge]}") for edge in EDGES},
            "alike": Text("三家一样多", "all three alike"),
        },
        mistakes=(
            (lambda: "linear_from",
             Text("{below_linear_from} 分留用 {half}；{linear_from} 分扣满 10 分，留用的也是 {half}。两侧相等，"
                  "留用金额不增加。",
                  "{below_linear_from} keeps {half}; {linear_from} loses 10 times {per_point} and keeps {half} too. "
                  "The two meet: nothing more is kept.").fill(**NUMBERS)),
            (lambda: "full_from",
             Text("比 {full_from} 分低 0.01 分，只扣 0.01 × {per_point}。此处没有落差。",
                  "0.01 below {full_from} costs 0.01 × {per_point} only. There is no cliff here.").fill(**NUMBERS)),
            (lambda: "alike",
             Text("三条分数线两侧情况不同：有的连续，有的存在落差。",
                  "The lines differ: at some the two sides meet, at one there is a cliff.")),
        ),
    )  # fmt: skip


@numbers(strict=("0.06", "0.07", "0.08", "0.09"))
def fall(strict: str = "0.08") -> Exercise:
    stricter = county.DOCUMENT.changed(per_point=strict)
    said = {**NUMBERS, "strict": percent_text(stricter.per_point)}

    def kept(supposed: county.Supposed = county.NOTHING) -> Decimal:
        return county.result("乙", "retained", supposed, stricter)

    return Exercise(
        "retention.fall", Kind.CHOICE,
        question=Text("市里想从严，把每低 1 分的扣减从 {per_point} 提高到 {strict}，别的都不动。这时乙的总分从 "
                      "{below_linear_from} 提高到 {linear_from}，留用金额如何变化，为什么？",
                      "The city thinks of a loss of {strict} instead of {per_point} for each point, all else as it is. "
                      "乙 then rises from "
                      "{below_linear_from} to {linear_from}: what happens to what it keeps, and why?").fill(**said),
        answer=lambda: _changes(kept(county.REACHED) - kept()),
        hint=Text("{linear_from} 分比 {full_from} 分低几分？一共扣掉多少，还剩多少？再和定比留用的比例比。",
                  "How far is {linear_from} below {full_from}? How much is lost, how much left? Compare with the fixed "
                  "share.").fill(**said),
        solution=lambda: [*county.steps("乙", county.NOTHING, stricter)[:2],
                          *county.steps("乙", county.REACHED, stricter)[:2],
                          *retention.FAMILY.warnings(county.run(county.REACHED, stricter),
                                                     {"communities": county.communities(county.REACHED)},
                                                     stricter)[:1]],
        options={
            "falls": Text("变少：{linear_from} 分要扣满 10 分，剩下的比定比留用的还少",
                          "it falls: {linear_from} loses for 10 points, and less is left than the fixed share").fill(
                          **said),
            "same": Text("不变：{linear_from} 分的两侧本来就相等",
                         "it stays: the two sides of {linear_from} meet").fill(**said),
            "rises": Text("变多：得分高的，留用的总不会少", "it rises: a higher score always keeps more"),
        },
        mistakes=(
            (lambda: "same",
             Text("每分扣 {per_point} 时两侧才相等：扣 10 分恰好扣减一半。扣减加重后，{linear_from} 分两侧不再相等。",
                  "They meet at {per_point} a point, for 10 points then cost exactly half. At more than that they do "
                  "not.").fill(**said)),
            (lambda: "rises",
             Text("没有这样的保证：两档各有各的算法，参数一改就可能倒挂。模拟器照样计算，并提示曲线下降。",
                  "Nothing assures that: each bracket has its own formula. The simulator calculates all the same and "
                  "warns that the curve falls.")),
        ),
    )  # fmt: skip


@numbers(name=("甲", "乙", "丙"), rate=("0.01", "0.02", "0.03", "0.04", "0.05"))
def veto(name: str = "甲", rate: str = "0.03") -> Exercise:
    supposed: county.Supposed = {(name, "veto"): True}
    cut = county.DOCUMENT.changed(next_year_cut_rate=rate)
    said = {"cut": percent_text(cut.next_year_cut_rate), "name": name}
    return Exercise(
        "retention.veto", Kind.MONEY,
        question=Text("假设{name}在评价中弄虚作假、情节严重，被一票否决；市里规定这种情形和不及格一样，"
                      "下一年度预算核减 {cut}，此外没有别的增减。"
                      "{name}下一年度的预算是多少？",
                      "Suppose {name} is vetoed for grave fraud in the evaluation, and the city cuts next "
                      "year's budget by "
                      "{cut}, as after a failed score, and changes nothing else. What is the budget of {name} next "
                      "year?").fill(**said),
        answer=lambda: county.next_budget(name, supposed, cut),
        hint=Text("这里一票否决和不及格一样核减。核减的比例乘的是哪个数？",
                  "Here a veto is cut like a failed score. Of which number is the cut a share?"),
        solution=lambda: county.steps(name, supposed, cut),
        mistakes=(
            (lambda: county.next_budget(name, county.NOTHING, cut),
             Text("题目说一票否决和不及格一样核减，得分再高也要核减。",
                  "The question cuts after a veto as after a failed score: whatever the score is.")),
            (lambda: county.result(name, "next_year_cut", supposed, cut),
             Text("这是核减的金额。题目问的是核减以后的预算。",
                  "This is the cut. The question is the budget after it.")),
            (lambda: county.fen(county.result(name, "budget") - county.result(name,
                "surplus") * cut.next_year_cut_rate),
             Text("核减的比例乘的是预算，不是结余。", "The cut is a share of the budget, not of the surplus.")),
            (lambda: county.fen(county.result(name, "spending") * (1 - cut.next_year_cut_rate)),
             Text("从实际支出里核减了。核减的是预算。", "That cuts the spending. It is the budget that is cut.")),
            (lambda: county.next_budget(name, supposed, cut) - county.result(name, "returned",
                supposed, cut),
             Text("不予支付的结余是今年的钱，不从下一年度预算里再减一次。",
                  "The surplus that is not paid is this year's money; it is not taken off next year's budget again.")),
        ),
    )  # fmt: skip


@numbers(
    spending=range(30_300_000, 31_500_001, 50_000), bad=range(50_000, 250_001, 50_000),
    part=("0.4", "0.5", "0.6", "0.7", "0.8"),
)  # fmt: skip
def overspent(spending: int = 30_500_000, bad: int = 200_000, part: str = "0.7") -> Exercise:
    supposed: county.Supposed = {("丙", "spending"): float(spending), ("丙", "unreasonable_overspend"): float(bad)}
    shared = county.DOCUMENT.changed(reasonable_share=part)

    def of(column: str, params: RetentionParams = shared) -> Decimal:
        return county.result("丙", column, supposed, params)

    return Exercise(
        "retention.overspent", Kind.MONEY,
        question=Text("假设丙的实际支出是 {spending} 元，超支中有 {unreasonable} 元认定为不合理；"
                      "市里规定合理超支由基金分担 {shared}，其余和表中一样。丙自己要承担多少？",
                      "Suppose 丙 spent {spending} yuan, {unreasonable} yuan of the overspending were found "
                      "unreasonable, and the city lets the fund share "
                      "{shared} of the reasonable part, all else as in the table. How much does 丙 bear itself?")
        .fill(shared=percent_text(shared.reasonable_share), spending=f"{spending:,.2f}", unreasonable=f"{bad:,.2f}"),
        answer=lambda: of("overspend_borne"),
        hint=Text("先从超支里拿出不合理的部分，它全由丙承担；基金只分担其余的。",
                  "Take the unreasonable part out first: 丙 bears it all. The fund shares the rest only."),
        solution=lambda: county.steps("丙", supposed, shared),
        mistakes=(
            (lambda: county.fen(-of("surplus") * (1 - shared.reasonable_share)),
             Text("不合理的部分也让基金分担了。它全由医共体承担。",
                  "The fund was made to share the unreasonable part. The community bears all of it.")),
            (lambda: of("overspend_shared"),
             Text("这是基金分担的。题目问的是丙承担的。", "This is the fund's share. The question is what 丙 bears.")),
            (lambda: of("overspend_borne") - county.decimal(bad),
             Text("还要加上不合理的部分。", "Add the unreasonable part.")),
            (lambda: county.decimal(bad),
             Text("只算了不合理的部分。合理的部分，基金没有分担的也由丙承担。",
                  "This is the unreasonable part only. 丙 also bears what the fund does not share of the rest.")),
            (lambda: of("overspend_borne", county.DOCUMENT),
             Text("这是基金一点不分担的结果。文件没有规定比例，本题假设市里定了 {shared}。",
                  "This is with nothing shared. The document sets no share; here the city sets {shared}.").fill(
                  shared=percent_text(shared.reasonable_share))),
        ),
    )  # fmt: skip


EXERCISES = Exercises(total, share, returned, hundredth, fall, veto, overspent)
