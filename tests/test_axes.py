"""Axes: amounts in the units in which a bureau speaks, counts at whole numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simlib import charts
from simlib.charts import scorecard, sweep
from simlib.columns import Column, Type
from simlib.rules.deposit.params import DepositParams
from simlib.words import Text


@pytest.mark.parametrize(
    ("most", "unit", "drawn"),
    [(9_999.99, "元", 9_999.99), (10_000, "万元", 1), (-99_999_999, "万元", -9999.9999), (100_000_000, "亿元", 1)],
)
def test_amounts_are_in_yuan_ten_thousands_or_hundred_millions(most, unit, drawn):
    values, axis = charts.money(np.array([0, most]))
    assert axis["title"]["text"].zh == unit
    assert values[1] == pytest.approx(drawn)


@pytest.mark.parametrize(("most", "ticks"), [(1, 1), (6, 1), (7, None), (80, None)])
def test_no_tick_stands_at_half_an_institution(most, ticks):
    bins = pd.DataFrame({"score": [80.0, 90.0], "3": [most - 1, 0], "2": [1, 0]})
    assert scorecard.scores(bins, {})["layout"]["yaxis"].get("dtick") == ticks


def test_no_rank_is_a_half():
    places = np.array([1, 2, 3])
    layout = scorecard.ranks(places, places[::-1], None)["layout"]
    assert (layout["xaxis"]["dtick"], layout["yaxis"]["dtick"]) == (1, 1)


@pytest.mark.parametrize(("type_", "ticks"), [(Type.INTEGER, 1), (Type.NUMBER, None)])
def test_a_sweep_of_few_institutions_has_whole_ticks(type_, ticks):
    declared = DepositParams.declarations()["upper"]
    column = Column("gainers", type_, Text("家数", "Count"))
    drawn = sweep.curve([1, 1.1], np.array([101, np.nan]), declared, column, 1)
    assert drawn["layout"]["yaxis"].get("dtick") == ticks
