"""The trainer's key: what opens the solutions, of a served course and of one in JupyterLab alike.

The server keeps no key, only what scrypt makes of it, and hands that to its kernels in the environment. In JupyterLab
the word itself may stand there. Where there is none, nobody sees a solution.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
import time
from enum import Enum
from pathlib import Path

from simlib.problems import BadInput, Problem
from simlib.words import Text

KEY = "SIMLIB_TRAINER_KEY"  # environment variable: the word, or what ``locked`` made of it
TRIES = "SIMLIB_TRAINER_TRIES"  # environment variable: the server's file in which all its visitors' tries are counted
SHORTEST, LONGEST = 6, 200  # characters of a key
MOST, WITHIN = 20, 600  # tries on one server, and the seconds within which they count
SCRYPT = "scrypt"
_own: list[float] = []  # tries of a process without a server


class Verdict(Enum):
    OPEN = "open"
    WRONG = "wrong"
    TOO_MANY = "too_many"
    NONE = "none"  # there is no key on this server


def word_of(given: str) -> str:
    """The key that a file's first line holds, or else the word itself. BadInput of one that is easily guessed."""
    word, file = given.strip(), ""
    if len(given) <= LONGEST and Path(given).is_file():  # a longer one is neither, and nothing of it is told
        file = given
        try:
            word = next(iter(Path(given).read_text("utf-8-sig").splitlines()), "").strip()
        except (OSError, ValueError):
            raise BadInput(Problem(UNREADABLE, file=file)) from None
    if not SHORTEST <= len(word) <= LONGEST:
        raise BadInput(Problem(LENGTH.fill(least=SHORTEST, most=LONGEST), file=file))
    return word


def locked(word: str) -> str:
    """What a server keeps of a key: nobody who reads it has the key."""
    salt = secrets.token_bytes(16)
    return f"{SCRYPT}:{salt.hex()}:{_stretched(word, salt).hex()}"


def opens(word: str) -> Verdict:
    """Whether this is the key. Compared in constant time, and only so many times in ten minutes."""
    kept = os.environ.get(KEY, "")
    if not kept:
        return Verdict.NONE
    if not _another_try():
        return Verdict.TOO_MANY
    kind, _, rest = kept.partition(":")
    salt, _, known = rest.partition(":")
    if kind == SCRYPT and known:
        right = hmac.compare_digest(_stretched(word[:LONGEST], bytes.fromhex(salt)), bytes.fromhex(known))
    else:
        right = hmac.compare_digest(word.encode(), kept.encode())
    return Verdict.OPEN if right else Verdict.WRONG


def _stretched(word: str, salt: bytes) -> bytes:
    return hashlib.scrypt(word.strip().encode(), salt=salt, n=2**14, r=8, p=1)


def _another_try() -> bool:
    """Count a try before it is looked at, so that many at once are counted too; false where there were too many."""
    now, place = time.time(), os.environ.get(TRIES)
    if place:
        with Path(place).open("a") as file:
            file.write(f"{now}\n")
        tries = []
        for line in Path(place).read_text().splitlines():
            with contextlib.suppress(ValueError):
                tries.append(float(line))
    else:
        _own.append(now)
        tries = _own
    return sum(now - one < WITHIN for one in tries) <= MOST


UNREADABLE = Text("讲师口令文件无法读取。", "The file of the trainer's key cannot be read.")
LENGTH = Text("讲师口令须为 {least} 至 {most} 个字符。请换一个。",
              "The trainer's key takes {least} to {most} characters. Choose another.")  # fmt: skip
SAID = {
    Verdict.OPEN: Text("解答已打开，仅在本页。", "The solutions are open, on this page only."),
    Verdict.WRONG: Text("口令不对。", "This is not the key."),
    Verdict.TOO_MANY: Text("口令试得太多。请十分钟后再试。", "Too many tries. Try again in ten minutes."),
    Verdict.NONE: Text("本服务器未设讲师口令（simlib dashboard --trainer-key）。",
                       "This server has no trainer's key (simlib dashboard --trainer-key)."),
}  # fmt: skip
