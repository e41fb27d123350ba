"""The golden cases and the cards as they stand in their files."""

from pathlib import Path

import yaml


def read(path: Path):
    """What a file says, every scalar as text. By libyaml: every process of the tests reads 800 cases before its first
    test, and simlib's own reader, which knows the rows, takes sixty times as long."""
    return yaml.load(path.read_bytes(), Loader=yaml.CBaseLoader)
