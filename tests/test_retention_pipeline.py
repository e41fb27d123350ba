"""From the facts of county communities to scores, surpluses, result files and sentences: one run, one command."""

import csv
import io
import json
import re
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from oracles import exact_retention, exact_scorecard
from simlib import results, scenario, workbook
from simlib.app.simulator import Simulator
from simlib.cli import main
from simlib.problems import BadInput
from simlib.rules import FAMILIES, retention
from simlib.tables import read_folder
from strategies.facts import CARDS, INSTITUTIONS, facts_of, write

CJK = re.compile("[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]")
# as scripts know them
COLUMNS = "community_id total_score bracket ratio surplus retained returned overspend_borne next_year_cut"
COMMUNITIES = """community_id,name,score,bonus,veto,budget,spending,unreasonable_overspend
甲县,甲县医共体,80,0,1,1000,900,
乙县,乙县医共体,80,0,0,1000,950,
丙县,丙县医共体,80,3,0,1000,900,
丁县,丁县医共体,80,0,0,1000,1100,40
戊县,戊县医共体,80,0,0,1000,980,
"""
XX = dict.fromkeys(["甲县", "乙县", "丙县", "丁县", "戊县"], "xx_2025")
FIVE = {  # items of 5 points
    "3.1": "reimbursement_evaluation", "3.2": "own_share_evaluation", "4.1": "county_visits_evaluation",
    "4.2": "primary_visits_evaluation", "4.3": "referrals_evaluation", "4.4": "expert_days_evaluation",
    "4.5": "primary_training_evaluation",
}  # fmt: skip
FOUR = {"1.1": "budget_execution_evaluation", "1.2": "stay_cost_growth_evaluation"}
LOST = {
    ("甲县", "bonus", "innovation"): "6.5",
    ("乙县", "veto", "major_accident"): "1",
    **{("丙县", item, FIVE[item]): value for item, value in {"3.1": "0", "4.1": "0", "4.2": "20"}.items()},
    ("丙县", "bonus", "commendation"): "2",
    **{("丁县", item, FIVE[item]): "0" for item in ("3.1", "3.2", "4.1", "4.2", "4.3")},
    **{("戊县", item, fact): "0" for item, fact in (FIVE | FOUR).items()},
}
SCORES = {"甲县": 105, "乙县": 100, "丙县": 88, "丁县": 75, "戊县": 57}  # 100 + 5 of 6.5; 100 - 14 + 2; - 25; - 43
BRACKETS = {"甲县": "full", "乙县": "veto", "丙县": "linear", "丁县": "half", "戊县": "none"}
RETAINED = {"甲县": 100, "乙县": 0, "丙县": 90, "丁县": 0, "戊县": 0}
CARD = {"edition": "xx_2025"}


@pytest.fixture
def county(tmp_path) -> Path:
    """A data folder of five county communities with their facts, one in each bracket."""
    (tmp_path / "county").mkdir()
    write(tmp_path / "county", communities=COMMUNITIES, facts=facts_of(XX, LOST))
    return tmp_path / "county"


def run(folder: Path, *rules: str, card=None, **levers) -> scenario.Run:
    given = {"scorecard": card or {}, "retention": levers}
    params = {name: family.params(**given.get(name, {})) for name, family in FAMILIES.items()}
    return scenario.run(scenario.Scenario("t", rules=rules, params=params), read_folder(folder))


def column(done: scenario.Run, name: str) -> dict:
    return done.results["retention"]["retention"].set_index("community_id")[name].to_dict()


def warned(done: scenario.Run, language: str) -> list[str]:
    return [text.to(language) for text in done.parts["retention"].warnings]


# --- scores of the card to surpluses ---------------------------------------------------------------------------------


@pytest.mark.parametrize("rules", [[], ["retention"], ["scorecard", "retention"]], ids=str)
def test_with_facts_the_surplus_is_kept_by_the_card(rules, county):
    done = run(county, *rules, card=CARD)
    assert list(done.results) == ["scorecard", "retention"]
    scored = done.results["scorecard"]["scorecard"].set_index("institution_id")["score"].to_dict()
    assert scored == column(done, "total_score") == SCORES
    assert column(done, "bracket") == BRACKETS
    assert column(done, "retained") == RETAINED
    assert done.inputs["communities"]["score"].tolist() == [80] * 5
    summary = done.summary["retention"]
    assert {name: summary[name] for name in ("communities", "full", "linear", "half", "none", "veto")} == {
        "communities": 5, "full": 1, "linear": 1, "half": 1, "none": 1, "veto": 1,
    }  # fmt: skip
    assert (summary["surplus"], summary["retained"], summary["returned"]) == (270, 190, 80)
    assert (summary["overspend_borne"], summary["overspend_shared"], summary["next_year_cut"]) == (100, 0, 0)


def test_the_scorecard_alone_leaves_the_surplus_out(county):
    assert list(run(county, "scorecard", card=CARD).results) == ["scorecard"]


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def by_fractions(folder: Path, card: dict[str, str], levers: dict[str, str]) -> dict[str, dict]:
    """The surpluses by the two second calculations, the scorecard's and the retention's, one after the other."""
    given, chosen = csv_rows(folder / "communities.csv"), {name: card[name] for name in card if name != "edition"}
    scored = exact_scorecard.score(exact_scorecard.card("xx_2025"), given, csv_rows(folder / "facts.csv"), **chosen)
    fed = []
    for row in given:
        one = scored[row["community_id"]]
        fed.append({**row, "score": one["score"], "bonus": "0", "veto": str(one["veto"])})
    return exact_retention.outcome(exact_retention.settle(fed, **levers))


@pytest.mark.parametrize(
    ("card", "levers"),
    [
        ({}, {}),
        ({"bonus_cap": "1.5"}, {"fraction": "ceil"}),
        ({"cap_total": "on"}, {"full_from": "101", "linear_from": "87.99"}),
        ({}, {"next_year_cut_rate": "0.05", "reasonable_share": "0.5", "half_from": "57"}),
    ],
    ids=str,
)
def test_scores_and_surpluses_are_those_of_the_second_calculations_in_fractions(card, levers, county):
    done = run(county, card={**CARD, **card}, **levers)
    table = done.results["retention"]["retention"]
    assert exact_retention.outcome_of_table(table) == by_fractions(county, card, levers)


def test_a_veto_by_the_facts_fails_whatever_the_table_says(county):
    done = run(county, card=CARD, next_year_cut_rate="0.05")
    assert column(done, "bracket")["乙县"] == "veto"
    assert column(done, "bracket")["甲县"] == "full"  # its veto stands in the table alone
    assert column(done, "next_year_cut") == {"甲县": 0, "乙县": 50, "丙县": 0, "丁县": 0, "戊县": 50}
    assert column(done, "net")["乙县"] == -50


def test_the_bonus_is_added_by_the_card_once(county):
    assert column(run(county, card=CARD), "total_score") == SCORES
    assert column(run(county, card={**CARD, "bonus_cap": "1"}), "total_score") == {**SCORES, "甲县": 101, "丙县": 87}
    assert column(run(county, card={**CARD, "cap_total": "on"}), "total_score") == {**SCORES, "甲县": 100}


def test_scores_of_the_table_are_set_aside_with_a_warning(county):
    done = run(county, card=CARD)
    assert "得分按事实和评分表计算；数据表中 5 家的得分与此不同，未使用。" in [text.zh for text in done.warnings]
    (county / "facts.csv").unlink()
    alone = run(county)
    assert list(alone.results) == ["retention"]
    assert column(alone, "total_score") == {**dict.fromkeys(SCORES, 80), "丙县": 83}
    assert column(alone, "bracket") == {**dict.fromkeys(SCORES, "linear"), "甲县": "veto"}


def test_the_score_column_is_not_needed_beside_facts(county):
    without = [",".join(line.split(",")[:2] + line.split(",")[5:]) for line in COMMUNITIES.splitlines()]
    write(county, communities="\n".join(without) + "\n")
    done = run(county, card=CARD)
    assert column(done, "total_score") == SCORES
    assert not any("数据表" in text.zh for text in done.warnings)


@pytest.mark.parametrize(
    ("lever", "zh", "en"),
    [
        ({"bonus_cap": "0"}, "加分上限：", "Bonus cap: "),
        ({"cap_total": "on"}, "加分后的总分：", "Total with the bonus: "),
    ],
    ids=str,
)
def test_where_the_card_has_added_the_bonus_these_two_are_inert_and_say_so(lever, zh, en, county):
    done = run(county, card=CARD, **lever)
    assert column(done, "total_score") == SCORES
    assert zh + "得分和加分由评分表计算；请修改评分表的同名参数。" in warned(done, "zh")
    expected = "The card made the scores and bonuses: change the card's parameter of this name."
    assert en + expected in warned(done, "en")
    assert not any(zh in text.zh for text in run(county, card=CARD).warnings)


def test_without_any_bonus_the_two_are_inert_too(county):
    (county / "facts.csv").unlink()
    without = "数据中没有加分，此项不起作用。"
    assert not any(without in line for line in warned(run(county, bonus_cap="4", cap_total="on"), "zh"))
    write(county, communities=COMMUNITIES.replace("80,3,", "80,,"))
    done = run(county, bonus_cap="4", cap_total="on")
    assert [line for line in warned(done, "zh") if without in line] == [
        "加分上限：" + without,
        "加分后的总分：" + without,
    ]
    assert "Bonus cap: The data have no bonus: this has no effect." in warned(done, "en")


def test_the_tables_stay_as_they_were(county):
    tables = read_folder(county)
    before = {name: table.copy(deep=True) for name, table in tables.items()}
    params = {name: family.params(**(CARD if name == "scorecard" else {})) for name, family in FAMILIES.items()}
    scenario.run(scenario.Scenario("t", params=params), tables)
    for name, table in before.items():
        pd.testing.assert_frame_equal(tables[name], table)
        assert tables[name].attrs == table.attrs


def test_a_moved_lever_of_either_rule_reaches_the_surplus_on_the_same_bench(county):
    tables, bench = read_folder(county), scenario.Bench()

    def retained(card, levers):
        given = {"scorecard": {**CARD, **card}, "retention": levers}
        params = {name: family.params(**given.get(name, {})) for name, family in FAMILIES.items()}
        return column(scenario.run(scenario.Scenario("t", params=params), tables, bench, detail=False), "retained")

    assert retained({}, {})["丙县"] == 90
    assert retained({"bonus_cap": "1"}, {})["丙县"] == 85
    assert retained({"bonus_cap": "1"}, {"per_point": "0.1"})["丙县"] == 70
    assert retained({}, {})["丙县"] == 90


# --- editions and facts that do not fit ------------------------------------------------------------------------------


@pytest.mark.parametrize("rules", [[], ["retention"]], ids=str)
def test_facts_of_communities_under_an_edition_for_institutions_are_one_line_that_names_theirs(rules, county):
    write(county, institutions=INSTITUTIONS)
    with pytest.raises(BadInput) as bad:
        run(county, *rules)
    assert bad.value.lines() == [
        "facts.csv · scorecard.edition · “js26_2023”：这些事实不是“江苏省 2023 年评价版”的，而是：xx_2025（新乡市 2025 "
        "年方案（试行））。请设置 scorecard.edition。"
    ]
    assert column(run(county, *rules, card=CARD), "retained") == RETAINED


@pytest.mark.parametrize("rules", [[], ["retention"]], ids=str)
def test_facts_of_communities_that_the_chosen_card_does_not_use_are_counted_in_a_warning(rules, county):
    write(county, institutions=INSTITUTIONS, facts=facts_of(CARDS, lost={}) + facts_of(XX, LOST).partition("\n")[2])
    done = run(county, *rules)
    assert column(done, "total_score")["丁县"] == 80
    count = 5 * 27  # 21 items, 2 of the bonus and 4 of the negative list
    unused = "{} 条事实不属于所选评分表评价的对象，未使用；如需使用，请设置 scorecard.edition。"
    assert done.parts["scorecard"].warnings[-1].zh == unused.format(count)
    assert done.parts["scorecard"].warnings[-1].en == (
        f"{count} facts are stated of others than the chosen cards evaluate and are not used; to evaluate those, set "
        f"scorecard.edition."
    )
    fitting = run(county, *rules, card=CARD)
    assert column(fitting, "total_score") == SCORES
    others = len(facts_of(CARDS, lost={}).splitlines()) - 1  # now it is those of the institutions
    assert fitting.parts["scorecard"].warnings[-1].zh == unused.format(others)
    write(county, facts=facts_of(XX, LOST))
    assert not any("不属于所选评分表" in text.zh for text in run(county, *rules, card=CARD).warnings)


def test_a_fact_that_is_missing_stops_the_surplus_too(county):
    write(county, facts=facts_of(XX, LOST, without={("丙县", "veto", "falsified")}))
    with pytest.raises(BadInput) as bad:
        run(county, "retention", card=CARD)
    (line,) = bad.value.lines()
    assert line.startswith("facts.csv · veto · falsified · “丙县”：缺少负面清单的事实“评价中严重弄虚作假”")


# --- bad input -------------------------------------------------------------------------------------------------------

HEADER = "community_id,name,score,bonus,veto,budget,spending,unreasonable_overspend"
SOUND = ["甲,甲县,92,0,0,1000,900,0", "乙,乙县,85,2,0,1000,1100,40"]
LACKING = "缺少此列，县域结余留用需要使用。"
BLANK = "为空。请补充，或将该行移出此表。"
AMOUNT = "应在 0 至 1,000,000,000,000 之间。请核对。"
FEN = "金额最多到分（两位小数）。请核对。"
TOO_MUCH = "不合理超支高于超支额（实际支出减预算）。请核对。"
# fmt: off
BAD = {
    "no score": ([HEADER.replace("score", "points"), *SOUND],
        ["communities.csv · score：" + LACKING + "请补充该列。"]),
    "no score, budget and spending": (["community_id,name", "甲,甲县"],
        [f"communities.csv · {name}：" + LACKING + "请补充该列。" for name in ("score", "budget", "spending")]),
    "a misspelt budget": ([HEADER.replace("budget", "bugdet"), *SOUND],
        ["communities.csv · budget：" + LACKING + "请把列“bugdet”改名为 budget。"]),
    "a heading that has a word too many": ([HEADER.replace("spending", "spending_total"), *SOUND],
        ["communities.csv · spending：" + LACKING + "请把列“spending_total”改名为 spending。"]),
    "no number of the community": ([HEADER.replace("community_id", "no"), *SOUND],
        ["communities.csv · community_id：缺少此列。请补充该列。"]),
    "a blank number of the community": ([HEADER, SOUND[0], SOUND[1].replace("乙,", ",")],
        ["communities.csv · 第 3 行 · community_id：不能为空。请补充。"]),
    "a blank score": ([HEADER, SOUND[0], SOUND[1].replace(",85,", ",,")],
        ["communities.csv · 第 3 行 · score：" + BLANK]),
    "a blank budget": ([HEADER, SOUND[0], SOUND[1].replace(",1000,", ",,")],
        ["communities.csv · 第 3 行 · budget：" + BLANK]),
    "a blank spending": ([HEADER, SOUND[0], SOUND[1].replace(",1100,", ",,")],
        ["communities.csv · 第 3 行 · spending：" + BLANK]),
    "blanks in several rows and columns": ([HEADER, "甲,甲县,,0,0,1000,,0", "乙,乙县,85,2,0,,1100,"],
        ["communities.csv · 第 2 行 · score：" + BLANK, "communities.csv · 第 2 行 · spending：" + BLANK,
         "communities.csv · 第 3 行 · budget：" + BLANK]),
    "a column without any value": ([HEADER, *(row.replace(",1000,", ",,") for row in SOUND)],
        [f"communities.csv · 第 {row} 行 · budget：" + BLANK for row in (2, 3)]),
    "a negative score": ([HEADER, SOUND[0], SOUND[1].replace(",85,", ",-85,")],
        ["communities.csv · 第 3 行 · score · “-85”：评价得分应在 0 至 100 之间。请核对。"]),
    "a score above 100": ([HEADER, SOUND[0], SOUND[1].replace(",85,", ",100.5,")],
        ["communities.csv · 第 3 行 · score · “100.5”：评价得分应在 0 至 100 之间。请核对。"]),
    "a negative bonus": ([HEADER, SOUND[0], SOUND[1].replace(",2,", ",-2,")],
        ["communities.csv · 第 3 行 · bonus · “-2”：加分应在 0 至 100 之间。请核对。"]),
    "a negative budget": ([HEADER, SOUND[0], SOUND[1].replace(",1000,", ",-1000,")],
        ["communities.csv · 第 3 行 · budget · “-1000”：年度总额预算" + AMOUNT]),
    "a negative spending": ([HEADER, SOUND[0], SOUND[1].replace(",1100,", ",-0.01,")],
        ["communities.csv · 第 3 行 · spending · “-0.01”：年度实际支出" + AMOUNT]),
    "a negative unreasonable part": ([HEADER, SOUND[0], SOUND[1].replace(",40", ",-40")],
        ["communities.csv · 第 3 行 · unreasonable_overspend · “-40”：不合理超支" + AMOUNT]),
    "parts of a fen": ([HEADER, "甲,甲县,92,0,0,1000.001,900.005,0", "乙,乙县,85,2,0,1000,1100,40.125"],
        ["communities.csv · 第 2 行 · budget · “1000.001”：" + FEN,
         "communities.csv · 第 2 行 · spending · “900.005”：" + FEN,
         "communities.csv · 第 3 行 · unreasonable_overspend · “40.125”：" + FEN]),
    "a community twice": ([HEADER, SOUND[0], SOUND[1].replace("乙,", "甲,")],
        ["communities.csv · 第 3 行 · community_id · “甲”：与第 2 行重复。请每个编号只保留一行。"]),
    "a veto that is neither yes nor no": ([HEADER, SOUND[0].replace(",92,0,0,", ",92,0,half,"), SOUND[1]],
        ["communities.csv · 第 2 行 · veto · “half”：应为 True/False、1/0 或 是/否。"]),
    "an unreasonable part above the overspending": ([HEADER, SOUND[0], SOUND[1].replace(",40", ",100.01")],
        ["communities.csv · 第 3 行 · unreasonable_overspend · “100.01”：" + TOO_MUCH]),
    "an unreasonable part of a surplus": ([HEADER, SOUND[0].replace("900,0", "900,0.01"),
                                           SOUND[1].replace(",40", ",101")],
        ["communities.csv · 第 2 行 · unreasonable_overspend · “0.01”：" + TOO_MUCH,
         "communities.csv · 第 3 行 · unreasonable_overspend · “101.0”：" + TOO_MUCH]),
}
# fmt: on


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_with_every_line_and_nothing_is_written(name, tmp_path, capsys):
    content, lines = BAD[name]
    (tmp_path / "data").mkdir()
    write(tmp_path / "data", communities="\n".join(content) + "\n")
    (tmp_path / "s.yaml").write_text("title: t\nrules: [retention]\ndata: data\n", encoding="utf-8")
    assert main(["run", str(tmp_path / "s.yaml"), "--out", str(tmp_path / "out")]) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.splitlines()) == ("", lines)
    assert not (tmp_path / "out").exists()
    assert main(["run", str(tmp_path / "s.yaml"), "--out", str(tmp_path / "out"), "--lang", "en"]) == 2
    english = capsys.readouterr().err.replace("“年度实际支出”", "").replace("“甲”", "").replace("“有”", "")
    assert len(english.splitlines()) == len(lines)
    assert not CJK.search(english)


def test_the_sound_rows_beside_the_bad_ones_are_sound(tmp_path):
    write(tmp_path, communities="\n".join([HEADER, *SOUND]) + "\n")
    assert column(run(tmp_path, "retention"), "retained") == {"甲": 100, "乙": 0}
    write(tmp_path, communities="\n".join([HEADER, SOUND[0], SOUND[1].replace(",40", ",100")]) + "\n")
    assert column(run(tmp_path, "retention", reasonable_share="1"), "overspend_borne") == {"甲": 0, "乙": 100}


def test_without_communities_the_rule_says_what_it_needs(tmp_path):
    write(tmp_path, institutions=INSTITUTIONS)
    with pytest.raises(BadInput) as bad:
        run(tmp_path, "retention")
    assert bad.value.lines() == ["communities：缺少此表，县域结余留用需要使用。请补充。"]
    assert bad.value.lines("en") == [
        "communities: This table is missing and County surplus retention needs it. Add it."
    ]
    assert "retention" not in run(tmp_path).results


def test_a_table_that_no_file_holds_is_refused_alike():
    table = pd.DataFrame(
        {"community_id": ["甲", "甲"], "score": [92, 85], "budget": [1000, 1000], "spending": [900, 900]}
    )
    for changed, line in (
        (table, "communities · community_id · “甲”：编号重复。请每个编号只保留一行。"),
        (
            table.drop(columns="budget"),
            "communities · budget：" + LACKING + "请补充该列。",
        ),
        (table.iloc[1:].assign(score=-1), "communities · score · “-1”：不能是负数或无穷。请核对。"),
        (table.iloc[1:].assign(spending=float("inf")), "communities · spending · “inf”：不能是负数或无穷。请核对。"),
        (table.iloc[1:].assign(budget=float("nan")), "communities · budget：" + BLANK),
        (table.iloc[1:].assign(bonus=-2.5), "communities · bonus · “-2.5”：不能是负数或无穷。请核对。"),
        (table.iloc[1:].assign(budget=0.005), "communities · budget · “0.005”：" + FEN),
        (
            table.iloc[1:].assign(unreasonable_overspend=0.01),
            "communities · unreasonable_overspend · “0.01”：" + TOO_MUCH,
        ),
    ):
        with pytest.raises(BadInput) as bad:
            retention.settle(changed)
        assert bad.value.lines() == [line]
        with pytest.raises(BadInput) as bad:
            retention.years(changed)
        assert bad.value.lines() == [line]


# --- what a user must see --------------------------------------------------------------------------------------------

WARNED = {
    "the curve falls": (
        ["甲,甲县,92,0,0,1000,900,", "乙,乙县,70,0,0,1000,900,"], {"half_ratio": "0.6"},
        "留用曲线在 80 分处下降：79.99 分留用 60%，80 分只留用 50%。得分高的反而留用减少，请核对参数。",
        "The curve falls at 80: 79.99 points keep 60%, 80 only 50%. A higher score keeps less: check the parameters."),
    "no share of reasonable overspending is set": (
        ["甲,甲县,92,0,0,1000,1100,30", "乙,乙县,92,0,0,1000,1100,100", "丙,丙县,92,0,0,1000,1005.5,0"], {},
        "2 家有合理超支，共 75.50 元；文件未规定基金分担比例，当前按不分担计（XX 一(二)2）。",
        "2 overspent reasonably, 75.50 yuan in all; the document does not set the fund's share, and none is counted "
        "(XX 1(2)2)."),
    "no cut is set": (
        ["甲,甲县,59,0,0,1000,900,", "乙,乙县,92,0,1,1000,900,", "丙,丙县,60,0,0,1000,900,"], {},
        "2 家不合格；文件未规定下一年度预算核减比例，当前按不核减计（XX 五(一)4）。",
        "2 failed; the document does not set the cut of next year's budget, and none is counted (XX 5(1)4)."),
    "a veto": (
        ["甲,甲县,92,0,1,1000,900,", "乙,乙县,92,0,0,1000,900,"], {"next_year_cut_rate": "0.05"},
        "1 家触及一票否决：甲，按不合格处理（XX 三(六)）。",
        "1 vetoed: 甲; their evaluation fails (XX 3(6))."),
    "a bonus above the cap": (
        ["甲,甲县,92,5,0,1000,900,", "乙,乙县,92,5.01,0,1000,900,"], {},
        "1 家的加分超过上限，按上限计：乙（XX 三(六)）。",
        "1 with a bonus above the cap, cut to it: 乙 (XX 3(6))."),
    "an unreasonable part that is not stated": (
        ["甲,甲县,92,0,0,1000,1100,", "乙,乙县,92,0,0,1000,900,", "丙,丙县,92,0,0,1000,1100,0"],
        {"reasonable_share": "0.5"},
        "1 家有超支而未填写不合理超支，全部按合理超支计：甲（XX 五(一)）。",
        "1 overspent and state no unreasonable part: all of it counts as reasonable: 甲 (XX 5(1))."),
    "a bonus or a veto that is not stated": (
        ["甲,甲县,92,,0,1000,900,", "乙,乙县,92,0,,1000,900,", "丙,丙县,92,0,0,1000,900,"], {},
        "2 家未填写加分或一票否决，按“无”计：甲、乙。",
        "2 without a bonus or veto stated, counted as none: 甲, 乙."),
}  # fmt: skip


@pytest.mark.parametrize("name", WARNED)
def test_what_a_user_must_see_is_said_once(name, tmp_path):
    rows, levers, zh, en = WARNED[name]
    write(tmp_path, communities="\n".join([HEADER, *rows]) + "\n")
    done = run(tmp_path, "retention", **levers)
    assert [tuple(text) for text in done.warnings].count((zh, en)) == 1
    assert len(done.warnings) == (2 if name == "no cut is set" else 1)  # of the two that failed one has a veto


def test_a_sound_table_and_the_document_say_nothing(tmp_path):
    rows = ["甲,甲县,92,5,0,1000,900,0", "乙,乙县,60,0,0,1000,1100,100", "丙,丙县,85,0,0,1000,1000,0"]
    write(tmp_path, communities="\n".join([HEADER, *rows]) + "\n")
    assert run(tmp_path, "retention").warnings == []
    write(tmp_path, communities="\n".join([HEADER, *rows, "丁,丁县,50,0,0,1000,1100,0"]) + "\n")
    assert len(run(tmp_path, "retention").warnings) == 2
    assert run(tmp_path, "retention", reasonable_share="0.1", next_year_cut_rate="0.01").warnings == []


def test_a_table_without_the_two_columns_counts_nobody_twice_and_names_five(tmp_path):
    rows = [f"{name},90,1000,900" for name in "甲乙丙丁戊己"]
    write(tmp_path, communities="\n".join(["community_id,score,budget,spending", *rows]) + "\n")
    (warning,) = run(tmp_path, "retention").warnings
    assert warning.zh == "6 家未填写加分或一票否决，按“无”计：甲、乙、丙、丁、戊…。"


# --- on disk ---------------------------------------------------------------------------------------------------------


def test_the_result_folder_has_the_columns_that_scripts_know_and_two_decimals(county, tmp_path):
    done = run(county, card=CARD, next_year_cut_rate="0.05", reasonable_share="0.5")
    results.write(done, tmp_path / "out")
    rows = csv_rows(tmp_path / "out" / "retention.csv")
    assert set(rows[0]) >= set(COLUMNS.split())
    assert list(rows[0]) == [one.name for one in retention.FAMILY.result("retention").columns]
    assert [row["community_id"] for row in rows] == list(SCORES)
    by_id = {row["community_id"]: row for row in rows}
    assert by_id["丁县"] == {
        "community_id": "丁县", "score": "75.0", "bonus_given": "0.0", "bonus": "0.0", "total_score": "75.0",
        "bracket": "half", "ratio": "0.5", "budget": "1000.00",
        "spending": "1100.00", "surplus": "-100.00", "unreasonable_overspend": "40.00", "retained": "0.00",
        "returned": "0.00", "overspend_borne": "70.00",
        "overspend_shared": "30.00", "next_year_cut": "0.00", "net": "-70.00",
    }  # fmt: skip
    parquet = pd.read_parquet(tmp_path / "out" / "retention.parquet")
    pd.testing.assert_frame_equal(parquet, done.results["retention"]["retention"], check_dtype=False)
    years = csv_rows(tmp_path / "out" / "retention_years.csv")
    assert list(years[0]) == [one.name for one in retention.FAMILY.result("retention_years").columns]
    assert [row["year"] for row in years] == list("12345")
    assert (years[1]["budget"], years[0]["next_year_cut"]) == ("4900.00", "100.00")
    summary = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))["retention"]
    assert summary == done.summary["retention"]
    assert list(summary) == [one.name for one in retention.FAMILY.headlines]
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert manifest["readings"]["retention"] == {
        "fraction": "continuous", "cap_total": "off", "score_digits": "exact", "bonus_counts": "on",
        "veto_cut": "as_below_60",
    }  # fmt: skip
    assert manifest["params"]["retention"]["next_year_cut_rate"] == 0.05
    assert manifest["params"]["scorecard"]["edition"] == "xx_2025"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_workbook_opens_with_the_numbers_of_the_run_and_no_formula(language, county):
    done = run(county, card=CARD, bonus_cap="4")
    book = openpyxl.load_workbook(io.BytesIO(workbook.results(done, language)))
    assert [sheet.title for sheet in book][-2:] == [table.label.to(language) for table in retention.FAMILY.results]
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)
    declared, table = retention.FAMILY.result("retention"), done.results["retention"]["retention"]
    rows = list(book[declared.label.to(language)].iter_rows(values_only=True))
    assert list(rows[0]) == [one.heading.to(language) for one in declared.columns]
    for position, one in enumerate(declared.columns):
        shown = [retention.Bracket(value).label.to(language) for value in table["bracket"]]
        assert [row[position] for row in rows[1:]] == (shown if one.name == "bracket" else table[one.name].tolist())
    about = [row for row in book.worksheets[0].iter_rows(values_only=True) if row[0]]
    notes = [row[1] for row in about if row[0] == {"zh": "注意", "en": "Note"}[language]]
    assert notes == [text.to(language) for text in done.warnings]


# --- in sentences ----------------------------------------------------------------------------------------------------

TOLD = {
    "甲县": [
        "总分 = 得分 100 + 加分 5 = 105 分（XX 三(六)）。",
        "不低于 90 分：结余全额留用（XX 五(一)1）。",
        "结余 = 预算 1,000.00 − 支出 900.00 = 100.00 元。",
        "留用 100.00 × 100% = 100.00 元，其余 0.00 元不予支付。",
        "净影响 = 留用 100.00 − 承担超支 0.00 − 下年核减 0.00 = 100.00 元。",
    ],
    "乙县": [
        "总分 = 得分 100 + 加分 0 = 100 分（XX 三(六)）。",
        "触及负面清单，一票否决：评价不合格，结余不予支付；得分本身不变（XX 三(六)）。",
        "结余 = 预算 1,000.00 − 支出 950.00 = 50.00 元。",
        "留用 50.00 × 0% = 0.00 元，其余 50.00 元不予支付。",
        "一票否决后预算是否核减，文件没有写明；按所选口径与不及格一样核减：1,000.00 × 5% = 50.00 元（XX 三(六)）。",
        "净影响 = 留用 0.00 − 承担超支 0.00 − 下年核减 50.00 = -50.00 元。",
    ],
    "丙县": [
        "总分 = 得分 86 + 加分 2 = 88 分（XX 三(六)）。",
        "在 80 至 90 分之间：比 90 分每低1分扣 5%，不足1分的按实际分差，留用 90%（XX 五(一)2）。",
        "结余 = 预算 1,000.00 − 支出 900.00 = 100.00 元。",
        "留用 100.00 × 90% = 90.00 元，其余 10.00 元不予支付。",
        "净影响 = 留用 90.00 − 承担超支 0.00 − 下年核减 0.00 = 90.00 元。",
    ],
    "丁县": [
        "总分 = 得分 75 + 加分 0 = 75 分（XX 三(六)）。",
        "在 60 至 80 分之间：留用 50%（XX 五(一)3）。",
        "超支 = 支出 1,100.00 − 预算 1,000.00 = 100.00 元。",
        "其中不合理 40.00 元，由医共体承担（XX 五(一)）；合理 60.00 元，由基金分担 50%，即 30.00 元（XX 一(二)2；"
        "比例文件未规定）。"
        "医共体共承担 70.00 元。",
        "净影响 = 留用 0.00 − 承担超支 70.00 − 下年核减 0.00 = -70.00 元。",
    ],
    "戊县": [
        "总分 = 得分 57 + 加分 0 = 57 分（XX 三(六)）。",
        "低于 60 分：结余不予支付（XX 五(一)4）。",
        "结余 = 预算 1,000.00 − 支出 980.00 = 20.00 元。",
        "留用 20.00 × 0% = 0.00 元，其余 20.00 元不予支付。",
        "下一年度预算核减 1,000.00 × 5% = 50.00 元（XX 五(一)4；核减比例文件未规定）。",
        "净影响 = 留用 0.00 − 承担超支 0.00 − 下年核减 50.00 = -50.00 元。",
    ],
}


@pytest.mark.parametrize("id_", TOLD)
def test_each_bracket_is_told_in_sentences_that_end_in_the_amount(id_, county):
    levers = {"next_year_cut_rate": "0.05", "reasonable_share": "0.5"}
    done = run(county, card=CARD, **levers)
    told = retention.explain(done.results["retention"], retention.RetentionParams(**levers), id_)
    assert [text.zh for text in told] == TOLD[id_]
    assert not any(CJK.search(text.en) for text in told)
    digits = re.compile(r"\d[\d,.]*\d|\d")
    money = [[number for number in digits.findall(text.zh) if ".00" in number] for text in told]
    assert money == [[number for number in digits.findall(text.en) if ".00" in number] for text in told]


def test_each_reading_is_told_where_it_bears(tmp_path):
    rows = ["甲,甲县,79.5,2,0,1000,900,", "乙,乙县,92,0,1,1000,900,", "丙,丙县,40,0,1,1000,900,"]
    write(tmp_path, communities="\n".join([HEADER, *rows]) + "\n")
    levers = {"score_digits": "0", "bonus_counts": "off", "retained_share": "0.8", "veto_cut": "none"}
    levers |= {"next_year_cut_rate": "0.05"}
    done = run(tmp_path, "retention", **levers)
    told = {
        i: [one.zh for one in retention.explain(done.results["retention"], retention.RetentionParams(**levers), i)]
        for i in "甲乙丙"
    }
    assert told["甲"][:2] == [
        "得分 79.5 分；加分 2 分不计入留用档次（XX 三(六)、五(一)）。",
        "四舍五入（取整数）为 80 分，按此定档（XX 五(一)）。",
    ]
    assert told["甲"][4:6] == [
        "可留用基数 = 100.00 × 80% = 80.00 元（XX 五(一)；比例文件未规定）。",
        "留用 80.00 × 50% = 40.00 元，其余 60.00 元不予支付。",
    ]
    assert told["乙"][-2] == "一票否决后预算是否核减，文件没有写明；按所选口径不核减（XX 三(六)）。"
    assert told["丙"][-2].startswith("下一年度预算核减 1,000.00 × 5% = 50.00 元（XX 五(一)4")
    assert not any("五(一)4" in line for line in told["乙"])


@pytest.mark.parametrize(
    ("fraction", "score", "zh", "en"),
    [
        ("continuous", 87.5, "不足1分的按实际分差，留用 87.5%", "parts of a point as they are; 87.5% is kept"),
        ("floor", 87.5, "不足1分的不扣减，留用 90%", "parts of a point not counted; 90% is kept"),
        ("ceil", 87.5, "不足1分的按1分，留用 85%", "a begun point counted whole; 85% is kept"),
        (
            "continuous",
            87.123456,
            "不足1分的按实际分差，留用 85.61728%",
            "parts of a point as they are; 85.61728% is kept",
        ),
    ],
)
def test_the_reading_of_parts_of_a_point_is_told(fraction, score, zh, en):
    params = retention.RetentionParams(fraction=fraction)
    table = pd.DataFrame({"community_id": ["A"], "score": [score], "budget": [1000.0], "spending": [900.0]})
    told = retention.explain({"retention": retention.settle(table, params)}, params, "A")
    assert told[1].zh == f"在 80 至 90 分之间：比 90 分每低1分扣 5%，{zh}（XX 五(一)2）。"
    assert told[1].en == f"From 80 to below 90: each point below 90 costs 5%, {en} (XX 5(1)2)."


def test_neither_surplus_nor_overspending_is_told_as_that():
    table = pd.DataFrame({"community_id": ["A"], "score": [85], "budget": [1234567.5], "spending": [1234567.5]})
    told = retention.explain({"retention": retention.settle(table)}, retention.RetentionParams(), "A")
    assert told[2].zh == "预算与支出相等，均为 1,234,567.50 元：无结余，也无超支。"
    assert told[2].en == "Budget and spending are both 1,234,567.50 yuan: neither surplus nor overspending."
    assert told[3].zh.endswith(" = 0.00 元。")


def test_the_command_explains_the_score_and_then_the_surplus(county, capsys):
    (county.parent / "s.yaml").write_text(
        "title: t\ndata: county\nrules: [retention]\nparams: {scorecard: {edition: xx_2025}}\n", encoding="utf-8"
    )
    asked = [str(county.parent / "s.yaml"), "--institution", "丙县"]
    assert main(["explain", *asked]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out.index("绩效评分") < out.index("县域结余留用")
    assert out[out.index("县域结余留用") + 1 :] == [f"  {i}. {line}" for i, line in enumerate(TOLD["丙县"], start=1)]
    assert main(["explain", *asked, "--lang", "en"]) == 0
    english = capsys.readouterr().out
    assert not CJK.search(english)
    assert "County surplus retention" in english.splitlines()


# --- on the page -----------------------------------------------------------------------------------------------------


def test_the_page_takes_the_card_that_fits_the_facts_and_follows_its_levers(county):
    simulator = Simulator.of("retention", read_folder(county))
    assert simulator.values["scorecard"].edition.value == "xx_2025"
    assert simulator.moment.table.set_index("community_id")["total_score"].to_dict() == SCORES
    simulator.set({"scorecard.bonus_cap": "2"})
    assert simulator.moment.table["total_score"].iloc[0] == 102
    assert set(simulator.family.inert(simulator.moment.inputs, simulator.params)) == {"bonus_cap", "cap_total"}
