"""DIP settlement (JY): cases to points, points to money.

In the order of the text:

- groups (art. 14-20): ``history``, ``catalogue``
- cases (27-29, 37-39, 43): ``joined_stays``, ``case_facts`` and ``basis`` read them, ``points`` with ``scoring`` scores
  them, ``special`` screens them; ``cases`` tells of each, ``index`` (``index_queries``) answers any limits at once
- coefficient (21-24): ``standing``, ``mix``, ``coefficients``
- fund, point value and clearing (10-13, 30-33): ``amortised``, ``settlement``; the months (25, 26, 40): ``prepayment``
- one run: ``ready``, ``run``; what hospitals might do: ``growth``, ``varying``
- parameters: ``params`` with ``coefficient_params``, ``case_params``, ``fund_params``, folded under ``topics``;
  ``inert`` says which are without effect
- in sentences: ``explanation`` with those of cases, coefficient and clearing; in pictures: ``views``; what is wrong or
  must be seen: ``case_checks``, ``case_warnings``
"""

from simlib.rules.dip.cases import score_cases
from simlib.rules.dip.catalogue import catalogue, peer_means
from simlib.rules.dip.coefficient_params import ChildAge, CmiPoints, DeductionFloor, FloorAt, PartialSteps
from simlib.rules.dip.coefficients import coefficients
from simlib.rules.dip.explanation import explain_case
from simlib.rules.dip.family import FAMILY
from simlib.rules.dip.index import Index
from simlib.rules.dip.params import (
    DipParams,
    IrregularWeighted,
    Ledger,
    LowSlope,
    MissingPeer,
    WhoGrows,
    YearWeights,
)  # fmt: skip
from simlib.rules.dip.points import Reason
from simlib.rules.dip.prepayment import advances, prepayments
from simlib.rules.dip.run import settle

__all__ = [
    "FAMILY", "ChildAge", "CmiPoints", "DeductionFloor", "DipParams", "FloorAt", "Index", "IrregularWeighted",
    "Ledger", "LowSlope", "MissingPeer",
    "PartialSteps", "Reason", "WhoGrows", "YearWeights",
    "advances", "catalogue", "coefficients", "explain_case", "peer_means", "prepayments", "score_cases", "settle",
]  # fmt: skip
