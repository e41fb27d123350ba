"""What the agreement tables show at a glance: which items cost what, how much the open rates leave open, what is late.

All take the tables of the rule and return small ones; charts only draw them.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd

from simlib.columns import ITEMS, STEPS
from simlib.money import to_fen, to_yuan
from simlib.rules.agreement.ladder import CHARGED, LADDER, damages, ranges, rates
from simlib.rules.agreement.params import AgreementParams
from simlib.rules.agreement.steps import Status


def by_item(consequences: pd.DataFrame) -> pd.DataFrame:
    """The breaches by item, in the order of the articles: item, article, incidents, loss, recovered, damages [yuan]."""
    rows = []
    for item in (one for one in ITEMS if (consequences["item"] == one).any()):
        mine = consequences[consequences["item"] == item]
        sums = {name: _sum(mine, name) for name in ("loss", "recovered", "damages")}
        rows.append({"item": item, "article": LADDER[item].article, "incidents": len(mine), **sums})
    return pd.DataFrame(rows, columns=["item", "article", "incidents", "loss", "recovered", "damages"])


def range_of_damages(consequences: pd.DataFrame, params: AgreementParams) -> pd.DataFrame:
    """What the rates that the document leaves open are worth: one row an article (43, 44).

    loss, and the damages at the least rate the article allows, at the one in force and at the most [yuan]: least, now,
    most; the cap applies to all.
    """
    in_force, legal = rates(params), ranges(params)
    rows = []
    for article in CHARGED:
        loss = _losses(consequences, article)
        low, high = legal[article]
        at = {"least": low, "now": in_force[article], "most": high}
        amounts = {name: _yuan(damages(loss, rate)) for name, rate in at.items()}
        rows.append({"article": article, "loss": _yuan(loss), **amounts})
    return pd.DataFrame(rows)


def sensitivity(consequences: pd.DataFrame, params: AgreementParams, steps: int = 10) -> pd.DataFrame:
    """The damages at each rate over the range of art. 43 and of art. 44: article, rate, damages [yuan].

    ``steps`` equal steps from the least to the most that the article says; rates above the cap are charged at the cap.
    """
    declared = params.declarations()
    rows = []
    for article in CHARGED:
        one, loss = declared[f"damages_rate_{article}"], _losses(consequences, article)
        low, high = Fraction(one.low), Fraction(one.high)
        for step in range(steps + 1):
            rate = low + (high - low) * step / steps
            owed = damages(loss, min(rate, Fraction(params.damages_cap)))
            rows.append({"article": article, "rate": float(rate), "damages": _yuan(owed)})
    return pd.DataFrame(rows)


def overdue(timeline: pd.DataFrame) -> pd.DataFrame:
    """The matters by step, in the order of the articles: step, and a count for each status."""
    rows = []
    for step in (one for one in STEPS if (timeline["step"] == one).any()):
        status = timeline.loc[timeline["step"] == step, "status"]
        rows.append({"step": step, **{one.value: int((status == one.value).sum()) for one in Status}})
    return pd.DataFrame(rows, columns=["step", *(one.value for one in Status)])


def _losses(consequences: pd.DataFrame, article: int) -> np.ndarray:
    """The losses of the breaches of an article, in fen."""
    mine = consequences["item"].map(lambda item: LADDER[item].article == article).to_numpy(dtype=bool)
    return to_fen(consequences["loss"].to_numpy()[mine])


def _sum(table: pd.DataFrame, name: str) -> float:
    return _yuan(to_fen(table[name].to_numpy()))


def _yuan(fen: np.ndarray) -> float:
    return float(to_yuan(fen.sum()))
