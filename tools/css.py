"""Check the style sheets of simlib: python tools/css.py

Prints what does not parse, is empty, stands twice in one block, or uses a colour or size that nothing defines.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

import tinycss2

ROOT = Path(__file__).resolve().parent.parent
OWN = re.compile(r"var\((--sim-[\w-]+)")  # those of simlib; without a fallback they must be defined


def problems(text: str, defined: set[str] = frozenset()) -> list[tuple[int, str]]:
    """Line and complaint, in the order of the sheet; ``defined`` names custom properties of other files."""
    found = _rules(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True))
    defined = defined | set(re.findall(r"(--sim-[\w-]+)\s*:", text))
    for number, line in enumerate(text.splitlines(), 1):
        found += [(number, f"{name} is defined nowhere") for name in OWN.findall(line) if name not in defined]
    return sorted(found)


def _rules(nodes: list) -> list[tuple[int, str]]:
    found = []
    for node in nodes:
        if node.type == "error":
            found.append((node.source_line, node.message))
        elif node.type == "at-rule" and node.content is not None and node.lower_at_keyword in ("media", "supports"):
            found += _rules(tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True))
        elif node.type == "qualified-rule" or node.type == "at-rule" and node.content is not None:
            found += _block(node)
    return found


def _block(rule) -> list[tuple[int, str]]:
    nodes = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
    found = [] if nodes else [(rule.source_line, "an empty block")]
    found += [(node.source_line, node.message) for node in nodes if node.type == "error"]
    names = Counter((node.lower_name, node.important) for node in nodes if node.type == "declaration")
    found += [(rule.source_line, f"{name} stands {count} times") for (name, _), count in names.items() if count > 1]
    return found


def main() -> int:
    from simlib.charts.theme import variables

    defined = set(re.findall(r"(--sim-[\w-]+)\s*:", variables(".sim")))
    files = sorted((ROOT / "simlib").rglob("*.css"))
    found = [
        f"{path.relative_to(ROOT)}:{line}: {said}"
        for path in files
        for line, said in problems(path.read_text("utf-8"), defined)
    ]
    print("\n".join(found) if found else f"{len(files)} style sheets are sound")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
