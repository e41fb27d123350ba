"""Figures of compared scenarios."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simlib.charts import money, word
from simlib.columns import Column, Type
from simlib.words import Text

APART = 0.8  # of the room between two kinds, what their bars fill


def colour(n: int, baseline: int) -> str:
    """The colour of scenario ``n`` in every figure: the baseline's is grey, the others' go with their number."""
    return "@muted" if n == baseline else f"@c{n + 1}"


def kinds(
    sums: pd.DataFrame, of: str, labels: list[Text | str], titles: dict[int, Text], baseline: int, measure: Column
) -> dict:
    """Bars side by side for each kind, one a scenario: columns ``amount_N`` or ``difference_N`` of ``sums``.

    ``labels`` name the rows (a plain one is a name of the data) of ``sums``, ``titles`` the scenarios that are drawn,
    by number from 0.
    """
    values = np.array([sums[f"{of}_{n + 1}"].to_numpy(dtype=float) for n in titles]).reshape(len(titles), len(sums))
    shown, axis = (
        money(values)
        if measure.type is Type.MONEY
        else (values, {"title": {"text": measure.unit}, "tickformat": ",~g"})
    )
    width = APART / max(len(titles), 1)
    bars = [
        {"type": "bar", "x": np.arange(len(sums)) + (at - (len(titles) - 1) / 2) * width, "y": shown[at],
         "width": 0.9 * width,
         "marker": {"color": colour(n, baseline)}, "hovertemplate": "%{y:,.2f}<extra></extra>"}
        for at, n in enumerate(titles)
    ]  # fmt: skip
    return {
        "data": bars,
        "legend": [{"name": title, "color": colour(n, baseline)} for n, title in titles.items()],
        "layout": {
            "barmode": "overlay",
            "xaxis": {
                "tickvals": np.arange(len(sums)),
                "ticktext": [word(label) for label in labels],
                "range": [-0.5, len(sums) - 0.5],
                "showgrid": False,
                "zeroline": False,
            },
            "yaxis": axis,
        },
    }
