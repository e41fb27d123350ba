"""``simlib robust``, ``sensitivity`` and ``respond``: how firm the results stand."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from simlib.words import Text


def commands(command) -> None:
    """Add these commands to the parser."""
    one = command(
        robust,
        "得分和费用有误差时结果有多稳 how firm results stand under uncertain scores and costs",
        data=True,
        scenario=True,
    )
    one.add_argument("--out", required=True, help="结果文件夹 result folder")
    one.add_argument("--score-sd", help="得分误差的标准差，分 standard deviation of scores, points (assumed: 1)")
    one.add_argument("--cost-cv", help="费用误差的变异系数 coefficient of variation of costs (assumed: 0.02)")
    one.add_argument(
        "--points-cv", help="DIP 分值误差的变异系数 coefficient of variation of DIP points (assumed: 0.02)"
    )
    one.add_argument("--draws", help="抽样次数 number of draws (default: 2000)")
    one.add_argument("--seed", help="随机种子 random seed (default: 2026)")

    one = command(sensitivity, "结果取决于哪些参数 what an outcome hangs on", data=True, scenario=True)
    one.add_argument("--out", required=True, help="结果文件夹 result folder")
    one.add_argument(
        "--outcome",
        default="",
        help="结果指标 outcome (default: the first that the rule is watched by, such as deposit.money_moved)",
    )
    one.add_argument(
        "--vary", action="append", default=[], metavar="PARAMETER[=LOW:HIGH]|RULE",
        help="变动的参数和范围，或整个规则 parameter with its range, or a whole rule (default: the outcome's rule)",
    )  # fmt: skip
    one.add_argument(
        "--samples",
        type=int,
        default=1024,
        help="Sobol 样本数 N，2 的整数次幂；0 不算 N of Sobol indices, a power of 2; 0 for none",
    )
    one.add_argument("--seed", type=int, default=2026, help="随机种子 random seed")

    one = command(
        respond,
        "多得一分值多少，都越线会怎样 what a point is worth, and what if all within reach step over",
        data=True,
        scenario=True,
    )
    one.add_argument("--out", required=True, help="结果文件夹 result folder")
    one.add_argument("--reach", default="1", help="差几分以内算够得着 points within reach (assumed: 1)")


def robust(options) -> None:
    from simlib.study.robust import calculation as study
    from simlib.study.robust import sections as report
    from simlib.study.robust.uncertainty import Uncertainty

    given = {name: getattr(options, name) for name in Uncertainty.model_fields}
    assumed = Uncertainty(**{name: value for name, value in given.items() if value is not None})
    with _study(options, assumed.settings()) as (run, progress, land):
        done = study.robust(run(), assumed, progress)
        land(done, report.sections(done))
    declared, assumptions = assumed.declarations(), report.sections(done)[0].lines
    if any(given[name] is None for name in declared if declared[name].kind is declared["score_sd"].kind):
        print("\n".join(text.to(options.lang) for text in (report.ASSUMED_HELP, *assumptions[:3])), file=sys.stderr)


def sensitivity(options) -> None:
    from simlib.study.sensitivity import calculation as study
    from simlib.study.sensitivity import sections as report

    settings = {"vary": options.vary, "target": options.outcome, "samples": options.samples, "seed": options.seed}
    with _study(options, settings) as (run, progress, land):
        before = run()
        done = study.sensitivity(before.scenario, before.inputs, **settings, progress=progress)
        land(done, report.sections(done))
    for text in (*done.left_out, *report.warnings(done)):
        print(Text("注意：", "Note: ").to(options.lang) + text.to(options.lang), file=sys.stderr)


def respond(options) -> None:
    from simlib.study.respond import calculation as study
    from simlib.study.respond import sections as report

    reach = study.Reach(reach=options.reach)
    with _study(options, reach.plain()) as (run, progress, land):
        done = study.respond(run(), reach.reach, progress)
        land(done, report.sections(done))


@contextmanager
def _study(options, settings: dict) -> Iterator[tuple[Callable, Callable, Callable]]:
    """A result folder that lands whole: what runs the scenario, what hears of progress, and what writes the study."""
    from tqdm import tqdm

    from simlib import report, results, scenario
    from simlib.cli.basic import load
    from simlib.landing import landing

    one = load(options)
    with landing(Path(options.out), replaces=results.MANIFEST) as folder, tqdm(disable=None, leave=False) as bar:

        def run():
            return scenario.run(one, scenario.load_data(one.data), detail=False)

        def progress(done: int, all_: int) -> None:
            bar.total = all_
            bar.update(done - bar.n)

        def land(done, sections: list) -> None:
            command = options.command.__name__
            title = TITLES[command].fill(scenario=Text(one.title, one.title_en or one.title))
            results.write_tables(folder, done.tables)
            (folder / "report.html").write_text(report.page(title, sections, done.run, options.lang), encoding="utf-8")
            results.Manifest.of(done.run, folder, command, **settings).write(folder)

        yield run, progress, land
    print(Text("结果：{out}", "Results: {out}").fill(out=options.out).to(options.lang))


TITLES = {
    "robust": Text("结果有多稳：{scenario}", "How firm the results stand: {scenario}"),
    "sensitivity": Text("结果取决于什么：{scenario}", "What the results hang on: {scenario}"),
    "respond": Text("机构会怎样应对：{scenario}", "How hospitals may answer: {scenario}"),
}
