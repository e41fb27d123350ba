"""County surplus retention (XX part 5(1), with parts 1(2)2 and 3(6))."""

from simlib.rules.cards.bonus import CapTotal
from simlib.rules.retention.explanation import explain
from simlib.rules.retention.family import FAMILY
from simlib.rules.retention.params import Fraction, RetentionParams
from simlib.rules.retention.settlement import Bracket, settle, years
from simlib.rules.retention.views import NEAR, Fall, curve, edges, fall, flows

__all__ = [
    "FAMILY", "NEAR", "Bracket", "CapTotal", "Fall", "Fraction", "RetentionParams",
    "curve", "edges", "explain", "fall", "flows", "settle", "years",
]  # fmt: skip
