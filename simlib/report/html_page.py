"""The whole file: one HTML page with its style, its script and plotly inside, that asks nothing of any network."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from html import escape
from itertools import count
from pathlib import Path

from simlib.charts.theme import DARK, FONT, LIGHT, variables
from simlib.report.section import Section, section_html
from simlib.report.stamp import Stamp
from simlib.scenario import Run
from simlib.words import Text

HERE = Path(__file__).parent
# The browser itself sees to it that nothing is loaded from anywhere; plotly's WebGL marks compile their code (eval).
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src data: blob:; font-src data:"
)


def page(title: Text, sections: Iterable[Section], run: Run, language: str) -> str:
    """A report as one HTML file: it opens offline, prints on A4, and says what it was made from."""
    stamp = Stamp(run)
    body = "".join(section_html(one, stamp, language) for one in sections)
    return shell(title, header_html(title, stamp, language) + body, language)


def header_html(title: Text, stamp: Stamp, language: str) -> str:
    """The report's heading, with what it was made from and when."""
    made = MADE.fill(when=datetime.now().strftime("%Y-%m-%d %H:%M"))
    lines = "".join(f'<p class="stamp">{escape(one.to(language))}</p>' for one in (stamp.line(), made))
    return f"<header><h1>{escape(title.to(language))}</h1>{lines}</header>"


def shell(title: Text, body: str, language: str) -> str:
    """A page around ``body``, which is HTML: contents, style, and what its figures are drawn with."""
    theme = json.dumps({"light": LIGHT, "dark": DARK, "font": FONT})
    plotly = f"<script>{_plotly()}</script>" if "data-figure=" in body else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{LANGUAGE_TAGS[language]}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title.to(language))}</title>'
        f"<style>{variables(':root')}{_file('report.css')}</style></head>"
        f'<body class="report">{_with_contents(body, language)}{plotly}'
        f'<script type="application/json" id="theme">{theme}</script><script>{_file("report.js")}</script></body></html>\n'
    )


def _with_contents(body: str, language: str) -> str:
    """The body with a list of its sections below the heading, where there are many."""
    names = HEADING.findall(body)
    if len(names) < CONTENTS_FROM:
        return body
    numbers = count(1)
    body = HEADING.sub(lambda found: f'<h2 id="s{next(numbers)}">{found[1]}</h2>', body)
    links = "".join(f'<li><a href="#s{number}">{name}</a></li>' for number, name in enumerate(names, 1))
    contents = f'<nav aria-label="{CONTENTS.to(language)}"><ol>{links}</ol></nav>'
    head, end, rest = body.partition("</header>")
    return head + end + contents + rest if end else contents + body


@cache
def _plotly() -> str:
    """plotly.js of the installed package; finding it does not import plotly.py, which takes a second."""
    path = Path(importlib.util.find_spec("plotly").origin).parent / "package_data" / "plotly.min.js"
    return path.read_text("utf-8").replace("</script", "<\\/script")


def _file(name: str) -> str:
    return (HERE / name).read_text("utf-8")


HEADING = re.compile(r"<h2>(.*?)</h2>", re.DOTALL)
CONTENTS_FROM = 8  # sections
CONTENTS = Text("目录", "Contents")
LANGUAGE_TAGS = {"zh": "zh-CN", "en": "en"}
MADE = Text("生成于 {when}", "Made on {when}")
