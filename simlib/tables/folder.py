"""The data folder: its files known by what they hold, the parts of one table joined, every cell checked.

Reading returns typed DataFrames whose index holds the row of the file, so that whoever finds fault with a value later
can say where it stands. A large table stays in its file: see simlib.tables.large. What was read otherwise than it was
written, and what was not read, is in the :class:`simlib.tables.account.Account` of each table and of the folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path

import pandas as pd

from simlib.columns import TABLES, Table
from simlib.digests import file_digest, text_digest
from simlib.problems import BadInput, Problem, shorten
from simlib.tables import levels, mapping, monthly, wide
from simlib.tables.account import Given, Unread
from simlib.tables.found import Found
from simlib.tables.header import check_header
from simlib.tables.keyed import adds
from simlib.tables.large import CHANGED, Large, Mark, mark
from simlib.tables.mapping import Entry, Mapping
from simlib.tables.names import named_in, numbered
from simlib.tables.recognise import TOO_FEW, on_its_side, recognise, rows_below
from simlib.tables.sheets import Sheet, kind, read_sheets
from simlib.tables.sheets.heads import head
from simlib.tables.typed import joined_frames, typed
from simlib.words import Text

IMPORTED, IMPORT_PAGE = "import.json", "import.html"  # what simlib import writes beside its tables
LONGEST_PATH = 300  # of a file or folder in a message
LOOKED_AT, LONGEST_LINE = 10, 10_000  # lines of a text, and bytes of each
NO_DATA = {".yaml", ".yml", ".md", ".txt", ".html", ".pdf", ".docx", ".doc", ".json", ".ipynb", ".log"}  # named briefly


def read_folder(folder: Path) -> Given:
    """Every declared table of a data folder, the large ones in their files.

    BadInput lists the problems of all of them together.
    """
    if not folder.is_dir():
        raise BadInput(Problem(NO_FOLDER, file=shorten(folder, LONGEST_PATH)))
    return read_files(sorted(folder.iterdir()), said_of(folder), shorten(folder, LONGEST_PATH))


def said_of(folder: Path) -> Mapping:
    """What ``columns.yaml`` says of a folder's files. In a folder that ``simlib import`` wrote it is about those that
    the tables came from, to serve again beside their like."""
    return Mapping() if (folder / IMPORTED).is_file() else mapping.read(folder)


def read_files(paths: Iterable[Path], said: Mapping, place: str = "") -> Given:
    """The tables of these files, as if they lay in one folder; ``place`` is what a message calls it. BadInput."""
    given, problems = look(paths, said)
    if problems:
        raise BadInput(problems)
    if not given:
        rule = NO_TABLES.fill(names=", ".join(f"{name}.csv" for name in TABLES))
        raise BadInput([*(Problem(one.why, one.file) for one in given.unread), Problem(rule, place)])
    return given


def look(paths: Iterable[Path], said: Mapping) -> tuple[Given, list[Problem]]:
    """What these files are, whatever is wrong with some: the tables that are sound, every sheet that was known for a
    table, and all problems."""
    paths = list(paths)
    parts, unread, problems = _parts(paths, said)
    unread += [Unread(f"{mapping.FILE} · {one.file}", NOT_HERE) for one in said.entries if not _here(one, paths)]
    tables: dict[str, pd.DataFrame | Large] = {}
    for name in (name for name in TABLES if name in parts):
        try:
            parts[name] = _kept(TABLES[name], parts[name], unread)
            tables[name] = _table(TABLES[name], parts[name], tables.get("institutions"))
        except BadInput as bad:
            problems += bad.problems
    return Given(tables, unread, {name: [part.found for part in parts[name]] for name in parts}), problems


def _here(entry: Entry, paths: list[Path]) -> bool:
    return any(fnmatchcase(path.name, entry.file) for path in paths)


def read(path: Path, table: Table) -> pd.DataFrame | Large:
    """One file as the declared table. BadInput with one line a problem.

    What was read is known again by the digest of its bytes, so that the visitors of one server, whose kernels
    begin as copies of a process that has read the data, need not read them again. Nobody changes such a table.
    """
    return _only(path, table)[1]


def held(path: Path) -> tuple[str, pd.DataFrame | Large]:
    """The one table that a file holds, with its name. BadInput with one line a problem."""
    return _only(path, None)


def _only(path: Path, table: Table | None) -> tuple[str, pd.DataFrame | Large]:
    parts, unread, problems = _parts([path], Mapping(), table)
    if problems:
        raise BadInput(problems)
    if len(parts) != 1:
        raise BadInput([Problem(one.why, one.file) for one in unread] or [Problem(SEVERAL, path.name)])
    ((name, found),) = parts.items()
    return name, _table(TABLES[name], _kept(TABLES[name], found, unread))


class Part:
    """A file, or a sheet of it, as a part of one table: in its order, and how surely it is meant."""

    def __init__(self, path: Path, digest: str, seen: Mark, found: Found):
        self.path, self.digest, self.mark, self.found = path, digest, seen, found

    def same(self, other: Part) -> bool:
        """Whether another part says the same; of a large file, whose head alone is known, the whole file tells."""
        sheet = self.found.sheet
        head_only = self.found.table.large and (sheet.separator or sheet.headed)
        return self.digest == other.digest if head_only else self.found.rows_equal(other.found)

    @property
    def rank(self) -> int:
        """0 where the file is named like the table, 1 where it, or a sheet, has another of its names, else 2."""
        if self.path.stem == self.found.table.name or self.found.entry.table:
            return 0
        return 1 if self.found.named else 2


def _parts(
    paths: Iterable[Path], said: Mapping, table: Table | None = None
) -> tuple[dict[str, list[Part]], list[Unread], list[Problem]]:
    """What the files hold, by table; what was not read, and why; and what is wrong with files that cannot be opened."""
    parts: dict[str, list[Part]] = {}
    unread: list[Unread] = []
    problems: list[Problem] = []
    for path in paths:
        if path.name.startswith(("~$", ".")) or path.name in (mapping.FILE, IMPORTED, IMPORT_PAGE):
            continue
        entries = said.about(path.name)
        if (why := _no_table(path, entries)) is not None:
            unread.append(Unread(path.name, why))
            continue
        try:
            seen, digest = mark(path), file_digest(path)
            for one in _found(path, digest, entries, table):
                if isinstance(one, Unread):
                    unread.append(one)
                else:
                    parts.setdefault(one.table.name, []).append(Part(path, digest, seen, one))
        except BadInput as bad:
            problems += bad.problems
    for name in [name for name, several in parts.items() if all(one.found.slight for one in several)]:
        unread += [_too_few(one) for one in parts.pop(name)]
    return parts, unread, problems


def _too_few(part: Part) -> Unread:
    return Unread(part.found.file, TOO_FEW.fill(table=part.found.table.label))


def _no_table(path: Path, entries: tuple[Entry, ...]) -> Text | None:
    """Why a file is not even opened."""
    if not path.is_file():
        return A_FOLDER
    if any(one.table == mapping.NONE and not one.sheet for one in entries):
        return SAID_SO
    if path.suffix.lower() not in NO_DATA or entries or kind(path) not in (None, "csv"):
        return None
    return None if path.suffix.lower() == ".txt" and _in_columns(path) else NO_TABLE


def _in_columns(path: Path) -> bool:
    """Whether a text that is called no table has columns, as platforms export them: a line of three cells or more."""
    with path.open("rb") as file:
        lines = [file.readline(LONGEST_LINE) for _ in range(LOOKED_AT)]
    return any(line.count(separator) > 1 for line in lines for separator in (b"\t", b",", b";", b"|"))


@lru_cache(maxsize=64)
def _found(path: Path, digest: str, entries: tuple[Entry, ...], table: Table | None) -> tuple[Found | Unread, ...]:
    """The sheets of a file as the tables that they are; of a large one only its head is read."""
    try:
        known = None
        if (sheet := head(path)) is not None:
            known = recognise(sheet, path.name, entries[0] if entries else None, table)
            if isinstance(known, Found) and known.table.large:
                check_header(sheet, known.entry)
                return (known,)
        sheets = read_sheets(path)
        several = len(sheets) > 1
        return tuple(one for sheet in sheets for one in _one(sheet, several, entries, table, known))
    finally:
        if file_digest(path) != digest:  # and if it did change, this is what is said
            raise BadInput(Problem(CHANGED, path.name))


def _one(
    sheet: Sheet, several: bool, entries: tuple[Entry, ...], table: Table | None, known: Found | Unread | None
) -> Sequence[Found | Unread]:
    """A sheet as the table that it is; a wide one of scores is two. It is what its head was ``known`` for."""
    file = f"{sheet.file} · {sheet.name}" if several and sheet.name else sheet.file
    entry = next((one for one in entries if one.of(sheet.file, sheet.name)), None)
    if entry and entry.table == mapping.NONE:
        return [Unread(file, SAID_SO)]
    if sheet.hidden and entry is None:
        return [Unread(file, HIDDEN)]
    if not sheet.cells:
        return [Unread(file, EMPTY)]
    if not several or (entry and entry.sheet):
        check_header(sheet, entry)
    for read in (monthly.billing, wide.facts, wide.scores, levels.means) if table is None else ():
        if found := read(sheet, file, entry):
            return found
    if isinstance(known, Found):
        at = sheet.numbers.index(known.header_rows[0])
        again = rows_below(sheet, file, known.table, at, len(known.header_rows), entry)
        again.slight = known.slight
        one: Found | Unread = again
    else:
        one = recognise(sheet, file, entry, table, alone=not several)
    if isinstance(one, Found):
        return [Unread(file, ON_ITS_SIDE.fill(table=one.table.label)) if on_its_side(one) else one]
    return [Unread(file, wide.TRANSPOSED) if wide.transposed(sheet) else one]


def _table(table: Table, kept: list[Part], institutions: pd.DataFrame | Large | None = None) -> pd.DataFrame | Large:
    """The parts of one table together; ``institutions`` say which number a name has."""
    digest = kept[0].digest if len(kept) == 1 else text_digest(*(part.digest for part in kept))
    entries = [part.found.entry.plain() for part in kept]
    if said := [str(entry) for entry in entries if entry.keys() - {"file"}]:
        digest = text_digest(digest, *said)
    by_name = any(part.found.entry.by_name for part in kept)
    named = named_in(institutions if isinstance(institutions, pd.DataFrame) else None) if by_name else ()
    if table.large:
        return _large(table.name, tuple((part.path, part.found, part.mark) for part in kept), digest, named)
    if by_name:
        return _joined([numbered(one.found, named) if one.found.entry.by_name else one.found for one in kept], digest)
    return _small(tuple(part.found for part in kept), digest)


@lru_cache(maxsize=16)
def _small(found: tuple[Found, ...], digest: str) -> pd.DataFrame:
    return _joined(found, digest)


def _joined(found: Sequence[Found], digest: str) -> pd.DataFrame:
    frame = joined_frames([typed(one) for one in found], found[0].table)
    frame.attrs["sha256"] = digest
    return frame


@lru_cache(maxsize=8)
def _large(
    name: str, parts: tuple[tuple[Path, Found, Mark], ...], digest: str, named: tuple[tuple[str, str], ...]
) -> Large:
    from simlib.tables.large import files

    return files.read(parts, TABLES[name], digest, named)


def _kept(table: Table, parts: list[Part], unread: list[Unread]) -> list[Part]:
    """The parts that are read: copies and parts whose rows another one tells as well are left, and said; those that
    tell something else of them are read. BadInput where two of them tell the same rows and neither goes first."""
    if any(not (part.found.beside or part.found.slight) for part in parts):
        parts = [part for part in parts if not part.found.beside]
    parts = sorted(parts, key=lambda part: (part.found.slight, part.rank))
    kept: list[Part] = []
    problems: list[Problem] = []
    for part in parts:
        if same := next((one for one in kept if one.same(part)), None):
            unread.append(Unread(part.found.file, COPY.fill(other=same.found.file)))
        elif part.found.slight and not any(one.found.keys & part.found.keys for one in kept):
            unread.append(_too_few(part))
        elif over := next((one for one in kept if not table.large and _tells_again(one.found, part.found)), None):
            count = f"{len(over.found.keys & part.found.keys):,}"
            rule = OVERLAP.fill(other=over.found.file, count=count, table=table.label)
            if part.found.slight or over.rank < part.rank:
                unread.append(Unread(part.found.file, rule))
            else:
                problems.append(Problem(rule, part.found.file))
        else:
            kept.append(part)
    if problems:
        raise BadInput(problems)
    return kept


def _tells_again(one: Found, other: Found) -> bool:
    """Whether two sheets have rows in common, and not different columns of them."""
    return bool(one.keys & other.keys) and not adds(one, other)


NO_FOLDER = Text("未找到该数据文件夹。请核对路径。", "There is no such data folder. Check the path.")
NO_TABLES = Text(
    "没有可用的数据表。请放入 {names}（或 XLSX、Parquet）。", "There is no table. Put in {names} (or XLSX, Parquet)."
)
SEVERAL = Text("文件中有不止一张表。请每次只给一张。", "The file holds more than one table. Give one at a time.")
NOT_HERE = Text("文件夹中没有此类文件。请核对文件名。", "There is no such file in the folder. Check its name.")
A_FOLDER = Text("是子文件夹，未读取。如为数据，请单独指定该文件夹。",
                "A folder inside, not read. If it holds data, name that folder itself.")  # fmt: skip
NO_TABLE = Text("不是数据表，未读取。", "Not a table of data; not read.")
ON_ITS_SIDE = Text("像是{table}，但一行是一个项目（原表的列）。请转置：一列一个项目，表头写项目名称，并补充所缺的列。",
                   "It looks like {table}, but has an item (a column of it) in each row. Transpose it: items in the "
                   "header, and the columns that it lacks.")  # fmt: skip
SAID_SO = Text("columns.yaml 写明不读取。", "columns.yaml says not to read it.")
HIDDEN = Text("是隐藏的工作表，未读取。如为数据，请取消隐藏，或在 columns.yaml 中写明。",
              "A hidden sheet, not read. If it holds data, unhide it, or name it in columns.yaml.")  # fmt: skip
EMPTY = Text("是空的工作表。", "An empty sheet.")
COPY = Text("内容与 {other} 相同，只读取一份。", "The same as {other}, which was read.")
OVERLAP = Text(
    "与 {other} 有 {count} 个相同编号，均疑似{table}，不能同时读取。请只保留一份，或在 columns.yaml 中写明各自是什么。",
    "It has {count} keys of {other}; both look like {table} and cannot be read together. Keep one, or say in "
    "columns.yaml what each is.",
)  # fmt: skip
