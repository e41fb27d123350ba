"""Many allocations at once: to the fen what :func:`allocate` gives for each, a row a case and a column an institution.

JS26 annex 3, part 2. Sweeps, goals and resampled scores need thousands of allocations of the same institutions. Here
they are blocks of 64-bit whole numbers: a product that would not fit is divided by its remainder, which does, and
what does not fit even so is refused with OverflowError, so that the caller takes :func:`allocate`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd

from simlib.clauses import cites
from simlib.money import FEN, decimal_integers
from simlib.rules.deposit.params import DepositParams, IndexDigits, MeanScope, UnclaimedPool, ZeroDepositInMean
from simlib.rules.deposit.withholding import KEY, TABLE, charged, withheld
from simlib.rules.evaluated import evaluated
from simlib.tables import Tables, small

PLACES = 10**6  # of a threshold; see simlib.params.PLACES
CELLS = 2**17  # cases x institutions at once: what a processor keeps close
WIDE, MONEY = 2**60, 2**50  # a remainder is right below the one, a quotient below the other


@dataclass(frozen=True)
class Block:
    """Cases by row, institutions by column; money in whole fen. ``part`` says which columns are evaluated."""

    deposit: np.ndarray
    returned: np.ndarray
    bonus: np.ndarray
    below: np.ndarray
    above: np.ndarray
    part: np.ndarray

    @property
    def payment(self) -> np.ndarray:
        return np.asarray(self.returned + self.bonus)

    @property
    def change(self) -> np.ndarray:
        return np.asarray(self.payment - self.deposit)


@cites("JS26 annex 3, 2(1)", "JS26 annex 3, 2(2)1", "JS26 annex 3, 2(2)2", "JS26 annex 3, 2(2)3")
def allocate_many(
    ids: np.ndarray, group: np.ndarray, score: np.ndarray, deposit: np.ndarray,
    lower: list[Decimal], upper: list[Decimal], params: DepositParams, part: np.ndarray,
) -> Block:  # fmt: skip
    """One allocation a row: of ``score`` [whole numbers over one power of ten] and ``deposit`` [fen], each of one row
    or of as many as there are thresholds ``lower`` and ``upper``; of ``params`` only the readings are read.

    ``group`` numbers the institutions' groups 0, 1, ...; ``ids`` settles equal remainders, as in :func:`allocate`.
    Those who are not ``part`` of the evaluation keep their deposits, whatever stands as their score.
    OverflowError where the numbers are too large, or a pool goes to other groups of the city.
    """
    score, deposit = np.atleast_2d(score), np.atleast_2d(deposit)
    if not part.all():
        return _with_exempt(ids, group, score, deposit, lower, upper, params, part)
    if score.dtype == object:
        raise OverflowError("scores with more digits than a block holds")
    order = np.lexsort((ids, group))  # by group, so that sums are of slices; then by id, which settles equal remainders
    back = np.argsort(order)
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    score, deposit = score[:, order], deposit[:, order]  # one row where all cases have the same
    scope = starts if params.mean_scope is MeanScope.GROUP else np.array([0])
    sizes = np.diff(np.append(scope, len(ids)))
    scaled, total = _indices(score, deposit, scope, sizes, params)
    low, high = (_whole(one)[:, None] for one in (lower, upper))
    if not total.all():
        raise OverflowError("no index exists where all scores are 0")
    _fit(scaled.max(initial=0) * 2.0 * PLACES, total.max(initial=0) * 2.0 * PLACES)
    merit = score
    if params.index_digits is not IndexDigits.EXACT:
        one = 10 ** int(params.index_digits)
        merit = scaled = (2 * scaled * one + total) // (2 * total)
        total = np.full_like(total, one)
    below, above = scaled * PLACES < low * total, scaled * PLACES > high * total

    if float(deposit.sum(axis=1, dtype=float).max(initial=0)) >= MONEY:
        raise OverflowError("deposits too large for a block")
    whole, rest = divided(np.minimum(scaled, total), deposit, total)  # below, the index is less than 1
    returned = np.where(below, whole + (2 * rest >= total), deposit)
    deposit = np.broadcast_to(deposit, returned.shape)
    sizes = np.diff(np.append(starts, len(ids)))
    bonus = _bonuses(deposit, returned, merit, below, above, starts, sizes, params.unclaimed_pool)
    return Block(deposit[:, back], returned[:, back], bonus[:, back], below[:, back], above[:, back], part)


@cites("JS26 annex 3, 2(1)")
def _indices(
    score: np.ndarray, deposit: np.ndarray, scope: np.ndarray, sizes: np.ndarray, params: DepositParams
) -> tuple[np.ndarray, np.ndarray]:
    """The index as one whole number by another, of scores in the order of their ``scope`` (where each begins)."""
    if params.zero_deposit_in_mean is ZeroDepositInMean.ON:
        return score * np.repeat(sizes, sizes), np.repeat(np.add.reduceat(score, scope, axis=1), sizes, axis=1)
    shape = np.broadcast_shapes(score.shape, deposit.shape)
    holds = np.broadcast_to(deposit > 0, shape)
    holds = holds | np.repeat(np.add.reduceat(holds, scope, axis=1, dtype=np.int64) == 0, sizes, axis=1)
    count, total = (
        np.repeat(np.add.reduceat(one, scope, axis=1), sizes, axis=1)
        for one in (holds.astype(np.int64), np.where(holds, score, 0))
    )
    return score * count, total


def _with_exempt(
    ids: np.ndarray, group: np.ndarray, score: np.ndarray, deposit: np.ndarray,
    lower: list[Decimal], upper: list[Decimal], params: DepositParams, part: np.ndarray,
) -> Block:  # fmt: skip
    """The allocation among the evaluated, if there are any; each of the others is returned its deposit."""
    if float(deposit.sum(axis=1, dtype=float).max(initial=0)) >= MONEY:
        raise OverflowError("deposits too large for a block")
    cases = max(len(lower), len(score), len(deposit))
    deposit = np.broadcast_to(deposit, (cases, len(part)))
    returned, bonus, below = deposit.copy(), np.zeros_like(deposit), np.zeros(deposit.shape, dtype=bool)
    above = below.copy()
    if part.any():
        mine = ids[part], group[part], score[:, part], deposit[:, part]
        among = allocate_many(*mine, lower, upper, params, part[part])
        returned[:, part], bonus[:, part] = among.returned, among.bonus
        below[:, part], above[:, part] = among.below, among.above
    return Block(deposit, returned, bonus, below, above, part)


@cites("JS26 annex 3, part 2")
def run_many(tables: Tables, cases: list[DepositParams]) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """The outcomes of many sets of parameters on the same tables, a value a case, and what each institution is paid.

    The cases must share their readings. The amounts are whole fen, a row a case. OverflowError as in
    :func:`allocate_many`.
    """
    institutions, rates = small(tables, TABLE), {case.deposit_rate: case for case in cases}
    deposits = {rate: withheld(charged(tables, case), case) for rate, case in rates.items()}
    ids, group = institutions[KEY].to_numpy(), pd.factorize(institutions["group"])[0]
    part = evaluated(institutions)
    score, _ = decimal_integers(np.where(part, institutions["score"].to_numpy(), 0))
    size, outcomes, amounts = max(1, CELLS // max(len(ids), 1)), [], []
    for start in range(0, len(cases), size):
        some = cases[start : start + size]
        rate = some[0].deposit_rate
        same = all(case.deposit_rate == rate for case in some)
        deposit = deposits[rate] if same else np.stack([deposits[case.deposit_rate] for case in some])
        thresholds = [case.lower for case in some], [case.upper for case in some]
        block = allocate_many(ids, group, score, deposit, *thresholds, cases[0], part)
        outcomes.append(outcomes_many(block))
        amounts.append(block.payment)
    return {name: np.concatenate([one[name] for one in outcomes]) for name in outcomes[0]}, np.concatenate(amounts)


@cites("JS26 annex 3, part 2")
def outcomes_many(block: Block) -> dict[str, np.ndarray]:
    """The headline numbers and the shares of every row, as ``summarise`` and ``shares`` give them of one."""
    change, forfeited = block.change, (block.deposit - block.returned).sum(axis=1)
    below, above = block.below.sum(axis=1), block.above.sum(axis=1)
    institutions = np.full(len(change), change.shape[1])
    fen = {
        "deposits": block.deposit.sum(axis=1), "payments": block.payment.sum(axis=1), "forfeited": forfeited,
        "money_moved": change.clip(min=0).sum(axis=1), "unallocated": -change.sum(axis=1),
        "largest_gain": change.max(axis=1, initial=0), "largest_loss": change.min(axis=1, initial=0),
    }  # fmt: skip
    exempt = np.full(len(change), int((~block.part).sum()))
    within = institutions - exempt - below - above
    counts = {"institutions": institutions, "below": below, "within": within, "above": above, "exempt": exempt}
    money = {name: amount / FEN for name, amount in fen.items()}
    return {**counts, **money, **shares(block.deposit, change, block.below, block.above, block.part)}


def shares(
    deposit: np.ndarray, change: np.ndarray, below: np.ndarray, above: np.ndarray, part: np.ndarray
) -> dict[str, np.ndarray]:
    """Shares of the institutions (the last axis) by band, of the deposits what moves, and the most that one of them
    loses or gains of its own deposit. Money in fen."""
    count = deposit.shape[-1] or 1
    below, above = below.sum(axis=-1), above.sum(axis=-1)
    exempt = np.full(below.shape, int((~part).sum()))
    own = np.divide(change, deposit, out=np.zeros(deposit.shape), where=deposit > 0)
    deposits, moved = deposit.sum(axis=-1), change.clip(min=0).sum(axis=-1)
    return {
        "share_below": below / count,
        "share_within": (deposit.shape[-1] - exempt - below - above) / count,
        "share_above": above / count,
        "share_exempt": exempt / count,
        "share_moved": moved / np.maximum(deposits, 1),
        "most_gained": own.max(axis=-1, initial=0) + 0.0,
        "most_lost": -own.min(axis=-1, initial=0) + 0.0,
    }


def divided(first: np.ndarray, second: np.ndarray, by: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """first x second // by and the remainder, exactly, though the product may not fit into 64 bits.

    The quotient is estimated in floats and is at most one off; the product and its parts wrap around alike, so that
    their difference, which is small, is right. Every quotient must be below 2**50 and ``by`` below 2**60.
    """
    quotient = np.floor(first.astype(float) * second / by).astype(np.int64)
    rest = first * second - quotient * by
    off = (rest >= by).astype(np.int64) - (rest < 0)
    return quotient + off, rest - off * by


def _bonuses(
    deposit: np.ndarray, returned: np.ndarray, score: np.ndarray, below: np.ndarray, above: np.ndarray,
    starts: np.ndarray, sizes: np.ndarray,
    unclaimed_pool: UnclaimedPool,
) -> np.ndarray:  # fmt: skip
    """Each group's pool to its claimants by deposit x score, the last fen by largest remainder."""

    def by_group(values: np.ndarray) -> np.ndarray:
        return np.repeat(np.add.reduceat(values, starts, axis=1), sizes, axis=1)

    _fit(deposit.sum(axis=1, dtype=float).max(initial=0) * float(score.max(initial=0)))
    weight, forfeit = deposit * score, deposit - returned
    pool = by_group(forfeit)
    claim = above & (weight > 0)
    unclaimed = (by_group(claim.astype(np.int64)) == 0) & (pool > 0)
    if unclaimed.any() and unclaimed_pool is UnclaimedPool.CITY:
        raise OverflowError("a pool that crosses groups has one denominator for all of them")
    if unclaimed_pool is UnclaimedPool.WITHIN:
        claim = np.where(unclaimed, ~below & (weight > 0), claim)
    weight = np.where(claim, weight, 0)
    whole, rest = divided(weight, pool, np.maximum(by_group(weight), 1))
    left = np.where(by_group(claim.astype(np.int64)) > 0, pool - by_group(whole), 0)
    bonus = whole + (_rank(np.where(claim, rest, -1), starts) < left)
    if unclaimed_pool is UnclaimedPool.REFUND:
        bonus = np.where(unclaimed, forfeit, bonus)
    return bonus


def _rank(rest: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """The place of each remainder in its group, the largest first; equal ones in the order they stand in."""
    rank = np.empty_like(rest)
    rows = np.arange(len(rest))[:, None]
    for start, end in zip(starts, [*starts[1:], rest.shape[1]], strict=True):
        order = np.argsort(-rest[:, start:end], axis=1, kind="stable")
        rank[:, start:end][rows, order] = np.arange(end - start)
    return rank


def _whole(thresholds: list[Decimal]) -> np.ndarray:
    return np.array([int(one * PLACES) for one in thresholds], dtype=np.int64)


def _fit(*largest: float) -> None:
    if max(map(float, largest)) >= WIDE:
        raise OverflowError("numbers too large for a block")
