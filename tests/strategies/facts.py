"""Institutions and the facts that their cards ask for, as files."""

from pathlib import Path

from oracles import exact_scorecard

INSTITUTIONS = """institution_id,name,level,ownership,has_inpatient,group,score,deposit
H1,甲医院,3,public,1,one,90,100000
H2,乙医院,2,private,1,one,90,100000
C1,丙诊所,,public,0,one,90,10000
C2,丁诊所,,private,0,one,90,10000
"""
CARDS = {"H1": "js26_1_2023", "H2": "js26_1_2023", "C1": "js26_2_2023", "C2": "js26_2_2023"}
LOST = {
    ("H1", "6", "corrections"): "2", ("H1", "8", "nonstandard_code_rate"): "0.01",
    ("H2", "13", "local_points"): "2", ("C1", "12", "local_points"): "7.5",
}  # fmt: skip


def facts_of(cards, lost=LOST, without=()) -> str:
    """The facts of institutions as a file: full marks but for what is lost."""
    lines = ["institution_id,item,fact,value"]
    for id_, name in cards.items():
        for (item, fact), best in exact_scorecard.full_marks(exact_scorecard.card(name)).items():
            if (id_, item, fact) not in without:
                lines.append(f"{id_},{item},{fact},{lost.get((id_, item, fact), best)}")
    return "\n".join(lines) + "\n"


def write(folder: Path, **tables: str) -> None:
    for name, content in tables.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
