"""How a doubt is declared: what may be true, and is more often a slip."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from simlib.columns import TABLES
from simlib.doubts.finding import Finding, yuan
from simlib.doubts.seen import Seen
from simlib.words import NO_TEXT, Text, joined


@dataclass(frozen=True, eq=False)
class Doubt:
    """One doubt, declared once: ``name`` is what files call it, ``rule`` the exact condition with its numbers."""

    name: str
    title: Text
    why: Text
    rule: Text
    remedy: Text
    find: Callable[[Seen], Iterable[Finding]]
    tables: tuple[str, ...] = ()  # that must be there for it to be asked; none: it asks of every table


@dataclass(frozen=True)
class Found:
    """A doubt that some table gives rise to."""

    doubt: Doubt
    finding: Finding

    @property
    def money(self) -> float | None:
        """In yuan."""
        return None if self.finding.fen is None else self.finding.fen / 100

    @property
    def said(self) -> Text:
        """One line for a reader."""
        told = self.finding
        line = LINE.fill(table=TABLES[told.table].label, title=self.doubt.title, count=f"{told.count:,}")
        money = MONEY.fill(money=yuan(told.fen)) if told.fen is not None else NO_TEXT
        detail = DETAIL.fill(detail=told.detail) if told.detail.zh else NO_TEXT
        return joined((line, money, detail, END), "", "")

    @property
    def notes(self) -> list[Text]:
        """Why it is doubted, the rule, what to do, and where it stands."""
        told = ((WHY, self.doubt.why), (RULE, self.doubt.rule), (REMEDY, self.doubt.remedy))
        return [joined(parts, "", "") for parts in told] + [row.said(self.finding.table) for row in self.finding.rows]

    def lines(self, language: str = "zh") -> list[str]:
        """The longer form: the line, and its notes below."""
        return [self.said.to(language), *(f"  {note.to(language)}" for note in self.notes)]

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        told = self.finding
        rows = [row._asdict() for row in told.rows]
        return {"table": told.table, "rule": self.doubt.name, "count": told.count, "money": self.money, "rows": rows}


CHECK_BOTH = Text("请核对两列。", "Check both columns.")  # a remedy of several
LINE = Text("{table} · {title}：{count} 处", "{table} · {title}: {count}")
MONEY = Text("，涉及 {money} 元", ", {money} yuan")
DETAIL = Text("。{detail}", ". {detail}")
END = Text("。", ".")
WHY, RULE, REMEDY = Text("原因：", "Why: "), Text("判断标准：", "Rule: "), Text("处理办法：", "What to do: ")
DOUBTED = Text("数据疑点", "Doubts about the data")
DOUBTED_HELP = Text("以下内容可能属实，也可能有误；系统按原数据计算。",
                    "This may be true, and may be a slip; all is calculated as it stands.")  # fmt: skip
DOUBT = Text("数据疑点：{text}", "Doubt: {text}")
