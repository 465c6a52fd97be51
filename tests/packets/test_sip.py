"""Messages of SIP, by TCP and UDP, and what becomes of registrations by them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.model.keepalive import ConnectionRole, IntervalSource, KeepaliveConnection, KeepaliveProtocol, KeepaliveVerdict
from switchcorr.packets.byte_stream import Chunk
from switchcorr.packets.keepalives import report_on
from switchcorr.packets.sip import SipParser, device_of_call_id, parse_message
from tests.packets.wire import ACK, PSH, START, Frames, Talk, capture, ethernet, idle, ipv4, sip_answer, sip_register, udp

V = KeepaliveVerdict


def _chunk(data: bytes, seq: int = 0, *, after_gap: bool = False) -> Chunk:
    return Chunk(seq, data, 0, after_gap)


def _only(frames: Frames, end: float = 400.0) -> KeepaliveConnection:
    (phone,) = report_on(capture(frames + idle(end)), None, taken_at=None).phones
    (connection,) = phone.connections
    assert connection.sent == connection.answered + connection.unanswered + connection.open
    return connection


def test_fields_of_a_request_and_of_an_answer() -> None:
    request = parse_message(sip_register(101, more='Reason: SIP;cause=200;text="cisco-alarm:14 Name=SEP1 Last=cm-closed-tcp"\r\n'))
    assert request is not None
    assert (request.method, request.status, request.cseq, request.expires, request.device) == ("REGISTER", 0, 101, 3600, "SEP00005E005301")
    assert "cisco-alarm:14" in request.reason
    assert not request.keeps_standby
    answer = parse_message(sip_answer(101))
    assert answer is not None
    assert (answer.method, answer.status, answer.expires, answer.device) == ("REGISTER", 200, 120, "")
    unnamed = parse_message(sip_register(7, device=""))
    assert unnamed is not None
    assert unnamed.device == "SEP00005E005301"
    standby = parse_message(sip_register(7, expires=0, more="Supported: X-cisco-keep-alive\r\n"))
    assert standby is not None
    assert standby.keeps_standby
    short = parse_message(b"SIP/2.0 200 OK\r\ni: a@b\r\nCSEQ: 3 REGISTER\r\nm: <sip:a>;expires=60\r\nm: <sip:b>\r\n")
    assert short is not None
    assert (short.call_id, short.expires) == ("a@b", 60)


@pytest.mark.parametrize(
    "data", [b"", b"INVITE", b"\0" * 40, b"REGISTER sip:x SIP/2.0\r\nCSeq: 1 REGISTER\r\n\r\n", b"SIP/2.0 200 OK\r\nCall-ID: a\r\n\r\n"]
)
def test_what_lacks_its_keys_is_no_message(data: bytes) -> None:
    assert parse_message(data) is None


def test_a_name_of_a_call_id() -> None:
    assert device_of_call_id("c80084aa-87210003-2f1e4ab6-4a3d@198.51.100.21") == "SEPC80084AA8721"
    assert device_of_call_id("c80084aa-8721-0003-2f1e") == ""


def test_framing_by_content_length_blank_lines_and_pieces() -> None:
    parser = SipParser()
    data = b"\r\n\r\n" + sip_answer(1) + b"\r\n" + sip_register(2)
    found = parser.feed(_chunk(data, 50))
    assert [(one.status, one.cseq) for one in found] == [(200, 1), (0, 2)]
    assert found[-1].end_seq == 50 + len(data)
    text = sip_register(3)
    assert parser.feed(_chunk(text[:100])) == []
    assert [one.cseq for one in parser.feed(_chunk(text[100:]))] == [3]
    assert parser.not_understood == 0
    assert [one.cseq for one in parser.feed(_chunk(b"noise\r\n" + sip_register(4)))] == [4]
    assert parser.not_understood == 1
    assert parser.feed(_chunk(b"OPTIONS sip:x SIP/2.0\r\nContent-Length: x\r\n\r\n")) == []


def test_a_capture_that_begins_within_a_message_goes_on_at_the_next() -> None:
    parser = SipParser()
    assert [one.cseq for one in parser.feed(_chunk(sip_register(1)[60:] + sip_register(2)))] == [2]
    assert [one.cseq for one in parser.feed(_chunk(b"rest\r\n" + sip_register(3), after_gap=True))] == [3]
    fresh = SipParser()
    assert fresh.feed(_chunk(b"x" * 200)) == []
    assert [one.cseq for one in fresh.feed(_chunk(b"\n" + sip_register(4)))] == [4]


def test_a_head_without_end_is_given_up() -> None:
    parser = SipParser()
    assert parser.feed(_chunk(b"REGISTER sip:x SIP/2.0\r\n" + b"a" * 200_000)) == []
    assert [one.cseq for one in parser.feed(_chunk(sip_register(5)))] == [5]


def _refreshes(times: list[float], round_trip: float = 0.01, first: int = 101, **more: object) -> Talk:
    talk = Talk(server_port=5060).open()
    for number, at in enumerate(times):
        talk.ask(at, payload=sip_register(first + number, **more))  # type: ignore[arg-type]
        talk.answer(at + round_trip, payload=sip_answer(first + number)).add(at + round_trip + 0.04, by_phone=True)
    return talk


def test_refreshes_by_tcp() -> None:
    one = _only(_refreshes([1, 116, 231, 346]).seen())
    assert (one.verdict, one.sent, one.answered, one.protocol) == (V.HEALTHY, 4, 4, KeepaliveProtocol.SIP)
    assert (one.interval_s, one.interval_source, one.longest_silence_s) == (120, IntervalSource.EXPIRES, 115)


def test_a_busy_server_that_tries_and_never_answers() -> None:
    talk = _refreshes([1])
    talk.ask(116, payload=sip_register(102)).answer(116.01, payload=sip_answer(102, 100)).add(116.05, by_phone=True)
    one = _only(talk.seen(), end=130)
    assert (one.verdict, one.unanswered) == (V.CALL_SERVER, 1)


def test_challenges_and_refusals() -> None:
    talk = Talk(server_port=5060).open()
    for cseq, status in ((101, 401), (102, 403)):
        talk.ask(cseq - 100, payload=sip_register(cseq)).answer(cseq - 99.9, payload=sip_answer(cseq, status)).add(
            cseq - 99.8, by_phone=True
        )
    one = _only(talk.seen(), end=20)
    assert [notable.text for notable in one.notables] == ["REGISTER answered 403"]
    assert (one.answered, one.verdict) == (2, V.REFUSED)
    assert one.why[0] == "the call server refused the registration (REGISTER answered 403)"


def test_a_phone_that_unregisters_and_one_that_says_why_it_left() -> None:
    talk = Talk(server_port=5060).open().ask(1, payload=sip_register(101, more='Reason: SIP;text="cisco-alarm:10 Last=TCP-timeout"\r\n'))
    talk.answer(1.01, payload=sip_answer(101)).add(1.05, by_phone=True)
    talk.ask(9, payload=sip_register(102, expires=0)).answer(9.01, payload=sip_answer(102)).add(9.05, by_phone=True)
    one = _only(talk.seen(), end=20)
    assert one.sent == 1
    assert [notable.text[:12] for notable in one.notables] == ["Reason: SIP;", "REGISTER wit"]


def test_a_standby_is_kept_with_expires_0() -> None:
    talk = Talk(server_port=5060).open()
    for number, at in enumerate((1, 121, 241)):
        talk.ask(at, payload=sip_register(101 + number, expires=0, more="X: cisco-keep-alive\r\n")).add(at + 0.1, by_phone=False)
    one = _only(talk.seen(), end=250)
    assert (one.role, one.verdict, one.sent, one.answered) == (ConnectionRole.STANDBY, V.HEALTHY, 3, 3)


def _datagrams(*messages: tuple[float, bool, bytes], phone: str = "198.51.100.21", port: int = 50000) -> Frames:
    frames = []
    for number, (at, by_phone, data) in enumerate(messages):
        ends = (phone, "192.0.2.10") if by_phone else ("192.0.2.10", phone)
        ports = (port, 5060) if by_phone else (5060, 5060)
        frames.append((START + at, ethernet(ipv4(*ends, 17, udp(*ports, data), ttl=64 if by_phone else 61, ident=number))))
    return frames


def test_refreshes_by_udp_and_their_repeats() -> None:
    frames = _datagrams(
        (1, True, sip_register(101)), (1.01, False, sip_answer(101)), (116, True, sip_register(102)), (116.5, True, sip_register(102)),
        (116.51, False, sip_answer(102)), (231, True, sip_register(103)), (231.5, True, sip_register(103)),
    )  # fmt: skip
    one = _only(frames, end=240)
    assert (one.protocol, one.tcp, one.verdict) == (KeepaliveProtocol.SIP_UDP, None, V.NOT_PROVEN)
    assert (one.sent, one.answered, one.unanswered, one.retransmitted) == (3, 2, 1, 2)
    trying = _only([*frames, *_datagrams((231.6, False, sip_answer(103, 100)))], end=240)
    assert trying.verdict is V.CALL_SERVER
    standby = _datagrams(*((at, True, sip_register(int(at), expires=0, more="X: cisco-keep-alive\r\n")) for at in (1, 121, 241)))
    assert _only(standby, end=250).verdict is V.HEALTHY


def test_other_datagrams_are_passed_over() -> None:
    noise = _datagrams((1, True, b"\0\0\0\0"), (2, True, b"OPTIONS sip:x SIP/2.0\r\nCall-ID: a\r\nCSeq: 1 OPTIONS\r\n\r\n"))
    assert report_on(capture(noise + idle(10)), None, taken_at=None).phones == ()


def test_phones_behind_one_address_are_told_apart_by_their_call_ids() -> None:
    frames: Frames = []
    for number in (1, 2):
        call_id = f"00005e00-530{number}0003-1-2@198.51.100.21"
        device = f"SEP00005E00530{number}"
        frames += _datagrams(
            (number, True, sip_register(101, call_id=call_id, device=device)), (number + 0.1, False, sip_answer(101, call_id=call_id))
        )
    report = report_on(capture(frames + idle(10)), None, taken_at=None)
    assert [phone.name for phone in report.phones] == ["SEP00005E005301", "SEP00005E005302"]


def test_icmp_about_a_datagram() -> None:
    frames = _datagrams((1, True, sip_register(101)))
    inner = frames[0][1][14:42]
    frames.append((START + 1.1, ethernet(ipv4("203.0.113.1", "198.51.100.21", 1, bytes((3, 1)) + bytes(6) + inner))))
    stranger = ipv4("198.51.100.77", "192.0.2.10", 17, udp(1, 5060, b""))
    frames.append((START + 1.2, ethernet(ipv4("203.0.113.1", "198.51.100.77", 1, bytes((3, 1)) + bytes(6) + stranger))))
    one = _only(frames, end=30)
    assert one.verdict is V.NETWORK
    assert one.refusal is not None


def test_both_ports_may_be_5060() -> None:
    talk = (
        Talk(server_port=5060, port=5060)
        .open()
        .ask(1, payload=sip_register(101))
        .answer(1.01, payload=sip_answer(101))
        .add(1.1, by_phone=True)
    )
    one = _only(talk.seen(), end=20)
    assert (one.phone, one.answered) == ("198.51.100.21:5060", 1)
    late = Talk(server_port=5060, port=5060).add(0.5, by_phone=False, flags=PSH | ACK).ask(1, payload=sip_register(101))
    assert len(report_on(capture(late.seen() + idle(3)), None, taken_at=None).phones) == 1


@given(st.binary(max_size=200), st.integers(0, 60))
def test_changed_messages_never_raise(noise: bytes, at: int) -> None:
    text = sip_register(101)
    parser = SipParser()
    parser.feed(_chunk(text[:at] + noise + text[at:]))
    parser.feed(_chunk(noise))
    parse_message(text[:at] + noise)
