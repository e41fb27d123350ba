"""An exercise and the marking of an answer; it knows no policy and no page.

The right answer and the wrong ones that a misconception leads to are computed when asked for, by the
rules themselves, so that no exercise can disagree with the simulator.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, Protocol

from simlib.course import reading
from simlib.course.reading import Kind, Places
from simlib.money import decimal_places, decimal_text
from simlib.words import Text


class Marker(Protocol):
    """Marks the answers of an exercise that are neither a number nor a choice."""

    def check(self, exercise: Exercise, text: str) -> Feedback: ...

    def shown(self, exercise: Exercise) -> Text: ...


@dataclass(frozen=True)
class Exercise:
    """One question. ``answer`` and each mistake's value are functions, called when an answer is marked.

    A ratio is a fraction (0.98), money is yuan, a day is written 2026-03-05, a choice is a key of ``options``.
    ``mistakes`` pairs the value that a misconception leads to with what to say of it. ``solution`` lists the steps,
    for the trainer. What is written in several lines begins with ``start`` and has a ``marker`` of its own.
    ``holds`` says whether the numbers are such that the question can be asked: those of a trainee are drawn until
    they are (:mod:`simlib.course.drawn`), and stand in ``numbers``.
    """

    id: str
    kind: Kind
    question: Text
    answer: Callable[[], Decimal | str]
    hint: Text
    solution: Callable[[], list[Text]]
    mistakes: tuple[tuple[Callable[[], Decimal | str], Text], ...] = ()
    options: dict[str, Text] = field(default_factory=dict)
    start: Text | None = None
    marker: Marker | None = None
    holds: Callable[[], bool] = lambda: True
    numbers: Mapping[str, Any] = field(default_factory=dict)
    on_paper: bool = True  # whether it can be answered without the lesson's page


@dataclass(frozen=True)
class Feedback:
    """What is said to an answer; ``read`` is false where it could not be marked, which is no try."""

    right: bool
    text: Text
    read: bool = True


def check(exercise: Exercise, text: str) -> Feedback:
    """Mark an answer as it was typed.

    Numbers may carry units, separators and full-width characters, be fractions or Chinese numerals. A ratio is right
    when rounded to 4 places or more (2 of the percent); money to the fen, or in 万元 or 亿元 to a hundred yuan or
    closer; points, which the rules never round, with all their decimals.
    """
    if exercise.marker:
        return exercise.marker.check(exercise, text)
    plain = reading.plain(text)
    if not plain:
        return Feedback(False, NO_CHOICE if exercise.kind is Kind.CHOICE else EMPTY, read=False)
    if exercise.kind is Kind.CHOICE:
        return _check_choice(exercise, plain)
    if exercise.kind is Kind.DATE:
        return _check_day(exercise, reading.day(plain))
    if len(plain) > reading.LONGEST or not (given := reading.numbers(exercise.kind, plain)):
        return Feedback(False, UNREADABLE[exercise.kind], read=False)
    return _check_number(exercise, plain, given)


def shown(exercise: Exercise) -> Text:
    """The right answer as people write it."""
    if exercise.marker:
        return exercise.marker.shown(exercise)
    value = exercise.answer()
    if exercise.kind is Kind.CHOICE:
        return exercise.options[str(value)]
    if isinstance(value, str):
        return Text(value, value)
    value = _number(value)
    if exercise.kind is Kind.MONEY:
        return Text(f"{value:,.2f} 元", f"{value:,.2f} yuan")
    if exercise.kind is Kind.POINTS:
        return Text(f"{value.normalize():f} 分", f"{value.normalize():f} points")
    if exercise.kind is Kind.COUNT:
        return Text(f"{value:f}", f"{value:f}")
    near = round(value, 6)
    ratio, percent = map(decimal_text, (near, near * 100))
    return Text(*((("" if near == value else "≈ ") + pattern.format(ratio, percent)) for pattern in RATIO_PATTERNS))


def _number(value: Decimal | str) -> Decimal:
    """The answer, where it is a number. TypeError where it is a choice."""
    if isinstance(value, str):
        raise TypeError(value)
    return value


def _agrees(given: Decimal, value: Decimal, least: int, most: int) -> bool:
    """Whether ``given`` is ``value`` rounded to the places it was given with, or to ``least`` if those are more."""
    unit = Decimal(1).scaleb(-min(max(decimal_places(given), least), most))
    return abs(given.quantize(unit, ROUND_HALF_UP, Context(prec=80)) - value) * 2 <= unit


def _check_number(exercise: Exercise, plain: str, given: list[tuple[Decimal, Places]]) -> Feedback:
    answer = _number(exercise.answer())

    def meets(value: Decimal, fine: bool = True) -> bool:
        return any(_agrees(number, value, p.fine if fine else p.coarse, p.most) for number, p in given)

    for fine in (True, False):
        if meets(answer, fine):
            return Feedback(fine, RIGHT.fill(answer=shown(exercise)) if fine else TOO_COARSE[exercise.kind])
        for value, text in exercise.mistakes:
            if meets(_number(value()), fine):
                return Feedback(False, text)
    if exercise.kind is Kind.MONEY and any(
        _agrees(number, answer, p.fine, p.most) for number, p in reading.numbers(Kind.MONEY, plain + "万元")
    ):
        return Feedback(False, WHICH_UNIT, read=False)
    if answer and meets(-answer):
        return Feedback(False, SIGN)
    if exercise.kind is not Kind.COUNT and answer and any(meets(answer.scaleb(places)) for places in SLIPS):
        return Feedback(False, SLIPPED)
    nearest = min((number for number, _ in given), key=lambda number: abs(number - answer))
    return Feedback(False, TOO_HIGH if nearest > answer else TOO_LOW)


def _check_day(exercise: Exercise, given: date | None) -> Feedback:
    if given is None:
        return Feedback(False, UNREADABLE[Kind.DATE], read=False)
    if given.isoformat() == exercise.answer():
        return Feedback(True, RIGHT.fill(answer=shown(exercise)))
    known = {value(): text for value, text in reversed(exercise.mistakes)}
    later = given.isoformat() > str(exercise.answer())
    return Feedback(False, known.get(given.isoformat(), TOO_LATE if later else TOO_EARLY))


def _check_choice(exercise: Exercise, plain: str) -> Feedback:
    """By the option's key, as the page sends it, or by its label."""
    names = {reading.plain(name): key for key, label in exercise.options.items() for name in (key, *label)}
    if plain not in names:
        return Feedback(False, NO_CHOICE, read=False)
    chosen = names[plain]
    if chosen == exercise.answer():
        return Feedback(True, RIGHT.fill(answer=shown(exercise)))
    return Feedback(False, next((text for value, text in exercise.mistakes if value() == chosen), NOT_THIS))


RIGHT = Text("答案：{answer}。", "The answer: {answer}.")
RATIO_PATTERNS = ("{}（{}%）", "{} ({}%)")
EMPTY = Text("还没有写答案。请先写一个数。", "There is no answer yet. Write a number first.")
NO_CHOICE = Text("还没有选。请选其中一项。", "Nothing is chosen yet. Choose one of the options.")
NOT_THIS = Text("不是这一项。请对照条文再想一想。", "Not this one. Go back to the clause and think again.")
UNREADABLE = {
    Kind.RATIO: Text("没有读懂。请只写一个数，如 0.98 或 98%。",
                     "This could not be read. Write one number, such as 0.98 or 98%."),
    Kind.MONEY: Text("没有读懂。请只写一个金额，如 12,345.67 或 1.23 万元。",
                     "This could not be read. Write one amount, such as 12,345.67 or 1.23 万元."),
    Kind.POINTS: Text("没有读懂。请只写一个得分，如 6.4。",
                      "This could not be read. Write one number of points, such as 6.4."),
    Kind.COUNT: Text("没有读懂。请只写一个整数，如 3。", "This could not be read. Write one whole number, such as 3."),
    Kind.DATE: Text("没有读懂。请写一个日期，如 2026-03-05。",
                    "This could not be read. Write one day, such as 2026-03-05."),
}  # fmt: skip
TOO_COARSE = {
    Kind.RATIO: Text("思路对了，只是舍入得太早。请至少保留四位小数（写成百分数则保留两位）。",
                     "The idea is right, but it is rounded too far. Keep at least 4 decimals (2 of a percentage)."),
    Kind.MONEY: Text("思路对了，只是不够精确。请写到分；以万元为单位时至少保留两位小数。",
                     "The idea is right, but it is not exact enough. Give it to the fen, or in 万元 with at least 2 "
                     "decimals."),
    Kind.POINTS: Text("思路对了，只是舍入了。得分不舍入，请把小数写全。",
                      "The idea is right, but it is rounded. Points are not rounded: give all their decimals."),
}  # fmt: skip
WHICH_UNIT = Text(
    "单位是元还是万元？如果是万元，请写在数字后面。", "Yuan or ten thousand yuan? If the latter, write 万元 after it."
)
SLIPS = (-4, -3, -2, -1, 1, 2, 3, 4)  # places by which a decimal point slips
SLIPPED = Text("数字对了，小数点的位置或单位不对。", "The digits are right; the decimal point or the unit is not.")
SIGN = Text("大小对了，正负号反了。", "The size is right, the sign is not.")
TOO_LATE = Text(
    "偏晚了。请对照条文，从起算日开始逐日核对。", "Too late. Count again from the first day, by the clause."
)
TOO_EARLY = Text(
    "偏早了。请对照条文，从起算日开始逐日核对。", "Too early. Count again from the first day, by the clause."
)
TOO_HIGH = Text("偏高了。请逐步核对。", "Too high. Go through the steps again.")
TOO_LOW = Text("偏低了。请逐步核对。", "Too low. Go through the steps again.")
