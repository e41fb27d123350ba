"""Take the pictures of every page that docs/ keeps: python tools/pictures.py [PAGE...]

Each page in Chinese at four widths, light and dark, as its first screen, and every sheet that it prints; the README's
three pictures besides. Look at all of them before they are committed. It needs Chromium and poppler's pdftoppm.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PAGES, README = ROOT / "docs" / "pages", ROOT / "docs" / "images"
NAMES = (
    "home", "deposit", "dip", "scorecard", "retention", "agreement", "compare", "data",
    "course/01_deposit", "course/04_dip_clearing",
)  # fmt: skip
SIZES = ((1920, 1080), (1366, 768), (800, 1000), (390, 844))
MOVES = {"deposit": "?deposit.upper=1.03", "dip": "?dip.regulation_rate=0.06", "retention": "?retention.full_from=92"}
FRONT = {"deposit": "?deposit.lower=0.97", "dip": "", "scorecard": ""}  # what the README shows
ARGUMENTS = ["--no-sandbox", "--disable-gpu"]
DRAWN = ".sim[data-idle], .sim-home, .sim-exercise, .sim-desk"


@contextlib.contextmanager
def served():
    """The address of a server of the dashboards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [sys.executable, "-m", "simlib", "dashboard", "--no-browser", "--port", port]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as server:
        try:
            yield re.search(r"http://\S+?:\d+/", server.stdout.readline())[0]
        finally:
            server.terminate()


def settle(page) -> None:
    """Wait until all is drawn, charts that follow included."""
    page.wait_for_selector(DRAWN, timeout=90_000)
    page.wait_for_timeout(800)


def take(browser, address: str, name: str) -> None:
    """All pictures of one page."""
    stem = name.rpartition("/")[2]
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)
        page.goto(f"{address}voila/render/{name}.ipynb{MOVES.get(name, '')}")
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            settle(page)
            page.screenshot(path=PAGES / f"{stem}-{width}-{scheme}.jpg", type="jpeg", quality=60)
        if scheme == "light":
            sheets(page, stem)
        page.close()


def sheets(page, stem: str) -> None:
    """What a page prints, sheet by sheet."""
    for old in PAGES.glob(f"{stem}-paper-*.jpg"):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        pdf = Path(folder, "page.pdf")
        page.set_viewport_size({"width": 1366, "height": 768})
        page.pdf(path=pdf, prefer_css_page_size=True, print_background=True)
        subprocess.run(["pdftoppm", "-r", "60", "-jpeg", pdf, PAGES / f"{stem}-paper"], check=True)


def main(asked: list[str]) -> None:
    PAGES.mkdir(parents=True, exist_ok=True)
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        for name in asked or NAMES:
            take(browser, address, name)
            print(name)
        for name, query in FRONT.items() if not asked else ():
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(f"{address}voila/render/{name}.ipynb{query}")
            settle(page)
            page.screenshot(path=README / f"{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
