"""Which cases may be applied for as special: the six conditions of JY art. 29, screened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from simlib.clauses import cites
from simlib.columns import POOLED, SCHEMES
from simlib.rules.dip.basis import THOUSAND, Quota
from simlib.rules.dip.case_facts import flag, ranked, within
from simlib.rules.dip.points import NO_GROUP, UNIT, PointsKind
from simlib.rules.dip.scoring import PointValue
from simlib.tables.large.shape import Bound

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

RATIO = 3 * THOUSAND  # condition 1: above it
TIMES = 5  # condition 2: times the institution's mean stay, or more
LARGEST = 10  # condition 3: how many of an institution's excesses
INTENSIVE = (6, 10)  # condition 4: parts of the stay in intensive care, or more


@dataclass(frozen=True)
class Values(Bound):
    """Last year's point value, where the funds tell it."""

    by_scheme: tuple[PointValue, ...]


def last_values(funds: pd.DataFrame) -> Values:
    """Last year's point value by scheme, where the funds tell it; that of both together is that of either."""
    if "last_point_value" not in funds:
        return Values(())
    known = funds.dropna(subset=["last_point_value"]).set_index("scheme")["last_point_value"].to_dict()
    pooled = known.get(next(iter(POOLED)))
    found = {scheme: known.get(scheme, pooled) for scheme in (*SCHEMES, "")}
    return Values(tuple(PointValue(scheme, float(value)) for scheme, value in found.items() if value is not None))


@cites("JY 20", "JY 29", "JY 29(1)", "JY 29(2)", "JY 29(3)", "JY 29(4)", "JY 29(5)", "JY 29(6)")
def special(one: ir.Table, cases: ir.Table, all_levels: bool, quota: Quota, values: Values) -> ir.Table:
    """Measured cases that meet a condition of JY art. 29, and all that were applied for, as the table ``dip_special``.

    1. ratio > 3; 2. days >= 5 x the institution's mean stay; 3. cost > points of the group x last year's point value,
    the excess among the institution's ten largest (equal ones share a place); 4. days in intensive care >= 60% of the
    stay; 5. and 6. the technology, as given. A condition whose numbers a case lacks is not met.

    Columns: case_id, institution_id, conditions (their numbers), applied, within_quota (of applications, by the order
    of the case numbers; missing of others).
    """
    import ibis

    stays = one.group_by("institution_id").agg(all_days=one.days.sum(), stayed=one.days.count())
    one = one.join(stays, "institution_id")
    base = one.p * (one.cell == PointsKind.BED_DAY.value).ifelse(one.days, 1) / float(UNIT)
    excess = (one.group_code != NO_GROUP).ifelse(one.fen / 100.0 - base * _value(one, values), None)
    over = one.select("case_id", "institution_id", excess=excess).filter(lambda t: t.excess > 0)
    place = ibis.window(group_by=over.institution_id, order_by=over.excess.desc())
    largest = over.mutate(place=ibis.rank().over(place)).filter(lambda t: t.place < LARGEST)
    icu = one.icu_days if "icu_days" in one.columns else ibis.null("int64")
    parts, whole = INTENSIVE
    met = {
        "1": one.compared & (one.own | all_levels) & (one.ratio > RATIO),
        "2": (one.all_days > 0) & (one.days * one.stayed >= TIMES * one.all_days),
        "3": one.case_id.isin(largest.case_id),
        "4": (one.days > 0) & (icu * whole >= one.days * parts),
        "5": flag(one, "innovative_technology"), "6": flag(one, "new_technology"),
    }  # fmt: skip
    written = ibis.literal("")
    for number, condition in met.items():
        written = written + condition.fill_null(False).ifelse(f"{number} ", "")
    found = one.select("case_id", "institution_id", conditions=written.strip(), applied=one.applied)
    found = found.filter(found.applied | (found.conditions != ""))
    place_of = ranked(cases)
    told = found.left_join(place_of.select("case_id", within_quota=within(place_of, quota)), "case_id")
    return told.select("case_id", "institution_id", "conditions", "applied", "within_quota").order_by("case_id")


def _value(cases: ir.Table, values: Values) -> ir.FloatingValue:
    """Last year's point value for a case; missing where the funds do not tell it."""
    import ibis

    missing: ibis.Value = ibis.null("float64")
    known = [(cases.scheme.fill_null("") == one.scheme, one.value) for one in values.by_scheme]
    return ibis.cases(*known, else_=missing) if known else missing
