"""What the index asks of the cases, where they lie: counts and sums by place and ratio, and those without a group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simlib.rules.dip.basis import THOUSAND, Basis
from simlib.rules.dip.case_facts import fen
from simlib.rules.dip.points import NO_GROUP, POINTS_KINDS, SCHEMES, PointsKind, by_cost, measured, scaled
from simlib.rules.dip.scoring import Rate
from simlib.tables.large.shape import Bound

if TYPE_CHECKING:
    import ibis.expr.types as ir

LARGEST_RATIO = 40 * THOUSAND  # no limit lies above it, even where coding doubles it
BINS = 2 * LARGEST_RATIO + 2  # 2 k holds a ratio of exactly k thousandths, 2 k + 1 those between k and k + 1
IRREGULAR, ALL_LEVELS, SLOTS = POINTS_KINDS, 2 * POINTS_KINDS, 4 * POINTS_KINDS  # added to the cell of a case
ELDERLY, CHILD = 60, 6  # years (JY art. 22(2)1(2), (3))
OLD, MIDDLE, SIX, BELOW, NO_AGE = range(5)  # ages as they are counted
MONEY = ("fen", "billed", "patient_paid", "other_paid", "negotiated", "joined")
FLAGS = ("by_ratio", "own", "compared", "readmission", "unpaid", "ungrouped", "listed", "panel")
COUNTED = ("list_fault", "applied", "cut", "regrouped")  # flags of which only the cases are counted
PLACED = (
    "at", "slot", "case_id", "cell", "years", "days", "p", "ratio", "exact", "fixed", "irregular", "costed", *FLAGS,
    *COUNTED, *MONEY,
)  # fmt: skip


def lacks_groups(cases: ir.Table) -> ir.Table:
    """Whether a case has no group."""
    return cases.agg(some=(cases.group_code.isnull() | (cases.group_code == NO_GROUP)).any().fill_null(False))


@dataclass(frozen=True)
class Placing(Bound):
    """How cases are placed."""

    apart: int  # 1 where the schemes are kept apart, else 0
    basis: Basis
    some: bool  # whether any case has no group


def placed(cases: ir.Table, places: ir.Table, measure: ir.Table, placing: Placing) -> ir.Table:
    """Measured cases by place, ``at``, and slot: what of them is counted, in columns that are the same for all
    cases."""
    import ibis

    one = measured(cases, places, measure, placing.basis, placing.some)
    known = {name: (one.scheme == name) & (placing.apart == 1) for name in SCHEMES[:2]}
    scheme = ibis.cases(*((known[name], number) for number, name in enumerate(known)), else_=len(known))
    one = one.mutate(
        at=one.place * len(SCHEMES) + scheme, slot=one.cell + one.irregular.cast("int64") * IRREGULAR,
        listed=one.factor.notnull(), panel=one.reviewed.notnull(), joined=one["rows"] - 1,
        billed=one.billed_fen, patient_paid=fen(one.patient_paid), other_paid=fen(one.other_paid),
    )  # fmt: skip
    return one.select(*PLACED)


def binned_by(cases: ir.Table) -> ir.Table:
    """Placed cases whose points hang on their ratio, by slot and bin: key, count, and sums of p and of p x r."""
    import ibis

    one = cases.filter(cases.by_ratio & cases.compared)
    ratio = ibis.least(one.ratio, float(LARGEST_RATIO))
    slot = one["at"] * SLOTS + one.slot + (~one.own).cast("int64") * ALL_LEVELS
    rows = one.select(key=slot * BINS + ratio.ceil() + ratio.floor(), p=one.p, scaled=scaled(one))
    return rows.group_by("key").agg(count=rows.count(), p=rows.p.sum(), scaled=rows.scaled.sum()).order_by("key")


def counted_by(cases: ir.Table) -> ir.Table:
    """Placed cases by place, slot, age and how they were treated: counts, money in fen, and points in UNIT.

    A few groups and sums instead of a count for each question, as every count is a pass over the cases.
    """
    import ibis

    age = ibis.cases((cases.years >= ELDERLY, OLD), (cases.years > CHILD, MIDDLE), (cases.years == CHILD, SIX),
                     (cases.years < CHILD, BELOW), else_=NO_AGE)  # fmt: skip
    times = (cases.cell == PointsKind.BED_DAY.value).ifelse(cases.days.fill_null(0), 1)
    rows = cases.select("at", "slot", "p", "fixed", *FLAGS, *COUNTED, *MONEY, age=age, times=times)
    return rows.group_by("at", "slot", "age", *FLAGS).agg(
        cases=rows.count(),
        whole=(rows.fen + rows.billed + rows.patient_paid + rows.other_paid).count(),
        most=rows.fen.max(),
        group_points=(rows.p * rows.times).sum(),
        fixed=rows.fixed.count(),
        fixed_points=rows.fixed.sum().fill_null(0),
        **{name: rows[name].sum() for name in (*MONEY, *COUNTED)},
    )


def unapplied_by(cases: ir.Table) -> ir.Table:
    """Placed cases with points of the panel that nobody applied for, by place, whether their own level has a mean, and
    whole thousandths of the ratio; without any mean these are below 0."""
    import ibis

    one = cases.filter(cases.panel & ~(cases.applied | cases.irregular | cases.unpaid | cases.readmission))
    ratio = ibis.least(one.ratio.floor(), float(LARGEST_RATIO)).cast("int64")
    rows = one.select("at", "own", thousandths=one.compared.ifelse(ratio, -1))
    return rows.group_by("at", "own", "thousandths").agg(cases=rows.count()).order_by("at", "own", "thousandths")


def costed(cases: ir.Table, per_fen: Rate) -> ir.Table:
    """The points by cost of the placed cases without a group, summed by place and slot."""
    one = cases.filter(cases.costed)
    return one.group_by("at", "slot").agg(points=by_cost(one, per_fen).cast("int64").sum())
