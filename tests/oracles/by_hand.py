"""The exercises of the course and their answers, worked out by hand."""

from fractions import Fraction

from simlib.course import comparing, deposit, dip_clearing, dip_points, retention, scorecard, six_hospitals

CHAPTERS = {
    "01_deposit": deposit, "02_scorecards": scorecard, "03_dip_points": dip_points, "04_dip_clearing": dip_clearing,
    "05_county_retention": retention, "06_comparing_scenarios": comparing,
}  # fmt: skip
EXERCISES = {one.id: one for chapter in CHAPTERS.values() for one in chapter.EXERCISES}


def fen(yuan: Fraction) -> Fraction:
    """To the fen, halves up."""
    return Fraction(int(yuan * 100 + Fraction(1, 2)), 100)


MEAN = Fraction(96 + 90 + 84, 3)
OTHERS = {
    "甲": 202_600 * Fraction(35, 100),
    "乙": 132_000 * Fraction(25, 100),
    "丙": 50_500 * Fraction(15, 100),
}  # paid
SHARED_OUT = 380_000 - 380_000 * Fraction(4, 100) - (7_000 + 48_000 + 34_000 + 22_000 + 3_535 + 5_000)
CORE = {
    "甲": 2 * 3000 + 1200 + Fraction("1.3") * 1200 + 2 * 1000 + 1300 + 2 * 600 + 240,
    "乙": 3000 + 3 * 1200 + 1000 + 1200 + 2 * 600,
}
POINTS = {  # non-primary x coefficient + primary - deducted
    "甲": (CORE["甲"] + 500) * Fraction("1.05") + 300,  # CMI 1.35 gives 0.04, a national specialty 0.01
    "乙": (CORE["乙"] + 500) * Fraction("0.92") + 2 * 300 - 3 * 500,  # 0.90 + CMI 1.25 0.03 + 0.002 - 0.005, down
    "丙": (2 * 600 + Fraction("1.2") * 600 + Fraction("0.3") * 600 + 1000 + 2 * 500) * Fraction("0.80") + 5 * 300,
}  # fmt: skip
A_POINT = (SHARED_OUT + sum(OTHERS.values())) / sum(POINTS.values())
PAYABLE = {name: points * A_POINT - OTHERS[name] for name, points in POINTS.items()}
SPARED = (CORE["乙"] + 2 * 500) * Fraction("0.92") + 2 * 300  # 乙, had nothing been irregular
OWED = {
    "甲": Fraction("0.75") * (202_600 * Fraction(65, 100) - PAYABLE["甲"]),
    "乙": Fraction("0.70") * Fraction("0.15") * PAYABLE["乙"],
}
BY_HAND = {  # worked out here, without simlib
    "deposit.index": Fraction(84) / MEAN,
    "deposit.payment": Fraction(round(100_000_00 * Fraction(84) / MEAN), 100),
    "deposit.bonus": 150_000 - 150_000 * Fraction(84) / MEAN,
    "deposit.lower": sum(before != 100_000 for before in (Fraction("106666.67"), 100_000, Fraction("93333.33"))),
    "deposit.edge": "within" if Fraction("91.8") / 90 == Fraction("1.02") else "above",
    "scorecard.level": 1 + 1 + 0,  # 85% is below 90%
    "scorecard.deduct": 15 - 2 * 1 - 1 * 3,
    "scorecard.converted": Fraction("87.5") * 20 / 100,
    "scorecard.private": Fraction(80 - 1 - 2 - 2 - 2 - 1 - 3) * 100 / 80,
    "scorecard.weights": "told",
    "scorecard.once": 15 - (2 - 1) * 1,
    "dip_points.high": 1000 * (Fraction(33_600, 12_000) - Fraction("2.5") + 1),
    "dip_points.low": 1000 - 1000 * Fraction(3_200, 8_000),
    "dip_points.auxiliary": 600 * Fraction("1.25"),
    "dip_points.cmi": (CORE["甲"] - 240 + 600) / 10 / 1000,
    "dip_points.coefficient": Fraction("0.90") + Fraction("0.01"),  # 0.03 + 0.002 - 3 x 0.005 = 0.017, down
    "dip_points.approved": POINTS["丙"] - 600 * Fraction("0.80") - 3 * 600,
    "dip_points.value": (SHARED_OUT - (36_270 - 22_000) + sum(OTHERS.values())) / sum(POINTS.values()),
    "dip_clearing.payable": fen(
        SPARED * (SHARED_OUT + sum(OTHERS.values())) / (sum(POINTS.values()) - POINTS["乙"] + SPARED) - OTHERS["乙"]
    ),
    "dip_clearing.retained": min(50_000 * Fraction("1.05"), PAYABLE["丙"]),
    "dip_clearing.shared": PAYABLE["乙"] + Fraction("0.70") * (86_000 - PAYABLE["乙"]),
    "dip_clearing.beyond": fen(PAYABLE["甲"] + Fraction("0.75") * Fraction("0.15") * PAYABLE["甲"]),
    "dip_clearing.short": fen(OWED["甲"] * 15_200 / sum(OWED.values())),
    "dip_clearing.rollover": 15_200 + 6_000 - OWED["乙"] + 15_200,
    "dip_clearing.balance": 50_500 * Fraction(85, 100) * Fraction("1.05")
    - (50_500 * Fraction(85, 100) * Fraction("0.90") - 500),
    "retention.total": Fraction("96.5") + 5,  # of the bonus of 6
    "retention.share": 1 - (90 - Fraction("81.3") - 2) * Fraction("0.05"),
    "retention.returned": Fraction("1200000.10") - fen(Fraction("1200000.10") * (1 - 3 * Fraction("0.05"))),
    "retention.hundredth": "half_from",  # from nothing to half; at 80 from half to half, at 90 0.05% more
    "retention.fall": "falls" if 1 - 10 * Fraction("0.08") < Fraction("0.50") else "rises",
    "retention.veto": 60_000_000 * Fraction(97, 100),
    "retention.overspent": 200_000 + (30_500_000 - 30_000_000 - 200_000) * Fraction(30, 100),
    "compare.file": comparing.ASKED[six_hospitals.RAISED],
    "compare.gain": 15_000 - fen(15_000 * Fraction(400_000 * 105, 400_000 * 105 + 300_000 * Fraction("102.5"))),
    "compare.sides": 2,  # 丁 at 84 / 85, 戊 at 78.8 / 85
    "compare.reading": comparing.ASKED[six_hospitals.CITY],
    "compare.least": Fraction("92.25") / Fraction(Fraction("94.5") + Fraction("92.25") + Fraction("83.25"), 3),
    "compare.total": "less",
    "compare.verify": "recomputed",
}
A_FILE = "title: 问\nquestion: 会怎样\nbase: baseline.yaml\nparams:\n  deposit:\n    "
