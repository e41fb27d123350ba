"""The policy documents, and how a clause is cited: document key and place, never its sentences."""

from __future__ import annotations

from typing import NamedTuple

from simlib.words import Text

DOCUMENTS = {
    "JS26": Text("苏医保办发〔2023〕26号", "Jiangsu 2023 No. 26, performance evaluation"),
    "JS3": Text("苏医保规〔2023〕3号", "Jiangsu 2023 No. 3, designation management"),
    "JY": Text("揭阳DIP结算办法（征求意见稿）", "Jieyang DIP settlement measures (draft)"),
    "XX": Text("新乡县域医共体评价（2025）", "Xinxiang county community evaluation (2025)"),
}


class Clause(NamedTuple):
    """A place in a document, e.g. ``Clause("JS26", "附件3 二(二)1", "annex 3, 2(2)1")``."""

    document: str
    zh: str
    en: str

    def to(self, language: str) -> str:
        return f"{self.document} {getattr(self, language)}"

    @property
    def text(self) -> Text:
        return Text(self.to("zh"), self.to("en"))

    def full(self, language: str) -> str:
        """With the document's number instead of its key, for people without the key list."""
        return f"{DOCUMENTS[self.document].to(language)} {getattr(self, language)}"

    @property
    def place(self) -> Text:
        """Without the document, where that is plain."""
        return Text(self.zh, self.en)


def cite(clauses: tuple[Clause, ...], language: str) -> str:
    """Several clauses in one line: ``JS3 art. 29; JY art. 40``."""
    return Text("；", "; ").to(language).join(clause.to(language) for clause in clauses)
