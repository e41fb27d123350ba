"""What is known of a case before its group is looked at: readmissions, refused lists, applications, negotiated drugs
(JY art. 29, 37, 38, 43), as expressions that any engine of Ibis can run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simlib.clauses import cites
from simlib.rules.dip.basis import PERSONS, Basis, Quota
from simlib.rules.dip.case_params import SameDisease

if TYPE_CHECKING:
    import ibis.expr.types as ir

LIST_DAYS = 10  # within which a list is uploaded after discharge (JY art. 37)
CATEGORY = 3  # characters of a diagnosis
PSYCHIATRIC = "F"  # the letter of the chapter
OPTIONAL = {
    "length_of_stay": "int64", "auxiliary_factor": "float64", "age": "int64", "reviewed_points": "float64",
    "scheme": "string", "negotiated_cost": "float64", "negotiated_fund": "float64",
}  # fmt: skip
FLAGS = ("irregular", "special_application", "list_refused", "innovative_technology", "new_technology")


def facts_of(cases: ir.Table, basis: Basis) -> ir.Table:
    """The cases with what is known of each.

    Adds days, factor, years, reviewed (points), scheme, ``rows`` (of the table that it is made of); flags, true or
    false and never missing: irregular, readmission, list_fault, unpaid, applied, ``beyond`` (an application past the
    quota that may be cut), ``regrouped``; and in whole fen ``fen`` (total cost), ``compared_fen`` (what of it is
    compared with last year's mean), ``billed_fen`` (without negotiated drugs), ``negotiated``.
    """
    import ibis

    some = {name: optional(cases, name) for name in OPTIONAL}
    flags = {name: flag(cases, name) for name in FLAGS}
    fault = flags["list_refused"] | late(cases)
    unpaid = fault if basis.unpaid else ibis.literal(False)
    again = flag(cases, "readmission", readmitted(cases, basis))
    total, negotiated = fen(cases.total_cost), fen(some["negotiated_fund"].fill_null(0.0))
    drugs = fen(some["negotiated_cost"].fill_null(0.0))
    billed = {"billed_fen": fen(cases.fund_billed) - negotiated} if "fund_billed" in cases.columns else {}
    alone = {} if "rows" in cases.columns else {"rows": ibis.literal(1, "int64"), "regrouped": ibis.literal(False)}
    return cases.mutate(
        **alone, days=some["length_of_stay"], factor=some["auxiliary_factor"], years=some["age"],
        reviewed=some["reviewed_points"], scheme=some["scheme"], irregular=flags["irregular"],
        list_fault=fault, unpaid=unpaid, readmission=again & ~unpaid, applied=flags["special_application"],
        beyond=past_quota(cases, basis.cut.quota) if basis.cut else ibis.literal(False),
        fen=total, compared_fen=total if basis.in_ratio else total - drugs, negotiated=negotiated, **billed,
    )  # fmt: skip


def optional(cases: ir.Table, name: str) -> ir.Column:
    """A column that the cases may lack: then every value is missing."""
    import ibis

    return cases[name] if name in cases.columns else ibis.null(OPTIONAL[name])


def flag(cases: ir.Table, name: str, else_: ir.BooleanValue | None = None) -> ir.BooleanValue:
    """A flag that the cases may lack or leave blank: then it is ``else_``, or false."""
    import ibis

    blank = ibis.literal(False) if else_ is None else else_
    return cases[name].coalesce(blank) if name in cases.columns else blank


@cites("JY 37")
def late(cases: ir.Table) -> ir.BooleanValue:
    """Whether the list was uploaded more than ten days after discharge; not where a date is missing."""
    import ibis

    if not {"list_uploaded", "discharge_date"} <= set(cases.columns):
        return ibis.literal(False)
    return (cases.list_uploaded.delta(cases.discharge_date, unit="day") > LIST_DAYS).fill_null(False)


@cites("JY 29")
def past_quota(cases: ir.Table, quota: Quota) -> ir.BooleanValue:
    """Whether a case was applied for past its institution's quota, by the order of the case numbers."""
    past = ranked(cases).filter(lambda t: ~within(t, quota))
    return cases.case_id.isin(past.case_id)


@cites("JY 29")
def ranked(cases: ir.Table) -> ir.Table:
    """The applications, with their place among their institution's by case number, from 0, and ``of``, all its
    cases."""
    import ibis

    applied = cases.filter(flag(cases, "special_application")).select("case_id", "institution_id")
    order = ibis.window(group_by=applied.institution_id, order_by=applied.case_id)
    applied = applied.mutate(at=ibis.row_number().over(order))
    of = cases.group_by("institution_id").agg(of=cases.count())
    return applied.join(of, "institution_id").select("case_id", "at", "of")


@cites("JY 29")
def within(ranked: ir.Table, quota: Quota) -> ir.BooleanValue:
    """Whether an application is among the first ``of`` x the quota, rounded as it says."""
    place = ranked["at"] if quota.up else ranked["at"] + 1
    beyond, most = place * quota.whole, ranked.of * quota.parts
    return beyond < most if quota.up else beyond <= most


@cites("JY 38")
def readmitted(cases: ir.Table, basis: Basis) -> ir.BooleanValue:
    """Whether the same person was discharged for the same disease by the same institution within so many days (JY art.
    38).

    Where the cases say who was treated; one that says itself whether it is a readmission, or is exempt, is taken at its
    word.
    """
    import ibis

    if not set(cases.columns) >= PERSONS:
        return ibis.literal(False)
    disease = cases.group_code if basis.same_disease is SameDisease.GROUP else diagnosis(cases)
    if basis.same_disease is SameDisease.CATEGORY:
        disease = disease.left(CATEGORY)
    stay = ibis.window(
        group_by=[cases.person_id, cases.institution_id, disease], order_by=[cases.admission_date, cases.case_id]
    )
    since = cases.admission_date.delta(cases.discharge_date.lag().over(stay), unit="day")
    known = cases.person_id.notnull() & disease.notnull()
    return (known & since.between(0, basis.readmission_days)).fill_null(False)


def diagnosis(cases: ir.Table) -> ir.StringValue:
    """The diagnosis; without one the code of the group, which begins with it."""
    return cases.diagnosis.coalesce(cases.group_code) if "diagnosis" in cases.columns else cases.group_code


@cites("JY 38")
def psychiatric(cases: ir.Table) -> ir.BooleanValue:
    """Whether the diagnosis is of the chapter of mental disorders."""
    return diagnosis(cases).upper().startswith(PSYCHIATRIC).fill_null(False)


def fen(yuan: ir.NumericValue) -> ir.NumericValue:
    """Whole fen: what a float of yuan and fen stands for."""
    return (yuan * 100 + 0.5).floor()
