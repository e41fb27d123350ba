"""Every text a user can meet, in Chinese and in English, side by side."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple, Self

LANGUAGES = ("zh", "en")


class Text(NamedTuple):
    """One text in both languages; ``text.to("zh")`` picks one.

    Both stand where the text is used, so that neither can be forgotten.
    """

    zh: str
    en: str

    def to(self, language: str) -> str:
        text: str = getattr(self, language)
        return text

    def fill(self, **values: object) -> Self:
        """The same text with ``{names}`` replaced; a value may be a Text itself."""

        def one(language: str) -> str:
            chosen = {k: v.to(language) if isinstance(v, Text) else v for k, v in values.items()}
            return self.to(language).format(**chosen)

        return type(self)(*(one(language) for language in LANGUAGES))


class Strong(Text):
    """A warning of what somebody must act on: money that goes to nobody, data that are missing."""

    __slots__ = ()


class Told(Strong):
    """One that the sentence about what stands says too, without its clause."""

    __slots__ = ()


NO_TEXT = Text("", "")
YES, NO = Text("是", "yes"), Text("否", "no")
BLANK = Text("未填", "blank")
SEMICOLON = Text("；", "; ")
COLON = Text("：", ": ")
WHY = Text("{label}：{why}", "{label}: {why}")
DID_YOU_MEAN = Text("是否想写 {near}？", "Did you mean {near}?")


def joined(parts: Iterable[Text | str], zh: str = "、", en: str = ", ") -> Text:
    """Several texts, or words of the data, as one list in each language."""
    texts = [part if isinstance(part, Text) else Text(part, part) for part in parts]
    return Text(zh.join(text.zh for text in texts), en.join(text.en for text in texts))


def few(ids: list[str], most: int = 5) -> Text:
    """The first of a list of names, and … where there are more."""
    return joined(ids) if len(ids) <= most else Text("{ids}…", "{ids}…").fill(ids=joined(ids[:most]))


def suggestion(name: object, known: Collection[str]) -> Text:
    """``did you mean …`` for a misspelt name, empty when nothing is near."""
    import difflib

    near = difflib.get_close_matches(str(name), list(known), n=1, cutoff=0.5)
    if not near:
        return Text("可用的名称：{known}。", "Known names: {known}.").fill(known=", ".join(known))
    return DID_YOU_MEAN.fill(near=near[0])
