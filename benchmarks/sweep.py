"""A sweep of 10,000 deposit scenarios x 3,000 institutions, against running them one by one."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd

from benchmarks.allocate import plain_pandas
from simlib import sample, scenario
from simlib.comparison.outcomes import measured
from simlib.study.axes import axis, grid
from simlib.study.sweep.calculation import Sweep

ONE_BY_ONE = 100  # of the scenarios, spread over all; the rest is reckoned from them


def timed(function) -> tuple[float, object]:
    start = time.perf_counter()
    made = function()
    return time.perf_counter() - start, made


def main() -> None:
    city = {"institutions": sample.institutions(3000).drop(columns="deposit", errors="ignore")}
    axes = [axis("deposit.lower=0.90:0.999:0.001"), axis("deposit.upper=1.001:1.1:0.001")]
    cases = grid(axes)
    some = [cases[at] for at in np.linspace(0, len(cases) - 1, ONE_BY_ONE).astype(int)]
    base = scenario.Scenario("one", rules=("deposit",))
    sweep = Sweep(base, city, tuple(one.path for one in axes))
    document = sweep.document
    together, done = timed(lambda: sweep.run(cases))

    def alone() -> list[dict]:
        bench = scenario.Bench()
        runs = (scenario.run(base.changed(case), city, bench, detail=False) for case in some)
        return [measured(run, ("deposit",), document) for run in runs]

    table = city["institutions"].assign(deposit=(city["institutions"]["settled"] * 5).round() / 100)

    def script() -> list[float]:
        paid = [plain_pandas(table, *(float(value) for value in case.values())) for case in some]
        return [float((one - table["deposit"]).clip(lower=0).sum()) for one in paid]

    single, expected = timed(alone)
    rough, moved = timed(script)
    rows = done.merge(pd.DataFrame([{path: float(value) for path, value in case.items()} for case in some]))
    outcomes = list(expected[0])
    assert (
        rows[outcomes].astype(float).to_numpy().tolist()
        == pd.DataFrame(expected)[outcomes].astype(float).to_numpy().tolist()
    )
    off = int((np.abs(rows["deposit.money_moved"].to_numpy() - moved) > 0.005).sum())
    many = len(cases) / len(some)
    print(f"| {len(cases):,} scenarios x 3,000 institutions | seconds | ratio to simlib | off by a fen or more |")
    print("| --- | --- | --- | --- |")
    print(f"| `simlib sweep`: all at once | {together:.1f} | 1 | 0 |")
    print(
        f"| `simlib run` of each, without files ({len(some)} measured) | {single * many:.0f} | "
        f"{single * many / together:.0f} | 0 |"
    )
    print(
        f"| the pandas script an analyst would write, one outcome ({len(some)} measured) | {rough * many:.0f} | "
        f"{rough * many / together:.0f} | {off} of {len(some)} |"
    )


if __name__ == "__main__":
    main()
