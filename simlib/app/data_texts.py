"""The words of the data page."""

from simlib.app.texts import TEXTS
from simlib.doubts import DOUBTED
from simlib.params import UNIT
from simlib.words import Text

TITLE = TEXTS["data"]
INTRO = Text(
    "拖入单位现有的表格，核对识别结果并更正，再打开模拟器。",
    "Drop the files that the office has: see what they are read as, mend it, and open a simulator on them.",
)
HINTS = (
    Text("1. 放入一个或多个表格：机构分配表、评分汇总表、结算清单、病种目录等。无需改名、修改表头或删除合计行。",
         "1. Drop one or many tables: allocation sheets, scores, settlement lists, catalogues ... No need to rename "
         "them, to change headings or to delete totals."),
    Text("2. 逐表核对：识别为哪张表、各表头对应哪一列、作了哪些处理、哪些单元格不可用；在列表中选择即可更正。",
         "2. Check each: which table, which heading is which column, what was assumed, which cells are refused; mend "
         "it by choosing."),
    Text("3. 下载整理后的表和列对照表（columns.yaml，下一年度可继续使用），或直接打开模拟器。",
         "3. Download the clean tables and columns.yaml, which serves again next year, or open a simulator on them."),
)  # fmt: skip
WORDS = {
    "add": Text("选择文件…", "Choose files…"),
    "drop": Text("把文件拖到这里", "Drop files here"),
    "or": Text("或", "or"),
    "limits": Text(
        "支持 CSV、XLSX、XLS、ET、XLSB、ODS、Parquet，也可放入以前的 columns.yaml；每个文件不超过 {file} MB，"
        "共不超过 {all} MB、{files} 个。文件只保存在运行模拟器的计算机上，仅可通过您的链接打开；{hours} "
        "小时未使用或模拟器停止后自动删除。",
        "CSV, XLSX, XLS, ET, XLSB, ODS, Parquet, and a columns.yaml of before; at most {file} MB each, {all} MB and "
        "{files} files in all. They stay on the computer that runs the simulator, only your link opens them, and they "
        "are removed after {hours} hours without use or when it stops."),
    "example": Text("用样例城市的文件试用", "Try the sample city's files"),
    "templates": Text("下载空白模板", "Download templates"),
    "clear": Text("全部清除", "Clear all"),
    "files": Text("已放入的文件", "Files"),
    "removeFile": Text("移除 {name}", "Remove {name}"),
    "saveColumns": Text("下载 columns.yaml", "Download columns.yaml"),
    "saveTables": Text("下载整理后的表", "Download clean tables"),
    "open": Text("打开", "Open"),
    "rules": Text("可运行的模拟器", "What they are good for"),
    "runs": Text("可以运行", "can run"),
    "runsNot": Text("不能运行", "cannot run"),
    "tables": Text("数据表", "Tables"),
    "assumed": Text("读取说明", "Assumptions"),
    "doubted": DOUBTED,
    "unread": Text("未读取", "Not read"),
    "refused": Text("待处理", "Refused"),
    "table": Text("识别为", "It is"),
    "header": Text("表头", "Header"),
    "byName": Text("无编号，按机构名称对应", "No numbers: institutions by name"),
    "rowCount": Text("{table}，{count} 行", "{table}, {count} rows"),
    "heading": Text("文件中的表头", "Heading in the file"),
    "taken": Text("对应的列", "Column"),
    "unit": UNIT,
    "cells": Text("内容举例", "For example"),
    "near": Text("是否应为", "Is it"),
    "twice": Text("与另一列重复，请选定", "claimed twice: choose"),
    "unused": Text("无规则使用", "no rule uses it"),
    "taken_as": Text("自动识别：{column}", "As found: {column}"),
    "personal": Text("个人信息，未读取", "personal data, not read"),
    "keep": Text("不是个人信息，保留", "It is none: keep it"),
    "columns": Text("表头与列（{count}）", "Headings and columns ({count})"),
    "assumptions": Text("读取说明 {count} 条", "{count} assumptions"),
    "totals": Text("合计核对 {count} 条", "{count} totals compared"),
    "refusals": Text("待处理的单元格", "Refused cells"),
    "row": Text("行", "Row"),
    "means": Text("“{value}”的含义", "“{value}” means"),
    "isData": Text("如属数据，请在此选择对应的表。", "If it is data, choose here what it is."),
    "choose": Text("请选择…", "Choose…"),
    "constant": Text("全表统一取值", "One value for all rows"),
    "fill": Text("填入", "Fill in"),
    "reading": Text("正在读取…", "Reading…"),
    "folders": Text("“{name}”是文件夹。请打开它，选择其中的文件。",
                    "“{name}” is a folder. Open it and choose the files in it."),
    "sheetOf": Text("{name}：{what}", "{name}: {what}"),
    "mend": Text("更正 {name}", "Mend {name}"),
    "refusedTitle": Text("有 {count} 处待处理：", "{count} points need attention:"),
}  # fmt: skip
STATES = {
    "read": Text("已读取", "Read"),
    "refused": Text("待处理", "Refused"),
    "unread": Text("未读取", "Not read"),
}
LANDED = Text("已全部读取，可以下载。可以打开的模拟器：{rules}。",
              "All of it is read: download it. What can open: {rules}.")  # fmt: skip
NONE_RUNS = Text("已全部读取，可以下载，但这些表尚不能运行任何模拟器，各缺少的内容见“可以做什么”。",
                 "All of it is read: download it. No simulator can run on these tables alone; what each lacks stands "
                 "below.")  # fmt: skip
LACKS = Text("缺少{tables}", "no table: {tables}")
TO_MEND = Text("有 {count} 处待处理，见下列各表。", "{count} points need attention, in the sheets below.")
