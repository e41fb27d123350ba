"""Facts by the names that the cards give them, where a table has them by their words, as a bureau's sheet does."""

from __future__ import annotations

from functools import cache

import pandas as pd

from simlib.rules.cards import CARDS
from simlib.tables.forms import word

ITEM, FACT = "item", "fact"
Key = tuple[str, str]  # item and name, or item and words


def by_name(facts: pd.DataFrame) -> pd.DataFrame:
    """The facts, those that go by their words on the card (目录内药品占比) by its name for them (drug_share).

    Words that mean different facts of an item on different cards stay as they are, and are refused. The table is not
    changed; one without such words is given back itself.
    """
    if ITEM not in facts or FACT not in facts:
        return facts
    stated = facts[[ITEM, FACT]].drop_duplicates().dropna()
    keys = zip(stated[ITEM], stated[FACT], strict=True)
    meant = {key: name for key in keys if (name := _names().get((key[0], word(str(key[1]))))) and name != key[1]}
    if not meant:
        return facts
    names = [meant.get(key, key[1]) for key in zip(facts[ITEM], facts[FACT], strict=True)]
    named = facts.assign(**{FACT: names})
    named.attrs = facts.attrs
    return named


@cache
def _names() -> dict[Key, str]:
    """What the words of each item's facts mean."""
    found: dict[Key, set[str]] = {}
    for card in CARDS.values():
        for (item, name), fact in card.known.items():
            for words in fact.text:
                found.setdefault((item, word(words)), set()).add(name)
    return {key: names.pop() for key, names in found.items() if len(names) == 1}
