"""County surplus retention under many scores and spendings: what resampling and the response of communities ask for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simlib.clauses import cites
from simlib.exact import Exact
from simlib.money import to_yuan
from simlib.rules.cards.bonus import CapTotal
from simlib.rules.retention.params import RetentionParams
from simlib.rules.retention.settlement import (
    FULL_MARKS,
    Bracket,
    Ready,
    amounts_of,
    bonus_counted,
    brackets,
    overspent,
    ratios,
    reached_from,
    total_score,
)  # fmt: skip
from simlib.rules.varying import Changes, Edges, Marks, Outcomes, Varying, times
from simlib.words import Text

KEPT = ("retained", "returned", "overspend_borne", "overspend_shared", "next_year_cut")


def marks(ready: Ready, params: RetentionParams) -> Marks:
    """The scores before any bonus, none above full marks."""
    return Marks.of(ready.score, FULL_MARKS)


@cites("XX 5(1)")
def run(ready: Ready, params: RetentionParams, changes: Changes) -> Outcomes:
    """One settlement a row of other scores and spendings; the communities of all rows are settled as one table."""
    known, (cases, count) = marks(ready, params), (changes.cases, len(ready.ids))

    def all_of(values: np.ndarray) -> np.ndarray:
        return np.broadcast_to(values, (cases, count)).ravel()

    spending = all_of(ready.spending if changes.cost is None else times(ready.spending, changes.cost).astype(np.int64))
    many = replace(
        ready, ids=all_of(ready.ids), veto=all_of(ready.veto), budget=all_of(ready.budget),
        spending=all_of(ready.spending),
        unreasonable=all_of(ready.unreasonable), bonus=Exact(all_of(ready.bonus.parts), ready.bonus.whole),
        score=Exact(all_of(known.score if changes.score is None else changes.score), known.scale),
    )  # fmt: skip
    if changes.cost is not None:
        many = overspent(many, many, many.budget, spending)
    total = total_score(many, params)
    bracket = brackets(total, many.veto, params)
    fen = amounts_of(many, total, bracket, ratios(total, bracket, params), params)
    fen = {name: amount.reshape(cases, count) for name, amount in fen.items()}
    side = _codes(bracket).reshape(cases, count)
    sums = {"surplus": fen["surplus"].clip(min=0), **{name: fen[name] for name in KEPT}}
    numbers = {
        "communities": np.full(cases, count),
        **{one.value: (side == place).sum(axis=1) for place, one in enumerate(Bracket)},
        **{name: to_yuan(amount.sum(axis=1)) for name, amount in sums.items()},
    }
    return Outcomes(side, fen["net"], numbers)


@cites("XX 5(1)")
def edges(ready: Ready, params: RetentionParams) -> Edges:
    """The bracket of each community, and the lowest score with which it reaches the next one (-1 where none does).

    Scores are over the scale of :func:`marks`. The bonus counts as the settlement counts it; no score lifts a veto.
    """
    known = marks(ready, params)
    bonus = bonus_counted(ready, params.changed(cap_total=CapTotal.OFF))
    capped = not ready.scored and params.cap_total is CapTotal.ON

    def found(score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        total = total_score(replace(ready, score=Exact(score, known.scale)), params)
        edge = np.full(len(score), -1, dtype=object)
        for limit in (params.full_from, params.linear_from, params.half_from):  # the lowest still ahead stands at last
            at = reached_from(limit, params)
            counted = bonus * 0 if capped and at > FULL_MARKS else bonus  # no bonus lifts above full marks
            needed = Exact.of(at) - counted
            edge = np.where(Exact.of(limit) > total, -(-needed.parts * known.scale // needed.whole), edge)
        can = (edge <= known.most).astype(bool) & ~ready.veto
        return _codes(brackets(total, ready.veto, params)), np.where(can, edge, -1).astype(known.score.dtype)

    return found


def _codes(bracket: np.ndarray) -> np.ndarray:
    """Each as its place in Bracket."""
    return np.asarray(sum(place * (bracket == one.value) for place, one in enumerate(Bracket)), dtype=np.int8)


VARYING = Varying(
    takes=("score", "cost"),
    run=run,
    beside=("budget", "surplus", "score", "total_score"),
    over="budget",
    city="retained",
    varied=Text("各医共体得分加独立的正态误差，限于 0 分至满分；实际支出乘独立的误差系数（对数正态，均值 1）。",
                "Each score with an independent normal error, kept between 0 and full marks; spending times an "
                "independent factor (lognormal, mean 1)."),
    fixed=Text("预算、加分、一票否决、参数和口径不变；不合理超支占超支的比例不变。",
               "Budgets, bonuses, vetoes, parameters and readings stay, and so does the unreasonable share of an "
               "overspending."),
    marks=marks,
    edges=edges,
)  # fmt: skip
