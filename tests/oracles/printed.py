"""Whether a page of a lesson prints the answer of an exercise."""

from __future__ import annotations

import re

from simlib.course.exercise import Exercise, shown
from simlib.course.reading import Kind
from simlib.course.steps import numbers_in

PRINTED = (Kind.RATIO, Kind.MONEY, Kind.POINTS)
LEAST_DIGITS = 4  # of a number that says which answer it is: 2, 90 and 600 stand everywhere


def printed(exercise: Exercise, text: str) -> bool:
    """Whether a text prints the answer of an exercise: a number of enough digits, as it is shown or in full."""
    if exercise.kind not in PRINTED:
        return False
    wanted = numbers_in(shown(exercise).en) | numbers_in(f"{exercise.answer():.4f}")
    return any(len(re.sub(r"\D", "", one)) >= LEAST_DIGITS for one in wanted & numbers_in(text))
