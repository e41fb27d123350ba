"""The coefficient that weighs an institution's points (JY art. 21-24): basic by grade, plus bonuses, less
deductions."""

from __future__ import annotations

from decimal import Decimal
from functools import reduce

import numpy as np
import pandas as pd

from simlib.clauses import cites
from simlib.columns import GRADES
from simlib.columns.checks import require
from simlib.exact import Exact
from simlib.rules.dip.coefficient_params import (
    OTHER_BREACH,
    CityShare,
    DeductionFloor,
    FloorAt,
    PartialSteps,
    ShareStep,
)
from simlib.rules.dip.params import DipParams
from simlib.rules.dip.standing import KEY, NAME, TABLE, Ages, Mix, Ratio, Standing
from simlib.words import Text

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


@cites("JY 21", "JY 22", "JY 22(1)", "JY 22(2)", "JY 23", "JY 24")
def coefficients(institutions: pd.DataFrame, params: DipParams | None = None, mix: Mix | None = None) -> pd.DataFrame:
    """The coefficient of every institution, and what it is made of (JY art. 22-24).

    coefficient = floor2(basic) + floor2(bonuses - deductions), floored as ``floor_at`` reads it, and what is below 0
    as ``deduction_floor`` does:

    - basic by grade; an institution of known level without a grade is one of its level's others
    - cmi_part = cmi_bonus x (1 + full steps of cmi_step that CMI lies above 1), from CMI 1, at most cmi_cap
    - elderly_part, child_part = age_bonus x (1 + full steps of age_step that the share lies above the city's), where it
      does, at most age_cap each; not for rehabilitation and eye hospitals
    - high_level_part, specialty_part by what the institution has
    - coding_part, charging_part, irregular_part: a deduction a step of each, as ``partial_steps`` reads parts of one,
      with a cap; drug_part, consumable_part, breach_part where they apply

    New institutions have the basic coefficient only. A published coefficient (column coefficient) is a fact and stands
    (JY art. 23, 24); what the formula gives is then beside it, in ``calculated``.

    Parameters
    ----------
    institutions: institution_id, level, grade and, where they apply, the columns of the parts; a part without its
    column is 0. mix: CMI and shares of the cases; without it the table's columns cmi, elderly_share and child_share are
    taken.

    Returns
    -------
    One row an institution, in the order given: institution_id, grade, basic, the parts, calculated, published,
    coefficient, cmi, elderly_share, child_share, coding_accuracy, charging_accuracy, irregular_share.

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
    columns = {name: parts[name].floats() for name in ("basic", *PARTS, "calculated")}
    shares = {"cmi": mix.cmi, "elderly_share": mix.ages.elderly, "child_share": mix.ages.child}
    rates = {name: np.where(known, rate.floats(), np.nan) for name, (rate, known) in standing.rates.items()}
    return pd.DataFrame(
        {KEY: standing.ids, "grade": standing.grade, **columns, "published": standing.published[1],
         "coefficient": coefficient.floats(), **{name: one.floats() for name, one in shares.items()}, **rates}
    )  # fmt: skip


@cites("JY 22", "JY 22(2)", "JY 23", "JY 24")
def weigh(standing: Standing, fixed: dict[str, Exact], cmi: Ratio, params: DipParams) -> tuple[Exact, dict[str, Exact]]:
    """The coefficient and its parts, exactly; ``fixed`` are the :func:`fixed_parts`. ``calculated`` is what they come
    to, which a published coefficient goes before."""
    parts = {**fixed, "cmi_part": _cmi(cmi, params).where(~standing.new)}
    assessment = parts.pop("assessment") + _item(parts["cmi_part"], params)
    nowhere = params.floor_at is FloorAt.NONE
    parts["calculated"] = (
        parts["basic"] + assessment if nowhere else parts["basic"].floored(2) + _down(assessment, params)
    )
    published, known = standing.published
    return published.where(known, parts["calculated"]), parts


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
    items = [*(parts[name] for name in BONUSES if name in parts), *(0 - parts[name] for name in DEDUCTIONS)]
    assessment = reduce(Exact.__add__, (_item(one, params) for one in items))
    basic = Exact.of(np.array([by_grade[one] for one in standing.grade], dtype=object))
    return {"basic": basic, **parts, "assessment": assessment}


@cites("JY 22")
def _item(part: Exact, params: DipParams) -> Exact:
    """A bonus, or a deduction as what it takes off, below 0: floored by itself where ``floor_at`` says so."""
    return _down(part, params) if params.floor_at is FloorAt.ITEM else part


@cites("JY 22")
def _down(part: Exact, params: DipParams) -> Exact:
    """Two decimals down; what is below 0 by its sign (-0.005 is -0.01), or by the amount that it takes off (0.00)."""
    by_amount = params.deduction_floor is DeductionFloor.AMOUNT
    return (0 - (0 - part).floored(2)).where(part <= 0, part.floored(2)) if by_amount else part.floored(2)


@cites("JY 22(2)1(1)")
def _cmi(cmi: Ratio, params: DipParams) -> Exact:
    step, parts = params.cmi_step.as_integer_ratio()
    above = cmi.above - cmi.below  # CMI - 1, over cmi.below
    reached = (cmi.known & (above >= 0)).astype(bool)
    steps = np.where(reached, 1 + above * parts // (np.where(reached, cmi.below, 1) * step), 0)
    return (Exact(steps) * params.cmi_bonus).at_most(params.cmi_cap)


@cites("JY 22(2)1(2)", "JY 22(2)1(3)")
def _age(share: Ratio, cases: np.ndarray, standing: Standing, params: DipParams) -> Exact:
    """Steps by which a share lies above the city's, all in whole numbers; a city's share of 0 has no tenth."""
    known = share.known.astype(bool)
    below = np.where(known, share.below, 1)
    people, of = city_share(share, cases, params)
    step, parts = params.age_step.as_integer_ratio()
    above = share.above * of - people * below  # share - city, over below x of
    counted = known & (above > 0).astype(bool) & standing.ages_count
    size = people if params.share_step is ShareStep.RELATIVE else of
    steps = np.where(counted, 1 + (above * parts // (below * size * step) if size else 0), 0)
    return (Exact(steps) * params.age_bonus).at_most(params.age_cap)


@cites("JY 22(2)1(2)", "JY 22(2)1(3)")
def city_share(share: Ratio, cases: np.ndarray, params: DipParams) -> tuple[int, int]:
    """The share of the city as a fraction: each institution's, weighed by its cases, or all alike."""
    known = share.known.astype(bool)
    cases = np.ones_like(cases) if params.city_share is CityShare.MEAN else cases
    whole = np.lcm.reduce(share.below[known], initial=1) if known.any() else 1
    people = sum((share.above * whole // np.where(known, share.below, 1) * cases)[known].tolist())
    return people, max(int(cases[known].sum()) * int(whole), 1)


@cites("JY 22(2)2(1)", "JY 22(2)2(2)", "JY 22(2)2(3)")
def _stepped(gap: Exact, step: Decimal, deduction: Decimal, cap: Decimal, params: DipParams) -> Exact:
    gap = gap.at_least(0)
    if params.partial_steps is PartialSteps.FLOOR:
        return (Exact(gap.steps(step)) * deduction).at_most(cap)
    if params.partial_steps is PartialSteps.BEGUN:
        return (Exact(-(0 - gap).steps(step)) * deduction).at_most(cap)
    parts, whole = step.as_integer_ratio()
    return (Exact(gap.parts * whole, gap.whole * parts) * deduction).at_most(cap)


LABELS = {
    "basic": Text("基本系数", "Basic"), "cmi_part": Text("CMI 加成", "CMI"),
    "elderly_part": Text("老年加成", "Elderly"),
    "child_part": Text("儿科加成", "Children"), "high_level_part": Text("高水平医院加成", "High-level"),
    "specialty_part": Text("重点专科加成", "Specialties"), "coding_part": Text("编码扣减", "Coding"),
    "charging_part": Text("收费扣减", "Charging"), "irregular_part": Text("不合理服务扣减", "Unnecessary services"),
    "drug_part": Text("药品集采扣减", "Drug procurement"), "consumable_part": Text("耗材集采扣减", "Consumables"),
    "breach_part": OTHER_BREACH,
}  # fmt: skip
CALCULATED, PUBLISHED = Text("计算系数", "Calculated"), Text("已公布系数", "Published")
