"""The synthetic city's county medical communities: each led by a county hospital, with a year's budget and
evaluation."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simlib.sample.places import COUNTIES

LEADS = "二级与县级综合"  # the allocation group whose hospitals of a county lead a community
# Shares of the communities, and what they reach.
SCORES = ((0, 0.07, 0.2, 0.45, 0.8, 1), (53, 60.5, 73, 80.5, 90.5, 98))
SURPLUS = ((0, 0.25, 0.75, 1), (-0.05, 0, 0.04, 0.09))  # of the budget
VETO_FROM = 10  # communities: in a city of fewer nobody is vetoed


def communities(institutions: pd.DataFrame, seed: int = 2026) -> pd.DataFrame:
    """Table ``communities``: a row for each hospital that is named after its county.

    - ``budget`` [yuan]: 1.5 to 2.2 times what the lead is settled, in whole hundreds; ``spending`` from 9% below it to
      5% above, a quarter of the communities above. Of overspending up to 60% is unreasonable.
    - ``score``: spread so that every bracket has its share; one in five has a bonus, one of all a veto.

    Parameters
    ----------
    institutions: the city's table.
    seed: a whole number >= 0. The same table and seed give the same communities.
    """
    own = [name.startswith(county) for name, county in zip(institutions["name"], institutions["county"], strict=True)]
    leads = institutions[np.array(own, dtype=bool) & (institutions["group"] == LEADS)]
    rng, count = np.random.default_rng([seed, 5]), len(leads)
    budget = np.round(leads["settled"].to_numpy() * rng.uniform(1.5, 2.2, count), -2)
    spending = np.round(budget * (1 - _spread(rng, count, SURPLUS)), 2)
    over = np.maximum(spending - budget, 0)
    number = leads.groupby("county").cumcount() + 1
    return pd.DataFrame(
        {
            "community_id": [f"{COUNTIES[one]}G{n}" for one, n in zip(leads["county"], number, strict=True)],
            "name": [f"{name}医共体" for name in leads["name"]],
            "score": np.round(_spread(rng, count, SCORES), 2),
            "bonus": np.where(rng.random(count) < 0.2, rng.integers(1, 6, count), 0) / 1.0,
            "veto": (np.arange(count) == rng.integers(max(count, 1))) & (count >= VETO_FROM),
            "budget": budget,
            "spending": spending,
            "unreasonable_overspend": np.round(over * rng.uniform(0, 0.6, count), 2),
        }
    )


def _spread(rng: np.random.Generator, count: int, curve: tuple) -> np.ndarray:
    """Draws along a curve of (shares, values), one from each of ``count`` equal parts of it, in any order."""
    return np.interp(rng.permutation((np.arange(count) + rng.random(count)) / max(count, 1)), *curve)
