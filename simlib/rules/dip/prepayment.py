"""What is paid during the year and set against the settlement (JY art. 25, 26, 40)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simlib.clauses import cites
from simlib.columns.checks import amounts, refuse, require
from simlib.exact import Exact
from simlib.money import FEN, sum_by, to_yuan
from simlib.rules.dip.params import DipParams
from simlib.words import Text

NAME = Text("月预结算", "monthly prepayment")
TABLE, KEY = "billing", "institution_id"
YEAR = 27_720  # a number of parts of which a mean over 1 to 12 months is a whole number
WORKING_UNIT, PROCUREMENT_UNIT = 10_000, 1_000  # yuan to which advances are rounded, and the least of each


@cites("JY 26")
def prepayments(billing: pd.DataFrame, params: DipParams | None = None) -> pd.DataFrame:
    """What each institution is prepaid each month (JY art. 26): monthly_rate x billed - penalties, half up to the fen.

    ``billing``: institution_id, month, billed and, where there are any, penalties [yuan]. One row an institution and
    month, in the order given: institution_id, month, billed, penalties, prepaid [yuan]; penalties above the share leave
    a negative sum, which the next settlement bears. Of ``prepaid`` the quality deposit is withheld, by its own rule (JY
    art. 40). BadInput for a missing column, or an amount that is negative or has a part of a fen.
    """
    params = params or DipParams()
    require(billing, TABLE, [KEY, "month", "billed"], NAME)
    refuse(billing, TABLE, "month", billing.duplicated([KEY, "month"]), TWICE)
    billed = amounts(billing, TABLE, "billed")
    penalties = (
        amounts(billing, TABLE, "penalties") if "penalties" in billing else np.zeros(len(billing), dtype=np.int64)
    )
    prepaid = (Exact(billed.astype(object)) * params.monthly_rate).half_up() - penalties
    columns = {"billed": billed, "penalties": penalties, "prepaid": prepaid}
    return pd.DataFrame(
        {
            KEY: billing[KEY].to_numpy(),
            "month": billing["month"].to_numpy(),
            **{name: to_yuan(fen) for name, fen in columns.items()},
        }
    )


@cites("JY 26")
def year_of(payments: pd.DataFrame, column: str, ids: np.ndarray) -> np.ndarray:
    """The year's prepayments or penalties of each of ``ids``, in fen; 0 for who had none."""
    place = pd.Index(ids).get_indexer(payments[KEY])
    fen = np.rint(payments[column].to_numpy() * 100).astype(np.int64)
    return sum_by(place[place >= 0], fen[place >= 0], len(ids))


@cites("JY 25", "JY 25(1)", "JY 25(2)")
def advances(institutions: pd.DataFrame, params: DipParams | None = None) -> pd.DataFrame:
    """Working capital and procurement advances paid in January (JY art. 25): one row an institution that gets them, or
    that has last year's to give back.

    - working_capital = working_months x last year's mean monthly billing, half up to 10,000 yuan, at least 10,000
    - procurement_advance = procurement_rate x last year's agreed amount, half up to 1,000 yuan, at least 1,000
    - net = both - advanced_last_year: topped up, or below 0 taken back

    Only public institutions with inpatients and without a breach in two years, never new ones (:func:`entitled`). The
    mean is over last_year_months, the months that were billed; a blank is 12. Columns needed: ownership,
    last_year_billed, last_year_procurement [yuan], and has_inpatient, last_year_months, advanced_last_year [yuan],
    breach_two_years and new where they apply. An institution whose amount is not stated has no such advance. Returns
    institution_id, working_capital, procurement_advance, advanced_last_year, net [yuan].
    """
    params = params or DipParams()
    require(institutions, "institutions", [KEY, "ownership", "last_year_billed", "last_year_procurement"], ADVANCES)
    who, before = entitled(institutions), _fen(institutions, "advanced_last_year")
    listed = who | (before > 0)
    table, who, before = institutions[listed], who[listed], before[listed]
    billed = Exact(_fen(table, "last_year_billed").astype(object) * (YEAR // _months(table)), YEAR)
    agreed = Exact(_fen(table, "last_year_procurement").astype(object)) * params.procurement_rate
    working = _rounded(billed * params.working_months, WORKING_UNIT, who & table["last_year_billed"].notna().to_numpy())
    procurement = _rounded(agreed, PROCUREMENT_UNIT, who & table["last_year_procurement"].notna().to_numpy())
    net = to_yuan(((working + procurement) * FEN).astype(np.int64) - before)
    return pd.DataFrame(
        {KEY: table[KEY].to_numpy(), "working_capital": working, "procurement_advance": procurement,
         "advanced_last_year": to_yuan(before), "net": net}
    )  # fmt: skip


@cites("JY 25")
def entitled(institutions: pd.DataFrame) -> np.ndarray:
    """Who is advanced anything (JY art. 25): public, with inpatients, without a breach in two years, not new.

    Where has_inpatient is blank, whoever billed inpatient costs last year has them.
    """
    billed = institutions["last_year_billed"] > 0
    stated = institutions["has_inpatient"] if "has_inpatient" in institutions else pd.Series(None, institutions.index)
    found = (institutions["ownership"] == "public") & np.where(stated.notna(), stated == True, billed)  # noqa: E712
    for column in ("new", "breach_two_years"):
        if column in institutions:
            found &= ~(institutions[column] == True).fillna(False)  # noqa: E712
    return found.to_numpy(dtype=bool)


def _fen(table: pd.DataFrame, column: str) -> np.ndarray:
    return amounts(table, "institutions", column) if column in table else np.zeros(len(table), dtype=np.int64)


def _months(table: pd.DataFrame) -> np.ndarray:
    """The months billed last year; a blank is 12."""
    months = table["last_year_months"] if "last_year_months" in table else pd.Series(np.nan, table.index)
    return months.fillna(12).to_numpy(dtype=np.int64)


def _rounded(fen: Exact, unit: int, stated: np.ndarray) -> np.ndarray:
    units = np.maximum(Exact(fen.parts, fen.whole * unit * 100).half_up(), 1)
    return np.where(stated, (units * unit).astype(float), 0.0)


ADVANCES = Text("周转金和集采预付款", "working capital and procurement advances")
TWICE = Text(
    "同一机构同一月份出现两次。请合并或删除。", "The month appears twice for the institution. Merge or remove one."
)
