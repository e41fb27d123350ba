"""What is wrong with an input, said once and so that it can be mended."""

from __future__ import annotations

from dataclasses import dataclass

from simlib.persons import masked
from simlib.words import COLON, LANGUAGES, Text


@dataclass(frozen=True)
class Problem:
    """One line for one problem: where it is, what stands there, the rule, what to do."""

    rule: Text
    file: str = ""
    row: int | None = None
    column: str = ""
    value: object = None  # as it stands there; None where that does not matter

    def line(self, language: str = "zh") -> str:
        row = Text(f"第 {self.row} 行", f"row {self.row}").to(language) if self.row else ""
        value = "" if self.value is None else f"“{shorten(self.value)}”"
        where = " · ".join(part for part in (self.file, row, self.column, value) if part)
        return where + COLON.to(language) + self.rule.to(language) if where else self.rule.to(language)


class BadInput(ValueError):
    """Raised with every problem found, never only the first."""

    def __init__(self, problems: list[Problem] | Problem):
        self.problems = [problems] if isinstance(problems, Problem) else list(problems)
        super().__init__("\n".join(problem.line(LANGUAGES[0]) for problem in self.problems))

    def lines(self, language: str = "zh") -> list[str]:
        return [problem.line(language) for problem in self.problems]


def shorten(value: object, limit: int = 60) -> str:
    """A value fit for a message: one line, no control characters, not endless, no identity number of a person."""
    text = "".join(c if c.isprintable() else "�" for c in masked(str(value)))
    return text if len(text) <= limit else text[: limit - 1] + "…"
