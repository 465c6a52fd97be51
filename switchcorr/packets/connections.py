"""One connection of a phone with a call server, packet by packet: what TCP did, and who closed.

``phone`` is the end that opens the connection (the one whose port is not the server's), ``server`` the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from switchcorr.model.keepalive import KeepaliveProtocol
from switchcorr.packets.byte_stream import ByteStream, Chunk, ahead
from switchcorr.packets.conversation import Conversation
from switchcorr.packets.frames import ACK, FIN, RST, SYN, Refusal, Segment
from switchcorr.packets.sccp import SccpParser, SccpPdu
from switchcorr.packets.sip import SipMessage, SipParser

_DUPLICATE_NS = 50_000_000
"""Within this time the same packet is one that a mirrored port gives twice; no TCP sends again so soon what was not lost three times."""
_MOST_MARKS = 4096
_MOST_RECENT = 16


@dataclass(slots=True)
class End:
    """What one side of a connection has sent.

    Attributes:
        parser: of its messages; None where they are encrypted.
        ttl: of its latest packet that was no RST.
        acked: highest number of the other side's bytes that it has acknowledged; ``first_acked`` the first one.
        unacked_ns: since when it waits for the acknowledgement of data; 0 if it does not.
        fin, rst: the first packets that end the connection.
        marks: by the number behind it, when each piece of data was seen first; only for the comparison with the other side.
    """

    parser: SccpParser | SipParser | None
    stream: ByteStream = field(default_factory=ByteStream)
    packets: int = 0
    ttl: int | None = None
    ttl_changes: int = 0
    mac: bytes = b""
    acked: int | None = None
    first_acked: int | None = None
    unacked_ns: int = 0
    window_closed_ns: int = 0
    fin: Segment | None = None
    rst: Segment | None = None
    recent: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)
    marks: dict[int, int] = field(default_factory=dict)

    @property
    def not_understood(self) -> int:
        """How often what followed a message was none."""
        return self.parser.not_understood if self.parser else 0


class Connection:
    """A TCP connection, or a registration by UDP.

    Attributes:
        key: address and port of phone and server.
        talk: what was said.
        syns: attempts of the phone to open it; ``first_syn`` the number of the first.
        refusal: the first ICMP message about it.
        first_frame, closed_frame: number of its first packet, and of the first that ends it; 0 if none does.
    """

    def __init__(self, key: tuple[bytes, int, bytes, int], protocol: KeepaliveProtocol, *, keep: bool) -> None:
        self.key, self.protocol, self._keep = key, protocol, keep
        if protocol.is_encrypted:
            self.phone, self.server = End(None), End(None)
        elif protocol is KeepaliveProtocol.SCCP:
            self.phone, self.server = End(SccpParser()), End(SccpParser())
        else:
            self.phone, self.server = End(SipParser()), End(SipParser())
        self.talk = Conversation(keep=keep)
        self.first_ns = self.last_ns = 0
        self.handshake = False
        self.syns = self.duplicates = 0
        self.first_syn: int | None = None
        self.refusal: Refusal | None = None
        self.first_frame = self.closed_frame = 0

    def take(self, packet: Segment, *, by_phone: bool) -> None:
        """Take a TCP segment."""
        mine, other = (self.phone, self.server) if by_phone else (self.server, self.phone)
        if self._is_duplicate(packet, mine):
            return
        self._note_packet(packet, mine)
        if packet.flags & SYN:
            mine.stream.begin(packet.seq)
            self.handshake = True
            self.syns += by_phone
            self.first_syn = packet.seq if by_phone else self.first_syn
        if packet.flags & ACK:
            _acknowledge(packet.ack, mine, other)
        if not packet.flags & (SYN | RST):
            self._take_data(packet, mine, by_phone=by_phone)
        if not by_phone and packet.flags & ACK:
            self.talk.exchanges.acknowledge(packet.ack, packet.time_ns, server_quiet=_sent_nothing_unseen(packet, mine.stream))
        self._settle(mine, other, packet.time_ns, by_phone=by_phone)
        self._settle(other, mine, packet.time_ns, by_phone=not by_phone)

    def take_datagram(self, packet: Segment, message: SipMessage, *, by_phone: bool) -> None:
        """Take a SIP message that came by UDP."""
        mine = self.phone if by_phone else self.server
        if not self._is_duplicate(packet, mine):
            self._note_packet(packet, mine)
            self.talk.take_sip(message, packet.time_ns, by_phone=by_phone, acked_ns=0)

    def refuse(self, refusal: Refusal) -> None:
        """Take an ICMP message about the connection."""
        self.refusal = self.refusal or refusal

    def finish(self, capture_end_ns: int) -> None:
        """Settle all, at the end of the capture."""
        self.talk.exchanges.finish(self.closed_ns or capture_end_ns)

    @property
    def closed_ns(self) -> int:
        """When it was closed first; 0 if it was not."""
        return min((packet.time_ns for end in (self.phone, self.server) for packet in (end.fin, end.rst) if packet), default=0)

    def _is_duplicate(self, packet: Segment, mine: End) -> bool:
        """Whether a mirrored port gave the packet before: the same in all but what routers change."""
        said = hash(packet.payload) if packet.is_udp else packet.checksum
        look = (packet.ip_id, packet.seq, packet.ack, packet.flags, packet.length, packet.window, said)
        for at, known in reversed(mine.recent):
            if packet.time_ns - at > _DUPLICATE_NS:
                break
            if look == known:
                self.duplicates += 1
                return True
        mine.recent.append((packet.time_ns, look))
        del mine.recent[:-_MOST_RECENT]
        return False

    def _note_packet(self, packet: Segment, mine: End) -> None:
        self.first_frame = self.first_frame or self.talk.turns.frame
        if not packet.is_udp and packet.flags & (FIN | RST):
            self.closed_frame = self.closed_frame or self.talk.turns.frame
        self.first_ns = self.first_ns or packet.time_ns
        self.last_ns = max(self.last_ns, packet.time_ns)
        if not packet.is_udp and packet.flags & RST:
            mine.rst = mine.rst or packet
            return
        mine.packets += 1
        mine.mac = mine.mac or packet.mac
        mine.ttl_changes += mine.ttl is not None and mine.ttl != packet.ttl
        mine.ttl = packet.ttl
        if packet.is_udp:
            return
        if packet.flags & FIN:
            mine.fin = mine.fin or packet
        if packet.window == 0 and not packet.flags & SYN:
            mine.window_closed_ns = mine.window_closed_ns or packet.time_ns

    def _take_data(self, packet: Segment, mine: End, *, by_phone: bool) -> None:
        chunks, is_repeated = mine.stream.take(packet.seq, packet.payload, packet.length, packet.time_ns)
        if is_repeated and by_phone:
            self.talk.exchanges.repeat(packet.seq, packet.length)
        if packet.length > 1 and not is_repeated:
            end_seq = (packet.seq + packet.length) & 0xFFFFFFFF
            if self._keep and len(mine.marks) < _MOST_MARKS:
                mine.marks.setdefault(end_seq, packet.time_ns)
            other = self.server if by_phone else self.phone
            if other.acked is None or ahead(other.acked, end_seq) < 0:
                mine.unacked_ns = mine.unacked_ns or packet.time_ns
        self._parse(mine, chunks, by_phone=by_phone)

    def _settle(self, mine: End, other: End, now_ns: int, *, by_phone: bool) -> None:
        acked = other.acked
        if acked is not None and mine.fin is not None:  # a FIN counts as a byte, which no segment has
            acked = (acked - 1) & 0xFFFFFFFF
        self._parse(mine, mine.stream.settle(acked, now_ns), by_phone=by_phone)

    def _parse(self, mine: End, chunks: Sequence[Chunk], *, by_phone: bool) -> None:
        acked, lose = self.server.acked, self.talk.exchanges.lose_questions if by_phone else self.talk.exchanges.lose_answers
        for chunk in chunks:
            before = mine.not_understood
            messages = mine.parser.feed(chunk) if mine.parser else []
            is_strange = mine.not_understood > before
            if chunk.after_gap or is_strange:
                lose()
                self.talk.turns.lose()
            for message in messages:
                acked_ns = chunk.time_ns if acked is not None and ahead(acked, message.end_seq) >= 0 else 0
                if isinstance(message, SccpPdu):
                    self.talk.take_sccp(message, chunk.time_ns, by_phone=by_phone, acked_ns=acked_ns)
                else:
                    self.talk.take_sip(message, chunk.time_ns, by_phone=by_phone, acked_ns=acked_ns)
            if is_strange:
                lose()
                self.talk.turns.lose()


def _acknowledge(ack: int, mine: End, other: End) -> None:
    """Take the number up to which one side has all bytes of the other."""
    if mine.acked is None or ahead(ack, mine.acked) > 0:
        mine.acked = ack
    if mine.first_acked is None:
        mine.first_acked = ack
    if other.stream.next_seq is not None and ahead(ack, other.stream.next_seq) >= 0:
        other.unacked_ns = 0


def _sent_nothing_unseen(packet: Segment, stream: ByteStream) -> bool:
    """Whether a packet's own number shows that all bytes its sender has sent so far were seen."""
    return not stream.is_hole_lost and stream.next_seq is not None and ahead(packet.seq, stream.next_seq) <= 0
