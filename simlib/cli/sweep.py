"""``simlib sweep`` and ``solve``: many values of parameters, and the value that meets a target."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from simlib.cli.basic import load
from simlib.problems import BadInput
from simlib.words import LANGUAGES, Text, joined


def commands(command) -> None:
    """Add these commands to the parser."""
    vary = "变动的参数，可重复 a parameter that varies, repeatable: deposit.upper=1.00:1.10:0.01"
    one = command(sweep, "成千上万种参数取值，一次算完 thousands of parameter values at once", data=True, scenario=True)
    one.add_argument("--vary", action="append", required=True, metavar="PATH[=FROM:TO:STEP]", help=vary)
    one.add_argument(
        "--sample", type=int, metavar="N", help="拉丁超立方抽样的个数 Latin hypercube of N cases instead of a grid"
    )
    one.add_argument("--seed", type=int, default=2026, help="随机种子 random seed (2026)")
    one.add_argument(
        "--show",
        action="append",
        default=[],
        metavar="OUTCOME",
        help="图中的结果指标，可重复 an outcome to draw, repeatable",
    )
    one.add_argument(
        "--out",
        required=True,
        metavar="FILE.parquet",
        help="结果文件，旁边另有 .html 和 .json the file; .html and .json beside it",
    )
    one = command(solve, "求达到目标的参数值 the parameter values that meet a target", data=True, scenario=True)
    one.add_argument("--vary", action="append", required=True, metavar="PATH[=FROM:TO:STEP]", help=vary)
    one.add_argument(
        "--target",
        action="append",
        required=True,
        metavar="OUTCOME=VALUE",
        help="目标，可重复 a target (=, >=, <=), repeatable",
    )
    one.add_argument("--out", metavar="FILE.yaml", help="把求得的方案写成文件 write the scenario that was found")


def sweep(options) -> None:
    from tqdm import tqdm

    from simlib import report
    from simlib.comparison.outcomes import outcome
    from simlib.landing import land_bytes
    from simlib.study.axes import grid, latin_hypercube
    from simlib.study.sweep import file as sweep_file
    from simlib.study.sweep import sections

    one, axes = _swept(options)
    cases = grid(axes) if options.sample is None else latin_hypercube(axes, options.sample, options.seed)
    show = [outcome(name, one.columns) for name in options.show]
    out = Path(options.out)
    with tqdm(total=len(cases), unit="", disable=None) as bar:
        done = sweep_file.write(one, cases, out, bar.update)
    html = report.page(
        one.titled(sections.TITLE),
        sections.sections(one, axes, done, show, options.sample is not None),
        one.document,
        options.lang,
    )
    land_bytes(out.with_suffix(".html"), html.encode())
    print(DONE.fill(count=f"{len(done):,}", out=out, report=out.with_suffix(".html")).to(options.lang))


def solve(options) -> int:
    from simlib import scenario
    from simlib.landing import land_bytes
    from simlib.study.solve import calculation as study

    lang = options.lang
    one, axes = _swept(options)
    goals = [study.goal(text, one.columns) for text in options.target]
    found = study.solve(one, axes, goals)
    print("\n".join(told(one, axes, found, lang)))
    reached = found.met or found.around
    if options.out and reached:
        values = {axis: axis.value(found.best) for axis in axes}
        parts = [
            Text(*(f"{axis.declared.label.to(lang)} {axis.declared.show(value, lang)}" for lang in LANGUAGES))
            for axis, value in values.items()
        ]
        title = TITLE.fill(title=Text(one.base.title, one.base.title_en or one.base.title), values=joined(parts))
        solved = one.base.changed({axis.path: str(value) for axis, value in values.items()})
        solved = replace(
            solved, title=title.zh, title_en=title.en, question=QUESTION.fill(goals="; ".join(options.target)).zh
        )
        land_bytes(Path(options.out), scenario.dump(solved).encode())
        print(WRITTEN.fill(out=options.out).to(lang))
    return 0 if reached else 1


def told(one, axes, found, lang: str) -> list[str]:
    """What was found, in sentences and, where two goals conflict, the frontier between them."""
    from simlib.cli.aligned import aligned
    from simlib.money import decimal_text
    from simlib.report.table import at_a_glance

    values = {axis.path: axis.declared.show(axis.value(found.best), lang) for axis in axes}
    head = MET if found.met else CLOSEST if found.around else UNREACHED if len(found.goals) == 1 else NOT_AT_ONCE
    lines = [head.to(lang)]
    lines += [VALUE.fill(label=axis.declared.label, path=axis.path, value=values[axis.path],
                         now=axis.declared.show(one.present(axis.path), lang)).to(lang) for axis in axes]  # fmt: skip
    for goal in found.goals:
        asked = f"{goal.sign} {decimal_text(goal.value)}"
        got = at_a_glance(found.best[goal.path], goal.column)
        lines.append(REACHED.fill(label=goal.column.label, asked=asked, got=got).to(lang))
        low, high = found.reach(goal)
        if not found.met and not low <= goal.value <= high:
            lines.append(BEYOND.fill(low=at_a_glance(low, goal.column), high=at_a_glance(high, goal.column)).to(lang))
    for path in [f"{rule}.{name}" for rule in found.rules for name in ("gainers", "losers", "gained", "lost")]:
        column = found.columns[path]
        lines.append(f"  {column.heading.to(lang)}  {at_a_glance(found.best[path], column)}")
    if len(found.goals) > 1 and not found.met:
        lines += ["", FRONTIER.to(lang)]
        names = [
            *(axis.declared.label.to(lang) for axis in axes),
            *(goal.column.label.to(lang) for goal in found.goals),
        ]
        rows = [[*(axis.declared.show(axis.value(row), lang) for axis in axes), *(at_a_glance(row[goal.path], goal.column) for goal in found.goals)]
                for _, row in found.frontier.iterrows()]  # fmt: skip
        lines += aligned([names, *rows])
    return lines


def _swept(options):
    """The scenario on its data, ready for other values, and the axes. BadInput lists every fault of the command."""
    from simlib import scenario
    from simlib.study.axes import axis
    from simlib.study.sweep.calculation import Sweep

    axes, problems = [], []
    for text in options.vary:
        try:
            axes.append(axis(text))
        except BadInput as bad:
            problems += bad.problems
    try:
        base = load(options)
    except BadInput as bad:
        problems += bad.problems
    if problems:
        raise BadInput(problems)
    return Sweep(base, scenario.load_data(base.data), tuple(one.path for one in axes)), axes


DONE = Text("完成 {count} 种取值：{out}；图：{report}", "{count} cases: {out}; figures: {report}")
MET = Text("达到目标。最接近本方案的取值：", "Reached. The values nearest to the scenario's own:")
CLOSEST = Text("没有取值恰好等于目标：结果在目标上下跳变。最接近的取值：",
               "No value gives exactly this: the outcome jumps across the target. The closest:")  # fmt: skip
NOT_AT_ONCE = Text(
    "没有取值同时达到全部目标。差得最少的取值：", "No value reaches all targets at once. What comes closest:"
)
UNREACHED = Text("没有取值达到目标。差得最少的取值：", "No value reaches the target. What comes closest:")
VALUE = Text("  {label}（{path}）= {value}，现为 {now}", "  {label} ({path}) = {value}, now {now}")
REACHED = Text("  {label}：目标 {asked}，得到 {got}", "  {label}: target {asked}, reached {got}")
BEYOND = Text("    在所给范围内只能达到 {low} 至 {high}", "    within the ranges given it reaches {low} to {high} only")
FRONTIER = Text("两个目标冲突。下列取值中，没有一个能在一个目标上更好而不损害另一个：",
                "The two goals conflict. None of these is better in one without being worse in the other:")  # fmt: skip
TITLE = Text("{title}：{values}", "{title}: {values}")
QUESTION = Text("怎样达到 {goals}？", "What reaches {goals}?")
WRITTEN = Text("方案：{out}", "Scenario: {out}")
