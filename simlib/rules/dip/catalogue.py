"""The catalogue of groups made from earlier years' cases, and last year's mean costs (JY art. 14-19).

Symbols: C_y total cost of a group in year y, n_y its cases (of a bed-day group: its days), w_y the weight of the year;
C and N the weighted sums of w_y C_y and w_y n_y over all cases. An engine of Ibis adds up the cases where they lie, in
whole fen; what comes from there has a row a group and year, and stays in whole numbers until the one division.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from simlib.clauses import cites
from simlib.columns import KINDS
from simlib.columns.checks import refuse, require, together, unique
from simlib.money import FEN, sum_by
from simlib.problems import BadInput, Problem
from simlib.rules.dip.history import NAME, Asked, file_of, opened, refuse_groups, summed
from simlib.rules.dip.params import DipParams, YearWeights
from simlib.tables.large import Large
from simlib.words import Text, joined

if TYPE_CHECKING:
    import ibis.expr.types as ir

BASE = 1000  # points of the overall mean cost
LISTED = ("primary", "tcm", "bed_day")  # kinds that a list gives, not the number of cases
WEIGHTS = {YearWeights.EQUAL: (1, 1, 1), YearWeights.NATIONAL: (1, 2, 7)}  # of up to three years, the latest last

# The chapters of ICD-10 by their first and last category.
CHAPTERS = (
    "A00-B99", "C00-D48", "D50-D89", "E00-E90", "F00-F99", "G00-G99", "H00-H59", "H60-H95", "I00-I99", "J00-J99",
    "K00-K93", "L00-L99", "M00-M99", "N00-N99", "O00-O99", "P00-P96", "Q00-Q99", "R00-R99", "S00-T98",
    "V01-Y98", "Z00-Z99", "U00-U99",
)  # fmt: skip
CONSERVATIVE, OPERATION, DIAGNOSTIC, THERAPEUTIC = "conservative", "operation", "diagnostic", "therapeutic"


@cites("JY 14", "JY 15", "JY 15(1)", "JY 15(2)", "JY 15(3)", "JY 15(4)", "JY 16", "JY 17")
def catalogue(
    history: pd.DataFrame | ir.Table | Large, params: DipParams | None = None, listed: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The groups with their kinds and points: table ``groups``.

    JY art. 15-17, over the latest ``history_years`` of the years that the history has:

    - kind: of ``listed``; else ``core`` with at least ``core_min_cases`` cases, and ``mixed`` with fewer
    - points = 1000 x (sum w_y C_y / sum w_y n_y) / (C / N), the nearest float; of a bed-day group n_y are days.
      ``year_weights`` gives w: 1:1:1, or 1:2:7 from the earliest year to the latest (of fewer years the last of these)
    - mixed groups of one diagnosis chapter and treatment type are one cluster: its C_y and n_y are those of all its
      groups, each of which keeps a row and has the cluster's points. A group's chapter is that of its most frequent
      diagnosis, its type that of its most frequent procedures (equally frequent: of the first code)

    Parameters
    ----------
    history: case_id is not needed; group_code, year, total_cost (yuan, whole fen), diagnosis (ICD-10), procedures
        (ICD-9-CM-3 or another system, the main one first; blank: none), and length_of_stay where a group is listed as
        bed_day. A DataFrame, an Ibis table, or a table that stays in its file.
    params: core_min_cases, history_years, year_weights; default the document's values.
    listed: group_code (unique), kind; rows of kind core or mixed say nothing. A listed group without cases in these
        years has no row in the result.

    Returns
    -------
    One row a group, by code: group_code, kind, points, cases (in these years, each counting once). With equal weights
    and no bed-day groups the mean of points weighted by cases is 1000.

    Raises
    ------
    BadInput: a missing column, no cases, a blank group, year or cost, a cost that is negative or has a part of a fen,
        cases that all cost 0, a group or cluster whose cases do, a bed-day group without days, an unknown kind.

    Examples
    --------
    >>> cases = pd.DataFrame({"group_code": ["甲"] * 10 + ["乙"] * 10, "year": 2025, "diagnosis": "K80.0",
    ...                       "procedures": None, "total_cost": [3000.0] * 10 + [1000.0] * 10})
    >>> catalogue(cases).values.tolist()
    [['乙', 'core', 500.0, 10], ['甲', 'core', 1500.0, 10]]
    """
    params = params or DipParams()
    stated, file = _stated(listed), file_of(history)
    stay = ["length_of_stay"] if "bed_day" in stated.values() else []
    with opened(history, ["group_code", "year", "total_cost", "diagnosis", "procedures", *stay]) as cases:
        sums = summed(cases, ["group_code", "year"], file)
        made = _grouped(cases, sums, params, stated)
    sums = sums[sums["year"].isin(made.years)]
    weights = dict(zip(made.years, WEIGHTS[params.year_weights][-len(made.years) :], strict=True))
    weight = np.array([weights[year] for year in sums["year"]], dtype=object)
    group = made.codes.get_indexer(pd.Index(sums["group_code"]))
    cost, count, days = (sum_by(group, sums[one].to_numpy(dtype=object) * weight) for one in ("fen", "cases", "days"))
    overall_cost, overall_count = cost.sum(), count.sum()
    if not overall_cost:
        raise BadInput(Problem(ALL_FREE, file, column="total_cost"))
    bed_day, dayless = made.kind == "bed_day", sum_by(group, sums["dayless"].to_numpy()) > 0
    refuse_groups(file, "length_of_stay", made.codes[bed_day & (dayless | (days == 0))], DAYLESS)
    count = np.where(bed_day, days, count)
    cost, count = (sum_by(made.cluster, one)[made.cluster] for one in (cost, count))
    refuse_groups(file, "total_cost", made.codes[cost == 0], FREE)
    points = BASE * cost * overall_count / (count * overall_cost)
    return pd.DataFrame(
        {"group_code": made.codes.array, "kind": made.kind, "points": points.astype(float), "cases": made.cases}
    )


@cites("JY 15(2)", "JY 19", "JY 28")
def peer_means(
    history: pd.DataFrame | ir.Table | Large, params: DipParams | None = None, listed: pd.DataFrame | None = None,
    clustered: bool = True,
) -> pd.DataFrame:  # fmt: skip
    """What a case of each group cost last year at institutions of each level: table ``peer_means`` (JY art. 19).

    Of the latest year that the history has: mean_cost = total cost / cases [yuan], the nearest float. A mixed group of
    :func:`catalogue` is its cluster (JY art. 15(2)): each of its codes has a row wherever the cluster had a case, with
    the cluster's mean and cases.

    Parameters
    ----------
    history, params, listed: as for :func:`catalogue`, which must make the groups of the same; level besides.
    clustered: off where a catalogue is given, whose mixed groups are clusters already: each code has its own mean, and
        neither diagnosis and procedures nor parameters are asked for.

    Returns
    -------
    One row a level and group, by level and code: level, group_code, mean_cost, cases.

    Raises
    ------
    BadInput: as :func:`catalogue`; also for a blank level, and where all cases of a group at a level cost 0.
    """
    by, file = ["level", "group_code", "year"], file_of(history)
    with opened(history, [*by, "total_cost", *(["diagnosis", "procedures"] if clustered else [])]) as cases:
        sums = summed(cases, by, file)
        made = _grouped(cases, sums, params or DipParams(), _stated(listed)) if clustered else None
    last = sums[sums["year"] == max(sums["year"])]
    codes = made.codes if made else pd.Index(last["group_code"].unique())
    cluster = made.cluster if made else np.arange(len(codes))
    one = last.assign(
        cluster=cluster[codes.get_indexer(pd.Index(last["group_code"]))], cases=last["cases"].astype(object)
    )
    means = one.groupby(["level", "cluster"], as_index=False)[["fen", "cases"]].sum()
    means = pd.DataFrame({"group_code": codes, "cluster": cluster}).merge(means, on="cluster")
    means = means.sort_values(["level", "group_code"], ignore_index=True)
    free = means[means["fen"] == 0]
    refuse_groups(file, "total_cost", free["group_code"] + " · " + free["level"], FREE)
    mean = means["fen"].to_numpy(dtype=object) / (FEN * means["cases"].to_numpy(dtype=object))
    table: pd.DataFrame = means[["level", "group_code"]].assign(
        mean_cost=mean.astype(float), cases=means["cases"].astype("int64")
    )
    return table


class Grouped(NamedTuple):
    """The groups of the latest years by code: what kind they are of, and which of them are one cluster."""

    years: list[int]
    codes: pd.Index
    kind: np.ndarray
    cases: np.ndarray  # in these years
    cluster: np.ndarray  # its number; of a group that is none by its place


@cites("JY 15(1)", "JY 15(2)")
def _grouped(cases: Asked, sums: pd.DataFrame, params: DipParams, stated: dict[str, str]) -> Grouped:
    """The groups of these sums by year."""
    years = sorted(set(sums["year"]))[-int(params.history_years) :]
    sums = sums[sums["year"].isin(years)]
    group, codes = pd.factorize(sums["group_code"], sort=True)
    number = sum_by(group, sums["cases"].to_numpy())
    by_number = np.where(number >= int(params.core_min_cases), "core", "mixed").tolist()
    kind = np.array([stated.get(code, other) for code, other in zip(codes, by_number, strict=True)], dtype=object)
    mixed, cluster = np.flatnonzero(kind == "mixed"), np.arange(len(codes))
    if len(mixed):
        cluster[mixed] = mixed[_clusters(cases, years, np.asarray(codes[mixed]))]
    return Grouped(years, pd.Index(codes), kind, number, cluster)


@cites("JY 15(2)")
def chapter(diagnosis: str) -> str:
    """The chapter of ICD-10 as its range of categories, such as K00-K93; ``?`` for a code that is in none."""
    category = diagnosis.strip().upper()[:3]
    known = re.fullmatch("[A-Z][0-9][0-9]", category)
    return next((one for one in CHAPTERS if known and one[:3] <= category <= one[4:]), "?")


@cites("JY 15(2)")
def treatment(procedures: str) -> str:
    """The treatment type, by the first code: three of ICD-9-CM-3; of any other system its first two characters."""
    code = procedures.strip()
    if not re.match("[0-9][0-9][.]", code):
        return code[:2] or CONSERVATIVE
    return OPERATION if code < "87" else DIAGNOSTIC if code < "92" else THERAPEUTIC


def _stated(listed: pd.DataFrame | None) -> dict[str, str]:
    """The kinds that a list gives, by group."""
    if listed is None:
        return {}
    require(listed, "groups", ["group_code", "kind"], NAME)
    unknown = ~listed["kind"].isin(list(KINDS))
    together(
        lambda: unique(listed, "groups", "group_code"),
        lambda: refuse(listed, "groups", "kind", unknown, UNKNOWN.fill(kinds=joined(KINDS))),
    )
    fixed = listed[listed["kind"].isin(LISTED)]
    return dict(zip(fixed["group_code"], fixed["kind"], strict=True))


def _clusters(cases: Asked, years: list[int], groups: np.ndarray) -> np.ndarray:
    """The number of each group's cluster: its diagnosis chapter and treatment type."""
    import pyarrow

    seen = cases(_treated, pyarrow.table({"group_code": groups}), years=tuple(years)).to_pandas()
    chapters = _usual(seen[seen["diagnosis"].fillna("") != ""], "diagnosis", groups).map(chapter)
    treatments = _usual(seen.fillna({"procedures": ""}), "procedures", groups).map(treatment)
    return pd.factorize(chapters + " " + treatments)[0]


def _treated(cases: ir.Table, groups: ir.Table, years: tuple[int, ...]) -> ir.Table:
    """How often each of these groups was treated for what and how in these years."""
    rare = cases.filter(cases.year.isin(years)).semi_join(groups, "group_code")
    return rare.group_by("group_code", "diagnosis", "procedures").agg(cases=rare.count())


def _usual(seen: pd.DataFrame, column: str, groups: np.ndarray) -> pd.Series:
    """The most frequent value of each group, of equally frequent ones the first; a blank where it has none."""
    counts: pd.DataFrame = seen.groupby(["group_code", column], as_index=False)[["cases"]].sum()
    first = counts.sort_values(["cases", column], ascending=[False, True]).drop_duplicates("group_code")
    return first.set_index("group_code")[column].reindex(groups).fillna("")


ALL_FREE = Text(
    "全部病例的总费用合计为 0，无法计算分值。请核对。", "All cases together cost 0: no points exist. Check the costs."
)
FREE = Text("该病种病例的总费用合计为 0，无法计算分值和均值。请核对这些病例，或将其移出此表。",
            "The cases of this group cost 0 together: no points or mean exist. Check or remove them.")  # fmt: skip
DAYLESS = Text("床日病种的病例缺少住院天数，无法计算床日分值。请补充。",
               "Cases of this bed-day group have no length of stay: no points for a day exist. Add it.")  # fmt: skip
UNKNOWN = Text("未找到该病种类型。请填 {kinds} 之一。", "There is no such kind of group. Give one of {kinds}.")
