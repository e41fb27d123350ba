"""Where a dashboard's tables come from: the sample city, the bureau's folders, or an upload."""

from __future__ import annotations

import os
from pathlib import Path

from simlib import tables
from simlib.columns import INSTITUTIONS
from simlib.scenario import SAMPLE
from simlib.tables import Tables
from simlib.tables.large import Large
from simlib.tables.sheets import SUFFIXES

FOLDER = "SIMLIB_DATA"  # environment variable: the folder that `simlib dashboard --data` serves

LARGEST_UPLOAD = 20 * 2**20  # bytes


def sources() -> dict[str, str]:
    """Data sets by the name a visitor sees, each with the source a scenario would name.

    A served folder that holds tables comes first and is the default; otherwise each of its
    subfolders that does is offered after the sample city.
    """
    folder = Path(os.environ[FOLDER]) if os.environ.get(FOLDER) else None
    if folder is None or not folder.is_dir():
        return {SAMPLE: SAMPLE}
    if _holds_tables(folder):
        return {folder.name: str(folder), SAMPLE: SAMPLE}
    inside = {path.name: str(path) for path in sorted(folder.iterdir()) if path.is_dir() and _holds_tables(path)}
    return {SAMPLE: SAMPLE, **inside}


def uploaded(path: Path, shown: Tables) -> Tables:
    """An uploaded table, checked like a file of a data folder: known by its name, or else by its columns.

    Institutions are a data set of their own; any other table joins the ``shown`` ones in place of its former self.
    """
    name, read = tables.held(path)
    if isinstance(read, Large):
        read = read.kept()  # the file will not stay: a large table of its size is kept in memory
    return {name: read} if name == INSTITUTIONS.name else {**shown, name: read}


def _holds_tables(folder: Path) -> bool:
    return any(path.suffix.lower() in SUFFIXES and path.is_file() for path in folder.iterdir())
