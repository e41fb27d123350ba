"""How easily each fact of the synthetic city goes wrong: what is invented of it, and nothing else."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from simlib.rules.cards import Criterion, FactKind


class Trait(NamedTuple):
    """How easily a fact goes wrong, against the others."""

    rate: float
    size: float = 0  # the rate is e^size times as high for ten times the money,
    lag: float = 0  # and e^lag times for ten more points lost
    most: int = 1  # how often in the year


# fmt: off
YES_NO, COUNT, SHARE = FactKind.YES_NO, FactKind.COUNT, FactKind.SHARE
# By the kinds of criterion and fact, where TRAITS does not name the fact.
KINDS = {
    ("met", YES_NO): Trait(0.2, -0.2), ("at_least", SHARE): Trait(0.5, -0.3), ("below", SHARE): Trait(0.4, -0.2),
    ("not_worse", SHARE): Trait(0.5), ("tiers", COUNT): Trait(0.5), ("deduct", COUNT): Trait(0.04, 0, 0.8),
    ("deduct", YES_NO): Trait(0.02, 0, 1.2), ("zero_if_any", YES_NO): Trait(0.01, 0, 1),
}
TRAITS = {
    "catalogue_updated": Trait(0.35, -0.2), "catalogue_followed": Trait(0.12), "catalogue_drug_share": Trait(0.5, -0.1),
    "prices_followed": Trait(0.15), "prices_shown": Trait(0.25, -0.2), "own_prices_filed": Trait(0.1),
    "committee_in_time": Trait(0.7, -0.7), "visit_cost_in_range": Trait(0.7), "visits_per_head_in_range": Trait(0.6),
    "corrections": Trait(0.3, 0.15, 1.4, most=4), "refunds": Trait(0.1, 0.1, 1, most=2), "frauds": Trait(0.02, 0, 1.2),
    "budget_cooperation": Trait(0.05), "no_new_receivable": Trait(0.2, 0.1), "details_uploaded": Trait(0.25, -0.1),
    "evoucher_share": Trait(0.8, -0.5), "mobile_payment": Trait(0.5, -0.7), "e_prescriptions": Trait(0.9, -0.5),
    "policy_lapses": Trait(0.3, 0, 0.4, most=2), "uncovered_without_consent": Trait(0.12, 0.1, 0.4),
    "not_rectified": Trait(0.03, 0, 1), "complaints": Trait(0.5, 0.7), "policy_publicity": Trait(0.2, -0.2),
}
# Share of each level for which a condition holds; of no psychiatric hospital, for they are paid by the bed-day.
CONDITIONS = {"in_payment_reform": {"3": 1, "2": 0.95, "1": 0.6}}
SOFT = ("given", "converted")  # what can be as near to a score as one likes, in the order in which points are lost
# What an evaluation made elsewhere may hold against an institution as well, under the number of the case.
NUMBERED = ("prices_followed", "corrections", "refunds", "policy_lapses", "uncovered_without_consent")
CASES = 4  # such cases a card
# Of each review: which share of the institutions it corrects, in at most how many facts, how many of them upwards.
REVIEWS = {"county": (0.12, 3, 0.05), "city": (0.02, 1, 0.5)}
MEDIAN = 3e6  # yuan settled, where ``size`` changes nothing
LATE = 0.5  # share of those in breach of their agreement who signed it late as well
AGAIN = 0.6  # how often a situation of care that was found is found again, on average
SPARED = {"own_prices_filed": 0.2, "negotiated_share_last_year": 0.04}  # share of the smallest: does not apply
# Of last year's numbers: the middle and the spread; the growth that goes on is within the city's range of 5%.
YEARS = {"visit_cost": (140, 0.3), "visits_per_head": (6, 0.2)}
RANGE = 0.05
# fmt: on


def costs(criterion: Criterion) -> dict:
    """What a criterion loses by each fact; points given and evaluations lose what is left, by none."""
    if criterion.kind == "tiers":
        less: list[Any] = [*(tier.points for tier in criterion.tiers[1:]), 0]
        return {tier.fact: tier.points - one for tier, one in zip(criterion.tiers, less, strict=True)}
    free = {getattr(criterion, "last_year", None), *besides(criterion)}
    told = [fact for fact, _ in criterion.reads() if fact not in free]
    return {} if criterion.kind in SOFT else dict.fromkeys(told, criterion.points) | getattr(criterion, "each", {})


def edged(values: np.ndarray, candidates: np.ndarray, limit: np.ndarray) -> np.ndarray:
    """The values, but for whoever stands nearest to each threshold: exactly on it."""
    for one in np.unique(limit[candidates]):
        near = np.flatnonzero(candidates & (limit == one))
        values[near[np.abs(values[near] - one).argmin()]] = one
    return values


def either(wrong: np.ndarray, bad, good) -> tuple[np.ndarray, ...]:
    return np.where(wrong, bad, good), np.where(wrong, good, bad), wrong


def besides(criterion: Criterion) -> tuple[str, ...]:
    """The facts that are told besides: they cost no points of those meant to be lost, and no review corrects them."""
    growth = getattr(criterion, "growth", None)
    return (*getattr(criterion, "needs", ()), *((growth.this_year, growth.last_year) if growth else ()))


def situations(criterion: Criterion) -> tuple[str, ...]:
    """The facts that a criterion deducts for by situation."""
    return tuple(criterion.each) if criterion.kind == "deduct" and criterion.by == "situation" else ()


def meets(when: dict, table: pd.DataFrame, said: dict[str, np.ndarray] | None = None) -> np.ndarray:
    """Who meets a card's condition on columns or facts."""
    met = np.ones(len(table), dtype=bool)
    for name, wanted in when.items():
        met &= said[name] == wanted if said and name in said else (table[name].astype(str) == str(wanted)).to_numpy()
    return met
