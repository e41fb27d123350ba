"""``simlib exam``: a test paper of some lessons with its key, a handout and slides."""

from __future__ import annotations

from pathlib import Path

from simlib.words import Text


def commands(command) -> None:
    """Add the command to the parser."""
    one = command(exam, "exam", "出试卷、参考答案、讲义和课件 make a test paper, its key, a handout and slides")
    one.add_argument("--lesson", nargs="+", required=True, metavar="N", help="第几课，可写多个 numbers of lessons")
    one.add_argument(
        "--seed",
        help="姓名、学号或任意文字，相同则题目相同 whose numbers (default: the classroom's)",
    )
    one.add_argument("--out", required=True, help="文件夹 folder")


def exam(options) -> None:
    from simlib.course import paper

    names = paper.write(paper.exam(options.lesson, options.seed), Path(options.out), options.lang)
    print(DONE.fill(out=options.out, names=", ".join(names)).to(options.lang))


DONE = Text("试卷文件夹：{out}（{names}）", "Papers: {out} ({names})")
