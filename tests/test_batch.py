"""Batches: many scenarios, a report each, side by side; what is done stays done, and a failure is only its own."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pandas as pd
import pytest

import simlib
from outside import until
from simlib import results
from simlib.cli import main
from simlib.problems import BadInput
from simlib.study.batch import folder as batch
from simlib.study.batch import reports
from simlib.study.batch.execute import Task
from simlib.words import Text

CITY = """institution_id,name,group,score,deposit
A1,甲,one,96,10000
A2,乙,one,93,10000.50
A3,丙,one,81,10000
B1,丁,two,90,20000
B2,戊,two,91,20000
"""
SCENARIOS = {
    "base": "title: 文件规定值\ntitle_en: The document\nquestion: 谁？\ndata: city\n",
    "higher": "title: 下阈值 1\ntitle_en: Lower threshold 1\nbase: base.yaml\nparams: {deposit: {lower: 1}}\n",
}


def study(folder: Path, scenarios: dict[str, str], city: str = CITY) -> list[str]:
    """Scenario files and their city, as the paths that a command takes."""
    (folder / "city").mkdir(parents=True, exist_ok=True)
    (folder / "city" / "institutions.csv").write_text(city, encoding="utf-8")
    for name, text in scenarios.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return [str(folder / f"{name}.yaml") for name in scenarios]


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """Two scenarios with what ``simlib batch`` made of them in ``out``, two at a time."""
    place = tmp_path_factory.mktemp("批量 study")
    assert main(["batch", *study(place, SCENARIOS), "--out", str(place / "out"), "--jobs", "2"]) == 0
    return place


def entry(place: Path, name: str = "higher") -> batch.Entry:
    return batch.entries([place / f"{name}.yaml"])[0]


# --- what a batch writes --------------------------------------------------------------------------------------------


def test_each_scenario_has_a_folder_with_its_notebook_its_page_and_its_tables(place):
    assert sorted(path.name for path in (place / "out").iterdir()) == [
        "base", "comparison.csv", "comparison.html", "comparison.parquet", "higher", "manifest.json",
    ]  # fmt: skip
    for name in SCENARIOS:
        folder = place / "out" / name
        assert {"report.ipynb", "report.html", "deposit.csv", "deposit.parquet", "summary.json"} <= set(
            results.files(folder)
        )
        summary = json.loads((folder / "summary.json").read_text("utf-8"))
        assert summary == entry(place, name).run.summary
        cells = nbformat.read(folder / "report.ipynb", 4).cells
        assert all(cell.execution_count for cell in cells if cell.cell_type == "code")
        injected = next(cell.source for cell in cells if "injected-parameters" in cell.metadata.get("tags", ()))
        assert str(place / "out") not in injected
        page = (folder / "report.html").read_text("utf-8")
        assert SCENARIOS[name].split()[1] in page
        assert f"{summary['deposit']['payments']:,.2f}" in page


def test_the_results_can_be_verified_and_tampering_shows(place, tmp_path, capsys):
    assert main(["verify", str(place / "out")]) == 0
    copy = tmp_path / "out"
    shutil.copytree(place / "out", copy)
    shutil.copytree(place / "city", tmp_path / "city")
    table = copy / "comparison.csv"
    table.write_text(table.read_text("utf-8").replace("higher", "lower").replace("1", "2"), encoding="utf-8")
    assert main(["verify", str(copy)]) == 1
    told = capsys.readouterr()
    assert "comparison.csv" in told.out + told.err


def test_the_comparison_says_what_the_tables_say(place):
    table = pd.read_parquet(place / "out" / "comparison.parquet")
    payments = {name: pd.read_csv(place / "out" / name / "deposit.csv")["payment"].sum().round(2) for name in SCENARIOS}
    mine = table[table["outcome"] == "payments"].set_index("scenario")
    assert mine.loc["下阈值 1", "value"] == payments["higher"] != payments["base"]
    assert mine.loc["下阈值 1", "difference"] == round(payments["higher"] - payments["base"], 2)
    assert mine.loc["文件规定值", "difference"] == 0
    page = (place / "out" / "comparison.html").read_text("utf-8")
    assert re.findall(r'<a href="(\w+/report.html)">', page) == ["base/report.html", "higher/report.html"]
    assert f"{payments['higher']:,.2f}" in page


def test_every_scenario_is_compared_with_the_documents_values_where_none_of_them_has_these(place, tmp_path):
    other = study(tmp_path, {"other": SCENARIOS["base"]}, CITY.replace("96", "97"))
    higher, base = entry(place), entry(place, "base")
    [elsewhere] = batch.entries([Path(one) for one in other])
    assert list(map(id, batch.together([higher, base]))) == [id(base.run), id(higher.run)]
    document, second = batch.together([higher, elsewhere])
    assert second is higher.run
    assert document.scenario.title == "文件规定值"
    assert document.summary == base.run.summary != higher.run.summary
    done = batch.compared([document, second])
    said = [line.en for section in reports.sections(done, [higher, elsewhere]) for line in section.lines]
    assert "The document: its data are not the first scenario's; left out of the comparison." in said


# --- what is done stays done ----------------------------------------------------------------------------------------


def test_resume_leaves_what_is_done_and_starts_no_kernel(place, capsys, monkeypatch):
    monkeypatch.setattr(reports, "executed", lambda tasks, jobs: pytest.fail("executed") if tasks else iter(()))
    before = {name: (place / "out" / name).stat().st_ino for name in SCENARIOS}
    files = [str(place / f"{name}.yaml") for name in SCENARIOS]
    assert main(["batch", *files, "--out", str(place / "out"), "--resume", "--lang", "zh"]) == 0
    assert "2 个方案已完成且未变动，跳过。" in capsys.readouterr().out
    assert {name: (place / "out" / name).stat().st_ino for name in SCENARIOS} == before


def test_what_is_stale_is_not_done(place, tmp_path, monkeypatch):
    shutil.copytree(place, tmp_path, dirs_exist_ok=True)
    settings = reports.settings("zh")

    def done():
        return batch.done(entry(tmp_path), tmp_path / "out", settings)

    def with_file(path, text, check=done):
        former = path.read_bytes()
        path.write_text(text, encoding="utf-8")
        try:
            return check()
        finally:
            path.write_bytes(former)

    assert done()
    changed = SCENARIOS["higher"].replace("lower: 1", "lower: 0.99")
    assert not with_file(tmp_path / "higher.yaml", changed)
    assert not with_file(tmp_path / "higher.yaml", SCENARIOS["higher"].replace("下阈值", "另一个"))
    assert not with_file(tmp_path / "city" / "institutions.csv", CITY.replace("96", "97"))
    assert not with_file(tmp_path / "out" / "higher" / "deposit.csv", "touched")
    assert not with_file(tmp_path / "out" / "higher" / "manifest.json", "{")
    (tmp_path / "out" / "higher" / "report.html").rename(tmp_path / "elsewhere.html")
    assert not done()
    (tmp_path / "elsewhere.html").rename(tmp_path / "out" / "higher" / "report.html")
    assert not batch.done(entry(tmp_path), tmp_path / "out", reports.settings("en"))
    assert not batch.done(entry(tmp_path), tmp_path / "out", {**settings, "notebook": "another"})
    assert not batch.done(entry(tmp_path), tmp_path / "nowhere", settings)
    assert done()
    monkeypatch.setattr(simlib, "__version__", "99")
    assert not done()


# --- what is refused before a kernel starts -------------------------------------------------------------------------


def test_every_fault_of_every_file_is_told_and_nothing_is_written(tmp_path, capsys):
    faulty = {
        "one": "title: x\ndata: city\nparams: {deposit: {uper: 1.03}}\n",
        "two": "title: x\ndata: city\nparams: {deposit: {upper: 9}}\nwhy: y\n",
        "three": "title: x\ndata: nowhere\n",
    }
    files = [*study(tmp_path, faulty), str(tmp_path / "none.yaml")]
    assert main(["batch", *files, "--out", str(tmp_path / "out"), "--lang", "en"]) == 2
    lines = capsys.readouterr().err.splitlines()
    for part in ("one.yaml · row 3 · params.deposit.uper", "two.yaml", "none.yaml"):
        assert any(part in line for line in lines), part
    assert not (tmp_path / "out").exists()
    assert main(["batch", files[2], "--out", str(tmp_path / "out"), "--lang", "en"]) == 2
    assert "nowhere" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_rule_that_the_data_do_not_allow_is_told_beforehand(tmp_path):
    files = study(tmp_path, {"dip": "title: x\ndata: city\nrules: [dip]\n"})
    with pytest.raises(BadInput) as bad:
        batch.entries([Path(one) for one in files])
    assert bad.value.problems


def test_scenarios_that_would_share_a_folder_are_refused(tmp_path, capsys):
    (tmp_path / "other").mkdir()
    files = [*study(tmp_path, SCENARIOS), str(tmp_path / "other" / "Base.yaml"), str(tmp_path / "failed.yaml")]
    for one in files[2:]:
        Path(one).write_text(SCENARIOS["base"].replace("city", str(tmp_path / "city")), encoding="utf-8")
    assert main(["batch", *files, "--out", str(tmp_path / "out"), "--lang", "en"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert "both would share a folder" in lines[0]
    assert lines[1].startswith(files[3])


def test_a_folder_with_other_things_is_left_alone(tmp_path, capsys):
    out = tmp_path / "out"
    (out / "photos").mkdir(parents=True)
    files = study(tmp_path, SCENARIOS)
    assert main(["batch", *files, "--out", str(out), "--lang", "en"]) == 2
    assert "photos" in capsys.readouterr().err
    assert [path.name for path in out.iterdir()] == ["photos"]


def test_a_number_of_jobs_below_one_is_refused(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["batch", "x.yaml", "--out", "out", "--jobs", "0"])
    assert stop.value.code == 2


# --- failures and Ctrl-C --------------------------------------------------------------------------------------------


def test_a_failure_is_told_by_cell_and_message_and_is_only_its_own(place, tmp_path, monkeypatch, capsys):
    """A scenario whose file is changed for the worse after the check, and one whose notebook cannot even start, beside
    one that is sound."""
    files = study(tmp_path, {"base": SCENARIOS["base"], "bad": SCENARIOS["base"]})
    make, gone = reports.tasks, tmp_path / "gone"
    gone.write_text("a file where a folder should be", encoding="utf-8")

    def tasks(entries, *more):
        (tmp_path / "bad.yaml").write_text("title: x\nparams: {deposit: {upper: 9}}\n", encoding="utf-8")
        nowhere = gone / "out" / "x", gone / "failed" / "x.ipynb"
        return [*make(entries, *more), Task("x", "x.yaml", Text("x", "x"), *nowhere, "zh", "", {})]

    monkeypatch.setattr(reports, "tasks", tasks)
    shutil.copytree(place / "out" / "base", tmp_path / "out" / "bad")  # of an earlier batch: it stays
    before = results.files(tmp_path / "out" / "bad")
    assert main(["batch", *files, "--out", str(tmp_path / "out"), "--jobs", "2", "--lang", "en"]) == 1
    told = capsys.readouterr()
    assert re.search(r"(?m)^done base \(\d+\.\d s\)$", told.out)
    assert re.search(r"(?m)^failed bad \(\d+\.\d s\)$", told.out)
    assert re.search(r"(?m)^failed x \(\d+\.\d s\)$", told.out)
    assert re.search(r"(?m)^  x\n    \S", told.err)  # no cell, and a message
    assert re.search(r"  bad · cell 3\n    bad.yaml · row 2 · params.deposit.upper .* is out of bounds", told.err)
    notebook = nbformat.read(tmp_path / "out" / "failed" / "bad.ipynb", 4)
    assert any(one.output_type == "error" for cell in notebook.cells for one in cell.get("outputs", ()))
    assert results.files(tmp_path / "out" / "bad") == before
    assert (tmp_path / "out" / "base" / "report.html").is_file()
    table = pd.read_csv(tmp_path / "out" / "comparison.csv")
    assert len(table) == 0  # one scenario has nothing to be compared with
    assert list(tmp_path.rglob(".*")) == []


def kernels(out: Path) -> list[int]:
    """The processes that write into a folder: its kernels, and who started them."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"SIMLIB_RESULTS={out}".encode() in path.read_bytes():
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="asks /proc for processes")
def test_ctrl_c_ends_every_process_and_leaves_no_half_folder(tmp_path):
    files = study(tmp_path, {f"s{one}": SCENARIOS["base"] for one in range(4)})
    out = tmp_path / "out"
    command = [sys.executable, "-m", "simlib", "batch", *files, "--out", str(out), "--jobs", "2", "--lang", "en"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", start_new_session=True
    )
    until(lambda: len(kernels(out)) >= 2, 60)
    os.killpg(process.pid, signal.SIGINT)
    started = time.monotonic()
    _, told = process.communicate(timeout=60)
    assert time.monotonic() - started < 20
    assert process.returncode == 1
    assert told.rstrip().splitlines()[-1] == "Stopped. What is done stays; --resume goes on from there."
    assert "Traceback" not in told
    until(lambda: not kernels(out))
    assert not [path for path in out.rglob("*") if path.name.startswith(".")]
    assert all((path / "report.html").is_file() for path in out.iterdir() if path.name != "failed")


def test_every_shipped_scenario_can_go_into_one_batch():
    paths = sorted((Path(simlib.SCENARIOS)).glob("*.yaml"))
    assert len(paths) >= 10
    assert list(batch._names(paths)) == []
