"""Files to typed tables: a data folder in, every cell checked, large tables left in their files."""

from simlib.tables.folder import LONGEST_PATH, NO_FOLDER, ROW, files, read, read_folder, typed
from simlib.tables.small import Tables, small

__all__ = ["LONGEST_PATH", "NO_FOLDER", "ROW", "Tables", "files", "read", "read_folder", "small", "typed"]
