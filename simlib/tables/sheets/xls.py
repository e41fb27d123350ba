"""XLS and ET (BIFF, in an OLE file mostly) to sheets, by xlrd, which gets no record that it does not need for that."""

from __future__ import annotations

import os
import re
import struct
from pathlib import Path
from typing import TYPE_CHECKING

from simlib.tables.sheets.ole import START, Ole
from simlib.tables.sheets.parts import Broken, sound
from simlib.tables.sheets.sheet import A_SHEET, ENCRYPTED, NOT_A_TABLE, TOO_LARGE, Budget, Sheet, bad
from simlib.tables.sheets.values import Mask, mask, shown
from simlib.words import Text

if TYPE_CHECKING:
    import xlrd

LARGEST_XLS = 50 * 2**20  # bytes; 65,536 rows of 40 columns have 30 MB
WORKBOOKS, LOCKED = ("Workbook", "Book"), "EncryptedPackage"  # streams; the last is of an XLSX with a password
FILLED, ERROR, TRUTH, NUMBERS = re.compile(rb"[^\0\6]"), 5, 4, (2, 3)  # types of cells, as xlrd numbers them
BEGIN, END, BOUND, FILEPASS = 0x09, 0x0A, 0x85, 0x2F  # records; the first has the version in its other byte
NEEDED = {
    *(0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08),  # cells and rows of version 2
    *(0x200, 0x201, 0x202, 0x203, 0x204, 0x205, 0x206, 0x207, 0x208, 0x225, 0x406),  # of version 3 and 4
    *(0x27E, 0xBD, 0xBE, 0xD6, 0xFD),  # RK, MULRK, MULBLANK, RSTRING, LABELSST
    *(0x21, 0x221, 0x4BC, 0x3C, 0xFC),  # arrays, shared formulas, what is continued, shared strings
    *(0x1E, 0x41E, 0x31, 0x231, 0x43, 0x243, 0x443, 0xE0, 0x1F, 0x56, 0x44),  # formats, fonts and styles of cells
    *(0x22, 0x42, 0x7D, 0x24, 0x25, 0x55, 0x99, 0xE5, BOUND),  # dates, code page, columns, merged cells, sheets
}
IGNORED = b"\xff\x7f"  # the code of no record


def read(path: Path) -> list[Sheet]:
    """All its sheets in their order, hidden ones too. BadInput where it is damaged, locked or beyond the limits."""
    size = path.stat().st_size
    if size > LARGEST_XLS:
        raise bad(path.name, TOO_LARGE.fill(size=f"{size / 2**20:.0f}", limit=LARGEST_XLS // 2**20))
    import xlrd

    with sound(path.name, BROKEN_XLS), open(os.devnull, "w") as silence:
        stream = _needed(path.name, _stream(path))
        book = xlrd.open_workbook(
            file_contents=stream, formatting_info=True, on_demand=True, ragged_rows=True, logfile=silence
        )
        masks = [mask(book.format_map[style.format_key].format_str) for style in book.xf_list]
        budget = Budget(path.name)
        return [_sheet(book, place, masks, budget) for place in range(book.nsheets)]


def _stream(path: Path) -> bytes:
    """The records of the workbook."""
    data = path.read_bytes()
    if not data.startswith(START):
        return data
    ole = Ole(data)
    if LOCKED in ole.streams:
        raise bad(path.name, ENCRYPTED)
    name = next((name for name in WORKBOOKS if name in ole.streams), None)
    if name is None:
        raise bad(path.name, NOT_A_TABLE)
    return ole.read(name)


def _needed(file: str, data: bytes) -> bytes:
    """The records, those that no table needs made unknown to xlrd: a link over a whole sheet takes it 2 GB.

    Broken unless each sheet begins at a place of its own where one can; else a small file could have it read a large
    part a thousand times.
    """
    records, place, depth = bytearray(data), 0, 0
    begun, bound = set(), []
    while place + 4 <= len(data):
        code, size = struct.unpack_from("<HH", data, place)
        if code & 0xFF == BEGIN:
            if depth == 0:
                begun.add(place)
            depth += 1
        elif code == END:
            depth -= 1
            if depth < 0:
                break
        elif code == FILEPASS:
            raise bad(file, ENCRYPTED)
        elif code not in NEEDED:
            records[place : place + 2] = IGNORED
        elif code == BOUND and size > 6 and not data[place + 9]:  # of a sheet, not of a chart or a macro
            bound.append(struct.unpack_from("<I", data, place + 4)[0])
        place += 4 + size
    if len(set(bound)) < len(bound) or not begun.issuperset(bound):
        raise Broken("where sheets begin")
    return bytes(records[:place])


def _sheet(book: xlrd.Book, index: int, masks: list[Mask], budget: Budget) -> Sheet:
    """One of its sheets, which is read only now and let go afterwards."""
    budget.spend(0, A_SHEET)
    found = book.sheet_by_index(index)
    serials = 1904 if book.datemode else 1900
    sheet = Sheet(budget.file, found.name, hidden=found.visibility != 0, serials=serials)
    for row in range(found.nrows):
        places = [match.start() for match in FILLED.finditer(found.row_types(row))]
        budget.spend(found.row_len(row), len(places))
        cells: list[str] = [""] * (places[-1] + 1 if places else 0)
        for place in places:
            cells[place] = _text(found.cell(row, place), masks, serials)
        sheet.add(row + 1, cells)
    rows = {
        row + 1
        for row, info in found.rowinfo_map.items()
        if info.hidden or not (info.height or info.has_default_height)
    }
    columns = {column for column, info in found.colinfo_map.items() if info.hidden or info.width == 0}
    sheet.conceal(rows, columns)
    sheet.merged = tuple((first + 1, left, last, right - 1) for first, last, left, right in found.merged_cells)
    book.unload_sheet(index)
    return sheet


def _text(cell: xlrd.sheet.Cell, masks: list[Mask], serials: int) -> str:
    if cell.ctype in NUMBERS:
        return shown(cell.value, masks[cell.xf_index], serials)
    if cell.ctype == TRUTH:
        return str(bool(cell.value))
    if cell.ctype == ERROR:
        from xlrd.biffh import error_text_from_code

        return error_text_from_code[cell.value]
    return cell.value


BROKEN_XLS = Text("不是完好的 XLS 或 ET 文件（可能损坏）。请用 Excel 或 WPS 打开，另存为 XLSX。",
                  "Not a sound XLS or ET file (damaged perhaps). Open it in Excel or WPS and save it as "
                  "XLSX.")  # fmt: skip
