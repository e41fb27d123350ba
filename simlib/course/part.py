"""A part of a lesson's page, and the state that all its parts share: who takes the lesson, and how far they are."""

from __future__ import annotations

import unicodedata

from traitlets import Dict

from simlib.app.page import STATIC, Widget, asked_language
from simlib.course.drawn import Exercises
from simlib.course.exercise import Exercise
from simlib.course.lessons import LESSONS
from simlib.words import Text

LONGEST_NAME = 40
MOST_TRIES = 999  # more than that are a joke, and are not counted


def scripts(*names: str) -> str:
    """The script of a lesson's widget: what all lessons keep in the browser, and its own."""
    return "\n".join((STATIC / name).read_text(encoding="utf-8") for name in ("show.js", "kept.js", *names))


def plain_name(name: str) -> str:
    """A name or number as it is known: half-width, one blank between words, not endless."""
    return " ".join(unicodedata.normalize("NFKC", name).split())[:LONGEST_NAME]


def tries_of(kept: dict) -> int:
    """How often somebody tried, as a browser kept it."""
    tries = kept.get("tries")
    return min(tries, MOST_TRIES) if type(tries) is int and tries > 0 else 0


class Part(Widget):
    """A part of a lesson's page; a browser opens it with its language, its trainee and what it kept."""

    part = Dict().tag(sync=True)  # the lesson, and the name under which a browser keeps what belongs to this part

    def __init__(self, taking: Taking, name: str = ""):
        super().__init__(part={"lesson": taking.number, "name": name})
        self.chapter, self.opened = taking, False
        taking.parts.append(self)

    def act_open(self, content: dict, buffers: list) -> None:
        self.language = asked_language(str(content.get("query", "")))
        self.opened = True
        if "trainee" in content:
            self.chapter.enrol(str(content["trainee"]), self)
        if isinstance(kept := content.get("kept"), dict):
            self.restore(kept)
        self.show()

    def restore(self, kept: dict) -> None:
        """Take up what the browser kept of this part."""

    def forget(self) -> None:
        """Begin anew: the trainee is another, or what was answered is cleared."""

    def show(self) -> None:
        """Send all of it."""


class Taking:
    """A lesson as one trainee takes it: their exercises, what they tried, and what they solved."""

    def __init__(self, exercises: Exercises, number: int):
        """``exercises`` are the classroom's, and give a trainee's own by name."""
        self.classroom, self.number = exercises, number
        self.lesson = LESSONS[number]
        self.trainee = ""
        self.unlocked = False  # by the trainer's key
        self.solved: set[str] = set()
        self.tried: set[str] = set()
        self.parts: list[Part] = []

    def exercise(self, number: int) -> Exercise:
        """The trainee's exercise of that number, counted from 1; the others are not made for it."""
        return self.classroom.one(number, self.trainee)

    @property
    def exercises(self) -> tuple[Exercise, ...]:
        """All of the trainee's exercises."""
        return self.classroom.of(self.trainee)

    def enrol(self, name: str, by: Part | None = None) -> None:
        """Give out the exercises of this name, from the start, to all parts but the one that asks."""
        name = plain_name(name)
        if name != self.trainee:
            self.trainee = name
            self.afresh(by)

    def afresh(self, by: Part | None = None) -> None:
        """Forget what was answered, and let the browser open all parts again but the one that asks."""
        self.solved, self.tried = set(), set()
        for part in self.parts:
            part.forget()
        for part in self.parts:
            if part.opened and part is not by:
                part.tell({"say": "again"})

    def unlock(self) -> None:
        """Show the solutions; the trainer's key was given."""
        self.unlocked = True
        for part in self.parts:
            if part.opened:
                part.show()

    def mark(self, exercise: Exercise, right: bool) -> None:
        """Count an exercise as tried or solved, once, and say so in every part."""
        before = len(self.solved), len(self.tried)
        self.tried.add(exercise.id)
        if right:
            self.solved.add(exercise.id)
        if (len(self.solved), len(self.tried)) != before:
            for part in self.parts:
                part.tell({"say": "progress", **self.progress})

    @property
    def progress(self) -> dict:
        done, count = len(self.solved), len(self.classroom)
        return {"progress": PROGRESS.fill(done=done, count=count), "done": done, "count": count}


TITLE = Text("练习 {number}", "Exercise {number}")
PROGRESS = Text("已答对 {done} / {count}", "{done} / {count} solved")
NAME = Text("姓名或学号", "Name or number")
