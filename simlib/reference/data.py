"""docs/data.md and docs/data.zh-CN.md: every table and column of the data, by which names they are known, how cells may
be written."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator

from simlib.columns import TABLES, Column, Table, Type
from simlib.doubts import DOUBTED, DOUBTED_HELP, listed
from simlib.reference.glossary import TYPES
from simlib.tables import mapping
from simlib.tables.forms import MISSING, NO, NOISE, YES, Form, forms
from simlib.tables.row_kinds import EXAMPLE
from simlib.tables.told import ASIDE
from simlib.words import LANGUAGES, Text, joined

FILES = dict(zip(LANGUAGES, ("docs/data.zh-CN.md", "docs/data.md"), strict=True))


def document(language: str) -> str:
    """The whole document in one language."""
    parts = [HEAD, MADE, *FILES_TEXT]
    lines = [part.to(language) for part in parts]
    lines += [f"## {CELLS.to(language)}", CELLS_HELP.to(language), _rows((KIND, WAYS), _ways(), language)]
    lines += [YES_NO.fill(yes=" ".join(YES), no=" ".join(NO)).to(language)]
    lines += [MARKS.fill(marks=" ".join(f"`{one}`" for one in MISSING)).to(language)]
    aside = [what.fill(rows="…").to(language) for what in ASIDE.values()]
    lines += [f"## {SET_ASIDE.to(language)}", SET_ASIDE_HELP.to(language), "\n".join(f"- {one}" for one in aside)]
    lines += [EXAMPLES.fill(example=EXAMPLE).to(language)]
    lines += [f"## {REFUNDS.to(language)}", *(text.to(language) for text in REFUNDS_TEXT)]
    example = re.sub(r" +# .*", "", (inspect.getdoc(mapping) or "").partition("\n\n")[2]).strip()
    lines += ["## columns.yaml", MAPPING.to(language), f"```yaml\n{example}\n```"]
    keys = ((_same(f"`{key}`"), KEYS[key]) for key in mapping.KINDS)
    lines += [_rows((KEY, MEANING), keys, language), MAPPING_MORE.to(language)]
    lines += [f"## {PERSONAL.to(language)}", PERSONAL_HELP.to(language)]
    told = ((_same(f"`{name}`"), *texts) for name, *texts in listed())
    lines += [f"## {DOUBTED.to(language)}", DOUBTED_HELP.to(language), _rows(DOUBT_HEADINGS, told, language)]
    lines += [f"## {TABLES_TITLE.to(language)}", *(_table(table, language) for table in TABLES.values())]
    return "\n\n".join(line.rstrip("\n") for line in lines) + "\n"


def _ways() -> Iterator[tuple[Text, Text]]:
    """Each kind of column with the ways in which its cells may be written."""
    found: dict[tuple[Type, Text], dict[Text, None]] = {}
    for table in TABLES.values():
        for column in table.columns:
            known = found.setdefault((column.type, column.unit), {})
            known.update(dict.fromkeys(_label(form) for form in forms(column)))
            if column.type in (Type.NUMBER, Type.MONEY):
                known[NOISE] = None
    for (type, unit), labels in found.items():
        if labels:
            kind = OF_UNIT.fill(kind=TYPES[type], unit=unit) if unit.zh else TYPES[type]
            yield kind, joined(labels, "；", "; ")


def _label(form: Form) -> Text:
    return form.label


def _table(table: Table, language: str) -> str:
    """One table: what its files may be called, and its columns."""
    names = joined(f"`{one}`" for one in (table.name, *table.label, *table.called))
    key = joined(f"`{one}`" for one in (table.key, *table.within))
    head = f"### {table.name} · {table.label.to(language)}"
    size = [LARGE.to(language)] if table.large else []
    known = [BY_NAME.to(language)] if table.named_only else []
    said = " ".join([CALLED.fill(names=names).to(language), *known, UNIQUE.fill(key=key).to(language), *size])
    return f"{head}\n\n{said}\n\n{_rows(COLUMN_HEADINGS, map(_column, table.columns), language)}"


def _column(column: Column) -> tuple[Text, ...]:
    parts = PARTS.fill(parts=joined(column.parts)) if column.parts else None
    of_each = joined((joined(names, "/", "/") for names in column.each), " + ", " + ")
    each = PARTS.fill(parts=of_each) if column.each else None
    called = [one for one in (joined(column.called) if column.called else None, parts, each) if one]
    return (
        _same(f"`{column.name}`"), _name(column), _content(column), REQUIRED if column.required else _same(""),
        joined(called, "；", "; "), _codes(column),
    )  # fmt: skip


def _name(column: Column) -> Text:
    return column.heading


def _content(column: Column) -> Text:
    """Options by code and label; or the type with its bounds."""
    if column.options:
        return Text(
            *("; ".join(f"`{code}` {label.to(one)}" for code, label in column.options.items()) for one in LANGUAGES)
        )
    if column.low is None or column.high is None:
        return TYPES[column.type]
    return BOUNDS.fill(kind=TYPES[column.type], low=f"{column.low:,.15g}", high=f"{column.high:,.15g}")


def _codes(column: Column) -> Text:
    """By option the further ways of writing it, and the words that say something else of the row."""
    by_option: dict[str, list[str]] = {}
    for written, option in column.codes.items():
        by_option.setdefault(option, []).append(written)
    texts = [
        NAMED.fill(option=_same(f"`{option}`") if option else BLANK, words=" ".join(ones))
        for option, ones in by_option.items()
    ]
    said: dict[str, list[str]] = {}
    for written, states in column.states.items():
        said.setdefault(", ".join(f"{name} = {value}" for name, value in states.items()), []).append(written)
    texts += [_same(f"{state}: {' '.join(ones)}") for state, ones in said.items()]
    if column.twin:
        texts.append(TWIN.fill(twin=column.twin))
    return joined(texts, "; ", "; ")


def _rows(headings: Iterable[Text], rows: Iterable[Iterable[Text]], language: str) -> str:
    heads = [one.to(language) for one in headings]
    lines = [heads, ["---"] * len(heads), *([one.to(language) for one in row] for row in rows)]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def _same(text: str) -> Text:
    return Text(text, text)


NAMED = Text("{option}: {words}", "{option}: {words}")
HEAD = Text("# 数据\n\n[English](data.md)", "# Data\n\n[中文](data.zh-CN.md)")
MADE = Text("由 `simlib.reference.write` 根据声明生成，测试保证与程序一致。",
            "Made by `simlib.reference.write` from the declarations; a test keeps it true.")  # fmt: skip
FILES_TEXT = (
    Text(
        "数据文件夹中可直接存放办公用的原始文件：CSV（UTF-8、UTF-16、GB18030；逗号、制表符、分号）、XLSX、XLS、ET、"
        "XLSB、ODS、Parquet。"
        "文件和工作表名称不限，按表头识别；同一张表分在多个文件或工作表中（如 12 个月、各区县）的自动合并。"
        "未读取的文件及原因均予列出。",
        "A data folder may hold an office's own files: CSV (UTF-8, UTF-16, GB18030; commas, tabs, semicolons), XLSX, "
        "XLS, ET, XLSB, ODS, Parquet, under any name. A sheet is known by its headings; parts of one table (12 months, "
        "the counties) are joined. What is not read is named with the reason.",
    ),
    Text(
        "表头前后带年份（2025年质量保证金）的，照常读取并予说明；同一列有两个年份的不猜。"
        "同一批机构的不同列分在两个文件里（一个"
        "是得分，一个是保证金）的，按编号合并。月度记账可以每月一列，也可以每月一个文件或工作表；年份取自表头、标题或"
        "名称，都没有的不猜。同一工作表下面另有一段、写有自己的金额单位的，照该单位读取。",
        "A year around a heading (2025年质量保证金) is read over and told; of two years neither is guessed. "
        "Two files with different columns of the same institutions (scores in one, deposits in the other) are put "
        "together by key. Monthly billing may have a column a month, or a file or a sheet a month; the year is that "
        "of headings, titles or names, and never guessed. A further block of a sheet has the unit that stands above "
        "it.",
    ),
    Text(
        "`simlib check 文件夹` 列出读取的内容和所作的处理；`simlib import 文件夹 --out 新文件夹` 写出标准格式的表、"
        "columns.yaml 和报告；`simlib template --out 文件夹` 写出各表的 Excel 模板。"
        "其他命令也可以直接用原始文件夹，结果相同。",
        "`simlib check FOLDER` tells what was read and assumed; `simlib import FOLDER --out NEW` writes clean tables, "
        "columns.yaml and a report; `simlib template --out FOLDER` writes an Excel template for each table. Every "
        "other command takes the raw folder as well, with the same result.",
    ),
)
CELLS = Text("单元格的写法", "How cells may be written")
CELLS_HELP = Text("下列写法均可读取，每处处理均予列出；表头括号中的单位（万元、%）同样换算。"
                  "工作簿里没有日期格式的日期序号（45658）也读作日期，文本文件里的不读。",
                  "These are read, and each use is told; so is a unit in the heading (万元, %). A bare number of a "
                  "workbook (45658) is a day in a column of dates; in a text file it is none.")  # fmt: skip
KIND, WAYS = Text("列的类型", "kind of column"), Text("可读的写法", "ways of writing")
OF_UNIT = Text("{kind}（{unit}）", "{kind} ({unit})")
YES_NO = Text("是：{yes}。否：{no}。", "Yes: {yes}. No: {no}.")
MARKS = Text("表示“无”：{marks}（可空的列按空白处理，必填的列不接受）。",
             "Marks for nothing: {marks} (blank in an optional column, refused in a required one).")  # fmt: skip
SET_ASIDE = Text("不作为数据的行", "Rows that are set aside")
SET_ASIDE_HELP = Text("表头上方的标题、单位行也不作为数据。合计行（在上、在下、按类小计，或没有编号和名称而等于"
                      "各行之和的）与其各行之和核对，差额予以写明。",
                      "Nor are titles and units above the header. A total (above or below its rows, of a kind, or a "
                      "row without number and name that states their sums) is compared with its rows.")  # fmt: skip
EXAMPLES = Text("模板中编号以“{example}”开头的示例行不读取。",
                "Example rows of a template, whose key begins with {example}, are passed over.")  # fmt: skip
REFUNDS = Text("病例中的退费和冲销", "Refunds among cases")
REFUNDS_TEXT = (
    Text(
        "退费行（任一金额小于 0）不是病例。先认它退的是哪一例：写明了编号的（自己的 `case_id` 就是原病例的，"
        "或 `original_id`），"
        "机构相同、人员相同或有一方空白；"
        "没有写的，机构、人员、病种、入出院日期都相同（人员和日期齐全时，病种有一方空白也可以）。"
        "金额正好相反的两行都不计入，一行退一例，先退标为退费的，再按行的顺序；其余的加到剩下的唯一一例上"
        "（需要编号，或人员和日期齐全）：退完的不计入，没有退完的按余额算一例。",
        "A row with an amount below 0 is a refund and no case. Which case it takes back is told by a number (its own "
        "`case_id` is that of the case, or `original_id` names it; same institution, same person or one of them "
        "blank), else by institution, person, group and dates (where person and dates are known, one of the groups may "
        "be blank). Two rows of exactly opposite amounts are both left out, one for one, those marked as refunded "
        "first, then in the order of the rows. Others are added to the one case that is left for them (by number, or "
        "with person and dates known): one that comes to nothing is left out, else it counts as what remains.",
    ),
    Text(
        "标为退费的行（`refunded` 为是，或 `settlement_type` 为退费）金额不小于 0 时：写明原病例的，按退费扣减；"
        "表中没有同一次住院的，不计入，列为疑点；有同一次住院的，无法判断，不接受。"
        "可能属于几例的、退得比原来多的、没有原病例的，各用一行说明，不接受。"
        "有效标志（`valid`）为否的行、医疗类别（`care_type`）不是住院的行不计入。已扣减和未计入的都列出所在行和金额。",
        "A row that is marked (`refunded` is yes, or `settlement_type` a refund) with amounts not below 0 is taken off "
        "where it names its case; alone in its stay it is left out, and doubted; beside the same stay it is refused. "
        "So is what may belong to several cases, takes more than there was, or has no case: a line each. A row that "
        "is not `valid`, or whose `care_type` is no stay, is left out. What was "
        "taken off or left out is told with rows and money.",
    ),
)
MAPPING = Text("表头无法识别时，在数据文件夹中放一个 columns.yaml 说明；`simlib import` 也会写出一份，"
               "下一年度可继续使用。",
               "Where headings are not known, a columns.yaml beside the data says what they are; `simlib import` "
               "writes one that serves again next year.")  # fmt: skip
KEY, MEANING = Text("项", "key"), Text("含义", "meaning")
KEYS = {
    "file": Text("文件名，可用 * 代替若干字符", "a file's name, or a pattern with *"),
    "sheet": Text("工作表名，文件中有多个时填写", "the sheet, where a file has several"),
    "table": Text("对应的表；none 表示不读取", "which table it is; none: not to be read"),
    "header": Text("表头所在行；两行表头写 [3, 4]", "the row of the header; of two rows [3, 4]"),
    "columns": Text("表头: 列；none 表示不读取该列", "heading: column; none: not to be read"),
    "units": Text("表头: 单位", "heading: unit"),
    "values": Text("列: {写法: 选项}", "column: {way of writing: option}"),
    "sums": Text("列: [各项表头]，各项之和为该列", "column: [headings] that add up to it"),
    "constants": Text("列: 值，各行相同", "column: value, the same in every row"),
    "keep": Text("形似个人信息但实际不是的表头", "headings that look like personal data and are none"),
    "by_name": Text("true 表示机构按名称而不是编号对应", "true: institutions are named, not numbered"),
}
MAPPING_MORE = Text("首个匹配的条目生效。导入结果中的 columns.yaml 针对原始文件，复制到下一年度的原始文件夹即可。",
                    "The first entry that fits holds. The columns.yaml that an import writes is about the raw files: "
                    "copy it to next year's.")  # fmt: skip
PERSONAL = Text("个人信息的处理", "Personal data of patients")
PERSONAL_HELP = Text(
    "患者姓名、身份证号、电话、住址、出生日期等列不读取，只列表头；参保人编号写出时为加密编号。见 "
    "[privacy.zh-CN.md](privacy.zh-CN.md)。",
    "Columns of patients' names, identity numbers, telephones, addresses and dates of birth are not read; numbers of "
    "persons are written as keyed digests. See [privacy.md](privacy.md).",
)
DOUBT_HEADINGS = (
    Text("名称", "name"), Text("疑点", "doubt"), Text("判断标准", "rule"), Text("原因", "why"),
    Text("处理办法", "what to do"),
)  # fmt: skip
TABLES_TITLE = Text("各表", "Tables")
CALLED = Text("文件或工作表的名称：{names}。", "Names of files and sheets: {names}.")
BY_NAME = Text("只按名称识别。", "Known by its name only.")
UNIQUE = Text("{key} 不得重复。", "{key} is unique.")
LARGE = Text("可有数千万行。", "It may have tens of millions of rows.")
PARTS = Text("或各项之和：{parts}", "or the sum of: {parts}")
REQUIRED, BLANK = Text("必填", "required"), Text("空白", "blank")
BOUNDS = Text("{kind}，{low} 至 {high}", "{kind}, {low} – {high}")
TWIN = Text("可与 `{twin}` 同列", "may share a column with `{twin}`")
COLUMN_HEADINGS = (
    Text("列", "column"), Text("名称", "name"), Text("内容", "what"), REQUIRED,
    Text("其他可识别的表头", "further headings"), Text("其他写法", "further ways of writing"),
)  # fmt: skip
