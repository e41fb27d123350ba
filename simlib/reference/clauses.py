"""docs/clauses.md: every clause of the documents, what of it is calculated, by which function, and where it is
tried."""

from __future__ import annotations

import inspect
import pkgutil
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from simlib import rules, yaml_file
from simlib.clauses import DOCUMENTS, ENTRIES, Clause, clause
from simlib.clauses.entry import Entry
from simlib.rules import FAMILIES
from simlib.rules.cards import CARDS, Card
from simlib.rules.scorecard.scoring import KINDS

CLAUSES, CASES = "docs/clauses.md", "tests/cases"
SHOWS = ("views", "explanation")  # modules whose functions draw or tell what others calculate
MOST = 3  # names of golden cases of a file; the file has them all


class Function(NamedTuple):
    """A function that says which clauses it calculates."""

    module: str
    name: str
    keys: tuple[str, ...]

    @property
    def path(self) -> str:
        return f"{self.module.replace('.', '/')}.py"

    @property
    def shows(self) -> bool:
        return self.module.endswith(SHOWS)

    @property
    def link(self) -> str:
        family, module = self.module.split(".")[-2:]
        return f"[{family}/{module}: {self.name}](../{self.path})"


@cache
def functions() -> tuple[Function, ...]:
    """Every function and method of simlib.rules that cites clauses, in the order of modules and lines."""
    found = []
    for info in pkgutil.walk_packages(rules.__path__, f"{rules.__name__}."):
        if not info.ispkg:
            found += [
                Function(info.name, name, function.clauses)
                for name, function in _defined(import_module(info.name))
                if hasattr(function, "clauses")
            ]
    return tuple(found)


def _defined(module) -> Iterator[tuple[str, object]]:
    for name, one in vars(module).items():
        if getattr(one, "__module__", None) != module.__name__:
            continue
        if inspect.isclass(one):
            yield from ((f"{name}.{inner}", getattr(one, inner)) for inner in vars(one) if not inner.startswith("__"))
        elif callable(one):
            yield name, one


@cache
def calculated() -> dict[str, list[Function]]:
    """The functions that calculate or show each clause; of a card's items, that of the kind of criterion."""
    found = defaultdict(list)
    for function in functions():
        for key in function.keys:
            found[key].append(function)
    for card in CARDS.values():
        for key, kind in kinds(card):
            function = Function("simlib.rules.scorecard.scoring", KINDS[kind].__name__, ())
            if function not in found[key]:
                found[key].append(function)
    return dict(found)


def kinds(card: Card) -> Iterator[tuple[str, str]]:
    """The clauses of a card's items and criteria, each with the kind that scores it."""
    for item in card.items:
        for criterion in item.criteria:
            for cited in (card.cite(item), card.cite(item, criterion)):
                yield from ((key, criterion.kind) for key in cited.keys)


def cards() -> dict[str, list[str]]:
    """The cards in which each clause stands."""
    found = defaultdict(list)
    for name, card in CARDS.items():
        places = [card.clause, card.same_violation, *(item.note for item in card.items)]
        places += [extra.clause for extra in (card.private, card.bonus, card.veto) if extra]
        keys = [key for place in places if place for key in card.cite(place).keys]
        for key in dict.fromkeys([*keys, *(key for key, _ in kinds(card))]):
            found[key].append(name)
    return found


def parameters() -> dict[str, list[str]]:
    """The parameters that cite each clause."""
    found = defaultdict(list)
    for family in FAMILIES.values():
        for declared in family.params.declarations().values():
            for key in keys_of(declared.clauses):
                found[key].append(declared.path)
    return found


def keys_of(clauses: Iterable[Clause]) -> Iterator[str]:
    for one in clauses:
        yield from one.keys


def golden(root: Path) -> dict[str, dict[str, list[str]]]:
    """The golden cases that say a clause, by file."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for path in sorted((root / CASES).rglob("*.yaml")):
        for case in yaml_file.own(path):
            for key in case["clauses"]:
                found[key][path.relative_to(root).as_posix()].append(str(case["name"]))
    return found


# --- the document ----------------------------------------------------------------------------------------------------


def document(root: Path) -> str:
    """docs/clauses.md, with the golden cases below the project's folder."""
    sources = (parameters(), cards(), calculated(), golden(root))
    parts = [HEAD, _counts()]
    for name, title in DOCUMENTS.items():
        parts.append(f"\n## {name} · {title.zh} · {title.en}\n")
        parts += [_clause(entry, *sources) for key, entry in ENTRIES.items() if key.split()[0] == name]
    return "".join(parts)


def _counts() -> str:
    lines = [
        "| | clauses 条款 | calculated 已计算 | in part 部分尚未 | not yet 尚未 | out of scope 不计算 |",
        "| --- | --: | --: | --: | --: | --: |",
    ]
    for name in DOCUMENTS:
        mine = [entry for key, entry in ENTRIES.items() if key.split()[0] == name]
        states = [state(entry) for entry in mine]
        lines.append(f"| {name} | {len(mine)} | {' | '.join(str(states.count(one)) for one in STATES)} |")
    return "\n".join(lines) + "\n"


STATES = ("whole", "part", "not yet", "outside")


def state(entry: Entry) -> str:
    """How much of a clause is calculated."""
    if entry.outside:
        return "outside"
    done = any(not function.shows for function in calculated().get(entry.key, []))
    return ("part" if done else "not yet") if entry.yet else "whole"


def _clause(entry: Entry, parameters, cards, calculated, golden) -> str:
    key = entry.key
    mine = calculated.get(key, [])
    lines = {
        "参数 parameters": _few([f"`{path}`" for path in parameters.get(key, [])]),
        "评分表 cards": [f"[{name}](../simlib/rules/cards/{name}.yaml)" for name in cards.get(key, [])],
        "计算 calculated by": [function.link for function in mine if not function.shows],
        "呈现 shown by": [function.link for function in mine if function.shows],
        "算例 golden cases": [_cases(path, names) for path, names in golden.get(key, {}).items()],
        "尚未 not yet": [f"{entry.yet.zh} · {entry.yet.en}"] if entry.yet else [],
        "不计算 out of scope": [f"{entry.outside.zh} · {entry.outside.en}"] if entry.outside else [],
    }
    told = "".join(f"- {label}: {', '.join(values)}\n" for label, values in lines.items() if values)
    return f"\n### {key} · {clause(key).zh}\n\n{entry.says.zh}\n\n{entry.says.en}\n\n{told}".rstrip() + "\n"


def _few(values: list[str], most: int = 12) -> list[str]:
    return values if len(values) <= most else [*values[:most], f"… ({len(values)})"]


def _cases(path: str, names: list[str]) -> str:
    shown = "; ".join(names[:MOST]) + ("; …" if len(names) > MOST else "")
    return f"[{path.removeprefix(CASES + '/')}](../{path}) {len(names)} ({shown})"


HEAD = """# Clauses · 条款

Made by `simlib.reference.write`; a test keeps it true. 由程序生成，测试保证与程序一致。

Every clause of the documents, in the order of the text and in our own words: what it asks, its parameters, the
functions that calculate it, the golden cases worked by hand. A clause has one key everywhere: `git grep "JY 33"` finds
the function, the parameters and the cases, `git grep "XX 5(1)2"` likewise. JS26 was read in two versions: that of the
web has no annexes and differs in two words (part 1, and 重点特色工作 for 重点工作 in 2(2)); no rule hangs on either.
Words: [glossary.md](glossary.md).

文件的每一条，按原文顺序，以本项目的表述说明：要求的内容、涉及的参数、计算的函数、手工计算的算例。每条只有一个编号，
参数、函数、算例和本页都用它；用 `git grep "JY 33"` 一次就能找到。苏医保办发〔2023〕26号核对了两份文本，网页版没有附件，
正文只有两处用词不同（一；二(二)的“重点特色工作”），与计算无关。词汇见 [glossary.md](glossary.md)。

"""
