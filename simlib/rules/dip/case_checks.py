"""What DIP settlement needs of the tables, and what is wrong with cases that nothing else could tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from simlib.columns import CASES
from simlib.columns.checks import BLANK, require, together, unique
from simlib.columns.near import near
from simlib.digests import table_digest
from simlib.money import to_yuan
from simlib.problems import BadInput, Problem
from simlib.rules.dip.basis import THOUSAND
from simlib.rules.dip.case_facts import fen, flag, late, optional
from simlib.rules.dip.params import NAME
from simlib.rules.dip.points import CASES_READ, LARGEST, MICRO, UNIT, large
from simlib.rules.dip.points import NO_GROUP as NOBODYS
from simlib.words import Text

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from simlib.tables.large import Large
    from simlib.tables.large.queries import Queries

SHOWN = 20  # offending values in one message
DRUGS = (("negotiated_cost", "total_cost"), ("negotiated_fund", "negotiated_cost"), ("negotiated_fund", "fund_billed"))
_ASKED: dict[str, Present] = {}  # by digest of the cases


def asked(cases: pd.DataFrame | Large, institutions: pd.DataFrame, columns: tuple[str, ...]) -> None:
    """BadInput for columns that cases or institutions lack."""
    together(
        lambda: require(cases, "cases", (*columns, "institution_id", "group_code", "total_cost"), NAME),
        lambda: require(institutions, "institutions", ["institution_id", "level"], NAME),
    )


def far(measure: pa.Table, most: int) -> bool:
    """Whether a case that costs ``most`` [fen] might have more points than any case has."""
    means = [
        np.nanmin(measure[name].to_numpy(), initial=np.inf) for name in measure.column_names if name.startswith("mean_")
    ]
    points = measure["p"].to_numpy().max(initial=0) / UNIT
    return bool(points * most * (MICRO // 100) > LARGEST * min(means))


def bounded(queries: Queries, name: str) -> None:
    """BadInput for measured cases, known by this name, that cost so much more than their mean that nobody would
    believe it."""
    if ids := queries.frame(_beyond, name)["case_id"].tolist():
        raise BadInput([Problem(TOO_FAR, "cases", column="total_cost", value=one) for one in ids])


def _beyond(cases: ir.Table) -> ir.Table:
    beyond = cases.filter(cases.by_ratio & (cases.p * cases.ratio > float(LARGEST * UNIT * THOUSAND)))
    return beyond.order_by("case_id").limit(SHOWN).select("case_id")


def known(queries: Queries, institutions: pd.DataFrame, groups: pd.DataFrame) -> None:
    """BadInput for institutions and groups of the cases that their tables lack, and for bed-day cases without days.

    A case may be without a group, but not without an institution.
    """
    unique(institutions, "institutions", "institution_id")
    problems = _unknown(queries, "institution_id", institutions, NO_INSTITUTION)
    problems += _unknown(queries, "group_code", groups, NO_GROUP)
    problems += _without_days(queries, groups)
    blank = queries.first(_blanks, CASES_READ)
    problems += [Problem(BLANK, "cases", column=name) for name in blank if blank[name]]
    if problems:
        raise BadInput(problems)


def _unknown(queries: Queries, column: str, table: pd.DataFrame, rule: Text) -> list[Problem]:
    """A line for each value that ``table`` lacks, the most frequent first, with its cases, money and near values."""
    found = queries.frame(_counts_by, CASES_READ, column=column)
    blank = found[column].isna() | (found[column] == NOBODYS)
    problems = [Problem(BLANK, "cases", column=column)] if column == "institution_id" and blank.any() else []
    found = found[~blank]
    unknown = found[~found[column].isin(table[column])].sort_values(["count", column], ascending=[False, True])
    names = table[column].dropna().tolist()
    for name, count, cost in unknown.head(SHOWN).itertuples(index=False):
        alike = near(name, names, spelled=column == "group_code")  # of numbers many are spelled nearly alike
        told_of = {"count": f"{count:,}", "amount": f"{cost:,.2f}", "near": alike}
        problems.append(Problem(rule.fill(**told_of), "cases", column=column, value=name))
    if len(rest := unknown.iloc[SHOWN:]):
        sums = {"cases": f"{rest['count'].sum():,}", "amount": f"{rest['cost'].sum():,.2f}"}
        problems.append(Problem(MORE_OF.fill(count=f"{len(rest):,}", **sums), "cases", column=column))
    return problems


def _counts_by(cases: ir.Table, column: str) -> ir.Table:
    return cases.group_by(column).agg(count=cases.count(), cost=cases.total_cost.sum().fill_null(0))


def without_group(queries: Queries) -> tuple[int, int]:
    """How many cases have no group, and what they cost [fen]."""
    found = queries.first(_without_group, CASES_READ)
    return int(found["count"]), int(found["fen"])


def _without_group(cases: ir.Table) -> ir.Table:
    blank = cases.filter(cases.group_code.fill_null(NOBODYS) == NOBODYS)
    return blank.agg(count=blank.count(), fen=fen(blank.total_cost).sum().fill_null(0))


def refuse_ungrouped(count: int, cost: int) -> None:
    """BadInput where there are cases without a group; ``cost`` is what they cost [fen]."""
    if count:
        rule = UNGROUPED.fill(count=f"{count:,}", amount=f"{to_yuan(cost):,.2f}")
        raise BadInput(Problem(rule, "cases", column="group_code"))


def negotiated(queries: Queries) -> None:
    """BadInput for cases whose negotiated drugs come to more than the whole: their cost than all costs, their fund part
    than their cost or than what was billed."""
    given = queries.schemas[CASES_READ]
    problems = []
    for part, whole in DRUGS:
        if part in given and whole in given:
            rows = queries.frame(_more, CASES_READ, part=part, whole=whole).itertuples(index=False)
            rule = MORE_THAN.fill(whole=CASES.by_name[whole].label)
            problems += [Problem(rule, "cases", column=part, value=f"{one}: {of}") for one, of in rows]
    if problems:
        raise BadInput(problems)


def _more(cases: ir.Table, part: str, whole: str) -> ir.Table:
    wrong = cases.filter(fen(cases[part]) > fen(cases[whole])).order_by("case_id").limit(SHOWN)
    return wrong.select("case_id", part)


class Present(NamedTuple):
    """Of what kinds there are cases at all."""

    ungrouped: bool
    irregular: bool
    applied: bool
    faulty: bool  # whose list was refused or late
    negotiated: bool


def present(cases: pd.DataFrame | Large) -> Present:
    """Of what kinds there are cases; a table that stays in its file is asked once."""
    from simlib.tables.large import engine
    from simlib.tables.large.queries import Queries

    if "group_code" not in cases.columns:
        return Present(*[False] * len(Present._fields))
    digest = table_digest(cases)
    if digest in _ASKED:
        return _ASKED[digest]
    with engine(len(cases)) as backend:
        queries = Queries(backend)
        large(cases).known(queries, CASES_READ)
        found = Present(*(bool(one) for one in queries.first(_present, CASES_READ).values()))
    if digest:
        _ASKED[digest] = found
    return found


def _present(cases: ir.Table) -> ir.Table:
    found = {
        "ungrouped": cases.group_code.fill_null(NOBODYS) == NOBODYS, "irregular": flag(cases, "irregular"),
        "applied": flag(cases, "special_application"), "faulty": flag(cases, "list_refused") | late(cases),
        "negotiated": optional(cases, "negotiated_cost").fill_null(0.0) > 0,
    }  # fmt: skip
    told = cases.select(**found)
    return told.agg(**{name: told[name].any().fill_null(False) for name in found})


def _blanks(cases: ir.Table) -> ir.Table:
    """How many cases do not say each of the amounts."""
    money = [name for name in ("total_cost", "fund_billed", "patient_paid", "other_paid") if name in cases.columns]
    return cases.agg(**{name: cases[name].isnull().sum() for name in money})


def _without_days(queries: Queries, groups: pd.DataFrame) -> list[Problem]:
    by_day = groups.loc[groups["kind"] == "bed_day", "group_code"].tolist()
    if not by_day:
        return []
    if "length_of_stay" not in queries.schemas[CASES_READ]:
        return [Problem(NO_DAYS, "cases", column="length_of_stay")]
    queries.rows("by_day", pa.table({"group_code": pa.array(by_day, pa.string())}))
    count = queries.first(_count_of_dayless, CASES_READ, "by_day")["count"]
    shown = queries.frame(_first_dayless, CASES_READ, "by_day")["case_id"]
    return [Problem(NO_DAYS, "cases", column="length_of_stay", value=one) for one in shown] + (
        [Problem(MORE.fill(count=count - SHOWN), "cases", column="length_of_stay")] if count > SHOWN else []
    )


def _dayless(cases: ir.Table, by_day: ir.Table) -> ir.Table:
    return cases.filter(cases.length_of_stay.isnull()).semi_join(by_day, "group_code")


def _count_of_dayless(cases: ir.Table, by_day: ir.Table) -> ir.Table:
    dayless = _dayless(cases, by_day)
    return dayless.agg(count=dayless.count())


def _first_dayless(cases: ir.Table, by_day: ir.Table) -> ir.Table:
    return _dayless(cases, by_day).order_by("case_id").limit(SHOWN).select("case_id")


NO_INSTITUTION = Text(
    "{count} 例病例（费用 {amount} 元）的机构不在机构表中。{near}请补充该机构，或更正编号。",
    "{count} cases (cost {amount} yuan) are of an institution that the table lacks. {near}Add it, or correct its "
    "number.",
)
NO_GROUP = Text("{count} 例病例（费用 {amount} 元）的病种不在目录中。{near}请补充该病种，或更正编码。",
                "{count} cases (cost {amount} yuan) are of a group that the catalogue lacks. {near}Add it, or correct "
                "the code.")  # fmt: skip
UNGROUPED = Text("{count} 例病例没有病种，费用 {amount} 元。请补充病种编码，或将 dip.ungrouped 设为 leave_out"
                 "（不计分）或 cost（按费用折算）。",
                 "{count} cases have no group; they cost {amount} yuan. Fill in their groups, or set dip.ungrouped to "
                 "leave_out (no points) or cost (points by cost).")  # fmt: skip
MORE_OF = Text(
    "另有 {count} 个，共 {cases} 例，费用 {amount} 元。", "{count} more, with {cases} cases that cost {amount} yuan."
)
NO_DAYS = Text(
    "床日病例缺少住院天数，无法计分。请补充。", "A bed-day case without its length of stay has no points. Fill it in."
)
TOO_FAR = Text("费用超出上年度均值过多，分值异常偏大。请核对费用和均值的单位。",
               "It costs so much more than last year's mean that its points cannot be believed. Check the units of "
               "both.")  # fmt: skip
MORE_THAN = Text(
    "谈判药品的金额超过了该病例的{whole}。请核对。",
    "The amount for negotiated drugs is above the case's {whole}. Check it.",
)
MORE = Text("另有 {count} 个。", "{count} more.")
