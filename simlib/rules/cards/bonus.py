"""What a bonus adds to a score (XX 3(6)): declared once, for the card that gives points and the rule that pays by
them."""

from __future__ import annotations

from simlib.params import POINTS, Choice, lever, reading
from simlib.words import Text


class CapTotal(Choice):
    OFF = "off", "可以超过满分", "may exceed full marks"
    ON = "on", "以满分为限", "cut to full marks"


CLAUSE = "XX 3(6)"
TOPIC = Text("加分", "Bonus")
BONUS_CAP = lever(
    "5", "0", "20", step="0.5", unit=POINTS, topic=TOPIC,
    label=Text("加分上限", "Bonus cap"),
    help=Text("加分合计超过上限的，按上限计。", "A larger bonus is cut to it."),
    clauses=[CLAUSE],
)  # fmt: skip
CAP_TOTAL = reading(
    CapTotal.OFF, topic=TOPIC,
    label=Text("加分后的总分", "Total with the bonus"),
    help=Text("计入加分后，总分是否可以超过满分。", "Whether the total may exceed full marks once the bonus is added."),
    clauses=[CLAUSE],
)  # fmt: skip
BONUS_CUT = Text(
    "{count} 家的加分超过上限，按上限计：{names}（XX 三(六)）。",
    "{count} with a bonus above the cap, cut to it: {names} (XX 3(6)).",
)
