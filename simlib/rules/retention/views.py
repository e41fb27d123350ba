"""What the retention tables show at a glance: the curve, its edges, where it falls, and where the surplus goes.

All take parameters or the ``retention`` table of :func:`settle` and return small tables; charts only draw them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import numpy as np
import pandas as pd

from simlib.clauses import cites
from simlib.exact import Exact
from simlib.money import sum_by, to_fen, to_yuan
from simlib.rules.retention.params import RetentionParams, ScoreDigits
from simlib.rules.retention.settlement import Bracket, brackets, ratios, reached_from, retained_of, rounded

NEAR = 1  # points: how close to an edge counts as near it
EDGES = {"half_from": Bracket.HALF, "linear_from": Bracket.LINEAR, "full_from": Bracket.FULL}  # what begins there
UPWARD = [Bracket.NONE.value, *(one.value for one in EDGES.values())]
HAIR = Decimal("0.000001")  # of a point: just below an edge
SEEN = Decimal("0.01")  # of a point: the finest that scores are told in


@cites("XX 5(1)1", "XX 5(1)2", "XX 5(1)3", "XX 5(1)4")
def curve(params: RetentionParams, low: float, high: float) -> pd.DataFrame:
    """The share kept at every tenth of a point from ``low`` to ``high``, and on both sides of each edge and step:
    score, ratio."""
    steps = [params.full_from - lost for lost in range(int(params.full_from - params.linear_from) + 1)]
    turns = [*steps, *(reached_from(getattr(params, name), params) for name in EDGES), *_rounds(params, low, high)]
    tenths = [Decimal(one) / 10 for one in range(int(10 * low), int(10 * high) + 1)]
    scores = sorted({*tenths, *(turn + side for turn in turns for side in (-HAIR, 0, HAIR))})
    scores = [score for score in scores if low <= score <= high]
    return pd.DataFrame({"score": [float(one) for one in scores], "ratio": kept(params, scores).floats()})


def _rounds(params: RetentionParams, low: float, high: float) -> list[Decimal]:
    """Where a score is rounded to the next; two decimals are finer than a line shows."""
    if params.score_digits not in (ScoreDigits.WHOLE, ScoreDigits.ONE):
        return []
    one = Decimal(1).scaleb(-int(params.score_digits))
    return [(at + Decimal("0.5")) * one for at in range(int(Decimal(low) / one), int(Decimal(high) / one) + 1)]


@cites("XX 5(1)1", "XX 5(1)2", "XX 5(1)3", "XX 5(1)4")
def kept(params: RetentionParams, scores: list[Decimal]) -> Exact:
    """The share of the base that is kept at each score, before it is rounded, without a veto."""
    total = rounded(Exact.of(np.array(scores, dtype=object)), params)
    return ratios(total, brackets(total, np.zeros(len(scores), dtype=bool), params), params)


class Fall(NamedTuple):
    """Two scores of which the higher keeps less."""

    lower: Decimal
    lower_ratio: float
    higher: Decimal
    higher_ratio: float


@cites("XX 5(1)2", "XX 5(1)3")
def fall(params: RetentionParams) -> Fall | None:
    """Where the curve falls as the score rises: only at ``linear_from`` can it, from the fixed share."""
    higher = reached_from(params.linear_from, params)
    lower = max(higher - SEEN, reached_from(params.half_from, params))
    shares = kept(params, [lower, higher])
    under, over = shares.floats().tolist()
    return Fall(lower, under, higher, over) if (shares[:1] > shares[1:])[0] else None


@cites("XX 5(1)")
def edges(settled: pd.DataFrame, params: RetentionParams, near: float = NEAR) -> pd.DataFrame:
    """What a score at each edge keeps more than one just below it, and who stands close.

    One row an edge (half_from, linear_from, full_from): at [points], under, over (share kept on either side),
    just_under and just_over (communities within ``near`` points, without a veto), worth [yuan]: what those just under
    would keep more at the edge.
    """
    open_ = settled[settled["bracket"] != Bracket.VETO.value]
    score, surplus = Exact.of(open_["total_score"].to_numpy()), np.maximum(to_fen(open_["surplus"].to_numpy()), 0)
    retained = to_fen(open_["retained"].to_numpy())
    rank = pd.Index(UPWARD).get_indexer(pd.Index(open_["bracket"]))
    rows = []
    for name, bracket in EDGES.items():
        at, least = getattr(params, name), reached_from(getattr(params, name), params)
        shares = kept(params, [least - HAIR, least])
        reached = rank >= UPWARD.index(bracket.value)
        under, over = ~reached & (score > at - near), reached & ~(Exact.of(at + near) <= score)
        there = retained_of(surplus, shares[1:], params)
        low, high = shares.floats().tolist()
        rows.append({"edge": name, "at": float(at), "under": low, "over": high, "just_under": int(under.sum()),
                     "just_over": int(over.sum()),
                     "worth": float(to_yuan((there - retained)[under].sum()))})  # fmt: skip
    return pd.DataFrame(rows)


@cites("XX 5(1)")
def flows(settled: pd.DataFrame) -> pd.DataFrame:
    """Where the surplus goes, by bracket: bracket, communities, returned, retained, borne, net = retained - borne
    [yuan]; brackets with nobody left out."""
    kind = settled["bracket"].to_numpy()
    names = [one.value for one in Bracket if (kind == one.value).any()]
    number = np.select([kind == name for name in names], range(len(names)), 0)
    sums = {
        shown: sum_by(number, to_fen(settled[column].to_numpy()))
        for shown, column in (("returned", "returned"), ("retained", "retained"), ("borne", "overspend_borne"))
    }
    sums["net"] = sums["retained"] - sums["borne"]
    money = {name: to_yuan(fen) for name, fen in sums.items()}
    return pd.DataFrame({"bracket": names, "communities": np.bincount(number, minlength=len(names)), **money})
