"""The fields of an alarm as ``%[Name=value][Name=value]: text``, with values that hold anything a user typed.

A value may hold brackets, ``][Reason=9``, or a whole other alarm. Everything before the first free text is plain. After it
only names of the catalogue end a value, and of several with one name the last is the alarm's own, since users' text stands
before the fields the server adds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_CATALOGUE = (
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
_CANONICAL: Mapping[str, str] = {name.lower(): name for name in _CATALOGUE}
_FREE_TEXT = frozenset(
    ("Description", "AlertDetail", "DeviceText", "UserID", "SIPUser", "Text", "LastProtocolEventSent", "LastProtocolEventReceived")
)
_KEY = r"([A-Za-z][A-Za-z0-9_ ]{0,40}?) ?="
_BRACKET = re.compile(rf"(?:(?<=%)|(?<=\])|^) ?\[{_KEY}")
_BARE = re.compile(r"(?:^|(?<=[\s%]))(" + "|".join(sorted(_CATALOGUE, key=len, reverse=True)) + r")=")
_NESTED = re.compile(r": ?%\[.*?\]: ", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where a field's name stands, and where its value begins."""

    name: str
    start: int
    value: int


def alarm_fields(text: str) -> dict[str, str]:
    """The fields behind an alarm's name, under the catalogue's spelling; raw values, in the order of the text.

    Works with brackets, and without where a relay has lost them.

    >>> alarm_fields("%[DeviceName=SEP00005E005301][Description=a [b] ][Reason=9][Reason=13][NodeID=cm1]: gone")["Reason"]
    '13'
    """
    bracketed = text[:3].lstrip(" %").startswith("[")
    pattern = _BRACKET if bracketed else _BARE
    marks = [_Mark(_canonical(found[1]), found.start(), found.end()) for found in pattern.finditer(text)]
    if any(mark.name == "AlertDetail" for mark in marks):
        nested = [found.span() for found in _NESTED.finditer(text)]
        marks = [mark for mark in marks if not any(start < mark.start < end for start, end in nested)]
    chosen = _own_marks(marks)
    fields: dict[str, str] = {}
    for i, mark in enumerate(chosen):
        end = chosen[i + 1].start if i + 1 < len(chosen) else len(text)
        value = text[mark.value : end]
        fields[mark.name] = _close(value, free=mark.name in _FREE_TEXT) if bracketed else value.strip()
    return fields


def _canonical(name: str) -> str:
    return _CANONICAL.get(name.replace(" ", "").replace("_", "").lower(), name)


def _own_marks(marks: list[_Mark]) -> list[_Mark]:
    first_free = next((i for i, mark in enumerate(marks) if mark.name in _FREE_TEXT), len(marks))
    head: dict[str, _Mark] = {}
    for mark in marks[: first_free + 1]:
        head.setdefault(mark.name, mark)
    tail = {mark.name: mark for mark in marks[first_free + 1 :] if mark.name in _CANONICAL.values() and mark.name not in head}
    return sorted([*head.values(), *tail.values()], key=lambda mark: mark.start)


def _close(value: str, *, free: bool) -> str:
    """A value without the bracket that ends it; a lost one ends it too."""
    if not free:
        return value.partition("]")[0]
    end = value.rfind("]")
    return value if end < 0 else value[:end]
