"""What a county medical community keeps of its surplus, and what it bears of its overspending.

XX part 5(1) (brackets), part 3(6) (bonus and veto), part 1(2)2 (overspending shared).
Scores are exact decimals and money is whole fen; what is kept and what is not paid add up to the surplus.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal

import numpy as np
import pandas as pd

from simlib.clauses import cites
from simlib.columns import values as given
from simlib.columns.checks import amounts, numbers, refuse, require, together, unique
from simlib.exact import Exact
from simlib.money import round_half_up, to_yuan
from simlib.params import Choice
from simlib.rules.cards.bonus import CapTotal
from simlib.rules.family import SCORED
from simlib.rules.retention.params import BonusCounts, Fraction, RetentionParams, ScoreDigits, VetoCut
from simlib.words import Text

NAME = Text("县域结余留用", "county surplus retention")
TABLE, KEY = "communities", "community_id"
FULL_MARKS = 100
YEARS = 5


class Bracket(Choice):
    FULL = "full", "全额留用", "kept in full"
    LINEAR = "linear", "按分扣减", "reduced by points"
    HALF = "half", "定比留用", "fixed share"
    NONE = "none", "不予留用", "nothing kept"
    VETO = "veto", "一票否决", "vetoed"


FAILED = (Bracket.NONE.value, Bracket.VETO.value)


@dataclass(frozen=True)
class Ready:
    """The table of communities, checked: scores exact, money in fen."""

    ids: np.ndarray
    score: Exact
    bonus: Exact
    veto: np.ndarray
    budget: np.ndarray
    spending: np.ndarray
    unreasonable: np.ndarray
    scored: bool = False  # by a card, which has counted the bonus


def prepare(communities: pd.DataFrame) -> Ready:
    """What the rule reads of the table. BadInput with a line a fault; see :func:`settle`."""
    require(communities, TABLE, [KEY, "score", "budget", "spending"], NAME)

    def money(column: str, blank: float | None = None) -> np.ndarray:
        return amounts(communities, TABLE, column, blank)

    score, budget, spending, unreasonable, bonus, vetoes, *_ = together(
        lambda: numbers(communities, TABLE, "score"),
        lambda: money("budget"),
        lambda: money("spending"),
        lambda: money("unreasonable_overspend", 0) if "unreasonable_overspend" in communities else 0 * money("budget"),
        lambda: numbers(communities, TABLE, "bonus", 0) if "bonus" in communities else np.zeros(len(communities)),
        lambda: given.answers(communities, TABLE, "veto"),
        lambda: given.known(communities, TABLE, KEY),
        lambda: unique(communities, TABLE, KEY),
    )
    over = pd.Series(unreasonable > np.maximum(spending - budget, 0), communities.index)
    refuse(communities, TABLE, "unreasonable_overspend", over, TOO_MUCH)
    veto = np.array([one is True for one in vetoes], dtype=bool)
    scored = communities.attrs.get(SCORED, False)
    return Ready(
        communities[KEY].to_numpy(), Exact.of(score), Exact.of(bonus), veto, budget, spending, unreasonable, scored
    )


@cites("XX 1(2)2", "XX 3(6)", "XX 5(1)", "XX 5(1)1", "XX 5(1)2", "XX 5(1)3", "XX 5(1)4")
def settle(communities: pd.DataFrame | Ready, params: RetentionParams | None = None) -> pd.DataFrame:
    """What each community keeps of the year's surplus, or bears of its overspending (XX 5(1)).

    total = score + bonus, the bonus cut to ``bonus_cap`` and none of it where ``bonus_counts`` is off, half up to
    ``score_digits``; surplus = budget - spending; base = ``retained_share`` of a surplus, half up to the fen. Kept of
    the base, half up to the fen:

    - total >= ``full_from`` (bracket ``full``): all of it
    - ``linear_from`` <= total < ``full_from`` (``linear``): 1 - ``per_point`` x points below ``full_from``, at least 0;
      a part of a point as ``fraction`` reads it
    - ``half_from`` <= total < ``linear_from`` (``half``): ``half_ratio``
    - total < ``half_from`` (``none``): nothing, and next year's budget is cut by ``next_year_cut_rate``
    - a veto (``veto``): nothing, for the evaluation failed (XX 3(6)); the budget is cut too where the total is below
      ``half_from`` or ``veto_cut`` says as_below_60

    Overspending: its unreasonable part is borne by the community, and of the rest the fund shares ``reasonable_share``.

    Parameters
    ----------
    communities: community_id (unique), score [points], budget, spending [yuan, whole fen]; optional bonus [points],
        veto (yes or no) and unreasonable_overspend [yuan], which are none where blank or absent. The table is not
    changed. params: brackets, shares and readings; default the document's values.

    Returns
    -------
    One row a community, in the order given: community_id, score, bonus_given, bonus (as counted), total_score (that
    decides), bracket (full | linear | half | none | veto), ratio (share of the base that is kept), budget,
    spending, surplus (below 0: overspending), unreasonable_overspend, retained, returned, overspend_borne,
    overspend_shared, next_year_cut [yuan], and net = retained - overspend_borne - next_year_cut. ``returned`` is
    what is not paid of a surplus. retained + returned is exactly a surplus, overspend_borne + overspend_shared
    exactly an overspending.

    Raises
    ------
    BadInput: a missing column, a blank or duplicate community, a blank or negative score, budget or spending, a veto
        that is neither yes nor no, an amount with a part of a fen, or an unreasonable overspending above the
        overspending.

    Examples
    --------
    >>> table = pd.DataFrame({"community_id": ["甲", "乙"], "score": [88, 59.5], "budget": 100.0,
    ...                       "spending": [90.0, 80.0]})
    >>> settle(table)[["bracket", "ratio", "retained", "returned"]].values.tolist()
    [['linear', 0.9, 9.0, 1.0], ['none', 0.0, 0.0, 20.0]]
    """
    ready = communities if isinstance(communities, Ready) else prepare(communities)
    params = params or RetentionParams()
    total = total_score(ready, params)
    bracket = brackets(total, ready.veto, params)
    ratio = ratios(total, bracket, params)
    fen = amounts_of(ready, total, bracket, ratio, params)
    return pd.DataFrame(
        {
            KEY: ready.ids,
            "score": ready.score.floats(),
            "bonus_given": ready.bonus.floats(),
            "bonus": bonus_counted(ready, params).floats(),
            "total_score": total.floats(),
            "bracket": bracket,
            "ratio": ratio.floats(),
            **{name: to_yuan(values) for name, values in fen.items()},
        }
    )


@cites("XX 3(6)")
def total_score(ready: Ready, params: RetentionParams) -> Exact:
    """The score that decides: score and bonus as counted, half up to ``score_digits``."""
    return rounded(ready.score + bonus_counted(ready, params), params)


@cites("XX 5(1)")
def rounded(score: Exact, params: RetentionParams) -> Exact:
    """A score half up to ``score_digits``."""
    if params.score_digits is ScoreDigits.EXACT:
        return score
    one = 10 ** int(params.score_digits)
    return Exact((score * one).half_up(), one)


@cites("XX 3(6)", "XX 5(1)")
def bonus_counted(ready: Ready, params: RetentionParams) -> Exact:
    """The bonus cut to ``bonus_cap`` (XX 3(6)); with ``cap_total`` it lifts nobody above full marks, and none counts
    where ``bonus_counts`` is off.

    A card that made the scores has cut the bonus under parameters of its own.
    """
    if params.bonus_counts is BonusCounts.OFF:
        return ready.bonus * 0
    if ready.scored:
        return ready.bonus
    bonus = ready.bonus.at_most(params.bonus_cap)
    return bonus.at_most((FULL_MARKS - ready.score).at_least(0)) if params.cap_total is CapTotal.ON else bonus


@cites("XX 5(1)")
def reached_from(limit: Decimal, params: RetentionParams) -> Decimal:
    """The least score, before ``score_digits`` rounds it, that counts as having reached a threshold."""
    if params.score_digits is ScoreDigits.EXACT:
        return limit
    digits = int(params.score_digits)
    return limit.quantize(Decimal(1).scaleb(-digits), ROUND_CEILING) - Decimal(5).scaleb(-digits - 1)


@cites("XX 3(6)", "XX 5(1)1", "XX 5(1)2", "XX 5(1)3", "XX 5(1)4")
def brackets(total: Exact, veto: np.ndarray, params: RetentionParams) -> np.ndarray:
    """The bracket of each total score; a threshold itself belongs to the bracket above it (XX 5(1))."""
    found = np.full(len(veto), Bracket.NONE.value, dtype=object)
    for least, bracket in (
        (params.half_from, Bracket.HALF),
        (params.linear_from, Bracket.LINEAR),
        (params.full_from, Bracket.FULL),
    ):
        found[Exact.of(least) <= total] = bracket.value
    found[veto] = Bracket.VETO.value
    return found


@cites("XX 5(1)1", "XX 5(1)2", "XX 5(1)3", "XX 5(1)4")
def ratios(total: Exact, bracket: np.ndarray, params: RetentionParams) -> Exact:
    """The share of the base that is kept, by bracket; see :func:`settle`."""
    lost = params.full_from - total
    if params.fraction is Fraction.FLOOR:
        lost = lost.floored(0)
    elif params.fraction is Fraction.CEIL:
        lost = 0 - (0 - lost).floored(0)
    linear = (1 - lost * params.per_point).at_least(0)
    kept = linear.where(bracket == Bracket.LINEAR.value, params.half_ratio)
    return kept.where(~np.isin(bracket, FAILED), 0).where(bracket != Bracket.FULL.value, 1)


@cites("XX 5(1)4")
def years(communities: pd.DataFrame | Ready, params: RetentionParams | None = None, count: int = YEARS) -> pd.DataFrame:
    """The year that was settled and those after it, if they go on as assumed; each budget follows the result before it.

    budget of the next year = (budget - next_year_cut) x (1 + ``budget_growth``), spending grows by ``spending_growth``
    and scores by ``score_growth`` points, never below 0 or by this above full marks; a bonus and a veto stay, and so
    does the unreasonable part of overspending, in proportion. Amounts are rounded half up each year.

    One row a year: year (1 is the year settled), budget, spending, and over all communities retained, returned,
    overspend_borne, overspend_shared, next_year_cut [yuan], failed (how many), net [yuan].
    """
    first = ready = communities if isinstance(communities, Ready) else prepare(communities)
    params = params or RetentionParams()
    rows = []
    for year in range(1, count + 1):
        total = total_score(ready, params)
        bracket = brackets(total, ready.veto, params)
        fen = amounts_of(ready, total, bracket, ratios(total, bracket, params), params)
        sums = {
            name: float(to_yuan(fen[name].sum())) for name in fen if name not in ("surplus", "unreasonable_overspend")
        }
        rows.append({"year": year, **sums, "failed": int(np.isin(bracket, FAILED).sum())})
        ready = _next(first, ready, fen["next_year_cut"], params)
    return pd.DataFrame(rows)


@cites("XX 1(2)2", "XX 3(6)", "XX 5(1)", "XX 5(1)4")
def amounts_of(
    ready: Ready, total: Exact, bracket: np.ndarray, ratio: Exact, params: RetentionParams
) -> dict[str, np.ndarray]:
    """The amounts of one year, in fen, by column of the results."""
    surplus = ready.budget - ready.spending
    kept = np.maximum(surplus, 0)
    retained = retained_of(kept, ratio, params)
    over = kept - surplus
    shared = _part(over - ready.unreasonable, params.reasonable_share)
    cut = np.where(is_cut(total, bracket, params), _part(ready.budget, params.next_year_cut_rate), 0)
    borne = over - shared
    return {
        "budget": ready.budget,
        "spending": ready.spending,
        "surplus": surplus,
        "unreasonable_overspend": ready.unreasonable,
        "retained": retained,
        "returned": kept - retained,
        "overspend_borne": borne,
        "overspend_shared": shared,
        "next_year_cut": cut,
        "net": retained - borne - cut,
    }


@cites("XX 3(6)", "XX 5(1)4")
def is_cut(total: Exact, bracket: np.ndarray, params: RetentionParams) -> np.ndarray:
    """Whose next budget is cut: too low a score (XX 5(1)4); after a veto (XX 3(6)) as ``veto_cut`` reads it."""
    cut = Exact.of(params.half_from) > total
    return cut | (bracket == Bracket.VETO.value) if params.veto_cut is VetoCut.AS_BELOW_60 else cut


@cites("XX 5(1)", "XX 5(1)1", "XX 5(1)2", "XX 5(1)3", "XX 5(1)4")
def retained_of(surplus: np.ndarray, ratio: Exact, params: RetentionParams) -> np.ndarray:
    """What is kept of a surplus [fen]: the share of its base, each half up to the fen (XX 5(1))."""
    return (Exact(retained_base(surplus, params)) * ratio).half_up().astype(np.int64)


@cites("XX 5(1)")
def retained_base(surplus: np.ndarray, params: RetentionParams) -> np.ndarray:
    """What of a surplus [fen] the result of the evaluation decides on: ``retained_share`` of it, half up to the fen."""
    return surplus if params.retained_share == 1 else _part(surplus, params.retained_share)


def _next(first: Ready, ready: Ready, cut: np.ndarray, params: RetentionParams) -> Ready:
    """The communities as they enter the next year."""
    score = (ready.score + params.score_growth).at_least(0)
    score = score.at_most(first.score.at_least(FULL_MARKS))
    budget, spending = (
        _part(ready.budget - cut, 1 + params.budget_growth),
        _part(ready.spending, 1 + params.spending_growth),
    )
    return replace(overspent(ready, first, budget, spending), score=score)


@cites("XX 5(1)")
def overspent(ready: Ready, first: Ready, budget: np.ndarray, spending: np.ndarray) -> Ready:
    """Other budgets and spending than at ``first``: the unreasonable part of an overspending stays in proportion, half
    up to the fen."""
    over, base = np.maximum(spending - budget, 0), np.maximum(first.spending - first.budget, 1)
    unreasonable = round_half_up(over.astype(object) * first.unreasonable, base.astype(object)).astype(np.int64)
    return replace(ready, budget=budget, spending=spending, unreasonable=unreasonable)


def _part(fen: np.ndarray, share: Decimal) -> np.ndarray:
    """A share of whole fen, half up."""
    return (Exact(fen) * share).half_up().astype(np.int64)


TOO_MUCH = Text(
    "不合理超支高于超支额（实际支出减预算）。请核对。",
    "The unreasonable overspending is above the overspending (spending less budget). Check it.",
)
