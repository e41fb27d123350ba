"""The coefficient that weighs an institution's points (JY art. 21-24): basic by grade, plus bonuses, less
deductions."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import reduce

import numpy as np
import pandas as pd

from simlib.clauses import cites
from simlib.columns import GRADES
from simlib.columns.checks import refuse, require, together, unique
from simlib.exact import Exact
from simlib.money import decimal_integers
from simlib.rules.dip.coefficient_params import OTHER_BREACH, FloorAt, PartialSteps
from simlib.rules.dip.params import DipParams
from simlib.words import Text

NAME = Text("机构系数", "the coefficient")
TABLE, KEY = "institutions", "institution_id"
NO_AGE_BONUS = ("rehabilitation", "eye")  # types (JY art. 22(2)1(2), (3))
BONUSES = ("cmi_part", "elderly_part", "child_part", "high_level_part", "specialty_part")
DEDUCTIONS = ("coding_part", "charging_part", "irregular_part", "drug_part", "consumable_part", "breach_part")
PARTS = (*BONUSES, *DEDUCTIONS)
# Columns without which a part is 0; the family warns of it.
NEEDED = {
    "high_level_part": ("high_level",), "specialty_part": ("specialties_national", "specialties_provincial",
                                                           "specialties_city"),
    "coding_part": ("coding_accuracy",), "charging_part": ("charging_accuracy",),
    "irregular_part": ("irregular_share",),
    "drug_part": ("drug_procurement_done",), "consumable_part": ("consumable_procurement_done",),
    "breach_part": ("other_breach",),
}  # fmt: skip


@dataclass(frozen=True)
class Ratio:
    """A fraction for each institution; ``below`` 0 where there is none."""

    above: np.ndarray  # Python ints
    below: np.ndarray

    @property
    def known(self) -> np.ndarray:
        return self.below > 0

    def floats(self) -> np.ndarray:
        known = self.known.astype(bool)
        return np.where(known, (self.above / np.where(known, self.below, 1)).astype(float), np.nan)

    @classmethod
    def given(cls, table: pd.DataFrame, column: str) -> Ratio:
        """Those that the table states."""
        if column not in table or table[column].isna().all():
            return cls(*[np.zeros(len(table), dtype=object)] * 2)
        parts, scale = decimal_integers(table[column].fillna(0).to_numpy(dtype=float))
        return cls(parts.astype(object), np.where(table[column].notna(), scale, 0).astype(object))

    def over(self, given: Ratio) -> Ratio:
        """These, where there is no ``given`` one."""
        if not given.below.any():
            return self
        stated = given.known.astype(bool)
        return Ratio(np.where(stated, given.above, self.above), np.where(stated, given.below, self.below))


@dataclass(frozen=True)
class Ages:
    """Shares of elderly patients and of children, one row an institution, and the cases that weigh them in the
    city's."""

    elderly: Ratio
    child: Ratio
    cases: np.ndarray

    def over(self, standing: Standing) -> Ages:
        """These, where the institutions' table does not give a share itself."""
        return Ages(self.elderly.over(standing.elderly), self.child.over(standing.child), self.cases)


@dataclass(frozen=True)
class Mix:
    """What the coefficient asks of the cases: CMI, which hangs on the deviation limits, and ages, which do not."""

    cmi: Ratio
    ages: Ages


@dataclass(frozen=True)
class Standing:
    """What the institutions' table says of each institution that bears on its coefficient."""

    ids: np.ndarray
    level: np.ndarray
    grade: np.ndarray
    new: np.ndarray
    ages_count: np.ndarray  # whether elderly patients and children add to it
    flags: dict[str, np.ndarray]  # of high_level, drugs and consumables not done, other breach
    specialties: dict[str, np.ndarray]
    rates: dict[str, tuple[Exact, np.ndarray]]  # accuracies and the irregular share, and where they are known
    cmi: Ratio  # as far as the table states it, as are the shares
    elderly: Ratio
    child: Ratio

    @classmethod
    def of(cls, institutions: pd.DataFrame) -> Standing:
        """BadInput where a level is missing, or a grade is of another level."""
        level, grade = grades(institutions)
        kind = (
            institutions["type"].isin(NO_AGE_BONUS).to_numpy()
            if "type" in institutions
            else np.zeros(len(grade), dtype=bool)
        )
        return cls(
            institutions[KEY].array, level, grade, _flags(institutions, "new"), ~kind,
            {
                "high_level_part": _flags(institutions, "high_level"),
                "drug_part": _flags(institutions, "drug_procurement_done", when=False),
                "consumable_part": _flags(institutions, "consumable_procurement_done", when=False),
                "breach_part": _flags(institutions, "other_breach"),
            },
            {rank: _counts(institutions, f"specialties_{rank}") for rank in ("national", "provincial", "city")},
            {name: _numbers(institutions, name) for name in ("coding_accuracy", "charging_accuracy",
                                                             "irregular_share")},
            *(Ratio.given(institutions, name) for name in ("cmi", "elderly_share", "child_share")),
        )  # fmt: skip


@cites("JY 21", "JY 22", "JY 22(1)", "JY 22(2)", "JY 23", "JY 24")
def coefficients(institutions: pd.DataFrame, params: DipParams | None = None, mix: Mix | None = None) -> pd.DataFrame:
    """The coefficient of every institution, and what it is made of (JY art. 22-24).

    coefficient = floor2(basic) + floor2(bonuses - deductions), floored as ``floor_at`` reads it:

    - basic by grade; an institution of known level without a grade is one of its level's others
    - cmi_part = cmi_bonus x (1 + full steps of cmi_step that CMI lies above 1), from CMI 1, at most cmi_cap
    - elderly_part, child_part = age_bonus x (1 + full steps of age_step that the share lies above the city's), where it
      does, at most age_cap each; not for rehabilitation and eye hospitals
    - high_level_part, specialty_part by what the institution has
    - coding_part, charging_part, irregular_part: a deduction a step of each, as ``partial_steps`` reads parts of one,
      with a cap; drug_part, consumable_part, breach_part where they apply

    New institutions have the basic coefficient only.

    Parameters
    ----------
    institutions: institution_id, level, grade and, where they apply, the columns of the parts; a part without its
    column is 0. mix: CMI and shares of the cases; without it the table's columns cmi, elderly_share and child_share are
    taken.

    Returns
    -------
    One row an institution, in the order given: institution_id, grade, basic, the parts, coefficient, cmi,
    elderly_share, child_share.

    Raises
    ------
    BadInput: no level, or a grade of another level.
    """
    params = params or DipParams()
    require(institutions, TABLE, [KEY, "level"], NAME)
    standing = Standing.of(institutions)
    if mix is None:
        cases = (
            institutions["cases"].to_numpy() if "cases" in institutions else np.ones(len(institutions), dtype=np.int64)
        )
        mix = Mix(standing.cmi, Ages(standing.elderly, standing.child, cases.astype(object)))
    return coefficient_table(standing, *weigh(standing, fixed_parts(standing, mix.ages, params), mix.cmi, params), mix)


@cites("JY 22")
def coefficient_table(standing: Standing, coefficient: Exact, parts: dict[str, Exact], mix: Mix) -> pd.DataFrame:
    """What :func:`weigh` gives, as a table of floats."""
    columns = {name: parts[name].floats() for name in ("basic", *PARTS)}
    shares = {"cmi": mix.cmi, "elderly_share": mix.ages.elderly, "child_share": mix.ages.child}
    return pd.DataFrame(
        {KEY: standing.ids, "grade": standing.grade, **columns, "coefficient": coefficient.floats(),
         **{name: one.floats() for name, one in shares.items()}}
    )  # fmt: skip


@cites("JY 22", "JY 22(2)", "JY 24")
def weigh(standing: Standing, fixed: dict[str, Exact], cmi: Ratio, params: DipParams) -> tuple[Exact, dict[str, Exact]]:
    """The coefficient and its parts, exactly; ``fixed`` are the :func:`fixed_parts`."""
    parts = {**fixed, "cmi_part": _cmi(cmi, params).where(~standing.new)}
    assessment = parts.pop("assessment") + _bonus(parts["cmi_part"], params)
    if params.floor_at is FloorAt.NONE:
        return parts["basic"] + assessment, parts
    return parts["basic"].floored(2) + assessment.floored(2), parts


@cites(
    "JY 22(1)", "JY 22(2)1", "JY 22(2)1(2)", "JY 22(2)1(3)", "JY 22(2)1(4)", "JY 22(2)1(5)", "JY 22(2)2",
    "JY 22(2)2(1)",
    "JY 22(2)2(2)", "JY 22(2)2(3)", "JY 22(2)2(4)", "JY 22(2)2(5)", "JY 22(2)2(6)", "JY 24",
)  # fmt: skip
def fixed_parts(standing: Standing, ages: Ages, params: DipParams) -> dict[str, Exact]:
    """All parts but that of CMI, which no deviation limit bears on (JY art. 22); ``assessment`` is what they come
    to."""
    by_grade = {name: getattr(params, f"basic_{name}") for name in GRADES}
    specialties = (Exact(count) * getattr(params, f"specialty_{rank}") for rank, count in standing.specialties.items())
    amounts = {
        "high_level_part": params.high_level_bonus, "drug_part": params.drug_deduction,
        "consumable_part": params.consumable_deduction, "breach_part": params.breach_deduction,
    }  # fmt: skip
    parts = {name: Exact(standing.flags[name].astype(int)) * amount for name, amount in amounts.items()}
    parts["specialty_part"] = reduce(Exact.__add__, specialties)
    for name, ratio in (("elderly_part", ages.elderly), ("child_part", ages.child)):
        parts[name] = _age(ratio, ages.cases, standing, params)
    for name, column in (("coding_part", "coding_accuracy"), ("charging_part", "charging_accuracy")):
        accuracy, known = standing.rates[column]
        gap = (params.accuracy_from - accuracy).where(known)
        parts[name] = _stepped(gap, params.accuracy_step, params.accuracy_deduction, params.accuracy_cap, params)
    share, known = standing.rates["irregular_share"]
    excess = (share - params.irregular_from).where(known)
    parts["irregular_part"] = _stepped(
        excess, params.irregular_step, params.irregular_deduction, params.irregular_cap, params
    )
    parts = {name: one.where(~standing.new) for name, one in parts.items()}
    bonuses = (_bonus(parts[name], params) for name in BONUSES if name in parts)
    deductions = (parts[name] for name in DEDUCTIONS)
    assessment = reduce(Exact.__add__, bonuses) - reduce(Exact.__add__, deductions)
    basic = Exact.of(np.array([by_grade[one] for one in standing.grade], dtype=object))
    return {"basic": basic, **parts, "assessment": assessment}


def _bonus(part: Exact, params: DipParams) -> Exact:
    return part.floored(2) if params.floor_at is FloorAt.ITEM else part


@cites("JY 22(1)", "JY 23")
def grades(institutions: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """The level and the grade of each institution. BadInput where the level is missing or does not go with the
    grade."""
    require(institutions, TABLE, ["level"], NAME)
    level = institutions["level"].astype("str").where(institutions["level"].notna(), "")
    given = institutions["grade"] if "grade" in institutions else pd.Series(np.nan, institutions.index, dtype=object)
    grade = given.where(given.notna(), level + "O")
    together(
        lambda: unique(institutions, TABLE, KEY),
        lambda: refuse(institutions, TABLE, "level", level == "", NO_LEVEL),
        lambda: refuse(
            institutions,
            TABLE,
            "grade",
            (grade.str[:1] != level) & (level != "") | ~grade.isin(GRADES) & (level != ""),
            OTHER_LEVEL,
        ),
    )
    return level.to_numpy(dtype=object), grade.to_numpy(dtype=object)


@cites("JY 22(2)1(1)")
def _cmi(cmi: Ratio, params: DipParams) -> Exact:
    step, parts = params.cmi_step.as_integer_ratio()
    above = cmi.above - cmi.below  # CMI - 1, over cmi.below
    reached = (cmi.known & (above >= 0)).astype(bool)
    steps = np.where(reached, 1 + above * parts // (np.where(reached, cmi.below, 1) * step), 0)
    return (Exact(steps) * params.cmi_bonus).at_most(params.cmi_cap)


@cites("JY 22(2)1(2)", "JY 22(2)1(3)")
def _age(share: Ratio, cases: np.ndarray, standing: Standing, params: DipParams) -> Exact:
    """Steps by which a share lies above the city's, all in whole numbers."""
    known = share.known.astype(bool)
    below = np.where(known, share.below, 1)
    people, of = city_share(share, cases)
    step, parts = params.age_step.as_integer_ratio()
    above = share.above * of - people * below  # share - city, over below x of
    counted = known & (above > 0).astype(bool) & standing.ages_count
    steps = np.where(counted, 1 + above * parts // (below * of * step), 0)
    return (Exact(steps) * params.age_bonus).at_most(params.age_cap)


@cites("JY 22(2)1(2)", "JY 22(2)1(3)")
def city_share(share: Ratio, cases: np.ndarray) -> tuple[int, int]:
    """The pooled share of the city as a fraction: each institution's share, weighed by its cases."""
    known = share.known.astype(bool)
    whole = np.lcm.reduce(share.below[known], initial=1) if known.any() else 1
    people = sum((share.above * whole // np.where(known, share.below, 1) * cases)[known].tolist())
    return people, max(int(cases[known].sum()) * int(whole), 1)


@cites("JY 22(2)2(1)", "JY 22(2)2(2)", "JY 22(2)2(3)")
def _stepped(gap: Exact, step: Decimal, deduction: Decimal, cap: Decimal, params: DipParams) -> Exact:
    gap = gap.at_least(0)
    if params.partial_steps is PartialSteps.FLOOR:
        return (Exact(gap.steps(step)) * deduction).at_most(cap)
    parts, whole = step.as_integer_ratio()
    return (Exact(gap.parts * whole, gap.whole * parts) * deduction).at_most(cap)


def _numbers(institutions: pd.DataFrame, column: str) -> tuple[Exact, np.ndarray]:
    """A column exactly, and where it is not blank."""
    if column not in institutions:
        return Exact(np.zeros(len(institutions), dtype=object)), np.zeros(len(institutions), dtype=bool)
    return Exact.of(institutions[column].fillna(0).to_numpy(dtype=float)), institutions[column].notna().to_numpy()


def _counts(institutions: pd.DataFrame, column: str) -> np.ndarray:
    if column not in institutions:
        return np.zeros(len(institutions), dtype=np.int64)
    return institutions[column].fillna(0).to_numpy(dtype=np.int64)


def _flags(institutions: pd.DataFrame, column: str, when: bool = True) -> np.ndarray:
    if column not in institutions:
        return np.zeros(len(institutions), dtype=bool)
    return (institutions[column] == when).fillna(False).to_numpy(dtype=bool)


NO_LEVEL = Text(
    "有住院病例的机构必须有级别。请补上。", "An institution with inpatient cases needs a level. Fill it in."
)
OTHER_LEVEL = Text(
    "等次与级别不符（JY 第二十三条）。请核对其中一个。",
    "The grade does not go with the level (JY art. 23). Check one of them.",
)
LABELS = {
    "basic": Text("基本系数", "Basic"), "cmi_part": Text("CMI 加成", "CMI"),
    "elderly_part": Text("老年加成", "Elderly"),
    "child_part": Text("儿科加成", "Children"), "high_level_part": Text("高水平医院加成", "High-level"),
    "specialty_part": Text("重点专科加成", "Specialties"), "coding_part": Text("编码扣减", "Coding"),
    "charging_part": Text("收费扣减", "Charging"), "irregular_part": Text("不合理服务扣减", "Unnecessary services"),
    "drug_part": Text("药品集采扣减", "Drug procurement"), "consumable_part": Text("耗材集采扣减", "Consumables"),
    "breach_part": OTHER_BREACH,
}  # fmt: skip
