"""Results on disk: tables, summary and manifest, all there or not at all."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

import simlib
from simlib.columns import Table, Type
from simlib.landing import landing
from simlib.params import Kind
from simlib.rules import FAMILIES
from simlib.scenario import Run

MANIFEST = "manifest.json"


def write(run: Run, out: Path) -> None:
    """All result tables of a run, summary.json and manifest.json, landing by one rename.

    ``out`` may be absent, empty, or an earlier result folder, which is replaced; anything else is
    refused with BadInput, and a run that is interrupted leaves ``out`` as it was.
    """
    tables = [(FAMILIES[name].result(one), frame) for name, made in run.results.items() for one, frame in made.items()]
    with landing(out, replaces=MANIFEST) as folder:
        write_tables(folder, tables)
        write_json(folder / "summary.json", run.summary)
        write_json(folder / MANIFEST, manifest(run, folder))


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
        "command": command,
        "settings": settings,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "scenario": {
            "title": scenario.title,
            "question": scenario.question,
            "rules": scenario.rules,
            "sha256": scenario.digest,
        },
        "params": {name: p.plain() for name, p in params.items()},
        "readings": readings,
        "data": {
            "source": scenario.data,
            "tables": {n: {**frame.attrs, "rows": len(frame)} for n, frame in run.inputs.items()},
        },
        "warnings": [text.zh for text in run.warnings],
        "results": {path.name: file_digest(path) for path in sorted(folder.iterdir())},
    }


def file_digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_json(path: Path, content: dict) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
