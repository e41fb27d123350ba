"""What follows from the declarations for readers: lists of parameters and outcomes, and the JSON Schemas of scenario
and card files."""

from __future__ import annotations

import json
from pathlib import Path

from simlib.clauses import CLAUSE, DOCUMENTS
from simlib.comparison.outcomes import outcomes as measures
from simlib.params import PARAMETER, PATH, UNIT, Declaration, written
from simlib.reference import clauses, data, glossary, readings
from simlib.rules import FAMILIES
from simlib.rules.cards import Card
from simlib.scenario.file import KEYS
from simlib.scenario.model import SCENARIO
from simlib.words import Text

PARAMETERS, OUTCOMES, SCHEMA = "docs/parameters.md", "docs/outcomes.md", "scenarios/scenario.schema.json"
CARD_SCHEMA = "simlib/rules/cards/card.schema.json"
MADE = "Made by `simlib.reference.write`; a test keeps it true.\n"
HEADINGS = [PARAMETER, PATH, Text("默认值", "Default"), Text("范围或选项", "Range or options"),
            UNIT, Text("性质", "Kind"), CLAUSE]  # fmt: skip


def parameters(language: str = "zh", format: str = "text") -> str:
    """Every parameter with default, bounds, unit and clause, as text, markdown or json."""
    declared = [one for family in FAMILIES.values() for one in family.params.declarations().values()]
    if format == "json":
        return json.dumps([_record(one) for one in declared], ensure_ascii=False, indent=2) + "\n"
    rows = [[heading.to(language) for heading in HEADINGS]] + [_cells(one, language) for one in declared]
    if format == "markdown":
        rows.insert(1, ["---"] * len(HEADINGS))
        return "".join(f"| {' | '.join(row)} |\n" for row in rows)
    return "".join("  ".join(row) + "\n" for row in rows)


def document(language: str = "en") -> str:
    """docs/parameters.md: the table of every parameter, and what each is for."""
    parts = ["# Parameters · 参数\n\n", MADE]
    for family in FAMILIES.values():
        parts.append(f"\n## {family.label.en} · {family.label.zh}\n\n")
        for one in family.params.declarations().values():
            parts.append(f"- `{one.path}`: {one.help.en} {one.help.zh}\n")
    keys = "\n".join(f"- {key}: {name.en} · {name.zh}" for key, name in DOCUMENTS.items())
    return "".join(parts) + f"\n## All\n\n{parameters(language, 'markdown')}\n## Documents\n\n{keys}\n"


def outcomes() -> str:
    """docs/outcomes.md: what studies may aim at, rule by rule."""
    parts = ["# Outcomes · 结果指标\n\nWhat `simlib sweep --show` and `simlib solve --target` take. ", MADE]
    for name, family in FAMILIES.items():
        parts.append(
            f"\n## {family.label.en} · {family.label.zh}\n\n| name | outcome | 结果指标 |\n| --- | --- | --- |\n"
        )
        known = measures([name], against=True)
        parts += [f"| {path} | {column.heading.en} | {column.heading.zh} |\n" for path, column in known.items()]
    return "".join(parts)


def scenario_schema() -> dict:
    """The JSON Schema of scenario files, so that an editor completes names and checks bounds."""
    params = {
        name: _closed({key: one.json_schema() for key, one in family.params.declarations().items()}, family.label)
        for name, family in FAMILIES.items()
    }
    text = {key: {"type": "string"} for key in KEYS if key not in ("rules", "params")}
    rules = {"type": "array", "items": {"enum": list(FAMILIES)}}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        **_closed({**text, "rules": rules, "params": _closed(params)}, SCENARIO),
        "required": ["title"],
    }


def card_schema() -> dict:
    """The JSON Schema of card files: the model's, with what only a file states, without what the reader sets.

    A file either is whole, or names a ``base`` and states what differs: other keys, other ``items``.
    """
    schema = _slim(Card.model_json_schema())
    keys, item = schema["properties"], schema["$defs"]["Item"]
    del keys["name"], item["properties"]["prefix"]
    known = {"properties": {"document": {"enum": list(DOCUMENTS)}}}
    own = {"anyOf": [known, {"required": ["document_name"]}]}  # of its own a city says the number and the name
    keys |= {"base": {"type": "string"}, "items": {"type": "array", "items": {"$ref": "#/$defs/Item"}}}
    whole = {"required": schema.pop("required"), "not": {"anyOf": [{"required": ["base"]}, {"required": ["items"]}]}}
    derived = {"required": ["base"], "not": {"required": ["items", "parts"]}}
    return {"$schema": "http://json-schema.org/draft-07/schema#", **schema, "anyOf": [whole, derived], "allOf": [own]}


def write(root: Path) -> None:
    """The lists of docs/ and the two schemas, below the project's folder, which has the golden cases too."""
    schemas = {SCHEMA: scenario_schema(), CARD_SCHEMA: card_schema()}
    texts = {name: json.dumps(schema, indent=2, ensure_ascii=False) + "\n" for name, schema in schemas.items()}
    texts |= {PARAMETERS: document(), OUTCOMES: outcomes()}
    texts |= {clauses.CLAUSES: clauses.document(Path(root)), glossary.GLOSSARY: glossary.document(),
              readings.READINGS: readings.document()}  # fmt: skip
    texts |= {name: data.document(language) for language, name in data.FILES.items()}
    for name, text in texts.items():
        (Path(root) / name).write_text(text, encoding="utf-8", newline="\n")


def _slim(schema):
    """Without titles, defaults and keys of other standards; a number is a number, not also a text; no other names."""
    if isinstance(schema, list):
        return [_slim(one) for one in schema if one != {"type": "string"} or {"type": "boolean"} in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: _slim(value) for key, value in schema.items() if key not in ("title", "default", "discriminator")}
    if "patternProperties" in kept:
        kept["additionalProperties"] = False
    return kept["anyOf"][0] if len(kept.get("anyOf", ())) == len(kept) == 1 else kept


def _closed(properties: dict, label: Text | None = None) -> dict:
    title = {"title": f"{label.zh} · {label.en}"} if label else {}
    return {**title, "type": "object", "properties": properties, "additionalProperties": False}


def _cells(one: Declaration, language: str) -> list[str]:
    default = str(one.default) or one.show(one.default, language)
    allowed = one.allowed().to(language) if one.dated else " / ".join(one.options) or f"{one.low}..{one.high}"
    return [one.path, one.label.to(language), default, allowed, one.unit.label.to(language),
            one.kind.label.to(language), one.sources.to(language)]  # fmt: skip


def _record(one: Declaration) -> dict:
    both = {"label": one.label, "help": one.help, "unit": one.unit.label}
    return {
        "parameter": one.path,
        "kind": one.kind.value,
        **({"default": float(one.default), "low": float(one.low), "high": float(one.high), "step": float(one.step)}
           if one.range else {"default": written(one.default)}),
        **({"options": {o.value: o.label._asdict() for o in one.options}} if one.options else {}),
        **{name: text._asdict() for name, text in both.items()},
        "clause": [clause.to("zh") for clause in one.clauses],
    }  # fmt: skip
