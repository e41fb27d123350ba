"""Builders of bad files: each writes what its name says into the folder it is given."""

import io
import os
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

Builder = Callable[[Path], object]
ID, NAME, GROUP, SCORE, DEPOSIT = HEADER = ["institution_id", "name", "group", "score", "deposit"]
ROWS = [["A1", "First", "one", 96, 10000], ["A2", "Second", "one", 90, 10000], ["A3", "Third", "one", 84, 10000]]
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4096)  # how an XLS or an encrypted workbook begins
SHEET = "xl/worksheets/sheet1.xml"
FILE = "institutions.csv"
EXCEL = "institutions.xlsx"


def comma_separated(header=HEADER, rows=ROWS) -> str:
    return "".join(",".join(map(str, row)) + "\n" for row in [header, *rows])


def text(content: str, encoding: str = "utf-8", name: str = FILE) -> Builder:
    return lambda folder: (folder / name).write_bytes(content.encode(encoding))


def with_bytes(name: bytes, start: bytes = b"") -> Builder:
    """The sound table with these bytes for the name in its row 3."""
    return raw(start + comma_separated().encode().replace(b"Second", name))


def raw(content: bytes, name: str = FILE) -> Builder:
    return lambda folder: (folder / name).write_bytes(content)


def changed(column: str, value) -> Builder:
    """The sound table with another value in its second row, which is row 3 of the file."""
    row = [value if name == column else old for name, old in zip(HEADER, ROWS[1], strict=True)]
    return text(comma_separated(rows=[ROWS[0], row, ROWS[2]]))


def renamed(column: str, name: str) -> Builder:
    return text(comma_separated([name if one == column else one for one in HEADER]))


def without(*columns: str) -> Builder:
    keep = [i for i, name in enumerate(HEADER) if name not in columns]
    return text(comma_separated([HEADER[i] for i in keep], [[row[i] for i in keep] for row in ROWS]))


def workbook(header=HEADER, rows=ROWS, formats=(), name: str = EXCEL) -> Builder:
    def build(folder: Path) -> None:
        book = openpyxl.Workbook()
        for row in [header, *rows]:
            book.active.append(row)
        for column, mask in formats:
            for cell in book.active[column]:
                cell.number_format = mask
        book.save(folder / name)

    return build


def tampered(parts: dict[str, bytes], headers=None, keep: Callable[[str], bool] = lambda name: True) -> Builder:
    """A sound workbook with some parts replaced, and with ``headers`` to falsify what the archive says of them."""

    def build(folder: Path) -> None:
        workbook()(folder)
        sound = (folder / EXCEL).read_bytes()
        with (
            zipfile.ZipFile(io.BytesIO(sound)) as old,
            zipfile.ZipFile(folder / EXCEL, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
        ):
            for name in filter(keep, old.namelist()):
                new.writestr(name, parts.get(name, old.read(name)))
                for field, value in (headers or {}).get(name, {}).items():
                    setattr(new.getinfo(name), field, value)

    return build


def sheet(rows: str, before: str = "", size: str = "") -> Builder:
    """A workbook whose sheet is this XML."""
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    body = f'<worksheet xmlns="{namespace}">{size}<sheetData>{rows}</sheetData></worksheet>'
    return tampered({SHEET: f'<?xml version="1.0"?>{before}{body}'.encode()})


def inline(row: int, *values: str) -> str:
    cells = "".join(f'<c t="inlineStr"><is><t>{value}</t></is></c>' for value in values)
    return f'<row r="{row}">{cells}</row>'


def entity(declared: str, used: str) -> Builder:
    """A workbook that declares an XML entity and uses it as a name."""
    rows = [["A1", used, "one", "96", "1"], *ROWS[1:]]
    body = "".join(inline(number, *map(str, row)) for number, row in enumerate([HEADER, *rows], start=1))
    return sheet(body, f"<!DOCTYPE worksheet [{declared}]>")


def laughs(levels: int = 9) -> Builder:
    """Entities of ten entities of ten entities: a billion laughs."""
    rest = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, levels + 1))
    return entity(f'<!ENTITY l0 "lol">{rest}', f"&l{levels};")


def parquet(**columns) -> Builder:
    table = {name: [row[i] for row in ROWS] for i, name in enumerate(HEADER)} | columns
    return lambda folder: pq.write_table(pa.table(table), folder / "institutions.parquet")


def sparse(megabytes: int) -> Builder:
    def build(folder: Path) -> None:
        (folder / FILE).touch()
        os.truncate(folder / FILE, megabytes * 2**20)

    return build


def cut(builder: Builder, name: str, share: float) -> Builder:
    def build(folder: Path) -> None:
        builder(folder)
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(whole[: int(len(whole) * share)])

    return build


def both(*builders: Builder) -> Builder:
    return lambda folder: [build(folder) for build in builders]


def lying(megabytes: int) -> Builder:
    """A workbook with a part that unpacks to far more than the archive says, checksum and all."""
    part = b"<workbook>" + b" " * (megabytes * 2**20)
    said = {"file_size": 1000, "CRC": zlib.crc32(part[:1000])}
    return tampered({"xl/workbook.xml": part}, {"xl/workbook.xml": said})


def bomb(levels: int) -> str:
    """YAML whose title is ten references to ten references to ten words, and so on."""
    rest = "".join(f"- &l{i} [{', '.join([f'*l{i - 1}'] * 10)}]\n" for i in range(1, levels))
    return f"question:\n- &l0 [lol]\n{rest}title: *l{levels - 1}\n"


def with_base(base: str) -> Builder:
    """A sound scenario on this base."""
    scenario = "title: t\nbase: base.yaml\nparams: {deposit: {lower: 0.97}}\n"
    return both(text(base, name="base.yaml"), text(scenario, name="scenario.yaml"))
