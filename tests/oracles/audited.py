"""For the tests of the audit workbook: its parts as a reader finds them, values spoiled, parameters changed,
LibreOffice asked."""

import functools
import glob
import re
import zipfile
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree

import numpy as np

SPOILED = "77"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
TITLES = re.compile(rb'<definedName name="_xlnm.Print_Titles"[^>]*>[^<]*</definedName>')
VALUE = re.compile(rb"</f><v>[^<]*</v>")


class Book:
    """A workbook as bytes, read through its XML."""

    def __init__(self, content: bytes | dict[str, bytes]):
        self.files = dict(content) if isinstance(content, dict) else unpacked(BytesIO(content))

    @property
    def content(self) -> bytes:
        out = BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, data in self.files.items():
                archive.writestr(name, data)
        return out.getvalue()

    @cached_property
    def sheets(self) -> dict[str, str]:
        """The file of each sheet by its name."""
        names = re.findall(r'<sheet name="([^"]+)" sheetId="(\d+)"', self.files["xl/workbook.xml"].decode())
        return {name: f"xl/worksheets/sheet{number}.xml" for name, number in names}

    @cached_property
    def names(self) -> dict[str, tuple[str, str]]:
        """Sheet and cell of each defined name."""
        found = re.findall(r'<definedName name="(\w+)">([^<]+)</definedName>', self.files["xl/workbook.xml"].decode())
        return {name: (at.split("!")[0].strip("'"), at.split("!")[1].replace("$", "")) for name, at in found}

    def formulas(self, sheet: str) -> dict[str, str]:
        """The formula of each cell of a sheet."""
        return dict(re.findall(r'<c r="([A-Z]+\d+)"[^>]*><f>([^<]*)</f>', self.files[self.sheets[sheet]].decode()))

    def pasted(self, sheet: str) -> list[str]:
        """Cells of a sheet below its heading that hold a value and no formula."""
        cells = re.findall(r'<c r="[A-Z]+(\d+)"[^>]*?(?:/>|>(.*?)</c>)', self.files[self.sheets[sheet]].decode())
        return [content for row, content in cells if int(row) > 4 and "<f>" not in content]

    def spoiled(self) -> "Book":
        """The same with nonsense beside every formula, so that only who recalculates it reads anything else.

        Rows that repeat in print go too: LibreOffice takes seconds to lay each sheet out for them.
        """
        other = Book(self.files)
        other.files["xl/workbook.xml"] = TITLES.sub(b"", self.files["xl/workbook.xml"])
        for file in self.sheets.values():
            other.files[file] = VALUE.sub(b"</f><v>%b</v>" % SPOILED.encode(), self.files[file])
        return other

    def changed(self, values: dict[str, str]) -> "Book":
        """The same with other values in the cells of parameters, as somebody would type them."""
        other = Book(self.files)
        for path, value in values.items():
            sheet, at = self.names[path.replace(".", "_")]
            text = other.files[self.sheets[sheet]].decode()
            number = re.fullmatch(r"[\d.]+", value)
            cell = rf'<c r="{at}"\1><v>{value}</v></c>' if number else rf'<c r="{at}"\1 t="str"><v>{value}</v></c>'
            text, count = re.subn(rf'<c r="{at}"( s="\d+")(?: t="s")?><v>[^<]*</v></c>', cell, text)
            assert count == 1, path
            other.files[self.sheets[sheet]] = text.encode()
        return other


class Sheets:
    """The sheets of a workbook as a reader finds them: ``rows`` are those from the heading on, the values of each by
    column."""

    def rows(self, sheet: str) -> list[dict[int, object]]:
        raise NotImplementedError

    def table(self, sheet: str) -> dict[str, np.ndarray]:
        """The columns of a sheet by heading, rows below it."""
        heads, *rows = self.rows(sheet)
        return {head: np.array([row.get(at) for row in rows], dtype=object) for at, head in heads.items() if head}

    def verdicts(self, sheet: str) -> list[object]:
        """The last column of the checks."""
        return [row.get(4) for row in self.rows(sheet)]


class Read(Sheets):
    """The values that stand in a workbook, read through its XML: openpyxl takes seconds for its texts."""

    def __init__(self, path: Path):
        with path.open("rb") as file:
            self.book = Book(unpacked(file))
        texts = ElementTree.fromstring(self.book.files["xl/sharedStrings.xml"])
        self.texts = ["".join(one.text or "" for one in text.iter(f"{MAIN}t")) for text in texts]

    def rows(self, sheet: str) -> list[dict[int, object]]:
        rows = ElementTree.fromstring(self.book.files[self.book.sheets[sheet]]).find(f"{MAIN}sheetData")
        return [
            {place(cell.get("r")): self.value(cell) for cell in row if cell.find(f"{MAIN}v") is not None}
            for row in rows
            if int(row.get("r")) >= 4
        ]

    def value(self, cell: ElementTree.Element) -> object:
        """What a cell holds: a number, a text, or whether something is so."""
        text = cell.find(f"{MAIN}v").text
        match cell.get("t", "n"):
            case "s":
                return self.texts[int(text)]
            case "n":
                return number(text)
            case "b":
                return text == "1"
            case _:
                return text

    def errors(self) -> list[str]:
        """Sheets with a formula that gives no value."""
        return [name for name, data in self.book.files.items() if "worksheets/" in name and b't="e"' in data]


# A file a sheet with the values of cells as they are, all fifteen digits of them: LibreOffice writes it in a third of
# the time that it takes for a workbook. Numbers stand in quotes, and of the texts only those that must.
VALUES = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
FIELD = re.compile(r'("(?:[^"]|"")*"|[^,\n]*)([,\n]|\Z)')
FAILED = re.compile(r"^(?:.*,)?(?:#(?:DIV/0!|N/A|NAME\?|VALUE!|REF!|NUM!|NULL!)|Err:\d+)(?:,|$)", re.MULTILINE)
NUMBER = re.compile(r"-?\d+(\.\d+)?(E[+-]?\d+)?")


class Calculated(Sheets):
    """The values of a workbook, ``stem``, after LibreOffice has calculated them and written them to a folder as
    ``VALUES``."""

    def __init__(self, folder: Path, stem: str):
        self.files = {path.stem.removeprefix(f"{stem}-"): path for path in folder.glob(f"{glob.escape(stem)}-*.csv")}
        assert self.files

    def rows(self, sheet: str) -> list[dict[int, object]]:
        found: list[dict[int, object]] = [{}]
        column = 0
        for field, end in FIELD.findall(self.files[sheet].read_text(encoding="utf-8")):
            if field:
                found[-1][column] = self.value(field)
            column += 1
            if end == "\n":
                found.append({})
                column = 0
        return [row for row in found[3:] if row]

    @staticmethod
    def value(field: str) -> object:
        """What a cell holds: a number, a text, or whether something is so."""
        if not field.startswith('"'):
            return field
        inside = field[1:-1].replace('""', '"')
        return (
            inside == "TRUE" if inside in ("TRUE", "FALSE") else number(inside) if NUMBER.fullmatch(inside) else inside
        )

    def errors(self) -> list[str]:
        """Sheets with a formula that gives no value."""
        return [name for name, path in self.files.items() if FAILED.search(path.read_text(encoding="utf-8"))]


def number(text: str) -> int | float:
    return int(text) if re.fullmatch(r"-?\d+", text) else float(text)


def unpacked(file: BinaryIO) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def place(reference: str) -> int:
    """The column of a cell such as AB12, from 0."""
    return functools.reduce(lambda all, one: all * 26 + ord(one) - 64, re.match("[A-Z]+", reference)[0], 0) - 1
