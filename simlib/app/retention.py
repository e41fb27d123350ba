"""The county retention dashboard; what it shows stands in simlib.panels.retention."""

from __future__ import annotations

from simlib.app.simulator import Simulator
from simlib.panels.retention import DASHBOARD
from simlib.rules.family import Tables


def simulator(inputs: Tables | None = None) -> Simulator:
    """A visitor's dashboard, on the served data or on ``inputs``."""
    return Simulator(**vars(DASHBOARD), inputs=inputs)
