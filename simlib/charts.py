"""Figures as plain plotly descriptions: what the tables say, drawn; nothing is computed here.

A colour such as ``@below`` is a role: the page or the report puts in the colour of its theme.
Arrays stay numpy, so that a page can send them as bytes.
"""

from __future__ import annotations

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
    bands, lower = curve["band"].to_numpy(), float(params.lower)
    left, right = min(index.min(initial=1), lower), max(index.max(initial=1), float(params.upper))
    bottom, top = min(share.min(initial=1), lower), share.max(initial=1)
    rule = {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "line": {"color": "@muted", "width": 1.5},
            "x": [left, lower, None, lower, right], "y": [left, lower, None, 1, 1]}  # fmt: skip
    points = {"x": index, "y": share, "rows": curve.index.to_numpy(), "picked": picked,
              "kind": sum(number * (bands == band) for number, band in enumerate(BANDS)).astype("int8"),
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


def _padded(low: float, high: float) -> list[float]:
    pad = 0.05 * (high - low) or 0.05
    return [float(low) - pad, float(high) + pad]
