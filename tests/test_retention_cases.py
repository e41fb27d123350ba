"""The golden cases in cases/retention/*.yaml, worked by hand, for simlib and for the second calculation."""

from pathlib import Path

import pandas as pd
import pytest

from oracles import exact_retention, golden
from simlib.rules import retention

HERE = Path(__file__).parent / "cases/retention"
CASES = [case for file in sorted(HERE.glob("*.yaml")) for case in golden.read(file)]
ONE_YEAR = {case["name"]: case for case in CASES if "expected" in case}
YEARS = {case["name"]: case for case in CASES if "years" in case}
TEXT = {"community_id", "veto"}


def rows_of(case):
    return [{"community_id": i, **row} for i, row in case["given"].items()]


def table_of(case):
    table = pd.DataFrame(rows_of(case))
    numbers = table.columns.difference(list(TEXT))
    table[numbers] = table[numbers].apply(pd.to_numeric)
    if "veto" in table:
        table["veto"] = table["veto"].map({"true": True, "false": False})
    return table


def settled_by_simlib(case):
    params = retention.RetentionParams(**case.get("params", {}))
    return exact_retention.outcome_of_table(retention.settle(table_of(case), params))


def settled_by_fractions(case):
    return exact_retention.outcome(exact_retention.settle(rows_of(case), **case.get("params", {})))


def years_by_simlib(case):
    params = retention.RetentionParams(**case.get("params", {}))
    return exact_retention.years_of_table(retention.years(table_of(case), params, len(case["years"])))


def years_by_fractions(case):
    return exact_retention.years(rows_of(case), len(case["years"]), **case.get("params", {}))


def expected_of(given, row):
    """A row as it was worked by hand: money in fen, the surplus by subtraction, what is not named 0."""
    money = {column: exact_retention.fen(row.get(column, 0)) for column in exact_retention.MONEY}
    money |= {column: exact_retention.fen(given[column]) for column in ("budget", "spending")}
    return {
        "total_score": float(row.get("total_score", given["score"])),
        "bracket": row["bracket"],
        "ratio": float(row["ratio"]),
        **money,
        "surplus": money["budget"] - money["spending"],
    }


def test_every_case_has_its_own_name_and_is_of_one_kind():
    assert len(ONE_YEAR) + len(YEARS) == len({case["name"] for case in CASES}) == len(CASES) > 50
    assert all(case["given"].keys() == case["expected"].keys() for case in ONE_YEAR.values())
    known = {"total_score", "bracket", "ratio", *exact_retention.MONEY}
    assert all(row.keys() <= known for case in ONE_YEAR.values() for row in case["expected"].values())
    assert all(row.keys() <= {*exact_retention.SUMMED, "failed"} for case in YEARS.values() for row in case["years"])


@pytest.mark.parametrize("calculate", [settled_by_simlib, settled_by_fractions])
@pytest.mark.parametrize("name", ONE_YEAR)
def test_case(name, calculate):
    case = ONE_YEAR[name]
    expected = {i: expected_of(case["given"][i], row) for i, row in case["expected"].items()}
    assert calculate(case) == expected
    for row in expected.values():
        assert row["retained"] + row["returned"] == max(row["surplus"], 0)
        assert row["overspend_borne"] + row["overspend_shared"] == max(-row["surplus"], 0)


@pytest.mark.parametrize("calculate", [years_by_simlib, years_by_fractions])
@pytest.mark.parametrize("name", YEARS)
def test_years(name, calculate):
    case = YEARS[name]
    expected = [
        {
            "year": year,
            **{column: exact_retention.fen(row.get(column, 0)) for column in exact_retention.SUMMED},
            "failed": int(row["failed"]),
        }
        for year, row in enumerate(case["years"], start=1)
    ]
    assert calculate(case) == expected
