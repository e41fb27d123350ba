"""The facts behind the synthetic city's scores: what its institutions reported and its reviewers corrected.

Invented as the city is. Each institution comes with a score, and its facts are made to come near it: things
go wrong there in a random order, by the rates below, until they have cost the points meant for them; the
city's own points and the evaluations made elsewhere take up the rest. The facts are those that the cards
declare: one that is new there is drawn as others of its kind, and one of a kind unknown here raises.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from simlib.columns import FACTS, STAGES
from simlib.rules.cards import Card, Item, edition
from simlib.sample.traits import (
    AGAIN,
    CASES,
    CONDITIONS,
    KINDS,
    LATE,
    MEDIAN,
    NUMBERED,
    RANGE,
    REVIEWS,
    SHARE,
    SOFT,
    SPARED,
    TRAITS,
    YEARS,
    besides,
    costs,
    edged,
    either,
    meets,
    situations,
)

# The document's cards, by which the city is scored; then its own, which add the facts of its own items.
EDITIONS = ("js26_2023", "yunlan_2023")


def facts(institutions: pd.DataFrame, seed: int = 2026) -> pd.DataFrame:
    """The evaluation facts of a city: table ``facts``, one row a fact that a stage states, by institution.

    - What: every fact that the cards of EDITIONS need under any reading; a converted evaluation only where it
      applies. Shares have four decimals, evaluations two, the city's own points halves.
    - Stages: the institutions state every fact (self); the county corrects one to three at about 12% of them,
      nearly always downwards, the city one or two at about 2%, either way. What holds in the end comes near the score.
    - ``applies``: some of the smallest set no prices of their own, a few had no last year.
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
            rows = np.flatnonzero(meets(card.who, institutions))
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
    free = np.isinf(value)
    stage, applies = np.array(list(STAGES), dtype=object)[number], np.full(len(free), None, dtype=object)
    applies[free] = False
    columns = ids[row], item, fact, np.where(free, np.nan, value), stage, violation, applies
    return pd.DataFrame({name: one[order] for name, one in zip(FACTS.by_name, columns, strict=True)})


class _Year:
    """What went wrong at a card's institutions, costing each the share ``lost`` of its points, and the facts of it."""

    def __init__(self, card: Card, criteria: list, table: pd.DataFrame, lost: np.ndarray, rng: np.random.Generator):
        self.card, self.criteria, self.table, self.rng, self.count = card, criteria, table, rng, len(table)
        self.beside = rng.spawn(1)[0]  # for what is told besides, so that what goes wrong stays as it was drawn
        self.size = np.log10(table["settled"].to_numpy() / MEDIAN)
        self.full = np.zeros((len(self.criteria), self.count))  # 0 where an item does not count
        self.events = []  # what can go wrong: fact, place of the criterion, cost, trait, if the one before must
        for place, (item, criterion) in enumerate(self.criteria):
            self.full[place] = float(criterion.points) * self._counts(item)
            for n, (fact, cost) in enumerate(costs(criterion).items()):
                kinds, follows = (criterion.kind, item.facts[fact].kind), n > 0 and criterion.kind == "tiers"
                if kinds not in KINDS:
                    raise KeyError(f"{card.name}, item {item.item}: nothing here can draw {fact}, {kinds}")
                trait = TRAITS.get(fact, KINDS[kinds])
                again = 0.0 if fact in situations(criterion) else float(cost)  # what finding it again costs
                self.events += [
                    ((item.item, fact), place, again if n_th else float(cost), trait, follows)
                    for n_th in range(trait.most)
                ]
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
        wrong = self._times(item, criterion.fact) > 0
        value, other, worse = either(wrong, 0, 1)
        free = self._spared(criterion.fact, ~wrong)
        yield criterion.fact, np.where(free, np.inf, value), np.where(free, np.nan, other), worse
        if criterion.growth:
            yield from self._years(criterion.growth, wrong)

    def _spared(self, fact: str, right: np.ndarray) -> np.ndarray:
        """Of those who do right, to whom the fact does not apply instead: the smallest."""
        share = SPARED.get(fact, 0) * (self.table["level"] == "1").to_numpy()
        return right & (self.beside.random(self.count) < share)

    def _years(self, growth, wrong):
        """This year's number and last year's: beyond the city's range where that was said."""
        middle, spread = YEARS[growth.this_year]
        last = np.round(middle * self.beside.lognormal(0, spread, self.count), 2)
        within = np.minimum(self.beside.normal(0.02, 0.015, self.count), RANGE - 0.002)
        beyond = RANGE + 0.002 + self.beside.exponential(0.03, self.count)
        yield growth.this_year, np.round(last * (1 + np.where(wrong, beyond, within)), 2), np.nan, wrong
        yield growth.last_year, last, np.nan, wrong

    def _at_least(self, at, item, criterion):
        """Whom it comes easily stand well above; one at each threshold exactly on it."""
        wrong, limit = self._times(item, criterion.fact) > 0, self._limit(criterion.at_least)
        ease = np.exp(-0.6 * TRAITS.get(criterion.fact, KINDS["at_least", SHARE]).size * self.size)
        good = np.maximum(np.round(limit + 0.8 * (1 - limit) * self.rng.beta(1.3 * ease, 2.5), 4), limit)
        bad = np.round(np.minimum(limit * (1 - 0.4 * self.rng.beta(1.2, 4, self.count)), limit - 0.0001), 4)
        yield criterion.fact, *either(wrong, bad, edged(good, ~wrong, limit))

    def _below(self, at, item, criterion):
        """Log-normal; who reaches the threshold has lost already, and one does so exactly."""
        wrong, limit = self._times(item, criterion.fact) > 0, self._limit(criterion.below)
        good = np.round(np.minimum(limit * self.rng.lognormal(-1.1, 0.5, self.count), limit - 0.0001), 4)
        bad = np.round(np.minimum(limit * np.exp(np.abs(self.rng.normal(0, 0.5, self.count))), 1), 4)
        yield criterion.fact, *either(wrong, edged(bad, wrong, limit), good)

    def _not_worse(self, at, item, criterion):
        """Larger ones have more; a few exactly as much as last year."""
        level = 0.15 + 0.7 / (1 + np.exp(-1.2 * self.size)) + self.rng.normal(0, 0.05, self.count)
        last, step = np.round(np.clip(level, 0.05, 0.95), 4), self.rng.exponential(0.03, self.count)
        good = np.round(np.minimum(last + step * (self.rng.random(self.count) > 0.08), 1), 4)
        bad = np.round(last - np.clip(step, 0.0001, 0.9 * last), 4)
        yield criterion.fact, *either(self._times(item, criterion.fact) > 0, bad, good)
        free = self._spared(criterion.last_year, self._times(item, criterion.fact) == 0)
        yield criterion.last_year, np.where(free, np.inf, last), np.nan, last < 0

    def _deduct(self, at, item, criterion):
        """Nobody reports more than the reviewers found."""
        for fact, _ in criterion.reads():
            times = self._times(item, fact)
            if fact in situations(criterion):
                again = self.beside.poisson(AGAIN, self.count) * (times > 0)
                again[[row for row, keys in self.twice if (item.item, fact) in keys]] = 0  # it has the one number
                times = times + again
            yield fact, times, np.where(times > 0, times - 1, np.nan), times > 0

    def _zero_if_any(self, at, item, criterion):
        breach = np.any([self._times(item, fact) > 0 for fact in criterion.facts], axis=0)
        for fact in criterion.needs:
            late = breach & (self.beside.random(self.count) < LATE)
            yield fact, np.where(late, 0, 1), np.nan, late
        for fact in criterion.facts:
            times = self._times(item, fact)
            yield fact, times, np.where(times > 0, times - 1, np.nan), times > 0

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
            applies[meets(variant.when, self.table, conditions)] = variant.fact
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
        mine = {(item.item, fact) for item, one in self.criteria for fact in besides(one)}
        reviewed = np.array([key not in mine for key in self.columns])
        for one, keys in self.twice:
            case[one, [key in keys for key in self.columns] & ~np.isnan(value[one])] = len(numbers)
            numbers.append(f"WG{self.card.year}-{next(cases):04d}")
        for number, stage in reversed(list(enumerate(STAGES))):
            states = ~np.isnan(value)
            if stage in REVIEWS:
                upwards = self.rng.random((self.count, 1)) < REVIEWS[stage][2]
                states = ~np.isnan(other) & (worse != upwards) & (case == 0)
                drawn = np.ones(value.shape)
                drawn[:, reviewed] = self.rng.random((self.count, int(reviewed.sum())))
                turn = np.where(states, drawn, 1).argsort(axis=1).argsort(axis=1)
                states &= turn < room[stage][:, None]
            row, at = np.nonzero(states)
            violation = np.array(numbers, dtype=object)[case[row, at]]
            yield row, np.full(len(row), number), items[at], names[at], said[row, at], violation
            said = np.where(states, np.where(said == value, other, value), said)
