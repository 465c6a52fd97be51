"""Two captures of the same conversations: which way lost what."""

from __future__ import annotations

import pytest

from switchcorr.model.keepalive import (
    CaptureSide,
    KeepaliveConnection,
    KeepaliveFate,
    KeepaliveReport,
    KeepaliveVerdict,
)
from switchcorr.packets.keepalives import report_on
from tests.packets.wire import ACK, FIN, RST, SYN, Talk, capture, idle, sip_answer, sip_register

V, F = KeepaliveVerdict, KeepaliveFate
_OFFSET = 3600.25


def _both(talk: Talk, *, swap: bool = False, end: float = 200.0, taken_at: CaptureSide | None = None, **seen: object) -> KeepaliveReport:
    near = capture(talk.seen(hops=int(str(seen.get("hops", 3)))) + idle(end, -20), keep=True)
    far = capture(talk.seen("server", **seen) + _idle_there(end, seen), keep=True, name="b.pcap")  # type: ignore[arg-type]
    return report_on(far, near, taken_at=taken_at) if swap else report_on(near, far, taken_at=taken_at)


def _idle_there(end: float, seen: dict[str, object]) -> list[tuple[float, bytes]]:
    offset = float(str(seen.get("offset", 0.0)))
    return [(at + offset, frame) for at, frame in idle(end, -20)]


def _only(report: KeepaliveReport) -> KeepaliveConnection:
    (phone,) = report.phones
    (connection,) = phone.connections
    return connection


@pytest.mark.parametrize("swap", [False, True])
def test_lost_on_the_way_to_the_server(swap: bool) -> None:
    talk = Talk().open().register().healthy([30, 60])
    talk.ask(90, lost=True)
    talk.again(90.4).again(91.2)
    report = _both(talk, swap=swap, offset=_OFFSET)
    one = _only(report)
    assert (report.verdict, one.verdict) == (V.NETWORK, V.NETWORK)
    assert [missed.fate for missed in one.missed] == [F.LOST_TO_SERVER]
    assert one.other_side is not None
    assert (one.other_side.lost_to_server, one.other_side.matched, one.other_side.copies_lost) == (1, 2, 3)
    assert one.other_side.hops_between == 3
    assert report.clock is not None
    assert report.clock.offset_s == pytest.approx(_OFFSET, abs=1e-6)
    assert report.clock.spread_s == pytest.approx(0.002, abs=1e-6)
    assert report.unmatched == (0, 0)
    assert [one.side for one in report.captures] == (
        [CaptureSide.SERVER, CaptureSide.PHONE] if swap else [CaptureSide.PHONE, CaptureSide.SERVER]
    )


def test_what_is_late_on_one_way_moves_no_clock() -> None:
    talk = Talk().open().register().healthy([30]).ask(60).answer(60.004).add(61, by_phone=True).healthy([90])
    near = [(at + 0.4 if one.at == 60.004 else at, frame) for one, (at, frame) in zip(talk.sent, talk.seen(), strict=True)]
    far = [(at + _OFFSET + (0.003 if one.at == 90 else 0), frame) for one, (at, frame) in zip(talk.sent, talk.seen("server"), strict=True)]
    idle_there = [(at + _OFFSET, frame) for at, frame in idle(100, -20)]
    report = report_on(capture(near + idle(100, -20), keep=True), capture(far + idle_there, keep=True), taken_at=CaptureSide.PHONE)
    assert report.clock is not None
    assert report.clock.offset_s == pytest.approx(_OFFSET, abs=1e-6)
    assert report.clock.spread_s == pytest.approx(0.002, abs=1e-6)
    assert report.clock.packets == len([one for one in talk.sent if one.payload])


def test_the_answer_lost_on_the_way_back() -> None:
    talk = Talk().open().register().healthy([30, 60])
    talk.ask(90).answer(90.004, lost=True).again(90.4).again(91.0)
    one = _only(_both(talk, offset=-7))
    assert (one.verdict, [missed.fate for missed in one.missed]) == (V.NETWORK, [F.ANSWER_LOST])
    assert "did not come back to the phone" in one.why[0]


def test_the_server_did_not_answer() -> None:
    talk = Talk().open().register().healthy([30, 60])
    for at in (90, 120):
        talk.ask(at).add(at + 0.1, by_phone=False)
    one = _only(_both(talk, offset=2.5))
    assert (one.verdict, [missed.fate for missed in one.missed]) == (V.CALL_SERVER, [F.NOT_ANSWERED, F.NOT_ANSWERED])
    assert "arrived at the server's side and got no answer" in one.why[0]


def test_a_late_server_and_a_keepalive_that_was_lost_first() -> None:
    late = Talk().open().register().healthy([30]).ask(60).add(60.1, by_phone=False).answer(70).add(70.1, by_phone=True).healthy([90])
    assert [missed.fate for missed in _only(_both(late, end=110)).missed] == [F.NOT_ANSWERED]
    lost = Talk().open().register().healthy([30])
    lost.ask(60, lost=True)
    lost.again(67, lost=False)
    lost.heard[False] = lost.said[True]
    lost.answer(67.01).add(67.05, by_phone=True).healthy([90])
    one = _only(_both(lost, end=110))
    assert (one.verdict, [missed.fate for missed in one.missed]) == (V.NETWORK, [F.LOST_TO_SERVER])


def test_nat_changes_addresses_and_not_sequence_numbers() -> None:
    talk = Talk().open().register().healthy([30, 60]).ask(90, lost=True)
    one = _only(_both(talk, nat=("203.0.113.9", 31000)))
    assert one.verdict is V.NETWORK
    assert one.other_side is not None
    assert (one.other_side.phone, one.other_side.server) == ("203.0.113.9:31000", "")
    begun = Talk().healthy([30, 60]).ask(90, lost=True)
    assert _only(_both(begun, nat=("203.0.113.9", 31000))).verdict is V.NETWORK


@pytest.mark.parametrize("back", [0, 0x27182818])
def test_a_firewall_that_changes_the_numbers_too(back: int) -> None:
    talk = Talk().open().register().healthy([30, 60]).ask(90, lost=True)
    one = _only(_both(talk, shift=0x31415926, shift_back=back))
    assert (one.verdict, one.missed[0].fate) == (V.NETWORK, F.LOST_TO_SERVER)
    assert one.other_side is not None
    assert one.other_side.matched == 2


def test_what_no_side_covers_is_not_told() -> None:
    """The capture at the server's side ended before the keepalive could have come."""
    talk = Talk().open().register().healthy([30, 60]).ask(90, lost=True)
    near = capture(talk.seen() + idle(120, -20), keep=True)
    far = capture(talk.seen("server") + idle(90.5, -20), keep=True)
    one = _only(report_on(near, far, taken_at=None))
    assert one.missed[0].fate is F.NOT_COVERED
    assert one.verdict is V.NOT_PROVEN
    assert one.other_side is not None
    assert one.other_side.not_covered == 1


def test_the_end_of_both_is_open() -> None:
    one = _only(_both(Talk().open().register().healthy([30]).ask(60), end=61.5))
    assert (one.open, one.verdict) == (1, V.HEALTHY)
    assert one.other_side is not None
    assert one.other_side.not_covered == 1


def test_a_reset_that_never_left_the_server_is_forged() -> None:
    talk = Talk().open().register().healthy([30, 60]).add(70, by_phone=False, flags=RST | ACK, forged="phone")
    one = _only(_both(talk))
    assert one.verdict is V.CLOSED_BY_MIDDLEBOX
    assert one.other_side is not None
    assert one.other_side.forged is True
    real = _only(_both(Talk().open().register().healthy([30, 60]).add(70, by_phone=False, flags=RST | ACK)))
    assert real.verdict is V.CLOSED_BY_SERVER
    assert real.other_side is not None
    assert real.other_side.forged is False
    at_server = _only(_both(Talk().open().register().healthy([30, 60]).add(70, by_phone=True, flags=RST | ACK, forged="server"), end=75))
    assert at_server.verdict is V.CLOSED_BY_MIDDLEBOX


def test_without_routers_between_nothing_tells_the_sides_apart() -> None:
    talk = Talk().open().register().healthy([30, 60]).ask(90, lost=True)
    report = _both(talk, hops=0)
    assert _only(report).verdict is V.NETWORK
    assert "--taken-at" in report.why[-1]
    said = _both(talk, hops=0, taken_at=CaptureSide.PHONE)
    assert not any("--taken-at" in sentence for sentence in said.why)
    swapped = _both(talk, hops=0, swap=True, taken_at=CaptureSide.SERVER)
    assert _only(swapped).missed[0].fate is F.LOST_TO_SERVER


def test_captures_of_different_conversations() -> None:
    near = capture(Talk().open().register().healthy([30]).seen() + idle(50), keep=True)
    far = capture(Talk(phone="198.51.100.99", seq=5, answer_seq=6).open().register().healthy([30]).seen("server") + idle(50), keep=True)
    report = report_on(near, far, taken_at=CaptureSide.PHONE)
    assert report.clock is None
    assert report.unmatched == (1, 1)
    assert "no connection is in both captures" in report.why[-1]
    assert _only(report).other_side is None
    empty = report_on(capture([], keep=True), far, taken_at=CaptureSide.PHONE)
    assert (empty.verdict, empty.unmatched) == (V.NOT_PROVEN, (0, 1))


def test_packets_of_one_direction_tell_no_offset() -> None:
    talk = Talk()
    for at in (30.0, 60.0, 90.0):
        talk.ask(at)
    report = _both(talk, offset=100)
    assert report.clock is None
    back = Talk()
    for at in (30.0, 60.0, 90.0):
        back.answer(at)
    assert _both(back, offset=100).clock is None


def test_sip_is_matched_by_call_id_and_cseq() -> None:
    talk = Talk(server_port=5060).open()
    for number, at in enumerate((30, 145, 260)):
        talk.ask(at, payload=sip_register(101 + number)).answer(at + 0.01, payload=sip_answer(101 + number)).add(at + 0.05, by_phone=True)
    talk.ask(375, payload=sip_register(104)).answer(375.01, payload=sip_answer(104), lost=True)
    report = _both(talk, end=400, nat=("203.0.113.9", 31000), offset=1.5)
    one = _only(report)
    assert (one.verdict, one.missed[0].fate) == (V.NETWORK, F.ANSWER_LOST)
    assert report.clock is not None
    assert report.clock.offset_s == pytest.approx(1.5, abs=1e-6)


def test_two_connections_over_the_same_ports_find_their_own() -> None:
    first = Talk().open().register().healthy([30]).add(40, by_phone=True, flags=FIN | ACK).add(40.1, by_phone=False, flags=FIN | ACK)
    second = Talk(seq=0x55550000, answer_seq=0x66660000).open(60).register(60.1).healthy([90]).ask(120, lost=True)
    near = capture(first.seen() + second.seen() + idle(150, -20), keep=True)
    for shift in (0, 0x1000):
        there = first.seen("server", shift=shift, shift_back=shift) + second.seen("server", shift=shift, shift_back=shift)
        report = report_on(near, capture(there + idle(150, -20), keep=True), taken_at=CaptureSide.PHONE)
        (phone,) = report.phones
        assert [one.verdict for one in phone.connections] == [V.CLOSED_BY_PHONE, V.NETWORK]
        assert report.unmatched == (0, 0)


def test_encrypted_connections_give_the_clock_too() -> None:
    talk = Talk(server_port=2443).open()
    for at in (30, 60):
        talk.ask(at, payload=bytes(33)).answer(at + 0.01, payload=bytes(40)).add(at + 0.02, by_phone=True)
    report = _both(talk, offset=0.5)
    assert report.verdict is V.ENCRYPTED
    assert report.clock is not None
    assert report.clock.offset_s == pytest.approx(0.5, abs=1e-6)


def test_a_standby_is_judged_by_what_tcp_says() -> None:
    talk = Talk().open()
    talk.ask(60).add(60.1, by_phone=False).ask(120).add(120.1, by_phone=False)
    one = _only(_both(talk, end=140))
    assert one.verdict is V.HEALTHY


def test_a_syn_that_did_not_arrive_has_no_hops() -> None:
    talk = Talk().add(10, by_phone=True, flags=SYN, lost=True)
    report = report_on(capture(talk.seen() + idle(60), keep=True), capture(idle(60), keep=True), taken_at=CaptureSide.PHONE)
    assert report.unmatched == (1, 0)
    assert _only(report).closing is None


def test_a_reset_with_an_odd_ttl_that_left_the_server_is_the_servers() -> None:
    for by_phone, verdict in ((False, V.CLOSED_BY_SERVER), (True, V.CLOSED_BY_PHONE)):
        talk = Talk().open().register().healthy([30, 60]).add(70, by_phone=by_phone, flags=RST | ACK, ttl=255)
        one = _only(_both(talk, end=75))
        assert one.verdict is verdict
        assert "it left that side" in one.why[0]


def test_how_long_until_each_side_noticed() -> None:
    talk = Talk().open().register().healthy([30, 60]).ask(90, lost=True)
    talk.add(95, by_phone=True, flags=FIN | ACK, lost=True).add(180, by_phone=False, flags=RST | ACK, lost=True)
    assert list(_only(_both(talk, offset=5.0)).noticed_s) == [pytest.approx(5), pytest.approx(90)]
    elsewhere = Talk(server="192.0.2.11", port=52001, seq=9).open(93).register(93.1).healthy([123, 153, 183])
    lost = Talk().open().register().healthy([30, 60]).ask(90, lost=True)
    near = capture(lost.seen() + elsewhere.seen() + idle(200), keep=True)
    report = report_on(near, None, taken_at=CaptureSide.PHONE)
    assert report.phones[0].connections[0].noticed_s[0] == pytest.approx(3)


def test_encrypted_data_that_never_came_is_the_network_and_that_which_came_is_not() -> None:
    def talk() -> Talk:
        begun = Talk(server_port=2443).open()
        for at in (30, 60):
            begun.ask(at, payload=bytes(33)).answer(at + 0.01, payload=bytes(40)).add(at + 0.02, by_phone=True)
        return begun

    lost = _only(_both(talk().ask(90, payload=bytes(33), lost=True), offset=2.0))
    assert (lost.verdict, lost.why[0]) == (V.NETWORK, "33 bytes of the phone never came to the other side")
    came = _only(_both(talk().ask(90, payload=bytes(33))))
    assert (came.verdict, came.other_side and came.other_side.undelivered) == (V.CALL_SERVER, (0, 0))
    back = _only(_both(talk().answer(90, payload=bytes(40), lost=True)))
    assert (back.verdict, back.why[0]) == (V.NETWORK, "40 bytes of the server never came to the other side")


def test_attempts_that_never_came() -> None:
    other = Talk(phone="198.51.100.22", port=53000, seq=5).open().register(name="SEP00005E005302").healthy([30, 60, 90, 120])
    alone = Talk().add(10, by_phone=True, flags=SYN, lost=True).again(13)
    near = capture(alone.seen() + other.seen() + idle(130, -20), keep=True)
    far = capture(other.seen("server") + idle(130, -20), keep=True)
    report = report_on(near, far, taken_at=None)
    assert [(phone.name, phone.verdict) for phone in report.phones] == [("198.51.100.21", V.NETWORK), ("SEP00005E005302", V.HEALTHY)]
    assert report.phones[0].why[0] == "2 attempts to connect left the phone and did not arrive at the server's side"


def test_a_connection_whose_beginning_was_not_seen_is_not_mistaken_for_a_later_one() -> None:
    begun = Talk().healthy([10]).add(20, by_phone=True, flags=RST | ACK)
    second = Talk(seq=0x55550000, answer_seq=0x66660000).open(60).register(60.1).healthy([90]).ask(120, lost=True)
    near = capture(begun.seen() + second.seen() + idle(150, -20), keep=True)
    far = [*begun.seen("server", shift=99, shift_back=99), *second.seen("server", shift=99, shift_back=99), *idle(150, -20)]
    report = report_on(near, capture(far, keep=True), taken_at=CaptureSide.PHONE)
    assert report.unmatched == (1, 1)
    assert report.verdict is V.NETWORK


def test_answers_are_not_lost_where_only_one_direction_was_captured() -> None:
    talk = Talk().open().register().healthy([30, 60, 90])
    near = [frame for one, frame in zip(talk.sent, talk.seen(), strict=True) if one.by_phone]
    report = report_on(
        capture(near + idle(120, -20), keep=True), capture(talk.seen("server") + idle(120, -20), keep=True), taken_at=CaptureSide.PHONE
    )
    one = _only(report)
    assert one.verdict is V.NOT_COVERED
    assert one.other_side is not None
    assert (one.other_side.answers_lost, one.other_side.not_covered) == (0, 3)
    lossy = Talk().open().register().healthy([30, 60]).ask(90).answer(90.004, lost=True)
    far = [
        frame
        for sent, frame in zip([one for one in lossy.sent if not one.lost or not one.by_phone], lossy.seen("server"), strict=True)
        if sent.by_phone
    ]
    report = report_on(
        capture(lossy.seen() + idle(120, -20), keep=True), capture(far + idle(120, -20), keep=True), taken_at=CaptureSide.PHONE
    )
    assert [missed.fate for missed in _only(report).missed] == [F.NOT_COVERED]
