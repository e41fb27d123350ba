"""Kernels by fork: a visitor's kernel starts in tenths of a second and shares most of its memory.

A template process imports IPython, pandas and the widgets once and then waits. For each kernel it
forks a child, which is that kernel from then on. On the server's side ``ForkProvisioner`` asks for
children; it is an ordinary local provisioner in all other respects and falls back to an ordinary
process wherever a fork cannot be had: on other systems than Linux, for kernels of another Python,
and when the template has died, which is then started anew for the next visitor.

Nothing here outlives the server, even if the server is killed: template and kernels hold the reading
end of a pipe whose other end only the server has, and leave when it closes.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import threading

from jupyter_client.provisioning import LocalProvisioner

AVAILABLE = sys.platform == "linux" and hasattr(os, "pidfd_open")
WARM = ("simlib.app.warm",)  # what dashboards import
KERNEL = (  # what a kernel imports while it starts
    "ipykernel.kernelapp ipykernel.ipkernel ipykernel.debugger tornado.platform.asyncio pdb faulthandler "
    "IPython.core.debugger IPython.core.completerlib IPython.core.oinspect IPython.extensions.storemagic"
).split()
ARGUMENTS = [
    # sys.__stderr__ of a kernel shall be the console of the server, not a message to the visitor.
    "--IPKernelApp.capture_fd_output=False",
    "--HistoryManager.enabled=False",
    "--InteractiveShellApp.exec_PYTHONSTARTUP=False",
]
STARTING = 60  # seconds until a template must have answered its first request

log = logging.getLogger(__name__)


class ForkedProcess:
    """A kernel that the template forked, with the methods of Popen that a provisioner uses.

    Everything goes through a file descriptor that names this very process (pidfd): it tells a zombie
    from a living process, and can never hit another process that was given the same number.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, pidfd: int):
        self.pid = pid
        self.returncode: int | None = None
        self._pidfd = pidfd
        self._ended = select.poll()
        self._ended.register(pidfd, select.POLLIN)

    def poll(self) -> int | None:
        """None while the process runs, then 0: how it ended is known to its parent only."""
        if self.returncode is None and self._ended.poll(0):
            self.returncode = 0
            os.close(self._pidfd)
        return self.returncode

    def wait(self) -> int:
        while self.poll() is None:
            self._ended.poll()
        return 0

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            signal.pidfd_send_signal(self._pidfd, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


class Template:
    """The server's hold on the template process."""

    def __init__(self, modules: tuple[str, ...]):
        self.modules = modules
        self.forks = 0
        self._lock = threading.Lock()
        self._socket, theirs = socket.socketpair()
        environment = {
            **os.environ,
            # No threads before the fork: they do not survive it, and neither do the locks they hold.
            "OPENBLAS_NUM_THREADS": "1",
            "JE_ARROW_MALLOC_CONF": "background_thread:false",
        }
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", __spec__.name, str(theirs.fileno()), *modules],
                stdin=subprocess.PIPE,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # Ctrl+C is for the server, which then ends the template
                env=environment,
            )

    def fork(self, request: dict) -> ForkedProcess:
        """A new kernel. OSError when the template is gone or does not answer."""
        with self._lock:
            self._socket.settimeout(STARTING)
            self._socket.sendall(json.dumps(request).encode() + b"\n")
            answer, descriptors, _, _ = socket.recv_fds(self._socket, 32, 1, socket.MSG_CMSG_CLOEXEC)
            if not answer:
                raise ConnectionResetError("the template process has ended")
            self.forks += 1
            return ForkedProcess(int(answer), *descriptors)

    def close(self) -> None:
        """End the template and with it every kernel it forked."""
        self._socket.close()
        self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


_template: Template | None = None


def start(modules: tuple[str, ...] = WARM) -> None:
    """Start the template; it warms up while the server goes on."""
    global _template
    if AVAILABLE:
        _template = Template(modules)


def stop() -> None:
    """End the template. Kernels from now on are ordinary processes."""
    global _template
    if _template:
        _template.close()
    _template = None


class ForkProvisioner(LocalProvisioner):
    """Kernels from the template where possible; entry point ``simlib-fork``."""

    async def pre_launch(self, **kwargs):
        arguments = [*kwargs.pop("extra_arguments", []), *ARGUMENTS]
        return await super().pre_launch(extra_arguments=arguments, **kwargs)

    async def launch_kernel(self, cmd, **kwargs):
        python, *options = cmd
        if _template is None or python != sys.executable or "ipykernel_launcher" not in options:
            return await super().launch_kernel(cmd, **kwargs)
        request = {
            "argv": options[options.index("ipykernel_launcher") + 1 :],
            "cwd": str(kwargs.get("cwd") or os.getcwd()),
            "env": dict(kwargs.get("env") or os.environ),
        }
        template = _template
        try:
            self.process = await asyncio.to_thread(template.fork, request)
        except OSError as error:
            self._replace(template, error)
            return await super().launch_kernel(cmd, **kwargs)
        self.pid, self.cwd = self.process.pid, request["cwd"]
        return self.connection_info

    def _replace(self, template: Template, error: OSError) -> None:
        if template is not _template:
            return  # another kernel met the same dead template and has replaced it
        stop()
        if template.forks:
            log.warning("The kernel template is gone (%s): starting a new one.", error)
            start(template.modules)
        else:
            log.error("The kernel template does not start (%s): kernels start as ordinary processes.", error)


# ---- From here on: the template process ----


def serve_forks(control: socket.socket) -> dict:
    """Fork a child for each request. Returns only in a child, with the request."""
    requests = control.makefile("rb")
    waiting = select.poll()
    waiting.register(control, select.POLLIN)
    waiting.register(0, select.POLLIN)
    children: dict[int, int] = {}
    while True:
        for descriptor, _ in waiting.poll():
            if descriptor in children:
                waiting.unregister(descriptor)
                os.close(descriptor)
                os.waitpid(children.pop(descriptor), 0)
            elif descriptor == 0 or not (line := requests.readline()):
                sys.exit()  # the server has gone
            elif pid := os.fork():
                # Opened before the child can have been reaped, so it is this child for certain.
                children[pidfd := os.pidfd_open(pid)] = pid
                waiting.register(pidfd, select.POLLIN)
                socket.send_fds(control, [b"%d" % pid], [pidfd])
            else:
                requests.close()
                control.close()
                for other in children:
                    os.close(other)
                return json.loads(line)


def leave_with_server(lifeline: int) -> None:
    os.read(lifeline, 1)  # nobody writes: it returns when the server closes the pipe or dies
    os._exit(1)


def become_kernel(request: dict) -> None:
    """Run the kernel in this process, as ``python -m ipykernel_launcher`` would."""
    os.setsid()
    lifeline = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.close(nothing)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    threading.Thread(target=leave_with_server, args=[lifeline], daemon=True).start()
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()  # or all visitors would draw the same numbers
    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance(argv=request["argv"])


def main(descriptor: str, *modules: str) -> None:
    sys.modules["debugpy"] = None  # no debugger for visitors: 10 MiB and a second, and ipykernel goes without
    for name in (*KERNEL, *modules):
        importlib.import_module(name)
    threads = len(os.listdir("/proc/self/task"))
    if threads > 1:
        log.warning("The kernel template runs %d threads; forking may hang: %s", threads, modules)
    gc.collect()
    gc.freeze()  # the collector would otherwise write to, and so copy, every page of every child
    become_kernel(serve_forks(socket.socket(fileno=int(descriptor))))


if __name__ == "__main__":
    main(*sys.argv[1:])
