"""The shape in which a rule is calculated for many scores and costs of the same subjects at once."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from simlib.exact import Exact
from simlib.params import Params
from simlib.words import Text

FACTOR = 10**6  # parts of a factor: a cost that rises by a tenth is 1,100,000
STEPS = 100  # steps of a point: the finest that scores are told in


@dataclass(frozen=True)
class Marks:
    """The scores of the subjects, and the highest that each may reach: whole numbers over ``scale``."""

    score: np.ndarray
    most: np.ndarray
    scale: int

    @classmethod
    def of(cls, score: Exact, full: int) -> Marks:
        """Scores at least as fine as ``STEPS``; none is above ``full``, or above itself where it is so already."""
        scale = math.lcm(score.whole, STEPS)
        parts = score.parts * (scale // score.whole)
        if all(abs(one) < 2**53 for one in parts.tolist()):
            parts = parts.astype(np.int64)
        return cls(parts, np.maximum(parts, full * scale), scale)


@dataclass(frozen=True)
class Changes:
    """What is otherwise in each of so many ``cases``, a row a case and a column a subject; None leaves all as it is."""

    cases: int
    score: np.ndarray | None = None  # over the scale of the subjects' marks
    cost: np.ndarray | None = None  # over FACTOR, as is the next
    points: np.ndarray | None = None


@dataclass(frozen=True)
class Outcomes:
    """What came of each case: a row a case, and a column a subject where there are columns."""

    side: np.ndarray  # places in the family's ``sides``
    amount: np.ndarray  # the family's amount, in fen
    numbers: dict[str, np.ndarray]  # the headline numbers


P = TypeVar("P", bound=Params)  # a family's parameters
R = TypeVar("R")  # what it prepares of the tables
Edges = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Varying(Generic[P, R]):
    """How a rule is calculated for many scores and costs.

    ``run`` takes what the family prepared, the parameters and the :class:`Changes`, of which ``takes`` names those that
    bear on the rule. ``marks`` gives the scores; ``edges`` a function that takes any scores to the
    side of each subject, and to the lowest score at which it would stand on a higher one while all others stay as they
    are (below 0 where it cannot). ``beside`` names columns of the amounts'
    table that stand beside a subject, the last of which orders them; ``over`` the amount by which its own is drawn;
    ``city`` the headline number drawn for all.
    """

    takes: tuple[str, ...]  # of score, cost, points
    run: Callable[[R, P, Changes], Outcomes]
    beside: tuple[str, ...]
    over: str
    city: str
    varied: Text
    fixed: Text
    marks: Callable[[R, P], Marks] | None = None
    edges: Callable[[R, P], Edges] | None = None


def times(fen: np.ndarray, factor: np.ndarray | None) -> np.ndarray:
    """Whole fen by a factor over ``FACTOR``, half up: Python ints."""
    fen = fen.astype(object)
    return fen if factor is None else Exact(fen * factor.astype(object), FACTOR).half_up()
