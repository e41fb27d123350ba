"""The cards at hand: those beside this file, and those of the folder that SIMLIB_CARDS names."""

from __future__ import annotations

import os
from pathlib import Path

from simlib.clauses import DOCUMENTS
from simlib.rules.cards.model import Card
from simlib.rules.cards.reader import read_folder
from simlib.words import Text

FOLDER = "SIMLIB_CARDS"  # environment variable: a city's own folder of cards


def _cards() -> dict[str, Card]:
    folders = [Path(__file__).parent, *([Path(os.environ[FOLDER])] if os.environ.get(FOLDER) else [])]
    return read_folder(*folders)


CARDS: dict[str, Card] = _cards()
DOCUMENT_NAMES: dict[str, Text] = {  # those that are declared, and a city's own by their numbers
    **DOCUMENTS,
    **{card.document: card.document_name.text for card in CARDS.values() if card.document_name},
}
EDITIONS: dict[str, Text] = {card.edition.id: card.edition.text for card in CARDS.values()}


def edition(name: str) -> list[Card]:
    """The cards of an edition."""
    return [card for card in CARDS.values() if card.edition.id == name]
