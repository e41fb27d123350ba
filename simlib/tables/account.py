"""What was done to read a table: every value that was read otherwise than it was written, every row that was set
aside, and what lies beside it unread. Nothing of that is silent; `simlib check`, pages and manifests show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from simlib.persons import masked
from simlib.words import COLON, Text, joined

EXAMPLES = 3


@dataclass(frozen=True)
class Assumption:
    """One way in which a column, or the whole table, was read otherwise than it was written."""

    file: str
    what: Text
    column: str = ""  # the declared name
    heading: str = ""  # as it stands in the file
    count: int = 0  # cells or rows; 0 where it concerns the column as a whole
    row: int | None = None  # the first of them
    examples: tuple[tuple[str, str], ...] = ()  # as written, and as read
    aloud: bool = False  # whoever runs anything on the table hears of it, not only who checks it

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "file": self.file, "column": self.column, "heading": self.heading, "what": self.what.zh,
            "what_en": self.what.en, "count": self.count, "row": self.row,
            "examples": [list(one) for one in self.examples],
        }  # fmt: skip

    def line(self, language: str = "zh") -> str:
        """One line for a reader."""
        head = " → ".join(dict.fromkeys(name for name in (self.heading, self.column) if name))
        pairs = [f"{written} → {read}" if read else written for written, read in self.examples]
        shown = EXAMPLE.fill(examples=joined(pairs)).to(language) if pairs else ""
        count = COUNT.fill(count=f"{self.count:,}").to(language) if self.count else ""
        where = " · ".join(part for part in (self.file, head) if part)
        colon = COLON.to(language) if where else ""
        return f"{where}{colon}{self.what.to(language)}{count}{shown}"


@dataclass(frozen=True)
class Total:
    """A column of a total row beside the sum of the rows it stands for; ``stated`` is None where it has no value."""

    file: str
    row: int
    column: str
    stated: float | None
    summed: float

    @property
    def gap(self) -> float | None:
        """By how much it states more than the rows' sum."""
        return None if self.stated is None else round(self.stated - self.summed, 2)

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "difference": self.gap}

    def line(self, language: str = "zh") -> str:
        """One line for a reader."""
        rule = UNSTATED if self.stated is None else DIFFERS if self.gap else ADDS_UP
        amounts = {"stated": self.stated or 0.0, "summed": self.summed, "gap": self.gap or 0.0}
        shown = {name: f"{amount:,.2f}" for name, amount in amounts.items()}
        return rule.fill(file=self.file, row=self.row, column=self.column, **shown).to(language)


@dataclass(frozen=True)
class Head:
    """A column as its heading has it, with what the doubts ask of it: the ``year``
    around its name, and in ``power`` the unit that heading or sheet say (of ten; None where neither says one)."""

    file: str
    row: int
    column: str
    heading: str
    year: str = ""
    power: int | None = None
    amount: bool = False


@dataclass(frozen=True)
class Missed:
    """A heading that may be meant for columns that are not there: one like theirs, or one that a mapping names and the
    file has not."""

    file: str
    row: int | None
    heading: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Account:
    """What was assumed for one table; it is never changed, and copies of the table share it."""

    assumptions: tuple[Assumption, ...] = ()
    totals: tuple[Total, ...] = ()
    left_out: tuple[str, ...] = ()  # headings of personal data, which nothing keeps
    extras: tuple[str, ...] = ()  # headings that no column has
    offered: tuple[tuple[str, tuple[Text, ...]], ...] = ()  # of an unknown heading the columns that are near
    heads: tuple[Head, ...] = ()
    missed: tuple[Missed, ...] = ()

    def __deepcopy__(self, memo: Any) -> Account:
        return self

    @classmethod
    def of(cls, accounts: Iterable[Account]) -> Account:
        """Those of the parts of one table together."""
        several = list(accounts)
        return cls(
            tuple(one for account in several for one in account.assumptions),
            tuple(one for account in several for one in account.totals),
            tuple(dict.fromkeys(one for account in several for one in account.left_out)),
            tuple(dict.fromkeys(one for account in several for one in account.extras)),
            tuple(dict.fromkeys(one for account in several for one in account.offered)),
            tuple(one for account in several for one in account.heads),
            tuple(one for account in several for one in account.missed),
        )


@dataclass
class Log:
    """Assumptions about the cells of one sheet while it is read: same way, same column, one entry."""

    file: str
    found: dict[tuple[str, Text], list] = field(default_factory=dict)

    def note(self, column: str, heading: str, what: Text, row: int, written: str | None, read: object) -> None:
        """One cell more; one that must not be shown is counted only."""
        entry = self.found.setdefault((column, what), [heading, 0, row, {}])
        entry[1] += 1
        if written is not None and len(entry[3]) < EXAMPLES:
            entry[3].setdefault(masked(written), "" if read is None else masked(str(read)))

    def assumptions(self) -> list[Assumption]:
        return [
            Assumption(self.file, what, column, heading, count, row, tuple(examples.items()))
            for (column, what), (heading, count, row, examples) in self.found.items()
        ]


EXAMPLE = Text("，如 {examples}", ", such as {examples}")
UNSTATED = Text("{file}：第 {row} 行合计，{column} 无数值，无法核对；各行合计 {summed}",
                "{file}: the total in row {row} has no value of {column}; the rows come to {summed}")  # fmt: skip
ADDS_UP = Text("{file}：第 {row} 行合计，{column} 与各行合计一致：{summed}",
               "{file}: the total in row {row} agrees with the rows of {column}: {summed}")  # fmt: skip
DIFFERS = Text("{file}：第 {row} 行合计，{column} 为 {stated}，各行合计 {summed}，相差 {gap}",
               "{file}: the total in row {row} says {stated} of {column}, the rows {summed}: {gap} apart")  # fmt: skip
COUNT = Text("（{count} 处）", " ({count} times)")


@dataclass(frozen=True)
class Unread:
    """A file or a sheet that was not read, and why."""

    file: str
    why: Text

    def plain(self) -> dict[str, str]:
        """For JSON."""
        return {"file": self.file, "why": self.why.zh, "why_en": self.why.en}


class Given(dict[str, Any]):
    """The tables of a folder by name, with what of the folder was not read, and in ``found`` by table the sheets that
    were (simlib.tables.recognise.Found)."""

    def __init__(
        self, tables: Mapping[str, Any], unread: Sequence[Unread] = (), found: Mapping[str, Sequence[Any]] | None = None
    ):
        super().__init__(tables)
        self.unread = tuple(unread)
        self.found = {name: tuple(parts) for name, parts in (found or {}).items()}


def account_of(table: Any) -> Account:
    """What was assumed for a table; nothing for one that was made in memory."""
    account: Account = table.attrs.get("account", Account())
    return account
