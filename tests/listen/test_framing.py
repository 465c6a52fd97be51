"""Frames by newline and by octet count, whole, in pieces, wrong and too long."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.listen.framing import MOST_OCTETS, BadFrameError, Framer, one_line

_MESSAGES = st.lists(st.binary(min_size=1, max_size=60).map(lambda raw: b"<13>" + raw.translate(None, b"\n\r\0")), max_size=8)
_CUTS = st.lists(st.integers(0, 400), max_size=6)


def _pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    at = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    return [data[a:b] for a, b in pairwise(at)]


def _fed(framer: Framer, pieces: list[bytes]) -> list[bytes]:
    return [message for piece in pieces for message in framer.feed(piece)]


@given(messages=_MESSAGES, cuts=_CUTS)
def test_however_a_stream_is_cut_its_messages_are_the_same(messages: list[bytes], cuts: list[int]) -> None:
    by_newline = b"".join(message + b"\r\n" for message in messages)
    by_count = b"".join(b"%d %b" % (len(message), message) for message in messages)
    assert _fed(Framer(100), _pieces(by_newline, cuts)) == messages
    assert _fed(Framer(100), _pieces(by_count, cuts)) == messages


def test_a_message_of_cisco_that_begins_with_a_number_is_no_octet_count() -> None:
    assert Framer(100).feed(b"31 cm1 local7 3 : 41: %UC_X-3-Y: z\n") == [b"31 cm1 local7 3 : 41: %UC_X-3-Y: z"]


def test_a_newline_between_counted_frames_is_let_pass() -> None:
    assert Framer(100).feed(b"4 <1>a\n4 <1>b\r\n4 <1>c") == [b"<1>a", b"<1>b", b"<1>c"]


def test_a_newline_within_a_counted_frame_stays_in_it() -> None:
    assert Framer(100).feed(b"8 <1>a\nb\nc") == [b"<1>a\nb\nc"]


@pytest.mark.parametrize("cuts", [[], [5], [5, 11, 12, 13], list(range(400))])
def test_what_is_too_long_is_cut_counted_and_passed_over(cuts: list[int]) -> None:
    framer = Framer(10)
    assert _fed(framer, _pieces(b"<1>" + b"x" * 300 + b"\n<1>next\n", cuts)) == [b"<1>" + b"x" * 7, b"<1>next"]
    assert framer.counts.cut == 1
    counted = Framer(10)
    assert _fed(counted, _pieces(b"303 <1>" + b"x" * 300 + b"7 <1>next", cuts)) == [b"<1>" + b"x" * 7, b"<1>next"]
    assert counted.counts.cut == 1


def test_a_line_without_end_is_not_held() -> None:
    framer = Framer(100)
    assert framer.feed(b"<1>" + b"y" * 50) == []
    for _ in range(200):
        framer.feed(b"y" * 65_536)
        assert framer.held <= 101
    assert framer.finish() == []
    assert framer.counts.cut == 1


@pytest.mark.parametrize(
    "wrong",
    [b"99999999999 <1>", b"12345678901234567890", b"-5 <1>", b"05 <1>", b"0 <1>", b"x <1>", b" <1>", b"%d <1>" % (MOST_OCTETS + 1)],
)
def test_a_wrong_octet_count_ends_the_connection_and_keeps_what_was_whole(wrong: bytes) -> None:
    framer = Framer(100)
    with pytest.raises(BadFrameError) as raised:
        framer.feed(b"4 <1>a" + wrong)
    assert raised.value.before == [b"<1>a"]


def test_an_impossible_count_at_the_beginning_is_no_count_at_all() -> None:
    framer = Framer(100)
    assert framer.feed(b"99999999999 <1>abc") == []
    assert framer.held < 100


def test_what_the_end_cuts_off_is_kept_and_counted() -> None:
    for piece, kept in ((b"<1>half", b"<1>half"), (b"30 <1>half", b"<1>half"), (b"31", b"31")):
        framer = Framer(100)
        assert framer.feed(piece) == []
        assert framer.finish() == [kept]
        assert framer.counts.half == 1
    for piece in (b"<1>whole\n", b"5 <1>ab", b"5 <1>ab12"):
        framer = Framer(100)
        framer.feed(piece)
        assert framer.finish() == []


def test_empty_messages_are_counted() -> None:
    framer = Framer(100)
    assert framer.feed(b"\r\n\n<1>a\n\0\n") == [b"<1>a"]
    assert framer.counts.empty == 3
    counted = Framer(100)
    assert counted.feed(b"4 <1>a2 \r\n4 <1>b") == [b"<1>a", b"<1>b"]
    assert counted.counts.empty == 1


@given(st.lists(st.binary(max_size=80), max_size=20))
def test_any_bytes_give_messages_or_a_bad_frame_and_hold_no_more_than_the_limit(pieces: list[bytes]) -> None:
    framer = Framer(50)
    try:
        for piece in pieces:
            assert all(0 < len(message) <= 50 for message in framer.feed(piece))
            assert framer.held <= 52
    except BadFrameError:
        assert framer.held <= 52
    assert all(0 < len(message) <= 50 for message in framer.finish())


@given(st.binary(max_size=200))
def test_a_message_is_one_line_whatever_it_holds(raw: bytes) -> None:
    line = one_line(raw)
    assert not any((byte < 32 and byte != 9) or byte == 127 for byte in line)
    assert one_line(line) == line
