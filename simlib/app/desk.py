"""One visitor's own files without a page: brought, read, mended by what is said of them, and handed on.

The files lie in the visitor's locker, and beside them ``columns.yaml`` with all that was said, so that reading the
folder gives what the page shows.
"""

from __future__ import annotations

import glob
import io
import secrets
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path

from simlib import intake, sample, scenario
from simlib.app import lockers
from simlib.app.logs import log
from simlib.app.mends import MENDS, NOT_SO
from simlib.columns import TABLES
from simlib.digests import file_digest
from simlib.doubts import Found
from simlib.intake.entries import mapping_of
from simlib.intake.template import template
from simlib.problems import BadInput, Problem
from simlib.tables import Given, look, mapping
from simlib.tables.mapping import Entry, Mapping
from simlib.tables.recognise import Found as Sheet
from simlib.words import Text

LARGEST_SUM, MOST_FILES = 100 * 2**20, 100  # bytes, files
BESIDE = " · "  # between a file and its sheet, as tables name them
YAML = (".yaml", ".yml")
EXAMPLE, CASES = 30, 5_000  # institutions and stays


class Desk:
    """What a visitor has brought and said, and what it is read as."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """With nothing on it."""
        self.locker = ""
        self.given, self.problems = Given({}), list[Problem]()
        self.rules: list[scenario.Able] = []
        self.doubts: list[Found] = []

    # --- files

    @property
    def raw(self) -> Path | None:
        found = lockers.find(self.locker)
        return found / lockers.RAW if found else None

    @property
    def files(self) -> list[Path]:
        raw = self.raw
        return sorted(path for path in raw.iterdir() if path.name != mapping.FILE) if raw else []

    def open(self, locker: str) -> None:
        """Take up what lies in a locker. BadInput where there is none of that name."""
        if lockers.find(locker) is None:
            raise BadInput(Problem(lockers.GONE))
        self.locker = locker
        self.read()

    def add(self, name: str, content: bytes) -> None:
        """One more file, or in place of one of its name; a columns.yaml, whatever it is called, is taken as what is
        said. BadInput."""
        if Path(name).suffix.lower() in YAML:
            return self._say(Mapping(tuple(dict.fromkeys((*self.said.entries, *_said_in(content).entries)))))
        others = [path for path in self.files if path.name != name]
        if len(others) >= MOST_FILES:
            raise BadInput(Problem(TOO_MANY.fill(most=MOST_FILES), name))
        if sum(path.stat().st_size for path in others) + len(content) > LARGEST_SUM:
            raise BadInput(Problem(TOO_MUCH.fill(limit=LARGEST_SUM // 2**20), name))
        (self._folder() / name).write_bytes(content)

    def remove(self, name: str) -> None:
        """Take a file away again; what was said of it stays, for it may come back."""
        self._there()
        for path in self.files:
            if path.name == name:
                path.unlink()
        self.read()

    def clear(self) -> None:
        """Remove everything from the server."""
        lockers.remove(self.locker)
        self.begin()

    def example(self) -> None:
        """A small city's files to play with."""
        with tempfile.TemporaryDirectory() as place:
            sample.write(Path(place, "city"), count=EXAMPLE, cases=CASES)
            for path in sorted(Path(place, "city").iterdir()):
                self.add(path.name, path.read_bytes())
        self.read()

    def _there(self) -> None:
        """BadInput, and a desk with nothing on it, where the locker went while the page was open."""
        if self.locker and self.raw is None:
            self.begin()
            raise BadInput(Problem(lockers.GONE))

    def _folder(self) -> Path:
        if self.raw is None:
            self.locker = lockers.new()
        raw = self.raw
        if raw is None:
            raise BadInput(Problem(lockers.GONE))
        return raw

    # --- what is said of them

    @property
    def said(self) -> Mapping:
        return mapping.read(self.raw) if self.raw else Mapping()

    def _say(self, said: Mapping) -> None:
        text = said.dump()
        if len(text.encode()) > mapping.KIND.largest:
            raise BadInput(Problem(mapping.KIND.too_large, mapping.FILE))
        (self._folder() / mapping.FILE).write_text(text, encoding="utf-8", newline="\n")

    def found(self, file: str, sheet: str) -> Sheet | None:
        """The sheet as the table that it was known for; of a wide one, which is two, as that of its own headings."""
        several = (one for parts in self.given.found.values() for one in parts)
        known = [one for one in several if one.sheet.file == file and sheet in ("", one.sheet.name)]
        return max(known, key=lambda one: one.beside, default=None)

    def mend(self, file: str, sheet: str, what: str, key: str, value: str) -> None:
        """Say one thing of a sheet and read everything again: its ``table``, ``header``, the ``column`` or ``unit`` of
        a heading, what a ``value`` of a column means, one value for a whole column (``constant``), that institutions
        are known ``by_name``, or that a heading is no personal data (``keep``). BadInput for what cannot be said."""
        self._there()
        known = {one.file for parts in self.given.found.values() for one in parts}
        known |= {one.file for one in self.given.unread} | {problem.file for problem in self.problems}
        name = f"{file}{BESIDE}{sheet}" if sheet else file
        if file not in {path.name for path in self.files} or name not in known or what not in MENDS:
            raise BadInput(Problem(NOT_SO, file, value=value))
        own = Entry(glob.escape(file), sheet)
        former = next((one for one in self.said.entries if (one.file, one.sheet) == (own.file, sheet)), None)
        entry = former or replace(self.said.of(file, sheet) or own, file=own.file, sheet=sheet)
        entry = MENDS[what](entry, self.found(file, sheet), key, value)
        others = tuple(one for one in self.said.entries if one is not former and one != former)
        self._say(Mapping((entry, *others) if entry.plain().keys() - {"file", "sheet"} else others))
        self.read()

    # --- reading

    def read(self) -> None:
        """Read everything again."""
        self.given, self.problems, self.rules, self.doubts = Given({}), [], [], []
        try:
            said = self.said
        except BadInput as bad:
            said, self.problems = Mapping(), list(bad.problems)
        try:
            self.given, problems = look(self.files, said)
        except Exception as error:  # of one file that nobody foresaw: the others are read all the same
            problems = self._one_by_one(said, error)
        self.problems += problems
        if self.given:
            self.rules, self.doubts = list(scenario.able(self.given)), scenario.doubted(self.given)

    def _one_by_one(self, said: Mapping, error: Exception) -> list[Problem]:
        sound, problems = [], []
        for path in self.files:
            try:
                look([path], said)
                sound.append(path)
            except Exception as own:
                number = secrets.token_hex(4)
                log.error("error %s while reading a file", number, exc_info=own)
                problems.append(Problem(UNFORESEEN.fill(number=number), path.name))
        if not problems:
            raise error
        self.given, others = look(sound, said)
        return problems + others

    @property
    def whole(self) -> bool:
        """Whether all that was brought is read, so that it can be handed on."""
        return bool(self.given) and not self.problems

    # --- handing on

    def clean(self) -> Path:
        """The clean data folder of what is read now, beside the raw files. BadInput where anything is refused."""
        self._there()
        raw = self.raw
        if raw is None or not self.whole:
            raise BadInput(self.problems or [Problem(NOTHING)])
        out = raw.parent / lockers.CLEAN
        mark = raw.parent / "made-of"
        made_of = "\n".join(f"{path.name} {file_digest(path)}" for path in sorted(raw.iterdir()))
        if not out.is_dir() or not mark.is_file() or mark.read_text(encoding="utf-8") != made_of:
            said = raw / mapping.FILE
            intake.bring([raw], out, said if said.is_file() else None)
            mark.write_text(made_of, encoding="utf-8")
        return out

    def archive(self) -> bytes:
        """The clean data folder as one file."""
        out = self.clean()
        return _packed({f"{lockers.FOLDER}/{path.name}": path.read_bytes() for path in sorted(out.iterdir())})

    def columns(self) -> bytes:
        """``columns.yaml`` of what was said and what was found, to serve again next year."""
        found = [one for parts in self.given.found.values() for one in parts]
        return mapping_of(found, self.said, [path.name for path in self.files]).dump().encode()


def templates() -> bytes:
    """The workbook to fill in of every table, as one file."""
    return _packed({f"simlib-templates/{table.name}.xlsx": template(table) for table in TABLES.values()})


def _packed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def _said_in(content: bytes) -> Mapping:
    with tempfile.TemporaryDirectory() as place:
        Path(place, mapping.FILE).write_bytes(content)
        return mapping.read(Path(place))


TOO_MANY = Text("最多 {most} 个文件。请分批处理，或先移除不用的文件。",
                "At most {most} files. Take them in several turns, or remove some first.")  # fmt: skip
TOO_MUCH = Text("全部文件合计超过 {limit} MB，未放入。请把数据文件夹放到服务器上，用 --data 打开。",
                "All files together exceed {limit} MB; this one was left out. Put the data folder on the server and "
                "open it with --data.")  # fmt: skip
NOTHING = Text("尚未读取到任何数据表。请先拖入文件。", "No table was read yet. Drop files first.")
UNFORESEEN = Text("该文件未能读取，其余文件不受影响。请将编号 {number} 告知管理员。",
                  "This file could not be read; the others are not affected. Give the administrator the number "
                  "{number}.")  # fmt: skip
