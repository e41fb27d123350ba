"""A result folder: what is in it, that its numbers are exact, and that it lands whole or not at all."""

import csv
import hashlib
import json
import os
import re
from pathlib import Path

import pandas as pd
import pytest

import simlib
from oracles import exact_scorecard
from simlib import results, scenario
from simlib.cli import main
from simlib.money import to_fen
from simlib.rules import FAMILIES

ROOT = Path(__file__).resolve().parent.parent
TABLES = {
    "deposit": "institution_id group score deposit index band returned bonus payment change",
    "deposit_groups": "group institutions mean_score pool unallocated",
    "deposit_withheld": "institution_id source base months first last",
}  # as other people's scripts know them
MONEY = {"deposit", "returned", "bonus", "payment", "change", "pool", "unallocated", "base"}
DATA = """institution_id,name,group,score,settled,deposit
0001,First,one,96.37,1000000.01,
0002,"Second, of two",one,90.1,333333.33,
0003,Third,one,80,700000,12345.67
0004,Fourth,two,95,500000,
0005,Fifth,two,90,500000,
0006,Sixth,three,71.3,0,
"""
CASES = {
    "cases": "case_id,institution_id,group_code,total_cost,fund_billed,patient_paid,other_paid,new_technology\n"
             "b,0001,K,1000,700,300,0,\na,0001,K,300,200,100,0,yes\nc,0002,K,2000,1500,400,100,no\n",
    "groups": "group_code,kind,points\nK,core,100\n",
    "peer_means": "level,group_code,mean_cost\n1,K,1000\n",
    "funds": "scheme,income\npooled,3000\n",
    "billing": "institution_id,month,billed,penalties\n0001,2025-01,900,1.23\n0002,2025-01,1500,\n",
}  # fmt: skip
OTHERS = {  # of the other rules
    "communities": "community_id,score,budget,spending\nC,85,1000,900\n",
    "incidents": "incident_id,institution_id,item,loss\nI,0001,43(1),100\n",
    "applicants": "applicant_id,applied,physicians\nS,2025-03-01,0\n",
    "deadlines": "matter_id,step,start\nM,payment,2025-03-03\n",
}
SCENARIO = (
    "title: Two readings\nquestion: Who gains?\ndata: data\nparams: {deposit: {lower: 1, unclaimed_pool: city}}\n"
)


@pytest.fixture
def place(tmp_path) -> Path:
    """A folder with a scenario and its data."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "institutions.csv").write_text(DATA)
    (tmp_path / "two.yaml").write_text(SCENARIO)
    return tmp_path


def run(place: Path, *further: str) -> int:
    return main(["run", str(place / "two.yaml"), "--out", str(place / "out"), *further])


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file below a folder, hidden ones included: its bytes and the time of its last change."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- what is in it ------------------------------------------------------------------------------------------------


def test_a_result_folder_holds_its_tables_a_summary_and_a_manifest(place):
    assert run(place) == 0
    names = {f"{name}.{kind}" for name in TABLES for kind in ("csv", "parquet")} | {"summary.json", "manifest.json"}
    assert {path.name for path in (place / "out").iterdir()} == names
    for name, columns in TABLES.items():
        assert (place / "out" / f"{name}.csv").read_text("utf-8").splitlines()[0] == columns.replace(" ", ",")
        assert list(pd.read_parquet(place / "out" / f"{name}.parquet").columns) == columns.split()


def test_every_declared_result_table_has_the_declared_columns(place):
    with_facts(place)
    with_cases(place)
    assert run(place) == 0
    declared = {table.name: table for family in FAMILIES.values() for table in family.results}
    assert {path.stem for path in (place / "out").glob("*.parquet")} == declared.keys()
    large = {"dip_cases"}
    assert large == {name for name, table in declared.items() if table.large}
    assert {path.stem for path in (place / "out").glob("*.csv")} == declared.keys() - large
    for name, table in declared.items():
        written = pd.read_parquet(place / "out" / f"{name}.parquet")
        assert list(written.columns) == [column.name for column in table.columns]
        assert len(written) > 0, name
        assert not written.duplicated([table.key, *table.within]).any()
        if name not in large:
            assert len(rows(place / "out" / f"{name}.csv")) == len(written)
    assert pd.read_parquet(place / "out" / "dip_cases.parquet")["case_id"].tolist() == ["a", "b", "c"]


def with_cases(place: Path) -> None:
    """Adds what the other rules read: three cases, what the two hospitals billed in a month, and last year's sums."""
    institutions = pd.read_csv(place / "data" / "institutions.csv", dtype=str)
    institutions["last_year_billed"] = institutions["last_year_procurement"] = "120000"
    institutions["advanced_last_year"] = "5000"  # which clinics give back
    institutions.to_csv(place / "data" / "institutions.csv", index=False)
    for name, text in (CASES | OTHERS).items():
        (place / "data" / f"{name}.csv").write_text(text)


def with_facts(place: Path) -> None:
    """Makes all institutions clinics with full marks, so that every rule can run."""
    table = pd.read_csv(place / "data" / "institutions.csv", dtype=str)
    table.assign(level="1", ownership="public", has_inpatient="0").to_csv(
        place / "data" / "institutions.csv", index=False
    )
    full = exact_scorecard.full_marks(exact_scorecard.card("js26_2_2023"))
    facts = [[id_, item, fact, value] for id_ in table["institution_id"] for (item, fact), value in full.items()]
    facts = pd.DataFrame(facts, columns=["institution_id", "item", "fact", "value"])
    facts.to_csv(place / "data" / "facts.csv", index=False)


def test_money_has_two_decimals_and_other_numbers_are_exact(place):
    run(place)
    for name in TABLES:
        exact = pd.read_parquet(place / "out" / f"{name}.parquet")
        printed = rows(place / "out" / f"{name}.csv")
        assert len(printed) == len(exact)
        for column in exact:
            texts, values = [row[column] for row in printed], exact[column].tolist()
            if column in MONEY:
                assert all(re.fullmatch(r"-?\d+\.\d\d", text) for text in texts)
            read = [type(value)(text) for text, value in zip(texts, values, strict=True)]
            assert read == values, column
    assert [row["institution_id"] for row in rows(place / "out" / "deposit.csv")][0] == "0001"


def test_payments_and_what_stays_add_up_to_the_deposits(place):
    run(place)
    table, pools = (pd.read_parquet(place / "out" / f"{name}.parquet") for name in ("deposit", "deposit_groups"))
    assert to_fen(table["payment"]).sum() + to_fen(pools["unallocated"]).sum() == to_fen(table["deposit"]).sum()
    assert to_fen(table["deposit"]).tolist() == [5_000_000, 1_666_667, 1_234_567, 2_500_000, 2_500_000, 0]


def test_the_summary_is_that_of_the_tables(place):
    run(place)
    table = pd.read_parquet(place / "out" / "deposit.parquet")
    summary = json.loads((place / "out" / "summary.json").read_text("utf-8"))["deposit"]
    assert summary["institutions"] == len(table) == summary["below"] + summary["within"] + summary["above"]
    assert summary["payments"] == to_fen(table["payment"]).sum() / 100
    assert [column.name for column in FAMILIES["deposit"].headlines] == list(summary)


def test_the_manifest_says_what_was_run_on_what_with_what(place):
    run(place)
    manifest = json.loads((place / "out" / "manifest.json").read_text("utf-8"))
    assert manifest["simlib"] == simlib.__version__
    assert manifest["scenario"]["title"] == "Two readings"
    assert manifest["scenario"]["question"] == "Who gains?"
    assert manifest["scenario"]["sha256"] == scenario.load(place / "two.yaml").digest
    assert manifest["params"]["deposit"] == {
        "lower": 1.0, "upper": 1.02, "deposit_rate": 0.05,
        "mean_scope": "group", "unclaimed_pool": "city", "deposit_base": "settled", "monthly_base": "monthly",
        "index_digits": "exact", "zero_deposit_in_mean": "on",
    }  # fmt: skip
    assert manifest["readings"]["deposit"] == {
        "mean_scope": "group", "unclaimed_pool": "city", "deposit_base": "settled", "monthly_base": "monthly",
        "index_digits": "exact", "zero_deposit_in_mean": "on",
    }  # fmt: skip
    assert manifest["data"]["source"] == str(place / "data")
    read = manifest["data"]["tables"]["institutions"]
    assert read == {"file": "institutions.csv", "sha256": hashlib.sha256(DATA.encode()).hexdigest(), "rows": 6}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", manifest["created"])
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (place / "out").iterdir()}
    files.pop("manifest.json")
    assert manifest["results"] == files
    assert len(manifest["warnings"]) == 3  # a group of one, an institution without a deposit, a reading in vain


def test_the_scenario_hash_changes_with_a_parameter_and_with_nothing_else(place):
    first = scenario.load(place / "two.yaml").digest
    (place / "two.yaml").write_text(SCENARIO.replace("Two", "Three").replace("data: data", "data: sample"))
    assert scenario.load(place / "two.yaml").digest == first
    (place / "two.yaml").write_text(SCENARIO.replace("lower: 1", "lower: 0.99"))
    assert scenario.load(place / "two.yaml").digest != first


def test_two_runs_give_the_same_bytes(place):
    run(place)
    first = contents(place / "out")
    run(place)
    second = contents(place / "out")
    assert first.keys() == second.keys()
    for name in first.keys() - {"manifest.json"}:
        assert first[name][0] == second[name][0], name


def test_a_run_leaves_the_data_as_they_were(place):
    before = contents(place / "data"), contents(place)["two.yaml"]
    run(place)
    assert (contents(place / "data"), contents(place)["two.yaml"]) == before


# --- whole or not at all ------------------------------------------------------------------------------------------


def test_an_earlier_result_is_replaced_whole(place):
    run(place)
    (place / "out" / "of-an-older-version.csv").write_text("x")
    (place / "two.yaml").write_text(SCENARIO.replace("lower: 1", "lower: 0.95"))
    assert run(place) == 0
    assert not (place / "out" / "of-an-older-version.csv").exists()
    manifest = json.loads((place / "out" / "manifest.json").read_text("utf-8"))
    assert manifest["params"]["deposit"]["lower"] == 0.95
    assert sorted(os.listdir(place)) == ["data", "out", "two.yaml"]


def test_an_empty_folder_is_used(place):
    (place / "out").mkdir()
    assert run(place) == 0
    assert (place / "out" / "manifest.json").is_file()


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "No space left on device"), MemoryError])
@pytest.mark.parametrize("where", ["a table", "the manifest"])
@pytest.mark.parametrize("earlier", [True, False])
def test_an_interrupted_run_changes_nothing(error, where, earlier, place, monkeypatch):
    if earlier:
        run(place)
    before = contents(place)

    def fail(*_, **__):
        raise error

    monkeypatch.setattr(*((pd.DataFrame, "to_parquet") if where == "a table" else (results.Manifest, "of")), fail)
    one = scenario.load(place / "two.yaml")
    calculated = scenario.run(one, scenario.load_data(one.data))
    with pytest.raises(error if isinstance(error, type) else OSError):
        results.write(calculated, place / "out")
    assert contents(place) == before
    assert sorted(os.listdir(place)) == ["data", *(["out"] if earlier else []), "two.yaml"]


def test_a_folder_that_cannot_be_moved_into_place_leaves_the_earlier_result(place, monkeypatch, capsys):
    run(place)
    before = contents(place)
    rename, moves = os.rename, []

    def second_fails(*names):
        moves.append(names)
        if len(moves) == 2:
            raise PermissionError(13, "Permission denied", str(names[1]))
        rename(*names)

    monkeypatch.setattr(os, "rename", second_fails)
    capsys.readouterr()
    assert run(place) == 1
    assert capsys.readouterr().err == f"Permission denied: {place / 'out'}\n"
    assert contents(place) == before
    assert sorted(os.listdir(place)) == ["data", "out", "two.yaml"]


def test_a_full_disk_is_said_in_one_line(place, monkeypatch, capsys):
    def fail(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", fail)
    assert run(place) == 1
    assert capsys.readouterr().err == "No space left on device\n"


def test_control_c_ends_a_run_without_a_word(place, monkeypatch, capsys):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(pd.DataFrame, "to_parquet", stop)
    assert run(place) == 1
    printed = capsys.readouterr()
    assert printed.out + printed.err == ""
    assert sorted(os.listdir(place)) == ["data", "two.yaml"]
