"""The files of an exam: paper and key as Word and print-ready HTML, handout and slides as HTML that asks no network."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from IPython.display import Markdown
from markupsafe import Markup

import simlib
from simlib.course.exercise import Exercise
from simlib.course.paper import word
from simlib.course.paper.exam import MARK, Exam, Part, answer, lettered, mistakes
from simlib.course.paper.texts import HANDOUT, KEY, PAPER, SLIDES, WORDS, made
from simlib.course.prose import points
from simlib.course.worked import TAGS, html
from simlib.landing import landing
from simlib.report.template import filled
from simlib.words import Text

MANY = 450  # bytes of a point, above which it would not fit a slide in large type


def write(exam: Exam, out: Path, language: str) -> list[str]:
    """Write all files of an exam into a folder, which lands whole; the names of the files."""
    pages: dict[str, Callable[[], str | bytes]] = {
        "paper.html": lambda: sheet(exam, language, PAPER, key=False),
        "paper.docx": lambda: word.document(exam, language, PAPER, key=False),
        "key.html": lambda: sheet(exam, language, KEY, key=True),
        "key.docx": lambda: word.document(exam, language, KEY, key=True),
        "handout.html": lambda: sheet(exam, language, HANDOUT, key=False, prose=True),
        "slides.html": lambda: slides(exam, language),
        MARK: lambda: json.dumps(_manifest(exam), ensure_ascii=False, indent=2) + "\n",
    }
    with landing(out, replaces=MARK) as folder:
        for name, make in pages.items():
            made = make()
            (folder / name).write_bytes(made if isinstance(made, bytes) else made.encode())
    return list(pages)


def sheet(exam: Exam, language: str, title: Text, *, key: bool, prose: bool = False) -> str:
    """A page of A4: the lessons with their tables and questions, with ``key`` answers, with ``prose`` the text."""
    parts = [
        {
            "title": part.title.to(language),
            "prose": [Markup(html(Markdown(text))) for text in part.prose(language)] if prose else [],
            "tables": [Markup(html(table)) for table in part.tables(language)],
            "questions": [_question(one, number, language, key) for number, one in enumerate(part.exercises, 1)],
        }
        for part in exam.parts
    ]
    words = {name: text.to(language) for name, text in WORDS.items()}
    return filled(
        "exam", tag=TAGS[language], title=title.to(language), parts=parts, words=words, key=key,
        named=not (key or prose), made=made(exam).to(language),
    )  # fmt: skip


def slides(exam: Exam, language: str) -> str:
    """Slides, each with one point: what a lesson is about, its clauses one by one, its case, its questions."""
    pages = [page for part in exam.parts for page in _slides(part, language)]
    return filled("slides", tag=TAGS[language], title=SLIDES.to(language), pages=pages, made=made(exam).to(language))


def _slides(part: Part, language: str) -> list[dict[str, Any]]:
    first, *others = part.prose(language) or [""]
    said = [(_size(point), Markup(html(Markdown(point)))) for text in others for point in points(text)]
    tables = [("point", Markup(html(table))) for table in part.tables(language)]
    asked = [_question(one, number, language, key=False) for number, one in enumerate(part.exercises, 1)]
    return [
        {"kind": "title", "title": part.title.to(language), "body": ""},
        *({"kind": kind, "title": part.title.to(language), "body": body} for kind, body in said + tables),
        *({"kind": "question", "title": part.title.to(language), "body": "", "question": one} for one in asked),
    ]


def _size(point: str) -> str:
    """How a point stands on its slide: one of many words in smaller type."""
    return "point dense" if len(point.encode()) > MANY else "point"


def _question(one: Exercise, number: int, language: str, key: bool) -> dict[str, Any]:
    """A question as a template shows it; only a key is handed answers."""
    told: dict[str, Any] = {
        "number": number, "text": one.question.to(language), "start": one.start.to(language) if one.start else "",
        "options": [(letter, text.to(language)) for letter, text in lettered(one)],
    }  # fmt: skip
    if key:
        told["answer"] = answer(one).to(language)
        told["steps"] = [step.to(language) for step in one.solution()]
        told["mistakes"] = [(wrong.to(language), text.to(language)) for wrong, text in mistakes(one)]
    return told


def _manifest(exam: Exam) -> dict[str, Any]:
    exercises = {one.id: {name: str(value) for name, value in one.numbers.items()}
                 for part in exam.parts for one in part.exercises}  # fmt: skip
    return {"simlib": simlib.__version__, "seed": exam.seed, "lessons": [part.lesson for part in exam.parts],
            "exercises": exercises}  # fmt: skip
