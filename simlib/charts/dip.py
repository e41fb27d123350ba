"""Figures of the DIP dashboard."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simlib.charts import LESS, MORE, by_year, codes, counted, institution_counts, line, money, padded, stacked
from simlib.params import Params
from simlib.rules.dip.params import DipParams
from simlib.rules.dip.settlement import Turns
from simlib.units import figure
from simlib.words import Text

OUTCOMES = {"capped": "@c1", "full": "@c6", "shared": "@c2", "beyond": "@c5", "nothing": "@c8", "mixed": "@c4"}
MARKS = {"capped": "triangle-up", "full": "triangle-up", "shared": "circle", "beyond": "triangle-down",
         "nothing": "triangle-down", "mixed": "circle"}  # fmt: skip
LEVELS = {"3": "@c1", "2": "@c2", "1": "@c3"}
CAP = Text("封顶点 1/{cap}", "cap from 1/{cap}")
RATIO = {"title": {"text": Text("清算比例（记账 ÷ 应偿付）", "Clearing ratio (billed / payable)")}, "tickformat": ".0%"}


def waterfall(steps: pd.DataFrame, labels: dict[str, Text]) -> dict:
    """Bars from income to settlement, each step hanging where the one before ended; amounts in the unit that fits."""
    total = steps["total"].to_numpy()
    (level, amount), axis = money(steps[["level", "amount"]].to_numpy().T)
    colours = np.where(total, "@c1", np.where(amount < 0, "@c5", "@c3")).tolist()
    bars = {
        "type": "bar", "x": np.arange(len(steps)), "y": np.where(total, level, np.abs(amount)),
        "base": np.where(total, 0.0, np.minimum(level, level - amount)), "marker": {"color": colours},
        "text": [figure(one) for one in amount], "textposition": "outside", "cliponaxis": False,
        "hovertemplate": "%{text}<extra></extra>",
    }  # fmt: skip
    names = {
        "tickvals": np.arange(len(steps)),
        "ticktext": [labels[name] for name in steps["step"]],
        "tickangle": 0,
        "showgrid": False,
        "zeroline": False,
    }
    return {
        "data": [bars],
        "legend": [
            {"name": Text("合计", "total"), "color": "@c1"},
            {"name": LESS, "color": "@c5"},
            {"name": MORE, "color": "@c3"},
        ],
        "layout": {"bargap": 0.25, "xaxis": names, "yaxis": axis},
    }


def distribution(bins: pd.DataFrame, params: DipParams, turns: Turns, labels: dict[str, Text]) -> dict:
    """Bars of institutions by clearing ratio, stacked by outcome, with the edges of the corridor."""
    shown = {name: colour for name, colour in OUTCOMES.items() if bins[name].any()}
    return {
        "data": [
            stacked(bins, "ratio", shown, float(bins["ratio"].iloc[1] - bins["ratio"].iloc[0]) * 0.96, "%{x:.1%}")
        ],
        "legend": [{"name": labels[name], "color": colour} for name, colour in shown.items()],
        "lines": corridor_lines(params, turns),
        "layout": {"bargap": 0, "xaxis": RATIO, "yaxis": institution_counts(bins, shown)},
    }


def corridor_lines(params: DipParams, turns: Turns) -> list[dict]:
    """Where the retention cap begins to bind, where billing meets the payable, and where sharing ends."""
    cap, colours = CAP.fill(cap=params.retention_cap), {"colour": "@c1", "dash": "solid"}
    start = {"at": float(turns.cap), **colours, "label": cap, "side": "left"}
    even = {"at": float(turns.even), "colour": "@muted", "dash": "dashed"}
    *document, limit = line(params, "share_limit", "@c5", "right")
    return [start, even, *document, {**limit, "at": float(turns.limit)}]


def corridor(
    institutions: pd.DataFrame,
    rules: dict[str, pd.Series],
    params: DipParams,
    turns: Turns,
    labels: dict[str, Text],
    outcomes: dict[str, Text],
    picked: int | None,
) -> dict:
    """Settlement over billing against the clearing ratio: every institution, and the rule's line of each level."""
    ratio = institutions["clearing_ratio"].to_numpy(dtype="float64")
    billed = institutions["billed"].to_numpy()
    known = np.flatnonzero(np.isfinite(ratio) & (billed > 0))
    share = institutions["settlement"].to_numpy()[known] / billed[known]
    left, right = min(ratio[known].min(initial=0.9), 0.85), min(max(ratio[known].max(initial=1.2), 1.25), 2.5)
    lines = [
        {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "line": {"color": LEVELS[level], "width": 1.5},
         "x": rule.index.to_numpy(), "y": rule.to_numpy()}
        for level, rule in rules.items()
    ]  # fmt: skip
    outcome = institutions["outcome"].to_numpy()[known]
    return {
        "data": lines,
        "points": {
            "x": ratio[known].astype("float32"), "y": share.astype("float32"), "rows": known, "picked": picked,
            "kind": codes(outcome, OUTCOMES),
            "tip": [{"decimals": 2, "percent": True}, {"decimals": 2, "percent": True}],
            "marks": [{"symbol": MARKS[name], "color": colour, "name": outcomes[name]}
                      for name, colour in OUTCOMES.items()],
        },
        "legend": [{"name": labels[level], "color": colour, "symbol": "line"} for level, colour in LEVELS.items()],
        "lines": corridor_lines(params, turns),
        "layout": {
            "xaxis": {**RATIO, "range": padded(left, right)},
            "yaxis": {"title": {"text": Text("决算 ÷ 记账", "Settlement / billed")}, "tickformat": ".0%",
                      "range": padded(min(share.min(initial=0.9), 0.85), max(share.max(initial=1.05), 1.1))},
        },
    }  # fmt: skip


def mix(institutions: pd.DataFrame, level: pd.Series, labels: dict[str, Text], picked: int | None) -> dict:
    """Each institution's case-mix against what it gains or loses of its billing."""
    cmi, billed = institutions["cmi"].to_numpy(), institutions["billed"].to_numpy()
    known = np.flatnonzero(np.isfinite(cmi) & (billed > 0))
    gain = institutions["settlement"].to_numpy()[known] / billed[known] - 1
    zero = {"type": "scatter", "mode": "lines", "hoverinfo": "skip",
            "line": {"color": "@muted", "width": 1, "dash": "dot"},
            "x": [0, max(cmi[known].max(initial=1), 1)], "y": [0, 0]}  # fmt: skip
    return {
        "data": [zero],
        "points": {
            "x": cmi[known].astype("float32"), "y": gain.astype("float32"), "rows": known, "picked": picked,
            "kind": codes(level.to_numpy()[known], LEVELS), "tip": [{"decimals": 3}, {"decimals": 2, "percent": True}],
            "marks": [{"symbol": "circle", "color": colour} for colour in LEVELS.values()],
        },
        "legend": [{"name": labels[name], "color": colour, "symbol": "circle"} for name, colour in LEVELS.items()],
        "layout": {
            "xaxis": {"title": {"text": Text("病例组合指数（CMI）", "Case-mix index (CMI)")},
                      "range": padded(0, cmi[known].max(initial=1))},
            "yaxis": {"title": {"text": Text("决算较记账增减", "Settlement against billed")}, "tickformat": "+.0%",
                      "range": padded(gain.min(initial=-0.1), gain.max(initial=0.05))},
        },
    }  # fmt: skip


def deviations(bins: pd.DataFrame, params: Params, low: list[dict]) -> dict:
    """Cases by deviation ratio, with both limits."""
    middle = (bins["from"] + bins["to"]).to_numpy() / 2
    bars = {"type": "bar", "x": middle, "y": bins["cases"].to_numpy(),
            "width": float(bins["to"].iloc[0] - bins["from"].iloc[0]) * 0.96,
            "marker": {"color": "@within"}, "hovertemplate": "%{x:.3f}: %{y}<extra></extra>"}  # fmt: skip
    return {
        "data": [bars],
        "legend": [],
        "lines": low + line(params, "deviation_high", "@above", "right"),
        "layout": {
            "bargap": 0,
            "xaxis": {
                "title": {
                    "text": Text(
                        "费用偏差率（费用 ÷ 上年度同级均值）", "Deviation ratio (cost / last year's mean of the level)"
                    )
                }
            },
            "yaxis": counted(bins["cases"].to_numpy(), Text("病例数（例）", "Cases")),
        },
    }


ROLLOVER = {
    "supply": ("@c1", Text("可用调节金", "fund available")), "demand": ("@c2", Text("应分担", "shares due")),
    "left": ("@c3", Text("年末结余", "left at the end")),
}  # fmt: skip
LEFT = Text("按文件规定值的结余", "left, document")


def rollover(years: pd.DataFrame, document: pd.DataFrame) -> dict:
    """Supply, demand and what is left of the regulation fund, year by year; the document's remainder as a line."""
    return by_year(years, document, ROLLOVER, "left", LEFT)
