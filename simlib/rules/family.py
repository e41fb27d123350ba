"""The shape every rule family has, so that scenarios, studies and pages treat them alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic

import numpy as np

from simlib.columns import Column, Table
from simlib.params import Params
from simlib.problems import Problem
from simlib.rules.telling import Results as Results
from simlib.rules.telling import Telling
from simlib.rules.varying import P, R, Varying
from simlib.tables import Tables
from simlib.words import Text

SCORED = "scored"  # marks a table whose scores a card has made


def _no_more(ready: Any, params: Params, results: Results, subject: str | None) -> Results:
    return results


@dataclass(frozen=True)
class Family(Generic[P, R]):
    """One rule family: parameters in, tables in, tables out.

    ``lacking`` lists what the data would need for the rule to run with what is chosen in readings and settings
    (no number bears on it), ``inert`` the parameters that these data leave without effect, whatever the others are, and
    why; ``idle`` those that the results and the other parameters leave without. ``prepare``
    does once what depends on the tables alone, ``run`` takes that to the result tables declared in ``results``,
    and ``detail`` adds what only readers need, for all or for one subject, so that a moving slider need not wait
    for it. ``summarise`` gives the numbers of ``headlines``, ``share`` those of ``shares``: what a study may aim at
    besides, such as the share of institutions rewarded, and ``watched`` names those that it shows first; ``warnings``
    what a user must see besides, of the results, of the tables they came from and of the parameters. ``amount`` names
    the table and the column by which two runs are compared; ``explain`` tells one subject's amount in sentences with
    clauses.

    ``dear`` says that a run with these parameters takes longer than somebody should wait who did not ask for it.
    ``run_many`` takes many sets of numbers with the same readings at once: outcomes, and each subject's amount in fen,
    by row; OverflowError where it cannot, and they must be run one by one.

    A rule whose results are inputs of later ones says in ``feeds`` which those are with these tables; ``feed`` gives
    the tables as they see them. It runs before them wherever its ``sources`` are among the tables. ``fitting`` names
    settings under which the tables can be used where those of the parameters do not suit them. ``side`` names the
    column beside the amount that says on which side of the rule's lines a subject stands, such as its band; ``varying``
    says how the rule is calculated for many scores and costs of the same subjects at once. ``telling`` is what
    is said first. ``known`` are the subjects of which ``explain`` has something to say; ``explain_other`` tells in the
    same way what is no subject, such as a case, by its kind: nothing, or KeyError, where there is none of that number.
    """

    name: str
    label: Text
    params: type[P]
    results: tuple[Table, ...]
    headlines: tuple[Column, ...]
    amount: tuple[str, str]
    lacking: Callable[[Tables, P], list[Problem]]
    inert: Callable[[Tables, P], dict[str, Text]]
    prepare: Callable[[Tables], R]
    run: Callable[[R, P], Results]
    summarise: Callable[[Results], dict[str, int | float]]
    warnings: Callable[[Results, Tables, P], list[Text]]
    explain: Callable[[Results, P, str], list[Text]]
    telling: Telling
    idle: Callable[[Results, Tables, P], dict[str, Text]] = lambda results, tables, params: {}
    explain_other: dict[str, Callable[[Results, P, str], list[Text]]] = field(default_factory=dict)
    also_known: Callable[[Results], list[str]] = lambda results: []
    detail: Callable[[R, P, Results, str | None], Results] = _no_more
    sources: tuple[str, ...] = ()
    feeds: Callable[[Tables], tuple[str, ...]] = lambda tables: ()
    feed: Callable[[Tables, Results], Tables] = lambda tables, results: tables
    dear: Callable[[R, P], bool] = lambda ready, params: False
    run_many: Callable[[R, list[P]], tuple[dict[str, np.ndarray], np.ndarray]] | None = None
    shares: tuple[Column, ...] = ()
    share: Callable[[Results], dict[str, float]] = lambda results: {}
    watched: tuple[str, ...] = ()
    fitting: Callable[[Tables, P], dict[str, str]] = lambda tables, params: {}
    side: str = ""
    varying: Varying[P, R] | None = None

    @property
    def key(self) -> str:
        """The column that names the subjects whose amounts are compared."""
        return self.result(self.amount[0]).key

    def known(self, results: Results) -> list[str]:
        """The subjects that its results say something of."""
        return [*results[self.amount[0]][self.key].astype(str), *self.also_known(results)]

    @property
    def measure(self) -> Column:
        """The column by which two runs are compared."""
        return self.result(self.amount[0]).by_name[self.amount[1]]

    @property
    def sides(self) -> dict[str, Text]:
        """The sides a subject may stand on, in their order; none where the rule has no ``side``."""
        return self.result(self.amount[0]).by_name[self.side].options if self.side else {}

    @property
    def variation(self) -> Varying[P, R]:
        """How it is calculated for many scores and costs. TypeError where it is not."""
        if self.varying is None:
            raise TypeError(f"{self.name} is not calculated for many scores or costs")
        return self.varying

    def result(self, name: str) -> Table:
        return next(table for table in self.results if table.name == name)


AnyFamily = Family[Any, Any]  # where any of them may stand, with whatever parameters it has
