"""Figures of the deposit dashboard."""

from __future__ import annotations

import pandas as pd

from simlib.charts import codes, institution_counts, line, padded, stacked
from simlib.params import Params
from simlib.rules.deposit.views import Line
from simlib.words import Text

BANDS = {"below": "triangle-down", "within": "circle", "above": "triangle-up"}
INDEX_AXIS = {"title": {"text": Text("绩效评价水平指数", "Performance index")}, "tickformat": ".2f"}


def thresholds(params: Params) -> list[dict]:
    """Both thresholds as marked lines, and the document's, dotted, where they were moved."""
    return line(params, "lower", "@below", "left") + line(params, "upper", "@above", "right")


def distribution(bins: pd.DataFrame, params: Params, labels: dict[str, Text]) -> dict:
    """Bars of institutions by index, stacked by band, with both thresholds."""
    width = bins["index"].iloc[1] - bins["index"].iloc[0]
    return {
        "data": [stacked(bins, "index", {name: f"@{name}" for name in BANDS}, width, "%{x:.3f}")],
        "legend": [{"name": labels[name], "color": f"@{name}"} for name in BANDS],
        "lines": thresholds(params),
        "layout": {"bargap": 0, "xaxis": INDEX_AXIS, "yaxis": institution_counts(bins, BANDS)},
    }


def payout(
    paid: pd.DataFrame, curve: tuple[Line, Line], params: Params, labels: dict[str, Text], picked: int | None
) -> dict:
    """Payment as a share of the deposit against the index: every institution, and the rule's own line."""
    index, share = (paid[name].to_numpy(dtype="float32") for name in ("index", "share"))
    below, rest = curve
    # The line is broken at the cliff.
    x, y = ([*under.tolist(), None, *over.tolist()] for under, over in zip(below, rest, strict=True))
    bottom, top = min(share.min(initial=1), below.share[-1]), share.max(initial=1)  # at least the foot of the cliff
    rule = {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "line": {"color": "@muted", "width": 1.5},
            "x": x, "y": y}  # fmt: skip
    points = {"x": index, "y": share, "rows": paid.index.to_numpy(), "picked": picked,
              "kind": codes(paid["band"], BANDS), "tip": [{"decimals": 4}, {"decimals": 1, "percent": True}],
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
            "xaxis": {**INDEX_AXIS, "range": padded(x[0], max(*below.indices, *rest.indices))},
            "yaxis": {
                "title": {"text": Text("实际可得 ÷ 保证金", "Payment / deposit")},
                "tickformat": ".0%",
                "range": padded(bottom, top),
            },
        },
    }
