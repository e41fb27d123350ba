"""Files as offices have them, as they were found: each is read, refused or doubted as is right for its kind."""

import csv
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from simlib import results, scenario
from simlib.cli import main
from simlib.tables import account_of, read_folder
from simlib.tables.large import engine
from strategies import xls

ROOT = Path(__file__).resolve().parent.parent
FIELD = ROOT.parent / "shared/field-cases"
pytestmark = pytest.mark.skipif(not FIELD.is_dir(), reason="the field cases are not here")


OFFICE = "2024年度质量保证金分配表.xlsx · 分配表"
SETTLEMENT = "结算清单2024.csv"


@pytest.fixture(autouse=True)
def key(monkeypatch):
    monkeypatch.setenv("SIMLIB_KEY", "a key of the tests only")


def field(kind: str) -> Path:
    (folder,) = FIELD.glob(f"{kind}-*")
    return folder


def checked(kind: str, capsys, language: str = "zh") -> tuple[int, str]:
    """The exit code of ``simlib check`` and all that it says."""
    code = main(["check", str(field(kind)), "--lang", language])
    said = capsys.readouterr()
    return code, said.out + said.err


def accepted(kind: str, capsys, language: str = "zh") -> str:
    code, said = checked(kind, capsys, language)
    assert code == 0, said
    return said


def refused(kind: str, capsys, language: str = "zh") -> str:
    code, said = checked(kind, capsys, language)
    assert code == 2, said
    return said


def ran(folder: Path, out: Path, *, of: str = "baseline") -> dict[str, list[dict[str, str]]]:
    """The rows of every table of results as `simlib run` writes them."""
    assert main(["run", of, "--data", str(folder), "--out", str(out)]) == 0
    written = {}
    for path in out.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            written[path.stem] = list(csv.DictReader(file))
    return written


def paid(kind: str, tmp_path: Path) -> dict[str, str]:
    """What each institution is paid of its deposit, as it is written."""
    rows = ran(field(kind), tmp_path / "out")["deposit"]
    return {row["institution_id"]: row["payment"] for row in rows}


def settled(out: Path, kind: str) -> dict[str, str]:
    """What each institution is paid of the fund, as it is written."""
    return {row["institution_id"]: row["settlement"] for row in ran(field(kind), out)["dip_institutions"]}


def institutions(kind: str) -> pd.DataFrame:
    return read_folder(field(kind))["institutions"]


def table_bytes(folder: Path, out: Path) -> dict[str, bytes]:
    results.write(scenario.run(scenario.load(ROOT / "scenarios/baseline.yaml"), read_folder(folder)), out)
    return {path.name: path.read_bytes() for path in out.iterdir() if path.suffix in (".csv", ".parquet")}


def repaired(kind: str, tmp_path: Path, *changes: tuple[str, str], file: str = "cases.csv") -> Path:
    """The folder with one of its files as a person would have put it right."""
    folder = shutil.copytree(field(kind), tmp_path / "repaired")
    text = (folder / file).read_text("utf-8")
    for found, right in changes:
        assert found in text
        text = text.replace(found, right)
    (folder / file).write_text(text, "utf-8")
    return folder


# Three hospitals of one group with 96, 90 and 84 points, whose mean is 90, and 100,000 each: the last lies at 84 / 90
# of the mean, below the lower threshold, and gives 100,000 x 6 / 90 = 6,666.67 to the first.
IDS = ("H44520000011", "H44520000012", "H44520000013")
THREE = dict(zip(IDS, ("106666.67", "100000.00", "93333.33"), strict=True))

SAID = {  # of cases that are accepted: lines that stand in what check says
    "01": ["communities.csv：县域医共体，2 行，没有问题", "communities.csv：合计行不作为数据：第 4 行（1 处）",
           "communities.csv：第 4 行合计，budget 与各行合计一致：3,000,000.00",
           "communities.csv：第 4 行合计，spending 与各行合计一致：2,800,000.00"],
    "02": ["institutions.csv：合计行不作为数据：第 5 行（1 处）",
           "institutions.csv：第 5 行合计，deposit 与各行合计一致：300,000.00"],
    "04": ["institutions.xlsx：定点医疗机构，3 行，没有问题", "institutions.xlsx：表头在第 3 行"],
    "05": ["institutions.xlsx · group：合并单元格的内容用于其中每一行（2 处）"],
    "06": ["institutions.csv：注释行不作为数据：第 5 行（1 处）"],
    "07": ["institutions.xlsx · 2024：是隐藏的工作表，未读取。"],
    "09": ["institutions.xlsx：隐藏的行也已读取：第 3 行（1 处）"],
    "12": ['institution_id：表格软件的文本写法（2 处），如 ="07010200011" → 07010200011'],
    "24": ["coding_accuracy：带单位“%”（2 处），如 97.5% → 0.975、98% → 0.98",
           "irregular_share：带单位“%”（2 处），如 3% → 0.03、0.5% → 0.005"],
    "27": ["settled：“—”按空白处理（1 处）", "settled：“无”按空白处理（1 处）",
           "specialties_city：“/”按空白处理（1 处）",
           "specialties_city：“-”按空白处理（1 处）", "cmi：“NULL”按空白处理（1 处）", "cmi：“N/A”按空白处理（1 处）"],
    "29": ["level：写成小数的整数（1 处），如 3.0 → 3", "new：按选项名称或代码识别（1 处），如 1.0 → True"],
    "30": ["grade：按选项名称或代码识别（1 处），如 三甲 → 3A",
           "type：按选项名称或代码识别（1 处），如 综合医院 → general"],
    "38": ["定点医疗机构.csv：内容与 Institutions.csv 相同，只读取一份。",
           "institutions (1).csv：内容与 Institutions.csv 相同，只读取一份。"],
    "51": ["kind：按表头括号中的说明：1 = core、2 = mixed",
           "kind：表头括号中没有这个代码，按通常的代码识别；请核对（1 处），如 0 → mixed"],
    "61": [f"{OFFICE}：表头在第 3 行", f"{OFFICE}：合计行不作为数据：第 10 行（1 处）",
           f"{OFFICE}：注释行不作为数据：第 11 行（1 处）",
           f"{OFFICE} · 年度结算金额（万元） → settled：按表头单位换算：乘以 10 的 4 次方",
           f"{OFFICE} · 考核得分 → score：按 evaluated = 否 处理，此列留空（1 处），如 免评",
           f"{OFFICE} · 预留质量保证金（元） → deposit：“/”按空白处理（1 处）",
           f"{OFFICE}：第 10 行合计，settled 无数值，无法核对；各行合计 267,007,000.00",
           "2024年度质量保证金分配表.xlsx · 说明：未找到表头", "无规则使用的列：序号、预留比例、备注"],
    "62": ["score：多于 15 位有效数字（二进制误差）（2 处），如 78.39999999999999 → 78.4、81.60000000000001 → 81.6"],
    "63": ["score：带单位“%”（3 处），如 90.5% → 90.5、88% → 88.0、93% → 93.0"],
    "64": ["年度基金实际结算额（万元） → settled：按表头单位换算：乘以 10 的 4 次方"],
    "66": ["去年拨付.csv：未找到表头"],
}  # fmt: skip
REFUSED = {  # of cases that are refused: the lines that say why, and what to do
    "10": ["institutions.xlsx · 第 2 行 · institution_id", "末尾几位已经丢失，无法还原。请从原系统重新导出", "第 4 行"],
    "14": ["“7010200011”：6 例病例（费用 57,000.00 元）的机构不在机构表中。是否应为 07010200011？",
           "“7010200012”：6 例病例（费用 57,600.00 元）的机构不在机构表中。是否应为 07010200012？"],
    "17": ["“I10.X00”：2 例病例（费用 18,200.00 元）的病种不在目录中。是否应为 I10.x00？",
           "“I10.×00”：2 例病例（费用 19,000.00 元）的病种不在目录中。是否应为 I10.x00？"],
    "37": ["institutions.et：不是完好的 XLS 或 ET 文件", "institutions.xls：不是完好的 XLS 或 ET 文件", "另存为 XLSX"],
    "46": ["“H44529999999”：1 例病例（费用 9,000.00 元）的机构不在机构表中。"],
    "57": ["billing.csv · 第 3 行 · institution_id · “H44520000011 · 2025-01”：与第 2 行重复",
           "billing.csv · 第 4 行 · institution_id · “H44520000011 · 2025-01”：与第 2 行重复"],
}  # fmt: skip
DOUBTS = {  # by case: what is doubted, how often, for how much, and where
    "15": ["仅写法不同的名称：1 处，涉及 300,000.00 元。分配组：三级（公立）（2） / 三级(公立)（1）"],
    "26": ["保证金与结算额的单位可能不同：3 处，涉及 32.32 元",
           "institutions.csv · 第 2 行 · 预留质量保证金 · 12.34 / 2,468,000.00"],
    "33": ["各方支付之和大于总费用：1 处，涉及 9,000.00 元", "cases.csv · 第 14 行 · 住院总费用 · C77"],
    "54": ["同一次住院有两个编号：1 处，涉及 9,000.00 元", "cases.csv · 第 15 行 · 病例编号 · C92 = C91"],
    "56": ["月度记账与病例不符：2 处，涉及 49,920.00 元", "H44520000011: 50,000.00 ≠ 38,100.00",
           "H44520000012: 500.00 ≠ 38,520.00"],
    "61": ["保证金空白：1 处，涉及 140,000.00 元",
           f"{OFFICE} · 第 9 行 · 预留质量保证金 · 140,000.00", "合计无数值：1 处"],
}  # fmt: skip


@pytest.mark.parametrize("kind", SAID)
def test_what_was_assumed_for_it_is_said_with_file_row_and_column(kind, capsys):
    said = accepted(kind, capsys)
    assert [line for line in SAID[kind] if line not in said] == [], said


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_right_is_refused_with_the_way_to_repair_it(kind, capsys):
    said = refused(kind, capsys)
    assert [line for line in REFUSED[kind] if line not in said] == [], said


@pytest.mark.parametrize("kind", DOUBTS)
def test_what_may_be_a_slip_is_doubted_with_count_and_money(kind, capsys):
    said = accepted(kind, capsys)
    assert [line for line in DOUBTS[kind] if line not in said] == [], said


@pytest.mark.parametrize("kind", [*SAID, *REFUSED])
def test_all_of_it_is_said_in_english_too(kind, capsys):
    _, said = checked(kind, capsys, "en")
    told = [line for line in said.splitlines() if not line.startswith("  ") and "：" in line]
    assert told == [], "a sentence of Chinese"


@pytest.mark.parametrize("kind", [kind for kind in (*SAID, "40", "43", "44", "45", "47", "58", "59") if kind != "66"])
def test_an_accepted_folder_gives_the_same_from_the_clean_folder_of_an_import(kind, tmp_path, capsys):
    assert main(["import", str(field(kind)), "--out", str(tmp_path / "clean")]) == 0
    of_raw = table_bytes(field(kind), tmp_path / "of-raw")
    assert of_raw
    assert of_raw == table_bytes(tmp_path / "clean", tmp_path / "of-clean")
    assert [one for table in read_folder(tmp_path / "clean").values() for one in account_of(table).assumptions] == []


# --- money ------------------------------------------------------------------------------------------------------------


def test_01_a_total_row_is_no_community(tmp_path):
    rows = ran(field("01"), tmp_path / "out")["retention"]
    # 92 points keep all of 100,000; 76 points keep half of theirs, 50,000
    assert {row["community_id"]: (row["surplus"], row["retained"]) for row in rows} == {
        "G1": ("100000.00", "100000.00"), "G2": ("100000.00", "50000.00"),
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["02", "04", "05", "06", "09", "38", "39", "40", "44", "45"])
def test_what_stands_around_the_rows_changes_no_payment(kind, tmp_path):
    expected = dict(zip("ABC", THREE.values(), strict=True)) if kind == "39" else THREE
    assert paid(kind, tmp_path) == expected


def test_07_the_hidden_sheet_of_last_year_pays_nobody(tmp_path):
    assert paid("07", tmp_path) == dict(zip(IDS, reversed(THREE.values()), strict=True))


def test_12_a_number_written_as_a_formula_keeps_its_zero():
    assert list(institutions("12")["institution_id"]) == ["07010200011", "07010200012"]


def test_15_two_spellings_of_a_group_pay_otherwise_than_one(tmp_path, capsys):
    one = ran(field("15") / "one-group", tmp_path / "one")["deposit"]
    two = ran(field("15"), tmp_path / "two")["deposit"]
    assert [row["payment"] for row in one] != [row["payment"] for row in two]
    said = capsys.readouterr()
    assert "仅写法不同的名称" in said.out + said.err


def test_22_a_workbook_that_counts_from_1904_keeps_its_days(tmp_path, capsys):
    assert "cases.xlsx：住院病例，2 行，没有问题" in accepted("22", capsys)
    with engine() as backend:
        days = read_folder(field("22"))["cases"].on(backend).to_pyarrow().select(["admission_date", "discharge_date"])
    assert days.to_pylist() == [dict(zip(days.column_names, (date(2025, 3, 4), date(2025, 3, 9)), strict=True))] * 2
    # two cases bill 6,000 each; of what is left of their fund they keep 5% of that
    assert settled(tmp_path / "out", "22") == {"H44520000011": "12600.00"}


def test_24_percents_are_ratios():
    table = institutions("24")
    assert list(table["coding_accuracy"]) == [0.975, 0.98]
    assert list(table["irregular_share"]) == [0.03, 0.005]


def test_27_marks_of_what_is_missing_are_blanks():
    assert institutions("27")[["settled", "specialties_city", "cmi"]].isna().all(axis=None)


def test_29_numbers_of_pandas_are_options():
    table = institutions("29")
    assert table["level"].fillna("").tolist() == ["3", ""]
    assert table["new"].iloc[0]
    assert pd.isna(table["new"].iloc[1])


def test_30_levels_and_grades_are_known_by_the_words_of_the_trade():
    table = institutions("30")
    wanted = {"level": ["3", "3"], "grade": ["3A", "3A"], "ownership": ["public", "private"], "type": ["general"] * 2}
    assert {name: table[name].tolist() for name in wanted} == wanted


def test_37_a_sound_xls_is_read(tmp_path, capsys):
    header = ["institution_id", "name", "group", "score", "deposit"]
    cells = [xls.text(0, place, name) for place, name in enumerate(header)]
    for row, (one, score) in enumerate(zip(IDS, (96, 90, 84), strict=True), start=1):
        cells += [xls.text(row, place, text) for place, text in enumerate((one, "院", "三级"))]
        cells += [xls.number(row, 3, score), xls.number(row, 4, 100_000)]
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw/机构.xls").write_bytes(xls.ole(("Workbook", xls.stream({"机构": b"".join(cells)}))))
    rows = ran(tmp_path / "raw", tmp_path / "out")["deposit"]
    assert {row["institution_id"]: row["payment"] for row in rows} == THREE


def test_39_chinese_that_is_sound_in_two_encodings_is_chinese():
    table = institutions("39")
    assert table["name"].tolist() == ["一医院", "医院", "医院"]
    assert set(table["group"]) == {"医院"}


def test_43_a_parameter_that_moves_nothing_says_so(tmp_path, capsys):
    moved = ran(field("43"), tmp_path / "moved", of=str(field("43") / "scenario.yaml"))
    said = capsys.readouterr().err
    assert "一级机构分担比例：数据中没有一级机构，此项不起作用。" in said
    assert moved == ran(field("43"), tmp_path / "plain")


def test_44_a_colon_of_a_chinese_keyboard_is_named_with_its_row(capsys):
    code = main(["run", str(field("44") / "scenario.yaml"), "--data", str(field("44")), "--out", "never"])
    said = capsys.readouterr().err
    assert code == 2
    assert "scenario.yaml · 第 1 行" in said
    assert "：" in said
    assert "半角" in said
    assert not Path("never").exists()


def test_47_a_group_of_one_is_named(tmp_path, capsys):
    assert paid("47", tmp_path) == {**THREE, "H44520000014": "100000.00"}
    said = capsys.readouterr().err
    assert "1 个组只有一家参评机构" in said
    assert "专科（H44520000014）" in said


def test_51_the_catalogue_of_a_city_is_read():
    table = read_folder(field("51"))["groups"]
    assert table[["group_code", "kind", "points"]].to_numpy().tolist() == [
        ["K80.2", "core", 1200.0], ["J18.9", "mixed", 600.0],
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["58", "59"])
def test_dear_short_and_long_stays_run(kind, tmp_path):
    assert settled(tmp_path / "out", kind).keys() == set(IDS[:2])


def test_61_the_sheet_of_an_office_is_paid_as_it_stands(tmp_path, capsys):
    # 三级综合: mean 90; the third lies at 84 / 90 and gives 3,000,000 x 6 / 90 = 200,000 to the first. 基层: without
    # the exempt one the mean is (88.5 + 91) / 2 = 89.75, and both lie within. The blank deposit is 5% of 2,800,000.
    assert paid("61", tmp_path) == {
        "H90010000001": "6200250.00", "H90010000002": "4000000.00", "H90010000003": "2800000.00",
        "H90010000004": "150000.00", "H90010000005": "60100.00", "H90010000006": "140000.00",
    }  # fmt: skip
    assert "1 家机构免评：H90010000005" in capsys.readouterr().err
    table = institutions("61")
    assert table["settled"].tolist() == [120_005_000, 80_000_000, 60_000_000, 3_000_000, 1_202_000, 2_800_000]
    assert table["level"].fillna("").tolist() == ["3", "3", "3", "1", "", "1"]
    assert table["grade"].fillna("").tolist() == ["3A", "3B", "", "", "", "1A"]
    assert table["group"].tolist() == ["三级综合"] * 3 + ["基层"] * 3


def test_62_noise_of_a_sum_does_not_decide_a_threshold(tmp_path):
    assert institutions("62")["score"].tolist() == [78.4, 80.0, 81.6]  # 0.98 and 1.02 of the mean: within
    assert paid("62", tmp_path) == dict.fromkeys("ABC", "1000000.00")


def test_63_scores_in_cells_of_percents_are_points():
    assert institutions("63")["score"].tolist() == [90.5, 88.0, 93.0]


def test_64_ten_thousands_of_yuan_are_yuan_exactly(tmp_path):
    assert institutions("64")["settled"].tolist() == [120_005_000, 80_000_000, 60_000_000]
    # 5% are kept: 6,000,250, 4,000,000 and 3,000,000, of which 6 / 90 go from the last to the first
    assert paid("64", tmp_path) == {"A": "6200250.00", "B": "4000000.00", "C": "2800000.00"}


def test_65_a_wide_sheet_gives_points_by_item_checked_against_the_total(capsys):
    given = read_folder(field("65"))
    points = given["item_scores"].pivot(index="institution_id", columns="item", values="points")
    assert points.shape == (2, 13)
    assert points.loc["H90010000001", ["1", "3", "13"]].tolist() == [3.0, 18.4, 9.5]
    assert points.sum(axis=1).round(2).tolist() == [95.1, 78.5]
    assert given["institutions"]["score"].tolist() == [95.1, 78.5]
    totals = [(one.row, one.stated, one.gap) for one in account_of(given["item_scores"]).totals]
    assert totals == [(4, 95.1, 0), (5, 78.5, 0)]


def test_65_with_deposits_beside_it_is_scored_and_paid_without_another_column(tmp_path, capsys):
    folder = shutil.copytree(field("65"), tmp_path / "data")
    (folder / "保证金.csv").write_text(
        "机构编号,机构名称,分组,质量保证金\nH90010000001,云岚市一院,三级,500000\nH90010000002,云岚市二院,三级,300000\n",
        encoding="utf-8",
    )
    ran(folder, tmp_path / "out")
    told = capsys.readouterr()
    assert "有住院服务的机构" in told.err
    assert "“所有制”" in told.err
    paid = pd.read_csv(tmp_path / "out" / "deposit.csv").set_index("institution_id")
    assert paid["score"].tolist() == [95.1, 78.5]
    assert paid["payment"].tolist() == [528_686.64, 271_313.36]  # 78.5 / 86.8 of 300,000; the rest to the other one


def test_66_last_years_payments_are_named_and_not_taken_for_a_table(capsys):
    (unread,) = read_folder(field("66")).unread
    assert unread.file == "去年拨付.csv"
    assert "columns.yaml" in unread.why.zh
    assert "columns.yaml" in unread.why.en


# --- raw cases --------------------------------------------------------------------------------------------------------

DATES = {
    "18": [("2025-01-01 10:30:00", "2025-01-01")],
    "20": [("20250101", "2025-01-01")],
    "21": [("2025年1月1日", "2025-01-01"), ("2025.1.3", "2025-01-03")],
    "36": [(",3天,", ",0,"), (",28D,", ",0,"), (",0岁,", ",0,")],
}
RAW = {
    "18": ["admission_date：带时间的日期（2 处），如 2025-01-01 10:30:00 → 2025-01-01"],
    "20": ["admission_date：八位日期（2 处），如 20250101 → 2025-01-01"],
    "21": ["admission_date：年月日写法（2 处）", "admission_date：点分日期（2 处），如 2025.1.3 → 2025-01-03"],
    "36": ["age：天数或月数表示的年龄（2 处），如 3天 → 0、28D → 0", "age：带单位“岁”（1 处），如 0岁 → 0"],
}


@pytest.mark.parametrize("kind", RAW)
def test_days_and_ages_of_any_form_settle_as_plain_ones_do(kind, tmp_path, capsys):
    said = accepted(kind, capsys)
    assert [line for line in RAW[kind] if line not in said] == [], said
    plain = repaired(kind, tmp_path, *DATES[kind])
    assert table_bytes(field(kind), tmp_path / "raw") == table_bytes(plain, tmp_path / "plain")


def test_52_cases_without_a_group_are_paid_by_a_stated_rule(tmp_path, capsys):
    said = accepted("52", capsys)
    assert "KBBZ" in said
    ran(field("52"), tmp_path / "out")
    said = capsys.readouterr().err
    assert "2 例" in said  # C0 and C1
    assert "18,100.00" in said


def test_67_a_settlement_list_is_read_and_its_reversal_netted_and_shown(capsys):
    said = refused("67", capsys)  # only for the tables that it is settled by
    assert "funds：缺少此表" in said
    for part in ("310 → employee、390 → resident", "大病保险支出 + 医疗救助支出",
                 "入院日期 → admission_date：八位日期（2 处）",
                 "共 5,200.00 元；所在行和金额（1 处），如 4 + 6 → 5,200.00"):  # fmt: skip
        assert part in said, said
    assert f"{SETTLEMENT} · 第 5 行 · 病种编码 · S4: 4,000.00" in said  # without a group
    names = ["case_id", "scheme", "group_code", "admission_date", "discharge_date", "total_cost", "fund_billed",
             "patient_paid", "other_paid"]  # fmt: skip
    with engine() as backend:
        rows = read_folder(field("67"))["cases"].on(backend).order_by("case_id").select(names).to_pyarrow().to_pylist()
    assert [tuple(row.values()) for row in rows] == [
        ("S1", "employee", "K80.2:51.2300", date(2024, 1, 5), date(2024, 1, 12), 9000, 6000, 3000, 0),
        ("S2", "resident", "J18.9", date(2024, 1, 6), date(2024, 1, 13), 5000, 3500, 1000, 500),
        ("S4", "resident", None, date(2024, 3, 2), date(2024, 3, 9), 4000, 2800, 1200, 0),
    ]
