"""The messages of SIP, in a direction's bytes or in a datagram, as far as registration is concerned.

A keepalive of SIP is a REGISTER with the Call-ID of the one before and a higher CSeq; the standby gets ``Expires: 0`` with ``cisco-keep-alive``.
Source: RFC 3261 (18.3 framing, 7.3.3 short names of headers), Cisco's contact parameters ``+u.sip!devicename.ccm.cisco.com`` and ``+sip.instance``.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from switchcorr.packets.byte_stream import Chunk
from switchcorr.text import clean

_MOST_HEAD, _MOST_BODY = 1 << 14, 1 << 16
_START = re.compile(rb"(?:^|(?<=\n))(?:SIP/2\.0 \d{3} |[A-Z]{3,12} sips?:)")
_HEADER = re.compile(rb"^([A-Za-z-]{1,40})[ \t]*:[ \t]*([^\r\n]*)", re.MULTILINE)
_SHORT = {b"i": b"call-id", b"m": b"contact", b"l": b"content-length"}
_WANTED = frozenset((b"call-id", b"contact", b"content-length", b"cseq", b"expires", b"reason"))
_DEVICE = re.compile(rb"\+u\.sip!devicename\.ccm\.cisco\.com=\"?([A-Za-z0-9_.-]{1,128})")
_INSTANCE = re.compile(rb"\+sip\.instance=\"?<?urn:uuid:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-([0-9a-fA-F]{12})")
_CALL_ID_MAC = re.compile(r"([0-9a-fA-F]{8})-([0-9a-fA-F]{4})[0-9a-fA-F]{4}-")
_EXPIRES = re.compile(rb";[ \t]*expires=(\d{1,9})")
_ALARM = b"<Alarm Name="
_CSEQ = re.compile(rb"(\d{1,10})[ \t]+([A-Z]{3,12})")


class SipMessage(NamedTuple):
    """What of a request (``status`` 0) or an answer concerns registration.

    Attributes:
        method: of the request, or of that which is answered.
        expires: seconds asked for or granted; None if not told.
        device: name of the phone, empty if not told.
        keeps_standby: whether it is a keepalive to a standby server.
        reason: text of the header Reason, in which a phone says why it left before.
        end_seq: sequence number behind it; 0 in a datagram.
        alarm: the XML in which a phone says why it left before, of a REFER; as it stands there.
    """

    method: str
    status: int
    call_id: str
    cseq: int
    expires: int | None
    device: str
    keeps_standby: bool
    reason: str
    end_seq: int
    alarm: str = ""


class SipParser:
    """Takes one direction's bytes apart; goes on at the next start line when it has lost its place.

    Attributes:
        not_understood: how often what followed a message was none.
    """

    def __init__(self) -> None:
        self.not_understood = 0
        self._bytes = b""
        self._in_step = False

    def feed(self, chunk: Chunk) -> list[SipMessage]:
        """The messages that end in this chunk."""
        if chunk.after_gap:
            self._bytes, self._in_step = b"", False
        data = self._bytes + chunk.data
        end_seq, messages, at = chunk.seq + len(chunk.data), [], 0
        while True:
            at += len(data[at:]) - len(data[at:].lstrip(b"\r\n"))  # blank lines between messages keep the connection alive
            found = _START.search(data, at)
            is_other = at < len(data) and (found is None or found.start() > at) and _is_complete_line(data, at)
            self.not_understood += self._in_step and is_other
            if found is None:
                at = max(at, len(data) - 16) if not self._in_step else at
                break
            self._in_step, at = True, found.start()
            size = _size(data, at)
            if size is None or len(data) - at < size:
                break
            at += size
            message = parse_message(data[at - size : at], (end_seq - len(data) + at) & 0xFFFFFFFF)
            if message is not None:
                messages.append(message)
        self._bytes = data[at:] if len(data) - at <= _MOST_HEAD + _MOST_BODY else b""
        return messages


def _is_complete_line(data: bytes, at: int) -> bool:
    """Whether the text at a place is a line that begins no message, and not just its first bytes."""
    return b"\n" in data[at:] or len(data) - at > _MOST_HEAD


def _size(data: bytes, at: int) -> int | None:
    """Bytes of the message that begins at a place; None while its head is not whole."""
    end = data.find(b"\r\n\r\n", at, at + _MOST_HEAD)
    if end < 0:
        return None
    text = _headers(data[at : end + 2]).get(b"content-length", b"0").strip()
    body = int(text) if text.isdigit() and len(text) < 8 else 0
    return end + 4 - at + min(body, _MOST_BODY)


def _headers(head: bytes) -> dict[bytes, bytes]:
    """The wanted headers by their long names in lower case; of several the first, but contacts are joined."""
    found: dict[bytes, bytes] = {}
    for written, value in _HEADER.findall(head):
        name = _SHORT.get(written.lower(), written.lower())
        if name in _WANTED:
            found[name] = found[name] + b"," + value if name == b"contact" and name in found else found.get(name, value)
    return found


def parse_message(data: bytes, end_seq: int = 0) -> SipMessage | None:
    """A message from its bytes, whole or cut; None if it is none of SIP, or lacks what it is matched by."""
    if not _START.match(data):
        return None
    head = data[: data.find(b"\r\n\r\n") + 2] if b"\r\n\r\n" in data else data
    headers = _headers(head)
    cseq = _CSEQ.match(headers.get(b"cseq", b""))
    call_id = clean(headers.get(b"call-id", b"").decode("ascii", "replace"), limit=200)
    if cseq is None or not call_id:
        return None
    contact = headers.get(b"contact", b"")
    expires = _expires(headers.get(b"expires", b""), contact)
    return SipMessage(
        method=cseq[2].decode("ascii"),
        status=int(data[8:11]) if data.startswith(b"SIP/2.0 ") else 0,
        call_id=call_id,
        cseq=int(cseq[1]),
        expires=expires,
        device=_device(contact),
        keeps_standby=expires == 0 and b"cisco-keep-alive" in head.lower(),
        reason=clean(headers.get(b"reason", b"")),
        end_seq=end_seq,
        alarm=data[len(head) + 2 :].decode("utf-8", "replace") if _ALARM in data else "",
    )


def _expires(header: bytes, contact: bytes) -> int | None:
    """The seconds of the contact, which count, or of the header."""
    found = _EXPIRES.search(contact)
    text = found[1] if found else header.strip()
    return int(text) if text.isdigit() and len(text) < 10 else None


def _device(contact: bytes) -> str:
    """The phone's name, or what it is made of: the MAC at the end of its instance."""
    if named := _DEVICE.search(contact):
        return named[1].decode("ascii")
    found = _INSTANCE.search(contact)
    return f"SEP{found[1].decode('ascii').upper()}" if found else ""


def device_of_call_id(call_id: str) -> str:
    """The phone whose MAC a Call-ID begins with, as Cisco's do; empty if it begins with none.

    >>> device_of_call_id("c80084aa-87210003-2f1e4ab6-4a3d@198.51.100.21"), device_of_call_id("x@y")
    ('SEPC80084AA8721', '')
    """
    found = _CALL_ID_MAC.match(call_id)
    return f"SEP{found[1]}{found[2]}".upper() if found else ""
