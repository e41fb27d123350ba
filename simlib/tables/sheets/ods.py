"""ODS to sheets (OpenDocument 1.3, part 3, 9), in one pass over its content."""

from __future__ import annotations

import re
from pathlib import Path

from simlib.tables.sheets.parts import Broken, Parts, opened, take
from simlib.tables.sheets.sheet import A_SHEET, ENCRYPTED, LAST_COLUMN, LAST_ROW, Budget, Sheet, bad
from simlib.tables.sheets.values import MULTIPLES, Mask, iso_moment, plain, shown
from simlib.words import Text

OFFICE, TABLE, TEXT, STYLE = (
    f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0|" for name in ("office", "table", "text", "style")
)
PERCENT = Mask(percent=True)
NUMBERS = ("float", "currency", "percentage")
TIME = re.compile(r"PT(\d+)H(\d+)M(\d+)")
WITH_UNIT = re.compile(r"(-?[\d,]+(?:\.\d+)?)\s*([^\d\s,.]+)")
FORMULA = re.compile(r"\[([^\]]*)\]")  # a reference in a formula: [.A1:.B2]
OUTSIDE = (OFFICE + "annotation", *(TABLE + name for name in ("shapes", "tracked-changes", "dde-link")))


def read(path: Path) -> list[Sheet]:
    """All its sheets in their order, hidden ones too. BadInput where it is damaged, locked or beyond the limits."""
    with opened(path, BROKEN_ODS) as parts:
        if "META-INF/manifest.xml" in parts and b"encryption-data" in parts.read("META-INF/manifest.xml"):
            raise bad(path.name, ENCRYPTED)
        return _Reader(path.name).read(parts)


class _Reader:
    """The handlers of the XML, and where in it they are."""

    def __init__(self, file: str):
        self.budget = Budget(file)
        self.sheets: list[Sheet] = []
        self.unseen: set[str] = set()  # styles of tables that are hidden
        self.style, self.serials = "", 1900
        self.depth = 0  # 1 in a table, more in what is no cell of it: a table in a cell, a comment
        self.taking = False
        self._new_cell({})

    def read(self, parts: Parts) -> list[Sheet]:
        begins = {
            STYLE + "style": self._style, STYLE + "table-properties": self._table_properties,
            TABLE + "null-date": self._null_date, TABLE + "table": self._table, TABLE + "table-column": self._column,
            TABLE + "table-row": self._row, TABLE + "table-cell": self._cell, TABLE + "covered-table-cell": self._cell,
            TEXT + "p": self._paragraph, TEXT + "s": self._spaces, TEXT + "tab": self._tab,
            TEXT + "line-break": self._line, **dict.fromkeys(OUTSIDE, self._outside),
        }  # fmt: skip
        ends = {
            TABLE + "table": self._table_ends, TABLE + "table-row": self._row_ends,
            TABLE + "table-cell": self._cell_ends, TABLE + "covered-table-cell": self._cell_ends,
            TEXT + "p": self._paragraph_ends, **dict.fromkeys(OUTSIDE, self._outside_ends),
        }  # fmt: skip
        parts.walk("content.xml", begins, ends, self.characters, uris=True)
        if not self.sheets:
            raise Broken("no sheet")
        for sheet in self.sheets:
            sheet.serials = self.serials
        return self.sheets

    def characters(self, data: str) -> None:
        if self.taking and self.depth == 1:
            take(self.text, data)

    def _outside(self, _: dict[str, str]) -> None:
        self.depth += 2

    def _outside_ends(self) -> None:
        self.depth -= 2

    def _style(self, attributes: dict[str, str]) -> None:
        self.style = attributes.get(STYLE + "name", "") if attributes.get(STYLE + "family") == "table" else ""

    def _table_properties(self, attributes: dict[str, str]) -> None:
        if attributes.get(TABLE + "display") == "false" and self.style:
            self.unseen.add(self.style)

    def _null_date(self, attributes: dict[str, str]) -> None:
        if attributes.get(TABLE + "date-value", "").startswith("1904"):
            self.serials = 1904

    def _table(self, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > 1:
            return
        self.budget.spend(0, A_SHEET)
        hidden = attributes.get(TABLE + "style-name") in self.unseen
        self.sheet = Sheet(self.budget.file, attributes.get(TABLE + "name", ""), hidden=hidden)
        self.row, self.column = 0, 0
        self.hidden_rows, self.hidden_columns = set[int](), set[int]()
        self.merged: list[tuple[int, int, int, int]] = []

    def _table_ends(self) -> None:
        self.depth -= 1
        if not self.depth:
            self.sheet.merged = tuple(self.merged)
            self.sheet.conceal(self.hidden_rows, self.hidden_columns)
            self.sheets.append(self.sheet)

    def _column(self, attributes: dict[str, str]) -> None:
        if self.depth != 1:
            return
        end = self.column + _times(attributes, TABLE + "number-columns-repeated")
        if attributes.get(TABLE + "visibility", "visible") != "visible":
            self.hidden_columns |= set(range(self.column, min(end, LAST_COLUMN)))
        self.column = end

    def _row(self, attributes: dict[str, str]) -> None:
        if self.depth == 1:
            self.cells: list[str] = []
            self.place = self.written = 0
            self.repeated = _times(attributes, TABLE + "number-rows-repeated")
            self.concealed = attributes.get(TABLE + "visibility", "visible") != "visible"

    def _row_ends(self) -> None:
        if self.depth != 1:
            return
        self.budget.spend(0, self.written)
        if self.row + self.repeated > LAST_ROW:
            raise self.budget.passed()
        if self.cells:
            self.budget.spend(self.repeated * len(self.cells), self.repeated)
            for number in range(self.row + 1, self.row + self.repeated + 1):
                self.sheet.add(number, list(self.cells))
                if self.concealed:
                    self.hidden_rows.add(number)
        self.row += self.repeated

    def _cell(self, attributes: dict[str, str]) -> None:
        if self.depth == 1:
            self._new_cell(attributes)

    def _new_cell(self, attributes: dict[str, str]) -> None:
        self.cell = attributes
        self.text: list[str] = []
        self.paragraphs = 0

    def _cell_ends(self) -> None:
        if self.depth != 1:
            return
        times = _times(self.cell, TABLE + "number-columns-repeated")
        rows, columns = (
            _times(self.cell, TABLE + "number-rows-spanned"),
            _times(self.cell, TABLE + "number-columns-spanned"),
        )
        if rows > 1 or columns > 1:
            self.merged.append((self.row + 1, self.place, self.row + rows, self.place + columns - 1))
        if self.place + times > LAST_COLUMN:
            raise self.budget.passed()
        if text := self._shown():
            self.cells += [""] * (self.place - len(self.cells)) + [text] * times
        self.place += times
        self.written += 1

    def _shown(self) -> str:
        """The cell as a person sees it; a formula without a result as what is written."""
        text, kind = "".join(self.text), self.cell.get(OFFICE + "value-type")
        if kind in NUMBERS:
            value = float(self.cell[OFFICE + "value"])
            number = shown(value, PERCENT) if kind == "percentage" else plain(value)
            zeros = text.isascii() and text.isdigit() and text.startswith("0") and text.lstrip("0") == number
            return text if zeros else number + _unit(text, value)
        if kind == "date":
            return iso_moment(self.cell[OFFICE + "date-value"])
        if kind == "time":
            found = TIME.match(self.cell[OFFICE + "time-value"])
            return ":".join(f"{int(part):02}" for part in found.groups()) if found else text
        if kind == "boolean":
            return str(self.cell[OFFICE + "boolean-value"] == "true")
        formula = self.cell.get(TABLE + "formula", "")
        if formula and not kind and not text:
            _, _, written = formula.rpartition(":=") if ":=" in formula else ("", "", formula.removeprefix("="))
            return "=" + FORMULA.sub(lambda found: found[1].replace(".", ""), written)
        return text or self.cell.get(OFFICE + "string-value", "")

    def _paragraph(self, _: dict[str, str]) -> None:
        if self.depth == 1:
            if self.paragraphs:
                self.text.append("\n")
            self.paragraphs += 1
            self.taking = True

    def _paragraph_ends(self) -> None:
        self.taking = False

    def _spaces(self, attributes: dict[str, str]) -> None:
        self.characters(" " * min(_times(attributes, TEXT + "c"), 10_000))

    def _tab(self, _: dict[str, str]) -> None:
        self.characters("\t")

    def _line(self, _: dict[str, str]) -> None:
        self.characters("\n")


def _unit(text: str, value: float) -> str:
    """The multiple that a format writes behind a number, such as 万元; none where it also divides the number by it."""
    found = WITH_UNIT.fullmatch(text)
    if not found or not MULTIPLES & set(found[2]):
        return ""
    return found[2] if abs(float(found[1].replace(",", "")) - value) <= 0.5 else ""  # what rounding takes away


def _times(attributes: dict[str, str], name: str) -> int:
    times = int(attributes.get(name, 1))
    if times < 1:
        raise Broken(name)
    return times


BROKEN_ODS = Text("不是完好的 ODS 文件（可能损坏）。请用 LibreOffice 或 WPS 打开，另存为 XLSX。",
                  "Not a sound ODS file (damaged perhaps). Open it in LibreOffice or WPS and save it as "
                  "XLSX.")  # fmt: skip
