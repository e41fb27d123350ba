"""A sweep as a Parquet file: written piece by piece, so that an interrupted one goes on where it stopped."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

import simlib
from simlib.columns import Table
from simlib.digests import table_digests, text_digest
from simlib.landing import land_bytes
from simlib.params import written
from simlib.problems import BadInput, Problem
from simlib.results import Manifest
from simlib.scenario import Run
from simlib.study.axes import Case
from simlib.study.sweep.calculation import Sweep
from simlib.words import Text


def write(
    sweep: Sweep, cases: Sequence[Case], out: Path, progress: Callable[[int], None] = lambda done: None
) -> pd.DataFrame:
    """All cases in ``out``, which lands by rename.

    Pieces that an interrupted sweep of the same cases, data and version has left are taken over. ``progress`` hears
    how many cases more are done. BadInput where ``out`` is no Parquet file's name.
    """
    if out.suffix != ".parquet" or out.is_dir():
        raise BadInput(Problem(NOT_PARQUET, str(out), column="--out"))
    pieces = out.with_name(f".{out.name}.pieces")
    _open(pieces, _key(sweep, cases))
    frames = []
    for start, part in sweep.parts(cases):
        piece = pieces / f"{start:08d}.parquet"
        if piece.is_file():
            frames.append(pd.read_parquet(piece))
        else:
            frames.append(sweep.frame(part))
            land_bytes(piece, frames[-1].to_parquet())
        progress(len(part))
    done = pd.concat(frames, ignore_index=True)
    land_bytes(out, done.to_parquet())
    shutil.rmtree(pieces, ignore_errors=True)
    return done


def describe(sweep: Sweep, out: Path, html: str, settings: dict) -> None:
    """Its report and its manifest beside the file, by the same name."""
    page, told = out.with_suffix(".html"), out.with_suffix(".json")
    land_bytes(page, html.encode())
    manifest = Manifest.of(run_of(sweep), out.parent, "sweep", [out.name, page.name], **settings)
    land_bytes(told, manifest.text().encode())


def run_of(sweep: Sweep) -> Run:
    """What the manifest tells of: the scenario as it was asked for, run under the rules that are measured."""
    return replace(sweep.document, scenario=sweep.base)


def table(sweep: Sweep) -> Table:
    """The file's columns; a row is known by its values."""
    first, *others = sweep.paths
    return Table("sweep", SWEPT, first, tuple(sweep.columns.values()), within=tuple(others))


def _open(pieces: Path, key: str) -> None:
    """The folder of pieces; what another sweep has left in it goes."""
    note = pieces / "key"
    if note.is_file() and note.read_text("utf-8") == key:
        return
    shutil.rmtree(pieces, ignore_errors=True)
    pieces.mkdir(parents=True)
    note.write_text(key, encoding="utf-8")


def _key(sweep: Sweep, cases: Sequence[Case]) -> str:
    """A hash of everything that bears on the result."""
    what = [simlib.__version__, sweep.base.digest, table_digests(sweep.inputs), sweep.rules]
    values = ({path: written(value) for path, value in case.items()} for case in cases)
    return text_digest(json.dumps(what), *map(json.dumps, values))


SWEPT = Text("参数取值与结果", "Parameter values and outcomes")
NOT_PARQUET = Text("请指定以 .parquet 结尾的文件名。", "Name a file that ends in .parquet.")
