"""The fields of an alarm of CallManager 3.x to 7.x: ``Device name.:SEP... Device IP address.:192.0.2.7``, on one line or on many.

Colons, dots and ``[Optional]`` stand where the release liked them, values are glued to their colon or not, and a description
may hold anything; so text is split by the list of known keys, never by colons or blanks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from switchcorr.events.marks import Mark, own_marks

_KEYS: Mapping[str, str] = {
    "device name": "DeviceName", "device mac address": "MACAddress", "mac address": "MACAddress", "device ip address": "IPAddress",
    "ip address": "IPAddress", "device ipv6 address": "IPV6Address", "ipv6 address": "IPV6Address", "ipv6address": "IPV6Address",
    "ipaddrattributes": "IPAddrAttributes", "ipv6addrattributes": "IPV6AddrAttributes",
    "protocol": "Protocol", "device type": "DeviceType", "device description": "Description", "reason code": "Reason",
    "reason": "Reason", "connecting port": "ConnectingPort", "user id": "UserID", "load id": "LoadID",
    "associated directory numbers": "AssociatedDNs", "performance monitor object type": "PerfMonObjType", "product type": "ProductType",
    "app id": "AppID", "cluster id": "ClusterID", "node id": "NodeID", "expected average delay": "AverageDelay",
    "average delay": "AverageDelay", "entry latency": "EntryLatency", "exit latency": "ExitLatency", "sample size": "SampleSize",
    "total code yellow entry": "TotalCodeYellowEntry", "total code yellow exit": "TotalCodeYellowExit",
    "time spent in code yellow": "TimeSpentInCodeYellow", "number of calls rejected due to call throttling": "CallsRejected",
    "high priority queue depth": "HighPriorityQueueDepth", "normal priority queue depth": "NormalPriorityQueueDepth",
    "low priority queue depth": "LowPriorityQueueDepth", "remote ip address of remote application": "RemoteIPAddress",
    "remote ip address": "RemoteIPAddress", "unique link identifier": "LinkID", "link id": "LinkID", "local node id": "LocalNodeId",
    "remote node id": "RemoteNodeID", "local application id": "LocalApplicationID", "remote application id": "RemoteApplicationID",
    "host name of hosting node": "HostName", "host name": "HostName", "ip address of hosting node": "IPAddress",
    "total events received": "TotalEventsReceived", "max events allowed": "MaxEventsAllowed", "tcp handle": "TCPHandle",
    "tcp processid": "TCPPid", "device text": "DeviceText", "param1": "Param1", "param2": "Param2",
    "alert name": "AlertName", "detail": "AlertDetail",
}  # fmt: skip
"""Keys in lower case, and the catalogue's name of the same field."""

_NAME = "(" + "|".join(re.escape(key).replace(r"\ ", " {1,2}") for key in sorted(_KEYS, key=len, reverse=True)) + ")"
_ENDING = r"(?:[.:]? ?[\[(]optional[\])])?\.? ?:"
_ANYWHERE = re.compile(rf"(?:^|(?<=[\s.|])){_NAME}{_ENDING}", re.IGNORECASE)
_AT_LINE_START = re.compile(rf"^[ \t>]{{0,40}}{_NAME}{_ENDING}", re.IGNORECASE | re.MULTILINE)
_REMARKS = re.compile(r"(?:^|(?<=\s))(?:explanation|recommended action) ?:", re.IGNORECASE)
_BLANKS = re.compile(r" {2,}")
_ESCAPED_ENDS = re.compile(rf"(?:#01[25])+(?=[ \t>]{{0,40}}(?:{_NAME}{_ENDING}|explanation ?:|recommended action ?:|\Z))", re.IGNORECASE)
"""Ends of lines as relays, and our own listener, write those of a message of several lines; elsewhere it is a user's ``Room #012``."""


def begins_with_key(line: str) -> bool:
    """Whether a line begins with the key of a field or of a remark (``Explanation:``)."""
    return _AT_LINE_START.match(line) is not None or _REMARKS.match(line.lstrip(" \t>")) is not None


_NEVER_LAST = frozenset(("DeviceName", "MACAddress", "IPAddress", "DeviceType"))
"""Fields that others follow in every release: a line that ends in one breaks off there."""


def keyed_fields(text: str) -> dict[str, str]:
    """The fields of an alarm's text under the names of the later catalogue, values without surrounding blanks.

    >>> keyed_fields("Device type. [Optional]:8 Device description [Optional].:a: |b Reason Code [Optional].:12")["Reason"]
    '12'
    """
    text = _ESCAPED_ENDS.sub("\n", text) if "#01" in text else text
    on_lines = len(_AT_LINE_START.findall(text)) > 1
    body = text[: _remarks_begin(text)]
    pattern = _AT_LINE_START if on_lines else _ANYWHERE
    marks = [Mark(_KEYS[_BLANKS.sub(" ", found[1]).lower()], found.start(), found.end()) for found in pattern.finditer(body)]
    chosen = own_marks(marks, _NAMES)
    ends = [*(mark.start for mark in chosen[1:]), len(body)]
    fields = {mark.name: body[mark.value : end].strip() for mark, end in zip(chosen, ends, strict=False)}
    if chosen and not on_lines and chosen[-1].name in _NEVER_LAST:
        fields[chosen[-1].name] = _whole_word(body[chosen[-1].value :])
    return {name: value.split("\n", 1)[0].rstrip() for name, value in fields.items()} if on_lines else fields


def _whole_word(text: str) -> str:
    """The first word of a text if it has an end, else nothing: the rest of an address or a name may be lost."""
    words = text.split(None, 1)
    return words[0] if words and text.lstrip() != words[0] else ""


_NAMES = frozenset(_KEYS.values())


def _remarks_begin(text: str) -> int:
    """Where the explanation begins: the last one, since a description may hold the word."""
    begins = [found.start() for found in _REMARKS.finditer(text)]
    if len(begins) > 1 and text[begins[-1]].lower() == "r":
        return begins[-2]
    return begins[-1] if begins else len(text)
