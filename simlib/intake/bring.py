"""``simlib import``: raw files to a data folder in our own form that lands whole, with what is to be known of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import simlib
from simlib.columns import TABLES
from simlib.intake import report
from simlib.intake.clean import write_table
from simlib.intake.entries import mapping_of
from simlib.intake.telling import told
from simlib.landing import landing
from simlib.problems import BadInput, Problem
from simlib.results import write_json
from simlib.tables import IMPORT_PAGE, IMPORTED, Given, mapping, read_files, said_of
from simlib.tables.mapping import Mapping
from simlib.words import Text


def bring(sources: Sequence[Path], out: Path, given: Path | None = None, language: str = "zh") -> Given:
    """Read folders and files together, and write their tables, ``columns.yaml``, import.html and import.json to
    ``out``.

    ``given`` is a file that says what ``columns.yaml`` would; without it those of the folders hold. ``out`` may be
    absent, empty, or an earlier import, which is replaced. BadInput, with nothing written, for what cannot be read.
    """
    paths, said = gathered(sources, given)
    _apart(sources, out)
    read = read_files(paths, said, ", ".join(str(one) for one in sources))
    with landing(out, replaces=IMPORTED) as folder:
        files = {name: write_table(folder, TABLES[name], table) for name, table in read.items()}
        found = [one for name in read for one in read.found[name]]
        entries = mapping_of(found, said, [path.name for path in paths])
        (folder / mapping.FILE).write_text(entries.dump(), encoding="utf-8", newline="\n")
        (folder / IMPORT_PAGE).write_text(report.page(read, language), encoding="utf-8")
        about = {"simlib": simlib.__version__, "created": datetime.now(UTC).isoformat(timespec="seconds")}
        write_json(folder / IMPORTED, {**about, "files": files, **told(read)})
    return read


def gathered(sources: Sequence[Path], given: Path | None) -> tuple[list[Path], Mapping]:
    """The files of all sources, and what is said of them. BadInput for what is not there."""
    if lacking := [one for one in sources if not one.exists()]:
        raise BadInput([Problem(NOT_THERE, str(one)) for one in lacking])
    folders = [one for one in sources if one.is_dir()]
    paths = [path for one in sources for path in (sorted(one.iterdir()) if one.is_dir() else [one])]
    if given is not None:
        return paths, mapping.read_file(given)
    return paths, Mapping(tuple(entry for one in folders for entry in said_of(one).entries))


def _apart(sources: Sequence[Path], out: Path) -> None:
    """BadInput where the result would replace what it is made from."""
    place = out.resolve()
    if any(place == one.resolve() or place in one.resolve().parents for one in sources):
        raise BadInput(Problem(NOT_APART, str(out)))


NOT_THERE = Text("未找到该文件或文件夹。请核对路径。", "There is no such file or folder. Check the path.")
NOT_APART = Text("不能写入原始文件所在的文件夹。请另选文件夹。", "The raw files stand there. Choose another folder.")
