"""What each institution scores on its card (JS26 annexes 1 and 2; XX part 3).

One small vectorised function a criterion kind; points are whole numbers over a power of ten throughout,
so that no sum depends on its order and a total is rounded once, to the nearest float.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np

from simlib.clauses import cites
from simlib.money import decimal_integers
from simlib.params import PLACES
from simlib.problems import BadInput
from simlib.rules.cards import Card, Criterion, Item
from simlib.rules.cards.bonus import CapTotal
from simlib.rules.cards.criteria import AtLeast, Below, Converted, Deduct, Given, Met, NotWorse, Tiers, ZeroIfAny
from simlib.rules.scorecard import violations
from simlib.rules.scorecard.counted import counted, spared
from simlib.rules.scorecard.growth import by_numbers
from simlib.rules.scorecard.params import CostGrowth, Missing, NotApplicable, ScorecardParams
from simlib.rules.scorecard.sheets import Sheet, absent

MICRO = 10**PLACES  # of a point: the points of a card have at most so many decimals
MOST = 100 * MICRO  # full marks of a criterion at most


@dataclass(frozen=True)
class Award:
    """What one criterion gives: ``earned`` / ``scale`` points of ``full`` / MICRO, to those it ``applies`` to."""

    item: Item
    criterion: Criterion
    full: int
    earned: np.ndarray
    scale: int
    applies: np.ndarray
    unknown: np.ndarray  # a needed fact is missing and the criterion scores 0
    missing: tuple[tuple[str, np.ndarray], ...] = ()  # which facts, and for whom
    cut: np.ndarray | bool = False  # more was given than full marks, since a lever lowered these
    spared: np.ndarray | bool = False  # the criterion does not apply to these: full marks, or out of the card

    @property
    def lost(self) -> np.ndarray:
        """Whose points are not the full ones."""
        return np.asarray(self.applies & (self.earned * MICRO < self.full * self.scale).astype(bool))


@dataclass(frozen=True)
class Evaluation:
    """A sheet under one set of parameters: the awards of every criterion, the totals, and what they rest on."""

    sheet: Sheet
    params: ScorecardParams
    numbers: dict[str, Decimal]
    values: np.ndarray
    awards: tuple[Award, ...]
    points: np.ndarray  # of the items, whole numbers over ``scale``
    scale: int
    full: np.ndarray  # full marks of the items that count for each subject, over MICRO
    card_full: int  # full marks of the whole card, over MICRO
    bonus: np.ndarray  # as given, over ``scale``
    bonus_counted: np.ndarray
    score: np.ndarray  # floats, each the one nearest to the exact total
    veto: np.ndarray
    unknown: np.ndarray  # a bonus or veto fact is missing and counts as none
    repeated: dict[tuple[int, str], list[tuple[str, str]]] = field(default_factory=dict)  # row, item: violation, where


def numbers_of(card: Card, params: ScorecardParams) -> dict[str, Decimal]:
    """Every number of a card: the lever's value, or the card's own where the parameters do not know it."""
    return {one.name: getattr(params, one.name, one.value) for _, _, one in card.numbers()}


@cites("JS26 annex 1", "JS26 annex 2", "XX part 3")
def full_points(item: Item, numbers: dict[str, Decimal]) -> Decimal:
    """Full marks of an item: the points of its criteria, as the levers have set them; nothing is rescaled."""
    return sum((numbers[item.points_name(one)] for one in item.criteria), Decimal(0))


@cites(
    "JS26 annex 1", "JS26 annex 1, note 1", "JS26 annex 1, note 5", "JS26 annex 2", "JS26 annex 2, note 1",
    "JS26 annex 2, note 4", "XX part 3", "XX 3(1)", "XX 3(2)", "XX 3(3)", "XX 3(4)", "XX 3(5)", "XX 3(6)",
)  # fmt: skip
def evaluate(sheet: Sheet, params: ScorecardParams | None = None, stage: str | None = None) -> Evaluation:
    """Score every subject of a sheet, by what holds after ``stage`` (default: the last).

    points = sum of the criteria; private subjects, scored without one item (``private_excluded_item``),
    have them times full marks of the card / full marks of the items that count (JS26: 100/80). The bonus,
    cut to ``bonus_cap``, comes on top (XX 3(6)). A veto changes no points. One numbered violation is held
    against a subject once (JS26 annex 1, note 5): by a converted evaluation if one contains it, for those
    points cannot be given back, else by the first item that states it. A criterion of which a fact does not apply
    counts as met, or by ``not_applicable`` leaves the full marks, from which the rest is scaled.
    BadInput for each missing fact, unless ``missing`` is ``zero``.
    """
    params, stage = params or ScorecardParams(), stage or sheet.stages[-1]
    card, numbers = sheet.card, numbers_of(sheet.card, params)
    out = left_out(sheet, params)
    values, repeated = violations.once(sheet, sheet.values[stage], sheet.violations.get(stage, {}), out)
    counts, problems, awards = counted(sheet, values, params), [], []
    for item in card.items:
        applies = ~out[item.item] if item.item in out else np.ones(len(values), dtype=bool)
        for criterion in item.criteria:
            full = _micro(numbers[item.points_name(criterion)])
            earned, scale, needed = _kind(criterion, params)(item, criterion, full, sheet, counts, numbers)
            free = applies & spared(sheet, item, criterion, values)
            unknown, missing = np.zeros(len(values), dtype=bool), []
            for fact, asked in needed:
                nobody = applies & asked & ~free & np.isnan(values[:, sheet.columns[item.item, fact]])
                unknown |= nobody
                if nobody.any():
                    missing.append((fact, nobody))
                    problems += [
                        absent(sheet, row, item.item, fact, item.facts[fact]) for row in np.flatnonzero(nobody).tolist()
                    ]
            mine = applies & ~free if params.not_applicable is NotApplicable.EXCLUDED else applies
            earned = np.where(mine & ~unknown, np.where(free, full * (scale // MICRO), earned), 0)
            cut = criterion.kind == "given" and _column(sheet, values, item, criterion.fact) > full / MICRO
            awards.append(Award(item, criterion, full, earned, scale, mine, unknown, tuple(missing), cut, free))
    bonus, bonus_scale, no_bonus = _extra(sheet, values, problems, "bonus")
    veto, _, no_veto = _extra(sheet, values, problems, "veto")
    if problems and params.missing is not Missing.ZERO:
        raise BadInput(problems)
    extra = {"veto": veto.astype(bool), "unknown": no_bonus | no_veto, "repeated": repeated}
    return totals_of(sheet, params, numbers, values, tuple(awards), bonus, bonus_scale, extra)


@cites("JS26 annex 1, note 1", "JS26 annex 2, note 1", "XX 3(6)")
def totals_of(
    sheet: Sheet, params: ScorecardParams, numbers: dict[str, Decimal], values: np.ndarray, awards: tuple[Award, ...],
    bonus: np.ndarray,
    bonus_scale: int, extra: dict[str, Any],
) -> Evaluation:  # fmt: skip
    """The totals of what each criterion gives: private subjects scaled, the bonus cut and added."""
    scale = math.lcm(bonus_scale, MICRO, *(award.scale for award in awards))
    points = sum(
        (award.earned.astype(object) * (scale // award.scale) for award in awards), np.zeros(len(values), object)
    )
    full = sum((np.where(award.applies, award.full, 0) for award in awards), np.zeros(len(values), np.int64))
    card_full = sum(_micro(full_points(item, numbers)) for item in sheet.card.items)
    bonus = bonus.astype(object) * (scale // bonus_scale)
    added = np.minimum(bonus, _micro(params.bonus_cap) * (scale // MICRO))
    # total = points / scale x card_full / full + added / scale, in whole numbers over scale x full; where
    # levers leave no full marks at all there are no points either, and only the bonus counts
    over = np.where(full == 0, 1, full).astype(object)
    total = points * card_full + added * over
    if params.cap_total is CapTotal.ON:
        total = np.minimum(total, card_full * over * (scale // MICRO))
    score = np.array([n / d for n, d in zip(total, scale * over, strict=True)], dtype=float)
    made = sheet, params, numbers, values, awards, points, scale, full, card_full, bonus, added, score
    return Evaluation(*made, **extra)


@cites("JS26 annex 1, note 1", "JS26 annex 2, note 1")
def left_out(sheet: Sheet, params: ScorecardParams) -> dict[str, np.ndarray]:
    """By item number, the private subjects that are scored without it (JS26 annexes 1 and 2, note 1)."""
    if not sheet.card.private:
        return {}
    item = sheet.card.private.without(params.private_excluded_item.value)
    return {} if item is None else {item: sheet.has("ownership", "private")}


@cites("XX 3(6)")
def _extra(sheet: Sheet, values: np.ndarray, problems: list[Any], name: str) -> tuple[np.ndarray, int, np.ndarray]:
    """The sum of the bonus facts (whole numbers over a scale), or whether a veto fact is true; and who lacks one."""
    extra, lacks = getattr(sheet.card, name), np.zeros(len(values), dtype=bool)
    if not extra:
        return np.zeros(len(values), dtype=np.int64), 1, lacks
    columns = [sheet.columns[name, fact] for fact in extra.facts]
    for fact, column in zip(extra.facts, columns, strict=True):
        nobody = np.isnan(values[:, column])
        lacks |= nobody
        problems += [absent(sheet, row, name, fact, extra.facts[fact]) for row in np.flatnonzero(nobody).tolist()]
    given, scale = decimal_integers(np.nan_to_num(values[:, columns]).ravel())
    return given.astype(object).reshape(len(values), len(columns)).sum(axis=1), scale, lacks


# --- the kinds: each gives what is earned, over which scale, and the facts needed with who needs them ----------------


Numbers = dict[str, Decimal]
Earned = tuple[np.ndarray, int, list[tuple[str, np.ndarray]]]


def _micro(points: Decimal) -> int:
    return int(points * MICRO)


def _column(sheet: Sheet, values: np.ndarray, item: Item, fact: str) -> np.ndarray:
    return values[:, sheet.columns[item.item, fact]]


def _all(values: np.ndarray) -> np.ndarray:
    return np.ones(len(values), dtype=bool)


def _met(item: Item, criterion: Met, full: int, sheet: Sheet, values: np.ndarray, numbers: Numbers) -> Earned:
    earned = np.where(_column(sheet, values, item, criterion.fact) == 1, full, 0)
    return earned, MICRO, [(criterion.fact, _all(values))]


@cites("JS26 annex 1, item 1(3)", "JS26 annex 2, item 1(3)")
def thresholds(item: Item, criterion: AtLeast | Below, sheet: Sheet, numbers: Numbers) -> np.ndarray:
    """The threshold of each subject. A float is the one nearest to its decimal, so equal decimals compare equal."""
    if not isinstance(criterion.threshold, dict):
        return np.full(len(sheet.subjects), float(numbers[item.lever(criterion, criterion.sign)]))
    by_level = {
        level: float(numbers[item.lever(criterion, f"{criterion.sign}_{level}")]) for level in criterion.threshold
    }
    return np.array([by_level[level] for level in sheet.levels], dtype=float)


def _at_least(item: Item, criterion: AtLeast, full: int, sheet: Sheet, values: np.ndarray, numbers: Numbers) -> Earned:
    reached = _column(sheet, values, item, criterion.fact) >= thresholds(item, criterion, sheet, numbers)
    return np.where(reached, full, 0), MICRO, [(criterion.fact, _all(values))]


def _below(item: Item, criterion: Below, full: int, sheet: Sheet, values: np.ndarray, numbers: Numbers) -> Earned:
    under = _column(sheet, values, item, criterion.fact) < thresholds(item, criterion, sheet, numbers)
    return np.where(under, full, 0), MICRO, [(criterion.fact, _all(values))]


def _not_worse(
    item: Item, criterion: NotWorse, full: int, sheet: Sheet, values: np.ndarray, numbers: Numbers
) -> Earned:
    now, last = (_column(sheet, values, item, fact) for fact in (criterion.fact, criterion.last_year))
    return (
        np.where(now >= last, full, 0),
        MICRO,
        [(fact, _all(values)) for fact in (criterion.fact, criterion.last_year)],
    )


def _deduct(item: Item, criterion: Deduct, full: int, sheet: Sheet, values: np.ndarray, numbers: Numbers) -> Earned:
    earned = np.full(len(values), full)
    for fact in criterion.each:
        # More than MOST deductions of a millionth already leave nothing, and so many keep within 64 bits.
        count = np.minimum(np.nan_to_num(_column(sheet, values, item, fact)), MOST).astype(np.int64)
        earned = earned - count * _micro(numbers[item.lever(criterion, fact)])
    for fact in criterion.zero:
        earned = np.where(_column(sheet, values, item, fact) == 1, 0, earned)
    return np.maximum(earned, 0), MICRO, [(fact, _all(values)) for fact in (*criterion.each, *criterion.zero)]


def _kind(criterion: Criterion, params: ScorecardParams) -> Callable[..., Earned]:
    """What gives the points of a criterion: of growth, what is stated of it or its numbers."""
    grows = isinstance(criterion, Met) and criterion.growth and params.cost_growth is CostGrowth.NUMBERS
    return by_numbers if grows else KINDS[criterion.kind]


def _zero_if_any(
    item: Item, criterion: ZeroIfAny, full: int, sheet: Sheet, values: np.ndarray, numbers: Numbers
) -> Earned:
    found = [_column(sheet, values, item, fact) == 1 for fact in criterion.facts]
    found += [_column(sheet, values, item, fact) == 0 for fact in criterion.needs]
    asked = [(fact, _all(values)) for fact in (*criterion.needs, *criterion.facts)]
    return np.where(np.any(found, axis=0), 0, full), MICRO, asked


def _tiers(item: Item, criterion: Tiers, full: int, sheet: Sheet, values: np.ndarray, numbers: Numbers) -> Earned:
    open_, earned, needed = _all(values), np.zeros(len(values), dtype=np.int64), []
    for tier in criterion.tiers:
        first = tier is criterion.tiers[0]
        points = full if first else _micro(numbers[item.lever(criterion, tier.fact)])
        value = _column(sheet, values, item, tier.fact)
        needed.append((tier.fact, open_))
        here = open_ & (value <= float(numbers[item.lever(criterion, f"{tier.fact}_at_most")]))
        earned = np.where(here, points, earned)
        open_ = open_ & ~here
    return earned, MICRO, needed


def _converted(
    item: Item, criterion: Converted, full: int, sheet: Sheet, values: np.ndarray, numbers: Numbers
) -> Earned:
    chosen = sheet.source(item, criterion, values)
    facts = [criterion.fact, *(variant.fact for variant in criterion.variants)]
    value = np.choose(chosen, [_column(sheet, values, item, fact) for fact in facts])
    evaluation, scale = decimal_integers(np.nan_to_num(value))
    needed = [(fact, chosen == number) for number, fact in enumerate(facts)]
    conditions = {name for variant in criterion.variants for name in variant.when if name in item.facts}
    return (
        evaluation.astype(object) * full,
        100 * scale * MICRO,
        needed + [(name, _all(values)) for name in sorted(conditions)],
    )


def _given(item: Item, criterion: Given, full: int, sheet: Sheet, values: np.ndarray, numbers: Numbers) -> Earned:
    given, scale = decimal_integers(np.nan_to_num(_column(sheet, values, item, criterion.fact)))
    return np.minimum(given.astype(object) * MICRO, full * scale), scale * MICRO, [(criterion.fact, _all(values))]


KINDS: dict[str, Callable[..., Earned]] = {
    "met": _met, "at_least": _at_least, "below": _below, "not_worse": _not_worse, "deduct": _deduct,
    "zero_if_any": _zero_if_any, "tiers": _tiers, "converted": _converted, "given": _given,
}  # fmt: skip
