"""Folders that land whole: written beside their place and put there by one rename."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from simlib.problems import BadInput, Problem
from simlib.words import Text


@contextmanager
def landing(out: Path, replaces: str = "") -> Iterator[Path]:
    """A folder to write into that becomes ``out`` when the block ends without an error.

    ``out`` may be absent or empty, or hold a file named ``replaces``, which marks an earlier folder
    of the same kind; anything else is refused with BadInput, and nobody ever sees half a folder.
    """
    out = Path(out).resolve()
    free = not out.exists() or (out.is_dir() and not any(out.iterdir()))
    if not free and not (replaces and (out / replaces).is_file()):
        raise BadInput(Problem(OCCUPIED, str(out)))
    out.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    old = out.with_name(f"{folder.name}.old")
    try:
        folder.chmod(0o755)
        yield folder
        if out.exists():
            os.rename(out, old)
        try:
            os.rename(folder, out)
        except BaseException:
            if old.exists() and not out.exists():
                os.rename(old, out)
            raise
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def land_bytes(path: Path, content: bytes) -> None:
    """A file that is there whole or not at all; one of that name is replaced."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(part, 0o644)
        os.replace(part, path)
    finally:
        Path(part).unlink(missing_ok=True)


OCCUPIED = Text("此处已有其他内容，未写入。请另选文件夹。",
                "Something else stands there; nothing was written. Choose another folder.")  # fmt: skip
