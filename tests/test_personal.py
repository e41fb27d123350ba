"""Personal data of patients: known by heading and by form, left out of everything, persons written by their digest."""

import io
import json
import logging
import os
import random
import stat
import sys
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlib import intake, persons, results, scenario
from simlib.app import logs
from simlib.cli import main
from simlib.columns import CASES, INSTITUTIONS, TABLES
from simlib.problems import BadInput, Problem
from simlib.tables import account_of, personal, read_folder
from simlib.words import Text
from strategies import small_dip
from strategies.examples import examples

SECRETS = ("11010519491231002X", "110105491231002", "13800138000", "张三丰", "云岚区幸福路8号", "1949-12-31")
CITIZEN = SECRETS[0]


def number_of(region: int, born: date, serial: int) -> str:
    """An identity number with the right check digit, worked out the other way round than simlib does."""
    body = f"{region}{born:%Y%m%d}{serial:03}"
    weights = [2**power % 11 for power in range(17, 0, -1)]
    rest = sum(int(one) * weight for one, weight in zip(body, weights, strict=True)) % 11
    return body + "X" if (check := (12 - rest) % 11) == 10 else body + str(check)


# --- by form ----------------------------------------------------------------------------------------------------------


@given(st.sampled_from([110105, 440300, 522225]), st.dates(date(1900, 1, 1), date(2024, 12, 31)), st.integers(0, 999))
@examples(100)
def test_an_identity_number_is_known_by_its_check_digit(region, born, serial):
    number = number_of(region, born, serial)
    assert persons.identity(number)
    assert persons.identity(number.lower())
    for other in set("0123456789X") - {number[-1]}:
        assert not persons.identity(number[:-1] + other)
    assert persons.masked(f"见{number}，{number}。") == "见***，***。"
    assert not persons.holds_identity(f"1{number}")


@pytest.mark.parametrize(
    "text",
    ["", "123456789012345678", "110105194912310021", "11010519491331002X", "91440300MA5FQ0A61X", "H44520000011",
     "2025-01-01", "99010519491231002X"],
)  # fmt: skip
def test_other_numbers_are_no_identity_numbers(text):
    assert not persons.holds_identity(text)
    assert persons.masked(text) == text


@pytest.mark.parametrize(
    ("text", "held"),
    [("13800138000", True), ("电话 138-0013-8000", True), ("+8613800138000", True), ("110105491231002", True),
     ("12800138000", False), ("138001380001", False), ("110105491331002", False), ("0755-12345678", False)],
)  # fmt: skip
def test_mobile_numbers_and_old_identity_numbers_are_known(text, held):
    assert persons.holds_number(text) is held


def test_one_identity_number_marks_a_column_and_other_numbers_must_be_most_of_it():
    assert personal.by_form(["x", f"患者{CITIZEN}", ""])
    assert personal.by_form(["13800138000", "13900139000", "无"])
    assert not personal.by_form(["13800138000", "1", "2", ""])
    assert not personal.by_form(["", " "])


# --- by heading -------------------------------------------------------------------------------------------------------

EVERYWHERE = (
    "姓名 患者姓名 参保人姓名 身份证号 身份证件号码 证件号码 公民身份号码 手机号 住址 家庭住址 出生日期 "
    "psn_name certno brdy 患者姓名（脱敏） 社会保障号码 参保人联系电话 银行卡号"
)
OF_A_STAY = "联系电话 电话 地址 tel addr 联系人 联系人电话"
NEVER = "机构名称 医院地址 医疗机构名称 病种名称 科室 备注 医师姓名 险种 性别 年龄 序号 定点医药机构名称 fixmedins_name"


@pytest.mark.parametrize("heading", EVERYWHERE.split())
def test_headings_of_persons_are_known_in_every_table(heading):
    assert all(personal.by_heading(heading, table) for table in TABLES.values())


def test_width_case_and_spaces_of_a_heading_do_not_matter():
    for heading in ("身 份 证 号", "PSN_NAME", "ｐｓｎ_ｎａｍｅ", "姓　名"):
        assert personal.by_heading(heading, INSTITUTIONS)


@pytest.mark.parametrize("heading", OF_A_STAY.split())
def test_a_telephone_is_a_patients_in_a_table_of_stays_and_an_institutions_elsewhere(heading):
    assert personal.by_heading(heading, CASES)
    assert not personal.by_heading(heading, INSTITUTIONS)


@pytest.mark.parametrize("heading", NEVER.split())
def test_headings_of_institutions_and_of_care_are_none_of_persons(heading):
    assert not any(personal.by_heading(heading, table) for table in TABLES.values())


def test_no_heading_of_a_declared_column_is_taken_for_a_persons():
    for table in TABLES.values():
        for column in table.columns:
            for heading in (column.name, *column.label, *column.heading, *column.called, *column.parts):
                assert not personal.by_heading(heading, table), heading


# --- left out ---------------------------------------------------------------------------------------------------------

ROWS = (
    "机构编号,考核分组,考核得分,保证金,患者姓名,经办备注,联系电话,家庭住址\n"
    f"A,x,96,100,{SECRETS[3]},证件{CITIZEN},0755-1234,{SECRETS[4]}\nB,x,90,100,,无,0755-4321,\n"
)


@pytest.fixture
def raw(tmp_path, monkeypatch):
    """A DIP city whose cases name their patients, and institutions with some of them in remarks."""
    monkeypatch.setenv("SIMLIB_KEY", "a key of the tests only")
    folder = tmp_path / "raw"
    folder.mkdir()
    for name, table in small_dip.tables().items():
        if name == "cases":
            count = len(table)
            people = [number_of(440300, date(1950, 1, 1 + i % 9), i % 7) for i in range(count)]
            extras = {"姓名": SECRETS[3], "手机号": SECRETS[2], "brdy": SECRETS[5], "备注": [f"见{CITIZEN}"] * count}
            table = table.assign(person_id=people, **extras)
        if name == "institutions":
            table = table.assign(家庭住址=SECRETS[4], 经办人备注=[f"电话{SECRETS[2]}"] * len(table))
        table.to_csv(folder / f"{name}.csv", index=False)
    return folder


def holding(folder, texts) -> dict[str, list[str]]:
    """Which files of a folder hold any of the texts; Parquet is read, the rest searched."""
    found = {}
    for path in (one for one in folder.rglob("*") if one.is_file()):
        content = path.read_bytes().decode("utf-8", "replace")
        if path.suffix == ".parquet":
            content += pd.read_parquet(path).to_csv()
        if held := [text for text in texts if text in content]:
            found[path.name] = held
    return found


def test_personal_columns_are_in_no_table_and_listed_by_heading_only(tmp_path):
    (tmp_path / "a.csv").write_text(ROWS, "utf-8")
    table = read_folder(tmp_path)["institutions"]
    account = account_of(table)
    assert account.left_out == ("患者姓名", "经办备注", "家庭住址")
    assert account.extras == ("联系电话",)
    assert not {"患者姓名", "经办备注", "家庭住址"} & set(table.columns)
    assert not any(secret in table.to_csv() or secret in str(account) for secret in SECRETS)


def test_a_column_that_only_looks_personal_is_kept_where_columns_yaml_says_so(tmp_path):
    (tmp_path / "a.csv").write_text(ROWS.replace(CITIZEN, "无"), "utf-8")
    (tmp_path / "columns.yaml").write_text("files:\n- file: a.csv\n  keep: [患者姓名]\n", "utf-8")
    account = account_of(read_folder(tmp_path)["institutions"])
    assert "患者姓名" in account.extras
    assert account.left_out == ("家庭住址",)


def test_nothing_that_is_written_holds_a_person(raw, tmp_path, capsys):
    people = pd.read_csv(raw / "cases.csv", dtype=str)["person_id"].unique().tolist()
    secrets = [*SECRETS, *people]
    assert main(["import", str(raw), "--out", str(tmp_path / "clean")]) == 0
    one = tmp_path / "scenario.yaml"
    one.write_text("title: 一\ntitle_en: one\n", "utf-8")
    data = ["--data", str(raw)]
    assert main(["run", str(one), *data, "--out", str(tmp_path / "out")]) == 0
    assert main(["check", str(raw)]) == 0
    assert main(["check", str(raw), "--format", "json"]) == 0
    case = pd.read_csv(raw / "cases.csv", dtype=str)["case_id"][0]
    assert main(["explain", str(one), *data, "--case", case]) == 0
    assert main(["workbook", str(one), *data, "--out", str(tmp_path / "out.xlsx")]) == 0
    said = "".join(capsys.readouterr())
    assert [secret for secret in secrets if secret in said] == []
    assert "个人信息，未读取：姓名、手机号、brdy" in said  # of remarks only what they mean is read
    assert holding(tmp_path / "clean", secrets) == {}
    assert holding(tmp_path / "out", secrets) == {}
    book = pd.read_excel(tmp_path / "out.xlsx", sheet_name=None, header=None, dtype=str)
    assert not any(secret in sheet.to_csv() for sheet in book.values() for secret in secrets)


def test_readmissions_come_out_the_same_from_digests(raw, tmp_path):
    intake.bring([raw], tmp_path / "clean")
    one = scenario.Scenario("t", rules=("dip",))
    for name in ("raw", "clean"):
        results.write(scenario.run(one, read_folder(tmp_path / name)), tmp_path / f"of-{name}")
    for path in (tmp_path / "of-raw").glob("*.parquet"):
        assert path.read_bytes() == (tmp_path / "of-clean" / path.name).read_bytes()
    given_people = pd.read_csv(raw / "cases.csv", dtype=str)["person_id"]
    clean = pd.read_parquet(tmp_path / "clean" / "cases.parquet")["person_id"]
    assert clean.str.fullmatch("person-[0-9a-f]{32}").all()
    assert given_people.groupby(given_people).ngroup().tolist() == _numbered(clean, given_people)


def _numbered(digests, people):
    order = {digest: number for number, digest in enumerate(digests.groupby(people).first())}
    assert len(order) == people.nunique()
    return [order[one] for one in digests]


# --- messages ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_refused_persons_number_is_not_shown(tmp_path, suffix):
    rows = pd.DataFrame(
        {"case_id": ["1", "2"], "institution_id": "A", "person_id": [f"={CITIZEN}", "@李四"], "group_code": "G",
         "total_cost": "1", "fund_billed": "1", "patient_paid": "0", "other_paid": "0"}
    )  # fmt: skip
    getattr(rows, f"to_{suffix}")(tmp_path / f"cases.{suffix}", index=False)
    with pytest.raises(BadInput, match="person_id") as bad:
        read_folder(tmp_path)
    assert len(bad.value.problems) == 2
    assert not any(text in line for line in bad.value.lines() for text in (CITIZEN, "李四"))


def test_an_identity_number_in_any_message_is_masked():
    line = Problem(Text("重复。", "Twice."), "a.csv", 3, "case_id", f"{CITIZEN}-01").line()
    assert CITIZEN not in line
    assert "***-01" in line


def test_the_log_of_the_pages_masks_them_in_tracebacks_too():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Masking())
    record = logging.LogRecord("simlib", logging.ERROR, "", 1, "error %s", (CITIZEN,), None)
    try:
        raise ValueError(f"could not read {CITIZEN}")
    except ValueError:
        record.exc_info = sys.exc_info()
    handler.emit(record)
    assert "could not read ***" in stream.getvalue()
    assert CITIZEN not in stream.getvalue()
    assert isinstance(logs.handler.formatter, logs.Masking)


def test_examples_of_what_was_assumed_mask_identity_numbers(tmp_path):
    (tmp_path / "institutions.csv").write_text(f"institution_id,name,group,score\n'{CITIZEN},甲,x,90\n", "utf-8")
    account = account_of(read_folder(tmp_path)["institutions"])
    assert CITIZEN not in str(account)
    assert any("身份证号" in one.line() for one in account.assumptions)  # it would stand in results: that is said


# --- the key ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.delenv("SIMLIB_KEY", raising=False)
    monkeypatch.setenv("APPDATA" if sys.platform == "win32" else "XDG_CONFIG_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_the_key_is_made_once_and_only_its_owner_reads_it(home):
    key = personal.office_key()
    assert len(key) == 32
    assert personal.office_key() == key == personal.key_file().read_bytes()
    if os.name == "posix":
        assert stat.S_IMODE(personal.key_file().stat().st_mode) == 0o600
    assert [path.name for path in personal.key_file().parent.iterdir()] == ["person.key"]


def test_the_same_person_has_the_same_digest_under_one_key_and_another_under_another(home, monkeypatch):
    key = personal.office_key()
    first = personal.digest(CITIZEN, key)
    assert first == personal.digest(CITIZEN, key)
    assert first == personal.digest(first, key)  # what is imported again stays
    assert first != personal.digest(CITIZEN[:-1] + "1", key)
    monkeypatch.setenv("SIMLIB_KEY", "another office's key")
    assert first != personal.digest(CITIZEN, personal.office_key())


def test_a_key_that_is_short_or_damaged_is_refused(home, monkeypatch):
    monkeypatch.setenv("SIMLIB_KEY", "short")
    with pytest.raises(BadInput, match="太短"):
        personal.office_key()
    monkeypatch.delenv("SIMLIB_KEY")
    personal.key_file().parent.mkdir(parents=True)
    personal.key_file().write_bytes(b"half")
    with pytest.raises(BadInput, match="损坏"):
        personal.office_key()


def test_a_key_that_cannot_be_kept_is_said_with_what_to_do(home, tmp_path):
    (tmp_path / "home").write_text("a file where the folder should be")
    with pytest.raises(BadInput, match="SIMLIB_KEY"):
        personal.office_key()


def test_two_who_make_the_key_at_once_have_the_same(home, monkeypatch):
    made = personal.key_file()
    exists = type(made).exists

    def other_is_faster(path):
        there = exists(path)
        if path == made and not there:
            path.parent.mkdir(parents=True)
            path.write_bytes(bytes(range(32)))
        return there

    monkeypatch.setattr(type(made), "exists", other_is_faster)
    assert personal.office_key() == bytes(range(32))


def test_only_an_import_of_persons_makes_a_key(home, tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.csv").write_text("机构编号,考核分组,得分\nA,x,90\n", "utf-8")
    intake.bring([tmp_path / "raw"], tmp_path / "clean")
    assert not home.exists()
    assert (
        json.loads((tmp_path / "clean" / "import.json").read_text("utf-8"))["tables"]["institutions"]["left_out"] == []
    )


def test_digests_of_many_persons_differ():
    key = random.Random(1).randbytes(32)
    assert len({personal.digest(f"P{number}", key) for number in range(10_000)}) == 10_000
