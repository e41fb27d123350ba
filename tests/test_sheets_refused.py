"""Files that are damaged, locked or mean harm are refused with one line, in little time and memory."""

import random
import resource
import struct
import time
import zipfile
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlib.problems import BadInput
from simlib.tables.sheets import kind, read_sheets
from strategies import packed, xls, xlsb
from strategies.bad_files import OLE
from strategies.examples import examples
from strategies.office import PAGES, odf, office_book, refused, written

SECONDS, MEGABYTES = 20, 700  # of processor time and of memory, more than before, that no file may take

LOCKED = "文件有密码（已加密）"


def test_files_with_a_password_say_so(tmp_path):
    locked = xls.ole(("EncryptedPackage", b"x" * 5000), ("EncryptionInfo", b"y" * 100))
    assert refused(written(tmp_path, locked, "a.xlsx")).startswith(LOCKED)
    stream = xls.stream({"s": xls.number(0, 0, 1)})
    at = len(xls.begin(5))
    assert refused(written(tmp_path, stream[:at] + xls.record(0x2F, bytes(54)) + stream[at:], "a.xls")).startswith(
        LOCKED
    )
    entry = "<file><encryption-data/></file>"
    assert refused(packed.ods(tmp_path / "a.ods", "", manifest=entry)).startswith(LOCKED)


def test_files_of_other_programs_are_no_tables(tmp_path):
    assert refused(written(tmp_path, xls.ole(("WordDocument", b"x" * 5000)), "a.xls")).startswith("不是可读取的表格")
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    assert kind(tmp_path / "a.docx") is None


def noise() -> tuple[str, int]:
    """What keeps a bomb below the ratio at which it would be known as one: 6 MB of comments without any order."""
    dice = random.Random(1)
    return "".join(f"<!--{dice.randbytes(250_000).hex()}-->" for _ in range(20)), 1


def stream(sheets: dict[str, bytes], same: bool = False) -> bytes:
    return xls.ole(("Workbook", xls.stream(sheets, same=same)))


def tree() -> bytes:
    """Names of streams in a tree each of whose branches leads to the same next one: 2 to the 60th ways through it."""
    names = [(f"n{place}", b"") for place in range(60)]
    links = {place: (place + 1, place + 1) for place in range(1, 60)}
    return xls.ole(*names, ("Workbook", b""), links=lambda place: links.get(place, (xls.FREE, xls.FREE)))


def last_column() -> dict[str, bytes]:
    body = b"".join(xls.number(row, 255, 1.5) for row in range(65_536))
    return {f"s{place}": body for place in range(4)}


def xlsb_rows(count: int) -> bytes:
    """So many rows with a cell in the last column."""
    cell = xlsb.record(2, struct.pack("<III", 16_383, 0, 2))
    return b"".join(xlsb.row(number) + cell for number in range(2, count))


MANY = "单元格超过"
BROKEN_XLSX, BROKEN_XLS = "不是完好的 XLSX 文件", "不是完好的 XLS 或 ET 文件"
BROKEN_ODS, BROKEN_XLSB = "不是完好的 ODS 文件", "不是完好的 XLSB 文件"


def row(*cells: str, times: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{times}">{"".join(cells)}</table:table-row>'


def many(times: int) -> str:
    return odf("x", table_number_columns_repeated=str(times))


XLSX = {
    "100 million blank cells in one row": ([("<row>", 1), ("<c/>", 95_000_000), ("</row>", 1)], MANY),
    "100 million blank cells in a million rows": ([(f"<row>{'<c/>' * 95}</row>", 1_000_000)], MANY),
    "rows that reach to the last column": ([('<row><c r="XFD1"><v>1</v></c></row>', 900_000)], MANY),
    "a row beyond the last": ([('<row r="999999999"><c><v>1</v></c></row>', 1)], MANY),
    "elements within elements": ([("<a>", 25_000_000)], BROKEN_XLSX),
    "a tag without end": ([("<row><c", 1), (' a="0"', 50_000_000), ("/></row>", 1)], BROKEN_XLSX),
    "a cell without end": ([('<row><c t="str"><v>', 1), ("1", 300_000_000), ("</v></c></row>", 1)], BROKEN_XLSX),
    "rows that go back": ([('<row r="9"/><row r="9"/>', 1)], BROKEN_XLSX),
    "cells that go back": ([('<row><c r="B1"/><c r="A1"/></row>', 1)], BROKEN_XLSX),
    "a number that is none": ([("<row><c><v>inf</v></c></row>", 1)], BROKEN_XLSX),
    "a merged area of letters": ([('</sheetData><mergeCell ref="A1:ZZZZ99"/><sheetData>', 1)], BROKEN_XLSX),
}
ODS = {
    "a row that is repeated": (row(odf("x") * 100, times=2**20), MANY),
    "a cell that is repeated": (row(many(999_999_999)), MANY),
    "a repeated row of a repeated cell": (row(many(2**14), times=2**20), MANY),
    "rows beyond the last": (row(times=2**20) * 2, MANY),
    "a row that is repeated less than once": (row(times=-1), BROKEN_ODS),
    "a percentage that is none": (row(odf("x", "percentage", office_value="x")), BROKEN_ODS),
}
XLS = {
    "cells in the last column": (lambda: stream(last_column()), MANY),
    "a thousand sheets at one place": (
        lambda: stream({f"s{place}": b"" for place in range(1000)}, same=True),
        BROKEN_XLS,
    ),
    "names that go in circles": (tree, BROKEN_XLS),
    "sectors that go in circles": (lambda: xls.ole(("Workbook", bytes(9000)), loop=True), BROKEN_XLS),
}
XLSB = {
    "cells in the last column": (lambda: xlsb_rows(200_000), MANY),
    "records without end": (lambda: xlsb.record(500) * 40_000_000, ""),
    "rows that go back": (lambda: xlsb.row(9) + xlsb.row(9), BROKEN_XLSB),
    "a record beyond the end": (lambda: b"\x05\xff\xff\xff\x7f", BROKEN_XLSB),
}


def harmless(path: Path, why: str) -> None:
    """The file is refused for this reason, in time."""
    assert path.stat().st_size < 8 * 2**20
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    assert refused(path).startswith(why)
    assert time.process_time() - start < SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEGABYTES * 2**10


@pytest.mark.parametrize("name", XLSX)
def test_an_xlsx_that_means_harm(tmp_path, name):
    pieces, why = XLSX[name]
    harmless(packed.xlsx(tmp_path / "a.xlsx", [noise(), *pieces]), why)


@pytest.mark.parametrize("name", ODS)
def test_an_ods_that_means_harm(tmp_path, name):
    rows, why = ODS[name]
    harmless(packed.ods(tmp_path / "a.ods", f'<table:table table:name="s">{rows}</table:table>'), why)


@pytest.mark.parametrize("name", XLS)
def test_an_xls_that_means_harm(tmp_path, name):
    build, why = XLS[name]
    harmless(written(tmp_path, build(), "a.xls"), why)


@pytest.mark.parametrize("name", XLSB)
def test_an_xlsb_that_means_harm(tmp_path, name):
    build, why = XLSB[name]
    xlsb.write(tmp_path / "a.xlsb", xlsb.Book([xlsb.Page("s", {1: [1]}, extra=build())]))
    harmless(tmp_path / "a.xlsb", why)


def test_a_parquet_of_one_value(tmp_path):
    pq.write_table(pa.table({"a": pa.nulls(50_000_001, pa.bool_())}), tmp_path / "a.parquet")
    harmless(tmp_path / "a.parquet", MANY)


def test_cells_are_counted_over_all_sheets_of_a_file(tmp_path, monkeypatch):
    monkeypatch.setattr("simlib.tables.sheets.sheet.MOST_WRITTEN", 20_010)
    body = {1: [1, 2, 3], 2: [4, 5, 6]}
    xlsb.write(tmp_path / "a.xlsb", xlsb.Book([xlsb.Page("a", body), xlsb.Page("b", body)]))
    assert refused(tmp_path / "a.xlsb").startswith(MANY)
    assert refused(packed.xlsx(tmp_path / "a.xlsx", [("<row>" + "<c/>" * 100 + "</row>", 101)])).startswith(MANY)


def test_a_link_over_a_whole_sheet_of_an_xls_is_passed_over(tmp_path):
    """xlrd would note it for each of 16 million cells."""
    link = xls.record(0x1B8, struct.pack("<HHHH", 0, 65_535, 0, 255) + bytes(24) + struct.pack("<II", 2, 0))
    path = written(tmp_path, xls.stream({"s": link * 20 + xls.number(0, 0, 1)}), "a.xls")
    assert [sheet.cells for sheet in read_sheets(path)] == [[["1"]]]


@pytest.fixture(scope="module")
def sound_files(tmp_path_factory):
    """One sound file of each format, as bytes."""
    folder = tmp_path_factory.mktemp("sound")
    office_book(folder / "a.xlsx")
    xlsb.write(folder / "a.xlsb", xlsb.Book(PAGES))
    packed.ods(
        folder / "a.ods", f'<table:table table:name="s"><table:table-row>{odf("x")}</table:table-row></table:table>'
    )
    written(folder, stream({"s": xls.text(0, 0, "编码") + xls.number(1, 0, 1.5, xls.PERCENT)}), "a.xls")
    pq.write_table(pa.table({"a": ["1", "2"]}), folder / "a.parquet")
    return {path.suffix: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("suffix", [".xlsx", ".xlsb", ".ods", ".xls", ".parquet"])
def test_a_file_that_is_cut_off_is_refused(tmp_path, sound_files, suffix):
    whole = sound_files[suffix]
    for size in {8, 30, 100, *range(0, len(whole) - 600, max(1, len(whole) // 40))} - {0}:
        with pytest.raises(BadInput):
            read_sheets(written(tmp_path, whole[:size], f"a{suffix}"))


@pytest.mark.parametrize("suffix", [".xlsx", ".xlsb", ".ods", ".xls", ".parquet"])
@given(data=st.data())
@examples(60)
def test_a_damaged_file_is_read_or_refused_and_nothing_else(tmp_path_factory, sound_files, suffix, data):
    content = bytearray(sound_files[suffix])
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    read_or_refused(tmp_path_factory, bytes(content))


STARTS = [
    OLE[:8], OLE[:512], b"PK\3\4", b"PAR1", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"sep=;\n", b"",
    bytes.fromhex("0908100000060500"), bytes.fromhex("0900040007001000"),
]  # fmt: skip


@pytest.mark.parametrize("start", STARTS, ids=lambda one: one[:8].hex())
@given(rest=st.binary(max_size=3000))
@examples(60)
def test_any_bytes_are_read_or_refused_and_nothing_else(tmp_path_factory, start, rest):
    read_or_refused(tmp_path_factory, start + rest)


def read_or_refused(tmp_path_factory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(content)
    kind(path)
    with suppress(BadInput):
        for sheet in read_sheets(path):
            assert len(sheet.cells) == len(sheet.numbers)
