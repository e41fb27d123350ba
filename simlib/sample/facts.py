"""The facts behind the synthetic city's scores: what its institutions reported and its reviewers corrected.

Invented as the city is. Each institution comes with a score, and its facts are made to come near it: things
go wrong there in a random order, by the rates below, until they have cost the points meant for them; the
city's own points and the evaluations made elsewhere take up the rest. The facts are those that the cards
declare: one that is new there is drawn as others of its kind, and one of a kind unknown here raises.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from simlib.columns import FACTS, STAGES
from simlib.rules.cards import Card, Criterion, FactKind, Item, edition

# The document's cards, by which the city is scored; then its own, which add the facts of its own items.
EDITIONS = ("js26_2023", "yunlan_2023")


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
# fmt: on


def facts(institutions: pd.DataFrame, seed: int = 2026) -> pd.DataFrame:
    """The evaluation facts of a city: table ``facts``, one row a fact that a stage states, by institution.

    - What: every fact that the cards of EDITIONS need under any reading; a converted evaluation only where it
      applies. Shares have four decimals, evaluations two, the city's own points halves.
    - Stages: the institutions state every fact (self); the county corrects one to three at about 12% of them,
      nearly always downwards, the city one or two at about 2%, either way. What holds in the end comes near the score.
    - ``violation``: a few cases stand both in an evaluation made elsewhere and in another item, under one
      number, for the rule that none is held against an institution twice.

    Parameters
    ----------
    institutions: institution_id, level, ownership, has_inpatient, type, settled and the ``score`` to come near.
    seed: a whole number >= 0. The same institutions and seed give the same table.

    Raises
    ------
    KeyError: a card has a fact that nothing here can draw.

    Examples
    --------
    >>> from simlib import sample
    >>> facts(sample.institutions())[["item", "fact", "value", "stage"]].head(2).values.tolist()
    [['1', 'catalogue_updated', 1.0, 'self'], ['1', 'catalogue_followed', 1.0, 'self']]
    """
    rng, count, room = np.random.default_rng([seed, len(EDITIONS)]), len(institutions), {}
    for stage, (share, most, _) in REVIEWS.items():
        room[stage] = (rng.random(count) < share) * rng.integers(1, most + 1, count)
    cases = iter(np.sort(rng.choice(np.arange(1, 200), 40, replace=False)).tolist())
    local, stated, parts = np.zeros(count), dict[frozenset[Any], set[Any]](), []
    for place, name in enumerate(EDITIONS):
        for at, card in enumerate(edition(name)):
            rows = np.flatnonzero(_meets(card.who, institutions))
            known = stated.setdefault(frozenset(card.who.items()), set())
            pairs = [(item, one) for item in card.items for one in item.criteria]
            fresh = [(item, one) for item, one in pairs if not {(item.item, fact) for fact, _ in one.reads()} <= known]
            if not fresh or not len(rows):
                continue
            table = institutions.iloc[rows]
            # The city's own items lose there what its own points lost on the document's card.
            lost = local[rows] if known else 1 - table["score"].to_numpy() / float(card.total)
            year = _Year(card, fresh, table, lost, np.random.default_rng([seed, place, at]))
            year.columns = {key: column for key, column in year.columns.items() if key not in known}
            parts += [(rows[row], *part) for row, *part in year.stated({one: room[one][rows] for one in room}, cases)]
            local[rows] = year.local
            known |= set(year.columns)
        room = {stage: (most == 1).astype(int) for stage, most in room.items()}  # left for the city's own items
    row, number, item, fact, value, violation = (np.concatenate(one) for one in zip(*parts, strict=True))
    order, ids = np.lexsort((number, row)), institutions["institution_id"].to_numpy()
    columns = ids[row], item, fact, value, np.array(list(STAGES), dtype=object)[number], violation
    return pd.DataFrame({name: one[order] for name, one in zip(FACTS.by_name, columns, strict=True)})


class _Year:
    """What went wrong at a card's institutions, costing each the share ``lost`` of its points, and the facts of it."""

    def __init__(self, card: Card, criteria: list, table: pd.DataFrame, lost: np.ndarray, rng: np.random.Generator):
        self.card, self.criteria, self.table, self.rng, self.count = card, criteria, table, rng, len(table)
        self.size = np.log10(table["settled"].to_numpy() / MEDIAN)
        self.full = np.zeros((len(self.criteria), self.count))  # 0 where an item does not count
        self.events = []  # what can go wrong: fact, place of the criterion, cost, trait, if the one before must
        for place, (item, criterion) in enumerate(self.criteria):
            self.full[place] = float(criterion.points) * self._counts(item)
            for n, (fact, cost) in enumerate(_costs(criterion).items()):
                kinds, follows = (criterion.kind, item.facts[fact].kind), n > 0 and criterion.kind == "tiers"
                if kinds not in KINDS:
                    raise KeyError(f"{card.name}, item {item.item}: nothing here can draw {fact}, {kinds}")
                trait = TRAITS.get(fact, KINDS[kinds])
                self.events += [((item.item, fact), place, float(cost), trait, follows)] * trait.most
        self.left = lost * self.full.sum(axis=0)  # to lose
        self.paid = self._happen()
        self.twice = self._hold_twice() if card.same_violation else []
        self.soft = self._soften()
        self.columns = {(item, fact): values for item, fact, *values in self._columns()}

    def _counts(self, item: Item, any_reading: bool = False) -> np.ndarray:
        """Whose item counts, by the default or by any reading: private institutions are scored without one."""
        left_out = self.card.private.leaves_out if self.card.private else {"item_3": ""}
        out = set(left_out.values()) == {item.item} if any_reading else left_out["item_3"] == item.item
        return ~((self.table["ownership"] == "private").to_numpy() & out)

    def _happen(self) -> np.ndarray:
        """What each event costs, events x institutions: in the order drawn, while the points meant for them last."""
        if not self.events:
            return np.zeros((0, self.count))
        rng, count, everyone = self.rng, self.count, np.arange(self.count)
        soft = self.full[[one.kind in SOFT for _, one in self.criteria]].sum(axis=0)
        kept = np.minimum(self.left * rng.uniform(0.35, 0.75, count), soft * rng.uniform(0.15, 0.45, count))
        when = rng.exponential(size=(len(self.events), count))
        _, place, cost, traits, follows = map(np.array, zip(*self.events, strict=True))
        for at, (rate, size, lag, most) in enumerate(traits):
            when[at] *= most / rate * np.exp(-size * self.size - lag * (self.left / 10 - 1))
            when[at] += when[at - 1] * follows[at]
        left, spent, paid = self.full.copy(), np.zeros(count), np.zeros(when.shape)
        # Nothing takes up the rest where all is hard: then costs are rounded, and the first that does not fit ends it.
        fit, over = np.where(soft > 0, 1, 0.5), np.zeros(count, dtype=bool)
        for event in when.argsort(axis=0):
            costs = np.minimum(cost[event], left[place[event], everyone])
            fits = spent + fit * costs <= self.left - kept
            over |= ~fits & (soft == 0)
            costs *= fits & ~over & (~follows[event] | (paid[event - 1, everyone] > 0))
            paid[event, everyone] = costs
            left[place[event], everyone] -= costs
            spent += costs
        self.left = self.left - spent
        return paid

    def _hold_twice(self) -> list[tuple[int, set]]:
        """Cases that an evaluation made elsewhere holds as well: row, and the facts. Their points are lost there."""
        converted = np.array([one.kind == "converted" for _, one in self.criteria])[:, None] & (self.full > 0)
        numbered = np.array([key[1] in NUMBERED for key, *_ in self.events], dtype=bool)[:, None] & (self.paid > 0)
        possible = self.rng.permutation(np.argwhere(numbered & converted.any(axis=0)))
        found, cases = {row: event for event, row in possible.tolist()}, []
        for row, event in list(found.items())[:CASES]:
            item, criterion = self.criteria[self.rng.choice(np.flatnonzero(converted[:, row]))]
            cases.append((row, {self.events[event][0], *((item.item, fact) for fact, _ in criterion.reads())}))
            self.left[row] += self.paid[event, row]
        return cases

    def _soften(self) -> dict[int, np.ndarray]:
        """What each SOFT criterion reads, so that together they lose what is left; ``local``, their own share."""
        values, left, self.local = {}, self.left, np.zeros(self.count)
        places = [at for kind in SOFT for at, (_, one) in enumerate(self.criteria) if one.kind == kind]
        weights = self.full[places] * self.rng.beta(4, 4, (len(places), self.count))
        for n, at in enumerate(places):
            full, behind = self.full[at], weights[n:].sum(axis=0)
            lost = left * weights[n] / np.where(behind, behind, 1)
            if self.criteria[at][1].kind == "given":  # in halves, which evaluations after it make up for
                lost = np.clip(np.floor(2 * lost + (weights[n] == behind) / 2) / 2, 0, full)
                values[at], self.local = full - lost, lost / full
            else:
                values[at] = np.round(100 - 100 * np.clip(lost / np.where(full, full, 1), 0, 1), 2)
                lost = full * (1 - values[at] / 100)
            left = left - lost
        return values

    def _columns(self) -> Iterator[tuple]:
        """Item and fact; what holds in the end (nan: not needed), what an earlier stage may have stated instead (nan:
        nothing else), and which of them is worse: the end or not."""
        for at, (item, criterion) in enumerate(self.criteria):
            for fact, value, other, worse in getattr(self, f"_{criterion.kind}")(at, item, criterion):
                value = np.where(self._counts(item, any_reading=True), value, np.nan)
                yield item.item, fact, value, np.where(np.isnan(value) | (value == other), np.nan, other), worse

    def _times(self, item: Item, fact: str) -> np.ndarray:
        return (self.paid[[key == (item.item, fact) for key, *_ in self.events]] > 0).sum(axis=0)

    def _limit(self, limit) -> np.ndarray:
        return self.table["level"].map(limit if isinstance(limit, dict) else lambda _: limit).to_numpy(dtype=float)

    def _met(self, at, item, criterion):
        yield criterion.fact, *_either(self._times(item, criterion.fact) > 0, 0, 1)

    def _at_least(self, at, item, criterion):
        """Whom it comes easily stand well above; one at each threshold exactly on it."""
        wrong, limit = self._times(item, criterion.fact) > 0, self._limit(criterion.at_least)
        ease = np.exp(-0.6 * TRAITS.get(criterion.fact, KINDS["at_least", SHARE]).size * self.size)
        good = np.maximum(np.round(limit + 0.8 * (1 - limit) * self.rng.beta(1.3 * ease, 2.5), 4), limit)
        bad = np.round(np.minimum(limit * (1 - 0.4 * self.rng.beta(1.2, 4, self.count)), limit - 0.0001), 4)
        yield criterion.fact, *_either(wrong, bad, _edged(good, ~wrong, limit))

    def _below(self, at, item, criterion):
        """Log-normal; who reaches the threshold has lost already, and one does so exactly."""
        wrong, limit = self._times(item, criterion.fact) > 0, self._limit(criterion.below)
        good = np.round(np.minimum(limit * self.rng.lognormal(-1.1, 0.5, self.count), limit - 0.0001), 4)
        bad = np.round(np.minimum(limit * np.exp(np.abs(self.rng.normal(0, 0.5, self.count))), 1), 4)
        yield criterion.fact, *_either(wrong, _edged(bad, wrong, limit), good)

    def _not_worse(self, at, item, criterion):
        """Larger ones have more; a few exactly as much as last year."""
        level = 0.15 + 0.7 / (1 + np.exp(-1.2 * self.size)) + self.rng.normal(0, 0.05, self.count)
        last, step = np.round(np.clip(level, 0.05, 0.95), 4), self.rng.exponential(0.03, self.count)
        good = np.round(np.minimum(last + step * (self.rng.random(self.count) > 0.08), 1), 4)
        bad = np.round(last - np.clip(step, 0.0001, 0.9 * last), 4)
        yield criterion.fact, *_either(self._times(item, criterion.fact) > 0, bad, good)
        yield criterion.last_year, last, np.nan, last < 0

    def _deduct(self, at, item, criterion):
        """Nobody reports more than the reviewers found."""
        for fact, _ in criterion.reads():
            times = self._times(item, fact)
            yield fact, times, np.where(times > 0, times - 1, np.nan), times > 0

    _zero_if_any = _deduct

    def _tiers(self, at, item, criterion):
        """Counts: the first grows with the institution and is on record; the others, part of it, may be denied."""
        first, *others = criterion.tiers
        more = self.rng.poisson(0.12 * np.sqrt(self.table["settled"].to_numpy() / 1e6))
        total = np.where(self._times(item, first.fact) > 0, int(first.at_most) + 1 + more, 0)
        yield first.fact, total, np.nan, total > 0
        for tier in others:
            wrong = self._times(item, tier.fact) > 0
            part = np.minimum(int(tier.at_most) + 1 + (self.rng.random(self.count) < 0.1), total)
            yield tier.fact, np.where(wrong, part, 0), np.where(wrong, 0, np.nan), wrong

    def _given(self, at, item, criterion):
        yield criterion.fact, *self._flattered(self.soft[at], self.rng.integers(1, 4, self.count) / 2, self.full[at])

    def _converted(self, at, item, criterion):
        conditions, applies = {}, np.full(self.count, criterion.fact, dtype=object)
        for name in sorted({name for one in criterion.variants for name in one.when} & item.facts.keys()):
            share = self.table["level"].map(CONDITIONS[name]).to_numpy()
            conditions[name] = share * (self.table["type"] != "psychiatric").to_numpy() > self.rng.random(self.count)
            yield name, conditions[name], np.nan, conditions[name]
        for variant in reversed(criterion.variants):
            applies[_meets(variant.when, self.table, conditions)] = variant.fact
        idle = np.round(np.clip(self.rng.normal(85, 6, self.count), 0, 100), 2)
        value = np.where(self.full[at] > 0, self.soft[at], idle)
        value, *other = self._flattered(value, self.rng.uniform(0.5, 8, self.count), 100)
        for fact, _ in criterion.reads():
            yield fact, np.where(applies == fact, value, np.nan), *other

    def _flattered(self, value, more, full):  # a self-assessment is mostly a little kind
        other = np.round(np.clip(value + np.where(self.rng.random(self.count) < 0.9, more, -more), 0, full), 2)
        return value, other, value < other

    def stated(self, room: dict[str, np.ndarray], cases: Iterator[int]) -> Iterator[tuple[np.ndarray, ...]]:
        """What each stage states, the last first: arrays of row, stage, item, fact, value and violation.

        ``room`` says how many facts a review may correct at each institution, ``cases`` numbers the violations.
        """
        value, other, worse = (np.column_stack(one) for one in zip(*self.columns.values(), strict=True))
        items, names = (np.array(one, dtype=object) for one in zip(*self.columns, strict=True))
        case, numbers, said = np.zeros(value.shape, dtype=int), list[str | None]([None]), value
        for one, keys in self.twice:
            case[one, [key in keys for key in self.columns] & ~np.isnan(value[one])] = len(numbers)
            numbers.append(f"WG{self.card.year}-{next(cases):04d}")
        for number, stage in reversed(list(enumerate(STAGES))):
            states = ~np.isnan(value)
            if stage in REVIEWS:
                upwards = self.rng.random((self.count, 1)) < REVIEWS[stage][2]
                states = ~np.isnan(other) & (worse != upwards) & (case == 0)
                turn = np.where(states, self.rng.random(value.shape), 1).argsort(axis=1).argsort(axis=1)
                states &= turn < room[stage][:, None]
            row, at = np.nonzero(states)
            violation = np.array(numbers, dtype=object)[case[row, at]]
            yield row, np.full(len(row), number), items[at], names[at], said[row, at], violation
            said = np.where(states, np.where(said == value, other, value), said)


def _meets(when: dict, table: pd.DataFrame, said: dict[str, np.ndarray] | None = None) -> np.ndarray:
    """Who meets a card's condition on columns or facts."""
    met = np.ones(len(table), dtype=bool)
    for name, wanted in when.items():
        met &= said[name] == wanted if said and name in said else (table[name].astype(str) == str(wanted)).to_numpy()
    return met


def _costs(criterion: Criterion) -> dict:
    """What a criterion loses by each fact; points given and evaluations lose what is left, by none."""
    if criterion.kind == "tiers":
        less: list[Any] = [*(tier.points for tier in criterion.tiers[1:]), 0]
        return {tier.fact: tier.points - one for tier, one in zip(criterion.tiers, less, strict=True)}
    told = [fact for fact, _ in criterion.reads() if fact != getattr(criterion, "last_year", None)]
    return {} if criterion.kind in SOFT else dict.fromkeys(told, criterion.points) | getattr(criterion, "each", {})


def _edged(values: np.ndarray, candidates: np.ndarray, limit: np.ndarray) -> np.ndarray:
    """The values, but for whoever stands nearest to each threshold: exactly on it."""
    for one in np.unique(limit[candidates]):
        near = np.flatnonzero(candidates & (limit == one))
        values[near[np.abs(values[near] - one).argmin()]] = one
    return values


def _either(wrong: np.ndarray, bad, good) -> tuple[np.ndarray, ...]:
    return np.where(wrong, bad, good), np.where(wrong, good, bad), wrong
