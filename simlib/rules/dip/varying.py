"""DIP clearing under many costs and points of the same institutions: what resampling asks for."""

from __future__ import annotations

from typing import Any

import numpy as np

from simlib.clauses import cites
from simlib.exact import Exact
from simlib.money import sum_by, to_yuan
from simlib.rules.dip.params import DipParams
from simlib.rules.dip.ready import Ready
from simlib.rules.dip.run import MONEY, Reckoned, clear, outcomes, prepaid_over, reckon, taken
from simlib.rules.dip.settlement import ClearingBand
from simlib.rules.varying import FACTOR, Changes, Outcomes, Varying, times
from simlib.words import Text

CODES = {one.value: place for place, one in enumerate(ClearingBand)}


@cites("JY 31", "JY 32", "JY 33")
def run(ready: Ready, params: DipParams, changes: Changes) -> Outcomes:
    """One clearing a row: an institution's costs (what is billed and paid besides) and its approved points, each times
    a factor.

    Funds, point value and shares of the regulation fund are worked out again; an institution has the same factors in
    every ledger. Costs are rounded half up to the fen.
    """
    made = reckon(ready, params)
    _, during = prepaid_over(ready, made.books, params)
    less = int(taken(during, params).sum())
    cases = [_cleared(made, params, changes, case, less) for case in range(changes.cases)]
    side, amount, numbers = zip(*cases, strict=True)
    return Outcomes(
        np.stack(side), np.stack(amount), {name: np.array([one[name] for one in numbers]) for name in numbers[0]}
    )


def _cleared(
    made: Reckoned, params: DipParams, changes: Changes, case: int, less: int
) -> tuple[np.ndarray, np.ndarray, dict[str, Any]]:
    """Sides, settlements in fen, and headline numbers of one case; ``less`` is what was prepaid in all."""
    books, approved = made.books, made.pots["approved_points"]
    cost, points = (None if one is None else one[case][books.owner] for one in (changes.cost, changes.points))
    money = {name: times(made.money[name], cost) for name in MONEY}
    if points is not None:
        approved = Exact(approved.parts * points.astype(object), approved.whole * FACTOR)
    ledgers = [(accounts, settled) for _, accounts, settled in clear(made.funds, books, money, approved, params)]
    settlement = sum_by(books.rows, np.concatenate([settled.settlement for _, settled in ledgers]))
    side = outcomes(np.concatenate([settled.outcome for _, settled in ledgers]), books.rows)
    side = np.array([CODES[one] for one in side], dtype=np.int8)
    fen = {
        "distributable": sum(settled.fund.distributable for _, settled in ledgers),
        "billed": sum(money["billed"]),
        "settlement": sum(settlement),
        "balance": sum(settlement) - less,
        "shares_paid": sum(settled.paid.sum() for _, settled in ledgers),
        "fund_left": sum(settled.fund_left for _, settled in ledgers),
        "undistributed": sum(settled.undistributed for _, settled in ledgers),
    }
    points_of = [accounts.approved.floats() for accounts, _ in ledgers]
    paid = sum(
        one.sum() * float(settled.point_value.floats()) / 100
        for one, (_, settled) in zip(points_of, ledgers, strict=True)
    )
    numbers = {
        "institutions": len(side),
        "cases": int(made.growth.cases(Exact(books.index.sums["cases"].sum(axis=1))).by(books.owner).half_up().sum()),
        "point_value": round(float(paid / np.concatenate(points_of).sum()), 10),  # as the headline is
        **{name: float(to_yuan(int(amount))) for name, amount in fen.items()},
        **{name: int((side == code).sum()) for name, code in CODES.items()},
    }
    return side, settlement.astype(np.int64), numbers


VARYING = Varying(
    takes=("cost", "points"),
    run=run,
    beside=("billed", "clearing_ratio"),
    over="billed",
    city="shares_paid",
    varied=Text("各机构的费用（基金记账、个人支付、其他支付同乘一个系数）和核定总分值（另一个系数）各乘独立的误差系数"
                "（对数正态，均值 1）；可分配资金、点值、清算和分担逐次重算。",
                "Each institution's costs (billed, paid by patients and by others, by one factor) and its approved "
                "points (by another) times independent factors (lognormal, mean 1); distributable, point value, "
                "clearing and shares are worked out again in every draw."),
    fixed=Text("基金收支、权重系数、病例数、费用偏差判定、预付、参数和口径不变；抽样对象为机构合计数，不是逐个病例。",
               "The funds' income and spending, coefficients, numbers of cases, deviations, prepayments, parameters "
               "and readings stay: totals of institutions are drawn, not cases."),
)  # fmt: skip
