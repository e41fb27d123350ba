"""HTML from the templates beside this module: everything that is filled in is escaped, a missing value is an error."""

from __future__ import annotations

import html
import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup

TEMPLATES = Path(__file__).parent / "templates"


def filled(template: str, **values) -> Markup:
    """A template with these values; HTML that is to stay as it is comes as Markup."""
    return Markup(ENVIRONMENT.get_template(f"{template}.html.j2").render(values))


class _Closed(Extension):
    """Line breaks and indents are for who reads a template; none reaches the page, where they would part inline
    pieces."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return re.sub(r"[ \t]*\n[ \t]*", "{#\n#}", source.strip())  # a comment each, so that errors keep their line


def _escaped(value) -> str:
    """Quotes as ``html.escape`` writes them (markupsafe, which autoescape takes for the rest, has &#34; for &quot;)."""
    return value if hasattr(value, "__html__") else Markup(html.escape(str(value)))


ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES, encoding="utf-8"),
    autoescape=True,
    undefined=StrictUndefined,
    extensions=[_Closed],
    finalize=_escaped,
    auto_reload=False,
)
