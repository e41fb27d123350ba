"""A transfer inside a hospital is one stay (JY art. 38): rows of the cases with the same ``stay_id`` are joined before
anything else is asked of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simlib.clauses import cites
from simlib.problems import BadInput, Problem
from simlib.rules.dip.points import CASES_READ
from simlib.words import Text, joined

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from simlib.tables.large import Large
    from simlib.tables.large.queries import Queries

SHOWN = 20  # stays told of
ADDED = (
    "total_cost", "fund_billed", "patient_paid", "other_paid", "negotiated_cost", "negotiated_fund", "length_of_stay",
    "icu_days",
)  # fmt: skip
ANY = ("irregular", "special_application", "innovative_technology", "new_technology", "list_refused")
LAST = ("discharge_date", "list_uploaded")
ONE = ("institution_id", "person_id", "scheme", "reviewed_points")  # what the rows of a stay may not differ in
ROWS, SEVERAL, JOINED = "rows", "several", "joined"  # the names by which an engine knows what is joined


def known(queries: Queries, cases: Large) -> int:
    """Make the cases known as ``CASES_READ``, rows of one stay joined, and tell how many there are.

    Each has ``rows``, of how many it is made, and ``regrouped``, whether their groups differ. BadInput for stays whose
    rows differ in institution, person, scheme or the panel's points.
    """
    if "stay_id" not in cases.places:
        cases.known(queries, CASES_READ)
        return len(cases)
    cases.known(queries, ROWS)
    several = queries.arrow(_several, ROWS)
    _refuse(several)
    queries.rows(SEVERAL, several.select(["stay_id"]))
    made = queries.arrow(_joined, ROWS, SEVERAL)
    queries.rows(JOINED, made)
    queries.view(CASES_READ, _all, ROWS, SEVERAL, JOINED)
    rows: int = sum(several["rows"].to_pylist())
    return len(cases) - rows + len(made)


def _several(cases: ir.Table) -> ir.Table:
    """The stays that have several rows, and whether these differ where they may not."""
    told = [name for name in ONE if name in cases.columns]
    found = cases.filter(cases.stay_id.notnull())
    differ = {name: (found[name].min() != found[name].max()).fill_null(False) for name in told}
    stays = found.group_by("stay_id").agg(rows=found.count(), **differ)
    return stays.filter(stays["rows"] > 1).order_by("stay_id")


def _refuse(several: pa.Table) -> None:
    problems: list[Problem] = []
    for one in several.to_pylist():
        differ = [name for name in ONE if one.get(name)]
        if differ and len(problems) < SHOWN:
            what = joined(DIFFERS[name] for name in differ)
            problems.append(Problem(CONFLICT.fill(what=what), "cases", column="stay_id", value=one["stay_id"]))
    if problems:
        raise BadInput(problems)


@cites("JY 38")
def _joined(cases: ir.Table, several: ir.Table) -> ir.Table:
    """One row for each of these stays: costs and days added, first admission and last discharge, and all else of the
    dearer row (equally dear: of the first case number).

    It is irregular, applied for, refused or of a new technology where any row is, and a readmission where its first row
    is.
    """
    import ibis

    rows = cases.semi_join(several, "stay_id")
    dearest = ibis.window(group_by=rows.stay_id, order_by=[rows.total_cost.desc(), rows.case_id])
    first = [rows.admission_date] if "admission_date" in rows.columns else []
    earliest = ibis.window(group_by=rows.stay_id, order_by=[*first, rows.case_id])
    rows = rows.mutate(main=ibis.row_number().over(dearest) == 0, begin=ibis.row_number().over(earliest) == 0)
    here = set(cases.columns)
    sums = {name: rows[name].sum() for name in ADDED if name in here}
    sums |= {name: rows[name].any() for name in ANY if name in here}
    sums |= {name: rows[name].max() for name in (*LAST, *ONE) if name in here}
    sums |= {name: rows[name].min() for name in ("admission_date", "age") if name in here}
    if "readmission" in here:
        sums["readmission"] = rows.readmission.any(where=rows.begin)
    groups = rows.group_code.fill_null("")
    stays = rows.group_by("stay_id").agg(**sums, rows=rows.count(), regrouped=groups.min() != groups.max())
    rest = [name for name in cases.columns if name not in sums and name != "stay_id"]
    main = rows.filter(rows.main).select("stay_id", *rest)
    one = main.join(stays, "stay_id")
    typed = {name: one[name].cast(kind) for name, kind in cases.schema().items()}
    return one.select(**typed, rows=one["rows"].cast("int64"), regrouped=one.regrouped)


def _all(cases: ir.Table, several: ir.Table, joined: ir.Table) -> ir.Table:
    import ibis

    alone = cases.anti_join(several, "stay_id")
    alone = alone.mutate(rows=ibis.literal(1, "int64"), regrouped=ibis.literal(False))
    return alone.union(joined.select(*alone.columns))


DIFFERS = {
    "institution_id": Text("机构", "institution"), "person_id": Text("参保人", "person"),
    "scheme": Text("险种", "scheme"), "reviewed_points": Text("专家评议分值", "points by the panel"),
}  # fmt: skip
CONFLICT = Text(
    "同次住院编号相同的几行，{what}不同，不能并为一次住院（JY 第三十八条）。请核对编号，或改正这几行。",
    "Rows with the same stay number differ in {what}, so they cannot be one stay (JY art. 38). Check the number, or "
    "correct the rows.",
)
