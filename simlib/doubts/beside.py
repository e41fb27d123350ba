"""Doubts of cases as a whole beside the funds, last year's means and the institutions."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from statistics import median_low

import numpy as np
import pandas as pd

from simlib.doubts.doubt import Doubt
from simlib.doubts.finding import Finding, fen_of, only, rows_of, total, yuan
from simlib.doubts.seen import Seen
from simlib.money import FEN
from simlib.words import Text

FUND_HIGH, FUND_LOW = 10, 100  # times the income, and one part in so many of it
MEAN_FACTOR = 50
ID = "institution_id"


def without_cases(seen: Seen) -> Iterator[Finding]:
    """Institutions that are said to have inpatients, and of which no case is given."""
    if seen.has("institutions", ID) and seen.has("cases", ID):
        table = seen.small("institutions")
        yes = table["has_inpatient"] if "has_inpatient" in table else pd.Series(None, table.index, dtype=object)
        paid = table["last_year_billed"].astype(float) > 0 if "last_year_billed" in table else False
        yes = yes.eq(True) | (yes.isna() & paid)
        with_cases = set(seen.stays.months[ID].dropna().astype(str))
        mask = (yes & ~table[ID].astype(str).isin(with_cases)).to_numpy(dtype=bool)
        money = total(fen_of(table, "last_year_billed")[mask]) if "last_year_billed" in table else None
        yield from only(Finding("institutions", int(mask.sum()), money, rows_of(table, "institutions", ID, mask)))


def fund_far(seen: Seen) -> Iterator[Finding]:
    """Funds whose income is nowhere near what the cases bill to them."""
    if seen.has("funds", "income") and seen.has("cases", "fund_billed"):
        table = seen.small("funds")
        income, billed = total(fen_of(table, "income")), total(seen.stays.months["fund"])
        if income > 0 and billed > 0 and not income <= billed * FUND_LOW <= income * FUND_LOW * FUND_HIGH:
            rows = rows_of(table, "funds", "income", np.ones(len(table), dtype=bool))
            yield Finding("funds", len(table), income, rows, INCOME.fill(income=yuan(income), billed=yuan(billed)))


def means_far(seen: Seen) -> Iterator[Finding]:
    """Last year's means that are nowhere near what a case costs."""
    if seen.has("peer_means", "mean_cost") and seen.has("cases", "total_cost") and len(seen.tables["cases"]):
        table = seen.small("peer_means")
        middle = median_low(table["mean_cost"].astype(float)) if len(table) else 0.0
        middle, mean = round(Decimal(str(middle)) * FEN), seen.stays.cost // len(seen.tables["cases"])
        if middle and mean and not middle <= mean * MEAN_FACTOR <= middle * MEAN_FACTOR**2:
            rows = rows_of(table, "peer_means", "mean_cost", np.ones(len(table), dtype=bool))
            yield Finding("peer_means", len(table), None, rows, MEANS.fill(middle=yuan(middle), mean=yuan(mean)))


INCOME = Text("基金收入 {income} 元，病例的统筹基金记账合计 {billed} 元",
              "income {income} yuan, billed by all cases {billed} yuan")  # fmt: skip
MEANS = Text("次均费用的中位数为 {middle} 元，病例平均总费用为 {mean} 元",
             "the middle mean is {middle} yuan, a case costs {mean} yuan on average")  # fmt: skip

DOUBTS = (
    Doubt(
        "without_cases",
        Text("没有病例的住院机构", "institutions of inpatients without cases"),
        Text("可能缺少该机构的病例文件，或编号不一致。", "The file of one may be missing, or its number differ."),
        Text("有住院服务为“是”（未填写时：上年度住院记账总额大于 0），但没有病例；金额为上年度记账。",
             "Inpatient service is yes (where that is not given: money was billed last year) and there is no "
             "case; the money is last year's."),
        Text("请核对是否漏报病例。", "Check whether its cases were handed in."),
        without_cases, ("institutions", "cases"),
    ),
    Doubt(
        "fund_far",
        Text("基金收入与病例记账相差悬殊", "fund income far from what the cases bill"),
        Text("两张表的单位可能不同（万元与元）。", "The two tables may be in different units (10,000 yuan and yuan)."),
        Text(f"全部病例的统筹基金记账高于各基金当年收入之和的 {FUND_HIGH} 倍，或低于它的 1/{FUND_LOW}；两者都大于 "
             f"0。",
             f"What all cases bill to the fund is above {FUND_HIGH} times or below 1/{FUND_LOW} of the funds' "
             f"income, both being above 0."),
        Text("请核对基金表的单位。", "Check the unit of the funds."),
        fund_far, ("funds", "cases"),
    ),
    Doubt(
        "means_far",
        Text("上年度次均费用与病例费用相差悬殊", "last year's means far from what cases cost"),
        Text("两张表的单位可能不同（万元与元）；费用偏差影响每个病例的分值。",
             "The two tables may be in different units; the points of each case follow from its cost by the mean."),
        Text(f"次均费用的中位数（个数为偶数时取中间较小者）高于病例平均总费用的 {MEAN_FACTOR} 倍或低于它的 1/"
             f"{MEAN_FACTOR}。",
             f"The middle mean (of an even number the lower one) is above {MEAN_FACTOR} times or below "
             f"1/{MEAN_FACTOR} of the average cost of a case."),
        Text("请核对次均费用的单位。", "Check the unit of the means."),
        means_far, ("peer_means", "cases"),
    ),
)  # fmt: skip
