"""The shape every rule family has, so that scenarios, studies and pages treat them alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from simlib.columns import Column, Table
from simlib.params import Params
from simlib.problems import Problem
from simlib.words import Text

Tables = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Family:
    """One rule family: parameters in, tables in, tables out.

    ``lacking`` lists what the data would need for the rule to run, ``inert`` the parameters that these
    data leave without effect, and why. ``run`` gives the result tables declared in ``results``,
    ``summarise`` the numbers of ``headlines``, ``warnings`` what a user must see besides. ``amount``
    names the table and the money column by which two runs are compared; ``explain`` tells one
    subject's amount in sentences with clauses.
    """

    name: str
    label: Text
    params: type[Params]
    results: tuple[Table, ...]
    headlines: tuple[Column, ...]
    amount: tuple[str, str]
    lacking: Callable[[Tables, Params], list[Problem]]
    inert: Callable[[Tables], dict[str, Text]]
    run: Callable[[Tables, Params], Tables]
    summarise: Callable[[Tables], dict[str, int | float]]
    warnings: Callable[[Tables], list[Text]]
    explain: Callable[[Tables, Params, str], list[Text]]

    @property
    def key(self) -> str:
        """The column that names the subjects whose amounts are compared."""
        return self.result(self.amount[0]).key

    def result(self, name: str) -> Table:
        return next(table for table in self.results if table.name == name)
