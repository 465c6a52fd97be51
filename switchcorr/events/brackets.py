"""The fields of an alarm as ``%[Name=value][Name=value]: text``, with values that hold anything a user typed.

A value may hold brackets, ``][Reason=9``, or a whole other alarm; ``marks.py`` tells which fields are the alarm's own.
Source: alarm catalogues of Cisco Unified Communications Manager 12.5, 14 and 15.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from switchcorr.events.marks import FREE_TEXT, Mark, own_marks

_NAMES = (
    "DeviceName", "MACAddress", "IPAddress", "Protocol", "DeviceType", "Description", "Reason", "ReasonCode", "IPV6Address",
    "IPAddrAttributes", "IPV6AddrAttributes", "LastSignalReceived", "CallState", "StationState", "AppID", "ClusterID", "NodeID",
    "ConnectingPort", "SIPUser", "UserID", "LoadID", "AssociatedDNs", "PerfMonObjType", "ActiveLoadId", "InactiveLoadId", "ProductType",
    "TCPPid", "DeviceText", "Param1", "Param2", "AlertName", "AlertDetail", "RemoteIPAddress", "LinkID", "LocalNodeId", "RemoteNodeID",
    "LocalApplicationID", "RemoteApplicationID", "AverageDelay", "EntryLatency", "ExitLatency", "SampleSize", "TotalCodeYellowEntry",
    "TotalCodeYellowExit", "TimeSpentInCodeYellow", "CodeYellowDuration", "NumberOfCallsRejectedDueToCallThrottling",
    "HighPriorityQueueDepth", "NormalPriorityQueueDepth", "LowPriorityQueueDepth", "TotalEventsReceived", "TCPHandle",
    "MaxEventsAllowed", "NumberOfSkinnyDeviceThrottled", "MaxDevices", "HostName", "Text", "CCMVersion", "Thread",
    "DeviceIPv4Address", "IPv4DefaultGateway", "DeviceIPv6Address", "IPv6DefaultGateway", "ModelNumber", "NeighborIPv4Address",
    "NeighborIPv6Address", "NeighborDeviceID", "NeighborPortID", "VoiceVLAN", "UnifiedCMIPAddress", "LocalPort", "TimeStamp",
    "LastProtocolEventSent", "LastProtocolEventReceived", "DHCPv4Status", "DHCPv6Status", "TFTPCfgStatus", "DNSStatusUnifiedCM1",
    "DNSStatusUnifiedCM2", "DNSStatusUnifiedCM3", "DNSv6StatusUnifiedCM1", "DNSv6StatusUnifiedCM2", "DNSv6StatusUnifiedCM3",
    "ReasonForOutOfService",
)  # fmt: skip
_CATALOGUE = frozenset(_NAMES)
_CANONICAL: Mapping[str, str] = {name.lower(): name for name in _NAMES} | {
    "deviceipaddress": "IPAddress", "devicemacaddress": "MACAddress", "devicedescription": "Description",
}  # fmt: skip
_ONE_WORD = frozenset(("NodeID", "ClusterID"))
_KEY = r"([A-Za-z][A-Za-z0-9_ ]{0,40}?) ?="
_BRACKET = re.compile(rf"(?:(?<=%)|(?<=\])|^) ?\[{_KEY}")
_END = re.compile(r"\] ?:")
_BARE = re.compile(r"(?:^|(?<=[\s%]))(" + "|".join(sorted(_CATALOGUE, key=len, reverse=True)) + r")=")


def alarm_fields(text: str) -> dict[str, str]:
    """The fields behind an alarm's name, under the catalogue's spelling; raw values, in the order of the text.

    Works with brackets, and without where a relay has lost them. A value in brackets in which the text breaks off is left out.

    >>> alarm_fields("%[DeviceName=SEP00005E005301][Description=a [b] ][Reason=9][Reason=13][NodeID=cm1]: gone")["Reason"]
    '13'
    """
    bracketed = text[:3].lstrip(" %").startswith("[")
    pattern = _BRACKET if bracketed else _BARE
    marks = [Mark(_canonical(found[1]), found.start(), found.end()) for found in pattern.finditer(text)]
    if any(mark.name == "AlertDetail" for mark in marks):
        nested = _quoted(text)
        marks = [mark for mark in marks if not any(start < mark.start < end for start, end in nested)]
    chosen = own_marks(marks, _CATALOGUE)
    fields: dict[str, str] = {}
    for i, mark in enumerate(chosen):
        end = chosen[i + 1].start if i + 1 < len(chosen) else len(text)
        value = text[mark.value : end]
        if bracketed and end == len(text) and mark.name not in FREE_TEXT and "]" not in value:
            continue  # the line breaks off in it: 1 may be 13
        fields[mark.name] = _close(value, free=mark.name in FREE_TEXT) if bracketed else _bare(mark.name, value)
    return fields


def breaks_off(text: str) -> bool:
    """Whether the fields behind an alarm's name begin in brackets and the last bracket is open: a relay may take off the sentence behind them.

    >>> breaks_off("%[DeviceName=SEP00005E005301][Reason=1"), breaks_off("%[Reason=13][NodeID=cm1]: An endpoint has unreg")
    (True, False)
    >>> breaks_off("%[Reason=13][NodeID=cm1]"), breaks_off("%[Reason=13][NodeID=cm1] An endpoint [SIP] has")
    (False, False)
    """
    if not text[:3].lstrip(" %").startswith("[") or _END.search(text) is not None:
        return False
    last = text[max((mark.start() for mark in _BRACKET.finditer(text)), default=0) :]
    return text.rfind("]") < text.rfind("[") or last.count("]") < last.count("[")


def _quoted(text: str) -> list[tuple[int, int]]:
    """Where whole alarms, ``: %[...]: ``, stand inside the text."""
    spans = []
    start = _begin_of_quote(text, 0)
    while start >= 0 and (end := text.find("]: ", start)) >= 0:
        spans.append((start, end + 3))
        start = _begin_of_quote(text, end)
    return spans


def _begin_of_quote(text: str, after: int) -> int:
    return min((at for at in (text.find(": %[", after), text.find(":%[", after)) if at >= 0), default=-1)


@lru_cache(maxsize=1 << 10)
def _canonical(name: str) -> str:
    return _CANONICAL.get(name.replace(" ", "").replace("_", "").lower(), name)


def _close(value: str, *, free: bool) -> str:
    """A value without the bracket that ends it; a lost one ends it too."""
    if not free:
        return value.partition("]")[0]
    end = value.rfind("]")
    return value if end < 0 else value[:end]


def _bare(name: str, value: str) -> str:
    """A value that no bracket ends; the alarm's text follows the last one, and that is one word."""
    words = value.split(None, 1)
    return words[0].rstrip(":") if words and name in _ONE_WORD else value.strip()
