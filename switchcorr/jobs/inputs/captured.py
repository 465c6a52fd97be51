"""Event files of every kind, packet captures too: what packets show becomes events beside those of logs.

``events`` reads text and ``packets`` reads packets, and neither knows the other; here the words in which a phone says why it left, found
in a packet, are given to the readers of such words.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from switchcorr.errors import ConfigurationError, InputFileError
from switchcorr.events import EventBatch, ReadOptions, read_event_batches
from switchcorr.events.said import event_of_words
from switchcorr.files import is_packet_capture
from switchcorr.model.event import Event, EventFileAccount, EventLog, EventPools
from switchcorr.packets.registrations import Registrations, SeenEvent, registrations
from switchcorr.packets.tracking import Tracker
from switchcorr.text import counted

if TYPE_CHECKING:
    from switchcorr.packets.containers import CaptureFile

FORMAT = "packet_capture"
_NOT_READ = ("malformed", "cut", "unknown_link")
"""Packets of which not even the headers could be read."""


def read_batches(path: Path, *, options: ReadOptions, pools: EventPools, known: int = 0) -> Iterator[EventBatch]:
    """The events of one file as ``read_event_batches`` gives them; a packet capture is read whole, whatever is known of it.

    Raises:
        UsageError: the zone given for the file does not exist.
    """
    if is_packet_capture(path):
        yield read_capture(path, pools)
    else:
        yield from read_event_batches(path, options=options, pools=pools, known=known)


def _open(path: Path) -> CaptureFile:
    """Open a capture. What reads its file format takes a quarter of a second to load, and most runs have no capture.

    Raises:
        ConfigurationError: it is not installed.
        InputFileError: the file is no capture that can be read.
    """
    return cast("CaptureFile", importlib.import_module("switchcorr.packets.containers").CaptureFile(path))


def read_capture(path: Path, pools: EventPools, *, open_capture: Callable[[Path], CaptureFile] = _open) -> EventBatch:
    """The events of a packet capture, with its account; one that cannot be read gives none, and its account says why."""
    tracker = Tracker()
    problem = ""
    try:
        capture = open_capture(path)
        for packet in capture.packets():
            tracker.take(*packet)
        problem = capture.problem and f"{path}: {capture.problem}."
    except ConfigurationError as error:
        problem = f"{path}: {error.message} {error.hint}"
    except InputFileError as error:
        problem = str(error)
    tracker.finish()
    found = registrations(tracker)
    log = EventLog(pools)
    for event in filter(None, map(_event, found.events)):
        log.append(replace(event, source=str(path)))
    if problem and tracker.packets:
        problem = f"{problem} Its first {counted(tracker.packets, 'packet')} {'was' if tracker.packets == 1 else 'were'} read."
    counts = tracker.counts
    unread = sum(counts[name] for name in _NOT_READ)
    account = EventFileAccount(
        file=str(path),
        formats=(FORMAT,) if tracker.packets else (),
        lines=tracker.packets,
        events=len(log),
        ignored=max(0, tracker.packets - unread - len(set(log.line))),
        unrecognised=unread,
        warnings=tuple(f"{path}: {sentence}." for sentence in _doubts(tracker, found)),
        problem=problem,
        unit="packet",
    )
    return EventBatch(log, account, zoned=True)


def _event(seen: SeenEvent) -> Event | None:
    """The event that packets show; None for words that do not say why a phone left."""
    if not seen.said:
        return seen.event
    said = event_of_words(seen.said)
    if said is None:
        return None
    event = seen.event
    return replace(
        said, time=said.time or event.time, name=event.name or said.name, ip=event.ip or said.ip, line=event.line, assumed=event.assumed
    )


def _doubts(tracker: Tracker, found: Registrations) -> Iterator[str]:
    """What was in the capture and could not be used, or was not in it."""
    ends = [end for one in tracker.connections for end in (one.phone, one.server)]
    missing = sum(end.stream.missing_bytes for end in ends)
    strange = sum(end.not_understood for end in ends)
    if missing:
        yield f"the capture lacks {counted(missing, 'byte')} that were on the wire"
    if strange:
        yield f"after {counted(strange, 'message')} came bytes that are none"
    if found.encrypted:
        yield f"{counted(found.encrypted, 'connection')} encrypted: registrations there cannot be seen"
    if found.nameless:
        yield f"{counted(found.nameless, 'event')} left out: of an address with several phones, and nothing tells which"
    if found.left_out:
        yield f"{counted(found.left_out, 'turn')} of registrations left out: more than are kept of one connection"
    if tracker.not_followed:
        yield f"{counted(tracker.not_followed, 'packet')} left out: of more connections than are followed"
