"""How firm a result stands: scores and costs drawn again with their uncertainty, and what comes of each draw.

Every draw is calculated to the fen as the scenario itself is. For each subject the probability of each side (band,
bracket, clearing outcome) and the 90% range of its amount; for the city the range of every headline number.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np
import pandas as pd

from simlib.columns import Column, Table, Type, part
from simlib.comparison.outcomes import outcomes
from simlib.comparison.tables import BY_RULE, OUTCOME
from simlib.money import to_yuan
from simlib.problems import BadInput, Problem
from simlib.rules.family import Family
from simlib.scenario import Part, Run
from simlib.study.robust.uncertainty import Uncertainty, draws
from simlib.words import Text

RANGE = {"low": 0.05, "middle": 0.5, "high": 0.95}  # by what share of the draws lie at or below
STAYS = part("stays", "与当前档次相同的概率", "Probability of the present side")
SIDE = "probability_{side}"
BINS = 40


@dataclass(frozen=True, eq=False)
class Trial:
    """One rule under every draw."""

    part: Part
    chances: np.ndarray  # of each side by row, subjects by column
    amounts: np.ndarray  # in fen: those of ``RANGE`` by row, subjects by column
    numbers: dict[str, np.ndarray]  # each headline number, draw by draw

    @property
    def family(self) -> Family:
        return self.part.family

    @cached_property
    def now(self) -> pd.DataFrame:
        return self.part.results[self.family.amount[0]]

    @cached_property
    def table(self) -> Table:
        """The columns of :attr:`subjects`."""
        family, measure = self.family, self.family.measure
        given = family.result(family.amount[0]).by_name
        chances = (part(SIDE.format(side=side), *PROBABILITY.fill(side=label)) for side, label in family.sides.items())
        amounts = (
            replace(measure, name=f"{measure.name}_{name}", label=label.fill(measure=measure.label))
            for name, label in LABELS.items()
        )
        beside = (given[name] for name in (family.key, *family.variation.beside, family.side, measure.name))
        title = TITLE.fill(rule=family.label)
        return Table(f"robust_{family.name}", title, family.key, (*beside, *amounts, STAYS, *chances))

    @cached_property
    def subjects(self) -> pd.DataFrame:
        """One row a subject: as it stands now, the range of its amount, and the probability of each side."""
        family = self.family
        given = [family.key, *family.variation.beside, family.side, family.measure.name]
        code = codes(self.now[family.side], family)
        return pd.DataFrame({
            **{name: self.now[name].to_numpy() for name in given},
            **{f"{family.measure.name}_{name}": to_yuan(fen) for name, fen in zip(RANGE, self.amounts, strict=True)},
            STAYS.name: self.chances[code, np.arange(len(code))],
            **{SIDE.format(side=side): chance for side, chance in zip(family.sides, self.chances, strict=True)},
        })  # fmt: skip

    @cached_property
    def city(self) -> pd.DataFrame:
        """The headline numbers, one row each: now, and their range over the draws."""
        rows = []
        for column in self.family.headlines:
            drawn = np.sort(self.numbers[column.name])
            ends = {
                "least": drawn[0],
                **{name: drawn[place(share, len(drawn))] for name, share in RANGE.items()},
                "most": drawn[-1],
            }
            rows.append({"rule": self.family.name, "outcome": f"{self.family.name}.{column.name}",
                         "now": self.part.summary[column.name],
                         **{name: float(value) for name, value in ends.items()}})  # fmt: skip
        return pd.DataFrame(rows)

    def expected(self, bins: int = BINS) -> pd.DataFrame:
        """Subjects by what orders them (such as the index): the middle of each bin, and how many stand on each side on
        average."""
        order = self.family.variation.beside[-1]
        values = self.now[order].to_numpy(dtype=float)
        known = np.isfinite(values)
        low, high = (np.quantile(values[known], share) for share in (0.01, 0.99)) if known.any() else (0.0, 1.0)
        width = max((high - low) / bins, 1e-6)
        bin_ = np.clip((values[known] - low) // width, 0, bins - 1).astype(int)
        sums = {
            side: np.bincount(bin_, chance[known], bins)
            for side, chance in zip(self.family.sides, self.chances, strict=True)
        }
        return pd.DataFrame({order: low + (np.arange(bins) + 0.5) * width, **sums})

    def bars(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The amounts of some :attr:`subjects` over what they are drawn by (such as the deposit): key, side, now, low,
        middle, high; those whose base is 0 are left out."""
        family, name = self.family, self.family.measure.name
        base = rows[family.variation.over]
        columns = {"now": name, **{end: f"{name}_{end}" for end in RANGE}}
        shares = {to: (rows[column] / base.where(base > 0)) for to, column in columns.items()}
        return rows[[family.key, family.side]].assign(**shares)[base.to_numpy() > 0].reset_index(drop=True)

    def spread(self, bins: int = BINS) -> pd.DataFrame:
        """How often the headline number drawn for the city falls where: from, to, draws; one row a bin."""
        drawn = self.numbers[self.family.variation.city]
        counts, edges = np.histogram(drawn, bins if np.ptp(drawn) else 1)
        return pd.DataFrame({"from": edges[:-1], "to": edges[1:], "draws": counts})

    def least_certain(self, most: int) -> pd.DataFrame:
        """The subjects least sure of their side, those by what orders them; all where there are no more than
        ``most``."""
        order = self.family.variation.beside[-1]
        rows = self.subjects.sort_values([STAYS.name, self.family.key], kind="stable").head(most)
        return rows.sort_values([order, self.family.key], ascending=[False, True], kind="stable", ignore_index=True)


@dataclass(frozen=True, eq=False)
class Robustness:
    """A run under many draws, rule by rule; made by :func:`robust`."""

    run: Run
    assumed: Uncertainty
    trials: dict[str, Trial]

    @cached_property
    def tables(self) -> list[tuple[Table, pd.DataFrame]]:
        """The subjects of each rule, the city's ranges, and the city's numbers draw by draw."""
        found = [(trial.table, trial.subjects) for trial in self.trials.values()]
        known = outcomes(self.trials)
        city = pd.concat([trial.city for trial in self.trials.values()], ignore_index=True)
        labels = {path: column.heading for path, column in known.items()}
        numbers = (Column(name, Type.NUMBER, label) for name, label in CITY.items())
        table = Table(
            "robust_city",
            Text("全市的可能范围", "The city's ranges"),
            "outcome",
            (BY_RULE, Column("outcome", Type.CHOICE, OUTCOME.label, options=labels), *numbers),
        )
        each = {
            f"{name}.{column.name}": trial.numbers[column.name]
            for name, trial in self.trials.items()
            for column in trial.family.headlines
        }
        drawn = pd.DataFrame({DRAW.name: np.arange(1, int(self.assumed.draws) + 1), **each})
        columns = (DRAW, *(replace(known[path], name=path) for path in each))
        return [
            *found,
            (table, city),
            (Table("robust_draws", Text("逐次抽样的全市结果", "The city, draw by draw"), DRAW.name, columns), drawn),
        ]


def robust(
    run: Run, assumed: Uncertainty | None = None, progress: Callable[[int, int], None] = lambda done, all_: None
) -> Robustness:
    """Every rule of the run that scores or costs bear on, under ``assumed``'s draws; the default is an assumption too.

    ``progress`` hears how many of all draws are done. BadInput where no rule of the run can be drawn, or a draw has no
    result.
    """
    assumed = assumed or Uncertainty()
    parts = {name: one for name, one in run.parts.items() if one.family.varying and asked(run, name)}
    if not parts:
        raise BadInput(Problem(NOTHING))
    trials, all_ = {}, int(assumed.draws) * len(parts)
    for number, (name, one) in enumerate(parts.items()):
        trials[name] = _trial(one, assumed, partial(_told, progress, number * int(assumed.draws), all_))
    return Robustness(run, assumed, trials)


def _told(progress: Callable[[int, int], None], before: int, all_: int, done: int) -> None:
    progress(before + done, all_)


def asked(run: Run, name: str) -> bool:
    """Whether a rule is studied: one that ran only because it feeds another is not."""
    return not run.scenario.rules or name in run.scenario.rules


def place(share: float, count: int) -> int:
    """Which of ``count`` sorted values so great a share of them do not exceed: a value that was drawn, never one
    between two."""
    return max(math.ceil(round(share * count, 9)) - 1, 0)


def codes(side: pd.Series, family: Family) -> np.ndarray:
    """Each side as its place in the family's ``sides``."""
    return pd.Categorical(side, categories=list(family.sides)).codes


def _trial(one: Part, assumed: Uncertainty, progress: Callable[[int], None]) -> Trial:
    family, varying = one.family, one.family.variation
    ready = family.prepare(one.seen)
    subjects, count = len(one.results[family.amount[0]]), int(assumed.draws)
    marks = varying.marks(ready, one.params) if varying.marks else None
    times = np.zeros((len(family.sides), subjects), dtype=np.int64)
    amounts = np.empty((subjects, count), dtype=np.int64)
    numbers, done = [], 0
    for changes in draws(assumed, family.name, varying, marks, subjects):
        try:
            came = varying.run(ready, one.params, changes)
        except BadInput as bad:
            raise BadInput([Problem(NO_RESULT.fill(rule=family.label)), *bad.problems]) from None
        times += np.stack([(came.side == side).sum(axis=0) for side in range(len(family.sides))])
        amounts[:, done : done + changes.cases] = came.amount.T
        numbers.append(came.numbers)
        done += changes.cases
        progress(done)
    places = [place(share, count) for share in RANGE.values()]
    amounts.partition(places, axis=1)
    drawn = {name: np.concatenate([block[name] for block in numbers]) for name in numbers[0]}
    return Trial(one, times / count, amounts[:, places].T.copy(), drawn)


LABELS = {
    "low": Text("{measure}，低（5%）", "{measure}, low (5%)"),
    "middle": Text("{measure}，中位数", "{measure}, median"),
    "high": Text("{measure}，高（95%）", "{measure}, high (95%)"),
}
NOW = Text("当前值", "Now")
CITY = {
    "now": NOW, "least": Text("最小", "Least"), "low": Text("低（5%）", "Low (5%)"), "middle": Text("中位数", "Median"),
    "high": Text("高（95%）", "High (95%)"), "most": Text("最大", "Most"),
}  # fmt: skip
TITLE = Text("{rule}：各机构的概率和范围", "{rule}: probabilities and ranges")
PROBABILITY = Text("{side}的概率", "Probability: {side}")
DRAW = Column("draw", Type.INTEGER, Text("抽样序号", "Draw"))
NOTHING = Text("方案未运行受得分或费用误差影响的规则（质量保证金、DIP 结算、县域结余留用）。请核对数据和方案的 "
               "rules。",
               "The scenario runs no rule that scores or costs bear on (deposit, DIP, retention). Check the data and "
               "its rules.")  # fmt: skip
NO_RESULT = Text(
    "{rule}：有一次抽样无法计算，原因见下。请减小误差。",
    "{rule}: a draw has no result; the reason follows. Assume smaller errors.",
)
