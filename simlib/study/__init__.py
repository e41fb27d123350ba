"""Many scenarios on the same tables: what changes between two runs, and what each reading is worth."""

from simlib.study.movement import DIFFERENCE, difference, movement, readings

__all__ = ["DIFFERENCE", "difference", "movement", "readings"]
