"""The dashboard of designation agreements; what it shows stands in simlib.panels.agreement."""

from __future__ import annotations

from simlib.app.simulator import Simulator
from simlib.panels.agreement import DASHBOARD
from simlib.rules.family import Tables


def simulator(inputs: Tables | None = None) -> Simulator:
    """A visitor's dashboard, on the served data or on ``inputs``."""
    return Simulator(**vars(DASHBOARD), inputs=inputs)
