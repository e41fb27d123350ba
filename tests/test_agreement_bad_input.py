"""What designation agreements refuse, line by line and in both languages: from Python, and from files with their
rows."""

import csv
from datetime import date

import pandas as pd
import pytest

from simlib.problems import BadInput
from simlib.rules import agreement
from simlib.rules.agreement import FAMILY, AgreementParams, FirstDay
from simlib.tables import read_folder
from strategies import agreement_tables as tables

ROWS = {
    "incidents": [
        {"incident_id": "1", "institution_id": "A", "item": "43(1)", "date": "2025-03-01", "loss": "100",
         "uncorrected": "yes",
         "grave": "no", "intent": "no", "suspended_days": "1", "ordered_days": "2", "ended": "", "unlawful": ""},
        {"incident_id": "2", "institution_id": "B", "item": "42(1)", "loss": "0"},
    ],
    "applicants": [
        {"applicant_id": "X", "applied": "2025-06-30", "opened": "2024-01-01", "beds": "50", "form": "yes",
         "failed_once": ""},
        {"applicant_id": "Y", "applied": "2025-06-30"},
    ],
    "calendar": [{"date": "2027-01-01", "working": "no"}, {"date": "2027-01-02", "working": "no"}],
    "deadlines": [
        {"matter_id": "M", "institution_id": "A", "step": "payment", "start": "2025-01-20", "done": "2025-03-07",
         "request": "", "expires": "", "billed": ""},
        {"matter_id": "N", "institution_id": "B", "step": "renewal", "start": "2025-12-31", "done": "2025-09-01"},
    ],
}  # fmt: skip
CALCULATE = {
    "incidents": agreement.consequences,
    "applicants": agreement.eligibility,
    "deadlines": agreement.timeline,
    "calendar": agreement.Calendar.of,
}

BLANK = ("为空。请补充，或将该行移出此表。", "This is blank. Fill it in, or take the row out.")
TWICE = ("编号重复。请每个编号只保留一行。", "The key appears twice. Keep one row for each.")
FEN = ("金额最多到分（两位小数）。请核对。", "An amount has at most two decimals (fen). Check it.")
NEGATIVE = ("不能是负数或无穷。请核对。", "It cannot be negative or infinite. Check it.")
NO_DATE = (
    "不是日期。请写成 2021-01-31 这样的日期，不带时间。",
    "Not a date. Give one such as 2021-01-31, without a time.",
)
NO_ANSWER = ("应为是或否。请核对。", "It must be yes or no. Check it.")
NO_COUNT = ("应为不小于 0 的整数。请核对。", "It must be a whole number, not below 0. Check it.")
TOO_SOON = ("办结日早于起算日。请核对其中一个。", "It was done before the day it is counted from. Check one of them.")
CALENDAR = ("工作日历从 2004 年开始，没有 {year} 年的放假安排，无法计算工作日。"
            "请核对日期，或在 calendar 表中补齐这一年。",
            "The calendar of working days begins with 2004 and does not have {year}. Check the date, or complete that "
            "year in the table calendar.")  # fmt: skip
REQUEST = ("不在可选值内。请填 suspend、terminate、not_renew 之一。",
           "Not one of the options. Give one of suspend, terminate, not_renew.")  # fmt: skip
LACKING = ("缺少此列，{rule}需要使用。请补充该列。", "This column is missing and {rule} needs it. Add it.")
RULES = {"incidents": ("定点协议", "designation agreements"), "applicants": ("定点申请条件", "eligibility"),
         "deadlines": ("办理期限", "deadlines"), "calendar": ("工作日历", "calendar of working days")}  # fmt: skip


def refused(calculate):
    with pytest.raises(BadInput) as bad:
        calculate()
    return bad.value.lines("zh"), bad.value.lines("en")


def said(where, rule, **values):
    """One line in Chinese and in English."""
    return tuple(f"{where}{colon}{text.format(**values)}" for colon, text in zip(("：", ": "), rule, strict=True))


def test_the_tables_themselves_are_taken():
    for name, calculate in CALCULATE.items():
        calculate(tables.frame(ROWS[name], name))


# --- from Python ----------------------------------------------------------------------------------------------------

TIME = pd.Timestamp("2025-03-01 08:30")
WRONG = [
    ("incidents", "incident_id", None, BLANK, ""),
    ("incidents", "incident_id", "2", TWICE, "2"),
    ("incidents", "institution_id", None, BLANK, ""),
    ("incidents", "item", None, BLANK, ""),
    ("incidents", "loss", -0.01, NEGATIVE, "-0.01"),
    ("incidents", "loss", float("inf"), NEGATIVE, "inf"),
    ("incidents", "loss", 0.005, FEN, "0.005"),
    ("incidents", "uncorrected", "maybe", NO_ANSWER, "maybe"),
    ("incidents", "grave", 2, NO_ANSWER, "2"),
    ("incidents", "intent", "yes", NO_ANSWER, "yes"),
    ("incidents", "date", "2025-03-01", NO_DATE, "2025-03-01"),
    ("incidents", "date", TIME, NO_DATE, "2025-03-01 08:30:00"),
    ("incidents", "suspended_days", -1, NO_COUNT, "-1"),
    ("incidents", "ordered_days", 1.5, NO_COUNT, "1.5"),
    ("incidents", "ordered_days", float("inf"), NO_COUNT, "inf"),
    ("applicants", "applicant_id", None, BLANK, ""),
    ("applicants", "applicant_id", "Y", TWICE, "Y"),
    ("applicants", "applied", None, BLANK, ""),
    ("applicants", "applied", "soon", NO_DATE, "soon"),
    ("applicants", "opened", 2024, NO_DATE, "2024"),
    ("applicants", "opened", date(9999, 12, 31), NO_DATE, "9999-12-31"),
    ("applicants", "beds", "many", NO_COUNT, "many"),
    ("applicants", "form", "handed in", NO_ANSWER, "handed in"),
    ("deadlines", "matter_id", None, BLANK, ""),
    ("deadlines", "matter_id", "N", TWICE, "N"),
    ("deadlines", "step", None, BLANK, ""),
    ("deadlines", "start", None, BLANK, ""),
    ("deadlines", "start", "2025-01-20", NO_DATE, "2025-01-20"),
    ("deadlines", "start", TIME, NO_DATE, "2025-03-01 08:30:00"),
    ("deadlines", "done", 20250307, NO_DATE, "20250307"),
    ("deadlines", "done", date(2025, 1, 19), TOO_SOON, "2025-01-19"),
    ("deadlines", "start", date(2003, 12, 1), CALENDAR, "2003-12-01"),
    ("deadlines", "request", "leave", REQUEST, "leave"),
    ("deadlines", "expires", "2026", NO_DATE, "2026"),
    ("deadlines", "billed", -1, NEGATIVE, "-1"),
    ("deadlines", "billed", 0.001, FEN, "0.001"),
    ("incidents", "ended", "soon", NO_DATE, "soon"),
    ("incidents", "unlawful", "perhaps", NO_ANSWER, "perhaps"),
    ("applicants", "failed_once", "twice", NO_DATE, "twice"),
    ("calendar", "date", None, BLANK, ""),
    ("calendar", "date", date(2027, 1, 2), TWICE, "2027-01-02"),
    ("calendar", "date", "2027", NO_DATE, "2027"),
    ("calendar", "working", None, BLANK, ""),
    ("calendar", "working", "rest", NO_ANSWER, "rest"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "column", "value", "rule", "shown"), WRONG, ids=lambda one: str(one)[:24])
def test_a_wrong_value_is_refused(name, column, value, rule, shown):
    table = tables.frame(ROWS[name], name).astype({column: object})
    table.loc[0, column] = value
    if column == "start":
        table.loc[0, "done"] = None
    where = f"{name} · {column}" + (f" · “{shown}”" if shown else "")
    zh, en = said(where, rule, year=2003)
    if rule is TWICE:  # of two rows with one key the later is the one too many
        assert table[column].duplicated().sum() == 1
    assert refused(lambda: CALCULATE[name](table)) == ([zh], [en])


@pytest.mark.parametrize(("name", "column"), [("incidents", "item"), ("deadlines", "step")])
def test_what_is_no_option_is_refused_with_the_options(name, column):
    table = tables.frame(ROWS[name], name)
    table.loc[1, column] = "45(1)"
    (zh,), (en,) = refused(lambda: CALCULATE[name](table))
    assert zh.startswith(f"{name} · {column} · “45(1)”：不在可选值内。请填 ")
    assert en.startswith(f"{name} · {column} · “45(1)”: Not one of the options. Give one of ")
    assert all(option in en for option in ({"item": agreement.LADDER, "step": agreement.PLAN}[column]))


NEEDED = [
    (name, column)
    for name, columns in {"incidents": ("incident_id", "institution_id", "item"),
                          "applicants": ("applicant_id", "applied"),
                          "deadlines": ("matter_id", "step", "start"), "calendar": ("date", "working")}.items()
    for column in columns
]  # fmt: skip


@pytest.mark.parametrize(("name", "column"), NEEDED)
def test_a_missing_column_is_named(name, column):
    table = tables.frame(ROWS[name], name).drop(columns=column)
    zh, en = RULES[name]
    expected = (
        [f"{name} · {column}：{LACKING[0].format(rule=zh)}"],
        [f"{name} · {column}: {LACKING[1].format(rule=en)}"],
    )
    assert refused(lambda: CALCULATE[name](table)) == expected
    if name == "calendar":  # it serves the others
        return
    (problem,) = FAMILY.lacking({name: table}, AgreementParams())
    assert (problem.file, problem.column) == (name, column)


def test_every_fault_is_named_at_once():
    rows = [
        {**ROWS["incidents"][0], "incident_id": "2", "item": "44(11)", "loss": "-5"},
        {**ROWS["incidents"][1], "loss": "0.001"},
    ]
    zh, _ = refused(lambda: agreement.consequences(tables.frame(rows, "incidents")))
    assert [line.split("：")[0] for line in zh] == [
        "incidents · incident_id · “2”", "incidents · item · “44(11)”", "incidents · loss · “-5.0”"
    ]  # fmt: skip
    starts = [{"matter_id": str(n), "step": "change", "start": f"{year}-12-01", "done": ""} for n,
              year in enumerate((2026, 2003, 2025, 2002))]  # fmt: skip
    zh, _ = refused(lambda: agreement.timeline(tables.frame(starts, "deadlines")))
    assert [line.split("：")[0] for line in zh] == [f"deadlines · start · “{year}-12-01”" for year in (2003, 2002)]


def test_faults_of_all_tables_are_named_in_one_run():
    bad = {name: tables.frame(rows, name) for name, rows in ROWS.items()}
    bad["incidents"].loc[0, "loss"] = -1
    bad["applicants"].loc[1, "beds"] = -1
    bad["deadlines"].loc[0, "start"] = date(2002, 1, 1)
    bad["deadlines"].loc[0, "done"] = None
    assert len(refused(lambda: FAMILY.run(FAMILY.prepare(bad), AgreementParams()))[0]) == 3
    bad["deadlines"].loc[0, "start"] = date(2025, 1, 20)
    bad["calendar"].loc[1, "date"] = date(2027, 1, 1)
    zh, _ = refused(lambda: FAMILY.run(FAMILY.prepare(bad), AgreementParams()))
    assert [line.split("：")[0] for line in zh] == [
        "applicants · beds · “-1.0”", "calendar · date · “2027-01-01”", "incidents · loss · “-1.0”"
    ]  # fmt: skip


@pytest.mark.parametrize("first_day", list(FirstDay))
def test_working_days_before_the_calendar_begins_are_refused(first_day):
    (zh,), (en,) = refused(lambda: agreement.add_workdays(date(2003, 12, 28), 10, first_day))
    first = "2003-12-28" if first_day is FirstDay.SAME else "2003-12-29"
    assert (zh, en) == said(f"“{first}”", CALENDAR, year=2003)


def test_a_table_may_state_a_year_before_the_calendar_begins():
    whole = agreement.Calendar({date(2003, 1, 1): False, date(2003, 10, 1): False})
    assert agreement.add_workdays(date(2003, 12, 26), 3, calendar=whole) == date(2003, 12, 31)


# --- from files -----------------------------------------------------------------------------------------------------

FILES = {
    "a part of a fen": ("incidents", 1, "loss", "0.001", "loss · “0.001”", FEN),
    "an unknown item": ("incidents", 1, "item", "41", "item · “41”", None),
    "a loss in words": ("incidents", 0, "loss", "a lot", "loss · “a lot”", None),
    "a day of no month": ("deadlines", 0, "start", "2025-02-30", "start · “2025-02-30”", None),
    "an unknown step": ("deadlines", 1, "step", "appeal", "step · “appeal”", None),
    "no start": ("deadlines", 1, "start", "", "start", None),
    "done before it began": ("deadlines", 0, "done", "2025-01-19", "done · “2025-01-19”", TOO_SOON),
    "a request nobody knows": ("deadlines", 0, "request", "leave", "request · “leave”", None),
    "a day that stands twice": ("calendar", 1, "date", "2027-01-01", "date · “2027-01-01”", None),
    "a day of which nobody says what it is": ("calendar", 1, "working", "", "working", None),
    "no date of the application": ("applicants", 1, "applied", "", "applied", None),
    "beds in halves": ("applicants", 0, "beds", "0.5", "beds · “0.5”", None),
}


@pytest.mark.parametrize("fault", FILES)
def test_files_are_refused_by_row(fault, tmp_path):
    name, row, column, value, where, rule = FILES[fault]
    for table, rows in ROWS.items():
        rows = [dict(one) for one in rows]
        if table == name:
            rows[row][column] = value
        with (tmp_path / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows([{k: {"yes": "是", "no": "否"}.get(v, v) for k, v in one.items()} for one in rows])
    zh, en = refused(lambda: FAMILY.run(FAMILY.prepare(read_folder(tmp_path)), AgreementParams()))
    assert len(zh) == len(en) == 1
    assert zh[0].startswith(f"{name}.csv · 第 {row + 2} 行 · {where}：")
    if rule:
        assert (zh[0], en[0]) == (
            said(f"{name}.csv · 第 {row + 2} 行 · {where}", rule)[0],
            said(f"{name}.csv · row {row + 2} · {where}", rule)[1],
        )
