"""The dashboard's server: Voilà, standalone, on this computer only, configured here and nowhere else.

``serve`` runs a subclass of ``voila.app.Voila`` on a folder of notebooks. Its requests are in ``handlers``,
its kernels come from ``forks``. Nobody's Jupyter or IPython configuration is read.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.metadata
import importlib.util
import logging
import mimetypes
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
import webbrowser
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty
from typing import Any

import jinja2
import nbformat
import voila.notebook_renderer
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_core.utils import run_sync
from jupyter_server import CallContext
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.ioloop import IOLoop, PeriodicCallback
from tornado.routing import Rule
from tornado.web import RedirectHandler
from traitlets.config import Config
from voila.app import Voila
from voila.exporter import VoilaExporter

from simlib.app import lockers
from simlib.course import trainer
from simlib.serve import forks
from simlib.serve.handlers import VOILA, Asset, Channels, Foreign, Goodbye, Headers, NotebookPage, Pulse, Refusal

SHARE = Path(__file__).parent / "share" / "jupyter"
KERNEL = r"(?P<kernel_id>\w+-\w+-\w+-\w+-\w+)"
EXTENSIONS = ["anywidget", "@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8"]
SWEEP = 600_000  # ms between two looks for lockers that nobody uses any more
PORTS = 100  # ports that are tried, one after the other


class Kernels(AsyncMappingKernelManager):
    """One kernel a visitor. It goes when the page says so, when it dies, or when nobody is connected.

    A connected page keeps its kernel, however long it is only looked at.
    """

    async def start_kernel(self, **kwargs):  # type: ignore[override]  # theirs is a decorated one
        kernel_id = await super().start_kernel(**kwargs)
        CallContext.get(CallContext.JUPYTER_HANDLER).kernel_id = kernel_id
        return kernel_id

    def notify_disconnect(self, kernel_id):
        super().notify_disconnect(kernel_id)
        if kernel_id in self:
            # Idle from now on, not since the last move: the page may come back after a short loss.
            kernel: Any = self.get_kernel(kernel_id)
            kernel.last_activity = datetime.now(UTC)

    def _handle_kernel_died(self, kernel_id):
        # jupyter would start an empty one under the same name, and no slider would do anything.
        self.log.warning("Kernel %s died.", kernel_id)
        kernel: Any = self.get_kernel(kernel_id)
        kernel.execution_state = "dead"
        asyncio.ensure_future(self.shutdown_kernel(kernel_id, now=True))


class OwnPython(KernelSpecManager):
    """Only this Python's own kernel: one of the same name in somebody's home may lack simlib."""

    kernel_dirs = []


class PromptClient(AsyncKernelClient):
    async def wait_for_ready(self, timeout=60):
        """As jupyter_client does, less the 0.2 s in which it empties the output channel at the end.

        What is left there answers no request of the page, so nbclient passes over it.
        """
        end, manager = time.monotonic() + timeout, self.parent
        while time.monotonic() < end and manager is not None and await manager.is_alive():
            self.kernel_info()
            with contextlib.suppress(Empty):
                await self.get_shell_msg(timeout=1)
                await self.get_iopub_msg(timeout=0.2)
                return
        raise RuntimeError("The kernel did not start.")


class Notebooks(LargeFileManager):
    def mark_trusted_cells(self, nb, path=""):
        """Outputs are made anew for each visitor, so there is nothing to trust and no signature to keep."""


class CompiledOnce(jinja2.BytecodeCache):
    """Compiled templates for all pages: Voilà makes a new environment, and so compiles anew, for each."""

    code: dict[str, bytes] = {}

    def load_bytecode(self, bucket):
        if bucket.key in self.code:
            bucket.bytecode_from_string(self.code[bucket.key])

    def dump_bytecode(self, bucket):
        self.code[bucket.key] = bucket.bytecode_to_string()


class Exporter(VoilaExporter):
    def _create_environment(self):
        environment = super()._create_environment()
        environment.bytecode_cache = CompiledOnce()
        return environment


voila.notebook_renderer.VoilaExporter = Exporter  # Voilà names the class, so this is the only way in


class DashboardServer(Voila):
    """Voilà with our handlers, and an end that leaves nothing behind."""

    port: int

    def load_config_file(self, *args, **kwargs):
        """Nobody's voila.json may open this server up."""

    def init_settings(self):
        return {**super().init_settings(), "contents_manager": Notebooks(parent=self)}

    def init_handlers(self):
        found = importlib.util.find_spec("plotly")
        if found is None or found.origin is None:
            raise ModuleNotFoundError("plotly")
        plotly = Path(found.origin).parent / "package_data"
        page = {"config": self.config, "template_paths": self.template_paths}
        page["voila_configuration"] = self.voila_configuration
        return [
            (r"/", RedirectHandler, {"url": "/voila/render/home.ipynb", "permanent": False}),
            (r"/voila/render/(.*)", NotebookPage, page),
            (rf"/api/kernels/{KERNEL}", Pulse),
            (rf"/api/kernels/{KERNEL}/channels", Channels),
            (rf"/voila/api/shutdown/{KERNEL}", Goodbye),
            (r"/voila/templates/simlib/static/(plotly\.min\.js)", Asset, {"paths": [str(plotly)]}),
            (r"/voila/templates/simlib/static/(.*)", Asset, {"paths": self.static_paths}),
            (rf"{VOILA}/(.*)", Asset, {"paths": self.static_paths}),
            (rf"/voila/labextensions/((?:{'|'.join(EXTENSIONS)})/.*)", Asset, {"paths": self.labextensions_path}),
            (r"/voila/files/.*", Refusal, {"status": 403}),
        ]

    def listen(self):
        self.app.add_transform(Headers)
        self.app.default_router.rules.insert(0, Rule(Foreign(), Refusal, {"status": 403}))
        first = self.port
        for self.port in range(first, first + PORTS):
            try:
                self.app.listen(self.port, self.ip)
                break
            except OSError as error:
                self.log.info("Port %d: %s", self.port, error)
        else:
            sys.exit(f"端口 {first}–{self.port} 均不可用，请用 --port 另选。 No free port there; choose another.")
        self.ioloop = IOLoop.current()
        for number in self.signals():
            signal.signal(number, self._handle_signal_stop)
        PeriodicCallback(lambda: None, 500).start()  # lets Windows notice Ctrl+C
        PeriodicCallback(lockers.sweep, SWEEP).start()
        self.ioloop.add_callback(self.announce)
        try:
            self.ioloop.start()
        finally:
            self.stop()

    async def announce(self):
        """Say where the dashboard is, once a visitor will not have to wait for it."""
        nbformat.validate(nbformat.v4.new_notebook())  # compiles the schema while the template warms up
        await asyncio.to_thread(forks.wait)
        print(f"模拟器已启动：{self.connection_url}  （按 Ctrl+C 停止）", flush=True)
        if self.open_browser:
            threading.Thread(target=webbrowser.open, args=[self.connection_url], daemon=True).start()

    def stop(self):
        for number in self.signals():
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl+C must not leave kernels behind
        run_sync(self.kernel_manager.shutdown_all)()
        shutil.rmtree(self.connection_dir, ignore_errors=True)

    def signals(self):
        """Those that end the server; one that was ignored (nohup) stays so."""
        numbers = [getattr(signal, name, None) for name in ("SIGINT", "SIGTERM", "SIGHUP")]
        return [number for number in numbers if number and signal.getsignal(number) != signal.SIG_IGN]


def configuration(notebooks: Path, port: int, open_browser: bool, private: Path, log_level: int) -> Config:
    return Config(
        Voila={
            "root_dir": str(notebooks.resolve()),
            "ip": "127.0.0.1",
            "port": port,
            "open_browser": open_browser,
            "log_level": log_level,
            "connection_dir_root": str(private),
            # No pings: a connection within one computer breaks by itself when either end goes.
            "tornado_settings": {
                "default_handler_class": Refusal,
                "ws_ping_interval": 0,
                "extra_log_scrub_param_keys": ["data"],  # it may name a visitor's locker
            },
        },
        VoilaConfiguration={
            "template": "simlib",
            "allow_template_override": "NO",
            "allow_theme_override": "NO",
            "file_allowlist": [],
            "show_tracebacks": False,
            "extension_allowlist": EXTENSIONS,
            "multi_kernel_manager_class": Kernels,
            "kernel_spec_manager_class": OwnPython,
            "resources": {"plotly": f"plotly.min.js?v={importlib.metadata.version('plotly')}"},
            "page_config_hook": lambda config, **_: {**config, "fullStaticUrl": VOILA},
        },
        MappingKernelManager={
            "allow_tracebacks": False,  # those of callbacks would travel whole to the visitor
            "cull_idle_timeout": 600,
            "cull_interval": 60,
            "cull_connected": False,
        },
        KernelManager={
            "transport": "tcp" if os.name == "nt" else "ipc",
            "shutdown_wait_time": 2.0,
            "client_class": f"{__name__}.PromptClient",
        },
        KernelRestarter={"restart_limit": 0, "time_to_dead": 1.0},  # see Kernels._handle_kernel_died
        KernelProvisionerFactory={"default_provisioner_name": "simlib-fork"},
    )


def serve(
    notebooks: Path,
    port: int = 8866,
    open_browser: bool = True,
    data: Path | None = None,
    root_log_level: int = logging.WARNING,
    warm: tuple[str, ...] = forks.WARM,
    trainer_key: str | None = None,
) -> None:
    """Serve the notebooks of a folder as dashboards on 127.0.0.1, until Ctrl+C or SIGTERM.

    Prints the address: the first free port from ``port`` on. Kernels find the absolute data folder in the
    environment variable SIMLIB_DATA and the visitor's query in QUERY_STRING. They start with the modules of
    ``warm`` imported. ``trainer_key`` is the word that opens the solutions of lessons, or a file that holds it; kernels
    are told only what can be compared with it. BadInput of a key that is too short.
    """
    key = trainer_key or os.environ.get(trainer.KEY)
    if key:
        os.environ[trainer.KEY] = trainer.locked(trainer.word_of(key))
    logging.basicConfig(level=root_log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    if root_log_level >= logging.WARNING:
        logging.getLogger("tornado.access").setLevel(logging.ERROR)  # a 404 is no news for the console
    # nosniff makes browsers refuse scripts whose type a Windows registry calls text/plain.
    mimetypes.add_type("text/javascript", ".js")
    mimetypes.add_type("text/css", ".css")
    # Sockets of kernels live in it: their paths must be short, which TMPDIR on a Mac is not.
    short = "/tmp" if os.name == "posix" else None
    with tempfile.TemporaryDirectory(prefix="simlib-", dir=short, ignore_cleanup_errors=True) as private:
        os.environ.update(
            JUPYTER_PATH=os.pathsep.join(filter(None, [str(SHARE), os.environ.get("JUPYTER_PATH")])),
            JUPYTER_PREFER_ENV_PATH="1",
            JUPYTER_CONFIG_DIR=private,
            IPYTHONDIR=private,
        )
        os.environ.pop("JUPYTER_CONFIG_PATH", None)
        lockers.start(Path(private))
        os.environ[trainer.TRIES] = str(Path(private, "tries"))
        if data:
            os.environ["SIMLIB_DATA"] = str(Path(data).resolve())
        forks.start(warm)
        try:
            app = DashboardServer.instance(
                config=configuration(Path(notebooks), port, open_browser, Path(private), root_log_level)
            )
            app.initialize([])
            app.start()
        finally:
            forks.stop()
