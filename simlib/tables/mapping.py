"""``columns.yaml`` beside the data: what a bureau says of its files where their headings do not.

files:
  - file: 2024年度分配表.xlsx      # one file, or a pattern such as 结算清单*.csv
    sheet: 分配表                   # where the file has several
    table: institutions            # or none: it is not to be read
    header: 3                      # row of the file, or rows: [3, 4]
    columns: {考核得分: score}      # heading: column, or none for a heading that is not to be read
    units: {年度结算金额: 万元}
    values: {grade: {特级: 3A}}
    sums: {other_paid: [大病保险支出, 医疗救助支出]}
    constants: {month: 2025-01}
    keep: [联系人代码]              # headings that look like personal data of patients and are none
    by_name: true                  # institutions are named, not numbered
"""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from simlib import yaml_file
from simlib.columns import TABLES, Table
from simlib.problems import BadInput, Problem, shorten
from simlib.tables.forms import SCALES
from simlib.words import Text, joined, suggestion
from simlib.yaml_file import FileKind

FILE = "columns.yaml"
NONE = "none"


@dataclass(frozen=True)
class Entry:
    """What is said of one file, or of one sheet of it."""

    file: str
    sheet: str = ""
    table: str = ""
    header: tuple[int, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    units: tuple[tuple[str, str], ...] = ()
    values: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    sums: tuple[tuple[str, tuple[str, ...]], ...] = ()
    constants: tuple[tuple[str, str], ...] = ()
    keep: tuple[str, ...] = ()
    by_name: bool = False

    def of(self, file: str, sheet: str) -> bool:
        """Whether it is about this sheet."""
        return fnmatchcase(file, self.file) and (not self.sheet or self.sheet == sheet)

    @property
    def declared(self) -> Table | None:
        return TABLES.get(self.table)

    def plain(self) -> dict[str, Any]:
        """As it stands in the file."""
        content: dict[str, Any] = {"file": self.file, "sheet": self.sheet, "table": self.table}
        content["header"] = self.header[0] if len(self.header) == 1 else list(self.header)
        for name in ("columns", "units", "constants"):
            content[name] = dict(getattr(self, name))
        content["values"] = {name: dict(codes) for name, codes in self.values}
        content["sums"] = {name: list(parts) for name, parts in self.sums}
        content["keep"] = list(self.keep)
        content["by_name"] = self.by_name
        return {name: value for name, value in content.items() if value}


@dataclass(frozen=True)
class Mapping:
    """All that is said of a data folder's files; the first entry that is about a sheet holds for it."""

    entries: tuple[Entry, ...] = field(default=())

    def of(self, file: str, sheet: str = "") -> Entry | None:
        return next((one for one in self.entries if one.of(file, sheet)), None)

    def about(self, file: str) -> tuple[Entry, ...]:
        """What is said of a file's sheets."""
        return tuple(one for one in self.entries if fnmatchcase(file, one.file))

    def dump(self) -> str:
        """As YAML that :func:`read` reads back to the same."""
        return yaml_file.dump({"files": [one.plain() for one in self.entries]})


def read(folder: Path) -> Mapping:
    """What ``columns.yaml`` of a folder says; nothing where there is none."""
    return read_file(folder / FILE) if (folder / FILE).is_file() else Mapping()


def read_file(path: Path) -> Mapping:
    """What a file such as ``columns.yaml`` says. BadInput with file, row, key and what to do."""
    if not path.is_file():
        raise BadInput(Problem(NO_FILE, path.name))
    content = yaml_file.tree(path, KIND)
    if not isinstance(content, dict) or set(content) - {"files"} or not isinstance(content.get("files"), list):
        raise BadInput(Problem(NOT_A_MAPPING, FILE))
    problems: list[Problem] = []
    entries = [entry for one in content["files"] if (entry := _entry(one, problems)) is not None]
    if problems:
        raise BadInput(problems)
    return Mapping(tuple(entries))


def _entry(content: Any, problems: list[Problem]) -> Entry | None:
    """One entry, its faults added to ``problems``."""

    def wrong(rule: Text, key: str = "", value: object = None) -> None:
        row = getattr(content, "rows", {}).get(key) or getattr(content, "row", None)
        problems.append(Problem(rule, FILE, row, key, None if value is None else shorten(value)))

    if not isinstance(content, dict) or not isinstance(content.get("file"), str):
        wrong(NO_FILE_NAMED)
        return None
    said: dict[str, Any] = {}
    before = len(problems)
    for key, value in content.items():
        if key not in KINDS:
            wrong(UNKNOWN_KEY.fill(near=suggestion(key, KINDS)), key)
            continue
        try:
            said[key] = KINDS[key](value)
        except (TypeError, ValueError, AttributeError):
            wrong(WRONG_KIND, key, value)
    table = said.get("table", "")
    if table and table != NONE and table not in TABLES:
        wrong(UNKNOWN_TABLE.fill(near=suggestion(table, TABLES)), "table", table)
    declared = (
        TABLES[table].by_name if table in TABLES else {n: c for t in TABLES.values() for n, c in t.by_name.items()}
    )
    named = [name for _, name in said.get("columns", ()) if name != NONE]
    named += [name for key in ("values", "sums", "constants") for name, _ in said.get(key, ())]
    for name in dict.fromkeys(named):
        if name not in declared:
            wrong(UNKNOWN_COLUMN.fill(near=suggestion(name, declared)), "columns", name)
    units = {word for words in SCALES.values() for word in words}
    for heading, unit in said.get("units", ()):
        if unit not in units:
            wrong(UNKNOWN_UNIT.fill(units=joined(sorted(units))), "units", f"{heading}: {unit}")
    return Entry(**said) if len(problems) == before else None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _rows(value: Any) -> tuple[int, ...]:
    rows = tuple(map(int, value if isinstance(value, list) else [value]))
    if not 1 <= len(rows) <= 2 or min(rows) < 1:
        raise ValueError
    return rows


def _pairs(value: Dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((_text(key), NONE if one is None else _text(one)) for key, one in value.items())


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


KINDS = {
    "file": _text, "sheet": _text, "table": lambda value: NONE if value is None else _text(value), "header": _rows,
    "columns": _pairs, "units": _pairs, "values": lambda value: tuple((key, _pairs(one)) for key, one in value.items()),
    "sums": lambda value: tuple((key, tuple(map(_text, one))) for key, one in value.items()), "constants": _pairs,
    "keep": lambda value: tuple(map(_text, value)), "by_name": _truth,
}  # fmt: skip
NO_FILE = Text("未找到该文件。请核对路径。", "There is no such file. Check the path.")
NOT_A_MAPPING = Text(
    "应以 files: 开头，其下每项写一个文件。", "It must begin with files: and list one file an entry below."
)
NO_FILE_NAMED = Text("缺少 file（文件名）。请补充。", "It lacks file, the file's name. Add it.")
UNKNOWN_KEY = Text("未找到该项。{near}", "There is no such key. {near}")
WRONG_KIND = Text("写法不正确。请对照文档 docs/data.zh-CN.md。", "Not as it should be. See docs/data.md.")
UNKNOWN_TABLE = Text("未找到该表。{near}", "There is no such table. {near}")
UNKNOWN_COLUMN = Text("未找到该列。{near}", "There is no such column. {near}")
UNKNOWN_UNIT = Text("未找到该单位。可写：{units}。", "There is no such unit. Known: {units}.")
KIND = FileKind(
    2**18,
    Text("文件过大，不是列对照表。", "The file is too large for a list of columns."),
    Text("不是有效的 YAML。请核对缩进和冒号（须为半角）。", "Not valid YAML. Check indentation and colons."),
    Text("不能使用 YAML 的别名和标签。请直接写出内容。", "YAML aliases and tags are not allowed. Write it out."),
    Text("层次过多。请对照文档 docs/data.zh-CN.md。", "It is nested too deep. See docs/data.md."),
)
