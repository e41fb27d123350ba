"""The audit workbook: recalculated by LibreOffice, its formulas come to what the rules come to, to the fen."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from benchmarks import sheet
from oracles import exact_deposit
from oracles.audited import SPOILED, VALUES, Book, Calculated, Read, Sheets
from outside import need
from simlib import sample, scenario, tables
from simlib.cli import main
from simlib.problems import BadInput
from simlib.rules import FAMILIES
from simlib.rules.dip import DipParams
from simlib.rules.dip.case_params import CaseParams
from simlib.scenario import Part, Scenario, run
from simlib.words import Text
from simlib.workbook import audit, deposit
from simlib.workbook.formula import Cell, total
from simlib.workbook.inputs import institutions_sheet
from simlib.workbook.long_numbers import Long, quotient, ranked, split
from simlib.workbook.parameters import Levers
from simlib.workbook.sheet import Worksheet
from strategies import deposits as deposit_cities
from strategies import dip_cities, dip_tables
from strategies.examples import examples

ROOT = Path(__file__).parents[1]
REAL = ROOT.parent / "shared/data"
MONEY = {
    "deposit": ("deposit", "returned", "bonus", "payment", "change"),
    "retention": ("surplus", "retained", "returned", "overspend_borne", "overspend_shared", "next_year_cut", "net"),
    "dip": ("billed", "patient_paid", "other_paid", "payable", "share_due", "share_paid", "reshared", "settlement",
            "prepaid", "penalties", "balance"),
}  # fmt: skip
WORDS = {"deposit": "band", "retention": "bracket", "dip": "outcome"}
SHEETS = {"deposit": "结果·保证金", "retention": "结果·结余留用", "dip": "结果·DIP结算"}
NASTY = ("=1+1&", "+", "@SUM(A1)", "-", '=HYPERLINK("x")', "*", "?", "'")


def same(read: Sheets, done) -> None:
    """That a recalculated workbook says of everybody what a run says."""
    assert read.errors() == []
    assert set(read.verdicts("检查")) == {"平衡"}
    checked = 0
    for rule, name in SHEETS.items():
        if rule not in done.parts:
            continue
        family = FAMILIES[rule]
        declared, shown = family.result(family.amount[0]), read.table(name)
        theirs = done.results[rule][declared.name].set_index(family.key)
        ids = shown[declared.by_name[family.key].heading.zh].astype(str)
        assert sorted(ids) == sorted(theirs.index.astype(str))
        theirs = theirs.loc[ids]
        for column in MONEY[rule]:
            ours = shown[declared.by_name[column].heading.zh].astype(float)
            assert np.array_equal(np.rint(ours * 100), np.rint(theirs[column].to_numpy() * 100)), (rule, column)
        word = declared.by_name[WORDS[rule]]
        assert shown[word.heading.zh].tolist() == [word.options[one].zh for one in theirs[WORDS[rule]]]
        checked += 1
    assert checked


@pytest.fixture(scope="module")
def libreoffice():
    need("LibreOffice", sheet.SOFFICE)


def recalculated(folder: Path, books: dict[str, Book]) -> dict[str, Calculated]:
    """Workbooks after LibreOffice has calculated them, all in one go."""
    paths = []
    for name, book in books.items():
        paths.append(folder / f"{name}.xlsx")
        paths[-1].write_bytes(book.content)
    done = sheet.recalculate(*paths, to=VALUES)
    return {path.stem: Calculated(done.parent, path.stem) for path in paths}


# --- a small odd city -----------------------------------------------------------------------------------------------


def odd_city(seed: int) -> dict[str, pd.DataFrame]:
    """The tables of a small city whose numbers tie, whose ids look like formulas, for all three rules."""
    found = dip_tables.frames(dip_cities.city(seed))
    ids = found["institutions"]["institution_id"].tolist()
    renamed = {one: NASTY[place % len(NASTY)] + one for place, one in enumerate(ids)}
    for name in ("institutions", "cases", "billing"):
        found[name] = found[name].assign(institution_id=found[name]["institution_id"].replace(renamed))
    n = len(ids)
    if seed == BASED:
        del found["billing"]
        many = {"amortised_heads": 123_456.0, "monthly_wage": 7_890.12, "contribution_rate": 0.081}  # beyond 15 digits
        found["funds"] = found["funds"].assign(**{name: [one] + [None] * (len(found["funds"]) - 1) for name, one in
                                                  many.items()}).astype(dict.fromkeys(many, float))  # fmt: skip
    found["institutions"] = found["institutions"].assign(
        name=[f'=HYPERLINK("http://x.invalid","{one}")' for one in ids],
        group=[("*", ">0", "A", "a")[place % 4] if seed % 2 else "*" for place in range(n)],
        score=[(90.0, 96.5, 84.25, 90.0, 0.0, 96.5, 84.25, 96.5)[place % 8] for place in range(n)],
        settled=[(1000.01, 0.0, 1000.01, 333.33, 5.0, 7.77, 10.0, 0.2)[place % 8] for place in range(n)],
        budget=[(200.0, 10.0, 99.99, 1.0, 7.0, 7.0, 0.01, 0.3)[place % 8] for place in range(n)],
    )
    scores = [95.0, 89.999999, 80.0, 79.5, 60.0, 59.99, 88.5, 100.0]
    found["communities"] = pd.DataFrame(
        {
            "community_id": [f"{one}C{place}" for place, one in enumerate(NASTY)], "score": scores,
            "bonus": [0, 6.5, 0, 0.5, None, 5, 1.25, 3], "veto": [False, False, None, False, False, False, False, True],
            "budget": [100.0, 333.33, 0.03, 1e11, 10.0, 7.0, 1e11, 5.0],
            "spending": [120.0, 0.01, 0.01, 12345.67, 9.99, 9.0, 99.99, 1.0],
            "unreasonable_overspend": [3.33, 0, None, 0, 0, 2.0, 0, 0],
        }
    )  # fmt: skip
    return found


RULES = ("deposit", "dip", "retention")
CHANGES = {
    "city": {"deposit.unclaimed_pool": "city", "deposit.deposit_rate": "0.035", "dip.ledger": "by_scheme",
             "retention.fraction": "ceil",
             "retention.next_year_cut_rate": "0.045"},
    "within": {"deposit.unclaimed_pool": "within", "deposit.mean_scope": "city", "dip.regulation_rate": "0.01",
               "dip.share_limit": "1.333333", "dip.floor_at": "item",
               "retention.fraction": "floor", "retention.reasonable_share": "0.35", "dip.monthly_rate": "0.5",
               "retention.score_digits": "0", "retention.retained_share": "0.7", "deposit.index_digits": "2",
               "deposit.zero_deposit_in_mean": "off"},
    "refund": {"deposit.unclaimed_pool": "refund", "deposit.upper": "1.2", "dip.irregular_weighted": "on",
               "dip.irregular_multiple": "0.5",
               "dip.retention_cap": "1", "dip.basic_2O": "0.333333", "dip.floor_at": "none",
               "retention.cap_total": "on",
               "retention.bonus_cap": "2.5", "retention.score_digits": "2", "retention.next_year_cut_rate": "0.05",
               "retention.veto_cut": "none", "deposit.index_digits": "4", "deposit.monthly_base": "billed"},
    "amounts": {"dip.floor_at": "item", "dip.deduction_floor": "amount",
                "dip.penalties": "final", "dip.regulation_base": "gross"},
    "apart": {"dip.retention_cap": "1.01", "dip.regulation_rate": "0.005", "dip.ledger": "by_scheme"},
    "all of the city": {"deposit.unclaimed_pool": "city", "deposit.mean_scope": "city", "deposit.lower": "1",
                        "deposit.deposit_base": "budget", "deposit.index_digits": "3",
                        "deposit.zero_deposit_in_mean": "off",
                        "deposit.monthly_base": "settled",
                        "dip.ledger": "by_scheme", "dip.regulation_rate": "0", "dip.share_rate_3": "0.123456",
                        "dip.share_rate_1": "1", "dip.deduction_floor": "amount",
                        "dip.billed_headroom": "2", "retention.per_point": "0.333333", "retention.half_ratio": "0.37"},
}  # fmt: skip
MADE = {  # readings whose formulas stand only in a workbook that was made with them
    "points": {"dip.surplus_use": "points"}, "regulation": {"dip.surplus_use": "regulation"},
    "points apart": {"dip.surplus_use": "points", "dip.ledger": "by_scheme"},
    "begun": {"dip.partial_steps": "begun"},
}  # fmt: skip
SEEDS = 58, 88
BASED = 88  # without prepayments: deposits are of the base


@pytest.fixture(scope="module")
def odd(tmp_path_factory, libreoffice):
    """By seed: the tables, the workbook of the documents' values, and what LibreOffice makes of it when parameters
    change."""
    books, made = {}, {}
    for seed in SEEDS:
        found = odd_city(seed)
        made[seed] = found, Book(audit(run(Scenario("t", rules=RULES), found)))
        books[f"{seed} none"] = made[seed][1].spoiled()
        books |= {f"{seed} {name}": made[seed][1].spoiled().changed(values) for name, values in CHANGES.items()}
        for name, values in MADE.items():
            book = Book(audit(run(Scenario("t", rules=RULES).changed(values), found)))
            books |= {f"{seed} made {name}": book.spoiled().changed(_following(name))}
    return made, recalculated(tmp_path_factory.mktemp("odd"), books)


@pytest.mark.parametrize("change", ["none", *CHANGES])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_changed_parameter_recalculates_to_what_the_rules_say(odd, seed, change):
    made, read = odd
    found, _ = made[seed]
    same(read[f"{seed} {change}"], run(Scenario("t", rules=RULES).changed(CHANGES.get(change, {})), found))


def _following(name):
    """What else is changed in a workbook made with a reading: nothing where the use of surplus is given."""
    return CHANGES["apart"] if "dip.surplus_use" not in MADE[name] else {}


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_reading_that_changes_formulas_has_its_own(odd, seed, name):
    made, read = odd
    wanted = Scenario("t", rules=RULES).changed(MADE[name] | _following(name))
    same(read[f"{seed} made {name}"], run(wanted, made[seed][0]))


def test_the_changes_change_what_is_paid(odd):
    _, read = odd
    for rule, name in SHEETS.items():
        family = FAMILIES[rule]
        head = family.measure.heading.zh
        amounts = {tuple(one.table(name)[head]) for key, one in read.items() if key.startswith("58 ")}
        assert len(amounts) >= 4, rule


def test_before_it_is_recalculated_a_spoiled_workbook_says_nothing(odd, tmp_path):
    made, _ = odd
    (tmp_path / "spoiled.xlsx").write_bytes(made[SEEDS[0]][1].spoiled().content)
    read = Read(tmp_path / "spoiled.xlsx")
    assert {str(one) for one in read.table("结果·保证金")["实际可得（元）"]} == {SPOILED}
    with pytest.raises(AssertionError):
        same(read, run(Scenario("t", rules=RULES), made[SEEDS[0]][0]))


def test_a_formula_that_gives_no_value_is_seen(tmp_path):
    """As LibreOffice writes them: errors without quotes, alone in a row or anywhere among its cells."""
    for error in ("#DIV/0!", "#N/A", "#NAME?", "#VALUE!", "#REF!", "#NUM!", "Err:502"):
        for row in ("{0}", '"1",{0}', '{0},"1"', 'text,{0},"-0.5"', '"a, b",{0},'):
            (tmp_path / "book-sheet.csv").write_text(f"head\n\n\n{row.format(error)}\n", encoding="utf-8")
            assert Calculated(tmp_path, "book").errors() == ["sheet"], row
    (tmp_path / "book-sheet.csv").write_text('"1",a,,"TRUE"\nno #N/A in a text,"2"\n', encoding="utf-8")
    assert Calculated(tmp_path, "book").errors() == []


def test_no_step_is_a_pasted_value_and_no_text_a_formula(odd):
    made, _ = odd
    for found, book in made.values():
        steps = [name for name in book.sheets if name.startswith("步骤")]
        assert len(steps) == 7 + ("billing" in found)
        assert {name: book.pasted(name) for name in steps} == dict.fromkeys(steps, [])
        assert any(book.pasted(name) for name in book.sheets if name.startswith("输入"))
        formulas = [text for name in book.sheets for text in book.formulas(name).values()]
        assert len(formulas) > 1000
        assert not [text for text in formulas if "HYPERLINK" in text or "@" in text or "#" in text]
        assert max(map(len, formulas)) < 8000
        assert not [name for name in book.files if "worksheets/_rels" in name]
        texts = book.files["xl/sharedStrings.xml"].decode()
        assert "=HYPERLINK(" in texts
        assert len(found["institutions"]) > 4


def test_differences_are_formulas_against_the_documents_values(odd):
    made, read = odd
    book, done = made[58][1], read["58 city"]
    for rule, title in (("deposit", "差异·质量保证金"), ("dip", "差异·DIP 结算"), ("retention", "差异·县域结余留用")):
        heads = list(done.table(title))
        assert heads[-3:] == ["较文件规定值（元）", "写入时 simlib 的结果（元）", "公式与 simlib 之差（元）"]
        shown = {head: values.astype(float) for head, values in done.table(title).items() if head in heads[2:]}
        amount, document, moved, written, gap = shown.values()
        assert np.array_equal(document, written)  # written under the documents' values
        assert np.allclose(amount - document, moved)
        assert np.array_equal(moved, gap)
        assert np.abs(moved).sum() > 0, rule
        assert not np.abs(read["58 none"].table(title)[heads[-1]].astype(float)).any()
        assert len(book.formulas(title)) == len(amount) * 4


# --- the deposit where numbers are awkward --------------------------------------------------------------------------


def deposits(scores, amounts, group):
    ids = [f"{group}{9 - place}" for place in range(len(scores))]
    return pd.DataFrame({"institution_id": ids, "group": group, "score": scores, "deposit": amounts})


AWKWARD = {
    "few decimals": [
        deposits([90.0, 90.0, 100.0, 100.0, 100.0, 60.0], [10.0, 10.0, 0.01, 0.01, 0.01, 0.05], "all tie"),
        deposits([90.0, 90.0, 89.0, 70.0], [10.01, 5.0, 7.77, 0.03], "nobody far above"),
        deposits([90.0, 90.0, 90.0], [10.01, 5.0, 7.77], "all the same"),
        deposits([96.0, 90.0, 70.0], [0.0, 0.0, 0.0], "no deposits"),
        deposits([99.0, 90.0, 70.0], [0.0, 3.0, 11.11], "those above have none"),
        deposits([90.0, 100.0, 80.0, 60.0, 99.0, 99.0, 42.0], [0.03, 1.0, 2.0, 0.01, 3.0, 3.0, 0.07], "thirds"),
    ],
    "huge and twelve decimals": [
        deposits([96.37, 90.0, 70.25, 99.9], [2.5e11, 99999999999.99, 123456789012.34, 0.01], "trillions of fen"),
        deposits([97.999999999999, 98.000000000001, 102.0 - 1e-12, 90.123456789012], [33.33, 33.34, 99999.99, 1e9],
                 "digits"),
        deposits([90.0, 90.0], [1e10, 0.01], "nobody"),
    ],
}  # fmt: skip
AWKWARD["some exempt"] = [
    deposits([90.0, None, 100.0, 60.0, 99.0], [0.03, 0.07, 2.0, 7.77, 3.0], "p").assign(
        evaluated=[None, False, True, True, False]
    ),
    deposits([None, 90.0], [5.55, 0.01], "all exempt").assign(evaluated=[False, False]),
    deposits([90.0, 88.0], [5.55, 7.77], "nobody above").assign(evaluated=[True, None]),
]
POOLS = {
    "none": {},
    "city": {"deposit.unclaimed_pool": "city"},
    "within": {"deposit.unclaimed_pool": "within", "deposit.lower": "1"},
}


def test_ties_zeros_and_huge_amounts_come_to_the_same_fen(tmp_path, libreoffice):
    found = {name: {"institutions": pd.concat(parts, ignore_index=True)} for name, parts in AWKWARD.items()}
    books = {name: Book(audit(run(Scenario("t", rules=("deposit",)), one))) for name, one in found.items()}
    made = {f"{name} {pool}": book.spoiled().changed(POOLS[pool]) for name, book in books.items() for pool in POOLS}
    read = recalculated(tmp_path, made)
    for name, one in found.items():
        for pool, changes in POOLS.items():
            same(read[f"{name} {pool}"], run(Scenario("t", rules=("deposit",)).changed(changes), one))


def formulas_of(rows, params) -> dict[str, int]:
    """What the formulas of the deposit come to, as evaluated when they are written: fen by institution."""
    params = FAMILIES["deposit"].params(**params)
    table = deposit_cities.table_of(rows)
    levers = Levers({"deposit": params})
    made = deposit.sheets(
        Part(FAMILIES["deposit"], params, {"institutions": table}, {}),
        institutions_sheet(table, "zh"),
        None,
        levers,
        "zh",
    )
    return dict(zip(made.outcome.subjects, np.rint(made.outcome.amount.value * 100).astype(int).tolist(), strict=True))


@given(rows=deposit_cities.cities(amounts=("deposit",), most=9), policy=deposit_cities.policies())
@examples(15)
@pytest.mark.parametrize("reading", deposit_cities.READINGS, ids=lambda reading: "-".join(reading.values()))
def test_the_formulas_pay_what_the_fractions_pay(reading, rows, policy):
    params = {**reading, **policy}
    theirs, _ = exact_deposit.allocate(rows, **params)
    try:
        ours = formulas_of(rows, params)
    except BadInput:  # a trillion yuan in all
        assert sum(row["deposit"] for row in theirs.values()) > 10**13
        return
    assert ours == {name: row["payment"] for name, row in theirs.items()}


@pytest.mark.parametrize("swap", [False, True])
def test_equal_shares_in_groups_of_different_means_tie_by_number(swap):
    """One fen that group r forfeits, between two whose indexes are equal though their groups' means are not."""
    first, second = ("b", "a") if swap else ("a", "b")
    rows = [(first, "p", "64", "10"), ("c", "p", "36", "0"), (second, "q", "96", "10"), ("d", "q", "54", "0"),
            ("e", "r", "30", "0.01"), ("f", "r", "150", "0")]  # fmt: skip
    rows = [dict(zip(("institution_id", "group", "score", "deposit"), row, strict=True)) for row in rows]
    params = {"unclaimed_pool": "city", "mean_scope": "group", "lower": "0.98", "upper": "1.02"}
    theirs, _ = exact_deposit.allocate(rows, **params)
    assert (theirs["a"]["payment"], theirs["b"]["payment"], theirs["e"]["payment"]) == (1001, 1000, 0)
    assert formulas_of(rows, params) == {name: row["payment"] for name, row in theirs.items()}


# --- long numbers ---------------------------------------------------------------------------------------------------


def column(page: Worksheet, values: list[int], most: int) -> Cell:
    return page.give(Text("x", "x"), np.array(values, dtype=np.int64), "whole", most)


@pytest.mark.parametrize("rounding", ["down", "half_up", "half_down"])
def test_a_quotient_of_long_numbers_is_that_of_whole_numbers(rounding):
    above = [10**14 - 1, 123456789012345, 5, 0, 10**12, 3 * 10**13, 1]
    times = [999999999999, 1, 10**13, 7, 500000, 10**13, 1]
    below = [10**13 + 7, 2, 10**13, 9, 10**6, 3 * 10**13, 2]
    page = Worksheet(Text("p", "p"), len(above), "en")
    a, b, c = (column(page, values, 10**15 - 1) for values in (above, times, below))
    options = {} if rounding == "down" else {rounding: True}
    found, rest = quotient(page, Text("q", "q"), (split(page, Text("a", "a"), a), b), c, remainder=True, **options)
    exact = [x * y for x, y in zip(above, times, strict=True)]
    add = {"down": lambda d: 0, "half_up": lambda d: d, "half_down": lambda d: d - 1}[rounding]
    two = 1 if rounding == "down" else 2
    assert found.value.tolist() == [(two * n + add(d)) // (two * d) for n, d in zip(exact, below, strict=True)]
    if rounding == "down":
        value = sum(limb.value.astype(object) * 10 ** (6 * k) for k, limb in enumerate(rest.limbs))
        assert value.tolist() == [n % d for n, d in zip(exact, below, strict=True)]


def test_ranks_are_by_size_and_then_by_row_within_each_claim():
    page = Worksheet(Text("p", "p"), 6, "en")
    low, high = column(page, [5, 5, 9, 1, 5, 7], 10**6 - 1), column(page, [1, 1, 1, 2, 1, 0], 10**6 - 1)
    claims = column(page, [1, 1, 1, 1, 0, 2], 2)
    found = ranked(page, Text("r", "r"), Long((low, high)), claims)
    assert found.value.tolist() == [3, 4, 2, 1, 0, 1]


def test_a_cell_that_could_pass_fifteen_digits_is_refused():
    page = Worksheet(Text("p", "p"), 2, "en")
    one = column(page, [1, 2], 10**8)
    with pytest.raises(BadInput, match="15 位"):
        one * one
    with pytest.raises(AssertionError, match="passes its bound"):
        Cell("x", np.array([11]), 10)
    assert total(one).most == 2 * 10**8


# --- the sample city, and real data ---------------------------------------------------------------------------------

SHIPPED = ("band-0.99-1.01", "dip-by-scheme", "dip-regulation-3", "pool-within", "retention-ceil", "retention-cut-5")


def test_the_sample_city_comes_to_the_same_fen_as_it_is_and_under_shipped_scenarios(tmp_path, libreoffice):
    plain = scenario.load(ROOT / "scenarios" / "baseline.yaml")
    found = sample.embedded()
    done = run(plain, found)
    book = Book(audit(done))
    changes = {}
    for name in SHIPPED:
        params = scenario.load(ROOT / "scenarios" / f"{name}.yaml").params
        changes |= {
            f"{rule}.{key}": getattr(value, "value", str(value))
            for rule, one in params.items()
            for key, value in one.differences().items()
        }
    read = recalculated(tmp_path, {"plain": book.spoiled(), "changed": book.spoiled().changed(changes)})
    same(read["plain"], done)
    same(read["changed"], run(plain.changed(changes), found))


REAL_OF = {"retention": "mssp-py2022", "dip": "sih-acre-2021", "deposit": "vbp-fy2024"}


@pytest.fixture(scope="module")
def real(tmp_path_factory, libreoffice):
    """By rule: what a run says of real institutions, and what LibreOffice, started once for all, makes of their
    workbook."""
    done = {}
    for rule, folder in REAL_OF.items():
        if (REAL / folder).is_dir():
            found = tables.read_folder(REAL / folder)
            if rule == "deposit":  # a formula of twelve decimals has a hundred cells
                found["institutions"] = found["institutions"].iloc[::8]
            done[rule] = run(Scenario("t", rules=(rule,)), found)
    books = {rule: Book(audit(one)).spoiled() for rule, one in done.items()}
    read = recalculated(tmp_path_factory.mktemp("real"), books) if books else {}
    return {rule: (read[rule], one) for rule, one in done.items()}


@pytest.mark.parametrize("rule", REAL_OF)
def test_real_institutions_come_to_the_same_fen(real, rule):
    if rule not in real:
        pytest.skip(f"the real data are not on this machine: {REAL_OF[rule]}")
    same(*real[rule])


# --- what the reader is told ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A data folder with two institutions and a community."""
    folder = tmp_path_factory.mktemp("written")
    (folder / "institutions.csv").write_text("institution_id,name,group,score,settled\n1,A,g,90,1000\n2,B,g,80,500.5\n")
    (folder / "communities.csv").write_text("community_id,score,budget,spending\nC,85,1000,900\n")
    (folder / "s.yaml").write_text(
        "title: 甲\ntitle_en: First\ndata: .\nparams: {deposit: {lower: 1}}\n", encoding="utf-8"
    )
    return folder


def test_the_command_writes_the_workbook_in_either_language(written, tmp_path, capsys):
    for language in ("zh", "en"):
        out = tmp_path / f"{language}.xlsx"
        assert main(["workbook", str(written / "s.yaml"), "--out", str(out), "--lang", language]) == 0
        assert str(out) in capsys.readouterr().out
    book = load(tmp_path / "en.xlsx")
    texts = [str(cell) for page in book for row in page.iter_rows(values_only=True) for cell in row if cell is not None]
    chinese = [text for text in texts if any("\u4e00" <= character <= "\u9fff" for character in text)]
    assert [text for text in chinese if "附件" not in text and "第" not in text] == []
    names = load(tmp_path / "zh.xlsx").sheetnames
    assert names[:3] == ["说明", "参数", "检查"]
    assert names[-2:] == ["解释", "版本"]


def load(path: Path):
    from openpyxl import load_workbook

    return load_workbook(path)


def test_the_sheet_of_parameters_names_value_document_bounds_and_clause(written, tmp_path):
    done = run(scenario.load(written / "s.yaml"), tables.read_folder(written))
    (tmp_path / "one.xlsx").write_bytes(audit(done))
    book = load(tmp_path / "one.xlsx")
    rows = {row[0]: row for row in book["参数"].iter_rows(min_row=5, values_only=True)}
    lower = rows["deposit.lower"]
    assert lower[2] == 1
    assert lower[5] == "0.980"
    assert "0.80 至 1.00" in lower[7]
    assert "JS26" in lower[9]
    assert rows["deposit.unclaimed_pool"][2] == "hold"
    assert rows["deposit.unclaimed_pool"][8].startswith("是")
    declared = [f"{name}.{one}" for name in done.parts for one in done.scenario.params[name].declarations()]
    assert sorted(rows) == sorted(declared)
    live = {name for name, row in rows.items() if row[8].startswith("是")}
    assert {name for name in declared if name.startswith("deposit.")} - live == {
        "deposit.deposit_base",
        "deposit.monthly_base",
    }  # one base only, and no months
    assert {name for name in declared if name.startswith("retention.")} - live == {
        "retention.score_growth", "retention.spending_growth", "retention.budget_growth", "retention.bonus_cap",
        "retention.cap_total",
    } - live  # fmt: skip
    page = book["结果·保证金"]
    assert page.freeze_panes == "B5"
    assert page.print_title_rows == "$4:$4"
    assert page.page_setup.orientation == "landscape"
    assert page.page_setup.paperSize == 9


def test_what_the_formulas_ask_for_is_live_and_all_else_says_why(odd):
    made, _ = odd
    book = made[58][1]
    formulas = " ".join(
        text for name in book.sheets for text in book.formulas(name).values() if name.startswith("步骤")
    )
    used = {name for name in book.names if f"{name}_u" in formulas or f'{name}="' in formulas}
    declared = {f"dip_{name}" for name in DipParams.declarations()}
    fixed = declared - used
    assert {
        "dip_ledger",
        "dip_regulation_rate",
        "dip_share_rate_2",
        "dip_floor_at",
        "dip_basic_1S",
        "dip_monthly_rate",
    } <= used
    assert {"dip_deviation_low", "dip_readmission_days", "dip_cmi_step", "dip_volume_growth"} <= fixed
    of_cases = {f"dip_{name}" for name in CaseParams.__annotations__}  # of cases no workbook holds
    assert of_cases <= fixed
    assert len(fixed - of_cases) < len(declared) / 2


def test_a_file_of_another_kind_or_amounts_beyond_a_spreadsheet_are_refused(written, tmp_path, capsys):
    assert main(["workbook", str(written / "s.yaml"), "--out", str(tmp_path / "x.csv")]) == 2
    assert ".xlsx" in capsys.readouterr().err
    lines = "".join(f"{n},g,{90 - n},900000000000\n" for n in range(1, 4))
    (tmp_path / "institutions.csv").write_text("institution_id,group,score,deposit\n" + lines)
    (tmp_path / "s.yaml").write_text("title: t\ndata: .\n")
    assert main(["workbook", str(tmp_path / "s.yaml"), "--out", str(tmp_path / "x.xlsx")]) == 2
    assert "15" in capsys.readouterr().err
    assert not list(tmp_path.glob("*.xlsx"))
    assert not list(tmp_path.glob("*.csv~"))
