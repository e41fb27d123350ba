"""Figures as plain plotly descriptions: what the tables say, drawn; nothing is computed here.

A colour such as ``@below`` is a role: the page or the report puts in the colour of its theme.
Arrays stay numpy, so that a page can send them as bytes. ``points`` (thousands of marks, each with the row that a click
picks) and ``lines`` (such as thresholds) stand beside plotly's own description: the page draws them over the plot,
which costs a move far less than plotly's own; a report may turn them into those.
"""

from __future__ import annotations

import html
from collections.abc import Iterable

import numpy as np
import pandas as pd

from simlib.columns import YUAN, Column, Type
from simlib.words import Text

COLOURS = 8  # roles @c1 to @c8
FEW = 7  # so many ticks an axis may have: below that plotly would put some between whole numbers


def codes(values: Iterable, names: Iterable[str]) -> np.ndarray:
    """Each value as its place in ``names``, for marks and tables that travel as small integers."""
    values = np.asarray(values)
    return sum(number * (values == name) for number, name in enumerate(names)).astype("int8")


def word(text: str | Text) -> str | Text:
    """A name of the data as plotly writes it: what looks like a tag there stays as it is."""
    return text if isinstance(text, Text) else html.escape(text, quote=False)


def padded(low: float, high: float) -> list[float]:
    pad = 0.05 * (high - low) or 0.05
    return [float(low) - pad, float(high) + pad]


def line(params, name: str, colour: str, side: str) -> list[dict]:
    """A parameter as a marked line, and the document's, dotted, where it was moved."""
    at, declared = getattr(params, name), params.declarations()[name]
    document, shown = declared.default, declared.unit.show(at) if declared.unit.sign else f"{at}"
    moved = [{"at": float(document), "colour": "@muted", "dash": "dotted"}] if at != document else []
    return [*moved, {"at": float(at), "colour": colour, "dash": "solid", "label": shown, "side": side}]


def whole(span: float) -> dict:
    """Ticks at whole numbers only, of an axis of counts so long: there is no half hospital."""
    return {"dtick": 1} if span < FEW else {}


def whole_of(values: np.ndarray, column: Column) -> dict:
    """The same of a column's values, where it counts."""
    known = values[np.isfinite(values)]
    return whole(float(np.ptp(known))) if column.type is Type.INTEGER and len(known) else {}


def ends(bins: pd.DataFrame, at: str, decimals: int, unit: str = "") -> list[Text]:
    """That the outermost bars of ``bins`` hold what lies beyond them, where they begin."""
    middle = bins[at].to_numpy()
    half = (middle[1] - middle[0]) / 2
    low, high = (f"{one:.{decimals}{unit or 'f'}}" for one in (middle[0] + half, middle[-1] - half))
    return [BEYOND.fill(low=low, high=high)]


def counted(counts: np.ndarray, title: Text) -> dict:
    """An axis from 0 of what is counted, one number a bar."""
    return {"title": {"text": title}, "rangemode": "tozero", **whole(float(counts.max(initial=0)))}


def institution_counts(bins: pd.DataFrame, colours: Iterable[str]) -> dict:
    """The axis of bars that ``stacked`` draws of institutions."""
    return counted(bins[list(colours)].to_numpy().sum(axis=1), INSTITUTIONS)


def stacked(bins: pd.DataFrame, at: str, colours: dict[str, str], width: float, tip: str) -> dict:
    """Bars over ``at``, stacked by the columns that ``colours`` names."""
    counts = bins[list(colours)].to_numpy()
    bin_, kind = counts.nonzero()
    roles = list(colours.values())
    # One trace of stacked pieces instead of a trace a kind: plotly's work grows with traces.
    return {
        "type": "bar", "x": bins[at].to_numpy()[bin_], "y": counts[bin_, kind],
        "base": (counts.cumsum(axis=1) - counts)[bin_, kind], "width": width,
        "marker": {"color": [roles[one] for one in kind]}, "hovertemplate": f"{tip}: %{{y}}<extra></extra>",
    }  # fmt: skip


def by_year(
    now: pd.DataFrame, document: pd.DataFrame, bars: dict[str, tuple[str, Text]], kept: str, label: Text
) -> dict:
    """Amounts side by side, year by year; the document's values of one of them, ``kept``, as a line through its bars.

    ``bars``: column: its colour and its label.
    """
    year = now["year"].to_numpy()
    amounts, axis = money(np.stack([*(now[name].to_numpy() for name in bars), document[kept].to_numpy()]))
    apart = 0.81 / len(bars)
    offset = {name: (at - (len(bars) - 1) / 2) * apart for at, name in enumerate(bars)}
    drawn = [
        {"type": "bar", "x": year + offset[name], "y": amounts[at], "width": apart * 25 / 27,
         "marker": {"color": colour},
         "hovertemplate": "%{y:,.2f}<extra></extra>"}
        for at, (name, (colour, _)) in enumerate(bars.items())
    ]  # fmt: skip
    drawn.append({"type": "scatter", "mode": "lines+markers", "x": year + offset[kept], "y": amounts[-1],
                  "hoverinfo": "skip",
                  "line": {"color": "@muted", "dash": "dot", "width": 1.5}})  # fmt: skip
    return {
        "data": drawn,
        "legend": [
            *({"name": name, "color": colour} for colour, name in bars.values()),
            {"name": label, "color": "@muted", "symbol": "line"},
        ],
        "layout": {
            "barmode": "overlay",
            "xaxis": {
                "title": {"text": Text("第几年", "Year")},
                "tickvals": year,
                "ticktext": [str(one) for one in year.tolist()],
            },
            "yaxis": axis,
        },
    }


def named_rows(labels: list, room: float = 0.5) -> dict:
    """An axis of names, the first on top, every one shown, with so much of a row's height beyond the first and the
    last."""
    return {
        "tickvals": np.arange(len(labels)),
        "ticktext": labels,
        "range": [len(labels) - (1 - room), -room],
        "showgrid": False,
        "zeroline": False,
    }


SCALES = (
    (10**8, Text("亿元", "hundred million yuan")),
    (10**4, Text("万元", "10,000 yuan")),
    (1, YUAN),
)


def money(values: np.ndarray) -> tuple[np.ndarray, dict]:
    """Amounts in the largest unit that their greatest fills, and the axis that names it."""
    most = np.abs(values).max(initial=0)
    size, unit = next((one for one in SCALES if most >= one[0]), SCALES[-1])
    return values / size, {"title": {"text": unit}, "tickformat": ",~f"}


BEYOND = Text("最左一柱为 ≤ {low} 的全部机构，最右一柱为 ≥ {high} 的全部机构。",
              "The leftmost bar holds all at ≤ {low}, the rightmost all at ≥ {high}.")  # fmt: skip
INSTITUTIONS = Text("机构数（家）", "Institutions")
LESS, MORE = Text("减少", "less"), Text("增加", "more")
