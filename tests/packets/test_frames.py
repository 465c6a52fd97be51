"""Headers of every link layer, and what is of no use counted by why."""

from __future__ import annotations

import struct
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.packets.frames import Decoder, Refusal, Segment
from tests.packets.wire import ACK, PHONE_MAC, ethernet, ipv4, ipv6, tcp, udp

_PORTS = frozenset((2000, 5060))
_SEGMENT = tcp(52000, 2000, 11, 22, ACK, b"payload")
_PACKET = ipv4("198.51.100.21", "192.0.2.10", 6, _SEGMENT, ttl=62, ident=9)
_PACKET6 = ipv6("2001:db8::1", "2001:db8::2", 6, _SEGMENT, ttl=60)


def _decode(link: int, data: bytes, wire_length: int | None = None) -> tuple[Segment | Refusal | None, Decoder]:
    decoder = Decoder(_PORTS)
    return decoder.decode(5, link, data, len(data) if wire_length is None else wire_length), decoder


def _erspan(kind: int, inner: bytes, *, flags: int = 0x1000, more: bytes = b"") -> bytes:
    sequence = bytes(4) if flags & 0x1000 else b""
    return ethernet(ipv4("203.0.113.1", "203.0.113.2", 47, struct.pack("!HH", flags, kind) + sequence + more + inner))


_LINKS = {
    "ethernet": (1, ethernet(_PACKET)),
    "tagged": (1, ethernet(_PACKET, tags=(0x8100,))),
    "q-in-q": (1, ethernet(_PACKET, tags=(0x88A8, 0x8100))),
    "cooked": (113, struct.pack("!HHH", 0, 1, 6) + PHONE_MAC + bytes(2) + struct.pack("!H", 0x0800) + _PACKET),
    "cooked-2": (276, struct.pack("!HHIHBB", 0x0800, 0, 3, 1, 0, 6) + PHONE_MAC + bytes(2) + _PACKET),
    "raw": (101, _PACKET),
    "loopback": (0, bytes((2, 0, 0, 0)) + _PACKET),
    "gre": (1, ethernet(ipv4("203.0.113.1", "203.0.113.2", 47, struct.pack("!HHII", 0xA000, 0x0800, 0, 0) + _PACKET))),
    "bridged": (1, _erspan(0x6558, ethernet(_PACKET), flags=0)),
    "erspan-1": (1, _erspan(0x88BE, ethernet(_PACKET), flags=0)),
    "erspan-2": (1, _erspan(0x88BE, ethernet(_PACKET), more=bytes(8))),
    "erspan-3": (1, _erspan(0x22EB, ethernet(_PACKET, tags=(0x8100,)), more=bytes(12))),
    "erspan-3-platform": (1, _erspan(0x22EB, ethernet(_PACKET), more=bytes(11) + b"\x01" + bytes(8))),
}


@pytest.mark.parametrize("name", _LINKS)
def test_every_link_layer_gives_the_same_segment(name: str) -> None:
    link, data = _LINKS[name]
    found, decoder = _decode(link, data)
    assert isinstance(found, Segment)
    assert (found.source, found.destination) == (ip_address("198.51.100.21").packed, ip_address("192.0.2.10").packed)
    assert (found.source_port, found.destination_port, found.seq, found.ack, found.flags) == (52000, 2000, 11, 22, ACK)
    assert (found.payload, found.length, found.ttl, found.ip_id) == (b"payload", 7, 62, 9)
    assert not decoder.counts
    assert found.mac == (b"" if name in ("raw", "loopback", "gre") else PHONE_MAC)


def test_ipv6_and_its_further_headers() -> None:
    for packet in (_PACKET6, ipv6("2001:db8::1", "2001:db8::2", 0, struct.pack("!BB6x", 6, 0) + _SEGMENT, ttl=60)):
        found, _ = _decode(1, ethernet(packet, kind=0x86DD))
        assert isinstance(found, Segment)
        assert (found.payload, found.ttl, found.ip_id) == (b"payload", 60, -1)
    first = ipv6("2001:db8::1", "2001:db8::2", 44, struct.pack("!BxHI", 6, 1, 7) + _SEGMENT)
    assert isinstance(_decode(101, first)[0], Segment)
    later = ipv6("2001:db8::1", "2001:db8::2", 44, struct.pack("!BxHI", 6, 0x100, 7) + _SEGMENT)
    found, decoder = _decode(101, later)
    assert (found, decoder.counts["fragments"]) == (None, 1)
    endless = ipv6("2001:db8::1", "2001:db8::2", 0, bytes(8 * 12))
    assert _decode(101, endless)[1].counts["other"] == 1


def test_udp_and_its_first_fragment() -> None:
    found, _ = _decode(101, ipv4("198.51.100.21", "192.0.2.10", 17, udp(5060, 5060, b"REGISTER")))
    assert isinstance(found, Segment)
    assert (found.is_udp, found.payload, found.length) == (True, b"REGISTER", 8)
    whole = udp(5060, 5060, bytes(3000))
    found, decoder = _decode(101, ipv4("198.51.100.21", "192.0.2.10", 17, whole[:1480], fragment=0x2000))
    assert isinstance(found, Segment)
    assert (len(found.payload), found.length, decoder.counts["cut"]) == (1472, 3000, 1)
    found, decoder = _decode(101, ipv4("198.51.100.21", "192.0.2.10", 17, whole[1480:], fragment=0x00B9))
    assert (found, decoder.counts["fragments"]) == (None, 1)


def test_cut_packets_and_those_that_the_network_card_was_to_cut() -> None:
    found, decoder = _decode(1, ethernet(_PACKET)[:57], len(ethernet(_PACKET)))
    assert isinstance(found, Segment)
    assert (found.payload, found.length, decoder.counts["cut"]) == (b"pay", 7, 1)
    found, decoder = _decode(1, ethernet(_PACKET)[:30], len(ethernet(_PACKET)))
    assert (found, decoder.counts["cut"]) == (None, 1)
    offloaded, _ = _decode(101, ipv4("198.51.100.21", "192.0.2.10", 6, _SEGMENT, length=0))
    assert isinstance(offloaded, Segment)
    assert offloaded.payload == b"payload"
    padded, _ = _decode(1, ethernet(_PACKET) + bytes(30))
    assert isinstance(padded, Segment)
    assert padded.payload == b"payload"


def test_a_refusal_names_the_packet_that_it_is_about() -> None:
    cases = {(3, 0): "network unreachable", (3, 1): "host unreachable", (3, 3): "port unreachable", (3, 13): "administratively prohibited",
             (3, 15): "unreachable, code 15", (11, 0): "time exceeded"}  # fmt: skip
    for (kind, code), words in cases.items():
        found, _ = _decode(101, ipv4("203.0.113.1", "198.51.100.21", 1, bytes((kind, code)) + bytes(6) + _PACKET[:28]))
        assert isinstance(found, Refusal)
        assert (found.kind, found.reporter) == (words, ip_address("203.0.113.1").packed)
        assert (found.source_port, found.destination_port) == (52000, 2000)
    six = {(1, 0): "no route", (1, 1): "administratively prohibited", (3, 0): "time exceeded"}
    for (kind, code), words in six.items():
        found, _ = _decode(101, ipv6("2001:db8::9", "2001:db8::1", 58, bytes((kind, code)) + bytes(6) + _PACKET6[:48]))
        assert isinstance(found, Refusal)
        assert found.kind == words
    for packet in (
        ipv4("203.0.113.1", "198.51.100.21", 1, bytes((8, 0)) + bytes(40)),
        ipv6("2001:db8::9", "2001:db8::1", 58, bytes((128, 0)) + bytes(40)),
        ipv4("203.0.113.1", "198.51.100.21", 1, bytes((3, 1)) + bytes(6) + ipv4("198.51.100.21", "192.0.2.10", 50, bytes(8))),
        ipv4("203.0.113.1", "198.51.100.21", 1, bytes((3, 1)) + bytes(40)),
    ):
        found, decoder = _decode(101, packet)
        assert (found, decoder.counts["other"]) == (None, 1)


@pytest.mark.parametrize(
    ("link", "data", "why"),
    [
        (1, ethernet(bytes(46), kind=0x0806), "not_ip"),
        (147, _PACKET, "unknown_link"),
        (101, ipv4("198.51.100.21", "192.0.2.10", 6, tcp(1, 2, 3, 4, ACK)), "other"),
        (101, ipv4("198.51.100.21", "192.0.2.10", 50, bytes(20)), "other"),
        (1, ethernet(ipv4("198.51.100.21", "192.0.2.10", 6, tcp(1, 2, 3, 4, ACK))), "other"),
        (1, ethernet(ipv4("198.51.100.21", "192.0.2.10", 17, struct.pack("!HHHH", 16384, 16390, 180, 0) + bytes(172))), "other"),
        (101, b"\x41" + _PACKET[1:], "malformed"),
        (1, ethernet(b"\x65" + _PACKET[1:]), "malformed"),
        (1, ethernet(_PACKET, kind=0x86DD), "malformed"),
        (101, ipv4("198.51.100.21", "192.0.2.10", 6, _SEGMENT, length=10), "malformed"),
        (101, ipv4("198.51.100.21", "192.0.2.10", 6, _SEGMENT, length=30), "malformed"),
        (101, ipv4("198.51.100.21", "192.0.2.10", 17, struct.pack("!HHHH", 5060, 5060, 3, 0)), "malformed"),
        (101, _PACKET[:18], "malformed"),
        (101, _PACKET6[:36], "malformed"),
        (101, b"", "malformed"),
    ],
)
def test_what_is_of_no_use_is_counted(link: int, data: bytes, why: str) -> None:
    found, decoder = _decode(link, data)
    assert found is None
    assert dict(decoder.counts) == {why: 1}


def test_envelopes_without_end_are_left() -> None:
    data = _PACKET
    for _ in range(6):
        data = ipv4("203.0.113.1", "203.0.113.2", 47, struct.pack("!HH", 0, 0x0800) + data)
    assert _decode(101, data)[1].counts["other"] == 1


@given(st.sampled_from([0, 1, 101, 113, 276, 7]), st.binary(max_size=120), st.integers(0, 2000))
def test_random_bytes_never_raise(link: int, data: bytes, wire_length: int) -> None:
    Decoder(_PORTS).decode(0, link, data, wire_length)


@given(st.data())
def test_changed_bytes_never_raise(data: st.DataObject) -> None:
    link, frame = data.draw(st.sampled_from(sorted(_LINKS.values())))
    changed = bytearray(frame)
    for at in data.draw(st.lists(st.integers(0, len(frame) - 1), max_size=4)):
        changed[at] = data.draw(st.integers(0, 255))
    _decode(link, bytes(changed[: data.draw(st.integers(0, len(frame)))]), len(frame))
