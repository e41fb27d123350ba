"""What DIP settlement refuses, line by line and in both languages: from Python, and from files with their rows."""

import csv

import pytest

from simlib.cli import main
from simlib.problems import BadInput
from simlib.rules import dip
from simlib.rules.dip import DipParams
from strategies import dip_tables

SPLIT = {"ledger": "by_scheme"}
FUNDS = [{"scheme": "employee", "income": "1000"}, {"scheme": "resident", "income": "1000"}]


def city():
    """Two institutions with a case each, as rows of text."""
    money = {"total_cost": "100", "fund_billed": "80", "patient_paid": "15", "other_paid": "5"}
    case = {"scheme": "employee", "group_code": "g", "length_of_stay": "3", **money}
    return {
        "institutions": [{"institution_id": "A", "level": "3", "grade": "3A"},
                         {"institution_id": "B", "level": "2", "grade": "2A"}],
        "cases": [{"case_id": "1", "institution_id": "A", **case}, {"case_id": "2", "institution_id": "B", **case}],
        "groups": [{"group_code": "g", "kind": "core", "points": "1000"}],
        "peer_means": [{"level": "3", "group_code": "g", "mean_cost": "100"},
                       {"level": "2", "group_code": "g", "mean_cost": "100"}],
        "funds": [{"scheme": "pooled", "income": "1000", "other": "0", "fund_carried": "0"}],
        "billing": [{"institution_id": "A", "month": "2021-01", "billed": "50", "penalties": "0"}],
    }  # fmt: skip


def test_the_city_itself_is_settled():
    assert len(dip.settle(**dip_tables.frames(city()))["dip_institutions"]) == 2


# --- changes --------------------------------------------------------------------------------------------------------


def cell(table, row, column, value):
    """The city with one cell changed."""
    return lambda tables: tables[table][row].update({column: value})


def without(table, column):
    """The city with a column taken out."""
    return lambda tables: [row.pop(column) for row in tables[table]]


def twice(table):
    """The city with the first row of a table repeated at its end."""
    return lambda tables: tables[table].append(dict(tables[table][0]))


def rows(table, rows):
    """The city with other rows in a table."""
    return lambda tables: tables.update({table: rows})


def both(*changes):
    def change(tables):
        for one in changes:
            one(tables)

    return change


def lines(change, params=None, score=False):
    """The lines of the refusal, of settle or of score_cases, in Chinese and in English."""
    tables = city()
    change(tables)
    frames = dip_tables.frames(tables)
    run = score_cases if score else dip.settle
    with pytest.raises(BadInput) as bad:
        run(**frames, params=DipParams(**(params or {})))
    return bad.value.lines("zh"), bad.value.lines("en")


def score_cases(cases, institutions, groups, peer_means, funds, billing, params=None):
    """Cases alone ask for neither funds nor bills."""
    return dip.score_cases(cases, institutions, groups, peer_means, params)


# --- settle ---------------------------------------------------------------------------------------------------------

LACKING = ("缺少此列，{rule}需要使用。请补充该列。", "This column is missing and {rule} needs it. Add it.")
DIP, BILLS = ("DIP 结算", "DIP settlement"), ("月预结算", "monthly prepayment")
NO_INSTITUTION = ("{n} 例病例（费用 {n}00.00 元）的机构不在机构表中。{zh}请补充该机构，或更正编号。",
                  "{n} cases (cost {n}00.00 yuan) are of an institution that the table lacks. {en}Add it, or correct "
                  "its number.")  # fmt: skip
NO_GROUP = ("{n} 例病例（费用 {n}00.00 元）的病种不在目录中。{zh}请补充该病种，或更正编码。",
            "{n} cases (cost {n}00.00 yuan) are of a group that the catalogue lacks. {en}Add it, or correct the "
            "code.")  # fmt: skip
UNGROUPED = ("1 例病例没有病种，费用 100.00 元。请补充病种编码，或将 dip.ungrouped 设为 leave_out（不计分）或 cost"
             "（按费用折算）。",
             "1 cases have no group; they cost 100.00 yuan. Fill in their groups, or set dip.ungrouped to leave_out "
             "(no points) or cost (points by cost).")  # fmt: skip
NEGATIVE = ("不能是负数或无穷。请核对。", "It cannot be negative or infinite. Check it.")
FEN = ("金额最多到分（两位小数）。请核对。", "An amount has at most two decimals (fen). Check it.")
TWICE = ("编号重复。请每个编号只保留一行。", "The key appears twice. Keep one row for each.")
NO_LEVEL = ("有住院病例的机构必须有级别。请补充。", "An institution with inpatient cases needs a level. Fill it in.")
OTHER_LEVEL = ("等次与级别不符（JY 第二十三条）。请核对其中一个。",
               "The grade does not go with the level (JY art. 23). Check one of them.")  # fmt: skip
NO_FUND = ("分开核算需要该险种的基金。请补充该行。", "Ledgers by scheme need the fund of this scheme. Add the row.")
NO_SCHEME = ("有病例未写明险种，无法分开核算。请补充 scheme 列。",
             "Some cases do not say their scheme, so ledgers cannot be apart. Fill in the column.")  # fmt: skip
NO_POINTS = ("无任何核定分值，无法计算点值。请核对病例。",
             "There are no approved points, hence no point value. Check the cases.")  # fmt: skip
NOTHING_LEFT = ("扣除调节金和各项支出后没有可分配资金。请核对收入和支出。",
                "Nothing is left to distribute after the regulation fund and the spending. Check income and "
                "spending.")  # fmt: skip
NO_DAYS = (
    "床日病例缺少住院天数，无法计分。请补充。",
    "A bed-day case without its length of stay has no points. Fill it in.",
)
MONTH = (
    "同一机构同一月份出现两次。请合并或删除。",
    "The month appears twice for the institution. Merge or remove one.",
)
KIND = ("不是病种类型。请填 core, mixed, tcm, primary, bed_day 之一。",
        "Not a kind of group. Give one of core, mixed, tcm, primary, bed_day.")  # fmt: skip


def said(where, rule, near="", **values):
    """One line in Chinese and in English."""
    values |= {"zh": f"是否应为 {near}？" if near else "", "en": f"Did you mean {near}? " if near else ""}
    return tuple(f"{where}{colon}{text.format(**values)}" for colon, text in zip(("：", ": "), rule, strict=True))


def lacking(where, rule=DIP):
    zh, en = rule
    return f"{where}：{LACKING[0].format(rule=zh)}", f"{where}: {LACKING[1].format(rule=en)}"


SETTLE = {
    "a case of an unknown institution": (cell("cases", 0, "institution_id", "Z"), {},
        said("cases · institution_id · “Z”", NO_INSTITUTION, n=1)),
    "a case of an unknown group": (cell("cases", 0, "group_code", "z"), {},
                                   said("cases · group_code · “z”", NO_GROUP, n=1)),
    "a case without a group, where that is refused": (cell("cases", 0, "group_code", None), {"ungrouped": "refuse"},
                                                      said("cases · group_code", UNGROUPED)),
    "a group that differs by case, width and ×": (
        both(cell("cases", 0, "group_code", "k8０×2"), cell("groups", 0, "group_code", "K80X2"),
             cell("cases", 1, "group_code", "K80X2")), {},
        said("cases · group_code · “k8０×2”", NO_GROUP, n=1, near="K80X2")),
    "an institution without its leading zero": (
        both(cell("institutions", 0, "institution_id", "0701"), cell("cases", 0, "institution_id", "701")), {},
        said("cases · institution_id · “701”", NO_INSTITUTION, n=1, near="0701")),
    "unknown institutions, the most frequent first": (
        rows("cases", [{**city()["cases"][0], "case_id": str(n), "institution_id": name} for n,
                       name in enumerate("ZAYZX")]), {},
        said("cases · institution_id · “Z”", NO_INSTITUTION, n=2),
        said("cases · institution_id · “X”", NO_INSTITUTION, n=1),
        said("cases · institution_id · “Y”", NO_INSTITUTION, n=1)),
    "an unknown institution and an unknown group": (both(cell("cases", 0, "institution_id", "Z"),
                                                         cell("cases", 1, "group_code", "z")), {},
        said("cases · institution_id · “Z”", NO_INSTITUTION, n=1), said("cases · group_code · “z”", NO_GROUP, n=1)),
    "bed-days without days": (both(cell("groups", 0, "kind", "bed_day"), cell("cases", 1, "length_of_stay", None)), {},
        said("cases · length_of_stay · “2”", NO_DAYS)),
    "bed-days without the column": (both(cell("groups", 0, "kind", "bed_day"), without("cases", "length_of_stay")), {},
        said("cases · length_of_stay", NO_DAYS)),
    "irregular bed-days without days": (
        both(cell("groups", 0, "kind", "bed_day"), cell("cases", 1, "length_of_stay", None),
             cell("cases", 1, "irregular", "true")), {},
        said("cases · length_of_stay · “2”", NO_DAYS)),
    "an institution with cases and no level": (cell("institutions", 0, "level", None), {},
                                               said("institutions · level", NO_LEVEL)),
    "a grade of another level": (cell("institutions", 0, "grade", "2A"), {},
                                 said("institutions · grade · “2A”", OTHER_LEVEL)),
    "an unknown grade": (cell("institutions", 0, "grade", "3Z"), {}, said("institutions · grade · “3Z”", OTHER_LEVEL)),
    "a grade and no level": (both(cell("institutions", 0, "level", None), cell("institutions", 1, "grade", "3A")), {},
        said("institutions · level", NO_LEVEL), said("institutions · grade · “3A”", OTHER_LEVEL)),
    "an institution twice": (twice("institutions"), {}, said("institutions · institution_id · “A”", TWICE)),
    "a group twice": (twice("groups"), {}, said("groups · group_code · “g”", TWICE)),
    "a mean twice": (twice("peer_means"), {}, said("peer_means · group_code · “g”", TWICE)),
    "a kind that is none": (cell("groups", 0, "kind", "rare"), {}, said("groups · kind · “rare”", KIND)),
    "every case is irregular": (both(cell("cases", 0, "irregular", "true"), cell("cases", 1, "irregular", "true")), {},
                                said("cases", NO_POINTS)),
    "every case is a readmission": (both(cell("cases", 0, "readmission", "true"),
                                         cell("cases", 1, "readmission", "true")), {}, said("cases", NO_POINTS)),
    "groups without points": (cell("groups", 0, "points", "0"), {}, said("cases", NO_POINTS)),
    "no cases": (rows("cases", []), {}, said("cases", NO_POINTS)),
    "no cases, by scheme": (both(rows("cases", []), rows("funds", FUNDS)), SPLIT, said("cases", NO_POINTS)),
    "spending as large as the income": (cell("funds", 0, "other", "960"), {}, said("funds · income", NOTHING_LEFT)),
    "spending larger than the income": (cell("funds", 0, "other", "961"), {}, said("funds · income", NOTHING_LEFT)),
    "no income": (cell("funds", 0, "income", "0"), {}, said("funds · income", NOTHING_LEFT)),
    "nothing but lump sums": (cell("funds", 0, "lump_sum", "2000"), {}, said("funds · income", NOTHING_LEFT)),
    "by scheme with a pooled fund": (lambda tables: None, SPLIT, said("funds · scheme · “employee”", NO_FUND)),
    "by scheme without the residents' fund": (rows("funds", FUNDS[:1]), SPLIT,
                                              said("funds · scheme · “resident”", NO_FUND)),
    "by scheme without the employees' fund": (rows("funds", FUNDS[1:]), SPLIT,
                                              said("funds · scheme · “employee”", NO_FUND)),
    "by scheme with a case that does not say its own": (both(rows("funds", FUNDS), cell("cases", 1, "scheme", None)),
                                                        SPLIT, said("cases · scheme", NO_SCHEME)),
    "by scheme with cases of none": (both(rows("funds", FUNDS), without("cases", "scheme")), SPLIT,
                                     said("cases · scheme", NO_SCHEME)),
    "a fund twice": (twice("funds"), {}, said("funds · scheme · “pooled”", TWICE)),
    **{f"negative {name}": (cell("funds", 0, name, "-0.01"), {}, said(f"funds · {name} · “-0.01”", NEGATIVE))
       for name in ("income", "lump_sum", "lump_sum_amortised", "maternity", "outpatient", "chronic", "nonlocal",
                    "cash", "other", "fund_carried")},
    "an income with a part of a fen": (cell("funds", 0, "income", "1000.001"), {},
                                       said("funds · income · “1000.001”", FEN)),
    "an infinite income": (cell("funds", 0, "income", "inf"), {}, said("funds · income · “inf”", NEGATIVE)),
    "negative billing": (cell("billing", 0, "billed", "-1"), {}, said("billing · billed · “-1.0”", NEGATIVE)),
    "negative penalties": (cell("billing", 0, "penalties", "-1"), {}, said("billing · penalties · “-1.0”", NEGATIVE)),
    "billing with a part of a fen": (cell("billing", 0, "billed", "1.005"), {},
                                     said("billing · billed · “1.005”", FEN)),
    "negative billing that grows": (cell("billing", 0, "billed", "-1"), {"volume_growth": "0.1"},
                                    said("billing · billed · “-1.0”", NEGATIVE)),
    "a month twice": (twice("billing"), {}, said("billing · month · “2021-01”", MONTH)),
    **{f"{table} without {column}": (without(table, column), {}, lacking(f"{table} · {column}"))
       for table, columns in {
           "cases": ("institution_id", "group_code", "total_cost", "fund_billed", "patient_paid", "other_paid"),
           "institutions": ("institution_id", "level"), "groups": ("group_code", "kind", "points"),
           "peer_means": ("level", "group_code", "mean_cost"), "funds": ("scheme", "income"),
       }.items() for column in columns},
    **{f"billing without {column}": (without("billing", column), {}, lacking(f"billing · {column}", BILLS))
       for column in ("institution_id", "month", "billed")},
}  # fmt: skip


@pytest.mark.parametrize("name", SETTLE)
def test_settle_refuses(name):
    change, params, *expected = SETTLE[name]
    assert lines(change, params) == ([zh for zh, _ in expected], [en for _, en in expected])


CASES_ALONE = [
    name for name, (_, params, *_) in SETTLE.items()
    if not params and name.startswith(("a case", "unknown inst", "an unknown institution", "bed-days", "irregular bed",
                                       "a group twice", "a mean", "a kind",
                                       "groups without group", "groups without kind", "groups without points c",
                                       "peer_means without"))
]  # fmt: skip


@pytest.mark.parametrize("name", CASES_ALONE)
def test_score_cases_refuses(name):
    change, _, *expected = SETTLE[name]
    assert lines(change, score=True) == ([zh for zh, _ in expected], [en for _, en in expected])


@pytest.mark.parametrize("column", ["case_id", "institution_id", "group_code", "total_cost"])
def test_score_cases_refuses_a_missing_column(column):
    zh, en = lacking(f"cases · {column}")
    assert lines(without("cases", column), score=True) == ([zh], [en])


def test_many_unknown_institutions_are_counted():
    rows_of_22 = [{**city()["cases"][0], "case_id": str(n), "institution_id": f"Z{n:02}"} for n in range(22)]
    zh, en = lines(rows("cases", rows_of_22))
    assert (len(zh), len(en)) == (21, 21)
    assert zh[-1] == "cases · institution_id：另有 2 个，共 2 例，费用 200.00 元。"
    assert en[-1] == "cases · institution_id: 2 more, with 2 cases that cost 200.00 yuan."
    assert zh[0] == said("cases · institution_id · “Z00”", NO_INSTITUTION, n=1)[0]


@pytest.mark.parametrize(
    "missing",
    [{"drug_procurement_done", "consumable_procurement_done", "other_breach", "grade", "type"}, {"penalties"}],
)
def test_columns_that_may_be_missing_are_not_asked_for(missing):
    tables = {
        name: [{k: v for k, v in row.items() if k not in missing} for row in rows] for name, rows in city().items()
    }
    assert len(dip.settle(**dip_tables.frames(tables))["dip_institutions"]) == 2


def test_an_institution_without_cases_needs_no_level():
    tables = city()
    tables["institutions"].append({"institution_id": "C", "level": None, "grade": "2A"})
    assert dip.settle(**dip_tables.frames(tables))["dip_institutions"]["institution_id"].tolist() == ["A", "B"]


# --- what a table may hold and still be wrong to the engine ---------------------------------------------------------

NOT_SOUND = {
    "a group with blank points": cell("groups", 0, "points", None),
    "a blank mean": cell("peer_means", 0, "mean_cost", None),
    "a mean of 0": cell("peer_means", 0, "mean_cost", "0"),
    "a negative mean": cell("peer_means", 0, "mean_cost", "-1"),
    "a blank institution": cell("cases", 0, "institution_id", None),
    "a blank cost": cell("cases", 0, "total_cost", None),
}


@pytest.mark.parametrize("name", NOT_SOUND)
def test_what_no_file_could_hold_is_refused_too(name):
    """Files are checked as they are read; a table made in Python is told the same, never by a traceback or a wrong
    sum."""
    zh, en = lines(NOT_SOUND[name])
    assert len(zh) == len(en) == 1
    assert "nan" not in zh[0] + en[0]


def far_above(points, mean, cost):
    """A city whose first case is far above its mean, and the points p x (ratio - 1.5) that it has."""
    tables = city()
    tables["groups"][0]["points"] = points
    tables["peer_means"][0]["mean_cost"] = mean
    tables["cases"][0]["total_cost"] = cost
    return dip_tables.frames(tables), float(points) * (float(cost) / float(mean) - 1.5)


@pytest.mark.parametrize(
    "case", [("1000", "0.01", "10000"), ("50000", "100", "190000"), ("1000000", "100", "10000")], ids="-".join
)
def test_a_case_far_above_its_mean_has_its_points(case):
    frames, expected = far_above(*case)
    assert score_cases(**frames)["points"][0] == pytest.approx(expected, rel=1e-15)
    assert dip.settle(**frames)["dip_institutions"]["points"][0] == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    "case",
    [("1000", "0.01", "10000000000"), ("1000000", "0.01", "1000000000000"), ("1000000", "100", "99999999999.99")],
    ids="-".join,
)
@pytest.mark.parametrize("run", [score_cases, dip.settle])
def test_the_largest_numbers_that_files_may_hold_are_scored_or_refused(case, run):
    """Nobody's case costs so much: whatever is said of it, it is no traceback."""
    frames, expected = far_above(*case)
    try:
        results = run(**frames)
    except BadInput:
        return
    table = results["dip_institutions"] if run is dip.settle else results
    assert table["points"][0] == pytest.approx(expected, rel=1e-15)


# --- files ----------------------------------------------------------------------------------------------------------

FILES = {
    "negative money in a case": (cell("cases", 1, "fund_billed", "-80"),
        "cases.csv · 第 3 行 · fund_billed · “-80”：统筹基金记账应在 0 至 1,000,000,000,000 之间。请核对。"
        "表中没有它退的病例（机构、人员、日期相同或写明编号）。请补充原病例，或移出此行。",
        "cases.csv · row 3 · fund_billed · “-80”: Billed to the fund must be from 0 to 1,000,000,000,000. Check it. "
        "The case that it takes back (same institution, person and dates, or named by number) is not here. Add that "
        "case, or take this row out."),
    "a part of a fen in a case": (cell("cases", 1, "patient_paid", "15.005"),
        f"cases.csv · 第 3 行 · patient_paid · “15.005”：{FEN[0]}",
        f"cases.csv · row 3 · patient_paid · “15.005”: {FEN[1]}"),
    "a case without its cost": (cell("cases", 0, "total_cost", ""),
        "cases.csv · 第 2 行 · total_cost：不能为空。请补充。",
        "cases.csv · row 2 · total_cost: It must not be blank. Fill it in."),
    "a case twice": (cell("cases", 1, "case_id", "1"),
        "cases.csv · 第 3 行 · case_id · “1”：与第 2 行重复。请每个编号只保留一行。",
        "cases.csv · row 3 · case_id · “1”: Row 2 has it too. Keep one row for each."),
    "cases without what patients paid": (without("cases", "patient_paid"),
        "cases.csv · patient_paid：缺少此列。请补充该列。",
        "cases.csv · patient_paid: This column is missing. Add it."),
    "an unknown scheme": (cell("cases", 0, "scheme", "rural"),
        "cases.csv · 第 2 行 · scheme · “rural”：不在可选值内。请填 employee（职工医保）、resident（居民医保） 之一。",
        "cases.csv · row 2 · scheme · “rural”: Not one of the options. Give one of employee, resident."),
    "negative income": (cell("funds", 0, "income", "-1"),
        "funds.csv · 第 2 行 · income · “-1”：当年基金收入应在 0 至 1,000,000,000,000 之间。请核对。",
        "funds.csv · row 2 · income · “-1”: Income must be from 0 to 1,000,000,000,000. Check it."),
    "a mean of 0 in a file": (cell("peer_means", 1, "mean_cost", "0"),
        "peer_means.csv · 第 3 行 · mean_cost · “0”：次均住院总费用应在 0.01 至 1,000,000,000,000 之间。请核对。",
        "peer_means.csv · row 3 · mean_cost · “0”: Mean cost must be from 0.01 to 1,000,000,000,000. Check it."),
    "a grade of another level in a file": (cell("institutions", 1, "grade", "3A"),
        f"institutions.csv · 第 3 行 · grade · “3A”：{OTHER_LEVEL[0]}",
        f"institutions.csv · row 3 · grade · “3A”: {OTHER_LEVEL[1]}"),
    "an institution without a level in a file": (cell("institutions", 0, "level", ""),
        f"institutions.csv · 第 2 行 · level：{NO_LEVEL[0]}", f"institutions.csv · row 2 · level: {NO_LEVEL[1]}"),
    "a month twice in a file": (twice("billing"),
        "billing.csv · 第 3 行 · institution_id · “A · 2021-01”：与第 2 行重复。请每个编号只保留一行。",
        "billing.csv · row 3 · institution_id · “A · 2021-01”: Row 2 has it too. Keep one row for each."),
    "no funds": (lambda tables: tables.pop("funds"),
        "funds：缺少此表，DIP 结算需要使用。请补充。",
        "funds: This table is missing and DIP settlement needs it. Add it."),
    "no groups and no history": (lambda tables: tables.pop("groups"),
        "groups：缺少此表，DIP 结算需要使用，或需要 history 以便生成。请补充。",
        "groups: This table is missing and DIP settlement needs it, or history to make it from. Add one."),
}  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", FILES)
def test_files_are_refused_by_row(name, language, tmp_path, capsys):
    change, *texts = FILES[name]
    tables = city()
    change(tables)
    for table, of_table in tables.items():
        with (tmp_path / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, of_table[0])
            writer.writeheader()
            writer.writerows(of_table)
    (tmp_path / "scenario.yaml").write_text("title: 结算\nrules: [dip]\n", "utf-8")
    out = tmp_path / "out"
    code = main(
        ["run", str(tmp_path / "scenario.yaml"), "--data", str(tmp_path), "--out", str(out), "--lang", language]
    )
    assert (code, capsys.readouterr().err) == (2, texts[language == "en"] + "\n")
    assert not out.exists()
