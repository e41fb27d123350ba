"""What follows from the declarations for readers: lists, documents and schemas."""

from simlib.reference.documents import document, outcomes, parameters, scenario_schema, write

__all__ = ["document", "outcomes", "parameters", "scenario_schema", "write"]
