"""The comparison page without a browser: which scenarios a visitor may choose, has chosen, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from simlib import SCENARIOS, scenario
from simlib.app import data
from simlib.app.scenarios import DOCUMENT, outlined, shipped, told
from simlib.app.visit import UNKNOWN_RULE, Visit
from simlib.comparison.compare import FEWEST, MOST, Comparison, compare
from simlib.panels import DASHBOARDS
from simlib.panels.compare import BASE, INTRO, PANELS, TITLE
from simlib.panels.compared import Compared
from simlib.problems import BadInput, Problem
from simlib.rules import FAMILIES
from simlib.scenario import Scenario
from simlib.tables import Tables
from simlib.words import Text

FIRST = (DOCUMENT, "band-0.99-1.01", "upper-1.03", "mean-city")  # what a visitor sees before choosing
MOST_OWN = 20  # scenarios that a visitor may bring


class Comparer(Visit):
    """One visitor's comparison: their data, chosen scenarios, baseline, rule, picked subject and language."""

    title, intro, panels = TITLE, INTRO, PANELS
    first = FIRST

    def __init__(self, inputs: Tables | None = None):
        super().__init__(data.sources())
        offered, problems = self.offers()
        self.offered, self.problems = dict(offered), list(problems)
        self.chosen = [name for name in self.first if name in self.offered]
        self.baseline = DOCUMENT
        self.rule: str | None = None  # asked for
        self._former: str | None = None  # shown before
        self.start(inputs)

    def offers(self) -> tuple[dict[str, Scenario], list[Problem]]:
        """The scenarios on offer by name, and what is wrong with others."""
        return shipped()

    def use(self, source: str, inputs: Tables | None = None) -> list[Problem]:
        """Take another data set. Chosen scenarios that these data do not suffice for are left out, and why is listed.

        BadInput where not even the documents' values can be run; the former data stay.
        """
        inputs = self.loaded(source, inputs)
        bench, runs = scenario.Bench(), {}

        def ran(one: Scenario) -> scenario.Run:
            return scenario.run(replace(one, data=self.place(source)), inputs, bench, detail=False)

        runs[DOCUMENT] = ran(self.offered[DOCUMENT])
        problems = []
        for name in self.chosen:
            try:
                runs[name] = runs.get(name) or ran(self.offered[name])
            except BadInput as bad:
                problems += [replace(one, file=self.offered[name].title) for one in bad.problems]
        self.inputs, self.source, self.bench, self.runs, self._ran = inputs, source, bench, runs, ran
        self._told: dict[tuple[str, str, str], list[Text]] = {}
        self._compare([name for name in self.chosen if name in runs], self.baseline)
        return problems

    def take(self, names: list[str], baseline: str) -> None:
        """Compare these scenarios. BadInput leaves those that were compared."""
        names = list(dict.fromkeys(names))
        if unknown := [name for name in names if name not in self.offered]:
            raise BadInput([Problem(UNKNOWN, column="scenario", value=name) for name in unknown])
        if len(names) > MOST:
            raise BadInput(Problem(TOO_MANY.fill(most=MOST)))
        for name in names:
            if name not in self.runs:
                self.runs[name] = self._ran(self.offered[name])
        self._compare(names, baseline)

    def _compare(self, names: list[str], baseline: str) -> None:
        """The baseline is the first where the asked one is not among them."""
        self.chosen, self.baseline = names, baseline if baseline in names else next(iter(names), "")
        self.runs = {name: run for name, run in self.runs.items() if name in names or name == DOCUMENT}
        enough = len(names) >= FEWEST
        self.comparison: Comparison | None = (
            compare([self.runs[name] for name in names], names.index(self.baseline)) if enough else None
        )
        self._former = self.shown_rule
        self.unpick_unknown()

    def look(self, rule: str) -> None:
        """Look at another rule."""
        if rule not in FAMILIES:
            raise BadInput(Problem(UNKNOWN_RULE, column="rule", value=rule))
        self.rule = self._former = rule
        self.unpick_unknown()

    def reset(self) -> None:
        """Back to what stands there at first."""
        self.rule = self._former = None
        self.take([name for name in self.first if name in self.offered], DOCUMENT)

    def upload(self, path: Path) -> list[Problem]:
        """A scenario file joins those on offer and is chosen; a table is used as on the other pages."""
        if path.suffix.lower() not in (".yaml", ".yml"):
            return super().upload(path)
        self.bring(scenario.load(path, beside=SCENARIOS))
        return []

    def bring(self, one: Scenario) -> None:
        """Offer a visitor's own scenario and choose it, in place of the last one where six are chosen. It runs
        first."""
        same = next(
            (name for name, other in self.offered.items() if (other.digest, other.title) == (one.digest, one.title)),
            None,
        )
        name = same or f"own-{len(self.own) + 1}"
        if same is None and len(self.own) >= MOST_OWN:
            raise BadInput(Problem(TOO_MANY_OWN.fill(most=MOST_OWN)))
        self.runs[name] = self._ran(one)
        self.offered[name] = one
        kept = [other for other in self.chosen if other != name]
        self.take([*kept[: MOST - 1], name], self.baseline)

    @property
    def own(self) -> list[str]:
        """The scenarios that the visitor brought."""
        return [name for name in self.offered if name.startswith("own-")]

    @property
    def shown_rule(self) -> str | None:
        """The rule asked for where it can be compared; else the one shown before while anything differs by it."""
        return self._shown((self.rule,), (self._former,))

    def _shown(self, asked=(), former=()) -> str | None:
        """Without either: the first rule by which anything differs."""
        if self.comparison is None or not self.comparison.rules:
            return None
        rules = list(self.comparison.rules)
        differing = (rule for rule in (*former, *rules) if rule in rules and self.comparison.differs(rule))
        return next((rule for rule in asked if rule in rules), None) or next(differing, rules[0])

    @property
    def subjects(self) -> frozenset[str]:
        rule = self.shown_rule
        return frozenset(self._moment().table[FAMILIES[rule].key]) if rule else frozenset()

    @property
    def key(self) -> str:
        return FAMILIES[self.shown_rule].key if self.shown_rule else ""

    def _moment(self) -> Compared:
        follow = DASHBOARDS[self.shown_rule].follow if self.shown_rule else ()
        return Compared(self.comparison, self.shown_rule, self.explain, self.picked, follow=follow)

    def explain(self, n: int, subject: str) -> list[Text]:
        """The steps to one subject's amount under scenario ``n``; kept, as some need a look at every case."""
        moment = self._moment()
        part = moment.done.runs[n].parts[moment.looked]
        family, key = part.family, (self.chosen[n], moment.looked, subject)
        if key in self._told:
            return self._told[key]
        raw = part.seen is self.inputs  # otherwise a rule before it made some of its tables
        ready = self.bench.ready[family.name] if raw else family.prepare(part.seen)
        detailed = family.detail(ready, part.params, part.results, subject)
        self._told[key] = family.explain(detailed, part.params, subject)
        return self._told[key]

    @property
    def changed(self) -> bool:
        """Whether anything else is compared than at first."""
        return self.chosen != [name for name in self.first if name in self.offered] or self.baseline != DOCUMENT

    @property
    def stated(self) -> list[Text]:
        """The compared scenarios in their order, the baseline marked."""
        return [
            (MEASURED if name == self.baseline else NUMBERED).fill(number=at, title=self.offered[name].name, base=BASE)
            for at, name in enumerate(self.chosen, 1)
        ]

    def _address(self) -> list[tuple[str, str]]:
        """Scenarios, those brought in full, baseline, rule."""
        parts: list[tuple[str, str]] = []
        if self.changed:
            owned = [name for name in self.own if name in self.chosen]
            parts += [("own", outlined(self.offered[name])) for name in owned]
            placed = [f"own-{owned.index(name) + 1}" if name in owned else name for name in self.chosen]
            parts += [
                ("s", ",".join(placed)),
                ("base", placed[self.chosen.index(self.baseline)] if self.chosen else ""),
            ]
        rule = self.shown_rule
        return [*parts, ("rule", rule)] if rule is not None and rule != self._shown() else parts

    def _steps(self, asked: list[tuple[str, str]]) -> list[Callable[[], object]]:
        last = dict(asked)

        def scenarios() -> None:
            for text in [value for key, value in asked if key == "own"][:MOST]:
                self.bring(told(text))
            if "s" in last:
                self.take([name for name in last["s"].split(",") if name], last.get("base", DOCUMENT))

        return [scenarios, *([lambda: self.look(last["rule"])] if "rule" in last else [])]


NUMBERED = Text("{number}. {title}", "{number}. {title}")
MEASURED = Text("{number}. {title}（{base}）", "{number}. {title} ({base})")
UNKNOWN = Text("未找到该方案。请从列表中选择。", "There is no such scenario. Choose from the list.")
TOO_MANY = Text(
    "最多同时比较 {most} 个方案。请先移除一个。", "At most {most} scenarios are compared. Leave one out first."
)
TOO_MANY_OWN = Text(
    "上传的方案最多 {most} 个。请重新打开页面。", "At most {most} scenarios can be brought. Open the page anew."
)
