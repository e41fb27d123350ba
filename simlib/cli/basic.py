"""``simlib explain``, ``check``, ``params``, ``sample`` and ``dashboard``."""

from __future__ import annotations

import difflib
import importlib
import json
from pathlib import Path

from simlib import NOTEBOOKS
from simlib.problems import BadInput, Problem
from simlib.words import DID_YOU_MEAN, Text


def commands(command) -> None:
    """Add these commands to the parser."""
    one = command(explain, "explain", TOLD, data=True, scenario=True)
    one = one.add_mutually_exclusive_group(required=True)
    one.add_argument("--institution", help="机构编号 institution id")
    one.add_argument("--case", help="病例编号 case id")
    one.add_argument("--applicant", help="定点申请编号 application id")
    one.add_argument("--matter", help="期限事项编号 id of a deadline")
    one = command(check, "check", "检查数据文件夹 check a data folder")
    one.add_argument("folder", help="数据文件夹 data folder")
    one.add_argument("--format", choices=("text", "json"), default="text")
    one = command(params, "params", "列出所有参数 list every parameter")
    one.add_argument("--format", choices=("text", "markdown", "json"), default="text")
    one = command(sample, "sample", "生成样例城市 make a sample city")
    one.add_argument("--out", required=True, help="文件夹 folder")
    one.add_argument("--institutions", type=int, default=500, help="机构数 number of institutions")
    one.add_argument("--cases", type=int, help="住院病例数 number of inpatient cases (default: none)")
    one.add_argument("--seed", type=int, default=2026, help="随机种子 random seed")
    one = command(dashboard, "dashboard", "打开模拟器页面 open the dashboards", data=True)
    one.add_argument("--port", type=int, default=8866)
    one.add_argument("--no-browser", action="store_true", help="不打开浏览器 do not open a browser")
    key = "讲师口令，或写有口令的文件：凭口令打开课程解答 the key that opens a course's solutions, or a file with it"
    one.add_argument("--trainer-key", metavar="FILE|WORD", help=key)


def explain(options) -> None:
    from simlib import scenario
    from simlib.rules import FAMILIES
    from simlib.study.study import asked

    one, known, told = asked(options), [], False
    kind, of = next((name, value) for name in KINDS if (value := getattr(options, name)) is not None)
    done = scenario.run(one, scenario.load_data(one.data))
    for name, tables in done.results.items():
        family, params = FAMILIES[name], done.scenario.params[name]
        known += family.known(tables)
        steps = _steps(family, tables, params, kind, of)
        if steps:
            told = True
            print(family.label.to(options.lang))
            print("\n".join(f"  {i}. {step.to(options.lang)}" for i, step in enumerate(steps, start=1)))
    if told:
        return
    rule = KINDS[kind]
    if kind == "institution":
        alike = {one.lower(): one for one in known}
        near = difflib.get_close_matches(of.lower(), alike, n=1)
        rule = rule.fill(near=NEAR.fill(near=alike[near[0]]) if near else CHECK)
    raise BadInput(Problem(rule, column=f"{kind}_id", value=of))


def _steps(family, tables, params, kind: str, of: str) -> list[Text]:
    """What a rule says of an institution, a case or another subject; nothing where it does not concern it."""
    if kind == "institution":  # a rule need not concern every institution
        return family.explain(tables, params, of) if of in family.known(tables) else []
    try:
        return family.explain_other[kind](tables, params, of)
    except KeyError:  # it tells of nothing of this kind, or of none of this number
        return []


def check(options) -> None:
    from simlib import intake, scenario, tables

    inputs = tables.read_folder(Path(options.folder))
    lang = options.lang
    if options.format == "json":
        print(json.dumps(intake.told(inputs), ensure_ascii=False, indent=2))
        return
    print("\n".join(intake.lines(inputs, lang)))
    for one in scenario.able(inputs):
        if one.refused:  # a run would stop here
            raise BadInput(list(one.refused))
        print("\n".join(one.lines(lang)))


def params(options) -> None:
    from simlib import reference

    print(reference.parameters(options.lang, options.format), end="")


def sample(options) -> None:
    from simlib import sample

    sample.write(Path(options.out), count=options.institutions, seed=options.seed, cases=options.cases)
    print(Text("样例城市：{out}", "Sample city: {out}").fill(out=options.out).to(options.lang))


def dashboard(options) -> None:
    if not any(NOTEBOOKS.glob("*.ipynb")):
        raise BadInput(Problem(NO_NOTEBOOKS, str(NOTEBOOKS)))
    from simlib.serve.server import serve

    importlib.import_module("simlib.rules")  # so that a faulty scorecard is said here, and not by every page
    data = Path(options.data).resolve() if options.data else None
    if data and not data.is_dir():
        from simlib.tables import NO_FOLDER

        raise BadInput(Problem(NO_FOLDER, file=options.data))
    serve(NOTEBOOKS, options.port, not options.no_browser, data, trainer_key=options.trainer_key)


TOLD = (
    "逐步说明一家机构的金额、一个病例、一份申请或一件事项 "
    "explain an institution's amount, a case, an application or a matter"
)
UNKNOWN = Text("未找到该机构。{near}", "There is no such institution. {near}")
NO_NOTEBOOKS = Text(
    "未找到页面所用的笔记本。请重新安装 simlib。", "The pages' notebooks are not here. Install simlib again."
)
UNKNOWN_CASE = Text("未找到该病例。请核对编号。", "There is no such case. Check the number.")
UNKNOWN_APPLICANT = Text("未找到该定点申请。请核对编号。", "There is no such application. Check the number.")
UNKNOWN_MATTER = Text("未找到该事项。请核对编号。", "There is no such matter. Check the number.")
KINDS = {"institution": UNKNOWN, "case": UNKNOWN_CASE, "applicant": UNKNOWN_APPLICANT, "matter": UNKNOWN_MATTER}
NEAR, CHECK = DID_YOU_MEAN, Text("请核对编号。", "Check the number.")
