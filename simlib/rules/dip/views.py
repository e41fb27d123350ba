"""What a settlement shows at a glance: where the fund goes, who stands where in the corridor, who gains and who pays.

All take the result tables of a run and return small tables; charts only draw them.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pandas as pd

from simlib.clauses import cites
from simlib.exact import Exact
from simlib.money import sum_by, to_fen, to_yuan
from simlib.rules.dip import settlement
from simlib.rules.dip.params import DipParams
from simlib.rules.dip.settlement import SPENDING, ClearingBand
from simlib.rules.family import Results

NEAR = 0.01  # of the clearing ratio: how close to an edge counts as near it


@cites("JY 10", "JY 11", "JY 13")
def waterfall(results: Results) -> pd.DataFrame:
    """From income to what institutions get: one row a step, with ``step``, ``amount`` [yuan] and ``level`` after it.

    income, regulation set aside, the kinds of spending, what lies above the multiple of billing, then the distributable
    (a total), shares of the regulation fund, what stays undistributed, and the settlement (a total). Steps of 0 are
    left out.
    """
    funds = results["dip_fund"]
    fen = {
        name: int(to_fen(funds[name].to_numpy()).sum())
        for name in funds
        if funds[name].dtype.kind == "f" and name not in ("point_value", "share_factor")
    }
    out = {"regulation_set_aside": fen["regulation_set_aside"], **{name: fen[name] for name in SPENDING}}
    steps = [("income", fen["income"], True), *((name, -amount, False) for name, amount in out.items())]
    steps += [("unused", fen["distributable"] - fen["ceiling"], False), ("distributable", fen["distributable"], True)]
    steps += [
        ("undistributed", -fen["undistributed"], False),
        ("floored", fen["floored"], False),
        ("shares_paid", fen["shares_paid"], False),
    ]
    settled = int(to_fen(results["dip_institutions"]["settlement"].to_numpy()).sum())
    steps = [one for one in [*steps, ("settlement", settled, True)] if one[1] or one[2]]
    level, rows = 0, []
    for name, amount, total in steps:
        level = amount if total else level + amount
        rows.append((name, float(to_yuan(amount)), float(to_yuan(level)), total))
    return pd.DataFrame(rows, columns=["step", "amount", "level", "total"])


@cites("JY 33")
def distribution(institutions: pd.DataFrame, width: float = 0.01, low: float = 0.7, high: float = 1.4) -> pd.DataFrame:
    """Institutions by clearing ratio: one row a bin with its middle ``ratio`` and a count for each outcome.

    The outermost bins also hold what lies beyond; an institution without a ratio stands in the last.
    """
    ratio = np.nan_to_num(institutions["clearing_ratio"].to_numpy(), nan=np.inf)
    first, last = round(low / width), round(high / width)
    # A whisker down, as a ratio of exactly 1 still belongs to the side of the surplus.
    number = np.ceil(np.clip(ratio, low, high) / width - 1e-9).clip(first, last).astype(int) - first
    outcome = institutions["outcome"].to_numpy()
    counts = {one.value: np.bincount(number[outcome == one.value], minlength=last - first + 1) for one in ClearingBand}
    return pd.DataFrame({"ratio": (np.arange(first, last + 1) - 0.5) * width, **counts})


@cites("JY 33")
def corridor(params: DipParams, level: str, ratios: Sequence[Fraction]) -> np.ndarray:
    """Settlement over billing at each clearing ratio, for one level and a fund that suffices (JY art. 33)."""
    billed, payable = (
        Exact(np.array([getattr(one, part) for one in ratios], dtype=object)) for part in ("numerator", "denominator")
    )
    _, base, share = settlement.corridor(payable, billed, np.full(len(ratios), level), params)
    return (base + share).over(billed)


@cites("JY 33")
def edges(institutions: pd.DataFrame, params: DipParams, near: float = NEAR) -> pd.DataFrame:
    """The edges of the corridor: ``edge``, ``at`` [ratio], and how many institutions lie within ``near`` on each
    side."""
    ratio = institutions["clearing_ratio"].to_numpy()
    rows = []
    for edge, at in zip(settlement.Turns._fields, map(float, settlement.turns(params)), strict=True):
        close = np.abs(ratio - at) < near
        rows.append(
            {
                "edge": edge,
                "at": at,
                "under": int((close & (ratio <= at)).sum()),
                "over": int((close & (ratio > at)).sum()),
            }
        )
    return pd.DataFrame(rows)


@cites("JY 33")
def balance(institutions: pd.DataFrame, by: pd.Series) -> pd.DataFrame:
    """What each kind of institution keeps of its surplus and bears of its overspending: settlement against billing.

    One row a kind: kind, institutions, lost, gained, net [yuan].
    """
    kind, names = pd.factorize(by.to_numpy(), sort=True)
    moved = to_fen(institutions["settlement"].to_numpy()) - to_fen(institutions["billed"].to_numpy())
    lost, gained = (sum_by(kind, part) for part in (np.maximum(-moved, 0), np.maximum(moved, 0)))
    return pd.DataFrame(
        {"kind": names, "institutions": np.bincount(kind, minlength=len(names)), "lost": to_yuan(lost),
         "gained": to_yuan(gained), "net": to_yuan(gained - lost)}
    )  # fmt: skip


@cites("JY 11", "JY 12", "JY 33")
def rollover(results: Results, years: int = 5) -> pd.DataFrame:
    """The regulation fund and the accumulated surplus over several years like this one (JY art. 11, 12, 33): year, and
    ``YEARLY`` in yuan.

    Each year sets the same part aside and owes the same shares; what is left is carried to the next. What the fund
    keeps besides (the ceiling above the distributable, and what stays undistributed) accumulates, and is drawn on where
    the regulation fund of a later year is short, which the joint meeting and the city would have to decide.
    """
    funds = results["dip_fund"]
    fen = {name: to_fen(funds[name].to_numpy()) for name in FUND}
    kept = fen["ceiling"] - fen["distributable"] + fen["undistributed"] - fen["surplus_moved"]
    starts = (fen["fund_carried"], fen["regulation_set_aside"], fen["surplus_moved"], fen["shares_due"], kept)
    ledgers = [_rolled(years, *one) for one in zip(*(one.tolist() for one in starts), strict=True)]
    sums = to_yuan(np.sum(ledgers, axis=0))
    return pd.DataFrame({"year": range(1, years + 1), **dict(zip(YEARLY, sums.T, strict=True))})


FUND = ("ceiling", "distributable", "undistributed", "fund_carried", "regulation_set_aside", "surplus_moved",
        "shares_due")  # fmt: skip
YEARLY = ("supply", "demand", "paid", "left", "drawn", "surplus")


def _rolled(years: int, carried: int, aside: int, moved: int, due: int, kept: int) -> list[tuple[int, ...]]:
    """One ledger year by year in fen, its shares as if one institution were owed them all: ``YEARLY``."""
    rows: list[tuple[int, ...]] = []
    owed, ids, surplus = np.array([due], dtype=object), np.arange(1), 0
    for _ in range(years):
        supply = settlement.regulation_fund(aside, carried, moved)
        paid, _ = settlement.shares_paid(Exact(owed), owed, supply, ids)
        carried = settlement.fund_left(supply, paid)
        drawn = settlement.drawn(due - int(paid.sum()), surplus)
        surplus += kept - drawn
        rows.append((supply, due, int(paid.sum()), carried, drawn, surplus))
    return rows


@cites("JY 22")
def parts(coefficients: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """How each part of the coefficient comes out: part, institutions (with it above 0) and their mean."""
    rows = []
    for name in names:
        values = coefficients[name].to_numpy()
        have = values[values > 0]
        rows.append({"part": name, "institutions": len(have), "mean": float(have.mean()) if len(have) else 0.0})
    return pd.DataFrame(rows)
