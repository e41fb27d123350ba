"""The scenarios of a batch executed side by side in processes, and the report that compares them."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from simlib import report, results
from simlib.charts import bars
from simlib.columns import Type
from simlib.columns.values import each_row
from simlib.comparison.compare import Comparison
from simlib.comparison.movement import GAINED, LOST
from simlib.comparison.tables import OUTCOMES
from simlib.comparison.tables import SCENARIOS as COMPARED
from simlib.digests import file_digest
from simlib.report.stamp import SHORT
from simlib.report.table import Link, at_a_glance
from simlib.results import MANIFEST, Manifest, Recorded
from simlib.rules import FAMILIES
from simlib.scenario.model import QUESTION, SCENARIO, SCENARIOS
from simlib.study.batch.execute import NOTEBOOK, Execution, Task, execute, start
from simlib.study.batch.folder import COMPARISON, FAILED, Entry, compared, together
from simlib.study.run.sections import NO_LABEL, WARNINGS, lines_table
from simlib.words import Text, joined


def settings(language: str) -> dict:
    """What a scenario's report hangs on besides scenario, data and version."""
    return {"language": language, "notebook": file_digest(NOTEBOOK)}


def tasks(entries: Sequence[Entry], out: Path, language: str, data: str | None) -> list[Task]:
    """What is to be executed for each scenario."""
    kept = out.resolve() / FAILED
    return [
        Task(one.name, str(one.path), one.title, out.resolve() / one.name, kept / f"{one.name}.ipynb", language,
             data or "", settings(language))
        for one in entries
    ]  # fmt: skip


def executed(todo: Sequence[Task], jobs: int) -> Iterator[Execution]:
    """How each task went, as they end; ``jobs`` at a time, each in a process, for papermill is not for threads.

    Where the caller stops asking, as on Ctrl-C, kernels and processes end, and what has not landed leaves no trace.
    """
    if not todo:
        return
    context = multiprocessing.get_context("spawn")
    stopping = context.Event()
    pool = ProcessPoolExecutor(min(jobs, len(todo)), context, initializer=start, initargs=(stopping,))
    running = {pool.submit(execute, one): one for one in todo}
    try:
        for one in as_completed(running):
            try:
                yield one.result()
            except BrokenProcessPool:
                yield Execution(running[one].name, 0.0, message=DIED.zh)
    finally:
        stopping.set()
        pool.shutdown(wait=False, cancel_futures=True)
        while not all(one.done() for one in running):
            for process in multiprocessing.active_children():
                if process.pid is not None:
                    os.kill(process.pid, signal.SIGINT)  # who runs no notebook ignores it
            wait(running, timeout=0.5)
        pool.shutdown()


def write_comparison(entries: Sequence[Entry], out: Path, language: str) -> None:
    """The comparison of the scenarios that are done, and the manifest over all files, each put in place whole."""
    kept = out / FAILED
    if kept.is_dir() and not any(kept.iterdir()):
        kept.rmdir()
    done = compared(together(entries))
    (out / MANIFEST).unlink(missing_ok=True)
    results.write_tables(out, [(OUTCOMES, done.tables[OUTCOMES.name])])
    page = report.page(TITLE, sections(done, entries), done.runs[0], language)
    (out / COMPARISON).write_text(page, encoding="utf-8")
    recorded = [Recorded.of(one.scenario) for one in done.runs]
    Manifest.of(done.runs[0], out, "batch", scenarios=recorded, **settings(language)).write(out / f".{MANIFEST}")
    os.replace(out / f".{MANIFEST}", out / MANIFEST)


def sections(done: Comparison, entries: Sequence[Entry]) -> list[report.Section]:
    """The scenarios with their questions and reports, then rule by rule what each gives, beside the first."""
    of = {id(run): title for run, title in zip(done.runs, done.titles, strict=True)}
    rows = [
        [of.get(id(one.run), one.title), Text(*[one.run.scenario.question] * 2),
         joined(FAMILIES[name].label for name in one.run.parts),
         one.run.scenario.digest[:SHORT], Link(f"{one.name}/report.html")]
        for one in entries
    ]  # fmt: skip
    told = [report.Section(SCENARIOS, table=lines_table(NO_LABEL, SCENARIO_HEADINGS, rows))]
    for rule in done.rules:
        told += [_numbers(done, rule), _moved(done, rule)] if done.differs(rule) else []
    notes = [OTHER_DATA.fill(title=one.title) for one in entries if id(one.run) not in of]
    notes += [
        OTHER_SUBJECTS.fill(title=title, rule=FAMILIES[rule].label)
        for n, (run, title) in enumerate(zip(done.runs, done.titles, strict=True))
        for rule in run.parts if n and n not in done.rules.get(rule, ())
    ]  # fmt: skip
    return [*told, report.Section(WARNINGS, lines=tuple(notes))] if notes else told


def _numbers(done: Comparison, rule: str) -> report.Section:
    """The first scenario and those that differ from it: one line each, a column for each headline number that
    differs."""
    table = done.tables[OUTCOMES.name]
    mine = table[table["rule"] == rule]
    moved = {title for title, differs in zip(mine["scenario"], mine["difference"], strict=True) if differs}
    columns = [one for one in FAMILIES[rule].headlines if mine.loc[mine["outcome"] == one.name, "difference"].any()]
    values = {(row.scenario, row.outcome): row.value for row in each_row(mine)}
    shown = [done.titles[n] for n in done.rules[rule] if n == done.baseline or done.titles[n].zh in moved]
    rows = [[title, *(at_a_glance(values[title.zh, one.name], one) for one in columns)] for title in shown]
    same = len(done.rules[rule]) - len(shown)
    lines = (SAME.fill(count=same, first=done.titles[0]),) if same else ()
    headings = [SCENARIO, *(one.heading for one in columns)]
    return report.Section(FAMILIES[rule].label, NUMBERS, lines, table=lines_table(NO_LABEL, headings, rows))


def _moved(done: Comparison, rule: str) -> report.Section:
    """What each scenario gives more and less than the first."""
    family = FAMILIES[rule]
    lines = []
    for n in done.rules[rule]:
        one = done.moved(rule, n)
        if one["gainers"] or one["losers"]:
            lines.append(
                {
                    "label": done.titles[n],
                    "count": one["gainers"] + one["losers"],
                    "out": one["lost"],
                    "in": one["gained"],
                }
            )
    title = MOVED.fill(rule=family.label)
    if not lines:
        return report.Section(title, lines=(NOBODY,))
    figure = bars.back_to_back(lines, [SCENARIO, COUNT, LOST, GAINED], money_moves=family.measure.type is Type.MONEY)
    return report.Section(title, MOVED_HELP.fill(what=family.measure.heading, first=done.titles[0]), figure=figure)


DIED = Text("进程中断（可能内存不足）。", "The process died (out of memory, perhaps).")
TITLE = Text("各方案对比", "Scenarios compared")
SCENARIO_HEADINGS = [
    SCENARIO,
    QUESTION,
    COMPARED.by_name["rules"].label,
    Text("方案校验码", "Hash"),
    Text("报告", "Report"),
]
OTHER_DATA = Text(
    "{title}：数据与第一个方案不同，未列入对比。",
    "{title}: its data are not the first scenario's; left out of the comparison.",
)
OTHER_SUBJECTS = Text(
    "{title}：{rule}的计算对象与基准不同，未列入对比。",
    "{title}: {rule} concerns others than in the baseline; left out of the comparison.",
)
SAME = Text(
    "另有 {count} 个方案的上述指标与“{first}”完全相同。",
    '{count} more scenarios have exactly the numbers of "{first}".',
)
NUMBERS = Text("仅列各方案之间有差别的指标。", "Only the numbers that differ between scenarios.")
MOVED = Text("{rule}：增减情况", "{rule}: who gains, who loses")
MOVED_HELP = Text(
    "与“{first}”相比{what}的变化；括号内为有变化的家数。",
    'Against "{first}": the change of {what}; in brackets, how many change.',
)
NOBODY = Text("没有变化。", "No amount changes.")
COUNT = Text("家数", "Count")
