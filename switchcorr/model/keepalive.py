"""What a packet capture tells of the keepalives of phones: exchanges, connections, phones, and the judgement of each."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime


class KeepaliveProtocol(enum.StrEnum):
    """What a phone speaks with its call server."""

    SCCP = "sccp"
    SCCP_TLS = "sccp_tls"
    SIP = "sip"
    SIP_UDP = "sip_udp"
    SIP_TLS = "sip_tls"

    @property
    def is_encrypted(self) -> bool:
        """Whether only what TCP does can be seen."""
        return self in (KeepaliveProtocol.SCCP_TLS, KeepaliveProtocol.SIP_TLS)


class CaptureSide(enum.StrEnum):
    """Where a capture was taken: by whose packets have passed fewer routers."""

    PHONE = "phone"
    SERVER = "server"
    UNKNOWN = "unknown"


class ConnectionRole(enum.StrEnum):
    """What a connection is for; a standby server acknowledges keepalives by TCP only."""

    PRIMARY = "primary"
    STANDBY = "standby"
    UNKNOWN = "unknown"


class Party(enum.StrEnum):
    """Who did something on the wire."""

    PHONE = "phone"
    SERVER = "server"
    MIDDLEBOX = "middlebox"


class CloseKind(enum.StrEnum):
    """How a TCP connection was ended."""

    FIN = "fin"
    RST = "rst"


class KeepaliveVerdict(enum.StrEnum):
    """What became of the keepalives of a connection, of a phone, of all; in the order in which one of several stands for all."""

    NETWORK = "network"
    CALL_SERVER = "call_server"
    CLOSED_BY_MIDDLEBOX = "closed_by_middlebox"
    REFUSED = "refused"
    CLOSED_BY_SERVER = "closed_by_server"
    PHONE_SILENT = "phone_silent"
    CLOSED_BY_PHONE = "closed_by_phone"
    NOT_PROVEN = "not_proven"
    HEALTHY = "healthy"
    ENCRYPTED = "encrypted"
    NOT_COVERED = "not_covered"

    @property
    def is_problem(self) -> bool:
        """Whether somebody is to look at it."""
        return self not in (KeepaliveVerdict.HEALTHY, KeepaliveVerdict.ENCRYPTED, KeepaliveVerdict.NOT_COVERED)


class KeepaliveFate(enum.StrEnum):
    """What became of one keepalive, by the captures of both sides."""

    ANSWERED = "answered"
    NOT_ANSWERED = "not_answered"
    LOST_TO_SERVER = "lost_to_server"
    ANSWER_LOST = "answer_lost"
    NOT_COVERED = "not_covered"


class IntervalSource(enum.StrEnum):
    """What the time between keepalives is known from."""

    REGISTER_ACK = "register_ack"
    EXPIRES = "expires"
    MEASURED = "measured"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class MissedAnswer:
    """A keepalive that was not answered, or not in time.

    Attributes:
        transmissions: how often it was seen on the wire.
        acknowledged_at: when the server's TCP acknowledged it.
        server_sent_nothing: whether a later packet of the server proves that it had sent no answer; None if nothing tells.
        answered_at: when the answer came after all.
        fate: by the captures of both sides; None with one capture.
    """

    sent_at: datetime
    transmissions: int
    acknowledged_at: datetime | None
    server_sent_nothing: bool | None
    answered_at: datetime | None
    fate: KeepaliveFate | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """The first FIN or RST of a connection.

    Attributes:
        ttl: of the packet that closed; ``usual_ttl`` of the other packets of the same address, None if there were none.
    """

    by: Party
    kind: CloseKind
    at: datetime
    ttl: int
    usual_ttl: int | None


@dataclass(frozen=True, slots=True)
class Notable:
    """A message that tells of the registration: Register, Reset, a reason; what it says is clean text."""

    at: datetime
    by: Party
    text: str


@dataclass(frozen=True, slots=True)
class TcpFacts:
    """What TCP did, the phone's side first in pairs.

    Attributes:
        handshake: whether the capture has the beginning of the connection.
        unanswered_syns: connection attempts to which nothing came back.
        retransmitted, missing_bytes, probes: segments sent again, bytes that the capture lacks, TCP's own keepalives; of phone and server.
        not_understood: how often what followed a message was none of the protocol; of phone and server.
        window_closed_at: when a side first said that it takes no more.
        unacknowledged: whether data of a side was never acknowledged, up to the end.
        hops: routers passed up to the capture; None where no packet of that side was seen.
        duplicates: packets that the capture has twice.
    """

    handshake: bool
    unanswered_syns: int
    retransmitted: tuple[int, int]
    out_of_order: tuple[int, int]
    missing_bytes: tuple[int, int]
    not_understood: tuple[int, int]
    probes: tuple[int, int]
    window_closed_at: tuple[datetime | None, datetime | None]
    unacknowledged: tuple[bool, bool]
    hops: tuple[int | None, int | None]
    duplicates: int


@dataclass(frozen=True, slots=True)
class OtherSide:
    """What the capture of the other side adds to a connection.

    Attributes:
        phone, server: addresses and ports as seen there, where they differ behind NAT; else empty.
        matched: keepalives that both captures have.
        lost_to_server, answers_lost, not_answered, not_covered: of all keepalives that left the phone.
        undelivered: bytes of the phone that never came to the server's side, and of the server that never came to the phone's, up to the end.
        copies_lost: transmissions of keepalives that left the phone and did not arrive, retransmissions included.
        hops_between: routers that the phone's packets passed between the captures; None if not known.
        forged: whether what closed the connection arrived at one side and never left the other.
    """

    phone: str
    server: str
    matched: int
    lost_to_server: int
    answers_lost: int
    not_answered: int
    not_covered: int
    undelivered: tuple[int, int]
    copies_lost: int
    hops_between: int | None
    forged: bool | None


@dataclass(frozen=True, slots=True)
class KeepaliveConnection:
    """One connection of a phone (or its registration by UDP), and what became of its keepalives.

    ``sent`` is ``answered`` + ``unanswered`` + ``open``. ``open`` are those whose answer was not due before the end of the capture
    or of the connection, or may be among the bytes that the capture lacks.

    Attributes:
        late: of the answered ones, those whose answer came too late to be of use.
        missed: unanswered and late ones, the first of them.
        longest_silence_s: longest time between two keepalives of the phone.
        silent_for_s: from the last keepalive to the end of the connection or of the capture.
        noticed_s: from the first missed keepalive until the phone, and until the server, ended the connection or went elsewhere (the phone: opened another one).
        why: sentences, the first one the verdict's.
    """

    phone: str
    server: str
    protocol: KeepaliveProtocol
    role: ConnectionRole
    first: datetime
    last: datetime
    sent: int
    answered: int
    unanswered: int
    open: int
    late: int
    retransmitted: int
    missed: tuple[MissedAnswer, ...]
    interval_s: float | None
    interval_source: IntervalSource
    round_trip_median_s: float | None
    round_trip_worst_s: float | None
    longest_silence_s: float | None
    silent_for_s: float | None
    noticed_s: tuple[float | None, float | None]
    tcp: TcpFacts | None
    closing: Closing | None
    refusal: Notable | None
    notables: tuple[Notable, ...]
    verdict: KeepaliveVerdict
    why: tuple[str, ...]
    other_side: OtherSide | None = None


@dataclass(frozen=True, slots=True)
class KeepalivePhone:
    """A phone and its connections, the earliest first.

    Attributes:
        name: its device name, else its MAC, else its address.
        mac: of its frames, where the capture is on its own segment; else empty.
    """

    name: str
    mac: str
    addresses: tuple[str, ...]
    verdict: KeepaliveVerdict
    why: tuple[str, ...]
    connections: tuple[KeepaliveConnection, ...]


@dataclass(frozen=True, slots=True)
class CaptureFacts:
    """What was read of a capture.

    Attributes:
        counts: packets by what they were (``used``, ``other``, ``not_ip``, ``fragments``, ``malformed``, ``cut``, ``duplicates``...).
        problem: why its rest could not be read; empty if it was read whole.
        side: where it was taken, by what its packets have passed or as was said.
    """

    file: str
    start: datetime | None
    end: datetime | None
    packets: int
    counts: tuple[tuple[str, int], ...]
    problem: str
    side: CaptureSide


@dataclass(frozen=True, slots=True)
class ClockOffset:
    """How far the clock of the other capture is ahead, from packets that both have; ``spread_s`` either way."""

    offset_s: float
    spread_s: float
    packets: int


@dataclass(frozen=True, slots=True)
class KeepaliveReport:
    """The answer.

    Attributes:
        captures: the given one, then that of the other side.
        unmatched: connections that only the given capture has, and those that only the other one has.
    """

    captures: tuple[CaptureFacts, ...]
    verdict: KeepaliveVerdict
    why: tuple[str, ...]
    phones: tuple[KeepalivePhone, ...]
    clock: ClockOffset | None
    unmatched: tuple[int, int] | None
