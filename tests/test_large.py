"""Large tables stay in their files, give the same values whatever the file, and are refused in the words of small
ones."""

import csv
import io
import os
import random
import re
import struct
import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import ibis
import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlib import tables
from simlib.app import data
from simlib.cli import main
from simlib.columns import CASES, HISTORY, OF_REFUNDS, TAKEN_BACK, Type
from simlib.digests import file_digest
from simlib.problems import BadInput
from simlib.tables import cells
from simlib.tables.account import account_of
from simlib.tables.forms import MISSING, word
from simlib.tables.large import CHANGED, Large, engine, look
from simlib.tables.large import files as large_files
from simlib.tables.large.from_csv import Source
from simlib.tables.recognise import recognise
from simlib.tables.sheets import read_sheets
from simlib.tables.sheets.heads import head
from simlib.tables.typed import typed
from strategies.examples import examples

ROOT = Path(__file__).resolve().parent.parent
FORKS = sys.platform == "linux"
REQUIRED = [column.name for column in CASES.columns if column.required]
SOUND = {
    "case_id": ["0012", "B-2", "丙3"],
    "institution_id": ["H1", "H1", "𠮷2"],
    "scheme": ["employee", "", "resident"],
    "group_code": ["O80.0:1", "I10,9", "A1"],
    "diagnosis": ['say "a"', "", "b c"],
    "admission_date": ["2021-01-31", "2021/2/1", ""],
    "discharge_date": ["2021-02-01", "2021/02/01", "2021-12-31"],
    "age": ["70", "", "1e1"],
    "total_cost": ["0.29", "1000000000000", "1234.5"],
    "fund_billed": ["0.29", "+.5e2", "0"],
    "patient_paid": ["0", "0", "0.07"],
    "other_paid": ["0", "0", "0"],
    "auxiliary_factor": ["-0.5", "", "1.25"],
    "irregular": ["true", "0", "否"],
    "readmission": ["", "是", "FALSE"],
    "附言": ["=1", "x", ""],
}
VALUES = {
    "case_id": ["0012", "B-2", "丙3"],
    "institution_id": ["H1", "H1", "𠮷2"],
    "scheme": ["employee", None, "resident"],
    "group_code": ["O80.0:1", "I10,9", "A1"],
    "diagnosis": ['say "a"', None, "b c"],
    "admission_date": [date(2021, 1, 31), date(2021, 2, 1), None],
    "discharge_date": [date(2021, 2, 1), date(2021, 2, 1), date(2021, 12, 31)],
    "age": [70, None, 10],
    "total_cost": [0.29, 1e12, 1234.5],
    "fund_billed": [0.29, 50.0, 0.0],
    "patient_paid": [0.0, 0.0, 0.07],
    "other_paid": [0.0, 0.0, 0.0],
    "auxiliary_factor": [-0.5, None, 1.25],
    "irregular": [True, False, False],
    "readmission": [None, True, False],
}
TYPES = {
    Type.TEXT: "string", Type.CHOICE: "string", Type.INTEGER: "int64", Type.NUMBER: "float64", Type.MONEY: "float64",
    Type.BOOLEAN: "boolean", Type.DATE: "date",
}  # fmt: skip
PARQUET = {
    "age": pa.int64(), "total_cost": pa.float64(), "fund_billed": pa.decimal128(18, 2), "patient_paid": pa.float32(),
    "other_paid": pa.int32(), "auxiliary_factor": pa.float64(), "irregular": pa.bool_(), "readmission": pa.bool_(),
    "admission_date": pa.date32(), "discharge_date": pa.timestamp("ns"),
}  # fmt: skip


def comma_separated(columns=SOUND, end="\n", mark=",") -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=end, delimiter=mark)
    writer.writerows([list(columns), *zip(*columns.values(), strict=True)])
    return text.getvalue()


def table_file(path: Path, content) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, pa.Table):
        pq.write_table(content, path)
    elif isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content, encoding="utf-8", newline="")
    return path


def workbook(path: Path, columns=SOUND) -> Path:
    book = openpyxl.Workbook()
    for row in [list(columns), *zip(*columns.values(), strict=True)]:
        book.active.append([cell.lstrip("=") or None for cell in row])  # else it would be a formula
    book.save(path)
    return path


def arrow(**changed) -> pa.Table:
    """The sound table in the types of Parquet, with some columns replaced."""
    columns = {}
    for name, values in {**VALUES, "附言": SOUND["附言"]}.items():
        kind = PARQUET.get(name)
        if name == "fund_billed":
            values = [Decimal(str(value)) for value in values]
        elif name == "discharge_date":
            values = [datetime.combine(value, datetime.min.time()) for value in values]
        columns[name] = pa.array(values, kind)
    for name in ("scheme", "group_code"):
        columns[name] = columns[name].dictionary_encode()
    return pa.table({**columns, **changed})


def values(large: Large) -> dict[str, list]:
    with engine(len(large)) as backend:
        table = large.on(backend)
        assert {name: str(kind) for name, kind in table.schema().items()} == {
            name: TYPES[column.type] for name, column in large.declared.items()
        }
        return table.to_pyarrow().to_pydict()


def read(path: Path, table=CASES) -> Large:
    return tables.read(path, table)


def lines(path: Path, table=CASES) -> list[str]:
    with pytest.raises(BadInput) as bad:
        tables.read(path, table)
    assert len(bad.value.lines("en")) == len(bad.value.lines())
    return bad.value.lines()


# --- the same values from any file ----------------------------------------------------------------------------------

TEXT = comma_separated()
FILES = {
    "CSV": ("cases.csv", TEXT),
    "CSV with a mark": ("cases.csv", "\ufeff" + TEXT),
    "CSV in GB18030": ("cases.csv", TEXT.encode("gb18030")),
    "CSV of Windows": ("cases.CSV", comma_separated(end="\r\n")),
    "CSV of an old Mac": ("cases.csv", comma_separated(end="\r")),
    "CSV with ends of line of two kinds": ("cases.csv", TEXT.replace("\n", "\r\n", 2)),
    "CSV without an end": ("cases.csv", TEXT.rstrip()),
    "CSV with blank rows": ("cases.csv", TEXT.replace("\n", "\n\n" + "," * (len(SOUND) - 1) + "\n  \n")),
    "CSV with spaces": ("cases.csv", comma_separated(
        {f" {name}\u3000": [f"\t{cell}\u00a0 " for cell in cells] for name, cells in SOUND.items()})),
    "CSV with quotes everywhere": (
        "cases.csv", re.sub(r'(^|,)([^",\n]*)(?=,|\n)', r'\1"\2"', TEXT, flags=re.MULTILINE)),
    "CSV with cells of several lines": ("cases.csv", TEXT.replace("x\n", '"x\ny\n\nz"\n')),
    "Parquet": ("cases.parquet", arrow()),
    "Parquet of texts": ("cases.parquet", pa.table(SOUND)),
    "Parquet of pandas": (
        "cases.parquet", pa.Table.from_pandas(pd.DataFrame(VALUES).astype({"admission_date": "datetime64[s]"}))),
    "Parquet with a column for its rows": ("cases.parquet", arrow(file_row_number=pa.array([7, 7, 7]))),
    "Parquet with a name in two cases": ("cases.parquet", arrow(Age=[1, 2, 3]).select(["Age", *VALUES])),
    "Parquet with spaces around names": (
        "cases.parquet", arrow().rename_columns([f" {name}\n" for name in arrow().column_names])),
    "Parquet in a folder with a pattern": ("[12]*?/cases.parquet", arrow()),
    "CSV with a column without a name": ("cases.csv", TEXT.replace("附言", " ", 1)),
    "CSV with its header in row 2": ("cases.csv", "\n" + TEXT),
    "CSV with names in capitals": ("cases.csv", TEXT.replace("case_id", "CASE_ID", 1)),
    "CSV with a name in Chinese": ("cases.csv", TEXT.replace("group_code", "病种编码", 1)),
    "CSV with semicolons": ("cases.csv", comma_separated(mark=";")),
    "CSV with tabs": ("cases.csv", comma_separated(mark="\t")),
    "CSV in UTF-16": ("cases.csv", TEXT.encode("utf-16")),
    "CSV in a folder with a pattern": ("[12]*?/cases.csv", TEXT),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_every_file_gives_the_same_values(name, tmp_path):
    file, content = FILES[name]
    if "?" in file and os.name == "nt":
        pytest.skip("no such name on Windows")
    table_file(tmp_path / "1" / "cases.parquet", arrow(case_id=["x", "y", "z"]))
    large = read(table_file(tmp_path / file, content))
    assert values(large) == {name: VALUES[name] for name in large.declared}
    assert large.declared.keys() == VALUES.keys()
    assert len(large) == 3
    assert "total_cost" in large
    assert "year" not in large
    assert large.attrs == {
        "file": Path(file).name, "sha256": file_digest(tmp_path / file), "account": account_of(large),
    }  # fmt: skip
    if not any(one in name for one in ("Chinese", "row 2", "without a name", "capitals")):
        assert not account_of(large).assumptions


def test_a_workbook_gives_the_same_values(tmp_path):
    large = read(workbook(tmp_path / "cases.xlsx"))
    assert values(large) == VALUES
    assert large.columns == tuple(SOUND)


def test_a_table_in_memory_gives_the_same_values():
    assert values(Large.of(arrow(), CASES, "d", "f")) == VALUES
    frame = pd.DataFrame(VALUES).astype({"admission_date": "datetime64[s]", "scheme": "category"})
    large = Large.of(frame.assign(further=1), CASES)
    assert values(large) == VALUES
    assert large.columns == (*VALUES, "further")
    assert Large.of(arrow(), CASES, "d", "f").attrs == {"file": "f", "sha256": "d"}
    assert values(Large.of(pa.table(SOUND), CASES)) == VALUES


def test_text_that_is_no_number_is_never_taken_for_a_blank():
    large = Large.of(pa.table({"total_cost": ["1", "x"]}), CASES)
    with engine() as backend, pytest.raises(Exception, match="x"):
        large.on(backend).to_pyarrow()


def test_not_a_number_is_a_blank_in_parquet(tmp_path):
    table = arrow(auxiliary_factor=[float("nan"), None, 1.25], age=[float("nan"), 2.0, 10.0])
    found = values(read(table_file(tmp_path / "cases.parquet", table)))
    assert found["auxiliary_factor"] == [None, None, 1.25]
    assert found["age"] == [None, 2, 10]
    pq.write_table(table, tmp_path / "cases.parquet", write_statistics=False)
    assert values(read(tmp_path / "cases.parquet")) == found


def test_expressions_are_those_of_any_engine_and_read_only_what_is_asked(tmp_path):
    large = read(table_file(tmp_path / "cases.parquet", arrow()))
    with engine() as backend:
        table = large.on(backend)
        assert table.get_backend() is backend
        assert Large.of(arrow(), CASES).on(backend).get_backend() is backend
        asked = table.group_by("institution_id").aggregate(cost=table.total_cost.sum())
        assert "diagnosis" not in backend.raw_sql(f"EXPLAIN {ibis.to_sql(asked)}").fetchall()[0][1]
        for dialect in ("databricks", "postgres", "trino"):
            assert ibis.to_sql(asked, dialect=dialect)


def test_amounts_are_read_to_the_fen(tmp_path):
    chance = random.Random(2026)
    fen = [chance.randrange(10 ** chance.randint(1, 14)) for _ in range(2000)]
    texts = [f"{one // 100}.{one % 100:02}" for one in fen]
    ids = [f"{number:05}" for number in range(2000)]
    one = pa.array(["1"] * 2000)
    rest = dict.fromkeys(REQUIRED, one) | {"case_id": pa.array(ids)}
    kinds = [pa.string(), pa.float64(), pa.decimal128(38, 10)]
    for kind in kinds:
        read_as = {pa.string(): str, pa.float64(): float}.get(kind, Decimal)
        column = pa.array(map(read_as, texts), kind)
        found = values(read(table_file(tmp_path / "cases.parquet", pa.table(rest | {"total_cost": column}))))
        assert [round(value * 100) for value in found["total_cost"]] == fen
        assert found["total_cost"] == [float(text) for text in texts]
        assert found["case_id"] == ids


# --- what is refused ------------------------------------------------------------------------------------------------

NOT_A_NUMBER = "不是此列的数字。请写成 93.5 这样的数字。"
NOT_FINITE = "不是有限的数。请填写实际数值，没有则留空。"
COST = "住院总费用应在 0 至 1,000,000,000,000 之间。请核对。"
NOT_HERE = "表中没有它退的病例（机构、人员、日期相同或写明编号）。请补充原病例，或移出此行。"
NOT_TAKEN_BACK = COST + NOT_HERE
FORMULA = "以 = + - @ 开头，会被表格软件当作公式执行。请去掉该字符。"
INVISIBLE = "含有换行或不可见的字符。请重新输入。"
NOT_A_DATE = "不是日期。请写成 2021-01-31 或 2021/1/31。"
OPTION = "不在可选值内。请填 employee（职工医保）、resident（居民医保） 之一。"
RAGGED = "请检查多余或缺少的逗号。"
BLANK = "不能为空。请补充。"
TWICE = "请每个编号只保留一行。"
CELLS = {
    "a word for a number": ("total_cost", "much", "“much”：" + NOT_A_NUMBER),
    "a thousands separator at the wrong place": ("total_cost", "10,00.00", "“10,00.00”：" + NOT_A_NUMBER),
    "a sign that is none": ("total_cost", "90？", "“90？”：" + NOT_A_NUMBER),
    "digits with an underscore": ("total_cost", "1_000", "“1_000”：" + NOT_A_NUMBER),
    "a word for not a number": ("total_cost", "NaN", "“NaN”：" + NOT_FINITE),
    "an infinite amount": ("total_cost", "-inf", "“-inf”：" + NOT_FINITE),
    "an amount too large for a float": ("total_cost", "1e999", "“1e999”：" + COST),
    "a negative amount": ("total_cost", "-0.01", "“-0.01”：" + NOT_TAKEN_BACK),
    "a part of a fen": ("total_cost", "10000.005", "“10000.005”：金额最多到分（两位小数）。请核对。"),
    "a blank amount": ("total_cost", "  ", BLANK),
    "a part of a year": ("age", "1.5", "“1.5”：应为整数。请核对。"),
    "an age beyond all": ("age", "131", "“131”：年龄应在 0 至 130 之间。请核对。"),
    "a factor too low": ("auxiliary_factor", "-1.01", "“-1.01”：辅助目录调整系数应在 -1 至 100 之间。请核对。"),
    "neither yes nor no": ("irregular", "maybe", "“maybe”：应为 True/False、1/0 或 是/否。"),
    "no such option": ("scheme", "Employees", "“Employees”：" + OPTION),
    "a date with half a time": ("admission_date", "2021-01-31 08", "“2021-01-31 08”：" + NOT_A_DATE),
    "a day that does not exist": ("admission_date", "2021-02-29", "“2021-02-29”：" + NOT_A_DATE),
    "a date of two kinds": ("admission_date", "2021-01/31", "“2021-01/31”：" + NOT_A_DATE),
    "a day before the first": ("discharge_date", "2021-01-30", "“2021-01-30”：出院日期早于入院日期。请核对。"),
    "a blank id": ("case_id", "\u3000", BLANK),
    "a formula": ("diagnosis", " =1+1", "“=1+1”：" + FORMULA),
    "a formula of another kind": ("institution_id", "@A1", "“@A1”：" + FORMULA),
    "a line break": ("diagnosis", "a\nb", "“a�b”：" + INVISIBLE),
    "a zero-width space": ("case_id", "A\u200b1", "“A�1”：" + INVISIBLE),
    "text from right to left": ("group_code", "a\u202eb", "“a�b”：" + INVISIBLE),
    "a control character": ("group_code", "a\x1b[31mb", "“a�[31mb”：" + INVISIBLE),
    "an id that stands before": ("case_id", "B-2", "“B-2”：与第 {twice} 行重复。" + TWICE),
    "an id that stands before but for spaces": ("case_id", " B-2\u00a0", "“B-2”：与第 {twice} 行重复。" + TWICE),
    "an endless text": ("diagnosis", "x" * 10_001, "“" + "x" * 59 + "…”：超过 10,000 个字符。请核对。"),
}  # fmt: skip


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("name", CELLS)
def test_a_cell_is_refused(name, kind, tmp_path):
    column, value, line = CELLS[name]
    place = 2 if "id that" in name else 0
    columns = SOUND | {column: [value if i == place else cell for i, cell in enumerate(SOUND[column])]}
    row = place + (2 if kind == "csv" else 1)  # the header is a row of a CSV
    content = comma_separated(columns) if kind == "csv" else pa.table(columns)
    between = " · " if "：" in line and line.startswith("“") else "："
    expected = f"cases.{kind} · 第 {row} 行 · {column}{between}{line.format(twice=row - 1)}"
    assert lines(table_file(tmp_path / f"cases.{kind}", content)) == [expected]


TYPED = {
    "an infinite amount": ("total_cost", [1.0, float("inf"), 2.0], "“inf”：" + NOT_FINITE),
    "a part of a fen": ("total_cost", [1.0, 1.005, 2.0], "“1.005”：金额最多到分（两位小数）。请核对。"),
    "a part of a fen in decimals": (
        "total_cost", pa.array(map(Decimal, ("1", "1.005", "2")), pa.decimal128(18, 3)),
        "“1.005”：金额最多到分（两位小数）。请核对。"),
    "a blank amount": ("total_cost", [1.0, None, 2.0], BLANK),
    "an amount that is not a number": ("total_cost", [1.0, float("nan"), 2.0], BLANK),
    "a negative amount": ("total_cost", [1, -1, 2], "“-1”：" + NOT_TAKEN_BACK),
    "a part of a year": ("age", [1.0, 1.5, 2.0], "“1.5”：应为整数。请核对。"),
    "a number for yes": ("irregular", [0, 2, 1], "“2”：应为 True/False、1/0 或 是/否。"),
    "yes for a number": ("age", [None, True, None], "“True”：" + NOT_A_NUMBER),
    "a time of a time zone": (
        "admission_date", pa.array([None, datetime(2021, 1, 2, 3), None], pa.timestamp("us", "UTC")),
        "“2021-01-02 03:00:00+00:00”：" + NOT_A_DATE),
    "a date of year 1": ("admission_date", [None, date(1, 1, 1), None], "“0001-01-01”：" + NOT_A_DATE),
    "a negative id": ("institution_id", [1, -1, 2], "“-1”：" + FORMULA),
}  # fmt: skip


@pytest.mark.parametrize("name", TYPED)
def test_a_typed_cell_is_refused(name, tmp_path):
    column, cells, line = TYPED[name]
    path = table_file(tmp_path / "cases.parquet", arrow(**{column: cells}))
    between = " · " if line.startswith("“") else "："
    assert lines(path) == [f"cases.parquet · 第 2 行 · {column}{between}{line}"]


def replaced(old: str, new: str) -> str:
    assert old in TEXT
    return TEXT.replace(old, new, 1)


SHAPES = {
    "a column is missing": (replaced("total_cost", "costs"),
        "cases.csv · total_cost：缺少此列。请补充该列。"),
    "columns are misspelt": (replaced("total_cost", "totl_cost").replace("case_id", "CASE_ID", 1),
        "cases.csv · total_cost：缺少此列。请把列“totl_cost”改名为 total_cost。"),
    "a column is missing, and a cell is bad": (replaced("group_code", "g").replace("1234.5", "x"),
        "cases.csv · group_code：缺少此列。请补充该列。",
        "cases.csv · 第 4 行 · total_cost · “x”：" + NOT_A_NUMBER),
    "two columns have the same name": (replaced("diagnosis", "age"),
        "cases.csv · age：“age”、“age”均疑似此列。请仅保留一列，或在 columns.yaml 中写明所用的列。"),
    "a column name holds a zero-width space": (replaced("附言", "附\u200b言"),
        "cases.csv · 第 1 行 · “附�言”：列名含有不可见的字符。请重新输入列名。"),
    "there is only a header": (TEXT.partition("\n")[0],
        "cases.csv：只有表头，没有数据行。请补充数据。"),
    "there are a header and blank rows": (TEXT.partition("\n")[0] + "\n\n" + "," * 15 + "\n",
        "cases.csv：只有表头，没有数据行。请补充数据。"),
    "the file is empty": (b"",
        "cases.csv：文件是空的。请重新导出。"),
    "a row is short": (replaced(",-0.5,true,,=1", ",true,,=1"),
        "cases.csv · 第 2 行：有 15 个单元格，表头有 16 列。" + RAGGED),
    "a row is long": (replaced("0.29", "10,000"),
        "cases.csv · 第 2 行：有 17 个单元格，表头有 16 列。" + RAGGED),
    "a row is long by a blank cell at its end": (TEXT.rstrip() + ",\n",
        "cases.csv · 第 4 行：有 17 个单元格，表头有 16 列。" + RAGGED),
    "a row is moved by a comma, its last cell being blank": (replaced("b c", "b, c"),
        "cases.csv · 第 4 行：有 17 个单元格，表头有 16 列。" + RAGGED),
    "a row is short and another one bad": (replaced(",-0.5,true,,=1", ",true,,=1").replace("1234.5", "x"),
        "cases.csv · 第 2 行：有 15 个单元格，表头有 16 列。" + RAGGED,
        "cases.csv · 第 4 行 · total_cost · “x”：" + NOT_A_NUMBER),
    "a cell is bad below cells of several lines and blank rows": (
        replaced("=1\n", '"=1\n\n"\n\n  \n').replace("1234.5", "x"),
        "cases.csv · 第 8 行 · total_cost · “x”：" + NOT_A_NUMBER),
    "an id stands twice below a blank row": (replaced("\n0012", "\n\n0012").replace("丙3", "0012"),
        "cases.csv · 第 5 行 · case_id · “0012”：与第 3 行重复。" + TWICE),
    "a quote is not closed": (replaced("b c", '"b c'),
        "cases.csv · 第 4 行：双引号不配对。请用表格软件重新另存为 CSV。"),
    "a quote is closed too early": (replaced("b c", '"b" c'),
        "cases.csv · 第 4 行：双引号不配对。请用表格软件重新另存为 CSV。"),
    "a quote of the header is not closed": ('"' + TEXT.replace('"', ""),
        "cases.csv · 第 1 行：双引号不配对。请用表格软件重新另存为 CSV。"),
    "the encoding is Latin-1": (replaced("b c", "évêché").encode("latin-1", "replace"),
        "cases.csv · 第 4 行：编码既不是 UTF-8 也不是 GB18030。请另存为“CSV UTF-8（逗号分隔）”。"),
    "a byte of UTF-8 is broken": (b"\xef\xbb\xbf" + TEXT.encode().replace(b"b c", b"\xe4\xb8"),
        "cases.csv · 第 4 行：编码既不是 UTF-8 也不是 GB18030。请另存为“CSV UTF-8（逗号分隔）”。"),
    "the last byte is missing": (TEXT.rstrip().encode("gb18030") + b"\x81",
        "cases.csv · 第 4 行：编码既不是 UTF-8 也不是 GB18030。请另存为“CSV UTF-8（逗号分隔）”。"),
    "there are NUL bytes": (replaced("b c", "b\0c"),
        "cases.csv：不是 UTF-8、UTF-16 或 GB18030 文本。请另存为“CSV UTF-8（逗号分隔）”。"),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_a_file_is_refused(name, tmp_path):
    content, *expected = SHAPES[name]
    assert lines(table_file(tmp_path / "cases.csv", content)) == expected


def damaged(content: bytes) -> bytes:
    place = content.index(b"O80.0:1")
    return content[: place - 4] + b"\xff" * 12 + content[place + 8 :]


PARQUET_FILES = {
    "a file that is none": (lambda content: b"PAR1" + bytes(100) + b"PAR1",
                            "cases.parquet：不是完好的 Parquet 文件。请重新导出。"),
    "a file that is cut off": (lambda content: content[:-9], "cases.parquet：不是完好的 Parquet 文件。请重新导出。"),
    "a damaged page": (damaged, "cases.parquet：不是完好的 Parquet 文件。请重新导出。"),
}  # fmt: skip


@pytest.mark.parametrize("name", PARQUET_FILES)
def test_a_broken_parquet_file_is_refused(name, tmp_path):
    broken, line = PARQUET_FILES[name]
    path = tmp_path / "cases.parquet"
    pq.write_table(pa.table(VALUES), path, compression="none", use_dictionary=False)
    path.write_bytes(broken(path.read_bytes()))
    assert lines(path) == [line]


def test_what_a_parquet_file_states_of_its_values_is_not_believed(tmp_path):
    path = tmp_path / "cases.parquet"
    pq.write_table(arrow(total_cost=[1.0, -1.0, 2.0]), path, compression="none", use_dictionary=False)
    content = path.read_bytes()
    start = len(content) - 8 - int.from_bytes(content[-8:-4], "little")  # of what stands about the columns
    least, stated = struct.pack("<d", -1.0), content[start:]
    assert least in stated
    path.write_bytes(content[:start] + stated.replace(least, struct.pack("<d", 0.0)))
    assert lines(path) == [f"cases.parquet · 第 2 行 · total_cost · “-1”：{NOT_TAKEN_BACK}"]


def test_parquet_of_other_shapes_is_refused(tmp_path):
    path = tmp_path / "cases.parquet"
    assert lines(table_file(path, arrow(附言=[["a"], [], ["b", "c"]]))) == [
        "cases.parquet · 附言 · “list<element: string>”：不是文字、数字或是否的列。请改成普通的列或删除。"
    ]
    assert lines(table_file(path, arrow().slice(0, 0))) == ["cases.parquet：只有表头，没有数据行。请补充数据。"]
    assert lines(table_file(path, pa.table({"a": [1]})))[0] == "cases.parquet · case_id：缺少此列。请补充该列。"
    assert lines(table_file(path, arrow().drop_columns(["scheme", "case_id"]))) == [
        "cases.parquet · case_id：缺少此列。请补充该列。"
    ]


def test_a_workbook_is_refused_with_the_rows_of_its_sheet(tmp_path):
    path = workbook(tmp_path / "cases.xlsx", SOUND | {"total_cost": ["1", "x", "2"], "case_id": ["a", "b", "a"]})
    assert lines(path) == [
        "cases.xlsx · 第 3 行 · total_cost · “x”：" + NOT_A_NUMBER,
        "cases.xlsx · 第 4 行 · case_id · “a”：与第 2 行重复。" + TWICE,
    ]


def test_a_history_has_its_own_columns(tmp_path):
    content = comma_separated(SOUND | {"year": ["2020", "1989", "2021"], "level": ["3", "2", ""]})
    assert lines(table_file(tmp_path / "history.csv", content), HISTORY) == [
        "history.csv · 第 3 行 · year · “1989”：年度应在 1,990 至 2,100 之间。请核对。",
        "history.csv · 第 4 行 · level：" + BLANK,
    ]


@pytest.mark.parametrize("kind", ["csv", "csv with a blank row", "parquet"])
def test_the_first_twenty_rows_of_a_rule_are_listed_and_the_rest_counted(kind, tmp_path):
    n = 3000
    columns = {name: ["1"] * n for name in REQUIRED} | {
        "case_id": [f"R{i}" if i % 3 == 1 else f"C{i // 3}" for i in range(n)]
    }
    columns["total_cost"] = ["x" if i % 3 == 0 else "-1" if i % 3 == 1 else "1" for i in range(n)]
    columns["scheme"] = ["a" if i == 2999 else "resident" for i in range(n)]
    content = pa.table(columns) if kind == "parquet" else comma_separated(columns)
    content = content.replace("\n", "\n\n", 1) if "blank" in kind else content
    first = {"csv": 2, "csv with a blank row": 3, "parquet": 1}[kind]
    file = "cases." + kind[:3] if kind != "parquet" else "cases.parquet"
    rows = [(3 * i + first, f"total_cost · “x”：{NOT_A_NUMBER}") for i in range(20)]
    rows += [(3 * i + 1 + first, f"total_cost · “-1”：{NOT_TAKEN_BACK}") for i in range(20)]
    rows += [(3 * i + 2 + first, f"case_id · “C{i}”：与第 {3 * i + first} 行重复。{TWICE}") for i in range(20)]
    rows += [(n - 1 + first, f"scheme · “a”：{OPTION}")]
    rows.sort(key=lambda row: row[0])  # of one row those of its cells come first, as they are listed here
    rest = [f"total_cost：另有 980 行相同：{NOT_A_NUMBER}", f"total_cost：另有 980 行相同：{NOT_TAKEN_BACK}",
            f"case_id：另有 980 行相同：编号重复。{TWICE}"]  # fmt: skip
    expected = [f"{file} · 第 {row} 行 · {text}" for row, text in rows] + [f"{file} · {text}" for text in rest]
    assert lines(table_file(tmp_path / file, content)) == expected


def test_rows_of_wrong_length_are_counted_too(tmp_path):
    content = "case_id,total_cost\n" + "a,1,2\n" * 30 + "b\n" * 3
    found = lines(table_file(tmp_path / "cases.csv", content))
    assert found[len(REQUIRED) - 2 :][:2] == [
        "cases.csv · 第 2 行：有 3 个单元格，表头有 2 列。" + RAGGED,
        "cases.csv · 第 3 行：有 3 个单元格，表头有 2 列。" + RAGGED,
    ]
    assert found[-1] == "cases.csv：另有 13 行相同：单元格数与表头不同。" + RAGGED
    assert len(found) == len(REQUIRED) - 2 + 20 + 1


# --- whatever stands in them, large tables are read as small ones are -------------------------------------------------

ODD = {
    "number": ["1", "0", " 12 ", "1.5", "1.005", "-1", "+3", "1e2", "1e999", "nan", "NaN", "-inf", "Infinity", "abc",
               "１",
               "1,000", "0x10", "1_0", "", "  ", "\u3000", "2.", ".", ".5", "9" * 400, "131", "0.29", "1e-5", "--inf",
               "-0"],
    "text": ["A", "a b", "=x", "+1", "-2", "@q", " -3", "", "\u3000x\u00a0", "x\ny", "\u200b", "甲", "NULL", "nan",
             "x\x85",
             "\x1fq", "𠮷", "a\x07b", "007", "\ufeffq", "3", "resident", '"', ",", "é\r\n"],
    "date": ["2021-01-31", "2021/1/31", "2021-1-5", "2021/01-05", "2021-02-30", "2020-2-29", "20210101", "0999-01-01",
             " 2021-03-01 ", "44000", "", "2999-12-31", "3000-1-1", "2021-13-1"],
    "boolean": ["true", "FALSE", "1", "0", "是", "否", "yes", "", " 1 ", "2", "1.0"],
}  # fmt: skip
POOLS = {Type.TEXT: "text", Type.CHOICE: "text", Type.DATE: "date", Type.BOOLEAN: "boolean"}


@st.composite
def messy(draw) -> str:
    """A CSV whose cells are as people write them, mostly sound."""
    names = draw(st.permutations([*(name for name in CASES.by_name if name not in OF_REFUNDS), "附言"]))
    sound = draw(st.booleans())
    rows = []
    for number in range(draw(st.integers(1, 6))):
        row = {name: f"K{number}" if name == "case_id" else "1" for name in REQUIRED}
        for name in draw(st.lists(st.sampled_from(names), max_size=2 if sound else 6)):
            column = CASES.by_name.get(name)
            pool = ODD[POOLS.get(column.type, "number") if column else "text"]
            row[name] = draw(st.sampled_from(pool[:1] + pool[2:3] if sound else pool))
        rows.append([row.get(name, "") for name in names])
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    text = io.StringIO()
    writer = csv.writer(text, quoting=quoting, lineterminator=draw(st.sampled_from(["\n", "\r\n"])))
    writer.writerows([names, *rows])
    return text.getvalue()


def small(path: Path):
    """What reading it whole gives: the values of the declared columns, or the lines."""
    try:
        (sheet,) = read_sheets(path)
        found = recognise(sheet, path.name, table=CASES)
        frame = typed(found)
    except BadInput as bad:
        return once(bad.lines())
    frame = frame[[name for name in frame if name in CASES.by_name]].astype(object)
    return {name: [None if pd.isna(value) else value for value in frame[name]] for name in frame}, account_of(frame)


def once(lines: list[str]) -> list[str]:
    """Of each row's amounts below 0 the first alone: a refund of nothing is said once."""
    below = [
        re.fullmatch(r"cases.csv · (第 \d+ 行) · (\w+) · “-.*”：.*应在 0 至 1,000,000,000,000 之间。.*", one)
        for one in lines
    ]
    first: dict[str, int] = {}
    for found in filter(None, below):
        at = TAKEN_BACK.index(found[2]) if found[2] in TAKEN_BACK else -1
        first[found[1]] = min(at, first.get(found[1], at))
    return [
        one
        for one, found in zip(lines, below, strict=True)
        if not found or found[2] not in TAKEN_BACK or TAKEN_BACK.index(found[2]) == first[found[1]]
    ]


def as_large(path: Path):
    try:
        large = read(path)
        return values(large), account_of(large)
    except BadInput as bad:
        return [line.replace(NOT_HERE, "") for line in bad.lines() if "早于入院日期" not in line]


few = examples(10)


@given(messy(), st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]), st.randoms(use_true_random=False))
@few
def test_a_csv_is_read_or_refused_as_a_small_table_is(tmp_path_factory, text, encoding, chance):
    path = tmp_path_factory.mktemp("messy") / "cases.csv"
    text = text.rstrip() if chance.random() < 0.2 else text
    path.write_bytes(text.encode(encoding))
    assert (as_large(path) or small(path)) == small(path)  # a row may only be refused for the order of its days


@given(st.randoms(use_true_random=False))
@few
def test_a_csv_that_has_been_spoilt_is_read_or_refused_as_a_small_table_is(tmp_path_factory, chance):
    text = list(comma_separated(end=chance.choice(["\n", "\r\n"])))
    header = text.index("\n") + 1
    for _ in range(chance.choice([1, 1, 2])):
        place = chance.randrange(header, len(text))
        text[place] = chance.choice(['"', ",", "\n", "\r", "\t", '""', "\\", "\n\n", ",\n", text[place] + '"'])
    path = table_file(tmp_path_factory.mktemp("spoilt") / "cases.csv", "".join(text))
    assert (as_large(path) or small(path)) == small(path)


@st.composite
def frames(draw) -> pd.DataFrame:
    """Sound cases in memory, with blanks where they may be."""
    n = draw(st.integers(1, 10))
    cents = st.integers(0, 10**11).map(lambda fen: fen / 100)
    kinds = {
        Type.TEXT: st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=5).filter(
            lambda one: word(one) not in MISSING
        ),
        Type.INTEGER: st.integers(0, 130),
        Type.NUMBER: st.floats(0, 100, allow_subnormal=False).map(lambda one: float(f"{one:.15g}")),
        Type.MONEY: cents,
        Type.BOOLEAN: st.booleans(),
        Type.DATE: st.just(date(2021, 1, 31)),
    }
    columns = {}
    for column in (one for one in CASES.columns if one.name not in OF_REFUNDS):
        one = st.sampled_from(list(column.options)) if column.options else kinds[column.type]
        columns[column.name] = draw(st.lists(one if column.filled else one | st.none(), min_size=n, max_size=n))
    columns["case_id"] = [f"{name}·{i}" for i, name in enumerate(columns["case_id"])]
    return pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in columns.items()})


@given(frames())
@examples(5)
def test_a_table_is_the_same_in_memory_and_in_any_file(tmp_path_factory, frame):
    folder = tmp_path_factory.mktemp("same")
    known = pa.Table.from_pandas(frame, preserve_index=False)
    in_memory = values(Large.of(frame, CASES))
    frame.to_csv(folder / "cases.csv", index=False)
    pq.write_table(known, folder / "cases.parquet")
    assert in_memory == values(read(folder / "cases.csv")) == values(read(folder / "cases.parquet"))
    assert in_memory == {name: [None if pd.isna(one) else one for one in frame[name]] for name in frame}
    assert values(read(folder / "cases.csv").kept()) == in_memory


def test_every_character_that_a_small_table_refuses_is_refused():
    characters = [chr(one) for one in range(1, 0x10000) if not 0xD800 <= one < 0xE000]
    column = CASES.by_name["group_code"]
    table = pa.table({"group_code": [f"a{one}b" for one in characters]})
    with engine() as backend:
        written = Large.of(table, CASES).written(backend).group_code
        odd = written.re_search("|".join(look.ODD_TEXT)).to_pyarrow().to_pylist()

    def refused(text: str) -> bool:
        try:
            cells.PARSERS[Type.TEXT](text, column)
        except ValueError:
            return True
        return False

    assert odd == [refused(f"a{one}b") for one in characters]
    assert sum(odd) > 80


def test_what_is_space_around_a_text_is_so_in_large_tables():
    characters = [chr(one) for one in range(1, 0x10000) if not 0xD800 <= one < 0xE000]
    table = pa.table({"group_code": [f"{one}a{one}" for one in characters]})
    found = values(Large.of(table, CASES))["group_code"]
    assert found == [f"{one}a{one}".strip() for one in characters]


# --- the file and the process -----------------------------------------------------------------------------------------


def test_what_was_read_is_known_again_until_it_changes(tmp_path):
    path = table_file(tmp_path / "cases.parquet", arrow())
    large = read(path)
    assert read(path) is large
    table_file(path, arrow(case_id=["x", "y", "z"]))
    with engine() as backend, pytest.raises(BadInput) as bad:
        large.on(backend)
    assert bad.value.problems[0].rule == CHANGED
    assert values(read(path))["case_id"] == ["x", "y", "z"]
    path.unlink()
    with engine() as backend, pytest.raises(BadInput, match="读取时文件被改动"):
        large.on(backend)


def test_a_csv_that_has_been_read_is_needed_no_more(tmp_path):
    path = table_file(tmp_path / "cases.csv", TEXT)
    large = read(path)
    path.unlink()
    assert values(large) == VALUES


@pytest.mark.parametrize("content", [TEXT, TEXT.replace("1234.5", "x"), arrow()])
def test_a_file_that_changes_while_it_is_read_is_refused(content, tmp_path, monkeypatch):
    path = table_file(tmp_path / f"cases.{'csv' if isinstance(content, str) else 'parquet'}", content)

    known = large_files.lying

    def lying(*rest):
        with path.open("ab") as file:
            file.write(b"\n")
        return known(*rest)

    monkeypatch.setattr(large_files, "lying", lying)
    assert lines(path) == [f"{path.name}：{CHANGED.zh}"]


def test_nothing_stays_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    large = read(table_file(tmp_path / "cases.csv", TEXT.encode("gb18030")))
    lines(table_file(tmp_path / "bad" / "cases.csv", replaced("1234.5", "x")))
    assert values(large) == VALUES
    if FORKS:
        assert list((tmp_path / "scratch").iterdir()) == []


FORKED = """
import os, sys
from pathlib import Path
import simlib.tables, simlib.cli, simlib.app.data
assert not {"ibis", "duckdb"} & sys.modules.keys(), "an engine that nobody asked for"
from simlib.columns import CASES
from simlib.tables.large import engine
from simlib.tables import read

def cost(large):
    with engine() as backend:
        return large.on(backend).total_cost.sum().execute()

threads = len(os.listdir("/proc/self/task"))
larges = [read(Path(name), CASES) for name in sys.argv[1:]]
costs = [cost(one) for one in larges]
assert len(os.listdir("/proc/self/task")) == threads, "threads are left, and a forked kernel may hang"
os.chdir("/")
for _ in range(3):
    if not (child := os.fork()):
        fits = [cost(one) for one in larges] == costs and read(Path(sys.argv[1]), CASES) is larges[0]
        os._exit(0 if fits else 1)
    assert os.waitpid(child, 0)[1] == 0
print(costs[0])
"""


@pytest.mark.skipif(not FORKS, reason="kernels are forked on Linux only")
def test_a_forked_process_goes_on_with_what_was_read(tmp_path):
    files = [table_file(tmp_path / "cases.csv", TEXT), table_file(tmp_path / "cases.parquet", arrow()),
             workbook(tmp_path / "cases.xlsx")]  # fmt: skip
    single = {"OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", FORKED, *map(str, files)], env={**os.environ, **single}, capture_output=True, text=True,
        timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) == sum(VALUES["total_cost"])


MEASURED = """
import sys
from pathlib import Path
from simlib.columns import CASES
from simlib.tables import read
large = read(Path(sys.argv[1]), CASES)
peak = int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
print(len(large), peak // 1024)
"""


MILLION = 1_000_000


@pytest.fixture(scope="module")
def million():
    """A million cases."""
    n = MILLION
    chance = np.random.default_rng(2026)
    fen = chance.integers(1, 10**8, n)
    return pa.table(
        {
            "case_id": pa.array(np.char.add("C", chance.permutation(n).astype(str))),
            "institution_id": pa.array(chance.integers(0, 300, n)).cast(pa.string()),
            "group_code": pa.array(chance.integers(0, 10_000, n)).cast(pa.string()),
            "total_cost": fen / 100, "fund_billed": fen // 2 / 100, "patient_paid": (fen - fen // 2) / 100,
            "other_paid": np.zeros(n), "diagnosis": pa.array(["some lengthy text of a diagnosis"] * n),
        }
    )  # fmt: skip


@pytest.mark.skipif(not FORKS, reason="the peak is read from /proc")
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_million_rows_are_checked_in_little_memory(kind, tmp_path, million):
    path = tmp_path / f"cases.{kind}"
    pq.write_table(million, path) if kind == "parquet" else pa.csv.write_csv(million, path)
    command = [sys.executable, "-c", MEASURED, str(path)]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    rows, peak = map(int, done.stdout.split())
    assert rows == MILLION
    assert peak < 900, "MiB"


def test_odd_rows_are_read_one_by_one_and_plain_ones_at_once(tmp_path):
    def source(name: str, text: str) -> Source:
        path = table_file(tmp_path / name, text)
        return Source.inspect(path, recognise(head(path), name, table=CASES))

    plain = source("a.csv", TEXT)
    assert plain.at_once(tmp_path / "a.parquet", lambda _, cells: f"SELECT c0 FROM {cells}") == 3
    odd = source("b.csv", TEXT.rstrip() + ",\n")
    assert odd.at_once(tmp_path / "b.parquet", lambda _, cells: f"SELECT c0 FROM {cells}") == 0
    rows, uneven, aside = odd.one_by_one(tmp_path / "b.parquet", [0])
    assert (rows, uneven[0].count, aside) == (2, 1, [])
    assert pq.read_table(tmp_path / "b.parquet").to_pydict() == {"c0": ["0012", "B-2"], "row": [2, 3]}


# --- who uses them ----------------------------------------------------------------------------------------------------


def test_check_counts_rows_and_names_further_columns(tmp_path, capsys):
    table_file(tmp_path / "cases.csv", TEXT)
    main(["check", str(tmp_path)])
    said = capsys.readouterr().out.splitlines()
    assert said[:2] == ["cases.csv：住院病例，3 行，没有问题", "  无规则使用的列：附言"]


@pytest.mark.parametrize("kind", ["csv", "parquet", "xlsx"])
@pytest.mark.parametrize("stem", ["cases", "住院"])
def test_an_uploaded_table_is_kept_without_its_file(stem, kind, tmp_path):
    path = tmp_path / f"{stem}.{kind}"
    workbook(path) if kind == "xlsx" else table_file(path, TEXT if kind == "csv" else arrow())
    digest = file_digest(path)
    shown = {"institutions": pd.DataFrame()}
    given = data.uploaded(path, shown)
    path.unlink()
    assert given["institutions"] is shown["institutions"]
    assert values(given["cases"]) == VALUES
    assert given["cases"].attrs == {"file": path.name, "sha256": digest, "account": account_of(given["cases"])}
    assert len(given["cases"]) == 3


def test_an_upload_of_too_many_cells_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("simlib.tables.large.table.MOST_CELLS", 3 * len(SOUND) - 1)
    with pytest.raises(BadInput) as bad:
        data.uploaded(table_file(tmp_path / "cases.csv", TEXT), {})
    assert bad.value.lines() == ["cases.csv：单元格超过 47 个。请删除多余的行和列。"]
    assert len(read(tmp_path / "cases.csv")) == 3
