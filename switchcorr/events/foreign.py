"""What a file without any event seems to be, and what to give in its place; by its first bytes."""

from __future__ import annotations

import re

from switchcorr.text import decode

_LOOKED_AT = 1 << 14
_LOG = "CiscoSyslog, the Event Viewer's log or the RTMT alerts of the same time"
_NO_EVENTS = f"It tells of calls, not of registrations: give {_LOG}."
_NO_DATES = f"Its lines tell no date: give {_LOG}."
_CAPTURES = "Outputs of switches are given with --captures."
_TEXTS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r'\A"?cdrRecordType"?,.*numberPackets(?:Sent|Lost)'), "a CMR export of CallManager", _NO_EVENTS),
    (re.compile(r'\A"?cdrRecordType"?,'), "a CDR export of CallManager", _NO_EVENTS),
    (
        re.compile(r'\A"?\(PDH-CSV \d'),
        "a table of counters (perfmon)",
        f"It tells numbers of phones and not which: give {_LOG}.",
    ),
    (re.compile(r"^-{3,} ?show [a-z][^\n-]{1,80}-{3,}", re.MULTILINE), "a show-tech file of a switch", _CAPTURES),
    (re.compile(r"^[A-Za-z0-9][\w.-]{0,62}[#>] ?sh(?:ow?)? [a-z]", re.MULTILINE), "a terminal log of a switch", _CAPTURES),
    (re.compile(r"^(?:\d{1,9}\.\d{3} \|)?\d\d:\d\d:\d\d\.\d{3} \|[A-Z]\w{2,15} {0,8}\|", re.MULTILINE), "an SDL trace", _NO_DATES),
    (re.compile(r"^\d\d:\d\d:\d\d\.\d{3} (?:CCM)?\|", re.MULTILINE), "an SDI trace", _NO_DATES),
    (
        re.compile(r"<(?:\w{1,20}:)?selectCmDevice(?:Return|Response|ExtResponse)\b", re.IGNORECASE),
        "an answer of RIS",
        f"It tells where phones are registered, not when they drop: give it with --locations, and {_LOG}.",
    ),
    (
        re.compile(r"^content-transfer-encoding:[ \t]{0,4}base64", re.IGNORECASE | re.MULTILINE),
        "a mail whose text is packed (base64)",
        "Save its text from the mail program and give that.",
    ),
)
_BINARIES: tuple[tuple[re.Pattern[bytes], str, str], ...] = (
    (re.compile(rb"ElfFile\0"), "an Event Viewer log (.evtx)", "Save it from the Event Viewer as CSV or text and give that."),
    (re.compile(rb"(?s)....LfLe"), "an Event Viewer log (.evt)", "Save it from the Event Viewer as CSV or text and give that."),
    (re.compile(rb"\x1f\x8b|\x28\xb5\x2f\xfd"), "packed twice", "Unpack it once and give that."),
    (
        re.compile(rb"PK\x03\x04|\xd0\xcf\x11\xe0|7z\xbc\xaf|Rar!|BZh[1-9]|\xfd7zXZ"),
        "an archive or an Office file within a packed one",
        "Unpack it and give the text in it.",
    ),
)


def what_text_seems(head: bytes) -> tuple[str, str]:
    """What a text that begins so seems to be, and what to do; empty if it is nothing known.

    >>> what_text_seems(b'"(PDH-CSV 4.0) (UTC)(0)","...')[0]
    'a table of counters (perfmon)'
    """
    text = decode(head[:_LOOKED_AT]).lstrip("\ufeff \t\r\n").replace("\r", "")
    return next(((what, hint) for pattern, what, hint in _TEXTS if pattern.search(text)), ("", ""))


def what_binary_seems(head: bytes) -> tuple[str, str]:
    """What a file seems to be that is no text, and what to do; empty if it is nothing known."""
    return next(((what, hint) for pattern, what, hint in _BINARIES if pattern.match(head)), ("", ""))
