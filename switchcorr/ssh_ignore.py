"""The empty packets that an SSH library sends ahead of each of its own, left out where the cipher has no use for them.

In CBC mode a packet's first block is chained to the end of the packet before it, which an eavesdropper has seen; an SSH_MSG_IGNORE ahead of
each packet hides what is chained (RFC 4251, section 9.3.1). Ciphers in counter mode and authenticated ciphers do not chain packets: there
the empty packets only double the number of packets of a visit. A switch sends none either.
"""

from __future__ import annotations

from typing import Any, Final, Protocol

_IGNORE: Final = 2
"""SSH_MSG_IGNORE (RFC 4250, section 4.1.2)."""
_UNCHAINED: Final = ("-ctr", "-gcm@openssh.com", "chacha20-poly1305@openssh.com")


class SendsPackets(Protocol):
    """What is needed of a connection of the SSH library."""

    @property
    def send_packet(self) -> Any:  # as the library declares it
        """Sends one packet."""

    def get_extra_info(self, name: str) -> Any:  # as the library declares it
        """What was agreed on."""


def spare_empty_packets(connection: SendsPackets) -> None:
    """Let a connection send empty packets only where its cipher chains packets; to be called when it is made."""
    send = connection.send_packet

    def send_packet(kind: int, *fields: bytes, **options: Any) -> None:  # passed on as they are
        if kind == _IGNORE and str(connection.get_extra_info("send_cipher")).endswith(_UNCHAINED):
            return
        send(kind, *fields, **options)

    connection.__dict__["send_packet"] = send_packet
