"""The data folder: reading its files and checking every cell against the declared columns.

Reading returns typed DataFrames whose index holds the row of the file, so that whoever finds fault
with a value later can say where it stands. A large table stays in its file: see simlib.tables.large.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pandas as pd

from simlib.columns import TABLES, Column, Table
from simlib.digests import file_digest
from simlib.problems import BadInput, Problem, shorten
from simlib.tables.cells import BLANK, DOUBLE, PARSERS, Refused, missing_columns
from simlib.tables.large import CHANGED, Large, Mark, mark
from simlib.tables.rows import SUFFIXES, Rows, read_rows
from simlib.words import Text

LONGEST_PATH = 300  # of a file or folder in a message
ROW = "row"  # name of the index that holds file rows; simlib.columns.checks reads it


def files(folder: Path) -> dict[str, Path]:
    """The table files of a data folder by table name. BadInput where one table stands in two files."""
    if not folder.is_dir():
        raise BadInput(Problem(NO_FOLDER, file=shorten(folder, LONGEST_PATH)))
    found: dict[str, Path] = {}
    problems = []
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in SUFFIXES or path.name.startswith(("~$", ".")) or not path.is_file():
            continue
        if path.stem in found:
            problems.append(Problem(TWO_FILES.fill(other=found[path.stem].name), file=path.name))
        found.setdefault(path.stem, path)
    if problems:
        raise BadInput(problems)
    return found


def read_folder(folder: Path) -> dict[str, pd.DataFrame | Large]:
    """Every declared table of a data folder, the large ones in their files.

    BadInput lists the problems of all of them together.
    """
    tables, problems = {}, []
    found = files(folder)
    for name in (name for name in TABLES if name in found):
        try:
            tables[name] = read(found[name], TABLES[name])
        except BadInput as bad:
            problems += bad.problems
    if problems:
        raise BadInput(problems)
    if not tables:
        rule = NO_TABLES.fill(names=", ".join(f"{name}.csv" for name in TABLES))
        raise BadInput(Problem(rule, file=shorten(folder, LONGEST_PATH)))
    return tables


def read(path: Path, table: Table) -> pd.DataFrame | Large:
    """One file as the declared table, extra columns kept as text. BadInput with one line a problem.

    What was read is known again by the digest of its bytes, so that the visitors of one server, whose kernels
    begin as copies of a process that has read the data, need not read them again. Nobody changes such a table.
    """
    if table.large:
        seen = mark(path)
        return _read_large(path, table.name, file_digest(path), seen)
    return _read(path, table.name, file_digest(path))


@lru_cache(maxsize=8)
def _read(path: Path, name: str, digest: str) -> pd.DataFrame:
    rows = read_rows(path)
    _unchanged(path, digest)
    return typed(rows, TABLES[name], digest)


@lru_cache(maxsize=8)
def _read_large(path: Path, name: str, digest: str, seen: Mark) -> Large:
    from simlib.tables.large import files as large_files

    try:
        return large_files.read(path, TABLES[name], digest, seen)
    finally:
        _unchanged(path, digest)  # and if it did change, this is what is said


def _unchanged(path: Path, digest: str) -> None:
    if file_digest(path) != digest:
        raise BadInput(Problem(CHANGED, path.name))


def typed(rows: Rows, table: Table, digest: str = "") -> pd.DataFrame:
    """Rows of text as typed columns; ``attrs`` carry the file name and the digest of its bytes."""
    declared = table.by_name
    problems = rows.problems + missing_columns(table, rows.header, rows.file)
    values = {}
    for position, name in enumerate(rows.header):
        texts = [cells[position].strip() for cells in rows.cells]
        if name not in declared:  # kept as it is: no rule reads it, and no result repeats it
            values[name] = [text or None for text in texts]
            continue
        if rows.header.count(name) > 1:  # said already; nobody knows which is meant
            continue
        values[name], wrong = _parse(texts, declared[name])
        problems += [Problem(rule, rows.file, rows.numbers[i], name, texts[i] or None) for i, rule in wrong]
    problems += _doubles(rows, table, values)
    if problems:
        raise BadInput(sorted(problems, key=lambda problem: problem.row or 0))
    frame = pd.DataFrame(values, index=pd.Index(rows.numbers, name=ROW))
    frame.attrs = {"file": rows.file, "sha256": digest}
    return frame


def _doubles(rows: Rows, table: Table, values: dict[str, list]) -> list[Problem]:
    """Rows whose key stands in an earlier row; a blank part of it was refused already."""
    names = [name for name in (table.key, *table.within) if name in values]
    if table.key not in names:
        return []
    first: dict = {}
    problems = []
    for number, *parts in zip(rows.numbers, *(values[name] for name in names), strict=True):
        key = tuple(parts)
        if key in first and key[0] is not None:
            shown = " · ".join(part for part in key if part is not None)
            problems.append(Problem(DOUBLE.fill(row=first[key]), rows.file, number, table.key, shown))
        first.setdefault(key, number)
    return problems


def _parse(texts: list[str], column: Column) -> tuple[list, list[tuple[int, Text]]]:
    """The column's values (None for a blank) and, by position, what is wrong."""
    parse = PARSERS[column.type]
    values, wrong = [], []
    for i, text in enumerate(texts):
        try:
            if text == "" and column.required:
                raise Refused(BLANK)
            values.append(None if text == "" else parse(text, column))
        except Refused as refused:
            values.append(None)
            wrong.append((i, refused.args[0]))
    return values, wrong


NO_FOLDER = Text("没有这个数据文件夹。请核对路径。", "There is no such data folder. Check the path.")
NO_TABLES = Text(
    "没有可用的数据表。请放入 {names}（或 XLSX、Parquet）。", "There is no table. Put in {names} (or XLSX, Parquet)."
)
TWO_FILES = Text("与 {other} 是同一张表。请只保留一个文件。", "The same table stands in {other}. Keep one file.")
