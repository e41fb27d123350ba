"""The deposit page in a real Chromium, as a bureau leader meets it."""

from __future__ import annotations

import dataclasses
import json
import re

import pytest

import simlib
from browser.server import TOWN
from browser.visiting import visits
from simlib import cli, sample, scenario
from simlib.rules import deposit

CJK = re.compile(r"[\u3400-\u9fff]")


NOTEBOOK = "deposit.ipynb"


@pytest.fixture
def visit(chromium, address):
    with visits(chromium, address, NOTEBOOK) as start:
        yield start


BENCH = scenario.Bench()


def run(**params):
    """The sample city's deposits, which are withheld of the monthly prepayments and scored by the card."""
    one = scenario.Scenario("", rules=("deposit",))
    one = dataclasses.replace(one, params={**one.params, "deposit": deposit.DepositParams(**params)})
    return scenario.run(one, scenario.load_data("sample"), BENCH, detail=False)


def expected(**params):
    return run(**params).summary["deposit"]


def test_each_slider_moves_every_headline_to_the_engines_number(one):
    moved = {}
    for name, value in (("lower", "0.95"), ("upper", "1.035"), ("deposit_rate", "0.03")):
        one.slide(name, value)
        moved[name] = value
        for key, number in expected(**moved).items():
            assert one.card(key) == number, (name, key)


def test_a_choice_and_a_reset_move_the_numbers_there_and_back(one):
    one.page.locator(".sim-fold summary").first.click()
    one.painted(lambda: one.page.select_option("[data-parameter=mean_scope] select", "city"))
    assert one.card("below") == expected(mean_scope="city")["below"]
    one.painted(one.page.locator("[data-parameter=mean_scope] .sim-reset").click)
    assert one.card("below") == expected()["below"]
    assert one.page.locator(".sim-said").inner_text().startswith("按文件规定值：")
    assert one.page.locator(".sim-reset-all").is_disabled()


def test_a_typed_value_out_of_bounds_is_refused_at_its_control_in_chinese(one):
    entry = one.page.locator("#sim-deposit_rate")
    one.painted(lambda: (entry.fill("7"), entry.press("Enter")))
    error = one.page.locator("[data-parameter=deposit_rate] .sim-error").inner_text()
    assert "保证金预留比例超出允许范围" in error
    assert one.card("deposits") == expected()["deposits"]
    one.painted(lambda: (entry.fill("4.5%"), entry.press("Enter")))
    assert one.page.locator("[data-parameter=deposit_rate] .sim-error").inner_text() == ""
    assert one.card("deposits") == expected(deposit_rate="0.045")["deposits"]


def test_what_somebody_types_stays_while_the_page_catches_up(one):
    one.slide("upper", "1.03")
    entry = one.page.locator("#sim-deposit_rate")
    entry.fill("4.5")
    one.idle()
    assert entry.input_value() == "4.5"
    one.painted(lambda: entry.press("Enter"))
    assert one.card("deposits") == expected(upper="1.03", deposit_rate="0.045")["deposits"]


def test_the_arrow_keys_move_a_slider_by_its_step(one):
    one.page.focus("[data-parameter=upper] input[type=range]")
    one.painted(lambda: one.page.keyboard.press("ArrowRight"))
    assert one.card("above") == expected(upper="1.025")["above"]


def test_the_language_switch_changes_every_word_but_the_data(one):
    chinese = one.page.inner_text(".sim")
    assert set(re.findall(r"[A-Za-z]{3,}", chinese)) <= {"English", "Excel", "CSV", "DIP", "simlib"}
    one.painted(one.do("language").click)
    assert one.page.get_attribute("html", "lang") == "en"
    one.page.wait_for_selector("[data-panel=readings] td")
    for part in (
        "aside",
        ".sim-top h1",
        "[data-panel=headlines] .sim-cards",
        "[data-panel=payout]",
        "thead",
        "[data-panel=readings]",
    ):
        text = one.page.locator(part).first.inner_text()
        assert not CJK.search(text), text
    assert "lang=en" in one.query()


def test_an_institution_picked_in_the_table_is_explained_in_sentences(one):
    one.page.fill(".sim-search", "精神卫生中心")
    one.painted(one.page.locator("[data-panel=institutions] tbody tr[data-row]").first.click)
    steps = one.page.locator(".sim-steps li").all_inner_texts()
    assert len(steps) >= 5
    assert "JS3 第二十九条" in steps[0]
    assert all("JS26 附件3" in step for step in steps[1:-1])
    assert "精神卫生中心" in one.subject()


def test_an_institution_picked_in_the_curve_is_explained(one):
    one.page.wait_for_selector("[data-panel=payout] .sim-points:not([hidden])")
    x, y = one.page.evaluate("""() => {
      const canvas = document.querySelector("[data-panel=payout] .sim-points"), box = canvas.getBoundingClientRect();
      return [box.x + canvas.places[0][0], box.y + canvas.places[0][1]];
    }""")
    one.page.mouse.move(x, y)
    assert "→" in one.page.inner_text("[data-panel=payout] .sim-tip")
    former = one.subject()
    one.painted(lambda: one.page.mouse.click(x, y))
    assert one.subject() not in ("", former)
    assert one.page.locator(".sim-steps li").count() >= 4


def test_the_table_sorts_and_searches_all_institutions(one):
    heading = one.page.locator("[data-panel=institutions] th", has_text="较保证金增减")
    heading.locator("button").click()
    assert heading.get_attribute("aria-sort") == "descending"
    first = one.page.locator("[data-panel=institutions] tbody tr[data-row]").first
    row = int(first.get_attribute("data-row"))
    assert row == run().results["deposit"]["deposit"]["change"].idxmax()
    assert first.locator(".sim-gain").first.inner_text().startswith("+")
    one.page.fill(".sim-search", "没有这样的名称")
    assert one.page.locator("[data-panel=institutions] .sim-empty").is_visible()


def test_a_shared_address_opens_to_the_same_page_and_in_dark_mode_ground_chart_and_table_are_dark(one, visit):
    one.slide("lower", "0.97")
    one.page.select_option("#sim-source", TOWN)
    one.page.wait_for_selector("[data-card=institutions] [data-value='80']", state="attached")
    one.painted(one.page.locator("[data-panel=institutions] tbody tr[data-row]").nth(3).click)
    assert "pick=" in one.query()
    other = visit()
    other.page.emulate_media(color_scheme="dark")
    other.open(one.query())
    for key in expected():
        assert other.card(key) == one.card(key), key
    assert other.page.locator("#sim-lower").input_value() == "0.970"
    assert other.subject() == one.subject() != ""
    assert other.page.locator(".sim-notice").count() == 0
    ground, ink = other.page.evaluate("""() => { const at = (q, k) => getComputedStyle(document.querySelector(q))[k];
      return [at(".sim", "backgroundColor"), at("[data-panel=payout] .xtick text", "fill")]; }""")
    assert sum(map(int, re.findall(r"\d+", ground)[:3])) < 150
    assert sum(map(int, re.findall(r"\d+", ink)[:3])) > 500


def test_an_address_with_nonsense_opens_with_a_list_and_the_documents_values(visit):
    one = visit().open("?deposit.lower=7&data=nowhere&pick=x&lang=xx")
    notice = one.page.inner_text(".sim-notice")
    assert "下阈值超出允许范围" in notice
    assert "未找到该数据" in notice
    assert one.card("below") == expected()["below"]


def test_the_saved_scenario_runs_on_the_command_line_to_the_same_numbers(one, tmp_path):
    one.slide("lower", "0.96")
    one.slide("upper", "1.03")
    with one.page.expect_download() as download:
        one.do("saveScenario").click()
    download.value.save_as(tmp_path / "saved.yaml")
    assert scenario.load(tmp_path / "saved.yaml").params["deposit"] == deposit.DepositParams(lower="0.96", upper="1.03")
    assert cli.main(["run", str(tmp_path / "saved.yaml"), "--out", str(tmp_path / "out")]) == 0
    summary = json.loads((tmp_path / "out/summary.json").read_text(encoding="utf-8"))["deposit"]
    assert {key: one.card(key) for key in summary} == summary


def test_results_download_as_a_file(one, tmp_path):
    for button, start in (("saveXlsx", b"PK"), ("saveCsv", b"\xef\xbb\xbf")):
        with one.page.expect_download() as download:
            one.do(button).click()
        download.value.save_as(tmp_path / button)
        assert (tmp_path / button).read_bytes().startswith(start)


def test_an_uploaded_table_becomes_the_page_and_a_bad_one_a_list(one, tmp_path):
    sample.write(tmp_path / "city", count=2000, seed=8)
    good = tmp_path / "city/institutions.csv"
    bad = tmp_path / "坏.csv"
    bad.write_text("institution_id,group,score,deposit\n1,甲,九十,1.00\n1,甲,80,-1\n", encoding="utf-8")
    one.painted(lambda: one.page.set_input_files("input[type=file]", str(good)))
    one.page.wait_for_selector("[data-card=institutions] [data-value='2000']", state="attached")
    one.painted(lambda: one.page.set_input_files("input[type=file]", str(bad)))
    lines = one.page.locator(".sim-notice li").all_inner_texts()
    assert lines[0].startswith("坏.csv · 第 2 行 · score · “九十”：不是此列的数字。")
    assert len(lines) == 3
    assert one.card("institutions") == 2000


def test_nothing_sticks_out_at_any_width(one):
    for width in (1440, 800, 480):
        assert one.overhang(width) == 0, width
    assert one.page.locator("[data-panel=readings]").count() == 1


def test_it_prints_on_a4_without_losing_the_end(one, tmp_path):
    one.page.wait_for_selector("[data-panel=readings] td")
    pdf = one.page.pdf(format="A4")
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") + pdf.count(b"/Type/Page/") >= 2


def test_every_control_and_row_can_be_reached_by_keyboard(one):
    row = one.page.locator("[data-panel=institutions] tbody tr[data-row]").nth(2)
    assert (who := row.locator("td").first.inner_text()) not in one.subject()
    row.focus()
    one.painted(lambda: one.page.keyboard.press("Enter"))
    assert who in one.subject()
    assert one.page.locator(".sim-steps li").count() >= 4
    assert one.unnamed() == []


def test_fast_dragging_ends_at_the_last_value(one):
    one.page.evaluate("""async () => {
      const slider = document.querySelector("[data-parameter=lower] input[type=range]");
      for (let i = 0; i <= 40; i += 1) {
        slider.value = (0.8 + i * 0.005).toFixed(3);
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        await new Promise((next) => setTimeout(next, 4));
      }
    }""")
    one.idle()
    assert one.card("below") == expected(lower="1.000")["below"]


def test_the_front_door_leads_to_the_simulator_in_the_chosen_language(visit):
    one = visit()
    one.page.goto(one.address)
    one.page.wait_for_selector(".sim-home[data-painted]", timeout=60000)
    assert one.page.title() == "医保支付政策模拟器"
    one.do("language").click()
    one.page.wait_for_selector("a[href='deposit.ipynb?lang=en']")
    links = one.page.locator("a[href*='.ipynb']").evaluate_all("all => all.map((a) => a.getAttribute('href'))")
    assert links[:4] == [f"{name}.ipynb?lang=en" for name in ("data", "scorecard", "dip", "deposit")]
    assert all((simlib.NOTEBOOKS / link.partition("?")[0]).is_file() for link in links)
    assert "DIP settlement simulator" in one.page.inner_text(".sim-home")
    assert not CJK.search(one.page.inner_text(".sim-home").replace("中文", ""))
    one.page.click("a[href='deposit.ipynb?lang=en']")
    one.page.wait_for_selector("aside")
    assert one.page.inner_text("h1") == "Quality deposit simulator"


def test_an_uploads_doubts_are_folded_above_the_panels_in_both_languages(one, tmp_path):
    one.idle()
    doubts = one.page.locator(".sim-doubts")
    assert not doubts.is_visible()  # the sample city has none
    rows = ["A,一组,96,12.34,2468000", "B,一组,90,10.11,2022000", "C,一组,84,9.87,1974000"]
    file = tmp_path / "institutions.csv"
    file.write_text("\n".join(["institution_id,group,score,deposit,settled", *rows, ""]), encoding="utf-8")
    one.painted(lambda: one.page.set_input_files("input[type=file]", str(file)))
    one.idle()
    assert doubts.locator("summary").inner_text() == "数据疑点 1 条"
    what = doubts.locator("[data-doubt=deposit_unit] > p")
    assert not what.is_visible()
    doubts.locator("summary").click()
    assert what.inner_text().startswith("定点医疗机构 · 保证金与结算额的单位可能不同：3 处，涉及 32.32 元")
    notes = doubts.locator("[data-doubt=deposit_unit] li").all_inner_texts()
    assert notes[2].startswith("处理办法：")
    assert notes[3] == "institutions.csv · 第 2 行 · 预留质量保证金 · 12.34 / 2,468,000.00"
    one.slide("lower", "0.95")
    one.idle()
    assert what.is_visible()  # a move folds nothing
    one.painted(one.do("language").click)
    one.idle()
    assert doubts.locator("summary").inner_text() == "Doubts about the data: 1"
    assert one.overhang(480) == 0
