"""Figures as plain plotly descriptions: what the tables say, drawn; nothing is computed here.

A colour such as ``@below`` is a role: the page or the report puts in the colour of its theme.
Arrays stay numpy, so that a page can send them as bytes.
"""

from __future__ import annotations

import pandas as pd

from simlib.params import Params
from simlib.words import Text

BANDS = {"below": "triangle-down", "within": "circle", "above": "triangle-up"}
SCALES = (
    (10**8, Text("亿元", "hundred million yuan")),
    (10**4, Text("万元", "ten thousand yuan")),
    (1, Text("元", "yuan")),
)


INDEX_AXIS = {"title": {"text": Text("绩效评价水平指数", "Performance index")}, "tickformat": ".2f"}
WEBGL_ABOVE = 100  # points: SVG marks beyond that cost more than the rest of the page


def money_scale(values) -> tuple[int, Text]:
    """The unit in which an axis of yuan stays readable: divide by the number, write the text."""
    largest = max((abs(float(value)) for value in values), default=0)
    return next((scale for scale in SCALES if largest >= scale[0]), SCALES[-1])


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
    width = bins["index"].iloc[1] - bins["index"].iloc[0]
    bars = [
        {"type": "bar", "name": labels[band], "x": bins["index"].to_numpy()[counts > 0], "y": counts[counts > 0],
         "width": width, "marker": {"color": f"@{band}"}, "hovertemplate": "%{x:.3f}: %{y}<extra></extra>"}
        for band, counts in ((band, bins[band].to_numpy()) for band in BANDS)
    ]  # fmt: skip
    return {
        "data": bars,
        "lines": thresholds(params),
        "layout": {
            "barmode": "stack",
            "bargap": 0,
            "xaxis": INDEX_AXIS,
            "yaxis": {"title": {"text": Text("机构数（家）", "Institutions")}, "rangemode": "tozero"},
        },
    }


def payout(curve: pd.DataFrame, params: Params, labels: dict[str, Text], picked: int | None) -> dict:
    """Payment as a share of the deposit against the index: every institution, and the rule's own line.

    Each point's ``customdata`` is its row, so that a click can pick the institution.
    """
    rows, bands = curve.index.to_numpy(), curve["band"].to_numpy()
    index, share = (curve[name].to_numpy(dtype="float32") for name in ("index", "share"))
    kind = "scattergl" if len(curve) > WEBGL_ABOVE else "scatter"
    lower = float(params.lower)
    start, end = min(index.min(initial=1), lower), max(index.max(initial=1), float(params.upper))
    rule = {"type": "scatter", "mode": "lines", "name": Text("不含奖励金", "without bonus"), "hoverinfo": "skip",
            "x": [start, lower, None, lower, end], "y": [start, lower, None, 1, 1],
            "line": {"color": "@muted", "width": 1.5}}  # fmt: skip
    points = [
        {"type": kind, "mode": "markers", "name": labels[band],
         "x": index[bands == band], "y": share[bands == band], "customdata": rows[bands == band],
         "marker": {"color": f"@{band}", "symbol": symbol, "size": 6, "opacity": 0.75},
         "hovertemplate": "%{x:.4f} → %{y:.1%}<extra></extra>"}
        for band, symbol in BANDS.items()
    ]  # fmt: skip
    chosen = rows == picked
    ring = {"type": "scatter", "mode": "markers", "showlegend": False, "hoverinfo": "skip",
            "x": index[chosen], "y": share[chosen],
            "marker": {"symbol": "circle-open", "size": 16, "color": "@ink", "line": {"width": 2}}}  # fmt: skip
    return {
        "data": [rule, *points, ring],
        "lines": thresholds(params),
        "layout": {
            "xaxis": INDEX_AXIS,
            "yaxis": {"title": {"text": Text("实际可得 ÷ 保证金", "Payment / deposit")}, "tickformat": ".0%"},
        },
    }


def flows(table: pd.DataFrame, labels: list) -> dict:
    """Forfeits to the left, bonuses to the right and the net, by kind of institution."""
    scale, unit = money_scale([*table["forfeited"], *table["bonus"]])
    kinds = {"type": "bar", "orientation": "h", "y": labels}
    hover = "%{y}: %{x:,.2f}<extra></extra>"
    return {
        "data": [
            {**kinds, "name": Text("扣减", "forfeited"), "x": (-table["forfeited"] / scale).to_numpy(),
             "marker": {"color": "@below"}, "hovertemplate": hover},
            {**kinds, "name": Text("奖励", "bonus"), "x": (table["bonus"] / scale).to_numpy(),
             "marker": {"color": "@above"}, "hovertemplate": hover},
            {"type": "scatter", "mode": "markers", "name": Text("净额", "net"), "y": labels,
             "x": (table["net"] / scale).to_numpy(), "hovertemplate": hover,
             "marker": {"symbol": "diamond", "size": 10, "color": "@ink", "line": {"width": 1, "color": "@paper"}}},
        ],
        "layout": {
            "barmode": "relative",
            "xaxis": {"title": {"text": unit}, "zeroline": True},
            "yaxis": {"autorange": "reversed", "automargin": True},
        },
    }  # fmt: skip
