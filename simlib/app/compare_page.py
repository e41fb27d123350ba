"""The comparison page: a widget that lets a visitor choose scenarios and shows them side by side."""

from __future__ import annotations

import io

from simlib.app.comparer import Comparer
from simlib.app.page import SCRIPTS, STATIC, Page
from simlib.charts.compare import colour
from simlib.clauses import DOCUMENTS
from simlib.comparison.compare import FEWEST, MOST
from simlib.comparison.tables import SUBJECTS
from simlib.panels.compare import BASE
from simlib.problems import BadInput, Problem
from simlib.results import as_csv
from simlib.rules import FAMILIES
from simlib.scenario import Scenario
from simlib.scenario.model import SCENARIOS
from simlib.words import LANGUAGES, Text, joined
from simlib.workbook.comparison import comparison

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ComparePage(Page[Comparer]):
    """Up to six scenarios side by side."""

    _esm = "\n".join((STATIC / name).read_text(encoding="utf-8") for name in (*SCRIPTS[:-1], "compare.js", SCRIPTS[-1]))
    _css = Page._css + (STATIC / "compare.css").read_text(encoding="utf-8")
    accept = f"{Page.accept},.yaml,.yml"
    saves = ("saveXlsx", "saveCsv")

    def about(self) -> dict:
        """The scenarios to choose from, by the rule whose parameters they change, and the rules to look at."""
        one = self.simulator
        rules = (
            [{"value": rule, "label": FAMILIES[rule].label} for rule in one.comparison.rules] if one.comparison else []
        )
        chooser = {
            "groups": groups(one),
            "rules": rules,
            "rule": one.shown_rule,
            "baseline": one.baseline,
            "most": MOST,
            "words": WORDS,
        }
        return {
            "chooser": chooser,
            "documents": [Text(*(f"{key} = {name.to(lang)}" for lang in LANGUAGES)) for key, name in DOCUMENTS.items()],
        }

    def values(self) -> dict:
        return {"scenarios": self.simulator.chosen, "baseline": self.simulator.baseline}

    def standing(self) -> dict:
        return {}

    def act_set(self, content, buffers):
        """The chosen scenarios and the baseline, and which rule is looked at: whatever the message names."""
        values = content.get("values")
        values = values if isinstance(values, dict) else {}
        if isinstance(names := values.get("scenarios"), list):
            self.simulator.take([str(name) for name in names], str(values.get("baseline")))
        if "rule" in values:
            self.simulator.look(str(values["rule"]))
        self.show()
        self.update(content.get("seq"))

    def act_reset(self, content, buffers):
        self.simulator.reset()
        self.show()
        self.update(content.get("seq"))

    def made(self, kind: str) -> tuple[str, str, bytes] | None:
        """The amounts one by one as CSV, or everything as a workbook."""
        done, language = self.simulator.comparison, self.language
        if kind not in ("csv", "xlsx"):
            return None
        if done is None:
            raise BadInput(Problem(TOO_FEW.fill(fewest=FEWEST)))
        if kind == "xlsx":
            return "simlib-compare.xlsx", EXCEL, comparison(done, language)
        out = io.StringIO()
        as_csv(done.tables[SUBJECTS.name], SUBJECTS).to_csv(out, index=False, lineterminator="\n")
        return f"{SUBJECTS.name}.csv", "text/csv", out.getvalue().encode("utf-8-sig")


def groups(one: Comparer) -> list[dict]:
    """The offered scenarios by the first rule whose parameters they change."""
    found: dict[Text, list[dict]] = {}
    for name, offered in one.offered.items():
        rule = next((rule for rule, params in offered.params.items() if params.differences()), None)
        label = FAMILIES[rule].label if rule else PLAIN
        if name in one.own:
            label = OWN
        number = one.chosen.index(name) if name in one.chosen else None
        found.setdefault(label, []).append(
            {"name": name, "title": offered.name, "question": asked(offered),
             "number": None if number is None else number + 1,
             "colour": "" if number is None else colour(number, one.chosen.index(one.baseline))}
        )  # fmt: skip
    order = [PLAIN, *(family.label for family in FAMILIES.values()), OWN]
    return [{"label": label, "offers": found[label]} for label in order if label in found]


def asked(offered: Scenario) -> Text:
    """A scenario's question, which is Chinese; for English readers what it changes."""
    changes = joined(one for params in offered.params.values() for one in params.stated())
    return Text(offered.question or changes.zh, changes.en)


PLAIN, OWN = Text("内置方案", "Documents"), Text("上传的方案", "Your own")
TOO_FEW = Text(
    "暂无可下载的对比结果。请至少选择 {fewest} 个方案。",
    "There is no comparison to download yet. Choose at least {fewest} scenarios.",
)
WORDS = {
    "scenarios": SCENARIOS, "rule": Text("查看的规则", "Rule to look at"), "baseline": BASE,
    "bring": Text("上传方案文件…", "Upload a scenario…"), "first": Text("恢复初始选择", "Back to the first choice"),
    "count": Text("已选 {count} 个，最多可选 {most} 个", "{count} chosen, at most {most}"),
    "data": Text("所有方案均使用上方所选数据运行；方案文件中的 data 不起作用。",
                 "All scenarios run on the data chosen above, whatever data their files name."),
}  # fmt: skip
