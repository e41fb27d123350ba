"""Scorecards: from facts to a score with a reason for every lost point (JS26 annexes 1 and 2; XX part 3)."""

from simlib.rules.cards import CARDS, EDITIONS, Card, edition, read
from simlib.rules.scorecard.explanation import explain
from simlib.rules.scorecard.family import FAMILY
from simlib.rules.scorecard.params import ScorecardParams, params_of
from simlib.rules.scorecard.results import items, score
from simlib.rules.scorecard.scoring import Evaluation, evaluate
from simlib.rules.scorecard.sheets import Sheet, sheet
from simlib.rules.scorecard.views import difficulty, distribution, movers, ranks

__all__ = [
    "CARDS", "EDITIONS", "FAMILY", "Card", "Evaluation", "ScorecardParams", "Sheet", "difficulty", "distribution",
    "edition", "evaluate", "explain", "items", "movers", "params_of", "ranks", "read", "score", "sheet",
]  # fmt: skip
