"""The synthetic city: the same for everybody, plausible to an official, and written whole or not at all."""

import csv
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simlib import sample
from simlib.columns import INSTITUTIONS
from simlib.money import to_fen
from simlib.problems import BadInput
from simlib.rules import deposit
from simlib.tables import read_folder

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = {"deposit", "cmi", "elderly_share", "child_share"}  # the rules work these out
COLUMNS = [column.name for column in INSTITUTIONS.columns if column.name not in LEFT_OUT]


@pytest.fixture(scope="module")
def city() -> pd.DataFrame:
    return sample.institutions()


@pytest.fixture(scope="module")
def allocation(city) -> pd.DataFrame:
    return deposit.allocate(city)


# --- the same for everybody ---------------------------------------------------------------------------------------


def test_two_processes_write_the_same_bytes(tmp_path):
    code = "import sys; from simlib import sample; sample.write(sys.argv[1])"
    for hash_seed, locale in (("1", "C"), ("2", "C.UTF-8")):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "LC_ALL": locale, "PYTHONPATH": str(ROOT)}
        subprocess.run([sys.executable, "-c", code, str(tmp_path / hash_seed)], env=environment, check=True)
    one, two = ((tmp_path / name / "institutions.csv").read_bytes() for name in ("1", "2"))
    assert one == two


def test_another_seed_is_another_city(city):
    assert not sample.institutions(seed=2027)["score"].equals(city["score"])


def test_the_digest_is_that_of_the_written_file(tmp_path):
    sample.write(tmp_path / "city", count=40)
    written = (tmp_path / "city" / "institutions.csv").read_bytes()
    assert sample.tables(count=40)["institutions"].attrs["sha256"] == hashlib.sha256(written).hexdigest()


# --- a plausible city ---------------------------------------------------------------------------------------------


def test_columns_stand_in_the_agreed_order_and_the_deposit_is_left_to_the_rule(city):
    assert list(city.columns) == COLUMNS


@pytest.mark.parametrize("count", [3, 4, 10, 100, 3000])
@pytest.mark.parametrize("seed", [0, 2026])
def test_names_and_numbers_are_unique_at_every_size(count, seed):
    city = sample.institutions(count, seed)
    assert len(city) == count
    assert city["institution_id"].is_unique
    assert city["name"].is_unique
    assert city["name"].str.fullmatch(r"[\u4e00-\u9fff]+").all()


def test_a_number_starts_with_the_countys(city):
    assert city["institution_id"].str.fullmatch(r"0\d{10}").all()
    assert (city["institution_id"].str[:6] == city["county"].map(sample.COUNTIES)).all()
    assert set(city["county"]) == set(sample.COUNTIES)


def test_every_choice_is_one_the_contract_knows_and_the_grade_is_of_the_level(city):
    for column in INSTITUTIONS.columns:
        if column.options:
            assert set(city[column.name].astype(str)) <= set(column.options), column.name
    assert (city["grade"].str[0] == city["level"]).all()
    specialist = ~city["type"].isin(["general", "tcm", "primary", "clinic"])
    assert (city["grade"].str[1].eq("S") == specialist).all()


def test_the_kinds_add_up_to_the_default_size_and_the_places_to_a_hundred():
    assert sum(kind.number for kind in sample.KINDS) == 500
    assert {sum(shares) for shares in sample.SHARES.values()} == {100}


def test_hospitals_grow_slower_than_village_clinics(city):
    larger = sample.institutions(3000)
    growth = larger["group"].value_counts() / city["group"].value_counts()
    assert growth["三级综合"] < 3 < 6 < growth["门诊与村卫生室"]


def test_the_first_peoples_hospital_is_the_largest(city):
    largest = city.loc[city["settled"].idxmax()]
    assert (largest["name"], largest["grade"], largest["high_level"]) == ("云岚市第一人民医院", "3A", True)


def test_higher_levels_score_higher_and_closer_together(city):
    by_level = city.groupby("level")["score"].agg(["mean", "std"])
    assert by_level["mean"].is_monotonic_increasing
    assert by_level["std"].is_monotonic_decreasing
    assert city["score"].between(0, 100).all()
    assert city["score"].skew() < -1
    assert 0 < (city["score"] < 70).mean() < 0.03


def test_a_tenth_of_the_institutions_holds_most_of_the_money(city):
    assert city["settled"].nlargest(50).sum() > 0.75 * city["settled"].sum()
    medians = city.groupby("group")["settled"].median()
    assert medians["三级综合"] > 1e8
    assert medians["门诊与村卫生室"] < 1e5


def test_money_is_whole_fen_and_the_budget_near_the_settlement(city):
    for column in ("settled", "budget"):
        assert (to_fen(city[column]) > 0).all()
    large = city[city["settled"] > 1e5]
    assert (large["budget"] / large["settled"]).between(0.929, 1.081).all()


def test_most_institutions_code_well_and_few_break_rules(city):
    for accuracy in ("coding_accuracy", "charging_accuracy"):
        assert city[accuracy].between(0.8, 1).all()
        assert 0.02 < (city[accuracy] < 0.95).mean() < 0.15
    assert city["irregular_share"].between(0, 0.005).mean() > 0.9
    for rare in ("new", "high_level", "other_breach"):
        assert 0 < city[rare].mean() < 0.03
    for usual in ("drug_procurement_done", "consumable_procurement_done"):
        assert 0.9 < city[usual].mean() < 1


def test_groups_mix_levels_so_that_money_can_move_between_them(city):
    levels = city.groupby("group")["level"].nunique()
    assert 6 <= len(levels) <= 8
    assert levels["民营医院"] == 3
    assert levels["二三级专科"] == 2


# --- what the deposit makes of it ---------------------------------------------------------------------------------


def test_the_deposit_is_allocated_to_the_fen(city, allocation):
    pools = deposit.groups(allocation)
    assert (
        to_fen(allocation["payment"]).sum() + to_fen(pools["unallocated"]).sum()
        == deposit.withheld(city, deposit.DepositParams()).sum()
    )
    share = allocation["band"].value_counts(normalize=True)
    assert 0.15 < share["below"] < 0.30
    assert 0.20 < share["above"] < 0.35


def test_only_the_psychiatric_hospitals_leave_a_pool_unclaimed(allocation):
    pools = deposit.groups(allocation).set_index("group")
    assert pools.index[pools["unallocated"] > 0].tolist() == ["精神专科"]
    assert pools.loc["精神专科", "institutions"] == 7


@pytest.mark.parametrize("count", [3, 10, 3000])
def test_the_deposit_runs_at_every_size(count):
    allocation = deposit.allocate(sample.institutions(count))
    unallocated = deposit.groups(allocation)["unallocated"]
    assert to_fen(allocation["deposit"]).sum() == to_fen(allocation["payment"]).sum() + to_fen(unallocated).sum()


# --- on disk ------------------------------------------------------------------------------------------------------


def test_the_file_is_plain_utf_8_with_the_declared_decimals(tmp_path):
    sample.write(tmp_path / "new" / "city", count=60)
    raw = (tmp_path / "new" / "city" / "institutions.csv").read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    rows = list(csv.DictReader(raw.decode("utf-8").splitlines()))
    assert list(rows[0]) == COLUMNS
    for row in rows:
        assert len(row["institution_id"]) == 11
        assert row["institution_id"].startswith("0")
        for column, places in sample.DECIMALS.items():
            assert len(row[column].partition(".")[2]) == places, column


def test_the_written_folder_reads_back_as_the_table(tmp_path):
    sample.write(tmp_path / "city", count=60)
    read, made = read_folder(tmp_path / "city")["institutions"], sample.institutions(60)
    for column in COLUMNS:
        if made[column].dtype.kind in "if":
            assert np.array_equal(read[column].to_numpy(float), made[column].to_numpy(float)), column
        else:
            assert read[column].astype(str).tolist() == made[column].astype(str).tolist(), column


def test_an_empty_folder_is_filled(tmp_path):
    (tmp_path / "city").mkdir()
    sample.write(tmp_path / "city", count=3)
    assert [path.name for path in tmp_path.iterdir()] == ["city"]
    assert [path.name for path in (tmp_path / "city").iterdir()] == ["institutions.csv"]


def test_a_folder_in_use_is_refused_and_left_as_it_was(tmp_path):
    out = tmp_path / "city"
    out.mkdir()
    (out / "mine.txt").write_text("mine", "utf-8")
    for occupied in (out, out / "mine.txt"):
        with pytest.raises(BadInput) as refused:
            sample.write(occupied)
        assert "另选文件夹" in refused.value.lines("zh")[0]
        assert "Choose another" in refused.value.lines("en")[0]
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["city", "mine.txt"]
    assert (out / "mine.txt").read_text("utf-8") == "mine"


def test_a_write_that_fails_leaves_nothing(tmp_path, monkeypatch):
    def full(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="no space"):
        sample.write(tmp_path / "city")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("count", "seed"), [(2, 0), (100_001, 0), (-1, 0), (500, -1)])
def test_a_size_or_seed_out_of_bounds_is_refused_with_nothing_written(tmp_path, count, seed):
    with pytest.raises(BadInput) as refused:
        sample.write(tmp_path / "city", count=count, seed=seed)
    assert len(refused.value.problems) == 1
    assert list(tmp_path.iterdir()) == []


def test_every_argument_out_of_bounds_is_named():
    with pytest.raises(BadInput) as refused:
        sample.institutions(count=2, seed=-1)
    assert [problem.column for problem in refused.value.problems] == ["count", "seed"]
