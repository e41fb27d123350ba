"""One scenario of a batch in a process of its own: the report notebook executed, its HTML, the tables, in one
folder."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from pathlib import Path

from simlib import NOTEBOOKS
from simlib.landing import landing
from simlib.results.manifest import MANIFEST, file_digests, read
from simlib.study.run.notebook import RESULTS
from simlib.words import Text

NOTEBOOK = NOTEBOOKS / "report.ipynb"


@dataclass(frozen=True)
class Task:
    """What to execute: the scenario file, the folder that its results become, and where a failed notebook is kept."""

    name: str
    scenario: str
    title: Text
    out: Path
    failed: Path
    language: str
    data: str
    settings: dict


@dataclass(frozen=True)
class Execution:
    """How it went: seconds and, where it failed, the number of the cell and the message."""

    name: str
    seconds: float
    cell: int | None = None
    message: str = ""


_stopping: list[Event] = []  # of this process, given once by its parent


def start(stopping: Event) -> None:
    """What a process does once: the terminal's Ctrl-C is the parent's; kernels run on this Python alone."""
    _stopping.append(stopping)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"  # a kernel of the same name in somebody's home may lack simlib
    # nbformat's checks import it only to test addresses, which notebooks have none of; it takes two to three seconds.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None: not to be imported


def execute(task: Task) -> Execution:
    """Execute the report notebook and land its folder; a failure leaves the former folder as it was."""
    started = time.monotonic()
    # Sockets of kernels live in it: their paths must be short, which TMPDIR on a Mac is not.
    short = "/tmp" if os.name == "posix" else None
    try:
        task.failed.unlink(missing_ok=True)
        with tempfile.TemporaryDirectory(prefix="simlib-", dir=short, ignore_cleanup_errors=True) as private:
            os.environ.update(JUPYTER_RUNTIME_DIR=private, IPYTHONDIR=private)
            _land(task, Path(private) / "report.ipynb")
    except Exception as error:  # whatever it is, the other scenarios go on
        cell, message = _told(error)
        return Execution(task.name, time.monotonic() - started, cell, message)
    return Execution(task.name, time.monotonic() - started)


def _land(task: Task, executed: Path) -> None:
    from simlib.study.batch.notebook_html import html

    with landing(task.out, replaces=MANIFEST) as folder:
        try:
            notebook = _run(task, executed, folder)
        except BaseException:
            if executed.is_file() and not _stopped():
                task.failed.parent.mkdir(exist_ok=True)
                task.failed.write_bytes(executed.read_bytes())
            for half in folder.parent.glob(f".{folder.name}.*"):  # of a kernel that was ended while it wrote its tables
                shutil.rmtree(half, ignore_errors=True)
            raise
        (folder / executed.name).write_bytes(executed.read_bytes())
        (folder / "report.html").write_text(html(notebook, task.title, task.language), encoding="utf-8")
        written = read(folder).model_copy(update={"settings": task.settings, "results": file_digests(folder)})
        written.write(folder)


def _run(task: Task, executed: Path, folder: Path):
    """The executed notebook, which stands in ``executed`` too; its kernel writes the tables into ``folder``."""
    import nbformat
    import papermill
    from jupyter_client import AsyncKernelManager
    from traitlets.config import Config

    started = []

    class Kernels(AsyncKernelManager):
        async def start_kernel(self, **options):  # type: ignore[override]  # theirs is a decorated one
            started.append(self)
            return await super().start_kernel(**options)

    parameters = {"scenario": task.scenario, "lang": task.language, "data": task.data}
    os.environ[RESULTS] = str(folder)
    # Ports may collide, and so may the sockets that take their place where they are not named apart.
    sockets = {} if os.name == "nt" else {"transport": "ipc", "ip": str(executed.with_name("kernel"))}
    quiet = {"extra_arguments": ["--log-level=CRITICAL"], "shutdown_kernel": "immediate"}
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    try:
        with warnings.catch_warnings(), _interruptible():
            warnings.simplefilter("ignore")  # of papermill's own making
            return papermill.execute_notebook(
                notebook, str(executed), parameters, kernel_name="python3", progress_bar=False,
                request_save_on_cell_execute=False, kernel_manager_class=Kernels,
                config=Config({"KernelManager": sockets, "NotebookClient": quiet}),
            )  # fmt: skip
    finally:
        for one in started:  # one that was interrupted while it started is nobody's
            process = getattr(one.provisioner, "process", None)
            if process is not None:
                process.kill()
                process.wait()


@contextmanager
def _interruptible() -> Iterator[None]:
    """Within it the first Ctrl-C ends what is done; more of them, and any before or after, break into nothing."""

    def once(number, frame):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, once)
    try:
        if _stopped():
            raise KeyboardInterrupt
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _stopped() -> bool:
    return any(one.is_set() for one in _stopping)


def _told(error: Exception) -> tuple[int | None, str]:
    """The number of the cell that failed, where it was one, and what it said."""
    cell = getattr(error, "exec_count", None)
    said = str(getattr(error, "evalue", "") or error) or type(error).__name__
    kind = getattr(error, "ename", type(error).__name__)
    return cell, said if kind == "Refused" else f"{kind}: {said}"
