"""A lesson's figure: its own small case on some of a dashboard's panels, which asks for a guess before it shows."""

from __future__ import annotations

from typing import cast

from simlib.app.compare_page import ComparePage
from simlib.app.page import STATIC, Page
from simlib.app.simulator import Simulator
from simlib.panels.movers import NOBODY
from simlib.panels.panel import Moment, Panel
from simlib.params import Params, written
from simlib.rules.family import Family
from simlib.tables import Tables
from simlib.words import NO_TEXT, Text, joined

CENT = 0.005  # less is no change of an amount [yuan]


def figure(
    family: Family, title: Text, intro: Text, panels: tuple[Panel, ...], shown: tuple[str, ...],
    levers: tuple[str, ...],
    inputs: Tables, picked: str, **more,
) -> Page:  # fmt: skip
    """The page of a case, with the ``panels`` that are ``shown`` and some ``levers``; ``more`` is the simulator's."""
    known = {panel.id: panel for panel in panels}
    simulator = Simulator(family, title, intro, tuple(known[name] for name in shown), inputs, **more)
    simulator.pick(picked)
    return Figure(simulator, levers)


def script(*names: str) -> str:
    """These scripts, one after the other."""
    return "\n".join((STATIC / name).read_text(encoding="utf-8") for name in names)


class ComparedFigure(ComparePage):
    """The page that compares scenarios, inside a lesson."""

    _esm = f"{ComparePage._esm}\n{script('kept.js', 'follow.js')}"


class Figure(Page[Simulator]):
    """A page that keeps what the first move of a parameter does until the trainee has said what they expect."""

    _esm = f"{Page._esm}\n{script('kept.js', 'follow.js', 'guess.js')}"

    def __init__(self, simulator: Simulator, levers: tuple[str, ...]):
        super().__init__(simulator, levers)
        self.guessed: set[str] = set()  # the parameters of which somebody has guessed
        self.held: dict | None = None  # the move that waits for a guess: the browser's message
        self.to_come: dict[str, Params] = {}  # and all values that it leads to
        self.told_of = False  # whether the page still says what came of the last guess

    def values(self) -> dict:
        """What the form shows: the move that is held, so that no slider jumps back."""
        params = self.to_come.get(self.simulator.family.name, self.simulator.params)
        return {name: written(value) for name, value in params}

    def act_set(self, content, buffers):
        """Take a move; the first of a parameter is held until :meth:`act_guess`."""
        simulator, before = self.simulator, self.simulator.values
        if all(self._path(name) in self.guessed for name in content.get("values", {})):
            self.let_go()
            return super().act_set(content, buffers)
        simulator.set(dict(content["values"]), shown=bool(content.get("shown")))
        now = simulator.values
        if not changed(before, now) - self.guessed or not simulator.changed:
            self.let_go()
            return self.update(content.get("seq"))
        simulator.turn(back=True)
        simulator.history.future.clear()  # it was not the trainee who went back
        self.held, self.to_come = {"values": content["values"], "shown": content.get("shown")}, now
        stated = joined([one for params in now.values() for one in params.stated()])
        names = [str(name) for name in simulator.moment.table[simulator.key]]
        self.tell({"say": "ask", "asked": ASK.fill(stated=stated), "names": names, "texts": WORDS})
        self.update(content.get("seq"))

    def _path(self, name: str) -> str:
        return name if "." in name else f"{self.simulator.family.name}.{name}"

    def let_go(self) -> None:
        """No move waits any more, and what was said of the last one is old."""
        if self.to_come or self.told_of:
            self.tell({"say": "ask", "asked": None})
        self.held, self.to_come, self.told_of = None, {}, False

    def act_guess(self, content, buffers):
        """The trainee says who gains, or None to see it at once; then the move is made."""
        if self.held is None:
            return
        simulator, held, before = self.simulator, self.held, self.simulator.values
        amounts = self.amounts()
        simulator.set(dict(held["values"]), shown=bool(held["shown"]))
        self.guessed |= changed(before, simulator.values)
        self.held, self.to_come, self.told_of = None, {}, True
        gains = [name for name, one in self.amounts().items() if one - amounts[name] > CENT]
        losses = [name for name, one in self.amounts().items() if amounts[name] - one > CENT]
        guess = content.get("names")
        said = NO_TEXT
        if isinstance(guess, list):
            said = AS_GUESSED if set(map(str, guess)) == set(gains) else OTHERWISE
        told = GAINED.fill(gains=joined(gains) if gains else NOBODY, losses=joined(losses) if losses else NOBODY)
        self.tell({"say": "ask", "asked": None, "told": Text(*(f"{a}{b}" for a, b in zip(said, told, strict=True)))})
        self.update(content.get("seq"))

    def act_reset(self, content, buffers):
        self.let_go()
        super().act_reset(content, buffers)

    def amounts(self) -> dict[str, float]:
        """What each subject gets more than under the document's values [yuan]."""
        moment = cast(Moment, self.simulator.moment)
        return dict(zip(map(str, moment.table[self.simulator.key]), moment.difference, strict=True))


def changed(before: dict[str, Params], now: dict[str, Params]) -> set[str]:
    """The parameters, by their path, that differ."""
    return {
        f"{family}.{name}"
        for family, params in now.items()
        for name, value in params
        if value != dict(before[family])[name]
    }


ASK = Text("先猜一猜，再看结果：{stated}。谁的金额会增加？", "Guess before you look: {stated}. Whose amount rises?")
GAINED = Text("金额增加：{gains}；减少：{losses}。", "More: {gains}; less: {losses}.")
AS_GUESSED = Text("与您的预想一致。", "As you expected. ")
OTHERWISE = Text("与您的预想不同，想一想为什么。", "Not as you expected: why? ")
WORDS = {
    "nobody": Text("无人增加", "nobody's"),
    "show": Text("看结果", "Show"),
    "skip": Text("不猜，直接看", "Show without a guess"),
}
