"""What the agreement tables show at a glance: which items cost what, how much the open rates leave open, what is late.

All take the tables of the rule and return small ones; charts only draw them.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import numpy as np
import pandas as pd

from simlib.clauses import cites
from simlib.columns import ITEMS, STEPS
from simlib.money import sum_by, to_fen, to_yuan
from simlib.rules.agreement.ladder import CHARGED, LADDER, capped, damages, ranges, rates
from simlib.rules.agreement.params import AgreementParams
from simlib.rules.agreement.steps import CLAUSES, Status


@cites("JS3 42", "JS3 43", "JS3 44")
def by_item(consequences: pd.DataFrame) -> pd.DataFrame:
    """The breaches by item, in the order of the articles: item, article, incidents, loss, recovered, damages [yuan]."""
    group, items = _in_order(consequences["item"], ITEMS)
    sums = {
        name: to_yuan(sum_by(group, to_fen(consequences[name].to_numpy()))) for name in ("loss", "recovered", "damages")
    }
    counts = np.bincount(group, minlength=len(items))
    return pd.DataFrame(
        {"item": items, "article": [LADDER[item].article for item in items], "incidents": counts, **sums}
    )


@cites("JS3 43", "JS3 44", "JS3 48")
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


@cites("JS3 43", "JS3 44", "JS3 48")
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
            owed = damages(loss, capped(rate, params))
            rows.append({"article": article, "rate": float(rate), "damages": _yuan(owed)})
    return pd.DataFrame(rows)


@cites(*CLAUSES)
def overdue(timeline: pd.DataFrame) -> pd.DataFrame:
    """The matters by step, in the order of the articles: step, and a count for each status."""
    group, steps = _in_order(timeline["step"], STEPS)
    status = timeline["status"].to_numpy()
    counts = {one.value: np.bincount(group[status == one.value], minlength=len(steps)) for one in Status}
    return pd.DataFrame({"step": steps, **counts})


@cites(*CLAUSES)
def moved(now: pd.DataFrame, other: pd.DataFrame) -> dict[str, int]:
    """What another reading does to the same matters: how many are due on another day (moved), and how many are late
    now and then (late, then_late)."""
    late = Status.LATE.value
    return {
        "moved": int((now["due"] != other["due"]).sum()),
        "late": int((now["status"] == late).sum()),
        "then_late": int((other["status"] == late).sum()),
    }


def _in_order(values: pd.Series, known: Iterable[str]) -> tuple[np.ndarray, list[str]]:
    """Each value as its place among those of ``known`` that occur, and these."""
    present = set(values)
    names = [name for name in known if name in present]
    return pd.Index(names).get_indexer(pd.Index(values)), names


def _losses(consequences: pd.DataFrame, article: int) -> np.ndarray:
    """The losses of the breaches of an article, in fen."""
    mine = consequences["item"].map(lambda item: LADDER[item].article == article).to_numpy(dtype=bool)
    return to_fen(consequences["loss"].to_numpy()[mine])


def _yuan(fen: np.ndarray) -> float:
    return float(to_yuan(fen.sum()))
