"""The parameters of county surplus retention, each with its clause."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from simlib import columns
from simlib.params import PERCENT, Choice, Digits, Kind, Params, Unit, lever, reading
from simlib.rules.cards.bonus import BONUS_CAP, CAP_TOTAL, CapTotal
from simlib.rules.retention import topics
from simlib.words import Text

POINTS = Unit(columns.POINTS, decimals=0)


class Fraction(Choice):
    CONTINUOUS = "continuous", "按实际分差", "as it is"
    FLOOR = "floor", "不足1分不扣", "whole points only"
    CEIL = "ceil", "不足1分按1分扣", "a begun point counts whole"


class VetoCut(Choice):
    AS_BELOW_60 = "as_below_60", "与不及格一样核减", "as after a failed score"
    NONE = "none", "不核减", "not cut"


class ScoreDigits(Digits):
    EXACT = "exact", "不取舍", "not rounded"
    WHOLE = "0", "取整数", "whole points"
    ONE = "1", "一位小数", "1 decimal"
    TWO = "2", "两位小数", "2 decimals"


class BonusCounts(Choice):
    ON = "on", "计入", "counts"
    OFF = "off", "不计入", "does not count"


def _assumed(zh: str, en: str, help: Text, low: str, high: str, step: str, unit: Unit) -> Any:
    return lever("0", low, high, kind=Kind.ASSUMPTION, step=step, unit=unit, label=Text(zh, en), help=help, places=4)


class RetentionParams(Params):
    """Parameters of county surplus retention; the defaults are the document's values."""

    family = "retention"
    apart = (("half_from", "linear_from"), ("linear_from", "full_from"))

    full_from: Decimal = lever(
        "90", "60", "105", step="1", unit=POINTS,
        label=Text("全额留用起点", "Full retention from"),
        help=Text("得分不低于此值，结余全部留用。", "From this score the whole surplus is kept."),
        clauses=["XX 5(1)1"],
    )  # fmt: skip
    linear_from: Decimal = lever(
        "80", "40", "100", step="1", unit=POINTS,
        label=Text("按分扣减起点", "Reduced by points from"),
        help=Text("得分不低于此值、低于全额起点的，每低1分扣减一定比例。",
                  "From this score up to full retention, each point below it costs a share."),
        clauses=["XX 5(1)2"],
    )  # fmt: skip
    half_from: Decimal = lever(
        "60", "0", "90", step="1", unit=POINTS,
        label=Text("定比留用起点", "Fixed share from"),
        help=Text("得分不低于此值、低于按分扣减起点的，留用固定比例；低于此值不予留用，下一年度预算核减。",
                  "From this score a fixed share is kept; below it nothing, and next year's budget is cut."),
        clauses=["XX 5(1)3", "XX 5(1)4"],
    )  # fmt: skip
    per_point: Decimal = lever(
        "0.05", "0", "0.5", step="0.005", unit=PERCENT,
        label=Text("每低1分扣减", "Lost for each point"),
        help=Text("比全额起点每低1分，扣减留用结余的比例，扣完为止。",
                  "The share of the surplus lost for each point below full retention, at most all of it."),
        clauses=["XX 5(1)2"],
    )  # fmt: skip
    half_ratio: Decimal = lever(
        "0.50", "0", "1", step="0.01", unit=PERCENT,
        label=Text("定比留用比例", "Fixed share"),
        help=Text("得分在定比档的医共体留用结余的比例。",
                  "The share of the surplus kept in the bracket of the fixed share."),
        clauses=["XX 5(1)3"],
    )  # fmt: skip
    bonus_cap: Decimal = BONUS_CAP
    fraction: Fraction = reading(
        Fraction.CONTINUOUS,
        topic=topics.SCORE,
        label=Text("不足1分的部分", "Part of a point"),
        help=Text("“每降低1分”对不足1分部分的扣减方式。", "What “each point” means for a part of a point."),
        clauses=["XX 5(1)2"],
    )  # fmt: skip
    cap_total: CapTotal = CAP_TOTAL
    score_digits: ScoreDigits = reading(
        ScoreDigits.EXACT,
        topic=topics.SCORE,
        label=Text("评价得分取位", "Digits of the score"),
        help=Text("总分先四舍五入到几位小数，再定档次和算分差；文件没有写明。",
                  "To how many decimals the total is rounded, half up, before its bracket and the points below full "
                  "retention are taken; the document does not say."),
        clauses=["XX 5(1)"],
    )  # fmt: skip
    bonus_counts: BonusCounts = reading(
        BonusCounts.ON,
        topic=topics.SCORE,
        label=Text("加分计入留用档次", "Bonus toward the brackets"),
        help=Text("定留用档次的“评价得分”含不含加分；文件没有写明。",
                  "Whether the score that decides what is kept holds the bonus; the document does not say."),
        clauses=["XX 3(6)", "XX 5(1)"],
    )  # fmt: skip
    veto_cut: VetoCut = reading(
        VetoCut.AS_BELOW_60,
        topic=topics.FUND,
        label=Text("一票否决后的下一年度预算", "Next year's budget after a veto"),
        help=Text("一票否决的评价不合格，结余不予支付；预算是否也核减，文件没有写明：核减只写在得分不足的一档。"
                  "得分本身不足的照样核减。",
                  "After a veto the evaluation fails and no surplus is paid; whether the budget is cut too is not "
                  "said: "
                  "the cut stands with low scores alone. Whose score itself is too low is cut all the same."),
        clauses=["XX 3(6)"],
    )  # fmt: skip
    retained_share: Decimal = lever(
        "1", "0", "1", kind=Kind.UNSET, step="0.05", unit=PERCENT,
        topic=topics.FUND,
        label=Text("可留用基数占结余", "Part of the surplus that may be kept"),
        help=Text("结余中按评价结果留用的部分（“结余留用部分”），到分；文件没有规定比例，100% 即全部结余。其余不予支"
                  "付。",
                  "The part of a surplus that the result decides on, to the fen; the document sets none, and 100% is "
                  "all "
                  "of it. The rest is not paid."),
        clauses=["XX 5(1)", "XX 5(1)1"],
    )  # fmt: skip
    reasonable_share: Decimal = lever(
        "0", "0", "1", kind=Kind.UNSET, step="0.05", unit=PERCENT,
        topic=topics.FUND,
        label=Text("合理超支由基金分担", "Reasonable overspending shared by the fund"),
        help=Text("合理超支由基金分担的比例，其余由医共体承担。XX 一(二)2 要求合理超支分担，未规定比例；0 即不分担。",
                  "The fund's share of reasonable overspending; the community bears the rest. XX 1(2)2 wants it shared "
                  "and sets no share; 0 shares nothing."),
        clauses=["XX 1(2)2"],
    )  # fmt: skip
    next_year_cut_rate: Decimal = lever(
        "0", "0", "0.5", kind=Kind.UNSET, step="0.01", unit=PERCENT,
        topic=topics.FUND,
        label=Text("下一年度预算核减", "Cut of next year's budget"),
        help=Text("得分不足的，下一年度预算核减的比例；被一票否决的另按口径。XX 五(一)4 要求核减，未规定比例；0 "
                  "即不核减。",
                  "How much of the budget is cut next year after too low a score; after a veto as its own reading "
                  "says. "
                  "XX "
                  "5(1)4 wants a cut and sets no rate; 0 cuts nothing."),
        clauses=["XX 5(1)4"],
    )  # fmt: skip
    score_growth: Decimal = _assumed(
        "评价得分每年变化", "Change of scores a year",
        Text("后续每年各医共体得分的提高（或降低）值。", "By how much every score rises or falls each year."),
        "-10", "10", "0.5", POINTS,
    )  # fmt: skip
    spending_growth: Decimal = _assumed(
        "支出每年增长", "Growth of spending a year",
        Text("后续每年各医共体实际支出的增长率。", "By how much spending grows each year."),
        "-0.2", "0.2", "0.005", PERCENT,
    )  # fmt: skip
    budget_growth: Decimal = _assumed(
        "预算每年增长", "Growth of budgets a year",
        Text("后续每年各医共体预算的增长率，另按上年结果核减。",
             "By how much budgets grow each year, besides the cut for last year's result."),
        "-0.2", "0.2", "0.005", PERCENT,
    )  # fmt: skip
