"""The golden cases in cases/dip_*.yaml, worked by hand, for simlib and for the calculation in fractions."""

import re
from fractions import Fraction
from functools import cache
from math import isclose
from pathlib import Path

import pytest

from oracles import exact_dip, golden
from simlib.columns import GRADES, INSTITUTIONS
from simlib.rules import dip
from simlib.rules.dip import DipParams, Reason, views
from simlib.rules.dip.coefficient_params import CoefficientParams
from simlib.rules.dip.ready import Ready
from simlib.rules.dip.run import run
from simlib.rules.dip.settlement import ClearingBand
from strategies import dip_tables, small_dip

FOLDER = Path(__file__).parent / "cases"


def read(name):
    """The cases of a file by name: scalars stay text, and null is nothing."""
    cases = blanked(golden.read(FOLDER / f"dip_{name}.yaml"))
    by_name = {case["name"]: case for case in cases}
    assert len(by_name) == len(cases), "two cases have one name"
    assert all(case["worked"] for case in cases)
    return by_name


def blanked(value):
    if isinstance(value, dict):
        return {key: blanked(one) for key, one in value.items()}
    return [blanked(one) for one in value] if isinstance(value, list) else None if value == "null" else value


POINTS, COEFFICIENTS, SETTLEMENTS, PAYMENTS = map(read, ("points", "coefficients", "settlement", "prepayment"))
BLANK = {"fund_billed": "0", "patient_paid": "0", "other_paid": "0"}


def agrees(got, want, exactly):
    """Whether a value is the one worked by hand: a fraction exactly, a float of simlib to the twelfth digit."""
    if want is None:
        return got is None or got != got
    if isinstance(got, bool):
        return str(got).lower() == want
    if isinstance(got, str):
        return got == want
    return Fraction(got) == Fraction(want) if exactly else isclose(got, Fraction(want), rel_tol=1e-12, abs_tol=1e-12)


def check(got, expected, exactly):
    wrong = {name: (got[name], want) for name, want in expected.items() if not agrees(got[name], want, exactly)}
    assert not wrong, f"got, instead of: {wrong}"


# --- points ---------------------------------------------------------------------------------------------------------


def coded(case, code):
    """The group of a case of the file: one that says ``no_group`` has none."""
    return None if "no_group" in case else code


def rows_of(number, case):
    """The rows of one case of a file, with names of their own; its case_id is that of the number."""
    level, group = case.get("level", "3"), {"kind": "core", "points": "1000", **case.get("group", {})}
    means, weights = case.get("means", {"3": "100"}), case.get("weights", {})
    here, elsewhere, code, other = (f"{sign}{number}" for sign in "AEgo")
    person = {"length_of_stay": None, "total_cost": "100"}
    cases = [{**person, **case.get("case", {}), "case_id": f"{number}", "institution_id": here,
              "group_code": coded(case.get("case", {}), code)}]  # fmt: skip
    for n, one in enumerate(case.get("others", [])):
        of = other if one.get("group") == "other" else code
        own = {key: value for key, value in one.items() if key not in ("elsewhere", "group")}
        place = elsewhere if "elsewhere" in one else here
        cases.append(
            {**person, **own, "case_id": f"{number}-{n}", "institution_id": place, "group_code": coded(one, of)}
        )
    cases = [{name: value for name, value in one.items() if name != "no_group"} for one in cases]
    for one in cases:  # a person or a stay of one case is nobody's of another
        own = {name: f"{one[name]}{number}" for name in ("person_id", "stay_id") if one.get(name)}
        one |= {name: one.get(name) or value for name, value in BLANK.items()} | own
    return {
        "cases": cases,
        "institutions": [
            {"institution_id": one, "level": level, **case.get("institution", {})} for one in (here, elsewhere)
        ],
        "groups": [{"group_code": one, **group} for one in (code, other)],
        "peer_means": [
            {"level": at, "group_code": code, "mean_cost": mean, **({"cases": weights.get(at)} if weights else {})}
            for at, mean in means.items()
        ],
    }


@cache
def scored(params, weighed, alone):
    """The cases of the file that share parameters, scored together: by simlib, and in fractions."""
    mine = {n: case for n, case in enumerate(POINTS.values()) if batch(case) == (params, weighed, alone)}
    each = [rows_of(n, case) for n, case in mine.items()]
    tables = {name: [row for one in each for row in one[name]] for name in each[0]}
    if not tables["peer_means"]:
        tables["peer_means"] = [{"level": "1", "group_code": "nobody's", "mean_cost": "1"}]
    values = DipParams(**dict(params))
    table = dip.score_cases(**dip_tables.frames(tables), params=values)
    exact = exact_dip.score(tables, exact_dip.values(values))
    return {row["case_id"]: row for row in table.to_dict("records")}, exact


def batch(case):
    alone = case["name"] if "cost" in case.get("params", {}).values() else ""  # these are of all cases of a batch
    return tuple(case.get("params", {}).items()), "weights" in case, alone


@pytest.mark.parametrize("calculate", ["simlib", "fractions"])
@pytest.mark.parametrize("name", POINTS)
def test_points(name, calculate):
    case = POINTS[name]
    by_simlib, exact = scored(*batch(case))
    expected = {"deducted_points": "0", "panel_review": "false", "stays": "1", **case["expected"]}
    number = str(list(POINTS).index(name))
    if calculate == "fractions":
        check({**exact[number], "deviation": exact[number]["ratio"]}, expected, exactly=True)
    else:
        check(by_simlib[number], held(expected), exactly=False)


def held(expected):
    """Points as simlib holds them, where no decimal writes them."""
    return {
        name: str(exact_dip.half_up(Fraction(value) / exact_dip.UNIT) * exact_dip.UNIT) if "points" in name else value
        for name, value in expected.items()
    }


def test_the_points_have_every_reason():
    assert {case["expected"]["reason"] for case in POINTS.values()} == {one.value for one in Reason}


# Last year's cases at the level, a case of this year, limits, and how often it is low, high and for the panel.
HISTORY = {
    "97 against 97/3 is 3": (["30", "32", "35"], "97", {}, (0, 1, 1)),
    "773 against 773/3 is 3": (["200", "273", "300"], "773", {}, (0, 1, 1)),
    "a fen less than 97 is below 3": (["30", "32", "35"], "96.99", {}, (0, 1, 0)),
    "0.04 against 0.08/3 is 1.5": (["0.02", "0.03", "0.03"], "0.04", {"deviation_high": "1.5"}, (0, 1, 0)),
    "0.03 against 0.10/3 is 0.9": (["0.03", "0.03", "0.04"], "0.03", {"deviation_low": "0.9"}, (1, 0, 0)),
    "0.02 against 0.15/3 is 0.4": (["0.04", "0.05", "0.06"], "0.02", {}, (1, 0, 0)),
}


@pytest.mark.parametrize("name", HISTORY)
def test_means_of_history_that_no_decimal_writes_are_met_exactly(name):
    """Last year's mean is a sum over a number of cases; a case may be exactly at a limit of it (JY art. 28)."""
    before, cost, params, expected = HISTORY[name]
    case = {"case_id": "1", "institution_id": "A", "group_code": "g", "total_cost": cost, **BLANK, "fund_billed": "1"}
    past = {"year": "2020", "level": "3", "group_code": "g", "diagnosis": "K80", "procedures": None}
    tables = {
        "cases": [case], "institutions": [{"institution_id": "A", "level": "3"}],
        "funds": [{"scheme": "pooled", "income": "100"}],
        "history": [{**past, "case_id": f"{n}", "total_cost": one} for n, one in enumerate(before)],
    }  # fmt: skip
    row = run(Ready(dip_tables.frames(tables)), DipParams(**params))["dip_counts"].iloc[0]
    assert (row["low"], row["high"], row["panel_review"]) == expected


def test_cases_without_a_group_are_said_with_their_number_and_money_and_stay_in_the_sums():
    tables = small_dip.without_groups()
    blank = tables["cases"]["group_code"].isna()
    money = f"{tables['cases'].loc[blank, 'total_cost'].sum():,.2f}"
    for option, word in (("leave_out", "不计分"), ("cost", "50.0%")):
        params = DipParams(ungrouped=option, ungrouped_share="0.5")
        results = run(Ready(tables), params)
        (line,) = (one.zh for one in dip.FAMILY.warnings(results, tables, params) if "未入组" in one.zh)
        assert f"{blank.sum()} 例" in line and money in line and word in line and "文件未作规定" in line  # noqa: PT018
        assert results["dip_institutions"]["billed"].sum() == tables["cases"]["fund_billed"].sum()
        assert results["dip_counts"]["ungrouped"].sum() == blank.sum()


def warned(tables, **params):
    """What a user is told besides of the small city, in one text."""
    chosen = DipParams(**params)
    return "\n".join(one.zh for one in dip.FAMILY.warnings(run(Ready(tables), chosen), tables, chosen))


def test_specialist_hospitals_of_grade_3a_and_published_coefficients_are_named():
    tables = small_dip.tables()
    institutions = tables["institutions"]
    assert "专科医院" not in warned(tables)
    assert "已公布" not in warned(tables)
    kinds = institutions.assign(
        type=["specialist" if one in ("3A", "2A") else "general" for one in institutions["grade"]]
    )
    said = warned({**tables, "institutions": kinds}, basic_3S="0.95")
    assert "1 家专科医院的等次为三级甲等，基本系数按三级甲等 1.00 计；按三级专科医院应为 0.95" in said
    published = institutions.assign(coefficient=[1.01, None, 0.9, *[None] * (len(institutions) - 3)])
    assert f"{len(institutions)} 家机构中 2 家采用已公布的权重系数" in warned({**tables, "institutions": published})


def test_an_amortised_part_that_is_not_the_formulas_is_told():
    tables = small_dip.tables()
    three = {"amortised_heads": 10, "monthly_wage": 62.5, "contribution_rate": 0.08}
    assert "趸交分摊" not in warned(tables)
    told = warned({**tables, "funds": tables["funds"].assign(**three)})
    both = "趸交分摊按人数 × 月平均工资 × 缴费比例计为 50.00 元，表中所给 400.00 元未采用"
    assert told.count(both) == len(tables["funds"])
    assert "没有填全，趸交分摊按所给的 400.00 元计" in warned(
        {**tables, "funds": tables["funds"].assign(**{**three, "monthly_wage": None})}
    )
    agreed = tables["funds"].assign(**three, lump_sum_amortised=50.0)
    assert "趸交分摊" not in warned({**tables, "funds": agreed})


# --- coefficients ---------------------------------------------------------------------------------------------------


def standing(case):
    """The institutions of a case of the file, A first."""
    given = {"grade": "3A", **case["given"]}
    rows = [given, *({"grade": "3A", **one} for one in case.get("others", []))]
    rows = [{"level": one.get("level") or one["grade"][0], "cases": "1", **one} for one in rows]
    return [{"institution_id": f"{'ABC'[n]}", **one} for n, one in enumerate(rows)]


@pytest.mark.parametrize("calculate", ["simlib", "fractions"])
@pytest.mark.parametrize("name", COEFFICIENTS)
def test_coefficient(name, calculate):
    case = COEFFICIENTS[name]
    params, rows = DipParams(**case.get("params", {})), standing(case)
    rest = dict.fromkeys((*exact_dip.BONUSES, *exact_dip.DEDUCTIONS), "0")
    expected = {**rest, **case["expected"]}
    if calculate == "fractions":
        check(exact_dip.coefficients(rows, exact_dip.values(params))["A"], expected, exactly=True)
    else:
        table = dip_tables.frame([{k: v for k, v in row.items() if k != "cases"} for row in rows], "institutions")
        table = table.assign(cases=[int(row["cases"]) for row in rows])
        check(dip.coefficients(table, params).iloc[0].to_dict(), expected, exactly=False)


def test_the_coefficients_have_every_grade_part_and_reading():
    used = {case["given"].get("grade", "3A") for case in COEFFICIENTS.values()}
    assert set(GRADES) <= used
    for part in (*exact_dip.BONUSES, *exact_dip.DEDUCTIONS):
        assert any(Fraction(case["expected"].get(part, "0")) for case in COEFFICIENTS.values()), part
    of_mix = {"cmi_points", "cmi_scope", "child_age_inclusive"}  # which the cases of a settlement tell
    for name, one in DipParams.declarations().items():
        if one.options and name in CoefficientParams.model_fields and name not in of_mix:
            chosen = {case.get("params", {}).get(name, one.default.value) for case in COEFFICIENTS.values()}
            assert chosen == {option.value for option in one.options}, name


# --- settlements ----------------------------------------------------------------------------------------------------

OF_GROUP = ("kind", "points", "mean")  # what a row says of the group of its case


def city_of(case):
    """The tables of a case of the file; every case has a group of its own."""
    tables = {"cases": [], "institutions": [], "groups": [], "peer_means": []}
    for name, one in case["institutions"].items():
        own = {column: value for column, value in one.items() if column in INSTITUTIONS.by_name}
        tables["institutions"].append({"institution_id": name, "level": "3", "grade": "3A", **own})
        rest = {column: value for column, value in one.items() if column not in (*own, "cases")}
        for n, row in enumerate(one.get("cases", [rest])):
            code = f"{name}{n}"
            group = {"kind": "primary", "points": "1000", **{key: row[key] for key in ("kind", "points") if key in row}}
            tables["groups"].append({"group_code": code, **group})
            if "mean" in row:
                level = tables["institutions"][-1]["level"]
                tables["peer_means"].append({"level": level, "group_code": code, "mean_cost": row["mean"]})
            money = {"fund_billed": row.get("billed", "0"), "total_cost": "100", "patient_paid": "0", "other_paid": "0"}
            more = {key: value for key, value in row.items() if key not in (*OF_GROUP, "billed")}
            tables["cases"].append(
                {"case_id": code, "institution_id": name, "group_code": code, "age": None, **money, **more}
            )
    tables["peer_means"] = tables["peer_means"] or [{"level": "1", "group_code": "nobody's", "mean_cost": "1"}]
    funds = case.get("funds") or {"pooled": case["fund"]}
    tables["funds"] = [{"scheme": scheme, **one} for scheme, one in funds.items()]
    if "billing" in case:
        columns = ("institution_id", "month", "billed", "penalties")
        tables["billing"] = [dict(zip(columns, row, strict=True)) for row in case["billing"]]
    return tables


def by_simlib(tables, params):
    """One dict of values for an institution, a ledger (A employee) and a fund (fund, employee, resident)."""
    results = dip.settle(**dip_tables.frames(tables), params=params)
    found = {}
    for name in ("dip_counts", "dip_coefficients", "dip_institutions"):
        for row in results[name].to_dict("records"):
            found.setdefault(row["institution_id"], {}).update(row)
    found |= {f"{row['institution_id']} {row['scheme']}": row for row in results["dip_ledgers"].to_dict("records")}
    return found | {
        "fund" if row["scheme"] == "pooled" else row["scheme"]: row for row in results["dip_fund"].to_dict("records")
    }


def by_fractions(tables, params):
    result = exact_dip.settle(tables, params)

    def yuan(row, money):
        return {name: Fraction(value, 100) if name in money else value for name, value in row.items()}

    found = {}
    for name in ("counts", "coefficients", "institutions"):
        for whose, row in result[name].items():
            found.setdefault(whose, {}).update(yuan(row, dip_tables.MONEY))
    found |= {f"{whose} {ledger}": yuan(row, dip_tables.MONEY) for (ledger, whose), row in result["ledgers"].items()}
    funds = {ledger: yuan(row, dip_tables.FUND_MONEY) for ledger, row in result["fund"].items()}
    return found | {"fund" if ledger == "pooled" else ledger: row for ledger, row in funds.items()}


@pytest.mark.parametrize("calculate", [by_simlib, by_fractions])
@pytest.mark.parametrize("name", SETTLEMENTS)
def test_settlement(name, calculate):
    case = SETTLEMENTS[name]
    got = calculate(city_of(case), DipParams(**case.get("params", {})))
    assert set(case["institutions"]) <= set(case["expected"])
    for what, expected in case["expected"].items():
        check(got[what], expected, exactly=calculate is by_fractions)


def test_the_settlements_have_every_outcome():
    assert {row.get("outcome") for case in SETTLEMENTS.values() for row in case["expected"].values()} >= {
        one.value for one in ClearingBand
    }


def test_years_to_come_carry_the_fund_and_draw_on_what_earlier_years_kept():
    """By hand (JY art. 11, 12): D 360 of a ceiling of 360; A (capped) leaves 15 each year, B is owed 13.50 and the fund
    has nothing: the first year pays none of it, the second and third are paid of the 15 of the year before."""
    case = {"institutions": {"A": {"billed": "100"}, "B": {"billed": "140"}, "C": {"billed": "120"}},
            "fund": {"income": "360"}}  # fmt: skip
    years = views.rollover(dip.settle(**dip_tables.frames(city_of(case)), params=DipParams(regulation_rate="0")), 3)
    assert years.to_dict("list") == {
        "year": [1, 2, 3], "supply": [0, 0, 0], "demand": [13.5] * 3, "paid": [0, 0, 0], "left": [0, 0, 0],
        "drawn": [0, 13.5, 13.5], "surplus": [15, 16.5, 18],
    }  # fmt: skip
    moved = DipParams(regulation_rate="0", surplus_use="regulation")
    years = views.rollover(dip.settle(**dip_tables.frames(city_of(case)), params=moved), 2)
    assert years[["supply", "paid", "left", "drawn", "surplus"]].to_numpy().tolist() == [
        [15, 13.5, 1.5, 0, 0], [16.5, 13.5, 3, 0, 0],
    ]  # fmt: skip


# --- during the year ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name, case in PAYMENTS.items() if "month" in case])
def test_prepayment(name):
    case, params = PAYMENTS[name], DipParams(**PAYMENTS[name].get("params", {}))
    row = {"institution_id": "A", "month": "2021-01", **case["month"]}
    exact = exact_dip.prepayments([row], [{"institution_id": "A", "level": "3"}], exact_dip.values(params))
    assert exact[0][-1] == Fraction(case["prepaid"]) * 100
    paid = dip.prepayments(dip_tables.frame([row], "billing"), params)
    assert paid.to_dict("records") == [
        {"institution_id": "A", "month": "2021-01", "billed": float(row["billed"]),
         "penalties": float(row["penalties"] or 0), "prepaid": float(case["prepaid"])}
    ]  # fmt: skip


@pytest.mark.parametrize("name", [name for name, case in PAYMENTS.items() if "advances" in case])
def test_advance(name):
    case, params = PAYMENTS[name], DipParams(**PAYMENTS[name].get("params", {}))
    row = {"institution_id": "A", "ownership": "public", "has_inpatient": "true", **case["advances"]}
    told = [] if case["expected"] is None else [float(one) for one in case["expected"]]
    told += [0, sum(told)] if len(told) == 2 else []  # nothing was advanced last year
    expected = [["A", *told]] if told else []
    exact = exact_dip.advances([row], exact_dip.values(params))
    assert [[name, *map(float, sums)] for name, sums in exact.items()] == expected
    assert dip.advances(dip_tables.frame([row], "institutions"), params).to_numpy().tolist() == expected


def test_every_clause_of_the_files_stands_in_their_heads():
    """A case file says which clauses its numbers are worked by."""
    for name in ("points", "coefficients", "settlement", "prepayment"):
        head = (FOLDER / f"dip_{name}.yaml").read_text("utf-8").splitlines()[0]
        assert re.search(r"JY art\. \d+", head), name
