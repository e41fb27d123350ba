"""Exercises that are answered with a scenario file: read as the simulator reads one, and marked by what it changes."""

from __future__ import annotations

import re
import tempfile
from decimal import Decimal
from functools import lru_cache, partial
from pathlib import Path

from simlib import SCENARIOS, scenario
from simlib.course.exercise import RIGHT, Exercise, Feedback
from simlib.course.reading import Kind
from simlib.params import Choice
from simlib.params import written as plain
from simlib.problems import BadInput
from simlib.rules import FAMILIES
from simlib.scenario import Scenario
from simlib.words import LANGUAGES, Text, joined

LONGEST = 5_000
FULL_WIDTH = re.compile(r"(?m)^\s*\w+：")


def written(params: str, title: str = "题目", question: str = "会怎样？") -> str:
    """A file that changes ``params`` of the documents' values; they stand in the notation of one line."""
    return f"title: {title}\nquestion: {question}\nbase: baseline.yaml\nparams: {params}\n"


def file_exercise(id: str, question: Text, wanted: str, hint: Text, mistakes: tuple[tuple[str, Text], ...]) -> Exercise:
    """An exercise whose right answer changes the parameters that ``wanted`` changes, and asks a question."""
    return Exercise(
        id, Kind.SCENARIO, question, lambda: wanted, hint,
        solution=lambda: [LINE.fill(changes=joined(f"{path} = {plain(value)}" for path,
                                                   value in changes(read(wanted)).items()))],
        mistakes=tuple((partial(str, text), said) for text, said in mistakes), start=START, marker=FileMarker(),
    )  # fmt: skip


class FileMarker:
    """Marks a scenario file as it was typed."""

    def check(self, exercise: Exercise, text: str) -> Feedback:
        """Right where the file is sound, changes what it should and nothing else, and says what it asks."""
        if not re.search(r"\w", text):
            return Feedback(False, NOTHING_WRITTEN, read=False)
        if len(text) > LONGEST:
            return Feedback(False, TOO_LONG, read=False)
        try:
            one = read(text)
        except BadInput as bad:
            return Feedback(False, _told(bad, text), read=False)
        given, wanted = changes(one), changes(read(exercise.answer()))
        if given != wanted:
            known = {_key(changes(read(value()))): said for value, said in exercise.mistakes}
            return Feedback(False, known.get(_key(given)) or _amiss(given, wanted))
        if not one.question.strip():
            return Feedback(False, NO_QUESTION)
        return Feedback(True, RIGHT.fill(answer=self.shown(exercise)))

    def shown(self, exercise: Exercise) -> Text:
        """What the right file changes."""
        return joined(_shown(path, value) for path, value in changes(read(exercise.answer())).items())


@lru_cache(maxsize=64)
def read(text: str) -> Scenario:
    """A scenario from the text of its file, whose bases are those of the folder of scenarios. BadInput."""
    with tempfile.TemporaryDirectory(prefix="simlib-") as folder:
        path = Path(folder, "scenario.yaml")
        path.write_text(text, encoding="utf-8", errors="replace")
        return scenario.load(path, beside=SCENARIOS)


def changes(one: Scenario) -> dict[str, Decimal | Choice | str]:
    """The parameters that differ from the documents' values, by path; rules that are left out differ too."""
    found = {
        f"{name}.{key}": value for name, params in one.params.items() for key, value in params.differences().items()
    }
    return {path: value for path, value in found.items() if not one.rules or path.partition(".")[0] in one.rules}


def _key(found: dict) -> frozenset:
    return frozenset(found.items())


def _amiss(given: dict, wanted: dict) -> Text:
    """What is too many, else what has another value, else that something is missing; never the answer itself."""
    if extra := [path for path in given if path not in wanted]:
        return EXTRA.fill(names=joined(_label(path) for path in extra))
    if other := [path for path in given if given[path] != wanted[path]]:
        return VALUE.fill(names=joined(_label(path) for path in other))
    return MISSING if given else UNCHANGED


def _told(bad: BadInput, text: str) -> Text:
    """What the simulator says of the file, and of a colon as Chinese keyboards type it."""
    lines = (
        " ".join(line.removeprefix("scenario.yaml").lstrip("：: ·") for line in bad.lines(one)) for one in LANGUAGES
    )
    said = Text(*lines)
    return joined([said, COLON], zh="", en=" ") if FULL_WIDTH.search(text) else said


def _label(path: str) -> Text:
    family, _, name = path.partition(".")
    return FAMILIES[family].params.declarations()[name].label


def _shown(path: str, value: Decimal | Choice | str) -> Text:
    family, _, name = path.partition(".")
    return FAMILIES[family].params.declarations()[name].stated(value)


START = Text("title: \nquestion: \nbase: baseline.yaml\nparams:\n  deposit:\n    ",
             "title: \nquestion: \nbase: baseline.yaml\nparams:\n  deposit:\n    ")  # fmt: skip
LINE = Text("要改的：{changes}；标题和问题自拟。", "To change: {changes}; title and question as one likes.")
NOTHING_WRITTEN = Text("还没有写。请把方案写在框里。", "Nothing is written yet. Write the scenario into the field.")
TOO_LONG = Text("太长了，不像是方案文件。", "Too long for a scenario.")
COLON = Text("冒号要用半角的 : ，后面空一格。", "The colon must be the half-width one, with a space after it.")
UNCHANGED = Text(
    "文件读得通，可是没有改任何参数，结果会和文件规定值一样。",
    "The file is sound, but it changes no parameter: its results are those of the documents' values.",
)
NO_QUESTION = Text("参数对了，还缺问题：在 question 后面写上它要回答什么，半年以后别人才看得懂。",
                   "The parameters are right, but the question is missing: say after question what it is to answer, so "
                   "that others know in half a year.")  # fmt: skip
EXTRA = Text(
    "多改了：{names}。方案只写问题里要改的。", "Too much is changed: {names}. Change only what the question asks."
)
VALUE = Text("改对了参数，数值不对：{names}。", "The right parameter with another value: {names}.")
MISSING = Text("已改的都对，可是问题里还有要改的。", "What is changed is right, but the question asks for more.")
