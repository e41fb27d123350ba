"""``simlib answers``: the files that trainees handed in, checked without a page."""

from __future__ import annotations

import io
from pathlib import Path

from simlib.problems import BadInput, Problem
from simlib.words import Text


def commands(command) -> None:
    """Add this command to the parser."""
    one = command(answers, "answers", "核对学员交来的作答文件 check the files of answers that trainees handed in")
    one.add_argument("files", nargs="+", metavar="FILE", help="课程页面导出的 JSON 文件 files that lessons exported")
    one.add_argument("--out", metavar="TABLE", help="另存明细表（.csv 或 .xlsx）write the details as .csv or .xlsx")


def answers(options) -> None:
    from simlib.course import answers as handed
    from simlib.landing import land_bytes

    out = Path(options.out) if options.out else None
    if out and out.suffix.lower() not in WRITTEN:
        raise BadInput(Problem(SUFFIX, file=str(out)))
    sheets = handed.read_all([Path(one) for one in options.files])
    print("\n".join(handed.line(one, options.lang) for one in sheets))
    if out:
        land_bytes(out, WRITTEN[out.suffix.lower()](handed.table(sheets, options.lang)))
        print(SAVED.fill(out=out).to(options.lang))


def _csv(table) -> bytes:
    """With a byte-order mark; what begins like a formula is kept a text."""
    from simlib.tables.cells import STARTS

    formula = (*STARTS, "\t", "\r")
    plain = table.map(lambda cell: f"'{cell}" if isinstance(cell, str) and cell.startswith(formula) else cell)
    return plain.to_csv(index=False, lineterminator="\n").encode("utf-8-sig")


def _xlsx(table) -> bytes:
    import xlsxwriter

    from simlib.workbook.sheet import OPTIONS

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        sheet, head = book.add_worksheet("answers"), book.add_format({"bold": True, "bottom": 1})
        for at, (heading, cells) in enumerate(table.items()):
            sheet.write(0, at, heading, head)
            sheet.write_column(1, at, cells.tolist())
            sheet.set_column(at, at, 14)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(table), len(table.columns) - 1)
    return buffer.getvalue()


WRITTEN = {".csv": _csv, ".xlsx": _xlsx}
SUFFIX = Text("明细表须以 .csv 或 .xlsx 结尾。", "The table's name must end in .csv or .xlsx.")
SAVED = Text("明细：{out}", "Details: {out}")
