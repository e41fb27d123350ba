"""The command line: what each command prints, in both languages, and its exit codes."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import simlib
from simlib.cli import main
from simlib.rules import FAMILIES
from strategies import small_dip

ROOT = Path(__file__).resolve().parent.parent
DATA = """institution_id,name,group,score,deposit
A1,First,one,96,10000
A2,Second,one,90,10000
A3,Third,one,84,10000
B1,Fourth,two,90,20000
B2,Fifth,two,91,20000
"""
CJK = re.compile("[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]")


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    """The working folder, with a scenario and its data."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SIMLIB_LANG", raising=False)
    write(tmp_path / "city", DATA)
    scenario(tmp_path / "study" / "one.yaml", "title: 方案一\ntitle_en: Scenario one\ndata: ../city\n")
    return tmp_path


def write(folder: Path, content: str, name: str = "institutions.csv") -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(content, encoding="utf-8")


def scenario(path: Path, content: str) -> None:
    write(path.parent, content, path.name)


def settlement(place: Path) -> None:
    """A scenario of DIP settlement with its data."""
    for name, table in small_dip.tables().items():
        write(place / "dip", table.to_csv(index=False), f"{name}.csv")
    scenario(place / "study" / "dip.yaml", "title: 结算\ntitle_en: Settlement\ndata: ../dip\n")


def payments(out: Path) -> dict[str, float]:
    return pd.read_parquet(out / "deposit.parquet").set_index("institution_id")["payment"].to_dict()


def params(out: Path) -> dict:
    return json.loads((out / "manifest.json").read_text("utf-8"))["params"]["deposit"]


def said(capsys, *arguments: str, code: int = 0) -> tuple[str, str]:
    """What a command prints on standard output and on standard error."""
    assert main(list(arguments)) == code
    return tuple(capsys.readouterr())


# --- run ----------------------------------------------------------------------------------------------------------


def test_run_prints_the_headlines_and_where_the_results_are(place, capsys):
    out, err = said(capsys, "run", "study/one.yaml", "--out", "results/a")
    assert out.splitlines()[:2] == ["方案一", "质量保证金"]
    assert "  保证金合计  70,000.00 元" in out.splitlines()
    assert "  转移金额  666.67 元" in out.splitlines()
    assert out.splitlines()[-1] == f"结果：{Path('results/a')}"
    assert err == ""
    assert payments(place / "results" / "a") == {"A1": 10666.67, "A2": 10000, "A3": 9333.33, "B1": 20000, "B2": 20000}


def test_run_warns_of_pools_that_nobody_was_paid(place, capsys):
    write(
        place / "city",
        DATA.replace("96", "88").replace("A2,Second,one,90", "A2,Second,one,88").replace("91,20000", "91,"),
    )
    _, err = said(capsys, "run", "study/one.yaml")
    assert err.splitlines() == [
        "注意：“one”组没有机构高于上阈值，奖励金 307.69 元未分配（JS26 附件3 一(二)）。",
        "注意：1 家机构没有保证金，只参与计算平均分（JS26 附件3 二(一)）。",
        "数据疑点：定点医疗机构 · 保证金空白：1 处，涉及 0.00 元。未按月预结算时，1 家按 0 计，不参与分配。",
    ]
    _, err = said(capsys, "run", "study/one.yaml", "--lang", "en")
    assert err.startswith("Note: Nobody of group one is above the upper threshold: 307.69 yuan stay unallocated")


def test_results_go_to_a_folder_named_like_the_scenario(place, capsys):
    said(capsys, "run", "study/one.yaml")
    assert (place / "results" / "one" / "manifest.json").is_file()
    assert sorted(os.listdir(place)) == ["city", "results", "study"]
    assert os.listdir(place / "study") == ["one.yaml"]


def test_a_shipped_scenario_is_run_by_its_name_from_anywhere(place, capsys):
    command = ["run", "upper-1.03", "--data", "city"]
    out, err = said(capsys, *command)
    assert (out.splitlines()[0], err) == ("上阈值提高到1.03", "")
    assert params(place / "results" / "upper-1.03")["upper"] == 1.03
    said(capsys, "compare", "baseline", "upper-1.03", "--data", "city", "--baseline", "upper-1.03")


def test_a_file_of_that_name_comes_before_the_shipped_scenario_and_a_folder_does_not(place, capsys):
    (place / "baseline").mkdir()
    assert said(capsys, "run", "baseline", "--data", "city")[0].splitlines()[0] == "文件规定值"
    scenario(place / "upper-1.03", "title: 自己的\ndata: city\n")
    assert said(capsys, "run", "upper-1.03")[0].splitlines()[0] == "自己的"


@pytest.mark.parametrize("wrong", ["baselin", "baseline.yaml"])
def test_an_unknown_scenario_is_told_once_with_the_nearest_name(place, capsys, wrong):
    _, err = said(capsys, "run", wrong, code=2)
    assert err == f"{wrong}：未找到该方案文件，内置方案中也没有该名称。是否想写 baseline？\n"
    _, err = said(capsys, "compare", wrong, "nowhere/x.yaml", "--lang", "en", code=2)
    assert err.splitlines() == [
        f"{wrong}: There is no such scenario file, and none of this name comes with simlib. Did you mean baseline?",
        f"{Path('nowhere/x.yaml')}: There is no such scenario file. Check the path.",
    ]


def test_a_scenario_may_be_based_on_a_shipped_one(place, capsys):
    scenario(
        place / "study" / "two.yaml", "title: 二\nbase: upper-1.03\ndata: ../city\nparams:\n  deposit: {lower: 0.97}\n"
    )
    said(capsys, "run", "study/two.yaml")
    assert {name: params(place / "results" / "two")[name] for name in ("lower", "upper")} == {
        "lower": 0.97,
        "upper": 1.03,
    }
    scenario(place / "study" / "upper-1.03", "title: 近处的\nparams:\n  deposit: {upper: 1.04}\n")
    said(capsys, "run", "study/two.yaml")
    assert params(place / "results" / "two")["upper"] == 1.04


def test_data_of_a_scenario_are_relative_to_its_file(place, capsys, monkeypatch):
    monkeypatch.chdir(place / "study")
    said(capsys, "run", "one.yaml", "--out", "out")
    assert payments(place / "study" / "out")["A1"] == 10666.67


def test_data_on_the_command_line_come_first_and_are_relative_to_the_working_folder(place, capsys):
    write(place / "other", DATA.replace("A1", "C1"))
    said(capsys, "run", "study/one.yaml", "--data", "other")
    assert "C1" in payments(place / "results" / "one")
    assert json.loads((place / "results/one/manifest.json").read_text("utf-8"))["data"]["source"] == "other"


def test_the_sample_is_the_data_when_a_scenario_names_none(place, capsys):
    scenario(place / "study" / "none.yaml", "title: t\n")
    said(capsys, "run", "study/none.yaml")
    assert len(payments(place / "results" / "none")) == 500


def test_a_scenario_adds_to_its_base_and_to_the_base_of_that(place, capsys):
    scenario(place / "study" / "two.yaml", "title: t\nbase: one.yaml\nparams: {deposit: {lower: 0.97, upper: 1.05}}\n")
    (place / "other").mkdir()
    scenario(place / "other" / "three.yaml", "title: u\nbase: ../study/two.yaml\nparams: {deposit: {upper: 1.1}}\n")
    out, _ = said(capsys, "run", "other/three.yaml")
    assert out.splitlines()[0] == "u"
    assert params(place / "results" / "three") == {**params_of_document(), "lower": 0.97, "upper": 1.1}
    assert len(payments(place / "results" / "three")) == 5  # data of the first, relative to the first


def test_data_and_rules_of_a_base_can_be_replaced(place, capsys):
    write(place / "other", DATA.replace("A1", "C1"))
    scenario(place / "study" / "two.yaml", "title: t\nbase: one.yaml\ndata: ../other\nrules: [deposit]\n")
    said(capsys, "run", "study/two.yaml")
    assert "C1" in payments(place / "results" / "two")


def params_of_document() -> dict:
    return FAMILIES["deposit"].params().plain()


# --- check, explain, params, sample -------------------------------------------------------------------------------


def test_check_says_what_was_read_and_what_can_run(place, capsys):
    write(place / "city", "a\n", "visits.csv")
    write(place / "city", "a\n", "beds.csv")
    out, err = said(capsys, "check", "city")
    assert out.splitlines() == [
        "institutions.csv：定点医疗机构，5 行，没有问题",
        "beds.csv：未找到表头：没有已知的列名。如需读取，请在 columns.yaml 中写明。",
        "visits.csv：未找到表头：没有已知的列名。如需读取，请在 columns.yaml 中写明。",
        "绩效评分：没有 facts, item_scores 表，不计算",
        "DIP 结算：没有 cases 表，不计算",
        "质量保证金：可以运行",
        "县域结余留用：没有 communities 表，不计算",
        "定点协议：没有 incidents, applicants, deadlines 表，不计算",
    ]
    assert err == ""


def test_check_says_what_a_rule_lacks(place, capsys):
    write(place / "city", DATA.replace("score", "points"))
    out, _ = said(capsys, "check", "city")
    assert out.splitlines()[1:] == [
        "  无规则使用的列：points",
        "绩效评分：没有 facts, item_scores 表，不计算",
        "DIP 结算：没有 cases 表，不计算",
        "质量保证金：不能运行，缺少",
        "  institutions.csv · score：缺少此列，质量保证金需要使用。请补充该列。",
        "县域结余留用：没有 communities 表，不计算",
        "定点协议：没有 incidents, applicants, deadlines 表，不计算",
    ]


def test_check_lists_every_problem(place, capsys):
    write(place / "city", DATA.replace("96", "960").replace("B1", "A1"))
    out, err = said(capsys, "check", "city", code=2)
    assert out == ""
    assert len(err.splitlines()) == 2


def test_explain_gives_every_step_with_its_clause(place, capsys):
    out, _ = said(capsys, "explain", "study/one.yaml", "--institution", "A1")
    assert out.splitlines() == [
        "质量保证金",
        "  1. 预留质量保证金 10,000.00 元，由数据直接给出（JS3 第二十九条）。",
        "  2. 年度评价得分 96 分；“one”组共 3 家机构，平均 90.0000 分（JS26 附件3 二(一)）。",
        "  3. 绩效评价水平指数 = 96 ÷ 90.0000 = 1.066667（JS26 附件3 二(一)）。",
        "  4. 指数高于 1.02：全额领取保证金 10,000.00 元，并参与分配奖励金（JS26 附件3 二(二)3）。",
        "  5. 本组奖励金共 666.67 元，按“保证金 × 指数”的比重分得 666.67 元（JS26 附件3 二(二)3）；尾差文件未规定，"
        "本系统按最大余额法分到分。",
        "  6. 实际可得 10,000.00 + 666.67 = 10,666.67 元，与保证金相比 +666.67 元。",
    ]
    assert not (place / "results").exists()


def test_explain_suggests_an_institution(place, capsys):
    _, err = said(capsys, "explain", "study/one.yaml", "--institution", "a1", code=2)
    assert err == "institution_id · “a1”：未找到该机构。是否想写 A1？\n"
    _, err = said(capsys, "explain", "study/one.yaml", "--institution", "hospital", code=2)
    assert err == "institution_id · “hospital”：未找到该机构。请核对编号。\n"
    _, err = said(capsys, "explain", "study/one.yaml", "--institution", "a1", "--lang", "en", code=2)
    assert err == "institution_id · “a1”: There is no such institution. Did you mean A1?\n"


def test_explain_tells_of_an_institutions_settlement_and_of_a_single_case(place, capsys):
    settlement(place)
    out, _ = said(capsys, "explain", "study/dip.yaml", "--institution", "3A")
    lines = out.splitlines()
    assert lines[0] == "DIP 结算"
    assert lines[1].startswith("  1. 全年 12 例，其中")
    assert any("决算为记账总额的1.05倍，174,106.80 元（JY 第三十三条）" in line for line in lines)
    out, _ = said(capsys, "explain", "study/dip.yaml", "--case", "3A-1")  # 0.3 of 12,000 yuan, the group's mean
    assert out.splitlines()[0] == "DIP 结算"
    assert "偏差率 = 费用 ÷ 12,000.00 = 0.3000，不高于 0.4：1,200.0000 × 0.3000 = 360.0000 分" in out
    _, err = said(capsys, "explain", "study/dip.yaml", "--case", "3A-99", code=2)
    assert err == "case_id · “3A-99”：未找到该病例。请核对编号。\n"
    _, err = said(capsys, "explain", "study/one.yaml", "--case", "3A-1", code=2)  # data without cases
    assert err == "case_id · “3A-1”：未找到该病例。请核对编号。\n"
    for further in ([], ["--case", "3A-1", "--institution", "3A"]):
        with pytest.raises(SystemExit) as ended:
            main(["explain", "study/dip.yaml", *further])
        assert ended.value.code == 2


def test_explain_tells_an_application_and_a_deadline(place, capsys):
    out, _ = said(capsys, "explain", "agreement-today", "--matter", "QX00022")
    assert out.splitlines() == [
        "定点协议",
        "  1. 事项 QX00022：申请续签，由医疗机构办理。",
        "  2. 应于协议期满日（2025-01-12）前 3 个月，即最迟 2024-10-12 提出（JS3 第三十六条）。",
        "  3. 截至 2026-06-30 尚未办结，已逾期 626 日。",
    ]
    out, _ = said(capsys, "explain", "agreement-today", "--applicant", "SQ0002")
    assert out.splitlines()[-1].startswith("  4. 按年限计算，最早可自 2026-11-26 起再次申请")
    out, _ = said(capsys, "explain", "agreement-today", "--institution", "07012400019")  # deadlines alone
    assert out.splitlines()[1] == "  1. 事项 QX00014：反馈评估结果，由经办机构办理。"
    for kind, zh in (("matter", "未找到该事项"), ("applicant", "未找到该定点申请")):
        _, err = said(capsys, "explain", "agreement-today", f"--{kind}", "Z", code=2)
        assert err == f"{kind}_id · “Z”：{zh}。请核对编号。\n"


def test_params_lists_every_parameter(place, capsys):
    declared = [one for family in FAMILIES.values() for one in family.params.declarations().values()]
    text, _ = said(capsys, "params")
    assert [line.split()[0] for line in text.splitlines()[1:]] == [one.path for one in declared]
    table, _ = said(capsys, "params", "--format", "markdown")
    assert {line.count("|") for line in table.splitlines()} == {8}
    assert len(table.splitlines()) == len(declared) + 2
    listed = json.loads(said(capsys, "params", "--format", "json")[0])
    assert [one["parameter"] for one in listed] == [one.path for one in declared]
    assert all(one["label"]["zh"] and one["help"]["en"] for one in listed)
    assert {one["kind"] for one in listed if not one["clause"]} == {"assumption"}
    assert all(one["low"] <= one["default"] <= one["high"] for one in listed if "low" in one)


def test_sample_writes_a_city_that_can_be_checked_and_run(place, capsys):
    out, _ = said(capsys, "sample", "--out", "small", "--institutions", "40", "--seed", "3")
    assert out == "样例城市：small\n"
    out, _ = said(capsys, "check", "small")
    assert out.splitlines()[0] == "institutions.csv：定点医疗机构，40 行，没有问题"
    said(capsys, "run", "study/one.yaml", "--data", "small")
    assert len(payments(place / "results" / "one")) == 40
    said(capsys, "sample", "--out", "whole", "--institutions", "40", "--cases", "1000")
    out, _ = said(capsys, "check", "whole")
    assert "cases.parquet：住院病例，1,000 行，没有问题" in out.splitlines()
    assert out.splitlines()[-5:] == [f"{family.label.zh}：可以运行" for family in FAMILIES.values()]
    assert said(capsys, "sample", "--out", "city", code=2)[1].startswith(f"{place / 'city'}：此处已有其他内容")
    assert len(said(capsys, "sample", "--out", "new", "--institutions", "0", code=2)[1].splitlines()) == 1
    assert not (place / "new").exists()


# --- languages, exit codes, processes -----------------------------------------------------------------------------


def test_english_output_holds_no_chinese(place, capsys):
    write(place / "city", DATA + "B3,Sixth,three,50,\n")
    write(place / "city", "a\n", "visits.csv")
    write(place / "lacking", "institution_id,scoer\nA1,1\n")
    settlement(place)
    commands = [["run", "study/one.yaml"], ["check", "city"], ["check", "lacking"]]
    commands += [["params", "--format", kind] for kind in ("text", "markdown")]
    commands += [["explain", "study/one.yaml", "--institution", one] for one in ("A1", "A2", "A3", "B3")]
    commands += [["run", "study/dip.yaml"], ["check", "dip"]]
    commands += [["explain", "study/dip.yaml", "--institution", one] for one in ("3A", "3B", "3S", "2A", "1O")]
    commands += [["explain", "study/dip.yaml", "--case", f"3A-{number}"] for number in range(12)]
    for command in commands:
        printed = "".join(said(capsys, *command, "--lang", "en"))
        assert printed
        assert not CJK.search(printed), printed


def test_the_language_can_come_from_the_environment(place, capsys, monkeypatch):
    monkeypatch.setenv("SIMLIB_LANG", "en")
    assert said(capsys, "run", "study/one.yaml")[0].startswith("Scenario one\nQuality deposit\n")
    monkeypatch.setenv("SIMLIB_LANG", "fr")
    assert said(capsys, "run", "study/one.yaml")[0].startswith("方案一\n质量保证金\n")


@pytest.mark.parametrize(
    "command", [[], ["rnu"], ["run"], ["run", "x.yaml", "--lang", "fr"], ["sample", "--seed", "x"]]
)
def test_a_wrong_command_ends_with_2(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main(command)
    assert ended.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


def process(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "simlib", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(command, env=environment, capture_output=True, timeout=60)


def test_the_module_is_the_command_and_prints_utf_8_everywhere(place):
    done = process("run", "study/one.yaml", LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode("utf-8").splitlines()[0] == "方案一"
    assert (place / "results" / "one" / "manifest.json").is_file()


def test_the_module_ends_with_2_and_one_line_a_problem(place):
    write(place / "city", DATA.replace("96", "960"))
    done = process("run", "study/one.yaml")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode("utf-8") == (
        f"institutions.csv · 第 2 行 · score · “960”：年度评价得分应在 0 至 100 之间。请核对。{os.linesep}"
    )
    assert not (place / "results").exists()


@pytest.mark.parametrize("command", [["dashboard", "--no-browser"], ["run", "study/one.yaml"], ["params"]], ids=str)
def test_a_faulty_card_of_the_citys_own_stops_every_command_with_its_line(place, command):
    (place / "cards").mkdir()
    text = (ROOT / "simlib/rules/cards/yunlan_1_2023.yaml").read_text("utf-8")
    text = text.replace("yunlan", "mycity").replace("  points: 10", "  points: 9", 1)
    (place / "cards" / "mycity_1.yaml").write_text(text, "utf-8")
    done = process(*command, SIMLIB_CARDS=str(place / "cards"))
    assert (done.returncode, done.stdout) == (2, b"")
    (line, *_) = done.stderr.decode("utf-8").splitlines()
    assert re.match(r"mycity_1\.yaml · 第 \d+ 行 · parts\.6\.items\.13\.points：各项合计 10，不是 9", line), line
    assert "Traceback" not in done.stderr.decode("utf-8")


def test_the_version_is_that_of_the_package(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"simlib {simlib.__version__}\n"


def test_check_names_columns_that_no_rule_uses_so_that_a_misspelt_one_is_seen(place, capsys):
    write(place / "city", DATA.replace("deposit\n", "deposit,deposti\n").replace("0000\n", "0000,1\n"))
    out, _ = said(capsys, "check", "city")
    assert "无规则使用的列：deposti" in out
