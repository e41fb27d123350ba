"""The rule families, in the order in which money passes through them."""

from simlib.rules import deposit, dip, scorecard

FAMILIES = {family.name: family for family in (scorecard.FAMILY, dip.FAMILY, deposit.FAMILY)}
