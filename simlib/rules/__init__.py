"""The rule families, in the order in which money passes through them."""

from simlib.rules import agreement, deposit, dip, retention, scorecard
from simlib.rules.family import AnyFamily

FAMILIES: dict[str, AnyFamily] = {
    family.name: family for family in (scorecard.FAMILY, dip.FAMILY, deposit.FAMILY, retention.FAMILY, agreement.FAMILY)
}
