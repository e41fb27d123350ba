"""What dashboards import and first do, done once in the template process of ``simlib.app.forks``.

The page is built and drawn a first time here, so that a visitor's kernel finds everything loaded.
"""

from simlib import sample
from simlib.app import deposit, home, page
from simlib.app.page import pack
from simlib.course import deposit as lesson

__all__ = ["home", "lesson", "page"]

_simulator = deposit.simulator(sample.tables())
for _panel in _simulator.panels:
    pack([_panel.frame(_simulator.moment), _panel.draw(_simulator.moment)], _simulator.language, [])
