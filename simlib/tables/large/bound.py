"""Numbers and texts that a question is asked with and that are not put into words with it: variables of DuckDB, which
knows their values before it plans how to answer. Importing this imports Ibis."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, fields
from typing import Any

import ibis
import ibis.expr.types as ir

from simlib.tables.large.shape import Bound

KINDS = {int: ("int64", "BIGINT"), float: ("float64", "DOUBLE"), str: ("string", "VARCHAR")}
Values = dict[str, int | float | str]  # by the names of variables


@dataclass(frozen=True)
class Variable:
    """Stands where a number or a text stood."""

    name: str
    kind: type


@dataclass(frozen=True)
class Form:
    """What is left of a ``Bound`` without its numbers and texts."""

    kind: Callable[..., Bound]
    parts: tuple[tuple[str, Hashable], ...]


def unbound(name: str, option: Hashable, within: bool = False) -> tuple[Hashable, Values]:
    """What a question in words hangs on, and the values of its variables, whose names begin with ``name``."""
    if isinstance(option, Bound):
        several = [(one.name, getattr(option, one.name)) for one in fields(option)]  # type: ignore[arg-type]  # a dataclass
    elif within and isinstance(option, tuple):
        several = [(str(place), one) for place, one in enumerate(option)]
    elif within and type(option) in KINDS:  # no flag, no choice
        return Variable(name, type(option)), {name: option}  # type: ignore[dict-item]  # of KINDS
    else:
        return option, {}
    values: Values = {}
    parts = []
    for part, one in several:
        form, more = unbound(f"{name} {part}", one, within=True)
        parts.append((part, form))
        values |= more
    return Form(type(option) if isinstance(option, Bound) else _tuple, tuple(parts)), values


def bound(form: Hashable) -> Any:
    """The option again, with an expression for each of its variables."""
    if isinstance(form, Variable):
        return _variables[form.kind](form.name)
    if isinstance(form, Form):
        return form.kind(**{name: bound(one) for name, one in form.parts})
    return form


def _tuple(**parts: Any) -> Any:
    return tuple(parts.values())


def _variable(kind: str) -> Callable[[str], ir.Value]:
    @ibis.udf.scalar.builtin(name="getvariable", signature=(("string",), kind))
    def given(variable): ...  # a function of DuckDB

    return given


_variables = {kind: _variable(name) for kind, (name, _) in KINDS.items()}
