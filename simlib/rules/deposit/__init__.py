"""The quality deposit (JS26 annex 3; JS3 art. 29, 48; JY art. 40)."""

from simlib.rules.deposit.allocation import Band, allocate, groups, summarise, withheld
from simlib.rules.deposit.explanation import explain
from simlib.rules.deposit.family import FAMILY
from simlib.rules.deposit.params import DepositBase, DepositParams, MeanScope, UnclaimedPool
from simlib.rules.deposit.views import cliffs, distribution, flows

__all__ = [
    "FAMILY", "Band", "DepositBase", "DepositParams", "MeanScope", "UnclaimedPool",
    "allocate", "cliffs", "distribution", "explain", "flows", "groups", "summarise", "withheld",
]  # fmt: skip
