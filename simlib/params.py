"""How a parameter is declared: once, with everything that follows from it.

A rule family's parameters are one frozen ``Params`` class. Each field names its default, hard
bounds, step, unit, labels, help and clause; validation, the form of the dashboard, the JSON
Schema of scenario files, ``simlib params`` and docs/parameters.md are read off the declaration.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar, NamedTuple, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from simlib import units
from simlib.clauses import Cited, Clause, cite, clauses_of
from simlib.problems import BadInput, Problem
from simlib.units import A_DAY, NO_DAY
from simlib.units import CHOICE as CHOICE
from simlib.units import DATE as DATE
from simlib.units import PERCENT as PERCENT
from simlib.units import PLACES as PLACES
from simlib.units import Day as Day
from simlib.units import Unit as Unit
from simlib.units import whole as whole
from simlib.words import LANGUAGES, Text, suggestion


def written(value: Decimal | str) -> str:
    """A value as an address or a form writes it: all its decimals, the option's name, or the day."""
    return value if isinstance(value, str) else format(value, "f")


class Choice(StrEnum):
    """The options of a choice parameter: ``GROUP = "group", "组内平均", "mean of the group"``."""

    label: Text

    def __new__(cls, value: str, zh: str, en: str) -> Self:
        option = str.__new__(cls, value)
        option._value_ = value
        option.label = Text(zh, en)
        return option


class Kind(Choice):
    """What a parameter is: a lever of policy, a reading of an open point, a number not given, how a run is set up,
    or what one assumes that hospitals will do."""

    LEVER = "lever", "政策参数", "policy lever"
    READING = "reading", "条文未明确的口径", "open reading"
    UNSET = "unset", "文件未规定", "not set by the document"
    SETTING = "setting", "设置", "setting"
    ASSUMPTION = "assumption", "假设情形", "what if"


class Digits(Choice):
    """How many digits something is rounded to: a file may give the number without the quotes of an option."""


Option = TypeVar("Option", bound=Choice)


def option(kind: type[Option], name: str) -> Option:
    """The option of that name. ValueError where there is none."""
    for one in kind:
        if one.value == name:
            return one
    raise ValueError(name)


RATIO = Unit(units.RATIO, decimals=3)
POINTS = Unit(units.POINTS)


class Range(NamedTuple):
    """The numbers that a parameter may be, both bounds included, and the step by which a form moves it."""

    low: Decimal
    high: Decimal
    step: Decimal


@dataclass(frozen=True)
class Declaration:
    """One parameter as it was declared; ``name`` and ``family`` come from the class it stands in."""

    kind: Kind
    default: Decimal | Choice | str
    label: Text
    help: Text
    clauses: tuple[Clause, ...]
    unit: Unit = CHOICE
    range: Range | None = None  # of a number; a choice has options
    places: int = PLACES
    topic: Text | None = None  # under which a form folds it; without one it stands open, before all that are folded
    name: str = ""
    family: str = ""

    @property
    def open(self) -> bool:
        """Whether it is a choice that no text makes."""
        return bool(self.options) and self.kind in (Kind.READING, Kind.UNSET)

    @property
    def options(self) -> list[Choice]:
        return list(type(self.default)) if isinstance(self.default, Choice) else []

    @property
    def dated(self) -> bool:
        """Whether it is a day, or none."""
        return self.unit is DATE

    @property
    def low(self) -> Decimal:
        return self._range.low

    @property
    def high(self) -> Decimal:
        return self._range.high

    @property
    def step(self) -> Decimal:
        return self._range.step

    @property
    def _range(self) -> Range:
        if self.range is None:
            raise TypeError(f"{self.path} is a choice or a day: it has no bounds")
        return self.range

    def option(self, name: str) -> Choice:
        """One of its options by name. ValueError where there is none."""
        return option(type(self.options[0]), name) if self.options else option(Choice, name)

    @property
    def path(self) -> str:
        return f"{self.family}.{self.name}"

    def show(self, value: Decimal | float | str, language: str) -> str:
        """A value as people read it: 1.020, 5.0%, the option's label, or the day."""
        if self.dated:
            return str(value) or NO_DAY.to(language)
        return value.label.to(language) if isinstance(value, Choice) else self.unit.show(value)

    def shown(self, value: Decimal | float | str) -> Text:
        """The same in both languages."""
        return Text(*(self.show(value, language) for language in LANGUAGES))

    def stated(self, value: Decimal | float | str) -> Text:
        """The parameter by its label, with a value of it."""
        return VALUED.fill(label=self.label, value=self.shown(value))

    def allowed(self) -> Text:
        """What the parameter accepts, in words."""
        if self.options:
            zh = "、".join(f"{o.value}（{o.label.zh}）" for o in self.options)
            return Text(zh, ", ".join(f"{o.value} ({o.label.en})" for o in self.options))
        if self.dated:
            return A_DAY
        zh, en = f"{self.low} 至 {self.high}", f"{self.low} to {self.high}"
        if self.unit.factor == 1:
            return Text(zh, en)
        low, high = self.unit.show(self.low), self.unit.show(self.high)  # files say 0.05 where the page says 5%
        return Text(f"{zh}（即 {low} 至 {high}）", f"{en}, i.e. {low} to {high}")

    @property
    def sources(self) -> Text:
        """Its clauses, or what it is where no document has it."""
        return Text(*(cite(self.clauses, language) or self.kind.label.to(language) for language in LANGUAGES))

    def json_schema(self) -> dict[str, Any]:
        """For editors that complete and check scenario files."""
        about = {
            "title": f"{self.label.zh} · {self.label.en}",
            "description": f"{self.help.zh}（{self.sources.zh}）\n{self.help.en} ({self.sources.en})",
        }
        if self.options:
            numbers = [int(o.value) for o in self.options if isinstance(o, Digits) and o.value.isdigit()]
            return {**about, "enum": [*(o.value for o in self.options), *numbers], "default": written(self.default)}
        if self.dated:
            return {**about, "type": "string", "pattern": r"^(20\d\d-\d\d-\d\d)?$", "default": self.default}
        kind, number = ("number", float) if self.places else ("integer", int)
        low, high, default = (number(one) for one in (self.low, self.high, self.default))
        return {**about, "type": kind, "minimum": low, "maximum": high, "default": default}


Written = str | int | Decimal  # a float would not be the decimal that was written


def lever(
    default: Written, low: Written, high: Written, *, kind: Kind = Kind.LEVER, step: Written, unit: Unit,
    label: Text, help: Text, clauses: Iterable[Cited] = (), places: int = PLACES, topic: Text | None = None,
) -> Any:  # fmt: skip
    """A number of the policy with hard bounds, taken as the decimal it is written as."""
    value, bounds = Decimal(default), Range(Decimal(low), Decimal(high), Decimal(step))
    one = Declaration(kind, value, label, help, clauses_of(clauses), unit, bounds, places, topic)
    return _field(one, ge=bounds.low, le=bounds.high, decimal_places=places)


def reading(
    default: Choice, *, kind: Kind = Kind.READING, label: Text, help: Text, clauses: Iterable[Cited],
    topic: Text | None = None,
) -> Any:  # fmt: skip
    """A point the text leaves open: the options, and the reading that the project chose."""
    return _field(Declaration(kind, default, label, help, clauses_of(clauses), topic=topic))


def _field(one: Declaration, **bounds: Any) -> Any:
    return Field(one.default, json_schema_extra=dict[str, Any](declared=one), **bounds)


def day(*, label: Text, help: Text, clauses: Iterable[Cited]) -> Any:
    """A setting that is a day, none unless somebody sets it."""
    return _field(Declaration(Kind.SETTING, "", label, help, clauses_of(clauses), DATE))


def _declaration(field: FieldInfo) -> Declaration:
    kept: Any = field.json_schema_extra
    declared: Declaration = kept["declared"]
    return declared


class Params(BaseModel):
    """Base of every rule family's parameters. Frozen; unknown names and values out of bounds
    raise BadInput with one line each. ``ordered`` lists pairs, first <= second; ``apart``, first < second."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    family: ClassVar[str]
    ordered: ClassVar[tuple[tuple[str, str], ...]] = ()
    apart: ClassVar[tuple[tuple[str, str], ...]] = ()

    def __init__(self, /, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise BadInput([problem for one in error.errors() for problem in self._problems(one)]) from None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        wrong = [("ordered", *pair) for pair in self.ordered if getattr(self, pair[0]) > getattr(self, pair[1])]
        wrong += [("apart", *pair) for pair in self.apart if getattr(self, pair[0]) >= getattr(self, pair[1])]
        if wrong:
            raise PydanticCustomError("order", "", {"pairs": wrong})
        return self

    @classmethod
    @cache
    def declarations(cls) -> dict[str, Declaration]:
        """Every parameter of the family by name, in the order of the class."""
        return {
            name: replace(_declaration(field), name=name, family=cls.family) for name, field in cls.model_fields.items()
        }

    def differences(self) -> dict[str, Decimal | Choice | str]:
        """The parameters that differ from the document's values."""
        return {n: getattr(self, n) for n, d in self.declarations().items() if getattr(self, n) != d.default}

    def stated(self) -> list[Text]:
        """The same as people read them, each by its label."""
        return [self.declarations()[name].stated(value) for name, value in self.differences().items()]

    def document(self) -> Self:
        """The document's values, with the settings kept as they are: those say how to run, not what the policy is."""
        return type(self)(**{n: getattr(self, n) for n, d in self.declarations().items() if d.kind is Kind.SETTING})

    def chosen(self) -> tuple[Choice, ...]:
        """The options of readings and settings: on them, never on a number, hangs which data a rule needs."""
        return tuple(getattr(self, name) for name, declared in self.declarations().items() if declared.options)

    def changed(self, **values: Any) -> Self:
        """A copy with some values changed, validated like any other."""
        return type(self)(**{**dict(self), **values})

    def plain(self) -> dict[str, str | float]:
        """The values for JSON and YAML: numbers, option names and days."""
        return {n: str(v) if isinstance(v, str) else float(v) for n, v in self}

    @classmethod
    def _problems(cls, error: ErrorDetails) -> list[Problem]:
        if error["type"] != "order":
            return [cls._problem(error)]
        declared, problems = cls.declarations(), []
        for order, *names in error["ctx"]["pairs"]:
            first, second = (declared[name] for name in names)
            rule = ORDERS[order].fill(first=first.label, second=second.label)
            problems.append(Problem(rule, column=f"{first.path}, {second.path}"))
        return problems

    @classmethod
    def _problem(cls, error: ErrorDetails) -> Problem:
        declared = cls.declarations()
        name = str(error["loc"][0])
        if name not in declared:
            return Problem(NO_PARAMETER.fill(near=suggestion(name, declared)), column=f"{cls.family}.{name}")
        one = declared[name]
        rules = {
            "greater_than_equal": Text("{label}超出允许范围。请填 {allowed}（{clause}）。",
                                       "{label} is out of bounds. Give {allowed} ({clause})."),
            "decimal_max_places": Text("{label}的小数位过多，最多 {places} 位。",
                                       "{label}: at most {places} decimals."),
        }  # fmt: skip
        rules["less_than_equal"] = rules["greater_than_equal"]
        other = Text("{label}的取值无效。请填 {allowed}（{clause}）。",
                     "{label} does not take this value. Give {allowed} ({clause}).")  # fmt: skip
        text = rules.get(error["type"], other)
        text = text.fill(label=one.label, allowed=one.allowed(), clause=one.sources, places=one.places)
        return Problem(text, column=one.path, value=str(error["input"]))


ORDERS = {
    "ordered": Text("{first}不得高于{second}。请调整其中一个。",
                    "{first} must not exceed {second}. Change one of them."),
    "apart": Text("{first}必须低于{second}。请调整其中一个。", "{first} must be below {second}. Change one of them."),
}  # fmt: skip
NO_PARAMETER = Text("未找到该参数。{near}", "There is no such parameter. {near}")
# Headings wherever parameters are listed, and what their values in the documents are called.
PARAMETER, PARAMETERS = Text("参数", "Parameter"), Text("参数", "Parameters")
PATH, UNIT, SET_TO = Text("名称", "Name"), Text("单位", "Unit"), Text("取值", "Value")
DOCUMENT, IN_DOCUMENT = Text("文件规定值", "Document"), Text("文件规定值", "document")
VALUED = Text("{label} {value}", "{label} {value}")
DOCUMENT_VALUES = Text("文件规定值", "The documents' values")
