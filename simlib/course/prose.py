"""A lesson's prose as its notebook has it, each cell twice, once in each language."""

from __future__ import annotations

import json
import re

from simlib import NOTEBOOKS
from simlib.course.worked import TAGS

CELL = re.compile(r'<div class="sim-prose" lang="([\w-]+)">\n\n(.*)\n\n</div>', re.DOTALL)
EXERCISES = "exercises"  # the id of the cell above the exercises
LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")


def before_exercises(notebook: str, language: str) -> list[str]:
    """The Markdown of each cell above the exercises; on paper a link is its words."""
    found: list[str] = []
    for cell in json.loads((NOTEBOOKS / "course" / f"{notebook}.ipynb").read_text("utf-8"))["cells"]:
        if cell["id"].startswith(EXERCISES):
            return found
        if cell["cell_type"] == "markdown" and (match := CELL.fullmatch("".join(cell["source"]))):
            found += [LINK.sub(r"\1", match[2])] if match[1] == TAGS[language] else []
    return found


def points(text: str) -> list[str]:
    """What stands between blank lines, each a point of its own: under its heading, with its list or table."""
    found: list[str] = []
    heading, introduced = "", False
    for block in re.split(r"\n\s*\n", text.strip()):
        if block.startswith("#"):
            heading, introduced = f"{block}\n\n", False
        elif introduced and block.startswith(("|", "- ", "1. ", "    ")):
            found[-1] += f"\n\n{block}"
        else:
            found.append(heading + block)
            introduced = True
    return found or [heading.strip()]
