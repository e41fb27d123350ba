"""Steps worked by hand as a lesson shows them: numbered, under the name of whom or what they tell of."""

from __future__ import annotations

from IPython.display import Markdown

from simlib.words import Text


def numbered(steps: list[Text], language: str) -> list[str]:
    return [f"{n}. {step.to(language)}" for n, step in enumerate(steps, 1)]


def worked(steps: dict[str, list[Text]], language: str) -> Markdown:
    """The steps of each name."""
    parts = [line for name, said in steps.items() for line in (f"**{name}**\n", *numbered(said, language), "")]
    return Markdown("\n".join(parts))
