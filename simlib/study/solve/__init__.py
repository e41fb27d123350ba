"""The parameter values that meet a target."""

from __future__ import annotations

from simlib.study.study import Study
from simlib.study.sweep import VARY
from simlib.words import Text


class SolveStudy(Study):
    """Goal-seek over one or two parameters; what is found may be written as a scenario."""

    name = "solve"
    help = Text("求达到目标的参数值", "the parameter values that meet a target")

    def arguments(self, parser):
        parser.add_argument("--vary", action="append", required=True, metavar="PATH[=FROM:TO:STEP]", help=VARY)
        parser.add_argument(
            "--target",
            action="append",
            required=True,
            metavar="OUTCOME=VALUE",
            help="目标，可重复 a target (=, >=, <=), repeatable",
        )
        parser.add_argument("--out", metavar="FILE.yaml", help="将求得的方案写入文件 write the scenario that was found")

    def command(self, options):
        from simlib.study.solve.command import solve

        return solve(options)
