"""Studies that can be made again from their manifest: by the name of the command, what makes its tables.

A study becomes one of them by a function ``again`` in a module named in ``STUDIES``: it takes the manifest and the
tables of the data to what the command wrote, without writing anything, and raises BadInput where the manifest's
settings do not allow it. Scenarios among the settings stand as a list ``scenarios`` of :class:`simlib.results.Recorded`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module

import pandas as pd

from simlib import results
from simlib.columns import Table
from simlib.results.manifest import Manifest
from simlib.rules.family import Tables
from simlib.scenario import Bench, Run, run


@dataclass(frozen=True)
class Made:
    """What a study wrote: its tables, its JSON files by name, and the run that its manifest tells of."""

    run: Run
    tables: list[tuple[Table, pd.DataFrame]]
    numbers: dict[str, dict] = field(default_factory=dict)


Again = Callable[[Manifest, Tables, Bench], Made]
STUDIES = {  # by command: where its ``again`` is
    "run": "simlib.study.again",
    "compare": "simlib.study.compare.again",
    "batch": "simlib.study.batch.folder",
    "robust": "simlib.study.robust.calculation",
    "sensitivity": "simlib.study.sensitivity.calculation",
    "respond": "simlib.study.respond.calculation",
}


def study(command: str) -> Again | None:
    """What makes a command's results again; None where nothing does."""
    return import_module(STUDIES[command]).again if command in STUDIES else None


def again(recorded: Manifest, tables: Tables, bench: Bench) -> Made:
    """A run of one scenario, which the manifest itself tells."""
    done = run(recorded.rebuilt(recorded.data.source), tables, bench)
    return Made(done, results.tables(done), {results.SUMMARY: done.summary})
