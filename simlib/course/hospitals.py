"""The three hospitals of lesson 2: their facts, and what the scorecard makes of them (JS26 annex 1)."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import pandas as pd

from simlib.columns import INSTITUTIONS
from simlib.rules import scorecard
from simlib.rules.cards import CARDS, Criterion, FactKind
from simlib.rules.family import Results
from simlib.rules.scorecard import ScorecardParams
from simlib.rules.scorecard.reasons import shown
from simlib.words import Text

Place = tuple[str, str, str]  # hospital, item, fact
Facts = dict[Place, float]
Numbers = dict[Place, str]  # of the violations that a fact contains

KEY = INSTITUTIONS.key
CARD = CARDS["js26_1_2023"]
ITEMS = {item.item: item for item in CARD.items}
CASE = pd.DataFrame({
    KEY: ["甲", "乙", "丙"], "level": ["3", "2", "1"], "ownership": ["public", "public", "private"],
    "has_inpatient": True, "group": "A", "deposit": [300_000.0, 150_000.0, 50_000.0],
})  # fmt: skip
STATED: Facts = {  # all else is at full marks
    ("甲", "3", "procurement_evaluation"): 96,
    ("甲", "4", "payment_evaluation"): 92.5,
    ("甲", "12", "complaints"): 3,
    ("甲", "12", "complaints_unresolved"): 0,
    ("甲", "13", "local_points"): 9,
    ("乙", "3", "procurement_evaluation"): 88,
    ("乙", "4", "payment_evaluation"): 85,
    ("乙", "5", "negotiated_share"): 0.62,
    ("乙", "5", "negotiated_share_last_year"): 0.65,
    ("乙", "6", "corrections"): 3,
    ("乙", "8", "nonstandard_code_rate"): 0.01,
    ("丙", "1", "catalogue_drug_share"): 0.93,
    ("丙", "3", "procurement_evaluation"): 85,
    ("丙", "4", "payment_evaluation"): 90,
    ("丙", "9", "evoucher_share"): 0.48,
    ("丙", "11", "change_not_reported"): 1,
    ("丙", "13", "local_points"): 9,
}
NOTHING: dict = {}
DOCUMENT = ScorecardParams()


def facts(supposed: Facts = NOTHING, violations: Numbers = NOTHING) -> pd.DataFrame:
    """Every fact of the three hospitals, with what an exercise supposes and the numbers of violations."""
    full = {(hospital, *key): value for hospital in CASE[KEY] for key, value in _full_marks().items()}
    rows = [(*key, value, violations.get(key)) for key, value in (full | STATED | supposed).items()]
    return pd.DataFrame(rows, columns=[KEY, "item", "fact", "value", "violation"])


def run(supposed: Facts = NOTHING, params: ScorecardParams = DOCUMENT, violations: Numbers = NOTHING) -> Results:
    """The scorecard's result tables with their reasons, calculated once: an answer is marked against many of them."""
    return _run(tuple(supposed.items()), params, tuple(violations.items()))


def steps(name: str, supposed: Facts = NOTHING, params: ScorecardParams = DOCUMENT, **more) -> list[Text]:
    """The rule's own explanation of one hospital's score."""
    return scorecard.explain(run(supposed, params, **more), params, name)


def step(name: str, item: str, *supposed, **more) -> list[Text]:
    """The step of the explanation that tells of one item."""
    return [one for one in steps(name, *supposed, **more) if one.zh.startswith(f"第{item}项 ")]


def item_points(name: str, item: str, *supposed, **more) -> Decimal:
    """One hospital's points of an item, as the decimal that it prints as."""
    items = run(*supposed, **more)["scorecard_items"].set_index([KEY, "item"])
    return Decimal(str(items.at[(name, item), "points"]))


def total(name: str, *supposed, column: str = "score") -> Decimal:
    """One hospital's score, or another number of the ``scorecard`` table, as the decimal that it prints as."""
    return Decimal(str(run(*supposed)["scorecard"].set_index(KEY).at[name, column]))


@cache
def _run(supposed: tuple, params: ScorecardParams, violations: tuple) -> Results:
    family = scorecard.FAMILY
    sheets = family.prepare({"institutions": CASE, "facts": facts(dict(supposed), dict(violations))})
    return family.detail(sheets, params, family.run(sheets, params), None)


def values(supposed: Facts) -> dict[str, str]:
    """Supposed values by the names of their facts, as people write them."""
    return {fact: shown(value, ITEMS[item].facts[fact]) for (_, item, fact), value in supposed.items()}


@cache
def mistaken(**levers: str) -> ScorecardParams:
    """The document's card with one number taken for another."""
    return DOCUMENT.changed(**{f"js26_1_{to}": getattr(DOCUMENT, f"js26_1_{of}") for to, of in levers.items()})


def full_points(item: str) -> Decimal:
    """The points of an item on the document's card."""
    return ITEMS[item].points


def _full_marks() -> dict[tuple[str, str], float]:
    """The facts that leave every item of the card at full marks."""
    best: dict[tuple[str, str], float] = {}
    for item in CARD.items:
        readers = {fact: criterion for criterion in item.criteria for fact, _ in criterion.reads()}
        best |= {(item.item, fact): _best(fact, item.facts[fact].kind, readers.get(fact)) for fact in item.facts}
    return best


def _best(fact: str, kind: FactKind, reader: Criterion | None) -> float:
    """The value of a fact that costs nothing; one that no criterion reads is a condition, and met."""
    if reader is None:
        return 1.0
    if kind is FactKind.YES_NO:  # what deducts or leaves nothing is a violation, and there is none
        return 1.0 if reader.kind == "met" or fact in getattr(reader, "needs", ()) else 0.0
    if kind is FactKind.SHARE:
        return 0.0 if reader.kind == "below" else 1.0
    return {FactKind.COUNT: 0.0, FactKind.SCORE: 100.0, FactKind.POINTS: float(reader.points)}[kind]
