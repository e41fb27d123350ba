"""The rule families, in the order in which money passes through them."""

from simlib.rules import deposit, scorecard

FAMILIES = {family.name: family for family in (scorecard.FAMILY, deposit.FAMILY)}
