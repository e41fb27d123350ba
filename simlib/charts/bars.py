"""Bars that lie: what each kind gives up and gets, back to back; and shares, each with the document's own as a mark."""

from __future__ import annotations

import numpy as np

from simlib.charts import money, named_rows, word
from simlib.words import Text

ROW, EDGES = 30, 110  # pixels
KIND = Text("{label}（{count}）", "{label} ({count})")


def back_to_back(lines: list[dict], headings: list[Text], money_moves: bool = True) -> dict:
    """Amounts ``out`` to the left and ``in`` to the right of each ``label``; ``headings`` are those of label, count,
    out and in."""
    sums = np.array([[-line["out"], line["in"]] for line in lines], dtype=float).reshape(-1, 2)
    (out, into), axis = money(sums.T) if money_moves else (sums.T, {"tickformat": ",~g"})
    labels = [KIND.fill(label=word(line["label"]), count=f"{line['count']:,}") for line in lines]
    sides = ((out, "@below"), (into, "@above"))
    return {
        "data": [{**_bar(scaled, colour), "text": [f"{abs(one):,.2f}" for one in side]}
                 for (scaled, colour), side in zip(sides, sums.T, strict=True)],
        "legend": [{"name": headings[2], "color": "@below"}, {"name": headings[3], "color": "@above"}],
        "layout": {"barmode": "overlay", "bargap": 0.35,
                   "xaxis": {**axis, "range": _room(min(out.min(initial=0), 0), max(into.max(initial=0), 0))},
                   "yaxis": named_rows(labels), "height": EDGES + ROW * len(lines)},
    }  # fmt: skip


def shares(lines: list[dict]) -> dict:
    """A ``share`` of each ``label`` with its ``text``; the ``document``'s as a mark across it."""
    share, document = (np.array([line[name] for line in lines], dtype=float) for name in ("share", "document"))
    marks = {"symbol": "line-ns", "size": 14, "line": {"width": 2, "color": "@ink"}}
    most = max(share.max(initial=0), document.max(initial=0))
    return {
        "data": [
            {**_bar(share, "@below"), "text": [line["text"] for line in lines]},
            {"type": "scatter", "mode": "markers", "x": document, "y": np.arange(len(lines)), "marker": marks,
             "hoverinfo": "skip"},
        ],
        "layout": {"bargap": 0.45, "xaxis": {"tickformat": ".0%", "range": _room(0, most, 0.6)},
                   "yaxis": named_rows([word(line["label"]) for line in lines]), "height": EDGES + ROW * len(lines)},
    }  # fmt: skip


def _bar(lengths: np.ndarray, colour: str) -> dict:
    return {"type": "bar", "orientation": "h", "x": lengths, "y": np.arange(len(lengths)), "marker": {"color": colour},
            "textposition": "outside", "cliponaxis": False, "hoverinfo": "skip"}  # fmt: skip


def _room(low: float, high: float, part: float = 0.45) -> list[float]:
    """The range of the bars, with room for the texts beyond their ends, a part of it."""
    room = part * (high - low) or 1.0
    return [float(low - room) if low < 0 else 0.0, float(high + room)]
