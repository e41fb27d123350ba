"""Variance-based sensitivity: Sobol's indices as scipy estimates them, with intervals that a seed makes repeatable.

scipy.stats.sobol_indices (Saltelli 2010) samples the unit cube by a scrambled Sobol sequence and needs N x (d + 2)
calculations for d inputs. The first-order index is the share of the outcome's variance that an input explains alone,
the total index the share that hangs on it together with others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

RESAMPLES = 400
LEVEL = 0.95


@dataclass(frozen=True, eq=False)
class Indices:
    """``table``: a row an input, with first, first_low, first_high, total, total_low, total_high; all 0 where nothing
    varies."""

    table: pd.DataFrame
    mean: float
    deviation: float
    calculations: int


def indices(calculate: Callable[[np.ndarray], np.ndarray], inputs: int, samples: int, seed: int) -> Indices:
    """The indices of ``calculate``, which takes points of the unit cube (a row a point) to values.

    ``samples``: N, a power of 2. The intervals hold ``LEVEL`` of the indices of ``RESAMPLES`` resamples of the N points
    (percentile bootstrap).
    """
    from scipy.stats import sobol_indices, uniform

    kept: list[np.ndarray] = []

    def called(points: np.ndarray) -> np.ndarray:
        kept.append(calculate(points.T))
        return kept[-1][None].copy()  # scipy takes the mean off in place

    # What is asked is kept, so that the same values can be resampled: scipy's own bootstrap takes no seed.
    with np.errstate(divide="ignore", invalid="ignore"):
        sobol_indices(func=called, n=samples, dists=[uniform()] * inputs, rng=np.random.default_rng(seed))
    a, b, mixed = np.split(np.concatenate(kept), [samples, 2 * samples])
    mixed = mixed.reshape(samples, inputs).T  # as scipy lays them out: point by point, and of each point input by input
    values = np.concatenate([a, b])
    names = [f"{order}{end}" for order in ("first", "total") for end in ("", "_low", "_high")]
    if np.ptp(values) == 0:
        return Indices(
            pd.DataFrame(0.0, index=range(inputs), columns=names), float(values[0]), 0.0, len(values) + mixed.size
        )

    def estimate(at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        with np.errstate(divide="ignore", invalid="ignore"):
            known = {"f_A": a[None, at], "f_B": b[None, at], "f_AB": mixed[:, None, at]}
            came = sobol_indices(func=known, n=samples)
        return came.first_order.ravel(), came.total_order.ravel()

    stream = np.random.default_rng([seed, 1])
    drawn = np.stack([estimate(stream.integers(samples, size=samples)) for _ in range(RESAMPLES)])
    ends = np.nanquantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    columns: dict[str, np.ndarray] = {}
    for order, (name, best) in enumerate(zip(("first", "total"), estimate(np.arange(samples)), strict=True)):
        columns |= {name: best, f"{name}_low": ends[0, order], f"{name}_high": ends[1, order]}
    return Indices(pd.DataFrame(columns), float(values.mean()), float(values.std()), len(values) + mixed.size)
