"""Workbooks with what an office puts into them, and what is said of a file that is not read."""

from __future__ import annotations

import datetime
from pathlib import Path

import openpyxl
import pytest

from simlib.problems import BadInput
from simlib.tables.sheets import read_sheets
from strategies import xlsb

PAGES = [
    xlsb.Page("表一", {
        1: ["2024年度 表"], 2: ["编码", "比例", "日期", "编号", "是否", "错", "文", "数"],
        3: ["H1", (0.905, xlsb.PERCENT), (45662, xlsb.DAY), (7, xlsb.PADDED), True, "#N/A", "~内文", 1.25],
        4: ["H2", (0.88, xlsb.PERCENT), (45662.4375, xlsb.MOMENT), (12, xlsb.PADDED), False, "#DIV/0!", "a",
            78.39999999999999],
        6: [None, -3, 123456789012, 4.452e16],
    }, hidden_rows=(4,), hidden_columns=(3,), merged=((1, 0, 1, 5),)),
    xlsb.Page("藏", {2: [None, "藏"]}, state=1),
]  # fmt: skip


def office_book(path: Path) -> Path:
    """A workbook with what an office puts into one."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "表一"
    sheet.append(["2024年度 表"])
    sheet.merge_cells("A1:F1")
    sheet.append(["编码", "比例", "日期", "编号", "是否", "错", "大数", "时刻"])
    day, moment = datetime.date(2025, 1, 5), datetime.datetime(2025, 1, 5, 10, 30)
    sheet.append(["H1", 0.905, day, 7, "是", "=1/0", 4.452e16, datetime.time(8, 5)])
    sheet.append(["H2", 0.88, moment, 12, " 两 格 ", "=NA()", 78.39999999999999, moment])
    sheet.append([])
    sheet.append(["注：第四行隐藏"])
    for number in (3, 4):
        sheet.cell(number, 2).number_format = "0.0%"
        sheet.cell(number, 3).number_format = 'yyyy"年"m"月"d"日"'
        sheet.cell(number, 4).number_format = "000"
    sheet["C4"].number_format = "yyyy/m/d h:mm"
    sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["D"].hidden = True
    other = book.create_sheet("藏")
    other.sheet_state = "hidden"
    other["B2"], other["A5"] = "藏", 1
    book.save(path)
    return path


def odf(value: str, kind: str = "", **more: str) -> str:
    """A cell of an ODS that shows a text."""
    named = {"office:value-type": kind} if kind else {}
    named |= {name.replace("_", ":", 1).replace("_", "-"): one for name, one in more.items()}
    attributes = "".join(f' {name}="{one}"' for name, one in named.items())
    return f"<table:table-cell{attributes}><text:p>{value}</text:p></table:table-cell>"


def written(folder: Path, content: bytes | str, name: str = "f.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refused(path: Path) -> str:
    """The only line that says why a file is not read."""
    with pytest.raises(BadInput) as bad:
        read_sheets(path)
    (line,) = bad.value.lines()
    assert all(line.strip() for line in bad.value.lines("en"))
    return line.removeprefix(f"{path.name}：")
