"""What dashboards import and first do, done once in the template process of ``simlib.app.forks``.

Every page is built and drawn a first time here, and the data that visitors see first are read, so that a
visitor's kernel finds everything loaded.
"""

import contextlib

from simlib import sample, scenario
from simlib.app import agreement, compare, data, deposit, dip, home, page, retention, scorecard
from simlib.app.page import pack
from simlib.course import comparing as lesson_6
from simlib.course import deposit as lesson_1
from simlib.course import dip_clearing as lesson_4
from simlib.course import dip_points as lesson_3
from simlib.course import retention as lesson_5
from simlib.course import scorecard as lesson_2
from simlib.problems import BadInput

__all__ = ["home", "lesson_1", "lesson_2", "lesson_3", "lesson_4", "lesson_5", "lesson_6", "page"]


def draw(dashboard, inputs) -> None:
    """Everything that a page would show of these tables; what is made of them once is then at hand."""
    show(dashboard.simulator(inputs))


def show(simulator) -> None:
    """Draw every panel once."""
    moment = simulator.moment
    for panel in simulator.panels:
        if panel.shown(moment):
            pack([panel.frame(moment), panel.draw(moment)], simulator.language, [])


_served = next(iter(data.sources().values()))
for _dashboard in (deposit, scorecard, dip, retention, agreement):
    draw(_dashboard, sample.embedded())
    with contextlib.suppress(BadInput, OSError):  # the page itself says what is wrong with the served tables
        if _served != scenario.SAMPLE:
            draw(_dashboard, scenario.load_data(_served))

show(compare.comparer(sample.embedded()))

for _lesson in (lesson_3, lesson_4):  # what they calculate is kept
    _lesson.by_hand()
lesson_6.report()
