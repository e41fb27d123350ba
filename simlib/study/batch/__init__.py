"""Many scenarios, a folder and an executed report each."""

from __future__ import annotations

from argparse import ArgumentTypeError

from simlib.study.study import Study
from simlib.words import Text


class BatchStudy(Study):
    """An executed report for each of many scenarios, and what compares them."""

    name = "batch"
    help = Text("批量运行方案并生成报告", "run many scenarios, a report each")
    several = True

    def arguments(self, parser):
        parser.add_argument("--out", required=True, help="结果文件夹 result folder")
        parser.add_argument(
            "--jobs", type=_positive, default=1, metavar="N", help="同时运行的方案数 how many at a time (default: 1)"
        )
        parser.add_argument(
            "--resume", action="store_true", help="跳过已完成且未变动的方案 skip what is done and unchanged"
        )

    def command(self, options):
        from simlib.study.batch.command import batch

        return batch(options)

    def again(self, recorded, tables, bench):
        from simlib.study.batch.folder import again

        return again(recorded, tables, bench)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ArgumentTypeError("≥ 1")
    return number
