"""Lesson 4: the annual clearing in the city of lesson 3 (JY art. 10, 11, 26, 30-33)."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
from IPython.display import Markdown

from simlib.app.page import Page
from simlib.course import small_city as city
from simlib.course.dip_points import VALUE
from simlib.course.exercise import Exercise, Kind
from simlib.course.small_city import DOCUMENT, Supposed
from simlib.course.widget import Chapter, ExerciseView
from simlib.course.worked import worked
from simlib.money import decimal_text
from simlib.rules.dip import views
from simlib.words import Text

PANELS = ("corridor", "rollover", "institutions", "explanation")
LEVERS = ("regulation_rate", "share_limit", "retention_cap")

# What the exercises suppose.
CLEARED: Supposed = {("乙10", "irregular"): False}
BILLED = {"retained": ("丙", 50_000), "shared": ("乙", 86_000), "beyond": ("甲", 140_000), "rollover": ("甲", 116_000)}
MORE, SHARED, BEYOND, THRIFTY = (city.billed(*one) for one in BILLED.values())
NOTHING_CARRIED: Supposed = {("pooled", "fund_carried"): 0}
FINED: Supposed = {("丙03", "penalties"): 500}


def tables(language: str = "zh") -> list[pd.DataFrame]:
    """The city as a reader wants to see it: what the clearing starts from, and the fund."""
    return [table(language) for table in (city.account_table, city.fund_table)]


def by_hand(language: str = "zh") -> Markdown:
    """The point value, every hospital's clearing, and the regulation fund, step by step, each with its clause."""
    hospitals = {name: _clearing(name) for name in city.CASES}
    steps = {VALUE.to(language): city.value_steps(), **hospitals, REGULATION.to(language): [_fund()]}
    return worked(steps, language)


def figure() -> Page:
    """The three hospitals on the simulator's own panels, with the levers of the clearing."""
    return city.figure(TITLE, INTRO, PANELS, LEVERS)


def exercise(number: int) -> ExerciseView:
    """The exercise of that number."""
    return CHAPTER.view(number)


# --- what is shown, and what answers are made of --------------------------------------------------------------------


def _clearing(name: str, supposed: Supposed = city.NOTHING) -> list[Text]:
    """The steps of one hospital from its payable to the balance."""
    return city.steps(name, supposed)[4:]


def _fund(supposed: Supposed = city.NOTHING) -> Text:
    """What the regulation fund has, pays and leaves, and what it has next year."""
    names = ("regulation_set_aside", "fund_carried", "regulation_fund", "shares_due", "shares_paid", "fund_left")
    return LEFT.fill(next=city.yuan(_next(supposed)), **{name: city.yuan(city.fund(name, supposed)) for name in names})


def _next(supposed: Supposed) -> Decimal:
    """What the regulation fund has in another year like this one."""
    return Decimal(str(views.rollover(city.settled(supposed), years=2).at[1, "supply"]))


def _said(exercise: str) -> dict[str, str]:
    """What an exercise supposes to be billed, as people write it."""
    return {"billed": f"{BILLED[exercise][1]:,}"}


def _fen(yuan: Decimal) -> Decimal:
    return yuan.quantize(Decimal("0.01"))


def _approved(supposed: Supposed = city.NOTHING) -> Decimal:
    return city.number("乙", "approved_points", supposed)


def _paid_by_others(name: str) -> Decimal:
    """By patients and by other payments."""
    return city.number(name, "patient_paid") + city.number(name, "other_paid")


def _shared(name: str, level: int) -> Decimal:
    """What the fund would bear of its overspending at the rate of a level."""
    return _overspent(name, SHARED) * getattr(DOCUMENT, f"share_rate_{level}")


def _overspent(name: str, supposed: Supposed) -> Decimal:
    return city.number(name, "billed", supposed) - city.number(name, "payable", supposed)


TITLE = Text("三家医院的清算", "The clearing of three hospitals")
INTRO = Text(
    "调整调节金和清算区间，查看三家决算的变化。",
    "Move the regulation fund and the corridor and see the settlements change.",
)
REGULATION = Text("区域调节金", "The regulation fund")
LEFT = Text(
    "本年计提 {regulation_set_aside} + 上年结转 {fund_carried} = {regulation_fund} 元；"
    "应分担合计 {shares_due} 元，实际分担 {shares_paid} 元，结余 {fund_left} 元转入下一年。"
    "下一年收入若和今年一样，可用的是 {next} 元（JY 第十一条、第三十三条）。",
    "Set aside {regulation_set_aside} + carried over {fund_carried} = {regulation_fund} yuan; it owes {shares_due} "
    "and pays {shares_paid}; {fund_left} is carried to the next year, which on the same income has {next} yuan "
    "(JY art. 11, 33).",
)
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

EXERCISES = (
    Exercise(
        "dip_clearing.payable", Kind.MONEY,
        question=Text("假设复核认定乙10并没有违规，照常计分、不再扣减，其余不变。乙的年度应偿付总额是多少？",
                      "Suppose a review finds that 乙10 was not irregular after all: it has its points and nothing is "
                      "deducted, all else as it is. What is the payable of 乙?"),
        answer=lambda: city.number("乙", "payable", CLEARED),
        hint=Text("乙的分值多了，全市的分值也就多了：先重新算点值，不舍入；再乘乙的核定总分值，"
                  "减去它的个人支付和其他支付。",
                  "乙 has more points, and so has the city: calculate the point value anew, unrounded, then times the "
                  "approved points of 乙, less what its patients and others paid."),
        solution=lambda: city.steps("乙", CLEARED)[:3] + city.value_steps(CLEARED) + _clearing("乙", CLEARED)[:1],
        mistakes=(
            (lambda: _fen(_approved(CLEARED) * city.fund("point_value", CLEARED)),
             Text("没有减去个人支付和其他支付。点值乘分值对应的是总费用，基金只付其余的部分。",
                  "What patients and others paid was not subtracted. Points times the value stand for whole costs; the "
                  "fund pays the rest.")),
            (lambda: _fen(_approved(CLEARED) * city.fund("point_value", CLEARED) - city.number("乙", "patient_paid")),
             Text("只减了个人支付。一站式、补充保险和大病保险的支付也要减。",
                  "Only patients' payments were subtracted. Those of other schemes are too.")),
            (lambda: _approved(CLEARED) * city.fund("point_value") - _paid_by_others("乙"),
             Text("用了原来的点值。乙的分值多了，分母变大，点值就降了：增加的金额由三家共同让出。",
                  "That is the former point value. With more points for the same money it falls: all three give way.")),
            (lambda: _fen(_approved(CLEARED) * round(city.fund("point_value", CLEARED), 2) - _paid_by_others("乙")),
             Text("点值先舍入了。点值要保留完整的数参与计算，只在最后算出金额时四舍五入到分。",
                  "The point value was rounded first. It enters unrounded; only the amount is rounded, to the fen.")),
            (lambda: city.number("乙", "payable"),
             Text("这是原来的应偿付。", "This is the payable as it was.")),
        ),
    ),
    Exercise(
        "dip_clearing.retained", Kind.MONEY,
        question=Text("假设丙全年记账 {billed} 元，其余不变。丙的年度决算是多少？",
                      "Suppose 丙 billed {billed} yuan in the year, all else as it is. What is its settlement?").fill(
                      **_said("retained")),
        answer=lambda: city.number("丙", "settlement", MORE),
        hint=Text("清算比例不到 100%：先算记账额的 {cap}，再和应偿付比，取哪一个？",
                  "The clearing ratio is below 100%: take {cap} of what was billed and compare with the payable. Which "
                  "of the two?").fill(**NUMBERS),
        solution=lambda: _clearing("丙", MORE)[:2],
        mistakes=(
            (lambda: city.number("丙", "billed", MORE) * DOCUMENT.retention_cap,
             Text("超过应偿付了。记账额的 {cap} 最高不超过应偿付。",
                  "This exceeds the payable. {cap} of billing is paid only up to the payable.").fill(**NUMBERS)),
            (lambda: _fen(city.number("丙", "payable", MORE) * DOCUMENT.retention_cap),
             Text("算成应偿付的 {cap} 了。{cap} 乘的是记账额，而且最高不超过应偿付。",
                  "{cap} of the payable was taken. It is {cap} of what was billed, and at most the payable.").fill(
                  **NUMBERS)),
            (lambda: city.number("丙", "billed", MORE),
             Text("只付了记账额。有结余的医院可以留用一部分，最多到记账额的 {cap}。",
                  "Billing only. A hospital with a surplus may keep some of it, up to {cap} of its billing.").fill(
                  **NUMBERS)),
            (lambda: city.number("丙", "settlement"),
             Text("这是原来的决算。记账额变了，决算也要重新算。",
                  "This is the settlement as it was; it was calculated on other billing.")),
        ),
    ),
    Exercise(
        "dip_clearing.shared", Kind.MONEY,
        question=Text("假设乙全年记账 {billed} 元，其余不变。乙的年度决算是多少？",
                      "Suppose 乙 billed {billed} yuan in the year, all else as it is. What is its settlement?").fill(
                      **_said("shared")),
        answer=lambda: city.number("乙", "settlement", SHARED),
        hint=Text("先看超支有没有到应偿付的 {limit}；再看乙是几级，调节金替这一级分担百分之几。",
                  "First see whether billing exceeds {limit} of the payable; then which level 乙 is, and what part of "
                  "the overspending the fund bears for it.").fill(**NUMBERS),
        solution=lambda: _clearing("乙", SHARED)[:2],
        mistakes=(
            *((lambda level=level: _fen(city.number("乙", "payable") + _shared("乙", level)),
               Text("用错了分担比例：乙是二级医院。", "The wrong rate: 乙 is of level 2.")) for level in ("3", "1")),
            (lambda: city.number("乙", "settlement"),
             Text("分担到了 {limit} 的上限。乙这次没有超到那里，只分担实际超支的部分。",
                  "Shared up to {limit}. 乙 did not overspend that much: only what it did overspend is shared.").fill(
                  **NUMBERS)),
            (lambda: _fen(city.number("乙", "billed", SHARED) * DOCUMENT.share_rate_2),
             Text("分担比例只乘超支的部分，不乘全部记账额。",
                  "The rate applies to what was overspent, not to all that was billed.")),
            (lambda: city.number("乙", "share_paid", SHARED), SHARE_ONLY),
            (lambda: city.number("乙", "payable", SHARED), PAYABLE_ONLY),
            (lambda: city.number("乙", "billed", SHARED), BILLED_ALONE),
        ),
    ),
    Exercise(
        "dip_clearing.beyond", Kind.MONEY,
        question=Text("假设甲全年记账 {billed} 元，其余不变。甲的年度决算是多少？",
                      "Suppose 甲 billed {billed} yuan in the year, all else as it is. What is its settlement?").fill(
                      **_said("beyond")),
        answer=lambda: city.number("甲", "settlement", BEYOND),
        hint=Text("先算应偿付的 {limit} 是多少，记账超过它的部分谁来承担？",
                  "Take {limit} of the payable first. Who bears what was billed above it?").fill(**NUMBERS),
        solution=lambda: _clearing("甲", BEYOND)[:2],
        mistakes=(
            (lambda: _fen(city.number("甲", "payable") + _overspent("甲", BEYOND) * DOCUMENT.share_rate_3),
             Text("全部超支都分担了。超过应偿付 {limit} 的部分，调节金不再分担。",
                  "All the overspending was shared. What lies above {limit} of the payable is not.").fill(**NUMBERS)),
            (lambda: _fen(city.number("甲", "payable") * DOCUMENT.share_limit),
             Text("{limit} 以内的超支不是全部由调节金承担，还要乘分担比例。",
                  "The fund does not bear all overspending up to {limit}: multiply by the rate.").fill(**NUMBERS)),
            (lambda: _fen(city.number("甲", "payable") * (1 + (DOCUMENT.share_limit - 1) * DOCUMENT.share_rate_2)),
             Text("用错了分担比例：甲是三级医院。", "The wrong rate: 甲 is of level 3.")),
            (lambda: city.number("甲", "settlement"),
             Text("这是原来的决算。甲又超支了一些，分担也多了一些。",
                  "This is the settlement as it was. 甲 overspent more, and somewhat more is shared.")),
            (lambda: city.number("甲", "share_paid", BEYOND), SHARE_ONLY),
            (lambda: city.number("甲", "payable", BEYOND), PAYABLE_ONLY),
            (lambda: city.number("甲", "billed", BEYOND), BILLED_ALONE),
        ),
    ),
    Exercise(
        "dip_clearing.short", Kind.MONEY,
        question=Text("假设上年没有结转，调节金只有当年计提的部分。甲的超支实际由调节金分担多少？",
                      "Suppose nothing was carried over, so that the regulation fund has this year's part only. How "
                      "much of its overspending is 甲 actually paid from the fund?"),
        answer=lambda: city.number("甲", "share_paid", NOTHING_CARRIED),
        hint=Text("先求两家应分担的合计。调节金不够时，每家都按“调节金 ÷ 应分担合计”打同样的折扣。",
                  "First add up what both are owed. Where the fund is short, each gets the same part: the fund over "
                  "that sum."),
        solution=lambda: [*_clearing("甲", NOTHING_CARRIED)[1:2], _fund(NOTHING_CARRIED)],
        mistakes=(
            (lambda: city.number("甲", "share_due", NOTHING_CARRIED),
             Text("这是应分担的金额。调节金不够付两家的应分担，要打折扣。",
                  "This is what it is owed. The fund cannot pay both in full.")),
            (lambda: city.fund("regulation_fund", NOTHING_CARRIED) / 2,
             Text("不是两家平分，而是按各家应分担的金额同比例打折。",
                  "It is not split evenly: each is paid the same part of what it is owed.")),
            (lambda: city.fund("regulation_fund", NOTHING_CARRIED) - city.number("乙", "share_due", NOTHING_CARRIED),
             Text("不是先付足乙、剩下的给甲，两家按同一个比例打折。",
                  "乙 does not come first: both are paid the same part.")),
            (lambda: _fen(city.fund("regulation_fund", NOTHING_CARRIED) * city.number("甲", "billed")
                          / (city.number("甲", "billed") + city.number("乙", "billed"))),
             Text("不是按记账额分，而是按各家应分担的金额分。",
                  "Not in proportion to billing: in proportion to what each is owed.")),
            (lambda: city.number("甲", "settlement", NOTHING_CARRIED),
             Text("这是甲的决算，含应偿付。题目只问分担。",
                  "This is the settlement, payable included. The question is the share only.")),
        ),
    ),
    Exercise(
        "dip_clearing.rollover", Kind.MONEY,
        question=Text("假设甲全年记账 {billed} 元，其余不变；下一年的基金收入和今年一样。"
                      "下一年一共有多少调节金可以用来分担？",
                      "Suppose 甲 billed {billed} yuan in the year, all else as it is, and next year's income is the "
                      "same. How much does the regulation fund have next year?").fill(**_said("rollover")),
        answer=lambda: _next(THRIFTY),
        hint=Text("今年还有谁超支？调节金付完分担，剩下的转入下一年；下一年再从收入中计提 {aside}。",
                  "Who still overspends this year? What the fund has left is carried over; next year sets {aside} of "
                  "its income aside again.").fill(**NUMBERS),
        solution=lambda: [*_clearing("甲", THRIFTY)[1:2], *_clearing("乙", THRIFTY)[1:2], _fund(THRIFTY)],
        mistakes=(
            (lambda: city.fund("fund_left", THRIFTY),
             Text("这只是今年的结余。下一年还要再计提。",
                  "This is only what is left this year. Next year sets its part aside again.")),
            (lambda: city.fund("regulation_set_aside", THRIFTY),
             Text("这只是下一年计提的部分，今年没有用完的会滚存过来。",
                  "This is only what next year sets aside. What this year leaves is added.")),
            (lambda: city.fund("regulation_fund", THRIFTY) + city.fund("regulation_set_aside", THRIFTY),
             Text("未减去本年已支付的分担。", "The shares paid this year were not subtracted.")),
            (lambda: _next(city.NOTHING),
             Text("这是甲照旧超支时的数。这样记账，甲还超支吗？",
                  "This is the case if 甲 overspends as before. Billing so much, does it?")),
            (lambda: city.fund("regulation_fund", THRIFTY),
             Text("这是今年可用的调节金。题目问的是下一年。",
                  "This is what it has this year. The question is next year.")),
        ),
    ),
    Exercise(
        "dip_clearing.balance", Kind.MONEY,
        question=Text("假设丙在三月被扣（罚）款 {penalties} 元，其余不变。年度清算时，还应补付丙多少元？",
                      "Suppose penalties of {penalties} yuan were taken from 丙 in March, all else as it is. How much "
                      "is 丙 still paid at the annual "
                      "settlement?").fill(penalties=decimal_text(Decimal(FINED["丙03", "penalties"]))),
        answer=lambda: city.number("丙", "balance", FINED),
        hint=Text("每月预拨 = 当月记账 × {prepaid} − 扣（罚）款。全年一共预拨了多少？用决算减去它。",
                  "Each month {prepaid} of billing less penalties is prepaid. How much in the year? Subtract it from "
                  "the settlement.").fill(**NUMBERS),
        solution=lambda: _clearing("丙", FINED)[1:],
        mistakes=(
            (lambda: city.number("丙", "balance"),
             Text("漏了扣（罚）款：它使预拨少了，这里要按实际预拨的数来减。",
                  "The penalties are missing: they lowered what was prepaid, and that is what is subtracted.")),
            (lambda: city.number("丙", "balance") - Decimal(FINED["丙03", "penalties"]),
             Text("方向反了。按公式，扣（罚）款减少的是预拨，决算减去的是实际预拨的数。",
                  "The wrong way round. By the formula penalties lower what is prepaid, and it is this that the "
                  "settlement is set against.")),
            (lambda: city.number("丙", "settlement", FINED) - city.number("丙", "billed", FINED),
             Text("减的不是记账额：每月只预拨了记账额的 {prepaid}。",
                  "Billing is not what was paid: each month only {prepaid} of it was.").fill(**NUMBERS)),
            (lambda: _fen(city.number("丙", "settlement", FINED) * (1 - DOCUMENT.monthly_rate)),
             Text("预拨的 {prepaid} 是按记账额算的，不是按决算算的。",
                  "The {prepaid} was of billing, not of the settlement.").fill(**NUMBERS)),
            (lambda: city.number("丙", "settlement", FINED),
             Text("这是决算。已经预拨的要减掉。", "This is the settlement. What was prepaid is subtracted.")),
        ),
    ),
)  # fmt: skip

CHAPTER = Chapter(EXERCISES, 4)
