"""A synthetic city: what the dashboards show before anybody brings data."""

from simlib.sample.city import BOUNDS, KINDS, embedded, institutions, tables, usual, write

__all__ = ["BOUNDS", "KINDS", "embedded", "institutions", "tables", "usual", "write"]
