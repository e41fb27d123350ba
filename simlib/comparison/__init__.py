"""What changes between runs of the same tables: who gains, who loses, who changes side."""

from simlib.comparison.compare import Comparison, compare

__all__ = ["Comparison", "compare"]
