"""The main job: captures, locations and event logs in, incidents out, with an account of everything that was not used."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from switchcorr.correlate import CorrelateOptions
from switchcorr.correlate import correlate as explain
from switchcorr.correlate.overrides import constants_from, told_differences
from switchcorr.errors import InputFileError, StoreError, UsageError
from switchcorr.events.phones import phones_of
from switchcorr.jobs.calibration_file import find_calibration
from switchcorr.jobs.inputs.events import named_by_address, nothing_of, read_events
from switchcorr.jobs.inputs.mistaken import meant_for_counters
from switchcorr.jobs.inputs.network import Network, read_network
from switchcorr.jobs.inputs.readings import EventsRead
from switchcorr.jobs.inputs.request import CorrelateRequest, Progress, say_nothing
from switchcorr.jobs.inputs.strangers import unknown_parts
from switchcorr.model.addresses import device_key
from switchcorr.model.campus import Campus, Observation, at_shifted_times
from switchcorr.model.event import EventKind, EventLog
from switchcorr.model.incident import Correlation, Coverage
from switchcorr.model.placement import PlacementState
from switchcorr.model.ports import PortFacts
from switchcorr.model.snapshot import OutputState
from switchcorr.text import counted
from switchcorr.topology.facts.counters_file import read_counters

_log = logging.getLogger(__name__)
_CLOCKS_DIFFER = timedelta(minutes=5)
"""By how much the clock of whoever wrote a log may be ahead of this one without a word. Assumed."""
_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class CorrelationOutcome:
    """The answer, what was asked for and could not be used at all, and what the answer was made from.

    Attributes:
        unkept: why the answer was to be kept in the store and could not be; None if it was, or was not to be.
        looked: which time of a store was looked at for want of another one, and what it holds of the month before; empty if a time was named.
    """

    result: Correlation
    missing: tuple[str, ...] = ()
    campus: Campus | None = None
    log: EventLog | None = None
    ports: tuple[PortFacts, ...] = ()
    unkept: StoreError | None = None
    looked: str = ""


def correlate(request: CorrelateRequest, progress: Progress = say_nothing) -> CorrelationOutcome:
    """Read everything and explain it.

    Raises:
        UsageError: no events were given, and no store.
        InputFileError: none of the event files can be used.
        ConfigurationError: the settings hold constants of the correlation that cannot be.
    """
    constants = constants_from(request.settings.correlate)
    began = time.monotonic()
    since = _sought_since(request)
    events = read_log(request, progress)
    network = read_network(request.campus, request.settings, events.log, progress, at=end_of(events.log), ports=request.ports)
    events = named_by_address(events, network.campus.placements)
    observations, missing_counters = _counters(request, network.campus)
    found = find_calibration(request.calibration, request.learned)
    options = CorrelateOptions(
        now=request.times.now, since=since, until=request.until, windows=request.windows, observations=observations,
        constants=constants, calibration=found.calibration,
    )  # fmt: skip
    coverage = coverage_of(events, network)
    doubts = (*unknown_parts(request.counters, observations, network.campus), *_after_now(events.log, request.times.now))
    asked = request.windows or ((since, request.until),)
    beside = tuple(_beside_the_log(asked, events.log))
    empty = beside if all(start is not None and start > request.times.now for start, _ in asked) else ()
    looked = "" if since is None or since == request.since else _looked(request, since, events.log)
    coverage = replace(
        coverage,
        unusable=(*coverage.unusable, *(() if observations else missing_counters), *empty),
        assumptions=(
            *coverage.assumptions,
            *told_differences(constants),
            *found.assumptions,
            *doubts,
            *((looked,) if looked else ()),
            *(() if empty else beside),
        ),
    )
    result = explain(events.log, network.campus, options=options, coverage=coverage)
    stored = request.campus.stored
    unkept = None
    if stored is not None and not request.events and not request.windows:
        keep = request.keep and not (request.campus.captures or request.campus.locations or request.counters)
        result, unkept = stored.settled(result, keep=keep)
    _log.info(
        "correlate: %d events, %d phones, %d incidents in %.1f s",
        len(events.log), len(network.campus.risk.phones), len(result.incidents), time.monotonic() - began,
    )  # fmt: skip
    missing = (*events.missing, *network.missing, *missing_counters, *found.missing, *empty)
    moved = at_shifted_times(network.campus.observations, result.log_shifts)
    campus = replace(network.campus, observations=moved, link_downs=())  # they have told what they can, and name phones
    return CorrelationOutcome(result, missing, campus, events.log, network.ports, unkept, looked)


def _sought_since(request: CorrelateRequest) -> datetime | None:
    """From when incidents are sought: what a store holds of the month before is background. Files are sought through whole."""
    stored = request.campus.stored
    return stored.since if request.since is None and stored is not None and not (request.events or request.windows) else request.since


def _looked(request: CorrelateRequest, since: datetime, log: EventLog) -> str:
    """Which time was looked at, and what a log holds before it, which of a store is read for a month back only: "no incident" is said of that time only."""
    until, option = request.until or request.times.now, request.time_option
    kinds = (EventKind.UNREGISTERED, EventKind.TRANSIENT)
    drops = [(at, name) for at, name, kind in zip(log.time, log.name, log.kind, strict=True) if kind in kinds and math.isfinite(at)]
    inside = sum(since.timestamp() <= at <= until.timestamp() for at, _ in drops)
    before = [(at, name) for at, name in drops if at < since.timestamp()]
    told = f"incidents are looked for from {since:{_TIME}} to {until:{_TIME}} ({counted(inside, 'drop')}; {option} names another time)."
    if not before:
        return f"{told} In the month before that the store holds no drop."
    first = datetime.fromtimestamp(min(at for at, _ in before), UTC)
    held = f"{counted(len(before), 'drop')} of {counted(len({name for _, name in before}), 'phone')}"
    time_ = f"{first:%Y-%m-%d}" if option == "--since" else f"{first:%Y-%m-%d}/{until:{_TIME}}"
    return f"{told} In the month before that the store holds {held}, the first on {first:%Y-%m-%d}: `{option} {time_}` looks there too."


def read_log(request: CorrelateRequest, progress: Progress) -> EventsRead:
    """The events that are asked about: those of the files, else those of the store.

    Raises:
        UsageError: there are neither.
        InputFileError: none of the files can be used, or the store has no events.
    """
    if request.events:
        return read_events((*request.events, *request.servers), request.times, progress)
    if request.campus.stored is None:
        hint = "Give at least one --events FILE (any format of docs/event-formats.md will do), or a --store that has some."
        raise UsageError("no event log given.", hint=hint)
    if request.servers:
        files = " ".join(map(str, request.servers))
        raise UsageError("--servers without --events: the events are those of the store.", hint=f"First `switchcorr ingest {files}`.")
    return request.campus.stored.events()


def end_of(log: EventLog) -> datetime | None:
    """The last moment of a log: phones are placed as they were then, not where a later snapshot finds them."""
    told = zip(log.time, log.kind, strict=True)
    last = max((seconds for seconds, kind in told if kind != EventKind.SWITCH_MESSAGE and math.isfinite(seconds)), default=None)
    return None if last is None else datetime.fromtimestamp(last, UTC)


def _after_now(log: EventLog, now: datetime) -> tuple[str, ...]:
    """That a log goes on after the present: of a wrong clock, or of a zone that it does not name."""
    last = end_of(log)
    if last is None or last <= now + _CLOCKS_DIFFER:
        return ()
    return (f"the log goes on to {last:{_TIME}}, and it is {now:{_TIME}}: is a clock wrong, or the zone of its times (--timezone)?",)


def _beside_the_log(asked: Sequence[tuple[datetime | None, datetime | None]], log: EventLog) -> Iterator[str]:
    """That a log tells of other times only than those that were asked about: of each the begin and the end, None where it is open."""
    if all(since is None and until is None for since, until in asked):
        return
    times = [seconds for seconds in log.time if math.isfinite(seconds)]
    if not times:
        return
    first, last = datetime.fromtimestamp(min(times), UTC), datetime.fromtimestamp(max(times), UTC)
    if all((since is not None and last < since) or (until is not None and until < first) for since, until in asked):
        since, until = asked[0]
        words = " ".join((*([f"from {since:{_TIME}}"] if since else []), *([f"up to {until:{_TIME}}"] if until else [])))
        yield f"no event is of the time that was asked about ({words}): the log goes from {first:{_TIME}} to {last:{_TIME}}; is the date right?"


def coverage_of(events: EventsRead, network: Network) -> Coverage:
    """What the answer rests on."""
    campus = network.campus
    placed = sum(placement.state is not PlacementState.UNPLACED for placement in campus.placements)
    known = len({*map(str, phones_of(events.log)), *(str(placement.phone) for placement in campus.placements)})
    real = [device for device in campus.devices if not device.stands_for]
    read = sum(device.read for device in real)
    named = {device_key(device.name) for device in campus.devices}
    unnamed = [name for name in network.unread if device_key(name) not in named]
    outputs = sorted(network.outputs, key=lambda output: (output.state is OutputState.PARSED, output.device, output.file))
    return Coverage(
        phones_known=known,
        placed=placed,
        unplaced=known - placed,
        devices_expected=len(real) + len(unnamed),
        devices_read=read,
        outputs_quarantined=sum(output.state is OutputState.QUARANTINED for output in outputs),
        events_read=len(events.log),
        lines_unrecognised=sum(file.unrecognised for file in events.files),
        assumptions=tuple(dict.fromkeys((*events.assumptions, *campus.assumptions, *network.warnings))),
        outputs=tuple(outputs),
        event_files=events.files,
        devices_unread=tuple(sorted((*(device.name for device in campus.devices if not device.read), *unnamed))),
        unusable=(*nothing_of(events.files), *network.unusable),
    )


def _counters(request: CorrelateRequest, campus: Campus) -> tuple[tuple[Observation, ...], tuple[str, ...]]:
    if request.counters is None:
        return (), ()
    try:
        return read_counters(request.counters, campus.risk.components)
    except InputFileError as error:
        return (), (meant_for_counters(request.counters, error),)
