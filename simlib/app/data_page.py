"""The data page: a widget that takes a visitor's own files, shows what they are read as, and hands them on."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from simlib.app import desk_view, lockers, refused
from simlib.app.data import LARGEST_UPLOAD
from simlib.app.data_texts import HINTS, INTRO, LACKS, LANDED, NONE_RUNS, STATES, TITLE, TO_MEND, WORDS
from simlib.app.desk import LARGEST_SUM, MOST_FILES, YAML, Desk, templates
from simlib.app.page import STATIC, TOO_LARGE, Widget, asked_language, told_doubts
from simlib.app.sheet import NO_FILES, address, link, sheet
from simlib.app.texts import TEXTS
from simlib.columns import TABLES
from simlib.panels import DASHBOARDS, compare
from simlib.problems import BadInput, Problem, shorten
from simlib.scenario import Able
from simlib.tables import account_of
from simlib.tables.sheets import SUFFIXES
from simlib.words import LANGUAGES, NO_TEXT, Text, joined

LONGEST_NAME = 200  # bytes
NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*]')
MOST_WHY = 20  # lines
ZIP = "application/zip"


class DataPage(Widget):
    """A visitor's files from the first to the simulator that runs on them."""

    _esm = "\n".join(
        (STATIC / name).read_text(encoding="utf-8")
        for name in ("show.js", "paper.js", "acts.js", "toolbar.js", "data_sheet.js", "data_page.js")
    )
    _css = Widget._css + (STATIC / "data_page.css").read_text(encoding="utf-8")

    def __init__(self):
        super().__init__()
        self.desk, self.coming = Desk(), {}
        self.address = ""  # at which the visitor's browser shows the page
        self.notices: list[Problem] = []  # what was refused in the last batch of files

    def failed(self, content: dict, error: Exception) -> None:
        """Bad input is foreseen: its problems are listed above what is shown."""
        if not isinstance(error, BadInput):
            return super().failed(content, error)
        self.notices += error.problems
        self.show(content.get("seq"))

    # What a visitor can do, by the name the browser sends.

    def act_open(self, content, buffers):
        """The page, as its address says."""
        query = str(content.get("query", ""))
        self.address = address(content.get("address"))
        self.language = asked_language(query)
        if asked := dict(parse_qsl(query.lstrip("?"))).get("data"):
            self.desk.open(asked)
        self.show(content.get("seq"))

    def act_speak(self, content, buffers):
        if content.get("language") in LANGUAGES:
            self.language = content["language"]
        self.show(content.get("seq"))

    def act_upload(self, content, buffers):
        """One piece of one file; after the last of several all are read."""
        if content.get("start"):
            self.coming = {"name": file_name(str(content.get("name", ""))), "data": bytearray()}
        last = not content.get("more")
        if self.coming:
            self.coming["data"] += buffers[0] if buffers else b""
            over = len(self.coming["data"]) > LARGEST_UPLOAD
            if not over and not content.get("end"):
                self.tell({"say": "piece"})
                return
            coming, self.coming = self.coming, {}
            self._take(coming["name"], bytes(coming["data"]), over)
        if last:
            self.desk.read()
            self.show(content.get("seq"))
        else:
            self.tell({"say": "stored", "seq": content.get("seq")})

    def _take(self, name: str, data: bytes, over: bool) -> None:
        """One file; what is wrong with it does not keep the others from coming."""
        try:
            if over:
                raise BadInput(Problem(TOO_LARGE.fill(limit=LARGEST_UPLOAD // 2**20), file=name))
            self.desk.add(name, data)
        except BadInput as bad:
            self.notices += bad.problems

    def act_remove(self, content, buffers):
        self.desk.remove(str(content.get("name")))
        self.show(content.get("seq"))

    def act_clear(self, content, buffers):
        self.desk.clear()
        self.show(content.get("seq"))

    def act_example(self, content, buffers):
        self.desk.example()
        self.show(content.get("seq"))

    def act_mend(self, content, buffers):
        file, sheet, what, key, value = (str(content.get(name, "")) for name in ("of", "sheet", "what", "key", "value"))
        self.desk.mend(file, sheet, what, key, value)
        self.show(content.get("seq"))

    def act_save(self, content, buffers):
        """A file to download. Nothing waits for it, so that only what is refused draws the page anew."""
        name, mime, make = SAVES.get(str(content.get("kind")), (None, None, None))
        if name is not None and make is not None:
            self.send({"say": "file", "name": name, "mime": mime}, [make(self.desk)])

    def act_go(self, content, buffers):
        """To a simulator on the clean tables, whose address names the locker."""
        to = str(content.get("to"))
        if to in {one for one, _ in doors()}:
            self.desk.clean()
            self.tell({"say": "go", "to": f"{to}?{self.query}", "seq": content.get("seq")})

    # What the page shows.

    @property
    def query(self) -> str:
        """The address after the question mark: the locker and the language."""
        parts = [("data", self.desk.locker)] if self.desk.locker else []
        return urlencode(parts + ([("lang", self.language)] if self.language != LANGUAGES[0] else []))

    def show(self, seq: int | None = None) -> None:
        """Send all of it."""
        desk, notices, self.notices = self.desk, self.notices, []
        sheets = desk_view.sheets(desk)
        told = [*notices, *desk_view.others(desk)]
        doubted = told_doubts(desk.doubts)
        files = {found.file for parts in desk.given.found.values() for found in parts}  # a table may not be there
        wrong = len(desk.problems) + sum(one.file in files for rule in desk.rules for one in rule.refused)
        landed = TO_MEND.fill(count=wrong) if wrong else self.landed() if desk.whole else ""
        self.tell(
            {
                "say": "desk", "seq": seq, "language": self.language, "title": TITLE, "intro": INTRO,
                "texts": {**TEXTS, **WORDS}, "query": self.query, "accept": ",".join((*SUFFIXES, *YAML)),
                "hints": HINTS, "limits": LIMITS, "states": STATES,
                "notices": [refused.spoken(one, desk.given.found) for one in told],
                "files": [{"name": path.name, "size": size(path)} for path in desk.files],
                "cards": self.cards(sheets, len(doubted), wrong), "sheets": sheets, "rules": self.rules(),
                "doubts": doubted, "whole": desk.whole, "landed": landed,
                "paper": self.sheet(),
            }
        )  # fmt: skip

    def sheet(self) -> dict:
        """What the printed page begins with. Its files are the visitor's own, so that no link leads to them."""
        return sheet([], NO_TEXT, [path.name for path in self.desk.files] or [NO_FILES], link(self.address, ""))

    def landed(self) -> Text:
        """That all is read, and which simulators it is enough for."""
        runs = [one.family.label for one in self.desk.rules if one.runs]
        return LANDED.fill(rules=joined(runs)) if runs else NONE_RUNS

    def cards(self, sheets: list[dict], doubted: int, refused: int) -> list[dict]:
        """The numbers above the sheets."""
        desk = self.desk
        assumed = sum(len(account_of(table).assumptions) for table in desk.given.values())
        unread = sum(one["state"] == "unread" for one in sheets)
        numbers = {"tables": len(desk.given), "assumed": assumed, "doubted": doubted, "unread": unread,
                   "refused": refused}  # fmt: skip
        return [{"id": name, "label": WORDS[name], "value": value} for name, value in numbers.items()]

    def rules(self) -> list[dict[str, Any]]:
        """Each rule: whether it can run on these tables, and the page that would open."""
        told = [
            {"label": one.family.label, "to": f"{one.family.name}.ipynb", "runs": one.runs, "lines": self._why_not(one)}
            for one in self.desk.rules
        ]
        runs = any(one["runs"] for one in told)
        return [*told, {"label": compare.TITLE, "to": COMPARE, "runs": runs, "lines": []}] if told else []

    def _why_not(self, one: Able) -> list[Text]:
        """What keeps a rule from running: tables that are not there, or what is wrong with those that are."""
        if one.absent:
            return [LACKS.fill(tables=joined(TABLES[name].label if name in TABLES else name for name in one.absent))]
        return [refused.spoken(problem, self.desk.given.found) for problem in (*one.lacking, *one.refused)[:MOST_WHY]]


def size(path: Path) -> str:
    return f"{max(path.stat().st_size / 1024, 1):,.0f} KB"


def file_name(text: str) -> str:
    """A file's own name, fit for a folder of any system: what is too long loses its middle, not its kind."""
    name = NOT_IN_NAMES.sub("_", shorten(Path(text.replace("\\", "/")).name, len(text))).strip(" ")
    stem, dot, kind = name.rpartition(".")
    while len(name.encode()) > LONGEST_NAME:
        stem = stem[:-1] if dot else ""
        name = f"{stem}…{dot}{kind}" if dot and stem else name[: LONGEST_NAME // 4]
    return name if name.strip(".") else "upload"


def doors() -> list[tuple[str, Text]]:
    """The pages that can open on a visitor's tables."""
    return [*((f"{name}.ipynb", one.title) for name, one in DASHBOARDS.items()), (COMPARE, compare.TITLE)]


COMPARE = "compare.ipynb"
SAVES = {
    "columns": ("columns.yaml", "application/yaml", Desk.columns),
    "tables": ("simlib-data.zip", ZIP, Desk.archive),
    "templates": ("simlib-templates.zip", ZIP, lambda desk: templates()),
}
LIMITS = WORDS["limits"].fill(
    file=LARGEST_UPLOAD // 2**20, all=LARGEST_SUM // 2**20, files=MOST_FILES, tables=len(TABLES), hours=lockers.HOURS
)
