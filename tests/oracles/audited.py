"""For the tests of the audit workbook: its parts as a reader finds them, values spoiled, parameters changed, LibreOffice asked."""

import re
import zipfile
from functools import cached_property
from io import BytesIO
from pathlib import Path

import numpy as np
from openpyxl import load_workbook

SPOILED = "77"
TITLES = re.compile(rb'<definedName name="_xlnm.Print_Titles"[^>]*>[^<]*</definedName>')
FORMULA = re.compile(r"(<c [^>]*>)(<f>[^<]*</f>)<v>[^<]*</v>")


class Book:
    """A workbook as bytes, read through its XML."""

    def __init__(self, content: bytes):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            self.files = {name: archive.read(name) for name in archive.namelist()}

    @property
    def content(self) -> bytes:
        out = BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
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
        other = Book(self.content)
        other.files["xl/workbook.xml"] = TITLES.sub(b"", self.files["xl/workbook.xml"])
        for file in self.sheets.values():
            other.files[file] = FORMULA.sub(rf"\1\2<v>{SPOILED}</v>", self.files[file].decode()).encode()
        return other

    def changed(self, values: dict[str, str]) -> "Book":
        """The same with other values in the cells of parameters, as somebody would type them."""
        other = Book(self.content)
        for path, value in values.items():
            sheet, at = self.names[path.replace(".", "_")]
            text = other.files[self.sheets[sheet]].decode()
            number = re.fullmatch(r"[\d.]+", value)
            cell = rf'<c r="{at}"\1><v>{value}</v></c>' if number else rf'<c r="{at}"\1 t="str"><v>{value}</v></c>'
            text, count = re.subn(rf'<c r="{at}"( s="\d+")(?: t="s")?><v>[^<]*</v></c>', cell, text)
            assert count == 1, path
            other.files[self.sheets[sheet]] = text.encode()
        return other


class Read:
    """The values of a workbook after somebody has calculated it."""

    def __init__(self, path: Path):
        self.path = path
        self.book = load_workbook(path, data_only=True, read_only=True)

    def table(self, sheet: str) -> dict[str, np.ndarray]:
        """The columns of a sheet by heading, rows below it."""
        rows = list(self.book[sheet].iter_rows(min_row=4, values_only=True))
        return {head: np.array([row[at] for row in rows[1:]], dtype=object) for at, head in enumerate(rows[0]) if head}

    def errors(self) -> list[str]:
        """Sheets with a formula that gives no value."""
        with zipfile.ZipFile(self.path) as archive:
            return [name for name in archive.namelist() if "worksheets/" in name and b't="e"' in archive.read(name)]

    def verdicts(self, sheet: str) -> list[str]:
        """The last column of the checks."""
        return [row[4] for row in self.book[sheet].iter_rows(min_row=4, values_only=True)]
