"""``simlib sweep``: many values of parameters in one file, with a report and a manifest beside it."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from tqdm import tqdm

from simlib import report
from simlib.comparison.outcomes import outcome
from simlib.problems import BadInput, Problem
from simlib.results.manifest import MANIFEST, WRONG, Manifest
from simlib.scenario import Bench, load_data
from simlib.study import study
from simlib.study.axes import Axis, Case, axis, grid, latin_hypercube
from simlib.study.sweep import file, sections
from simlib.study.sweep.calculation import Sweep
from simlib.tables import Tables
from simlib.words import Text


def sweep(options: Namespace) -> None:
    one, axes = sweep_of(options)
    cases = _cases(axes, options.sample, options.seed)
    show = [outcome(name, one.columns) for name in options.show]
    out = Path(options.out)
    with tqdm(total=len(cases), unit="", disable=None) as bar:
        done = file.write(one, cases, out, bar.update)
    html = report.page(
        one.titled(sections.TITLE),
        sections.sections(one, axes, done, show, options.sample is not None),
        one.document,
        options.lang,
    )
    settings = {"cases": len(cases), "vary": options.vary, "sample": options.sample, "seed": options.seed}
    file.describe(one, out, html, settings)
    study.say(DONE.fill(count=f"{len(done):,}", out=out, report=out.with_suffix(".html")), options)


def sweep_of(options: Namespace) -> tuple[Sweep, list[Axis]]:
    """The scenario on its data, ready for other values, and the axes. BadInput lists every fault of the command."""

    axes, problems = [], []
    for text in options.vary:
        try:
            axes.append(axis(text))
        except BadInput as bad:
            problems += bad.problems
    try:
        base = study.asked(options)
    except BadInput as bad:
        problems += bad.problems
    if problems:
        raise BadInput(problems)
    return Sweep(base, load_data(base.data), tuple(one.path for one in axes)), axes


def again(recorded: Manifest, tables: Tables, bench: Bench) -> study.Made:
    """The cases of a sweep, from its manifest. BadInput where its settings do not hold."""
    axes = [axis(text) for text in recorded.setting("vary", list[str])]
    cases = _cases(axes, recorded.setting("sample", int | None), recorded.setting("seed", int))
    if recorded.setting("cases", int) != len(cases):
        raise BadInput(Problem(WRONG, MANIFEST, column="settings.cases"))
    one = Sweep(recorded.rebuilt(recorded.data.source), tables, tuple(axis.path for axis in axes), bench=bench)
    names = [name for name in recorded.results if name.endswith(".parquet")]
    if len(names) != 1 or "/" in names[0]:
        raise BadInput(Problem(WRONG, MANIFEST, column="results"))
    return study.Made(file.run_of(one), files={names[0]: (file.table(one), one.run(cases).to_parquet())})


def _cases(axes: list[Axis], sample: int | None, seed: int) -> list[Case]:
    return grid(axes) if sample is None else latin_hypercube(axes, sample, seed)


DONE = Text("完成 {count} 组取值：{out}；图：{report}", "{count} cases: {out}; figures: {report}")
