"""Figures of the scorecard dashboard."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simlib.charts import COLOURS, codes, institution_counts, padded, stacked, whole
from simlib.words import Text


def scores(bins: pd.DataFrame, options: dict[str, Text]) -> dict:
    """Bars of institutions by score, stacked by kind; ``options`` order and name the kinds where they are declared."""
    kinds = [name for name in bins.columns if name != "score"]
    order = list(options)
    kinds.sort(key=lambda name: order.index(name) if name in order else len(order))
    colours = {name: f"@c{number % COLOURS + 1}" for number, name in enumerate(kinds)}
    width = bins["score"].iloc[1] - bins["score"].iloc[0] if len(bins) > 1 else 1.0
    return {
        "data": [stacked(bins, "score", colours, float(width) * 0.94, "%{x}")],
        "legend": [{"name": options.get(name, name), "color": colour} for name, colour in colours.items()],
        "layout": {
            "bargap": 0,
            "xaxis": {"title": {"text": Text("总分（分）", "Score (points)")}},
            "yaxis": institution_counts(bins, kinds),
        },
    }


def ranks(document: np.ndarray, now: np.ndarray, picked: int | None) -> dict:
    """Each institution's rank now against its rank by the document's card; who is above the line has risen."""
    last = int(max(document.max(initial=1), now.max(initial=1)))
    moved = np.where(now < document, "up", np.where(now > document, "down", "same"))
    line = {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "line": {"color": "@muted", "width": 1},
            "x": [1, last], "y": [1, last]}  # fmt: skip
    return {
        "data": [line],
        "points": {
            "x": document.astype("float32"), "y": now.astype("float32"), "rows": np.arange(len(now)), "picked": picked,
            "kind": codes(moved, MOVES), "tip": [{"decimals": 0}, {"decimals": 0}],
            "marks": [{"symbol": symbol, "color": colour} for symbol, colour, _ in MOVES.values()],
        },
        "legend": [{"name": name, "color": colour, "symbol": symbol} for symbol, colour, name in MOVES.values()],
        "layout": {
            "xaxis": {"title": {"text": Text("按文件评分表的名次", "Rank by the document's card")},
                      "range": padded(1, last), **whole(last)},
            "yaxis": {"title": {"text": Text("当前名次", "Rank now")}, "range": padded(1, last)[::-1],
                      **whole(last)},
        },
    }  # fmt: skip


MOVES = {
    "up": ("triangle-up", "@above", Text("上升", "up")),
    "same": ("circle", "@within", Text("不变", "unchanged")),
    "down": ("triangle-down", "@below", Text("下降", "down")),
}
