"""The county retention page: in a real Chromium the curve moves as the engine says; its panels, without a browser."""

from __future__ import annotations

import re

import numpy as np
import pytest

from browser.visiting import visits
from simlib import sample, scenario
from simlib.app import page
from simlib.app.simulator import Simulator
from simlib.panels import retention as views
from simlib.rules import retention

CJK = re.compile(r"[\u3400-\u9fff]")
COMMUNITIES = sample.tables()["communities"]


def settled(**params):
    return retention.settle(COMMUNITIES, retention.RetentionParams(**params))


def expected(**params):
    one = scenario.Scenario(
        "",
        rules=("retention",),
        params={**scenario.Scenario("").params, "retention": retention.RetentionParams(**params)},
    )
    return scenario.run(one, {"communities": COMMUNITIES}).summary["retention"]


# --- in a browser ---------------------------------------------------------------------------------------------------


NOTEBOOK = "retention.ipynb"


@pytest.fixture
def visit(chromium, address):
    with visits(chromium, address, NOTEBOOK) as start:
        yield start


def headlines(one):
    return {column.name: one.card(column.name) for column in retention.FAMILY.headlines}


def notices(one):
    return one.page.locator(".sim-warnings li").all_inner_texts()


def test_a_moved_threshold_moves_every_headline_to_the_engines(one, visit):
    assert headlines(one) == expected()
    one.slide("full_from", "86")
    assert headlines(one) == expected(full_from="86")
    one.slide("half_ratio", "0.4")
    assert headlines(one) == expected(full_from="86", half_ratio="0.4")
    assert one.page.locator("[data-parameter=next_year_cut_rate] .sim-badge").text_content() == "文件未规定"
    assert visit().open(one.query()).card("retained") == expected(full_from="86", half_ratio="0.4")["retained"]


def test_a_curve_that_falls_is_said_with_both_scores_and_a_threshold_out_of_order_at_its_control(one):
    assert not any("下降" in text for text in notices(one))
    one.slide("per_point", "0.06")
    assert notices(one)[0].startswith("留用曲线在 80 分处下降：79.99 分留用 50%，80 分只留用 40%。")
    one.slide("linear_from", "95")
    for name in ("linear_from", "full_from"):
        error = one.page.locator(f"[data-parameter={name}] .sim-error").inner_text()
        assert error == "按分扣减起点必须低于全额留用起点。请调整其中一个。"
    assert headlines(one) == expected(per_point="0.06")


def test_a_community_picked_in_the_curve_is_explained(one):
    one.painted(lambda: one.page.locator("[data-panel=communities] tbody tr[data-row='3']").click())
    told = one.page.locator("[data-panel=explanation] li").all_inner_texts()
    results = {"retention": settled()}
    assert told == [
        text.zh for text in retention.explain(results, retention.RetentionParams(), COMMUNITIES["community_id"][3])
    ]


def test_nothing_sticks_out_and_english_holds_no_chinese_but_names(one):
    one.painted(one.do("language").click)
    entry = one.page.locator("input[data-parameter=score_growth]")
    one.painted(lambda: (entry.fill("1"), entry.press("Enter")))
    one.idle()
    for width in (800, 480):
        assert one.overhang(width) == 0, width
    texts = one.page.locator(
        ".sim h2, .sim-control, .sim-warnings, .sim-notes, .sim-legend, .sim thead, .sim-card-table"
    ).all_inner_texts()
    assert [text for text in texts if CJK.search(text)] == []
    assert one.unnamed() == []


# --- the panels -----------------------------------------------------------------------------------------------------


@pytest.fixture
def simulator():
    return Simulator.of("retention")


def drawn(simulator, name):
    moment = simulator.moment
    return next(panel for panel in views.PANELS if panel.id == name).draw(moment)


def test_the_edges_say_where_the_curve_jumps_and_where_it_does_not(simulator):
    notes = [text.zh for text in drawn(simulator, "curve")["notes"]]
    assert [note.partition("。")[0] for note in notes] == [
        "60 分：留用比例由 0.0% 跃升至 50.0%", "80 分：留用比例连续，无落差（50.0%）",
        "90 分：留用比例连续，无落差（100.0%）",
    ]  # fmt: skip
    simulator.set({"per_point": "0.06", "fraction": "ceil"})
    notes = [text.zh for text in drawn(simulator, "curve")["notes"]]
    assert "80 分：留用比例由 50.0% 降至 40.0%，得分高的反而留用减少" in notes[1]
    assert "90 分：留用比例由 94.0% 跃升至 100.0%" in notes[2]


def test_the_line_of_the_rule_passes_through_every_community_without_a_veto(simulator):
    simulator.set({"per_point": "0.04", "linear_from": "78.5"})
    figure = drawn(simulator, "curve")
    document, rule = figure["data"]
    assert document["line"]["dash"] == "dot"
    table = simulator.moment.table
    open_ = table[table["bracket"] != "veto"]
    assert 0 < len(open_) < len(table)
    assert np.allclose(np.interp(open_["total_score"], rule["x"], rule["y"]), open_["ratio"], atol=1e-9)
    assert len(figure["points"]["x"]) == len(table)


def test_what_brackets_keep_and_return_adds_up_to_the_surplus(simulator):
    lines = drawn(simulator, "flows")["lines"]
    assert [line["label"].zh for line in lines] == ["全额留用", "按分扣减", "定比留用", "不予留用", "一票否决"]
    summary = expected()
    assert round(sum(line["in"] + line["out"] for line in lines), 2) == summary["surplus"]
    assert sum(line["count"] for line in lines) == summary["communities"]


def test_the_years_follow_the_assumptions(simulator):
    table = drawn(simulator, "assumptions")["table"]["lines"]
    assert len({tuple(line[1:]) for line in table}) == 1  # nothing assumed, nothing cut: every year is alike
    simulator.set({"score_growth": "3", "next_year_cut_rate": "0.1"})
    table = drawn(simulator, "assumptions")["table"]["lines"]
    budgets = [float(line[1].replace(",", "")) for line in table]
    cuts = [float(line[6].replace(",", "")) for line in table]
    assert cuts[0] > 0
    assert [round(a - b, 2) for a, b in zip(budgets, cuts, strict=True)][:-1] == budgets[1:]
    years = retention.years(COMMUNITIES, simulator.params)
    assert drawn(simulator, "years")["data"][0]["y"].round(9).tolist() == (years["retained"] / 1e8).round(9).tolist()


def test_an_uploaded_table_of_communities_takes_the_place_of_the_citys(simulator, tmp_path):
    (tmp_path / "我的.csv").write_text(
        "community_id,name,score,budget,spending\n甲,甲县,85,1000,900\n", encoding="utf-8"
    )
    simulator.upload(tmp_path / "我的.csv")
    assert simulator.moment.table[["community_id", "retained", "returned"]].values.tolist() == [["甲", 75.0, 25.0]]
    assert [text.zh for text in simulator.run.warnings] == ["1 家未填写加分或一票否决，按“无”计：甲。"]


def test_every_panel_speaks_both_languages(simulator):
    simulator.pick(COMMUNITIES["community_id"][0])
    moment = simulator.moment
    for panel in views.PANELS:
        for language in ("zh", "en"):
            told = page.pack([panel.frame(moment), panel.draw(moment)], language, [])
            assert told[1]
