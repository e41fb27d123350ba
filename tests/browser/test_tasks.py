"""What a leader is asked to do, done in Chromium with so many clicks and pixels scrolled at most, at three sizes."""

from __future__ import annotations

import pytest

from simlib import scenario
from simlib.rules import deposit

SIZES = {"projector": (1920, 1080), "laptop": (1366, 768), "phone": (390, 844)}
WHO = "铁路医院"
SCROLL = """([element, page]) => {
  const { top, bottom } = element.getBoundingClientRect(), past = bottom - innerHeight;
  const by = top < 0 ? top : Math.max(0, Math.min(past, top));
  if (page) scrollBy(0, by);
  return Math.abs(by);
}"""
BELOW = "all => all.filter((e) => e.getBoundingClientRect().bottom > innerHeight + 1).map((e) => e.dataset.panel)"


class Doer:
    """Somebody who counts: a click, and the pixels scrolled until what is wanted stands in the window."""

    def __init__(self, visit):
        self.visit, self.page = visit, visit.page
        self.clicks = self.pixels = 0

    def reach(self, what):
        """Scroll as far as it takes to see ``what``, where it is not in view."""
        self.pixels += self.page.evaluate(SCROLL, [what.element_handle(), True])

    def click(self, what):
        self.reach(what)
        self.clicks += 1
        what.click()

    def form(self, wanted=True):
        """Call up the form of a narrow window, or send it away; a wide one shows it always."""
        drawer = self.page.locator(".sim-drawer")
        if drawer.is_visible() and self.page.locator("aside").is_visible() != wanted:
            self.click(drawer)

    def choose(self, what, value):
        self.reach(what)
        self.clicks += 2  # the list, and the line in it
        self.visit.painted(lambda: what.select_option(value))

    def type(self, what, text):
        self.click(what)
        what.fill(text)


@pytest.fixture(params=SIZES.values(), ids=SIZES)
def window(request):
    """How wide and high the window is."""
    return dict(zip(("width", "height"), request.param, strict=True))


@pytest.fixture
def doer(pages, window):
    """A function that starts somebody on a page, at its top."""

    def start(notebook):
        visit = pages(notebook)
        visit.page.set_viewport_size(window)
        visit.idle()
        return Doer(visit)

    return start


def budget(window, projector, laptop, phone):
    return {1920: projector, 1366: laptop, 390: phone}[window["width"]]


def test_what_a_threshold_of_1_03_does_to_one_hospital(doer, window):
    one = doer("deposit.ipynb")
    page = one.page
    one.form()
    one.choose(page.locator("#sim-preset"), "upper-1.03")
    one.form(wanted=False)
    one.type(page.locator(".sim-search"), WHO)
    row = page.locator("[data-panel=institutions] tbody tr[data-row]").first
    one.reach(row)
    change = row.locator(".sim-loss, .sim-gain").first
    assert change.inner_text() == f"−{-changed(WHO):,.2f}"
    box = change.bounding_box()
    assert 0 <= box["x"] < box["x"] + box["width"] <= page.locator(".sim-table").bounding_box()["width"] + 400
    assert one.clicks <= budget(window, 3, 3, 5)
    assert one.pixels <= budget(window, 1300, 1900, 4200)


def changed(name):
    """What the move changes for the institution of that name, as the engine has it."""
    bench, tables = scenario.Bench(), scenario.load_data("sample")
    base = scenario.Scenario("", rules=("deposit",))
    paid = []
    for upper in ("1.02", "1.03"):
        values = {**base.params, "deposit": deposit.DepositParams(upper=upper)}
        run = scenario.run(scenario.Scenario("", rules=("deposit",), params=values), tables, bench, detail=False)
        paid.append(run.results["deposit"]["deposit"].set_index("institution_id")["payment"])
    institutions = tables["institutions"]
    (who,) = institutions.loc[institutions["name"].str.contains(name), "institution_id"]
    return round(paid[1][who] - paid[0][who], 2)


def test_a_move_is_undone_with_one_click_or_two_keys_and_done_again(doer, window):
    one = doer("deposit.ipynb")
    page, entry = one.page, one.page.locator("#sim-upper")
    one.form()
    one.reach(entry)
    one.clicks = one.pixels = 0
    one.visit.slide("upper", "1.03")
    assert entry.input_value() == "1.030"
    one.visit.painted(lambda: one.click(one.visit.do("undo")))
    assert entry.input_value() == "1.020"
    one.visit.painted(lambda: page.keyboard.press("Control+Shift+Z"))
    assert entry.input_value() == "1.030"
    one.visit.painted(lambda: page.keyboard.press("Control+z"))
    assert entry.input_value() == "1.020"
    assert one.clicks == 1
    assert one.pixels <= budget(window, 0, 0, 300)
    entry.focus()  # who types has the browser's own undo
    one.visit.painted(lambda: (entry.fill("1.04"), entry.press("Enter")))
    entry.press("Control+z")
    one.visit.idle()
    assert one.visit.do("undo").is_enabled()


def test_the_page_is_printed(doer):
    one = doer("deposit.ipynb")
    one.page.evaluate("() => { window.asked = 0; window.print = () => { window.asked += 1; }; }")
    one.click(one.page.locator(".sim-menu summary"))
    one.click(one.page.locator("[data-do=print]"))
    assert one.page.evaluate("window.asked") == 1
    assert one.clicks <= 2
    assert one.pixels == 0


def test_the_parameters_of_an_article_are_found_by_its_number(doer, window):
    one = doer("dip.ipynb")
    page = one.page
    one.form()
    for words in ("33条", "第三十三条", "JY 33"):
        one.clicks = one.pixels = 0
        one.type(page.locator(".sim-find"), words)
        found = page.locator("aside .sim-control:visible").evaluate_all("all => all.map((e) => e.dataset.parameter)")
        assert {"retention_cap", "share_limit", "share_rate_3", "share_rate_1", "billed_scope"} <= set(found), words
        assert "regulation_rate" not in found
        one.reach(page.locator("[data-parameter=retention_cap]"))
        assert one.clicks == 1
        assert one.pixels <= budget(window, 0, 0, 900)
    page.locator(".sim-find").fill("没有这样的参数")
    assert page.locator("aside .sim-control:visible").count() == 0
    page.locator(".sim-find").fill("")
    assert page.locator("aside .sim-control:visible").count() == 5  # folded again as it was
    page.locator(".sim-find").fill("调节金")
    assert page.locator("aside [data-parameter=regulation_rate]").is_visible()
    page.locator(".sim-find").fill("")


def test_what_was_changed_is_seen_alone(doer):
    one = doer("dip.ipynb")
    one.form()
    one.visit.slide("share_rate_2", "0.5")
    one.click(one.visit.do("onlyChanged"))
    shown = one.page.locator("aside .sim-control:visible")
    assert shown.evaluate_all("all => all.map((e) => e.dataset.parameter)") == ["share_rate_2"]
    one.visit.painted(lambda: one.click(shown.locator(".sim-reset")))
    one.click(one.visit.do("onlyChanged"))
    assert shown.count() == 5


@pytest.mark.parametrize("window", [size for size in SIZES.values() if size[0] > 390], indirect=True)  # a phone scrolls
def test_levers_and_the_form_stand_in_the_window(doer):
    one = doer("dip.ipynb")
    assert one.page.locator("aside").bounding_box()["height"] <= 768 - 16
    heights = one.page.locator("aside .sim-control:visible").evaluate_all("all => all.map((e) => e.offsetHeight)")
    assert max(heights) <= 72
    assert one.page.locator(".sim-top").bounding_box()["height"] <= 36


def test_arrow_keys_go_through_the_prepared_moves_of_a_presentation_and_escape_leaves(doer, window):
    one = doer("deposit.ipynb")
    page, stage = one.page, one.page.locator(".sim-stage")
    page.evaluate("document.documentElement.requestFullscreen = undefined")
    one.click(one.visit.do("present"))
    assert stage.is_visible()
    assert not page.locator("aside").is_visible()
    assert "文件规定值" in stage.inner_text()
    one.visit.painted(lambda: page.keyboard.press("ArrowRight"))
    assert stage.inner_text().startswith("2/")
    assert "view.present=1" in one.visit.query()
    one.visit.painted(lambda: page.keyboard.press("PageUp"))
    assert stage.inner_text().startswith("1/")
    sizes = page.locator(".sim-cast :is(h2, .sim-said, .sim-value):visible, .sim-stage p")
    large = sizes.evaluate_all("all => all.map((e) => parseFloat(getComputedStyle(e).fontSize) * e.currentCSSZoom)")
    assert min(large) >= budget(window, 28, 20, 14)
    for _ in range(4 if window["width"] > 390 else 0):  # long names, long questions: nothing is below the screen
        assert page.locator(".sim-cast").evaluate_all(BELOW) == []
        one.visit.painted(lambda: page.keyboard.press("ArrowRight"))
    page.keyboard.press("Escape")
    assert page.locator(".sim-top").is_visible()
    assert not stage.is_visible()
    assert "view.present" not in one.visit.query()
