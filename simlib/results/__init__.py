"""Results on disk: a folder of tables with the manifest that tells how to make them again."""

from simlib.results.folder import SUMMARY, as_csv, tables, write, write_tables
from simlib.results.manifest import MANIFEST, Manifest, Recorded, files, write_json

__all__ = [
    "MANIFEST", "SUMMARY", "Manifest", "Recorded", "as_csv", "files", "tables", "write", "write_json", "write_tables",
]  # fmt: skip
