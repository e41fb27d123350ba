"""The digest by which a file, a table or a text is known again: SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol


def file_digest(path: Path) -> str:
    """Of a file's bytes, which are read a piece at a time."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def text_digest(*parts: str) -> str:
    """Of texts in their order, with ``|`` between them."""
    return bytes_digest("|".join(parts).encode())


class Carries(Protocol):
    """A table with what it carries: a DataFrame, or one that stays in its file."""

    @property
    def attrs(self) -> Mapping[Any, Any]: ...


def table_digest(table: Carries) -> str:
    """Of the file that a table was read from, which the table carries with it; empty where it was made in memory."""
    digest: str = table.attrs.get("sha256", "")
    return digest


def table_digests(tables: Mapping[str, Carries]) -> dict[str, str]:
    """Of each of these tables by its name."""
    return {name: table_digest(table) for name, table in tables.items()}


def bytes_digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
