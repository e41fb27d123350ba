"""The rule families, in the order in which money passes through them."""

from simlib.rules import deposit

FAMILIES = {family.name: family for family in (deposit.FAMILY,)}
