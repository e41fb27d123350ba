"""The pages in a headless Chromium: cold start, what they send, and from a move to the painted page."""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
from playwright.sync_api import sync_playwright

from benchmarks import cases
from simlib import sample

CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run"]  # fmt: skip
MOVES = 60
# Sliders of the deposit and DIP pages, and a number inside the card of the scorecard page: where, the event, the
# values.
ACTS = {
    "deposit.ipynb": (
        "[data-parameter=lower] input[type=range]",
        "input",
        [f"{0.9 + 0.005 * (i % 20):.3f}" for i in range(MOVES + 5)],
    ),
    "scorecard.ipynb": (
        "input[data-parameter=js26_1_fund_use_corrections]",
        "change",
        [str(1 + i % 5) for i in range(MOVES + 5)],
    ),
    "dip.ipynb": (
        "[data-parameter=deviation_low] input[type=range]",
        "input",
        [f"{0.05 * (1 + i % 20):.2f}" for i in range(MOVES + 5)],
    ),
    "retention.ipynb": (
        "[data-parameter=full_from] input[type=range]",
        "input",
        [str(85 + i % 15) for i in range(MOVES + 5)],
    ),
    "agreement.ipynb": (
        "[data-parameter=damages_rate_44] input[type=range]",
        "input",
        [f"{0.20 + 0.005 * (i % 20):.3f}" for i in range(MOVES + 5)],
    ),
}
COUNTED = {"retention.ipynb": "communities", "agreement.ipynb": "incidents"}  # what the size of a page is
# One move as a hand makes it, timed in the page from the event to the painted frame.
MOVE = """async ([place, kind, value]) => {
  const root = document.querySelector(".sim"), slider = root.querySelector(place);
  const start = performance.now();
  const painted = new Promise((done) => new MutationObserver((_, seen) => {
    seen.disconnect(); done(performance.now()); })
    .observe(root, { attributeFilter: ["data-painted"] }));
  slider.value = value;
  slider.dispatchEvent(new Event(kind, { bubbles: true }));
  return await painted - start;
}"""


@contextmanager
def server(data: Path | None = None):
    """The dashboard's address, served as `simlib dashboard` serves it, and the seconds until it was ready."""
    command = [sys.executable, "-m", "simlib", "dashboard", "--no-browser", *(["--data", str(data)] if data else [])]
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        try:
            address = re.search(r"http://\S+/", process.stdout.readline())[0]  # printed once it is ready
            yield address, time.perf_counter() - start
        finally:
            process.terminate()


def opened(browser, address: str, notebook: str):
    """A page of a fresh visitor, seconds until it is painted, and kilobytes over its websockets."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    received = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda data: received.append(len(data))))
    start = time.perf_counter()
    page.goto(f"{address}voila/render/{notebook}", wait_until="commit")
    page.wait_for_selector(".sim[data-painted]", timeout=60000)
    return page, time.perf_counter() - start, sum(received) / 1024


def moves(page, notebook: str) -> list[float]:
    """Milliseconds of each of MOVES moves to and fro, a short rest between."""
    page.wait_for_selector(".sim[data-idle]")
    place, kind, values = ACTS[notebook]
    times = []
    for value in values:
        times.append(page.evaluate(MOVE, [place, kind, value]))
        page.wait_for_timeout(40)
    return times[5:]


def measure(browser, notebook: str, size: str, data: Path | None) -> float:
    """Prints a row of the table; seconds until the server was ready."""
    with server(data) as (address, ready):
        starts, kilobytes, times = [], [], []
        for _ in range(5):
            page, seconds, kb = opened(browser, address, notebook)
            starts.append(seconds)
            kilobytes.append(kb)
            if len(starts) > 2:
                times += moves(page, notebook)
            page.context.close()
        times.sort()
        print(
            f"| {notebook.removesuffix('.ipynb')} | {size} | {statistics.median(starts):.2f} | {max(starts):.2f} "
            f"| {max(kilobytes):.0f} | {statistics.median(times):.0f} | {times[int(len(times) * 0.95)]:.0f} | "
            f"{times[-1]:.0f} |"
        )
    return ready


def measure_dip(browser, folder: Path) -> None:
    """The DIP page on the sample city and on a served folder with as many cases as are wanted."""
    city = sample.institutions()
    measure(browser, "dip.ipynb", _with_cases(city, sample.usual(city)), None)
    sample.write(folder, count=cases.INSTITUTIONS, cases=cases.wanted())
    size = _with_cases(sample.institutions(cases.INSTITUTIONS), cases.wanted())
    ready = measure(browser, "dip.ipynb", size, folder)
    print(f"\nWith {cases.wanted():,} cases to read and check the server was ready after {ready:.1f} s.")


def _with_cases(institutions: pd.DataFrame, count: int) -> str:
    return f"{institutions['has_inpatient'].sum()} with {count:,} cases"


def main() -> None:
    print(
        "| page | institutions | ready, median s | slowest s | websocket kB | move to paint, median ms | p95 ms | "
        "worst ms |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    path = next(path for path in CHROMIUM if Path(path).exists())
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        sample.write(Path(folder, "city"), count=3000)
        for notebook in ("deposit.ipynb", "scorecard.ipynb"):
            measure(browser, notebook, "500", None)
            measure(browser, notebook, "3,000", Path(folder, "city"))
        for notebook, size in COUNTED.items():
            tables = sample.tables()
            measure(browser, notebook, f"{len(tables[size])} {size}", None)
            tables = sample.tables(3000)
            measure(browser, notebook, f"{len(tables[size])} {size}", Path(folder, "city"))
        measure_dip(browser, Path(folder, "cases"))


if __name__ == "__main__":
    main()
