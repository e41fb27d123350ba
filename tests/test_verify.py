"""``simlib verify``: an untouched result folder passes, and whatever was changed in one is found and said."""

import builtins
import hashlib
import io
import json
import os
import shutil
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from simlib import results, sample, scenario
from simlib.cli import main
from simlib.params import written
from simlib.rules import FAMILIES
from simlib.study import STUDIES, Study
from simlib.study.batch import folder as batch
from simlib.study.batch import reports
from simlib.study.study import ScenarioStudy
from strategies.examples import examples

DATA = """institution_id,name,group,score,settled,deposit
0001,First,one,96.37,1000000.01,
0002,"Second, of two",one,90.1,333333.33,
0003,Third,one,80,700000,12345.67
0004,Fourth,two,95,500000,
0005,Fifth,two,90,500000,
0006,Sixth,three,71.3,0,
"""
AGREES = "全部一致。"


def verify(capsys, folder: Path, *further: str) -> tuple[int, str]:
    """The exit code, and all that was said."""
    capsys.readouterr()
    code = main(["verify", str(folder), *further])
    said = capsys.readouterr()
    return code, said.out + said.err


@pytest.fixture(scope="module")
def written_once(tmp_path_factory) -> Path:
    """A folder with data and the results of a scenario of the deposit."""
    place = tmp_path_factory.mktemp("written")
    (place / "data").mkdir()
    (place / "data" / "institutions.csv").write_text(DATA)
    (place / "one.yaml").write_text("title: t\nquestion: q\ndata: data\nparams: {deposit: {lower: 0.99}}\n")
    assert main(["run", str(place / "one.yaml"), "--out", str(place / "out")]) == 0
    return place


@pytest.fixture
def place(written_once, tmp_path) -> Path:
    """A copy of one's own, moved as a whole; nothing is left where it was written."""
    shutil.copytree(written_once, tmp_path / "moved")
    manifest = json.loads((tmp_path / "moved" / "out" / "manifest.json").read_text("utf-8"))
    manifest["data"]["absolute"] = str(tmp_path / "where it was")
    (tmp_path / "moved" / "out" / "manifest.json").write_text(json.dumps(manifest))
    return tmp_path / "moved"


@pytest.fixture
def out(place) -> Path:
    return place / "out"


def manifest(out: Path, change=None) -> dict:
    """The manifest, after ``change`` had its way with it."""
    content = json.loads((out / "manifest.json").read_text("utf-8"))
    if change:
        change(content)
        (out / "manifest.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return content


def forge_digests(out: Path) -> None:
    """Records every file as it stands, as somebody would who wants a change to go unseen."""

    def forge(content):
        files = [path for path in out.iterdir() if path.name != "manifest.json"]
        content["results"] = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    manifest(out, forge)


def forge_hash(content: dict) -> None:
    plain = {"rules": content["scenario"]["rules"], "params": content["params"]}
    content["scenario"]["sha256"] = hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def change_csv(out: Path, old: str, new: str, name: str = "deposit.csv") -> None:
    text = (out / name).read_text("utf-8")
    assert text.count(old) == 1
    (out / name).write_text(text.replace(old, new), encoding="utf-8", newline="")


def change_parquet(out: Path, change, name: str = "deposit.parquet") -> None:
    change(pd.read_parquet(out / name)).to_parquet(out / name, index=False)


def change_cell(path: Path, column: str, row: int, value) -> None:
    table = pq.read_table(path)
    values = table[column].to_pylist()
    values[row] = value
    place = table.column_names.index(column)
    pq.write_table(table.set_column(place, column, pa.array(values, table.schema.field(column).type)), path)


# --- untouched ----------------------------------------------------------------------------------------------------


def test_an_untouched_folder_agrees_and_says_what_was_checked(out, capsys):
    cells = sum(pd.read_parquet(path).size for path in out.glob("*.parquet"))
    numbers = len(json.loads((out / "summary.json").read_text("utf-8"))["deposit"])
    code, said = verify(capsys, out)
    assert (code, said.splitlines()[-1]) == (0, AGREES)
    assert (
        f"7 个文件和 1 张数据表的校验码（SHA-256），并重算 3 张结果表（{cells} 个单元格）和 {numbers} 个汇总数" in said
    )
    code, said = verify(capsys, out, "--lang", "en")
    assert (code, said.splitlines()[-1]) == (0, "All agrees.")


def test_all_rules_agree_in_csv_and_in_parquet_alone(tmp_path, capsys):
    sample.write(tmp_path / "city", count=12, cases=1000, seed=3)
    (tmp_path / "all.yaml").write_text("title: t\ndata: city\n")
    assert main(["run", str(tmp_path / "all.yaml"), "--out", str(tmp_path / "out")]) == 0
    assert set(json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))) == set(FAMILIES)
    code, said = verify(capsys, tmp_path / "out")
    assert (code, said.splitlines()[-1]) == (0, AGREES)
    cases, timeline = (tmp_path / "out" / f"{name}.parquet" for name in ("dip_cases", "agreement_timeline"))
    case, day = pq.read_table(cases)["case_id"][7], pq.read_table(timeline)["due"][0]
    change_cell(cases, "points", 7, 0.5)
    change_cell(timeline, "due", 0, None)
    forge_digests(tmp_path / "out")
    code, said = verify(capsys, tmp_path / "out")
    assert code == 1
    assert f"dip_cases.parquet · {case} · points：现为 0.5，重算为 " in said
    assert f"· due：现为 空，重算为 {day}。" in said
    assert said.count("现为") == 2


def test_the_sample_city_agrees_wherever_it_was_run(tmp_path, capsys, monkeypatch):
    city = sample.tables()
    monkeypatch.setattr(sample, "embedded", lambda: city)  # without its cases, which take seconds
    one = scenario.Scenario("t", rules=("deposit",))
    results.write(scenario.run(one, scenario.load_data("sample")), tmp_path / "out")
    assert verify(capsys, tmp_path / "out")[0] == 0
    other = city["communities"].copy()
    other.attrs = {"file": "sample", "sha256": "0" * 64}
    monkeypatch.setattr(sample, "embedded", lambda: {**city, "communities": other})
    code, said = verify(capsys, tmp_path / "out")
    assert code == 1
    assert (
        "sample · communities：数据表与当时不同：当时的校验码（SHA-256）为 "
        f"{city['communities'].attrs['sha256'][:12]}…，当前为 000000000000…" in said
    )
    assert "样例城市随版本变化" in said
    assert "重算为" not in said  # no rule that ran reads it, and that is worth knowing


PARAMS = st.fixed_dictionaries(
    {
        "deposit.lower": st.decimals("0.8", "1", places=6),
        "deposit.upper": st.decimals("1", "1.2", places=6),
        "deposit.deposit_rate": st.decimals("0.01", "0.05", places=6),
        "deposit.mean_scope": st.sampled_from(["group", "city"]),
        "retention.half_ratio": st.decimals("0.1", "0.5", places=6),
    }
)
ROW = st.tuples(
    st.sampled_from(["one", "two", "三"]), st.decimals(1, 100, places=4), st.decimals(0, 10**9, places=2)
)  # fmt: skip


@examples(8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(params=PARAMS, rows=st.lists(ROW, min_size=1, max_size=6), titles=st.text(max_size=8), rules=st.booleans())
def test_whatever_is_written_agrees(params, rows, titles, rules, tmp_path_factory, capsys):
    place = tmp_path_factory.mktemp("any")
    (place / "data").mkdir()
    lines = [f"{i:04},{group},{score},{settled}" for i, (group, score, settled) in enumerate(rows)]
    text = "\n".join(["institution_id,group,score,settled", *lines, ""])
    (place / "data" / "institutions.csv").write_text(text, encoding="utf-8")
    one = scenario.Scenario(titles, data=str(place / "data"), rules=("deposit",) if rules else ()).changed(params)
    results.write(scenario.run(one, scenario.load_data(one.data)), place / "out")
    code, said = verify(capsys, place / "out")
    assert (code, said.splitlines()[-1]) == (0, AGREES), said


def test_no_parameter_loses_a_decimal_in_a_manifest():
    """Numbers stand in JSON as floats: each value a parameter may have must come back as the decimal it was."""
    for family in FAMILIES.values():
        for name, one in family.params.declarations().items():
            if not one.range:
                continue
            assert max(len(str(int(abs(end)))) for end in (one.low, one.high)) + one.places <= 15, name
            finest = [
                one.low + Decimal(1).scaleb(-one.places),
                one.high - 3 * Decimal(1).scaleb(-one.places),
                one.default,
            ]
            for value in finest:
                assert Decimal(repr(json.loads(json.dumps(float(value))))) == Decimal(written(value)), name


# --- tampering ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("forged", [False, True], ids=["digest left", "digest edited too"])
def test_one_cell_of_a_csv_is_found(out, capsys, forged):
    payment = pd.read_parquet(out / "deposit.parquet").set_index("institution_id")["payment"]["0003"]
    change_csv(out, f",{payment:.2f},-", f",{payment + 1:.2f},-")
    if forged:
        forge_digests(out)
    code, said = verify(capsys, out)
    assert code == 1
    assert f"deposit.csv · 0003 · payment：现为 “{payment + 1:.2f}”，重算为 “{payment:.2f}”。" in said
    assert ("deposit.csv：文件校验码（SHA-256）与清单不符" in said) is not forged
    assert said.count("现为") == 1
    assert AGREES not in said


@pytest.mark.parametrize("forged", [False, True], ids=["digest left", "digest edited too"])
@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [("band", "above", "“above”"), ("payment", None, "空"), ("score", 80.00000000000001, "80.00000000000001")],
)
def test_one_cell_of_parquet_is_found(out, capsys, forged, column, value, shown):
    before = pd.read_parquet(out / "deposit.parquet")[column][2]

    def change(table):
        table.loc[2, column] = value
        return table

    change_parquet(out, change)
    if forged:
        forge_digests(out)
    code, said = verify(capsys, out)
    expected = f"“{before}”" if isinstance(before, str) else repr(float(before))
    assert code == 1
    assert f"deposit.parquet · 0003 · {column}：现为 {shown}，重算为 {expected}。" in said
    assert said.count("现为") == 1


def test_one_number_of_the_summary_is_found(out, capsys):
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    paid = summary["deposit"]["payments"]
    summary["deposit"]["payments"] = paid + 0.01
    results.write_json(out / "summary.json", summary)
    forge_digests(out)
    code, said = verify(capsys, out)
    assert code == 1
    assert f"summary.json · deposit.payments：现为 {paid + 0.01}，重算为 {paid}。" in said


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda one: one.drop(index=2), "deposit.parquet · 0003：缺少此行"),
        (lambda one: pd.concat([one, one.head(1).assign(institution_id="X")]), "deposit.parquet · X：多出此行"),
        (lambda one: pd.concat([one, one.head(1)]), "deposit.parquet · 0001：此行出现不止一次"),
        (lambda one: one.iloc[::-1], "deposit.parquet：行的次序与重算不同"),
        (lambda one: one[sorted(one)], "deposit.parquet：列的次序与重算不同"),
        (lambda one: one.drop(columns="bonus"), "deposit.parquet · bonus：缺少此列"),
        (lambda one: one.assign(more=1), "deposit.parquet · more：多出此列"),
        (
            lambda one: one.astype({"payment": "float32"}),
            "deposit.parquet · payment：此列的类型现为 float，重算为 double",
        ),
        (lambda one: one.drop(columns="institution_id"), "deposit.parquet · institution_id：缺少此列"),
        (lambda one: one.head(0), "deposit.parquet：此文件还有 1 处不同"),
    ],
)
def test_rows_and_columns_are_found(out, capsys, change, line):
    change_parquet(out, change)
    forge_digests(out)
    code, said = verify(capsys, out)
    assert code == 1
    assert line in said


@examples(
    25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_any_byte_of_any_result_is_found_though_its_digest_was_edited(data, written_once, tmp_path_factory, capsys):
    out = tmp_path_factory.mktemp("byte") / "out"
    shutil.copytree(written_once / "out", out)
    path = data.draw(st.sampled_from(sorted(path for path in out.iterdir() if path.name != "manifest.json")))
    content = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] = data.draw(st.integers(0, 255).filter(lambda byte: byte != content[at]))
    path.write_bytes(content)
    forge_digests(out)
    code, said = verify(capsys, out)
    assert code == 1
    assert said.startswith(path.name)


def test_the_first_differences_are_told_and_the_others_counted(out, capsys):
    change_parquet(out, lambda one: one.assign(bonus=-1.0, payment=-2.0))
    code, said = verify(capsys, out)
    assert code == 1
    assert said.count("· bonus：现为 -1.0") == 5
    assert "deposit.parquet：此文件还有 7 处不同（列：bonus、payment）。" in said


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b'a,"b\n', b"institution_id,band\n1\n", "甲".encode("gbk")])
@pytest.mark.parametrize("name", ["deposit.csv", "deposit.parquet", "summary.json"])
def test_a_file_of_another_kind_is_one_line(out, capsys, name, content):
    (out / name).write_bytes(content)
    forge_digests(out)
    code, said = verify(capsys, out)
    assert code == 1
    assert f"{name}" in said
    assert "不是完好的" in said


def test_other_bytes_of_the_same_values_are_found(out, capsys):
    text = (out / "deposit.csv").read_bytes()
    (out / "deposit.csv").write_bytes(text.replace(b"\n", b"\r\n"))
    forge_digests(out)
    code, said = verify(capsys, out)
    assert code == 1
    assert "deposit.csv：数值与重算相同，但文件内容不同" in said


def test_an_edited_parameter_does_not_fit_the_hash_and_with_the_hash_edited_not_the_results(out, capsys):
    manifest(out, lambda content: content["params"]["deposit"].update(upper=1.1))
    code, said = verify(capsys, out)
    assert code == 1
    assert "manifest.json · scenario：方案校验码与清单中的规则和参数不符" in said
    manifest(out, forge_hash)
    code, said = verify(capsys, out)
    assert code == 1
    assert "方案校验码" not in said
    assert "deposit.csv · 0001 · band：现为 “above”，重算为 “within”。" in said
    assert "deposit.parquet · 0001 · band" in said
    assert "summary.json · deposit.above" in said


def test_a_parameter_of_a_rule_that_did_not_run_bears_on_the_hash(out, capsys):
    manifest(out, lambda content: content["params"]["dip"].update(regulation_rate=0.05))
    code, said = verify(capsys, out)
    assert code == 1
    assert "方案校验码" in said
    assert "现为" not in said


@pytest.mark.parametrize("listed", [True, False], ids=["still listed", "list edited too"])
@pytest.mark.parametrize("name", ["deposit_groups.csv", "deposit.parquet", "summary.json"])
def test_a_removed_file_is_found(out, capsys, name, listed):
    (out / name).unlink()
    if not listed:
        manifest(out, lambda content: content["results"].pop(name))
    code, said = verify(capsys, out)
    assert code == 1
    assert f"{name}：{'清单列有此文件' if listed else '重算有此文件'}" in said


@pytest.mark.parametrize("name", ["note.txt", "deposit.xlsx", ".hidden", "inner/deposit.csv"])
def test_an_added_file_is_found(out, capsys, name):
    (out / name).parent.mkdir(exist_ok=True)
    (out / name).write_text("x")
    code, said = verify(capsys, out)
    assert code == 1
    assert f"{name}：文件夹中多出此文件，清单中没有。" in said


def test_a_file_that_nothing_makes_again_is_never_said_to_agree(out, capsys):
    (out / "report.html").write_text("x")
    forge_digests(out)
    code, said = verify(capsys, out)
    assert code == 0
    assert "report.html：仅核对了校验码，未重新生成。" in said
    assert AGREES not in said
    (out / "report.html").write_text("y")
    code, said = verify(capsys, out)
    assert code == 1
    assert "report.html：文件校验码（SHA-256）与清单不符" in said


@pytest.mark.parametrize("name", ["readings", "warnings"])
def test_what_the_manifest_says_besides_is_compared_too(out, capsys, name):
    change = {"readings": {"deposit": {"mean_scope": "city"}}, "warnings": []}
    assert manifest(out)[name] != change[name]
    manifest(out, lambda content: content.update({name: change[name]}))
    code, said = verify(capsys, out)
    assert code == 1
    assert f"manifest.json · {name}：清单中的此项与重算不同" in said


# --- the data -----------------------------------------------------------------------------------------------------


def test_changed_data_are_named_with_both_digests(place, capsys):
    (place / "data" / "institutions.csv").write_text(DATA.replace("90.1", "90.2"))
    code, said = verify(capsys, place / "out")
    before, now = (hashlib.sha256(text.encode()).hexdigest()[:12] for text in (DATA, DATA.replace("90.1", "90.2")))
    assert code == 1
    line = f"institutions.csv · institutions：数据表与当时不同：当时的校验码（SHA-256）为 {before}…，当前为 {now}…。"
    assert line in said.splitlines()
    assert "deposit.csv · 0002 · score：现为 “90.1”，重算为 “90.2”。" in said


def test_a_table_more_or_less_is_named(place, capsys):
    (place / "data" / "communities.csv").write_text("community_id,score,budget,spending\nC,85,1000,900\n")
    code, said = verify(capsys, place / "out")
    assert code == 1
    assert "communities.csv · communities：当时的数据没有此表，当前多出。" in said
    assert "retention.csv：重算有此文件" in said
    (place / "data" / "institutions.csv").unlink()
    code, said = verify(capsys, place / "out")
    assert code == 1
    assert "institutions：当时的数据有此表，当前没有。" in said


def test_moved_data_are_found_beside_the_results_or_asked_for(place, capsys):
    assert verify(capsys, place / "out")[0] == 0  # the whole has moved, as the fixture says
    os.rename(place / "data", place / "elsewhere")
    code, said = verify(capsys, place / "out")
    assert code == 2
    assert "找不到当时的数据文件夹。请用 --data 指明" in said
    assert AGREES not in said
    assert verify(capsys, place / "out", "--data", str(place / "elsewhere"))[0] == 0


def test_results_that_moved_alone_find_their_data_where_they_were(written_once, tmp_path, capsys):
    shutil.copytree(written_once / "out", tmp_path / "far" / "away" / "out")
    assert verify(capsys, tmp_path / "far" / "away" / "out")[0] == 0


def test_data_named_from_the_working_folder_are_found_from_another(written_once, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(written_once)
    assert main(["run", "one.yaml", "--data", "data", "--out", str(tmp_path / "out")]) == 0
    monkeypatch.chdir(tmp_path)
    assert verify(capsys, tmp_path / "out")[0] == 0


def test_data_that_cannot_be_read_leave_the_results_unchecked(place, capsys):
    (place / "data" / "institutions.csv").write_text("institution_id\nX\nX\n")
    code, said = verify(capsys, place / "out")
    assert code == 2
    assert "结果未重算，原因见下。" in said
    assert "institutions.csv · 第 3 行 · institution_id" in said
    (place / "out" / "deposit.csv").write_text("changed")
    code, said = verify(capsys, place / "out")
    assert code == 1  # a difference that was found is one, whatever else could not be checked
    assert "deposit.csv：文件校验码（SHA-256）与清单不符" in said
    assert "结果未重算" in said


# --- the manifest -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"\xff", b'{"a": NaN}', b"[" * 100_000, b'{"simlib": "1", "simlib": "2"}', b"1" * 5000],
    ids=range(9),
)
def test_a_manifest_that_is_none_is_bad_input(out, capsys, content):
    (out / "manifest.json").write_bytes(content)
    code, said = verify(capsys, out)
    assert code == 2
    assert said.startswith("manifest.json")
    assert len(said.splitlines()) <= 20
    assert "Traceback" not in said
    text = json.dumps(manifest_of(out))
    (out / "manifest.json").write_text(text[: len(text) // 2])
    code, said = verify(capsys, out)
    assert (code, len(said.splitlines())) == (2, 1)


def manifest_of(out: Path) -> dict:
    one = scenario.Scenario("t", data=str(out.parent / "data"))
    made = results.Manifest.of(scenario.run(one, scenario.load_data(one.data)), out)
    return made.model_dump(mode="json")


@pytest.mark.parametrize("key", ["simlib", "command", "scenario", "params", "data", "results", "warnings", "settings"])
@pytest.mark.parametrize("value", ["gone", None, 3, "x", [1], {"x": 1}])
def test_each_part_of_a_manifest_must_be_there_and_what_it_should_be(out, capsys, key, value):
    if (key, value) in [("simlib", "x"), ("command", "x"), ("settings", {"x": 1})]:
        return  # of the right kind
    manifest(out, lambda content: content.pop(key) if value == "gone" else content.update({key: value}))
    code, said = verify(capsys, out)
    assert code == 2
    assert all(line.startswith(f"manifest.json · {key}") for line in said.splitlines())
    assert said
    assert AGREES not in said


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda one: one["params"]["deposit"].update(upper=9), "params.deposit.upper · “9"),
        (lambda one: one["params"]["deposit"].update(upper=True), "params.deposit.upper"),
        (lambda one: one["params"]["deposit"].update(upper=None), "params.deposit.upper"),
        (lambda one: one["params"]["deposit"].update(uper=1), "params.deposit.uper"),
        (lambda one: one["params"].update(depost={}), "params · “depost”：本版本没有这个规则"),
        (lambda one: one["scenario"].update(rules=["deposit", "x"]), "scenario.rules · “x”：本版本没有这个规则"),
        (lambda one: one["scenario"].update(rules=["retention"]), "communities"),
        (lambda one: one["data"].update(source=""), "data.source"),
    ],
)
def test_what_cannot_be_run_again_is_said(place, capsys, change, line):
    if line == "data.source":
        os.rename(place / "data", place / "elsewhere")
    manifest(place / "out", change)
    code, said = verify(capsys, place / "out")
    assert code == (1 if "方案校验码" in said else 2)
    assert line in said
    assert AGREES not in said


@pytest.mark.parametrize(
    "name",
    ["../../x", "../out/deposit.csv", "/etc/hostname", "a/../../x", "..", ".", "", "a//b", "C:\\x", "C:x", "\\\\s\\x"],
)
def test_a_manifest_cannot_name_files_outside_its_folder(out, capsys, name):
    manifest(out, lambda content: content["results"].update({name: "0" * 64}))
    code, said = verify(capsys, out)
    assert code == 2
    assert said.startswith(f"manifest.json · results.{name}：此项不是清单应有的内容")
    assert len(said.splitlines()) == 1


def test_no_file_outside_the_folder_is_read_but_the_data(place, capsys, monkeypatch, tmp_path):
    outside = tmp_path / "secret.csv"
    outside.write_bytes((place / "out" / "deposit.csv").read_bytes())
    (place / "out" / "deposit.csv").unlink()
    try:
        (place / "out" / "deposit.csv").symlink_to(outside)
    except OSError:
        pytest.skip("no links here")
    read, plain, raw = [], builtins.open, io.open

    def noting(path, *arguments, **options):
        read.append(str(path))
        return plain(path, *arguments, **options)

    monkeypatch.setattr(builtins, "open", noting)
    monkeypatch.setattr(io, "open", noting)
    code, said = verify(capsys, place / "out")
    monkeypatch.setattr(io, "open", raw)
    assert code == 1
    assert "deposit.csv：属指向其他位置的链接，未读取。" in said
    assert any("summary.json" in path for path in read)  # so that it would have been noted
    assert not any("secret" in path or Path(path) == place / "out" / "deposit.csv" for path in read)


def test_other_versions_are_noted_and_are_no_difference(out, capsys):
    manifest(out, lambda content: content.update(simlib="0.0.1", pandas="1.5"))
    code, said = verify(capsys, out)
    assert code == 0
    assert "注意：当时 simlib 0.0.1，当前" in said
    assert "注意：当时 pandas 1.5，当前" in said
    assert "python" not in said


def test_a_parameter_of_a_later_version_takes_the_value_of_the_document(out, capsys):
    def older(content):
        del content["params"]["deposit"]["deposit_rate"]
        forge_hash(content)

    manifest(out, older)
    code, said = verify(capsys, out)
    assert code == 0
    assert "按文件规定值重算：deposit.deposit_rate。" in said


@pytest.mark.parametrize(
    ("make", "line"),
    [(lambda place: place / "nothing", "未找到该结果文件夹"), (lambda place: place / "data", "没有 manifest.json")],
)
def test_a_folder_that_is_none_is_bad_input(place, capsys, make, line):
    code, said = verify(capsys, make(place))
    assert code == 2
    assert line in said
    assert len(said.splitlines()) == 1


def test_a_command_that_nothing_makes_again_is_never_said_to_agree(out, capsys):
    manifest(out, lambda content: content.update(command="dream"))
    code, said = verify(capsys, out)
    assert code == 2
    assert "manifest.json · command · “dream”：此命令的结果无法重算，仅核对了校验码。" in said
    assert AGREES not in said
    assert "未能全部核对" in said


# --- several folders ----------------------------------------------------------------------------------------------


def test_a_folder_of_result_folders_is_checked_one_by_one(place, capsys):
    (place / "many").mkdir()
    for name in ("one", "two"):
        shutil.copytree(place / "out", place / "many" / name)
    code, said = verify(capsys, place / "many", "--data", str(place / "data"))
    assert (code, said.splitlines()[-1]) == (0, AGREES)
    assert said.count("已核对 7 个文件") == 2
    change_csv(place / "many" / "two", "0003,one", "0003,two")
    (place / "many" / "one" / "manifest.json").write_text("{")
    code, said = verify(capsys, place / "many", "--data", str(place / "data"))
    assert code == 1
    assert "two  deposit.csv · 0003 · group：现为 “two”，重算为 “one”。" in said
    assert "one  manifest.json：不是完好的 JSON 文件" in said


# --- studies of several scenarios -----------------------------------------------------------------------------------


@pytest.fixture
def two(place) -> list[Path]:
    """Two scenario files on the same data."""
    (place / "two.yaml").write_text("title: u\ndata: data\nparams: {deposit: {upper: 1.05}}\n")
    return [place / "one.yaml", place / "two.yaml"]


def test_a_comparison_is_made_again_from_the_scenarios_of_its_manifest(place, two, capsys):
    out = place / "compared"
    assert main(["compare", *map(str, two), "--baseline", "2", "--out", str(out)]) == 0
    code, said = verify(capsys, out)
    assert code == 0, said
    assert "重算 4 张结果表" in said
    assert "report.html：仅核对了校验码，未重新生成。" in said
    manifest(out, lambda content: content["settings"]["scenarios"][0]["params"]["deposit"].update(lower=0.97))
    code, said = verify(capsys, out)
    assert code == 1
    assert "manifest.json · settings.scenarios.0：方案校验码与清单中的规则和参数不符" in said
    manifest(out, lambda content: forge_hash(content["settings"]["scenarios"][0]))
    code, said = verify(capsys, out)
    assert code == 1
    assert "settings.scenarios" not in said
    assert "comparison.csv · " in said
    for change in ({"baseline": "2"}, {"baseline": 3}, {"baseline": 1}, {"scenarios": []}, {"scenarios": {"a": 1}}):
        manifest(out, lambda content, change=change: content["settings"].update(change))
        code, said = verify(capsys, out)
        assert code in (1, 2)
        assert "结果未重算" in said


def test_a_batch_is_checked_as_a_whole_and_scenario_by_scenario(place, two, capsys):
    out = place / "batch"
    entries = batch.entries(two)
    for one in entries:
        results.write(one.run, out / one.name)
    reports.write_comparison(entries, out, "zh")
    code, said = verify(capsys, out)
    assert code == 0, said
    assert "comparison.html：仅核对了校验码，未重新生成。" in said
    assert "summary.json：仅核对" not in said
    assert said.count("重算 3 张结果表") == 2
    change_csv(out / "two", "0003,one", "0003,two")
    forge_digests(out / "two")
    code, said = verify(capsys, out)
    assert code == 1
    assert ".  two/deposit.csv：文件校验码（SHA-256）与清单不符" in said
    assert "two  deposit.csv · 0003 · group：现为 “two”，重算为 “one”。" in said
    shutil.rmtree(out / "one")
    code, said = verify(capsys, out)
    assert code == 1
    assert ".  one/deposit.csv：清单列有此文件，文件夹中没有。" in said


def test_a_folder_is_the_same_by_the_name_of_its_manifest(out, capsys):
    (out / "extra.csv").write_text("x")
    code, said = verify(capsys, out)
    assert code == 1
    assert verify(capsys, out / "manifest.json") == (code, said)


# --- a file with its manifest beside it ---------------------------------------------------------------------------


@pytest.fixture
def swept(out, tmp_path, capsys) -> Path:
    """A sweep of the same data: a.parquet, a.html, a.json; another file lies beside them."""
    (tmp_path / "swept").mkdir()
    (tmp_path / "swept" / "note.txt").write_text("of somebody")
    (tmp_path / "one.yaml").write_text(f"title: t\ndata: {out.parent / 'data'}\n", encoding="utf-8")
    vary = [
        "--vary",
        "deposit.lower=0.9:0.98:0.02",
        "--vary",
        "deposit.upper=1.0,1.02",
        "--vary",
        "deposit.unclaimed_pool",
    ]
    path = tmp_path / "swept" / "a.parquet"
    assert main(["sweep", str(tmp_path / "one.yaml"), *vary, "--out", str(path)]) == 0
    capsys.readouterr()
    return path


@pytest.mark.parametrize("name", ["a.parquet", "a.json", ""])
def test_an_untouched_sweep_is_made_again_whichever_of_its_files_is_named(swept, capsys, name):
    cells = pd.read_parquet(swept).size
    code, said = verify(capsys, swept.with_name(name) if name else swept.parent)
    assert code == 0, said
    assert f"2 个文件和 1 张数据表的校验码（SHA-256），并重算 1 张结果表（{cells:,} 个单元格）" in said
    assert "a.html：仅核对了校验码，未重新生成。" in said
    assert ("未核对：note.txt。" in said) == (not name)  # of a folder it is told what nobody recorded


def test_a_sample_of_values_is_drawn_again_from_its_seed(swept, tmp_path, capsys):
    other = tmp_path / "swept" / "b.parquet"
    vary = ["--vary", "deposit.lower=0.9:0.98", "--sample", "7", "--seed", "5"]
    assert main(["sweep", str(tmp_path / "one.yaml"), *vary, "--out", str(other)]) == 0
    assert verify(capsys, other)[0] == 0
    content = json.loads(other.with_suffix(".json").read_text("utf-8"))
    content["settings"]["seed"] = 6
    other.with_suffix(".json").write_text(json.dumps(content), encoding="utf-8")
    assert verify(capsys, other)[0] == 1
    code, said = verify(capsys, other.parent)
    assert code == 1
    assert "b.parquet  b.parquet · " in said
    assert "a.parquet  a.parquet" not in said


def test_a_changed_cell_of_a_sweep_is_found_though_its_digest_was_changed_too(swept, capsys):
    change_cell(swept, "deposit.money_moved", 3, 12.5)
    code, said = verify(capsys, swept)
    assert code == 1
    assert "a.parquet：文件校验码（SHA-256）与清单不符" in said
    told = swept.with_suffix(".json")
    content = json.loads(told.read_text("utf-8"))
    content["results"]["a.parquet"] = hashlib.sha256(swept.read_bytes()).hexdigest()
    told.write_text(json.dumps(content), encoding="utf-8")
    code, said = verify(capsys, swept)
    assert code == 1
    assert "a.parquet：文件校验码（SHA-256）与清单不符" not in said
    row = pd.read_parquet(swept).iloc[3]
    at = " / ".join(str(row[name]) for name in content["settings"]["vary"] and list(row.index[:3]))
    assert f"a.parquet · {at} · deposit.money_moved：现为 12.5，重算为 " in said


@pytest.mark.parametrize(
    ("change", "code", "line"),
    [
        (lambda one: one["settings"]["vary"].__setitem__(1, "deposit.upper=1.0,1.03"), 1, "a.parquet"),
        (lambda one: one["settings"]["vary"].pop(), 2, "a.json · settings.cases"),
        (lambda one: one["settings"].update(vary=3), 2, "a.json · settings.vary"),
        (lambda one: one["settings"].pop("seed"), 2, "a.json · settings.seed"),
        (lambda one: one["settings"].update(cases=99), 2, "a.json · settings.cases"),
        (lambda one: one["settings"].update(vary=[]), 2, "--vary"),
        (lambda one: one["settings"].update(sample=5, seed=-1), 2, "--seed"),
        (lambda one: one["results"].pop("a.parquet"), 2, "a.json · results"),
        (lambda one: one["params"]["deposit"].update(upper=1.05), 1, "a.json · scenario：方案校验码"),
        (lambda one: one.pop("command"), 2, "a.json · command"),
    ],
    ids=[
        "another grid",
        "a parameter less",
        "no list",
        "no seed",
        "another count",
        "nothing varies",
        "a seed below 0",
        "no table",
        "another value",
        "no command",
    ],
)
def test_an_edited_manifest_of_a_sweep_is_told_by_its_own_name(swept, capsys, change, code, line):
    told = swept.with_suffix(".json")
    content = json.loads(told.read_text("utf-8"))
    change(content)
    told.write_text(json.dumps(content), encoding="utf-8")
    came, said = verify(capsys, swept)
    assert came == code
    assert any(one.startswith(line) for one in said.splitlines()), said
    assert "manifest.json" not in said


def test_a_manifest_that_tells_of_another_file_does_not_vouch_for_the_one_beside_it(swept, capsys):
    other, told = swept.with_name("b.parquet"), swept.with_suffix(".json")
    other.write_bytes(swept.read_bytes())
    swept.write_bytes(b"forged")
    content = json.loads(told.read_text("utf-8"))
    content["results"]["b.parquet"] = content["results"].pop("a.parquet")
    told.write_text(json.dumps(content), encoding="utf-8")
    for named in (swept, swept.parent):
        code, said = verify(capsys, named)
        assert code == 2
        assert "a.json · results" in said


def test_a_file_without_a_manifest_beside_it_is_said_to_have_none(swept, capsys):
    swept.with_suffix(".json").unlink()
    assert verify(capsys, swept)[0] == 2


@pytest.mark.parametrize("name", STUDIES)
def test_every_study_that_writes_results_can_make_them_again(name):
    writes = name != "solve"  # that gives a scenario, which run makes results of
    assert (type(STUDIES[name]).again is not Study.again or isinstance(STUDIES[name], ScenarioStudy)) == writes
