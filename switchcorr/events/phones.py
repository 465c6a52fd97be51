"""What a log tells of phones: which there are, at which addresses, and on which switch they say they are."""

from __future__ import annotations

from dataclasses import dataclass

from switchcorr.model.addresses import PhoneName
from switchcorr.model.event import EventKind, EventLog


@dataclass(frozen=True, slots=True)
class PhoneAlarm:
    """Where a phone itself says it is attached: the newest word of each phone."""

    phone: PhoneName
    device: str
    port: str
    address: str
    voice_vlan: int | None
    time: float


def phone_alarms(log: EventLog) -> tuple[PhoneAlarm, ...]:
    """The newest neighbor that each phone named, sorted by phone."""
    newest: dict[PhoneName, PhoneAlarm] = {}
    for row, detail in log.details.items():
        phone = PhoneName.parse_or_none(log.pools.names.get(log.name[row]))
        if log.kind[row] != EventKind.PHONE_ALARM or phone is None or not (detail.neighbor_device or detail.neighbor_address):
            continue
        alarm = PhoneAlarm(phone, detail.neighbor_device, detail.neighbor_port, detail.neighbor_address, detail.voice_vlan, log.time[row])
        known = newest.get(phone)
        if known is None or not alarm.time < known.time:
            newest[phone] = alarm
    return tuple(newest[phone] for phone in sorted(newest))


def phones_of(log: EventLog) -> tuple[PhoneName, ...]:
    """All phones a log names, sorted; CTI ports and gateways are none."""
    names = (PhoneName.parse_or_none(text) for text in log.pools.names.texts)
    return tuple(sorted(name for name in names if name is not None))


def addresses_of(log: EventLog) -> dict[PhoneName, str]:
    """The newest address of each phone."""
    found: dict[PhoneName, str] = {}
    for name, ip in zip(log.name, log.ip, strict=True):
        if ip >= 0 and name >= 0 and (phone := PhoneName.parse_or_none(log.pools.names.get(name))):
            found[phone] = log.pools.ips.get(ip)
    return found
