"""The digest by which a file or a text is known again: SHA-256."""

from __future__ import annotations

import hashlib
from pathlib import Path


def file_digest(path: Path) -> str:
    """Of a file's bytes, which are read a piece at a time."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def text_digest(*parts: str) -> str:
    """Of texts in their order; where one ends and the next begins bears on it."""
    return bytes_digest("|".join(parts).encode())


def bytes_digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
