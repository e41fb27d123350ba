"""One scenario: its tables, and its report."""

from __future__ import annotations

from simlib.study.study import WRITTEN, Made, Study, asked, doubt, warn
from simlib.words import Text


class RunStudy(Study):
    """The tables of one scenario, its headline numbers and its manifest."""

    name = "run"
    help = Text("运行一个方案", "run one scenario")

    def arguments(self, parser):
        parser.add_argument("--out", help="结果文件夹 result folder (default: results/SCENARIO)")

    def command(self, options):
        from pathlib import Path

        from simlib import results, scenario
        from simlib.study.run.printed import printed

        one = asked(options)
        done = scenario.run(one, scenario.load_data(one.data))
        out = Path(options.out or Path("results") / Path(options.scenario).stem)
        results.write(done, out)
        print("\n".join(printed(done, options.lang)))
        for text in done.warnings:
            warn(text, options)
        doubt(done, options)
        print(WRITTEN.fill(out=out).to(options.lang))

    def again(self, recorded, tables, bench):
        from simlib import results, scenario

        done = scenario.run(recorded.rebuilt(recorded.data.source), tables, bench)
        return Made(done, results.tables(done), {results.SUMMARY: done.summary})
