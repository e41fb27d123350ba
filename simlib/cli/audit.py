"""``simlib workbook`` and ``verify``: results that others can recompute."""

from __future__ import annotations

import sys
from pathlib import Path

from simlib.problems import BadInput, Problem
from simlib.words import Text, joined


def commands(command) -> None:
    """Add these commands to the parser."""
    one = command(
        workbook,
        "workbook",
        "审计用工作簿，计算步骤均为公式 audit workbook with live formulas",
        data=True,
        scenario=True,
    )
    one.add_argument("--out", required=True, metavar="FILE.xlsx", help="工作簿 the workbook")
    one = command(verify, "verify", "核对结果文件夹 check a result folder against its manifest", data=True)
    one.add_argument("folder", help="结果文件夹，或 sweep 写出的文件 result folder, or a file that sweep wrote")


def workbook(options) -> None:
    from simlib import scenario
    from simlib.landing import land_bytes
    from simlib.study.study import asked
    from simlib.workbook import audit

    one, out = asked(options), Path(options.out)
    if out.suffix.lower() != ".xlsx" or out.is_dir():
        raise BadInput(Problem(NOT_XLSX, str(out)))
    land_bytes(out, audit(scenario.run(one, scenario.load_data(one.data)), options.lang))
    print(Text("工作簿：{out}", "Workbook: {out}").fill(out=out).to(options.lang))


def verify(options) -> int:
    from simlib.verify.folder import verify_all

    verdicts, lang = verify_all(Path(options.folder), options.data), options.lang
    for folder, verdict in verdicts.items():
        where = f"{folder}  " if len(verdicts) > 1 else ""
        for text in verdict.notes:
            print(where + Text("注意：", "Note: ").to(lang) + text.to(lang), file=sys.stderr)
        for problem in verdict.differences:
            print(where + problem.line(lang))
        for problem in verdict.unchecked:
            print(where + problem.line(lang), file=sys.stderr)
        if verdict.digest_only:
            print(where + DIGEST_ONLY.fill(files=joined(verdict.digest_only)).to(lang))
        if verdict.agrees:
            print(where + verdict.total().to(lang))
    differ, unchecked = (
        sum(bool(getattr(one, name)) for one in verdicts.values()) for name in ("differences", "unchecked")
    )
    digests = any(one.digest_only for one in verdicts.values())
    total = DIFFERS if differ else UNCHECKED if unchecked else MADE_AGREES if digests else AGREES
    print(total.to(lang))
    return 1 if differ else 2 if unchecked else 0


NOT_XLSX = Text("工作簿的文件名应以 .xlsx 结尾。请改名。", "A workbook's name ends in .xlsx. Change it.")
AGREES = Text("全部一致。", "All agrees.")
MADE_AGREES = Text("重算的结果全部一致；其余文件仅核对了校验码，见上。",
                   "All that was made again agrees; of the files above only the digest was checked.")  # fmt: skip
DIGEST_ONLY = Text("{files}：仅核对了校验码，未重新生成。", "{files}: checked by digest, not made again.")
DIFFERS = Text("有不一致，见上。", "There are differences; see above.")
UNCHECKED = Text("未发现不一致，但未能全部核对，见上。", "Nothing differs, but not all could be checked; see above.")
