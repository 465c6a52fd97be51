"""One direction of a TCP connection: its bytes in order, from a capture that may lack some, show some twice and begin in the middle.

A hole is waited for as long as the receiver has not acknowledged it: it was lost before the capture, and the sender will send it again. Once
the receiver has acknowledged bytes that were not seen for a second, it is the capture that lacks them: they are counted as missing and never
taken for silence. Source: RFC 9293 (sequence numbers, keepalive probes of 3.8.4).
"""

from __future__ import annotations

from typing import NamedTuple

_PATIENCE_NS = 10**9
"""How long acknowledged bytes may be missing: the two directions of a mirrored port come out of order by milliseconds."""
_REORDERED_NS = 20_000_000
"""A hole that is filled faster was a change of order, not a loss: no sender waits less before it sends again."""
_MOST_WAITING = 64


def ahead(seq: int, of: int) -> int:
    """How far a sequence number is ahead of another one; negative if it is behind.

    >>> ahead(5, 2**32 - 5), ahead(1, 3)
    (10, -2)
    """
    return ((seq - of + 0x80000000) & 0xFFFFFFFF) - 0x80000000


class Chunk(NamedTuple):
    """Bytes in order.

    Attributes:
        seq: of the first byte.
        time_ns: when its packet was captured, which may be long before it was known to be in order.
        after_gap: whether bytes before it are missing in the capture.
    """

    seq: int
    data: bytes
    time_ns: int
    after_gap: bool


class ByteStream:
    """Puts segments of one direction in order.

    Attributes:
        next_seq: of the next byte that was not seen in order; None before the first packet.
        retransmitted, out_of_order, missing_bytes, probes: counts; probes are TCP's own keepalives.
        is_hole_lost: whether bytes that the receiver has not acknowledged are missing now: they were lost before the capture.
    """

    def __init__(self) -> None:
        self.next_seq: int | None = None
        self.retransmitted = 0
        self.out_of_order = 0
        self.missing_bytes = 0
        self.probes = 0
        self._waiting: dict[int, tuple[bytes, int, int]] = {}
        self._hole_since = 0
        self._unseen_since = 0
        self._is_first_odd = False

    @property
    def is_hole_lost(self) -> bool:
        """Whether later bytes have come and earlier ones have not."""
        return bool(self._waiting)

    def begin(self, seq: int) -> None:
        """Take the sequence number of a SYN."""
        self.next_seq = (seq + 1) & 0xFFFFFFFF
        self._waiting.clear()

    def take(self, seq: int, payload: bytes, length: int, now_ns: int) -> tuple[list[Chunk], bool]:
        """Take a segment: what is in order now, and whether it only repeats what was seen before.

        Args:
            seq: of its first byte.
            payload: its bytes, fewer than ``length`` if the capture cut it.
            length: how many bytes it had on the wire.
            now_ns: when it was captured.
        """
        if self.next_seq is None:
            self.next_seq, self._is_first_odd = seq, length < 2
        offset = ahead(seq, self.next_seq)
        if offset == 1 and self._is_first_odd:  # the first packet was a probe, whose number is one too low
            self.next_seq, offset = seq, 0
        if offset == -1 and length < 2:
            self.probes += 1
            return [], False
        if length == 0:
            return [], False
        self._is_first_odd = False
        if offset + length <= 0 or seq in self._waiting:
            self.retransmitted += 1
            return [], True
        if offset < 0:
            payload, length, seq, offset = payload[-offset:], length + offset, self.next_seq, 0
        if offset > 0:
            self._hole_since = self._hole_since if self._waiting else now_ns
            self._waiting[seq] = payload, length, now_ns
            return self._skip_hole() if len(self._waiting) > _MOST_WAITING else [], False
        if self._waiting:
            self.out_of_order += now_ns - self._hole_since < _REORDERED_NS
            self.retransmitted += now_ns - self._hole_since >= _REORDERED_NS
        return self._deliver(seq, payload, length, now_ns, after_gap=False), False

    def settle(self, acknowledged: int | None, now_ns: int) -> list[Chunk]:
        """Give up on what the receiver has had for a while and the capture has not.

        Args:
            acknowledged: the highest number that the receiver has acknowledged.
            now_ns: the time.
        """
        if acknowledged is None or self.next_seq is None or ahead(acknowledged, self.next_seq) <= 0:
            self._unseen_since = 0
            return []
        self._unseen_since = self._unseen_since or now_ns
        if now_ns - self._unseen_since <= _PATIENCE_NS:
            return []
        self._unseen_since = 0
        if self._waiting:
            return self._skip_hole()
        self.missing_bytes += ahead(acknowledged, self.next_seq)
        chunk = Chunk(acknowledged, b"", now_ns, after_gap=True)
        self.next_seq = acknowledged
        return [chunk]

    def _skip_hole(self) -> list[Chunk]:
        """Go on with the first segment behind the hole."""
        assert self.next_seq is not None
        start = self.next_seq
        seq = min(self._waiting, key=lambda number: ahead(number, start))
        self.missing_bytes += ahead(seq, start)
        return self._deliver(seq, *self._waiting.pop(seq), after_gap=True)

    def _deliver(self, seq: int, payload: bytes, length: int, time_ns: int, *, after_gap: bool) -> list[Chunk]:
        """The bytes of a segment and of those that wait right behind it."""
        chunks = []
        while True:
            chunks.append(Chunk(seq, payload, time_ns, after_gap))
            self.next_seq = (seq + length) & 0xFFFFFFFF
            after_gap = len(payload) < length
            if after_gap:
                self.missing_bytes += length - len(payload)
            found = self._next_waiting()
            if found is None:
                break
            seq, payload, length, time_ns = found
        if after_gap:
            chunks.append(Chunk(self.next_seq, b"", time_ns, after_gap=True))
        return chunks

    def _next_waiting(self) -> tuple[int, bytes, int, int] | None:
        """The segment that goes on where the bytes in order end; overtaken ones are dropped."""
        assert self.next_seq is not None
        for seq in sorted(self._waiting, key=lambda number: ahead(number, self.next_seq or 0)):
            offset = ahead(seq, self.next_seq)
            if offset > 0:
                return None
            payload, length, time_ns = self._waiting.pop(seq)
            if offset + length > 0:
                return self.next_seq, payload[-offset:], length + offset, time_ns
        return None
