"""The golden cases in cases/agreement/*.yaml, worked by hand, for simlib and for the second calculation."""

from collections import Counter
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from oracles import exact_agreement, golden
from simlib.columns import APPLICANTS, ITEMS, STEPS, Type
from simlib.rules import agreement
from simlib.rules.agreement import AgreementParams, FirstDay
from strategies import agreement_tables as tables

HERE = Path(__file__).parent / "cases/agreement"
BLANK = {"incident_id": "1", "institution_id": "A"}
SOUND = {  # an application without fault
    "applicant_id": "X", "applied": "2025-06-30", "opened": "2024-01-01", "physicians": "3", "beds": "50",
    "failed_once": "", "failed_twice": "",
    **dict.fromkeys(("deceit_found", "unlawful_ended", "breach_ended", "person_ended", "unlawful_open", "breach_open"),
                    ""),
    **dict.fromkeys((column.name for column in APPLICANTS.columns if column.type is Type.BOOLEAN), "yes"),
    **dict.fromkeys(("internet", "non_basic", "penalty_open", "unlawful_open", "breach_open", "dishonest",
                     "other_bar"), "no"),
}  # fmt: skip


def read(name):
    """The cases of a file by name: scalars stay text."""
    cases = golden.read(HERE / f"{name}.yaml")
    by_name = {case["name"]: case for case in cases}
    assert len(by_name) == len(cases), "two cases have one name"
    return by_name


BREACHES, INSTITUTIONS, APPLICATIONS, DEADLINES = map(read, ("breaches", "institutions", "eligibility", "deadlines"))
MONEY, DATES = ("loss", "recovered", "damages", "total", "unpaid"), ("reentry", "head_reentry", "due", "ends")


def expected(case):
    """What a case expects, money in fen, flags as a set, a blank as None."""
    shown = {name: exact_agreement.fen(value) if name in MONEY else value for name, value in case.items()}
    shown |= {"flags": set(case["flags"])} if "flags" in case else {}
    whole = {name: int(shown[name]) if shown[name] else None for name in ("days_left", "days") if name in shown}
    whole |= {name: date.fromisoformat(shown[name]) if shown[name] else None for name in DATES if name in shown}
    return shown | whole | {name: int(shown[name]) for name in ("incidents", "referred") if name in shown}


def alike(got, wanted):
    assert {name: got[name] for name in wanted} == wanted


# --- breaches -------------------------------------------------------------------------------------------------------


def test_every_item_has_a_case():
    assert {case["given"]["item"] for case in BREACHES.values()} == set(ITEMS)


@pytest.mark.parametrize("name", BREACHES)
def test_breach(name):
    case = BREACHES[name]
    row, params = {**BLANK, **case["given"]}, case.get("params", {})
    assert {"flags", "action", "recovered", "damages"} <= case["expected"].keys()
    table = agreement.consequences(tables.frame([row], "incidents"), AgreementParams(**params))
    alike(tables.breaches(table)["1"], expected(case["expected"]))
    alike(exact_agreement.consequences([row], **params)["1"], expected(case["expected"]))


@pytest.mark.parametrize("name", INSTITUTIONS)
def test_institution(name):
    case = INSTITUTIONS[name]
    wanted = {one: expected(row) for one, row in case["expected"].items()}
    breaches = agreement.consequences(tables.frame(case["given"], "incidents"))
    assert tables.of_institutions(agreement.institutions(breaches)) == wanted
    assert exact_agreement.institutions(case["given"]) == wanted


def test_only_items_of_art_43_and_44_are_charged_and_each_at_its_articles_rate():
    rows = [{"incident_id": item, "institution_id": "A", "item": item, "loss": "100"} for item in ITEMS]
    table = agreement.consequences(
        tables.frame(rows, "incidents"), AgreementParams(damages_rate_43="0.1", damages_rate_44="0.3")
    )
    charged = table.groupby([table["item"].str[:2], "damages"]).size()
    assert charged.to_dict() == {("35", 30.0): 1, ("42", 0.0): 9, ("43", 10.0): 7, ("44", 30.0): 10}


# --- applications ---------------------------------------------------------------------------------------------------


def application(case):
    absent = set(case.get("absent", []))
    return {name: value for name, value in {**SOUND, **case["changed"]}.items() if name not in absent}, absent


@pytest.mark.parametrize("name", APPLICATIONS)
def test_application(name):
    case = APPLICATIONS[name]
    row, absent = application(case)
    wanted = [("X", *line.split(" ")) for line in case["expected"]]
    table = tables.frame([row], "applicants")
    found = agreement.eligibility(table)
    assert tables.conditions(found) == wanted
    assert exact_agreement.eligibility([row], absent) == wanted
    counts = Counter(outcome for *_, outcome in wanted)
    (verdict,) = agreement.verdicts(table, found).to_dict("records")
    again = tables.blank(verdict.pop("reentry"))
    assert again == exact_agreement.reentries([row], absent)["X"]
    assert "reentry" not in case or again == date.fromisoformat(case["reentry"])
    outcome = "failed" if counts["failed"] else "unknown" if counts["unknown"] else "eligible"
    assert verdict == {
        "applicant_id": "X", "applied": date.fromisoformat(row["applied"]), "outcome": outcome,
        "failed": counts["failed"], "unknown": counts["unknown"],
    }  # fmt: skip


def test_every_condition_has_cases_in_which_it_fails_and_is_unknown():
    seen = {tuple(line.split(" ")) for case in APPLICATIONS.values() for line in case["expected"]}
    codes = {one.clause.removeprefix("JS3 ") for one in agreement.CONDITIONS}
    assert len(codes) == 26
    assert seen == {(code, outcome) for code in codes for outcome in ("failed", "unknown")}


def test_the_conditions_read_every_column_of_an_application():
    read_by = {column for one in agreement.CONDITIONS for column in one.columns}
    others = {"applicant_id", "name", "applied", "internet"}
    assert read_by | others == set(APPLICANTS.by_name)


def test_several_applicants_are_judged_each_by_itself():
    rows = [{**SOUND, "applicant_id": name, **changed} for name,
            changed in (("Z", {}), ("A", {"form": "no"}), ("M", {"beds": "", "opened": ""}))]  # fmt: skip
    table = tables.frame(rows, "applicants")
    found = agreement.eligibility(table)
    assert tables.conditions(found) == [
        ("A", "8(1)", "failed"),
        ("M", "6(1)", "unknown"),
    ]  # with an office the beds do not matter
    assert agreement.verdicts(table, found)["outcome"].tolist() == ["eligible", "failed", "unknown"]


def test_the_condition_stands_in_both_languages():
    (row,) = agreement.eligibility(tables.frame([{**SOUND, "form": "no"}], "applicants")).to_dict("records")
    assert (row["condition"], row["condition_en"]) == ("已交申请表", "handed in the form")
    column = agreement.FAMILY.result("agreement_conditions").by_name["clause"]
    assert column.options[row["clause"]] == ("JS3 第八条(一)", "JS3 art. 8(1)")


# --- deadlines ------------------------------------------------------------------------------------------------------


def test_every_step_has_a_case():
    assert {case["given"]["step"] for case in DEADLINES.values()} == set(STEPS) == set(agreement.PLAN)


@pytest.mark.parametrize("name", DEADLINES)
def test_deadline(name):
    case = DEADLINES[name]
    params, owner = case.get("params", {}), case.get("owner")
    stated = {date.fromisoformat(one): answer == "yes" for one, answer in case.get("calendar", {}).items()}
    wanted = {"provisional": False, "standing": "", "ends": None, "unpaid": None, **expected(case["expected"])}
    wanted["provisional"] = wanted["provisional"] == "yes"
    table = agreement.timeline(
        tables.frame([{"matter_id": "1", "institution_id": "A", **case["given"]}], "deadlines"),
        AgreementParams(**params), agreement.Calendar(stated), {"A": owner},
    )  # fmt: skip
    assert tables.deadlines(table) == {"1": wanted}
    assert type(table["due"][0]) is date
    known = exact_agreement.calendar(stated)
    assert exact_agreement.deadline(case["given"], known, owner, **params) == wanted


@pytest.mark.parametrize("kind", ["date", "timestamp"])
def test_dates_of_pandas_are_dates_too(kind):
    table = tables.frame([{"matter_id": "1", "step": "supplement", "start": "2025-03-10", "done": ""}], "deadlines")
    if kind == "timestamp":
        table = table.assign(start=pd.to_datetime(table["start"]), done=pd.to_datetime(table["done"]))
    (row,) = agreement.timeline(table).to_dict("records")
    assert (row["start"], row["due"], row["done"]) == (date(2025, 3, 10), date(2025, 3, 17), None)


def test_the_calendar_of_simlib_is_the_announced_one():
    days = [one for year in (2025, 2026) for one in sorted(exact_agreement.span(f"{year}-01-01", f"{year}-12-31"))]
    assert [one for one in days if agreement.is_workday(one)] == exact_agreement.WORKING


def test_a_period_of_no_working_days_is_none():
    with pytest.raises(ValueError, match="at least one"):
        agreement.add_workdays(date(2025, 3, 10), 0, FirstDay.SAME)
