"""What is withheld of each institution as its quality deposit (JS3 art. 29 and 48, JY art. 40)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from simlib.clauses import cites
from simlib.columns.checks import amounts, require
from simlib.money import round_half_up, sum_by, to_fen, to_yuan
from simlib.params import Choice
from simlib.rules.deposit.params import DepositBase, DepositParams, MonthlyBase
from simlib.tables import Tables, small
from simlib.words import Text

NAME = Text("质量保证金", "the quality deposit")
TABLE, KEY = "institutions", "institution_id"
PREPAYMENTS = "prepayments"  # made by DIP settlement, where there is one


class Source(Choice):
    """Of what a deposit was withheld."""

    GIVEN = "given", "数据给出", "given by the data"
    PREPAID = "prepaid", "月预结算额", "monthly prepayments"
    BILLED = "billed", "月记账额", "monthly bills"
    SETTLED = "settled", *DepositBase.SETTLED.label
    BUDGET = "budget", *DepositBase.BUDGET.label
    NONE = "none", "没有基数", "no base"


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
    """The institutions with what is withheld of each month as their deposit (JY art. 40).

    deposit = the sum over months of deposit_rate x what is prepaid, or by ``monthly_base`` billed, half up to the fen;
    a month in which penalties exceed the payment withholds nothing of it. ``prepayments``: institution_id, month,
    prepaid, billed [yuan]. A deposit that the table gives
    stands, and an institution without prepayments has its deposit of the base, as in :func:`withheld`.
    """
    rate, parts = params.deposit_rate.as_integer_ratio()
    months = _months(institutions, prepayments, params)
    each = round_half_up(months.fen.astype(object) * rate, parts).astype(np.int64)
    monthly = sum_by(months.place, each, len(institutions))
    paid = np.isin(np.arange(len(institutions)), months.place)
    based = params.deposit_base.value in institutions or "deposit" in institutions
    others = to_yuan(withheld(institutions, params)) if based else np.zeros(len(institutions))
    filled = institutions.assign(deposit=np.where(paid & ~stated(institutions), to_yuan(monthly), others))
    filled.attrs = institutions.attrs
    return filled


def stated(institutions: pd.DataFrame) -> np.ndarray:
    """Whose deposit the data give."""
    if "deposit" not in institutions:
        return np.zeros(len(institutions), dtype=bool)
    return institutions["deposit"].notna().to_numpy()


class Monthly(NamedTuple):
    """The months of which a deposit is withheld, and of what."""

    source: Source
    rows: np.ndarray  # which of the prepayments are of these institutions
    place: np.ndarray  # of those: the row of the institution
    fen: np.ndarray


@cites("JY 40")
def _months(institutions: pd.DataFrame, prepayments: pd.DataFrame, params: DepositParams) -> Monthly:
    """What is prepaid each month, or by ``monthly_base`` billed; 0 where penalties exceed it."""
    source = Source.BILLED if params.monthly_base is MonthlyBase.BILLED else Source.PREPAID
    place = pd.Index(institutions[KEY]).get_indexer(prepayments[KEY])
    rows = place >= 0
    fen = to_fen(prepayments[source.value].to_numpy()).clip(min=0)
    return Monthly(source, rows, place[rows], fen[rows])


@cites("JY 40")
def by_month(tables: Tables, params: DepositParams) -> bool:
    """Whether there are months to withhold of."""
    return PREPAYMENTS in tables and params.monthly_base is not MonthlyBase.SETTLED


@cites("JY 40")
def charged(tables: Tables, params: DepositParams) -> pd.DataFrame:
    """The institutions as the deposit is withheld of them: by month where DIP makes prepayments (JY art. 40), unless
    ``monthly_base`` takes the year's base."""
    institutions = small(tables, TABLE)
    if by_month(tables, params):
        return with_prepayments(institutions, small(tables, PREPAYMENTS), params)
    return institutions


@cites("JS3 29", "JY 40")
def sources(tables: Tables, params: DepositParams) -> pd.DataFrame:
    """Of what each deposit was withheld: institution_id, source, base [yuan, of all months where it was by month],
    months, first, last [2025-01].

    What has no months has 0 of them; a deposit that the data give, or that has no base, has none.
    """
    table = small(tables, TABLE)
    given = stated(table)
    name = params.deposit_base.value
    yearly = table[name] if name in table else pd.Series(np.nan, table.index)
    source = np.where(given, Source.GIVEN.value, np.where(yearly.notna(), name, Source.NONE.value)).astype(object)
    base = np.where(given, 0.0, yearly.fillna(0).to_numpy(dtype=float))
    count, first, last = np.zeros(len(table), dtype=np.int64), *(np.full(len(table), "", object) for _ in "ab")
    if by_month(tables, params):
        prepayments = small(tables, PREPAYMENTS)
        months = _months(table, prepayments, params)
        mine = ~given[months.place]
        place, month = months.place[mine], prepayments["month"].to_numpy(dtype=object)[months.rows][mine]
        count = np.bincount(place, minlength=len(table))
        sums = sum_by(place, months.fen[mine], len(table))
        codes, names = pd.factorize(month, sort=True)
        names = np.asarray(names, dtype=object)
        least, most = np.full(len(table), len(names)), np.full(len(table), -1)
        np.minimum.at(least, place, codes)
        np.maximum.at(most, place, codes)
        paid = np.flatnonzero(count)
        source[paid], base[paid] = months.source.value, to_yuan(sums[paid])
        first[paid], last[paid] = names[least[paid]], names[most[paid]]
    columns = {"source": source, "base": base, "months": count, "first": first, "last": last}
    return pd.DataFrame({KEY: table[KEY].to_numpy(), **columns})
