"""What one institution is told of its settlement: sentences that follow the readings, and numbers that are the
results'."""

import re

import pytest
from hypothesis import given

from simlib.problems import BadInput
from simlib.rules.dip import FAMILY, DipParams
from simlib.words import LANGUAGES
from strategies import small_dip
from strategies.dip_cities import SEEDS, policies
from strategies.examples import examples

CJK = re.compile("[\u4e00-\u9fff]")
READY = FAMILY.prepare(small_dip.tables())


def told(institution, language="zh", tables=None, **params):
    """All that is said of an institution of the small city, a sentence a line."""
    ready, chosen = READY if tables is None else FAMILY.prepare(tables), DipParams(**params)
    return "\n".join(one.to(language) for one in FAMILY.explain(FAMILY.run(ready, chosen), chosen, institution))


def with_column(table, name, value, institution="3B"):
    """The small city with a cell of another value."""
    tables = small_dip.tables()
    whole = tables[table]
    column = whole[name].astype(object) if name in whole else [None] * len(whole)
    changed = whole.assign(**{name: column})
    changed.loc[changed["institution_id"] == institution, name] = value
    return {**tables, table: changed.infer_objects()}


@given(seed=SEEDS)
@examples(6)
def test_whatever_the_policy_every_institution_is_told_its_own_numbers(seed):
    for params in policies(seed, 3, ungrouped="leave_out"):
        try:
            results = FAMILY.run(READY, params)
        except BadInput:
            continue
        for row in results["dip_institutions"].to_dict("records"):
            for language in LANGUAGES:
                said = "\n".join(one.to(language) for one in FAMILY.explain(results, params, row["institution_id"]))
                for column in ("settlement", "prepaid", "payable", "share_due", "share_paid"):
                    shown = f"{row[column]:,.2f}"
                    needed = not column.startswith("share") or row["share_due"]
                    assert shown in said or not needed or params.ledger == "by_scheme", (column, shown, said)
                assert f"{abs(row['balance']):,.2f}" in said
                assert "{" not in said
                assert "nan" not in said
                assert bool(CJK.search(said)) == (language == "zh")


ROUNDED = {
    "each of the two": ({}, "基本 0.96 与考核各自截取两位小数（不四舍五入）后相加，得 1.04"),
    "one by one": ({"floor_at": "item"},
                   "加成 0.088、扣减 0.005 逐项截取两位小数（不四舍五入，负数按数值向下），与基本 0.96 相加，得 1.03"),
    "one by one, by amount": ({"floor_at": "item", "deduction_floor": "amount"},
                              "（不四舍五入，扣减按扣减额向下），与基本 0.96 相加，得 1.04"),
    "nowhere": ({"floor_at": "none"}, "基本 0.96 + 加成 0.088 − 扣减 0.005 = 1.043，不截取小数"),
}  # fmt: skip


@pytest.mark.parametrize("name", ROUNDED)
def test_the_words_for_rounding_follow_the_reading(name):
    params, sentence = ROUNDED[name]
    said = told("3B", **params)
    assert sentence in said
    assert "向下取，" not in said


def test_the_steps_of_the_coefficient_show_share_city_and_what_a_step_is():
    """Eight of twelve are children, in the city 32 of 132."""
    assert ("6岁及以下住院占比 66.67%，全市平均 24.24%（全市病例合并计算），高出 42.42 个百分点：高于全市加 0.01，"
            "每再高 10 个百分点再加 0.01，最高 0.05；加成 0.05") in told("3B")  # fmt: skip
    assert "每再高全市占比的 10% 再加" in told("3B", share_step="relative")
    assert "（各机构占比的简单平均）" in told("3B", city_share="mean")
    assert "编码准确率 93.50%，低于 95% 共 1.50 个百分点：每低 1 个百分点扣 0.005（不足一步不计）" in told("3B")
    assert "（不足一步按一步计），最高 0.02；扣减 0.01" in told("3B", partial_steps="begun")
    assert "CMI 为 1.2400（只算核心病种，病例实际分值）" in told("3B")
    assert "（除综合病种外都算，病种基础分值）" in told("3B", cmi_scope="not_mixed", cmi_points="group")


def test_a_published_coefficient_is_told_as_what_it_is():
    said = told("3B", tables=with_column("institutions", "coefficient", 1.01))
    assert (
        "权重系数已公布为 1.01，年度内不予调整，采用公布的系数；上述计算得 1.04，不采用（JY 第二十三条、第二十四条）"
        in said
    )
    assert "× 1.01 +" in said


def test_the_fund_shows_income_what_is_set_aside_and_spending():
    said = told("3S")
    assert "区域调节金按该收入的 4% 计提 107,566.52 元，加上年结转 200.00 元，共 107,766.52 元" in said
    assert "可分配上限 = 收入 2,689,163.00 − 调节金 107,566.52 − 普通门诊统筹 48,915.00 = 2,532,681.48 元" in said
    assert "记账总额的1.1倍为 2,690,364.60 元" in said
    assert "按收入总额的 4% 计提" in told("3S", regulation_base="gross")
    assert "、封顶结余转入 121,826.50 元" in told("3S", surplus_use="regulation")
    assert "（不含违规和重复住院病例）" in told("3S", billed_scope="payable")


def test_a_share_shows_its_rate_and_the_overspending_it_is_of():
    assert "超支 11,283.35 元，在应偿付的 115% 以内：11,283.35 × 三级 75% = 调节金应分担 8,462.51 元" in told("3S")
    assert ("超支 40,501.78 元，应偿付 115% 以内的部分为 34,342.38 元，更高的不分担：34,342.38 × 一级 65% = "
            "调节金应分担 22,322.55 元") in told("1O")  # fmt: skip
    short = told("3S", regulation_rate="0")
    assert "调节金 200.00 元不足全部应分担" in short
    assert "封顶结余按核定总分值再分配" in told("3S", surplus_use="points")
    assert "再分配" not in told("3S")


def test_a_balance_below_nothing_is_taken_back():
    tables = with_column("billing", "billed", 500_000.0, "3S")
    said = told("3S", tables=tables)
    assert "= 应补" not in said
    assert "决算 266,630.16 − 已预付 899,900.00，不足部分应扣回 633,269.84 元（JY 第三十三条）" in said
    assert "2025-05 至 2025-06 共 2 个月，申报记账 1,000,000.00 元，按 90% 预拨，减扣（罚）款 100.00 元" in said
    final = told("3S", tables=tables, penalties="final")
    assert "已预付 899,900.00 − 扣（罚）款 100.00（不再退还），不足部分应扣回 633,369.84 元" in final


def test_advances_are_netted_against_last_years():
    tables = with_column("institutions", "advanced_last_year", 300_000.0, "3A")
    assert "与上年已预拨 300,000.00 元对冲后收回 73,000.00 元" in told("3A", tables=tables)
    assert "对冲后补拨 227,000.00 元" in told("3A")
    assert "周转金" not in told("3S")
