"""Result folders checked against their manifests: every file by its digest, every number by making it again.

Digests show what was changed by accident; who changes a table may change its digest as well. So the scenario is
rebuilt from the manifest, run on the data it names, and every cell compared with what stands in the folder.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow.parquet as pq

from simlib import results
from simlib.digests import file_digest, table_digest
from simlib.problems import BadInput, Problem, shorten
from simlib.results import MANIFEST
from simlib.results.manifest import WRONG, Manifest, of_file, read, versions
from simlib.scenario import Bench, load_data
from simlib.study import STUDIES
from simlib.study.study import Made
from simlib.tables import Tables
from simlib.verify.difference import differences, leaves
from simlib.words import Text, few

SHOWN = 12  # of the 64 digits of a digest


@dataclass
class Verdict:
    """What came of checking one folder: what differs, what could not be checked, and how much was."""

    differences: list[Problem] = field(default_factory=list)
    unchecked: list[Problem] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    digest_only: list[str] = field(default_factory=list)  # files that nothing makes again
    counts: Counter = field(default_factory=Counter)  # files, tables, cells, numbers, inputs

    @property
    def agrees(self) -> bool:
        return not self.differences and not self.unchecked

    def total(self) -> Text:
        """What was checked, in numbers."""
        return CHECKED.fill(
            **{name: f"{self.counts[name]:,}" for name in ("files", "tables", "cells", "numbers", "inputs")}
        )


class Shelf:
    """Data that several folders were made of, read once, with what need not be worked out again on them."""

    def __init__(self):
        self._kept: dict[str, tuple[Tables, Bench]] = {}

    def data(self, source: str) -> tuple[Tables, Bench]:
        if source not in self._kept:
            self._kept = {source: (load_data(source), Bench())}
        return self._kept[source]


def verify_all(folder: Path, data: str | None = None) -> dict[str, Verdict]:
    """The verdicts on a result folder, or on a file with its manifest beside it, and on those within the folder, by
    their path from the first; ``.`` is the first itself.

    A folder without a manifest may hold result folders and such files; what else lies beside them is nobody's. BadInput
    as in :func:`verify` where there is nothing but one to check; else one that cannot be read is unchecked.
    """
    folder, shelf = Path(folder), Shelf()
    inner = sorted(path.parent for path in folder.glob(f"*/{MANIFEST}"))
    if not (folder / MANIFEST).exists():
        inner += [path for path in sorted(folder.glob("*.parquet")) if of_file(path).is_file()]
    if not inner:
        return {".": verify(folder, data, shelf)}
    verdicts = {}
    for one in [folder, *inner] if (folder / MANIFEST).exists() else inner:
        try:
            verdict = verify(one, data, shelf)
        except BadInput as bad:
            verdict = Verdict(unchecked=bad.problems)
        verdicts[one.relative_to(folder).as_posix()] = verdict
    if not (folder / MANIFEST).exists() and (stray := _stray(folder, inner)):
        next(iter(verdicts.values())).notes.append(STRAY.fill(files=few(stray)))
    for verdict in verdicts.values():  # what stands in a folder of its own is checked there
        verdict.digest_only = [name for name in verdict.digest_only if name.partition("/")[0] not in verdicts]
    return verdicts


def _stray(folder: Path, inner: list[Path]) -> list[str]:
    """The files of a folder without a manifest that belong to none of its results."""
    alone = {of_file(one) for one in inner if one.is_file()}
    known = alone | {folder / name for one in alone for name in _recorded(one)}
    return sorted(shorten(path.name) for path in folder.iterdir() if path.is_file() and path not in known)


def _recorded(manifest: Path) -> Iterable[str]:
    try:
        return read(manifest).results
    except BadInput:  # said where it is checked
        return ()


def verify(result: Path, data: str | None = None, shelf: Shelf | None = None) -> Verdict:
    """Checks one result folder, or one file with the manifest beside it; ``data`` says where its data are now, if not
    where they were. Nothing is written.

    The only files read outside the folder are those of the data. BadInput where the manifest is not whole; what is
    wrong with data that cannot be read, or with a scenario that cannot be run, stands among what is unchecked.
    """
    result = Path(result).parent if Path(result).name == MANIFEST else Path(result)
    told = of_file(result).name
    try:
        verdict = _verdict(result, data, shelf or Shelf())
    except BadInput as bad:
        raise BadInput(_of(told, bad.problems)) from None
    verdict.differences, verdict.unchecked = _of(told, verdict.differences), _of(told, verdict.unchecked)
    return verdict


def _of(name: str, problems: list[Problem]) -> list[Problem]:
    """What is said of a manifest, under the name of its file."""
    return [replace(one, file=name) if one.file == MANIFEST else one for one in problems]


def _verdict(result: Path, data: str | None, shelf: Shelf) -> Verdict:
    verdict, recorded = Verdict(), read(result)
    folder = result if result.is_dir() else result.parent
    present = [name for name in results.files(folder) if name != MANIFEST]
    if not result.is_dir():  # what else lies beside it is not its own
        present = [name for name in present if name in recorded.results]
    verdict.notes += _versions(recorded)
    verdict.differences += _altered(folder, present, recorded, verdict.counts)
    try:
        if not result.is_dir() and result != of_file(result) and result.name not in recorded.results:
            raise BadInput(Problem(WRONG, MANIFEST, column="results"))  # it tells of another file
        scenarios = {"scenario": recorded} | {
            f"settings.scenarios.{n}": one for n, one in enumerate(recorded.scenarios)
        }
        verdict.differences += [Problem(HASH, MANIFEST, column=at) for at, one in scenarios.items() if not one.sound]
        if unrecorded := sorted({name for one in scenarios.values() for name in one.unrecorded}):
            verdict.notes.append(UNRECORDED.fill(names=few(unrecorded)))
        tables, bench = shelf.data(recorded.source(folder, data))
        verdict.differences += _inputs(recorded, tables, verdict.counts)
        study = STUDIES.get(recorded.command)
        made = study.again(recorded, tables, bench) if study else None
        if made is None:
            raise BadInput(Problem(NO_STUDY, MANIFEST, column="command", value=recorded.command))
    except BadInput as bad:
        verdict.unchecked += [Problem(NOT_AGAIN, MANIFEST), *bad.problems]
        return verdict
    _compare(folder, recorded, made, verdict)
    return verdict


def _altered(folder: Path, present: list[str], recorded: Manifest, counts: Counter) -> Iterator[Problem]:
    """Files that are missing, that nobody recorded, or that have changed."""
    counts["files"] = len(recorded.results)
    yield from (Problem(MISSING, shorten(name)) for name in recorded.results if name not in present)
    for name in present:
        if name not in recorded.results:
            yield Problem(EXTRA, shorten(name))
        elif not _own(folder, name):
            yield Problem(LINK, shorten(name))
        elif file_digest(folder / name) != recorded.results[name]:
            yield Problem(ALTERED, shorten(name))


def _own(folder: Path, name: str) -> bool:
    """Whether it is a file of the folder itself, not a link to another place."""
    path = folder / name
    return path.is_file() and path.resolve() == folder.resolve() / name


def _inputs(recorded: Manifest, tables: Tables, counts: Counter) -> Iterator[Problem]:
    """Tables of the data that are not those that were used."""
    counts["inputs"] = len(recorded.data.tables)
    for name, one in recorded.data.tables.items():
        if name not in tables:
            yield Problem(NO_INPUT, column=shorten(name))
        elif (now := table_digest(tables[name])) != one.sha256:
            sample = SAMPLE_CHANGED if one.file == tables[name].attrs["file"] == "sample" else ""
            digests = {"recorded": one.sha256[:SHOWN], "present": now[:SHOWN]}
            yield Problem(INPUT_CHANGED.fill(**digests, sample=sample), tables[name].attrs["file"], column=name)
        elif len(tables[name]) != one.rows:
            digests = {"recorded": f"{one.rows:,}", "present": f"{len(tables[name]):,}"}
            yield Problem(ROWS_CHANGED.fill(**digests), tables[name].attrs["file"], column=name)
    for name in tables.keys() - recorded.data.tables.keys():
        yield Problem(NEW_INPUT, tables[name].attrs["file"], column=name)


def _compare(folder: Path, recorded: Manifest, made: Made, verdict: Verdict) -> None:
    """Everything made again against what stands in the folder."""
    with tempfile.TemporaryDirectory(prefix="simlib-") as temporary:
        place = Path(temporary)
        results.write_tables(place, made.tables)
        for name, content in made.numbers.items():
            results.write_json(place / name, content)
            verdict.counts["numbers"] += sum(1 for _ in leaves(content))
        declared = {table.name: table for table, _ in made.tables}
        for name, (table, data) in made.files.items():
            (place / name).write_bytes(data)
            declared[Path(name).stem] = table
        names = results.files(place)
        sizes = [pq.read_metadata(path) for path in place.glob("*.parquet")]
        verdict.counts["cells"] = sum(one.num_rows * one.num_columns for one in sizes)
        for name in names:
            if _own(folder, name):
                one = declared.get(Path(name).stem) if name not in made.numbers else None
                verdict.differences += differences(name, folder / name, place / name, one)
            elif name not in recorded.results:
                verdict.differences.append(Problem(NOT_THERE, name))
        verdict.differences += _told(recorded, Manifest.of(made.run, place))
    verdict.counts["tables"] = len(made.tables) + len(made.files)
    verdict.digest_only = sorted(shorten(name) for name in recorded.results.keys() - set(names))


def _told(recorded: Manifest, now: Manifest) -> Iterator[Problem]:
    """What the manifest says of the run besides."""
    for name in ("readings", "warnings", *(["doubts"] if recorded.doubts is not None else [])):
        if getattr(recorded, name) != getattr(now, name):
            yield Problem(TOLD, MANIFEST, column=name)


def _versions(recorded: Manifest) -> Iterator[Text]:
    for name, version in versions().items():
        if (before := getattr(recorded, name)) != version:
            yield VERSION.fill(name=name, recorded=shorten(before), present=version)


CHECKED = Text("已核对 {files} 个文件和 {inputs} 张数据表的校验码（SHA-256），并重算 {tables} 张结果表（{cells} "
               "个单元格）和 "
               "{numbers} 个汇总数。",
               "Checked the digests of {files} files and of {inputs} tables of data; made {tables} result tables "
               "({cells} cells) and {numbers} summary numbers again.")  # fmt: skip
HASH = Text("方案校验码与清单中的规则和参数不符：参数或校验码被改动。",
            "The hash is not that of the rules and parameters in the manifest: one of them was changed.")  # fmt: skip
STRAY = Text(
    "清单未记录下列文件，未核对：{files}。", "No manifest records these files; they were not checked: {files}."
)
NO_STUDY = Text(
    "此命令的结果无法重算，仅核对了校验码。", "Nothing makes this command's results again: only digests were checked."
)
NOT_AGAIN = Text("结果未重算，原因见下。", "The results were not made again; the reason follows.")
UNRECORDED = Text(
    "清单未记录下列参数，按文件规定值重算：{names}。",
    "The manifest does not record these parameters; they were given the documents' values: {names}.",
)
MISSING = Text("清单列有此文件，文件夹中没有。", "The manifest lists the file, and it is not there.")
EXTRA = Text("文件夹中多出此文件，清单中没有。", "The file is there, and the manifest does not list it.")
LINK = Text("属指向其他位置的链接，未读取。", "A link to another place; it was not read.")
ALTERED = Text(
    "文件校验码（SHA-256）与清单不符：写出后被改动。",
    "Its digest is not the recorded one: changed after it was written.",
)
NOT_THERE = Text("重算有此文件，文件夹和清单中都没有。", "Recomputed there is this file; folder and manifest lack it.")
NO_INPUT = Text("当时的数据有此表，当前没有。", "The data had this table, and have it no more.")
NEW_INPUT = Text("当时的数据没有此表，当前多出。", "The data did not have this table.")
INPUT_CHANGED = Text(
    "数据表与当时不同：当时的校验码（SHA-256）为 {recorded}…，当前为 {present}…。{sample}",
    "Not the table that was used: digest {recorded}... recorded, {present}... now.{sample}",
)
SAMPLE_CHANGED = Text("样例城市随版本变化。", " The sample city changes with versions.")
ROWS_CHANGED = Text("清单记为 {recorded} 行，当前 {present} 行。", "{recorded} rows recorded, {present} there.")
TOLD = Text("清单中的此项与重算不同。", "Not what the recomputation says.")
VERSION = Text("当时 {name} {recorded}，当前 {present}。", "{name} {recorded} then, {present} now.")
