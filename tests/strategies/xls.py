"""A workbook in XLS, record by record (MS-XLS), in an OLE file (MS-CFB): nothing here writes one without LibreOffice,
and no program writes the hostile ones."""

from __future__ import annotations

import struct

PERCENT = 1  # style of a cell, besides 0
FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
SECTOR = 512


def record(code: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", code, len(data)) + data


def begin(kind: int) -> bytes:
    return record(0x809, struct.pack("<HHHHII", 0x600, kind, 0x0DBB, 0x07CC, 0, 6))


def text(row: int, column: int, value: str) -> bytes:
    """A cell with a text; rows and columns from 0."""
    return record(0x204, struct.pack("<HHHHB", row, column, 0, len(value), 1) + value.encode("utf-16-le"))


def number(row: int, column: int, value: float, style: int = 0) -> bytes:
    return record(0x203, struct.pack("<HHHd", row, column, style, value))


def hidden_row(row: int) -> bytes:
    return record(0x208, struct.pack("<HHHHHHI", row, 0, 2, 255, 0, 0, 0x120))


def merged(first: int, last: int, left: int, right: int) -> bytes:
    return record(0xE5, struct.pack("<HHHHH", 1, first, last, left, right))


def stream(
    sheets: dict[str, bytes], from_1904: bool = False, states: tuple[int, ...] = (), same: bool = False
) -> bytes:
    """The records of a workbook whose sheets hold these; with ``same``, all sheets are the first."""
    font = record(0x31, struct.pack("<HHHHHBBBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0, 1, 1) + b"A\0")
    code = "0.0%"
    formats = record(0x41E, struct.pack("<HHB", 164, len(code), 0) + code.encode())
    styles = [record(0xE0, struct.pack("<HHH", 0, one, 1) + bytes(14)) for one in (0, 164)]
    shared = b"".join([record(0x22, struct.pack("<H", from_1904)), font, formats, *styles])
    bodies = [begin(0x10) + body + record(0x0A) for body in sheets.values()]
    names = [struct.pack("<BB", len(name), 1) + name.encode("utf-16-le") for name in sheets]
    place = len(begin(5)) + len(shared) + sum(4 + 6 + len(name) for name in names) + 4
    bound = b""
    for index, (name, body) in enumerate(zip(names, bodies, strict=True)):
        state = states[index] if index < len(states) else 0
        bound += record(0x85, struct.pack("<IBB", place, state, 0) + name)
        place += 0 if same else len(body)
    return begin(5) + shared + bound + record(0x0A) + b"".join(bodies)


def ole(*streams: tuple[str, bytes], links=None, loop: bool = False) -> bytes:
    """An OLE file with these streams. ``links`` falsifies which entry stands left and right of each; a ``loop`` lets
    the last sector of a stream be followed by its first."""
    sectors: list[bytes] = []
    table: list[int] = []
    entries = [("Root Entry", 5, END, 0)]
    for name, data in streams:
        pieces = [data[place : place + SECTOR].ljust(SECTOR, b"\0") for place in range(0, max(4096, len(data)), SECTOR)]
        start = len(sectors)
        sectors += pieces
        table += [*range(start + 1, start + len(pieces)), start if loop else END]
        entries.append((name, 2, start, max(4096, len(data))))
    packed = b""
    for index, (name, kind, start, size) in enumerate(entries):
        left, right = links(index) if links else (FREE, index + 1 if 0 < index < len(entries) - 1 else FREE)
        child = 1 if index == 0 else FREE
        packed += name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<HBB", 2 * len(name) + 2, kind, 1)
        packed += struct.pack("<III", left, right, child) + bytes(36) + struct.pack("<IQ", start, size)
    packed += bytes(-len(packed) % SECTOR)
    directory = len(sectors)
    sectors += [packed[place : place + SECTOR] for place in range(0, len(packed), SECTOR)]
    table += [*range(directory + 1, len(sectors)), END]
    count = 1
    while (len(table) + count) * 4 > count * SECTOR:
        count += 1
    first = len(sectors)
    table += [TABLE] * count
    table += [FREE] * (count * SECTOR // 4 - len(table))
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, count, directory, 0, 4096, END, 0, END, 0)
    head += struct.pack("<109I", *range(first, first + count), *[FREE] * (109 - count))
    return head + b"".join(sectors) + struct.pack(f"<{len(table)}I", *table)
