"""Captures, locations and device tables to one campus; what cannot be used is accounted for, the rest goes on."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from switchcorr.captures import DeviceSource, find_devices
from switchcorr.captures.manifest import NEVER_ASKED
from switchcorr.captures.sweep_folder import sweeps_in
from switchcorr.errors import InputFileError
from switchcorr.events.phones import addresses_of, phone_alarms, phones_of
from switchcorr.jobs.building import collector_paused
from switchcorr.jobs.inputs.events import switch_messages
from switchcorr.jobs.inputs.expected import find_unread, unread_sentence
from switchcorr.jobs.inputs.mistaken import meant_for_captures, meant_for_locations, only_logs, told
from switchcorr.jobs.inputs.request import CampusRequest, Progress
from switchcorr.jobs.inputs.sources import SourceFacts, prepare_templates, read_source
from switchcorr.jobs.inputs.strangers import unknown_cores, unknown_devices
from switchcorr.model.addresses import PhoneName
from switchcorr.model.campus import Campus
from switchcorr.model.event import EventLog
from switchcorr.model.inventory import AlgorithmProfile
from switchcorr.model.ports import PortFacts
from switchcorr.model.snapshot import DeviceFacts, OutputAccount, OutputState, Snapshot
from switchcorr.parse.merge import apart_over_time, merge_devices
from switchcorr.parse.pool import run_all, worker_count
from switchcorr.settings import Settings
from switchcorr.text import counted, first_few
from switchcorr.topology import Alarm, CampusOptions, Known, build_campus, observe_messages
from switchcorr.topology.facts.ports import port_facts
from switchcorr.topology.placement.device_groups import read_device_groups
from switchcorr.topology.placement.locations import Locations, campus_from_locations, read_locations, with_device_groups

_FILES_SHOWN = 10
_REASONS_SHOWN = 8
_COMMANDS_SHOWN = 3
_FEW_PHONES = 5
"""A log of fewer phones than this may well name others than a table of all."""
_NAMES_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Network:
    """What is known of the network.

    Attributes:
        outputs: accounts of every captured text and file.
        missing: inputs that could not be used, wholly or in part.
        unusable: those of them of which nothing could be used.
        unread: devices that a sweep was to visit and of which nothing was read.
        ports: all physical ports, where they were asked for.
    """

    campus: Campus
    outputs: tuple[OutputAccount, ...] = ()
    warnings: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unusable: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    ports: tuple[PortFacts, ...] = ()


@dataclass(slots=True)
class _Lacking:
    """What could not be used, as sentences: of all of them, and of those that gave nothing at all."""

    missing: list[str] = field(default_factory=list)
    unusable: list[str] = field(default_factory=list)

    def nothing_of(self, sentence: str) -> None:
        self.missing.append(sentence)
        self.unusable.append(sentence)


@collector_paused()
def read_network(
    request: CampusRequest,
    settings: Settings,
    log: EventLog,
    progress: Progress,
    *,
    at: datetime | None = None,
    phones: Sequence[PhoneName] = (),
    ports: bool = False,
) -> Network:
    """Read everything that tells where phones are.

    Args:
        request: captures, locations, device tables.
        settings: limits and workers.
        log: events: phones and what they say of their own switch.
        progress: told how far it is.
        phones: asked for by name, besides those of the log and the captures.
        at: whose placements are meant: of each phone the last snapshot not later that shows it, else the next; None is the latest knowledge.
        ports: whether the state and the errors of every port are wanted too.
    """
    lacking = _Lacking()
    request = replace(request, captures=tuple(folder for given in request.captures for folder in _each_sweep(given)))
    snapshots, unread = _snapshots(request, settings, log, progress, lacking)
    locations = _locations(request, log, lacking)
    known, groups = _known(log, phones), _device_groups(request, lacking)
    if not snapshots and not known.alarms:
        placed = with_device_groups(locations or Locations({}), groups)
        campus = observe_messages(campus_from_locations(placed), known.messages)
        return Network(
            campus,
            warnings=unknown_devices(request.devices, groups, campus),
            missing=tuple(lacking.missing),
            unusable=tuple(lacking.unusable),
            unread=tuple(unread),
        )
    ordered = _in_order(snapshots)
    options = CampusOptions(
        cores=request.cores,
        call_servers=request.call_servers,
        known=known,
        device_groups=groups,
        locations=locations,
        at=at,
    )
    outputs = [account for snapshot in ordered for account in accounts_of(snapshot)]
    warnings = tuple(dict.fromkeys(warning for snapshot in ordered for warning in snapshot.warnings))
    panel = port_facts(ordered) if ports else ()
    campus = build_campus(ordered, options)
    lacking.missing.extend(unknown_cores(request.cores, campus))
    warnings = (*warnings, *unknown_devices(request.devices, groups, campus))
    return Network(campus, tuple(outputs), warnings, tuple(lacking.missing), tuple(lacking.unusable), tuple(unread), panel)


def _each_sweep(directory: Path) -> tuple[Path, ...]:
    """The captures folders that are meant: of a folder of sweeps and nothing else each of these, the oldest first, so that what grew between is seen."""
    sweeps = sweeps_in(directory)
    if not sweeps or any(path not in sweeps for path in directory.iterdir() if not path.name.startswith(".")):
        return (directory,)
    return sweeps


def _snapshots(
    request: CampusRequest, settings: Settings, log: EventLog, progress: Progress, lacking: _Lacking
) -> tuple[list[Snapshot], dict[str, str]]:
    """What captures and the store show, and the devices that were to be visited and were not read, with the reason."""
    snapshots: list[Snapshot] = []
    for directory in request.captures:
        try:
            snapshots.append(read_snapshot(directory, settings, progress))
        except InputFileError as error:
            lacking.nothing_of(meant_for_captures(directory, error))
            continue
        if not snapshots[-1].devices:
            nothing = _nothing_in(snapshots.pop())
            lacking.nothing_of(only_logs(directory) or nothing)
        else:
            lacking.missing += filter(None, (_unused(snapshots[-1]), _never_asked(snapshots[-1])))
    snapshots = list(apart_over_time(snapshots))
    unread: dict[str, str] = {}
    if request.stored is not None:
        stored = request.stored.network(log)
        snapshots += stored.snapshots
        unread.update(stored.unread)
    unread.update(find_unread(request.captures, {name for snapshot in snapshots for name in _names_read(snapshot)}))
    if unread:
        lacking.missing.append(unread_sentence(unread))
    return snapshots, dict(sorted(unread.items()))


def _names_read(snapshot: Snapshot) -> Iterator[str]:
    """Names of the devices read, and those under which they were captured besides."""
    for facts in snapshot.devices.values():
        yield facts.device
        yield from (output.device for output in facts.outputs)


def read_snapshot(directory: Path, settings: Settings, progress: Progress) -> Snapshot:
    """All devices of one captures directory; the order in which workers finish shows nowhere.

    Raises:
        InputFileError: no such directory, or nothing in it.
    """
    sources = find_devices(directory)
    prepare_templates(sources)
    workers = worker_count(settings.parse_workers)
    found: dict[Path, SourceFacts] = {}
    for number, done in enumerate(run_all(sources, read_source, workers=workers, timeout_s=settings.parse_timeout_s), start=1):
        found[_key(done.job)] = done.result if done.result is not None else _failed(done.job, done.failure)
        progress(f"captures {directory}", number, len(sources))
    parts = [found[_key(source)] for source in sources]
    merged = merge_devices([facts for part in parts for facts in part.devices])
    read: list[DeviceFacts] = []
    unread: list[DeviceFacts] = []
    for facts in merged.devices:
        (read if any(output.rows for output in facts.outputs) else unread).append(facts)
    times = [facts.taken_at for facts in read if facts.taken_at is not None]
    return Snapshot(
        devices={facts.device: facts for facts in read},
        files=(*(account for part in parts for account in part.accounts), *(output for facts in unread for output in facts.outputs)),
        warnings=(
            *merged.warnings,
            *(warning for part in parts for warning in part.warnings),
            *map(_unread, unread),
            *_old_algorithms(parts),
        ),
        source=str(directory),
        taken_at=max(times, default=None),
    )


def _old_algorithms(parts: Sequence[SourceFacts]) -> list[str]:
    """Sentences on devices that a sweep reached with old SSH algorithms only, one for each age."""
    sentences = []
    for profile in (AlgorithmProfile.SHA1, AlgorithmProfile.LEGACY):
        names = sorted(facts.device for part in parts if part.profile is profile for facts in part.devices)
        if names:
            sentences.append(f"{first_few(names, _NAMES_SHOWN)}: reached with old SSH algorithms only ({profile.value})")
    return sentences


def _unread(facts: DeviceFacts) -> str:
    """A device of which text was found and nothing could be used: it is not among the devices read."""
    why = next((output.reason for output in facts.outputs if output.reason), "no text")
    return f"{facts.device}: nothing of it could be used, so it counts as not read; {facts.outputs[0].file}: {why}"


def _nothing_in(snapshot: Snapshot) -> str:
    """Why a captures directory gave no device, as one sentence."""
    lost = {account.file: account.reason for account in reversed(snapshot.files)}
    return f"{snapshot.source}: none of its {counted(len(lost), 'file')} could be used: {unusable_files(lost, snapshot.source)}"


def _unused(snapshot: Snapshot) -> str:
    """The files of a captures directory of which nothing could be used, as one sentence; empty if there are none."""
    accounts = [account for account in accounts_of(snapshot) if account.reason != NEVER_ASKED]
    used = {account.file for account in accounts if account.state is not OutputState.QUARANTINED}
    lost = {account.file: account.reason for account in accounts if account.file not in used}
    if not lost:
        return ""
    return f"{snapshot.source}: {len(lost)} of {counted(len(lost) + len(used), 'file')} could not be used: {unusable_files(lost, snapshot.source)}"


def accounts_of(snapshot: Snapshot) -> list[OutputAccount]:
    """Accounts of every text of a snapshot, also of those that belong to no device."""
    return [*snapshot.files, *(output for facts in snapshot.devices.values() for output in facts.outputs)]


def _never_asked(snapshot: Snapshot) -> str:
    """The devices whose visit ended before every command was asked, as one sentence; empty if there are none."""
    commands: dict[str, list[str]] = {}
    for account in accounts_of(snapshot):
        if account.reason == NEVER_ASKED:
            commands.setdefault(account.device, []).append(account.command)
    if not commands:
        return ""
    told = [f"{name}: {_few(asked)}" for name, asked in sorted(commands.items())[:_REASONS_SHOWN]]
    more = f"; and {len(commands) - _REASONS_SHOWN:,} more" if len(commands) > _REASONS_SHOWN else ""
    ended = f"{counted(len(commands), 'visit')} ended before everything was asked"
    return f"{snapshot.source}: {ended}, and what was not is unknown: {'; '.join(told)}{more}"


def _few(commands: Sequence[str]) -> str:
    """Commands in words; those that tell where phones are stand first."""
    first = sorted(commands, key=lambda command: not any(word in command for word in ("cdp", "lldp", "mac")))
    return first_few(first, _COMMANDS_SHOWN)


def unusable_files(lost: Mapping[str, str], directory: str) -> str:
    """Files by the reasons why they cannot be used, named within their directory; of many the first, and how many more."""
    groups: dict[str, list[str]] = {}
    for name in sorted(lost):
        groups.setdefault(lost[name].rstrip("."), []).append(name.removeprefix(f"{directory}/"))
    told = [f"{first_few(names, _FILES_SHOWN)}: {reason}" for reason, names in list(groups.items())[:_REASONS_SHOWN]]
    rest = sum(len(names) for names in list(groups.values())[_REASONS_SHOWN:])
    return "; ".join((*told, f"and {rest:,} more") if rest else told)


def _key(source: DeviceSource) -> Path:
    """What tells sources apart: a folder's own files and its problem are two sources of one path."""
    return source.path / "?" if source.problem else source.path


def _failed(source: DeviceSource, why: str) -> SourceFacts:
    files = source.files or (source.path,)
    return SourceFacts((), tuple(OutputAccount(source.name, "", str(path), OutputState.QUARANTINED, reason=why) for path in files))


def _in_order(snapshots: Sequence[Snapshot]) -> list[Snapshot]:
    """Earlier first: by time where all have one, else as given."""
    if any(snapshot.taken_at is None for snapshot in snapshots):
        return list(snapshots)
    return sorted(snapshots, key=lambda snapshot: snapshot.taken_at or datetime.min.replace(tzinfo=UTC))


def _known(log: EventLog, asked: Sequence[PhoneName]) -> Known:
    alarms = tuple(
        Alarm(alarm.phone, alarm.device, alarm.port, alarm.address, alarm.voice_vlan, _moment(alarm.time)) for alarm in phone_alarms(log)
    )
    return Known(phones=(*phones_of(log), *asked), alarms=alarms, addresses=addresses_of(log), messages=switch_messages(log))


def _moment(seconds: float) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if math.isfinite(seconds) else None


def _locations(request: CampusRequest, log: EventLog, lacking: _Lacking) -> Locations | None:
    if request.locations is None:
        return None
    try:
        locations = read_locations(request.locations, kinds=request.kinds)
    except InputFileError as error:
        lacking.nothing_of(meant_for_locations(request.locations, error))
        return None
    if useless := _useless(locations, request.locations, log):
        lacking.nothing_of(useless)
    return locations


def plainly_unusable(request: CampusRequest) -> tuple[str, ...]:
    """What of captures and locations cannot be used, as far as it is seen without reading captured text: for a run that ends before."""
    lacking = _Lacking()
    for directory in request.captures:
        try:
            find_devices(directory)
        except InputFileError as error:
            lacking.nothing_of(meant_for_captures(directory, error))
        else:
            lacking.unusable += filter(None, (only_logs(directory),))
    _locations(request, EventLog(), lacking)
    _device_groups(request, lacking)
    return tuple(lacking.unusable)


def _useless(locations: Locations, path: Path, log: EventLog) -> str:
    """Why a table that can be read tells nothing of the phones of a log; empty if it does."""
    if not locations.rows:
        return f"{path}: no row names a phone. {locations.problems[0] if locations.problems else 'Is there anything below the header?'}"
    if not any(locations.rows.values()):
        return f"{path}: no column tells what phones share, such as switch or module (--kinds names columns that do)."
    told = {str(phone) for phone in phones_of(log)}
    if len(told) >= _FEW_PHONES and told.isdisjoint(locations.rows):
        count = "its one phone is not" if len(locations.rows) == 1 else f"none of its {len(locations.rows):,} phones is"
        return (
            f"{path}: {count} in the log, so it places none that dropped; all of it counts as having stayed. "
            f"It names {min(locations.rows)!r}, the log {min(told)!r}: is it the list of another site?"
        )
    return ""


def _device_groups(request: CampusRequest, lacking: _Lacking) -> Mapping[str, Mapping[str, str]]:
    if request.devices is None:
        return {}
    try:
        return read_device_groups(request.devices)
    except InputFileError as error:
        lacking.nothing_of(told(error))
        return {}
