"""What several test files need: a running dashboard, a browser, and a rule for what is missing."""

from __future__ import annotations

import contextlib
import http.client
import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from small_dashboard import busy, place, server, visit  # noqa: F401, the fixtures
from visiting import one, opened  # noqa: F401

from simlib import cli, sample
from simlib.serve import forks

CHROMIUM = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync"


def need(name: str, found) -> None:
    """Skip the test when something from outside is missing; in CI (CI=true) that is a failure."""
    if not found:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"{name} was not found")


def until(condition, seconds: float = 10):
    """The first true value of ``condition()``; the test fails when there is none in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.05)
    pytest.fail(f"still not true after {seconds} s")


def running(pid: int) -> bool:
    """Whether a process runs; one that has ended but that nobody has asked about does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Server:
    """A dashboard server in a process of its own."""

    def __init__(
        self,
        notebooks: Path,
        log: Path,
        port: int | None = None,
        data: Path | None = None,
        warm: tuple[str, ...] = forks.WARM,
        **environment,
    ):
        self._log = log
        if port is None:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
        given = f"{str(notebooks)!r}, {port}, False, {data and str(data)!r}, warm={warm!r}"
        code = f"from simlib.serve.server import serve; serve({given})"
        with log.open("w") as stderr:
            self.process = subprocess.Popen(
                [sys.executable, "-c", code],
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                encoding="utf-8",
                env={**os.environ, **environment},
            )
        self._line = None

    @property
    def line(self) -> str:
        """What it prints once it serves."""
        if self._line is None:
            self._line = self.process.stdout.readline()
            assert self._line, self.log()
        return self._line

    @property
    def port(self) -> int:
        return int(re.search(r":(\d+)/", self.line)[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def log(self) -> str:
        return self._log.read_text("utf-8")

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, http.client.HTTPMessage, str]:
        """Status, headers and text of one answer; redirects are not followed and paths are sent as they are."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            connection.putrequest(method, path, skip_host="Host" in headers)
            for name, value in {"Content-Length": "0", **headers}.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders()
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()

    def kernel(self, html: str) -> str:
        return re.search(r'"kernelId": "([^"]+)"', html)[1]

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)
        self.process.stdout.close()


@pytest.fixture(scope="session")
def serve(tmp_path_factory):
    """A function that starts a Server; it does not wait until it serves. All end with the session."""
    started = []

    def start(notebooks: Path, **options) -> Server:
        started.append(Server(notebooks, tmp_path_factory.mktemp("server") / "log", **options))
        return started[-1]

    yield start
    for each in started:
        each.stop()


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """A served folder with one data set beside the sample city."""
    folder = tmp_path_factory.mktemp("served")
    sample.write(folder / "小城", count=60, seed=5)
    return folder


@pytest.fixture(scope="session")
def address(serve, folder):
    """Where the dashboards are served, the sample city first: one server for all who need no data of their own."""
    return serve(cli.NOTEBOOKS, data=folder).url + "/"


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
