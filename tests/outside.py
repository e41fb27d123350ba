"""What lies outside the test process: what must be installed, what others do in time, which processes run."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest


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
