"""simlib: an exact simulator of Chinese medical-insurance payment policy."""

from pathlib import Path

__version__ = "0.1.0"

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"  # the checkout's, as simlib is installed from it
SCENARIOS = NOTEBOOKS.parent / "scenarios"
