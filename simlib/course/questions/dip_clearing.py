"""The exercises of lesson 4, on the clearing in the city of lesson 3 (JY art. 10, 11, 26, 30-33)."""

from __future__ import annotations

from decimal import Decimal

from simlib.course import small_city as city
from simlib.course.clearing_steps import clearing, fund_step, next_year
from simlib.course.drawn import Exercises, numbers
from simlib.course.exercise import Exercise
from simlib.course.reading import Kind
from simlib.course.small_city import DOCUMENT, Supposed
from simlib.words import NO_TEXT, Text

INCOME, CARRIED_OVER = city.FUND["income"], city.FUND["fund_carried"]
INCOMES = range(368_000, 382_001, 500)


def _fen(yuan: Decimal) -> Decimal:
    return yuan.quantize(Decimal("0.01"))


def _approved(supposed: Supposed) -> Decimal:
    return city.number("乙", "approved_points", supposed)


def _paid_by_others(name: str, supposed: Supposed) -> Decimal:
    """By patients and by other payments."""
    return city.number(name, "patient_paid", supposed) + city.number(name, "other_paid", supposed)


def _shared(name: str, level: str, supposed: Supposed) -> Decimal:
    """What the fund would bear of its overspending at the rate of a level."""
    return _overspent(name, supposed) * getattr(DOCUMENT, f"share_rate_{level}")


def _overspent(name: str, supposed: Supposed) -> Decimal:
    return city.number(name, "billed", supposed) - city.number(name, "payable", supposed)


def _limit(name: str, supposed: Supposed) -> Decimal:
    """The most of its overspending that is shared at all."""
    return city.number(name, "payable", supposed) * (DOCUMENT.share_limit - 1)


def _in_full(name: str, supposed: Supposed) -> bool:
    """Whether the regulation fund has enough for all that it is to share."""
    return city.number(name, "share_paid", supposed) == city.number(name, "share_due", supposed)


def _in(year: Supposed, question: Text) -> Text:
    """The question, after what the fund has otherwise than in the table."""
    told = NO_TEXT
    for (_, name), amount in year.items():
        told = told if amount == city.FUND[name] else YEARS[name].fill(amount=f"{amount:,}")
    return Text(*map("".join, zip(told, question, strict=True)))


YEARS = {
    "income": Text("设基金收入是 {amount} 元。", "Let the fund's income be {amount} yuan. "),
    "fund_carried": Text("设上年结转的调节金是 {amount} 元。",
                         "Let the regulation fund carried over be {amount} yuan. "),
}  # fmt: skip
CARRIED = Text("结转的调节金是 {carried} 元", "{carried} yuan of the regulation fund were carried over")
NOTHING_CARRIED = Text("没有结转，调节金只有当年计提的部分",
                       "nothing was carried over, so that the regulation fund has this year's part only")  # fmt: skip
NUMBERS = {"cap": f"{DOCUMENT.retention_cap:.0%}", "limit": f"{DOCUMENT.share_limit:.0%}",
           "prepaid": f"{DOCUMENT.monthly_rate:.0%}",
           "aside": f"{DOCUMENT.regulation_rate:.0%}"}  # fmt: skip
BILLED_ALONE = Text("医院记了多少账，不等于基金就付多少。", "What a hospital bills is not what the fund pays.")
SHARE_ONLY = Text(
    "这只是调节金分担的部分。决算 = 应偿付 + 分担。",
    "This is the share only. The settlement is the payable and the share.",
)
PAYABLE_ONLY = Text("这只是应偿付。超支在 {limit} 以内的部分，调节金还要分担。",
                    "This is the payable only. What is overspent up to {limit} is shared by the regulation fund.").fill(
                    **NUMBERS)  # fmt: skip


@numbers(income=INCOMES)
def payable(income: int = INCOME) -> Exercise:
    year: Supposed = {("pooled", "income"): income}
    supposed: Supposed = {**year, ("乙10", "irregular"): False}
    return Exercise(
        "dip_clearing.payable", Kind.MONEY,
        question=_in(year, Text("假设复核认定乙10并没有违规，照常计分、不再扣减，其余不变。乙的年度应偿付总额是多少？",
                      "Suppose a review finds that 乙10 was not irregular after all: it has its points and nothing is "
                      "deducted, all else as it is. What is the payable of 乙?")),
        answer=lambda: city.number("乙", "payable", supposed),
        hint=Text("乙的分值多了，全市的分值也就多了：先重新算点值，不舍入；再乘乙的核定总分值，"
                  "减去它的个人支付和其他支付。",
                  "乙 has more points, and so has the city: calculate the point value anew, unrounded, then times the "
                  "approved points of 乙, less what its patients and others paid."),
        solution=lambda: city.steps("乙", supposed)[:3] + city.value_steps(supposed) + clearing("乙", supposed)[:1],
        mistakes=(
            (lambda: _fen(_approved(supposed) * city.fund("point_value", supposed)),
             Text("没有减去个人支付和其他支付。点值乘分值对应的是总费用，基金只付其余的部分。",
                  "What patients and others paid was not subtracted. Points times the value stand for whole costs; the "
                  "fund pays the rest.")),
            (lambda: _fen(_approved(supposed) * city.fund("point_value", supposed)
                          - city.number("乙", "patient_paid", supposed)),
             Text("只减了个人支付。一站式、补充保险和大病保险的支付也要减。",
                  "Only patients' payments were subtracted. Those of other schemes are too.")),
            (lambda: _approved(supposed) * city.fund("point_value", year) - _paid_by_others("乙", supposed),
             Text("用了原来的点值。乙的分值多了，分母变大，点值就降了：增加的金额由三家共同让出。",
                  "That is the former point value. With more points for the same money it falls: all three give way.")),
            (lambda: _fen(_approved(supposed) * round(city.fund("point_value", supposed), 2)
                          - _paid_by_others("乙", supposed)),
             Text("点值先舍入了。点值要保留完整的数参与计算，只在最后算出金额时四舍五入到分。",
                  "The point value was rounded first. It enters unrounded; only the amount is rounded, to the fen.")),
            (lambda: city.number("乙", "payable", year),
             Text("这是原来的应偿付。", "This is the payable as it was.")),
        ),
    )  # fmt: skip


@numbers(income=INCOMES, billed=range(48_000, 51_501, 250))
def retained(income: int = INCOME, billed: int = 50_000) -> Exercise:
    year: Supposed = {("pooled", "income"): income}
    supposed: Supposed = {**year, **city.billed("丙", billed)}
    return Exercise(
        "dip_clearing.retained", Kind.MONEY,
        question=_in(year, Text("假设丙全年记账 {billed} 元，其余不变。丙的年度决算是多少？",
                      "Suppose 丙 billed {billed} yuan in the year, all else as it is. What is its settlement?")
        .fill(billed=f"{billed:,}")),
        answer=lambda: city.number("丙", "settlement", supposed),
        hint=Text("清算比例不到 100%：先算记账额的 {cap}，再和应偿付比，取哪一个？",
                  "The clearing ratio is below 100%: take {cap} of what was billed and compare with the payable. Which "
                  "of the two?").fill(**NUMBERS),
        solution=lambda: clearing("丙", supposed)[:2],
        mistakes=(
            (lambda: city.number("丙", "billed", supposed) * DOCUMENT.retention_cap,
             Text("超过应偿付了。记账额的 {cap} 最高不超过应偿付。",
                  "This exceeds the payable. {cap} of billing is paid only up to the payable.").fill(**NUMBERS)),
            (lambda: _fen(city.number("丙", "payable", supposed) * DOCUMENT.retention_cap),
             Text("算成应偿付的 {cap} 了。{cap} 乘的是记账额，而且最高不超过应偿付。",
                  "{cap} of the payable was taken. It is {cap} of what was billed, and at most the payable.").fill(
                  **NUMBERS)),
            (lambda: city.number("丙", "billed", supposed),
             Text("只付了记账额。有结余的医院可以留用一部分，最多到记账额的 {cap}。",
                  "Billing only. A hospital with a surplus may keep some of it, up to {cap} of its billing.").fill(
                  **NUMBERS)),
            (lambda: city.number("丙", "settlement", year),
             Text("这是原来的决算。记账额变了，决算也要重新算。",
                  "This is the settlement as it was; it was calculated on other billing.")),
        ),
        holds=lambda: billed < city.number("丙", "payable", supposed) < billed * DOCUMENT.retention_cap,
    )  # fmt: skip


@numbers(billed=range(80_000, 87_951, 50))
def shared(billed: int = 86_000) -> Exercise:
    supposed = city.billed("乙", billed)
    return Exercise(
        "dip_clearing.shared", Kind.MONEY,
        question=Text("假设乙全年记账 {billed} 元，其余不变。乙的年度决算是多少？",
                      "Suppose 乙 billed {billed} yuan in the year, all else as it is. What is its settlement?")
        .fill(billed=f"{billed:,}"),
        answer=lambda: city.number("乙", "settlement", supposed),
        hint=Text("先看超支有没有到应偿付的 {limit}；再看乙是几级，调节金替这一级分担百分之几。",
                  "First see whether billing exceeds {limit} of the payable; then which level 乙 is, and what part of "
                  "the overspending the fund bears for it.").fill(**NUMBERS),
        solution=lambda: clearing("乙", supposed)[:2],
        mistakes=(
            *((lambda level=level: _fen(city.number("乙", "payable", supposed) + _shared("乙", level, supposed)),
               Text("用错了分担比例：乙是二级医院。", "The wrong rate: 乙 is of level 2.")) for level in ("3", "1")),
            (lambda: city.number("乙", "settlement"),
             Text("分担到了 {limit} 的上限。乙这次没有超到那里，只分担实际超支的部分。",
                  "Shared up to {limit}. 乙 did not overspend that much: only what it did overspend is shared.").fill(
                  **NUMBERS)),
            (lambda: _fen(city.number("乙", "billed", supposed) * DOCUMENT.share_rate_2),
             Text("分担比例只乘超支的部分，不乘全部记账额。",
                  "The rate applies to what was overspent, not to all that was billed.")),
            (lambda: city.number("乙", "share_paid", supposed), SHARE_ONLY),
            (lambda: city.number("乙", "payable", supposed), PAYABLE_ONLY),
            (lambda: city.number("乙", "billed", supposed), BILLED_ALONE),
        ),
        holds=lambda: 0 < _overspent("乙", supposed) < _limit("乙", supposed) and _in_full("乙", supposed),
    )  # fmt: skip


@numbers(income=range(377_000, 381_001, 500), billed=range(136_000, 160_001, 1_000))
def beyond(income: int = INCOME, billed: int = 140_000) -> Exercise:
    year: Supposed = {("pooled", "income"): income}
    supposed: Supposed = {**year, **city.billed("甲", billed)}
    return Exercise(
        "dip_clearing.beyond", Kind.MONEY,
        question=_in(year, Text("假设甲全年记账 {billed} 元，其余不变。甲的年度决算是多少？",
                      "Suppose 甲 billed {billed} yuan in the year, all else as it is. What is its settlement?")
        .fill(billed=f"{billed:,}")),
        answer=lambda: city.number("甲", "settlement", supposed),
        hint=Text("先算应偿付的 {limit} 是多少，记账超过它的部分谁来承担？",
                  "Take {limit} of the payable first. Who bears what was billed above it?").fill(**NUMBERS),
        solution=lambda: clearing("甲", supposed)[:2],
        mistakes=(
            (lambda: _fen(city.number("甲", "payable", supposed) + _overspent("甲", supposed) * DOCUMENT.share_rate_3),
             Text("全部超支都分担了。超过应偿付 {limit} 的部分，调节金不再分担。",
                  "All the overspending was shared. What lies above {limit} of the payable is not.").fill(**NUMBERS)),
            (lambda: _fen(city.number("甲", "payable", supposed) * DOCUMENT.share_limit),
             Text("{limit} 以内的超支不是全部由调节金承担，还要乘分担比例。",
                  "The fund does not bear all overspending up to {limit}: multiply by the rate.").fill(**NUMBERS)),
            (lambda: _fen(city.number("甲", "payable", supposed) + _limit("甲", supposed) * DOCUMENT.share_rate_2),
             Text("用错了分担比例：甲是三级医院。", "The wrong rate: 甲 is of level 3.")),
            (lambda: city.number("甲", "settlement", year),
             Text("这是原来的决算。甲又超支了一些，分担也多了一些。",
                  "This is the settlement as it was. 甲 overspent more, and somewhat more is shared.")),
            (lambda: city.number("甲", "share_paid", supposed), SHARE_ONLY),
            (lambda: city.number("甲", "payable", supposed), PAYABLE_ONLY),
            (lambda: city.number("甲", "billed", supposed), BILLED_ALONE),
        ),
        holds=lambda: _overspent("甲", supposed) > _limit("甲", supposed) and _in_full("甲", supposed),
    )  # fmt: skip


@numbers(carried=range(500, 4_001, 100))
def short(carried: int = 0) -> Exercise:
    supposed: Supposed = {("pooled", "fund_carried"): carried}
    return Exercise(
        "dip_clearing.short", Kind.MONEY,
        question=Text("假设上年{carried}。甲的超支实际由调节金分担多少？",
                      "Suppose {carried}. How much of its overspending is 甲 actually paid from the fund?")
        .fill(carried=CARRIED.fill(carried=f"{carried:,}") if carried else NOTHING_CARRIED),
        answer=lambda: city.number("甲", "share_paid", supposed),
        hint=Text("先求两家应分担的合计。调节金不够时，每家都按“调节金 ÷ 应分担合计”打同样的折扣。",
                  "First add up what both are owed. Where the fund is short, each gets the same part: the fund over "
                  "that sum."),
        solution=lambda: [*clearing("甲", supposed)[1:2], fund_step(supposed)],
        mistakes=(
            (lambda: city.number("甲", "share_due", supposed),
             Text("这是应分担的金额。调节金不够付两家的应分担，要打折扣。",
                  "This is what it is owed. The fund cannot pay both in full.")),
            (lambda: city.fund("regulation_fund", supposed) / 2,
             Text("不是两家平分，而是按各家应分担的金额同比例打折。",
                  "It is not split evenly: each is paid the same part of what it is owed.")),
            (lambda: city.fund("regulation_fund", supposed) - city.number("乙", "share_due", supposed),
             Text("不是先付足乙、剩下的给甲，两家按同一个比例打折。",
                  "乙 does not come first: both are paid the same part.")),
            (lambda: _fen(city.fund("regulation_fund", supposed) * city.number("甲", "billed")
                          / (city.number("甲", "billed") + city.number("乙", "billed"))),
             Text("不是按记账额分，而是按各家应分担的金额分。",
                  "Not in proportion to billing: in proportion to what each is owed.")),
            (lambda: city.number("甲", "settlement", supposed),
             Text("这是甲的决算，含应偿付。题目只问分担。",
                  "This is the settlement, payable included. The question is the share only.")),
        ),
        holds=lambda: city.fund("shares_due", supposed) > city.fund("regulation_fund", supposed),
    )  # fmt: skip


@numbers(carried=range(4_000, 9_001, 250), billed=range(112_000, 116_501, 500))
def rollover(carried: int = CARRIED_OVER, billed: int = 116_000) -> Exercise:
    year: Supposed = {("pooled", "fund_carried"): carried}
    supposed: Supposed = {**year, **city.billed("甲", billed)}
    return Exercise(
        "dip_clearing.rollover", Kind.MONEY,
        question=_in(year, Text("假设甲全年记账 {billed} 元，其余不变；下一年的基金收入和今年一样。"
                      "下一年一共有多少调节金可以用来分担？",
                      "Suppose 甲 billed {billed} yuan in the year, all else as it is, and next year's income is the "
                      "same. How much does the regulation fund have next year?").fill(billed=f"{billed:,}")),
        answer=lambda: next_year(supposed),
        hint=Text("今年还有谁超支？调节金付完分担，剩下的转入下一年；下一年再从收入中计提 {aside}。",
                  "Who still overspends this year? What the fund has left is carried over; next year sets {aside} of "
                  "its income aside again.").fill(**NUMBERS),
        solution=lambda: [*clearing("甲", supposed)[1:2], *clearing("乙", supposed)[1:2], fund_step(supposed)],
        mistakes=(
            (lambda: city.fund("fund_left", supposed),
             Text("这只是今年的结余。下一年还要再计提。",
                  "This is only what is left this year. Next year sets its part aside again.")),
            (lambda: city.fund("regulation_set_aside", supposed),
             Text("这只是下一年计提的部分，今年没有用完的会滚存过来。",
                  "This is only what next year sets aside. What this year leaves is added.")),
            (lambda: city.fund("regulation_fund", supposed) + city.fund("regulation_set_aside", supposed),
             Text("未减去本年已支付的分担。", "The shares paid this year were not subtracted.")),
            (lambda: next_year(year),
             Text("这是甲照旧超支时的数。这样记账，甲还超支吗？",
                  "This is the case if 甲 overspends as before. Billing so much, does it?")),
            (lambda: city.fund("regulation_fund", supposed),
             Text("这是今年可用的调节金。题目问的是下一年。",
                  "This is what it has this year. The question is next year.")),
        ),
        holds=lambda: city.number("甲", "share_due", supposed) == 0 and _in_full("乙", supposed),
    )  # fmt: skip


@numbers(penalties=range(100, 2_001, 50))
def balance(penalties: int = 500) -> Exercise:
    supposed: Supposed = {("丙03", "penalties"): penalties}
    return Exercise(
        "dip_clearing.balance", Kind.MONEY,
        question=Text("假设丙在三月被扣（罚）款 {penalties} 元，其余不变。年度清算时，还应补付丙多少元？",
                      "Suppose penalties of {penalties} yuan were taken from 丙 in March, all else as it is. How much "
                      "is 丙 still paid at the annual "
                      "settlement?").fill(penalties=f"{penalties:,}"),
        answer=lambda: city.number("丙", "balance", supposed),
        hint=Text("每月预拨 = 当月记账 × {prepaid} − 扣（罚）款。全年一共预拨了多少？用决算减去它。",
                  "Each month {prepaid} of billing less penalties is prepaid. How much in the year? Subtract it from "
                  "the settlement.").fill(**NUMBERS),
        solution=lambda: clearing("丙", supposed)[1:],
        mistakes=(
            (lambda: city.number("丙", "balance"),
             Text("漏了扣（罚）款：它使预拨少了，这里要按实际预拨的数来减。",
                  "The penalties are missing: they lowered what was prepaid, and that is what is subtracted.")),
            (lambda: city.number("丙", "balance") - penalties,
             Text("方向反了。按公式，扣（罚）款减少的是预拨，决算减去的是实际预拨的数。",
                  "The wrong way round. By the formula penalties lower what is prepaid, and it is this that the "
                  "settlement is set against.")),
            (lambda: city.number("丙", "settlement", supposed) - city.number("丙", "billed", supposed),
             Text("减的不是记账额：每月只预拨了记账额的 {prepaid}。",
                  "Billing is not what was paid: each month only {prepaid} of it was.").fill(**NUMBERS)),
            (lambda: _fen(city.number("丙", "settlement", supposed) * (1 - DOCUMENT.monthly_rate)),
             Text("预拨的 {prepaid} 是按记账额算的，不是按决算算的。",
                  "The {prepaid} was of billing, not of the settlement.").fill(**NUMBERS)),
            (lambda: city.number("丙", "settlement", supposed),
             Text("这是决算。已经预拨的要减掉。", "This is the settlement. What was prepaid is subtracted.")),
        ),
    )  # fmt: skip


EXERCISES = Exercises(payable, retained, shared, beyond, short, rollover, balance)
