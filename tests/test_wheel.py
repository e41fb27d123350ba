"""What leaves the checkout: the wheel and the source archive, and the product installed from the wheel alone.

The environment is new and empty but for the wheel; its dependencies are those of the environment that runs the tests,
by a line on the path, so that nothing is fetched. Results are compared with those of the checkout.
"""

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

import simlib
from simlib import results, sample
from simlib.cli import main

ROOT = Path(__file__).resolve().parent.parent
MOVED = {"notebooks": "simlib/shipped/notebooks", "scenarios": "simlib/shipped/scenarios"}


def build(source: Path, place: Path, *targets: str) -> Path:
    options = [part for target in targets for part in ("-t", target)]
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(place), *options]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    return place


@pytest.fixture(scope="module")
def dist(tmp_path_factory) -> Path:
    """The folder that ``make release`` fills."""
    return build(ROOT, tmp_path_factory.mktemp("release") / "dist", "sdist", "wheel")


@pytest.fixture(scope="module")
def wheel(dist) -> Path:
    return dist / f"simlib-{simlib.__version__}-py3-none-any.whl"


class Installed:
    """The wheel in an environment of its own, used from a folder elsewhere."""

    def __init__(self, place: Path, wheel: Path):
        self.environment, self.elsewhere = place / "venv", place / "别处 elsewhere"
        self.elsewhere.mkdir()
        venv.create(self.environment, with_pip=False, symlinks=os.name != "nt")
        self.bin = self.environment / ("Scripts" if os.name == "nt" else "bin")
        pip = [sys.executable, "-I", "-m", "pip", "--python", str(self.bin / "python"), "install", "--no-index"]
        subprocess.run([*pip, "--no-deps", "--no-cache-dir", str(wheel)], check=True, capture_output=True)
        self.packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(self.environment)}))
        # A folder that a .pth adds is not searched for more of them: the checkout, which one names, stays out.
        borrowed = dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib"))
        (self.packages / "dependencies.pth").write_text("\n".join(borrowed), encoding="utf-8")

    @property
    def settings(self) -> dict[str, str]:
        """The environment variables: nothing that leads to the checkout; Jupyter's own files are those of the
        dependencies."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not re.match("PYTHON|SIMLIB_|JUPYTER_|VIRTUAL_ENV", name)
        }
        jupyter = str(Path(sys.prefix, "share", "jupyter"))
        return {**kept, "JUPYTER_PATH": jupyter, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}

    def start(self, program: str, *arguments: str) -> subprocess.Popen:
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
        return subprocess.Popen([str(self.bin / program), *arguments], cwd=self.elsewhere, env=self.settings, **pipes)

    def said(self, *arguments: str, program: str = "simlib", code: int = 0) -> tuple[str, str]:
        """What a command prints on standard output and on standard error."""
        process = self.start(program, *arguments)
        told = process.communicate(timeout=120)
        assert process.returncode == code, told
        return told

    def files(self) -> dict[str, tuple[int, int]]:
        found = {path: path.stat() for path in self.packages.rglob("*") if path.is_file()}
        return {str(path): (stat.st_size, stat.st_mtime_ns) for path, stat in found.items()}


@pytest.fixture(scope="module")
def installed(tmp_path_factory, wheel):
    """The installed product; whatever is done with it, it writes nothing where it is installed."""
    one = Installed(tmp_path_factory.mktemp("installed"), wheel)
    before = one.files()
    yield one
    assert one.files() == before


# --- the archives -----------------------------------------------------------------------------------------------------


def tracked() -> set[str]:
    """The files that are in git or are to be."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8") if shutil.which("git") else None
    if not done or done.returncode:
        pytest.skip("not a git checkout")
    return {name for name in done.stdout.split("\0") if (ROOT / name).is_file()}


def test_the_wheel_holds_every_file_of_the_package_the_notebooks_and_the_scenarios_and_nothing_else(wheel):
    wanted = {name for name in tracked() if name.startswith("simlib/")}
    wanted |= {
        name.replace(top, into, 1) for name in tracked() for top, into in MOVED.items() if name.startswith(f"{top}/")
    }
    names = {
        name
        for name in zipfile.ZipFile(wheel).namelist()
        if not name.startswith(f"{wheel.name.split('-py3')[0]}.dist-info/")
    }
    assert names == wanted
    kinds = {Path(name).suffix for name in names}
    assert {".py", ".js", ".css", ".j2", ".html", ".yaml", ".json", ".ipynb", ".md"} <= kinds


def test_the_source_archive_holds_what_is_in_git_and_makes_the_same_wheel_byte_for_byte(dist, wheel, tmp_path):
    [archive] = dist.glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        tar.extractall(tmp_path, filter="data")
    [source] = tmp_path.iterdir()
    names = {path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file()}
    assert names - {"PKG-INFO"} == tracked()
    assert (build(source, tmp_path / "dist", "wheel") / wheel.name).read_bytes() == wheel.read_bytes()


def test_the_version_is_declared_once_and_has_its_section_in_the_changelog(dist):
    assert {path.name for path in dist.iterdir()} == {
        f"simlib-{simlib.__version__}{ending}" for ending in (".tar.gz", "-py3-none-any.whl")
    }
    assert re.search(r"(?m)^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"))[1] == simlib.__version__


def test_notebooks_and_scenarios_of_a_checkout_are_used_where_they_stand():
    assert [simlib.NOTEBOOKS, simlib.SCENARIOS] == [ROOT / "notebooks", ROOT / "scenarios"]
    assert not (ROOT / "simlib" / "shipped").exists()


# --- installed --------------------------------------------------------------------------------------------------------


def test_the_checkout_is_out_of_reach_of_what_is_installed(installed):
    code = """if True:
        import importlib.util, pathlib, sys, simlib
        print(simlib.NOTEBOOKS, simlib.SCENARIOS, sep="\\n")
        print([path for path in sys.path if pathlib.Path(path, "simlib").exists()])
        print([name for name in ("tests", "benchmarks") if importlib.util.find_spec(name)])"""
    *places, roots, strangers = installed.said("-c", code, program="python")[0].splitlines()
    assert places == [str(installed.packages / MOVED[name]) for name in ("notebooks", "scenarios")]
    assert (roots, strangers) == (str([str(installed.packages)]), "[]")


def test_installed_it_says_its_version_and_lists_every_parameter(installed, capsys):
    assert installed.said("--version") == (f"simlib {simlib.__version__}\n", "")
    assert main(["params"]) == 0
    assert installed.said("params") == (capsys.readouterr().out, "")


def test_an_unknown_scenario_is_one_line_that_names_the_nearest(installed):
    told = "baselin：未找到该方案文件，内置方案中也没有该名称。是否想写 baseline？\n"
    assert installed.said("run", "baselin", code=2) == ("", told)


def contents(folder: Path) -> dict:
    """What a result folder holds, less the time at which it was made."""
    found = {name: (folder / name).read_bytes() for name in results.files(folder)}
    said = json.loads(found[results.MANIFEST])
    assert said.pop("created")
    return {**found, results.MANIFEST: said}


@pytest.fixture(scope="module")
def here(tmp_path_factory) -> dict:
    """What the checkout makes of the shipped baseline."""
    out = tmp_path_factory.mktemp("here") / "out"
    assert main(["run", "baseline", "--out", str(out)]) == 0
    return contents(out)


def test_installed_it_gives_what_the_checkout_gives_byte_for_byte(installed, here):
    told = installed.said("run", "baseline")
    assert told[0].splitlines()[-1] == f"结果：{Path('results', 'baseline')}"
    assert contents(installed.elsewhere / "results" / "baseline") == here
    assert {"deposit.csv", "dip_cases.parquet", "retention.csv", "summary.json", "manifest.json"} < here.keys()


def test_installed_it_compares_shipped_scenarios_and_one_that_is_based_on_one(installed, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(installed.elsewhere)
    sample.write(Path("city"), count=40, seed=3)
    Path("own.yaml").write_text("title: 我的\nbase: upper-1.03\nparams:\n  deposit: {lower: 0.99}\n", encoding="utf-8")
    command = ["compare", "baseline", "upper-1.03", "own.yaml", "--data", "city", "--out"]
    assert main([*command, str(tmp_path)]) == 0
    printed = capsys.readouterr().out.splitlines()[:-1]
    assert [line for line in printed if line.startswith("3  我的")]
    assert installed.said(*command, "compared")[0].splitlines()[:-1] == printed
    for table in ("comparison", "comparison_institutions", "comparison_sides"):
        assert (installed.elsewhere / "compared" / f"{table}.csv").read_bytes() == (
            tmp_path / f"{table}.csv"
        ).read_bytes()


def test_installed_it_writes_the_report_of_a_batch_with_the_same_tables(installed, tmp_path):
    """Of a shipped scenario by its name, and of one on a small city; the two are compared."""
    shipped = "agreement-same-day"
    sample.write(installed.elsewhere / "town", count=40, seed=3)
    own = installed.elsewhere / "small.yaml"
    own.write_text("title: 小城\nbase: baseline\ndata: town\n", encoding="utf-8")
    installed.said("batch", shipped, own.name, "--out", "batch")
    for name, scenario in {shipped: shipped, "small": str(own)}.items():
        assert main(["run", scenario, "--out", str(tmp_path / name)]) == 0
        here, made = contents(tmp_path / name), contents(installed.elsewhere / "batch" / name)
        assert made.keys() - here.keys() == {"report.html", "report.ipynb"}
        assert [one for one in here if one != results.MANIFEST and made[one] != here[one]] == []
        assert made[results.MANIFEST]["params"] == here[results.MANIFEST]["params"]
    paid = json.loads(here["summary.json"])["deposit"]["payments"]
    assert f"{paid:,.2f}" in made["report.html"].decode()
    assert (installed.elsewhere / "batch" / "comparison.html").is_file()


def test_installed_it_opens_the_dashboards(installed):
    process = installed.start("simlib", "dashboard", "--no-browser", "--port", "8990")
    try:
        line = process.stdout.readline()
        assert line, process.stderr.read()
        connection = http.client.HTTPConnection("127.0.0.1", int(re.search(r":(\d+)/", line)[1]), timeout=60)

        def fetched(path: str) -> str:
            connection.request("GET", path)
            answer = connection.getresponse()
            text = answer.read().decode()
            assert answer.status == 200, (path, answer.status)
            return text

        for page in ("home", "deposit"):
            html = fetched(f"/voila/render/{page}.ipynb")
            assert "application/vnd.jupyter.widget-view+json" in html
            assert "data-cell-failed" not in html
        files = set(re.findall(r'(?:src|href)="(/[^"#]+\.(?:css|js)[^"]*)"', html))
        assert {Path(file.partition("?")[0]).name for file in files} >= {"guard.js", "simlib.css", "plotly.min.js"}
        assert all(fetched(file) for file in files)
        connection.close()
    finally:
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
    assert errors == ""


def test_a_dashboard_without_its_notebooks_says_so_in_one_line(installed):
    notebooks = installed.packages / MOVED["notebooks"]
    notebooks.rename(notebooks.with_name("away"))
    try:
        told = installed.said("dashboard", "--no-browser", code=2)
    finally:
        notebooks.with_name("away").rename(notebooks)
    assert told == ("", f"{notebooks}：未找到页面所用的笔记本。请重新安装 simlib。\n")
