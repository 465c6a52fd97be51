"""Several captures of one device in a snapshot: one device seen twice is merged, two devices of one name are kept apart.

A device that is captured under two names (its own and its address) is one where it calls itself the same and has the same serial
number in both: either alone is not enough, for simulated routers share serial numbers, and factory names are many devices'. Whether two captures are of one device is told by what no two devices share: serial numbers, else MAC addresses of their own.
Captures that tell neither are taken for one device, with a warning that says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import reduce
from itertools import combinations

from switchcorr.model.addresses import device_key
from switchcorr.model.snapshot import DeviceFacts, OutputAccount, OutputState
from switchcorr.model.tables import DeviceTables
from switchcorr.platforms import platform_named

_SERIAL_LEAST = 6
_NEWER = "a newer capture of this device has the same table"
_OLDER = "cut off, and an older capture of this device has the whole table"
_EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Merged:
    """Devices sorted by name, each name once, and a sentence on every name that several captures had."""

    devices: tuple[DeviceFacts, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Device:
    """Captures that are of one device, and what no other device has: serial numbers, and MAC addresses."""

    captures: tuple[DeviceFacts, ...]
    serials: frozenset[str]
    macs: frozenset[str]

    @property
    def name(self) -> str:
        return self.captures[0].device

    def shares_mark(self, other: _Device) -> bool:
        """Whether both are one device for sure."""
        return bool(self.serials & other.serials or self.macs & other.macs)

    def may_be(self, other: _Device) -> bool:
        """Whether both, which share no mark, may be one device."""
        comparable = (self.serials and other.serials) or (self.macs and other.macs)
        return not comparable and self.name.lower() == other.name.lower()

    def joined(self, other: _Device) -> _Device:
        return _Device((*self.captures, *other.captures), self.serials | other.serials, self.macs | other.macs)


def merge_devices(captures: Iterable[DeviceFacts]) -> Merged:
    """One entry a device."""
    by_name: dict[str, list[DeviceFacts]] = defaultdict(list)
    devices: list[DeviceFacts] = []
    warnings: list[str] = []
    for facts in _under_one_name(list(captures), warnings):
        by_name[device_key(facts.device)].append(facts)
    for _, found in sorted(by_name.items()):
        kept = [_one(device, warnings) for device in _told_apart(found)]
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
            if version.hostname and _is_serial(serial):
                yield device_key(version.hostname), serial.upper()


def _told_apart(found: Sequence[DeviceFacts]) -> list[_Device]:
    """The devices behind captures of one name.

    Where everything may be one device, it is. Where some are certainly different, a capture without marks may be either of
    them: it is none of them.
    """
    devices: list[_Device] = []
    for facts in found:
        device = _Device((facts,), frozenset(_serials(facts.tables)), frozenset(_macs(facts.tables)))
        for other in [other for other in devices if other.shares_mark(device)]:
            devices.remove(other)
            device = other.joined(device)
        devices.append(device)
    if all(one.may_be(other) for one, other in combinations(devices, 2)):
        return [reduce(_Device.joined, devices)]
    marked = [device for device in devices if device.serials or device.macs]
    unmarked: dict[str, _Device] = {}
    for device in devices:
        if device not in marked:
            name = device.name.lower()
            unmarked[name] = unmarked[name].joined(device) if name in unmarked else device
    return [*marked, *unmarked.values()]


def _serials(tables: DeviceTables) -> set[str]:
    """Serial numbers of a device's chassis, cards and members."""
    found = {serial for version in tables.version for serial in version.serials}
    found |= {item.serial for item in tables.inventory} | {module.serial for module in tables.modules}
    found |= {member.serial for member in tables.stack}
    return {serial.upper() for serial in found if _is_serial(serial)}


def _is_serial(text: str) -> bool:
    return len(text) >= _SERIAL_LEAST and any(map(str.isdigit, text))


def _macs(tables: DeviceTables) -> set[str]:
    """Addresses of a device's own: of its stack members and interfaces."""
    found = {member.mac for member in tables.stack} | {row.mac for row in tables.interfaces}
    return {str(mac) for mac in found if mac is not None and mac.strip("0")}


def _one(device: _Device, warnings: list[str]) -> DeviceFacts:
    """One device of several captures: each table from the newest that has rows; one that was cut off only if no other is whole."""
    group = device.captures
    if len(group) == 1:
        return group[0]
    newest, *older = sorted(group, key=lambda facts: facts.taken_at or _EARLIEST, reverse=True)
    sure = "" if device.serials or device.macs else "; no serial number tells whether it is one device"
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


def _named_apart(devices: Sequence[DeviceFacts], warnings: list[str]) -> list[DeviceFacts]:
    """Different devices of one name, each with a mark of its own behind it."""
    named = [_renamed(facts, f"{facts.device}~{_mark(facts.tables)}") for facts in devices]
    told = "; ".join(f"{facts.device} is from {_places([facts])}" for facts in named)
    warnings.append(f"{devices[0].device}: {len(named)} different devices have this name, their serial numbers or addresses differ: {told}")
    return named


def _mark(tables: DeviceTables) -> str:
    return min(_serials(tables), default="") or min(_macs(tables), default="unknown")


def _renamed(facts: DeviceFacts, name: str) -> DeviceFacts:
    return replace(facts, device=name, outputs=tuple(replace(output, device=name) for output in facts.outputs))


def _places(captures: Iterable[DeviceFacts]) -> str:
    """The files of captures, or their folder where it is one."""
    files = sorted({output.file for facts in captures for output in facts.outputs})
    return ", ".join(files[:4]) + (f" and {len(files) - 4} more" if len(files) > 4 else "")
