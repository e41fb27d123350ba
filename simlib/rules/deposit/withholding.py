"""What is withheld of each institution as its quality deposit (JS3 art. 29 and 48, JY art. 40)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simlib.clauses import cites
from simlib.columns.checks import amounts, require
from simlib.money import round_half_up, sum_by, to_fen, to_yuan
from simlib.rules.deposit.params import DepositParams
from simlib.tables import Tables, small
from simlib.words import Text

NAME = Text("质量保证金", "the quality deposit")
TABLE, KEY = "institutions", "institution_id"
PREPAYMENTS = "prepayments"  # made by DIP settlement, where there is one


@cites("JS3 29", "JS3 48")
def withheld(institutions: pd.DataFrame, params: DepositParams) -> np.ndarray:
    """Deposits in whole fen, one an institution.

    JS3 art. 29: deposit = deposit_rate x base, half up to the fen, the base being the column
    ``settled`` or ``budget`` (yuan) as ``deposit_base`` reads it. A deposit that the table gives
    in column ``deposit`` is a fact and stands. An institution with neither has no deposit: 0.
    BadInput where the table has neither column, or an amount is negative or has a part of a fen.
    """
    base = params.deposit_base.value
    if "deposit" not in institutions:
        require(institutions, TABLE, [base], NAME)
    computed = np.zeros(len(institutions), dtype=np.int64)
    if base in institutions:
        rate, parts = params.deposit_rate.as_integer_ratio()
        computed = round_half_up(amounts(institutions, TABLE, base).astype(object) * rate, parts).astype(np.int64)
    if "deposit" not in institutions:
        return computed
    known = amounts(institutions, TABLE, "deposit")
    return np.where(institutions["deposit"].isna(), computed, known)


@cites("JY 40", "JS3 29")
def with_prepayments(institutions: pd.DataFrame, prepayments: pd.DataFrame, params: DepositParams) -> pd.DataFrame:
    """The institutions with what is withheld of each month's prepayment as their deposit (JY art. 40).

    deposit = the sum over months of deposit_rate x prepaid, half up to the fen; a month in which penalties exceed the
    payment withholds nothing. ``prepayments``: institution_id, month, prepaid [yuan]. A deposit that the table gives
    stands, and an institution without prepayments has its deposit of the base, as in :func:`withheld`.
    """
    rate, parts = params.deposit_rate.as_integer_ratio()
    fen = to_fen(prepayments["prepaid"].to_numpy()).clip(min=0).astype(object)
    place = pd.Index(institutions[KEY]).get_indexer(prepayments[KEY])
    mine = place >= 0
    sums = sum_by(place[mine], round_half_up(fen[mine] * rate, parts).astype(np.int64))
    monthly = np.zeros(len(institutions), dtype=np.int64)
    monthly[: len(sums)] = sums
    paid = np.isin(np.arange(len(institutions)), place)
    given = (
        institutions["deposit"].notna().to_numpy() if "deposit" in institutions else np.zeros(len(institutions), bool)
    )
    based = params.deposit_base.value in institutions or "deposit" in institutions
    others = to_yuan(withheld(institutions, params)) if based else np.zeros(len(institutions))
    filled = institutions.assign(deposit=np.where(paid & ~given, to_yuan(monthly), others))
    filled.attrs = institutions.attrs
    return filled


@cites("JY 40")
def charged(tables: Tables, params: DepositParams) -> pd.DataFrame:
    """The institutions as the deposit is withheld of them: of their monthly prepayments where DIP makes any (JY art.
    40)."""
    institutions = small(tables, TABLE)
    if PREPAYMENTS in tables:
        return with_prepayments(institutions, small(tables, PREPAYMENTS), params)
    return institutions
