"""What each institution gets back of its quality deposit, and what the others' forfeits pay it.

JS26 annex 3; what is withheld stands in simlib.rules.deposit.withholding.
Symbols: d deposit, s score, m mean score, x = s / m the performance index (绩效评价水平指数).
Tables carry yuan; inside, money is whole fen and every comparison is one of whole numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple, TypeVar

import numpy as np
import pandas as pd

from simlib.clauses import cites
from simlib.columns.checks import BLANK, numbers, refuse, require, unique
from simlib.money import apportion, decimal_integers, round_half_up, sum_by, to_fen, to_yuan
from simlib.params import Choice
from simlib.rules.deposit.indices import in_mean, to_digits
from simlib.rules.deposit.params import DepositParams, IndexDigits, MeanScope, UnclaimedPool
from simlib.rules.deposit.withholding import KEY, NAME, TABLE, withheld
from simlib.rules.evaluated import evaluated
from simlib.words import Text

Merit = TypeVar("Merit", np.ndarray, float)


class Band(Choice):
    BELOW = "below", "低于下阈值", "below"
    WITHIN = "within", "区间内", "within"
    ABOVE = "above", "高于上阈值", "above"
    EXEMPT = "exempt", "免评", "exempt"


@cites(
    "JS26 part 4", "JS26 annex 3", "JS26 annex 3, 1(1)", "JS26 annex 3, 1(3)", "JS26 annex 3, part 2",
    "JS26 annex 3, 2(1)",
    "JS26 annex 3, 2(2)", "JS26 annex 3, 2(2)1", "JS26 annex 3, 2(2)2", "JS26 annex 3, 2(2)3", "JS26 annex 3, note",
)  # fmt: skip
def allocate(institutions: pd.DataFrame, params: DepositParams | None = None) -> pd.DataFrame:
    """What each institution is paid of its deposit, and of the others' forfeits.

    JS26 annex 3, part 2. Within each group, with m the simple mean of the scores that
    ``mean_scope`` compares with, and x = s / m:

    - x < lower (band ``below``): returned = x d, half up to the fen; d - returned feeds the pool
    - lower <= x <= upper (``within``): returned = d
    - x > upper (``above``): returned = d, bonus = pool x (d x) / sum of d x over such institutions,
      apportioned to the fen by largest remainder

    A pool without a claimant follows ``unclaimed_pool``. Institutions without a deposit count in the mean unless
    ``zero_deposit_in_mean`` is off (a mean of nobody is that of all); those exempt from evaluation (band ``exempt``)
    are in no mean and no pool, have neither score nor index, and are returned d. The index is exact, or half up to
    ``index_digits`` wherever it stands.

    Parameters
    ----------
    institutions: institution_id (unique), group, score (>= 0; blank only where ``evaluated`` is no), and deposit, or
        the base that ``deposit_base`` names (yuan, whole fen); optionally ``evaluated``. Other columns are ignored;
        the table is not changed.
    params: thresholds, rate and readings; default the documents' values.

    Returns
    -------
    One row an institution, in the order given: institution_id, group, score, deposit [yuan], index,
    band (below | within | above | exempt), returned, bonus, payment, change [yuan], where payment =
    returned + bonus and change = payment - deposit. The sum of payments and of the unallocated
    of :func:`groups` is exactly the sum of deposits.

    Raises
    ------
    BadInput: a missing column, a duplicate institution, a missing or negative number, an amount with
        a part of a fen, or a group whose scores are all 0.

    Examples
    --------
    >>> table = pd.DataFrame({"institution_id": ["甲", "乙", "丙"], "group": "一", "score": [96, 90, 84],
    ...                       "deposit": 10000.0})
    >>> allocate(table)[["index", "band", "payment"]].round(4).values.tolist()
    [[1.0667, 'above', 10666.67], [1.0, 'within', 10000.0], [0.9333, 'below', 9333.33]]
    """
    params = params or DepositParams()
    require(institutions, TABLE, [KEY, "group", "score"], NAME)
    unique(institutions, TABLE, KEY)
    refuse(institutions, TABLE, "group", institutions["group"].isna(), BLANK)
    part = evaluated(institutions)
    if part.all():
        return _allocated(institutions, params)
    kept = _kept_whole(institutions[~part], params)
    rows = pd.concat([_allocated(institutions[part], params), kept] if part.any() else [kept])
    places = np.concatenate([np.flatnonzero(part), np.flatnonzero(~part)])
    return rows.iloc[np.argsort(places)].reset_index(drop=True)


def _kept_whole(exempt: pd.DataFrame, params: DepositParams) -> pd.DataFrame:
    """The rows of those who are not evaluated: each is paid its deposit."""
    deposit = to_yuan(withheld(exempt, params))
    names = {name: exempt[name].to_numpy() for name in (KEY, "group")}
    blank, none = np.full(len(exempt), np.nan), np.zeros(len(exempt))
    given = {"score": blank, "deposit": deposit, "index": blank, "band": Band.EXEMPT.value}
    return pd.DataFrame({**names, **given, "returned": deposit, "bonus": none, "payment": deposit, "change": none})


def _allocated(institutions: pd.DataFrame, params: DepositParams) -> pd.DataFrame:
    """The allocation among those who are evaluated."""
    score, _ = decimal_integers(numbers(institutions, TABLE, "score"))
    group = pd.factorize(institutions["group"])[0]
    scope = group if params.mean_scope is MeanScope.GROUP else np.zeros_like(group)
    deposit = withheld(institutions, params)
    counted = in_mean(deposit, scope, params)
    total, count = (one[scope] for one in totals(score[counted], scope[counted], scope.max(initial=-1) + 1))
    _refuse_all_zero(total, institutions)
    scaled, total = to_digits(score.astype(object) * count, total, params)  # x = scaled / total, in whole numbers
    index, below, above = standing(scaled, total, params)

    returned = paid_back(scaled, total, deposit, below)
    merit = score if params.index_digits is IndexDigits.EXACT else scaled
    ids, weight = institutions[KEY].to_numpy(), weights(deposit.astype(object), merit)
    bonus, unclaimed = _bonuses(params.unclaimed_pool, deposit - returned, weight, group, below, above, ids)
    if params.unclaimed_pool is UnclaimedPool.CITY:
        # Groups have different means, so the index itself is weighed, over one denominator for all.
        weight = weights(deposit, scaled * (math.lcm(*set(total)) // total))
        bonus = bonus + _share(unclaimed, weight, above, ids)
    payment = returned + bonus
    return pd.DataFrame(
        {
            KEY: ids,
            "group": institutions["group"].to_numpy(),
            "score": institutions["score"].to_numpy(),
            "deposit": to_yuan(deposit),
            "index": index,
            "band": np.where(below, Band.BELOW.value, np.where(above, Band.ABOVE.value, Band.WITHIN.value)),
            "returned": to_yuan(returned),
            "bonus": to_yuan(bonus),
            "payment": to_yuan(payment),
            "change": to_yuan(payment - deposit),
        }
    )


class Standing(NamedTuple):
    """Where each index stands: as the nearest float, and whether below ``lower`` or above ``upper``."""

    indices: np.ndarray
    below: np.ndarray
    above: np.ndarray


@cites("JS26 annex 3, 2(1)")
def totals(score: np.ndarray, scope: np.ndarray, scopes: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Sum and number of the scores by ``scope`` 0, 1, ..., at least so many ``scopes``; their quotient is the mean."""
    return sum_by(scope, score, scopes).astype(object), np.bincount(scope, minlength=scopes)


@cites("JS26 annex 3, 2(2)", "JS26 annex 3, note")
def standing(scaled: np.ndarray, total: np.ndarray, params: DepositParams) -> Standing:
    """The band of each index x = scaled / total, whole numbers (JS26 annex 3, 2(2)); at a threshold it is within."""
    index = (scaled / total).astype(float)
    below, above = index < float(params.lower), index > float(params.upper)
    # Rounding to a float keeps the order, so only an index that rounds to the threshold's own float
    # is in doubt: there the whole numbers decide.
    below |= _at(index, params.lower, lambda row, a, b: scaled[row] * b < a * total[row])
    above |= _at(index, params.upper, lambda row, a, b: scaled[row] * b > a * total[row])
    return Standing(index, below, above)


@cites("JS26 annex 3, 2(2)1", "JS26 annex 3, 2(2)2", "JS26 annex 3, 2(2)3")
def paid_back(scaled: np.ndarray, total: np.ndarray, deposit: np.ndarray, below: np.ndarray) -> np.ndarray:
    """What each is returned of its deposit [fen]: x d in the band below, half up, elsewhere all (JS26 annex 3,
    2(2))."""
    returned = deposit.copy()
    returned[below] = round_half_up(scaled[below] * deposit[below], total[below])
    return returned


@cites("JS26 annex 3, 2(2)3")
def weights(deposit: Merit, merit: Merit) -> Merit:
    """By what a pool is shared out: deposit x index, or what goes with the index (JS26 annex 3, 2(2)3)."""
    weighed: Merit = deposit * merit
    return weighed


@cites("JS26 annex 3, 1(2)", "JS26 annex 3, 1(3)", "JS26 annex 3, 2(2)1")
def groups(allocation: pd.DataFrame, params: DepositParams | None = None) -> pd.DataFrame:
    """The pools: group, institutions, mean_score, pool, unallocated [yuan]; one row a group, by name.

    mean_score is that of the evaluated who count in it, blank where there is none; pool = the deposits not returned to
    the band below; unallocated = the part of it paid to nobody.
    """
    params = params or DepositParams()
    group, names = pd.factorize(allocation["group"], sort=True)
    fen = {column: to_fen(allocation[column].to_numpy()) for column in ("deposit", "returned", "payment")}
    pool = sum_by(group, fen["deposit"] - fen["returned"])
    unallocated = sum_by(group, fen["deposit"] - fen["payment"])
    if params.unclaimed_pool is UnclaimedPool.CITY:
        # Money crosses groups: either every unclaimed pool found a claimant, or none did.
        top = (allocation["band"].to_numpy() == Band.ABOVE.value) & (fen["deposit"] > 0)
        claimed = np.bincount(group[top], minlength=len(names)) > 0
        unallocated = np.where(claimed | (unallocated.sum() == 0), 0, pool)
    part = allocation["band"].to_numpy() != Band.EXEMPT.value
    mine = group[part] if params.mean_scope is MeanScope.GROUP else np.zeros_like(group[part])
    part[part] = in_mean(fen["deposit"][part], mine, params)
    score, scale = decimal_integers(allocation["score"].to_numpy()[part])
    total, count = totals(score, group[part], len(names))
    mean = np.full(len(names), np.nan)
    mean[count > 0] = (total[count > 0] / (count[count > 0].astype(object) * scale)).astype(float)
    return pd.DataFrame(
        {
            "group": names,
            "institutions": np.bincount(group, minlength=len(names)),
            "mean_score": mean,
            "pool": to_yuan(pool),
            "unallocated": to_yuan(unallocated),
        }
    )


@cites("JS26 annex 3, part 2")
def summarise(allocation: pd.DataFrame, pools: pd.DataFrame) -> dict[str, int | float]:
    """The headline numbers: institutions by band, and money in yuan.

    money_moved is what gainers gain over their deposits; forfeited is what the band below gives up.
    """
    change = to_fen(allocation["change"].to_numpy())
    gains, losses = change[change > 0], change[change < 0]
    fen = {
        "deposits": to_fen(allocation["deposit"]).sum(),
        "payments": to_fen(allocation["payment"]).sum(),
        "forfeited": to_fen(pools["pool"]).sum(),
        "money_moved": gains.sum(),
        "unallocated": to_fen(pools["unallocated"]).sum(),
        "largest_gain": max(gains, default=0),
        "largest_loss": min(losses, default=0),
    }
    bands = allocation["band"].to_numpy()
    return {
        "institutions": len(allocation),
        **{band.value: int((bands == band.value).sum()) for band in Band},
        **{name: float(to_yuan(amount)) for name, amount in fen.items()},
    }


@cites("JS26 annex 3, 1(2)", "JS26 annex 3, 2(2)3")
def _bonuses(
    unclaimed_pool: UnclaimedPool, forfeit: np.ndarray, weight: np.ndarray, group: np.ndarray, below: np.ndarray,
    above: np.ndarray, ids: np.ndarray
) -> tuple[np.ndarray, int]:  # fmt: skip
    """Each group's pool, in fen, to its claimants; with it what no group could give away."""
    bonus = np.zeros(len(ids), dtype=object)
    unclaimed = 0
    for members in _members(group):
        pool = int(forfeit[members].sum())
        claim = above[members]
        if unclaimed_pool is UnclaimedPool.WITHIN and not (weight[members][claim] > 0).any():
            claim = ~below[members]
        share = _share(pool, weight[members], claim, ids[members])
        if share.any() or not pool:
            bonus[members] = share
        elif unclaimed_pool is UnclaimedPool.REFUND:
            bonus[members] = forfeit[members]
        else:
            unclaimed += pool
    return bonus, unclaimed


@cites("JS26 annex 3, 2(2)3")
def _share(pool: int, weight: np.ndarray, claim: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """``pool`` fen over those who ``claim``, by weight; all 0 where no claimant has a weight."""
    share = np.zeros(len(ids), dtype=object)
    claimants = np.flatnonzero(claim & (weight > 0).astype(bool))
    if len(claimants):
        share[claimants] = apportion(pool, weight[claimants], ids[claimants])
    return share


def _members(group: np.ndarray) -> list[np.ndarray]:
    """The row numbers of each group."""
    order = np.argsort(group, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(group[order])) + 1)


def _at(index: np.ndarray, threshold: Decimal, holds: Callable[[int, int, int], bool]) -> np.ndarray:
    """``holds(row, a, b)`` for the rows whose index is the float nearest to threshold = a / b."""
    result = np.zeros(len(index), dtype=bool)
    for row in np.flatnonzero(index == float(threshold)).tolist():
        result[row] = holds(row, *threshold.as_integer_ratio())
    return result


def _refuse_all_zero(total: np.ndarray, institutions: pd.DataFrame) -> None:
    if not all(total):
        group = institutions["group"]
        refuse(institutions, TABLE, "group", pd.Series(total == 0, group.index) & ~group.duplicated(), ALL_ZERO)


ALL_ZERO = Text("本组得分全为 0，无法计算指数。请核对得分。",
                "All scores of the group are 0: no index exists. Check them.")  # fmt: skip
