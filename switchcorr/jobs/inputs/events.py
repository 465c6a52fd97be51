"""Event files to one log; a file that cannot be used is named, the others go on."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path

from switchcorr.errors import EventFormatError, InputFileError, UsageError
from switchcorr.events import ReadOptions, read_event_files
from switchcorr.events.names import name_by_address
from switchcorr.events.seen import NEAR_S, seen_once
from switchcorr.jobs.inputs.captured import read_batches
from switchcorr.jobs.inputs.mistaken import meant_for_events
from switchcorr.jobs.inputs.readings import EventsRead
from switchcorr.jobs.inputs.request import Progress, Times
from switchcorr.listen.losses import losses_beside, told_losses
from switchcorr.model.event import EventFileAccount, EventKind, EventLog, EventReading
from switchcorr.model.placement import Placement
from switchcorr.text import counted
from switchcorr.topology import SwitchMessage

_NEAR = timedelta(minutes=1)
"""A loss so near to the first or the last event may have taken others of the same incident. Assumed."""
_ALIKE = 0.6
"""How alike two names are of which one may be meant for the other. Assumed."""
_MESSAGE_TAG = re.compile(r"(?P<facility>[A-Z0-9_-]{1,60})-[0-7]-(?P<mnemonic>[A-Z0-9_]{1,60})")


def read_events(paths: Sequence[Path], times: Times, progress: Progress) -> EventsRead:
    """Read all files.

    Raises:
        UsageError: a zone is given for a file that is none of them.
        InputFileError: none of them can be opened.
        EventFormatError: none of them holds an event.
    """
    refuse_strange_zones(paths, times)
    progress("events", 0, len(paths))
    options = ReadOptions(now=times.now, zone=times.log_zone, zones=dict(times.log_zones), year=times.year, at=times.at)
    reading = read_event_files(paths, options=options, read=read_batches)
    progress("events", len(paths), len(paths))
    reading = replace(reading, files=tuple(map(_understood, reading.files)))
    missing = tuple(_why(file) for file in reading.files if file.problem or not file.events)
    if not len(reading.log):
        raise _nothing_usable(reading, missing)
    return EventsRead(reading.log, reading.files, reading.assumptions, (*missing, *_lost(paths, reading.log)))


def refuse_strange_zones(paths: Sequence[Path], times: Times) -> None:
    """See that each file that a zone is given for is read.

    Raises:
        UsageError: one is not; its times would be read in another zone without a word.
    """
    names = dict.fromkeys(name for path in paths for name in (path.name, str(path)))
    for file, _ in times.log_zones:
        if file not in names:
            near = get_close_matches(file, names, n=1, cutoff=_ALIKE) or [name for name in names if file and name.startswith(file)]
            meant = f"; did you mean {near[0]}?" if near else "."
            raise UsageError(
                f"--timezone {file}: no such file among the event files{meant}", hint="Give the path as it is given there, or its name."
            )


def nothing_of(files: Iterable[EventFileAccount]) -> tuple[str, ...]:
    """Why files gave nothing at all; a log that holds nothing but other alarms was read, and is none of them."""
    return tuple(_why(file) for file in files if not file.events and (file.problem or not file.ignored))


def _understood(file: EventFileAccount) -> EventFileAccount:
    """The account of a file; of one that gave nothing, with the option that it was meant for."""
    mistaken = "" if file.events or file.ignored else meant_for_events(Path(file.file))
    return replace(file, problem=mistaken) if mistaken else file


def _why(file: EventFileAccount) -> str:
    return file.problem or file.no_event


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
    samples = [warning for file in reading.files for warning in file.warnings]
    samples = samples or [f"line {sample.line}: {sample.text}" for file in reading.files for sample in file.samples[:2]]
    return EventFormatError(
        f"no event found: {' | '.join(missing)}. {' | '.join(samples)}".strip(),
        hint="docs/event-formats.md lists what is read; a CSV with the columns time,phone,event always works, and with --at a bare list of phones.",
    )


def switch_messages(log: EventLog) -> tuple[SwitchMessage, ...]:
    """What switches say of themselves, in order of time; those without a time are left out."""
    found = []
    for row, detail in sorted(log.details.items()):
        tag = _MESSAGE_TAG.fullmatch(detail.alert) if log.kind[row] == EventKind.SWITCH_MESSAGE else None
        if tag is not None and detail.neighbor_device and math.isfinite(log.time[row]):
            time = datetime.fromtimestamp(log.time[row], UTC)
            found.append(SwitchMessage(detail.neighbor_device, time, tag["facility"], tag["mnemonic"], detail.text))
    return tuple(found)


def named_by_address(events: EventsRead, placements: Iterable[Placement]) -> EventsRead:
    """The events with drops named that tell an address only, and the sentence on it among the assumptions.

    A drop that packets show may now have the name under which a log tells of it too: then it is left out.
    """
    named = name_by_address(events.log, placements)
    if named is None:
        return events
    once = seen_once(named.log)
    left_out = sum(once.dropped.values())
    told = (
        (
            f"{counted(left_out, 'event')} of packet captures {'is' if left_out == 1 else 'are'} left out: "
            f"a log tells of the same phone within {NEAR_S:.0f} s.",
        )
        if left_out
        else ()
    )
    return replace(events, log=once.log, assumptions=(*events.assumptions, named.sentence, *told))
