"""What the quality deposit must satisfy whatever the scores, deposits and readings."""

from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracles import exact_deposit
from simlib.rules.deposit import DepositParams, allocate, groups
from strategies.deposits import READINGS, cities, policies, table_of
from strategies.examples import examples

any_reading = st.sampled_from(READINGS)
quick = examples(40)


def run(rows, params):
    """(what each institution gets, what each group leaves unallocated) by simlib, in whole fen."""
    params = DepositParams(**params)
    result = allocate(table_of(rows), params)
    pools = groups(result, params)
    unallocated = {group: exact_deposit.fen(yuan) for group, yuan in zip(pools.group, pools.unallocated, strict=True)}
    return exact_deposit.outcome_of_table(result), unallocated


def with_column(rows, column, change):
    return [{**row, column: str(change(Decimal(row[column])))} for row in rows]


@pytest.mark.parametrize("reading", READINGS, ids=lambda reading: "-".join(reading.values()))
@given(rows=cities(most=14), policy=policies())
@examples(80)  # of 40 none tells that groups of different means share a pool by their index
def test_simlib_equals_the_calculation_in_fractions(reading, rows, policy):
    expected, unallocated = exact_deposit.allocate(rows, **policy, **reading)
    assert run(rows, {**policy, **reading}) == (exact_deposit.outcome(expected), unallocated)


@given(rows=cities(), policy=policies(), reading=any_reading)
@quick
def test_every_fen_is_paid_or_reported_as_unallocated(rows, policy, reading):
    result, unallocated = run(rows, {**policy, **reading})
    left = dict.fromkeys(unallocated, 0)
    for row in rows:
        one = result[row["institution_id"]]
        left[row["group"]] += one["deposit"] - one["payment"]
    if reading["unclaimed_pool"] == "city":
        assert sum(left.values()) == sum(unallocated.values())
    else:
        assert left == unallocated
    assert all(amount >= 0 for amount in unallocated.values())


@given(rows=cities(), policy=policies(), reading=any_reading)
@quick
def test_only_the_band_below_loses_and_it_never_gains(rows, policy, reading):
    for one in run(rows, {**policy, **reading})[0].values():
        if one["band"] == "below":
            assert 0 <= one["payment"] <= one["deposit"]
        else:
            assert one["payment"] >= one["returned"] == one["deposit"]


@given(rows=cities(), policy=policies(), reading=any_reading, data=st.data())
@quick
def test_the_order_of_the_rows_does_not_matter(rows, policy, reading, data):
    params = {**policy, **reading}
    assert run(data.draw(st.permutations(rows)), params) == run(rows, params)


@given(rows=cities(), policy=policies(), reading=any_reading, factor=st.sampled_from(["10", "0.1"]))
@quick
def test_scores_on_another_scale_change_nothing(rows, policy, reading, factor):
    params = {**policy, **reading}
    assert run(with_column(rows, "score", lambda score: score * Decimal(factor)), params) == run(rows, params)


@given(rows=cities(), policy=policies(), reading=any_reading, score=st.sampled_from([None, "0", "99"]))
@quick
def test_the_exempt_keep_their_deposits_and_bear_on_nobody(rows, policy, reading, score):
    """Whatever stands as their score, also where it is blank: the others are paid as if they were not there."""
    params = {**policy, **reading}
    out = [row for row in rows if row.get("evaluated") is False]
    result, unallocated = run([{**row, "score": score} if row in out else row for row in rows], params)
    alone, left = run(inside, params) if (inside := [row for row in rows if row not in out]) else ({}, {})
    for row in out:
        one = result.pop(row["institution_id"])
        assert one["band"] == "exempt"
        assert one["payment"] == one["returned"] == one["deposit"]
        assert not one["bonus"]
    assert result == alone
    assert {group: amount for group, amount in unallocated.items() if group in left} == left
    assert not any(amount for group, amount in unallocated.items() if group not in left)


@given(rows=cities(amounts=("deposit",)), policy=policies(), reading=any_reading, k=st.integers(1, 50))
@quick
def test_k_times_the_deposits_pay_k_times_as_much_but_for_rounding(rows, policy, reading, k):
    """Rounding one payment costs half a fen, k times that after scaling: (k + 1) / 2 in all. A claimant's
    share carries it for each institution below that feeds the pool, and a fen for each apportionment."""
    params = {**policy, **reading}
    once, many = run(rows, params)[0], run(with_column(rows, "deposit", lambda deposit: deposit * k), params)[0]
    below = sum(one["band"] == "below" for one in once.values())
    apportionments = 2 if reading["unclaimed_pool"] == "city" else 1
    for i in once:
        gap = abs(many[i]["payment"] - k * once[i]["payment"])
        if once[i]["band"] == "below":
            assert 2 * gap <= k + 1
        else:
            assert 2 * gap < (k + 1) * (below + 2 * apportionments)


@given(rows=cities(), policy=policies(), reading=any_reading)
@quick
def test_the_input_stays_as_it_was_and_gives_the_same_again(rows, policy, reading):
    table, params = table_of(rows), DepositParams(**policy, **reading)
    before = table.copy(deep=True)
    first = allocate(table, params)
    pd.testing.assert_frame_equal(table, before)
    pd.testing.assert_frame_equal(allocate(table, params), first)
    assert first["institution_id"].tolist() == before["institution_id"].tolist()


@pytest.mark.parametrize("pool", ["hold", "within", "refund"])
@given(rows=cities(), policy=policies())
@quick
def test_a_group_gets_the_same_alone(pool, rows, policy):
    params = {**policy, "mean_scope": "group", "unclaimed_pool": pool}
    together, unallocated = run(rows, params)
    for group in unallocated:
        alone, left = run([row for row in rows if row["group"] == group], params)
        assert alone == {i: together[i] for i in alone}
        assert left == {group: unallocated[group]}


@given(
    rows=cities(),
    policy=policies(),
    reading=any_reading,
    rise=st.sampled_from(["1E-12", "0.01", "1", "5", "40"]),
    data=st.data(),
)
@quick
def test_a_higher_score_costs_at_most_a_fen_for_each_apportionment(rows, policy, reading, rise, data):
    """The exact share never falls; an apportioned one lies within a fen of it. See docs/deposit.md."""
    params = {**policy, **reading}
    one = data.draw(st.sampled_from(rows))
    higher = {**one, "score": str(Decimal(one["score"]) + Decimal(rise))}
    before = run(rows, params)[0][one["institution_id"]]
    after = run([higher if row is one else row for row in rows], params)[0][one["institution_id"]]
    apportionments = 2 if reading["unclaimed_pool"] == "city" else 1
    assert after["returned"] >= before["returned"]
    assert after["payment"] >= before["payment"] - apportionments
