"""Excel workbooks: what a run gave, for readers; and the same calculation as formulas, for accountants."""

from simlib.workbook.audit import audit
from simlib.workbook.run import results

__all__ = ["audit", "results"]
