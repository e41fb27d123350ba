"""What an outcome hangs on."""

from __future__ import annotations

from simlib.study.study import NOTE, ScenarioStudy
from simlib.words import Text


class SensitivityStudy(ScenarioStudy):
    """Each parameter alone over its range, and all at once by Sobol indices."""

    name = "sensitivity"
    help = Text("各参数对结果的影响", "what an outcome hangs on")
    title = Text("敏感性分析：{scenario}", "What the results hang on: {scenario}")

    def arguments(self, parser):
        super().arguments(parser)
        parser.add_argument(
            "--outcome",
            default="",
            help="结果指标 outcome (default: the first that the rule is watched by, such as deposit.money_moved)",
        )
        parser.add_argument(
            "--vary", action="append", default=[], metavar="PARAMETER[=LOW:HIGH]|RULE",
            help="变动的参数和范围，或整个规则 parameter with its range, or a whole rule (default: the outcome's rule)",
        )  # fmt: skip
        parser.add_argument(
            "--samples",
            type=int,
            default=1024,
            help="Sobol 样本数 N，2 的整数次幂；0 不算 N of Sobol indices, a power of 2; 0 for none",
        )
        parser.add_argument("--seed", type=int, default=2026, help="随机种子 random seed")

    def settings(self, options):
        return {"vary": options.vary, "target": options.outcome, "samples": options.samples, "seed": options.seed}

    def settings_of(self, manifest):
        kinds = {"vary": list[str], "target": str, "samples": int, "seed": int}
        return {name: manifest.setting(name, kind) for name, kind in kinds.items()}

    def calculate(self, one, inputs, bench, settings, progress):
        from simlib.study.sensitivity.calculation import sensitivity

        return sensitivity(one, inputs, **settings, progress=progress, bench=bench)

    def sections(self, done):
        from simlib.study.sensitivity.sections import sections

        return sections(done)

    def notes(self, done, options):
        from simlib.study.sensitivity.sections import warnings

        return [NOTE.fill(text=text) for text in (*done.left_out, *warnings(done))]
