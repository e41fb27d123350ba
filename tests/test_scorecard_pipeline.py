"""From a data folder with facts to scores, deposits, result files and sentences: one run, one command."""

import csv
import json
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from oracles import exact_deposit, exact_scorecard
from simlib import scenario
from simlib.cli import main
from simlib.problems import BadInput
from simlib.rules import FAMILIES
from simlib.tables import read_folder
from strategies.facts import CARDS, INSTITUTIONS, facts_of, write

CJK = re.compile("[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]")
COLUMNS = {
    "scorecard": ["institution_id", "card", "score"],
    "scorecard_items": ["institution_id", "item", "points", "full", "reason"],
}  # as other people's scripts know them; further columns are free
SCORES = {"H1": 95, "H2": 90, "C1": 97.5, "C2": 100}  # 100 - 2 - 3; (80 - 8) x 100/80; 100 - 2.5; full marks


@pytest.fixture
def city(tmp_path) -> Path:
    """A data folder of two hospitals and two clinics, public and private, with their facts."""
    (tmp_path / "city").mkdir()
    write(tmp_path / "city", institutions=INSTITUTIONS, facts=facts_of(CARDS))
    return tmp_path / "city"


def run(folder: Path, *rules: str, detail=True, deposit=None, **levers) -> scenario.Run:
    given = {"scorecard": levers, "deposit": deposit or {}}
    params = {name: family.params(**given.get(name, {})) for name, family in FAMILIES.items()}
    return scenario.run(scenario.Scenario("t", rules=rules, params=params), read_folder(folder), detail=detail)


def scores(done: scenario.Run, table="scorecard") -> dict[str, float]:
    results = next(tables[table] for tables in done.results.values() if table in tables)
    return results.set_index("institution_id")["score"].to_dict()


def payments(done: scenario.Run) -> dict[str, float]:
    return done.results["deposit"]["deposit"].set_index("institution_id")["payment"].to_dict()


def lines(folder: Path, *rules: str, language="zh", **levers) -> list[str]:
    """What a run that must fail says."""
    with pytest.raises(BadInput) as refused:
        run(folder, *rules, **levers)
    return refused.value.lines(language)


# --- scores to deposits ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rules", [[], ["deposit"], ["scorecard", "deposit"]], ids=str)
def test_with_facts_the_deposit_is_paid_by_the_card(rules, city):
    done = run(city, *rules)
    assert list(done.results) == ["scorecard", "deposit"]
    assert scores(done) == scores(done, "deposit") == SCORES
    table = done.results["deposit"]["deposit"].set_index("institution_id")
    assert table["index"].to_dict() == {id_: score / 95.625 for id_, score in SCORES.items()}
    assert sum(payments(done).values()) == pytest.approx(220000)


def test_the_card_alone_needs_no_deposit(city):
    done = run(city, "scorecard")
    assert list(done.results) == ["scorecard"]
    assert scores(done) == SCORES


def test_without_facts_the_deposit_is_paid_by_the_score_column(city):
    (city / "facts.csv").unlink()
    done = run(city)
    assert list(done.results) == ["deposit"]
    assert scores(done, "deposit") == dict.fromkeys(SCORES, 90)
    assert done.warnings == []


def test_the_score_column_is_not_needed_beside_facts(city):
    frame = pd.read_csv(city / "institutions.csv", dtype=str).drop(columns="score")
    frame.to_csv(city / "institutions.csv", index=False)
    done = run(city)
    assert scores(done, "deposit") == SCORES
    assert done.warnings == []


def by_fractions(folder: Path, **levers: str) -> dict[str, str]:
    """The payments by the two second calculations, the scorecards' and the deposit's, one after the other."""
    given = csv_rows(folder / "institutions.csv")
    facts = csv_rows(folder / "facts.csv")
    for row in given:
        row["has_inpatient"] = {"1": "true", "0": "false"}[row["has_inpatient"]]
    scored = {}
    for name in sorted(set(CARDS.values())):
        card = exact_scorecard.card(name)
        own = {lever: value for lever, value in levers.items() if lever in exact_scorecard.levers(card)}
        scored |= exact_scorecard.score(card, given, facts, **own)
    paid, _ = exact_deposit.allocate([{**row, "score": scored[row["institution_id"]]["score"]} for row in given])
    return {id_: row["payment"] / 100 for id_, row in paid.items()}


@pytest.mark.parametrize("levers", [{}, {"js26_1_fund_use_corrections": "5"}, {"js26_2_local_points": "9"}], ids=str)
def test_scores_and_payments_are_those_of_the_second_calculations_in_fractions(levers, city):
    assert payments(run(city, **levers)) == by_fractions(city, **levers)


def test_a_lever_of_the_card_reaches_the_deposit(city):
    before, after = payments(run(city)), payments(run(city, js26_1_fund_use_corrections="5"))
    assert after["H1"] < before["H1"]


def test_the_tables_stay_as_they_were(city):
    tables = read_folder(city)
    before = {name: table.copy(deep=True) for name, table in tables.items()}
    done = scenario.run(scenario.Scenario("t"), tables)
    for name, table in before.items():
        pd.testing.assert_frame_equal(tables[name], table)
    assert done.inputs["institutions"]["score"].tolist() == [90] * 4
    assert done.seen["deposit"]["institutions"]["score"].tolist() == list(SCORES.values())
    assert done.seen["deposit"]["institutions"].attrs == tables["institutions"].attrs


def test_reasons_can_be_left_out_and_change_no_number(city):
    whole, quick = run(city), run(city, detail=False)
    for name, table in quick.results["scorecard"].items():
        assert not {"reason", "reason_en"} & set(table)
        pd.testing.assert_frame_equal(table, whole.results["scorecard"][name][list(table)])
    pd.testing.assert_frame_equal(quick.results["deposit"]["deposit"], whole.results["deposit"]["deposit"])


def test_what_depends_on_the_data_alone_is_done_once(city):
    tables, prepared = read_folder(city), {}
    first = scenario.run(scenario.Scenario("t"), tables, prepared)
    kept = dict(prepared)
    params = {**first.scenario.params, "scorecard": FAMILIES["scorecard"].params(js26_1_local_points="5")}
    second = scenario.run(replace(first.scenario, params=params), tables, prepared)
    assert prepared == kept
    assert scores(second)["H1"] == 90
    assert scores(first) == SCORES


def test_every_result_table_has_the_declared_columns_and_keys(city):
    for name, table in run(city).results["scorecard"].items():
        declared = FAMILIES["scorecard"].result(name)
        assert set(table) == {column.name for column in declared.columns}
        assert not table.duplicated([declared.key, *declared.within]).any()


# --- what keeps a rule from running ---------------------------------------------------------------------------------

LACKING = "缺少此列，绩效评分需要使用。请补充该列。"


@pytest.mark.parametrize("rules", [[], ["deposit"], ["scorecard"]], ids=str)
@pytest.mark.parametrize(
    ("table", "column"),
    [("institutions", "level"), ("institutions", "ownership"), ("institutions", "has_inpatient")],
)
def test_with_facts_a_missing_column_is_an_error_and_not_silently_the_score_column(rules, table, column, city):
    frame = pd.read_csv(city / f"{table}.csv", dtype=str).drop(columns=column)
    frame.to_csv(city / f"{table}.csv", index=False)
    assert lines(city, *rules) == [f"{table}.csv · {column}：{LACKING}"]


def test_a_rule_that_is_named_and_has_no_table_says_so(city):
    (city / "facts.csv").unlink()
    assert lines(city, "scorecard") == ["facts：缺少此表，绩效评分需要使用。请补充。"]
    assert lines(city, "scorecard", language="en") == ["facts: This table is missing and Scorecard needs it. Add it."]


def test_a_fact_that_nobody_states_is_named_once(city):
    gone = {(id_, "5", "committee_in_time") for id_ in CARDS} | {("H1", "1", "catalogue_updated")}
    write(city, facts=facts_of(CARDS, without=gone))
    assert lines(city) == ["facts.csv · 5 · committee_in_time：没有机构填报该事实，所选评分表需要使用。请补报。"]
    assert lines(city, language="en") == [
        "facts.csv · 5 · committee_in_time: No institution states this fact, which the chosen card needs. Report it."
    ]


def test_a_fact_that_nobody_can_need_is_not_missed(city):
    """Nobody has complaints or is outside DRG/DIP, no public hospital is of level 1, and all clinics are private."""
    spare = {("12", "complaints_unresolved"), ("11", "complaints_unresolved"), ("4", "payment_partial_evaluation"),
             ("3", "procurement_partial_evaluation")}  # fmt: skip
    cards = {id_: card for id_, card in CARDS.items() if id_ != "C1"}
    write(city, institutions="".join(line for line in INSTITUTIONS.splitlines(True) if "C1" not in line),
          facts=facts_of(cards, without={(id_, *one) for id_ in CARDS for one in spare}))  # fmt: skip
    assert scores(run(city)) == {id_: score for id_, score in SCORES.items() if id_ != "C1"}


def test_a_city_of_hospitals_alone_needs_no_facts_of_clinics(city):
    hospitals = {id_: card for id_, card in CARDS.items() if id_.startswith("H")}
    write(city, institutions="".join(INSTITUTIONS.splitlines(True)[:3]), facts=facts_of(hospitals))
    done = run(city)
    assert scores(done) == {"H1": 95, "H2": 90}
    assert done.summary["scorecard"]["mean_score"] == 92.5


YUNLAN = {id_: name.replace("js26", "yunlan") for id_, name in CARDS.items()}


def test_facts_of_another_edition_are_one_line_that_names_those_that_fit(city):
    write(city, facts=facts_of(YUNLAN, lost={}))
    assert lines(city) == [
        "facts.csv · scorecard.edition · “js26_2023”：这些事实不是“江苏省 2023 年评价版”的，而是：yunlan_2023（云岚市 "
        "2023 年细则（示例））。请设置 scorecard.edition。"
    ]
    assert lines(city, language="en") == [
        "facts.csv · scorecard.edition · “js26_2023”: These are not the facts of “Jiangsu 2023” but of yunlan_2023 "
        "(Yunlan 2023 (example)). Set scorecard.edition."
    ]
    assert scores(run(city, edition="yunlan_2023")) == dict.fromkeys(CARDS, 100)


def test_the_edition_that_fits_can_be_asked_for(city):
    family = FAMILIES["scorecard"]
    assert family.fitting(read_folder(city), family.params()) == {}
    assert family.fitting(read_folder(city), family.params(edition="yunlan_2023")) == {"edition": "js26_2023"}
    write(city, facts=facts_of(YUNLAN, lost={}))
    assert family.fitting(read_folder(city), family.params()) == {"edition": "yunlan_2023"}
    write(city, facts="institution_id,item,fact,value\nH1,1,catalogue_updated,1\n")
    assert family.fitting(read_folder(city), family.params()) == {}
    (city / "facts.csv").unlink()
    assert family.fitting(read_folder(city), family.params()) == {}


# --- what a user must see -------------------------------------------------------------------------------------------


def test_scores_of_the_table_that_differ_are_set_aside_with_a_warning(city):
    (warning,) = run(city).warnings
    assert warning.zh == "得分按事实和评分表计算；数据表中 3 家的得分与此不同，未使用。"
    assert warning.en == "Scores come from the facts and the card; those of 3 in the table differ and are not used."


def test_a_card_that_no_longer_adds_up_says_so_with_its_sum(city):
    frame = pd.read_csv(city / "institutions.csv", dtype=str).drop(columns="score")
    frame.to_csv(city / "institutions.csv", index=False)
    done = run(city, js26_1_fund_use_points="20.5")
    (warning,) = done.warnings
    assert warning.zh == "“有住院服务的机构”评分表各项合计 105.5 分，不是 100 分；得分未按比例调整。"
    assert warning.en == (
        "The card “Institutions with inpatient service” now adds up to 105.5 points, not 100; nothing was rescaled."
    )
    assert scores(done)["H1"] == 100.5
    assert done.results["scorecard"]["scorecard_cards"].set_index("card")["full"].to_dict() == {
        "js26_1_2023": 105.5, "js26_2_2023": 100,
    }  # fmt: skip


def test_facts_that_only_the_other_annex_reads_are_counted_and_not_silently_passed_over(city):
    assert run(city).results["scorecard"]["scorecard_cards"]["unread"].tolist() == [0, 0]
    with (city / "facts.csv").open("a", encoding="utf-8") as file:
        header = (city / "facts.csv").read_text("utf-8-sig").splitlines()[0].split(",")
        row = {"institution_id": "H1", "item": "4", "fact": "visit_cost_in_range", "value": "1"}
        file.write(",".join(row.get(name, "") for name in header) + "\n")
    done = run(city)
    assert scores(done) == SCORES
    assert done.results["scorecard"]["scorecard_cards"].set_index("card")["unread"].to_dict() == {
        "js26_1_2023": 1, "js26_2_2023": 0,
    }  # fmt: skip
    assert [text.zh for text in done.warnings if "另一张评分表" in text.zh][0].startswith("1 条事实")
    assert [text.en for text in done.warnings if "another card" in text.en][0].startswith("1 facts")


def test_points_given_above_lowered_full_marks_are_cut_and_said(city):
    done = run(city, js26_1_local_points="8.5", js26_1_fund_use_points="16.5")
    warning = next(text for text in done.warnings if "给定得分" in text.zh)
    items = done.results["scorecard"]["scorecard_items"]
    cut = items[items["cut"]]
    assert warning.zh.startswith(f"{len(cut)} 家的给定得分高于调低后的满分")
    assert warning.en.startswith(f"{len(cut)} were given more points")
    assert len(cut) > 0
    assert set(cut["item"]) == {"13"}
    assert (cut["points"] == 8.5).all()
    assert not any("给定得分" in text.zh for text in run(city).warnings)


def test_a_table_that_changed_on_disk_is_read_anew_and_one_that_did_not_is_not(city):
    first, again = read_folder(city), read_folder(city)
    assert all(first[name] is again[name] for name in first)
    path = city / "institutions.csv"
    path.write_text(path.read_text("utf-8").replace("H1,", "H1 ,", 1), "utf-8")
    assert read_folder(city)["institutions"] is not first["institutions"]
    assert read_folder(city)["facts"] is first["facts"]


def test_facts_scored_0_are_counted_and_named(city):
    write(city, facts=facts_of(CARDS, without={("H1", "1", "catalogue_updated"), ("C2", "9", "service_lowered")}))
    done = run(city, "scorecard", missing="zero")
    assert [text.zh for text in done.warnings][0] == "2 处因缺少事实记 0 分，原因列中逐条写明。"
    items = done.results["scorecard"]["scorecard_items"]
    named = items[items["missing"]].set_index(["institution_id", "item"])["reason"].to_dict()
    assert named == {
        ("H1", "1"): "缺少事实“三个目录数据库按月及时更新”，记 0 分，扣 1 分（JS26 附件1 第1项(1)）",
        ("C2", "9"): "缺少事实“降低服务标准”，记 0 分，扣 6 分（JS26 附件2 第9项）",
    }
    assert scores(done) == {**SCORES, "H1": 94, "C2": 92.5}


# --- communities ----------------------------------------------------------------------------------------------------

XX = {"甲县": "xx_2025", "乙县": "xx_2025"}
COMMUNITIES = "community_id,name,score,budget,spending\n甲县,甲县医共体,80,1000,900\n乙县,乙县医共体,80,1000,900\n"
XX_LOST = {
    ("甲县", "bonus", "innovation"): "6.5",
    ("乙县", "veto", "falsified"): "1",
    ("乙县", "1.1", "budget_execution_evaluation"): "50",
}


@pytest.fixture
def county(tmp_path) -> Path:
    """A data folder of two county medical communities with their facts."""
    (tmp_path / "county").mkdir()
    write(tmp_path / "county", communities=COMMUNITIES, facts=facts_of(XX, XX_LOST))
    return tmp_path / "county"


def test_communities_are_scored_on_their_own_card(county):
    done = run(county, edition="xx_2025")
    assert list(done.results) == ["scorecard", "retention"]
    table = done.results["scorecard"]["scorecard"].set_index("institution_id")
    assert table["score"].to_dict() == {"甲县": 105, "乙县": 98}
    assert table["veto"].to_dict() == {"甲县": False, "乙县": True}
    assert table["bonus_given"].to_dict() == {"甲县": 6.5, "乙县": 0}
    assert done.summary["scorecard"]["vetoed"] == 1
    warnings = done.parts["scorecard"].warnings
    assert [text.zh for text in warnings] == [
        "文件的量化表未公布，各指标分值为所在部分的平均分配，仅供示意，应由各市替换。",
        "1 家的加分超过上限，按上限计：甲县（XX 三(六)）。",
        "1 家触及一票否决：乙县。得分不变，评价不合格（XX 三(六)）。",
        "得分按事实和评分表计算；数据表中 2 家的得分与此不同，未使用。",
    ]
    assert [text.en for text in warnings][1:3] == [
        "1 with a bonus above the cap, cut to it: 甲县 (XX 3(6)).",
        "1 vetoed: 乙县. Points stay, the evaluation fails (XX 3(6)).",
    ]


def test_communities_need_their_own_edition(county):
    (line,) = lines(county, edition="js26_2023", language="en")
    assert line == (
        "facts.csv · scorecard.edition · “js26_2023”: These are not the facts of “Jiangsu 2023” but of xx_2025 "
        "(Xinxiang 2025 "
        "(trial)). Set scorecard.edition."
    )
    family = FAMILIES["scorecard"]
    assert family.fitting(read_folder(county), family.params()) == {"edition": "xx_2025"}


def test_a_missing_bonus_or_veto_fact_is_an_error_or_counts_as_none_with_a_warning(county):
    write(county, facts=facts_of(XX, XX_LOST, without={("甲县", "veto", "falsified")}))
    assert lines(county, edition="xx_2025") == [
        "facts.csv · veto · falsified · “甲县”：缺少负面清单的事实“评价中严重弄虚作假”（是或否（1 或 0））。请补报，"
        "或设 scorecard.missing 为 zero（按 0 分或没有计）。"
    ]
    done = run(county, edition="xx_2025", missing="zero")
    assert done.results["scorecard"]["scorecard"]["missing"].tolist() == [True, False]
    assert "1 家缺少加分或负面清单的事实，按“无”计：甲县。" in [text.zh for text in done.warnings]


def test_institutions_beside_communities_keep_their_own_scores(city):
    write(city, communities=COMMUNITIES, facts=facts_of(XX, XX_LOST))
    done = run(city, edition="xx_2025")
    assert list(done.results) == ["scorecard", "deposit", "retention"]
    assert scores(done, "deposit") == dict.fromkeys(SCORES, 90)
    assert [text.zh for text in done.warnings if "数据表" in text.zh] == [
        "得分按事实和评分表计算；数据表中 2 家的得分与此不同，未使用。"
    ]


def test_facts_of_both_can_stand_in_one_folder(city):
    both = facts_of(CARDS) + facts_of(XX, XX_LOST).partition("\n")[2]
    write(city, communities=COMMUNITIES, facts=both)
    assert scores(run(city)) == SCORES
    assert scores(run(city, edition="xx_2025"), "scorecard") == {"甲县": 105, "乙县": 98}


# --- the commands ---------------------------------------------------------------------------------------------------


@pytest.fixture
def study(city, monkeypatch) -> Path:
    """The working folder, with a scenario on the city's data."""
    monkeypatch.chdir(city.parent)
    monkeypatch.delenv("SIMLIB_LANG", raising=False)
    (city.parent / "one.yaml").write_text("title: 方案一\ndata: city\n", encoding="utf-8")
    return city.parent


def said(capsys, *arguments: str, code: int = 0) -> tuple[str, str]:
    assert main(list(arguments)) == code
    return tuple(capsys.readouterr())


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_run_writes_scores_items_with_reasons_stages_and_cards(study, capsys):
    out, _ = said(capsys, "run", "one.yaml", "--out", "out")
    assert "绩效评分" in out.splitlines()
    assert "  平均分  95.625 分" in out.splitlines()
    for name in ("scorecard", "scorecard_items", "scorecard_stages", "scorecard_cards", "deposit", "deposit_groups"):
        table = pd.read_parquet(study / "out" / f"{name}.parquet")
        rows = csv_rows(study / "out" / f"{name}.csv")
        assert list(rows[0]) == list(table)
        assert len(rows) == len(table)
    for name, columns in COLUMNS.items():
        assert set(csv_rows(study / "out" / f"{name}.csv")[0]) >= set(columns)
    totals = {row["institution_id"]: row for row in csv_rows(study / "out" / "scorecard.csv")}
    assert {id_: float(row["score"]) for id_, row in totals.items()} == SCORES
    assert {id_: row["card"] for id_, row in totals.items()} == CARDS
    items = csv_rows(study / "out" / "scorecard_items.csv")
    assert len(items) == 13 + 12 + 12 + 11  # without item 3 for the private ones
    reasons = {(row["institution_id"], row["item"]): (row["points"], row["reason"]) for row in items if row["reason"]}
    assert reasons == {
        ("H1", "6"): ("13.0", "被医保部门责令改正 2 次 × 1 分，扣 2 分（JS26 附件1 第6项）"),
        ("H1", "8"): ("2.0", "业务编码非标率 1%，未低于标准 1%，扣 3 分（JS26 附件1 第8项(2)）"),
        ("H2", "13"): ("2.0", "设区市按本地评分办法给出的得分 2，扣 8 分（JS26 附件1 第13项）"),
        ("C1", "12"): ("7.5", "设区市按本地评分办法给出的得分 7.5，扣 2.5 分（JS26 附件2 第12项）"),
    }
    assert {row["stage"] for row in csv_rows(study / "out" / "scorecard_stages.csv")} == {"city"}


def test_the_summary_and_the_manifest_hold_the_card(study, capsys):
    said(capsys, "run", "one.yaml", "--out", "out")
    summary = json.loads((study / "out" / "summary.json").read_text("utf-8"))
    assert summary["scorecard"] == {
        "institutions": 4, "mean_score": 95.625, "median_score": 96.25, "lowest": 90.0, "highest": 100.0,
        "full_marks": 1, "vetoed": 0,
    }  # fmt: skip
    manifest = json.loads((study / "out" / "manifest.json").read_text("utf-8"))
    assert manifest["params"]["scorecard"]["edition"] == "js26_2023"
    assert manifest["params"]["scorecard"]["js26_1_fund_use_frauds"] == 5
    assert manifest["readings"]["scorecard"] == {
        "private_excluded_item": "item_3", "service_deduction": "situation", "not_applicable": "full",
        "cap_total": "off",
    }  # fmt: skip
    assert set(manifest["data"]["tables"]) == {"institutions", "facts"}
    assert manifest["warnings"] == ["得分按事实和评分表计算；数据表中 3 家的得分与此不同，未使用。"]


def test_explain_tells_the_score_and_then_the_deposit(study, capsys):
    out, _ = said(capsys, "explain", "one.yaml", "--institution", "H2")
    steps = out.splitlines()
    assert steps[:6] == [
        "绩效评分",
        "  1. 按“有住院服务的机构”评分表（江苏省 2023 年评价版）评价（JS26 附件1）。",
        "  2. 第13项 地方自主评价：得 2 / 10 分。设区市按本地评分办法给出的得分 2，扣 8 分（JS26 附件1 第13项）。",
        "  3. 其余 11 项满分：第 1、2、4、5、6、7、8、9、10、11、12 项。",
        "  4. 民营机构少评一个项目，得分折算成百分制（JS26 附件1 备注1，没有写明不评哪一项）；按所选口径不评第3项："
        "72 分 × 100 ÷ 80 = 90 分。",
        "  5. 总分 90 分。",
    ]
    assert steps[6] == "质量保证金"
    assert steps[7] == "  1. 预留质量保证金 100,000.00 元，由数据直接给出（JS3 第二十九条）。"
    assert steps[8].startswith("  2. 年度评价得分 90 分")
    out, _ = said(capsys, "explain", "one.yaml", "--institution", "H1", "--lang", "en")
    assert not CJK.search(out), out
    assert (
        "  2. Item 6, Lawful use of the fund: 13 of 15 points. Orders to correct: 2 × 1, 2 off (JS26 annex 1, item 6)."
        in out
    )


def test_explain_tells_stages_bonus_veto_and_cap(county, capsys, monkeypatch):
    monkeypatch.chdir(county)
    facts = (
        facts_of(XX, XX_LOST)
        .replace("value\n", "value,stage\n")
        .replace(
            "甲县,1.1,budget_execution_evaluation,100",
            "甲县,1.1,budget_execution_evaluation,50,self\n甲县,1.1,budget_execution_evaluation,100,city",
        )
    )
    write(county, facts="\n".join(line if line.count(",") == 4 else line + "," for line in facts.splitlines()) + "\n")
    (county / "one.yaml").write_text("title: t\ndata: .\nparams: {scorecard: {edition: xx_2025, cap_total: 'on'}}\n")
    out, _ = said(capsys, "explain", "one.yaml", "--institution", "甲县")
    assert out.splitlines()[2:6] == [
        "  2. 全部 21 项满分。",
        "  3. 加分合计 6.5 分，超过上限，按 5 分计（XX 三(六)）。",
        "  4. 100 + 5 分超过满分 100 分，按 100 分计。",
        "  5. 总分 100 分。",
    ]
    (county / "one.yaml").write_text("title: t\ndata: .\nparams: {scorecard: {edition: xx_2025}}\n")
    out, _ = said(capsys, "explain", "one.yaml", "--institution", "甲县", "--lang", "en")
    assert out.splitlines()[4:6] == ["  4. The city final changed the score by +2, to 105.", "  5. The score is 105."]
    out, _ = said(capsys, "explain", "one.yaml", "--institution", "乙县")
    assert "  4. 触及负面清单，评价不合格；得分本身不变（XX 三(六)）。" in out.splitlines()


def test_check_says_what_can_run_and_with_which_edition(study, capsys):
    out, err = said(capsys, "check", "city")
    assert out.splitlines() == [
        "institutions.csv：定点医疗机构，4 行，没有问题",
        "facts.csv：评价事实，174 行，没有问题",
        "绩效评分：可以运行",
        "DIP 结算：没有 cases 表，不计算",
        "质量保证金：可以运行",
        "县域结余留用：没有 communities 表，不计算",
        "定点协议：没有 incidents, applicants, deadlines 表，不计算",
    ]
    assert err == ""
    write(study / "city", facts=facts_of(YUNLAN, lost={}))
    assert "绩效评分：可以运行 · scorecard.edition: yunlan_2023" in said(capsys, "check", "city")[0].splitlines()


def test_check_ends_with_2_where_a_run_would(study, capsys):
    write(study / "city", facts=facts_of(CARDS, without={("C1", "2", "prices_shown")}))
    _, err = said(capsys, "check", "city", "--lang", "en", code=2)
    assert err.splitlines() == [
        "facts.csv · 2 · prices_shown · “C1”: The fact “Prices on show and itemised bills given” of item 2 is missing "
        "(yes or no (1 or 0)). Report it, or set scorecard.missing to zero."
    ]


def test_params_lists_the_numbers_of_the_cards(study, capsys):
    out, _ = said(capsys, "params")
    (line,) = [line for line in out.splitlines() if line.startswith("scorecard.js26_1_fund_use_frauds ")]
    assert line.split("  ") == [
        "scorecard.js26_1_fund_use_frauds",
        "6 规范使用医保基金，没有欺诈骗保：被责令退回骗取的基金并处 2 至 5 倍罚款，每次扣",
        "5", "0..100", "分", "政策参数", "JS26 附件1 第6项",
    ]  # fmt: skip
    listed = {line.split()[0] for line in out.splitlines()}
    cards = [exact_scorecard.card(name) for name in ("js26_1_2023", "js26_2_2023", "xx_2025", "yunlan_1_2023")]
    assert listed > {f"scorecard.{lever}" for card in cards for lever in exact_scorecard.levers(card)}


def test_a_scenario_moves_levers_of_the_card_and_of_the_deposit(study, capsys):
    (study / "two.yaml").write_text(
        "title: t\nbase: one.yaml\nparams:\n  scorecard: "
        "{js26_1_nonstandard_codes_below: 0.02, private_excluded_item: item_4}\n"
        "  deposit: {lower: 0.9}\n",
        encoding="utf-8",
    )
    said(capsys, "run", "two.yaml", "--out", "out")
    found = {row["institution_id"]: float(row["score"]) for row in csv_rows(study / "out" / "scorecard.csv")}
    assert found == {**SCORES, "H1": 98}
    items = csv_rows(study / "out" / "scorecard_items.csv")
    assert "4" not in [row["item"] for row in items if row["institution_id"] == "H2"]
    manifest = json.loads((study / "out" / "manifest.json").read_text("utf-8"))
    assert manifest["params"]["scorecard"]["js26_1_nonstandard_codes_below"] == 0.02
    assert manifest["params"]["deposit"]["lower"] == 0.9


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        ("js26_1_fund_use_fraud: 6",
         "params.scorecard.js26_1_fund_use_fraud：未找到该参数。是否想写 js26_1_fund_use_frauds？"),
        ("edition: js26_2024",
         "params.scorecard.edition · “js26_2024”：评分表的取值无效。请填 js26_2023（江苏省 2023 年评价版）、"
                               "xx_2025（新乡市 2025 年方案（试行））、yunlan_2023（云岚市 2023 年细则（示例））（JS26 "
                               "二(二)）。"),
        ("js26_1_catalogue_drugs_at_least_3: 80",
         "params.scorecard.js26_1_catalogue_drugs_at_least_3 · “80”：1.3 供应目录中医保目录内药品的品种占比："
                                                  "三级不低于超出允许范围。请填 0 至 1（即 0.0% 至 100.0%）（JS26 "
                                                  "附件1 第1项(3)）。"),
        ("js26_1_satisfaction_complaints_unresolved: 3",
         "params.scorecard.js26_1_satisfaction_complaints_unresolved,…："
                                                         "12 无举报投诉且合理诉求得到及时解决："
                                                         "合理诉求未及时解决一档得分不得高于12 "
                                                         "无举报投诉且合理诉求得到及时解决：满分。请调整其中一个。"),
    ],
)  # fmt: skip
def test_a_lever_that_cannot_be_is_refused_and_nothing_is_written(wrong, line, study, capsys):
    (study / "two.yaml").write_text(f"title: t\ndata: city\nparams:\n  scorecard:\n    {wrong}\n", encoding="utf-8")
    out, err = said(capsys, "run", "two.yaml", "--out", "out", code=2)
    assert (out, err) == ("", f"two.yaml · 第 5 行 · {line}\n")
    assert not (study / "out").exists()


def test_an_exempt_institution_needs_no_facts_and_gets_no_score(city):
    """Free of evaluation this year: on no card, whatever its columns leave blank, and whole in the deposit."""
    header, h1, _, *rest = INSTITUTIONS.splitlines()
    rows = [f"{header},evaluated", f"{h1},", "H2,乙医院,,,,one,,100000,否", *(f"{row},是" for row in rest)]
    facts = [line for line in facts_of(CARDS).splitlines() if not line.startswith("H2")]
    write(city, institutions="\n".join(rows) + "\n", facts="\n".join(facts) + "\n")
    done = run(city)
    assert scores(done) == {name: score for name, score in SCORES.items() if name != "H2"}
    table = done.results["deposit"]["deposit"].set_index("institution_id")
    assert (table["band"]["H2"], table["change"]["H2"]) == ("exempt", 0)
    assert pd.isna(table["score"]["H2"])
    assert any("免评" in text.zh and "H2" in text.zh for text in done.warnings)
    write(city, institutions="\n".join(rows).replace("否", "") + "\n", facts=facts_of(CARDS))
    assert any("H2" in line or "第 3 行" in line for line in lines(city))
