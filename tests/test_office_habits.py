"""Habits of office sheets beside those of the field cases: what stands around the rows, and units anywhere."""

import re
from pathlib import Path

import openpyxl
import pytest

from simlib.columns import TABLES, Type
from simlib.problems import BadInput
from simlib.tables import account_of, read_folder
from simlib.tables.forms import MISSING, options
from simlib.tables.large import look

HEAD = "机构编号,机构名称,分组,得分,保证金\n"
ROWS = "A,甲,一,96,100000\nB,乙,一,90,100000\n"
COMMUNITIES = "医共体编号,医共体名称,评价得分,年度预算,年度支出\nG1,甲,92,1000000,900000\nG2,乙,76,2000000,1900000\n"


def table(folder: Path, text: str, name: str = "institutions"):
    (folder / f"{name}.csv").write_text(text, "utf-8")
    return read_folder(folder)[name]


def said(read) -> str:
    account = account_of(read)
    return "\n".join(one.line() for one in (*account.assumptions, *account.totals))


def refused(folder: Path, text: str, name: str = "institutions") -> list[str]:
    with pytest.raises(BadInput) as bad:
        table(folder, text, name)
    return bad.value.lines()


@pytest.mark.parametrize(
    "first", ["合计,,", ",合计,", "合 计,,", "合计（2个）,,", "共2家,,", "全市,,", "Total,,", "3,合计,", "本页小计,,"]
)
def test_a_total_is_no_community_however_it_is_called(first, tmp_path):
    read = table(tmp_path, f"{COMMUNITIES}{first}84,3000000,2800000\n", "communities")
    assert list(read["community_id"]) == ["G1", "G2"]
    assert "第 4 行合计，budget 与各行合计一致：3,000,000.00" in said(read)


@pytest.mark.parametrize("first", ["平均,,", ",平均值,", "全市平均,,", "Average,,"])
def test_a_mean_is_no_community_and_is_compared_with_no_sum(first, tmp_path):
    read = table(tmp_path, f"{COMMUNITIES}{first}84,1500000,1400000\n", "communities")
    assert list(read["community_id"]) == ["G1", "G2"]
    assert "平均值行不作为数据：第 4 行" in said(read)
    assert account_of(read).totals == ()


@pytest.mark.parametrize(
    "last",
    ["制表人：张三,,审核人：李四,,日期：2025-1-5", "制表人：,张三,审核人：,李四,2025-1-5",
     ",制表：张三,复核：李四,王五,2025",
     "单位：元,,,,", "注：得分由市级确认,,,,", "其中：上年,乙,一,90,5"],
)  # fmt: skip
def test_who_signs_and_what_is_noted_below_is_no_institution(last, tmp_path):
    read = table(tmp_path, f"{HEAD}{ROWS}{last}\n")
    assert list(read["institution_id"]) == ["A", "B"]
    assert "注释行不作为数据：第 4 行" in said(read)


WAN = {  # ways of saying that deposits are in ten thousands of yuan
    "above": "单位：万元,,,,\n" + HEAD,
    "above in brackets": "（金额单位：人民币万元）,,,,\n" + HEAD,
    "above, beside another": "单位：家、万元,,,,\n" + HEAD,
    "above, short": "单位：万,,,,\n" + HEAD,
    "in the title": "2024年度保证金表（万元）,,,,\n" + HEAD,
    "below the headings": HEAD + ",,,分,万元\n",
    "after the heading": HEAD.replace("保证金", "保证金万元"),
    "after a stroke": HEAD.replace("保证金", "保证金/万元"),
    "in two brackets": HEAD.replace("保证金", "保证金（单位：万元）"),
    "in the upper of two rows": "机构编号,机构名称,分组,得分,金额（万元）\n,,,,保证金\n",
}


@pytest.mark.parametrize("head", WAN)
def test_a_unit_holds_wherever_it_is_said(head, tmp_path):
    read = table(tmp_path, WAN[head] + "A,甲,一,96,12.34\nB,乙,一,90,10\n")
    assert list(read["deposit"]) == [123_400, 100_000]
    assert "乘以 10 的 4 次方" in said(read)
    assert list(read["score"]) == [96, 90]


def test_a_unit_below_the_rows_holds_as_well(tmp_path):
    read = table(tmp_path, f"{HEAD}A,甲,一,96,12.34\n单位：万元,,,,\n")
    assert list(read["deposit"]) == [123_400]
    assert "表中写明金额单位为万元" in said(read)


def test_of_several_units_only_a_heading_can_tell(tmp_path):
    (line,) = refused(tmp_path, f"单位：元（结算金额为万元）,,,,\n{HEAD}{ROWS}")
    assert line.startswith("institutions.csv · deposit：表中写了几个金额单位（元、万元）")
    told = HEAD.replace("保证金", "保证金（元）")
    assert list(table(tmp_path, f"单位：元（结算金额为万元）,,,,\n{told}{ROWS}")["deposit"]) == [100_000, 100_000]


def test_the_unit_of_a_group_of_columns_reaches_the_last_of_them(tmp_path):
    book = openpyxl.Workbook()
    for row in (["年度表"], ["机构编号", "分组", "得分", "金额（万元）"], [None, None, None, "结算金额", "保证金"],
                ["A", "一", 96, 100, 5]):  # fmt: skip
        book.active.append(row)
    book.save(tmp_path / "年度表.xlsx")
    read = read_folder(tmp_path)["institutions"]
    assert read[["settled", "deposit"]].to_numpy().tolist() == [[1_000_000, 50_000]]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('"￥1,234.50"', 1234.5),
        ("¥ 12", 12),
        ('"￥1,234,567元"', 1_234_567),
        ('"1,234.50元"', 1234.5),
        ("0.5万元", 5000),
    ],
)
def test_an_amount_with_its_currency_is_read(written, meant, tmp_path):
    read = table(tmp_path, f"{HEAD}A,甲,一,96,{written}\n")
    assert list(read["deposit"]) == [meant]
    assert "deposit" in said(read)


@pytest.mark.parametrize("written", ['"1.234,56"', '"1,23"', "5%", '"(1,234.50)"', "12.345"])
def test_an_amount_that_is_not_clear_is_refused(written, tmp_path):
    (line,) = refused(tmp_path, f"{HEAD}A,甲,一,96,{written}\n")
    assert line.startswith("institutions.csv · 第 2 行 · deposit")


def test_a_month_that_a_spreadsheet_may_have_cut_is_refused(tmp_path):
    head = "机构编号,月份,记账金额\n"
    months = "A,2025年01月,1\nA,2025-2,1\nA,202503,1\nA,2025/4,1\nA,2025.05,1\nA,2025.6,1\nA,2025年7月份,1\n"
    assert list(table(tmp_path, head + months, "billing")["month"]) == [f"2025-{month:02d}" for month in range(1, 8)]
    (line,) = refused(tmp_path, f"{head}A,2025.1,1\n", "billing")  # October as a number, or January
    assert "“2025.1”：不是月份" in line


def test_what_is_no_month_is_said_once(tmp_path):
    lines = refused(tmp_path, "机构编号,月份,记账金额\nA,45809,1\nA,7月,1\n", "billing")
    assert [line.split(" · ")[1:3] for line in lines] == [["第 2 行", "month"], ["第 3 行", "month"]]


def test_a_header_that_is_repeated_takes_no_row_away(tmp_path):
    head = "*机构编号,月份,扣款,记账金额（单位：万元）\n"
    read = table(tmp_path, f"{head}A,2025-01,1,0.5\n{head}A,2025-02,2,0.6\n", "billing")
    assert read[["month", "penalties", "billed"]].to_numpy().tolist() == [["2025-01", 1, 5000], ["2025-02", 2, 6000]]
    assert "重复的表头不作为数据：第 3 行" in said(read)


def test_a_total_is_known_where_its_word_stands_behind_the_sums(tmp_path):
    head = "不合理超支,年度预算,年度支出,医共体编号,评价得分\n"
    read = table(tmp_path, f"{head}0,100,90,G1,92\n0,100,95,G2,76\n0,200,185,合计,\n", "communities")
    assert list(read["community_id"]) == ["G1", "G2"]


def test_the_parts_of_a_table_keep_numbers_numbers_where_one_has_none(tmp_path):
    for name, amount in (("附件1", "—"), ("附件2", "5")):
        (tmp_path / f"{name}.csv").write_text(f"{HEAD}{name},甲,一,96,{amount}\n", "utf-8")
    read = read_folder(tmp_path)["institutions"]
    assert read["deposit"].dtype == float
    assert read["deposit"].fillna(0).tolist() == [0, 5]


@pytest.mark.parametrize("mark", ["……", "…", "——", "/", "暂无"])
def test_a_mark_for_nothing_is_a_blank(mark, tmp_path):
    read = table(tmp_path, f"{HEAD}A,甲,一,96,{mark}\nB,乙,一,90,5\n")
    assert read["deposit"].fillna(0).tolist() == [0, 5]
    assert "按空白处理" in said(read)


@pytest.mark.parametrize(
    ("name", "above", "below"),
    [
        ("institutions", "", "注：金额单位为万元。,,,,\n"),
        ("institutions", "", "注：得分由市级确认，单位：万元,,,,\n"),
        ("institutions", ",,,,万元\n", ""),
        ("质量保证金分配表（万元）", "", ""),
    ],
)
def test_a_unit_is_read_in_a_note_alone_above_the_header_and_in_the_files_name(name, above, below, tmp_path):
    (tmp_path / f"{name}.csv").write_text(f"{above}{HEAD}{ROWS.replace('100000', '10')}{below}", "utf-8")
    read = read_folder(tmp_path)["institutions"]
    assert list(read["deposit"]) == [100000, 100000]
    assert "金额单位为万元" in said(read)


def test_a_mapping_that_says_what_the_file_has_not_is_told(tmp_path):
    entry = "files:\n- file: institutions.csv\n  units: {质量保证金额: 万元}\n"
    (tmp_path / "columns.yaml").write_text(entry, "utf-8")
    assert refused(tmp_path, HEAD + ROWS) == [
        "columns.yaml · “质量保证金额”：institutions.csv 没有这个表头。请照文件中的写法填写。"
    ]


def test_a_constant_never_stands_for_a_column_that_is_there(tmp_path):
    entry = "files:\n- file: institutions.csv\n  constants: {deposit: 5}\n"
    (tmp_path / "columns.yaml").write_text(entry, "utf-8")
    assert refused(tmp_path, HEAD + ROWS) == [
        "columns.yaml · deposit：文件中已有此列，不能再写 constants。请删除其中之一。"
    ]


def test_a_file_that_a_mapping_names_and_that_is_not_there_is_told(tmp_path):
    (tmp_path / "columns.yaml").write_text("files:\n- file: 2024*.xlsx\n  table: cases\n", "utf-8")
    (tmp_path / "institutions.csv").write_text(HEAD + ROWS, "utf-8")
    unread = {one.file: one.why.zh for one in read_folder(tmp_path).unread}
    assert unread == {"columns.yaml · 2024*.xlsx": "文件夹中没有这样的文件。请核对文件名。"}


def test_no_word_that_means_something_else_passes_for_a_code():
    """What the first look at a large table takes for plain text is no mark, and no code of a text column."""
    texts = [column for table in TABLES.values() for column in table.columns if column.type is Type.TEXT]
    words = {*MISSING, *(known for column in texts for known in options(column))}
    assert {"kbbz", "0000", "na"} <= words
    assert [known for known in words if re.search(look.CODE, known)] == []
    assert re.search(look.CODE, "K80.2:51.2300")


def test_a_mapping_may_name_a_heading_that_stands_in_two_rows(tmp_path):
    (tmp_path / "columns.yaml").write_text(
        "files:\n- file: institutions.csv\n  header: [1, 2]\n  columns: {质量保证金预留数: deposit}\n", "utf-8"
    )
    upper, lower = "机构编号,分组,考核,质量保证金,\n", ",,得分,预留数,退还数\n"
    read = table(tmp_path, f"{upper}{lower}A,一,96,100000,1\nB,一,90,100000,2\n")
    assert list(read["deposit"]) == [100000, 100000]
