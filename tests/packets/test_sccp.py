"""Messages of SCCP out of bytes in any pieces."""

from __future__ import annotations

import struct
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from switchcorr.packets.byte_stream import Chunk
from switchcorr.packets.sccp import SccpParser, alarm_text, device_name, keepalive_intervals
from tests.packets.wire import KEEP_ALIVE, register, register_ack, sccp


def _chunk(data: bytes, seq: int = 100, *, after_gap: bool = False) -> Chunk:
    return Chunk(seq, data, 0, after_gap)


def test_several_messages_in_a_segment_and_one_in_several() -> None:
    parser = SccpParser()
    data = KEEP_ALIVE + register() + KEEP_ALIVE
    assert [(pdu.number, pdu.end_seq) for pdu in parser.feed(_chunk(data))] == [(0, 112), (1, 100 + len(data) - 12), (0, 100 + len(data))]
    assert parser.feed(_chunk(KEEP_ALIVE[:5], 200)) == []
    assert parser.feed(_chunk(KEEP_ALIVE[5:11], 205)) == []
    (pdu,) = parser.feed(_chunk(KEEP_ALIVE[11:], 211))
    assert (pdu.number, pdu.end_seq, parser.not_understood) == (0, 212, 0)


def test_a_capture_that_begins_within_a_message_finds_the_next() -> None:
    rest = register()[9:] + KEEP_ALIVE
    assert [pdu.number for pdu in SccpParser().feed(_chunk(rest))] == [0]
    parser = SccpParser()
    assert parser.feed(_chunk(b"\xff" * 30)) == []
    assert [pdu.number for pdu in parser.feed(_chunk(KEEP_ALIVE))] == [0]
    assert [pdu.number for pdu in parser.feed(_chunk(b"\xff" * 7 + KEEP_ALIVE, after_gap=True))] == [0]


def test_what_is_no_message_is_counted_and_left() -> None:
    parser = SccpParser()
    assert [pdu.number for pdu in parser.feed(_chunk(KEEP_ALIVE + b"\xff" * 12))] == []
    parser.feed(_chunk(KEEP_ALIVE))
    assert parser.feed(_chunk(b"\xff" * 12)) == []
    assert parser.not_understood == 1
    assert [pdu.number for pdu in parser.feed(_chunk(KEEP_ALIVE))] == [0]


def test_what_never_speaks_sccp_is_looked_at_with_less_care() -> None:
    parser = SccpParser()
    for _ in range(60):
        assert parser.feed(_chunk(b"\xff" * 100)) == []
    assert parser.feed(_chunk(b"\xff" * 5)) == []
    assert parser.feed(_chunk(b"\xff" * 8 + KEEP_ALIVE)) == []
    assert [pdu.number for pdu in parser.feed(_chunk(KEEP_ALIVE))] == [0]


def test_a_long_message_may_begin_in_the_first_segment() -> None:
    parser = SccpParser()
    message = sccp(0x15A, b"x" * 3000)
    assert [pdu.number for pdu in parser.feed(_chunk(KEEP_ALIVE + message[:1400]))] == [0]
    assert [pdu.number for pdu in parser.feed(_chunk(message[1400:], 1512))] == [0x15A]


def test_fields() -> None:
    assert device_name(register("SEP001122334455")[12:]) == "SEP001122334455"
    assert device_name(b"SEP\x1b[2J\0") == "SEP\\x1b[2J"
    assert keepalive_intervals(register_ack(30, 60)[12:]) == (30, 60)
    assert keepalive_intervals(b"short") is None
    assert keepalive_intervals(bytes(20)) is None
    body = struct.pack("<I80sii", 2, b"Name=SEP003094C26105 Load=AJ.30 Parms=Status/IPaddr LastTime=A", 2304, -414838612)
    assert alarm_text(body) == "Name=SEP003094C26105 Load=AJ.30 Parms=Status/IPaddr LastTime=A"


@given(st.lists(st.sampled_from([KEEP_ALIVE, register(), sccp(0x100), sccp(0x9F, bytes(4), 0x16)]), min_size=1, max_size=8), st.data())
def test_pieces_of_any_size_give_the_same_messages(messages: list[bytes], data: st.DataObject) -> None:
    text = b"".join(messages)
    cuts = sorted({0, len(text), *data.draw(st.lists(st.integers(0, len(text)), max_size=6))})
    parser = SccpParser()
    assert parser.feed(_chunk(KEEP_ALIVE, 88))
    found = [pdu for at, end in pairwise(cuts) for pdu in parser.feed(_chunk(text[at:end], 100 + at))]
    assert [pdu.body for pdu in found] == [message[12:] for message in messages]
    assert found[-1].end_seq == 100 + len(text)


@given(st.lists(st.binary(max_size=40), max_size=6))
def test_random_bytes_never_raise(chunks: list[bytes]) -> None:
    parser = SccpParser()
    for chunk in chunks:
        parser.feed(_chunk(chunk))
