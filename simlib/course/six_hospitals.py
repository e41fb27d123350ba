"""The six hospitals of lesson 6: their scores, scenarios and payments, from which its answers are made."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path

import pandas as pd

from simlib import results, scenario
from simlib.app.scenarios import DOCUMENT, shipped
from simlib.columns import INSTITUTIONS
from simlib.comparison.compare import Comparison, compare
from simlib.digests import file_digest, text_digest
from simlib.rules import deposit
from simlib.scenario import Run, Scenario
from simlib.tables import Tables
from simlib.verify.folder import verify
from simlib.words import Text

KEY = INSTITUTIONS.key
CASE = pd.DataFrame({
    KEY: ["甲", "乙", "丙", "丁", "戊", "己"], "group": ["A"] * 3 + ["B"] * 3,
    "score": [94.5, 92.25, 83.25, 84.0, 78.8, 77.2],
    "deposit": [400_000.0, 300_000.0, 200_000.0, 200_000.0, 100_000.0, 100_000.0],
})  # fmt: skip
Case = tuple[tuple[str, str, float], ...]  # what a trainee has otherwise: hospital, column and value
USUAL: Case = ()
FOLDER, FILE = "六家医院", "institutions.csv"
RAISED, NARROW, CITY = FIRST = ("upper-1.03", "band-0.99-1.01", "mean-city")  # files of the folder of scenarios


def scenarios() -> dict[str, Scenario]:
    """The documents' values and the lesson's scenarios by the names of their files."""
    known, _ = shipped()
    return {name: known[name] for name in (DOCUMENT, *FIRST)}


def hospitals(**columns: dict[str, float]) -> Case:
    """What differs from the table when hospitals have these ``scores`` or ``deposits``."""
    usual = CASE.set_index(KEY)
    return tuple(
        (name, column, float(value)) for column, given in ((one.removesuffix("s"), two) for one, two in columns.items())
        for name, value in given.items() if value != usual.at[name, column]
    )  # fmt: skip


def data(case: Case = USUAL) -> Tables:
    """The hospitals as a data folder would give them."""
    table = CASE.set_index(KEY)
    for name, column, value in case:
        table.loc[name, column] = value
    table = table.reset_index()
    table.attrs = {"file": FILE, "sha256": text_digest(table.to_csv(index=False))}
    return {"institutions": table}


def runs(case: Case = USUAL) -> dict[str, Run]:
    """Every scenario of the lesson on the six hospitals, calculated once: an answer is marked against many numbers."""
    return _runs(case)


@lru_cache(maxsize=64)
def _runs(case: Case) -> dict[str, Run]:
    tables = data(case)
    return {name: scenario.run(replace(one, data=FOLDER), tables) for name, one in scenarios().items()}


def comparison(case: Case = USUAL) -> Comparison:
    """Each scenario against the documents' values."""
    return compare(list(runs(case).values()))


def number(name: str, column: str, of: str = DOCUMENT, case: Case = USUAL) -> Decimal:
    """One number of a hospital under a scenario, as the decimal that it prints as."""
    return Decimal(str(runs(case)[of].results["deposit"]["deposit"].set_index(KEY).at[name, column]))


def gained(name: str, of: str, case: Case = USUAL) -> Decimal:
    """What a hospital is paid more than under the documents' values."""
    return number(name, "payment", of, case) - number(name, "payment", case=case)


def changes(of: str, case: Case = USUAL) -> dict[str, int]:
    """How many hospitals change side under a scenario, are paid another amount, and lose."""
    wide, at = comparison(case).side_by_side("deposit"), [DOCUMENT, *FIRST].index(of) + 1
    moved = wide[f"difference_{at}"]
    return {
        "sides": int((wide["side_1"] != wide[f"side_{at}"]).sum()), "amounts": int((moved != 0).sum()),
        "losers": int((moved < 0).sum()),
    }  # fmt: skip


def total(of: str) -> str:
    """Whether all six together are paid less, the same or more than under the documents' values."""
    moved = sum(gained(name, of) for name in CASE[KEY])
    return "less" if moved < 0 else "more" if moved > 0 else "same"


def least(case: Case = USUAL) -> Decimal:
    """The lowest upper threshold that leaves one hospital of group A above it: the index of the second."""
    return sorted(number(name, "index", case=case) for name in CASE.loc[CASE["group"] == "A", KEY])[-2]


@cache
def found() -> str:
    """What a check says of a result folder in which an amount and the digest of its file were changed."""
    with tempfile.TemporaryDirectory(prefix="simlib-") as place:
        source, out = Path(place, "data"), Path(place, "out")
        source.mkdir()
        CASE.to_csv(source / FILE, index=False)
        one = Scenario("", data=str(source))
        results.write(scenario.run(one, scenario.load_data(one.data)), out)
        path, manifest = out / "deposit.csv", out / results.MANIFEST
        before = file_digest(path)
        path.write_text(path.read_text("utf-8").replace(f"{number('己', 'payment'):.2f}", "100000.00"), "utf-8")
        manifest.write_text(manifest.read_text("utf-8").replace(before, file_digest(path)), "utf-8")
        told = [problem.rule.zh for problem in verify(out).differences]
    return "passes" if not told else "recomputed" if any("重算" in one for one in told) else "digest"


def steps(name: str, of: str = DOCUMENT, case: Case = USUAL) -> list[Text]:
    """The rule's own explanation of one hospital's amount."""
    part = runs(case)[of].parts["deposit"]
    return deposit.explain(part.results, part.params, name)
