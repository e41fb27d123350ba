"""Thousands of parameter values at once."""

from __future__ import annotations

from simlib.study.study import Study
from simlib.words import Text

VARY = "变动的参数，可重复 a parameter that varies, repeatable: deposit.upper=1.00:1.10:0.01"


class SweepStudy(Study):
    """A grid of parameter values, or a Latin hypercube of them, in one file."""

    name = "sweep"
    help = Text("一次计算成千上万组参数取值", "thousands of parameter values at once")

    def arguments(self, parser):
        parser.add_argument("--vary", action="append", required=True, metavar="PATH[=FROM:TO:STEP]", help=VARY)
        parser.add_argument(
            "--sample", type=int, metavar="N", help="拉丁超立方抽样的个数 Latin hypercube of N cases instead of a grid"
        )
        parser.add_argument("--seed", type=int, default=2026, help="随机种子 random seed (2026)")
        parser.add_argument(
            "--show",
            action="append",
            default=[],
            metavar="OUTCOME",
            help="图中的结果指标，可重复 an outcome to draw, repeatable",
        )
        parser.add_argument(
            "--out",
            required=True,
            metavar="FILE.parquet",
            help="结果文件，旁边另有 .html 和 .json the file; .html and .json beside it",
        )

    def command(self, options):
        from simlib.study.sweep.command import sweep

        sweep(options)

    def again(self, recorded, tables, bench):
        from simlib.study.sweep.command import again

        return again(recorded, tables, bench)
