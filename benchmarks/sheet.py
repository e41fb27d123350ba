"""The deposit as an accountant would build it in a spreadsheet, recalculated by LibreOffice.

The formulas are written from JS26 annex 3, not from the engine, and every value is left to
LibreOffice: it is both a rival in the benchmark and an independent recomputation in the tests.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pandas as pd
import xlsxwriter
from openpyxl import load_workbook

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
# XlsxWriter stores 0 beside each formula; LibreOffice shall always recalculate instead of trusting it.
# What it has given back to the system it asks for again and again, a third of its time on small workbooks.
MEMORY_KEPT = {
    "MALLOC_TRIM_THRESHOLD_": "4000000000",
    "MALLOC_TOP_PAD_": "67108864",
    "MALLOC_MMAP_THRESHOLD_": "4000000000",
}
SETTINGS = "registry"  # LibreOffice's word for its settings file, part of an XML name and no address
PROFILE = f"""<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/{SETTINGS}" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""

# column letter: heading, formula of row {r} (data from row 2 to {n})
COLUMNS = {
    "E": ("mean", "=AVERAGEIFS(C$2:C${n},B$2:B${n},B{r})"),
    "F": ("index", "=C{r}/E{r}"),
    "G": ("returned", "=IF(ROUND(F{r},12)<{lower},ROUND(F{r}*D{r},2),D{r})"),
    "H": ("weight", "=IF(ROUND(F{r},12)>{upper},D{r}*C{r},0)"),
    "I": ("pool", "=ROUND(SUMIFS(D$2:D${n},B$2:B${n},B{r})-SUMIFS(G$2:G${n},B$2:B${n},B{r}),2)"),
    "J": ("weights", "=SUMIFS(H$2:H${n},B$2:B${n},B{r})"),
    "K": ("share in fen", "=IF(H{r}>0,I{r}*100*H{r}/J{r},0)"),
    "L": ("whole fen", "=INT(ROUND(K{r},6))"),
    "M": ("fraction", "=ROUND(K{r}-L{r},6)"),
    "N": ("fen left", "=ROUND(I{r}*100,0)-SUMIFS(L$2:L${n},B$2:B${n},B{r})"),
    "O": (
        "rank",
        '=COUNTIFS(B$2:B${n},B{r},H$2:H${n},">0",M$2:M${n},">"&M{r})+COUNTIFS(B$2:B{r},B{r},H$2:H{r},">0",M$2:M{r},M{r})',
    ),
    "P": ("payment", "=G{r}+(L{r}+IF(AND(H{r}>0,O{r}<=N{r}),1,0))/100"),
}


def build(institutions: pd.DataFrame, path: Path, lower: float = 0.98, upper: float = 1.02) -> None:
    """The sheet: A-D institution, group, score, deposit; E-P the steps as formulas. Rows in order of id."""
    rows = institutions.sort_values("institution_id")
    n = len(rows) + 1
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("deposit")
        for column, name in enumerate(["institution_id", "group", "score", "deposit"]):
            sheet.write_row(0, column, [name])
            sheet.write_column(1, column, rows[name].tolist())
        for letter, (heading, formula) in COLUMNS.items():
            sheet.write(f"{letter}1", heading)
            for r in range(2, n + 1):
                sheet.write_formula(f"{letter}{r}", formula.format(r=r, n=n, lower=lower, upper=upper))


def recalculate(path: Path, *others: Path, to: str = "xlsx") -> Path:
    """The same workbook after LibreOffice has calculated it; ``others`` are done with it and stand beside it.

    ``to`` names another form, as LibreOffice does: of one that gives a file a sheet nothing stands by this name.
    """
    out = path.parent / "recalculated"
    with tempfile.TemporaryDirectory() as profile:
        user = Path(profile, "user")
        user.mkdir()
        (user / "registrymodifications.xcu").write_text(PROFILE)
        command = [
            SOFFICE,
            "--headless",
            f"-env:UserInstallation=file://{profile}",
            "--convert-to",
            to,
            "--outdir",
            str(out),
            *map(str, (path, *others)),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=300, env=os.environ | MEMORY_KEPT)
    return out / path.name


def payments(path: Path) -> pd.Series:
    """Column P of a recalculated workbook by institution."""
    sheet = load_workbook(path, data_only=True, read_only=True)["deposit"]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    return pd.Series([row[15] for row in rows], index=[row[0] for row in rows])
