"""The style sheets as a real Chromium reads them: it understands every declaration and every selector."""

from __future__ import annotations

from pathlib import Path

import tinycss2

import simlib

STYLES = sorted(Path(simlib.__file__).parent.rglob("*.css"))


def parts(nodes) -> tuple[list[list[str]], list[str]]:
    """Declarations as name and value, and selectors, of a parsed sheet and of what is nested in it."""
    declarations, selectors = [], []
    for node in nodes:
        if node.type == "declaration":
            declarations.append(
                [node.lower_name if node.name[:2] != "--" else node.name, tinycss2.serialize(node.value)]
            )
        elif node.type == "qualified-rule" or (node.type == "at-rule" and node.content is not None):
            inner = parts(tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True))
            declarations += inner[0]
            selectors += inner[1] + ([tinycss2.serialize(node.prelude)] if node.type == "qualified-rule" else [])
    return declarations, selectors


def test_chromium_understands_every_declaration_and_selector(chromium):
    page = chromium.contexts[0].new_page()
    script = """([declarations, selectors]) => [
      ...declarations.filter(([name, value]) => !CSS.supports(name, value.trim())).map((one) => one.join(": ")),
      ...selectors.filter((one) => { try { document.querySelector(one); } catch { return true; } }),
    ]"""
    sheet = ".a { colour: red; color: rde; top: 1px !important } .b::: { } @media print { .c { top: 2 } }"
    wrong = page.evaluate(script, parts(tinycss2.parse_stylesheet(sheet)))
    assert [one.strip() for one in wrong] == ["colour:  red", "color:  rde", "top:  2", ".b:::"]
    for path in STYLES:
        declarations, selectors = parts(tinycss2.parse_stylesheet(path.read_text("utf-8")))
        assert len(declarations) > 20, path
        unknown = page.evaluate(script, [declarations, selectors])
        assert unknown == [], path
    page.close()
