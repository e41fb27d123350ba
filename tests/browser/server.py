"""A dashboard server in a process of its own."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import simlib
from simlib import sample
from simlib.serve import forks

TOWN = "小城"  # the data set that is served beside the sample city
TRAINER_KEY = "three-hospitals"


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
def town(tmp_path_factory):
    """A small city's folder, served beside the sample city; its cases stand in a Parquet file."""
    town = tmp_path_factory.mktemp("served") / TOWN
    sample.write(town, count=80, seed=5, cases=4000)
    return town


@pytest.fixture(scope="session")
def dashboard(serve, town):
    """The server of the dashboards, the sample city first: one for all."""
    return serve(simlib.NOTEBOOKS, data=town.parent, SIMLIB_TRAINER_KEY=TRAINER_KEY)


@pytest.fixture(scope="session")
def address(dashboard):
    """Where the dashboards are served."""
    return dashboard.url + "/"
