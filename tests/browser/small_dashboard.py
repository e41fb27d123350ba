"""A small dashboard for the tests of the server: its notebooks, its one server, and what a visit tells."""

from __future__ import annotations

import json
import re
import socket
from html import unescape
from pathlib import Path

import nbformat
import pytest

HOME = """
import os, anywidget, traitlets
class Counter(anywidget.AnyWidget):
    _esm = '''export default { render({ model, el }) {
        el.innerHTML = "<button>+</button><b></b>";
        const show = () => el.querySelector("b").textContent = `pid ${model.get("pid")} twice ${model.get("twice")}`;
        el.querySelector("button").onclick = () => {
          model.set("count", model.get("count") + 1); model.save_changes(); };
        model.on("change:twice", show); show(); window.simlib.alive();
    } }'''
    pid = traitlets.Int(os.getpid()).tag(sync=True)
    count = traitlets.Int(0).tag(sync=True)
    twice = traitlets.Int(0).tag(sync=True)
    @traitlets.observe("count")
    def _double(self, change):
        self.twice = 2 * change.new
Counter()
"""
WARM = ("anywidget",)  # what these notebooks import; what the dashboards do takes seconds to get warm
FACTS = """
import json, os, sys
import anywidget as shared
shared.visits = getattr(shared, "visits", 0) + 1
sys.__stderr__.write("for the console\\n"); sys.__stderr__.flush()
print("facts", json.dumps({"pid": os.getpid(), "parent": os.getppid(), "visits": shared.visits,
    "query": os.environ["QUERY_STRING"], "data": os.environ["SIMLIB_DATA"], "folder": os.getcwd()}))
"""


def notebook(path: Path, *cells: str) -> None:
    """Write a notebook of code cells."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = [nbformat.v4.new_code_cell(cell) for cell in cells]
    nbformat.write(nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": kernel}), path)


@pytest.fixture(scope="session")
def place(tmp_path_factory):
    place = tmp_path_factory.mktemp("place")
    notebook(place / "notebooks" / "home.ipynb", HOME)
    notebook(place / "notebooks" / "course" / "facts.ipynb", FACTS)
    notebook(place / "notebooks" / "failing.ipynb", "secret = 'hush'; 1 / 0")
    pid = str(place / "pid")
    notebook(place / "notebooks" / "slow.ipynb", f"import os, time; print(os.getpid(), file=open({pid!r}, 'w'))\n"
             "time.sleep(1.5)")  # fmt: skip
    notebook(place / "notebooks" / ".ipynb_checkpoints" / "home-checkpoint.ipynb", "1")
    notebook(place / "secret.ipynb", "1")
    (place / "notebooks" / "picture.png").write_bytes(b"png")
    # What somebody may have at home. Every test below would fail if the server read any of it.
    home = place / "home"
    opened = {"file_allowlist": [".*"], "show_tracebacks": True, "allow_template_override": "YES"}
    write(home / "voila.json", json.dumps({"VoilaConfiguration": opened, "Voila": {"token": "t", "base_url": "/x/"}}))
    write(home / "kernels" / "python3" / "kernel.json", json.dumps({"argv": ["false"], "display_name": "none"}))
    write(home / "profile_default" / "startup" / "00.py", "raise SystemExit")
    return place


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


@pytest.fixture(scope="session")
def busy():
    """A port that is taken: the one that the server is asked to use."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield taken.getsockname()[1]


@pytest.fixture(scope="session")
def server(serve, place, busy):
    variables = dict.fromkeys(["JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR"], str(place / "home"))
    return serve(place / "notebooks", port=busy, data=place / "notebooks" / ".." / "data", warm=WARM, **variables)


def facts(server, query="") -> dict:
    """What a visit's kernel says of itself, with its name."""
    status, _, html = server.ask(f"/voila/render/course/facts.ipynb{query}")
    assert status == 200
    said = re.search(r"facts (\{.*?\})", unescape(html))[1]
    return {**json.loads(said), "kernel": server.kernel(html)}


@pytest.fixture(scope="session")
def visit(server):
    return facts(server, "?q=%E4%B8%AD&lang=en")
