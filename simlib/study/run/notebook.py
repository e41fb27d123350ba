"""What notebooks/report.ipynb shows: a scenario's report, chapter by chapter, for JupyterLab and for the HTML made of
it."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

from simlib import NOTEBOOKS, results, scenario
from simlib.charts.theme import FONT, LIGHT
from simlib.problems import BadInput, Problem
from simlib.report import figure as figures
from simlib.report.html_page import header_html
from simlib.report.section import Section, head_html, tail_html, top_html
from simlib.report.stamp import Stamp
from simlib.study.run.sections import chapters
from simlib.words import LANGUAGES, Text, suggestion

PLOTLY = "application/vnd.plotly.v1+json"
RESULTS = "SIMLIB_RESULTS"  # environment variable: the folder in which a batch wants the tables
HEAD = {"simlib": "head"}  # marks an output that the figure below it repeats in HTML


class Refused(Exception):
    """What is wrong with the input, one line a problem, in a notebook: without the path that Python took to it."""

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


class Report:
    """One scenario's report; its attributes ``question``, ``results``, ``notes``, ``readings`` and ``data`` display it.

    ``run`` is the run itself, for cells of one's own: ``report.run.results["deposit"]["deposit"]``.
    """

    def __init__(self, path: str, lang: str = LANGUAGES[0], data: str = ""):
        """Runs the scenario file at ``path``, from this folder or the notebook's, on its data or on ``data``.

        Refused tells bad input. Where a batch asks for the tables, they go to its folder as by ``simlib run``.
        """
        self.language = lang if lang in LANGUAGES else LANGUAGES[0]
        try:
            check(lang)
            one = scenario.load(located(path))
            one = replace(one, data=data) if data else one
            bench = scenario.Bench()
            out = os.environ.get(RESULTS)
            self.run = scenario.run(one, scenario.load_data(one.data), bench, detail=bool(out))
            if out:
                results.write(self.run, Path(out))
        except BadInput as bad:
            raise Refused("\n".join(bad.lines(self.language))) from None
        self.stamp = Stamp(self.run)
        self.chapters = chapters(self.run, bench)
        self.title = one.name

    def __getattr__(self, name: str) -> Shown:
        if name in vars(self).get("chapters", ()):
            return Shown(self.chapters[name], self.stamp, self.language)
        raise AttributeError(name)

    def _repr_html_(self) -> str:
        """The heading, with what the report was made from."""
        return header_html(self.title, self.stamp, self.language)


class Shown:
    """Sections as a cell's output: HTML, and beside a figure's HTML its description for JupyterLab to draw."""

    def __init__(self, sections: list[Section], stamp: Stamp, language: str):
        self.sections, self.stamp, self.language = sections, stamp, language

    def _ipython_display_(self) -> None:
        from IPython.display import display

        for bundle, metadata in self.bundles():
            display(bundle, metadata=metadata, raw=True)

    def bundles(self) -> list[tuple[dict, dict]]:
        """Each output by type of content, and what is said of it."""
        made: list[tuple[dict, dict]] = []
        for section in self.sections:
            top: dict[str, object] = {
                "text/plain": section.title.to(self.language),
                "text/html": top_html(section, self.stamp, self.language),
            }
            if section.figure is not None:
                made.append(({"text/html": head_html(section, self.language)}, HEAD))
                top[PLOTLY] = self._described(section.figure)
            made.append((top, {}))
            if section.table:
                made.append(({"text/html": tail_html(section, self.language)}, {}))
        return made

    def _described(self, figure: dict) -> dict:
        """The figure for who draws it without our page: light, with its font."""
        described = figures.coloured(figures.described(figure, self.language), LIGHT)
        layout = {**described["layout"], "paper_bgcolor": LIGHT["paper"], "plot_bgcolor": LIGHT["paper"]}
        font = {**layout["font"], "family": FONT}
        return {**described, "layout": {**layout, "font": font}, "config": {"displayModeBar": False}}


def located(path: str) -> Path:
    """A scenario file by a path from the working folder or, where it is not there, from the folder of the notebooks; or
    by name."""
    here, there = scenario.named(path), NOTEBOOKS / path
    return there if not here.is_file() and there.is_file() else here


def check(lang: str) -> None:
    """BadInput for an unknown language, and for parameters of a name that nothing reads.

    papermill puts any parameter into a cell of its own and only warns, so that a misspelt one would change nothing.
    """
    from IPython import get_ipython

    problems = [] if lang in LANGUAGES else [Problem(suggestion(lang, LANGUAGES), column="lang", value=lang)]
    cells = getattr(get_ipython(), "user_ns", {}).get("In", [])
    injected = [name for cell in cells if cell.startswith("# Parameters") for name in ASSIGNED.findall(cell)]
    problems += [
        Problem(UNKNOWN.fill(near=suggestion(one, PARAMETERS)), column=one) for one in injected if one not in PARAMETERS
    ]
    if problems:
        raise BadInput(problems)


PARAMETERS = ("scenario", "lang", "data")
ASSIGNED = re.compile(r"(?m)^(\w+) *=")
UNKNOWN = Text("笔记本中没有该参数。{near}", "The notebook has no such parameter. {near}")
