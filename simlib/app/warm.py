"""What dashboards import and first do, done once in the template process of ``simlib.app.forks``.

Every page is built and drawn a first time here, and the data that visitors see first are read, so that a
visitor's kernel finds everything loaded.
"""

import contextlib

from simlib import sample, scenario
from simlib.app import data, deposit, home, page, scorecard
from simlib.app.page import pack
from simlib.course import deposit as lesson_1
from simlib.course import scorecard as lesson_2
from simlib.problems import BadInput

__all__ = ["home", "lesson_1", "lesson_2", "page"]

for _dashboard in (deposit, scorecard):
    _simulator = _dashboard.simulator(sample.tables())
    for _panel in _simulator.panels:
        pack([_panel.frame(_simulator.moment), _panel.draw(_simulator.moment)], _simulator.language, [])

with contextlib.suppress(BadInput, OSError):  # the page itself says what is wrong with them
    scenario.load_data(next(iter(data.sources().values())))
