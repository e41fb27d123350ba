"""What the regulation fund bears of overspending as formulas (JY art. 33), scaled to what it has by largest
remainder."""

from __future__ import annotations

from dataclasses import dataclass

from simlib.columns import LEVELS
from simlib.words import Text
from simlib.workbook.formula import DIVIDED, Cell, by, cell, flag, look, where
from simlib.workbook.long_numbers import (
    FEN_LEFT,
    ONE,
    Long,
    Number,
    free,
    less,
    looked,
    negative,
    quotient,
    ranked,
    raw,
    settle,
    shift,
    split,
    sum_by,
    taken_apart,
    unsigned,
)
from simlib.workbook.parameters import MILLION, Levers
from simlib.workbook.sheet import Worksheet

NAME = "dip"


@dataclass
class Owed:
    """What the sharing starts from, one row an account; payable = ``floor`` + ``over`` / ``of``, exactly."""

    ledger: Cell
    level: Cell
    billed: Cell
    floor: Cell
    over: Long
    of: Number
    exceeds: Cell
    regulation: Cell  # by ledger, as are the points
    points: Number


@dataclass
class Shared:
    """Shares in fen, and who lies beyond the limit."""

    due: Cell
    paid: Cell
    beyond: Cell


def shares(owed: Owed, steps: Worksheet, page: Worksheet, here: Cell, levers: Levers) -> Shared:
    """Each share exactly, over 10^12 x the points of the ledger; due half up, paid as far as the fund reaches."""
    of = split(steps, PAYABLE, owed.of)
    positive = steps.help(COUNTED_PAYABLE, where(owed.exceeds.equals(1), owed.floor, 0))
    positive = Cell(positive.text, positive.value, DIVIDED, place=positive.place)
    billed = steps.help(COUNTED_BILLED, where(owed.exceeds.equals(1), owed.billed, 0))
    counted = owed.over.chosen(owed.exceeds.equals(1))
    payable = settle(steps, PAYABLE, raw((1, Long(tuple(taken_apart(positive))), of), (1, counted, ONE)))
    mine = split(steps, COUNTED_BILLED, billed)
    limit = levers.millionths(NAME, "share_limit")
    beyond = negative(steps, BEYOND, raw((1, payable, Long((limit,))), (-1, shift(mine, 1), of)))
    above = steps.help(ABOVE_1, limit - MILLION)
    far = raw((1, payable, Long((unsigned(above),))))
    near = raw((1, shift(mine, 1), of), (-1, shift(payable, 1), ONE))
    size = max(len(far), len(near))
    zero = cell(0)
    parts = [
        where(beyond.equals(1), far[k] if k < len(far) else zero, near[k] if k < len(near) else zero)
        for k in range(size)
    ]
    excess = settle(steps, EXCESS, parts)
    rate = cell(0)
    for level in LEVELS:
        rate = where(
            Cell(f'{owed.level.text}="{level}"', owed.level.value == level, None, 0),
            levers.millionths(NAME, f"share_rate_{level}"),
            rate,
        )
    rate = steps.help(SHARE_RATE, rate)
    share = settle(steps, SHARE, raw((1, excess, Long((rate,)))))
    due = steps.add(DUE, quotient(steps, DUE_OF, (share, cell(1)), shift(of, 2), most=DIVIDED - 1, half_up=True), "fen")
    paid = _paid(owed, share, due, steps, page, here)
    return Shared(due, paid, beyond)


def _paid(owed: Owed, share: Long, due: Cell, steps: Worksheet, page: Worksheet, here: Cell) -> Cell:
    """The shares due, or where the fund is short its whole sum by largest remainder."""
    due_all = page.add(DUE_ALL, by(due, owed.ledger, here, DIVIDED), "fen")
    share_all = sum_by(page, SHARE_ALL, share, owed.ledger, here, steps)
    points = split(page, POINTS_ALL, owed.points)
    lacks = less(page, LACKS, (owed.regulation, shift(points, 2)), (share_all, cell(1)))
    short = page.add(SHORT, flag((due_all > owed.regulation) | lacks.equals(1)), "whole")
    mine = steps.help(SHORT, look(short, owed.ledger))
    fund = steps.help(REGULATION, look(owed.regulation, owed.ledger))
    fund = steps.help(REGULATION, where(mine.equals(1), fund, 0))
    everything = looked(steps, SHARE_ALL, share_all, owed.ledger)
    part, over = quotient(steps, SCALED, (fund, share), everything, most=DIVIDED - 1, remainder=True)
    claim = steps.help(CLAIM, where(mine.equals(1), owed.ledger * owed.exceeds, 0))
    rank = ranked(steps, SCALED, over, claim)
    given = by(part, owed.ledger, here, DIVIDED)
    left = page.add(LEFT, where(short.equals(1), owed.regulation - given, 0), "whole")
    whole = part + flag((claim > 0) & (rank <= look(left, owed.ledger)))
    page.add(
        FACTOR, where(short.equals(1), free(owed.regulation) / _about(share_all) * points.about * 1e12, 1.0), "ratio"
    )
    return steps.add(PAID, where(mine.equals(1), whole, due), "fen")


def apart_of(steps: Worksheet, what: Text, points: Long) -> Long:
    """Points whose whole part is taken apart too."""
    return Long((*points.limbs[:-1], *split(steps, what, points.limbs[-1]).limbs))


def any_of(number: Long) -> Cell:
    found = number.limbs[0]
    for one in number.limbs[1:]:
        found = found + one
    return found


def _about(number: Number) -> Cell:
    return number.about if isinstance(number, Long) else free(number)


PAYABLE = Text("应偿付×核定分值合计", "Payable x approved points in all")
COUNTED_PAYABLE, COUNTED_BILLED = (
    Text("超支机构的应偿付整分", "Payable of who overspent (whole fen)"),
    Text("超支机构的记账（分）", "Billed of who overspent (fen)"),
)
BEYOND = Text("记账超过分担上限（1为是）", "Billed beyond the limit (1 yes)")
ABOVE_1 = Text("分担上限−1（百万分之几）", "Limit - 1 (millionths)")
EXCESS, SHARE_RATE = (
    Text("可分担超支×核定分值合计×10^6", "Shared overspending x points x 10^6"),
    Text("分担比例（百万分之几）", "Share rate (millionths)"),
)
SHARE, SHARE_ALL = (
    Text("应分担×核定分值合计×10^12", "Share x points x 10^12"),
    Text("应分担合计×核定分值合计×10^12", "Shares in all x points x 10^12"),
)
DUE, DUE_OF = Text("应分担（分）", "Share due (fen)"), Text("应分担，四舍五入到分", "Share, half up to the fen")
DUE_ALL, LACKS = (
    Text("应分担合计（分）", "Shares due (fen)"),
    Text("调节金少于应分担（1为是）", "Fund below the shares (1 yes)"),
)
POINTS_ALL = Text("核定总分值合计", "Approved points in all")
SHORT, REGULATION = (
    Text("调节金不足（1为是）", "Fund short (1 yes)"),
    Text("本账调节金（分）", "Regulation fund of the ledger (fen)"),
)
SCALED = Text("按调节金调整的分担（整分）", "Share scaled to the fund (whole fen)")
CLAIM, LEFT = (
    Text("参与调整的账", "Ledger in which it is scaled"),
    FEN_LEFT,
)
FACTOR, PAID = Text("分担调整系数", "Share factor"), Text("实际分担（分）", "Share paid (fen)")
