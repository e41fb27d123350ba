"""A dashboard without its page: a rule family, the tables it runs on, and what each panel shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from simlib import scenario
from simlib.app import data
from simlib.app.history import History, Values
from simlib.app.presets import Presets
from simlib.app.visit import UNKNOWN_RULE, Visit
from simlib.panels import DASHBOARDS, Moment, Panel
from simlib.panels.common import worth
from simlib.panels.panel import Gradual
from simlib.params import Params, written
from simlib.problems import BadInput, Problem
from simlib.rules import FAMILIES
from simlib.rules.family import Family
from simlib.scenario import Run
from simlib.tables import Tables
from simlib.words import Text, joined


class Simulator(Visit):
    """One visitor's dashboard: their data, values, picked subject and language, all checked here.

    The rules that feed ``family`` run before it, and those of ``follow`` after it where the data allow.
    Parameters of ``in_panels`` are edited inside a panel; the form leaves them out.
    """

    baseline: scenario.Run
    worth: Gradual[dict] | None = None  # what open readings change under the current values, as far as it is known
    bench: scenario.Bench

    def __init__(
        self, family: Family, title: Text, intro: Text, panels: tuple[Panel, ...], inputs: Tables | None = None,
        follow: tuple[str, ...] = (), in_panels: frozenset[str] = frozenset(),
    ):  # fmt: skip
        """``inputs`` fixes the tables, as in a lesson; otherwise the visitor chooses among the served data."""
        super().__init__(data.sources() if inputs is None else {})
        self.family, self.title, self.intro, self.panels = family, title, intro, panels
        self.follow, self.in_panels = follow, in_panels
        self.values: Values = {name: one.params() for name, one in FAMILIES.items()}
        self.history = History()
        self.presets = Presets(family.name)
        self.start(inputs)

    @classmethod
    def of(cls, rule: str, inputs: Tables | None = None) -> Simulator:
        """The dashboard of a rule, on the served data or on ``inputs``."""
        return cls(**vars(DASHBOARDS[rule]), inputs=inputs)

    def use(self, source: str, inputs: Tables | None = None) -> list[Problem]:
        inputs = self.loaded(source, inputs)
        former = {name: getattr(self, name, None) for name in ("inputs", "source", "bench", "rules")}
        values = {
            name: self.values[name].changed(**one.fitting(inputs, self.values[name])) for name, one in FAMILIES.items()
        }
        same = id(inputs) == id(former["inputs"])  # what was prepared of the same tables serves again
        self.inputs, self.source, self.bench = inputs, source, self.bench if same else scenario.Bench()
        try:
            self.rules: tuple[str, ...] = (self.family.name,)
            first = self._calculate(values)
            followers = {name: scenario.fed(name, inputs, first.results, self.bench) for name in self.follow}
            self.rules += tuple(n for n, tables in followers.items() if not FAMILIES[n].lacking(tables, values[n]))
            self._take(values)
        except BadInput:
            vars(self).update(former)
            raise
        self.unpick_unknown()
        return []

    def set(self, texts: dict[str, str], shown: bool = False, step: str | None = None) -> None:
        """Take parameter values as text, by name or by path; ``shown`` ones are in the unit of the page (5 for 5%).
        What is set under the same ``step``, as within a drag, is one step back."""
        given: dict[str, dict[str, str]] = {}
        for path, text in texts.items():
            family, _, name = path.rpartition(".")
            family = family or self.family.name
            if family not in FAMILIES:
                raise BadInput(Problem(UNKNOWN_RULE, column=path, value=text))
            declared = FAMILIES[family].params.declarations()
            value = str(text).strip().replace("％", "%").removesuffix("%")
            if shown and name in declared and declared[name].range:
                value = _number(value, declared[name])
            given.setdefault(family, {})[name] = value
        changed = {family: self.values[family].changed(**values) for family, values in given.items()}
        self._move({**self.values, **changed}, step)

    def reset(self) -> None:
        """Back to the document's values of every rule; settings stay."""
        self._move({name: params.document() for name, params in self.values.items()})

    def prefer(self, preset: str) -> None:
        """Exactly the values of a shipped scenario. BadInput."""
        self._move(self.presets.values(preset, self.values))

    @property
    def preset(self) -> str | None:
        """The shipped scenario whose values these are."""
        return self.presets.name(self.values)

    def turn(self, back: bool) -> None:
        """One step back, or forth again; nothing where there is none. BadInput where the data do not allow it."""
        steps = self.history.past if back else self.history.future
        if steps:
            former, runs = self.values, (self.current, self.baseline)
            self._take(steps[-1])
            self.history.turned(former, runs, back)

    def _move(self, values: Values, step: str | None = None) -> None:
        """Take these values as a step of the visitor's."""
        former, runs = self.values, (self.current, self.baseline)
        self._take(values)
        if self.values != former:
            self.history.moved(former, runs, step)

    @property
    def previous(self) -> Run | None:
        """The run before the last step, where it can be compared: of the same data under the same settings."""
        run, baseline = self.history.before or (None, None)
        return run if baseline is self.baseline and run is not self.current else None

    @property
    def changed(self) -> bool:
        """Whether any value is not the document's."""
        return any(params != params.document() for params in self.values.values())

    @property
    def stated(self) -> list[Text]:
        return [one for params in self.values.values() for one in params.stated()]

    @property
    def params(self) -> Params:
        return self.values[self.family.name]

    @property
    def subjects(self) -> frozenset[str]:
        return frozenset(self.baseline.results[self.family.name][self.family.amount[0]][self.family.key])

    @property
    def key(self) -> str:
        return self.family.key

    def _moment(self) -> Moment:
        moment = Moment(
            self.family,
            FAMILIES[self.rules[-1]],
            self.current,
            self.baseline,
            lambda params: self._calculate({**self.values, self.family.name: params}),
            self.explain,
            self.picked,
        )
        name = self.family.name
        self.worth = self.worth or worth(moment, lambda params: self.family.dear(self.bench.ready[name], params))
        preset = self.preset
        called, asked = self.presets.called(preset), self.presets.question(preset)
        return replace(moment, worth=self.worth, called=called, asked=asked, previous=self.previous)

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
        changed = joined((one for params in self.values.values() for one in params.stated()), zh="，")
        title = Text(
            f"{self.title.zh}：{changed.zh or '文件规定值'}", f"{self.title.en}: {changed.en or 'document values'}"
        )
        base = scenario.Scenario(title.zh, title_en=title.en, data=self.place(self.source))
        return replace(base, rules=self.rules, params=self.values)

    def _address(self) -> list[tuple[str, str]]:
        return [
            (f"{family}.{name}", written(value))
            for family, params in self.values.items()
            for name, value in params.differences().items()
        ]

    def _steps(self, asked: list[tuple[str, str]]) -> list[Callable[[], object]]:
        values = {path: text for path, text in asked if text and path.partition(".")[0] in FAMILIES and "." in path}
        return [lambda: self.set(values)] if values else []

    def _calculate(self, values: dict[str, Params]) -> Run:
        one = scenario.Scenario("", rules=self.rules, params=values)
        return scenario.run(one, self.inputs, self.bench, detail=False)

    def _take(self, values: dict[str, Params]) -> None:
        """Calculate under these values and, where data or settings changed, under the document's."""
        current = self._calculate(values)
        document = {name: one.document() for name, one in values.items()}
        former: Run | None = getattr(self, "baseline", None)
        as_it_was = former and former.inputs is self.inputs and former.scenario.params == document
        if not former or not as_it_was or former.scenario.rules != self.rules:
            former = self._calculate(document)
        self.baseline = former
        self.current, self.values, self.worth = current, values, None


def _number(text: str, declared) -> str:
    try:
        return format(Decimal(text) / declared.unit.factor, "f")
    except ArithmeticError:
        return text  # the declaration refuses it, with its own message
