"""The sheets that close a workbook: checks, differences against the documents' values, explanations."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from simlib import scenario
from simlib.columns import TABLES
from simlib.comparison.movement import DIFFERENCE
from simlib.comparison.tables import BY_RULE, GAP, SUBJECTS
from simlib.problems import BadInput
from simlib.rules.family import Family
from simlib.scenario import Part, Run
from simlib.words import Text
from simlib.workbook.about import BALANCED, UNBALANCED
from simlib.workbook.formula import Cell, where
from simlib.workbook.inputs import Check, ResultCells
from simlib.workbook.sheet import LINE, Styles, Worksheet, lines, printed, put

MOST_TOLD = 30  # subjects whose amounts are explained, of each rule
HEAD_ROW = 2
WIDEST = 120  # characters of a column of sentences


def verdict(checks: list[Check], language: str) -> str:
    """A formula that says whether all checks balance."""
    first, last = HEAD_ROW + 2, HEAD_ROW + 1 + max(len(checks), 1)
    every = f"COUNTIF('{CHECKS.to(language)}'!$E${first}:$E${last},\"{EVEN.to(language)}\")={len(checks)}"
    return f'=IF({every},"{BALANCED.to(language)}","{UNBALANCED.to(language)}")'


def checked(book, styles: Styles, checks: list[Check], language: str) -> None:
    """The sheet of checks."""
    name = CHECKS.to(language)
    sheet = book.add_worksheet(name)
    sheet.write_string(0, 0, TITLE.to(language), styles.of("title"))
    for position, (heading, width) in enumerate(((WHAT, 60), (LEFT, 22), (RIGHT, 22), (GAP, 14), (VERDICT, 10))):
        sheet.write_string(HEAD_ROW, position, heading.to(language), styles.of("head"))
        sheet.set_column(position, position, width)
    even, odd = EVEN.to(language), ODD.to(language)
    for row, check in enumerate(checks, start=HEAD_ROW + 1):
        left, right = int(check.left.value), int(check.right.value)
        put(sheet, row, 0, check.what.to(language))
        sheet.write_formula(row, 1, f"={check.left.text}", styles.of("fen"), left)
        sheet.write_formula(row, 2, f"={check.right.text}", styles.of("fen"), right)
        sheet.write_formula(row, 3, f"=B{row + 1}-C{row + 1}", styles.of("fen"), left - right)
        sheet.write_formula(
            row, 4, f'=IF(D{row + 1}=0,"{even}","{odd}")', styles.of("bold"), even if left == right else odd
        )
    sheet.freeze_panes(HEAD_ROW + 1, 1)
    printed(sheet, HEAD_ROW)


def document_run(run: Run) -> Run | None:
    """The same data under the documents' values; None where those cannot run on them."""
    documents = {name: params.document() for name, params in run.scenario.params.items()}
    if documents == run.scenario.params:
        return run
    try:
        return scenario.run(replace(run.scenario, params=documents), run.inputs, detail=False)
    except BadInput:
        return None


def differences(part: Part, outcome: ResultCells, document: Part | None, language: str) -> Worksheet:
    """One row a subject: the amount by formulas, that of the documents' values, the difference; and simlib's own
    amount."""
    family = part.family
    page = Worksheet(
        DIFFERENCES.fill(rule=family.label),
        outcome.page.rows,
        language,
        (ABOUT_IT.fill(rule=family.label), PASTED),
        identified=2,
    )
    key = family.result(family.amount[0]).by_name[family.key]
    page.add(key, outcome.ids)
    names = _names(part, family)
    page.give(NAME, np.array([names.get(one, "") for one in outcome.subjects], dtype=object), "text")
    ours = page.add(family.measure, outcome.amount)
    theirs = _amounts(document, outcome.subjects) if document else np.full(page.rows, np.nan)
    given = page.give(DOCUMENT, theirs, "yuan")
    known = Cell(f"ISNUMBER({given.text})", ~np.isnan(theirs))
    page.add(DIFFERENCE, where(known, _rounded(ours, given), ""), "yuan")
    engine = page.give(SIMLIB, _amounts(part, outcome.subjects), "yuan")
    page.add(FORMULAS, _rounded(ours, engine), "yuan")
    return page


def _rounded(one: Cell, other: Cell) -> Cell:
    value = np.round(np.nan_to_num(one.value.astype(float)) - np.nan_to_num(other.value.astype(float)), 2) + 0.0
    return Cell(f"ROUND({one.text}-{other.text},2)", value)


def _amounts(part: Part, subjects: list[str]) -> np.ndarray:
    table, amount = part.family.amount
    found = part.results[table].set_index(part.family.key)[amount]
    return found.reindex(subjects).to_numpy(dtype=float)


def _names(part: Part, family: Family) -> dict[str, str]:
    """What the data call the subjects."""
    for name, frame in part.seen.items():
        if name in TABLES and TABLES[name].key == family.key and isinstance(frame, pd.DataFrame) and "name" in frame:
            return {
                key: str(text)
                for key, text in zip(frame[family.key], frame["name"], strict=True)
                if isinstance(text, str)
            }
    return {}


def explained(book, styles: Styles, parts: list[tuple[Part, Part | None]], language: str) -> None:
    """Sentence by sentence, how the amounts of those came about who gain or lose most against the documents' values."""
    sheet = book.add_worksheet(EXPLANATION.to(language))
    sheet.write_string(0, 0, EXPLAINED.fill(count=MOST_TOLD).to(language), styles.of("title"))
    for position, (heading, width) in enumerate(((RULE, 16), (SUBJECT, 18), (NAME, 24), (STEP, 6), (SENTENCE, WIDEST))):
        sheet.write_string(HEAD_ROW, position, heading.to(language), styles.of("head"))
        sheet.set_column(position, position, width)
    row = HEAD_ROW + 1
    for part, document in parts:
        family, names = part.family, _names(part, part.family)
        results = {name: table for name, table in part.results.items() if not family.result(name).large}
        for subject in _movers(part, document):
            for number, sentence in enumerate(family.explain(results, part.params, subject), start=1):
                texts = (family.label.to(language), str(subject), names.get(subject, ""), number, sentence.to(language))
                for position, text in enumerate(texts):
                    put(sheet, row, position, text, styles.of("wrap"))
                sheet.set_row(row, LINE * lines(texts[-1], WIDEST))
                row += 1
    sheet.freeze_panes(HEAD_ROW + 1, 3)
    printed(sheet, HEAD_ROW)


def _movers(part: Part, document: Part | None) -> list[str]:
    """Who moves most; where nobody does, who has most."""
    table, amount = part.family.amount
    subjects = part.results[table][part.family.key].tolist()
    amounts = _amounts(part, subjects)
    moved = np.abs(amounts - _amounts(document, subjects)) if document else np.zeros(len(subjects))
    size = moved if np.nansum(moved) > 0 else np.abs(amounts)
    order = np.argsort(-np.nan_to_num(size), kind="stable")[:MOST_TOLD]
    return [subjects[one] for one in order]


CHECKS, TITLE = (
    Text("检查", "Checks"),
    Text("检查：每行左右两数应当相等", "Checks: the two numbers of each row must be equal"),
)
WHAT, LEFT, RIGHT = Text("核对内容", "What"), Text("左", "Left"), Text("右", "Right")
VERDICT = Text("结论", "Verdict")
EVEN, ODD = Text("平衡", "even"), Text("不平衡", "NOT EVEN")
DIFFERENCES = Text("差异·{rule}", "Differences {rule}")
ABOUT_IT = Text(
    "差异：本方案（公式）与文件规定值的结果相比", "Differences: this scenario (formulas) against the documents' values"
)
PASTED = Text(
    "蓝字为 simlib 计算后写入的数值，供对照", "Blue: values that simlib worked out and wrote here to compare with"
)
NAME, DOCUMENT = Text("名称", "Name"), Text("文件规定值的结果（元）", "By the documents' values (yuan)")
SIMLIB, FORMULAS = (
    Text("写入时 simlib 的结果（元）", "simlib's result when written (yuan)"),
    Text("公式与 simlib 之差（元）", "Formulas less simlib (yuan)"),
)
EXPLANATION = Text("解释", "Explanation")
EXPLAINED = Text(
    "解释：较文件规定值变动最大的机构（每项规则最多 {count} 家）",
    "Explanation: who moves most against the documents' values ({count} of a rule at most)",
)
RULE, SUBJECT, STEP, SENTENCE = (
    BY_RULE.label,
    SUBJECTS.by_name["subject"].label,
    Text("步骤", "Step"),
    Text("说明", "Explanation"),
)
