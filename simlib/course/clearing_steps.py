"""How a hospital of the small city is cleared and what the regulation fund has left, in steps (JY art. 11, 30-33)."""

from __future__ import annotations

from decimal import Decimal

from simlib.course import small_city as city
from simlib.course.small_city import Supposed
from simlib.rules.dip import views
from simlib.words import Text


def clearing(name: str, supposed: Supposed = city.NOTHING) -> list[Text]:
    """The steps of one hospital from its payable to the balance."""
    return city.steps(name, supposed)[4:]


def fund_step(supposed: Supposed = city.NOTHING) -> Text:
    """What the regulation fund has, pays and leaves, and what it has next year."""
    names = ("regulation_set_aside", "fund_carried", "regulation_fund", "shares_due", "shares_paid", "fund_left")
    return LEFT.fill(
        next=city.yuan(next_year(supposed)), **{name: city.yuan(city.fund(name, supposed)) for name in names}
    )


def next_year(supposed: Supposed) -> Decimal:
    """What the regulation fund has in another year like this one."""
    return Decimal(str(views.rollover(city.settled(supposed), years=2).at[1, "supply"]))


LEFT = Text(
    "本年计提 {regulation_set_aside} + 上年结转 {fund_carried} = {regulation_fund} 元；"
    "应分担合计 {shares_due} 元，实际分担 {shares_paid} 元，结余 {fund_left} 元转入下一年。"
    "下一年收入若和今年一样，可用的是 {next} 元（JY 第十一条、第三十三条）。",
    "Set aside {regulation_set_aside} + carried over {fund_carried} = {regulation_fund} yuan; it owes {shares_due} "
    "and pays {shares_paid}; {fund_left} is carried to the next year, which on the same income has {next} yuan "
    "(JY art. 11, 33).",
)
