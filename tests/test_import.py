"""simlib import: raw files come out as a folder in our own form, with the same results and without assumptions."""

import csv
import json
import shutil
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlib import intake, results, scenario
from simlib.cli import main
from simlib.columns import TABLES, Type
from simlib.columns.institutions import INSTITUTIONS
from simlib.intake.clean import write_table
from simlib.intake.entries import pattern
from simlib.problems import BadInput
from simlib.tables import account_of, mapping, read, read_folder
from simlib.tables.mapping import Entry
from strategies import small_dip
from strategies.examples import examples

ROOT = Path(__file__).resolve().parent.parent
FIELD = ROOT.parent / "shared/field-cases"
KINDS = ("01", "02", "04", "05", "06", "12", "24", "27", "29", "30", "33", "39", "40", "54", "62", "63", "64")


@pytest.fixture(autouse=True)
def key(monkeypatch):
    monkeypatch.setenv("SIMLIB_KEY", "a key of the tests only")


def workbook(path: Path, *sheets: tuple[str, list[list]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)


OFFICE = [
    ["2024年度质量保证金分配表"],
    [],
    ["序号", "医疗机构编码", "医疗机构名称", "机构等级", "考核分组", "考核得分", "年度结算金额（万元）", "备注"],
    [1, "H01", "一院", "三级甲等", "三级", 96, "12,000.05", "新"],
    [2, "H02", "二院", "三乙", "三级", 90, 8000, None],
    [3, "H03", "三院", "三级", "三级", 84, 6000, None],
    [None, "合计", None, None, None, None, 26000.05, None],
    ["注：以上金额已核对"],
]


@pytest.fixture
def raw(tmp_path) -> Path:
    workbook(tmp_path / "raw" / "2024年度分配表.xlsx", ("分配表", OFFICE), ("说明", [["说明"], ["按文件办理"]]))
    (tmp_path / "raw" / "经办.txt").write_text("请于周五前报送", "utf-8")
    return tmp_path / "raw"


def tables_of(folder: Path) -> dict[str, bytes]:
    """What a run of the rules makes of a data folder, file by file."""
    out = folder.parent / f"{folder.name}-results"
    results.write(scenario.run(scenario.load(ROOT / "scenarios" / "baseline.yaml"), read_folder(folder)), out)
    return {path.name: path.read_bytes() for path in out.iterdir() if path.suffix in (".csv", ".parquet")}


def assumed(given) -> list[str]:
    return [one.line() for table in given.values() for one in account_of(table).assumptions]


def same(one, other) -> None:
    """Two readings of the same tables, whatever files they come from."""
    assert one.keys() == other.keys()
    for name in one:
        own = [column for column in TABLES[name].by_name if column in one[name]]
        pd.testing.assert_frame_equal(one[name][own].reset_index(drop=True), other[name].reset_index(drop=True))


# --- the folder -----------------------------------------------------------------------------------------------------


def test_what_an_office_has_comes_out_clean(raw, tmp_path):
    intake.bring([raw], tmp_path / "clean")
    names = {path.name for path in (tmp_path / "clean").iterdir()}
    assert names == {"institutions.csv", "columns.yaml", "import.html", "import.json"}
    assert (tmp_path / "clean" / "institutions.csv").read_bytes().decode("utf-8") == (
        "\ufeffinstitution_id,name,level,grade,group,score,settled\n"
        "H01,一院,3,3A,三级,96,120000500.00\nH02,二院,3,3B,三级,90,80000000.00\nH03,三院,3,,三级,84,60000000.00\n"
    )
    assert tables_of(raw) == tables_of(tmp_path / "clean")


def test_a_second_import_assumes_nothing_and_changes_nothing(raw, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    intake.bring([raw], first)
    read_again = intake.bring([first], second)
    assert assumed(read_again) == []
    assert read_again.unread == ()
    assert (first / "institutions.csv").read_bytes() == (second / "institutions.csv").read_bytes()


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_case_gives_the_same_results_raw_and_clean(tmp_path, kind):
    folder = next(FIELD.glob(f"{kind}-*"), None) if FIELD.is_dir() else None
    if folder is None:
        pytest.skip("the field cases are not here")
    raw, clean, again = (tmp_path / name for name in ("raw", "clean", "again"))
    shutil.copytree(folder, raw)
    intake.bring([raw], clean)
    assert assumed(read_folder(clean)) == []
    assert read_folder(clean).unread == ()
    of_raw = tables_of(raw)
    assert of_raw
    assert of_raw == tables_of(clean)
    shutil.copytree(raw, again)
    shutil.copy(clean / mapping.FILE, again / mapping.FILE)
    assert of_raw == tables_of(again)


def test_large_tables_are_written_as_parquet_and_settle_alike(tmp_path):
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    raw.mkdir()
    for name, table in small_dip.tables().items():
        table.to_csv(raw / f"{name}.csv", index=False)
    intake.bring([raw], clean)
    assert (clean / "cases.parquet").is_file()
    assert assumed(read_folder(clean)) == []
    of_raw = tables_of(raw)
    assert "dip_cases.parquet" in of_raw
    assert of_raw == tables_of(clean)


def test_an_import_replaces_an_earlier_one_and_nothing_else(raw, tmp_path):
    out = tmp_path / "clean"
    intake.bring([raw], out)
    intake.bring([raw], out)
    assert len(list(out.iterdir())) == 4
    for place in (raw, tmp_path):
        with pytest.raises(BadInput):
            intake.bring([raw], place)
    with pytest.raises(BadInput):
        intake.bring([out], out)
    assert len(list(out.iterdir())) == 4


def test_a_file_that_cannot_be_read_leaves_nothing_behind(tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "institutions.csv").write_text("institution_id,group,score\nA,x,很高\n", "utf-8")
    with pytest.raises(BadInput, match="score"):
        intake.bring([tmp_path / "raw"], tmp_path / "clean")
    assert [path.name for path in tmp_path.iterdir()] == ["raw"]


def test_a_mark_for_nothing_is_refused_where_a_value_is_required(tmp_path):
    (tmp_path / "institutions.csv").write_text("institution_id,group,score\n无,x,90\n", "utf-8")
    with pytest.raises(BadInput, match="第 2 行 · institution_id · “无”：此列必填"):
        read_folder(tmp_path)


def test_single_files_are_imported_together(raw, tmp_path):
    other = tmp_path / "elsewhere" / "医共体.csv"
    other.parent.mkdir()
    other.write_text("医共体编号,得分,年度预算,实际支出\nG1,90,100,90\n", "utf-8")
    given = intake.bring([raw / "2024年度分配表.xlsx", other], tmp_path / "clean")
    assert set(given) == {"institutions", "communities"}
    assert (tmp_path / "clean" / "communities.csv").is_file()


def test_what_is_not_there_is_named(tmp_path):
    with pytest.raises(BadInput, match="未找到该文件或文件夹"):
        intake.bring([tmp_path / "nowhere.csv"], tmp_path / "clean")


# --- columns.yaml -----------------------------------------------------------------------------------------------------


def test_columns_yaml_tells_all_that_was_found_and_serves_next_year(raw, tmp_path):
    clean, later = tmp_path / "clean", tmp_path / "later"
    intake.bring([raw], clean)
    (entry,) = mapping.read_file(clean / mapping.FILE).entries
    assert (entry.file, entry.sheet, entry.table, entry.header) == ("*年度分配表.xlsx", "分配表", "institutions", (3,))
    assert dict(entry.columns)["考核得分"] == "score"
    assert dict(entry.units) == {"年度结算金额（万元）": "万元"}
    workbook(later / "2025年度分配表.xlsx", ("分配表", OFFICE))
    shutil.copy(clean / mapping.FILE, later / mapping.FILE)
    same(read_folder(later), read_folder(clean))


@pytest.mark.parametrize("above", [0, 1, 2, 5])
def test_next_year_the_header_may_stand_in_another_row(raw, tmp_path, above):
    clean, later = tmp_path / "clean", tmp_path / "later"
    intake.bring([raw], clean)
    workbook(later / "2025年度分配表.xlsx", ("分配表", [[f"第{row}行"] for row in range(above)] + OFFICE[2:]))
    shutil.copy(clean / mapping.FILE, later / mapping.FILE)
    same(read_folder(later), read_folder(clean))


def test_a_mapping_that_was_given_is_kept_and_filled_up(tmp_path):
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    raw.mkdir()
    text = "机构,组,打分,结算\nA,x,90,1.5\nB,x,80,2\n"
    (raw / "汇总.csv").write_text(text, "utf-8")
    said = (
        "files:\n- file: 汇总.csv\n  table: institutions\n"
        "  columns: {机构: institution_id, 组: group, 打分: score, 结算: settled}\n"
        "  units: {结算: 万元}\n- file: 旧表.xlsx\n  table: none\n"
    )
    (tmp_path / "given.yaml").write_text(said, "utf-8")
    given = intake.bring([raw], clean, tmp_path / "given.yaml")
    assert given["institutions"]["settled"].tolist() == [15_000, 20_000]
    entries = mapping.read_file(clean / mapping.FILE).entries
    assert [one.file for one in entries] == ["汇总.csv", "旧表.xlsx"]
    (raw / mapping.FILE).write_bytes((clean / mapping.FILE).read_bytes())
    same(read_folder(raw), read_folder(clean))
    assert tables_of(raw) == tables_of(clean)


def test_a_scenario_on_the_raw_folder_takes_its_mapping(tmp_path, capsys):
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "汇总.csv").write_text("机构代号,组,打分,保证金\nA,x,90,100\nB,x,80,200\n", "utf-8")
    columns = "{机构代号: institution_id, 组: group, 打分: score}"
    said = f"files:\n- file: 汇总.csv\n  table: institutions\n  columns: {columns}\n"
    (raw / mapping.FILE).write_text(said, "utf-8")
    assert main(["run", str(ROOT / "scenarios/baseline.yaml"), "--data", str(raw), "--out", str(tmp_path / "a")]) == 0
    assert main(["import", str(raw), "--out", str(tmp_path / "clean")]) == 0
    clean = str(tmp_path / "clean")
    assert main(["run", str(ROOT / "scenarios/baseline.yaml"), "--data", clean, "--out", str(tmp_path / "b")]) == 0
    assert (tmp_path / "a" / "deposit.csv").read_bytes() == (tmp_path / "b" / "deposit.csv").read_bytes()


def test_months_share_an_entry_and_files_that_differ_keep_their_own(tmp_path):
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    raw.mkdir()
    for month in (1, 2, 3):
        text = f"机构编码,结算月份,记账金额（万元）\nA,2025年{month}月,{month}\n"
        (raw / f"月记账2025{month:02}.csv").write_text(text, "utf-8")
    intake.bring([raw], clean)
    (entry,) = mapping.read_file(clean / mapping.FILE).entries
    assert entry.file == "月记账*.csv"
    (raw / "月记账202504.csv").write_text("机构编码,结算月份,记账金额（元）\nA,2025年4月,40000\n", "utf-8")
    intake.bring([raw], clean)
    assert [one.file for one in mapping.read_file(clean / mapping.FILE).entries] == [
        f"月记账2025{month:02}.csv" for month in (1, 2, 3, 4)
    ]
    assert read_folder(clean)["billing"]["billed"].tolist() == [10_000, 20_000, 30_000, 40_000]


def test_a_hidden_sheet_stays_unread_next_year(tmp_path):
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    workbook(raw / "分配.xlsx", ("旧表", OFFICE), ("新表", OFFICE[2:]))
    book = openpyxl.load_workbook(raw / "分配.xlsx")
    book["旧表"].sheet_state = "hidden"
    book.active = 1
    book.save(raw / "分配.xlsx")
    before = intake.bring([raw], clean)
    shutil.copy(clean / mapping.FILE, raw / mapping.FILE)
    after = read_folder(raw)
    same(after, read_folder(clean))
    assert [one.file for one in after.unread] == [one.file for one in before.unread] == ["分配.xlsx · 旧表"]


@pytest.mark.parametrize(
    ("file", "open_"),
    [
        ("2025年度分配表.xlsx", "*年度分配表.xlsx"),
        ("结算清单202501.csv", "结算清单*.csv"),
        ("institutions.csv", "institutions.csv"),
        ("2025.xlsx", "2025.xlsx"),
        ("2025-01.xlsx", "2025-01.xlsx"),
        ("分配[终稿].xlsx", "分配[[]终稿].xlsx"),
    ],
)
def test_a_year_is_left_open_where_more_than_it_tells_what_a_file_is(file, open_):
    assert pattern(file) == open_
    assert Entry(open_).of(file, "")


# --- the report -------------------------------------------------------------------------------------------------------


def test_the_report_names_all_that_was_read_assumed_compared_and_left(raw, tmp_path):
    given = intake.bring([raw], tmp_path / "clean")
    page = (tmp_path / "clean" / "import.html").read_text("utf-8")
    told = json.loads((tmp_path / "clean" / "import.json").read_text("utf-8"))
    assert told["tables"]["institutions"]["rows"] == 3
    assert told["tables"]["institutions"]["sheets"][0]["header"] == [3]
    assert told["tables"]["institutions"]["unused"] == ["序号", "备注"]
    assert {one["file"] for one in told["unread"]} == {"2024年度分配表.xlsx · 说明", "经办.txt"}
    assert told["totals"] == [
        {"table": "institutions", "file": "2024年度分配表.xlsx · 分配表", "row": 7, "column": "settled",
         "stated": 260_000_500.0, "summed": 260_000_500.0, "difference": 0.0}
    ]  # fmt: skip
    assert told["doubts"] == []
    assert len(told["assumptions"]) == len(assumed(given)) > 5
    for one in told["assumptions"]:
        assert one["what"] in page
    for text in ("经办.txt", "260,000,500.00", ">万元</td>", "12,000.05 → 120000500.0"):
        assert text in page
    assert "src=" not in page
    assert "://" not in page


def test_the_report_speaks_english_too(raw, tmp_path, capsys):
    assert main(["import", str(raw), "--out", str(tmp_path / "clean"), "--lang", "en"]) == 0
    assert "Report of the import" in (tmp_path / "clean" / "import.html").read_text("utf-8")
    out = capsys.readouterr().out
    assert out.splitlines()[-1].startswith("Data folder: ")
    assert "the header stands in row 3" in out


def test_a_total_that_does_not_add_up_is_said_with_the_difference(tmp_path, capsys):
    rows = [list(row) for row in OFFICE]
    rows[6][6] = 26_000.15
    workbook(tmp_path / "raw" / "a.xlsx", ("分配表", rows))
    assert main(["check", str(tmp_path / "raw")]) == 0
    assert "settled 为 260,001,500.00，各行合计 260,000,500.00，相差 1,000.00" in capsys.readouterr().out


def test_check_tells_the_same_as_json(raw, capsys):
    assert main(["check", str(raw), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told.keys() == {"tables", "assumptions", "totals", "unread", "doubts"}
    assert told == json.loads(json.dumps(intake.told(read_folder(raw))))
    assert {"table", "file", "column", "heading", "what", "count", "row", "examples"} < told["assumptions"][0].keys()


def test_the_manifest_of_a_run_says_what_was_assumed_and_not_read(raw, tmp_path):
    out = tmp_path / "out"
    assert main(["run", str(ROOT / "scenarios/baseline.yaml"), "--data", str(raw), "--out", str(out)]) == 0
    manifest = results.Manifest.model_validate(json.loads((out / "manifest.json").read_text("utf-8")))
    assert {one.what for one in manifest.assumptions} == {
        one["what"] for one in intake.told(read_folder(raw))["assumptions"]
    }
    assert {one.file for one in manifest.unread} == {"2024年度分配表.xlsx · 说明", "经办.txt"}
    assert main(["verify", str(out)]) == 0
    content = json.loads((out / "manifest.json").read_text("utf-8"))
    (out / "manifest.json").write_text(
        json.dumps({name: one for name, one in content.items() if name not in ("assumptions", "unread")}), "utf-8"
    )
    assert main(["verify", str(out)]) == 0  # a manifest of an earlier version


# --- any table --------------------------------------------------------------------------------------------------------

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=8)
ODD = st.sampled_from(["0012", "'", "''a", '="1"', "无", "—", "1,5", '"', "，", "示", "1e5x", "2025年", "a;b\tc"])


def values(column):
    if column.options:
        return st.sampled_from(list(column.options))
    match column.type:
        case Type.BOOLEAN:
            return st.booleans()
        case Type.MONEY:
            return st.integers(0, 10**12).map(lambda fen: fen / 100)
        case Type.INTEGER:
            return st.integers(int(column.low), int(min(column.high, 10**6)))
        case Type.NUMBER:
            return st.floats(column.low, column.high).map(lambda number: float(f"{number:.12g}")).filter(column.within)
    return WORDS | ODD


@st.composite
def frames(draw):
    """Institutions as simlib reads them: each value one that a cell may hold."""
    columns = draw(st.lists(st.sampled_from(INSTITUTIONS.columns[1:]), unique=True, max_size=8))
    columns = [one for one in INSTITUTIONS.columns[1:] if one in columns]
    count = draw(st.integers(1, 5))
    table = {"institution_id": [f"{position:03}" for position in range(count)]}
    for column in columns:
        table[column.name] = draw(st.lists(st.none() | values(column), min_size=count, max_size=count))
    return table


@given(frames())
@examples(60)
def test_any_table_that_was_read_reads_back_the_same_from_its_clean_form(tmp_path_factory, table):
    folder = tmp_path_factory.mktemp("any")
    shown = {name: [None if one is None else _typed(INSTITUTIONS.by_name[name], one) for one in ones]
             for name, ones in table.items()}  # fmt: skip
    first = folder / "raw.csv"
    pd.DataFrame(shown, dtype=object).to_csv(first, index=False)
    try:
        before = read(first, INSTITUTIONS)
    except BadInput:
        return  # a text that no cell may hold
    name = write_table(folder, INSTITUTIONS, before)
    after = read(folder / name, INSTITUTIONS)
    pd.testing.assert_frame_equal(before.reset_index(drop=True), after.reset_index(drop=True))
    again = folder / "again"
    again.mkdir()
    assert (again / write_table(again, INSTITUTIONS, after)).read_bytes() == (folder / name).read_bytes()


def _typed(column, value):
    if column.type is Type.MONEY:
        return f"{value:.2f}"
    return str(value)


def clerk(draw, table: dict[str, list]) -> list[list[str]]:
    """A table as an office has it: a title, headings of the trade, labels, amounts in 万元, a total below."""
    heads, columns = [], []
    for name, cells in table.items():
        column = INSTITUTIONS.by_name[name]
        wan = column.type is Type.MONEY and draw(st.booleans())
        own = draw(st.sampled_from([column.name, column.label.zh, *_only(column)]))
        heads.append(f"{own}（万元）" if wan else own)
        columns.append(["" if one is None else _shown(column, one, wan) for one in cells])
    rows = [["2025年度一览表"], [], heads, *zip(*columns, strict=True)]
    return [*rows, ["合计"]] if draw(st.booleans()) else rows


def _only(column) -> list[str]:
    """Headings that no other column has; a heading of two columns is read as both."""
    others = {one for other in INSTITUTIONS.columns if other is not column for one in other.called}
    return [one for one in column.called if one not in others]


def _shown(column, value, wan) -> str:
    if column.options:
        return column.options[value].zh
    if column.type is Type.BOOLEAN:
        return "是" if value else "否"
    if column.type is Type.MONEY:
        return f"{Decimal(f'{value:.2f}').scaleb(-4):f}" if wan else f"{value:,.2f}"
    return str(value)


@given(st.data())
@examples(40)
def test_any_table_of_a_clerk_is_imported_as_it_was_meant(tmp_path_factory, data):
    table = data.draw(frames())
    texts = [name for name in table if INSTITUTIONS.by_name[name].type is Type.TEXT and name != "institution_id"]
    for name in texts:
        table[name] = [None if one is None else f"第{position}" for position, one in enumerate(table[name])]
    folder = tmp_path_factory.mktemp("clerk")
    rows = clerk(data.draw, table)
    (folder / "raw").mkdir()
    with (folder / "raw" / "机构2025.csv").open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(rows)
    entry = "files:\n- file: 机构2025.csv\n  table: institutions\n"
    (folder / "raw" / mapping.FILE).write_text(entry, "utf-8")
    intake.bring([folder / "raw"], folder / "clean")
    clean = read_folder(folder / "clean")
    assert assumed(clean) == []
    for name, cells in table.items():
        assert [None if pd.isna(one) else one for one in clean["institutions"][name]] == cells
    shutil.copy(folder / "clean" / mapping.FILE, folder / "raw" / mapping.FILE)
    same(read_folder(folder / "raw"), clean)
