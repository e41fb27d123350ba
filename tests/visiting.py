"""A visitor to a dashboard in a real Chromium."""

from __future__ import annotations

import contextlib
from urllib.parse import urlparse


class Visit:
    """A fresh visitor's page, with what every test asks of it."""

    def __init__(self, browser, address, notebook, **context):
        self.context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **context})
        self.page = self.context.new_page()
        self.hosts, self.errors = set(), []
        self.page.on("request", lambda request: self.hosts.add(urlparse(request.url).hostname))
        self.page.on("websocket", lambda socket: self.hosts.add(urlparse(socket.url).hostname))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.address, self.notebook = address, notebook

    def open(self, query=""):
        self.page.goto(f"{self.address}voila/render/{self.notebook}{query}")
        self.page.wait_for_selector(".sim[data-drawn]", timeout=60000)
        return self

    def painted(self, act):
        """Do ``act`` and wait until its answer is painted, out of view as well."""
        before = self.page.get_attribute(".sim", "data-painted")
        act()
        self.page.wait_for_function(
            "before => { const { painted, drawn } = document.querySelector('.sim').dataset; return painted !== before && drawn === painted; }",
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
        self.page.wait_for_function("location.search.length > 1")
        return self.page.evaluate("location.search")


@contextlib.contextmanager
def visits(browser, address, notebook):
    """A function that starts visits to a notebook's page; all end here, none with an error or a foreign address."""
    started = []

    def start(**context):
        started.append(Visit(browser, address, notebook, **context))
        return started[-1]

    yield start
    for one in started:
        one.context.close()
        assert one.errors == []
        assert one.hosts <= {"127.0.0.1", None, ""}, one.hosts
