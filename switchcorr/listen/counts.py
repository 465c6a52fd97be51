"""What a listener has received, refused and stored, since it began."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(slots=True)
class ListenCounts:
    """Every message ends in one of these, and every refusal.

    Attributes:
        udp, tcp, tls: messages taken, by how they came.
        stored: messages that are on the disk; those behind it are waiting or, after an abrupt end, lost.
        stored_bytes: their bytes in the segments.
        cut: longer than the limit, so only their beginning was kept.
        empty: without any text; not kept.
        half: cut off by the end of their connection; kept.
        refused_messages: datagrams of sources that are not allowed.
        refused_connections: of sources that are not allowed, or beyond the limits.
        bad_frames: connections closed for a wrong octet count.
        failed_handshakes: TLS handshakes that failed or took too long.
        idle_closed: connections closed because no whole message came for too long.
        connections: taken in all.
        kernel_drops: datagrams the kernel threw away because its buffer was full.
        write_errors: times a segment could not be written; nothing is lost by that, reading pauses until it can.
        pauses: times reading paused, because too much waited for the disk.
        segments: files begun.
    """

    udp: int = 0
    tcp: int = 0
    tls: int = 0
    stored: int = 0
    stored_bytes: int = 0
    cut: int = 0
    empty: int = 0
    half: int = 0
    refused_messages: int = 0
    refused_connections: int = 0
    bad_frames: int = 0
    failed_handshakes: int = 0
    idle_closed: int = 0
    connections: int = 0
    kernel_drops: int = 0
    write_errors: int = 0
    pauses: int = 0
    segments: int = 0

    @property
    def received(self) -> int:
        """Messages taken."""
        return self.udp + self.tcp + self.tls

    def as_dict(self) -> dict[str, int]:
        """All of them by name."""
        return {"received": self.received, **asdict(self)}
