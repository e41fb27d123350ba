"""Who treats what in the synthetic city: each institution's patients, their usual cost, and how many it has.

Kinds of institutions differ in what they stand for (MIXES); within a kind the larger have the heavier cases. A group
costs more at a higher level, and its points are what it costs over all levels, so that catalogue and costs agree.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from simlib.columns import LEVELS, PEER_MEANS, SCHEMES
from simlib.problems import BadInput, Problem
from simlib.sample.groups import catalogue
from simlib.words import Text

LEVEL = list(LEVELS)  # levels by number: 3, 2, 1
YUAN = 16.0  # of a point, at the city's mean cost
COST = np.array([1.24, 1.0, 0.74])  # of the same group at the levels;
NEARER = {"primary": 0.5, "tcm": 0.5, "bed_day": 0.7}  # of these kinds, its power: levels treat them more alike
GRADE = {"A": 0.03, "B": -0.03, "S": -0.05, "O": -0.06}  # ln of how much dearer a grade of the level is
CMI = np.array([1.2, 0.89, 0.56])  # of a general hospital of median size
ALIKE = np.array([1, 0.8, 0.45])  # specialists of lower levels differ less from general hospitals: power of `cmi`
CEILING = np.array([60_000, 7000, 1900])  # points from which on a level hardly treats a group
DEAREST = 900_000  # cases of a natural city at most
FUND = {"employee": np.array([0.71, 0.75, 0.78]), "resident": np.array([0.61, 0.69, 0.76])}  # billed, of total cost
EMPLOYEES = np.array([0.54, 0.42, 0.29])  # of the adults at each level; children are residents
ADULTS = 0.88
RATIO = 1.025  # mean cost / usual cost, for those that run far beyond it
LAST_YEAR = 0.96  # of this year's cases
UNSEEN = 0.003  # of the cases: so rare at their level that last year has no mean
GROUP_SLOTS = 2**17  # a uniform draw picks one: probabilities to a hundred-thousandth
PATHS = np.linspace(-0.9, 0.9, 19)  # ln of the power to which a draw is raised: below 0 heavier cases


class Mix(NamedTuple):
    """A kind of institution: the first that its type and name fit."""

    who: str  # a regular expression of both
    focus: str  # the groups it stands for, a regular expression of codes,
    share: float  # which are so much of its core cases
    cmi: float  # against a general hospital of level 3
    light: tuple[float, float, float] = (0.004, 0.02, 0.06)  # share of primary groups, by level
    tcm: float = 0.003
    days: float = 0  # share paid by the bed-day,
    beds: str = ""  # of these groups
    ages: str = ""  # whom it admits, where not everybody
    dear: float = 0  # ln of its cost of a group against others


# fmt: off
GENERAL = (0.015, 0.07, 0.26)
MIXES = [
    Mix("^psychiatric", "F|G", 0.5, 0.75, days=0.93, beds="F"),
    Mix("^eye|眼科", "H[0-5]", 0.985, 0.56, (0, 0, 0), tcm=0, dear=-0.08),
    Mix("护理院", "I|J|E|G", 0.8, 0.8, GENERAL, days=0.8, beds="Z", ages="elder"),
    Mix("老年病", "I|J|E|G|Z51", 0.75, 0.92, GENERAL, days=0.12, beds="Z|I", ages="elder"),
    Mix("^rehabilitation|康复", "I6|M|G|S", 0.9, 0.8, (0.02, 0.06, 0.1), tcm=0.12, days=0.45, beds="I|T|Z50"),
    Mix("妇幼|妇产", "O|N[789]|D25|P|J21|A08|B08", 0.95, 0.68),
    Mix("儿童", "P|Q|J[0-24]|J3[0-9]|A0|B0|G4|K35|N04|C91", 0.97, 0.75, ages="child"),
    Mix("肿瘤", "C|D[0-4]|Z51", 0.93, 1.1, tcm=0),
    Mix("传染", "A|B|K7|J[019]", 0.85, 0.9),
    Mix("口腔", "K0|K1|C0|S0", 0.97, 0.66, (0, 0, 0), tcm=0),
    Mix("胸科", "J|C3|I[0-5]|A1", 0.9, 1.1),
    Mix("骨科", "M|S", 0.93, 1.18, tcm=0.03),
    Mix("脑科", "G|I6|S0", 0.9, 1.15, days=0.03, beds="F|I|T"),
    Mix("心血管", "I", 0.93, 1.32),
    Mix("皮肤", "L|B0|A4|C4", 0.95, 0.62),
    Mix("耳鼻喉", "H[6-9]|J3|C[0-3]", 0.95, 0.8),
    Mix("肾病", "N[01]|I1|E1", 0.92, 0.82),
    Mix("职业病", "J[4-9]|T|M|S", 0.85, 0.8, GENERAL),
    Mix("肛肠", "K[56]", 0.93, 0.74, tcm=0.1),
    Mix("^tcm", "M|I6|S|K6|G", 0.5, 0.93, GENERAL, tcm=0.15, dear=-0.05),
    Mix("^primary", "J|I1|I6|K|E1|M", 0.7, 0.94, (0.1, 0.42, 0.58)),
    Mix("", "", 1, 1, GENERAL, days=0.003, beds="F|I|Z"),
]
# fmt: on


class Plan:
    """Whatever a case is drawn by: one row an institution with beds, and tables by level and group.

    ``ids``; ``level`` and ``mix`` (numbers); ``row`` (of ``tables``); ``power``: a uniform draw raised to it is the
    place in ``tables``, groups by rising points; ``effect``: ln of how dear it is; ``expected``: cases in a natural
    year; ``irregular`` and ``reviewed``: rates. By level and group: ``means`` [yuan], the usual total cost, of a
    bed-day group a day's; ``treated``, the expected cases.
    """

    def __init__(self, institutions: pd.DataFrame, seed: int, size: int):
        table = institutions[institutions["has_inpatient"]]
        if table.empty:
            raise BadInput(Problem(NO_BEDS, "institutions", column="has_inpatient"))
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(2,)))
        self.groups = catalogue(seed, size)
        self.points = self.groups["points"].to_numpy()
        self.kind, self.days = self.groups["kind"].to_numpy(), self.groups["days"].to_numpy()
        self.bed_day = self.kind == "bed_day"
        self.weight = self.points * np.where(self.bed_day, self.days, 1)  # points of a usual case
        self.ids = table["institution_id"].to_numpy()
        self.private = (table["ownership"] == "private").to_numpy()
        self.level = table["level"].map(LEVEL.index).to_numpy()
        title = table["type"] + " " + table["name"]
        self.mix = np.select([title.str.contains(one.who) for one in MIXES], range(len(MIXES)))
        pairs, self.row = np.unique(self.level * len(MIXES) + self.mix, return_inverse=True)
        self.tables = np.stack([self._table(*divmod(pair, len(MIXES))) for pair in pairs.tolist()])
        self._rates(table["grade"].str[1].map(GRADE).to_numpy(), rng)
        self._means(table["settled"].to_numpy(), pairs // len(MIXES), rng)

    def _table(self, level: int, mix: int) -> np.ndarray:
        """A level's groups at a kind of institution, lightest first, each in as many slots as it has cases there."""
        one, codes = MIXES[mix], self.groups["group_code"]
        usual = self.groups["cases"].to_numpy()
        shares = {"primary": one.light[level], "tcm": one.tcm, "bed_day": one.days}
        core = np.isin(self.kind, ["core", "mixed"])
        weights = (1 - sum(shares.values())) * self._core(one, level, core, usual)
        for kind, share in shares.items():
            wanted = usual * (self.kind == kind)
            wanted *= codes.str.match(one.beds).to_numpy() if kind == "bed_day" and one.beds else 1
            weights += share * wanted / wanted.sum()
        order = np.argsort(self.weight, kind="stable")
        return order[slots(weights[order], GROUP_SLOTS)].astype(np.int16)

    def _core(self, one: Mix, level: int, core: np.ndarray, usual: np.ndarray) -> np.ndarray:
        """Core cases: those of the focus and others in their shares, tilted so that their mean points are the CMI."""
        weight = usual * core * np.exp(-((self.points / CEILING[level]) ** 2))
        focus = self.groups["group_code"].str.match(one.focus).to_numpy()
        low, high = -4.0, 4.0
        for _ in range(30):
            tilt = (low + high) / 2
            tilted = weight * (self.points / 1000) ** tilt
            parts = [(one.share, tilted * focus), (1 - one.share, tilted * ~focus)]
            mixed = sum(share * part / part.sum() for share, part in parts if share)
            heavy = (mixed * self.points).sum() / 1000 > CMI[level] * one.cmi ** ALIKE[level]
            low, high = (low, tilt) if heavy else (tilt, high)
        return mixed

    def _rates(self, grade: np.ndarray, rng: np.random.Generator) -> None:
        """Who is dear, who has irregular cases, and who applies for reviews: a few more than they may."""
        count = len(self.ids)
        dear = grade + np.array([MIXES[mix].dear for mix in self.mix]) + 0.02 * self.private
        self.effect = dear + rng.normal(0, 0.05, count)
        faulty = self.private & (rng.random(count) < 0.15)
        self.irregular = np.where(faulty, 0.03, np.where(self.private, 0.001, 0.0005))
        eager = (self.level < 2) & (rng.random(count) < 0.06)
        self.reviewed = np.where(eager, 0.7, np.array([0.15, 0.09, 0])[self.level])

    def _means(self, settled: np.ndarray, levels: np.ndarray, rng: np.random.Generator) -> None:
        """How heavy size and chance make the cases of an institution; then their number and the usual costs."""
        size = np.log(settled)
        for level in range(len(LEVEL)):
            here = self.level == level
            size[here] = (size[here] - np.median(size[here])) / max(size[here].std(), 0.1) if here.any() else 0
        wanted = np.exp(0.055 * np.clip(size, -2, 2) + 0.04 * rng.normal(size=len(size)))
        noise = rng.normal(0, 0.05, (len(LEVEL), len(self.points)))
        draws = (np.arange(1024) + 0.5) / 1024
        places = (draws ** np.exp(PATHS)[:, None] * GROUP_SLOTS).astype(int)
        cost = COST[:, None] ** np.array([NEARER.get(kind, 1) for kind in self.kind])
        path, average = np.zeros(len(size)), np.ones(len(self.points))
        in_slots = np.stack([np.bincount(one, minlength=len(average)) for one in self.tables]) / GROUP_SLOTS
        for _ in range(2):  # what a group costs on average depends on where it is treated, and that on what it costs
            self.means = self.points * YUAN * cost / average * np.exp(noise)
            typical = self.means * np.where(self.bed_day, self.days, 1)
            per_case = np.empty(len(size))
            for row, table in enumerate(self.tables):
                here, picked = self.row == row, table[places]
                weight = self.weight[picked].mean(axis=1)
                path[here] = np.interp(-wanted[here] * np.interp(0, PATHS, weight), -weight, PATHS)
                per_case[here] = np.interp(path[here], PATHS, typical[levels[row]][picked].mean(axis=1))
            self.expected = settled / (per_case * RATIO * np.exp(self.effect) * _billed()[self.level])
            treated = np.bincount(self.row, self.expected, len(self.tables))[:, None] * in_slots
            self.treated = np.stack([treated[levels == level].sum(axis=0) for level in range(len(LEVEL))])
            whole = self.treated.sum(axis=0)
            average = np.where(whole > 0, (cost * self.treated).sum(axis=0) / np.where(whole > 0, whole, 1), 1)
        self.power = np.exp(path)

    @property
    def natural(self) -> int:
        """The number of cases by which the sums billed are near what was settled; 900,000 at most."""
        return min(round(self.expected.sum()), DEAREST)

    def peer_means(self, count: int) -> pd.DataFrame:
        """Table ``peer_means``, without bed-days and without what is too rare to have been seen."""
        last = np.where(self.bed_day, 0, self.treated / self.treated.sum() * count * LAST_YEAR)
        rarest = np.argsort(last, axis=None, kind="stable")
        unseen = rarest[np.cumsum(last.ravel()[rarest]) <= UNSEEN * last.sum()]
        known = np.ones(last.size, dtype=bool)
        known[unseen] = False
        level, group = np.nonzero(known.reshape(last.shape) & ~self.bed_day)
        table = {
            "level": np.array(LEVEL, dtype=object)[level],
            "group_code": self.groups["group_code"].to_numpy()[group],
            "mean_cost": np.round(self.means[level, group], 4),
            "cases": np.maximum(np.rint(last[level, group]), 1).astype(np.int64),
        }
        return pd.DataFrame({name: table[name] for name in PEER_MEANS.by_name})


def slots(weights: np.ndarray, count: int) -> np.ndarray:
    """Numbers 0, 1, ... in ``count`` slots in proportion to their weights: a uniform slot is a draw by weight."""
    edges = np.cumsum(weights)
    return np.searchsorted(edges, (np.arange(count) + 0.5) / count * edges[-1])


def _billed() -> np.ndarray:
    """The expected share of the total cost that is billed, by level."""
    employees = ADULTS * EMPLOYEES
    employee, resident = (FUND[scheme] for scheme in SCHEMES)
    return employees * employee + (1 - employees) * resident


NO_BEDS = Text("没有提供住院服务的机构，无法生成病例。请增加机构数。",
               "No institution has beds, so there can be no cases. Ask for more institutions.")  # fmt: skip
