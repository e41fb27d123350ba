"""The template process of ``forks``: it imports once, then forks a kernel for each request.

    python -m simlib.serve.fork_template DESCRIPTOR MODULE...

DESCRIPTOR is a socket to the server: one line of JSON a request (argv, cwd, env), answered by the child's
number and a pidfd. Standard input is the lifeline, a pipe that closes when the server ends.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import logging
import os
import select
import socket
import sys
import threading

KERNEL = [  # what a kernel imports while it starts
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.debugger",
    "tornado.platform.asyncio",
    "faulthandler",
    "IPython.core.debugger",
    "IPython.core.completerlib",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
]


def serve_forks(control: socket.socket) -> dict:
    """Fork a child for each request. Returns only in a child, with the request."""
    requests = control.makefile("rb")
    waiting = select.poll()
    waiting.register(control, select.POLLIN)
    waiting.register(0, select.POLLIN)
    children: dict[int, int] = {}
    control.sendall(b".")
    while True:
        for descriptor, _ in waiting.poll():
            if descriptor in children:
                waiting.unregister(descriptor)
                os.close(descriptor)
                os.waitpid(children.pop(descriptor), 0)
            elif descriptor == 0 or not (line := requests.readline()):
                sys.exit()  # the server has gone, or wants another template
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
    os.read(lifeline, 1)  # nobody ever writes: it returns when the server closes the pipe or dies
    os._exit(1)


def become_kernel(request: dict) -> None:
    """Be the kernel that ``python -m ipykernel_launcher`` would be."""
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
    from zmq import ZMQError

    # A kernel that is sent away closes its sockets under the thread that answers: ipykernel logs a traceback of it.
    logging.getLogger("tornado.general").addFilter(
        lambda record: not (record.exc_info and isinstance(record.exc_info[1], ZMQError))
    )
    IPKernelApp.launch_instance(argv=request["argv"])


def main(descriptor: str, *modules: str) -> None:
    # The last thing done: else DuckDB's binding lists on the server's console what it would free.
    atexit.register(os._exit, 0)
    # None: not to be imported. ipykernel goes without; it costs each kernel a second and 30 MiB.
    sys.modules["debugpy"] = None  # type: ignore[assignment]  # what Python documents, and typeshed does not know
    for name in (*KERNEL, *modules):
        importlib.import_module(name)
    if len(os.listdir("/proc/self/task")) > 1:
        print(f"Kernel template: one of {modules} starts threads; forked kernels may hang.", file=sys.stderr)
    gc.collect()
    gc.freeze()  # or the collector would write to, and so copy, every page in every child
    become_kernel(serve_forks(socket.socket(fileno=int(descriptor))))


if __name__ == "__main__":
    main(*sys.argv[1:])
