"""Files of an office to sheets of text: each format by its bytes, each cell as a person sees it, nothing hidden
silently."""

import datetime
import subprocess
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.sheet import SOFFICE
from outside import need
from simlib.tables.sheets import Sheet, kind, read_sheets
from simlib.tables.sheets.separated import head
from simlib.tables.sheets.values import PLAIN, mask, plain, shown
from strategies import packed, xls, xlsb
from strategies.examples import examples
from strategies.office import PAGES, odf, office_book, refused, written

FIELD = Path(__file__).resolve().parent.parent.parent / "shared/field-cases"
HEAD = ["institution_id", "name", "level", "grade", "group", "score", "deposit"]


def read(folder: Path, content: bytes | str, name: str = "f.csv") -> Sheet:
    """The only sheet of a file with this content."""
    (sheet,) = read_sheets(written(folder, content, name))
    return sheet


# --- the field's own files --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def field():
    """A file of a field case by the case's number."""
    need("shared/field-cases", FIELD.is_dir())

    def found(number: str, pattern: str = "*") -> Path:
        return next(next(FIELD.glob(f"{number}-*")).glob(pattern))

    return found


def test_04_title_and_unit_stand_above_the_header(field):
    (sheet,) = read_sheets(field("04"))
    assert sheet.cells[:3] == [["2025年度定点医疗机构考核结果汇总表"], ["单位：元"], HEAD]
    assert sheet.numbers == [1, 2, 3, 4, 5, 6]


def test_05_merged_cells_are_named(field):
    (sheet,) = read_sheets(field("05"))
    assert sheet.merged == ((2, 4, 4, 4),)
    assert [cells[4] for cells in sheet.cells] == ["group", "三级", "", ""]


def test_07_a_hidden_sheet_is_read_and_said_to_be_hidden(field):
    assert [(sheet.name, sheet.hidden, sheet.cells[1][5]) for sheet in read_sheets(field("07"))] == [
        ("2024", True, "96"), ("2025", False, "84"),
    ]  # fmt: skip


def test_09_rows_hidden_by_a_filter_are_named(field):
    (sheet,) = read_sheets(field("09"))
    assert (sheet.hidden_rows, sheet.hidden_columns, len(sheet.cells)) == ((3,), (), 4)


def test_10_ids_that_have_lost_digits_are_in_scientific_notation(field):
    (sheet,) = read_sheets(field("10"))
    assert [cells[0] for cells in sheet.cells[1:]] == [f"4.45200000012{one}46E+16" for one in "345"]


def test_12_a_text_that_is_dressed_as_a_formula_stays_as_it_is_written(field):
    (sheet,) = read_sheets(field("12"))
    assert [cells[0] for cells in sheet.cells] == ["institution_id", '="07010200011"', '="07010200012"']


def test_22_dates_of_1904_are_right_and_the_system_is_said(field):
    (sheet,) = read_sheets(field("22", "cases.xlsx"))
    assert sheet.serials == 1904
    assert [cells[4:6] for cells in sheet.cells[1:]] == [["2025-03-04", "2025-03-09"]] * 2


@pytest.mark.parametrize("name", ["institutions.xls", "institutions.et"])
def test_37_a_damaged_xls_is_known_as_one(field, name):
    assert kind(field("37", name)) == "xls"
    assert refused(field("37", name)).startswith("不是完好的 XLS 或 ET 文件")


def test_39_gb18030_that_is_valid_utf_8_too(field):
    (sheet,) = read_sheets(field("39"))
    assert sheet.encoding == "gb18030"
    assert [cells[1:3] for cells in sheet.cells[1:]] == [["一医院", "医院"], ["医院", "医院"], ["医院", "医院"]]


def test_40_every_line_ends_in_a_comma(field):
    (sheet,) = read_sheets(field("40"))
    assert sheet.cells[0] == HEAD
    assert {len(cells) for cells in sheet.cells} == {7}


def test_61_an_offices_own_workbook(field):
    table, note = read_sheets(field("61"))
    assert (table.name, table.merged, note.name, note.cells) == (
        "分配表", ((1, 0, 1, 11),), "说明", [["本表由市医保中心汇总"]]
    )  # fmt: skip
    assert table.cells[0] == ["2024年度定点医疗机构绩效评价及质量保证金分配表"]
    assert table.cells[1] == ["单位：元（结算金额为万元）"]
    assert table.cells[2][7:12] == ["考核得分", "年度结算金额（万元）", "预留质量保证金（元）", "预留比例", "备注"]
    assert table.cells[3][:4] == ["1", "H90010000001", "云岚市一院", "三级甲等"]
    assert table.cells[3][4:] == ["公立", "云岚区", "三级综合", "96.00", "12,000.50", "6000250", "5%"]
    assert table.cells[7][3:8] == ["未定级", "民营", "榆川县", "基层", "免评"]
    assert table.cells[8][6:10] == ["基层 ", "91", "280", "/"]
    assert table.cells[9] == ["合计", *[""] * 7, "=SUM(I4:I9)"]
    assert table.cells[10] == ["注：得分由市级终审确认；“/”表示当年未预留。"]


def test_63_a_percentage_is_what_is_seen(field):
    (sheet,) = read_sheets(field("63"))
    assert [cells[2] for cells in sheet.cells] == ["score", "90.5%", "88%", "93%"]


def test_65_two_header_rows_keep_their_places(field):
    (sheet,) = read_sheets(field("65"))
    assert sheet.cells[1] == ["机构编号", "机构名称", "一、医保政策执行", "", "二、医保改革政策落地", *[""] * 9, "总分"]
    assert sheet.cells[2][:4] == ["", "", "1 目录(3分)", "2 价格(3分)"]
    assert sheet.cells[3][2:6] == ["3", "3", "18.4", "17.2"]


# --- text -------------------------------------------------------------------------------------------------------------


CHINESE = "编码,名称\nA1,云岚医院\n"
ENCODINGS = {
    "UTF-8": ("utf-8", "utf-8"), "UTF-8 with a mark": ("utf-8-sig", "utf-8-sig"), "GB18030": ("gb18030", "gb18030"),
    "UTF-16 with a mark": ("utf-16", "utf-16"), "UTF-16 LE": ("utf-16-le", "utf-16-le"),
    "UTF-16 BE": ("utf-16-be", "utf-16-be"),
}  # fmt: skip


@pytest.mark.parametrize("name", ENCODINGS)
def test_each_encoding_is_known(tmp_path, name):
    encoding, said = ENCODINGS[name]
    for text in (CHINESE, "一,二\n一,1\n", CHINESE.replace("\n", "\r\n"), "a,b\n1,2\n"):
        sheet = read(tmp_path, text.encode(encoding))
        assert sheet.cells == [line.split(",") for line in text.split()]
        assert sheet.encoding == (said if not text.isascii() or said.startswith(("utf-16", "utf-8")) else "utf-8")


def test_utf_16_big_endian_with_a_mark(tmp_path):
    assert read(tmp_path, b"\xfe\xff" + CHINESE.encode("utf-16-be")).cells[1] == ["A1", "云岚医院"]


UTF_8 = ["é", "Müller", "café,été", "×", "5.5±0.2", "βγ", "Привет", "人民路·3号", "医院", "Ωmega", "°C",
         "naïve façade", "пациент", "שלום", "مرحبا", "α-1", "“quoted”", "5 µg/m³", "Łódź", "K80.2×1"]  # fmt: skip
GB18030 = [
    "医院",
    "一医院",
    "院",
    "一",
    "药店",
    "医院,中医院",
    "一院\nB,二医院",
    "诊所",
    "医",
    "云岚市医院",
    "一级,医院",
]


@pytest.mark.parametrize("text", UTF_8)
def test_utf_8_stays_as_it_is(tmp_path, text):
    assert read(tmp_path, f"id,name\nA,{text}\n").cells[1] == ["A", *text.split(",")]


@pytest.mark.parametrize("text", GB18030)
def test_gb18030_stays_as_it_is(tmp_path, text):
    assert read(tmp_path, f"id,name\nA,{text}\n".encode("gb18030")).cells[1] == [
        "A",
        *text.partition("\n")[0].split(","),
    ]


@given(st.lists(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1), min_size=1, max_size=8))
@examples(300)
def test_chinese_in_utf_8_is_never_taken_for_something_else(tmp_path_factory, names):
    path = tmp_path_factory.getbasetemp() / "utf-8.csv"
    path.write_text("".join(f"A,{name}\n" for name in names), "utf-8")
    assert [cells[1] for cells in read_sheets(path)[0].cells] == names


SEPARATED = {
    "a,b\n1,2\n": ",", "a;b\n1,5;2,5\n": ";", "a\tb\tc\n1,000.50\t2,000\t1\n": "\t", "a，b\n1，2\n": "，",
    "a\n1\n": ",",
    'a,b\n"x;y;z",2\n"x;y;z",3\n': ",", "表\n单位：元\na,b\n1,2\n": ",",
    "a,b\n甲，乙，丙,2\n": ",", "a;b\n1;2，3\n": ";",
}  # fmt: skip


@pytest.mark.parametrize("text", SEPARATED)
def test_the_separator_is_found(tmp_path, text):
    sheet = read(tmp_path, text)
    assert sheet.separator == SEPARATED[text]
    assert len(sheet.cells[-1]) == (1 if text == "a\n1\n" else 3 if "\t" in text else 2)


def test_a_first_line_may_say_the_separator(tmp_path):
    for line in ("sep=;\n", '"sep=;"\r\n', "SEP=;\n"):
        sheet = read(tmp_path, line + "a,x;b\n1;2\n")
        assert (sheet.separator, sheet.cells, sheet.numbers) == (";", [["a,x", "b"], ["1", "2"]], [2, 3])


def test_a_quoted_cell_may_span_lines_and_blank_lines_are_left_out(tmp_path):
    sheet = read(tmp_path, 'a,b\n\n"1\n1",2\n , \n3,4\n')
    assert (sheet.cells, sheet.numbers) == ([["a", "b"], ["1\n1", "2"], ["3", "4"]], [1, 3, 6])


def test_columns_that_every_line_leaves_blank_at_its_end_are_none(tmp_path):
    assert read(tmp_path, "a,b,,\n1,2,,\n").cells == [["a", "b"], ["1", "2"]]
    assert read(tmp_path, "a,b,\n1,2,3\n").cells == [["a", "b", ""], ["1", "2", "3"]]
    assert read(tmp_path, "a,b,c\n1,2,\n").cells == [["a", "b", "c"], ["1", "2", ""]]
    assert read(tmp_path, "a,b\n1,,2,\n").cells == [["a", "b"], ["1", "", "2", ""]]  # a comma too many is seen


def test_a_text_may_be_called_xls(tmp_path):
    assert read(tmp_path, "编码\t名称\n1\t医院\n".encode("gb18030"), "f.xls").cells == [["编码", "名称"], ["1", "医院"]]


TEXTS = {
    "a web page": ("<html><table><tr><td>1</td></tr></table></html>", "是网页（HTML）"),
    "a web page of Excel": ('<html xmlns:x="urn:schemas-microsoft-com:office:excel">', "是网页（HTML）"),
    "a saved web page": ("MIME-Version: 1.0\nContent-Type: multipart/related", "是网页（HTML）"),
    "a table in XML": (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
        "是 XML 表格",
    ),
    "another XML": ('<?xml version="1.0"?><a/>', "不是可读取的表格"),
    "a quote that is not closed": ('a,b\n"1,2\n', "第 2 行：双引号不配对"),
    "Latin-1": ("a,b\n1,\xe9v\xeach\xe9\n".encode("latin-1"), "第 2 行：编码既不是 UTF-8 也不是 GB18030"),
    "NUL bytes": ("a,b\n1,x\0y\n", "不是 UTF-8、UTF-16 或 GB18030 文本"),
    "nothing": ("", "文件是空的"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), "不是可读取的表格"),
    "bytes": (bytes(range(256)), "不是可读取的表格"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_no_table_is_refused_in_one_line(tmp_path, name):
    content, why = TEXTS[name]
    assert refused(written(tmp_path, content, "f.xls")).removeprefix("f.xls · ").startswith(why)


def test_the_head_of_a_file_of_any_length(tmp_path):
    path = tmp_path / "big.csv"
    with path.open("wb") as file:
        file.write("编码;名称\n".encode("gb18030") + "A1;云岚医院\n".encode("gb18030") * 200_000)
        file.truncate(4 * 2**30)  # no more than the beginning is read
    start = time.process_time()
    sheet = head(path)
    assert time.process_time() - start < 2
    assert (sheet.encoding, sheet.separator, len(sheet.cells)) == ("gb18030", ";", 50)
    assert sheet.cells[:2] == [["编码", "名称"], ["A1", "云岚医院"]]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "utf-16-le"])
def test_the_head_may_end_within_a_character_or_a_quoted_cell(tmp_path, monkeypatch, encoding):
    data = ('编码,名称\nA,"云岚\n医院"\n' * 20).encode(encoding)
    path = written(tmp_path, data)
    for size in range(60, 120):
        monkeypatch.setattr("simlib.tables.sheets.separated.BEGINNING", size)
        assert head(path).cells[:2] == [["编码", "名称"], ["A", "云岚\n医院"]]


# --- what is seen of a number -----------------------------------------------------------------------------------------

NUMBERS = {
    78.39999999999999: "78.4", 0.1 + 0.2: "0.3", 3.0: "3", -0.0: "0", 1e-7: "0.0000001", 1234567.891: "1234567.891",
    123456789012345.0: "123456789012345", 1e15: "1E+15", 4.452000000123457e16: "4.45200000012346E+16", -2.5: "-2.5",
    12345678901234.56: "12345678901234.6", 1e22: "1E+22",
}  # fmt: skip
FORMATTED = {
    ("0.0%", 0.905): "90.5%", ("0%", 0.9051234): "90.51234%", ("0.00%", 1): "100%", ("0%;[Red]-0%", -0.05): "-5%",
    ("000", 7): "007", ("00000000000", 7010200011): "07010200011", ("000", 7.5): "7.5", ("0", 7): "7",
    ("General", 1.5): "1.5",
    ("yyyy-mm-dd", 45662): "2025-01-05", ('yyyy"年"m"月"d"日"', 45662): "2025-01-05",
    ("m/d/yy h:mm", 45662.4375): "2025-01-05 10:30:00",
    ("[$-804]yyyy/m/d;@", 45662): "2025-01-05", ("h:mm:ss", 0.4375): "10:30:00", ("[h]:mm", 1.5): "36:00:00",
    ("yyyy-mm-dd", 45662.999999): "2025-01-05 23:59:59", ("yyyy-mm-dd", 0): "0", ("yyyy-mm-dd", 1): "1900-01-01",
    ("yyyy-mm-dd", 59): "1900-02-28", ("yyyy-mm-dd", 60): "60", ("yyyy-mm-dd", 61): "1900-03-01",
    ("yyyy-mm-dd", -1): "-1",
    ("yyyy-mm-dd", 2958465): "9999-12-31", ("yyyy-mm-dd", 2958466): "2958466", ("#,##0.00", 1234.5): "1234.5",
    ('0.0"d"', 1.5): "1.5", ("0.00E+00", 12345.0): "12345", ("[DBNum2]General", 3): "3", ('"H"0', 3): "3",
    ("@", 3): "3", ('0.00"万元"', 12.5): "12.5万元", ("0.0\\万\\元", 3): "3万元",
    ('0"天"', 3): "3", ('0.00"元"', 3): "3",
    ('0\\.0,"万"', 12345): "12345", ('0;-0;"万"', 3): "3", ('0.0"‰"', 3): "3‰",
}  # fmt: skip


def test_a_number_is_what_its_15_digits_say():
    assert {value: plain(value) for value in NUMBERS} == NUMBERS


def test_a_format_is_applied_exactly():
    assert {(code, value): shown(value, mask(code)) for code, value in FORMATTED} == FORMATTED
    assert shown(44200, mask("yyyy-mm-dd"), 1904) == "2025-01-05"
    for value in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="finite"):
            shown(value, mask("0%"))


@given(st.decimals(-(10**9), 10**9, places=6, allow_nan=False))
@examples(300)
def test_a_decimal_comes_back_as_it_was(value):
    assert shown(float(value), PLAIN) == f"{value.normalize():f}".replace("-0", "-0" if value else "0")


# --- XLSX -------------------------------------------------------------------------------------------------------------


SEEN = [
    ["2024年度 表"],
    ["编码", "比例", "日期", "编号", "是否", "错", "大数", "时刻"],
    ["H1", "90.5%", "2025-01-05", "007", "是", "#DIV/0!", "4.452E+16", "08:05:00"],
    ["H2", "88%", "2025-01-05 10:30:00", "012", " 两 格 ", "#N/A", "78.4", "2025-01-05 10:30:00"],
    ["注：第四行隐藏"],
]  # fmt: skip


def as_seen(sheets, formulas: bool = False) -> None:
    first, second = sheets
    cells = [list(row) for row in SEEN]
    if formulas:  # of which no program has calculated the results
        cells[2][5], cells[3][5] = "=1/0", "=NA()"
    assert (first.name, first.cells, first.numbers) == ("表一", cells, [1, 2, 3, 4, 6])
    assert (first.hidden, first.hidden_rows, first.hidden_columns) == (False, (4,), (3,))
    assert (first.merged, first.serials, first.headed) == (((1, 0, 1, 5),), 1900, False)
    assert (second.name, second.cells, second.numbers, second.hidden) == ("藏", [["", "藏"], ["1"]], [2, 5], True)


def test_xlsx_as_a_person_sees_it(tmp_path):
    as_seen(read_sheets(office_book(tmp_path / "a.xlsx")), formulas=True)


def test_results_of_formulas_are_read_and_those_without_one_are_written_out(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_formula("A1", "=1+1", None, 2)
        sheet.write_formula("B1", "=1+2", None, "")
        sheet.write_formula("C1", "=1>0", None, True)
        sheet.write_rich_string("D1", "医", book.add_format({"bold": True}), "院")
        sheet.write("E1", "a_x0041_b")
    (sheet,) = read_sheets(tmp_path / "a.xlsx")
    assert sheet.cells == [["2", "=1+2", "True", "医院", "a_x0041_b"]]


def test_a_formula_for_a_block_and_one_whose_result_is_blank(tmp_path):
    rows = """
        <row><c><f t="shared" ref="A1:A3" si="0">B1*2</f></c><c t="str"><f>IF(1,"",2)</f><v></v></c><c><v>1</v></c>
        </row>
        <row><c r="A3"><f t="shared" si="0"/></c></row>"""
    (sheet,) = read_sheets(packed.xlsx(tmp_path / "b.xlsx", [(rows, 1)]))
    assert sheet.cells == [["=B1*2", "", "1"], ["=B2*2"]]


def test_what_other_programs_write_is_read(tmp_path):
    rows = """<x:row r="2" ht="0">
        <x:c t="inlineStr"><x:is>
            <x:r><x:t>医</x:t></x:r><x:rPh><x:t>yi</x:t></x:rPh><x:r><x:t>院</x:t></x:r>
        </x:is></x:c>
        <x:c t="d"><x:v>2025-01-05T10:30:00.000</x:v></x:c><x:c t="b"><x:v>1</x:v></x:c>
        <x:c t="e"><x:v>#REF!</x:v></x:c><x:c r="G2"><x:v>1E2</x:v></x:c><x:c t="str"><x:v>a&#10;b_x000D_</x:v></x:c>
    </x:row>"""
    (sheet,) = read_sheets(packed.xlsx(tmp_path / "a.xlsx", [(rows, 1)], '<x:workbookPr date1904="true"/>', "x"))
    assert sheet.cells == [["医院", "2025-01-05 10:30:00", "True", "#REF!", "", "", "100", "a\nb\r"]]
    assert (sheet.numbers, sheet.hidden_rows, sheet.serials) == ([2], (2,), 1904)


# --- XLS, XLSB, ODS, Parquet ------------------------------------------------------------------------------------------


def test_xls_as_a_person_sees_it(tmp_path):
    body = (
        xls.text(0, 0, "编码") + xls.text(0, 1, "得分率") + xls.text(1, 0, "H1") + xls.number(1, 1, 0.905, xls.PERCENT)
    )
    body += xls.hidden_row(1) + xls.merged(0, 0, 2, 3)
    stream = xls.stream({"表": body, "藏": xls.number(4, 2, 1.0)}, from_1904=True, states=(0, 2))
    for content in (stream, xls.ole(("Workbook", stream)), xls.ole(("Other", b"x"), ("Book", stream))):
        path = written(tmp_path, content, "f.et")
        assert kind(path) == "xls"
        first, second = read_sheets(path)
        assert (first.name, first.cells, first.numbers) == ("表", [["编码", "得分率"], ["H1", "90.5%"]], [1, 2])
        assert (first.hidden, first.hidden_rows, first.merged, first.serials) == (False, (2,), ((1, 2, 1, 3),), 1904)
        assert (second.name, second.cells, second.numbers, second.hidden) == ("藏", [["", "", "1"]], [5], True)


IN_XLSB = [
    ["2024年度 表"],
    ["编码", "比例", "日期", "编号", "是否", "错", "文", "数"],
    ["H1", "90.5%", "2025-01-05", "007", "True", "#N/A", "内文", "1.25"],
    ["H2", "88%", "2025-01-05 10:30:00", "012", "False", "#DIV/0!", "a", "78.4"],
    ["", "-3", "123456789012", "4.452E+16"],
]


def test_xlsb_as_a_person_sees_it(tmp_path):
    xlsb.write(tmp_path / "a.xls", xlsb.Book(PAGES))
    assert kind(tmp_path / "a.xls") == "xlsb"
    first, second = read_sheets(tmp_path / "a.xls")
    assert (first.name, first.cells, first.numbers) == ("表一", IN_XLSB, [1, 2, 3, 4, 6])
    assert (first.hidden_rows, first.hidden_columns, first.merged, first.serials) == ((4,), (3,), ((1, 0, 1, 5),), 1900)
    assert (second.name, second.cells, second.hidden) == ("藏", [["", "藏"]], True)


def test_xlsb_of_1904_and_the_result_of_a_formula(tmp_path):
    page = xlsb.Page("s", {1: [(44200, xlsb.DAY), "=结果", "=", "x"]})
    xlsb.write(tmp_path / "a.xlsb", xlsb.Book([page], from_1904=True))
    (sheet,) = read_sheets(tmp_path / "a.xlsb")
    assert (sheet.cells, sheet.serials) == ([["2025-01-05", "结果", "", "x"]], 1904)


def test_ods_as_a_person_sees_it(tmp_path):
    values = [
        odf("90.5%", "percentage", office_value="0.905"), odf("007", "float", office_value="7"),
        odf("1月5日", "date", office_date_value="2025-01-05"),
        odf("x", "date", office_date_value="2025-01-05T10:30:00.5"),
        odf("8:05", "time", office_time_value="PT08H05M00S"), odf("是", "boolean", office_boolean_value="true"),
        odf("78.40", "currency", office_value="78.39999999999999"),
        odf("1,012.5万元", "float", office_value="1012.46"), odf("1.2万", "float", office_value="12345"),
    ]  # fmt: skip
    body = f"""
        <table:table table:name="表">
            <table:table-column/><table:table-column table:visibility="collapse"/>
            <table:table-row>
                {odf("编码", table_number_columns_spanned="2")}<table:covered-table-cell/>
                <table:table-cell table:number-columns-repeated="2"/>{odf("同", table_number_columns_repeated="3")}
            </table:table-row>
            <table:table-row table:number-rows-repeated="2" table:visibility="filter">
                {"".join(values)}
            </table:table-row>
            <table:table-row table:number-rows-repeated="1000"><table:table-cell/></table:table-row>
            <table:table-row>
                <table:table-cell><office:annotation><text:p>批注</text:p></office:annotation>
                    <text:p>医<text:s text:c="2"/>院</text:p><text:p>二<text:span>行</text:span></text:p>
                </table:table-cell>
                {odf("", table_formula="of:=SUM([.A1:.B2])")}
            </table:table-row>
            <table:table-row table:number-rows-repeated="1000000">
                <table:table-cell table:number-columns-repeated="16384"/>
            </table:table-row>
        </table:table>
        <table:table table:name="藏" table:style-name="t2"/>"""
    styles = """<style:style style:name="t2" style:family="table">
        <style:table-properties table:display="false"/></style:style>"""
    settings = (
        '<table:calculation-settings><table:null-date table:date-value="1904-01-01"/></table:calculation-settings>'
    )
    first, second = read_sheets(packed.ods(tmp_path / "a.ods", body, styles, settings=settings))
    line = ["90.5%", "007", "2025-01-05", "2025-01-05 10:30:00", "08:05:00", "True", "78.4", "1012.46万元", "12345"]
    assert first.cells == [["编码", "", "", "", "同", "同", "同"], line, line, ["医  院\n二行", "=SUM(A1:B2)"]]
    assert (first.numbers, first.hidden_rows, first.hidden_columns) == ([1, 2, 3, 1004], (2, 3), (1,))
    assert (first.merged, first.serials, first.hidden) == (((1, 0, 1, 1),), 1904, False)
    assert (second.name, second.hidden, second.cells) == ("藏", True, [])


def test_parquet_says_that_its_header_is_one(tmp_path):
    moment = datetime.datetime(2025, 1, 5, 10, 30)
    columns = {
        "编码": ["01", None], "分": [78.39999999999999, None], "整": pa.array([44520000012345678, None]),
        "是": [True, None],
        "日": [datetime.date(2025, 1, 5), None], "时": [moment, None], "小": pa.array([0.1, None], pa.float32()),
    }  # fmt: skip
    pq.write_table(pa.table(columns), tmp_path / "a.csv")
    (sheet,) = read_sheets(tmp_path / "a.csv")
    assert sheet.cells == [
        list(columns), ["01", "78.4", "44520000012345678", "True", "2025-01-05", "2025-01-05 10:30:00", "0.1"]
    ]  # fmt: skip
    assert (sheet.headed, sheet.numbers) == (True, [0, 1])


# --- LibreOffice as the second reader and as a writer -----------------------------------------------------------------


@pytest.fixture(scope="module")
def converted(tmp_path_factory):
    """Workbooks that LibreOffice has made of others, by their suffix."""
    need("LibreOffice", SOFFICE)
    folder = tmp_path_factory.mktemp("office")
    office_book(folder / "a.xlsx")
    xlsb.write(folder / "b.xlsb", xlsb.Book(PAGES))
    for source, suffixes in {"a.xlsx": ("xls", "ods"), "b.xlsb": ("xlsx",)}.items():
        for suffix in suffixes:
            profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
            command = [SOFFICE, profile, "--headless", "--convert-to", suffix, "--outdir", folder, folder / source]
            subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folder


@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_what_libreoffice_writes_is_seen_as_the_same(converted, suffix):
    assert kind(converted / f"a.{suffix}") == suffix
    as_seen(read_sheets(converted / f"a.{suffix}"))


def test_libreoffice_reads_our_xlsb_as_we_do(converted):
    theirs, ours = read_sheets(converted / "b.xlsx"), read_sheets(converted / "b.xlsb")
    for one in (*theirs, *ours):
        one.file = ""
    assert theirs == ours
