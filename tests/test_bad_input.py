"""Bad input of every kind is refused with one line a problem and nothing written; odd but sound input is read."""

import codecs
import csv
import os
import random
import re
import subprocess
import sys
import warnings
import zipfile
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
import xlsxwriter

from simlib.cli import main
from simlib.money import to_fen
from simlib.rules.deposit.params import DepositParams
from simlib.tables import read_folder
from strategies.bad_files import (
    DEPOSIT,
    EXCEL,
    FILE,
    GROUP,
    HEADER,
    ID,
    NAME,
    OLE,
    ROWS,
    SCORE,
    SHEET,
    bomb,
    both,
    changed,
    comma_separated,
    cut,
    entity,
    inline,
    laughs,
    lying,
    parquet,
    raw,
    renamed,
    sheet,
    sparse,
    tampered,
    text,
    with_base,
    with_bytes,
    without,
    workbook,
)  # fmt: skip

ROOT = Path(__file__).resolve().parent.parent

# What is refused: a builder, then the lines it gets. {folder} stands for the folder that was read.

# fmt: off
NOT_A_NUMBER = "不是此列的数字。请写成 93.5 这样的数字。"
ERROR = "公式出错。请在表格软件中改正后再用。"
NOT_FINITE = "不是有限的数。请填写实际数值，没有则留空。"
AMOUNT = "预留质量保证金应在 0 至 1,000,000,000,000 之间。请核对。"
POINTS = "年度评价得分应在 0 至 100 之间。请核对。"
FORMULA = "以 = + - @ 开头，会被表格软件当作公式执行。请去掉该字符。"
INVISIBLE = "含有换行或不可见的字符。请重新输入。"
NOT_TEXT = "不是 UTF-8、UTF-16 或 GB18030 文本。请另存为“CSV UTF-8（逗号分隔）”。"
ENCODING = "编码既不是 UTF-8 也不是 GB18030。请另存为“CSV UTF-8（逗号分隔）”。"
QUOTES = "双引号不配对。请用表格软件重新另存为 CSV。"
TABLES = (
    "没有可用的数据表。请放入 institutions.csv, facts.csv, item_scores.csv, cases.csv, history.csv, groups.csv, "
    "peer_means.csv, "
    "funds.csv, "
    "billing.csv, communities.csv, applicants.csv, deadlines.csv, calendar.csv, incidents.csv（或 XLSX、Parquet）。"
)
PARQUET = "不是完好的 Parquet 文件。请重新导出。"
PLAIN = "不是文字、数字或是否的列。请改成普通的列或删除。"
CALCULATE = "公式没有计算结果。请用 Excel 或 WPS 打开、保存后再用。"
BLANK = "为空。请补充，或将该行移出此表。"
RAGGED = "请检查多余或缺少的逗号。"
TWICE = "与第 2 行重复。请每个编号只保留一行。"
LACKING = "缺少此列，质量保证金需要使用。"
YAML = "不是正确的 YAML（缩进、制表符、冒号、括号，或同一名称出现两次）。请核对此行和上一行。"
TRICK = "不支持 * 引用和 ! 标记。请直接写出内容。"
LOWER = "下阈值的取值无效。请填 0.80 至 1.00（JS26 附件3 二(二)1、注）。"
UPPER = "上阈值的取值无效。请填 1.00 至 1.20（JS26 附件3 二(二)3、注）。"
UPPER_BOUNDS = "上阈值超出允许范围。请填 1.00 至 1.20（JS26 附件3 二(二)3、注）。"
NOT_A_SCENARIO = "不是方案文件。至少要有一行 title: 标题。"
NO_TITLE = "缺少标题。请加一行 title: 标题。"
NOT_UTF8 = "不是 UTF-8 文本文件。请另存为 UTF-8。"
QUOTED = "应为文字。请加引号。"
GROUPED = "应为一组参数，如 deposit: {upper: 1.03}。"
NO_FILE = "未找到该方案文件。请核对路径。"
NO_FOLDER = "未找到该数据文件夹。请核对路径。"
CIRCLE = "base 循环引用。请删除其中一个。"
A_RULE = "未找到该规则。请写成 [deposit] 这样的列表。"
KNOWN = f"可用的名称：{', '.join(DepositParams.declarations())}。"
BROKEN = "不是完好的 XLSX 文件（可能损坏）。请用 Excel 或 WPS 打开，另存为不加密的 XLSX。"
ENCRYPTED = "文件有密码（已加密），无法读取。请用 Excel 或 WPS 打开，取消密码后另存为 XLSX。"

DATA = {
    "a column that the rule needs is missing": (without(SCORE),
        "institutions.csv · score：" + LACKING + "请补充该列。"),
    "the key column is missing": (without(ID),
        "institutions.csv · institution_id：缺少此列。请补充该列。"),
    "neither the deposit nor its base is given": (without(DEPOSIT),
        "institutions.csv · deposit / settled：" + LACKING + "请补充其中一列。"),
    "a column name is misspelt": (renamed(SCORE, "socre"),
        "institutions.csv · score：" + LACKING + "请把列“socre”改名为 score。"),
    "the key column is misspelt": (renamed(ID, "institutoin_id"),
        "institutions.csv · institution_id：缺少此列。请把列“institutoin_id”改名为 institution_id。"),
    "two columns have the same name": (renamed(NAME, SCORE),
        "institutions.csv · score：“score”、“score”均疑似此列。请仅保留一列，或在 columns.yaml 中写明所用的列。"),
    "a column name holds a zero-width space": (renamed(NAME, "na\u200bme"),
        "institutions.csv · 第 1 行 · “na�me”：列名含有不可见的字符。请重新输入列名。"),
    "there is only a header": (text(comma_separated(rows=[])),
        "institutions.csv：只有表头，没有数据行。请补充数据。"),
    "a row is short": (text(comma_separated(rows=[ROWS[0], ["A2", "Second", "one", 90]])),
        "institutions.csv · 第 3 行：有 4 个单元格，表头有 5 列。" + RAGGED),
    "a row is long, by a thousands separator": (changed(DEPOSIT, "10,000"),
        "institutions.csv · 第 3 行：有 6 个单元格，表头有 5 列。" + RAGGED),
    "text stands where a number should": (changed(SCORE, "good"),
        "institutions.csv · 第 3 行 · score · “good”：" + NOT_A_NUMBER),
    "a number is a spreadsheet's error": (changed(SCORE, "#N/A"),
        "institutions.csv · 第 3 行 · score · “#N/A”：" + ERROR),
    "a number is not a number": (changed(SCORE, "NaN"),
        "institutions.csv · 第 3 行 · score · “NaN”：" + NOT_FINITE),
    "a number is infinite": (changed(DEPOSIT, "-inf"),
        "institutions.csv · 第 3 行 · deposit · “-inf”：" + NOT_FINITE),
    "a number is too large for a computer": (changed(DEPOSIT, "1e999"),
        "institutions.csv · 第 3 行 · deposit · “1e999”：" + AMOUNT),
    "a number is endless": (changed(SCORE, "1" * 9999 + "x"),
        "institutions.csv · 第 3 行 · score · “" + "1" * 59 + "…”：" + NOT_A_NUMBER),
    "an amount is huge": (changed(DEPOSIT, "1000000000001"),
        "institutions.csv · 第 3 行 · deposit · “1000000000001”：" + AMOUNT),
    "an amount is negative": (changed(DEPOSIT, "-0.01"),
        "institutions.csv · 第 3 行 · deposit · “-0.01”：" + AMOUNT),
    "an amount has three decimals": (changed(DEPOSIT, "10000.005"),
        "institutions.csv · 第 3 行 · deposit · “10000.005”：金额最多到分（两位小数）。请核对。"),
    "a score is above 100": (changed(SCORE, "100.5"),
        "institutions.csv · 第 3 行 · score · “100.5”：" + POINTS),
    "a score is negative": (changed(SCORE, "-1"),
        "institutions.csv · 第 3 行 · score · “-1”：" + POINTS),
    "a count is not whole": (text("institution_id,group,score,deposit,specialties_city\nA1,one,90,1,1.5\n"),
        "institutions.csv · 第 2 行 · specialties_city · “1.5”：应为整数。请核对。"),
    "a yes or no is neither": (text("institution_id,group,score,deposit,new\nA1,one,90,1,maybe\n"),
        "institutions.csv · 第 2 行 · new · “maybe”：应为 True/False、1/0 或 是/否。"),
    "an option does not exist": (text("institution_id,group,score,deposit,level\nA1,one,90,1,4\n"),
        "institutions.csv · 第 2 行 · level · “4”：不在可选值内。请填 3（三级）、2（二级）、1（一级） 之一。"),
    "an id is blank": (changed(ID, " "),
        "institutions.csv · 第 3 行 · institution_id：不能为空。请补充。"),
    "a score is blank": (changed(SCORE, ""),
        "institutions.csv · 第 3 行 · score：" + BLANK),
    "a group is blank": (changed(GROUP, ""),
        "institutions.csv · 第 3 行 · group：" + BLANK),
    "every score of a group is 0": (text("institution_id,group,score,deposit\nA1,one,0,1\nA2,two,9,1\n"),
        "institutions.csv · 第 2 行 · group · “one”：本组得分全为 0，无法计算指数。请核对得分。"),
    "an id stands twice": (changed(ID, "A1"),
        "institutions.csv · 第 3 行 · institution_id · “A1”：" + TWICE),
    "an id stands twice but for spaces": (changed(ID, " A1\u3000"),
        "institutions.csv · 第 3 行 · institution_id · “A1”：" + TWICE),
    "an id differs by a zero-width space only": (changed(ID, "A\u200b1"),
        "institutions.csv · 第 3 行 · institution_id · “A�1”：" + INVISIBLE),
    "a name begins with =": (changed(NAME, '"=HYPERLINK(""http://x"",""y"")"'),
        'institutions.csv · 第 3 行 · name · “=HYPERLINK("http://x","y")”：' + FORMULA),
    "a name begins with +": (changed(NAME, "+1+1"),
        "institutions.csv · 第 3 行 · name · “+1+1”：" + FORMULA),
    "a name begins with -": (changed(NAME, " -2+3"),
        "institutions.csv · 第 3 行 · name · “-2+3”：" + FORMULA),
    "a name begins with @": (changed(NAME, "@SUM(A1)"),
        "institutions.csv · 第 3 行 · name · “@SUM(A1)”：" + FORMULA),
    "a group begins with =": (changed(GROUP, "=1+1"),
        "institutions.csv · 第 3 行 · group · “=1+1”：" + FORMULA),
    "a name holds a line break": (changed(NAME, '"Second\nhospital"'),
        "institutions.csv · 第 3 行 · name · “Second�hospital”：" + INVISIBLE),
    "a name holds a control character": (changed(NAME, "Sec\x1b[31mond"),
        "institutions.csv · 第 3 行 · name · “Sec�[31mond”：" + INVISIBLE),
    "a name is written from right to left": (changed(NAME, "Sec\u202eond"),
        "institutions.csv · 第 3 行 · name · “Sec�ond”：" + INVISIBLE),
    "a name holds a zero-width character": (changed(NAME, "Sec\u200dond"),
        "institutions.csv · 第 3 行 · name · “Sec�ond”：" + INVISIBLE),
    "a name is endless": (changed(NAME, "x" * 10_001),
        "institutions.csv · 第 3 行 · name · “xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…”：超过 "
        "10,000 个字符。请核对。"),
    "several things are wrong at once": (
        text("institution_id,group,score,deposit\nA1,one,x,1\n,one,101,1.001\nA1,=a,90,1\n"),
        "institutions.csv · 第 2 行 · score · “x”：" + NOT_A_NUMBER,
        "institutions.csv · 第 3 行 · institution_id：不能为空。请补充。",
        "institutions.csv · 第 3 行 · score · “101”：" + POINTS,
        "institutions.csv · 第 3 行 · deposit · “1.001”：金额最多到分（两位小数）。请核对。",
        "institutions.csv · 第 4 行 · group · “=a”：" + FORMULA,
        "institutions.csv · 第 4 行 · institution_id · “A1”：" + TWICE),
    "a quote is not closed": (changed(NAME, '"Second'),
        "institutions.csv · 第 3 行：" + QUOTES),
    "a quote is closed too early": (changed(NAME, '"Second" hospital'),
        "institutions.csv · 第 3 行：" + QUOTES),
    "a decimal comma stands in a number": (text('"institution_id";"score"\n"A1";"9,5"\n'),
        "institutions.csv · 第 2 行 · score · “9,5”：" + NOT_A_NUMBER),
    "the file is empty": (raw(b""),
        "institutions.csv：文件是空的。请重新导出。"),
    "the encoding is Latin-1": (with_bytes("évêché".encode("latin-1")),
        "institutions.csv · 第 3 行：" + ENCODING),
    "the encoding is Big5 with a byte of its own": (with_bytes("醫院".encode("big5") + b"\xff"),
        "institutions.csv · 第 3 行：" + ENCODING),
    "a byte of UTF-8 is broken": (with_bytes(b"\xe4\xb8", start=codecs.BOM_UTF8),
        "institutions.csv · 第 3 行：" + ENCODING),
    "there are NUL bytes": (changed(NAME, "Sec\x00ond"),
        "institutions.csv：" + NOT_TEXT),
    "the file is nothing but zeros": (sparse(200),
        "institutions.csv：" + NOT_TEXT),
    "the file is above the limit": (text(comma_separated() + "\n" * (120 * 2**20)),
        "institutions.csv：文件有 120 MB，超过上限 100 MB。请只保留所需的行和列，或改用 Parquet。"),
    "an XLSX is cut off": (cut(workbook(), EXCEL, 0.7),
        "institutions.xlsx：" + BROKEN),
    "an XLSX is an old XLS or encrypted": (raw(OLE, EXCEL),
        "institutions.xlsx：不是完好的 XLS 或 ET 文件（可能损坏）。请用 Excel 或 WPS 打开，另存为 XLSX。"),
    "an XLSX has a password on its parts": (tampered({}, {SHEET: {"flag_bits": 1}}),
        "institutions.xlsx：" + ENCRYPTED),
    "an XLSX lacks its sheet": (tampered({}, keep=lambda name: name != SHEET),
        "institutions.xlsx：" + BROKEN),
    "an XLSX has a sheet that is not XML": (tampered({SHEET: b"<worksheet><sheetData><row>"}),
        "institutions.xlsx：" + BROKEN),
    "an XLSX has an empty sheet": (workbook([], []),
        "institutions.xlsx：是空的工作表。", "{folder}：" + TABLES),
    "an XLSX has only a header": (workbook(rows=[]),
        "institutions.xlsx：只有表头，没有数据行。请补充数据。"),
    "an XLSX has formulas that were never calculated": (
        workbook(rows=[[*row[:3], "=90+1", "=A1*0.05"] for row in ROWS]),
        *(f"institutions.xlsx · 第 {row} 行 · {column}：" + CALCULATE
          for row in (2, 3, 4) for column in ("score · “=90+1”", "deposit · “=A1*0.05”"))),
    "an XLSX has a spreadsheet's error": (workbook(rows=[ROWS[0], ["A2", "Second", "one", "#REF!", 1]]),
        "institutions.xlsx · 第 3 行 · score · “#REF!”：" + ERROR),
    "an XLSX has a date for an amount": (workbook(formats=[("E", "yyyy-mm-dd")]),
        "institutions.xlsx · 第 2 行 · deposit · “1927-05-18”：" + NOT_A_NUMBER,
        "institutions.xlsx · 第 3 行 · deposit · “1927-05-18”：" + NOT_A_NUMBER,
        "institutions.xlsx · 第 4 行 · deposit · “1927-05-18”：" + NOT_A_NUMBER),
    "an XLSX says that it unpacks to far too much": (tampered({}, {SHEET: {"file_size": 2**31}}),
        "institutions.xlsx：解压后有 2,048 MB，超过上限 400 MB，未打开。请只保留所需的工作表。"),
    "an XLSX is packed a thousand times": (tampered({SHEET: b"<c/>" * (5 * 2**20)}),
        "institutions.xlsx：压缩超过 100 倍，不像是表格，未打开。请另存为新的 XLSX。"),
    "an XLSX says that it unpacks to less than it does": (lying(megabytes=200),
        "institutions.xlsx：" + BROKEN),
    "an XLSX is packed by other means": (tampered({}, {SHEET: {"compress_type": zipfile.ZIP_LZMA}}),
        "institutions.xlsx：" + BROKEN),
    "an XLSX has a row beyond the last": (sheet(inline(1, *HEADER) + inline(999_999_999, "A1")),
        "institutions.xlsx：单元格超过 50,000,000 个。请删除多余的行和列。"),
    "an XLSX has an entity of a billion": (laughs(),
        "institutions.xlsx：" + BROKEN),
    "an XLSX has an entity from another file": (entity(f'<!ENTITY x SYSTEM "{Path(__file__).as_uri()}">', "&x;"),
        "institutions.xlsx：" + BROKEN),
    "a Parquet file is packed a million times": (
        lambda folder: pyarrow.parquet.write_table(
            pa.table({ID: pa.nulls(50_000_001, pa.bool_())}), folder / "institutions.parquet"),
        "institutions.parquet：单元格超过 50,000,000 个。请删除多余的行和列。"),
    "a Parquet file is damaged": (raw(b"PAR1" + bytes(100) + b"PAR1", "institutions.parquet"),
        "institutions.parquet：" + PARQUET),
    "a Parquet file is cut off": (cut(parquet(), "institutions.parquet", 0.9),
        "institutions.parquet：" + PARQUET),
    "a Parquet column holds lists": (parquet(name=[["First"], ["Second", "hospital"], []]),
        "institutions.parquet · name · “list<element: string>”：" + PLAIN),
    "a Parquet column holds bytes": (parquet(name=[b"First", b"Second", b"Third"]),
        "institutions.parquet · name · “binary”：" + PLAIN),
    "a Parquet number is not a number": (parquet(score=[96.0, float("nan"), 84.0]),
        "institutions.parquet · 第 2 行 · score：" + BLANK),
    "the folder does not exist": (Path.rmdir,
        "{folder}：" + NO_FOLDER),
    "the folder has no table": (text("x", name="readme.txt"),
        "readme.txt：不是数据表，未读取。",
        "{folder}：" + TABLES),
    "the folder has only tables that no rule reads": (text("a,b\n", name="visits.csv"),
        "visits.csv：未找到表头：没有已知的列名。如需读取，请在 columns.yaml 中写明。",
        "{folder}：" + TABLES),
    "the table is a folder": (lambda folder: (folder / FILE).mkdir(),
        "institutions.csv：是子文件夹，未读取。如为数据，请单独指定该文件夹。",
        "{folder}：" + TABLES),
}

SCENARIOS = {
    "a name at the top is misspelt": ("title: t\ntitel_en: x\n",
        "scenario.yaml · 第 2 行 · titel_en：未找到该名称。是否想写 title_en？"),
    "a name at the top is a number": ("title: t\n1: x\n",
        "scenario.yaml · 第 2 行 · 1：未找到该名称。可用的名称：title, title_en, question, base, data, rules, "
        "params。"),
    "a family is misspelt": ("title: t\nparams:\n  depposit: {upper: 1.03}\n",
        "scenario.yaml · 第 3 行 · params.depposit：未找到该名称。是否想写 deposit？"),
    "a parameter is misspelt": ("title: t\nparams:\n  deposit:\n    uper: 1.03\n",
        "scenario.yaml · 第 4 行 · params.deposit.uper：未找到该参数。是否想写 upper？"),
    "a parameter is unknown and has a line break": ('title: t\nparams:\n  deposit:\n    "a\\nb": 1\n',
        "scenario.yaml · 第 4 行 · params.deposit.a�b：未找到该参数。" + KNOWN),
    "a parameter is named by a number": ("title: t\nparams: {deposit: {1.03: 1}}\n",
        "scenario.yaml · 第 2 行 · params.deposit.1.03：未找到该名称。" + KNOWN),
    "a parameter is out of bounds": ("title: t\nparams:\n  deposit:\n    lower: 0.9\n    upper: 1.3\n",
        "scenario.yaml · 第 5 行 · params.deposit.upper · “1.3”：" + UPPER_BOUNDS),
    "a rate of 5% is written as 5": ("title: t\nparams: {deposit: {deposit_rate: 5}}\n",
        "scenario.yaml · 第 2 行 · params.deposit.deposit_rate · “5”："
        "保证金预留比例超出允许范围。请填 0 至 0.05（即 0.0% 至 5.0%）（JS3 第二十九条；JY 第四十条）。"),
    "a threshold is text with a percent sign": ('title: t\nparams: {deposit: {lower: "98%"}}\n',
        "scenario.yaml · 第 2 行 · params.deposit.lower · “98%”：" + LOWER),
    "a threshold is a word": ("title: t\nparams: {deposit: {lower: low}}\n",
        "scenario.yaml · 第 2 行 · params.deposit.lower · “low”：" + LOWER),
    "a threshold is a yes": ("title: t\nparams: {deposit: {upper: true}}\n",
        "scenario.yaml · 第 2 行 · params.deposit.upper · “True”：" + UPPER),
    "a threshold is not a number": ("title: t\nparams: {deposit: {upper: .nan}}\n",
        "scenario.yaml · 第 2 行 · params.deposit.upper · “nan”：" + UPPER),
    "a threshold is infinite": ("title: t\nparams: {deposit: {upper: .inf}}\n",
        "scenario.yaml · 第 2 行 · params.deposit.upper · “inf”：" + UPPER),
    "a threshold has no value": ("title: t\nparams:\n  deposit:\n    upper:\n",
        "scenario.yaml · 第 4 行 · params.deposit.upper：未填写。请填写，或删除此行。"),
    "a threshold is a list": ("title: t\nparams: {deposit: {upper: [1.03]}}\n",
        "scenario.yaml · 第 2 行 · params.deposit.upper · “[1.03]”：" + UPPER),
    "a threshold has too many decimals": ("title: t\nparams: {deposit: {upper: 1.0300001}}\n",
        "scenario.yaml · 第 2 行 · params.deposit.upper · “1.0300001”：上阈值的小数位过多，最多 6 位。"),
    "a reading is unknown": ("title: t\nparams: {deposit: {mean_scope: county}}\n",
        "scenario.yaml · 第 2 行 · params.deposit.mean_scope · “county”："
        "平均分口径的取值无效。请填 group（分组内平均）、city（全市平均）（JS26 附件3 一(三)、二(一)）。"),
    "two parameters are wrong": ("title: t\nparams: {deposit: {upper: 1.3, uper: 1}}\n",
        "scenario.yaml · 第 2 行 · params.deposit.upper · “1.3”：" + UPPER_BOUNDS,
        "scenario.yaml · 第 2 行 · params.deposit.uper：未找到该参数。是否想写 upper？"),
    "the parameters are a list": ("title: t\nparams: [deposit]\n",
        "scenario.yaml · 第 2 行 · params · “['deposit']”：" + GROUPED),
    "the parameters are text": ("title: t\nparams: deposit\n",
        "scenario.yaml · 第 2 行 · params · “deposit”：" + GROUPED),
    "a family's parameters are a list": ("title: t\nparams: {deposit: [upper, 1.03]}\n",
        "scenario.yaml · 第 2 行 · params.deposit · “['upper', 1.03]”：" + GROUPED),
    "a family has no parameters": ("title: t\nparams:\n  deposit:\n",
        "scenario.yaml · 第 3 行 · params.deposit：" + GROUPED),
    "a rule is unknown": ("title: t\nrules: [drg]\n",
        "scenario.yaml · 第 2 行 · rules · “drg”：" + A_RULE + "可用的名称：scorecard, dip, deposit, retention, "
            "agreement。"),
    "the rules are not a list": ("title: t\nrules: deposit\n",
        "scenario.yaml · 第 2 行 · rules · “deposit”：" + A_RULE + "是否想写 deposit？"),
    "the rules are a list of lists": ("title: t\nrules: [[deposit]]\n",
        "scenario.yaml · 第 2 行 · rules · “['deposit']”：" + A_RULE + "是否想写 deposit？"),
    "the title is missing": ("question: why\n",
        "scenario.yaml · title：" + NO_TITLE),
    "the title is blank": ("title:\n",
        "scenario.yaml · title：" + NO_TITLE),
    "the title is a number": ("title: 2023\n",
        "scenario.yaml · 第 1 行 · title · “2023”：" + QUOTED),
    "the title is a list": ("title: [a, b]\n",
        "scenario.yaml · 第 1 行 · title · “['a', 'b']”：" + QUOTED),
    "the file is empty": ("",
        "scenario.yaml：" + NOT_A_SCENARIO),
    "the file is one word": ("title\n",
        "scenario.yaml：" + NOT_A_SCENARIO),
    "the file is a list": ("- title: t\n",
        "scenario.yaml：" + NOT_A_SCENARIO),
    "a colon lacks its space": ("title: t\nparams:\n  deposit:\n    upper:1.03\n    lower: 0.98\n",
        "scenario.yaml · 第 5 行：" + YAML),
    "the indentation is wrong": ("title: t\n  question: x\n",
        "scenario.yaml · 第 2 行：" + YAML),
    "there is a tab": ("title: t\nparams:\n\tdeposit: {}\n",
        "scenario.yaml · 第 3 行：" + YAML),
    "a bracket is not closed": ("title: t\nrules: [deposit\n",
        "scenario.yaml · 第 3 行：" + YAML),
    "a name stands twice": ("title: t\nparams:\n  deposit:\n    upper: 1.03\n    upper: 1.04\n",
        "scenario.yaml · 第 5 行：" + YAML),
    "there are two documents": ("title: t\n---\ntitle: u\n",
        "scenario.yaml · 第 2 行：" + YAML),
    "a value is a Python object": ("title: t\nquestion: !!python/object/apply:os.mkdir [hacked]\n",
        "scenario.yaml · 第 2 行：" + TRICK),
    "a threshold is a Python name": ("title: t\nparams: {deposit: {upper: !!python/name:os.system }}\n",
        "scenario.yaml · 第 2 行：" + TRICK),
    "the whole is a Python object": ("!!python/object:simlib.scenario.Scenario\ntitle: t\n",
        "scenario.yaml · 第 1 行：" + TRICK),
    "references stand for a billion words": (bomb(levels=12),
        "scenario.yaml · 第 3 行：" + TRICK),
    "a group of parameters is a reference": ("title: t\nparams:\n  deposit: &d {upper: 1.03}\n  other: *d\n",
        "scenario.yaml · 第 4 行：" + TRICK),
    "brackets go on and on": ("title: " + "[" * 100_000,
        "scenario.yaml · 第 1 行：" + YAML),
    "the encoding is GB18030": ("title: 标题\n".encode("gb18030"),
        "scenario.yaml：" + NOT_UTF8),
    "the encoding is UTF-16": ("title: t\n".encode("utf-16"),
        "scenario.yaml：" + NOT_UTF8),
    "there are NUL bytes": ("title: t\nquestion: \x00\n",
        "scenario.yaml · 第 2 行：" + YAML),
    "the file is large": ("title: t\n" + "# " * 200_000,
        "scenario.yaml：文件超过 256 KB，不像是方案文件。请核对路径。"),
    "the base is missing": ("title: t\nbase: none.yaml\n",
        "scenario.yaml · 第 2 行 · base · “none.yaml”：" + NO_FILE),
    "the base is no shipped scenario": ("title: t\nbase: baselin\n",
        "scenario.yaml · 第 2 行 · base · “baselin”：未找到该方案文件，内置方案中也没有该名称。是否想写 baseline？"),
    "the base is the file itself": ("title: t\nbase: scenario.yaml\n",
        "scenario.yaml · 第 2 行 · base · “scenario.yaml”：" + CIRCLE),
    "the base is a folder": ("title: t\nbase: .\n",
        "scenario.yaml · 第 2 行 · base · “.”：" + NO_FILE),
    "the bases run in a circle": (with_base("title: t\nbase: scenario.yaml\n"),
        "base.yaml · 第 2 行 · base · “scenario.yaml”：" + CIRCLE),
    "the fault stands in the base": (with_base("title: t\nparams:\n  deposit:\n    upper: 3\n"),
        "base.yaml · 第 4 行 · params.deposit.upper · “3”：" + UPPER_BOUNDS),
    "the data folder is missing": ("title: t\ndata: none\n",
        "{folder}/none：" + NO_FOLDER),
    "the data folder has a line break": ('title: t\ndata: "a\\nb"\n',
        "{folder}/a�b：" + NO_FOLDER),
    "the data folder is a list": ("title: t\ndata: [sample]\n",
        "scenario.yaml · 第 2 行 · data · “['sample']”：" + QUOTED),
    "the scenario is a folder": (lambda folder: (folder / "scenario.yaml").mkdir(),
        "{folder}/scenario.yaml：" + NO_FILE),
    "the scenario does not exist": (lambda folder: None,
        "{folder}/scenario.yaml：" + NO_FILE),
}
# fmt: on


def tree(folder: Path) -> dict[str, tuple[int, int]]:
    """Everything below a folder, hidden files included: path, size and time of the last change."""
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.rglob("*")}


def refused(capsys, place: Path, arguments: list) -> list[str]:
    """The lines on standard error of a run that must fail and must leave ``place`` as it was."""
    before = tree(place)
    code = main(["run", *map(str, arguments), "--out", str(place / "results" / "out")])
    printed = capsys.readouterr()
    assert (code, printed.out) == (2, "")
    assert tree(place) == before
    return printed.err.splitlines()


def without_values(lines: list[str]) -> str:
    return re.sub("“[^”]*”", "", "\n".join(lines))


CJK = re.compile("[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]")


def check(capsys, place: Path, folder: Path, arguments: list, expected: tuple[str, ...]) -> None:
    assert refused(capsys, place, arguments) == [line.replace("{folder}", str(folder)) for line in expected]
    english = refused(capsys, place, [*arguments, "--lang", "en"])
    assert len(english) == len(expected)
    assert not CJK.search(without_values(english)), english


@pytest.mark.parametrize("name", DATA)
def test_data_is_refused_when(name, tmp_path, capsys):
    build, *expected = DATA[name]
    data, scenario = tmp_path / "data", tmp_path / "scenario.yaml"
    data.mkdir()
    scenario.write_text("title: t\n")
    build(data)
    check(capsys, tmp_path, data, [scenario, "--data", data], expected)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_is_refused_when(name, tmp_path, capsys):
    content, *expected = SCENARIOS[name]
    build = (
        content
        if callable(content)
        else raw(content if isinstance(content, bytes) else content.encode(), "scenario.yaml")
    )
    build(tmp_path)
    check(capsys, tmp_path, tmp_path, [tmp_path / "scenario.yaml"], expected)


def test_every_kind_of_bad_input_has_its_own_name():
    assert len(DATA) + len(SCENARIOS) > 135
    assert not DATA.keys() & SCENARIOS.keys() - {"the file is empty", "there are NUL bytes", "the encoding is UTF-16"}


# --- in a process of its own --------------------------------------------------------------------------------------

MEASURED = """
import sys
from pathlib import Path
from simlib.cli import main
codes = {main(["run", "scenario.yaml", "--data", folder, "--out", "out"]) for folder in sys.argv[1:]}
status = Path("/proc/self/status")
print(status.read_text().partition("VmHWM:")[2].split()[0] if status.exists() else 0)
sys.exit(codes.pop() if len(codes) == 1 else 99)
"""
TRICKS = [
    "an XLSX has an entity of a billion",
    "an XLSX has an entity from another file",
    "an XLSX says that it unpacks to less than it does",
    "an XLSX is packed a thousand times",
    "several things are wrong at once",
]


@pytest.mark.parametrize("defused", [True, False])
def test_tricks_cost_neither_time_nor_memory(defused, tmp_path):
    expected = []
    for number, name in enumerate(TRICKS):
        build, *lines = DATA[name]
        (tmp_path / str(number)).mkdir()
        build(tmp_path / str(number))
        expected += lines
    (tmp_path / "scenario.yaml").write_text("title: t\n")
    before = tree(tmp_path)
    # openpyxl parses with defusedxml where that is installed; it must be safe without it too.
    environment = {**os.environ, "OPENPYXL_DEFUSEDXML": str(defused), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", MEASURED, *map(str, range(len(TRICKS)))]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", timeout=60)
    assert (done.returncode, done.stderr.splitlines()) == (2, expected)
    assert int(done.stdout) < 300_000  # KB of memory at the peak
    assert tree(tmp_path) == before


# --- where results may go -----------------------------------------------------------------------------------------


@pytest.fixture
def sound(tmp_path) -> list[str]:
    """The arguments of a run without a fault."""
    (tmp_path / "data").mkdir()
    text(comma_separated())(tmp_path / "data")
    (tmp_path / "scenario.yaml").write_text("title: t\n")
    return ["run", str(tmp_path / "scenario.yaml"), "--data", str(tmp_path / "data"), "--out"]


@pytest.mark.parametrize("name", ["a folder with other files", "a file", "the data folder"])
def test_results_never_replace(name, sound, tmp_path, capsys):
    out = tmp_path / ("data" if name == "the data folder" else "out")
    if name == "a file":
        out.write_text("mine")
    elif name == "a folder with other files":
        out.mkdir()
        (out / "mine.txt").write_text("mine")
    before = tree(tmp_path)
    assert main([*sound, str(out)]) == 2
    assert capsys.readouterr().err == f"{out}：此处已有其他内容，未写入。请另选文件夹。\n"
    assert main([*sound, str(out), "--lang", "en"]) == 2
    assert (
        capsys.readouterr().err == f"{out}: Something else stands there; nothing was written. Choose another folder.\n"
    )
    assert tree(tmp_path) == before


def test_a_place_that_cannot_be_written_to_is_said_in_one_line(sound, tmp_path, capsys):
    before = tree(tmp_path)
    assert main([*sound, str(tmp_path / "scenario.yaml" / "out")]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert str(tmp_path / "scenario.yaml") in lines[0]
    assert tree(tmp_path) == before


# --- what looks bad and is sound ----------------------------------------------------------------------------------


def with_column(name: str, *values) -> tuple[list, list]:
    return [*HEADER, name], [[*row, value] for row, value in zip(ROWS, values, strict=True)]


def with_ids(*ids) -> list[list]:
    return [[one, *row[1:]] for one, row in zip(ids, ROWS, strict=True)]


def sheet_rows(further: str = "<c/>") -> str:
    """The sound table in a sheet's XML, with a further cell in each row."""
    rows = [inline(1, *HEADER, "new")]
    for number, (*texts, score, deposit) in enumerate(ROWS, start=2):
        cells = f"<c><v>{score}</v></c><c><v>{deposit}</v></c>{further}</row>"
        rows.append(inline(number, *texts).replace("</row>", cells))
    return "".join(rows)


CALCULATED = sheet_rows().replace("<v>90</v>", "<f>45*2</f><v>90</v>")
BLANK_RESULT = sheet_rows('<c t="str"><f>IF(1,"","")</f><v></v></c>')
WRONG_SIZE = '<dimension ref="A1:B2"/>'
CHINESE = comma_separated(rows=[[row[0], name, "一组", *row[3:]] for name, row in zip("甲乙𠮷", ROWS, strict=True)])


def second_sheet(folder: Path) -> None:
    with xlsxwriter.Workbook(folder / EXCEL) as book:
        book.add_worksheet("说明").write(0, 0, "填表说明")
        page = book.add_worksheet("institutions")
        for number, row in enumerate([HEADER, *ROWS]):
            page.write_row(number, 0, row)


SOUND = {
    "GB18030": (text(CHINESE, "gb18030"), NAME, ["甲", "乙", "𠮷"]),
    "UTF-8 with a mark": (text(CHINESE, "utf-8-sig"), NAME, ["甲", "乙", "𠮷"]),
    "rows that end as on Windows": (text(comma_separated().replace("\n", "\r\n")), ID, ["A1", "A2", "A3"]),
    "rows that end as on an old Mac": (text(comma_separated().replace("\n", "\r")), ID, ["A1", "A2", "A3"]),
    "a last row without an end": (text(comma_separated().rstrip()), ID, ["A1", "A2", "A3"]),
    "blank rows at the end": (text(comma_separated() + "\n\n,,,,\n  \n"), ID, ["A1", "A2", "A3"]),
    "a blank row in the middle": (text(comma_separated().replace("\nA2", "\n\nA2")), ID, ["A1", "A2", "A3"]),
    "quoted commas": (changed(NAME, '"Second, of two"'), NAME, ["First", "Second, of two", "Third"]),
    "quoted quotes": (changed(NAME, '"The ""Second"""'), NAME, ["First", 'The "Second"', "Third"]),
    "spaces around values": (text(comma_separated().replace(",", " , ")), NAME, ["First", "Second", "Third"]),
    "a wide space in a name": (changed(NAME, "Second\u3000two\u00a0"), NAME, ["First", "Second\u3000two", "Third"]),
    "ids with leading zeros": (text(comma_separated(rows=with_ids("001", "01", "1"))), ID, ["001", "01", "1"]),
    "an amount such as 1e4": (text(comma_separated().replace("10000", "1e4")), DEPOSIT, [10000] * 3),
    "a score such as +.9e2": (changed(SCORE, "+.9e2"), SCORE, [96, 90, 84]),
    "a blank deposit": (text(comma_separated() + "A4,Fourth,two,90,\n"), DEPOSIT, [10000, 10000, 10000, None]),
    "Chinese for yes and no": (text(comma_separated(*with_column("new", "是", "否", ""))), "new", [True, False, None]),
    "TRUE and 0": (text(comma_separated(*with_column("new", "TRUE", "0", ""))), "new", [True, False, None]),
    "further columns": (
        text(comma_separated(*with_column("备注", "=1+1", '"two\nrows"', "-"))), "备注", ["=1+1", "two\nrows", "-"]),
    "a line break in a column name": (
        text(comma_separated(*with_column('"further\nremarks"', 1, 2, 3))), "further remarks", ["1", "2", "3"]),
    "CSV in capitals": (text(comma_separated(), name="institutions.CSV"), ID, ["A1", "A2", "A3"]),
    "lock and hidden files beside it": (
        both(text(comma_separated()), raw(b"x", "~$institutions.xlsx"), raw(b"x", "._institutions.csv")),
        ID, ["A1", "A2", "A3"]),
    "XLSX": (workbook(), DEPOSIT, [10000] * 3),
    "XLSX ids that Excel shows as 000012": (
        workbook(rows=with_ids(12, 13, 14), formats=[("A", "000000")]), ID, ["000012", "000013", "000014"]),
    "XLSX ids that are numbers": (workbook(rows=with_ids(12, 13.0, "014")), ID, ["12", "13", "014"]),
    "XLSX with yes and no": (workbook(*with_column("new", True, False, None)), "new", [True, False, None]),
    "XLSX with calculated formulas": (sheet(CALCULATED), SCORE, [96, 90, 84]),
    "XLSX with a formula whose result is blank": (sheet(BLANK_RESULT), "new", [None] * 3),
    "XLSX that states a wrong size": (sheet(sheet_rows(), size=WRONG_SIZE), SCORE, [96, 90, 84]),
    "XLSX without styles": (tampered({}, keep=lambda name: name != "xl/styles.xml"), SCORE, [96, 90, 84]),
    "XLSX with the table on its second sheet": (second_sheet, SCORE, [96, 90, 84]),
    "a column name is in capitals": (renamed(GROUP, "GROUP"), GROUP, ["one"] * 3),
    "a column name is the Chinese label": (renamed(ID, "机构编号"), ID, ["A1", "A2", "A3"]),
    "a column without a name": (renamed(NAME, " "), SCORE, [96, 90, 84]),
    "a blank row above the header": (text("\n" + comma_separated()), ID, ["A1", "A2", "A3"]),
    "a number has a quoted thousands separator": (changed(DEPOSIT, '"10,000.00"'), DEPOSIT, [10000] * 3),
    "a number has a percent sign": (changed(SCORE, "90%"), SCORE, [96, 90, 84]),
    "a number has a unit": (changed(DEPOSIT, "1万元"), DEPOSIT, [10000] * 3),
    "a number has full-width digits": (changed(SCORE, "９０"), SCORE, [96, 90, 84]),
    "columns are separated by semicolons": (text(comma_separated().replace(",", ";")), SCORE, [96, 90, 84]),
    "columns are separated by tabs": (text(comma_separated().replace(",", "\t")), SCORE, [96, 90, 84]),
    "columns are separated by Chinese commas": (text(comma_separated().replace(",", "，")), SCORE, [96, 90, 84]),
    "the encoding is UTF-16": (text(comma_separated(), "utf-16"), NAME, ["First", "Second", "Third"]),
    "the encoding is UTF-16 without a mark": (text(comma_separated(), "utf-16-le"), NAME, ["First", "Second", "Third"]),
    "a CSV is named XLSX": (text(comma_separated(), name=EXCEL), SCORE, [96, 90, 84]),
    "an XLSX is named CSV": (workbook(name=FILE), SCORE, [96, 90, 84]),
    "the same table in two files": (both(text(comma_separated()), workbook()), SCORE, [96, 90, 84]),
    "Parquet": (parquet(), SCORE, [96, 90, 84]),
    "Parquet with exact decimals": (
        parquet(deposit=pa.array([Decimal("10000.00")] * 3, pa.decimal128(18, 2))), DEPOSIT, [10000] * 3),
    "Parquet ids that are numbers": (parquet(institution_id=[12, 13, 14]), ID, ["12", "13", "14"]),
    "Parquet with short floats": (parquet(cmi=pa.array([1.1, 0.9, None], pa.float32())), "cmi", [1.1, 0.9, None]),
    "Parquet with categories": (parquet(group=pa.array(["one"] * 3).dictionary_encode()), GROUP, ["one"] * 3),
}  # fmt: skip


@pytest.mark.parametrize("name", SOUND)
def test_read_and_run(name, tmp_path, capsys):
    build, column, values = SOUND[name]
    (tmp_path / "data").mkdir()
    (tmp_path / "scenario.yaml").write_text("title: t\n")
    build(tmp_path / "data")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert (
            main(
                [
                    "run",
                    str(tmp_path / "scenario.yaml"),
                    "--data",
                    str(tmp_path / "data"),
                    "--out",
                    str(tmp_path / "out"),
                ]
            )
            == 0
        )
        read = read_folder(tmp_path / "data")["institutions"][column]
    assert [None if value != value else value for value in read.astype(object)] == values
    with (tmp_path / "out" / "deposit.csv").open(encoding="utf-8", newline="") as file:
        assert [row["payment"] for row in csv.DictReader(file)][:3] == ["10666.67", "10000.00", "9333.33"]


# --- amounts ------------------------------------------------------------------------------------------------------


def by_xlsxwriter(header: list, rows: list):
    def build(folder: Path) -> None:
        with xlsxwriter.Workbook(folder / EXCEL) as book:
            page = book.add_worksheet()
            for number, row in enumerate([header, *rows]):
                page.write_row(number, 0, row)

    return build


RANDOM = random.Random(2026)
FEN = [RANDOM.randrange(10 ** RANDOM.randint(1, 13)) for _ in range(1000)]
AMOUNTS = [f"{fen // 100}.{fen % 100:02}" for fen in FEN]
IDS = [f"{number:04}" for number in range(1000)]
FLOATS = list(zip(IDS, map(float, AMOUNTS), strict=True))
EXACT = pa.array([Decimal(amount) for amount in AMOUNTS], pa.decimal128(15, 2))
KINDS = {
    "CSV": text(comma_separated([ID, DEPOSIT], zip(IDS, AMOUNTS, strict=True))),
    "XLSX by openpyxl": workbook([ID, DEPOSIT], FLOATS),
    "XLSX by XlsxWriter": by_xlsxwriter([ID, DEPOSIT], FLOATS),
    "Parquet floats": lambda folder: pyarrow.parquet.write_table(
        pa.table({ID: IDS, DEPOSIT: [amount for _, amount in FLOATS]}), folder / "institutions.parquet"),
    "Parquet decimals": lambda folder: pyarrow.parquet.write_table(
        pa.table({ID: IDS, DEPOSIT: EXACT}), folder / "institutions.parquet"),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_thousand_amounts_are_read_to_the_fen(kind, tmp_path):
    KINDS[kind](tmp_path)
    read = read_folder(tmp_path)["institutions"]
    assert read[ID].tolist() == IDS
    assert to_fen(read[DEPOSIT].to_numpy()).tolist() == FEN
