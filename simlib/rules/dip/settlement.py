"""Fund, point value and annual settlement (JY art. 10-13, 30-33), from the points of each institution.

Symbols: b billed to the fund, own = what patients and other schemes paid, A approved points, v point value.
Money is whole fen; points and the point value are exact fractions, so that nothing is rounded before it is paid.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from simlib.clauses import cites
from simlib.columns import FUNDS, LEVELS, Type
from simlib.columns.checks import amounts, require, unique
from simlib.exact import Exact
from simlib.money import apportion, to_yuan
from simlib.params import Choice
from simlib.problems import BadInput, Problem
from simlib.rules.dip.amortised import AMORTISED, amortised
from simlib.rules.dip.fund_params import RegulationBase, SurplusUse
from simlib.rules.dip.params import NAME, DipParams
from simlib.rules.dip.ready import NO_POINTS, POOLED
from simlib.words import Text

FUND_COLUMNS = tuple(one.name for one in FUNDS.columns if one.type is Type.MONEY and one.name not in AMORTISED)
SPENDING = ("maternity", "outpatient", "chronic", "nonlocal", "cash", "other")


class ClearingBand(Choice):
    """How an institution comes off in the clearing."""

    CAPPED = "capped", "结余，留用封顶", "surplus, retention capped"
    FULL = "full", "结余，全额偿付", "within payable, in full"
    SHARED = "shared", "超支，分担以内", "overspent, shared"
    BEYOND = "beyond", "超支，超出分担", "overspent beyond sharing"
    NOTHING = "nothing", "应偿付不为正", "payable not above 0"
    MIXED = "mixed", "各险种不同", "differs by scheme"


@dataclass(frozen=True)
class Fund:
    """One ledger's money in whole fen (JY art. 10, 11, 13)."""

    income: int  # without lump sums, with what of them falls on the year
    regulation_rate_part: int  # set aside of the income
    carried: int
    spending: dict[str, int]
    ceiling: int
    headroom: int  # billed_headroom x billed
    distributable: int


@dataclass(frozen=True)
class Accounts:
    """One row an institution of one ledger: what the settlement starts from."""

    ids: np.ndarray
    level: np.ndarray  # of "1", "2", "3"
    approved: Exact  # points
    billed: np.ndarray  # fen, Python ints, as are all that follow
    patient_paid: np.ndarray
    other_paid: np.ndarray


class Turns(NamedTuple):
    """The clearing ratios, billed over payable, at which another formula of :func:`corridor` begins (JY art. 33)."""

    cap: Fraction  # below it retention is capped
    even: Fraction  # above it is overspending
    limit: Fraction  # what lies above is not shared


class Corridor(NamedTuple):
    """What becomes of each payable and what was billed against it: exact amounts, nothing rounded."""

    outcome: np.ndarray  # of ClearingBand
    base: Exact  # what the distributable pays
    share: Exact  # what the regulation fund owes


@dataclass(frozen=True)
class Settled:
    """What :func:`clear` makes of accounts: fen, except the exact payable and the point value."""

    payable: Exact  # fen
    payable_fen: np.ndarray  # half up
    outcome: np.ndarray  # of ClearingBand
    due: np.ndarray
    paid: np.ndarray  # shares of the regulation fund
    base: np.ndarray  # what the distributable pays: the settlement without the share
    again: np.ndarray  # what it pays besides, of what capped retention leaves
    moved: int  # of that, what joins the regulation fund
    point_value: Exact  # fen a point
    share_factor: float
    fund: Fund

    @property
    def settlement(self) -> np.ndarray:
        return np.asarray(self.base + self.again + self.paid)

    @property
    def regulation_fund(self) -> int:
        return regulation_fund(self.fund.regulation_rate_part, self.fund.carried, self.moved)

    @property
    def fund_left(self) -> int:
        return fund_left(self.regulation_fund, self.paid)

    @property
    def floored(self) -> int:
        """What institutions whose payable is below 0 are spared, so that the identity holds."""
        return int((-np.minimum(self.payable_fen, 0)).sum())

    @property
    def undistributed(self) -> int:
        """What of the distributable is paid to nobody, what joins the regulation fund included; the halves of fen by
        which payments are rounded are in it."""
        return self.fund.distributable - int(self.base.sum()) - int(self.again.sum()) + self.floored


@cites("JY 2", "JY 10")
def fund_sums(funds: pd.DataFrame, scheme: str) -> dict[str, int]:
    """The amounts of one ledger in fen, by column of ``funds`` (JY art. 2, 10, 31).

    Pooled: the row ``pooled`` where there is one, else all rows. BadInput where the scheme has no row, or an amount is
    negative or has a part of a fen.
    """
    require(funds, "funds", ["scheme", "income"], NAME)
    unique(funds, "funds", "scheme")
    mine = funds[funds["scheme"] == scheme]
    if mine.empty and scheme == POOLED:
        mine = funds
    if mine.empty:
        raise BadInput(Problem(NO_SCHEME, funds.attrs.get("file", "funds"), column="scheme", value=scheme))
    sums = {name: int(amounts(mine, "funds", name).sum()) if name in mine else 0 for name in FUND_COLUMNS}
    return sums | {"lump_sum_amortised": int(amortised(mine).sum())}


@cites("JY 10", "JY 11", "JY 13")
def fund(given: dict[str, int], billed: int, params: DipParams) -> Fund:
    """The money of one ledger (JY art. 10, 11, 13), of its ``fund_sums`` and of what was billed to it [fen].

    - income = income - lump sums + what of them falls on the year
    - regulation fund = regulation_rate x that income, or the gross one (``regulation_base``), half up to the fen,
      + what was carried over
    - ceiling = income - that rate's part - maternity - outpatient - chronic - non-local - cash - other spending
    - distributable = the smaller of ceiling and billed_headroom x billed, half up to the fen

    BadInput where nothing is left to distribute.
    """
    income = given["income"] - given["lump_sum"] + given["lump_sum_amortised"]
    base = given["income"] if params.regulation_base is RegulationBase.GROSS else income
    part = int((Exact.of(base) * params.regulation_rate).half_up())
    spending = {name: given[name] for name in SPENDING}
    ceiling = income - part - sum(spending.values())
    headroom = int((Exact.of(billed) * params.billed_headroom).half_up())
    if ceiling <= 0:
        raise BadInput(Problem(NOTHING_LEFT, "funds", column="income"))
    return Fund(income, part, given["fund_carried"], spending, ceiling, headroom, min(ceiling, headroom))


@cites("JY 31", "JY 32", "JY 33")
def clear(accounts: Accounts, money: Fund, params: DipParams) -> Settled:
    """The annual settlement of one ledger (JY art. 31-33).

    - v = (distributable + own of all) / A of all; payable = A x v - own
    - b <= payable: settlement = the smaller of retention_cap x b and payable
    - b > payable: settlement = payable + share, share = share_rate(level) x (the smaller of b and share_limit x payable
      - payable); shares beyond the regulation fund are scaled down to it, the last fen by largest remainder
    - payable <= 0: settlement 0 and no share
    - what the cap leaves unpaid: see :func:`left_by_cap`, and ``surplus_use``

    Amounts are paid half up to the fen. BadInput where no institution has points to pay for.
    """
    own = accounts.patient_paid + accounts.other_paid
    total = int(accounts.approved.parts.sum())
    if total <= 0:
        raise BadInput(Problem(NO_POINTS, "cases"))
    pot = money.distributable + int(own.sum())
    payable = Exact(accounts.approved.parts * pot, total) - Exact(own)
    outcome, base, shares = corridor(payable, Exact(accounts.billed), accounts.level, params)
    due, payable_fen, paid_base = shares.half_up(), payable.half_up(), base.half_up()
    left = left_by_cap(payable_fen, paid_base, outcome)
    moved = left if params.surplus_use is SurplusUse.REGULATION else 0
    again = shared_again(left if params.surplus_use is SurplusUse.POINTS else 0, accounts, outcome)
    available = regulation_fund(money.regulation_rate_part, money.carried, moved)
    paid, factor = shares_paid(shares, due, available, accounts.ids)
    value = Exact(np.array(pot * accounts.approved.whole, dtype=object), total)
    return Settled(payable, payable_fen, outcome, due, paid, paid_base, again, moved, value, factor, money)


@cites("JY 33")
def left_by_cap(payable: np.ndarray, base: np.ndarray, outcome: np.ndarray) -> int:
    """What the retention cap keeps from being paid, in fen: payable less what is settled, of those that it caps."""
    return int((payable - base)[outcome == ClearingBand.CAPPED.value].sum())


@cites("JY 33")
def shared_again(left: int, accounts: Accounts, outcome: np.ndarray) -> np.ndarray:
    """So many fen by approved points among those whose payable is above 0, the last fen by largest remainder."""
    weights = np.where(outcome == ClearingBand.NOTHING.value, 0, accounts.approved.parts)
    parts = apportion(left, weights.tolist(), accounts.ids) if left else [0] * len(weights)
    return np.array(parts, dtype=object)


@cites("JY 33")
def turns(params: DipParams) -> Turns:
    """Where the corridor turns: retention_cap x billed meets the payable, billed meets it, and sharing ends."""
    return Turns(1 / Fraction(params.retention_cap), Fraction(1), Fraction(params.share_limit))


@cites("JY 33")
def corridor(payable: Exact, billed: Exact, level: np.ndarray, params: DipParams) -> Corridor:
    """What each is settled at, and what of it the regulation fund owes (JY art. 33); the formulas are those of
    :func:`clear`.

    ``level`` is of "1", "2", "3"; payable and billed may be in any unit of money that both share.
    """
    turn = turns(params)
    limit = payable * turn.limit
    positive = payable > 0
    within = positive & (billed <= payable * turn.even)
    over = positive & ~within
    base = payable.at_most(billed * params.retention_cap).where(within, payable).where(positive)
    kept = np.where(payable * turn.cap > billed, ClearingBand.CAPPED.value, ClearingBand.FULL.value)
    lost = np.where(billed > limit, ClearingBand.BEYOND.value, ClearingBand.SHARED.value)
    outcome = np.where(within, kept, np.where(over, lost, ClearingBand.NOTHING.value)).astype(object)
    return Corridor(outcome, base, ((billed.at_most(limit) - payable) * _share_rates(level, params)).where(over))


@cites("JY 33")
def _share_rates(level: np.ndarray, params: DipParams) -> Exact:
    """The part of overspending that the regulation fund bears, by level."""
    levels = list(LEVELS)
    rates = Exact.of(np.array([getattr(params, f"share_rate_{one}") for one in levels], dtype=object))
    return rates[[levels.index(one) for one in level]]


@cites("JY 11")
def regulation_fund(set_aside: int, carried: int, moved: int = 0) -> int:
    """What a year's shares can be paid of: what the year sets aside, what the one before left (JY art. 11), and what
    joins it of capped retention."""
    return set_aside + carried + moved


@cites("JY 11", "JY 33")
def fund_left(available: int, paid: np.ndarray) -> int:
    """What the regulation fund carries to the next year when the shares are paid (JY art. 11, 33)."""
    return available - int(paid.sum())


@cites("JY 12")
def drawn(lacks: int, surplus: int) -> int:
    """What earlier years' surplus pays of shares that the fund lacks, where the city decides to draw on it [fen]."""
    return max(min(lacks, surplus), 0)


@cites("JY 33")
def shares_paid(shares: Exact, due: np.ndarray, available: int, ids: np.ndarray) -> tuple[np.ndarray, float]:
    """The shares in fen, scaled to what the fund has where it is short, and by how much (JY art. 33)."""
    owed = shares.total()
    if owed <= available and due.sum() <= available:
        return due, 1.0
    factor = min(float(Exact(np.array(available * owed.whole, dtype=object), int(owed.parts[()])).floats()), 1.0)
    return np.array(apportion(available, shares.parts.tolist(), ids), dtype=object), factor


@cites("JY 33")
def institution_rows(accounts: Accounts, settled: Settled) -> dict[str, np.ndarray]:
    """What each institution of one ledger has, by column of ``dip_ledgers``; money in fen."""
    payable = settled.payable_fen
    ratio = np.where(payable > 0, accounts.billed / np.where(payable > 0, settled.payable.floats(), 1), np.nan)
    return {
        "outcome": settled.outcome, "approved_points": accounts.approved.floats(),
        "billed": accounts.billed, "patient_paid": accounts.patient_paid, "other_paid": accounts.other_paid,
        "payable": payable,
        "share_due": settled.due, "share_paid": settled.paid, "reshared": settled.again,
        "settlement": settled.settlement,
        "clearing_ratio": ratio.astype(float),
    }  # fmt: skip


@cites("JY 11")
def fund_row(scheme: str, settled: Settled) -> dict[str, Any]:
    """The row of one ledger in ``dip_fund``: yuan, and the point value in yuan a point."""
    money = settled.fund
    fen = {
        "income": money.income, "regulation_set_aside": money.regulation_rate_part, "fund_carried": money.carried,
        "surplus_moved": settled.moved, "regulation_fund": settled.regulation_fund, **money.spending,
        "ceiling": money.ceiling, "headroom": money.headroom,
        "distributable": money.distributable, "shares_due": int(settled.due.sum()),
        "shares_paid": int(settled.paid.sum()),
        "fund_left": settled.fund_left, "floored": settled.floored, "undistributed": settled.undistributed,
    }  # fmt: skip
    yuan = {name: float(to_yuan(amount)) for name, amount in fen.items()}
    return {
        "scheme": scheme,
        **yuan,
        "point_value": float(settled.point_value.floats()) / 100,
        "share_factor": settled.share_factor,
    }


NO_SCHEME = Text(
    "分开核算需要该险种的基金。请补充该行。", "Ledgers by scheme need the fund of this scheme. Add the row."
)
NOTHING_LEFT = Text("扣除调节金和各项支出后没有可分配资金。请核对收入和支出。",
                    "Nothing is left to distribute after the regulation fund and the spending. Check income and "
                    "spending.")  # fmt: skip
