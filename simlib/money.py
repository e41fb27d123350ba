"""Exact arithmetic: money in whole fen, scores and ratios as the decimals that were written.

A float is read as what 15 significant digits say, which is the number a person typed; what
follows is noise of its binary form, in files as here. From there on everything is Python
integers: nothing overflows and nothing is rounded until a clause rounds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

FEN = 100  # fen in a yuan
DIGITS = 15  # what a binary fraction of 64 bits says for sure; what follows is noise
LARGEST_NOISY = 10 ** (DIGITS - 2)  # from here on fen are among what follows
Numbers = npt.ArrayLike | Sequence[Decimal]
Whole = TypeVar("Whole", int, np.ndarray)
LARGEST = 2**46  # yuan (70 trillion); from here on floats lie more than a fen apart


def decimal_integers(values: Numbers) -> tuple[np.ndarray, int]:
    """Numbers as integers over one common power of ten.

    Returns (integers, scale) with :func:`written` of each value == integer / scale exactly: an int64
    array, or Python ints where those are too small. Not-a-number and infinity must be refused before.
    """
    array = np.asarray(values)
    if array.dtype.kind in "iu" and np.can_cast(array.dtype, np.int64):
        return array.astype(np.int64), 1
    if array.dtype.kind == "f":
        if array.dtype != np.float64:
            array = array.astype(str).astype(np.float64)
        for places in range(16):
            scale = 10.0**places
            scaled = np.rint(array * scale)
            # Both are exact floats, so one correctly rounded division gives back the float of this
            # decimal; up to 15 digits no two decimals share a float, so it is the one that was written.
            if np.all(np.abs(scaled) < 10**15) and np.array_equal(scaled / scale, array):
                return scaled.astype(np.int64), 10**places
    decimals = [written(value) for value in array.tolist()]
    places = max((decimal_places(decimal) for decimal in decimals), default=0)
    scale = 10 ** max(places, 0)
    ratios = [decimal.as_integer_ratio() for decimal in decimals]  # arithmetic of decimals rounds to 28 digits
    return np.array([numerator * (scale // parts) for numerator, parts in ratios], dtype=object), scale


def written(value: Decimal | float) -> Decimal:
    """The number that was written: of a float with a fraction what 15 digits say, where fen need no more."""
    if isinstance(value, float) and not value.is_integer() and abs(value) < LARGEST_NOISY:
        return Decimal(f"{value:.{DIGITS}g}")
    return value if isinstance(value, Decimal) else Decimal(str(value))


def decimal_places(value: Decimal) -> int:
    """How many decimals it was written with; below 0 for 1E+3. ValueError where it is no finite number."""
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError(value)
    return -exponent


def decimal_text(value: Decimal | float) -> str:
    """A number as short as it is exact: 17.06, 3, 0.005."""
    shown = f"{value if isinstance(value, Decimal) else Decimal(str(value)):f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def percent_text(share: Decimal | float, places: int = 6) -> str:
    """A share as a percentage, as short as it is exact to so many places: 5%, 12.5%."""
    return f"{decimal_text(round(Decimal(str(share)) * 100, places))}%"


def to_fen(yuan: Numbers) -> np.ndarray:
    """Yuan as whole fen. ValueError where an amount has a part of a fen, OverflowError from ``LARGEST`` up."""
    amounts = np.asarray(yuan)
    if amounts.dtype == np.float64:  # the usual case at once, by the same reasoning as above
        fen = np.rint(amounts * FEN)
        if np.all(np.abs(fen) < 10**15) and np.array_equal(fen / FEN, amounts):
            return np.asarray(fen.astype(np.int64))
    integers, scale = decimal_integers(amounts)
    if scale > FEN:
        raise ValueError("an amount has a part of a fen")
    if np.abs(integers).max(initial=0) >= LARGEST * scale:
        raise OverflowError("an amount is too large for a table to hold its fen")
    whole: np.ndarray = integers.astype(np.int64) * (FEN // scale)
    return whole


def to_yuan(fen: npt.ArrayLike) -> np.ndarray:
    """Whole fen as yuan: each the float nearest to the amount, so two decimals print it exactly."""
    yuan: np.ndarray = np.asarray(fen, dtype=np.int64) / FEN
    return yuan


def sum_by(group: np.ndarray, values: np.ndarray, groups: int = 0) -> np.ndarray:
    """The sum of ``values`` for each group number 0, 1, ..., at least so many ``groups``; whole numbers, never
    overflowing."""
    if len(values) >= groups and np.array_equal(group, np.arange(len(values))):  # each is a group of its own
        return values.astype(object if values.dtype == object else np.int64)
    fits = values.dtype != object and np.abs(values).max(initial=0) < 2**62 // max(len(values), 1)
    sums = np.zeros(max(group.max(initial=-1) + 1, groups), dtype=np.int64 if fits else object)
    np.add.at(sums, group, values)
    return sums


def round_half_up(numerator: Whole, denominator: Whole | int) -> Whole:
    """numerator / denominator to the nearest integer, exact halves up; for ints and object arrays."""
    return (2 * numerator + denominator) // (2 * denominator)


def apportion(total: int, weights: Sequence[int] | np.ndarray, order: Sequence[Any] | np.ndarray) -> list[int]:
    """Split ``total`` fen by integer weights so that the parts add up to it exactly.

    Largest remainder: everyone gets the whole fen of total x weight / sum(weights); the fen
    left over go, one each, to the largest fractions. Equal fractions are settled by ``order``
    (the institution number), so the order of the rows cannot matter.
    """
    whole = sum(weights)
    shares, fractions = zip(*(divmod(total * weight, whole) for weight in weights), strict=True)
    parts, left = list(shares), total - sum(shares)
    for i in sorted(range(len(parts)), key=lambda i: (-fractions[i], order[i]))[:left]:
        parts[i] += 1
    return parts
