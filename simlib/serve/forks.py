"""Kernels by fork: a visitor's kernel starts in tenths of a second and shares most of its memory.

A template process (``fork_template``) imports IPython, pandas and the widgets once, then forks a child
for each kernel. ``ForkProvisioner`` asks it for children; in all else it is jupyter_client's local provisioner, and it
falls back to that one's ordinary process where no fork is to be had: elsewhere than on Linux, for
another Python's kernels, and when the template has died (the next visitor then meets a new one).

Nothing outlives the server, even a killed one: template and kernels hold the reading end of a pipe
whose writing end only the server has, and leave when it closes.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from typing import Any, cast

from jupyter_client.provisioning import LocalProvisioner

WARM = ("simlib.serve.warm",)  # what dashboards import
ARGUMENTS = [
    # A kernel's sys.__stderr__ shall be the server's console, not a message to the visitor.
    "--IPKernelApp.capture_fd_output=False",
    "--HistoryManager.enabled=False",
    "--InteractiveShellApp.exec_PYTHONSTARTUP=False",
]
PATIENCE = 60  # seconds for the template to warm up or to answer

log = logging.getLogger(__name__)
_template: Template | None = None
_lifeline: tuple[int, int] | None = None


class ForkedProcess:
    """A forked kernel, with the methods of Popen that a provisioner uses.

    It is known by a pidfd, which tells a zombie from a living process and never means another
    process that was given the same number.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, pidfd: int):
        self.pid, self._pidfd = pid, pidfd
        self.returncode: int | None = None
        self._end = select.poll()
        self._end.register(pidfd, select.POLLIN)

    def poll(self) -> int | None:
        """None while it runs, then 0: only its parent knows how it ended."""
        if self.returncode is None and self._end.poll(0):
            self.returncode = 0
            os.close(self._pidfd)
        return self.returncode

    def wait(self) -> int:
        while self.poll() is None:
            self._end.poll()
        return 0

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            signal.pidfd_send_signal(self._pidfd, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


class Template:
    """The server's hold on a template process."""

    def __init__(self, modules: tuple[str, ...]):
        self.modules, self.warm, self._lock = modules, False, threading.RLock()
        self._socket, theirs = socket.socketpair()
        self._socket.settimeout(PATIENCE)
        # No threads before the fork: they do not survive it, but the locks they hold do.
        single = {"OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}
        if _lifeline is None:
            raise OSError("no pipe tells a template that the server has gone")
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "simlib.serve.fork_template", str(theirs.fileno()), *modules],
                stdin=_lifeline[0],
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # Ctrl+C is for the server alone
                env={**os.environ, **single},
            )

    def wait(self) -> None:
        """Until it is warm; OSError when it will never be."""
        with self._lock:
            self.warm = self.warm or self._socket.recv(1) == b"."
            if not self.warm:
                raise ConnectionResetError("it ended while starting")

    def fork(self, request: dict) -> ForkedProcess:
        """A new kernel; OSError when the template is gone or does not answer."""
        with self._lock:
            self.wait()
            self._socket.sendall(json.dumps(request).encode() + b"\n")
            pid, descriptors, _, _ = socket.recv_fds(self._socket, 32, 1, socket.MSG_CMSG_CLOEXEC)
            if not pid:
                raise ConnectionResetError("it has ended")
            return ForkedProcess(int(pid), *descriptors)

    def close(self) -> None:
        self._socket.close()
        self.process.kill()
        self.process.wait()


def available() -> bool:
    """Forks need Linux with pidfds, which the oldest kernels lack and some containers forbid."""
    try:
        os.close(os.pidfd_open(os.getpid()))
    except (AttributeError, OSError):
        return False
    return True


def start(modules: tuple[str, ...] = WARM) -> None:
    """Start the template; it warms up while the server goes on."""
    global _template, _lifeline
    if available():
        _lifeline = _lifeline or os.pipe()
        _template = Template(modules)


def wait() -> None:
    """Until a kernel can be forked, or it is certain that none can."""
    with contextlib.suppress(OSError):
        if _template:
            _template.wait()


def stop() -> None:
    """End the template and every forked kernel. Kernels from now on are ordinary processes."""
    global _template, _lifeline
    if _template:
        _template.close()
    for end in _lifeline or ():
        os.close(end)
    _template = _lifeline = None


class ForkProvisioner(LocalProvisioner):
    """Kernels from the template where possible; entry point ``simlib-fork``."""

    async def pre_launch(self, **kwargs):
        arguments = [*kwargs.pop("extra_arguments", []), *ARGUMENTS]
        return await super().pre_launch(extra_arguments=arguments, **kwargs)

    async def launch_kernel(self, cmd, **kwargs):
        template = _template
        if template and cmd[0] == sys.executable and "ipykernel_launcher" in cmd:
            request = {
                "argv": cmd[cmd.index("ipykernel_launcher") + 1 :],
                "cwd": str(kwargs.get("cwd") or os.getcwd()),
                "env": dict(kwargs.get("env") or os.environ),
            }
            try:
                process = await asyncio.to_thread(template.fork, request)
            except OSError as error:
                _replace(template, error)
            else:
                # It has what is asked of a Popen here.
                self.process, self.pid, self.cwd = cast(Any, process), process.pid, request["cwd"]
                return self.connection_info
        return await super().launch_kernel(cmd, **kwargs)


def _replace(template: Template, error: OSError) -> None:
    global _template
    if template is _template:  # else another kernel met the same dead template before
        _template = None
        template.close()
        log.warning("Kernel template: %s. This kernel starts as an ordinary process.", error)
        if template.warm:  # one that never got warm would not the next time either
            start(template.modules)
