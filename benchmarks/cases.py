"""The DIP settlement of ten million cases against the SQL and the pandas script an analyst would write."""

from __future__ import annotations

import importlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from benchmarks.cases_by_hand import DOCUMENT, KINDS, Database, differences, pandas_sums
from simlib import tables
from simlib.columns import CASES, TABLES
from simlib.tables.large import Large, mark

INSTITUTIONS = 660  # of a city in which about 300 have inpatients
USUAL = 10_000_000  # cases
ROUNDS = 3
SMALL = ("institutions", "groups", "peer_means")
Work = Callable[[], object]


def wanted() -> int:
    """The number of cases: what the command line says, or USUAL."""
    return int(sys.argv[1]) if len(sys.argv) > 1 else USUAL


def main() -> None:
    count, found = wanted(), {name: [] for name in STEPS}
    for turn in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            city = Path(folder, "city")
            for name, taken in found.items():
                taken.append(alone(name, city, count))
            if turn == 0:
                print(_described(city), _agreement(city), sep="\n", end="\n\n", flush=True)
    _table(found)


# --- what is measured: each function prepares, and gives what is timed ----------------------------------------------


def sampled(city: Path, count: int) -> list[Work]:
    from simlib import cli

    command = ["sample", "--out", str(city), "--institutions", str(INSTITUTIONS), "--cases", str(count)]
    return [lambda: cli.main(command)]


def checked(city: Path, count: int) -> list[Work]:
    for engine in ("simlib.tables.large.files", "ibis.backends.duckdb"):
        importlib.import_module(engine)
    return [lambda: tables.read(city / "cases.parquet", CASES)]


def doubted(city: Path, count: int) -> list[Work]:
    from simlib.doubts import doubts

    importlib.import_module("ibis.backends.duckdb")
    given = {"cases": large(city), **small(city, (*SMALL, "funds", "billing"))}
    return [lambda: doubts(given)]


def by_sql(city: Path, count: int) -> list[Work]:
    database = Database(city / "cases.parquet", small(city))
    return [lambda: database.sums(DOCUMENT)]


def by_sql_again(city: Path, count: int) -> list[Work]:
    database = Database(city / "cases.parquet", small(city))
    database.sums(DOCUMENT)
    return [lambda new=new: database.sums(new) for new in other_limits(5)]


def by_pandas(city: Path, count: int) -> list[Work]:
    given = small(city)
    return [lambda: pandas_sums(city / "cases.parquet", **given, **DOCUMENT)]


def by_index(city: Path, count: int) -> list[Work]:
    from simlib.rules.dip.index import Index

    importlib.import_module("ibis.backends.duckdb")
    cases, given = large(city), small(city)
    return [lambda: Index.build(cases, **given, split=True)]


def settled_again(city: Path, count: int) -> list[Work]:
    from simlib.rules.dip.params import DipParams
    from simlib.rules.dip.ready import Ready
    from simlib.rules.dip.run import run

    ready = Ready({"cases": large(city), **small(city, (*SMALL, "funds", "billing"))})
    run(ready, DipParams())
    settings = [
        DipParams(deviation_low=str(new["low"]), deviation_high=str(new["high"]), review_from=str(new["review"]),
                  **{f"share_rate_{level}": f"{0.5 + 0.05 * level + i / 200:.3f}" for level in (1, 2, 3)})
        for i, new in enumerate(other_limits(50))
    ]  # fmt: skip
    return [lambda params=params: run(ready, params) for params in settings]


STEPS = {
    "sampled": ("`simlib sample`: the city drawn and written", sampled),
    "checked": ("simlib: the file read and every cell checked", checked),
    "doubted": ("simlib: every doubt about cases, billing, funds and means", doubted),
    "by_sql": ("hand-written DuckDB SQL: the sums for one pair of limits", by_sql),
    "by_index": ("simlib `Index.build`: the same sums for all limits", by_index),
    "by_pandas": ("the pandas script an analyst would write: the sums for one pair", by_pandas),
    "by_sql_again": ("the SQL again for new limits (sums only)", by_sql_again),
    "settled_again": ("simlib: the whole settlement again for new limits and shares", settled_again),
}


def small(city: Path, names: tuple[str, ...] = SMALL) -> dict[str, pd.DataFrame]:
    return {name: tables.read(city / f"{name}.csv", TABLES[name]) for name in names}


def large(city: Path) -> Large:
    """The cases in their file, taken to be sound."""
    from pyarrow.parquet import ParquetFile

    path = city / "cases.parquet"
    with ParquetFile(path) as file:
        names, rows = tuple(file.schema_arrow.names), file.metadata.num_rows
    places = {name: place for place, name in enumerate(names)}
    return Large(CASES, names, rows, {"file": path.name, "sha256": ""}, places, path, mark(path), first=1)


def other_limits(count: int) -> list[dict[str, float]]:
    """So many limits, none like another."""
    return [
        {"low": round(0.3 + 0.004 * i, 3), "high": round(2 + 0.011 * i, 3), "review": round(2.7 + 0.01 * i, 3)}
        for i in range(count)
    ]


# --- measuring ------------------------------------------------------------------------------------------------------


def alone(name: str, city: Path, count: int) -> tuple[float, float]:
    """Seconds (the median, where a step is done several times) and peak resident MiB of a step in a process of its
    own."""
    code = f"from benchmarks import cases; cases.measured({name!r}, {str(city)!r}, {count})"
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, encoding="utf-8", check=True)
    return tuple(json.loads(done.stdout.splitlines()[-1]))


def measured(name: str, city: str, count: int) -> None:
    """Prints what :func:`alone` returns."""
    times = []
    for work in STEPS[name][1](Path(city), count):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    print()
    print(json.dumps([statistics.median(times), peak()]))


def peak() -> float:
    """MiB that this process had resident at most; ru_maxrss would count the process that began it as well."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


def index_sums(city: Path) -> pd.DataFrame:
    """The sums that cases_by_hand makes, from simlib's index."""
    from simlib.rules.dip.index import Index
    from simlib.rules.dip.params import DipParams
    from simlib.rules.dip.points import POINTS_KINDS, UNIT, PointsKind

    given = small(city)
    index = Index.build(large(city), **given, split=True)
    points, sums = index.points(DipParams()), {name: values.sum(axis=1) for name, values in index.sums.items()}
    cases, core, bed_day = (
        index.sums["cases"],
        [PointsKind.CORE, PointsKind.CORE + POINTS_KINDS],
        [PointsKind.BED_DAY, PointsKind.BED_DAY + POINTS_KINDS],
    )
    cells = {"": points.earned, "irregular_": points.irregular}
    return pd.DataFrame(
        {
            "institution_id": given["institutions"]["institution_id"].to_numpy()[index.places["row"]],
            "scheme": index.places["scheme"].to_numpy(),
            "cases": sums["cases"],
            "core_cases": cases[:, core].sum(axis=1),
            "irregular_cases": cases[:, POINTS_KINDS:].sum(axis=1),
            **{f"{name}_cases": sums[name] for name in ("readmission", "reviewed", "auxiliary")},
            "bed_day_cases": cases[:, bed_day].sum(axis=1),
            "low_cases": points.low,
            "high_cases": points.high,
            "panel_cases": points.panel,
            **{name: sums[name] for name in ("no_peer", "elderly", "child")},
            "core_group_points": index.sums["group_points"][:, core].sum(axis=1) / UNIT,
            **{
                which + name: (one[:, cell] / points.whole).astype(float)
                for which, one in cells.items()
                for cell, name in enumerate(KINDS)
            },
            **{name: sums[name] / 100 for name in ("billed", "patient_paid", "other_paid")},
            "no_peer_cost": sums["no_peer_fen"] / 100,
        }
    )


def _described(city: Path) -> str:
    given, cases = small(city), large(city)
    megabytes = (city / "cases.parquet").stat().st_size / 1e6
    return (f"{len(cases):,} cases, {given['institutions']['has_inpatient'].sum()} institutions with inpatients, "
            f"{len(given['groups']):,} groups, {megabytes:.0f} MB of Parquet.")  # fmt: skip


def _agreement(city: Path) -> str:
    """What the analysts' floats make of the sums."""
    exact, given, path = index_sums(city), small(city), city / "cases.parquet"
    by_hand = {"SQL": Database(path, given).sums(DOCUMENT), "pandas": pandas_sums(path, **given, **DOCUMENT)}
    off = {name: differences(sums, exact) for name, sums in by_hand.items()}
    return "; ".join(
        f"{name} against simlib: {counts} counts differ, sums by at most {most:.0e}"
        for name, (counts, most) in off.items()
    )


def _table(found: dict[str, list[tuple[float, float]]]) -> None:
    """The best of each step, with its peak in that round, and its ratio to the SQL's best."""
    best = {name: min(taken) for name, taken in found.items()}
    sql, _ = best["by_sql"]
    print(f"| | best of {ROUNDS} | ratio to the SQL | peak MiB |\n| --- | --- | --- | --- |")
    for name, (seconds, mebibytes) in best.items():
        shown = f"{seconds:.2f} s" if seconds >= 0.1 else f"{seconds * 1000:.1f} ms"
        print(f"| {STEPS[name][0]} | {shown} | {seconds / sql:.2g} | {mebibytes:,.0f} |")


if __name__ == "__main__":
    main()
