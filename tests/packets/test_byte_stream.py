"""Bytes in order, whatever the capture has of them."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from switchcorr.packets.byte_stream import ByteStream, Chunk

_S = 10**9


def _bytes(chunks: list[Chunk]) -> bytes:
    return b"".join(chunk.data for chunk in chunks)


def _stream(seq: int = 0xFFFFFFFD) -> ByteStream:
    stream = ByteStream()
    stream.begin(seq - 1)
    return stream


def test_order_repeats_and_overlaps() -> None:
    stream = _stream()
    seq = 0xFFFFFFFD
    assert _bytes(stream.take(seq, b"abc", 3, 1)[0]) == b"abc"
    assert stream.take(seq, b"abc", 3, 2) == ([], True)
    assert stream.take(seq + 6 - 2**32, b"ghi", 3, 3)[0] == []
    assert stream.is_hole_lost
    assert stream.take(seq + 6 - 2**32, b"ghi", 3, 4) == ([], True)
    assert _bytes(stream.take(seq + 2, b"cdef", 4, 5)[0]) == b"defghi"
    assert (stream.retransmitted, stream.out_of_order, stream.missing_bytes) == (2, 1, 0)


def test_a_hole_that_is_filled_late_was_a_loss() -> None:
    stream = _stream(1000)
    stream.take(1003, b"def", 3, 0)
    assert _bytes(stream.take(1000, b"abc", 3, _S)[0]) == b"abcdef"
    assert (stream.retransmitted, stream.out_of_order) == (1, 0)


def test_overtaken_segments_are_dropped_or_cut() -> None:
    stream = _stream(1000)
    for seq, data in ((1002, b"cd"), (1003, b"de"), (1007, b"hi")):
        stream.take(seq, data, 2, 0)
    assert _bytes(stream.take(1000, b"abcd", 4, 1)[0]) == b"abcde"
    assert stream.take(1005, b"fg", 2, 1)[0][-1].data == b"hi"


def test_probes_of_tcp_are_no_data() -> None:
    stream = _stream(1000)
    stream.take(1000, b"abc", 3, 0)
    assert stream.take(1002, b"", 0, 1) == ([], False)
    assert stream.take(1002, b"\0", 1, 2) == ([], False)
    assert stream.probes == 2
    begun = ByteStream()
    begun.take(1002, b"", 0, 0)
    assert _bytes(begun.take(1003, b"x" * 12, 12, 1)[0]) == b"x" * 12
    assert begun.missing_bytes == 0


def test_acknowledged_bytes_that_never_come_are_missing() -> None:
    stream = _stream(1000)
    assert stream.settle(None, 0) == []
    assert stream.settle(1000, 0) == []
    stream.take(1012, b"b" * 12, 12, 0)
    assert stream.settle(1024, 1) == []
    chunks = stream.settle(1024, 2 * _S)
    assert [(chunk.data, chunk.after_gap) for chunk in chunks] == [(b"b" * 12, True)]
    assert (stream.missing_bytes, chunks[0].time_ns) == (12, 0)
    assert stream.settle(1048, 3 * _S) == []
    (chunk,) = stream.settle(1048, 5 * _S)
    assert (chunk.data, chunk.after_gap, stream.next_seq, stream.missing_bytes) == (b"", True, 1048, 36)


def test_cut_segments_leave_a_gap() -> None:
    stream = _stream(1000)
    chunks, _ = stream.take(1000, b"abc", 10, 0)
    assert [(chunk.data, chunk.after_gap) for chunk in chunks] == [(b"abc", False), (b"", True)]
    assert (stream.missing_bytes, stream.next_seq) == (7, 1010)


def test_too_much_behind_a_hole_gives_the_hole_up() -> None:
    stream = _stream(1000)
    found: list[Chunk] = []
    for number in range(66):
        found += stream.take(1010 + number * 2, b"xy", 2, 0)[0]
    assert (stream.missing_bytes, len(_bytes(found))) == (10, 132)


@given(st.binary(min_size=1, max_size=60), st.data())
def test_any_order_and_any_repeats_give_the_same_bytes(text: bytes, data: st.DataObject) -> None:
    cuts = sorted({0, len(text), *data.draw(st.lists(st.integers(0, len(text)), max_size=6))})
    pieces = [(at, text[at:end]) for at, end in pairwise(cuts)]
    sent = data.draw(st.permutations(pieces + data.draw(st.lists(st.sampled_from(pieces), max_size=4))))
    seq = data.draw(st.integers(0, 2**32 - 1))
    stream = _stream(seq)
    chunks = [chunk for at, piece in sent for chunk in stream.take((seq + at) % 2**32, piece, len(piece), 0)[0]]
    assert _bytes(chunks) == text
    assert stream.missing_bytes == 0
