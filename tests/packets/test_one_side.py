"""What one capture proves, and what it does not."""

from __future__ import annotations

import pytest

from switchcorr.model.keepalive import (
    CaptureSide,
    CloseKind,
    ConnectionRole,
    IntervalSource,
    KeepaliveConnection,
    KeepaliveReport,
    KeepaliveVerdict,
    Party,
)
from switchcorr.packets.keepalives import report_on
from tests.packets.wire import (
    ACK,
    FIN,
    KEEP_ALIVE,
    PSH,
    RST,
    START,
    SYN,
    Talk,
    capture,
    ethernet,
    idle,
    ipv4,
    sccp,
    tcp,
)

V = KeepaliveVerdict


def _report(talk: Talk, side: str = "phone", end: float = 200.0, *, hops: int = 3, taken_at: CaptureSide | None = None) -> KeepaliveReport:
    return report_on(capture(talk.seen(side, hops=hops) + idle(end)), None, taken_at=taken_at)


def _only(report: KeepaliveReport) -> KeepaliveConnection:
    (phone,) = report.phones
    (connection,) = phone.connections
    assert connection.sent == connection.answered + connection.unanswered + connection.open
    return connection


def test_a_healthy_phone() -> None:
    report = _report(Talk().open().register().healthy([30, 60, 90, 120, 150, 180]))
    one = _only(report)
    assert (report.verdict, one.verdict) == (V.HEALTHY, V.HEALTHY)
    assert (one.sent, one.answered, one.unanswered, one.open, one.late) == (6, 6, 0, 0, 0)
    assert (one.interval_s, one.interval_source, one.role) == (30, IntervalSource.REGISTER_ACK, ConnectionRole.PRIMARY)
    assert one.round_trip_median_s == pytest.approx(0.006, abs=1e-4)
    assert (one.longest_silence_s, one.silent_for_s) == (30, 20)
    assert report.phones[0].name == "SEP00005E005301"
    assert report.captures[0].side is CaptureSide.PHONE
    assert one.tcp is not None
    assert one.tcp.hops == (0, 3)


_ACKED = (
    "1 keepalive was acknowledged by the server's TCP and not answered within 5 s: its machine was reached, its call processing stood still"
)
_RESTART = sccp(0x9F, bytes((2, 0, 0, 0)))


def _begun() -> Talk:
    return Talk().open().register().healthy([30])


def _encrypted() -> Talk:
    return Talk(server_port=2443).open().ask(30, bytes(33)).answer(30.01, bytes(40)).add(30.02, by_phone=True)


@pytest.mark.parametrize(
    ("talk", "told"),
    [
        (_begun().healthy([60]), ["every keepalive whose answer was due was answered"]),
        (
            _begun().healthy([60]).again(60.5, -2),
            ["every keepalive whose answer was due was answered", "1 segment sent again (lost, or not acknowledged in time)"],
        ),
        (_begun().healthy([60]).add(70, by_phone=False, flags=RST | ACK), ["reset (RST) by the call server"]),
        (_begun().healthy([60]).add(70, by_phone=True, flags=FIN | ACK), ["closed (FIN) by the phone"]),
        (
            _begun().healthy([60]).add(70, by_phone=False, flags=RST | ACK, ttl=255),
            ["reset by a packet with TTL 252, where all others of that address have 61: made by a firewall or the like"],
        ),
        (
            _begun().add(40, by_phone=False, flags=PSH | ACK, payload=_RESTART).add(42.5, by_phone=True, flags=FIN | ACK),
            ["closed (FIN) by the phone, 2.5 s after Restart of the server"],
        ),
        (
            _begun().add(40, by_phone=False, flags=PSH | ACK, payload=_RESTART).healthy([60]).add(75, by_phone=True, flags=FIN | ACK),
            ["closed (FIN) by the phone"],
        ),
        (_begun().ask(60).add(60.1, by_phone=False), [_ACKED]),
        (
            _begun().ask(60).add(60.1, by_phone=False).add(70, by_phone=True, flags=FIN | ACK),
            [_ACKED, "then closed (FIN) by the phone at 09:34:30Z"],
        ),
        (_encrypted(), ["encrypted: keepalives cannot be seen; TCP itself shows nothing wrong"]),
        (
            _encrypted().add(50, by_phone=True, flags=RST | ACK),
            ["reset (RST) by the phone", "encrypted: keepalives cannot be seen, this is from TCP alone"],
        ),
        (Talk().add(20, by_phone=True).ask(84), ["the capture has 64 s of this connection and no keepalive whose answer was due"]),
    ],
)
def test_what_is_said_of_a_connection_is_that_and_no_more(talk: Talk, told: list[str]) -> None:
    assert list(_only(_report(talk, end=85)).why) == told


def test_a_stalled_call_server_acknowledges_and_does_not_answer() -> None:
    talk = Talk().open().register().healthy([30, 60])
    for at in (90, 120, 150):
        talk.ask(at).add(at + 0.1, by_phone=False)
    talk.add(181, by_phone=True, flags=RST | ACK)
    report = _report(talk)
    one = _only(report)
    assert one.verdict is V.CALL_SERVER
    assert "acknowledged by the server's TCP and not answered" in one.why[0]
    assert (one.sent, one.answered, one.unanswered) == (5, 2, 3)
    assert [missed.server_sent_nothing for missed in one.missed] == [True, True, True]
    assert one.closing is not None
    assert (one.closing.by, one.closing.kind) == (Party.PHONE, CloseKind.RST)
    assert any("then reset (RST) by the phone" in sentence for sentence in one.why)
    assert report.why == ("1 of 1 phone",)


def test_a_server_that_answers_all_at_once_was_late() -> None:
    talk = Talk().open().register().healthy([30])
    for at in (60, 90):
        talk.ask(at).add(at + 0.1, by_phone=False)
    talk.answer(100).answer(100.001).add(100.1, by_phone=True).healthy([120, 150, 180])
    one = _only(_report(talk))
    assert (one.verdict, one.sent, one.answered, one.late, one.unanswered) == (V.CALL_SERVER, 6, 6, 2, 0)
    assert "(2 later)" in one.why[0]
    assert one.round_trip_worst_s == pytest.approx(40, abs=0.1)


def test_answers_lost_on_the_way_back_show_in_the_numbers() -> None:
    talk = Talk().open().register().healthy([30])
    talk.ask(60).answer(60.004, lost=True).add(60.3, by_phone=False)
    talk.ask(90).add(90.1, by_phone=False)
    one = _only(_report(talk))
    assert (one.verdict, one.unanswered) == (V.NETWORK, 2)
    assert "lost on the way back" in one.why[0]
    assert _only(_report(talk, taken_at=CaptureSide.SERVER, hops=0)).verdict is V.NOT_PROVEN


def test_no_acknowledgement_at_the_phone_proves_nothing() -> None:
    talk = Talk().open().register().healthy([30])
    talk.ask(60, lost=True)
    for at in (60.3, 60.9, 62.1):
        talk.again(at)
    one = _only(_report(talk, end=80))
    assert (one.verdict, one.unanswered, one.retransmitted) == (V.NOT_PROVEN, 1, 3)
    assert one.missed[0].transmissions == 4
    assert one.missed[0].acknowledged_at is None
    assert one.tcp is not None
    assert one.tcp.unacknowledged == (True, False)


def test_other_phones_that_are_answered_speak_for_the_way() -> None:
    talk = Talk().open().register().healthy([30])
    talk.ask(60, lost=True)
    other = Talk(phone="198.51.100.22", port=53000, seq=77).open().register(name="SEP00005E005302").healthy([35, 65])
    report = report_on(capture(talk.seen() + other.seen() + idle(80)), None, taken_at=None)
    assert [(phone.name, phone.verdict) for phone in report.phones] == [
        ("SEP00005E005301", V.NOT_PROVEN),
        ("SEP00005E005302", V.HEALTHY),
    ]
    assert "answered 1 other phone after that" in report.phones[0].why[0]


def test_no_acknowledgement_at_the_servers_port_is_the_server() -> None:
    talk = Talk().open().register().healthy([30]).ask(60)
    one = _only(_report(talk, side="server", end=80))
    assert one.verdict is V.CALL_SERVER
    assert "not even from TCP" in one.why[0]


def test_a_router_says_that_it_could_not_deliver() -> None:
    talk = Talk().open().register().healthy([30]).ask(60, lost=True)
    inner = ipv4("198.51.100.21", "192.0.2.10", 6, tcp(52000, 2000, 1, 1, ACK))[:28]
    icmp = ethernet(ipv4("203.0.113.1", "198.51.100.21", 1, bytes((3, 1, 0, 0, 0, 0, 0, 0)) + inner))
    report = report_on(capture([*talk.seen(), (START + 61, icmp), *idle(80)]), None, taken_at=None)
    one = _only(report)
    assert one.verdict is V.NETWORK
    assert "203.0.113.1: host unreachable" in one.why[0]
    assert one.refusal is not None
    assert one.refusal.by is Party.MIDDLEBOX


def test_a_phone_that_stops_is_proven_at_its_own_port_only() -> None:
    talk = Talk().open().register().healthy([30, 60])
    at_phone, elsewhere = _only(_report(talk)), _only(_report(talk, side="server"))
    assert at_phone.verdict is V.PHONE_SILENT
    assert "no keepalive for 140 s" in at_phone.why[0]
    assert elsewhere.verdict is V.NOT_PROVEN
    assert "the phone stopped, or they were lost before this place" in elsewhere.why[0]


def test_measured_interval_is_said_to_be_measured() -> None:
    talk = Talk().healthy([30, 60, 90])
    one = _only(_report(talk))
    assert (one.interval_s, one.interval_source) == (30.0, IntervalSource.MEASURED)
    assert "(as before)" in one.why[0]


@pytest.mark.parametrize(("by_phone", "verdict"), [(True, V.CLOSED_BY_PHONE), (False, V.CLOSED_BY_SERVER)])
@pytest.mark.parametrize("flags", [FIN | ACK, RST | ACK])
def test_who_closed(*, by_phone: bool, verdict: KeepaliveVerdict, flags: int) -> None:
    talk = Talk().open().register().healthy([30, 60]).add(70, by_phone=by_phone, flags=flags)
    if flags & FIN:
        talk.add(70.01, by_phone=not by_phone, flags=FIN | ACK)
    one = _only(_report(talk))
    assert one.verdict is verdict
    assert one.closing is not None
    assert one.closing.by is (Party.PHONE if by_phone else Party.SERVER)


@pytest.mark.parametrize("by_phone", [False, True])
def test_of_two_closings_the_answer_is_the_second_though_a_mirror_gives_it_first(by_phone: bool) -> None:
    talk = (
        Talk().open().register().healthy([30]).add(40, by_phone=by_phone, flags=FIN | ACK).add(40, by_phone=not by_phone, flags=FIN | ACK)
    )
    closing = _only(_report(talk, end=50)).closing
    assert closing is not None
    assert closing.by is (Party.PHONE if by_phone else Party.SERVER)


def test_what_was_said_before_the_end_is_told() -> None:
    talk = Talk().open().register().healthy([30]).add(40, by_phone=False, flags=PSH | ACK, payload=sccp(0x9F, bytes((2, 0, 0, 0))))
    talk.add(40.5, by_phone=True, flags=FIN | ACK)
    one = _only(_report(talk))
    assert one.verdict is V.CLOSED_BY_PHONE
    assert "after Restart of the server" in one.why[0]


def test_a_reset_with_another_ttl_is_forged() -> None:
    talk = Talk().open().register().healthy([30, 60]).add(75, by_phone=False, flags=RST | ACK, ttl=255)
    report = _report(talk)
    one = _only(report)
    assert (report.verdict, one.verdict) == (V.CLOSED_BY_MIDDLEBOX, V.CLOSED_BY_MIDDLEBOX)
    assert one.closing is not None
    assert (one.closing.by, one.closing.ttl, one.closing.usual_ttl) == (Party.MIDDLEBOX, 252, 61)


def test_a_forged_reset_after_missed_answers_is_told_beside_them() -> None:
    talk = Talk().open().register().healthy([30, 60]).ask(90).add(90.1, by_phone=False).add(110, by_phone=False, flags=RST, ttl=255)
    one = _only(_report(talk))
    assert one.verdict is V.CALL_SERVER
    assert any("by something in between (its TTL differs)" in sentence for sentence in one.why)


def test_windows_that_close_are_told() -> None:
    talk = Talk().open().register().healthy([30]).ask(60).add(60.1, by_phone=False, window=0).add(61, by_phone=True, window=0)
    one = _only(_report(talk, end=70))
    assert one.verdict is V.CALL_SERVER
    assert any("its process does not read" in sentence for sentence in one.why)
    assert any("the phone's TCP took no more" in sentence for sentence in one.why)


def test_connections_that_do_not_come_about() -> None:
    lonely = Talk().add(10, by_phone=True, flags=SYN).again(13)
    assert _only(_report(lonely)).verdict is V.NOT_PROVEN
    assert _only(_report(lonely, taken_at=CaptureSide.SERVER)).verdict is V.CALL_SERVER
    assert _only(_report(lonely, end=14)).verdict is V.NOT_COVERED
    other = Talk(phone="198.51.100.22", port=53000, seq=5).open().register(name="SEP00005E005302").healthy([30, 60])
    for hops, expected in ((0, V.CALL_SERVER), (1, V.NOT_PROVEN)):
        between = [(at, frame[:22] + bytes((frame[22] - hops,)) + frame[23:]) for at, frame in lonely.seen("server") + other.seen("server")]
        phones = report_on(capture(between + idle(70)), None, taken_at=None).phones
        assert [phone.verdict for phone in phones if phone.name == "198.51.100.21"] == [expected]
    one = _only(_report(Talk().add(10, by_phone=True, flags=SYN).add(10.01, by_phone=False, flags=RST | ACK)))
    assert one.verdict is V.REFUSED
    assert one.tcp is not None
    assert one.tcp.unanswered_syns == 1
    for reporter, verdict in (("192.0.2.10", V.REFUSED), ("203.0.113.1", V.NETWORK)):
        inner = ipv4("198.51.100.21", "192.0.2.10", 6, tcp(52000, 2000, 1, 1, ACK))[:28]
        icmp = ethernet(ipv4(reporter, "198.51.100.21", 1, bytes((3, 3, 0, 0, 0, 0, 0, 0)) + inner))
        report = report_on(capture([*lonely.seen(), (START + 14, icmp), *idle(80)]), None, taken_at=None)
        assert _only(report).verdict is verdict


def test_a_refused_registration() -> None:
    talk = (
        Talk()
        .open()
        .add(
            0.1,
            by_phone=True,
            flags=PSH | ACK,
            payload=sccp(0x20, bytes(4) + b"Name=SEP00005E005301 Last=TCP-timeout".ljust(80, b"\0") + bytes(8)),
        )
    )
    talk.answer(0.2, payload=sccp(0x9D, b"Device not in database".ljust(33, b"\0")))
    one = _only(_report(talk))
    assert one.verdict is V.REFUSED
    assert "Device not in database" in one.why[0]
    assert one.notables[0].text == "Alarm: Name=SEP00005E005301 Last=TCP-timeout"


def test_a_standby_acknowledges_by_tcp_only() -> None:
    primary = Talk().open().register().healthy([30, 60, 90, 120, 150, 180])
    standby = Talk(server="192.0.2.11", port=52001)
    for at in (40, 100, 160):
        standby.ask(at).add(at + 0.1, by_phone=False)
    report = report_on(capture(primary.seen() + standby.seen() + idle(200)), None, taken_at=None)
    assert report.verdict is V.HEALTHY
    (phone,) = report.phones
    first, second = phone.connections
    assert (second.role, second.sent, second.answered, second.unanswered) == (ConnectionRole.STANDBY, 3, 3, 0)
    alone = _only(report_on(capture(standby.seen() + idle(200)), None, taken_at=None))
    assert (alone.role, alone.verdict, alone.unanswered) == (ConnectionRole.UNKNOWN, V.NOT_PROVEN, 3)
    opened = Talk(server="192.0.2.11").open()
    opened.ask(60).add(60.1, by_phone=False).ask(120, lost=True)
    one = _only(report_on(capture(opened.seen() + idle(200)), None, taken_at=None))
    assert (one.role, one.verdict, one.answered, one.unanswered) == (ConnectionRole.STANDBY, V.NOT_PROVEN, 1, 1)
    assert first.role is ConnectionRole.PRIMARY


def test_encrypted_connections_have_tcp_only() -> None:
    talk = Talk(server_port=2443).open()
    for at in (30, 60):
        talk.ask(at, payload=b"\x17\x03\x03" + bytes(30)).answer(at + 0.01, payload=bytes(40)).add(at + 0.02, by_phone=True)
    one = _only(_report(talk))
    assert (one.verdict, one.role, one.sent) == (V.ENCRYPTED, ConnectionRole.UNKNOWN, 0)
    assert _report(talk).verdict is V.ENCRYPTED
    talk.ask(90, payload=bytes(33), lost=True).again(91)
    one = _only(_report(talk))
    assert one.verdict is V.NOT_PROVEN
    assert "encrypted: keepalives cannot be seen, this is from TCP alone" in one.why
    received = Talk(server_port=5061).open().ask(90, payload=bytes(33))
    assert _only(_report(received, side="server")).verdict is V.CALL_SERVER


def test_answers_that_the_phone_does_not_acknowledge() -> None:
    talk = Talk().open().register().ask(30).answer(30.004).again(30.4).again(31)
    assert _only(_report(talk, end=60)).verdict is V.PHONE_SILENT
    one = _only(_report(talk, side="server", end=60))
    assert (one.verdict, one.answered) == (V.NOT_PROVEN, 1)
    assert "data of the server was never acknowledged" in one.why[0]


def test_a_short_capture_covers_nothing() -> None:
    one = _only(_report(Talk().open().register(), end=10))
    assert (one.verdict, one.sent) == (V.NOT_COVERED, 0)
    talk = Talk().open().register().ask(30)
    assert (_only(_report(talk, end=31)).open, _only(_report(talk, end=31)).verdict) == (1, V.NOT_COVERED)
    empty = report_on(capture([]), None, taken_at=None)
    assert (empty.verdict, empty.captures[0].start, empty.phones) == (V.NOT_COVERED, None, ())


def test_bytes_that_the_capture_lacks_are_no_silence() -> None:
    """Two keepalives and their answers were on the wire and not in the capture."""
    talk = Talk().open().register().healthy([30, 60, 90, 120, 150, 180])
    frames = [frame for frame in talk.seen() if not 80 < frame[0] - START < 140]
    one = _only(report_on(capture(frames + idle(200)), None, taken_at=None))
    assert one.verdict is V.HEALTHY
    assert one.tcp is not None
    assert one.tcp.missing_bytes == (24, 24)
    assert (one.sent, one.answered, one.longest_silence_s) == (4, 4, 30)
    assert any("lacks 48 bytes" in sentence for sentence in one.why)


def test_bytes_that_are_no_message_are_no_silence() -> None:
    """What the server sends instead of an answer hides whether it answered: something changed it on the way."""
    talk = Talk().open().register().healthy([30, 60]).ask(90).answer(90.1, b"\xff" * 12).healthy([120, 150])
    one = _only(_report(talk, end=200))
    assert (one.sent, one.answered, one.unanswered, one.open) == (5, 4, 0, 1)
    assert one.tcp is not None
    assert one.tcp.not_understood == (0, 1)
    assert one.verdict is V.HEALTHY
    assert any("after 1 message came bytes that are none" in sentence for sentence in one.why)


def test_ttl_that_changes_and_several_kinds_of_trouble() -> None:
    talk = Talk().open().register().healthy([30]).add(31, by_phone=False, ttl=62)
    assert any("number of routers" in sentence for sentence in _only(_report(talk, end=50)).why)
    frames = idle(200)
    for number, closer in enumerate((True, False, None)):
        one = Talk(phone=f"198.51.100.{30 + number}", seq=number * 1000).open().register(name=f"SEP00005E00530{number}").healthy([30, 60])
        if closer is None:
            frames += one.seen()
        else:
            frames += one.add(70, by_phone=closer, flags=FIN | ACK).seen()
    report = report_on(capture(frames), None, taken_at=None)
    assert report.verdict is V.NOT_PROVEN
    assert report.why[0].startswith("several things at once: ")


def test_a_phone_is_called_by_its_mac_or_address_if_it_says_no_name() -> None:
    talk = Talk().healthy([30, 60])
    assert _report(talk, end=70).phones[0].name == "00:00:5e:00:53:01"
    behind = _report(talk, side="server", end=70).phones[0]
    assert (behind.name, behind.mac) == ("198.51.100.21", "")
    frames = talk.seen("server", hops=0)
    for number in (1, 2):
        frames += Talk(port=52000 + number).open().register(name=f"SEP00005E00530{number}").seen("server", hops=0)
    report = report_on(capture(frames + idle(70)), None, taken_at=None)
    assert [phone.name for phone in report.phones] == ["198.51.100.21 port 52000", "SEP00005E005301", "SEP00005E005302"]


def test_a_phone_that_comes_back_has_two_connections() -> None:
    talk = Talk().open().register().healthy([30]).add(40, by_phone=False, flags=RST | ACK)
    back = Talk(seq=0x123456).open(50).register(50.1).healthy([80, 110])
    report = report_on(capture(talk.seen() + back.seen() + idle(130)), None, taken_at=None)
    (phone,) = report.phones
    assert [one.verdict for one in phone.connections] == [V.CLOSED_BY_SERVER, V.HEALTHY]
    assert phone.verdict is V.CLOSED_BY_SERVER


def test_keepalives_with_the_server_known_to_be_busy() -> None:
    talk = Talk().open().register().healthy([30]).ask(60, payload=KEEP_ALIVE + KEEP_ALIVE).answer(60.01).answer(60.02)
    assert _only(_report(talk, end=80)).answered == 3


def test_a_keepalive_that_came_through_when_it_was_sent_again_is_no_stall() -> None:
    talk = Talk().open().register().healthy([30]).ask(60, lost=True)
    talk.again(61.5).again(64.5).again(70.5, lost=False)
    talk.heard[False] = talk.said[True]
    talk.answer(70.51).add(70.6, by_phone=True).healthy([90])
    one = _only(_report(talk, end=110))
    assert (one.verdict, one.answered, one.late) == (V.NOT_PROVEN, 3, 1)
    assert "nor acknowledged in time" in one.why[0]


def test_one_direction_alone_is_told_and_not_judged() -> None:
    talk = Talk().open().register().healthy([30, 60, 90])
    for by_phone, words in ((True, "of the phone only"), (False, "of the server only")):
        frames = [frame for one, frame in zip(talk.sent, talk.seen(), strict=True) if one.by_phone == by_phone]
        one = _only(report_on(capture(frames + idle(100)), None, taken_at=None))
        assert one.verdict is V.NOT_COVERED
        assert words in one.why[0]
    begun = Talk().ask(30).ask(60).ask(90)
    assert "of the phone only" in _only(_report(begun, end=100)).why[0]
    dead = Talk().ask(30, lost=True).again(31).again(33)
    assert _only(_report(dead, end=100)).verdict is V.NOT_PROVEN


def test_an_acknowledgement_that_a_mirror_gives_before_its_data_is_one() -> None:
    talk = Talk().open().register()
    talk.add(29.99, by_phone=False, ack=talk.said[True] + 12).ask(30)
    one = _only(_report(talk, end=100.0))
    assert one.tcp is not None
    assert one.tcp.unacknowledged == (False, False)
    assert one.missed[0].acknowledged_at is not None
