"""The house around the code: set-up files agree, imports point one way, notebooks stay thin, licences permit."""

import ast
import copy
import importlib.util
import json
import os
import re
import shutil
import subprocess
import tomllib
from email.message import Message
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
RUNTIME = PROJECT["dependencies"]
DEPENDENCIES = [Requirement(line) for line in [*RUNTIME, *PROJECT["optional-dependencies"]["dev"]]]


# --- types ------------------------------------------------------------------------------------------------------------

STRICT = {
    "clauses", "columns", "digests", "exact", "landing", "money", "params", "problems", "results", "rules", "scenario",
    "units", "words", "yaml_file",
}  # fmt: skip
OF_STRICT = {
    "disallow_any_generics", "disallow_incomplete_defs", "disallow_subclassing_any", "disallow_untyped_calls",
    "disallow_untyped_decorators", "disallow_untyped_defs", "extra_checks", "strict_equality", "warn_return_any",
}  # fmt: skip


def test_types_are_checked_strictly_where_everything_else_leans_on_them():
    mypy = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mypy"]
    rooms = {one.stem for one in (ROOT / "simlib").iterdir() if one.suffix == ".py" or (one / "__init__.py").is_file()}
    assert rooms >= STRICT
    strict = next(one for one in mypy["overrides"] if one.get("disallow_untyped_defs"))
    folders = {room for room in STRICT if (ROOT / "simlib" / room).is_dir()}
    assert sorted(strict["module"]) == sorted(f"simlib.{room}{'.*' if room in folders else ''}" for room in STRICT)
    assert {name for name, value in strict.items() if value is True} == OF_STRICT
    assert strict["implicit_reexport"] is False
    assert mypy["packages"] == ["simlib"]
    assert mypy["check_untyped_defs"] is True
    assert not any(one.get("ignore_errors") or any("simlib" in name for name in one["module"]) for one in mypy[
        "overrides"] if one is not strict)  # fmt: skip


def test_what_the_type_checker_is_told_to_pass_over_says_why():
    told = [
        line
        for path in (ROOT / "simlib").rglob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if "type: ignore" in line
    ]
    assert [line for line in told if not re.search(r"# type: ignore\[[a-z-]+\]  # \w", line)] == []


def test_the_package_says_that_it_is_typed():
    assert (ROOT / "simlib" / "py.typed").is_file()


# --- set-up -----------------------------------------------------------------------------------------------------

CONDA_NAMES = {  # where conda-forge's name differs
    "playwright": "playwright-python", "duckdb": "python-duckdb", "ibis-framework": "ibis-duckdb",
}  # fmt: skip
PIP_ONLY = {"chinesecalendar", "axe-playwright-python", "oxlint", "oxfmt"}  # not on conda-forge


def test_environment_yml_asks_for_what_pyproject_asks_for():
    environment = YAML(typ="safe").load(ROOT / "environment.yml")
    assert environment["channels"] == ["conda-forge", "nodefaults"]
    wanted = {
        f"{CONDA_NAMES.get(one.name, one.name)}{one.specifier}" for one in DEPENDENCIES if one.name not in PIP_ONLY
    }
    wanted |= {f"python{PROJECT['requires-python']}", "pip"}
    listed = [line for line in environment["dependencies"] if isinstance(line, str)]
    assert sorted(listed) == sorted(wanted)
    assert [line for line in environment["dependencies"] if not isinstance(line, str)] == [
        {"pip": [*(str(one) for one in DEPENDENCIES if one.name in PIP_ONLY), "-e ."]}
    ]


def locked() -> dict[str, list[tuple[str, int]]]:
    """requirements.lock: for each package its (version, number of hashes); a package can stand for several Pythons."""
    text = (ROOT / "requirements.lock").read_text("utf-8").replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        if line and not line.lstrip().startswith("#"):
            name, version = re.match(r"([\w.-]+)==(\S+) ", line).groups()
            found.setdefault(canonicalize_name(name), []).append((version, line.count("--hash=sha256:")))
    return found


def test_the_lock_pins_every_dependency_within_its_bounds_with_hashes():
    pins = locked()
    for one in DEPENDENCIES:
        versions = [version for version, _ in pins.get(canonicalize_name(one.name), [])]
        assert versions, f"{one.name} is not in requirements.lock: make lock"
        assert all(one.specifier.contains(version) for version in versions), f"{one}: locked {versions}"
    assert [name for name, rows in pins.items() if not all(hashes for _, hashes in rows)] == []


def test_the_lock_names_no_address_and_no_place():
    text = (ROOT / "requirements.lock").read_text("utf-8")
    assert re.findall(r"(?m)://|index-url|find-links|^-\S+|@ \S+|^\s*# .*(?:/|\\).*", text) == []


def test_make_help_lists_every_target():
    if not shutil.which("make") and not os.environ.get("CI"):
        pytest.skip("make is not installed")
    text = (ROOT / "Makefile").read_text("utf-8")
    targets = re.findall(r"(?m)^([\w-]+):(?!=)", text)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(["make"], cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=True)
    assert re.findall(r"(?m)^make ([\w-]+) +\S", done.stdout) == targets
    assert set(re.search(r"\.PHONY: (.*)", text)[1].split()) == set(targets)
    assert {"dashboard", "lab", "test", "explore", "lint", "bench", "lock", "release"} < set(targets)


@pytest.fixture
def tool(tmp_path, monkeypatch):
    """tools/venv.py, working on an empty project of its own."""
    spec = importlib.util.spec_from_file_location("setup_tool", ROOT / "tools" / "venv.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ("requirements.lock", "pyproject.toml"):
        (tmp_path / name).write_text("one")
    environment = tmp_path / ".venv"
    places = {"ROOT": tmp_path, "VENV": environment, "PYTHON": environment / "python"}
    places |= {"STAMP": environment / "stamp", "GUARD": environment / "guard"}
    for name, value in places.items():
        monkeypatch.setattr(module, name, value)
    monkeypatch.setattr(module.signal, "signal", lambda *_: None)
    return module


def test_set_up_says_what_is_missing_in_both_languages(tool, monkeypatch):
    monkeypatch.setattr(tool.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match="缺少 venv 模块.*no venv module"):
        tool.main(["python"])
    monkeypatch.setattr(tool.sys, "version_info", (3, 10, 2))
    with pytest.raises(SystemExit, match=r"需要 Python 3\.11.*Python 3\.11 or newer is needed"):
        tool.main(["python"])


def test_a_set_up_that_failed_is_done_again_from_a_clean_folder(tool, monkeypatch, capfd):
    tool.VENV.mkdir()
    (tool.VENV / "left-over").write_text("of an interrupted install")
    tool.STAMP.write_text("of an older lock")
    failed = subprocess.CompletedProcess([], 1, stdout=b"no route to host")
    monkeypatch.setattr(tool.subprocess, "run", lambda command, **_: failed if "pip" in command else made(command))

    def made(command):
        tool.PYTHON.write_text("")
        return subprocess.CompletedProcess(command, 0, stdout=b"noise")

    with pytest.raises(SystemExit, match="检查网络.*check the network"):
        tool.main(["python"])
    assert "no route to host" in capfd.readouterr().err
    assert sorted(path.name for path in tool.VENV.iterdir()) == ["guard", "python"]
    monkeypatch.setattr(tool.subprocess, "run", lambda command, **_: made(command))
    with tool.alone() as guard:
        tool.build(guard)
    assert tool.ready()
    (tool.ROOT / "requirements.lock").write_text("two")
    assert not tool.ready()


# --- what is in the tree ----------------------------------------------------------------------------------------

UNWANTED = {
    "a package registry": r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|anaconda\.(?:org|com)|crates\.io"
    r"|(?:deb|security)\.debian\.org|mirrors?\.[a-z]+\.(?:edu|com|org)|--(?:extra-)?index-url[ =]\S",
    "a path of somebody's machine": r"(?<![\w.])/(?:home|Users|root)/\w|\b[A-Z]:\\Users\\",
}


def unwanted(text: str) -> list[str]:
    return [f"{kind}: {hit[0]}" for kind, pattern in UNWANTED.items() if (hit := re.search(pattern, text))]


def test_no_file_names_a_registry_or_somebodys_machine():
    assert len(unwanted("https://pypi" + ".org/simple and /ho" + "me/li/simlib")) == 2
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8") if shutil.which("git") else None
    if not done or done.returncode:
        pytest.skip("not a git checkout")
    files = [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]
    texts = {path.relative_to(ROOT): data for path in files if b"\0" not in (data := path.read_bytes())}
    found = {str(name): unwanted(data.decode("utf-8", "replace")) for name, data in texts.items()}
    assert {name: kinds for name, kinds in found.items() if kinds} == {}


def test_both_readmes_have_the_same_outline():
    outlines = []
    for name in ("README.md", "README.zh-CN.md"):
        text = (ROOT / name).read_text("utf-8")
        blocks = re.findall(r"(?ms)^ *```(\w*)\n.*?^ *```$", text)
        headings = re.findall(r"(?m)^(#+) ", re.sub(r"(?ms)^ *```.*?^ *```$", "", text))
        outlines.append({"headings": headings, "code blocks": blocks})
    assert outlines[0] == outlines[1]


# --- simlib -----------------------------------------------------------------------------------------------------

LONGEST = 330
SOURCES = sorted((ROOT / "simlib").rglob("*.py"))
WIDGETS = {"anywidget", "ipywidgets", "voila", "simlib.app"}
HANDLERS = {"simlib.scenario", "simlib.study", "simlib.charts", "yaml", "ruamel", "plotly"}
WITHOUT_A_BROWSER = ("simlib.charts", "simlib.panels", "simlib.study", "simlib.workbook", "simlib.report")
FORBIDDEN = {"simlib.rules": WIDGETS | HANDLERS, "simlib": {"simlib.cli"}, **dict.fromkeys(WITHOUT_A_BROWSER, WIDGETS)}
STARTS_THE_CLI = ("simlib.__main__", "simlib.cli")
READS_YAML = "simlib.yaml_file"  # for scenarios, and for cards: a card is part of its rule, read once, at import
READS_CARDS = "simlib.rules.cards"


def test_no_file_of_simlib_holds_two_ideas():
    code = [path for path in (ROOT / "simlib").rglob("*") if path.suffix in {".py", ".js", ".css", ".html", ".j2"}]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in code}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(source: str, module: str, package: bool, known=frozenset()) -> set[str]:
    """The modules that a file imports, wherever in it; ``from a import b`` is a.b where that is a module."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = module.split(".")[: len(module.split(".")) - node.level + package] if node.level else []
            start = ".".join([*above, *([node.module] if node.module else [])])
            found |= {whole if (whole := f"{start}.{name.name}") in known else start for name in node.names}
    return found


def within(module: str, part: str) -> bool:
    return module == part or module.startswith(part + ".")


def wrong_imports(module: str, imported: set[str]) -> list[str]:
    banned = {name for part, names in FORBIDDEN.items() if within(module, part) for name in names}
    banned -= {"simlib.cli"} if any(within(module, part) for part in STARTS_THE_CLI) else set()
    banned |= set() if module == READS_YAML else {"ruamel", "yaml"}
    banned |= {READS_YAML} if within(module, "simlib.rules") and not within(module, READS_CARDS) else set()
    return [f"{module} imports {one}" for one in sorted(imported) if any(within(one, name) for name in banned)]


def import_graph() -> dict[str, set[str]]:
    known = {module_name(path) for path in SOURCES}
    read = {path: (path.read_text("utf-8"), module_name(path), path.name == "__init__.py") for path in SOURCES}
    return {module: imports(text, module, package, known) for text, module, package in read.values()}


def test_rules_know_no_files_charts_or_widgets_and_nothing_knows_the_cli():
    bad = imports(
        "def f():\n    from .. import scenario\nimport plotly.express", "simlib.rules.x", False, {"simlib.scenario"}
    )
    assert len(wrong_imports("simlib.rules.x", bad)) == 2
    assert wrong_imports(READS_CARDS, {READS_YAML, "plotly"}) == [f"{READS_CARDS} imports plotly"]
    assert wrong_imports("simlib.rules.dip", {READS_YAML}) == [f"simlib.rules.dip imports {READS_YAML}"]
    for library in ("ruamel.yaml", "yaml"):
        assert wrong_imports("simlib.scenario", {library}) == [f"simlib.scenario imports {library}"]
    assert wrong_imports(READS_YAML, {"ruamel.yaml", "yaml", "simlib.cli"}) == [f"{READS_YAML} imports simlib.cli"]
    assert wrong_imports("simlib.charts", {"ipywidgets", "plotly"}) == ["simlib.charts imports ipywidgets"]
    assert [line for module, imported in import_graph().items() for line in wrong_imports(module, imported)] == []


# --- tests ------------------------------------------------------------------------------------------------------

HELPERS = ("oracles", "strategies", "browser")


def from_tests(name: str, source: str) -> list[str]:
    """The test modules, the configuration included, that a file under tests/ imports."""
    parts = {part for one in imports(source, name, False) for part in one.split(".")}
    return sorted(part for part in parts if part == "conftest" or part.startswith("test_"))


def test_no_test_imports_another():
    assert from_tests("test_a", "from test_b import A\ndef f():\n    import browser.test_c, conftest") == [
        "conftest",
        "test_b",
        "test_c",
    ]
    folder = ROOT / "tests"
    found = {
        str(path.relative_to(folder)): from_tests(path.stem, path.read_text("utf-8")) for path in folder.rglob("*.py")
    }
    assert {name: names for name, names in found.items() if names} == {}
    assert {path.parent.name for path in folder.glob("*/__init__.py")} == set(HELPERS)
    assert [path.name for part in HELPERS[:2] for path in (folder / part).glob("test_*")] == []


# --- texts ------------------------------------------------------------------------------------------------------

# the same words by accident, and why one place for them would tie rooms that have nothing in common
MAY_STAND_TWICE = {
    ("第几年", "Year"): "the axis of any figure by year; a column of county retention",
    ("不变", "unchanged"): "a rank that a card leaves; an amount that a scenario leaves",
    ("抽样次数", "Draws"): "the axis of a figure; a parameter of a study, which stands above figures",
    ("数值", "Value"): "what a fact says; what an outcome comes to",
    ("名称", "Name"): "a parameter's name in files; an institution's name",
}


def texts(source: str) -> set[tuple[str, str]]:
    """Every Text that a file writes out, in both languages."""
    calls = [
        node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and getattr(node.func, "id",
            "") == "Text"
    ]  # fmt: skip
    written = [tuple(getattr(one, "value", None) for one in call.args) for call in calls]
    return {pair for pair in written if len(pair) == 2 and all(isinstance(one, str) for one in pair)}


def test_a_text_is_declared_in_one_file():
    assert texts('A = Text("一", "one")\nB = f(Text("一", "one"), Text(x, "two"), Text("二", en))') == {("一", "one")}
    files: dict[tuple[str, str], list[str]] = {}
    for path in SOURCES:
        for pair in texts(path.read_text("utf-8")):
            files.setdefault(pair, []).append(str(path.relative_to(ROOT)))
    assert len(files) > 1_800
    twice = {pair: names for pair, names in files.items() if len(names) > 1}
    assert {pair: names for pair, names in twice.items() if pair not in MAY_STAND_TWICE} == {}, (
        "import it, or say why not"
    )
    assert set(MAY_STAND_TWICE) - twice.keys() == set(), "no longer stands twice: leave it out of the list"


# --- notebooks --------------------------------------------------------------------------------------------------

MOST_CELLS = 12
TOO_MUCH = {
    ast.FunctionDef: "def", ast.AsyncFunctionDef: "def", ast.ClassDef: "class", ast.Lambda: "lambda",
    ast.BinOp: "arithmetic", ast.AugAssign: "arithmetic",
}  # fmt: skip


def notebook_faults(notebook: dict) -> list[str]:
    """What a notebook does that belongs in simlib, or carries that does not belong in git."""
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    faults = [f"{len(code)} code cells, at most {MOST_CELLS}"] if len(code) > MOST_CELLS else []
    faults += ["widget state"] if "widgets" in notebook["metadata"] else []
    for number, cell in enumerate(code, 1):
        if cell["outputs"] or cell["execution_count"]:
            faults.append(f"code cell {number}: outputs")
        source = re.sub(r"(?m)^\s*[%!].*", "", "".join(cell["source"]))
        kinds = {TOO_MUCH[type(node)] for node in ast.walk(ast.parse(source)) if type(node) in TOO_MUCH}
        faults += [f"code cell {number}: {kind}" for kind in sorted(kinds)]
    return faults


def test_a_notebook_that_computes_or_carries_outputs_is_caught():
    cell = {"cell_type": "code", "execution_count": None, "outputs": [], "source": ["%matplotlib inline\n", "show(3)"]}
    good = {"metadata": {}, "cells": [cell, {"cell_type": "markdown", "source": ["def of 1 + 1"]}]}
    assert notebook_faults(good) == []
    sources = ["def f(x):\n    return 1.05 * x", "x = lambda: 0", "class A: pass", "total += 1", "show(3)"]
    bad = {"metadata": {"widgets": {}}, "cells": [{**copy.deepcopy(cell), "source": [text]} for text in sources * 3]}
    bad["cells"][4]["outputs"] = [{"output_type": "stream"}]
    faults = notebook_faults(bad)
    assert faults[:2] == ["15 code cells, at most 12", "widget state"]
    assert faults[2:8] == [
        f"code cell {n}" for n in ("1: arithmetic", "1: def", "2: lambda", "3: class", "4: arithmetic", "5: outputs")
    ]


def test_notebooks_are_thin_and_committed_without_outputs():
    paths = [path for path in (ROOT / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts]
    found = {str(path.relative_to(ROOT)): notebook_faults(json.loads(path.read_text("utf-8"))) for path in paths}
    assert {name: faults for name, faults in found.items() if faults} == {}


# --- licences ---------------------------------------------------------------------------------------------------

PERMISSIVE = {"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0", "PSF-2.0", "Zlib"}
PERMISSIVE_WORDS = r"\b(Apache|BSD|ISC|MIT|PSFL|Python Software Foundation)\b"
COPYLEFT_WORDS = r"GPL|General Public|Affero|Mozilla|MPL|Eclipse|EUPL"
ALLOWED = {
    "certifi": "MPL-2.0 covers its own files only, which are used unchanged",
    "fqdn": "MPL-2.0 covers its own files only, which are used unchanged",
    "tqdm": "MPL-2.0 covers its own files only, which are used unchanged",
}


def permissive(licence: Message) -> bool:
    """By the SPDX expression where there is one, else by the classifiers, else by the licence's first line."""
    if expression := licence.get("License-Expression"):
        choices = re.sub(r"[()]", "", expression).split(" OR ")
        return any(set(choice.split(" AND ")) <= PERMISSIVE for choice in choices)
    classifiers = [one for one in licence.get_all("Classifier") or [] if one.startswith("License ::")]
    text = " ".join(classifiers) or next(iter((licence.get("License") or "").strip().splitlines()), "")
    return bool(re.search(PERMISSIVE_WORDS, text)) and not re.search(COPYLEFT_WORDS, text)


def shipped() -> dict[str, metadata.Distribution]:
    """Every package that comes with simlib on this machine, dependencies of dependencies included."""
    found, seen, waiting = {}, set(), [Requirement(line) for line in RUNTIME]
    while waiting:
        one = waiting.pop()
        key = canonicalize_name(one.name), frozenset(one.extras)
        if key in seen:
            continue
        seen.add(key)
        found[key[0]] = metadata.distribution(one.name)
        for further in map(Requirement, found[key[0]].requires or []):
            if not further.marker or any(further.marker.evaluate({"extra": extra}) for extra in one.extras or {""}):
                waiting.append(further)
    return found


def test_everything_shipped_has_a_permissive_licence():
    for field, value in (("License-Expression", "MIT AND GPL-3.0-only"), ("License", "LGPL"), ("License", "UNKNOWN")):
        licence = Message()
        licence[field] = value
        assert not permissive(licence)
    doubtful = {name for name, package in shipped().items() if not permissive(package.metadata)}
    assert doubtful - ALLOWED.keys() == set()
    assert ALLOWED.keys() - doubtful == set(), "allowed without need"
