"""simlib: an exact simulator of Chinese medical-insurance payment policy."""

from pathlib import Path

__version__ = "0.5.0"

_PACKAGE = Path(__file__).resolve().parent
_SHIPPED = _PACKAGE / "shipped"
# The wheel brings notebooks and scenarios inside the package (pyproject.toml); in a checkout they stand beside it.
_PLACE = _SHIPPED if _SHIPPED.is_dir() else _PACKAGE.parent
NOTEBOOKS, SCENARIOS = _PLACE / "notebooks", _PLACE / "scenarios"
