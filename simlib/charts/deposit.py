"""Figures as plain plotly descriptions: what the tables say, drawn; nothing is computed here.

A colour such as ``@below`` is a role: the page or the report puts in the colour of its theme.
Arrays stay numpy, so that a page can send them as bytes.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from simlib.params import Params
from simlib.words import Text

BANDS = {"below": "triangle-down", "within": "circle", "above": "triangle-up"}
INDEX_AXIS = {"title": {"text": Text("绩效评价水平指数", "Performance index")}, "tickformat": ".2f"}


def thresholds(params: Params) -> list[dict]:
    """Both thresholds as marked lines, and the document's, dotted, where they were moved.

    Lines stand beside plotly's own description: the page lays them over the plot, which costs a move
    far less than shapes and annotations; a report may turn them into those.
    """
    lines = []
    for name, colour, side in (("lower", "@below", "left"), ("upper", "@above", "right")):
        at, document = getattr(params, name), params.declarations()[name].default
        if at != document:
            lines.append({"at": float(document), "colour": "@muted", "dash": "dotted"})
        lines.append({"at": float(at), "colour": colour, "dash": "solid", "label": f"{at}", "side": side})
    return lines


def distribution(bins: pd.DataFrame, params: Params, labels: dict[str, Text]) -> dict:
    """Bars of institutions by index, stacked by band, with both thresholds."""
    counts = bins[list(BANDS)].to_numpy()
    bin_, band = counts.nonzero()
    # One trace of stacked pieces instead of a trace a band: plotly's work grows with traces.
    pieces = {
        "type": "bar", "x": bins["index"].to_numpy()[bin_], "y": counts[bin_, band],
        "base": (counts.cumsum(axis=1) - counts)[bin_, band], "width": bins["index"].iloc[1] - bins["index"].iloc[0],
        "marker": {"color": [f"@{list(BANDS)[one]}" for one in band]}, "hovertemplate": "%{x:.3f}: %{y}<extra></extra>",
    }  # fmt: skip
    return {
        "data": [pieces],
        "legend": [{"name": labels[name], "color": f"@{name}"} for name in BANDS],
        "lines": thresholds(params),
        "layout": {
            "bargap": 0,
            "xaxis": INDEX_AXIS,
            "yaxis": {"title": {"text": Text("机构数（家）", "Institutions")}, "rangemode": "tozero"},
        },
    }


def payout(curve: pd.DataFrame, params: Params, labels: dict[str, Text], picked: int | None) -> dict:
    """Payment as a share of the deposit against the index: every institution, and the rule's own line.

    ``points`` stand beside plotly's description, like the lines: thousands of marks, each with the row
    that a click picks.
    """
    index, share = (curve[name].to_numpy(dtype="float32") for name in ("index", "share"))
    lower = float(params.lower)
    left, right = min(index.min(initial=1), lower), max(index.max(initial=1), float(params.upper))
    bottom, top = min(share.min(initial=1), lower), share.max(initial=1)
    rule = {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "line": {"color": "@muted", "width": 1.5},
            "x": [left, lower, None, lower, right], "y": [left, lower, None, 1, 1]}  # fmt: skip
    points = {"x": index, "y": share, "rows": curve.index.to_numpy(), "picked": picked,
              "kind": codes(curve["band"], BANDS), "tip": [{"decimals": 4}, {"decimals": 1, "percent": True}],
              "marks": [{"symbol": symbol, "color": f"@{band}"} for band, symbol in BANDS.items()]}  # fmt: skip
    return {
        "data": [rule],
        "points": points,
        "legend": [
            *({"name": labels[name], "color": f"@{name}", "symbol": symbol} for name, symbol in BANDS.items()),
            {"name": Text("不含奖励金", "without bonus"), "color": "@muted", "symbol": "line"},
        ],
        "lines": thresholds(params),
        "layout": {
            "xaxis": {**INDEX_AXIS, "range": _padded(left, right)},
            "yaxis": {
                "title": {"text": Text("实际可得 ÷ 保证金", "Payment / deposit")},
                "tickformat": ".0%",
                "range": _padded(bottom, top),
            },
        },
    }


def scores(bins: pd.DataFrame, options: dict[str, Text]) -> dict:
    """Bars of institutions by score, stacked by kind; ``options`` order and name the kinds where they are declared."""
    kinds = [name for name in bins.columns if name != "score"]
    order = list(options)
    kinds.sort(key=lambda name: order.index(name) if name in order else len(order))
    counts = bins[kinds].to_numpy()
    bin_, kind = counts.nonzero()
    width = bins["score"].iloc[1] - bins["score"].iloc[0] if len(bins) > 1 else 1.0
    colours = [f"@c{number % COLOURS + 1}" for number in range(len(kinds))]
    pieces = {
        "type": "bar", "x": bins["score"].to_numpy()[bin_], "y": counts[bin_, kind],
        "base": (counts.cumsum(axis=1) - counts)[bin_, kind], "width": float(width) * 0.94,
        "marker": {"color": [colours[one] for one in kind]}, "hovertemplate": "%{x}: %{y}<extra></extra>",
    }  # fmt: skip
    return {
        "data": [pieces],
        "legend": [
            {"name": options.get(name, name), "color": colour} for name, colour in zip(kinds, colours, strict=True)
        ],
        "layout": {
            "bargap": 0,
            "xaxis": {"title": {"text": Text("总分（分）", "Score (points)")}},
            "yaxis": {"title": {"text": Text("机构数（家）", "Institutions")}, "rangemode": "tozero"},
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
            "xaxis": {"title": {"text": Text("按文件评分表的名次", "Rank by the document's card")}, "range": _padded(1, last)},
            "yaxis": {"title": {"text": Text("现在的名次", "Rank now")}, "range": _padded(1, last)[::-1]},
        },
    }  # fmt: skip


COLOURS = 8  # roles @c1 to @c8
MOVES = {
    "up": ("triangle-up", "@above", Text("上升", "up")),
    "same": ("circle", "@within", Text("不变", "unchanged")),
    "down": ("triangle-down", "@below", Text("下降", "down")),
}


def codes(values: Iterable, names: Iterable[str]) -> np.ndarray:
    """Each value as its place in ``names``, for marks and tables that travel as small integers."""
    values = np.asarray(values)
    return sum(number * (values == name) for number, name in enumerate(names)).astype("int8")


def _padded(low: float, high: float) -> list[float]:
    pad = 0.05 * (high - low) or 0.05
    return [float(low) - pad, float(high) + pad]
