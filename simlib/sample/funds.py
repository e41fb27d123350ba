"""What follows from the synthetic city's cases: its insurance funds, and what institutions billed month by month."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simlib.columns import BILLING, FUNDS
from simlib.money import FEN, to_yuan

YEAR = 2025
REGULATION = 0.04  # of the income
COVERED = {"employee": 1.0, "resident": 0.975}  # what is left for inpatients, of what is billed
LAST_POINT_VALUE = 16.2  # yuan, a little less than this year's
SPENT = ("maternity", "outpatient", "chronic", "nonlocal", "cash", "other")
# Shares of the income that counts.
SHARES = {
    "employee": {"lump_sum": 0.011, "lump_sum_amortised": 0.0023, "maternity": 0.021, "outpatient": 0.118,
                 "chronic": 0.094, "nonlocal": 0.083, "cash": 0.006, "other": 0.004, "fund_carried": 0.023},
    "resident": {"lump_sum": 0, "lump_sum_amortised": 0, "maternity": 0.007, "outpatient": 0.074,
                 "chronic": 0.068, "nonlocal": 0.131, "cash": 0.011, "other": 0.015, "fund_carried": 0.017},
}  # fmt: skip


def funds(billed: dict[str, int], seed: int = 2026) -> pd.DataFrame:
    """Table ``funds``, a row a scheme: incomes with which what is left for inpatients is near what was billed.

    Both together lack 1 to 2% of it, so that the city's clearing ratio (billed / payable) is a little above 1.

    Parameters
    ----------
    billed: scheme (employee, resident): sum of ``fund_billed`` [fen].
    seed: a whole number >= 0. The same sums and seed give the same table.
    """
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(4,)))
    rows = []
    for scheme, fen in billed.items():
        shares = {name: share * rng.uniform(0.95, 1.05) for name, share in SHARES[scheme].items()}
        counted = COVERED[scheme] * fen / (1 - REGULATION - sum(shares[name] for name in SPENT))
        amounts = {name: share * counted for name, share in shares.items()}
        amounts["income"] = counted + amounts["lump_sum"] - amounts["lump_sum_amortised"]
        yuan = {name: round(amount) / FEN for name, amount in amounts.items()}
        rows.append({"scheme": scheme, **yuan, "last_point_value": LAST_POINT_VALUE})
    table = pd.DataFrame(rows)
    return table[[name for name in FUNDS.by_name if name in table]]


def billing(ids: np.ndarray, billed: np.ndarray, irregular: np.ndarray, seed: int = 2026) -> pd.DataFrame:
    """Table ``billing``: what each institution billed in each month in which it discharged somebody.

    ``penalties``: whole yuan in a few months, oftener where ``irregular`` is high, at most 2% of what was billed.

    Parameters
    ----------
    ids: institution numbers, shape (n,).
    billed [fen]: by institution and month of discharge, shape (n, 12).
    irregular: each institution's rate of irregular cases, shape (n,).
    seed: a whole number >= 0. The same arguments give the same table.
    """
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(5,)))
    punished = rng.random(billed.shape) < np.minimum(0.01 + 10 * irregular, 0.2)[:, None]
    penalty = np.minimum(rng.lognormal(np.log(4000), 1, billed.shape), 0.02 * billed / FEN)
    at, month = np.nonzero(billed)
    table = {
        "institution_id": ids[at],
        "month": np.array([f"{YEAR}-{number:02d}" for number in range(1, 13)])[month],
        "billed": to_yuan(billed[at, month]),
        "penalties": np.floor(penalty * punished)[at, month],
    }
    return pd.DataFrame({name: table[name] for name in BILLING.by_name})
