"""What the papers of an exam say besides its lessons."""

from __future__ import annotations

import simlib
from simlib.course.paper.exam import Exam
from simlib.words import Text


def made(exam: Exam) -> Text:
    """What the papers were made of, so that they can be made again."""
    lessons = "、".join(str(part.lesson) for part in exam.parts)
    said = MADE if exam.seed else MADE_CLASSROOM
    return said.fill(version=simlib.__version__, lessons=lessons, seed=exam.seed)


PAPER, KEY = Text("试卷", "Test paper"), Text("参考答案（讲师用）", "Key (for the trainer)")
HANDOUT, SLIDES = Text("讲义", "Handout"), Text("课件", "Slides")
MADE = Text("simlib {version} · 第 {lessons} 课 · 种子 {seed}", "simlib {version} · lessons {lessons} · seed {seed}")
MADE_CLASSROOM = Text("simlib {version} · 第 {lessons} 课 · 课堂数值",
                      "simlib {version} · lessons {lessons} · classroom numbers")  # fmt: skip
WORDS = {
    "name": Text("姓名：", "Name: "), "date": Text("日期：", "Date: "), "marks": Text("得分：", "Marks: "),
    "answer": Text("答：", "Answer: "), "right": Text("答案：", "Answer: "), "steps": Text("计算过程", "Steps"),
    "mistakes": Text("常见错误", "Common mistakes"),
    "note": Text("除非题目另有说明，都用本课表中的数据和文件规定的参数；每题的假设只管这一题。"
                 "金额写到分，比例至少保留四位小数，得分不舍入。",
                 "Unless a question says otherwise, take the tables of its lesson and the documents' parameters; what "
                 "one question supposes holds for it alone. Amounts to the fen, ratios with at least 4 decimals, "
                 "points unrounded."),
}  # fmt: skip
