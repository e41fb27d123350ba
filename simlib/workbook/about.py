"""What a workbook says of itself: version, scenario, data and warnings; how to read it, and what exactly made it."""

from __future__ import annotations

import platform
from datetime import datetime

import pandas as pd
import xlsxwriter

import simlib
from simlib.digests import table_digest
from simlib.doubts import DOUBTED
from simlib.rules import FAMILIES
from simlib.scenario import Run
from simlib.scenario.model import HASH, QUESTION
from simlib.words import Text
from simlib.workbook.sheet import Styles, Worksheet, printed

SheetLines = list[tuple[list, bool]]  # cells, and whether they are a heading


def facts(run: Run, language: str) -> SheetLines:
    """Title, version, hash of the scenario, digests of the data, warnings."""
    rows: SheetLines = [
        ([run.scenario.name.to(language)], True),
        ([f"simlib {simlib.__version__}", datetime.now().strftime("%Y-%m-%d %H:%M")], False),
        ([HASH.to(language), run.scenario.digest], False),
    ]
    rows += [(cells, False) for cells in tables_read(run)]
    rows += [([NOTE.to(language), text.to(language)], False) for text in run.warnings]
    return rows + doubted(run, language)


def doubted(run: Run, language: str) -> SheetLines:
    """What of the data may be a slip, and what to do."""
    return [([DOUBTED.to(language), one.said.to(language), one.doubt.remedy.to(language)], False) for one in run.doubts]


def tables_read(run: Run) -> list[list[str]]:
    """The tables of the data: name, file, digest, rows."""
    return [
        [name, frame.attrs.get("file", ""), table_digest(frame), f"{len(frame):,}"]
        for name, frame in run.inputs.items()
    ]


def written(sheet, rows: SheetLines, bold) -> None:
    """Rows of text, which is never anything but text."""
    for number, (cells, heading) in enumerate(rows):
        for position, cell in enumerate(cells):
            sheet.write_string(number, position, str(cell), bold if heading else None)


def cover(book, styles: Styles, run: Run, pages: list[Worksheet], verdict: str, language: str) -> None:
    """The first sheet: what this is, whether it balances, how to read and recompute it, and what stands where."""
    sheet = book.add_worksheet(ABOUT.to(language))
    rows = facts(run, language)[:3]
    rows.append(([SOURCE.to(language), run.scenario.data], False))
    rows += [([QUESTION.to(language), run.scenario.question], False)] if run.scenario.question else []
    rows += [([ALL_CHECKS.to(language)], False), ([], False), ([HOW.to(language)], True)]
    place = len(rows) - 3
    rows += [([line.to(language)], False) for line in READING]
    rows += [([], False), ([WARNINGS.to(language)], True)] if run.warnings else []
    rows += [([text.to(language)], False) for text in run.warnings]
    rows += [([], False), *doubted(run, language)] if run.doubts else []
    rows += [([], False), ([CONTENTS.to(language)], True)]
    rows += [([page.name, page.notes[0] if page.notes else ""], False) for page in pages]
    written(sheet, rows, styles.of("bold"))
    sheet.write_formula(place, 1, verdict, styles.of("bold"), BALANCED.to(language))
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 110)
    printed(sheet)


def version(book, styles: Styles, run: Run, language: str) -> None:
    """The last sheet: what made the numbers, enough to make them again and compare."""
    sheet = book.add_worksheet(VERSION.to(language))
    rows: SheetLines = [([VERSION.to(language)], True)]
    made = {
        "simlib": simlib.__version__,
        "Python": platform.python_version(),
        "pandas": pd.__version__,
        "XlsxWriter": xlsxwriter.__version__,
    }
    rows += [([name, value], False) for name, value in made.items()]
    rows += [([RULES.to(language), ", ".join(run.parts)], False)]
    rows += facts(run, language)[1:]
    rows += [([], False), ([READINGS.to(language)], True)]
    for name, part in run.parts.items():
        for declared in part.params.declarations().values():
            if declared.open:
                value = getattr(part.params, declared.name)
                rows.append(
                    (
                        [f"{name}.{declared.name}", value.value, value.label.to(language), declared.label.to(language)],
                        False,
                    )
                )
    written(sheet, rows, styles.of("bold"))
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 30)
    sheet.set_column(2, 2, 70)
    sheet.set_column(3, 3, 40)
    printed(sheet)


def values_of(run: Run) -> list[str]:
    """The rules that ran without formulas in a workbook: their tables are written as values."""
    return [name for name in run.parts if name in FAMILIES and name not in WITH_FORMULAS]


WITH_FORMULAS = ("deposit", "dip", "retention")
ABOUT, VERSION = Text("说明", "About"), Text("版本", "Version")
SOURCE = Text("数据来源", "Data")
NOTE, WARNINGS = Text("注意", "Note"), Text("注意事项", "Notes")
RULES, READINGS = Text("规则", "Rules"), Text("所采用的口径", "Readings chosen")
ALL_CHECKS, BALANCED = Text("各项核对", "Checks"), Text("全部平衡", "all balance")
UNBALANCED = Text("有项目不平衡，见“检查”", "some do not balance: see Checks")
HOW, CONTENTS = Text("阅读和重算说明", "How to read and recompute"), Text("各表", "Sheets")
READING = [
    Text("“输入”为数据原值（蓝字）；“步骤”每个单元格均为公式，从左到右逐列计算；“结果”引用步骤；"
         "“差异”与文件规定值的结果相比；“解释”为逐句说明。",
         "Given: the data as they were (blue). Steps: every cell is a formula, from left to right. Results refer to "
         "the steps. Differences: against the documents' values. Explanation: in sentences."),
    Text("修改“参数”表的黄底单元格并重新计算（Excel 打开时自动重算；LibreOffice 按 Ctrl+Shift+F9），步骤、"
         "结果和差异随之变化。灰底单元格不可修改，表中注明原因。",
         "Change a yellow cell of Parameters and recalculate (Excel does so on opening; LibreOffice: Ctrl+Shift+F9): "
         "steps, results and differences follow. Grey cells are fixed, and say why."),
    Text("步骤中的金额以分计，均为整数；电子表格只精确到15位，更长的整数分节写入多个单元格（每节6位，"
         "第1节为最低的6位），折叠在“＋”下。因此乘、除、比较和尾差均无误差。",
         "In the steps money is whole fen. A spreadsheet is exact to 15 digits only: longer whole numbers stand in "
         "several cells of 6 digits (cell 1 the lowest), "
         "folded under +. So products, quotients, comparisons and the last fen are exact."),
    Text("尾差按最大余额法分到分，余额相同的编号在前者优先。无人领取的奖励金分给他组时（unclaimed_pool 取 city），"
         "各组指数没有公分母，按18位小数确定尾差。",
         "The last fen goes by largest remainder, ties by number. Where unclaimed pools go to other groups "
         "(unclaimed_pool city) indexes have no common denominator, and the last fen is settled by 18 decimals."),
    Text("“检查”逐项列明应当相等的两个数，相等为“平衡”。“差异”表的最后两列为写入时 simlib 的结果及其与公式结果之差，"
         "参数未修改时应全部为0。",
         "Checks lists pairs of numbers that must be equal. The last two columns of Differences are simlib's own "
         "results when the workbook was written, and "
         "what the formulas differ by: 0 throughout until a parameter is changed."),
]  # fmt: skip
