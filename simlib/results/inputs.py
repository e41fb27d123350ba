"""What a manifest says of the data of a run: the tables, what was assumed to read them, what was not read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from simlib.scenario import SAMPLE, Run
from simlib.tables import Tables, account_of

Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
STRICT = ConfigDict(strict=True, frozen=True)


class Strict(BaseModel):
    model_config = STRICT


class Input(Strict):
    file: str
    sha256: Digest
    rows: int


class Data(Strict):
    """The data folder: as it was named and, since it may move alone or together with the results, where it was by
    itself and from the results."""

    source: str
    absolute: str | None = None
    relative: str | None = None
    tables: dict[str, Input]

    @classmethod
    def of(cls, run: Run, folder: Path) -> Data:
        source = run.scenario.data
        absolute = relative = None
        if source != SAMPLE:
            place = Path(source).resolve()
            absolute = str(place)
            if place.anchor == folder.resolve().anchor:  # on the same disk of Windows
                relative = Path(os.path.relpath(place, folder.resolve())).as_posix()
        tables = {
            name: Input(file=table.attrs["file"], sha256=table.attrs["sha256"], rows=len(table))
            for name, table in run.inputs.items()
        }
        return cls(source=source, absolute=absolute, relative=relative, tables=tables)


class Assumed(Strict):
    """How a column or a table of the data was read otherwise than it was written (simlib.tables.account.Assumption)."""

    table: str
    file: str
    column: str
    heading: str
    what: str
    what_en: str
    count: int
    row: int | None
    examples: list[list[str]]

    @classmethod
    def of(cls, inputs: Tables) -> list[Assumed]:
        tables = {name: account_of(table) for name, table in inputs.items()}
        return [cls(table=name, **one.plain()) for name, account in tables.items() for one in account.assumptions]


class Passed(Strict):
    """A file or a sheet of the data folder that was not read."""

    file: str
    why: str
    why_en: str

    @classmethod
    def of(cls, inputs: Tables) -> list[Passed]:
        return [cls(**one.plain()) for one in getattr(inputs, "unread", ())]
