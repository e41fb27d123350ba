"""Card files to cards: each checked whole, every fault with its file, row, place, value, rule and remedy.

The only place below simlib.rules that reads files: a card is part of the rule, as its clauses are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from simlib.clauses import cites
from simlib.problems import BadInput, Problem, shorten
from simlib.rules.cards import criteria, model, pieces
from simlib.rules.cards.checks import MISSING, NO_SUCH_ITEM, ONE_OF, Fault, clashes, faults
from simlib.rules.cards.model import Card
from simlib.words import Text, suggestion
from simlib.yaml_file import TWICE, FileKind, List, Map, tree

HERE = Path(__file__).parent
LARGEST_FILE = 2**20  # bytes; a sane card has 12 KB
CRITERIA = {get_args(one.model_fields["kind"].annotation)[0]: one for one in get_args(get_args(criteria.Criterion)[0])}
PIECES = {
    "parts": model.Part, "items": model.Item, "tiers": criteria.Tier, "variants": criteria.Variant,
    "growth": criteria.Growth, "facts": pieces.Fact,
    "edition": model.Edition, "private": model.Private, "bonus": model.Extra, "veto": model.Extra,
}  # fmt: skip


def read_folder(*folders: Path) -> dict[str, Card]:
    """Every card of the folders by name. BadInput with the faults of all, of each and side by side."""
    cards, bases, problems = dict[str, Card](), dict[Path, Card](), list[Problem]()
    for folder in map(Path, folders):
        if not folder.is_dir():
            problems.append(Problem(NO_FOLDER, str(folder)))
        for path in sorted(folder.glob("*.y*ml")):
            try:
                if path.suffix != ".yaml" or path.stem in cards:
                    raise BadInput(Problem(SAME_NAME if path.stem in cards else ENDING, path.name))
                cards[path.stem] = read(path, bases)
            except BadInput as bad:
                problems += bad.problems
    problems = list(dict.fromkeys(problems)) or list(clashes(cards))
    if problems:
        raise BadInput(problems)
    return cards


@cites("JS26 annex 1, note 4", "JS26 annex 2, note 3")
def read(path: Path, bases: dict[Path, Card] | None = None) -> Card:
    """One card file, on its ``base`` (beside it, or beside this module) if it names one. BadInput with one line a
    fault.

    ``bases`` are cards without a base that were read already; this one is added if it is such a card.
    """
    path, bases = Path(path), {} if bases is None else bases
    content = _load(path)
    derived = "base" in content
    if derived:
        _on_base(path, content, bases)
    found = list(_named(path, content))
    try:
        card = Card.model_validate(content)
    except ValidationError as error:
        found += filter(None, (_fault(one, content) for one in error.errors()))
    else:
        found += faults(card)
    if found:
        raise BadInput(
            [Problem(rule, path.name, *_stands(content, where), value) for where, rule, value in dict.fromkeys(found)]
        )
    if not derived:
        bases[path] = card
    return card


# --- the file -------------------------------------------------------------------------------------------------------


def _load(path: Path) -> Map:
    """What the file says. BadInput where it is not there, or no card at all."""
    if not path.is_file():
        raise BadInput(Problem(NO_FILE, path.name))
    content = tree(path, CARD, ours=path.parent == HERE)
    if not isinstance(content, Map):
        raise BadInput(Problem(NOT_A_CARD, path.name))
    return content


def _on_base(path: Path, content: Map, bases: dict[Path, Card]) -> None:
    """Completes the content by its base's: the keys that it does not state, and the items that it does not replace."""
    files = {
        file.stem: file for folder in (HERE, path.parent) for file in sorted(folder.glob("*.yaml")) if file != path
    }
    row, name, items = content.rows["base"], content.pop("base"), content.pop("items", List(0))
    base = files.get(name) if isinstance(name, str) else None
    if base is None:
        raise BadInput(
            Problem(
                NO_BASE.fill(near=suggestion(name, files)),
                path.name,
                row,
                "base",
                name if isinstance(name, str) else None,
            )
        )
    if base not in bases and "base" in _load(base):
        raise BadInput(Problem(ONE_BASE, path.name, row, "base", name))
    whole = (bases.get(base) or read(base, bases)).model_dump()
    if not isinstance(items, List) or (items and "parts" in content):
        raise BadInput(Problem(BASE_ITEMS, path.name, content.rows["items"], "items"))
    parts = [{**part, "items": list(part["items"])} for part in whole["parts"]]
    places = {item["item"]: (part["items"], at) for part in parts for at, item in enumerate(part["items"])}
    known, problems = list(places), []
    for row, item in zip(items.rows.values(), items, strict=True):
        number = item.get("item") if isinstance(item, dict) else None
        if isinstance(number, str) and number in places:
            among, at = places.pop(number)
            among[at] = item
            continue
        rule = TWICE if number in known else NO_SUCH_ITEM.fill(near=suggestion(number, known))
        rule = rule if isinstance(number, str) else MISSING.fill(name="item") if isinstance(item, dict) else A_GROUP
        problems.append(Problem(rule, path.name, row, "items", number if isinstance(number, str) else None))
    if problems:
        raise BadInput(problems)
    content |= {key: value for key, value in {**whole, "parts": parts}.items() if key not in content and key != "name"}


def _named(path: Path, content: dict[str, Any]) -> Iterator[Fault]:
    """Gives card and items their names; the file cannot. Items of a base keep those that their levers have there."""
    if "name" in content:
        yield ("name",), SET_HERE, None
    content["name"] = path.stem
    for p, part in _each(content, "parts"):
        for i, item in _each(part, "items"):
            if isinstance(item, Map):
                if "prefix" in item:
                    yield ("parts", p, "items", i, "prefix"), SET_HERE, None
                item["prefix"] = str(content.get("card"))


def _each(content: object, key: str) -> Iterable[tuple[int, Any]]:
    found = content.get(key) if isinstance(content, dict) else None
    return enumerate(found) if isinstance(found, list | tuple) else ()


# --- what pydantic found --------------------------------------------------------------------------------------------


def _fault(error: ErrorDetails, content: dict[str, Any]) -> Fault | None:
    """An error in our words, at the innermost place that the file has. None where it only repeats another."""
    said, kind, value = error["loc"], error["type"], error["input"]
    steps = [step for at, step in enumerate(said) if not _is_kind(said, at)]
    walked = list(_walk(content, steps))
    where, stands = tuple(steps[: len(walked)]), walked[-1][2] if walked else content
    if kind == "too_short" and value:  # all its pieces are faulty, and said so
        return None
    value = value if isinstance(value, str | bool) else None
    if kind == "missing":
        return where, MISSING.fill(name=said[-1]), None
    if where == ("items",):
        return where, NO_ITEMS, None
    if kind == "extra_forbidden":
        return where, UNKNOWN.fill(near=suggestion(said[-1], _known(said))), None
    if kind.startswith("union_tag"):
        return where, KINDS.fill(kinds=", ".join(CRITERIA)), None
    if where[-2:-1] in (("who",), ("when",)):
        return where, TRUE_OR_TEXT, value
    if where[-3:-2] == ("criteria",) and where[-1] in ("at_least", "below"):
        return where, THRESHOLD, stands if isinstance(stands, str | bool) else None
    if kind in ("enum", "literal_error"):
        return where, ONE_OF.fill(options=", ".join(re.findall("'([^']*)'", error["ctx"]["expected"]))), value
    if kind == "string_pattern_mismatch":
        return where, A_NUMBER_OF_ITEM if where[-1] == "item" else A_NAME, value
    return where, RULES.get(kind) or NUMBERS.get(str(where[-1]), POINTS), value


def _is_kind(loc: tuple[Any, ...], at: int) -> bool:
    """Whether pydantic put a criterion's kind in here, behind its place in the list."""
    return at > 1 and loc[at - 2] == "criteria" and isinstance(loc[at - 1], int)


def _known(loc: tuple[Any, ...]) -> list[str]:
    """The names that could stand where pydantic met an unknown one."""
    if len(loc) == 1:
        return ["base", *(name for name in Card.model_fields if name != "name")]
    if _is_kind(loc, len(loc) - 2):
        piece = CRITERIA[loc[-2]]
    else:
        piece = PIECES.get(loc[-3] if isinstance(loc[-2], int) or loc[-3:-2] == ("facts",) else loc[-2], pieces.Words)
    return [name for name in piece.model_fields if name != "prefix"]


def _walk(content: Any, where: Iterable[Any]) -> Iterator[tuple[Any, Any, Any]]:
    """What holds each step of a place, the step, and what stands there, as far as the content goes."""
    for step in where:
        held = (
            step in content
            if isinstance(content, dict)
            else isinstance(content, list | tuple) and isinstance(step, int)
        )
        if not held:
            return
        yield content, step, content[step]
        content = content[step]


def _stands(content: Map, where: tuple[Any, ...]) -> tuple[int | None, str]:
    """Row and path of a place; numbered pieces by their number or id."""
    row, names = None, []
    for held, step, inside in _walk(content, where):
        row = getattr(held, "rows", {}).get(step) or getattr(inside, "row", None) or row
        said = inside.get("item") or inside.get("id") if isinstance(inside, dict) else None
        names.append(str(step) if isinstance(held, dict) else said if isinstance(said, str) else str(step + 1))
    return row, shorten(".".join([*names, *map(str, where[len(names) :])]), 120)


SAME_NAME = Text("另一个文件夹已有同名评分表。请改文件名。", "Another folder has a card of this name. Rename the file.")
ENDING = Text("文件名应以 .yaml 结尾。请改名。", "The file's name must end in .yaml. Rename it.")
NO_FOLDER = Text("未找到该评分表文件夹。请核对环境变量 SIMLIB_CARDS。",
                 "There is no such folder of cards. Check the environment variable SIMLIB_CARDS.")  # fmt: skip
NO_FILE = Text("未找到该评分表文件。请核对名称。", "There is no such card file. Check the name.")
NOT_YAML = Text("不是正确的 YAML（缩进、制表符、括号，或冒号不是半角、后面没有空格）。请核对此行和上一行。",
                "Not sound YAML (indentation, a tab, a bracket, or a colon without a space). Check this row and the "
                "one before.")  # fmt: skip
TRICK = Text("不支持 * 引用、! 标记、用列表作名称和过深的层次。请直接写出内容。",
             "References with *, tags with !, lists as names and endless nesting are not supported. Write the content "
             "itself.")  # fmt: skip
NOT_A_CARD = Text("不是评分表：应由 card:、edition:、parts: 等名称和内容组成。请参照 cards/README.md。",
                  "Not a scorecard, which is made of names and contents such as card:, edition: and parts:. See "
                  "cards/README.md.")  # fmt: skip
CARD = FileKind(LARGEST_FILE, NOT_A_CARD, NOT_YAML, TRICK, too_deep=TRICK)
NO_BASE = Text("没有作为 base 的评分表（同一文件夹或随软件提供的，不带 .yaml）。{near}",
               "There is no such card to build on (in the same folder or shipped; without .yaml). {near}")  # fmt: skip
ONE_BASE = Text("作为 base 的评分表不能再有 base。请直接以最初的评分表为 base。",
                "The base has a base itself. Name the first one.")  # fmt: skip
BASE_ITEMS = Text("有 base 时，items: 是要替换的项目的列表，不能与 parts: 同用。请改正。",
                  "With a base, items: is the list of the items to replace, and cannot stand with parts:. Correct "
                  "it.")  # fmt: skip
NO_ITEMS = Text("没有 base 时，项目写在 parts: 的各部分中。请移过去，或写明 base:。",
                "Without a base, items stand in the parts. Move them there, or name a base.")  # fmt: skip
SET_HERE = Text("由程序自行填写。请删除。", "simlib sets this itself. Remove it.")
UNKNOWN = Text(
    "此处没有该名称。请核对拼写和缩进。{near}", "There is no such name here. Check spelling and indentation. {near}"
)
KINDS = Text(
    "未写明评分办法的 kind，或无此种类。可用：{kinds}。", "The criterion has no kind, or none of these: {kinds}."
)
THRESHOLD = Text(
    '应为一个数，或按级别写 {{"3": 0.80, "2": 0.90, "1": 0.95}}；比例写 0.80，不写 80%。请改正。',
    'Give one number, or {{"3": 0.80, "2": 0.90, "1": 0.95}} by level; a share is 0.80, not 80%.',
).fill()
A_NUMBER_OF_ITEM = Text('应为项目序号，如 "3" 或 "1.2"。请改正。', 'It must be an item number such as "3" or "1.2".')
A_NAME = Text(
    "名称只用小写英文字母、数字和下划线，以字母开头，不超过 40 个字符。请改正。",
    "A name has lower-case letters, digits and underscores only, a letter first, at most 40 characters.",
)
A_TEXT = Text("应为文字，不能留空。请写明。", "It must be text and not blank. Write it.")
A_LIST = Text(
    "应为列表：[甲, 乙]，或每行以 - 开头。请改正。", "It must be a list: [one, two], or rows that begin with -."
)
A_GROUP = Text("应为一组“名称: 内容”，如 {{zh: 附件1, en: annex 1}}。请改正。",
               "It must hold names with contents, such as {{zh: 附件1, en: annex 1}}.").fill()  # fmt: skip
EMPTY = Text("内容为空。请至少写一个。", "It is empty. Give at least one.")
TRUE_OR_TEXT = Text("应为 true、false 或一个选项。请改正。", "It must be true, false or an option.")
NUMBERS = {  # by the name of the key; other numbers are points
    "year": Text("应为 2000 至 2100 的年份。请改正。", "It must be a year from 2000 to 2100."),
    "step": Text(
        "应为大于 0、不超过 10 亿的数，最多 6 位小数。请改正。", "It must be above 0, up to 10**9, at most 6 decimals."
    ),
    "at_most": Text(
        "应为绝对值不超过 10 亿的数，最多 6 位小数。请改正。", "It must be a number up to 10**9, at most 6 decimals."
    ),
}
POINTS = Text(
    "应为 0 至 100 的数，最多 6 位小数。请改正。", "It must be a number from 0 to 100 with at most 6 decimals."
)
RULES = {
    "string_type": A_TEXT, "string_too_short": A_TEXT, "string_unicode": A_TEXT, "tuple_type": A_LIST,
    "too_short": EMPTY, "dict_type": A_GROUP, "model_type": A_GROUP, "model_attributes_type": A_GROUP,
}  # fmt: skip
