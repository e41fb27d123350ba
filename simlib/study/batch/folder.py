"""Many scenarios, a report each: which there are, which of them are done already, and how they compare."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import simlib
from simlib.comparison.compare import Comparison, told_apart
from simlib.comparison.tables import OUTCOMES
from simlib.digests import table_digests
from simlib.params import DOCUMENT_VALUES
from simlib.problems import BadInput, Problem
from simlib.results.manifest import MANIFEST, WRONG, Manifest, file_digests, read
from simlib.rules import FAMILIES
from simlib.scenario import Bench, Run, Scenario, load, load_data, run
from simlib.study.study import Made
from simlib.tables import Tables
from simlib.words import Text

FAILED = "failed"  # folder of the notebooks of scenarios that failed
COMPARISON = "comparison.html"
OWN = {MANIFEST, COMPARISON, f"{OUTCOMES.name}.csv", f"{OUTCOMES.name}.parquet", FAILED}


@dataclass(frozen=True, eq=False)
class Entry:
    """A scenario of a batch: its file, and the run of it in this process with what was made ready for it."""

    path: Path
    run: Run
    bench: Bench

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def title(self) -> Text:
        return self.run.scenario.name


def entries(paths: Sequence[Path], data: str | None = None) -> list[Entry]:
    """Every scenario read and run, on its own data or on ``data``: so that a fault shows before a kernel starts.

    BadInput lists every fault of every file, names that would share a folder, and what the data lack.
    """
    problems = list(_names(paths))
    scenarios: list[tuple[Path, Scenario]] = []
    for path in paths:
        try:
            one = load(path)
            scenarios.append((path, replace(one, data=data) if data else one))
        except BadInput as bad:
            problems += bad.problems
    if problems:
        raise BadInput(problems)
    made, shelf = [], {}
    for path, one in scenarios:
        try:
            if one.data not in shelf:
                shelf[one.data] = (load_data(one.data), Bench())
            tables, bench = shelf[one.data]
            made.append(Entry(path, run(one, tables, bench, detail=False), bench))
        except BadInput as bad:
            problems += [replace(problem, file=problem.file or path.name) for problem in bad.problems]
    if problems:
        raise BadInput(list(dict.fromkeys(problems)))
    return made


def _names(paths: Sequence[Path]) -> Iterable[Problem]:
    """Names of folders must differ, on systems too that do not tell capitals apart."""
    first: dict[str, Path] = {}
    for path in paths:
        name = path.stem.casefold()
        if name in first or name == FAILED:
            rule = SAME_NAME.fill(other=first[name]) if name in first else TAKEN
            yield Problem(rule, str(path))
        first.setdefault(name, path)


def check_folder(out: Path) -> None:
    """BadInput where the folder holds something that no batch made; an interrupted batch may be taken up again."""
    if not out.exists():
        return
    strange = [out] if not out.is_dir() else [one for one in sorted(out.iterdir()) if not _of_batch(one)]
    if strange:
        raise BadInput(Problem(STRANGE, str(strange[0])))


def _of_batch(path: Path) -> bool:
    return path.name in OWN or path.name.startswith(".") or (path / MANIFEST).is_file()


def done(entry: Entry, out: Path, settings: dict) -> bool:
    """Whether the scenario's folder was made whole, by this version, of the same scenario and data, and is unchanged.

    ``settings`` are what else its report hangs on, such as the language.
    """
    folder, scenario = out / entry.name, entry.run.scenario
    try:
        recorded = read(folder)
    except BadInput:
        return False
    told = (scenario.title, scenario.title_en, scenario.question, scenario.digest)
    data = table_digests(entry.run.inputs)
    return (
        recorded.simlib == simlib.__version__
        and recorded.settings == settings
        and told == (recorded.scenario.title, recorded.scenario.title_en, recorded.scenario.question,
                     recorded.scenario.sha256)
        and data == {name: one.sha256 for name, one in recorded.data.tables.items()}
        and recorded.results == file_digests(folder)
    )  # fmt: skip


def together(entries: Sequence[Entry]) -> list[Run]:
    """The runs on the first one's data, behind a run of the documents' values under the rules that any of them runs.

    A scenario that is just that stands for it. Where the documents' values cannot be run, the first scenario leads.
    """
    first = entries[0]
    runs = [one.run for one in entries if table_digests(one.run.inputs) == table_digests(first.run.inputs)]
    rules = tuple(name for name in FAMILIES if any(name in one.parts for one in runs))
    plain = [
        one
        for one in runs
        if tuple(one.parts) == rules and not any(p.differences() for p in one.scenario.params.values())
    ]
    if not plain:
        document = Scenario(*DOCUMENT_VALUES, data=first.run.scenario.data, rules=rules)
        try:
            plain = [run(document, first.run.inputs, first.bench, detail=False)]
        except BadInput:
            plain = runs
    return [plain[0], *(one for one in runs if one is not plain[0])]


def compared(runs: Sequence[Run]) -> Comparison:
    """Any number of runs on the same tables, each against the first."""
    titles = told_apart([one.scenario.name for one in runs])
    return Comparison(tuple(runs), 0, titles)


def again(recorded: Manifest, tables: Tables, bench: Bench) -> Made:
    """The comparison that ``simlib batch`` wrote, from its manifest. BadInput where its settings do not hold."""
    if not recorded.scenarios:
        raise BadInput(Problem(WRONG, MANIFEST, column="settings.scenarios"))
    made = [run(one.rebuilt(recorded.data.source), tables, bench, detail=False) for one in recorded.scenarios]
    return Made(made[0], [(OUTCOMES, compared(made).tables[OUTCOMES.name])])


SAME_NAME = Text("文件名与 {other} 相同，结果将写入同一文件夹。请改名。",
                 "Its name is that of {other}: both would share a folder. Rename one.")  # fmt: skip
TAKEN = Text("该文件名留作失败方案的文件夹。请改名。", "This name is kept for the folder of failures. Rename it.")
STRANGE = Text("此处内容不是批量运行写出的，未写入。请另选文件夹。",
               "No batch made this; nothing was written. Choose another folder.")  # fmt: skip
