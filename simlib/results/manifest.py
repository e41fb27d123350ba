"""The manifest of results: what was run, on which data, and what came of it. One model writes it and reads it back."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path, PurePosixPath, PureWindowsPath
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar, overload

import pandas as pd
import pyarrow as pa
from pydantic import AfterValidator, TypeAdapter, ValidationError

import simlib
from simlib.digests import file_digest
from simlib.params import Params
from simlib.problems import BadInput, Problem, shorten
from simlib.results.doubted import Doubted
from simlib.results.inputs import STRICT, Assumed, Data, Digest, Passed, Strict
from simlib.rules import FAMILIES
from simlib.scenario import SAMPLE, Run, Scenario, digest
from simlib.tables import LONGEST_PATH
from simlib.words import Text

MANIFEST = "manifest.json"
Setting = TypeVar("Setting")
LARGEST = 16 * 2**20  # bytes of a JSON file of results; a manifest has some tens of thousands


def _inside(name: str) -> str:
    """A path that stays in the folder, on every system."""
    if "\\" in name or "\0" in name or PureWindowsPath(name).anchor or str(PurePosixPath(name)) != name:
        raise ValueError(name)
    if name in ("", ".") or set(name.split("/")) & {".."}:
        raise ValueError(name)
    return name


Values = dict[str, dict[str, int | float | str]]


class Titles(Strict):
    """What a scenario is, less its parameters; ``sha256`` is the hash of its rules and parameters."""

    title: str
    title_en: str
    question: str
    rules: list[str]
    sha256: Digest


class Rebuilding:
    """A scenario that can be made again from its record: from its ``scenario`` and the values of all its ``params``."""

    if TYPE_CHECKING:  # whoever mixes it in has them, in an order of its own
        scenario: Titles
        params: Values

    @property
    def sound(self) -> bool:
        """Whether the hash is that of the rules and parameters that stand beside it."""
        return digest(self.scenario.rules, self.params) == self.scenario.sha256

    def rebuilt(self, data: str) -> Scenario:
        """The scenario; a parameter that is not recorded has the document's value. BadInput, all at once."""
        told, rules = self.scenario, {"scenario.rules": self.scenario.rules, "params": self.params}
        problems = [
            Problem(NO_RULE, MANIFEST, column=column, value=one)
            for column, names in rules.items()
            for one in names
            if one not in FAMILIES
        ]
        made = {}
        for name, family in FAMILIES.items():
            try:
                made[name] = family.params(**self.params.get(name, {}))
            except BadInput as bad:
                problems += [
                    replace(one, file=MANIFEST, column=shorten(f"params.{one.column}")) for one in bad.problems
                ]
        if problems:
            raise BadInput(problems)
        return Scenario(told.title, told.title_en, told.question, data, tuple(told.rules), made)

    @property
    def unrecorded(self) -> list[str]:
        """The parameters, by path, that do not stand in it: those of a later version."""
        return [
            f"{name}.{one}"
            for name, family in FAMILIES.items()
            for one in family.params.declarations()
            if one not in self.params.get(name, {})
        ]


class Recorded(Rebuilding, Strict):
    """A scenario as a study's settings tell it: what it is, and the values of all its parameters, of which the hash is
    made."""

    scenario: Titles
    params: Values

    @classmethod
    def of(cls, scenario: Scenario) -> Recorded:
        titles = Titles(
            title=scenario.title, title_en=scenario.title_en, question=scenario.question, rules=list(scenario.rules),
            sha256=scenario.digest,
        )  # fmt: skip
        return cls(scenario=titles, params={name: params.plain() for name, params in scenario.params.items()})


class Manifest(Rebuilding, Strict):
    """What was run, on what, with what: enough to run it again and compare. ``settings`` are a study's own, ``results``
    the digests of the files beside it. Other keys of a file are left alone."""

    simlib: str
    python: str
    pandas: str
    pyarrow: str
    command: str
    settings: dict[str, Any]
    created: str
    scenario: Titles
    params: Values
    readings: dict[str, dict[str, str]]
    data: Data
    warnings: list[str]
    results: dict[Annotated[str, AfterValidator(_inside)], Digest]
    assumptions: list[Assumed] = []  # earlier versions recorded neither
    unread: list[Passed] = []
    doubts: list[Doubted] | None = None  # which earlier versions did not record

    @classmethod
    def of(
        cls, run: Run, folder: Path, command: str = "run", names: Sequence[str] | None = None, **settings: Any
    ) -> Manifest:
        """The manifest of a run's results in ``folder``: of all its files, or of those ``names``."""
        recorded = Recorded.of(run.scenario)
        return cls(
            **versions(), command=command, settings=settings, created=datetime.now(UTC).isoformat(timespec="seconds"),
            scenario=recorded.scenario, params=recorded.params,
            readings={name: _readings(run.scenario.params[name]) for name in run.results},
            data=Data.of(run, folder), warnings=[text.zh for text in run.warnings],
            results=file_digests(folder, names), assumptions=Assumed.of(run.inputs),
            unread=Passed.of(run.inputs), doubts=Doubted.of(run),
        )  # fmt: skip

    def text(self) -> str:
        """As JSON."""
        content = self.model_dump(mode="json")
        content["data"] = {name: one for name, one in content["data"].items() if one is not None}
        return as_json(content)

    def write(self, path: Path) -> None:
        """To a file, or as the manifest of a folder."""
        (path / MANIFEST if path.is_dir() else path).write_text(self.text(), encoding="utf-8")

    @overload
    def setting(self, name: str, kind: type[Setting]) -> Setting: ...
    @overload
    def setting(self, name: str, kind: UnionType) -> Any: ...
    def setting(self, name: str, kind: Any) -> Any:
        """One of the study's own settings. BadInput where it is missing or of another kind."""
        return checked(TypeAdapter(kind, config=STRICT), self.settings.get(name), ("settings", name))

    @cached_property
    def scenarios(self) -> list[Recorded]:
        """The scenarios of a study of several, which stand among its settings; none elsewhere."""
        return self.setting("scenarios", list[Recorded]) if "scenarios" in self.settings else []

    def source(self, folder: Path, data: str | None) -> str:
        """Where the data are now: in ``data``, where they were, or where they lie as seen from the results."""
        if data or self.data.source == SAMPLE:
            return data or SAMPLE
        places = [Path(self.data.absolute)] if self.data.absolute else []
        places += [folder / self.data.relative] if self.data.relative else []
        found = next((place for place in places if place.is_dir()), None)
        if found is None:
            raise BadInput(Problem(NO_DATA, MANIFEST, column="data.source", value=self.data.source))
        return str(found.resolve())


def versions() -> dict[str, str]:
    """What results hang on besides scenario and data."""
    return {
        "simlib": simlib.__version__, "python": platform.python_version(), "pandas": pd.__version__,
        "pyarrow": pa.__version__,
    }  # fmt: skip


def _readings(params: Params) -> dict[str, str]:
    declared = params.declarations()
    return {name: getattr(params, name).value for name, one in declared.items() if one.open}


def files(folder: Path) -> list[str]:
    """Every file of a result folder and of the folders in it, by its path from there; links are files too."""
    paths = (Path(place, name) for place, _, names in os.walk(folder) for name in names)
    links = (
        Path(place, name) for place, names, _ in os.walk(folder) for name in names if Path(place, name).is_symlink()
    )
    return sorted(path.relative_to(folder).as_posix() for path in (*paths, *links))


def file_digests(folder: Path, names: Sequence[str] | None = None) -> dict[str, str]:
    """The digests of all files of a result folder but its manifest, or of those ``names``."""
    names = [name for name in files(folder) if name != MANIFEST] if names is None else names
    return {name: file_digest(folder / name) for name in names}


def of_file(path: Path) -> Path:
    """Where the manifest is of a result that is one file, or of one that is a folder."""
    return path / MANIFEST if path.is_dir() else path.with_suffix(".json")


def read(result: Path) -> Manifest:
    """The manifest of a result folder, or beside a file of results. BadInput where there is none or where it is not
    whole."""
    path = of_file(result)
    if not result.exists() or path.is_symlink() or not path.is_file():
        raise BadInput(Problem(NONE if result.exists() else NO_FOLDER, shorten(result, LONGEST_PATH)))
    return checked(TypeAdapter(Manifest), read_json(path))


def checked(kind: TypeAdapter[Setting], content: Any, within: tuple[str | int, ...] = ()) -> Setting:
    """A part of a manifest as what it should be. BadInput names each item that is missing or is something else."""
    try:
        return kind.validate_python(content)
    except ValidationError as error:
        told = {_column((*within, *one["loc"])): LACKS if one["type"] == "missing" else WRONG for one in error.errors()}
        raise BadInput([Problem(rule, MANIFEST, column=column) for column, rule in told.items()]) from None


def as_json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(as_json(content), encoding="utf-8")


def read_json(path: Path) -> Any:
    """The content of a small JSON file, each name once. BadInput for anything else."""
    if path.stat().st_size > LARGEST:
        raise BadInput(Problem(NOT_JSON, path.name))
    try:
        text = path.read_text(encoding="utf-8")
        return json.loads(text, object_pairs_hook=_once, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise BadInput(Problem(NOT_JSON, path.name)) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError
    return dict(pairs)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _column(place: tuple[str | int, ...]) -> str:
    """Where it is, without the kinds of value that were tried in turn."""
    return shorten(".".join(str(part) for part in place if part not in ("[key]", "int", "float", "str")))


NO_FOLDER = Text("未找到该结果文件夹。请核对路径。", "There is no such result folder. Check the path.")
NONE = Text(
    "没有 manifest.json，不是结果文件夹，无法核对。",
    "There is no manifest.json: not a result folder, nothing to check.",
)
NOT_JSON = Text(
    "不是完好的 JSON 文件（可能被截断或改动）。无法核对，请重新运行方案。",
    "Not sound JSON (cut short or changed, perhaps). It cannot be checked; run the scenario again.",
)
LACKS = Text("清单缺少此项（可能被删改，或出自更早的版本）。请重新运行方案。",
             "The manifest lacks it (deleted, or written by an earlier version). Run the scenario again.")  # fmt: skip
WRONG = Text("此项不是清单应有的内容（可能被改动）。请重新运行方案。",
             "Not what belongs into a manifest (changed, perhaps). Run the scenario again.")  # fmt: skip
NO_RULE = Text("本版本没有这个规则。", "This version has no such rule.")
NO_DATA = Text("找不到当时的数据文件夹。请用 --data 指明它现在的位置。",
               "The data folder is not where it was. Say with --data where it is now.")  # fmt: skip
