"""The catalogue of groups and last year's means (JY art. 14-19): cases worked by hand, properties, real discharges,
and all of it once more in fractions, case by case."""

import csv
import re
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracles import golden
from oracles.exact_catalogue import slow, slow_chapter, slow_means
from simlib.columns import HISTORY
from simlib.problems import BadInput
from simlib.rules.dip import score_cases
from simlib.rules.dip.catalogue import CHAPTERS, catalogue, chapter, peer_means, treatment
from simlib.rules.dip.params import DipParams, YearWeights
from simlib.tables.large import Large, engine
from strategies.examples import examples

CASES = golden.read(Path(__file__).parent / "cases/dip_catalogue.yaml")
BY_NAME = {case["name"]: case for case in CASES}
REAL = Path(__file__).parents[2] / "shared/data/sih-acre-2021"
COLUMNS = ["group_code", "year", "diagnosis", "procedures", "total_cost", "length_of_stay"]
quick = examples(10)


# --- one and the other ------------------------------------------------------------------------------------------


def table_of(rows):
    """Text as typed columns; a blank is missing."""
    table = pd.DataFrame(rows, columns=COLUMNS).replace("", None)
    types = {"year": int, "total_cost": float, "length_of_stay": float}
    return table.assign(length_of_stay=table["length_of_stay"].astype(float)).astype(types)


def list_of(listed):
    return pd.DataFrame({"group_code": list(listed), "kind": list(listed.values())}) if listed else None


def outcome(result):
    return {code: (kind, points, cases) for code, kind, points, cases in result.itertuples(index=False)}


def nearest(result):
    return {code: (kind, float(points), int(cases)) for code, (kind, points, cases) in result.items()}


def rows_of(case):
    return [
        ["" if cell == "-" else cell for cell in (*one[:5], *(one[6:] or ["-"]))]
        for one in case["given"]
        for _ in range(int(one[5]))
    ]


def by_simlib(case):
    params = DipParams(**case.get("params", {}))
    return outcome(catalogue(table_of(rows_of(case)), params, list_of(case.get("listed"))))


def by_fractions(case):
    return nearest(slow(rows_of(case), **case.get("params", {}), listed=case.get("listed", {})))


@pytest.mark.parametrize("calculate", [by_simlib, by_fractions])
@pytest.mark.parametrize("name", BY_NAME)
def test_case(name, calculate):
    expected = {
        code: (one["kind"], Fraction(one["points"]), one["cases"]) for code, one in BY_NAME[name]["expected"].items()
    }
    assert calculate(BY_NAME[name]) == nearest(expected)


@pytest.mark.parametrize("name", [name for name, case in BY_NAME.items() if "scored" in case])
def test_a_case_of_this_year_against_a_catalogue_made_from_history(name):
    case = BY_NAME[name]
    history = leveled(rows_of(case), "3" * len(rows_of(case)))
    means = peer_means(history)
    assert {code: mean for (_, code), (mean, _) in by_level(means).items()} == {
        code: float(mean) for code, mean in case["means"].items()
    }
    cases = pd.DataFrame([
        {"case_id": code, "institution_id": "A", "group_code": code, "total_cost": float(one["total_cost"])}
        for code, one in case["scored"].items()
    ])  # fmt: skip
    hospital = pd.DataFrame({"institution_id": ["A"], "level": ["3"]})
    scored = score_cases(cases, hospital, catalogue(history), means).set_index("case_id")
    for code, one in case["scored"].items():
        assert scored.loc[code, "reason"] == one["reason"]
        for column in ("deviation", "points"):
            assert scored.loc[code, column] == float(one[column]), (code, column)


def test_every_case_has_its_own_name():
    assert len(BY_NAME) == len(CASES) > 20


@pytest.mark.parametrize("letter", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
def test_every_category_is_in_its_chapter(letter):
    for n in range(100):
        number = slow_chapter(f"{letter}{n:02}")
        assert chapter(f"{letter}{n:02}") == (CHAPTERS[number - 1] if number else "?")


def test_there_are_22_chapters_and_the_rest_is_unknown():
    assert len(set(CHAPTERS)) == 22
    assert [chapter(code) for code in ("", "K8", "8K0", "KK0", "K８０", "V00", "D49")] == ["?"] * 7
    assert [chapter(code) for code in (" k80.0", "K80.000x001", "U07.1")] == ["K00-K93", "K00-K93", "U00-U99"]


def test_treatment_types():
    codes = {"": "conservative", "  ": "conservative", "00.66": "operation", "86.9": "operation",
             "87.0": "diagnostic", "91.9": "diagnostic", "92.0": "therapeutic", "99.9": "therapeutic",
             "0303010010": "03", "99": "99", "A": "A"}  # fmt: skip
    assert {code: treatment(code) for code in codes} == codes


# --- whatever the cases -----------------------------------------------------------------------------------------


def yuan(fen):
    return f"{fen // 100}.{fen % 100:02}"


A_CASE = st.tuples(
    st.sampled_from(["A", "B", "C", "D", "E", "甲", "乙:33.2"]),
    st.sampled_from(["2020", "2021", "2023", "2024"]),
    st.sampled_from(["", "K80.0", "K35", "L00", "D48.9", "D50", "?"]),
    st.sampled_from(["", "51.23", "87.03", "99.25", "0303", "0415"]),
    st.one_of(st.integers(1, 30), st.integers(1, 10**8), st.integers(10**11, 10**12)).map(yuan),
    st.integers(1, 400).map(str),
)
CITIES = st.lists(A_CASE, min_size=1, max_size=80)
POLICIES = st.fixed_dictionaries(
    {
        "core_min_cases": st.sampled_from(["1", "5", "10"]),
        "history_years": st.sampled_from(["1", "2", "3"]),
        "year_weights": st.sampled_from(["equal", "national"]),
    }
)
LISTS = st.dictionaries(
    st.sampled_from(["A", "B", "C", "甲", "Z"]), st.sampled_from(["primary", "tcm", "bed_day", "core", "mixed"])
)


@quick
@given(CITIES, POLICIES, LISTS)
def test_any_catalogue_is_what_the_fractions_say(rows, policy, listed):
    result = catalogue(table_of(rows), DipParams(**policy), list_of(listed))
    assert outcome(result) == nearest(slow(rows, **policy, listed=listed))
    assert result["group_code"].is_monotonic_increasing


@quick
@given(CITIES, POLICIES, st.randoms(use_true_random=False), st.integers(2, 99))
def test_neither_the_order_of_cases_nor_the_unit_of_cost_matters(rows, policy, random, factor):
    params = DipParams(**policy)
    base = catalogue(table_of(rows), params)
    dearer = [[*row[:4], yuan(int(Fraction(row[4]) * 100) * factor), row[5]] for row in random.sample(rows, len(rows))]
    pd.testing.assert_frame_equal(catalogue(table_of(dearer), params), base)


@quick
@given(CITIES, st.sampled_from(["1", "5", "10"]))
def test_points_average_1000_and_a_clusters_lie_within_those_of_its_groups(rows, core_min_cases):
    result = catalogue(table_of(rows), DipParams(core_min_cases=core_min_cases)).set_index("group_code")
    assert (result["points"] * result["cases"]).sum() / result["cases"].sum() == pytest.approx(1000, rel=1e-12)
    own = catalogue(table_of(rows), DipParams(core_min_cases=1)).set_index("group_code")["points"]
    for _, cluster in result[result["kind"] == "mixed"].groupby("points"):
        members = own[cluster.index]
        assert members.min() * (1 - 1e-12) <= cluster["points"].iloc[0] <= members.max() * (1 + 1e-12)
    core = result[result["kind"] == "core"]
    assert core["points"].equals(own[core.index])


# --- last year's means ------------------------------------------------------------------------------------------


def leveled(rows, levels):
    return table_of(rows).assign(level=list(levels))


def by_level(table):
    return {(row.level, row.group_code): (row.mean_cost, row.cases) for row in table.itertuples()}


def test_means_are_of_the_latest_year_by_level_and_group():
    rows = [("A", 2023, "3", 999.99), ("A", 2024, "3", 0.10), ("A", 2024, "3", 0.20), ("A", 2024, "1", 7.0),
            ("B", 2024, "3", 0.01), ("B", 2024, "3", 0.01), ("B", 2024, "3", 0.02), ("C", 2023, "2", 5.0)]  # fmt: skip
    table = pd.DataFrame(rows[::-1], columns=["group_code", "year", "level", "total_cost"])
    expected = [["1", "A", 7.0, 1], ["3", "A", 0.15, 2], ["3", "B", 0.04 / 3, 3]]
    assert peer_means(table, clustered=False).values.tolist() == expected
    assert peer_means(table.assign(level=table["level"].astype(int)), clustered=False).values.tolist() == expected
    core = table.assign(diagnosis="K80", procedures=None)
    assert peer_means(core, DipParams(core_min_cases=1)).values.tolist() == expected


def test_a_rare_combination_has_the_mean_of_its_cluster_wherever_the_cluster_had_a_case():
    """Two rare codes at 1,000 and 9,000 yuan, cluster mean 5,000; R had a case in an earlier year alone."""
    rows = [("P", "2024", "K80", "", "1000", ""), ("Q", "2024", "K35", "", "9000", ""),
            ("R", "2022", "K20", "", "77", ""), ("S", "2024", "L01", "", "50", "")]  # fmt: skip
    means = peer_means(leveled(rows, "3332"))
    assert means.values.tolist() == [["2", "S", 50.0, 1], *(["3", code, 5000.0, 2] for code in "PQR")]
    own = peer_means(leveled(rows, "3332"), clustered=False)
    assert own.values.tolist() == [["2", "S", 50.0, 1], ["3", "P", 1000.0, 1], ["3", "Q", 9000.0, 1]]
    listed = peer_means(leveled(rows, "3332"), listed=list_of({"Q": "primary"}))
    assert by_level(listed)["3", "P"] == by_level(listed)["3", "R"] == (1000.0, 1)
    assert by_level(listed)["3", "Q"] == (9000.0, 1)


@quick
@given(CITIES, POLICIES, LISTS, st.randoms(use_true_random=False))
def test_any_means_are_what_the_fractions_say(rows, policy, listed, random):
    levels = [random.choice("123") for _ in rows]
    listed = {code: kind for code, kind in listed.items() if kind != "bed_day"}
    for clustered in (True, False):
        made = peer_means(leveled(rows, levels), DipParams(**policy), list_of(listed), clustered=clustered)
        wanted = slow_means(rows, levels, **policy, listed=listed, clustered=clustered)
        assert by_level(made) == {key: (float(mean), count) for key, (mean, count) in wanted.items()}


# --- wherever the cases are -------------------------------------------------------------------------------------


def test_cases_in_a_file_or_in_an_engine_give_what_a_table_in_memory_gives(tmp_path):
    rows = rows_of(BY_NAME["days are weighted by year as cases are, and a day case adds cost without a day"])
    table = table_of(rows).assign(level="3", more=1)
    before = table.copy(deep=True)
    table.to_parquet(tmp_path / "history.parquet")
    kinds = list_of({"A": "bed_day"})
    base, means = catalogue(table, listed=kinds), peer_means(table, listed=kinds)
    with engine() as backend:
        for other in (Large.of(table, HISTORY), backend.read_parquet(tmp_path / "history.parquet")):
            pd.testing.assert_frame_equal(catalogue(other, listed=kinds), base)
            pd.testing.assert_frame_equal(peer_means(other, listed=kinds), means)
    pd.testing.assert_frame_equal(table, before)
    assert kinds.equals(list_of({"A": "bed_day"}))


def test_an_empty_text_is_as_good_as_a_missing_one():
    rows = rows_of(BY_NAME["cases without a diagnosis do not say which chapter a group is in"])
    blank, missing = pd.DataFrame(rows, columns=COLUMNS).astype({"year": int, "total_cost": float}), table_of(rows)
    assert (blank["diagnosis"] == "").sum() == missing["diagnosis"].isna().sum() == 2
    pd.testing.assert_frame_equal(catalogue(blank), catalogue(missing))


# --- bad input --------------------------------------------------------------------------------------------------

GOOD = {"group_code": ["A", "B"], "year": [2024, 2024], "level": ["3", "3"], "diagnosis": ["K80", None],
        "procedures": [None, None], "total_cost": [100.0, 200.0], "length_of_stay": [5.0, 5.0]}  # fmt: skip


def lines(call, *arguments, **options):
    with pytest.raises(BadInput) as bad:
        call(*arguments, **options)
    assert all(zh != en for zh, en in zip(bad.value.lines("zh"), bad.value.lines("en"), strict=True))
    return bad.value.lines("en")


def spoilt(column, *values):
    """Good cases of a file with one column changed."""
    table = pd.DataFrame(GOOD, index=pd.Index([2, 3], name="row")).assign(**{column: list(values)})
    table.attrs["file"] = "history.csv"
    return table


BLANK = "This is blank. Fill it in, or take the row out."
NEGATIVE = "It cannot be negative or infinite. Check it."
PART_OF_FEN = "An amount has at most two decimals (fen). Check it."
TOO_LARGE = "The amount is too large to be exact to the fen. Check its unit."


@pytest.mark.parametrize(("column", "values", "expected"), [
    ("total_cost", (1.005, 2), [f"history.csv · row 2 · total_cost · “1.005”: {PART_OF_FEN}"]),
    ("total_cost", (1, -2), [f"history.csv · row 3 · total_cost · “-2.0”: {NEGATIVE}"]),
    ("total_cost", (float("inf"), 2), [f"history.csv · row 2 · total_cost · “inf”: {NEGATIVE}"]),
    ("total_cost", (2e12, 2), [f"history.csv · row 2 · total_cost · “2000000000000.0”: {TOO_LARGE}"]),
    ("total_cost", (None, 2.005), [
        f"history.csv · row 2 · total_cost: {BLANK}",
        f"history.csv · row 3 · total_cost · “2.005”: {PART_OF_FEN}",
    ]),
    ("group_code", (None, "B"), [f"history.csv · row 2 · group_code: {BLANK}"]),
    ("year", (2024, None), [f"history.csv · row 3 · year: {BLANK}"]),
])  # fmt: skip
def test_a_case_at_fault_is_named(column, values, expected, tmp_path):
    table = spoilt(column, *values)
    assert lines(catalogue, table) == lines(peer_means, table) == expected
    table.to_parquet(tmp_path / "history.parquet", index=False)
    with engine() as backend:
        there = lines(catalogue, backend.read_parquet(tmp_path / "history.parquet"))
    assert sorted(there) == sorted(re.sub(r"history.csv · row \d", "history", line) for line in expected)


def test_a_case_without_a_level_is_named():
    assert lines(peer_means, spoilt("level", "3", None)) == [f"history.csv · row 3 · level: {BLANK}"]


def test_only_the_first_hundred_cases_at_fault_are_named():
    table = pd.concat([spoilt("total_cost", -1, -2)] * 80)
    table.index = pd.RangeIndex(2, 162, name="row")
    table.attrs["file"] = "history.csv"
    found = lines(catalogue, table.iloc[::-1])
    assert len(found) == 100
    assert (" row 2 " in found[0], " row 101 " in found[-1]) == (True, True)


@pytest.mark.parametrize("column", ["group_code", "year", "diagnosis", "procedures", "total_cost"])
def test_a_missing_column_is_named(column):
    expected = f"history · {column}: This column is missing and the catalogue made from history needs it. Add it."
    assert lines(catalogue, pd.DataFrame(GOOD).drop(columns=column)) == [expected]


def test_columns_that_are_needed_only_there_are_named():
    assert lines(peer_means, pd.DataFrame(GOOD).drop(columns="level"))[0].startswith(
        "history · level: This column is missing"
    )
    bare = pd.DataFrame(GOOD).drop(columns=["level", "length_of_stay"])
    assert len(catalogue(bare, listed=list_of({"A": "tcm"}))) == 2
    assert lines(catalogue, bare, listed=list_of({"A": "bed_day"}))[0].startswith(
        "history · length_of_stay: This column is"
    )


def test_no_cases_and_no_costs_are_refused():
    empty = pd.DataFrame(GOOD).iloc[:0]
    assert (
        lines(catalogue, empty)
        == lines(peer_means, empty)
        == ["history: There are no cases to make a catalogue of. Add cases of earlier years."]
    )
    assert lines(catalogue, spoilt("total_cost", 0, 0)) == [
        "history.csv · total_cost: All cases together cost 0: no points exist. Check the costs."
    ]


def test_groups_whose_cases_cost_nothing_are_named():
    free = "The cases of this group cost 0 together: no points or mean exist. Check or remove them."
    assert lines(catalogue, spoilt("total_cost", 1, 0)) == [f"history.csv · total_cost · “B”: {free}"]
    assert lines(peer_means, spoilt("total_cost", 1, 0)) == [f"history.csv · total_cost · “B · 3”: {free}"]
    one_cluster = spoilt("total_cost", 1, 0).assign(diagnosis="K80")
    assert catalogue(one_cluster)["points"].tolist() == [1000, 1000]


@pytest.mark.parametrize("days", [(None, 5), (0, 5), (-1, 5)])
def test_a_bed_day_group_needs_days(days):
    expected = "Cases of this bed-day group have no length of stay: no points for a day exist. Add it."
    kinds = list_of({"A": "bed_day"})
    assert lines(catalogue, spoilt("length_of_stay", *days), listed=kinds) == [
        f"history.csv · length_of_stay · “A”: {expected}"
    ]
    assert len(catalogue(spoilt("length_of_stay", 5, None), listed=kinds)) == 2


def test_the_list_of_kinds_is_checked():
    wrong = pd.DataFrame({"group_code": ["A", "A"], "kind": ["tcm", "rare"]})
    assert lines(catalogue, pd.DataFrame(GOOD), listed=wrong) == [
        "groups · group_code · “A”: The key appears twice. Keep one row for each.",
        "groups · kind · “rare”: There is no such kind of group. Give one of core, mixed, primary, tcm, bed_day.",
    ]
    assert lines(catalogue, pd.DataFrame(GOOD), listed=wrong.drop(columns="kind"))[0].startswith(
        "groups · kind: This column is"
    )


# --- 11,495 real discharges -------------------------------------------------------------------------------------


def read(name):
    with (REAL / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def discharges():
    if not REAL.exists():
        pytest.skip(f"the real discharges are not on this machine: {REAL}")
    table = pd.read_csv(REAL / "history.csv", dtype={"procedures": str, "level": str})
    assert len(table) == 11_495
    return table


def close(exact, written):
    """Whether a number is what was written with four decimals."""
    return abs(exact - Fraction(written)) <= Fraction(1, 20_000)


def test_real_core_groups_have_the_points_known_of_them(discharges):
    found = outcome(catalogue(discharges))
    known = {row["group_code"]: (row["kind"], row["points"]) for row in read("groups.csv")}
    assert {code: kind for code, (kind, _, _) in found.items()} == {code: kind for code, (kind, _) in known.items()}
    core = {code: points for code, (kind, points, _) in found.items() if kind == "core"}
    assert len(core) == 180
    assert [code for code, points in core.items() if not close(Fraction(points), known[code][1])] == []


def test_real_means_are_those_known(discharges):
    found = {(row.level, row.group_code): row.mean_cost for row in peer_means(discharges, clustered=False).itertuples()}
    known = {(row["level"], row["group_code"]): row["mean_cost"] for row in read("peer_means.csv")}
    assert len(known) == 821
    assert found.keys() == known.keys()
    exact = {}
    for row in read("history.csv"):
        if row["year"] == "2020":
            exact.setdefault((row["level"], row["group_code"]), []).append(Fraction(row["total_cost"]))
    exact = {key: sum(costs) / len(costs) for key, costs in exact.items()}
    assert [key for key, mean in exact.items() if not close(mean, known[key])] == []
    assert found == {key: float(mean) for key, mean in exact.items()}


@pytest.mark.parametrize("weights", YearWeights)
@pytest.mark.parametrize("years", [1, 3])
def test_every_real_group_has_the_points_the_fractions_say(discharges, weights, years):
    listed = {"F20:030317": "bed_day", "O80:031001": "primary", "A04:030301": "tcm"}
    result = catalogue(discharges, DipParams(year_weights=weights, history_years=years), list_of(listed))
    rows = [[row[column] for column in COLUMNS] for row in read("history.csv")]
    assert outcome(result) == nearest(slow(rows, year_weights=weights.value, history_years=years, listed=listed))
