"""Exercises in general: answers are marked fairly, and no solution leaves the kernel unasked."""

import json
import re
from decimal import Decimal

import pytest

from simlib.course import (
    agreement,
    clause,
    comparing,
    deposit,
    dip_clearing,
    dip_points,
    exercise,
    part,
    retention,
    scorecard,
    trainer,
    widget,
)
from simlib.course.exercise import Exercise, check, shown
from simlib.course.reading import Kind
from simlib.problems import BadInput
from simlib.units import minus
from simlib.words import Text

CHAPTERS = (deposit, scorecard, dip_points, dip_clearing, retention, comparing, agreement, clause)

# --- marking -----------------------------------------------------------------------------------------------


def made(kind: Kind, answer: str, **more) -> Exercise:
    empty = Text("问", "ask")
    return Exercise("made", kind, empty, lambda: Decimal(answer), empty, lambda: [Text("解法", "the way")], **more)


def test_five_spellings_of_one_ratio_are_the_same_answer():
    one = made(Kind.RATIO, "0.98")
    assert [check(one, text).right for text in ("0.98", ".98", "98%", "98", "98％")] == [True] * 5
    assert check(one, "98").text.zh == "答案：0.98（98%）。"
    assert not check(one, "0.98%").right


@pytest.mark.parametrize(("answer", "text", "right"), [
    ("1.066666666666667", "1.0667", True), ("1.066666666666667", "106.67", True),
    ("1.066666666666667", "1.0666", False),
    ("0.00455", "0.46%", True), ("0.00455", "0.45%", True), ("0.00455", "0.44%", False), ("-0.05", "－5％", True),
    ("0.05", "5", True), ("0", "0", True), ("1.2", "1.20001", False), ("12", "12", True), ("12", "1200%", True),
])  # fmt: skip
def test_a_ratio_is_right_when_it_is_the_exact_one_rounded(answer, text, right):
    assert check(made(Kind.RATIO, answer), text).right == right


@pytest.mark.parametrize(("answer", "text", "right"), [
    ("-6666.67", "−6,666.67 元", True), ("-6666.67", "6666.67", False), ("6666.67", "6666.671", True),
    ("6666.67", "6666.68", False), ("123456789.01", "1.234568亿元", True), ("123456789.01", "12345.68万元", True),
    ("123456789.01", "12345.67万元", False), ("0.3", "0.30", True), ("0.3", "0.1", False), ("50", "0.01万元", True),
])  # fmt: skip
def test_money_is_right_to_the_fen_or_to_the_digits_of_its_wan(answer, text, right):
    assert check(made(Kind.MONEY, answer), text).right == right


@pytest.mark.parametrize(("answer", "text", "right"), [
    ("17.5", "17.5 分", True), ("17.50", "17.5", True), ("17.5", "17.500", True), ("17.5", "17.5000001", True),
    ("17.5", "17.49999", False), ("17.5", "18", False), ("10", "10.0 points", True), ("10", "1", False),
    ("0", "0分", True),
    ("0.1", "0.1", True), ("90.909091", "90.9", False), ("86.25", "86.25%", False), ("-1", "−1 分", True),
])  # fmt: skip
def test_points_are_right_with_all_the_decimals_they_have(answer, text, right):
    assert check(made(Kind.POINTS, answer), text).right == right


def test_rounded_points_are_told_to_be_given_in_full():
    one = made(Kind.POINTS, "17.50")
    assert [check(one, text).text for text in ("17", "18 分")] == [exercise.TOO_COARSE[Kind.POINTS]] * 2
    assert check(one, "17.5").text == Text("答案：17.5 分。", "The answer: 17.5 points.")
    assert shown(made(Kind.POINTS, "20.0")).zh == "20 分"


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in (Kind.CHOICE, Kind.SCENARIO)])
def test_the_example_beside_a_field_can_be_read(kind):
    for example, language in zip(widget.EXAMPLES[kind], ("如", "such as"), strict=True):
        typed = re.split("或|or", example.removeprefix(language))[0]
        assert check(made(kind, "1000"), typed).read


def test_a_known_mistake_is_named_even_when_it_is_rounded():
    explained = Text("反了", "upside down")
    one = made(Kind.RATIO, "0.9333", mistakes=((lambda: Decimal("1.0714285714"), explained),))
    assert [check(one, text).text for text in ("1.0714", "107.14%", "1.07")] == [explained] * 3
    assert check(one, "1.1").text == exercise.TOO_HIGH


# --- the widgets ----------------------------------------------------------------------------------------------------


@pytest.fixture
def lesson(request, monkeypatch):
    """A chapter of its own with the messages that its views send: lesson 1's, or the one asked for."""
    monkeypatch.delenv(trainer.KEY, raising=False)
    module = getattr(request, "param", deposit)
    chapter = widget.Chapter(module.EXERCISES, module.CHAPTER.number)
    chapter.sent = []
    monkeypatch.setattr(part.Part, "send", lambda view, say, buffers=None: chapter.sent.append((view, say)))
    return chapter


def last(lesson, view, say="marked") -> dict:
    return [content for other, content in lesson.sent if other is view and content["say"] == say][-1]


def test_an_exercise_opens_in_the_language_of_the_address(lesson):
    view = lesson.view(1)
    for query, title in (("", "练习 1"), ("?lang=en", "Exercise 1"), ("?lang=xx&a", "练习 1")):
        view.receive({"act": "open", "query": query})
        assert last(lesson, view, "exercise")["title"] == title
    view.receive({"act": "open", "query": "?lang=en"})
    view.receive({"act": "check", "answer": "1.5"})
    assert last(lesson, view)["feedback"] == {"tone": "wrong", "verdict": "Not yet.", "text": exercise.TOO_HIGH.en}


def test_a_try_is_counted_once_marked_and_the_hint_comes_after_a_wrong_one(lesson):
    view = lesson.view(1)
    view.receive({"act": "open"})
    assert last(lesson, view, "exercise")["hint"] is None
    told = []
    for answer in ("", "什么", "0.5", "0.9333", "0.5"):
        view.receive({"act": "check", "answer": answer})
        now = last(lesson, view)
        told.append((now["feedback"]["tone"], now["tries"], now["hint"] is not None, now["solved"]))
    assert told == [
        ("unread", "", False, False),
        ("unread", "", False, False),
        ("wrong", "已试 1 次", True, False),
        ("right", "已试 2 次", False, True),
        ("wrong", "已试 2 次", False, True),
    ]


def test_every_view_of_the_chapter_shows_the_same_progress(lesson):
    first, second = lesson.view(1), lesson.view(2)
    for _ in range(2):
        first.receive({"act": "check", "answer": "0.9333"})
    assert last(lesson, second, "progress") == {"say": "progress", "progress": "已答对 1 / 5", "done": 1, "count": 5}
    second.receive({"act": "check", "answer": "93333.33"})
    assert last(lesson, first, "progress")["done"] == 2
    lesson.view(1).receive({"act": "open"})
    assert last(lesson, lesson.parts[-1], "exercise")["solved"]


def everything_sent(lesson) -> str:
    return json.dumps([content for _, content in lesson.sent], ensure_ascii=False)


@pytest.mark.parametrize(
    ("lesson", "number"),
    [(chapter, number) for chapter in CHAPTERS for number, _ in enumerate(chapter.EXERCISES, 1)],
    indirect=["lesson"],
)
def test_neither_solution_nor_answer_leaves_the_kernel_before_it_is_found(lesson, number, monkeypatch):
    one, view = lesson.exercises[number - 1], lesson.view(number)
    wrong = ["", "?", "-1", *(str(value()) for value, _ in one.mistakes)]
    for query in ("", "lang=en"):
        view.receive({"act": "open", "query": query})
        for answer in wrong:
            view.receive({"act": "check", "answer": answer})
    for act in ("solution", "trainer", "state", "solve", "unlock", "key", "mark"):
        view.receive({"act": act})
    sent = everything_sent(lesson)
    assert "solution" not in re.sub(r'"texts": \{[^}]*\}', "", sent)
    assert [step for steps in one.solution() for step in steps if minus(step) in sent] == []
    if one.kind in (Kind.RATIO, Kind.MONEY):
        assert shown(one).zh.split()[-2 if one.kind is Kind.MONEY else -1][:8] not in sent
    if one.kind is Kind.POINTS:
        assert not re.search(rf"(?<![\d.]){shown(one).zh}|(?<![\d.]){shown(one).en}", sent)
    lesson.unlock()
    assert last(lesson, view, "exercise")["solution"] == [minus(step.en) for step in one.solution()]


def test_what_goes_wrong_is_a_sentence_with_a_number_that_the_log_has(lesson, monkeypatch, caplog):
    def broken(*_):
        raise RuntimeError("secret detail")

    view = lesson.view(1)
    monkeypatch.setattr(widget, "check", broken)
    view.receive({"act": "check", "answer": "1"})
    text = last(lesson, view, "error")["text"]
    assert "secret" not in text
    assert re.search(r"编号 (\w{8})", text)[1] in caplog.text


@pytest.mark.parametrize("content", [None, [], "check", {}, {"act": None}, {"act": ["check"]}, {"act": "tell"}])
def test_a_message_that_means_nothing_changes_nothing(lesson, content):
    lesson.view(1).receive(content)
    assert lesson.sent == []


@pytest.mark.parametrize("number", [0, 6, -1, "1"])
def test_an_exercise_that_is_not_there_is_refused(lesson, number):
    with pytest.raises(BadInput, match="本课共 5 题"):
        lesson.view(number)


@pytest.mark.parametrize(("chapter", "name", "value"), [
    (deposit, "lower", "0.93"), (scorecard, "private_excluded_item", "item_4"),
    (scorecard, "js26_1_local_points", "15"),
    (dip_points, "deviation_high", "2.8"), (dip_clearing, "share_limit", "1.3"),
    (retention, "per_point", "0.08"), (agreement, "damages_rate_43", "0.10"), (clause, "mean_scope", "city"),
])  # fmt: skip
def test_the_figure_shows_only_the_levers_it_was_given(chapter, name, value, monkeypatch):
    sent = []
    figure = chapter.figure()
    monkeypatch.setattr(figure, "send", lambda say, buffers=None: sent.append(say))
    figure.receive({"act": "open", "query": "", "seq": 1}, [])
    assert [one["name"] for one in sent[0]["form"]] == list(chapter.LEVERS)
    assert [panel["id"] for panel in sent[0]["panels"]] == list(chapter.PANELS)
    figure.receive({"act": "set", "values": {name: value}, "seq": 2}, [])
    assert sent[-1]["values"][name] == value
