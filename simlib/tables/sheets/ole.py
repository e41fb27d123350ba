"""The streams of an OLE file (MS-CFB), in which the old formats of Office and locked workbooks lie.

Every chain and the tree of names is followed with an eye on loops, which a hostile file has and xlrd does not always
notice: it gets the bare stream.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from simlib.tables.sheets.parts import Broken

START = bytes.fromhex("d0cf11e0a1b11ae1")
HEADER, ENTRY, SMALL = 512, 128, 64  # bytes
LAST_SECTOR = 0xFFFFFFFA  # numbers from here on are marks
STREAM, ROOT = 2, 5  # types of entries


class Ole:
    """An OLE file in memory. Broken where it is damaged."""

    def __init__(self, data: bytes):
        try:
            self._open(data)
        except (struct.error, IndexError):
            raise Broken("an OLE file") from None

    def _open(self, data: bytes) -> None:
        self.data = data
        shift, small = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or small != 6:
            raise Broken("sectors")
        self.size = 1 << shift
        directory, _, self.cutoff, table, _, more, _ = struct.unpack_from("<7I", data, 48)
        listed = [*struct.unpack_from("<109I", data, 76)]
        seen: set[int] = set()
        while more < LAST_SECTOR:
            if more in seen:
                raise Broken("a loop")
            seen.add(more)
            *some, more = self._numbers(self._sector(more))
            listed += some
        self.next: list[int] = []
        for sector in listed:
            if sector < LAST_SECTOR:
                self.next += self._numbers(self._sector(sector))
        entries = b"".join(self._chain(directory, self.next, self._sector))
        self.entries = [entries[place : place + ENTRY] for place in range(0, len(entries) - ENTRY + 1, ENTRY)]
        self.next_small = [
            one for sector in self._chain(table, self.next, self._sector) for one in self._numbers(sector)
        ]
        self.streams = dict(self._streams())

    def read(self, name: str) -> bytes:
        """A stream of this name, whose length is what its sectors hold at most."""
        entry = self.entries[self.streams[name]]
        start, size = struct.unpack_from("<II", entry, 116)
        if size >= self.cutoff:
            return b"".join(self._chain(start, self.next, self._sector))[:size]
        root = next(entry for entry in self.entries if entry[66] == ROOT)
        small = b"".join(self._chain(struct.unpack_from("<I", root, 116)[0], self.next, self._sector))
        pieces = self._chain(start, self.next_small, lambda one: small[one * SMALL : (one + 1) * SMALL])
        return b"".join(pieces)[:size]

    def _streams(self) -> Iterator[tuple[str, int]]:
        """The streams of the root, not those of what is embedded, each with its number."""
        waiting, seen = [struct.unpack_from("<I", self.entries[0], 76)[0]], set[int]()
        while waiting:
            number = waiting.pop()
            if number >= LAST_SECTOR:
                continue
            if number in seen:
                raise Broken("a loop")
            seen.add(number)
            entry = self.entries[number]
            waiting += struct.unpack_from("<II", entry, 68)
            if entry[66] == STREAM:
                length = struct.unpack_from("<H", entry, 64)[0]
                yield entry[: max(0, min(length, SMALL) - 2)].decode("utf-16-le", "replace"), number

    def _sector(self, number: int) -> bytes:
        sector = self.data[(number + 1) * self.size : (number + 2) * self.size]
        if not sector:
            raise Broken("a sector beyond the end")
        return sector

    def _chain(self, start: int, next: list[int], piece) -> Iterator[bytes]:
        left = len(next)
        while start < LAST_SECTOR:
            if left == 0:
                raise Broken("a loop")
            left -= 1
            yield piece(start)
            start = next[start]

    def _numbers(self, sector: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4])
