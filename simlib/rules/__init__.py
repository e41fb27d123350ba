"""The rule families, in the order in which money passes through them."""

from simlib.rules import agreement, deposit, dip, retention, scorecard

FAMILIES = {
    family.name: family for family in (scorecard.FAMILY, dip.FAMILY, deposit.FAMILY, retention.FAMILY, agreement.FAMILY)
}
