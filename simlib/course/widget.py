"""A lesson's chapter: its exercises as widgets, its head, and the steps of its case.

A browser is told the question and what the marking says, and keeps what was answered; the solution leaves the kernel
only for who has the trainer's key.
"""

from __future__ import annotations

from collections.abc import Callable

from simlib.course.exercise import Exercise, Feedback, check
from simlib.course.opening import Opening
from simlib.course.part import TITLE, Part, Taking, scripts, tries_of
from simlib.course.reading import Kind
from simlib.course.steps import Steps
from simlib.problems import BadInput, Problem
from simlib.words import NO_TEXT, Text


class Chapter(Taking):
    """A lesson's exercises as its notebook shows them."""

    def view(self, number: int) -> ExerciseView:
        """Exercise ``number``, counted from 1. BadInput if the chapter has no such exercise."""
        if number not in range(1, len(self.classroom) + 1):
            raise BadInput(Problem(NO_EXERCISE.fill(count=len(self.classroom)), column="exercise", value=number))
        return ExerciseView(number, self)

    def opening(self) -> Opening:
        """The head of the lesson's page: time, contents, name, and what is done with the answers."""
        return Opening(self)

    def worked(self, by_hand: Callable[[str], object]) -> Steps:
        """The steps of the lesson's case, held back until the trainee has tried."""
        return Steps(self, by_hand)


class ExerciseView(Part):
    """One exercise: it marks what the browser sends."""

    _esm = scripts("exercise.js")

    def __init__(self, number: int, chapter: Chapter):
        super().__init__(chapter, chapter.classroom[number - 1].id)
        self.number = number
        self.forget()

    def forget(self) -> None:
        self.tries, self.answer, self.right = 0, "", ""
        self.feedback: Feedback | None = None

    @property
    def exercise(self) -> Exercise:
        return self.chapter.exercise(self.number)

    @property
    def solved(self) -> bool:
        return self.exercise.id in self.chapter.solved

    @property
    def state(self) -> dict:
        """What a marking changes: the feedback, the tries, the hint once a try was wrong, and what to keep."""
        told, feedback = None, self.feedback
        if feedback:
            tone = "right" if feedback.right else "wrong" if feedback.read else "unread"
            told = {"tone": tone, "verdict": VERDICTS[tone], "text": feedback.text}
        wrong = self.tries and not self.solved
        return {
            "feedback": told,
            "tries": TRIES.fill(count=self.tries) if self.tries else "",
            "hint": self.exercise.hint if wrong else None,
            "solved": self.solved,
            "kept": {"answer": self.answer, "right": self.right, "tries": self.tries},
        }

    def restore(self, kept: dict) -> None:
        """Take up the kept answers: each is marked anew, so that nothing counts that the browser says of itself."""
        self.forget()
        self.tries = tries_of(kept)
        for name in ("right", "answer"):
            if given := str(kept.get(name) or ""):
                self.marked(given)
        self.tries = max(self.tries, bool(self.answer))

    def marked(self, answer: str) -> Feedback:
        """Mark an answer; one that could not be read is no try."""
        self.feedback = check(self.exercise, answer)
        if self.feedback.read:
            self.answer = answer
            self.right = answer if self.feedback.right else self.right
            self.chapter.mark(self.exercise, self.feedback.right)
        return self.feedback

    def show(self) -> None:
        exercise = self.exercise
        shown = {
            "say": "exercise", "language": self.language, "id": exercise.id, "title": TITLE.fill(number=self.number),
            "question": exercise.question, "options": exercise.options, "example": EXAMPLES.get(exercise.kind),
            "start": exercise.start, "lesson": self.chapter.number,
            "texts": WORDS, **self.state, **self.chapter.progress,
        }  # fmt: skip
        if self.chapter.unlocked:
            shown["solution"] = exercise.solution()
        self.tell(shown)

    # What a learner can do, by the name the browser sends; opening is every part's.

    def act_check(self, content: dict, buffers: list) -> None:
        before = self.solved
        if self.marked(str(content.get("answer", ""))).read and not before:
            self.tries += 1
        self.tell({"say": "marked", **self.state})


TRIES = Text("已试 {count} 次", "tries: {count}")
VERDICTS = {
    "right": Text("答对了。", "Right."),
    "wrong": Text("还不对。", "Not yet."),
    "unread": NO_TEXT,
}
EXAMPLES = {
    Kind.RATIO: Text("如 0.98 或 98%", "such as 0.98 or 98%"),
    Kind.MONEY: Text("如 12,345.67 元", "such as 12,345.67"),
    Kind.POINTS: Text("如 6.4 分", "such as 6.4"),
    Kind.COUNT: Text("如 3", "such as 3"),
    Kind.DATE: Text("如 2026-03-05", "such as 2026-03-05"),
}
WORDS = {
    "answer": Text("你的答案", "Your answer"),
    "check": Text("检查", "Check"),
    "hint": Text("提示", "Hint"),
    "solution": Text("讲师参考", "For the trainer"),
}
NO_EXERCISE = Text("没有这一题，本课共 {count} 题。", "There is no such exercise; the chapter has {count}.")
