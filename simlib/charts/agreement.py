"""Figures of the designation agreements' dashboard."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simlib.charts import line, money
from simlib.params import Params
from simlib.rules.agreement.tables import BY_INCIDENT
from simlib.words import Text

RATE = Text("{article} 条 {rate}", "art. {article}: {rate}")
ARTICLES = {43: "@c1", 44: "@c5"}


def sensitivity(damages: pd.DataFrame, params: Params, labels: dict[int, Text]) -> dict:
    """The damages over the legal range of each article's rate, and the rates in force."""
    lines, marks = [], []
    scaled, axis = money(damages["damages"].to_numpy())
    rate = damages["rate"].to_numpy()
    for article, colour in ARTICLES.items():
        mine = (damages["article"] == article).to_numpy()
        lines.append({
            "type": "scatter", "mode": "lines+markers", "x": rate[mine], "y": scaled[mine],
            "line": {"color": colour, "width": 2}, "hovertemplate": "%{x:.1%}: %{y:,.2f}<extra></extra>",
        })  # fmt: skip
        *document, now = line(params, f"damages_rate_{article}", colour, "left" if article == 43 else "right")
        marks += [*document, {**now, "label": RATE.fill(article=article, rate=now["label"])}]
    return {
        "data": lines,
        "legend": [
            {"name": labels[article], "color": colour, "symbol": "line"} for article, colour in ARTICLES.items()
        ],
        "lines": marks,
        "layout": {
            "xaxis": {
                "title": {"text": BY_INCIDENT.by_name["damages_rate"].label},
                "tickformat": ".0%",
                "range": [float(rate.min(initial=0)) - 0.01, float(rate.max(initial=0)) + 0.01],
            },
            "yaxis": {**axis, "rangemode": "tozero", "range": [0, 1.08 * float(np.max(scaled, initial=0)) or 1]},
        },
    }
