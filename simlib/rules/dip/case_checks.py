"""What DIP settlement needs of the tables, and what is wrong with cases that nothing else could tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from simlib.columns.checks import BLANK, require, together, unique
from simlib.problems import BadInput, Problem
from simlib.rules.dip.params import NAME
from simlib.rules.dip.points import LARGEST, MICRO, THOUSAND, UNIT
from simlib.words import Text

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from simlib.tables.large import Large

SHOWN = 20  # offending values in one message


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


def bounded(cases: ir.Table) -> None:
    """BadInput for measured cases that cost so much more than their mean that nobody would believe it."""
    beyond = cases.filter(cases.by_ratio & (cases.p * cases.ratio > float(LARGEST * UNIT * THOUSAND)))
    if ids := beyond.order_by("case_id").limit(SHOWN).case_id.to_pandas().tolist():
        raise BadInput([Problem(TOO_FAR, "cases", column="total_cost", value=one) for one in ids])


def known(cases: ir.Table, institutions: pd.DataFrame, groups: pd.DataFrame) -> None:
    """BadInput for institutions and groups of the cases that their tables lack, and for bed-day cases without days."""
    unique(institutions, "institutions", "institution_id")
    problems = []
    for column, table, rule in (("institution_id", institutions, NO_INSTITUTION), ("group_code", groups, NO_GROUP)):
        found = cases.group_by(column).agg(count=cases.count()).to_pandas()
        problems += [Problem(BLANK, "cases", column=column)] if found[column].isna().any() else []
        found = found[found[column].notna()]
        unknown = found[~found[column].isin(table[column])].sort_values(["count", column], ascending=[False, True])
        problems += [
            Problem(rule.fill(count=f"{count:,}"), "cases", column=column, value=name)
            for name, count in unknown.head(SHOWN).itertuples(index=False)
        ]
        if len(unknown) > SHOWN:
            problems.append(Problem(MORE.fill(count=len(unknown) - SHOWN), "cases", column=column))
    problems += _without_days(cases, groups)
    money = [name for name in ("total_cost", "fund_billed", "patient_paid", "other_paid") if name in cases.columns]
    blank = cases.agg(**{name: cases[name].isnull().sum() for name in money}).to_pandas().iloc[0]
    problems += [Problem(BLANK, "cases", column=name) for name in money if blank[name]]
    if problems:
        raise BadInput(problems)


def _without_days(cases: ir.Table, groups: pd.DataFrame) -> list[Problem]:
    by_day = groups.loc[groups["kind"] == "bed_day", "group_code"].tolist()
    if not by_day:
        return []
    if "length_of_stay" not in cases.columns:
        return [Problem(NO_DAYS, "cases", column="length_of_stay")]
    blank = cases.filter(cases.group_code.isin(by_day) & cases.length_of_stay.isnull())
    count, shown = blank.count().execute(), blank.order_by("case_id").limit(SHOWN).case_id.to_pandas()
    return [Problem(NO_DAYS, "cases", column="length_of_stay", value=one) for one in shown] + (
        [Problem(MORE.fill(count=count - SHOWN), "cases", column="length_of_stay")] if count > SHOWN else []
    )


NO_INSTITUTION = Text(
    "{count} 例病例的机构不在机构表中。请补上该机构，或更正编号。",
    "{count} cases are of an institution that the table lacks. Add it, or correct its number.",
)
NO_GROUP = Text("{count} 例病例的病种不在目录中。请补上该病种，或更正编码。",
                "{count} cases are of a group that the catalogue lacks. Add it, or correct the code.")  # fmt: skip
NO_DAYS = Text(
    "床日病例没有住院天数，无法计分。请补上。", "A bed-day case without its length of stay has no points. Fill it in."
)
TOO_FAR = Text("费用超出上年度均值太多，分值大得不可信。请核对费用和均值的单位。",
               "It costs so much more than last year's mean that its points cannot be believed. Check the units of "
               "both.")  # fmt: skip
MORE = Text("另有 {count} 个。", "{count} more.")
