"""NX-OS: CDP and LLDP."""

from __future__ import annotations

import re
from collections.abc import Iterator

from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.tables import Neighbor, NeighborProtocol, Table
from switchcorr.platforms.declaration import Command, Row
from switchcorr.platforms.rows import list_of, number_of, reject_two_columns, reject_unknown, text_of

_TOTAL = re.compile(r"Total entries displayed: *(\d{1,6})")
_SERIAL_IN_NAME = re.compile(r".*\(([A-Z0-9]{8,20})\)")
_PORT = re.compile(r"[A-Za-z][A-Za-z-]{0,30}\d{1,3}(?:/\d{1,3}){1,3}|[a-z]{2,12}\d{1,3}")
"""A whole port id, also of a server (``vmnic2``)."""
_CAPABILITY = re.compile(r"IGMP Filtering|Two-port M[Aa][Cc] Relay|\S+")
_CAPABILITIES = (
    "Router", "Trans-Bridge", "Source-Route-Bridge", "Switch", "Host", "IGMP", "Filtering", "Repeater", "Phone", "VoIP-Phone",
    "Remotely-Managed-Device", "CVTA", "Two-port", "Relay", "Supports-STP-Dispute",
)  # fmt: skip
"""Words of capabilities, as a list that is cut inside one is told from a whole one."""
_NOT_ADVERTISED = frozenset(("not advertised", "- not advertised", "null", "--", "n/a"))


def _cdp_summary(row: Row) -> Iterator[Neighbor]:
    """A port id that stands below its row leaves the last word of the platform where the port id is expected."""
    reject_unknown(row)
    ports = list_of(row, "port")
    if any(map(_PORT.fullmatch, ports[:-1])):
        raise ValueError(f"two ports, {' and '.join(ports)}: lines between two entries are lost")
    platform = text_of(row, "platform")
    if not platform and not any(map(_PORT.fullmatch, ports)):
        raise ValueError(f"no port id: {' '.join(ports)!r}, perhaps the platform")
    name = _required_name(row)
    yield Neighbor(
        protocol=NeighborProtocol.CDP,
        local=InterfaceName.parse(text_of(row, "local")),
        name=name,
        port=ports[-1] if ports else "",
        platform=_without_maker(" ".join((platform, *ports[:-1])).strip()),
        capabilities=tuple(text_of(row, "capabilities").split()),
        serial=_serial(name),
    )


def _cdp_detail(row: Row) -> Iterator[Neighbor]:
    """A terminal of 80 columns cuts the list of capabilities inside a word: the rest stands on the next line.

    What is missing is reported, and the rest is kept: a neighbor without device id still has its system name.
    """
    local = _only_local(row)
    name = text_of(row, "name") or text_of(row, "system_name")
    if not name:
        raise ValueError(f"neighbor at {local} without device id")
    second_port = text_of(row, "second_port")
    software = list_of(row, "software")
    capabilities, torn = _capabilities(text_of(row, "capabilities"), text_of(row, "cut"))
    yield Neighbor(
        protocol=NeighborProtocol.CDP,
        local=local,
        name=name,
        port=text_of(row, "port"),
        platform=_without_maker(text_of(row, "platform")),
        software=software[0] if software else "",
        capabilities=capabilities,
        addresses=_distinct(list_of(row, "addresses")),
        voice_vlan=number_of(row, "voice_vlan"),
        serial=_serial(name),
        detail=True,
        second_port_up=second_port == "Up" if second_port else None,
    )
    if torn:
        raise ValueError(f"{name}: {torn}; the other values are kept")
    if not text_of(row, "name"):
        raise ValueError(f"neighbor at {local} without device id: its system name {name} is taken")


def _capabilities(begun: str, rest: str) -> tuple[tuple[str, ...], str]:
    """Capabilities of a list and of what stood below it, and what of it is torn."""
    if not begun:
        return (), f"the rest of a list of capabilities, {rest!r}, without the list" if rest else ""
    found = tuple(_CAPABILITY.findall(begun + rest))
    last = found[-1].rpartition(" ")[2]
    if last not in _CAPABILITIES and any(word.startswith(last) for word in _CAPABILITIES):
        return found[:-1], f"a list of capabilities that ends in {last!r}"
    return found, ""


def _only_local(row: Row) -> InterfaceName:
    """The local interface; two of them mean that the line between two neighbors is damaged."""
    local = list_of(row, "local")
    if len(local) != 1:
        raise ValueError(f"neighbor {text_of(row, 'name') or text_of(row, 'chassis')!r} with {len(local)} local interfaces")
    return InterfaceName.parse(local[0])


def _without_maker(platform: str) -> str:
    return platform.removeprefix("cisco ").removeprefix("Cisco ")


def _required_name(row: Row) -> str:
    name = text_of(row, "name")
    if not name or not text_of(row, "local"):
        raise ValueError(f"neighbor {name!r} at interface {text_of(row, 'local')!r}: one of the two is missing")
    return name


def _serial(name: str) -> str:
    found = _SERIAL_IN_NAME.fullmatch(name)
    return found[1] if found else ""


def _distinct(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def _lldp_summary(row: Row) -> Iterator[Neighbor]:
    reject_unknown(row)
    reject_two_columns(text_of(row, "port"), "port id")
    name = _required_name(row)
    yield Neighbor(
        protocol=NeighborProtocol.LLDP,
        local=InterfaceName.parse(text_of(row, "local")),
        name=name,
        port=text_of(row, "port"),
        capabilities=tuple(text_of(row, "capabilities")),
    )


def _lldp_detail(row: Row) -> Iterator[Neighbor]:
    yield Neighbor(
        protocol=NeighborProtocol.LLDP,
        local=_only_local(row),
        name=_advertised(row, "name"),
        port=_advertised(row, "port"),
        port_description=_advertised(row, "port_description"),
        chassis_id=_advertised(row, "chassis"),
        platform=_advertised(row, "description"),
        capabilities=tuple(_advertised(row, "capabilities").replace(",", " ").split()),
        addresses=_distinct(list_of(row, "addresses")),
        detail=True,
    )


def _advertised(row: Row, key: str) -> str:
    text = text_of(row, key)
    return "" if text.lower() in _NOT_ADVERTISED else text


COMMANDS: tuple[Command, ...] = (
    Command(
        text="show cdp neighbors",
        table=Table.NEIGHBORS,
        template="cisco_nxos_show_cdp_neighbors.textfsm",
        rows=_cdp_summary,
        total=_TOTAL,
    ),
    Command(
        text="show cdp neighbors detail",
        table=Table.NEIGHBORS,
        template="cisco_nxos_show_cdp_neighbors_detail.textfsm",
        rows=_cdp_detail,
        total=_TOTAL,
        sweep=True,
        aliases=("show cdp entry all",),
        pattern=re.compile(r"show cdp neighbors interface \S.* detail"),
    ),
    Command(
        text="show lldp neighbors",
        table=Table.NEIGHBORS,
        template="cisco_nxos_show_lldp_neighbors.textfsm",
        rows=_lldp_summary,
        total=_TOTAL,
    ),
    Command(
        text="show lldp neighbors detail",
        table=Table.NEIGHBORS,
        template="cisco_nxos_show_lldp_neighbors_detail.textfsm",
        rows=_lldp_detail,
        total=_TOTAL,
        sweep=True,
        pattern=re.compile(r"show lldp neighbors interface \S.* detail"),
    ),
)
