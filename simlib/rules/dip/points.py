"""Points of the cases (JY art. 27-29, 38, 39), as expressions that any engine of Ibis can run.

Symbols: p points of the case's group, r deviation ratio (偏差率) = the case's total cost / last year's mean cost of its
group at the same level. A case is compared in thousandths of the ratio, the finest that limits are given in, and the
one division is of whole numbers, so that a case exactly at a limit is found there. Points are whole hundred-millionths:
sums do not depend on the order of the cases or on how many threads add them.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from simlib import columns
from simlib.clauses import cites
from simlib.columns import CASES, LEVELS
from simlib.columns.checks import DUPLICATE, numbers, refuse, require, unique
from simlib.money import decimal_integers
from simlib.params import Choice
from simlib.rules.dip.basis import THOUSAND, Basis, Cut
from simlib.rules.dip.case_facts import facts_of, psychiatric
from simlib.rules.dip.params import NAME
from simlib.rules.dip.scoring import Rate, Scoring
from simlib.words import Text

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from simlib.tables.large import Large

UNIT = 10**8  # parts of a point
MICRO = 10**6  # parts of a yuan in which means are compared
NOISE = 9  # decimals of a thousandth beyond which a ratio is noise: a mean such as 97 / 3 is written by no decimal
LARGEST = 10**9  # points of one case
NO_GROUP = ""  # stands for the group of a case that has none
COLUMNS = ("case_id", "institution_id", "reason", "deviation", "panel_review", "points", "deducted_points", "stays")
CASES_READ = "cases"  # the names by which an engine knows what ``measured`` takes
MEASURED_BY = CASES_READ, "places", "measure"
SCHEMES = (*columns.SCHEMES, "")  # by number; a case may not say which


class Reason(Choice):
    """Why a case has the points it has; the first that applies, in this order."""

    IRREGULAR = "irregular", "违规病例，不计分并扣减", "irregular: no points, and a deduction"
    LIST_FAULT = "list_fault", "清单不合规或迟传，不予支付", "list refused or late: not paid"
    READMISSION = "readmission", "重复住院，不计分", "readmission: no points"
    REVIEWED = "reviewed", "专家评议分值", "points by the panel"
    UNGROUPED = "ungrouped", "未入组病例", "without a group"
    BED_DAY = "bed_day", "床日分值", "bed-days"
    AUXILIARY = "auxiliary", "辅助目录分值", "auxiliary catalogue"
    PRIMARY = "primary", "基层病种，各处同分", "primary group: the same points everywhere"
    LOW = "low", "低费用偏差", "low deviation"
    AWAITING = "awaiting", "待专家评审，按基础分值", "awaiting the panel: points of the group"
    HIGH = "high", "高费用偏差", "high deviation"
    STANDARD = "standard", "病种基础分值", "points of the group"
    NO_PEER = "no_peer", "无上年度均值，按基础分值", "no mean last year: points of the group"


class PointsKind(IntEnum):
    """Where the points of a case go, by the kind of its group."""

    CORE = 0
    OTHER = 1  # mixed groups, and cases without one: weighed like core ones, and no part of any CMI
    PRIMARY = 2
    BED_DAY = 3
    TCM = 4


POINTS_KINDS = len(PointsKind)
WEIGHED = (PointsKind.CORE, PointsKind.OTHER, PointsKind.TCM)  # by the coefficient
POINTS_KIND_OF = {
    "core": PointsKind.CORE,
    "mixed": PointsKind.OTHER,
    "tcm": PointsKind.TCM,
    "primary": PointsKind.PRIMARY,
    "bed_day": PointsKind.BED_DAY,
}


@cites("JY 17", "JY 19", "JY 28")
def measures(groups: pd.DataFrame, peer_means: pd.DataFrame) -> pa.Table:
    """What cases are measured by, one row a group: group_code, cell, p [UNIT], and last year's means [MICRO yuan].

    The last row, ``NO_GROUP``, is that of the cases without a group: no points, and no means.

    ``mean_1``, ``mean_2`` and ``mean_3`` are those of the levels, missing where nobody had such a case; ``mean_city``
    is that of all levels together, weighed by ``cases`` where the table gives any, else the simple mean of the levels'.
    BadInput for a group, or a group at one level, that stands twice, and for an unknown kind.
    """
    require(groups, "groups", ["group_code", "kind", "points"], NAME)
    require(peer_means, "peer_means", ["level", "group_code", "mean_cost"], NAME)
    unique(groups, "groups", "group_code")
    refuse(
        groups, "groups", "kind", ~groups["kind"].isin(POINTS_KIND_OF), NOT_A_KIND.fill(kinds=", ".join(POINTS_KIND_OF))
    )
    numbers(groups, "groups", "points")
    refuse(peer_means, "peer_means", "group_code", peer_means.duplicated(["level", "group_code"]), DUPLICATE)
    refuse(peer_means, "peer_means", "mean_cost", numbers(peer_means, "peer_means", "mean_cost") == 0, NO_MEAN)
    given = peer_means.assign(mean=_parts(peer_means["mean_cost"], MICRO), level=peer_means["level"].astype("str"))
    weight = given["cases"].fillna(0).to_numpy() if "cases" in given else np.ones(len(given))
    levels = given.assign(sum=given["mean"] * weight, weight=weight).groupby("group_code")
    sums = levels[["sum", "weight"]].sum()
    table = pd.DataFrame(
        {
            "cell": groups["kind"].map(POINTS_KIND_OF).astype("int64"),
            "p": _parts(groups["points"], UNIT).round().astype("int64"),
        }
    )
    table = table.set_index(groups["group_code"])
    for level in LEVELS:
        table[f"mean_{level}"] = given[given["level"] == level].set_index("group_code")["mean"]
    table["mean_city"] = (sums["sum"] / sums["weight"]).where(sums["weight"] > 0, levels["mean"].mean())
    nobody = pd.DataFrame({"cell": PointsKind.OTHER.value, "p": 0}, index=pd.Index([NO_GROUP], name="group_code"))
    whole = pd.concat([table, nobody]).astype({"cell": "int64", "p": "int64"}).reset_index()
    return pa.Table.from_pandas(whole, preserve_index=False)


def _parts(values: pd.Series, of: int) -> np.ndarray:
    """Numbers as multiples of 1 / ``of``: whole ones where their decimals allow."""
    parts, scale = decimal_integers(values.to_numpy())
    return (parts.astype(object) * of / scale).astype(float)


def places_of(institutions: pd.DataFrame) -> pa.Table:
    """The number and level of each institution, ``place``, its row, and whether it is ``psychiatric``."""
    level = pd.to_numeric(institutions["level"]).fillna(0).astype("int64")
    kind = institutions["type"] if "type" in institutions else pd.Series("", index=institutions.index)
    return pa.table(
        {"institution_id": institutions["institution_id"].astype("str"), "level": level, "place": range(len(level)),
         "psychiatric": (kind == "psychiatric").fillna(False).astype(bool)}
    )  # fmt: skip


@cites("JY 17", "JY 18", "JY 27", "JY 28", "JY 29", "JY 37")
def measured(
    cases: ir.Table, places: ir.Table, measure: ir.Table, basis: Basis, some_ungrouped: bool = True
) -> ir.Table:
    """The cases with what their points are made of; one of an unknown institution or group is left out.

    Of :func:`facts_of` the cases, and the tables :func:`places_of` and :func:`measures`. Adds ``place`` (the row of the
    institutions), cell, p, ``own`` and ``compared`` (whether its level has a mean, or any),
    ``mean`` [MICRO yuan], ``ratio`` = r in thousandths (missing without any mean; ``exact`` before noise is taken off),
    ``by_ratio`` (whether r decides) and ``fixed``: the points where it does not. ``ungrouped`` is a case without a
    group, ``costed`` one whose points might be by its cost; with ``some_ungrouped`` off there is none, which saves
    looking. ``cut`` is an application that loses the points of the panel.
    """
    import ibis

    cases = facts_of(cases, basis)
    cases = cases.mutate(mental=psychiatric(cases))
    if some_ungrouped:
        cases = cases.mutate(group_code=cases.group_code.fill_null(NO_GROUP))
    joined = cases.join(places, "institution_id").join(measure, "group_code")
    own = ibis.cases(*((joined.level == int(level), joined[f"mean_{level}"]) for level in LEVELS))
    mean = own.coalesce(joined.mean_city)
    one = joined.mutate(
        own=own.notnull(), compared=joined.mean_city.notnull(), mean=mean,
        exact=joined.compared_fen * float(MICRO // 100 * THOUSAND) / mean,
    )  # fmt: skip
    one = one.mutate(ratio=one.exact.round(NOISE))
    cut = _cut(one, basis.cut) if basis.cut else ibis.literal(False)
    by_day, listed = one.cell == PointsKind.BED_DAY.value, one.factor.notnull()
    ungrouped = one.group_code == NO_GROUP if some_ungrouped else ibis.literal(False)
    one = one.mutate(cut=cut, reviewed=cut.ifelse(None, one.reviewed) if basis.cut else one.reviewed)
    treated = ~one.irregular & (one.unpaid | one.readmission | one.reviewed.notnull())
    one = one.mutate(
        by_ratio=~(by_day | listed | treated | ungrouped), ungrouped=ungrouped, costed=ungrouped & ~treated
    )
    fixed = ibis.cases(
        (one.by_ratio, ibis.null("int64")),
        ((one.readmission | one.unpaid) & ~one.irregular, 0),
        (one.reviewed.notnull() & ~one.irregular, (one.reviewed * UNIT).round().cast("int64")),
        (one.ungrouped, 0),
        (one.cell == PointsKind.BED_DAY.value, one.p * one.days),
        else_=(one.p * (1 + one.factor)).round().cast("int64"),
    )
    return one.mutate(fixed=fixed)


@cites("JY 28")
def scaled(cases: ir.Table) -> ir.IntegerValue:
    """p x r of measured cases; of one that :func:`~simlib.rules.dip.case_checks.bounded` refuses it may be too long a
    number."""
    return (cases.p * cases.exact / THOUSAND).round().cast("int64")


@cites("JY 28", "JY 29")
def _cut(cases: ir.Table, cut: Cut) -> ir.BooleanValue:
    """Whether the panel's points are lost: applied for past the quota, and no ratio that leads to the panel."""
    by_itself = cases.compared & (cases.ratio >= cut.review)
    return cases.beyond & cases.reviewed.notnull() & ~(by_itself if cut.all_levels else by_itself & cases.own)


@cites("JY 15(3)", "JY 19", "JY 27", "JY 28", "JY 29", "JY 37", "JY 38", "JY 39")
def scored(cases: ir.Table, scoring: Scoring) -> ir.Table:
    """:func:`measured` cases with their points under the limits (JY art. 27-29, 37-39).

    In this order: irregular 0 points, and ``irregular_multiple`` x what the formula gives, or the points of the group,
    is deducted; a list refused or late that is not paid for 0; readmission 0;
    reviewed: the panel's; without a group: none, or ``ungrouped_share`` of ``per_fen`` x its cost; bed-day p x days;
    auxiliary p x (1 + factor); else by r: r <= deviation_low gives p x r, r >= deviation_high gives
    p x (r - deviation_high + 1), or p where it awaits the panel and the reading says so, between them p, and p without
    a mean to compare with.

    Adds reason, deviation, panel_review, points, deducted_points and stays.
    """
    import ibis

    limits = scoring.limits
    known = cases.compared & (cases.own | scoring.all_levels)
    same = cases.cell == PointsKind.PRIMARY.value if scoring.same_primary else ibis.literal(False)
    compared = known & ~same
    low, high = compared & (cases.ratio <= limits.low), compared & (cases.ratio >= limits.high)
    review = compared & (cases.ratio >= limits.review)
    awaiting = review & ~low if scoring.awaited_base else ibis.literal(False)
    # As floats, which hold whole numbers of any case exactly and never overflow.
    fixed, by_r, p = (one.cast("float64") for one in (cases.fixed, scaled(cases), cases.p))
    parts = ibis.cases(
        (~cases.by_ratio, fixed * THOUSAND),
        (low, by_r * THOUSAND + p * limits.lift),
        (awaiting, p * THOUSAND),
        (high, by_r * THOUSAND - p * (limits.high - THOUSAND)),
        else_=p * THOUSAND,
    )
    points = parts / float(THOUSAND * UNIT)
    if scoring.per_fen is not None:
        points = cases.costed.ifelse(by_cost(cases, scoring.per_fen) * scoring.share / float(UNIT), points)
    by_day = cases.cell == PointsKind.BED_DAY.value
    deducted = (~(by_day | cases.ungrouped)).ifelse(p / float(UNIT), points) if scoring.irregular_base else points
    reason = ibis.cases(
        (cases.irregular, Reason.IRREGULAR.value),
        (cases.unpaid, Reason.LIST_FAULT.value),
        (cases.readmission, Reason.READMISSION.value),
        (cases.reviewed.notnull(), Reason.REVIEWED.value),
        (cases.ungrouped, Reason.UNGROUPED.value),
        (by_day, Reason.BED_DAY.value),
        (cases.factor.notnull(), Reason.AUXILIARY.value),
        (same, Reason.PRIMARY.value),
        (~compared, Reason.NO_PEER.value),
        (low, Reason.LOW.value),
        (awaiting, Reason.AWAITING.value),
        (high, Reason.HIGH.value),
        else_=Reason.STANDARD.value,
    )
    days = scoring.cycle_days
    cycled = by_day if scoring.every_cycle else by_day & cases.psychiatric & cases.mental
    stays = (cycled & (cases.days > days)).ifelse((cases.days + days - 1) // days, 1)
    return cases.mutate(
        reason=reason, deviation=known.ifelse(cases.ratio / THOUSAND, None), stays=stays.cast("int64"),
        panel_review=review & cases.by_ratio & ~cases.irregular,
        points=cases.irregular.ifelse(0.0, points),
        deducted_points=cases.irregular.ifelse(deducted * scoring.irregular_multiple, 0.0),
    )  # fmt: skip


@cites("JY 27")
def by_cost(cases: ir.Table, per_fen: Rate) -> ir.NumericValue:
    """The points [UNIT] of a case without a group by its cost, before the share of ``ungrouped_share``; whole, half
    up."""
    return (cases.fen * per_fen.numerator / per_fen.denominator).round()


def large(cases: pd.DataFrame | pa.Table | Large) -> Large:
    """Cases as a table that an engine is asked: one in its file, a DataFrame or an Arrow table."""
    from simlib.tables.large import Large

    return cases if isinstance(cases, Large) else Large.of(cases, CASES)


NO_MEAN = Text("必须大于 0。请核对。", "It must be above 0. Check it.")
NOT_A_KIND = Text("不是病种类型。请填 {kinds} 之一。", "Not a kind of group. Give one of {kinds}.")
