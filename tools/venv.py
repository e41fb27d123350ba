"""Keeps .venv as requirements.lock says, then runs a command from it: python tools/venv.py [COMMAND...]

Needs nothing but Python, and parses on old ones so that they get the message and not a traceback.
"""

import contextlib
import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

WINDOWS = os.name == "nt"
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")
STAMP, GUARD = VENV / "simlib-stamp", VENV / "simlib-guard"


def fail(zh, en):
    sys.exit(f"错误：{zh} / Error: {en}")


def wanted():
    """What .venv must have been made from; the place too, because an environment cannot be moved."""
    parts = [(ROOT / name).read_bytes() for name in ("requirements.lock", "pyproject.toml")]
    return hashlib.sha256(b"\0".join([*parts, sys.version.encode(), os.fsencode(str(ROOT))])).hexdigest()


def ready():
    return PYTHON.exists() and STAMP.exists() and STAMP.read_text() == wanted()


def alone():
    """One set-up at a time. pip inherits the guard, so a killed set-up keeps it until its pip has ended too."""
    VENV.mkdir(exist_ok=True)
    guard = GUARD.open("a")
    if not WINDOWS:
        __import__("fcntl").flock(guard, 2)  # LOCK_EX
    while WINDOWS:
        with contextlib.suppress(OSError):  # LK_LOCK gives up after ten seconds
            __import__("msvcrt").locking(guard.fileno(), 1, 1)
            break
    return guard


def step(guard, zh, en, *command):
    """Runs a command silently; shows its last lines and stops where it fails."""
    env = dict(os.environ, PIP_USER="0", PIP_DISABLE_PIP_VERSION_CHECK="1", PYTHONUTF8="1")
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "cwd": ROOT}
    done = subprocess.run(list(map(str, command)), env=env, pass_fds=() if WINDOWS else [guard.fileno()], **quiet)
    if done.returncode:
        print(*done.stdout.decode(errors="replace").splitlines()[-25:], sep="\n", file=sys.stderr)
        fail(zh, en)


def build(guard):
    made_from = wanted()  # should a file change meanwhile, the next command builds anew
    for old in sorted(VENV.iterdir(), key=lambda path: path != STAMP):  # the stamp goes first and comes last
        if old != GUARD:
            shutil.rmtree(old) if old.is_dir() and not old.is_symlink() else old.unlink()
    base, pip = getattr(sys, "_base_executable", sys.executable), [PYTHON, "-I", "-m", "pip", "install"]
    step(guard, "无法创建虚拟环境", "cannot create the environment", base, "-I", "-m", "venv", VENV)
    online, itself = ["--require-hashes", "-r", "requirements.lock"], ["--no-deps", "--no-build-isolation", "-e", "."]
    step(guard, "pip 安装失败，请检查网络后重试", "pip failed; check the network and try again", *pip, *online)
    step(guard, "无法安装 simlib 本身", "cannot install simlib itself", *pip, "--no-index", *itself)
    STAMP.write_text(made_from)


def main(command):
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C while installing: no traceback, the next run starts over
    if sys.version_info < (3, 11):  # noqa: UP036
        fail("需要 Python 3.11 或更新版本", "Python 3.11 or newer is needed, this is " + sys.version.split()[0])
    if not ready():
        if importlib.util.find_spec("ensurepip") is None:
            fail("缺少 venv 模块（apt install python3-venv）", "no venv module (apt install python3-venv)")
        print("正在安装到 .venv，首次约需一两分钟…… / Installing into .venv; a minute or two at first", file=sys.stderr)
        try:
            with alone() as guard:
                ready() or build(guard)
        except OSError as error:
            fail(f".venv 无法更新，请关闭正在使用它的程序（{error}）", f".venv is in use or read-only ({error})")
    path = str(BIN) + os.pathsep + os.environ.get("PATH", "")
    env = dict(os.environ, VIRTUAL_ENV=str(VENV), PATH=path)
    env.pop("PYTHONHOME", None)
    program = shutil.which(command[0], path=path) or fail(f"没有命令 {command[0]}", f"no command {command[0]}")
    if not WINDOWS:
        os.execve(program, command, env)
    signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C reaches the command too; wait until it has ended
    sys.exit(subprocess.call([program, *command[1:]], env=env))


if __name__ == "__main__":
    main(sys.argv[1:] or ["python", "-Xutf8", "-c", "print('.venv 已就绪 / .venv is ready')"])
