"""What the form of a page is drawn from: the declarations, by what one finds a parameter, and what is beside it."""

from __future__ import annotations

import re

from simlib.panels.common import field
from simlib.params import Declaration, Kind, written
from simlib.rules.cards import DOCUMENT_NAMES
from simlib.rules.family import Family
from simlib.words import LANGUAGES, Text


def control(declared: Declaration, inert: Text | None = None, fold: bool = False) -> dict:
    """What the form needs to draw one parameter: its declaration, why the data leave it without effect, and, where the
    form may ``fold``, the topic under which it does."""
    topic = declared.topic or (ALL_READINGS if declared.kind is Kind.READING else None)
    shown = {
        "name": declared.name, "path": declared.path, "kind": declared.kind.value, "kindLabel": declared.kind.label,
        "help": declared.help, "inert": inert, "topic": topic if fold else None,
        "clause": Text(*("；".join(clause.full(lang) for clause in declared.clauses) for lang in LANGUAGES)),
    }  # fmt: skip
    return {**shown, **findable(declared, topic), **field(declared)}


def findable(declared: Declaration, topic: Text | None = None) -> dict:
    """By what a parameter is found: its names, its topic, and its clauses with the numbers of their articles."""
    said = [declared.path, *declared.label, *(topic or ())]
    said += [text for clause in declared.clauses for text in (*clause.text, *map(clause.full, LANGUAGES))]
    articles = [number for clause in declared.clauses for number in ARTICLES.findall(clause.en)]
    return {"name": declared.name, "label": declared.label, "default": written(declared.default),
            "find": " ".join(said).lower(), "articles": articles}  # fmt: skip


def documents(family: Family) -> list[Text]:
    """The key of each document the family cites, with its full name: JS26 = ..."""
    keys = {clause.document for one in family.params.declarations().values() for clause in one.clauses}
    named = {key: name for key, name in DOCUMENT_NAMES.items() if key in keys}
    return [Text(*(f"{key} = {name.to(lang)}" for lang in LANGUAGES)) for key, name in named.items()]


ARTICLES = re.compile(r"(?:^|[ ,])(\d+)")
ALL_READINGS = Text("全部口径", "All of them")
