"""The data page: files dropped, seen as they are read, mended by choosing, and handed on to simulators that nobody
else's address opens; in a real Chromium, and without one what a visitor may do and forge."""

from __future__ import annotations

import io
import os
import re
import shutil
import signal
import stat
import zipfile
from pathlib import Path

import openpyxl
import pytest

from browser.small_dashboard import WARM, facts
from browser.visiting import visits
from simlib import scenario, tables
from simlib.app import data, desk, desk_view, home, lockers, logs
from simlib.app.comparer import Comparer
from simlib.app.data_page import DataPage, file_name
from simlib.app.desk import Desk
from simlib.app.page import Page
from simlib.app.simulator import Simulator
from simlib.columns import TABLES
from simlib.problems import BadInput
from simlib.serve import forks
from simlib.tables import mapping
from simlib.tables.large import engine

FIELD = Path(__file__).parents[3] / "shared/field-cases"
CJK = re.compile(r"[\u3400-\u9fff]")
# A sheet as an office has it: a title, a unit, other headings, a level that no option is called, a total.
SHEET = """2024年度质量保证金分配表,,,,,
编号,机构,组别,考评得分情况,押金,级别
A1,甲医院,一组,95,12,特级
A2,乙医院,一组,90,10.5,二级
A3,丙医院,一组,九十,9,二级
合计,,,,31.5,
"""
NAME = "分配表.csv"


def cells(mended=False):
    return (SHEET.replace("九十", "88") if mended else SHEET).encode()


# --- without a browser ----------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def room(tmp_path, monkeypatch):
    """Lockers and keys of this test alone."""
    monkeypatch.delenv(lockers.PLACE, raising=False)
    monkeypatch.setenv("SIMLIB_KEY", "0123456789abcdef0123456789abcdef")
    before = os.environ.copy()
    lockers.start(tmp_path)
    yield tmp_path / "lockers"
    os.environ.clear()
    os.environ.update(before)


def at(content: bytes, name=NAME) -> Desk:
    one = Desk()
    one.add(name, content)
    one.read()
    return one


def sheet(one: Desk, name=NAME) -> dict:
    return next(each for each in desk_view.sheets(one) if each["name"] == name)


def columns(one: Desk, name=NAME) -> dict[str, str]:
    return {column["heading"]: column["taken"] and column["taken"].zh for column in sheet(one, name)["columns"]}


def mended() -> Desk:
    """The sheet with all that has to be said of it."""
    one = at(cells(mended=True))
    one.mend(NAME, "", "table", "", "institutions")
    for heading, name in (("编号", "institution_id"), ("考评得分情况", "score"), ("押金", "deposit")):
        one.mend(NAME, "", "column", heading, name)
    one.mend(NAME, "", "unit", "押金", "万元")
    one.mend(NAME, "", "value", "level\t特级", "3")
    return one


def test_what_is_said_of_a_sheet_stands_in_columns_yaml_and_the_folder_reads_to_the_same():
    one = mended()
    assert one.problems == []
    assert one.whole
    read = one.given["institutions"]
    assert read["deposit"].tolist() == [120_000, 105_000, 90_000]
    assert read["level"].tolist() == ["3", "2", "2"]
    again = tables.read_folder(one.raw)["institutions"]
    assert again.equals(read)
    assert tables.account_of(again) == tables.account_of(read)
    (entry,) = mapping.read(one.raw).entries
    assert dict(entry.columns)["考评得分情况"] == "score"
    assert dict(entry.values)["level"] == (("特级", "3"),)
    assert [each.family.name for each in one.rules if each.runs] == ["deposit"]


def test_a_refused_cell_stands_in_its_row_with_the_header_the_rule_and_what_it_may_mean():
    one = at(cells())
    one.mend(NAME, "", "table", "", "institutions")
    for heading, name in (("编号", "institution_id"), ("考评得分情况", "score")):
        one.mend(NAME, "", "column", heading, name)
    shown = sheet(one)
    assert shown["state"] == "refused"
    context = shown["refused"]
    assert context["heads"] == ["编号", "机构", "组别", "考评得分情况", "押金", "级别"]
    marked = {line["row"]: [cell["text"] for cell in line["cells"] if cell["wrong"]] for line in context["lines"]}
    assert marked == {3: ["特级"], 5: ["九十"]}
    third, fifth = context["lines"]
    assert [cell["text"] for cell in fifth["cells"]] == ["A3", "丙医院", "一组", "九十", "9", "二级"]
    assert "不是此列的数字" in fifth["rules"][0]["rule"].zh
    assert fifth["rules"][0]["options"] == []
    assert [offer["value"] for offer in third["rules"][0]["options"]] == list(
        TABLES["institutions"].by_name["level"].options
    )
    one.mend(NAME, "", "value", third["rules"][0]["key"], "3")
    assert [line["row"] for line in sheet(one)["refused"]["lines"]] == [5]


def test_an_unknown_heading_is_offered_the_near_columns_and_one_that_two_claim_is_said():
    one = at("institution_id,group,年度考核得分数,结算额\n1,甲,90,5\n".encode(), "机构.csv")
    one.mend("机构.csv", "", "table", "", "institutions")
    near = {each["heading"]: [offer["value"] for offer in each["near"]] for each in sheet(one, "机构.csv")["columns"]}
    assert near["年度考核得分数"] == ["score"]
    one.mend("机构.csv", "", "column", "结算额", "score")
    one.mend("机构.csv", "", "column", "年度考核得分数", "score")  # who has a column takes it from the other
    assert columns(one, "机构.csv")["年度考核得分数"] == "年度评价得分（分）"
    assert one.given["institutions"]["score"].tolist() == [90]
    one.mend("机构.csv", "", "column", "年度考核得分数", "none")
    assert columns(one, "机构.csv")["年度考核得分数"] == ""
    one.mend("机构.csv", "", "column", "年度考核得分数", "")
    one.mend("机构.csv", "", "table", "", "none")
    assert sheet(one, "机构.csv")["state"] == "unread"


def test_a_heading_of_names_is_offered_the_column_of_names_and_never_one_of_numbers():
    one = at("institution_id,month,billed,机构名称,医院号码\n1,2025-01,90,甲,5\n".encode(), "billing.csv")
    near = {
        each["heading"]: [offer["value"] for offer in each["near"]] for each in sheet(one, "billing.csv")["columns"]
    }
    assert near["机构名称"] == []  # a table of months has no names
    assert near["医院号码"] == ["institution_id"]
    one = at("institution_id,group,score,定点机构的名称\n1,甲,90,某院\n".encode(), "机构.csv")
    near = {each["heading"]: [offer["value"] for offer in each["near"]] for each in sheet(one, "机构.csv")["columns"]}
    assert near["定点机构的名称"] == ["name"]


def test_several_headings_may_be_chosen_for_one_column_which_is_their_sum():
    head = "case_id,institution_id,group_code,total_cost,fund_billed,other_paid,自付一,自付二,自费"
    one = at(f"{head}\nC1,H1,A,9000,6000,0,1000,1500,500\n".encode(), "cases.csv")
    assert "patient_paid" in {problem.column for problem in one.problems}
    offers = [offer["value"] for offer in sheet(one, "cases.csv")["options"]]
    assert "+patient_paid" in offers
    assert "+age" not in offers  # what is no amount has no sum
    one.mend("cases.csv", "", "column", "自付一", "patient_paid")
    assert patient(one) == [1000]
    for heading in ("自付二", "自费"):
        one.mend("cases.csv", "", "column", heading, "+patient_paid")
    assert patient(one) == [3000]
    assert dict(mapping.read(one.raw).entries[0].sums)["patient_paid"] == ("自付一", "自付二", "自费")
    said = {each["heading"]: each["said"] for each in sheet(one, "cases.csv")["columns"]}
    assert (said["自付一"], said["自付二"], said["自费"]) == ("+patient_paid",) * 3
    one.mend("cases.csv", "", "column", "自付二", "none")
    assert patient(one) == [1500]
    one.mend("cases.csv", "", "column", "自费", "patient_paid")  # alone again
    assert patient(one) == [500]
    with pytest.raises(BadInput):
        one.mend("cases.csv", "", "column", "自费", "+age")


def patient(one):
    with engine() as backend:
        return one.given["cases"].on(backend).patient_paid.to_pyarrow().to_pylist()


def test_what_a_rule_says_of_a_column_names_it_as_the_file_does_and_one_that_is_not_there_by_its_label():
    one = at("机构编号,分组,考核得分\n1,甲,\n2,甲,90\n".encode(), "机构.csv")
    page = DataPage()
    page.desk = one
    (deposit,) = [rule for rule in page.rules() if rule["to"] == "deposit.ipynb"]
    assert [line.zh.split("：")[0] for line in deposit["lines"]] == ["机构.csv · 预留质量保证金 / 年度基金实际结算额"]
    one = at("机构编号,分组,考核得分,质量保证金\n1,甲,,5\n2,甲,90,5\n".encode(), "机构.csv")
    page.desk = one
    (deposit,) = [rule for rule in page.rules() if rule["to"] == "deposit.ipynb"]
    assert [line.zh.split("：")[0] for line in deposit["lines"]] == ["机构.csv · 第 2 行 · 考核得分"]


def test_the_header_a_missing_column_and_institutions_by_name_can_be_said():
    one = at("institution_id,name,group,score\nA1,甲医院,一组,95\nA2,乙医院,一组,90\n".encode(), "institutions.csv")
    one.add("划拨.csv", "某局\n单位,记账金额\n甲医院,100\n乙医院,200\n".encode())
    one.read()
    one.mend("划拨.csv", "", "table", "", "billing")
    one.mend("划拨.csv", "", "header", "", "2")
    assert sheet(one, "划拨.csv")["named"] is False
    assert [told["column"] for told in sheet(one, "划拨.csv")["problems"]] == ["", "month"]
    one.mend("划拨.csv", "", "column", "单位", "institution_id")
    one.mend("划拨.csv", "", "by_name", "", "yes")
    one.mend("划拨.csv", "", "constant", "month", "2025-01")
    assert one.problems == []
    assert one.given["billing"]["institution_id"].tolist() == ["A1", "A2"]
    assert set(one.given["billing"]["month"]) == {"2025-01"}


@pytest.mark.parametrize(
    "forged",
    [
        ("../etc", "", "table", "", "institutions"), (NAME, "", "table", "", "passwords"),
        (NAME, "", "drop", "", ""), (NAME, "", "header", "", "0"), (NAME, "", "header", "", "1-2-3"),
        (NAME, "", "header", "", "x"), (NAME, "", "column", "没有的列", "score"),
        (NAME, "", "column", "机构", "secret"),
        (NAME, "", "unit", "押金", "吨"), (NAME, "", "value", "score\t九十", "3"),
        (NAME, "", "value", "level\t特级", "9"), (NAME, "", "constant", "nothing", "1"),
        (NAME, "没有", "table", "", "institutions"), (NAME, "", "value", "level\t" + "x" * 300, "3"),
        (NAME, "", "constant", "group", "x" * 1_000), (NAME, "", "keep", "无", "y"), (NAME, "", "by_name", "", "yes"),
    ],
)  # fmt: skip
def test_a_forged_mend_is_refused_and_changes_nothing(forged):
    one = at(cells())
    one.mend(NAME, "", "table", "", "institutions")
    before = mapping.read(one.raw)
    with pytest.raises(BadInput):
        one.mend(*forged)
    assert mapping.read(one.raw) == before


def test_more_than_columns_yaml_can_hold_is_not_said():
    one = at(cells())
    for number in range(3):
        entries = "".join(f"- file: {number}-{at}{'x' * 60}.csv\n  table: none\n" for at in range(1_000))
        if number < 2:
            one.add("上次的.yaml", f"files:\n{entries}".encode())
    assert len(one.said.entries) == 2_000
    with pytest.raises(BadInput):
        one.add("columns.yaml", f"files:\n{entries}".encode())
    assert len(one.said.entries) == 2_000


def test_a_file_that_nobody_foresaw_does_not_keep_the_others_from_being_read(monkeypatch):
    one, read = mended(), desk.look

    def look(paths, said):
        paths = list(paths)
        if any(path.name == "odd.csv" for path in paths):
            raise KeyError("nobody foresaw this")
        return read(paths, said)

    monkeypatch.setattr(desk, "look", look)
    one.add("odd.csv", b"a,b\n1,2\n")
    one.read()
    (problem,) = [each for each in one.problems if each.file == "odd.csv"]
    assert re.search(r"编号 [0-9a-f]{8} ", problem.rule.zh)
    assert sheet(one, "odd.csv")["state"] == "refused"
    assert one.given.found["institutions"]


def test_nothing_of_a_patient_is_shown_and_what_is_none_can_be_kept():
    rows = "case_id,institution_id,scheme,患者姓名,联系人代码\nC1,A1,employee,张三,13912345678\n"
    rows += "C2,A1,居民,李四,13912345679\n"
    one = at(rows.encode(), "住院病例.csv")
    shown = str(desk_view.sheets(one)) + str([each.line() for each in one.problems])
    for hidden in ("张三", "李四", "13912345678"):
        assert hidden not in shown
    assert "患者姓名" in shown
    if "联系人代码" in sheet(one, "住院病例.csv")["personal"]:
        one.mend("住院病例.csv", "", "keep", "联系人代码", "yes")
        assert sheet(one, "住院病例.csv")["personal"] == ["患者姓名"]


def test_clean_tables_read_back_without_assumptions_and_columns_yaml_reads_the_file_alike(tmp_path):
    one = mended()
    with zipfile.ZipFile(io.BytesIO(one.archive())) as archive:
        archive.extractall(tmp_path)
    clean = tables.read_folder(tmp_path / lockers.FOLDER)
    assert clean["institutions"]["deposit"].tolist() == [120_000, 105_000, 90_000]
    assert tables.account_of(clean["institutions"]).assumptions == ()
    other = at(cells(mended=True))
    other.add(mapping.FILE, one.columns())
    other.read()
    assert other.given["institutions"].equals(one.given["institutions"])
    with pytest.raises(BadInput):
        other.add(mapping.FILE, b"files: [{file: x.csv, table: nothing}]")
    with pytest.raises(BadInput):
        at(cells()).archive()  # nothing was read
    with zipfile.ZipFile(io.BytesIO(desk.templates())) as archive:
        assert len(archive.namelist()) == len(TABLES)


def test_a_locker_is_private_unguessable_and_goes_when_it_is_cleared_or_forgotten(room):
    one, other = mended(), at(cells())
    assert re.fullmatch(r"own-[0-9a-f]{32}", one.locker)
    assert one.locker != other.locker
    assert stat.S_IMODE(room.stat().st_mode) == 0o700
    assert stat.S_IMODE((room / one.locker).stat().st_mode) == 0o700
    again = Desk()
    again.open(one.locker)
    assert again.given["institutions"].equals(one.given["institutions"])
    os.utime(room / other.locker, (0, 0))
    lockers.sweep()
    assert lockers.find(other.locker) is None
    with pytest.raises(BadInput):
        other.open(other.locker)
    one.clear()
    assert list(room.iterdir()) == []
    assert (one.locker, one.files, one.given) == ("", [], {})


def test_a_locker_that_goes_while_its_page_is_open_is_said_and_the_page_begins_anew(told, room):
    told.upload(NAME, cells(), seq=1)
    shutil.rmtree(room / told.page.desk.locker)
    (answer,) = told("mend", of=NAME, sheet="", what="table", key="", value="institutions", seq=2)
    assert answer["notices"] == [lockers.GONE.zh]
    assert (answer["files"], answer["sheets"], answer["query"]) == ([], [], "")
    (answer,) = told.upload(NAME, cells(), seq=3)
    assert [file["name"] for file in answer["files"]] == [NAME]


GUESSES = ["", "own-", "own-0", f"own-{'0' * 32}", "own-" + "g" * 32, "..", ".", "/", "/etc", "../lockers", "own-*",
           "*", "own-{}/../own-{}", "own-{}/raw", "OWN-{}", "own-{}\n", " own-{}", "own-{}\0", "{}"]  # fmt: skip


def test_a_name_that_is_not_a_locker_opens_nothing_on_any_page_and_no_list_has_one():
    one = mended()
    one.clean()
    secret = one.locker.removeprefix("own-")
    simulators = [Simulator.of("deposit"), Comparer()]
    for guess in (guess.replace("{}", secret) for guess in GUESSES):
        assert lockers.find(guess) is None, guess
        assert data.brought(guess) is None, guess
        with pytest.raises(BadInput):
            Desk().open(guess)
        for visitor in simulators:
            with pytest.raises(BadInput):
                visitor.use(guess)
    for visitor in simulators:
        assert list(visitor.sources) == list(data.sources()) == ["sample"]
        assert secret not in str(visitor.query)
    page = DataPage()
    assert page.desk.files == []


def test_the_simulators_run_on_the_visitors_own_tables_and_name_no_locker_in_what_they_write(monkeypatch):
    one = mended()
    clean = one.clean()
    visitor = Simulator.of("deposit")
    assert visitor.open(f"data={one.locker}") == []
    expected = scenario.run(scenario.Scenario("", rules=("deposit",)), tables.read_folder(clean))
    name = visitor.family.amount[0]
    assert visitor.run.results["deposit"][name].equals(expected.results["deposit"][name])
    assert visitor.subjects == {"A1", "A2", "A3"}
    assert f"data={one.locker}" in visitor.query  # the address is the only way to it
    assert one.locker not in scenario.dump(visitor.scenario)
    assert visitor.scenario.data == lockers.FOLDER
    shown = []
    page = Page(visitor)
    monkeypatch.setattr(page, "send", lambda content, buffers=None: shown.append(content))
    page.show()
    assert shown[0]["sources"][-1] == {"name": one.locker, "label": "自己的数据"}
    comparer = Comparer()
    assert comparer.open(f"data={one.locker}") == []
    assert comparer.comparison.runs[0].scenario.data == lockers.FOLDER
    one.clear()
    (problem,) = Simulator.of("deposit").open(f"data={one.locker}") or visitor.open(f"data=own-{'1' * 32}")
    assert problem.rule == lockers.GONE


def test_uploads_of_other_pages_take_raw_files_and_say_what_was_assumed(tmp_path, monkeypatch):
    book = openpyxl.Workbook()
    book.active.title = "分配表"
    for row in (
        ["2024年度分配表"],
        ["医疗机构编码", "考核分组", "考核得分", "年度结算金额（万元）"],
        ["A1", "甲", 95, 12],
        ["A2", "甲", 88, 10],
    ):
        book.active.append(row)
    book.create_sheet("说明").append(["只是说明"])
    book.save(tmp_path / "我们的.xlsx")
    visitor = Simulator.of("deposit")
    assert visitor.readings == []
    assert visitor.upload(tmp_path / "我们的.xlsx") == []
    assert visitor.inputs["institutions"]["settled"].tolist() == [120_000, 100_000]
    said = [line.zh for line in visitor.readings]
    assert any("表头在第 2 行" in line for line in said)
    assert any("说明" in line and "未找到表头" in line for line in said)
    assert {".xls", ".et", ".xlsb", ".ods"} <= set(Page.accept.split(","))


class Told:
    """A page whose messages are kept instead of sent."""

    def __init__(self, monkeypatch):
        self.page, self.messages = DataPage(), []
        monkeypatch.setattr(self.page, "send", lambda content, buffers=None: self.messages.append(content))

    def __call__(self, act, buffers=(), **content):
        self.messages.clear()
        self.page.receive({"act": act, **content}, list(buffers))
        return list(self.messages)

    def upload(self, name, content, **more):
        return self("upload", [content], name=name, start=True, end=True, **more)


@pytest.fixture
def told(monkeypatch):
    return Told(monkeypatch)


def test_files_that_come_together_are_read_together_and_one_that_is_refused_keeps_none_away(told, monkeypatch):
    monkeypatch.setattr("simlib.app.data_page.LARGEST_UPLOAD", 1_000)
    assert told.upload("../../a\\b/机构.csv", b"institution_id,group,score\n1,x,90\n", more=True, seq=1) == [
        {"say": "stored", "seq": 1}
    ]
    assert told("upload", [b"x" * 600], name="大.csv", start=True, end=False) == [{"say": "piece"}]
    (answer,) = told("upload", [b"x" * 600], name="大.csv", start=False, end=False, seq=2)
    assert answer["say"] == "desk"
    assert [file["name"] for file in answer["files"]] == ["机构.csv"]
    assert answer["notices"][0].startswith("大.csv：文件超过")
    assert answer["cards"][0]["value"] == 1
    monkeypatch.setattr(desk, "LARGEST_SUM", 50)
    (answer,) = told.upload("二.csv", b"institution_id,group,score\n2,x,90\n", seq=3)
    assert "全部文件合计超过" in answer["notices"][0]
    monkeypatch.setattr(desk, "LARGEST_SUM", 10**6)
    monkeypatch.setattr(desk, "MOST_FILES", 1)
    (answer,) = told.upload("三.csv", b"a\n1\n", seq=4)
    assert "最多 1 个文件" in answer["notices"][0]
    (answer,) = told.upload("机构.csv", b"institution_id,group,score\n1,x,91\n2,x,80\n", seq=5)  # in place of itself
    assert answer["notices"] == []
    assert answer["sheets"][0]["rows"] == 2
    (answer,) = told("remove", name="机构.csv", seq=6)
    assert answer["files"] == []


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("../../etc/passwd", "passwd"), ("C:\\表\\机构.xlsx", "机构.xlsx"), ("..", "upload"), ("", "upload"),
     (".", "upload"), ('a<b>:"|?*.csv', "a_b______.csv"), ("a\n\0b.csv", "a��b.csv"),
     ("  机构 表.csv ", "机构 表.csv")],
)  # fmt: skip
def test_a_file_is_called_by_its_own_name_alone(sent, kept):
    assert file_name(sent) == kept


@pytest.mark.parametrize("long", ["表" * 300 + ".xlsx", "x" * 999, "." * 300, "a." + "b" * 400, "😀" * 200 + ".csv"])
def test_a_name_that_is_too_long_for_a_folder_is_shortened_and_keeps_its_kind(long, tmp_path):
    name = file_name(long)
    (tmp_path / name).write_bytes(b"")
    assert len(name.encode()) <= 200
    assert Path(long).suffix not in (".csv", ".xlsx") or Path(name).suffix == Path(long).suffix


def test_files_of_an_earlier_import_are_mended_like_any_others():
    first = mended()
    other = Desk()
    for path in first.clean().iterdir():
        other.add(path.name, path.read_bytes())
    other.read()
    assert other.problems == []
    other.mend("institutions.csv", "", "unit", "deposit", "万元")
    assert other.given["institutions"]["deposit"].tolist() == [1_200_000_000, 1_050_000_000, 900_000_000]
    assert tables.read_folder(other.clean())["institutions"]["deposit"].tolist()[0] == 1_200_000_000


def test_whatever_a_browser_sends_is_answered_in_a_sentence(told, caplog):
    odd = [
        {"act": "mend"}, {"act": "mend", "of": {}, "what": []}, {"act": "open", "query": "data=../../etc"},
        {"act": "open", "query": 7}, {"act": "upload"}, {"act": "upload", "start": True, "name": None}, {"act": "go"},
        {"act": "go", "to": "deposit.ipynb"}, {"act": "go", "to": "https://example.org"}, {"act": "remove"},
        {"act": "save", "kind": "tables"}, {"act": "save", "kind": "columns"}, {"act": "save", "kind": "../x"},
        {"act": "speak"}, {"act": "clear"}, {"act": "idle"}, {"act": "__init__"}, {}, None, [],
        {"act": "upload", "start": True, "end": True},
    ]  # fmt: skip
    for content in odd:
        told.messages.clear()
        told.page.receive(content, [])
        assert all(message["say"] != "error" for message in told.messages), content
    assert "Traceback" not in caplog.text


def test_an_unforeseen_error_is_logged_without_the_name_of_a_locker(told, monkeypatch):
    name, console = f"own-{'a' * 32}", io.StringIO()
    monkeypatch.setattr(logs.handler, "stream", console)
    monkeypatch.setattr(told.page.desk, "open", lambda locker: 1 / 0)
    (answer,) = told("open", query=f"?data={name}", seq=1)
    assert answer["say"] == "error"
    page = Page(Simulator.of("deposit"))
    monkeypatch.setattr(page, "send", lambda content, buffers=None: None)
    monkeypatch.setattr(page.simulator, "open", lambda query: {}[query])
    page.receive({"act": "open", "query": f"?data={name}"}, [])
    assert "ZeroDivisionError" in console.getvalue()
    assert "KeyError: '?data=own-…'" in console.getvalue()
    assert name not in console.getvalue()


def test_the_example_runs_every_rule_and_gives_rise_to_no_doubt(told):
    (answer,) = told("example", seq=1)
    assert answer["whole"]
    assert all(rule["runs"] for rule in answer["rules"])
    assert (answer["notices"], answer["doubts"]) == ([], [])
    (answer,) = told("go", to="deposit.ipynb", seq=2)
    assert answer["to"] == f"deposit.ipynb?data={told.page.desk.locker}"


def test_the_page_says_all_of_its_own_words_in_english(told):
    told.upload(NAME, cells())
    (answer,) = told("speak", language="en", seq=1)

    def words(value, path=()):
        if isinstance(value, str):
            yield path, value
        elif isinstance(value, dict):
            for key, one in value.items():
                yield from words(one, (*path, key))
        elif isinstance(value, list | tuple):
            for one in value:
                yield from words(one, path)

    own = {"heading", "heads", "text", "cells", "value", "key", "name", "file", "headers"}  # of the file
    assert [
        (path, text)
        for path, text in words(answer)
        if CJK.search(text) and not own & set(path) and path[-1] not in ("language",) and NAME not in text
    ] == []


def test_the_data_are_the_first_card_of_the_front_door():
    assert home.CARDS[0][1] == "data.ipynb"


# --- in a browser ---------------------------------------------------------------------------------------------------


@pytest.fixture
def visit(chromium, address):
    with visits(chromium, address, "data.ipynb") as start:
        yield start


@pytest.fixture(scope="module")
def opened_once(chromium, address):
    with visits(chromium, address, "data.ipynb") as start:
        yield start().open()


@pytest.fixture
def empty(opened_once):
    """The page that tests share, with nothing on it."""
    opened_once.page.bring_to_front()
    if opened_once.do("clear").count():
        opened_once.painted(opened_once.do("clear").click)
    yield opened_once
    opened_once.sound()


def bring(one, *files):
    one.painted(lambda: one.page.set_input_files(".sim-drop input[type=file]", list(map(str, files))))


def drop(one, files: dict[str, str]):
    """Files dropped on the page, as from a folder of the desk."""
    script = """files => { const data = new DataTransfer();
      for (const [name, text] of Object.entries(files)) data.items.add(new File([text], name));
      for (const type of ["dragenter", "dragover", "drop"]) document.querySelector(".sim-desk").dispatchEvent(
        new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true })); }"""
    one.painted(lambda: one.page.evaluate(script, files))


def choose(one, what, heading, value):
    control = one.page.locator((f"[data-heading='{heading}'] " if heading else "") + f"[data-mend={what}]")
    control.focus()
    one.painted(lambda: control.select_option(value))


def headings(one):
    script = """rows => Object.fromEntries(rows.map(row => [row.dataset.heading,
      row.querySelector("[data-mend=column]")?.selectedOptions[0].textContent ?? ""]))"""
    return one.page.locator("tr[data-heading]").evaluate_all(script)


def test_a_sheet_is_dropped_mended_by_choosing_and_opens_a_simulator_that_nobody_else_sees(visit, address, chromium):
    one = visit().open()
    assert one.page.locator(".sim-hints li").count() == 3
    drop(one, {NAME: cells(mended=True).decode()})
    choose(one, "table", "", "institutions")
    for heading, name in (("编号", "institution_id"), ("考评得分情况", "score"), ("押金", "deposit")):
        choose(one, "column", heading, name)
        assert one.page.evaluate("document.activeElement.dataset.mend") == "column"  # a page drawn anew keeps the place
    choose(one, "unit", "押金", "万元")
    assert one.page.locator(".sim-wrong-cell").all_inner_texts() == ["特级"]
    one.painted(lambda: one.page.select_option(".sim-rules [data-mend=value]", "3"))
    assert one.page.locator("[data-sheet]").get_attribute("data-state") == "read"
    assert one.page.locator(".sim-versus").inner_text() == "已全部读取，可以下载。可以打开的模拟器：质量保证金。"
    assert one.unnamed() == []
    with one.page.expect_download() as got:
        one.do("saveColumns").click()
    assert "考评得分情况: score" in got.value.path().read_text("utf-8")
    with one.page.expect_download() as got:
        one.do("saveTables").click()
    assert "simlib-data/institutions.csv" in zipfile.ZipFile(got.value.path()).namelist()
    secret = one.page.evaluate("new URLSearchParams(location.search).get('data')")
    one.page.click("[data-go='deposit.ipynb']")
    one.page.wait_for_selector("[data-panel=headlines]", timeout=60_000)
    one.page.wait_for_selector(".sim[data-drawn]")
    assert one.page.locator("#sim-source option:checked").inner_text() == "自己的数据"
    assert one.page.locator("[data-panel=institutions] .sim-tally").inner_text() == "共 3 行"
    other = visit().open()
    assert other.page.locator(".sim-files li").count() == 0
    guessed = "own-" + "".join("0" if letter != "0" else "1" for letter in secret.removeprefix("own-"))
    for guess in (guessed, f"{secret}/raw", "../lockers"):
        other.open(f"?data={guess}")
        assert (
            "不再" in other.page.locator(".sim-notice").inner_text()
            or "移除" in other.page.locator(".sim-notice").inner_text()
        )
        assert other.page.locator(".sim-files li").count() == 0
    one.page.go_back()
    one.page.wait_for_selector(".sim-files li", timeout=60_000)
    assert headings(one)["考评得分情况"] == "年度评价得分（分）"
    one.painted(one.do("clear").click)
    assert one.page.locator(".sim-files li").count() == 0
    other.open(f"?data={secret}")
    assert "移除" in other.page.locator(".sim-notice").inner_text()


def test_the_page_speaks_english_fits_narrow_windows_and_offers_an_example(visit):
    one = visit().open("?lang=en")
    shown = ".sim-top, .sim-drop, .sim-doors, .sim-cards, .sim-sheet > p, summary"
    one.painted(one.do("example").click)
    assert [text for text in one.page.locator(shown).all_inner_texts() if CJK.search(text.replace("中文", ""))] == []
    for width in (800, 480, 1440):
        assert one.overhang(width) == 0, width
    assert one.unnamed() == []
    with one.page.expect_download() as got:
        one.do("templates").click()
    assert len(zipfile.ZipFile(got.value.path()).namelist()) == len(TABLES)
    one.painted(one.do("language").click)
    assert one.page.locator("h1").inner_text() == "数据"


@pytest.mark.skipif(not forks.available(), reason="looks into /proc")
def test_the_servers_lockers_are_its_own_go_with_it_and_no_log_names_one(serve, place):
    name = f"own-{'5' * 32}"
    server = serve(place / "notebooks", data=place, warm=WARM)
    visitor = facts(server, f"?data={name}")
    server.ask(f"/voila/render/failing.ipynb?data={name}")
    server.ask(f"/voila/render/none.ipynb?data={name}", Referer=f"http://127.0.0.1/?data={name}")
    environment = Path(f"/proc/{visitor['parent']}/environ").read_bytes().split(b"\0")
    (folder,) = (Path(one.decode().partition("=")[2]) for one in environment if one.startswith(b"SIMLIB_LOCKERS="))
    assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
    (folder / name / lockers.RAW).mkdir(parents=True)
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(15) == 0
    assert not folder.parent.exists()
    assert name not in server.log() + server.process.stdout.read()


field = pytest.mark.skipif(not FIELD.is_dir(), reason="no field cases here")


@field
def test_an_offices_own_workbook_is_read_as_it_stands(empty):
    one = empty
    bring(one, *(FIELD / "61-own-workbook").iterdir())
    name = "2024年度质量保证金分配表.xlsx · 分配表"
    panel = one.page.locator(f"[data-sheet='{name}']")
    assert panel.locator(".sim-subject").inner_text() == "定点医疗机构，6 行"
    taken = headings(one)
    assert taken["医疗机构编码"] == "自动识别：机构编号"
    assert taken["年度结算金额（万元）"] == "自动识别：年度基金实际结算额（元）"
    assert (
        one.page.locator("[data-heading='年度结算金额（万元）'] [data-mend=unit]")
        .inner_text()
        .startswith("自动识别：万元")
    )
    said = panel.locator("[data-fold=assumptions] li").all_text_contents()
    assert any("表头在第 3 行" in line for line in said)
    assert any("免评" in line for line in said)
    assert any("合计行不作为数据" in line for line in said)
    assert one.page.locator("[data-sheet$='说明']").get_attribute("data-state") == "unread"
    one.painted(lambda: one.page.select_option("[data-sheet$='说明'] [data-mend=table]", "none"))
    assert "columns.yaml" in one.page.locator("[data-sheet$='说明']").inner_text()


@field
def test_deposits_in_another_unit_are_doubted_aloud_and_block_nothing(empty):
    one = empty
    bring(one, *(FIELD / "26-wan-yuan-deposits").iterdir())
    assert one.card("doubted") > 0
    doubts = one.page.locator(".sim-doubts")
    doubts.locator("summary").click()
    assert "institutions.csv" in doubts.inner_text()
    assert one.page.locator("[data-go='deposit.ipynb']").is_enabled()
    choose(one, "unit", "deposit", "万元")
    assert one.card("doubted") == 0


@field
def test_ids_that_a_spreadsheet_rounded_are_refused_in_their_rows(empty):
    one = empty
    bring(one, *(FIELD / "10-long-ids-as-numbers-xlsx").iterdir())
    assert one.page.locator(".sim-context tbody [data-row]").count() == 3
    assert one.page.locator(".sim-wrong-cell").first.inner_text().endswith("E+16")
    assert "末尾几位已经丢失" in one.page.locator(".sim-rules").first.inner_text()
    assert one.do("saveTables").is_disabled()


@field
def test_a_settlement_list_shows_which_heading_is_which_column_and_no_person(empty):
    one = empty
    bring(one, *(FIELD / "67-settlement-list-export").iterdir())
    taken = headings(one)
    assert taken["结算ID"] == "自动识别：病例编号"
    assert taken["出院日期"] == "自动识别：出院日期"
    assert "等于 大病保险支出 + 医疗救助支出" in one.page.locator("[data-heading=大病保险支出]").inner_text()
    assert one.page.locator("[data-heading=人员编号] td").last.inner_text() == ""
    assert one.page.locator("[data-sheet]").get_attribute("data-state") == "read"
    said = one.page.locator("[data-fold=assumptions] li").all_text_contents()
    assert any("310 → employee" in line for line in said)
    assert any("退费（冲销）" in line and "5,200.00" in line for line in said)
    assert one.page.locator(".sim-doubts li[data-doubt]").count() > 0
    assert "定点医疗机构：缺少此表" in one.page.locator("[data-rule='dip.ipynb']").inner_text()
    assert one.card("refused") == 0
    assert one.page.locator(".sim-versus").inner_text() == (
        "已全部读取，可以下载，但这些表尚不能运行任何模拟器，各缺少的内容见“可以做什么”。"
    )


@field
def test_a_wide_score_sheet_is_read_as_points_by_item_and_what_it_lacks_can_be_said(empty):
    one = empty
    bring(one, *(FIELD / "65-wide-score-sheet").iterdir())
    points, institutions = one.page.locator("[data-sheet]").all()
    assert "宽表：每列一个评分项目" in points.inner_text()
    assert points.locator(".sim-subject").inner_text() == "各项得分，26 行"
    assert points.locator("[data-fold=totals] li").count() == 2
    assert institutions.locator(".sim-subject").inner_text() == "定点医疗机构，2 行"
    assert one.page.locator("[data-rule='scorecard.ipynb'] .sim-state").inner_text() == "可以运行"
    lacks = one.page.locator("[data-rule='deposit.ipynb']").inner_text()
    assert "分配组" in lacks
    assert "group" not in lacks
