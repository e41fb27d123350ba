"""The quality deposit (JS26 annex 3; JS3 art. 29, 48; JY art. 40)."""

from simlib.rules.deposit.allocation import Band, allocate, groups, summarise, withheld
from simlib.rules.deposit.params import DepositBase, DepositParams, MeanScope, UnclaimedPool

__all__ = [
    "Band", "DepositBase", "DepositParams", "MeanScope", "UnclaimedPool",
    "allocate", "groups", "summarise", "withheld",
]  # fmt: skip
