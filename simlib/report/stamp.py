"""What every figure and every page says of itself: year, basis, data, scenario, version."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from pathlib import Path

import pandas as pd

import simlib
from simlib.params import Params
from simlib.rules.cards import DOCUMENT_NAMES
from simlib.scenario import SAMPLE, Run
from simlib.tables.large import Large, engine
from simlib.words import Text, joined

# Where tables say when: the first of these columns that is there and filled.
DATES = (("cases", "discharge_date"), ("incidents", "date"), ("deadlines", "start"), ("history", "year"))
SHORT = 12  # places of a hash that people compare by eye


class Stamp:
    """The stamp of a run; what it takes from the data is looked up once."""

    def __init__(self, run: Run):
        self.run = run

    def line(self, basis: tuple[str, ...] = ()) -> Text:
        """Year, documents, data and scenario in one line; ``basis`` where the documents are not those of all rules."""
        keys = basis or documents_of(part.family.params for part in self.run.parts.values())
        documents, hash = joined((DOCUMENT_NAMES[key] for key in keys), en="; "), self.run.scenario.digest[:SHORT]
        return STAMP.fill(year=self.year, basis=documents, data=self.source, hash=hash, version=simlib.__version__)

    @property
    def source(self) -> Text:
        """The data by their name."""
        name = self.run.scenario.data
        return SAMPLE_CITY if name == SAMPLE else Text(Path(name).name, Path(name).name)

    @cached_property
    def year(self) -> Text:
        """The year or years of the data; where no table has a date, that of the calculation, and called so."""
        tables = self.run.inputs
        found = next((span for table, column in DATES if (span := _years(tables.get(table), column))), "")
        return OF_DATA.fill(years=found) if found else CALCULATED.fill(year=datetime.now().year)


def documents_of(families: Iterable[type[Params]]) -> tuple[str, ...]:
    """Keys of the documents that parameters cite, in the order in which the documents are declared."""
    cited = {
        clause.document for one in families for declared in one.declarations().values() for clause in declared.clauses
    }
    return tuple(key for key in DOCUMENT_NAMES if key in cited)


def _years(table: pd.DataFrame | Large | None, column: str) -> str:
    """The years that a column spans, such as ``2025`` or ``2024-2025``; empty where it is missing or blank."""
    if table is None or column not in table:
        return ""
    if isinstance(table, Large):
        with engine(len(table)) as backend:
            values = table.on(backend)[column]
            ends = backend.execute(values.as_table().aggregate(low=values.min(), high=values.max())).iloc[0].tolist()
    else:
        values = table[column].dropna()
        ends = [values.min(), values.max()] if len(values) else [None, None]
    if any(pd.isna(one) for one in ends):
        return ""
    low, high = (int(getattr(one, "year", one)) for one in ends)
    return f"{low}" if low == high else f"{low}–{high}"


STAMP = Text("{year} · 依据：{basis} · 数据：{data} · 方案校验码 {hash} · simlib {version}",
             "{year} · basis: {basis} · data: {data} · scenario {hash} · simlib {version}")  # fmt: skip
OF_DATA = Text("数据年份 {years}", "Data of {years}")
CALCULATED = Text("{year} 年计算（数据未写明年份）", "Calculated in {year} (the data name no year)")
SAMPLE_CITY = Text("样例城市（虚构）", "sample city (invented)")
