"""The small city of lessons 3 and 4: three hospitals with a case a month each, and its fund (JY)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pandas as pd

from simlib import columns
from simlib.app.page import Page
from simlib.columns import BILLING, INSTITUTIONS, LEVELS
from simlib.course import figure as figures
from simlib.money import decimal_text
from simlib.panels import dip as dashboard
from simlib.rules import dip
from simlib.rules.dip import DipParams
from simlib.rules.dip.settlement import SPENDING
from simlib.rules.family import Results
from simlib.tables import Tables, small
from simlib.words import Text

Supposed = Mapping[tuple[str, str], float | str | bool]  # by case, hospital or ledger, and column

KEY = INSTITUTIONS.key
HOSPITALS: tuple[dict[str, Any], ...] = (
    {KEY: "甲", "level": "3", "grade": "3A", "specialties_national": 1, "specialties_city": 0, "coding_accuracy": 0.98},
    {KEY: "乙", "level": "2", "grade": "2A", "specialties_national": 0, "specialties_city": 2,
     "coding_accuracy": 0.932},
    {KEY: "丙", "level": "1", "grade": "1A", "specialties_national": 0, "specialties_city": 0, "coding_accuracy": 0.96},
)  # fmt: skip
FAULTLESS = {  # all else that bears on the coefficient, alike at the three
    "specialties_provincial": 0, "high_level": False, "charging_accuracy": 1.0, "irregular_share": 0.0,
    "drug_procurement_done": True, "consumable_procurement_done": True, "other_breach": False,
}  # fmt: skip
NAMES = {
    "M16": Text("髋关节置换", "hip replacement"), "K35": Text("阑尾切除", "appendectomy"),
    "I63": Text("脑梗死", "stroke"),
    "J18": Text("肺炎", "pneumonia"), "K92": Text("消化系统其他", "other digestive"),
    "I10": Text("高血压", "hypertension"),
}  # fmt: skip
GROUPS = pd.DataFrame(
    [("M16", "core", 3000.0), ("K35", "core", 1200.0), ("I63", "core", 1000.0), ("J18", "core", 600.0),
     ("K92", "mixed", 500.0), ("I10", "primary", 300.0)],
    columns=["group_code", "kind", "points"],
)  # fmt: skip
MEANS = pd.DataFrame(
    [("3", "M16", 36_000.0), ("3", "K35", 14_000.0), ("3", "I63", 12_000.0), ("3", "J18", 8_000.0),
     ("3", "K92", 6_000.0), ("3", "I10", 4_000.0),
     ("2", "M16", 30_000.0), ("2", "K35", 12_000.0), ("2", "I63", 10_000.0), ("2", "J18", 6_000.0),
     ("2", "K92", 5_000.0), ("2", "I10", 3_000.0),
     ("1", "K35", 10_000.0), ("1", "I63", 8_000.0), ("1", "J18", 5_000.0), ("1", "K92", 4_000.0),
     ("1", "I10", 2_000.0)],
    columns=["level", "group_code", "mean_cost"],
)  # fmt: skip
CASES = {  # group and total cost [yuan] of the case of each month
    "甲": (("M16", 36_000), ("M16", 43_200), ("K35", 14_000), ("K35", 39_200), ("I63", 12_000), ("I63", 10_800),
          ("I63", 18_000),
           ("J18", 8_000), ("J18", 7_200), ("J18", 3_200), ("K92", 6_600), ("I10", 4_400)),
    "乙": (("M16", 30_000), ("K35", 12_000), ("K35", 10_800), ("K35", 13_200), ("I63", 10_000), ("I63", 27_000),
          ("J18", 6_000),
           ("J18", 5_400), ("K92", 5_000), ("K92", 6_000), ("I10", 3_000), ("I10", 3_600)),
    "丙": (("J18", 5_000), ("J18", 4_500), ("J18", 13_500), ("J18", 1_500), ("I63", 8_000), ("K92", 4_000),
          ("K92", 3_600),
           ("I10", 2_000), ("I10", 1_800), ("I10", 2_200), ("I10", 2_400), ("I10", 2_000)),
}  # fmt: skip
MARKED: Supposed = {("甲07", "auxiliary_factor"): 0.3, ("乙10", "irregular"): True, ("乙06", "penalties"): 1_000}
PERCENT = {"甲": (65, 30, 5), "乙": (75, 20, 5), "丙": (85, 10, 5)}  # of a cost: the fund, the patient, other schemes
PAYERS = ("fund_billed", "patient_paid", "other_paid")
FUND: dict[str, Any] = {
    "scheme": "pooled", "income": 380_000, "maternity": 7_000, "outpatient": 48_000, "chronic": 34_000,
    "nonlocal": 22_000,
    "cash": 3_535, "other": 5_000, "fund_carried": 6_000,
}  # fmt: skip
AGE = 40  # years of every patient: no bonus for the elderly or for children
NOTHING: Supposed = {}
DOCUMENT = DipParams()
PAID = ("billed", "patient_paid", "other_paid")  # of an account


def tables(supposed: Supposed = NOTHING) -> Tables:
    """The city's data, with what an exercise supposes; what is billed in a month is that month's case."""
    cases = pd.DataFrame([_case(*one, supposed) for name in CASES for one in _numbered(name)])
    billing = cases.rename(columns={"fund_billed": "billed"})[[KEY, "month", "billed", "penalties"]]
    institutions = [{**FAULTLESS, **row, **_of(row[KEY], supposed)} for row in HOSPITALS]
    return {
        "institutions": pd.DataFrame(institutions), "cases": cases.drop(columns=["month", "penalties"]),
        "billing": billing,
        "groups": GROUPS, "peer_means": MEANS, "funds": pd.DataFrame([{**FUND, **_of(FUND["scheme"], supposed)}]),
    }  # fmt: skip


def billed(name: str, total: int) -> Supposed:
    """That a hospital billed so much in the year, all else as it is."""
    first, *others = [_case(*one, NOTHING) for one in _numbered(name)]
    return {(first["case_id"], "fund_billed"): total - sum(one["fund_billed"] for one in others)}


def settled(supposed: Supposed = NOTHING, params: DipParams = DOCUMENT) -> Results:
    """The result tables, calculated once: an answer is marked against many of them."""
    return _settled(tuple(supposed.items()), params)


def scored(supposed: Supposed = NOTHING, params: DipParams = DOCUMENT) -> pd.DataFrame:
    """The points of every case, by case."""
    return _scored(tuple(supposed.items()), params)


def number(name: str, column: str, *supposed, **more) -> Decimal:
    """One number of a hospital, as the decimal that it prints as."""
    return _decimal(settled(*supposed, **more)["dip_institutions"].set_index(KEY).at[name, column])


def total(column: str, *supposed, **more) -> Decimal:
    """The sum of a column over the three hospitals."""
    return sum((number(name, column, *supposed, **more) for name in CASES), Decimal(0))


def fund(column: str, *supposed, **more) -> Decimal:
    """One number of the city's fund."""
    return _decimal(settled(*supposed, **more)["dip_fund"].at[0, column])


def case(number: str, column: str, *supposed, **more) -> Decimal:
    """One number of a case, such as its points."""
    return _decimal(scored(*supposed, **more).at[number, column])


def base(group: str) -> Decimal:
    """The points of a group."""
    return _decimal(GROUPS.set_index("group_code").at[group, "points"])


def group(number: str) -> str:
    """The code of a case's group."""
    return CASES[number[0]][int(number[1:]) - 1][0]


def group_name(number: str) -> Text:
    return NAMES[group(number)]


def mean(number: str) -> Decimal:
    """Last year's mean cost that a case is compared with."""
    (level,) = (one["level"] for one in HOSPITALS if one[KEY] == number[0])
    return _decimal(MEANS.set_index(["level", "group_code"]).at[(level, group(number)), "mean_cost"])


def steps(name: str, supposed: Supposed = NOTHING) -> list[Text]:
    """The rule's own explanation of one hospital's settlement, from its cases taken together to the balance."""
    return dip.FAMILY.explain(settled(supposed), DOCUMENT, name)


def value_steps(supposed: Supposed = NOTHING) -> list[Text]:
    """How the distributable and the point value come about, alike for all three."""
    names = ("income", "regulation_set_aside", "ceiling", "headroom", "distributable")
    amounts = {name: fund(name, supposed) for name in names} | {name: total(name, supposed) for name in PAYERS[1:]}
    amounts["spent"] = sum((fund(name, supposed) for name in SPENDING), Decimal(0))
    numbers = {"times": DOCUMENT.billed_headroom, "value": round(fund("point_value", supposed), 6)}
    shown = {name: f"{amount:,.2f}" for name, amount in amounts.items()}
    shown |= {name: decimal_text(one) for name, one in numbers.items()}
    shown["approved"] = f"{total('approved_points', supposed):,.4f}"
    return [DISTRIBUTABLE.fill(**shown), VALUE.fill(**shown)]


def case_steps(number: str, supposed: Supposed = NOTHING) -> list[Text]:
    """The rule's own explanation of one case's points, made once: a solution is shown in more than one place."""
    return list(_case_steps(number, tuple(supposed.items())))


# --- as a reader wants to see it ------------------------------------------------------------------------------------


def group_table(language: str = "zh") -> pd.DataFrame:
    """The groups: kind, points, and last year's mean cost at each level."""
    means = MEANS.set_index(["level", "group_code"])["mean_cost"].to_dict()
    codes = GROUPS["group_code"]
    shown = {
        _heading(columns.GROUPS, "kind", language): [columns.KINDS[kind].to(language) for kind in GROUPS["kind"]],
        _heading(columns.GROUPS, "points", language): [f"{points:,g}" for points in GROUPS["points"]],
    }
    for level, label in columns.LEVELS.items():
        costs = [f"{means[level, code]:,.0f}" if (level, code) in means else "—" for code in codes]
        shown[MEAN.fill(level=label).to(language)] = costs
    names = [f"{NAMES[code].to(language)} {code}" for code in codes]
    return pd.DataFrame(shown, names).rename_axis(index=None, columns=GROUP.to(language))


def hospital_table(language: str = "zh") -> pd.DataFrame:
    """What the three hospitals are, as far as it bears on their coefficients."""
    given = small(tables(), "institutions").set_index(KEY)
    shown: dict[str, Any] = {"grade": [columns.GRADES[grade].to(language) for grade in given["grade"]]}
    shown |= {name: given[name] for name in ("specialties_national", "specialties_city")}
    shown["coding_accuracy"] = [f"{accuracy:.1%}" for accuracy in given["coding_accuracy"]]
    labels = {name: INSTITUTIONS.by_name[name].label.to(language) for name in shown}
    table = pd.DataFrame({labels[name]: values for name, values in shown.items()}, given.index)
    return table.rename_axis(index=None, columns=HOSPITAL.to(language))


def case_table(language: str = "zh") -> pd.DataFrame:
    """Every case of the year: its group, its cost, and what is special about it."""
    shown: dict[Any, list[str]] = {}
    cost = _heading(columns.CASES, "total_cost", language)
    for name, mine in small(tables(), "cases").groupby(KEY, sort=False):
        shown[name, GROUP.to(language)] = [_told(row).to(language) for row in mine.to_dict("records")]
        shown[name, cost] = [f"{amount:,.0f}" for amount in mine["total_cost"]]
    numbers = [f"{month:02}" for month, _ in enumerate(next(iter(shown.values())), 1)]
    heading: list[Any] = [CASE.to(language), None]
    return pd.DataFrame(shown, numbers).rename_axis(index=None, columns=heading)


def yuan(amount) -> str:
    """An amount as people read it."""
    return f"{amount:,.2f}"


def account_table(language: str = "zh") -> pd.DataFrame:
    """What the clearing of the three hospitals starts from: points of lesson 3, and the year's money."""
    results = settled()
    given = results["dip_institutions"].set_index(KEY)
    penalties = results["dip_prepayments"].groupby(KEY)["penalties"].sum()
    headings = dip.FAMILY.results[0].by_name
    rows = {INSTITUTIONS.by_name["level"].heading: [LEVELS[one["level"]].to(language) for one in HOSPITALS]}
    rows[headings["approved_points"].heading] = [f"{points:,g}" for points in given["approved_points"]]
    rows |= {headings[name].heading: [yuan(amount) for amount in given[name]] for name in PAID}
    rows[BILLING.by_name["penalties"].heading] = [yuan(penalties[name]) for name in given.index]
    table = pd.DataFrame([*rows.values()], [heading.to(language) for heading in rows], given.index.to_list())
    return table.rename_axis(index=None, columns=HOSPITAL.to(language))


def fund_table(language: str = "zh") -> pd.DataFrame:
    """The fund: income, spending other than for inpatients, and what was carried over."""
    headings = {name: _heading(columns.FUNDS, name, language) for name in FUND if name != "scheme"}
    rows = {heading: f"{FUND[name]:,.2f}" for name, heading in headings.items()}
    return pd.DataFrame({columns.FUNDS.label.to(language): rows})


# --- how it is made -------------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _ready(supposed: tuple):
    return dip.FAMILY.prepare(tables(dict(supposed)))


@lru_cache(maxsize=256)
def _settled(supposed: tuple, params: DipParams) -> Results:
    return dip.FAMILY.run(_ready(supposed), params)


@lru_cache(maxsize=256)
def _case_steps(number: str, supposed: tuple) -> tuple[Text, ...]:
    detailed = dip.FAMILY.detail(_ready(supposed), DOCUMENT, _settled(supposed, DOCUMENT), None)
    return tuple(dip.explain_case(detailed, DOCUMENT, number))


@lru_cache(maxsize=256)
def _scored(supposed: tuple, params: DipParams) -> pd.DataFrame:
    needed = ("cases", "institutions", "groups", "peer_means")
    cases, institutions, groups, means = (small(tables(dict(supposed)), one) for one in needed)
    return dip.score_cases(cases, institutions, groups, means, params).set_index("case_id")


def _numbered(name: str) -> list[tuple[str, int, str, int]]:
    return [(name, month, group, cost) for month, (group, cost) in enumerate(CASES[name], 1)]


def _case(name: str, month: int, group: str, cost: int, supposed: Supposed) -> dict:
    """A row of ``cases``, with its month and that month's penalties."""
    number = f"{name}{month:02}"
    row: dict[str, Any] = {"case_id": number, KEY: name, "month": f"{month:02}", "group_code": group, "age": AGE,
                           "total_cost": cost,
           "auxiliary_factor": None, "irregular": False, "penalties": 0,
           **_of(number, {**MARKED, **supposed})}  # fmt: skip
    paid = {payer: row["total_cost"] * part / 100 for payer, part in zip(PAYERS, PERCENT[name], strict=True)}
    return {**paid, **row}


def _told(case: dict) -> Text:
    """The group of a case by its name, with what is special about the case."""
    name = NAMES[case["group_code"]]
    if case["irregular"]:
        return IRREGULAR.fill(name=name)
    return name if pd.isna(case["auxiliary_factor"]) else REFINED.fill(name=name, factor=case["auxiliary_factor"])


def _heading(table: columns.Table, column: str, language: str) -> str:
    return table.by_name[column].heading.to(language)


def _of(key: str, supposed: Supposed) -> dict:
    return {column: value for (one, column), value in supposed.items() if one == key}


def _decimal(value) -> Decimal:
    return Decimal(str(value))


def figure(title: Text, intro: Text, panels: tuple[str, ...], levers: tuple[str, ...]) -> Page:
    """The three hospitals on some of the simulator's own panels, with some of its levers."""
    return figures.figure(dip.FAMILY, title, intro, dashboard.PANELS, panels, levers, tables(), "甲")


DISTRIBUTABLE = Text("收入 {income} − 调节金 {regulation_set_aside} − 各项支出 {spent} = {ceiling} 元；三家记账合计的 "
                     "{times} 倍是 {headroom} 元；"
                     "取较小的，可分配资金 {distributable} 元（JY 第十条、第十一条、第十三条）。",
                     "Income {income} - regulation fund {regulation_set_aside} - spending {spent} = {ceiling} yuan; "
                     "{times} times what the three billed is {headroom} yuan; the smaller is the distributable, "
                     "{distributable} yuan (JY art. 10, 11, 13).")  # fmt: skip
VALUE = Text("点值 =（可分配资金 {distributable} + 个人支付 {patient_paid} + 其他支付 {other_paid}）÷ 三家核定总分值 "
             "{approved} = {value} 元/分（JY 第三十一条）。",
             "Point value = (distributable {distributable} + paid by patients {patient_paid} + by others {other_paid}) "
             "/ approved points of the three {approved} = {value} yuan a point (JY art. 31).")  # fmt: skip
GROUP, CASE, HOSPITAL = Text("病种", "Group"), Text("病例", "Case"), Text("医院", "Hospital")
MEAN = Text("{level}均值（元）", "Mean, {level} (yuan)")
IRREGULAR = Text("{name}（违规）", "{name} (irregular)")
REFINED = Text("{name}（辅助 {factor:+}）", "{name} (auxiliary {factor:+})")
