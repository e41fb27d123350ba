"""Parameters of DIP settlement that the data, or other parameters, leave without effect, and why."""

from __future__ import annotations

import pandas as pd

from simlib.columns import GRADES, INSTITUTIONS, LEVELS
from simlib.rules.dip.amortised import amortised
from simlib.rules.dip.basis import PERSONS
from simlib.rules.dip.case_checks import present
from simlib.rules.dip.case_params import ListFaults
from simlib.rules.dip.coefficient_params import CoefficientParams, FloorAt
from simlib.rules.dip.params import DipParams, LowSlope, Ungrouped, WhoGrows
from simlib.rules.dip.settlement import ClearingBand
from simlib.rules.family import Results
from simlib.tables import Tables, small
from simlib.tables.large import Large
from simlib.words import Text

CATALOGUE = ("core_min_cases", "history_years", "year_weights")
GROWTHS = ("volume_growth", "severity_growth", "coding_growth")
_GIVEN = INSTITUTIONS.by_name


def inert(tables: Tables, params: DipParams) -> dict[str, Text]:
    """Parameters that these data leave without effect, and why."""
    institutions, cases = small(tables, "institutions"), tables["cases"]
    found = _of_cases(cases)
    if "groups" not in tables or not (small(tables, "groups")["kind"] == "primary").any():
        found["primary_deviation"] = NO_PRIMARY
    if "groups" in tables and "peer_means" in tables:
        found |= dict.fromkeys(CATALOGUE, GIVEN_CATALOGUE)
    if params.low_slope is LowSlope.LIFTED:
        found["deviation_low"] = OWN_LIMIT
    billing = small(tables, "billing") if "billing" in tables else None
    if billing is None:
        found |= dict.fromkeys(("monthly_rate", "penalties"), NO_BILLING)
    elif "penalties" not in billing or not billing["penalties"].any():
        found["penalties"] = NO_PENALTIES
    funds = small(tables, "funds")
    if not amortised(funds).any() and not ("lump_sum" in funds and funds["lump_sum"].any()):
        found["regulation_base"] = NO_LUMP_SUMS
    if not {"last_year_billed", "last_year_procurement"} <= set(institutions.columns):
        found |= dict.fromkeys(("working_months", "procurement_rate"), NO_ADVANCES)
    found |= _of_levels(institutions) | _of_coefficient(tables, institutions)
    if "coefficient" in institutions and institutions["coefficient"].notna().all():
        found |= dict.fromkeys(CoefficientParams.model_fields, ALL_PUBLISHED)
    return found


def _of_cases(cases: pd.DataFrame | Large) -> dict[str, Text]:
    """What of the cases there is nothing of."""
    found, there = dict.fromkeys(("cycle_days", "cycle_scope"), SAME_POINTS), present(cases)
    for names, some, why in (
        (("readmission_days", "same_disease"), set(cases.columns) >= PERSONS, GIVEN_READMISSION),
        (("ungrouped", "ungrouped_share"), there.ungrouped, ALL_GROUPED),
        (("irregular_multiple", "irregular_weighted", "irregular_points"), there.irregular, NONE_IRREGULAR),
        (("over_quota",), there.applied, NONE_APPLIED),
        (("list_faults",), there.faulty, NO_FAULTS),
        (("negotiated_in_ratio",), there.negotiated, NO_NEGOTIATED),
    ):
        found |= {} if some else dict.fromkeys(names, why)
    return found


def idle(results: Results, tables: Tables, params: DipParams) -> dict[str, Text]:
    """Parameters that the values of others leave without effect."""
    found = {"deduction_floor": FLOORED_NOWHERE} if params.floor_at is FloorAt.NONE else {}
    if params.ungrouped is not Ungrouped.COST:
        found["ungrouped_share"] = NOT_BY_COST
    if params.grows is not WhoGrows.ALL and params.grows.value not in _levels(small(tables, "institutions")):
        found |= dict.fromkeys(GROWTHS, NOBODY_GROWS.fill(level=params.grows.label))
    counts, outcome = results["dip_counts"], results["dip_ledgers"]["outcome"]
    unpaid = ["irregular", "readmission", *(["list_fault"] if params.list_faults is ListFaults.UNPAID else [])]
    if not counts[unpaid].any(axis=None):
        found["billed_scope"] = NONE_UNPAID
    if not (outcome == ClearingBand.CAPPED.value).any():
        found["surplus_use"] = NONE_CAPPED
    if not any(getattr(params, name) for name in GROWTHS):
        found["grows"] = NO_GROWTH
    return found


def _of_levels(institutions: pd.DataFrame) -> dict[str, Text]:
    """The shares of levels, and the basic coefficients of grades, that no institution has."""
    levels = _levels(institutions)
    found = {f"share_rate_{one}": NO_LEVEL.fill(level=label) for one, label in LEVELS.items() if one not in levels}
    known = institutions["level"].notna()
    others = institutions["level"].astype("str") + "O"  # whoever has no grade takes that of its level's others
    grades = institutions["grade"].where(institutions["grade"].notna(), others) if "grade" in institutions else others
    held = set(grades[known].tolist())
    return found | {f"basic_{one}": NO_GRADE.fill(grade=label) for one, label in GRADES.items() if one not in held}


def _levels(institutions: pd.DataFrame) -> set[str]:
    return set(institutions.loc[institutions["level"].notna(), "level"].astype("str"))


def _of_coefficient(tables: Tables, institutions: pd.DataFrame) -> dict[str, Text]:
    """The parts of the coefficient that are 0 for everybody, as the columns that they need are missing or say so."""

    def said(column: str) -> pd.Series:
        return institutions[column].dropna() if column in institutions else pd.Series(dtype=object)

    nobody = {
        "high_level_bonus": ("high_level", not (said("high_level") == True).any()),  # noqa: E712
        "drug_deduction": ("drug_procurement_done", not (said("drug_procurement_done") == False).any()),  # noqa: E712
        "consumable_deduction": (
            "consumable_procurement_done", not (said("consumable_procurement_done") == False).any()  # noqa: E712
        ),
        "breach_deduction": ("other_breach", not (said("other_breach") == True).any()),  # noqa: E712
        **{f"specialty_{rank}": (f"specialties_{rank}", not (said(f"specialties_{rank}") != 0).any())
           for rank in ("national", "provincial", "city")},
    }  # fmt: skip
    found = {name: NOBODY_HAS.fill(column=_GIVEN[column].label) for name, (column, none) in nobody.items() if none}
    accuracy = not len(said("coding_accuracy")) and not len(said("charging_accuracy"))
    irregular = not len(said("irregular_share"))
    for names, without, column in (
        (("accuracy_from", "accuracy_step", "accuracy_deduction", "accuracy_cap"), accuracy, "coding_accuracy"),
        (("irregular_from", "irregular_step", "irregular_deduction", "irregular_cap"), irregular, "irregular_share"),
        (("partial_steps",), accuracy and irregular, "coding_accuracy"),
    ):
        found |= dict.fromkeys(names, NOBODY_SAYS.fill(column=_GIVEN[column].label)) if without else {}
    ages = "age" in tables["cases"].columns
    if not ages and not len(said("elderly_share")) and not len(said("child_share")):
        found |= dict.fromkeys(("age_bonus", "age_step", "age_cap", "share_step", "city_share"), NO_AGE)
    if not ages or len(said("child_share")) == len(institutions):
        found["child_age_inclusive"] = NO_AGE if not ages else GIVEN_SHARE
    if len(said("cmi")) == len(institutions):
        found |= dict.fromkeys(("cmi_points", "cmi_scope"), GIVEN_SHARE)
    elif "groups" in tables and not len(said("cmi")) and not (small(tables, "groups")["kind"] == "core").any():
        found |= dict.fromkeys(("cmi_bonus", "cmi_step", "cmi_cap", "cmi_points"), NO_CORE)
    return found


ALL_PUBLISHED = Text("各机构的系数均已公布，此项不起作用。", "Every coefficient is published: this has no effect.")
GIVEN_CATALOGUE = Text(
    "数据已给出病种目录和上年度均值，此项不起作用。",
    "The data give the catalogue and last year's means: this has no effect.",
)
GIVEN_READMISSION = Text(
    "病例表没有参保人编号，重复住院以表中所标为准，此项不起作用。",
    "The cases do not say who was treated; readmissions are those marked: this has no effect.",
)
SAME_POINTS = Text(
    "分周期不改变分值，只改变病例明细中的结算周期数。",
    "Cycles leave points as they are; only the settled stays of the case table change.",
)
OWN_LIMIT = Text("所选口径另有界限，此项不起作用。", "The chosen reading has limits of its own: this has no effect.")
ALL_GROUPED = Text("每例病例都有病种，此项不起作用。", "Every case has a group: this has no effect.")
FLOORED_NOWHERE = Text("系数不截取两位小数，此项不起作用。", "The coefficient is floored nowhere: this has no effect.")
NOT_BY_COST = Text(
    "未入组病例不按费用折算分值，此项不起作用。", "Cases without a group have no points by cost: this has no effect."
)
NO_PRIMARY = Text("没有基层病种，此项不起作用。", "There are no primary groups: this has no effect.")
NONE_APPLIED = Text("没有特殊病例申请，此项不起作用。", "Nothing is applied for as special: this has no effect.")
NO_FAULTS = Text("没有不合规或迟传的清单，此项不起作用。", "No list was refused or late: this has no effect.")
NO_NEGOTIATED = Text("没有谈判药品费用，此项不起作用。", "There are no negotiated drugs: this has no effect.")
NO_BILLING = Text("数据没有月度记账，没有预付。", "The data have no monthly billing: nothing is prepaid.")
NO_PENALTIES = Text("没有扣（罚）款，此项不起作用。", "There are no penalties: this has no effect.")
NO_LUMP_SUMS = Text("没有一次性趸交，此项不起作用。", "There are no lump sums: this has no effect.")
NONE_UNPAID = Text("没有违规病例和重复住院病例，此项不起作用。",
                   "There are no irregular cases and no readmissions: this has no effect.")  # fmt: skip
NONE_CAPPED = Text("没有机构受留用上限限制，此项不起作用。", "Nobody's retention is capped: this has no effect.")
NO_ADVANCES = Text(
    "机构表没有上年度记账和采购金额，不计算预拨。", "The institutions' table has no amounts of last year: no advances."
)
NONE_IRREGULAR = Text("没有违规病例，此项不起作用。", "There are no irregular cases: this has no effect.")
NOBODY_GROWS = Text("没有{level}，假设的变化不起作用。", "There are no {level}: what is assumed has no effect.")
NO_GROWTH = Text("未假设任何增长，此项不起作用。", "No growth is assumed: this has no effect.")
NO_LEVEL = Text("数据中没有{level}机构，此项不起作用。", "The data have no institution of {level}: this has no effect.")
NO_GRADE = Text("数据中没有{grade}机构，此项不起作用。", "The data have no institution of {grade}: this has no effect.")
NOBODY_HAS = Text(
    "机构表的“{column}”列没有适用此项的机构，此项不起作用。",
    "By the column “{column}” of the institutions' table it applies to nobody: this has no effect.",
)
NOBODY_SAYS = Text(
    "机构表没有填写“{column}”等列，此项不起作用。",
    "The institutions' table says nothing of “{column}” or its like: this has no effect.",
)
NO_AGE = Text("数据没有年龄，此项不起作用。", "The data have no ages: this has no effect.")
GIVEN_SHARE = Text(
    "机构表已给出各机构的数值，此项不起作用。", "The institutions' table gives the number itself: this has no effect."
)
NO_CORE = Text(
    "没有核心病种，也没有给出 CMI，此项不起作用。", "There are no core groups and no CMI: this has no effect."
)
