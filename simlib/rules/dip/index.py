"""The cases of a year in a form in which any deviation limits are answered without touching them again.

Cases of one place (institution and scheme) and :class:`~simlib.rules.dip.points.PointsKind` are counted by thousandths
of their deviation ratio, with running sums of p and p x r. As limits have at most three decimals, what lies below and
above them follows from binary searches, and equals scoring the cases again to the last digit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property, reduce
from operator import add
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simlib.clauses import cites
from simlib.exact import Exact
from simlib.rules.dip.params import DipParams, MissingPeer
from simlib.rules.dip.points import (
    CASES_READ,
    MEASURED_BY,
    POINTS_KINDS,
    SCHEMES,
    THOUSAND,
    UNIT,
    Limits,
    PointsKind,
    fen,
    large,
    measured,
    measures,
    places_of,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from simlib.tables.large import Large

LARGEST_RATIO = 40 * THOUSAND  # no limit lies above it, even where coding doubles it
BINS = 2 * LARGEST_RATIO + 2  # 2 k holds a ratio of exactly k thousandths, 2 k + 1 those between k and k + 1
IRREGULAR, ALL_LEVELS, SLOTS = POINTS_KINDS, 2 * POINTS_KINDS, 4 * POINTS_KINDS  # added to the cell of a case
COUNT, P, SCALED = range(3)  # columns of the running sums
BY_DAY = [PointsKind.BED_DAY, PointsKind.BED_DAY + IRREGULAR]
WIDTH, LAST = 50, 4 * THOUSAND  # of the histogram's bars, and where its last begins
ELDERLY, CHILD = 60, 6  # years (JY art. 22(2)1(2), (3))
OLD, MIDDLE, SIX, BELOW, NO_AGE = range(5)  # ages as they are counted
SUMS = (
    "cases", "elderly", "child", "child_below", "no_age", "fen", "billed", "patient_paid", "other_paid",
    "group_points", "fixed_points", "panel_points", "no_peer", "no_peer_fen", "reviewed", "readmission", "auxiliary",
)  # fmt: skip


@dataclass(frozen=True)
class Points:
    """The points of each place under certain limits, by cell, in parts of ``whole`` of a point; Python ints."""

    earned: np.ndarray  # places x POINTS_KINDS
    irregular: np.ndarray  # places x POINTS_KINDS: what the irregular cases would have had
    whole: int
    low: np.ndarray  # cases, irregular ones not counted
    high: np.ndarray
    panel: np.ndarray

    def where(self, places: np.ndarray, other: Points) -> Points:
        """These at some places, ``other`` at the rest."""
        mine, theirs = self.over(other.whole), other.over(self.whole)
        at = places[:, None]
        return Points(
            np.where(at, mine.earned, theirs.earned),
            np.where(at, mine.irregular, theirs.irregular),
            mine.whole,
            low=np.where(places, self.low, other.low),
            high=np.where(places, self.high, other.high),
            panel=np.where(places, self.panel, other.panel),
        )

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
    sums: dict[str, np.ndarray]  # SUMS: places x (2 x POINTS_KINDS), the second half of irregular cases; int64
    keys: np.ndarray  # slot x BINS + bin, ascending
    running: np.ndarray  # running sums of cases, p and p x r, with a leading row of 0

    @classmethod
    @cites("JY 27", "JY 28", "JY 29", "JY 38", "JY 39")
    def build(
        cls,
        cases: pd.DataFrame | Large,
        institutions: pd.DataFrame,
        groups: pd.DataFrame,
        peer_means: pd.DataFrame,
        split: bool = True,
        readmission_days: int = 10,
    ) -> Index:
        """One index of all cases, a DataFrame or a large table in its file; ``split`` keeps the schemes apart.

        BadInput as in ``score_cases``.
        """
        from simlib.rules.dip.case_checks import asked, bounded, far, known
        from simlib.tables.large import engine
        from simlib.tables.large.queries import Queries

        asked(cases, institutions, ("fund_billed", "patient_paid", "other_paid"))
        cases, measure = large(cases), measures(groups, peer_means)
        with engine(len(cases)) as backend:
            queries = Queries(backend)
            cases.known(queries, CASES_READ)
            queries.rows("places", places_of(institutions))
            queries.rows("measure", measure)
            options = {"split": split, "days": readmission_days}
            counted = queries.frame(_counted, *MEASURED_BY, **options)
            blank = (counted["whole"] != counted["cases"]) | ~counted["by_ratio"] & (
                counted["fixed"] != counted["cases"]
            )
            if counted["cases"].sum() != len(cases) or blank.any():
                known(queries, institutions, groups)
            at, sums = _sums_of(counted)
            if far(measure, counted["most"].max()):
                bounded(queries, readmission_days)
            binned = queries.arrow(_binned, *MEASURED_BY, **options)
        row, number = np.divmod(at, len(SCHEMES))
        places = pd.DataFrame({"at": at, "row": row, "scheme": np.array(SCHEMES, dtype=object)[number]})
        running = np.zeros((len(binned) + 1, 3), dtype=np.int64)
        for column, name in enumerate(("count", "p", "scaled")):
            # A running sum may pass 64 bits; the difference of two of them is right all the same.
            binned[name].to_numpy().cumsum(out=running[1:, column])
        return cls(places, sums, binned["key"].to_numpy(), running)

    @cached_property
    def slots(self) -> tuple[np.ndarray, ...]:
        """Of each slot that holds cases: its number, where it begins and ends, its row of ``places`` and its cell."""
        slot = self.keys // BINS
        start = np.flatnonzero(np.diff(slot, prepend=-1))
        number = slot[start]
        at, cell = np.divmod(number, SLOTS)
        return number, start, np.append(start[1:], len(slot)), np.searchsorted(self.places["at"], at), cell

    @cached_property
    def ends(self) -> tuple[np.ndarray, np.ndarray]:
        """The running sums where each slot begins and ends."""
        _, start, end, _, _ = self.slots
        return self.running[start], self.running[end]

    @cites("JY 28")
    def points(self, params: DipParams, coding: Decimal = Decimal(1)) -> Points:
        """The points of every place under the limits of ``params`` (JY art. 28).

        With ``coding`` the groups that cases are coded into have so many times the points and the mean cost, at the
        same costs: ratios fall, which moves the limits (to the thousandth, within their bounds).
        """
        limits = Limits.of(params).moved(coding)
        all_levels = params.missing_peer is MissingPeer.ALL_LEVELS
        slot, start, end, place, cell = self.slots
        compared = all_levels | (cell < ALL_LEVELS)
        bins = np.array([2 * limits.low + 1, 2 * limits.high, 2 * limits.review])
        found = np.searchsorted(self.keys, (slot[:, None] * BINS + bins).ravel()).reshape(-1, len(bins)).T
        low, high, review = (np.where(compared, at, edge) for at, edge in zip(found, (start, end, end), strict=True))
        high = np.maximum(high, low)  # a ratio of exactly 1 can be at both limits
        begun, ended = self.ends
        to_low, to_high = self.running[low], self.running[high]
        below, between, above, beyond = to_low - begun, to_high - to_low, ended - to_high, ended - self.running[review]

        def total(values: np.ndarray) -> np.ndarray:
            slots = np.zeros((len(self.places), SLOTS), dtype=np.int64)
            slots[place, cell] = values
            return slots[:, :ALL_LEVELS] + slots[:, ALL_LEVELS:]

        factor, parts = coding.as_integer_ratio()
        panel = self.sums["panel_points"]  # what a panel gave, and a day, are the same whatever they are coded as
        same = panel.copy()
        same[:, BY_DAY] = self.sums["fixed_points"][:, BY_DAY]
        points = _weighed(
            (THOUSAND * parts, total(below[:, SCALED] + above[:, SCALED]) + same),
            (THOUSAND * factor, total(between[:, P]) + self.sums["fixed_points"] - same),
            (limits.lift * factor, total(below[:, P])),
            ((THOUSAND - Limits.of(params).high) * factor, total(above[:, P])),
        )
        cases = (total(one[:, COUNT])[:, :IRREGULAR].sum(axis=1) for one in (below, above, beyond))
        return Points(points[:, :POINTS_KINDS], points[:, POINTS_KINDS:], UNIT * THOUSAND * parts, *cases)

    @cached_property
    def histogram(self) -> pd.DataFrame:
        """Cases whose points hang on their ratio: ``from``, ``to`` [ratio], ``cases``; the last row holds all above."""
        _, start, end, _, cell = self.slots
        mine = np.repeat(cell < IRREGULAR, end - start)
        number = np.minimum(self.keys[mine] % BINS // 2, LAST) // WIDTH
        cases = np.bincount(number, np.diff(self.running[:, COUNT])[mine], LAST // WIDTH + 1).astype(np.int64)
        edges = np.arange(len(cases)) * WIDTH / THOUSAND
        return pd.DataFrame({"from": edges, "to": edges + WIDTH / THOUSAND, "cases": cases})


def _weighed(*terms: tuple[int, np.ndarray]) -> np.ndarray:
    """The sum of factors times whole numbers, as Python ints: 64 bits hold the numbers, but not what they are
    multiplied to."""
    alike: dict[int, np.ndarray] = {}
    for factor, values in terms:
        alike[factor] = alike.get(factor, 0) + values
    return reduce(add, (factor * values.astype(object) for factor, values in alike.items() if factor))


def _placed(cases: ir.Table, places: ir.Table, measure: ir.Table, split: bool, days: int) -> ir.Table:
    """Measured cases by place and slot."""
    one = measured(cases, places, measure, days)
    scheme = one.scheme.cases((SCHEMES[0], 0), (SCHEMES[1], 1), else_=2) if split else 2
    return one.mutate(at=one.place * len(SCHEMES) + scheme, slot=one.cell + one.irregular.cast("int64") * IRREGULAR)


def _binned(cases: ir.Table, places: ir.Table, measure: ir.Table, split: bool, days: int) -> ir.Table:
    """Measured cases whose points hang on their ratio, by slot and bin: key, count, and sums of p and of p x r."""
    import ibis

    one = _placed(cases, places, measure, split, days)
    one = one.filter(one.by_ratio & one.compared)
    ratio = ibis.least(one.ratio, float(LARGEST_RATIO))
    slot = one["at"] * SLOTS + one.slot + (~one.own).cast("int64") * ALL_LEVELS
    rows = one.select(key=slot * BINS + ratio.ceil() + ratio.floor(), p=one.p, scaled=one.scaled)
    return rows.group_by("key").agg(count=rows.count(), p=rows.p.sum(), scaled=rows.scaled.sum()).order_by("key")


def _counted(cases: ir.Table, places: ir.Table, measure: ir.Table, split: bool, days: int) -> ir.Table:
    """Measured cases by place, slot, age and how they were treated: counts, money in fen, and points in UNIT.

    A few groups and sums instead of a count for each question, as every count is a pass over the cases.
    """
    import ibis

    one = _placed(cases, places, measure, split, days)
    age = ibis.cases((one.years >= ELDERLY, OLD), (one.years > CHILD, MIDDLE), (one.years == CHILD, SIX),
                     (one.years < CHILD, BELOW), else_=NO_AGE)  # fmt: skip
    rows = one.select(
        "at", "slot", "by_ratio", "own", "compared", "readmission", age=age, listed=one.factor.notnull(),
        panel=one.reviewed.notnull(),
        p=one.p, fixed=one.fixed, fen=one.fen, billed=fen(one.fund_billed), patient_paid=fen(one.patient_paid),
        other_paid=fen(one.other_paid),
    )  # fmt: skip
    money = {name: rows[name] for name in ("fen", "billed", "patient_paid", "other_paid")}
    return rows.group_by("at", "slot", "by_ratio", "own", "compared", "readmission", "age", "listed", "panel").agg(
        cases=rows.count(),
        whole=sum(money.values()).count(),
        most=rows.fen.max(),
        group_points=rows.p.sum(),
        fixed=rows.fixed.count(),
        fixed_points=rows.fixed.sum().fill_null(0),
        **{name: column.sum() for name, column in money.items()},
    )


def _sums_of(counted: pd.DataFrame) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The places that have cases, and their SUMS."""
    column = {str(name): values.to_numpy() for name, values in counted.items()}
    at, place = np.unique(column["at"], return_inverse=True)
    slot, age, by_ratio, cases = (column[name] for name in ("slot", "age", "by_ratio", "cases"))
    first, irregular = ~column["readmission"], slot >= IRREGULAR
    flag = {
        "no_peer": by_ratio & ~column["own"], "reviewed": column["panel"] & first, "readmission": column["readmission"],
        "auxiliary": column["listed"] & ~column["panel"] & first & (slot % IRREGULAR != PointsKind.BED_DAY),
        "elderly": age == OLD, "child": (age == SIX) | (age == BELOW), "child_below": age == BELOW,
        "no_age": age == NO_AGE,
    }  # fmt: skip
    values = {
        **column, **{name: cases * rows for name, rows in flag.items()}, "no_peer_fen": column["fen"] * flag["no_peer"],
        "panel_points": column["fixed_points"] * (flag["reviewed"] & ~irregular),
        "fixed_points": np.where(by_ratio & ~column["compared"], column["group_points"], column["fixed_points"]),
    }  # fmt: skip
    sums = {name: np.zeros((len(at), 2 * POINTS_KINDS), dtype=np.int64) for name in SUMS}
    for name, total in sums.items():
        np.add.at(total, (place, slot), values[name].astype(np.int64))
    return at, sums
