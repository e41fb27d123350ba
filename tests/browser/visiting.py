"""A visitor to a dashboard in a real Chromium."""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
from urllib.parse import quote, urlparse

import pytest

from outside import need

CHROMIUM = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync "
    "--no-first-run "
    # Scripts are kept compiled from their first run on; the others are playwright's own, which ours take the place of.
    "--blink-settings=v8CacheOptions=3,primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,"
    "availablePointerTypes=4"
)
SIZE = {"width": 1440, "height": 900}
FIRST = "(e) => { e.selectedIndex = 0; e.dispatchEvent(new Event('change')); }"
# Until the page says so of itself. It is told of every change: looking again at every frame would have frames drawn.
AWAIT = """([rest, before]) => new Promise((done, fail) => {
  const sim = document.querySelector(".sim");
  const look = () => {
    const { painted, drawn, idle } = sim.dataset;
    if (rest ? idle === undefined : painted === before || drawn !== painted) return;
    watch.disconnect();
    clearTimeout(late);
    done();
  };
  const watch = new MutationObserver(look);
  const late = setTimeout(() => fail(new Error("nothing more was drawn in 30 seconds")), 30000);
  watch.observe(sim, { attributes: true });
  look();
})"""
SORTED = "th[aria-sort=ascending] button, th[aria-sort=descending] button"
MENU = """(name) => {
  for (const menu of document.querySelectorAll(".sim-menu"))
    menu.open = Boolean(menu.querySelector(`[data-do="${name}"]`));
}"""
UNNAMED = """() => [...document.querySelectorAll(".sim button, .sim select, .sim input:not([hidden])")]
  .filter((e) => !(e.textContent.trim() || e.labels?.length))
  .filter((e) => !(e.getAttribute("aria-label") || e.getAttribute("aria-labelledby")))
  .map((e) => e.outerHTML)"""


class Visit:
    """A page in a tab of its own, with what every test asks of it.

    All are opened in the profile that Chromium was started with, which is on disk: there, and not in a fresh visitor's,
    it keeps the scripts of a page compiled. Compiling them costs as much as all else of loading a page.
    """

    def __init__(self, browser, address, notebook, data=None):
        self.page = browser.contexts[0].new_page()
        self.hosts, self.errors = set(), []
        self.page.on("request", lambda request: self.hosts.add(urlparse(request.url).hostname))
        self.page.on("websocket", lambda socket: self.hosts.add(urlparse(socket.url).hostname))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.address, self.notebook, self.data = address, notebook, data

    def open(self, query=""):
        query = query or (f"?data={quote(self.data)}" if self.data else "")
        self.page.goto(f"{self.address}voila/render/{self.notebook}{query}")
        self.page.wait_for_selector(".sim[data-drawn]", timeout=60000)
        return self

    def afresh(self):
        """Show the page as it opened, but for who is picked: drawn anew, which costs a fifth of loading."""
        self.page.bring_to_front()  # what is hidden behind another tab is painted late
        self.page.set_viewport_size(SIZE)
        self.page.evaluate("scrollTo(0, 0)")
        if self.page.locator(".sim-presenting").count():
            self.page.keyboard.press("Escape")
        self.page.evaluate("document.querySelectorAll('.sim-fold[open]').forEach((fold) => (fold.open = false))")
        if self.page.get_attribute(".sim", "lang") == "en":
            self.painted(self.do("language").click)
        while (heading := self.page.locator(SORTED).first).count():
            heading.click()
        for choice in self.page.locator("[data-panel] header select").all():
            if choice.evaluate("e => e.selectedIndex"):
                self.painted(lambda choice=choice: choice.evaluate(FIRST))
        if self.page.locator(".sim-reset-all").is_enabled():
            self.painted(self.page.locator(".sim-reset-all").click)
        while (setting := self.page.locator("aside .sim-changed .sim-reset").first).count():
            self.painted(setting.click)
        source = self.page.locator("#sim-source")
        self.painted(lambda: source.select_option(self.data) if self.data else source.evaluate(FIRST))
        return self

    def sound(self):
        """Whether no script failed and no other computer was asked."""
        assert self.errors == [], self.errors
        assert self.hosts <= {"127.0.0.1", None, ""}, self.hosts

    def unnamed(self) -> list[str]:
        """Buttons and fields that have no name for who cannot see them."""
        return self.page.evaluate(UNNAMED)

    def painted(self, act):
        """Do ``act`` and wait until its answer is painted, out of view as well."""
        before = self.page.get_attribute(".sim", "data-painted")
        act()
        self.page.evaluate(AWAIT, [False, before])

    def idle(self):
        """Wait until the hand has rested and what takes its time is drawn."""
        self.page.evaluate(AWAIT, [True, None])

    def overhang(self, width):
        """How many pixels stick out where the window is so wide."""
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))")
        return self.page.evaluate("Math.max(0, document.documentElement.scrollWidth - innerWidth)")

    def slide(self, name, value):
        script = "(e, v) => { e.value = v; e.dispatchEvent(new Event('input', { bubbles: true })); }"
        slider = self.page.locator(f"[data-parameter={name}] input[type=range]")
        self.painted(lambda: slider.evaluate(script, value))

    def card(self, name):
        return float(self.page.locator(f"[data-card={name}] .sim-value").get_attribute("data-value"))

    def do(self, name):
        """A button of the page; the menu that it stands in is open."""
        self.page.evaluate(MENU, name)
        return self.page.locator(f"[data-do={name}]")

    def query(self):
        """What the address says once the hand has rested."""
        self.idle()
        return self.page.evaluate("location.search")

    def subject(self):
        """Who is explained; empty where nobody is picked."""
        return "".join(self.page.locator("[data-panel=explanation] .sim-subject").all_inner_texts())


@contextlib.contextmanager
def visits(browser, address, notebook):
    """A function that starts visits to a notebook's page; all end here, none with an error or a foreign address."""
    started = []

    def start(**options):
        started.append(Visit(browser, address, notebook, **options))
        return started[-1]

    yield start
    for one in started:
        one.page.close()
        one.sound()


@pytest.fixture(scope="session")
def pages(chromium, address):
    """A function that gives the page of a notebook that all tests share; each finds it as it opens (see ``afresh``)."""
    with contextlib.ExitStack() as stack:
        known = {}

        def page(notebook, data=None):
            if notebook in known:
                return known[notebook].afresh()
            known[notebook] = stack.enter_context(visits(chromium, address, notebook))(data=data)
            return known[notebook].open()

        yield page


@pytest.fixture
def one(pages, request):
    """The shared page of the module, which names its NOTEBOOK, and its DATA where they are not the sample city."""
    one = pages(request.module.NOTEBOOK, getattr(request.module, "DATA", None))
    yield one
    one.sound()


@pytest.fixture(scope="session")
def chromium(tmp_path_factory):
    """A headless browser (playwright's). While it is open, asyncio.run works in other threads only.

    Its first context is a profile on disk, a new one is a fresh visitor.
    """
    need("the package playwright", importlib.util.find_spec("playwright"))
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    need("Chromium", path)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        profile = playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profile"), executable_path=path, args=CHROMIUM.split(), viewport=SIZE
        )
        yield profile.browser
        profile.close()
