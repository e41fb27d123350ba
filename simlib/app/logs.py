"""The log of the pages: what the server's console is told, which names no person and no locker."""

from __future__ import annotations

import logging
import sys

from simlib.app import lockers
from simlib.persons import masked

log = logging.getLogger("simlib")


class Masking(logging.Formatter):
    """A message may quote an address and a traceback cells: without the names of lockers and the identity numbers."""

    def format(self, record: logging.LogRecord) -> str:
        return lockers.masked(masked(super().format(record)))


# The kernel's own stderr travels to the visitor's browser; the process's goes to the server's log.
handler = logging.StreamHandler(sys.__stderr__)
handler.setFormatter(Masking())
log.addHandler(handler)
