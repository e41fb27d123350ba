"""DIP settlement (JY): cases to points, points to money."""

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
