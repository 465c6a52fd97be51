"""Event files to one log; a file that cannot be used is named, the others go on."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from switchcorr.errors import EventFormatError, InputFileError
from switchcorr.events import ReadOptions, read_event_files
from switchcorr.jobs.inputs.readings import EventsRead
from switchcorr.jobs.inputs.request import Progress, Times
from switchcorr.listen.losses import losses_beside, told_losses
from switchcorr.model.addresses import PhoneName
from switchcorr.model.event import Assumed, EventKind, EventLog, EventReading
from switchcorr.model.placement import Placement
from switchcorr.topology import SwitchMessage

_NEAR = timedelta(minutes=1)
"""A loss so near to the first or the last event may have taken others of the same incident. Assumed."""
_MESSAGE_TAG = re.compile(r"(?P<facility>[A-Z0-9_-]{1,60})-[0-7]-(?P<mnemonic>[A-Z0-9_]{1,60})")


def read_events(paths: Sequence[Path], times: Times, progress: Progress) -> EventsRead:
    """Read all files.

    Raises:
        InputFileError: none of them can be opened.
        EventFormatError: none of them holds an event.
    """
    progress("events", 0, len(paths))
    options = ReadOptions(now=times.now, zone=times.log_zone, zones=dict(times.log_zones), year=times.year, at=times.at)
    reading = read_event_files(paths, options=options)
    progress("events", len(paths), len(paths))
    missing = tuple(
        file.problem or f"{file.file}: no event of a known format in {file.lines} lines"
        for file in reading.files
        if file.problem or not file.events
    )
    if not len(reading.log):
        raise _nothing_usable(reading, missing)
    return EventsRead(reading.log, reading.files, reading.assumptions, (*missing, *_lost(paths, reading.log)))


def _lost(paths: Sequence[Path], log: EventLog) -> tuple[str, ...]:
    """What the listener that wrote the files could not receive in the time of their events."""
    times = [seconds for seconds in log.time if math.isfinite(seconds)]
    losses = losses_beside(paths)
    if not losses or not times:
        return ()
    first, last = datetime.fromtimestamp(min(times), UTC), datetime.fromtimestamp(max(times), UTC)
    return told_losses(losses, first - _NEAR, last + _NEAR)


def _nothing_usable(reading: EventReading, missing: tuple[str, ...]) -> EventFormatError | InputFileError:
    if all(file.problem for file in reading.files):
        return InputFileError(f"no event file can be used: {' | '.join(missing)}", hint="Give at least one readable event log.")
    samples = [f"line {sample.line}: {sample.text}" for file in reading.files for sample in file.samples[:2]]
    return EventFormatError(
        f"no event found: {' | '.join(missing)}. {' | '.join(samples)}".strip(),
        hint="docs/event-formats.md lists what is read; a CSV with the columns time,phone,event always works, and with --at a bare list of phones.",
    )


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


def switch_messages(log: EventLog) -> tuple[SwitchMessage, ...]:
    """What switches say of themselves, in order of time; those without a time are left out."""
    found = []
    for row, detail in sorted(log.details.items()):
        tag = _MESSAGE_TAG.fullmatch(detail.alert) if log.kind[row] == EventKind.SWITCH_MESSAGE else None
        if tag is not None and detail.neighbor_device and math.isfinite(log.time[row]):
            time = datetime.fromtimestamp(log.time[row], UTC)
            found.append(SwitchMessage(detail.neighbor_device, time, tag["facility"], tag["mnemonic"], detail.text))
    return tuple(found)


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


def named_by_address(events: EventsRead, placements: Iterable[Placement]) -> EventsRead:
    """Drops that tell an address only, under the name of the phone that had it; what was done stands in the assumptions.

    The log itself decides, by its event of that address nearest in time (leases move); else a placement, if one only has the
    address. A drop whose address nobody is known to have stays without a name.
    """
    log = events.log
    kinds = (EventKind.UNREGISTERED, EventKind.TRANSIENT)
    rows = [i for i in range(len(log)) if log.name[i] < 0 <= log.ip[i] and log.kind[i] in kinds]
    if not rows:
        return events
    placed = _placed_addresses(placements)
    told = _told_addresses(log, {log.ip[i] for i in rows})
    named = log.select(list(range(len(log))))
    count = 0
    for i in rows:
        name = _nearest(told.get(log.ip[i], ()), log.time[i]) or placed.get(log.pools.ips.get(log.ip[i]), "")
        if name:
            count += 1
            named.name[i] = log.pools.names.put(name)
            named.assumed[i] |= Assumed.NAME
    sentence = f"{len(rows)} drops tell an address but no device; {count} of them are taken for those of the phone that had the address."
    return replace(events, log=named, assumptions=(*events.assumptions, sentence))


def _told_addresses(log: EventLog, wanted: set[int]) -> Mapping[int, list[tuple[float, str]]]:
    """When the log names which phone with an address, by the address's number."""
    told: dict[int, list[tuple[float, str]]] = defaultdict(list)
    for time, name, ip in zip(log.time, log.name, log.ip, strict=True):
        if name >= 0 and ip in wanted and PhoneName.parse_or_none(text := log.pools.names.get(name)):
            told[ip].append((time, text))
    return told


def _nearest(told: Sequence[tuple[float, str]], time: float) -> str:
    """The name nearest in time; empty if times do not tell and there are several."""
    names = {name for _, name in told}
    if len(names) == 1:
        return names.pop()
    timed = [(abs(at - time), name) for at, name in told if not math.isnan(at - time)]
    return min(timed)[1] if timed else ""


def _placed_addresses(placements: Iterable[Placement]) -> Mapping[str, str]:
    """Addresses that one phone only has."""
    found: dict[str, set[str]] = defaultdict(set)
    for placement in placements:
        if placement.ip:
            found[placement.ip].add(str(placement.phone))
    return {ip: names.pop() for ip, names in found.items() if len(names) == 1}
