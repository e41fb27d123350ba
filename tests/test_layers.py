"""The house in floors, as CONTRIBUTING.md draws it: imports point down, and each room takes only what it is meant to
take."""

import ast
import functools
import graphlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "simlib"
MOST_FLOORS = 15
FACE = "simlib"  # simlib/__init__.py: the version, and where notebooks and scenarios are

EVERYWHERE = {"words", "problems", FACE}
DECLARED = {"params", "columns", "clauses"}
MAY_IMPORT = {  # each room, and what it may take besides EVERYWHERE: no more than it does
    "words": set(),
    "money": set(),
    "digests": set(),
    "persons": set(),
    "problems": {"persons"},
    "clauses": set(),
    "exact": {"money"},
    "units": {"money"},
    "yaml_file": set(),
    "params": {"clauses", "units"},
    "columns": {"money", "units"},
    "landing": set(),
    "tables": {"digests", "money", "persons", "units", "yaml_file", "columns"},
    "rules": {"money", "digests", "exact", "units", "yaml_file", "tables"} | DECLARED,
    "sample": {"money", "digests", "columns", "landing", "tables", "rules"},
    "doubts": {"columns", "exact", "money", "rules", "tables"},
    "charts": {"params", "columns", "rules", "units"},
    "scenario": {"digests", "yaml_file", "params", "columns", "doubts", "tables", "rules", "sample"},
    "results": {"digests", "params", "columns", "landing", "tables", "rules", "scenario"},
    "comparison": {"money", "digests", "params", "columns", "tables", "rules", "scenario"},
    "report": {"tables", "rules", "charts", "scenario", "params", "columns"},
    "panels": {"money", "tables", "units", "rules", "charts", "scenario", "comparison"} | DECLARED,
    "workbook": {"money", "digests", "exact", "tables", "rules", "scenario", "comparison", "doubts"} | DECLARED,
    "intake": {"money", "units", "columns", "doubts", "landing", "tables", "report", "results"},
    "reference": {"yaml_file", "doubts", "tables", "rules", "scenario", "comparison"} | DECLARED,
    "study": {
        "digests", "money", "clauses", "params", "columns", "tables", "landing", "rules", "charts", "scenario",
        "results", "comparison", "report", "panels", "doubts",
    },
    "app": {"digests", "doubts", "persons", "tables", "units", "rules", "charts", "scenario", "comparison", "results",
            "sample", "workbook", "panels", "intake"} | DECLARED,
    "verify": {"digests", "columns", "tables", "scenario", "results", "study"},
    "course": {
        "digests", "money", "params", "columns", "landing", "tables", "rules", "scenario", "report", "results",
        "comparison", "panels", "study", "app", "verify",
    },
    "serve": {"sample", "scenario", "panels", "app", "course"},
    "cli": {"landing", "tables", "rules", "sample", "scenario", "workbook", "reference", "intake", "study",
            "verify", "serve", "course"},
    "__main__": {"cli"},
}  # fmt: skip

FAMILY_PARTS = {"__init__", "params", "tables", "views", "explanation", "telling", "family"}


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


SOURCES = {module_name(path): path for path in sorted(HOUSE.rglob("*.py"))}


def imports(source: str) -> set[str]:
    """The modules of simlib that a file imports, wherever in it; ``from a import b`` is a.b where that is a module."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written out"
            whole = {f"{node.module}.{one.name}" for one in node.names}
            found |= {one if one in SOURCES else one.rpartition(".")[0] for one in whole}
    return {one for one in found if one == FACE or one.startswith(FACE + ".")}


@functools.cache
def graph() -> dict[str, set[str]]:
    """What each module imports."""
    return {name: imports(path.read_text("utf-8")) for name, path in SOURCES.items()}


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else FACE


def taken(graph: dict[str, set[str]]) -> dict[str, set[str]]:
    """What each room takes from others."""
    rooms: dict[str, set[str]] = {room(module): set() for module in graph}
    for module, imported in graph.items():
        rooms[room(module)] |= {room(one) for one in imported} - {room(module)}
    return rooms


def floors(rooms: dict[str, set[str]]) -> dict[str, int]:
    """Each room's floor: above all that it takes from. CycleError where there is a circle."""
    heights: dict[str, int] = {}
    for one in graphlib.TopologicalSorter(rooms).static_order():
        heights[one] = 1 + max((heights[other] for other in rooms.get(one, ())), default=0)
    return heights


def drawn() -> dict[str, int]:
    """The floors as CONTRIBUTING.md draws them."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    lines = re.findall(r"(?m)^\| (\d+) \| (`[^|]+`) \|", text)
    return {name: int(floor) for floor, names in lines for name in re.findall(r"`(\w+)`", names)}


def test_no_module_imports_itself_by_a_detour():
    try:
        graphlib.TopologicalSorter({one: imported & graph().keys() for one, imported in graph().items()}).prepare()
    except graphlib.CycleError as error:
        pytest.fail(" <- ".join(error.args[1]))


def test_the_picture_shows_every_room_on_its_floor():
    heights = floors(taken(graph()))
    heights.pop(FACE)
    assert drawn() == heights
    assert max(heights.values()) <= MOST_FLOORS


def test_imports_point_down_in_the_picture():
    picture = drawn()
    up = [
        f"{module} -> {one}"
        for module, imported in graph().items()
        for one in imported
        if FACE not in (room(module),
                        room(one)) and room(one) != room(module) and picture[room(one)] >= picture[room(module)]
    ]  # fmt: skip
    assert up == []


def test_each_room_takes_what_it_may_and_may_take_what_it_takes():
    rooms = taken(graph())
    rooms.pop(FACE)
    assert {
        name: rooms[name] - may - EVERYWHERE for name, may in MAY_IMPORT.items() if rooms[name] - may - EVERYWHERE
    } == {}
    assert {name: may - rooms[name] for name, may in MAY_IMPORT.items() if may - rooms[name]} == {}
    assert rooms.keys() == MAY_IMPORT.keys()


def test_an_import_that_runs_up_or_round_is_seen():
    spoiled = {**graph(), "simlib.tables.cells": graph()["simlib.tables.cells"] | {"simlib.rules"}}
    with pytest.raises(graphlib.CycleError):
        floors(taken(spoiled))
    higher = {**graph(), "simlib.charts.theme": graph()["simlib.charts.theme"] | {"simlib.scenario"}}
    assert floors(taken(higher))["charts"] > drawn()["charts"]


def test_only_rooms_and_what_everything_speaks_stand_at_the_root():
    loose = {path.stem for path in HOUSE.glob("*.py")} - {"__init__", "__main__"}
    assert loose <= {
        "words", "money", "digests", "persons", "problems", "exact", "units", "yaml_file", "params", "landing",
    }  # fmt: skip


def test_every_family_has_the_same_parts():
    families = [path.parent for path in (HOUSE / "rules").glob("*/family.py")]
    assert len(families) == 5
    lacking = {one.name: FAMILY_PARTS - {path.stem for path in one.glob("*.py")} for one in families}
    assert {name: parts for name, parts in lacking.items() if parts} == {}


def test_every_study_stands_in_a_folder_of_its_own_name():
    from simlib.study import STUDIES

    folders = {path.parent.name for path in (HOUSE / "study").glob("*/__init__.py")}
    assert folders == STUDIES.keys()
    assert all(type(one).__module__ == f"simlib.study.{name}" for name, one in STUDIES.items())
