"""Figures of the county retention dashboard."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simlib.charts import by_year, codes, line, padded
from simlib.params import IN_DOCUMENT, Params
from simlib.rules.retention.tables import RESULTS
from simlib.words import Text

BRACKETS = {
    "full": ("triangle-up", "@c3"), "linear": ("circle", "@c1"), "half": ("circle", "@c2"),
    "none": ("triangle-down", "@c5"), "veto": ("triangle-down", "@c8"),
}  # fmt: skip
SCORE = {"title": {"text": RESULTS[0].by_name["total_score"].label}, "tickformat": ",~g"}


def curve(
    settled: pd.DataFrame,
    rule: pd.DataFrame,
    document: pd.DataFrame,
    params: Params,
    labels: dict[str, Text],
    picked: int | None,
) -> dict:
    """The share of a surplus that is kept against the score: the rule's line, the document's dotted, and every
    community."""
    score, ratio = (settled[name].to_numpy(dtype="float32") for name in ("total_score", "ratio"))
    lines = [
        {
            "x": rule["score"].to_numpy(),
            "y": rule["ratio"].to_numpy(),
            "line": {"color": "@ink", "width": 1.5, "simplify": False},
        }
    ]
    if not rule.equals(document):
        dotted = {"color": "@muted", "width": 1.5, "dash": "dot"}
        lines.insert(0, {"x": document["score"].to_numpy(), "y": document["ratio"].to_numpy(), "line": dotted})
    edges = [("half_from", "@c5", "left"), ("linear_from", "@c2", "left"), ("full_from", "@c3", "right")]
    present = [name for name in BRACKETS if (settled["bracket"] == name).any()]
    return {
        "data": [{"type": "scatter", "mode": "lines", "hoverinfo": "skip", **one} for one in lines],
        "points": {
            "x": score, "y": ratio, "rows": np.arange(len(settled)), "picked": picked,
            "kind": codes(settled["bracket"], BRACKETS), "tip": [{"decimals": 2}, {"decimals": 2, "percent": True}],
            "marks": [{"symbol": symbol, "color": colour} for symbol, colour in BRACKETS.values()],
        },
        "legend": [{"name": labels[name], "color": BRACKETS[name][1], "symbol": BRACKETS[name][0]} for name in present]
        + [{"name": Text("当前规则", "rule"), "color": "@ink", "symbol": "line"}]
        + [{"name": IN_DOCUMENT, "color": "@muted", "symbol": "line"}] * (len(lines) > 1),
        "lines": [one for name, colour, side in edges for one in line(params, name, colour, side)],
        "layout": {
            "xaxis": {**SCORE, "range": [float(rule["score"].iloc[0]), float(rule["score"].iloc[-1])]},
            "yaxis": {"title": {"text": RESULTS[0].by_name["ratio"].label}, "tickformat": ".0%", "range": padded(0, 1)},
        },
    }  # fmt: skip


YEARS = {  # what stands side by side in a year
    "retained": ("@c3", Text("留用结余", "kept")), "returned": ("@c2", Text("不予支付", "not paid")),
    "overspend_borne": ("@c5", Text("承担超支", "overspending borne")),
    "next_year_cut": ("@c8", Text("下年核减", "next year's cut")),
}  # fmt: skip
KEPT = Text("按文件规定值的留用", "kept, document")


def years(now: pd.DataFrame, document: pd.DataFrame) -> dict:
    """What is kept, not paid, borne and cut, year by year; what the document's values keep, as a line."""
    return by_year(now, document, YEARS, "retained", KEPT)
