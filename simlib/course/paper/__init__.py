"""Test papers, their keys, handouts and slides, from the lessons' own exercises."""

from simlib.course.paper.exam import MARK, Exam, Part, exam
from simlib.course.paper.write import write

__all__ = ["MARK", "Exam", "Part", "exam", "write"]
