"""``simlib compare``: the same data under several scenarios."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from simlib.cli.aligned import aligned
from simlib.problems import BadInput, Problem
from simlib.words import Text


def commands(command) -> None:
    """Add these commands to the parser."""
    one = command(compare, "并排比较二至六个方案 compare two to six scenarios", data=True, scenarios=True)
    one.add_argument("--out", help="结果文件夹 result folder (default: none, the table is printed only)")
    one.add_argument(
        "--baseline", default="1", help="基准方案的序号、文件名或标题 the baseline's number, file or title (default: 1)"
    )


def compare(options) -> None:
    from simlib import scenario
    from simlib.comparison import compare as study

    paths = [Path(one) for one in options.scenarios]
    study.check_number(len(paths))
    scenarios = _scenarios(paths, options.data)
    baseline = _baseline(options.baseline, paths, scenarios)
    inputs, bench = scenario.load_data(scenarios[0].data), scenario.Bench()
    done = study.compare([scenario.run(one, inputs, bench, detail=False) for one in scenarios], baseline)
    if options.out:
        _write(done, Path(options.out), options.lang)
    print("\n".join(printed(done, options.lang)))
    for text in done.warnings:
        print(Text("注意：", "Note: ").to(options.lang) + text.to(options.lang), file=sys.stderr)
    if options.out:
        print(Text("结果：{out}", "Results: {out}").fill(out=options.out).to(options.lang))


def printed(done, lang: str) -> list[str]:
    """The scenarios by number, then their headline numbers side by side: rule by rule, what differs below each value."""
    from simlib.comparison.tables import SAME
    from simlib.rules import FAMILIES

    lines = [
        f"{n + 1}  {title.to(lang)}" + (MARK.to(lang) if n == done.baseline else "")
        for n, title in enumerate(done.titles)
    ]
    for rule, can in done.rules.items():
        label, differs = FAMILIES[rule].label.to(lang), done.differs(rule)
        head = [label, *(str(n + 1) for n in can)]
        lines += [
            "",
            *(
                aligned([head, *_numbers(done, rule, lang), *_moves(done, rule, lang)])
                if differs
                else [label, "  " + SAME.to(lang)]
            ),
        ]
    return lines


def _numbers(done, rule: str, lang: str) -> list[list[str]]:
    from simlib.report.table import at_a_glance, signed
    from simlib.rules import FAMILIES

    table = done.tables["comparison"]
    rows = []
    for column in FAMILIES[rule].headlines:
        mine = table[(table["rule"] == rule) & (table["outcome"] == column.name)]
        rows.append([f"  {column.heading.to(lang)}", *(at_a_glance(value, column) for value in mine["value"])])
        if mine["difference"].any():
            rows.append([f"    {AGAINST.to(lang)}", *(signed(value, column) for value in mine["difference"])])
    return rows


def _moves(done, rule: str, lang: str) -> list[list[str]]:
    """Who gains and loses, and who changes side, where anybody does."""
    from simlib.report.table import at_a_glance
    from simlib.rules import FAMILIES

    family, can = FAMILIES[rule], done.rules[rule]
    moves = [done.moved(rule, n) for n in can]
    if not any(one["gainers"] or one["losers"] for one in moves):
        return [[f"  {NOBODY.to(lang)}"]]
    rows = []
    for label, count, amount in ((GAIN, "gainers", "gained"), (LOSE, "losers", "lost")):
        rows.append(
            [
                f"  {label.to(lang)}",
                *("" if n == done.baseline else f"{one[count]:,}" for n, one in zip(can, moves, strict=True)),
            ]
        )
        unit = Text("（{unit}）", " ({unit})").fill(unit=family.measure.unit).to(lang)
        rows.append(
            [
                f"    {TOTAL.to(lang)}{unit}",
                *(
                    "" if n == done.baseline else at_a_glance(one[amount], family.measure)
                    for n, one in zip(can, moves, strict=True)
                ),
            ]
        )
    changes: dict[tuple[str, str], dict[int, int]] = {}
    for n in can:
        for row in done.sides(rule, n):
            if row["side"] == family.side and row["from"] != row["to"]:
                changes.setdefault((row["from"], row["to"]), {})[n] = row["subjects"]
    named = family.sides
    for (one, other), counts in changes.items():
        shown = ("" if n == done.baseline else f"{counts.get(n, 0):,}" for n in can)
        rows.append([f"  {named[one].to(lang)} → {named[other].to(lang)}", *shown])
    return rows


def _scenarios(paths: list[Path], data: str | None) -> list:
    """The scenarios, on the same data. BadInput lists every fault of every file."""
    from simlib import scenario

    found, problems = [], []
    for path in paths:
        try:
            found.append(scenario.load(path))
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


def _baseline(asked: str, paths: list[Path], scenarios: list) -> int:
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


def _write(done, out: Path, lang: str) -> None:
    """The folder: tables, a report, and the manifest with every scenario."""
    from simlib import report, results
    from simlib.comparison.tables import RESULTS
    from simlib.landing import landing
    from simlib.study.compare import sections

    run = done.runs[done.baseline]
    with landing(out, replaces=results.MANIFEST) as folder:
        results.write_tables(folder, [(table, done.tables[table.name]) for table in RESULTS])
        html = report.page(sections.TITLE, sections.sections(done), run, lang)
        (folder / "report.html").write_text(html, encoding="utf-8")
        settings = {
            "baseline": done.baseline + 1,
            "scenarios": [results.Recorded.of(one.scenario) for one in done.runs],
        }
        results.Manifest.of(run, folder, "compare", **settings).write(folder)


MARK = Text("（基准）", " (baseline)")
AGAINST = Text("较基准", "against the baseline")
GAIN, LOSE, TOTAL = Text("增加的家数", "Gainers"), Text("减少的家数", "Losers"), Text("合计", "in all")
NOBODY = Text("金额没有变化", "no amount changes")
OTHER_DATA = Text("数据（{own}）与 {first} 的（{data}）不同。请用 --data 指定同一份数据，或改方案的 data。",
                  "Its data ({own}) are not those of {first} ({data}). Name one data folder with --data, or change the scenario's data.")  # fmt: skip
NO_BASELINE = Text("没有这个方案。可填：{known}。", "There is no such scenario. Known: {known}.")
SEVERAL = Text(
    "不止一个方案叫这个名称。请填序号：{known}。", "More than one scenario has this name. Give its number: {known}."
)
