"""What a page shows at one moment, and the panels that draw it; neither knows a rule or a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from time import monotonic
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

import pandas as pd

from simlib import scenario
from simlib.comparison import movement
from simlib.params import Params
from simlib.rules.family import AnyFamily, Family, Results
from simlib.rules.varying import P
from simlib.tables import Tables
from simlib.words import NO_TEXT, Text, joined

Made = TypeVar("Made")


class Gradual(Generic[Made]):
    """What is worked out bit by bit, while nobody waits: ``done`` of ``total`` by now. ``restore`` puts back what
    working it out displaced."""

    def __init__(self, made: Iterator[Made], total: int, restore: Callable[[], object] = lambda: None):
        self.made, self.total, self.restore = made, total, restore
        self.done: list[Made] = []

    @property
    def whole(self) -> bool:
        return len(self.done) == self.total

    def go_on(self, seconds: float) -> None:
        """At least one more, and others as long as time is left."""
        end = monotonic() + seconds
        while not self.whole:
            self.done.append(next(self.made))
            if monotonic() > end:
                break
        self.restore()


@dataclass(frozen=True)
class Moment(Generic[P]):
    """Everything a panel may draw from: the run under the visitor's values, and under the document's.

    ``effect`` is the family by whose amounts the two are compared: the last that the money passes through.
    """

    family: Family[P, Any]
    effect: AnyFamily
    run: scenario.Run
    baseline: scenario.Run
    calculate: Callable[[Params], scenario.Run]
    explain: Callable[[str], list[Text]]
    picked: str | None = None
    choices: dict[str, str] = field(default_factory=dict)
    called: Text | None = None  # what the run's values are called, where they are prepared ones
    asked: Text = NO_TEXT  # and what these ask
    previous: scenario.Run | None = None  # the run before the last move, where there is one
    worth: Gradual[dict] | None = None  # what open readings change, where a page works it out bit by bit

    @property
    def inputs(self) -> Tables:
        """The tables as the family saw them."""
        return self.run.seen[self.family.name]

    @property
    def params(self) -> P:
        return self.run.parts[self.family.name].params

    @property
    def results(self) -> Results:
        return self.run.results[self.family.name]

    @property
    def document(self) -> Results:
        return self.baseline.results[self.family.name]

    @property
    def table(self) -> pd.DataFrame:
        """The family's result table of one row a subject."""
        return self.results[self.family.amount[0]]

    @property
    def document_table(self) -> pd.DataFrame:
        return self.document[self.family.amount[0]]

    @cached_property
    def difference(self) -> pd.Series:
        """What each subject gets more than under the document's values, by the effect's amounts."""
        name = self.effect.name
        return movement.difference(self.effect, self.run.results[name], self.baseline.results[name])

    @property
    def names(self) -> dict[str, str]:
        """The subjects' names by their keys."""
        return names(self.baseline.parts[self.family.name])

    @cached_property
    def picked_row(self) -> int | None:
        if self.picked is None:
            return None
        return int((self.table[self.family.key] == self.picked).to_numpy().argmax())


_made: WeakKeyDictionary[scenario.Part, dict[Any, Any]] = WeakKeyDictionary()


def once(part: scenario.Part, key: Any, make: Callable[[], Made]) -> Made:
    """What is drawn again and again of one rule's part in a run, such as the document's, made when first asked for."""
    known = _made.setdefault(part, {})
    if key not in known:
        known[key] = make()
    made: Made = known[key]
    return made


def names(part: scenario.Part) -> dict[str, str]:
    """The subjects' names by their keys, where a small table of what the rule saw has them. The part of the document's
    run names those of every run of the same data, and stays."""
    return once(part, names, lambda: _names(part.family.key, part.seen))


def _names(key: str, tables: Tables) -> dict[str, str]:
    small = (table for table in tables.values() if isinstance(table, pd.DataFrame))
    given = next((table for table in small if key in table and "name" in table), None)
    if given is None:
        return {}
    named = given.dropna(subset="name").drop_duplicates(key)
    return dict(zip(named[key], named["name"], strict=True))


Choices = dict[str, Text]
Shown = TypeVar("Shown")  # what a panel draws from: a moment of a rule's page, or of the comparison


@dataclass(frozen=True)
class Panel(Generic[Shown]):
    """One part of a page: ``draw`` at every move; ``frame`` once for each data set; ``slow`` ones draw when idle.

    One that is not may be made to wait like them, where ``waits`` says so of a moment; what ``later`` makes of one is
    added to it when idle.
    ``choices`` offers ways to look at it (a select in its heading); the chosen one is in the Moment.
    A ``gradual`` one draws as much as is worked out, and is drawn again as long as it says ``more``.
    ``shown`` says whether these data have anything to show in it; ``hint`` what a visitor can do there, and off
    ``on_paper`` that it means nothing elsewhere.
    """

    id: str
    kind: str
    title: Text
    draw: Callable[[Shown], dict]
    help: Text = NO_TEXT
    hint: Text = NO_TEXT
    frame: Callable[[Shown], dict] = lambda moment: {}
    choices: Choices | Callable[[Shown], Choices] = field(default_factory=dict)
    shown: Callable[[Shown], bool] = lambda moment: True
    wide: bool = False
    slow: bool = False
    waits: Callable[[Shown], bool] = lambda moment: False
    later: Callable[[Shown], dict] | None = None
    gradual: bool = False
    on_paper: bool = True

    @property
    def told(self) -> Text:
        """Its help, with what a visitor can do."""
        return joined([text for text in (self.help, self.hint) if text.zh], zh="", en=" ")

    def idle(self, moment: Shown) -> bool:
        """Whether it is drawn when nobody moves anything."""
        return self.slow or self.waits(moment)

    def offered(self, moment: Shown) -> Choices:
        return self.choices(moment) if callable(self.choices) else self.choices


AnyPanel = Panel[Any]


@dataclass(frozen=True)
class Dashboard:
    """A family's page: its panels, the families that it follows the money to, and the parameters edited in a panel."""

    family: AnyFamily
    title: Text
    intro: Text
    panels: tuple[AnyPanel, ...]
    follow: tuple[str, ...] = ()
    in_panels: frozenset[str] = frozenset()
