"""What one assumes that hospitals do: more cases, heavier ones, or the same ones coded into dearer groups."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from simlib.columns.checks import amounts, require
from simlib.exact import Exact
from simlib.money import to_yuan
from simlib.rules.dip.params import DipParams, WhoGrows
from simlib.rules.dip.prepayment import NAME


@dataclass(frozen=True)
class Growth:
    """Factors by account; where nothing is assumed every one is 1.

    Volume multiplies cases, money and points; severity money and points; coding the points of groups alone, at the same
    costs, so that deviation ratios fall by it.
    """

    params: DipParams
    who: np.ndarray  # accounts that change

    @classmethod
    def of(cls, params: DipParams, level: np.ndarray) -> Growth:
        return cls(params, np.full(len(level), True) if params.grows is WhoGrows.ALL else level == params.grows.value)

    @property
    def assumed(self) -> tuple[Any, ...]:
        """What tells this growth from another."""
        params = self.params
        return params.grows, params.volume_growth, params.severity_growth, params.coding_growth

    @property
    def coding(self) -> Decimal:
        return 1 + self.params.coding_growth

    @property
    def costs(self) -> Decimal:
        return (1 + self.params.volume_growth) * (1 + self.params.severity_growth)

    def cases(self, values: Exact) -> Exact:
        """Counts of cases."""
        return self._times(values, 1 + self.params.volume_growth)

    def money(self, values: Exact) -> Exact:
        """Sums of money and of points."""
        return self._times(values, self.costs)

    def coded(self, values: Exact) -> Exact:
        """Points of groups."""
        return self._times(values, self.coding)

    def _times(self, values: Exact, factor: Decimal) -> Exact:
        return (values * factor).where(self.who, values) if factor != 1 else values

    @staticmethod
    def billing(billing: pd.DataFrame, institutions: pd.DataFrame, params: DipParams) -> pd.DataFrame:
        """The monthly bills, which grow with the costs."""
        growth = Growth(params, np.zeros(0, dtype=bool))
        if growth.costs == 1:
            return billing
        require(billing, "billing", ["institution_id", "billed"], NAME)
        level = billing["institution_id"].map(institutions.set_index("institution_id")["level"]).astype("str")
        growth = Growth.of(params, level.to_numpy())
        return billing.assign(billed=to_yuan(growth.money(Exact(amounts(billing, "billing", "billed"))).half_up()))
