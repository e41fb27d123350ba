"""The scripts and style sheets of the pages: within their columns, each function to be taken in at a glance, all
sound."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sysconfig
import unicodedata
from pathlib import Path

import pytest

from simlib.app.compare_page import ComparePage
from simlib.app.home import Home
from simlib.app.page import Page
from simlib.course.figure import ComparedFigure, Figure
from simlib.course.opening import Opening
from simlib.course.steps import Steps
from simlib.course.widget import ExerciseView

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = sorted((ROOT / "simlib").rglob("*.js"))
STYLES = sorted((ROOT / "simlib").rglob("*.css"))
COLUMNS, LINES = 120, 60
# As a page runs them: one after the other in one scope, with what the browser and plotly give.
WHOLE = {
    "env": {"browser": True, "es2024": True},
    "globals": {"Plotly": "readonly", "Chooser": "readonly"},  # of compare.js, which only one page has
    "rules": {"eslint/no-undef": "error", "eslint/no-unused-vars": ["error", {"args": "none"}],
              "eslint/no-redeclare": "error"},
}  # fmt: skip


def width(line: str) -> int:
    """Columns on a screen: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)


def test_no_script_or_style_sheet_is_wider_than_its_columns():
    assert (width("质量ab"), len(SCRIPTS) > 10, len(STYLES) > 3) == (6, True, True)
    files = {str(path.relative_to(ROOT)): path.read_text("utf-8").splitlines() for path in (*SCRIPTS, *STYLES)}
    wide = {name: [n for n, line in enumerate(lines, 1) if width(line) > COLUMNS] for name, lines in files.items()}
    assert {name: numbers for name, numbers in wide.items() if numbers} == {}


def lint(*arguments: str, folder: Path = ROOT) -> list[str]:
    """What oxlint finds, by rule and place."""
    program = shutil.which("oxlint", path=sysconfig.get_path("scripts")) or shutil.which("oxlint")
    if not program:
        pytest.fail("oxlint is not installed: it comes with the development dependencies (make lint)")
    done = subprocess.run([program, *arguments, "-f", "json"], cwd=folder, capture_output=True, encoding="utf-8")
    found = json.loads(done.stdout)["diagnostics"]
    return [f"{one['filename']}: {one.get('code', 'syntax')}: {one['message']}" for one in found]


def test_every_script_passes_the_linter_and_no_function_is_longer_than_a_screen(tmp_path):
    config = json.loads((ROOT / ".oxlintrc.json").read_text("utf-8"))
    assert config["rules"]["eslint/max-lines-per-function"][1]["max"] == LINES
    body = "\n".join(f"  done({number});" for number in range(LINES))
    (tmp_path / "long.js").write_text(f"export function long(done) {{\n{body}\n}}\n", "utf-8")
    (tmp_path / "wrong.js").write_text("export const twice = (a) => a == a;\n", "utf-8")
    bad = lint("-c", str(ROOT / ".oxlintrc.json"), str(tmp_path))
    assert any("max-lines-per-function" in line for line in bad)
    assert any("eqeqeq" in line for line in bad)
    assert lint("simlib") == []


@pytest.mark.parametrize(
    "widget",
    [Page, ComparePage, Home, ExerciseView, Figure, ComparedFigure, Opening, Steps],
    ids=lambda widget: widget.__name__,
)
def test_the_scripts_of_a_page_know_each_other_and_nothing_is_left_over(widget, tmp_path):
    (tmp_path / "config.json").write_text(json.dumps(WHOLE), "utf-8")
    script = tmp_path / "page.js"
    spoiled = "unknown(1);\nconst idle = 2;\n"
    for text, count in ((str(widget._esm), 0), (str(widget._esm) + spoiled, 2)):
        script.write_text(text, "utf-8")
        found = lint("-c", "config.json", "page.js", folder=tmp_path)
        # show.js serves every page; a small one leaves some of it unused.
        rules = [line for line in found if "no-unused-vars" not in line or "'idle'" in line or widget is ComparePage]
        assert len(rules) == count, rules


def checker():
    spec = importlib.util.spec_from_file_location("css_tool", ROOT / "tools" / "css.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_style_sheets_are_sound_and_what_is_not_is_told(capsys):
    tool = checker()
    bad = ".a { color: red; color: blue; }\n@media print { .b { } .c { color red; } }\n.d { top: var(--sim-nowhere); }"
    said = [(1, "color stands 2 times"), (2, "an empty block"), (3, "--sim-nowhere is defined nowhere")]
    found = tool.problems(bad)
    assert [one for one in found if one in said] == said
    assert len(found) == 4
    assert tool.problems(".d { top: var(--sim-nowhere); }", {"--sim-nowhere"}) == []
    assert tool.main() == 0, capsys.readouterr().out
