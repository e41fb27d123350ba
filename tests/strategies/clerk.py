"""A random clerk: tables as rows of plain text, and the files that an office would make of them."""

from __future__ import annotations

import csv
import datetime
import io
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from simlib.columns import TABLES, Column, Table, Type
from simlib.tables.forms import MISSING, NO, SCALES, YES, word
from simlib.tables.headings import spellings
from simlib.units import RATIO, YUAN
from strategies import xls, xlsb

NAMED = ("groups", "peer_means", "funds", "facts", "deadlines")  # whose file has a name of the table
PLACES = ("清河一院", "白石卫生院", "望川医院", "映山门诊部", "榆川中医院", "澄湖康复医院")
FEW = {"group": ("三级", "二级综合", "基层"), "county": ("云岚区", "望川区"), "item": ("1", "2", "3(1)"),
       "fact": ("目录", "价格", "招采"), "violation": ("V1", "V2")}  # fmt: skip
WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")
PAID = {  # columns that the rules need, with a value where there is none
    "institutions": {"group": "基层", "score": "80", "deposit": "1000"},
    "communities": {"score": "80", "budget": "1000", "spending": "900"},
}
SIDE = ("附言", "名次", "上年情况")  # columns that no table has
Row = dict[str, str]


@dataclass
class Sheet:
    """One sheet as the clerk makes it: cells as texts, numbers or days, and what was done to it."""

    rows: list[list] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    said: list[str] = field(default_factory=list)  # what an account has to say of it


@dataclass(repr=False)
class Filed:
    """A table as plain rows of text, and what a clerk made of it."""

    table: Table
    columns: list[Column]
    rows: list[Row]
    files: list[tuple[str, str, list[Sheet]]]  # their names, formats and sheets

    def __repr__(self) -> str:
        return f"{self.table.name} {self.rows} {self.files}"

    @property
    def said(self) -> list[str]:
        return [line for _, _, sheets in self.files for sheet in sheets for line in sheet.said]

    def plain(self, folder: Path) -> None:
        """The table in our own form."""
        with (folder / f"{self.table.name}.csv").open("w", encoding="utf-8", newline="") as file:
            lines = csv.writer(file)
            lines.writerow(column.name for column in self.columns)
            lines.writerows([row[column.name] for column in self.columns] for row in self.rows)

    def write(self, folder: Path) -> None:
        for name, kind, sheets in self.files:
            WRITERS[kind.partition(" ")[0]](folder / name, sheets, kind)


# --- the table --------------------------------------------------------------------------------------------------------


@st.composite
def values(draw, column: Column) -> str:
    """A value of a column as plain text."""
    if not column.filled and draw(st.integers(0, 4)) == 0:
        return ""
    match column.type:
        case Type.TEXT:
            return draw(st.sampled_from(FEW.get(column.name, PLACES)))
        case Type.CHOICE:
            return draw(st.sampled_from(list(column.options)))
        case Type.BOOLEAN:
            return draw(st.sampled_from(("是", "否")))
        case Type.MONEY:
            return _decimal(draw(st.integers(0, 10**11)), 2)
        case Type.INTEGER:
            return str(draw(st.integers(int(column.low or 0), int(min(column.high or 9999, 99_999)))))
        case Type.DATE:
            return draw(st.dates(datetime.date(2019, 1, 1), datetime.date(2026, 12, 31))).isoformat()
        case Type.MONTH:
            return f"2025-{draw(st.integers(1, 12)):02d}"
    high = int(min(column.high or 100, 10**6))
    return _decimal(draw(st.integers(10**4, high * 10**4)), 4)


def _decimal(parts: int, places: int) -> str:
    return str(Decimal(parts).scaleb(-places))


@st.composite
def tables(draw) -> tuple[Table, list[Column], list[Row]]:
    """A table with its required columns and some others, each key once."""
    table = TABLES[draw(st.sampled_from(("institutions", "communities", "billing", *NAMED)))]
    own = [column for column in table.columns if column.required or column.name in table.within]
    more = [column for column in table.columns if column not in own]
    least = {"institutions": 3, "communities": 3}.get(table.name, 0)
    several = st.lists(st.sampled_from(more), min_size=min(least, len(more)), max_size=7, unique=True)
    chosen = {*own, *(draw(several) if more else ())}
    if "grade" in {column.name for column in chosen}:
        chosen.add(table.by_name["level"])  # one alone tells the other too
    needed = PAID.get(table.name, {}) if draw(st.integers(0, 3)) else {}  # so that most cities can be paid
    chosen |= {table.by_name[name] for name in needed}
    columns = [column for column in table.columns if column in chosen]
    keys = [name for name in (table.key, *table.within) if table.by_name[name] in columns]
    rows: dict[tuple[str, ...], Row] = {}
    for number in range(draw(st.integers(1, 6))):
        row = {column.name: draw(values(column)) for column in columns}
        if table.by_name[table.key].type is Type.TEXT and not (table.within and number % 2):
            row[table.key] = f"{draw(st.sampled_from('AHXk'))}{number:03d}"
        elif table.by_name[table.key].type is Type.TEXT:
            row[table.key] = next(reversed(rows.values()))[table.key]
        if row.get("grade") and row.get("level"):
            row["level"] = row["grade"][0]
        row |= {name: row[name] or text for name, text in needed.items()}
        rows.setdefault(tuple(row[name] for name in keys), row)
    return table, columns, list(rows.values())


# --- how it is written ------------------------------------------------------------------------------------------------


@dataclass
class Style:
    """How one column of a sheet is written."""

    column: Column
    heading: str
    scale: int = 0


@st.composite
def styles(draw, table: Table, column: Column, whole: str) -> Style:
    """A heading, its unit if it names one, else that of the ``whole`` sheet."""
    others = {one for other in table.columns if other is not column for one in spellings(other)}
    known = [one for one in (column.name, *column.label, *column.called) if word(one) not in others]
    heading = draw(st.sampled_from(known))
    scales = SCALES.get(column.unit, {}) if column.unit in (YUAN, RATIO) else {}
    unit = draw(st.sampled_from(("", "", *(one for one in scales if one not in ("万", "亿")))))
    if not unit:
        inherited = SCALES[YUAN].get(whole, 0) if column.unit == YUAN else 0
        return Style(column, draw(st.sampled_from((heading, f" {heading}", f"*{heading}"))), inherited)
    form = draw(st.sampled_from(("{}（{}）", "{}({})", "{}（单位：{}）", "{}/{}", "{}【{}】", "{}\n（{}）")))
    return Style(column, form.format(heading, unit), scales[unit])


@st.composite
def cells(draw, text: str, style: Style, kind: str):
    """A value as the clerk types it: a text, or in a workbook a number or a day."""
    column, books = style.column, kind in ("xlsx", "xls", "xlsb")
    if not text:
        if column.filled or column.type is Type.BOOLEAN or kind == "parquet":
            return ""
        marks = ("", "", *MISSING)
        return draw(st.sampled_from(marks))
    match column.type:
        case Type.TEXT:
            ways = (text, f" {text} ") + ((f'="{text}"',) if kind == "csv" and column.name.endswith("_id") else ())
            return draw(st.sampled_from(ways))
        case Type.CHOICE:
            alike = [one for one, option in column.codes.items() if option == text and one]
            return draw(st.sampled_from((text, *column.options[text], *alike)))
        case Type.BOOLEAN:
            return draw(st.sampled_from(YES if text == "是" else NO))
        case Type.DATE:
            return draw(days(datetime.date.fromisoformat(text), kind == "xlsx"))
        case Type.MONTH:
            year, month = map(int, text.split("-"))
            ways = [text, f"{year}{month:02d}", f"{year}年{month}月", f"{year}年{month:02d}月份", f"{year}/{month}"]
            return draw(st.sampled_from([*ways, *([datetime.date(year, month, 1)] if kind == "xlsx" else [])]))
    shown = Decimal(text).scaleb(-style.scale)
    plain = f"{shown:f}"
    ways: list = [plain, f"{shown:,f}", plain.translate(WIDE)]
    if books and column.type is not Type.INTEGER and len(plain) <= 15:
        ways.append(float(plain))
    if column.unit == YUAN:
        own = draw(st.sampled_from(("元", "万元")))
        ways.append(f"{Decimal(text).scaleb(-SCALES[YUAN][own]):f}{own}")
        ways += [f"¥{shown:,f}", f"￥{plain}"]
    if column.unit == RATIO:
        ways.append(f"{Decimal(text).scaleb(2):f}%")
    return draw(st.sampled_from(ways))


def days(day: datetime.date, typed: bool):
    y, m, d = day.year, day.month, day.day
    ways = [day.isoformat(), f"{y}/{m}/{d}", f"{y}{m:02d}{d:02d}", f"{y}年{m}月{d}日", f"{y}.{m}.{d}",
            f"{day} 10:30:00", f"{y}/{m}/{d} 0:00"]  # fmt: skip
    return st.sampled_from([*ways, *([day] if typed else [])])


@st.composite
def sheets(draw, table: Table, columns: list[Column], rows: list[Row], kind: str) -> Sheet:
    """Some rows as one sheet, with what a clerk puts around them."""
    made, framed = Sheet(), kind != "parquet"
    whole = draw(st.sampled_from(("", "", "元", "万元", "千元"))) if framed else ""
    written = [draw(styles(table, column, whole)) for column in draw(st.permutations(columns))]
    numbered, side = draw(st.booleans()), draw(st.lists(st.sampled_from(SIDE), max_size=2, unique=True))
    gap = framed and draw(st.booleans())  # a column with nothing in it
    head = [*(["序号"] if numbered else []), *(one.heading for one in written), *([""] if gap else []), *side]
    if framed and draw(st.booleans()):
        made.rows.append(["2024年度 情况汇总表"])
    if whole:
        made.rows.append(
            [draw(st.sampled_from(("单位：{}", "（金额单位：人民币{}）", "日期：2025年3月  单位:{}"))).format(whole)]
        )
    if framed and draw(st.integers(0, 3)) == 0:
        made.rows.append([])
    if made.rows:
        made.said.append("表头在第")
    made.rows.append(head)
    since, own = 0, []
    for index, row in enumerate(rows):
        line: list = [str(index + 1)] if numbered else []
        line += [draw(cells(row[one.column.name], one, kind)) for one in written]
        own.append(len(made.rows) + 1)
        made.rows.append(line + [""] * gap + [draw(st.sampled_from(("", "见附件", "3"))) for _ in side])
        if framed and index + 1 < len(rows) and draw(st.integers(0, 5)) == 0:
            if draw(st.booleans()):
                made.rows.append(list(head))
                made.said.append("重复的表头不作为数据")
            else:
                made.rows.append(_sums("小计", table, rows[since : index + 1], written, numbered, numbered))
                made.said.append("合计行不作为数据")
                since = index + 1
    if framed and draw(st.booleans()):
        label = draw(st.sampled_from(("合计", "总 计", "合计：", "全市合计", "Total")))
        made.rows.append(_sums(label, table, rows, written, numbered, numbered and draw(st.booleans())))
        made.said.append("合计行不作为数据")
    if framed and draw(st.booleans()):
        note = draw(
            st.sampled_from((["注：以上已核对"], ["制表人：张三", "", "审核人：李四", "2025-1-5"], ["备注：无"]))
        )
        made.rows.append(note)
        made.said.append("注释行不作为数据")
    if kind == "xlsx":
        _merge(made, written, numbered, rows)
        made.hidden = draw(st.lists(st.sampled_from(own), max_size=2, unique=True))
        made.said += ["隐藏的行也已读取"] if made.hidden else []
    return made


def _sums(label: str, table: Table, rows: list[Row], written: list[Style], numbered: bool, apart: bool) -> list:
    """A row of sums, in the units of the columns; its label stands in the column of numbers, or in the key's."""
    line: list = [label if apart else ""] * numbered
    for one in written:
        if one.column.type is Type.MONEY:
            total = sum((Decimal(row[one.column.name] or 0) for row in rows), Decimal(0))
            line.append(f"{total.scaleb(-one.scale):f}")
        else:
            line.append(label if one.column.name == table.key and not apart else "")
    return line


def _merge(made: Sheet, written: list[Style], numbered: bool, rows: list[Row]) -> None:
    """Equal texts of neighbouring rows in one cell, where they stand for groups."""
    for place, one in enumerate(written, start=int(numbered)):
        if one.column.name not in ("group", "county"):
            continue
        start = 0
        texts = [str(row[place]).strip() if place < len(row) else "" for row in made.rows]
        for number in range(1, len(texts) + 1):
            if number == len(texts) or texts[number] != texts[start] or not texts[start]:
                if number - start > 1 and texts[start] in FEW[one.column.name]:
                    letter = openpyxl.utils.get_column_letter(place + 1)
                    made.merged.append(f"{letter}{start + 1}:{letter}{number}")
                start = number


@st.composite
def filed(draw) -> Filed:
    """A table, and the files that a clerk makes of it."""
    table, columns, rows = draw(tables())
    kind = draw(st.sampled_from(KINDS))
    names = sorted(name for name in (table.name, *table.label, *table.called) if "/" not in name)
    parts = 1 if table.name in NAMED else draw(st.integers(1, min(3, len(rows))))
    cut = sorted(draw(st.lists(st.integers(1, len(rows) - 1), min_size=parts - 1, max_size=parts - 1, unique=True))
                 if parts > 1 else [])  # fmt: skip
    pieces = [rows[start:end] for start, end in zip([0, *cut], [*cut, len(rows)], strict=True)]
    short = kind.partition(" ")[0]
    made = [draw(sheets(table, columns, piece, short)) for piece in pieces]
    if short in ("xlsx", "xlsb") and parts > 1 and draw(st.booleans()):
        return Filed(table, columns, rows, [(f"汇总.{short}", kind, made)])
    if parts > 1:
        return Filed(table, columns, rows, [(f"附件{n}.{short}", kind, [one]) for n, one in enumerate(made, start=1)])
    return Filed(table, columns, rows, [(f"{draw(st.sampled_from(names))}.{short}", kind, made)])


# --- the files --------------------------------------------------------------------------------------------------------

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "gb18030")
KINDS = [*(f"csv {encoding} {mark}" for encoding in ENCODINGS for mark in ("comma", "tab", "semicolon", "said")),
         *["xlsx"] * 8, *["xls"] * 3, *["xlsb"] * 3, *["parquet"] * 2]  # fmt: skip


def write_csv(path: Path, made: list[Sheet], kind: str) -> None:
    _, encoding, mark = kind.split(" ")
    separator = {"comma": ",", "tab": "\t"}.get(mark, ";")
    text = io.StringIO()
    if mark == "said":
        text.write("sep=;\r\n")
    width = max(map(len, made[0].rows))
    csv.writer(text, delimiter=separator).writerows([*row, *[""] * (width - len(row))] for row in made[0].rows)
    path.write_bytes(text.getvalue().encode(encoding))


def write_xlsx(path: Path, made: list[Sheet], kind: str) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, one in enumerate(made, start=1):
        sheet = book.create_sheet(f"第{number}部分")
        for row, line in enumerate(one.rows, start=1):
            for place, value in enumerate(line, start=1):
                if value != "":
                    sheet.cell(row, place, value)
                    if isinstance(value, str):
                        sheet.cell(row, place).data_type = "s"
        for area in one.merged:
            sheet.merge_cells(area)
        for row in one.hidden:
            sheet.row_dimensions[row].hidden = True
    book.save(path)


def write_xls(path: Path, made: list[Sheet], kind: str) -> None:
    pages = {}
    for number, one in enumerate(made, start=1):
        written = []
        for row, line in enumerate(one.rows):
            for place, value in enumerate(line):
                if value != "":
                    write = xls.number if isinstance(value, float) else xls.text
                    written.append(write(row, place, value))
        pages[f"第{number}部分"] = b"".join(written)
    path.write_bytes(xls.ole(("Workbook", xls.stream(pages))))


def write_xlsb(path: Path, made: list[Sheet], kind: str) -> None:
    pages = [
        xlsb.Page(f"第{number}部分", {
            row: [_xlsb(value) for value in line] for row, line in enumerate(one.rows, start=1) if any(line)
        })
        for number, one in enumerate(made, start=1)
    ]  # fmt: skip
    xlsb.write(path, xlsb.Book(pages))


def _xlsb(value):
    """A text that begins with what its writer takes for a sign stands as a text in the cell itself."""
    if isinstance(value, str) and value[:1] in ("=", "~", "#"):
        return f"~{value}"
    return None if value == "" else value


def write_parquet(path: Path, made: list[Sheet], kind: str) -> None:
    head, *rows = made[0].rows
    columns = {name: [str(row[place]) for row in rows] for place, name in enumerate(head)}
    pq.write_table(pa.table(columns), path)


WRITERS = {"csv": write_csv, "xlsx": write_xlsx, "xls": write_xls, "xlsb": write_xlsb, "parquet": write_parquet}
