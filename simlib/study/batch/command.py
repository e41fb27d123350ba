"""``simlib batch``: an executed report for each of many scenarios, and what compares them."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from pathlib import Path

from tqdm import tqdm

from simlib.study import study
from simlib.study.batch import folder, reports
from simlib.study.batch.execute import Execution
from simlib.words import Text


def batch(options: Namespace) -> int:
    """1 where a scenario failed."""
    language, out = options.lang, Path(options.out)
    entries = folder.entries([Path(one) for one in options.scenarios], options.data)
    folder.check_folder(out)
    settings = reports.settings(language)
    kept = [one for one in entries if options.resume and folder.done(one, out, settings)]
    todo = [one for one in entries if one not in kept]
    if kept:
        print(SKIPPED.fill(count=len(kept)).to(language))
    out.mkdir(parents=True, exist_ok=True)
    outcomes = {}
    try:
        tasks = reports.tasks(todo, out, language, options.data)
        for one in _shown(reports.executed(tasks, options.jobs), len(tasks), language):
            outcomes[one.name] = one
    except KeyboardInterrupt:
        print(STOPPED.to(language), file=sys.stderr)
        raise
    failed = [one for one in outcomes.values() if one.message]
    whole = [one for one in entries if one.name not in {one.name for one in failed}]
    if whole:
        reports.write_comparison(whole, out, language)
    if failed:
        print(FAILURES.fill(count=len(failed), folder=out / folder.FAILED).to(language), file=sys.stderr)
        for one in failed:
            where = CELL.fill(cell=one.cell).to(language) if one.cell else ""
            print(f"  {one.name}{where}\n    " + one.message.strip().replace("\n", "\n    "), file=sys.stderr)
    study.say(study.WRITTEN.fill(out=out), options)
    return 1 if failed else 0


def _shown(outcomes: Iterable[Execution], total: int, language: str) -> Iterator[Execution]:
    """The outcomes, with a bar that tells the time left; where nobody looks, a line each."""
    looked = sys.stderr.isatty()
    with tqdm(total=total, unit=UNIT.to(language), disable=not looked, dynamic_ncols=True) as bar:
        for one in outcomes:
            line = (FAILED if one.message else DONE).fill(name=one.name, seconds=f"{one.seconds:.1f}").to(language)
            bar.write(line) if looked else print(line, flush=True)
            bar.update()
            yield one


UNIT = Text("个", "scenario")
DONE = Text("完成 {name}（{seconds} 秒）", "done {name} ({seconds} s)")
FAILED = Text("失败 {name}（{seconds} 秒）", "failed {name} ({seconds} s)")
SKIPPED = Text("{count} 个方案已完成且未变动，跳过。", "{count} scenarios are done and unchanged: skipped.")
STOPPED = Text(
    "已中断。已完成的方案均已保存，可用 --resume 继续。", "Stopped. What is done stays; --resume goes on from there."
)
FAILURES = Text(
    "{count} 个方案失败，其余不受影响；执行到出错处的笔记本在 {folder}：",
    "{count} scenarios failed, the others stand; their notebooks, up to the error, are in {folder}:",
)
CELL = Text(" · 单元格 {cell}", " · cell {cell}")
