"""Frames to TCP segments, UDP datagrams and ICMP refusals, by reading the headers themselves: some microseconds a packet.

Link layers: Ethernet with any number of VLAN tags, Linux cooked 1 and 2, raw IP, BSD loopback; also inside GRE and ERSPAN (types I to III).
Source: RFC 791, 8200, 9293, 768, 792, 4443, 2784; IEEE 802.1Q; LINKTYPE registry of tcpdump.org; draft-foschiano-erspan.
"""

from __future__ import annotations

import struct
from collections import Counter
from typing import NamedTuple

FIN, SYN, RST, ACK = 1, 2, 4, 16
_ETHERNET, _RAW, _COOKED, _COOKED2, _NULL = 1, 101, 113, 276, 0
_IPV4, _IPV6 = 0x0800, 0x86DD
_LINK_OF_IP = {12: 0, 14: 0, _RAW: 0, 228: 0, 229: 0}
_TAGS = frozenset((0x8100, 0x88A8, 0x9100, 0x9200))
_TCP, _UDP, _ICMP, _ICMP6, _GRE, _FRAGMENT = 6, 17, 1, 58, 47, 44
_EXTENSIONS = frozenset((0, 43, 60, _FRAGMENT))
_DEEPEST = 4
"""Most envelopes about a packet: SPAN within SPAN is two."""
_ERSPAN2, _ERSPAN3, _BRIDGED = 0x88BE, 0x22EB, 0x6558

_tcp_header = struct.Struct("!HHIIBBHH").unpack_from
_short = struct.Struct("!H").unpack_from
_two_shorts = struct.Struct("!HH").unpack_from
_PLAIN_IPV4 = b"\x08\x00\x45"
"""Ethernet's type of IPv4, then version 4 and a header without options."""


class Segment(NamedTuple):
    """A TCP segment, or a UDP datagram (``flags`` -1; sequence numbers and window 0).

    Attributes:
        length: bytes of payload on the wire; ``payload`` has fewer where the capture cut the packet.
        mac: the frame's source address, empty where the link layer has none.
        ttl: time to live, or hop limit.
        ip_id: identification of IPv4, -1 for IPv6.
    """

    time_ns: int
    source: bytes
    source_port: int
    destination: bytes
    destination_port: int
    ttl: int
    ip_id: int
    flags: int
    seq: int
    ack: int
    window: int
    checksum: int
    payload: bytes
    length: int
    mac: bytes

    @property
    def is_udp(self) -> bool:
        """Whether it is a datagram."""
        return self.flags < 0


class Refusal(NamedTuple):
    """An ICMP message that a packet could not be delivered: from whom, and to which packet's ends."""

    time_ns: int
    reporter: bytes
    kind: str
    source: bytes
    source_port: int
    destination: bytes
    destination_port: int


class _Ip(NamedTuple):
    """What the headers of IP say: where the payload is, and what of it there is."""

    source: bytes
    destination: bytes
    protocol: int
    ttl: int
    ip_id: int
    start: int
    end: int
    later_fragment: bool


class Decoder:
    """Decodes packets, and counts those that are of no use by why.

    Attributes:
        counts: ``not_ip``, ``other`` (other protocols and ports), ``fragments``, ``malformed``, ``unknown_link``, ``cut``.
    """

    def __init__(self, ports: frozenset[int]) -> None:
        self.ports = ports
        self.counts: Counter[str] = Counter()

    def decode(self, time_ns: int, link: int, data: bytes, wire_length: int) -> Segment | Refusal | None:
        """The segment, datagram or refusal in a packet that concerns the wanted ports."""
        if link == _ETHERNET and self._is_plainly_other(data):
            self.counts["other"] += 1
            return None
        try:
            found = self._link(time_ns, link, data, wire_length)
        except (struct.error, IndexError):
            self.counts["malformed" if wire_length <= len(data) else "cut"] += 1
            return None
        if isinstance(found, Segment) and len(found.payload) < found.length:
            self.counts["cut"] += 1
        return found

    def _is_plainly_other(self, data: bytes) -> bool:
        """Whether it is TCP or UDP between other ports, in the commonest of all frames: most of a capture is voice, and this costs a third of decoding it."""
        if data[12:15] != _PLAIN_IPV4 or len(data) < 38 or data[20] & 0x3F or data[21] or data[23] not in (_TCP, _UDP):
            return False
        source_port, destination_port = _two_shorts(data, 34)
        return source_port not in self.ports and destination_port not in self.ports

    def _link(self, time_ns: int, link: int, data: bytes, wire_length: int) -> Segment | Refusal | None:
        if link == _ETHERNET:
            return self._ethernet(time_ns, data, 0, wire_length, 0)
        if link == _COOKED:
            return self._network(time_ns, data, _short(data, 14)[0], 16, data[6:12] if data[5] == 6 else b"", wire_length, 0)
        if link == _COOKED2:
            return self._network(time_ns, data, _short(data, 0)[0], 20, data[12:18] if data[11] == 6 else b"", wire_length, 0)
        start = _LINK_OF_IP.get(link, 4 if link in (_NULL, 108) else None)
        if start is None:
            self.counts["unknown_link"] += 1
            return None
        return self._network(time_ns, data, _IPV4 if data[start] >> 4 == 4 else _IPV6, start, b"", wire_length, 0)

    def _ethernet(self, time_ns: int, data: bytes, at: int, wire_length: int, depth: int) -> Segment | Refusal | None:
        kind, start = _short(data, at + 12)[0], at + 14
        while kind in _TAGS:
            kind, start = _short(data, start + 2)[0], start + 4
        return self._network(time_ns, data, kind, start, data[at + 6 : at + 12], wire_length, depth)

    def _network(
        self, time_ns: int, data: bytes, kind: int, start: int, mac: bytes, wire_length: int, depth: int
    ) -> Segment | Refusal | None:
        if kind == _IPV4:
            ip = _ipv4(data, start, wire_length)
        elif kind == _IPV6:
            ip = _ipv6(data, start, wire_length)
        else:
            self.counts["not_ip"] += 1
            return None
        if ip is None or ip.end < ip.start:
            self.counts["malformed"] += 1
            return None
        if ip.later_fragment:
            self.counts["fragments"] += 1
            return None
        return self._payload(time_ns, data, ip, mac, wire_length, depth)

    def _payload(self, time_ns: int, data: bytes, ip: _Ip, mac: bytes, wire_length: int, depth: int) -> Segment | Refusal | None:
        if ip.protocol in (_TCP, _UDP):
            return self._transport(time_ns, data, ip, mac)
        if ip.protocol in (_ICMP, _ICMP6):
            return self._refusal(time_ns, data, ip)
        if ip.protocol == _GRE and depth < _DEEPEST:
            return self._inside(time_ns, data, ip.start, wire_length, depth + 1)
        self.counts["other"] += 1
        return None

    def _transport(self, time_ns: int, data: bytes, ip: _Ip, mac: bytes) -> Segment | None:
        start = ip.start
        source_port, destination_port = _short(data, start)[0], _short(data, start + 2)[0]
        if source_port not in self.ports and destination_port not in self.ports:
            self.counts["other"] += 1
            return None
        if ip.protocol == _UDP:
            body, length = start + 8, _short(data, start + 4)[0] - 8
            seq = ack = window = checksum = 0
            flags = -1
        else:
            _, _, seq, ack, words, flags, window, checksum = _tcp_header(data, start)
            body = start + (words >> 4) * 4
            length = ip.end - body
        if length < 0 or body < start + 8:
            self.counts["malformed"] += 1
            return None
        return Segment(
            time_ns, ip.source, source_port, ip.destination, destination_port, ip.ttl, ip.ip_id, flags, seq, ack, window, checksum,
            data[body : min(body + length, ip.end)], length, mac,
        )  # fmt: skip

    def _refusal(self, time_ns: int, data: bytes, ip: _Ip) -> Refusal | None:
        kind = _refusal_kind(ip.protocol, data[ip.start], data[ip.start + 1])
        about = None
        if kind:
            inner = ip.start + 8
            about = _ipv4(data, inner, 0) if data[inner] >> 4 == 4 else _ipv6(data, inner, 0)
        if about is None or about.protocol not in (_TCP, _UDP):
            self.counts["other"] += 1
            return None
        source_port, destination_port = _short(data, about.start)[0], _short(data, about.start + 2)[0]
        return Refusal(time_ns, ip.source, kind, about.source, source_port, about.destination, destination_port)

    def _inside(self, time_ns: int, data: bytes, at: int, wire_length: int, depth: int) -> Segment | Refusal | None:
        """What GRE carries: IP, Ethernet, or a frame that a switch mirrors (ERSPAN)."""
        flags, kind = _short(data, at)[0], _short(data, at + 2)[0]
        start = at + 4 + (4 if flags & 0x8000 else 0) + (4 if flags & 0x2000 else 0) + (4 if flags & 0x1000 else 0)
        if kind == _ERSPAN2 and flags & 0x1000:
            start += 8
        elif kind == _ERSPAN3:
            start += 20 if data[start + 11] & 1 else 12
        if kind in (_ERSPAN2, _ERSPAN3, _BRIDGED):
            return self._ethernet(time_ns, data, start, wire_length, depth)
        return self._network(time_ns, data, kind, start, b"", wire_length, depth)


def _ipv4(data: bytes, at: int, wire_length: int) -> _Ip | None:
    """The header at a place; None if it is none. A length of 0 is that of a packet which the network card was to cut."""
    if data[at] >> 4 != 4 or data[at] & 15 < 5:
        return None
    start = at + (data[at] & 15) * 4
    end = at + _short(data, at + 2)[0]
    fragment = _short(data, at + 6)[0]
    source, destination = data[at + 12 : at + 16], data[at + 16 : at + 20]
    if len(destination) < 4:
        raise struct.error
    return _Ip(
        source, destination, data[at + 9], data[at + 8], _short(data, at + 4)[0], start, end if end > at else wire_length,
        fragment & 0x1FFF > 0,
    )  # fmt: skip


def _ipv6(data: bytes, at: int, wire_length: int) -> _Ip | None:
    """The header at a place and those behind it; None if it is none."""
    if data[at] >> 4 != 6:
        return None
    length, protocol, start, later = _short(data, at + 4)[0], data[at + 6], at + 40, False
    end = start + length if length else wire_length
    source, destination = data[at + 8 : at + 24], data[at + 24 : at + 40]
    if len(destination) < 16:
        raise struct.error
    for _ in range(8):
        if protocol not in _EXTENSIONS:
            break
        if protocol == _FRAGMENT:
            later = later or _short(data, start + 2)[0] >> 3 > 0
            protocol, start = data[start], start + 8
        else:
            protocol, start = data[start], start + 8 + data[start + 1] * 8
        if later:
            break
    return _Ip(source, destination, protocol, data[at + 7], -1, start, end, later)


def _refusal_kind(protocol: int, kind: int, code: int) -> str:
    """What an ICMP message says; empty if it refuses nothing."""
    if protocol == _ICMP:
        if kind == 11:
            return "time exceeded"
        return "" if kind != 3 else {0: "network unreachable", 1: "host unreachable", 3: "port unreachable"}.get(code, _other(code))
    if kind == 3:
        return "time exceeded"
    return "" if kind != 1 else {0: "no route", 3: "host unreachable", 4: "port unreachable"}.get(code, _other(code))


def _other(code: int) -> str:
    return "administratively prohibited" if code in (1, 9, 10, 13) else f"unreachable, code {code}"
