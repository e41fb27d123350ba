"""An executed notebook as a report: its outputs, an analyst's own cells with them, in one offline page."""

from __future__ import annotations

from nbformat import NotebookNode

from simlib.report.html_page import shell
from simlib.report.section import plot_html
from simlib.study.run.notebook import HEAD, PLOTLY
from simlib.words import Text

GUIDE = "guide"  # tag of cells that speak to who runs the notebook, not to who reads the report


def html(notebook: NotebookNode, title: Text, language: str) -> str:
    """The page: Markdown and outputs of every cell in order, without code; figures drawn by the page's own script."""
    from nbconvert import HTMLExporter

    cells = [cell for cell in notebook.cells if GUIDE not in cell.metadata.get("tags", ())]
    shown = NotebookNode({**notebook, "cells": [_readable(cell) for cell in cells]})
    exporter = HTMLExporter(template_name="basic", exclude_input=True, exclude_output_prompt=True)
    body, _ = exporter.from_notebook_node(shown)
    return shell(title, body, language)


def _readable(cell: NotebookNode) -> NotebookNode:
    outputs = [_drawable(one) for one in cell.get("outputs", ()) if one.get("metadata") != HEAD]
    return NotebookNode({**cell, "outputs": outputs}) if cell.cell_type == "code" else cell


def _drawable(output: NotebookNode) -> NotebookNode:
    """A figure of plotly.py, which would load its script from outside, as one that our script draws."""
    data = output.get("data", {})
    if PLOTLY not in data or "data-figure=" in data.get("text/html", ""):
        return output
    described = {"data": data[PLOTLY]["data"], "layout": data[PLOTLY]["layout"]}
    return NotebookNode({**output, "data": {"text/html": plot_html(described)}})
