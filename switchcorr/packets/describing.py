"""What is known of one connection in numbers, before anything is concluded."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from switchcorr.model.keepalive import (
    CloseKind,
    Closing,
    ConnectionRole,
    IntervalSource,
    MissedAnswer,
    Notable,
    Party,
    TcpFacts,
)
from switchcorr.packets.connections import Connection, End
from switchcorr.packets.exchanges import ANSWER_DUE_NS, Exchange
from switchcorr.packets.frames import Segment

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_TTLS = (32, 64, 128, 255)


def moment(time_ns: int) -> datetime:
    """Nanoseconds since 1970 as a moment, to the microsecond."""
    return _EPOCH + timedelta(microseconds=time_ns // 1000)


def address(raw: bytes) -> str:
    """An IP address of four or sixteen bytes as text."""
    return str(ip_address(raw))


def endpoint(raw: bytes, port: int) -> str:
    """Address and port as text.

    >>> endpoint(bytes((192, 0, 2, 1)), 2000)
    '192.0.2.1:2000'
    """
    text = address(raw)
    return f"[{text}]:{port}" if ":" in text else f"{text}:{port}"


def hops(ttl: int | None) -> int | None:
    """Routers that a packet has passed: the number of steps below the nearest value that systems begin with.

    >>> hops(64), hops(61), hops(250), hops(None)
    (0, 3, 5, None)
    """
    return None if ttl is None else next(first for first in _FIRST_TTLS if ttl <= first) - ttl


def interval_of(connection: Connection) -> tuple[float | None, IntervalSource]:
    """Seconds between keepalives: as the server granted them, else as they came."""
    talk = connection.talk
    if talk.interval_s:
        return float(talk.interval_s), IntervalSource.REGISTER_ACK
    if talk.granted_s:
        return float(talk.granted_s), IntervalSource.EXPIRES
    measured = talk.exchanges.median_gap_s
    return (None, IntervalSource.UNKNOWN) if measured is None else (round(measured, 1), IntervalSource.MEASURED)


def role_of(connection: Connection, *, answered_elsewhere: bool) -> ConnectionRole:
    """What the connection is for.

    A standby server acknowledges SCCP's keepalives by TCP alone. So it is one where no server's message was seen, and either the connection
    has no Register from its beginning on, or the phone has another connection meanwhile in which it is answered.
    """
    talk = connection.talk
    if talk.standby_keepalives * 2 > talk.exchanges.sent:
        return ConnectionRole.STANDBY
    if talk.registrations or talk.answers_seen:
        return ConnectionRole.PRIMARY
    if connection.protocol.is_encrypted or any(text.startswith("Register") for _, _, text in talk.notables):
        return ConnectionRole.UNKNOWN
    if talk.exchanges.unanswered_but_acked and (connection.handshake or answered_elsewhere):
        return ConnectionRole.STANDBY
    return ConnectionRole.UNKNOWN


def closing_of(connection: Connection) -> Closing | None:
    """The packet that closed the connection first, and from whom it is.

    A reset whose TTL is not that of the other packets of its address was made by something in between. Of two FINs the one that does not
    acknowledge the other was first, whatever the order in the capture.
    """
    ends = ((Party.PHONE, connection.phone), (Party.SERVER, connection.server))
    found = [(packet.time_ns, party, kind, packet, end) for party, end in ends for kind, packet in _last_words(end)]
    if not found:
        return None
    found.sort(key=lambda item: (_answers_fin(item[3], connection), item[0], item[1]))
    time_ns, party, kind, packet, end = found[0]
    is_forged = kind is CloseKind.RST and end.ttl is not None and end.ttl != packet.ttl
    return Closing(Party.MIDDLEBOX if is_forged else party, kind, moment(time_ns), packet.ttl, end.ttl)


def _last_words(end: End) -> list[tuple[CloseKind, Segment]]:
    words = ((CloseKind.FIN, end.fin), (CloseKind.RST, end.rst))
    return [(kind, packet) for kind, packet in words if packet is not None]


def _answers_fin(packet: Segment, connection: Connection) -> bool:
    """Whether a packet acknowledges the other side's FIN."""
    other = (
        connection.server.fin if packet.source == connection.key[0] and packet.source_port == connection.key[1] else connection.phone.fin
    )
    return other is not None and packet.ack == (other.seq + other.length + 1) & 0xFFFFFFFF


def tcp_facts(connection: Connection, end_ns: int) -> TcpFacts:
    """What TCP did up to a moment."""
    phone, server = connection.phone, connection.server
    return TcpFacts(
        handshake=connection.handshake,
        unanswered_syns=connection.syns if server.packets == 0 else 0,
        retransmitted=(phone.stream.retransmitted, server.stream.retransmitted),
        out_of_order=(phone.stream.out_of_order, server.stream.out_of_order),
        missing_bytes=(phone.stream.missing_bytes, server.stream.missing_bytes),
        not_understood=(phone.not_understood, server.not_understood),
        probes=(phone.stream.probes, server.stream.probes),
        window_closed_at=(_moment_or_none(phone.window_closed_ns), _moment_or_none(server.window_closed_ns)),
        unacknowledged=(is_unacknowledged(phone, end_ns), is_unacknowledged(server, end_ns)),
        hops=(hops(phone.ttl), hops(server.ttl)),
        duplicates=connection.duplicates,
    )


def is_unacknowledged(end: End, now_ns: int) -> bool:
    """Whether data of a side waits for its acknowledgement for longer than an answer may take."""
    return end.unacked_ns > 0 and now_ns - end.unacked_ns > ANSWER_DUE_NS


def noticed_s(connection: Connection, opened_ns: Sequence[int]) -> tuple[float | None, float | None]:
    """Seconds from the first missed keepalive until the phone gave the connection up, or opened another one, and until the server did.

    Args:
        connection: the connection.
        opened_ns: when the phone opened connections, in order.
    """
    missed = connection.talk.exchanges.missed
    if not missed:
        return None, None
    since_ns = missed[0].sent_ns
    at = bisect_right(opened_ns, since_ns)
    by_phone = [time_ns for time_ns in (*_own_ends(connection.phone), *opened_ns[at : at + 1]) if time_ns > since_ns]
    by_server = [time_ns for time_ns in _own_ends(connection.server) if time_ns > since_ns]
    return _seconds(by_phone, since_ns), _seconds(by_server, since_ns)


def _own_ends(end: End) -> list[int]:
    """When a side ended the connection by packets that have its own TTL."""
    return [packet.time_ns for _, packet in _last_words(end) if end.ttl in (None, packet.ttl)]


def _seconds(times_ns: Sequence[int], since_ns: int) -> float | None:
    return (min(times_ns) - since_ns) / 1e9 if times_ns else None


def missed_answer(exchange: Exchange) -> MissedAnswer:
    """A missed keepalive as a value."""
    return MissedAnswer(
        sent_at=moment(exchange.sent_ns),
        transmissions=exchange.copies,
        acknowledged_at=_moment_or_none(exchange.acked_ns),
        server_sent_nothing=exchange.server_quiet,
        answered_at=_moment_or_none(exchange.answered_ns),
    )


def notables_of(connection: Connection) -> tuple[Notable, ...]:
    """What was said of the registration."""
    return tuple(Notable(moment(time_ns), by, text) for time_ns, by, text in connection.talk.notables)


def refusal_of(connection: Connection) -> Notable | None:
    """The first ICMP message about the connection: who could not deliver what."""
    refusal = connection.refusal
    if refusal is None:
        return None
    by = {connection.key[0]: Party.PHONE, connection.key[2]: Party.SERVER}.get(refusal.reporter, Party.MIDDLEBOX)
    return Notable(moment(refusal.time_ns), by, f"{address(refusal.reporter)}: {refusal.kind}")


def _moment_or_none(time_ns: int) -> datetime | None:
    return moment(time_ns) if time_ns else None
