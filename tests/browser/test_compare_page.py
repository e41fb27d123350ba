"""The comparison page: in a real Chromium its numbers are the engine's; without a browser what a visitor may do and
forge."""

from __future__ import annotations

import io
import re

import openpyxl
import pandas as pd
import pytest

from browser.visiting import visits
from simlib import SCENARIOS, sample, scenario
from simlib.app.compare_page import ComparePage
from simlib.app.comparer import Comparer
from simlib.app.packing import pack
from simlib.comparison.compare import compare
from simlib.problems import BadInput
from simlib.rules import FAMILIES
from simlib.scenario import Scenario
from simlib.words import LANGUAGES

CJK = re.compile(r"[\u3400-\u9fff]")
FIRST = ("document", "band-0.99-1.01", "upper-1.03", "mean-city")
OWN = "title: 自带的方案\ntitle_en: My own\nbase: baseline.yaml\nrules: [deposit]\nparams:\n  deposit: {upper: 1.05}\n"


def scenarios(names):
    return [
        Scenario("文件规定值", "The documents' values")
        if name == "document"
        else scenario.load(SCENARIOS / f"{name}.yaml")
        for name in names
    ]


BENCH = scenario.Bench()


def expected(names, baseline=0):
    tables = scenario.load_data("sample")
    return compare([scenario.run(one, tables, BENCH, detail=False) for one in scenarios(names)], baseline)


# --- in a browser ---------------------------------------------------------------------------------------------------


NOTEBOOK = "compare.ipynb"


@pytest.fixture
def visit(chromium, address):
    with visits(chromium, address, NOTEBOOK) as start:
        yield start


def cells(one, panel):
    """Of each row of a panel of numbers: values and differences."""
    script = """rows => Object.fromEntries(rows.map(row => [row.dataset.row,
      [...row.querySelectorAll('td')].map(td => [+td.dataset.value, +td.dataset.gap])]))"""
    return one.page.locator(f"[data-panel={panel}] tr[data-row]").evaluate_all(script)


def headlines(done, rule):
    table = done.tables["comparison"]
    return {
        column.name: table[(table["rule"] == rule) & (table["outcome"] == column.name)][["value",
            "difference"]].astype(float).values.tolist()
        for column in FAMILIES[rule].headlines
    }  # fmt: skip


def test_scenarios_are_chosen_the_baseline_changed_and_every_number_is_the_engines(one, visit, tmp_path):
    done = expected(FIRST)
    assert cells(one, "headlines") == headlines(done, "deposit")
    former = {
        row[0]: row
        for row in one.page.locator("[data-panel=moved] tbody tr").evaluate_all(
            "rows => rows.map(row => [...row.children].map(cell => cell.textContent))"
        )
    }
    assert former["2 区间收窄到0.99–1.01"][1] == "278"
    one.painted(lambda: one.page.uncheck("[id='sim-s-mean-city']"))
    one.painted(lambda: one.page.check("[id='sim-s-dip-regulation-6']"))
    one.painted(lambda: one.page.check("[id='sim-b-upper-1.03']"))
    names = ("document", "band-0.99-1.01", "upper-1.03", "dip-regulation-6")
    done = expected(names, 2)
    assert cells(one, "headlines") == headlines(done, "deposit")
    assert one.page.evaluate("document.activeElement.id") == "sim-b-upper-1.03"  # a page drawn anew keeps the place
    warned = one.page.locator("[data-panel=headlines] .sim-warnings li").first.inner_text()
    assert warned == "质量保证金：以下方案未运行该规则：调节金计提由4%提高到6%。"
    rows = {
        (r["from"], r["to"]): [r["subjects"], r["difference"]] for r in done.sides("deposit", 0) if r["side"] == "band"
    }
    sides = cells(one, "sides")
    bands = list(FAMILIES["deposit"].sides)
    assert {(a, b): sides[a][i] for a in bands for i, b in enumerate(bands) if (a, b) in rows} == rows
    assert sides["sum"][-1][0] == 500
    one.painted(lambda: one.page.locator("[data-panel=institutions] tbody tr[data-row]").first.click())
    one.idle()
    assert one.page.locator(".sim-told section").count() == 3
    assert one.page.locator(".sim-told section").nth(1).locator(".sim-new").count() > 0
    assert one.page.locator(".sim-told section").nth(2).locator(".sim-new").count() == 0  # the baseline itself
    (tmp_path / "我的.yaml").write_text(OWN, encoding="utf-8")
    one.painted(lambda: one.page.set_input_files(".sim-chooser input[type=file]", str(tmp_path / "我的.yaml")))
    one.idle()
    shown = cells(one, "headlines")
    assert shown["above"][-1][0] < headlines(done, "deposit")["above"][2][0]
    other = visit().open(one.query())
    other.idle()
    assert cells(other, "headlines") == shown
    assert (
        other.page.locator(".sim-told .sim-steps").all_inner_texts()
        == one.page.locator(".sim-told .sim-steps").all_inner_texts()
    )
    with one.page.expect_download() as got:
        one.do("saveXlsx").click()
    book = openpyxl.load_workbook(io.BytesIO(got.value.path().read_bytes()))
    assert book.sheetnames[:3] == ["说明", "结果对比", "档次变动情况"]


def test_nothing_sticks_out_six_are_the_most_and_english_holds_no_chinese_but_names(visit):
    names = ("document", "band-0.99-1.01", "upper-1.03", "mean-city", "rate-3", "lower-0.97")
    one = visit()
    one.page.set_viewport_size({"width": 800, "height": 900})
    one.open(f"?lang=en&s={','.join(names)}")
    one.idle()
    for width in (800, 480, 1440):
        assert one.overhang(width) == 0, width
    assert one.page.locator(".sim-offer input[type=checkbox]:not(:disabled)").count() == 6
    shown = ".sim h1, .sim h2, .sim-help, .sim-chooser, .sim-warnings, .sim-legend, .sim thead"
    shown += ", [data-panel=headlines], [data-panel=moved], [data-panel=sides]"
    named = re.compile("|".join([*CITY["institutions"]["name"], *CITY["institutions"]["group"].unique()]))
    texts = [named.sub("", text) for text in one.page.locator(shown).all_inner_texts()]
    assert [text for text in texts if CJK.search(text)] == []
    one.painted(one.do("language").click)
    assert "预留比例降到3%" in one.page.locator("[data-scenario='rate-3']").inner_text()
    for name in names[1:]:
        one.painted(lambda name=name: one.page.uncheck(f"[id='sim-s-{name}']"))
    assert one.page.locator("[data-panel=empty]").inner_text().endswith("请在左侧选择二至六个方案。")
    one.do("saveCsv").click()
    one.page.wait_for_selector(".sim-notice")
    assert "至少选择 2 个方案" in one.page.locator(".sim-notice").inner_text()


# --- without a browser ----------------------------------------------------------------------------------------------

CITY = {name: table for name, table in sample.tables().items() if name not in ("facts", "cases")}


@pytest.fixture
def comparer():
    return Comparer(CITY)


class Told:
    """A page whose messages are kept instead of sent."""

    def __init__(self, monkeypatch, comparer):
        self.page, self.messages = ComparePage(comparer), []
        monkeypatch.setattr(self.page, "send", lambda content, buffers=None: self.messages.append((content, buffers)))

    def __call__(self, act, buffers=(), **content):
        self.messages.clear()
        self.page.receive({"act": act, **content}, list(buffers))
        return [content for content, _ in self.messages]


@pytest.fixture
def told(monkeypatch, comparer):
    return Told(monkeypatch, comparer)


def test_what_a_browser_forges_is_refused_with_a_line_and_changes_nothing(told, comparer):
    former = comparer.query
    forged = [
        ({"scenarios": ["document", "../../etc/passwd"], "baseline": "document"}, "未找到该方案"),
        ({"rule": "studies"}, "未找到该规则"),
        ({"scenarios": list(comparer.offered)[:7], "baseline": "document"}, "最多同时比较 6 个方案"),
    ]  # fmt: skip
    for content, said in forged:
        (answer,) = told("set", values=content)
        assert answer["say"] == "problems"
        assert said in answer["problems"][0]["line"]
    for act, content in (
        ("set", {"values": {"scenarios": "document"}}),
        ("set", {"values": 3}),
        ("choose", {"panel": "kinds", "choice": "score.amount"}),
        ("save", {"kind": "passwd"}),
    ):
        assert all(answer["say"] != "error" for answer in told(act, **content)), act
    assert told("pick", subject="nobody")[0]["say"] == "problems"
    assert comparer.query == former


def test_a_baseline_that_is_not_chosen_gives_way_to_the_first(told, comparer):
    told("set", values={"scenarios": ["upper-1.03", "mean-city"], "baseline": "document"})
    assert comparer.baseline == "upper-1.03"
    told("set", values={"scenarios": [], "baseline": ""})
    assert (comparer.comparison, comparer.shown_rule) == (None, None)
    assert [panel.id for panel in comparer.panels if panel.shown(comparer.moment)] == ["empty"]
    told("reset")
    assert comparer.chosen == list(FIRST)


@pytest.mark.parametrize("base", ["../scenarios/baseline.yaml", "/etc/hostname", "none.yaml", "sub/x.yaml"])
def test_an_uploaded_scenario_reads_no_file_but_the_shipped_ones(comparer, tmp_path, base):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "x.yaml").write_text("title: 别人的\n", encoding="utf-8")
    (tmp_path / "own.yaml").write_text(f"title: 我的\nbase: {base}\n", encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        comparer.upload(tmp_path / "own.yaml")
    assert [line.endswith("未找到该方案文件。请核对路径。") for line in refused.value.lines()] == [True]
    for base in ("upper-1.03.yaml", "upper-1.03"):
        (tmp_path / "own.yaml").write_text(f"title: 我的\nbase: {base}\ndata: /etc\n", encoding="utf-8")
        comparer.upload(tmp_path / "own.yaml")
        assert comparer.chosen[-1] == "own-1"
    assert (
        comparer.offered["own-1"].params["deposit"].upper
        == scenario.load(SCENARIOS / "upper-1.03.yaml").params["deposit"].upper
    )
    assert {run.scenario.data for run in comparer.comparison.runs} == {"sample"}


def test_a_link_carries_a_visitors_own_scenarios_and_is_checked_like_a_file(comparer, tmp_path):
    (tmp_path / "我的.yaml").write_text(OWN, encoding="utf-8")
    comparer.upload(tmp_path / "我的.yaml")
    comparer.look("deposit")
    comparer.pick(sorted(comparer.subjects)[3])
    comparer.choose("kinds", "county.amount")
    comparer.speak("en")
    other = Comparer(CITY)
    assert other.open("?" + comparer.query) == []
    assert (other.query, other.picked, other.language, other.choices) == (
        comparer.query,
        comparer.picked,
        "en",
        {"kinds": "county.amount"},
    )
    assert other.comparison.tables["comparison"].equals(comparer.comparison.tables["comparison"])
    for own in (
        "{",
        "[]",
        '{"title": 1}',
        '{"title": "x", "data": "/etc"}',
        '{"title": "x", "params": {"deposit.upper": "9"}}',
        '{"title": "x", "rules": ["y"]}',
    ):
        assert len(Comparer(CITY).open(f"own={own}")) == 1, own


def test_scenarios_that_other_data_do_not_suffice_for_are_left_out_and_named(comparer):
    comparer.take(["document", "upper-1.03", "retention-ceil", "agreement-terminate"], "retention-ceil")
    assert comparer.shown_rule == "retention"
    institutions = CITY["institutions"]
    problems = comparer.use("few.csv", {"institutions": institutions})
    assert {problem.file for problem in problems} == {
        comparer.offered[name].title for name in ("retention-ceil", "agreement-terminate")
    }
    assert (comparer.chosen, comparer.baseline) == (["document", "upper-1.03"], "document")
    with pytest.raises(BadInput):
        comparer.use("none.csv", {"institutions": institutions[["institution_id", "name"]]})
    assert comparer.source == "few.csv"


def test_every_panel_of_every_rule_speaks_both_languages_and_the_downloads_hold_its_numbers(told, comparer):
    comparer.take(["document", "band-0.99-1.01", "retention-half-40", "agreement-terminate"], "document")
    for rule in list(comparer.comparison.rules):
        comparer.look(rule)
        comparer.pick(sorted(comparer.subjects)[0])
        moment = comparer.moment
        for panel in comparer.panels:
            if panel.shown(moment):
                drawn = [panel.frame(moment), panel.draw(moment), panel.offered(moment), panel.title]
                assert all(pack(drawn, language, []) for language in LANGUAGES)
    assert [panel.id for panel in comparer.panels if panel.shown(comparer.moment)][1:3] == ["moved", "sides"]
    told("save", kind="csv")
    (content, (data,)) = told.messages[-1]
    csv = pd.read_csv(io.BytesIO(data), dtype={"subject": str})
    assert content["name"] == "comparison_institutions.csv"
    frame = comparer.comparison.tables["comparison_institutions"]
    assert csv["difference"].tolist() == frame["difference"].tolist()
    told("save", kind="xlsx")
    book = openpyxl.load_workbook(io.BytesIO(told.messages[-1][1][0]))
    wide = comparer.comparison.side_by_side("deposit")
    sheet = book["质量保证金"]
    heads = [cell.value for cell in sheet[1]]
    at = heads.index("方案 2 较基准（元）")
    assert [row[at] for row in sheet.iter_rows(min_row=2, values_only=True)] == wide["difference_2"].tolist()
