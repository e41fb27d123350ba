"""The head of a lesson's page: how long it takes, what it holds, who takes it, and what is done with the answers."""

from __future__ import annotations

from datetime import UTC, datetime

from simlib.app.texts import TEXTS
from simlib.course import answers, trainer
from simlib.course.part import LONGEST_NAME, NAME, Part, scripts
from simlib.words import Text


class Opening(Part):
    """Time, list of contents, name, and the buttons of the lesson."""

    _esm = scripts("opening.js")

    def show(self) -> None:
        lesson = self.chapter.lesson
        self.tell(
            {
                "say": "opening", "language": self.language, "lesson": self.chapter.number, "title": lesson.title,
                "time": TIME.fill(minutes=lesson.minutes), "texts": WORDS, "longest": LONGEST_NAME,
                "trainee": self.chapter.trainee, "taken": self.taken, "unlocked": self.chapter.unlocked,
                "home": TEXTS["home"], "switch": TEXTS["language"], **self.chapter.progress,
            }
        )  # fmt: skip

    @property
    def taken(self) -> Text:
        """Whose numbers the exercises have."""
        return OWN.fill(name=self.chapter.trainee) if self.chapter.trainee else CLASSROOM

    # What a trainee or trainer can do, by the name the browser sends.

    def act_trainee(self, content: dict, buffers: list) -> None:
        self.chapter.enrol(str(content.get("name", "")), self)
        self.show()

    def act_clear(self, content: dict, buffers: list) -> None:
        """The browser has forgotten what it kept of this lesson; so does the kernel."""
        self.chapter.afresh()

    def act_export(self, content: dict, buffers: list) -> None:
        """A file of what the browser kept, for the trainer to collect."""
        kept = content.get("kept")
        name, data = answers.file_of(self.chapter, kept if isinstance(kept, dict) else {}, datetime.now(UTC))
        self.send({"say": "file", "name": name, "mime": "application/json"}, [data])

    def act_key(self, content: dict, buffers: list) -> None:
        """Somebody says the trainer's key."""
        verdict = trainer.opens(str(content.get("key", "")))
        if verdict is trainer.Verdict.OPEN:
            self.chapter.unlock()
        self.tell({"say": "key", "text": trainer.SAID[verdict], "open": self.chapter.unlocked})


TIME = Text("大约 {minutes} 分钟", "about {minutes} minutes")
OWN = Text("{name}的题目。数字由姓名或学号生成，答案保存在本浏览器中。",
           "The exercises of {name}: their numbers come of the name. Answers are kept in this browser.")  # fmt: skip
CLASSROOM = Text("课堂题目，人人相同。填写姓名或学号，换成自己的题目。答案保存在本浏览器中。",
                 "The classroom's exercises, the same for all. A name or number brings your own. Answers are kept in "
                 "this browser.")  # fmt: skip
WORDS = {
    "contents": Text("本课目录", "Contents"),
    "name": NAME,
    "take": Text("换成我的题目", "Take my exercises"),
    "export": Text("导出作答", "Export answers"),
    "clear": Text("清除本课作答", "Clear this lesson's answers"),
    "sure": Text("确定清除？不能恢复", "Clear for good?"),
    "trainer": Text("讲师", "Trainer"),
    "key": Text("讲师口令", "Trainer's key"),
    "open": Text("打开解答", "Open the solutions"),
}
