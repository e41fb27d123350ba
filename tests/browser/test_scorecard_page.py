"""The scorecard page in a real Chromium: the card is read and changed in place, and the city moves."""

from __future__ import annotations

import dataclasses
import json
import re

import pytest

from browser.visiting import visits
from simlib import cli, sample, scenario
from simlib.rules import scorecard

CJK = re.compile(r"[\u3400-\u9fff]")
FRAUD, LOCAL, DRUGS = "js26_1_fund_use_frauds", "js26_1_local_points", "js26_1_catalogue_drugs_at_least_3"


NOTEBOOK = "scorecard.ipynb"


@pytest.fixture
def visit(chromium, address):
    with visits(chromium, address, NOTEBOOK) as start:
        yield start


BENCH = scenario.Bench()


def expected(**params):
    one = scenario.Scenario("", rules=("scorecard", "deposit"))
    one = dataclasses.replace(one, params={**one.params, "scorecard": scorecard.ScorecardParams(**params)})
    return scenario.run(
        one, scenario.load_data("sample"), BENCH, detail=False
    )  # the deposits are withheld of prepayments


def entry(one, name):
    return one.page.locator(f"input[data-parameter={name}]")


def change(one, name, text):
    one.painted(lambda: (entry(one, name).fill(text), entry(one, name).press("Enter")))


def headlines(one):
    names = [column.name for column in scorecard.FAMILY.headlines]
    return {name: one.card(name) for name in names}


def test_a_number_changed_in_the_card_moves_every_headline_to_the_engines(one):
    moved = {}
    for name, text, value in ((FRAUD, "7", "7"), (LOCAL, "8", "8"), (DRUGS, "88.5%", "0.885"), (DRUGS, "75", "0.75")):
        change(one, name, text)
        moved[name] = value
        assert headlines(one) == expected(**moved).summary["scorecard"], name
        assert entry(one, name).get_attribute("class") == "sim-edited"


def test_the_card_that_no_longer_adds_up_says_so_and_a_reset_mends_it(one):
    change(one, LOCAL, "15")
    assert "各项合计 105 分，不是 100 分" in one.page.inner_text("[data-panel=card] .sim-off")
    assert "105" in one.page.inner_text(".sim-warnings")
    one.painted(one.page.locator("tr[data-item='13'] .sim-reset").click)
    assert one.page.locator("[data-panel=card] .sim-off").count() == 0
    assert one.page.inner_text("[data-panel=headlines] .sim-said").startswith("按文件规定值：")


def test_all_back_to_the_document_takes_back_what_was_changed_inside_the_card(one):
    assert one.page.locator(".sim-reset-all").is_disabled()
    change(one, FRAUD, "9")
    one.painted(one.page.locator(".sim-reset-all").click)
    assert entry(one, FRAUD).input_value() == "5"
    assert headlines(one) == expected().summary["scorecard"]


def test_a_value_that_is_refused_is_answered_below_its_item(one):
    change(one, DRUGS, "120%")
    error = one.page.inner_text("tr[data-item='1'] .sim-error")
    assert "超出允许范围" in error
    assert headlines(one) == expected().summary["scorecard"]
    change(one, "js26_1_satisfaction_complaints_unresolved", "3")
    assert "不得高于" in one.page.inner_text("tr[data-item='12'] .sim-error")


def test_the_arrow_keys_change_a_number_by_its_step(one):
    one.painted(lambda: entry(one, FRAUD).press("ArrowUp"))
    assert entry(one, FRAUD).input_value() == "5.5"


def test_money_ranks_and_scores_of_an_institution_follow(one):
    change(one, LOCAL, "6")
    now, before = expected(js26_1_local_points="6"), expected()
    moved = now.results["deposit"]["deposit"]["payment"] - before.results["deposit"]["deposit"]["payment"]
    gained = f"增加 {moved[moved > 0].sum() / 10**4:,.2f} 万元"
    assert gained in one.page.inner_text("[data-panel=headlines] .sim-said")
    lines = one.page.locator("[data-panel=money] tbody tr")
    assert lines.count() == 3
    heading = one.page.locator("[data-panel=institutions] th", has_text="较文件规定值")
    heading.locator("button").click()
    first = one.page.locator("[data-panel=institutions] tbody tr[data-row]").first
    best = now.results["deposit"]["deposit"]["institution_id"][moved.round(2).idxmax()]
    assert first.locator("td").first.inner_text() == best


def test_an_institution_picked_is_explained_with_a_reason_and_a_clause_for_every_lost_point(one):
    one.page.fill(".sim-search", "卫生院")
    one.painted(one.page.locator("[data-panel=institutions] tbody tr[data-row]").first.click)
    assert "卫生院" in one.subject()
    steps = one.page.locator("[data-panel=explanation] li").all_inner_texts()
    lost = [step for step in steps if re.match("第.*项", step)]
    assert lost
    assert all("JS26 附件" in step for step in lost)


def test_an_institution_picked_in_the_ranks_is_marked_and_explained(one):
    one.page.wait_for_selector("[data-panel=ranks] .sim-points:not([hidden])")
    one.page.locator("[data-panel=ranks]").scroll_into_view_if_needed()
    x, y = one.page.evaluate("""() => {
      const canvas = document.querySelector("[data-panel=ranks] .sim-points"), box = canvas.getBoundingClientRect();
      return [box.x + canvas.places[3][0], box.y + canvas.places[3][1]];
    }""")
    former = one.subject()
    one.painted(lambda: one.page.mouse.click(x, y))
    assert one.subject() not in ("", former)
    assert one.page.locator("[data-panel=explanation] li").count() >= 3


def test_the_other_card_and_the_other_edition_can_be_shown(one):
    one.painted(lambda: one.page.select_option("[data-panel=card] header select", "js26_2_2023"))
    assert one.page.locator("[data-panel=card] tr[data-item]").count() == 12
    one.painted(lambda: one.page.select_option("[data-parameter=edition] select", "yunlan_2023"))
    one.page.wait_for_selector("input[data-parameter=yunlan_1_policy_publicity_points]")
    assert headlines(one) == expected(edition="yunlan_2023").summary["scorecard"]


def test_the_distribution_is_drawn_by_every_kind(one):
    seen = set()
    for choice in ("level", "ownership", "group", "card"):
        one.painted(lambda choice=choice: one.page.select_option("[data-panel=distribution] header select", choice))
        names = one.page.locator("[data-panel=distribution] .sim-legend li").all_inner_texts()
        assert len(names) >= 2
        seen.add(tuple(names))
    assert len(seen) == 4


def test_the_stages_say_what_each_review_changed(one):
    one.page.wait_for_selector("[data-panel=stages] tbody tr")  # drawn when the hand rests
    rows = one.page.locator("[data-panel=stages] tbody tr").all_inner_texts()
    assert [row.split()[0] for row in rows] == ["自评", "县级初审", "市级终审"]


def test_the_saved_scenario_runs_on_the_command_line_to_the_same_numbers(one, tmp_path):
    change(one, FRAUD, "8")
    with one.page.expect_download() as download:
        one.do("saveScenario").click()
    download.value.save_as(tmp_path / "saved.yaml")
    assert cli.main(["run", str(tmp_path / "saved.yaml"), "--out", str(tmp_path / "out")]) == 0
    summary = json.loads((tmp_path / "out/summary.json").read_text(encoding="utf-8"))["scorecard"]
    assert headlines(one) == summary
    with one.page.expect_download() as download:
        one.do("saveXlsx").click()
    download.value.save_as(tmp_path / "scores.xlsx")
    assert (tmp_path / "scores.xlsx").read_bytes().startswith(b"PK")


def test_a_shared_address_opens_to_the_same_card_and_the_deposit_page_takes_it_too(one, chromium, address, visit):
    change(one, LOCAL, "6")
    assert "local_points=6" in one.query()
    other = visit().open(one.query())
    assert entry(other, LOCAL).input_value() == "6"
    assert headlines(other) == headlines(one)
    with visits(chromium, address, "deposit.ipynb") as start:
        paid = start().open(one.query())
        assert paid.card("money_moved") == expected(js26_1_local_points="6").summary["deposit"]["money_moved"]


def test_uploaded_facts_join_the_institutions_shown_and_bad_ones_are_a_list(one, tmp_path):
    facts = sample.tables()["facts"].copy()
    at = facts.index[(facts["fact"] == "local_points") & (facts["stage"] == "self")]
    facts.loc[at, "value"] = 0.0
    facts.to_csv(tmp_path / "facts.csv", index=False)
    one.painted(lambda: one.page.set_input_files("input[type=file]", str(tmp_path / "facts.csv")))
    assert one.card("mean_score") < expected().summary["scorecard"]["mean_score"] - 3
    facts.assign(value=facts["value"].where(facts["fact"] != "catalogue_drug_share", 85)).to_csv(
        tmp_path / "坏.csv", index=False
    )
    one.painted(lambda: one.page.set_input_files("input[type=file]", str(tmp_path / "坏.csv")))
    lines = one.page.locator(".sim-notice li").all_inner_texts()
    assert lines
    assert "0.85 即 85%" in lines[0]


def test_the_language_switch_changes_every_word_but_the_data(one):
    chinese = one.page.inner_text(".sim")
    assert set(re.findall(r"[A-Za-z]{3,}", chinese)) <= {"English", "Excel", "CSV", "DIP", "DRG"}
    one.painted(one.do("language").click)
    one.page.wait_for_selector("[data-panel=readings] td")
    for part in ("aside", ".sim-top h1", "[data-panel=headlines] .sim-cards", "[data-panel=card]",
                 "[data-panel=difficulty]",
                 "[data-panel=distribution]", "[data-panel=ranks]", "thead", "[data-panel=readings]"):  # fmt: skip
        text = one.page.locator(part).first.inner_text()
        assert not CJK.search(text), text


def test_nothing_sticks_out_at_any_width(one):
    for width in (1440, 800, 480):
        assert one.overhang(width) == 0, width
        narrow = one.page.evaluate("""() =>
          [...document.querySelectorAll(".sim-card-table tr[data-item] td:nth-child(2)")]
          .filter((cell) => cell.clientWidth && cell.clientWidth < 180).length""")
        assert narrow == 0, width


def test_every_number_of_the_card_has_a_name_for_who_cannot_see_it(one):
    assert one.unnamed() == []
