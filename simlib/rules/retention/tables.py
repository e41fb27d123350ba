"""The result tables and headline numbers of county surplus retention."""

from __future__ import annotations

from simlib.columns import COMMUNITIES, POINTS, SHARE, Column, Table, Type, part, yuan
from simlib.rules.retention.settlement import KEY, Bracket
from simlib.words import Text

_GIVEN = COMMUNITIES.by_name

MONEY = (
    yuan("retained", "留用结余", "Surplus kept"),
    yuan("returned", "不予支付的结余", "Surplus not paid"),
    yuan("overspend_borne", "医共体承担超支", "Overspending borne"),
    yuan("overspend_shared", "基金分担超支", "Overspending shared"),
    yuan("next_year_cut", "下年预算核减", "Cut of next year's budget"),
)
_NET = yuan("net", "净影响", "Net effect")
RESULTS = (
    Table(
        "retention",
        Text("各医共体结余留用", "Surplus by community"),
        KEY,
        (
            _GIVEN[KEY],
            _GIVEN["score"],
            Column("bonus_given", Type.NUMBER, Text("上报的加分", "Bonus as given"), POINTS),
            Column("bonus", Type.NUMBER, Text("计入的加分", "Bonus counted"), POINTS),
            Column("total_score", Type.NUMBER, Text("计档总分", "Score that decides"), POINTS),
            Column("bracket", Type.CHOICE, Text("档次", "Bracket"), options={one.value: one.label for one in Bracket}),
            Column("ratio", Type.NUMBER, Text("留用比例", "Share kept"), SHARE),
            _GIVEN["budget"],
            _GIVEN["spending"],
            yuan("surplus", "结余（负为超支）", "Surplus (below 0: overspending)"),
            _GIVEN["unreasonable_overspend"],
            *MONEY,
            _NET,
        ),
    ),
    Table(
        "retention_years",
        Text("后续年度推演", "Year by year"),
        "year",
        (
            Column("year", Type.INTEGER, Text("第几年", "Year")),
            _GIVEN["budget"],
            _GIVEN["spending"],
            *MONEY,
            Column("failed", Type.INTEGER, Text("不合格医共体", "Failed communities")),
            _NET,
        ),
    ),
)

HEADLINES = (
    Column("communities", Type.INTEGER, Text("医共体数", "Communities")),
    *(Column(one.value, Type.INTEGER, one.label) for one in Bracket),
    yuan("surplus", "结余合计", "Surplus in all"),
    *MONEY,
)

SHARES = (
    *(
        part(f"share_{one.value}", f"{one.label.zh}的医共体占比", f"Share of communities {one.label.en}")
        for one in Bracket
    ),
    part("share_retained", "留用占结余", "Kept over surplus"),
)
