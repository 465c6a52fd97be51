"""Messages of switches in syslog files: ``%LINK-3-UPDOWN: Interface Gi3/12, changed state to down`` with any header before it.

Only facilities that tell of a part of the network are claimed; what they mean is not decided here. The host of the header is the
device; a line without one (a log buffer that was copied) belongs to no device and gives nothing.
Source: message formats of IOS, IOS-XE, NX-OS and CatOS; headers of common relays.
"""

from __future__ import annotations

import re

from switchcorr.events.declaration import EventFormat, Found, Record
from switchcorr.events.prefix import LONGEST_PREFIX, read_prefix
from switchcorr.events.stamps import stamps_in
from switchcorr.events.syslog_tag import is_body
from switchcorr.model.event import Event, EventDetail, EventKind
from switchcorr.text import clean

FACILITIES = (
    "LINK", "LINEPROTO", "ETHPORT", "ETH_PORT_CHANNEL", "EC", "PAGP", "ETHC", "DTP", "CDP", "SPANTREE", "STP", "SW_MATM", "MAC_MOVE",
    "L2FM", "ILPOWER", "PLATFORM", "PLATFORM_FEP", "PLATFORM_ENV", "MODULE", "OIR", "IOSXE_OIR", "C6KPWR", "C4K_CHASSIS", "STACKMGR", "SYS",
    "PM", "UDLD", "DIAG", "CONST_DIAG", "DIAG_PORT_LB", "PM_SCP", "C6K_POWER", "C6KENV", "C4K_IOSMODPORTMAN", "C4K_LINECARDMGMTPROTOCOL",
    "NOHMS", "SATCTRL", "IOSXE_PEM", "PLATFORM_THERMAL",
)  # fmt: skip
"""Those whose messages tell of a link, of spanning tree, of power, of a module or of its tests."""

_TAG = re.compile(
    r"(?<= )%(?P<tag>(?:" + "|".join(FACILITIES) + r")(?:-[A-Z0-9_]{1,20}){0,2}-(?P<severity>[0-7])-[A-Z][A-Z0-9_]{1,60}) ?: ?"
)
_USELESS = re.compile(r"SYS-(?:[A-Z0-9_]+-)?\d-(?!P2_WARN|RESTART|RELOAD|MOD_).*|.*-POWER_GRANTED")
_CAME_UP = re.compile(r"changed state to (?:up|administratively)|(?:^|\s)is up\b|joined bridge port")
"""What says that all is well, or that an operator did it: most of a log, and nothing of a fault."""
_PRIORITY = re.compile(r"<\d{1,3}>")
_AFTER = re.compile(r"[:.]?\s+([A-Za-z0-9][A-Za-z0-9._:-]{0,100}?)(?=:?\s|:?$)")
_BEFORE = re.compile(r"(?:^|[\s>])([A-Za-z][A-Za-z0-9._-]{0,100}|\d{1,3}(?:\.\d{1,3}){3}):? {1,2}[*.]?$")


def _looks_like(line: str) -> bool:
    found = _TAG.search(line)
    return found is not None and not is_body(line[: found.start()])


def _parse(record: Record) -> tuple[Found, ...] | None:
    line = record.lines[0]
    found = _TAG.search(line)
    if found is None:
        return None
    before = line[: found.start()][-LONGEST_PREFIX:]
    host, text = _host(before), clean(line[found.end() :], limit=300)
    if not host or _USELESS.fullmatch(found["tag"]) or _CAME_UP.search(text):
        return ()
    detail = EventDetail(alert=found["tag"], neighbor_device=host, text=text)
    return (Found(Event(None, EventKind.SWITCH_MESSAGE, severity=int(found["severity"]), detail=detail), read_prefix(before).stamp),)


def _host(before: str) -> str:
    """The device in a header: the word behind the relay's time, else the one before the device's own.

    What stands behind a priority (``<189>``) is the sender's own header and is asked first: the address before it may be that of a relay.

    >>> _host("<189>Nov 22 09:41:07 192.0.2.12 123: acc-12: Nov 22 09:41:06.123 UTC: ")
    '192.0.2.12'
    >>> _host("2026-11-22T09:41:07.123Z 198.51.100.1 <189>Nov 22 09:41:07 acc-12 123: Nov 22 09:41:06.123 UTC: ")
    'acc-12'
    >>> _host("2026-11-22T09:41:07.123Z 192.0.2.12 <189>123: Nov 22 09:41:06.123 UTC: ")
    '192.0.2.12'
    >>> _host("000123: acc-12: *Nov 22 09:41:06.123: "), _host("000123: *Nov 22 09:41:06.123: ")
    ('acc-12', '')
    """
    *relayed, own = _PRIORITY.split(before)
    return _told_host(own) or (_told_host(relayed[-1]) if relayed else "")


def _told_host(before: str) -> str:
    stamps = list(stamps_in(before))
    if not stamps:
        return ""
    _, start, end = stamps[0]
    behind = _AFTER.match(before, end)
    if behind is not None and not behind[1].isdigit():
        return behind[1]
    ahead = _BEFORE.search(before[:start])
    return "" if ahead is None else ahead[1]


FORMAT = EventFormat(
    name="switch_syslog",
    title="Syslog of switches: links, spanning tree, power, modules",
    marks=(b" %",),  # one for all facilities: each mark is looked for in every line that begins no event of a call server
    looks_like=_looks_like,
    parse=_parse,
)
