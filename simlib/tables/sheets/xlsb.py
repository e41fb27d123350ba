"""XLSB to sheets: the binary records (MS-XLSB, 2.3) of its parts, in one pass over each."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from simlib.tables.sheets.parts import Broken, Package, Parts, opened
from simlib.tables.sheets.sheet import A_SHEET, LAST_COLUMN, LAST_ROW, Budget, Sheet
from simlib.tables.sheets.values import BUILT_IN, PLAIN, Mask, mask, shown
from simlib.words import Text

ROW, SHARED, FORMAT, STYLE, COLUMNS, WORKBOOK, SHEET, MERGED = 0, 19, 44, 47, 60, 153, 156, 176
STYLES, STYLES_END = 617, 618
BLANK, COMPACT, ERROR, TRUTH, REAL, TEXT, SHARED_TEXT, RICH = 1, 2, 3, 4, 5, 6, 7, 62
FORMULAS = {8: TEXT, 9: REAL, 10: TRUTH, 11: ERROR}  # as the cells of their results
SHORT = {number + 11: number for number in range(BLANK, SHARED_TEXT + 1)}  # in the column after the last
ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}  # fmt: skip
LONGEST = 2**20  # bytes of a record
HIDDEN_ROW, HIDDEN_COLUMN, FROM_1904 = 0x10, 1, 1  # bits


def read(path: Path) -> list[Sheet]:
    """All its sheets in their order, hidden ones too. BadInput where it is damaged or beyond the limits."""
    with opened(path, BROKEN_XLSB) as parts:
        package, budget = Package.of(parts), Budget(path.name)
        strings, styles = package.one("sharedStrings"), package.one("styles")
        texts = (
            [_string(data, 1) for code, data in _records(parts, strings, budget) if code == SHARED] if strings else []
        )
        masks = _masks(parts, styles, budget) if styles else []
        serials, listed = 1900, []
        for code, data in _records(parts, package.workbook, budget):
            if code == WORKBOOK and data[0] & FROM_1904:
                serials = 1904
            elif code == SHEET:
                relation = _string(data, 8)
                kind, part = package.targets[relation]
                if kind == "worksheet":
                    name = _string(data, 12 + len(relation.encode("utf-16-le")))
                    listed.append((Sheet(path.name, name, hidden=data[:4] != bytes(4)), part))
        for sheet, part in listed:
            sheet.serials = serials
            _fill(sheet, _records(parts, part, budget), texts, masks, budget)
        if not listed:
            raise Broken("no sheet")
        return [sheet for sheet, _ in listed]


def _fill(
    sheet: Sheet, records: Iterator[tuple[int, bytes]], texts: list[str], masks: list[Mask], budget: Budget
) -> None:
    budget.spend(0, A_SHEET)
    row, place, cells = 0, -1, list[str]()
    hidden_rows, hidden_columns, merged = set[int](), set[int](), []
    for code, data in records:
        code = FORMULAS.get(code, code)
        if code == ROW:
            budget.spend(len(cells))
            sheet.add(row, cells)
            number, place, cells = struct.unpack_from("<I", data)[0] + 1, -1, []
            if number <= row:
                raise Broken("rows out of order")
            if number > LAST_ROW:
                raise budget.passed()
            row = number
            if data[11] & HIDDEN_ROW:
                hidden_rows.add(row)
        elif BLANK <= code <= SHARED_TEXT or code == RICH or code in SHORT:
            if code in SHORT:
                code, last, data = SHORT[code], place + 1, data[4:]
            else:
                last, data = struct.unpack_from("<I", data)[0], data[4:]
            if not place < last < LAST_COLUMN or not row:
                raise Broken("cells out of order")
            place = last
            if text := _text(code, data, texts, masks, sheet.serials):
                cells.extend([""] * (place - len(cells)))
                cells.append(text)
        elif code == COLUMNS:
            first, last, width, _, bits = struct.unpack_from("<4IH", data)
            if bits & HIDDEN_COLUMN or not width:
                hidden_columns |= set(range(first, min(last + 1, LAST_COLUMN)))
        elif code == MERGED:
            top, bottom, left, right = struct.unpack_from("<4I", data)
            merged.append((top + 1, left, bottom + 1, right))
    budget.spend(len(cells))
    sheet.add(row, cells)
    sheet.merged = tuple(merged)
    sheet.conceal(hidden_rows, hidden_columns)


def _text(code: int, data: bytes, texts: list[str], masks: list[Mask], serials: int) -> str:
    """A cell, of its style and value, as a person sees it."""
    if code == SHARED_TEXT:
        return texts[struct.unpack_from("<I", data, 4)[0]]
    if code == BLANK:
        return ""
    if code in (TEXT, RICH):
        return _string(data, 4 if code == TEXT else 5)
    if code in (TRUTH, ERROR):
        return ERRORS[data[4]] if code == ERROR else str(data[4] != 0)
    style = int.from_bytes(data[:3], "little")
    value = _compact(data[4:8]) if code == COMPACT else struct.unpack_from("<d", data, 4)[0]
    return shown(value, masks[style] if masks else PLAIN, serials)


def _compact(data: bytes) -> float:
    """A number in 30 bits: a whole one or the upper half of a float, perhaps 100 times too large."""
    bits = int.from_bytes(data, "little", signed=True)
    value = bits >> 2 if bits & 2 else struct.unpack("<d", bytes(4) + (bits & -4).to_bytes(4, "little", signed=True))[0]
    return value / 100 if bits & 1 else value


def _masks(parts: Parts, name: str, budget: Budget) -> list[Mask]:
    """What the number format of each style makes of a number."""
    codes, numbers, within = dict(BUILT_IN), [], False
    for code, data in _records(parts, name, budget):
        if code == FORMAT:
            codes[struct.unpack_from("<H", data)[0]] = _string(data, 2)
        elif code in (STYLES, STYLES_END):
            within = code == STYLES
        elif code == STYLE and within:
            numbers.append(struct.unpack_from("<H", data, 2)[0])
    return [mask(codes.get(number, "")) for number in numbers]


def _string(data: bytes, place: int) -> str:
    length = struct.unpack_from("<I", data, place)[0]
    text = data[place + 4 : place + 4 + 2 * length]
    if len(text) < 2 * length:
        raise Broken("a text")
    return text.decode("utf-16-le")


def _records(parts: Parts, name: str, budget: Budget) -> Iterator[tuple[int, bytes]]:
    """The records of a part: the number of each and its bytes."""
    data, place = b"", 0
    for chunk in parts.chunks(name):
        data, place = data[place:] + chunk, 0
        count = 0
        while len(data) - place > 6:  # the longest beginning of a record
            code, start = data[place], place + 1
            if code & 0x80:
                code, start = code & 0x7F | (data[start] & 0x7F) << 7, start + 1
            size = shift = 0
            while shift < 28:
                byte = data[start]
                size |= (byte & 0x7F) << shift
                start, shift = start + 1, shift + 7
                if not byte & 0x80:
                    break
            if size > LONGEST:
                raise Broken("a record")
            if start + size > len(data):
                break
            yield code, data[start : start + size]
            place = start + size
            count += 1
        budget.spend(0, count)
    if len(data) - place > 6:
        raise Broken("a record")


BROKEN_XLSB = Text("不是完好的 XLSB 文件（可能损坏）。请用 Excel 或 WPS 打开，另存为 XLSX。",
                   "Not a sound XLSB file (damaged perhaps). Open it in Excel or WPS and save it as "
                   "XLSX.")  # fmt: skip
