"""Where a dashboard's tables come from: the sample city, the bureau's folders, or an upload."""

from __future__ import annotations

import os
from pathlib import Path

from simlib import tables
from simlib.app import lockers
from simlib.columns import INSTITUTIONS
from simlib.intake.telling import NOT_READ
from simlib.scenario import SAMPLE
from simlib.tables import Given, Tables, account_of
from simlib.tables.large import Large
from simlib.tables.mapping import Mapping
from simlib.tables.sheets import SUFFIXES
from simlib.words import LANGUAGES, Text

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


def brought(name: str) -> str | None:
    """The clean data folder in a visitor's locker of this name; None for any other name, whatever it looks like."""
    locker = lockers.find(name)
    return str(locker / lockers.CLEAN) if locker and (locker / lockers.CLEAN).is_dir() else None


def uploaded(path: Path, shown: Tables) -> Tables:
    """An uploaded file, read like one of a data folder, whatever it is called.

    Institutions, and what stands beside them, are a data set of their own; any other table joins the ``shown`` ones in
    place of its former self.
    """
    read = tables.read_files([path], Mapping(), path.name)
    # The file will not stay: a large table of its size is kept in memory.
    kept = {name: table.kept() if isinstance(table, Large) else table for name, table in read.items()}
    return Given(kept, read.unread) if INSTITUTIONS.name in kept else {**shown, **kept}


def readings(shown: Tables) -> list[Text]:
    """How the tables were read: what was assumed for each, and what beside them was not read."""
    said = [one for table in shown.values() for one in account_of(table).assumptions]
    lines = [Text(*(one.line(language) for language in LANGUAGES)) for one in said]
    unread = shown.unread if isinstance(shown, Given) else ()
    return lines + [NOT_READ.fill(file=one.file, why=one.why) for one in unread]


def source_label(name: str) -> Text:
    """What a data set is called on a page."""
    if lockers.NAME.fullmatch(name):
        return Text("自己的数据", "Your own data")
    return Text("样例城市（虚构）", "Sample city (invented)") if name == SAMPLE else Text(name, name)


def _holds_tables(folder: Path) -> bool:
    return any(path.suffix.lower() in SUFFIXES and path.is_file() for path in folder.iterdir())
