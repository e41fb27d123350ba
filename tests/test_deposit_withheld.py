"""How a deposit was withheld: of which base, in which months, and that the explanation says so (JS3 29, JY 40)."""

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracles import exact_deposit
from simlib.money import to_fen
from simlib.problems import BadInput
from simlib.rules import deposit
from simlib.rules.deposit import DepositParams
from strategies.examples import examples

CITY = pd.DataFrame(
    {
        "institution_id": ["A", "B", "C", "D"], "group": "p", "score": [95.0, 90.0, 85.0, 80.0],
        "deposit": [700.0, None, None, None], "settled": [1e5, 2e5, 30000.01, None], "budget": [1e5, 3e5, None, None],
    }
)  # fmt: skip
MONTHS = pd.DataFrame(
    {
        "institution_id": ["B", "B", "A", "B"], "month": ["2025-03", "2025-01", "2025-01", "2025-02"],
        "billed": [1000.1, 2000.0, 500.0, 100.0], "penalties": [0.0, 0.0, 0.0, 400.0],
        "prepaid": [900.09, 1800.0, 450.0, -310.0],
    }
)  # fmt: skip
TABLES = {"institutions": CITY, "prepayments": MONTHS}


def told(tables=TABLES, **params):
    """By institution: what it holds in fen, of what it was withheld, and the first sentence."""
    chosen = DepositParams(**params)
    results = deposit.FAMILY.run(tables, chosen)
    held = dict(
        zip(results["deposit"]["institution_id"], to_fen(results["deposit"]["deposit"].to_numpy()), strict=True)
    )
    of = results["deposit_withheld"].set_index("institution_id")
    return {
        one: (int(held[one]), *of.loc[one].tolist(), deposit.explain(results, chosen, one)[0].zh) for one in held
    }  # fmt: skip


def test_of_what_is_prepaid_each_month_and_a_debt_withholds_nothing():
    found = told()
    assert found["B"][:6] == (13500, "prepaid", 2700.09, 3, "2025-01", "2025-03")  # 45.00 of 900.09, and 90
    assert found["B"][6] == (
        "质量保证金从 2025-01 至 2025-03 共 3 个月的月预结算额（合计 2,700.09 元）中逐月按 5% 预留、四舍五入到分，"
        "共 135.00 元（JY 第四十条、JS3 第二十九条）。"
    )
    assert found["A"] == (70000, "given", 0, 0, "", "", "预留质量保证金 700.00 元，由数据直接给出（JS3 第二十九条）。")
    assert found["C"][:4] == (150000, "settled", 30000.01, 0)
    assert found["C"][6] == "质量保证金 = 年度实际结算额 30,000.01 元 × 5% = 1,500.00 元（JS3 第二十九条）。"
    assert found["D"] == (0, "none", 0, 0, "", "", "数据没有给出保证金或其基数，按没有预留计（JS3 第二十九条）。")


def test_of_what_is_billed_each_month():
    found = told(monthly_base="billed", deposit_rate="0.03")
    assert found["B"][:6] == (3000 + 6000 + 300, "billed", 3100.1, 3, "2025-01", "2025-03")
    assert found["B"][6].startswith(
        "质量保证金从 2025-01 至 2025-03 共 3 个月的月记账额（合计 3,100.10 元）中逐月按 3% 预留"
    )


def test_a_rate_of_nothing_is_told_as_0_percent():
    assert told(deposit_rate="0")["C"][6] == (
        "质量保证金 = 年度实际结算额 30,000.01 元 × 0% = 0.00 元（JS3 第二十九条）。"
    )


def test_of_the_years_base_though_there_are_months():
    assert told(monthly_base="settled")["B"][:4] == (1_000_000, "settled", 2e5, 0)
    assert told(monthly_base="settled", deposit_base="budget")["B"][:4] == (1_500_000, "budget", 3e5, 0)
    bare = {**TABLES, "institutions": CITY.drop(columns=["deposit", "settled", "budget"])}
    assert told(bare)["B"][0] == 13500
    with pytest.raises(BadInput, match="settled"):
        told(bare, monthly_base="settled")


def test_without_months_the_reading_has_no_effect_and_says_so():
    tables = {"institutions": CITY}
    assert deposit.FAMILY.inert(tables, DepositParams())["monthly_base"].zh == "没有月预结算，此项不起作用。"
    assert told(tables) == told(tables, monthly_base="billed")


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=6), st.sampled_from(["0.05", "0.035", "0.0001"]))
@examples(30)
def test_each_month_is_rounded_by_itself(fen, rate):
    months = pd.DataFrame(
        {"institution_id": "B", "month": [f"2025-{at + 1:02d}" for at in range(len(fen))],
         "billed": [one / 100 for one in fen], "prepaid": 0.0}
    )  # fmt: skip
    found = told({**TABLES, "prepayments": months}, monthly_base="billed", deposit_rate=rate)
    assert found["B"][0] == sum(exact_deposit.half_up(Fraction(rate) * one) for one in fen)


def test_a_rounded_index_and_a_narrower_mean_are_told():
    table = pd.DataFrame(
        {
            "institution_id": ["A", "B", "C"],
            "group": "p",
            "score": [90.0, 109.9, 40.0],
            "deposit": [1000.0, 1000.0, 0.0],
        }
    )
    params = DepositParams(index_digits="2", zero_deposit_in_mean="off")
    results = deposit.FAMILY.run({"institutions": table}, params)
    steps = [one.zh for one in deposit.explain(results, params, "B")]
    assert steps[1] == "年度评价得分 109.9 分；“p”组共 2 家机构，平均 99.9500 分（JS26 附件3 二(一)）。"
    assert steps[2] == ("绩效评价水平指数 = 109.9 ÷ 99.9500，四舍五入（两位小数）为 1.100000（JS26 附件3 二(一)）。")
    assert steps[4].endswith("；尾差文件未规定，本系统按最大余额法分到分。")
