"""What dashboards import and first do, done once in the template process of ``simlib.serve.forks``.

Every page is built and drawn a first time here, and the data that visitors see first are read, so that a
visitor's kernel finds everything loaded.
"""

import contextlib

from simlib import sample, scenario
from simlib.app import compare_page, data, data_page, home, page
from simlib.app.comparer import Comparer
from simlib.app.packing import pack
from simlib.app.simulator import Simulator
from simlib.course import agreement as lesson_7
from simlib.course import clause as lesson_8
from simlib.course import comparing as lesson_6
from simlib.course import deposit as lesson_1
from simlib.course import dip_clearing as lesson_4
from simlib.course import dip_points as lesson_3
from simlib.course import retention as lesson_5
from simlib.course import scorecard as lesson_2
from simlib.panels import DASHBOARDS, Moment
from simlib.panels.compared import Compared
from simlib.panels.panel import AnyPanel
from simlib.problems import BadInput

__all__ = [
    "compare_page", "data_page", "home", "lesson_1", "lesson_2", "lesson_3", "lesson_4", "lesson_5", "lesson_6",
    "lesson_7", "lesson_8", "page",
]  # fmt: skip


def draw(simulator: Simulator | Comparer) -> None:
    """Draw every panel once; what is made of its tables once is then at hand."""
    moment: Moment | Compared = simulator.moment
    panels: tuple[AnyPanel, ...] = simulator.panels
    for panel in panels:
        if panel.shown(moment):
            pack([panel.frame(moment), panel.draw(moment)], simulator.language, [])
    pack([one.notes for one in simulator.doubts], simulator.language, [])  # which are kept, too


_served = next(iter(data.sources().values()))
for _rule in DASHBOARDS:
    draw(Simulator.of(_rule, sample.embedded()))
    with contextlib.suppress(BadInput, OSError):  # the page itself says what is wrong with the served tables
        if _served != scenario.SAMPLE:
            draw(Simulator.of(_rule, scenario.load_data(_served)))

draw(Comparer(sample.embedded()))

for _lesson in (lesson_3, lesson_4):  # what they calculate is kept
    _lesson.by_hand()
lesson_6.report()
