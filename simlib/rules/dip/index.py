"""The cases of a year in a form in which any deviation limits are answered without touching them again.

Cases of one place (institution and scheme) and :class:`~simlib.rules.dip.points.Cell` are counted by thousandths of their
deviation ratio, with running sums of p and p x r. As limits have at most three decimals, what lies below and above them
follows from binary searches, and equals scoring the cases again to the last digit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simlib.exact import Exact
from simlib.rules.dip.params import DipParams, MissingPeer
from simlib.rules.dip.points import CELLS, SCHEMES, THOUSAND, UNIT, Cell, Limits, fen, measured, measures, on

if TYPE_CHECKING:
    import ibis.expr.types as ir

LARGEST_RATIO = 40 * THOUSAND  # no limit lies above it, even where coding doubles it
BINS = 2 * LARGEST_RATIO + 2  # 2 k holds a ratio of exactly k thousandths, 2 k + 1 those between k and k + 1
IRREGULAR, ALL_LEVELS, SLOTS = CELLS, 2 * CELLS, 4 * CELLS  # added to the cell of a case
WIDTH, LAST = 50, 4 * THOUSAND  # of the histogram's bars, and where its last begins
AGES, NO_AGE = 5, 4  # below 6, 6, up to 59, from 60; and no age
TREATED = 2**4  # combinations of what may be said of a case
ELDERLY, CHILD = 60, 6  # years (JY art. 22(2)1(2), (3))
SUMS = (
    "cases", "elderly", "child", "child_below", "no_age", "fen", "billed", "patient_paid", "other_paid",
    "group_points", "fixed_points", "panel_points", "no_peer", "no_peer_fen", "reviewed", "readmission", "auxiliary",
)  # fmt: skip


@dataclass(frozen=True)
class Points:
    """The points of each place or account under certain limits, by cell, in parts of ``whole`` of a point; whole numbers without limit."""

    earned: np.ndarray  # rows x CELLS
    irregular: np.ndarray  # rows x CELLS: what the irregular cases would have had
    whole: int
    low: np.ndarray  # cases, irregular ones not counted
    high: np.ndarray
    panel: np.ndarray

    def where(self, places: np.ndarray, other: Points) -> Points:
        """These at some places, ``other`` at the rest."""
        mine, theirs = self.over(other.whole), other.over(self.whole)
        cells = (
            np.where(places[:, None], a, b)
            for a, b in ((mine.earned, theirs.earned), (mine.irregular, theirs.irregular))
        )
        cases = (
            np.where(places, a, b)
            for a, b in ((self.low, other.low), (self.high, other.high), (self.panel, other.panel))
        )
        return Points(*cells, mine.whole, *cases)

    def over(self, factor: int) -> Points:
        return replace(self, earned=self.earned * factor, irregular=self.irregular * factor, whole=self.whole * factor)

    def times(self, grown: Callable[[Exact], Exact]) -> Points:
        """The points, grown cell by cell."""
        cells = [[grown(Exact(column, self.whole)) for column in one.T] for one in (self.earned, self.irregular)]
        earned, irregular = (np.stack([column.parts for column in one], axis=1) for one in cells)
        return replace(self, earned=earned, irregular=irregular, whole=cells[0][0].whole)


@dataclass(frozen=True)
class Index:
    """Cases by place, cell and thousandth of the ratio; ``sums`` holds what no limit bears on."""

    places: pd.DataFrame  # at, row (of institutions), scheme; one row a place
    sums: dict[str, np.ndarray]  # SUMS: places x (2 x CELLS), the second half of irregular cases; int64
    keys: np.ndarray  # slot x BINS + bin, ascending
    count: np.ndarray  # running sums, with a leading 0
    p: np.ndarray
    scaled: np.ndarray

    @classmethod
    def build(
        cls,
        cases,
        institutions: pd.DataFrame,
        groups: pd.DataFrame,
        peer_means: pd.DataFrame,
        split: bool = True,
        readmission_days: int = 10,
    ) -> Index:
        """One index of all cases, a DataFrame or a large table in its file; ``split`` keeps the schemes apart.

        BadInput as in ``score_cases``.
        """
        from simlib.large import engine
        from simlib.rules.dip.needs import asked, bounded, far, known

        asked(cases, institutions, ("fund_billed", "patient_paid", "other_paid"))
        measure = measures(groups, peer_means)
        with engine() as backend:
            table = on(cases, backend)
            one = measured(table, institutions, measure, readmission_days)
            scheme = one.scheme.cases((SCHEMES[0], 0), (SCHEMES[1], 1), else_=2) if split else 2
            one = one.mutate(
                at=one.place * len(SCHEMES) + scheme, slot=one.cell + one.irregular.cast("int64") * IRREGULAR
            )
            counted = _counted(one).to_pandas().fillna(0).astype("int64")
            if counted["cases"].sum() != table.count().execute() or counted["blank"].any():
                known(table, institutions, groups)
            if far(measure, counted["most"].max()):
                bounded(one)
            binned = _binned(one).to_pyarrow()
        at, sums = _sums_of(counted)
        row, number = np.divmod(at, len(SCHEMES))
        places = pd.DataFrame({"at": at, "row": row, "scheme": np.array(SCHEMES, dtype=object)[number]})
        # A running sum may pass 64 bits; the difference of two of them is right all the same.
        running = [np.append(0, binned[name].to_numpy().astype(np.int64).cumsum()) for name in ("count", "p", "scaled")]
        return cls(places, sums, binned["key"].to_numpy(), *running)

    @cached_property
    def slots(self) -> tuple[np.ndarray, ...]:
        """Of each slot that holds cases: its number, where it begins and ends, its row of ``places`` and its cell."""
        slot = self.keys // BINS
        start = np.flatnonzero(np.diff(slot, prepend=-1))
        number = slot[start]
        at, cell = np.divmod(number, SLOTS)
        return number, start, np.append(start[1:], len(slot)), np.searchsorted(self.places["at"], at), cell

    def points(self, params: DipParams, of: np.ndarray | None = None, coding: Decimal = Decimal(1)) -> Points:
        """The points of every place under the limits of ``params`` (JY art. 28), or of the account that ``of`` names for it.

        With ``coding`` the groups that cases are coded into have so many times the points and the mean cost, at the same
        costs: ratios fall, which moves the limits (to the thousandth, within their bounds).
        """
        limits = Limits.of(params).moved(coding)
        all_levels = params.missing_peer is MissingPeer.ALL_LEVELS
        slot, start, end, place, cell = self.slots
        of = np.arange(len(self.places)) if of is None else of
        row = of[place]
        compared = all_levels | (cell < ALL_LEVELS)
        first = slot * BINS
        low = np.where(compared, np.searchsorted(self.keys, first + 2 * limits.low + 1), start)
        high = np.where(compared, np.searchsorted(self.keys, first + 2 * limits.high), end)
        high = np.maximum(high, low)  # a ratio of exactly 1 can be at both limits
        review = np.where(compared, np.searchsorted(self.keys, first + 2 * limits.review), end)

        factor, parts = coding.as_integer_ratio()
        over = Limits.of(params).high - THOUSAND
        by_ratio = parts * THOUSAND * (_sums(self.scaled, start, low) + _sums(self.scaled, high, end)) + factor * (
            THOUSAND * _sums(self.p, low, high)
            + limits.lift * _sums(self.p, start, low)
            - over * _sums(self.p, high, end)
        )
        fixed = np.full((1, 2 * CELLS), factor, dtype=object)
        fixed[:, [Cell.BED_DAY, Cell.BED_DAY + IRREGULAR]] = parts  # a day is a day, whatever it is coded as
        panel = self.sums["panel_points"].astype(object)  # neither is what a panel gave
        points = np.zeros((of.max(initial=-1) + 1, 2 * CELLS), dtype=object)
        np.add.at(points, of, THOUSAND * ((self.sums["fixed_points"].astype(object) - panel) * fixed + panel * parts))
        np.add.at(points, (row, cell % ALL_LEVELS), by_ratio)
        regular = cell % ALL_LEVELS < IRREGULAR
        cases = [
            np.bincount(row[regular], (self.count[b] - self.count[a])[regular], len(points)).astype(np.int64)
            for a, b in ((start, low), (high, end), (review, end))
        ]
        return Points(points[:, :CELLS], points[:, CELLS:], UNIT * THOUSAND * parts, *cases)

    @cached_property
    def histogram(self) -> pd.DataFrame:
        """Cases whose points hang on their ratio: ``from``, ``to`` [ratio], ``cases``; the last row holds all above."""
        _, start, end, _, cell = self.slots
        mine = np.repeat(cell < IRREGULAR, end - start)
        number = np.minimum(self.keys[mine] % BINS // 2, LAST) // WIDTH
        cases = np.bincount(number, np.diff(self.count)[mine], LAST // WIDTH + 1).astype(np.int64)
        edges = np.arange(len(cases)) * WIDTH / THOUSAND
        return pd.DataFrame({"from": edges, "to": edges + WIDTH / THOUSAND, "cases": cases})


def _sums(running: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    return (running[end] - running[start]).astype(object)


def _binned(one: ir.Table) -> ir.Table:
    """Measured cases whose points hang on their ratio, by slot and bin: key, count, and sums of p and of p x r."""
    import ibis

    one = one.filter(one.by_ratio & one.compared)
    ratio = ibis.least(one.ratio, float(LARGEST_RATIO))
    slot = one["at"] * SLOTS + one.slot + (~one.own).cast("int64") * ALL_LEVELS
    rows = one.select(key=slot * BINS + ratio.ceil() + ratio.floor(), p=one.p, scaled=one.scaled)
    return rows.group_by("key").agg(count=rows.count(), p=rows.p.sum(), scaled=rows.scaled.sum()).order_by("key")


def _counted(one: ir.Table) -> ir.Table:
    """Measured cases by place, slot, age and how they were treated: counts, money in fen, and points in UNIT.

    A few groups and sums instead of a count for each question, as every count is a pass over the cases.
    """
    import ibis

    steps = (one.years >= CHILD, one.years > CHILD, one.years >= ELDERLY)
    age = sum(step.cast("int64") for step in steps).fill_null(NO_AGE)
    flags = {
        "no_peer": one.by_ratio & ~one.own, "reviewed": one.reviewed.notnull() & ~one.readmission,
        "readmission": one.readmission,
        "auxiliary": one.factor.notnull() & one.reviewed.isnull() & ~one.readmission & (one.cell != Cell.BED_DAY.value),
    }  # fmt: skip
    treated = sum(flag.cast("int64") * 2**number for number, flag in enumerate(flags.values()))
    fixed = ibis.cases((one.by_ratio & one.compared, 0), (one.by_ratio, one.p), else_=one.fixed)
    rows = one.select(
        key=((one["at"] * (2 * CELLS) + one.slot) * AGES + age) * TREATED + treated, p=one.p, fixed=fixed, fen=one.fen,
        billed=fen(one.fund_billed), patient_paid=fen(one.patient_paid), other_paid=fen(one.other_paid),
    )  # fmt: skip
    money = {name: rows[name].sum() for name in ("fen", "billed", "patient_paid", "other_paid")}
    return rows.group_by("key").agg(
        cases=rows.count(),
        most=rows.fen.max(),
        group_points=rows.p.sum(),
        fixed_points=rows.fixed.sum().fill_null(0),
        blank=4 * rows.count()
        - rows.fixed.count()
        - rows.fen.count()
        - rows.billed.count()
        - (rows.patient_paid + rows.other_paid).count(),
        **money,
    )


def _sums_of(counted: pd.DataFrame) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The places that have cases, and their SUMS."""
    key, treated = np.divmod(counted["key"].to_numpy(), TREATED)
    key, age = np.divmod(key, AGES)
    number, slot = np.divmod(key, 2 * CELLS)
    at, place = np.unique(number, return_inverse=True)
    flag = {
        name: (treated >> bit & 1).astype(bool)
        for bit, name in enumerate(("no_peer", "reviewed", "readmission", "auxiliary"))
    }
    cases, fen_ = counted["cases"].to_numpy(), counted["fen"].to_numpy()
    values = {
        **{name: counted[name].to_numpy() for name in SUMS if name in counted},
        "elderly": cases * (age == 3), "child": cases * (age <= 1), "child_below": cases * (age == 0), "no_age": cases * (age == NO_AGE),
        "no_peer_fen": fen_ * flag["no_peer"], "panel_points": counted["fixed_points"].to_numpy() * (flag["reviewed"] & (slot < IRREGULAR)), **{name: cases * rows for name, rows in flag.items()},
    }  # fmt: skip
    sums = {name: np.zeros((len(at), 2 * CELLS), dtype=np.int64) for name in SUMS}
    for name, total in sums.items():
        np.add.at(total, (place, slot), values[name])
    return at, sums
