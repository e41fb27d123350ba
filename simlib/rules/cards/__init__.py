"""Scorecards as data: one YAML file a document and year, read and checked once."""

from simlib.rules.cards.criteria import Criterion
from simlib.rules.cards.model import Card, Item, Part
from simlib.rules.cards.pieces import Fact, FactKind, Number
from simlib.rules.cards.reader import read, read_folder
from simlib.rules.cards.registry import CARDS, DOCUMENT_NAMES, EDITIONS, edition

__all__ = [
    "CARDS",
    "DOCUMENT_NAMES",
    "EDITIONS",
    "Card",
    "Criterion",
    "Fact",
    "FactKind",
    "Item",
    "Number",
    "Part",
    "edition",
    "read",
    "read_folder",
]
