"""Facts of devices for the tests of this directory, written as shortly as a switch would print them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from switchcorr.model.addresses import MacAddress, PhoneName
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.snapshot import DeviceFacts, OutputAccount, OutputState, Snapshot
from switchcorr.model.tables import (
    DeviceTables,
    Interface,
    InventoryItem,
    Lag,
    LagMember,
    MacEntry,
    Module,
    Neighbor,
    NeighborProtocol,
    SpanningTreePort,
    StackMember,
    Switchport,
    Version,
)

MORNING = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def port(text: str) -> InterfaceName:
    """An interface by any abbreviation."""
    return InterfaceName.parse(text)


def mac(number: int) -> MacAddress:
    """A documentation address."""
    return MacAddress.parse(f"00005e{number:06x}")


def phone(number: int) -> PhoneName:
    """The name of the phone with the address of this number."""
    return PhoneName.of(mac(number))


def cdp(
    local: str, name: str, remote: str = "", *, platform: str = "WS-C3850-48P", capabilities: str = "Switch IGMP", **more: object
) -> Neighbor:
    """A record of a switch, unless told otherwise."""
    record = Neighbor(
        NeighborProtocol.CDP, port(local), name, remote, platform=platform, capabilities=tuple(capabilities.split()), detail=True
    )
    return replace(record, **more)  # type: ignore[arg-type]


def lldp(local: str, name: str, remote: str = "", *, capabilities: str = "B,R", **more: object) -> Neighbor:
    """A record of a switch, unless told otherwise."""
    record = Neighbor(NeighborProtocol.LLDP, port(local), name, remote, capabilities=tuple(capabilities.split(",")), detail=True)
    return replace(record, **more)  # type: ignore[arg-type]


def cdp_phone(local: str, number: int, **more: object) -> Neighbor:
    """A record of a desk phone."""
    return cdp(local, phone(number), "Port 1", platform="IP Phone 7962", capabilities="Host Phone Two-port Mac Relay", **more)


def fdb(vlan: int, number: int, local: str) -> MacEntry:
    """An entry of a MAC table."""
    return MacEntry(vlan, mac(number), port(local))


def lag(name: str, *members: str) -> Lag:
    """A bundle; a member may carry its flag: ``Te1/1(D)``."""
    rows = []
    for member in members:
        text, _, flag = member.partition("(")
        rows.append(LagMember(port(text), flag.rstrip(")") or "P"))
    return Lag(port(name), tuple(rows))


def stp(
    local: str, role: str, state: str = "fwd", *, instance: str = "110", root: int | None = None, is_root: bool = False
) -> SpanningTreePort:
    """A port of an instance."""
    return SpanningTreePort(instance, port(local), role, state, root=None if root is None else mac(root), is_root_bridge=is_root)


def switchport(local: str, *, voice: int | None = None, access: int | None = 10, mode: str = "static access") -> Switchport:
    """Layer-2 settings of an interface."""
    return Switchport(port(local), mode=mode, access_vlan=access, voice_vlan=voice)


def interface(name: str, *, address: int | None = None, **counters: int) -> Interface:
    """An interface with counters."""
    return Interface(port(name), mac=None if address is None else mac(address), counters=counters)


def facts(
    name: str,
    *,
    platform: str = "cisco_ios",
    model: str = "",
    at: datetime | None = MORNING,
    address: str = "",
    hostname: str = "",
    serials: Sequence[str] = (),
    uptime: timedelta | None = None,
    **tables: Any,
) -> DeviceFacts:
    """A device; any table by the name of its field."""
    version = (Version(hostname=hostname or name, model=model, serials=tuple(serials), uptime=uptime),)
    rows = DeviceTables(version=version)
    if "clock" in tables:
        tables["clock"] = tuple(replace(row, at=row.at or at) for row in tables["clock"])  # as the captures' reader does
    return DeviceFacts(name, platform, replace(rows, **tables), taken_at=at, address=address)


def told(device: DeviceFacts, **outputs: OutputState) -> DeviceFacts:
    """A device with accounts of its outputs, by command with "_" between its words; those that were parsed have a row."""
    accounts = [
        OutputAccount(
            device.device,
            command.replace("_", " ") if command.startswith("show") else command,
            "f",
            state,
            rows=int(state is OutputState.PARSED),
        )
        for command, state in outputs.items()
    ]
    return replace(device, outputs=tuple(accounts))


def snapshot(*devices: DeviceFacts, at: datetime | None = MORNING) -> Snapshot:
    """Devices of one sweep."""
    return Snapshot({device.device: device for device in sorted(devices, key=lambda device: device.device)}, taken_at=at)


def by_name(*devices: DeviceFacts) -> dict[str, DeviceFacts]:
    """Devices by name."""
    return {device.device: device for device in devices}


def item(name: str, pid: str = "", serial: str = "", description: str = "") -> InventoryItem:
    """An entry of ``show inventory``."""
    return InventoryItem(name, description, pid, serial)


def card(slot: int | None, model: str = "", serial: str = "", *, switch: int | None = None, status: str = "ok") -> Module:
    """A row of ``show module``."""
    return Module(switch=switch, slot=slot, model=model, serial=serial, status=status)


def member(number: int, *, priority: int | None = 1, state: str = "ready") -> StackMember:
    """A row of ``show switch``."""
    return StackMember(number, "member", mac(number) if priority is not None else None, priority, state, "")
