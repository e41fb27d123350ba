"""Cases as a bureau has them: files of any kind and form, in several parts. A large table says of them what a small one
says."""

import re
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlib.columns import CASES, TABLES
from simlib.doubts import doubts
from simlib.problems import BadInput
from simlib.tables import read_folder
from simlib.tables.account import account_of
from simlib.tables.large import engine
from simlib.tables.large.queries import Queries
from simlib.tables.recognise import recognise
from simlib.tables.sheets import read_sheets
from simlib.tables.typed import typed
from strategies.examples import examples

OWN = [
    "case_id",
    "institution_id",
    "scheme",
    "group_code",
    "admission_date",
    "discharge_date",
    "age",
    "total_cost",
    "fund_billed",
    "patient_paid",
    "other_paid",
]
PLAIN = dict(
    zip(
        OWN,
        ["C1", "H1", "employee", "K80.2", "2025-01-01", "2025-01-10", "60", "9000", "6000", "3000", "0"],
        strict=True,
    )
)


def text(rows: list[dict | list], header: list[str] = OWN, mark: str = ",") -> str:
    lines = [header, *(row if isinstance(row, list) else [row.get(name, "") for name in header] for row in rows)]
    return "\n".join(mark.join(f'"{one}"' if mark in one else one for one in line) for line in lines) + "\n"


def cases(*changed: dict) -> list[dict]:
    return [{**PLAIN, "case_id": f"C{number}", **one} for number, one in enumerate(changed, start=1)]


def folder(path: Path, **files) -> Path:
    for name, content in files.items():
        name = name.replace("_csv", ".csv")
        (path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def taken(path: Path, table: str = "cases"):
    """The values of the table by column, in the order of the rows, and what was assumed."""
    large = read_folder(path)[table]
    with engine(len(large)) as backend:
        large.known(Queries(backend), "taken", numbered=True)
        rows = backend.con.sql("SELECT * FROM taken ORDER BY row").to_arrow_table().to_pydict()
    return rows, account_of(large), large


def lines(account) -> list[str]:
    return [one.line() for one in account.assumptions]


def refused(path: Path) -> list[str]:
    with pytest.raises(BadInput) as bad:
        read_folder(path)
    return bad.value.lines()


# --- cells ------------------------------------------------------------------------------------------------------------

DAYS = {
    "2025-01-01 10:30:00": "带时间的日期",
    "2025/1/1 0:00": "带时间的日期",
    "20250101": "八位日期",
    "20250101103000": "八位日期",
    "2025年1月1日": "年月日写法",
    "2025.1.1": "点分日期",
    "2025-01-01T08:30:00+08:00": "带时间的日期",
    "2025年01月01日 10时30分": "带时间的日期",
    "2025年1月1日上午8时": "带时间的日期",
    "2025/1/1 下午 1:30:05": "带时间的日期",
    "2025-1-1 8:30 PM": "带时间的日期",
}


@pytest.mark.parametrize("written", DAYS)
def test_a_day_is_read_however_it_is_written(written, tmp_path):
    folder(tmp_path, cases_csv=text(cases({"admission_date": written}, {})))
    rows, account, _ = taken(tmp_path)
    assert rows["admission_date"] == [date(2025, 1, 1)] * 2
    assert lines(account) == [f"cases.csv · admission_date：{DAYS[written]}（1 处），如 {written} → 2025-01-01"]


def test_a_workbook_that_counts_days_from_1904_keeps_them(tmp_path):
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active.append(OWN)
    for one in cases({}, {}):
        book.active.append([date(2025, 3, 4) if name.endswith("date") else one[name] for name in OWN])
    book.save(tmp_path / "cases.xlsx")
    rows, account, _ = taken(tmp_path)
    assert rows["admission_date"] == rows["discharge_date"] == [date(2025, 3, 4)] * 2
    assert not account.assumptions


@pytest.mark.parametrize(
    ("epoch", "number"), [(openpyxl.utils.datetime.CALENDAR_WINDOWS_1900, 45658),
                          (openpyxl.utils.datetime.CALENDAR_MAC_1904, 45658 - 1462)]
)  # fmt: skip
def test_a_bare_number_of_a_workbook_is_the_day_that_it_counts(epoch, number, tmp_path):
    book = openpyxl.Workbook()
    book.epoch = epoch
    book.active.append(OWN)
    for one in cases({}, {}):
        book.active.append([number + 0.5 if name == "admission_date" else one[name] for name in OWN])
    book.save(tmp_path / "cases.xlsx")
    rows, account, _ = taken(tmp_path)
    assert rows["admission_date"] == [date(2025, 1, 1)] * 2
    assert lines(account) == [f"cases.xlsx · admission_date：表格软件的日期序号（2 处），如 {number}.5 → 2025-01-01"]


@pytest.mark.parametrize("number", ["45720", "20250", "99999"])
def test_a_bare_number_of_a_text_is_no_day(number, tmp_path):
    folder(tmp_path, cases_csv=text(cases({"admission_date": number}, {})))
    assert len(refused(tmp_path)) == 1


def test_numbers_of_pandas_are_options_and_whole_numbers(tmp_path):
    header = [*OWN, "irregular", "year", "level"]
    rows = cases(
        {"age": "3.0", "irregular": "1.0", "year": "2024.0", "level": "3.0"},
        {"age": "", "irregular": "", "year": "2024.0", "level": "2"},
    )
    folder(tmp_path, history_csv=text(rows, header))
    found, account, _ = taken(tmp_path, "history")
    assert (found["age"], found["irregular"], found["level"]) == ([3, None], [True, None], ["3", "2"])
    assert found["year"] == [2024, 2024]
    assert lines(account) == [
        "history.csv · irregular：按选项名称或代码识别（1 处），如 1.0 → True",
        "history.csv · level：写成小数的整数（1 处），如 3.0 → 3",
    ]


def test_infants_are_of_no_years(tmp_path):
    folder(tmp_path, cases_csv=text(cases({"age": "3天"}, {"age": "28D"}, {"age": "2月"}, {"age": "0岁"}, {})))
    rows, account, _ = taken(tmp_path)
    assert rows["age"] == [0, 0, 0, 0, 60]
    assert lines(account) == [
        "cases.csv · age：天数或月数表示的年龄（3 处），如 3天 → 0、28D → 0、2月 → 0",
        "cases.csv · age：带单位“岁”（1 处），如 0岁 → 0",
    ]


@pytest.mark.parametrize(
    ("written", "years"), [("28日龄", 0), ("新生儿", 0), ("12小时", 0), ("1岁半", 1), ("1岁6月", 1)]
)
def test_ages_in_words_are_years(written, years, tmp_path):
    folder(tmp_path, cases_csv=text(cases({"age": written}, {})))
    assert taken(tmp_path)[0]["age"] == [years, 60]


@pytest.mark.parametrize(
    ("written", "scheme"),
    [("310-职工", "employee"), ("职工基本医疗保险(310)", "employee"), ("390|城乡居民", "resident"),
     ("城乡居民基本医疗保险（390）", "resident")],
)  # fmt: skip
def test_an_option_may_be_written_with_its_code_beside_its_label(written, scheme, tmp_path):
    folder(tmp_path, cases_csv=text(cases({"scheme": written}, {})))
    assert taken(tmp_path)[0]["scheme"][0] == scheme


@pytest.mark.parametrize("written", ["310-居民", "310-离休", "职工（居民）", "340"])
def test_a_code_beside_another_label_is_no_option(written, tmp_path):
    folder(tmp_path, cases_csv=text(cases({"scheme": written}, {})))
    (line,) = refused(tmp_path)
    assert "请填 employee（职工医保）、resident（居民医保） 之一" in line


def test_another_minus_sign_is_one(tmp_path):
    back = {"total_cost": "−9000", "fund_billed": "−6000", "patient_paid": "−3000"}
    folder(tmp_path, cases_csv=text(settled({}, back, {"person_id": "P2"}), STAY))
    assert taken(tmp_path)[0]["case_id"] == ["C3"]


def test_cases_without_a_group_are_blank_ones(tmp_path):
    codes = [{"group_code": code} for code in ("", "KBBZ", "QY", "0000", "未入组", "入组失败", "K80.2")]
    folder(tmp_path, cases_csv=text(cases(*codes)))
    rows, account, _ = taken(tmp_path)
    assert rows["group_code"] == [None] * 6 + ["K80.2"]
    assert lines(account) == ["cases.csv · group_code：按空白处理（5 处），如 KBBZ、QY、0000"]


def test_a_settlement_list_is_read_and_its_reversal_taken_off(tmp_path):
    header = [
        "结算ID",
        "定点医药机构编号",
        "定点医药机构名称",
        "人员编号",
        "险种类型",
        "入院日期",
        "出院日期",
        "年龄",
        "病种编码",
        "医疗费总额",
        "统筹基金支出",
        "大病保险支出",
        "医疗救助支出",
        "个人负担总金额",
    ]
    rows = [
        ["S1", "H1", "甲", "P1", "310", "20240105", "20240112", "61", "K80.2", "9,000.00", "6000", "0", "0", "3000"],
        [
            "S2",
            "H1",
            "甲",
            "P2",
            "390",
            "2024-01-06 10:30:00",
            "2024-01-13 09:00:00",
            "3",
            "J18.9",
            "5100.00",
            "3500",
            "500",
            "100",
            "1000",
        ],
        [
            "S3",
            "H2",
            "乙",
            "P3",
            "310",
            "2024/2/1 0:00",
            "2024/2/9 0:00",
            "45",
            "J18.9",
            "5200",
            "3600",
            "0",
            "",
            "1600",
        ],
        [
            "S4",
            "H2",
            "乙",
            "P4",
            "390",
            "2024年3月2日",
            "2024年3月9日",
            "70",
            "未入组",
            "4000",
            "2800",
            "0",
            "",
            "1200",
        ],
        ["S5", "H2", "乙", "P3", "310", "20240201", "20240209", "45", "J18.9", "-5200", "-3600", "0", "0", "-1600"],
    ]
    folder(tmp_path, 结算清单2024_csv=text(rows, header).encode("gb18030"))
    found, account, large = taken(tmp_path)
    assert found["case_id"] == ["S1", "S2", "S4"]
    assert found["row"] == [2, 3, 5]
    assert found["scheme"] == ["employee", "resident", "resident"]
    assert found["admission_date"] == [date(2024, 1, 5), date(2024, 1, 6), date(2024, 3, 2)]
    assert found["group_code"] == ["K80.2", "J18.9", None]
    assert (found["total_cost"], found["other_paid"]) == ([9000, 5100, 4000], [0, 600, 0])
    assert len(large) == 3
    assert lines(account)[-1].endswith("都不计入，共 5,200.00 元；所在行和金额（1 处），如 4 + 6 → 5,200.00")
    assert "定点医药机构名称" in large.columns
    assert "定点医药机构名称" not in found


# --- parts ------------------------------------------------------------------------------------------------------------


def months(path: Path) -> list[dict]:
    """Twelve CSVs and a workbook of three sheets, each of another form; all rows as they are meant."""
    meant = []
    for month in range(1, 13):
        mark = ",\t;"[month % 3]
        rows = cases(
            *(
                {"case_id": f"M{month}-{i}", "admission_date": f"2025{month:02}01", "discharge_date": f"2025.{month}.9"}
                for i in range(month)
            )
        )
        encoding = ("utf-8", "gb18030", "utf-16", "utf-8-sig")[month % 4]
        content = text(
            [[one[name] for name in OWN] for one in rows], [CASES.by_name[name].label.zh for name in OWN], mark
        )
        (path / f"结算清单2025年{month:02}月.csv").write_bytes(content.encode(encoding))
        meant += rows
    book = openpyxl.Workbook()
    book.remove(book.active)
    for sheet, county in enumerate(("甲县", "乙县", "丙县")):
        page = book.create_sheet(county)
        page.append([f"{county}住院病例明细"])
        page.append(OWN)
        rows = cases({"case_id": f"B{sheet}", "scheme": "390"}, {"case_id": f"B{sheet}x", "total_cost": "9,000.00"})
        for one in rows:
            page.append([one[name] for name in OWN])
        page.append(["合计", *[None] * 6, 18000 + sheet, 12000, 6000, 0])
        meant += rows
    book.save(path / "county.xlsx")
    return meant


def test_twelve_files_and_three_sheets_are_one_table(tmp_path):
    meant = months(tmp_path)
    found, account, large = taken(tmp_path)
    assert sorted(found["case_id"]) == sorted(one["case_id"] for one in meant)
    assert len(large) == len(meant) == 78 + 6
    assert sum(found["total_cost"]) == 9000 * len(meant)
    assert {one.month for one in found["admission_date"]} == set(range(1, 13))
    files = [file for _, file in large.attrs["parts"]]
    assert len(files) == 15
    assert [file for file in files if "county" in file] == [f"county.xlsx · {one}" for one in ("甲县", "乙县", "丙县")]
    totals = [
        (one.file, one.row, one.column, one.stated, one.summed) for one in account.totals if one.column == "total_cost"
    ]
    assert totals == [
        (f"county.xlsx · {name}", 5, "total_cost", 18000.0 + i, 18000.0)
        for i, name in enumerate(("甲县", "乙县", "丙县"))
    ]


def test_what_is_wrong_in_a_part_is_said_with_its_file_and_row(tmp_path):
    folder(
        tmp_path,
        cases_csv=text(cases({}, {"discharge_date": "2024-12-31"})),
        病例2_csv=text(cases({"case_id": "D1"}, {"case_id": "C1"}, {"case_id": "D3", "discharge_date": "2024-12-30"})),
    )
    assert refused(tmp_path) == [
        "cases.csv · 第 3 行 · discharge_date · “2024-12-31”：出院日期早于入院日期。请核对。",
        "病例2.csv · 第 3 行 · case_id · “C1”：与 cases.csv 第 2 行重复。请每个编号只保留一行。",
        "病例2.csv · 第 4 行 · discharge_date · “2024-12-30”：出院日期早于入院日期。请核对。",
    ]


def test_a_column_that_a_part_lacks_is_blank_there(tmp_path):
    short = [name for name in OWN if name != "age"]
    folder(tmp_path, cases_csv=text(cases({}, {})), 病例2_csv=text(cases({"case_id": "D1"}), short))
    found, _, large = taken(tmp_path)
    assert found["age"] == [60, 60, None]
    assert found["row"] == [2, 3, 5]
    assert large.attrs["parts"] == ((0, "cases.csv"), (3, "病例2.csv"))


# --- rows that are not the table's own --------------------------------------------------------------------------------


def test_totals_notes_headers_and_examples_are_set_aside(tmp_path):
    content = "单位：万元\n" + text(
        [
            ["示例1", *list(PLAIN.values())[1:]],
            [*list(PLAIN.values())[:7], "0.9", "0.6", "0.3", ""],
            OWN,
            ["C2", *list(PLAIN.values())[1:7], "0.123456", "0.1", "0.023456", "0"],
            ["小计", *[""] * 6, "1.03", "0.7", "0.32", "0"],
            [""] * 11,
            ["C3", *list(PLAIN.values())[1:7], "1", "1", "0", "0"],
            ["", "合计", *[""] * 5, "2.023456", "", "", ""],
        ]
    )
    folder(tmp_path, cases_csv=(content + "注：本表不含门诊\n").replace(",0.3,\n", ",0.3,0\n"))
    found, account, _ = taken(tmp_path)
    assert found["row"] == [4, 6, 9]
    assert found["total_cost"] == [9000, 1234.56, 10000]
    assert [(one.row, one.column, one.stated, one.summed) for one in account.totals] == [
        (7, "total_cost", 10300, 10234.56),
        (7, "fund_billed", 7000, 7000),
        (7, "patient_paid", 3200, 3234.56),
        (7, "other_paid", 0, 0),
        (10, "total_cost", 20234.56, 20234.56),
    ]
    assert [line for line in lines(account) if "不作为数据" in line] == [
        "cases.csv：合计行不作为数据：第 7、10 行（2 处）",
        "cases.csv：注释行不作为数据：第 11 行（1 处）",
        "cases.csv：重复的表头不作为数据：第 5 行（1 处）",
    ]


def test_a_row_that_numbers_the_columns_is_set_aside(tmp_path):
    letters = "甲乙丙丁"[: len(OWN) - 1]
    numbers = [*letters, *map(str, range(1, len(OWN) - len(letters) + 1))]
    first, *others = text(cases({}, {})).splitlines()
    folder(tmp_path, cases_csv="\n".join([first, ",".join(numbers), *others]) + "\n")
    rows, account, _ = taken(tmp_path)
    assert len(rows["case_id"]) == 2
    assert "cases.csv：只有序号或栏次的行不作为数据：第 2 行（1 处）" in lines(account)


def test_an_unlabelled_last_row_of_sums_is_set_aside(tmp_path):
    last = ["", "", *[""] * 5, "18000", "12000", "6000", "0"]
    rows = [*([one[name] for name in OWN] for one in cases({}, {})), last]
    folder(tmp_path, cases_csv=text(rows))
    found, account, _ = taken(tmp_path)
    assert found["case_id"] == ["C1", "C2"]
    assert lines(account) == ["cases.csv：合计行不作为数据：第 4 行（1 处）"]
    assert [(one.column, one.gap) for one in account.totals] == [
        (name, 0) for name in ("total_cost", "fund_billed", "patient_paid", "other_paid")
    ]
    folder(tmp_path, cases_csv=text([*rows[:-1], [*last[:-1], "1"]]))
    assert "cases.csv · 第 4 行 · case_id：不能为空。请补充。" in refused(tmp_path)


def test_subtotals_and_totals_above_agree_in_a_large_table(tmp_path):
    one, two, three = (
        [row[name] for name in OWN] for row in cases({}, {"total_cost": "9100", "other_paid": "100"}, {})
    )
    sums = [
        [name, *[""] * 6, cost, "", "", ""]
        for name, cost in (("合计", "27100"), ("甲小计", "18100"), ("乙小计", "9000"))
    ]
    folder(tmp_path, cases_csv=text([sums[0], sums[1], one, two, sums[2], three]))
    _, account, _ = taken(tmp_path)
    assert [(total.row, total.stated, total.gap) for total in account.totals] == [
        (2, 27100, 0),
        (3, 18100, 0),
        (6, 9000, 0),
    ]


def test_headings_with_a_year_and_near_ones_are_told_of_large_tables_too(tmp_path):
    header = ["2025年住院总费用" if name == "total_cost" else name for name in OWN] + ["实际住院天数（天数）合计"]
    folder(tmp_path, cases_csv=text([[*(one[name] for name in OWN), "9"] for one in cases({}, {})], header))
    found, account, _ = taken(tmp_path)
    assert found["total_cost"] == [9000, 9000]
    assert "cases.csv · 2025年住院总费用 → total_cost：表头写有“2025年”，按此列读取；请核对年份" in lines(account)
    assert [(one.heading, one.columns) for one in account.missed] == [("实际住院天数（天数）合计", ("length_of_stay",))]


def test_a_second_unit_within_a_large_table_is_refused(tmp_path):
    unit, rows = ["单位：万元", *[""] * 10], [[one[name] for name in OWN] for one in cases({}, {})]
    folder(tmp_path, cases_csv=text([rows[0], unit, OWN, rows[1]]))
    (line,) = refused(tmp_path)
    assert line.startswith("cases.csv · 第 3 行：此处写明的金额单位（万元）与表头的不同。")
    many = [[f"C{n}", *row[1:]] for n, row in enumerate(rows * 30)]
    folder(tmp_path, cases_csv=text([*many, unit]))
    (line,) = refused(tmp_path)
    assert line.startswith("cases.csv · 第 62 行：此处写明的金额单位（万元）与表头的不同。")


def test_a_total_of_a_parquet_file_is_set_aside_too(tmp_path):
    frame = pd.DataFrame([*cases({}, {}), {"case_id": "合计", "total_cost": "18000"}])
    frame.to_parquet(tmp_path / "cases.parquet")
    found, account, large = taken(tmp_path)
    assert found["case_id"] == ["C1", "C2"]
    assert [(one.row, one.stated, one.summed) for one in account.totals] == [(3, 18000, 18000)]
    assert len(large) == 2


# --- cases that take back others --------------------------------------------------------------------------------------

BACK = {"total_cost": "-9000", "fund_billed": "-6000", "patient_paid": "-3000"}


def test_each_reversal_takes_back_one_case_the_first_that_is_free(tmp_path):
    folder(tmp_path, cases_csv=text(cases(BACK, {}, {"age": "61"}, {}, BACK)))
    found, account, _ = taken(tmp_path)
    assert found["case_id"] == ["C4"]
    assert lines(account)[-1].endswith("共 18,000.00 元；所在行和金额（2 处），如 3 + 2 → 9,000.00、4 + 6 → 9,000.00")


@pytest.mark.parametrize(
    "other", [{"institution_id": "H2"}, {"group_code": ""}, {"admission_date": "2025-01-02"}, {"patient_paid": "2999"}]
)
def test_a_case_that_takes_nothing_back_is_out_of_range(other, tmp_path):
    folder(tmp_path, cases_csv=text(cases(other, BACK)))
    assert refused(tmp_path)[0] == (
        "cases.csv · 第 3 行 · total_cost · “-9000”：住院总费用应在 0 至 1,000,000,000,000 之间。请核对。"
        "表中没有它退的病例（机构、人员、日期相同或写明编号）。请补充原病例，或移出此行。"
    )
    assert len(refused(tmp_path)) == 1


def test_a_reversal_may_be_in_another_part_and_in_brackets(tmp_path):
    back = {"case_id": "R1", "total_cost": "(9,000.00)", "fund_billed": "-6,000", "patient_paid": "(3000)"}
    folder(tmp_path, cases_csv=text(cases({}, {"institution_id": "H2"})), 冲销病例_csv=text(cases(back)))
    found, account, _ = taken(tmp_path)
    assert found["case_id"] == ["C2"]
    assert lines(account)[-1].endswith("如 cases.csv 2 + 冲销病例.csv 2 → 9,000.00")


STAY = [*OWN[:2], "person_id", *OWN[2:]]
PERSON = {**PLAIN, "person_id": "P1"}


def settled(*changed: dict) -> list[dict]:
    """Settlements of one person, each changed in some way."""
    return [{**PERSON, "case_id": f"C{number}", **one} for number, one in enumerate(changed, start=1)]


def amounts(total, fund, patient) -> dict:
    return {"total_cost": str(total), "fund_billed": str(fund), "patient_paid": str(patient)}


SOME, REST = amounts(-2000, -1500, -500), amounts(-7000, -4500, -2500)
NOBODY = {"person_id": "", "group_code": ""}
REFUNDS = {  # by what it is: the columns besides, the rows, and number, total cost and fund of what counts
    "a part": ([], [{}, SOME], [("C1", 7000, 4500)]),
    "a part without a group": ([], [{}, {**SOME, "group_code": ""}], [("C1", 7000, 4500)]),
    "two parts": ([], [{}, SOME, amounts(-1000, -1000, 0)], [("C1", 6000, 3500)]),
    "two parts that are all of it": ([], [{}, SOME, REST, {"person_id": "P2"}], [("C4", 9000, 6000)]),
    "other shares of the same cost": ([], [{}, amounts(0, -1000, 1000)], [("C1", 9000, 5000)]),
    "the number of the case, and nobody": (
        [], [{}, {**BACK, **NOBODY, "case_id": "C1"}, {"person_id": "P2"}], [("C3", 9000, 6000)],
    ),
    "a part under the number of the case": ([], [{}, {**SOME, **NOBODY, "case_id": "C1"}], [("C1", 7000, 4500)]),
    "settled anew under the same number": (
        [], [{}, {**BACK, "case_id": "C1"}, {**amounts(8000, 5000, 3000), "case_id": "C1"}], [("C1", 8000, 5000)],
    ),
    "the number of one of two": (
        ["原结算ID"], [{}, {}, {**SOME, "原结算ID": "C2"}], [("C1", 9000, 6000), ("C2", 7000, 4500)],
    ),
    "a mark on both and a new settlement": (
        ["refd_setl_flag"], [{"refd_setl_flag": "0"}, {"refd_setl_flag": "1"}, {**BACK, "refd_setl_flag": "1"}],
        [("C1", 9000, 6000)],
    ),
    "a mark, no sign and the number": (
        ["退费标志", "原结算ID"], [{}, {**amounts(2000, 1500, 500), "退费标志": "是", "原结算ID": "C1"}],
        [("C1", 7000, 4500)],
    ),
    "one that is not valid, and one of the same stay that is": (
        ["有效标志"], [{"有效标志": "0"}, {"有效标志": "1"}], [("C2", 9000, 6000)],
    ),
    "one that is not valid and what takes it back": (
        ["vali_flag"], [{"vali_flag": "0"}, {**BACK, "vali_flag": "1"}, {"vali_flag": "1"}], [("C3", 9000, 6000)],
    ),
    "a refund that is not valid": (["vali_flag"], [{}, {**BACK, "vali_flag": "0"}], [("C1", 9000, 6000)]),
    "a part of one that is, beside one that is not": (
        ["有效标志"], [{"有效标志": "是"}, {"有效标志": "否"}, {**SOME, "有效标志": "是"}], [("C1", 7000, 4500)],
    ),
    "what was no stay": (
        ["医疗类别"],
        [{"医疗类别": "普通住院"}, {"person_id": "P2", "医疗类别": "门诊慢特病"}, {"person_id": "P3", "医疗类别": "11"},
         {"person_id": "P4", "医疗类别": "日间手术"}],
        [("C1", 9000, 6000), ("C4", 9000, 6000)],
    ),
    "a state": (["结算状态"], [{"结算状态": "有效"}, {"person_id": "P2", "结算状态": "已取消"}], [("C1", 9000, 6000)]),
    "a type": (
        ["结算类别"], [{"结算类别": "正常"}, {**BACK, "结算类别": "冲销"}, {"person_id": "P2", "结算类别": "普通住院"}],
        [("C3", 9000, 6000)],
    ),
}  # fmt: skip


def in_a_workbook(path: Path, rows: list[dict], header: list[str]) -> None:
    book = openpyxl.Workbook()
    book.active.title = "cases"
    for line in [header, *([row.get(name, "") for name in header] for row in rows)]:
        book.active.append([float(one) if re.fullmatch(r"-?\d+", one) else one for one in line])
    book.save(path / "cases.xlsx")


def in_parquet(path: Path, rows: list[dict], header: list[str]) -> None:
    pd.DataFrame([{name: row.get(name, "") for name in header} for row in rows]).to_parquet(path / "cases.parquet")


WRITERS = {
    "csv": lambda path, rows, header: (path / "cases.csv").write_text(text(rows, header), encoding="utf-8"),
    "xlsx": in_a_workbook, "parquet": in_parquet,
}  # fmt: skip


def counted(path: Path):
    found, account, large = taken(path)
    return list(zip(found["case_id"], found["total_cost"], found["fund_billed"], strict=True)), account, large


@pytest.mark.parametrize("kind", WRITERS)
def test_a_refund_is_taken_off_its_case_and_is_none_itself(kind, tmp_path):
    wrong = {}
    for number, (what, (more, rows, expected)) in enumerate(REFUNDS.items()):
        place = tmp_path / str(number)
        place.mkdir()
        WRITERS[kind](place, settled(*rows), [*STAY, *more])
        found, account, large = counted(place)
        told = [one for one in lines(account) if re.search("退费|有效标志为否|不是住院", one)]
        if (
            found != expected
            or not told
            or {"refunded", "original_id", "settlement_type", "valid", "care_type"} & {*large.columns}
        ):
            wrong[what] = found, told
    assert wrong == {}


def test_what_a_partial_refund_leaves_is_said_with_rows_and_money(tmp_path):
    folder(tmp_path, cases_csv=text(settled({}, SOME), STAY))
    assert lines(taken(tmp_path)[1])[-1] == (
        "cases.csv · total_cost：部分退费从原病例中扣减，不另计病例，共 2,000.00 元；所在行和总费用（1 处），"
        "如 2 + 3 → 9,000.00 - 2,000.00 = 7,000.00"
    )


UNCLEAR = {  # columns besides, rows, the row that is refused, what is said
    "more than there was": ([], [{}, amounts(-9001, -6000, -3001)], 3, "第 2 行病例的金额对不上"),
    "two parts that are more": ([], [{}, SOME, amounts(-8000, -5000, -3000)], 3, "第 2 行病例的金额对不上"),
    "all of the cost and not of the rest": ([], [{}, amounts(-9000, -6000, -2999)], 3, "第 2 行病例的金额对不上"),
    "one of two": ([], [{}, amounts(8000, 5000, 3000), amounts(-1000, -500, -500)], 4, "第 2、3 行中的任一例"),
    "a part of somebody who is not known": ([], [{"person_id": ""}, {**SOME, "person_id": ""}], 3, "没有它退的病例"),
    "twice the same": ([], [{}, BACK, BACK], 4, "没有它退的病例"),
    "another's number": (
        [], [{}, {**SOME, "case_id": "C1", "institution_id": "H2"}], 3, "没有它退的病例"),
    "a mark without a sign": (["退费标志"], [{}, {"退费标志": "1"}], 3, "第 2 行是同一次住院"),
}  # fmt: skip


@pytest.mark.parametrize("what", UNCLEAR)
def test_a_refund_that_cannot_be_told_of_one_case_is_refused_in_one_line_a_row(what, tmp_path):
    more, rows, row, said = UNCLEAR[what]
    folder(tmp_path, cases_csv=text(settled(*rows), [*STAY, *more]))
    first, *others = refused(tmp_path)
    assert first.startswith(f"cases.csv · 第 {row} 行 · total_cost · “")
    assert said in first
    assert len(others) == (what in ("two parts that are more", "another's number"))  # which stands there twice
    assert all(said in one or "与第 2 行重复" in one for one in others)


def test_a_word_that_may_mean_a_refund_is_no_normal_settlement(tmp_path):
    folder(tmp_path, cases_csv=text(settled({"结算类别": "部分退"}), [*STAY, "结算类别"]))
    assert refused(tmp_path) == [
        "cases.csv · 第 2 行 · settlement_type · “部分退”：不在可选值内。请填 normal（正常结算）、refund（退费或冲销） "
        "之一。"
    ]


@pytest.mark.parametrize("word", ["门诊大病", "购药点", "3"])
def test_a_word_that_may_mean_no_stay_is_no_stay_unseen(word, tmp_path):
    folder(tmp_path, cases_csv=text(settled({"医疗类别": word}), [*STAY, "医疗类别"]))
    (line,) = refused(tmp_path)
    assert line.startswith(
        f"cases.csv · 第 2 行 · care_type · “{word}”：不在可选值内。请填 stay（住院）、other（门诊、购药等） 之一"
    )


def test_a_marked_case_that_nothing_belongs_to_is_left_out_and_doubted(tmp_path):
    rows = settled({"退费标志": "0"}, {"person_id": "P2", "退费标志": "1"})
    folder(tmp_path, cases_csv=text(rows, [*STAY, "退费标志"]))
    found, account, large = counted(tmp_path)
    assert found == [("C1", 9000, 6000)]
    assert any("标为退费、表中没有对应行的，不计入，共 9,000.00 元" in one for one in lines(account))
    (doubt,) = [one for one in doubts({"cases": large}) if one.doubt.name == "refunded_alone"]
    assert (doubt.finding.count, doubt.money, doubt.finding.rows[0].row) == (1, 9000.0, 3)


FATES = ("stands", "whole", "part", "parts", "all in parts", "own number", "named")


@st.composite
def refunded(draw) -> tuple[list[dict], list[tuple[str, float, float]]]:
    """Settlements and refunds in any order, and what is left of them."""
    rows, left = [], []
    for number in range(draw(st.integers(1, 6))):
        fund, patient = (draw(st.integers(200, 10**6)) for _ in range(2))
        case = {**PERSON, "case_id": f"S{number}", "person_id": f"P{number}"}
        parts = [(draw(st.integers(1, fund // 2)), draw(st.integers(0, patient // 2))) for _ in range(2)]
        fate = draw(st.sampled_from(FATES))
        back = {
            "stands": [], "whole": [(fund, patient)], "part": parts[:1], "parts": parts, "own number": parts[:1],
            "named": parts, "all in parts": [parts[0], (fund - parts[0][0], patient - parts[0][1])],
        }[fate]  # fmt: skip
        rows.append(case | fen(fund, patient))
        for at, (less_fund, less_patient) in enumerate(back):
            row = case | {"case_id": f"R{number}-{at}"} | fen(-less_fund, -less_patient)
            row |= {"case_id": case["case_id"], **NOBODY} if fate == "own number" else {}
            rows.append(row | ({"original_id": case["case_id"], **NOBODY} if fate == "named" else {}))
        rest = fund - sum(one[0] for one in back), patient - sum(one[1] for one in back)
        left += [(case["case_id"], sum(rest) / 100, rest[0] / 100)] if any(rest) else []
    return draw(st.permutations(rows)), sorted(left)


def fen(fund: int, patient: int) -> dict:
    return {name: f"{one / 100:.2f}" for name, one in
            (("total_cost", fund + patient), ("fund_billed", fund), ("patient_paid", patient))}  # fmt: skip


@given(refunded(), st.sampled_from(list(WRITERS)))
@examples(8)
def test_what_is_left_of_any_settlements_is_the_same_in_any_order_and_file(tmp_path_factory, made, kind):
    rows, left = made
    if not left:
        return
    path = tmp_path_factory.mktemp("refunds")
    WRITERS[kind](path, rows, [*STAY, "original_id"])
    assert sorted(counted(path)[0]) == left


# --- what columns.yaml says -------------------------------------------------------------------------------------------


def test_a_mapping_gives_constants_sums_units_and_values(tmp_path):
    header = [
        "编号A",
        "institution_id",
        "类别",
        "group_code",
        "admission_date",
        "discharge_date",
        "费用",
        "fund_billed",
        "patient_paid",
        "甲",
        "乙",
    ]
    row = ["K1", "H1", "一档", "K80.2", "2025-01-01", "2025-01-10", "0.9", "6000", "3000", "0.10", ""]
    folder(tmp_path, x_csv=text([row, ["K2", *row[1:9], "", "0.20"]], header))
    (tmp_path / "columns.yaml").write_text(
        "files:\n- file: x.csv\n  table: cases\n  columns: {编号A: case_id, 类别: scheme, 费用: total_cost}\n"
        "  units: {费用: 万元}\n  values: {scheme: {一档: resident}}\n  sums: {other_paid: [甲, 乙]}\n"
        "  constants: {age: '70'}\n",
        encoding="utf-8",
    )
    found, _, large = taken(tmp_path)
    assert (found["scheme"], found["age"]) == (["resident"] * 2, [70, 70])
    assert (found["total_cost"], found["other_paid"]) == ([9000, 9000], [0.1, 0.2])
    assert large.columns[-1] == "age"


BY_NAME = (
    "files:\n- file: cases.{kind}\n  table: cases\n  columns: {{institution_id: institution_id}}\n  by_name: true\n"
)
HOSPITALS = "institution_id,name,group\nH1,甲 医院,一组\nH2,乙医院,一组\nH3,丙医院,一组\nH4,丙医院,一组\n"


@pytest.mark.parametrize("kind", WRITERS)
def test_institutions_of_cases_may_be_known_by_name(kind, tmp_path):
    folder(tmp_path, institutions_csv=HOSPITALS)
    (tmp_path / "columns.yaml").write_text(BY_NAME.format(kind=kind), encoding="utf-8")
    names = [{"institution_id": one} for one in ("乙医院", "甲医院", "（甲医院", "丙医院", "乙医院")]
    WRITERS[kind](tmp_path, cases(*names[:2], names[4]), OWN)
    assert taken(tmp_path)[0]["institution_id"] == ["H2", "H1", "H2"]
    WRITERS[kind](tmp_path, cases(*names), OWN)
    said = [line.split(" · ", 1)[1] for line in refused(tmp_path)]
    at = 2 if kind != "parquet" else 1
    assert said == [
        f"第 {at + 2} 行 · institution_id · “（甲医院”：机构表中没有该名称。相近的有：甲 医院。请改名，"
        "或改用机构编号。",
        f"第 {at + 3} 行 · institution_id · “丙医院”：有多家机构同名：H3、H4。请改用机构编号。",
    ]
    folder(tmp_path, institutions_csv=HOSPITALS.replace("name", "county"))
    assert refused(tmp_path) == [f"cases.{kind} · institution_id：按名称对应机构需要机构表及其中的机构名称。请补充。"]


# --- a large table says what a small one says -------------------------------------------------------------------------

WRITTEN = {
    "admission_date": [
        "2025-01-01",
        "2025/1/1",
        "20250101",
        "2025年1月1日 10:30",
        "2025.1.1",
        "２０２５-01-01",
        "",
        "无",
        "2025-02-30",
        "45658",
        "2025-1/1 8:00",
    ],
    "age": ["60", "60.0", "60岁", "3天", "11个月", "14月", "2岁3月", "６０", "—", "1e1", "130", "131", "-1", "60 "],
    "scheme": [
        "employee",
        "310",
        "390",
        "职工",
        "Resident",
        "城乡居民",
        "居民医保",
        "３１０",
        " 310 ",
        "/",
        "311",
        "310.0",
    ],
    "group_code": [
        "K80.2",
        "KBBZ",
        "kbbz",
        "QY ",
        "未 入组",
        "",
        "＝1",
        "=1",
        '="K80.2"',
        "'K80.2",
        "/",
        "1.5E+16",
        "无",
    ],
    "diagnosis": ["", "/", "—", "...", "…", "N/A", "ｎａ", "n / a", "I10", "#N/A", "高血压", "-", "’a", "'a"],
    "irregular": ["1", "0", "1.0", "√", "×", "是", "无", "-", "有", "YES", "2"],
    "total_cost": [
        "9000",
        "9,000.00",
        "¥9000",
        "￥ 9,000",
        "0.9万元",
        "９０００",
        "9000元",
        "9000.000000000001",
        "9000.0000000000000000",
        "9000.001",
        "1e4",
        "(9000)",
        "-9000",
        "/",
        "",
        "9000 ",
        "+9000",
        "90,00",
        "9e999",
    ],
    "fund_billed": ["6000", "6000.10", ".5", "5.", "0.6万", "6,000"],
    "auxiliary_factor": ["", "1", "0.1234567890123456", "150%", "12‰", "-0.5", "1.20", "一", "1e-5"],
}


def compared(path: Path):
    """What a small and a large table make of one file."""
    try:
        frame = typed(recognise(read_sheets(path)[0], path.name, table=CASES))
        names = [name for name in frame if name in CASES.by_name]
        small = {name: [None if pd.isna(one) else one for one in frame[name].astype(object)] for name in names}
        small["row"] = frame.index.tolist()
        said = account_of(frame)
    except BadInput as bad:
        small, said = bad.lines(), None
    try:
        found, account, _ = taken(path.parent)
        return (small, said), (found, account)
    except BadInput as bad:
        return (small, said), (
            [
                line.replace("表中没有它退的病例（机构、人员、日期相同或写明编号）。请补充原病例，或移出此行。", "")
                for line in bad.lines()
            ],
            None,
        )


@st.composite
def written(draw) -> tuple[str, str]:
    header = [*OWN, "diagnosis", "irregular", "auxiliary_factor"]
    odd = draw(st.lists(st.sampled_from(list(WRITTEN)), max_size=4, unique=True))
    sound = draw(st.booleans())
    rows = []
    for number in range(draw(st.integers(1, 8))):
        row = {**PLAIN, "case_id": f"C{number}", "discharge_date": "2025-12-31"}
        for name in odd:
            row[name] = draw(st.sampled_from(WRITTEN[name][: 6 if sound else None]))
        rows.append(row)
    aside = draw(
        st.lists(st.sampled_from([["合计", *[""] * 6, "1,000"], ["", "注：无"], header, [""] * 14]), max_size=2)
    )
    rows += [[*one, *[""] * (len(header) - len(one))] for one in aside]
    titled = draw(st.sampled_from(["", "某市病例\n", "单位：元\n\n"]))
    named = [CASES.by_name[name].label.zh for name in header] if draw(st.booleans()) else header
    listed = [[row.get(name, "") for name in header] if isinstance(row, dict) else row for row in rows]
    return titled + text(listed, named), draw(st.sampled_from(["utf-8", "gb18030", "utf-16"]))


@given(written())
@examples(6)
def test_a_raw_file_is_read_as_a_small_one_is(tmp_path_factory, given_file):
    content, encoding = given_file
    path = tmp_path_factory.mktemp("raw") / "cases.csv"
    path.write_bytes(content.encode(encoding))
    small, large = compared(path)
    assert large == small


@given(st.data())
@examples(5)
def test_a_raw_parquet_file_is_read_as_a_small_one_is(tmp_path_factory, data):
    number = data.draw(st.integers(1, 5))
    rows = cases(*[{}] * number)
    columns = {name: [row[name] for row in rows] for name in OWN}
    floats = st.sampled_from([9000.0, 6070.000000000001, 0.1 + 0.2, 1e15, 12.34, None, float("nan")])
    moments = st.sampled_from(
        [datetime(2025, 1, 1), datetime(2025, 1, 1, 10, 30), datetime(2025, 1, 1, 0, 0, 0, 5), None]
    )
    kinds = {
        "total_cost": (floats, pa.float64()),
        "fund_billed": (floats, pa.float32()),
        "age": (st.sampled_from([1.0, 2.5, None]), pa.float64()),
        "admission_date": (moments, pa.timestamp("us")),
        "case_id": (st.integers(-1, 10**17), pa.int64()),
        "group_code": (st.sampled_from([80.0, 1.5, 5e16, None]), pa.float64()),
        "discharge_date": (st.sampled_from([20251231, 2025]), pa.int32()),
        "scheme": (st.sampled_from([310, 390, 3]), pa.int16()),
    }
    arrays = {}
    for name in OWN:
        if name in kinds and data.draw(st.booleans()):
            one, kind = kinds[name]
            arrays[name] = pa.array(data.draw(st.lists(one, min_size=number, max_size=number)), kind)
        else:
            arrays[name] = pa.array(columns[name])
    path = tmp_path_factory.mktemp("raw") / "cases.parquet"
    pq.write_table(pa.table(arrays), path)
    small, large = compared(path)
    assert large == small


def test_large_tables_declare_nothing_that_only_small_ones_know():
    for table in (one for one in TABLES.values() if one.large):
        assert not [column.name for column in table.columns if column.states or column.twin]
