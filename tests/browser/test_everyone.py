"""Every page for everybody: what axe-core finds wrong, what is told of charts, narrow windows, the loading screen."""

from __future__ import annotations

import importlib.util
import re

import pytest

import simlib
from browser.visiting import visits
from outside import need
from simlib.serve.handlers import pages as served

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": {"type": "tag", "values": TAGS}, "rules": {"target-size": {"enabled": True}}}
HOME, TABLES_PAGE = "home.ipynb", "data.ipynb"
LESSONS = sorted(name for name in served(simlib.NOTEBOOKS) if name.startswith("course/"))
RULES = sorted(served(simlib.NOTEBOOKS) - {HOME, TABLES_PAGE, *LESSONS})
REST = ".sim[data-idle], .sim-home[data-painted], .sim-data[data-painted]"
NOTEBOOK = "deposit.ipynb"


@pytest.fixture(scope="module")
def wrong():
    """A function that says what axe-core finds wrong with a page."""
    need("the package axe-playwright-python", importlib.util.find_spec("axe_playwright_python"))
    from axe_playwright_python.sync_playwright import Axe

    axe = Axe()

    def find(page) -> list[str]:
        found = axe.run(page, options=OPTIONS).response
        assert len(found["passes"]) > 20, "the page was not there yet"
        return [
            f"{one['id']} {node['target']}: {node['html'][:160]}"
            for one in found["violations"]
            for node in one["nodes"]
        ]

    return find


def faults(page, wrong) -> list[str]:
    """What is wrong with a page in either scheme."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found += [f"{scheme} {one}" for one in wrong(page)]
    page.emulate_media(color_scheme="light")
    return found


def other_language(page, language):
    page.locator("[data-do=language]").first.click()
    page.wait_for_selector(f":is({REST})[lang={language}]", timeout=60000)


@pytest.mark.parametrize("notebook", [HOME, TABLES_PAGE])
def test_nothing_is_wrong_with_the_front_door_and_the_data_page(chromium, address, wrong, notebook):
    with visits(chromium, address, notebook) as start:
        page = start().page
        page.goto(f"{address}voila/render/{notebook}")
        page.wait_for_selector(REST, timeout=60000)
        assert faults(page, wrong) == []
        other_language(page, "en")
        assert faults(page, wrong) == []


@pytest.mark.parametrize("notebook", [LESSONS[0], LESSONS[5]])  # a rule's figure, and the comparison with its report
def test_nothing_is_wrong_with_a_lesson_that_is_worked_through(chromium, address, wrong, notebook):
    with visits(chromium, address, notebook) as start:
        page = start().open().page
        exercise = page.locator(".sim-exercise:has(input[type=text])").first
        exercise.locator("input").fill("0.5")
        exercise.locator(".sim-check").click()
        exercise.locator(".sim-feedback.sim-wrong").wait_for()
        page.wait_for_selector("#rendered_cells[role=main] .sim[data-idle]")
        assert faults(page, wrong) == []
        other_language(page, "en")
        assert faults(page, wrong) == []
        page.evaluate("localStorage.clear()")


@pytest.mark.parametrize("notebook", RULES)
def test_nothing_is_wrong_with_a_rules_page_or_the_comparison(pages, wrong, notebook):
    one = pages(notebook)
    one.idle()
    assert faults(one.page, wrong) == []
    other_language(one.page, "en")
    assert faults(one.page, wrong) == []
    assert one.overhang(390) == 0
    one.page.wait_for_timeout(200)  # what scrolls now is looked for once the width rests
    assert wrong(one.page) == []
    one.page.locator("[data-do=drawer]").click()
    assert wrong(one.page) == []
    one.page.locator("[data-do=drawer]").click()


@pytest.mark.parametrize("notebook", LESSONS)
def test_nothing_is_wrong_with_a_lesson(chromium, address, wrong, notebook):
    with visits(chromium, address, notebook) as start:
        visit = start().open()
        page = visit.page
        page.wait_for_selector("#rendered_cells[role=main]")
        assert faults(page, wrong) == []
        page.locator(".sim-opening [data-do=language]").click()
        page.locator(".sim-opening[lang=en]").wait_for()
        assert visit.overhang(390) == 0  # the English tables are the wider ones
        page.wait_for_timeout(200)  # what scrolls now is looked for once the width rests
        assert wrong(page) == []
        page.evaluate("localStorage.clear()")


def test_axe_sees_what_is_wrong(one, wrong):
    one.page.evaluate("document.querySelector('.sim-main').append(Object.assign(document.createElement('img')))")
    found = wrong(one.page)
    one.page.locator(".sim-main > img").evaluate("(e) => e.remove()")
    assert [line.partition(" ")[0] for line in found] == ["image-alt"]


def test_a_chart_has_a_name_and_a_sentence_that_follows_the_move(one):
    one.idle()
    chart = one.page.locator("[data-panel=distribution] .sim-plot")
    title = one.page.inner_text("[data-panel=distribution] h2")
    assert (chart.get_attribute("role"), chart.get_attribute("aria-label")) == ("img", title)

    def said():
        one.idle()
        return one.page.locator(f"id={chart.get_attribute('aria-describedby')}").text_content()

    def counts():
        return [f"{one.card(name):,.0f}" for name in ("below", "within", "above")]

    first, numbers = said(), counts()
    assert first.startswith("绩效评价水平指数 × 机构数（家）：")
    assert re.findall(r" ([\d,]+)(?:；|$)", first) == numbers
    one.slide("lower", "0.95")
    assert (moved := said()) != first
    assert re.findall(r" ([\d,]+)(?:；|$)", moved) == counts() != numbers


def test_every_chart_shows_its_numbers_as_a_table(pages):
    for notebook in RULES:
        one = pages(notebook)
        one.idle()
        one.page.evaluate("document.querySelectorAll('.sim-data-of').forEach((e) => (e.open = true))")
        one.page.wait_for_timeout(100)
        charts = one.page.locator(".sim-plot").count()
        tables = one.page.locator(".sim-data-of table")
        assert tables.count() == charts, notebook
        for table in tables.all():
            assert table.locator("tbody tr").count() > 0, notebook
            assert "undefined" not in table.inner_text(), notebook
            assert "NaN" not in table.inner_text(), notebook
        one.page.evaluate("document.querySelectorAll('.sim-data-of').forEach((e) => (e.open = false))")


def test_a_table_that_is_open_follows_the_move(one):
    one.idle()
    one.page.locator("[data-panel=distribution] .sim-data-of summary").click()
    rows = one.page.locator("[data-panel=distribution] .sim-data-of tbody tr")
    rows.first.wait_for()
    total = lambda: sum(int(row.locator("td").last.inner_text()) for row in rows.all())  # noqa: E731
    assert total() == one.card("institutions")
    below = rows.filter(has_text="低于下阈值")
    before = below.count()
    one.slide("lower", "0.95")
    one.idle()
    assert total() == one.card("institutions")
    assert 0 < below.count() < before
    one.page.locator("[data-panel=distribution] .sim-data-of summary").click()


def test_in_a_narrow_window_results_come_first_and_the_form_is_a_press_away(one):
    assert one.overhang(390) == 0
    form, press = one.page.locator("aside"), one.do("drawer")
    assert not form.is_visible()
    assert press.bounding_box()["height"] >= 44
    one.page.mouse.wheel(0, 3000)
    press.click()
    assert form.is_visible()
    assert one.page.evaluate("document.querySelector('aside').contains(document.activeElement)")
    below = one.card("below")
    one.slide("lower", "0.95")
    one.page.keyboard.press("Escape")
    assert not form.is_visible()
    assert one.card("below") != below
    assert one.page.evaluate("document.activeElement.dataset.do") == "drawer"


def test_at_twice_the_size_nothing_scrolls_sideways(pages):
    for notebook in RULES:
        for width in (683, 390):
            assert pages(notebook).overhang(width) == 0, (notebook, width)


def test_the_loading_screen_says_what_is_being_done_from_the_first_bytes(dashboard):
    status, _, html = dashboard.ask("/voila/render/home.ipynb?lang=en")
    assert status == 200
    screen = html[: html.index('id="rendered_cells"')]
    steps = re.findall(r'data-step="(\w+)"', screen)
    assert steps == ["start", "load", "reckon", "draw"]
    assert len(re.findall(r'<span lang="zh-CN">[\u4e00-\u9fff，]+</span><span lang="en">[A-Z]', screen)) == len(steps)


def test_bars_side_by_side_differ_by_more_than_their_colour(pages):
    one = pages("compare.ipynb")
    one.idle()
    kinds = one.page.locator("[data-panel=kinds]")
    marks = kinds.locator(".sim-legend span").all_inner_texts()
    assert len(set(marks)) == len(marks) > 1
    assert kinds.locator("pattern").count() >= len(marks) - 1
