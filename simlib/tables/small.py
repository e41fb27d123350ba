"""What a rule is handed: small tables as DataFrames, one of tens of millions of rows as a Large that stays in its
file."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from simlib.tables.large import Large

Tables = Mapping[str, pd.DataFrame | Large]


def small(tables: Tables, name: str) -> pd.DataFrame:
    """One of the tables as a DataFrame, which every table is that is not declared ``large``. TypeError for a Large."""
    table = tables[name]
    if isinstance(table, Large):
        raise TypeError(f"{name} stays in its file: ask it through an engine")
    return table
