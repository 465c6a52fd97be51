"""A writer of captures of its own: conversations of phones with call servers, what each side sees of them, and the files around it.

Nothing here is shared with the reader: headers are put together from the standards.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from pathlib import Path

from switchcorr.packets.keepalives import ReadCapture
from switchcorr.packets.tracking import DEFAULT_PORTS, Tracker

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
START = 1_795_340_000.0
PHONE_MAC, ROUTER_MAC = bytes.fromhex("00005e005301"), bytes.fromhex("00005e0053fe")
Frames = list[tuple[float, bytes]]


def ipv4(
    source: str,
    destination: str,
    protocol: int,
    payload: bytes,
    *,
    ttl: int = 64,
    ident: int = 1,
    fragment: int = 0,
    length: int | None = None,
) -> bytes:
    total = 20 + len(payload) if length is None else length
    ends = ip_address(source).packed + ip_address(destination).packed
    return struct.pack("!BBHHHBBH", 0x45, 0, total, ident & 0xFFFF, fragment, ttl, protocol, 0) + ends + payload


def ipv6(source: str, destination: str, protocol: int, payload: bytes, *, ttl: int = 64) -> bytes:
    ends = ip_address(source).packed + ip_address(destination).packed
    return struct.pack("!IHBB", 0x60000000, len(payload), protocol, ttl) + ends + payload


def tcp(source_port: int, destination_port: int, seq: int, ack: int, flags: int, payload: bytes = b"", *, window: int = 8192) -> bytes:
    checksum = sum(payload) & 0xFFFF
    head = struct.pack("!HHIIBBHHH", source_port, destination_port, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, 0x50, flags, window, checksum, 0)
    return head + payload


def udp(source_port: int, destination_port: int, payload: bytes) -> bytes:
    return struct.pack("!HHHH", source_port, destination_port, 8 + len(payload), 0) + payload


def ethernet(payload: bytes, *, mac: bytes = PHONE_MAC, kind: int = 0x0800, tags: tuple[int, ...] = ()) -> bytes:
    tagged = b"".join(struct.pack("!HH", tag, 110) for tag in tags)
    return bytes.fromhex("00005e005302") + mac + tagged + struct.pack("!H", kind) + payload


def sccp(number: int, body: bytes = b"", version: int = 0) -> bytes:
    return struct.pack("<III", 4 + len(body), version, number) + body


KEEP_ALIVE, KEEP_ALIVE_ACK = sccp(0), sccp(0x100)


def register(name: str = "SEP00005E005301") -> bytes:
    return sccp(1, name.encode().ljust(16, b"\0") + bytes(8) + bytes((198, 51, 100, 21)) + struct.pack("<II", 308, 5), version=0x11)


def register_ack(interval_s: int = 30, standby_s: int = 60) -> bytes:
    return sccp(0x81, struct.pack("<I6sHI", interval_s, b"D.M.Y", 0, standby_s) + bytes(4))


def sip_register(
    cseq: int,
    *,
    call_id: str = "00005e00-53010003-2f1e4ab6-4a3d@198.51.100.21",
    expires: int = 3600,
    device: str = "SEP00005E005301",
    more: str = "",
) -> bytes:
    named = f';+u.sip!devicename.ccm.cisco.com="{device}"' if device else ""
    return (
        f"REGISTER sip:192.0.2.10 SIP/2.0\r\nVia: SIP/2.0/TCP 198.51.100.21:52000;branch=z9hG4bK{cseq}\r\nFrom: <sip:1001@192.0.2.10>;tag=1\r\n"
        f"To: <sip:1001@192.0.2.10>\r\nCall-ID: {call_id}\r\nCSeq: {cseq} REGISTER\r\n"
        f"Contact: <sip:6d2f@198.51.100.21:52000;transport=tcp>;"
        f'+sip.instance="<urn:uuid:00000000-0000-0000-0000-00005e005301>"{named}\r\n'
        f"{more}Expires: {expires}\r\nContent-Length: 0\r\n\r\n"
    ).encode()


def sip_answer(
    cseq: int, status: int = 200, *, call_id: str = "00005e00-53010003-2f1e4ab6-4a3d@198.51.100.21", expires: int = 120
) -> bytes:
    return (
        f"SIP/2.0 {status} Whatever\r\nCall-ID: {call_id}\r\nCSeq: {cseq} REGISTER\r\n"
        f"Contact: <sip:6d2f@198.51.100.21:52000>;expires={expires}\r\nContent-Length: 4\r\n\r\nbody"
    ).encode()


@dataclass(frozen=True)
class Sent:
    """A packet as its sender sent it; ``lost`` never came to the other side."""

    at: float
    by_phone: bool
    flags: int
    seq: int
    ack: int
    payload: bytes = b""
    lost: bool = False
    ttl: int = 64
    window: int = 8192
    forged: str = ""


@dataclass
class Talk:
    """A TCP conversation; times are seconds from START, by the phone's clock."""

    phone: str = "198.51.100.21"
    port: int = 52000
    server: str = "192.0.2.10"
    server_port: int = 2000
    seq: int = 0x7000
    answer_seq: int = 0xFFFFFFF0
    sent: list[Sent] = field(default_factory=list)
    said: dict[bool, int] = field(default_factory=dict)
    heard: dict[bool, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.said = {True: self.seq, False: self.answer_seq}
        self.heard = {True: self.answer_seq, False: self.seq}

    def add(self, at: float, *, by_phone: bool, flags: int = ACK, payload: bytes = b"", **more: object) -> Talk:
        ack = self.heard[by_phone] if flags & ACK else 0
        packet = Sent(at, by_phone, flags, self.said[by_phone], ack, payload)
        self.sent.append(replace(packet, **more))  # type: ignore[arg-type]
        if "seq" not in more:
            self.said[by_phone] += len(payload) + (1 if flags & (SYN | FIN) else 0)
            if not more.get("lost"):
                self.heard[not by_phone] = self.said[by_phone]
        return self

    def open(self, at: float = 0.0) -> Talk:
        self.add(at, by_phone=True, flags=SYN)
        self.add(at + 0.001, by_phone=False, flags=SYN | ACK)
        return self.add(at + 0.002, by_phone=True)

    def register(self, at: float = 0.1, interval_s: int = 30, name: str = "SEP00005E005301") -> Talk:
        self.add(at, by_phone=True, flags=PSH | ACK, payload=register(name))
        self.add(at + 0.005, by_phone=False, flags=PSH | ACK, payload=register_ack(interval_s))
        return self.add(at + 0.01, by_phone=True)

    def ask(self, at: float, payload: bytes = KEEP_ALIVE, **more: object) -> Talk:
        return self.add(at, by_phone=True, flags=PSH | ACK, payload=payload, **more)

    def answer(self, at: float, payload: bytes = KEEP_ALIVE_ACK, **more: object) -> Talk:
        return self.add(at, by_phone=False, flags=PSH | ACK, payload=payload, **more)

    def healthy(self, times: list[float], round_trip: float = 0.004) -> Talk:
        for at in times:
            self.ask(at).answer(at + round_trip).add(at + round_trip + 0.01, by_phone=True)
        return self

    def again(self, at: float, index: int = -1, **more: object) -> Talk:
        """Send a packet once more."""
        self.sent.append(replace(self.sent[index], at=at, **more))  # type: ignore[arg-type]
        return self

    def seen(
        self,
        side: str = "phone",
        *,
        hops: int = 3,
        delay: float = 0.002,
        offset: float = 0.0,
        nat: tuple[str, int] | None = None,
        shift: int = 0,
        shift_back: int = 0,
    ) -> Frames:
        """The frames at one side: near the phone, or near the server behind some routers."""
        frames = []
        for number, one in enumerate(self.sent):
            here = one.by_phone == (side == "phone")
            if (one.lost and not here) or (one.forged and one.forged != side):
                continue
            at = START + one.at + (0 if here else delay) + offset
            ttl = one.ttl if here else one.ttl - hops
            phone, port = nat if nat and side == "server" else (self.phone, self.port)
            moved, back = (shift, shift_back) if side == "server" else (0, 0)
            if one.by_phone:
                segment = tcp(
                    port,
                    self.server_port,
                    one.seq + moved,
                    one.ack + back if one.flags & ACK else 0,
                    one.flags,
                    one.payload,
                    window=one.window,
                )
                packet = ipv4(phone, self.server, 6, segment, ttl=ttl, ident=number + 1)
            else:
                segment = tcp(
                    self.server_port,
                    port,
                    one.seq + back,
                    one.ack + (moved if one.flags & ACK else 0),
                    one.flags,
                    one.payload,
                    window=one.window,
                )
                packet = ipv4(self.server, phone, 6, segment, ttl=ttl, ident=number + 7000)
            frames.append((at, ethernet(packet, mac=PHONE_MAC if one.by_phone and here else ROUTER_MAC)))
        return frames


def idle(end: float, begin: float = 0.0) -> Frames:
    """Frames of nobody in particular: what makes a capture go on."""
    return [(START + begin, ethernet(b"\0" * 46, kind=0x0806)), (START + end, ethernet(b"\0" * 46, kind=0x0806))]


def read(frames: Frames, *, link: int = 1, keep: bool = False, in_order: bool = False) -> Tracker:
    """Frames to a finished tracker, without a file between."""
    tracker = Tracker(ports=DEFAULT_PORTS, keep=keep)
    for at, frame in frames if in_order else sorted(frames, key=lambda one: one[0]):
        tracker.take(round(at * 1e9), link, frame, len(frame))
    tracker.finish()
    return tracker


def capture(frames: Frames, *, keep: bool = False, name: str = "a.pcap") -> ReadCapture:
    return ReadCapture(name, read(frames, keep=keep), "")


def pcap(frames: Frames, *, order: str = "<", nano: bool = False, link: int = 1, snap: int = 1 << 16) -> bytes:
    """A pcap file."""
    parts = [struct.pack(order + "IHHiIII", 0xA1B23C4D if nano else 0xA1B2C3D4, 2, 4, 0, 0, snap, link)]
    for at, frame in sorted(frames, key=lambda one: one[0]):
        unit = 10**9 if nano else 10**6
        whole, part = divmod(round(at * unit), unit)
        kept = frame[:snap]
        parts.append(struct.pack(order + "IIII", whole, part, len(kept), len(frame)) + kept)
    return b"".join(parts)


def _block(order: str, kind: int, body: bytes) -> bytes:
    body += bytes(-len(body) % 4)
    return struct.pack(order + "II", kind, len(body) + 12) + body + struct.pack(order + "I", len(body) + 12)


def pcapng(frames: Frames, *, order: str = "<", link: int = 1, resolution: int = 9, interfaces: int = 1) -> bytes:
    """A section of a pcapng file; packets come from the last of its interfaces, the others are of another link."""
    option = struct.pack(order + "HHBxxxHH", 9, 1, resolution, 0, 0)
    parts = [_block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))]
    parts += [_block(order, 1, struct.pack(order + "HHI", link if n == interfaces - 1 else 147, 0, 0) + option) for n in range(interfaces)]
    for at, frame in sorted(frames, key=lambda one: one[0]):
        ticks = round(at * 10**resolution)
        head = struct.pack(order + "IIIII", interfaces - 1, ticks >> 32, ticks & 0xFFFFFFFF, len(frame), len(frame))
        parts.append(_block(order, 6, head + frame))
    return b"".join(parts)


def save(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path
