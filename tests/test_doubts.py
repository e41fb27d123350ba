"""Doubts about data: each fires on the smallest table that deserves it, and is silent at its boundary."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlib import cli, sample, scenario, workbook
from simlib.app.comparer import Comparer
from simlib.app.simulator import Simulator
from simlib.columns import CASES
from simlib.doubts import DOUBTS, Found, doubts, listed
from simlib.doubts.seen import Seen
from simlib.results import manifest as manifests
from simlib.rules.deposit import DepositParams
from simlib.study.run.sections import sections
from simlib.tables import ROW, Account, Assumption, Total, read_folder
from simlib.tables.account import Head, Missed
from simlib.tables.large import Large
from simlib.tables.large.pairs import Alone
from simlib.tables.told import EXPOSED, UNIT_BESIDE
from simlib.words import LANGUAGES
from strategies.examples import examples

SHARED = Path(__file__).parents[2] / "shared"
FIELD, REAL = SHARED / "field-cases", SHARED / "data"
shared = pytest.mark.skipif(not FIELD.is_dir(), reason=f"the field cases are not on this machine: {FIELD}")


def stay(case_id="C1", **other):
    return {
        "case_id": case_id, "institution_id": "H1", "scheme": "employee", "group_code": "K80.2",
        "admission_date": date(2025, 3, 1), "discharge_date": date(2025, 3, 6), "age": 60, "length_of_stay": 5,
        "total_cost": 9000.0, "fund_billed": 6000.0, "patient_paid": 3000.0, "other_paid": 0.0, **other,
    }  # fmt: skip


def cases(*stays):
    return {"cases": pd.DataFrame(stays)}


def given_stay(**other):
    return cases(stay(**other))


def institutions(**columns):
    columns = {name: values if isinstance(values, list) else [values] for name, values in columns.items()}
    ids = [f"H{n + 1}" for n in range(len(next(iter(columns.values()))))]
    return {"institutions": pd.DataFrame({"institution_id": ids, **columns})}


def one_row(name, **columns):
    return {name: pd.DataFrame([columns])}


def totalled(stated, summed):
    table = pd.DataFrame({"institution_id": ["H1"], "deposit": [summed]})
    table.attrs["account"] = Account(totals=(Total("x.csv", 9, "deposit", stated, summed),))
    return {"institutions": table}


def assumed(what, column, text):
    table = pd.DataFrame({"institution_id": ["H1"], "deposit": [1.0]})
    table.attrs["account"] = Account((Assumption("x.csv", what, column, examples=((text, ""),)),))
    return {"institutions": table}


def headed(*heads, missed=()):
    table = pd.DataFrame({"institution_id": ["H1"], "deposit": [1.0], "settled": [2.0]})
    table.attrs["account"] = Account(heads=heads, missed=missed)
    return {"institutions": table}


def head(column="deposit", file="a.xlsx", **said):
    return Head(file, 1, column, column, amount=True, **said)


def refunds(*first):
    tables = given_stay()
    tables["cases"].attrs["refunds"] = Alone(len(first), sum(fen for _, _, fen in first), first)
    return tables


def exposing(column):
    tables = institutions(deposit=1.0)
    tables["institutions"].attrs["account"] = Account((Assumption("x.csv", EXPOSED, column),))
    return tables


def deposits(*amounts, settled=2_000_000.0):
    return institutions(deposit=list(amounts), settled=[settled] * len(amounts))


def billed(*rows, more=()):
    columns = ["institution_id", "month", "billed", "penalties"]
    return {
        "billing": pd.DataFrame([(*row, 0.0)[:4] for row in rows], columns=columns),
        **(cases(*more) if more else {}),
    }


def funds(income, **other):
    return one_row("funds", scheme="pooled", income=income, **other)


def means(cost):
    return {**one_row("peer_means", level="3", group_code="K80.2", mean_cost=cost), **given_stay()}


TWICE = stay("C2")
NAMED = {"person_id": "P1"}
LATER = stay("C2", admission_date=date(2025, 3, 5), discharge_date=date(2025, 3, 10), total_cost=7000.0, **NAMED)
AT_ITS_END = {**LATER, "admission_date": date(2025, 3, 6), "length_of_stay": 4}

# By doubt: a table that gives rise to it, how often and for how many yuan; and tables that do not, at the boundary.
EACH = {
    "total_differs": (totalled(300.01, 300.0), 1, 0.01, [totalled(300.0, 300.0), totalled(None, 300.0)]),
    "identity_numbers": (
        exposing("institution_id"), 1, None, [totalled(300.0, 300.0)],
    ),
    "total_without_value": (totalled(None, 300.0), 1, None, [totalled(300.0, 300.0)]),
    "outside_usual": (
        institutions(irregular_share=[0.2001, 0.1, None]), 1, None,
        [institutions(irregular_share=0.2), institutions(coding_accuracy=0.5)],
    ),
    "scores_of_one": (institutions(score=[0.905, 1.0, None]), 2, None,
                      [institutions(score=[0.905, 1.01]), institutions(score=[0.0, 0.0])]),
    "scores_mixed": (institutions(score=[0.92, 92.0, 88.0, None]), 1, None,
                     [institutions(score=[0.0, 1.01]), institutions(score=[0.92, 0.88])]),
    "column_missed": (headed(missed=(Missed("a.xlsx", 1, "清算金额", ("settled",)),)), 1, None, [headed()]),
    "years_differ": (
        headed(head(year="2024年"), head("settled", year="2025年度")), 2, None,
        [headed(head(year="2025年"), head("settled", year="2025")), headed(head(year="2025年"), head("settled")),
         headed(head(year="2025年"), head("settled", year="本年"))],
    ),
    "units_differ": (
        headed(head(power=4), head(file="b.xlsx")), 1, None,
        [headed(head(power=4), head(file="b.xlsx", power=0)), headed(head(), head(file="b.xlsx", power=0)),
         headed(head(power=4), head("settled"))],
    ),
    "unit_beside": (
        assumed(UNIT_BESIDE, "deposit", "以万元列示"), 1, None, [headed(), assumed(EXPOSED, "deposit", "以万元列示")],
    ),
    "named_twice": (
        institutions(name=["甲院", "乙院", "甲 院", None, None], deposit=[1.0, 2.0, 3.5, 4.0, 5.0]), 1, 3.5,
        [institutions(name=["甲院", "甲院东区", None, None]),
         institutions(name=["中心院"] * 2, county=["甲县", "乙县"]),
         institutions(name=["中心院"] * 2, group=["甲", "乙"])],
    ),
    "amounts_apart": (
        deposits(100_000.0, 100_000.0, 100_000.0, 100.0, settled=None), 1, 100.0,
        [deposits(100_000.0, 100_000.0, 100_000.0, 100.01, settled=None), deposits(1e5, 1e5, 1e5, 0.99, settled=None),
         deposits(100_000.0, 100_000.0, 100.0, settled=None), deposits(1e5, 1e5, 1e5, 100.0, settled=2e6)],
    ),
    "spelled_alike": (
        institutions(group=["三级（公立）", "三级(公立)", "三级（公立）"], deposit=[1.0, 2.0, 3.5]), 1, 6.5,
        [institutions(group=["三级（公立）", "三级（民营）", "三级"])],
    ),
    "deposit_unit": (deposits(1999.99, 1999.99), 2, 3999.98, [deposits(2000.0, 2000.0, 1.0), deposits(500_000.0)]),
    "deposit_far": (
        deposits(100_000.0, 100_000.0, 19_999.99), 1, 19_999.99,
        [deposits(100_000.0, 100_000.0, 20_000.0), deposits(100_000.0, 100_000.0, 500_000.0), deposits(1e5, 10.0)],
    ),
    "deposit_blank": (deposits(100_000.0, None), 1, 100_000.0, [deposits(None, None), deposits(100_000.0, 0.0)]),
    "budget_far": (
        one_row("communities", community_id="G1", budget=100.0, spending=1000.01), 1, 900.01,
        [one_row("communities", community_id="G1", budget=100.0, spending=1000.0),
         institutions(budget=1000.0, settled=100.0), institutions(budget=0.0, settled=100.0)],
    ),
    "overspend_beyond": (
        one_row("communities", budget=1e6, spending=1.1e6, unreasonable_overspend=100_000.01), 1, 0.01,
        [one_row("communities", budget=1e6, spending=1.1e6, unreasonable_overspend=1e5)],
    ),
    "ages_beyond": (institutions(elderly_share=0.7, child_share=0.31), 1, None,
                    [institutions(elderly_share=0.7, child_share=0.3)]),
    "heads_beyond": (funds(100.0, outpatient=60.0, chronic=40.01), 1, 0.01,
                     [funds(100.0, outpatient=60.0, chronic=40.0)]),
    "parts_beyond": (given_stay(patient_paid=3000.02), 1, 0.02, [given_stay(patient_paid=3000.01), given_stay()]),
    "parts_short": (given_stay(patient_paid=2999.98), 1, 0.02, [given_stay(patient_paid=2999.99), given_stay()]),
    "free_stays": (given_stay(total_cost=0.0), 1, 6000.0, [given_stay(total_cost=0.01)]),
    "unfunded_stays": (given_stay(fund_billed=0.0), 1, 9000.0,
                       [given_stay(fund_billed=0.01), given_stay(fund_billed=0.0, total_cost=0.0)]),
    "days_differ": (given_stay(length_of_stay=7), 1, 9000.0,
                    [given_stay(length_of_stay=6), given_stay(length_of_stay=4)]),
    "icu_beyond": (given_stay(icu_days=7), 1, 9000.0, [given_stay(icu_days=6)]),
    "outside_year": (
        cases(stay(), stay("C2", total_cost=9100.0), stay("C3", discharge_date=date(2024, 12, 31))), 1, 6000.0,
        [cases(stay(), stay("C2", total_cost=9100.0))],
    ),
    "said_void": (
        cases(stay(case_review="void"), stay("C2", total_cost=9100.0)), 1, 9000.0,
        [given_stay(case_remark=None), given_stay()],
    ),
    "ungrouped": (given_stay(group_code=None), 1, 9000.0, [given_stay()]),
    "refunded_alone": (refunds((3, "C2", 900_000)), 1, 9000.0, [given_stay()]),
    "twin_stays": (
        cases(stay(), TWICE, stay("C3", fund_billed=5900.0, patient_paid=3100.0)), 2, 18_000.0,
        [cases(stay(), {**TWICE, name: other}) for name, other in {
            "institution_id": "H2", "admission_date": date(2025, 3, 2), "discharge_date": date(2025, 3, 7),
            "group_code": "J18.9", "total_cost": 9000.01, "scheme": "resident", "age": 61,
        }.items()] + [cases({**stay(), **NAMED}, {**TWICE, "person_id": "P2"})],
    ),
    "overlapping_stays": (
        cases({**stay(), **NAMED}, LATER), 1, 7000.0,
        [cases({**stay(), **NAMED}, AT_ITS_END), cases({**stay(), **NAMED}, {**LATER, "person_id": "P2"}),
         cases({**stay(), **NAMED}, {**TWICE, **NAMED}), cases(stay(), stay("C2", **NAMED))],
    ),
    "billing_differs": (
        billed(("H1", "2025-03", 10_000.0), more=[stay()]), 1, 4000.0,
        [billed(("H1", "2025-03", 7000.0), more=[stay()]),
         billed(("H1", "2025-03", 990_000.0), more=[stay(fund_billed=1e6, total_cost=2e6)]),
         billed(("H1", "2025-04", 12_000.0), more=[stay(), stay("C2", total_cost=9001.0)])],
    ),
    "months_missing": (
        billed(("H1", "2025-02", 1.0), ("H2", "2025-03", 1.0), more=[stay()]), 1, 6000.0,
        [billed(("H1", "2025-03", 1.0), ("H2", "2025-02", 1.0), more=[stay()]),
         billed(("H1", "2025-02", 1.0), ("H2", "2025-03", 1.0))],
    ),
    "months_outside": (
        billed(("H1", "2025-01", 1.0), ("H1", "2025-02", 1.0), ("H1", "2026-01", 7.5)), 1, 7.5,
        [billed(("H1", "2025-01", 1.0), ("H1", "2025-12", 1.0))],
    ),
    "penalties_beyond": (billed(("H1", "2025-01", 100.0, 100.01)), 1, 0.01, [billed(("H1", "2025-01", 100.0, 100.0))]),
    "without_billing": (billed(("H2", "2025-03", 1.0), more=[stay()]), 1, 6000.0,
                        [billed(("H1", "2025-03", 1.0), more=[stay()])]),
    "without_cases": (
        {**institutions(has_inpatient=[True, True, False], last_year_billed=[1.0, 5.0, 9.0]), **given_stay()}, 1, 5.0,
        [{**institutions(has_inpatient=[True, False], last_year_billed=[1.0, 9.0]), **given_stay()},
         institutions(has_inpatient=True)],
    ),
    "fund_far": ({**funds(599.99), **given_stay()}, 1, 599.99,
                 [{**funds(600.0), **given_stay()}, {**funds(600_000.0), **given_stay()}]),
    "means_far": (means(179.99), 1, None, [means(180.0), means(450_000.0)]),
}  # fmt: skip


REGISTER = {one.name: one for one in DOUBTS}


def by_name(tables):
    return {one.doubt.name: one for one in doubts(tables)}


def alone(name, tables):
    """What one doubt finds."""
    doubt = REGISTER[name]
    return [Found(doubt, one) for one in doubt.find(Seen(tables))] if tables.keys() >= set(doubt.tables) else []


@cache
def fired(name):
    """What a doubt finds in its bad table."""
    (found,) = alone(name, EACH[name][0])
    return found


def test_every_doubt_of_the_register_is_tried_under_a_name_of_its_own():
    assert EACH.keys() == {one.name for one in DOUBTS}
    assert len(DOUBTS) == len(EACH)


@pytest.mark.parametrize("name", EACH)
def test_a_doubt_fires_on_the_smallest_bad_table_and_not_at_its_boundary(name):
    bad, count, money, sound = EACH[name]
    before = {one: table.copy() for one, table in bad.items()}
    found = fired(name)
    assert (found.finding.count, found.money) == (count, money)
    assert found.finding.table in bad
    assert all(row.column in bad[found.finding.table] for row in found.finding.rows)
    assert 1 <= len(found.finding.rows) <= 5
    assert all(bad[one].equals(before[one]) for one in bad)
    for tables in sound:
        assert alone(name, tables) == []


@pytest.mark.parametrize("name", EACH)
def test_a_doubt_is_one_line_and_more_in_both_languages_and_five_keys_of_json(name):
    found = fired(name)
    for language in LANGUAGES:
        line, *notes = found.lines(language)
        assert "\n" not in line
        assert "{" not in line
        assert len(notes) == 3 + len(found.finding.rows)
    assert found.said.zh != found.said.en
    plain = json.loads(json.dumps(found.plain(), ensure_ascii=False))
    assert list(plain) == ["table", "rule", "count", "money", "rows"]
    assert all(list(row) == ["file", "row", "column", "value"] for row in plain["rows"])


def test_all_doubts_can_be_listed_for_documentation():
    assert [one[0] for one in listed()] == list(dict.fromkeys(one.name for one in DOUBTS))
    assert all(text.zh and text.en and "{" not in text.zh + text.en for one in listed() for text in one[1:])


@pytest.mark.parametrize(("settled", "deposit"), [(2e6, 10.0), (2e6, 100.0), (200.0, 1e5), (2000.0, 1e5)])
def test_a_column_in_ten_thousands_or_thousands_is_doubted_either_way(settled, deposit):
    found = by_name(deposits(*[deposit] * 4, settled=settled))
    assert found.keys() == {"deposit_unit"}
    assert found["deposit_unit"].finding.count == 4


@pytest.mark.parametrize("deposit", [10.0, 100.0, 1e9, 1e8])
def test_one_deposit_in_another_unit_is_doubted_alone(deposit):
    found = by_name(deposits(1e5, 9e4, deposit, 1.1e5))
    assert found.keys() == {"deposit_far"}
    assert found["deposit_far"].money == deposit


def test_what_a_blank_deposit_becomes_is_what_the_rule_takes():
    tables = deposits(100_000.0, None, None)
    tables["institutions"]["settled"] = [2e6, 1_234_567.89, None]
    tables["institutions"] = tables["institutions"].assign(group="一", score=[90.0, 91.0, 92.0])
    run = scenario.run(scenario.Scenario("", rules=("deposit",)), tables)
    taken = run.results["deposit"]["deposit"]["deposit"][1:]
    found = by_name(tables)["deposit_blank"]
    assert found.money == taken.sum() == 61_728.39
    assert [row.value for row in found.finding.rows] == ["61,728.39", "0.00"]
    assert DepositParams().deposit_rate.as_integer_ratio() == (1, 20)


def test_other_shapes_of_a_name_are_one_spelling():
    same = ["A组(一)", "a 组（一）", "Ａ组【一】", "a组〔一〕"]
    found = by_name(institutions(group=[*same, "A组（二）"]))["spelled_alike"]
    assert found.finding.count == 1
    assert all(one in found.said.zh for one in same[:4])


@pytest.mark.parametrize(
    "same",
    [["一组", "1组", "第一组", "１组"], ["三级-公立", "三级—公立", "三级－公立", "三级–公立"], ["三级组", "三級組"],
     ["三级、公立", "三级，公立", "三级公立", "三级·公立"]],
)  # fmt: skip
def test_dashes_figures_and_traditional_characters_are_spelling(same):
    (found,) = doubts(institutions(group=[*same, "二组", "三级甲"]))
    assert found.finding.count == 1
    assert all(one in found.said.zh for one in same)


@pytest.mark.parametrize(
    "others", [["一组", "二组", "十一组", "11组"], ["K80.2-51", "K80.251", "K80.2+51"], ["A-1", "A1"]]
)
def test_other_figures_and_signs_are_other_names(others):
    assert doubts(institutions(group=others)) == []


def test_a_stay_told_thrice_is_two_twins_with_both_numbers():
    rows = by_name(cases(stay(), TWICE, stay("C3")))["twin_stays"].finding.rows
    assert [row.value for row in rows] == ["C2 = C1", "C3 = C1"]


def test_a_stay_may_overlap_one_that_began_long_before_the_last():
    long = {**stay("C1", discharge_date=date(2025, 6, 1)), **NAMED}
    short = {**stay("C2", admission_date=date(2025, 3, 10), discharge_date=date(2025, 3, 12)), **NAMED}
    third = {
        **stay("C3", institution_id="H2", admission_date=date(2025, 4, 1), discharge_date=date(2025, 4, 2)),
        **NAMED,
    }
    found = by_name(cases(third, long, short))["overlapping_stays"].finding
    assert sorted(row.value for row in found.rows) == ["C2 ∩ C1", "C3 ∩ C1"]


def test_no_doubt_shows_who_a_person_is():
    found = doubts(cases({**stay(), **NAMED}, {**TWICE, **NAMED}, LATER))
    assert {"twin_stays", "overlapping_stays"} <= {one.doubt.name for one in found}
    assert "P1" not in json.dumps([one.plain() for one in found])


def test_tables_without_the_columns_that_a_doubt_asks_of_are_no_fault():
    bare = {
        name: pd.DataFrame({"x": [1]}) for name in ("institutions", "communities", "funds", "billing", "peer_means")
    }
    assert doubts({**bare, "cases": pd.DataFrame({"case_id": ["C1"]})}) == []
    assert doubts({}) == []


def test_amounts_beyond_sixty_four_bits_are_summed_all_the_same():
    rich = [stay(f"C{n}", total_cost=1e12, fund_billed=1e12, patient_paid=1e12) for n in range(100_000 // 50)]
    found = by_name({"cases": pd.concat([pd.DataFrame(rich)] * 50)})["parts_beyond"]
    assert found.finding.fen == 100_000 * 10**14


stays = st.lists(
    st.builds(
        stay, st.just("C"), institution_id=st.sampled_from("AB"), age=st.integers(60, 61),
        admission_date=st.dates(date(2025, 1, 1), date(2025, 1, 4)),
        discharge_date=st.dates(date(2025, 1, 5), date(2025, 1, 6)), length_of_stay=st.integers(0, 8),
        total_cost=st.sampled_from([0.0, 9000.0]), fund_billed=st.sampled_from([0.0, 6000.0]),
        group_code=st.sampled_from(["K80.2", "J18.9"]), person_id=st.sampled_from(["P1", "P2", None]),
    ), min_size=1, max_size=30,
)  # fmt: skip


def twins(rows):
    """How many stays an earlier row tells of, counted one by one."""
    keys = ["institution_id", "admission_date", "discharge_date", "group_code", "total_cost", "person_id"]
    others = ["scheme", "age", "length_of_stay", "fund_billed", "patient_paid", "other_paid"]
    told = [tuple(row[name] for name in keys + ([] if row["person_id"] else others)) for row in rows]
    return len(told) - len(set(told))


def overlaps(rows):
    """How many stays begin while an earlier one of the person lasts, one that is told twice counting once."""
    keys = ["person_id", "admission_date", "discharge_date", "institution_id", "group_code", "total_cost"]
    told = {tuple(str(row[name]) for name in keys) for row in rows if row["person_id"]}
    by_person = [sorted(one for one in told if one[0] == person) for person in ("P1", "P2")]
    return sum(any(one[1] < before[2] for before in mine[:n]) for mine in by_person for n, one in enumerate(mine))


@examples(8)
@given(stays)
def test_large_and_small_cases_agree_and_as_counted_one_by_one(tmp_path_factory, rows):
    rows = [{**row, "case_id": f"C{n}"} for n, row in enumerate(rows)]
    frame = pd.DataFrame(rows, index=pd.RangeIndex(1, len(rows) + 1, name=ROW)).astype({"person_id": "object"})
    frame.attrs["file"] = "cases.parquet"
    small = {name: one.finding for name, one in by_name({"cases": frame}).items()}
    path = tmp_path_factory.mktemp("large") / "cases.parquet"
    pq.write_table(Large.of(frame, CASES).arrow, path)
    large = {name: one.finding for name, one in by_name(read_folder(path.parent)).items()}
    assert small == large
    assert all(row.file == "cases.parquet" and row.row is not None for one in large.values() for row in one.rows)
    assert (large["twin_stays"].count if "twin_stays" in large else 0) == twins(rows)
    assert (large["overlapping_stays"].count if "overlapping_stays" in large else 0) == overlaps(rows)


def test_the_sample_city_gives_rise_to_none():
    assert doubts(sample.embedded()) == []


def field(number):
    (folder,) = FIELD.glob(f"{number}-*")
    return read_folder(folder)


@shared
@pytest.mark.parametrize(("number", "name", "count", "money", "told"), [
    ("15", "spelled_alike", 1, 300_000.0, "三级（公立）（2） / 三级(公立)（1）"),
    ("26", "deposit_unit", 3, 32.32, "0.0005%"),
    ("33", "parts_beyond", 1, 9000.0, "C77: 9,000.00 + 9,000.00 + 0.00 > 9,000.00"),
    ("54", "twin_stays", 1, 9000.0, "C92 = C91"),
    ("56", "billing_differs", 2, 49_920.0, "H44520000011: 50,000.00 ≠ 38,100.00"),
    ("61", "deposit_blank", 1, 140_000.0, "未按月预结算时，1 家按年度实际结算额的 5% 计，共 140,000.00 元。"),
    ("61", "total_without_value", 1, None, "267,007,000.00"),
])  # fmt: skip
def test_a_field_case_is_doubted_as_its_row_says(number, name, count, money, told):
    found = by_name(field(number))[name]
    assert (found.finding.count, found.money) == (count, money)
    assert told in "\n".join(found.lines())


@shared
@pytest.mark.parametrize(("number", "names"), [
    ("26", {"deposit_unit"}), ("61", {"deposit_blank", "total_without_value"}),
    ("47", set()), ("64", set()), ("01", set()),
])  # fmt: skip
def test_a_field_case_is_not_doubted_for_anything_else(number, names):
    assert by_name(field(number)).keys() == names


@shared
@pytest.mark.parametrize(("name", "known"), [
    ("mssp-py2022", {"named_twice": 2}), ("vbp-fy2024", {"spelled_alike": 1, "named_twice": 2}),
    ("sih-acre-2021", {"days_differ": 17, "outside_year": 1569, "twin_stays": 13, "without_cases": 4}),
])  # fmt: skip
def test_real_data_are_doubted_where_they_are_odd(name, known):
    assert {one: found.finding.count for one, found in by_name(read_folder(REAL / name)).items()} == known


@pytest.fixture
def odd(tmp_path):
    """A data folder whose deposits are in 10,000 yuan."""
    folder = tmp_path / "data"
    folder.mkdir()
    rows = ["A,一组,96,12.34,2468000", "B,一组,90,10.11,2022000", "C,一组,84,9.87,1974000"]
    text = "\n".join(["institution_id,group,score,deposit,settled", *rows, ""])
    (folder / "institutions.csv").write_text(text, encoding="utf-8")
    return folder


SCENARIO = "title: 试\nrules: [deposit]\n"


def test_check_prints_doubts_in_words_and_as_json(odd, capsys):
    assert cli.main(["check", str(odd)]) == 0
    out = capsys.readouterr().out
    assert "数据疑点：定点医疗机构 · 保证金与结算额的单位可能不同：3 处，涉及 32.32 元" in out
    assert "  institutions.csv · 第 2 行 · 预留质量保证金 · 12.34 / 2,468,000.00" in out
    assert cli.main(["check", str(odd), "--lang", "en"]) == 0
    assert "Doubt: designated institutions · deposits in another unit" in capsys.readouterr().out
    assert cli.main(["check", str(odd), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(one["rule"], one["count"], one["money"], len(one["rows"])) for one in told["doubts"]] == [
        ("deposit_unit", 3, 32.32, 3)
    ]
    assert told["tables"]["institutions"]["rows"] == 3


def test_a_run_says_its_doubts_and_its_manifest_holds_them_to_verify(odd, tmp_path, capsys):
    (tmp_path / "s.yaml").write_text(SCENARIO, encoding="utf-8")
    out = tmp_path / "out"
    assert cli.main(["run", str(tmp_path / "s.yaml"), "--data", str(odd), "--out", str(out)]) == 0
    assert "数据疑点：定点医疗机构 · 保证金与结算额" in capsys.readouterr().err
    manifest = manifests.read(out)
    assert [(one.rule, one.count, one.money) for one in manifest.doubts] == [("deposit_unit", 3, 32.32)]
    assert cli.main(["verify", str(out)]) == 0
    told = json.loads((out / "manifest.json").read_text("utf-8"))
    told["doubts"][0]["count"] = 2
    (out / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
    assert cli.main(["verify", str(out)]) != 0
    del told["doubts"]  # as an earlier version wrote it
    (out / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
    assert cli.main(["verify", str(out)]) == 0


def test_report_and_workbook_of_a_run_tell_of_its_doubts(odd):
    one = scenario.Scenario("试", data=str(odd), rules=("deposit",))
    done = scenario.run(one, scenario.load_data(str(odd)))
    (section,) = [section for section in sections(done) if section.title.zh == "数据疑点"]
    assert section.lines[0] == done.doubts[0].said
    assert len(section.lines) == 7

    cells = [
        cell.value for row in openpyxl.load_workbook(BytesIO(workbook.results(done))).worksheets[0] for cell in row
    ]
    assert done.doubts[0].said.zh in cells
    assert done.doubts[0].doubt.remedy.zh in cells


def test_a_run_without_doubts_has_no_section_of_them_and_its_doubts_are_asked_once(odd, monkeypatch):
    text = (odd / "institutions.csv").read_text("utf-8")
    (odd / "institutions.csv").write_text(
        text.replace("12.34", "123400").replace("10.11", "101100").replace("9.87", "98700")
    )
    done = scenario.run(scenario.Scenario("", rules=("deposit",)), read_folder(odd))
    assert done.doubts == []
    assert done.doubts is done.doubts
    assert "数据疑点" not in {section.title.zh for section in sections(done)}
    monkeypatch.setattr("simlib.doubts.register.Seen", None)
    assert doubts(done.inputs) == []


def test_a_page_tells_of_an_uploads_doubts_and_not_of_the_sample_city(odd):
    simulator = Simulator.of("deposit")
    assert simulator.doubts == []
    simulator.upload(odd / "institutions.csv")
    assert [one.doubt.name for one in simulator.doubts] == ["deposit_unit"]
    assert [one.doubt.name for one in Comparer(read_folder(odd)).doubts] == ["deposit_unit"]


def test_a_table_that_was_made_of_one_that_was_read_is_asked_anew(odd):
    read = read_folder(odd)
    assert by_name(read).keys() == {"deposit_unit"}
    made = {"institutions": read["institutions"].assign(deposit=100_000.0)}
    assert made["institutions"].attrs["sha256"]
    assert doubts(made) == []


def test_an_import_reports_the_doubts_of_what_it_read(odd, tmp_path, capsys):
    out = tmp_path / "clean"
    assert cli.main(["import", str(odd), "--out", str(out)]) == 0
    assert "数据疑点：定点医疗机构 · 保证金与结算额的单位可能不同" in capsys.readouterr().out
    assert [one["rule"] for one in json.loads((out / "import.json").read_text("utf-8"))["doubts"]] == ["deposit_unit"]
    assert "处理办法：请核对表头的单位" in (out / "import.html").read_text("utf-8")
