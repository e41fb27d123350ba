"""What a lesson shows besides its prose: tables, and steps worked by hand, in both languages at once.

Prose stands in a notebook's markdown cells, each twice, in a ``div`` of the class ``sim-prose`` and a language; what
Python shows has the same form. The page shows the visitor's language of both and needs no kernel for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pandas as pd
from IPython.display import HTML, Markdown
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from simlib.words import LANGUAGES, Text

TAGS = dict(zip(LANGUAGES, ("zh-CN", "en"), strict=True))  # as HTML writes the languages


def numbered(steps: list[Text], language: str) -> list[str]:
    return [f"{n}. {step.to(language)}" for n, step in enumerate(steps, 1)]


def worked(steps: dict[str, list[Text]], language: str) -> Markdown:
    """The steps of each name."""
    parts = [line for name, said in steps.items() for line in (f"**{name}**\n", *numbered(said, language), "")]
    return Markdown("\n".join(parts))


def both(shown: Callable[[str], object]) -> HTML:
    """What ``shown`` gives in each language: a table, Markdown or HTML, or several."""
    return HTML("\n".join(f'<div class="sim-prose" lang="{TAGS[one]}">{html(shown(one))}</div>' for one in LANGUAGES))


def html(shown: object) -> str:
    """One thing that a lesson shows, as a page has it."""
    if isinstance(shown, pd.DataFrame):
        # Without pandas' own style sheet and border: the page's tables have theirs.
        return f'<div class="sim-sheet">{shown.to_html(border=0)}</div>'
    if isinstance(shown, Markdown):
        return markdown2html_mistune(shown.data)
    if isinstance(shown, HTML):
        return str(shown.data)
    if isinstance(shown, Iterable):
        return "\n".join(html(one) for one in shown)
    raise TypeError(type(shown))
