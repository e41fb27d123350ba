"""Bad facts of every kind are refused with one line a problem, file and row named, and nothing written."""

import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from oracles import exact_scorecard
from simlib import scenario
from simlib.cli import main
from simlib.problems import BadInput
from simlib.rules import FAMILIES, scorecard
from simlib.tables import read_folder

CJK = re.compile("[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]")
INSTITUTIONS = """institution_id,level,ownership,has_inpatient,group,score,deposit
H1,3,public,1,one,90,1000
C1,1,private,0,one,90,1000
"""
CARDS = {"H1": "js26_1_2023", "C1": "js26_2_2023"}

# What is refused: facts that differ from full marks (None: not there; a list: several rows), or another table of
# institutions; then the lines that it gets.

# fmt: off
ASK = "请补报，或设 scorecard.missing 为 zero（按 0 分或没有计）。"
ITEMS = "可用的名称：1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13。"
COUNT = "应为次数，不小于 0 的整数。请核对。"
SHARE = "应为比例，0 至 1（0.85 即 85%）。请核对。"
YES_NO = "应为是或否（1 或 0）。请核对。"
ONCE = "同一机构、项目、事实和阶段重复出现。请仅保留一行。"
NEEDED = "为空，评分表需要使用。请补充。"
A_NUMBER = "不是此列的数字。请写成 93.5 这样的数字。"

FACTS = {
    "an institution is unknown": (
        {"H9,1,catalogue_updated": "1"},
        "facts.csv · 第 89 行 · institution_id · “H9”：不在定点医疗机构表中。请核对编号。"),
    "an institution is written in small letters": (
        {"H1,2,prices_shown": None, "h1,2,prices_shown": "1"},
        "facts.csv · 第 88 行 · institution_id · “h1”：不在定点医疗机构表中。请核对编号。"),
    "an item is unknown": (
        {"H1,14,catalogue_updated": "1"},
        "facts.csv · 第 89 行 · item · “14”：评分表没有该项目。" + ITEMS),
    "an item is named by its title": (
        {"H1,地方自主评价,local_points": "1"},
        "facts.csv · 第 89 行 · item · “地方自主评价”：评分表没有该项目。" + ITEMS),
    "a fact is misspelt": (
        {"H1,1,catalogue_updated": None, "H1,1,catalog_updated": "1"},
        "facts.csv · 第 88 行 · fact · “catalog_updated”：第1项没有该事实。是否想写 catalogue_updated？"),
    "a fact of a clinic is misspelt, whose number another item has in annex 1": (
        {"C1,11,complaint": "1"},
        "facts.csv · 第 89 行 · fact · “complaint”：第11项没有该事实。是否想写 complaints？"),
    "a fact is misspelt by everybody": (
        {"C1,11,complaints": None, "C1,11,complaint": "1"},
        "facts.csv · 11 · complaints：没有机构填报该事实，所选评分表需要使用。请把“complaint”改名为 complaints。"),
    "two facts are misspelt": (
        {"C1,11,complaint": "1", "H1,6,order": "1"},
        "facts.csv · 第 89 行 · fact · “complaint”：第11项没有该事实。是否想写 complaints？",
        "facts.csv · 第 90 行 · fact · “order”：第6项没有该事实。可用的名称：corrections, refunds, frauds, "
        "refused_or_grave。"),
    "a fact stands in the wrong item": (
        {"H1,2,catalogue_updated": "1"},
        "facts.csv · 第 89 行 · fact · “catalogue_updated”：第2项没有该事实。可用的名称：prices_followed, "
        "prices_shown, own_prices_filed。"),
    "a share of 85% is written as 85": (
        {"H1,1,catalogue_drug_share": "85"},
        "facts.csv · 第 4 行 · value · “85.0”：供应目录中医保目录内药品的品种占比" + SHARE),
    "a share is above 1 by a millionth": (
        {"H1,9,evoucher_share": "1.000001"},
        "facts.csv · 第 26 行 · value · “1.000001”：医保电子凭证结算率" + SHARE),
    "a share is negative": (
        {"H1,8,nonstandard_code_rate": "-0.01"},
        "facts.csv · 第 25 行 · value · “-0.01”：业务编码非标率" + SHARE),
    "a count is not whole": (
        {"H1,6,corrections": "1.5"},
        "facts.csv · 第 16 行 · value · “1.5”：被医保部门责令改正" + COUNT),
    "a count is negative": (
        {"C1,9,service_lowered": "-1"},
        "facts.csv · 第 75 行 · value · “-1.0”：降低服务标准" + COUNT),
    "a yes or no is 2": (
        {"H1,11,obstructed": "2"},
        "facts.csv · 第 39 行 · value · “2.0”：拒绝、阻挠审核考核检查且情节恶劣" + YES_NO),
    "a yes or no is a half": (
        {"C1,2,prices_shown": "0.5"},
        "facts.csv · 第 50 行 · value · “0.5”：价格公示并提供费用清单" + YES_NO),
    "an evaluation is above 100": (
        {"H1,3,procurement_evaluation": "100.5"},
        "facts.csv · 第 8 行 · value · “100.5”：药品耗材招采专项评价得分（百分制）应为评价得分，0 至 100。请核对。"),
    "the city gives more than full marks": (
        {"H1,13,local_points": "10.5"},
        "facts.csv · 第 45 行 · value · “10.5”：设区市按本地评分办法给出的得分应为得分，0 至该项满分。请核对。"),
    "the city gives less than nothing": (
        {"C1,12,local_points": "-1"},
        "facts.csv · 第 88 行 · value · “-1.0”：设区市按本地评分办法给出的得分应为得分，0 至该项满分。请核对。"),
    "a value is a word": (
        {"H1,1,catalogue_updated": "done"},
        "facts.csv · 第 2 行 · value · “done”：" + A_NUMBER),
    "a value has a sign of its own": (
        {"H1,1,catalogue_drug_share": "85$"},
        "facts.csv · 第 4 行 · value · “85$”：" + A_NUMBER),
    "a value is blank": (
        {"H1,1,catalogue_updated": ""},
        "facts.csv · 第 2 行 · value：不能为空。请补充。"),
    "a value is beyond any table": (
        {"H1,6,corrections": "1e10"},
        "facts.csv · 第 16 行 · value · “1e10”：数值应在 -1,000,000,000 至 1,000,000,000 之间。请核对。"),
    "a fact is stated twice": (
        {"H1,1,catalogue_updated": ["1", "1"]},
        "facts.csv · 第 3 行 · institution_id · “H1 · 1 · catalogue_updated”：与第 2 行重复。请每个编号只保留一行。"),
    "a fact is stated twice, by a blank stage and by the city": (
        {"H1,1,catalogue_updated": ["1", "0,city"]},
        "facts.csv · 第 3 行 · fact · “catalogue_updated”：" + ONCE),
    "a stage does not exist": (
        {"H1,1,catalogue_updated": "1,final"},
        "facts.csv · 第 2 行 · stage · “final”：不在可选值内。请填 self（自评）、county（县级初审）、"
        "city（市级终审） 之一。"),
    "a fact is missing": (
        {"H1,2,prices_shown": None},
        "facts.csv · 2 · prices_shown · “H1”：缺少第2项的事实“价格公示并提供费用清单”（是或否（1 或 0））。" + ASK),
    "facts of both cards are missing": (
        {"C1,4,visit_cost_in_range": None, "H1,5,negotiated_share_last_year": None, "C1,5,corrections": None},
        "facts.csv · 5 · negotiated_share_last_year：没有机构填报该事实，所选评分表需要使用。请补报。",
        "facts.csv · 4 · visit_cost_in_range：没有机构填报该事实，所选评分表需要使用。请补报。",
        "facts.csv · 5 · corrections：没有机构填报该事实，所选评分表需要使用。请补报。"),
    "facts that others state are missing of a hospital and of a clinic": (
        {"C1,1,catalogue_updated": None, "H1,2,prices_shown": None},
        "facts.csv · 2 · prices_shown · “H1”：缺少第2项的事实“价格公示并提供费用清单”（是或否（1 或 0））。" + ASK,
        "facts.csv · 1 · catalogue_updated · “C1”："
        "缺少第1项的事实“三个目录数据库按月及时更新”（是或否（1 或 0））。" + ASK),
    "which evaluation counts is not known": (
        {"H1,4,in_payment_reform": None},
        "facts.csv · 4 · in_payment_reform：没有机构填报该事实，所选评分表需要使用。请补报。"),
    "more violations are numbered than counted": (
        {"H1,6,corrections": "1,,V1; V2"},
        "facts.csv · 第 16 行 · violation · “V1; V2”：违规编号多于该事实所示的违规。请核对数值或编号。"),
    "a violation is numbered where there is none": (
        {"H1,11,obstructed": "0,,V1", "H1,7,finance_system": "1,,V2", "C1,9,service_lowered": "0,,V3"},
        "facts.csv · 第 20 行 · violation · “V2”：违规编号多于该事实所示的违规。请核对数值或编号。",
        "facts.csv · 第 39 行 · violation · “V1”：违规编号多于该事实所示的违规。请核对数值或编号。",
        "facts.csv · 第 75 行 · violation · “V3”：违规编号多于该事实所示的违规。请核对数值或编号。"),
    "a share bears the number of a violation": (
        {"H1,9,evoucher_share": "0.4,,V1"},
        "facts.csv · 第 26 行 · violation · “V1”：该事实不是违规次数、有无违规或折算的评价，不能带违规编号。"
        "请删除编号。"),
    "a violation begins like a formula": (
        {"H1,6,corrections": "1,,=V1"},
        "facts.csv · 第 16 行 · violation · “=V1”：以 = + - @ 开头，会被表格软件当作公式执行。请去掉该字符。"),
    "several things are wrong at once": (
        {"H1,1,catalogue_drug_share": "85", "H1,6,corrections": "1.5", "C1,9,service_lowered": "-1",
         "H1,9,evoucher_share": "50"},
        "facts.csv · 第 4 行 · value · “85.0”：供应目录中医保目录内药品的品种占比" + SHARE,
        "facts.csv · 第 16 行 · value · “1.5”：被医保部门责令改正" + COUNT,
        "facts.csv · 第 26 行 · value · “50.0”：医保电子凭证结算率" + SHARE,
        "facts.csv · 第 75 行 · value · “-1.0”：降低服务标准" + COUNT),
    "names are wrong in both cards and an institution too": (
        {"H9,1,catalogue_updated": "1", "H1,6,order": "1", "C1,3,evaluation": "90"},
        "facts.csv · 第 89 行 · institution_id · “H9”：不在定点医疗机构表中。请核对编号。",
        "facts.csv · 第 90 行 · fact · “order”：第6项没有该事实。可用的名称：corrections, refunds, frauds, "
        "refused_or_grave。",
        "facts.csv · 第 91 行 · fact · “evaluation”：第3项没有该事实。是否想写 procurement_partial_evaluation？"),
}
SUBJECTS = {
    "a hospital has no level": (
        INSTITUTIONS.replace("H1,3", "H1,"),
        "institutions.csv · 第 2 行 · level：" + NEEDED),
    "a hospital has a level that does not exist": (
        INSTITUTIONS.replace("H1,3", "H1,4"),
        "institutions.csv · 第 2 行 · level · “4”：不在可选值内。请填 3（三级）、2（二级）、1（一级） 之一。"),
    "institutions have no ownership": (
        INSTITUTIONS.replace("public", "").replace("private", ""),
        "institutions.csv · 第 2 行 · ownership：" + NEEDED,
        "institutions.csv · 第 3 行 · ownership：" + NEEDED),
    "nobody says whether an institution has inpatients": (
        INSTITUTIONS.replace("private,0", "private,"),
        "institutions.csv · 第 3 行 · has_inpatient：" + NEEDED),
    "the column of levels is missing": (
        INSTITUTIONS.replace("level", "rank"),
        "institutions.csv · level：缺少此列，绩效评分需要使用。请补充该列。"),
    "the column of inpatients is misspelt": (
        INSTITUTIONS.replace("has_inpatient", "has_inpatients"),
        "institutions.csv · has_inpatient：缺少此列，绩效评分需要使用。请把列“has_inpatients”改名为 has_inpatient。"),
    "an institution has no facts": (
        INSTITUTIONS + "C2,1,public,0,one,90,1000\n",
        *(f"facts.csv · {item} · {fact} · “C2”：缺少第{item}项的事实“{label}”（{kind}）。{ASK}" for item, fact, label,
          kind in [
            (item["item"], fact, declared["zh"],
             {"yes_no": "是或否（1 或 0）", "count": "次数，不小于 0 的整数", "share": "比例，0 至 1（0.85 即 85%）",
              "score": "评价得分，0 至 100", "points": "得分，0 至该项满分"}[declared["kind"]])
            for item in exact_scorecard.items(exact_scorecard.card("js26_2_2023")) for fact,
            declared in item["facts"].items() if declared["kind"] != "number"])),  # of growth, which is stated
}
ENGLISH = {
    "a fact is misspelt by everybody":
        ["facts.csv · 11 · complaints: No institution states this fact, which the chosen card needs. Rename "
         "“complaint” to complaints."],
    "an institution is unknown":
        ["facts.csv · row 89 · institution_id · “H9”: It is not in the table of designated institutions. Check the "
         "number."],
    "an item is unknown":
        ["facts.csv · row 89 · item · “14”: The card has no such item. Known names: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, "
         "12, 13."],
    "a fact is misspelt":
        ["facts.csv · row 88 · fact · “catalog_updated”: There is no such fact in item 1. Did you mean "
         "catalogue_updated?"],
    "a share of 85% is written as 85":
        ["facts.csv · row 4 · value · “85.0”: Share of catalogue drugs among the drugs supplied must be a share from 0 "
         "to 1 (0.85 is 85%). Check it."],
    "a fact is missing":
        ["facts.csv · 2 · prices_shown · “H1”: The fact “Prices on show and itemised bills given” of item 2 is missing "
         "(yes or no (1 or 0)). "
         "Report it, or set scorecard.missing to zero."],
    "a fact is stated twice, by a blank stage and by the city":
        ["facts.csv · row 3 · fact · “catalogue_updated”: Stated twice for the same institution, item, fact and stage. "
         "Keep one row."],
    "more violations are numbered than counted":
        ["facts.csv · row 16 · violation · “V1; V2”: There are more violation numbers than the fact has violations. "
         "Check the value or the numbers."],
    "a share bears the number of a violation":
        ["facts.csv · row 26 · violation · “V1”: The fact is no count of violations, no yes or no and no evaluation: "
         "it bears no violation number. Remove it."],
    "a hospital has no level":
        ["institutions.csv · row 2 · level: This is blank and the scorecard needs it. Fill it in."],
}
# fmt: on


def facts_file(changes) -> str:
    """The facts of both institutions, full marks but for the changes; facts that are new stand at the end."""
    places = {}
    for id_, name in CARDS.items():
        for (item, fact), best in exact_scorecard.full_marks(exact_scorecard.card(name)).items():
            places[f"{id_},{item},{fact}"] = best
    rows = []
    for place, value in {**places, **changes}.items():
        for one in value if isinstance(value, list) else [value] * (value is not None):
            rows.append(f"{place},{one}{',' * (2 - one.count(','))}")
    return "institution_id,item,fact,value,stage,violation\n" + "\n".join(rows) + "\n"


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SIMLIB_LANG", raising=False)
    (tmp_path / "data").mkdir()
    (tmp_path / "scenario.yaml").write_text("title: t\ndata: data\n")
    fill(tmp_path)
    return tmp_path


def fill(place: Path, institutions: str = INSTITUTIONS, changes=()) -> None:
    (place / "data" / "institutions.csv").write_text(institutions, encoding="utf-8")
    (place / "data" / "facts.csv").write_text(facts_file(dict(changes)), encoding="utf-8")


def tree(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.rglob("*")}


def refused(capsys, place: Path, *further: str) -> list[str]:
    """The lines on standard error of a run that must fail and must leave ``place`` as it was."""
    before = tree(place)
    code = main(["run", "scenario.yaml", "--out", "out", *further])
    printed = capsys.readouterr()
    assert (code, printed.out) == (2, "")
    assert tree(place) == before
    return printed.err.splitlines()


def run(place: Path) -> scenario.Run:
    return scenario.run(scenario.Scenario("t"), read_folder(place / "data"))


def test_the_facts_that_the_cases_change_give_full_marks(place, capsys):
    assert run(place).results["scorecard"]["scorecard"]["score"].tolist() == [100, 100]
    assert main(["run", "scenario.yaml", "--out", "out"]) == 0


@pytest.mark.parametrize("name", FACTS)
def test_facts_are_refused_when(name, place, capsys):
    changes, *expected = FACTS[name]
    fill(place, changes=changes)
    check(capsys, place, name, expected)


@pytest.mark.parametrize("name", SUBJECTS)
def test_facts_are_refused_where(name, place, capsys):
    institutions, *expected = SUBJECTS[name]
    fill(place, institutions)
    check(capsys, place, name, expected)


def check(capsys, place, name, expected):
    assert refused(capsys, place) == expected
    english = refused(capsys, place, "--lang", "en")
    assert len(english) == len(expected)
    assert not CJK.search(re.sub("“[^”]*”", "", "\n".join(english))), english
    assert english == ENGLISH.get(name, english)


def test_every_english_line_belongs_to_a_case():
    assert ENGLISH.keys() <= FACTS.keys() | SUBJECTS.keys()


@pytest.mark.parametrize("suffix", ["xlsx", "parquet"])
def test_the_rows_of_other_files_are_named_too(suffix, place, capsys):
    fill(place, changes={"H1,1,catalogue_drug_share": "85"})
    frame = pd.read_csv(place / "data" / "facts.csv", dtype=str)
    (place / "data" / "facts.csv").unlink()
    if suffix == "xlsx":
        frame.to_excel(place / "data" / "facts.xlsx", index=False)
    else:
        frame.to_parquet(place / "data" / "facts.parquet", index=False)
    row = 4 if suffix == "xlsx" else 3
    assert refused(capsys, place) == [
        f"facts.{suffix} · 第 {row} 行 · value · “85.0”：供应目录中医保目录内药品的品种占比{SHARE}"
    ]


@pytest.mark.parametrize("value", ["1", "True", "TRUE", "是", "1.0", " 1 "])
def test_a_yes_can_be_written_in_many_ways(value, place, capsys):
    fill(place, changes={"H1,1,catalogue_updated": value})
    assert run(place).results["scorecard"]["scorecard"]["score"].tolist() == [100, 100]


@pytest.mark.parametrize("value", ["0", "False", "false", "否"])
def test_a_no_can_be_written_in_many_ways(value, place, capsys):
    fill(place, changes={"H1,1,catalogue_updated": value})
    assert run(place).results["scorecard"]["scorecard"]["score"].tolist() == [99, 100]


def test_a_table_of_facts_without_rows_is_refused(place, capsys):
    (place / "data" / "facts.csv").write_text("institution_id,item,fact,value\n")
    assert refused(capsys, place) == ["facts.csv：只有表头，没有数据行。请补充数据。"]


def test_a_table_of_facts_without_its_columns_is_refused(place, capsys):
    (place / "data" / "facts.csv").write_text("institution_id,item,facts\nH1,1,catalogue_updated\n")
    assert refused(capsys, place) == [
        "facts.csv · fact：缺少此列。请把列“facts”改名为 fact。",
        "facts.csv · value：缺少此列。请补充该列。",
    ]


# --- tables that come from Python -----------------------------------------------------------------------------------


@pytest.fixture
def tables(place) -> dict[str, pd.DataFrame]:
    """The sound tables, as if a caller had made them: no file, no rows."""
    found = read_folder(place / "data")
    for table in found.values():
        table.attrs = {}
        table.index = pd.RangeIndex(len(table))
    return found


def lines(tables, language="zh", **levers) -> list[str]:
    params = {name: family.params() for name, family in FAMILIES.items()}
    params["scorecard"] = params["scorecard"].changed(**levers)
    with pytest.raises(BadInput) as bad:
        scenario.run(scenario.Scenario("t", rules=("scorecard",), params=params), tables)
    return bad.value.lines(language)


def scores(tables) -> list[float]:
    return scenario.run(scenario.Scenario("t"), tables).results["scorecard"]["scorecard"]["score"].tolist()


@pytest.mark.parametrize(
    "levels", [["3", "1"], [3, 1], [3.0, 1.0], [3.0, np.nan], [np.int64(3), np.int64(1)], [3, None]]
)
def test_a_level_may_be_a_number(levels, tables):
    tables["institutions"]["level"] = levels
    tables["facts"].loc[tables["facts"]["fact"] == "catalogue_drug_share", "value"] = 0.95
    assert scores(tables) == [100, 100]


@pytest.mark.parametrize("level", ["4", 4, 2.5, "三级", ""])
def test_a_level_that_does_not_exist_is_refused(level, tables):
    tables["institutions"]["level"] = [level, "1"]
    (line,) = lines(tables)
    assert line == f"institutions · level · “{level}”：未找到该级别。请填 3、2 或 1。"


@pytest.mark.parametrize("yes", [[1, 0], [1.0, 0.0], [np.True_, np.False_]])
def test_whether_there_are_inpatients_may_be_a_number(yes, tables):
    tables["institutions"]["has_inpatient"] = yes
    assert scores(tables) == [100, 100]


@pytest.mark.parametrize(
    "yes",
    [
        pd.Series([True, None], dtype=object),
        pd.Series([True, np.nan], dtype=object),
        pd.Series([True, pd.NA], dtype=object),
        pd.Series([True, None], dtype="boolean"),
        pd.Series([1.0, np.nan]),
    ],
    ids=repr,
)
def test_whether_there_are_inpatients_must_be_known(yes, tables):
    tables["institutions"]["has_inpatient"] = yes
    assert lines(tables) == ["institutions · has_inpatient：" + NEEDED]


def test_an_institution_that_no_card_evaluates_is_refused(tables):
    tables["institutions"]["has_inpatient"] = [True, "no"]
    assert lines(tables) == ["institutions · institution_id · “C1”：没有评分表评价该机构。请核对有无住院服务。"]
    assert lines(tables, "en") == [
        "institutions · institution_id · “C1”: No card evaluates it. Check whether it has inpatients."
    ]


def test_no_facts_at_all_are_every_fact_missing(tables):
    tables["facts"] = tables["facts"].iloc[:0]
    missing = lines(tables)
    assert len(missing) > 50
    assert missing[0] == "facts · 1 · catalogue_updated：没有机构填报该事实，所选评分表需要使用。请补报。"
    params = {name: family.params() for name, family in FAMILIES.items()}
    params["scorecard"] = params["scorecard"].changed(missing="zero")
    done = scenario.run(scenario.Scenario("t", rules=("scorecard",), params=params), tables)
    assert done.results["scorecard"]["scorecard"]["score"].tolist() == [0, 0]
    assert done.results["scorecard"]["scorecard_items"]["missing"].all()


def test_a_stage_that_does_not_exist_is_refused(tables):
    tables["facts"]["stage"] = None
    tables["facts"].loc[0, "stage"] = "final"
    assert lines(tables) == ["facts · stage · “final”：未找到该评审阶段。请填 self、county 或 city，或留空。"]


@pytest.mark.parametrize("value", [None, np.nan, np.inf, "many"])
def test_a_value_that_is_no_number_is_refused(value, tables):
    facts = tables["facts"].astype({"value": object})
    facts.loc[0, "value"] = value
    (line,) = lines({**tables, "facts": facts})
    shown = "" if value is None or value != value else f" · “{value}”"
    assert line == f"facts · value{shown}：三个目录数据库按月及时更新{YES_NO}"


@pytest.mark.parametrize("column", ["item", "fact", "institution_id"])
def test_a_name_that_is_blank_is_refused(column, tables):
    facts = pd.concat([tables["facts"], tables["facts"].iloc[:1]], ignore_index=True).astype({column: object})
    facts.loc[len(facts) - 1, column] = None
    assert len(lines({**tables, "facts": facts})) == 1


def test_a_fact_stated_twice_is_refused(tables):
    tables["facts"] = pd.concat([tables["facts"], tables["facts"].iloc[:1]], ignore_index=True)
    assert lines(tables) == ["facts · fact · “catalogue_updated”：" + ONCE]


def test_an_institution_that_stands_twice_is_refused(tables):
    tables["institutions"] = pd.concat([tables["institutions"], tables["institutions"].iloc[:1]], ignore_index=True)
    assert lines(tables) == ["institutions · institution_id · “H1”：编号重复。请每个编号只保留一行。"]


def test_a_card_alone_says_the_same(tables):
    tables["facts"].loc[tables["facts"]["fact"] == "corrections", "value"] = -1
    for calculate in (scorecard.score, scorecard.items):
        with pytest.raises(BadInput) as bad:
            calculate("js26_1_2023", tables["institutions"], tables["facts"])
        assert bad.value.lines() == ["facts · value · “-1.0”：被医保部门责令改正" + COUNT]


def test_missing_takes_its_own_options_only(tables):
    with pytest.raises(BadInput, match=r"scorecard.missing · “none”"):
        scorecard.score("js26_1_2023", tables["institutions"], tables["facts"], missing="none")


def test_a_huge_count_overflows_nothing(tables):
    facts = tables["facts"]
    facts.loc[(facts["institution_id"] == "H1") & facts["fact"].isin(["corrections", "refunds", "frauds"]), "value"] = (
        1e300
    )
    for lever in ("js26_1_fund_use_frauds", "js26_1_fund_use_refunds"):
        table = scorecard.score("js26_1_2023", tables["institutions"], facts, scorecard.ScorecardParams(**{lever: 100}))
        assert table["score"].tolist() == [85]


def test_a_card_of_items_with_endless_decimals_overflows_nothing(tables, tmp_path):
    """An item that mixes an evaluation of 15 decimals with plain points is summed over one large denominator."""
    (tmp_path / "mixed_2023.yaml").write_text(MIXED, encoding="utf-8")
    card = scorecard.read(tmp_path / "mixed_2023.yaml")
    facts = [("H1", "1", "done", 1.0), ("H1", "1", "evaluation", 33.33333333333333)]
    facts = pd.DataFrame(facts, columns=["institution_id", "item", "fact", "value"])
    (points,) = scorecard.items(card, tables["institutions"].iloc[:1], facts)["points"]
    assert points == float(50 + Fraction("33.3333333333333") / 2)  # what 15 digits say
    (score,) = scorecard.score(card, tables["institutions"].iloc[:1], facts)["score"]
    assert score == points


MIXED = """card: mixed
edition: {id: mixed_2023, zh: 测试, en: Test}
document: JS26
year: 2023
zh: 测试
en: Test
clause: {zh: 附件, en: annex}
total: 100
parts:
- zh: 一
  en: One
  points: 100
  items:
  - item: "1"
    zh: 一
    en: One
    points: 100
    facts:
      done: {kind: yes_no, zh: 完成, en: Done}
      evaluation: {kind: score, zh: 评价, en: Evaluation}
    criteria:
    - {id: done, kind: met, points: 50, fact: done}
    - {id: evaluated, kind: converted, points: 50, fact: evaluation}
"""
