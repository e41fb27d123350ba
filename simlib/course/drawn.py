"""A trainee's own numbers: an exercise is made anew with numbers that follow from a name.

Digests decide, not a random generator: a name has the same numbers on every machine and under every version of Python.
What is drawn is tried on the exercise itself: only numbers stand that leave its answer and each of its known mistakes
apart, and under which what the question takes for granted holds.
"""

from __future__ import annotations

import inspect
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

from simlib.course.exercise import Exercise, check
from simlib.course.reading import Kind
from simlib.digests import text_digest

TURNS = 500  # far more than any exercise needs


def seed_of(name: str | None) -> str:
    """A trainee's name or number as it decides: in one width and case, without spaces; blank is the classroom."""
    return "".join(unicodedata.normalize("NFKC", name or "").casefold().split())


@dataclass(frozen=True, eq=False)
class Drawn:
    """An exercise with numbers to draw: how it is made of them, and the values that each may take.

    The defaults of ``make`` are the numbers of the classroom.
    """

    make: Callable[..., Exercise]
    spaces: Mapping[str, Sequence[Any]]

    @property
    def classroom(self) -> Exercise:
        """The exercise with the numbers that everybody has."""
        given = {one.name: one.default for one in inspect.signature(self.make).parameters.values()}
        return replace(self.make(), numbers=given)

    def of(self, name: str | None) -> Exercise:
        """The exercise of a trainee; RuntimeError where no numbers can be asked for, which a test rules out."""
        return _of(self, seed_of(name))


def numbers(**spaces: Sequence[Any]) -> Callable[[Callable[..., Exercise]], Drawn]:
    """Declares of a function that makes an exercise what each of its numbers may be."""
    return lambda make: Drawn(make, spaces)


class Exercises(tuple[Exercise, ...]):
    """A chapter's exercises as the classroom has them; ``of`` and ``one`` give those of a trainee."""

    drawn: tuple[Drawn, ...]

    def __new__(cls, *drawn: Drawn) -> Exercises:
        made = super().__new__(cls, (one.classroom for one in drawn))
        made.drawn = drawn
        return made

    def of(self, name: str | None) -> tuple[Exercise, ...]:
        """All exercises of a trainee, in the classroom's order and under the same ids."""
        return tuple(self.one(number, name) for number in range(1, len(self) + 1))

    def one(self, number: int, name: str | None) -> Exercise:
        """Exercise ``number`` of a trainee, counted from 1, without making the others."""
        return self.drawn[number - 1].of(name) if seed_of(name) else self[number - 1]


@lru_cache(maxsize=512)
def _of(drawn: Drawn, seed: str) -> Exercise:
    identity = drawn.make().id
    for turn in range(TURNS):
        chosen = {
            name: values[_digits(seed, identity, name, turn) % len(values)] for name, values in drawn.spaces.items()
        }
        one = replace(drawn.make(**chosen), numbers=chosen)
        if sound(one):
            return _shuffled(one, seed)
    raise RuntimeError(f"no numbers for {identity}")


def sound(exercise: Exercise) -> bool:
    """Whether the question can be asked, and each known mistake meets its own reply and nothing else."""
    if not exercise.holds():
        return False
    known = ((_written(value()), text) for value, text in exercise.mistakes)
    return all((said := check(exercise, given)).text == text and not said.right for given, text in known)


def _shuffled(exercise: Exercise, seed: str) -> Exercise:
    """The options in an order of the trainee's own."""
    if exercise.kind is not Kind.CHOICE:
        return exercise
    keys = _ordered(exercise.options, seed + exercise.id)
    return replace(exercise, options={key: exercise.options[key] for key in keys})


def _ordered(keys: Iterable[str], seed: str) -> list[str]:
    return sorted(keys, key=lambda key: _digits(seed, key))


def _digits(*parts: object) -> int:
    return int(text_digest(*map(str, parts))[:16], 16)


def _written(value: Decimal | str) -> str:
    return value if isinstance(value, str) else format(value, "f")
