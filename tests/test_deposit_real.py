"""The quality deposit of 2,474 real hospitals in 50 groups, in every reading, against the calculation in fractions."""

import csv
from itertools import product
from pathlib import Path

import pandas as pd
import pytest

from oracles import exact_deposit
from simlib.rules.deposit import DepositParams, MeanScope, UnclaimedPool, allocate, groups

FILE = Path(__file__).parents[2] / "shared/data/vbp-fy2024/institutions.csv"
pytestmark = pytest.mark.skipif(not FILE.exists(), reason=f"the real hospitals are not on this machine: {FILE}")


@pytest.fixture(scope="module")
def text():
    with FILE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def table():
    return pd.read_csv(FILE, dtype={"institution_id": str, "group": str}, keep_default_na=False)


def test_the_file_is_the_one_meant(table):
    assert (len(table), table["group"].nunique()) == (2474, 50)
    assert table["institution_id"].iloc[0] == "010001"


@pytest.mark.parametrize(("mean_scope", "unclaimed_pool"), list(product(MeanScope, UnclaimedPool)))
def test_every_hospital_is_paid_what_the_fractions_say(text, table, mean_scope, unclaimed_pool):
    params = DepositParams(mean_scope=mean_scope, unclaimed_pool=unclaimed_pool)
    result = allocate(table, params)
    expected, unallocated = exact_deposit.allocate(
        text, mean_scope=mean_scope.value, unclaimed_pool=unclaimed_pool.value
    )
    assert exact_deposit.outcome_of_table(result) == exact_deposit.outcome(expected)
    pools = groups(result, params)
    assert {row.group: exact_deposit.fen(row.unallocated) for row in pools.itertuples()} == unallocated


@pytest.mark.parametrize("mean_scope", MeanScope)
def test_each_group_pays_out_and_holds_exactly_its_deposits(table, mean_scope):
    params = DepositParams(mean_scope=mean_scope)
    result = allocate(table, params)
    held = groups(result, params).set_index("group")["unallocated"]
    for group, members in result.groupby("group"):
        paid = sum(map(exact_deposit.fen, members["payment"]))
        assert paid + exact_deposit.fen(held[group]) == sum(map(exact_deposit.fen, members["deposit"]))
