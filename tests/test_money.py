"""Exact arithmetic: numbers as integers, fen, rounding and sharing out."""

from decimal import Decimal
from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlib.money import LARGEST, apportion, decimal_integers, round_half_up, sum_by, to_fen, to_yuan
from strategies.examples import examples

quick = examples(200)
LAST_FEN = LARGEST * 100 - 1


def written(value) -> Fraction:
    """The number that stands there: of a float what 15 digits say; of one whose fen are beyond, as it prints."""
    noisy = isinstance(value, float) and value % 1 != 0 and abs(value) < 1e13
    return Fraction(f"{value:.15g}" if noisy else str(value))


def as_fractions(values):
    integers, scale = decimal_integers(values)
    return [Fraction(int(integer), scale) for integer in integers]


@pytest.mark.parametrize(
    "values",
    [
        [0.1, 0.2, 0.1 + 0.2],
        [93.33333333333333],
        [1e-7, 93.33333333333333],
        [8.3, 0.123456789012345],  # at 15 places the float 8.3 is nearer to 8.300000000000001 than to itself
        [97.999999999999, 102.000000000001],
        [1e22, 1e-5],
        [-0.5, 0.0, -0.0],
        [3, 0, -7],
        [10**40 + 1, 5],
        [Decimal("1.50"), Decimal("1E+3"), Decimal("0.1234567890123456789012345678901")],
        [Decimal("0.1"), 0.2, 3],
        [],
    ],
    ids=str,
)
def test_numbers_are_read_as_written(values):
    array = np.array(values, dtype=object if any(isinstance(value, Decimal) for value in values) else None)
    assert as_fractions(array) == [written(value) for value in values]


@pytest.mark.parametrize("values", [[0.1, 93.33333], [0.1, 93.33333, 0.012345678], [0.1, 1e-7, 12345.678]])
def test_single_precision_is_read_as_it_prints(values):
    assert as_fractions(np.array(values, dtype=np.float32)) == [written(np.float32(value)) for value in values]


def test_the_largest_unsigned_number_is_not_wrapped():
    assert as_fractions(np.array([2**64 - 1], dtype=np.uint64)) == [2**64 - 1]


@given(st.lists(st.floats(-1e18, 1e18).filter(lambda x: x == 0 or abs(x) > 1e-18), max_size=6))
@quick
def test_any_floats_are_read_as_fifteen_digits_say(values):
    assert as_fractions(np.array(values, dtype=float)) == [written(value) for value in values]


@given(st.lists(st.tuples(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(0, 15)), min_size=1, max_size=6))
@quick
def test_fifteen_written_digits_survive_the_float(pairs):
    decimals = [Decimal(digits).scaleb(-places) for digits, places in pairs]
    assert as_fractions(np.array([float(decimal) for decimal in decimals])) == [Fraction(d) for d in decimals]


def test_usual_numbers_stay_machine_integers():
    for values in ([96.5, 88.25], [1, 2], [0.000001, 123456.123456]):
        assert decimal_integers(values)[0].dtype == np.int64
    assert decimal_integers([93.33333333333333])[0].dtype == object


@pytest.mark.parametrize(
    ("yuan", "fen"),
    [(0.29, 29), (1.15, 115), (70, 7000), (Decimal("1.50"), 150), (-0.01, -1), (9_999_999_999_999.99, 10**15 - 1)],
)
def test_yuan_become_whole_fen(yuan, fen):
    assert to_fen(np.array([yuan])).tolist() == [fen]


def test_the_noise_of_a_sum_is_no_part_of_a_fen_and_decides_no_threshold():
    assert to_fen(np.array([1.0, 0.1 + 0.2])).tolist() == [100, 30]
    assert as_fractions(np.array([78.39999999999999])) == [Fraction("78.4")]
    assert as_fractions(np.array([9_999_999_999_999.98])) == [
        Fraction("9999999999999.98")
    ]  # 15 digits, all of them money


@pytest.mark.parametrize("yuan", [0.001, 1.005, 1e-7, Decimal("1.005"), 1 / 3])
def test_a_part_of_a_fen_is_refused(yuan):
    with pytest.raises(ValueError, match="part of a fen"):
        to_fen(np.array([1.00, yuan], dtype=object if isinstance(yuan, Decimal) else None))


@pytest.mark.parametrize("yuan", [LARGEST, float(LARGEST), -LARGEST, 10**17, 1e300])
def test_an_amount_beyond_the_fen_of_a_float_is_refused_not_wrapped(yuan):
    with (
        np.errstate(over="ignore"),
        pytest.raises(OverflowError, match="too large"),
    ):
        to_fen(np.array([1, yuan]))


@given(st.lists(st.integers(-LAST_FEN, LAST_FEN), min_size=1, max_size=6))
@quick
def test_fen_come_back_from_yuan_and_print_with_two_decimals(fen):
    yuan = to_yuan(fen)
    assert to_fen(yuan).tolist() == fen
    assert [f"{one + 0.0:.2f}" for one in yuan] == [f"{Decimal(one).scaleb(-2):.2f}" for one in fen]


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"), [(1, 2, 1), (3, 2, 2), (5, 2, 3), (-1, 2, 0), (49, 100, 0), (7, 1, 7)]
)
def test_halves_round_up(numerator, denominator, rounded):
    assert round_half_up(numerator, denominator) == rounded


@given(st.lists(st.tuples(st.integers(-(10**30), 10**30), st.integers(1, 10**20)), min_size=1, max_size=5))
@quick
def test_rounding_is_exact_for_any_size_and_for_arrays(pairs):
    numerators, denominators = (np.array(numbers, dtype=object) for numbers in zip(*pairs, strict=True))
    expected = [floor(Fraction(n, d) + Fraction(1, 2)) for n, d in pairs]
    assert round_half_up(numerators, denominators).tolist() == expected


TOTALS = st.one_of(st.integers(0, 20), st.integers(0, 10**16))
CLAIMS = st.lists(st.one_of(st.integers(0, 9), st.integers(0, 10**25)), min_size=1, max_size=8).filter(any)


@given(TOTALS, CLAIMS)
@quick
def test_parts_add_up_and_lie_within_one_of_the_quota(total, weights):
    parts = apportion(total, weights, range(len(weights)))
    quotas = [Fraction(total * weight, sum(weights)) for weight in weights]
    assert sum(parts) == total
    assert all(abs(part - quota) < 1 for part, quota in zip(parts, quotas, strict=True))
    assert all(part == quota for part, quota in zip(parts, quotas, strict=True) if quota.denominator == 1)


@given(TOTALS, CLAIMS, st.randoms(use_true_random=False))
@quick
def test_the_order_of_claimants_does_not_matter(total, weights, random):
    ids = [str(8 + i) for i in range(len(weights))]
    shuffled = random.sample(range(len(ids)), len(ids))
    once = dict(zip(ids, apportion(total, weights, ids), strict=True))
    again = apportion(total, [weights[i] for i in shuffled], [ids[i] for i in shuffled])
    assert {ids[i]: part for i, part in zip(shuffled, again, strict=True)} == once


@given(TOTALS, CLAIMS, st.integers(1, 10**9))
@quick
def test_only_the_ratio_of_the_weights_matters(total, weights, factor):
    order = range(len(weights))
    assert apportion(total, [weight * factor for weight in weights], order) == apportion(total, weights, order)


def test_equal_fractions_are_settled_by_the_order_given():
    assert apportion(2, [1, 1, 1], ["c", "a", "b"]) == [0, 1, 1]
    assert apportion(1, [1, 1], ["9", "10"]) == [0, 1]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-(2**62), 2**62)), max_size=9))
@quick
def test_sums_never_overflow(pairs):
    group = np.array([g for g, _ in pairs], dtype=np.int64)
    values = np.array([value for _, value in pairs], dtype=np.int64)
    expected = [sum(value for g, value in pairs if g == one) for one in range(group.max(initial=-1) + 1)]
    assert sum_by(group, values).tolist() == expected
    assert sum_by(group, values.astype(object)).tolist() == expected


def test_small_sums_stay_machine_integers():
    sums = sum_by(np.array([0, 2, 2]), np.array([1, 2, 3]))
    assert (sums.dtype, sums.tolist()) == (np.int64, [1, 0, 5])
    assert sum_by(np.array([0, 0]), np.array([2**62, 2**62])).tolist() == [2**63]


def test_groups_at_the_end_that_nothing_is_in_have_a_sum_of_0():
    assert sum_by(np.array([1]), np.array([5]), groups=3).tolist() == [0, 5, 0]
    assert sum_by(np.arange(2), np.array([5, 6]), groups=3).tolist() == [5, 6, 0]
    assert sum_by(np.arange(3), np.array([5, 6, 7]), groups=2).tolist() == [5, 6, 7]
