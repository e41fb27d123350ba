"""How hospitals may answer a rule: what one more score point is worth to each, how far the next edge is, and what comes
of it if all within reach step over theirs at once.

Each amount is calculated as the rule itself does, to the fen: one calculation for each subject, in which its score
alone is another. Where scores move a mean, that of its group moves with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

import numpy as np
import pandas as pd

from simlib.columns import POINTS, Column, Table, Type, yuan
from simlib.comparison.outcomes import outcomes
from simlib.comparison.tables import OUTCOME
from simlib.money import to_yuan
from simlib.params import Kind, Params, Unit, lever
from simlib.problems import BadInput, Problem
from simlib.rules.family import Family
from simlib.rules.varying import Changes, Edges, Marks
from simlib.scenario import Part, Run
from simlib.study.robust.calculation import NOW, asked
from simlib.study.robust.uncertainty import CELLS
from simlib.words import Text


class Reach(Params):
    """How far hospitals are taken to reach."""

    family = "respond"
    reach: Decimal = lever(
        "1", "0", "20", kind=Kind.ASSUMPTION, step="0.1", unit=Unit(POINTS), places=2,
        label=Text("临近分数线的分差", "Points within reach"),
        help=Text("距更高一档分数线的分差不超过此值的机构，假设均刚好达标。",
                  "Those who lack at most so many points of the next edge are taken to step just over it."),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Answer:
    """One rule: the amounts now, with a point more, at the next edge, and when all within reach have stepped over."""

    part: Part
    marks: Marks
    raised: np.ndarray  # scores, over the scale of the marks
    edge: np.ndarray  # below 0 where there is none
    steps: np.ndarray  # who steps over
    together: np.ndarray  # scores with which they all stand over it at once
    now: np.ndarray  # fen, as are the next
    more: np.ndarray
    there: np.ndarray
    then: np.ndarray
    before: np.ndarray  # places in the family's ``sides``, as are the next
    side_there: np.ndarray
    side_short: np.ndarray  # when each takes only the step that would do alone
    side_then: np.ndarray
    numbers: dict[str, float]  # headline numbers then

    @property
    def family(self) -> Family:
        return self.part.family

    @cached_property
    def given(self) -> pd.DataFrame:
        return self.part.results[self.family.amount[0]]

    @cached_property
    def table(self) -> Table:
        """The columns of :attr:`subjects`."""
        family, measure = self.family, self.family.measure
        known = family.result(family.amount[0]).by_name
        beside = (known[name] for name in (family.key, *family.variation.beside, family.side, measure.name))
        side = known[family.side]
        named = (replace(side, name=name, label=label.fill(side=side.label)) for name, label in SIDES.items())
        there, then = named
        title = TITLE.fill(rule=family.label)
        return Table(
            f"response_{family.name}",
            title,
            family.key,
            (*beside, RAISED, WORTH, NEEDED, there, GAIN, STEPS, TOGETHER, then, CHANGE),
        )

    @cached_property
    def subjects(self) -> pd.DataFrame:
        """One row a subject: as it stands, what a point more is worth, the next edge, and how it stands when all have
        moved."""
        family, reached = self.family, self.edge >= 0
        given = [family.key, *family.variation.beside, family.side, family.measure.name]
        sides = np.array(list(family.sides), dtype=object)
        return pd.DataFrame({
            **{name: self.given[name].to_numpy() for name in given},
            RAISED.name: _points(self.raised - self.marks.score, self.marks.scale),
            WORTH.name: to_yuan(self.more - self.now),
            NEEDED.name: np.where(reached, _points(self.edge - self.marks.score, self.marks.scale), np.nan),
            "side_there": pd.Series(np.where(reached, sides[self.side_there], None), dtype="str"),
            GAIN.name: np.where(reached, to_yuan(self.there - self.now), np.nan),
            STEPS.name: self.steps,
            TOGETHER.name: np.where(self.steps, _points(self.together - self.marks.score, self.marks.scale), np.nan),
            "side_then": pd.Series(sides[self.side_then], dtype="str"),
            CHANGE.name: to_yuan(self.then - self.now),
        })  # fmt: skip

    def shares(self) -> pd.DataFrame:
        """``worth`` and ``gain`` of each subject over what amounts are drawn by (such as the deposit), with what orders
        them and its side; blank where the base is 0."""
        varying, rows = self.family.variation, self.subjects
        base = rows[varying.over].where(rows[varying.over] > 0)
        kept = [self.family.key, varying.beside[-1], self.family.side, NEEDED.name]
        return rows[kept].assign(worth=rows[WORTH.name] / base, gain=rows[GAIN.name] / base)

    def _over(self, side: np.ndarray) -> np.ndarray:
        """Who stands at least on the side that it wanted: sides are in order, from the lowest or from the highest."""
        return (side - self.side_there) * np.sign(self.side_there - self.before) >= 0

    @cached_property
    def counts(self) -> dict[str, int | float]:
        """Who steps over, who would get over with the step that does alone, who does with what it takes together, who
        else changes side, and who gains and loses how much when all have [yuan]."""
        moved = self.then - self.now
        return {
            "stepped": int(self.steps.sum()),
            "over_alone": int((self.steps & self._over(self.side_short)).sum()),
            "over": int((self.steps & self._over(self.side_then)).sum()),
            "others": int((~self.steps & (self.side_then != self.before)).sum()),
            "gainers": int((moved > 0).sum()), "losers": int((moved < 0).sum()),
            "gained": float(to_yuan(moved[moved > 0].sum())), "lost": float(to_yuan(-moved[moved < 0].sum())),
            "hoped": float(to_yuan((self.there - self.now)[self.steps].sum())),
            "got": float(to_yuan(moved[self.steps].sum())),
        }  # fmt: skip


@dataclass(frozen=True, eq=False)
class Response:
    """A run and how hospitals may answer it; made by :func:`respond`."""

    run: Run
    reach: Decimal
    answers: dict[str, Answer]

    @cached_property
    def tables(self) -> list[tuple[Table, pd.DataFrame]]:
        """The subjects of each rule, and the headline numbers now and then."""
        found = [(answer.table, answer.subjects) for answer in self.answers.values()]
        known = outcomes(self.answers)
        rows = [
            {"outcome": f"{name}.{column.name}", "now": float(answer.part.summary[column.name]),
             "then": answer.numbers[column.name]}
            for name, answer in self.answers.items() for column in answer.family.headlines
        ]  # fmt: skip
        city = pd.DataFrame(rows, columns=["outcome", "now", "then"])
        city["difference"] = np.round(city["then"] - city["now"], 6) + 0.0
        labels = {path: column.heading for path, column in known.items()}
        numbers = (Column(name, Type.NUMBER, label) for name, label in CITY.items())
        return [
            *found,
            (
                Table(
                    "response_city",
                    CITY_TITLE,
                    "outcome",
                    (Column("outcome", Type.CHOICE, OUTCOME.label, options=labels), *numbers),
                ),
                city,
            ),
        ]


def respond(
    run: Run, reach: Decimal | int | str = 1, progress: Callable[[int, int], None] = lambda done, all_: None
) -> Response:
    """Every rule of the run that goes by scores. ``reach``: from how many points below the next edge one steps over it.

    - a point more: the score raised by one point, at most to full marks, all else as it is
    - next edge: the lowest score, in steps of 0.01 point or as fine as the scores are, that lifts it to a higher side
    - all at once: all within reach have the lowest scores with which they stand over their edges together; where they
      move a mean that is more than each would need alone, and others fall

    BadInput where no rule of the run goes by scores, or ``reach`` is out of bounds.
    """
    reach = Reach(reach=reach).reach
    parts = {
        name: one
        for name, one in run.parts.items()
        if one.family.varying and one.family.variation.marks and asked(run, name)
    }
    if not parts:
        raise BadInput(Problem(NOTHING))
    return Response(run, reach, {name: _answer(one, reach, progress) for name, one in parts.items()})


def _answer(one: Part, reach: Decimal, progress: Callable[[int, int], None]) -> Answer:
    varying, params = one.family.variation, one.params
    ready, all_ = one.family.prepare(one.seen), 2 * len(one.results[one.family.amount[0]])
    if varying.marks is None or varying.edges is None:
        raise TypeError(f"{one.family.name} has no scores")
    marks, edges = varying.marks(ready, params), varying.edges(ready, params)
    before, edge = edges(marks.score)
    reached = np.where(edge >= 0, edge, marks.score)
    steps = (edge >= 0) & (edge - marks.score <= int(reach * marks.scale))
    raised = np.minimum(marks.score + marks.scale, marks.most)
    more, _ = _alone(one, ready, marks, raised, lambda done: progress(done, all_))
    there, side_there = _alone(one, ready, marks, reached, lambda done: progress(len(raised) + done, all_))
    alone = np.where(steps, edge, marks.score)
    together = _together(edges, alone, steps, side_there, np.sign(side_there - before))
    came = varying.run(ready, params, Changes(3, score=np.stack([marks.score, alone, together])))
    now, _, then = came.amount
    numbers = {name: float(values[2]) for name, values in came.numbers.items()}
    sides = {"before": before, "side_there": side_there, "side_short": came.side[1], "side_then": came.side[2]}
    return Answer(
        part=one, marks=marks, raised=raised, edge=edge, steps=steps, together=together, now=now, more=more,
        there=there,
        then=then, numbers=numbers, **sides,
    )  # fmt: skip


def _together(edges: Edges, score: np.ndarray, steps: np.ndarray, wanted: np.ndarray, upward: np.ndarray) -> np.ndarray:
    """The lowest scores with which all who step over stand on the side that each wanted, at once.

    Each goes on to the next edge, which the others have moved, until all stand over theirs or full marks stop them.
    """
    score = score.copy()
    while True:
        side, edge = edges(score)
        further = steps & ((side - wanted) * upward < 0) & (edge > score)
        if not further.any():
            return score
        score[further] = edge[further]


def _alone(
    one: Part, ready, marks: Marks, scores: np.ndarray, progress: Callable[[int], None]
) -> tuple[np.ndarray, np.ndarray]:
    """Each subject's amount and side where its score alone is the one in ``scores``."""
    base = one.family.variation.run(ready, one.params, Changes(1))
    amount, side = base.amount[0].copy(), base.side[0].copy()
    moved = np.flatnonzero(scores != marks.score)
    size = max(1, CELLS // max(len(scores), 1))
    for start in range(0, len(moved), size):
        mine = moved[start : start + size]
        rows = np.arange(len(mine))
        cases = np.repeat(marks.score[None], len(mine), axis=0)
        cases[rows, mine] = scores[mine]
        came = one.family.variation.run(ready, one.params, Changes(len(mine), score=cases))
        amount[mine], side[mine] = came.amount[rows, mine], came.side[rows, mine]
        progress(start + len(mine))
    progress(len(scores))
    return amount, side


def _points(parts: np.ndarray, scale: int) -> np.ndarray:
    return (parts.astype(object) / scale).astype(float)


RAISED = Column("raised", Type.NUMBER, Text("提高的分数", "Points raised"), POINTS)
WORTH = yuan("worth", "提高后的增减", "Gain of raising")
NEEDED = Column("needed", Type.NUMBER, Text("距更高一档分数线的分差", "Points to the next edge"), POINTS)
GAIN = yuan("gain", "单独达标的增减", "Gain of stepping over alone")
STEPS = Column("steps", Type.BOOLEAN, Text("临近分数线、达标", "Within reach, steps over"))
TOGETHER = Column("needed_together", Type.NUMBER, Text("共同达标所需提高的分数", "Points needed together"), POINTS)
CHANGE = yuan("change_then", "全部达标后的增减", "Change when all have")
SIDES = {
    "side_there": Text("单独达标后的{side}", "{side} there"),
    "side_then": Text("全部达标后的{side}", "{side} when all have"),
}
CITY = {
    "now": NOW,
    "then": Text("全部达标后", "When all have stepped"),
    "difference": Text("增减", "Difference"),
}
CITY_TITLE = Text("临近分数线机构全部达标：全市", "All within reach step over: the city")
TITLE = Text("{rule}：增加 1 分的影响和距分数线的分差", "{rule}: what a point is worth, and how far the edge is")
NOTHING = Text(
    "方案未运行按得分计算的规则（质量保证金、县域结余留用）。请核对数据和方案的 rules。",
    "The scenario runs no rule that goes by scores (deposit, retention). Check the data and its rules.",
)
