"""The log buffer of one visit to what it tells, by the clock of the device; and messages from elsewhere by the same clock."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from switchcorr.model.snapshot import DeviceFacts
from switchcorr.topology.clocks.words import Correction
from switchcorr.topology.messages.meaning import Happened, SwitchMessage, read_message, rules_for
from switchcorr.topology.messages.times import Dated, LogTimes

SAME_MESSAGE = timedelta(seconds=2)
"""A message of a buffer and its copy at a server, by one clock, are no further apart. Assumed: a stamp in seconds and one in milliseconds."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Buffer:
    """What one buffer tells.

    Attributes:
        stamps: as printed, of ``happened``.
        ends: times of its first and last message, and of its capture: it reaches from one to the other.
        error: by how much the clock was ahead at its end.
        since: since when that is so; None if the buffer does not show it being set.
    """

    device: str
    happened: tuple[Happened, ...]
    stamps: tuple[str, ...]
    ends: tuple[datetime, ...]
    correction: Correction
    error: timedelta
    since: datetime | None


def read_buffer(facts: DeviceFacts) -> Buffer:
    """What the log buffer of a device tells; only messages that tell something have their time read."""
    times, log = LogTimes.of(facts), facts.tables.logging
    happened, stamps, dates = [], [], []
    for place, row in enumerate(log):
        if not rules_for(f"{row.facility.partition('-')[0]}-{row.mnemonic}"):
            continue
        date = times.read(row.stamp, place)
        message = None if date is None else SwitchMessage(facts.device, date.time, row.facility, row.mnemonic, row.text)
        found = None if message is None else read_message(message)
        if found is not None and date is not None:
            happened.append(found if date.stamped else replace(found, stamped=False))
            stamps.append(row.stamp)
            dates.append(date)
    ends = [date.time for place in sorted({0, len(log) - 1}) if log and (date := times.read(log[place].stamp, place)) is not None]
    ends += [facts.taken_at] if ends and facts.taken_at is not None else []
    last = max((one.place for one in times.clock.sets), default=None)
    since = None if last is None else times.read(log[last].stamp, last)
    return Buffer(
        facts.device,
        tuple(happened),
        tuple(stamps),
        tuple(ends),
        _correction(dates, times),
        times.clock.error,
        None if since is None else since.time,
    )


def _correction(dates: Sequence[Dated], times: LogTimes) -> Correction:
    """What was done to the times of messages."""
    error = times.clock.error
    old = [date.wrong for date in dates if date.wrong != error]
    return Correction(
        ahead=error if any(date.wrong == error for date in dates if not date.from_start) else timedelta(),
        zone=times.clock.zone,
        was_set=max(old, key=abs, default=timedelta()),
        from_start=any(date.from_start for date in dates),
    )


def told_once(buffers: Sequence[Buffer]) -> Iterator[Happened]:
    """What the buffers tell: a message that several visits of a device show has the time of the first of them, when its clock had least time to drift."""
    known: dict[tuple[str, str, str, str], datetime] = {}
    for buffer in buffers:
        for one, stamp in zip(buffer.happened, buffer.stamps, strict=True):
            first = known.setdefault((one.device, stamp, one.name, one.text), one.time)
            yield replace(one, time=first) if first != one.time and abs(first - one.time) < _DAY else one


def served(messages: Sequence[SwitchMessage], buffers: Sequence[Buffer]) -> tuple[list[SwitchMessage], dict[str, Correction]]:
    """Messages from elsewhere by the clocks of their devices, and what was corrected.

    The time that counts in a line is the device's own, so it is as wrong as the clock; unless the device's buffer holds the same messages at these
    times already (the server wrote its own), or the clock is off by more than a day, when the header that gives the year comes from elsewhere.
    """
    latest = {buffer.device: buffer for buffer in buffers}
    held = _held(buffers)
    by_device: dict[str, list[SwitchMessage]] = defaultdict(list)
    for message in messages:
        if message.device in latest and latest[message.device].error:
            by_device[message.device].append(message)
    moved = {name: latest[name].error for name, own in by_device.items() if _is_own_time(own, held[name], latest[name].error)}
    found = [_moved(message, moved.get(message.device), latest.get(message.device)) for message in messages]
    changed = {new.device for old, new in zip(messages, found, strict=True) if old is not new and read_message(new) is not None}
    return found, {device: replace(latest[device].correction, ahead=moved[device]) for device in changed}


def _held(buffers: Sequence[Buffer]) -> dict[str, dict[tuple[str, str], list[datetime]]]:
    """Times, in order, of each message by its words, by device."""
    held: dict[str, dict[tuple[str, str], list[datetime]]] = defaultdict(lambda: defaultdict(list))
    for buffer in buffers:
        for one in buffer.happened:
            insort(held[buffer.device][one.name, one.text], one.time)
    return held


def _is_own_time(messages: Sequence[SwitchMessage], held: Mapping[tuple[str, str], Sequence[datetime]], error: timedelta) -> bool:
    """Whether messages carry the device's own time: more of them are in the buffer at that than at the times as they stand."""
    own = true = 0
    for message in messages:
        happened = read_message(message)
        times = held.get((happened.name, happened.text), ()) if happened is not None else ()
        own += _is_held(times, message.time - error)
        true += _is_held(times, message.time)
    return own > true or (own == true and abs(error) < _DAY)


def _is_held(times: Sequence[datetime], at: datetime) -> bool:
    place = bisect_left(times, at - SAME_MESSAGE)
    return place < len(times) and times[place] <= at + SAME_MESSAGE


def _moved(message: SwitchMessage, error: timedelta | None, buffer: Buffer | None) -> SwitchMessage:
    if error is None or buffer is None or (buffer.since is not None and message.time - error < buffer.since):
        return message
    return replace(message, time=message.time - error)
