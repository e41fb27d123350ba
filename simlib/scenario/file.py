"""Scenario files: YAML read with the files it is based on, checked key by key, each fault with its row; and written."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from simlib import SCENARIOS, yaml_file
from simlib.params import Declaration, Digits
from simlib.problems import BadInput, Problem, shorten
from simlib.rules import FAMILIES
from simlib.scenario.model import SAMPLE, Scenario
from simlib.tables import LONGEST_PATH
from simlib.words import Text, suggestion
from simlib.yaml_file import IN_QUOTES, FileKind

LARGEST_FILE = 2**18  # bytes; a sane scenario has a few hundred
KEYS = ("title", "title_en", "question", "base", "data", "rules", "params")


def named(text: str, folder: Path = Path()) -> Path:
    """The file that somebody means: the one at this path (from ``folder``) or, where none is, the shipped scenario of
    this name.

    What is neither stays the path it was, and :func:`load` says so.
    """
    path = Path(folder, text)
    with contextlib.suppress(OSError):  # a path that cannot even be looked at is no name either
        return path if path.is_file() else _shipped().get(text, path)
    return path


def _shipped() -> dict[str, Path]:
    """The scenarios that come with simlib, by name."""
    return {path.stem: path for path in sorted(SCENARIOS.glob("*.yaml"))}


def load(path: Path, beside: Path | None = None) -> Scenario:
    """A scenario file with its chain of bases, which stand ``beside`` an uploaded one. BadInput with file, row, key and
    what to do."""
    path = Path(path)
    files = chain(path, beside)
    merged: dict[str, Any] = {"params": {}}
    stands: dict[str, tuple[str, int | None]] = {}  # file and row of each parameter
    for file, content, rows in reversed(files):
        stands |= {name: (file.name, row) for name, row in rows.items()}
        if "data" in content and content["data"] != SAMPLE:
            content["data"] = str((file.parent / content["data"]).resolve())
        families = {**merged["params"]}
        for name, values in content.pop("params", {}).items():
            families[name] = {**families.get(name, {}), **values}
        inherited: dict[str, Any] = {key: merged[key] for key in ("data", "rules") if key in merged}
        merged = {**inherited, **content, "params": families}
    merged.pop("base", None)
    params, problems = {}, []
    for name, family in FAMILIES.items():
        declared, said = family.params.declarations(), merged["params"].get(name, {})
        try:
            params[name] = family.params(**{n: _read(declared.get(n), v) for n, v in said.items()})
        except BadInput as bad:
            for problem in bad.problems:
                at, row = next((stands[one] for one in problem.column.split(", ") if one in stands), (path.name, None))
                problems.append(Problem(problem.rule, at, row, shorten(f"params.{problem.column}"), problem.value))
    if problems:
        raise BadInput(problems)
    return Scenario(**{**merged, "params": params, "rules": tuple(merged.get("rules", ()))})


def _read(declared: Declaration | None, value: Any) -> Any:
    """A value as a file gives it: a number of digits is an option, with quotes or without."""
    return str(value) if type(value) is int and declared and isinstance(declared.default, Digits) else value


def dump(scenario: Scenario) -> str:
    """The scenario as YAML that :func:`load` reads back to the same values."""
    content: dict[str, Any] = {"title": scenario.title, "title_en": scenario.title_en, "question": scenario.question}
    content |= {"data": scenario.data, "rules": list(scenario.rules)}
    plain = {name: params.plain() for name, params in scenario.params.items()}
    content["params"] = {n: {k: plain[n][k] for k in params.differences()} for n, params in scenario.params.items()}
    content["params"] = {name: values for name, values in content["params"].items() if values}
    return yaml_file.dump({key: value for key, value in content.items() if value})


def chain(path: Path, beside: Path | None = None) -> list[tuple[Path, dict[str, Any], dict[str, int | None]]]:
    """The file, its base, the base's base and so on, each checked for its keys and their kinds.

    A base is a file beside it or a shipped scenario's name. Bases of a file that was uploaded are files of the folder
    ``beside``, or shipped ones, and no others.
    """
    if not path.is_file():
        raise BadInput(Problem(_missing(str(path)), shorten(path, LONGEST_PATH)))
    files, seen = [], set()
    while path:
        seen.add(path.resolve())
        content, rows = _read_yaml(path)
        files.append((path, content, rows))
        if "base" not in content:
            break
        base = named(content["base"], beside or path.parent)
        reached = (not beside or Path(content["base"]).name == content["base"]) and base.is_file()
        if not reached or base.resolve() in seen:
            rule = CIRCLE if reached else _missing(content["base"])
            raise BadInput(Problem(rule, path.name, rows["base"], "base", content["base"]))
        path = base
    return files


def _missing(text: str) -> Text:
    """What to say where no file is: to a name without folder and ending, or to a shipped file's name, which name is
    near."""
    known, name = _shipped(), text.removesuffix(".yaml")
    if Path(text).name != text or (name != text and name not in known):
        return NO_FILE
    return NO_NAME.fill(near=suggestion(name, known))


def _read_yaml(path: Path) -> tuple[dict[str, Any], dict[str, int | None]]:
    """What the file says, and the row of each key and of each parameter."""
    content, plain = yaml_file.load(path, SCENARIO)
    if not isinstance(content, dict):
        raise BadInput(Problem(NOT_A_SCENARIO, path.name))
    problems = list(_problems(path, content))
    if problems:
        raise BadInput(problems)
    rows = {str(key): _row(content, key) for key in content}
    for family, values in (content.get("params") or {}).items():
        rows |= {f"{family}.{key}": _row(values, key) for key in values}
    return {key: value for key, value in plain.items() if value is not None}, rows


def _row(where: Any, key: object) -> int | None:
    """The row of a key of a mapping; None for one that is merged in with <<."""
    lines = where.lc.data or {}
    return lines[key][0] + 1 if key in lines else None


def _problems(path: Path, content: Any) -> Iterator[Problem]:
    """Keys nobody knows, and values of the wrong kind, each with its row."""

    def problem(rule: Text, where: Any, key: object, column: str, value: object = None) -> Problem:
        return Problem(rule, path.name, _row(where, key), shorten(column), None if value is None else str(value))

    if not content.get("title"):
        yield Problem(NO_TITLE, path.name, column="title")
    for key, value in content.items():
        if key not in KEYS:
            yield problem(UNKNOWN_KEY.fill(near=suggestion(key, KEYS)), content, key, str(key))
        elif value is None:
            continue
        elif key == "rules":
            names = value if isinstance(value, list) else [value]
            for name in names:
                if not isinstance(value, list) or not isinstance(name, str) or name not in FAMILIES:
                    yield problem(UNKNOWN_RULE.fill(near=suggestion(name, FAMILIES)), content, key, key, name)
        elif key == "params":
            if not isinstance(value, dict):
                yield problem(NOT_A_GROUP, content, key, key, value)
                continue
            for family, values in value.items():
                column = f"params.{family}"
                if family not in FAMILIES:
                    yield problem(UNKNOWN_KEY.fill(near=suggestion(family, FAMILIES)), value, family, column)
                elif not isinstance(values, dict):
                    yield problem(NOT_A_GROUP, value, family, column, values)
                else:
                    for name, number in values.items():
                        if number is None:
                            yield problem(NO_VALUE, values, name, f"{column}.{name}")
                        elif not isinstance(name, str):
                            near = suggestion(name, FAMILIES[family].params.model_fields)
                            yield problem(UNKNOWN_KEY.fill(near=near), values, name, f"{column}.{name}")
        elif not isinstance(value, str):
            yield problem(IN_QUOTES, content, key, key, value)


NO_FILE = Text("未找到该方案文件。请核对路径。", "There is no such scenario file. Check the path.")
NO_NAME = Text("未找到该方案文件，内置方案中也没有该名称。{near}",
               "There is no such scenario file, and none of this name comes with simlib. {near}")  # fmt: skip
TOO_LARGE = Text("文件超过 {limit} KB，不像是方案文件。请核对路径。",
                 "The file has more than {limit} KB, unlike a scenario. Check the path.")  # fmt: skip
TRICK = Text("不支持 * 引用和 ! 标记。请直接写出内容。",
             "References with * and tags with ! are not supported. Write the content itself.")  # fmt: skip
NO_VALUE = Text("未填写。请填写，或删除此行。", "It has no value. Give one, or delete the row.")
NOT_YAML = Text("不是正确的 YAML（缩进、制表符、冒号、括号，或同一名称出现两次）。请核对此行和上一行。",
                "Not sound YAML (indentation, a tab, a colon, a bracket, or a name that stands twice). Check this "
                "row and the one before.")  # fmt: skip
SCENARIO = FileKind(
    LARGEST_FILE, TOO_LARGE.fill(limit=LARGEST_FILE // 2**10), NOT_YAML, TRICK, NOT_YAML, structures=("rules", "params")
)
NOT_A_SCENARIO = Text("不是方案文件。至少要有一行 title: 标题。", "Not a scenario. It needs at least a line title: ...")
NO_TITLE = Text("缺少标题。请加一行 title: 标题。", "The title is missing. Add a line title: ...")
UNKNOWN_KEY = Text("未找到该名称。{near}", "There is no such name. {near}")
UNKNOWN_RULE = Text(
    "未找到该规则。请写成 [deposit] 这样的列表。{near}", "There is no such rule. Write a list such as [deposit]. {near}"
)
NOT_A_GROUP = Text(
    "应为一组参数，如 deposit: {upper: 1.03}。", "It must hold parameters, such as deposit: {upper: 1.03}."
)
CIRCLE = Text("base 循环引用。请删除其中一个。", "The bases run in a circle. Remove one of them.")
