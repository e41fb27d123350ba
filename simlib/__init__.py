"""simlib: an exact simulator of Chinese medical-insurance payment policy."""

from pathlib import Path

__version__ = "0.2.0"

_PACKAGE = Path(__file__).resolve().parent
# The wheel brings notebooks and scenarios inside the package (pyproject.toml); in a checkout they stand beside it.
_SHIPPED = shipped if (shipped := _PACKAGE / "shipped").is_dir() else _PACKAGE.parent
NOTEBOOKS, SCENARIOS = _SHIPPED / "notebooks", _SHIPPED / "scenarios"
