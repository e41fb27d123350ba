"""YAML from outside: read with nothing in it that a file of words and numbers could do without, and written.

The only module that knows the YAML libraries; what may stand in a file is for its reader to say. Files from outside are
read by ruamel.yaml; those of simlib itself, with which every process begins, by libyaml in a tenth of the time.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from simlib.problems import BadInput, Problem, shorten
from simlib.words import Text

LONGEST_KEY = 1024  # characters, as YAML has it
DEEPEST = 20  # levels; a sane file has three, a sane scorecard eight

SCALAR, ALIAS = "ScalarEvent", "AliasEvent"
STARTS, ENDS = ("SequenceStartEvent", "MappingStartEvent"), ("SequenceEndEvent", "MappingEndEvent")

# Words that are no text where they stand without quotes.
PLAIN = {"true": True, "false": False, "null": None, "~": None, "": None}


# What a Chinese input method types where YAML knows only the sign of an English keyboard.
INSTEAD = {
    "：": ":", "，": ",", "、": ",", "；": ",", "（": "[ / {", "）": "] / }", "［": "[", "］": "]", "【": "[",
    "】": "]", "｛": "{", "｝": "}", "．": ".", "。": ".", "－": "-", "＃": "#", "“": '"', "”": '"', "‘": "'", "’": "'",
    "\N{IDEOGRAPHIC SPACE}": "␠", **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
}  # fmt: skip
SIGNS = re.compile("[" + re.escape("".join(INSTEAD)) + "]")
KEY = re.compile(r"([^\s#:：][^:：]*?)\s*:(\s|$)")


@dataclass(frozen=True)
class FileKind:
    """A kind of file: how many bytes it has at most, and what is said of one that is refused."""

    largest: int
    too_large: Text
    not_yaml: Text
    trick: Text
    too_deep: Text
    structures: tuple[str, ...] = ()  # keys below which no sentence stands, so that full-width signs are a slip


class Map(dict[str, Any]):
    """A mapping of a file: with the row of each key, and its own."""

    def __init__(self, row: int):
        self.row, self.rows = row, dict[str, int]()


class List(list[Any]):
    """A list of a file: with the row of each element, and its own."""

    def __init__(self, row: int):
        self.row, self.rows = row, dict[int, int]()


def load(path: Path, kind: FileKind) -> tuple[Any, Any]:
    """What a file says, with the row of each name (``.lc`` of ruamel), and the same as plain values. BadInput."""
    from ruamel.yaml import YAML

    text = _text(path, kind)
    if slips := list(_wide(text, path.name, kind.structures)) if kind.structures else []:
        raise BadInput(slips)
    for _ in _checked(_parsed(text, path, kind), path, kind):
        pass
    with _faults(text, path, kind):
        return YAML(typ="rt").load(text), YAML(typ="safe", pure=True).load(text)


def tree(path: Path, kind: FileKind, ours: bool = False) -> Map | List | str | bool | None:
    """What a file says, with the row of everything, and plain words as they are written but for yes, no and nothing:
    0.80 is that decimal, no float. None for a file that is empty or several in one. BadInput.

    ``ours`` is a file of simlib itself: libyaml and ruamel.yaml, which knows a newer YAML, say the same of it."""
    text = _text(path, kind)
    whole = (ours and _by_libyaml(text)) or list(_parsed(text, path, kind))
    inside = _checked(whole[2:-2], path, kind)  # without the stream's and the document's own
    content = _node(inside, next(inside), path, kind) if len(whole) > 2 else None
    return None if any(True for _ in inside) else content


def own(path: Path) -> Any:
    """What a file of the repository itself says, every scalar as text."""
    import yaml

    return yaml.load(path.read_bytes(), Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))


def dump(content: Mapping[str, Any]) -> str:
    """The content as YAML, Chinese as it is."""
    from ruamel.yaml import YAML

    out, yaml = io.StringIO(), YAML()
    yaml.allow_unicode = True
    yaml.dump(content, out)
    return out.getvalue()


def _text(path: Path, kind: FileKind) -> str:
    if path.stat().st_size > kind.largest:
        raise BadInput(Problem(kind.too_large, path.name))
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(Problem(NOT_UTF8, path.name)) from None


def _wide(text: str, file: str, structures: Iterable[str]) -> Iterator[Problem]:
    """A line for each such sign, once a row, with its row, its place there and what to type.

    ``structures`` are the keys of the file's first level below which everything is words and numbers of YAML. The
    values of other keys, and remarks, are sentences, in which such signs are at home.
    """
    names, prose = set(structures), False
    for row, line in enumerate(text.splitlines(), start=1):
        if line[:1] not in ("", " ", "\t", "#"):
            key = KEY.match(line)
            prose = key is not None and key[1] not in names
        if prose:
            continue
        told = line if not re.search(r"(^|\s)#", line) else re.split(r"(?:^|\s)#", line, maxsplit=1)[0]
        for sign in dict.fromkeys(SIGNS.findall(told)):
            rule = WIDE.fill(at=told.index(sign) + 1, instead=INSTEAD[sign], more=AFTER if sign == "：" else "")
            yield Problem(rule, file, row, value=sign)


def _parsed(text: str, path: Path, kind: FileKind) -> Iterator[Any]:
    from ruamel.yaml import YAML

    yaml = YAML(typ="safe", pure=True)
    yaml.Scanner = _scanner()
    with _faults(text, path, kind):
        yield from yaml.parse(text)


@cache
def _scanner() -> type:
    """ruamel's scanner, which at each token looks through all brackets that are open, with a look at the first alone.

    They stand in the order in which they were opened: none is left behind before the first is.
    """
    from ruamel.yaml.scanner import Scanner

    class Quick(Scanner):
        def stale_possible_simple_keys(self) -> None:
            for first in self.possible_simple_keys.values():
                reader = self.reader
                if first.line != reader.line or reader.index - first.index > LONGEST_KEY:
                    super().stale_possible_simple_keys()
                return

        def next_possible_simple_key(self) -> int | None:
            return next((one.token_number for one in self.possible_simple_keys.values()), None)

    return Quick


def _by_libyaml(text: str) -> list[Any]:
    """The parser's events; none where there is no libyaml, or it finds fault, which ruamel.yaml shall then tell."""
    import yaml

    try:
        return list(yaml.parse(text, Loader=yaml.CBaseLoader))
    except (AttributeError, yaml.YAMLError):
        return []


def _checked(events: Iterable[Any], path: Path, kind: FileKind) -> Iterator[Any]:
    """The parser's events, but for aliases, by which a few rows can stand for billions of values, for tags, which can
    stand for objects of Python, and for endless nesting."""
    depth = 0
    for event in events:
        depth += (_kind(event) in STARTS) - (_kind(event) in ENDS)
        trick = _kind(event) == ALIAS or getattr(event, "tag", None)
        if trick or depth > DEEPEST:
            raise BadInput(Problem(kind.trick if trick else kind.too_deep, path.name, _row(event)))
        yield event


def _node(events: Iterator[Any], event: Any, path: Path, kind: FileKind) -> Any:
    """The piece that begins with this event."""
    if _kind(event) == SCALAR:
        return PLAIN.get(event.value.lower(), event.value) if event.implicit[0] else event.value
    if _kind(event) == STARTS[0]:
        listed = List(_row(event))
        while _kind(event := next(events)) != ENDS[0]:
            listed.rows[len(listed)] = _row(event)
            listed.append(_node(events, event, path, kind))
        return listed
    found = Map(_row(event))
    while _kind(event := next(events)) != ENDS[1]:
        row, key = _row(event), getattr(event, "value", None)
        if key is None or key in found:
            raise BadInput(Problem(kind.trick if key is None else TWICE, path.name, row, shorten(key or "")))
        found.rows[key] = row
        found[key] = _node(events, next(events), path, kind)
    return found


def _kind(event: Any) -> str:
    return type(event).__name__  # both libraries have classes of these names


def _row(event: Any) -> int:
    row: int = event.start_mark.line + 1
    return row


@contextmanager
def _faults(text: str, path: Path, kind: FileKind) -> Iterator[None]:
    """What the library makes of a file that is no sound YAML, in our words, with its row where it has one."""
    from ruamel.yaml.error import YAMLError

    try:
        yield
    except BadInput:
        raise
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        row = mark.line if mark else text.count("\n", 0, getattr(error, "position", 0))
        raise BadInput(Problem(kind.not_yaml, path.name, row + 1)) from None
    except (ValueError, OverflowError):  # looks like a date, a number or a character and is none: 2023-13-45
        raise BadInput(Problem(kind.not_yaml, path.name)) from None


NOT_UTF8 = Text("不是 UTF-8 文本文件。请另存为 UTF-8。", "Not a UTF-8 text file. Save it as UTF-8.")
IN_QUOTES = Text("应为文字。请加引号。", "It must be text. Put it in quotes.")
TWICE = Text("出现了两次。请改名或删除一个。", "It stands twice. Rename or remove one.")
WIDE = Text("第 {at} 个字符是中文输入法的全角符号。请改成英文半角的 {instead}{more}。",
            "Character {at} is a full-width sign of a Chinese input method. Type {instead} instead{more}.")  # fmt: skip
AFTER = Text("，后面空一格", ", with a space after it")
