"""What a visitor can keep: the scenario as YAML, the results as a workbook or as CSV."""

from __future__ import annotations

import io

from simlib import scenario, workbook
from simlib.results import as_csv
from simlib.rules.family import Family


def scenario_file(run: scenario.Run, family: Family, language: str) -> tuple[str, str, bytes]:
    return "scenario.yaml", "application/yaml", scenario.dump(run.scenario).encode()


def xlsx(run: scenario.Run, family: Family, language: str) -> tuple[str, str, bytes]:
    mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return "simlib.xlsx", mime, workbook.results(run, language)


def csv(run: scenario.Run, family: Family, language: str) -> tuple[str, str, bytes]:
    """The table of one row a subject; with a byte-order mark, without which Excel garbles Chinese."""
    table = family.amount[0]
    out = io.StringIO()
    as_csv(run.results[family.name][table], family.result(table)).to_csv(out, index=False, lineterminator="\n")
    return f"{table}.csv", "text/csv", out.getvalue().encode("utf-8-sig")


KINDS = {"scenario": scenario_file, "xlsx": xlsx, "csv": csv}
