"""Files to typed tables: any file of an office in, every cell checked, large tables left in their files."""

from simlib.tables.account import Account, Assumption, Given, Total, Unread, account_of
from simlib.tables.cells import ROW
from simlib.tables.folder import LONGEST_PATH, NO_FOLDER, held, read, read_folder
from simlib.tables.small import Tables, small

__all__ = [
    "LONGEST_PATH", "NO_FOLDER", "ROW", "Account", "Assumption", "Given", "Tables", "Total", "Unread", "account_of",
    "held", "read", "read_folder", "small",
]  # fmt: skip
