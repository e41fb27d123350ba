"""Facts that do not apply, situations found again and growth by numbers, from an office's file to score and warning."""

import pytest

from simlib import scenario
from simlib.problems import BadInput
from simlib.tables import read_folder
from strategies.facts import CARDS, INSTITUTIONS, facts_of, write

OWN = ("H1", "2", "own_prices_filed")
LAST = {("C1", "4", f"{name}_last_year"): "不适用" for name in ("visit_cost", "visits_per_head")}


def run(folder, lost, **params):
    write(folder, institutions=INSTITUTIONS, facts=facts_of(CARDS, lost))
    one = scenario.Scenario("t", rules=("scorecard",)).changed({f"scorecard.{n}": v for n, v in params.items()})
    done = scenario.run(one, read_folder(folder))
    table = done.results["scorecard"]["scorecard"]
    return dict(zip(table["institution_id"], table["score"], strict=True)), [one.zh for one in done.warnings]


def test_the_word_in_the_cell_of_the_value_is_enough(tmp_path):
    lost = {OWN: "不适用", ("H1", "10", "policy_lapses"): "1"}
    score, said = run(tmp_path, lost)
    assert score["H1"] == 99
    assert "1 处评分点不适用，按做到计满分。" in said
    score, said = run(tmp_path, lost, not_applicable="excluded")
    assert score == {"H1": 9800 / 99, "H2": 100, "C1": 100, "C2": 100}
    assert "1 处评分点不适用，不计入满分，其余得分折算成百分制。" in said


def test_a_column_says_the_same_and_a_value_beside_it_is_refused(tmp_path):
    rows = facts_of(CARDS, {OWN: ""}).splitlines()
    told = [f"{rows[0]},applies", *(f"{row},{'否' if row.startswith('H1,2,own') else ''}" for row in rows[1:])]
    write(tmp_path, institutions=INSTITUTIONS, facts="\n".join(told) + "\n")
    one = scenario.Scenario("t", rules=("scorecard",))
    assert scenario.run(one, read_folder(tmp_path)).results["scorecard"]["scorecard"]["score"].tolist() == [100] * 4
    write(tmp_path, facts="\n".join(told).replace("filed,,否", "filed,1,否") + "\n")
    with pytest.raises(BadInput, match="标明不适用的事实不应再有数值"):
        scenario.run(one, read_folder(tmp_path))
    write(tmp_path, facts="\n".join(told).replace("filed,,否", "filed,,") + "\n")
    with pytest.raises(BadInput, match="不能为空"):
        read_folder(tmp_path)


def test_what_always_applies_is_refused_with_its_rule(tmp_path):
    with pytest.raises(BadInput) as bad:
        run(tmp_path, {("H1", "1", "catalogue_updated"): "不适用"})
    (line,) = bad.value.lines("zh")
    assert line.startswith("facts.csv · 第 2 行 · value")
    assert "三个目录数据库按月及时更新不能填“不适用”，应为是或否" in line


def test_a_situation_found_again_is_told_and_the_reading_that_counts_it(tmp_path):
    lost = {("H1", "10", "policy_lapses"): "3"}
    score, said = run(tmp_path, lost)
    assert score["H1"] == 99
    assert any(line.startswith("1 处同一情形查实不止一次，只扣一次") for line in said)
    score, said = run(tmp_path, lost, service_deduction="finding")
    assert score["H1"] == 97
    assert not any("不止一次" in line for line in said)
    _, said = run(tmp_path, {("H1", "10", "policy_lapses"): "1"}, service_deduction="finding")
    assert any("没有一种情形查实不止一次，此项不起作用" in line for line in said)


def test_growth_by_numbers_needs_them_and_a_last_year_above_nothing(tmp_path):
    levers = {"cost_growth": "numbers", "js26_2_visit_cost_at_most": "0.05"}
    lost = {("C1", "4", "visit_cost"): "1.06", ("C2", "4", "visit_cost"): "1.05"}
    score, _ = run(tmp_path, lost, **levers)
    assert (score["C1"], score["C2"]) == (96, 100)
    score, _ = run(tmp_path, {**lost, **LAST}, **levers)
    assert score["C1"] == 100
    with pytest.raises(BadInput, match="应大于 0"):
        run(tmp_path, {("C1", "4", "visit_cost_last_year"): "0"}, **levers)
    score, said = run(tmp_path, lost, js26_2_visit_cost_at_most="0.05")
    assert score["C1"] == 100
    assert any("费用增长按填报的是或否判断，此项不起作用" in line for line in said)
