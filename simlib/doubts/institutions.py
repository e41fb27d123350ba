"""Doubts of institutions, communities and funds: deposits, budgets and shares beside what they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from statistics import median_low

import numpy as np

from simlib.doubts.doubt import CHECK_BOTH, Doubt
from simlib.doubts.finding import Finding, fen_of, only, rows_of, total, yuan
from simlib.doubts.seen import Seen
from simlib.exact import Exact
from simlib.money import decimal_text, round_half_up
from simlib.rules.deposit.params import DepositParams
from simlib.words import NO_TEXT, Text, joined

RATE = DepositParams().deposit_rate
COLUMN_LOW, COLUMN_HIGH = Fraction(1, 1000), Fraction(1, 4)  # of the median deposit beside what it is withheld of
ROW_FACTOR = 5  # of one deposit's share beside the median share
FEWEST = 3  # deposits that a median is taken of
BUDGET_FACTOR = 10
SPENT = {"institutions": "settled", "communities": "spending"}  # what a budget is for, by table
HEADS = ("maternity", "outpatient", "chronic", "nonlocal", "cash", "other")


class Deposits:
    """Given deposits, and what they are withheld of: the settled amount or, where that is blank, the budget [fen]."""

    def __init__(self, seen: Seen):
        self.table = seen.small("institutions")
        self.given = self.table["deposit"].notna().to_numpy()
        self.fen = fen_of(self.table, "deposit")
        bases = [fen_of(self.table, name) for name in ("settled", "budget") if name in self.table]
        self.base = np.zeros(len(self.table), dtype=object)
        for one in reversed(bases):
            self.base = np.where(one > 0, one, self.base)
        self.shares = {
            i: Fraction(int(self.fen[i]), int(self.base[i]))
            for i in np.flatnonzero((self.fen > 0) & (self.base > 0)).tolist()
        }

    @property
    def median(self) -> Fraction | None:
        """The middle share, of an even number the lower one."""
        return median_low(self.shares.values()) if self.shares else None

    def finding(self, rows: list[int], detail: Text = NO_TEXT) -> Finding:
        mask = np.isin(np.arange(len(self.table)), rows)
        shown = [f"{yuan(d)} / {yuan(b)}" for d, b in zip(self.fen, self.base, strict=True)]
        return Finding(
            "institutions", len(rows), total(self.fen[mask]),
            rows_of(self.table, "institutions", "deposit", mask, shown), detail
        )  # fmt: skip


def deposit_unit(seen: Seen) -> Iterator[Finding]:
    """A whole column of deposits in another unit than the settled amounts, or the other way round."""
    if seen.has("institutions", "deposit"):
        deposits = Deposits(seen)
        if (middle := deposits.median) is not None and not COLUMN_LOW <= middle <= COLUMN_HIGH:
            said = MEDIAN.fill(share=percent(middle), rate=f"{RATE:.0%}")
            yield deposits.finding(list(deposits.shares), said)


def deposit_far(seen: Seen) -> Iterator[Finding]:
    """Single deposits far from the share that is usual in the table."""
    if seen.has("institutions", "deposit"):
        deposits = Deposits(seen)
        middle = deposits.median if len(deposits.shares) >= FEWEST else None
        if middle is not None:
            bounds = middle / ROW_FACTOR, middle * ROW_FACTOR
            far = [i for i, share in deposits.shares.items() if not bounds[0] <= share <= bounds[1]]
            said = MEDIAN.fill(share=percent(middle), rate=f"{RATE:.0%}")
            yield from only(deposits.finding(far, said))


def deposit_blank(seen: Seen) -> Iterator[Finding]:
    """Blank deposits beside given ones: the money is what the rule takes instead."""
    if not seen.has("institutions", "deposit"):
        return
    deposits = Deposits(seen)
    if not deposits.given.any():
        return
    blank = ~deposits.given
    table = deposits.table
    settled = fen_of(table, "settled") if "settled" in table else np.zeros(len(table), dtype=object)
    rate, parts = RATE.as_integer_ratio()
    instead = np.where(blank, round_half_up(settled * rate, parts), 0)
    zero = int((blank & (instead == 0)).sum())
    rated = int(blank.sum()) - zero
    told = {
        RATED.fill(rate=f"{RATE:.0%}", count=rated, money=yuan(total(instead))): rated,
        AS_ZERO.fill(count=zero): zero,
    }
    said = INSTEAD.fill(parts=joined((text for text, count in told.items() if count), "；", "; "))
    shown = [yuan(int(one)) for one in instead]
    rows = rows_of(table, "institutions", "deposit", blank, shown)
    yield from only(Finding("institutions", int(blank.sum()), total(instead), rows, said))


def budget_far(seen: Seen) -> Iterator[Finding]:
    """Budgets a tenth or ten times of what was spent."""
    for name, column in SPENT.items():
        if seen.has(name, "budget", column):
            table = seen.small(name)
            budget, spent = fen_of(table, "budget"), fen_of(table, column)
            both = (budget > 0) & (spent > 0)
            mask = (both & ((spent > budget * BUDGET_FACTOR) | (spent * BUDGET_FACTOR < budget))).astype(bool)
            shown = [f"{yuan(b)} / {yuan(s)}" for b, s in zip(budget, spent, strict=True)]
            rows = rows_of(table, name, "budget", mask, shown)
            yield from only(Finding(name, int(mask.sum()), total(abs(spent - budget)[mask]), rows))


def overspend_beyond(seen: Seen) -> Iterator[Finding]:
    """Overspending called unreasonable that is more than all overspending."""
    if seen.has("communities", "budget", "spending", "unreasonable_overspend"):
        table = seen.small("communities")
        over = np.maximum(fen_of(table, "spending") - fen_of(table, "budget"), 0)
        given = (table["budget"].notna() & table["spending"].notna()).to_numpy()
        named = fen_of(table, "unreasonable_overspend")
        mask = (given & (named > over)).astype(bool)
        shown = [f"{yuan(one)} > {yuan(two)}" for one, two in zip(named, over, strict=True)]
        rows = rows_of(table, "communities", "unreasonable_overspend", mask, shown)
        yield from only(Finding("communities", int(mask.sum()), total((named - over)[mask]), rows))


def ages_beyond(seen: Seen) -> Iterator[Finding]:
    """Shares of the old and of the young that are together more than all."""
    if seen.has("institutions", "elderly_share", "child_share"):
        table = seen.small("institutions")
        old, young = (
            Exact.of(table[name].astype(float).fillna(0).to_numpy()) for name in ("elderly_share", "child_share")
        )
        mask = (old + young) > 1
        shown = [f"{a:g} + {b:g} > 1" for a, b in zip(old.floats(), young.floats(), strict=True)]
        rows = rows_of(table, "institutions", "elderly_share", mask, shown)
        yield from only(Finding("institutions", int(mask.sum()), None, rows))


def heads_beyond(seen: Seen) -> Iterator[Finding]:
    """Funds whose other spending is more than they take in, so that nothing is left for inpatients."""
    if seen.has("funds", "income"):
        table = seen.small("funds")
        income = fen_of(table, "income")
        heads: np.ndarray = sum((fen_of(table, name) for name in HEADS if name in table), start=income * 0)
        mask = (heads > income).astype(bool)
        shown = [f"{yuan(one)} > {yuan(two)}" for one, two in zip(heads, income, strict=True)]
        rows = rows_of(table, "funds", "income", mask, shown)
        yield from only(Finding("funds", int(mask.sum()), total((heads - income)[mask]), rows))


def percent(share: Fraction) -> str:
    """To six digits."""
    return f"{decimal_text(float(f'{float(share * 100):.6g}'))}%"


MEDIAN = Text("全表比例的中位数为 {share}，规定的预留比例为 {rate}",
              "the middle share of the table is {share}, the documents' rate {rate}")  # fmt: skip
INSTEAD = Text("未按月预结算时，{parts}", "without monthly prepayments {parts}")
RATED = Text("{count} 家按年度实际结算额的 {rate} 计，共 {money} 元",
             "{count} are taken as {rate} of the settled amount, {money} yuan in all")  # fmt: skip
AS_ZERO = Text("{count} 家按 0 计，不参与分配", "{count} are taken as 0, and share in nothing")

DOUBTS = (
    Doubt(
        "deposit_unit",
        Text("保证金与结算额的单位可能不同", "deposits in another unit than the settled amounts"),
        Text("一列以万元或千元填写、另一列以元填写时，奖惩金额将相差一千倍或一万倍。",
             "One column in 10,000 or 1,000 yuan beside one in yuan: rewards are off by that factor."),
        Text("保证金除以同行的年度实际结算额（空白时用年度总额预算），全表比例的中位数（个数为偶数时取中间较小者）低于 "
             "0.1% 或高于 25%。",
             "Deposit by the settled amount beside it (by the budget where that is blank): the middle share of the "
             "table, of an even number the lower one, is below 0.1% or above 25%."),
        Text("请核对表头的单位，如（万元），或换算成元。",
             "Check the unit in the headings, such as (万元), or give yuan."),
        deposit_unit, ("institutions",),
    ),
    Doubt(
        "deposit_far",
        Text("保证金与同表其他机构相差悬殊", "deposits far from the others of the table"),
        Text("个别机构可能使用了其他单位，或位数有误。",
             "Single rows may be in another unit, or a digit too long or short."),
        Text(f"保证金除以年度实际结算额（空白时用年度总额预算）的比例，低于全表比例中位数的 1/{ROW_FACTOR} 或高于它"
             f"的 {ROW_FACTOR} 倍；不足 {FEWEST} 家时不作判断。",
             f"Deposit by settled amount (budget where that is blank) is below 1/{ROW_FACTOR} or above "
             f"{ROW_FACTOR} times the table's middle share; not asked of fewer than {FEWEST}."),
        Text("请核对上述机构的保证金和结算额。", "Check deposit and settled amount of these."),
        deposit_far, ("institutions",),
    ),
    Doubt(
        "deposit_blank",
        Text("保证金空白", "blank deposits"),
        Text("同表其他机构已填保证金；空白的不按 0 处理，而是按比例计算。",
             "Others of the table have one; a blank one is worked out by the rate, not taken as 0."),
        Text("保证金一列部分已填、部分空白。", "The column of deposits is filled in for some and blank for others."),
        Text("无保证金的请填 0；有保证金的请补充。", "Fill in 0 where there is none, and the amount where there is."),
        deposit_blank, ("institutions",),
    ),
    Doubt(
        "budget_far",
        Text("预算与支出相差十倍以上", "budgets ten times off what was spent"),
        Text("两列的单位可能不同，或位数有误。", "The two columns may be in different units, or a digit off."),
        Text(f"年度实际结算额（医共体：年度实际支出）高于年度总额预算的 {BUDGET_FACTOR} 倍或低于它的 1/"
             f"{BUDGET_FACTOR}，两者都大于 0。",
             f"The settled amount (communities: the spending) is above {BUDGET_FACTOR} times or below "
             f"1/{BUDGET_FACTOR} of the budget, both being above 0."),
        Text("请核对两列的单位和数值。", "Check the units and values of both."),
        budget_far,
    ),
    Doubt(
        "overspend_beyond",
        Text("不合理超支大于全部超支", "unreasonable overspend beyond all overspend"),
        Text("部分不能大于整体。", "A part cannot be more than the whole."),
        Text("不合理超支大于年度实际支出减年度总额预算（不足 0 按 0）。",
             "Unreasonable overspend is more than spending less budget (not below 0)."),
        Text("请核对三列的单位和数值。", "Check the units and values of the three columns."),
        overspend_beyond, ("communities",),
    ),
    Doubt(
        "ages_beyond",
        Text("老年与儿童占比之和大于 1", "shares of old and young beyond 1"),
        Text("部分之和不能大于整体。", "Parts cannot be more than the whole."),
        Text("60岁及以上占比与6岁及以下占比之和大于 1。",
             "The shares aged 60 and over and 6 and under sum to more than 1."),
        CHECK_BOTH,
        ages_beyond, ("institutions",),
    ),
    Doubt(
        "heads_beyond",
        Text("其他各项支出大于基金收入", "other spending beyond a fund's income"),
        Text("单位可能不同；否则住院没有可分配资金。", "Units may differ; nothing would be left for inpatients."),
        Text("生育、门诊、门特、异地、现金、其他支出之和大于当年基金收入。",
             "Maternity, outpatient, chronic, non-local, cash and other spending sum to more than the income."),
        Text("请核对各项的单位和数值。", "Check the units and values."),
        heads_beyond, ("funds",),
    ),
)  # fmt: skip
