"""XLS and ET (BIFF, in an OLE file mostly) to sheets, by xlrd."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from simlib.tables.sheets.parts import Broken, sound
from simlib.tables.sheets.sheet import ENCRYPTED, NOT_A_TABLE, TOO_LARGE, Budget, Sheet, bad
from simlib.tables.sheets.values import PLAIN, Mask, mask, shown
from simlib.words import Text

if TYPE_CHECKING:
    import xlrd

LARGEST_XLS = 50 * 2**20  # bytes; 65,536 rows of 40 columns have 30 MB
STREAMS = ("Workbook", "Book")  # of an OLE file that holds a workbook, and of one that holds an XLSX with a password:
LOCKED = "EncryptedPackage"
BLANK, ERROR, TRUTH, NUMBERS = (0, 6), 5, 4, (2, 3)  # types of cells, as xlrd numbers them


def read(path: Path) -> list[Sheet]:
    """All its sheets in their order, hidden ones too. BadInput where it is damaged, locked or beyond the limits."""
    import xlrd

    data = path.read_bytes()
    if len(data) > LARGEST_XLS:
        size, limit = f"{len(data) / 2**20:.0f}", LARGEST_XLS // 2**20
        raise bad(path.name, TOO_LARGE.fill(size=size, limit=limit))
    if _names(data, LOCKED):
        raise bad(path.name, ENCRYPTED)
    if data.startswith(b"\\xd0\\xcf") and not any(_names(data, name) for name in STREAMS) and len(data) > 1024:
        raise bad(path.name, NOT_A_TABLE)
    with sound(path.name, BROKEN_XLS), open(os.devnull, "w") as silence:
        try:
            book = xlrd.open_workbook(file_contents=data, formatting_info=True, on_demand=True, logfile=silence)
        except xlrd.XLRDError as error:
            raise bad(path.name, ENCRYPTED if "encrypted" in str(error).lower() else BROKEN_XLS) from None
        masks = [mask(book.format_map[xf.format_key].format_str) for xf in book.xf_list]
        budget = Budget(path.name)
        return [_sheet(book, place, masks, budget) for place in range(book.nsheets)]


def _sheet(book: xlrd.Book, place: int, masks: list[Mask], budget: Budget) -> Sheet:
    """One of its sheets, which is read only now and let go afterwards."""
    found = book.sheet_by_index(place)
    serials = 1904 if book.datemode else 1900
    sheet = Sheet(budget.file, found.name, hidden=found.visibility != 0, serials=serials)
    for row in range(found.nrows):
        budget.spend(found.row_len(row))
        styles = [masks[index] if index < len(masks) else PLAIN for index in found._cell_xf_indexes[row]]
