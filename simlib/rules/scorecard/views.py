"""What the score tables show at a glance: who stands where, which items are hard, whose rank moves.

All take the tables of a run and return small tables; charts only draw them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from simlib.clauses import cites

WIDTHS = (0.5, 1, 2, 5, 10, 20)  # of the bins of the score


def distribution(scores: pd.DataFrame, by: pd.Series, bins: int = 60) -> pd.DataFrame:
    """Institutions by score: one row a bin with its middle ``score``, and a count for each kind of ``by``.

    Bins are the narrowest of 0.5, 1, 2, ... of which ``bins`` hold all scores, and begin at multiples of
    their width; full marks stand in the bin below.
    """
    score = scores["score"].to_numpy()
    low, high = score.min(initial=100), score.max(initial=0)
    width = next(w for w in WIDTHS if (high - low) / w < bins or w == WIDTHS[-1])
    first = int(low // width)
    last = max(int(np.ceil(high / width)) - 1, first)
    number = np.floor(score / width + 1e-9).clip(first, last).astype(int) - first
    kind, names = pd.factorize(by.to_numpy(), sort=True)
    counts = {name: np.bincount(number[kind == at], minlength=last - first + 1) for at, name in enumerate(names)}
    return pd.DataFrame({"score": (np.arange(first, last + 1) + 0.5) * width, **counts})


@cites("JS26 annex 1", "JS26 annex 2", "XX part 3")
def difficulty(items: pd.DataFrame, card: str) -> pd.DataFrame:
    """How hard a card's items are: item, institutions, losing, lost [points in all], full, share = lost / full.

    One row an item, in the order in which they stand in the table ``scorecard_items``.
    """
    mine = (items["card"] == card).to_numpy()
    item, names = pd.factorize(items["item"].to_numpy()[mine])
    points, full = items["points"].to_numpy()[mine], items["full"].to_numpy()[mine]
    lost = full - points
    sums = {name: np.bincount(item, weights, len(names)) for name, weights in (("lost", lost), ("full", full))}
    counts = {"institutions": np.bincount(item), "losing": np.bincount(item, lost > 1e-12).astype(int)}
    share = np.divide(sums["lost"], sums["full"], out=np.zeros(len(names)), where=sums["full"] > 0)
    return pd.DataFrame({"item": names, **counts, **sums, "share": share})


def ranks(scores: pd.DataFrame, group: pd.Series | None = None) -> np.ndarray:
    """Each institution's place by score, 1 the best, within its group if given; equal scores share the better place."""
    of = scores["score"] if group is None else scores["score"].groupby(group.to_numpy())
    return of.rank(method="min", ascending=False).astype(int).to_numpy()


@cites("JS26 3(2)1", "JS26 3(2)2", "JS26 3(2)3")
def movers(stages: pd.DataFrame, most: int = 10) -> pd.DataFrame:
    """What each review stage changed: stage, institutions, raised, lowered, mean_change, and the largest moves.

    ``largest`` lists (institution_id, change) of those who moved most, at most ``most`` of them.
    """
    rows = []
    for stage, table in stages.groupby("stage", sort=False):
        moved = table[table["change"] != 0]
        top = moved.reindex(moved["change"].abs().sort_values(ascending=False, kind="stable").index).head(most)
        rows.append(
            {
                "stage": stage,
                "institutions": len(table),
                "raised": int((table["change"] > 0).sum()),
                "lowered": int((table["change"] < 0).sum()),
                "mean_change": float(table["change"].mean()),
                "largest": list(zip(top["institution_id"], top["change"], strict=True)),
            }
        )
    return pd.DataFrame(rows)
