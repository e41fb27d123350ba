"""How an institution comes to its coefficient, in sentences with clauses (JY art. 22-24)."""

from __future__ import annotations

from decimal import Decimal

from simlib.clauses import cites
from simlib.columns import GRADES
from simlib.columns.values import Row
from simlib.money import decimal_text
from simlib.rules.dip.coefficient_params import ChildAge, CityShare, DeductionFloor, FloorAt, ShareStep
from simlib.rules.dip.coefficients import BONUSES, DEDUCTIONS, LABELS
from simlib.rules.dip.params import DipParams
from simlib.rules.family import Results
from simlib.words import NO_TEXT, Text, joined

AGES = {"elderly_part": "elderly_share", "child_part": "child_share"}
STEPPED = {"coding_part": "coding_accuracy", "charging_part": "charging_accuracy", "irregular_part": "irregular_share"}


@cites("JY 22", "JY 23", "JY 24")
def coefficient_steps(row: Row, results: Results, params: DipParams) -> list[Text]:
    """From the basic coefficient over each bonus and deduction to the coefficient in force; ``row`` of
    ``dip_coefficients``."""
    steps = [BASIC.fill(grade=GRADES[row["grade"]], basic=_number(row["basic"]))]
    steps += [_cmi(row, params), *(_age(name, row, results, params) for name in AGES)]
    steps += [_stepped(name, row, params) for name in STEPPED]
    steps += [_listed(names, row, text) for names, text in LISTED]
    steps.append(_sum(row, params))
    if row["published"]:
        steps.append(PUBLISHED.fill(coefficient=_number(row["coefficient"]), calculated=_number(row["calculated"])))
    return [one for one in steps if one != NO_TEXT]


def _cmi(row: Row, params: DipParams) -> Text:
    if row["cmi"] != row["cmi"]:
        return NO_CMI
    text = CMI if row["cmi_part"] or not params.cmi_bonus else LOW_CMI if row["cmi"] < 1 else NEW_CMI
    return text.fill(
        cmi=f"{row['cmi']:.4f}", scope=params.cmi_scope.label, points=params.cmi_points.label,
        bonus=decimal_text(params.cmi_bonus), step=decimal_text(params.cmi_step), cap=decimal_text(params.cmi_cap),
        part=_number(row["cmi_part"]),
    )  # fmt: skip


def _age(name: str, row: Row, results: Results, params: DipParams) -> Text:
    """A share of age beside the city's, and by how much it lies above it."""
    share = row[AGES[name]]
    if share != share:
        return NO_TEXT
    city, who = _city(AGES[name], results, params), WHO[name]
    if name == "child_part" and params.child_age_inclusive is ChildAge.OFF:
        who = BELOW_SIX
    told = {"who": who, "share": f"{share:.2%}", "city": f"{city:.2%}", "how": params.city_share.label,
            "clause": "2" if name == "elderly_part" else "3"}  # fmt: skip
    if not row[name]:
        return (NOT_ABOVE if share <= city else NO_BONUS).fill(**told)
    part = decimal_text(params.age_step * 100)
    step = (OF_CITY if params.share_step is ShareStep.RELATIVE else PERCENTAGE_POINTS).fill(step=part)
    return AGE.fill(
        **told, above=f"{100 * (share - city):.2f}", bonus=decimal_text(params.age_bonus), step=step,
        cap=decimal_text(params.age_cap), part=_number(row[name]),
    )  # fmt: skip


def _city(column: str, results: Results, params: DipParams) -> float:
    """The city's share, as a float to be shown."""
    table = results["dip_coefficients"][column]
    known = table.notna()
    weight = results["dip_institutions"]["cases"].where(known, 0)
    if params.city_share is CityShare.MEAN or not weight.sum():
        return float(table.mean())
    return float((table.fillna(0) * weight).sum() / weight.sum())


def _stepped(name: str, row: Row, params: DipParams) -> Text:
    """A deduction by steps; nothing where it takes nothing off."""
    if not row[name]:
        return NO_TEXT
    rate, kind = row[STEPPED[name]], "irregular" if name == "irregular_part" else "accuracy"
    start, step, each, cap = (getattr(params, f"{kind}_{one}") for one in ("from", "step", "deduction", "cap"))
    text = ABOVE if name == "irregular_part" else BELOW
    return text.fill(
        what=RATES[name], rate=f"{rate:.2%}", start=f"{start:.2%}".replace(".00%", "%"),
        gap=f"{100 * abs(rate - float(start)):.2f}",
        step=decimal_text(step * 100), each=decimal_text(each), how=params.partial_steps.label, cap=decimal_text(cap),
        part=_number(row[name]), clause=CLAUSES[name],
    )  # fmt: skip


def _listed(names: tuple[str, ...], row: Row, text: Text) -> Text:
    """Parts that a fact alone decides."""
    parts = [Text(f"{LABELS[n].zh} {_number(row[n])}", f"{LABELS[n].en} {_number(row[n])}") for n in names if row[n]]
    return text.fill(parts=joined(parts)) if parts else NO_TEXT


def _sum(row: Row, params: DipParams) -> Text:
    """Bonuses less deductions, and how they are floored."""
    bonuses, deductions = (sum(_exact(row[name]) for name in names) for names in (BONUSES, DEDUCTIONS))
    told = {
        "bonuses": decimal_text(Decimal(bonuses)), "deductions": decimal_text(Decimal(deductions)),
        "assessment": decimal_text(Decimal(bonuses - deductions)), "basic": _number(row["basic"]),
        "calculated": _number(row["calculated"]),
    }  # fmt: skip
    off = deductions if params.floor_at is FloorAt.ITEM else bonuses < deductions
    down = BY_AMOUNT if params.deduction_floor is DeductionFloor.AMOUNT else BY_SIGN
    return FLOORED[params.floor_at].fill(**told, down=down if off else NO_TEXT)


def _exact(value: float) -> Decimal:
    """A part of a coefficient as it is written, at most eight decimals."""
    return round(Decimal(str(value)), 8)


def _number(value: float) -> str:
    return decimal_text(_exact(value))


WHO = {"elderly_part": Text("60岁及以上", "aged 60 and over"), "child_part": Text("6岁及以下", "aged 6 and under")}
BELOW_SIX = Text("不满6岁", "below 6")
RATES = {
    "coding_part": Text("编码准确率", "Coding accuracy"), "charging_part": Text("收费准确率", "Charging accuracy"),
    "irregular_part": Text("不合理服务病例占比", "The share of unnecessary services"),
}  # fmt: skip
CLAUSES = {"coding_part": "1", "charging_part": "2", "irregular_part": "3"}
BASIC = Text(
    "基本权重系数：{grade}，{basic}（JY 第二十二条(一)）。", "Basic coefficient: {grade}, {basic} (JY art. 22(1))."
)
CMI = Text("CMI 为 {cmi}（{scope}，{points}）：达到 1 加 {bonus}，每满 {step} 再加 {bonus}，最高 {cap}；加成 {part}"
           "（JY 第二十二条(二)1(1)）。",
           "CMI is {cmi} ({scope}, {points}): from 1 {bonus}, for each {step} more {bonus} again, at most {cap}; it "
           "gives "
           "{part} (JY art. 22(2)1(1)).")  # fmt: skip
LOW_CMI = Text("CMI 为 {cmi}（{scope}，{points}），未达到 1，不加成（JY 第二十二条(二)1(1)）。",
               "CMI is {cmi} ({scope}, {points}), below 1: nothing (JY art. 22(2)1(1)).")  # fmt: skip
NEW_CMI = Text("CMI 为 {cmi}（{scope}，{points}）；新增机构当年只取基本权重系数，不加成（JY 第二十四条）。",
               "CMI is {cmi} ({scope}, {points}); a new institution has the basic coefficient only (JY art. "
               "24).")  # fmt: skip
NO_CMI = Text("没有计入 CMI 的病例，无此项加成（JY 第二十二条(二)1(1)）。",
              "No cases that CMI counts: it gives nothing (JY art. 22(2)1(1)).")  # fmt: skip
AGE = Text("{who}住院占比 {share}，全市平均 {city}（{how}），高出 {above} 个百分点：高于全市加 {bonus}，每再高{step}再"
           "加 "
           "{bonus}，最高 {cap}；加成 {part}（JY 第二十二条(二)1({clause})）。",
           "Inpatients {who} are {share}, in the city {city} ({how}), {above} points above it: {bonus}, for "
           "each {step} more {bonus} again, at most {cap}; it gives {part} (JY art. 22(2)1({clause})).")  # fmt: skip
NOT_ABOVE = Text("{who}住院占比 {share}，不高于全市平均 {city}（{how}），不加成（JY 第二十二条(二)1({clause})）。",
                 "Inpatients {who} are {share}, not above the city's {city} ({how}): nothing (JY art. "
                 "22(2)1({clause})).")  # fmt: skip
NO_BONUS = Text("{who}住院占比 {share}，高于全市平均 {city}（{how}）；康复医院、眼科医院和新增机构不计此项加成"
                "（JY 第二十二条(二)1({clause})、第二十四条）。",
                "Inpatients {who} are {share}, above the city's {city} ({how}); rehabilitation and eye hospitals and "
                "new "
                "institutions have no such bonus (JY art. 22(2)1({clause}), 24).")  # fmt: skip
PERCENTAGE_POINTS = Text(" {step} 个百分点", "{step} points")
OF_CITY = Text("全市占比的 {step}% ", "{step}% of the city's share")
BELOW = Text("{what} {rate}，低于 {start} 共 {gap} 个百分点：每低 {step} 个百分点扣 {each}（{how}），最高 {cap}；扣减 "
             "{part}"
             "（JY 第二十二条(二)2({clause})）。",
             "{what} is {rate}, {gap} points below {start}: {each} for each {step} ({how}), at most {cap}; it takes "
             "off "
             "{part} (JY art. 22(2)2({clause})).")  # fmt: skip
ABOVE = Text("{what} {rate}，超过 {start} 共 {gap} 个百分点：每超 {step} 个百分点扣 {each}（{how}），最高 {cap}；扣减 "
             "{part}"
             "（JY 第二十二条(二)2({clause})）。",
             "{what} is {rate}, {gap} points above {start}: {each} for each {step} ({how}), at most {cap}; it takes "
             "off "
             "{part} (JY art. 22(2)2({clause})).")  # fmt: skip
LISTED = (
    (("high_level_part", "specialty_part"),
     Text("其他加成：{parts}（JY 第二十二条(二)1(4)(5)）。", "Other bonuses: {parts} (JY art. 22(2)1(4), (5)).")),
    (("drug_part", "consumable_part", "breach_part"),
     Text("其他扣减：{parts}（JY 第二十二条(二)2(4)至(6)）。", "Other deductions: {parts} (JY art. 22(2)2(4)-(6)).")),
)  # fmt: skip
BY_SIGN = Text("，负数按数值向下", ", below 0 toward minus infinity")
BY_AMOUNT = Text("，扣减按扣减额向下", ", of a deduction the amount")
FLOORED = {
    FloorAt.COMPONENT: Text("加成 {bonuses} − 扣减 {deductions} = 考核权重系数 {assessment}；基本 {basic} 与考核各自截"
                            "取"
                            "两位小数（不四舍五入{down}）后相加，得 {calculated}（JY 第二十二条）。",
                            "Bonuses {bonuses} - deductions {deductions} = assessment {assessment}; basic {basic} and "
                            "assessment are each cut to two decimals (not rounded{down}) and add up to {calculated} "
                            "(JY "
                            "art. 22)."),
    FloorAt.ITEM: Text("加成 {bonuses}、扣减 {deductions} 逐项截取两位小数（不四舍五入{down}），与基本 {basic} 相加，得"
                       " "
                       "{calculated}（JY 第二十二条）。",
                       "Bonuses {bonuses} and deductions {deductions} are cut to two decimals one by one (not "
                       "rounded{down}); with basic {basic} they add up to {calculated} (JY art. 22)."),
    FloorAt.NONE: Text("基本 {basic} + 加成 {bonuses} − 扣减 {deductions} = {calculated}，不截取小数（JY 第二十二"
                       "条）。",
                       "Basic {basic} + bonuses {bonuses} - deductions {deductions} = {calculated}, not cut (JY art. "
                       "22)."),
}  # fmt: skip
PUBLISHED = Text("权重系数已公布为 {coefficient}，年度内不予调整，采用公布的系数；上述计算得 {calculated}，不采用"
                 "（JY 第二十三条、第二十四条）。",
                 "A coefficient of {coefficient} is published and stands for the year; what is calculated above, "
                 "{calculated}, is not taken (JY art. 23, 24).")  # fmt: skip
