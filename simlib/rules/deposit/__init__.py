"""The quality deposit (JS26 annex 3; JS3 art. 29, 48; JY art. 40)."""

from simlib.rules.deposit.allocation import Band, allocate, groups, summarise
from simlib.rules.deposit.explanation import explain
from simlib.rules.deposit.family import FAMILY
from simlib.rules.deposit.params import DepositBase, DepositParams, MeanScope, UnclaimedPool
from simlib.rules.deposit.views import NEAR, cliffs, curve, distribution, flows, payout
from simlib.rules.deposit.withholding import withheld

__all__ = [
    "FAMILY", "NEAR", "Band", "DepositBase", "DepositParams", "MeanScope", "UnclaimedPool",
    "allocate", "cliffs", "curve", "distribution", "explain", "flows", "groups", "payout", "summarise", "withheld",
]  # fmt: skip
