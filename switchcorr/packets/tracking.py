"""All connections of a capture: which packet belongs to which, and what is known across them.

Memory grows with the number of connections, not with the number of packets.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from switchcorr.model.keepalive import KeepaliveProtocol
from switchcorr.packets.connections import Connection
from switchcorr.packets.frames import ACK, SYN, Decoder, Refusal, Segment
from switchcorr.packets.sip import SipMessage, device_of_call_id, parse_message

DEFAULT_PORTS: Mapping[int, KeepaliveProtocol] = {
    2000: KeepaliveProtocol.SCCP,
    2443: KeepaliveProtocol.SCCP_TLS,
    5060: KeepaliveProtocol.SIP,
    5061: KeepaliveProtocol.SIP_TLS,
}
_MOST_CONNECTIONS = 50_000
_MOST_ALIKE = 3
"""Addresses behind one MAC that are remembered: two are a router."""

_Key = tuple[bytes, int, bytes, int]


class Tracker:
    """Takes packets, and holds what became of every connection.

    Attributes:
        connections: all, in the order in which they began.
        start_ns, end_ns: first and last packet of the capture, of whatever kind; 0 if there was none.
        packets, used, not_followed: counts; what was not followed are packets of connections beyond the number that is kept.
        addresses_of_mac: which phones' addresses stand behind a frame's source address.
    """

    def __init__(self, *, ports: Mapping[int, KeepaliveProtocol] = DEFAULT_PORTS, keep: bool = False) -> None:
        self.decoder = Decoder(frozenset(ports))
        self.connections: list[Connection] = []
        self.start_ns = self.end_ns = self.packets = self.used = self.not_followed = 0
        self.addresses_of_mac: dict[bytes, set[bytes]] = defaultdict(set)
        self._ports, self._keep = ports, keep
        self._current: dict[_Key, Connection] = {}
        self._by_udp: dict[tuple[bytes, bytes], dict[str, Connection]] = defaultdict(dict)

    def take(self, time_ns: int, link: int, data: bytes, wire_length: int) -> None:
        """Take a packet of the capture."""
        self.packets += 1
        self.start_ns = min(self.start_ns, time_ns) if self.packets > 1 else time_ns
        self.end_ns = max(self.end_ns, time_ns)
        found = self.decoder.decode(time_ns, link, data, wire_length)
        if found is None:
            return
        self.used += 1
        if isinstance(found, Refusal):
            self._take_refusal(found)
        elif found.is_udp:
            self._take_datagram(found)
        else:
            self._take_segment(found)

    def finish(self) -> None:
        """Settle all connections at the end of the capture."""
        for connection in self.connections:
            connection.finish(self.end_ns)

    @property
    def counts(self) -> Counter[str]:
        """Packets by what they were."""
        duplicates = sum(connection.duplicates for connection in self.connections)
        return self.decoder.counts + Counter(used=self.used, duplicates=duplicates, not_followed=self.not_followed)

    def _take_segment(self, packet: Segment) -> None:
        there = (packet.source, packet.source_port, packet.destination, packet.destination_port)
        back = (packet.destination, packet.destination_port, packet.source, packet.source_port)
        by_phone = there in self._current or (back not in self._current and self._is_by_phone(packet))
        key = there if by_phone else back
        connection = self._current.get(key)
        if connection is None or (by_phone and _begins_anew(packet, connection)):
            connection = self._begin(key, self._ports[key[3]])
            if connection is None:
                return
            self._current[key] = connection
        if by_phone:
            self._note_mac(packet, connection)
        connection.talk.turns.frame = self.packets
        connection.take(packet, by_phone=by_phone)

    def _note_mac(self, packet: Segment, connection: Connection) -> None:
        """Remember whose address a frame came from, by the first frame of a connection."""
        if connection.phone.packets == 0 and len(self.addresses_of_mac[packet.mac]) < _MOST_ALIKE:
            self.addresses_of_mac[packet.mac].add(packet.source)

    def _is_by_phone(self, packet: Segment) -> bool:
        """Whether the packet goes to the server: by its ports, and where both are a server's by who opens the connection."""
        if packet.destination_port not in self._ports:
            return False
        return packet.source_port not in self._ports or packet.flags & (SYN | ACK) != SYN | ACK

    def _take_datagram(self, packet: Segment) -> None:
        message = parse_message(packet.payload)
        if message is None or not (message.method == "REGISTER" or message.alarm):
            return
        by_phone = message.status == 0
        phone, port, server, server_port = (
            (packet.source, packet.source_port, packet.destination, packet.destination_port)
            if by_phone
            else (packet.destination, packet.destination_port, packet.source, packet.source_port)
        )
        connection = self._by_datagram((phone, port, server, server_port), message)
        if connection is None:
            return
        if by_phone:
            self._note_mac(packet, connection)
        connection.talk.turns.frame = self.packets
        connection.take_datagram(packet, message, by_phone=by_phone)

    def _by_datagram(self, key: _Key, message: SipMessage) -> Connection | None:
        """The registration that a datagram is of; an alarm is of the only one between its two ends, and begins none."""
        known = self._by_udp[key[0], key[2]]
        party = _party(message)
        if message.method != "REGISTER" and party not in known:
            return next(iter(known.values())) if len(known) == 1 else None
        if party not in known and (begun := self._begin(key, KeepaliveProtocol.SIP_UDP)) is not None:
            known[party] = begun
        return known.get(party)

    def _take_refusal(self, refusal: Refusal) -> None:
        there = (refusal.source, refusal.source_port, refusal.destination, refusal.destination_port)
        back = (refusal.destination, refusal.destination_port, refusal.source, refusal.source_port)
        connection = self._current.get(there) or self._current.get(back)
        if connection is not None:
            connection.refuse(refusal)
            return
        for ends in ((refusal.source, refusal.destination), (refusal.destination, refusal.source)):
            for party in self._by_udp.get(ends, {}).values():
                party.refuse(refusal)

    def _begin(self, key: _Key, protocol: KeepaliveProtocol) -> Connection | None:
        if len(self.connections) >= _MOST_CONNECTIONS:
            self.not_followed += 1
            return None
        connection = Connection(key, protocol, keep=self._keep)
        self.connections.append(connection)
        return connection


def _begins_anew(packet: Segment, connection: Connection) -> bool:
    """Whether a SYN of a known pair of ports opens another connection, and is not the same SYN again, or one that the capture has too late."""
    if packet.flags & (SYN | ACK) != SYN or packet.seq == connection.first_syn:
        return False
    return connection.phone.packets > 0 and connection.phone.stream.next_seq != (packet.seq + 1) & 0xFFFFFFFF


def _party(message: SipMessage) -> str:
    """Whose registration a datagram belongs to: several phones may stand behind one address."""
    return device_of_call_id(message.call_id) or message.call_id
