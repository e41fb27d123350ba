"""What cards are made of: texts, facts with the kinds of their values, and the numbers that are levers."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, model_validator

from simlib.params import PERCENT, PLACES, POINTS, Unit
from simlib.words import Text

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
    """What a city reports of each subject, for one item; where it ``may_not_apply``, that may be reported instead."""

    kind: FactKind
    may_not_apply: bool = False


class Number(NamedTuple):
    """One number of a card that policy may change: the lever's name, value and unit."""

    name: str
    value: Decimal
    role: Text
    unit: Unit
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(100)
    step: Decimal | None = None
    unset: bool = False  # no document sets it
