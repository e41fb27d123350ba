"""Reports: what a run or a study found, as one HTML file that opens offline and prints."""

from simlib.report.html_page import page
from simlib.report.section import Section

__all__ = ["Section", "page"]
