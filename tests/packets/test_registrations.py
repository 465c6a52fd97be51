"""Registrations and drops from packets: what a voice engineer takes for one, and what for none."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from switchcorr.model.event import Assumed, Event, EventKind
from switchcorr.packets.registrations import SeenEvent, registrations
from tests.packets.wire import (
    ACK,
    FIN,
    KEEP_ALIVE,
    PHONE_MAC,
    PSH,
    ROUTER_MAC,
    RST,
    START,
    SYN,
    Frames,
    Talk,
    ethernet,
    idle,
    ipv4,
    read,
    register,
    register_ack,
    sccp,
    sip_answer,
    sip_register,
    udp,
)

A, B = "192.0.2.10", "192.0.2.11"
NAME = "SEP00005E005301"
UNREGISTER, UNREGISTER_ACK, UNREGISTER_NAK = sccp(0x27), sccp(0x118, bytes(4)), sccp(0x118, struct.pack("<I", 2))
TOKEN_ACK = sccp(0x11A)
Told = tuple[str, float, str]
"""Kind, seconds from START, node."""


def found(*talks: Talk | Frames, end: float = 600, begin: float = -1, side: str = "phone") -> tuple[SeenEvent, ...]:
    frames = [frame for talk in talks for frame in (talk.seen(side) if isinstance(talk, Talk) else talk)]
    return registrations(read(frames + idle(end, begin))).events


def told(*talks: Talk | Frames, end: float = 600) -> list[Told]:
    return [short(one.event) for one in found(*talks, end=end)]


def short(event: Event) -> Told:
    assert event.time is not None
    return event.kind.label, round(event.time.timestamp() - START, 1), event.node


def on(server: str, port: int = 52000, **more: object) -> Talk:
    return Talk(server=server, port=port, **more)  # type: ignore[arg-type]


def test_a_registration_names_phone_address_and_server() -> None:
    (seen,) = found(on(A).open().register().healthy([30, 60]))
    assert seen.event == Event(
        datetime.fromtimestamp(START + 0.107, UTC), EventKind.REGISTERED, NAME, ip="198.51.100.21", node=A, line=6, assumed=Assumed.NODE
    )


@pytest.mark.parametrize(
    ("by_phone", "flags", "how"),
    [
        (False, RST, "reset (RST) by the call server"),
        (False, FIN | ACK, "closed (FIN) by the call server"),
        (True, FIN | ACK, "closed (FIN) by the phone"),
        (True, RST | ACK, "reset (RST) by the phone"),
    ],
)
def test_the_end_of_its_connection_is_a_drop_without_a_reason(by_phone: bool, flags: int, how: str) -> None:
    seen = found(on(A).open().register().healthy([30]).add(40, by_phone=by_phone, flags=flags))
    assert [short(one.event) for one in seen] == [("registered", 0.1, A), ("unregistered", 40.0, A)]
    drop = seen[1].event
    assert (drop.reason, drop.detail and drop.detail.text) == (None, how)


def test_a_forged_reset_is_a_drop_all_the_same() -> None:
    drop = found(on(A).open().register().add(40, by_phone=False, flags=RST, ttl=255))[1].event
    assert drop.detail is not None
    assert drop.detail.text == "reset (RST) by something in between"


def test_both_ends_of_a_close_are_one_drop() -> None:
    talk = on(A).open().register().add(40, by_phone=False, flags=FIN | ACK).add(40.1, by_phone=True, flags=FIN | ACK)
    assert told(talk.add(40.2, by_phone=True, flags=RST)) == [("registered", 0.1, A), ("unregistered", 40.0, A)]


def test_silence_up_to_the_end_is_no_drop() -> None:
    assert told(on(A).open().register().ask(30, lost=True).ask(60, lost=True)) == [("registered", 0.1, A)]


def test_a_connection_whose_registration_was_not_seen_holds_one_if_its_keepalives_are_answered() -> None:
    talk = on(A).healthy([30, 60]).add(70, by_phone=False, flags=RST)
    (drop,) = found(talk)
    assert (short(drop.event), drop.event.name) == (("unregistered", 70.0, A), NAME)


def test_a_standby_is_no_registration() -> None:
    primary = on(A).open().register().healthy([30, 60, 90])
    standby = on(B, 52001).open(1).ask(61).add(61.1, by_phone=False).ask(121).add(121.1, by_phone=False)
    assert told(primary, standby.add(130, by_phone=False, flags=RST)) == [("registered", 0.1, A)]


def test_an_orderly_move_is_no_drop() -> None:
    old = on(B, 52001).open().register().healthy([30, 60]).ask(80, UNREGISTER).answer(80.01, UNREGISTER_ACK)
    old.add(80.1, by_phone=True, flags=FIN | ACK).add(80.2, by_phone=False, flags=FIN | ACK)
    new = on(A).open(70).register(81).healthy([111])
    assert told(old, new) == [("registered", 0.1, B), ("registered", 81.0, A)]


def test_a_phone_that_may_come_back_and_closes_moves() -> None:
    old = on(B, 52001).open().register().healthy([30, 60]).add(80, by_phone=True, flags=FIN | ACK)
    new = on(A).open(70).answer(79.9, TOKEN_ACK).register(81)
    assert told(old, new) == [("registered", 0.1, B), ("registered", 81.0, A)]


def test_a_phone_that_may_come_back_and_does_not_has_dropped() -> None:
    old = on(B, 52001).open().register().healthy([30, 60]).add(80, by_phone=True, flags=FIN | ACK)
    drop = found(old, on(A).open(70).answer(79.9, TOKEN_ACK))[1].event
    assert (short(drop), drop.detail and drop.detail.text) == (("unregistered", 80.0, B), "closed (FIN) by the phone")


def test_a_phone_that_was_allowed_to_come_back_long_before_it_closes_has_dropped() -> None:
    old = on(B, 52001).open().register().healthy([30, 60]).add(80, by_phone=True, flags=FIN | ACK)
    expected = [("registered", 0.1, B), ("unregistered", 80.0, B), ("registered", 81.0, A)]
    assert told(old, on(A).open(30).answer(35, TOKEN_ACK).register(81)) == expected


def test_registering_at_another_server_first_is_a_move_too() -> None:
    old = on(A).open().register().healthy([30, 60]).add(66, by_phone=True, flags=FIN | ACK)
    assert told(old, on(B, 52001).open(62).register(65)) == [("registered", 0.1, A), ("registered", 65.0, B)]


def test_going_elsewhere_while_a_keepalive_is_overdue_is_one_drop() -> None:
    old = on(A).open().register().healthy([30]).ask(60, lost=True).ask(90, lost=True)
    old.add(130, by_phone=True, flags=RST | ACK)
    seen = found(old, on(B, 52001).open(120).register(121))
    assert [short(one.event) for one in seen] == [("registered", 0.1, A), ("unregistered", 120.0, A), ("registered", 121.0, B)]
    assert seen[1].event.detail is not None
    assert seen[1].event.detail.text == "a keepalive was overdue, and the phone asked to be registered anew"


def test_another_connection_to_a_server_that_does_not_answer_is_the_end_of_the_first() -> None:
    old = on(A).open().register().healthy([30]).ask(60, lost=True).ask(90, lost=True)
    assert told(old, on(A, 52001).add(120, by_phone=True, flags=SYN)) == [("registered", 0.1, A), ("unregistered", 120.0, A)]


def test_a_phone_that_was_silent_and_comes_back_has_dropped_when_it_came() -> None:
    """Its power was cut: nothing is unanswered, it just says nothing any more."""
    again = on(A, 52001).open(140).register(141)
    expected = [("registered", 0.1, A), ("unregistered", 140.0, A), ("registered", 141.0, A)]
    assert told(on(A).open().register().healthy([30, 60]), again) == expected


def test_a_phone_that_is_back_too_soon_to_be_missed_has_dropped() -> None:
    again = on(A, 52001).open(70).register(71)
    expected = [("registered", 0.1, A), ("unregistered", 71.0, A), ("registered", 71.0, A)]
    assert told(on(A).open().register().healthy([30, 60]), again) == expected


def test_a_keepalive_that_was_answered_late_is_forgiven() -> None:
    talk = on(A).open().register().ask(30).answer(45).healthy([60, 90])
    assert told(talk, on(B, 52001).open(92).register(95)) == [("registered", 0.1, A), ("registered", 95.0, B)]
    assert told(talk, on(B, 52001).open(38).register(40))[1] == ("unregistered", 38.0, A)


def test_late_keepalives_were_overdue_when_nothing_came() -> None:
    talk = on(A).open().register().healthy([30, 150, 180])
    assert told(talk, on(B, 52001).open(90).register(100))[1] == ("unregistered", 90.0, A)
    assert told(talk, on(B, 52001).open(182).register(185))[1] == ("registered", 185.0, B)


def test_bytes_that_the_capture_lacks_are_no_silence() -> None:
    old = on(A).open().register().healthy([30, 60])
    old.said[True] += 12
    old.heard[False] += 12
    old.healthy([120])
    old.add(121.5, by_phone=True)
    assert told(old, on(B, 52001).open(140).register(141)) == [("registered", 0.1, A), ("registered", 141.0, B)]


def test_unregistering_is_a_drop_with_the_reason_that_it_is() -> None:
    drop = found(on(A).open().register().healthy([30]).ask(40, UNREGISTER).answer(40.1, UNREGISTER_ACK))[1].event
    assert (short(drop), drop.reason and drop.reason.name) == (("unregistered", 40.0, A), "DeviceUnregistered")


def test_unregistering_shortly_before_the_end_may_be_a_move() -> None:
    assert told(on(A).open().register().ask(40, UNREGISTER), end=60) == [("registered", 0.1, A)]


def test_unregistering_to_register_there_again_is_a_drop() -> None:
    talk = on(A).open().register().ask(40, UNREGISTER).answer(40.1, UNREGISTER_ACK).register(42)
    assert told(talk, end=45) == [("registered", 0.1, A), ("unregistered", 40.0, A), ("registered", 42.0, A)]


def test_unregistering_long_before_registering_elsewhere_is_a_drop() -> None:
    old, new = on(A).open().register().ask(40, UNREGISTER), on(B, 52001).open(100).register(100)
    assert told(old, new) == [("registered", 0.1, A), ("unregistered", 40.0, A), ("registered", 100.0, B)]


def test_a_server_may_refuse_to_let_go() -> None:
    talk = on(A).open().register().ask(40, UNREGISTER).answer(40.1, UNREGISTER_NAK).healthy([60]).answer(70, UNREGISTER_NAK)
    assert told(talk) == [("registered", 0.1, A)]
    assert told(talk.add(80, by_phone=False, flags=RST))[1] == ("unregistered", 80.0, A)


def test_a_phone_unregisters_from_what_was_before_the_capture() -> None:
    assert told(on(A).add(1, by_phone=True).ask(5, UNREGISTER).ask(6, UNREGISTER)) == [("unregistered", 5.0, A)]


def test_resets_are_the_servers_and_a_registration_anew_on_the_same_connection_is_one() -> None:
    talk = on(A).open().register().answer(40, sccp(0x9F, struct.pack("<I", 2))).ask(41, UNREGISTER).register(43)
    talk.answer(50, sccp(0x9F, struct.pack("<I", 1))).answer(51, register_ack())
    kinds = [kind for kind, _, _ in told(talk)]
    assert kinds == ["registered", "restart", "unregistered", "registered", "reset", "registered"]


def test_what_a_phone_says_of_why_it_left_is_told_once() -> None:
    alarm = sccp(0x20, bytes(4) + b"14: Name=SEP00005E005301 Load=x Last=CM-closed-TCP".ljust(80, b"\0") + bytes(8))
    xml = sccp(0x15A, b'<Alarm Name="LastOutOfServiceInformation">')
    seen = found(on(A).open().ask(1, alarm).ask(2, alarm).ask(3, xml).register(4))
    assert [(one.event.kind.label, one.event.node, one.said[:20]) for one in seen] == [
        ("phone_alarm", "", "14: Name=SEP00005E00"),
        ("phone_alarm", "", '<Alarm Name="LastOut'),
        ("registered", A, ""),
    ]


def test_a_phone_is_known_by_its_mac_or_by_its_address_alone() -> None:
    def frames(hops: int) -> Frames:
        return (
            on(A).open().add(1, by_phone=True, flags=PSH | ACK, payload=register("")).answer(1.1, register_ack()).seen("phone", hops=hops)
        )

    assert [one.event.name for one in found(frames(3))] == [NAME]
    far = on(A).open().add(1, by_phone=True, flags=PSH | ACK, payload=register("")).answer(1.1, register_ack())
    (one,) = found(far, side="server")
    assert (one.event.name, one.event.ip) == ("", "198.51.100.21")


def test_names_that_are_no_phones_stay_as_they_are() -> None:
    assert [one.event.name for one in found(on(A).open().register(name="CFB0123456789AB"))] == ["CFB0123456789AB"]
    assert [one.event.name for one in found(on(A).open().register(name="sep00005e005301"))] == [NAME]


def test_connections_of_an_address_with_several_names_are_nobodys() -> None:
    one = on(A, 1001).open().register(name="SEP00005E005311")
    two = on(A, 1002).open().register(name="SEP00005E005312")
    unknown = on(A, 1003).healthy([30]).add(40, by_phone=False, flags=RST)
    tracker = read(one.seen("server") + two.seen("server") + unknown.seen("server") + idle(100))
    seen = registrations(tracker)
    assert ([event.event.name for event in seen.events], seen.nameless) == (["SEP00005E005311", "SEP00005E005312"], 1)


def test_encrypted_connections_are_counted() -> None:
    seen = registrations(read(Talk(server_port=2443).open().add(5, by_phone=False, flags=RST).seen()))
    assert (seen.events, seen.encrypted) == ((), 1)


def test_what_is_more_than_is_kept_is_counted() -> None:
    talk = on(A).open()
    for number in range(1005):
        talk.answer(1 + number, register_ack())
    seen = registrations(read(talk.seen()))
    assert (len(seen.events), seen.left_out) == (1000, 5)
    talk = on(A).open()
    for number in range(55):
        talk.ask(1 + number, sccp(0x20, bytes(4) + f"1: Name=x Last={number}".encode().ljust(80, b"\0")))
    seen = registrations(read(talk.seen()))
    assert (len(seen.events), seen.left_out) == (50, 5)


def sip(server: str = A, port: int = 52000) -> Talk:
    return Talk(server=server, port=port, server_port=5060)


def granted(talk: Talk, at: float, cseq: int, **more: str) -> Talk:
    return talk.ask(at, sip_register(cseq, **more)).answer(at + 0.01, sip_answer(cseq, **more))  # type: ignore[arg-type]


def test_sip_registers_once_and_then_keeps_alive() -> None:
    talk = sip().open().ask(1, sip_register(101)).answer(1.1, sip_answer(101, 401))
    for number in range(5):
        granted(talk, 1.2 + 115 * number, 102 + number)
    assert told(talk) == [("registered", 1.2, A)]
    assert told(talk.add(500, by_phone=False, flags=RST))[1] == ("unregistered", 500.0, A)


def test_sip_keepalives_of_a_registration_before_the_capture_are_no_registration() -> None:
    talk = granted(granted(sip(), 10, 150), 125, 151)
    assert told(talk) == []
    assert told(talk.add(130, by_phone=True, flags=FIN | ACK)) == [("unregistered", 130.0, A)]


def test_lines_of_a_sip_phone_are_one_registration() -> None:
    talk = granted(granted(sip().open(), 1, 101), 1.5, 101, call_id="00005e00-53010004-1-1@198.51.100.21")
    other = granted(sip(port=52001).open(2), 2.5, 101, call_id="00005e00-53010005-1-1@198.51.100.21")
    assert told(talk, other) == [("registered", 1.0, A)]


@pytest.mark.parametrize(("at", "is_line"), [(9, True), (60, False)])
def test_a_second_connection_of_a_sip_phone_is_another_line_only_if_it_comes_at_once(at: float, is_line: bool) -> None:
    first, second = granted(sip().open(), 1, 101), sip(port=52001).open(at - 1)
    again = [] if is_line else [("unregistered", 60.0, A), ("registered", 60.0, A)]
    assert told(first, granted(second, at, 101, call_id="00005e00-53010005-1-1@198.51.100.21")) == [("registered", 1.0, A), *again]


@pytest.mark.parametrize(("at", "dropped"), [(170, []), (200, [("unregistered", 200.0, A)])])
def test_a_sip_phone_is_silent_if_it_misses_what_it_was_granted(at: float, dropped: list[Told]) -> None:
    """120 s were granted: half as long again without a renewal is too long."""
    new = granted(sip(B, 52001).open(at), at + 1, 101)
    assert told(granted(sip().open(), 1, 101), new) == [("registered", 1.0, A), *dropped, ("registered", at + 1.0, B)]


def test_sip_unregisters_and_comes_back() -> None:
    talk = granted(sip().open(), 1, 101).ask(50, sip_register(102, expires=0)).answer(50.1, sip_answer(102, expires=0))
    granted(talk, 60, 103)
    seen = found(talk)
    assert [short(one.event) for one in seen] == [("registered", 1.0, A), ("unregistered", 50.0, A), ("registered", 60.0, A)]
    assert seen[1].event.reason is not None


def test_a_sip_phone_that_clears_what_was_there_before_registering_has_not_dropped() -> None:
    talk = sip().open().ask(1, sip_register(101, expires=0)).answer(1.1, sip_answer(101, expires=0))
    assert told(granted(talk, 2, 102)) == [("registered", 2.0, A)]


def test_a_sip_standby_is_no_registration() -> None:
    standby = sip(B, 52001).open()
    for number in range(3):
        standby.ask(5 + 115 * number, sip_register(101 + number, expires=0, more="X: cisco-keep-alive\r\n"))
        standby.answer(5.1 + 115 * number, sip_answer(101 + number, expires=0))
    primary = granted(granted(sip().open(), 1, 101), 116, 102)
    assert told(primary, standby.add(300, by_phone=False, flags=RST)) == [("registered", 1.0, A)]


def test_an_answer_without_its_question_grants_and_one_again_does_not() -> None:
    talk = sip().open().answer(1, sip_answer(101)).answer(2, sip_answer(101)).answer(3, sip_answer(102, expires=0))
    assert told(talk) == [("registered", 1.0, A)]


def test_a_sip_phone_that_gives_up_a_server_that_does_not_answer_has_dropped() -> None:
    old = granted(sip().open(), 1, 101).ask(116, sip_register(102), lost=True)
    new = granted(sip(B, 52001).open(150), 151, 101)
    assert told(old, new) == [("registered", 1.0, A), ("unregistered", 150.0, A), ("registered", 151.0, B)]


def test_a_sip_phone_whose_server_answers_again_is_told_as_registered_if_it_had_dropped() -> None:
    old = granted(sip().open(), 1, 101).ask(116, sip_register(102), lost=True)
    lost = sip(B, 52001).open(150).ask(151, sip_register(101))
    granted(old, 170, 103)
    assert told(old, lost) == [("registered", 1.0, A), ("unregistered", 150.0, A), ("registered", 170.0, A)]


def test_more_lines_than_are_known_are_forgotten_one_by_one() -> None:
    talk = sip().open()
    for number in range(70):
        granted(talk, 1 + number / 100, 101, call_id=f"00005e00-5301{number:04x}-1-1@198.51.100.21")
    assert told(talk) == [("registered", 1.0, A)]


def by_udp(at: float, payload: bytes, *, by_phone: bool = True, server: str = A) -> tuple[float, bytes]:
    ports = (52000, 5060) if by_phone else (5060, 52000)
    ends = ("198.51.100.21", server) if by_phone else (server, "198.51.100.21")
    frame = ethernet(ipv4(*ends, 17, udp(*ports, payload), ident=round(at * 100)), mac=PHONE_MAC if by_phone else ROUTER_MAC)
    return START + at, frame


def udp_granted(at: float, cseq: int, **more: str) -> Frames:
    return [by_udp(at, sip_register(cseq, **more)), by_udp(at + 0.01, sip_answer(cseq, **more), by_phone=False)]  # type: ignore[arg-type]


def test_by_udp_a_registration_that_was_not_renewed_in_time_lapses() -> None:
    lost = [by_udp(at, sip_register(cseq)) for at, cseq in ((115, 102), (116, 102), (147, 103), (179, 104))]
    assert told(udp_granted(1, 101) + lost + udp_granted(300, 105)) == [("unregistered", 121.0, A), ("registered", 300.0, A)]


def test_by_udp_renewals_that_the_capture_lacks_are_no_lapse() -> None:
    assert told(udp_granted(1, 101) + udp_granted(300, 104)) == []


def test_by_udp_a_renewal_a_little_late_is_no_lapse() -> None:
    assert told(udp_granted(1, 101) + udp_granted(125, 102) + udp_granted(250, 103)) == []


def test_by_udp_lines_with_dialogues_of_their_own_are_one_registration() -> None:
    frames = udp_granted(1, 101, call_id="a@x") + udp_granted(2, 101, call_id="b@x") + udp_granted(400, 102, call_id="a@x")
    assert told(frames) == []


def test_by_udp_nothing_is_known_of_what_a_phone_leaves_first() -> None:
    assert told([by_udp(1, sip_register(101, expires=0))]) == []


def test_reasons_and_alarms_in_sip_are_what_the_phone_says() -> None:
    reason = 'Reason: SIP;cause=200;text="cisco-alarm:14 Name=SEP00005E005301 Last=cm-closed-tcp"\r\n'
    refer = sip_register(7).replace(b"REGISTER", b"REFER") + b'<Alarm Name="LastOutOfServiceInformation">x</Alarm>'
    refer = refer.replace(b"Content-Length: 0", b"Content-Length: 51")
    talk = sip().open().ask(1, sip_register(101, more=reason)).answer(1.1, sip_answer(101, 401))
    talk.ask(1.2, sip_register(102, more=reason)).answer(1.3, sip_answer(102)).ask(2, refer)
    assert [one.said[:14] for one in found(talk)] == ["Reason: SIP;ca", "", '<Alarm Name="L']
    other = refer.replace(b"00005e00-53010003", b"11115e00-53010003")
    frames = [*udp_granted(1, 101), by_udp(2, refer), by_udp(3, other.replace(b">x<", b">y<")), by_udp(4, refer, server=B)]
    assert [one.said[-9] for one in found(frames)] == ["x", "y"]


class _Life:
    """A phone that lives through some days' worth of trouble; its packets, and nothing that no phone does."""

    def __init__(self) -> None:
        self.at, self.port, self.frames = 0.0, 50000, Frames()
        self.talks: list[Talk] = []

    def register(self, server: str) -> Talk:
        self.port += 1
        talk = on(server, self.port).open(self.at).register(self.at + 0.1)
        self.talks.append(talk)
        self.at += 1
        return talk

    def keep(self, talk: Talk, times: int) -> None:
        for _ in range(times):
            self.at += 30
            talk.healthy([self.at])

    def lose(self, talk: Talk, times: int) -> None:
        for _ in range(times):
            self.at += 30
            talk.ask(self.at, lost=True)
        self.at += 30

    def end(self, talk: Talk, kind: str) -> None:
        self.at += 2
        match kind:
            case "reset":
                talk.add(self.at, by_phone=False, flags=RST)
            case "closed":
                talk.add(self.at, by_phone=False, flags=FIN | ACK).add(self.at + 0.01, by_phone=True, flags=FIN | ACK)
            case "given up":
                self.lose(talk, 2)
                talk.add(self.at, by_phone=True, flags=RST | ACK)
            case "silent":
                self.at += 120
            case "abandoned":
                self.lose(talk, 2)
            case _:
                talk.ask(self.at, UNREGISTER).answer(self.at + 0.01, UNREGISTER_ACK)
                talk.add(self.at + 0.02, by_phone=True, flags=FIN | ACK)
                self.at += 100 if kind == "left" else 1


_ENDS = ("reset", "closed", "given up", "silent", "abandoned", "left", "moved")


def _live(chapters: Sequence[tuple[str, int, str]]) -> tuple[Frames, list[str]]:
    """A phone's packets, and how each of its registrations ended for the next to begin."""
    life, server, ends = _Life(), A, []
    for where, times, end in chapters:
        talk = life.register(server)
        life.keep(talk, times)
        life.end(talk, end)
        server = (B if server == A else A) if end == "moved" else where
        ends.append(end)
    life.register(server)
    return [frame for talk in life.talks for frame in talk.seen()], ends


_chapters = st.lists(st.tuples(st.sampled_from((A, B)), st.integers(1, 4), st.sampled_from(_ENDS)), min_size=1, max_size=5)


def _gone(frames: Frames) -> list[tuple[float, float, str]]:
    """Each drop: when it is told, when the phone was registered again, and where it had been."""
    events = [(one.event.kind, one.event.time, one.event.node) for one in registrations(read(frames)).events]
    times = [time.timestamp() if time is not None else math.nan for _, time, _ in events]
    back = [at for at, (kind, _, _) in zip(times, events, strict=True) if kind is EventKind.REGISTERED]
    return [
        (at, next((later for later in back if later >= at), at), node)
        for at, (kind, _, node) in zip(times, events, strict=True)
        if kind is EventKind.UNREGISTERED
    ]


@settings(max_examples=60)
@given(_chapters, st.integers(0, 999), st.integers(0, 999))
@example([(A, 1, "silent")], 6, 15)
def test_cutting_a_capture_at_either_end_invents_no_drop(chapters: list[tuple[str, int, str]], one: int, other: int) -> None:
    """What follows changes nothing. Without what shows that a phone was silent, that it dropped is told no later than that it is back."""
    frames, ends = _live(chapters)
    frames.sort(key=lambda one: one[0])
    whole = _gone(frames)
    assert len(whole) == sum(end != "moved" for end in ends)
    first, last = sorted(place % (len(frames) + 1) for place in (one, other))
    early = [(at, node) for at, _, node in whole]
    assert [(at, node) for at, _, node in _gone(frames[:last])] == early[: len(_gone(frames[:last]))]
    found = [(at, node) for at, _, node in _gone(frames[first:last])]
    same = [number for at, node in found for number, (since, until, where) in enumerate(whole) if node == where and since <= at <= until]
    assert len(same) == len(set(same)) == len(found)


def test_what_comes_behind_the_end_of_a_connection_is_of_no_registration() -> None:
    talk = on(A).open().register().add(10, by_phone=False, flags=RST).answer(11, register_ack())
    assert told(talk) == [("registered", 0.1, A), ("unregistered", 10.0, A)]


def test_a_second_registration_that_answers_keepalives_is_not_believed_against_the_first() -> None:
    one, other = on(A).healthy([30, 60]), on(B, 52001).healthy([31, 61]).add(70, by_phone=False, flags=RST)
    assert told(one.open(-50).register(-49), other) == [("registered", -49.0, A)]


def test_of_two_registrations_that_were_not_seen_to_begin_nothing_tells_which_one_it_is() -> None:
    one, other = on(A).healthy([30, 60]), on(B, 52001).healthy([31, 61])
    assert told(one.add(70, by_phone=False, flags=RST), other.add(80, by_phone=False, flags=RST)) == []
    again = on(B, 52002).open(90).register(91).add(100, by_phone=False, flags=RST)
    assert told(one, other, again) == [("registered", 91.0, B), ("unregistered", 100.0, B)]


def test_of_very_many_times_that_a_connection_was_overdue_the_first_are_kept() -> None:
    talk = on(A).open().register(interval_s=1)
    for number in range(1002):
        talk.ask(1 + 20 * number).answer(7 + 20 * number)
    assert told(talk, on(B, 52001).open(20_000).register(20_026.5), end=20_100)[1:] == [("registered", 20026.5, B)]


def test_a_keepalive_asked_for_by_nobody_is_harmless() -> None:
    assert told(on(A).open().ask(1, KEEP_ALIVE).add(2, by_phone=True)) == []
