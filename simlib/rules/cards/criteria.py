"""The kinds of criterion that a card is made of, and of fact that they read: the inner part of the format.

Each kind says which facts it reads and which of its numbers are levers; simlib.rules.scorecard.scoring says
what it gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, model_validator

from simlib.columns import LEVELS
from simlib.params import PERCENT, PLACES, POINTS, Unit
from simlib.words import NO_TEXT, Text

NAME = r"^[a-z][a-z0-9_]{0,39}$"
TIMES = Unit(Text("次", "times"), decimals=0)
PLAIN = Unit(Text("数值", "number"))
Name = Annotated[str, Field(pattern=NAME)]
Points = Annotated[Decimal, Field(ge=0, le=100, decimal_places=PLACES)]
Limit = Annotated[Decimal, Field(ge=-(10**9), le=10**9, decimal_places=PLACES)]
When = dict[str, str | bool]  # a column of the subjects' table, or a yes_no fact of the item, and its value


class FactKind(StrEnum):
    """What a fact's value may be."""

    YES_NO = "yes_no"
    COUNT = "count"
    SHARE = "share"
    SCORE = "score"
    POINTS = "points"
    NUMBER = "number"

    @property
    def unit(self) -> Unit:
        return {FactKind.SHARE: PERCENT, FactKind.COUNT: TIMES, FactKind.POINTS: POINTS}.get(self, PLAIN)

    @property
    def bounds(self) -> tuple[Decimal, Decimal]:
        """Of a threshold on such a fact."""
        high = {FactKind.SHARE: 1, FactKind.SCORE: 100, FactKind.COUNT: 1000}.get(self, 10**9)
        return Decimal(-high if self is FactKind.NUMBER else 0), Decimal(high)

    @property
    def rule(self) -> Text:
        return FACT_RULES[self]


FACT_RULES = {
    FactKind.YES_NO: Text("是或否（1 或 0）", "yes or no (1 or 0)"),
    FactKind.COUNT: Text("次数，不小于 0 的整数", "a count: a whole number from 0"),
    FactKind.SHARE: Text("比例，0 至 1（0.85 即 85%）", "a share from 0 to 1 (0.85 is 85%)"),
    FactKind.SCORE: Text("评价得分，0 至 100", "an evaluation from 0 to 100"),
    FactKind.POINTS: Text("得分，0 至该项满分", "points from 0 to the full marks"),
    FactKind.NUMBER: Text("数值", "a number"),
}


class Piece(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


def in_chinese_only(content: Any) -> Any:
    """What a file says, the Chinese text standing for the English one where that lacks."""
    if isinstance(content, dict) and isinstance(content.get("zh"), str) and not content.get("en"):
        return {**content, "en": content["zh"]}
    return content


class Words(Piece):
    """A text in both languages; what is said in Chinese only is shown in Chinese to all."""

    zh: str = Field(min_length=1)
    en: str = ""

    @model_validator(mode="before")
    @classmethod
    def _in_chinese_only(cls, content: Any) -> Any:
        return in_chinese_only(content)

    @property
    def text(self) -> Text:
        return Text(self.zh, self.en)


class Fact(Words):
    """What a city reports of each subject, for one item."""

    kind: FactKind


class Number(NamedTuple):
    """One number of a card that policy may change: the lever's name, value and unit."""

    name: str
    value: Decimal
    role: Text
    unit: Unit
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(100)
    step: Decimal | None = None


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


class Met(_Criterion):
    """Full points where the fact is true."""

    kind: Literal["met"]
    fact: Name

    def reads(self) -> Reads:
        return [(self.fact, (FactKind.YES_NO,))]


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
    """Full points less count x deduction, never below 0; a fact of ``zero`` that is true leaves nothing."""

    kind: Literal["deduct"]
    each: dict[Name, Points] = Field(min_length=1)
    zero: tuple[Name, ...] = ()

    def reads(self) -> Reads:
        return [*((one, (FactKind.COUNT,)) for one in self.each), *((one, (FactKind.YES_NO,)) for one in self.zero)]

    def limits(self, facts: dict[str, Fact]) -> Iterator[Number]:
        for name, value in self.each.items():
            yield Number(name, value, EACH.fill(fact=facts[name].text), POINTS)


class ZeroIfAny(_Criterion):
    """Nothing where any of the facts is true."""

    kind: Literal["zero_if_any"]
    facts: tuple[Name, ...] = Field(min_length=1)

    def reads(self) -> Reads:
        return [(one, (FactKind.YES_NO,)) for one in self.facts]


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
    Met | AtLeast | Below | NotWorse | Deduct | ZeroIfAny | Tiers | Converted | Given, Field(discriminator="kind")
]


LIMIT = {
    "at_least": Text("{level}不低于", "at least{level}"),
    "below": Text("{level}低于", "below{level}"),
}
EACH = Text("{fact}，每次扣", "{fact}, off for each")
TIER = Text("{fact}一档得分", "points of the tier {fact}")
AT_MOST = Text("{fact}不超过", "{fact} at most")
