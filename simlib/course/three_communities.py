"""The three county medical communities of lesson 5: what its exercises suppose of them, and what comes of it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

import pandas as pd

from simlib.columns import COMMUNITIES
from simlib.rules import retention
from simlib.rules.family import Results
from simlib.rules.retention import Fraction, RetentionParams
from simlib.words import Text

Supposed = dict[tuple[str, str], float | bool]  # by community and column

KEY = COMMUNITIES.key
CASE = pd.DataFrame({
    KEY: ["甲", "乙", "丙"], "score": [84.4, 79.99, 85.5], "bonus": [2.0, 0.0, 6.0], "veto": False,
    "budget": [60_000_000.0, 40_000_000.0, 30_000_000.0], "spending": [58_800_000.0, 39_200_000.0, 29_500_000.0],
    "unreasonable_overspend": 0.0,
})  # fmt: skip
HUNDREDTH = Decimal("0.01")
NOTHING: Supposed = {}
DOCUMENT = RetentionParams()

REACHED: Supposed = {("乙", "score"): 80.0}
FLOOR, CEIL = (DOCUMENT.changed(fraction=one) for one in (Fraction.FLOOR, Fraction.CEIL))


def communities(supposed: Supposed = NOTHING) -> pd.DataFrame:
    """The three communities, with what an exercise supposes."""
    table = CASE.set_index(KEY)
    for (name, column), value in supposed.items():
        table.loc[name, column] = value
    return table.reset_index()


def run(supposed: Supposed = NOTHING, params: RetentionParams = DOCUMENT) -> Results:
    """The result tables, calculated once: an answer is marked against many of them."""
    return _run(tuple(supposed.items()), params)


@lru_cache(maxsize=256)
def _run(supposed: tuple, params: RetentionParams) -> Results:
    return retention.FAMILY.run(retention.FAMILY.prepare({"communities": communities(dict(supposed))}), params)


def result(name: str, column: str, supposed: Supposed = NOTHING, params: RetentionParams = DOCUMENT) -> Decimal:
    """One number of a community, as the decimal that it prints as."""
    return decimal(run(supposed, params)["retention"].set_index(KEY).at[name, column])


def next_budget(name: str, supposed: Supposed, params: RetentionParams) -> Decimal:
    """A community's budget of the year after, where nothing else changes."""
    one = communities(supposed).loc[lambda table: table[KEY] == name]
    return decimal(retention.years(one, params, count=2).at[1, "budget"])


def worth(edge: str) -> Decimal:
    """What the last hundredth of a point below an edge is worth to 乙."""
    at = getattr(DOCUMENT, edge)
    there, below = (result("乙", "retained", {("乙", "score"): float(score)}) for score in (at, at - HUNDREDTH))
    return there - below


def steps(name: str, supposed: Supposed = NOTHING, params: RetentionParams = DOCUMENT) -> list[Text]:
    """The rule's own explanation of one community."""
    return retention.explain(run(supposed, params), params, name)


def decimal(value) -> Decimal:
    return Decimal(str(value))


def fen(yuan: Decimal) -> Decimal:
    return yuan.quantize(Decimal("0.01"), ROUND_HALF_UP)
