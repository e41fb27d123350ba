"""Designation agreements as a rule family: tables that may be missing, warnings, sentences, and results that files can
hold."""

import io
from datetime import date

import openpyxl
import pandas as pd
import pyarrow.parquet
import pytest
import xlsxwriter

from simlib import results
from simlib.columns import Type
from simlib.rules import agreement
from simlib.rules.agreement import FAMILY, AgreementParams
from simlib.workbook.run import table_sheet
from simlib.workbook.sheet import OPTIONS
from strategies import agreement_tables as tables

INCIDENTS = [
    {"incident_id": "1", "institution_id": "A", "item": "43(1)", "date": "2025-03-01", "loss": "1000.05",
     "uncorrected": "yes",
     "grave": "no", "intent": "yes", "suspended_days": "10", "ordered_days": "30"},
    {"incident_id": "2", "institution_id": "A", "item": "44(1)", "loss": "500", "grave": "yes"},
    {"incident_id": "3", "institution_id": "B", "item": "42(6)", "loss": "50", "uncorrected": "yes", "grave": "yes"},
    {"incident_id": "4", "institution_id": "C", "item": "44(4)", "loss": "", "ordered_days": "60",
     "ended": "2025-04-30"},
    {"incident_id": "5", "institution_id": "D", "item": "43(2)", "loss": "0", "uncorrected": "no", "grave": "",
     "intent": "no"},
]  # fmt: skip
APPLICANTS = [{"applicant_id": "X", "applied": "2025-06-30", "opened": "2024-01-01"}]
DEADLINES = [
    {"matter_id": "M", "institution_id": "A", "step": "payment", "start": "2025-01-20", "done": "2025-03-10"},
    {"matter_id": "N", "institution_id": "E", "step": "expiry", "start": "2025-01-01", "done": ""},
    {"matter_id": "O", "institution_id": "", "step": "publicity", "start": "2025-03-10", "done": "2025-03-14"},
]
MOVING = {"matter_id": "P", "institution_id": "F", "step": "list_upload", "start": "2025-03-12", "done": "2025-03-24"}
DATA = {
    name: tables.frame(rows, name)
    for name, rows in {"incidents": INCIDENTS, "applicants": APPLICANTS, "deadlines": DEADLINES}.items()
}
DOCUMENT = AgreementParams()


def run(data, **params):
    return FAMILY.run(FAMILY.prepare(data), AgreementParams(**params))


def told(data, **params):
    """The warnings of a run, in both languages."""
    found = FAMILY.warnings(run(data, **params), data, AgreementParams(**params))
    return [text.zh for text in found], [text.en for text in found]


# --- tables that may be missing -------------------------------------------------------------------------------------


@pytest.mark.parametrize("names", [[], ["incidents"], ["applicants"], ["deadlines"], list(DATA)], ids="-".join)
def test_every_run_has_all_tables_with_columns_and_types_as_declared(names):
    found = run({name: DATA[name] for name in names})
    assert list(found) == [table.name for table in FAMILY.results]
    whole = run(DATA)
    for table in FAMILY.results:
        assert list(found[table.name]) == list(table.by_name)
        assert found[table.name].dtypes.equals(whole[table.name].dtypes)
    assert FAMILY.summarise(found).keys() == {column.name for column in FAMILY.headlines}
    rows = {"incidents": "agreement", "applicants": "agreement_eligibility", "deadlines": "agreement_timeline"}
    assert {name for name, table in rows.items() if len(found[table])} == set(names)


def test_headlines():
    assert FAMILY.summarise(run(DATA)) == {
        "incidents": 5, "institutions": 4, "loss": 1550.05, "recovered": 1500.05, "damages": 300.01, "total": 1800.06,
        "suspended": 1, "terminated": 1, "referred": 3, "applicants": 1, "eligible": 0, "deadlines": 3, "late": 1,
    }  # fmt: skip


def test_without_any_of_its_tables_the_first_is_asked_for():
    (problem,) = FAMILY.lacking({}, DOCUMENT)
    assert problem.line("zh") == "incidents：缺少此表，定点协议需要使用。请补充。"
    assert problem.line("en") == "incidents: This table is missing and Designation agreements needs it. Add it."
    assert FAMILY.lacking({"deadlines": DATA["deadlines"]}, DOCUMENT) == []


def test_columns_that_are_all_blank_are_taken():
    blank = dict.fromkeys(("loss", "uncorrected", "grave", "intent", "date", "suspended_days", "ordered_days",
                           "ended"))  # fmt: skip
    table = run({"incidents": DATA["incidents"].assign(**blank)})["agreement"]
    assert table["total"].sum() == 0
    assert table["days_left"].isna().all()
    needed = DATA["incidents"][["incident_id", "institution_id", "item"]]
    pd.testing.assert_frame_equal(run({"incidents": needed})["agreement"], table)


# --- warnings -------------------------------------------------------------------------------------------------------


def test_what_a_user_must_see_is_said():
    zh, en = told(DATA)
    assert zh == [
        "1 起第四十二条的违约填有基金损失，共 50.00 元；该条未规定追回和违约金，未计（JS3 第四十二条）。",
        "1 起第四十三、四十四条的违约未填写基金损失，按 0 计。",
        "1 起违约未填写拒不改正、后果严重或骗取目的，按“无”处理。",
        "1 起违约有行政责令暂停天数而没有协议中止天数，按 0 天折抵（JS3 第四十五条）。",
        "1 起解除协议没有填写是否因违法违规，按严重违约计 1 年（JS3 第九条(六)）。",
        "违约金比例文件仅规定范围，由协议约定；当前按第四十三条 20.0%、第四十四条 20.0%、上限 30.0% 计（JS3 "
        "第四十三条、第四十四条、第四十八条）。",
        "1 件事项逾期。",
        "1 件事项早于规定的时间。",
        "1 件事项未办结；没有设定今天的日期，不判断是否逾期。",
        "1 家申请机构因材料空白无法判断是否符合条件。",
    ]
    assert len(en) == len(zh)
    assert "50.00 yuan in all" in en[0]


def test_without_anything_to_say_nothing_is_said():
    quiet = [{"incident_id": "1", "institution_id": "A", "item": "44(4)", "loss": "0", "ended": "2025-01-01",
              "unlawful": "no"}]  # fmt: skip
    done = [{"matter_id": "1", "step": "settlement", "start": "2025-01-01", "done": "2026-03-31"}]
    assert told({"incidents": tables.frame(quiet, "incidents"), "deadlines": tables.frame(done, "deadlines")}) == (
        [],
        [],
    )


def test_a_cap_below_the_least_rate_is_said_once_there_are_breaches():
    assert any("低于第四十四条的最低比例 20.0%" in text for text in told(DATA, damages_cap="0.199")[0])
    assert not any("低于" in text for text in told(DATA, damages_cap="0.2")[0])
    assert not any("低于" in text for text in told({"deadlines": DATA["deadlines"]}, damages_cap="0.1")[0])


ASKED = {  # breaches whose blanks decide something, and some whose blanks decide nothing
    "42(1)": [({}, 1), ({"uncorrected": "no"}, 0), ({"uncorrected": "yes"}, 1),
              ({"uncorrected": "yes", "grave": "no"}, 0)],
    "43(1)": [({}, 1), ({"intent": "no"}, 1), ({"intent": "no", "grave": "yes"}, 0), ({"grave": "yes"}, 1),
              ({"intent": "yes", "uncorrected": "no"}, 1), ({"intent": "no", "uncorrected": "no", "grave": "no"}, 0)],
    "44(4)": [({}, 0), ({"grave": "no"}, 0)],
    "44(7)": [({}, 1), ({"grave": "yes"}, 0)],
}  # fmt: skip


@pytest.mark.parametrize(("item", "answers", "count"), [(i, a, n) for i, cases in ASKED.items() for a, n in cases])
def test_a_blank_answer_is_told_where_it_would_have_decided_something(item, answers, count):
    row = {"incident_id": "1", "institution_id": "A", "item": item, "loss": "0", **answers}
    assert sum("未填写拒不改正" in text for text in told({"incidents": tables.frame([row], "incidents")})[0]) == count


# --- parameters without effect --------------------------------------------------------------------------------------

OTHER = {"damages_rate_43": "0.1", "damages_rate_44": "0.3", "damages_cap": "0.01", "grave_44": "terminate",
         "first_day": "same", "period_end": "next_working_day", "today": "2026-02-01"}  # fmt: skip
SOME = {
    "all": DATA,
    "breaches": {"incidents": DATA["incidents"]},
    "breaches of art. 43": {"incidents": DATA["incidents"].iloc[:1]},
    "breaches without a loss": {"incidents": DATA["incidents"].iloc[3:]},
    "breaches of art. 42": {"incidents": DATA["incidents"].iloc[2:3]},
    "deadlines": {"deadlines": DATA["deadlines"]},
    "deadlines by the calendar": {"deadlines": DATA["deadlines"].iloc[1:2]},
    "applicants": {"applicants": DATA["applicants"]},
    "deadlines that end on a day of rest": {"deadlines": tables.frame([MOVING], "deadlines")},
    "none of them open": {"deadlines": DATA["deadlines"].iloc[[0, 2]]},
}


@pytest.mark.parametrize("name", SOME)
def test_what_is_said_to_have_no_effect_has_none_and_all_else_has(name):
    data = SOME[name]
    inert, document = FAMILY.inert(data, DOCUMENT), effects(run(data))
    assert set(inert) <= set(OTHER) == set(AgreementParams.declarations())
    for parameter, value in OTHER.items():
        changed = effects(run(data, **{parameter: value}))
        assert all(changed[name].equals(document[name]) for name in document) == (parameter in inert), parameter


def effects(results):
    """The tables without the rate, which stands with a breach that cost nothing too."""
    return {**results, "agreement": results["agreement"].drop(columns="damages_rate")}


# --- sentences ------------------------------------------------------------------------------------------------------


def test_an_institution_is_told_its_breaches_their_sum_and_its_deadlines():
    steps = FAMILY.explain(run(DATA), DOCUMENT, "A")
    assert [text.zh for text in steps] == [
        "违约 1（2025-03-01 认定）：分解住院、挂床住院（JS3 第四十三条(一)）。",
        "约谈法定代表人、主要负责人或实际控制人（JS3 第四十三条）。",
        "造成基金损失 1,000.05 元：不予支付或追回 1,000.05 元（JS3 第四十三条）。",
        "违约金 = 1,000.05 × 20.0% = 200.01 元，四舍五入到分（JS3 第四十三条、第四十八条）。",
        "比例由协议约定；文件允许 0.0% 至 20.0%，违约金即在 0.00 至 200.01 元之间。",
        "拒不改正或后果严重：中止责任人员或所在部门涉及基金的医疗服务（JS3 第四十三条）。",
        "以骗取基金为目的：移交医疗保障行政部门（JS3 第四十三条）。",
        "行政责令暂停 30 天，协议已中止 10 天，一日折抵一日，还须暂停 20 天（JS3 第四十五条）。",
        "违约 2：冒名、虚假就医，虚开单据（JS3 第四十四条(一)）。",
        "造成基金损失 500.00 元：不予支付或追回 500.00 元（JS3 第四十四条）。",
        "违约金 = 500.00 × 20.0% = 100.00 元，四舍五入到分（JS3 第四十四条、第四十八条）。",
        "比例由协议约定；文件允许 20.0% 至 30.0%，违约金即在 100.00 至 150.00 元之间。",
        "中止责任人员或所在部门涉及基金的医疗服务（JS3 第四十四条）。",
        "中止医保协议（情节特别严重，按“中止协议”的口径，JS3 第四十四条）。",
        "移交医疗保障行政部门（JS3 第四十四条）。",
        "2 起违约合计：追回 1,500.05 + 违约金 300.01 = 1,800.06 元。",
        "同一行为另受行政罚款的，违约金不折抵罚款，两者均须支付（JS3 第四十五条）。",
        "事项 M：拨付医保费用，由经办机构办理。",
        "自申报之日（2025-01-20）的次日起算 30 个工作日，期限至 2025-03-07 届满（JS3 第二十九条）。",
        "2025-03-10 办结，逾期 1 个工作日。",
    ]
    assert all(text.en.isascii() or "×" in text.en for text in steps)


def test_what_art_42_does_not_charge_and_what_an_item_ends_is_told():
    results = run(DATA)
    of_b, of_c = ([text.en for text in FAMILY.explain(results, DOCUMENT, one)] for one in "BC")
    assert "The loss of 50.00 yuan given is neither recovered nor charged: art. 42 knows neither." in of_b
    assert "Not corrected, with grave effects: referred to the authority (JS3 art. 42)." in of_b
    assert "The agreement is terminated (JS3 art. 44(4))." in of_c
    assert of_c[-2].endswith("after a year and with its liability served, from 2026-04-30 (JS3 art. 9(6)).")
    assert not any("do not count against a fine" in text for text in of_b + of_c)


def test_an_institution_with_deadlines_alone_is_told_them():
    assert [text.en for text in FAMILY.explain(run(DATA), DOCUMENT, "E")] == [
        "Matter N: end of the agreement, to be done by: both sides.",
        "1 year from 2025-01-01 (start of the agreement) last until 2025-12-31 (JS3 art. 14).",
        "Still open; no day is set as today, and whether it is late is not said.",
    ]
    assert FAMILY.known(run(DATA)) == ["A", "B", "C", "D", "A", "E"]


def test_an_application_is_told_condition_by_condition_and_what_follows():
    failed = {"applicant_id": "Y", "applied": "2025-06-30", "opened": "2025-05-01", "beds": "100",
              "insurance_staff": "yes", "insurance_office": "yes", "insurance_full_time": "no"}  # fmt: skip
    found = run({"applicants": tables.frame([failed], "applicants")})
    zh = [text.zh for text in agreement.explain_applicant(found, DOCUMENT, "Y")]
    assert zh[0] == "定点申请 Y，申请日期 2025-06-30。"
    assert "不符合“到申请日已正式运营 3 个月”：正式运营日期：2025-05-01，自 2025-08-01 起满足（JS3 第六条(一)）。" in zh
    assert (
        "不符合“配备医保管理人员；满 100 张床位的还设医保管理部门，有专职人员”：配备医保管理人员：是；床位：100；"
        "设医保管理部门：是；医保管理部门有专职人员：否（JS3 第六条(三)）。"
    ) in zh
    assert "无法判断“有与医保政策对应的内部管理制度”：有医保内部管理制度：未填（JS3 第六条(四)）。" in zh
    assert zh[-2] == "结论：有 2 项不符合，不具备定点申请条件（JS3 第五条至第九条、第十三条）。"
    assert zh[-1].startswith("按年限计算，最早可自 2025-08-01 起再次申请")
    with pytest.raises(KeyError):
        agreement.explain_applicant(found, DOCUMENT, "Z")


TOLD = {  # one matter of each kind of period, and how it stands
    ("publicity", "2025-03-10", "2025-03-14"): [
        "自公示之日（2025-03-10）的次日起算 5 个工作日，于 2025-03-17 届满，此前不得办结（JS3 第十三条）。",
        "2025-03-14 办结，早于规定时间 1 个工作日。",
    ],
    ("re_evaluation", "2025-04-15", ""): [
        "自评估不合格结果送达之日（2025-04-15）起满 3 个月，最早可于 2025-07-15 办理（JS3 第十三条）。",
        "截至 2026-12-15 尚未办结，已可办理。",
    ],
    ("renewal", "2027-03-15", ""): [
        "应于协议期满日（2027-03-15）前 3 个月，即最迟 2026-12-15 提出（JS3 第三十六条）。",
        "截至 2026-12-15 尚未办结，当日到期。",
    ],
    ("payment", "2026-12-01", ""): [
        "自申报之日（2026-12-01）的次日起算 30 个工作日，期限至 2027-01-13 届满（JS3 第二十九条）。",
        "计算用到国家尚未公布放假安排的日期，按周末和固定假日暂定，公布后应重新计算。",
        "截至 2026-12-15 尚未办结，距期限还有 20 个工作日。",
    ],
    ("claim", "2026-07-03", ""): [
        "记账月份：2026-07，应于 2026-08-15 前（含当日）完成（JY 第四十条）。",
        "2026-08-15 为休息日，按“顺延至下一个工作日”的口径，期限为 2026-08-17；文件对此没有规定。",
        "截至 2026-12-15 尚未办结，已逾期 120 日。",
    ],
    ("evaluation_start", "2026-05-05", ""): [
        "评价年度：2026，自 2027-02-01 起办理（JS26 三(一)）。",
        "截至 2026-12-15 尚未办结，距期限还有 48 日。",
    ],
    ("suspension", "2026-06-01", ""): [
        "自协议中止之日（2026-06-01）起 180 日，期限至 2026-11-28 届满（JS3 第三十七条）。",
        "2026-11-28 为休息日，按“顺延至下一个工作日”的口径，期限为 2026-11-30；文件对此没有规定。",
        "截至 2026-12-15 尚未办结，已逾期 15 日。",
        "中止超过 180 日仍未申请继续履行，协议自动终止，最后一日为 2026-11-30（JS3 第三十七条）。",
    ],
}  # fmt: skip


@pytest.mark.parametrize("given", TOLD, ids=lambda one: one[0])
def test_a_matter_is_told_from_when_to_when_and_how_it_stands(given):
    step, start, done = given
    rows = tables.frame([{"matter_id": "Q", "step": step, "start": start, "done": done}], "deadlines")
    readings = {"today": "2026-12-15", "period_end": "next_working_day"}
    steps = agreement.explain_matter(run({"deadlines": rows}, **readings), AgreementParams(**readings), "Q")
    assert [text.zh for text in steps[1:]] == TOLD[given]
    assert all(text.en.isascii() or "“" in text.en for text in steps)


def test_days_that_the_table_calendar_has_otherwise_are_said():
    stated = tables.frame(
        [{"date": "2026-12-31", "working": "no"}, {"date": "2026-12-30", "working": "yes"}], "calendar"
    )
    zh, _ = told({**DATA, "calendar": stated})
    assert "calendar 表有 1 天与工作日历包不同，以表为准：2026-12-31。" in zh


def test_what_is_done_after_today_is_said():
    zh, _ = told({"deadlines": DATA["deadlines"]}, today="2025-03-09")
    assert "2 件事项的办结日晚于设定的今天的日期，请核对；按已办结处理。" in zh
    assert not any("晚于设定的今天" in text for text in told({"deadlines": DATA["deadlines"]}, today="2025-03-14")[0])


def test_what_hangs_on_a_year_not_announced_or_on_an_ownership_is_said():
    rows = [{"matter_id": "1", "institution_id": "A", "step": "payment", "start": "2026-12-01", "done": ""},
            {"matter_id": "2", "institution_id": "A", "step": "withdrawal", "start": "2026-12-01", "done": "2026-01-01",
             "request": "terminate"},
            {"matter_id": "3", "institution_id": "B", "step": "withdrawal", "start": "2026-12-01", "done": "2026-01-01",
             "request": "terminate"},
            {"matter_id": "4", "institution_id": "A", "step": "suspension", "start": "2025-12-01",
             "done": ""}]  # fmt: skip
    owners = pd.DataFrame({"institution_id": ["A"], "ownership": ["public"]})
    zh, _ = told({"deadlines": tables.frame(rows, "deadlines"), "institutions": owners}, today="2026-12-15")
    assert [text.split("：")[0].split("（")[0] for text in zh] == [
        "1 件事项逾期。",
        "1 件事项的期限用到国家尚未公布放假安排的日期，按周末和固定假日暂定；公布后请更新工作日历包，"
        "或在 calendar 表中填入放假安排后重算。",
        "1 份协议因中止超过 180 日或有效期已过而终止",
        "1 件中止或解除协议的申请由公立医疗机构提出，不得主动提出",
        "1 件事项缺少所有制、请求事项或今天的日期，无法判断协议去向",
    ]


def test_the_range_of_damages_keeps_to_the_cap():
    capped = AgreementParams(damages_cap="0.25", damages_rate_44="0.3")
    steps = [text.en for text in FAMILY.explain(run(DATA, damages_cap="0.25", damages_rate_44="0.3"), capped, "A")]
    assert "Damages = 500.00 × 25.0% = 125.00 yuan, half up to the fen (JS3 art. 44, art. 48)." in steps
    assert any("allows 20.0% to 25.0%, hence damages from 100.00 to 125.00 yuan" in text for text in steps)


@pytest.mark.parametrize("name", ["Z", "X", ""])
def test_an_unknown_institution_is_a_key_error(name):
    with pytest.raises(KeyError):
        FAMILY.explain(run(DATA), DOCUMENT, name)


# --- small tables ---------------------------------------------------------------------------------------------------


def test_the_range_of_damages_of_each_article():
    table = agreement.range_of_damages(run(DATA)["agreement"], DOCUMENT)
    assert table.to_dict("records") == [
        {"article": 43, "loss": 1000.05, "least": 0.0, "now": 200.01, "most": 200.01},
        {"article": 44, "loss": 500.0, "least": 100.0, "now": 100.0, "most": 150.0},
    ]


def test_the_damages_at_each_rate():
    table = agreement.sensitivity(run(DATA)["agreement"], AgreementParams(damages_cap="0.25"), steps=2)
    assert table.to_dict("list") == {
        "article": [43, 43, 43, 44, 44, 44], "rate": [0.0, 0.1, 0.2, 0.2, 0.25, 0.3],
        "damages": [0.0, 100.01, 200.01, 100.0, 125.0, 125.0],
    }  # fmt: skip


def test_small_tables_of_nothing_are_empty():
    empty = run({})
    assert len(agreement.by_item(empty["agreement"])) == len(agreement.overdue(empty["agreement_timeline"])) == 0
    assert agreement.range_of_damages(empty["agreement"], DOCUMENT)["most"].tolist() == [0, 0]


# --- on disk --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [DATA, {}], ids=["rows", "no rows"])
def test_results_can_be_written_as_csv_parquet_and_a_workbook(data, tmp_path):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        for declared in FAMILY.results:
            frame = run(data)[declared.name]
            frame.to_parquet(tmp_path / "one.parquet", index=False)
            read = pyarrow.parquet.read_table(tmp_path / "one.parquet").to_pylist()
            assert [list(row.values()) for row in read] == [
                [None if pd.isna(value) else value for value in row] for row in frame.astype(object).to_numpy().tolist()
            ]
            text = results.as_csv(frame, declared).to_csv(index=False).splitlines()
            assert text[0] == ",".join(declared.by_name)
            assert len(text) == len(frame) + 1
            table_sheet(book, declared, frame, "zh")
    sheets = openpyxl.load_workbook(io.BytesIO(buffer.getvalue()))
    assert [len(list(sheet.rows)) - 1 for sheet in sheets] == [len(run(data)[one.name]) for one in FAMILY.results]


def test_a_date_is_a_date_in_every_kind_of_file():
    (declared,) = (one for one in FAMILY.results if one.name == "agreement_timeline")
    frame = run(DATA)[declared.name]
    assert [column.name for column in declared.columns if column.type is Type.DATE] == ["start", "due", "done", "ends"]
    assert results.as_csv(frame, declared).to_csv(index=False).splitlines()[1:3] == [
        "M,A,payment,JS3 29,agency,2025-01-20,2025-03-07,2025-03-10,late,1,False,,,",
        "N,E,expiry,JS3 14,both,2025-01-01,2025-12-31,,open,,False,,,",
    ]
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        table_sheet(book, declared, frame, "en")
    row = list(openpyxl.load_workbook(io.BytesIO(buffer.getvalue())).active.rows)[1]
    assert [(cell.value.date(), cell.number_format) for cell in row[5:8]] == [
        (date(2025, 1, 20), "yyyy-mm-dd"), (date(2025, 3, 7), "yyyy-mm-dd"), (date(2025, 3, 10), "yyyy-mm-dd")
    ]  # fmt: skip
