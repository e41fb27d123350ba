"""A figure of simlib.charts as plotly's own description, in one language: what a static page or a notebook draws.

Points become scatter traces, lines shapes with their labels, the legend traces without marks. Colours stay roles
(``@below``), for the page to fill in by its scheme, or are filled in here by ``coloured``.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from simlib.charts import word
from simlib.words import Text

# Above so many points WebGL marks. A browser gives a page 16 WebGL contexts and a plot takes three of them, so that a
# report of six such figures would lose the first; ordinary marks have no such limit and print sharp.
MOST_MARKS = 10_000
HEIGHT = 340  # pixels


def described(figure: dict, language: str) -> dict:
    """``data`` and ``layout`` for plotly, plain enough for JSON; what only a page knows (``notes``) is left out."""
    own = figure.get("layout", {})
    axes = {name: {**AXIS, **axis} for name, axis in own.items() if name.startswith(("xaxis", "yaxis"))}
    axes = {"xaxis": AXIS, "yaxis": AXIS, **axes}
    axes = {name: {"automargin": True, **axis} if name.startswith("yaxis") else axis for name, axis in axes.items()}
    entries = figure.get("legend", [])
    shapes, labels = _lines(figure.get("lines", []))
    margin = MARGIN if entries else {**MARGIN, "t": 28}
    layout = {**LAYOUT, "margin": margin, "showlegend": bool(entries), **own, **axes}
    layout["shapes"] = [*own.get("shapes", []), *shapes]
    layout["annotations"] = [*own.get("annotations", []), *labels]
    traces = [{"showlegend": False, **trace} for trace in figure["data"]]
    traces += _points(figure["points"]) if figure.get("points") else []
    traces += [_entry(**entry) for entry in entries]
    return plain({"data": traces, "layout": layout}, language)


def coloured(value, colours: dict[str, str]):
    """The same description with roles filled in: ``@below`` by ``colours["below"]``."""
    if isinstance(value, str):
        return colours.get(value[1:], value) if value.startswith("@") else value
    if isinstance(value, dict):
        return {key: coloured(one, colours) for key, one in value.items()}
    return [coloured(one, colours) for one in value] if isinstance(value, list) else value


def plain(value, language: str):
    """Anything in a figure as JSON has it: Texts in one language, arrays as lists, what is no number as nothing."""
    if isinstance(value, Text):
        return value.to(language)
    if isinstance(value, dict):
        return {key: plain(one, language) for key, one in value.items()}
    if isinstance(value, np.ndarray):
        if value.dtype == np.float32:  # its shortest decimals
            value = np.array([float(str(one)) for one in value.ravel()]).reshape(value.shape)
        return plain(value.tolist(), language)
    if isinstance(value, list | tuple):
        return [plain(one, language) for one in value]
    if isinstance(value, np.generic):
        return plain(value.item(), language)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    return value


def _points(points: dict) -> list[dict]:
    """One trace a kind of mark, and a ring around the picked point."""
    x, y, kind = (np.asarray(points[name]) for name in ("x", "y", "kind"))
    tip = _tip(points["tip"])
    names = points.get("names")
    of = "scattergl" if len(x) > MOST_MARKS else "scatter"
    traces = []
    for number, mark in enumerate(points["marks"]):
        mine = kind == number
        if mine.any():
            marker = {"symbol": mark["symbol"], "color": mark["color"], "size": 7, "opacity": 0.8}
            trace = {"type": of, "mode": "markers", "x": x[mine], "y": y[mine], "marker": marker, "showlegend": False}
            named = {} if names is None else {"text": [word(names[one]) for one in np.flatnonzero(mine)]}
            traces.append({**trace, **named, "hovertemplate": ("%{text} · " if named else "") + tip})
    picked = points.get("picked")
    at = [] if picked is None else np.flatnonzero(np.asarray(points["rows"]) == picked).tolist()
    ring = {"symbol": "circle-open", "color": "@ink", "size": 16, "line": {"width": 2}}
    return traces + [
        {"type": of, "mode": "markers", "x": [x[one]], "y": [y[one]], "marker": ring, "showlegend": False,
         "hoverinfo": "skip"}
        for one in at
    ]  # fmt: skip


def _tip(formats: Sequence[dict]) -> str:
    across, up = (f".{one['decimals']}{'%' if one.get('percent') else 'f'}" for one in formats)
    return f"%{{x:{across}}} → %{{y:{up}}}<extra></extra>"


def _lines(lines: Sequence[dict]) -> tuple[list[dict], list[dict]]:
    """Lines over the whole height as shapes, and their labels beside their upper ends."""
    shapes, labels = [], []
    for one in lines:
        dash = {"dotted": "dot", "dashed": "dash"}.get(one["dash"], one["dash"])
        drawn = {"color": one["colour"], "width": 2 if one.get("label") else 1, "dash": dash}
        shapes.append(
            {"type": "line", "x0": one["at"], "x1": one["at"], "yref": "paper", "y0": 0, "y1": 1, "line": drawn}
        )
        if one.get("label"):
            left = one.get("side") == "left"
            labels.append({
                "x": one["at"], "y": 1, "yref": "paper", "text": one["label"], "showarrow": False, "yanchor": "bottom",
                "xshift": -3 if left else 3,
                "xanchor": "right" if left else "left", "font": {"size": 12},
            })  # fmt: skip
    return shapes, labels


def _entry(name, color: str, symbol: str = "square") -> dict:
    """A line of the legend: a trace that draws nothing."""
    trace = {"type": "scatter", "x": [None], "y": [None], "name": name, "hoverinfo": "skip", "showlegend": True}
    if symbol == "line":
        return {**trace, "mode": "lines", "line": {"color": color, "width": 2}}
    return {**trace, "mode": "markers", "marker": {"color": color, "symbol": symbol, "size": 10}}


AXIS = {
    "gridcolor": "@grid", "linecolor": "@grid", "zerolinecolor": "@muted", "fixedrange": True, "nticks": 7,
}  # fmt: skip
MARGIN = {"l": 64, "r": 20, "t": 56, "b": 48}
LAYOUT = {
    "height": HEIGHT, "margin": MARGIN, "paper_bgcolor": "rgba(0,0,0,0)",
    "plot_bgcolor": "rgba(0,0,0,0)", "font": {"size": 12, "color": "@ink"}, "hovermode": "closest", "dragmode": False,
    "legend": {"orientation": "h", "x": 1, "xanchor": "right", "yref": "container", "y": 1, "yanchor": "top",
               "itemclick": False, "itemdoubleclick": False},
}  # fmt: skip
