"""allocate() on 3,000 institutions against the pandas script an analyst would write, and a spreadsheet."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks import sheet
from simlib import sample
from simlib.rules import deposit

RUNS = 25


def plain_pandas(table: pd.DataFrame, lower: float = 0.98, upper: float = 1.02) -> pd.Series:
    """Annex 3 in plain pandas with floats, as found in bureaus: rounded shares, pools that miss a fen."""
    table = table.copy()
    table["index"] = table["score"] / table.groupby("group")["score"].transform("mean")
    below, above = table["index"] < lower, table["index"] > upper
    table["returned"] = np.where(below, (table["index"] * table["deposit"]).round(2), table["deposit"])
    pool = (table["deposit"] - table["returned"]).groupby(table["group"]).transform("sum")
    weight = (table["deposit"] * table["index"]).where(above, 0)
    share = (weight / weight.groupby(table["group"]).transform("sum")).fillna(0)
    return (table["returned"] + (pool * share).round(2)).round(2)


def median_ms(function, runs: int = RUNS) -> float:
    """Median wall time of one call, after one to warm up."""
    function()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def main() -> None:
    table = sample.institutions(3000)
    table = table.assign(deposit=(table["settled"] * 5).round() / 100)
    exact, rough = deposit.allocate(table)["payment"], plain_pandas(table)
    simlib, pandas = median_ms(lambda: deposit.allocate(table)), median_ms(lambda: plain_pandas(table))
    print("| 3,000 institutions | ms (median) | ratio to simlib | off by a fen or more |")
    print("| --- | --- | --- | --- |")
    print(f"| simlib allocate | {simlib:.1f} | 1 | 0 |")
    print(f"| plain pandas | {pandas:.1f} | {pandas / simlib:.2f} | {(abs(exact - rough) > 0.005).sum()} |")
    if not sheet.SOFFICE:
        print("| LibreOffice | not installed | | |")
        return
    with tempfile.TemporaryDirectory() as folder:
        full, empty = Path(folder, "full.xlsx"), Path(folder, "empty.xlsx")
        sheet.build(table, full)
        sheet.build(table.head(1), empty)
        start = median_ms(lambda: sheet.recalculate(empty), 3)
        whole = median_ms(lambda: sheet.recalculate(full), 3)
        calc = sheet.payments(sheet.recalculate(full)).reindex(table["institution_id"]).to_numpy()
    wrong = (abs(calc - exact) > 0.005).sum()
    print(
        f"| LibreOffice, same steps as formulas, start-up taken off | {whole - start:.0f} | "
        f"{(whole - start) / simlib:.0f} | {wrong} |"
    )


if __name__ == "__main__":
    main()
