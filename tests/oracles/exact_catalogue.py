"""The DIP catalogue a second time, slowly: shares no code with simlib and reads the text of each number."""

from collections import Counter
from fractions import Fraction

LETTERS = {letter: number for number, letters in enumerate(
    ["AB", "C", "", "E", "F", "G", "", "", "I", "J", "K", "L", "M", "N", "O", "P", "Q", "R", "ST", "VWXY", "Z", "U"], 1
) for letter in letters}  # fmt: skip
LAST = {"E": 90, "K": 93, "P": 96, "T": 98, "Y": 98}


def slow_chapter(code):
    letter, number = code[:1].upper(), code[1:3]
    if len(number) < 2 or not number.isascii() or not number.isdigit():
        return None
    number = int(number)
    if letter == "D":
        return 2 if number < 49 else 3 if 50 <= number < 90 else None
    if letter == "H":
        return 7 if number < 60 else 8 if number < 96 else None
    return None if number > LAST.get(letter, 99) or (letter, number) == ("V", 0) else LETTERS.get(letter)


def slow_treatment(codes):
    if codes[2:3] == "." and codes[:2].isdigit():
        return [part for part, last in (("op", 86), ("diag", 91), ("other", 99)) if int(codes[:2]) <= last][0]
    return ("?", codes[:2])


def usual(values):
    """The most frequent, of equally frequent ones the first."""
    return min(Counter(values).items(), key=lambda one: (-one[1], one[0]))[0]


def kinds_of(rows, core_min_cases="10", history_years="3", listed=()):
    """The latest years, and by group its rows of these years, its kind, and its cluster; its own code where none."""
    years = sorted({int(row[1]) for row in rows})[-int(history_years) :]
    groups = {}
    for row in rows:
        if int(row[1]) in years:
            groups.setdefault(row[0], []).append(row)
    kinds = {code: "core" if len(members) >= int(core_min_cases) else "mixed" for code, members in groups.items()}
    kinds |= {code: kind for code, kind in dict(listed).items() if kind not in ("core", "mixed") and code in groups}
    clusters = {
        code: (
            slow_chapter(usual([row[2] for row in members if row[2]] or [""])),
            slow_treatment(usual([row[3] for row in members])),
        )
        if kinds[code] == "mixed"
        else code
        for code, members in groups.items()
    }
    return years, groups, kinds, clusters


def slow(rows, core_min_cases="10", history_years="3", year_weights="equal", listed=()):
    """(kind, points as a fraction, cases) by group; ``rows`` are COLUMNS as text, a blank being empty."""
    years, groups, kinds, clusters = kinds_of(rows, core_min_cases, history_years, listed)
    weight = dict(zip(reversed(years), (7, 2, 1) if year_weights == "national" else (1, 1, 1), strict=False))

    def mean(members, days=False):
        cost = sum(weight[int(row[1])] * Fraction(row[4]) for row in members)
        return cost / sum(weight[int(row[1])] * (int(row[5]) if days else 1) for row in members)

    together = {}
    for code, members in groups.items():
        together.setdefault(clusters[code], []).extend(members)
    means = {code: mean(together[clusters[code]], days=kinds[code] == "bed_day") for code in groups}
    overall = mean([row for members in groups.values() for row in members])
    return {code: (kinds[code], 1000 * means[code] / overall, len(groups[code])) for code in groups}


def slow_means(rows, levels, core_min_cases="10", history_years="3", listed=(), clustered=True, **_):
    """(mean, cases) by level and group of the latest year; ``levels`` are those of the rows."""
    years, groups, _, clusters = kinds_of(rows, core_min_cases, history_years, listed)
    whose = clusters.get if clustered else lambda code: code
    costs = {}
    for row, level in zip(rows, levels, strict=True):
        if int(row[1]) == years[-1]:
            costs.setdefault((level, whose(row[0])), []).append(Fraction(row[4]))
    keys = [(level, code) for level in set(levels) for code in groups]
    known = {key: costs[key[0], whose(key[1])] for key in keys if (key[0], whose(key[1])) in costs}
    return {key: (sum(found) / len(found), len(found)) for key, found in known.items()}
