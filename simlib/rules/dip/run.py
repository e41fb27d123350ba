"""One DIP settlement from the index of the cases to the result tables (JY art. 10-40); nothing here touches a case."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

import numpy as np
import pandas as pd

from simlib.clauses import cites
from simlib.exact import Exact
from simlib.money import sum_by, to_yuan
from simlib.rules.dip import settlement
from simlib.rules.dip.basis import Quota
from simlib.rules.dip.case_checks import refuse_ungrouped
from simlib.rules.dip.case_params import PrimaryDeviation
from simlib.rules.dip.coefficients import coefficient_table, weigh
from simlib.rules.dip.fund_params import BilledScope, Penalties
from simlib.rules.dip.growth import Growth
from simlib.rules.dip.index import Points
from simlib.rules.dip.index_queries import IRREGULAR
from simlib.rules.dip.mix import ages, cases_of, cmi, fixed
from simlib.rules.dip.params import DipParams, IrregularWeighted, Ledger, Ungrouped
from simlib.rules.dip.points import POINTS_KINDS, SCHEMES, WEIGHED, PointsKind
from simlib.rules.dip.prepayment import advances, prepayments, year_of
from simlib.rules.dip.ready import POOLED, Books, Ready
from simlib.rules.dip.scoring import Limits
from simlib.rules.dip.settlement import ClearingBand
from simlib.rules.dip.standing import KEY, Mix
from simlib.rules.family import Results
from simlib.tables import small
from simlib.tables.large import Large

MONEY = ("billed", "patient_paid", "other_paid")
DURING = ("prepaid", "penalties")  # the year
PAID = ("payable", "share_due", "share_paid", "reshared", "settlement")


@cites("JY 9")
def settle(cases: pd.DataFrame | Large, institutions: pd.DataFrame, groups: pd.DataFrame, peer_means: pd.DataFrame,
           funds: pd.DataFrame,
           params: DipParams | None = None, billing: pd.DataFrame | None = None) -> Results:  # fmt: skip
    """The settlement of every institution (JY art. 10-40), as the result tables of the family by name.

    ``cases`` is a DataFrame or a large table in its file; the others are as in the data folder. Without ``billing``
    nothing was prepaid. BadInput where a table lacks a column or a row that another needs.
    """
    tables: dict[str, pd.DataFrame | Large] = {
        "cases": cases, "institutions": institutions, "groups": groups, "peer_means": peer_means, "funds": funds,
    }  # fmt: skip
    if billing is not None:
        tables["billing"] = billing
    return run(Ready(tables), params or DipParams())


Apart = tuple[np.ndarray, dict[str, int]]  # fen for negotiated drugs by institution, and by ledger


@dataclass(frozen=True)
class Reckoned:
    """What a settlement clears: everything before the point value is known."""

    books: Books
    growth: Growth
    points: Points
    mix: Mix
    coefficient: Exact
    parts: dict[str, Exact]
    pots: dict[str, Exact]  # points by account
    money: dict[str, np.ndarray]  # fen by account
    apart: Apart
    funds: dict[str, dict[str, int]]  # fen by ledger


@cites("JY 22", "JY 30", "JY 39")
def reckon(ready: Ready, params: DipParams) -> Reckoned:
    """Points and money of every account, and the funds (JY art. 10-30, 39)."""
    funds = _funds(ready, params)
    books = ready.books(params)
    if params.ungrouped is Ungrouped.REFUSE:
        refuse_ungrouped(*(int(books.index.sums[name].sum()) for name in ("ungrouped", "ungrouped_fen")))
    growth = Growth.of(params, books.level)
    points = _points(ready, books, growth, params)
    mix = Mix(cmi(books, points, growth, params), ages(ready, books, growth, params))
    coefficient, parts = weigh(books.standing, fixed(ready, books, mix.ages, growth, params), mix.cmi, params)
    pots = _pots(points, coefficient[books.owner], params)
    money, apart = _money(ready, books, growth, params)
    return Reckoned(books, growth, points, mix, coefficient, parts, pots, money, apart, funds)


@cites("JY 9")
def run(ready: Ready, params: DipParams) -> Results:
    """The result tables of one settlement."""
    made = reckon(ready, params)
    books, growth, mix, coefficient, pots = made.books, made.growth, made.mix, made.coefficient, made.pots
    cleared = clear(made.funds, books, made.money, pots["approved_points"], params)

    rows = [settlement.institution_rows(accounts, settled) for _, accounts, settled in cleared]
    ledgers = {name: np.concatenate([one[name] for one in rows]) for name in rows[0]}
    monthly, during = prepaid_over(ready, books, params)
    results = {
        "dip_institutions": _institutions(books, growth, mix, coefficient, pots, ledgers, during, made.apart, params),
        "dip_fund": pd.DataFrame(
            [
                settlement.fund_row(scheme, one) | {"negotiated_paid": float(to_yuan(made.apart[1][scheme]))}
                for scheme, _, one in cleared
            ]
        ),
        "dip_ledgers": _ledgers(books, ledgers),
        "dip_coefficients": coefficient_table(books.standing, coefficient, made.parts, mix),
        "dip_counts": _counts(ready, books, made.points, params),
        "dip_deviations": books.index.histogram,
    }
    return {**results, **monthly, **_advances(ready, params)}


@cites("JY 2", "JY 10")
def _funds(ready: Ready, params: DipParams) -> dict[str, dict[str, int]]:
    """What each ledger's fund has and spends (JY art. 2, 10)."""
    names = (POOLED,) if params.ledger is Ledger.POOLED else SCHEMES[:2]
    return ready.keep(
        "funds", names, lambda: {name: settlement.fund_sums(small(ready.tables, "funds"), name) for name in names}
    )


def _points(ready: Ready, books: Books, growth: Growth, params: DipParams) -> Points:
    """The points of each account, with the growth that is assumed."""

    def made() -> Points:
        points = books.index.points(params)
        if growth.coding != 1:
            points = books.index.points(params, growth.coding).where(growth.who, points)
        return points if growth.costs == 1 else points.times(growth.money)

    choices = (params.missing_peer, params.ungrouped, params.ungrouped_share, params.panel_until,
               params.irregular_points, params.primary_deviation)  # fmt: skip
    return ready.keep("points", (ready.key(params), Limits.of(params), choices, growth.assumed), made)


@cites("JY 30")
def starting_points(points: Points) -> dict[str, Exact]:
    """The points of each account before the coefficient: earned by kind, and what irregular cases would have had."""
    earned, irregular = (
        [Exact(cells[:, one], points.whole) for one in PointsKind] for cells in (points.earned, points.irregular)
    )
    return {
        "points": reduce(add, (earned[one] for one in WEIGHED)),
        "primary_points": earned[PointsKind.PRIMARY],
        "bed_day_points": earned[PointsKind.BED_DAY],
        "irregular_points": reduce(add, (irregular[one] for one in WEIGHED)),
        "irregular_plain_points": irregular[PointsKind.PRIMARY] + irregular[PointsKind.BED_DAY],
    }


@cites("JY 30", "JY 39")
def _pots(points: Points, coefficient: Exact, params: DipParams) -> dict[str, Exact]:
    """Total, deducted and approved points of each account (JY art. 30, 39)."""
    pots = starting_points(points)
    weighed, plain = pots.pop("irregular_points"), pots.pop("irregular_plain_points")
    if params.irregular_weighted is IrregularWeighted.ON:
        weighed = weighed * coefficient
    pots["deducted_points"] = (weighed + plain) * params.irregular_multiple
    total = pots["points"] * coefficient + pots["primary_points"] + pots["bed_day_points"]
    return {**pots, "total_points": total, "approved_points": total - pots["deducted_points"]}


@cites("JY 13", "JY 33", "JY 43", "JY 51")
def _money(ready: Ready, books: Books, growth: Growth, params: DipParams) -> tuple[dict[str, np.ndarray], Apart]:
    """What was billed to the fund, and paid by patients and others, by account in fen; ``billed_scope`` says of which
    cases it is billed. Apart from all that, the fund's part of negotiated drugs."""

    def made() -> tuple[dict[str, np.ndarray], Apart]:
        cells = {name: books.index.sums[name] for name in (*MONEY, "negotiated")}
        if params.billed_scope is BilledScope.PAYABLE:
            cells["billed"] = (cells["billed"] - books.index.sums["unearned_billed"])[:, :IRREGULAR]
        fen = {name: growth.money(Exact(one.sum(axis=1))).half_up() for name, one in cells.items()}
        apart = fen.pop("negotiated")
        return fen, (sum_by(books.owner, apart), {name: int(apart[one].sum()) for name, one in books.ledgers.items()})

    return ready.keep("money", (ready.key(params), growth.assumed, params.billed_scope), made)


@cites("JY 2", "JY 10", "JY 31")
def clear(
    funds: dict[str, dict[str, Any]], books: Books, money: dict[str, np.ndarray], approved: Exact, params: DipParams
) -> list[tuple[Any, ...]]:
    """Each ledger by itself: its name, accounts and settlement (JY art. 2, 10, 31)."""
    cleared = []
    for scheme, mine in books.ledgers.items():
        sums = {name: values[mine] for name, values in money.items()}
        accounts = settlement.Accounts(books.ids[books.owner[mine]], books.level[mine], approved[mine], **sums)
        fund = settlement.fund(funds[scheme], int(sums["billed"].sum()), params)
        cleared.append((scheme, accounts, settlement.clear(accounts, fund, params)))
    return cleared


def _ledgers(books: Books, columns: dict[str, np.ndarray]) -> pd.DataFrame:
    """One row an institution and ledger."""
    yuan = {name: to_yuan(values) if name in (*MONEY, *PAID) else values for name, values in columns.items()}
    return pd.DataFrame({**books.named, **yuan})


@cites("JY 26", "JY 33")
def _institutions(
    books: Books, growth: Growth, mix: Mix, coefficient: Exact, pots: dict[str, Exact], ledgers: dict[str, np.ndarray],
    during: dict[str, np.ndarray], apart: Apart, params: DipParams
) -> pd.DataFrame:  # fmt: skip
    """One row an institution: its points, and its money over the ledgers."""
    points = {name: one.by(books.owner).floats() for name, one in pots.items()}
    fen = {name: sum_by(books.rows, ledgers[name]) for name in (*MONEY, *PAID)}
    fen |= {**during, "balance": fen["settlement"] - taken(during, params), "negotiated_paid": apart[0]}
    money = {name: to_yuan(amounts) for name, amounts in fen.items()}
    ratio = money["billed"] / np.where(money["payable"] > 0, money["payable"], np.nan)
    return pd.DataFrame(
        {KEY: books.ids, "cases": cases_of(books, growth, "cases").half_up().astype(np.int64), "cmi": mix.cmi.floats(),
         "coefficient": coefficient.floats(), **points, **money,
         "outcome": outcomes(ledgers["outcome"], books.rows), "clearing_ratio": ratio}
    )  # fmt: skip


@cites("JY 26", "JY 33")
def taken(during: dict[str, np.ndarray], params: DipParams) -> np.ndarray:
    """What a settlement is paid less of, in fen: what was prepaid, and penalties that are final (JY art. 26, 33)."""
    return during["prepaid"] + during["penalties"] if params.penalties is Penalties.FINAL else during["prepaid"]


@cites("JY 2")
def outcomes(outcome: np.ndarray, at: np.ndarray) -> np.ndarray:
    """An institution's outcome over its ledgers."""
    found = np.full(at.max() + 1, "", dtype=object)
    found[at] = outcome
    found[np.unique(at[found[at] != outcome])] = ClearingBand.MIXED.value
    return found


@cites("JY 29")
def _counts(ready: Ready, books: Books, points: Points, params: DipParams) -> pd.DataFrame:
    """How many cases of each institution were treated in which way, as they were given, and how many more it may apply
    for."""
    off, quota = params.primary_deviation is PrimaryDeviation.OFF, Quota.of(params)
    fixed = ready.keep("counts", (ready.key(params), off, quota), lambda: _fixed_counts(books, off, quota))
    found = {"low": points.low, "high": points.high, "panel_review": points.panel,
             "unapplied": books.index.not_applied_for(params)}  # fmt: skip
    counts = {name: sum_by(books.owner, values) for name, values in found.items()}
    return pd.DataFrame({KEY: books.ids, **fixed, **counts})


@cites("JY 29")
def quotas(cases: np.ndarray, quota: Quota) -> np.ndarray:
    """How many of so many cases may be applied for: a whole number."""
    return np.asarray(-(-cases * quota.parts // quota.whole) if quota.up else cases * quota.parts // quota.whole)


def _fixed_counts(books: Books, same_primary: bool, quota: Quota) -> dict[str, np.ndarray]:
    """The counts that no limit bears on."""
    regular, irregular = slice(None, IRREGULAR), slice(IRREGULAR, None)
    kinds = np.arange(2 * POINTS_KINDS) % POINTS_KINDS
    compared: Any = kinds != PointsKind.PRIMARY if same_primary else slice(None)  # in whom a mean is missed
    cells = {"cases": slice(None), "no_peer": compared, "no_age": slice(None), "no_peer_fen": compared,
             "ungrouped": slice(None), "ungrouped_fen": slice(None), "list_fault": slice(None), "applied": slice(None),
             "cut": regular, "joined": slice(None), "regrouped": slice(None),
             "reviewed": regular, "readmission": regular, "auxiliary": regular}  # fmt: skip
    counts = {name: books.index.sums[name][:, which].sum(axis=1) for name, which in cells.items()}
    counts["irregular"] = books.index.sums["cases"][:, irregular].sum(axis=1)
    found = {name: sum_by(books.owner, values) for name, values in counts.items()}
    found["quota"] = quotas(found["cases"], quota)
    found["quota_left"] = found["quota"] - found["applied"]
    return found | {f"{name}_cost": to_yuan(found.pop(f"{name}_fen")) for name in ("no_peer", "ungrouped")}


@cites("JY 26")
def prepaid_over(ready: Ready, books: Books, params: DipParams) -> tuple[Results, dict[str, np.ndarray]]:
    """What was prepaid each month, where the bills are given, and to each institution over the year with its penalties,
    in fen."""
    tables = ready.tables
    if "billing" not in tables:
        return {}, dict.fromkeys(DURING, np.zeros(len(books.ids), dtype=np.int64))

    def made() -> tuple[Results, dict[str, np.ndarray]]:
        monthly = prepayments(Growth.billing(small(tables, "billing"), small(tables, "institutions"), params), params)
        return {"dip_prepayments": monthly}, {name: year_of(monthly, name, books.ids) for name in DURING}

    assumed = (params.grows, params.volume_growth, params.severity_growth)
    return ready.keep("prepaid", (ready.key(params), params.monthly_rate, assumed), made)


def _advances(ready: Ready, params: DipParams) -> Results:
    """The advances, where the institutions' table says enough."""
    institutions = small(ready.tables, "institutions")
    if not {"last_year_billed", "last_year_procurement", "ownership"} <= set(institutions.columns):
        return {}
    rates = (params.working_months, params.procurement_rate)
    return ready.keep("advances", rates, lambda: {"dip_advances": advances(institutions, params)})
