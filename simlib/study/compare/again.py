"""A comparison made again from its manifest."""

from __future__ import annotations

from simlib.comparison.compare import check_number, compare
from simlib.comparison.tables import RESULTS
from simlib.problems import BadInput, Problem
from simlib.results import MANIFEST
from simlib.results.manifest import WRONG, Manifest
from simlib.rules.family import Tables
from simlib.scenario import Bench, run
from simlib.study.again import Made


def again(recorded: Manifest, tables: Tables, bench: Bench) -> Made:
    """What ``simlib compare`` wrote, from the scenarios of its settings. BadInput where these do not hold."""
    scenarios = [one.rebuilt(recorded.data.source) for one in recorded.scenarios]
    check_number(len(scenarios))
    done = compare([run(one, tables, bench, detail=False) for one in scenarios], recorded.setting("baseline", int) - 1)
    baseline = recorded.scenarios[done.baseline]
    if (baseline.scenario, baseline.params) != (recorded.scenario, recorded.params):
        raise BadInput(Problem(WRONG, MANIFEST, column="settings.baseline"))
    return Made(done.runs[done.baseline], [(table, done.tables[table.name]) for table in RESULTS])
