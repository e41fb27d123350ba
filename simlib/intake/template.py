"""Templates: a workbook for each table, with Chinese headings, drop-downs and two example rows, so that what is filled
in reads back without any assumption."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range_abs

from simlib.columns import TABLES, Column, Table, Type
from simlib.landing import landing
from simlib.tables.recognise import GUIDE
from simlib.tables.row_kinds import EXAMPLE
from simlib.words import Text

LAST_ROW = 2**20 - 1
LONGEST_LIST = 255  # characters of a drop-down that stands in the cell itself
NARROWEST, WIDEST = 10, 30
FEW = 5  # up to which a number is a ratio or a coefficient
LONGEST_COMMENT = 1_000
YES_NO = ("是", "否")
FORMATS = {Type.TEXT: "@", Type.MONTH: "@", Type.MONEY: "#,##0.00", Type.DATE: "yyyy-mm-dd", Type.INTEGER: "0"}
GUIDE_HEADINGS = ("列", "Column", "必填", "内容", "其他可识别的列名")
OPTIONS_AT = len(GUIDE_HEADINGS) + 1  # the first place of the lists that are too long for a cell


def write_templates(out: Path) -> list[str]:
    """All templates to a folder; their names. BadInput where anything stands there: it may be filled-in templates."""
    names = []
    with landing(out) as folder:
        for table in TABLES.values():
            names.append(f"{table.name}.xlsx")
            (folder / names[-1]).write_bytes(template(table))
    return names


def template(table: Table) -> bytes:
    """One workbook: the sheet to fill in, and a page that explains it."""
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        _Sheets(book, table).write()
    return data.getvalue()


class _Sheets:
    """The two sheets of a template while they are written."""

    def __init__(self, book: xlsxwriter.Workbook, table: Table):
        self.table = table
        self.sheet, self.guide = book.add_worksheet(table.label.zh), book.add_worksheet(GUIDE)
        head = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "bg_color": "#E8EEF7"}
        self.head, self.must = book.add_format(head), book.add_format({**head, "bg_color": "#FCE8D2"})
        self.example = {
            type: book.add_format({"num_format": code, "font_color": "#808080"}) for type, code in FORMATS.items()
        }
        self.cell = {type: book.add_format({"num_format": code}) for type, code in FORMATS.items()}
        self.plain = book.add_format({"font_color": "#808080"})
        self.title, self.bold = book.add_format({"bold": True, "font_size": 14}), book.add_format({"bold": True})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})

    def write(self) -> None:
        self.sheet.freeze_panes(1, 1)
        self.sheet.set_row(0, 32)
        self.sheet.set_comments_author("simlib")
        lists = self._explain()
        for place, column in enumerate(self.table.columns):
            text = column.heading.zh
            width = min(max(2 * len(text) + 2, NARROWEST), WIDEST)
            self.sheet.set_column(place, place, width, self.cell.get(column.type))
            self.sheet.write_string(0, place, text, self.must if column.required else self.head)
            self.sheet.write_comment(0, place, comment(column), {"x_scale": 2.4, "y_scale": 2})
            if rule := _validation(column, lists.get(column.name)):
                self.sheet.data_validation(1, place, LAST_ROW, place, rule)
            for row in (1, 2):
                self._cell(row, place, column, example(self.table, column, row))

    def _cell(self, row: int, place: int, column: Column, value: Any) -> None:
        style = self.example.get(column.type, self.plain)
        if isinstance(value, date):
            self.sheet.write_datetime(row, place, value, style)
        elif isinstance(value, str):
            self.sheet.write_string(row, place, value, style)
        elif value is not None:
            self.sheet.write_number(row, place, value, style)

    def _explain(self) -> dict[str, str]:
        """The page that explains; of each option list that it holds, where it stands there."""
        guide, row = self.guide, len(STEPS) + 3
        guide.write_string(0, 0, f"{self.table.label.zh}：{GUIDE}", self.title)
        for at, step in enumerate(STEPS, start=1):
            guide.write_string(at, 0, step.zh)
        guide.write_row(row - 1, 0, GUIDE_HEADINGS, self.bold)
        for width, places in ((24, "A:A"), (30, "B:B"), (6, "C:C"), (60, "D:D"), (60, "E:E")):
            guide.set_column(places, width)
        for at, column in enumerate(self.table.columns, start=row):
            must = "必填" if column.required else ""
            texts = (column.heading.zh, column.label.en, must, rule_of(column).zh, "、".join(column.called))
            guide.write_row(at, 0, texts, self.wrapped)
        lists, place = {}, OPTIONS_AT
        for column in self.table.columns:
            labels = options_of(column)
            if len(",".join(labels)) > LONGEST_LIST:
                guide.write_string(row - 1, place, column.label.zh, self.bold)
                guide.write_column(row, place, labels)
                guide.set_column(place, place, WIDEST)
                lists[column.name] = f"='{GUIDE}'!{xl_range_abs(row, place, row + len(labels) - 1, place)}"
                place += 1
        return lists


def options_of(column: Column) -> list[str]:
    """What a drop-down offers."""
    if column.type is Type.BOOLEAN:
        return list(YES_NO)
    return [] if column.mention else [label.zh for label in column.options.values()]


def rule_of(column: Column) -> Text:
    """What a column takes, in words."""
    if labels := options_of(column):
        return CHOOSE.fill(
            options=Text("、".join(labels), ", ".join(one.en for one in column.options.values()) or "yes, no")
        )
    if column.low is not None and column.high is not None:
        return RANGES[column.type].fill(low=f"{column.low:,}", high=f"{column.high:,}")
    return KINDS[Type.TEXT if column.mention else column.type]


def comment(column: Column) -> str:
    """What the head of a column says when one points at it."""
    parts = [column.label.en, ("必填。" if column.required else "可留空。") + rule_of(column).zh]
    if column.called:
        parts.append("也可写作：" + "、".join(column.called))
    return "\n".join(parts)[:LONGEST_COMMENT]


def example(table: Table, column: Column, row: int) -> Any:
    """What an example row holds; its key says that it is one."""
    if column.name == table.key:
        return f"{EXAMPLE}{row}"
    if labels := options_of(column):
        return labels[(row - 1) % len(labels)]
    match column.type:
        case Type.DATE:
            return date(2025, 1, 4 + row)
        case Type.MONTH:
            return f"2025-0{row}"
        case Type.TEXT:
            return f"{EXAMPLE}{column.label.zh}" if column.required or column.name == "name" else None
        case Type.MONEY:
            return 10_000.0 * row
        case Type.INTEGER | Type.NUMBER | Type.VALUE:
            return _within(column, row)
    return None


def _within(column: Column, row: int) -> float:
    low, high = column.low or 0, column.high if column.high is not None else 100
    if high <= FEW:  # a ratio, or a coefficient
        return round(min(high, 1.1) - 0.1 + row / 100, 2)
    return float(min(max(low, 2023 if low > 1_000 else 80) + row - 1, high))


def _validation(column: Column, listed: str | None) -> dict[str, Any]:
    """The check that the spreadsheet itself makes of what is typed."""
    said = {"error_title": column.label.zh, "error_message": rule_of(column).zh[:LONGEST_LIST], "ignore_blank": True}
    if labels := options_of(column):
        return {"validate": "list", "source": listed or labels, **said}
    if column.type is Type.DATE:
        return {
            "validate": "date",
            "criteria": "between",
            "minimum": date(1900, 1, 1),
            "maximum": date(2999, 12, 31),
            **said,
        }
    if column.low is None or column.high is None:
        return {}
    kind = "integer" if column.type is Type.INTEGER else "decimal"
    return {"validate": kind, "criteria": "between", "minimum": column.low, "maximum": column.high, **said}


STEPS = (
    Text("每行填写一条，表头请勿改动。橙色表头的列必填，其余可留空。", "One row each. Orange heads must be filled in."),
    Text(f"以“{EXAMPLE}”开头的两行为示例，读取时跳过，可删除也可保留。", "The two example rows are passed over."),
    Text(
        "有下拉框的列请从下拉框中选择；编号列为文本格式，开头的 0 予以保留。",
        "Choose from the drop-downs; numbers are texts.",
    ),
    Text("不用的列可整列删除。行数较多（如数十万条病例）时，请改用 CSV 或 Parquet。", "Columns may be deleted."),
)
CHOOSE = Text("从下拉框选择：{options}。", "Choose one of: {options}.")
KINDS = {
    Type.TEXT: Text("文字。", "Text."), Type.DATE: Text("日期，如 2025-01-05。", "A date, such as 2025-01-05."),
    Type.MONTH: Text("月份，如 2025-01。", "A month, such as 2025-01."), 
    Type.MONEY: Text("金额，最多两位小数。", "An amount with at most two decimals."),
    Type.NUMBER: Text("数字。", "A number."), Type.INTEGER: Text("整数。", "A whole number."),
    Type.VALUE: Text("数字；是填 1，否填 0。", "A number; 1 for yes, 0 for no."),
}  # fmt: skip
RANGES = {
    Type.MONEY: Text("金额，{low} 至 {high}，最多两位小数。", "An amount from {low} to {high}."),
    Type.NUMBER: Text("数字，{low} 至 {high}。", "A number from {low} to {high}."),
    Type.INTEGER: Text("整数，{low} 至 {high}。", "A whole number from {low} to {high}."),
    Type.VALUE: Text("数字，{low} 至 {high}；是填 1，否填 0。", "A number from {low} to {high}; 1 for yes, 0 for no."),
}
