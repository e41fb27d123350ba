"""Whole numbers of any length in cells, six digits a cell: a spreadsheet multiplies, divides, compares them exactly.

A long number is the sum of its cells times 1, 10^6, 10^12 and so on. Where a number is small enough for one cell
everything here falls back to an ordinary formula.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np

from simlib.words import Text
from simlib.workbook import formula
from simlib.workbook.formula import DIVIDED, EXACT, Cell, by, cell, flag, look, rest, total, where

LIMB = 10**6
NEARLY = 8  # a number up to so many times 10^6 is multiplied whole
BIAS = 0.2  # above the error of a quotient of floats below 10^14, and below 1 with it: the trial is right or 1 too high
HALF = 0.5


@dataclass(frozen=True, eq=False)
class Long:
    """A whole number; ``limbs`` from the lowest, each below 10^6, of which only the highest may be negative."""

    limbs: tuple[Cell, ...]

    @property
    def most(self) -> int:
        return sum(one.largest * LIMB**k for k, one in enumerate(self.limbs))

    @property
    def about(self) -> Cell:
        """Its float."""
        scales = (Cell(f"1E+{6 * k}", np.array(float(LIMB**k))) for k in range(len(self.limbs)))
        parts = [
            free(one) * scale if k else free(one) for k, (one, scale) in enumerate(zip(self.limbs, scales, strict=True))
        ]
        return reduce(Cell.__add__, parts[::-1])

    def chosen(self, condition: Cell) -> Long:
        """This where the condition holds, else 0; inside a formula."""
        return Long(tuple(where(condition, one, 0) for one in self.limbs))


Number = Cell | Long
ONE = Long((cell(1),))


def shift(number: Long, limbs: int) -> Long:
    """``number`` times 10^6, so many times."""
    return Long((cell(0),) * limbs + number.limbs)


def split(page, what: Text, number: Number) -> Long:
    """A number that is not negative as a long one."""
    if isinstance(number, Long):
        return number
    if number.largest < NEARLY * LIMB:
        return Long((number,))
    known = page.splits.get(id(number))
    if known is None:
        limbs = tuple(page.help(LIMB_OF.fill(what=what, k=k + 1), one) for k, one in enumerate(taken_apart(number)))
        known = page.splits[id(number)] = number, Long(limbs)
    return known[1]


def taken_apart(number: Cell) -> list[Cell]:
    """The cells of a number below 10^15, as expressions of it; the highest has its sign."""
    limbs, scale = [], 1
    while number.largest >= scale * LIMB:
        limbs.append(rest(number // scale if scale > 1 else number, LIMB))
        scale *= LIMB
    return [*limbs, number // scale if scale > 1 else number]


def raw(*terms: tuple[int, Long, Long]) -> list[Cell]:
    """The sum of ``sign`` x one long number x another, cell by cell, not yet carried over."""
    size = max(len(a.limbs) + len(b.limbs) - 1 for _, a, b in terms)
    found: list[Cell | None] = [None] * size
    for sign, a, b in terms:
        for i, one in enumerate(a.limbs):
            for j, other in enumerate(b.limbs):
                if one.text == "0" or other.text == "0":
                    continue
                product = other if one.text == "1" else one if other.text == "1" else one * other
                times = abs(sign)
                product = product * times if times != 1 else product
                last = found[i + j]
                if last is None:
                    found[i + j] = product if sign > 0 else 0 - product
                else:
                    found[i + j] = last + product if sign > 0 else last - product
    return [cell(0) if one is None else one for one in found]


def settle(page, what: Text, parts: list[Cell]) -> Long:
    """The carries done, in columns of their own."""
    k, limbs = 0, list[Cell]()
    carried: Cell | None = None
    while True:
        part = parts[k] if k < len(parts) else cell(0)
        if carried is not None:
            above = carried // LIMB
            part = above if part.text == "0" else part + above
        last = k >= len(parts) - 1
        if part.largest < LIMB and (last or not part.signed):
            limbs.append(part if part.place or part.text == "0" else page.help(LIMB_OF.fill(what=what, k=k + 1), part))
            carried = None
            if last:
                return Long(tuple(limbs))
        else:
            carried = part if part.place else page.help(CARRY_OF.fill(what=what, k=k + 1), part)
            limbs.append(page.help(LIMB_OF.fill(what=what, k=k + 1), rest(carried, LIMB)))
        k += 1


def product(page, what: Text, *factors: Number) -> Number:
    """Numbers that are not negative, multiplied: one cell where it fits, else a long number."""
    found = factors[0]
    for factor in factors[1:]:
        if isinstance(found, Cell) and isinstance(factor, Cell) and found.largest * factor.largest < EXACT:
            found = page.help(what, found * factor)
        else:
            a, b = split(page, what, found), split(page, what, factor)
            found = settle(page, what, raw((1, a, b)))
    return found


def negative(page, what: Text, parts: list[Cell]) -> Cell:
    """1 where the sum of parts is below 0."""
    return page.help(BELOW_0.fill(what=what), flag(carries(page, what, parts, len(parts))[-1] < 0))


def carries(page, what: Text, parts: list[Cell], size: int) -> list[Cell]:
    """Parts with what is carried over from those below, so many of them: none is taken down to six digits yet."""
    found: list[Cell] = []
    for k in range(size):
        part = parts[k] if k < len(parts) else cell(0)
        part = part + found[-1] // LIMB if found else part
        found.append(page.help(CARRY_OF.fill(what=what, k=k + 1), part))
    return found


def less(page, what: Text, left: tuple[Number, ...], right: tuple[Number, ...]) -> Cell:
    """1 where the product of ``left`` is smaller than that of ``right``, none negative; exactly."""
    small, other = _cells(left), _cells(right)
    if small and other and max(_bound(small), _bound(other)) < EXACT:
        return page.help(what, flag(reduce(Cell.__mul__, small) < reduce(Cell.__mul__, other)))
    sides = []
    for side in (left, right):
        whole = product(page, what, *side[:-1])
        sides.append((split(page, what, whole), split(page, what, side[-1])))
    return negative(page, what, raw((1, *sides[0]), (-1, *sides[1])))


def quotient(page, what: Text, factors: tuple[Number, ...], divisor: Number, *,
             most: int = DIVIDED, half_up=False, half_down=False, remainder=False, signed=False):  # fmt: skip
    """``factors`` multiplied, by ``divisor``: whole part, or to the nearest, halves up or down; or with ``remainder``.

    A float quotient is a trial at most 1 too high, which the sign of what it leaves shows. The quotient is at most
    ``most`` (below 10^14); where the divisor is 0 it is 0. ``signed``: a factor may be negative.
    """
    halved = half_up or half_down
    small = None if signed else _cells(factors)
    if small and isinstance(divisor, Cell) and 2 * _bound(small) + divisor.largest < DIVIDED:
        above = reduce(Cell.__mul__, small)
        whole = (above * 2 + (divisor - 1 if half_down else divisor)) // (divisor * 2) if halved else above // divisor
        found = page.help(what, _unless_0(divisor, whole).bounded(most))
        if not remainder:
            return found
        return found, page.help(REST_OF.fill(what=what), above - found.times(divisor, above.largest))
    if len(factors) > 2:
        factors = (product(page, what, *factors[:-1]), factors[-1])
    a, b = (split(page, what, one) for one in (factors if len(factors) == 2 else (*factors, ONE)))
    below = split(page, DIVISOR_OF.fill(what=what), divisor)
    bias = BIAS + HALF * halved
    trial = free(_about(a) * _about(b)) / _paren(_about(below)) + bias
    value = np.floor(trial.value).astype(np.int64)
    trial = Cell(f"INT({trial.text})", np.broadcast_to(value, trial.value.shape), most + 1, signed=signed)
    trial = page.help(TRIAL_OF.fill(what=what), _unless_0(_about(below), trial))
    tried = Long(tuple(taken_apart(trial)))
    times = 2 if halved else 1
    terms = [(times, a, b), (-times, tried, below)] + [(1, below, ONE)] * halved + [(-1, ONE, ONE)] * half_down
    parts, size = raw(*terms), len(below.limbs) + 1
    chain = carries(page, REST_OF.fill(what=what), parts, size)
    high = page.help(TOO_HIGH.fill(what=what), flag(rest(chain[-1], LIMB) >= LIMB // 2))
    found = Cell(f"{trial.text}-{high.text}", trial.value - high.value, most, formula.SUM, signed=signed)
    found = page.help(what, found)
    if not remainder:
        return found
    carried, limbs = None, []
    for k, (one, limb) in enumerate(zip(chain, below.limbs, strict=False)):
        mended = rest(one, LIMB) + high * limb
        mended = unsigned(mended if carried is None else mended + carried // LIMB)
        carried = page.help(REST_OF.fill(what=MENDED.fill(what=what, k=k + 1)), mended)
        limbs.append(rest(carried, LIMB))
    return found, Long(tuple(limbs))


def fraction(page, what: Text, factors: tuple[Number, ...], divisor: Number, stages: int) -> Long:
    """A quotient with twelve decimals more for each stage, cut off: its lowest cells stand behind the point."""
    found, over = quotient(page, what, factors, divisor, most=DIVIDED - 1, remainder=True)
    limbs = split(page, what, found).limbs
    for stage in range(stages):
        digits = DIGITS_OF.fill(what=what, k=stage + 1)
        over = Long(tuple(page.help(digits, one) for one in split(page, digits, over).limbs))
        found, over = quotient(page, digits, (shift(over, 2), ONE), divisor, most=LIMB**2 - 1, remainder=True)
        limbs = (*split(page, digits, found).limbs, *limbs)
    return Long(limbs)


def sum_by(page, what: Text, number: Number, key: Cell, here: Cell, owner) -> Number:
    """The sums of a column of the sheet ``owner`` over the rows of each key, on the sheet of the keys."""
    return _summed(page, what, number, owner, lambda one: by(one, key, here))


def sum_all(page, what: Text, number: Number, owner) -> Number:
    """The sum of a column of the sheet ``owner``."""
    return _summed(page, what, number, owner, total)


def _summed(page, what: Text, number: Number, owner, summed) -> Number:
    if isinstance(number, Cell) and np.abs(number.value).sum() < DIVIDED:
        return page.help(what, summed(number))
    return settle(page, what, [summed(one) if one.place else one for one in split(owner, what, number).limbs])


def looked(page, what: Text, number: Number, place: Cell) -> Number:
    """A number of another sheet, in the row that ``place`` names."""
    if isinstance(number, Cell):
        return page.help(what, look(number, place))
    limbs = [
        page.help(LIMB_OF.fill(what=what, k=k + 1), look(one, place)) if one.place else one
        for k, one in enumerate(number.limbs)
    ]
    return Long(tuple(limbs))


def either(page, what: Text, condition: Cell, yes: Number, no: Number) -> Number:
    """One number or another."""
    if isinstance(yes, Cell) and isinstance(no, Cell):
        return page.help(what, where(condition, yes, no))
    a, b = (split(page, what, one).limbs for one in (yes, no))
    size = max(len(a), len(b))
    a, b = (one + (cell(0),) * (size - len(one)) for one in (a, b))
    limbs = [
        page.help(LIMB_OF.fill(what=what, k=k + 1), where(condition, *pair))
        for k, pair in enumerate(zip(a, b, strict=True))
    ]
    return Long(tuple(limbs))


def keys(page, what: Text, number: Number) -> list[Cell]:
    """A number as columns that order it, the highest first: twelve digits each."""
    if isinstance(number, Cell):
        return [number]
    pairs = [number.limbs[k : k + 2] for k in range(0, len(number.limbs), 2)]
    made = [
        page.help(KEY_OF.fill(what=what, k=len(pairs) - k), one[1] * LIMB + one[0] if len(one) == 2 else one[0])
        for k, one in enumerate(pairs)
    ]
    return made[::-1]


def ranked(page, what: Text, number: Number, claims: Cell) -> Cell:
    """Each row's place among those of the same ``claims`` (a number above 0): largest first, then the upper row."""
    order = keys(page, what, number)
    within = f"{claims.there.range},{claims.text}"
    higher, equal = [], within
    for key in order:
        higher.append(f'COUNTIFS({equal},{key.there.range},">"&{key.text})')
        equal += f",{key.there.range},{key.text}"
    ties = ",".join(f"{one.there.until_here},{one.text}" for one in (claims, *order))
    text = f"IF({claims.text}>0,{'+'.join(higher)}+COUNTIFS({ties}),0)"
    rows = np.arange(len(claims.value))
    order_of = np.lexsort((rows, *[-key.value for key in order[::-1]], claims.value))
    place = np.empty(len(rows), dtype=np.int64)
    sorted_claims = claims.value[order_of]
    starts = np.flatnonzero(np.diff(sorted_claims, prepend=-1))
    place[order_of] = np.arange(len(rows)) - np.repeat(starts, np.diff(np.append(starts, len(rows)))) + 1
    return page.help(RANK_OF.fill(what=what), Cell(text, np.where(claims.value > 0, place, 0), len(rows)))


def _cells(numbers: tuple[Number, ...]) -> tuple[Cell, ...] | None:
    """The numbers, where each of them is one cell."""
    cells = tuple(one for one in numbers if isinstance(one, Cell))
    return cells if len(cells) == len(numbers) else None


def _bound(factors: tuple[Cell, ...]) -> int:
    return reduce(lambda bound, one: bound * one.largest, factors, 1)


def _about(number: Number) -> Cell:
    return number.about if isinstance(number, Long) else free(number)


def free(one: Cell) -> Cell:
    """Without a bound: as a float."""
    return Cell(one.text, one.value.astype(float), None, one.rank)


def _paren(one: Cell) -> Cell:
    return one if one.rank == formula.ATOM else Cell(f"({one.text})", one.value, None)


def unsigned(one: Cell) -> Cell:
    return Cell(one.text, one.value, one.most, one.rank, one.place)


def _unless_0(divisor: Cell, value: Cell) -> Cell:
    return value if divisor.text.isdigit() else where(divisor.equals(0), 0, value)


LIMB_OF = Text("{what}·第{k}节", "{what}, cell {k}")
CARRY_OF = Text("{what}·第{k}节进位前", "{what}, cell {k} before the carry")
TRIAL_OF = Text("{what}·试商", "{what}, trial")
REST_OF = Text("{what}·余数", "{what}, remainder")
DIVISOR_OF = Text("{what}·除数", "{what}, divisor")
DIGITS_OF = Text("{what}·小数{k}", "{what}, decimals {k}")
MENDED = Text("{what}·第{k}节", "{what}, cell {k}")
TOO_HIGH = Text("{what}·试商大1（1为是）", "{what}, trial 1 too high (1 yes)")
BELOW_0 = Text("{what}·小于0", "{what}, below 0")
KEY_OF = Text("{what}·排序用{k}", "{what}, order {k}")
RANK_OF = Text("{what}·名次", "{what}, rank")
FEN_LEFT = Text("尾差（分），给余数最大者", "Fen left, to the largest remainders")
