"""What is said first of county surplus retention."""

from __future__ import annotations

import numpy as np

from simlib.money import to_fen, to_yuan
from simlib.rules.retention.settlement import FAILED
from simlib.rules.retention.tables import RESULTS
from simlib.rules.telling import Results, Saying, Telling
from simlib.words import Text


def stands(results: Results) -> list[Saying]:
    """How much surplus is kept and how much is not paid, who failed, and what overspending is borne."""
    table = results["retention"]
    fen = {name: to_fen(table[name].to_numpy()) for name in ("surplus", "retained", "returned", "overspend_borne")}
    surplus = fen["surplus"]
    sums = {**{name: one.sum() for name, one in fen.items()}, "surplus": surplus[surplus > 0].sum()}
    counts = {
        "with_surplus": (surplus > 0).sum(),
        "over": (surplus < 0).sum(),
        "failed": table["bracket"].isin(FAILED).sum(),
    }
    yuan = {name: float(to_yuan(one)) for name, one in sums.items()}
    return [Saying(STANDS, yuan, {name: f"{one:,}" for name, one in counts.items()})]


def measured(results: Results) -> np.ndarray:
    """What each keeps, less the overspending that it bears."""
    return np.asarray(results["retention"]["net"].to_numpy())


STANDS = Text(
    "{with_surplus} 家结余 {surplus}，留用 {retained}，不予支付 {returned}；{over} 家超支，自担 {overspend_borne}；"
    "{failed} 家不合格",
    "{with_surplus} have a surplus of {surplus}, of which {retained} is kept and {returned} is not paid; {over} have "
    "overspent and bear {overspend_borne}; {failed} failed",
)

TELLING = Telling(
    question=Text(
        "县域医共体的结余按考核得分能留用多少？",
        "How much of its surplus may each county community keep, by its evaluation?",
    ),
    stands=stands,
    lead=("surplus", "retained", "returned", "overspend_borne"),
    own=RESULTS[0].by_name["net"],
    ends=(Text("留用最多", "Who keeps most"), Text("承担和核减最多", "Who bears and loses most")),
    measured=measured,
    causes=("bracket", "total_score", "ratio"),
)
