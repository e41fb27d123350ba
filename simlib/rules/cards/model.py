"""What a scorecard is: parts of items, items of criteria, and the facts that criteria read.

A card is data, one YAML file a document and year. These classes and those of simlib.rules.cards.criteria are
its format: the reader checks files against them, the JSON Schema for editors is made from them, and README.md
explains them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from simlib.clauses import Clause
from simlib.columns import TABLES
from simlib.params import POINTS
from simlib.rules.cards.criteria import Criterion
from simlib.rules.cards.pieces import Fact, Name, Number, Piece, Points, When, Words
from simlib.words import Text


class Item(Words):
    """One numbered item of the document. ``prefix`` is set by the reader: whose card names its levers."""

    item: str = Field(pattern=r"^[0-9]+(\.[0-9]+)?$")
    clause: Words | None = None
    note: Words | None = None
    points: Points
    facts: dict[Name, Fact]
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    prefix: str = ""

    def label(self, criterion: Criterion) -> Text:
        """What a criterion asks: its own words, or those of the fact that it reads."""
        if criterion.zh:
            return Text(criterion.zh, criterion.en)
        return self.facts[criterion.reads()[0][0]].text

    def number(self, criterion: Criterion) -> str:
        """Where the criterion stands: 1.3 is the third of item 1."""
        return f"{self.item}.{self.criteria.index(criterion) + 1}" if len(self.criteria) > 1 else self.item

    def points_name(self, criterion: Criterion) -> str:
        return f"{self.prefix}_{criterion.id}_points"

    def lever(self, criterion: Criterion, name: str) -> str:
        return f"{self.prefix}_{criterion.id}_{name}"

    def numbers(self, criterion: Criterion) -> Iterator[Number]:
        """The criterion's levers, named for the whole card."""
        points = criterion.points
        yield Number(self.points_name(criterion), points, FULL, POINTS, step=None)
        for number in criterion.limits(self.facts):
            yield number._replace(name=self.lever(criterion, number.name))


class Part(Words):
    """A part of the card with its points."""

    points: Points
    items: tuple[Item, ...] = Field(min_length=1)


class Edition(Words):
    """Cards that belong together: one for every kind of subject."""

    id: Name


class Extra(Piece):
    """Bonus facts (points on top) or veto facts (yes or no), with the clause."""

    clause: Words
    facts: dict[Name, Fact] = Field(min_length=1)


class Private(Piece):
    """How private subjects are scored: without one item, scaled up. By reading, the item that is left out."""

    clause: Words
    leaves_out: dict[Literal["item_3", "item_4"], str]

    def without(self, reading: str) -> str | None:
        """The item that is left out by a reading; None where the card does not say."""
        return {str(name): item for name, item in self.leaves_out.items()}.get(reading)


class Card(Words):
    """A whole scorecard; ``name`` is its file's, ``card`` begins the names of its levers."""

    name: str = ""
    card: Name
    edition: Edition
    document: str
    document_name: Words | None = None
    year: int = Field(ge=2000, le=2100)
    clause: Words
    subjects: Literal["institutions", "communities"] = "institutions"
    who: When = {}
    total: Points
    private: Private | None = None
    same_violation: Words | None = None
    illustrative: Words | None = None
    bonus: Extra | None = None
    veto: Extra | None = None
    parts: tuple[Part, ...] = Field(min_length=1)

    @property
    def key(self) -> str:
        """The column that names its subjects."""
        return TABLES[self.subjects].key

    @property
    def items(self) -> list[Item]:
        return [item for part in self.parts for item in part.items]

    @property
    def known(self) -> dict[tuple[str, str], Fact]:
        """Every fact it declares by item and name, its bonus and veto facts under the items ``bonus`` and ``veto``."""
        facts = {(item.item, name): fact for item in self.items for name, fact in item.facts.items()}
        for extra in ("bonus", "veto"):
            if part := getattr(self, extra):
                facts |= {(extra, name): fact for name, fact in part.facts.items()}
        return facts

    @property
    def needed(self) -> set[str]:
        """The columns of the subjects' table that it asks for."""
        columns = {self.key, *self.who} | ({"ownership"} if self.private else set())
        for item in self.items:
            for criterion in item.criteria:
                if isinstance(getattr(criterion, "threshold", None), dict):
                    columns.add("level")
                for variant in getattr(criterion, "variants", ()):
                    columns |= variant.when.keys() - item.facts.keys()
        return columns

    def numbers(self) -> Iterator[tuple[Item, Criterion, Number]]:
        """Every lever of the card."""
        for item in self.items:
            for criterion in item.criteria:
                for number in item.numbers(criterion):
                    yield item, criterion, number

    def cite(self, where: Words | Item, criterion: Criterion | None = None) -> Clause:
        """The clause of an item, of a criterion within it, or of a note."""
        if not isinstance(where, Item):
            return Clause(self.document, where.zh, where.en)
        if where.clause:
            return Clause(self.document, where.clause.zh, where.clause.en)
        zh, en = f"{self.clause.zh} 第{where.item}项", f"{self.clause.en}, item {where.item}"
        if criterion and len(where.criteria) > 1:
            place = where.criteria.index(criterion) + 1
            zh, en = f"{zh}({place})", f"{en}({place})"
        return Clause(self.document, zh, en)


FULL = Text("满分", "full points")
