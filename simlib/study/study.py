"""What a study is: a command, what it writes, and how that is made again from its manifest."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simlib.words import Text

if (
    TYPE_CHECKING
):  # a declaration is read at every start of the command line: what it calculates with is imported when it runs
    import pandas as pd

    from simlib.columns import Table
    from simlib.report import Section
    from simlib.results import Manifest
    from simlib.scenario import Bench, Run, Scenario
    from simlib.tables import Tables

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Made:
    """What a study wrote: the run that its manifest tells of, its tables, and by name its JSON files and the bytes of
    tables that have a file of their own."""

    run: Run
    tables: list[tuple[Table, pd.DataFrame]] = field(default_factory=list)
    numbers: dict[str, dict] = field(default_factory=dict)
    files: dict[str, tuple[Table, bytes]] = field(default_factory=dict)


class Study(ABC):
    """One kind of study, declared in its folder of ``simlib.study`` and listed in ``STUDIES``; all else follows from
    that: its command, its help, and ``simlib verify``."""

    name: str  # of its command
    help: Text
    several = False  # it takes scenarios, not one

    @abstractmethod
    def arguments(self, parser: ArgumentParser) -> None:
        """Its own options, beside scenario, ``--data`` and ``--lang``."""

    @abstractmethod
    def command(self, options: Namespace) -> int | None:
        """Run it as the command line asks; an exit code where it is not 0. BadInput."""

    def again(self, recorded: Manifest, tables: Tables, bench: Bench) -> Made | None:
        """What the command wrote, from its manifest and the tables of the data, without writing anything; None where
        nothing makes it again. BadInput where the manifest's settings do not allow it."""
        return None


class ScenarioStudy(Study):
    """A study of one scenario that fills a folder: its tables, a report, and the manifest with its settings."""

    title: Text  # of the report, with the scenario's name

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", required=True, help="结果文件夹 result folder")

    @abstractmethod
    def settings(self, options: Namespace) -> dict[str, Any]:
        """What was asked, checked, as the manifest records it. BadInput."""

    @abstractmethod
    def settings_of(self, manifest: Manifest) -> dict[str, Any]:
        """The settings read back. BadInput where they are not what they should be."""

    @abstractmethod
    def calculate(
        self, one: Scenario, inputs: Tables, bench: Bench, settings: dict[str, Any], progress: Progress
    ) -> Any:
        """The study itself, with its ``run`` and its ``tables``. BadInput."""

    @abstractmethod
    def sections(self, done: Any) -> list[Section]:
        """What its report says."""

    def notes(self, done: Any, options: Namespace) -> Sequence[Text]:
        """What whoever ran it must see besides, a line each."""
        return ()

    def command(self, options: Namespace) -> None:
        """One folder, which lands whole."""
        from tqdm import tqdm

        from simlib import report, results, scenario
        from simlib.landing import landing

        settings, one = self.settings(options), asked(options)
        with landing(Path(options.out), replaces=results.MANIFEST) as folder:
            with tqdm(disable=None, leave=False) as bar:

                def progress(done: int, all_: int) -> None:
                    bar.total = all_
                    bar.update(done - bar.n)

                done = self.calculate(one, scenario.load_data(one.data), scenario.Bench(), settings, progress)
            results.write_tables(folder, done.tables)
            page = report.page(self.title.fill(scenario=one.name), self.sections(done), done.run, options.lang)
            (folder / "report.html").write_text(page, encoding="utf-8")
            results.Manifest.of(done.run, folder, self.name, **settings).write(folder)
        say(WRITTEN.fill(out=options.out), options)
        for text in self.notes(done, options):
            print(text.to(options.lang), file=sys.stderr)
        doubt(done.run, options)

    def again(self, recorded: Manifest, tables: Tables, bench: Bench) -> Made:
        one = recorded.rebuilt(recorded.data.source)
        done = self.calculate(one, tables, bench, self.settings_of(recorded), lambda done, all_: None)
        return Made(done.run, done.tables)


def asked(options: Namespace) -> Scenario:
    """The scenario that a command names, on the data that it names. BadInput."""
    from simlib import scenario

    one = scenario.load(Path(options.scenario))
    return replace(one, data=options.data) if options.data else one


def say(text: Text, options: Namespace) -> None:
    """A line for whoever ran the command, in their language."""
    print(text.to(options.lang))


def warn(text: Text, options: Namespace) -> None:
    """What they must not overlook, beside the results."""
    print(NOTE.fill(text=text).to(options.lang), file=sys.stderr)


def doubt(run: Run, options: Namespace) -> None:
    """What of the data was not read, was read though nobody may see it, or is doubted, a line each."""
    from simlib.doubts import DOUBT
    from simlib.tables import account_of

    for one in getattr(run.inputs, "unread", ()):
        print(NOT_READ.fill(file=one.file, why=one.why).to(options.lang), file=sys.stderr)
    for said in (said for table in run.inputs.values() for said in account_of(table).assumptions if said.aloud):
        print(NOTE.fill(text=said.line(options.lang)).to(options.lang), file=sys.stderr)
    for found in run.doubts:
        print(DOUBT.fill(text=found.said).to(options.lang), file=sys.stderr)


WRITTEN = Text("结果：{out}", "Results: {out}")
NOTE = Text("注意：{text}", "Note: {text}")
NOT_READ = Text("未读取：{file}：{why}", "Not read: {file}: {why}")
