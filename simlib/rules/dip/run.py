"""One DIP settlement from the index of the cases to the result tables (JY art. 10-40); nothing here touches a case."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simlib.exact import Exact
from simlib.money import sum_by, to_fen, to_yuan
from simlib.rules.dip import settlement
from simlib.rules.dip.coefficient_params import ChildAge, CmiPoints
from simlib.rules.dip.coefficients import FIXED, KEY, Mix, Ratio, coefficient_table, fixed_parts, weigh
from simlib.rules.dip.growth import Growth
from simlib.rules.dip.index import IRREGULAR, Points
from simlib.rules.dip.params import DipParams, IrregularWeighted, Ledger
from simlib.rules.dip.points import SCHEMES, UNIT, Cell
from simlib.rules.dip.prepayment import advances, prepaid_by, prepayments
from simlib.rules.dip.ready import POOLED, Books, Ready
from simlib.rules.dip.settlement import Outcome
from simlib.rules.family import Tables

MONEY = ("billed", "patient_paid", "other_paid")
PAID = ("payable", "share_due", "share_paid", "settlement")


def settle(cases, institutions: pd.DataFrame, groups: pd.DataFrame, peer_means: pd.DataFrame, funds: pd.DataFrame,
           params: DipParams | None = None, billing: pd.DataFrame | None = None) -> Tables:  # fmt: skip
    """The settlement of every institution (JY art. 10-40), as the result tables of the family by name.

    ``cases`` is a DataFrame or a large table in its file; the others are as in the data folder. Without ``billing`` nothing
    was prepaid. BadInput where a table lacks a column or a row that another needs.
    """
    tables = {"cases": cases, "institutions": institutions, "groups": groups, "peer_means": peer_means, "funds": funds}
    if billing is not None:
        tables["billing"] = billing
    return run(Ready(tables), params or DipParams())


def run(ready: Ready, params: DipParams) -> Tables:
    """The result tables of one settlement."""
    funds = _funds(ready, params)
    books = ready.books(params)
    growth = Growth.of(params, books.level)
    points = _points(books, growth, params)
    mix = _mix(books, points, growth, params).over(books.standing)
    static = tuple(getattr(params, name) for name in FIXED)
    fixed = ready.keep("fixed", (ready.key(params), static), lambda: fixed_parts(books.standing, params))
    coefficient, parts = weigh(books.standing, fixed, params, mix)
    pots = _pots(points, coefficient[books.owner], params)
    cleared = _cleared(funds, books, growth, pots["approved_points"], params)

    ledgers = pd.concat([settlement.institution_rows(*one) for one in cleared], ignore_index=True)
    table = _institutions(books, growth, mix, coefficient, pots, ledgers)
    results = {
        "dip_institutions": table,
        "dip_fund": pd.DataFrame([settlement.fund_row(scheme, one) for scheme, _, one in cleared]),
        "dip_ledgers": ledgers,
        "dip_coefficients": coefficient_table(books.standing, coefficient, parts, mix),
        "dip_counts": _counts(books, points, params),
        "dip_deviations": books.index.histogram,
    }
    return _with_prepayments(results, ready, params)


def _funds(ready: Ready, params: DipParams) -> dict[str, dict[str, int]]:
    """What each ledger's fund has and spends (JY art. 2, 10)."""
    names = (POOLED,) if params.ledger is Ledger.POOLED else SCHEMES[:2]
    return ready.keep(
        "funds", names, lambda: {name: settlement.fund_sums(ready.tables["funds"], name) for name in names}
    )


def _points(books: Books, growth: Growth, params: DipParams) -> Points:
    """The points of each account, with the growth that is assumed."""
    points = books.index.points(params, books.of)
    if growth.coding != 1:
        points = books.index.points(params, books.of, growth.coding).where(growth.who, points)
    return points if growth.costs == 1 else points.times(growth.money)


def _mix(books: Books, points: Points, growth: Growth, params: DipParams) -> Mix:
    """CMI and shares of age by institution (JY art. 22(2)1); the city's shares weigh each by its cases."""
    core = [Cell.CORE, Cell.CORE + IRREGULAR]
    if params.cmi_points is CmiPoints.GROUP:
        group_points = Exact(books.sums["group_points"][:, core].astype(object).sum(axis=1), UNIT)
        grown = growth.coded(growth.money(group_points))
    else:
        grown = Exact(points.earned[:, Cell.CORE], points.whole)

    def count(name: str, cells=slice(None)) -> Exact:
        return growth.cases(Exact(books.sums[name][:, cells].sum(axis=1))).by(books.owner)

    above, below, cases = grown.by(books.owner), count("cases", core), count("cases")
    child = "child" if params.child_age_inclusive is ChildAge.ON else "child_below"
    cmi = Ratio(above.parts * below.whole, below.parts * (1000 * above.whole))
    return Mix(cmi, Ratio(count("elderly").parts, cases.parts), Ratio(count(child).parts, cases.parts), cases.parts)


def _pots(points: Points, coefficient: Exact, params: DipParams) -> dict[str, Exact]:
    """Total, deducted and approved points of each account (JY art. 30, 39)."""
    earned, irregular = (
        [Exact(cells[:, one], points.whole) for one in Cell] for cells in (points.earned, points.irregular)
    )
    weighed, plain = irregular[Cell.CORE] + irregular[Cell.OTHER], irregular[Cell.PRIMARY] + irregular[Cell.BED_DAY]
    if params.irregular_weighted is IrregularWeighted.ON:
        weighed = weighed * coefficient
    pots = {
        "points": earned[Cell.CORE] + earned[Cell.OTHER],
        "primary_points": earned[Cell.PRIMARY],
        "bed_day_points": earned[Cell.BED_DAY],
        "deducted_points": (weighed + plain) * params.irregular_multiple,
    }
    total = pots["points"] * coefficient + pots["primary_points"] + pots["bed_day_points"]
    return {**pots, "total_points": total, "approved_points": total - pots["deducted_points"]}


def _cleared(funds: dict[str, dict], books: Books, growth: Growth, approved: Exact, params: DipParams) -> list[tuple]:
    """Each ledger by itself: its name, accounts and settlement (JY art. 2, 10, 31)."""
    money = {name: growth.money(Exact(books.sums[name].sum(axis=1))).half_up() for name in MONEY}
    cleared = []
    for scheme, mine in books.ledgers.items():
        sums = {name: values[mine] for name, values in money.items()}
        accounts = settlement.Accounts(books.ids[books.owner[mine]], books.level[mine], approved[mine], **sums)
        fund = settlement.fund(funds[scheme], int(sums["billed"].sum()), params)
        cleared.append((scheme, accounts, settlement.clear(accounts, fund, params)))
    return cleared


def _institutions(
    books: Books, growth: Growth, mix: Mix, coefficient: Exact, pots: dict[str, Exact], ledgers: pd.DataFrame
) -> pd.DataFrame:
    """One row an institution: its points, and its money over the ledgers."""
    at = books.owner[np.concatenate(list(books.ledgers.values()))]
    cases = growth.cases(Exact(books.sums["cases"].sum(axis=1))).by(books.owner).half_up().astype(np.int64)
    points = {name: one.by(books.owner).floats() for name, one in pots.items()}
    money = {name: to_yuan(sum_by(at, to_fen(ledgers[name].to_numpy()))) for name in (*MONEY, *PAID)}
    ratio = money["billed"] / np.where(money["payable"] > 0, money["payable"], np.nan)
    return pd.DataFrame(
        {KEY: books.ids, "cases": cases, "cmi": mix.cmi.floats(), "coefficient": coefficient.floats(), **points, **money,
         "outcome": _outcomes(ledgers["outcome"].to_numpy(), at), "clearing_ratio": ratio}
    )  # fmt: skip


def _outcomes(outcome: np.ndarray, at: np.ndarray) -> np.ndarray:
    """An institution's outcome over its ledgers."""
    found = np.full(at.max() + 1, "", dtype=object)
    found[at] = outcome
    found[np.unique(at[found[at] != outcome])] = Outcome.MIXED.value
    return found


def _counts(books: Books, points: Points, params: DipParams) -> pd.DataFrame:
    """How many cases of each institution were treated in which way, as they were given."""
    regular, irregular = slice(None, IRREGULAR), slice(IRREGULAR, None)
    cells = {"cases": slice(None), "no_peer": slice(None), "no_age": slice(None), "no_peer_fen": slice(None),
             "reviewed": regular, "readmission": regular, "auxiliary": regular}  # fmt: skip
    counts = {name: books.sums[name][:, which].sum(axis=1) for name, which in cells.items()}
    counts["irregular"] = books.sums["cases"][:, irregular].sum(axis=1)
    counts |= {"low": points.low, "high": points.high, "panel_review": points.panel}
    counts = {name: sum_by(books.owner, values) for name, values in counts.items()}
    quota, parts = params.special_quota.as_integer_ratio()
    cost = to_yuan(counts.pop("no_peer_fen"))
    return pd.DataFrame({KEY: books.ids, **counts, "quota": counts["cases"] * quota // parts, "no_peer_cost": cost})


def _with_prepayments(results: Tables, ready: Ready, params: DipParams) -> Tables:
    """What was prepaid, and the balance; and the advances where the institutions' table says enough."""
    tables, table = ready.tables, results["dip_institutions"]
    prepaid = np.zeros(len(table), dtype=np.int64)
    if "billing" in tables:
        assumed = (params.grows, params.volume_growth, params.severity_growth)
        results["dip_prepayments"], prepaid = ready.keep(
            "prepaid", (params.monthly_rate, *assumed), lambda: _prepaid(tables, table[KEY].to_numpy(), params)
        )
    balance = to_fen(table["settlement"].to_numpy()) - prepaid
    results["dip_institutions"] = table.assign(prepaid=to_yuan(prepaid), balance=to_yuan(balance))
    if {"last_year_billed", "last_year_procurement", "ownership"} <= set(tables["institutions"].columns):
        rates = (params.working_months, params.procurement_rate)
        results["dip_advances"] = ready.keep("advances", rates, lambda: advances(tables["institutions"], params))
    return results


def _prepaid(tables: Tables, ids: np.ndarray, params: DipParams) -> tuple[pd.DataFrame, np.ndarray]:
    monthly = prepayments(Growth.billing(tables["billing"], tables["institutions"], params), params)
    return monthly, prepaid_by(monthly, ids)
