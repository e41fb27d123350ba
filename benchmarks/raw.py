"""A bureau's own export of cases against the same cases in our own form, and against pandas, which only reads them."""

from __future__ import annotations

import importlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.cases import peak
from simlib import tables
from simlib.columns import CASES

COUNT = 1_000_000
ROUNDS = 3


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        made(Path(folder))
        taken = {name: [alone(name, folder) for _ in range(ROUNDS)] for name in STEPS}
    median = {name: statistics.median(seconds for seconds, _, _ in ones) for name, ones in taken.items()}
    used = {name: statistics.median(seconds for _, seconds, _ in ones) for name, ones in taken.items()}
    print("| | s (median) | processor s | ratio | peak MiB |\n| --- | --- | --- | --- | --- |")
    for name, (label, _) in STEPS.items():
        most = max(mebibytes for _, _, mebibytes in taken[name])
        print(f"| {label} | {median[name]:.2f} | {used[name]:.2f} | {used[name] / used['own']:.2f} | {most:,.0f} |")


def made(folder: Path) -> None:
    """The same cases as Parquet, as CSV in our own form, and with Chinese headings, 310 and 390, days with times."""
    from simlib import cli

    cli.main(["sample", "--out", str(folder / "city"), "--institutions", "660", "--cases", str(COUNT)])
    cases = pd.read_parquet(folder / "city" / "cases.parquet")
    for name in ("own", "raw"):
        (folder / name).mkdir()
    cases.to_csv(folder / "own" / "cases.csv", index=False)
    chance = np.random.default_rng(2026)
    cases["scheme"] = cases["scheme"].map({"employee": "310", "resident": "390"})
    for name in ("admission_date", "discharge_date"):
        times = pd.to_timedelta(chance.integers(0, 86_400, len(cases)), unit="s")
        cases[name] = (pd.to_datetime(cases[name]) + times).dt.strftime("%Y-%m-%d %H:%M:%S")
    cases = cases.rename(columns={name: CASES.by_name[name].label.zh for name in cases})
    cases.to_csv(folder / "raw" / "cases.csv", index=False)


def checked(path: Path) -> Callable[[], object]:
    for engine in ("simlib.tables.large.files", "ibis.backends.duckdb"):
        importlib.import_module(engine)
    return lambda: tables.read(path, CASES)


def by_pandas(path: Path) -> Callable[[], object]:
    return lambda: pd.read_csv(path, engine="pyarrow", dtype_backend="pyarrow")


STEPS = {
    "own": ("simlib: a CSV in our own form, read and checked", lambda folder: checked(folder / "own" / "cases.csv")),
    "raw": ("simlib: the bureau's own CSV", lambda folder: checked(folder / "raw" / "cases.csv")),
    "parquet": ("simlib: Parquet in our own form", lambda folder: checked(folder / "city" / "cases.parquet")),
    "pandas": (
        "pandas with Arrow: the bureau's CSV, only read",
        lambda folder: by_pandas(folder / "raw" / "cases.csv"),
    ),
}


def alone(name: str, folder: str) -> tuple[float, float, float]:
    """Seconds, processor seconds and peak resident MiB of a step in a process of its own."""
    code = f"from benchmarks import raw; raw.measured({name!r}, {folder!r})"
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=True)
    seconds, used, mebibytes = map(float, done.stdout.split())
    return seconds, used, mebibytes


def measured(name: str, folder: str) -> None:
    """Prints what :func:`alone` returns."""
    work = STEPS[name][1](Path(folder))
    start, used = time.perf_counter(), time.process_time()
    work()
    print(time.perf_counter() - start, time.process_time() - used, peak())


if __name__ == "__main__":
    main()
