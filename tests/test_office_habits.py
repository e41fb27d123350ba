"""Habits of office sheets beside those of the field cases: what stands around the rows, and units anywhere."""

import re
from pathlib import Path

import openpyxl
import pytest

from simlib import cli
from simlib.columns import TABLES, Type
from simlib.columns.checks import place
from simlib.columns.near import near
from simlib.doubts import doubts
from simlib.problems import BadInput
from simlib.tables import account_of, read_folder
from simlib.tables.forms import MISSING, options
from simlib.tables.large import engine, look

HEAD = "机构编号,机构名称,分组,得分,保证金\n"
ROWS = "A,甲,一,96,100000\nB,乙,一,90,100000\n"
COMMUNITIES = "医共体编号,医共体名称,评价得分,年度预算,年度支出\nG1,甲,92,1000000,900000\nG2,乙,76,2000000,1900000\n"


def table(folder: Path, text: str, name: str = "institutions"):
    (folder / f"{name}.csv").write_text(text, "utf-8")
    return read_folder(folder)[name]


def said(read) -> str:
    account = account_of(read)
    return "\n".join(one.line() for one in (*account.assumptions, *account.totals))


def doubted(folder: Path) -> dict[str, list[str]]:
    return {one.doubt.name: one.lines() for one in doubts(read_folder(folder))}


def refused(folder: Path, text: str, name: str = "institutions") -> list[str]:
    with pytest.raises(BadInput) as bad:
        table(folder, text, name)
    return bad.value.lines()


@pytest.mark.parametrize(
    "first",
    ["合计,,", ",合计,", "合 计,,", "合计（2个）,,", "共2家,,", "全市,,", "Total,,", "3,合计,", "本页小计,,",
     "9999,全市,", "G9,总计（全市）,", "∑,,", "合计：2个,,", "共计 2 条记录,,"],
)  # fmt: skip
def test_a_total_is_no_community_however_it_is_called(first, tmp_path):
    read = table(tmp_path, f"{COMMUNITIES}{first}84,3000000,2800000\n", "communities")
    assert list(read["community_id"]) == ["G1", "G2"]
    assert "第 4 行合计，budget 与各行合计一致：3,000,000.00" in said(read)


@pytest.mark.parametrize(
    "row",
    ["甲,乙,1,2,3", "A,B,1,2,3", "(1),(2),(3),(4),(5)", "①,②,③,④,⑤", "一,二,三,四,五", "栏次,—,1,2,3",
     "栏次,,1,2,3=1×2", "1,2,3,4,5"],
)  # fmt: skip
def test_a_row_that_numbers_the_columns_is_no_community(row, tmp_path):
    head, rows = COMMUNITIES.split("\n", 1)
    read = table(tmp_path, f"{head}\n{row}\n{rows}", "communities")
    assert list(read["community_id"]) == ["G1", "G2"]
    assert "只有序号或栏次的行不作为数据：第 2 行" in said(read)


@pytest.mark.parametrize("row", ["甲,乙,1,2,4", "A,C,1,2,3", "A,,1,2,3", "甲,乙丙,1,2,3", "1,2,3,4,6"])
def test_a_row_that_only_looks_like_a_numbering_stays(row, tmp_path):
    head, rows = COMMUNITIES.split("\n", 1)
    assert len(table(tmp_path, f"{head}\n{row}\n{rows}", "communities")) == 3


@pytest.mark.parametrize(
    "first", ["去年同期,,", ",上年同期数,", "增减额,,", "同比增减（%）,,", "占比,,", "2024年同期,,", "增长率,,"]
)
def test_what_the_rows_are_compared_with_is_none_of_them(first, tmp_path):
    read = table(tmp_path, f"{COMMUNITIES}{first}80,2800000,2600000\n", "communities")
    assert list(read["community_id"]) == ["G1", "G2"]
    assert "同期、增减、占比行不作为数据：第 4 行" in said(read)


@pytest.mark.parametrize(
    "last",
    ["★数据截至3月31日", "2025年3月31日", "2025-03-31", "第 1 页，共 2 页", "一、本表单位为元", "附：说明",
     "1.得分为终审得分", "导出人：admin", "共2页"],
)  # fmt: skip
def test_what_stands_alone_below_the_rows_is_no_community(last, tmp_path):
    read = table(tmp_path, f"{COMMUNITIES}{last},,,,\n", "communities")
    assert list(read["community_id"]) == ["G1", "G2"]
    assert "注释行不作为数据：第 4 行" in said(read)


def test_a_total_without_rows_is_told_with_what_it_may_be(tmp_path):
    (line,) = refused(tmp_path, "险种,当年基金收入\n合计,60000\n", "funds")
    assert line.startswith("funds.csv · 第 2 行：只有合计行，没有数据行")
    assert "险种写“合并”" in line


def test_a_row_of_full_marks_is_no_institution(tmp_path):
    head = "机构编号,机构名称,1.目录,2.价格,3.招采,总分\n"
    (tmp_path / "评分.csv").write_text(f"{head}满分,,3,3,20,26\nA,甲,3,2,18,23\n", "utf-8")
    read = read_folder(tmp_path)
    assert list(read["institutions"]["institution_id"]) == ["A"]
    assert list(read["item_scores"]["points"]) == [3, 2, 18]
    assert "满分、权重行不作为数据：第 2 行" in said(read["institutions"])


def test_what_was_taken_off_is_no_points(tmp_path):
    head = "机构编号,机构名称,分组,1.目录扣分,2.价格扣分,3.招采扣分,总分\n"
    (tmp_path / "评分.csv").write_text(f"{head}A,甲,一,0,1,2,23\nB,乙,一,0,0,2,24\n", "utf-8")
    read = read_folder(tmp_path)
    assert read.keys() == {"institutions"}
    assert list(read["institutions"]["score"]) == [23, 24]


def merged_heads(folder: Path, *below: str) -> None:
    """A score sheet whose items each stand, merged, over these headings: 3 and 5 points of 10 where 得分 or 市评 is."""
    book = openpyxl.Workbook()
    sheet, many = book.active, len(below)
    rows = [["评分汇总表"], ["机构编号"], [None], ["A"]]
    for number, points in ((1, 3), (2, 5), (3, 8)):
        rows[1] += [f"{number} 项目（10分）", *[None] * (many - 1)]
        rows[2] += below
        said = {"扣分": 10 - points, "分值": 10, "自评": 10, "扣分原因": "见底稿"}
        rows[3] += [said.get(one, points) for one in below]
    for row in rows:
        sheet.append(row)
    for which in range(3):
        sheet.merge_cells(start_row=2, end_row=2, start_column=2 + which * many, end_column=1 + (which + 1) * many)
    sheet.merge_cells("A2:A3")
    book.save(folder / "评分.xlsx")


@pytest.mark.parametrize(
    "below",
    [("得分", "扣分原因"), ("扣分", "得分"), ("分值", "得分"), ("自评", "市评"), ("自评", "市级终审", "扣分原因")],
)
def test_points_may_stand_below_their_item_beside_other_columns(below, tmp_path):
    merged_heads(tmp_path, *below)
    read = read_folder(tmp_path)["item_scores"]
    assert read[["item", "points"]].to_numpy().tolist() == [["1", 3], ["2", 5], ["3", 8]]
    assert ("扣分原因" in below) == ("见底稿" in set(read.get("remark", [])))


@pytest.mark.parametrize("blank", ["", "/", "—"])
def test_a_blank_of_a_wide_sheet_is_not_scored_and_told_with_its_item(blank, tmp_path):
    head = "机构编号,机构名称,1.目录,2.价格,3.招采\n"
    (tmp_path / "评分.csv").write_text(f"{head}A,甲,3,2,18\nB,乙,3,{blank},0\n", "utf-8")
    read = read_folder(tmp_path)["item_scores"]
    rows = [["A", "1", 3], ["A", "2", 2], ["A", "3", 18], ["B", "1", 3], ["B", "3", 0]]
    assert read[["institution_id", "item", "points"]].to_numpy().tolist() == rows
    assert "空白或“/”的项目按没有给出得分处理（得 0 分的请写 0）（1 处），如 B · 2 价格" in said(read)


NUMBERED = ["1,2,3", "（一）目录,（二）价格,（三）招采"]


@pytest.mark.parametrize("items", NUMBERED)
def test_headings_that_only_number_are_items_beside_a_total(items, tmp_path):
    (tmp_path / "评分.csv").write_text(f"机构编号,机构名称,{items},总分\nA,甲,3,2,18,23\n", "utf-8")
    read = read_folder(tmp_path)["item_scores"]
    assert read[["item", "points"]].to_numpy().tolist() == [["1", 3], ["2", 2], ["3", 18]]
    assert "表头只有序号，依次读作评价项目的序号" in said(read)
    assert "points 与各行合计一致：23.00" in said(read)


@pytest.mark.parametrize("head", [*NUMBERED, "1,2,4,总分", "2,3,4,总分", "（一）目录,（三）价格,（二）招采,总分"])
def test_headings_that_number_anything_else_are_no_items(head, tmp_path):
    cells = ",".join("1" * len(head.split(",")))
    (tmp_path / "评分.csv").write_text(f"机构编号,机构名称,分组,{head}\nA,甲,一,{cells}\n", "utf-8")
    (tmp_path / "机构.csv").write_text("机构编号,机构名称,分组\nA,甲,一\n", "utf-8")
    assert "item_scores" not in read_folder(tmp_path)


def test_a_score_sheet_with_its_items_in_rows_is_to_be_transposed(tmp_path):
    items = "1 目录,3,3,2\n2 价格,3,3,3\n3 招采,20,18.4,16\n总分,26,24.4,21\n"
    (tmp_path / "评分.csv").write_text(f"项目,满分,云岚市一院,云岚市二院\n{items}", "utf-8")
    (tmp_path / "机构.csv").write_text("机构编号,机构名称,分组\n1 号,甲,一\n2 号,乙,一\n3 号,丙,一\n", "utf-8")
    read = read_folder(tmp_path)
    assert [one.file for one in read.unread if "请转置" in one.why.zh] == ["评分.csv"]
    assert len(read["institutions"]) == 3


@pytest.mark.parametrize(
    "name", ["小计山县医共体", "总计县", "平均乡", "注水县", "共青城", "附城县", "第一医共体", "满分镇"]
)
def test_a_name_in_which_such_a_word_stands_is_a_name(name, tmp_path):
    read = table(tmp_path, f"{COMMUNITIES}{name},{name},70,100000,90000\n", "communities")
    assert list(read["community_id"]) == ["G1", "G2", name]


@pytest.mark.parametrize("first", ["平均,,", "99,全市平均,", ",平均值,", "全市平均,,", "Average,,"])
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


WAN |= {
    "above, with spaces": "（ 单 位 ： 万 元 ）,,,,\n" + HEAD,
    "above, the old character": "單位：萬元,,,,\n" + HEAD,
    "above, plainly": "2024年度保证金表,,,,以万元为单位\n" + HEAD,
    "above, of the currency": "2024年度保证金表,,,人民币：万元,\n" + HEAD,
    "at the end of the title": "2024年度保证金表 万元,,,,\n" + HEAD,
    "below the headings, with marks": HEAD + "—,—,/,分,万元\n",
}
OTHER = {"百元": 2, "千元": 3, "十万元": 5, "百万元": 6, "千万元": 7, "亿元": 8}


@pytest.mark.parametrize("unit", OTHER)
@pytest.mark.parametrize("where", ["单位：{unit},,,,\n" + HEAD, HEAD.replace("保证金", "保证金（{unit}）"),
                                   HEAD.replace("保证金", "保证金{unit}")])  # fmt: skip
def test_a_unit_of_any_size_is_that_size(unit, where, tmp_path):
    read = table(tmp_path, where.format(unit=unit) + "A,甲,一,96,12\n")
    assert list(read["deposit"]) == [12 * 10 ** OTHER[unit]]


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


@pytest.mark.parametrize(
    "last", ["注：金额以万元计", "注：1.得分为终审得分。2.表中金额均为万元", "备注：本表金额按万元列示"]
)
def test_a_note_that_says_of_all_amounts_what_they_are_in_is_followed(last, tmp_path):
    read = table(tmp_path, f"{HEAD}A,甲,一,96,12.34\n{last},,,,\n")
    assert list(read["deposit"]) == [123_400]
    assert "unit_beside" not in doubted(tmp_path)


@pytest.mark.parametrize("name", ["保证金_万元", "保证金(单位万元)", "保证金（万元、分）", "保证金表【单位：万元】"])
def test_a_unit_of_the_name_holds_however_it_stands_there(name, tmp_path):
    (tmp_path / f"{name}.csv").write_text(f"{HEAD}A,甲,一,96,12.34\n", "utf-8")
    assert list(read_folder(tmp_path)["institutions"]["deposit"]) == [123_400]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("注：结算金额以万元计", True),
        ("注：按万元取整", True),
        ("注：比上年增加300万元", False),
        ("注：约数百万元", False),
    ],
)
def test_a_unit_that_is_mentioned_and_not_applied_is_doubted(text, told, tmp_path):
    read = table(tmp_path, f"{HEAD}A,甲,一,96,100000\n{text},,,,\n")
    assert list(read["deposit"]) == [100_000]
    assert ("unit_beside" in doubted(tmp_path)) is told
    table(tmp_path, f"{HEAD.replace('保证金', '保证金（元）')}A,甲,一,96,100000\n{text},,,,\n")
    assert "unit_beside" not in doubted(tmp_path)


BLOCK = "机构编号,机构名称,得分,保证金,结算金额（元）\n"
TWO = {  # the lines between two blocks, and the unit above the first
    "a unit": ("单位：元,,,,\n", "单位：万元,,,,\n"),
    "a title and a unit": ("单位：元,,,,\n", "二、县级医院,,,,\n单位：万元,,,,\n"),
    "a title with a unit, without commas": ("（单位：元）\n", "二、县级医院（万元）\n"),
}


@pytest.mark.parametrize("kind", TWO)
def test_a_further_block_may_have_a_unit_of_its_own(kind, tmp_path):
    first, second = TWO[kind]
    read = table(tmp_path, f"{first}{BLOCK}A,甲,96,100000,5\n{second}{BLOCK}B,乙,90,12.5,6\nC,丙,80,30000元,7\n")
    assert list(read["institution_id"]) == ["A", "B", "C"]
    assert read[["deposit", "settled"]].to_numpy().tolist() == [[100_000, 5], [125_000, 6], [30_000, 7]]
    assert "行起写明金额单位为万元" in said(read)
    assert "units_differ" not in doubted(tmp_path)


def test_a_block_without_a_unit_before_one_that_has_one_is_doubted(tmp_path):
    read = table(tmp_path, f"{BLOCK}A,甲,96,100000,5\n单位：万元,,,,\n{BLOCK}B,乙,90,12.5,6\n")
    assert list(read["deposit"]) == [100_000, 125_000]
    assert doubted(tmp_path)["units_differ"][0].startswith("定点医疗机构 · 有的工作表写了金额单位，有的没有写：1 处")


def test_a_unit_between_the_rows_holds_below_it(tmp_path):
    read = table(tmp_path, f"单位：元,,,,\n{HEAD}A,甲,一,96,100000\n单位：万元,,,,\nB,乙,一,90,12.5\n")
    assert list(read["deposit"]) == [100_000, 125_000]
    read = table(tmp_path, f"{HEAD}A,甲,一,96,100000\n单位：万元,,,,\nB,乙,一,90,12.5\n")
    assert list(read["deposit"]) == [100_000, 125_000]
    assert "units_differ" in doubted(tmp_path)


def test_a_page_that_repeats_its_head_keeps_its_unit(tmp_path):
    head = f"附件,,,,\n单位：万元,,,,\n{BLOCK}"
    read = table(tmp_path, f"{head}A,甲,96,1,5\n{head}B,乙,90,2,6\n续表,,,,\n{BLOCK}C,丙,90,3,6\n")
    assert list(read["deposit"]) == [10_000, 20_000, 30_000]


def test_a_sheet_in_10_000_yuan_beside_one_that_says_no_unit_is_doubted(tmp_path):
    for name, first in (("甲县", "单位：万元,,,,\n"), ("乙县", "")):
        (tmp_path / f"{name}.csv").write_text(f"{first}{HEAD}{name},甲,一,96,10\n", "utf-8")
    assert "乙县.csv · 第 1 行 · 预留质量保证金 · “保证金”" in "\n".join(doubted(tmp_path)["units_differ"])
    (tmp_path / "乙县.csv").write_text(f"单位：元,,,,\n{HEAD}乙县,甲,一,96,100000\n", "utf-8")
    assert "units_differ" not in doubted(tmp_path)


def test_of_several_units_only_a_heading_can_tell(tmp_path):
    (line,) = refused(tmp_path, f"单位：元（结算金额为万元）,,,,\n{HEAD}{ROWS}")
    assert line.startswith("institutions.csv · deposit：表中有多个金额单位（元、万元）")
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
        ("100000元整", 100_000),
        ("RMB 100000", 100_000),
        ("人民币100000元", 100_000),
        ('"人民币100,000元整"', 100_000),
        ("10万元整", 100_000),
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


@pytest.mark.parametrize("mark", ["……", "…", "——", "/", "暂无", "未知", "(空)", "<NULL>", "\\N", "缺失", "//"])
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
        "columns.yaml · “质量保证金额”：institutions.csv 没有该表头。请按文件中的写法填写。"
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
    assert unread == {"columns.yaml · 2024*.xlsx": "文件夹中没有此类文件。请核对文件名。"}


@pytest.mark.parametrize("state", ["免于评价", "未参与考核", "不参与", "豁免", "未纳入评价"])
def test_whoever_was_not_evaluated_has_no_score(state, tmp_path):
    read = table(tmp_path, f"{HEAD}A,甲,一,96,5\nB,乙,一,{state},5\n")
    assert list(read["evaluated"].isin([False])) == [False, True]


@pytest.mark.parametrize(
    ("heading", "column"),
    [("*机构编号（必填）", "institution_id"), ("机构名称（全称）", "name"), ("考核得分（满分100分）", "score"),
     ("③质量保证金", "deposit"), ("质量保证金（人民币，元）", "deposit"), ("得分合计", "score")],
)  # fmt: skip
def test_what_a_form_tells_whoever_fills_it_in_is_no_part_of_a_heading(heading, column, tmp_path):
    heads = dict(zip(("institution_id", "name", "group", "score", "deposit"), HEAD.strip().split(","), strict=True))
    read = table(tmp_path, ",".join({**heads, column: heading}.values()) + f"\n{ROWS}")
    assert {"institution_id", "name", "group", "score", "deposit"} <= {*read.columns}


def test_a_part_of_the_score_is_not_the_score(tmp_path):
    read = table(tmp_path, HEAD.replace("得分", "得分（满分60分）") + ROWS)
    assert "score" not in read


@pytest.mark.parametrize(
    ("rank", "level", "grade"),
    [("三级丙等", "3", "3O"), ("一级乙等", "1", "1O"), ("二级未定等", "2", None), ("Ⅲ级", "3", None)],
)
def test_ranks_beyond_those_that_pay_are_other_ones(rank, level, grade, tmp_path):
    read = table(tmp_path, f"机构编号,医院等级,分组,得分,保证金\nA,三甲,一,96,5\nB,{rank},一,90,5\n")
    assert list(read["level"]) == ["3", level]
    assert list(read["grade"].fillna("")) == ["3A", grade or ""]


@pytest.mark.parametrize(
    ("level", "rank", "grade"),
    [("三级", "甲等", "3A"), ("3", "乙", "3B"), ("二级医院", "甲", "2A"), ("一级", "乙等", "1O"),
     ("三级", "专科", "3S"), ("二级", "未定等", ""), ("三级", "二级甲等", "2A")],
)  # fmt: skip
def test_a_rank_beside_its_level_is_a_grade(level, rank, grade, tmp_path):
    read = table(tmp_path, f"机构编号,医院级别,等次,分组,得分,保证金\nA,{level},{rank},一,96,5\n")
    assert list(read["grade"].fillna("")) == [grade]
    assert ("与同行的级别合看" in said(read)) is (rank != "二级甲等")


@pytest.mark.parametrize(
    ("year", "month"), [("2025", "1"), ("2025年", "01月"), ("2025年度", "1月份"), ("2025.0", "1.0")]
)
def test_a_month_beside_its_year_is_a_month(year, month, tmp_path):
    read = table(tmp_path, f"机构编号,年度,月份,记账金额\nA,{year},{month},5\n", "billing")
    assert list(read["month"]) == ["2025-01"]
    assert "与同行的年度合看" in said(read)


@pytest.mark.parametrize(("year", "month"), [("", "1"), ("2025", "13"), ("2025", "一季度"), ("25", "1")])
def test_a_month_whose_year_is_not_clear_is_refused(year, month, tmp_path):
    (line,) = refused(tmp_path, f"机构编号,年度,月份,记账金额\nA,{year},{month},5\n", "billing")
    assert f"month · “{month}”" in line


@pytest.mark.parametrize("separator", ["\t", ","])
def test_a_text_in_columns_is_a_table_whatever_it_is_called(separator, tmp_path):
    (tmp_path / "保证金.txt").write_text((HEAD + ROWS).replace(",", separator), "gb18030")
    (tmp_path / "说明.txt").write_text("请于周五前，报送", "utf-8")
    read = read_folder(tmp_path)
    assert list(read["institutions"]["institution_id"]) == ["A", "B"]
    assert [one.file for one in read.unread] == ["说明.txt"]


def test_the_points_of_a_list_below_are_no_communities(tmp_path):
    points = "说明,,,,\n1,得分为市级终审得分,,,\n（2）,预算含调剂金额,,,\n"
    read = table(tmp_path, COMMUNITIES + points, "communities")
    assert list(read["community_id"]) == ["G1", "G2"]
    assert "注释行不作为数据：第 4、5、6 行" in said(read)
    assert len(table(tmp_path, f"{COMMUNITIES}{points}G9,清河县,,,\n", "communities")) == 5


@pytest.mark.parametrize("heading", ["是否触发负面清单", "其中：触及负面清单"])
def test_a_veto_is_read_by_what_offices_call_it(heading, tmp_path):
    head, *rows = COMMUNITIES.strip().split("\n")
    read = table(tmp_path, "\n".join([f"{head},{heading}", *(f"{row},是" for row in rows)]) + "\n", "communities")
    assert read["veto"].all()


def test_a_state_beside_a_score_is_read(tmp_path):
    head, *rows = (HEAD + ROWS).strip().split("\n")
    said_of = zip(rows, ("参评,存量", "免评,新增"), strict=True)
    read = table(tmp_path, "\n".join([f"{head},参评情况,是否新增", *map(",".join, said_of)]) + "\n")
    assert list(read["evaluated"]) == [True, False]
    assert list(read["new"]) == [False, True]
    (line,) = refused(tmp_path, "\n".join([f"{head},参评情况", f"{rows[0]},存量"]) + "\n")
    assert "evaluated · “存量”" in line


def test_a_rank_without_a_level_is_refused(tmp_path):
    (line,) = refused(tmp_path, "机构编号,医院级别,等次,分组,得分,保证金\nA,未定级,甲等,一,96,5\n")
    assert "grade · “甲等”" in line


@pytest.mark.parametrize("month", ["20250101", "2025-01月", "2025/1/31"])
def test_a_month_may_be_a_day_of_it(month, tmp_path):
    read = table(tmp_path, f"机构编号,月份,记账金额\nA,{month},5\n", "billing")
    assert list(read["month"]) == ["2025-01"]


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


@pytest.mark.parametrize(
    ("heading", "year"),
    [("2025年质量保证金", "2025年"), ("2025年度保证金（万元）", "2025年度"), ("2025预留质量保证金", "2025"),
     ("本年度质量保证金", "本年度"), ("全年保证金", "全年"), ("质量保证金2025年", "2025年"),
     ("质量保证金（2025年度）", "2025年度"), ("*2025年质量保证金/万元", "2025年")],
)  # fmt: skip
def test_a_year_around_a_heading_is_told(heading, year, tmp_path):
    read = table(tmp_path, HEAD.replace("保证金", heading) + "A,甲,一,96,10\n")
    assert list(read["deposit"]) == [100_000 if "万元" in heading else 10]
    assert f"{heading.lstrip('*')} → deposit：表头写有“{year}”，按此列读取；请核对年份" in said(read)
    assert "column_missed" not in doubted(tmp_path)


def test_a_year_may_take_a_word_of_the_heading_with_it(tmp_path):
    read = table(tmp_path, "医共体编号,评价得分,2025年度总额预算,2025年度实际支出\nG1,92,100,90\n", "communities")
    assert read[["budget", "spending"]].to_numpy().tolist() == [[100, 90]]


def test_columns_stand_in_one_order_however_they_were_known(tmp_path):
    read = table(tmp_path, "机构编号,医院等次,2025年得分,保证金\nA,三甲,免评,1\n")
    assert list(read) == ["institution_id", "level", "grade", "score", "evaluated", "deposit"]


def test_of_two_years_of_a_column_neither_is_guessed(tmp_path):
    (line,) = refused(tmp_path, "机构编号,分组,得分,2024年保证金,2025年保证金\nA,一,96,1,2\n")
    assert line.startswith("institutions.csv · deposit：“2024年保证金”、“2025年保证金”均疑似此列")
    (line,) = refused(tmp_path, "机构编号,分组,得分,2024年,2025年\n,,,保证金,保证金\nA,一,96,1,2\n")
    assert line.startswith("institutions.csv · deposit：“2024年保证金”、“2025年保证金”均疑似此列")


def test_a_heading_without_a_year_goes_before_one_with_a_year(tmp_path):
    read = table(tmp_path, "机构编号,分组,得分,2024年保证金,保证金\nA,一,96,1,2\n")
    assert list(read["deposit"]) == [2]
    assert account_of(read).extras == ("2024年保证金",)


def test_columns_of_two_years_are_doubted(tmp_path):
    table(tmp_path, "机构编号,分组,2024年得分,2025年保证金\nA,一,96,100000\n")
    assert "写有 2024、2025" in doubted(tmp_path)["years_differ"][0]


NEAR = {
    "2025年度清算金额": "年度基金实际结算额",
    "2025年质量保证金预留数（市级）": "预留质量保证金",
    "保证金合计数": "预留质量保证金",
}


@pytest.mark.parametrize("heading", NEAR)
def test_a_heading_near_to_a_missing_column_is_never_silent(heading, tmp_path, capsys):
    data = tmp_path / "data"
    data.mkdir()
    other = "保证金" if NEAR[heading] != "预留质量保证金" else "年度结算金额"
    table(data, f"机构编号,分组,得分,{heading},{other}\nA,一,96,100000,2000000\nB,一,90,100000,2000000\n")
    line = f"有相近的表头，但没有读入此列：1 处。现按没有给出处理：{NEAR[heading]}"
    assert line in doubted(data)["column_missed"][0]
    (tmp_path / "s.yaml").write_text("title: 试\nrules: [deposit]\n", "utf-8")
    assert cli.main(["run", str(tmp_path / "s.yaml"), "--data", str(data), "--out", str(tmp_path / "out")]) == 0
    assert line in capsys.readouterr().err
    mapped(data, f"columns: {{{heading}: none}}")
    assert "column_missed" not in doubted(data)


def test_what_stands_beside_the_columns_is_not_doubted(tmp_path):
    table(
        tmp_path, "机构编号,机构名称,级别等次,分组,得分,保证金,名次,备注,床位数,联系人\nA,甲,三甲,一,96,1,1,无,1,张\n"
    )
    assert doubted(tmp_path) == {}


def test_a_run_says_what_was_not_read_and_what_was_read_though_hidden(tmp_path, capsys):
    data = tmp_path / "data"
    data.mkdir()
    book = openpyxl.Workbook()
    for row in (
        HEAD.strip().split(","),
        ["A", "甲", "一", 96, 100],
        ["B", "乙", "一", 90, 100],
        ["C", "丙", "一", 88, 100],
    ):
        book.active.append(row)
    book.active.row_dimensions[3].hidden = True
    book.create_sheet("旧表").append(["机构编号"])
    book["旧表"].sheet_state = "hidden"
    book.save(data / "机构.xlsx")
    (data / "说明.txt").write_text("无", "utf-8")
    (tmp_path / "s.yaml").write_text("title: 试\nrules: [deposit]\n", "utf-8")
    assert cli.main(["run", str(tmp_path / "s.yaml"), "--data", str(data), "--out", str(tmp_path / "out")]) == 0
    told = capsys.readouterr().err
    assert "未读取：机构.xlsx · 旧表：是隐藏的工作表" in told
    assert "未读取：说明.txt：不是数据表，未读取。" in told
    assert "隐藏的行也已读取：第 3 行（1 处）" in told
    manifest = (tmp_path / "out" / "manifest.json").read_text("utf-8")
    assert all(one in manifest for one in ("机构.xlsx · 旧表", "说明.txt", "隐藏的行也已读取：第 3 行"))


MONEY = "机构编号,机构名称,级别,得分,保证金,年度结算金额\n"
BLOCKS = [("A", "甲", "三级", "96", "10", "200"), ("B", "乙", "三级", "90", "20", "400"),
          ("C", "丙", "二级", "88", "30", "600"), ("D", "丁", "二级", "80", "40", "800")]  # fmt: skip


def lines_of(*rows: tuple) -> str:
    return MONEY + "".join(",".join(row) + "\n" for row in rows)


SUMS = {
    "unlabelled": lines_of(*BLOCKS, ("", "", "", "", "100", "2000")),
    "unlabelled, with a count": lines_of(*BLOCKS, ("", "4家", "", "88.5", "100", "2000")),
    "counted": lines_of(*BLOCKS, ("合计4家", "", "—", "—", "100", "2000")),
    "counted, with a colon": lines_of(*BLOCKS, ("", "共计：4家医疗机构", "", "/", "100", "—")),
    "in the name, with a number": lines_of(*BLOCKS, ("5", "全部机构合计", "", "", "100", "2000")),
    "subtotals": lines_of(*BLOCKS[:2], ("", "三级小计", "", "", "30", "600"), *BLOCKS[2:],
                          ("", "二级医院小计", "", "", "70", "1400"), ("合计", "", "", "", "100", "2000")),
    "subtotals without 小计": lines_of(*BLOCKS[:2], ("", "三级医院合计", "", "", "30", "600"), *BLOCKS[2:],
                                   ("", "二级医院合计", "", "", "70", "1400"), ("总计", "", "", "", "100", "2000")),
    "above": lines_of(("全市合计", "", "", "", "100", "2000"), ("三级小计", "", "", "", "30", "600"), *BLOCKS[:2],
                      ("二级小计", "", "", "", "70", "1400"), *BLOCKS[2:]),
    "of a label": lines_of(BLOCKS[0], BLOCKS[2], BLOCKS[1], BLOCKS[3], ("三级小计", "", "", "", "30", "600"),
                           ("二级小计", "", "", "", "70", "1400")),
}  # fmt: skip


@pytest.mark.parametrize("kind", SUMS)
def test_totals_of_any_kind_are_set_aside_and_agree(kind, tmp_path):
    read = table(tmp_path, SUMS[kind])
    assert sorted(read["institution_id"]) == ["A", "B", "C", "D"]
    totals = account_of(read).totals
    assert totals
    assert [one.line() for one in totals if one.gap or one.stated is None] == []
    assert "合计行不作为数据" in said(read)
    assert doubted(tmp_path).keys() <= {"deposit_unit"}


def test_a_total_that_agrees_with_no_rows_is_compared_with_those_above_it(tmp_path):
    text = SUMS["subtotals"].replace(",70,1400", ",71,1400")
    totals = account_of(table(tmp_path, text)).totals
    assert [(one.row, one.column, one.stated, one.summed) for one in totals if one.gap] == [(7, "deposit", 71, 70)]
    totals = account_of(table(tmp_path, SUMS["above"].replace(",70,1400", ",71,1400"))).totals
    assert [(one.row, one.column, one.stated, one.summed) for one in totals if one.gap] == [(6, "deposit", 71, 70)]


@pytest.mark.parametrize("last", [("", "", "", "", "100", "2001"), ("", "戊", "", "", "100", "2000")])
def test_a_row_without_a_number_that_is_no_total_is_refused(last, tmp_path):
    (line,) = refused(tmp_path, lines_of(*BLOCKS, last))
    assert line.startswith("institutions.csv · 第 6 行 · institution_id：不能为空")


def mapped(folder: Path, said: str) -> None:
    (folder / "columns.yaml").write_text(f"files:\n- file: institutions.csv\n  {said}\n", "utf-8")


def test_an_optional_column_of_last_years_mapping_is_doubted_and_the_rest_is_read(tmp_path):
    mapped(tmp_path, "columns: {质量保证金额: deposit, 考核: score}\n  units: {质量保证金额: 万元}")
    read = table(tmp_path, "机构编号,分组,考核\nA,一,96\n")
    assert list(read["score"]) == [96]
    lines = doubted(tmp_path)["column_missed"]
    assert "  columns.yaml · 预留质量保证金 · “质量保证金额”" in lines


def test_a_required_column_of_last_years_mapping_is_one_line(tmp_path):
    mapped(tmp_path, "table: institutions\n  columns: {医院号: institution_id}")
    assert refused(tmp_path, "编号X,分组,得分,保证金\nA,一,96,1\n") == [
        "columns.yaml · institution_id · “医院号”：institutions.csv 没有该表头。请按文件中的写法填写。"
    ]


def test_a_header_that_a_mapping_puts_beyond_the_file_is_refused_by_name(tmp_path):
    mapped(tmp_path, "header: 99")
    (line,) = refused(tmp_path, HEAD + ROWS)
    assert line.startswith("columns.yaml · header · “99”：institutions.csv 的表头不能在这一行")
    mapped(tmp_path, "header: 2")
    assert "columns.yaml 写表头在第 2 行，该行不是表头，已另找" in said(table(tmp_path, HEAD + ROWS))


SCORES = "机构编号,机构名称,分组,得分\nA,甲,一,96\nB,乙,一,90\nC,丙,一,88\n"
DEPOSITS = "单位：万元\n机构编号,机构名称,保证金\nC,丙,3\nA, 甲,1\nD,丁,4\n"


def two(folder: Path, deposits: str, scores: str = SCORES) -> None:
    (folder / "评分.csv").write_text(scores, "utf-8")
    (folder / "保证金.csv").write_text(deposits, "utf-8")


def test_two_files_with_different_columns_of_the_same_institutions_are_one_table(tmp_path):
    two(tmp_path, DEPOSITS)
    given = read_folder(tmp_path)
    read = given["institutions"]
    assert list(read["institution_id"]) == ["A", "B", "C", "D"]
    assert read["deposit"].fillna(0).tolist() == [10_000, 0, 30_000, 40_000]
    assert read["score"].fillna(0).tolist() == [96, 90, 88, 0]
    assert "保证金.csv：与 评分.csv 按机构编号合并，补充预留质量保证金；只在此处的编号 1 个（2 处）" in said(read)
    assert given.unread == ()


def test_what_one_of_two_files_lacks_and_the_other_has_is_not_missed(tmp_path):
    two(tmp_path, "机构编号,得分排名,保证金\nA,1,100000\nB,2,100000\nC,3,100000\n")
    assert "column_missed" not in doubted(tmp_path)


def test_what_a_merged_table_has_wrong_stands_where_it_was_written(tmp_path):
    two(tmp_path, DEPOSITS.replace("C,丙,3", "C,丙,3000"))
    (far,) = [one for one in doubts(read_folder(tmp_path)) if one.doubt.name == "deposit_blank"]
    assert far.finding.rows[0][:2] == ("评分.csv、保证金.csv", 3)  # institution B, of the first alone
    read = read_folder(tmp_path)["institutions"]
    assert [place(read, "institutions", row, "deposit") for row in read.index[[0, 2, 3]]] == [
        ("保证金.csv", 4), ("保证金.csv", 3), ("保证金.csv", 5),
    ]  # fmt: skip
    assert place(read, "institutions", read.index[3], "score") == ("保证金.csv", 5)


def test_two_files_that_say_different_things_of_an_institution_are_refused(tmp_path):
    two(tmp_path, DEPOSITS.replace(" 甲", "另一家"))
    with pytest.raises(BadInput) as bad:
        read_folder(tmp_path)
    assert [line.partition("（")[0] for line in bad.value.lines()] == [
        "保证金.csv · 第 4 行 · name · “另一家”：与 评分.csv 第 2 行的“甲”不同"
    ]


@pytest.mark.parametrize(
    ("other", "why"),
    [(DEPOSITS.replace("C,", "X,").replace("A,", "Y,"), "像是定点医疗机构，但可用的列太少"),
     ("机构编号,名称,得分\nA,甲,95\n", "与 评分.csv 有 1 个相同编号")],
)  # fmt: skip
def test_a_file_of_few_columns_that_adds_nothing_is_not_read(other, why, tmp_path):
    two(tmp_path, other)
    given = read_folder(tmp_path)
    assert list(given["institutions"]["institution_id"]) == ["A", "B", "C"]
    (one,) = given.unread
    assert one.file == "保证金.csv"
    assert one.why.zh.startswith(why)


def test_a_wide_sheet_of_scores_and_one_of_deposits_are_one_table(tmp_path):
    two(tmp_path, DEPOSITS, "机构编号,分组,得分,1 目录(3分),2 价格(5分),3 招采(5分)\nA,一,96,3,5,4\nC,一,88,3,4,4\n")
    given = read_folder(tmp_path)
    assert given["institutions"]["deposit"].tolist() == [10_000, 30_000, 40_000]
    assert len(given["item_scores"]) == 6


# --- months -----------------------------------------------------------------------------------------------------------

WIDE = "A,甲,100,200,300\nB,乙,10,,—\n"
MONTHLY = {  # name of the file, and its text: the same four amounts
    "title": ("台账", "2025年住院记账金额统计表,,,,\n机构编号,机构名称,1月,2月,12月\n" + WIDE),
    "file": ("2025年度月度记账", "机构编号,机构名称,1月份,2月份,12月份\n" + WIDE),
    "headings": ("记账", "机构编号,机构名称,2025年1月,2025年2月,2025年12月\n" + WIDE),
    "digits": ("记账", "机构编号,机构名称,202501,2025-02,202512\n" + WIDE),
    "words": ("2025记账", "机构编号,机构名称,一月,二月,十二月\n" + WIDE),
    "amounts": ("x", "机构编号,机构名称,2025年1月记账金额,2025年2月记账金额,2025年12月记账金额\n" + WIDE),
    "two rows": ("x", "机构编号,机构名称,2025年住院记账,,\n,,1月,2月,12月\n" + WIDE),
    "a day of making": ("2025年记账", "制表日期：2026年1月9日,,,,\n机构编号,机构名称,1月,2月,12月\n" + WIDE),
    "units": ("2025记账", "单位：万元,,,,\n机构编号,机构名称,1月,2月（元）,12月\nA,甲,0.01,200,0.03\nB,乙,0.001,,—\n"),
}  # fmt: skip


def billed(folder: Path) -> list[tuple]:
    table = read_folder(folder)["billing"]
    return sorted(zip(table["institution_id"], table["month"], table["billed"], strict=True))


@pytest.mark.parametrize("kind", MONTHLY)
def test_a_column_a_month_is_monthly_billing(kind, tmp_path):
    name, text = MONTHLY[kind]
    (tmp_path / f"{name}.csv").write_text(text, "utf-8")
    assert billed(tmp_path) == [
        ("A", "2025-01", 100),
        ("A", "2025-02", 200),
        ("A", "2025-12", 300),
        ("B", "2025-01", 10),
    ]
    told = said(read_folder(tmp_path)["billing"])
    assert "month：每月一列，读作月度记账：2025-01 至 2025-12（3 处）" in told
    assert "billed：空白的月份不读取（2 处）" in told


def test_what_was_billed_and_what_was_taken_off_may_stand_in_each_month(tmp_path):
    text = "机构编号,2025年1月,,2025年2月,\n,记账金额,扣款,记账金额,扣款\nA,100,1,200,2\n合计,100,1,200,3\n"
    (tmp_path / "台账.csv").write_text(text, "utf-8")
    read = read_folder(tmp_path)["billing"]
    assert read[["month", "billed", "penalties"]].to_numpy().tolist() == [["2025-01", 100, 1], ["2025-02", 200, 2]]
    totals = [(one.column, one.stated, one.summed) for one in account_of(read).totals]
    assert totals == [("billed", 100, 100), ("penalties", 1, 1), ("billed", 200, 200), ("penalties", 3, 2)]


def test_the_sums_of_a_wide_sheet_are_compared(tmp_path):
    text = "单位：万元,,,,\n机构编号,1月,2月,合计\nA,1,2,3\nB,4,5,9.5\n合计,5,7,12.5\n"
    (tmp_path / "2025年月度记账.csv").write_text(text, "utf-8")
    totals = account_of(read_folder(tmp_path)["billing"]).totals
    assert [(one.row, one.stated, one.summed) for one in totals] == [
        (3, 30_000, 30_000), (4, 95_000, 90_000), (5, 50_000, 50_000), (5, 70_000, 70_000),
    ]  # fmt: skip


def test_a_wide_sheet_that_names_its_institutions_is_numbered(tmp_path):
    (tmp_path / "institutions.csv").write_text(HEAD + ROWS, "utf-8")
    (tmp_path / "2025年记账.csv").write_text("单位,1月,2月\n乙,1,2\n", "utf-8")
    said = "table: billing\n  by_name: true\n  columns: {单位: institution_id}\n"
    (tmp_path / "columns.yaml").write_text(f"files:\n- file: 2025年记账.csv\n  {said}", "utf-8")
    assert billed(tmp_path) == [("B", "2025-01", 1), ("B", "2025-02", 2)]
    assert "column_missed" not in doubted(tmp_path)


def test_two_columns_of_one_month_are_refused(tmp_path):
    (tmp_path / "2025.csv").write_text("机构编号,住院记账,,统筹记账,\n,1月,2月,1月,2月\nA,1,2,3,4\n", "utf-8")
    with pytest.raises(BadInput) as bad:
        read_folder(tmp_path)
    assert bad.value.lines()[0].startswith("2025.csv · billed：“1月”、“2月”、“1月”、“2月”均疑似此列")


NO_YEAR = {
    "none": ("记账", "机构编号,1月,2月\nA,1,2\n"),
    "two": ("2024年记账", "2025年,,\n单位：元,,\n机构编号,1月,2月\nA,1,2\n"),
    "in the name": ("3月", "机构编号,记账金额\nA,1\n"),
}


@pytest.mark.parametrize("kind", NO_YEAR)
def test_months_of_an_unknown_year_are_one_line(kind, tmp_path):
    name, text = NO_YEAR[kind]
    (line,) = refused(tmp_path, text, name)
    assert "month：写有“" in line
    assert "无法确定年份" in line


@pytest.mark.parametrize("heading", ["人次", "病例数", "就诊人次（人次）", "记账人次", "门诊记账", "上年记账"])
def test_months_of_something_else_are_no_billing(heading, tmp_path):
    (tmp_path / "2025年住院.csv").write_text(f"机构编号,{heading},,\n,1月,2月,3月\nA,1,2,3\n", "utf-8")
    (tmp_path / "institutions.csv").write_text(HEAD + ROWS, "utf-8")
    given = read_folder(tmp_path)
    assert list(given) == ["institutions"]
    assert [one.file for one in given.unread] == ["2025年住院.csv"]


def test_what_outpatients_are_billed_is_no_billing_of_inpatients(tmp_path):
    (tmp_path / "2025年门诊记账.csv").write_text("机构编号,1月,2月,3月\nA,1,2,3\n", "utf-8")
    (tmp_path / "institutions.csv").write_text(HEAD + ROWS, "utf-8")
    assert list(read_folder(tmp_path)) == ["institutions"]


def test_a_file_or_a_sheet_a_month_fills_the_month(tmp_path, capsys):
    data = tmp_path / "data"
    data.mkdir()
    for month in ("2025年1月", "202502", "记账2025-03"):
        (data / f"{month}.csv").write_text("机构编号,记账金额\nA,5\nB,6\n", "utf-8")
    book = openpyxl.Workbook()
    for month in ("4月", "5月份", "十二月"):
        page = book.create_sheet(month)
        for row in (["机构编号", "记账金额"], ["A", 5], ["B", 6]):
            page.append(row)
    del book["Sheet"]
    book.save(data / "2025年下发.xlsx")
    wanted = [
        (one, f"2025-{month:02d}", amount) for one, amount in (("A", 5), ("B", 6)) for month in (1, 2, 3, 4, 5, 12)
    ]
    assert billed(data) == wanted
    assert "2025年下发.xlsx · 十二月 · month：没有月份一列，按表名或文件名读作 2025-12" in said(
        read_folder(data)["billing"]
    )
    assert cli.main(["import", str(data), "--out", str(tmp_path / "clean")]) == 0
    assert billed(tmp_path / "clean") == wanted


@pytest.mark.parametrize("name", ["2025年1-6月记账", "2025年3月5日记账", "2025年记账"])
def test_a_name_of_several_months_or_of_a_day_is_no_month(name, tmp_path):
    entry = f"files:\n- file: {name}.csv\n  table: billing\n"
    (tmp_path / "columns.yaml").write_text(entry, "utf-8")
    (line,) = refused(tmp_path, "机构编号,记账金额\nA,1\n", name)
    assert line.startswith(f"{name}.csv · month：缺少此列")


STAYS = (
    "结算ID,机构编号,险种,病种编码,入院日期,出院日期,总费用,{fund},{patient},其他支付\n"
    "C1,H1,310,K80.2,2025-01-01,2025-01-08,9000,6000,{paid},0\n"
)


@pytest.mark.parametrize(
    ("heading", "told"),
    [("基金支付总额", "是各项基金支付的合计（含大病、补充、救助等），不是统筹基金记账"),
     ("fund_pay_sumamt", "是各项基金支付的合计（含大病、补充、救助等），不是统筹基金记账"),
     ("统筹支付额度", "与统筹基金记账相近。确为此列的，请改名为 fund_billed，或在 columns.yaml 中写明；不是的")],
)  # fmt: skip
def test_a_heading_like_a_missing_amount_is_never_simply_to_be_renamed(heading, told, tmp_path):
    (line,) = refused(tmp_path, STAYS.format(fund=heading, patient="个人支付", paid=3000), "cases")
    assert f"列“{heading}”{told}" in line
    assert "请补充该列" in line


def test_account_and_cash_are_together_what_the_patient_paid(tmp_path):
    read = table(
        tmp_path, STAYS.format(fund="统筹基金支出", patient="个人账户支出,现金支出", paid="1000,2000"), "cases"
    )
    with engine(len(read)) as backend:
        assert read.on(backend).patient_paid.to_pyarrow().to_pylist() == [3000.0]
    assert "patient_paid：等于 个人账户支出 + 现金支出" in said(read)


@pytest.mark.parametrize("half", ["现金支出", "个人账户支出"])
def test_account_or_cash_alone_is_not_what_the_patient_paid(half, tmp_path):
    (line,) = refused(tmp_path, STAYS.format(fund="统筹基金支出", patient=half, paid=2000), "cases")
    assert "patient_paid：缺少此列" in line


@pytest.mark.parametrize("heading", ["备注", "审核状态"])
@pytest.mark.parametrize(
    ("text", "meant"),
    [("已退费", True), ("2025.3.1作废", True), ("拒付", True), ("审核不通过", True), ("驳回，重复上传", True),
     ("未退费", False), ("通过", False), ("张三家属代办", False), ("—", False), ("有效", False)],
)  # fmt: skip
def test_a_case_that_is_said_to_be_void_is_doubted_with_its_money(heading, text, meant, tmp_path):
    head, row, _ = STAYS.format(fund="统筹基金支出", patient="个人支付", paid=3000).split("\n")
    read = table(tmp_path, f"{head},{heading}\n{row},{text}\n{row.replace('C1', 'C2', 1)},\n", "cases")
    assert len(read) == 2  # a remark takes no case away
    assert text == "—" or text not in said(read)  # remarks may name somebody
    found = doubted(tmp_path).get("said_void", [""])
    assert found[0].endswith("1 处，涉及 9,000.00 元。" if meant else "")
    assert bool(found[0]) is meant


def test_means_with_a_column_a_level_are_a_row_for_each(tmp_path):
    head = "病种编码,病种名称,三级,二级医院（万元）,一级\n"
    read = table(tmp_path, f"{head}K80.2,胆囊结石,12000,1,—\nJ18.9,肺炎,6000,0.5,4000\n", "peer_means")
    rows = [["K80.2", "3", 12000], ["K80.2", "2", 10000], ["J18.9", "3", 6000], ["J18.9", "2", 5000]]
    assert sorted(read[["group_code", "level", "mean_cost"]].to_numpy().tolist()) == sorted(
        [*rows, ["J18.9", "1", 4000]]
    )
    assert "按级别分列，每个病种和级别读作一行：三级、二级医院（万元）、一级" in said(read)
    assert "空白的级别没有读入（1 处）" in said(read)


@pytest.mark.parametrize("head", ["病种编码,三级,三级医院", "病种编码,三级,次均费用", "病种名称,三级,二级"])
def test_means_of_levels_that_are_not_clear_are_refused(head, tmp_path):
    assert "level：缺少此列" in "".join(refused(tmp_path, f"{head}\nK80.2,12000,10000\n", "peer_means"))


@pytest.mark.parametrize(("heading", "meant"), [("质量保证金（元）（5%）", 100_000), ("保证金（5%）（万元）", 1e9)])
def test_a_rate_beside_the_unit_of_a_heading_is_none(heading, meant, tmp_path):
    read = table(tmp_path, f"机构编号,机构名称,分组,得分,{heading}\nA,甲,一,96,100000\n")
    assert list(read["deposit"]) == [meant]


def test_of_two_scores_what_to_write_is_said_for_each(tmp_path):
    text = "机构编号,机构名称,分组,得分,最终得分\nA,甲,一,80,96\n"
    (line,) = refused(tmp_path, text)
    assert "取“得分”的，写 columns: {得分: score}；取“最终得分”的，写 columns: {最终得分: score}" in line
    mapped(tmp_path, "columns: {最终得分: score}")
    assert list(table(tmp_path, text)["score"]) == [96]


def test_a_bare_heading_of_numbers_is_offered_for_the_number(tmp_path):
    (line,) = refused(tmp_path, "编号,机构名称,分组,得分\n1,甲,一,96\n")
    assert "列“编号”与机构编号相近。确为此列的，请改名为 institution_id，或在 columns.yaml 中写明" in line


def test_a_number_that_lost_its_first_letter_is_known_again():
    assert near("44520000011", ["H44520000011", "H44520000012"]).zh == "是否应为 H44520000011？"
    assert near("H44520000011", ["44520000011"], spelled=False).zh
    assert not near("44520000011", ["544520000011"], spelled=False).zh
    assert not near("H44520000011", ["G44520000011"], spelled=False).zh


def test_points_above_the_full_marks_name_their_item(tmp_path, capsys):
    head = (
        "机构编号,机构名称,1 目录,2 价格,3 招采,4 支付,5 药,6 使用,7 管理,8 码,9 网,10 服务,11 协议,12 满意,13 地方\n"
    )
    (tmp_path / "评分.csv").write_text(f"{head}A,甲,4,3,18,17,3,15,5,5,8,4,2,2,9\n", "utf-8")
    cli.main(["check", str(tmp_path)])
    assert "A 第 1 项得 4 分，高于" in "".join(capsys.readouterr())


def test_a_table_with_its_columns_in_rows_is_to_be_transposed(tmp_path):
    (tmp_path / "funds.csv").write_text("项目,金额（万元）\n当年基金收入,6\n普通门诊统筹,0.5\n", "utf-8")
    (tmp_path / "institutions.csv").write_text(f"{HEAD}{ROWS}", "utf-8")
    read = read_folder(tmp_path)
    (why,) = (one.why.zh for one in read.unread if one.file == "funds.csv")
    assert why.startswith("像是统筹基金，但一行是一个项目（原表的列）。请转置")
    assert "funds" not in read


def test_a_fund_without_its_scheme_is_not_taken_for_a_transposed_one(tmp_path):
    (line,) = refused(tmp_path, "当年基金收入,普通门诊统筹\n60000,5000\n", "funds")
    assert "scheme：缺少此列" in line


def test_a_second_column_of_remarks_refuses_nothing(tmp_path):
    head, row, _ = STAYS.format(fund="统筹基金支出", patient="个人支付", paid=3000).split("\n")
    read = table(tmp_path, f"{head},审核状态,审核结果\n{row},拒付,通过\n", "cases")
    assert account_of(read).extras == ("审核结果",)
    assert "said_void" in doubted(tmp_path)
