"""What is said first of the quality deposit."""

from __future__ import annotations

import numpy as np

from simlib.money import to_fen, to_yuan
from simlib.rules.deposit.allocation import Band
from simlib.rules.deposit.tables import RESULTS
from simlib.rules.telling import Left, Results, Saying, Telling
from simlib.words import Text


def stands(results: Results) -> list[Saying]:
    """Who is below and what that costs them, who is above and what that brings them."""
    table = results["deposit"]
    band, deposit, returned, bonus = (table[name].to_numpy() for name in ("band", "deposit", "returned", "bonus"))
    below, above = (band == one.value for one in (Band.BELOW, Band.ABOVE))
    fen = to_fen(bonus)
    forfeited = (to_fen(deposit) - to_fen(returned))[below].sum()
    given = {"forfeited": forfeited, "bonus": fen[above].sum(), "other": fen[~above].sum()}
    said = STANDS if given["other"] else STANDS_ABOVE
    yuan = {name: float(to_yuan(amount)) for name, amount in given.items() if amount or name != "other"}
    counts = {"below": f"{below.sum():,}", "above": f"{above.sum():,}", "others": f"{((fen > 0) & ~above).sum():,}"}
    return [Saying(said, yuan, counts)]


def left(results: Results) -> list[Left]:
    """The pools of groups in which nobody may claim them, the largest first."""
    table, pools = results["deposit"], results["deposit_groups"]
    amounts = pools["unallocated"].to_numpy()
    unpaid = [int(row) for row in np.argsort(-amounts, kind="stable") if amounts[row] > 0]
    if not unpaid:
        return []
    groups = pools["group"].to_numpy()
    above = set(table["group"].to_numpy()[table["band"].to_numpy() == Band.ABOVE.value])
    return [
        Left(float(amounts[row]), WITHOUT_DEPOSIT if group in above else NOBODY_ABOVE, Text(f"“{group}”", group))
        for row, group in ((row, groups[row]) for row in unpaid)
    ]


def measured(results: Results) -> np.ndarray:
    """What each gets more than its deposit."""
    return np.asarray(results["deposit"]["change"].to_numpy())


STANDS_ABOVE = Text(
    "{below} 家低于下阈值，被扣 {forfeited}；{above} 家高于上阈值，分得 {bonus}",
    "{below} are below the lower threshold and forfeit {forfeited}; {above} are above the upper one and share {bonus}",
)
STANDS = Text(
    "{below} 家低于下阈值，被扣 {forfeited}；{above} 家高于上阈值，分得 {bonus}；其他 {others} 家分得 {other}",
    "{below} are below the lower threshold and forfeit {forfeited}; {above} are above the upper one and share {bonus}; "
    "{others} others share {other}",
)
NOBODY_ABOVE = Text("{of}组没有机构高于上阈值", "nobody of {of} is above the upper threshold")
WITHOUT_DEPOSIT = Text("{of}组高于上阈值的机构没有保证金", "those of {of} above the upper threshold have no deposit")

TELLING = Telling(
    question=Text(
        "绩效好的机构从质量保证金中多得多少，差的少得多少？",
        "How much more of the quality deposits do good performers get, and how much less the poor ones?",
    ),
    stands=stands,
    lead=("below", "above", "money_moved", "unallocated"),
    own=RESULTS[0].by_name["change"],
    ends=(Text("较保证金增加最多", "Most above the deposit"), Text("较保证金减少最多", "Most below the deposit")),
    measured=measured,
    causes=("band", "index"),
    left=left,
    gone=Text("无人领取", "goes to nobody"),
)
