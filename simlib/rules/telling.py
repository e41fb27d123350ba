"""What a family says first: its question, the sentence of what stands, the money that nobody gets, who stands out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from simlib.columns import Column
from simlib.units import amounts
from simlib.words import NO_TEXT, SEMICOLON, Text, joined

Results = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Saying:
    """A piece of a sentence: words with {places}, amounts of money [yuan] and whatever else stands there."""

    words: Text
    yuan: Mapping[str, float] = field(default_factory=dict)
    others: Mapping[str, object] = field(default_factory=dict)


def told(pieces: Iterable[Saying]) -> Text:
    """Pieces as one sentence, all its money in one unit."""
    words: list[Text] = []
    yuan: dict[str, float] = {}
    others: dict[str, object] = {}
    for number, one in enumerate(pieces):  # each piece has its own places
        words.append(one.words.fill(**{name: f"{{{name}_{number}}}" for name in (*one.yuan, *one.others)}))
        yuan |= {f"{name}_{number}": amount for name, amount in one.yuan.items()}
        others |= {f"{name}_{number}": value for name, value in one.others.items()}
    return amounts(joined(words, SEMICOLON.zh, SEMICOLON.en), yuan, **others)


@dataclass(frozen=True)
class Left:
    """Money that goes to nobody: how much [yuan], why, and ``of`` whom; where several have one reason, its {of} names
    them all."""

    amount: float
    why: Text
    of: Text = NO_TEXT


def _nothing(results: Results) -> list[Left]:
    return []


@dataclass(frozen=True)
class Telling:
    """What is said first of any run of a family; sentences about it are made of this (simlib.panels.said).

    ``question`` is what the page is about, as a leader would ask it, ``stands`` the sentence of what stands under a
    run. ``left`` is the money that nobody gets, ``gone`` what is said of it; ``gain`` and ``lose`` are said of those
    who have more or less than under another run. ``lead`` names the three or four of the headlines that are shown
    large. ``own`` is the number by which the rule itself gives or takes, ``ends`` what is said of the largest and the
    smallest, ``measured`` each subject's, in the order of the amount's table; ``causes`` are columns of that table that
    put a subject where it is.
    """

    question: Text
    stands: Callable[[Results], list[Saying]]
    lead: tuple[str, ...]
    own: Column
    ends: tuple[Text, Text]
    measured: Callable[[Results], np.ndarray]
    causes: tuple[str, ...]
    left: Callable[[Results], list[Left]] = _nothing
    gone: Text = NO_TEXT
    gain: Text = Text("增加", "gain")
    lose: Text = Text("减少", "lose")
