"""One visitor at one page, without the page: what every page asks of whom it shows, and what is the same for all.

It knows no browser: the page (simlib.app.page) hands it what a visitor did and sends on what it answers, and tests call
it directly. All that comes from the browser is checked here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import simlib
from simlib import scenario
from simlib.app import data, lockers
from simlib.digests import table_digests, text_digest
from simlib.doubts import Found
from simlib.panels import Moment, Panel
from simlib.panels.compared import Compared
from simlib.problems import BadInput, Problem
from simlib.tables import Tables, small
from simlib.words import LANGUAGES, Text

PRESENT = "view.present"
VIEW = "view."  # before the panel, where an address says how it is looked at


class Visit(ABC):
    """A visitor's data, language, picked subject and ways to look at panels."""

    title: Text
    intro: Text
    panels: tuple[Panel, ...]
    inputs: Tables
    source: str

    def __init__(self, sources: dict[str, str]):
        self.sources = sources  # what a visitor may choose among, by name
        self.language = LANGUAGES[0]
        self.choices: dict[str, str] = {}
        self.picked: str | None = None
        self.presents = False  # whether the page is shown large, for a room
        self.problems: list[Problem] = []

    def start(self, inputs: Tables | None) -> None:
        """Take the first data set, or ``inputs``; a page on the sample that says what is wrong is better than none."""
        try:
            self.use(next(iter(self.sources), ""), inputs)
        except BadInput as bad:
            self.problems += bad.problems
            self.use(scenario.SAMPLE)

    # --- what each page does in its own way

    @abstractmethod
    def use(self, source: str, inputs: Tables | None = None) -> list[Problem]:
        """Take another data set: one of ``sources`` by name, or uploaded tables. What had to be left out is listed;
        BadInput leaves the former data."""

    @abstractmethod
    def reset(self) -> None:
        """Back to what stands there at first."""

    @property
    @abstractmethod
    def changed(self) -> bool:
        """Whether anything else is shown than at first."""

    @property
    @abstractmethod
    def subjects(self) -> frozenset[str]:
        """Whom a visitor may pick."""

    @property
    @abstractmethod
    def key(self) -> str:
        """The column that names the subjects."""

    @abstractmethod
    def _moment(self) -> Moment | Compared:
        """What is shown, ways to look at panels aside."""

    @abstractmethod
    def _address(self) -> list[tuple[str, str]]:
        """What an address says of this page beside data, subject and ways to look at it."""

    @abstractmethod
    def _steps(self, asked: list[tuple[str, str]]) -> list[Callable[[], object]]:
        """What is to be done, in order, for an address to be taken, data and subject aside."""

    # --- what is the same for all

    @property
    def moment(self) -> Moment | Compared:
        """Everything that panels draw from."""
        one = self._moment()
        offered = {panel.id: list(panel.offered(one)) for panel in self.panels}
        chosen = {name: self.choices.get(name, "") for name in offered}
        choices = {name: chosen[name] if chosen[name] in ways else ways[0] for name, ways in offered.items() if ways}
        return replace(one, choices=choices)

    def loaded(self, source: str, inputs: Tables | None) -> Tables:
        """The tables of a data set, or those that are handed in. BadInput."""
        if inputs is not None:
            return inputs
        if (place := self.sources.get(source) or data.brought(source)) is None:
            own = lockers.NAME.fullmatch(source)
            raise BadInput(Problem(lockers.GONE) if own else Problem(UNKNOWN_SOURCE, column="data", value=source))
        return scenario.load_data(place)

    def place(self, source: str) -> str:
        """What a scenario names as its data: never a locker, which is nobody else's."""
        return lockers.FOLDER if lockers.NAME.fullmatch(source) else self.sources.get(source, source)

    @property
    def readings(self) -> list[Text]:
        """How the shown data were read."""
        return data.readings(self.inputs)

    def upload(self, path: Path) -> list[Problem]:
        """Use an uploaded table: institutions are a data set of their own, any other joins those shown."""
        return self.use(path.name, data.uploaded(path, self.inputs))

    @property
    @abstractmethod
    def stated(self) -> list[Text]:
        """What differs from what stands there at first, each as people read it."""

    @property
    def counted(self) -> int:
        """How many institutions the shown data hold."""
        return len(small(self.inputs, "institutions")) if "institutions" in self.inputs else len(self.subjects)

    @property
    def doubts(self) -> list[Found]:
        """What of the shown data may be a slip."""
        return scenario.doubted(self.inputs)

    def pick(self, subject: str | None) -> None:
        """Choose the subject to explain; an unknown one is refused."""
        if subject is not None and subject not in self.subjects:
            raise BadInput(Problem(UNKNOWN_SUBJECT, column=self.key, value=subject))
        self.picked = subject

    def unpick_unknown(self) -> None:
        """Where other subjects are shown, nobody is picked whom they do not hold."""
        if self.picked is not None and self.picked not in self.subjects:
            self.picked = None

    def choose(self, panel: str, choice: str) -> None:
        """Choose a way to look at a panel."""
        moment = self._moment()
        if choice in {one.id: one.offered(moment) for one in self.panels}.get(panel, {}):
            self.choices[panel] = choice

    def sort(self, panel: str, order: str) -> None:
        """Remember how a table is sorted: a column of it, and the way; forget it where ``order`` says nothing."""
        moment, (column, _, way) = self._moment(), order.partition(".")
        tables = (one for one in self.panels if one.id == panel and one.kind == "table" and one.shown(moment))
        columns = {named["name"] for one in tables for named in one.frame(moment)["columns"]}
        if column in columns and way in ("up", "down", "size"):
            self.choices[panel] = order
        elif columns and not order:
            self.choices.pop(panel, None)

    def present(self, on: bool) -> None:
        """Show the page large, for a room, or as usual again."""
        self.presents = on

    def speak(self, language: str) -> None:
        """Switch the language of everything the page shows."""
        if language in LANGUAGES:
            self.language = language

    @property
    def stamp(self) -> str:
        """Short mark of version and data: a link opened on other data or rules says so."""
        return text_digest(simlib.__version__, *table_digests(self.inputs).values())[:8]

    @property
    def query(self) -> str:
        """The page's address after the question mark: what is shown, data, picked subject, ways to look at it, stamp,
        language."""
        parts = self._address()
        parts += [("data", self.source)] if self.source != next(iter(self.sources), self.source) else []
        parts += [("pick", self.picked)] if self.picked is not None else []
        parts += [(VIEW + panel, choice) for panel, choice in self.choices.items()]
        parts += [(PRESENT, "1")] if self.presents else []
        parts += [("stamp", self.stamp)] if parts else []
        parts += [("lang", self.language)] if self.language != LANGUAGES[0] else []
        return urlencode(parts)

    def open(self, query: str) -> list[Problem]:
        """Take what an address says. What cannot be taken is left out and listed, never guessed."""
        pairs = parse_qsl(query.lstrip("?"), keep_blank_values=True)
        asked = dict(pairs)
        self.speak(asked.get("lang", self.language))
        problems = list(self.problems)
        first = [lambda: problems.extend(self.use(asked["data"]))] if asked.get("data") else []
        last = [lambda: self.pick(asked["pick"])] if asked.get("pick") else []
        for step in [*first, *self._steps(pairs), *last]:
            try:
                step()
            except BadInput as bad:
                problems += bad.problems
        self.present(asked.get(PRESENT) == "1")
        for name, choice in pairs:
            if name.startswith(VIEW):
                self.choose(name.removeprefix(VIEW), choice)
                self.sort(name.removeprefix(VIEW), choice)
        if asked.get("stamp", self.stamp) != self.stamp:
            problems.append(Problem(OTHER_DATA))
        return problems


UNKNOWN_SOURCE = Text("未找到该数据，仍显示原数据。", "There is no such data; the page still shows the former.")
UNKNOWN_RULE = Text("未找到该规则。请核对参数名称。", "There is no such rule. Check the parameter's name.")
UNKNOWN_SUBJECT = Text("数据中没有该机构。", "The data have no such institution.")
OTHER_DATA = Text("此链接保存时所用的数据或程序版本与当前不同，结果可能与当时不同。",
                  "This link was made with other data or another version: results may differ from then.")  # fmt: skip
