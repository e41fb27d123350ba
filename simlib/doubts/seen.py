"""The tables as the doubts see them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from simlib.doubts.stays import Stays
from simlib.tables import Tables, small


@dataclass
class Seen:
    """The tables as the doubts see them; what several of them ask of the cases is asked once."""

    tables: Tables
    kept: dict[str, Any] = field(default_factory=dict)

    def small(self, name: str) -> pd.DataFrame:
        return small(self.tables, name)

    def has(self, name: str, *columns: str) -> bool:
        return name in self.tables and all(column in self.tables[name] for column in columns)

    @cached_property
    def stays(self) -> Stays:
        return Stays.of(self.tables["cases"])
