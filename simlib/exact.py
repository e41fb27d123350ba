"""Columns of exact fractions, so that formulas read as the documents write them and nothing is rounded on the way."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from simlib.money import Numbers, decimal_integers, round_half_up, sum_by

Term: TypeAlias = "Exact | Numbers | Decimal | Fraction"  # what may stand beside a column of them in a formula


@dataclass(frozen=True, eq=False)
class Exact:
    """A column of fractions over one denominator: ``parts / whole``, both whole numbers without limit."""

    parts: np.ndarray  # of Python ints
    whole: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", np.asarray(self.parts, dtype=object))  # else numpy's own, of 64 bits

    @classmethod
    def of(cls, values: Term) -> Exact:
        """Numbers as the decimals they were written as; one Decimal, Fraction or int stands for all rows."""
        if isinstance(values, Exact):
            return values
        if isinstance(values, Decimal | Fraction | int):
            part, whole = values.as_integer_ratio()
            return cls(np.array(part, dtype=object), whole)
        parts, whole = decimal_integers(values)
        return cls(parts.astype(object), whole)

    def __add__(self, other: Term) -> Exact:
        mine, theirs, whole = self._alike(other)
        return Exact(mine + theirs, whole)

    def __sub__(self, other: Term) -> Exact:
        mine, theirs, whole = self._alike(other)
        return Exact(mine - theirs, whole)

    def __mul__(self, other: Term) -> Exact:
        other = Exact.of(other)
        return Exact(self.parts * other.parts, self.whole * other.whole)

    __radd__, __rmul__ = __add__, __mul__

    def __rsub__(self, other: Term) -> Exact:
        return Exact.of(other) - self

    def __le__(self, other: Term) -> np.ndarray:
        mine, theirs, _ = self._alike(other)
        return np.asarray(mine <= theirs, dtype=bool)

    def __gt__(self, other: Term) -> np.ndarray:
        return ~(self <= other)

    def __getitem__(self, rows: Any) -> Exact:
        return Exact(self.parts[rows], self.whole)

    def at_most(self, other: Term) -> Exact:
        mine, theirs, whole = self._alike(other)
        return Exact(np.minimum(mine, theirs), whole)

    def at_least(self, other: Term) -> Exact:
        mine, theirs, whole = self._alike(other)
        return Exact(np.maximum(mine, theirs), whole)

    def where(self, rows: np.ndarray, other: Term = 0) -> Exact:
        """These where ``rows`` is true, ``other`` elsewhere."""
        mine, theirs, whole = self._alike(other)
        return Exact(np.where(rows, mine, theirs), whole)

    def steps(self, size: Decimal) -> np.ndarray:
        """How many whole steps of ``size``, toward minus infinity."""
        parts, whole = size.as_integer_ratio()
        return self.parts * whole // (self.whole * parts)

    def floored(self, places: int) -> Exact:
        """Toward minus infinity at so many decimals."""
        return Exact(self.parts * 10**places // self.whole, 10**places)

    def by(self, group: np.ndarray) -> Exact:
        """Sums by group number 0, 1, ..."""
        return Exact(sum_by(group, self.parts), self.whole)

    def total(self) -> Exact:
        return Exact(np.array(self.parts.sum(), dtype=object), self.whole)

    def half_up(self) -> np.ndarray:
        """The nearest whole numbers, exact halves up."""
        return self.parts if self.whole == 1 else round_half_up(self.parts, self.whole)

    def floats(self) -> np.ndarray:
        """Each as the nearest float."""
        return self._floats.copy()

    @cached_property
    def _floats(self) -> np.ndarray:
        return np.asarray(self.parts / self.whole).astype(float)

    def over(self, other: Exact) -> np.ndarray:
        """Row by row this by the other, each quotient as the nearest float."""
        return np.asarray(self.parts * other.whole / (other.parts * self.whole)).astype(float)

    def _alike(self, other: Term) -> tuple[np.ndarray, np.ndarray, int]:
        other = Exact.of(other)
        if self.whole == other.whole:
            return self.parts, other.parts, self.whole
        whole = math.lcm(self.whole, other.whole)
        return self.parts * (whole // self.whole), other.parts * (whole // other.whole), whole
