"""Thousands of small cases in a few tests: each is tried, and each that fails is told by its name."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping

import pytest


def each(cases: Mapping[str, tuple]) -> Callable:
    """A test that tries its function with every one of ``cases``, those after a failure too, and names all that fail.

    A test of pytest's own costs some milliseconds in each process, more than most of these cases take.
    """

    def decorate(function: Callable) -> Callable:
        def test():
            assert cases
            failed = {}
            for name, case in cases.items():
                try:
                    function(*case)
                except (Exception, pytest.fail.Exception):
                    failed[name] = traceback.format_exc(limit=-2)
            told = "\n".join(f"--- {name}\n{trace}" for name, trace in failed.items())
            assert not failed, f"{len(failed)} of {len(cases)}: {', '.join(failed)}\n{told}"

        test.__name__, test.__qualname__, test.__doc__ = function.__name__, function.__qualname__, function.__doc__
        test.__module__ = function.__module__
        return test

    return decorate
