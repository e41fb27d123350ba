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

from playwright.sync_api import sync_playwright

from simlib import sample

CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run"]  # fmt: skip
MOVES = 60
# A slider of the deposit page, and a number inside the card of the scorecard page: where, the event, the values.
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
}
# One move as a hand makes it, timed in the page from the event to the painted frame.
MOVE = """async ([place, kind, value]) => {
  const root = document.querySelector(".sim"), slider = root.querySelector(place);
  const start = performance.now();
  const painted = new Promise((done) => new MutationObserver((_, seen) => { seen.disconnect(); done(performance.now()); })
    .observe(root, { attributeFilter: ["data-painted"] }));
  slider.value = value;
  slider.dispatchEvent(new Event(kind, { bubbles: true }));
  return await painted - start;
}"""


@contextmanager
def server(data: Path | None = None):
    """The dashboard's address, served as `simlib dashboard` serves it."""
    command = [sys.executable, "-m", "simlib", "dashboard", "--no-browser", *(["--data", str(data)] if data else [])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        try:
            yield re.search(r"http://\S+/", process.stdout.readline())[0]  # printed once it is ready
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


def measure(browser, notebook: str, institutions: int, data: Path | None) -> None:
    with server(data) as address:
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
            f"| {notebook.removesuffix('.ipynb')} | {institutions:,} | {statistics.median(starts):.2f} | {max(starts):.2f} "
            f"| {max(kilobytes):.0f} | {statistics.median(times):.0f} | {times[int(len(times) * 0.95)]:.0f} | {times[-1]:.0f} |"
        )


def main() -> None:
    print(
        "| page | institutions | ready, median s | slowest s | websocket kB | move to paint, median ms | p95 ms | worst ms |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    path = next(path for path in CHROMIUM if Path(path).exists())
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        sample.write(Path(folder, "city"), count=3000)
        for notebook in ACTS:
            measure(browser, notebook, 500, None)
            measure(browser, notebook, 3000, Path(folder, "city"))


if __name__ == "__main__":
    main()
