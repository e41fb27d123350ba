"""The shipped scenarios, each run once for all tests that look at what it gives."""

import functools
from pathlib import Path

from simlib import scenario

FOLDER = Path(__file__).resolve().parents[2] / "scenarios"
PATHS = sorted(FOLDER.glob("*.yaml"))
BENCH = scenario.Bench()


@functools.cache
def run(name: str) -> scenario.Run:
    """What a scenario gives on the data that it names."""
    one = scenario.load(FOLDER / f"{name}.yaml")
    return scenario.run(one, scenario.load_data(one.data), BENCH, detail=False)
