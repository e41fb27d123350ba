"""Special cases (JY art. 29): the six conditions worked by hand and in fractions, applications and the quota."""

import pandas as pd
import pytest
from hypothesis import given

from oracles import exact_dip
from oracles.exact_special import special
from simlib.problems import BadInput
from simlib.rules import dip
from simlib.rules.dip import DipParams
from simlib.rules.dip.ready import Ready
from simlib.rules.dip.run import run
from simlib.tables.large import Large
from strategies import dip_tables, small_dip
from strategies.dip_cities import SEEDS, Dice, city, policy
from strategies.examples import examples


def detailed(frames, params):
    ready = Ready(frames)
    results = run(ready, params)
    return dip.FAMILY.detail(ready, params, results, None)


def rows(table):
    return [
        (row.case_id, row.conditions, bool(row.applied), None if pd.isna(row.within_quota) else bool(row.within_quota))
        for row in table.itertuples()
    ]


def one_hospital(cases, points="1000", mean="100", **fund):
    """Cases of one hospital and one group."""
    blank = {"fund_billed": "1", "patient_paid": "0", "other_paid": "0", "total_cost": "100", "group_code": "g"}
    return {
        "cases": [{**blank, "case_id": f"{n}", "institution_id": "A", **one} for n, one in enumerate(cases)],
        "institutions": [{"institution_id": "A", "level": "3"}],
        "groups": [{"group_code": "g", "kind": "core", "points": points}],
        "peer_means": [{"level": "3", "group_code": "g", "mean_cost": mean}],
        "funds": [{"scheme": "pooled", "income": "100000", **fund}],
    }


FOUND = {  # the cases of one hospital, and the conditions that each meets
    "a ratio above 3, not 3 itself": ([{"total_cost": "300"}, {"total_cost": "300.01"}], {}, {"1": "1"}),
    "five times the mean stay": (
        [{"length_of_stay": "25"}, *[{"length_of_stay": one} for one in "1121"], {}], {}, {}),
    "five times the mean stay and no day less": (
        [{"length_of_stay": "25"}, *[{"length_of_stay": "0"}] * 4, {}], {}, {"0": "2"}),
    "60% of the stay in intensive care": (
        [{"length_of_stay": "10", "icu_days": "6"}, {"length_of_stay": "10", "icu_days": "5"},
         {"length_of_stay": "0", "icu_days": "6"}], {}, {"0": "4"}),
    "technologies, as given": (
        [{"innovative_technology": "True"}, {"new_technology": "True"}, {"new_technology": "False"}], {},
        {"0": "5", "1": "6"}),
    "above the points at last year's value, by a fen": (
        [{"total_cost": "100"}, {"total_cost": "100.01"}], {"last_point_value": "0.1"}, {"1": "3"}),
    "the ten largest excesses": (
        [{"total_cost": f"{110 + n}"} for n in range(12)], {"last_point_value": "0.1"},
        {f"{n}": "3" for n in range(2, 12)}),
    "equal excesses share a place": (
        [{"total_cost": f"{150 - 10 * (n > 8)}"} for n in range(12)], {"last_point_value": "0.1"},
        {f"{n}": "3" for n in range(12)}),
    "without last year's value nothing is screened by it": ([{"total_cost": "299"}], {}, {}),
    "several at once": (
        [{"total_cost": "400", "new_technology": "True"}], {"last_point_value": "0.1"}, {"0": "1 3 6"}),
}  # fmt: skip


@pytest.mark.parametrize("name", FOUND)
def test_conditions(name):
    cases, fund, expected = FOUND[name]
    tables = one_hospital(cases, **fund)
    table = detailed(dip_tables.frames(tables), DipParams())["dip_special"]
    assert dict(zip(table["case_id"], table["conditions"], strict=True)) == expected
    assert {case: met for case, met, *_ in special(tables, exact_dip.values(DipParams()))} == expected


def test_applications_stand_with_and_without_a_condition_and_within_the_quota_or_not():
    tables = one_hospital([{"special_application": "True"}, {"special_application": "True", "total_cost": "400"},
                           {"total_cost": "400"}, {}])  # fmt: skip
    frames, params = dip_tables.frames(tables), DipParams(special_quota="0.05", quota_rounding="up")
    results = detailed(frames, params)
    assert rows(results["dip_special"]) == [("0", "", True, True), ("1", "1", True, False), ("2", "1", False, None)]
    counts = results["dip_counts"].iloc[0]
    assert (counts["applied"], counts["quota"], counts["quota_left"]) == (2, 1, -1)
    said = "\n".join(one.zh for one in dip.FAMILY.warnings(results, frames, params))
    assert "特殊病例申请超过" in said
    assert "第（三）项条件没有筛查" in said


@given(seed=SEEDS)
@examples(4)
def test_any_screening_is_what_the_fractions_say(seed):
    dice = Dice(seed)
    tables = city(3 * (seed // 3) + 1, most_cases=80)  # one that tells of applications, stays and intensive care
    for one in tables["funds"]:
        one["last_point_value"] = dice.choice(["0.5", "1", "0.125", None])
    params = policy(seed, growth=False, ungrouped="leave_out")
    try:
        table = detailed(dip_tables.frames(tables), params)["dip_special"]
    except BadInput:
        return  # nothing to distribute, or no points: see test_dip_properties
    assert rows(table) == special(tables, exact_dip.values(params))


def test_a_large_table_is_screened_where_it_lies(tmp_path):
    frames = small_dip.with_facts()
    frames["funds"] = frames["funds"].assign(last_point_value=10.0)
    whole = detailed(frames, DipParams())
    large = detailed({**frames, "cases": Large.of(frames["cases"], dip_tables.TABLES["cases"])}, DipParams())
    assert {"1", "3"} <= set(" ".join(whole["dip_special"]["conditions"]).split())
    pd.testing.assert_frame_equal(whole["dip_special"], large["dip_special"])
    assert len(whole["dip_cases"]) == len(frames["cases"]) - 1  # two rows are one stay


# --- what is told, and what is refused -------------------------------------------------------------------------------


def test_what_was_joined_left_unpaid_and_paid_apart_is_said_with_its_number():
    frames = small_dip.with_facts()
    for option, word in (("report", "只作提示"), ("unpaid", "不予支付")):
        params = DipParams(list_faults=option)
        results = run(Ready(frames), params)
        said = [one.zh for one in dip.FAMILY.warnings(results, frames, params)]
        apart = frames["cases"]["negotiated_fund"].sum()
        assert [one for one in said if f"{apart:,.2f}" in one and "第四十三条" in one]
        assert [one for one in said if "并入同一次住院" in one and one.startswith("1 行")]
        assert [one for one in said if word in one and "第三十七条" in one]
    params = DipParams(over_quota="cut")
    said = [one.zh for one in dip.FAMILY.warnings(run(Ready(frames), params), frames, params)]
    assert [one for one in said if "排在限额之后" in one]


def test_points_of_the_panel_that_no_way_led_to_are_said_and_stand():
    tables = one_hospital([{"reviewed_points": "7"}, {"reviewed_points": "8", "total_cost": "300"},
                           {"reviewed_points": "9", "special_application": "True"}])  # fmt: skip
    frames = dip_tables.frames(tables)
    results = run(Ready(frames), DipParams())
    assert results["dip_counts"].iloc[0][["reviewed", "unapplied", "applied"]].tolist() == [3, 1, 1]
    (line,) = [one for one in dip.FAMILY.warnings(results, frames, DipParams()) if "又没有标明申请" in one.zh]
    assert line.zh.startswith("1 例")
    higher = run(Ready(frames), DipParams(review_from="3.5"))["dip_counts"].iloc[0]
    assert higher["unapplied"] == 2


REFUSED = {
    "institution_id": ({"institution_id": "A"}, "机构不同"),
    "person_id": ({"person_id": "P"}, "参保人不同"),
    "scheme": ({"scheme": "resident"}, "险种不同"),
    "reviewed_points": ({"reviewed_points": "5"}, "专家评议分值不同"),
}


@pytest.mark.parametrize("column", REFUSED)
def test_rows_that_cannot_be_one_stay_are_refused_in_one_line(column):
    change, words = REFUSED[column]
    both = {"stay_id": "S", "person_id": "Q", "scheme": "employee", "reviewed_points": "7", "institution_id": "B"}
    tables = one_hospital([both, {**both, **change}])
    tables["institutions"].append({"institution_id": "B", "level": "3"})
    with pytest.raises(BadInput) as bad:
        run(Ready(dip_tables.frames(tables)), DipParams())
    (line,) = bad.value.lines("zh")
    assert words.replace("不同", "") in line
    assert "S" in line


def test_negotiated_drugs_beyond_the_case_are_refused():
    tables = one_hospital([{"negotiated_cost": "100.01"}, {"negotiated_cost": "1", "negotiated_fund": "1.01"},
                           {"negotiated_cost": "99", "negotiated_fund": "1"}])  # fmt: skip
    with pytest.raises(BadInput) as bad:
        run(Ready(dip_tables.frames(tables)), DipParams())
    lines = bad.value.lines("zh")
    assert [line for line in lines if "住院总费用" in line and "0: 100.01" in line]
    assert len(lines) == 3


# --- one case in a sentence ------------------------------------------------------------------------------------------

SENTENCES = {  # what is said of a case of with_facts, and by which clause
    "3A-0": ("专家评议分值", "JY 第二十八条、第二十九条"), "3A-3": ("谈判药品统筹支付", "JY 第四十三条"),
    "3B-5": ("列入年终专家评审", "JY 第二十八条"), "3O-1": ("违规病例不计分", "JY 第三十九条"),
    "2B-11": ("转科记录并为一次住院", "JY 第三十八条"), "3A-2": ("折合", "JY 第三十条、第三十一条"),
    "3B-2": ("清单不合规或迟传，只作提示", "JY 第三十七条"), "2S-6": ("个结算周期", "JY 第三十八条"),
}  # fmt: skip


@pytest.fixture(scope="module")
def told():
    ready = Ready(small_dip.with_facts())
    results = run(ready, DipParams())
    return dip.FAMILY.detail(ready, DipParams(), results, None)


@pytest.mark.parametrize("case", SENTENCES)
def test_a_case_is_explained_with_the_clause_of_each_step(told, case):
    words, clause = SENTENCES[case]
    scored = told["dip_cases"].one(case, told)
    assert len(scored) == 1, case
    (sentence,) = dip.FAMILY.explain_other["case"](told, DipParams(), case)
    (part,) = [one for one in sentence.zh.split("；") if words in one]
    assert clause in part, sentence.zh
    assert all("（JY " in one for one in sentence.zh.split("；")), sentence.zh
    assert sentence.en.count("(JY art.") == sentence.zh.count("（JY "), sentence.en
