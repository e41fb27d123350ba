"""``simlib import`` and ``template``: an office's own files brought into our form, and workbooks to fill in."""

from __future__ import annotations

from pathlib import Path

from simlib.words import Text


def commands(command) -> None:
    """Add these commands to the parser."""
    one = command(
        bring, "import", "导入原始文件，写出标准数据文件夹 read raw files and write a clean data folder with a report"
    )
    one.add_argument("sources", nargs="+", metavar="FOLDER|FILE", help="文件夹或文件 folders or files")
    one.add_argument("--out", required=True, help="文件夹 folder")
    one.add_argument(
        "--mapping", metavar="columns.yaml", help="列对照表 what headings mean (default: the folder's own)"
    )
    one = command(template, "template", "写出各表的 Excel 模板 write an Excel template for each table")
    one.add_argument("--out", required=True, help="文件夹 folder")


def bring(options) -> None:
    from simlib import intake
    from simlib.tables import IMPORT_PAGE, account_of

    out, mapping = Path(options.out), Path(options.mapping) if options.mapping else None
    given = intake.bring([Path(one) for one in options.sources], out, mapping, options.lang)
    print("\n".join(intake.lines(given, options.lang)))
    assumed = sum(len(account_of(table).assumptions) for table in given.values())
    print(DONE.fill(out=out, assumed=assumed, report=out / IMPORT_PAGE).to(options.lang))


def template(options) -> None:
    from simlib import intake

    names = intake.write_templates(Path(options.out))
    print(TEMPLATES.fill(count=len(names), out=options.out).to(options.lang))


DONE = Text(
    "数据文件夹：{out}（{assumed} 项处理，详见 {report}）", "Data folder: {out} ({assumed} assumptions; see {report})"
)
TEMPLATES = Text("{count} 个模板：{out}", "{count} templates: {out}")
