"""What the deposit tables show at a glance: who stands where, what an edge costs, where money flows.

All take the ``deposit`` table of :func:`allocate` and return small tables; charts only draw them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from simlib.clauses import cites
from simlib.money import sum_by, to_fen, to_yuan
from simlib.rules.deposit.allocation import Band
from simlib.rules.deposit.params import DepositParams

WIDTHS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)  # of the bins of the index
NEAR = 0.005  # of the index: how close to a threshold counts as near it


@cites("JS26 annex 3, 2(1)")
def distribution(allocation: pd.DataFrame, bins: int = 60) -> pd.DataFrame:
    """Institutions by index: one row a bin with its middle ``index``, and a count for each band.

    Bins are the narrowest of 0.005, 0.01, 0.02, ... of which ``bins`` hold the middle 98% of the
    institutions, and begin at multiples of their width; the outermost also hold what lies beyond.
    """
    index = allocation["index"].to_numpy()
    low, high = min(np.quantile(index, 0.01), 0.95), max(np.quantile(index, 0.99), 1.05)
    width = next(w for w in WIDTHS if (high - low) / w < bins or w == WIDTHS[-1])
    first, last = int(low // width), int(high // width)
    # A whisker up, so that an index of exactly 0.98 stands in the bin that begins there.
    number = np.floor(index / width + 1e-9).clip(first, last).astype(int) - first
    bands = allocation["band"].to_numpy()
    counts = {band.value: np.bincount(number[bands == band.value], minlength=last - first + 1) for band in Band}
    return pd.DataFrame({"index": (np.arange(first, last + 1) + 0.5) * width, **counts})


@cites("JS26 annex 3, 2(2)1", "JS26 annex 3, 2(2)2", "JS26 annex 3, 2(2)3")
def payout(allocation: pd.DataFrame) -> pd.DataFrame:
    """The payout curve: index, band and share = payment / deposit of every institution with a deposit.

    The index of the table is the row of ``allocation``.
    """
    index, band, deposit, payment = (allocation[name].to_numpy() for name in ("index", "band", "deposit", "payment"))
    rows = np.flatnonzero(deposit > 0)
    share = payment[rows] / deposit[rows]
    return pd.DataFrame({"index": index[rows], "band": band[rows], "share": share}, index=rows)


@cites("JS26 annex 3, 2(2)")
def cliffs(allocation: pd.DataFrame, params: DepositParams, near: float = NEAR) -> pd.DataFrame:
    """What one step over an edge is worth, and who stands close to it.

    One row an edge (``lower``, ``upper``): at [index], jump_low and jump_high (share of the deposit,
    over the groups), just_under and just_over (institutions within ``near`` of the edge).
    At the lower edge 1 - lower is lost; at the upper one the bonus starts at pool x upper / sum(d x)
    of the group, so it differs by group.
    """
    index, deposit, bonus = (allocation[name].to_numpy() for name in ("index", "deposit", "bonus"))
    top = (allocation["band"].to_numpy() == Band.ABOVE.value) & (deposit > 0)
    # A group's bonus is the same share of deposit x index for all its claimants: its rate at the edge.
    jumps = bonus[top] / deposit[top] / index[top] * float(params.upper)
    edges = (
        ("lower", params.lower, np.array([float(1 - params.lower)]), index >= float(params.lower)),
        ("upper", params.upper, jumps, index > float(params.upper)),
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
