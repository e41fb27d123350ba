"""Surplus retention of 482 real organisations, in every reading, against the calculation in fractions."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from oracles import exact_retention
from simlib import scenario
from simlib.cli import main
from simlib.rules import FAMILIES
from simlib.rules.retention import Fraction, RetentionParams, settle, years
from simlib.tables import read_folder

FILE = Path(__file__).parents[2] / "shared/data/mssp-py2022/communities.csv"
pytestmark = pytest.mark.skipif(not FILE.exists(), reason=f"the real organisations are not on this machine: {FILE}")
POLICIES = {
    "the document": {},
    "every number moved": {
        "full_from": "88.5", "linear_from": "75.25", "half_from": "70.03", "per_point": "0.0425", "half_ratio": "0.37",
        "reasonable_share": "0.35", "next_year_cut_rate": "0.045",
    },
    "what is not set": {"reasonable_share": "0.35", "next_year_cut_rate": "0.045"},
    "a point that costs a third": {"per_point": "0.333333", "half_ratio": "0"},
}  # fmt: skip
LATER = {"score_growth": "1.5", "spending_growth": "0.045", "budget_growth": "0.02"}
SCENARIO = """title: 不足1分按1分扣
rules: [retention]
params:
  retention: {fraction: ceil, reasonable_share: 0.5, next_year_cut_rate: 0.05, spending_growth: 0.03}
"""
CHANGED = {
    "fraction": "ceil", "reasonable_share": "0.5", "next_year_cut_rate": "0.05", "spending_growth": "0.03",
}  # fmt: skip
each_policy = pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
each_fraction = pytest.mark.parametrize("fraction", Fraction)


@pytest.fixture(scope="module")
def text():
    with FILE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def table():
    return pd.read_csv(FILE, dtype={"community_id": str}, keep_default_na=False)


def test_the_file_is_the_one_meant(table):
    assert len(table) == 482
    assert (table["budget"] > table["spending"]).sum() == 405
    assert (table["budget"] < table["spending"]).sum() == 77
    assert set(settle(table)["bracket"]) == {"full", "linear", "half"}


@each_policy
@each_fraction
def test_every_organisation_keeps_or_bears_what_the_fractions_say(text, table, policy, fraction):
    params = RetentionParams(fraction=fraction, **policy)
    expected = exact_retention.settle(text, fraction=fraction.value, **policy)
    assert exact_retention.outcome_of_table(settle(table, params)) == exact_retention.outcome(expected)


@each_policy
@each_fraction
def test_the_years_after_are_those_of_the_fractions(text, table, policy, fraction):
    params = RetentionParams(fraction=fraction, **policy, **LATER)
    expected = exact_retention.years(text, 5, fraction=fraction.value, **policy, **LATER)
    assert exact_retention.years_of_table(years(table, params)) == expected


@pytest.mark.parametrize(("bonus_cap", "cap_total"), [("5", "off"), ("5", "on"), ("2.5", "off")])
def test_with_bonuses_vetoes_and_unreasonable_parts_too(text, bonus_cap, cap_total):
    """The real organisations have none: these are set by their place in the file."""
    rows = [{**row, "bonus": str(n % 9), "veto": "true" if n % 23 == 0 else ""} for n, row in enumerate(text)]
    for n, row in enumerate(rows):
        row["unreasonable_overspend"] = str(max(int(row["spending"]) - int(row["budget"]), 0) * (n % 4) // 3)
    numbers = ["score", "bonus", "budget", "spending", "unreasonable_overspend"]
    table = pd.DataFrame(rows).astype(dict.fromkeys(numbers, float))
    table["veto"] = table["veto"] == "true"
    policy = {"bonus_cap": bonus_cap, "cap_total": cap_total, "half_from": "78", **POLICIES["what is not set"]}
    params = RetentionParams(**policy, **LATER)
    result = settle(table, params)
    assert exact_retention.outcome_of_table(result) == exact_retention.outcome(exact_retention.settle(rows, **policy))
    assert exact_retention.years_of_table(years(table, params)) == exact_retention.years(rows, 5, **policy, **LATER)
    assert result["bracket"].nunique() == 5


@each_fraction
def test_a_run_of_the_folder_says_the_same(text, fraction):
    params = {name: family.params() for name, family in FAMILIES.items()}
    params["retention"] = RetentionParams(fraction=fraction, **LATER)
    asked = scenario.Scenario("t", rules=("retention",), params=params)
    done = scenario.run(asked, read_folder(FILE.parent))
    assert list(done.results) == ["retention"]
    tables, expected = done.results["retention"], exact_retention.settle(text, fraction=fraction.value)
    assert exact_retention.outcome_of_table(tables["retention"]) == exact_retention.outcome(expected)
    later = exact_retention.years(text, 5, fraction=fraction.value, **LATER)
    assert exact_retention.years_of_table(tables["retention_years"]) == later
    summary = done.summary["retention"]
    for name in ("retained", "returned", "overspend_borne", "overspend_shared", "next_year_cut"):
        assert exact_retention.fen(summary[name]) == sum(row[name] for row in expected.values())
    assert exact_retention.fen(summary["surplus"]) == sum(max(row["surplus"], 0) for row in expected.values())
    assert [summary[name] for name in ("full", "linear", "half", "none", "veto")] == [
        sum(row["bracket"] == name for row in expected.values()) for name in ("full", "linear", "half", "none", "veto")
    ]


def test_the_command_writes_every_fen_and_tells_each_organisation_its_own(text, tmp_path, capsys):
    (tmp_path / "s.yaml").write_text(SCENARIO, encoding="utf-8")
    asked = [str(tmp_path / "s.yaml"), "--data", str(FILE.parent)]
    assert main(["run", *asked, "--out", str(tmp_path / "out")]) == 0
    with (tmp_path / "out" / "retention.csv").open(encoding="utf-8", newline="") as lines:
        written = {row["community_id"]: row for row in csv.DictReader(lines)}
    expected = exact_retention.settle(text, **CHANGED)
    assert written.keys() == expected.keys()
    for id_, row in expected.items():
        assert {name: exact_retention.fen(written[id_][name]) for name in exact_retention.MONEY} == {
            name: row[name] for name in exact_retention.MONEY
        }
        assert float(written[id_]["ratio"]) == float(row["ratio"])
        assert written[id_]["bracket"] == row["bracket"]
    with (tmp_path / "out" / "retention_years.csv").open(encoding="utf-8", newline="") as lines:
        later = [{**row, "year": int(row["year"]), "failed": int(row["failed"])} for row in csv.DictReader(lines)]
    assert exact_retention.years_of_table(pd.DataFrame(later)) == exact_retention.years(text, 5, **CHANGED)
    capsys.readouterr()
    for bracket in ("full", "linear", "half"):
        one, row = next(pair for pair in expected.items() if pair[1]["bracket"] == bracket and pair[1]["surplus"] > 0)
        assert main(["explain", *asked, "--institution", one]) == 0
        said = capsys.readouterr().out
        assert f"= {row['retained'] / 100:,.2f} 元，其余 {row['returned'] / 100:,.2f} 元" in said
        assert f"= {row['net'] / 100:,.2f} 元。" in said
