"""What simlib calculates once and keeps, calculated anew while a test has other data."""

from functools import cache


def afresh(monkeypatch, module, *names: str) -> None:
    """Until the test ends the module's functions remember nothing from before; then what they knew is theirs again."""
    for name in names:
        monkeypatch.setattr(module, name, cache(getattr(module, name).__wrapped__))
