"""The result tables and headline numbers of the quality deposit."""

from __future__ import annotations

from simlib.columns import INSTITUTIONS, POINTS, SHARE, Column, Table, Type, part, yuan
from simlib.columns.institutions import INSTITUTION_COUNT
from simlib.rules.deposit.allocation import Band
from simlib.rules.deposit.withholding import Source
from simlib.words import Text

_GIVEN = INSTITUTIONS.by_name

RESULTS = (
    Table(
        "deposit",
        Text("各机构保证金", "Deposit by institution"),
        "institution_id",
        (
            *(_GIVEN[name] for name in ("institution_id", "group", "score", "deposit")),
            Column("index", Type.NUMBER, Text("绩效指数", "Index"), SHARE),
            Column("band", Type.CHOICE, Text("档次", "Band"), options={band.value: band.label for band in Band}),
            yuan("returned", "返还保证金", "Returned"),
            yuan("bonus", "分得奖励金", "Bonus"),
            yuan("payment", "实际可得", "Payment"),
            yuan("change", "较保证金增减", "Change"),
        ),
    ),
    Table(
        "deposit_groups",
        Text("各组奖励金", "Pools by group"),
        "group",
        (
            _GIVEN["group"],
            INSTITUTION_COUNT,
            Column("mean_score", Type.NUMBER, Text("平均分", "Mean score"), POINTS),
            yuan("pool", "奖励金", "Pool"),
            yuan("unallocated", "未分配", "Unallocated"),
        ),
    ),
    Table(
        "deposit_withheld",
        Text("保证金怎样预留", "How deposits were withheld"),
        "institution_id",
        (
            _GIVEN["institution_id"],
            Column(
                "source", Type.CHOICE, Text("预留自", "Withheld of"), options={one.value: one.label for one in Source}
            ),
            yuan("base", "基数", "Base"),
            Column("months", Type.INTEGER, Text("月数", "Months")),
            Column("first", Type.TEXT, Text("起始月份", "First month")),
            Column("last", Type.TEXT, Text("截止月份", "Last month")),
        ),
    ),
)

HEADLINES = (
    INSTITUTION_COUNT,
    *(Column(band.value, Type.INTEGER, band.label) for band in Band),
    yuan("deposits", "保证金合计", "Deposits"),
    yuan("payments", "实际支付合计", "Payments"),
    yuan("forfeited", "扣减合计", "Forfeited"),
    yuan("money_moved", "转移金额", "Money moved"),
    yuan("unallocated", "未分配", "Unallocated"),
    yuan("largest_gain", "最大增加（较保证金）", "Largest gain over the deposit"),
    yuan("largest_loss", "最大减少（较保证金）", "Largest loss of the deposit"),
)
SHARES = (
    *(
        part(f"share_{band.value}", f"{band.label.zh}的机构占比", f"Share of institutions {band.label.en}")
        for band in Band
    ),
    part("share_moved", "转移金额占保证金", "Money moved over deposits"),
    part("most_gained", "单家较保证金最大增加（占其保证金）", "Most that one gains, over its deposit"),
    part("most_lost", "单家较保证金最大减少（占其保证金）", "Most that one loses, over its deposit"),
)
