"""Any file of an office to sheets of text: text files, XLSX, XLS and ET, XLSB, ODS, Parquet, known by their bytes."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from simlib.problems import BadInput
from simlib.tables.sheets.encoding import encoding
from simlib.tables.sheets.parts import archive
from simlib.tables.sheets.sheet import EMPTY_FILE, LARGEST_FILE, NOT_A_TABLE, TOO_LARGE, Sheet, bad

__all__ = ["Sheet", "kind", "read_sheets"]

# Of files that may hold tables.
SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".et", ".xlsb", ".ods", ".parquet")
START = 4096  # bytes that tell the kind
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
OLD_EXCEL = tuple(bytes.fromhex(start) for start in ("09000400", "09020600", "09040600", "09080800", "09081000"))
READERS = {"csv": "separated", "xlsx": "xlsx", "xls": "xls", "xlsb": "xlsb", "ods": "ods", "parquet": "parquet"}
ODS = b"application/vnd.oasis.opendocument.spreadsheet"
CONTROLS = set(range(1, 32)) - set(b"\t\n\v\f\r\x1a\x1b")
OTHER = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"GIF8", b"{\\rtf")


def kind(path: Path) -> str | None:
    """What a file is by its first bytes, whatever its name: csv (any text), xlsx, xls, xlsb, ods or parquet."""
    with path.open("rb") as file:
        start = file.read(START)
    if start.startswith(b"PK\3\4"):
        return _packed(path, start)
    if start.startswith(OLE) or start.startswith(OLD_EXCEL):
        return "xls"
    if start.startswith(b"PAR1"):
        return "parquet"
    return None if start.startswith(OTHER) or _binary(start) else "csv"


def read_sheets(path: Path) -> list[Sheet]:
    """All sheets of one file in their order, hidden ones too. BadInput for a file that cannot be read whole."""
    size = path.stat().st_size
    if size == 0:
        raise bad(path.name, EMPTY_FILE)
    if size > LARGEST_FILE:
        raise bad(path.name, TOO_LARGE.fill(size=f"{size / 2**20:.0f}", limit=LARGEST_FILE // 2**20))
    found = kind(path)
    if found is None:
        raise bad(path.name, NOT_A_TABLE)
    read: Callable[[Path], list[Sheet]] = import_module(f"{__name__}.{READERS[found]}").read
    return read(path)


def _packed(path: Path, start: bytes) -> str | None:
    """Of a ZIP archive: by the names of its parts; of one that is cut off by those at its beginning."""
    try:
        with archive(path) as found:
            names = set(found.namelist())
    except Exception:  # zipfile raises whatever it meets; the reader will say that it is broken
        return "ods" if ODS in start else "xlsx" if b"[Content_Types].xml" in start or b"xl/" in start else None
    if any(name.endswith("workbook.bin") for name in names):
        return "xlsb"
    if any(name.endswith("workbook.xml") for name in names):
        return "xlsx"
    return "ods" if ODS in start or ("content.xml" in names and "mimetype" not in names) else None


def _binary(start: bytes) -> bool:
    """Whether it is no text: neither UTF-16 nor without control characters. NUL bytes are for the reader to name."""
    if b"\0" in start:
        try:
            encoding("", start[: len(start) // 2 * 2], whole=False)
            return False
        except BadInput:
            pass
    return bool(CONTROLS & set(start))
