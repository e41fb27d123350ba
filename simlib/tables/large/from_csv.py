"""A CSV of any length to Parquet: its cells as the texts that stand in them, in the rows that simlib.tables.rows would
find.

DuckDB reads plain rows all at once. Files with anything else in them (blank rows, ends of line of two kinds, rows
that are not as long as the header, quotes that do not pair) are read row by row, as the small tables are.
"""

from __future__ import annotations

import codecs
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from simlib.problems import BadInput, Problem
from simlib.tables.large.checks import MOST_LINES, Finding
from simlib.tables.large.queries import quoted, quoted_text, run
from simlib.tables.large.shape import ROW
from simlib.tables.large.table import literal
from simlib.tables.rows import LONGEST_CELL, NOT_TEXT, check_separator, ragged
from simlib.tables.sheets.encoding import BAD_ENCODING
from simlib.tables.sheets.separated import csv_records
from simlib.words import Text

CHUNK = 2**22  # bytes
BATCH = 20_000  # rows
MARKS = LINE, COMMA, QUOTE = b"\n", b",", b'"'


@dataclass(frozen=True)
class Source:
    """A CSV after a look at all its bytes: its header as written, and how often each of ``MARKS`` stands in it."""

    path: Path
    encoding: str
    names: list[str]
    counts: dict[bytes, int]

    @classmethod
    def inspect(cls, path: Path) -> Source:
        """BadInput where the encoding or the separator is none that can be read."""
        encoding, counts = _decoded(path)
        with path.open(encoding=encoding, newline="") as text:
            check_separator(path.name, text.readline(LONGEST_CELL))
        _, names = next(_records(path, encoding), (1, []))
        return cls(path, encoding, names, counts)

    def at_once(self, out: Path, places: dict[str, int], backend: ibis.BaseBackend) -> int:
        """Write the columns at these places to ``out``; the number of rows, or 0 where the rows are not plain."""
        with tempfile.TemporaryDirectory(prefix="simlib-") as folder:
            columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(self.names)))
            cells = (
                f"read_csv([{quoted_text(literal(self._utf_8(Path(folder)).absolute()))}], header = TRUE, "
                "delim = ',', quote = '\"', escape = '\"', strict_mode = TRUE, null_padding = FALSE, "
                f"auto_detect = FALSE, columns = {{{columns}}})"
            )
            chosen = ", ".join(f"c{place} AS {quoted(name)}" for name, place in places.items())
            try:
                run(backend, f"COPY (SELECT {chosen} FROM {cells}) TO {quoted_text(str(out))} (FORMAT parquet)")
            except duckdb.InvalidInputException:
                return 0
            with pq.ParquetFile(out) as written:
                rows = written.metadata.num_rows
            # DuckDB lets pass a comma too many at the end of a row, whose cells may have been moved by it.
            between = (len(self.names) - 1) * (rows + 1)
            left = self.counts[COMMA] - between - sum(name.count(",") for name in self.names)
            if left and self.counts[QUOTE]:
                inside = " + ".join(
                    f"coalesce(sum(length(c{place}) - length(replace(c{place}, ',', ''))), 0)"
                    for place in range(len(self.names))
                )
                left -= run(backend, f"SELECT {inside} FROM {cells}")[0][0]
        return 0 if left else rows

    def one_by_one(self, out: Path, places: dict[str, int]) -> tuple[int, list[Finding]]:
        """The same for rows of any kind, with a further column: the row of the file in which each begins.

        Rows that are not as long as the header are set aside and found. BadInput for quotes that do not pair.
        """
        width, count, uneven = len(self.names), 0, 0
        lines: list[Problem] = []
        records = islice(_records(self.path, self.encoding), 1, None)
        with pq.ParquetWriter(out, texts(places, []).schema) as file:
            while batch := list(islice(records, BATCH)):
                filled = [one for one in batch if any(map(str.strip, one[1]))]
                sound = [one for one in filled if len(one[1]) == width]
                file.write_table(texts(places, sound))
                count += len(sound)
                if len(sound) < len(filled):
                    others = ((row, cells) for row, cells in filled if len(cells) != width)
                    for row, cells in islice(others, MOST_LINES - len(lines)):
                        lines.append(Problem(ragged(cells, self.names), self.path.name, row))
                    uneven += len(filled) - len(sound)
        return count, [Finding(UNEVEN, "", lines, uneven)] if uneven else []

    def _utf_8(self, folder: Path) -> Path:
        """The file itself, or a copy in UTF-8."""
        if self.encoding != "gb18030":
            return self.path
        copy = folder / "utf-8.csv"
        with (
            self.path.open(encoding=self.encoding, newline="") as old,
            copy.open("w", encoding="utf-8", newline="") as new,
        ):
            shutil.copyfileobj(old, new, CHUNK)
        return copy


def texts(places: dict[str, int], records: list[tuple[int, list[str]]]) -> pa.Table:
    """The cells at these places, by column, and the row of the file in which each record begins."""
    columns = {name: pa.array([cells[place] for _, cells in records], pa.string()) for name, place in places.items()}
    return pa.table({**columns, ROW: pa.array([row for row, _ in records], pa.int64())})


def _decoded(path: Path) -> tuple[str, dict[bytes, int]]:
    """The encoding, UTF-8 with or without BOM or else GB18030, as simlib.tables.rows has it, and the counts of
    ``MARKS``."""
    with path.open("rb") as file:
        start = file.read(3)
    if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        raise BadInput(Problem(NOT_TEXT, path.name))
    row = 1
    for encoding in ("utf-8-sig",) if start == codecs.BOM_UTF8 else ("utf-8", "gb18030"):
        counts, last = dict.fromkeys(MARKS, 0), b""
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            for chunk in _chunks(path):
                if b"\0" in chunk:
                    raise BadInput(Problem(NOT_TEXT, path.name))
                decoder.decode(chunk, final=not chunk)
                counts = {mark: count + chunk.count(mark) for mark, count in counts.items()}
                last = chunk or last
            counts[LINE] += not last.endswith(LINE)
            return encoding, counts
        except UnicodeDecodeError as error:
            row = max(row, counts[LINE] + error.object.count(LINE, 0, error.start) + 1)
    raise BadInput(Problem(BAD_ENCODING, path.name, row))


def _chunks(path: Path) -> Iterator[bytes]:
    """The bytes of a file, and none at the end."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
    yield b""


def _records(path: Path, encoding: str) -> Iterator[tuple[int, list[str]]]:
    with path.open(encoding=encoding, newline="") as text:
        yield from csv_records(path.name, text)


UNEVEN = Text("单元格数与表头不同。请检查多余或缺少的逗号。",
              "Not as many cells as the header. Look for a comma too many or too few.")  # fmt: skip
