"""The page: one widget that carries a simulator to the browser and a visitor's acts back.

All travels in messages, not in synced traits: the browser can forge any trait, while every message
is taken apart and checked here. What the page shows is drawn by static/*.js, which computes nothing.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Generic, TypeVar
from urllib.parse import parse_qsl

import anywidget

from simlib.app import downloads, lockers, sheet
from simlib.app.data import LARGEST_UPLOAD, source_label
from simlib.app.form import control, documents, findable
from simlib.app.logs import log
from simlib.app.packing import pack
from simlib.app.simulator import Simulator
from simlib.app.texts import TEXTS
from simlib.app.visit import Visit
from simlib.charts.theme import variables
from simlib.doubts import Found
from simlib.params import Params, written
from simlib.problems import BadInput, Problem, shorten
from simlib.tables.sheets import SUFFIXES
from simlib.units import SCALES
from simlib.words import LANGUAGES, Text

STATIC = Path(__file__).parent / "static"
SCRIPTS = (
    "show.js", "everyone.js", "paper.js", "help.js", "controls.js", "finder.js", "form.js", "moves.js", "stage.js",
    "chart.js", "table.js", "fields.js", "card.js", "said.js", "panels.js", "acts.js", "drawing.js", "keep.js",
    "toolbar.js", "page.js",
)  # fmt: skip
STYLES = ("page.css", "form.css", "said.css", "present.css", "lesson.css", "everyone.css", "paper.css")

V = TypeVar("V", bound=Visit)


class Widget(anywidget.AnyWidget):
    """A widget that only listens to messages: what the browser says of its traits is ignored.

    A message names an act, and the method ``act_NAME`` does it, given the message and its buffers.
    """

    _css = variables(".sim") + "".join((STATIC / name).read_text(encoding="utf-8") for name in STYLES)
    language = LANGUAGES[0]

    def __init__(self, **traits):
        super().__init__(**traits)
        self.on_msg(lambda _, content, buffers: self.receive(content, buffers))

    def set_state(self, sync_data):
        """Refuse state from the browser."""

    def receive(self, content: dict, buffers: Sequence = ()) -> None:
        """Act on one message. Whatever goes wrong, the visitor reads a sentence and the log the traceback."""
        act = getattr(self, f"act_{content.get('act')}", None) if isinstance(content, dict) else None
        try:
            if act:
                act(content, buffers)
        except Exception as error:
            self.failed(content, error)

    def failed(self, content: dict, error: Exception) -> None:
        """Tell of an error that nobody foresaw, by a number that leads to it in the log."""
        number = secrets.token_hex(4)
        log.error("error %s while doing %s", number, shorten(content, 500), exc_info=error)
        self.tell({"say": "error", "text": TEXTS["error"].fill(number=number), "seq": content.get("seq")})

    def tell(self, content: dict) -> None:
        """Send to the browser: texts in the visitor's language, arrays as bytes."""
        buffers: list[bytes] = []
        self.send(pack(content, self.language, buffers), buffers)


class Page(Widget, Generic[V]):
    """A simulator's dashboard."""

    _esm = "\n".join((STATIC / name).read_text(encoding="utf-8") for name in SCRIPTS)
    accept = ",".join(SUFFIXES)  # files to upload
    saves: tuple[str, ...] = ("saveScenario", "saveXlsx", "saveCsv")  # what can be downloaded, by the button's text

    def __init__(self, simulator: V, levers: tuple[str, ...] | None = None):
        """A figure inside a lesson names its ``levers``: it has only those, and no toolbar or address."""
        super().__init__()
        self.simulator, self.levers = simulator, levers
        self.upload: dict | None = None
        self.address = ""  # at which the visitor's browser shows the page

    @property
    def language(self) -> str:  # type: ignore[override]  # the visitor's, and set there
        return self.simulator.language

    @property
    def of_rule(self) -> Simulator:
        """The visitor of a rule's page. TypeError on another page, which does in its own way what asks for it."""
        if not isinstance(self.simulator, Simulator):
            raise TypeError(type(self.simulator))
        return self.simulator

    def failed(self, content: dict, error: Exception) -> None:
        """Bad input is foreseen: its problems are listed."""
        if not isinstance(error, BadInput):
            return super().failed(content, error)
        self.tell({"say": "problems", "problems": self.told(error.problems), "seq": content.get("seq")})

    def told(self, problems: Sequence[Problem]) -> list[dict]:
        """Problems as whole lines, and for a parameter's own control the rule alone."""
        return [
            {"line": p.line(self.language), "rule": p.rule.to(self.language), "parameters": p.column.split(", ")}
            for p in problems
        ]

    def show(self, problems: Sequence[Problem] = ()) -> None:
        """Send the whole page: after opening, a change of language or of data."""
        simulator, moment = self.simulator, self.simulator.moment
        chosen = {**simulator.choices, **moment.choices}
        panels = [
            {"id": p.id, "kind": p.kind, "title": p.title, "help": p.told, "wide": p.wide,
             "choices": p.offered(moment), "choice": chosen.get(p.id), "frame": p.frame(moment)}
            for p in simulator.panels if p.shown(moment)
        ]  # fmt: skip
        self.tell(
            {
                "say": "page",
                "bare": self.levers is not None,
                "language": simulator.language,
                "title": simulator.title,
                "intro": simulator.intro,
                "texts": {**TEXTS, "scales": SCALES[simulator.language]},
                "panels": panels,
                "sources": [{"name": n, "label": source_label(n)} for n in self.sources()],
                "source": simulator.source,
                "readings": simulator.readings if self.levers is None else [],
                "accept": self.accept,
                "saves": self.saves,
                "problems": self.told(problems),
                **self.about(),
            }  # fmt: skip
        )

    def sources(self) -> list[str]:
        """The data on offer, the visitor's own among them while they are shown."""
        one = self.simulator
        return [*one.sources, *([one.source] if lockers.NAME.fullmatch(one.source) else [])]

    def about(self) -> dict:
        """What the page shows beside its panels: the form and the documents."""
        simulator = self.of_rule
        inert = simulator.family.inert(simulator.moment.inputs, simulator.params)
        declared = simulator.params.declarations()
        form = [
            control(declared[name], inert.get(name), fold=self.levers is None)
            for name in self.levers or declared
            if name not in simulator.in_panels
        ]
        if self.levers is not None:
            return {"form": form, "documents": documents(simulator.family)}
        elsewhere = [findable(declared[name]) for name in declared if name in simulator.in_panels]
        return {"form": form, "elsewhere": elsewhere, "presets": simulator.presets.told(),
                "present": simulator.presents, "documents": documents(simulator.family)}  # fmt: skip

    def standing(self) -> dict:
        """Which of the prepared values these are, and whether there are steps back and forth."""
        one = self.of_rule
        return {"preset": one.preset, "undo": bool(one.history.past), "redo": bool(one.history.future)}

    def values(self) -> dict:
        """What the form shows, by the name of the control."""
        return {name: written(value) for name, value in self.of_rule.params}

    def update(self, seq: int | None = None, slow: bool = False, further: bool = False) -> None:
        """Send what the current values show; the slow panels only when asked for, ``further`` those that had more."""
        simulator, moment = self.simulator, self.simulator.moment
        due = [p for p in simulator.panels if p.idle(moment) == slow and p.gradual >= further and p.shown(moment)]
        panels = {p.id: p.draw(moment) for p in due}
        if slow and not further:
            panels |= {p.id: {"later": p.later(moment)} for p in simulator.panels if p.later and p.shown(moment)}
        resting = slow and not further and self.levers is None
        doubts = {"doubts": self.doubts(), "paper": self.sheet()} if resting else {}
        standing = self.standing() if self.levers is None else {}
        self.tell(
            {"say": "update", "seq": seq, "values": self.values(), "changed": simulator.changed, "panels": panels,
             "query": simulator.query, "slow": slow, **standing, **doubts}
        )  # fmt: skip

    def doubts(self) -> list[dict]:
        """What of the data may be a slip, each with why, the rule, what to do and the first rows."""
        return told_doubts(self.simulator.doubts)

    def sheet(self) -> dict:
        """What a printed page begins with."""
        return sheet.of_visit(self.simulator, self.address)

    # What a visitor can do, by the name the browser sends; each takes the message and its buffers.

    def act_open(self, content, buffers):
        self.address = sheet.address(content.get("address"))
        self.show(self.simulator.open(str(content.get("query", ""))))
        self.update(content.get("seq"))

    def act_set(self, content, buffers):
        former = self.of_rule.params.document()
        step = content.get("step")
        step = step[:100] if isinstance(step, str) else None
        self.of_rule.set(dict(content.get("values", {})), shown=bool(content.get("shown")), step=step)
        self.after(former, content)

    def act_prefer(self, content, buffers):
        former = self.of_rule.params.document()
        self.of_rule.prefer(str(content.get("preset")))
        self.after(former, content)

    def act_undo(self, content, buffers):
        former = self.of_rule.params.document()
        self.of_rule.turn(back=content.get("act") != "redo")
        self.after(former, content)

    act_redo = act_undo

    def after(self, former: Params, content: dict) -> None:
        """Tell what another value shows; ``former`` settings say whether other panels may be needed."""
        if self.of_rule.params.document() != former:
            self.show()
        self.update(content.get("seq"))

    def act_reset(self, content, buffers):
        self.simulator.reset()
        self.update(content.get("seq"))

    def act_idle(self, content, buffers):
        self.update(content.get("seq"), slow=True, further=content.get("further") is True)

    def act_pick(self, content, buffers):
        subject = content.get("subject")
        self.simulator.pick(None if subject is None else str(subject))
        self.update(content.get("seq"))

    def act_choose(self, content, buffers):
        self.simulator.choose(str(content.get("panel")), str(content.get("choice")))
        self.update(content.get("seq"))

    def act_sort(self, content, buffers):
        self.simulator.sort(str(content.get("panel")), str(content.get("order")))
        self.tell({"say": "address", "query": self.simulator.query})

    def act_present(self, content, buffers):
        self.simulator.present(content.get("on") is True)
        self.tell({"say": "address", "query": self.simulator.query})

    def act_speak(self, content, buffers):
        self.simulator.speak(str(content.get("language")))
        self.show()
        self.update(content.get("seq"))

    def act_use(self, content, buffers):
        problems = self.simulator.use(str(content.get("source")))
        self.show(problems or ())
        self.update(content.get("seq"))

    def act_upload(self, content, buffers):
        """One piece of a file; it arrives in small pieces because the websocket drops large messages."""
        if content.get("start"):
            name = Path(str(content.get("name", "")).replace("\\", "/")).name or "upload"
            self.upload = {"name": shorten(name, 100).replace("/", "_"), "data": bytearray()}
        if self.upload is None:
            return
        self.upload["data"] += buffers[0] if buffers else b""
        if len(self.upload["data"]) > LARGEST_UPLOAD:
            name, self.upload = self.upload["name"], None
            raise BadInput(Problem(TOO_LARGE.fill(limit=LARGEST_UPLOAD // 2**20), file=name))
        if not content.get("end"):
            self.tell({"say": "piece"})
            return
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, self.upload["name"])
            path.write_bytes(self.upload["data"])
            self.upload = None
            problems = self.simulator.upload(path)
        self.show(problems or ())
        self.update(content.get("seq"))

    def act_save(self, content, buffers):
        made = self.made(str(content.get("kind")))
        if made:
            name, mime, data = made
            self.send({"say": "file", "name": name, "mime": mime}, [data])

    def made(self, kind: str) -> tuple[str, str, bytes] | None:
        """A file to download: name, media type and content."""
        make = downloads.KINDS.get(kind)
        return make(self.of_rule.run, self.of_rule.family, self.language) if make else None

    def act_plotly(self, content, buffers):
        """plotly.js for pages that no server of ours hands it to, such as JupyterLab's."""
        import plotly

        script = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
        self.send({"say": "plotly"}, [script.read_bytes()])


def dashboard(rule: str) -> Page:
    """The page of a rule, as a notebook shows it."""
    return Page(Simulator.of(rule))


def told_doubts(found: Sequence[Found]) -> list[dict]:
    """Doubts about data as the page lists them."""
    return [{"name": one.doubt.name, "said": one.said, "notes": one.notes} for one in found]


def asked_language(query: str) -> str:
    """The language that an address asks for with ``lang=``, or else the first."""
    asked = dict(parse_qsl(query.lstrip("?"))).get("lang")
    return asked if asked in LANGUAGES else LANGUAGES[0]


TOO_LARGE = Text("文件超过 {limit} MB。请把数据文件夹放到服务器上，用 --data 打开。",
                 "The file exceeds {limit} MB. Put the data folder on the server and open it with --data.")  # fmt: skip
