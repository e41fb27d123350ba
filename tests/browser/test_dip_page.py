"""The DIP page in a real Chromium: limits, corridor and coefficients are moved, and every settlement follows."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import json
import re
from pathlib import Path

import pandas as pd
import pytest

from browser.server import TOWN
from browser.visiting import visits
from simlib import cli, scenario
from simlib.rules import dip
from simlib.serve import forks
from simlib.tables import read_folder

OTHER_READINGS = sum(len(one.options) - 1 for one in dip.DipParams.declarations().values() if one.open)
CJK = re.compile(r"[\u3400-\u9fff]")


NOTEBOOK, DATA = "dip.ipynb", TOWN


@pytest.fixture
def visit(chromium, address):
    with visits(chromium, address, NOTEBOOK) as start:
        yield start


@pytest.fixture(scope="module")
def expected(town):
    """A function that runs parameters on the served city, as ``simlib run`` does."""
    city, bench = read_folder(town), scenario.Bench()

    @functools.cache
    def run(**params):
        one = scenario.Scenario("", rules=("dip",))
        one = dataclasses.replace(one, params={**one.params, "dip": dip.DipParams(**params)})
        return scenario.run(one, city, bench, detail=False)

    return run


def headlines(one):
    return {column.name: one.card(column.name) for column in dip.FAMILY.headlines}


def entry(one, name):
    return one.page.locator(f"input[data-parameter={name}]")


def change(one, name, text):
    one.painted(lambda: (entry(one, name).fill(text), entry(one, name).press("Enter")))


def row(one, name):
    """The row of the table in which a number stands."""
    return one.page.locator("tr", has=entry(one, name))


def processes() -> dict[int, tuple[int, bytes]]:
    """Every process: its parent and its command."""
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it may end at any time
            stat = (path / "stat").read_text().rpartition(")")[2].split()
            found[int(path.name)] = int(stat[1]), (path / "cmdline").read_bytes()
    return found


def test_every_panel_is_drawn_and_the_limits_stand_where_they_are_set(one, expected):
    one.idle()
    one.page.wait_for_function("document.querySelectorAll('.sim-loading').length === 0")
    for name in ("waterfall", "distribution", "deviations", "rollover"):
        assert one.page.locator(f"[data-panel={name}] .barlayer path").count() > 1, name
    table = expected().results["dip"]["dip_institutions"]
    for name, column in (("corridor", "clearing_ratio"), ("mix", "cmi")):
        places = one.page.evaluate("n => document.querySelector(`[data-panel=${n}] .sim-points`).places.length", name)
        assert places == table[column].notna().sum(), name
    assert one.page.locator("[data-panel=balance] tbody tr").count() == 3
    assert one.page.locator("[data-panel=institutions] tbody tr[data-row]").count() > 5
    assert one.page.locator("[data-panel=readings] tbody tr").count() == OTHER_READINGS
    assert "低费用" in one.page.inner_text("[data-panel=deviations]")
    moved = one.page.inner_text("[data-panel=deviations] .sim-notes")
    one.slide("deviation_low", "0.7")
    assert one.page.inner_text("[data-panel=deviations] .sim-notes") != moved


def test_each_slider_moves_every_headline_to_what_a_run_gives(one, expected):
    assert headlines(one) == expected().summary["dip"]
    assert one.page.inner_text("[data-panel=headlines] .sim-said").startswith("按文件规定值：")
    values = {}
    for name, value in {
        "deviation_low": "0.55",
        "regulation_rate": "0.06",
        "share_rate_2": "0.3",
        "share_rate_3": "0.9",
    }.items():
        one.slide(name, value)
        values[name] = value
        assert headlines(one) == expected(**values).summary["dip"], name
    fold = one.page.locator(".sim-fold", has=one.page.locator("[data-parameter=ledger]"))
    assert not fold.locator("select").first.is_visible()  # forty readings do not bury the levers
    fold.locator("summary").click()
    one.painted(lambda: fold.locator("[data-parameter=ledger] select").select_option("by_scheme"))
    assert headlines(one) == expected(**values, ledger="by_scheme").summary["dip"]
    assert re.fullmatch(r"基金与清算（\d+ 项），已改 3 项", fold.locator("summary").inner_text())
    one.painted(one.page.locator(".sim-reset-all").click)
    assert re.fullmatch(r"基金与清算（\d+ 项）", fold.locator("summary").inner_text())
    fold.locator("summary").click()
    assert headlines(one) == expected().summary["dip"]
    assert one.page.locator(".sim-reset-all").is_disabled()


def test_the_language_switch_changes_every_word_but_the_data(one, town):
    names = re.compile("|".join(read_folder(town)["institutions"]["name"]))
    change(one, "volume_growth", "5")
    one.painted(lambda: one.page.select_option("select[data-parameter=grows]", "2"))
    one.idle()
    kept = {"English", "Excel", "CSV", "DIP", "CMI"}
    assert set(re.findall(r"[A-Za-z]{3,}", one.page.inner_text(".sim"))) <= kept
    one.painted(one.do("language").click)
    one.page.wait_for_selector("[data-panel=readings] td")
    for part in ("aside", ".sim-top h1", "thead", *(f"[data-panel={name}]" for name in PANELS)):
        text = names.sub("", one.page.locator(part).first.inner_text())
        assert not CJK.search(text), text
    assert "lang=en" in one.query()


def test_a_coefficient_is_changed_in_place_refused_with_a_sentence_and_taken_back(one, expected):
    assert not one.page.locator("aside [data-parameter=basic_3A]").count()  # it stands in its panel, not in the form
    change(one, "basic_3A", "1.05")
    assert headlines(one) == expected(basic_3A="1.05").summary["dip"]
    assert entry(one, "basic_3A").get_attribute("class") == "sim-edited"
    change(one, "basic_3A", "2.5")
    assert "超出允许范围" in row(one, "basic_3A").locator(".sim-error").inner_text()
    assert headlines(one) == expected(basic_3A="1.05").summary["dip"]
    one.painted(lambda: entry(one, "basic_3A").press("ArrowUp"))
    assert entry(one, "basic_3A").input_value() == "1.06"
    assert row(one, "basic_3A").locator(".sim-error").inner_text() == ""
    one.painted(row(one, "basic_3A").locator(".sim-reset").click)
    assert entry(one, "basic_3A").input_value() == "1"
    assert headlines(one) == expected().summary["dip"]
    change(one, "age_step", "5%")
    assert headlines(one) == expected(age_step="0.05").summary["dip"]


def test_if_hospitals_treat_more_the_page_says_what_a_point_is_worth_then_and_who_pays(one, expected):
    panel = one.page.locator("[data-panel=dynamics]")
    assert "填入变化幅度" in panel.inner_text()
    change(one, "volume_growth", "10")
    one.painted(lambda: one.page.select_option("select[data-parameter=grows]", "3"))
    assumed = expected(volume_growth="0.1", grows="3")
    assert headlines(one) == assumed.summary["dip"]
    values = [run.summary["dip"]["point_value"] for run in (expected(), assumed)]
    assert values[1] < values[0]
    assert f"点值由 {values[0]:.4f} 变为 {values[1]:.4f} 元" in panel.inner_text()
    lines = [cells.split("\t") for cells in panel.locator(".sim-lines-table tbody tr").all_inner_texts()]
    assert [cells[0] for cells in lines] == ["三级", "二级", "一级"]
    assert lines[0][3].startswith("+")
    assert all(cells[3].startswith("−") for cells in lines[1:])
    change(one, "volume_growth", "200")
    assert "超出允许范围" in row(one, "volume_growth").locator(".sim-error").inner_text()
    one.painted(row(one, "volume_growth").locator(".sim-reset").click)
    assert headlines(one) == expected().summary["dip"]


def test_an_institution_picked_in_the_table_or_in_the_corridor_is_explained_down_to_its_cases(one, expected, dashboard):
    first = one.page.locator("[data-panel=institutions] tbody tr[data-row]").first
    one.painted(first.click)
    one.page.wait_for_selector("[data-panel=explanation] li")
    who = first.locator("td").first.inner_text()
    table = expected().results["dip"]["dip_institutions"].set_index("institution_id")
    steps = one.page.locator("[data-panel=explanation] li").all_inner_texts()
    assert any(f"{table.loc[who, 'settlement']:,.2f}" in step for step in steps)
    assert sum("较费用" in step for step in steps) == min(20, table.loc[who, "cases"])
    assert who in one.subject()
    one.page.locator("[data-panel=corridor]").scroll_into_view_if_needed()
    x, y = one.page.evaluate("""() => {
      const canvas = document.querySelector("[data-panel=corridor] .sim-points"), box = canvas.getBoundingClientRect();
      return [box.x + canvas.places[5][0], box.y + canvas.places[5][1]];
    }""")
    one.painted(lambda: one.page.mouse.click(x, y))
    one.page.wait_for_function(
        "who => !document.querySelector('[data-panel=explanation] .sim-subject').textContent.includes(who)", arg=who
    )
    one.idle()
    assert one.page.locator("[data-panel=explanation] li").count() > 8
    if forks.available():  # the page runs in a copy of a process that has used DuckDB, whose threads no copy has
        now = processes()
        templates = {
            pid
            for pid, (parent, command) in now.items()
            if b"fork_template" in command and parent == dashboard.process.pid
        }
        assert any(parent in templates for parent, _ in now.values())
        assert "Kernel template" not in dashboard.log()  # it starts no threads


ALL_ROWS = """async (at) => {
  const box = document.querySelector("[data-panel=institutions] .sim-table"), found = {};
  for (let top = 0; top < box.scrollHeight; top += box.clientHeight) {
    box.scrollTop = top;
    await new Promise((next) => setTimeout(next, 100));
    for (const row of box.querySelectorAll("tr[data-row]"))
      found[row.dataset.row] = [row.offsetTop, row.children[at].textContent];
  }
  return Object.values(found).sort((a, b) => a[0] - b[0]).map(([, text]) => text);
}"""  # only the rows in sight are in the page


def test_institutions_without_a_case_mix_have_a_blank_and_stand_last_in_either_order(one, expected):
    mix = expected().results["dip"]["dip_institutions"]["cmi"].round(4)
    blanks = int(mix.isna().sum())
    assert blanks > 0
    heading = one.page.locator("[data-panel=institutions] th", has_text="病例组合指数")
    column = heading.evaluate("e => [...e.parentNode.children].indexOf(e)")
    for order in ("descending", "ascending"):
        heading.locator("button").click()
        assert heading.get_attribute("aria-sort") == order
        shown = one.page.evaluate(ALL_ROWS, column)
        assert shown[-blanks:] == [""] * blanks
        assert [float(text) for text in shown[:-blanks]] == sorted(mix.dropna(), reverse=order == "descending")


PANELS = ("headlines", "explanation", "waterfall", "distribution", "corridor", "balance", "mix", "deviations",
          "rollover", "dynamics", "coefficients", "readings")  # fmt: skip


def test_a_shared_address_opens_to_the_same_numbers_assumptions_and_institution(one, expected, visit):
    one.slide("deviation_high", "2")
    change(one, "cmi_bonus", "0.015")
    change(one, "severity_growth", "2.5")
    one.painted(one.page.locator("[data-panel=institutions] tbody tr[data-row]").nth(2).click)
    assert "pick=" in one.query()
    other = visit().open(one.query())
    other.idle()
    assert headlines(other) == expected(deviation_high="2", cmi_bonus="0.015", severity_growth="0.025").summary["dip"]
    assert [entry(other, name).input_value() for name in ("cmi_bonus", "severity_growth")] == ["0.015", "2.5"]
    assert other.subject() == one.subject() != ""
    assert other.page.locator(".sim-notice").count() == 0


def test_what_is_saved_holds_the_numbers_of_the_page(one, town, tmp_path):
    one.slide("share_limit", "1.1")
    change(one, "basic_2A", "0.95")
    saved = {}
    for button in ("saveScenario", "saveXlsx", "saveCsv"):
        with one.page.expect_download() as download:
            one.do(button).click()
        saved[button] = tmp_path / download.value.suggested_filename
        download.value.save_as(saved[button])
    assert cli.main(["run", str(saved["saveScenario"]), "--data", str(town), "--out", str(tmp_path / "out")]) == 0
    assert headlines(one) == json.loads((tmp_path / "out/summary.json").read_text(encoding="utf-8"))["dip"]
    assert saved["saveXlsx"].read_bytes().startswith(b"PK")
    assert saved["saveCsv"].name == "dip_institutions.csv"
    ran = pd.read_csv(tmp_path / "out" / "dip_institutions.csv", dtype=str)
    pd.testing.assert_frame_equal(pd.read_csv(saved["saveCsv"], dtype=str, encoding="utf-8-sig"), ran)


def test_uploaded_cases_become_the_page_and_bad_ones_a_list(one, town, tmp_path):
    cases = pd.read_parquet(town / "cases.parquet")
    cases[:1500].to_csv(tmp_path / "cases.csv", index=False)
    cases[:50].assign(total_cost="许多").to_csv(tmp_path / "坏.csv", index=False)
    one.painted(lambda: one.page.set_input_files("input[type=file]", str(tmp_path / "cases.csv")))
    one.page.wait_for_selector("[data-card=cases] [data-value='1500']", state="attached")
    one.slide("deviation_low", "0.6")
    assert one.card("cases") == 1500
    one.painted(lambda: one.page.set_input_files("input[type=file]", str(tmp_path / "坏.csv")))
    assert (
        one.page.locator(".sim-notice li")
        .first.inner_text()
        .startswith("坏.csv · 第 2 行 · total_cost · “许多”：不是此列的数字。")
    )
    assert one.card("cases") == 1500


def test_nothing_sticks_out_at_any_width_and_every_control_has_a_name(one):
    change(one, "volume_growth", "5")
    one.idle()
    for width in (800, 480):
        assert one.overhang(width) == 0, width
    assert one.unnamed() == []


ROLLOVER, WATERFALL = (
    f"() => document.querySelector('[data-panel={panel}] .sim-plot').data.map((one) => Array.from(one.y))"
    for panel in ("rollover", "waterfall")
)
DRAG = """async () => {
  const slider = document.querySelector("[data-parameter=regulation_rate] input[type=range]");
  for (let i = 1; i <= 12; i += 1) {
    slider.value = (0.03 + i * 0.005).toFixed(3);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((next) => setTimeout(next, 15));
  }
}"""


def test_a_chart_out_of_view_follows_once_the_hand_rests(one, visit):
    assert not one.page.locator("[data-panel=rollover]").evaluate("(e) => e.getBoundingClientRect().top < innerHeight")
    former = one.page.evaluate(ROLLOVER)
    one.page.evaluate(DRAG)
    one.idle()
    dragged = one.page.evaluate(ROLLOVER)
    assert dragged != former
    assert dragged == visit().open(one.query()).page.evaluate(ROLLOVER)
    one.page.bring_to_front()
    one.page.locator("[data-panel=rollover]").scroll_into_view_if_needed()
    one.slide("regulation_rate", "0.02")  # now it is in view, and the charts above are not
    one.idle()
    other = visit().open(one.query()).page
    assert one.page.evaluate(ROLLOVER) == other.evaluate(ROLLOVER) != dragged
    assert one.page.evaluate(WATERFALL) == other.evaluate(WATERFALL)
