"""A lesson's figure: its own small case on some of a dashboard's panels."""

from __future__ import annotations

from simlib.app.page import Page
from simlib.app.simulator import Simulator
from simlib.panels.panel import Panel
from simlib.rules.family import Family
from simlib.tables import Tables
from simlib.words import Text


def figure(
    family: Family, title: Text, intro: Text, panels: tuple[Panel, ...], shown: tuple[str, ...],
    levers: tuple[str, ...],
    inputs: Tables, picked: str, **more,
) -> Page:  # fmt: skip
    """The page of a case, with the ``panels`` that are ``shown`` and some ``levers``; ``more`` is the simulator's."""
    known = {panel.id: panel for panel in panels}
    simulator = Simulator(family, title, intro, tuple(known[name] for name in shown), inputs, **more)
    simulator.pick(picked)
    return Page(simulator, levers)
