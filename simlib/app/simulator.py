"""A dashboard without its page: a rule family, the tables it runs on, and what each panel shows.

It knows no browser: the page (simlib.app.page) hands it what a visitor did and sends on what it
answers, and tests call it directly.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pandas as pd

import simlib
from simlib import scenario, study
from simlib.app import data
from simlib.params import Params, written
from simlib.problems import BadInput, Problem
from simlib.rules.family import Family, Tables
from simlib.words import LANGUAGES, Text


@dataclass(frozen=True)
class Moment:
    """Everything a panel may draw from: the run under the visitor's values, and under the document's."""

    family: Family
    inputs: Tables
    params: Params
    results: Tables
    document: Tables
    document_summary: dict
    picked: str | None = None
    choices: dict[str, str] = field(default_factory=dict)

    @cached_property
    def table(self) -> pd.DataFrame:
        """The family's result table of one row a subject."""
        return self.results[self.family.amount[0]]

    @cached_property
    def difference(self) -> pd.Series:
        """Yuan that each subject gets more than under the document's values."""
        return study.difference(self.family, self.results, self.document)

    @cached_property
    def picked_row(self) -> int | None:
        if self.picked is None:
            return None
        return int((self.table[self.family.key] == self.picked).to_numpy().argmax())


@dataclass(frozen=True)
class Panel:
    """One part of a page: ``draw`` at every move; ``frame`` once for each data set; ``slow`` ones draw when idle.

    ``choices`` offers ways to look at it (a select in its heading); the chosen one is in the Moment.
    """

    id: str
    kind: str
    title: Text
    draw: Callable[[Moment], dict]
    help: Text = Text("", "")
    frame: Callable[[Moment], dict] = lambda moment: {}
    choices: dict[str, Text] = field(default_factory=dict)
    wide: bool = False
    slow: bool = False


class Simulator:
    """One visitor's dashboard: their data, values, picked subject and language, all checked here."""

    def __init__(
        self, family: Family, title: Text, intro: Text, panels: tuple[Panel, ...], inputs: Tables | None = None
    ):
        """``inputs`` fixes the tables, as in a lesson; otherwise the visitor chooses among the served data."""
        self.family, self.title, self.intro, self.panels = family, title, intro, panels
        self.language = LANGUAGES[0]
        self.sources = data.sources() if inputs is None else {}
        self.choices = {panel.id: next(iter(panel.choices)) for panel in panels if panel.choices}
        self.picked: str | None = None
        self.params = family.params()
        self.problems: list[Problem] = []
        try:
            self.use(next(iter(self.sources), ""), inputs)
        except BadInput as bad:  # a page on the sample that says why is better than none
            self.problems = bad.problems
            self.use(scenario.SAMPLE)

    def use(self, source: str, inputs: Tables | None = None) -> None:
        """Take another data set: one of ``sources`` by name, or uploaded tables. BadInput leaves the old one."""
        if inputs is None:
            if source not in self.sources:
                raise BadInput(Problem(UNKNOWN_SOURCE, column="data", value=source))
            inputs = scenario.load_data(self.sources[source])
        results, document = self._calculate(inputs, self.params), self._calculate(inputs, self.family.params())
        self.inputs, self.results, self.document, self.source = inputs, results, document, source
        self.document_summary = self.family.summarise(document)
        if self.picked not in self.subjects:
            self.picked = None

    def set(self, texts: dict[str, str], shown: bool = False) -> None:
        """Take parameter values as text; ``shown`` ones are in the unit of the page (5 for 5%)."""
        declared = self.family.params.declarations()
        values = {}
        for name, text in texts.items():
            value = str(text).strip().replace("％", "%").removesuffix("%")
            if shown and name in declared and not declared[name].options:
                value = _number(value, declared[name])
            values[name] = value
        params = self.params.changed(**values)
        self.results, self.params = self._calculate(self.inputs, params), params

    def pick(self, subject: str | None) -> None:
        """Choose the subject to explain; an unknown one is refused."""
        if subject is not None and subject not in self.subjects:
            raise BadInput(Problem(UNKNOWN_SUBJECT, column=self.family.key, value=subject))
        self.picked = subject

    def choose(self, panel: str, choice: str) -> None:
        """Choose a way to look at a panel."""
        offered = {one.id: one.choices for one in self.panels}
        if choice in offered.get(panel, {}):
            self.choices[panel] = choice

    def speak(self, language: str) -> None:
        """Switch the language of everything the page shows."""
        if language in LANGUAGES:
            self.language = language

    @property
    def subjects(self) -> frozenset[str]:
        return frozenset(self.document[self.family.amount[0]][self.family.key])

    @property
    def moment(self) -> Moment:
        return Moment(
            self.family,
            self.inputs,
            self.params,
            self.results,
            self.document,
            self.document_summary,
            self.picked,
            self.choices,
        )

    @property
    def run(self) -> scenario.Run:
        """The same run as ``simlib run`` would make of :attr:`scenario`."""
        return scenario.Run(self.scenario, self.inputs, {self.family.name: self.results})

    @property
    def scenario(self) -> scenario.Scenario:
        """The visitor's values as a scenario."""
        changed = self.params.differences()
        named = self.params.declarations()
        parts = [
            Text(*(f"{named[n].label.to(lang)} {named[n].show(v, lang)}" for lang in LANGUAGES))
            for n, v in changed.items()
        ]
        joined = Text("，".join(p.zh for p in parts), ", ".join(p.en for p in parts))
        title = Text(
            f"{self.title.zh}：{joined.zh or '文件规定值'}", f"{self.title.en}: {joined.en or 'document values'}"
        )
        base = scenario.Scenario(title.zh, title_en=title.en, data=self.sources.get(self.source, self.source))
        return replace(base, rules=(self.family.name,), params={**base.params, self.family.name: self.params})

    @property
    def stamp(self) -> str:
        """Short mark of version and data: a link opened on other data or rules says so."""
        parts = [simlib.__version__, *(frame.attrs.get("sha256", "") for frame in self.inputs.values())]
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:8]

    @property
    def query(self) -> str:
        """The page's address after the question mark: data, values, picked subject, language, stamp."""
        parts = {f"{self.family.name}.{name}": written(value) for name, value in self.params.differences().items()}
        if self.source != next(iter(self.sources), self.source):
            parts["data"] = self.source
        if self.picked is not None:
            parts["pick"] = self.picked
        if parts:
            parts["stamp"] = self.stamp
        if self.language != LANGUAGES[0]:
            parts["lang"] = self.language
        return urlencode(parts)

    def open(self, query: str) -> list[Problem]:
        """Take what an address says. What cannot be taken is left out and listed, never guessed."""
        asked = dict(parse_qsl(query.lstrip("?")))
        self.speak(asked.get("lang", self.language))
        prefix = f"{self.family.name}."
        values = {name.removeprefix(prefix): text for name, text in asked.items() if name.startswith(prefix)}
        problems = list(self.problems)
        steps = [lambda: "data" in asked and self.use(asked["data"]), lambda: values and self.set(values),
                 lambda: "pick" in asked and self.pick(asked["pick"])]  # fmt: skip
        for step in steps:
            try:
                step()
            except BadInput as bad:
                problems += bad.problems
        if asked.get("stamp", self.stamp) != self.stamp:
            problems.append(Problem(OTHER_DATA))
        return problems

    def upload(self, path: Path) -> None:
        """Use an uploaded institutions file."""
        self.use(path.name, data.uploaded(path))

    def _calculate(self, inputs: Tables, params: Params) -> Tables:
        if lacking := self.family.lacking(inputs, params):
            raise BadInput(lacking)
        return self.family.run(inputs, params)


def _number(text: str, declared) -> str:
    try:
        return format(Decimal(text) / declared.unit.factor, "f")
    except ArithmeticError:
        return text  # the declaration refuses it, with its own message


UNKNOWN_SOURCE = Text("没有这份数据，仍显示原来的数据。", "There is no such data; the page still shows the former.")
UNKNOWN_SUBJECT = Text("数据中没有这家机构。", "The data have no such institution.")
OTHER_DATA = Text("此链接保存时用的是另一版数据或程序，结果可能与当时不同。",
                  "This link was made with other data or another version: results may differ from then.")  # fmt: skip
