"""What an alarm means, and its fields made an event.

Source: alarm catalogues of Cisco Unified Communications Manager 12.5, 14 and 15; 3.x to 7.x use the ``Device...`` names for
phones too. Alarms that are not listed tell nothing about registrations or the server's health.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from switchcorr.events.loads import load_of
from switchcorr.events.phone_reasons import phone_text_alarm
from switchcorr.model.addresses import MacAddress, PhoneName
from switchcorr.model.event import Event, EventDetail, EventKind
from switchcorr.model.reason import Reason, ReasonEnum
from switchcorr.text import clean


@dataclass(frozen=True, slots=True)
class Alarm:
    """What an alarm becomes.

    Attributes:
        reasons: the list its reason code belongs to.
        named: whether the event keeps the alarm's name, because its kind does not say enough.
    """

    kind: EventKind
    reasons: ReasonEnum = ReasonEnum.NONE
    named: bool = False


_SERVER = Alarm(EventKind.SERVER_ALERT, named=True)
ALARMS: Mapping[str, Alarm] = {
    "EndPointUnregistered": Alarm(EventKind.UNREGISTERED, ReasonEnum.END_POINT_UNREGISTERED),
    "DeviceUnregistered": Alarm(EventKind.UNREGISTERED, ReasonEnum.DEVICE_UNREGISTERED),
    "EndPointTransientConnection": Alarm(EventKind.TRANSIENT, ReasonEnum.TRANSIENT_CONNECTION),
    "DeviceTransientConnection": Alarm(EventKind.TRANSIENT, ReasonEnum.TRANSIENT_CONNECTION),
    "StationConnectionError": Alarm(EventKind.UNREGISTERED, ReasonEnum.STATION_CONNECTION_ERROR, named=True),
    "EndPointRegistered": Alarm(EventKind.REGISTERED),
    "DeviceRegistered": Alarm(EventKind.REGISTERED),
    "EndPointPartiallyRegistered": Alarm(EventKind.REGISTERED, named=True),
    "DevicePartiallyRegistered": Alarm(EventKind.REGISTERED, named=True),
    "EndPointResetInitiated": Alarm(EventKind.RESET),
    "DeviceResetInitiated": Alarm(EventKind.RESET),
    "EndPointRestartInitiated": Alarm(EventKind.RESTART),
    "DeviceRestartInitiated": Alarm(EventKind.RESTART),
    "EndPointApplyConfigInitiated": Alarm(EventKind.RESTART, named=True),
    "DeviceApplyConfigInitiated": Alarm(EventKind.RESTART, named=True),
    "LastOutOfServiceInformation": Alarm(EventKind.PHONE_ALARM, ReasonEnum.PHONE),
    "StationAlarm": Alarm(EventKind.PHONE_ALARM, ReasonEnum.PHONE, named=True),
    "StationEventAlert": Alarm(EventKind.PHONE_ALARM, ReasonEnum.PHONE, named=True),
} | dict.fromkeys(
    (
        "CodeYellowEntry", "CodeYellowExit", "CodeRedEntry", "SignalCongestionEntry", "SignalCongestionExit", "TimerThreadSlowed",
        "MemoryThrottlingEntry", "MemoryThrottlingExit", "CallManagerFailure", "CallManagerOnline", "SDLLinkOOS", "SDLLinkISV",
        "NumDevRegExceeded", "DbInfoTimeout", "DbInfoError", "DeviceCloseMaxEventsExceeded", "CoreDumpFileFound", "CriticalServiceDown",
    ),
    _SERVER,
)  # fmt: skip
"""Alarms by name."""

_TAIL = frozenset(("AppID", "ClusterID", "NodeID"))
_NUMBER = re.compile(r"\s*(\d{1,5})\b")
_HEX12 = re.compile(r"[0-9A-Fa-f]{12}")
_EPOCH_MS = re.compile(r"\d{12,13}")
_EARLIEST = 10**12 * 0.9
LARGEST_CODE = 32_767
LARGEST_TYPE = 2**31 - 1
"""Largest reason and largest device type that a column holds."""
LONGEST_EXTENSION = 60
"""Characters of directory numbers that are kept: eight lines of internal or four of full numbers."""


def alarm_event(alarm: str, fields: Mapping[str, str], *, severity: int | None = None, node: str = "") -> Event | None:
    """The event of an alarm; None if the alarm tells nothing about registrations or servers.

    Args:
        alarm: its name; blanks in it and letter case must be right already.
        fields: by the catalogue's names; raw values.
        node: who wrote it, if no field says.
    """
    known = ALARMS.get(alarm)
    if known is None:
        return None
    if known.kind is EventKind.PHONE_ALARM:
        return _phone_alarm(alarm, fields, severity, node)
    reason = number(fields.get("Reason", "") or fields.get("ReasonCode", ""), most=LARGEST_CODE)
    return Event(
        time=None,
        kind=known.kind,
        name=named_device(fields),
        ip=address(fields.get("IPAddress", "")) or address(fields.get("IPV6Address", "")),
        reason=None if reason is None or known.reasons is ReasonEnum.NONE else Reason(known.reasons, reason),
        node=clean(fields.get("NodeID", "")) or node,
        cluster=clean(fields.get("ClusterID", "")),
        device_type=number(fields.get("DeviceType", ""), most=LARGEST_TYPE),
        severity=severity,
        description=clean(fields.get("Description", "")),
        extension=extensions(fields.get("AssociatedDNs", "")),
        load=load_of(fields),
        detail=_detail(alarm, known, fields),
    )


def extensions(text: str) -> str:
    """Directory numbers as printed, without blanks; of a long list as many as fit into ``LONGEST_EXTENSION`` characters.

    >>> extensions("4001, 4002 ")
    '4001,4002'
    >>> extensions(",".join(["+49301234567"] * 9))
    '+49301234567,+49301234567,+49301234567,+49301234567,…'
    """
    words = clean(text.replace(" ", ""))
    if len(words) <= LONGEST_EXTENSION:
        return words
    kept, _, _ = words[: LONGEST_EXTENSION - 1].rpartition(",")
    return f"{kept or words[: LONGEST_EXTENSION - 2]},…"


def device_name(text: str) -> str:
    """A device's name: phones canonical, others as printed but clean."""
    return PhoneName.parse_or_none(text) or clean(text, limit=128)


def named_device(fields: Mapping[str, str]) -> str:
    """The device an alarm is about, by its name, else by its MAC address; empty if it tells neither."""
    name = device_name(fields.get("DeviceName", ""))
    mac = fields.get("MACAddress", "").strip()
    return PhoneName.of(MacAddress.parse(mac)) if not name and _HEX12.fullmatch(mac) else name


@lru_cache(maxsize=1 << 14)
def address(text: str) -> str:
    """An IP address without its mask, one of IPv4 within IPv6 as such; empty for none, masked-out or zero ones.

    >>> address("192.0.2.7/24"), address("::ffff:192.0.2.7"), address("x.x.x.x"), address("0.0.0.0")
    ('192.0.2.7', '192.0.2.7', '', '')
    """
    plain = text.partition("/")[0].strip()
    if not plain or len(plain) > 45:
        return ""
    try:
        found = ipaddress.ip_address(plain)
    except ValueError:
        return ""
    plainer = getattr(found, "ipv4_mapped", None) or found
    return "" if plainer.is_unspecified else str(plainer)


def number(text: str, *, most: int) -> int | None:
    """The number a value begins with; None if it begins with none, or with one that is too large."""
    found = _NUMBER.match(text)
    return int(found[1]) if found is not None and int(found[1]) <= most else None


def phone_time(fields: Mapping[str, str]) -> float | None:
    """When the phone went out of service by its own clock, in seconds since 1970; None if it does not say."""
    text = fields.get("TimeStamp", "").strip()
    return int(text) / 1000 if _EPOCH_MS.fullmatch(text) and int(text) > _EARLIEST else None


def values_of(fields: Mapping[str, str]) -> dict[str, str]:
    """The fields of a server's alarm that hold something, but for the ones every alarm has."""
    return {name: value for name, raw in fields.items() if name not in _TAIL and (value := clean(raw, limit=300))}


def _detail(alarm: str, known: Alarm, fields: Mapping[str, str]) -> EventDetail | None:
    text = clean(fields.get("LastSignalReceived", ""))
    if known.kind is EventKind.SERVER_ALERT:
        return EventDetail(alert=alarm, values=values_of(fields), text=text)
    return EventDetail(alert=alarm if known.named else "", text=text) if known.named or text else None


def _phone_alarm(alarm: str, fields: Mapping[str, str], severity: int | None, node: str) -> Event | None:
    if alarm == "LastOutOfServiceInformation":
        event = out_of_service(fields)
    else:
        event = phone_text_alarm(fields.get("DeviceText", ""), fields.get("Param2", ""), alarm)
    if event is None:
        return None
    return Event(
        time=None, kind=event.kind, name=device_name(event.name), ip=event.ip, reason=event.reason,
        node=clean(fields.get("NodeID", "")) or event.node or node, cluster=clean(fields.get("ClusterID", "")),
        severity=severity, load=event.load, detail=event.detail,
    )  # fmt: skip


def out_of_service(fields: Mapping[str, str]) -> Event | None:
    """The event of the fields of a phone's LastOutOfServiceInformation; None if neither reason nor time is among them.

    The node is the one the phone fell off.
    """
    if "ReasonForOutOfService" not in fields and "TimeStamp" not in fields:
        return None
    reason = number(fields.get("ReasonForOutOfService", ""), most=LARGEST_CODE)
    vlan = number(fields.get("VoiceVLAN", ""), most=4094)
    sent, received = (clean(fields.get(f"LastProtocolEvent{which}", ""), limit=200) for which in ("Sent", "Received"))
    return Event(
        time=None,
        kind=EventKind.PHONE_ALARM,
        name=device_name(fields.get("DeviceName", "")),
        ip=address(fields.get("DeviceIPv4Address", "")) or address(fields.get("DeviceIPv6Address", "")),
        reason=None if reason is None else Reason(ReasonEnum.PHONE, reason),
        node=address(fields.get("UnifiedCMIPAddress", "")),
        detail=EventDetail(
            neighbor_device=clean(fields.get("NeighborDeviceID", ""), limit=200),
            neighbor_port=clean(fields.get("NeighborPortID", ""), limit=200),
            neighbor_address=address(fields.get("NeighborIPv4Address", "")) or address(fields.get("NeighborIPv6Address", "")),
            voice_vlan=vlan or None,
            values={name: value for name, value in (("last_sent", sent), ("last_received", received)) if value},
        ),
    )
