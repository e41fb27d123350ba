"""The scenarios that the comparison page offers: those of the folder, and those that come with an address."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from simlib import SCENARIOS, scenario
from simlib.params import DOCUMENT_VALUES, written
from simlib.problems import BadInput, Problem, shorten
from simlib.rules import FAMILIES
from simlib.scenario import NO_RULE, Scenario
from simlib.words import Text, suggestion

DOCUMENT = "document"
LONGEST_TITLE, LARGEST_OWN = 200, 20_000  # of scenarios that come with an address


def shipped() -> tuple[dict[str, Scenario], list[Problem]]:
    """The documents' values and the scenarios of the folder, by file name; and what is wrong with the others."""
    paths = sorted(SCENARIOS.glob("*.yaml"))
    return _shipped(tuple((path, path.stat().st_mtime_ns) for path in paths))


@lru_cache(maxsize=1)
def _shipped(files: tuple[tuple[Path, int], ...]) -> tuple[dict[str, Scenario], list[Problem]]:
    plain = Scenario(*DOCUMENT_VALUES)
    found, problems = {DOCUMENT: plain}, []
    for path, _ in files:
        try:
            one = scenario.load(path)
        except BadInput as bad:
            problems += bad.problems
            continue
        if one.digest != plain.digest:  # a file of the documents' values alone stands there already
            found[path.stem] = one
    return found, problems


def outlined(one: Scenario) -> str:
    """A scenario short enough for an address: titles, question, rules, and what differs from the documents."""
    changes = {
        f"{family}.{n}": written(value)
        for family, params in one.params.items()
        for n, value in params.differences().items()
    }
    content = {
        "title": one.title,
        "title_en": one.title_en,
        "question": one.question,
        "rules": list(one.rules),
        "params": changes,
    }
    return json.dumps(
        {key: value for key, value in content.items() if value}, ensure_ascii=False, separators=(",", ":")
    )


def told(text: str) -> Scenario:
    """The scenario that :func:`outlined` wrote, checked like a file. BadInput."""
    try:
        content = json.loads(text) if len(text) <= LARGEST_OWN else None
    except (ValueError, RecursionError):
        content = None
    texts = ("title", "title_en", "question")
    content = content if isinstance(content, dict) else {}
    sound = content.keys() <= {*texts, "rules", "params"} and content.get("title")
    sound = sound and all(isinstance(content.get(key, ""), str) for key in texts)
    rules, params = (content.get("rules", []), content.get("params", {})) if sound else ([], {})
    sound = (
        sound
        and isinstance(rules, list)
        and isinstance(params, dict)
        and all(isinstance(one, str) for one in (*rules, *params.values()))
    )
    if not sound:
        raise BadInput(Problem(NOT_A_SCENARIO, column="own", value=shorten(text)))
    if strange := [name for name in rules if name not in FAMILIES]:
        raise BadInput(
            [Problem(NO_RULE.fill(near=suggestion(name, FAMILIES)), column="rules", value=name) for name in strange]
        )
    title, title_en, question = (shorten(content.get(key, ""), LONGEST_TITLE) for key in texts)
    return Scenario(title, title_en, question, rules=tuple(rules)).changed(params)


NOT_A_SCENARIO = Text(
    "链接中的方案不完整，未采用。请重新上传方案文件。",
    "The link's scenario is not whole and was left out. Upload its file again.",
)
