"""What of lump-sum contributions falls on the year (JY art. 10)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simlib.clauses import cites
from simlib.columns import FUNDS
from simlib.columns.checks import amounts, numbers
from simlib.exact import Exact
from simlib.money import FEN, to_yuan
from simlib.words import Text, joined

HEADS, WAGE, RATE = AMORTISED = ("amortised_heads", "monthly_wage", "contribution_rate")
GIVEN = "lump_sum_amortised"


@cites("JY 10")
def amortised(funds: pd.DataFrame) -> np.ndarray:
    """By row, in fen: amortised_heads x monthly_wage x contribution_rate, half up, where the row has all three, else
    lump_sum_amortised as given.

    BadInput for an amount, a number of heads or a rate that is negative.
    """
    given = amounts(funds, "funds", GIVEN).astype(object) if GIVEN in funds else np.zeros(len(funds), dtype=object)
    whole = followed(funds)
    if not whole.any():
        return given
    heads, rate = (Exact.of(numbers(funds, "funds", name, 0)) for name in (HEADS, RATE))
    return np.where(whole, (heads * amounts(funds, "funds", WAGE) * rate).half_up(), given)


def followed(funds: pd.DataFrame) -> np.ndarray:
    """The rows that have all three, so that the formula stands."""
    return np.asarray(_known(funds).all(axis=0))


def _known(funds: pd.DataFrame) -> np.ndarray:
    """Which of the three the rows have."""
    return np.array([funds[name].notna() if name in funds else np.zeros(len(funds), dtype=bool) for name in AMORTISED])


def warned(funds: pd.DataFrame) -> list[Text]:
    """What a user must see: an amount given beside the formula's and not equal to it, and a formula that lacks a
    part."""
    known, made, found = _known(funds), amortised(funds), []
    for at, row in enumerate(funds.to_dict("records")):
        stated = row.get(GIVEN, np.nan)
        given = 0 if stated != stated else stated
        if known[:, at].all() and stated == stated and round(given * FEN) != made[at]:
            amount = float(to_yuan(made[at]))
            found.append(OTHER.fill(scheme=row["scheme"], made=f"{amount:,.2f}", given=f"{given:,.2f}"))
        elif known[:, at].any() and not known[:, at].all():
            names = joined(FUNDS.by_name[name].label for name in AMORTISED)
            found.append(PARTLY.fill(scheme=row["scheme"], names=names, given=f"{given:,.2f}"))
    return found


OTHER = Text("基金表 {scheme} 行：趸交分摊按人数 × 月平均工资 × 缴费比例计为 {made} 元，表中所给 {given} 元未采用"
             "（JY 第十条）。",
             "Funds, row {scheme}: heads x monthly wage x rate come to {made} yuan of lump sums; the {given} yuan that "
             "the table gives are not taken (JY art. 10).")  # fmt: skip
PARTLY = Text("基金表 {scheme} 行：“{names}”没有填全，趸交分摊按所给的 {given} 元计（JY 第十条）。",
              "Funds, row {scheme}: not all of “{names}” are filled in; the amortised part is taken as given, {given} "
              "yuan (JY art. 10).")  # fmt: skip
