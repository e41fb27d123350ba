"""``simlib compare``: the same data under several scenarios."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from typing import Any

from simlib import comparison, report, results
from simlib.comparison.compare import Comparison, check_number
from simlib.comparison.tables import RESULTS
from simlib.landing import landing
from simlib.problems import BadInput, Problem
from simlib.results.manifest import MANIFEST, WRONG, Manifest, Recorded
from simlib.scenario import Bench, Scenario, load, load_data, run
from simlib.study import study
from simlib.study.compare import sections
from simlib.study.compare.printed import printed
from simlib.tables import Tables
from simlib.words import Text


def compare(options: Namespace) -> None:
    paths = [Path(one) for one in options.scenarios]
    check_number(len(paths))
    scenarios = _scenarios(paths, options.data)
    baseline = _baseline(options.baseline, paths, scenarios)
    done = _compared(scenarios, load_data(scenarios[0].data), Bench(), baseline)
    if options.out:
        _write(done, Path(options.out), options.lang)
    print("\n".join(printed(done, options.lang)))
    for text in done.warnings:
        study.warn(text, options)
    study.doubt(done.runs[done.baseline], options)
    if options.out:
        study.say(study.WRITTEN.fill(out=options.out), options)


def again(recorded: Manifest, tables: Tables, bench: Bench) -> study.Made:
    """What it wrote, from the scenarios of the manifest's settings. BadInput where these do not hold."""
    scenarios = [one.rebuilt(recorded.data.source) for one in recorded.scenarios]
    check_number(len(scenarios))
    done = _compared(scenarios, tables, bench, recorded.setting("baseline", int) - 1)
    baseline = recorded.scenarios[done.baseline]
    if (baseline.scenario, baseline.params) != (recorded.scenario, recorded.params):
        raise BadInput(Problem(WRONG, MANIFEST, column="settings.baseline"))
    return study.Made(done.runs[done.baseline], [(table, done.tables[table.name]) for table in RESULTS])


def _compared(scenarios: list[Scenario], tables: Tables, bench: Bench, baseline: int) -> Comparison:
    return comparison.compare([run(one, tables, bench, detail=False) for one in scenarios], baseline)


def _scenarios(paths: list[Path], data: str | None) -> list[Scenario]:
    """The scenarios, on the same data. BadInput lists every fault of every file."""
    found, problems = [], []
    for path in paths:
        try:
            found.append(load(path))
        except BadInput as bad:
            problems += bad.problems
    if problems:
        raise BadInput(problems)
    if data:
        return [replace(one, data=data) for one in found]
    others = [
        Problem(OTHER_DATA.fill(first=paths[0], data=found[0].data, own=one.data), str(path), column="data")
        for path, one in zip(paths, found, strict=True)
        if one.data != found[0].data
    ]
    if others:
        raise BadInput(others)
    return found


def _baseline(asked: str, paths: list[Path], scenarios: list[Scenario]) -> int:
    """Which scenario is meant: by number from 1, file or title."""
    names = [
        {str(n), str(path), path.name, path.stem, one.title, one.title_en} - {""}
        for n, (path, one) in enumerate(zip(paths, scenarios, strict=True), start=1)
    ]
    found = [n for n, known in enumerate(names) if asked in known]
    if asked.isdecimal() and int(asked) - 1 in found:
        return int(asked) - 1
    if len(found) != 1:
        known = ", ".join(f"{n} = {path.stem}" for n, path in enumerate(paths, start=1))
        raise BadInput(Problem((SEVERAL if found else NO_BASELINE).fill(known=known), column="--baseline", value=asked))
    return found[0]


def _write(done: Comparison, out: Path, lang: str) -> None:
    """The folder: tables, a report, and the manifest with every scenario."""
    baseline = done.runs[done.baseline]
    with landing(out, replaces=MANIFEST) as folder:
        results.write_tables(folder, [(table, done.tables[table.name]) for table in RESULTS])
        html = report.page(sections.TITLE, sections.sections(done), baseline, lang)
        (folder / "report.html").write_text(html, encoding="utf-8")
        settings: dict[str, Any] = {
            "baseline": done.baseline + 1,
            "scenarios": [Recorded.of(one.scenario) for one in done.runs],
        }
        Manifest.of(baseline, folder, "compare", **settings).write(folder)


OTHER_DATA = Text("数据（{own}）与 {first} 的数据（{data}）不同。请用 --data 指定同一份数据，或修改方案的 data。",
                  "Its data ({own}) are not those of {first} ({data}). Name one data folder with --data, or change the "
                  "scenario's data.")  # fmt: skip
NO_BASELINE = Text("未找到该方案。可填：{known}。", "There is no such scenario. Known: {known}.")
SEVERAL = Text(
    "有多个方案使用该名称。请填写序号：{known}。", "More than one scenario has this name. Give its number: {known}."
)
