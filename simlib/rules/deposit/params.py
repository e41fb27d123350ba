"""The parameters of the quality deposit, each with its clause."""

from __future__ import annotations

from decimal import Decimal

from simlib.params import PERCENT, RATIO, Choice, Digits, Params, lever, reading
from simlib.rules.deposit import topics
from simlib.words import Text


class MeanScope(Choice):
    GROUP = "group", "分组内平均", "mean of the allocation group"
    CITY = "city", "全市平均", "mean of the whole city"


class UnclaimedPool(Choice):
    HOLD = "hold", "暂不分配", "hold it, unallocated"
    WITHIN = "within", "分给本组中间档", "to the group's middle band"
    REFUND = "refund", "退还被扣机构", "back to those who forfeited it"
    CITY = "city", "分给他组优秀机构", "to other groups' top band"


class DepositBase(Choice):
    SETTLED = "settled", "年度实际结算额", "actual fund settlement"
    BUDGET = "budget", "年度总额预算", "annual budget"


class MonthlyBase(Choice):
    MONTHLY = "monthly", "各月预结算额", "what is prepaid each month"
    BILLED = "billed", "各月记账额", "what is billed each month"
    SETTLED = "settled", "不按月，按年度基数", "the year's base, not by month"


class IndexDigits(Digits):
    EXACT = "exact", "不取舍", "not rounded"
    TWO = "2", "两位小数", "2 decimals"
    THREE = "3", "三位小数", "3 decimals"
    FOUR = "4", "四位小数", "4 decimals"


class ZeroDepositInMean(Choice):
    ON = "on", "计入", "counts"
    OFF = "off", "不计入", "does not count"


class DepositParams(Params):
    """Parameters of the quality deposit; the defaults are the documents' values."""

    family = "deposit"
    ordered = (("lower", "upper"),)

    lower: Decimal = lever(
        "0.98", "0.80", "1.00", step="0.005", unit=RATIO,
        label=Text("下阈值", "Lower threshold"),
        help=Text("指数低于此值的机构按指数领取保证金，差额进入本组奖励金；等于此值不扣减。",
                  "Below it an institution is paid index × deposit and the rest feeds the group's pool; "
                  "exactly at it nothing is lost."),
        clauses=[("JS26 annex 3, 2(2)1", "JS26 annex 3, note")],
    )  # fmt: skip
    upper: Decimal = lever(
        "1.02", "1.00", "1.20", step="0.005", unit=RATIO,
        label=Text("上阈值", "Upper threshold"),
        help=Text("指数高于此值的机构全额领取并分得奖励金；等于此值不奖励。",
                  "Above it an institution is paid its deposit and a share of the pool; exactly at it no share."),
        clauses=[("JS26 annex 3, 2(2)3", "JS26 annex 3, note")],
    )  # fmt: skip
    deposit_rate: Decimal = lever(
        "0.05", "0", "0.05", step="0.005", unit=PERCENT,
        label=Text("保证金预留比例", "Deposit rate"),
        help=Text("按基数预留的比例，上限5%。数据已直接给出保证金的机构不受影响。",
                  "The share of the base withheld, at most 5%. No effect where the data give the deposit itself."),
        clauses=["JS3 29", "JY 40"],
    )  # fmt: skip
    mean_scope: MeanScope = reading(
        MeanScope.GROUP,
        topic=topics.INDEX,
        label=Text("平均分口径", "Scope of the mean score"),
        help=Text("计算指数时的比较对象：本组机构平均分或全市机构平均分。",
                  "Whom the index compares with: the institutions of the group, or of the whole city."),
        clauses=[("JS26 annex 3, 1(3)", "JS26 annex 3, 2(1)")],
    )  # fmt: skip
    unclaimed_pool: UnclaimedPool = reading(
        UnclaimedPool.HOLD,
        topic=topics.MONEY,
        label=Text("无人领取的奖励金", "Pool that nobody claims"),
        help=Text("某组没有机构高于上阈值时，该组奖励金的归属。",
                  "Where the pool of a group goes when none of its institutions is above the upper threshold."),
        clauses=["JS26 annex 3, 1(2)"],
    )  # fmt: skip
    deposit_base: DepositBase = reading(
        DepositBase.SETTLED,
        topic=topics.MONEY,
        label=Text("保证金基数", "Base of the deposit"),
        help=Text("预留比例的计算基数：年度基金实际结算额或年度总额预算。",
                  "What the rate is taken of: the year's actual fund settlement, or its budget."),
        clauses=["JS3 29"],
    )  # fmt: skip
    monthly_base: MonthlyBase = reading(
        MonthlyBase.MONTHLY,
        topic=topics.MONEY,
        label=Text("按月预留的基数", "Base of a monthly deposit"),
        help=Text("有月预结算的机构，预留比例乘以各月预结算额、各月记账额，还是不按月而按年度基数；文件说法不一。",
                  "Where there are monthly prepayments: the rate of what is prepaid each month, of what is billed, or "
                  "of "
                  "the year's base; the documents differ."),
        clauses=["JY 40", "JS3 29"],
    )  # fmt: skip
    index_digits: IndexDigits = reading(
        IndexDigits.EXACT,
        topic=topics.INDEX,
        label=Text("绩效指数取位", "Digits of the index"),
        help=Text("指数先四舍五入到几位小数，再与阈值比较、计算可得；文件没有写明。",
                  "To how many decimals the index is rounded, half up, before it is compared and paid by; the document "
                  "does not say."),
        clauses=["JS26 annex 3, 2(1)"],
    )  # fmt: skip
    zero_deposit_in_mean: ZeroDepositInMean = reading(
        ZeroDepositInMean.ON,
        topic=topics.INDEX,
        label=Text("没有保证金的机构计入平均分", "Mean with those without a deposit"),
        help=Text("参评而没有保证金的机构，得分是否计入平均分；都没有保证金的一组照常平均。文件没有写明。",
                  "Whether evaluated institutions without a deposit count in the mean; where none has one, all count. "
                  "The document does not say."),
        clauses=["JS26 annex 3, 2(1)"],
    )  # fmt: skip
