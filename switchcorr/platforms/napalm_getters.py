"""NAPALM's getters as a platform: what they return is kept as JSON text and read like the output of any command.

It serves operating systems that no other file here declares. There is no getter for CDP and none that tells CRC errors apart, so a
platform of its own is always better. The text has one entry a line, so that one damaged line costs one entry.
Source: NAPALM's models of its getters (``napalm.base.models``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Final

from switchcorr.model.addresses import MacAddress
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.tables import (
    EnvironmentReading,
    ErrorCounters,
    Interface,
    MacEntry,
    Neighbor,
    NeighborProtocol,
    Table,
    Version,
)
from switchcorr.platforms.declaration import Command, Platform, Row
from switchcorr.platforms.rows import list_of, number_of, text_of

NOT_IMPLEMENTED: Final = "This NAPALM driver has no such getter."
"""What is kept as the answer of a getter that a driver does not have."""
NOT_UNDERSTOOD: Final = "This NAPALM driver could not read what the device answered"
"""What the answer of a getter begins with that failed on the device's text."""
_COUNTERS: Final[Mapping[str, str]] = {
    "rx_errors": "input_errors",
    "tx_errors": "output_errors",
    "rx_discards": "input_discards",
    "tx_discards": "output_discards",
}
_PACKETS: Final[Mapping[str, tuple[str, ...]]] = {
    "input_packets": ("rx_unicast_packets", "rx_multicast_packets", "rx_broadcast_packets"),
    "output_packets": ("tx_unicast_packets", "tx_multicast_packets", "tx_broadcast_packets"),
}


def getter_text(result: object) -> str:
    r"""What a getter returned as text: JSON with sorted keys, one entry a line, everything but ASCII escaped.

    >>> print(getter_text({"b": {"y": 1, "x": None}, "a": "é"}))
    {
    "a": "\u00e9",
    "b": {"x": null, "y": 1}
    }
    <BLANKLINE>
    """
    if isinstance(result, Mapping):
        lines = [f"{json.dumps(str(key))}: {_line(result[key])}" for key in sorted(result, key=str)]
        opening, closing = "{", "}"
    elif isinstance(result, list | tuple):
        lines = [_line(entry) for entry in result]
        opening, closing = "[", "]"
    else:
        return f"{_line(result)}\n"
    return "\n".join((opening, ",\n".join(lines), closing, "")) if lines else f"{opening}{closing}\n"


def _line(value: object) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _entries(text: str) -> Iterator[tuple[int, str, object]]:
    """Line, key and value of every line; an empty key in a list. A line that cannot be read has the value ``...``."""
    for number, printed in enumerate(text.split("\n"), start=1):
        line = printed.strip().removesuffix(",")
        if line in {"", "{", "}", "[", "]"}:
            continue
        try:
            entry = json.loads(f"{{{line}}}" if line.startswith('"') else line)
        except (ValueError, RecursionError):
            yield number, "", ...
            continue
        if line.startswith('"') and isinstance(entry, dict):
            for key, value in entry.items():
                yield number, key, value
        else:
            yield number, "", entry


def _cell(value: object) -> str | list[str]:
    """A value as a cell of a row: an unknown one is empty; lists keep their texts."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return [str(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _row(values: object, **more: str) -> Row | None:
    return {str(key): _cell(value) for key, value in values.items()} | more if isinstance(values, Mapping) else None


def _by_name(text: str) -> Iterable[tuple[int, Row | None]]:
    """Entries of a mapping by name."""
    for line, key, value in _entries(text):
        yield line, None if value is ... else _row(value, name=key)


def _listed(text: str) -> Iterable[tuple[int, Row | None]]:
    """Entries of a list."""
    for line, _, value in _entries(text):
        yield line, _row(value)


def _listed_by_name(text: str) -> Iterable[tuple[int, Row | None]]:
    """Entries of a mapping from names to lists."""
    for line, key, values in _entries(text):
        if not isinstance(values, list):
            yield line, None
            continue
        for value in values:
            yield line, _row(value, name=key)


def _whole(text: str) -> Iterable[tuple[int, Row | None]]:
    """The whole mapping is one entry."""
    found: dict[str, str | list[str]] = {}
    for line, key, value in _entries(text):
        if value is ... or not key:
            yield line, None
        else:
            found[key] = _cell(value)
    if found:
        yield 1, found


def _parts(text: str) -> Iterable[tuple[int, Row | None]]:
    """Fans, supplies and sensors of the environment; processors and memory are left out."""
    for line, part, values in _entries(text):
        if not isinstance(values, Mapping):
            yield line, None
        elif part in {"fans", "power", "temperature"}:
            for name, reading in values.items():
                yield line, _row(reading, name=str(name), part=part)


def _facts(row: Row) -> Iterator[Version]:
    """NAPALM says ``Unknown`` and -1 for what it did not find."""
    seconds = text_of(row, "uptime")
    uptime = timedelta(seconds=int(float(seconds))) if re.fullmatch(r"\d{1,10}(?:\.\d{1,9})?", seconds) else None
    said = {
        key: "" if text_of(row, key) in {"Unknown", "None"} else text_of(row, key)
        for key in ("hostname", "vendor", "os_version", "model", "serial_number")
    }
    yield Version(
        hostname=said["hostname"],
        software=said["vendor"],
        version=said["os_version"],
        model=said["model"],
        serials=tuple(serial.strip() for serial in said["serial_number"].split(",") if serial.strip()),
        uptime=uptime,
    )


def _flag(row: Row, key: str) -> bool | None:
    return {"yes": True, "no": False}.get(text_of(row, key))


def _interface(row: Row) -> Iterator[Interface]:
    address = text_of(row, "mac_address")
    yield Interface(
        name=InterfaceName.parse(text_of(row, "name")),
        admin_up=_flag(row, "is_enabled"),
        line_up=_flag(row, "is_up"),
        mac=MacAddress.parse(address) if address and address.lower() not in {"none", "unspecified"} else None,
        description=text_of(row, "description"),
        speed=text_of(row, "speed") if not text_of(row, "speed").startswith("-") else "",
    )


def _counters(row: Row) -> Iterator[ErrorCounters]:
    """NAPALM says -1 for a counter that a driver does not have."""
    counters = {ours: value for theirs, ours in _COUNTERS.items() if (value := number_of(row, theirs)) is not None}
    for ours, theirs_all in _PACKETS.items():
        values = [value for theirs in theirs_all if (value := number_of(row, theirs)) is not None]
        if len(values) == len(theirs_all):
            counters[ours] = sum(values)
    if not counters:
        raise ValueError(f"no counter of {text_of(row, 'name')!r} has a value")
    yield ErrorCounters(InterfaceName.parse(text_of(row, "name")), counters)


def _mac_entry(row: Row) -> Iterator[MacEntry]:
    """Entries of the switch itself have no interface, or one that is none."""
    interface = InterfaceName.parse_or_none(text_of(row, "interface"))
    if interface is None:
        if _flag(row, "static") or not text_of(row, "interface"):
            return
        raise ValueError(f"not an interface: {text_of(row, 'interface')[:40]!r}")
    yield MacEntry(
        vlan=number_of(row, "vlan") or 0,
        mac=MacAddress.parse(text_of(row, "mac")),
        interface=interface,
        dynamic=_flag(row, "static") is not True,
    )


def _neighbor(row: Row) -> Iterator[Neighbor]:
    yield Neighbor(
        protocol=NeighborProtocol.LLDP,
        local=InterfaceName.parse(text_of(row, "name")),
        name=text_of(row, "remote_system_name"),
        port=text_of(row, "remote_port"),
        port_description=text_of(row, "remote_port_description"),
        chassis_id=text_of(row, "remote_chassis_id"),
        platform=text_of(row, "remote_system_description"),
        capabilities=list_of(row, "remote_system_enable_capab") or list_of(row, "remote_system_capab"),
        detail=True,
    )


def _reading(row: Row) -> Iterator[EnvironmentReading]:
    if text_of(row, "part") == "temperature":
        state = "critical" if _flag(row, "is_critical") else "alert" if _flag(row, "is_alert") else "ok"
        value = text_of(row, "temperature")
    else:
        known = _flag(row, "status")
        state, value = {True: "ok", False: "failed", None: "unknown"}[known], text_of(row, "output")
    yield EnvironmentReading(f"{text_of(row, 'part')} {text_of(row, 'name')}", state, "" if value.startswith("-") else value)


PLATFORM = Platform(
    name="napalm",
    title="NAPALM getters, for operating systems without a declaration of their own",
    notes=(
        "Not the output of commands: what NAPALM's getters return, kept as JSON. See `docs/drivers.md` for the drivers that are used.",
        "Phones are found by LLDP and by their MAC addresses; there is no getter for CDP.",
        "Errors and discards are counted, CRC errors are not told apart from others; no module, stack or spanning tree is known.",
    ),
    netmiko="",
    commands=(
        Command("get_facts", Table.VERSION, "", _facts, entries=_whole, sweep=True),
        Command("get_interfaces", Table.INTERFACES, "", _interface, entries=_by_name, sweep=True),
        Command("get_interfaces_counters", Table.ERROR_COUNTERS, "", _counters, entries=_by_name, sweep=True),
        Command("get_lldp_neighbors_detail", Table.NEIGHBORS, "", _neighbor, entries=_listed_by_name, sweep=True),
        Command("get_mac_address_table", Table.MAC, "", _mac_entry, entries=_listed, sweep=True),
        Command("get_environment", Table.ENVIRONMENT, "", _reading, entries=_parts),
    ),
    prompt=re.compile(r"(?!)(?P<host>)(?P<command>)"),
    fingerprints=(),
    invalid=re.compile(
        rf"^(?:{re.escape(NOT_IMPLEMENTED)}|{re.escape(NOT_UNDERSTOOD)})|^%? ?(?:Invalid|Incomplete|Ambiguous|Unknown|Unrecognized) ",
        re.IGNORECASE,
    ),
    denied=re.compile(r"^[^\"{}\[\]]*\b(?:(?:authorization|permission|access) (?:failed|denied)|not authorized)", re.IGNORECASE),
    feature_off=re.compile(r"(?!)"),
    empty=re.compile(r"^(?:\{\}|\[\])$"),
    pager=re.compile(r"(?!)"),
    pager_marks=(),
)
