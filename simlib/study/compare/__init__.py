"""Several scenarios side by side."""

from __future__ import annotations

from simlib.study.study import Study
from simlib.words import Text


class CompareStudy(Study):
    """Two to six scenarios on the same tables, one of them the baseline."""

    name = "compare"
    help = Text("并排比较二至六个方案", "compare two to six scenarios")
    several = True

    def arguments(self, parser):
        parser.add_argument("--out", help="结果文件夹 result folder (default: none, the table is printed only)")
        parser.add_argument(
            "--baseline",
            default="1",
            help="基准方案的序号、文件名或标题 the baseline's number, file or title (default: 1)",
        )

    def command(self, options):
        from simlib.study.compare.command import compare

        compare(options)

    def again(self, recorded, tables, bench):
        from simlib.study.compare.command import again

        return again(recorded, tables, bench)
