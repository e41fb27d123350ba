"""Lockers: where the files that a visitor brings lie while they are worked on, each under a name that nobody can guess.

The server makes the place, readable by its own user alone, and removes it when it ends; a locker that nobody has used
for some hours goes before that. Its name is the only way to it: it stands in the visitor's address and nowhere else,
no list has it, and no log. Without a server the place is the process's own.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import re
import secrets
import shutil
import tempfile
import time
from pathlib import Path

from simlib.words import Text

PLACE = "SIMLIB_LOCKERS"  # environment variable: the folder of the server's lockers
NAME = re.compile(r"own-[0-9a-f]{32}")  # 128 bits
HOURS = 12  # without use, until a locker is removed
RAW, CLEAN = "raw", "clean"  # what was brought, with its columns.yaml; the same in our own form
FOLDER = "simlib-data"  # the clean one in an archive, and how a scenario names what it was run on
_own: Path | None = None


def start(private: Path) -> None:
    """Let the lockers of this process and those that it starts lie below a folder that is private already."""
    place = private / "lockers"
    place.mkdir(mode=0o700)
    os.environ[PLACE] = str(place)


def new() -> str:
    """An empty locker; its name."""
    sweep()
    name = f"own-{secrets.token_hex(16)}"
    for folder in (_place() / name, _place() / name / RAW):
        folder.mkdir(mode=0o700)
    return name


def find(name: str) -> Path | None:
    """The locker of this name; None for one that is gone, and for whatever else a text may say."""
    place = _known()
    if place is None or not NAME.fullmatch(name) or not (place / name / RAW).is_dir():
        return None
    with contextlib.suppress(OSError):
        os.utime(place / name)
    return place / name


def remove(name: str) -> None:
    if found := find(name):
        shutil.rmtree(found, ignore_errors=True)


def sweep(hours: float = HOURS) -> None:
    """Remove the lockers that nobody has used for so long."""
    place = _known()
    for one in place.iterdir() if place is not None and place.is_dir() else ():
        with contextlib.suppress(OSError):
            if time.time() - one.stat().st_mtime > hours * 3600:
                shutil.rmtree(one, ignore_errors=True)


def masked(text: str) -> str:
    """A text for a log, without names of lockers."""
    return NAME.sub("own-…", text)


def _known() -> Path | None:
    said = os.environ.get(PLACE)
    return Path(said) if said else _own


def _place() -> Path:
    """Where lockers lie; a process without a server makes it on first use."""
    global _own
    if (known := _known()) is not None:
        return known
    _own = Path(tempfile.mkdtemp(prefix="simlib-own-"))  # with mode 0700
    atexit.register(shutil.rmtree, _own, ignore_errors=True)
    return _own


GONE = Text("这些文件已从服务器移除（超过保存时限，或已清除）。请重新拖入。",
            "These files are no longer on the server (kept too long, or cleared). Drop them again.")  # fmt: skip
