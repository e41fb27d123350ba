"""The performance index (绩效评价水平指数): in whose mean a score counts, and to how many decimals it is taken.

JS26 annex 3, 2(1), which leaves both open.
"""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np

from simlib.clauses import cites
from simlib.money import round_half_up
from simlib.rules.deposit.params import DepositParams, IndexDigits, ZeroDepositInMean


@cites("JS26 annex 3, 2(1)")
def in_mean(deposit: np.ndarray, scope: np.ndarray, params: DepositParams) -> np.ndarray:
    """Whose score counts in the mean of its ``scope``: by ``zero_deposit_in_mean``, all or those with a deposit; where
    nobody has one, all."""
    holds = np.asarray(deposit > 0, dtype=bool)
    if params.zero_deposit_in_mean is ZeroDepositInMean.ON:
        return np.ones_like(holds)
    return np.asarray(holds | (np.bincount(scope, weights=holds, minlength=1)[scope] == 0))


@cites("JS26 annex 3, 2(1)")
def to_digits(scaled: np.ndarray, total: np.ndarray, params: DepositParams) -> tuple[np.ndarray, np.ndarray]:
    """The index scaled / total half up to ``index_digits``: again a whole number by another."""
    if params.index_digits is IndexDigits.EXACT:
        return scaled, total
    one = 10 ** int(params.index_digits)
    return round_half_up(scaled * one, total), np.full(len(total), one, dtype=object)


@cites("JS26 annex 3, 2(2)", "JS26 annex 3, note")
def turns(params: DepositParams) -> tuple[Fraction, Fraction]:
    """The least index, before it is rounded, that is not below ``lower``; and the least that is above ``upper``, or of
    an exact index the greatest that is not."""
    lower, upper = (Fraction(one) for one in (params.lower, params.upper))
    if params.index_digits is IndexDigits.EXACT:
        return lower, upper
    one = 10 ** int(params.index_digits)
    return Fraction(2 * math.ceil(lower * one) - 1, 2 * one), Fraction(2 * math.floor(upper * one) + 1, 2 * one)


@cites("JS26 annex 3, 2(2)", "JS26 annex 3, note")
def beside(params: DepositParams) -> tuple[Decimal, Decimal]:
    """The index just below ``lower``, and that just above ``upper``: of an exact index the thresholds themselves."""
    if params.index_digits is IndexDigits.EXACT:
        return params.lower, params.upper
    digits = int(params.index_digits)
    one = Decimal(10) ** digits
    return (math.ceil(params.lower * one) - 1) / one, (math.floor(params.upper * one) + 1) / one
