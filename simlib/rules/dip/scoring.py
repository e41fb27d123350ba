"""What bears on the points of one case, of all parameters: as numbers that a question about cases is asked with.

A further number is a field here, and a further flag or choice too; both reach simlib.rules.dip.points by ``scored``.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from simlib.rules.dip.basis import THOUSAND, Basis
from simlib.rules.dip.case_params import CycleScope, IrregularPoints, PanelUntil, PrimaryDeviation
from simlib.rules.dip.params import LIFT, LIFTED_TO, DipParams, LowSlope, MissingPeer, Ungrouped
from simlib.tables.large.shape import Bound


@dataclass(frozen=True)
class Limits(Bound):
    """The deviation limits in thousandths of the ratio, as they are compared."""

    low: int
    high: int
    review: int
    lift: int  # of the reading `lifted`, else 0

    @classmethod
    def of(cls, params: DipParams) -> Limits:
        lifted = params.low_slope is LowSlope.LIFTED
        limit = LIFTED_TO if lifted else params.deviation_low
        low, high, review = (int(one * THOUSAND) for one in (limit, params.deviation_high, params.review_from))
        return cls(low, high, review, int(LIFT * THOUSAND) if lifted else 0)

    def moved(self, factor: Decimal) -> Limits:
        """The limits where ratios are so many times smaller, within the bounds of 1."""
        low, high, review = (int((one * factor).to_integral_value()) for one in (self.low, self.high, self.review))
        return Limits(min(low, THOUSAND), max(high, THOUSAND), max(review, THOUSAND), self.lift)


@dataclass(frozen=True)
class Rate(Bound):
    """Points [UNIT] by which a case without a group is paid for each fen that it cost, as a fraction."""

    numerator: float
    denominator: float

    @classmethod
    def of(cls, per_fen: Fraction) -> Rate:
        return cls(float(per_fen.numerator), float(per_fen.denominator))


@dataclass(frozen=True)
class Scoring(Bound):
    """All of the parameters that bears on the points of one case."""

    limits: Limits
    all_levels: bool  # a case without a mean of its own level is compared with that of all
    cycle_days: int
    irregular_multiple: float
    basis: Basis
    awaited_base: bool  # what awaits the panel has the points of its group until then
    irregular_base: bool  # what is deducted is of those, too
    same_primary: bool  # a primary group has the same points everywhere
    every_cycle: bool  # any case by bed-days is settled in cycles
    per_fen: Rate | None  # of the cases without a group
    share: float  # of those points

    @classmethod
    def of(cls, params: DipParams, basis: Basis, per_fen: Fraction | None = None) -> Scoring:
        return cls(
            Limits.of(params), params.missing_peer is MissingPeer.ALL_LEVELS, int(params.cycle_days),
            float(params.irregular_multiple), basis, params.panel_until is PanelUntil.BASE,
            params.irregular_points is IrregularPoints.BASE, params.primary_deviation is PrimaryDeviation.OFF,
            params.cycle_scope is CycleScope.EVERY,
            Rate.of(per_fen) if per_fen and params.ungrouped is Ungrouped.COST else None, float(params.ungrouped_share),
        )  # fmt: skip


@dataclass(frozen=True)
class PointValue(Bound):
    """What a point is worth to the cases of a scheme."""

    scheme: str
    value: float  # yuan a point
