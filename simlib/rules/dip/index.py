"""The cases of a year in a form in which any deviation limits are answered without touching them again.

Cases of one place (institution and scheme) and :class:`~simlib.rules.dip.points.PointsKind` are counted by thousandths
of their deviation ratio, with running sums of p and p x r. As limits have at most three decimals, what lies below and
above them follows from binary searches, and equals scoring the cases again to the last digit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, reduce
from operator import add
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from simlib.clauses import cites
from simlib.exact import Exact
from simlib.rules.dip.basis import THOUSAND, Basis
from simlib.rules.dip.case_params import IrregularPoints, PanelUntil, PrimaryDeviation
from simlib.rules.dip.index_queries import (
    ALL_LEVELS,
    BELOW,
    BINS,
    IRREGULAR,
    NO_AGE,
    OLD,
    SIX,
    SLOTS,
    Placing,
    binned_by,
    costed,
    counted_by,
    lacks_groups,
    placed,
    unapplied_by,
)
from simlib.rules.dip.params import DipParams, MissingPeer, Ungrouped
from simlib.rules.dip.points import (
    CASES_READ,
    MEASURED_BY,
    POINTS_KINDS,
    SCHEMES,
    UNIT,
    PointsKind,
    large,
    measures,
    places_of,
)
from simlib.rules.dip.scoring import Limits, Rate

if TYPE_CHECKING:
    from simlib.tables.large import Large

COUNT, P, SCALED = range(3)  # columns of the running sums
BY_DAY = [PointsKind.BED_DAY, PointsKind.BED_DAY + IRREGULAR]
CUT_BY_BASE = [kind + IRREGULAR for kind in PointsKind if kind != PointsKind.BED_DAY]  # whose base may be deducted
PLACED_CASES = "placed"  # by which name an engine knows them
UNAPPLIED = ("place", "own", "thousandths", "cases")
WIDTH, LAST = 50, 4 * THOUSAND  # of the histogram's bars, and where its last begins
SUMS = (
    "cases", "elderly", "child", "child_below", "no_age", "fen", "billed", "patient_paid", "other_paid",
    "group_points", "fixed_points", "panel_points", "no_peer", "no_peer_fen", "reviewed", "readmission", "auxiliary",
    "ungrouped", "ungrouped_fen", "unearned_billed", "list_fault", "applied", "cut", "negotiated", "joined",
    "regrouped",
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
    costed: np.ndarray  # places x (2 x POINTS_KINDS): points by cost of the cases without a group, all of them
    per_fen: Fraction | None  # group points over cost of the cases with one; None where that tells nothing
    unapplied: pd.DataFrame  # cases with the panel's points that nobody applied for: place, own, thousandths, cases

    @classmethod
    @cites("JY 27", "JY 28", "JY 29", "JY 38", "JY 39")
    def build(
        cls,
        cases: pd.DataFrame | Large,
        institutions: pd.DataFrame,
        groups: pd.DataFrame,
        peer_means: pd.DataFrame,
        split: bool = True,
        basis: Basis | None = None,
    ) -> Index:
        """One index of all cases, a DataFrame or a large table in its file; ``split`` keeps the schemes apart.

        ``basis``: as which they are read; by default as the document's values say. BadInput as in ``score_cases``.
        """
        from simlib.rules.dip import joined_stays
        from simlib.rules.dip.case_checks import asked, bounded, far, known, negotiated
        from simlib.tables.large import engine
        from simlib.tables.large.queries import Queries
        from simlib.tables.large.shape import FEW

        asked(cases, institutions, ("fund_billed", "patient_paid", "other_paid"))
        cases, measure = large(cases), measures(groups, peer_means)
        basis = basis or Basis.of(DipParams(), cases.columns)
        with engine(len(cases)) as backend:
            queries = Queries(backend)
            stays = joined_stays.known(queries, cases)
            negotiated(queries)
            queries.rows("places", places_of(institutions))
            queries.rows("measure", measure)
            # Of few cases it costs less to look at each than to ask first.
            some = len(cases) <= FEW or bool(queries.first(lacks_groups, CASES_READ)["some"])
            placing = Placing(int(split), basis, some)
            queries.kept(len(cases), PLACED_CASES, placed, *MEASURED_BY, placing=placing)
            counted = _columns(queries.arrow(counted_by, PLACED_CASES))
            blank = (counted["whole"] != counted["cases"]) | ~counted["by_ratio"] & (
                counted["fixed"] != counted["cases"]
            )
            if counted["cases"].sum() != stays or blank.any():
                known(queries, institutions, groups)
            at, sums = _sums_of(counted)
            if far(measure, counted["most"].max(initial=0)):
                bounded(queries, PLACED_CASES)
            binned = queries.arrow(binned_by, PLACED_CASES)
            unapplied = queries.arrow(unapplied_by, PLACED_CASES)
            per_fen = _per_fen(sums)
            by_costs = np.zeros_like(sums["cases"])
            if per_fen:
                _add_costed(by_costs, at, queries.arrow(costed, PLACED_CASES, per_fen=Rate.of(per_fen)))
        row, number = np.divmod(at, len(SCHEMES))
        places = pd.DataFrame({"at": at, "row": row, "scheme": np.array(SCHEMES, dtype=object)[number]})
        running = np.zeros((len(binned) + 1, 3), dtype=np.int64)
        for column, name in enumerate(("count", "p", "scaled")):
            # A running sum may pass 64 bits; the difference of two of them is right all the same.
            binned[name].to_numpy().cumsum(out=running[1:, column])
        reviewed = _columns(unapplied)
        reviewed["place"] = np.searchsorted(at, reviewed.pop("at"))
        return cls(places, sums, binned["key"].to_numpy(), running, by_costs, per_fen, pd.DataFrame(reviewed))

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
        if params.primary_deviation is PrimaryDeviation.OFF:
            compared = compared & (cell % POINTS_KINDS != PointsKind.PRIMARY)
        bins = np.array([2 * limits.low + 1, 2 * limits.high, 2 * limits.review])
        found = np.searchsorted(self.keys, (slot[:, None] * BINS + bins).ravel()).reshape(-1, len(bins)).T
        low, high, review = (np.where(compared, at, edge) for at, edge in zip(found, (start, end, end), strict=True))
        high = np.maximum(high, low)  # a ratio of exactly 1 can be at both limits
        begun, ended = self.ends
        to_low, to_high = self.running[low], self.running[high]
        below, between, above, beyond = to_low - begun, to_high - to_low, ended - to_high, ended - self.running[review]
        if params.panel_until is PanelUntil.BASE:
            awaiting = ended - self.running[np.maximum(review, high)]
            between, above = between + awaiting, above - awaiting

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
        if params.irregular_points is IrregularPoints.BASE:
            points[:, CUT_BY_BASE] = self.sums["group_points"][:, CUT_BY_BASE].astype(object) * (THOUSAND * factor)
        found = Points(points[:, :POINTS_KINDS], points[:, POINTS_KINDS:], UNIT * THOUSAND * parts, *cases)
        return self._with_costed(found, params.ungrouped_share) if params.ungrouped is Ungrouped.COST else found

    def _with_costed(self, points: Points, share: Decimal) -> Points:
        """The points with those that the cases without a group have by their cost."""
        factor, parts = share.as_integer_ratio()
        more = self.costed.astype(object) * (points.whole // UNIT * factor)
        whole = points.over(parts)
        return replace(
            whole,
            earned=whole.earned + more[:, :POINTS_KINDS],
            irregular=whole.irregular + more[:, POINTS_KINDS:],
        )

    @cached_property
    def reviewed(self) -> tuple[np.ndarray, ...]:
        """Of the cases with points of the panel that nobody applied for: place, own, thousandths, cases."""
        place, own, thousandths, cases = (self.unapplied[name].to_numpy() for name in UNAPPLIED)
        return place, own.astype(bool), thousandths, cases

    @cites("JY 28", "JY 29")
    def not_applied_for(self, params: DipParams) -> np.ndarray:
        """By place, the cases with points of the panel that neither their ratio nor an application leads there."""
        place, own, thousandths, cases = self.reviewed
        compared = own | (params.missing_peer is MissingPeer.ALL_LEVELS)
        neither = ~compared | (thousandths < Limits.of(params).review)
        found = np.zeros(len(self.places), dtype=np.int64)
        np.add.at(found, place[neither], cases[neither])
        return found

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


def _per_fen(sums: dict[str, np.ndarray]) -> Fraction | None:
    """Group points [UNIT] over cost [fen] of the cases with a group, bed-days aside; None where no case lacks one."""
    by_day = np.isin(np.arange(2 * POINTS_KINDS), BY_DAY)
    points, cost, without = (
        int(sums[name][:, ~by_day].sum(dtype=object)) for name in ("group_points", "fen", "ungrouped_fen")
    )
    return Fraction(points, cost - without) if without and cost > without else None


def _columns(found: pa.Table) -> dict[str, np.ndarray]:
    return {name: found[name].to_numpy() for name in found.column_names}


def _add_costed(by_costs: np.ndarray, at: np.ndarray, found: pa.Table) -> None:
    places = np.searchsorted(at, found["at"].to_numpy())
    np.add.at(by_costs, (places, found["slot"].to_numpy()), found["points"].to_numpy().astype(np.int64))


def _sums_of(column: dict[str, np.ndarray]) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The places that have cases, and their SUMS."""
    at, place = np.unique(column["at"], return_inverse=True)
    slot, age, by_ratio, cases = (column[name] for name in ("slot", "age", "by_ratio", "cases"))
    first, irregular = ~(column["readmission"] | column["unpaid"]), slot >= IRREGULAR
    flag = {
        "no_peer": by_ratio & ~column["own"], "reviewed": column["panel"] & first, "readmission": column["readmission"],
        "auxiliary": column["listed"] & ~(column["panel"] | column["ungrouped"]) & first
                     & (slot % IRREGULAR != PointsKind.BED_DAY), "ungrouped": column["ungrouped"],
        "elderly": age == OLD, "child": (age == SIX) | (age == BELOW), "child_below": age == BELOW,
        "no_age": age == NO_AGE,
    }  # fmt: skip
    values = {
        **column, **{name: cases * rows for name, rows in flag.items()}, "no_peer_fen": column["fen"] * flag["no_peer"],
        "ungrouped_fen": column["fen"] * flag["ungrouped"],
        "unearned_billed": column["billed"] * ~first,
        "panel_points": column["fixed_points"] * (flag["reviewed"] & ~irregular),
        "fixed_points": np.where(by_ratio & ~column["compared"], column["group_points"], column["fixed_points"]),
    }  # fmt: skip
    sums = {name: np.zeros((len(at), 2 * POINTS_KINDS), dtype=np.int64) for name in SUMS}
    for name, total in sums.items():
        np.add.at(total, (place, slot), values[name].astype(np.int64))
    return at, sums
