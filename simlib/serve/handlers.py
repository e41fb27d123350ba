"""The requests that the dashboard's server answers, and those that it refuses.

Voilà's own list of handlers is replaced by a shorter one: no listing of files, no contents, no themes, no
log-in. Only requests that this computer's browser makes for our own pages get through.
"""

from __future__ import annotations

import re
from pathlib import Path

import voila
from jupyter_server.services.kernels.handlers import KernelHandler
from tornado.routing import Matcher
from tornado.web import HTTPError, OutputTransform, RequestHandler
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.static_file_handler import MultiStaticFileHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

PROTOCOL = "v1.kernel.websocket.jupyter.org"
LOCAL = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d+)?")
VOILA = f"/voila/static/v{voila.__version__}"  # Voilà's scripts, under an address that changes with them
VERSIONED = re.compile(rf"[?&]v=|^{VOILA}/|\.[0-9a-f]{{8,}}\.js$")


NO_PAGES = {"report.ipynb"}  # papermill's: its figures are drawn by the page that it makes


def pages(root: Path) -> set[str]:
    """The notebooks of a folder that are pages, by their paths from there."""
    found = (file.relative_to(root) for file in root.rglob("*.ipynb"))
    return {file.as_posix() for file in found if not any(part[0] == "." for part in file.parts)} - NO_PAGES


class Foreign(Matcher):
    """Requests under a name that is not this computer's, or from within another site's page.

    The first stops a hostile site that points its own name at 127.0.0.1; the second stops its images and
    frames from starting kernels. A link on another site's page may lead here.
    """

    def match(self, request):
        local = LOCAL.fullmatch(request.host.lower())
        own = request.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin")
        link = request.method == "GET" and request.headers.get("Sec-Fetch-Dest") == "document"
        return None if local and (own or link) else {}


class Headers(OutputTransform):
    """The same security headers on every answer, whichever handler gives it."""

    def __init__(self, request):
        self.host = request.host if LOCAL.fullmatch(request.host.lower()) else "127.0.0.1"

    def transform_first_chunk(self, status_code, headers, chunk, finishing):
        headers["Content-Security-Policy"] = (
            "default-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; "
            # Jupyter compiles JSON schemas (eval); anywidget imports its modules from blobs.
            "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob: data:; style-src 'self' 'unsafe-inline'; "
            f"connect-src 'self' ws://{self.host} blob: data:; worker-src 'self' blob:; "
            "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
        )
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "SAMEORIGIN"
        headers["Referrer-Policy"] = "no-referrer"
        return status_code, headers, chunk


class Notice(RequestHandler):
    """Errors as a page of our own, in Chinese and English."""

    def write_error(self, status_code, **kwargs):
        template = self.settings["voila_jinja2_env"].get_template("error.html")
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.finish(template.render(status=status_code))


class Refusal(Notice):
    def initialize(self, status=404):
        self.status = status

    def prepare(self):
        raise HTTPError(self.status)


class Asset(Notice, MultiStaticFileHandler):
    """Files of the page. With a version in the address browsers keep them, else they ask again (ETag)."""

    def get_cache_time(self, path, modified, mime_type):
        return self.CACHE_MAX_AGE if VERSIONED.search(self.request.uri) else 0

    def set_extra_headers(self, path):
        if not VERSIONED.search(self.request.uri):
            self.set_header("Cache-Control", "no-cache")


class NotebookPage(Notice, TornadoVoilaHandler):
    """A notebook as a page, with a kernel of its own."""

    kernel_id = None
    left = False

    async def get(self, path):
        # Comparing with what is there, instead of opening what is asked for, leaves nothing to traverse.
        if path not in pages(Path(self.settings["voila"].root_dir)):
            raise HTTPError(404)
        try:
            if (answered := super().get(path)) is not None:
                await answered
        finally:
            if self.left and self.kernel_id in self.kernel_manager:
                await self.kernel_manager.shutdown_kernel(self.kernel_id, now=True)

    def on_connection_close(self):
        # Left while the page was loading: no script is there yet to say that the kernel can go.
        self.left = True


class Pulse(KernelHandler):
    """Whether a kernel lives; asked for by guard.js every few seconds."""

    SUPPORTED_METHODS = ("GET",)

    async def get(self, kernel_id):
        if kernel_id in self.kernel_manager:
            if (answered := super().get(kernel_id)) is not None:
                await answered
            return
        self.set_status(404)  # no exception: it is an ordinary answer, not news for the log


class Goodbye(VoilaShutdownKernelHandler):
    """The page that is left sends its kernel away.

    Voilà sets no _xsrf cookie, so its own page would be refused here, and under no-referrer browsers send
    "Origin: null". The kernel's name is the secret that only the page knows; ``Foreign`` guards the rest.
    """

    async def post(self, kernel_id):
        if kernel_id in self.kernel_manager:  # it may have died or been culled before
            await super().post(kernel_id)

    def check_xsrf_cookie(self):
        pass

    def check_origin(self, origin=""):
        return True


class Channels(VoilaKernelWebsocketHandler):
    """The page's websocket to its kernel; frames that jupyter_server would choke on are refused.

    It reads a number of offsets from the first bytes of a binary message and counts up to it: a message
    that is no version 1 message makes it count to 2**60, with the whole server waiting.
    """

    async def get(self, kernel_id):
        offered = self.request.headers.get("Sec-WebSocket-Protocol", "")
        if PROTOCOL not in (name.strip() for name in offered.split(",")):
            raise HTTPError(400, f"{PROTOCOL} is required")
        await super().get(kernel_id)

    def on_message(self, ws_message):
        offsets = ws_message[:8]
        if isinstance(offsets, str) or int.from_bytes(offsets, "little") >= len(ws_message) // 8:
            self.close(1003, "not a version 1 message")
        else:
            super().on_message(ws_message)
