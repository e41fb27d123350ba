"""Scenarios: a file that states what differs from the documents, and its run on a city's tables."""

from simlib.scenario.able import Able, able
from simlib.scenario.file import dump, load, named
from simlib.scenario.model import NO_RULE, SAMPLE, Scenario, digest
from simlib.scenario.run import AnyPart, Bench, Part, Run, doubted, fed, load_data, run

__all__ = [
    "NO_RULE", "SAMPLE", "Able", "AnyPart", "Bench", "Part", "Run", "Scenario", "able", "digest", "doubted", "dump",
    "fed", "load", "load_data", "named", "run",
]  # fmt: skip
