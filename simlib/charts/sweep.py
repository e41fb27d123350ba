"""Figures of sweeps: an outcome over one parameter, over two, or over many cases."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from simlib.charts import money, whole_of
from simlib.columns import SHARE, Column, Type
from simlib.params import Declaration
from simlib.words import Text

SCALE = [[0, "#f3e9d2"], [0.35, "#f0b67f"], [0.7, "#c2500a"], [1, "#5c1f00"]]  # light to dark: prints in grey as well


def curve(values: Iterable, outcome: np.ndarray, declared: Declaration, column: Column, present) -> dict:
    """The outcome over one parameter; a dotted line where the scenario stands."""
    shown, axis = _measured(outcome, column)
    trace = {"type": "scatter", "mode": "lines+markers", "x": _places(values, declared), "y": shown,
             "line": {"color": "@c1"},
             "marker": {"size": 5}, "hovertemplate": f"%{{x}} → %{{y:{_format(column)}}}<extra></extra>"}  # fmt: skip
    lines = [] if declared.options else [{"at": float(present), "colour": "@muted", "dash": "dotted", "label": PRESENT,
                                          "side": "right"}]  # fmt: skip
    return {"data": [trace], "lines": lines, "layout": {"xaxis": _axis(declared), "yaxis": axis}}


def heat(
    across: Iterable, up: Iterable, outcome: np.ndarray, declared: tuple[Declaration, Declaration], column: Column,
    present: tuple
) -> dict:  # fmt: skip
    """The outcome over two parameters, one row of ``outcome`` a value of the second; a ring where the scenario
    stands."""
    shown, axis = _measured(outcome, column)
    trace = {"type": "heatmap", "x": _places(across, declared[0]), "y": _places(up, declared[1]), "z": shown,
             "colorscale": SCALE, "reversescale": bool(np.nanmax(shown, initial=-np.inf) <= 0),
             "colorbar": {"title": axis["title"] if column.unit is not SHARE else {}, "thickness": 14,
                          **{name: axis[name] for name in ("tickformat", "dtick") if name in axis}},
             "hoverongaps": False,
             "hovertemplate": f"%{{x}}, %{{y}} → %{{z:{_format(column)}}}<extra></extra>"}  # fmt: skip
    at = [_places([value], one)[0] for value, one in zip(present, declared, strict=True)]
    ring = {"type": "scatter", "mode": "markers", "x": at[:1], "y": at[1:], "hoverinfo": "skip",
            "marker": {"symbol": "circle-open", "size": 14, "color": "@ink", "line": {"width": 3}}}  # fmt: skip
    legend = [{"name": PRESENT, "color": "@ink", "symbol": "circle-open"}]
    layout = {"xaxis": _axis(declared[0]), "yaxis": _axis(declared[1])}
    return {"data": [trace, ring], "legend": legend, "layout": layout}


def cloud(values: Iterable, outcome: np.ndarray, declared: Declaration, column: Column) -> dict:
    """Every case by one of its parameters: what the others leave of its effect."""
    shown, axis = _measured(outcome, column)
    trace = {"type": "scatter", "mode": "markers", "x": _places(values, declared), "y": shown,
             "marker": {"color": "@c1", "size": 4, "opacity": 0.4},
             "hovertemplate": f"%{{x}} → %{{y:{_format(column)}}}<extra></extra>"}  # fmt: skip
    return {"data": [trace], "layout": {"xaxis": _axis(declared), "yaxis": axis}}


def _measured(outcome: np.ndarray, column: Column) -> tuple[np.ndarray, dict]:
    """The outcome as it is drawn, and its axis."""
    outcome = np.asarray(outcome, dtype=float)
    if column.type is Type.MONEY:
        shown, axis = money(np.nan_to_num(outcome))
        return np.where(np.isnan(outcome), np.nan, shown), axis
    form = {"tickformat": "~%"} if column.unit is SHARE else whole_of(outcome, column)
    return outcome, {"title": {"text": column.label}, **form}


def _format(column: Column) -> str:
    if column.type is Type.INTEGER:
        return ",d"
    return ",.4~f" if column.type is Type.MONEY else ".4~f"


def _axis(declared: Declaration) -> dict:
    if declared.options:
        return {"title": {"text": declared.label}, "type": "category"}
    return {"title": {"text": declared.label}, **({"tickformat": "~%"} if declared.unit.sign else {})}


def _places(values: Iterable, declared: Declaration) -> list:
    """Numbers as they are, options by their labels."""
    if not declared.options:
        return [float(value) for value in values]
    return [declared.option(value).label for value in values]


PRESENT = Text("本方案", "this scenario")
