"""A visitor to a dashboard in a real Chromium."""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import shutil
from urllib.parse import urlparse

import pytest

from outside import need

CHROMIUM = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync"
SIZE = {"width": 1440, "height": 900}
FIRST = "(e) => { e.selectedIndex = 0; e.dispatchEvent(new Event('change')); }"


@functools.cache
def known(browser):
    """A profile that has been here before: compiling the scripts of a page anew costs more than all else of loading
    it."""
    return browser.new_context(viewport=SIZE)


UNNAMED = """() => [...document.querySelectorAll(".sim button, .sim select, .sim input:not([hidden])")]
  .filter((e) => !(e.textContent.trim() || e.labels?.length))
  .filter((e) => !(e.getAttribute("aria-label") || e.getAttribute("aria-labelledby")))
  .map((e) => e.outerHTML)"""


class Visit:
    """A page in a tab of its own, with what every test asks of it; with options (``context``) it is a fresh
    visitor's."""

    def __init__(self, browser, address, notebook, **context):
        self.own = browser.new_context(**{"viewport": SIZE, **context}) if context else None
        self.page = (self.own or known(browser)).new_page()
        self.hosts, self.errors = set(), []
        self.page.on("request", lambda request: self.hosts.add(urlparse(request.url).hostname))
        self.page.on("websocket", lambda socket: self.hosts.add(urlparse(socket.url).hostname))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.address, self.notebook = address, notebook

    def close(self):
        self.page.close()
        if self.own:
            self.own.close()

    def open(self, query=""):
        self.page.goto(f"{self.address}voila/render/{self.notebook}{query}")
        self.page.wait_for_selector(".sim[data-drawn]", timeout=60000)
        return self

    def afresh(self):
        """Show the page as it opened, but for who is picked: drawn anew, which costs a fifteenth of loading."""
        self.page.set_viewport_size(SIZE)
        self.page.evaluate("scrollTo(0, 0)")
        if self.page.get_attribute(".sim", "lang") == "en":
            self.painted(self.do("language").click)
        for choice in self.page.locator("[data-panel] header select").all():
            if choice.evaluate("e => e.selectedIndex"):
                self.painted(lambda choice=choice: choice.evaluate(FIRST))
        if self.page.locator(".sim-reset-all").is_enabled():
            self.painted(self.page.locator(".sim-reset-all").click)
        while (setting := self.page.locator("aside .sim-changed .sim-reset").first).count():
            self.painted(setting.click)
        self.painted(lambda: self.page.locator("#sim-source").evaluate(FIRST))
        return self

    def sound(self):
        """Whether no script failed and no other computer was asked."""
        assert self.errors == []
        assert self.hosts <= {"127.0.0.1", None, ""}, self.hosts

    def unnamed(self) -> list[str]:
        """Buttons and fields that have no name for who cannot see them."""
        return self.page.evaluate(UNNAMED)

    def painted(self, act):
        """Do ``act`` and wait until its answer is painted, out of view as well."""
        before = self.page.get_attribute(".sim", "data-painted")
        act()
        self.page.wait_for_function(
            "before => { const { painted, drawn } = document.querySelector('.sim').dataset; "
            "return painted !== before && drawn === painted; }",
            arg=before,
        )

    def idle(self):
        """Wait until the hand has rested and what takes its time is drawn."""
        self.page.wait_for_selector(".sim[data-idle]")

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

    def start(**context):
        started.append(Visit(browser, address, notebook, **context))
        return started[-1]

    yield start
    for one in started:
        one.close()
        one.sound()


@pytest.fixture(scope="module")
def opened(chromium, address, request):
    """One visit to the page of the module, which names its NOTEBOOK; the first to use it opens it."""
    with visits(chromium, address, request.module.NOTEBOOK) as start:
        yield start()


@pytest.fixture
def one(opened):
    """The visit that the tests of a module share; to each the page looks as it opens (see ``afresh``)."""
    yield opened.open() if opened.page.url == "about:blank" else opened.afresh()
    opened.sound()


@pytest.fixture(scope="session")
def chromium():
    """A headless browser (playwright's). While it is open, asyncio.run works in other threads only."""
    need("the package playwright", importlib.util.find_spec("playwright"))
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    need("Chromium", path)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*CHROMIUM.split(), "--no-first-run"])
        yield browser
        browser.close()
