"""Reports: what a run or a study found, as one HTML file that opens offline and prints."""

from simlib.report.section import Section
from simlib.report.sections import sections
from simlib.report.shell import page

__all__ = ["Section", "page", "sections"]
