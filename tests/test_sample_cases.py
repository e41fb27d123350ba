"""The synthetic city's inpatients: the same for everybody, adding up to the fen, and familiar to an official."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from simlib import sample
from simlib.cli import main
from simlib.columns import BILLING, CASES, FUNDS, GROUPS, PEER_MEANS, SCHEMES, TABLES, Type
from simlib.money import to_fen
from simlib.problems import BadInput
from simlib.sample import cases as sample_cases
from simlib.sample import groups as sample_groups
from simlib.tables import read

ROOT = Path(__file__).resolve().parent.parent
SMALL = {"groups": GROUPS, "peer_means": PEER_MEANS, "funds": FUNDS, "billing": BILLING}
TEXT = pa.dictionary(pa.int32(), pa.string())
OF_HEADS = {"amortised_heads", "monthly_wage", "contribution_rate"}  # which the funds do not tell
PAYERS = ["fund_billed", "patient_paid", "other_paid"]


@pytest.fixture(scope="module")
def institutions() -> pd.DataFrame:
    return sample.institutions()


@pytest.fixture(scope="module")
def city(institutions) -> dict:
    """The embedded city with its natural number of cases."""
    return sample_cases.city(institutions, sample_cases.natural(institutions))


@pytest.fixture(scope="module")
def written(institutions, tmp_path_factory) -> tuple[Path, dict]:
    """A folder with a smaller city of two parts, and the city."""
    folder, count = tmp_path_factory.mktemp("city"), sample_cases.CHUNK + 5000
    sample_cases.write(folder, institutions, count)
    return folder, sample_cases.city(institutions, count)


@pytest.fixture(scope="module")
def cases(city, institutions) -> pd.DataFrame:
    """The cases, each with its institution, its group and what it costs against last year's mean."""
    table = city["cases"].drop(["case_id"]).to_pandas(date_as_object=False)
    about, groups = institutions.set_index("institution_id"), city["groups"].set_index("group_code")
    for name in ("level", "type", "ownership", "name"):
        table[name] = table["institution_id"].map(about[name]).astype("category")
    table["kind"] = table["group_code"].map(groups["kind"]).astype("category")
    table["points"] = table["group_code"].map(groups["points"]).astype(float)
    means = city["peer_means"].pivot(index="group_code", columns="level", values="mean_cost").reindex(groups.index)
    row, column = groups.index.get_indexer(table["group_code"]), means.columns.get_indexer(table["level"])
    return table.assign(ratio=table["total_cost"] / means.to_numpy()[row, column])


@pytest.fixture(scope="module")
def measured(cases) -> pd.DataFrame:
    """Those that are not paid by the bed-day."""
    return cases[cases["kind"] != "bed_day"]


# --- the same for everybody ---------------------------------------------------------------------------------------


def test_two_processes_write_the_same_bytes(tmp_path):
    """Of a city with cases, and of the usual one without."""
    code = (
        "import sys; from simlib import sample\n"
        "sample.write(sys.argv[1], count=60, seed=5, cases=260_000); sample.write(sys.argv[2])"
    )
    for hash_seed, threads, locale in (("1", "1", "C"), ("2", "4", "C.UTF-8")):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "LC_ALL": locale, "PYTHONPATH": str(ROOT)}
        environment |= {"OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads}
        places = [str(tmp_path / f"{city}{hash_seed}") for city in ("cases", "usual")]
        subprocess.run([sys.executable, "-c", code, *places], env=environment, check=True)
    small = {f"{name}.csv" for name in sample.tables(3)}
    for city, files in {"cases": {"cases.parquet", *(f"{name}.csv" for name in SMALL), *small}, "usual": small}.items():
        one, two = ({path.name: path.read_bytes() for path in (tmp_path / f"{city}{n}").iterdir()} for n in "12")
        assert set(one) == files
        assert one == two


def test_a_part_depends_on_no_other_and_a_larger_city_begins_with_the_same_cases(institutions):
    count = sample_cases.CHUNK
    less, more = (list(sample_cases.chunks(institutions, n)) for n in (count + 1000, 2 * count + 1000))
    assert [one.num_rows for one in less] == [count, 1000]
    assert [one.num_rows for one in more] == [count, count, 1000]
    assert less[0].equals(more[0])
    assert not more[0].drop(["case_id"]).slice(0, 1000).equals(more[1].drop(["case_id"]).slice(0, 1000))


def test_another_seed_is_another_year(institutions):
    one, two = (next(sample_cases.chunks(institutions, 1000, seed)) for seed in (1, 2))
    assert one["case_id"].equals(two["case_id"])
    assert not one["total_cost"].equals(two["total_cost"])
    assert not sample_groups.groups(1).equals(sample_groups.groups(2))


def test_nothing_handed_out_is_shared_and_the_institutions_stay_as_they_were(institutions):
    before = institutions.copy()
    mine = sample_groups.groups()
    mine["points"] = 0
    next(sample_cases.chunks(institutions, 1000))
    assert (sample_groups.groups()["points"] > 0).all()
    pd.testing.assert_frame_equal(institutions, before)


# --- every cell is one that the data folder allows ----------------------------------------------------------------


def test_cases_have_the_declared_columns_types_and_ranges(city):
    table = city["cases"]
    declared = [column for column in CASES.columns if column.name not in sample_cases.UNTOLD]
    assert table.column_names == [column.name for column in declared]
    for column in declared:
        values = table[column.name]
        wanted = {Type.MONEY: pa.float64(), Type.NUMBER: pa.float64(), Type.INTEGER: pa.int32(), Type.DATE: pa.date32(),
                  Type.BOOLEAN: pa.bool_(), Type.CHOICE: TEXT}.get(column.type)  # fmt: skip
        assert values.type == wanted or (wanted is None and values.type in (TEXT, pa.string())), column.name
        blank = {"procedures", "auxiliary_factor", "reviewed_points"}
        assert (values.null_count > 0) == (column.name in blank), column.name
        if column.low is not None:
            numbers = values.drop_null().to_numpy()
            assert column.low <= numbers.min(), column.name
            assert numbers.max() <= column.high, column.name
        if column.options:
            assert set(values.unique().to_pylist()) == set(column.options)


def test_case_numbers_are_unique(city):
    numbers = city["cases"]["case_id"]
    assert len(numbers.unique()) == len(numbers) == city["cases"].num_rows


@pytest.mark.parametrize("name", SMALL)
def test_a_small_table_has_the_declared_columns_and_reads_back_as_it_was(written, name):
    folder, city = written
    made, found = city[name], read(folder / f"{name}.csv", TABLES[name])  # refuses what the declaration does not allow
    told = [column for column in SMALL[name].by_name if name != "funds" or column not in OF_HEADS]
    assert list(made) == list(found) == told
    for column in made:
        assert found[column].tolist() == made[column].tolist(), column
    assert not made.duplicated([SMALL[name].key, *SMALL[name].within]).any()


def test_the_written_cases_are_those_of_the_city_in_row_groups_of_a_part(written):
    folder, city = written
    file = pq.ParquetFile(folder / "cases.parquet")
    assert [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)] == [sample_cases.CHUNK, 5000]
    assert file.read().equals(city["cases"].unify_dictionaries())


# --- sums ---------------------------------------------------------------------------------------------------------


def test_the_three_who_pay_share_the_total_cost_to_the_fen(city):
    fen = {name: to_fen(city["cases"][name].to_numpy()) for name in ["total_cost", *PAYERS]}
    assert np.array_equal(sum(fen[name] for name in PAYERS), fen["total_cost"])
    assert min(part.min() for part in fen.values()) == 0 < fen["fund_billed"].min()


def test_billing_is_the_sum_of_the_cases_by_institution_and_month_of_discharge(city, cases):
    month = cases["discharge_date"].dt.month.map("2025-{:02d}".format)
    fen = pd.Series(to_fen(cases["fund_billed"])).groupby([cases["institution_id"], month], observed=True).sum()
    billing = city["billing"].set_index(["institution_id", "month"])
    assert to_fen(billing["billed"]).tolist() == fen.reindex(billing.index).tolist()
    assert len(billing) == len(fen)
    penalties = billing["penalties"]
    assert 0.005 < (penalties > 0).mean() < 0.06
    assert (penalties <= 0.02 * billing["billed"]).all()
    assert (penalties == penalties.round()).all()


def test_the_funds_leave_for_inpatients_a_little_less_than_was_billed(city, cases):
    funds = city["funds"].set_index("scheme")
    assert list(funds.index) == list(SCHEMES)
    billed = cases.groupby("scheme")["fund_billed"].sum()
    counted = funds["income"] - funds["lump_sum"] + funds["lump_sum_amortised"]
    spent = funds[["maternity", "outpatient", "chronic", "nonlocal", "cash", "other"]]
    left = 0.96 * counted - spent.sum(axis=1)
    assert (left / billed).between(0.96, 1.01).all()
    assert 1.005 < billed.sum() / left.sum() < 1.03
    assert (spent > 0).all(axis=None)
    assert funds["fund_carried"].between(0.01 * counted, 0.03 * counted).all()


def test_what_an_institution_bills_is_near_what_was_settled_with_it(institutions, city, cases):
    assert 500_000 < city["cases"].num_rows <= 900_000
    by_institution = cases.groupby("institution_id")["fund_billed"].agg(["sum", "size"])
    settled = institutions.set_index("institution_id")["settled"].reindex(by_institution.index)
    share = by_institution["sum"] / settled
    assert 0.97 < by_institution["sum"].sum() / settled.sum() < 1.03
    assert share[by_institution["size"] > 1000].between(0.88, 1.12).all()
    assert set(by_institution.index) == set(institutions.loc[institutions["has_inpatient"], "institution_id"])


# --- catalogue and last year's means ------------------------------------------------------------------------------


def test_the_catalogue_holds_the_groups_that_everybody_knows():
    groups = sample_groups.groups().set_index("group_code")
    for code, part in {
        "J18.9": "肺炎", "K80.1:51.23": "腹腔镜胆囊切除", "H25.9:13.41": "超声乳化", "I63.9": "脑梗死",
        "O82.9:74.10": "剖宫产", "N18.5:39.95": "血液透析", "M51.2": "腰椎间盘突出", "I10": "高血压",
    }.items():  # fmt: skip
        assert part in groups.loc[code, "name"]
    kinds = {"I10": "primary", "F20.9": "bed_day", "M51.2:99.92": "tcm", "J18.9": "core"}
    assert groups.loc[list(kinds), "kind"].to_dict() == kinds


@pytest.mark.parametrize("size", [200, 1000, 10_000])
def test_a_catalogue_of_any_size_has_every_kind_and_long_tailed_points(size):
    groups = sample_groups.groups(size=size)
    assert len(groups) == size
    assert groups["group_code"].is_unique
    assert groups["group_code"].str.fullmatch(r"[A-Z]\d\d(\.\d)?(:\d\d\.\d{1,2})?").all()
    kinds = groups["kind"].value_counts()
    assert (kinds["primary"], kinds["tcm"], kinds["bed_day"]) == (30, 12, 12)
    assert kinds["core"] > 0.8 * (size - 54)
    assert kinds["mixed"] > 0
    days = groups["kind"] == "bed_day"
    assert groups["points"][days].between(20, 60).all()
    assert groups["points"][~days].between(60, 20_000).all()
    assert groups["points"].max() > 10 * groups["points"].median()
    assert (groups["points"] == groups["points"].round(4)).all()


def test_a_city_of_many_millions_has_ten_thousand_groups():
    assert (sample_cases.size(3_000_000), sample_cases.size(3_000_001)) == (1000, 10_000)


def test_a_group_costs_more_at_a_higher_level_and_bed_days_have_no_mean(city):
    groups, means = city["groups"].set_index("group_code"), city["peer_means"]
    assert (means["mean_cost"] == means["mean_cost"].round(4)).all()
    assert (means["cases"] > 0).all()
    kind = means["group_code"].map(groups["kind"])
    assert not (kind == "bed_day").any()
    costs = means[kind == "core"].pivot(index="group_code", columns="level", values="mean_cost")
    assert 1.2 < (costs["3"] / costs["2"]).median() < 1.3
    assert 0.68 < (costs["1"] / costs["2"]).median() < 0.8


def test_a_few_permille_of_the_cases_have_nothing_to_be_compared_with(measured):
    assert 0.001 < measured["ratio"].isna().mean() < 0.006


# --- a plausible year ---------------------------------------------------------------------------------------------


def test_a_group_is_its_diagnosis_and_its_procedure(cases):
    found = cases[["group_code", "diagnosis", "procedures"]].drop_duplicates().astype(object)
    assert found["group_code"].is_unique
    for code, diagnosis, procedures in found.itertuples(index=False):
        assert code == (diagnosis if pd.isna(procedures) else f"{diagnosis}:{procedures}")


def test_costs_deviate_with_tails_on_both_sides(measured):
    ratio = measured["ratio"].dropna()
    assert 0.03 < (ratio <= 0.4).mean() < 0.04
    assert 0.015 < (ratio >= 2.5).mean() < 0.025
    assert 0.003 < (ratio > 3).mean() < 0.012
    assert ratio.max() < 15
    assert 0.97 < ratio.mean() < 1.06
    steps = np.diff(np.histogram(ratio, np.arange(0, 6, 0.05))[0]) / len(ratio)
    assert (steps[:14] > -0.0005).all()  # one hill, without a cliff at a limit
    assert (steps[25:] < 0.0005).all()
    by_institution = ratio.groupby(measured["institution_id"]).agg(["median", "size"])
    assert 0.04 < by_institution["median"][by_institution["size"] > 500].std() < 0.12  # some are cheap, some are dear


def test_large_hospitals_have_the_heavy_cases(measured):
    core = measured[measured["kind"] == "core"]
    index = core.groupby(["level", "type", "institution_id"])["points"].mean() / 1000
    for level, kind, low, high in (("3", "general", 1, 1.4), ("2", "general", 0.7, 1.02), ("1", "primary", 0.4, 0.7)):
        assert index[level, kind].between(low, high).all(), level
    assert index.groupby("level").median().is_monotonic_increasing
    assert 850 < measured["points"].mean() < 1050
    by_level = measured.groupby("level")["total_cost"].mean()
    assert by_level["1"] < by_level["2"] / 1.5 < by_level["3"] / 2
    assert by_level["3"] < 25_000


def test_each_kind_of_institution_has_its_own_patients(cases):
    primary = cases.groupby(["type", "level"])["kind"].agg(lambda kinds: (kinds == "primary").mean())
    assert primary["primary", "1"] > 0.5 > 0.03 > primary["general", "3"]
    kind, code = cases["type"], cases["group_code"]
    assert (cases["kind"][kind == "psychiatric"] == "bed_day").mean() > 0.85
    assert code[kind == "eye"].str.startswith("H").mean() > 0.9
    assert (cases["kind"][kind == "tcm"] == "tcm").mean() > 10 * (cases["kind"][kind == "general"] == "tcm").mean()
    named = cases["name"].str
    assert code[named.contains("肿瘤")].str.match("C|D[0-4]|Z51").mean() > 0.85
    assert code[named.contains("妇幼")].str.match("[OPND]").mean() > 0.85
    assert cases["age"][named.contains("儿童")].between(0, 14).mean() > 0.95
    assert cases["age"][kind == "eye"].median() > 62


def test_ages_peak_among_the_young_and_the_old(cases):
    assert 0.05 < (cases["age"] <= 6).mean() < 0.12
    assert 0.4 < (cases["age"] >= 60).mean() < 0.56
    fives = np.bincount(cases["age"] // 5)
    assert fives[:16].argmin() in (2, 3)
    assert fives.argmax() in (12, 13, 14)


def test_stays_follow_the_dates_and_the_weight_of_the_group(cases, measured):
    stay = cases["discharge_date"] - cases["admission_date"]
    assert (stay.dt.days == cases["length_of_stay"]).all()
    assert (cases["discharge_date"].dt.year == 2025).all()
    assert cases["discharge_date"].nunique() == 365
    assert measured["length_of_stay"].between(0, 60).all()
    assert 7 < measured["length_of_stay"].mean() < 10
    heavy = measured["points"] > 2000
    assert measured["length_of_stay"][heavy].mean() > 1.4 * measured["length_of_stay"][~heavy].mean()
    days = cases["length_of_stay"][cases["kind"] == "bed_day"]
    assert days.between(20, 400).all()
    assert 0 < (days > 365).mean() < 0.01
    at_the_end = np.bincount(measured["length_of_stay"])[50:]
    assert at_the_end.max() < 3 * at_the_end.mean()  # none gather where stays are cut
    assert 0.01 < (cases["icu_days"] > 0).mean() < 0.05
    assert (cases["icu_days"] <= cases["length_of_stay"]).all()
    assert (cases.loc[cases["level"] == "1", "icu_days"] == 0).all()


def test_the_year_has_its_seasons_weekends_and_holidays(cases):
    date = cases["discharge_date"]
    monthly = date.dt.month.value_counts().sort_index()
    assert monthly.idxmin() == 2
    airways = cases["diagnosis"].str.startswith("J")
    winter = date.dt.month.isin([11, 12, 1])
    assert winter[airways].mean() > 1.2 * winter[~airways].mean()
    weekday = date.dt.day_of_week.value_counts()
    assert (weekday.idxmin(), weekday.idxmax()) == (6, 4)
    daily = date.value_counts()
    assert daily[pd.Timestamp("2025-01-29")] < 0.7 * daily[pd.Timestamp("2025-01-22")]


def test_schemes_and_payers_share_as_they_do(cases):
    assert 0.36 < (cases["scheme"] == "employee").mean() < 0.46
    assert (cases["scheme"][cases["age"] < 18] == "resident").all()
    sums = cases.groupby(["scheme", "level"])[["total_cost", *PAYERS]].sum()
    share = sums["fund_billed"] / sums["total_cost"]
    assert share.between(0.58, 0.8).all()
    for scheme in SCHEMES:
        assert share[scheme, "3"] < share[scheme, "2"] < share[scheme, "1"]
    assert 0.6 < cases["fund_billed"].sum() / cases["total_cost"].sum() < 0.75
    assert 0.02 < cases["other_paid"].sum() / cases["total_cost"].sum() < 0.06
    assert (cases["patient_paid"] > 0).all()


def test_marks_are_rare_and_stand_where_they_would(cases):
    assert 0.015 < cases["auxiliary_factor"].notna().mean() < 0.025
    assert set(cases["auxiliary_factor"].dropna()) == {0.05, 0.1, 0.15, 0.2, 0.25, 0.3}
    assert 0.002 < cases["readmission"].mean() < 0.004
    assert 0.0005 < cases["irregular"].mean() < 0.0015
    by_owner = cases.groupby("ownership")["irregular"].mean()
    assert by_owner["private"] > 5 * by_owner["public"]
    assert not (cases["irregular"] & cases["readmission"]).any()
    reviewed = cases[cases["reviewed_points"].notna()]
    assert 0.0015 < len(reviewed) / len(cases) < 0.003
    assert (reviewed["reviewed_points"] == reviewed["reviewed_points"].round(4)).all()
    assert (reviewed["ratio"].dropna() > 2).all()
    sizes = cases.groupby("institution_id").agg(cases=("age", "size"), reviewed=("reviewed_points", "count"))
    assert 1 <= (sizes["reviewed"] > sizes["cases"] // 200).sum() <= 20  # a few apply for more than they may


@pytest.mark.parametrize(("count", "seed"), [(3, 2026), (40, 7), (3000, 1)])
def test_a_city_of_any_size_has_inpatients(count, seed):
    institutions = sample.institutions(count, seed)
    city = sample_cases.city(institutions, 5000, seed)
    assert city["cases"].num_rows == 5000
    assert set(city["cases"]["group_code"].unique().to_pylist()) <= set(city["groups"]["group_code"])
    beds = institutions.loc[institutions["has_inpatient"], "institution_id"]
    assert set(city["cases"]["institution_id"].unique().to_pylist()) <= set(beds)


def test_a_city_without_beds_has_no_cases(institutions):
    with pytest.raises(BadInput) as refused:
        sample_cases.chunks(institutions.assign(has_inpatient=False), 1000)
    assert "没有提供住院服务的机构" in refused.value.lines("zh")[0]
    assert "No institution has beds" in refused.value.lines("en")[0]


# --- memory and the command line ----------------------------------------------------------------------------------


def test_five_times_the_cases_take_hardly_more_memory(tmp_path):
    if not Path("/proc/self/status").exists():
        pytest.skip("this system does not say how much memory a process has used")
    code = (
        "import re, sys; from pathlib import Path; from simlib import sample\nfrom simlib.sample import cases as "
        "sample_cases\n"
        "for count in (250_000, 1_250_000):\n"
        "    sample_cases.write(Path(sys.argv[1]), sample.institutions(), count)\n"
        "    print(re.search(r'VmHWM:\\s+(\\d+) kB', Path('/proc/self/status').read_text())[1])"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, check=True)
    first, last = (int(line) / 2**10 for line in done.stdout.split())
    assert last < 500
    assert last - first < 60  # all the cases would take 125 MiB


def test_the_command_writes_the_cases_when_told_how_many(tmp_path, capsys):
    assert main(["sample", "--out", str(tmp_path / "city"), "--institutions", "40", "--cases", "1000"]) == 0
    assert capsys.readouterr().out == f"样例城市：{tmp_path / 'city'}\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["city"]
    names = {path.name for path in (tmp_path / "city").iterdir()}
    assert names == {"cases.parquet", *(f"{name}.csv" for name in (*SMALL, *sample.tables(3)))}
    assert pq.read_metadata(tmp_path / "city" / "cases.parquet").num_rows == 1000


def test_the_institutions_are_the_same_with_and_without_cases(tmp_path):
    sample.write(tmp_path / "one", count=40)
    sample.write(tmp_path / "two", count=40, cases=1000)
    for name in ("institutions.csv", "facts.csv"):
        one, two = (hashlib.sha256((tmp_path / city / name).read_bytes()).hexdigest() for city in ("one", "two"))
        assert one == two


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (["--cases", "999"], ["cases · “999”：请填 1000 至 50000000。"]),
        (["--cases", "50000001", "--lang", "en"], ["cases · “50000001”: Give 1000 to 50000000."]),
        (["--cases", "-5"], ["cases · “-5”：请填 1000 至 50000000。"]),
        (["--cases", "0", "--institutions", "2"],
         ["count · “2”：请填 3 至 100000。", "cases · “0”：请填 1000 至 50000000。"]),
    ],
)  # fmt: skip
def test_a_number_of_cases_out_of_bounds_is_refused_with_nothing_written(tmp_path, capsys, arguments, lines):
    assert main(["sample", "--out", str(tmp_path / "city"), *arguments]) == 2
    assert capsys.readouterr().err.splitlines() == lines
    assert list(tmp_path.iterdir()) == []


def test_a_write_that_fails_among_the_cases_leaves_nothing(tmp_path, monkeypatch):
    def full(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(pq.ParquetWriter, "write_table", full)
    with pytest.raises(OSError, match="no space"):
        sample.write(tmp_path / "city", count=40, cases=1000)
    assert list(tmp_path.iterdir()) == []
