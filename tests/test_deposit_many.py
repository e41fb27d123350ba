"""Many allocations at once are, to the fen, what one allocation gives for each."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from simlib.money import decimal_integers, to_fen
from simlib.rules import deposit
from simlib.rules.deposit import DepositParams, allocate, groups, summarise
from simlib.rules.deposit.block import allocate_many, divided, run_many
from strategies.deposits import READINGS, cities, policies, table_of
from strategies.examples import examples

quick = examples(60)


def one_by_one(table, cases):
    """The outcomes and the payments of each case by the ordinary allocation."""
    numbers, payments = [], []
    for params in cases:
        result = allocate(table, params)
        tables = {"deposit": result, "deposit_groups": groups(result, params)}
        numbers.append({**summarise(*tables.values()), **deposit.FAMILY.share(tables)})
        payments.append(to_fen(result["payment"].to_numpy()).tolist())
    return numbers, payments


@quick
@given(rows=cities(), others=st.lists(policies(), min_size=1, max_size=4), reading=st.sampled_from(READINGS))
def test_a_block_is_what_its_cases_are_one_by_one(rows, others, reading):
    table = table_of(rows)
    same = {name: others[0][name] for name in ("deposit_base", "index_digits", "zero_deposit_in_mean")}
    cases = [DepositParams(**{**one, **reading, **same}) for one in others]
    numbers, payments = one_by_one(table, cases)
    try:
        outcomes, amounts = run_many({"institutions": table}, cases)
    except OverflowError:
        # Only where it says so: scores beyond whole numbers, pools across groups, deposits beyond 64 bits.
        wide = decimal_integers(table["score"].to_numpy())[0]
        far = (
            wide.dtype == object
            or wide.max() >= 10**9
            or table.filter(["deposit", "settled", "budget"]).max().max() >= 10**9
        )
        assert far or reading["unclaimed_pool"] == "city"
        assume(False)
    assert amounts.tolist() == payments
    for at, expected in enumerate(numbers):
        assert {name: values[at] for name, values in outcomes.items()} == expected


def city(n=400, seed=1, places=2):
    """A city with ties and with institutions that have no deposit."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "institution_id": [f"{one:04d}" for one in rng.permutation(n)],
            "group": rng.choice(list("甲乙丙丁"), n),
            "score": np.round(rng.normal(88, 4, n).clip(50, 100), places),
            "deposit": np.where(rng.random(n) < 0.1, 0, rng.integers(1, 10**8, n) / 100),
        }
    )


@pytest.mark.parametrize("reading", READINGS, ids=lambda one: "-".join(one.values()))
def test_a_city_under_many_thresholds(reading):
    table = city(places=0)  # whole points, so that many share a score and remainders tie
    thresholds = [("0.98", "1.02"), ("1", "1"), ("0.8", "1.2"), ("0.9", "1.005"), ("0.955", "1.0001")]
    cases = [DepositParams(lower=low, upper=high, **reading) for low, high in thresholds]
    numbers, payments = one_by_one(table, cases)
    try:
        outcomes, amounts = run_many({"institutions": table}, cases)
    except OverflowError:
        assert reading["unclaimed_pool"] == "city"  # a pool of a group where nobody is above goes to other groups
        return
    assert amounts.tolist() == payments
    assert [{name: values[at] for name, values in outcomes.items()} for at in range(len(cases))] == numbers


def test_every_row_may_have_scores_of_its_own():
    table = city(60)
    score, scale = decimal_integers(table["score"].to_numpy())
    scores = np.stack([score, score[::-1], np.minimum(score + 150, 100 * scale)])
    params = DepositParams()
    block = allocate_many(
        table["institution_id"].to_numpy(), pd.factorize(table["group"])[0], scores, to_fen(table["deposit"]),
        [params.lower] * 3, [params.upper] * 3, params, np.ones(60, dtype=bool),
    )  # fmt: skip
    for row, own in enumerate(scores):
        expected = allocate(table.assign(score=own / scale), params)
        assert block.payment[row].tolist() == to_fen(expected["payment"].to_numpy()).tolist()
        assert block.below[row].tolist() == (expected["band"] == "below").tolist()


def test_deposits_of_monthly_prepayments_vary_with_the_rate():
    table = city(20).drop(columns="deposit")
    months = pd.DataFrame({"institution_id": table["institution_id"].repeat(2), "month": ["2025-01", "2025-02"] * 20})
    months["prepaid"] = (np.arange(40) * 1234.56).round(2)
    tables = {"institutions": table, "prepayments": months}
    cases = [DepositParams(deposit_rate=rate) for rate in ("0.05", "0.03", "0.0001")]
    _, amounts = run_many(tables, cases)
    for row, params in zip(amounts, cases, strict=True):
        expected = deposit.FAMILY.run(tables, params)["deposit"]
        assert row.tolist() == to_fen(expected["payment"].to_numpy()).tolist()


@pytest.mark.parametrize(
    ("column", "value"),
    [("score", 0.0), ("deposit", 10.0**12), ("score", 88.123456789012345)],
    ids=lambda one: str(one),
)
def test_what_does_not_fit_is_refused_and_not_wrong(column, value):
    table = city(1500).assign(**{column: value}) if column == "score" else city(1500).assign(deposit=value)
    with pytest.raises(OverflowError):
        run_many({"institutions": table}, [DepositParams()])


@quick
@given(st.integers(0, 2**60), st.integers(0, 2**50), st.integers(1, 2**59))
@example(435579271067546681, 344174082648336, 348753187165964863)  # the estimate in floats is one too many
def test_division_is_exact_where_the_product_does_not_fit(first, second, by):
    assume(Fraction(first * second, by) < 2**50)
    quotient, rest = divided(np.array([first]), np.array([second]), np.array([by]))
    assert (int(quotient[0]), int(rest[0])) == divmod(first * second, by)
