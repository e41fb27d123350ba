"""An independent recomputation: the documents as spreadsheet formulas, calculated by LibreOffice."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xlsxwriter
from openpyxl import load_workbook

from benchmarks import sheet
from outside import need
from simlib import sample
from simlib.rules import deposit, retention

THRESHOLDS = [(0.98, 1.02), (0.955, 1.035)]


@pytest.fixture(scope="module")
def recalculated(tmp_path_factory):
    """The folder of all workbooks, after LibreOffice, started once for them, has calculated them."""
    need("LibreOffice", sheet.SOFFICE)
    folder = tmp_path_factory.mktemp("books")
    paths = [folder / f"{lower} {upper}.xlsx" for lower, upper in THRESHOLDS]
    for path, thresholds in zip(paths, THRESHOLDS, strict=True):
        sheet.build(institutions(), path, *thresholds)
    retention_book(communities(), folder / "retention.xlsx")
    return sheet.recalculate(*paths, folder / "retention.xlsx").parent


def institutions() -> pd.DataFrame:
    city = sample.institutions(300)
    return city.assign(deposit=(city["settled"] * 5).round() / 100)


@pytest.mark.parametrize(("lower", "upper"), THRESHOLDS)
def test_libreoffice_pays_every_institution_the_same_fen(recalculated, lower, upper):
    city = institutions()
    theirs = sheet.payments(recalculated / f"{lower} {upper}.xlsx")
    ours = deposit.allocate(city, deposit.DepositParams(lower=lower, upper=upper)).set_index("institution_id")[
        "payment"
    ]
    assert np.array_equal(np.rint(theirs.reindex(ours.index) * 100), np.rint(ours * 100))
    assert not np.array_equal(ours, city["deposit"])


POINTS_LOST = {"continuous": "90-G{r}", "floor": "ROUNDDOWN(90-G{r},0)", "ceil": "ROUNDUP(90-G{r},0)"}
KEPT = "=ROUND(ROUND(H{r}*IF(D{r}=1,0,IF(G{r}>=90,1,IF(G{r}>=80,1-0.05*(LOST),IF(G{r}>=60,0.5,0)))),4),0)/100"
RETENTION = {  # heading: formula of row {r}; A-F are id, score, bonus, veto, budget, spending
    "total": "=ROUND(B{r}+MIN(C{r},5),6)",
    "surplus in fen": "=ROUND(MAX(E{r}-F{r},0)*100,0)",
    **{fraction: KEPT.replace("LOST", lost) for fraction, lost in POINTS_LOST.items()},
    "borne": "=ROUND(MAX(F{r}-E{r},0),2)-ROUND(ROUND(ROUND(MAX(F{r}-E{r},0)*100,0)*0.35,4),0)/100",
    "cut": "=IF(OR(D{r}=1,G{r}<60),ROUND(ROUND(ROUND(E{r}*100,0)*0.045,4),0)/100,0)",
}


def communities() -> pd.DataFrame:
    random, n = np.random.default_rng(5), 400
    scores = random.integers(5000, 9300, n) / 100
    table = pd.DataFrame({"community_id": [f"C{i}" for i in range(n)], "score": scores})
    table["bonus"], table["veto"] = random.integers(0, 14, n) / 2, random.random(n) < 0.05
    table["budget"], table["spending"] = random.integers(0, 10**9, (2, n)) / 100
    return table


def retention_book(table: pd.DataFrame, path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        for r, row in enumerate(table.astype({"veto": int}).itertuples(index=False), start=1):
            page.write_row(r - 1, 0, row)
            for column, formula in enumerate(RETENTION.values(), start=6):
                page.write_formula(r - 1, column, formula.format(r=r))


def test_libreoffice_settles_every_community_to_the_same_fen(recalculated):
    table = communities()
    opened = load_workbook(recalculated / "retention.xlsx", data_only=True)
    theirs = pd.DataFrame(opened.active.iter_rows(min_col=7, values_only=True), columns=list(RETENTION))
    for fraction in POINTS_LOST:
        params = retention.RetentionParams(fraction=fraction, reasonable_share="0.35", next_year_cut_rate="0.045")
        ours = retention.settle(table, params)
        for name, told in ((fraction, "retained"), ("borne", "overspend_borne"), ("cut", "next_year_cut")):
            assert np.array_equal(np.rint(theirs[name] * 100), np.rint(ours[told] * 100))
    assert ours["bracket"].nunique() == 5
