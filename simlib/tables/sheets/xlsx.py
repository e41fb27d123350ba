"""XLSX to sheets, in one pass over the XML of each: values, formulas without a result, what is hidden or merged.

Only what the trade's files need is read of the format (ECMA-376, part 1, 18.3); what else a program writes into it, of
whatever kind, is passed over.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from simlib.tables.sheets.parts import Broken, Package, Parts, opened, take
from simlib.tables.sheets.sheet import A_SHEET, LAST_COLUMN, LAST_ROW, Budget, Sheet
from simlib.tables.sheets.values import BUILT_IN, DIGITS, PLAIN, Mask, iso_moment, mask, shown
from simlib.words import Text

ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
TRUE = ("1", "true")


def read(path: Path) -> list[Sheet]:
    """All its sheets in their order, hidden ones too. BadInput where it is damaged or beyond the limits."""
    with opened(path, BROKEN_XLSX) as parts:
        package = Package.of(parts)
        listed, serials = _listed(parts, package)
        strings, styles = package.one("sharedStrings"), package.one("styles")
        texts = _strings(parts, strings) if strings else []
        masks = _masks(parts, styles) if styles and styles in parts else []
        budget, sheets = Budget(path.name), []
        for sheet, part in listed:
            sheet.serials = serials
            _Reader(sheet, texts, masks, budget).read(parts, part)
            sheets.append(sheet)
        return sheets


def _listed(parts: Parts, package: Package) -> tuple[list[tuple[Sheet, str]], int]:
    """The sheets that hold cells, each with the name of its part, and where serial numbers begin."""
    found, serials = [], 1900

    def properties(attributes: dict[str, str]) -> None:
        nonlocal serials
        if attributes.get("date1904") in TRUE:
            serials = 1904

    def sheet(attributes: dict[str, str]) -> None:
        number = next(value for name, value in attributes.items() if name.endswith(":id"))
        kind, part = package.targets[number]
        if kind == "worksheet":
            hidden = attributes.get("state", "visible") != "visible"
            found.append((Sheet(parts.file, attributes["name"], hidden=hidden), part))

    parts.walk(package.workbook, {"workbookPr": properties, "sheet": sheet})
    if not found:
        raise Broken("no sheet")
    return found, serials


def _strings(parts: Parts, name: str) -> list[str]:
    """The texts that cells share, without how they are spoken."""
    found: list[str] = []
    pieces: list[str] = []
    taking = spoken = False

    def text(begins: bool) -> None:
        nonlocal taking
        taking = begins and not spoken

    def speak(begins: bool) -> None:
        nonlocal spoken
        spoken = begins

    def ends() -> None:
        found.append(_unescaped("".join(pieces)))
        pieces.clear()

    def characters(data: str) -> None:
        if taking:
            take(pieces, data)

    parts.walk(
        name, {"t": lambda _: text(True), "rPh": lambda _: speak(True)},
        {"t": lambda: text(False), "rPh": lambda: speak(False), "si": ends}, characters,
    )  # fmt: skip
    return found


def _masks(parts: Parts, name: str) -> list[Mask]:
    """What the number format of each style makes of a number."""
    codes, numbers, within = dict(BUILT_IN), [], ""

    def enter(place: str) -> None:
        nonlocal within
        within = place

    def code(attributes: dict[str, str]) -> None:
        if within == "numFmts":
            codes[int(attributes["numFmtId"])] = attributes["formatCode"]

    def style(attributes: dict[str, str]) -> None:
        if within == "cellXfs":
            numbers.append(int(attributes.get("numFmtId", 0)))

    parts.walk(
        name,
        {"numFmts": lambda _: enter("numFmts"), "cellXfs": lambda _: enter("cellXfs"), "numFmt": code, "xf": style},
        {"numFmts": lambda: enter(""), "cellXfs": lambda: enter("")},
    )
    return [mask(codes.get(number, "")) for number in numbers]


class _Reader:
    """The handlers of one sheet's XML, and where in it they are."""

    def __init__(self, sheet: Sheet, texts: list[str], masks: list[Mask], budget: Budget):
        self.sheet, self.texts, self.masks, self.budget = sheet, texts, masks, budget
        self.row, self.place, self.written = 0, -1, 0
        self.cells: list[str] = []
        self.cell: dict[str, str] = {}
        self.value: list[str] | None = None  # the characters of the cell's value
        self.formula: list[str] | None = None
        self.text: list[str] | None = None  # of a cell that holds its text itself
        self.taking: list[str] | None = None  # that of them which the characters go to
        self.sharing = ""  # the number of a formula that stands for a block
        self.shared: dict[str, tuple[str, str]] = {}  # by that number, and the cell in which it is written
        self.spoken = False
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.merged: list[tuple[int, int, int, int]] = []

    def read(self, parts: Parts, name: str) -> None:
        self.budget.spend(0, A_SHEET)
        begins = {
            "c": self._cell, "v": self._value, "f": self._formula, "is": self._inline, "t": self._text,
            "rPh": self._spoken, "row": self._row, "col": self._column, "mergeCell": self._merged,
        }  # fmt: skip
        ends = {
            "c": self._cell_ends, "v": self._taken, "f": self._taken, "t": self._taken, "row": self._row_ends,
            "rPh": self._spoken_ends,
        }  # fmt: skip
        parts.walk(name, begins, ends, self._characters)
        self.sheet.merged = tuple(self.merged)
        self.sheet.conceal(self.hidden_rows, self.hidden_columns)

    def _characters(self, data: str) -> None:
        if self.taking is not None:
            take(self.taking, data)

    def _row(self, attributes: dict[str, str]) -> None:
        number = int(attributes.get("r", self.row + 1))
        if number <= self.row:
            raise Broken("rows out of order")
        if number > LAST_ROW:
            raise self.budget.passed()
        self.row, self.place, self.written, self.cells = number, -1, 0, []
        if attributes.get("hidden") in TRUE or attributes.get("ht") == "0":
            self.hidden_rows.add(number)

    def _row_ends(self) -> None:
        self.budget.spend(len(self.cells), self.written)
        self.sheet.add(self.row, self.cells)

    def _cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        place = _place(reference.rstrip("0123456789")) if reference else self.place + 1
        if place <= self.place:
            raise Broken("cells out of order")
        if place >= LAST_COLUMN:
            raise self.budget.passed()
        self.place, self.cell = place, attributes
        self.written += 1
        self.value = self.formula = self.text = None
        self.sharing = ""

    def _value(self, _: dict[str, str]) -> None:
        self.value = self.taking = []

    def _formula(self, attributes: dict[str, str]) -> None:
        self.formula = self.taking = []
        if attributes.get("t") == "shared":
            self.sharing = attributes["si"]

    def _inline(self, _: dict[str, str]) -> None:
        self.text = []

    def _text(self, _: dict[str, str]) -> None:
        self.taking = None if self.spoken else self.text

    def _taken(self) -> None:
        self.taking = None

    def _spoken(self, _: dict[str, str]) -> None:
        self.spoken = True

    def _spoken_ends(self) -> None:
        self.spoken = False

    def _cell_ends(self) -> None:
        value = self.value
        if value is None and self.text is None and self.formula is None:
            return
        if self.formula is not None:
            self._share()
        text = self._shown("".join(value or ()))
        if text:
            if gap := self.place - len(self.cells):
                self.cells.extend([""] * gap)
            self.cells.append(text)

    def _shown(self, value: str) -> str:
        """The cell as a person sees it; a formula without a result as what is written."""
        kind = self.cell.get("t", "n")
        if kind == "inlineStr":
            return _unescaped("".join(self.text or ()))
        if kind == "str":
            return _unescaped(value)
        if not value:
            return self._formula_text() if self.formula is not None else ""
        match kind:
            case "s":
                return self.texts[int(value)]
            case "b":
                return str(value in TRUE)
            case "e":
                return value
            case "d":
                return iso_moment(value)
        style = self.cell.get("s")
        mask = self.masks[int(style)] if style and self.masks else PLAIN
        if mask is PLAIN and value.isascii() and value.isdigit() and len(value) <= DIGITS and value[0] != "0":
            return value
        return shown(float(value), mask, self.sheet.serials)

    def _share(self) -> None:
        if self.sharing and self.formula:
            self.shared[self.sharing] = "".join(self.formula), self._reference()

    def _formula_text(self) -> str:
        text = "".join(self.formula or ())
        if not text and self.sharing in self.shared:
            from openpyxl.formula.translate import Translator

            first, origin = self.shared[self.sharing]
            return Translator("=" + first, origin).translate_formula(self._reference())
        return "=" + text

    def _reference(self) -> str:
        from openpyxl.utils import get_column_letter

        return f"{get_column_letter(self.place + 1)}{self.row}"

    def _column(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in TRUE or attributes.get("width") == "0":
            self.hidden_columns |= set(range(int(attributes["min"]) - 1, min(int(attributes["max"]), LAST_COLUMN)))

    def _merged(self, attributes: dict[str, str]) -> None:
        self.budget.spend(0, 1)
        first, _, last = attributes["ref"].partition(":")
        self.merged.append((*_corner(first), *_corner(last or first)))


def _corner(reference: str) -> tuple[int, int]:
    letters, row = REFERENCE.fullmatch(reference).groups()  # type: ignore[union-attr]  # no match is a broken file
    return int(row), _place(letters)


@lru_cache(maxsize=LAST_COLUMN)
def _place(letters: str) -> int:
    """The place of a column, from 0."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    if not 0 < place <= LAST_COLUMN or not (letters.isascii() and letters.isupper()):
        raise Broken("a column")
    return place - 1


def _unescaped(text: str) -> str:
    """Excel writes characters that XML does not allow as _x000D_."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


BROKEN_XLSX = Text("不是完好的 XLSX 文件（可能损坏）。请用 Excel 或 WPS 打开，另存为不加密的 XLSX。",
                   "Not a sound XLSX file (damaged perhaps). Open it in Excel or WPS and save it as XLSX "
                   "without a password.")  # fmt: skip
