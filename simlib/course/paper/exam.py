"""What stands on a test paper: lessons, their tables, and exercises with the numbers of a seed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from simlib.course import lessons, prose
from simlib.course.exercise import Exercise, shown
from simlib.course.part import plain_name
from simlib.course.reading import Kind
from simlib.problems import BadInput, Problem
from simlib.words import Text

MARK = "exam.json"  # names a folder of papers, and says what they were made of
LETTERS = "ABCDEF"


@dataclass(frozen=True)
class Part:
    """One lesson of a paper."""

    lesson: int
    title: Text
    exercises: tuple[Exercise, ...]

    def tables(self, language: str) -> list[pd.DataFrame]:
        """What the exercises of the lesson are about, as its page shows it."""
        module = lessons.module_of(self.lesson)
        return list(module.tables(language)) if hasattr(module, "tables") else [module.case(language)]

    def prose(self, language: str) -> list[str]:
        """Goals and clauses of the lesson in Markdown, up to its exercises."""
        return prose.before_exercises(lessons.LESSONS[self.lesson].notebook, language)


@dataclass(frozen=True)
class Exam:
    """The papers of some lessons for one seed, as it was typed; without one, with the numbers of the classroom."""

    seed: str
    parts: tuple[Part, ...]


def exam(numbers: Iterable[str], seed: str | None = None) -> Exam:
    """The lessons of these numbers, each once and in the order given. BadInput with all numbers that are none."""
    asked = list(dict.fromkeys(str(one).strip() for one in numbers))
    known = {str(number): number for number in lessons.LESSONS}
    if wrong := [one for one in asked if one not in known]:
        raise BadInput([Problem(NO_LESSON.fill(known="、".join(known)), column="lesson", value=one) for one in wrong])
    seed = plain_name(seed or "")
    return Exam(seed, tuple(_part(known[one], seed) for one in asked))


def _part(number: int, seed: str) -> Part:
    made: Sequence[Exercise] = lessons.module_of(number).EXERCISES.of(seed)
    return Part(number, lessons.LESSONS[number].title, tuple(one for one in made if one.on_paper))


def lettered(exercise: Exercise) -> list[tuple[str, Text]]:
    """The options of a choice with the letters that they have on paper."""
    return list(zip(LETTERS, exercise.options.values(), strict=False))


def answer(exercise: Exercise) -> Text:
    """The right answer as a key has it: a choice by its letter too."""
    if exercise.kind is not Kind.CHOICE:
        return shown(exercise)
    letter = LETTERS[list(exercise.options).index(str(exercise.answer()))]
    return CHOSEN.fill(letter=letter, option=shown(exercise))


def mistakes(exercise: Exercise) -> list[tuple[Text, Text]]:
    """Each known wrong answer as one would write it, and what to say of it."""
    if exercise.marker:
        return []
    return [(_wrong(exercise, value()), text) for value, text in exercise.mistakes]


def _wrong(exercise: Exercise, value: Decimal | str) -> Text:
    if exercise.kind is Kind.CHOICE:
        letter = LETTERS[list(exercise.options).index(str(value))]
        return Text(letter, letter)
    if isinstance(value, str):
        return Text(value, value)
    plain = f"{value:,.2f}" if exercise.kind is Kind.MONEY else f"{round(value, 6).normalize():f}"
    return Text(plain, plain)


CHOSEN = Text("{letter}（{option}）", "{letter} ({option})")
NO_LESSON = Text("没有这一课。现有的课：{known}。请改 --lesson。",
                 "There is no such lesson; there are {known}. Change --lesson.")  # fmt: skip
