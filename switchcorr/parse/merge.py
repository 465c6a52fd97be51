"""Several captures of one device in a snapshot: one device seen twice is merged, two devices of one name are kept apart.

A device that is captured under two names (its own and its address) is one where it calls itself the same and has the same serial
number in both: either alone is not enough, for simulated routers share serial numbers, and factory names are many devices'. Whether two captures of one name are of one device
is told by ``sameness``. Captures of which nothing tells it are taken for one device, with a warning that says so.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import reduce
from itertools import combinations, pairwise
from pathlib import PurePath

from switchcorr.model.addresses import device_key
from switchcorr.model.snapshot import DeviceFacts, OutputAccount, OutputState, Snapshot
from switchcorr.model.tables import DeviceTables
from switchcorr.parse.sameness import Marks, is_serial, macs_of, marks_of, serials_of
from switchcorr.platforms import platform_named

_NEWER = "a newer capture of this device has the same table"
_OLDER = "cut off, and an older capture of this device has the whole table"
_FILE_END = re.compile(r"(?:\.(?:txt|log|gz|zst))+$", re.IGNORECASE)
_EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Merged:
    """Devices sorted by name, each name once, and a sentence on every name that several captures had."""

    devices: tuple[DeviceFacts, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Device:
    """Captures that are of one device, and what they tell of its identity."""

    captures: tuple[DeviceFacts, ...]
    marks: Marks

    @property
    def name(self) -> str:
        return self.captures[0].device

    def may_be(self, other: _Device) -> bool:
        """Whether both, which share no mark, may be one device."""
        apart = self.marks.is_other(other.marks) or self.marks.contradicts(other.marks)
        return not apart and self.name.lower() == other.name.lower()

    def joined(self, other: _Device) -> _Device:
        return _Device((*self.captures, *other.captures), self.marks.joined(other.marks))


def merge_devices(captures: Iterable[DeviceFacts]) -> Merged:
    """One entry a device."""
    by_name: dict[str, list[DeviceFacts]] = defaultdict(list)
    devices: list[DeviceFacts] = []
    warnings: list[str] = []
    for facts in _under_one_name(list(captures), warnings):
        by_name[device_key(facts.device)].append(facts)
    for _, found in sorted(by_name.items()):
        kept = [_one(device, warnings) for device in _told_apart(found)] if len(found) > 1 else found
        devices += kept if len({facts.device.lower() for facts in kept}) == len(kept) else _named_apart(kept, warnings)
    return Merged(tuple(sorted(devices, key=lambda facts: facts.device)), tuple(warnings))


def _under_one_name(captures: Sequence[DeviceFacts], warnings: list[str]) -> list[DeviceFacts]:
    """Captures with one name for a device; their accounts keep the name under which they were captured."""
    named: dict[tuple[str, str], set[str]] = defaultdict(set)
    for facts in captures:
        for mark in _own_marks(facts):
            named[mark].add(facts.device)
    kept: dict[str, str] = {}
    for (host, serial), names in sorted(named.items()):
        known = sorted({kept.get(name, name) for name in names}, key=lambda name: (device_key(name) != host, name))
        if len(set(map(device_key, known))) > 1:
            first, *others = known
            kept = {name: first if to in others else to for name, to in kept.items()} | dict.fromkeys(others, first)
            warnings.append(
                f"{first}: also captured as {', '.join(others)}: it calls itself {host} and has the serial number {serial} there too, so it is taken as one device"
            )
    return [replace(facts, device=kept.get(facts.device, facts.device)) for facts in captures]


def _own_marks(facts: DeviceFacts) -> Iterator[tuple[str, str]]:
    """What a device calls itself, with each serial number of its own: neither of cards nor of extenders, which another one may show too."""
    for version in facts.tables.version:
        for serial in version.serials:
            if version.hostname and is_serial(serial):
                yield device_key(version.hostname), serial.upper()


def _told_apart(found: Sequence[DeviceFacts]) -> list[_Device]:
    """The devices behind captures of one name.

    Where everything may be one device, it is. Where some are certainly different, a capture without marks may be either of
    them: it is none of them.
    """
    devices: list[_Device] = []
    for facts in found:
        device = _Device((facts,), marks_of(facts))
        for other in [other for other in devices if other.marks.shares(device.marks)]:
            devices.remove(other)
            device = other.joined(device)
        devices.append(device)
    if all(one.may_be(other) for one, other in combinations(devices, 2)):
        return [reduce(_Device.joined, devices)]
    unmarked: list[_Device] = []
    for device in (device for device in devices if not device.marks.is_any):
        fitting = [other for other in unmarked if other.may_be(device)]
        if len(fitting) == 1:
            unmarked.remove(fitting[0])
        unmarked.append(fitting[0].joined(device) if len(fitting) == 1 else device)
    return [*(device for device in devices if device.marks.is_any), *unmarked]


def _one(device: _Device, warnings: list[str]) -> DeviceFacts:
    """One device of several captures: each table from the newest that has rows; one that was cut off only if no other is whole."""
    group = device.captures
    if len(group) == 1:
        return group[0]
    newest, *older = sorted(group, key=lambda facts: facts.taken_at or _EARLIEST, reverse=True)
    sure = "" if device.marks.is_any else "; no serial number tells whether it is one device"
    warnings.append(
        f"{newest.device}: captured several times ({_places(group)}); each table is taken from the newest capture that has it{sure}"
    )
    tables, outputs = newest.tables, list(newest.outputs)
    cut = _cut_tables(newest)
    for facts in older:
        better = {name for name in cut - _cut_tables(facts) if getattr(facts.tables, name)}
        lacking = better | {name for name in DeviceTables.__slots__ if not getattr(tables, name)}
        outputs = [_account(output, newest.platform, set(DeviceTables.__slots__) - better, _OLDER) for output in outputs]
        outputs += [_account(output, facts.platform, lacking, _NEWER) for output in facts.outputs]
        tables = replace(tables, **{name: getattr(facts.tables, name) for name in lacking})
        cut -= better
    return replace(newest, tables=tables, outputs=tuple(outputs))


def _cut_tables(facts: DeviceFacts) -> set[str]:
    """Tables of which rows are known to be missing."""
    declared = platform_named(facts.platform)
    cut = {output.command for output in facts.outputs if output.state is OutputState.TRUNCATED}
    return {command.table.value for command in declared.commands if command.text in cut} if declared else set()


def _account(output: OutputAccount, platform: str, used: set[str], why: str) -> OutputAccount:
    """What became of an output whose capture gives these tables only."""
    declared = platform_named(platform)
    table = next((command.table.value for command in declared.commands if command.text == output.command), "") if declared else ""
    if not output.rows or not table or table in used:
        return output
    return replace(output, state=OutputState.NOT_NEEDED, reason=why)


def apart_over_time(snapshots: Sequence[Snapshot]) -> tuple[Snapshot, ...]:
    """Snapshots in which devices of one name are told apart, as where each is of another site.

    A switch that was replaced keeps what hangs at its ports, so another serial number alone makes no other device here.
    """
    shown: dict[str, list[DeviceFacts]] = defaultdict(list)
    for facts in (facts for snapshot in snapshots for facts in snapshot.devices.values()):
        shown[facts.device].append(facts)
    names: dict[int, str] = {}
    warnings: list[str] = []
    for found in shown.values():
        devices = _over_time(found)
        named = _named_apart([device.captures[0] for device in devices], warnings) if len(devices) > 1 else []
        names |= {id(facts): to.device for device, to in zip(devices, named, strict=False) for facts in device.captures}
    if not names:
        return tuple(snapshots)
    return tuple(
        replace(
            snapshot,
            devices=dict(sorted((to := names.get(id(facts), name), _renamed(facts, to)) for name, facts in snapshot.devices.items())),
            warnings=(*snapshot.warnings, *warnings) if snapshot is snapshots[-1] else snapshot.warnings,
        )
        for snapshot in snapshots
    )


def _over_time(found: Sequence[DeviceFacts]) -> list[_Device]:
    """The devices behind one name in several snapshots."""
    serials = [serials_of(facts.tables) for facts in found]
    if all(one & other for one, other in pairwise(serials)):
        return [_Device(tuple(found), Marks(frozenset(), frozenset(), {}))]
    devices: list[_Device] = []
    for device in (_Device((facts,), marks_of(facts)) for facts in found):
        fitting = [other for other in devices if other.marks.shares(device.marks)]
        fitting = fitting or [other for other in devices if not other.marks.contradicts(device.marks)]
        if fitting:
            devices[devices.index(fitting[-1])] = fitting[-1].joined(device)
        else:
            devices.append(device)
    return devices


def _named_apart(devices: Sequence[DeviceFacts], warnings: list[str]) -> list[DeviceFacts]:
    """Different devices of one name, each with a mark of its own behind it, or with where it was found."""
    marks = [min(serials_of(facts.tables), default="") or min(macs_of(facts.tables), default="") for facts in devices]
    unmarked = [facts for facts, mark in zip(devices, marks, strict=True) if not mark]
    places = iter(_different_places(unmarked))
    named = [_renamed(facts, f"{facts.device}~{mark or next(places)}") for facts, mark in zip(devices, marks, strict=True)]
    told = "; ".join(f"{facts.device} is from {_places([facts])}" for facts in named)
    why = "their serial numbers or addresses differ" if len(unmarked) < 2 else "nothing that hangs at the ports of one does so at another"
    warnings.append(f"{devices[0].device}: {len(named)} different devices have this name, {why}: {told}")
    return named


def _different_places(devices: Sequence[DeviceFacts]) -> list[str]:
    """What is different in the paths of captures: a folder, or the name of a file; numbers where nothing is."""
    if len(devices) < 2:
        return ["unknown"] * len(devices)
    paths = [PurePath(min((output.file for output in facts.outputs), default="")).parts for facts in devices]
    for parts in zip(*paths, strict=False):
        words = [_FILE_END.sub("", part) for part in parts]
        if len(set(words)) == len(words):
            return words
    return [str(number) for number in range(1, len(devices) + 1)]


def _renamed(facts: DeviceFacts, name: str) -> DeviceFacts:
    return replace(facts, device=name, outputs=tuple(replace(output, device=name) for output in facts.outputs))


def _places(captures: Iterable[DeviceFacts]) -> str:
    """The files of captures, or their folder where it is one."""
    files = sorted({output.file for facts in captures for output in facts.outputs})
    return ", ".join(files[:4]) + (f" and {len(files) - 4} more" if len(files) > 4 else "")
