"""What a lesson is made of besides figures: exercises, and a chapter that counts what is solved.

A browser is told the question and what the marking says; the solution leaves the kernel only for a trainer.
"""

from __future__ import annotations

import os

from simlib.app.page import STATIC, Widget, asked_language
from simlib.course.exercise import Exercise, Feedback, Kind, check
from simlib.problems import BadInput, Problem
from simlib.words import NO_TEXT, Text

TRAINER = "SIMLIB_TRAINER"  # environment variable: 1 shows the solutions


class Chapter:
    """A chapter's exercises, and which of them this learner has solved."""

    def __init__(self, exercises: tuple[Exercise, ...]):
        self.exercises = exercises
        self.solved: set[str] = set()
        self.views: dict[str, ExerciseView] = {}

    def view(self, number: int) -> ExerciseView:
        """Exercise ``number``, counted from 1. BadInput if the chapter has no such exercise."""
        if number not in range(1, len(self.exercises) + 1):
            raise BadInput(Problem(NO_EXERCISE.fill(count=len(self.exercises)), column="exercise", value=number))
        exercise = self.exercises[number - 1]
        self.views[exercise.id] = ExerciseView(exercise, number, self)
        return self.views[exercise.id]

    def solve(self, exercise: Exercise) -> None:
        """Count an exercise as solved, once, and say so in every view of the chapter."""
        self.solved.add(exercise.id)
        for view in self.views.values():
            view.tell({"say": "progress", **view.progress})


class ExerciseView(Widget):
    """One exercise: it marks what the browser sends."""

    _esm = "\n".join((STATIC / name).read_text(encoding="utf-8") for name in ("show.js", "exercise.js"))

    def __init__(self, exercise: Exercise, number: int, chapter: Chapter):
        super().__init__()
        self.exercise, self.number, self.chapter = exercise, number, chapter
        self.tries = 0
        self.feedback: Feedback | None = None

    @property
    def solved(self) -> bool:
        return self.exercise.id in self.chapter.solved

    @property
    def progress(self) -> dict:
        done, count = len(self.chapter.solved), len(self.chapter.exercises)
        return {"progress": PROGRESS.fill(done=done, count=count), "done": done, "count": count}

    @property
    def state(self) -> dict:
        """What a marking changes: the feedback, the tries, and the hint once a try was wrong."""
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
        }

    # What a learner can do, by the name the browser sends.

    def act_open(self, content: dict, buffers: list) -> None:
        self.language = asked_language(str(content.get("query", "")))
        exercise = self.exercise
        shown = {
            "say": "exercise", "language": self.language, "id": exercise.id, "title": TITLE.fill(number=self.number),
            "question": exercise.question, "options": exercise.options, "example": EXAMPLES.get(exercise.kind),
            "start": exercise.start,
            "texts": WORDS, **self.state, **self.progress,
        }  # fmt: skip
        if os.environ.get(TRAINER) == "1":
            shown["solution"] = exercise.solution()
        self.tell(shown)

    def act_check(self, content: dict, buffers: list) -> None:
        self.feedback = check(self.exercise, str(content.get("answer", "")))
        if self.feedback.read and not self.solved:
            self.tries += 1
        if self.feedback.right:
            self.chapter.solve(self.exercise)
        self.tell({"say": "marked", **self.state})


TITLE = Text("练习 {number}", "Exercise {number}")
PROGRESS = Text("已答对 {done} / {count}", "{done} / {count} solved")
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
}
WORDS = {
    "answer": Text("你的答案", "Your answer"),
    "check": Text("检查", "Check"),
    "hint": Text("提示", "Hint"),
    "solution": Text("讲师参考", "For the trainer"),
}
NO_EXERCISE = Text("没有这一题，本课共 {count} 题。", "There is no such exercise; the chapter has {count}.")
