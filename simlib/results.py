"""Results on disk: tables, summary and manifest, all there or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa

import simlib
from simlib.columns import Table, Type
from simlib.landing import landing
from simlib.params import Kind
from simlib.rules import FAMILIES
from simlib.scenario import SAMPLE, Run, Scenario

MANIFEST, SUMMARY = "manifest.json", "summary.json"


def write(run: Run, out: Path) -> None:
    """All result tables of a run, summary.json and manifest.json, landing by one rename.

    ``out`` may be absent, empty, or an earlier result folder, which is replaced; anything else is
    refused with BadInput, and a run that is interrupted leaves ``out`` as it was.
    """
    with landing(out, replaces=MANIFEST) as folder:
        write_tables(folder, tables(run))
        write_json(folder / SUMMARY, run.summary)
        write_json(folder / MANIFEST, manifest(run, folder))


def tables(run: Run) -> list[tuple[Table, pd.DataFrame]]:
    """Every result table of a run with its declaration."""
    return [(FAMILIES[name].result(one), frame) for name, made in run.results.items() for one, frame in made.items()]


def write_tables(folder: Path, tables: Iterable[tuple[Table, pd.DataFrame]]) -> None:
    """Each table as CSV, columns as declared, and as Parquet; a large one as Parquet alone."""
    for table, frame in tables:
        if not table.large:
            frame = frame[list(table.by_name)]
            as_csv(frame, table).to_csv(folder / f"{table.name}.csv", index=False, lineterminator="\n")
        frame.to_parquet(folder / f"{table.name}.parquet", index=False)


def as_csv(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Columns as declared; money with two decimals, every other number as the shortest decimal that reads back the same."""
    money = [column.name for column in table.columns if column.type is Type.MONEY]
    return frame[list(table.by_name)].assign(**{name: frame[name].map("{:.2f}".format) for name in money})


def manifest(run: Run, folder: Path, command: str = "run", **settings) -> dict:
    """What was run, on what, with what: enough to run it again and compare. ``settings`` are a study's own."""
    scenario = run.scenario
    params = {name: scenario.params[name] for name in run.results}
    readings = {
        name: {n: getattr(p, n).value for n, d in p.declarations().items() if d.kind is Kind.READING}
        for name, p in params.items()
    }
    return {
        "simlib": simlib.__version__,
        "python": platform.python_version(),
        "pandas": pd.__version__,
        "pyarrow": pa.__version__,
        "command": command,
        "settings": settings,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        **recorded(scenario),
        "readings": readings,
        "data": {
            "source": scenario.data,
            **_places(scenario, folder),
            "tables": {n: {**frame.attrs, "rows": len(frame)} for n, frame in run.inputs.items()},
        },
        "warnings": [text.zh for text in run.warnings],
        "results": {name: file_digest(folder / name) for name in files(folder)},
    }


def recorded(scenario: Scenario) -> dict:
    """A scenario for a manifest: what it is, and the values of all its parameters, of which the hash is made."""
    return {
        "scenario": {
            "title": scenario.title,
            "title_en": scenario.title_en,
            "question": scenario.question,
            "rules": scenario.rules,
            "sha256": scenario.digest,
        },
        "params": {name: params.plain() for name, params in scenario.params.items()},
    }


def _places(scenario: Scenario, folder: Path) -> dict[str, str]:
    """Where the data folder is, by itself and from the results: either may have moved, or both together."""
    if scenario.data == SAMPLE:
        return {}
    absolute = Path(scenario.data).resolve()
    places = {"absolute": str(absolute)}
    if absolute.anchor == folder.resolve().anchor:  # on the same disk of Windows
        places["relative"] = Path(os.path.relpath(absolute, folder.resolve())).as_posix()
    return places


def files(folder: Path) -> list[str]:
    """Every file of a result folder and of the folders in it, by its path from there; links are files too."""
    paths = (Path(place, name) for place, _, names in os.walk(folder) for name in names)
    links = (
        Path(place, name) for place, names, _ in os.walk(folder) for name in names if Path(place, name).is_symlink()
    )
    return sorted(path.relative_to(folder).as_posix() for path in (*paths, *links))


def file_digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_json(path: Path, content: dict) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
