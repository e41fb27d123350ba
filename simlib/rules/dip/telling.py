"""What is said first of DIP settlement."""

from __future__ import annotations

import numpy as np

from simlib.columns import yuan
from simlib.money import to_fen, to_yuan
from simlib.rules.dip.settlement import ClearingBand
from simlib.rules.telling import Left, Results, Saying, Telling
from simlib.words import Text


def stands(results: Results) -> list[Saying]:
    """What was billed and what is settled, who keeps a surplus and who bears overspending."""
    table, fund = results["dip_institutions"], results["dip_fund"]
    billed, settled = (to_fen(table[name].to_numpy()) for name in ("billed", "settlement"))
    own, shared = settled - billed, to_fen(fund["shares_paid"].to_numpy()).sum()
    fen = {
        "billed": billed.sum(), "settled": settled.sum(), "kept": own[own > 0].sum(), "borne": -own[own < 0].sum(),
        "shared": shared,
    }  # fmt: skip
    counts = {"keep": f"{(own > 0).sum():,}", "bear": f"{(own < 0).sum():,}"}
    return [Saying(STANDS, {name: float(to_yuan(amount)) for name, amount in fen.items()}, counts)]


def left(results: Results) -> list[Left]:
    """What of the distributable is paid to nobody, but for the parts of a fen that each institution's amounts lose."""
    amount = to_fen(results["dip_fund"]["undistributed"].to_numpy()).sum()
    outcome = results["dip_ledgers"]["outcome"].to_numpy()
    if amount <= len(outcome):
        return []
    return [Left(float(to_yuan(amount)), CAPPED if (outcome == ClearingBand.CAPPED.value).any() else OTHERWISE)]


def measured(results: Results) -> np.ndarray:
    """What each is settled more than it billed."""
    table = results["dip_institutions"]
    return to_yuan(to_fen(table["settlement"].to_numpy()) - to_fen(table["billed"].to_numpy()))


STANDS = Text(
    "记账 {billed}，决算 {settled}；{keep} 家留用结余 {kept}，{bear} 家自担超支 {borne}，调节金分担 {shared}",
    "{billed} was billed and {settled} is settled; {keep} keep a surplus of {kept}, {bear} bear overspending of "
    "{borne}, the regulation fund shares {shared}",
)
CAPPED = Text("结余留用达到上限", "retention is capped")
OTHERWISE = Text("按规则未支付给任何机构", "the rules pay it to no institution")

TELLING = Telling(
    question=Text(
        "一年的基金按分值分给各医疗机构，谁有结余、谁超支？",
        "Shared out by points, whom does the year's fund leave a surplus, and who has overspent?",
    ),
    stands=stands,
    lead=("settlement", "point_value", "shares_paid", "undistributed"),
    own=yuan("own", "决算较记账", "Settlement less billing"),
    ends=(
        Text("决算高于记账最多", "Settled most above what was billed"),
        Text("决算低于记账最多", "Settled most below what was billed"),
    ),
    measured=measured,
    causes=("outcome", "clearing_ratio"),
    left=left,
    gone=Text("未分配", "is not distributed"),
)
