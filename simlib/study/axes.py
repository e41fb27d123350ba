"""Which values of which parameters a study tries: a grid, or a Latin hypercube."""

from __future__ import annotations

import difflib
import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from simlib.params import NO_PARAMETER, Choice, Declaration
from simlib.problems import BadInput, Problem, shorten
from simlib.rules import FAMILIES
from simlib.words import DID_YOU_MEAN, Text

Case = dict[str, Decimal | Choice]  # values by path
MOST_CASES = 1_000_000
SAMPLED_PLACES = 4  # decimals of a sampled number: finer than any clause


@dataclass(frozen=True)
class Axis:
    """One parameter that varies: over ``values``, or, sampled, between the first and the last of them."""

    declared: Declaration
    values: tuple[Decimal | Choice, ...]

    @property
    def path(self) -> str:
        return self.declared.path

    @property
    def numbers(self) -> list[Decimal]:
        """The values of a number; a choice has none."""
        return [value for value in self.values if isinstance(value, Decimal)]

    def value(self, row) -> Decimal | Choice:
        """What a row of a sweep holds for this parameter."""
        plain = row[self.path]
        return self.declared.option(plain) if self.declared.options else Decimal(str(plain))


def axis(text: str) -> Axis:
    """``deposit.upper=1.00:1.10:0.01`` (both ends included), ``deposit.upper=1.02,1.05``, or ``deposit.upper`` alone:
    all options, or from bound to bound by the declared step. BadInput where it names no parameter or no values.
    """
    path, _, values = (part.strip() for part in text.partition("="))
    declared = parameter(path)
    if declared.options:
        return Axis(declared, _options(declared, values))
    if declared.dated:
        raise BadInput(Problem(NO_AXIS.fill(label=declared.label), column="--vary", value=text))
    parts = values.split(":")
    try:
        if "," in values or (values and len(parts) == 1):
            numbers = tuple(Decimal(one.strip()) for one in values.split(","))
        else:
            given = [Decimal(part) for part in parts] if values else []
            low, high, step = [*given, *(declared.low, declared.high, declared.step)[len(given) :]]
            count = (high - low) / step
            if len(given) > 3 or step <= 0 or count < 0 or count > MOST_CASES:
                raise InvalidOperation
            numbers = tuple(dict.fromkeys((*(low + step * number for number in range(int(count) + 1)), high)))
    except (ArithmeticError, ValueError):  # NaN, infinity, a step of 0, four parts
        raise BadInput(Problem(NOT_VALUES.fill(path=path), column="--vary", value=text)) from None
    ends = dict.fromkeys((min(numbers), max(numbers), *(numbers if "," in values else ())))  # the rest lies between
    faults = [fault for number in ends for fault in _faults(declared, number)]
    if faults := faults or _faults(declared, numbers[min(1, len(numbers) - 1)]):  # a step shows its decimals at once
        raise BadInput(faults)
    return Axis(declared, numbers)


def parameter(path: str) -> Declaration:
    """The declaration of a parameter by its path. BadInput, with what is near, where there is none."""
    known = {one.path: one for family in FAMILIES.values() for one in family.params.declarations().values()}
    if path not in known:
        near = [one for one in known if one.endswith(f".{path}")] or difflib.get_close_matches(path, list(known), n=1)
        help = DID_YOU_MEAN.fill(near=near[0]) if near else SEE_PARAMS
        raise BadInput(Problem(NO_PARAMETER.fill(near=help), column="--vary", value=path))
    return known[path]


def grid(axes: Sequence[Axis]) -> list[Case]:
    """Every combination of the values, the last axis fastest. BadInput where there are too many."""
    _distinct(axes)
    count = math.prod(len(one.values) for one in axes)
    if count > MOST_CASES:
        raise BadInput(Problem(TOO_MANY.fill(count=f"{count:,}", most=f"{MOST_CASES:,}"), column="--vary"))
    paths = [one.path for one in axes]
    return [dict(zip(paths, values, strict=True)) for values in itertools.product(*(one.values for one in axes))]


def latin_hypercube(axes: Sequence[Axis], count: int, seed: int) -> list[Case]:
    """``count`` cases in which each parameter takes as many strata, each once (``seed`` makes them repeatable).

    A number lies between the first and the last value of its axis, at most four decimals; an option takes its turn.
    """
    _distinct(axes)
    if faults := list(seed_faults(seed)):
        raise BadInput(faults)
    if not 1 <= count <= MOST_CASES:
        raise BadInput(Problem(TOO_MANY.fill(count=f"{count:,}", most=f"{MOST_CASES:,}"), column="--sample"))
    from scipy.stats import qmc

    places = qmc.LatinHypercube(len(axes), rng=seed).random(count)
    return [{one.path: placed(one, share) for one, share in zip(axes, row, strict=True)} for row in places]


def placed(one: Axis, share: float) -> Decimal | Choice:
    """The value that lies at ``share`` (0 to 1) of an axis."""
    if one.declared.options:
        return one.values[min(int(share * len(one.values)), len(one.values) - 1)]
    low, high = min(one.numbers), max(one.numbers)
    places = min(one.declared.places, SAMPLED_PLACES)
    return min(max(round(low + (high - low) * Decimal(float(share)), places), low), high)


def _options(declared: Declaration, values: str) -> tuple[Choice, ...]:
    known = {option.value: option for option in declared.options}
    named = [one.strip() for one in values.split(",")] if values else list(known)
    if unknown := [one for one in named if one not in known]:
        raise BadInput([Problem(NOT_AN_OPTION.fill(allowed=declared.allowed()), column=declared.path,
                                value=one) for one in unknown])  # fmt: skip
    return tuple(known[one] for one in dict.fromkeys(named))


def _faults(declared: Declaration, number: Decimal) -> list[Problem]:
    """What the declaration itself says of the number; an order of two parameters is a matter of each case."""
    try:
        FAMILIES[declared.family].params(**{declared.name: number})
    except BadInput as bad:
        return [problem for problem in bad.problems if problem.column == declared.path]
    return []


def seed_faults(seed: int) -> Iterator[Problem]:
    """What is wrong with a random seed."""
    if not 0 <= seed < 2**32:
        yield Problem(SEED, column="--seed", value=shorten(seed))


def _distinct(axes: Sequence[Axis]) -> None:
    paths = [one.path for one in axes]
    if not paths:
        raise BadInput(Problem(NOTHING_VARIES, column="--vary"))
    if twice := sorted({path for path in paths if paths.count(path) > 1}):
        raise BadInput([Problem(TWICE, column="--vary", value=path) for path in twice])


SEE_PARAMS = Text("simlib params 列出全部参数。", "simlib params lists them all.")
NOT_VALUES = Text("取值格式不正确。请写成 {path}=1.00:1.10:0.01（起:止:步长）或 {path}=1.02,1.05。",
                  "These are no values. Write {path}=1.00:1.10:0.01 (from:to:step) or {path}=1.02,1.05.")  # fmt: skip
NO_AXIS = Text("{label}是运行的设置，不能作为变动的参数。请在方案文件中填写。",
               "{label} says how a run is set up and does not vary. Set it in the scenario file.")  # fmt: skip
NOT_AN_OPTION = Text("未找到该选项。可用：{allowed}。", "There is no such option. Known: {allowed}.")
SEED = Text("随机种子应为 0 至 4294967295 的整数。", "The seed is a whole number from 0 to 4294967295.")
NOTHING_VARIES = Text("未指定变动的参数。请至少指定一个。", "No parameter varies. Name one at least.")
TWICE = Text("同一参数重复出现。请合并。", "The same parameter stands twice. Merge them.")
TOO_MANY = Text("共 {count} 组取值，应为 1 至 {most} 组。请调整步长或个数。",
                "{count} cases; it takes 1 to {most}. Change steps or number.")  # fmt: skip
