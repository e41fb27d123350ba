"""Results on disk: tables, summary and manifest, all there or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from simlib.columns import Table, Type
from simlib.landing import landing
from simlib.results.manifest import MANIFEST, Manifest, write_json
from simlib.rules import FAMILIES
from simlib.scenario import Run

SUMMARY = "summary.json"


def write(run: Run, out: Path) -> None:
    """All result tables of a run, summary.json and manifest.json, landing by one rename.

    ``out`` may be absent, empty, or an earlier result folder, which is replaced; anything else is
    refused with BadInput, and a run that is interrupted leaves ``out`` as it was.
    """
    with landing(out, replaces=MANIFEST) as folder:
        write_tables(folder, tables(run))
        write_json(folder / SUMMARY, run.summary)
        Manifest.of(run, folder).write(folder)


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
    """Columns as declared; money with two decimals, or blank, every other number as the shortest decimal that reads
    back the same."""
    money = [column.name for column in table.columns if column.type is Type.MONEY]
    shown = {name: frame[name].map("{:.2f}".format, na_action="ignore") for name in money}
    return frame[list(table.by_name)].assign(**shown)
