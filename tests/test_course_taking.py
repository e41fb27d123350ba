"""A lesson as a trainee takes it: answers kept and taken up again, steps and solutions held back, a guess asked for."""

import os
import re
from types import SimpleNamespace

import pytest

from oracles.printed import printed
from simlib.course import deposit, part, retention, scorecard, trainer, widget
from simlib.course.lessons import LESSONS, module_of
from simlib.course.part import plain_name
from simlib.problems import BadInput

WORD = "three-hospitals"


@pytest.fixture
def sent(monkeypatch):
    """What the parts of a lesson send, with who sends it; no key is known, and no try of one was made."""
    told = []
    for name in (trainer.KEY, trainer.TRIES):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(trainer, "_own", [])
    monkeypatch.setattr(part.Part, "send", lambda one, say, buffers=None: told.append((one, say)))
    return told


def last(sent, one, say) -> dict:
    return [content for other, content in sent if other is one and content["say"] == say][-1]


# --- what a browser kept --------------------------------------------------------------------------------------------


def test_a_kept_answer_is_marked_anew_whatever_the_browser_says_of_it(sent):
    chapter = widget.Chapter(deposit.EXERCISES, 1)
    view = chapter.view(1)
    view.receive({"act": "open", "kept": {"answer": "0.5", "right": "0.9333", "tries": 3, "solved": True}})
    said = last(sent, view, "exercise")
    assert (said["solved"], said["tries"], said["kept"]["answer"]) == (True, "已试 3 次", "0.5")
    assert said["feedback"]["tone"] == "wrong"
    other = chapter.view(2)
    other.receive({"act": "open", "kept": {"answer": "1", "right": "1", "tries": 10**9, "solved": True}})
    assert not last(sent, other, "exercise")["solved"]
    assert (other.tries, chapter.progress["done"]) == (part.MOST_TRIES, 1)


@pytest.mark.parametrize("kept", [{}, {"tries": "x"}, {"tries": -1}, {"tries": True}, {"answer": None}, {"answer": []},
                                  {"right": {"a": 1}}, {"answer": "x" * 10_000}])  # fmt: skip
def test_what_makes_no_sense_in_a_browser_is_as_nothing(sent, kept):
    chapter = widget.Chapter(deposit.EXERCISES, 1)
    view = chapter.view(1)
    view.receive({"act": "open", "kept": kept})
    assert last(sent, view, "exercise")["tries"] == ""
    assert chapter.progress["done"] == 0


def test_another_trainee_and_a_cleared_lesson_begin_anew(sent):
    chapter = widget.Chapter(deposit.EXERCISES, 1)
    opening, first, second = chapter.opening(), chapter.view(1), chapter.view(2)
    for one in (opening, first, second):
        one.receive({"act": "open", "trainee": ""})
    first.receive({"act": "check", "answer": "0.9333"})
    sent.clear()
    opening.receive({"act": "trainee", "name": " 张　三 "})
    assert chapter.trainee == "张 三"
    assert [one for one, say in sent if say["say"] == "again"] == [first, second]
    assert "张 三" in last(sent, opening, "opening")["taken"]
    assert (chapter.progress["done"], first.answer) == (0, "")
    second.receive({"act": "check", "answer": "93333.33"})
    sent.clear()
    opening.receive({"act": "clear"})
    assert [one for one, say in sent if say["say"] == "again"] == [opening, first, second]
    assert (second.tries, second.answer, chapter.progress["done"], chapter.tried) == (0, "", 0, set())


def test_a_trainee_is_asked_their_own_numbers_and_marked_by_them(sent):
    chapter = widget.Chapter(deposit.EXERCISES, 1)
    view, own = chapter.view(1), deposit.EXERCISES.one(1, "李四")
    view.receive({"act": "open", "trainee": " 李四 "})
    assert last(sent, view, "exercise")["question"] == own.question.zh != deposit.EXERCISES[0].question.zh
    for answer, tone in ((own.answer(), "right"), (deposit.EXERCISES[0].answer(), "wrong")):
        view.receive({"act": "check", "answer": f"{answer:.4f}"})
        assert last(sent, view, "marked")["feedback"]["tone"] == tone
    view.receive({"act": "open", "trainee": ""})
    assert last(sent, view, "exercise")["question"] == deposit.EXERCISES[0].question.zh


def test_a_name_is_one_however_it_is_typed():
    assert {plain_name(one) for one in ("张 三", " 张　三 ", "张  三\n")} == {"张 三"}
    assert plain_name("１２３ａ") == "123a"
    assert len(plain_name("长" * 500)) == part.LONGEST_NAME


def test_the_head_says_how_long_the_lesson_takes_and_whose_it_is(sent):
    for number, lesson in LESSONS.items():
        opening = module_of(number).CHAPTER.opening()
        opening.receive({"act": "open", "query": "?lang=en"})
        said = last(sent, opening, "opening")
        assert said["time"] == f"about {lesson.minutes} minutes"
        assert said["title"].startswith(f"Lesson {number}: ")
    with pytest.raises(BadInput, match="没有这一课"):
        module_of(99)


# --- the steps ------------------------------------------------------------------------------------------------------


def test_steps_that_print_an_answer_wait_until_it_was_tried(sent):
    chapter = widget.Chapter(deposit.EXERCISES, 1)
    steps, first, second = chapter.worked(deposit.by_hand), chapter.view(1), chapter.view(2)
    steps.receive({"act": "open", "query": ""})
    steps.receive({"act": "number", "number": "93333.33"})
    assert steps.untried == [1, 2]
    assert [say["steps"] for one, say in sent if one is steps] == [None, None]
    assert "练习 1、练习 2" in last(sent, steps, "steps")["first"]
    first.receive({"act": "check", "answer": "什么"})
    assert steps.untried == [1, 2]
    for view in (first, second):
        view.receive({"act": "check", "answer": "1"})
    steps.receive({"act": "open", "query": "?lang=en"})
    assert "0.933333" in last(sent, steps, "steps")["steps"]
    assert not re.search(r"[\u3000-\u9fff]", re.sub("[甲乙丙]", "", last(sent, steps, "steps")["steps"]))


def test_other_steps_ask_for_a_number_and_say_whether_they_have_it(sent):
    steps = widget.Chapter(retention.EXERCISES, 5).worked(retention.by_hand)
    told = []
    for number in ("", "不知道", "984,000.00", "123.45"):
        steps.receive({"act": "number", "number": number})
        said = last(sent, steps, "steps")
        told.append((said["steps"] is not None, said["said"][:7]))
    assert told == [(False, ""), (False, ""), (True, "步骤中有这个数"), (True, "步骤中没有这个")]


# --- the trainer's key ----------------------------------------------------------------------------------------------


def test_solutions_open_by_the_key_and_travel_only_then(sent, monkeypatch):
    monkeypatch.setenv(trainer.KEY, trainer.locked(WORD))
    assert WORD not in os.environ[trainer.KEY]
    chapter = widget.Chapter(scorecard.EXERCISES, 2)
    opening, view = chapter.opening(), chapter.view(1)
    for one in (opening, view):
        one.receive({"act": "open"})
    for key in ("", "Three-hospitals", os.environ[trainer.KEY], None):
        opening.receive({"act": "key", "key": key})
        assert last(sent, opening, "key")["text"] == trainer.SAID[trainer.Verdict.WRONG].zh
    assert "solution" not in last(sent, view, "exercise")
    view.receive({"act": "key", "key": WORD})  # an exercise takes no key
    assert "solution" not in last(sent, view, "exercise")
    opening.receive({"act": "key", "key": WORD})
    assert last(sent, view, "exercise")["solution"] == [step.zh for step in view.exercise.solution()]


def test_without_a_key_nobody_sees_a_solution_and_in_jupyterlab_the_word_itself_will_do(monkeypatch, sent):
    for word in ("", WORD):
        assert trainer.opens(word) is trainer.Verdict.NONE
    monkeypatch.setenv(trainer.KEY, WORD)
    assert [trainer.opens(word) for word in ("", "other-word", WORD)] == [
        trainer.Verdict.WRONG, trainer.Verdict.WRONG, trainer.Verdict.OPEN,
    ]  # fmt: skip


@pytest.mark.parametrize("served", [True, False])
def test_only_so_many_keys_are_tried(served, sent, monkeypatch, tmp_path):
    monkeypatch.setenv(trainer.KEY, WORD)
    if served:
        monkeypatch.setenv(trainer.TRIES, str(tmp_path / "tries"))
    said = [trainer.opens("wrong-word") for _ in range(trainer.MOST + 1)]
    assert said == [trainer.Verdict.WRONG] * trainer.MOST + [trainer.Verdict.TOO_MANY]
    assert trainer.opens(WORD) is trainer.Verdict.TOO_MANY  # the right one as well: else it could still be found
    later = trainer.time.time() + trainer.WITHIN + 1
    monkeypatch.setattr(trainer, "time", SimpleNamespace(time=lambda: later))
    assert trainer.opens(WORD) is trainer.Verdict.OPEN


def test_a_key_is_a_word_or_the_first_line_of_a_file(tmp_path):
    file = tmp_path / "key.txt"
    file.write_text(f"\ufeff{WORD}\r\nmore\n", "utf-8")
    assert trainer.word_of(str(file)) == trainer.word_of(f" {WORD} ") == WORD
    for short in ("", "abc", "x" * 500):
        with pytest.raises(BadInput, match="6 至 200 个字符"):
            trainer.word_of(short)
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match="无法读取"):
        trainer.word_of(str(file))


# --- a guess first --------------------------------------------------------------------------------------------------


@pytest.fixture
def figure(monkeypatch):
    """Lesson 1's figure, opened, with what it sends."""
    one, told = deposit.figure(), []
    monkeypatch.setattr(one, "send", lambda say, buffers=None: told.append(say))
    one.receive({"act": "open", "query": "", "seq": 1})
    return SimpleNamespace(receive=one.receive, sent=told, simulator=one.simulator)


def payments(figure) -> list:
    return figure.simulator.moment.table["payment"].tolist()


def test_the_first_move_of_a_parameter_waits_for_a_guess(figure):
    before = payments(figure)
    figure.receive({"act": "set", "values": {"lower": "0.95"}, "seq": 2})
    figure.receive({"act": "set", "values": {"lower": "0.93"}, "seq": 3})
    assert payments(figure) == before
    assert figure.sent[-2]["asked"] == "先猜一猜，再看结果：下阈值 0.930。谁的金额会增加？"
    assert (figure.sent[-1]["values"]["lower"], figure.sent[-1]["seq"]) == ("0.93", 3)
    figure.receive({"act": "guess", "names": ["甲"], "seq": 4})
    assert payments(figure) != before
    assert figure.sent[-2]["told"] == "与您的预想不同，想一想为什么。金额增加：丙；减少：甲。"
    figure.receive({"act": "set", "values": {"lower": "0.95"}, "seq": 5})
    assert payments(figure) == before  # at 0.95 丙 is below again: no guess is asked twice of one parameter
    assert figure.sent[-1]["values"]["lower"] == "0.95"


@pytest.mark.parametrize(("names", "said"), [(["丙"], "与您的预想一致。"), ([], "与您的预想不同"), (None, "金额增加")])
def test_a_guess_is_compared_with_who_gains(figure, names, said):
    figure.receive({"act": "set", "values": {"lower": "0.93"}, "seq": 2})
    figure.receive({"act": "guess", "names": names, "seq": 3})
    assert figure.sent[-2]["told"].startswith(said)


def test_a_move_back_to_the_document_and_a_wrong_value_ask_nothing(figure):
    figure.receive({"act": "set", "values": {"lower": "0.93"}, "seq": 2})
    figure.receive({"act": "set", "values": {"lower": "0.98"}, "seq": 3})
    assert [say.get("asked") for say in figure.sent if say["say"] == "ask"][-1] is None
    figure.receive({"act": "set", "values": {"lower": "9"}, "seq": 4})
    assert figure.sent[-1]["say"] == "problems"
    figure.receive({"act": "set", "values": {"lower": "0.93"}, "seq": 5})
    figure.receive({"act": "reset", "seq": 6})
    figure.receive({"act": "guess", "names": ["丙"], "seq": 7})
    assert figure.sent[-1]["seq"] == 6
    assert figure.sent[-1]["values"]["lower"] == "0.98"


def test_the_shown_answers_of_all_lessons_are_in_the_kernel_only(sent):
    """What a lesson's page is sent as it opens holds no answer of its exercises."""
    for number in LESSONS:
        chapter = widget.Chapter(module_of(number).EXERCISES, number)
        views = [chapter.view(n) for n in range(1, len(chapter.exercises) + 1)]
        for one in (chapter.opening(), chapter.worked(module_of(number).by_hand), *views):
            one.receive({"act": "open", "query": ""})
        text = str([say for _, say in sent])
        assert [one.id for one in chapter.exercises if printed(one, text)] == []
        sent.clear()
