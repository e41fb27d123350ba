"""The quality deposit under many scores: what resampling and the response of hospitals ask for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from simlib.clauses import cites
from simlib.columns import INSTITUTIONS
from simlib.exact import Exact
from simlib.money import sum_by, to_fen, to_yuan
from simlib.rules.deposit.allocation import Band, allocate
from simlib.rules.deposit.block import Block, allocate_many, outcomes_many
from simlib.rules.deposit.indices import in_mean, turns
from simlib.rules.deposit.params import DepositParams, IndexDigits, MeanScope
from simlib.rules.deposit.withholding import KEY, TABLE, charged, withheld
from simlib.rules.evaluated import evaluated
from simlib.rules.varying import Changes, Edges, Marks, Outcomes, Varying
from simlib.tables import Tables, small
from simlib.words import Text

FULL_MARKS = int(INSTITUTIONS.by_name["score"].high or 0)


def marks(tables: Tables, params: DepositParams) -> Marks:
    """The scores, none above full marks; whoever is exempt has 0 and can reach no more."""
    institutions = small(tables, TABLE)
    part = evaluated(institutions)
    known = Marks.of(Exact.of(np.where(part, institutions["score"].to_numpy(), 0)), FULL_MARKS)
    return replace(known, most=np.where(part, known.most, 0))


@cites("JS26 annex 3, part 2")
def run(tables: Tables, params: DepositParams, changes: Changes) -> Outcomes:
    """One allocation a row of other scores; the deposits stay. To the fen what :func:`allocate` gives for each."""
    institutions = charged(tables, params)
    held, known = withheld(institutions, params), marks(tables, params)
    score = known.score if changes.score is None else changes.score
    score = np.broadcast_to(score, (changes.cases, len(held)))
    ids, group, part = institutions[KEY].to_numpy(), pd.factorize(institutions["group"])[0], evaluated(institutions)
    lower, upper = ([limit] * changes.cases for limit in (params.lower, params.upper))
    try:
        block = allocate_many(ids, group, score, held, lower, upper, params, part)
    except OverflowError:
        block = _one_by_one(institutions, score, known.scale, held, params)
    side = np.where(part, np.where(block.below, 0, np.where(block.above, 2, 1)), 3).astype(np.int8)  # the order of Band
    return Outcomes(side, block.payment, outcomes_many(block))


@cites("JS26 annex 3, 2(2)")
def edges(tables: Tables, params: DepositParams) -> Edges:
    """The band of each institution, and the lowest score that takes it over the next threshold (-1 where none does).

    Scores are over the scale of :func:`marks`. An own score moves the mean: with T the others' sum, n institutions and
    the threshold a / b, the index of score s is s n / (T + s), which reaches a / b at s = a T / (n b - a); a score that
    is in no mean moves none.
    """
    known, institutions = marks(tables, params), small(tables, TABLE)
    part = evaluated(institutions)  # of the others neither score nor number counts
    group = pd.factorize(institutions["group"])[0]
    scope = group if params.mean_scope is MeanScope.GROUP else np.zeros_like(group)
    mine = part.copy()  # whose score is in the mean
    mine[part] = in_mean(withheld(charged(tables, params), params)[part], scope[part], params)
    limits = [limit.as_integer_ratio() for limit in turns(params)]
    rounded = params.index_digits is not IndexDigits.EXACT  # then the second is reached, not passed
    largest = len(scope) * max(max(pair) for pair in limits) * int(known.most.max(initial=0))
    kind = np.int64 if largest < 2**61 else object  # else Python ints
    count, own = np.bincount(scope, weights=mine)[scope].astype(kind), mine.astype(kind)

    def found(score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        score = score.astype(kind)
        others = sum_by(scope, score * own)[scope] - score * own
        (a, b), (c, d) = limits
        low, high = count * b - a * own, count * d - c * own
        below = score * low < a * others
        above = score * high >= c * others if rounded else score * high > c * others
        up_to = -(-a * others // np.maximum(low, 1))  # at the lower one nothing is lost
        beyond = -(-c * others // np.maximum(high, 1)) if rounded else c * others // np.maximum(high, 1) + 1
        edge = np.where(below, up_to, np.where((high > 0).astype(bool), beyond, -1))
        side = np.where(part, np.where(below, 0, np.where(above, 2, 1)), 3).astype(np.int8)  # the order of Band
        return side, np.where((side < 2) & (edge <= known.most).astype(bool), edge, -1).astype(known.score.dtype)

    return found


def _one_by_one(
    institutions: pd.DataFrame, score: np.ndarray, scale: int, held: np.ndarray, params: DepositParams
) -> Block:
    """The same allocations by :func:`allocate`, where a block does not hold the numbers."""
    rows = []
    for one in score:
        scores = (one.astype(object) / scale).astype(float)
        table = allocate(institutions.assign(score=scores, deposit=to_yuan(held)), params)
        band = table["band"].to_numpy()
        money = [to_fen(table[name].to_numpy()) for name in ("deposit", "returned", "bonus")]
        rows.append([*money, band == Band.BELOW.value, band == Band.ABOVE.value])
    deposit, returned, bonus, below, above = (np.stack(column) for column in zip(*rows, strict=True))
    return Block(deposit, returned, bonus, below, above, evaluated(institutions))


VARYING = Varying(
    takes=("score",),
    run=run,
    beside=("group", "deposit", "score", "index"),
    over="deposit",
    city="money_moved",
    varied=Text("各机构得分加独立的正态误差，限于 0 分至满分；指数、档次、奖励金逐次重算。",
                "Each score with an independent normal error, kept between 0 and full marks; index, band and pool are "
                "worked out again in every draw."),
    fixed=Text("分组、保证金、参数和口径不变（DIP 的误差也不传到保证金）。",
               "Groups, deposits, parameters and readings stay (errors of DIP do not reach the deposits)."),
    marks=marks,
    edges=edges,
)  # fmt: skip
