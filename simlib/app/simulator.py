"""A dashboard without its page: a rule family, the tables it runs on, and what each panel shows.

It knows no browser: the page (simlib.app.page) hands it what a visitor did and sends on what it
answers, and tests call it directly.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import simlib
from simlib import scenario
from simlib.app import data
from simlib.digests import text_digest
from simlib.panels import DASHBOARDS, Moment, Panel
from simlib.params import Params, written
from simlib.problems import BadInput, Problem
from simlib.rules import FAMILIES
from simlib.rules.family import Family, Tables
from simlib.words import LANGUAGES, Text, joined


class Simulator:
    """One visitor's dashboard: their data, values, picked subject and language, all checked here.

    The rules that feed ``family`` run before it, and those of ``follow`` after it where the data allow.
    Parameters of ``in_panels`` are edited inside a panel; the form leaves them out.
    """

    def __init__(
        self, family: Family, title: Text, intro: Text, panels: tuple[Panel, ...], inputs: Tables | None = None,
        follow: tuple[str, ...] = (), in_panels: frozenset[str] = frozenset(),
    ):  # fmt: skip
        """``inputs`` fixes the tables, as in a lesson; otherwise the visitor chooses among the served data."""
        self.family, self.title, self.intro, self.panels = family, title, intro, panels
        self.follow, self.in_panels = follow, in_panels
        self.language = LANGUAGES[0]
        self.sources = data.sources() if inputs is None else {}
        self.choices: dict[str, str] = {}
        self.picked: str | None = None
        self.values = {name: one.params() for name, one in FAMILIES.items()}
        self.problems: list[Problem] = []
        try:
            self.use(next(iter(self.sources), ""), inputs)
        except BadInput as bad:  # a page on the sample that says why is better than none
            self.problems = bad.problems
            self.use(scenario.SAMPLE)

    @classmethod
    def of(cls, rule: str, inputs: Tables | None = None) -> Simulator:
        """The dashboard of a rule, on the served data or on ``inputs``."""
        return cls(**vars(DASHBOARDS[rule]), inputs=inputs)

    def use(self, source: str, inputs: Tables | None = None) -> None:
        """Take another data set: one of ``sources`` by name, or uploaded tables. BadInput leaves the old one."""
        if inputs is None:
            if source not in self.sources:
                raise BadInput(Problem(UNKNOWN_SOURCE, column="data", value=source))
            inputs = scenario.load_data(self.sources[source])
        former = {name: getattr(self, name, None) for name in ("inputs", "source", "bench", "rules")}
        values = {
            name: self.values[name].changed(**one.fitting(inputs, self.values[name])) for name, one in FAMILIES.items()
        }
        self.inputs, self.source, self.bench = inputs, source, scenario.Bench()
        try:
            self.rules = (self.family.name,)
            first = self._calculate(values)
            followers = {name: scenario.fed(name, inputs, first.results, self.bench) for name in self.follow}
            self.rules += tuple(n for n, tables in followers.items() if not FAMILIES[n].lacking(tables, values[n]))
            self._take(values)
        except BadInput:
            vars(self).update(former)
            raise
        if self.picked not in self.subjects:
            self.picked = None

    def set(self, texts: dict[str, str], shown: bool = False) -> None:
        """Take parameter values as text, by name or by path; ``shown`` ones are in the unit of the page (5 for 5%)."""
        given: dict[str, dict[str, str]] = {}
        for path, text in texts.items():
            family, _, name = path.rpartition(".")
            family = family or self.family.name
            if family not in FAMILIES:
                raise BadInput(Problem(UNKNOWN_RULE, column=path, value=text))
            declared = FAMILIES[family].params.declarations()
            value = str(text).strip().replace("％", "%").removesuffix("%")
            if shown and name in declared and not declared[name].options:
                value = _number(value, declared[name])
            given.setdefault(family, {})[name] = value
        self._take(
            {**self.values, **{family: self.values[family].changed(**values) for family, values in given.items()}}
        )

    def reset(self) -> None:
        """Back to the document's values of every rule; settings stay."""
        self._take({name: params.document() for name, params in self.values.items()})

    @property
    def changed(self) -> bool:
        """Whether any value is not the document's."""
        return any(params != params.document() for params in self.values.values())

    def pick(self, subject: str | None) -> None:
        """Choose the subject to explain; an unknown one is refused."""
        if subject is not None and subject not in self.subjects:
            raise BadInput(Problem(UNKNOWN_SUBJECT, column=self.family.key, value=subject))
        self.picked = subject

    def choose(self, panel: str, choice: str) -> None:
        """Choose a way to look at a panel."""
        moment = self.moment
        offered = {one.id: one.offered(moment) for one in self.panels}
        if choice in offered.get(panel, {}):
            self.choices[panel] = choice

    def speak(self, language: str) -> None:
        """Switch the language of everything the page shows."""
        if language in LANGUAGES:
            self.language = language

    @property
    def params(self) -> Params:
        return self.values[self.family.name]

    @property
    def subjects(self) -> frozenset[str]:
        return frozenset(self.baseline.results[self.family.name][self.family.amount[0]][self.family.key])

    @property
    def moment(self) -> Moment:
        one = Moment(
            self.family,
            FAMILIES[self.rules[-1]],
            self.current,
            self.baseline,
            lambda params: self._calculate({**self.values, self.family.name: params}),
            self.explain,
            self.picked,
        )
        offered = {panel.id: list(panel.offered(one)) for panel in self.panels}
        chosen = {name: self.choices.get(name) for name in offered}
        chosen = {
            name: one if one in offered[name] else offered[name][0] for name, one in chosen.items() if offered[name]
        }
        return replace(one, choices=chosen)

    def explain(self, subject: str) -> list[Text]:
        """The steps to one subject's amount."""
        name = self.family.name
        detailed = self.family.detail(self.bench.ready[name], self.params, self.current.results[name], subject)
        return self.family.explain(detailed, self.params, subject)

    @property
    def run(self) -> scenario.Run:
        """The same run as ``simlib run`` would make of :attr:`scenario`."""
        return scenario.run(self.scenario, self.inputs, self.bench)

    @property
    def scenario(self) -> scenario.Scenario:
        """The visitor's values as a scenario."""
        parts = []
        for params in self.values.values():
            named = params.declarations()
            parts += [
                Text(*(f"{named[n].label.to(lang)} {named[n].show(v, lang)}" for lang in LANGUAGES))
                for n, v in params.differences().items()
            ]
        changed = joined(parts, zh="，")
        title = Text(
            f"{self.title.zh}：{changed.zh or '文件规定值'}", f"{self.title.en}: {changed.en or 'document values'}"
        )
        base = scenario.Scenario(title.zh, title_en=title.en, data=self.sources.get(self.source, self.source))
        return replace(base, rules=self.rules, params=self.values)

    @property
    def stamp(self) -> str:
        """Short mark of version and data: a link opened on other data or rules says so."""
        return mark(self.inputs)

    @property
    def query(self) -> str:
        """The page's address after the question mark: data, values, picked subject, language, stamp."""
        parts = {
            f"{family}.{name}": written(value)
            for family, params in self.values.items()
            for name, value in params.differences().items()
        }
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
        values = {path: text for path, text in asked.items() if path.partition(".")[0] in FAMILIES and "." in path}
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
        """Use an uploaded table: institutions are a data set of their own, any other joins the institutions shown."""
        self.use(path.name, data.uploaded(path, self.inputs))

    def _calculate(self, values: dict[str, Params]) -> scenario.Run:
        one = scenario.Scenario("", rules=self.rules, params=values)
        return scenario.run(one, self.inputs, self.bench, detail=False)

    def _take(self, values: dict[str, Params]) -> None:
        """Calculate under these values and, where data or settings changed, under the document's."""
        current = self._calculate(values)
        document = {name: one.document() for name, one in values.items()}
        former = getattr(self, "baseline", None)
        stale = former is None or former.inputs is not self.inputs or former.scenario.params != document
        self.baseline = self._calculate(document) if stale or former.scenario.rules != self.rules else former
        self.current, self.values = current, values


def mark(inputs: Tables) -> str:
    """A short mark of version and data."""
    parts = [simlib.__version__, *(frame.attrs.get("sha256", "") for frame in inputs.values())]
    return text_digest(*parts)[:8]


def _number(text: str, declared) -> str:
    try:
        return format(Decimal(text) / declared.unit.factor, "f")
    except ArithmeticError:
        return text  # the declaration refuses it, with its own message


UNKNOWN_SOURCE = Text("没有这份数据，仍显示原来的数据。", "There is no such data; the page still shows the former.")
UNKNOWN_RULE = Text("没有这个规则。请核对参数名称。", "There is no such rule. Check the parameter's name.")
UNKNOWN_SUBJECT = Text("数据中没有这家机构。", "The data have no such institution.")
OTHER_DATA = Text("此链接保存时用的是另一版数据或程序，结果可能与当时不同。",
                  "This link was made with other data or another version: results may differ from then.")  # fmt: skip
