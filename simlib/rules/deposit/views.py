"""What the deposit tables show at a glance: who stands where, what an edge costs, where money flows.

All take the ``deposit`` table of :func:`allocate` and return small tables; charts only draw them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import numpy as np
import pandas as pd

from simlib.clauses import cites
from simlib.exact import Exact
from simlib.money import decimal_integers, sum_by, to_fen, to_yuan
from simlib.rules.deposit.allocation import Band, paid_back, standing, weights
from simlib.rules.deposit.indices import beside
from simlib.rules.deposit.params import DepositParams

WIDTHS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)  # of the bins of the index, and between points of the rule's line
NEAR = 0.005  # of the index: how close to a threshold counts as near it


@cites("JS26 annex 3, 2(1)")
def distribution(allocation: pd.DataFrame, bins: int = 60) -> pd.DataFrame:
    """Institutions by index: one row a bin with its middle ``index``, and a count for each band.

    Bins are the narrowest of 0.005, 0.01, 0.02, ... of which ``bins`` hold the middle 98% of the
    institutions, and begin at multiples of their width; the outermost also hold what lies beyond.
    """
    known = allocation[allocation["band"] != Band.EXEMPT.value]  # the others have no index
    index = known["index"].to_numpy() if len(known) else np.ones(1)
    low, high = min(np.quantile(index, 0.01), 0.95), max(np.quantile(index, 0.99), 1.05)
    width = _width(low, high, bins)
    first, last = int(low // width), int(high // width)
    # A whisker up, so that an index of exactly 0.98 stands in the bin that begins there.
    number = np.floor(index / width + 1e-9).clip(first, last).astype(int) - first
    bands = known["band"].to_numpy() if len(known) else np.array([Band.EXEMPT.value])
    placed = [band for band in Band if band is not Band.EXEMPT]
    counts = {band.value: np.bincount(number[bands == band.value], minlength=last - first + 1) for band in placed}
    return pd.DataFrame({"index": (np.arange(first, last + 1) + 0.5) * width, **counts})


def _width(low: float, high: float, most: int = 60) -> float:
    """The narrowest width of which ``most`` suffice."""
    return next(w for w in WIDTHS if (high - low) / w < most or w == WIDTHS[-1])


@cites("JS26 annex 3, 2(2)1", "JS26 annex 3, 2(2)2", "JS26 annex 3, 2(2)3")
def payout(allocation: pd.DataFrame) -> pd.DataFrame:
    """What was paid: index, band and share = payment / deposit of every institution with an index and a deposit.

    The index of the table is the row of ``allocation``.
    """
    index, band, deposit, payment = (allocation[name].to_numpy() for name in ("index", "band", "deposit", "payment"))
    rows = np.flatnonzero((deposit > 0) & (band != Band.EXEMPT.value))
    share = payment[rows] / deposit[rows]
    return pd.DataFrame({"index": index[rows], "band": band[rows], "share": share}, index=rows)


class Line(NamedTuple):
    """A piece of the payout curve without a bonus: share = returned / deposit at each index."""

    indices: np.ndarray
    share: np.ndarray


@cites("JS26 annex 3, 2(2)1", "JS26 annex 3, 2(2)2", "JS26 annex 3, 2(2)3")
def curve(params: DepositParams, low: float, high: float) -> tuple[Line, Line]:
    """The payout curve of the rule without a bonus, from index ``low`` to ``high``: in the band below, and from there
    on.

    The first index that is not below also ends the band below it, by that band's formula: there the cliff stands.
    """
    width, ends = Decimal(str(_width(low, high))), [Decimal(str(one)) for one in (low, high)]
    steps = (width * step for step in range(int(ends[0] / width), int(ends[1] / width) + 1))
    at = sorted({*ends, *(one for one in (*steps, params.lower) if ends[0] <= one <= ends[1])})
    cliff = int(standing(*_parts(at), params).below.sum())
    return _line(at[: cliff + 1], below=True), _line(at[cliff:], below=False)


def _parts(indices: list[Decimal]) -> tuple[np.ndarray, np.ndarray]:
    """Indices as whole numbers over one scale."""
    parts, scale = decimal_integers(np.array(indices, dtype=object))
    return parts.astype(object), np.full(len(parts), scale, dtype=object)


def _returned(indices: list[Decimal], below: bool) -> Exact:
    """The share of a deposit that the band gives back at each index, of one so large that no part of a fen is lost."""
    parts, scale = _parts(indices)
    return Exact(paid_back(parts, scale, scale, np.full(len(parts), below)), int(scale[0]) if len(scale) else 1)


def _line(indices: list[Decimal], below: bool) -> Line:
    return Line(np.array(indices, dtype=float), _returned(indices, below).floats())


@cites("JS26 annex 3, 2(2)")
def cliffs(allocation: pd.DataFrame, params: DepositParams, near: float = NEAR) -> pd.DataFrame:
    """What one step over an edge is worth, and who stands close to it.

    One row an edge (``lower``, ``upper``): at [index], jump_low and jump_high (share of the deposit,
    over the groups), just_under and just_over (institutions within ``near`` of the edge).
    At the lower edge what the band below gives back falls short of the deposit; at the upper one the bonus starts
    at pool x upper / sum(d x) of the group, so it differs by group.
    """
    index, deposit, bonus, band = (allocation[name].to_numpy() for name in ("index", "deposit", "bonus", "band"))
    top = (band == Band.ABOVE.value) & (deposit > 0)
    # A group's bonus is the same share of the weight for all its claimants: its rate at the edge.
    jumps = bonus[top] / weights(deposit[top], index[top]) * weights(1.0, float(beside(params)[1]))
    edges = (
        ("lower", params.lower, _step(params), band != Band.BELOW.value),
        ("upper", params.upper, jumps, band == Band.ABOVE.value),
    )
    rows = []
    for name, at, jump, over in edges:
        close = np.abs(index - float(at)) < near
        rows.append(
            {
                "edge": name,
                "at": float(at),
                "jump_low": jump.min(initial=np.inf) if len(jump) else 0.0,
                "jump_high": jump.max(initial=0.0),
                "just_under": int((close & ~over).sum()),
                "just_over": int((close & over).sum()),
            }
        )
    return pd.DataFrame(rows)


def _step(params: DepositParams) -> np.ndarray:
    """What of the deposit an index just below the lower threshold loses against one at it."""
    at = beside(params)[0]
    under, over = (_returned([at], below) for below in (True, False))
    return (over - under).floats()


@cites("JS26 annex 3, 1(2)")
def flows(allocation: pd.DataFrame, by: pd.Series) -> pd.DataFrame:
    """Money by kind of institution: kind, institutions, forfeited, bonus, net [yuan]; one row a kind.

    ``by`` names the kind of each row, such as its level; net = bonus - forfeited.
    """
    kind, names = pd.factorize(by.to_numpy(), sort=True)
    returned, deposit, bonus = (to_fen(allocation[column]) for column in ("returned", "deposit", "bonus"))
    forfeited, bonus = sum_by(kind, deposit - returned), sum_by(kind, bonus)
    return pd.DataFrame(
        {
            "kind": names,
            "institutions": np.bincount(kind, minlength=len(names)),
            "forfeited": to_yuan(forfeited),
            "bonus": to_yuan(bonus),
            "net": to_yuan(bonus - forfeited),
        }
    )
