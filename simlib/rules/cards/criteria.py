"""The kinds of criterion that a card is made of: the inner part of the format.

Each kind says which facts it reads and which of its numbers are levers; simlib.rules.scorecard.scoring says
what it gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, model_validator

from simlib.columns import LEVELS
from simlib.params import PERCENT, PLACES, POINTS
from simlib.rules.cards.pieces import Fact, FactKind, Limit, Name, Number, Piece, Points, When, in_chinese_only
from simlib.words import NO_TEXT, Text

Reads = list[tuple[str, tuple[FactKind, ...]]]


class _Criterion(Piece):
    """What every criterion has; ``id`` names its levers, ``zh`` and ``en`` what it asks (else its fact's words)."""

    id: Name
    zh: str = ""
    en: str = ""
    points: Points

    @model_validator(mode="before")
    @classmethod
    def _in_chinese_only(cls, content: Any) -> Any:
        return in_chinese_only(content)

    def reads(self) -> Reads:
        """The facts it reads, each with the kinds that it can be."""
        raise NotImplementedError

    def limits(self, facts: dict[str, Fact]) -> Iterator[Number]:
        """Its levers besides the points, named within the criterion."""
        yield from ()


MEASURES = (FactKind.SHARE, FactKind.NUMBER, FactKind.COUNT, FactKind.SCORE)


class Growth(Piece):
    """This year's number and last year's, and the range that the growth may have; no document sets one."""

    this_year: Name
    last_year: Name
    at_least: Limit = Decimal(-1)
    at_most: Limit = Decimal(0)


class Met(_Criterion):
    """Full points where the fact is true; what is said of a ``growth`` may be judged by its numbers instead."""

    kind: Literal["met"]
    fact: Name
    growth: Growth | None = None

    def reads(self) -> Reads:
        years = [(self.growth.this_year, MEASURES), (self.growth.last_year, MEASURES)] if self.growth else []
        return [(self.fact, (FactKind.YES_NO,)), *years]

    def limits(self, facts: dict[str, Fact]) -> Iterator[Number]:
        for name in GROWTH if self.growth else ():
            value = getattr(self.growth, name)
            yield Number(name, value, GROWTH[name], PERCENT, *GROWTH_BOUNDS, Decimal("0.01"), unset=True)


class _Threshold(_Criterion):
    """A number against a threshold, which may differ by level: {"3": 0.80, "2": 0.90, "1": 0.95}."""

    if TYPE_CHECKING:
        kind: str  # each of the two declares its own
    fact: Name
    step: Annotated[Decimal, Field(gt=0, le=10**9, decimal_places=PLACES)] | None = None

    @property
    def sign(self) -> str:
        return self.kind

    @property
    def threshold(self) -> Decimal | dict[str, Decimal]:
        threshold: Decimal | dict[str, Decimal] = getattr(self, self.sign)
        return threshold

    def reads(self) -> Reads:
        return [(self.fact, MEASURES)]

    def limits(self, facts: dict[str, Fact]) -> Iterator[Number]:
        kind = facts[self.fact].kind
        low, high = kind.bounds
        step = self.step or Decimal("0.01" if kind is FactKind.SHARE else 1)
        by_level = self.threshold if isinstance(self.threshold, dict) else {"": self.threshold}
        for level, value in by_level.items():
            at = Text(LEVELS[level].zh, f" ({LEVELS[level].en})") if level else NO_TEXT
            role = LIMIT[self.sign].fill(level=at)
            name = f"{self.sign}_{level}" if level else self.sign
            yield Number(name, value, role, kind.unit, low, high, step)


class AtLeast(_Threshold):
    """Full points where the number is at least the threshold."""

    kind: Literal["at_least"]
    at_least: Limit | dict[Literal["3", "2", "1"], Limit]


class Below(_Threshold):
    """Full points where the number is below the threshold."""

    kind: Literal["below"]
    below: Limit | dict[Literal["3", "2", "1"], Limit]


class NotWorse(_Criterion):
    """Full points where this year's number is at least last year's."""

    kind: Literal["not_worse"]
    fact: Name
    last_year: Name

    def reads(self) -> Reads:
        return [(self.fact, MEASURES), (self.last_year, MEASURES)]


class Deduct(_Criterion):
    """Full points less count x deduction, never below 0; a fact of ``zero`` that is true leaves nothing.

    ``by`` says what the text deducts for: each order (一次), or each situation that is found (每查实一项).
    """

    kind: Literal["deduct"]
    by: Literal["order", "situation"] = "order"
    each: dict[Name, Points] = Field(min_length=1)
    zero: tuple[Name, ...] = ()

    def reads(self) -> Reads:
        return [*((one, (FactKind.COUNT,)) for one in self.each), *((one, (FactKind.YES_NO,)) for one in self.zero)]

    def limits(self, facts: dict[str, Fact]) -> Iterator[Number]:
        for name, value in self.each.items():
            yield Number(name, value, EACH[self.by].fill(fact=facts[name].text), POINTS)


class ZeroIfAny(_Criterion):
    """Nothing where any of the facts is true, or any of ``needs`` is not."""

    kind: Literal["zero_if_any"]
    facts: tuple[Name, ...] = Field(min_length=1)
    needs: tuple[Name, ...] = ()

    def reads(self) -> Reads:
        return [(one, (FactKind.YES_NO,)) for one in (*self.needs, *self.facts)]


class Tier(Piece):
    """``points`` where the fact is at most ``at_most``."""

    fact: Name
    at_most: Limit = Decimal(0)
    points: Points


class Tiers(_Criterion):
    """The points of the first tier that applies, else 0; ``points`` are those of the first."""

    kind: Literal["tiers"]
    tiers: tuple[Tier, ...] = Field(min_length=1)

    def reads(self) -> Reads:
        return [(one.fact, MEASURES) for one in self.tiers]

    def limits(self, facts: dict[str, Fact]) -> Iterator[Number]:
        for tier in self.tiers[1:]:
            yield Number(tier.fact, tier.points, TIER.fill(fact=facts[tier.fact].text), POINTS)
        for tier in self.tiers:
            kind = facts[tier.fact].kind
            role = AT_MOST.fill(fact=facts[tier.fact].text)
            step = Decimal("0.01" if kind is FactKind.SHARE else 1)
            low, high = kind.bounds
            yield Number(f"{tier.fact}_at_most", tier.at_most, role, kind.unit, low, high, step)


class Variant(Piece):
    """Another fact for those that meet ``when``."""

    fact: Name
    when: When = Field(min_length=1)


class Converted(_Criterion):
    """An evaluation from 0 to 100 made elsewhere, x points / 100; ``variants`` are read in its place."""

    kind: Literal["converted"]
    fact: Name
    variants: tuple[Variant, ...] = ()

    def reads(self) -> Reads:
        return [(one, (FactKind.SCORE,)) for one in (self.fact, *(variant.fact for variant in self.variants))]


class Given(_Criterion):
    """Points from 0 to full that the city enters."""

    kind: Literal["given"]
    fact: Name

    def reads(self) -> Reads:
        return [(self.fact, (FactKind.POINTS,))]


Criterion = Annotated[
    Met | AtLeast | Below | NotWorse | Deduct | ZeroIfAny | Tiers | Converted | Given,
    Field(discriminator="kind"),
]


LIMIT = {
    "at_least": Text("{level}不低于", "at least{level}"),
    "below": Text("{level}低于", "below{level}"),
}
EACH = {
    "order": Text("{fact}，每次扣", "{fact}, off for each"),
    "situation": Text("{fact}，查实扣", "{fact}, off where found"),
}
GROWTH_BOUNDS = Decimal(-1), Decimal(10)  # of the growth of something that is never below 0
GROWTH = {
    "at_least": Text("增长不低于", "growth at least"),
    "at_most": Text("增长不高于", "growth at most"),
}
TIER = Text("{fact}一档得分", "points of the tier {fact}")
AT_MOST = Text("{fact}不超过", "{fact} at most")
