"""The parts of a workbook that is a ZIP archive (XLSX, XLSB, ODS), and their XML: nothing of what the archive says of
itself is believed, and no XML of it may declare anything."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

from simlib.problems import BadInput
from simlib.tables.sheets.sheet import ENCRYPTED, MOST_WRITTEN, TOO_MANY_CELLS, bad
from simlib.words import Text

LARGEST_UNPACKED = 400 * 2**20  # bytes of a workbook once unpacked; a bomb is far above
SMALL_PART, MOST_PACKED = 10 * 2**20, 100  # a part of more bytes, packed more times than this, is no table
MOST_ELEMENTS = 30_000_000  # of XML; a cell with its value has two and, in what is unpacked at most, no more fit
LONGEST_TAG = 2**22  # bytes
LONGEST = 2**20  # characters in which a text may come; no cell of Excel has more than 32,767
DEEPEST = 1000  # elements within elements
MOST_LISTED = 2**22  # bytes of the list of parts
LARGEST_END = 2**16 + 22  # bytes after that list, a comment among them
CHUNK = 2**20
ENCRYPTED_PART = 1  # the bit of a part's flags
Begins = Mapping[str, Callable[[dict[str, str]], object]]
Ends = Mapping[str, Callable[[], object]]
Texts = Callable[[str], object] | None


class Broken(Exception):
    """What is read is not what its format wants. The reader of the file says so as BadInput."""


class Parts:
    """The parts of an archive. BadInput for one that says wrong of its sizes or unpacks to more than a table needs."""

    def __init__(self, archive: zipfile.ZipFile, file: str):
        self.file, self._archive = file, archive
        self._left, self._elements = LARGEST_UNPACKED, MOST_ELEMENTS
        self._by_name = {part.filename.replace("\\", "/").lstrip("/").lower(): part for part in archive.infolist()}
        unpacked = sum(part.file_size for part in archive.infolist())
        if unpacked > LARGEST_UNPACKED:
            raise self._bomb(unpacked)
        for part in archive.infolist():
            if part.file_size > SMALL_PART and part.file_size > MOST_PACKED * part.compress_size:
                raise bad(file, PACKED.fill(limit=MOST_PACKED))

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._by_name

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a part. Broken where it is missing or is not as long as the archive says."""
        for chunk in self._unpacked(self._part(name)):
            self._left -= len(chunk)
            if self._left < 0:  # the same part may be asked for by many names
                raise self._bomb(LARGEST_UNPACKED - self._left)
            yield chunk

    def _part(self, name: str) -> zipfile.ZipInfo:
        part = self._by_name.get(name.lower())
        if part is None or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Broken(name)
        if part.flag_bits & ENCRYPTED_PART:
            raise bad(self.file, ENCRYPTED)
        return part

    def _unpacked(self, part: zipfile.ZipInfo) -> Iterator[bytes]:
        size, whole = 0, copy(part)
        whole.file_size = part.file_size + 1  # so that reading does not stop at what it says
        with self._archive.open(whole) as stream:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if size > part.file_size:
                    raise Broken(part.filename)
                yield chunk
        if size != part.file_size:
            raise Broken(part.filename)

    def read(self, name: str) -> bytes:
        return b"".join(self.chunks(name))

    def walk(self, name: str, begins: Begins, ends: Ends | None = None, text: Texts = None, uris: bool = False) -> None:
        """An XML part to what is done where an element begins, with its attributes, where it ends, and with text.

        The elements are named as in the namespace of the outermost; or with ``uris``, by URI|name. They are counted
        before: a hundred million of them are 6 MB in a file, and a minute here.
        """
        self._elements -= sum(chunk.count(b"<") - chunk.count(b"</") for chunk in self._unpacked(self._part(name)))
        if self._elements < 0:
            raise bad(self.file, TOO_MANY_CELLS.fill(limit=f"{MOST_WRITTEN:,}"))
        parser = expat.ParserCreate(namespace_separator="|" if uris else None)
        parser.buffer_text = True
        depth, begin_of, end_of = 0, begins.get, (ends or {}).get

        def begin(element: str, attributes: dict[str, str]) -> None:
            nonlocal depth, begin_of, end_of
            if not depth and not uris:
                prefix = element[: -len(element.rpartition(":")[2])]
                begin_of = {prefix + name: handler for name, handler in begins.items()}.get
                end_of = {prefix + name: handler for name, handler in (ends or {}).items()}.get
            depth += 1
            if depth > DEEPEST:
                raise Broken("elements within elements")
            if handler := begin_of(element):
                handler(attributes)

        def end(element: str) -> None:
            nonlocal depth
            depth -= 1
            if handler := end_of(element):
                handler()

        parser.StartElementHandler = begin
        parser.EndElementHandler = end
        parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = _declared
        fed = 0
        for chunk in self.chunks(name):
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > LONGEST_TAG:
                raise Broken("a tag without end")
        parser.Parse(b"", True)

    def _bomb(self, size: int) -> BadInput:
        return bad(self.file, BOMB.fill(size=f"{size / 2**20:,.0f}", limit=LARGEST_UNPACKED // 2**20))


@contextmanager
def opened(path: Path, broken: Text) -> Iterator[Parts]:
    """The parts of a file; whatever goes wrong while they are read is said as ``broken``."""
    with sound(path.name, broken), archive(path) as found:
        yield Parts(found, path.name)


def archive(path: Path) -> zipfile.ZipFile:
    """An archive whose list of parts is short: zipfile keeps all of it. BadZipFile for anything else."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - LARGEST_END))
        end = file.read()
    place = end.rfind(b"PK\5\6")
    if place < 0 or int.from_bytes(end[place + 12 : place + 16], "little") > MOST_LISTED:
        raise zipfile.BadZipFile
    return zipfile.ZipFile(path)


@contextmanager
def sound(file: str, broken: Text) -> Iterator[None]:
    try:
        yield
    except BadInput:
        raise
    except Exception:  # readers raise whatever they meet in a damaged file
        raise bad(file, broken) from None


@dataclass(frozen=True)
class Package:
    """What a workbook of Office's formats says of its parts: by their type, and its own by their number."""

    folder: str  # in which its own part lies
    workbook: str
    targets: dict[str, tuple[str, str]]  # number: (type, name)

    @classmethod
    def of(cls, parts: Parts) -> Package:
        workbook = next(
            name for kind, name in _relations(parts, "", "_rels/.rels").values() if kind == "officeDocument"
        )
        folder, _, file = workbook.rpartition("/")
        return cls(folder, workbook, _relations(parts, folder, f"{folder}/_rels/{file}.rels".lstrip("/")))

    def one(self, kind: str) -> str | None:
        """The name of its part of this type, if it has one."""
        return next((name for found, name in self.targets.values() if found == kind), None)


def _relations(parts: Parts, folder: str, name: str) -> dict[str, tuple[str, str]]:
    found = {}

    def relation(attributes: dict[str, str]) -> None:
        if attributes.get("TargetMode") != "External":
            target = attributes["Target"]
            whole = target if target.startswith("/") else f"{folder}/{target}"
            kind = attributes["Type"].rpartition("/")[2]
            found[attributes["Id"]] = kind, posixpath.normpath(whole).lstrip("/")

    parts.walk(name, {"Relationship": relation})
    return found


def take(pieces: list[str], data: str) -> None:
    """Add to the characters of a cell, which come in pieces. Broken where they come without end."""
    pieces.append(data)
    if len(pieces) > 1 and sum(map(len, pieces)) > LONGEST:
        raise Broken("a cell without end")


def _declared(*_: object) -> None:
    raise Broken("a document type")  # declares entities, which a workbook has no use for


BOMB = Text("解压后有 {size} MB，超过上限 {limit} MB，未打开。请只保留所需的工作表。",
            "It unpacks to {size} MB, above the limit of {limit} MB, and was not opened. Keep only the sheet "
            "needed.")  # fmt: skip
PACKED = Text("压缩超过 {limit} 倍，不像是表格，未打开。请另存为新的 XLSX。",
              "It is packed more than {limit} times, unlike any table, and was not opened. Save it as a new "
              "XLSX.")  # fmt: skip
