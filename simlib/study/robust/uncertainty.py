"""How uncertain scores, costs and points are taken to be, and errors drawn accordingly: a seed makes them repeatable.

No document says how uncertain they are. The numbers here are assumptions that whoever studies a result must make.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal

import numpy as np

from simlib.params import PERCENT, POINTS, Kind, Params, Unit, lever, whole
from simlib.rules.varying import FACTOR, STEPS, Changes, Marks, Varying
from simlib.words import Text

CELLS = 2**18  # draws x subjects at once


def _assumed(default: str, high: str, unit: Unit, places: int, label: Text, help: Text) -> Decimal:
    step = Decimal(1).scaleb(-places)
    return lever(default, "0", high, kind=Kind.ASSUMPTION, step=step, unit=unit, places=places, label=label, help=help)


class Uncertainty(Params):
    """What is assumed of the errors, and how many are drawn; the defaults are no document's either."""

    family = "robust"

    score_sd: Decimal = _assumed(
        "1", "20", POINTS, 2, Text("得分误差的标准差", "Standard deviation of scores"),
        Text("各机构得分独立正态误差的标准差；误差精确到 0.01 分。",
             "Of each score's own normal error, which is drawn to 0.01 point."),
    )  # fmt: skip
    cost_cv: Decimal = _assumed(
        "0.02", "0.5", PERCENT, 4, Text("费用误差的变异系数", "Coefficient of variation of costs"),
        Text("各机构费用（DIP）或医共体实际支出所乘误差系数的变异系数。",
             "Of the factor by which each one's costs (DIP) or spending (communities) is multiplied."),
    )  # fmt: skip
    points_cv: Decimal = _assumed(
        "0.02", "0.5", PERCENT, 4, Text("分值误差的变异系数", "Coefficient of variation of points"),
        Text("各机构核定总分值（DIP）所乘误差系数的变异系数。",
             "Of the factor by which each one's approved points (DIP) are multiplied."),
    )  # fmt: skip
    draws: Decimal = lever(
        "2000", "100", "10000", kind=Kind.SETTING, step="100", unit=whole("次", "draws"), places=0,
        label=Text("抽样次数", "Draws"),
        help=Text("次数越多，概率越精确：次数增至四倍，抽样误差减半。",
                  "More make probabilities finer: four times as many halve the error of sampling."),
    )  # fmt: skip
    seed: Decimal = lever(
        "2026", "0", str(2**32 - 1), kind=Kind.SETTING, step="1", unit=whole("", ""), places=0,
        label=Text("随机种子", "Random seed"),
        help=Text("种子相同则结果相同。", "The same seed gives the same results."),
    )  # fmt: skip

    def settings(self) -> dict[str, int | float]:
        """The values as a manifest records them."""
        counted = {name for name, one in self.declarations().items() if not one.places}
        return {name: int(value) if name in counted else float(value) for name, value in self}

    @property
    def margin(self) -> float:
        """How far a probability may be off by sampling alone: the half width of its widest 95% interval."""
        return 1.96 * 0.5 / math.sqrt(int(self.draws))


def draws(assumed: Uncertainty, rule: str, varying: Varying, marks: Marks | None, subjects: int) -> Iterator[Changes]:
    """The draws of one rule in blocks; neither the size of a block nor other rules bear on them."""
    seeds = np.random.SeedSequence([int(assumed.seed), *rule.encode()]).spawn(3)
    score, cost, points = map(np.random.default_rng, seeds)
    count, size = int(assumed.draws), max(1, CELLS // max(subjects, 1))
    for start in range(0, count, size):
        shape = min(size, count - start), subjects
        yield Changes(
            shape[0],
            _scores(score, shape, marks, assumed.score_sd) if marks and "score" in varying.takes else None,
            _factors(cost, shape, assumed.cost_cv) if "cost" in varying.takes else None,
            _factors(points, shape, assumed.points_cv) if "points" in varying.takes else None,
        )


def _scores(stream: np.random.Generator, shape: tuple[int, int], marks: Marks, deviation: Decimal) -> np.ndarray:
    """Scores with an error of whole steps, none below 0 or above the highest that it may reach."""
    steps = np.rint(stream.standard_normal(shape) * float(deviation) * STEPS).astype(np.int64)
    return np.clip(marks.score + steps * (marks.scale // STEPS), 0, marks.most)


def _factors(stream: np.random.Generator, shape: tuple[int, int], variation: Decimal) -> np.ndarray:
    """Lognormal factors of mean 1, as whole numbers over ``FACTOR``."""
    sigma = math.sqrt(math.log1p(float(variation) ** 2))
    factors = np.exp(stream.standard_normal(shape) * sigma - sigma**2 / 2)
    return np.rint(factors * FACTOR).astype(np.int64)
