"""Pages on paper: a sheet that says what is printed, then every panel, nothing cut."""

from __future__ import annotations

import re

import pytest

from browser.visiting import visits
from simlib.app import sheet

NOTEBOOK = "deposit.ipynb"
SHEETS = {  # of A4, at most
    "deposit.ipynb": 2, "retention.ipynb": 2, "scorecard.ipynb": 4, "dip.ipynb": 4, "agreement.ipynb": 4,
    "compare.ipynb": 3,
}  # fmt: skip
PAPER = 703  # pixels of 186 mm
# What of the page sticks out of the paper, and charts that are not as wide as their place.
CUT = """() => {
  const edge = document.querySelector(".sim").getBoundingClientRect().right + 1;
  const seen = [...document.querySelectorAll(".sim :is(td, th, li, p, h2, canvas, .main-svg, .sim-line span)")]
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().width);
  const out = seen.filter((one) => one.getBoundingClientRect().right > edge && !one.closest(".sim-told-of"));
  const charts = [...document.querySelectorAll(".sim-plot")].filter((plot) => {
    const drawn = plot.querySelector(".main-svg").getBoundingClientRect();
    return Math.abs(drawn.width - plot.clientWidth) > 1 || Math.abs(drawn.height - plot.clientHeight) > 1;
  });
  const panel = (one) => one.closest("[data-panel]")?.dataset.panel;
  return [...out, ...charts].map((one) => `${panel(one)}: ${one.outerHTML.slice(0, 120)}`);
}"""


@pytest.fixture
def on_paper():
    """A function that lays a page out for paper until the test ends."""
    turned = []

    def turn(one):
        one.idle()
        one.page.set_viewport_size({"width": PAPER, "height": 1000})
        turned.append(one.page)
        one.page.emulate_media(media="print")
        one.page.wait_for_selector(".sim-printing")
        return one.page

    yield turn
    for page in turned:
        page.emulate_media(media="screen", color_scheme="light")
        page.wait_for_selector(".sim:not(.sim-printing)")


def sheets(page) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(format="A4", prefer_css_page_size=True)))


@pytest.mark.parametrize("notebook", SHEETS)
def test_a_page_takes_few_sheets_and_nothing_is_cut(pages, on_paper, notebook):
    one = pages(notebook)
    one.page.emulate_media(color_scheme="dark")
    one.idle()
    shown = one.page.locator("[data-panel]").count()
    assert 1 <= sheets(one.page) <= SHEETS[notebook]
    page = on_paper(one)
    assert page.evaluate(CUT) == []
    panels = page.locator("[data-panel]")
    hidden = [name for panel in panels.all() if not panel.is_visible() for name in [panel.get_attribute("data-panel")]]
    assert set(hidden) <= {"explanation"}, hidden  # where nobody is picked
    assert panels.count() == shown
    assert page.evaluate("getComputedStyle(document.querySelector('.sim')).getPropertyValue('--sim-paper')") == "#fff"


def test_the_sheet_says_what_was_changed_on_which_data_and_where_it_is_found(one, on_paper):
    page = on_paper(one)
    said = page.inner_text(".sim-sheet")
    assert "均为文件规定值" in said
    page.emulate_media(media="screen")
    one.page.set_viewport_size({"width": 1366, "height": 768})
    one.slide("upper", "1.03")
    address = one.page.url.partition("?")[0] + one.query()
    page = on_paper(one)
    lines = page.locator(".sim-sheet dd").all_inner_texts()
    today = page.evaluate("new Date().toLocaleDateString('sv-SE')")
    institutions = f"{one.card('institutions'):,.0f} 家机构"
    assert page.inner_text(".sim-sheet-title") == page.inner_text("h1") or page.title() in page.inner_text(".sim-sheet")
    assert lines[0] == today
    assert "上阈值 1.03" in lines[1]
    assert "样例城市（虚构）" in lines[2]
    assert institutions in lines[2]
    assert lines[-1] == address
    code = page.locator(".sim-sheet img")
    assert code.get_attribute("src") == sheet.code(address)
    assert code.get_attribute("alt") == "链接的二维码"
    assert code.bounding_box()["width"] > 90


def test_what_was_laid_out_for_paper_is_as_it_was_afterwards(one):
    one.idle()
    width = "document.querySelector('.sim-plot .main-svg').clientWidth"
    before = one.page.evaluate(width)
    sheets(one.page)
    one.page.wait_for_selector(".sim:not(.sim-printing)")
    one.page.wait_for_function(f"{width} === {before}")
    assert one.page.locator("aside").is_visible()
    assert not one.page.locator(".sim-sheet").is_visible()


def test_the_data_page_prints_what_it_shows_on_one_sheet(chromium, address):
    with visits(chromium, address, "data.ipynb") as start:
        page = start().open().page
        assert sheets(page) == 1
        page.emulate_media(media="print")
        page.wait_for_selector(".sim-printing")
        said = page.inner_text(".sim-sheet")
        assert "尚未提供文件" in said
        assert page.url.partition("?")[0] in said
