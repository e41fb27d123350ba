"""A bureau's own files to a data folder in our own form, and templates for files that need no such thing."""

from simlib.intake.bring import bring
from simlib.intake.telling import lines, told
from simlib.intake.template import write_templates

__all__ = ["bring", "lines", "told", "write_templates"]
