"""Files to typed tables: any file of an office in, every cell checked, large tables left in their files."""

from simlib.tables.account import Account, Assumption, Given, Total, Unread, account_of
from simlib.tables.cells import ROW
from simlib.tables.folder import (
    IMPORT_PAGE,
    IMPORTED,
    LONGEST_PATH,
    NO_FOLDER,
    held,
    look,
    read,
    read_files,
    read_folder,
    said_of,
)
from simlib.tables.small import Tables, small

__all__ = [
    "IMPORTED", "IMPORT_PAGE", "LONGEST_PATH", "NO_FOLDER", "ROW", "Account", "Assumption", "Given", "Tables", "Total",
    "Unread", "account_of", "held", "look", "read", "read_files", "read_folder", "said_of", "small",
]  # fmt: skip
