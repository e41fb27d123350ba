"""The golden cases in cases/deposit/*.yaml, worked by hand, for simlib and for the second calculation."""

from pathlib import Path

import pandas as pd
import pytest

from oracles import exact_deposit, golden
from simlib.rules import deposit

HERE = Path(__file__).parent / "cases/deposit"
CASES = [case for file in sorted(HERE.glob("*.yaml")) for case in golden.read(file)]
BY_NAME = {case["name"]: case for case in CASES}
FALLS = [
    ("before A's score rises from 9 to 10 it has a fen of the pool",
     "after A's score rises from 9 to 10 it has lost the fen", 1),
    ("before A's score rises from 21 to 22 it has a fen of its group and one of the city",
     "after A's score rises from 21 to 22 it has lost both fen", 2),
]  # fmt: skip


def by_simlib(case):
    table = pd.DataFrame([{"institution_id": i, **row} for i, row in case["given"].items()])
    numbers = table.columns.intersection(["score", "deposit", "settled", "budget"])
    table[numbers] = table[numbers].apply(pd.to_numeric)
    if "evaluated" in table:
        table["evaluated"] = table["evaluated"].map({"yes": True, "no": False})
    params = deposit.DepositParams(**case.get("params", {}))
    result = deposit.allocate(table, params)
    pools = deposit.groups(result, params)
    unallocated = {group: exact_deposit.fen(yuan) for group, yuan in zip(pools.group, pools.unallocated, strict=True)}
    return exact_deposit.outcome_of_table(result), unallocated


def by_fractions(case):
    rows = [{"institution_id": i, **row} for i, row in case["given"].items()]
    result, unallocated = exact_deposit.allocate(rows, **case.get("params", {}))
    return exact_deposit.outcome(result), unallocated


def test_every_case_has_its_own_name():
    assert len(BY_NAME) == len(CASES) > 40


@pytest.mark.parametrize("calculate", [by_simlib, by_fractions])
@pytest.mark.parametrize("name", BY_NAME)
def test_case(name, calculate):
    case = BY_NAME[name]
    result, unallocated = calculate(case)
    expected = {
        i: {column: value if column == "band" else exact_deposit.fen(value) for column, value in row.items()}
        for i, row in case["expected"].items()
    }
    assert all({"band", "returned", "bonus", "payment"} <= row.keys() for row in expected.values())
    assert {i: {column: result[i][column] for column in expected[i]} for i in result} == expected
    assert unallocated == {group: exact_deposit.fen(yuan) for group, yuan in case["unallocated"].items()}


@pytest.mark.parametrize(("before", "after", "fen"), FALLS)
def test_only_a_higher_score_takes_the_fen_away(before, after, fen):
    before, after = BY_NAME[before], BY_NAME[after]
    raised = {**before["given"], "A": {**before["given"]["A"], "score": after["given"]["A"]["score"]}}
    assert raised == after["given"]
    assert float(after["given"]["A"]["score"]) > float(before["given"]["A"]["score"])
    assert by_simlib(before)[0]["A"]["payment"] - by_simlib(after)[0]["A"]["payment"] == fen


def test_the_noise_of_a_sum_in_a_table_made_in_memory_decides_no_threshold():
    scores = [78.39999999999999, 80.0, 81.60000000000001]  # 0.98 and 1.02 of the mean, as 15 digits say: within
    given = pd.DataFrame({"institution_id": list("ABC"), "group": "one", "score": scores, "deposit": 1_000_000.0})
    assert deposit.allocate(given)["payment"].tolist() == [1_000_000.0] * 3
