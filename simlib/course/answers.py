"""The files in which trainees hand in their answers, and the trainer's check of them, offline.

A file holds what was answered and a digest of it. The check believes no mark in it: it gives out the exercises of the
name again and marks every answer anew. The digest shows that a file was changed by hand; it is no seal against
somebody who calculates it anew.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pandas as pd

import simlib
from simlib.course.drawn import seed_of
from simlib.course.exercise import Exercise, check, shown
from simlib.course.lessons import LESSONS, module_of
from simlib.course.part import MOST_TRIES, NAME, Taking, plain_name, tries_of
from simlib.course.reading import Kind
from simlib.digests import text_digest
from simlib.problems import BadInput, Problem
from simlib.words import Text, joined

KIND, FORMAT = "simlib answers", 1
LONGEST_ANSWER = 5_000
LARGEST = 1_000_000  # bytes of a file


@dataclass
class Sheet:
    """One file: whose it is, what was answered, and what the trainer should know of it."""

    file: str
    lesson: int
    trainee: str
    made: str
    exercises: tuple[Exercise, ...]
    given: dict[str, dict]
    remarks: list[Text] = field(default_factory=list)

    def right(self, number: int) -> bool:
        one = self.exercises[number]
        return bool(answer := self.answer(number)) and check(one, answer).right

    def answer(self, number: int) -> str:
        return self.given.get(self.exercises[number].id, {}).get("answer", "")

    def tries(self, number: int) -> int:
        return self.given.get(self.exercises[number].id, {}).get("tries", 0)

    @property
    def score(self) -> int:
        return sum(self.right(number) for number in range(len(self.exercises)))


def file_of(chapter: Taking, kept: dict, moment: datetime) -> tuple[str, bytes]:
    """Name and content of the file of what a browser kept, by the exercise's id."""
    rows = []
    for one in chapter.exercises:
        mine = kept.get(one.id)
        mine = mine if isinstance(mine, dict) else {}
        answer = str(mine.get("right") or mine.get("answer") or "")[:LONGEST_ANSWER]
        rows.append({"exercise": one.id, "question": asked(one), "answer": answer, "tries": tries_of(mine)})
    content: dict[str, object] = {
        "kind": KIND, "format": FORMAT, "simlib": simlib.__version__, "lesson": chapter.number,
        "trainee": chapter.trainee, "made": moment.isoformat(timespec="seconds"), "answers": rows,
    }  # fmt: skip
    content["digest"] = digest(content)
    who = re.sub(r"[^\w-]+", "_", chapter.trainee).strip("_") or "class"
    return f"simlib-{chapter.number}-{who}.json", json.dumps(content, ensure_ascii=False, indent=1).encode()


def asked(exercise: Exercise) -> str:
    """The mark by which an exercise with its numbers is known again."""
    return text_digest(exercise.id, *exercise.question)[:16]


def digest(content: dict) -> str:
    """Of all that a file says but its digest, however it is spaced."""
    rest = {name: value for name, value in content.items() if name != "digest"}
    return text_digest(json.dumps(rest, ensure_ascii=False, sort_keys=True))


def read(path: Path) -> Sheet:
    """A file that was handed in. BadInput where it is no such file; what is odd about it stands in the remarks."""
    try:
        raw = Path(path).read_bytes()
        content = json.loads(raw.decode("utf-8-sig")) if len(raw) <= LARGEST else {}
    except OSError:
        raise BadInput(Problem(MISSING, file=str(path))) from None
    except (ValueError, RecursionError):
        content = {}
    if not _whole(content):
        raise BadInput(Problem(UNREADABLE, file=str(path)))
    if content["format"] != FORMAT or content["lesson"] not in LESSONS:
        raise BadInput(Problem(NEWER.fill(version=content.get("simlib")), file=str(path)))
    trainee = content["trainee"]
    exercises = module_of(content["lesson"]).CHAPTER.classroom.of(trainee)
    given = {row["exercise"]: row for row in content["answers"]}
    sheet = Sheet(Path(path).name, content["lesson"], trainee, str(content.get("made", "")), exercises, given)
    if content.get("digest") != digest(content):
        sheet.remarks.append(CHANGED)
    if any(given.get(one.id, {}).get("question", "") != asked(one) for one in exercises):
        other = content.get("simlib") != simlib.__version__
        sheet.remarks.append(OTHER_VERSION.fill(version=content.get("simlib")) if other else OTHER_NUMBERS)
    return sheet


def _whole(content: object) -> bool:
    """Whether it has the shape of a file of answers."""
    if not isinstance(content, dict) or content.get("kind") != KIND or type(content.get("lesson")) is not int:
        return False
    rows, trainee = content.get("answers"), content.get("trainee")
    if not isinstance(rows, list) or not isinstance(trainee, str) or plain_name(trainee) != trainee:
        return False
    return all(
        isinstance(row, dict)
        and all(isinstance(row.get(name), str) for name in ("exercise", "question", "answer"))
        and type(row.get("tries")) is int
        and 0 <= row["tries"] <= MOST_TRIES
        and len(row["answer"]) <= LONGEST_ANSWER
        for row in rows
    )


def read_all(paths: list[Path]) -> list[Sheet]:
    """All files, each compared with the others: who handed in twice, whose wrong answers are right ones of another's.
    BadInput of all that are no such files."""
    sheets, problems = [], []
    for path in paths:
        try:
            sheets.append(read(path))
        except BadInput as bad:
            problems += bad.problems
    if problems:
        raise BadInput(problems)
    for one in sheets:
        one.remarks += _compared(one, [other for other in sheets if other is not one and other.lesson == one.lesson])
    return sheets


def _compared(one: Sheet, others: list[Sheet]) -> list[Text]:
    """What the other files of the lesson say of this one."""
    same = [other for other in others if seed_of(other.trainee) == seed_of(one.trainee)]
    rest = [other for other in others if other not in same]
    owners = [[other for other in rest if _foreign(one, other, number)] for number in range(len(one.exercises))]
    remarks = [TWICE.fill(file=other.file) for other in same if one.trainee]
    for other in rest:
        # What is right for several trainees may be a mistake of one's own.
        numbers = [
            Text(f"{number}", f"{number}")
            for number, theirs in enumerate(owners, 1)
            if other in theirs and len({seed_of(owner.trainee) for owner in theirs}) == 1
        ]
        if numbers:
            name = other.trainee or CLASSROOM
            remarks.append(FOREIGN.fill(numbers=joined(numbers), name=name, file=other.file))
    return remarks


def _foreign(one: Sheet, other: Sheet, number: int) -> bool:
    """Whether a wrong answer is right for the other's numbers, and hardly by chance: few are a count or a choice."""
    mine, theirs = one.exercises[number], other.exercises[number]
    if mine.kind in (Kind.COUNT, Kind.CHOICE) or not (answer := one.answer(number)):
        return False
    return asked(theirs) != asked(mine) and not one.right(number) and check(theirs, answer).right


def table(sheets: list[Sheet], language: str = "zh") -> pd.DataFrame:
    """One row an exercise of a file."""
    rows = [
        [
            one.file, one.trainee or CLASSROOM.to(language), one.lesson, number + 1, one.answer(number),
            one.tries(number), _mark(one, number).to(language), shown(exercise).to(language), one.made,
            "；".join(remark.to(language) for remark in one.remarks),
        ]
        for one in sheets for number, exercise in enumerate(one.exercises)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=[heading.to(language) for heading in HEADINGS])


def _mark(sheet: Sheet, number: int) -> Text:
    if not sheet.answer(number):
        return UNTRIED
    return RIGHT if sheet.right(number) else WRONG


def line(sheet: Sheet, language: str = "zh") -> str:
    """One file in a line, and its remarks below it."""
    marks = "".join(SIGNS[_mark(sheet, number)] for number in range(len(sheet.exercises)))
    said = LINE.fill(
        name=sheet.trainee or CLASSROOM, lesson=sheet.lesson, right=sheet.score, count=len(sheet.exercises),
        marks=marks, file=sheet.file,
    )  # fmt: skip
    return "\n".join([said.to(language), *(f"  ! {remark.to(language)}" for remark in sheet.remarks)])


CLASSROOM = Text("（课堂题目）", "(the classroom's)")
RIGHT, WRONG, UNTRIED = Text("对", "right"), Text("错", "wrong"), Text("未答", "not tried")
SIGNS = {RIGHT: "✓", WRONG: "✗", UNTRIED: "·"}
HEADINGS = (
    Text("作答文件", "File of answers"), NAME, Text("课", "Lesson"), Text("练习", "Exercise"),
    Text("作答", "Answer"), Text("次数", "Tries"), Text("结果", "Result"), Text("正确答案", "Right answer"),
    Text("导出时间", "Exported"), Text("备注", "Remarks"),
)  # fmt: skip
LINE = Text("{name}  第 {lesson} 课  答对 {right} / {count}  {marks}  {file}",
            "{name}  lesson {lesson}  {right} / {count} right  {marks}  {file}")  # fmt: skip
MISSING = Text("无法读取该文件。请核对路径。", "The file cannot be read. Check the path.")
UNREADABLE = Text("不是课程导出的作答文件。请在课程页面点“导出作答”后收取原文件。",
                  "This is no file of answers. Collect what “Export answers” of a lesson's page saved.")  # fmt: skip
NEWER = Text("该文件由其他版本（{version}）导出，本版本不能核对。请使用同一版本。",
             "Another version ({version}) made this file; this one cannot check it. Use the same version.")  # fmt: skip
CHANGED = Text("文件内容与其校验码（SHA-256）不符，导出后被改动过。请重新收取。",
               "The content does not fit its digest (SHA-256): it was changed later. Collect it again.")  # fmt: skip
OTHER_NUMBERS = Text("题目不是该姓名的题目，可能是他人的文件。下面按该姓名的题目核对。",
                     "The exercises are not those of this name: it may be somebody else's file. Marked by this "
                     "name's.")  # fmt: skip
OTHER_VERSION = Text("文件由版本 {version} 导出，题目与本版本不同。请用同一版本核对。",
                     "Version {version} made this file, with other exercises. Check it with that version.")  # fmt: skip
TWICE = Text("同一姓名另有文件 {file}。", "The same name handed in {file} as well.")
FOREIGN = Text("练习{numbers}的错误答案恰是{name}（{file}）题目的正确答案。",
               "Wrong answers to exercise {numbers} are the right ones of {name} ({file}).")  # fmt: skip
