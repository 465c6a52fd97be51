"""Whole captures: what belongs together, what is there twice, and laws that hold whatever a capture has."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchcorr.model.keepalive import KeepaliveReport
from switchcorr.packets import tracking
from switchcorr.packets.keepalives import ReadCapture, report_on
from tests.packets.wire import (
    ACK,
    FIN,
    KEEP_ALIVE_ACK,
    START,
    SYN,
    Frames,
    Talk,
    capture,
    ethernet,
    idle,
    ipv4,
    read,
    register,
    sccp,
    sip_register,
    tcp,
    udp,
)


def _busy() -> Frames:
    """Three phones: a healthy one, one whose server stalls, one that is closed."""
    frames = Talk().open().register().healthy([30, 60, 90]).seen()
    stalled = (
        Talk(phone="198.51.100.22", port=53000, seq=500)
        .open()
        .register(name="SEP00005E005302")
        .healthy([31])
        .ask(61)
        .add(61.1, by_phone=False)
    )
    closed = Talk(phone="198.51.100.23", port=54000, seq=900).open().register(name="SEP00005E005303").healthy([32])
    closed.add(50, by_phone=False, flags=FIN | ACK).add(50.2, by_phone=True, flags=FIN | ACK)
    return sorted([*frames, *stalled.seen(), *closed.seen(), *idle(100)], key=lambda one: one[0])


def _told(report: KeepaliveReport) -> object:
    """A report without the counts of packets and of duplicates."""
    phones = [
        replace(phone, connections=tuple(replace(one, tcp=one.tcp and replace(one.tcp, duplicates=0)) for one in phone.connections))
        for phone in report.phones
    ]
    return report.verdict, report.why, phones


def _report(frames: Frames) -> KeepaliveReport:
    return report_on(capture(frames), None, taken_at=None)


def test_packets_that_a_mirror_gives_twice_change_nothing() -> None:
    frames = _busy()
    packets = [(at, frame) for at, frame in frames if frame[12:14] == b"\x08\x00"]
    report = _report(frames + [(at + 0.0001, frame) for at, frame in packets])
    assert _told(report) == _told(_report(frames))
    assert dict(report.captures[0].counts)["duplicates"] == len(packets)
    routed = [(at, frame[:22] + bytes((frame[22] - 1,)) + frame[23:]) for at, frame in packets]
    assert _told(_report(frames + [(at + 0.00005, frame) for at, frame in routed])) == _told(_report(frames))


def test_a_datagram_twice_is_one() -> None:
    packet = ethernet(ipv4("198.51.100.21", "192.0.2.10", 17, udp(50000, 5060, sip_register(101))))
    report = _report([(START, packet), (START + 0.001, packet), *idle(20)])
    (one,) = report.phones[0].connections
    assert (one.sent, one.retransmitted, dict(report.captures[0].counts)["duplicates"]) == (1, 0, 1)


@settings(max_examples=30)
@given(st.integers(0, 60))
def test_the_order_of_two_packets_of_one_moment_changes_nothing(at: int) -> None:
    frames = _busy()
    at = min(at, len(frames) - 2)
    frames[at + 1] = frames[at][0], frames[at + 1][1]
    swapped = [*frames[:at], frames[at + 1], frames[at], *frames[at + 2 :]]
    one, other = (report_on(_as_read(order), None, taken_at=None) for order in (frames, swapped))
    assert [(phone.name, phone.verdict) for phone in one.phones] == [(phone.name, phone.verdict) for phone in other.phones]
    for mine, theirs in zip(one.phones, other.phones, strict=True):
        for first, second in zip(mine.connections, theirs.connections, strict=True):
            assert (first.sent, first.answered, first.unanswered, first.open) == (
                second.sent,
                second.answered,
                second.unanswered,
                second.open,
            )


def _as_read(frames: Frames) -> ReadCapture:
    return replace(capture([]), tracker=read(frames, in_order=True))


@settings(max_examples=60)
@given(st.data())
def test_any_packets_left_out_or_changed_never_raise_and_the_sum_holds(data: st.DataObject) -> None:
    frames = _busy()
    gone = data.draw(st.sets(st.integers(0, len(frames) - 1), max_size=20))
    kept = [one for number, one in enumerate(frames) if number not in gone]
    for _ in range(data.draw(st.integers(0, 3))):
        number = data.draw(st.integers(0, len(kept) - 1))
        at, frame = kept[number]
        changed = bytearray(frame[: data.draw(st.integers(1, len(frame)))])
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
        kept[number] = at, bytes(changed)
    report = _report(kept)
    for phone in report.phones:
        for one in phone.connections:
            assert one.sent == one.answered + one.unanswered + one.open


def test_every_message_of_a_registration_is_told() -> None:
    talk = Talk().open()
    talk.ask(1, payload=sccp(0x29, register()[12:])).answer(1.1, payload=sccp(0x11B, bytes(4))).ask(2, payload=sccp(0x29, register()[12:]))
    talk.answer(2.1, payload=sccp(0x11A)).ask(
        3,
        payload=sccp(0x15A, b'<Alarm><Enum name="ReasonForOutOfService">10</Enum><String name="NeighborDeviceID">acc-12</String></Alarm>'),
    )
    talk.ask(4, payload=sccp(0x15A, b"<Alarm/>")).ask(5, payload=register()).answer(5.1, payload=sccp(0x81, b"short")).answer(
        5.2, payload=sccp(0x9D)
    )
    talk.answer(6, payload=sccp(0x9F, b"\x01\0\0\0")).answer(6.1, payload=sccp(0x9F)).ask(7, payload=sccp(0x27)).answer(
        7.1, payload=sccp(0x118)
    )
    talk.ask(8, payload=sccp(0x2D)).answer(8.1, payload=sccp(0x9E))
    report = _report(talk.seen() + idle(20))
    (one,) = report.phones[0].connections
    assert [notable.text for notable in one.notables] == [
        "RegisterTokenReq: may I come back?", "RegisterTokenReject: not yet", "RegisterTokenReq: may I come back?", "RegisterTokenAck",
        "XMLAlarm: ReasonForOutOfService 10, NeighborDeviceID acc-12", "XMLAlarm", "Register", "RegisterAck", "RegisterReject", "Reset", "Reset", "Unregister", "UnregisterAck",
    ]  # fmt: skip
    for at in range(60):
        talk.ask(20 + at, payload=sccp(0x27))
    assert len(_report(talk.seen() + idle(90)).phones[0].connections[0].notables) == 40


def test_only_so_many_connections_are_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracking, "_MOST_CONNECTIONS", 2)
    frames: Frames = []
    for number in range(4):
        frames.append((START + number, ethernet(ipv4("198.51.100.21", "192.0.2.10", 6, tcp(50000 + number, 2000, 5, 0, SYN)))))
    frames.append((START + 9, ethernet(ipv4("198.51.100.21", "192.0.2.10", 17, udp(50000, 5060, sip_register(1))))))
    counts = read(frames).counts
    assert (counts["not_followed"], counts["used"]) == (3, 5)


def test_the_answer_to_a_syn_may_be_seen_first() -> None:
    talk = Talk().open().register().healthy([30, 60])
    frames = talk.seen()
    frames[0], frames[1] = frames[1], frames[0]
    tracker = read(frames + idle(70)[1:], in_order=True)
    assert len(tracker.connections) == 1
    assert tracker.connections[0].talk.exchanges.answered == 2
    back = Talk(server_port=5060, port=2000).open().ask(1).seen()
    assert [one.key[3] for one in read(back).connections] == [5060]


def test_a_server_that_speaks_first_in_a_capture() -> None:
    late = Talk().answer(1, payload=KEEP_ALIVE_ACK).add(1.1, by_phone=True).healthy([30])
    (one,) = _report(late.seen() + idle(40)).phones[0].connections
    assert (one.sent, one.answered) == (1, 1)
