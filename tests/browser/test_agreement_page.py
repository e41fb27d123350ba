"""The page of designation agreements: in a real Chromium a rate moves the damages; its panels, without a browser."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd
import pytest

from browser.visiting import visits
from simlib import sample, scenario
from simlib.app import page
from simlib.app.simulator import Simulator
from simlib.panels import agreement as views
from simlib.panels import agreement_desk
from simlib.rules import agreement, deposit

CJK = re.compile(r"[\u3400-\u9fff]")
CITY = {name: sample.tables()[name] for name in ("incidents", "applicants", "deadlines", "institutions")}


def expected(**params):
    values = {**scenario.Scenario("").params, "agreement": agreement.AgreementParams(**params)}
    return scenario.run(scenario.Scenario("", rules=("agreement",), params=values), CITY).summary["agreement"]


# --- in a browser ---------------------------------------------------------------------------------------------------


NOTEBOOK = "agreement.ipynb"


@pytest.fixture
def visit(chromium, address):
    with visits(chromium, address, NOTEBOOK) as start:
        yield start


def headlines(one):
    return {column.name: one.card(column.name) for column in agreement.FAMILY.headlines}


def test_another_rate_inside_the_legal_range_moves_every_headline_to_the_engines(one, visit):
    assert headlines(one) == expected()
    one.slide("damages_rate_44", "0.28")
    one.slide("damages_rate_43", "0.1")
    assert headlines(one) == expected(damages_rate_44="0.28", damages_rate_43="0.1")
    assert (
        visit().open(one.query()).card("damages") == expected(damages_rate_44="0.28", damages_rate_43="0.1")["damages"]
    )


def test_a_rate_outside_the_legal_range_is_refused_at_its_control(one):
    entry = one.page.locator("#sim-damages_rate_44")
    one.painted(lambda: (entry.fill("19%"), entry.press("Enter")))
    error = one.page.locator("[data-parameter=damages_rate_44] .sim-error").inner_text()
    assert error.startswith("违约金比例（第四十四条）超出允许范围。请填 0.20 至 0.30（即 20.0% 至 30.0%）")
    assert headlines(one) == expected()


def test_an_institution_picked_in_the_table_is_explained(one):
    first = one.page.locator("[data-panel=institutions] tbody tr[data-row='0']")
    one.painted(lambda: first.click())
    told = one.page.locator("[data-panel=explanation] li").all_inner_texts()
    subject = one.page.locator("[data-panel=explanation] .sim-subject").inner_text()
    done = Simulator.of("agreement")
    assert told == [text.zh for text in done.explain(subject.split()[-1])]
    assert told[0].startswith("违约 WY")


def test_nothing_sticks_out_and_english_holds_no_chinese_but_names(one):
    one.painted(one.do("language").click)
    one.idle()
    for width in (800, 480):
        assert one.overhang(width) == 0, width
    shown = ".sim h2, .sim-help, .sim-control, .sim-warnings, .sim-notes, .sim-legend, .sim thead"
    shown += ", [data-panel=ladder], [data-panel=items], [data-panel=plan]"
    assert [text for text in one.page.locator(shown).all_inner_texts() if CJK.search(text)] == []


def test_a_day_set_as_today_says_which_open_matters_are_late(one, visit):
    one.painted(lambda: one.page.fill("#sim-today", "2026-06-30"))
    one.idle()
    assert headlines(one) == expected(today="2026-06-30")
    heads = one.page.locator("[data-panel=late] th").all_inner_texts()
    assert "状态（截至 2026-06-30）" in heads
    assert "agreement.today=2026-06-30" in one.query()
    other = visit().open(one.query())
    assert other.page.input_value("#sim-today") == "2026-06-30"
    assert other.card("late") == expected(today="2026-06-30")["late"]
    one.painted(lambda: one.page.locator("[data-parameter=today] .sim-reset").click())
    assert headlines(one) == expected()


# --- the panels -----------------------------------------------------------------------------------------------------


@pytest.fixture
def simulator():
    return Simulator.of("agreement")


def drawn(simulator, name):
    return next(panel for panel in views.PANELS if panel.id == name).draw(simulator.moment)


def test_the_ladder_counts_every_measure_by_article_and_its_money(simulator):
    lines = {line[0].zh: line[1:] for line in drawn(simulator, "ladder")["lines"]}
    breaches, summary = simulator.moment.results["agreement"], expected()
    for *counts, total, _ in lines.values():
        assert sum(int(one) for one in counts) == int(total)
    assert lines["约谈负责人"][:3] == [
        str(breaches["item"].str.startswith("42").sum()),
        str(breaches["item"].str.startswith("43").sum()),
        "0",
    ]
    assert lines["不予支付或追回"][-1] == f"{summary['recovered']:,.2f}"
    assert lines["支付违约金"][-1] == f"{summary['damages']:,.2f}"
    assert lines["移交行政部门"][-2] == str(summary["referred"])


def test_the_curve_ends_at_what_the_legal_range_allows_and_the_notes_say_so(simulator):
    simulator.set({"damages_rate_44": "0.25"})
    figure = drawn(simulator, "damages")
    ranges = agreement.range_of_damages(simulator.moment.results["agreement"], simulator.params).set_index("article")
    for line, article in zip(figure["data"], (43, 44), strict=True):
        assert line["x"][[0, -1]].tolist() == {43: [0, 0.2], 44: [0.2, 0.3]}[article]
        assert [round(1e4 * one, 2) for one in line["y"][[0, -1]]] == [
            ranges.at[article, "least"],
            ranges.at[article, "most"],
        ]
    assert f"现行比例的违约金 {ranges.at[44, 'now']:,.2f} 元" in figure["notes"][1].zh


def test_the_share_withheld_is_the_deposits_own_parameter(simulator):
    declared = deposit.DepositParams.declarations()["deposit_rate"]
    assert drawn(simulator, "terms")["lines"][0][:3] == [declared.label, "5.0%", "0.0% – 5.0%"]
    simulator.set({"deposit.deposit_rate": "0.03"})
    assert drawn(simulator, "terms")["lines"][0][1] == "3.0%"
    assert "deposit_rate" not in agreement.AgreementParams.declarations()


def test_who_is_not_eligible_stands_with_each_clause_and_the_others_are_counted(simulator):
    *failed, others = drawn(simulator, "eligibility")["lines"]
    summary = expected()
    assert others[0].zh == f"其余 {summary['eligible']} 家"
    assert len(failed) + summary["eligible"] == summary["applicants"]
    assert all(re.match(r"第.+条", line[2].zh) for line in failed)


@pytest.mark.parametrize("chosen", [{}, {"today": "2026-06-30"}, {"period_end": "next_working_day"}])
def test_each_other_way_to_count_says_how_many_deadlines_it_moves_and_what_is_then_late(simulator, chosen):
    simulator.set(chosen)
    first, end = drawn(simulator, "counting")["lines"]
    now = expected(**chosen)["late"]
    other = "as_counted" if "period_end" in chosen else "next_working_day"
    assert [line[4:] for line in (first, end)] == [
        [str(now), str(expected(**{**chosen, **change})["late"])] for change in ({"first_day": "same"},
                                                                               {"period_end": other})
    ]  # fmt: skip
    due = {one: agreement.timeline(CITY["deadlines"], agreement.AgreementParams(period_end=one))["due"]
           for one in ("as_counted", "next_working_day")}  # fmt: skip
    assert int(end[3]) == (due["as_counted"] != due["next_working_day"]).sum() > 0


def test_a_list_that_is_too_long_for_a_page_says_how_many_more_there_are(simulator, tmp_path):
    many = pd.concat([CITY["deadlines"]] * 5, ignore_index=True)
    many = many.assign(matter_id=[f"M{n}" for n in range(len(many))], done=None)
    done = Simulator.of("agreement", {"deadlines": many})
    lines = drawn(done, "late")["lines"]
    assert len(lines) == agreement_desk.MOST_ROWS + 1
    assert lines[-1][0].zh == f"另有 {len(many) - agreement_desk.MOST_ROWS} 行，见下载的文件。"


@pytest.mark.parametrize("name", ["incidents", "applicants", "deadlines"])
def test_a_page_on_one_table_alone_shows_its_own_panels_in_both_languages(name):
    done = Simulator.of("agreement", {name: CITY[name]})
    moment = done.moment
    shown = [panel.id for panel in views.PANELS if panel.shown(moment)]
    own = {"incidents": "ladder", "applicants": "eligibility", "deadlines": "late"}
    assert [one for one in own.values() if one in shown] == [own[name]]
    for panel in views.PANELS:
        if panel.id in shown:
            assert all(
                page.pack([panel.frame(moment), panel.draw(moment)], language, [])[1] for language in ("zh", "en")
            )


def test_a_year_that_nobody_has_announced_is_said_to_be_provisional_until_a_calendar_is_there(simulator, tmp_path):
    (tmp_path / "deadlines.csv").write_text("matter_id,step,start\nM1,payment,2031-03-01\n")
    simulator.upload(tmp_path / "deadlines.csv")
    (line,) = drawn(simulator, "late")["lines"]
    assert line[2].zh.endswith("（暂定）")
    assert any("国家尚未公布放假安排" in step.zh for step in drawn(simulator, "matter")["steps"])
    rest = {"2031-01-01": "否", "2031-10-01": "否"}
    known = {**simulator.inputs, "calendar": pd.DataFrame({"date": [date.fromisoformat(day) for day in rest],
                                                           "working": [False, False]})}  # fmt: skip
    simulator.use("own", known)
    assert drawn(simulator, "late")["lines"][0][2] == line[2].zh.removesuffix("（暂定）")


def test_a_year_before_the_calendar_begins_is_refused_and_the_page_keeps_its_data(simulator, tmp_path):
    (tmp_path / "deadlines.csv").write_text("matter_id,step,start\nM1,payment,2001-03-01\n")
    with pytest.raises(Exception, match="没有 2001 年的放假安排") as refused:
        simulator.upload(tmp_path / "deadlines.csv")
    assert str(refused.value).startswith("deadlines.csv · 第 2 行 · start · “2001-03-01”：")
    assert simulator.run.summary["agreement"] == expected()
