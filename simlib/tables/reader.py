"""One cell as its column declares it: in its plain way of writing, an option by any of its names, or the rule that it
breaks."""

from __future__ import annotations

import re
from typing import NamedTuple

from simlib.columns import Column, Type
from simlib.tables.cells import BLANK, PARSERS, YES_NO, Refused
from simlib.tables.forms import MISSING, Plain, marks, options, plain, word
from simlib.words import Text, joined

BOTH = re.compile(r"([^\s\-—|:：、(（]+)[\s\-—|:：、]*[\s\-—|:：、(（]([^)）]+)[)）]?")
LONGEST_CELL = 10_000
LONGEST_MARK = max(map(len, MISSING))
YES_NO_STATE = {"是": True, "否": False}


class Cell(NamedTuple):
    """What a cell says: its value, or the rule that it breaks, and how it was written."""

    value: object
    forms: tuple[Text, ...] = ()
    rule: Text | None = None
    states: tuple[tuple[str, object], ...] = ()  # what it says of other columns


def cell(text: str, column: Column, scale: int = 0) -> Cell:
    """What a cell of a column says."""
    return Reader.of(column, scale).read(text)


class Reader(NamedTuple):
    """How the cells of one place are read: as their column declares it, and as heading and mapping say."""

    column: Column
    scale: int
    words: dict[str, str | bool]  # every way of writing an option, or that there is none
    explained: frozenset[str]  # codes that the heading or a mapping explains; empty where it explains none
    states: dict[str, dict[str, str]]
    marks: frozenset[str]  # of nothing

    @classmethod
    def of(cls, column: Column, scale: int = 0, codes: dict[str, str] | None = None) -> Reader:
        own = options(column) if column.type in (Type.CHOICE, Type.BOOLEAN, Type.TEXT) else {}
        said = {word(code): option for code, option in (codes or {}).items()}
        states = {word(text): state for text, state in column.states.items()}
        return cls(column, scale, {**own, **said}, frozenset(said), states, marks(column))

    def read(self, text: str) -> Cell:
        """A cell without spaces around it."""
        column = self.column
        if len(text) > LONGEST_CELL:
            return Cell(None, rule=LONG_CELL.fill(limit=f"{LONGEST_CELL:,}"))
        if not text:
            return Cell(None, rule=BLANK if column.filled else None)
        if self.states and (state := self.states.get(word(text))) is not None:
            says = joined(f"{name} = {value}" for name, value in state.items())
            return Cell(None, (STATE.fill(says=says),), states=tuple((n, YES_NO_STATE[v]) for n, v in state.items()))
        written = plain(text, column, self.scale)
        if self.words and (choice := self.words.get(word(written.text))) is not None:
            return self._chosen(choice, written)
        if column.type is Type.CHOICE and (choice := self._both(written.text)) is not None:
            return self._chosen(choice, written)
        if len(text) <= LONGEST_MARK and word(text) in self.marks:
            if column.filled:
                return Cell(None, rule=BLANK_MARK)
            return Cell(None, (MARK.fill(mark=text),))
        if column.mention:
            return self._mentioned(text)
        try:
            return Cell(PARSERS[column.type](written.text, column), written.forms)
        except Refused as refused:
            option, unclear = column.rest
            if option and not re.search(unclear, text):
                return Cell(option, (*written.forms, REST))
            return Cell(None, rule=refused.args[0])

    def _mentioned(self, text: str) -> Cell:
        """The one option where a free text speaks of it, else nothing; its words are in no account."""
        if re.search(self.column.mention, text):
            return Cell(next(iter(self.column.options)), (MENTIONED,))
        return Cell(None)

    def _both(self, text: str) -> str | bool | None:
        """The option whose code and label both stand there: 310-职工, 职工基本医疗保险（310）."""
        found = BOTH.fullmatch(text)
        said = {self.words.get(word(one)) for one in found.groups()} if found else set()
        return said.pop() if len(said) == 1 else None

    def _chosen(self, choice: str | bool, written: Plain) -> Cell:
        """An option, by a way of writing it; ``""`` says that it is not known."""
        if choice == "":
            return Cell(None, (*written.forms, UNKNOWN_STATE))
        own = {choice, *self.column.options[str(choice)]} if self.column.type is Type.CHOICE else YES_NO
        forms, said = written.forms, word(written.text)
        if written.text not in own and said not in own:
            forms = (*forms, CODE if not self.explained or said in self.explained else NOT_EXPLAINED)
        return Cell(choice, forms)


BLANK_MARK = Text(
    "此列必填，不能填写“无”一类的符号。请补充。", "It is required: a mark for “none” does not do. Fill it in."
)
STATE = Text("按 {says} 处理，此列留空", "read as {says}, the cell itself as blank")
UNKNOWN_STATE = Text("按空白处理", "read as blank")
CODE = Text("按选项名称或代码识别", "known by its label or code")
NOT_EXPLAINED = Text(
    "表头括号中没有这个代码，按通常的代码识别；请核对", "not among the codes in the heading; taken for the usual one"
)
REST = Text("不是此列的选项，按一般情况处理", "none of the options; taken for the usual one")
MENTIONED = Text("文中提到，仅用于提示疑点", "the text speaks of it; only a doubt follows")
MARK = Text("“{mark}”按空白处理", "“{mark}” is read as blank")
LONG_CELL = Text("超过 {limit} 个字符。请核对。", "It is longer than {limit} characters. Check it.")
