"""The manifest of a result folder, read back: what was run, on which data, and what came of it."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from simlib.problems import BadInput, Problem, shorten
from simlib.results import MANIFEST
from simlib.rules import FAMILIES
from simlib.scenario import SAMPLE, Scenario, digest
from simlib.tables import LONGEST_PATH
from simlib.words import Text

LARGEST = 16 * 2**20  # bytes of a JSON file of results; a manifest has some tens of thousands


def _inside(name: str) -> str:
    """A path that stays in the folder, on every system."""
    if "\\" in name or "\0" in name or PureWindowsPath(name).anchor or str(PurePosixPath(name)) != name:
        raise ValueError(name)
    if name in ("", ".") or set(name.split("/")) & {".."}:
        raise ValueError(name)
    return name


Digest = Annotated[str, Field(pattern=r"\A[0-9a-f]{64}\Z")]
Values = dict[str, dict[str, int | float | str]]


class Strict(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)


class Titles(Strict):
    title: str
    title_en: str
    question: str
    rules: list[str]
    sha256: Digest


class Input(Strict):
    file: str
    sha256: Digest
    rows: int


class Data(Strict):
    source: str
    absolute: str | None = None
    relative: str | None = None
    tables: dict[str, Input]


class Manifest(Strict):
    """What :func:`simlib.results.manifest` wrote. Other keys are left alone."""

    simlib: str
    python: str
    pandas: str
    pyarrow: str
    command: str
    settings: dict[str, Any]
    created: str
    scenario: Titles
    params: Values
    readings: Values
    data: Data
    warnings: list[str]
    results: dict[Annotated[str, AfterValidator(_inside)], Digest]

    @property
    def own_digest(self) -> str:
        """The hash of the rules and parameters that stand in it."""
        return digest(self.scenario.rules, self.params)

    def rebuilt(self) -> Scenario:
        """The scenario that was run; a parameter that is not recorded has the document's value. BadInput, all at once."""
        titles = self.scenario
        return scenario(titles.model_dump(exclude={"sha256"}), self.params, self.data.source)

    def unrecorded(self) -> list[str]:
        """The parameters, by path, that do not stand in it: those of a later version."""
        return [
            f"{name}.{one}"
            for name, family in FAMILIES.items()
            for one in family.params.declarations()
            if one not in self.params.get(name, {})
        ]

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


def scenario(titles: dict, params: dict[str, dict], data: str) -> Scenario:
    """A scenario from what a manifest records of it. BadInput names each rule and parameter that does not hold."""
    problems = [
        Problem(NO_RULE, MANIFEST, column="scenario.rules", value=one) for one in titles["rules"] if one not in FAMILIES
    ]
    problems += [Problem(NO_RULE, MANIFEST, column="params", value=one) for one in params if one not in FAMILIES]
    made = {}
    for name, family in FAMILIES.items():
        try:
            made[name] = family.params(**params.get(name, {}))
        except BadInput as bad:
            problems += [Problem(p.rule, MANIFEST, None, shorten(f"params.{p.column}"), p.value) for p in bad.problems]
    if problems:
        raise BadInput(problems)
    return Scenario(titles["title"], titles["title_en"], titles["question"], data, tuple(titles["rules"]), made)


def read(folder: Path) -> Manifest:
    """The manifest of a result folder. BadInput where there is none or where it is not whole."""
    path = folder / MANIFEST
    if not folder.is_dir() or path.is_symlink() or not path.is_file():
        raise BadInput(Problem(NO_FOLDER if not folder.is_dir() else NONE, shorten(folder, LONGEST_PATH)))
    content = read_json(path)
    try:
        return Manifest.model_validate(content)
    except ValidationError as error:
        places = {".".join(str(part) for part in one["loc"] if part != "[key]"): one for one in error.errors()}
        told = {_column(place): one["type"] == "missing" for place, one in places.items()}
        raise BadInput(
            [Problem(LACKS if lacks else WRONG, MANIFEST, column=column) for column, lacks in told.items()]
        ) from None


def read_json(path: Path) -> Any:
    """The content of a small JSON file, each name once. BadInput for anything else."""
    if path.stat().st_size > LARGEST:
        raise BadInput(Problem(NOT_JSON, path.name))
    try:
        text = path.read_text(encoding="utf-8")
        return json.loads(text, object_pairs_hook=_once, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise BadInput(Problem(NOT_JSON, path.name)) from None


def _once(pairs: list[tuple[str, Any]]) -> dict:
    if len(dict(pairs)) < len(pairs):
        raise ValueError
    return dict(pairs)


def _refuse(constant: str):
    raise ValueError(constant)


def _column(place: str) -> str:
    """Where it is, without the kinds of value that were tried in turn."""
    for kind in (".int", ".float", ".str"):
        place = place.removesuffix(kind)
    return shorten(place)


NO_FOLDER = Text("没有这个结果文件夹。请核对路径。", "There is no such result folder. Check the path.")
NONE = Text(
    "没有 manifest.json，不是结果文件夹，无法核对。",
    "There is no manifest.json: not a result folder, nothing to check.",
)
NOT_JSON = Text("不是完好的 JSON 文件（可能被截断或改动）。无法核对，请重新运行方案。",
                "Not sound JSON (cut short or changed, perhaps). It cannot be checked; run the scenario again.")  # fmt: skip
LACKS = Text("清单缺少此项（可能被删改，或出自更早的版本）。请重新运行方案。",
             "The manifest lacks it (deleted, or written by an earlier version). Run the scenario again.")  # fmt: skip
WRONG = Text("此项不是清单应有的内容（可能被改动）。请重新运行方案。",
             "Not what belongs into a manifest (changed, perhaps). Run the scenario again.")  # fmt: skip
NO_RULE = Text("本版本没有这个规则。", "This version has no such rule.")
NO_DATA = Text("找不到当时的数据文件夹。请用 --data 指明它现在的位置。",
               "The data folder is not where it was. Say with --data where it is now.")  # fmt: skip
