"""A workbook in XLSB, record by record (MS-XLSB): no program at hand here writes one."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
BINARY = "application/vnd.ms-excel"
PERCENT, DAY, MOMENT, PADDED = 1, 2, 3, 4  # styles of cells, besides 0
FORMATS = {164: "0.0%", 165: 'yyyy"年"m"月"d"日"', 166: "yyyy/m/d h:mm", 167: "000"}
ERRORS = {"#N/A": 0x2A, "#DIV/0!": 0x07}


@dataclass
class Page:
    """One sheet; its rows by their number in the file, from 1, their cells from column A on, None for no cell."""

    name: str
    rows: dict[int, list]
    state: int = 0  # 1: hidden
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    extra: bytes = b""  # records that stand among its rows


@dataclass
class Book:
    pages: list[Page] = field(default_factory=list)
    from_1904: bool = False


def record(code: int, data: bytes = b"") -> bytes:
    head = bytes([code]) if code < 0x80 else bytes([code & 0x7F | 0x80, code >> 7])
    size, rest = b"", len(data)
    while True:
        size += bytes([rest & 0x7F | (0x80 if rest > 0x7F else 0)])
        rest >>= 7
        if not rest:
            return head + size + data


def string(text: str) -> bytes:
    data = text.encode("utf-16-le")
    return struct.pack("<I", len(data) // 2) + data


def row(number: int, hidden: bool = False) -> bytes:
    flags = bytes([0, 0x10 if hidden else 0, 0])
    return record(0, struct.pack("<IIH", number - 1, 0, 300) + flags + struct.pack("<I", 0))


def cell(column: int, value, strings: list[str]) -> bytes:
    """A cell of each kind; a pair is a value and its style."""
    value, style = value if isinstance(value, tuple) else (value, 0)
    place = struct.pack("<II", column, style)
    match value:
        case bool():
            return record(4, place + bytes([value]))
        case int() if -(2**29) <= value < 2**29:
            return record(2, place + struct.pack("<i", value << 2 | 2))
        case int() | float():
            hundred = round(value * 100)
            if abs(hundred) < 2**29 and hundred / 100 == value and style == 0:
                return record(2, place + struct.pack("<i", hundred << 2 | 3))
            return record(5, place + struct.pack("<d", value))
        case str() if value in ERRORS:
            return record(3, place + bytes([ERRORS[value]]))
        case str() if value.startswith("~"):  # a text in the cell itself
            return record(6, place + string(value[1:]))
        case str() if value.startswith("="):  # the result of a formula, a text or a number
            tail = struct.pack("<HII", 0, 0, 0)  # no more than LibreOffice wants of a formula
            return record(8, place + string(value[1:]) + tail)
        case str():
            strings.append(value)
            return record(7, place + struct.pack("<I", len(strings) - 1))
    return record(1, place)


def sheet(page: Page, strings: list[str]) -> bytes:
    width = max(map(len, page.rows.values()), default=1)
    parts = [record(129), record(148, struct.pack("<4I", 0, max(page.rows, default=1), 0, width))]
    if page.hidden_columns:
        infos = [record(60, struct.pack("<4IH", one, one, 2000, 0, 1)) for one in page.hidden_columns]
        parts += [record(390), *infos, record(391)]
    parts.append(record(145))
    for number, cells in page.rows.items():
        parts.append(row(number, number in page.hidden_rows))
        parts += [cell(column, value, strings) for column, value in enumerate(cells) if value is not None]
    parts += [page.extra, record(146)]
    if page.merged:
        areas = [
            record(176, struct.pack("<4I", top - 1, bottom - 1, left, right))
            for top, left, bottom, right in page.merged
        ]
        parts += [record(177, struct.pack("<I", len(areas))), *areas, record(178)]
    return b"".join([*parts, record(130)])


def relations(targets: Iterable[tuple[str, str]]) -> str:
    rows = (
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}/relationships">{"".join(rows)}</Relationships>'


def styles() -> bytes:
    formats = [record(44, struct.pack("<H", number) + string(code)) for number, code in FORMATS.items()]
    font = record(
        43,
        struct.pack("<HHHHBBBB", 220, 0, 400, 0, 0, 2, 134, 0)
        + bytes([0x07, 1, 0, 0, 0, 0, 0, 255, 0])
        + string("Calibri"),
    )
    fill = record(45, struct.pack("<I", 0) + bytes(64))
    border = record(46, bytes(1) + bytes(50))
    looks = [record(47, struct.pack("<HHHHHBBHBB", 0, number, 0, 0, 0, 0, 0, 0, 0, 0)) for number in (0, *FORMATS)]
    base = record(47, struct.pack("<HHHHHBBHBB", 0xFFFF, 0, 0, 0, 0, 0, 0, 0, 0, 0))

    def block(begin: int, end: int, records: list[bytes]) -> bytes:
        return record(begin, struct.pack("<I", len(records))) + b"".join(records) + record(end)

    return b"".join([
        record(278), block(615, 616, formats), block(611, 612, [font]), block(603, 604, [fill, fill]),
        block(613, 614, [border]), block(626, 627, [base]), block(617, 618, looks), record(279),
    ])  # fmt: skip


def write(path: Path, book: Book) -> None:
    strings: list[str] = []
    sheets = [sheet(page, strings) for page in book.pages]
    bundle = [
        record(156, struct.pack("<II", page.state, number) + string(f"rId{number}") + string(page.name))
        for number, page in enumerate(book.pages, start=1)
    ]
    properties = record(153, struct.pack("<II", int(book.from_1904), 0) + string(""))
    workbook = b"".join([record(131), properties, record(143), *bundle, record(144), record(132)])
    items = b"".join(record(19, b"\0" + string(text)) for text in strings)
    names = [f"xl/worksheets/sheet{number}.bin" for number in range(1, len(sheets) + 1)]
    kinds = {
        "xl/workbook.bin": "sheet.binary.macroEnabled.main",
        "xl/styles.bin": "styles",
        "xl/sharedStrings.bin": "sharedStrings",
    }
    kinds |= dict.fromkeys(names, "worksheet")
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{BINARY}.{kind}"/>' for name, kind in kinds.items())
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    targets = [
        *(("worksheet", name.removeprefix("xl/")) for name in names),
        ("styles", "styles.bin"),
        ("sharedStrings", "sharedStrings.bin"),
    ]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<?xml version="1.0"?><Types xmlns="{PACKAGE}/content-types">{rels}{overrides}</Types>',
        )
        archive.writestr("_rels/.rels", relations([("officeDocument", "xl/workbook.bin")]))
        archive.writestr("xl/_rels/workbook.bin.rels", relations(targets))
        archive.writestr("xl/workbook.bin", workbook)
        archive.writestr("xl/styles.bin", styles())
        archive.writestr(
            "xl/sharedStrings.bin", record(159, struct.pack("<II", len(strings), len(strings))) + items + record(160)
        )
        for name, content in zip(names, sheets, strict=True):
            archive.writestr(name, content)
