"""Bytes of a TCP connection to messages: by newline or by octet count, found from the first bytes; pure, in bounded memory.

A connection whose first bytes are ``COUNT SPACE <`` counts octets for as long as it lasts; any other ends its messages by
newlines. A message longer than the limit is cut there and the rest of it is passed over, without being held.
Source: RFC 6587 (3.4.1 octet counting, 3.4.2 non-transparent framing).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_OCTETS = 1 << 20
"""A count above this is no frame of a syslog sender but an error or an attack; the connection is closed. Assumed."""
_COUNTED = re.compile(rb"[1-9][0-9]{0,9} <")
_MAY_BE_COUNTED = re.compile(rb"[1-9][0-9]{0,9}(?: <?)?")
_LONGEST_COUNT = 11
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


class BadFrameError(ValueError):
    """The octet count of a frame cannot be one, so nothing behind it can be understood.

    Attributes:
        before: the whole messages that stood before it in the same bytes.
    """

    def __init__(self, message: str, before: list[bytes]) -> None:
        super().__init__(message)
        self.before = before


@dataclass(slots=True)
class FrameCounts:
    """What was odd about the messages of a connection: cut at the limit, empty, or ended by the connection's end."""

    cut: int = 0
    empty: int = 0
    half: int = 0


class Framer:
    """Takes the bytes of one connection in their order.

    >>> framer = Framer(limit=8192)
    >>> framer.feed(b"5 <1>ab4 <1>"), framer.feed(b"c")
    ([b'<1>ab'], [b'<1>c'])
    """

    __slots__ = ("_buffer", "_counted", "_limit", "_skip", "_want", "counts")

    def __init__(self, limit: int) -> None:
        """Begin a connection.

        Args:
            limit: octets of a message that are kept.
        """
        self.counts = FrameCounts()
        self._limit = limit
        self._buffer = bytearray()
        self._counted: bool | None = None
        self._skip = False  # newline: the rest of a line that was cut is passed over
        self._want = 0  # octets of the present frame that are still to come, beyond those in the buffer that are kept

    @property
    def held(self) -> int:
        """How many bytes of an unfinished message are in memory."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that some bytes complete.

        Raises:
            BadFrameError: an octet count is none, or is too large; it holds the whole messages before it.
        """
        if self._counted is None:
            self._buffer += data
            self._counted = _decide(bytes(self._buffer[: _LONGEST_COUNT + 2]))
            if self._counted is None:
                return []
            data = bytes(self._buffer)
            self._buffer.clear()
        return self._by_count(data) if self._counted else self._by_newline(data)

    def finish(self) -> list[bytes]:
        """The message that the end of the connection cut off, if there is one; it is counted as half."""
        rest = bytes(self._buffer).rstrip(b"\r\n\0")
        self._buffer.clear()
        is_passed_over = self._skip and not self._counted  # the beginning of that line was returned before
        is_count = self._counted and self._want == 0
        if is_passed_over or is_count or not rest:
            return []
        self.counts.half += 1
        return [rest[: self._limit]]

    def _by_newline(self, data: bytes) -> list[bytes]:
        found: list[bytes] = []
        lines = data.split(b"\n")
        for line in lines[:-1]:
            if self._skip:
                self._skip = False
                continue
            self._take(bytes(self._buffer) + line, found)
            self._buffer.clear()
        if not self._skip:
            self._buffer += lines[-1]
            if len(self._buffer) > self._limit + 1:  # one more for a carriage return
                self._take(bytes(self._buffer), found)
                self._buffer.clear()
                self._skip = True
        return found

    def _take(self, line: bytes, found: list[bytes]) -> None:
        line = line.rstrip(b"\r\0")
        if len(line) > self._limit:
            self.counts.cut += 1
            line = line[: self._limit]
        if line:
            found.append(line)
        else:
            self.counts.empty += 1

    def _by_count(self, data: bytes) -> list[bytes]:
        found: list[bytes] = []
        at = 0
        while at < len(data):
            if self._want == 0:
                at = self._read_count(data, at, found)
                continue
            part = data[at : at + self._want]
            at += len(part)
            self._want -= len(part)
            room = self._limit - len(self._buffer)
            self._skip = self._skip or len(part) > room
            self._buffer += part[: max(room, 0)]
            if self._want == 0:
                self._end_frame(found)
        return found

    def _end_frame(self, found: list[bytes]) -> None:
        message = bytes(self._buffer).rstrip(b"\r\n\0")
        self._buffer.clear()
        self.counts.cut += self._skip
        self._skip = False
        if message:
            found.append(message)
        else:
            self.counts.empty += 1

    def _read_count(self, data: bytes, at: int, found: list[bytes]) -> int:
        """Read a count that may stand in pieces; where its frame begins. A newline between two frames is let pass: some senders add one."""
        while at < len(data):
            octet = data[at : at + 1]
            at += 1
            if octet in b"\r\n" and not self._buffer:
                continue
            if octet == b" " and self._buffer:
                self._want = int(self._buffer)
                self._buffer.clear()
                if self._want > MOST_OCTETS:
                    raise BadFrameError(f"octet count {self._want} is larger than {MOST_OCTETS}", found)
                return at
            if not octet.isdigit() or (octet == b"0" and not self._buffer) or len(self._buffer) >= _LONGEST_COUNT:
                raise BadFrameError(f"octet count expected, found {bytes(self._buffer) + data[at - 1 : at + 15]!r}", found)
            self._buffer += octet
        return at


def _decide(head: bytes) -> bool | None:
    """Whether a connection counts octets; None if its first bytes do not tell yet."""
    if _COUNTED.match(head):
        return True
    return None if _MAY_BE_COUNTED.fullmatch(head) else False


def one_line(message: bytes) -> bytes:
    r"""A message as one line: control characters as ``#`` and three octal digits, so that none can forge a second line; tabs stay.

    >>> one_line(b"a\nb\x00c\xff")
    b'a#012b#000c\xff'
    """
    return message if message.isascii() and message.decode("ascii").isprintable() else _CONTROL.sub(_octal, message)


def _octal(found: re.Match[bytes]) -> bytes:
    return b"#%03o" % found[0][0]
