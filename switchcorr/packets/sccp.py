"""The messages of SCCP (Skinny) in a direction's bytes, as far as keepalives, registration and its end are concerned.

A message is ``length`` and ``version`` (each four bytes, lowest first), then ``length`` bytes: a message number of four and its fields. So the
KeepAlive is twelve bytes. Several messages may be in a segment, and one in several. Source: published SCCP protocol headers; message numbers there.
"""

from __future__ import annotations

import enum
import struct
from typing import NamedTuple

from switchcorr.packets.byte_stream import Chunk
from switchcorr.text import clean

_header = struct.Struct("<III").unpack_from
_HEADER_SIZE = 12
_MOST_BYTES = 1 << 16
"""Longest message that is believed; the longest known is an XML alarm of some thousand bytes."""
_HIGHEST_VERSION = 0xFF
_PATIENCE = 50
"""So many pieces in a row in which no message begins are something else at SCCP's port."""
_KNOWN_NUMBERS = ((0x0000, 0x0400), (0x8000, 0x8200))


class Message(enum.IntEnum):
    """Messages that tell of a registration."""

    KEEP_ALIVE = 0x0000
    REGISTER = 0x0001
    ALARM = 0x0020
    UNREGISTER = 0x0027
    REGISTER_TOKEN_REQ = 0x0029
    REGISTER_ACK = 0x0081
    REGISTER_REJECT = 0x009D
    RESET = 0x009F
    KEEP_ALIVE_ACK = 0x0100
    UNREGISTER_ACK = 0x0118
    REGISTER_TOKEN_ACK = 0x011A
    REGISTER_TOKEN_REJECT = 0x011B
    XML_ALARM = 0x015A


class SccpPdu(NamedTuple):
    """A message: its number, its fields, and the sequence number behind it."""

    number: int
    body: bytes
    end_seq: int


class SccpParser:
    """Takes one direction's bytes apart; finds the beginning of a message by itself when it has lost it.

    Attributes:
        not_understood: how often what followed a message was none.
    """

    def __init__(self) -> None:
        self.not_understood = 0
        self._bytes = b""
        self._in_step = False
        self._failures = 0

    def feed(self, chunk: Chunk) -> list[SccpPdu]:
        """The messages that end in this chunk."""
        if chunk.after_gap:
            self._bytes, self._in_step = b"", False
        data = self._bytes + chunk.data
        end_seq = chunk.seq + len(chunk.data)
        at = 0 if self._in_step else self._find(data)
        pdus: list[SccpPdu] = []
        while len(data) - at >= _HEADER_SIZE:
            length, version, number = _header(data, at)
            if not _is_header(length, version, number):
                self.not_understood += self._in_step
                self._bytes, self._in_step = b"", False
                return pdus
            self._in_step = True
            if len(data) - at < 8 + length:
                break
            at += 8 + length
            pdus.append(SccpPdu(number, data[at - length + 4 : at], (end_seq - len(data) + at) & 0xFFFFFFFF))
        self._bytes = data[at:]
        return pdus

    def _find(self, data: bytes) -> int:
        """Where to begin; the end where nothing begins. What never speaks SCCP is soon looked at with less care."""
        if self._failures > _PATIENCE:
            return 0 if len(data) >= _HEADER_SIZE and _is_header(*_header(data, 0)) else len(data)
        at = _first_message(data)
        self._failures = self._failures + 1 if at == len(data) else 0
        return at


def _is_header(length: int, version: int, number: int) -> bool:
    return 4 <= length <= _MOST_BYTES and version <= _HIGHEST_VERSION and any(low <= number < high for low, high in _KNOWN_NUMBERS)


def _first_message(data: bytes) -> int:
    """Where the first message begins: the first place from which headers lead exactly to the end; else the beginning, if a long message may begin there; else the end."""
    leads = bytearray(len(data) + 1)
    leads[len(data)] = 1
    for at in range(len(data) - _HEADER_SIZE, -1, -1):  # backwards, so that each place is looked at once
        length, version, number = _header(data, at)
        after = at + 8 + length
        leads[at] = after <= len(data) and _is_header(length, version, number) and leads[after]
    first = leads.find(1)
    return 0 if first == len(data) and _is_begun(data) else first


def _is_begun(data: bytes) -> bool:
    """Whether headers lead from the beginning to a message that goes on behind the end."""
    at = 0
    while len(data) - at >= _HEADER_SIZE:
        length, version, number = _header(data, at)
        if not _is_header(length, version, number):
            return False
        at += 8 + length
    return at > len(data)


def device_name(body: bytes) -> str:
    """The name in a Register or RegisterTokenReq: sixteen bytes, filled up with NULs."""
    return clean(body[:16].partition(b"\0")[0].decode("ascii", "replace"))


def keepalive_intervals(body: bytes) -> tuple[int, int] | None:
    """The seconds between keepalives to this server and to the standby that a RegisterAck grants; None if it is too short or absurd."""
    if len(body) < 16:
        return None
    primary, _, secondary = struct.unpack_from("<I8sI", body)
    return (primary, secondary) if 0 < primary <= 86_400 else None


def xml_alarm(body: bytes) -> str:
    """The text of an XMLAlarm, which is the whole message; NULs fill it up."""
    return body.replace(b"\0", b"").decode("utf-8", "replace")


def alarm_text(body: bytes) -> str:
    """The text of an Alarm: eighty bytes behind its severity."""
    return clean(body[4:84].partition(b"\0")[0])
