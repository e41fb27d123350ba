"""How firm results stand under uncertain scores and costs."""

from __future__ import annotations

from simlib.study.study import ScenarioStudy
from simlib.words import Text


class RobustStudy(ScenarioStudy):
    """Thousands of draws of scores, costs and points: how likely each subject stays on its side."""

    name = "robust"
    help = Text("得分和费用有误差时的结果稳定性分析", "how firm results stand under uncertain scores and costs")
    title = Text("结果稳定性分析：{scenario}", "How firm the results stand: {scenario}")

    def arguments(self, parser):
        super().arguments(parser)
        parser.add_argument("--score-sd", help="得分误差的标准差，分 standard deviation of scores, points (assumed: 1)")
        parser.add_argument("--cost-cv", help="费用误差的变异系数 coefficient of variation of costs (assumed: 0.02)")
        parser.add_argument(
            "--points-cv", help="DIP 分值误差的变异系数 coefficient of variation of DIP points (assumed: 0.02)"
        )
        parser.add_argument("--draws", help="抽样次数 number of draws (default: 2000)")
        parser.add_argument("--seed", help="随机种子 random seed (default: 2026)")

    def settings(self, options):
        from simlib.study.robust.uncertainty import Uncertainty

        return Uncertainty(**self._given(options)).settings()

    def settings_of(self, manifest):
        from simlib.study.robust.uncertainty import Uncertainty

        return {name: manifest.setting(name, float) for name in Uncertainty.model_fields}

    def calculate(self, one, inputs, bench, settings, progress):
        from simlib import scenario
        from simlib.study.robust.calculation import robust
        from simlib.study.robust.uncertainty import Uncertainty

        return robust(scenario.run(one, inputs, bench, detail=False), Uncertainty(**settings), progress)

    def sections(self, done):
        from simlib.study.robust.sections import sections

        return sections(done)

    def notes(self, done, options):
        """What was assumed, where anything was."""
        from simlib.params import Kind
        from simlib.study.robust.sections import ASSUMED_HELP

        given, declared = self._given(options), done.assumed.declarations()
        assumed = any(one.kind is Kind.ASSUMPTION and name not in given for name, one in declared.items())
        return [ASSUMED_HELP, *self.sections(done)[0].lines[:3]] if assumed else []

    def _given(self, options) -> dict[str, str]:
        from simlib.study.robust.uncertainty import Uncertainty

        given = {name: getattr(options, name) for name in Uncertainty.model_fields}
        return {name: value for name, value in given.items() if value is not None}
