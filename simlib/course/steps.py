"""The steps of a lesson's case, held back in the kernel until the trainee has tried.

Where they print what an exercise asks, that exercise has to be tried first; else a number that the trainee has worked
out is asked for, and told whether the steps have it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from simlib.course.part import TITLE, Part, Taking, scripts
from simlib.course.worked import html
from simlib.words import NO_TEXT, Text, joined

NUMBER = re.compile(r"\d+(?:[,，]\d{3})*(?:\.\d+)?")
TAG = re.compile(r"<[^>]*>")


class Steps(Part):
    """The steps worked by hand, folded."""

    _esm = scripts("steps.js")

    def __init__(self, chapter: Taking, by_hand: Callable[[str], object]):
        super().__init__(chapter, "steps")
        self.by_hand, self.number = by_hand, ""

    @property
    def untried(self) -> list[int]:
        """The exercises, counted from 1, that must be tried before the steps may be seen."""
        chapter = self.chapter
        return [n for n in chapter.lesson.asked if chapter.classroom[n - 1].id not in chapter.tried]

    def forget(self) -> None:
        self.number = ""

    def restore(self, kept: dict) -> None:
        self.number = str(kept.get("number") or "")

    def show(self) -> None:
        untried = self.untried
        opened = self.chapter.unlocked or not untried and bool(self.chapter.lesson.asked or numbers_in(self.number))
        first = joined([TITLE.fill(number=n) for n in untried])
        steps = html(self.by_hand(self.language)) if opened else None
        said = NO_TEXT
        if steps and not self.chapter.lesson.asked and (own := numbers_in(self.number)):
            said = FOUND if own & numbers_in(steps) else NOT_FOUND
        self.tell(
            {
                "say": "steps", "language": self.language, "lesson": self.chapter.number, "texts": WORDS,
                "first": FIRST.fill(first=first) if untried else None,
                "steps": steps,
                "said": said, "kept": {"number": self.number},
            }
        )  # fmt: skip

    def act_number(self, content: dict, buffers: list) -> None:
        """The trainee says what they worked out."""
        self.number = str(content.get("number", ""))[:40]
        self.show()


def numbers_in(text: str) -> set[str]:
    """The numbers of a text or of a page, without separators and without zeros at the end."""
    found = (re.sub(r"[,，]", "", one) for one in NUMBER.findall(TAG.sub(" ", text)))
    return {one.rstrip("0").rstrip(".") if "." in one else one for one in found}


FIRST = Text("计算过程中含练习的答案。请先试做{first}，再展开对照。",
             "The steps print what is asked below. Try {first} first, then come back.")  # fmt: skip
FOUND = Text("步骤中有这个数，请核对是不是同一步。", "The steps have this number; see whether it is the same step.")
NOT_FOUND = Text("步骤中没有这个数。请逐步对照，看从哪一步起不同。",
                 "The steps do not have this number. Go through them: where do yours part?")  # fmt: skip
WORDS = {
    "title": Text("计算步骤", "The steps"),
    "ask": Text("先写下你算出的一个数（任意一步），再展开对照：",
                "First write down one number that you worked out, of any step:"),
    "open": Text("展开对照", "Show the steps"),
}  # fmt: skip
