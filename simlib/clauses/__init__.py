"""The policy documents, clause by clause: each declared once, under the key by which everything else refers to it.

A key is the document's and the place, as English citations have it without "art.": ``JY 33``, ``JS3 44(4)``,
``XX 5(1)2``, ``JS26 annex 3, 2(2)1``. Parameters, functions, golden cases and docs/clauses.md all say it in this one
form, so that one search finds them all. What is not declared cannot be cited: an unknown key fails at import.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from simlib.clauses.entry import Entry, entries
from simlib.clauses.places import place
from simlib.words import SEMICOLON, Text, joined, suggestion

DOCUMENTS = {
    "JS26": Text("苏医保办发〔2023〕26号", "Jiangsu 2023 No. 26, performance evaluation"),
    "JS3": Text("苏医保规〔2023〕3号", "Jiangsu 2023 No. 3, designation management"),
    "JY": Text("揭阳DIP结算办法（征求意见稿）", "Jieyang DIP settlement measures (draft)"),
    "XX": Text("新乡县域医共体评价（2025）", "Xinxiang county community evaluation (2025)"),
}
ENTRIES: dict[str, Entry] = {one.key: one for one in entries()}  # in the order of the documents
# Places that are cited together in words of their own; any others are listed one after another.
TOGETHER: dict[tuple[str, ...], Text] = {
    ("JS26 annex 1, note 1", "JS26 annex 2, note 1"): Text("附件1 备注1、附件2 备注1", "annexes 1 and 2, note 1"),
    ("JS26 annex 3, 1(3)", "JS26 annex 3, 2(1)"): Text("附件3 一(三)、二(一)", "annex 3, 1(3) against 2(1)"),
    ("JS26 annex 3, 2(2)1", "JS26 annex 3, note"): Text("附件3 二(二)1、注", "annex 3, 2(2)1, note"),
    ("JS26 annex 3, 2(2)3", "JS26 annex 3, note"): Text("附件3 二(二)3、注", "annex 3, 2(2)3, note"),
    ("JY 22(2)1(2)", "JY 22(2)1(3)"): Text("第二十二条(二)1(2)(3)", "art. 22(2)1(2), (3)"),
    ("JY 22(2)2(1)", "JY 22(2)2(2)"): Text("第二十二条(二)2(1)(2)", "art. 22(2)2(1), (2)"),
}


class Clause(NamedTuple):
    """A place in a document as people read it; ``keys`` are those of several that are cited as one."""

    document: str
    zh: str
    en: str
    together: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The declared clauses it cites."""
        return self.together or (f"{self.document} {self.en.removeprefix(ARTICLE)}",)

    def to(self, language: str) -> str:
        return f"{self.document} {getattr(self, language)}"

    @property
    def text(self) -> Text:
        return Text(self.to("zh"), self.to("en"))

    def full(self, language: str) -> str:
        """With the document's number instead of its key, for people without the key list."""
        known = DOCUMENTS.get(self.document, Text(self.document, self.document))  # a city's own goes by its number
        return f"{known.to(language)} {getattr(self, language)}"

    @property
    def place(self) -> Text:
        """Without the document, where that is plain."""
        return Text(self.zh, self.en)


ARTICLE = "art. "
Cited = str | tuple[str, ...] | Clause


def clause(cited: Cited) -> Clause:
    """The clause of a key; of several keys of one document, the clause that cites them together.

    >>> clause("JY 22(2)1").text
    Text(zh='JY 第二十二条(二)1', en='JY art. 22(2)1')
    >>> clause(("JY 30", "JY 39")).text
    Text(zh='JY 第三十条、第三十九条', en='JY art. 30, 39')
    """
    if isinstance(cited, Clause):
        return cited
    keys = (cited,) if isinstance(cited, str) else cited
    places = [place(_known(key)) for key in keys]
    document = keys[0].split()[0]
    if len(keys) == 1:
        return Clause(document, *places[0])
    text = TOGETHER.get(keys) or joined(
        [places[0], *(Text(one.zh, one.en.removeprefix(ARTICLE)) for one in places[1:])]
    )
    return Clause(document, *text, together=keys)


def clauses_of(cited: Iterable[Cited]) -> tuple[Clause, ...]:
    return tuple(clause(one) for one in cited)


F = TypeVar("F", bound=Callable[..., object])


def cites(*keys: str) -> Callable[[F], F]:
    """Says of a function which clauses it calculates, as its attribute ``clauses``; the function itself stays as it is.

    >>> @cites("JY 33")
    ... def ratio(): ...
    >>> ratio.clauses
    ('JY 33',)
    """
    known = tuple(_known(key) for key in keys)

    def tell(function: F) -> F:
        vars(function)["clauses"] = known
        return function

    return tell


def cite(clauses: tuple[Clause, ...], language: str) -> str:
    """Several clauses in one line: ``JS3 art. 29; JY art. 40``."""
    return SEMICOLON.to(language).join(clause.to(language) for clause in clauses)


def _known(key: str) -> str:
    if key not in ENTRIES:
        raise KeyError(f"{key} is not declared in simlib/clauses. {suggestion(key, ENTRIES).en}")
    return key


CLAUSE = Text("依据", "Clause")  # the heading above them
