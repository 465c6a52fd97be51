"""Event files to one log; a file that cannot be used is named, the others go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from switchcorr.errors import EventFormatError, InputFileError
from switchcorr.events import ReadOptions, read_event_files
from switchcorr.jobs.request import Progress, Times
from switchcorr.model.addresses import PhoneName
from switchcorr.model.event import EventFileAccount, EventKind, EventLog, EventReading


@dataclass(frozen=True, slots=True)
class EventsRead:
    """A log in order of time, what became of each file, and which files could not be used at all."""

    log: EventLog
    files: tuple[EventFileAccount, ...]
    assumptions: tuple[str, ...]
    missing: tuple[str, ...]


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
    return EventsRead(reading.log, reading.files, reading.assumptions, missing)


def _nothing_usable(reading: EventReading, missing: tuple[str, ...]) -> EventFormatError | InputFileError:
    if all(file.problem for file in reading.files):
        return InputFileError(f"no event file can be used: {' | '.join(missing)}", hint="Give at least one readable event log.")
    samples = [f"line {sample.line}: {sample.text}" for file in reading.files for sample in file.samples[:2]]
    return EventFormatError(
        f"no event found: {' | '.join(missing)}. {' | '.join(samples)}".strip(),
        hint="docs/event-formats.md lists what is read; a CSV with the columns time,phone,event always works.",
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
