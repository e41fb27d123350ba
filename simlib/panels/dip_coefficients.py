"""The coefficient of institutions edited in its sentences, and what hospitals may do (JY art. 21-24)."""

from __future__ import annotations

from simlib.columns import GRADES, LEVELS, TYPES
from simlib.columns.institutions import INSTITUTION_COUNT
from simlib.columns.values import each_row
from simlib.money import to_fen, to_yuan
from simlib.panels.common import ASSUMPTION, MEANING, NONE_ASSUMED, WAS, kinds, sentence
from simlib.panels.panel import Moment
from simlib.params import Kind
from simlib.rules import dip
from simlib.rules.dip import views
from simlib.rules.dip.coefficient_params import CoefficientParams
from simlib.rules.dip.coefficients import LABELS
from simlib.rules.dip.params import DipParams
from simlib.rules.family import Results
from simlib.words import Text, joined

DECLARED = dip.DipParams.declarations()
ASSUMED = tuple(name for name, one in DECLARED.items() if one.kind is Kind.ASSUMPTION)
IN_TABLE = tuple(name for name, one in DECLARED.items() if name in CoefficientParams.model_fields and not one.options)


def coefficient_frame(moment: Moment[DipParams]) -> dict:
    """The numbers of the coefficient, each grade's and each part's, to change in place."""
    declared = moment.params.declarations()
    grades = [{"label": label, **sentence(BASIC[level], declared)} for level, label in LEVELS.items()]
    return {"rows": grades + [{"label": LABELS[part], **sentence(said, declared)} for part, said in PARTS.items()],
            "headings": COEFFICIENT_HEADINGS, "was": WAS}  # fmt: skip


def coefficients(moment: Moment[DipParams]) -> dict:
    """Whom each number concerns: institutions, and their points or the mean of the part."""
    given, points = moment.results["dip_coefficients"], moment.table["points"].to_numpy()
    level, total = given["grade"].str[0].to_numpy(), points.sum() or 1.0
    cells = [[f"{int((level == one).sum()):,}", f"{points[level == one].sum() / total:.1%}"] for one in LEVELS]
    parts = each_row(views.parts(given, list(PARTS)))
    return {
        "cells": cells + [[f"{row.institutions:,}", f"{row.mean:.4f}" if row.institutions else ""] for row in parts]
    }


def dynamics_frame(moment: Moment[DipParams]) -> dict:
    declared = moment.params.declarations()
    rows = [{"label": declared[name].label, **sentence(said, declared)} for name, said in ASSUMPTIONS.items()]
    return {"rows": rows, "headings": DYNAMICS_HEADINGS, "was": NONE_ASSUMED}


def dynamics(moment: Moment[DipParams]) -> dict:
    """What the assumed change does to the point value and to each level, everything else as set now."""
    cells = [[declared.help] for declared in (moment.params.declarations()[name] for name in ASSUMPTIONS)]
    still = moment.params.changed(**{name: DECLARED[name].default for name in ASSUMED})
    if still == moment.params:
        return {"cells": cells, "note": ASSUME, "table": {"headings": [], "lines": []}}
    now, before = (one.parts[dip.FAMILY.name] for one in (moment.run, moment.calculate(still)))
    value, former = (part.summary["point_value"] for part in (now, before))
    note = FALLS.fill(former=f"{former:.4f}", value=f"{value:.4f}", change=f"{value / former - 1:+.2%}")
    return {"cells": cells, "note": note, "table": {"headings": PAYERS, "lines": _payers(moment, before.results)}}


def _payers(moment: Moment[DipParams], before: Results) -> list[list]:
    """By level: settlement, what patients and others pay unchanged, and settlement for each yuan billed."""
    level = kinds(moment, "level").to_numpy()
    lines = []
    for name, label in LEVELS.items():
        mine = level == name
        if not mine.any():
            continue
        sums = {}
        for when, results in (("now", moment.results), ("before", before)):
            one = results["dip_institutions"]
            sums[when] = {
                column: int(to_fen(one[column].to_numpy()[mine]).sum()) for column in ("settlement", "billed")
            }
        moved = float(to_yuan(sums["now"]["settlement"] - sums["before"]["settlement"]))
        a_yuan = [
            sums[when]["settlement"] / sums[when]["billed"] if sums[when]["billed"] else 0.0
            for when in ("before", "now")
        ]
        lines.append([label, f"{to_yuan(sums['before']['settlement']):,.2f}",
                      f"{to_yuan(sums['now']['settlement']):,.2f}", f"{moved:+,.2f}",
                      *(f"{one:.2%}" for one in a_yuan)])  # fmt: skip
    return lines


COEFFICIENT_HEADINGS = [Text("项目", "Part"), Text("数值（可直接修改）", "Numbers (edit in place)"),
                        INSTITUTION_COUNT.label,
                        Text("分值占比或平均", "Share of points, or mean")]  # fmt: skip
RANKS = {"A": Text("甲等", "A"), "B": Text("乙等", "B"), "S": TYPES["specialist"], "O": Text("其他", "other")}
BASIC = {
    level: joined(Text(f"{rank.zh} ⟦basic_{level}{key}⟧", f"{rank.en} ⟦basic_{level}{key}⟧") for key,
                  rank in RANKS.items() if f"{level}{key}" in GRADES)
    for level in LEVELS
}  # fmt: skip
SAME = Text("同上", "as above")
PARTS = {
    "cmi_part": Text("CMI 达到 1 加 ⟦cmi_bonus⟧，每满 ⟦cmi_step⟧ 再加，最高 ⟦cmi_cap⟧",
                     "From a CMI of 1 ⟦cmi_bonus⟧, and as much for each ⟦cmi_step⟧ more, at most ⟦cmi_cap⟧"),
    "elderly_part": Text("老年、儿科占比高于全市加 ⟦age_bonus⟧，每满 ⟦age_step⟧ 再加，最高 ⟦age_cap⟧",
                         "A share of the elderly or of children above the city's ⟦age_bonus⟧, for each ⟦age_step⟧ more "
                         "again, at most ⟦age_cap⟧"),
    "child_part": SAME,
    "high_level_part": Text("省高水平医院 ⟦high_level_bonus⟧", "Provincial high-level hospital ⟦high_level_bonus⟧"),
    "specialty_part": Text("每个重点专科：国家 ⟦specialty_national⟧、省 ⟦specialty_provincial⟧、市 ⟦specialty_city⟧",
                           "Each key specialty: national ⟦specialty_national⟧, provincial ⟦specialty_provincial⟧, city "
                           "⟦specialty_city⟧"),
    "coding_part": Text("编码、收费准确率低于 ⟦accuracy_from⟧，每 ⟦accuracy_step⟧ 扣 ⟦accuracy_deduction⟧，各最多 "
                        "⟦accuracy_cap⟧",
                        "Coding or charging accuracy below ⟦accuracy_from⟧: for each ⟦accuracy_step⟧ "
                        "⟦accuracy_deduction⟧, at most ⟦accuracy_cap⟧ each"),
    "charging_part": SAME,
    "irregular_part": Text("不合理服务超过 ⟦irregular_from⟧，每 ⟦irregular_step⟧ 扣 ⟦irregular_deduction⟧，最多 "
                           "⟦irregular_cap⟧",
                           "Unnecessary services above ⟦irregular_from⟧: for each ⟦irregular_step⟧ "
                           "⟦irregular_deduction⟧, at most ⟦irregular_cap⟧"),
    "drug_part": Text("药品集采未完成扣 ⟦drug_deduction⟧", "Drug procurement not done ⟦drug_deduction⟧"),
    "consumable_part": Text("耗材集采未完成扣 ⟦consumable_deduction⟧", "Consumables not done ⟦consumable_deduction⟧"),
    "breach_part": Text("其他违约扣 ⟦breach_deduction⟧", "Other breach ⟦breach_deduction⟧"),
}  # fmt: skip
ASSUMPTIONS = {name: Text(f"⟦{name}⟧", f"⟦{name}⟧") for name in ASSUMED}
DYNAMICS_HEADINGS = [ASSUMPTION, Text("变化", "Change"), MEANING]
ASSUME = Text("填入变化幅度，查看点值变化和各类机构的承担情况。基金总额不变，分值增加则点值下降。",
              "Enter a change: see what it does to the point value, and who pays. The fund stays the same, so more "
              "points lower their value.")  # fmt: skip
FALLS = Text(
    "点值由 {former} 变为 {value} 元（{change}），其他设置不变。",
    "The point value goes from {former} to {value} yuan ({change}), all else as set.",
)
PAYERS = [Text("级别", "Level"), Text("原决算（元）", "Settlement before"), Text("现决算（元）", "Settlement now"),
          Text("变化（元）", "Change"),
          Text("原每元记账所得", "Per yuan billed before"), Text("现每元记账所得", "Per yuan billed now")]  # fmt: skip
