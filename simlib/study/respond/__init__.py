"""How hospitals may answer."""

from __future__ import annotations

from simlib.study.study import ScenarioStudy
from simlib.words import Text


class RespondStudy(ScenarioStudy):
    """What a point more is worth to each, how far the next edge is, and what if all within reach step over it."""

    name = "respond"
    help = Text(
        "每增加 1 分的影响，以及临近分数线机构全部达标的影响",
        "what a point is worth, and what if all within reach step over",
    )
    title = Text("机构应对分析：{scenario}", "How hospitals may answer: {scenario}")

    def arguments(self, parser):
        super().arguments(parser)
        parser.add_argument("--reach", default="1", help="临近分数线的分差范围 points within reach (assumed: 1)")

    def settings(self, options):
        from simlib.study.respond.calculation import Reach

        return Reach(reach=options.reach).plain()

    def settings_of(self, manifest):
        return {"reach": manifest.setting("reach", float)}

    def calculate(self, one, inputs, bench, settings, progress):
        from simlib import scenario
        from simlib.study.respond.calculation import respond

        return respond(scenario.run(one, inputs, bench, detail=False), settings["reach"], progress)

    def sections(self, done):
        from simlib.study.respond.sections import sections

        return sections(done)
