"""Figures of studies on how firm a result stands: ranges, probabilities, what it hangs on, and how hospitals may
answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from simlib.charts import codes, counted, institution_counts, money, named_rows, padded, stacked, whole_of, word
from simlib.charts.dip import OUTCOMES
from simlib.charts.retention import BRACKETS
from simlib.columns import Column, Type
from simlib.columns.base import WITH_UNIT
from simlib.words import Text

SIDES = {  # colours of each rule's sides
    "deposit": {"below": "@below", "within": "@within", "above": "@above", "exempt": "@muted"},
    "dip": dict(OUTCOMES),
    "retention": {name: colour for name, (_, colour) in BRACKETS.items()},
}
ROW, EDGES = 17, 130  # pixels
SHARE_OF = Text("{measure} ÷ {base}", "{measure} / {base}")


def ranges(
    bars: pd.DataFrame, rule: str, key: str, side: str, labels: dict[str, Text], measure: Text, base: Text
) -> dict:
    """A bar from low to high and a dot where each stands now: ``bars`` has now, low and high by ``key``, the first on
    top."""
    colours, place = SIDES[rule], np.arange(len(bars))
    low, high = bars["low"].to_numpy(), bars["high"].to_numpy()
    dots = {"type": "scatter", "mode": "markers", "x": bars["now"].to_numpy(), "y": place,
            "text": [word(one) for one in bars[key]],
            "marker": {"size": 8, "color": [colours[one] for one in bars[side]],
                       "line": {"width": 1, "color": "@paper"}},
            "hovertemplate": "%{text}: %{x:.2%}<extra></extra>"}  # fmt: skip
    range_ = {"type": "bar", "orientation": "h", "base": low, "x": high - low, "y": place, "width": 0.55,
              "hoverinfo": "skip",
              "marker": {"color": "@muted", "opacity": 0.45}}  # fmt: skip
    present = [name for name in colours if (bars[side] == name).any()]
    ends = [*low, *high, *bars["now"]] or [0, 1]
    return {
        "data": [range_, dots],
        "legend": [{"name": NINETY, "color": "@muted"},
                   *({"name": NOW_AS.fill(side=labels[one]), "color": colours[one],
                      "symbol": "circle"} for one in present)],
        "layout": {
            "height": EDGES + ROW * max(len(bars), 4),
            "xaxis": {"title": {"text": SHARE_OF.fill(measure=measure, base=base)}, "tickformat": ".1%",
                      "range": padded(min(ends), max(ends))},
            "yaxis": named_rows([word(one) for one in bars[key]], room=0.6),
        },
    }  # fmt: skip


def expected(bins: pd.DataFrame, rule: str, order: Column, labels: dict[str, Text]) -> dict:
    """How many stand on each side on average over the draws, by what orders them now."""
    present = {name: colour for name, colour in SIDES[rule].items() if bins[name].sum() > 0}
    width = float(bins[order.name].iloc[1] - bins[order.name].iloc[0])
    return {
        "data": [stacked(bins, order.name, present, width * 0.94, "%{x:,.3f}")],
        "legend": [{"name": labels[name], "color": colour} for name, colour in present.items()],
        "layout": {
            "bargap": 0, "yaxis": institution_counts(bins, present),
            "xaxis": {"title": {"text": NOW_AT.fill(label=order.label)},
                      "tickformat": ".1%" if order.name == "clearing_ratio" else ",~f"},
        },
    }  # fmt: skip


def spread(bins: pd.DataFrame, now: float, low: float, high: float, column: Column) -> dict:
    """How often a number of the city falls where, with what it is now and the 90% range."""
    edges = np.concatenate([bins["from"], bins["to"], [now, low, high]])
    shown, axis = (
        money(edges)
        if column.type is Type.MONEY
        else (edges, {"title": {"text": column.unit}, **whole_of(edges, column)})
    )
    left, right, (now, low, high) = shown[: len(bins)], shown[len(bins) : -3], shown[-3:]
    lines = [{"at": float(at), "colour": "@muted", "dash": "dashed", "label": label, "side": side}
             for at, label, side in ((low, "5%", "left"), (high, "95%", "right"))]  # fmt: skip
    middle = {"at": float(now), "colour": "@c5", "dash": "solid", "label": NOW, "side": "right"}
    title = WITH_UNIT.fill(label=column.label, unit=axis["title"]["text"])
    return {
        "data": [{"type": "bar", "x": (left + right) / 2, "y": bins["draws"].to_numpy(), "width": (right - left) * 0.96,
                  "marker": {"color": "@c1"}, "hovertemplate": "%{x:,.2f}: %{y}<extra></extra>"}],
        "legend": [],
        "lines": [*lines, middle],
        "layout": {"bargap": 0, "xaxis": {**axis, "title": {"text": title}},
                   "yaxis": counted(bins["draws"].to_numpy(), DRAWS)},
    }  # fmt: skip


def tornado(rows: pd.DataFrame, labels: list[Text], shown: list[tuple[Text, Text]], column: Column) -> dict:
    """What the outcome changes by when each parameter alone goes to its low and its high end, the largest swing on
    top."""
    changes = np.array([rows["change_low"], rows["change_high"]], dtype=float)
    count = whole_of(np.append(changes, 0), column)
    scaled, axis = changes, dict[str, Any](title={"text": column.unit}, tickformat=",~g", **count)
    if column.type is Type.MONEY:
        scaled, axis = money(changes)
    place, ends = np.arange(len(rows)), np.array(["@c2", "@c1"])
    outer = np.abs(scaled).argmax(axis=0)  # drawn first, so that a shorter bar on the same side lies over it
    apart = scaled[0] * scaled[1] < 0
    bars = []
    for at, named in ((outer, True), (1 - outer, False)):
        values = scaled[at, place]
        text = [shown[row][end] if values[row] and (named or apart[row]) else "" for row, end in enumerate(at.tolist())]
        bars.append({"type": "bar", "orientation": "h", "x": values, "y": place, "width": 0.6,
                     "marker": {"color": ends[at].tolist()},
                     "text": text, "textposition": "outside", "cliponaxis": False,
                     "hovertemplate": "%{x:,.2f}<extra></extra>"})  # fmt: skip
    least, most = min(scaled.min(initial=0), 0), max(scaled.max(initial=0), 0)
    room = 0.25 * (most - least) or 1.0
    title = Text("{label}的增减（{unit}）", "Change of {label} ({unit})").fill(
        label=column.label, unit=axis["title"]["text"]
    )
    return {
        "data": bars,
        "legend": [{"name": LOW, "color": ends[0]}, {"name": HIGH, "color": ends[1]}],
        "layout": {"barmode": "overlay", "height": EDGES + 30 * max(len(rows), 2),
                   "yaxis": named_rows(labels, room=0.6),
                   "xaxis": {**axis, "title": {"text": title}, "range": [least - room, most + room]}},
    }  # fmt: skip


def sobol(rows: pd.DataFrame, labels: list[Text]) -> dict:
    """First-order and total indices side by side with their intervals, the largest total on top."""
    place = np.arange(len(rows))
    bars = []
    for offset, (name, colour) in zip((-0.19, 0.19), SHARES.items(), strict=True):
        best = rows[name].to_numpy(dtype=float)
        spread_ = {"type": "data", "symmetric": False, "array": np.maximum(rows[f"{name}_high"] - best, 0).to_numpy(),
                   "arrayminus": np.maximum(best - rows[f"{name}_low"], 0).to_numpy(), "color": "@ink", "thickness": 1,
                   "width": 3}  # fmt: skip
        bars.append({"type": "bar", "orientation": "h", "x": best, "y": place + offset, "width": 0.34,
                     "marker": {"color": colour},
                     "error_x": spread_, "hovertemplate": "%{x:.3f}<extra></extra>"})  # fmt: skip
    least, most = min(rows["first_low"].min(), 0), max(rows["total_high"].max(), 0.1)
    return {
        "data": bars,
        "legend": [{"name": label, "color": colour} for label,
                   colour in zip((FIRST, TOTAL), SHARES.values(), strict=True)],
        "layout": {"barmode": "overlay", "height": EDGES + 40 * max(len(rows), 2),
                   "yaxis": named_rows(labels, room=0.6),
                   "xaxis": {"title": {"text": EXPLAINED}, "tickformat": ".0%",
                             "range": [float(least) * 1.05, float(most) * 1.05]}},
    }  # fmt: skip


def answers(
    shares: pd.DataFrame,
    rule: str,
    side: str,
    x: Column,
    y: str,
    labels: dict[str, Text],
    title: Text,
    reach: float | None = None,
) -> dict:
    """A mark a subject: ``x`` against the share ``y`` of its base; the reach as a line where it is given."""
    known = np.flatnonzero(
        np.isfinite(shares[x.name].to_numpy(dtype=float)) & np.isfinite(shares[y].to_numpy(dtype=float))
    )
    mine, colours = shares.iloc[known], SIDES[rule]
    across, up = (mine[name].to_numpy(dtype="float32") for name in (x.name, y))
    present = [name for name in colours if (mine[side] == name).any()]
    return {
        "data": [],
        "points": {
            "x": across, "y": up, "rows": known, "kind": codes(mine[side], colours),
            "names": [word(one) for one in mine.iloc[:, 0]],
            "tip": [{"decimals": 3}, {"decimals": 2, "percent": True}],
            "marks": [{"symbol": "circle", "color": colour} for colour in colours.values()],
        },
        "legend": [{"name": NOW_AS.fill(side=labels[one]), "color": colours[one],
                    "symbol": "circle"} for one in present],
        "lines": [] if reach is None else [{"at": reach, "colour": "@ink", "dash": "dashed", "label": REACH,
                                            "side": "left"}],
        "layout": {
            "xaxis": {"title": {"text": x.heading},
                      "range": padded(across.min(initial=0 if reach is not None else np.inf), across.max(initial=0.01))
                      if len(known) else [0, 1]},
            "yaxis": {"title": {"text": title}, "tickformat": "+.1%",
                      "range": padded(up.min(initial=0), up.max(initial=0))},
        },
    }  # fmt: skip


SHARES = {"first": "@c2", "total": "@c1"}
FIRST, TOTAL = (
    Text("一阶指数（单独影响）", "first order (alone)"),
    Text("总效应指数（含与其他参数的共同影响）", "total (with others)"),
)
EXPLAINED = Text("占结果方差的比例", "Share of the outcome's variance")
NINETY, NOW = Text("90% 范围", "90% range"), Text("当前", "now")
NOW_AS, NOW_AT = Text("当前为{side}", "now {side}"), Text("{label}（当前）", "{label} (now)")
LOW, HIGH = Text("取低端值", "at the low end"), Text("取高端值", "at the high end")
DRAWS, REACH = Text("抽样次数", "Draws"), Text("临近范围", "within reach")
