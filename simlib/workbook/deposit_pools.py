"""Who gets the pools of forfeited deposits, to the fen (JS26 annex 3, 1(2) and 2(2)3), as formulas."""

from __future__ import annotations

from dataclasses import dataclass

from simlib.words import Text
from simlib.workbook.formula import DIVIDED, Cell, by, cell, flag, look, rest, total, where
from simlib.workbook.long_numbers import (
    FEN_LEFT,
    Long,
    Number,
    carries,
    fraction,
    looked,
    product,
    quotient,
    ranked,
    raw,
    split,
    sum_all,
    sum_by,
)
from simlib.workbook.parameters import MILLION, Levers
from simlib.workbook.sheet import Worksheet

NAME = "deposit"
TWELVE = 12  # decimals that one division gives
SPARE = 22  # decimals of a share beyond those that its weight takes up


@dataclass(frozen=True)
class Claims:
    """What the sharing of the pools starts from, one row an institution; ``here`` numbers the groups on their own
    sheet."""

    number: Cell
    here: Cell
    below: Cell
    above: Cell
    score: Number
    count: Cell  # of institutions compared with, by group, as is the sum of their scores
    sum: Number
    deposit: Cell
    forfeited: Cell


@dataclass(frozen=True)
class Shared:
    """Bonuses in fen by institution; pools and what of them nobody gets by group."""

    bonus: Cell
    pool: Cell
    unallocated: Cell


def share(claims: Claims, steps: Worksheet, groups: Worksheet, city: Worksheet, levers: Levers) -> Shared:
    """Each group's pool by deposit x score to its claimants, the last fen by largest remainder; what nobody claims by
    the reading."""
    number, here = claims.number, claims.here
    reading = {option: levers.chosen(NAME, "unclaimed_pool", option) for option in ("within", "refund", "city")}
    top = steps.help(TOP, flag(claims.above.equals(1) & (claims.deposit > 0)))
    middle = steps.help(MIDDLE, flag(claims.below.equals(0) & (claims.deposit > 0) & (_first(claims.score) > 0)))
    tops = groups.add(TOPS, by(top, number, here), "whole")
    nobody = steps.help(NOBODY, flag(look(tops, number).equals(0)))
    claim = steps.help(CLAIM, where(nobody.equals(0), top, where(reading["within"], middle, 0)))
    mine = steps.help(CLAIM_OF, claim * number)
    pool = groups.add(POOL, by(claims.forfeited, number, here, DIVIDED - 1), "fen")
    claimants = groups.add(CLAIMANTS, by(claim, number, here), "whole")
    counted = steps.help(COUNTED, where(claim.equals(1), claims.deposit, 0))
    weight = product(steps, WEIGHT, counted, claims.score)
    weights = sum_by(groups, WEIGHTS, weight, number, here, steps)

    my_pool, my_weights = steps.add(POOL, look(pool, number), "fen"), looked(steps, WEIGHTS, weights, number)
    part, over = quotient(steps, SHARE, (my_pool, weight), my_weights, most=DIVIDED - 1, remainder=True)
    rank = ranked(steps, SHARE, over, mine)
    given = groups.help(GIVEN_OUT, by(part, number, here, DIVIDED))
    left = groups.add(LEFT, where(claimants > 0, pool - given, 0), "whole")
    own = steps.add(OWN, part + flag((claim > 0) & (rank <= look(left, number))), "fen")
    refund = steps.add(REFUNDED, where(reading["refund"], where(nobody.equals(1), claims.forfeited, 0), 0), "fen")

    unclaimed = groups.add(UNCLAIMED, where(reading["refund"], 0, where(claimants.equals(0), pool, 0)), "fen")
    everything = city.add(UNCLAIMED, where(reading["city"], total(unclaimed, DIVIDED - 1), 0), "fen")
    tops_of_city = city.add(TOPS, total(tops), "whole")
    other = _of_other_groups(Other(number, claim, weight, weights, everything), claims, steps, groups, city)
    bonus = steps.add(BONUS, own + refund + other, "fen")
    gone = reading["city"] & (tops_of_city > 0)
    unallocated = groups.add(UNALLOCATED, where(gone, 0, unclaimed), "fen")
    return Shared(bonus, pool, unallocated)


@dataclass(frozen=True)
class Other:
    """What the sharing of unclaimed pools among other groups starts from: weights by institution and their sums by
    group."""

    number: Cell
    claim: Cell  # where this reading holds, exactly those above the upper threshold
    weight: Number
    weights: Number
    everything: Cell


def _of_other_groups(other: Other, claims: Claims, steps: Worksheet, groups: Worksheet, city: Worksheet) -> Cell:
    """What nobody claimed in its own group, by deposit x index to the top band of the city.

    Groups have different means, so that the indexes have no common denominator: yuan for each unit of deposit x score
    are taken to so many decimals that shares are right to more than 18, by which they are rounded and the last fen is
    settled.
    """
    factor = fraction(groups, INDEX_OF_1, (claims.count, cell(1)), claims.sum, stages=4)
    in_all = sum_all(city, INDEX_WEIGHTS, product(groups, INDEX_WEIGHTS, other.weights, factor), groups)
    stages = -(-(len(str(other.weight.most)) + SPARE) // TWELVE)
    each = fraction(groups, RATE, (other.everything, factor), in_all, stages)
    mine = looked(steps, RATE, each, other.number)
    part, order = _rounded(steps, split(steps, WEIGHT, other.weight), split(steps, RATE, mine), 2 * stages)
    rank = ranked(steps, OTHER_SHARE, order, other.claim)
    left = city.add(LEFT, where(total(other.claim) > 0, other.everything - total(part, DIVIDED), 0), "whole")
    return steps.add(OF_OTHERS, part + flag((other.claim > 0) & (rank <= left)), "fen")


def _rounded(steps: Worksheet, weight: Long, rate: Long, decimals: int) -> tuple[Cell, Long]:
    """A share as whole fen and 18 decimals, rounded; ``decimals`` counts the cells of ``rate`` behind the point."""
    parts = raw((1, weight, rate))
    parts[decimals - 4] = parts[decimals - 4] + MILLION // 2
    chain = carries(steps, OTHER_SHARE, parts, decimals + 3)
    limbs = [rest(one, MILLION) for one in chain]
    whole = (
        limbs[decimals]
        + limbs[decimals + 1] * MILLION
        + limbs[decimals + 2].bounded(DIVIDED // MILLION**2 - 1) * MILLION**2
    )
    return steps.help(OTHER_SHARE, whole), Long(tuple(limbs[decimals - 3 : decimals]))


def _first(number: Number) -> Cell:
    """Something above 0 where the number is."""
    return number if isinstance(number, Cell) else number.about


WEIGHT, WEIGHTS = (
    Text("保证金×得分", "Deposit x score"),
    Text("领取机构的保证金×得分合计", "Deposit x score of the claimants"),
)
TOP, TOPS = (
    Text("高于上阈值且有保证金（1为是）", "Above and with a deposit (1 yes)"),
    Text("高于上阈值的机构", "Institutions above"),
)
MIDDLE = Text("不低于下阈值且有保证金（1为是）", "Not below and with a deposit (1 yes)")
NOBODY = Text("本组无人高于上阈值（1为是）", "Nobody of the group above (1 yes)")
CLAIM, CLAIM_OF = (
    Text("参与本组分配（1为是）", "Claims of the group's pool (1 yes)"),
    Text("参与哪一组分配", "Claims of which pool"),
)
CLAIMANTS, POOL = Text("参与分配的机构", "Claimants"), Text("本组奖励金（分）", "Pool of the group (fen)")
COUNTED = Text("参与分配的权重", "Weight that counts")
SHARE = Text("应分奖励金（整分）", "Share of the pool (whole fen)")
GIVEN_OUT, LEFT = (
    Text("已分整分", "Whole fen given out"),
    FEN_LEFT,
)
OWN, REFUNDED = Text("本组奖励金所得（分）", "Of the group's pool (fen)"), Text("退还扣减（分）", "Refunded (fen)")
UNCLAIMED, UNALLOCATED = (
    Text("无人领取的奖励金（分）", "Unclaimed pool (fen)"),
    Text("未分配（分）", "Unallocated (fen)"),
)
BONUS, OF_OTHERS = (
    Text("分得奖励金（分）", "Bonus (fen)"),
    Text("他组无人领取的奖励金所得（分）", "Of other groups' pools (fen)"),
)
INDEX_OF_1 = Text("机构数÷得分合计", "Institutions / sum of scores")
INDEX_WEIGHTS = Text("保证金×指数合计", "Deposit x index in all")
RATE = Text("每单位（保证金×得分）分得的分", "Fen for each unit of deposit x score")
OTHER_SHARE = Text("他组奖励金应分", "Share of other groups' pools")
