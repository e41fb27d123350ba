"""The sheet of parameters: each value in one cell, by whose name the formulas call it."""

from __future__ import annotations

import numpy as np
from xlsxwriter.utility import xl_rowcol_to_cell

from simlib.clauses import CLAUSE
from simlib.params import DOCUMENT, PARAMETER, PARAMETERS, PATH, SET_TO, UNIT, Declaration, Params
from simlib.words import Text
from simlib.workbook.formula import Cell, cell, where
from simlib.workbook.sheet import LINE, Styles, lines, printed, put

MILLION = 10**6  # parameters have at most six decimals, so that a millionth of each is a whole number
HEAD_ROW = 3


class Levers:
    """The parameters of the rules that ran, as names in formulas; what no formula asks for is marked fixed."""

    def __init__(self, params: dict[str, Params]):
        self.params = params
        self.used: set[str] = set()
        self.fixed: dict[str, Text] = {}  # by path: why it cannot be changed here

    def millionths(self, family: str, name: str) -> Cell:
        """A number in millionths, a whole number."""
        declared = self._asked(family, name)
        value = int(getattr(self.params[family], name) * MILLION)
        most = max(abs(int(declared.high * MILLION)), abs(int(declared.low * MILLION)))
        return Cell(f"{family}_{name}_u", np.array(value, dtype=np.int64), most)

    def chosen(self, family: str, name: str, option: str) -> Cell:
        """Whether a reading is this option."""
        self._asked(family, name)
        value = np.array(getattr(self.params[family], name).value == option)
        written = f'{family}_{name}&""' if option.isdigit() else f"{family}_{name}"  # who picks 2 may type a number
        return Cell(f'{written}="{option}"', value, None, 0)

    def digits(self, family: str, name: str) -> Cell:
        """10 to the number of digits that a reading takes; 1 where it takes all."""
        found = cell(1)
        for option in self._asked(family, name).options:
            if option.value.isdigit():
                found = where(self.chosen(family, name, option.value), 10 ** int(option.value), found)
        return found

    def fix(self, family: str, names, why: Text) -> None:
        """These parameters do not change the workbook: the cells say so, and why."""
        self.fixed |= {f"{family}.{name}": why for name in names}

    def _asked(self, family: str, name: str) -> Declaration:
        self.used.add(f"{family}.{name}")
        return self.params[family].declarations()[name]

    def live(self, path: str) -> bool:
        return path in self.used and path not in self.fixed

    def _any(self, family: str) -> bool:
        """Whether any formula asks for a parameter of the rule: those stand first."""
        return any(path.startswith(f"{family}.") for path in self.used)

    def write(self, book, styles: Styles, language: str) -> None:
        """One row a parameter: label, value, document's value, unit, bounds, whether formulas follow it, clause,
        kind."""
        name = SHEET.to(language)
        sheet = book.add_worksheet(name)
        sheet.write_string(0, 0, TITLE.to(language), styles.of("title"))
        sheet.write_string(1, 0, HOW.to(language), styles.of("note"))
        for position, (heading, width) in enumerate(HEADINGS):
            sheet.write_string(HEAD_ROW, position, heading.to(language), styles.of("head"))
            sheet.set_column(position, position, width)
        row = HEAD_ROW + 1
        for family, params in sorted(self.params.items(), key=lambda one: not self._any(one[0])):
            for declared in params.declarations().values():
                self._row(book, sheet, name, row, family, declared, styles, language)
                row += 1
        sheet.set_row(HEAD_ROW, 2 * LINE)
        sheet.freeze_panes(HEAD_ROW + 1, 2)
        sheet.autofilter(HEAD_ROW, 0, row - 1, len(HEADINGS) - 1)
        printed(sheet, HEAD_ROW)

    def _row(self, book, sheet, name: str, row: int, family: str, declared: Declaration, styles: Styles, language: str):
        value, live = getattr(self.params[family], declared.name), self.live(declared.path)
        style = "lever" if live else "fixed"
        why = LIVE if live else self.fixed.get(declared.path, NOT_USED)
        given = [declared.path, declared.label.to(language)]
        document, meaning = declared.show(declared.default, language), declared.show(value, language)
        wrap = styles.of("wrap")
        for position, text in enumerate(given):
            put(sheet, row, position, text, wrap)
        put(sheet, row, VALUE, _plain(value, declared), styles.of(style))
        self._names(book, sheet, name, row, family, declared, styles, value)
        texts = [meaning, document, declared.unit.label.to(language), declared.allowed().to(language), why.to(language),
                 declared.sources.to(language), declared.kind.label.to(language)]  # fmt: skip
        for position, text in enumerate(texts, start=UNITS + 1):
            put(sheet, row, position, text, wrap)
        told = zip([given[1], *texts], [HEADINGS[1], *HEADINGS[UNITS + 1 :]], strict=True)
        sheet.set_row(row, LINE * max(lines(text, heading[1]) for text, heading in told))

    def _names(
        self, book, sheet, name: str, row: int, family: str, declared: Declaration, styles: Styles, value
    ) -> None:
        """The defined names of a value and of its millionths, and what may be typed there."""
        at = xl_rowcol_to_cell(row, VALUE, row_abs=True, col_abs=True)
        label = f"{family}_{declared.name}"
        book.define_name(label, f"='{name}'!{at}")
        if declared.options:
            sheet.data_validation(
                row, VALUE, row, VALUE, {"validate": "list", "source": [one.value for one in declared.options]}
            )
        if not declared.range:
            put(sheet, row, UNITS, "", styles.of("text"))
            return
        between = {
            "validate": "decimal",
            "criteria": "between",
            "minimum": float(declared.low),
            "maximum": float(declared.high),
        }
        sheet.data_validation(row, VALUE, row, VALUE, between)
        sheet.write_formula(row, UNITS, f"=ROUND({label}*{MILLION},0)", styles.of("helper fen"), int(value * MILLION))
        units = xl_rowcol_to_cell(row, UNITS, row_abs=True, col_abs=True)
        book.define_name(f"{label}_u", f"='{name}'!{units}")


def _plain(value, declared: Declaration):
    return float(value) if declared.range else str(value)


VALUE, UNITS = 2, 3
SHEET = PARAMETERS
TITLE = Text("参数：公式按名称引用“取值”列", "Parameters: formulas call the column Value by name")
HOW = Text(
    "黄底单元格可以修改，修改并重新计算后各表随之变化；灰底单元格不可修改，原因见“是否可修改”列。比例以小数填写（5% 填 "
    "0.05）。",
    "Yellow cells may be changed: recalculate and the sheets follow. Grey ones are fixed, the column Live says why. "
    "Ratios are decimals (5% is 0.05).",
)  # fmt: skip
HEADINGS = [
    (PATH, 32), (PARAMETER, 30), (SET_TO, 12),
    (Text("百万分之几（公式用）", "In millionths (for formulas)"), 13),
    (Text("写入时的含义", "Meaning when written"), 18),
    (DOCUMENT, 14), (UNIT, 8), (Text("允许范围", "Allowed"), 26),
    (Text("是否可修改", "Live"), 26), (CLAUSE, 26), (Text("种类", "Kind"), 10),
]  # fmt: skip
LIVE = Text("是：修改后重新计算", "yes: recalculate after a change")
NOT_USED = Text("固定：工作簿的公式不使用此项", "fixed: no formula uses it")
