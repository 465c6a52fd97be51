"""What one capture proves of a connection, and what it cannot.

What decides, in this order: keepalives without an answer; silence of the phone; who closed. A TCP acknowledgement without an answer is the
sign of a server whose machine runs and whose process stands still. Without an acknowledgement one capture tells only what left or arrived at its
own place: at the phone's port nobody can tell a lost question from a lost answer, at the server's port nobody can tell a silent phone from
a lost question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from switchcorr.model.keepalive import CaptureSide, CloseKind, Closing, ConnectionRole, IntervalSource, KeepaliveVerdict, Party
from switchcorr.packets.connections import Connection
from switchcorr.packets.describing import address, closing_of, hops, interval_of, is_unacknowledged, moment, refusal_of
from switchcorr.packets.exchanges import ANSWER_DUE_NS, Exchange
from switchcorr.text import counted

Judged = tuple[KeepaliveVerdict, str]
_DUE_S = ANSWER_DUE_NS // 10**9
_OVERDUE = 1.5
"""Intervals without a keepalive after which it is overdue, and five seconds more: phones are punctual to the second."""
_RELATED_S = 30
"""What was said so shortly before a connection was closed belongs to it."""


@dataclass(frozen=True, slots=True)
class Case:
    """A connection and what is known around it.

    Attributes:
        capture_end_ns: of the whole capture.
        side: where it was taken.
        server_hops: routers between the server and the capture, by any packet of the server; None if it sent none.
        answered_others: how many other phones the same server answered after this one's first miss.
    """

    connection: Connection
    role: ConnectionRole
    capture_end_ns: int
    side: CaptureSide
    server_hops: int | None
    answered_others: int

    @property
    def end_ns(self) -> int:
        """Where the connection ends, or the capture."""
        return self.connection.closed_ns or self.capture_end_ns

    @property
    def is_at_phone(self) -> bool:
        """Whether no router is between the phone and the capture."""
        return self.side is CaptureSide.PHONE and hops(self.connection.phone.ttl) == 0

    @property
    def is_at_server(self) -> bool:
        """Whether no router is between the server and the capture, as far as its packets tell."""
        return self.side is CaptureSide.SERVER and self.server_hops in (0, None)

    @property
    def server(self) -> str:
        """Address of the server."""
        return address(self.connection.key[2])


def judge(case: Case) -> tuple[KeepaliveVerdict, tuple[str, ...]]:
    """The verdict of a connection, and why: its own sentence first, then what else is to be known."""
    checks = (_refused, _one_way, _missed, _unacknowledged, _silent, _closed, _nothing_wrong)
    verdict, sentence = next(found for check in checks if (found := check(case)) is not None)
    return verdict, (sentence, *_besides(case, sentence))


def _refused(case: Case) -> Judged | None:
    """The connection did not come about, or the registration was refused."""
    connection = case.connection
    talk = connection.talk
    if talk.rejected_ns > talk.registered_ns:
        said = next((text for time_ns, _, text in talk.notables if time_ns == talk.rejected_ns), "")
        return KeepaliveVerdict.REFUSED, f"the call server refused the registration{f' ({said})' if said else ''}"
    is_attempt = connection.syns > 0 and connection.phone.packets == connection.syns and connection.server.packets == 0
    return _unconnected(case) if is_attempt else None


def _unconnected(case: Case) -> Judged:
    """Nothing but attempts to connect."""
    connection = case.connection
    tries = f"{counted(connection.syns, 'attempt')} to connect"
    refusal = refusal_of(connection)
    if connection.server.rst:
        return KeepaliveVerdict.REFUSED, f"{tries}, answered with RST: nothing listens at {case.server}, or a firewall refuses"
    if refusal is not None:
        verdict = KeepaliveVerdict.REFUSED if refusal.by is Party.SERVER else KeepaliveVerdict.NETWORK
        return verdict, f"{tries}; {refusal.text}"
    if case.is_at_server:
        return KeepaliveVerdict.CALL_SERVER, f"{tries} arrived at the server's side, and nothing came back"
    if case.end_ns - connection.first_ns < ANSWER_DUE_NS:
        return KeepaliveVerdict.NOT_COVERED, f"{tries}, just before the capture ends"
    return KeepaliveVerdict.NOT_PROVEN, f"{tries} without any answer: lost on the way there or back, or the server is down"


def _one_way(case: Case) -> Judged | None:
    """Only one direction was captured, as by a mirror of what a port receives: nothing is missing but in the capture."""
    connection = case.connection
    phone, exchanges = connection.phone, connection.talk.exchanges
    if phone.packets == 0 and connection.server.packets:
        return KeepaliveVerdict.NOT_COVERED, "the capture has packets of the server only: mirror both directions"
    is_answered_unseen = phone.acked != phone.first_acked
    is_never_sent_again = exchanges.sent > 1 and phone.stream.retransmitted + exchanges.retransmitted == 0
    if connection.server.packets or case.role is ConnectionRole.STANDBY or not (is_answered_unseen or is_never_sent_again):
        return None
    return KeepaliveVerdict.NOT_COVERED, "the capture has packets of the phone only, which never sends one again: mirror both directions"


def _missed(case: Case) -> Judged | None:
    """Keepalives without an answer in time."""
    exchanges = case.connection.talk.exchanges
    is_standby = case.role is ConnectionRole.STANDBY
    missed = [one for one in exchanges.missed if not (is_standby and one.acked_ns and not one.answered_ns)]
    if is_standby and case.connection.protocol.value == "sip_udp":
        return None
    if not missed:
        return None
    reached = [one for one in missed if one.is_reached and one.server_quiet is not False]
    on_the_way = [one for one in missed if one.is_reached and one.server_quiet is False]
    silent = [one for one in missed if not one.is_reached]
    if len(reached) >= max(len(on_the_way), len(silent)):
        return _stalled(case, reached)
    if len(on_the_way) >= len(silent):
        return _answers_on_the_way(case, on_the_way)
    return _no_sign(case, silent)


def _stalled(case: Case, reached: Sequence[Exchange]) -> Judged:
    if case.role is ConnectionRole.UNKNOWN:
        return KeepaliveVerdict.NOT_PROVEN, (
            f"{_some(reached)} acknowledged by TCP and never answered: a standby server behaves so, and one whose process stands still"
        )
    late = sum(one.answered_ns > 0 for one in reached)
    what = f"not answered within {_DUE_S} s" + (f" ({late} later)" if late else "")
    return KeepaliveVerdict.CALL_SERVER, (
        f"{_some(reached)} acknowledged by the server's TCP and {what}: its machine was reached, its call processing stood still"
    )


def _answers_on_the_way(case: Case, missed: Sequence[Exchange]) -> Judged:
    if case.is_at_server:
        return (
            KeepaliveVerdict.NOT_PROVEN,
            f"{_some(missed)} followed by bytes of the server that the capture lacks: the answers may be there",
        )
    return KeepaliveVerdict.NETWORK, (
        f"{_some(missed)} acknowledged, and the server's numbers show that it sent more than arrived here: answers were lost on the way back"
    )


def _no_sign(case: Case, missed: Sequence[Exchange]) -> Judged:
    """Neither an answer nor an acknowledgement."""
    refusal = refusal_of(case.connection)
    if refusal is not None and refusal.by is Party.MIDDLEBOX:
        return KeepaliveVerdict.NETWORK, f"{_some(missed)} not delivered; {refusal.text}"
    if case.is_at_server:
        return KeepaliveVerdict.CALL_SERVER, (
            f"{_some(missed)} seen at the server's side, and nothing came back in time, not even from TCP: the machine or its network card"
        )
    others = (
        f"; the server answered {counted(case.answered_others, 'other phone')} after that, which speaks for this phone's way"
        if case.answered_others
        else ""
    )
    return KeepaliveVerdict.NOT_PROVEN, (
        f"{_some(missed)} neither answered nor acknowledged in time: lost on the way there or back, or the server was down{others}"
    )


def _some(missed: Sequence[Exchange]) -> str:
    verb = "was" if len(missed) == 1 else "were"
    return f"{counted(len(missed), 'keepalive')} {verb}"


def _unacknowledged(case: Case) -> Judged | None:
    """Data that was never acknowledged; of encrypted connections all there is."""
    connection = case.connection
    if is_unacknowledged(connection.phone, case.end_ns) and connection.protocol.is_encrypted:
        if case.is_at_server:
            return KeepaliveVerdict.CALL_SERVER, "data of the phone arrived at the server's side and was never acknowledged"
        return (
            KeepaliveVerdict.NOT_PROVEN,
            "data of the phone was never acknowledged: lost on the way there or back, or the server was down",
        )
    if is_unacknowledged(connection.server, case.end_ns):
        if case.is_at_phone:
            return KeepaliveVerdict.PHONE_SILENT, "data of the server arrived at the phone's port and was never acknowledged"
        return (
            KeepaliveVerdict.NOT_PROVEN,
            "data of the server was never acknowledged: lost on the way there or back, or the phone was gone",
        )
    return None


def _silent(case: Case) -> Judged | None:
    """No further keepalive where one was due."""
    last_ns = case.connection.talk.exchanges.last_sent_ns
    interval_s, source = interval_of(case.connection)
    if not last_ns or interval_s is None:
        return None
    silent_s = (case.end_ns - last_ns) / 1e9
    if silent_s <= _OVERDUE * interval_s + 5:
        return None
    about = "granted" if source is not IntervalSource.MEASURED else "as before"
    told = f"no keepalive for {silent_s:.0f} s, since {moment(last_ns):%H:%M:%S}Z, where one was due every {interval_s:g} s ({about})"
    if case.is_at_phone:
        return KeepaliveVerdict.PHONE_SILENT, f"{told}: none left the phone"
    return KeepaliveVerdict.NOT_PROVEN, f"{told}: the phone stopped, or they were lost before this place"


def _closed(case: Case) -> Judged | None:
    closing = closing_of(case.connection)
    if closing is None:
        return None
    if closing.by is Party.MIDDLEBOX:
        return KeepaliveVerdict.CLOSED_BY_MIDDLEBOX, (
            f"reset by a packet with TTL {closing.ttl}, where all others of that address have {closing.usual_ttl}: made by a firewall or the like"
        )
    by_server = closing.by is Party.SERVER
    verdict = KeepaliveVerdict.CLOSED_BY_SERVER if by_server else KeepaliveVerdict.CLOSED_BY_PHONE
    return verdict, f"{_how(closing)} by the {'call server' if by_server else 'phone'}{_said_before(case)}"


def _how(closing: Closing) -> str:
    return "reset (RST)" if closing.kind is CloseKind.RST else "closed (FIN)"


def _said_before(case: Case) -> str:
    """The last thing that was said of the registration shortly before the end."""
    near = [
        f", {(case.end_ns - time_ns) / 1e9:.1f} s after {text} of the {by.value}"
        for time_ns, by, text in case.connection.talk.notables
        if 0 <= case.end_ns - time_ns <= _RELATED_S * 10**9
    ]
    return near[-1] if near else ""


def _nothing_wrong(case: Case) -> Judged:
    connection = case.connection
    exchanges = connection.talk.exchanges
    if connection.protocol.is_encrypted:
        return KeepaliveVerdict.ENCRYPTED, "encrypted: keepalives cannot be seen; TCP itself shows nothing wrong"
    if case.role is ConnectionRole.STANDBY:
        return KeepaliveVerdict.HEALTHY, "connection to a standby server, which acknowledges keepalives by TCP only"
    if exchanges.answered:
        return KeepaliveVerdict.HEALTHY, "every keepalive whose answer was due was answered"
    seconds = (connection.last_ns - connection.first_ns) / 1e9
    return KeepaliveVerdict.NOT_COVERED, f"the capture has {seconds:.0f} s of this connection and no keepalive whose answer was due"


def _besides(case: Case, told: str) -> list[str]:
    """What else somebody is to know."""
    connection = case.connection
    phone, server = connection.phone, connection.server
    closing = closing_of(connection)
    sentences = []
    if connection.protocol.is_encrypted and "encrypted" not in told:
        sentences.append("encrypted: keepalives cannot be seen, this is from TCP alone")
    if closing is not None and "TTL" not in told and "FIN" not in told and "RST" not in told:
        by = "something in between (its TTL differs)" if closing.by is Party.MIDDLEBOX else f"the {closing.by.value}"
        sentences.append(f"then {_how(closing)} by {by} at {closing.at:%H:%M:%S}Z{_said_before(case)}")
    if server.window_closed_ns:
        sentences.append(f"the server's TCP took no more data at {moment(server.window_closed_ns):%H:%M:%S}Z: its process does not read")
    if phone.window_closed_ns:
        sentences.append(f"the phone's TCP took no more data at {moment(phone.window_closed_ns):%H:%M:%S}Z")
    if again := phone.stream.retransmitted + server.stream.retransmitted:
        sentences.append(f"{counted(again, 'segment')} sent again (lost, or not acknowledged in time)")
    if lacking := phone.stream.missing_bytes + server.stream.missing_bytes:
        sentences.append(f"the capture lacks {counted(lacking, 'byte')} that were on the wire; they are not taken for silence")
    if strange := phone.not_understood + server.not_understood:
        sentences.append(f"after {counted(strange, 'message')} came bytes that are none; they are not taken for silence")
    if phone.ttl_changes or server.ttl_changes:
        sentences.append("the number of routers on the way changed meanwhile (TTL)")
    return sentences
