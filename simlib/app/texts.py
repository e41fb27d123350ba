"""The words of the page itself: buttons, states, hints."""

from simlib.columns import YUAN
from simlib.params import IN_DOCUMENT, PARAMETERS
from simlib.words import Text

TEXTS = {
    "reset": Text("恢复文件规定值", "Back to the document's value"),
    "resetAll": Text("全部恢复文件规定值", "All back to the document"),
    "parameters": PARAMETERS,
    "resetAllShort": Text("全部恢复", "Reset all"),
    "readings": Text("条文未明确的口径", "Open readings"),
    "inert": Text("{count} 项对本数据不起作用", "{count} without effect on these data"),
    "find": Text("查找参数：名称、条文（如“33条”）", "Find a parameter: name, or article (33)"),
    "foundSome": Text("找到 {count} 项", "{count} found"),
    "foundNone": Text("没有符合条件的参数。请更换关键词。", "No parameter matches. Try another word."),
    "onlyChanged": Text("只看已改（{count}）", "Changed only ({count})"),
    "help": Text("查看说明", "Explain"),
    "presets": Text("内置方案", "Prepared scenarios"),
    "ownValues": Text("（自定取值）", "(values of your own)"),
    "undo": Text("撤销", "Undo"),
    "redo": Text("重做", "Redo"),
    "present": Text("演示", "Present"),
    "moreActs": Text("更多", "More"),
    "fold": Text("{topic}（{count} 项）", "{topic} ({count})"),
    "foldChanged": Text("，已改 {changed} 项", ", {changed} changed"),
    "settings": Text("设置", "Settings"),
    "document": IN_DOCUMENT,
    "chosenReading": Text("（默认）", " (default)"),
    "data": Text("数据", "Data"),
    "upload": Text("上传表格…", "Upload a table…"),
    "share": Text("复制链接", "Copy link"),
    "copied": Text("链接已复制", "Link copied"),
    "saveScenario": Text("保存方案", "Save scenario"),
    "saveXlsx": Text("下载 Excel", "Download Excel"),
    "saveCsv": Text("下载 CSV", "Download CSV"),
    "language": Text("English", "中文"),
    "home": Text("首页", "Home"),
    "search": Text("查找编号、名称、分组…", "Find by number, name, group…"),
    "rows": Text("共 {count} 行", "{count} rows"),
    "paper": Text("打印仅列当前排序的前 {count} 行，全部数据见“下载 Excel”。",
                  "Print shows the first {count} rows as sorted; Download Excel has all."),
    "noRows": Text("没有符合条件的机构。请更换关键词。", "No institution matches. Try another word."),
    "busy": Text("正在计算…", "Calculating…"),
    "problems": Text("有 {count} 处需要处理，页面仍显示原结果：",
                     "{count} points need attention; the page still shows the former result:"),
    "more": Text("另有 {count} 条", "{count} more"),
    "close": Text("关闭", "Close"),
    "error": Text("本步操作未完成，其余结果不受影响。请重试；如再次出现，请将编号 {number} 告知管理员。",
                  "This step did not finish; nothing else is affected. Try again, and if it recurs give the "
                  "administrator the number {number}."),
    "against": Text("较规定值", "document"),
    "yuan": YUAN,
    "doubts": Text("数据疑点 {count} 条", "Doubts about the data: {count}"),
    "assumed": Text("读取说明 {count} 条", "{count} notes on how the data were read"),
    "notes": Text("提示", "Note"),
}  # fmt: skip

# Units for money at a glance, each language's own, largest first.
SCALES = {
    "zh": [(10**8, "亿元"), (10**4, "万元"), (1, "元")],
    "en": [(10**9, "bn yuan"), (10**6, "m yuan"), (10**3, "k yuan"), (1, "yuan")],
}
