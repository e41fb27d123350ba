"""simlib: an exact simulator of Chinese medical-insurance payment policy."""

__version__ = "0.1.0"
