"""What was done to read a table: every value that was read otherwise than it was written, every row that was set
aside, and what lies beside it unread. Nothing of that is silent; `simlib check`, pages and manifests show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from simlib.words import Text, joined

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

    def line(self, language: str = "zh") -> str:
        """One line for a reader."""
        head = f"{self.heading} → {self.column}" if self.heading and self.heading != self.column else self.column
        pairs = [f"{written} → {read}" if read else written for written, read in self.examples]
        shown = EXAMPLE.fill(examples=joined(pairs)).to(language) if pairs else ""
        count = COUNT.fill(count=f"{self.count:,}").to(language) if self.count else ""
        where = " · ".join(part for part in (self.file, head) if part)
        return f"{where}{Text('：', ': ').to(language)}{self.what.to(language)}{count}{shown}"


@dataclass(frozen=True)
class Total:
    """A column of a total row beside the sum of the rows it stands for; ``stated`` is None where it has no value."""

    file: str
    row: int
    column: str
    stated: float | None
    summed: float


@dataclass(frozen=True)
class Account:
    """What was assumed for one table; it is never changed, and copies of the table share it."""

    assumptions: tuple[Assumption, ...] = ()
    totals: tuple[Total, ...] = ()
    left_out: tuple[str, ...] = ()  # headings of personal data, which nothing keeps
    extras: tuple[str, ...] = ()  # headings that no column has
    offered: tuple[tuple[str, tuple[Text, ...]], ...] = ()  # of an unknown heading the columns that are near

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
        )


@dataclass
class Log:
    """Assumptions about the cells of one sheet while it is read: same way, same column, one entry."""

    file: str
    found: dict[tuple[str, Text], list] = field(default_factory=dict)

    def note(self, column: str, heading: str, what: Text, row: int, written: str, read: object) -> None:
        entry = self.found.setdefault((column, what), [heading, 0, row, {}])
        entry[1] += 1
        if len(entry[3]) < EXAMPLES:
            entry[3].setdefault(written, "" if read is None else str(read))

    def assumptions(self) -> list[Assumption]:
        return [
            Assumption(self.file, what, column, heading, count, row, tuple(examples.items()))
            for (column, what), (heading, count, row, examples) in self.found.items()
        ]


EXAMPLE = Text("，如 {examples}", ", such as {examples}")
COUNT = Text("（{count} 处）", " ({count} times)")


@dataclass(frozen=True)
class Unread:
    """A file or a sheet that was not read, and why."""

    file: str
    why: Text


class Given(dict[str, Any]):
    """The tables of a folder by name, with what of the folder was not read."""

    def __init__(self, tables: Mapping[str, Any], unread: Sequence[Unread] = ()):
        super().__init__(tables)
        self.unread = tuple(unread)


def account_of(table: Any) -> Account:
    """What was assumed for a table; nothing for one that was made in memory."""
    account: Account = table.attrs.get("account", Account())
    return account
