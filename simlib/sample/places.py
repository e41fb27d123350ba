"""Where the synthetic city's institutions stand, and what their places are called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import cycle, islice
from typing import Any

import numpy as np

from simlib.money import apportion

# fmt: off
CITY = "云岚市"
COUNTIES = {
    "澄湖区": "070102", "映山区": "070103", "锦屿区": "070104", "望川区": "070105", "石棠县": "070121",
    "青垣县": "070122", "白渚县": "070123", "松浔县": "070124", "榆川市": "070181",
}
# Any first with any second character makes the name of a town, street or village; likewise of a brand.
PLACES = ("云松荷棠杏榆桑苇麦稻鹤鹭雁锦澄碧映栖霁菱楠芷柏梧", "湾桥沟渡川畈堰圩岸麓滩渚汀浔坞垣陌岫泊矶")
BRANDS = ("仁瑞惠嘉恒慈宏益善颐佳佑明欣悦晨", "康泰生元春诚华心爱健宜众")
AGAIN = ("", "新", "东", "西", "南", "北", "上", "下", "大", "小")  # put before a name when all are taken
# Where of 100 stand in each county; a village or community stands in a town or street.
SHARES = {
    "city": (38, 31, 20, 11, 0, 0, 0, 0, 0), "town": (3, 4, 7, 12, 15, 15, 13, 14, 17),
    "street": (21, 18, 12, 8, 7, 8, 6, 7, 13), "brand": (21, 18, 12, 8, 7, 8, 6, 7, 13),
}
INSIDE = {"village": "town", "station": "street"}
# What follows a place's own name.
ENDINGS = {"town": ("镇", "镇", "镇", "乡"), "street": ("街道",), "village": ("村",), "station": ("",)}
# fmt: on


class Atlas:
    """Where institutions stand and what their places are called."""

    def __init__(self, rng: np.random.Generator):
        self.rng = rng
        pairs = {pair: [a + b for a in pair[0] for b in pair[1]] for pair in (PLACES, BRANDS)}
        self.words = {pair: rng.permutation(words).tolist() for pair, words in pairs.items()}
        self.start: dict[Any, Any] = {}
        self.used: Counter[Any] = Counter()
        self.known: dict[str, list[tuple[str, str]]] = {}

    def addresses(self, place: str, size: int) -> list[tuple[str, str]]:
        """``size`` places, each a county and an address such as 石棠县松湾镇."""
        if place == "county":  # one in each before a second in any, the largest away from the city's own
            return [(county, county) for county in islice(cycle(reversed(COUNTIES)), size)]
        if place == "city":  # the largest come first, and stand in the first district
            return [(county, CITY) for county in shared_out(COUNTIES, SHARES[place], size).tolist()]
        if place in INSIDE:
            homes = self.known.get(INSIDE[place]) or self.addresses(INSIDE[place], 1)
            around = [homes[i] for i in self.rng.integers(len(homes), size=size)]
        else:
            counties = self.rng.permutation(shared_out(COUNTIES, SHARES[place], size)).tolist()
            around = [(county, county) for county in counties]
        if place == "brand":
            return [(county, county[:-1]) for county, _ in around]
        ends = ENDINGS[place]
        found = [(c, at + self.fresh(at, PLACES) + ends[i % len(ends)]) for i, (c, at) in enumerate(around)]
        self.known[place] = self.known.get(place, []) + found
        return found

    def fresh(self, at: str, pair: tuple[str, str]) -> str:
        """A name of two characters that nothing at ``at`` has yet; of three when all are taken."""
        words = self.words[pair]
        start = self.start.setdefault(at, 53 * len(self.start))  # so that counties seldom share a name
        again, i = divmod(self.used[at], len(words))
        self.used[at] += 1
        return AGAIN[again] + words[(start + i) % len(words)]


def shared_out(names: Iterable[str], shares: Iterable[int], size: int) -> np.ndarray:
    """``size`` names in the proportion of their shares, in the order given."""
    names = list(names)
    return np.repeat(names, apportion(size, list(shares), range(len(names))))
