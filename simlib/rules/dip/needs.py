"""What DIP settlement needs of the tables, and what is wrong with cases that nothing else could tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from simlib.problems import BadInput, Problem
from simlib.rules.checks import unique
from simlib.words import Text

if TYPE_CHECKING:
    import ibis.expr.types as ir

SHOWN = 20  # offending values in one message


def known(cases: ir.Table, institutions: pd.DataFrame, groups: pd.DataFrame) -> None:
    """BadInput for institutions and groups of the cases that their tables lack, and for bed-day cases without days."""
    unique(institutions, "institutions", "institution_id")
    problems = []
    for column, table, rule in (("institution_id", institutions, NO_INSTITUTION), ("group_code", groups, NO_GROUP)):
        found = cases.group_by(column).agg(count=cases.count()).to_pandas()
        unknown = found[~found[column].isin(table[column])].sort_values(["count", column], ascending=[False, True])
        problems += [
            Problem(rule.fill(count=f"{count:,}"), "cases", column=column, value=name)
            for name, count in unknown.head(SHOWN).itertuples(index=False)
        ]
        if len(unknown) > SHOWN:
            problems.append(Problem(MORE.fill(count=len(unknown) - SHOWN), "cases", column=column))
    problems += _without_days(cases, groups)
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


NO_INSTITUTION = Text("{count} 例病例的机构不在机构表中。请补上该机构，或更正编号。",
                      "{count} cases are of an institution that the table lacks. Add it, or correct its number.")  # fmt: skip
NO_GROUP = Text("{count} 例病例的病种不在目录中。请补上该病种，或更正编码。",
                "{count} cases are of a group that the catalogue lacks. Add it, or correct the code.")  # fmt: skip
NO_DAYS = Text(
    "床日病例没有住院天数，无法计分。请补上。", "A bed-day case without its length of stay has no points. Fill it in."
)
MORE = Text("另有 {count} 个。", "{count} more.")
