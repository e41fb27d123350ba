"""The whole file: one HTML page with its style, its script and plotly inside, that asks nothing of any network."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from itertools import count
from pathlib import Path

from markupsafe import Markup

from simlib.charts.theme import DARK, FONT, LIGHT, variables
from simlib.report.section import Section, section_html
from simlib.report.stamp import Stamp
from simlib.report.template import filled
from simlib.scenario import Run
from simlib.words import Text

HERE = Path(__file__).parent
# The browser itself sees to it that nothing is loaded from anywhere; plotly's WebGL marks compile their code (eval).
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src data: blob:; font-src data:"
)


def page(title: Text, sections: Iterable[Section], run: Run, language: str) -> Markup:
    """A report as one HTML file: it opens offline, prints on A4, and says what it was made from."""
    stamp = Stamp(run)
    return shell(title, header_html(title, stamp, language) + sections_html(sections, stamp, language), language)


def excerpt(title: Text, sections: Iterable[Section], stamp: Stamp, language: str) -> Markup:
    """Heading and sections without a page around them, for a notebook."""
    header, shown = header_html(title, stamp, language), sections_html(sections, stamp, language)
    return filled("excerpt", header=header, sections=shown)


def sections_html(sections: Iterable[Section], stamp: Stamp, language: str) -> Markup:
    return Markup().join(section_html(one, stamp, language) for one in sections)


def header_html(title: Text, stamp: Stamp, language: str) -> Markup:
    """The report's heading, with what it was made from and when."""
    made = MADE.fill(when=datetime.now().strftime("%Y-%m-%d %H:%M"))
    lines = [one.to(language) for one in (stamp.line(), made)]
    return filled("header", title=title.to(language), lines=lines)


def shell(title: Text, body: str, language: str) -> Markup:
    """A page around ``body``, which is HTML: contents, style, and what its figures are drawn with."""
    theme = json.dumps({"light": LIGHT, "dark": DARK, "font": FONT})
    return filled(
        "page",
        tag=LANGUAGE_TAGS[language],
        policy=Markup(POLICY),
        title=title.to(language),
        theme=Markup(theme),
        style=Markup(variables(":root") + _file("report.css")),
        script=Markup(_file("report.js")),
        body=_with_contents(body, language),
        plotly=Markup(_plotly() if "data-figure=" in body else ""),
    )


def _with_contents(body: str, language: str) -> Markup:
    """The body with a list of its sections below the heading, where there are many."""
    names = HEADING.findall(body)
    if len(names) < CONTENTS_FROM:
        return Markup(body)
    numbers = count(1)
    body = Markup(HEADING.sub(lambda found: f'<h2 id="s{next(numbers)}">{found[1]}</h2>', body))
    contents = filled("contents", label=CONTENTS.to(language), names=map(Markup, names))
    head, end, rest = body.partition("</header>")
    return head + end + contents + rest if end else contents + body


@cache
def _plotly() -> str:
    """plotly.js of the installed package; finding it does not import plotly.py, which takes a second."""
    found = importlib.util.find_spec("plotly")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("plotly")
    path = Path(found.origin).parent / "package_data" / "plotly.min.js"
    return path.read_text("utf-8").replace("</script", "<\\/script")


def _file(name: str) -> str:
    return (HERE / name).read_text("utf-8")


HEADING = re.compile(r"<h2>(.*?)</h2>", re.DOTALL)
CONTENTS_FROM = 8  # sections
CONTENTS = Text("目录", "Contents")
LANGUAGE_TAGS = {"zh": "zh-CN", "en": "en"}
MADE = Text("生成于 {when}", "Made on {when}")
