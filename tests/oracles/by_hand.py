"""The exercises of the course and their answers, worked out by hand."""

from fractions import Fraction
from math import ceil, floor

from oracles import exact_agreement
from simlib.course import agreement, clause, deposit, dip_clearing, dip_points, retention, scorecard
from simlib.course import comparing as chapter_6
from simlib.course.questions import comparing

CHAPTERS = {
    "01_deposit": deposit, "02_scorecards": scorecard, "03_dip_points": dip_points, "04_dip_clearing": dip_clearing,
    "05_county_retention": retention, "06_comparing_scenarios": chapter_6,
    "07_agreements": agreement, "08_reading_a_clause": clause,
}  # fmt: skip
EXERCISES = {one.id: one for chapter in CHAPTERS.values() for one in chapter.EXERCISES}


def fen(yuan: Fraction) -> Fraction:
    """To the fen, halves up."""
    return Fraction(int(yuan * 100 + Fraction(1, 2)), 100)


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
SPENDING = 7_000 + 48_000 + 34_000 + 22_000 + 3_535 + 5_000
OF_CASE = {
    "丙01": 600,
    "丙02": 600,
    "丙03": 720,
    "丙04": 180,
    "丙05": 1000,
    "丙06": 500,
    "丙07": 500,
}  # all non-primary
COUNTY = {"甲": (60_000_000, 58_800_000), "乙": (40_000_000, 39_200_000), "丙": (30_000_000, 29_500_000)}


def exact(number) -> Fraction:
    """A number as it is written."""
    return Fraction(str(number))


def mean(*scores) -> Fraction:
    return sum(map(exact, scores), Fraction(0)) / len(scores)


def payable(name: str, income: int) -> Fraction:
    """What the fund owes to a hospital of the small city on another income."""
    shared_out = income - income * Fraction(4, 100) - SPENDING
    return fen(POINTS[name] * (shared_out + sum(OTHERS.values())) / sum(POINTS.values()) - OTHERS[name])


def of_pneumonia(cost: int) -> Fraction:
    """The points of a case of pneumonia of level 3."""
    ratio = Fraction(cost, 8_000)
    low, high = Fraction("0.4"), Fraction("2.5")
    return 600 * (ratio if ratio <= low else ratio - high + 1 if ratio >= high else 1)


def side(score, of: Fraction) -> int:
    index = Fraction(score) / of
    return (index > Fraction("1.02")) - (index < Fraction("0.98"))


def sides_moved(fourth, fifth) -> int:
    """Who changes side where all six are compared with one mean."""
    groups = (("94.5", "92.25", "83.25"), (fourth, fifth, "77.2"))
    of_all = mean(*groups[0], *groups[1])
    return sum(side(exact(one), mean(*group)) != side(exact(one), of_all) for group in groups for one in group)


def gain(stake: int) -> Fraction:
    """What 甲 has more of what 丙 forfeits when 乙 has no more part in it."""
    pool = stake - fen(stake * Fraction("83.25") / 90)
    return pool - fen(pool * Fraction(400_000 * 105) / (400_000 * 105 + 300_000 * Fraction("102.5")))


def rounded(number: Fraction, digits: int) -> Fraction:
    """To so many decimals, halves up."""
    return Fraction(int(number * 10**digits + Fraction(1, 2)), 10**digits)


def coded(accuracy: float, national: int) -> Fraction:
    """0.90, and of CMI 0.03 + specialties 0.002 + 0.01 a national one - 0.005 a whole point below 95%, down."""
    steps = int((Fraction("0.95") - exact(accuracy)) * 100)
    return Fraction("0.90") + Fraction(
        int((Fraction("0.032") + Fraction("0.01") * national - steps * Fraction("0.005")) * 100), 100
    )


WORKED = {  # worked out here, without simlib, by the numbers of an exercise; those of the classroom are the defaults
    "deposit.index": lambda high=96, middle=90, low=84: low / mean(high, middle, low),
    "deposit.payment": lambda high=96, middle=90, low=84, deposit=100_000: fen(deposit * low / mean(high, middle, low)),
    "deposit.bonus": lambda high=96, middle=90, low=84, stake=150_000: (
        stake - fen(stake * low / mean(high, middle, low))
    ),
    "deposit.lower": lambda high=96, middle=90, low=84, lower="0.93": (
        2 * (low / mean(high, middle, low) >= exact(lower))  # 丙 gets all and 甲 nothing of it any more
    ),
    "deposit.edge": lambda mean=90: "within" if side(exact(mean) * Fraction("1.02"), exact(mean)) == 0 else "above",
    "scorecard.level": lambda share=0.85: 1 + 1 + (share >= 0.9),
    "scorecard.deduct": lambda corrections=2, refunds=1: 15 - corrections * 1 - refunds * 3,
    "scorecard.converted": lambda evaluation=87.5: exact(evaluation) * 20 / 100,
    "scorecard.private": lambda refunds=1, evaluation=90: (
        (80 - 1 - (100 - exact(evaluation)) * 20 / 100 - 2 - 2 - 1 - 3 * refunds) * 100 / 80
    ),
    "scorecard.weights": lambda after=15: "told",
    "scorecard.once": lambda corrections=2: 15 - (corrections - 1) * 1,
    "dip_points.high": lambda cost=33_600: 1000 * (Fraction(cost, 12_000) - Fraction("2.5") + 1),
    "dip_points.low": lambda number="丙05", part=0.5: (
        {"甲08": 600, "乙07": 600, "甲03": 1200, "乙02": 1200, "乙01": 3000, "乙09": 500, "丙06": 500}.get(number, 1000)
        * Fraction("0.6")
    ),
    "dip_points.auxiliary": lambda factor=0.25, cost=16_200: 600 * (1 + exact(factor)),
    "dip_points.cmi": lambda cost=8_000: (CORE["甲"] - 240 + of_pneumonia(cost)) / 10 / 1000,
    "dip_points.coefficient": lambda accuracy=0.916, national=0: coded(accuracy, national),
    "dip_points.approved": lambda number="丙02": (
        POINTS["丙"] - OF_CASE[number] * Fraction("0.80") - 3 * OF_CASE[number]
    ),
    "dip_points.value": lambda spent=36_270: (
        (SHARED_OUT - (spent - 22_000) + sum(OTHERS.values())) / sum(POINTS.values())
    ),
    "dip_clearing.payable": lambda income=380_000: fen(
        SPARED * (income * Fraction(96, 100) - SPENDING + sum(OTHERS.values()))
        / (sum(POINTS.values()) - POINTS["乙"] + SPARED) - OTHERS["乙"]
    ),
    "dip_clearing.retained": lambda income=380_000, billed=50_000: min(
        billed * Fraction("1.05"), payable("丙", income)
    ),
    "dip_clearing.shared": lambda billed=86_000: PAYABLE["乙"] + Fraction("0.70") * (billed - PAYABLE["乙"]),
    "dip_clearing.beyond": lambda income=380_000, billed=140_000: fen(
        payable("甲", income) * (1 + Fraction("0.75") * Fraction("0.15"))
    ),
    "dip_clearing.short": lambda carried=0: fen(OWED["甲"] * (15_200 + carried) / sum(OWED.values())),
    "dip_clearing.rollover": lambda carried=6_000, billed=116_000: 15_200 + carried - OWED["乙"] + 15_200,
    "dip_clearing.balance": lambda penalties=500: (
        50_500 * Fraction(85, 100) * Fraction("1.05") - (50_500 * Fraction(85, 100) * Fraction("0.90") - penalties)
    ),
    "retention.total": lambda score=96.5: exact(score) + 5,  # of the bonus of 6
    "retention.share": lambda score=81.3: 1 - (90 - exact(score) - 2) * Fraction("0.05"),
    "retention.returned": lambda spending=58_799_999.9: (
        60_000_000 - exact(spending) - fen((60_000_000 - exact(spending)) * (1 - 3 * Fraction("0.05")))
    ),
    "retention.hundredth": lambda: "half_from",  # from nothing to half; at 80 from half to half, at 90 0.05% more
    "retention.fall": lambda strict="0.08": "falls" if 1 - 10 * exact(strict) < Fraction("0.50") else "rises",
    "retention.veto": lambda name="甲", rate="0.03": COUNTY[name][0] * (1 - exact(rate)),
    "retention.overspent": lambda spending=30_500_000, bad=200_000, part="0.7": (
        bad + (spending - 30_000_000 - bad) * (1 - exact(part))
    ),
    "compare.file": lambda upper="1.03": comparing.raised(upper),
    "compare.gain": lambda stake=200_000: gain(stake),
    "compare.sides": lambda fourth=84.0, fifth=78.8: sides_moved(fourth, fifth),
    "compare.reading": lambda lower="0.97": comparing.relaxed(lower),
    "compare.least": lambda second=92.25, third=83.25: exact(second) / mean("94.5", second, third),
    "compare.total": lambda: "less",
    "compare.verify": lambda: "recomputed",
    "agreement.damages": lambda loss=86_400, rate="0.15": fen(loss * exact(rate)),
    "agreement.total": lambda loss=215_300, rate="0.25": loss + fen(loss * exact(rate)),
    "agreement.uncharged": lambda loss=12_000, item="42(7)": 0,
    "agreement.action": lambda item="44(7)": "suspend" if item in ("44(7)", "44(9)") else "terminate",
    "agreement.left": lambda ordered=180, suspended=60: ordered - suspended,
    "agreement.due": lambda start="2025-09-26": str(
        exact_agreement.deadline({"step": "supplement", "start": start})["due"]
    ),
    "agreement.reentry": lambda ended="2025-06-18": f"{int(ended[:4]) + 3}{ended[4:]}",
    "clause.kind": lambda name="mean_scope": "parameter" if name in ("lower", "upper", "deposit_rate") else "reading",
    "clause.scope": lambda fourth=88.0, fifth=80.0: exact(fourth) / mean(95, 90, 85, fourth, fifth, 78),
    "clause.digits": lambda third=85.0, digits="2": fen(
        100_000 * rounded(exact(third) / mean(95, 90, third), int(digits))
    ),
    "clause.fraction": lambda score=81.3, reading="ceil": (
        1 - Fraction("0.05") * {"ceil": ceil, "floor": floor}[reading](90 - exact(score) - 2)
    ),
    "clause.edge": lambda mean=85: "within" if side(exact(mean) * Fraction("0.98"), exact(mean)) == 0 else "below",
}  # fmt: skip
BY_HAND = {one: work() for one, work in WORKED.items()}
A_FILE = "title: 问\nquestion: 会怎样\nbase: baseline.yaml\nparams:\n  deposit:\n    "
