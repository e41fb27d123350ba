"""A text file of any length to Parquet: its cells as the texts that stand in them, in the rows that
simlib.tables.sheets.separated would find.

DuckDB reads plain rows all at once. Files with anything else in them (blank rows, ends of line of two kinds, rows
that are not as long as the header, quotes that do not pair) are read row by row, as the small tables are.
"""

from __future__ import annotations

import codecs
import csv
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from simlib.problems import BadInput, Problem
from simlib.tables.found import Aside, Found
from simlib.tables.large.lines import MOST_LINES, Finding
from simlib.tables.large.queries import quoted_text, run, written
from simlib.tables.large.shape import ROW
from simlib.tables.large.table import engine, literal
from simlib.tables.row_kinds import kinds
from simlib.tables.shape import ragged
from simlib.tables.sheets.encoding import BAD_ENCODING, LOOKED_AT, NOT_TEXT, encoding
from simlib.tables.sheets.separated import SAID, csv_records
from simlib.words import Text

CHUNK = 2**22  # bytes
BATCH = 20_000  # rows
LINE, QUOTE = "\n", '"'
Places = Iterable[int]


@dataclass(frozen=True)
class Source:
    """A text file after a look at all its bytes: where its rows begin below the header, and how often ends of line,
    separators and quotes stand in them."""

    path: Path
    found: Found
    encoding: str
    before: int  # lines up to and with the header
    plain: bool  # these lines are one row each
    width: int  # cells of the header; the last may have no heading
    counts: dict[str, int]

    @classmethod
    def inspect(cls, path: Path, found: Found) -> Source:
        """BadInput where no encoding reads it all."""
        mark = found.sheet.separator
        name, counts = _decoded(path, (LINE, mark, QUOTE))
        if name.removesuffix("-sig") != found.sheet.encoding.removesuffix("-sig") and any(
            not cell.isascii() for cells in found.sheet.cells for cell in cells
        ):
            raise BadInput(Problem(BAD_ENCODING, path.name))  # its head was read in another one
        lines: list[str] = []
        width, rows = 0, 0
        with path.open(encoding=name, newline="") as text:
            reading = (lines.append(line) or line for line in text)  # type: ignore[func-returns-value]  # None, always
            skipped = int(bool((first := next(reading, "")) and SAID.match(first)))
            for row, cells in csv_records(path.name, reading if skipped else chain([first], reading), mark):
                rows += 1
                if row + skipped in found.header_rows:
                    width = max(width, len(cells))
                if row + skipped >= found.header_rows[-1]:
                    break
        head = "".join(lines)
        plain = len(lines) == rows + skipped == head.count(LINE) and QUOTE not in head
        return cls(path, found, name, len(lines), plain, width, {m: n - head.count(m) for m, n in counts.items()})

    def at_once(self, out: Path, select: Callable[[ibis.BaseBackend, str], str]) -> int:
        """Write what a query selects of a table with the cells, which are ``c0``, ``c1`` and so on, to ``out``; the
        number of rows, or 0 where the rows are not plain."""
        mark = self.found.sheet.separator
        with tempfile.TemporaryDirectory(prefix="simlib-") as folder, engine(self.counts[LINE]) as backend:
            path, skipped = self._utf_8(Path(folder))
            try:
                cells = backend.read_csv(
                    literal(path), columns={f"c{place}": "VARCHAR" for place in range(self.width)}, skip=skipped,
                    header=False, delim=mark, quote=QUOTE, escape=QUOTE, strict_mode=True, null_padding=False,
                    table_name="cells",
                )  # fmt: skip
                written(backend, select(backend, "cells"), out)
            except duckdb.InvalidInputException:
                return 0
            with pq.ParquetFile(out) as file:
                rows: int = file.metadata.num_rows
            # DuckDB lets pass a comma too many at the end of a row, whose cells may have been moved by it.
            left = self.counts[mark] - (self.width - 1) * rows
            if left and self.counts[QUOTE]:
                left -= _inside(backend, cells.columns, mark)
        return 0 if left else rows

    def even(self, rows: int) -> bool:
        """Whether each of the rows is a line of its own."""
        return self.counts[LINE] == rows

    def one_by_one(self, out: Path, places: Places) -> tuple[int, list[Finding], list[Aside]]:
        """The same for rows of any kind, with a further column: the row of the file in which each begins.

        Rows that are not as long as the header are found, or set aside. BadInput for quotes that do not pair.
        """
        places, kind_of, width = tuple(places), kinds(self.found), len(self.found.header)
        count, uneven = 0, 0
        lines: list[Problem] = []
        aside: list[Aside] = []
        rows = self._rows()
        with pq.ParquetWriter(out, texts(places, []).schema) as file:
            while batch := list(islice(rows, BATCH)):
                filled = [one for one in batch if any(map(str.strip, one[1]))]
                sound = [one for one in filled if len(one[1]) == self.width]
                file.write_table(texts(places, sound))
                count += len(sound)
                for row, cells in (one for one in filled if len(one[1]) != self.width):
                    padded = padded_to(width, cells)
                    if kind := kind_of(padded):
                        aside.append(Aside(row, kind, tuple(padded)))
                        continue
                    uneven += 1
                    if len(lines) < MOST_LINES:
                        lines.append(Problem(ragged(len(cells), width), self.path.name, row))
        return count, [Finding(UNEVEN, "", lines, uneven)] if uneven else [], aside

    def rows_at(self, numbers: Iterable[int]) -> Iterator[tuple[int, list[str]]]:
        """The rows that begin in these lines, which come in their order."""
        wanted = iter(numbers)
        number = next(wanted, None)
        with self.path.open(encoding=self.encoding, newline="") as text:
            line = 0
            while number is not None and (first := next(text, None)) is not None:
                line += 1
                if line == number:
                    reader = csv.reader(chain([first], text), strict=True, delimiter=self.found.sheet.separator)
                    yield line, next(reader)
                    line += reader.line_num - 1
                    number = next(wanted, None)

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        with self.path.open(encoding=self.encoding, newline="") as text:
            below = islice(text, self.before, None)
            try:
                for row, cells in csv_records(self.path.name, below, self.found.sheet.separator):
                    yield row + self.before, cells
            except BadInput as bad:
                (one,) = bad.problems
                raise BadInput(Problem(one.rule, one.file, (one.row or 0) + self.before)) from None

    def _utf_8(self, folder: Path) -> tuple[Path, int]:
        """The file itself, or a copy of its rows in UTF-8; and how many lines stand before them."""
        if self.plain and self.encoding in ("utf-8", "utf-8-sig"):
            return self.path, self.before
        copy = folder / "utf-8.csv"
        with (
            self.path.open(encoding=self.encoding, newline="") as old,
            copy.open("w", encoding="utf-8", newline="") as new,
        ):
            for _ in islice(old, self.before):
                pass
            shutil.copyfileobj(old, new, CHUNK)
        return copy, 0


def padded_to(width: int, cells: list[str]) -> list[str]:
    """A row as long as the header, but for cells beyond it that are not blank."""
    cells = list(cells)
    while len(cells) > width and not cells[-1].strip():
        cells.pop()
    return cells + [""] * (width - len(cells))


def texts(places: Places, rows: Iterable[tuple[int, list[str]]]) -> pa.Table:
    """The cells at these places, by column, and the row of the file in which each row begins."""
    rows = list(rows)
    columns = {f"c{place}": pa.array([cells[place] for _, cells in rows], pa.string()) for place in places}
    return pa.table({**columns, ROW: pa.array([row for row, _ in rows], pa.int64())})


def _decoded(path: Path, marks: tuple[str, ...]) -> tuple[str, dict[str, int]]:
    """The encoding, as simlib.tables.sheets.encoding has it, that reads the whole file; and how often each of the
    ``marks`` stands in it, the end of a last line counted that has none."""
    with path.open("rb") as file:
        told = encoding(path.name, file.read(LOOKED_AT), whole=False)
    row = 1
    for name in (told, *{"utf-8": ["gb18030"], "gb18030": ["utf-8"]}.get(told, [])):
        counts, last = dict.fromkeys(marks, 0), LINE
        decoder = codecs.getincrementaldecoder(name)()
        try:
            for chunk in _chunks(path):
                if b"\0" in chunk and not name.startswith("utf-16"):
                    raise BadInput(Problem(NOT_TEXT, path.name))
                text = decoder.decode(chunk, final=not chunk)
                counts = {mark: count + text.count(mark) for mark, count in counts.items()}
                last = text[-1:] or last
            counts[LINE] += last != LINE
            return name, counts
        except UnicodeDecodeError as error:
            row = max(row, counts[LINE] + error.object.count(b"\n", 0, error.start) + 1)
    raise BadInput(Problem(BAD_ENCODING, path.name, row))


def _chunks(path: Path) -> Iterator[bytes]:
    """The bytes of a file, and none at the end."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
    yield b""


def _inside(backend: ibis.BaseBackend, cells: Iterable[str], mark: str) -> int:
    """How many separators stand inside of cells."""
    one = quoted_text(mark)
    inside = " + ".join(f"coalesce(sum(length({cell}) - length(replace({cell}, {one}, ''))), 0)" for cell in cells)
    return int(run(backend, f"SELECT {inside} FROM cells")[0][0])


UNEVEN = Text("单元格数与表头不同。请检查多余或缺少的逗号。",
              "Not as many cells as the header. Look for a comma too many or too few.")  # fmt: skip
